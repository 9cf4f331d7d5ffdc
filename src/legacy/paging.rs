//! `limit` and `offset` as the original took them, and the `meta` of its lists.

use serde::Serialize;
use url::form_urlencoded::{self, Serializer};

use super::problem::wrong;
use crate::web::problem::Problem;

/// Results of a page when nobody says how many.
const USUAL: usize = 30;
/// The largest page; a higher limit counts as this one.
const MOST: usize = 100;
/// The longest name that is searched for, in characters.
const LONGEST_NAME: usize = 100;

/// What was asked. Parameters the original did not know (`callback` too) are ignored, as it ignored them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Asked {
    /// Results of a page.
    pub limit: usize,
    /// How many come before them.
    pub offset: usize,
    /// One of the original's categories, in small letters; anything else has no results.
    pub category: Option<String>,
    /// The state of a hospital or provider.
    pub state: Option<String>,
    /// Its ZIP code.
    pub zip: Option<String>,
    /// What its name begins with.
    pub name: Option<String>,
}

impl Asked {
    /// Reads a query.
    pub fn read(query: Option<&str>) -> Result<Self, Problem> {
        let mut asked = Self { limit: USUAL, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            // Empty counted as absent.
            let value = value.trim();
            if value.is_empty() {
                continue;
            }
            match name.as_ref() {
                "limit" => asked.limit = number("limit", value, 1)?.min(MOST),
                "offset" => asked.offset = number("offset", value, 0)?,
                "category" => asked.category = Some(letters(value)),
                "state" => asked.state = Some(value.to_uppercase()),
                "zip" => asked.zip = Some(value.to_owned()),
                "name" if value.chars().count() > LONGEST_NAME => {
                    return Err(wrong("name", format!("name has at most {LONGEST_NAME} characters")));
                }
                "name" => asked.name = Some(value.to_owned()),
                _ => {}
            }
        }
        Ok(asked)
    }

    /// What stands beside the results; `filters` are the parameters that lead on, in their order.
    pub fn meta(&self, path: &str, total: usize, filters: &[(&str, &Option<String>)]) -> Meta {
        let at = |offset: usize| {
            let mut query = Serializer::new(String::new());
            query.append_pair("limit", &self.limit.to_string()).append_pair("offset", &offset.to_string());
            for (name, value) in filters {
                if let Some(value) = value {
                    query.append_pair(name, value);
                }
            }
            format!("{path}?{}", query.finish())
        };
        Meta {
            total_results: total,
            limit: self.limit,
            offset: self.offset,
            category: self.category.clone(),
            next: (self.offset + self.limit < total).then(|| at(self.offset + self.limit)),
            prev: (self.offset > 0).then(|| at(self.offset.saturating_sub(self.limit))),
        }
    }
}

/// A whole number that is not below `least`.
fn number(name: &str, value: &str, least: usize) -> Result<usize, Problem> {
    let number = value.parse::<u32>().ok().map(|number| number as usize).filter(|number| *number >= least);
    number.ok_or_else(|| wrong(name, format!("{name} is a whole number from {least} to {}", u32::MAX)))
}

/// The original forgave what is no letter.
fn letters(value: &str) -> String {
    value.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect()
}

/// The envelope of a list.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    pub results: Vec<T>,
    pub meta: Meta,
}

/// What the original said of a list. `next` and `prev` are paths below the root of this API, as it gave them: clients put
/// its address before them.
#[derive(Debug, Serialize, PartialEq)]
pub(super) struct Meta {
    pub total_results: usize,
    pub limit: usize,
    pub offset: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prev: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        Asked::read(Some(query)).unwrap()
    }

    #[test]
    fn what_was_asked_is_read_as_the_original_read_it() {
        assert_eq!(Asked::read(None).unwrap(), Asked { limit: 30, ..Asked::default() });
        let all = asked("limit=500&offset=60&category=Hospital!&callback=alert&detailed=1");
        let expected = Asked { limit: 100, offset: 60, category: Some("hospital".into()), ..Asked::default() };
        assert_eq!(all, expected, "callback is ignored: never JSONP");
        assert_eq!(asked("limit=&offset="), Asked { limit: 30, ..Asked::default() });
    }

    #[test]
    fn what_is_wrong_is_named_with_what_is_allowed() {
        for (query, name) in [
            ("limit=0", "limit"),
            ("limit=-5", "limit"),
            ("limit=ten", "limit"),
            ("offset=-1", "offset"),
            ("offset=99999999999", "offset"),
            ("offset=1.5", "offset"),
        ] {
            let Err(problem) = Asked::read(Some(query)) else { panic!("{query}") };
            let detail = problem.detail();
            assert!(detail.starts_with(name) && detail.contains("whole number"), "{detail}");
        }
        assert!(Asked::read(Some(&format!("name={}", "a".repeat(101)))).is_err());
    }

    #[test]
    fn next_and_prev_lead_through_all_of_it() {
        let page = asked("limit=10&category=lab");
        let meta = page.meta("/organizations", 25, &[("category", &page.category)]);
        assert_eq!(meta.next.as_deref(), Some("/organizations?limit=10&offset=10&category=lab"));
        assert_eq!((meta.prev, meta.total_results), (None, 25));
        let page = asked("limit=10&offset=5");
        let meta = page.meta("/apps", 15, &[]);
        assert_eq!((meta.next, meta.prev.as_deref()), (None, Some("/apps?limit=10&offset=0")));
        let page = asked("state=tx&name=st+mary%26co");
        let meta = page.meta("/stage2", 31, &[("state", &page.state), ("name", &page.name)]);
        assert_eq!(meta.next.as_deref(), Some("/stage2?limit=30&offset=30&state=TX&name=st+mary%26co"));
    }
}
