//! What a proposal would make different, field by field and letter by letter.
//!
//! What holds: whatever is in a listing comes out as lines of plain text in the language of the page, fields that are not
//! known yet too; a door's domain stands before its address.

use serde_json::{Map, Value};

use super::said::{part, parts, value};
use crate::{
    model::{
        change::{self, FieldChange},
        listing::Body,
    },
    site::Here,
};

/// Longer texts are marked only from where they begin to differ to where they end to.
const LONGEST: usize = 400;
/// Fields that hold doors, in the order in which they are shown.
const DOORS: [&str; 7] = ["portals", "website", "endpoints", "app_store", "google_play", "privacy_policy", "part_of"];

/// A run of letters, and whether it is different.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The letters.
    pub text: String,
    /// They are not in the other one.
    pub changed: bool,
}

/// One line of a field.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// What a door opens, marked; nothing for what is no door.
    pub domain: Vec<Piece>,
    /// The text, marked.
    pub text: Vec<Piece>,
    /// It stands on this side only.
    pub changed: bool,
}

/// One field that would say something else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldDiff {
    /// Its name in the listing.
    pub field: String,
    /// It has doors in it, or says whose it is.
    pub danger: bool,
    /// What people see now.
    pub before: Vec<Line>,
    /// What they would see.
    pub after: Vec<Line>,
}

/// A line before it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Raw {
    domain: String,
    text: String,
}

/// What would be different from what people see: fields that say something else, and those that their source would say no
/// longer. Doors come first.
pub fn fields(here: &Here, seen: Option<&Body>, before: Option<&Body>, after: &Body) -> Vec<FieldDiff> {
    in_order(here, change::differences(seen, before, after).into_iter())
}

/// What is different between two pictures of the same thing. Doors come first.
pub fn between(here: &Here, before: Option<&Body>, after: Option<&Body>) -> Vec<FieldDiff> {
    in_order(here, change::changes(before, after).into_iter())
}

fn in_order(here: &Here, told: impl Iterator<Item = FieldChange>) -> Vec<FieldDiff> {
    let mut all: Vec<FieldDiff> = told.map(|change| one(here, &change)).collect();
    let place = |diff: &FieldDiff| DOORS.iter().position(|field| *field == diff.field).unwrap_or(DOORS.len());
    all.sort_by_key(place);
    all
}

fn one(here: &Here, change: &FieldChange) -> FieldDiff {
    let field = change.field.as_str();
    let raw = |value: Option<&Value>| value.map(|value| lines(here, field, value)).unwrap_or_default();
    let (before, after) = compare(&raw(change.before.as_ref()), &raw(change.after.as_ref()));
    FieldDiff { field: field.into(), danger: DOORS.contains(&field), before, after }
}

/// A value of a field as lines, with nothing marked.
pub fn plain(here: &Here, field: &str, value: &Value) -> Vec<Line> {
    lines(here, field, value).iter().map(kept).collect()
}

/// A value as lines of text.
fn lines(here: &Here, field: &str, said: &Value) -> Vec<Raw> {
    match said {
        Value::Null => Vec::new(),
        Value::Array(all) => all.iter().flat_map(|one| lines(here, field, one)).collect(),
        Value::Object(map) => of_object(here, field, map),
        other => vec![Raw { domain: String::new(), text: value(here, field, other) }],
    }
}

