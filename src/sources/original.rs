//! The original Blue Button Connector (2013-2017): its API's JSON and the CSV it offered for download.
//!
//! Rows of old exports in, listings out. What holds: what was `false` or empty there is not known here, the readable
//! addresses of the original live on, and nobody's e-mail is read.

use std::ops::ControlFlow;

use serde_json::Value;

use super::{
    Emit, FileError, FileFacts, Outcome, Problem, Row,
    input::{Input, Record, text as field, walk_list, walk_table},
    junk,
    marks::digest,
    shape::row,
};
use crate::model::{
    door::{Door, registrable_domain},
    features::{Answer, Feature, Features},
    kind::Kind,
    listing::{AppFacts, Body, DoorFacts, Listing, OrganizationFacts, PortalFacts},
    place::{Place, state_code},
    text::{self, TEXT_LIMIT},
};

/// The source of the exports of 2015, which carry ids.
const WITH_IDS: &str = "original-connector";
/// The source of the public files of 2017, which do not.
const WITHOUT_IDS: &str = "original-connector-2017";
/// What it published, as sources.
pub const SOURCES: [&str; 2] = [WITH_IDS, WITHOUT_IDS];
/// The front page that many practices share; names below it are a practice's own.
const SHARED_FRONT: &[&str] = &["followmyhealth.com", "www.followmyhealth.com"];

/// Organizations from the export of the original's API.
pub fn organizations_json(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    json(input, emit, |value| OldOrganization::from_json(value).read())
}

/// Apps from the export of the original's API, or from its public file.
pub fn apps_json(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    json(input, emit, |value| OldApp::from_json(value).read())
}

/// Organizations from the table the original offered for download.
pub fn organizations_csv(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    csv(input, emit, |record| OldOrganization::from_record(record).read())
}

/// Apps from a table with the same columns as the JSON.
pub fn apps_csv(input: Input<'_>, emit: Emit<'_>) -> Result<FileFacts, FileError> {
    csv(input, emit, |record| OldApp::from_record(record).read())
}

type Read = (Outcome, Vec<Problem>);

fn json(input: Input<'_>, emit: Emit<'_>, read: impl Fn(&Value) -> Read) -> Result<FileFacts, FileError> {
    let mut with_ids = false;
    let rows =
        walk_list(input, None, &mut |number, value| {
            with_ids |= value.as_ref().is_ok_and(|value| value.get("id").is_some());
            let value = value.and_then(|value| {
                if value.is_object() { Ok(value) } else { Err(Problem::malformed("it is not an object")) }
            });
            emit(pass_on(number, value.map(|value| read(&value))))
        })?;
    Ok(FileFacts { rows, suggested_source: Some(if with_ids { WITH_IDS } else { WITHOUT_IDS }.to_owned()) })
}

