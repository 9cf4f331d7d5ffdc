//! What stands around an organization: its parts, its siblings, others of its name, apps whose makers say they take in
//! what it sends, and from where somebody wants distances.

use crate::{
    app::App,
    geo::Point,
    logos,
    model::{
        claim::PublicProof,
        id::Id,
        organization::{App as ListedApp, Organization},
    },
    search::{Card, NearTo},
    site::{here::Here, problem::PageError},
};

/// Parts or siblings that are listed; the rest is a link away.
const KIN: usize = 12;
/// Other organizations of the same name that are listed.
const SAME_NAMES: usize = 5;
/// Apps that are named.
const APPS: usize = 12;

/// What comes with the organization itself.
#[derive(Default)]
pub struct Around {
    pub parts: Kin,
    /// Other parts of what it is part of.
    pub siblings: Kin,
    pub same_name: Vec<Card>,
    /// Name and readable address of apps whose makers say they take in what this place sends.
    pub apps: Vec<(String, String)>,
    /// From where somebody wants distances.
    pub from: Option<From>,
    /// The address of its logo, as we keep it.
    pub logo: Option<String>,
    /// How it showed that it is itself.
    pub proof: Option<PublicProof>,
}

/// Parts of one organization.
#[derive(Default)]
pub struct Kin {
    pub shown: Vec<Card>,
    /// How many there are.
    pub total: usize,
}

/// From where distances are measured.
pub struct From {
    /// As it was typed.
    pub typed: String,
    /// As it was understood.
    pub to: NearTo,
    pub point: Option<Point>,
}

impl Around {
    /// Looks around an organization. `near` is the place somebody typed.
    pub async fn of(app: &App, org: &Organization, near: Option<String>) -> Result<Self, PageError> {
        let from = near.filter(|typed| !typed.trim().is_empty()).map(|typed| {
            let (to, point) = app.index.place(&typed);
            From { typed, to, point }
        });
        Ok(Self {
            parts: kin(app, &org.id, &org.id),
            siblings: org.part_of.as_ref().map(|parent| kin(app, &parent.id, &org.id)).unwrap_or_default(),
            same_name: app.index.same_name(&org.name, &org.id, SAME_NAMES),
            apps: apps(app, org).await?,
            from,
            logo: app.store.logo_of(org).await?.map(|hash| logos::address(&hash)),
            proof: app.store.public_proof(&org.id).await?,
        })
    }
}

/// The parts of an organization; for the siblings of a part, without that part.
fn kin(app: &App, of: &Id, except: &Id) -> Kin {
    let (mut shown, total) = app.index.parts_of(of, KIN + 1);
    shown.retain(|card| card.id != *except);
    shown.truncate(KIN);
    // The part that asks is one of them, shown or not.
    Kin { shown, total: total.saturating_sub(usize::from(of != except)) }
}

/// Apps whose makers say that they take in FHIR of a version that a live endpoint of this organization speaks.
async fn apps(app: &App, org: &Organization) -> Result<Vec<(String, String)>, PageError> {
    let versions = spoken(org);
    if versions.is_empty() {
        return Ok(Vec::new());
    }
    let apps = app.listed_apps().await?;
    let fit = apps.iter().filter(|app| app.is_current() && takes_in(app, &versions));
    Ok(fit.map(|app| (app.name.clone(), app.slug.clone())).take(APPS).collect())
}

/// Names of the FHIR releases its live endpoints speak; an endpoint that says none may speak any.
fn spoken(org: &Organization) -> Vec<&'static str> {
    let mut releases = Vec::new();
    for endpoint in org.live_endpoints() {
        if endpoint.fhir_versions.is_empty() {
            releases.extend(["DSTU2", "STU3", "R4"]);
        }
        releases.extend(endpoint.fhir_versions.iter().filter_map(|version| release(version)));
    }
    releases
}

/// The release of a FHIR version number (FHIR R4, "Published versions").
fn release(version: &str) -> Option<&'static str> {
    match version.get(..2)? {
        "1." => Some("DSTU2"),
        "3." => Some("STU3"),
        "4." => Some("R4"),
        _ => None,
    }
}

/// Does the app's maker say that it takes in one of these releases ("FHIR R4"), or FHIR without a release?
fn takes_in(app: &ListedApp, releases: &[&str]) -> bool {
    app.ingests.iter().any(|format| match format.strip_prefix("FHIR") {
        Some("") => true,
        Some(rest) => releases.contains(&rest.trim()),
        None => false,
    })
}

/// A place to be near to, in words; what nobody knows is said.
pub fn from_words(here: &Here, from: &From) -> String {
    match &from.to {
        NearTo::Zip { zip } => here.t1("near-from-zip", "zip", zip),
        NearTo::City { city, state } => here.t1("near-from", "place", format!("{city}, {state}")),
        NearTo::Point { .. } => here.t("near-from-point"),
        NearTo::State { .. } | NearTo::Unknown { .. } => here.t1("near-from-unknown", "typed", &from.typed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::samples;

    #[test]
    fn an_app_fits_by_what_its_maker_says_it_takes_in() {
        let versions = spoken(&samples::hospital());
        assert_eq!(versions, ["R4"]);
        let app = |format: &str| ListedApp { ingests: vec![format.into()], ..samples::apps().remove(0) };
        assert!(takes_in(&app("FHIR R4"), &versions));
        assert!(takes_in(&app("FHIR"), &versions));
        assert!(!takes_in(&app("FHIR DSTU2"), &versions));
        assert!(!takes_in(&app("C-CDA"), &versions));
        assert!(spoken(&samples::known()).is_empty(), "without an endpoint nothing is said");
    }
}
