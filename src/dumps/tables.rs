//! The tables, column by column: what each is called, what it means, and what stands in it.
//!
//! docs/data.md is made from here. Old addresses that nobody checked are in no table: they are text for people, no doors.

use std::fmt::Write as _;

use jiff::civil::Date;

use crate::{
    clock::moment,
    model::{
        door::Warning,
        features::{Answer, Feature},
        id::Id,
        identifier::{Identifier, System},
        organization::{App, DoorState, Endpoint, Location, Organization, Portal, Website},
        place::Place,
    },
    sources::input::BETWEEN,
    store::{Pictured, SourceTold},
};

use super::table::{Cell, Column, Kind, Row, Table};

/// A table and the function that makes its rows, from one list: a column cannot be without its value.
macro_rules! table {
    (
        $(#[$doc:meta])* $table:ident $row:ident<$life:lifetime>($($given:ident: $type:ty),*)
        $name:literal $about:literal keyed: $keyed:literal indexes: [$($index:literal),*]
        $($column:literal $kind:ident $always:literal $meaning:literal => $value:expr;)*
    ) => {
        $(#[$doc])*
        pub static $table: Table = Table {
            name: $name,
            about: $about,
            keyed: $keyed,
            indexes: &[$($index),*],
            columns: &[$(Column { name: $column, kind: Kind::$kind, always: $always, meaning: $meaning }),*],
        };

        fn $row<$life>($($given: $type),*) -> Row<$life> {
            vec![$(Cell::from($value)),*]
        }
    };
}

/// Every table, in the order in which the files of a night hold them.
pub static TABLES: [&Table; 8] =
    [&ORGANIZATIONS, &IDENTIFIERS, &FEATURES, &LOCATIONS, &PORTALS, &ENDPOINTS, &APPS, &SOURCES];

/// A row, and the place of its table in [`TABLES`].
pub type Placed<'a> = (usize, Row<'a>);

table! {
    /// Organizations.
    ORGANIZATIONS organization_row<'a>(of: &'a Pictured<Organization>)
    "organizations" "An organization in being: active, moved or closed." keyed: true indexes: ["slug", "state", "kind", "npi"]
    "id" Text true "Permanent id." => &of.thing.id;
    "slug" Text true "The readable part of its address: /organizations/{slug}." => &of.thing.slug;
    "version" Number true "Counts its changes." => of.thing.version;
    "changed" Moment true "When it last changed here." => moment(of.at);
    "status" Text true "active, moved or closed." => of.thing.status.word();
    "listed" YesNo true "It offers at least one live door or feature; otherwise it is only known." => of.thing.is_listed();
    "name" Text true "The name people know." => &of.thing.name;
    "aliases" Text false "Other names, with ' | ' between them; empty: none known." => list(of.thing.aliases.iter());
    "kind" Text true "The primary kind (a code, see below); unknown when no source says." => of.thing.kind().code();
    "kinds" Text true "Every kind, the primary one first, with ' | ' between them." =>
        list(of.thing.kinds.iter().map(|kind| kind.code()));
    "description" Text false "What it is, in its own or a source's words; empty: nobody says." => of.thing.description.as_deref();
    "website" Text false "Its own web site; empty: not known, or not checked." => of.thing.live_website().map(|site| &site.url);
    "website_domain" Text false "The domain that really opens; empty with website." =>
        of.thing.live_website().map(|site| &site.domain);
    "phone" Text false "Its public phone; empty: not known." => of.thing.phone.as_deref();
    "npi" Text false "National Provider Identifiers, with ' | ' between them; empty: none known." => numbers(&of.thing, System::Npi);
    "ccn" Text false "CMS Certification Numbers; empty: none known." => numbers(&of.thing, System::Ccn);
    "clia" Text false "CLIA numbers of laboratories; empty: none known." => numbers(&of.thing, System::Clia);
    "naic" Text false "NAIC codes of insurers; empty: none known." => numbers(&of.thing, System::Naic);
    "address" Text false "Street lines of its main place; empty: not known." =>
        of.thing.main_place().and_then(street);
    "city" Text false "City of its main place; empty: not known." => of.thing.main_place().and_then(|place| place.city.as_ref());
    "state" Text false "Postal code of the state of its main place; empty: not known." =>
        of.thing.main_place().and_then(|place| place.state.as_ref());
    "zip" Text false "Five-digit ZIP code of its main place; empty: not known." => of.thing.main_place().and_then(|place| place.zip.as_ref());
    "areas" Text false "States it serves, or US, with ' | ' between them; empty: nobody says." => list(of.thing.areas.iter());
    "features" Text false "Codes of the features it offers, with ' | ' between them; empty: none known (table features has the rest)." =>
        list(of.thing.features.iter().filter(|(_, answer)| matches!(answer, Answer::Yes)).map(|(feature, _)| feature.code()));
    "locations" Number true "How many rows of table locations are its." => of.thing.locations.len();
    "portals" Number true "How many rows of table portals are its." => of.thing.live_portals().count();
    "endpoints" Number true "How many rows of table endpoints are its." => of.thing.live_endpoints().count();
    "part_of" Text false "Id of the organization it is part of; empty: none known." => of.thing.part_of.as_ref().map(|whole| &whole.id);
    "successor" Text false "Id of who keeps the records, or where it moved; empty: none." =>
        of.thing.successor.as_ref().map(|next| &next.id);
    "shared_portal" YesNo true "Its source only names the front page of a portal many share." => of.thing.shared_portal;
    "source" Text false "Id of the source of its name (table sources); empty: not known." => of.thing.said("name").map(|said| &said.source);
    "source_tier" Number false "Weight of that source, 0 is best; empty with source." =>
        of.thing.said("name").map(|said| i64::from(said.tier.number()));
    "source_date" Day false "Day of that source's load that last said it differently; empty with source." =>
        of.thing.said("name").map(|said| said.load_date);
}

