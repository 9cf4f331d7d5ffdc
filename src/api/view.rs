//! What lists look like, whatever they list.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Serialize;

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct List<T> {
    /// The things of this page.
    pub results: Vec<T>,
    /// How many the whole list has, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<usize>,
    /// There are more than `total`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub total_is_lower_bound: bool,
    /// Ids that were asked for and are not there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Missing>,
    /// Where this page ends; null on the last one.
    pub next_after: Option<String>,
    /// The address of the next page; null on the last one.
    pub next: Option<String>,
}

/// An id that was asked for and is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Missing {
    /// The id.
    pub id: String,
    /// Why.
    pub reason: Absent,
    /// The id of what took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
}

/// Why something is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    /// There was never such a thing.
    NotFound,
    /// It was merged into another one.
    Merged,
    /// It is gone.
    Gone,
    /// It does not pass the filters.
    FilteredOut,
}

impl<T: JsonSchema> JsonSchema for List<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}List", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "One page of a list.",
            "required": ["results", "next_after", "next"],
            "properties": {
                "results": { "type": "array", "items": generator.subschema_for::<T>(), "description": "The things of this page." },
                "total": { "type": "integer", "minimum": 0, "description": "How many the whole list has, where that is known." },
                "total_is_lower_bound": { "type": "boolean", "description": "There are more than `total`." },
                "missing": {
                    "type": "array",
                    "items": generator.subschema_for::<Missing>(),
                    "description": "Ids that were asked for and are not there.",
                },
                "next_after": { "type": ["string", "null"], "description": "Where this page ends; null on the last one." },
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The address of the next page; null on the last one.",
                },
            },
        })
    }
}
