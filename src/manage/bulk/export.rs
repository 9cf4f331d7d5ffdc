//! `/manage/{subject}/export.{csv,json,fhir.json}`: a profile to take home, whole. The table and its JSON are read back by
//! `import`.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use super::Of;
use crate::{
    accounts::{Need, Page, Signed, Who},
    app::App,
    model::{account::Role, id::Id, listing::Body, organization::Organization},
    profile::table,
    r4::{Bundle, BundleType, Entry, Mapper, Owners, Part, View},
    site::{Here, PageError},
    store::Found,
};

/// The rows of these files.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Member(Role::Viewer));
    vec![
        Page::get("/manage/{subject}/export.csv", need, as_csv),
        Page::get("/manage/{subject}/export.json", need, as_json),
        Page::get("/manage/{subject}/export.fhir.json", need, as_fhir),
    ]
}

fn file(kind: &'static str, name: &str, body: impl IntoResponse) -> Response {
    let attachment = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, attachment)], body).into_response()
}

async fn lines(here: Here, app: &App, signed: &Signed) -> Result<(Id, Vec<table::Cells>), PageError> {
    let (of, standing) = Of::read(here, app, signed).await?;
    // Apps have a file of their own shape.
    let Body::Organization(facts) = &standing.listing else { return Err(PageError::NotFound) };
    let lines = table::lines(of.id.as_str(), facts);
    Ok((of.id, lines))
}

async fn as_csv(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let (id, lines) = lines(here, &app, &signed).await?;
    Ok(file("text/csv; charset=utf-8; header=present", &format!("{id}.csv"), table::csv(&lines)))
}

async fn as_json(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let id = signed.subject()?.clone();
    if let Some(listed) = app.store.apps().await?.into_iter().find(|listed| listed.id == id) {
        let body = serde_json::to_string_pretty(&listed).map_err(|why| PageError::broken("an app", &why))?;
        return Ok(file("application/json", &format!("{id}.json"), body));
    }
    let (id, lines) = lines(here, &app, &signed).await?;
    Ok(file("application/json", &format!("{id}.json"), table::json(&lines)))
}

async fn as_fhir(State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let id = signed.subject()?.clone();
    let Found::Here(org) = app.store.organization(&id).await? else { return Err(PageError::NotFound) };
    let at = match app.store.last_revision_of(&id).await? {
        Some(last) => last.at,
        None => app.clock.micros(),
    };
    let body = bundle(&org, &app.config.public_url, at).map_err(|why| PageError::broken("a Bundle", &why))?;
    Ok(file("application/fhir+json", &format!("{id}.fhir.json"), body))
}

/// Everything of an organization as one Bundle of FHIR R4 resources.
fn bundle(org: &Organization, public: &str, at: i64) -> Result<String, serde_json::Error> {
    let mapper = Mapper::new(public, View::Plain);
    let places = org.locations.iter().map(|location| Part::Location(location.id.clone()));
    let portals = Mapper::portals_of(org).map(|id| Part::Portal(id.clone()));
    let endpoints = org.live_endpoints().map(|endpoint| {
        // Whoever has it too is not in the file.
        let owners = if endpoint.through_parent { Owners::None } else { Owners::One };
        Part::Endpoint(endpoint.id.clone(), owners)
    });
    let parts: Vec<Part> = std::iter::once(Part::Organization).chain(places).chain(portals).chain(endpoints).collect();
    let entry = |part: &Part| {
        let resource = mapper.part(org, part, at)?.ok()?;
        let id = match part {
            Part::Organization | Part::Affiliation => org.id.to_string(),
            Part::Location(id) | Part::Endpoint(id, _) => id.to_string(),
            Part::Portal(id) => crate::r4::ids::service(&org.id, id),
        };
        let full_url = Some(mapper.full_url(part.kind(), &id));
        Some(Entry { full_url, resource: Some(resource), search: None, request: None, response: None })
    };
    let entries = parts.iter().filter_map(entry).collect();
    serde_json::to_string_pretty(&Bundle::new(BundleType::Collection, at, None, Vec::new(), entries))
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;
    use crate::{
        accounts::testing::Office,
        profile::bundle::{Scratch, offers},
        site::served::BOISE,
    };

    #[tokio::test]
    async fn what_is_taken_home_is_read_back_the_same() {
        let office = Office::new(pages()).await;
        let (viewer, other) =
            (office.person("v@example.org", false).await, office.person("x@example.org", false).await);
        let org = office.site.organization(BOISE).await;
        office.place(&viewer, &org.id, Role::Viewer).await;
        let seen = crate::model::change::facts(&org);
        for format in ["csv", "json"] {
            let address = format!("/manage/{}/export.{format}", org.id);
            assert_eq!(office.get(Some(&other), &address).await.status, StatusCode::NOT_FOUND, "another’s profile");
            let file = office.get(Some(&viewer), &address).await;
            assert_eq!(file.status, StatusCode::OK, "{format}");
            let scratch = Scratch::keep(&office.site.folder().join("blobs"), file.body.as_bytes()).unwrap();
            let read = offers(&scratch).unwrap();
            assert_eq!(read.left_out, [], "{format}");
            let facts = &read.offers[0].facts;
            assert_eq!((&facts.name, &facts.kinds, &facts.places), (&seen.name, &seen.kinds, &seen.places), "{format}");
            assert_eq!(facts.portals, seen.portals, "{format}");
        }
        let file = office.get(Some(&viewer), &format!("/manage/{}/export.fhir.json", org.id)).await;
        let bundle: serde_json::Value = serde_json::from_str(&file.body).unwrap();
        assert_eq!((bundle["resourceType"].as_str(), bundle["type"].as_str()), (Some("Bundle"), Some("collection")));
        let kinds: Vec<&str> =
            bundle["entry"].as_array().unwrap().iter().filter_map(|e| e["resource"]["resourceType"].as_str()).collect();
        assert_eq!(kinds, ["Organization", "Location", "HealthcareService"]);
        assert!(bundle["entry"][0]["fullUrl"].as_str().unwrap().ends_with(org.id.as_str()));
    }
}