table! {
    /// Numbers of organizations.
    IDENTIFIERS identifier_row<'a>(of: &'a Organization, number: &'a Identifier)
    "identifiers" "A number that another registry gave an organization." keyed: false indexes: ["organization_id", "value"]
    "organization_id" Text true "Id of the organization." => &of.id;
    "system" Text true "Who gave it: npi, ccn, clia, naic, oid, web, or other (then value is system|value)." => number.system.code();
    "value" Text true "The number." => &number.value;
    "source" Text false "Id of the source that says so; empty: not known." => source(of, &["identifiers", number.system.code(), &number.value]);
}

table! {
    /// Features of organizations.
    FEATURES feature_row<'a>(of: &'a Organization, feature: Feature, answer: Answer)
    "features" "What people can do at an organization, or cannot. What is not known has no row." keyed: false
    indexes: ["organization_id", "feature"]
    "organization_id" Text true "Id of the organization." => &of.id;
    "feature" Text true "Code of the feature." => feature.code();
    "answer" Text true "yes, no or planned." => match answer {
        Answer::Yes => "yes",
        Answer::No => "no",
        Answer::Planned(_) => "planned",
    };
    "planned_from" Day false "First day it is planned for; empty: offered, not offered, or no day is said." => match answer {
        Answer::Planned(day) => day,
        Answer::Yes | Answer::No => None,
    };
    "source" Text false "Id of the source that says so; empty: not known." => source(of, &["features", feature.code()]);
    "source_date" Day false "Day of that source's load; empty with source." => since(of, &["features", feature.code()]);
}

table! {
    /// Places of organizations.
    LOCATIONS location_row<'a>(of: &'a Organization, at: usize, location: &'a Location)
    "locations" "A place of an organization." keyed: true indexes: ["organization_id", "state", "zip"]
    "id" Text true "Permanent id." => &location.id;
    "organization_id" Text true "Id of the organization." => &of.id;
    "position" Number true "0 is the main place." => at;
    "name" Text false "The name of this place; empty: it has none of its own." => location.place.name.as_deref();
    "address" Text false "Street lines, with ', ' between them; empty: not known." => street(&location.place);
    "city" Text false "City or town; empty: not known." => location.place.city.as_deref();
    "state" Text false "Postal code of the state; empty: not known." => location.place.state.as_deref();
    "zip" Text false "Five-digit ZIP code; empty: not known." => location.place.zip.as_deref();
    "phone" Text false "Public phone of this place; empty: not known." => location.place.phone.as_deref();
    "landmark" Text false "How to recognise it beyond its address; empty: nobody says." => location.place.landmark.as_deref();
    "source" Text false "Id of the source that says so; empty: not known." => source(of, &["locations", location.id.as_str()]);
    "source_date" Day false "Day of that source's load; empty with source." => since(of, &["locations", location.id.as_str()]);
}

