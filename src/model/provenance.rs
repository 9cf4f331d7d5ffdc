//! Who says each field of an organization or app.
//!
//! What holds: one voice says many fields, so its words are kept once and shared. In the API and the export each
//! field carries them in full; in the store they stand once, with the fields pointing at them.

use std::{borrow::Cow, collections::BTreeMap, fmt, sync::Arc};

use memchr::memmem;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor},
};
use serde_json::value::RawValue;

use super::organization::Said;

/// Field -> who says it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Provenance(BTreeMap<String, Arc<Said>>);

impl Provenance {
    /// Who says a field.
    pub fn get(&self, field: &str) -> Option<&Arc<Said>> {
        self.0.get(field)
    }

    /// Takes note of who says a field.
    pub fn insert(&mut self, field: impl Into<String>, said: impl Into<Arc<Said>>) {
        self.0.insert(field.into(), said.into());
    }

    /// Every field with who says it, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Said)> {
        self.0.iter().map(|(field, said)| (field, &**said))
    }

    /// Takes out what carries a text that must not be shown: fields that are called so, pages and keys that name it.
    pub fn clean(&mut self, bad: impl Fn(&str) -> bool) {
        self.0.retain(|field, _| !bad(field));
        for said in self.0.values_mut().filter(|said| said.names(&bad)) {
            Arc::make_mut(said).clean(&bad);
        }
    }

    /// Does nobody say anything?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The short form for the store.
    pub fn short(&self) -> Short<'_> {
        let mut short = Short { by: Vec::new(), of: BTreeMap::new() };
        for (field, said) in &self.0 {
            let known =
                short.by.iter().position(|other| std::ptr::eq(*other, said.as_ref()) || *other == said.as_ref());
            let at = known.unwrap_or(short.by.len());
            if at == short.by.len() {
                short.by.push(said);
            }
            short.of.insert(field, at);
        }
        short
    }
}

/// How the last field of a stored document begins. Inside of a text a quotation mark has a stroke before it, so nothing
/// else reads like this.
const BEGINS: &str = ",\"provenance\":{";

/// The text of a stored document up to where it says who says its fields, without the brace that closes it; and that part.
pub fn cut(document: &str) -> (&str, Option<&str>) {
    match memmem::rfind(document.as_bytes(), BEGINS.as_bytes()) {
        None => (document.strip_suffix('}').unwrap_or(document), None),
        Some(at) => {
            let said = &document[at + BEGINS.len() - 1..];
            (&document[..at], Some(said.strip_suffix('}').unwrap_or(said)))
        }
    }
}

/// Each voice once, and which field is whose.
#[derive(Debug, Serialize)]
pub struct Short<'a> {
    by: Vec<&'a Said>,
    of: BTreeMap<&'a str, usize>,
}

impl<S: Into<Arc<Said>>, const N: usize> From<[(String, S); N]> for Provenance {
    fn from(fields: [(String, S); N]) -> Self {
        fields.into_iter().collect()
    }
}

impl<S: Into<Arc<Said>>> FromIterator<(String, S)> for Provenance {
    fn from_iter<I: IntoIterator<Item = (String, S)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(field, said)| (field, said.into())).collect())
    }
}

impl Serialize for Provenance {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Provenance {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Provenance;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields with who says them, or voices (`by`) with the fields that are theirs (`of`)")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Provenance, M::Error> {
        let (mut by, mut of) = (Vec::new(), BTreeMap::new());
        let mut fields = BTreeMap::new();
        // No field of an organization or app is called `by` or `of`.
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "by" => by = map.next_value::<Vec<Said>>()?.into_iter().map(Arc::new).collect(),
                "of" => of = map.next_value::<BTreeMap<String, usize>>()?,
                _ => {
                    fields.insert(key, Arc::new(map.next_value()?));
                }
            }
        }
        let voice = |(field, at): (String, usize)| {
            let said: &Arc<Said> = by.get(at).ok_or_else(|| M::Error::custom("a field of nobody"))?;
            Ok((field, said.clone()))
        };
        // All of them at once: they are in order already.
        let of = of.into_iter().map(voice).collect::<Result<BTreeMap<_, _>, _>>()?;
        if fields.is_empty() {
            return Ok(Provenance(of));
        }
        fields.extend(of);
        Ok(Provenance(fields))
    }
}

