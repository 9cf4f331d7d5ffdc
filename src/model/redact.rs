//! Taking a text out of what is said, and knowing it again without keeping it.
//!
//! What holds: the text itself is never stored. Of it are kept its length, its SHA-256, and a rolling sum by which a
//! row is looked through once; a short text can still be guessed from these, so they stay in the store like the rest.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::listing::{Body, hex};

/// Shorter texts stand in too many places to be taken out.
pub const LEAST_BYTES: usize = 4;
/// What a name becomes of which nothing is left.
const NAMELESS: &str = "Name removed";
/// Values without which what carries them says nothing: it goes whole.
const NEEDED: &[&str] = &["url", "at", "system", "value", "page", "domain"];
/// Multiplier of the rolling sum; any odd number that mixes well.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// A text that must not come back, without the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// SHA-256 of the text, in hex.
    pub hash: String,
    /// Its bytes.
    pub bytes: usize,
    /// Its rolling sum.
    pub sum: u64,
}

impl Fingerprint {
    /// The fingerprint of a text as it stands within JSON.
    pub fn of(text: &str) -> Self {
        let text = in_json(text);
        let sum = text.bytes().fold(0_u64, push);
        Self { hash: hex(&Sha256::digest(text.as_bytes())), bytes: text.len(), sum }
    }

    /// The text, where it stands in a JSON text; as it stands there.
    fn find<'a>(&self, json: &'a str) -> Option<&'a str> {
        let bytes = json.as_bytes();
        if self.bytes == 0 || bytes.len() < self.bytes {
            return None;
        }
        let top = (1..self.bytes).fold(1_u64, |top, _| top.wrapping_mul(FACTOR));
        let mut sum = 0_u64;
        for (at, byte) in bytes.iter().enumerate() {
            if at >= self.bytes {
                let gone = u64::from(bytes[at - self.bytes]) + 1;
                sum = sum.wrapping_sub(gone.wrapping_mul(top));
            }
            sum = push(sum, *byte);
            let start = (at + 1).saturating_sub(self.bytes);
            if at + 1 >= self.bytes && sum == self.sum {
                // Not on the border of a letter: not the text.
                let Some(found) = json.get(start..=at) else { continue };
                if hex(&Sha256::digest(found.as_bytes())) == self.hash {
                    return Some(found);
                }
            }
        }
        None
    }
}

fn push(sum: u64, byte: u8) -> u64 {
    sum.wrapping_mul(FACTOR).wrapping_add(u64::from(byte) + 1)
}

