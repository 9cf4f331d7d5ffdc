//! A change taken back: what a source of people's words must say, and which items must go, so that people see again what
//! they saw before it. Pure.
//!
//! What holds: only what the change touched is touched; what cannot be taken back by itself is named, never left out silently.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{
    change::{DENIED, changes},
    listing::{Body, OrganizationFacts},
    merge::items,
};

/// How a change is taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Undoing {
    /// What the source would say.
    pub after: Body,
    /// What people would see.
    pub picture: Body,
    /// Items that are taken out (`Store::suppress`).
    pub out: Vec<String>,
    /// Fields that stay as they are: the change brought them, and nothing was there before.
    pub stays: Vec<String>,
}

/// Takes back the change from `before` to `after`, where people see `now` and the source says `said`. Nothing when the change
/// touched nothing that people see, or all of it is as it was.
pub fn undo(before: Option<&Body>, after: &Body, now: &Body, said: Option<&Body>) -> Option<Undoing> {
    let mut picture = object(now)?;
    let mut says = match said {
        Some(said) => object(said)?,
        None => {
            Map::from_iter([("name".to_owned(), Value::from(now.name())), ("subject".to_owned(), now.subject().into())])
        }
    };
    let (mut out, mut left) = (Vec::new(), Vec::new());
    for change in changes(before, Some(after)) {
        // What a source says is not so is nothing that people see.
        if change.field == DENIED || picture.get(&change.field) == change.before.as_ref() {
            continue;
        }
        match change.before {
            Some(value) => {
                _ = picture.insert(change.field.clone(), value.clone());
                _ = says.insert(change.field, value);
            }
            None if is_list(&change.field) => _ = picture.remove(&change.field),
            None => left.push(change.field),
        }
    }
    let (picture, after_body) = (body(picture)?, body(says)?);
    if let (Body::Organization(now), Body::Organization(then)) = (now, &picture) {
        out = gone(now, then);
    }
    let same = picture == *now && left.is_empty();
    (!same).then_some(Undoing { after: after_body, picture, out, stays: left })
}

/// Lists that are put together from all sources: what came is taken out item by item.
fn is_list(field: &str) -> bool {
    ["aliases", "identifiers", "places", "portals", "endpoints", "features"].contains(&field)
}

/// Items that people see now and would not see then, by the names under which the merge knows them.
fn gone(now: &OrganizationFacts, then: &OrganizationFacts) -> Vec<String> {
    let then: BTreeSet<String> = items::of_lists(then).collect();
    items::of_lists(now).filter(|item| !then.contains(item)).collect::<BTreeSet<_>>().into_iter().collect()
}

fn object(body: &Body) -> Option<Map<String, Value>> {
    match serde_json::to_value(body) {
        Ok(Value::Object(map)) => Some(map),
        _ => None,
    }
}

fn body(map: Map<String, Value>) -> Option<Body> {
    serde_json::from_value(Value::Object(map)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{door::Door, listing::PortalFacts};

    fn org(change: impl FnOnce(&mut OrganizationFacts)) -> Body {
        let mut facts = OrganizationFacts {
            name: "Mercy".into(),
            phone: Some("(208) 555-0100".into()),
            portals: vec![PortalFacts::at(Door::parse("https://mychart.mercy.org/").unwrap())],
            ..OrganizationFacts::default()
        };
        change(&mut facts);
        Body::Organization(Box::new(facts))
    }

    #[test]
    fn a_changed_value_is_said_as_it_was_and_later_changes_stay() {
        let (before, after) = (org(|_| {}), org(|facts| facts.phone = Some("(900) 555-0199".into())));
        let now = org(|facts| {
            facts.phone = Some("(900) 555-0199".into());
            facts.description = Some("A hospital.".into());
        });
        let undoing = undo(Some(&before), &after, &now, None).unwrap();
        assert_eq!(undoing.picture, org(|facts| facts.description = Some("A hospital.".into())));
        let Body::Organization(says) = &undoing.after else { panic!("an organization") };
        assert_eq!(
            (says.phone.as_deref(), says.portals.len(), says.description.is_none()),
            (Some("(208) 555-0100"), 0, true)
        );
        assert!(undoing.out.is_empty() && undoing.stays.is_empty());
        assert_eq!(undo(Some(&before), &after, &before, None), None, "it is as it was");
    }

    #[test]
    fn what_came_is_taken_out_and_what_cannot_be_is_named() {
        let before = org(|_| {});
        let after = org(|facts| {
            facts.aliases = vec!["Evil Clinic".into()];
            facts.description = Some("Call us.".into());
            facts.portals.push(PortalFacts::at(Door::parse("https://evil.example.org/").unwrap()));
        });
        let undoing = undo(Some(&before), &after, &after, None).unwrap();
        assert_eq!(undoing.out, ["aliases/evil clinic", "portals/evil.example.org"]);
        assert_eq!(undoing.stays, ["description"]);
    }
}
