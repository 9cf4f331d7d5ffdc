//! What an organization is, as far as its own name plainly says it (`kind_words.toml`).
//!
//! A name in, a kind or nothing out. What holds: a name that says nothing plain gives nothing.

use std::{collections::HashSet, sync::LazyLock};

use serde::Deserialize;

use crate::model::{kind::Kind, text};

static KINDS: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let mut rules =
        parse(include_str!("kind_words.toml")).expect("the words shipped with the program are read by a test");
    for rule in &mut rules {
        for phrase in rule.words.iter_mut().chain(&mut rule.unless) {
            *phrase = format!(" {phrase} ");
        }
    }
    rules
});
/// The words with which phrases begin: a name without any of them says nothing.
static FIRST_WORDS: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let phrases = KINDS.iter().flat_map(|rule| &rule.words);
    phrases.filter_map(|phrase| phrase.split_whitespace().next()).collect()
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    kind: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    code: Kind,
    words: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
}

fn parse(text: &str) -> Result<Vec<Rule>, toml::de::Error> {
    toml::from_str::<Table>(text).map(|table| table.kind)
}

/// The kind a name plainly says.
pub fn kind(name: &str) -> Option<Kind> {
    let name = format!(" {} ", text::match_form(name));
    if !name.split_whitespace().any(|word| FIRST_WORDS.contains(word)) {
        return None;
    }
    let says = |phrases: &[String]| phrases.iter().any(|phrase| name.contains(phrase.as_str()));
    KINDS.iter().find(|kind| says(&kind.words) && !says(&kind.unless)).map(|kind| kind.code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_written_as_names_are_compared() {
        for kind in parse(include_str!("kind_words.toml")).unwrap() {
            for phrase in kind.words.iter().chain(&kind.unless) {
                assert_eq!(text::match_form(phrase), *phrase, "{phrase} would never match");
            }
        }
    }

    #[test]
    fn plain_names() {
        for (name, expected) in [
            ("Acadian General Hosp.", Some(Kind::Hospital)),
            ("St. Mary's Hospital Outpatient Pharmacy", Some(Kind::Pharmacy)),
            ("Winter Park Vision Specialists", Some(Kind::Vision)),
            ("Jane Roe, O.D.", Some(Kind::Vision)),
            ("Happy Teeth Family Dentistry", Some(Kind::Dental)),
            ("Acme Reference Laboratories", Some(Kind::Laboratory)),
            ("Trophy Club Pediatrics, PA", Some(Kind::Clinic)),
            ("Valley Hospital Medicine Consultants", None),
            ("Happy Tails Animal Hospital", None),
            ("Optum", None),
            ("Providers Direct", None),
        ] {
            assert_eq!(kind(name), expected, "{name}");
        }
    }
}
