//! Sample data for the tests of pages.

use std::sync::Arc;

use jiff::civil::{Date, date};

use super::{here::Here, words::Lang};
use crate::{
    config::Config,
    model::{
        features::{Answer, Feature},
        id::Id,
        identifier::{Identifier, System},
        kind::Kind,
        listing::{Advice, Evidence},
        organization::{
            AlsoListed, App, DoorState, Endpoint, Label, Location, Organization, Portal, Related, Said, Status, Website,
        },
        place::Place,
        provenance::Provenance,
        source::{Mode, Source, Tier},
    },
    search::Card,
    store::{LastTry, Quarantine, SourceOverview, SyncEnd},
};

/// The day the samples are shown on.
pub const TODAY: Date = date(2026, 11, 22);

pub fn config() -> Arc<Config> {
    Arc::new(Config {
        listen: ([127, 0, 0, 1], 8080).into(),
        data: "data".into(),
        database: None,
        public_url: "https://connector.example.org".into(),
        operator: "The Example Patients’ Group".into(),
        contact: "help@example.org".into(),
        trusted_proxies: Vec::new(),
        fetch_allow: Vec::new(),
        keep_loads: 12,
        sync: false,
        legacy_host: None,
        rate_limit: Some(600),
        dumps: None,
        dumps_keep: 14,
        accounts: crate::config::accounts::Accounts::default(),
        name_servers: Vec::new(),
        brand: crate::config::brand::Brand::default(),
    })
}

/// A page of a language at a path without language.
pub fn here(lang: Lang, path: &str) -> Here {
    let address = super::here::in_language(lang, path);
    Here::new(&address.parse().unwrap(), config())
}

pub fn id(prefix: &str, n: u32) -> Id {
    Id::parse(&format!("{prefix}019ab0c4d0007abc81234567{n:08x}")).unwrap()
}

pub fn said(source: &str, tier: Tier, label: Label) -> Said {
    Said {
        source: source.to_lowercase().replace(' ', "-"),
        source_name: source.into(),
        tier,
        key: "k".into(),
        load_date: date(2026, 11, 3),
        label,
        evidence: None,
    }
}

pub fn evidence() -> Evidence {
    Evidence { page: "https://example.org/patients".into(), seen: TODAY }
}

fn site(url: &str, domain: &str) -> Website {
    Website { url: url.into(), domain: domain.into(), state: DoorState::Live, warnings: Vec::new() }
}

fn boise() -> Location {
    let place = Place::new(&["1 Main St"], "Boise", "ID", "83702").unwrap();
    Location {
        id: id("loc-", 1),
        place: Place {
            name: Some("Main campus".into()),
            phone: Some("(208) 555-0101".into()),
            landmark: Some("Across from the <b>library</b>".into()),
            ..place
        },
    }
}

/// Known, no door.
pub fn known() -> Organization {
    let mut org = Organization {
        id: id("org-", 1),
        slug: "known-clinic-boise-id".into(),
        version: 1,
        status: Status::Active,
        successor: None,
        name: "Known Clinic".into(),
        aliases: Vec::new(),
        kinds: vec![Kind::Clinic],
        description: None,
        website: None,
        phone: None,
        identifiers: Vec::new(),
        locations: Vec::new(),
        areas: vec!["ID".into()],
        portals: Vec::new(),
        also_listed: Vec::new(),
        endpoints: Vec::new(),
        part_of: None,
        features: [].into(),
        how_to_ask: Some(Advice { en: "Ask at the front desk.".into(), es: "Pregunte en la recepción.".into() }),
        logos: Vec::new(),
        shared_portal: false,
        provenance: Provenance::default(),
    };
    org.provenance.insert("name", said("NPPES", Tier::GOVERNMENT, Label::Listed));
    org.provenance.insert("how_to_ask", said("Starter", Tier::STARTER, Label::Listed));
    org
}

