//! Understanding what was typed: text in, an [`Understood`] query out. Pure; it knows words, not the index.
//!
//! What holds: nothing typed is an error, and every reading is kept beside the plain words. A state's name may be
//! part of a hospital's name and "lab" part of a company's, so a reading is one more way to satisfy a part of the
//! query, never the only one. What is asked back ([`Understood::question`]) stands beside the search, not in its place.

mod numbers;
mod person;
mod phrases;
mod questions;
mod reading;
mod states;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use numbers::phone_term;
pub use states::state_words;

use super::{Question, address::Address};
use crate::model::kind::Kind;

/// More words than this are not read: nobody's name needs them, and each costs a look-up.
const WORD_LIMIT: usize = 12;
/// More bytes than this are not read; a pasted address is the longest honest query.
const TEXT_LIMIT: usize = 2_000;

/// What a query means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Understood {
    /// The parts that must each be satisfied, in the order typed.
    pub parts: Vec<Part>,
    /// A ZIP code among the words: where to be near.
    pub zip: Option<String>,
    /// Terms of the index's `number` field: `npi:…`, `phone:…`.
    pub numbers: Vec<String>,
    /// A pasted web address or domain.
    pub address: Option<Address>,
    /// All words as one name, for names that are exactly this.
    pub whole: String,
    /// The small words that were left out ("of", "for"), but for those of a legal form.
    pub small: Vec<String>,
    /// What must be asked back.
    pub question: Option<Question>,
}

/// One part of a query: words, and what else they may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The words; one unless they mean something together.
    pub words: Vec<Word>,
    /// What they mean.
    pub meaning: Meaning,
    /// How much it counts beside the others; the same for all until the index says which are rare.
    pub weight: f64,
}

/// What a part means besides its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing else.
    Plain,
    /// Kinds of organizations; any of them will do.
    Kinds(Vec<Kind>),
    /// The postal code of a state. A programme's nickname ("medi-cal") means its state too: then the words of this part
    /// are the state's name, which nobody typed.
    State(&'static str),
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As typed, in lower-case ASCII.
    pub surface: String,
    /// As compared.
    pub form: String,
    /// The same in English, when it was typed in Spanish.
    pub english: Option<String>,
    /// Other words it may stand for, as compared ("co": county, company; "cardiologist": cardiology). Weaker than the
    /// word itself; only what was typed has them, never a name.
    pub other: Vec<String>,
    /// Written as one with a neighbour ("lab corp" -> `labcorp`).
    pub joins: Vec<String>,
    /// The last one typed: it may be the beginning of a longer word.
    pub last: bool,
    /// Too frequent to carry a search.
    pub common: bool,
}

impl Understood {
    /// Nothing to search for: everything, or what the filters leave.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.numbers.is_empty() && self.address.is_none()
    }

    /// The weights of all parts together.
    pub fn weight(&self) -> f64 {
        self.parts.iter().map(|part| part.weight).sum::<f64>().max(f64::MIN_POSITIVE)
    }

    /// Every word in order.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.parts.iter().flat_map(|part| &part.words)
    }
}

impl Word {
    /// Forms that mean the same as the word, and after them those it may stand for.
    pub fn same(&self) -> impl Iterator<Item = &String> {
        self.english.iter().chain(&self.other)
    }
}

impl Part {
    /// Must this part be found for a result to be about the query at all? Kinds, states and frequent words need not.
    pub fn is_specific(&self) -> bool {
        self.meaning == Meaning::Plain && self.words.iter().any(|word| !word.common)
    }
}

/// Reads a query.
pub fn understand(text: &str) -> Understood {
    let text = &text[..text.floor_char_boundary(TEXT_LIMIT)];
    // An address has a dot; most queries have none.
    if text.contains('.')
        && let Some(address) = Address::typed(text)
    {
        return Understood { address: Some(address), ..Understood::default() };
    }
    let (numbers, rest) = numbers::take_numbers(text);
    let (zip, rest) = numbers::take_zip(rest);
    let person = person::person(&rest);
    let named: Cow<'_, str> =
        person.as_ref().map_or_else(|| rest.as_ref().into(), |person| person.kept.as_str().into());
    let read = reading::read(&named);
    let whole = if person.is_some() { reading::whole(&rest) } else { read.whole };
    let question = if zip.is_some() || !numbers.is_empty() {
        None
    } else {
        read.question.or(person.map(|person| Question::Person { name: person.name }))
    };
    Understood { parts: read.parts, zip, numbers, address: None, whole, small: read.small, question }
}

/// Reads text as words only: no numbers, ZIP codes, addresses or questions.
pub fn words_only(text: &str) -> Understood {
    let text = &text[..text.floor_char_boundary(TEXT_LIMIT)];
    let read = reading::read_name(text);
    Understood { parts: read.parts, whole: read.whole, small: read.small, ..Understood::default() }
}
