//! Every word of a segment, sorted: a word in, its number out; the words that begin so; the words that are one or two
//! typing errors away.
//!
//! Numbers follow the alphabet, so the words that begin alike are one range. Words with one typing error are filed (see
//! `deletions`). Unfinished words with one are looked for by walking the alphabet: up to the place of the error
//! everything is as typed, after it too, so each possible error is one binary search. Two errors are looked for by going
//! through all words, with a set of letters as a sieve.

use std::{
    io::{self, Read, Write},
    ops::Range,
};

use super::{
    codec::{Reader, Writer},
    deletions::{Deletions, is_one_typo},
};
use crate::search::ranking::distance;

/// Words with numbers from 0, in the order of the alphabet (bytes).
#[derive(Debug, Default, Clone)]
pub struct Lexicon {
    bytes: Vec<u8>,
    /// Where each word ends in `bytes`.
    ends: Vec<u32>,
    /// The set of letters of each word, see [`letters`].
    letters: Vec<u32>,
    /// The first eight letters of each word as a number: most words are told apart without reading them.
    heads: Vec<u64>,
    near: Deletions,
}

impl Lexicon {
    /// Words in order, without doubles.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut lexicon = Self::default();
        for word in words {
            lexicon.bytes.extend_from_slice(word.as_bytes());
            lexicon.ends.push(lexicon.bytes.len() as u32);
            lexicon.letters.push(letters(word.as_bytes()));
            lexicon.heads.push(head(word.as_bytes()));
        }
        lexicon.near = Deletions::new((0..lexicon.count()).map(|number| lexicon.at(number)));
        lexicon
    }

    /// How many words.
    pub fn count(&self) -> u32 {
        self.ends.len() as u32
    }

    /// The word with a number; empty for a number nobody has.
    pub fn word(&self, number: u32) -> &str {
        std::str::from_utf8(self.at(number)).unwrap_or_default()
    }

    fn at(&self, number: u32) -> &[u8] {
        let number = number as usize;
        let Some(end) = self.ends.get(number) else { return &[] };
        let start = if number == 0 { 0 } else { self.ends[number - 1] };
        &self.bytes[start as usize..*end as usize]
    }

    /// The number of a word.
    pub fn find(&self, word: &str) -> Option<u32> {
        let word = word.as_bytes();
        let number = self.not_before(0..self.count(), word);
        (self.at(number) == word && number < self.count()).then_some(number)
    }

    /// The words that begin so.
    pub fn beginning(&self, with: &str) -> Range<u32> {
        self.narrow(0..self.count(), with.as_bytes())
    }

    /// The first number in the range whose word satisfies a test that is false up to some word and true from then on.
    fn first(range: Range<u32>, test: impl Fn(u32) -> bool) -> u32 {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if test(middle) { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// The first number in the range whose word is not before another in the alphabet.
    fn not_before(&self, range: Range<u32>, word: &[u8]) -> u32 {
        let head = head(word);
        Self::first(range, |number| {
            let other = self.heads[number as usize];
            other > head || other == head && (word.len() <= 8 || self.at(number) >= word)
        })
    }

    fn begins(&self, number: u32, with: &[u8]) -> bool {
        match with.len() {
            0 => true,
            length @ 1..=8 => (self.heads[number as usize] ^ head(with)) >> (64 - 8 * length) == 0,
            _ => self.at(number).starts_with(with),
        }
    }

    /// Those of a range of words that begin so.
    fn narrow(&self, range: Range<u32>, with: &[u8]) -> Range<u32> {
        let start = self.not_before(range.clone(), with);
        if start >= range.end || !self.begins(start, with) {
            return start..start;
        }
        // Most beginnings are rare, so their end is near: look there first.
        let mut step = 1;
        while start + step < range.end && self.begins(start + step, with) {
            step *= 2;
        }
        let last = range.end.min(start + step);
        start..Self::first(start + step / 2..last, |number| !self.begins(number, with))
    }

    /// The words one typing error away: a letter more, less, other, or two neighbours swapped; in order. The word itself
    /// is among them.
    pub fn one_typo(&self, typed: &str) -> Vec<u32> {
        let mut near = self.near.near(typed.as_bytes());
        near.retain(|number| is_one_typo(self.at(*number), typed.as_bytes()));
        near
    }

    /// The words of which some beginning is one typing error away; in order, without overlaps.
    pub fn one_typo_begins(&self, typed: &str) -> Vec<Range<u32>> {
        let typed = typed.as_bytes();
        let mut found = Vec::new();
        let mut probe = |range: Range<u32>, word: &[u8]| {
            let range = self.narrow(range, word);
            if !range.is_empty() {
                found.push(range);
            }
        };
        let mut alike = 0..self.count();
        let mut tried: Vec<u8> = Vec::with_capacity(typed.len() + 1);
        for depth in 0..=typed.len() {
            let (before, rest) = typed.split_at(depth);
            let mut attempt = |range: Range<u32>, pieces: [&[u8]; 2]| {
                tried.clear();
                tried.extend_from_slice(before);
                for piece in pieces {
                    tried.extend_from_slice(piece);
                }
                probe(range, &tried);
            };
            if let Some((_, after)) = rest.split_first() {
                attempt(alike.clone(), [after, &[]]);
            }
            if let [a, b, after @ ..] = rest
                && a != b
            {
                attempt(alike.clone(), [&[*b, *a], after]);
            }
            // A letter more at the very end of a beginning is no error.
            if !rest.is_empty() {
                self.each_letter(alike.clone(), depth, |letter, range| {
                    attempt(range.clone(), [&[letter], rest]);
                    if rest.first().is_some_and(|typed| *typed != letter) {
                        attempt(range, [&[letter], &rest[1..]]);
                    }
                });
            }
            if rest.is_empty() {
                break;
            }
            alike = self.narrow(alike, &typed[..=depth]);
            if alike.is_empty() {
                break;
            }
        }
        together(found)
    }

    /// Calls for each letter that words of a range, alike up to `depth`, go on with.
    fn each_letter(&self, range: Range<u32>, depth: usize, mut call: impl FnMut(u8, Range<u32>)) {
        let mut at = Self::first(range.clone(), |number| self.at(number).len() > depth);
        while at < range.end {
            let with = &self.at(at)[..=depth];
            let same = self.narrow(at..range.end, with);
            at = same.end.max(at + 1);
            call(with[depth], same);
        }
    }

    /// The words at most two typing errors away, in order.
    pub fn two_typos(&self, typed: &str) -> Vec<u32> {
        let set = letters(typed.as_bytes());
        let near = |number: &u32| {
            // An error changes at most two letters of the set: one goes, one comes.
            (self.letters[*number as usize] ^ set).count_ones() <= 4
                && self.at(*number).len().abs_diff(typed.len()) <= 2
                && distance(typed, self.word(*number), false) <= 2
        };
        (0..self.count()).filter(near).collect()
    }

    /// Writes it.
    pub fn write(&self, to: &mut Writer<impl Write>) -> io::Result<()> {
        to.bytes(&self.bytes)?;
        to.u32s(&self.ends)?;
        to.u32s(&self.letters)
    }

    /// Reads what [`Lexicon::write`] wrote.
    pub fn read(from: &mut Reader<impl Read>) -> io::Result<Self> {
        let mut lexicon = Self { bytes: from.bytes()?, ends: from.u32s()?, letters: from.u32s()?, ..Self::default() };
        if !lexicon.ends.is_sorted() || lexicon.ends.last().map_or(0, |end| *end as usize) != lexicon.bytes.len() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "its words do not fit together"));
        }
        lexicon.heads = (0..lexicon.count()).map(|number| head(lexicon.at(number))).collect();
        lexicon.near = Deletions::new((0..lexicon.count()).map(|number| lexicon.at(number)));
        Ok(lexicon)
    }
}

