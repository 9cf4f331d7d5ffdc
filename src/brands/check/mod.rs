//! What is wrong with a Bundle of User-access Brands: bytes in, findings out. No I/O, and the work is bounded by the size
//! of the file.
//!
//! Rules of SMART App Launch 2.2.0 (section 8), of FHIR R4 as far as they bite in such a Bundle, of 45 CFR 170.404(b)(2)
//! (HTI-1 service base URL lists), and of what readers stumble over. What holds: entries are read one at a time; a finding
//! says which entry, whose, and where in it; each rule keeps its first [`KEPT`] findings and counts the others.

mod brand;
mod endpoint;
mod links;
mod outcome;
mod rule;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

pub use self::{
    outcome::outcome,
    rule::{Rule, Severity},
};
use crate::{clock::moment, model::text};

/// Findings of a rule that are kept.
pub const KEPT: usize = 50;
/// How deep a Bundle may be nested; real ones have about ten levels.
const DEPTH: usize = 64;
/// The longest text from a file that is shown.
const SHOWN: usize = 120;
/// Days of a quarter: a list is "reviewed quarterly" (45 CFR 170.404(b)(2)(iii)).
const QUARTER: i64 = 92;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Which rule it breaks.
    pub rule: Rule,
    /// Which entry, from 0; nothing when it is the Bundle.
    pub entry: Option<usize>,
    /// Whose: the name, or the id.
    pub who: String,
    /// Where, as a FHIRPath expression from the Bundle on.
    pub path: String,
    /// What stands there; may be empty.
    pub value: String,
}

/// What a check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Entries of the Bundle.
    pub entries: usize,
    /// Organizations.
    pub brands: usize,
    /// Endpoints.
    pub endpoints: usize,
    /// The first findings of each rule, in the order of rules.
    pub findings: Vec<Finding>,
    /// How many there are of each rule.
    pub counts: BTreeMap<Rule, usize>,
}

impl Report {
    /// How many findings are as bad as this.
    pub fn count(&self, severity: Severity) -> usize {
        self.counts.iter().filter(|(rule, _)| rule.severity() == severity).map(|(_, count)| count).sum()
    }
}

/// Gathers findings.
#[derive(Debug, Default)]
struct Desk {
    kept: BTreeMap<Rule, Vec<Finding>>,
    counts: BTreeMap<Rule, usize>,
}

impl Desk {
    fn note(&mut self, rule: Rule, at: &Whose, path: &str, value: &str) {
        let count = self.counts.entry(rule).or_default();
        *count += 1;
        if *count > KEPT {
            return;
        }
        let path = match at.entry {
            Some(n) if path.is_empty() => format!("Bundle.entry[{n}]"),
            Some(n) => format!("Bundle.entry[{n}].{path}"),
            None if path.is_empty() => "Bundle".to_owned(),
            None => format!("Bundle.{path}"),
        };
        let finding = Finding { rule, entry: at.entry, who: at.who.clone(), path, value: text::clean(value, SHOWN) };
        self.kept.entry(rule).or_default().push(finding);
    }
}

/// Which entry is spoken of.
#[derive(Debug, Clone, Default)]
struct Whose {
    entry: Option<usize>,
    who: String,
}

impl Whose {
    fn of(entry: usize, resource: &Value) -> Self {
        let part = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default();
        let who = if part("name").trim().is_empty() { part("id") } else { part("name") };
        Self { entry: Some(entry), who: text::clean(who, SHOWN) }
    }
}

/// The Bundle without what is in its entries.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(rename = "resourceType", default)]
    resource_type: Value,
    #[serde(rename = "type", default)]
    kind: Value,
    meta: Option<Value>,
    timestamp: Option<Value>,
    total: Option<Value>,
    #[serde(borrow, default)]
    entry: Vec<&'a RawValue>,
}

/// Checks a file; `now` is in microseconds since 1970 UTC.
pub fn check(bytes: &[u8], now: i64) -> Report {
    let mut desk = Desk::default();
    let mut report = Report::default();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let nowhere = Whose::default();
    if is_too_deep(bytes) {
        desk.note(Rule::TooDeep, &nowhere, "", "");
    } else {
        match serde_json::from_slice::<Head>(bytes) {
            Err(why) => match serde_json::from_slice::<&RawValue>(bytes) {
                Ok(_) => desk.note(Rule::NotABundle, &nowhere, "", ""),
                Err(_) => desk.note(Rule::NotJson, &nowhere, "", &why.to_string()),
            },
            Ok(head) if head.resource_type != "Bundle" => {
                desk.note(Rule::NotABundle, &nowhere, "resourceType", word(&head.resource_type));
            }
            Ok(head) => bundle(&head, now, &mut desk, &mut report),
        }
    }
    Report { findings: desk.kept.into_values().flatten().collect(), counts: desk.counts, ..report }
}

