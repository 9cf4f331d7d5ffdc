//! Answers that are what was asked for.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Map, Value};

use super::{negotiate::Asked, outcome::Outcome};
use crate::r4::{Elements, ResourceType, subset};

/// Bytes for which there is room at once: a resource seldom needs more.
const USUAL: usize = 2 << 10;

/// A resource or bundle as JSON, with line breaks when they are wanted.
pub fn text(asked: &Asked, what: &impl Serialize) -> Result<Vec<u8>, Outcome> {
    let mut text = Vec::with_capacity(USUAL);
    let written = if asked.pretty {
        serde_json::to_writer_pretty(&mut text, what)
    } else {
        serde_json::to_writer(&mut text, what)
    };
    written.map_err(|why| Outcome::broken("a resource could not be written", &why))?;
    Ok(text)
}

/// A resource as JSON, or the parts of it that are wanted.
pub fn resource(asked: &Asked, kind: ResourceType, what: &impl Serialize) -> Result<Vec<u8>, Outcome> {
    match parts(kind, &asked.elements, what)? {
        None => text(asked, what),
        Some(parts) => text(asked, &parts),
    }
}

/// The wanted parts of a resource; nothing when all of it is wanted.
pub fn parts(
    kind: ResourceType,
    elements: &Elements,
    what: &impl Serialize,
) -> Result<Option<Map<String, Value>>, Outcome> {
    if matches!(elements, Elements::All | Elements::Data) {
        return Ok(None);
    }
    let whole = serde_json::to_value(what).map_err(|why| Outcome::broken("a resource could not be written", &why))?;
    let Value::Object(mut whole) = whole else { return Ok(None) };
    subset(kind, elements, &mut whole);
    Ok(Some(whole))
}

/// The answer with this body. Whoever asked differently gets another one: caches are told.
pub fn respond(asked: &Asked, body: Vec<u8>) -> Response {
    let mut response = Body::from(body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asked.media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
}