/// With everything.
pub fn hospital() -> Organization {
    let by = said("Oracle Health", Tier::VENDOR, Label::Listed);
    let feature = |code: &str| Feature::parse(code).unwrap();
    let mut org = Organization {
        slug: "st-marys-hospital-boise-id".into(),
        name: "St. Mary’s Hospital".into(),
        aliases: vec!["St. Mary’s".into()],
        kinds: vec![Kind::Hospital, Kind::Laboratory],
        description: Some("A hospital in Boise.".into()),
        website: Some(site("https://www.example.org/", "example.org")),
        phone: Some("(208) 555-0100".into()),
        identifiers: vec![
            Identifier { system: System::Npi, value: "1234567893".into() },
            Identifier { system: System::Oid, value: "urn:oid:1.2.3".into() },
        ],
        locations: (1..=7).map(|n| Location { id: id("loc-", n), ..boise() }).collect(),
        portals: vec![portal()],
        also_listed: vec![AlsoListed {
            url: "https://old.example.org/".into(),
            domain: "old.example.org".into(),
            by: said("Blue Button Connector", Tier::LEGACY, Label::Listed),
        }],
        endpoints: vec![Endpoint {
            id: id("end-", 1),
            address: "https://fhir.example.org/R4".into(),
            domain: "example.org".into(),
            state: DoorState::Live,
            warnings: Vec::new(),
            fhir_versions: vec!["4.0.1".into()],
            name: None,
            developers: None,
            through_parent: false,
        }],
        part_of: Some(Related { id: id("org-", 9), name: "St. Mary’s Health".into() }),
        features: [
            (feature("view"), Answer::Yes),
            (feature("view.lab_results"), Answer::Yes),
            (feature("view.imaging"), Answer::No),
            (feature("download.pdf"), Answer::Planned(Some(date(2027, 1, 1)))),
            (feature("download.ccda"), Answer::Planned(None)),
            (feature("service.refills"), Answer::Yes),
        ]
        .into(),
        ..known()
    };
    let fields = [
        "name",
        "aliases/saint marys",
        "kinds",
        "description",
        "website",
        "phone",
        "identifiers/npi/1234567893",
        "areas",
        "part_of",
        "features/view",
        "features/view.lab_results",
        "status",
        "logos",
    ];
    for field in fields.map(str::to_owned).into_iter().chain([
        format!("portals/{}", id("por-", 1)),
        format!("endpoints/{}", id("end-", 1)),
        format!("locations/{}", id("loc-", 1)),
    ]) {
        org.provenance.insert(field, by.clone());
    }
    org
}

fn portal() -> Portal {
    Portal {
        id: id("por-", 1),
        url: "https://mychart.example.org/MyChart/".into(),
        domain: "example.org".into(),
        state: DoorState::Live,
        warnings: Vec::new(),
        name: Some("MyChart".into()),
        description: Some("See your results.".into()),
        audience: Some("adult patients".into()),
        sign_up: Some("https://mychart.example.org/register".into()),
        endpoints: vec![id("end-", 1)],
        through_parent: false,
        valid_from: None,
        valid_to: None,
        successor: None,
    }
}

/// A row of the starter directory.
pub fn starter() -> Organization {
    let by = Said { evidence: Some(evidence()), ..said("Starter directory", Tier::STARTER, Label::Listed) };
    let mut org = Organization {
        slug: "example-labs".into(),
        name: "Example Labs".into(),
        kinds: vec![Kind::Laboratory],
        areas: vec!["US".into()],
        portals: vec![Portal { audience: None, name: None, description: None, sign_up: None, ..portal() }],
        ..known()
    };
    org.provenance.insert("name", by.clone());
    org.provenance.insert(format!("portals/{}", id("por-", 1)), by);
    org
}

/// One of every sort, for the test that renders them all.
pub fn organizations() -> Vec<Organization> {
    let mut several = hospital();
    several.portals.push(Portal {
        id: id("por-", 2),
        url: "http://children.example.org:8443/".into(),
        through_parent: true,
        warnings: vec![crate::model::door::Warning::NotHttps],
        valid_from: Some(date(2027, 1, 1)),
        valid_to: Some(date(2027, 2, 1)),
        ..portal()
    });
    let mut old = hospital();
    old.portals[0].state = DoorState::OldAddress;
    let mut shared = known();
    shared.shared_portal = true;
    let mut closed = hospital();
    closed.status = Status::Closed;
    closed.successor = Some(Related { id: id("org-", 8), name: "St. Luke’s".into() });
    vec![hospital(), several, starter(), known(), old, shared, closed]
}

/// Cards of a result page: with a door, only known, and from the starter directory.
pub fn cards() -> Vec<Card> {
    let hospital = Card {
        id: id("org-", 2),
        slug: "st-marys-hospital-boise-id".into(),
        name: "St. Mary’s Hospital".into(),
        kind: Kind::Hospital,
        city: Some("Boise".into()),
        state: Some("ID".into()),
        zip: Some("83702".into()),
        areas: Vec::new(),
        portal_url: Some("https://mychart.example.org/".into()),
        portal_domain: Some("example.org".into()),
        website_domain: None,
        portal_name: Some("MyChart".into()),
        app_access: true,
        listed: true,
        can: vec!["view".into(), "download".into(), "send".into()],
        source_name: "Oracle Health".into(),
        tier: 3,
        load_date: "2026-11-03".into(),
        also_known_as: Some("St. Mary’s".into()),
        miles: Some(2.2),
        part_of: None,
        places_matching: 0,
        why: None,
    };
    let known = Card {
        id: id("org-", 3),
        slug: "known-clinic".into(),
        name: "Known Clinic".into(),
        kind: Kind::Clinic,
        portal_url: None,
        portal_domain: None,
        portal_name: None,
        app_access: false,
        listed: false,
        can: Vec::new(),
        also_known_as: None,
        miles: Some(0.3),
        ..hospital.clone()
    };
    let starter =
        Card { city: None, state: None, zip: None, areas: vec!["US".into()], tier: 7, miles: None, ..hospital.clone() };
    vec![hospital, known, starter]
}

