//! The published document (OpenAPI 3.1): the table of operations and the schemas of answers in, JSON out.

use serde_json::{Map, Value, json};

use super::{
    csv,
    operation::{
        Answer, LATEST, LONGEST_PLACE, LONGEST_TEXT, MOST_IDS, MOST_VALUES, Operation, PLACE_PATTERN, Parameter, Takes,
    },
    reply::Format,
    schemas::Schemas,
    table,
};
use crate::{
    config::Config,
    model::id::ThingKind,
    web::{
        limits::WINDOW,
        problem::{self, Kind},
    },
};

/// Statuses that any operation may answer with.
pub const ANY: [u16; 4] = [400, 406, 413, 429];

/// The document of an installation.
pub fn document(config: &Config) -> Value {
    let schemas = Schemas::new();
    let mut paths = Map::new();
    for operation in table::ALL {
        paths.insert(operation.path.to_owned(), json!({ "get": described(operation, &schemas) }));
    }
    let mut groups: Vec<&str> = table::ALL.iter().map(|operation| operation.group).collect();
    groups.dedup();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("{} API", config.brand.name.as_deref().unwrap_or("Connector")),
            "version": "1.0.0",
            "summary": "Where people find the door of their own health records, who says so, and since when.",
            "description": about(config),
            "license": { "name": "CC0-1.0 for what is ours; each source has its own licence, see /sources", "identifier": "CC0-1.0" },
        },
        "servers": [{ "url": format!("{}/api/v1", config.public_url) }],
        "externalDocs": { "url": format!("{}/developers/api", config.public_url), "description": "The same for people" },
        "tags": groups.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "paths": paths,
        "components": { "schemas": schemas.all, "headers": headers(), "responses": problems() },
    })
}

fn about(config: &Config) -> String {
    let limit = match config.rate_limit {
        Some(most) => format!(
            "One client may send {most} requests in {WINDOW} seconds; the headers `RateLimit` and `RateLimit-Policy` say what \
             is left, and an answer 304 costs a tenth. Files under `/data` have no limit."
        ),
        None => "There is no limit on how many requests a client may send.".to_owned(),
    };
    format!(
        "No key, no account; anybody's page may ask (CORS `*`). An unknown parameter is an error that names the known ones. \
         Lists come as JSON, NDJSON or CSV, by `Accept` or by a suffix (`/organizations.csv`). {limit}"
    )
}

fn described(operation: &Operation, schemas: &Schemas) -> Value {
    let path = operation.of.map(|kind| {
        json!({
            "name": "id",
            "in": "path",
            "required": true,
            "description": format!("The id of the {}.", kind.word()),
            "schema": id_of(kind),
        })
    });
    let parameters: Vec<Value> =
        path.into_iter().chain(operation.parameters.iter().map(|parameter| query(parameter))).collect();
    let mut responses = Map::new();
    responses.insert("200".into(), answered(operation, schemas));
    for status in operation.statuses.iter().chain(&ANY) {
        let name = if *status == 304 { "NotModified" } else { name_of(*status) };
        responses.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{name}") }));
    }
    json!({
        "operationId": operation.id,
        "tags": [operation.group],
        "summary": operation.summary,
        "description": operation.more,
        "parameters": parameters,
        "responses": responses,
    })
}

fn answered(operation: &Operation, schemas: &Schemas) -> Value {
    let schema = operation.answer.schema();
    let content: Map<String, Value> = operation
        .answer
        .formats()
        .iter()
        .map(|format| {
            let schema = match format {
                Format::Json => schemas.of(schema),
                Format::NdJson => {
                    json!({ "type": "string", "description": "One thing of the list on each line, as JSON." })
                }
                Format::Csv => json!({ "type": "string", "description": columns(operation) }),
            };
            (format.media().to_owned(), json!({ "schema": schema }))
        })
        .collect();
    let mut headers = json!({ "X-Request-Id": header("RequestId"), "Cache-Control": header("CacheControl") });
    if operation.statuses.contains(&304) {
        headers["ETag"] = header("ETag");
        headers["Last-Modified"] = header("LastModified");
    }
    if !matches!(operation.answer, Answer::One(_)) {
        headers["Link"] = header("Link");
    }
    for (name, to) in LIMITS {
        headers[name] = header(to);
    }
    let mut said = json!({ "description": operation.summary, "headers": headers, "content": content });
    let links = links(operation);
    if !links.is_empty() {
        said["links"] = Value::Object(links);
    }
    said
}

