//! What an operation of the API is: one declaration from which requests are read and the published document is made, so
//! that the two cannot differ.

use std::sync::LazyLock;

use super::reply::Format;
use crate::model::{
    features::MENU,
    id::{Id, ThingKind},
    kind::Kind,
    place::{self, STATES},
    revision::Event,
    vendor,
};

/// The longest free text of a parameter, in characters.
pub const LONGEST_TEXT: usize = 200;
/// Most ids in one request.
pub const MOST_IDS: usize = 100;
/// Most values of one list in a request.
pub const MOST_VALUES: usize = 60;

/// What stands for the end of the log where a number of it is asked for.
pub const LATEST: &str = "latest";

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// Its name for generated clients.
    pub id: &'static str,
    /// Its group on the page.
    pub group: &'static str,
    /// Below `/api/v1`; `{id}` stands for an id.
    pub path: &'static str,
    /// What it does, in a line.
    pub summary: &'static str,
    /// What else one should know.
    pub more: &'static str,
    /// The kind of thing `{id}` names.
    pub of: Option<ThingKind>,
    /// Query parameters.
    pub parameters: &'static [&'static Parameter],
    /// What it answers.
    pub answer: Answer,
    /// Statuses it may answer with besides those that any operation has.
    pub statuses: &'static [u16],
    /// An example: what follows the path in an address, or the id that takes the place of `{id}`.
    pub example: Example,
}

/// What an operation answers with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// One thing, as JSON.
    One(Schema),
    /// A list: JSON, NDJSON or CSV.
    List(Schema),
    /// A list without a table of its own: JSON or NDJSON.
    Lines(Schema),
}

impl Answer {
    /// In which forms it goes out, the one first that nobody has to ask for.
    pub fn formats(self) -> &'static [Format] {
        match self {
            Self::One(_) => &[Format::Json],
            Self::Lines(_) => &[Format::Json, Format::NdJson],
            Self::List(_) => &Format::ALL,
        }
    }

    /// The schema of what goes out.
    pub fn schema(self) -> Schema {
        match self {
            Self::One(schema) | Self::List(schema) | Self::Lines(schema) => schema,
        }
    }
}

/// The schema of an answer, see `schemas`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is called like the type it is the schema of")]
pub enum Schema {
    Organization,
    Organizations,
    Revisions,
    Changes,
    Location,
    Locations,
    Portal,
    Portals,
    Endpoint,
    Endpoints,
    App,
    Apps,
    Sources,
    Statistics,
    Lookup,
    Search,
    Suggestions,
    Document,
}

/// An example of a request.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The id in the path; empty when there is none.
    pub id: &'static str,
    /// The query, without `?`.
    pub query: &'static str,
}

/// One query parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// What its meaning is called in the languages of the page: its name, unless the name means several things.
    pub key: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What it may be.
    pub takes: Takes,
    /// Must it be given?
    pub required: bool,
    /// A value for examples.
    pub example: &'static str,
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub enum Takes {
    /// Any text of at most [`LONGEST_TEXT`] characters.
    Text,
    /// A whole number within bounds, both included; what it is when it is not given.
    Number {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
        /// When it is not given.
        default: Option<u32>,
    },
    /// A number of miles within bounds.
    Miles {
        /// The least.
        least: u32,
        /// The most.
        most: u32,
    },
    /// `true` or `false`.
    Flag,
    /// One word of a list.
    Word(Words),
    /// Some words of a list, separated by commas or given again.
    Many(Words),
    /// The id of a thing.
    Id(ThingKind),
    /// The id of any thing.
    AnyId,
    /// Ids, separated by commas.
    Ids(ThingKind),
    /// A day or a moment.
    Moment,
    /// Where the page before ended, as it was told; so many characters.
    Cursor(usize),
    /// A number of the log, or `latest` for its end.
    Position,
    /// A place: ZIP code, city with state, state, point.
    Place,
}

