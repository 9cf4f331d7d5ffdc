//! Is the program alive, and may people be sent to it?

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::app::App;

/// `/healthz`: the program answers.
pub(super) async fn alive() -> Response {
    plain(StatusCode::OK, "ok\n")
}

/// `/readyz`: 503 until the index has caught up with the log once since the start.
pub(super) async fn ready(State(app): State<App>) -> Response {
    if app.ready.is() {
        plain(StatusCode::OK, "ready\n")
    } else {
        plain(StatusCode::SERVICE_UNAVAILABLE, "the search index is catching up\n")
    }
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, text).into_response()
}
