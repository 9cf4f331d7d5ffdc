//! What a change changes, as lines to read side by side with the changed letters marked. Pure.

use serde_json::Value;

use crate::model::{change::FieldChange, door::Door};

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Its letters.
    pub text: String,
    /// Are they only on this side?
    pub marked: bool,
}

/// Two lines side by side; one of them may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pair {
    /// As it is.
    pub before: Vec<Piece>,
    /// As it would be.
    pub after: Vec<Piece>,
}

/// One field of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// The field of the listing.
    pub field: String,
    /// Its lines that differ.
    pub pairs: Vec<Pair>,
}

/// Every change as lines.
pub fn sides<'a>(changes: impl IntoIterator<Item = &'a FieldChange>) -> Vec<Side> {
    let side = |change: &FieldChange| Side { field: change.field.clone(), pairs: pairs(change) };
    changes.into_iter().map(side).filter(|side| !side.pairs.is_empty()).collect()
}

fn pairs(change: &FieldChange) -> Vec<Pair> {
    let lines = |value: &Option<Value>| value.as_ref().map(lines).unwrap_or_default();
    let (before, after) = (lines(&change.before), lines(&change.after));
    let gone: Vec<&String> = before.iter().filter(|line| !after.contains(line)).collect();
    let new: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
    if gone.is_empty() && new.is_empty() && before != after {
        // Only the order: the first counts, so it is told.
        let pair = |a: &String, b: &String| (a != b).then(|| marked(a, b));
        return before.iter().zip(&after).filter_map(|(a, b)| pair(a, b)).collect();
    }
    let empty = String::new();
    let rows = gone.len().max(new.len());
    (0..rows).map(|n| marked(gone.get(n).unwrap_or(&&empty), new.get(n).unwrap_or(&&empty))).collect()
}

/// A value as lines: an item of a list each.
fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(line).collect(),
        Value::Object(map) if !map.contains_key("url") => {
            map.iter().map(|(name, value)| format!("{name}: {}", line(value))).collect()
        }
        other => vec![line(other)],
    }
}

/// One item as one line: the domain of a door first, then the rest.
fn line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(map) => {
            let at = map.get("at").filter(|at| at.is_object()).and_then(Value::as_object);
            let url = map.get("url").or_else(|| at.and_then(|at| at.get("url"))).and_then(Value::as_str);
            // The domain is read from the address itself: nobody says which one it is.
            let domain = url.and_then(|url| Door::parse(url).ok()).map(|door| door.domain);
            let skip = ["url", "domain", "at", "warnings", "evidence"];
            let rest = map.iter().filter(|(name, _)| !skip.contains(&name.as_str())).map(|(_, value)| line(value));
            let parts = domain.into_iter().chain(url.map(str::to_owned)).chain(rest);
            parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
        }
        Value::Array(items) => items.iter().map(line).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// Two lines with what is not the same in both marked: all between the same beginning and the same end.
pub fn marked(before: &str, after: &str) -> Pair {
    let (a, b): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let head = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let tail = a[head..].iter().rev().zip(b[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let pieces = |all: &[char]| {
        let text = |part: &[char]| part.iter().collect::<String>();
        let middle = &all[head..all.len() - tail];
        [(text(&all[..head]), false), (text(middle), true), (text(&all[all.len() - tail..]), false)]
            .into_iter()
            .filter(|(text, _)| !text.is_empty())
            .map(|(text, marked)| Piece { text, marked })
            .collect()
    };
    Pair { before: pieces(&a), after: pieces(&b) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(before: Value, after: Value) -> FieldChange {
        FieldChange { field: "portals".into(), before: Some(before), after: Some(after) }
    }

    #[test]
    fn changed_letters_are_marked_and_nothing_else() {
        let pair = marked("mychart.mercy.org", "mychart.rnercy.org");
        let text = |pieces: &[Piece]| pieces.iter().filter(|p| p.marked).map(|p| p.text.clone()).collect::<String>();
        assert_eq!((text(&pair.before), text(&pair.after)), ("m".to_owned(), "rn".to_owned()));
        assert_eq!(marked("", "new").after, [Piece { text: "new".into(), marked: true }]);
        assert_eq!(marked("aa", "aaa").after.iter().map(|p| p.text.as_str()).collect::<String>(), "aaa");
    }

    #[test]
    fn the_domain_that_opens_stands_first_whatever_the_listing_says_it_is() {
        let one =
            json!({"at": {"url": "https://evil.example.net/mercy.org", "domain": "mercy.org"}, "name": "MyChart"});
        let sides = sides(&[change(json!([]), json!([one]))]);
        let line: String = sides[0].pairs[0].after.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(line, "example.net · https://evil.example.net/mercy.org · MyChart");
    }

    #[test]
    fn another_order_is_a_change_too() {
        assert_eq!(sides(&[change(json!(["a", "b"]), json!(["b", "a"]))])[0].pairs.len(), 2);
        assert!(sides(&[change(json!(["a"]), json!(["a"]))]).is_empty());
    }
}