table! {
    /// Portals, as organizations offer them.
    PORTALS portal_row<'a>(of: &'a Organization, at: usize, portal: &'a Portal)
    "portals" "A page where people sign in to their records, as one organization offers it. Many organizations may offer the same one."
    keyed: false indexes: ["id", "organization_id", "domain"]
    "id" Text true "Permanent id of the portal: the same at every organization that offers it." => &portal.id;
    "organization_id" Text true "Id of the organization." => &of.id;
    "position" Number true "0 is the first door of the organization." => at;
    "url" Text true "Where people sign in." => &portal.url;
    "domain" Text true "The domain that really opens, with the tenant's path on shared hosts." => &portal.domain;
    "name" Text false "The portal's own name; empty: nobody says." => portal.name.as_deref();
    "description" Text false "What its publisher says of it; empty: nothing." => portal.description.as_deref();
    "audience" Text false "Whom it is for; empty: nobody says." => portal.audience.as_deref();
    "sign_up" Text false "Where to make an account; empty: not known." => portal.sign_up.as_deref();
    "endpoints" Text false "Ids of the endpoints behind it, with ' | ' between them; empty: not known." =>
        list(portal.endpoints.iter().map(Id::as_str));
    "through_parent" YesNo true "It is the door of the organization this one is part of." => portal.through_parent;
    "valid_from" Day false "First day it is valid; empty: nobody says." => portal.valid_from;
    "valid_to" Day false "Last day it is valid; empty: nobody says." => portal.valid_to;
    "successor" Text false "Id of the portal that follows it; empty: none." => portal.successor.as_ref();
    "warnings" Text false "What a person should know before trusting it, codes with ' | ' between them; empty: nothing." =>
        warnings(&portal.warnings);
    "source" Text false "Id of the source that says so; empty: not known." => source(of, &["portals", portal.id.as_str()]);
    "source_date" Day false "Day of that source's load; empty with source." => since(of, &["portals", portal.id.as_str()]);
}

table! {
    /// Endpoints, as organizations offer them.
    ENDPOINTS endpoint_row<'a>(of: &'a Organization, at: usize, endpoint: &'a Endpoint)
    "endpoints" "A FHIR base address where apps ask for records, as one organization offers it." keyed: false
    indexes: ["id", "organization_id", "domain"]
    "id" Text true "Permanent id of the endpoint: the same at every organization that offers it." => &endpoint.id;
    "organization_id" Text true "Id of the organization." => &of.id;
    "position" Number true "Its place in the organization's list, from 0." => at;
    "address" Text true "The FHIR base address." => &endpoint.address;
    "domain" Text true "Its registrable domain, or host and tenant on shared hosts." => &endpoint.domain;
    "fhir_versions" Text false "FHIR versions it is said to speak, with ' | ' between them; empty: nobody says." =>
        list(endpoint.fhir_versions.iter());
    "name" Text false "Its own name; empty: nobody says." => endpoint.name.as_deref();
    "developers" Text false "A page for developers; empty: not known." => endpoint.developers.as_deref();
    "through_parent" YesNo true "It is an endpoint of the organization this one is part of." => endpoint.through_parent;
    "warnings" Text false "What a person should know before trusting it, codes with ' | ' between them; empty: nothing." =>
        warnings(&endpoint.warnings);
    "source" Text false "Id of the source that says so; empty: not known." => source(of, &["endpoints", endpoint.id.as_str()]);
    "source_date" Day false "Day of that source's load; empty with source." => since(of, &["endpoints", endpoint.id.as_str()]);
}

table! {
    /// Apps.
    APPS app_row<'a>(of: &'a Pictured<App>)
    "apps" "An app that takes in health records for its user." keyed: true indexes: ["slug"]
    "id" Text true "Permanent id." => &of.thing.id;
    "slug" Text true "The readable part of its address: /apps/{slug}." => &of.thing.slug;
    "version" Number true "Counts its changes." => of.thing.version;
    "changed" Moment true "When it last changed here." => moment(of.at);
    "current" YesNo true "It takes in structured data; otherwise it is kept as history." => of.thing.is_current();
    "name" Text true "Its name." => &of.thing.name;
    "publisher" Text false "Who makes it; empty: not known." => of.thing.publisher.as_deref();
    "description" Text false "What it does, in English; empty: nobody says." => of.thing.description.as_deref();
    "description_es" Text false "What it does, in Spanish; empty: nobody says." => of.thing.description_es.as_deref();
    "ingests" Text false "The structured data it takes in, with ' | ' between them; empty: none known." => list(of.thing.ingests.iter());
    "platforms" Text false "ios, android, web, desktop, with ' | ' between them; empty: not known." => list(of.thing.platforms.iter());
    "website" Text false "Its web site; empty: not known, or not checked." => live(of.thing.website.as_ref()).map(|site| &site.url);
    "privacy_policy" Text false "Its privacy policy; empty: not known, or not checked." =>
        live(of.thing.privacy_policy.as_ref()).map(|site| &site.url);
    "app_store" Text false "Its page in Apple's App Store; empty: not known, or not checked." =>
        live(of.thing.app_store.as_ref()).map(|site| &site.url);
    "google_play" Text false "Its page in Google Play; empty: not known, or not checked." =>
        live(of.thing.google_play.as_ref()).map(|site| &site.url);
}

