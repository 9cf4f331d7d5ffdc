//! What the page says to programs that read pages: schema.org as JSON-LD, and the type of Open Graph.
//!
//! What holds: the same facts as on the page, no more; text from outside cannot end the script element it stands in.

use serde_json::{Map, Value, json};

use crate::{
    model::{kind::Kind, organization::Organization, place::Place},
    site::here::Here,
};

/// Places that are named; a chain has thousands.
const PLACES: usize = 20;

/// The schema.org type of a kind (schema.org, `MedicalOrganization` and `Organization` with their subtypes).
fn schema_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Hospital => "Hospital",
        Kind::Clinic | Kind::BehavioralHealth => "MedicalClinic",
        Kind::Dental => "Dentist",
        Kind::Vision => "Optician",
        Kind::Pharmacy => "Pharmacy",
        Kind::Laboratory | Kind::Imaging => "DiagnosticLab",
        Kind::LongTermCare | Kind::HomeCare => "MedicalOrganization",
        Kind::Government | Kind::PublicHealth | Kind::ImmunizationRegistry => "GovernmentOrganization",
        Kind::Insurer | Kind::Exchange | Kind::Aggregator | Kind::Unknown => "Organization",
    }
}

/// The organization as JSON-LD, ready to stand in a script element.
pub fn json_ld(here: &Here, org: &Organization) -> String {
    let mut thing = Map::new();
    thing.insert("@context".into(), json!("https://schema.org"));
    thing.insert("@type".into(), json!(schema_type(org.kind())));
    thing.insert("name".into(), json!(org.name));
    thing.insert("mainEntityOfPage".into(), json!(here.canonical()));
    if !org.aliases.is_empty() {
        thing.insert("alternateName".into(), json!(org.aliases));
    }
    if let Some(site) = org.live_website() {
        thing.insert("url".into(), json!(site.url));
    }
    if let Some(phone) = &org.phone {
        thing.insert("telephone".into(), json!(phone));
    }
    let places: Vec<Value> = org.locations.iter().take(PLACES).map(|location| address(&location.place)).collect();
    match places.as_slice() {
        [] => {}
        [one] => _ = thing.insert("address".into(), one.clone()),
        many => _ = thing.insert("address".into(), json!(many)),
    }
    if let Some(parent) = &org.part_of {
        thing.insert("parentOrganization".into(), json!({ "@type": "Organization", "name": parent.name }));
    }
    // In a script element only `</script` and `<!--` end or change anything; no `<`, no harm.
    Value::Object(thing).to_string().replace('<', "\\u003c")
}

fn address(place: &Place) -> Value {
    let mut address = Map::new();
    address.insert("@type".into(), json!("PostalAddress"));
    let street = place.lines.join(", ");
    let parts = [
        ("streetAddress", (!street.is_empty()).then_some(street)),
        ("addressLocality", place.city.clone()),
        ("addressRegion", place.state.clone()),
        ("postalCode", place.zip.clone()),
    ];
    for (name, value) in parts {
        if let Some(value) = value {
            address.insert(name.into(), json!(value));
        }
    }
    address.insert("addressCountry".into(), json!("US"));
    Value::Object(address)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::organization::DoorState,
        site::{Lang, samples},
    };

    #[test]
    fn the_same_facts_as_on_the_page() {
        let here = samples::here(Lang::En, "/organizations/st-marys-hospital-boise-id");
        let read: Value = serde_json::from_str(&json_ld(&here, &samples::hospital())).unwrap();
        assert_eq!(read["@type"], "Hospital");
        assert_eq!(read["name"], "St. Mary’s Hospital");
        assert_eq!(read["url"], "https://www.example.org/");
        assert_eq!(read["address"][0]["addressRegion"], "ID");
    }

    #[test]
    fn a_name_cannot_leave_its_script_and_an_old_address_is_not_told() {
        let here = samples::here(Lang::En, "/");
        let mut org = samples::hospital();
        org.name = "</script><script>alert(1)</script><!--".into();
        org.website.as_mut().unwrap().state = DoorState::OldAddress;
        let text = json_ld(&here, &org);
        assert!(!text.contains('<'), "{text}");
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["name"], org.name.as_str());
        assert_eq!(read.get("url"), None);
    }
}
