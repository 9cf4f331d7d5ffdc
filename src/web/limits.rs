//! How many requests a client may send in a minute, told by headers (draft-ietf-httpapi-ratelimit-headers) and kept by 429.
//!
//! What holds: memory does not grow, whoever comes; no address is remembered, only how much was used in a place that an
//! address leads to by a key that each process makes anew. Two clients may share a place, rarely: there are many.

use std::{
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    problem::{Kind, Problem},
    visitor,
};
use crate::{clock::Clock, config::Config};

/// What is left of a budget, and until when.
pub const RATELIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// How large the budget is.
pub const RATELIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// Seconds of a window.
pub const WINDOW: u64 = 60;
/// A request costs so much of the budget; "you have it already" (304) costs one.
const WHOLE: u32 = 10;
/// Places, a power of two: two megabytes.
const PLACES: usize = 1 << 18;

/// The budgets of all clients.
#[derive(Debug)]
pub struct Limits {
    /// Requests a window; nothing when there is no limit.
    most: Option<u32>,
    policy: HeaderValue,
    proxies: Vec<IpAddr>,
    clock: Clock,
    keys: RandomState,
    /// By place: the number of the window, and what was used in it.
    places: Vec<AtomicU64>,
}

/// What is left to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    /// Whole requests.
    requests: u32,
    /// Seconds until there are as many as ever.
    seconds: u64,
    /// Was there enough for this one?
    granted: bool,
}

impl Limits {
    /// Budgets as the operator set them.
    pub fn new(config: &Config, clock: Clock) -> Arc<Self> {
        let most = config.rate_limit;
        let policy = format!("\"client\";q={};w={WINDOW}", most.unwrap_or_default());
        let places = if most.is_some() { PLACES } else { 0 };
        Arc::new(Self {
            most,
            policy: HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("")),
            proxies: config.trusted_proxies.clone(),
            clock,
            keys: RandomState::new(),
            places: std::iter::repeat_with(AtomicU64::default).take(places).collect(),
        })
    }

    /// Takes so much (none below zero: gives back) from the budget of a client.
    fn take(&self, most: u32, client: Option<IpAddr>, cost: u32) -> Left {
        let hash = self.keys.hash_one(client);
        let place = &self.places[hash as usize & (PLACES - 1)];
        // Windows of different clients begin at different seconds, so that not everybody comes back at once.
        let now = (self.clock.micros() / 1_000_000) as u64 + (hash >> 40) % WINDOW;
        let (window, whole) = ((now / WINDOW) as u32, most.saturating_mul(WHOLE));
        let used = |cell: u64| if (cell >> 32) as u32 == window { cell as u32 } else { 0 };
        let add = |cell: u64| {
            let sum = used(cell).saturating_add(cost);
            (sum <= whole).then_some(u64::from(window) << 32 | u64::from(sum))
        };
        let done = place.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
        let spent = done.map_or_else(used, |before| used(before) + cost);
        Left { requests: whole.saturating_sub(spent) / WHOLE, seconds: WINDOW - now % WINDOW, granted: done.is_ok() }
    }

    /// An answer that had no body costs little: the rest is given back.
    fn give_back(&self, client: Option<IpAddr>, cost: u32) {
        let place = &self.places[self.keys.hash_one(client) as usize & (PLACES - 1)];
        let less = |cell: u64| (cell as u32 >= cost).then(|| cell - u64::from(cost));
        let _ = place.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    fn tell(&self, left: Left, response: &mut Response) {
        let said = HeaderValue::from_str(&format!("\"client\";r={};t={}", left.requests, left.seconds));
        let headers = response.headers_mut();
        headers.insert(RATELIMIT_POLICY, self.policy.clone());
        headers.extend(said.map(|said| (RATELIMIT, said)));
    }
}

/// Middleware: counts a request of a program, and refuses it when its client sent too many.
pub async fn count(State(limits): State<Arc<Limits>>, request: Request, next: Next) -> Response {
    // A question of a browser whether it may ask is not a request of a program.
    let Some(most) = limits.most.filter(|_| request.method() != Method::OPTIONS) else {
        return next.run(request).await;
    };
    let peer = visitor::peer(request.extensions());
    let client = visitor::address(peer, request.headers(), &limits.proxies).map(visitor::household);
    let left = limits.take(most, client, WHOLE);
    let mut response =
        if left.granted { next.run(request).await } else { refusal(request.uri().path(), most, left.seconds) };
    if response.status() == StatusCode::NOT_MODIFIED {
        limits.give_back(client, WHOLE - 1);
    }
    limits.tell(left, &mut response);
    response
}

