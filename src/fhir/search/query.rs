//! A search as it was understood: criteria, order, page, what comes along; and what of it was not.
//!
//! What holds: the work it asks for is bounded before any is done. A parameter without a value is as good as absent.

use super::{
    cursor::digest_of,
    parameters::{Edge, What, named, parameters, sortable},
    values::{self, Target, Value},
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
/// What looking through all rows for a value costs, against looking it up.
const SCAN: usize = 10;
/// References from one resource to the next in one criterion.
const DEPTH: usize = 4;
/// Keys to sort by.
pub(super) const KEYS: usize = 3;
/// The parameter of our own in addresses of further pages.
pub(super) const CURSOR: &str = "_cursor";

/// How values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Modifier {
    None,
    Exact,
    Contains,
    Not,
    Above,
    Below,
}

/// What results must be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Criterion {
    /// Any of the values.
    Is { what: What, modifier: Modifier, values: Vec<Value> },
    /// It has no value at all, or has one.
    Missing { what: What, missing: bool },
    /// It refers to something that is so.
    Chain { edge: Edge, of: Box<Criterion> },
    /// Something that is so refers to it.
    Has { edge: Edge, of: Box<Criterion> },
}

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

/// Why a parameter is not used.
enum Trouble {
    /// It is not one of ours.
    Unknown(String),
    /// Its value is wrong.
    Wrong(Outcome),
}

impl From<Outcome> for Trouble {
    fn from(outcome: Outcome) -> Self {
        Self::Wrong(outcome)
    }
}

/// Who reads: what values mean depends on it.
#[derive(Debug, Clone, Copy)]
struct Reader<'a> {
    public: &'a str,
    view: View,
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

/// What a criterion costs.
fn cost(criterion: &Criterion) -> usize {
    match criterion {
        Criterion::Is { what, modifier, values } => {
            let scans = matches!(modifier, Modifier::Contains | Modifier::Below | Modifier::Above)
                || matches!(what, What::Near | What::LastUpdated | What::Role);
            values.len() * if scans { SCAN } else { 1 }
        }
        Criterion::Missing { .. } => 1,
        Criterion::Chain { of, .. } | Criterion::Has { of, .. } => SCAN + cost(of),
    }
}

/// As much of a name from outside as an answer repeats.
fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}