fn csv(input: Input<'_>, emit: Emit<'_>, read: impl Fn(&Record<'_>) -> Read) -> Result<FileFacts, FileError> {
    let rows = walk_table(input, 1, &mut |line, record| -> ControlFlow<()> {
        emit(pass_on(line, record.map(|record| read(&record))))
    })?;
    Ok(FileFacts { rows, suggested_source: Some(WITHOUT_IDS.to_owned()) })
}

fn pass_on(number: u64, read: Result<Read, Problem>) -> Row {
    match read {
        Ok((outcome, notes)) => row(number, outcome, notes),
        Err(problem) => row(number, Outcome::Ignored(problem), Vec::new()),
    }
}

/// The id the original made of a name: every run of other characters became one dash. Rows it took over from
/// FollowMyHealth's list were escaped for XML first, so that `&` and `'` left `-amp-` and `-apos-` behind.
pub fn old_slug(name: &str, escaped: bool) -> String {
    let mut name = html_escape::decode_html_entities(name).into_owned();
    if escaped {
        name = name
            .replace('&', "&amp;")
            .replace('\'', "&apos;")
            .replace('"', "&quot;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
    }
    let mut slug = String::with_capacity(name.len());
    for c in name.chars().map(|c| c.to_ascii_lowercase()) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

/// An organization as either file gives it.
#[derive(Debug, Default)]
struct OldOrganization {
    id: String,
    name: String,
    category: String,
    description: String,
    phone: String,
    url: String,
    states: Vec<String>,
    view: bool,
    download: bool,
    transmit: bool,
}

impl OldOrganization {
    fn from_json(value: &Value) -> Self {
        let states = match value.get("states") {
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
            Some(Value::String(list)) => split(list),
            _ => Vec::new(),
        };
        let says = |name| match value.get(name) {
            Some(Value::Bool(yes)) => *yes,
            Some(Value::String(text)) => means_yes(text),
            _ => false,
        };
        Self {
            id: field(value, "id"),
            name: field(value, "organization"),
            category: field(value, "category"),
            description: field(value, "description"),
            phone: field(value, "phone"),
            url: field(value, "url"),
            states,
            view: says("view"),
            download: says("download"),
            transmit: says("transmit"),
        }
    }

    fn from_record(record: &Record<'_>) -> Self {
        let get = |name| record.get(name).to_owned();
        Self {
            id: get("id"),
            name: get("organization"),
            category: get("category"),
            description: get("description"),
            phone: get("phone"),
            url: get("url"),
            states: split(record.get("states")),
            view: means_yes(record.get("view")),
            download: means_yes(record.get("download")),
            transmit: means_yes(record.get("transmit")),
        }
    }

    fn read(&self) -> Read {
        let mut notes = Vec::new();
        let name = text::clean_name(&self.name);
        if name.is_empty() {
            return (Outcome::Ignored(no_name("organization")), notes);
        }
        let door = match self.url.trim() {
            "" => None,
            url if url.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("mailto:")) => {
                notes.push(Problem::new("url", "email_address", "an e-mail address is never kept; the row stays"));
                None
            }
            url => Some(Door::parse(url)),
        };
        let shared = matches!(&door, Some(Ok(door)) if SHARED_FRONT.contains(&door.host()));
        let slug = if self.id.is_empty() { old_slug(&self.name, shared) } else { self.id.clone() };
        let key = self.key(&name);
        let door = match door.transpose() {
            Ok(door) => door,
            Err(refusal) => {
                let problem = Problem::new("url", refusal.code(), refusal.to_string());
                return (Outcome::Quarantined { key, problem }, notes);
            }
        };
        let host = door.as_ref().map(Door::host).unwrap_or_default();
        if let Some(problem) = junk::problem("organization", &name, host) {
            return (Outcome::Quarantined { key, problem }, notes);
        }
        let areas = self.areas(&mut notes);
        let facts = OrganizationFacts {
            kinds: self.kind(&mut notes).into_iter().collect(),
            description: some(text::clean(&self.description, TEXT_LIMIT)),
            phone: self.public_phone(&mut notes),
            places: match areas.as_slice() {
                [state] if state != "US" => Place::new(&[], "", state, "").into_iter().collect(),
                _ => Vec::new(),
            },
            areas,
            portals: door.filter(|_| !shared).map(PortalFacts::at).into_iter().collect(),
            features: self.features(),
            shared_portal: shared,
            old_slugs: some(slug).into_iter().collect(),
            name,
            ..OrganizationFacts::default()
        };
        (listing(key, Body::Organization(Box::new(facts))), notes)
    }

    /// The original's id; without one, what tells this row from others of its name.
    fn key(&self, name: &str) -> String {
        if !self.id.is_empty() {
            return self.id.clone();
        }
        let address = Door::parse(&self.url).map_or_else(|_| self.url.trim().to_owned(), |door| door.key());
        digest(&[&self.category, &text::match_form(name), &self.states.join(","), &address])
    }

    fn kind(&self, notes: &mut Vec<Problem>) -> Option<Kind> {
        let kind = Kind::from_original_category(self.category.trim());
        if kind.is_none() {
            notes.push(Problem::new(
                "category",
                "unknown_category",
                "not one of the original's categories; the kind is left open",
            ));
        }
        kind
    }

    fn public_phone(&self, notes: &mut Vec<Problem>) -> Option<String> {
        let phone = text::phone(&self.phone);
        if phone.is_none() && !self.phone.trim().is_empty() {
            notes.push(Problem::new("phone", "bad_phone", "not one US phone number; left out"));
        }
        phone
    }

    fn areas(&self, notes: &mut Vec<Problem>) -> Vec<String> {
        let mut areas = Vec::new();
        for state in &self.states {
            if state.eq_ignore_ascii_case("all") {
                return vec!["US".to_owned()];
            }
            match state_code(state) {
                Some(code) => areas.push(code.to_owned()),
                None => notes.push(Problem::new("states", "bad_state", "not a state; left out")),
            }
        }
        areas
    }

    fn features(&self) -> Features {
        [("view", self.view), ("download", self.download), ("send", self.transmit)]
            .into_iter()
            .filter(|(_, yes)| *yes)
            .filter_map(|(code, _)| Some((Feature::parse(code)?, Answer::Yes)))
            .collect()
    }
}

/// An app as either file gives it.
#[derive(Debug, Default)]
struct OldApp {
    id: String,
    name: String,
    publisher: String,
    description: String,
    url: String,
    apple: String,
    google: String,
}

impl OldApp {
    fn from_json(value: &Value) -> Self {
        Self::from_fields(|name| field(value, name))
    }

    fn from_record(record: &Record<'_>) -> Self {
        Self::from_fields(|name| record.get(name).to_owned())
    }

    fn from_fields(get: impl Fn(&str) -> String) -> Self {
        Self {
            id: get("id"),
            name: get("name"),
            publisher: get("organization"),
            description: get("description"),
            url: get("url"),
            apple: get("apple_url"),
            google: get("google_url"),
        }
    }

    fn read(&self) -> Read {
        let mut notes = Vec::new();
        let name = text::clean_name(&self.name);
        if name.is_empty() {
            return (Outcome::Ignored(no_name("name")), notes);
        }
        let slug = if self.id.is_empty() { old_slug(&self.name, false) } else { self.id.clone() };
        // Organizations and apps of one load may carry the same id.
        let key = format!("app/{slug}");
        if let Some(problem) = junk::problem("name", &name, "") {
            return (Outcome::Quarantined { key, problem }, notes);
        }
        let app_store = store("apple_url", &self.apple, "apple.com", &mut notes);
        let google_play = store("google_url", &self.google, "google.com", &mut notes);
        let facts = AppFacts {
            publisher: some(text::clean_name(&self.publisher)),
            description: some(text::clean(&self.description, TEXT_LIMIT)),
            platforms: [("ios", app_store.is_some()), ("android", google_play.is_some())]
                .into_iter()
                .filter(|(_, there)| *there)
                .map(|(platform, _)| platform.to_owned())
                .collect(),
            website: address("url", &self.url, &mut notes),
            app_store,
            google_play,
            old_slugs: some(slug).into_iter().collect(),
            name,
            ..AppFacts::default()
        };
        (listing(key, Body::App(Box::new(facts))), notes)
    }
}

/// An address, or a note why it is left out.
fn address(field: &str, url: &str, notes: &mut Vec<Problem>) -> Option<DoorFacts> {
    if url.trim().is_empty() {
        return None;
    }
    match Door::parse(url) {
        Ok(door) => Some(DoorFacts { door, evidence: None }),
        Err(refusal) => {
            notes.push(Problem::new(field, refusal.code(), refusal.to_string()));
            None
        }
    }
}

/// The address of an app in a store: only the store's own domain counts.
fn store(field: &str, url: &str, domain: &str, notes: &mut Vec<Problem>) -> Option<DoorFacts> {
    let found = address(field, url, notes)?;
    if registrable_domain(found.door.host()) == Some(domain) {
        return Some(found);
    }
    notes.push(Problem::new(field, "not_the_store", format!("the address is not on {domain}; left out")));
    None
}

fn listing(key: String, body: Body) -> Outcome {
    Outcome::Listing(Box::new(Listing { key, group: None, strong: Vec::new(), body }))
}

fn no_name(field: &str) -> Problem {
    Problem::new(field, "no_name", "the row has no name")
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn split(list: &str) -> Vec<String> {
    list.split([',', ';']).map(str::trim).filter(|s| !s.is_empty()).map(str::to_owned).collect()
}

fn means_yes(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "y" | "yes" | "true" | "1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::door::Warning,
        sources::input::tests::{facts, real, rows, rows_at, tally},
    };

    const ORGANIZATIONS: &str = r#"[
      {"category":"hospital","organization":"St. Joe's &amp; Sons","description":"Two\r\nlines","phone":"2085550100",
       "states":["ID"],"url":"http://portal.stjoes.org/login;jsessionid=6447D765B1CAE27A8BC08A051A3BB252","view":true,
       "download":false,"transmit":true,"id":"st-joe-amp-sons","submitter_email":"someone@stjoes.org"},
      {"category":"provider","organization":"A Woman's Way","states":[],"url":"https://www.followmyhealth.com/","view":true},
      {"category":"provider","organization":"Two States","states":["OR","WA","all"],"url":"","view":"y"},
      {"category":"spaceship","organization":"Odd","states":["Ontario"],"url":"https://odd.org/","phone":"call us"},
      {"category":"lab","organization":"Inside","url":"http://10.0.0.1/","id":"inside"},
      {"category":"lab","organization":"","url":"https://x.org/"},
      {"category":"provider","organization":"Demo - Jane Roe","url":"https://x.org/"},
      7
    ]"#;

    #[test]
    fn organizations_from_json() {
        let (file, rows) = rows(ORGANIZATIONS).unwrap();
        assert_eq!((file.rows, rows.len()), (8, 8));
        assert_eq!(file.suggested_source.as_deref(), Some("original-connector"));
        let first = facts(&rows[0]);
        assert_eq!(first.name, "St. Joe's & Sons");
        assert_eq!(first.description.as_deref(), Some("Two lines"));
        assert_eq!(first.phone.as_deref(), Some("(208) 555-0100"));
        assert_eq!(first.portals[0].at.door.url, "http://portal.stjoes.org/login");
        assert_eq!(first.portals[0].at.door.warnings, [Warning::NotHttps]);
        assert_eq!(first.old_slugs, ["st-joe-amp-sons"]);
        assert_eq!(first.places[0].state.as_deref(), Some("ID"));
        let said: Vec<&str> = first.features.keys().map(|f| f.code()).collect();
        assert_eq!(said, ["send", "view"], "false is not known, not no");
        assert!(!serde_json::to_string(first).unwrap().contains('@'));
    }

    #[test]
    fn a_shared_front_page_is_no_portal() {
        let (_, rows) = rows(ORGANIZATIONS).unwrap();
        let shared = facts(&rows[1]);
        assert!(shared.shared_portal && shared.portals.is_empty());
        assert_eq!(shared.old_slugs, ["a-woman-apos-s-way"]);
        let own = r#"[{"category":"provider","organization":"A","url":"https://a.followmyhealth.com/Login"}]"#;
        let (_, rows) = super::super::input::tests::rows(own).unwrap();
        assert!(!facts(&rows[0]).shared_portal && facts(&rows[0]).portals.len() == 1);
    }

    #[test]
    fn areas_kinds_and_bad_rows() {
        let (_, rows) = rows(ORGANIZATIONS).unwrap();
        assert_eq!(facts(&rows[2]).areas, ["US"]);
        assert!(facts(&rows[2]).places.is_empty() && facts(&rows[2]).portals.is_empty());
        assert!(facts(&rows[3]).kinds.is_empty());
        let codes: Vec<&str> = rows[3].notes.iter().map(|n| n.code.as_str()).collect();
        assert_eq!(codes, ["bad_state", "unknown_category", "bad_phone"]);
        assert_eq!(tally(&rows)["quarantined private_network"], 1);
        assert_eq!(tally(&rows)["quarantined test_organization"], 1);
        assert_eq!(tally(&rows)["ignored no_name"], 1);
        assert_eq!(tally(&rows)["ignored malformed_row"], 1);
    }

    #[test]
    fn organizations_from_a_table() {
        let table = "\"organization\",\"category\",\"description\",\"url\",\"states\",\"view\",\"download\",\"transmit\"\r\n\
            \"St. Joseph's Hospital\",\"hospital\",\"\",\"https://www.followmyhealth.com/\",\"\",\"y\",\"y\",\"\"\r\n\
            \"St. Joseph's Hospital\",\"hospital\",\"\",\"https://stjoe.org/\",\"MN,WI\",\"\",\"\",\"y\"\r\n";
        let (file, rows) = rows(table).unwrap();
        assert_eq!(file.suggested_source.as_deref(), Some("original-connector-2017"));
        assert_eq!(facts(&rows[0]).old_slugs, ["st-joseph-apos-s-hospital"]);
        assert_eq!(facts(&rows[1]).old_slugs, ["st-joseph-s-hospital"]);
        assert_eq!(facts(&rows[1]).areas, ["MN", "WI"]);
        let key = |row: &Row| match &row.outcome {
            Outcome::Listing(listing) => listing.key.clone(),
            other => panic!("{other:?}"),
        };
        assert_ne!(key(&rows[0]), key(&rows[1]));
        let again = super::super::input::tests::rows(table).unwrap().1;
        assert_eq!((key(&rows[0]), key(&rows[1])), (key(&again[0]), key(&again[1])));
    }

    #[test]
    fn apps_are_history_without_ingest() {
        let apps = r#"[{"name":"My &amp; Chart","organization":"Acme","url":"http://acme.org","description":"D",
            "apple_url":"http://shop.acme.org/","google_url":"https://play.google.com/store/apps/details?id=x",
            "img":"x","reviews":{"apple":null}},
            {"name":"Well","organization":"W","url":"nowhere","id":"well-your-family"}]"#;
        let (_, rows) = rows(apps).unwrap();
        let app = |row: &Row| match &row.outcome {
            Outcome::Listing(listing) => match &listing.body {
                Body::App(facts) => (listing.key.clone(), facts.as_ref().clone()),
                Body::Organization(_) => panic!("an organization"),
            },
            other => panic!("{other:?}"),
        };
        let (key, first) = app(&rows[0]);
        assert_eq!((key.as_str(), first.name.as_str()), ("app/my-chart", "My & Chart"));
        assert!(first.ingests.is_empty() && first.app_store.is_none());
        assert_eq!(first.platforms, ["android"]);
        assert_eq!(rows[0].notes[0].code, "not_the_store");
        let (key, second) = app(&rows[1]);
        assert_eq!((key.as_str(), second.website), ("app/well-your-family", None));
        assert_eq!(rows[1].notes[0].code, "relative_address");
    }

    #[test]
    fn real_organizations_and_apps() {
        let Some(path) = real("connector/organizations.json") else {
            return;
        };
        let (file, rows) = rows_at(&path).unwrap();
        println!("organizations.json {:?}", tally(&rows));
        assert_eq!((file.rows, rows.len()), (3656, 3656));
        assert!(!format!("{rows:?}").contains("limechile"), "a submitter's e-mail");
        let shared = rows.iter().filter(|r| matches!(r.outcome, Outcome::Listing(_)) && facts(r).shared_portal).count();
        assert_eq!(shared, 1049, "1,050 rows name the front page; one of them is a demonstration");
        for (name, count) in
            [("connector/organizations.csv", 3656), ("connector/apps.json", 36), ("connector/apps-2017.json", 40)]
        {
            let (file, rows) = rows_at(&real(name).unwrap()).unwrap();
            println!("{name} {:?}", tally(&rows));
            assert_eq!((file.rows, rows.len()), (count, rows.len()));
            assert_eq!(rows.len() as u64, count);
        }
    }

    #[test]
    fn real_ids_are_made_again_from_names() {
        let Some(path) = real("connector/organizations.json") else {
            return;
        };
        let rows: Vec<Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let differ: Vec<(String, String)> = rows
            .iter()
            .map(OldOrganization::from_json)
            .filter_map(|old| {
                let made = old_slug(&old.name, old.url == "https://www.followmyhealth.com/");
                (made != old.id).then_some((old.id, made))
            })
            .collect();
        println!("{} of {} ids are made again; others: {differ:?}", rows.len() - differ.len(), rows.len());
        assert!(differ.len() <= 1, "{differ:?}");
    }
}