/// Where an answer leads: to the next page, and to each thing of a list.
fn links(operation: &Operation) -> Map<String, Value> {
    let mut links = Map::new();
    if operation.parameters.iter().any(|parameter| parameter.name == "after") && operation.of.is_none() {
        // The same question again: a cursor belongs to the parameters that decide on the list.
        let again = |name: &str| (name.to_owned(), Value::from(format!("$request.query.{name}")));
        let mut parameters: Map<String, Value> =
            operation.parameters.iter().map(|parameter| again(parameter.name)).collect();
        parameters.insert("after".into(), "$response.body#/next_after".into());
        links.insert("next".into(), json!({ "operationId": operation.id, "parameters": parameters }));
    }
    let one = format!("{}/{{id}}", operation.path);
    if let Some(one) = table::ALL.into_iter().find(|other| other.path == one) {
        let id = json!({ "id": "$response.body#/results/0/id" });
        links.insert("first".into(), json!({ "operationId": one.id, "parameters": id }));
    }
    links
}

const LIMITS: [(&str, &str); 2] = [("RateLimit", "RateLimit"), ("RateLimit-Policy", "RateLimitPolicy")];

fn columns(operation: &Operation) -> String {
    let columns = csv::TABLES.iter().find(|(path, _)| *path == operation.path).map(|(_, columns)| *columns);
    let names: Vec<&str> = columns.unwrap_or_default().iter().map(|(name, _)| *name).collect();
    format!("A table with a head (RFC 4180) and these columns: {}.", names.join(", "))
}

fn header(name: &str) -> Value {
    json!({ "$ref": format!("#/components/headers/{name}") })
}

fn headers() -> Value {
    let text = |description: &str| json!({ "description": description, "schema": { "type": "string" } });
    let pattern = |description: &str, pattern: &str| json!({ "description": description, "schema": { "type": "string", "pattern": pattern } });
    json!({
        "RequestId": {
            "description": "The number of the request: the client's own, when it sends one of 8 to 64 letters, digits, `-`, `_`, `.`.",
            "schema": { "type": "string", "pattern": "^[A-Za-z0-9._-]{8,64}$" },
        },
        "ETag": pattern("Changes when the answer does.", "^W/\"[^\"]+\"$"),
        "LastModified": text("When the thing, or anything, was last changed."),
        "CacheControl": text("How long an answer may be kept."),
        "Link": text("`rel=\"next\"`: the address of the next page."),
        "Location": text("Where it is now."),
        "RateLimit": pattern("What is left of the budget, and for how many seconds.", "^\"client\";r=[0-9]+;t=[0-9]+$"),
        "RateLimitPolicy": pattern("How large the budget is.", "^\"client\";q=[0-9]+;w=[0-9]+$"),
        "RetryAfter": { "description": "Seconds to wait.", "schema": { "type": "integer", "minimum": 0 } },
    })
}

fn name_of(status: u16) -> &'static str {
    match status {
        307 => "Elsewhere",
        400 => "BadRequest",
        404 => "NotFound",
        406 => "NotAcceptable",
        410 => "Gone",
        413 => "TooLarge",
        429 => "TooManyRequests",
        _ => "NotReady",
    }
}

fn problems() -> Value {
    let mut all = json!({
        "NotModified": {
            "description": "The client has the answer already.",
            "headers": { "ETag": header("ETag"), "X-Request-Id": header("RequestId") },
        },
        "Elsewhere": {
            "description": "It was merged into another one. That may be undone, so ask the old address again next time.",
            "headers": { "Location": header("Location"), "X-Request-Id": header("RequestId") },
        },
    });
    for status in [400, 404, 406, 410, 413, 429, 503] {
        let kinds: Vec<&str> =
            Kind::ALL.iter().filter(|kind| kind.status().as_u16() == status).map(|kind| kind.title()).collect();
        let mut headers = json!({ "X-Request-Id": header("RequestId") });
        if matches!(status, 429 | 503) {
            headers["Retry-After"] = header("RetryAfter");
        }
        all[name_of(status)] = json!({
            "description": kinds.join(", or: "),
            "headers": headers,
            "content": { problem::MEDIA_TYPE: { "schema": { "$ref": "#/components/schemas/Problem" } } },
        });
    }
    all
}

