//! A profile as the Connector's own table, to take home: what is written here is read back by `import`. Pure.

use serde_json::{Map, Value};

use crate::{
    model::{
        features::Answer,
        identifier::System,
        listing::{EndpointFacts, OrganizationFacts, PortalFacts},
        organization::Status,
        place::Place,
    },
    sources::{
        input::escape_formula,
        template::{COLUMNS, Line},
    },
};

/// One line of the table: column and cell, without those that are empty.
pub type Cells = Vec<(&'static str, String)>;

/// The lines of one organization, under the key that is its id.
pub fn lines(key: &str, facts: &OrganizationFacts) -> Vec<Cells> {
    let mut lines = vec![organization(key, facts)];
    lines.extend(facts.places.iter().skip(1).map(|place| {
        let mut cells = begun(Line::Location, key);
        some(&mut cells, "name", place.name.as_deref());
        where_it_is(&mut cells, place);
        some(&mut cells, "phone", place.phone.as_deref());
        cells
    }));
    lines.extend(facts.portals.iter().map(|at| portal(key, at)));
    lines.extend(facts.endpoints.iter().map(|at| endpoint(key, at)));
    lines
}

fn begun(line: Line, key: &str) -> Cells {
    vec![("row", line.word().to_owned()), ("key", key.to_owned())]
}

fn some(cells: &mut Cells, column: &'static str, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        cells.push((column, value.to_owned()));
    }
}

fn where_it_is(cells: &mut Cells, place: &Place) {
    let (first, rest) = place.lines.split_first().map_or(("", &[][..]), |(first, rest)| (first.as_str(), rest));
    some(cells, "street", Some(first));
    some(cells, "street_2", Some(&rest.join(", ")));
    some(cells, "city", place.city.as_deref());
    some(cells, "state", place.state.as_deref());
    some(cells, "zip", place.zip.as_deref());
}

fn organization(key: &str, facts: &OrganizationFacts) -> Cells {
    let mut cells = begun(Line::Organization, key);
    let numbers = |system: System| {
        let of = facts.identifiers.iter().filter(|number| number.system == system);
        of.map(|number| number.value.as_str()).collect::<Vec<_>>().join("; ")
    };
    let features: Vec<String> =
        facts.features.iter().map(|(code, answer)| format!("{code}={}", said(answer))).collect();
    let kinds: Vec<&str> = facts.kinds.iter().map(|kind| kind.code()).collect();
    some(&mut cells, "name", Some(&facts.name));
    some(&mut cells, "aliases", Some(&facts.aliases.join("; ")));
    some(&mut cells, "kinds", Some(&kinds.join("; ")));
    some(&mut cells, "status", facts.status.filter(|status| *status != Status::Active).map(Status::word));
    some(&mut cells, "description", facts.description.as_deref());
    some(&mut cells, "website", facts.website.as_ref().map(|site| site.door.url.as_str()));
    some(&mut cells, "phone", facts.phone.as_deref());
    for (column, system) in [("npi", System::Npi), ("ccn", System::Ccn), ("clia", System::Clia), ("naic", System::Naic)]
    {
        some(&mut cells, column, Some(&numbers(system)));
    }
    if let Some(main) = facts.places.first() {
        where_it_is(&mut cells, main);
    }
    some(&mut cells, "areas", Some(&facts.areas.join("; ")));
    some(&mut cells, "features", Some(&features.join("; ")));
    some(&mut cells, "how_to_ask_en", facts.how_to_ask.as_ref().map(|advice| advice.en.as_str()));
    some(&mut cells, "how_to_ask_es", facts.how_to_ask.as_ref().map(|advice| advice.es.as_str()));
    cells
}

fn said(answer: &Answer) -> String {
    match answer {
        Answer::Yes => "yes".into(),
        Answer::No => "no".into(),
        Answer::Planned(None) => "planned".into(),
        Answer::Planned(Some(day)) => format!("planned {day}"),
    }
}

fn portal(key: &str, portal: &PortalFacts) -> Cells {
    let mut cells = begun(Line::Portal, key);
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    some(&mut cells, "name", portal.name.as_deref());
    some(&mut cells, "description", portal.description.as_deref());
    some(&mut cells, "url", Some(&portal.at.door.url));
    some(&mut cells, "sign_up", portal.sign_up.as_ref().map(|door| door.url.as_str()));
    some(&mut cells, "audience", portal.audience.as_deref());
    some(&mut cells, "endpoints", Some(&portal.endpoints.join("; ")));
    some(&mut cells, "valid_from", day(portal.valid.and_then(|valid| valid.0)).as_deref());
    some(&mut cells, "valid_to", day(portal.valid.and_then(|valid| valid.1)).as_deref());
    cells
}

fn endpoint(key: &str, endpoint: &EndpointFacts) -> Cells {
    let mut cells = begun(Line::Endpoint, key);
    some(&mut cells, "name", endpoint.name.as_deref());
    some(&mut cells, "url", Some(&endpoint.at.url));
    some(&mut cells, "fhir_versions", Some(&endpoint.fhir_versions.join("; ")));
    some(&mut cells, "developers", endpoint.developers.as_ref().map(|door| door.url.as_str()));
    cells
}

/// The lines as CSV.
pub fn csv(lines: &[Cells]) -> String {
    let row = |cells: &Cells| {
        let cell = |name: &str| cells.iter().find(|(column, _)| *column == name).map_or("", |(_, cell)| cell.as_str());
        COLUMNS.iter().map(|column| cell(column.name).to_owned()).collect()
    };
    written(lines.iter().map(row))
}

/// The lines as JSON: a list of objects, each with the columns of a line.
pub fn json(lines: &[Cells]) -> String {
    let row = |cells: &Cells| -> Map<String, Value> {
        cells.iter().map(|(column, cell)| ((*column).to_owned(), Value::String(cell.clone()))).collect()
    };
    serde_json::to_string_pretty(&lines.iter().map(row).collect::<Vec<_>>()).unwrap_or_default()
}

/// Rows with every column, as CSV with the names of the columns.
pub fn written(rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut table = ::csv::Writer::from_writer(Vec::new());
    let mut done = table.write_record(COLUMNS.iter().map(|column| column.name));
    for row in rows {
        done = done.and_then(|()| table.write_record(row.iter().map(|cell| escape_formula(cell))));
    }
    // A list in memory takes every write.
    let bytes = done.ok().and_then(|()| table.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
