//! A small provider of OpenID Connect on loopback, for tests: it checks what it is asked as a strict one does, and says of
//! people what the test wants said.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use openidconnect::{
    JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey as _,
    core::{CoreJwsSigningAlgorithm, CoreRsaPrivateSigningKey},
};
use serde_json::{Value, json};
use url::Url;

use crate::{clock::Clock, store::new_secret};

pub const CLIENT: &str = "connector";
pub const SECRET: &str = "a secret";
pub const BACK: &str = "https://connector.example.org/sign-in/oidc/back";
/// `connector:a+secret`, as RFC 6749 spells it in a header.
const BASIC: &str = "Basic Y29ubmVjdG9yOmErc2VjcmV0";
const KEY: &str = include_str!("fixtures/provider.key.pem");

/// What a code is worth.
struct Grant {
    challenge: String,
    claims: Value,
}

#[derive(Clone)]
pub struct TestProvider {
    pub at: SocketAddr,
    grants: Arc<Mutex<HashMap<String, Grant>>>,
    userinfo: Arc<Mutex<Value>>,
    /// Breaks the signature of every token.
    pub forged: Arc<Mutex<bool>>,
}

impl TestProvider {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        let provider = Self { at, grants: Arc::default(), userinfo: Arc::default(), forged: Arc::default() };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(about))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .route(
                "/userinfo",
                get(async |State(provider): State<Self>| Json(provider.userinfo.lock().unwrap().clone())),
            )
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        provider
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.at)
    }

    /// Somebody signs in there: answers where their browser is sent back to. `more` goes over what the token says.
    #[expect(clippy::needless_pass_by_value, reason = "made on the spot")]
    pub fn consent(&self, asked: &str, subject: &str, more: Value) -> String {
        let url = Url::parse(asked).unwrap();
        let asked: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(url.path(), "/authorize");
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", BACK),
            ("scope", "openid email"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(asked[name], value, "{name}");
        }
        let now = Clock::Machine.micros() / 1_000_000;
        let mut claims = json!({
            "iss": self.issuer(), "sub": subject, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"],
        });
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        let code = new_secret();
        let grant = Grant { challenge: asked["code_challenge"].clone(), claims };
        self.grants.lock().unwrap().insert(code.clone(), grant);
        format!("/sign-in/oidc/back?code={code}&state={}", asked["state"])
    }

    /// What it says of whoever holds an access token.
    pub fn say(&self, userinfo: Value) {
        *self.userinfo.lock().unwrap() = userinfo;
    }
}

async fn about(State(provider): State<TestProvider>) -> Json<Value> {
    let at = provider.issuer();
    Json(json!({
        "issuer": at,
        "authorization_endpoint": format!("{at}/authorize"),
        "token_endpoint": format!("{at}/token"),
        "userinfo_endpoint": format!("{at}/userinfo"),
        "jwks_uri": format!("{at}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
    }))
}

fn key() -> CoreRsaPrivateSigningKey {
    CoreRsaPrivateSigningKey::from_pem(KEY, Some(JsonWebKeyId::new("one".into()))).unwrap()
}

async fn keys() -> Json<Value> {
    Json(json!({ "keys": [key().as_verification_key()] }))
}

async fn token(State(provider): State<TestProvider>, headers: HeaderMap, body: String) -> (StatusCode, Json<Value>) {
    let form: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let refused = |why: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": why })));
    if headers.get("authorization").is_none_or(|said| said != BASIC) {
        return refused("invalid_client");
    }
    let Some(grant) = provider.grants.lock().unwrap().remove(&form["code"]) else { return refused("invalid_grant") };
    let verifier = PkceCodeVerifier::new(form["code_verifier"].clone());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    if challenge.as_str() != grant.challenge || form["redirect_uri"] != BACK {
        return refused("invalid_grant");
    }
    let algorithm = grant.claims["alg"].as_str().unwrap_or("RS256").to_owned();
    let head = base64(json!({ "alg": algorithm, "kid": "one" }).to_string().as_bytes());
    let said = format!("{head}.{}", base64(grant.claims.to_string().as_bytes()));
    let mut sign = key().sign(&CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, said.as_bytes()).unwrap();
    if *provider.forged.lock().unwrap() {
        sign[0] ^= 1;
    }
    let sign = if algorithm == "none" { String::new() } else { base64(&sign) };
    let answer = json!({ "access_token": "a", "token_type": "Bearer", "id_token": format!("{said}.{sign}") });
    (StatusCode::OK, Json(answer))
}

/// Base64 for addresses, without padding (RFC 4648, section 5).
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let three = |piece: &[u8]| {
        let all = piece.iter().chain([&0; 3]).take(3).fold(0_usize, |all, byte| all << 8 | usize::from(*byte));
        (0..=piece.len()).map(move |at| char::from(LETTERS[all >> (18 - 6 * at) & 63])).collect::<Vec<_>>()
    };
    bytes.chunks(3).flat_map(three).collect()
}
