//! What is asked of the provider: what it is and which keys it signs with, and what a code is worth.

use std::time::Duration;

use axum::http::{HeaderValue, Method, Response, StatusCode, header};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeVerifier, RedirectUrl,
    TokenResponse as _,
    core::{
        CoreClient, CoreClientAuthMethod, CoreIdTokenClaims, CoreJwsSigningAlgorithm as Alg, CoreProviderMetadata,
        CoreTokenResponse, CoreUserInfoClaims,
    },
};
use tokio::sync::Mutex;

use super::{BACK, Identity, OidcError};
use crate::{
    app::App,
    config::accounts::Oidc,
    fetch::{Client, FetchError},
};

/// How long one question may take, and how long its answer may be.
const BOUNDS: (Duration, usize) = (Duration::from_secs(10), 512 << 10);
/// How long what the provider says of itself is believed, in microseconds.
const KEPT: i64 = 10 * 60 * 1_000_000;
/// Signatures that only the provider can make.
const ALGORITHMS: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

type Known =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The provider as it was found last.
#[derive(Default)]
pub struct Provider {
    found: Mutex<Option<(i64, CoreProviderMetadata)>>,
}

impl Provider {
    /// We, as a client of the provider; it is asked who it is when that was long ago, or when it is to be asked `again`.
    pub(super) async fn client(&self, app: &App, settings: &Oidc, again: bool) -> Result<Known, OidcError> {
        let metadata = self.metadata(app, settings, again).await?;
        let methods = metadata.token_endpoint_auth_methods_supported();
        let only_in_body = methods.is_some_and(|all| {
            all.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !all.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let (id, secret) = (ClientId::new(settings.client.clone()), settings.secret.reveal().to_owned());
        let back = RedirectUrl::new(format!("{}{BACK}", app.config.public_url)).map_err(broken)?;
        let client = CoreClient::from_provider_metadata(metadata, id, Some(ClientSecret::new(secret)));
        let client = client.set_redirect_uri(back);
        Ok(if only_in_body { client.set_auth_type(AuthType::RequestBody) } else { client })
    }

    async fn metadata(&self, app: &App, settings: &Oidc, again: bool) -> Result<CoreProviderMetadata, OidcError> {
        let now = app.clock.micros();
        let mut found = self.found.lock().await;
        if let Some((_, metadata)) = found.as_ref().filter(|(at, _)| !again && now - at < KEPT) {
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(settings.issuer.clone()).map_err(broken)?;
        let ask = asker(app)?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &ask).await.map_err(broken)?;
        *found = Some((now, metadata.clone()));
        Ok(metadata)
    }

    /// What a code is worth: who somebody is.
    pub(super) async fn identity(
        &self,
        app: &App,
        settings: &Oidc,
        (code, verifier): (AuthorizationCode, PkceCodeVerifier),
        nonce: &Nonce,
    ) -> Result<Identity, OidcError> {
        let ask = asker(app)?;
        let client = self.client(app, settings, false).await?;
        let request = client.exchange_code(code).map_err(broken)?.set_pkce_verifier(verifier);
        let tokens = request.request_async(&ask).await.map_err(broken)?;
        // A key that is new there is asked for once.
        let (client, claims) = if let Ok(claims) = claims(&client, &tokens, nonce) {
            (client, claims)
        } else {
            let client = self.client(app, settings, true).await?;
            let claims = claims(&client, &tokens, nonce)?;
            (client, claims)
        };
        let mut email = vouched(claims.email().map(|email| email.as_str()), claims.email_verified());
        if email.is_none()
            && let Ok(question) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone()))
        {
            let said: CoreUserInfoClaims = question.request_async(&ask).await.map_err(broken)?;
            email = vouched(said.email().map(|email| email.as_str()), said.email_verified());
        }
        Ok(Identity { issuer: settings.issuer.clone(), subject: claims.subject().to_string(), email })
    }
}

/// The claims of a token that the provider signed for us, for this way.
fn claims(client: &Known, tokens: &CoreTokenResponse, nonce: &Nonce) -> Result<CoreIdTokenClaims, OidcError> {
    let unproved = |why: &dyn std::fmt::Display| OidcError::Unproved(why.to_string());
    let token = tokens.id_token().ok_or_else(|| unproved(&"there is none"))?;
    let judge = client.id_token_verifier().set_allowed_algs(ALGORITHMS);
    let claims = token.claims(&judge, nonce).map_err(|why| unproved(&why))?;
    if let Some(expected) = claims.access_token_hash() {
        let algorithm = token.signing_alg().map_err(|why| unproved(&why))?;
        let key = token.signing_key(&judge).map_err(|why| unproved(&why))?;
        let actual =
            AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(|why| unproved(&why))?;
        if actual != *expected {
            return Err(unproved(&"the access token is another's"));
        }
    }
    Ok(claims.clone())
}

/// An e-mail address that the provider says it checked.
fn vouched(email: Option<&str>, checked: Option<bool>) -> Option<String> {
    email.filter(|_| checked == Some(true)).map(str::to_owned)
}

fn broken(why: impl std::error::Error) -> OidcError {
    let mut words = why.to_string();
    let mut cause = why.source();
    while let Some(inner) = cause {
        words = format!("{words}: {inner}");
        cause = inner.source();
    }
    OidcError::Provider(words)
}

/// Why a question was not answered.
#[derive(Debug, thiserror::Error)]
enum AskError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("the answer cannot be read: {0}")]
    Answer(#[from] axum::http::Error),
}

/// Asks through the guarded client: the provider's addresses come from its own document.
fn asker(app: &App) -> Result<impl Fn(HttpRequest) -> Asked + Send + Sync, OidcError> {
    let client = app.client().map_err(broken)?.clone();
    Ok(move |request| -> Asked { Box::pin(ask(client.clone(), request)) })
}

type Asked = std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, AskError>> + Send>>;

async fn ask(client: Client, request: HttpRequest) -> Result<HttpResponse, AskError> {
    let (parts, body) = request.into_parts();
    let url = parts.uri.to_string();
    let answer = if parts.method == Method::POST {
        client.post(&url, parts.headers, body, BOUNDS).await?
    } else {
        client.ask_once(&url, parts.headers, BOUNDS).await?
    };
    let mut response =
        Response::builder().status(StatusCode::from_u16(answer.status).map_err(axum::http::Error::from)?);
    if let Some(kind) = answer.content_type.and_then(|kind| HeaderValue::from_str(&kind).ok()) {
        response = response.header(header::CONTENT_TYPE, kind);
    }
    Ok(response.body(answer.body)?)
}
