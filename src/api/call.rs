//! The way of a request through the API, the same for every operation: size, format, parameters, handler.

use axum::{
    extract::{RawPathParams, Request, State, rejection::RawPathParamsRejection},
    http::{HeaderMap, HeaderName, header},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get},
};

use super::{
    Api,
    given::Given,
    operation::{Answer, Operation},
    reply::Format,
    retiring,
};
use crate::{
    model::id::Id,
    web::{
        negotiate,
        problem::{Kind, Problem},
    },
};

/// The largest body a request may bring along: nothing here reads one.
const LARGEST_BODY: u64 = 16 * 1024;

/// One request, understood.
pub struct Call {
    /// What is asked.
    pub operation: &'static Operation,
    /// Its parameters.
    pub given: Given,
    /// What the client knows already.
    pub headers: HeaderMap,
    /// The format of the answer.
    pub format: Format,
    /// The format as it stood in the address (`.csv`); empty when `Accept` decided.
    pub suffix: &'static str,
    /// The query as it came.
    pub query: Option<String>,
    id: Option<Id>,
}

impl Call {
    /// The id in the path.
    pub fn id(&self) -> Result<&Id, Problem> {
        self.id.as_ref().ok_or_else(|| self.nothing())
    }

    /// There is no such thing.
    pub fn nothing(&self) -> Problem {
        let what = self.operation.of.map_or("thing", crate::model::id::ThingKind::word);
        Problem::new(Kind::NotFound, format!("There is no {what} with this id."))
    }

    /// The path and query of the same request for another id.
    pub fn path_for(&self, id: &Id) -> String {
        let path = self.operation.path.replace("{id}", &format!("{id}{}", self.suffix));
        let query = self.query.as_deref().map(|query| format!("?{query}")).unwrap_or_default();
        format!("/api/v1{path}{query}")
    }
}

/// The routes of an operation: its path, and its path with each suffix of a format.
pub fn paths(operation: &'static Operation) -> Vec<String> {
    let formats = match operation.answer {
        Answer::One(_) => &[],
        other => other.formats(),
    };
    let suffixes = formats.iter().map(|format| format!("{}{}", operation.path, format.suffix()));
    std::iter::once(operation.path.to_owned()).chain(suffixes).collect()
}

/// Answers an operation by a handler.
pub fn route<F, R>(operation: &'static Operation, handler: F) -> MethodRouter<Api>
where
    F: Fn(Api, Call) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Response, Problem>> + Send + 'static,
{
    get(async move |State(api): State<Api>, path: Result<RawPathParams, RawPathParamsRejection>, request: Request| {
        let answered = match understood(operation, path.as_ref().ok(), request) {
            Ok(call) => handler(api, call).await,
            Err(problem) => Err(problem),
        };
        let mut response = answered.unwrap_or_else(IntoResponse::into_response);
        retiring::tell(operation.path, retiring::TABLE, response.headers_mut());
        response
    })
}

fn understood(operation: &'static Operation, path: Option<&RawPathParams>, request: Request) -> Result<Call, Problem> {
    let (parts, _) = request.into_parts();
    small(&parts.headers)?;
    let (id, suffix) = match operation.of {
        None => (None, suffix_of(parts.uri.path())),
        Some(kind) => {
            // An address that is not even text is no id.
            let last = path.and_then(|path| path.iter().next()).map(|(_, value)| value).unwrap_or_default();
            let text = last.strip_suffix(".json").unwrap_or(last);
            let suffix = if last.len() == text.len() { suffix_of(parts.uri.path()) } else { ".json" };
            (Id::parse(text).filter(|id| id.kind() == kind), suffix)
        }
    };
    let format = format(operation, suffix, &parts.headers)?;
    let query = parts.uri.query().map(str::to_owned);
    let given = Given::read(operation, query.as_deref())?;
    let call = Call { operation, given, headers: parts.headers, format, suffix, query, id };
    if operation.of.is_some() {
        call.id()?;
    }
    Ok(call)
}

/// The suffix of a format at the end of a path.
fn suffix_of(path: &str) -> &'static str {
    Format::ALL.iter().map(|format| format.suffix()).find(|suffix| path.ends_with(suffix)).unwrap_or_default()
}

/// The format that the address names, or the client likes best.
fn format(operation: &Operation, suffix: &str, headers: &HeaderMap) -> Result<Format, Problem> {
    if operation.path.ends_with(suffix) && !suffix.is_empty() {
        // `/openapi.json` is called so.
        return Ok(Format::Json);
    }
    if let Some(format) = Format::ALL.into_iter().find(|format| format.suffix() == suffix) {
        return Ok(format);
    }
    let formats = operation.answer.formats();
    let offered: Vec<&str> = formats.iter().map(|format| format.media()).collect();
    let best = negotiate::best(headers, &offered).ok_or_else(|| {
        let detail = format!("Accept names no type that is answered here; these are: {}", offered.join(", "));
        Problem::new(Kind::NotAcceptable, detail).allowed(offered.iter().copied())
    })?;
    Ok(formats.iter().copied().find(|format| format.media() == best).unwrap_or(Format::Json))
}

fn small(headers: &HeaderMap) -> Result<(), Problem> {
    let number = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let large = number(header::CONTENT_LENGTH).is_some_and(|bytes| bytes > LARGEST_BODY);
    if large || headers.contains_key(header::TRANSFER_ENCODING) {
        let detail = format!("Nothing here reads a body: send none (of at most {LARGEST_BODY} bytes, if you must).");
        return Err(Problem::new(Kind::TooLarge, detail));
    }
    Ok(())
}
