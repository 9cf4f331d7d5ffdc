//! A host of its own for the original's API, so that a client changes nothing but the name it asks.

use axum::{
    Router,
    extract::Request,
    http::{
        HeaderMap, Uri, header,
        uri::{Authority, PathAndQuery},
    },
    middleware,
};
use tower::Layer as _;

/// With a host set: requests with this `Host` get what is below `/legacy` at the root, and nothing else. The header is
/// looked at for nothing but this.
pub fn at_its_host(all: Router, host: Option<&str>) -> Router {
    let Some(host) = host.map(str::to_owned) else { return all };
    let lead = middleware::map_request(move |mut request: Request| {
        if is_for(&host, request.headers(), request.uri()) {
            let led = below_legacy(request.uri());
            *request.uri_mut() = led;
        }
        std::future::ready(request)
    });
    // Before any address is looked at: a layer on the routes themselves would come too late.
    Router::new().fallback_service(lead.layer(all))
}

/// Was this host asked? A host without a port is meant whatever the port is.
fn is_for(host: &str, headers: &HeaderMap, uri: &Uri) -> bool {
    let named = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    let Some(asked) = named.or_else(|| uri.authority().map(Authority::as_str)) else { return false };
    let asked = asked.to_ascii_lowercase();
    asked == host || (!host.contains(':') && asked.split(':').next() == Some(host))
}

fn below_legacy(uri: &Uri) -> Uri {
    let path = uri.path().trim_end_matches('/');
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let Ok(led) = PathAndQuery::try_from(format!("/legacy{path}{query}")) else { return uri.clone() };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(led);
    Uri::from_parts(parts).unwrap_or_else(|_| uri.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_host_is_led_below() {
        let asked = |host: &'static str| [(header::HOST, host.parse().unwrap())].into_iter().collect::<HeaderMap>();
        let uri: Uri = "/organizations".parse().unwrap();
        for host in ["api.example.org", "API.example.org", "api.example.org:8080"] {
            assert!(is_for("api.example.org", &asked(host), &uri), "{host}");
        }
        for host in ["example.org", "api.example.org.evil.example", "xapi.example.org", ""] {
            assert!(!is_for("api.example.org", &asked(host), &uri), "{host}");
        }
        assert!(!is_for("api.example.org:81", &asked("api.example.org"), &uri));
        let whole: Uri = "http://api.example.org/organizations".parse().unwrap();
        assert!(is_for("api.example.org", &HeaderMap::new(), &whole));
    }

    #[test]
    fn addresses_keep_their_rest() {
        let led = |uri: &str| below_legacy(&uri.parse().unwrap()).to_string();
        assert_eq!(led("/organizations?limit=2&offset=4"), "/legacy/organizations?limit=2&offset=4");
        assert_eq!(led("/"), "/legacy");
        assert_eq!(led("http://api.example.org/apps/x"), "http://api.example.org/legacy/apps/x");
    }
}
