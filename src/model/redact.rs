//! Taking a text out of what is said, and knowing it again without keeping it.
//!
//! What holds: the text itself is never stored. Of it are kept its length, its SHA-256, and a rolling sum by which a
//! row is looked through once; a short text can still be guessed from these, so they stay in the store like the rest.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    listing::{Body, Listing, hex},
    text::{match_form, phone, slugify},
};

/// Shorter texts stand in too many places to be taken out.
pub const LEAST_BYTES: usize = 4;
/// What a name becomes of which nothing is left.
const NAMELESS: &str = "Name removed";
/// Values without which what carries them says nothing: it goes whole.
const NEEDED: &[&str] = &["url", "at", "system", "value", "page", "domain"];
/// Names of fields whose value is the key of a row, or of another one of the same list.
const KEYS: &[&str] = &["key", "part_of", "through"];
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

/// A text in every spelling in which keys and reasons carry it: they are made of names and numbers in their normalised
/// form.
#[derive(Debug, Clone)]
pub struct Spellings(Vec<String>);

impl Spellings {
    /// Those of a text, which is the first of them.
    pub fn of(said: &str) -> Self {
        let digits = phone(said).map(|number| number.chars().filter(char::is_ascii_digit).take(10).collect());
        let mut all = vec![said.to_owned()];
        for spelling in [Some(match_form(said)), Some(slugify(said)), digits].into_iter().flatten() {
            if spelling.len() >= LEAST_BYTES && !all.contains(&spelling) {
                all.push(spelling);
            }
        }
        Self(all)
    }

    /// Every spelling, the text itself first.
    pub fn all(&self) -> &[String] {
        &self.0
    }

    /// Does one of them stand in a text?
    pub fn stand_in(&self, text: &str) -> bool {
        self.0.iter().any(|spelling| text.contains(spelling.as_str()))
    }

    /// What stands for a key that carries the text; nothing when it does not.
    pub fn key(&self, key: &str) -> Option<String> {
        instead_of(key, &|key| self.stand_in(key))
    }

    /// A line of words without the text; nothing when it does not hold it.
    pub fn cut(&self, line: &str) -> Option<String> {
        self.stand_in(line).then(|| {
            let left = self.0.iter().fold(line.to_owned(), |line, spelling| line.replace(spelling.as_str(), " "));
            left.split_whitespace().collect::<Vec<_>>().join(" ")
        })
    }

    /// Puts digests for the keys of a JSON value that carry the text. Answers whether there were any.
    pub fn cut_keys(&self, value: &mut Value) -> bool {
        match value {
            Value::Array(all) => all.iter_mut().fold(false, |any, one| self.cut_keys(one) | any),
            Value::Object(all) => all.iter_mut().fold(false, |any, (name, value)| match value {
                Value::String(key) if KEYS.contains(&name.as_str()) => match self.key(key) {
                    Some(digest) => {
                        *key = digest;
                        true
                    }
                    None => any,
                },
                value => self.cut_keys(value) | any,
            }),
            _ => false,
        }
    }

    /// A body whose keys of other rows do not carry the text; nothing when they never did.
    pub fn body(&self, body: &Body) -> Option<Body> {
        let mut clean = body.clone();
        let mut any = false;
        for key in keys_in(&mut clean) {
            if let Some(digest) = self.key(key) {
                *key = digest;
                any = true;
            }
        }
        any.then_some(clean)
    }
}

/// The digest of a key when something must not stand in it. Digits of a digest may spell a short text: then its digest.
fn instead_of(key: &str, holds: &dyn Fn(&str) -> bool) -> Option<String> {
    let mut digest = key.to_owned();
    for _ in 0..8 {
        if !holds(&digest) {
            break;
        }
        digest = hex(&Sha256::digest(digest.as_bytes())[..16]);
    }
    (digest != key).then_some(digest)
}

/// The keys of other rows of the same list in a body.
fn keys_in(body: &mut Body) -> Vec<&mut String> {
    match body {
        Body::Organization(facts) => {
            let portals = facts.portals.iter_mut().filter_map(|portal| portal.through.as_mut());
            let endpoints = facts.endpoints.iter_mut().filter_map(|endpoint| endpoint.through.as_mut());
            facts.part_of.iter_mut().chain(portals).chain(endpoints).chain(&mut facts.denied).collect()
        }
        Body::App(_) => Vec::new(),
    }
}

