//! A number for every request, so that somebody who asks about an answer and somebody who reads the log mean the same one.

use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    response::Response,
};

use crate::{clock::secret, model::listing::hex};

/// The header it goes in and out by.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest number that is taken from a client, in characters.
const LONGEST: usize = 64;
/// The shortest.
const SHORTEST: usize = 8;

tokio::task_local! {
    static CURRENT: HeaderValue;
}

/// The number of the request that is being answered; nothing outside of one.
pub fn current() -> Option<String> {
    CURRENT.try_with(|id| id.to_str().map(str::to_owned).ok()).ok().flatten()
}

/// Middleware: takes the client's number when it is well-formed, makes one otherwise, and puts it on the answer.
pub async fn number(request: Request, next: Next) -> Response {
    let id = given(request.headers()).unwrap_or_else(made);
    let mut response = CURRENT.scope(id.clone(), next.run(request)).await;
    response.headers_mut().insert(X_REQUEST_ID, id);
    response
}

/// What the client calls it: 8 to 64 letters, digits, `-`, `_`, `.`.
fn given(headers: &HeaderMap) -> Option<HeaderValue> {
    let value = headers.get(X_REQUEST_ID)?;
    let fits = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let text = value.as_bytes();
    ((SHORTEST..=LONGEST).contains(&text.len()) && text.iter().all(fits)).then(|| value.clone())
}

/// One that no other request of any process has.
fn made() -> HeaderValue {
    static PROCESS: LazyLock<String> = LazyLock::new(|| hex(&secret()[..8]));
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    HeaderValue::from_str(&format!("{}-{number:x}", *PROCESS)).unwrap_or(HeaderValue::from_static("unnumbered"))
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt as _;

    use super::*;

    async fn ask(given: Option<&'static str>) -> (String, String) {
        let router =
            Router::new().route("/", get(async || current().unwrap_or_default())).layer(middleware::from_fn(number));
        let mut request = Request::get("/");
        if let Some(given) = given {
            request = request.header(X_REQUEST_ID, given);
        }
        let answer = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let header = answer.headers()[X_REQUEST_ID].to_str().unwrap().to_owned();
        let body = axum::body::to_bytes(answer.into_body(), 1_000).await.unwrap();
        (header, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_well_formed_number_is_kept_and_others_are_made() {
        assert_eq!(ask(Some("abc-123.DEF_4")).await, ("abc-123.DEF_4".into(), "abc-123.DEF_4".into()));
        for bad in [None, Some("short"), Some("with space in it"), Some("<script>alert(1)</script>")] {
            let (header, inside) = ask(bad).await;
            assert_eq!(header, inside);
            assert!(header.len() > 16 && bad != Some(&header), "{header}");
        }
        assert_ne!(ask(None).await, ask(None).await);
        assert_eq!(current(), None);
    }
}