/// 429, in the words of whom it is said to.
fn refusal(path: &str, most: u32, seconds: u64) -> Response {
    let detail = format!(
        "One client may send {most} requests in {WINDOW} seconds; wait {seconds} seconds. For everything at once take \
         the files under /data: they have no limit."
    );
    let mut response = if path.starts_with("/fhir") {
        let issue = json!([{ "severity": "error", "code": "throttled", "diagnostics": detail }]);
        let outcome = json!({ "resourceType": "OperationOutcome", "issue": issue }).to_string();
        let headers = [(header::CONTENT_TYPE, "application/fhir+json"), (header::CACHE_CONTROL, "no-store")];
        (StatusCode::TOO_MANY_REQUESTS, headers, outcome).into_response()
    } else {
        Problem::new(Kind::TooManyRequests, detail).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    // The layer that says so to browsers stands inside of this one.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::{Router, body::Body, extract::ConnectInfo, middleware, routing::get};
    use tower::ServiceExt as _;

    use super::*;
    use crate::config::Given;

    fn limits(most: &str) -> (Arc<Limits>, Clock) {
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let config = Given { rate_limit: Some(most.into()), ..Given::default() }.check().unwrap();
        (Limits::new(&config, clock.clone()), clock)
    }

    fn router(limits: &Arc<Limits>) -> Router {
        Router::new()
            .route("/", get(async || "here"))
            .route("/same", get(async || StatusCode::NOT_MODIFIED))
            .route("/fhir/Organization", get(async || "here"))
            .layer(middleware::from_fn_with_state(limits.clone(), count))
    }

    async fn ask(router: &Router, path: &str, from: &str) -> Response {
        let peer: SocketAddr = from.parse().unwrap();
        let request = Request::get(path).extension(ConnectInfo(peer)).body(Body::empty()).unwrap();
        router.clone().oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn a_budget_is_told_ends_and_comes_back() {
        let (limits, clock) = limits("10");
        let router = router(&limits);
        for left in (0..10).rev() {
            let answer = ask(&router, "/", "192.0.2.1:5").await;
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(answer.headers()[RATELIMIT_POLICY], "\"client\";q=10;w=60");
            let told = answer.headers()[RATELIMIT].to_str().unwrap();
            assert!(told.starts_with(&format!("\"client\";r={left};t=")), "{told}");
        }
        let refused = ask(&router, "/", "192.0.2.1:6").await;
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        let wait: i64 = refused.headers()[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert!((1..=60).contains(&wait));
        assert_eq!(ask(&router, "/", "192.0.2.9:5").await.status(), StatusCode::OK, "others go on");
        let outcome = ask(&router, "/fhir/Organization", "192.0.2.1:6").await;
        assert_eq!(outcome.headers()[header::CONTENT_TYPE], "application/fhir+json");
        let Clock::Standing(at) = &clock else { panic!("a clock that is set") };
        at.fetch_add(wait * 1_000_000, Ordering::Relaxed);
        assert_eq!(ask(&router, "/", "192.0.2.1:6").await.status(), StatusCode::OK, "after as long as was said");
    }

    #[tokio::test]
    async fn asking_whether_something_changed_is_cheap() {
        let (limits, _) = limits("10");
        let router = router(&limits);
        for _ in 0..90 {
            assert_eq!(ask(&router, "/same", "192.0.2.1:5").await.status(), StatusCode::NOT_MODIFIED);
        }
        assert_eq!(ask(&router, "/", "192.0.2.1:5").await.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn without_a_limit_nothing_is_counted_or_told() {
        let (limits, _) = limits("off");
        let router = router(&limits);
        for _ in 0..50 {
            let answer = ask(&router, "/", "192.0.2.1:5").await;
            assert!(answer.status().is_success() && !answer.headers().contains_key(RATELIMIT));
        }
    }
}