/// A list of words.
#[derive(Debug, Clone, Copy)]
pub enum Words {
    /// Kinds of organizations.
    Kinds,
    /// Postal codes of states, and `US`.
    States,
    /// The menu of features.
    Features,
    /// Codes of vendors.
    Vendors,
    /// Tiers of sources.
    Tiers,
    /// Kinds of things.
    Things,
    /// What happens to things.
    Events,
    /// These.
    These(&'static [&'static str]),
    /// Fields of the things of an answer.
    FieldsOf(Schema),
}

impl Words {
    /// All of them.
    pub fn all(self) -> Vec<&'static str> {
        static FIELDS: LazyLock<super::fields::Known> = LazyLock::new(super::fields::Known::new);
        match self {
            Self::Kinds => Kind::ALL.iter().map(|kind| kind.code()).collect(),
            Self::States => STATES.iter().map(|(code, _)| *code).chain(["US"]).collect(),
            Self::Features => MENU.to_vec(),
            Self::Vendors => vendor::all().iter().map(|vendor| vendor.code.as_str()).collect(),
            Self::Tiers => vec!["0", "1", "2", "3", "4", "5", "6", "7", "8"],
            Self::Things => ThingKind::ALL.map(ThingKind::word).to_vec(),
            Self::Events => Event::ALL.map(Event::word).to_vec(),
            Self::These(words) => words.to_vec(),
            Self::FieldsOf(schema) => FIELDS.of(schema).iter().map(String::as_str).collect(),
        }
    }

    /// The word that was meant: states may be given by name and in any case.
    pub fn find(self, text: &str) -> Option<&'static str> {
        match self {
            Self::States if !text.eq_ignore_ascii_case("us") => place::state_code(text),
            Self::States => Some("US"),
            _ => self.all().into_iter().find(|word| *word == text),
        }
    }
}

impl Takes {
    /// Is a value one of those that may be? It is looked at as it came; nothing is cut off or guessed.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Text => text.chars().count() <= LONGEST_TEXT,
            Self::Number { least, most, .. } => {
                text.bytes().all(|b| b.is_ascii_digit()) && text.parse().is_ok_and(|n: u32| (least..=most).contains(&n))
            }
            Self::Miles { least, most } => {
                text.parse().is_ok_and(|miles: f64| (f64::from(least)..=f64::from(most)).contains(&miles))
            }
            Self::Flag => matches!(text, "true" | "false"),
            Self::Word(words) | Self::Many(words) => words.find(text).is_some(),
            Self::Id(kind) | Self::Ids(kind) => Id::parse(text).is_some_and(|id| id.kind() == kind),
            Self::AnyId => Id::parse(text).is_some(),
            Self::Moment => super::moment::read(text).is_some(),
            Self::Cursor(length) => {
                text.len() == length && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            }
            Self::Position => text == LATEST || text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<i64>().is_ok(),
            Self::Place => is_place(text),
        }
    }

    /// May it be given as a list, by commas or again?
    pub fn is_list(self) -> bool {
        matches!(self, Self::Many(_) | Self::Ids(_))
    }

    /// What is allowed, in words that stand behind "it is".
    pub fn in_words(self) -> String {
        match self {
            Self::Text => format!("a text of at most {LONGEST_TEXT} characters"),
            Self::Number { least, most, .. } => format!("a whole number from {least} to {most}"),
            Self::Miles { least, most } => format!("a number of miles from {least} to {most}"),
            Self::Flag => "true or false".to_owned(),
            Self::Word(_) => "one of the words that are allowed".to_owned(),
            Self::Many(_) => "one or more of the words that are allowed, separated by commas".to_owned(),
            Self::Id(kind) => format!("the id of a thing of the type {}: {}…", kind.word(), kind.prefix()),
            Self::AnyId => "an id, such as org-…".to_owned(),
            Self::Ids(kind) => format!("at most {MOST_IDS} ids ({}…), separated by commas", kind.prefix()),
            Self::Moment => "a day (2026-11-26) or a moment (2026-11-26T12:00:00Z)".to_owned(),
            Self::Cursor(_) => "the next_after of the page before, as it was given".to_owned(),
            Self::Position => {
                format!(
                    "the next_after of the page before, 0 for the beginning, or {LATEST} for what is new from now on"
                )
            }
            Self::Place => {
                "a ZIP code (83702), a city with its state (Boise, ID), a state (ID or Idaho), or latitude and \
                 longitude in degrees (43.62,-116.20)"
                    .to_owned()
            }
        }
    }
}