fn query(parameter: &Parameter) -> Value {
    let mut said = json!({
        "name": parameter.name,
        "in": "query",
        "description": parameter.meaning,
        "required": parameter.required,
        "schema": schema(parameter.takes),
    });
    if parameter.takes.is_list() {
        said["style"] = json!("form");
        said["explode"] = json!(false);
    }
    if !parameter.example.is_empty() {
        let example = json!(parameter.example);
        said["example"] = match parameter.takes {
            takes if takes.is_list() => json!([example]),
            Takes::Number { .. } | Takes::Miles { .. } | Takes::Flag => {
                serde_json::from_str(parameter.example).unwrap_or(example)
            }
            _ => example,
        };
    }
    said
}

fn id_of(kind: ThingKind) -> Value {
    json!({ "type": "string", "pattern": format!("^{}[0-9a-f]{{32}}$", kind.prefix()) })
}

/// The schema of a parameter: what [`Takes::accepts`] accepts.
fn schema(takes: Takes) -> Value {
    let list = |items: Value, most: usize| json!({ "type": "array", "items": items, "minItems": 1, "maxItems": most });
    match takes {
        Takes::Text => json!({ "type": "string", "maxLength": LONGEST_TEXT }),
        Takes::Number { least, most, default } => {
            let mut schema = json!({ "type": "integer", "minimum": least, "maximum": most });
            if let Some(default) = default {
                schema["default"] = json!(default);
            }
            schema
        }
        Takes::Miles { least, most } => json!({ "type": "number", "minimum": least, "maximum": most }),
        Takes::Flag => json!({ "type": "boolean" }),
        Takes::Word(words) => json!({ "type": "string", "enum": words.all() }),
        Takes::Many(words) => list(json!({ "type": "string", "enum": words.all() }), MOST_VALUES),
        Takes::Id(kind) => id_of(kind),
        Takes::AnyId => json!({ "type": "string", "pattern": "^(org|loc|por|end|app)-[0-9a-f]{32}$" }),
        Takes::Ids(kind) => list(id_of(kind), MOST_IDS),
        Takes::Moment => json!({
            "type": "string",
            "anyOf": [{ "format": "date" }, { "format": "date-time" }],
        }),
        Takes::Cursor(length) => json!({ "type": "string", "pattern": format!("^[0-9a-f]{{{length}}}$") }),
        Takes::Position => json!({ "type": "string", "pattern": format!("^([0-9]{{1,18}}|{LATEST})$") }),
        Takes::Place => json!({ "type": "string", "maxLength": LONGEST_PLACE, "pattern": PLACE_PATTERN }),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::config::Given;

    fn made() -> Value {
        document(&Given::default().check().unwrap())
    }

    /// Every `$ref` below a value.
    fn references(at: &Value, found: &mut BTreeSet<String>) {
        match at {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = made();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 30, "{found:?}");
        for reference in &found {
            let path = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(path).is_some(), "{reference} leads nowhere");
        }
        let schemas = document["components"]["schemas"].as_object().unwrap();
        for name in schemas.keys() {
            assert!(!name.ends_with(['2', '3']), "two schemas are called alike: {name}");
        }
    }

    #[test]
    fn operations_have_names_of_their_own_and_examples_that_are_right() {
        let mut names = BTreeSet::new();
        for operation in table::ALL {
            assert!(names.insert(operation.id), "{} stands twice", operation.id);
            crate::api::given::Given::read(operation, Some(operation.example.query)).unwrap();
            for parameter in operation.parameters {
                let example = parameter.example;
                assert!(example.is_empty() || parameter.takes.accepts(example), "{}: {example}", parameter.name);
                let meaning = parameter.meaning;
                assert!(meaning.ends_with('.') || meaning.ends_with('?'), "{meaning}");
            }
        }
    }

    #[test]
    fn a_schema_says_what_is_written_and_no_more() {
        let document = made();
        let organization = &document["components"]["schemas"]["Organization"];
        assert_eq!(organization["additionalProperties"], false);
        let required = organization["required"].as_array().unwrap();
        for name in ["id", "name", "kinds", "updated", "url"] {
            assert!(required.contains(&json!(name)), "{name} is always there");
        }
        assert!(!required.contains(&json!("phone")) && organization["properties"]["phone"]["type"] == "string");
        let card = &document["components"]["schemas"]["Card"];
        assert_eq!(card["properties"]["city"]["type"], json!(["string", "null"]), "{card}");
    }
}