impl Reader<'_> {
    /// Reads one criterion. `whole` is the name as it was given, `name` what is left of it.
    fn criterion(
        self,
        kind: ResourceType,
        whole: &str,
        name: &str,
        value: &str,
        depth: usize,
    ) -> Result<Criterion, Trouble> {
        if depth > DEPTH {
            let why = format!("A chain has at most {DEPTH} references.");
            return Err(Trouble::Wrong(Outcome::too_costly(&shown(whole), why)));
        }
        if let Some(rest) = name.strip_prefix("_has:") {
            return self.has(kind, whole, rest, value, depth);
        }
        if let Some((head, rest)) = name.split_once('.') {
            let (base, target) = head.split_once(':').map_or((head, None), |(base, target)| (base, Some(target)));
            let edge = Edge::named(kind, base).ok_or_else(|| unknown(kind, base))?;
            if target.is_some_and(|target| target != edge.to().name()) {
                let why = format!("{} refers to {} alone.", edge.path(), edge.to().name());
                return Err(Trouble::Wrong(Outcome::parameter(&shown(whole), why)));
            }
            let of = self.criterion(edge.to(), whole, rest, value, depth + 1)?;
            return Ok(Criterion::Chain { edge, of: Box::new(of) });
        }
        let (base, modifier) = name.split_once(':').map_or((name, ""), |(base, modifier)| (base, modifier));
        let parameter = named(kind, base).ok_or_else(|| unknown(kind, base))?;
        self.own(whole, parameter.what, parameter.kind, modifier, value)
    }

    /// `_has:Type:reference:criterion`
    fn has(self, kind: ResourceType, whole: &str, rest: &str, value: &str, depth: usize) -> Result<Criterion, Trouble> {
        let mut parts = rest.splitn(3, ':');
        let (Some(from), Some(path), Some(inner)) = (parts.next(), parts.next(), parts.next()) else {
            let why = "_has is written _has:Type:reference:parameter, such as _has:Location:organization:address-city.";
            return Err(Trouble::Wrong(Outcome::parameter(&shown(whole), why)));
        };
        let from_type = ResourceType::from_name(from);
        let edge = from_type.and_then(|from| Edge::named(from, path)).filter(|edge| edge.to() == kind);
        let edge = edge.ok_or_else(|| {
            let to = Edge::ALL.into_iter().filter(|edge| edge.to() == kind);
            let known = to.map(|edge| format!("_has:{}:", edge.path())).collect::<Vec<_>>().join(", ");
            Trouble::Unknown(format!(
                "Nothing refers to {} by {}:{}; there are {known}.",
                kind.name(),
                shown(from),
                shown(path)
            ))
        })?;
        let of = self.criterion(edge.from(), whole, inner, value, depth + 1)?;
        Ok(Criterion::Has { edge, of: Box::new(of) })
    }

    /// A criterion on a parameter of the type itself.
    fn own(self, whole: &str, what: What, kind: &str, modifier: &str, value: &str) -> Result<Criterion, Trouble> {
        let name = shown(whole);
        let wrong = |why: &str| Trouble::Wrong(Outcome::parameter(&name, format!("{name}: {why}.")));
        if modifier == "missing" && what != What::Near {
            return match value {
                "true" | "false" => Ok(Criterion::Missing { what, missing: value == "true" }),
                _ => Err(wrong("with :missing it is true or false")),
            };
        }
        if let What::Refers(edge) = what {
            return self.reference(&name, edge, modifier, value);
        }
        let modifier = match (kind, modifier) {
            (_, "") => Modifier::None,
            ("string", "exact") => Modifier::Exact,
            ("string", "contains") => Modifier::Contains,
            ("token", "not") => Modifier::Not,
            ("uri", "above") if what == What::EndpointAddress => Modifier::Above,
            ("uri", "below") if what == What::EndpointAddress => Modifier::Below,
            _ => {
                let known = match kind {
                    "string" => ":exact, :contains and :missing",
                    "token" => ":not and :missing",
                    "uri" if what == What::EndpointAddress => ":above, :below and :missing",
                    "special" => "no modifier",
                    _ => ":missing",
                };
                let why = format!("There is no :{} here; this parameter has {known}.", shown(modifier));
                return Err(Trouble::Wrong(Outcome::unsupported(&name, why)));
            }
        };
        let read = |one: &str| -> Result<Value, &'static str> {
            Ok(match (kind, what) {
                ("string", _) => Value::Text(values::text(one)?),
                ("date", _) => Value::Moment(values::moment(one)?),
                ("special", _) => values::near(one)?,
                (_, What::EndpointAddress) => values::endpoint(one),
                ("uri", _) => Value::Uri(values::unescape(one)),
                _ => {
                    let token = values::token(one)?;
                    match what {
                        What::Active => drop(values::truth(&token)?),
                        What::Id => values::legal_id(token.code.as_deref().unwrap_or_default())?,
                        _ => {}
                    }
                    Value::Token(token)
                }
            })
        };
        // One place has one point: its parts are split by bars, and a comma is the next place.
        let values = values::split(value, ',').into_iter().filter(|one| !one.is_empty()).map(read);
        let values = values.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
        if values.is_empty() { Err(wrong("it has no value")) } else { Ok(Criterion::Is { what, modifier, values }) }
    }

    /// `reference`, `reference:Type` and `reference:identifier`.
    fn reference(self, name: &str, edge: Edge, modifier: &str, value: &str) -> Result<Criterion, Trouble> {
        let wrong = |why: &str| Trouble::Wrong(Outcome::parameter(name, format!("{name}: {why}.")));
        let to = edge.to();
        if modifier == "identifier" {
            // Ours are references to resources; who asks by identifier means what they refer to.
            if named(to, "identifier").is_none() {
                let why = format!("{} has no identifier to search by.", to.name());
                return Err(Trouble::Wrong(Outcome::unsupported(name, why)));
            }
            let of = self.own(name, What::Identifier, "token", "", value)?;
            return Ok(Criterion::Chain { edge, of: Box::new(of) });
        }
        let typed = ResourceType::from_name(modifier);
        if !modifier.is_empty() && typed.is_none() {
            let why = format!(
                "There is no :{} here; this parameter has :missing, :identifier and :{}.",
                shown(modifier),
                to.name()
            );
            return Err(Trouble::Wrong(Outcome::unsupported(name, why)));
        }
        let read = |one: &str| {
            let target = values::reference(one, to, self.public, self.view)?;
            // It refers to one type alone.
            Ok(Value::Refers(if typed.is_some_and(|typed| typed != to) { Target::Elsewhere } else { target }))
        };
        let values = values::split(value, ',').into_iter().filter(|one| !one.is_empty()).map(read);
        let values = values.collect::<Result<Vec<_>, &'static str>>().map_err(wrong)?;
        if values.is_empty() {
            return Err(wrong("it has no value"));
        }
        Ok(Criterion::Is { what: What::Refers(edge), modifier: Modifier::None, values })
    }
}

fn unknown(kind: ResourceType, name: &str) -> Trouble {
    let known = parameters(View::Plain, kind).iter().map(|known| known.name).collect::<Vec<_>>().join(", ");
    Trouble::Unknown(format!("{} has no search parameter {:?}; it has {known}.", kind.name(), shown(name)))
}