/// The first eight letters as a number, in the order of the alphabet. No word has a letter that is 0.
fn head(word: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = word.len().min(8);
    bytes[..length].copy_from_slice(&word[..length]);
    u64::from_be_bytes(bytes)
}

/// The set of letters in a word: a bit each, all digits share one.
fn letters(word: &[u8]) -> u32 {
    word.iter().fold(0, |set, byte| {
        set | 1
            << match byte {
                b'a'..=b'z' => byte - b'a',
                b'0'..=b'9' => 26,
                _ => 27,
            }
    })
}

/// Ranges in order, those that touch made one.
fn together(mut ranges: Vec<Range<u32>>) -> Vec<Range<u32>> {
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    let mut whole: Vec<Range<u32>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match whole.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => whole.push(range),
        }
    }
    whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lexicon(words: &[String]) -> (Lexicon, Vec<String>) {
        let mut sorted = words.to_vec();
        sorted.sort();
        sorted.dedup();
        (Lexicon::new(sorted.iter().map(String::as_str)), sorted)
    }

    fn numbers(ranges: Vec<Range<u32>>) -> Vec<u32> {
        ranges.into_iter().flatten().collect()
    }

    /// The obvious way: the distance to every word.
    fn naive(words: &[String], typed: &str, typos: usize, unfinished: bool) -> Vec<u32> {
        let near = |word: &String| {
            if unfinished {
                (0..=word.len()).any(|end| distance(typed, &word[..end], false) <= typos)
            } else {
                distance(typed, word, false) <= typos
            }
        };
        (0..words.len() as u32).filter(|number| near(&words[*number as usize])).collect()
    }

    fn words() -> impl Strategy<Value = Vec<String>> {
        // Few letters, so that words are near each other.
        prop::collection::vec("[abc]{1,7}|[a-z0-9]{1,10}", 1..120)
    }

    proptest! {
        #[test]
        fn it_finds_what_a_search_through_all_words_finds(words in words(), typed in "[abc]{0,7}|[a-z]{1,9}") {
            let (lexicon, words) = lexicon(&words);
            prop_assert_eq!(lexicon.find(&typed), words.iter().position(|word| *word == typed).map(|at| at as u32));
            let begins: Vec<u32> = (0..words.len() as u32).filter(|n| words[*n as usize].starts_with(&typed)).collect();
            prop_assert_eq!(lexicon.beginning(&typed).collect::<Vec<_>>(), begins);
            prop_assert_eq!(lexicon.two_typos(&typed), naive(&words, &typed, 2, false));
            let mut one = lexicon.one_typo(&typed);
            // The word itself is no error; it may or may not be among them.
            let own = lexicon.find(&typed);
            one.retain(|number| Some(*number) != own);
            let mut expected = naive(&words, &typed, 1, false);
            expected.retain(|number| Some(*number) != own);
            prop_assert_eq!(one, expected);
        }

        #[test]
        fn unfinished_words_with_an_error_too(words in words(), typed in "[abc]{2,7}|[a-z]{2,9}") {
            let (lexicon, words) = lexicon(&words);
            let exact = |number: &u32| words[*number as usize].starts_with(&typed);
            let found: Vec<u32> = numbers(lexicon.one_typo_begins(&typed)).into_iter().filter(|n| !exact(n)).collect();
            let expected: Vec<u32> = naive(&words, &typed, 1, true).into_iter().filter(|n| !exact(n)).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn a_distance_is_never_too_small(a in "[abc]{0,6}", b in "[abc]{0,6}") {
            prop_assert_eq!(distance(&a, &b, false), distance(&b, &a, false));
            prop_assert_eq!(distance(&a, &b, false) == 0, a == b);
        }
    }
}
