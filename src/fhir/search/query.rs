//! A search as it was understood: criteria, order, page, what comes along; and what of it was not.
//!
//! What holds: the work it asks for is bounded before any is done. A parameter without a value is as good as absent.

use super::{
    criteria::{Criterion, Modifier, Reader, SCAN, Trouble, cost, shown},
    cursor::digest_of,
    parameters::{Edge, What, sortable},
    values::Value,
};
use crate::{
    fhir::{
        negotiate::Asked,
        outcome::{Code, Issue, Outcome, Severity},
    },
    r4::{Elements, ResourceType, View},
};

/// The most results on a page.
const MOST: usize = 500;
/// Results on a page when nobody says how many.
const SOME: usize = 20;
/// Criteria of one search, and values of all of them.
const CRITERIA: usize = 32;
const VALUES: usize = 300;
/// The most values of a search that does not wait for a thread of its own, and the least letters of a text in it.
const QUICK_VALUES: usize = 4;
const QUICK_LETTERS: usize = 4;
/// Keys to sort by.
pub(super) const KEYS: usize = 3;
/// The parameter of our own in addresses of further pages.
pub(super) const CURSOR: &str = "_cursor";

/// A key to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pub by: &'static str,
    pub down: bool,
}

/// What is to come along: by which reference, in which direction, and whether from what came along too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Include {
    pub edge: Edge,
    pub reverse: bool,
    pub iterate: bool,
    /// The type that is referred to has to be this one; nothing: any.
    pub target: Option<ResourceType>,
}

/// A search.
#[derive(Debug)]
pub(super) struct Query {
    pub kind: ResourceType,
    pub criteria: Vec<Criterion>,
    pub sort: Vec<Key>,
    pub count: usize,
    pub total: bool,
    pub cursor: Option<String>,
    pub includes: Vec<Include>,
    /// The parameters that count, as they were given, without the cursor.
    pub used: Vec<(String, String)>,
    /// What was not understood and is ignored.
    pub ignored: Vec<Issue>,
}

impl Query {
    /// Reads the parameters of a search in a view of the installation with a public address.
    pub fn read(asked: &Asked, kind: ResourceType, public: &str, view: View) -> Result<Self, Outcome> {
        let reader = Reader { public, view };
        let mut query = Self {
            kind,
            criteria: Vec::new(),
            sort: Vec::new(),
            count: SOME,
            total: true,
            cursor: None,
            includes: Vec::new(),
            used: Vec::new(),
            ignored: Vec::new(),
        };
        for (name, value) in asked.rest.iter().filter(|(_, value)| !value.is_empty()) {
            match query.take(reader, name, value) {
                Ok(()) if name == CURSOR => {}
                Ok(()) => query.used.push((name.clone(), value.clone())),
                Err(Trouble::Wrong(outcome)) => return Err(outcome),
                Err(Trouble::Unknown(why)) if asked.strict => return Err(Outcome::unsupported(&shown(name), why)),
                Err(Trouble::Unknown(why)) => {
                    let issue = Issue::of_parameter(Severity::Warning, Code::NotSupported, &shown(name), why);
                    query.ignored.push(issue);
                }
            }
        }
        query.bounded()?;
        if asked.elements == Elements::Text && !query.includes.is_empty() {
            let why = "_summary=text has no includes (FHIR R4, Search, \"Summary\").";
            return Err(Outcome::parameter("_summary", why));
        }
        if asked.count_only {
            query.count = 0;
        }
        // Nearest first, unless another order is asked for.
        if query.sort.is_empty() && query.near().is_some() {
            query.sort.push(Key { by: "near", down: false });
        }
        Ok(query)
    }

    fn take(&mut self, reader: Reader<'_>, name: &str, value: &str) -> Result<(), Trouble> {
        let wrong = |why: &str| Trouble::Wrong(Outcome::parameter(name, format!("{name}: {why}.")));
        match name {
            "_count" => {
                let count = value.parse::<u32>().map_err(|_| wrong("it is a whole number; 0 gives the total alone"))?;
                self.count = (count as usize).min(MOST);
            }
            "_total" => {
                self.total = match value {
                    "none" => false,
                    "estimate" | "accurate" => true,
                    _ => return Err(wrong("it is none, estimate or accurate")),
                }
            }
            "_sort" => self.sort(value)?,
            CURSOR => self.cursor = Some(value.to_owned()),
            _ if name == "_include" || name == "_revinclude" => self.include(name, value, false)?,
            "_include:iterate" | "_revinclude:iterate" => {
                self.include(name.split(':').next().unwrap_or_default(), value, true)?;
            }
            _ => self.criteria.push(reader.criterion(self.kind, name, name, value, 0)?),
        }
        Ok(())
    }

