//! Signing in with a passkey: two steps of a script, as JSON.

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response},
};
use serde_json::json;

use super::{CHALLENGES, Desk};
use crate::{
    accounts::{
        Visit,
        access::{MaybeSigned, ours},
        passkey::{Answer, Passkeys, Refused},
        session,
    },
    app::App,
};

/// `POST /sign-in/passkey/start`
pub async fn start(
    State(app): State<App>,
    Extension(desk): Extension<Arc<Desk>>,
    visit: Visit,
) -> Result<Response, Failed> {
    let passkeys = of(&app)?;
    if desk.challenges.again(visit.household, app.clock.micros()).is_none_or(|times| times > CHALLENGES) {
        return Err(Refused::TooOften.into());
    }
    Ok(Json(passkeys.start_sign_in(&app.store).await?).into_response())
}

/// `POST /sign-in/passkey/finish`
pub async fn finish(
    State(app): State<App>,
    MaybeSigned(signed): MaybeSigned,
    visit: Visit,
    Json(answer): Json<Answer>,
) -> Result<Response, Failed> {
    let shown = of(&app)?.finish_sign_in(&app.store, app.clock.micros(), &answer).await?;
    let cookie = session::open(&app, &shown.person, "passkey", &visit.device, shown.counts, signed.as_ref())
        .await
        .map_err(Refused::from)?;
    Ok(session::with(on(&answer.next), cookie))
}

/// The passkeys of this installation.
pub fn of(app: &App) -> Result<Passkeys, Refused> {
    let name = app.config.brand.name.as_deref().unwrap_or("Connector");
    Passkeys::at(&app.config.public_url, name).map_err(|_| Refused::Unavailable)
}

/// It is done: where to go next.
pub fn on(next: &str) -> Response {
    Json(json!({ "next": ours(next).unwrap_or("/account") })).into_response()
}

/// It was not done.
pub struct Failed(Refused);

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self(refused)
    }
}

impl axum::response::IntoResponse for Failed {
    fn into_response(self) -> Response {
        let status = match &self.0 {
            Refused::Store(_) | Refused::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Refused::TooOften => StatusCode::TOO_MANY_REQUESTS,
            Refused::ShowFirst | Refused::Waits => StatusCode::FORBIDDEN,
            _ => StatusCode::BAD_REQUEST,
        };
        if status.is_server_error() {
            tracing::error!(cause = %self.0, "a passkey failed");
        }
        (status, Json(json!({ "error": self.0.word() }))).into_response()
    }
}
