//! What results must be: one criterion for each parameter of a search.
//!
//! What holds: what is not understood is either not ours ([`Trouble::Unknown`], which a lenient search ignores) or wrong
//! ([`Trouble::Wrong`], which no search does).

use super::{
    parameters::{Edge, What, named, parameters},
    values::{self, Target, Value},
};
use crate::{
    fhir::outcome::Outcome,
    r4::{ResourceType, View},
};

/// What looking through all rows for a value costs, against looking it up.
pub(super) const SCAN: usize = 10;
/// References from one resource to the next in one criterion.
const DEPTH: usize = 4;

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

/// Why a parameter is not used.
pub(super) enum Trouble {
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
pub(super) struct Reader<'a> {
    pub public: &'a str,
    pub view: View,
}

/// What a criterion costs.
pub(super) fn cost(criterion: &Criterion) -> usize {
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
pub(super) fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}

impl Reader<'_> {
    /// Reads one criterion. `whole` is the name as it was given, `name` what is left of it.
    pub fn criterion(
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
