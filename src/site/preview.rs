//! Pages as they would be, for whoever edits a profile: the same templates, marked as a preview.

use axum::response::Response;

use super::{
    CachePolicy,
    apps::AppPage,
    here::{Here, respond},
    organization::{Around, OrganizationPage},
    problem::PageError,
};
use crate::{
    app,
    model::organization::{App, Organization, Portal},
};

/// The page of an organization as it would be; `?width=phone` makes it as narrow as on a phone.
pub async fn organization(here: Here, app: &app::App, org: Organization) -> Result<Response, PageError> {
    let around = Around::of(app, &org, None).await?;
    let id = org.id.clone();
    let shared = |portal: &Portal| app.index.shared(&portal.url, &id);
    respond(&OrganizationPage::new(here, org, &around, &shared, app.clock.today()).into_preview(), CachePolicy::Never)
}

/// The page of an app as it would be.
pub fn app(here: Here, app: &App) -> AppPage {
    AppPage::new(here, app).into_preview()
}
