//! The starter directory: hand-written tables in `starter/`, embedded in the program.
//!
//! TOML in, listings out. What holds: a table with a key the program does not know is an error, and an address
//! without published evidence is no door.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_embed::RustEmbed;
use serde::Deserialize;

use super::plan::date;
use crate::model::{
    door::Door,
    features::{Answer, Feature, Features},
    id::{Id, ThingKind},
    kind::Kind,
    listing::{Advice, AppFacts, Body, DoorFacts, Evidence, Listing, OrganizationFacts, PortalFacts},
    place::{Place, state_code},
    text::{self, TEXT_LIMIT},
};

/// The id of the source.
pub const SOURCE: &str = "starter";

#[derive(RustEmbed)]
#[folder = "starter/"]
#[include = "*.toml"]
struct Folder;

/// What is wrong with a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StarterError {
    /// It is no TOML, or has keys the program does not know.
    #[error("starter/{file} cannot be read: {what}")]
    Unreadable {
        /// The file.
        file: String,
        /// The parser's words.
        what: String,
    },
    /// One row is wrong.
    #[error("starter/{file}, {row:?}: {what}")]
    Row {
        /// The file.
        file: String,
        /// The name in the row.
        row: String,
        /// What is wrong.
        what: String,
    },
}

/// Every listing of the starter directory, in the order of the files' names.
pub fn listings() -> Result<Vec<Listing>, StarterError> {
    let mut files: Vec<_> = Folder::iter().collect();
    files.sort();
    let mut listings = Vec::new();
    for name in files {
        if let Some(file) = Folder::get(&name) {
            listings.extend(read(&name, &String::from_utf8_lossy(&file.data))?);
        }
    }
    Ok(listings)
}

