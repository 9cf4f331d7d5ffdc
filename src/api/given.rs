//! The parameters of one request, read strictly by the declaration of its operation.
//!
//! What holds: what is unknown, given twice, or not one of the values it may have is an error that names the parameter and
//! what is allowed; what is read here is right, so handlers do not check again.

use std::collections::BTreeMap;

use super::operation::{MOST_IDS, MOST_VALUES, Operation, Takes, Words};
use crate::{
    model::id::Id,
    web::problem::{Kind, Problem},
};

/// The parameters of one request.
#[derive(Debug)]
pub struct Given {
    operation: &'static Operation,
    values: BTreeMap<&'static str, Vec<String>>,
}

impl Given {
    /// Reads a query.
    pub fn read(operation: &'static Operation, query: Option<&str>) -> Result<Self, Problem> {
        let mut values: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            let Some(parameter) = operation.parameters.iter().find(|parameter| parameter.name == name) else {
                return Err(unknown(operation, &name));
            };
            let known = values.entry(parameter.name).or_default();
            if parameter.takes.is_list() {
                known.extend(value.split(',').map(str::to_owned));
            } else if known.is_empty() {
                known.push(value.into_owned());
            } else {
                return Err(wrong(parameter.name, parameter.takes, "it is given twice"));
            }
        }
        for parameter in operation.parameters {
            let Some(given) = values.get(parameter.name) else {
                if parameter.required {
                    return Err(wrong(parameter.name, parameter.takes, "it must be given"));
                }
                continue;
            };
            let most = if matches!(parameter.takes, Takes::Ids(_)) { MOST_IDS } else { MOST_VALUES };
            if given.len() > most {
                return Err(wrong(parameter.name, parameter.takes, &format!("these are more than {most}")));
            }
            if let Some(bad) = given.iter().find(|value| !parameter.takes.accepts(value)) {
                let bad: String = bad.chars().take(60).collect();
                return Err(wrong(parameter.name, parameter.takes, &format!("{bad:?} is not that")));
            }
        }
        Ok(Self { operation, values })
    }

    /// The value of a parameter.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.many(name).first().map(String::as_str)
    }

    /// Every value of a parameter.
    pub fn many(&self, name: &str) -> &[String] {
        debug_assert!(
            self.operation.parameters.iter().any(|parameter| parameter.name == name),
            "{} has no parameter {name}",
            self.operation.id
        );
        self.values.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// Every value of a list of words, as the list writes it.
    pub fn words(&self, name: &str) -> Vec<&'static str> {
        let words = self.operation.parameters.iter().find(|parameter| parameter.name == name);
        let words = words.and_then(|parameter| match parameter.takes {
            Takes::Word(words) | Takes::Many(words) => Some(words),
            _ => None,
        });
        let find = |words: Words| self.many(name).iter().filter_map(|value| words.find(value)).collect();
        words.map(find).unwrap_or_default()
    }

    /// A whole number; its default when it is not given.
    pub fn number(&self, name: &str) -> usize {
        let default = self.operation.parameters.iter().find_map(|parameter| match parameter.takes {
            Takes::Number { default, .. } if parameter.name == name => default,
            _ => None,
        });
        self.one(name).and_then(|text| text.parse().ok()).or(default).unwrap_or_default() as usize
    }

    /// `true` or `false`; nothing when it is not given.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.one(name).map(|text| text == "true")
    }

    /// An id.
    pub fn id(&self, name: &str) -> Option<Id> {
        self.one(name).and_then(Id::parse)
    }

    /// A moment, in microseconds since 1970 UTC.
    pub fn moment(&self, name: &str) -> Option<i64> {
        self.one(name).and_then(super::moment::read)
    }

    /// Does a list of words have one?
    pub fn has(&self, name: &str, word: &str) -> bool {
        self.many(name).iter().any(|value| value == word)
    }

    /// What a cursor is bound to: everything that decides which things a list has and in which order.
    pub fn bound(&self) -> u32 {
        let mut hash = crc32fast::Hasher::new();
        hash.update(self.operation.id.as_bytes());
        for (name, values) in &self.values {
            if !matches!(*name, "after" | "limit" | "fields" | "include") {
                hash.update(format!("\n{name}={}", values.join(",")).as_bytes());
            }
        }
        hash.finalize()
    }

    /// The query of the next page: the same, after a cursor.
    pub fn next_query(&self, after: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, values) in self.values.iter().filter(|(name, _)| **name != "after") {
            query.append_pair(name, &values.join(","));
        }
        query.append_pair("after", after).finish()
    }
}

