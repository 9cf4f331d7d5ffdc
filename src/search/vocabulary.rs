//! The words the search knows (`vocabulary/*.toml`). Each file says what is in it, how to edit it, and whether the index
//! must be rebuilt after a change.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use serde::{Deserialize, de::DeserializeOwned};

use super::quick_hash::{QuickMap, QuickSet};
use crate::model::kind::Kind;

/// The vocabulary inside the program.
pub static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary {
    small: read("small_words.toml", include_str!("vocabulary/small_words.toml")),
    abbreviations: read("abbreviations.toml", include_str!("vocabulary/abbreviations.toml")),
    specialties: read("specialties.toml", include_str!("vocabulary/specialties.toml")),
    spanish: read("spanish.toml", include_str!("vocabulary/spanish.toml")),
    kinds: read("kinds.toml", include_str!("vocabulary/kinds.toml")),
    states: read("states.toml", include_str!("vocabulary/states.toml")),
    portals: read("portals.toml", include_str!("vocabulary/portals.toml")),
    programmes: read("programmes.toml", include_str!("vocabulary/programmes.toml")),
    people: read("people.toml", include_str!("vocabulary/people.toml")),
});

/// Every file.
#[derive(Debug)]
pub struct Vocabulary {
    /// `small_words.toml`.
    pub small: SmallWords,
    /// `abbreviations.toml`.
    pub abbreviations: Abbreviations,
    /// `specialties.toml`: who works there -> what the place is called.
    pub specialties: QuickMap<String, Vec<String>>,
    /// `spanish.toml`: Spanish -> English.
    pub spanish: QuickMap<String, String>,
    /// `kinds.toml`: what people call each kind.
    pub kinds: BTreeMap<Kind, Vec<String>>,
    /// `states.toml`: postal code -> other ways to write the state.
    pub states: BTreeMap<String, Vec<String>>,
    /// `portals.toml`.
    pub portals: Portals,
    /// `programmes.toml`.
    pub programmes: Programmes,
    /// `people.toml`.
    pub people: People,
}

/// `small_words.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmallWords {
    /// Words that say nothing by themselves.
    pub ignored: Vec<String>,
    /// Words that only say how a company is made: they say nothing either, and are no part of its name.
    pub legal: QuickSet<String>,
    /// Words too frequent to carry a search.
    pub common: QuickSet<String>,
    /// Words that say whose.
    pub mine: QuickSet<String>,
    /// Words with which a question begins.
    pub asking_first: QuickSet<String>,
    /// Words that go on with it.
    pub asking: QuickSet<String>,
}

/// `abbreviations.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Abbreviations {
    /// Short form -> written out, one word or several.
    pub same: HashMap<String, String>,
    /// Short form -> words it may stand for.
    pub may_be: BTreeMap<String, Vec<String>>,
}

/// `portals.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portals {
    /// Words that ask for nothing more.
    pub around: QuickSet<String>,
    /// Portals that many places use.
    pub portal: Vec<Named>,
}

/// Something with a name and ways to type it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// How it writes itself.
    pub name: String,
    /// What people type.
    pub typed: Vec<String>,
}

/// `programmes.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programmes {
    /// What differs from state to state.
    pub by_state: Vec<Named>,
    /// Short names of several things.
    pub several: Vec<Several>,
    /// Nicknames.
    pub programme: Vec<Programme>,
}

/// A short name of several things.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Several {
    /// How it writes itself.
    pub name: String,
    /// What people type.
    pub typed: Vec<String>,
    /// What it may be.
    pub choices: Vec<super::Choice>,
}

/// A nickname of a programme.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Programme {
    /// What people type.
    pub typed: Vec<String>,
    /// The one state it is of, by postal code.
    pub state: Option<String>,
    /// Other words its agency is found by.
    #[serde(default)]
    pub words: Vec<String>,
    /// The kind whose only one in the state it is.
    pub kind: Option<Kind>,
}

/// `people.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    /// Short titles.
    pub titles: QuickSet<String>,
    /// Titles that are words of their own.
    pub titles_in_full: QuickSet<String>,
    /// Degrees, licences, callings.
    pub degrees: QuickSet<String>,
    /// Small words inside names.
    pub particles: QuickSet<String>,
    /// Words no person is called.
    pub never: QuickSet<String>,
    /// Places called like persons.
    pub places: QuickSet<String>,
    /// Towns typed behind "doctor".
    pub towns: QuickSet<String>,
    /// First names.
    pub first: QuickSet<String>,
}

fn read<T: Default + DeserializeOwned>(file: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|why| {
        tracing::error!(%why, file, "a file of src/search/vocabulary cannot be read; the search does without it");
        T::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{model::place::state_name, search::words};

    #[test]
    fn every_file_is_read() {
        let known = &*VOCABULARY;
        assert!(!known.small.ignored.is_empty() && !known.small.common.is_empty() && !known.small.asking.is_empty());
        assert!(!known.abbreviations.same.is_empty() && !known.abbreviations.may_be.is_empty());
        assert!(!known.specialties.is_empty() && !known.spanish.is_empty());
        assert!(!known.portals.portal.is_empty() && !known.portals.around.is_empty());
        assert!(!known.programmes.programme.is_empty() && !known.people.first.is_empty());
        for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Unknown) {
            assert!(known.kinds.contains_key(kind), "{}", kind.code());
        }
        let states = known.programmes.programme.iter().filter_map(|p| p.state.as_ref()).chain(known.states.keys());
        for code in states {
            assert!(state_name(code).is_some(), "{code}");
        }
    }

    #[test]
    fn entries_are_written_in_folded_form() {
        // A word that folding changes would never be met.
        let known = &*VOCABULARY;
        let others = known.specialties.iter().chain(&known.abbreviations.may_be).flat_map(|(_, forms)| forms);
        let keys = known.spanish.keys().chain(&known.small.common).chain(known.specialties.keys());
        let more = known.programmes.programme.iter().flat_map(|p| &p.words);
        for form in keys.chain(others).chain(more) {
            let folded = words::fold(form);
            assert!(folded.len() == 1 && folded[0].form == *form, "{form} folds to {folded:?}");
        }
        for full in known.abbreviations.same.values() {
            assert_eq!(words::whole(&words::fold(full)), *full, "the long form folds to something else");
        }
        let people = &known.people;
        let surfaces =
            known.abbreviations.same.keys().chain(&known.small.ignored).chain(known.abbreviations.may_be.keys());
        let written = surfaces.chain(&people.titles).chain(&people.degrees).chain(&people.first).chain(&people.towns);
        for word in written.chain(&known.small.asking).chain(&known.small.asking_first) {
            assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()), "{word}");
        }
    }

    #[test]
    fn no_short_form_is_ignored_or_a_word_of_its_own() {
        for short in VOCABULARY.abbreviations.same.keys() {
            assert!(!VOCABULARY.small.ignored.contains(short), "{short}");
        }
    }
}