/// A brand of which 12 places match.
#[cfg(test)]
pub fn brand() -> Card {
    let first = cards().remove(0);
    Card { id: id("org-", 40), name: "Larkspur Health".into(), places_matching: 12, ..first }
}

/// One of its places.
#[cfg(test)]
pub fn part() -> Card {
    let parent = Related { id: id("org-", 40), name: "Larkspur Health".into() };
    let first = cards().remove(0);
    Card { id: id("org-", 41), name: "Larkspur Clinic Boise".into(), part_of: Some(parent), ..first }
}

/// A source that is well, one that nobody fetches, one with every trouble.
pub fn sources() -> Vec<SourceOverview> {
    let source = |id: &str, name: &str, tier: Tier| Source {
        id: id.into(),
        name: name.into(),
        publisher: "Oracle".into(),
        tier,
        mode: Mode::Full,
        licence: "copyright Oracle".into(),
        address: None,
        every: None,
    };
    let at = |end, code: Option<&str>, at: &str| {
        Some(LastTry { at: at.parse().unwrap(), end, code: code.map(str::to_owned), failures: 0 })
    };
    let by_hand = SourceOverview {
        source: source("nppes", "NPPES", Tier::GOVERNMENT),
        last_load: Some(date(2026, 11, 9)),
        last_success: Some(date(2026, 11, 9)),
        as_of: Some(date(2026, 11, 9)),
        listings: 1,
        quarantined: Vec::new(),
        waiting_doors: 0,
        waiting_loads: 0,
        last_try: None,
    };
    let address = Some("https://github.com/oracle-samples/ignite-endpoints".into());
    let well = SourceOverview {
        source: Source { address, ..source("oracle", "Oracle Health", Tier::VENDOR) },
        as_of: Some(TODAY),
        listings: 1_359,
        last_try: at(SyncEnd::Unchanged, None, "2026-11-22T06:00:00Z"),
        ..by_hand.clone()
    };
    let quarantine =
        |code: &str, count, example: &str| Quarantine { code: code.into(), count, example: example.into() };
    let troubled = SourceOverview {
        source: source("list", "Example list", Tier::LIST),
        as_of: Some(date(2024, 4, 29)),
        quarantined: vec![
            quarantine("relative_address", 9, "the address is relative"),
            quarantine("test_organization", 3, "it is a test"),
        ],
        waiting_doors: 3,
        waiting_loads: 1,
        last_try: at(SyncEnd::Failed, Some("not_found"), "2026-11-21T06:00:00Z"),
        ..by_hand.clone()
    };
    vec![well, by_hand, troubled]
}

/// A current app and one that is history.
pub fn apps() -> Vec<App> {
    let current = App {
        id: id("app-", 1),
        slug: "example-health".into(),
        version: 1,
        status: Status::Active,
        name: "Example Health".into(),
        publisher: Some("Example Inc.".into()),
        description: Some("Keeps your data.".into()),
        description_es: Some("Guarda sus datos.".into()),
        ingests: vec!["FHIR R4".into(), "C-CDA".into()],
        platforms: vec!["ios".into(), "android".into(), "web".into(), "desktop".into(), "watch".into()],
        website: Some(site("https://example.org/", "example.org")),
        privacy_policy: Some(site("https://example.org/privacy", "example.org")),
        app_store: Some(site("https://apps.apple.com/us/app/x/id1", "apple.com")),
        google_play: Some(site("https://play.google.com/store/apps/details?id=x", "google.com")),
        provenance: [("name".to_owned(), said("Starter", Tier::STARTER, Label::Listed))].into(),
    };
    let older = App {
        id: id("app-", 2),
        slug: "old-health".into(),
        name: "Old Health".into(),
        ingests: Vec::new(),
        description_es: None,
        privacy_policy: None,
        website: Some(site("https://old.example.org/", "old.example.org")),
        ..current.clone()
    };
    vec![current, older]
}
