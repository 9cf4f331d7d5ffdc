//! `fields=name,portals.url`: a thing and paths in, a thing with those parts alone out.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{operation::Schema, schemas};

/// How deep a path may go.
const DEPTH: usize = 3;

/// The fields of the things that answers are made of, read from their schemas.
pub struct Known(BTreeMap<Schema, Vec<String>>);

impl Known {
    /// Reads the schemas.
    pub fn new() -> Self {
        let of = |schema| (schema, paths(&schemas::thing(schema)));
        Self([Schema::Organization, Schema::Location, Schema::Portal, Schema::Endpoint, Schema::App].map(of).into())
    }

    /// The fields of a thing, as paths.
    pub fn of(&self, schema: Schema) -> &[String] {
        self.0.get(&schema).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Every path of a schema with its definitions beside it.
fn paths(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    walk(schema, schema, "", DEPTH, &mut found);
    found
}

fn walk(root: &Value, at: &Value, before: &str, depth: usize, found: &mut Vec<String>) {
    let at = schemas::resolved(root, at);
    if let Some(items) = at.get("items") {
        return walk(root, items, before, depth, found);
    }
    if let Some(either) = at.get("anyOf").and_then(Value::as_array) {
        for one in either {
            walk(root, one, before, depth, found);
        }
        return;
    }
    let Some(properties) = at.get("properties").and_then(Value::as_object).filter(|_| depth > 0) else { return };
    // Codes such as `view.lab_results` are no fields: a path could not name them.
    if properties.keys().any(|name| name.contains('.')) {
        return;
    }
    for (name, schema) in properties {
        let path = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
        found.push(path.clone());
        walk(root, schema, &path, depth - 1, found);
    }
}

/// Which parts of a thing are wanted.
#[derive(Debug, Default)]
pub struct Wanted(BTreeMap<String, Wanted>);

impl Wanted {
    /// These paths; nothing when none is named, which means all of it.
    pub fn new(paths: &[String]) -> Option<Self> {
        if paths.is_empty() {
            return None;
        }
        let mut wanted = Self::default();
        // Whoever gets a part can ask for the rest.
        wanted.add("id");
        for path in paths {
            wanted.add(path);
        }
        Some(wanted)
    }

    fn add(&mut self, path: &str) {
        let mut at = self;
        for part in path.split('.') {
            at = at.0.entry(part.to_owned()).or_default();
        }
    }

    /// The thing with those parts alone.
    pub fn cut(&self, thing: Value) -> Value {
        match thing {
            Value::Array(items) => Value::Array(items.into_iter().map(|item| self.cut(item)).collect()),
            Value::Object(parts) => {
                let kept = parts.into_iter().filter_map(|(name, part)| {
                    let wanted = self.0.get(&name)?;
                    let part = if wanted.0.is_empty() { part } else { wanted.cut(part) };
                    Some((name, part))
                });
                Value::Object(kept.collect::<Map<_, _>>())
            }
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_named_parts_stay_with_the_id() {
        let thing = json!({
            "id": "x", "name": "Quest", "phone": "1",
            "portals": [{ "id": "p", "url": "https://a.example.org" }, { "id": "q" }],
        });
        let cut = |paths: &[&str]| {
            let paths: Vec<String> = paths.iter().map(|path| (*path).to_owned()).collect();
            Wanted::new(&paths).map(|wanted| wanted.cut(thing.clone()))
        };
        assert_eq!(cut(&[]), None);
        assert_eq!(cut(&["name"]), Some(json!({ "id": "x", "name": "Quest" })));
        let urls = json!({ "id": "x", "portals": [{ "url": "https://a.example.org" }, {}] });
        assert_eq!(cut(&["portals.url"]), Some(urls));
        let all = json!({ "id": "x", "portals": thing["portals"] });
        assert_eq!(cut(&["portals"]), Some(all));
    }

    #[test]
    fn fields_are_those_of_the_schema() {
        let known = Known::new();
        let fields = known.of(Schema::Organization);
        for path in
            ["id", "name", "portals", "portals.url", "website.domain", "locations.city", "part_of.name", "updated"]
        {
            assert!(fields.iter().any(|field| field == path), "{path} is not among {fields:?}");
        }
        assert!(!fields.iter().any(|field| field == "features.view"), "codes are no fields");
    }
}
