//! `/statistics`: how many there are, by what lists filter by.

use axum::response::Response;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    api::{Api, call::Call, moment, reply},
    model::{kind::Kind, vendor},
    register::Filter,
    search::catalogue::{Area, Catalogue, Shelf, Subject, Topic},
    web::problem::Problem,
};

/// How many there are.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Statistics {
    /// The last revision that is counted.
    pub revision: i64,
    /// When that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub updated: Option<String>,
    /// Organizations that pass the filters.
    pub organizations: Organizations,
    /// Things of the whole directory, whatever the filters.
    pub directory: Directory,
    /// By kind, primary or not.
    pub kinds: Vec<OfKind>,
    /// By state; `US` serves the whole country, of `none` nobody says where it is.
    pub states: Vec<OfState>,
    /// By vendor, whatever the kind.
    pub vendors: Vec<OfVendor>,
    /// What listed organizations let people do.
    pub features: Vec<OfFeature>,
}

/// Organizations.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Organizations {
    /// All of them.
    pub total: usize,
    /// With a door or a feature.
    pub listed: usize,
    /// Known without one.
    pub known: usize,
    /// With a live endpoint where apps connect.
    pub connects: usize,
}

/// Everything else.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Directory {
    /// Places of organizations.
    pub locations: u64,
    /// Portals, each once.
    pub portals: u64,
    /// Endpoints, each once.
    pub endpoints: u64,
    /// Apps, current and kept as history.
    pub apps: usize,
    /// Sources.
    pub sources: usize,
}

/// Organizations of a kind.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OfKind {
    /// Its code.
    pub kind: Kind,
    /// With a door or a feature.
    pub listed: u32,
    /// Known without one.
    pub known: u32,
}

/// Organizations of a state.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OfState {
    /// Its postal code, `US` or `none`.
    pub state: &'static str,
    /// With a door or a feature.
    pub listed: u32,
    /// Known without one.
    pub known: u32,
}

/// Organizations of a vendor.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OfVendor {
    /// Its code.
    pub vendor: &'static str,
    /// As people know the portal.
    pub name: &'static str,
    /// Who makes it.
    pub developer: &'static str,
    /// With its portal, or with an endpoint on its hosts.
    pub organizations: u32,
}

/// How listed organizations answer one question.
#[derive(Debug, Serialize, JsonSchema)]
pub struct OfFeature {
    /// Its code; `see`, `save`, `send` and `apps` are the four things people want to do.
    pub feature: &'static str,
    /// Offered.
    pub yes: u32,
    /// Not offered.
    pub no: u32,
    /// Offered later.
    pub planned: u32,
    /// No source says.
    pub not_known: u32,
}

/// `/statistics`
pub async fn get(api: Api, call: Call) -> Result<Response, Problem> {
    let validators = api.log(call.format).await?;
    if let Some(known) = validators.known(&call) {
        return Ok(known);
    }
    let kind = call.given.words("kind").first().and_then(|code| Kind::from_code(code));
    let state = call.given.words("state").first().copied();
    let directory = api.directory().await?;
    let (revision, organizations) = organizations(&api, kind, state)?;
    let index = api.app.index.clone();
    let made = tokio::task::spawn_blocking(move || {
        let catalogue = index.catalogue();
        let area = state.and_then(Area::from_code);
        Statistics {
            revision,
            updated: validators.at.map(moment::written),
            organizations,
            directory,
            kinds: kinds(&catalogue, kind, area),
            states: states(&catalogue, kind, area),
            vendors: vendors(&catalogue, area),
            features: features(&catalogue, kind, area),
        }
    });
    let statistics = made.await.map_err(|cut_off| Problem::broken("counting", &cut_off))?;
    reply::made(&statistics, Some(&api.log(call.format).await?))
}

fn organizations(api: &Api, kind: Option<Kind>, state: Option<&str>) -> Result<(i64, Organizations), Problem> {
    let filter = Filter::default().kinds(kind.as_slice()).areas(state.as_slice());
    let register = &api.app.register;
    let revision = register.at().ok_or_else(Problem::not_ready)?;
    let counted = register.with(|table| {
        let mut counts = Organizations { total: 0, listed: 0, known: 0, connects: 0 };
        for row in table.rows(&filter, 0) {
            let marks = table.marks(row);
            counts.total += 1;
            counts.listed += usize::from(marks.listed);
            counts.connects += usize::from(marks.endpoint);
        }
        counts.known = counts.total - counts.listed;
        counts
    });
    Ok((revision, counted.ok_or_else(Problem::not_ready)?))
}

fn kinds(catalogue: &Catalogue, only: Option<Kind>, area: Option<Area>) -> Vec<OfKind> {
    let those = Kind::ALL.iter().copied().filter(|kind| only.is_none_or(|only| only == *kind));
    let counts = those.map(|kind| (kind, catalogue.count(Some(kind), area)));
    let some = counts.filter(|(_, count)| count.all() > 0);
    some.map(|(kind, count)| OfKind { kind, listed: count.listed, known: count.known }).collect()
}

fn states(catalogue: &Catalogue, kind: Option<Kind>, only: Option<Area>) -> Vec<OfState> {
    let those = Area::all().filter(|area| only.is_none_or(|only| only == *area));
    let counts = those.map(|area| (area, catalogue.count(kind, Some(area))));
    let some = counts.filter(|(_, count)| count.all() > 0);
    some.map(|(area, count)| OfState { state: area.code(), listed: count.listed, known: count.known }).collect()
}

fn vendors(catalogue: &Catalogue, area: Option<Area>) -> Vec<OfVendor> {
    let of = |vendor: &'static vendor::Vendor| OfVendor {
        vendor: &vendor.code,
        name: &vendor.name,
        developer: &vendor.developer,
        organizations: catalogue.on(Shelf { subject: Subject::Vendor(vendor), area }).all(),
    };
    vendor::all().iter().map(of).collect()
}

fn features(catalogue: &Catalogue, kind: Option<Kind>, area: Option<Area>) -> Vec<OfFeature> {
    let of = |topic: Topic| {
        let answers = catalogue.answers(kind, area, topic);
        let feature = topic.code();
        OfFeature { feature, yes: answers.yes, no: answers.no, planned: answers.planned, not_known: answers.not_known }
    };
    Topic::GROUPS.into_iter().chain(Topic::single()).map(of).collect()
}