/// The most characters of a place.
pub const LONGEST_PLACE: usize = 60;

/// A ZIP code, a point in degrees, or a name. Whether there is a place of that name is the search's to say.
fn is_place(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let zip = |text: &str| match text.split_once('-') {
        Some((five, four)) => five.len() == 5 && digits(five) && four.len() == 4 && digits(four),
        None => text.len() == 5 && digits(text),
    };
    let degrees = |text: &str, most: f64| {
        let (whole, part) = text.strip_prefix('-').unwrap_or(text).split_once('.').unzip();
        let whole = whole.unwrap_or_else(|| text.strip_prefix('-').unwrap_or(text));
        (1..=3).contains(&whole.len())
            && digits(whole)
            && part.is_none_or(|part| digits(part) && part.len() <= 6)
            && text.parse().is_ok_and(|degrees: f64| degrees.abs() <= most)
    };
    let point = |text: &str| text.split_once(',').is_some_and(|(lat, lon)| degrees(lat, 90.0) && degrees(lon, 180.0));
    let named = text.bytes().any(|b| b.is_ascii_alphabetic());
    text.chars().count() <= LONGEST_PLACE && (named || zip(text) || point(text))
}

/// The same as a pattern, for the published document.
pub const PLACE_PATTERN: &str = "[A-Za-z]|^[0-9]{5}(-[0-9]{4})?$|\
     ^-?([0-8]?[0-9](\\.[0-9]{1,6})?|90(\\.0{1,6})?),-?((1[0-7][0-9]|[0-9]{1,2})(\\.[0-9]{1,6})?|180(\\.0{1,6})?)$";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_taken_as_they_are_or_not_at_all() {
        let number = Takes::Number { least: 1, most: 100, default: None };
        for (takes, good, bad) in [
            (number, &["1", "100"][..], &["0", "101", "-1", "+5", "5.0", "", " 5", "five", "99999999999999"][..]),
            (Takes::Miles { least: 1, most: 500 }, &["1", "12.5", "500"], &["0.5", "501", "NaN", "inf", "", "ten"]),
            (Takes::Flag, &["true", "false"], &["yes", "1", "", "TRUE"]),
            (Takes::Many(Words::Kinds), &["hospital"], &["castle", "", "Hospital"]),
            (Takes::Many(Words::States), &["TX", "tx", "Ohio", "US"], &["Ontario", "", "XX"]),
            (
                Takes::Id(ThingKind::Organization),
                &["org-0198f1a2b3c47d5e8f90123456789abc"],
                &["por-0198f1a2b3c47d5e8f90123456789abc", "org-1", "", "ORG-0198F1A2B3C47D5E8F90123456789ABC"],
            ),
            (Takes::Cursor(4), &["00af"], &["00AF", "0af", "", "zzzz"]),
            (Takes::Position, &["0", "12", "latest"], &["-1", "+1", "", "x", "99999999999999999999", "Latest"]),
            (Takes::Moment, &["2026-11-26", "2026-11-26T12:00:00Z"], &["2026-02-30", "yesterday", "", "2026"]),
            (
                Takes::Place,
                &["83702", "83702-1234", "Boise, ID", "43.62,-116.20", "Idaho"],
                &["8370", "91,0", "0,181", "-", "", "83702 "],
            ),
        ] {
            for value in good {
                assert!(takes.accepts(value), "{value:?} is {}", takes.in_words());
            }
            for value in bad {
                assert!(!takes.accepts(value), "{value:?} is not {}", takes.in_words());
            }
        }
        assert!(!Takes::Text.accepts(&"x".repeat(LONGEST_TEXT + 1)) && Takes::Text.accepts(""));
    }
}