fn of_object(here: &Here, field: &str, map: &Map<String, Value>) -> Vec<Raw> {
    let door = map.get("at").and_then(Value::as_object).unwrap_or(map);
    let text = |name: &str| door.get(name).and_then(Value::as_str);
    if let (Some(url), Some(domain)) = (text("url"), text("domain")) {
        // What an address warns of follows from it, and is said where it is opened.
        let known = ["at", "url", "domain", "warnings"];
        let beside = map.iter().filter(|(name, value)| !is_door(value) && !known.contains(&name.as_str()));
        let beside: Vec<String> = beside.map(|(name, value)| part(here, field, name, value)).collect();
        let mut all = vec![Raw { domain: domain.into(), text: url.into() }];
        // Doors behind a door, such as where to sign up, are doors of their own.
        let behind = map.iter().filter(|(name, value)| *name != "at" && is_door(value));
        all.extend(behind.flat_map(|(_, door)| lines(here, field, door)));
        all.extend(beside.into_iter().map(|text| Raw { domain: String::new(), text }));
        return all;
    }
    parts(here, field, map).into_iter().map(|text| Raw { domain: String::new(), text }).collect()
}

fn is_door(value: &Value) -> bool {
    value.get("url").is_some() && value.get("domain").is_some()
}

/// Both sides, with what is only on one of them marked. What went and what came are laid beside each other in their order.
fn compare(before: &[Raw], after: &[Raw]) -> (Vec<Line>, Vec<Line>) {
    let mut gone: Vec<&Raw> = before.iter().filter(|line| !after.contains(line)).collect();
    let come: Vec<&Raw> = after.iter().filter(|line| !before.contains(line)).collect();
    gone.resize(gone.len().max(come.len()), &EMPTY);
    let beside = |list: &[&Raw], line: &Raw| list.iter().position(|other| *other == line);
    let old = before.iter().map(|line| match beside(&gone, line) {
        Some(at) => marked(line, come.get(at).copied()),
        None => kept(line),
    });
    let new = after.iter().map(|line| match beside(&come, line) {
        Some(at) => marked(line, gone.get(at).copied().filter(|other| **other != EMPTY)),
        None => kept(line),
    });
    (old.collect(), new.collect())
}

static EMPTY: Raw = Raw { domain: String::new(), text: String::new() };

fn kept(line: &Raw) -> Line {
    let piece =
        |text: &str| if text.is_empty() { Vec::new() } else { vec![Piece { text: text.into(), changed: false }] };
    Line { domain: piece(&line.domain), text: piece(&line.text), changed: false }
}

fn marked(line: &Raw, other: Option<&Raw>) -> Line {
    let other = other.unwrap_or(&EMPTY);
    Line { domain: letters(&line.domain, &other.domain), text: letters(&line.text, &other.text), changed: true }
}

/// A text in pieces: the letters that the other one does not have, in its order, are marked.
pub fn letters(text: &str, other: &str) -> Vec<Piece> {
    let (mine, theirs): (Vec<char>, Vec<char>) = (text.chars().collect(), other.chars().collect());
    let shared = if mine.len().max(theirs.len()) > LONGEST { ends(&mine, &theirs) } else { common(&mine, &theirs) };
    let mut pieces: Vec<Piece> = Vec::new();
    for (letter, shared) in mine.into_iter().zip(shared) {
        match pieces.last_mut().filter(|piece| piece.changed != shared) {
            Some(piece) => piece.text.push(letter),
            None => pieces.push(Piece { text: letter.into(), changed: !shared }),
        }
    }
    pieces
}

