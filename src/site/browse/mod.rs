//! `/browse`: every organization by links alone, by state, by kind, by portal vendor.
//!
//! `shelves` makes the pages that lead to lists, `list` the lists themselves. What holds: every number is counted from
//! what is searched now; no list leaves anybody out.

mod list;
mod shelves;

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    http::Uri,
    response::{IntoResponse, Redirect, Response},
};

#[cfg(test)]
pub use self::list::ListPage;
pub use self::shelves::BrowsePage;
use super::{
    CachePolicy,
    here::{Here, Part, respond},
    problem::PageError,
};
use crate::{
    app::App,
    model::{kind::Kind, place, text, vendor},
    search::catalogue::{Area, Catalogue, Count, Subject},
};

/// In the place of a vendor: portals of which the vendor is not known.
pub const OTHER: &str = "other";

/// A link with its words.
pub struct Way {
    pub words: String,
    pub address: String,
}

/// The catalogue of the running index.
pub async fn catalogue(app: &App) -> Result<Arc<Catalogue>, PageError> {
    if let Some(catalogue) = app.index.catalogue_at_hand() {
        return Ok(catalogue);
    }
    let index = app.index.clone();
    let made = tokio::task::spawn_blocking(move || index.catalogue()).await;
    made.map_err(|cut_off| PageError::broken("making the catalogue", &cut_off))
}

/// An area in words.
pub fn area_words(here: &Here, area: Area) -> String {
    match area {
        Area::State(_) => here.state(area.code()),
        Area::Nationwide => here.t("area-us"),
        Area::Nowhere => here.t("browse-nowhere"),
    }
}

/// Every area: states by name in the language of the page, then the others.
pub fn areas_by_name(here: &Here) -> Vec<Area> {
    let (mut states, others): (Vec<Area>, Vec<Area>) =
        Area::all().partition(|area| place::state_name(area.code()).is_some());
    states.sort_by_cached_key(|area| text::match_form(&here.state(area.code())));
    states.into_iter().chain(others).collect()
}

/// A kind in words, or a vendor: who it is, and the name of its portal.
pub fn subject_words(here: &Here, subject: Subject) -> String {
    match subject {
        Subject::Kind(kind) => here.kinds(kind),
        Subject::Vendor(vendor) if vendor.name.starts_with(&vendor.developer) => vendor.developer.clone(),
        Subject::Vendor(vendor) => here.t2("browse-vendor", "name", &vendor.name, "developer", &vendor.developer),
        Subject::OtherVendor => here.t("browse-vendor-other"),
    }
}

/// How many, in a sentence.
fn count_words(here: &Here, count: Count) -> String {
    let Count { listed, known } = count;
    let values = [("all", count.all()), ("listed", listed), ("known", known)];
    here.lang.with("browse-count", &values.map(|(name, count)| (name, u64::from(count).into())))
}

/// How many, beside a name.
fn short_count(here: &Here, Count { listed, known }: Count) -> String {
    here.t2("browse-counts", "listed", u64::from(listed), "known", u64::from(known))
}

/// The page of a vendor.
fn vendor_path(subject: Subject) -> String {
    let code = match subject {
        Subject::Vendor(vendor) => vendor.code.as_str(),
        Subject::Kind(_) | Subject::OtherVendor => OTHER,
    };
    format!("/browse/vendors/{code}")
}

fn state_path(area: Area) -> String {
    format!("/browse/states/{}", area.code())
}

/// The lists that have organizations and the page of each, for the map of the site: without their further pages, which
/// these lead to.
pub fn paths(catalogue: &Catalogue) -> Vec<String> {
    let mut paths = vec!["/browse".to_owned(), "/browse/vendors".to_owned()];
    let known = |kind: Option<Kind>, area: Option<Area>| catalogue.count(kind, area).all() > 0;
    paths.extend(Kind::ALL.iter().filter(|kind| known(Some(**kind), None)).map(|kind| kind_path(*kind)));
    for area in Area::all().filter(|area| known(None, Some(*area))) {
        paths.push(state_path(area));
        let kinds = Kind::ALL.iter().filter(|kind| known(Some(**kind), Some(area)));
        paths.extend(kinds.map(|kind| list_path(area, *kind)));
    }
    let vendors = shelves::vendors(catalogue);
    paths.extend(vendors.into_iter().map(|(subject, _)| vendor_path(subject)));
    paths
}

fn kind_path(kind: Kind) -> String {
    format!("/browse/kinds/{}", kind.code())
}

fn list_path(area: Area, kind: Kind) -> String {
    format!("{}/{}", state_path(area), kind.code())
}

#[cfg(test)]
pub fn test_catalogue() -> Arc<Catalogue> {
    list::tests::catalogue()
}

#[cfg(test)]
pub fn empty_catalogue() -> Arc<Catalogue> {
    list::tests::catalogue_of(Vec::new())
}

/// `GET /browse`
pub async fn get(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let catalogue = catalogue(&app).await?;
    respond(&BrowsePage::all(here, &catalogue), CachePolicy::Page)
}

/// `GET /browse/states/{code}`
pub async fn state(here: Here, State(app): State<App>, Part(code): Part) -> Result<Response, PageError> {
    let area = Area::from_code(&code).ok_or(PageError::NotFound)?;
    if area.code() != code {
        return Ok(Redirect::permanent(&here.link(&state_path(area))).into_response());
    }
    let catalogue = catalogue(&app).await?;
    respond(&BrowsePage::state(here, &catalogue, area), CachePolicy::Page)
}

/// `GET /browse/kinds/{kind}`
pub async fn kind(here: Here, State(app): State<App>, Part(code): Part) -> Result<Response, PageError> {
    let kind = Kind::from_code(&code).ok_or(PageError::NotFound)?;
    let catalogue = catalogue(&app).await?;
    respond(&BrowsePage::kind(here, &catalogue, kind), CachePolicy::Page)
}

/// `GET /browse/vendors`
pub async fn vendors(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let catalogue = catalogue(&app).await?;
    respond(&BrowsePage::vendors(here, &catalogue), CachePolicy::Page)
}

/// `GET /browse/states/{code}/{kind}?page=&from=`
pub async fn state_kind(
    here: Here,
    State(app): State<App>,
    path: Result<Path<(String, String)>, PathRejection>,
    uri: Uri,
) -> Result<Response, PageError> {
    let Path((code, kind)) = path.map_err(|_| PageError::NotFound)?;
    let (area, kind) = Area::from_code(&code).zip(Kind::from_code(&kind)).ok_or(PageError::NotFound)?;
    if area.code() != code {
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok(Redirect::permanent(&format!("{}{query}", here.link(&list_path(area, kind)))).into_response());
    }
    let catalogue = catalogue(&app).await?;
    list::answer(here, &catalogue, Subject::Kind(kind), Some(area))
}

/// `GET /browse/vendors/{code}?state=&page=&from=`
pub async fn vendor(here: Here, State(app): State<App>, Part(code): Part) -> Result<Response, PageError> {
    let subject = match vendor::by_code(&code) {
        Some(vendor) => Subject::Vendor(vendor),
        None if code == OTHER => Subject::OtherVendor,
        None => return Err(PageError::NotFound),
    };
    let catalogue = catalogue(&app).await?;
    let area = list::asked(&here, "state").and_then(|code| Area::from_code(&code));
    list::answer(here, &catalogue, subject, area)
}
