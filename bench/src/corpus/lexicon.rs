//! Which words and names a corpus has: tells whether a question has one answer only.

use std::collections::{HashMap, HashSet};

use super::{Corpus, Row, normal, typing};

/// A word that more names than this have does not tell names apart; looking through them all takes too long.
const COMMON: usize = 20_000;

/// The words and names of a corpus.
pub struct Lexicon {
    /// Every name, in its normal form.
    names: Vec<String>,
    /// The same for looking up.
    known: HashSet<u64>,
    /// Word -> its number.
    numbers: HashMap<String, u32>,
    /// Every word, in order.
    sorted: Vec<String>,
    /// For each word the names that have it, by their place in `names`.
    names_with: Vec<Vec<u32>>,
}

impl Lexicon {
    /// Reads a corpus.
    pub fn of(corpus: &Corpus) -> Self {
        let mut all = Self {
            names: Vec::new(),
            known: HashSet::new(),
            numbers: HashMap::new(),
            sorted: Vec::new(),
            names_with: Vec::new(),
        };
        for name in corpus.rows.iter().flat_map(Row::names) {
            all.add(normal::form(name));
        }
        all.sorted = all.numbers.keys().cloned().collect();
        all.sorted.sort_unstable();
        all
    }

    fn add(&mut self, name: String) {
        if !self.known.insert(digest(&name)) {
            return;
        }
        let at = self.names.len() as u32;
        for word in name.split(' ') {
            let next = self.names_with.len() as u32;
            let known = self.numbers.get(word).copied();
            let number = known.unwrap_or_else(|| {
                self.numbers.insert(word.to_owned(), next);
                self.names_with.push(Vec::new());
                next
            });
            let names = &mut self.names_with[number as usize];
            if names.last() != Some(&at) {
                names.push(at);
            }
        }
        self.names.push(name);
    }

    /// How many different words there are.
    pub fn words(&self) -> usize {
        self.sorted.len()
    }

    /// Is somebody called so? In normal form.
    pub fn is_name(&self, name: &str) -> bool {
        self.known.contains(&digest(name))
    }

    /// Does a word of a name begin so?
    pub fn begins_a_word(&self, letters: &str) -> bool {
        let at = self.sorted.partition_point(|word| word.as_str() < letters);
        self.sorted.get(at).is_some_and(|word| word.starts_with(letters))
    }

    /// Does another name than this one have all of these words? Also `true` when that cannot be told because all of
    /// them are common.
    pub fn others_have(&self, words: &[&str], name: &str) -> bool {
        let lists: Option<Vec<&Vec<u32>>> =
            words.iter().map(|word| self.numbers.get(*word).map(|n| &self.names_with[*n as usize])).collect();
        let Some(rarest) = lists.and_then(|lists| lists.into_iter().min_by_key(|list| list.len())) else {
            return false;
        };
        rarest.len() > COMMON
            || rarest.iter().map(|at| &self.names[*at as usize]).any(|other| {
                other != name && words.iter().all(|word| other.split(' ').any(|of_other| of_other == *word))
            })
    }

    /// Words of the corpus that are one slip away from a typed one.
    pub fn near<'a>(&'a self, typed: &str) -> impl Iterator<Item = &'a str> {
        let near = typing::one_slip_away(typed).filter_map(|word| self.numbers.get_key_value(&word));
        near.map(|(word, _)| word.as_str()).collect::<HashSet<_>>().into_iter()
    }
}

/// FNV-1a: the same on every machine.
pub fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |digest, byte| (digest ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
}