/// Which letters stand in both, by the longest common subsequence.
fn common(mine: &[char], theirs: &[char]) -> Vec<bool> {
    let width = theirs.len() + 1;
    let mut longest = vec![0_u16; (mine.len() + 1) * width];
    for (i, a) in mine.iter().enumerate().rev() {
        for (j, b) in theirs.iter().enumerate().rev() {
            let here = if a == b {
                longest[(i + 1) * width + j + 1] + 1
            } else {
                longest[(i + 1) * width + j].max(longest[i * width + j + 1])
            };
            longest[i * width + j] = here;
        }
    }
    let (mut shared, mut i, mut j) = (vec![false; mine.len()], 0, 0);
    while i < mine.len() && j < theirs.len() {
        if mine[i] == theirs[j] {
            shared[i] = true;
            (i, j) = (i + 1, j + 1);
        } else if longest[(i + 1) * width + j] >= longest[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    shared
}

/// Which letters stand at both ends of both.
fn ends(mine: &[char], theirs: &[char]) -> Vec<bool> {
    let start = mine.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    let left = mine.len().min(theirs.len()) - start;
    let end = mine.iter().rev().zip(theirs.iter().rev()).take(left).take_while(|(a, b)| a == b).count();
    (0..mine.len()).map(|at| at < start || at >= mine.len() - end).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        door::Door,
        listing::{OrganizationFacts, PortalFacts},
    };

    fn here() -> Here {
        crate::site::samples::here(crate::site::Lang::Es, "/review")
    }

    fn portal(url: &str) -> PortalFacts {
        PortalFacts {
            name: Some("MyChart".into()),
            sign_up: Some(Door::parse(&format!("{url}join")).unwrap()),
            ..PortalFacts::at(Door::parse(url).unwrap())
        }
    }

    fn body(change: impl Fn(&mut OrganizationFacts)) -> Body {
        let mut facts =
            OrganizationFacts { name: "Mercy".into(), phone: Some("1".into()), ..OrganizationFacts::default() };
        facts.portals.push(portal("https://mychart.stlukeshealth.org/"));
        change(&mut facts);
        Body::Organization(Box::new(facts))
    }

    fn marks(pieces: &[Piece]) -> String {
        let marked = |piece: &Piece| if piece.changed { format!("[{}]", piece.text) } else { piece.text.clone() };
        pieces.iter().map(marked).collect()
    }

    #[test]
    fn changed_letters_are_marked() {
        for (text, other, expected) in [
            ("stlukesheath.org", "stlukeshealth.org", "stlukesheath.org"),
            ("stlukeshealth.org", "stlukesheath.org", "stlukeshea[l]th.org"),
            ("rnercy.org", "mercy.org", "[rn]ercy.org"),
            ("abc", "", "[abc]"),
            ("", "abc", ""),
            ("same", "same", "same"),
        ] {
            assert_eq!(marks(&letters(text, other)), expected, "{text} beside {other}");
        }
        let long = "a".repeat(500);
        assert_eq!(marks(&letters(&format!("{long}b{long}"), &format!("{long}c{long}"))), format!("{long}[b]{long}"));
    }

    #[test]
    fn doors_come_first_and_their_domain_before_their_address() {
        let after = body(|facts| {
            facts.name = "Mercy Hospital".into();
            facts.portals = vec![portal("https://mychart.stlukesheath.org/")];
        });
        let all = fields(&here(), Some(&body(|_| {})), None, &after);
        assert_eq!(
            all.iter().map(|diff| (diff.field.as_str(), diff.danger)).collect::<Vec<_>>(),
            [("portals", true), ("name", false)]
        );
        let (old, new) = (&all[0].before, &all[0].after);
        assert_eq!(marks(&old[0].domain), "stlukeshea[l]th.org");
        assert_eq!(marks(&new[0].domain), "stlukesheath.org");
        assert!(new[0].changed && new[1].changed, "where to sign up is a door of its own: {new:?}");
        assert!(!new[2].changed && marks(&new[2].text) == "Nombre: MyChart");
    }

    #[test]
    fn what_a_source_does_not_speak_of_is_not_taken_away() {
        let quiet = body(|facts| {
            facts.phone = None;
            facts.portals.clear();
        });
        assert_eq!(fields(&here(), Some(&body(|_| {})), None, &quiet), []);
        let spoke = body(|facts| facts.portals.clear());
        let all = fields(&here(), Some(&body(|_| {})), Some(&spoke), &quiet);
        assert_eq!(all.iter().map(|diff| diff.field.as_str()).collect::<Vec<_>>(), ["phone"]);
        assert_eq!(all[0].after, []);
        assert_eq!(fields(&here(), None, None, &spoke).len(), 2, "of what is new everything is shown");
    }
}
