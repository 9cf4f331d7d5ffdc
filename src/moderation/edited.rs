//! What a moderator makes of a proposal: fields left out, and single lines written differently.
//!
//! What holds: nothing comes in that neither the proposal nor the moderator says; an address is read by the rules for doors.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::model::{
    change,
    door::{Door, Refusal},
    listing::Body,
    proposal::Proposal,
};

/// Fields of a single line that can be written differently.
const LINES: [&str; 5] = ["name", "description", "description_es", "phone", "publisher"];
/// Fields of a single door that can be.
const ADDRESSES: [&str; 4] = ["website", "privacy_policy", "app_store", "google_play"];

/// Why nothing can be made of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Nothing would be left.
    #[error("nothing of the proposal would be left")]
    Nothing,
    /// An address cannot be shown.
    #[error("{0}")]
    Address(#[from] Refusal),
    /// What is left is no listing, or has no name.
    #[error("what is left cannot be shown")]
    Unreadable,
}

/// Field and text of what can be written differently in a proposal.
pub fn lines(proposal: &Proposal) -> Vec<(String, String)> {
    let line = |change: change::FieldChange| {
        let value = change.after?;
        let text = if LINES.contains(&change.field.as_str()) {
            value.as_str()?.to_owned()
        } else if ADDRESSES.contains(&change.field.as_str()) {
            value.get("url")?.as_str()?.to_owned()
        } else {
            return None;
        };
        Some((change.field, text))
    };
    change::changes(proposal.before.as_ref(), Some(&proposal.after)).into_iter().filter_map(line).collect()
}

/// What would be said: on top of what the source says `now`, what the proposal changes, without the fields left out, and with
/// the lines written differently. `shown` are the fields that a moderator saw: only those are asked about.
pub fn edited(
    now: Option<&Body>,
    proposal: &Proposal,
    left_out: &BTreeSet<String>,
    written: &BTreeMap<String, String>,
) -> Result<Body, EditError> {
    let mut all = match now.map(serde_json::to_value) {
        Some(Ok(Value::Object(map))) => map,
        _ => Map::new(),
    };
    all.insert("subject".into(), proposal.after.subject().into());
    let new = proposal.subject.is_none();
    if new {
        // What is not in the directory yet has a name, whatever else is said of it.
        all.entry("name").or_insert_with(|| proposal.after.name().into());
    }
    let mut kept_any = false;
    for change in change::changes(proposal.before.as_ref(), Some(&proposal.after)) {
        if change.field == change::DENIED {
            kept_any |= change::deny(&mut all, &change, |field| !left_out.contains(field));
            continue;
        }
        if left_out.contains(&change.field) {
            continue;
        }
        kept_any = true;
        let text = written.get(&change.field).map(|text| text.trim());
        match (change.after, text) {
            (Some(_), Some("")) | (None, _) => _ = all.remove(&change.field),
            (Some(_), Some(text)) if LINES.contains(&change.field.as_str()) => {
                all.insert(change.field, text.into());
            }
            (Some(value), Some(text)) if ADDRESSES.contains(&change.field.as_str()) => {
                // One that stays as it was keeps its evidence too.
                let same = value.get("url").and_then(Value::as_str) == Some(text);
                let door = if same { value } else { json!(Door::parse(text)?) };
                all.insert(change.field, door);
            }
            (Some(value), _) => _ = all.insert(change.field, value),
        }
    }
    if !kept_any {
        return Err(EditError::Nothing);
    }
    let body: Body = serde_json::from_value(Value::Object(all)).map_err(|_| EditError::Unreadable)?;
    if new && body.name().trim().is_empty() { Err(EditError::Unreadable) } else { Ok(body) }
}
