//! Words one typing error away, without walking: every word is filed under itself and under what is left when one of its
//! letters is taken out. Two words that are one error apart (a letter more, less, other, or two swapped) share one of
//! those, so a typed word of nine letters is ten looks.

use super::terms::{Terms, hash_bytes};

/// Words by what is left of them.
#[derive(Debug, Default, Clone)]
pub struct Deletions(Terms);

/// Longer words are not filed: nobody's name has them.
const LONGEST: usize = 40;

impl Deletions {
    /// Files words with their numbers.
    pub fn new<'a>(words: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut pairs = Vec::new();
        for (word, number) in words.zip(0..).filter(|(word, _)| word.len() <= LONGEST) {
            each(word, |rest| pairs.push((hash_bytes(rest), number)));
        }
        Self(Terms::new(pairs))
    }

    /// Numbers of words that may be one error away from a typed one, in order; all that are are among them.
    pub fn near(&self, typed: &[u8]) -> Vec<u32> {
        let mut found = Vec::new();
        if typed.len() <= LONGEST + 1 {
            each(typed, |rest| found.extend_from_slice(self.0.get_hash(hash_bytes(rest))));
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// A word, and it without each of its letters.
fn each(word: &[u8], mut call: impl FnMut(&[u8])) {
    call(word);
    let mut rest = [0; LONGEST];
    let Some(length) = word.len().checked_sub(1) else { return };
    let rest = &mut rest[..length];
    rest.copy_from_slice(&word[1..]);
    call(rest);
    for at in 0..length {
        // Letter by letter the gap moves on; twice the same letter leaves the same.
        if rest[at] != word[at] {
            rest[at] = word[at];
            call(rest);
        }
    }
}

/// Is one word the other but for a letter more, less, other, or two neighbours swapped?
pub fn is_one_typo(a: &[u8], b: &[u8]) -> bool {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(a, b)| a == b).count();
    match (&a[..a.len() - end], &b[..b.len() - end]) {
        ([] | [_], [] | [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::search::ranking::distance;

    proptest! {
        #[test]
        fn one_error_is_one_error(a in "[abc]{0,7}", b in "[abc]{0,7}") {
            prop_assert_eq!(is_one_typo(a.as_bytes(), b.as_bytes()), distance(&a, &b, false) <= 1);
        }

        #[test]
        fn nobody_near_is_missed(words in prop::collection::vec("[ab]{0,6}|[a-e]{1,9}", 1..60), typed in "[ab]{0,6}|[a-e]{0,9}") {
            let filed = Deletions::new(words.iter().map(String::as_bytes));
            let found = filed.near(typed.as_bytes());
            for (word, number) in words.iter().zip(0..) {
                prop_assert!(distance(word, &typed, false) > 1 || found.contains(&number), "{word} {typed}");
            }
        }
    }
}