/// A file that is larger than whoever checks it takes.
pub fn too_large() -> Report {
    let mut desk = Desk::default();
    desk.note(Rule::TooLarge, &Whose::default(), "", "");
    Report { findings: desk.kept.into_values().flatten().collect(), counts: desk.counts, ..Report::default() }
}

/// Is it nested deeper than any list? Looked at before anything is parsed.
fn is_too_deep(bytes: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match (in_text, escaped, byte) {
            (true, true, _) => escaped = false,
            (true, false, b'\\') => escaped = true,
            (_, _, b'"') => in_text = !in_text,
            (false, _, b'{' | b'[') => depth += 1,
            (false, _, b'}' | b']') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > DEPTH {
            return true;
        }
    }
    false
}

fn bundle(head: &Head<'_>, now: i64, desk: &mut Desk, report: &mut Report) {
    let at = Whose::default();
    if head.kind != "collection" {
        desk.note(Rule::BundleType, &at, "type", word(&head.kind));
    }
    match head.timestamp.as_ref().map(|value| value.as_str().and_then(|text| text.parse::<Timestamp>().ok())) {
        None => desk.note(Rule::TimestampMissing, &at, "timestamp", ""),
        Some(None) => desk.note(Rule::TimestampBad, &at, "timestamp", head.timestamp.as_ref().map_or("", word)),
        Some(Some(stamp)) => {
            let age = moment(now).duration_since(stamp);
            if age > SignedDuration::from_hours(24 * QUARTER) {
                desk.note(Rule::TimestampOld, &at, "timestamp", &stamp.to_string());
            } else if age < SignedDuration::from_mins(-10) {
                desk.note(Rule::TimestampFuture, &at, "timestamp", &stamp.to_string());
            }
        }
    }
    if head.meta.as_ref().is_some_and(|meta| !is_instant(meta.get("lastUpdated"))) {
        desk.note(Rule::MetaLastUpdated, &at, "meta.lastUpdated", "");
    }
    if head.total.is_some() {
        desk.note(Rule::TotalGiven, &at, "total", "");
    }
    if head.entry.is_empty() {
        desk.note(Rule::NoEntries, &at, "entry", "");
    }
    report.entries = head.entry.len();
    let mut links = links::Links::default();
    for (n, raw) in head.entry.iter().enumerate() {
        let parsed: Option<Value> = serde_json::from_str(raw.get()).ok();
        let Some((entry, resource)) = parsed
            .as_ref()
            .and_then(|entry| Some((entry, entry.get("resource")?)))
            .filter(|(_, resource)| resource.is_object())
        else {
            desk.note(Rule::EntryUnreadable, &Whose { entry: Some(n), who: String::new() }, "resource", "");
            continue;
        };
        let at = Whose::of(n, resource);
        if entry.get("search").is_some() {
            desk.note(Rule::SearchGiven, &at, "search", "");
        }
        match word(resource.get("resourceType").unwrap_or(&Value::Null)) {
            "Organization" => {
                report.brands += 1;
                common(&at, resource, desk);
                brand::check(&at, resource, desk);
            }
            "Endpoint" => {
                report.endpoints += 1;
                common(&at, resource, desk);
                endpoint::check(&at, resource, desk);
            }
            other => desk.note(Rule::OtherResource, &at, "resource.resourceType", other),
        }
        links.add(at, entry, resource, desk);
    }
    links.check(desk);
}

/// What Organization and Endpoint share.
fn common(at: &Whose, resource: &Value, desk: &mut Desk) {
    match resource.get("id").and_then(Value::as_str) {
        None => desk.note(Rule::IdMissing, at, "resource.id", ""),
        Some(id) => {
            let legal = |c: u8| c.is_ascii_alphanumeric() || c == b'-' || c == b'.';
            if id.is_empty() || id.len() > 64 || !id.bytes().all(legal) {
                desk.note(Rule::IdBad, at, "resource.id", id);
            }
        }
    }
    if !is_instant(resource.get("meta").and_then(|meta| meta.get("lastUpdated"))) {
        desk.note(Rule::LastUpdatedMissing, at, "resource.meta.lastUpdated", "");
    }
}

fn is_instant(value: Option<&Value>) -> bool {
    value.and_then(Value::as_str).is_some_and(|text| text.parse::<Timestamp>().is_ok())
}

/// A text as it stands; what is no text is shown as nothing.
fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The text of a member.
fn field<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).map_or("", word)
}

/// The elements of a member that is a list, numbered; of one that is none, nothing.
fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = (usize, &'v Value)> {
    value.get(name).and_then(Value::as_array).into_iter().flatten().enumerate()
}

/// An address that people or apps are sent to: safe, and encrypted?
fn door(at: &Whose, path: &str, address: &str, desk: &mut Desk) {
    match crate::model::door::Door::parse(address) {
        Err(why) => desk.note(Rule::AddressUnsafe, at, path, &format!("{address} ({why})")),
        Ok(_) if !address.trim().to_ascii_lowercase().starts_with("https:") => {
            desk.note(Rule::AddressHttp, at, path, address);
        }
        Ok(_) => {}
    }
}
