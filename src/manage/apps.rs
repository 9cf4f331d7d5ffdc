//! `/manage/{subject}/app`: an app's own form is a step of the same form, with the same rules.

use axum::response::{IntoResponse, Redirect, Response};

use crate::{
    accounts::{
        Page, Signed,
        access::{Need, Who},
    },
    model::{account::Role, id::ThingKind},
    site::{Here, PageError},
};

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    vec![Page::get("/manage/{subject}/app", Need::of(Who::Member(Role::Delegate)), get)]
}

/// `GET /manage/{subject}/app`
async fn get(here: Here, signed: Signed) -> Result<Response, PageError> {
    let subject = signed.subject()?;
    if subject.kind() != ThingKind::App {
        return Err(PageError::NotFound);
    }
    Ok(Redirect::to(&here.link(&format!("/manage/{subject}/edit/app"))).into_response())
}
