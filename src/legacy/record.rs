//! Documents of today as the original's records. Pure.
//!
//! What holds: every field the original had is there with its type; what is not known is an empty text, an empty list or
//! `false`, as it was there. Its `submitter_email` and `payment` are nobody's business here: the first is never kept, the
//! second was never ours to say.

use jiff::{civil::Date, tz::TimeZone};
use serde::Serialize;

use crate::model::{
    door::Warning,
    features::Answer,
    identifier::System,
    kind::Kind,
    organization::{App, DoorState, Organization, Website},
    place::Place,
};

/// An organization, field by field as in the export of 2015.
#[derive(Debug, Serialize, PartialEq)]
pub(super) struct OldOrganization {
    pub category: &'static str,
    pub description: String,
    pub download: bool,
    pub organization: String,
    pub phone: String,
    pub states: Vec<String>,
    pub transmit: bool,
    pub url: String,
    pub view: bool,
    pub updated: String,
    pub id: String,
}

impl OldOrganization {
    /// The record of a document; `id` is the readable address it goes by here, `at` its last change in microseconds since
    /// 1970 UTC.
    pub fn new(document: &Organization, id: String, at: i64, today: Date) -> Self {
        let offers = |group: &str| {
            let yes = |answer: &Answer| matches!(answer, Answer::Yes);
            document.features.iter().any(|(feature, answer)| feature.group() == group && yes(answer))
        };
        let place = document.main_place();
        Self {
            category: category(document.kind()),
            description: document.description.clone().unwrap_or_default(),
            download: offers("download"),
            organization: document.name.clone(),
            phone: document.phone.clone().or_else(|| place?.phone.clone()).unwrap_or_default(),
            states: states(document),
            transmit: offers("send"),
            url: address(document, today).unwrap_or_default().to_owned(),
            view: offers("view"),
            updated: moment(at),
            id,
        }
    }
}

/// The original's category of a kind; it had none for some of ours.
pub(super) fn category(kind: Kind) -> &'static str {
    kind.original_category().unwrap_or_default()
}

/// States with a place of it, and those it serves; `all` is the whole country, as the original wrote it.
fn states(document: &Organization) -> Vec<String> {
    let located = document.locations.iter().filter_map(|location| location.place.state.clone());
    let mut states: Vec<String> = located.chain(document.areas.iter().cloned()).collect();
    states.sort_unstable();
    states.dedup();
    for state in &mut states {
        if state == "US" {
            "all".clone_into(state);
        }
    }
    states
}

/// Where a client sends people: the first portal, else its own site. Only what may be a button without a word of warning.
fn address(document: &Organization, today: Date) -> Option<&str> {
    let portal = document
        .portals
        .iter()
        .find(|portal| portal.warnings.is_empty() && portal.is_open(today))
        .map(|portal| portal.url.as_str());
    portal.or_else(|| site(document.website.as_ref()))
}

fn site(website: Option<&Website>) -> Option<&str> {
    let safe = |state: DoorState, warnings: &[Warning]| state == DoorState::Live && warnings.is_empty();
    website.filter(|site| safe(site.state, &site.warnings)).map(|site| site.url.as_str())
}

/// An app, with every field that some of the original's had.
#[derive(Debug, Serialize, PartialEq)]
pub(super) struct OldApp {
    pub name: String,
    pub organization: String,
    pub url: String,
    pub description: String,
    /// Addresses of pictures are not handed on: nobody licensed them.
    pub img: &'static str,
    pub apple_url: String,
    pub google_url: String,
    pub id: String,
    pub updated: String,
    pub reviews: Reviews,
}

/// Stars in the stores; the original had `null` where it knew none.
#[derive(Debug, Serialize, PartialEq, Default)]
pub(super) struct Reviews {
    apple: (),
    google: (),
}

impl OldApp {
    /// The record of a document.
    pub fn new(document: &App, id: String, at: i64) -> Self {
        let door = |website: &Option<Website>| site(website.as_ref()).unwrap_or_default().to_owned();
        Self {
            name: document.name.clone(),
            organization: document.publisher.clone().unwrap_or_default(),
            url: door(&document.website),
            description: document.description.clone().unwrap_or_default(),
            img: "",
            apple_url: door(&document.app_store),
            google_url: door(&document.google_play),
            id,
            updated: moment(at),
            reviews: Reviews::default(),
        }
    }
}

