//! Tools for agents: the Model Context Protocol over stdio (`connector mcp`) and HTTP (`/mcp`).
//!
//! A call in, JSON out: [`server`] speaks the protocol, `asked` reads what is asked, [`tools`] ask store and index, [`view`] makes the answer, and
//! [`outside`] keeps the words of others apart from ours.

mod asked;
pub mod desk;
mod http;
pub mod outside;
pub mod server;
pub mod tools;
pub mod view;

#[cfg(test)]
mod tests;

use axum::Router;

use crate::app::App;

/// Its address.
#[expect(clippy::needless_pass_by_value, reason = "every room has a router of this form")]
pub fn router(app: App) -> Router {
    http::router(&app)
}

/// Answers on standard input and output until the other side closes it.
pub async fn on_standard_streams(desk: desk::Desk) -> Result<(), String> {
    let (input, output) = rmcp::transport::stdio();
    let running = rmcp::serve_server(server::Server::new(desk), (input, output)).await;
    let ended = running.map_err(|error| error.to_string())?.waiting().await;
    ended.map(drop).map_err(|error| error.to_string())
}