table! {
    /// Sources.
    SOURCES source_row<'a>(of: &'a SourceTold)
    "sources" "A list that somebody publishes and we read." keyed: true indexes: []
    "id" Text true "Short stable name, as `source` in the other tables has it." => &of.source.id;
    "name" Text true "Its name." => &of.source.name;
    "publisher" Text true "Who publishes it." => &of.source.publisher;
    "tier" Number true "How much it weighs; 0 is best." => i64::from(of.source.tier.number());
    "licence" Text true "Its terms, in its publisher's words." => &of.source.licence;
    "address" Text false "Where it is published; empty: given by hand." => of.source.address.as_deref();
    "every" Text false "How often it is fetched; empty: by hand." => of.source.every.as_deref();
    "last_load" Day false "Date of its last committed load; empty: none yet." =>
        of.last_load.as_deref().and_then(|day| day.parse::<Date>().ok());
}

/// Every row an organization gives.
pub fn of_organization<'a, E>(
    of: &'a Pictured<Organization>,
    mut put: impl FnMut(Placed<'a>) -> Result<(), E>,
) -> Result<(), E> {
    let thing = &of.thing;
    put((0, organization_row(of)))?;
    for number in thing.identifiers.iter().filter(|number| number.is_public()) {
        put((1, identifier_row(thing, number)))?;
    }
    for (feature, answer) in &thing.features {
        put((2, feature_row(thing, *feature, *answer)))?;
    }
    for (at, location) in thing.locations.iter().enumerate() {
        put((3, location_row(thing, at, location)))?;
    }
    for (at, portal) in thing.live_portals().enumerate() {
        put((4, portal_row(thing, at, portal)))?;
    }
    for (at, endpoint) in thing.live_endpoints().enumerate() {
        put((5, endpoint_row(thing, at, endpoint)))?;
    }
    Ok(())
}

/// The row of an app.
pub fn of_app(of: &Pictured<App>) -> Placed<'_> {
    (6, app_row(of))
}

/// The row of a source.
pub fn of_source(of: &SourceTold) -> Placed<'_> {
    (7, source_row(of))
}

fn live(site: Option<&Website>) -> Option<&Website> {
    site.filter(|site| site.state == DoorState::Live)
}

fn list<S: AsRef<str>>(parts: impl Iterator<Item = S>) -> Option<String> {
    let mut all = String::new();
    for part in parts {
        if !all.is_empty() {
            all.push_str(BETWEEN);
        }
        all.push_str(part.as_ref());
    }
    (!all.is_empty()).then_some(all)
}

fn numbers(of: &Organization, system: System) -> Option<String> {
    list(of.identifiers.iter().filter(|number| number.system == system).map(|number| &number.value))
}

fn street(place: &Place) -> Option<String> {
    (!place.lines.is_empty()).then(|| place.lines.join(", "))
}

fn warnings(all: &[Warning]) -> Option<String> {
    list(all.iter().map(|warning| warning.code()))
}

fn source<'a>(of: &'a Organization, parts: &[&str]) -> Option<&'a str> {
    of.said(&parts.join("/")).map(|said| said.source.as_str())
}

fn since(of: &Organization, parts: &[&str]) -> Option<Date> {
    of.said(&parts.join("/")).map(|said| said.load_date)
}

/// Every table and column in words, as docs/data.md has them (Markdown).
pub fn dictionary() -> String {
    let mut text = String::new();
    for table in TABLES {
        let _ = write!(text, "### {}\n\n{}", table.name, table.about);
        if !table.indexes.is_empty() {
            let _ = write!(text, " Indexed in SQLite by {}.", table.indexes.join(", "));
        }
        text.push_str("\n\n| column | type | may be empty | meaning |\n|---|---|---|---|\n");
        for column in table.columns {
            let (kind, lacks) = (column.kind.word(), if column.always { "no" } else { "yes" });
            let _ = writeln!(text, "| `{}` | {kind} | {lacks} | {} |", column.name, column.meaning.replace('|', "\\|"));
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_dictionary_is_that_of_the_program() {
        let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/data.md")).unwrap();
        let text = dictionary();
        assert!(docs.contains(text.trim()), "put the output of `connector dump columns` into docs/data.md");
    }

    #[test]
    fn tables_and_columns_have_names_of_their_own() {
        for table in TABLES {
            let mut names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            assert!(table.indexes.iter().all(|index| names.contains(index)), "{}", table.name);
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), table.columns.len(), "{}", table.name);
            // One that may be empty says what that means.
            for column in table.columns.iter().filter(|column| !column.always) {
                assert!(column.meaning.contains("empty"), "{}.{}", table.name, column.name);
            }
        }
    }
}
