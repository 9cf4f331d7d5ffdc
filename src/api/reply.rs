//! Answers as they go out: formats, validators, caches.

use axum::{
    body::{Body, Bytes},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use super::{
    call::Call,
    csv::{self, Columns},
    fields::Wanted,
    moment,
    view::List,
};
use crate::web::{
    conditional::{tell, unchanged},
    problem::Problem,
};

/// In which form an answer goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON document.
    Json,
    /// One JSON document a line, a line for each thing of a page.
    NdJson,
    /// A table with a head.
    Csv,
}

impl Format {
    /// All of them, the one first that nobody has to ask for.
    pub const ALL: [Self; 3] = [Self::Json, Self::NdJson, Self::Csv];

    /// What stands at the end of an address.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Json => ".json",
            Self::NdJson => ".ndjson",
            Self::Csv => ".csv",
        }
    }

    /// What stands in `Accept`.
    pub fn media(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::NdJson => "application/x-ndjson",
            Self::Csv => "text/csv",
        }
    }

    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            other => other.media(),
        })
    }
}

/// By what a client can tell whether it has an answer already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validators {
    /// A weak entity tag, with its quotes.
    pub tag: String,
    /// When it last changed, in microseconds since 1970 UTC.
    pub at: Option<i64>,
}

impl Validators {
    /// Of one thing: its version.
    pub fn version(version: i64, at: Option<i64>) -> Self {
        Self { tag: format!("W/\"{version}\""), at }
    }

    /// Of whatever may change with the log: where that stands, and the form of the answer.
    pub fn log(position: i64, at: Option<i64>, format: Format) -> Self {
        Self { tag: format!("W/\"{position}{}\"", format.suffix()), at }
    }

    /// "You have it already", when that is so.
    pub fn known(&self, call: &Call) -> Option<Response> {
        unchanged(&call.headers, &self.tag, self.at).then(|| {
            let mut response = StatusCode::NOT_MODIFIED.into_response();
            self.put(&mut response);
            vary(&mut response);
            response
        })
    }

    fn put(&self, response: &mut Response) {
        response.headers_mut().insert(header::CACHE_CONTROL, SHARED);
        tell(response, &self.tag, self.at);
    }
}

/// Anybody may keep it for a minute: a hostile door must be gone within one.
const SHARED: HeaderValue = HeaderValue::from_static("public, max-age=60");
/// What depends on what somebody typed stays in that person's own browser.
const OWN: HeaderValue = HeaderValue::from_static("private, max-age=60");

fn vary(response: &mut Response) {
    // In one line with the encoding: the layer that compresses adds it only where it is not there.
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept, accept-encoding"));
}

fn sent(format: Format, body: impl Into<Body>, validators: Option<&Validators>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, format.content_type());
    response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    match validators {
        Some(validators) => validators.put(&mut response),
        None => drop(response.headers_mut().insert(header::CACHE_CONTROL, SHARED)),
    }
    vary(&mut response);
    response
}

/// One thing, as JSON text.
pub fn one(text: impl Into<Bytes>, validators: &Validators) -> Response {
    sent(Format::Json, Body::from(text.into()), Some(validators))
}

/// An answer that is made of values.
pub fn made(body: &impl Serialize, validators: Option<&Validators>) -> Result<Response, Problem> {
    Ok(sent(Format::Json, written(body)?, validators))
}

/// An answer to what somebody typed.
pub fn own(body: &impl Serialize) -> Result<Response, Problem> {
    let mut response = made(body, None)?;
    response.headers_mut().insert(header::CACHE_CONTROL, OWN);
    Ok(response)
}

/// A thing as JSON text.
pub fn written(thing: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(thing).map_err(|why| Problem::broken("writing an answer", &why))
}

/// The parts of a thing that were asked for, as JSON text.
pub fn cut(text: String, wanted: Option<&Wanted>) -> Result<String, Problem> {
    let Some(wanted) = wanted else { return Ok(text) };
    let thing: Value = serde_json::from_str(&text).map_err(|why| Problem::broken("reading a thing", &why))?;
    Ok(wanted.cut(thing).to_string())
}

/// One page of a list: things as JSON texts.
#[derive(Debug, Default)]
pub struct Page {
    /// The things.
    pub things: Vec<String>,
    /// See [`List::total`].
    pub total: Option<usize>,
    /// See [`List::total_is_lower_bound`].
    pub total_is_lower_bound: bool,
    /// See [`List::missing`].
    pub missing: Vec<super::view::Missing>,
    /// The cursor of the next page.
    pub next_after: Option<String>,
}

/// A page in the format that was asked for.
pub fn list(
    call: &Call,
    public_url: &str,
    page: Page,
    columns: Columns,
    validators: Option<&Validators>,
) -> Result<Response, Problem> {
    let next = page.next_after.as_deref().map(|after| {
        let path = format!("{}{}", call.operation.path, call.suffix);
        let path = call.id().map_or(path.clone(), |id| path.replace("{id}", id.as_str()));
        format!("{public_url}/api/v1{path}?{}", call.given.next_query(after))
    });
    let link = next.as_ref().and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok());
    let body = match call.format {
        Format::NdJson => page.things.into_iter().fold(String::new(), |all, line| all + &line + "\n"),
        Format::Csv => csv::table(columns, &page.things).map_err(|why| Problem::broken("writing a table", &why))?,
        Format::Json => {
            let results = page.things.into_iter().map(RawValue::from_string).collect::<Result<Vec<_>, _>>();
            written(&List {
                results: results.map_err(|why| Problem::broken("writing a list", &why))?,
                total: page.total,
                total_is_lower_bound: page.total_is_lower_bound,
                missing: page.missing,
                next_after: page.next_after,
                next,
            })?
        }
    };
    let mut response = sent(call.format, body, validators);
    response.headers_mut().extend(link.map(|link| (header::LINK, link)));
    Ok(response)
}

/// To another address, for now: a merge may be undone.
pub fn elsewhere(path: &str) -> Response {
    let headers: Vec<(HeaderName, HeaderValue)> =
        HeaderValue::from_str(path).map(|path| (header::LOCATION, path)).into_iter().collect();
    let mut response = StatusCode::TEMPORARY_REDIRECT.into_response();
    response.headers_mut().extend(headers);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    vary(&mut response);
    response
}

/// When something changed, as a field.
pub fn updated(at: Option<i64>) -> String {
    at.map(moment::written).unwrap_or_default()
}