/// Texts that must not come back.
#[derive(Debug, Clone, Default)]
pub struct Redactions {
    texts: Vec<Fingerprint>,
    /// Their other spellings, which only keys may not carry.
    in_keys: Vec<Fingerprint>,
}

impl Redactions {
    /// Texts by their fingerprints, and their other spellings, which count in keys only.
    pub fn new(texts: Vec<Fingerprint>, in_keys: Vec<Fingerprint>) -> Self {
        Self { texts, in_keys }
    }

    /// Is there nothing to look for?
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty() && self.in_keys.is_empty()
    }

    /// What stands for a key that carries one of the texts; nothing when it does not.
    pub fn key(&self, key: &str) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let all = || self.texts.iter().chain(&self.in_keys);
        instead_of(key, &|key| {
            let key = in_json(key);
            all().any(|fingerprint| fingerprint.find(&key).is_some())
        })
    }

    /// Takes the texts out of a listing's keys.
    pub fn clean_keys(&self, listing: &mut Listing) {
        let own = std::iter::once(&mut listing.key).chain(&mut listing.group);
        for key in own.chain(keys_in(&mut listing.body)) {
            if let Some(digest) = self.key(key) {
                *key = digest;
            }
        }
    }

    /// A body without the texts; nothing when it has none of them. `json` is the body as it is written.
    pub fn clean(&self, body: &Body, json: &str) -> Option<Body> {
        let mut cleaned: Option<Body> = None;
        for fingerprint in &self.texts {
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
        !self.texts.is_empty() && self.texts.iter().any(|fingerprint| fingerprint.find(&in_json(text)).is_some())
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

/// The document of a thing that nobody speaks of any more, without a text: a name of which nothing is left says so.
pub fn document(mut value: Value, said: &Spellings) -> Value {
    said.cut_keys(&mut value);
    let text = said.all().first().map(String::as_str).unwrap_or_default();
    let mut left = scrub(value, text).unwrap_or_default();
    if let Value::Object(thing) = &mut left {
        thing.entry("name").or_insert_with(|| NAMELESS.into());
        if let Some(Value::Object(successor)) = thing.get_mut("successor") {
            successor.entry("name").or_insert_with(|| NAMELESS.into());
        }
    }
    left
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
            let one = Redactions::new(vec![Fingerprint::of(text)], Vec::new());
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

    #[test]
    fn keys_that_spell_it_become_digests_the_same_ones_at_every_place() {
        let said = "Zebulon Quill";
        let spellings = Spellings::of(said);
        assert_eq!(spellings.all(), ["Zebulon Quill", "zebulon quill", "zebulon-quill"]);
        let kept = Redactions::new(
            vec![Fingerprint::of(said)],
            spellings.all()[1..].iter().map(|spelling| Fingerprint::of(spelling)).collect(),
        );
        for key in ["Endpoint/e1#zebulon quill clinic", "app/zebulon-quill", "Zebulon Quill"] {
            let digest = spellings.key(key).unwrap();
            assert_eq!((digest.len(), kept.key(key)), (32, Some(digest.clone())), "{key}");
            assert_eq!((spellings.key(&digest), kept.key(&digest)), (None, None));
            let mut value = serde_json::json!({ "by": [{ "key": key, "name": "zebulon quill" }] });
            assert!(spellings.cut_keys(&mut value));
            assert_eq!(value, serde_json::json!({ "by": [{ "key": digest, "name": "zebulon quill" }] }));
        }
        assert_eq!((spellings.key("Endpoint/e2"), kept.key("Endpoint/e2")), (None, None));
        let line = "both had the old address zebulon-quill; the same name";
        assert_eq!(spellings.cut(line).as_deref(), Some("both had the old address ; the same name"));
        assert_eq!(Spellings::of("(208) 555-0100").all()[1..], ["208 555 0100", "208-555-0100", "2085550100"]);
        // What is spelled otherwise in a text is not what was asked for.
        let body = body(OrganizationFacts { name: "zebulon quill".into(), ..OrganizationFacts::default() });
        assert_eq!(kept.clean(&body, &body.written().0), None);
    }
}
