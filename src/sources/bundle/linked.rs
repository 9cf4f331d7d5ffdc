//! An entry of a Bundle with only what tells who refers to what: most of its bytes are read over.
//!
//! What holds: what is left is as it would be in the whole entry, so that both readings of a file agree.

use std::fmt;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::sources::limits::PARTS;

/// Fields of a resource whose parts refer to nothing. An Organization's `address` is a list of such parts; an Endpoint's
/// is a text, the door itself, and stays.
const READ_OVER: &[&str] = &["text", "alias", "type", "telecom", "contained", "address"];

/// An entry without those parts; lists keep their length.
pub struct Linked(pub Value);

impl<'de> Deserialize<'de> for Linked {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(Fields { of: Of::Entry }).map(Self)
    }
}

/// Whose fields are read.
#[derive(Clone, Copy)]
enum Of {
    Entry,
    Resource,
    /// A field that is read over.
    Nothing,
}

struct Fields {
    of: Of,
}

impl<'de> DeserializeSeed<'de> for Fields {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Fields {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Value, M::Error> {
        let mut kept = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            let value = match (self.of, key.as_str()) {
                (Of::Entry, "resource") => map.next_value_seed(Self { of: Of::Resource })?,
                (Of::Resource, field) if READ_OVER.contains(&field) => map.next_value_seed(Self { of: Of::Nothing })?,
                (Of::Nothing, _) => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
                _ => map.next_value()?,
            };
            kept.insert(key, value);
        }
        Ok(Value::Object(kept))
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<Value, S::Error> {
        let mut parts = 0;
        while list.next_element::<IgnoredAny>()?.is_some() {
            parts += 1;
        }
        // One too many is enough to tell that there are too many.
        Ok(Value::Array(vec![Value::Null; parts.min(PARTS + 1)]))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_stay_and_the_rest_goes() {
        let entry = r#"{"fullUrl":"u","resource":{"resourceType":"Organization","id":"1","text":{"div":"x"},
            "address":[{"city":"Reno"}],"telecom":[1],"partOf":{"reference":"r"},"extension":[{"url":"a"}]}}"#;
        let Linked(kept) = serde_json::from_str(entry).unwrap();
        let expected = serde_json::json!({"fullUrl":"u","resource":{"resourceType":"Organization","id":"1",
            "text":{},"telecom":[null],"address":[null],"partOf":{"reference":"r"},"extension":[{"url":"a"}]}});
        assert_eq!(kept, expected);
        let Linked(kept) = serde_json::from_str(r#"{"resource":{"address":"https://a.org"}}"#).unwrap();
        assert_eq!(kept["resource"]["address"], "https://a.org");
        for other in ["1", "[]", "\"x\"", "null"] {
            let Linked(_) = serde_json::from_str(other).unwrap();
        }
    }
}