    fn sort(&mut self, value: &str) -> Result<(), Trouble> {
        let mut keys = self.sort.clone();
        for part in value.split(',') {
            let (down, name) = part.strip_prefix('-').map_or((false, part), |name| (true, name));
            let known = sortable(self.kind);
            let Some(by) = known.iter().find(|known| **known == name) else {
                let (kind, known) = (self.kind.name(), known.join(", "));
                return Err(Trouble::Unknown(format!("{kind} cannot be sorted by {:?}, but by {known}.", shown(name))));
            };
            if keys.len() == KEYS {
                return Err(Trouble::Wrong(Outcome::too_costly("_sort", format!("_sort takes at most {KEYS} keys."))));
            }
            keys.push(Key { by, down });
        }
        self.sort = keys;
        Ok(())
    }

    fn include(&mut self, name: &str, value: &str, iterate: bool) -> Result<(), Trouble> {
        let reverse = name == "_revinclude";
        let unknown = || {
            let known: Vec<String> = Edge::ALL.into_iter().map(Edge::path).collect();
            Trouble::Unknown(format!("There is no {name} of {:?}; there are *, {}.", shown(value), known.join(", ")))
        };
        let mut parts = value.splitn(3, ':');
        let (from, path, target) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
        let target = target.map(|target| ResourceType::from_name(target).ok_or_else(unknown)).transpose()?;
        let edges: Vec<Edge> = match (from, path) {
            // All references from the type, or all references to it.
            ("*", None) => {
                let end = |edge: &Edge| if reverse { edge.to() } else { edge.from() };
                Edge::ALL.into_iter().filter(|edge| iterate || end(edge) == self.kind).collect()
            }
            (from, Some("*")) => {
                let from = ResourceType::from_name(from).ok_or_else(unknown)?;
                Edge::ALL.into_iter().filter(|edge| edge.from() == from).collect()
            }
            (from, Some(path)) => {
                let from = ResourceType::from_name(from).ok_or_else(unknown)?;
                vec![Edge::named(from, path).ok_or_else(unknown)?]
            }
            _ => return Err(unknown()),
        };
        self.includes.extend(edges.into_iter().map(|edge| Include { edge, reverse, iterate, target }));
        Ok(())
    }

    /// Refuses what asks for too much work.
    fn bounded(&self) -> Result<(), Outcome> {
        if self.criteria.len() > CRITERIA {
            return Err(Outcome::too_costly("_count", format!("A search has at most {CRITERIA} criteria.")));
        }
        let cost: usize = self.criteria.iter().map(cost).sum();
        if cost > VALUES {
            let why =
                format!("At most {VALUES} values in one search; each one with :contains or near counts {SCAN} times.");
            return Err(Outcome::too_costly("_count", why));
        }
        Ok(())
    }

    /// Is it answered in less time than another thread needs to take it over? So are a few values that are looked up, each
    /// of few rows or in a set that is kept.
    pub fn is_quick(&self) -> bool {
        let quick = |criterion: &Criterion| match criterion {
            Criterion::Is { what, modifier: Modifier::None, values } => {
                values.iter().all(|value| match (what, value) {
                    (What::Name | What::City | What::Zip, Value::Text(text)) => text.folded.len() >= QUICK_LETTERS,
                    (What::State, Value::Text(_)) => true,
                    (What::Id | What::Identifier | What::Type | What::Active, Value::Token(token)) => {
                        token.code.is_some()
                    }
                    _ => false,
                })
            }
            _ => false,
        };
        self.kind == ResourceType::Organization
            && self.sort.is_empty()
            && self.includes.is_empty()
            && self.criteria.iter().map(cost).sum::<usize>() <= QUICK_VALUES
            && self.criteria.iter().all(quick)
    }

    /// The points of the first criterion of nearness.
    pub fn near(&self) -> Option<&[Value]> {
        self.criteria.iter().find_map(|criterion| match criterion {
            Criterion::Is { what: What::Near, values, .. } => Some(values.as_slice()),
            _ => None,
        })
    }

    /// What a cursor is bound to: the view, the type, what is searched for and in which order.
    pub fn mark(&self, view: View) -> u64 {
        digest_of(&format!("{view:?} {:?} {:?} {:?}", self.kind, self.criteria, self.sort))
    }
}
