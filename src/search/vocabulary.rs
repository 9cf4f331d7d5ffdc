//! The words the search knows (`vocabulary.toml`): abbreviations, kinds of organizations, Spanish.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::LazyLock,
};

use serde::Deserialize;

use crate::model::kind::Kind;

/// The vocabulary inside the program.
pub static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    parse(include_str!("vocabulary.toml")).unwrap_or_else(|why| {
        tracing::error!(%why, "src/search/vocabulary.toml cannot be read; abbreviations and kind words are off");
        Vocabulary::default()
    })
});

/// What `vocabulary.toml` says.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vocabulary {
    /// Words that say nothing by themselves.
    pub ignored: HashSet<String>,
    /// Words too frequent to carry a search.
    pub common: HashSet<String>,
    /// Short form -> written out, one word or several.
    pub abbreviations: HashMap<String, String>,
    /// Spanish -> English.
    pub spanish: HashMap<String, String>,
    /// What people call each kind.
    pub kinds: BTreeMap<Kind, Vec<String>>,
}

fn parse(text: &str) -> Result<Vocabulary, toml::de::Error> {
    toml::from_str(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::words;

    #[test]
    fn the_file_is_read_and_every_kind_has_words() {
        let vocabulary = parse(include_str!("vocabulary.toml")).unwrap();
        for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Unknown) {
            assert!(vocabulary.kinds.contains_key(kind), "{}", kind.code());
        }
    }

    #[test]
    fn entries_are_written_in_folded_form() {
        // A key that folding changes would never be met.
        for key in VOCABULARY.spanish.keys().chain(&VOCABULARY.common) {
            let folded = words::fold(key);
            assert!(folded.len() == 1 && folded[0].form == *key, "{key} folds to {folded:?}");
        }
        for full in VOCABULARY.abbreviations.values() {
            assert_eq!(words::whole(&words::fold(full)), *full, "the long form folds to something else");
        }
    }
}