fn unknown(operation: &Operation, name: &str) -> Problem {
    let known: Vec<&str> = operation.parameters.iter().map(|parameter| parameter.name).collect();
    let name: String = name.chars().take(60).collect();
    let there = if known.is_empty() { "there are none".to_owned() } else { format!("these are: {}", known.join(", ")) };
    let detail = format!("{name:?} is not a parameter here; {there}");
    Problem::new(Kind::UnknownParameter, detail).parameter(&name).allowed(known)
}

fn wrong(name: &str, takes: Takes, why: &str) -> Problem {
    let problem = Problem::new(Kind::WrongValue, format!("{name} is {}; {why}", takes.in_words())).parameter(name);
    match takes {
        Takes::Word(words) | Takes::Many(words) => problem.allowed(words.all()),
        Takes::Flag => problem.allowed(["true", "false"]),
        _ => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::table;

    fn read(query: &str) -> Result<Given, Problem> {
        Given::read(&table::ORGANIZATIONS, Some(query))
    }

    #[test]
    fn what_is_unknown_or_wrong_is_named_with_what_is_allowed() {
        for (query, kind, words) in [
            ("colour=blue", Kind::UnknownParameter, "\"colour\" is not a parameter here; these are: "),
            ("limit=0", Kind::WrongValue, "limit is a whole number from 1 to 100; \"0\" is not that"),
            ("limit=", Kind::WrongValue, "limit is a whole number"),
            ("limit=1&limit=1", Kind::WrongValue, "it is given twice"),
            ("kind=castle", Kind::WrongValue, "kind is one or more of the words"),
            ("kind=hospital,", Kind::WrongValue, "\"\" is not that"),
            ("listed=maybe", Kind::WrongValue, "listed is true or false"),
        ] {
            let problem = read(query).unwrap_err();
            assert!(problem.kind() == kind && problem.detail().contains(words), "{query}: {problem:?}");
        }
        assert!(Given::read(&table::LOOKUP, Some("system=npi")).unwrap_err().detail().contains("value is a text"));
        let many = format!("ids={}", vec!["org-0198f1a2b3c47d5e8f90123456789abc"; MOST_IDS + 1].join(","));
        assert!(read(&many).unwrap_err().detail().contains("more than 100"));
    }

    #[test]
    fn values_come_as_they_are_meant() {
        let given = read("kind=hospital,clinic&kind=laboratory&state=tx,Ohio&limit=7&listed=false").unwrap();
        assert_eq!(given.words("kind"), ["hospital", "clinic", "laboratory"]);
        assert_eq!(given.words("state"), ["TX", "OH"]);
        assert_eq!((given.number("limit"), given.flag("listed")), (7, Some(false)));
        assert_eq!(read("").unwrap().number("limit"), 50);
    }

    #[test]
    fn a_cursor_is_bound_to_what_decides_on_the_list() {
        let bound = |query| read(query).unwrap().bound();
        assert_eq!(bound("kind=hospital&limit=5"), bound("limit=9&kind=hospital&fields=name"));
        assert_ne!(bound("kind=hospital"), bound("kind=clinic"));
        assert_ne!(bound(""), bound("as_of=2026-11-26"));
        assert_ne!(bound(""), Given::read(&table::LOCATIONS, None).unwrap().bound());
    }

    #[test]
    fn the_next_page_is_asked_for_alike() {
        let query = read("state=TX&kind=hospital,clinic&after=").map(|_| ());
        assert!(query.is_err(), "an empty cursor is none");
        assert_eq!(
            read("state=TX&kind=hospital,clinic").unwrap().next_query("0a"),
            "kind=hospital%2Cclinic&state=TX&after=0a"
        );
    }
}