/// The listings of one table.
pub fn read(file: &str, text: &str) -> Result<Vec<Listing>, StarterError> {
    let table: Table =
        toml::from_str(text).map_err(|e| StarterError::Unreadable { file: file.to_owned(), what: e.to_string() })?;
    let wrong = |row: &str, what: String| StarterError::Row { file: file.to_owned(), row: row.to_owned(), what };
    let organizations = table.organization.into_iter().map(|row| {
        let name = row.name.clone();
        row.listing().map_err(|what| wrong(&name, what))
    });
    let apps = table.app.into_iter().map(|row| {
        let name = row.name.clone();
        row.listing().map_err(|what| wrong(&name, what))
    });
    organizations.chain(apps).collect()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(default)]
    organization: Vec<OrganizationRow>,
    #[serde(default)]
    app: Vec<AppRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganizationRow {
    id: String,
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    kinds: Vec<Kind>,
    #[serde(default)]
    areas: Vec<String>,
    #[serde(default)]
    city: String,
    #[serde(default)]
    state: String,
    phone: Option<String>,
    phone_evidence: Option<String>,
    how_to_ask: Option<String>,
    how_to_ask_es: Option<String>,
    #[serde(default)]
    features: BTreeMap<String, String>,
    website: Option<WebsiteRow>,
    #[serde(default)]
    portal: Vec<PortalRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebsiteRow {
    url: String,
    evidence: Option<String>,
    seen: Option<toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PortalRow {
    url: String,
    name: Option<String>,
    audience: Option<String>,
    sign_up: Option<String>,
    evidence: Option<String>,
    seen: Option<toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AppRow {
    id: String,
    name: String,
    publisher: Option<String>,
    description: Option<String>,
    description_es: Option<String>,
    ingests: Vec<String>,
    #[serde(default)]
    platforms: Vec<String>,
    website: Option<String>,
    privacy_policy: Option<String>,
    app_store: Option<String>,
    google_play: Option<String>,
    evidence: Option<String>,
    seen: Option<toml::Value>,
}

impl OrganizationRow {
    fn listing(self) -> Result<Listing, String> {
        let id = fixed_id(&self.id, ThingKind::Organization)?;
        if self.kinds.is_empty() {
            return Err("it has no kind".to_owned());
        }
        let mut portals = Vec::new();
        for portal in self.portal {
            portals.extend(portal.facts()?);
        }
        let website = match self.website {
            Some(row) => door(&row.url, row.evidence.as_deref(), row.seen.as_ref())?,
            None => None,
        };
        let facts = OrganizationFacts {
            name: name(&self.name)?,
            aliases: self.aliases.iter().map(|alias| text::clean_name(alias)).collect(),
            kinds: self.kinds,
            website,
            phone: public_phone(self.phone.as_deref(), self.phone_evidence.as_deref())?,
            places: place(&self.city, &self.state)?.into_iter().collect(),
            areas: areas(self.areas)?,
            portals,
            features: features(&self.features)?,
            how_to_ask: advice(self.how_to_ask.as_deref(), self.how_to_ask_es.as_deref())?,
            fixed_id: Some(id.clone()),
            ..OrganizationFacts::default()
        };
        Ok(listing(id, Body::Organization(Box::new(facts))))
    }
}

impl PortalRow {
    fn facts(self) -> Result<Option<PortalFacts>, String> {
        let Some(at) = door(&self.url, self.evidence.as_deref(), self.seen.as_ref())? else {
            return Ok(None);
        };
        let sign_up = match self.sign_up.as_deref() {
            Some(url) => Some(Door::parse(url).map_err(|refusal| format!("{url}: {refusal}"))?),
            None => None,
        };
        Ok(Some(PortalFacts {
            name: plain(self.name.as_deref()),
            audience: plain(self.audience.as_deref()),
            sign_up,
            ..PortalFacts::at(at)
        }))
    }
}

impl AppRow {
    fn listing(self) -> Result<Listing, String> {
        let id = fixed_id(&self.id, ThingKind::App)?;
        for platform in &self.platforms {
            if !matches!(platform.as_str(), "ios" | "android" | "web" | "desktop") {
                return Err(format!("{platform:?} is no platform; use ios, android, web, desktop"));
            }
        }
        let door = |url: &Option<String>| match url {
            Some(url) => door(url, self.evidence.as_deref(), self.seen.as_ref()),
            None => Ok(None),
        };
        let facts = AppFacts {
            name: name(&self.name)?,
            publisher: plain(self.publisher.as_deref()),
            description: plain(self.description.as_deref()),
            description_es: plain(self.description_es.as_deref()),
            website: door(&self.website)?,
            privacy_policy: door(&self.privacy_policy)?,
            app_store: door(&self.app_store)?,
            google_play: door(&self.google_play)?,
            ingests: self.ingests.iter().map(|what| text::clean_name(what)).collect(),
            platforms: self.platforms,
            fixed_id: Some(id.clone()),
            ..AppFacts::default()
        };
        Ok(listing(id, Body::App(Box::new(facts))))
    }
}

fn listing(key: String, body: Body) -> Listing {
    Listing { key, group: None, strong: Vec::new(), body }
}

fn fixed_id(text: &str, kind: ThingKind) -> Result<String, String> {
    Id::parse(text)
        .filter(|id| id.kind() == kind)
        .map(String::from)
        .ok_or_else(|| format!("{text:?} is no id; write {} and 32 lower-case hex digits", kind.prefix()))
}

fn name(text: &str) -> Result<String, String> {
    plain(Some(text)).ok_or_else(|| "it has no name".to_owned())
}

fn plain(text: Option<&str>) -> Option<String> {
    text.map(|text| text::clean(text, TEXT_LIMIT)).filter(|text| !text.is_empty())
}

/// A door, if its evidence is there; an address that is no door is an error of the table.
fn door(url: &str, page: Option<&str>, seen: Option<&toml::Value>) -> Result<Option<DoorFacts>, String> {
    let door = Door::parse(url).map_err(|refusal| format!("{url}: {refusal}"))?;
    let evidence = match (page, seen) {
        (Some(page), Some(seen)) => evidence(page, seen)?,
        (None, None) => return Ok(None),
        _ => return Err(format!("{url}: evidence and seen go together")),
    };
    Ok(Some(DoorFacts { door, evidence: Some(evidence) }))
}

fn evidence(page: &str, seen: &toml::Value) -> Result<Evidence, String> {
    Door::parse(page).map_err(|refusal| format!("evidence {page}: {refusal}"))?;
    let seen: Date = date(seen).ok_or_else(|| format!("seen = {seen} is no date"))?;
    Ok(Evidence { page: page.to_owned(), seen })
}

fn public_phone(number: Option<&str>, page: Option<&str>) -> Result<Option<String>, String> {
    match (number, page) {
        (None, Some(_)) => Err("evidence of a phone, and no phone".to_owned()),
        // No evidence, no number: the row says how to ask instead.
        (None | Some(_), None) => Ok(None),
        (Some(number), Some(page)) => {
            Door::parse(page).map_err(|refusal| format!("phone_evidence {page}: {refusal}"))?;
            text::phone(number).map(Some).ok_or_else(|| format!("{number:?} is no US phone number"))
        }
    }
}

fn place(city: &str, state: &str) -> Result<Option<Place>, String> {
    if !state.is_empty() && state_code(state).is_none() {
        return Err(format!("{state:?} is no state"));
    }
    Ok(Place::new(&[], city, state, ""))
}

fn areas(areas: Vec<String>) -> Result<Vec<String>, String> {
    match areas.iter().find(|area| *area != "US" && state_code(area) != Some(area)) {
        Some(area) => Err(format!("area {area:?} is neither US nor a state's code")),
        None => Ok(areas),
    }
}

fn features(said: &BTreeMap<String, String>) -> Result<Features, String> {
    said.iter()
        .map(|(code, answer)| {
            let feature = Feature::parse(code).ok_or_else(|| format!("{code:?} is no feature of the menu"))?;
            let answer = match answer.as_str() {
                "yes" => Answer::Yes,
                "no" => Answer::No,
                "planned" => Answer::Planned(None),
                other => return Err(format!("{code} = {other:?}: write yes, no or planned")),
            };
            Ok((feature, answer))
        })
        .collect()
}

fn advice(en: Option<&str>, es: Option<&str>) -> Result<Option<Advice>, String> {
    match (plain(en), plain(es)) {
        (Some(en), Some(es)) => Ok(Some(Advice { en, es })),
        (None, None) => Ok(None),
        _ => Err("how_to_ask is needed in both languages".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const ROW: &str = r#"
        [[organization]]
        id = "org-019ab0c4d0007abc8123456789abcdef"
        name = "Example Labs"
        aliases = ["ExLab"]
        kinds = ["laboratory"]
        areas = ["US"]
        city = "Springfield"
        state = "IL"
        phone = "+1 800 555 0100"
        how_to_ask = "Call."
        how_to_ask_es = "Llame."
        features = { view = "yes", "view.lab_results" = "planned" }
        [organization.website]
        url = "https://example.org"
        [[organization.portal]]
        url = "https://my.example.org/"
        audience = "adults"
        evidence = "https://example.org/patients"
        seen = 2026-11-22
    "#;

    fn organization(listing: &Listing) -> &OrganizationFacts {
        match &listing.body {
            Body::Organization(facts) => facts,
            Body::App(_) => panic!("an app"),
        }
    }

    #[test]
    fn a_row_is_read_and_what_has_no_evidence_is_no_door() {
        let listings = read("x.toml", ROW).unwrap();
        let facts = organization(&listings[0]);
        assert_eq!(listings[0].key, "org-019ab0c4d0007abc8123456789abcdef");
        assert_eq!(facts.fixed_id.as_deref(), Some(listings[0].key.as_str()));
        assert_eq!((facts.website.is_none(), facts.phone.is_none()), (true, true));
        let evidence = facts.portals[0].at.evidence.as_ref().unwrap();
        assert_eq!(evidence.page, "https://example.org/patients");
        assert_eq!(evidence.seen, jiff::civil::date(2026, 11, 22));
        assert_eq!(facts.features.len(), 2);
        assert_eq!(facts.areas, ["US"]);
    }

    #[test]
    fn a_table_is_taken_at_its_word() {
        for (from, to, words) in [
            ("aliases", "alias", "unknown field"),
            ("\"IL\"", "\"Ontario\"", "is no state"),
            ("[\"US\"]", "[\"Illinois\"]", "neither US"),
            ("[\"laboratory\"]", "[]", "no kind"),
            ("[\"laboratory\"]", "[\"labs\"]", "unknown variant"),
            ("org-019a", "app-019a", "is no id"),
            ("view.lab_results", "view.lab", "no feature"),
            ("\"planned\"", "\"maybe\"", "yes, no or planned"),
            ("seen = 2026-11-22", "", "go together"),
            ("https://my.example.org/", "https://10.0.0.1/", "private network"),
            ("how_to_ask_es = \"Llame.\"", "", "both languages"),
            ("audience = \"adults\"", "colour = \"blue\"", "unknown field"),
        ] {
            let error = read("x.toml", &ROW.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(words) && error.contains("x.toml"), "{to}: {error}");
        }
    }

    #[test]
    fn apps_are_read() {
        let app = r#"
            [[app]]
            id = "app-019ab0c4d0007abc8123456789abcdef"
            name = "Example Health"
            ingests = ["FHIR R4"]
            platforms = ["ios"]
            website = "https://example.org"
            evidence = "https://example.org/"
            seen = 2026-11-22
        "#;
        let listings = read("apps.toml", app).unwrap();
        let Body::App(facts) = &listings[0].body else { panic!() };
        assert!(facts.website.as_ref().is_some_and(|door| door.evidence.is_some()));
        let error = read("apps.toml", &app.replace("\"ios\"", "\"fridge\"")).unwrap_err();
        assert!(error.to_string().contains("no platform"));
    }

    /// Every door of a listing.
    fn doors(listing: &Listing) -> Vec<&DoorFacts> {
        match &listing.body {
            Body::Organization(facts) => {
                facts.website.iter().chain(facts.portals.iter().map(|portal| &portal.at)).collect()
            }
            Body::App(facts) => [&facts.website, &facts.privacy_policy, &facts.app_store, &facts.google_play]
                .into_iter()
                .flatten()
                .collect(),
        }
    }

    #[test]
    fn the_shipped_tables_keep_their_rules() {
        let listings = listings().unwrap();
        let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
        for listing in &listings {
            let name = listing.body.name();
            assert!(ids.insert(&listing.key), "{name}: its id stands there twice");
            for door in doors(listing) {
                assert!(door.evidence.is_some(), "{name}: {} without evidence", door.door.url);
                assert!(door.door.url.starts_with("https://"), "{name}: {}", door.door.url);
            }
            match &listing.body {
                Body::App(facts) => assert!(!facts.ingests.is_empty(), "{name}: takes in nothing"),
                Body::Organization(facts) => {
                    let place = (text::match_form(name), facts.areas.clone(), facts.places.first().map(Place::key));
                    assert!(names.insert(place), "{name}: the same name in the same place twice");
                    if facts.kinds.contains(&Kind::Government) {
                        for door in doors(listing) {
                            let host = door.door.host();
                            let public = matches!(host.rsplit('.').next(), Some("gov" | "mil"));
                            assert!(public, "{name}: {} is not on .gov or .mil", door.door.url);
                        }
                    }
                }
            }
        }
        println!("{} starter rows", listings.len());
    }
}
