//! Is a result the one asked for?

use std::collections::HashMap;

use super::{
    Corpus, Row,
    lexicon::digest,
    normal,
    queries::{Class, Query, Where},
    short,
};

/// Is this organization a right answer?
pub fn is_right(query: &Query, row: &Row) -> bool {
    let place = match &query.place {
        None => true,
        Some(Where::City(city)) => row.place.city == *city,
        Some(Where::State(state)) => row.place.state == *state,
        Some(Where::Zip(zip)) => row.place.zip == *zip,
    };
    place
        && match query.class {
            Class::Identifier => row.npi.to_string() == query.asked,
            Class::Domain => row.domain.as_deref() == Some(query.asked.as_str()),
            Class::Prefix | Class::TypoInPrefix => {
                row.names().any(|name| normal::words(name).iter().any(|word| word.starts_with(&query.asked)))
            }
            Class::Abbreviated => {
                row.names().any(|name| normal::form(name) == query.asked || stands_for(&query.text, name))
            }
            Class::Reordered => row.names().any(|name| same_words(&normal::form(name), &query.asked)),
            _ => row.names().any(|name| normal::form(name) == query.asked),
        }
}

/// Can what was typed be a short way to write the name, word by word?
fn stands_for(typed: &str, name: &str) -> bool {
    let (typed, name) = (normal::words(typed), normal::words(name));
    typed.len() == name.len() && typed.iter().zip(&name).all(|(typed, word)| short::stands_for(typed, word))
}

fn same_words(one: &str, other: &str) -> bool {
    let sorted = |text: &str| {
        let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    sorted(one) == sorted(other)
}

/// Finds the organizations that results show, by name and ZIP code.
pub struct Finder<'a> {
    corpus: &'a Corpus,
    by_card: HashMap<u64, Vec<u32>>,
}

impl<'a> Finder<'a> {
    /// Over a corpus.
    pub fn over(corpus: &'a Corpus) -> Self {
        let mut by_card: HashMap<u64, Vec<u32>> = HashMap::with_capacity(corpus.rows.len());
        for (number, row) in corpus.rows.iter().enumerate() {
            by_card.entry(card(&row.name, row.place.zip)).or_default().push(number as u32);
        }
        Self { corpus, by_card }
    }

    /// Those with this name and ZIP code: several when they cannot be told apart by them.
    pub fn find(&self, name: &str, zip: &str) -> impl Iterator<Item = &'a Row> {
        let numbers = self.by_card.get(&card(name, zip)).map(Vec::as_slice).unwrap_or_default();
        numbers.iter().map(|number| &self.corpus.rows[*number as usize])
    }
}

fn card(name: &str, zip: &str) -> u64 {
    digest(&format!("{}|{zip}", normal::form(name)))
}
