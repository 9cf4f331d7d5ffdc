//! Middleware: pages that everybody gets alike are made once for each revision of the store.
//!
//! What holds: only what says `public` in its `Cache-Control` is kept, only by GET and without a query, and nothing that
//! depends on who asks but the encoding; so a page in here is the page anybody gets.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{cache::CachePolicy, here::in_language, words::Lang};
use crate::{
    app::{App, LOOKS_A_SECOND, Page, kept::Answer},
    model::id::{Id, ThingKind},
    store::Found,
    web::negotiate::takes_encoding,
};

/// A page of more bytes than this is made each time.
const LARGEST: usize = 2 << 20;

/// Gives what is kept, keeps what may be.
pub async fn serve(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let plain = matches!(*request.method(), Method::GET | Method::HEAD) && request.uri().query().is_none();
    let Some(moment) = app.pages.moment().filter(|_| plain) else { return next.run(request).await };
    let gzip = takes_encoding(request.headers(), "gzip");
    let key = format!("{}{}", if gzip { 'z' } else { '-' }, request.uri().path());
    // What is kept under a key is what everybody gets who has that key: the layers below are asked for just that.
    let encoding = HeaderValue::from_static(if gzip { "gzip" } else { "identity" });
    request.headers_mut().insert(header::ACCEPT_ENCODING, encoding);
    let head = request.method() == Method::HEAD;
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    if let Some(page) = app.pages.get(&key) {
        return answer(page, known.as_ref(), head);
    }
    let response = next.run(request).await;
    // The answer to HEAD has no body to keep.
    let Some(looks) = looks(&response).filter(|_| !head) else { return response };
    let (parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        // The size is known before: see `looks`. What breaks here broke on the way.
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut headers = parts.headers;
    // The revision is in it: a checksum can be made to collide, the two together cannot bring back what was recalled.
    let tag = format!("W/\"{:x}-{:x}-{:x}\"", moment.revision(), body.len(), crc32fast::hash(&body));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let page = Page { headers, body };
    app.pages.put(&key, moment, Answer { size: page.body.len() + 1_024, body: page.clone(), looks });
    answer(page, known.as_ref(), head)
}

/// What pages about an organization or app show beside its picture changed, such as its proof: they are made anew, in every
/// language.
pub async fn renew(app: &App, subject: &Id) {
    let slug = match subject.kind() {
        ThingKind::App => app.listed_apps().await.map(|apps| {
            let known = apps.iter().find(|known| known.id == *subject);
            known.map(|known| format!("/apps/{}", known.slug))
        }),
        _ => app.store.organization(subject).await.map(|found| match found {
            Found::Here(org) => Some(format!("/organizations/{}", org.slug)),
            _ => None,
        }),
    };
    match slug {
        Ok(Some(path)) => {
            let pages = Lang::ALL.map(|lang| in_language(lang, &path));
            // Before the path stands the encoding.
            app.pages.forget(|key| pages.iter().any(|page| key.get(1..) == Some(page)));
        }
        // It has no page.
        Ok(None) => {}
        Err(error) => {
            tracing::warn!("every kept page is made anew, for one could not be found: {error}");
            app.pages.forget(|_| true);
        }
    }
}

/// For how many looks at the log an answer may be kept; nothing when it may not.
fn looks(response: &Response) -> Option<u64> {
    let policy = response.headers().get(header::CACHE_CONTROL)?;
    let seconds = [CachePolicy::Page, CachePolicy::Doors]
        .into_iter()
        .find(|kept| *policy == kept.header())
        .and_then(CachePolicy::seconds)?;
    (response.status() == StatusCode::OK).then_some(seconds * LOOKS_A_SECOND)
}

/// A kept page, or "you have it".
fn answer(page: Page, known: Option<&HeaderValue>, head: bool) -> Response {
    let tag = page.headers.get(header::ETAG);
    let has_it = tag.zip(known).is_some_and(|(tag, known)| {
        let (tag, known) = (tag.to_str().unwrap_or_default(), known.to_str().unwrap_or_default());
        known.split(',').any(|one| one.trim() == tag || one.trim() == "*")
    });
    let mut response = if has_it {
        StatusCode::NOT_MODIFIED.into_response()
    } else if head {
        Body::empty().into_response()
    } else {
        Body::from(page.body).into_response()
    };
    // A 304 says nothing of a body it does not have (RFC 9110 section 15.4.5).
    let unfit: &[HeaderName] =
        if has_it { &[header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::CONTENT_TYPE] } else { &[] };
    *response.headers_mut() = page.headers;
    for name in unfit {
        response.headers_mut().remove(name);
    }
    response
}
