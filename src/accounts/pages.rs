//! The table of pages for people with an account: a row is a method, a path and what it needs. The router is made of it, and
//! the test of who may do what goes through it row by row.

use axum::{
    Router, middleware,
    response::IntoResponse as _,
    routing::{MethodRouter, get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use super::access::{Need, guard};
use crate::{
    app::App,
    site::{Lang, PageError, add_headers, show_problems},
};

/// How a row is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Looks, and changes nothing.
    Get,
    /// Sends a form.
    Post,
}

/// One row.
pub struct Page {
    /// How it is asked.
    pub method: Method,
    /// Its path without a language; `{subject}` is the id of an organization or app.
    pub path: &'static str,
    /// What it needs.
    pub need: Need,
    handler: MethodRouter<App>,
    /// Does it stand below each language?
    pub in_languages: bool,
}

impl Page {
    /// A page in every language.
    pub fn get<T: 'static>(path: &'static str, need: Need, handler: impl axum::handler::Handler<T, App>) -> Self {
        Self { method: Method::Get, path, need, handler: get(handler), in_languages: true }
    }

    /// A form in every language.
    pub fn post<T: 'static>(path: &'static str, need: Need, handler: impl axum::handler::Handler<T, App>) -> Self {
        Self { method: Method::Post, path, need, handler: post(handler), in_languages: true }
    }

    /// For scripts and files: it has no language.
    #[must_use]
    pub fn without_language(self) -> Self {
        Self { in_languages: false, ..self }
    }
}

/// Every row behind its gate, with the headers and problem pages of the site. Nothing is compressed: a form carries a secret.
pub fn router(app: &App, pages: Vec<Page>) -> Router {
    let mut router = Router::new();
    for page in pages {
        let gate = middleware::from_fn_with_state((app.clone(), page.need), guard);
        let handler = page.handler.layer(axum::extract::DefaultBodyLimit::disable()).layer(gate);
        if page.in_languages {
            for lang in Lang::ALL {
                router = router.route(&format!("{}{}", lang.prefix(), page.path), handler.clone());
            }
        } else {
            router = router.route(page.path, handler);
        }
    }
    router
        .method_not_allowed_fallback(async || PageError::Method)
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            PageError::broken("a page", &"it panicked").into_response()
        }))
        .layer(middleware::from_fn_with_state(app.clone(), show_problems))
        .layer(middleware::from_fn_with_state(app.config.clone(), add_headers))
        .with_state(app.clone())
}
