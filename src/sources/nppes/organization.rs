//! One row of the main file as a listing.
//!
//! What holds: the authorized official, tax numbers, licence numbers and mailing addresses are not among the columns that
//! are looked at ([`super::MAIN`]).

use super::{
    beside::{self, Beside},
    taxonomy,
    text::{Raw, place},
};
use crate::{
    model::{
        identifier::{Identifier, System},
        listing::{Body, Listing, OrganizationFacts},
        place::{Place, state_code, zip5},
        text,
    },
    sources::{Outcome, Problem, Row, capitals, junk, shape},
};

/// The legal name's column, as the publisher names it.
const NAME: &str = "Provider Organization Name (Legal Business Name)";

/// The key of the listing of an NPI.
pub fn key(npi: u32) -> String {
    format!("npi:{npi:010}")
}

/// The listing of an organization that is not deactivated.
pub fn row(number: u64, npi: u32, raw: &Raw<'_>, beside: &mut Beside) -> Row {
    let name = readable(&raw.get("name"));
    if !name.chars().any(char::is_alphanumeric) {
        return shape::ignored(number, Problem::new(NAME, "no_name", "the organization has no name"));
    }
    if let Some(problem) = junk::problem(NAME, &name, "") {
        return shape::row(number, Outcome::Quarantined { key: key(npi), problem }, Vec::new());
    }
    let mut notes = Vec::new();
    let replaced = raw.get("replacement");
    if !replaced.is_empty() {
        notes.push(Problem::new("Replacement NPI", "replaced", "another NPI stands in for this one"));
    }
    let facts = OrganizationFacts {
        aliases: aliases(&name, raw, beside.names(npi)),
        kinds: kinds(&name, raw),
        phone: phone(raw, &mut notes),
        identifiers: vec![Identifier { system: System::Npi, value: format!("{npi:010}") }],
        places: places(raw, beside.places(npi), &mut notes),
        endpoints: beside.endpoints(npi),
        part_of_name: Some(readable(&raw.get("parent"))).filter(|parent| !parent.is_empty() && *parent != name),
        name,
        ..OrganizationFacts::default()
    };
    let body = Body::Organization(Box::new(facts));
    let listing = Listing { key: key(npi), group: None, strong: Vec::new(), body };
    shape::row(number, Outcome::Listing(Box::new(listing)), notes)
}

fn readable(name: &str) -> String {
    capitals::readable(&text::clean_name(name), capitals::Text::Name).into_owned()
}

fn aliases(name: &str, raw: &Raw<'_>, more: Vec<String>) -> Vec<String> {
    let own = Some(readable(&raw.get("other_name")))
        .filter(|own| !own.is_empty() && beside::is_an_organizations(&raw.get("other_type")));
    if own.is_none() && more.is_empty() {
        return Vec::new();
    }
    // `P.C.` and `PC` make no other name.
    let form = |name: &str| text::match_form(name).replace(' ', "");
    let mut known = vec![form(name)];
    let mut aliases = Vec::new();
    for alias in own.into_iter().chain(more) {
        let form = form(&alias);
        if !form.is_empty() && !known.contains(&form) && junk::problem("", &alias, "").is_none() {
            known.push(form);
            aliases.push(alias);
        }
    }
    aliases
}

/// The code whose switch says that it is the primary one comes first: the first slot is not it in one row of seven.
fn kinds(name: &str, raw: &Raw<'_>) -> Vec<crate::model::kind::Kind> {
    let codes = raw.columns.taxonomies.iter().filter_map(|(code, switch)| {
        let code = raw.records.field(*code);
        let primary = switch.is_some_and(|at| raw.records.bytes(at).trim_ascii().eq_ignore_ascii_case(b"Y"));
        taxonomy::is_code(&code).then_some((code, primary))
    });
    let mut codes: Vec<_> = codes.collect();
    codes.sort_by_key(|(_, primary)| !primary);
    taxonomy::kinds(codes.iter().map(|(code, _)| code.as_ref()), name)
}

fn phone(raw: &Raw<'_>, notes: &mut Vec<Problem>) -> Option<String> {
    let given = raw.get("phone");
    let phone = text::phone(&given);
    if phone.is_none() && !given.is_empty() {
        let field = "Provider Business Practice Location Address Telephone Number";
        notes.push(Problem::new(field, "bad_phone", "not a US phone number; left out"));
    }
    phone
}

fn places(raw: &Raw<'_>, more: Vec<Place>, notes: &mut Vec<Problem>) -> Vec<Place> {
    let [line1, line2, city, state, zip, country] =
        ["line1", "line2", "city", "state", "zip", "country"].map(|name| raw.get(name));
    let mut problem = |field: &str, code: &str, why: &str| notes.push(Problem::new(field, code, why));
    let at_home = country.is_empty() || country.eq_ignore_ascii_case("US");
    if at_home && !state.is_empty() && state_code(&state).is_none() {
        problem("Provider Business Practice Location Address State Name", "bad_state", "not a US state; left out");
    }
    if at_home && !zip.is_empty() && zip5(&zip).is_none() {
        problem("Provider Business Practice Location Address Postal Code", "bad_zip", "not a US ZIP code; left out");
    }
    let main = place([&line1, &line2], &city, &state, &zip, &country);
    if more.is_empty() {
        return main.into_iter().collect();
    }
    let mut places: Vec<Place> = Vec::new();
    for place in main.into_iter().chain(more) {
        let key = place.key();
        if !places.iter().any(|known| known.key() == key) {
            places.push(place);
        }
    }
    places
}