/// A text as it stands between the quotes of JSON.
pub fn in_json(text: &str) -> String {
    let json = serde_json::to_string(text).unwrap_or_default();
    json.strip_prefix('"').and_then(|json| json.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// Texts that must not come back.
#[derive(Debug, Clone, Default)]
pub struct Redactions(Vec<Fingerprint>);

impl Redactions {
    /// Those of these fingerprints.
    pub fn new(fingerprints: Vec<Fingerprint>) -> Self {
        Self(fingerprints)
    }

    /// Is there nothing to look for?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A body without the texts; nothing when it has none of them. `json` is the body as it is written.
    pub fn clean(&self, body: &Body, json: &str) -> Option<Body> {
        let mut cleaned: Option<Body> = None;
        for fingerprint in &self.0 {
            let written = cleaned.as_ref().map(|body| body.written().0);
            let json = written.as_deref().unwrap_or(json);
            if let Some(found) = fingerprint.find(json) {
                let text: String = serde_json::from_str(&format!("\"{found}\"")).unwrap_or_default();
                cleaned = Some(without(cleaned.as_ref().unwrap_or(body), &text));
            }
        }
        cleaned
    }

    /// Does a plain text hold one of the texts?
    pub fn stand_in(&self, text: &str) -> bool {
        !self.0.is_empty() && self.0.iter().any(|fingerprint| fingerprint.find(&in_json(text)).is_some())
    }
}

/// A listing's body without a text. Addresses and numbers that hold it go whole; a name of which nothing is left says
/// so.
pub fn without(body: &Body, text: &str) -> Body {
    let value = serde_json::to_value(body).unwrap_or_default();
    let Some(Value::Object(mut object)) = scrub(value, text) else { return nothing(body) };
    object.entry("subject").or_insert_with(|| body.subject().into());
    object.entry("name").or_insert_with(|| NAMELESS.into());
    serde_json::from_value(Value::Object(object)).unwrap_or_else(|_| nothing(body))
}

/// What is left when the parts do not hold together without the text: that the listing is there.
fn nothing(body: &Body) -> Body {
    let name = NAMELESS.to_owned();
    match body {
        Body::Organization(facts) => Body::Organization(Box::new(super::listing::OrganizationFacts {
            name,
            fixed_id: facts.fixed_id.clone(),
            ..Default::default()
        })),
        Body::App(facts) => Body::App(Box::new(super::listing::AppFacts {
            name,
            fixed_id: facts.fixed_id.clone(),
            ..Default::default()
        })),
    }
}

/// A JSON value without a text; nothing when nothing is left of it.
pub fn scrub(value: Value, text: &str) -> Option<Value> {
    match value {
        Value::String(said) if said.contains(text) => {
            if said.starts_with("http://") || said.starts_with("https://") {
                return None;
            }
            let left = said.replace(text, " ");
            let left = left.split_whitespace().collect::<Vec<_>>().join(" ");
            (!left.is_empty()).then_some(Value::String(left))
        }
        Value::Array(all) => {
            let some = !all.is_empty();
            let left: Vec<Value> = all.into_iter().filter_map(|one| scrub(one, text)).collect();
            (!some || !left.is_empty()).then_some(Value::Array(left))
        }
        Value::Object(all) => {
            let mut left = serde_json::Map::new();
            for (name, value) in all {
                match scrub(value, text) {
                    // The name of a field is ours, but maps are keyed by what was said.
                    Some(_) if name.contains(text) => {}
                    Some(value) => _ = left.insert(name, value),
                    None if NEEDED.contains(&name.as_str()) => return None,
                    None => {}
                }
            }
            Some(Value::Object(left))
        }
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        door::Door,
        listing::{DoorFacts, OrganizationFacts},
    };

    fn body(facts: OrganizationFacts) -> Body {
        Body::Organization(Box::new(facts))
    }

    #[test]
    fn a_text_is_known_again_by_its_fingerprint() {
        for text in ["Dr. Jane \"Q\" Doe", "(208) 555-0100", "ñandú señor", "back\\slash"] {
            let one = Redactions::new(vec![Fingerprint::of(text)]);
            let facts = OrganizationFacts {
                name: "Clinic".into(),
                description: Some(format!("Ask for {text}, please")),
                ..OrganizationFacts::default()
            };
            let said = body(facts.clone());
            let clean = one.clean(&said, &said.written().0).unwrap();
            let Body::Organization(left) = &clean else { panic!() };
            assert_eq!(left.description.as_deref(), Some("Ask for , please"), "{text}");
            assert_eq!(one.clean(&clean, &clean.written().0), None);
            assert!(one.stand_in(&format!("row of {text}")) && !one.stand_in("another row"));
        }
    }

    #[test]
    fn what_cannot_stand_without_it_goes_whole() {
        let facts = OrganizationFacts {
            name: "Jane Doe".into(),
            aliases: vec!["Jane Doe".into(), "Clinic".into()],
            phone: Some("(208) 555-0100".into()),
            website: Some(DoorFacts {
                door: Door::parse("https://example.org/Jane Doe".replace(' ', "-").as_str()).unwrap(),
                evidence: None,
            }),
            ..OrganizationFacts::default()
        };
        let Body::Organization(left) = without(&body(facts.clone()), "Jane Doe") else { panic!() };
        assert_eq!((left.name.as_str(), left.aliases.as_slice()), (NAMELESS, ["Clinic".to_owned()].as_slice()));
        assert!(left.website.is_some() && left.phone.is_some());
        let Body::Organization(left) = without(&body(facts), "Jane-Doe") else { panic!() };
        assert_eq!((left.name.as_str(), left.website), ("Jane Doe", None));
    }
}