/// A hospital or provider of the original's third list (those that attested Meaningful Use stage 2).
#[derive(Debug, Serialize, PartialEq)]
pub(super) struct OldProvider {
    pub name: String,
    pub state: String,
    pub city: String,
    pub address: String,
    pub zip: String,
    pub phone: String,
    /// What Medicare paid it: not known here.
    pub payment: (),
    pub npi: String,
}

impl OldProvider {
    /// The record of a document with an NPI: its first place in the state that was asked for, else its first place.
    pub fn new(document: &Organization, state: Option<&str>) -> Option<Self> {
        let npi = document.identifiers.iter().find(|identifier| identifier.system == System::Npi)?;
        let in_state = document.locations.iter().map(|location| &location.place);
        let in_state = in_state.clone().find(|place| state.is_some() && place.state.as_deref() == state);
        let empty = Place::default();
        let place = in_state.or_else(|| document.main_place()).unwrap_or(&empty);
        let text = |field: &Option<String>| field.clone().unwrap_or_default();
        Some(Self {
            name: document.name.clone(),
            state: text(&place.state),
            city: text(&place.city),
            address: place.lines.join(", "),
            zip: text(&place.zip),
            phone: place.phone.clone().or_else(|| document.phone.clone()).unwrap_or_default(),
            payment: (),
            npi: npi.value.clone(),
        })
    }
}

/// A moment as JavaScript's `Date` writes itself, which is what the original gave.
pub(super) fn moment(at: i64) -> String {
    let moment = crate::clock::moment(at).to_zoned(TimeZone::UTC);
    moment.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (UTC)").to_string()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::{Value, json};

    use super::*;
    use crate::site::samples;

    const TODAY: Date = date(2026, 11, 22);
    const AT: i64 = 1_441_939_521_000_000;

    fn record(change: impl FnOnce(&mut Organization)) -> Value {
        let mut document = samples::hospital();
        change(&mut document);
        serde_json::to_value(OldOrganization::new(&document, "st-marys".into(), AT, TODAY)).unwrap()
    }

    #[test]
    fn a_record_has_the_fields_of_2015_with_their_types() {
        let record = record(|_| {});
        let keys: Vec<&String> = record.as_object().unwrap().keys().collect();
        let known = [
            "category",
            "description",
            "download",
            "id",
            "organization",
            "phone",
            "states",
            "transmit",
            "updated",
            "url",
            "view",
        ];
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, known);
        assert_eq!((&record["category"], &record["organization"]), (&json!("hospital"), &json!("St. Mary’s Hospital")));
        assert_eq!(record["updated"], "Fri Sep 11 2015 02:45:21 GMT+0000 (UTC)");
        assert!(record["states"].is_array() && record["view"].is_boolean() && record["phone"].is_string());
    }

    #[test]
    fn an_address_that_is_no_plain_button_is_left_out() {
        let portal = samples::hospital().portals[0].url.clone();
        assert_eq!(record(|_| {})["url"], portal.as_str());
        let left_out = |change: fn(&mut crate::model::organization::Portal)| {
            let record = record(|document| {
                document.website = None;
                document.portals.iter_mut().for_each(change);
            });
            record["url"] == ""
        };
        assert!(left_out(|portal| portal.state = DoorState::OldAddress));
        assert!(left_out(|portal| portal.warnings = vec![Warning::LookAlike]));
        assert!(left_out(|portal| portal.valid_to = Some(date(2026, 11, 21))));
        assert!(left_out(|portal| portal.valid_from = Some(date(2026, 11, 23))));
        let site = record(|document| document.portals.clear());
        assert_eq!(site["url"], samples::hospital().website.map(|site| site.url).unwrap_or_default().as_str());
    }

    #[test]
    fn the_whole_country_is_all() {
        let record = record(|document| document.areas = vec!["US".into(), "ID".into()]);
        assert_eq!(record["states"], json!(["ID", "all"]));
    }

    #[test]
    fn a_kind_the_original_did_not_know_has_no_category() {
        assert_eq!((category(Kind::Dental), category(Kind::Aggregator), category(Kind::Unknown)), ("provider", "", ""));
    }
}
