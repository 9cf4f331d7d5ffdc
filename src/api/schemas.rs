//! The schemas of answers, made from the types that are written.

use std::collections::BTreeMap;

use schemars::{
    JsonSchema, SchemaGenerator,
    generate::SchemaSettings,
    transform::{Transform, transform_subschemas},
};
use serde_json::{Map, Value, json};

use super::{
    answer,
    operation::Schema,
    things::{
        apps::AppThing,
        doors::{EndpointThing, PortalThing},
        locations::LocationThing,
        lookup::LookupAnswer,
        organizations::OrganizationThing,
        revisions::RevisionThing,
        statistics::Statistics,
    },
    view::List,
};
use crate::{
    model::told::{Change, Changes},
    store::SourceOverview,
    web::problem,
};

/// Where the published document has its schemas.
const PLACE: &str = "#/components/schemas/";

/// Every schema of the document by its name, and the name of each answer's schema.
pub struct Schemas {
    /// By name.
    pub all: Map<String, Value>,
    names: BTreeMap<Schema, Value>,
}

impl Schemas {
    /// Makes them.
    pub fn new() -> Self {
        let mut generator = generator();
        let names = [
            (Schema::Organization, part_of::<OrganizationThing>(&mut generator)),
            (Schema::Organizations, of::<List<OrganizationThing>>(&mut generator)),
            (Schema::Revisions, of::<List<RevisionThing>>(&mut generator)),
            (Schema::Changes, of::<Changes<Change>>(&mut generator)),
            (Schema::Location, part_of::<LocationThing>(&mut generator)),
            (Schema::Locations, of::<List<LocationThing>>(&mut generator)),
            (Schema::Portal, part_of::<PortalThing>(&mut generator)),
            (Schema::Portals, of::<List<PortalThing>>(&mut generator)),
            (Schema::Endpoint, part_of::<EndpointThing>(&mut generator)),
            (Schema::Endpoints, of::<List<EndpointThing>>(&mut generator)),
            (Schema::App, part_of::<AppThing>(&mut generator)),
            (Schema::Apps, of::<List<AppThing>>(&mut generator)),
            (Schema::Sources, of::<List<SourceOverview>>(&mut generator)),
            (Schema::Statistics, of::<Statistics>(&mut generator)),
            (Schema::Lookup, of::<LookupAnswer>(&mut generator)),
            (Schema::Search, of::<answer::Answer>(&mut generator)),
            (Schema::Suggestions, of::<answer::Answer>(&mut generator)),
            (Schema::Document, json!({ "type": "object", "required": ["openapi", "paths"] })),
        ];
        of::<problem::Body>(&mut generator);
        let mut all = generator.take_definitions(true);
        all.insert("Part".into(), part());
        for schema in all.values_mut() {
            with_parts(schema);
        }
        Self { all, names: names.into() }
    }

    /// The schema of an answer.
    pub fn of(&self, schema: Schema) -> Value {
        self.names.get(&schema).cloned().unwrap_or_default()
    }
}

/// The schema of one kind of thing alone, with its definitions beside it.
pub fn thing(schema: Schema) -> Value {
    let schema = match schema {
        Schema::Organization => generator().into_root_schema_for::<OrganizationThing>(),
        Schema::Location => generator().into_root_schema_for::<LocationThing>(),
        Schema::Portal => generator().into_root_schema_for::<PortalThing>(),
        Schema::Endpoint => generator().into_root_schema_for::<EndpointThing>(),
        Schema::App => generator().into_root_schema_for::<AppThing>(),
        _ => return Value::Null,
    };
    schema.to_value()
}

/// What a reference leads to.
pub fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let Some(name) = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix(PLACE)) else {
        return schema;
    };
    root.pointer(&format!("/components/schemas/{name}")).unwrap_or(schema)
}

fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().for_serialize().with_transform(Exact).with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    settings.into_generator()
}

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    generator.subschema_for::<T>().to_value()
}

/// A thing that `fields` may have cut: all of it, or some parts.
fn part_of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    json!({ "anyOf": [of::<T>(generator), { "$ref": format!("{PLACE}Part") }] })
}

/// What is left of a thing when `fields` names some of its fields.
fn part() -> Value {
    json!({
        "type": "object",
        "description": "A thing of which only some fields were asked for: those, as the whole thing has them, and its id.",
        "required": ["id"],
        "properties": { "id": { "type": "string", "pattern": "^(org|loc|por|end|app)-[0-9a-f]{32}$" } },
    })
}

/// The things of a list may have been cut too.
fn with_parts(schema: &mut Value) {
    let Some(items) = schema.pointer_mut("/properties/results/items") else { return };
    let cuttable = ["Organization", "Location", "Portal", "Endpoint", "App"].map(|name| format!("{PLACE}{name}"));
    if items.get("$ref").and_then(Value::as_str).is_some_and(|name| cuttable.iter().any(|known| known == name)) {
        let whole = items.take();
        *items = json!({ "anyOf": [whole, { "$ref": format!("{PLACE}Part") }] });
    }
}

/// Says exactly what is written: nothing but the properties, and no null where an absent value is left out.
#[derive(Clone)]
struct Exact;

impl Transform for Exact {
    fn transform(&mut self, schema: &mut schemars::Schema) {
        if let Some(object) = schema.as_object_mut() {
            exact(object);
        }
        transform_subschemas(self, schema);
    }
}

fn exact(object: &mut Map<String, Value>) {
    let required: Vec<String> = match object.get("required").and_then(Value::as_array) {
        Some(names) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let Some(properties) = object.get_mut("properties").and_then(Value::as_object_mut) else { return };
    for (_, property) in properties.iter_mut().filter(|(name, _)| !required.contains(name)) {
        never_null(property);
    }
    object.entry("additionalProperties").or_insert(Value::Bool(false));
}

fn never_null(property: &mut Value) {
    let Some(property) = property.as_object_mut() else { return };
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            property.insert("type".into(), one);
        }
    }
    if let Some(Value::Array(either)) = property.get_mut("anyOf") {
        either.retain(|one| one.get("type") != Some(&json!("null")));
        if let [Value::Object(one)] = either.as_slice() {
            let one = one.clone();
            property.remove("anyOf");
            property.extend(one);
        }
    }
    if property.get("default") == Some(&Value::Null) {
        property.remove("default");
    }
}
