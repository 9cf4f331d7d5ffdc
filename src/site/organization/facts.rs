//! "Who says so": every value of an organization with its source and day, in the order of the page.

use super::{menu::answer, places::place_view};
use crate::{
    model::{
        features::Feature,
        identifier::System,
        organization::{Organization, Status},
        text,
    },
    site::{
        here::Here,
        said::{self, Words},
    },
};

/// One value with who says it.
pub struct Fact {
    pub field: String,
    pub value: String,
    pub said: Words,
}

/// Numbers others gave it, named; object identifiers and numbers of unknown systems help no reader.
pub fn numbers(here: &Here, org: &Organization) -> Vec<(String, String)> {
    org.identifiers
        .iter()
        .filter(|identifier| identifier.is_public())
        .filter_map(|identifier| Some((system(here, identifier.system)?, identifier.value.clone())))
        .collect()
}

fn system(here: &Here, system: System) -> Option<String> {
    match system {
        System::Npi => Some(here.t("number-npi")),
        System::Ccn => Some(here.t("number-ccn")),
        System::Clia => Some(here.t("number-clia")),
        System::Naic => Some(here.t("number-naic")),
        System::Ein | System::Oid | System::Web | System::Other => None,
    }
}

/// Every value with who says it, in the order of the page.
pub fn values(here: &Here, org: &Organization) -> Vec<Fact> {
    let mut values: Vec<(u8, Fact)> = org
        .provenance
        .iter()
        .filter_map(|(key, by)| {
            let (order, field, value) = value(here, org, key)?;
            Some((order, Fact { field, value, said: said::words(here, by) }))
        })
        .collect();
    for also in &org.also_listed {
        let said = said::words(here, &also.by);
        values.push((3, Fact { field: here.t("field-also-listed"), value: also.domain.clone(), said }));
    }
    values.sort_by_key(|(order, _)| *order);
    values.into_iter().map(|(_, value)| value).collect()
}

/// Place on the page, name and value of a field of the provenance map.
fn value(here: &Here, org: &Organization, key: &str) -> Option<(u8, String, String)> {
    let (field, which) = key.split_once('/').unwrap_or((key, ""));
    Some(match field {
        "name" => (0, here.t("field-name"), org.name.clone()),
        "aliases" => {
            let alias = org.aliases.iter().find(|alias| text::match_form(alias) == which)?;
            (1, here.t("field-alias"), alias.clone())
        }
        "portals" => {
            let portal = org.portals.iter().find(|portal| portal.id.as_str() == which)?;
            (2, here.t("field-portal"), portal.url.clone())
        }
        "website" => (4, here.t("field-website"), org.website.as_ref()?.url.clone()),
        "phone" => (5, here.t("field-phone"), org.phone.clone()?),
        "kinds" => {
            (6, here.t("field-kinds"), org.kinds.iter().map(|kind| here.kind(*kind)).collect::<Vec<_>>().join(", "))
        }
        "status" => (6, here.t("field-status"), status(here, org.status)),
        "description" => (6, here.t("field-description"), org.description.clone()?),
        "part_of" => (7, here.t("field-part-of"), org.part_of.as_ref()?.name.clone()),
        "areas" => (7, here.t("field-areas"), here.areas(&org.areas)?),
        "locations" => {
            let location = org.locations.iter().find(|location| location.id.as_str() == which)?;
            (8, here.t("field-location"), place_view(here, &location.place).lines.join(", "))
        }
        "how_to_ask" => (8, here.t("field-how-to-ask"), String::new()),
        "features" => {
            let feature = Feature::parse(which)?;
            let (_, _, answer) = answer(here, *org.features.get(&feature)?);
            (9, here.feature(feature), answer)
        }
        "endpoints" => {
            let endpoint = org.endpoints.iter().find(|endpoint| endpoint.id.as_str() == which)?;
            (10, here.t("field-endpoint"), endpoint.address.clone())
        }
        "identifiers" => {
            let (code, number) = which.split_once('/')?;
            let identifier =
                org.identifiers.iter().find(|it| it.is_public() && it.system.code() == code && it.value == number)?;
            (11, system(here, identifier.system).unwrap_or_else(|| here.t("number-other")), identifier.value.clone())
        }
        _ => return None,
    })
}

fn status(here: &Here, status: Status) -> String {
    match status {
        Status::Active => here.t("status-active"),
        Status::Moved => here.t("status-moved"),
        Status::Merged => here.t("status-merged"),
        Status::Closed => here.t("status-closed"),
        Status::Withdrawn => here.t("status-withdrawn"),
    }
}