impl Provenance {
    /// Reads who says these fields out of the text of a provenance in the short form; all the rest is passed over.
    pub fn only(text: &str, fields: &[Cow<'_, str>]) -> serde_json::Result<Self> {
        let mut json = serde_json::Deserializer::from_str(text);
        let said = Only(fields).deserialize(&mut json)?;
        json.end()?;
        Ok(said)
    }
}

/// A key or a field, without a copy where the text has it as it is.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// These fields of a provenance.
struct Only<'f>(&'f [Cow<'f, str>]);

impl<'de> DeserializeSeed<'de> for Only<'_> {
    type Value = Provenance;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Provenance, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Only<'_> {
    type Value = Provenance;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("voices (`by`) with the fields that are theirs (`of`)")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Provenance, M::Error> {
        let (mut by, mut of): (Vec<&RawValue>, Vec<(&str, usize)>) = (Vec::new(), Vec::new());
        while let Some(Name(key)) = map.next_key()? {
            match key.as_ref() {
                "by" => by = map.next_value()?,
                "of" => of = map.next_value_seed(Whose(self.0))?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        // One voice says most fields: it is read once.
        let mut read: BTreeMap<usize, Arc<Said>> = BTreeMap::new();
        let mut fields = BTreeMap::new();
        for (field, at) in of {
            let said = if let Some(said) = read.get(&at) {
                said.clone()
            } else {
                let text = by.get(at).ok_or_else(|| M::Error::custom("a field of nobody"))?;
                let said: Arc<Said> = Arc::new(serde_json::from_str(text.get()).map_err(M::Error::custom)?);
                read.insert(at, said.clone());
                said
            };
            fields.insert(field.to_owned(), said);
        }
        Ok(Provenance(fields))
    }
}

/// Which voice says each of these fields.
struct Whose<'f>(&'f [Cow<'f, str>]);

impl<'de, 'f> DeserializeSeed<'de> for Whose<'f> {
    type Value = Vec<(&'f str, usize)>;
    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, 'f> Visitor<'de> for Whose<'f> {
    type Value = Vec<(&'f str, usize)>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fields with the number of a voice")
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut found = Vec::with_capacity(self.0.len());
        while let Some(Name(field)) = map.next_key()? {
            match self.0.iter().find(|wanted| **wanted == field) {
                Some(wanted) => found.push((wanted.as_ref(), map.next_value()?)),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}

impl JsonSchema for Provenance {
    fn schema_name() -> Cow<'static, str> {
        "Provenance".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "Field, as a path such as `portals/por-…`, and who says it.",
            "additionalProperties": generator.subschema_for::<Said>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{organization::Label, source::Tier};

    fn said(source: &str) -> Said {
        Said {
            source: source.to_owned(),
            source_name: source.to_uppercase(),
            tier: Tier::LIST,
            key: "k".to_owned(),
            load_date: jiff::civil::date(2026, 1, 2),
            label: Label::Listed,
            evidence: None,
        }
    }

    #[test]
    fn both_forms_are_read_and_the_short_one_says_each_voice_once() {
        let all: Provenance = [("name", said("a")), ("kinds", said("a")), ("phone", said("b"))]
            .map(|(f, s)| (f.to_owned(), s))
            .into_iter()
            .collect();
        let long = serde_json::to_value(&all).unwrap();
        assert_eq!(long["kinds"]["source"], "a");
        let short = serde_json::to_value(all.short()).unwrap();
        assert_eq!(short["by"].as_array().unwrap().len(), 2);
        for form in [long, short] {
            assert_eq!(serde_json::from_value::<Provenance>(form).unwrap(), all);
        }
        assert!(serde_json::from_str::<Provenance>(r#"{"by":[],"of":{"name":0}}"#).is_err());
    }

    #[test]
    fn some_fields_are_read_and_the_rest_is_passed_over() {
        let all: Provenance = [("name", said("a")), ("kinds", said("a")), ("phone", said("b"))]
            .map(|(f, s)| (f.to_owned(), s))
            .into_iter()
            .collect();
        let short = serde_json::to_string(&all.short()).unwrap();
        let only = |fields: &[&'static str]| {
            Provenance::only(&short, &fields.iter().map(|field| (*field).into()).collect::<Vec<_>>()).unwrap()
        };
        assert_eq!(only(&["kinds", "name", "phone"]), all);
        assert_eq!(only(&["phone", "website"]), [("phone".to_owned(), said("b"))].into());
        assert!(only(&[]).is_empty());
        for bad in [r#"{"by":[],"of":{"name":0}}"#, r#"{"by":[{}],"of":{"name":0}}"#, "{}}", "{"] {
            assert!(Provenance::only(bad, &["name".into()]).is_err(), "{bad}");
        }
    }

    #[test]
    fn provenance_is_cut_off_the_end_and_never_out_of_a_text() {
        assert_eq!(cut(r#"{"id":"a","provenance":{"by":[],"of":{}}}"#), (r#"{"id":"a""#, Some(r#"{"by":[],"of":{}}"#)));
        assert_eq!(cut(r#"{"id":"a","place":{}}"#), (r#"{"id":"a","place":{}"#, None));
        let text = r#"{"id":"a","description":"x,\"provenance\":{","provenance":{"by":[],"of":{}}}"#;
        assert_eq!(cut(text).0, r#"{"id":"a","description":"x,\"provenance\":{""#);
    }
}
