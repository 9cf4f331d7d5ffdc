//! Organizations for tests, built in a line.

use jiff::civil::date;

use crate::model::{
    door::Door,
    features::{Answer, Feature},
    id::{Id, ThingKind},
    identifier::{Identifier, System},
    kind::Kind,
    organization::{DoorState, Endpoint, Label, Location, Organization, Portal, Related, Said, Status, Website},
    place::Place,
    source::Tier,
};

/// Builds one organization.
pub struct Builder(Organization);

/// An organization with a name and nothing else; its id follows from the name.
pub fn builder(name: &str) -> Builder {
    let id = id(ThingKind::Organization, name);
    let provenance = [("name".to_owned(), said("Names of the state", Tier::GOVERNMENT))].into();
    Builder(Organization {
        slug: crate::model::text::slugify(name),
        id,
        version: 1,
        status: Status::Active,
        successor: None,
        name: name.to_owned(),
        aliases: Vec::new(),
        kinds: vec![Kind::Clinic],
        description: None,
        website: None,
        phone: None,
        identifiers: Vec::new(),
        locations: Vec::new(),
        areas: Vec::new(),
        portals: Vec::new(),
        also_listed: Vec::new(),
        endpoints: Vec::new(),
        part_of: None,
        features: std::collections::BTreeMap::default(),
        how_to_ask: None,
        logos: Vec::new(),
        shared_portal: false,
        provenance,
    })
}

/// An id that follows from a text.
pub fn id(kind: ThingKind, text: &str) -> Id {
    use sha2::Digest;
    let digest = sha2::Sha256::digest(text);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Id::new(kind, uuid::Uuid::from_bytes(bytes))
}

fn said(name: &str, tier: Tier) -> Said {
    Said {
        source: "test".to_owned(),
        source_name: name.to_owned(),
        tier,
        key: "1".to_owned(),
        load_date: date(2026, 1, 2),
        label: Label::Listed,
        evidence: None,
    }
}

impl Builder {
    /// The organization.
    pub fn build(self) -> Organization {
        self.0
    }
    pub fn id(mut self, text: &str) -> Self {
        self.0.id = id(ThingKind::Organization, text);
        self
    }
    pub fn part_of(mut self, name: &str) -> Self {
        self.0.part_of = Some(Related { id: id(ThingKind::Organization, name), name: name.to_owned() });
        self
    }
    pub fn kind(mut self, kind: Kind) -> Self {
        self.0.kinds = vec![kind];
        self
    }
    pub fn alias(mut self, alias: &str) -> Self {
        self.0.aliases.push(alias.to_owned());
        self
    }
    pub fn area(mut self, area: &str) -> Self {
        self.0.areas.push(area.to_owned());
        self
    }
    pub fn status(mut self, status: Status) -> Self {
        self.0.status = status;
        self
    }
    pub fn phone(mut self, phone: &str) -> Self {
        self.0.phone = Some(phone.to_owned());
        self
    }
    pub fn place(mut self, city: &str, state: &str, zip: &str) -> Self {
        let place = Place::new(&[], city, state, zip).unwrap();
        let id = id(ThingKind::Location, &format!("{}{}", self.0.id, place.key()));
        self.0.locations.push(Location { id, place });
        self
    }
    pub fn identifier(mut self, system: System, value: &str) -> Self {
        self.0.identifiers.push(Identifier { system, value: value.to_owned() });
        self
    }
    pub fn feature(self, code: &str) -> Self {
        self.answer(code, Answer::Yes)
    }
    pub fn answer(mut self, code: &str, answer: Answer) -> Self {
        self.0.features.insert(Feature::parse(code).unwrap(), answer);
        self
    }
    pub fn website(mut self, url: &str) -> Self {
        let door = Door::parse(url).unwrap();
        self.0.website = Some(Website { url: door.url, domain: door.domain, state: DoorState::Live, warnings: vec![] });
        self
    }
    pub fn portal(mut self, url: &str, name: &str) -> Self {
        let door = Door::parse(url).unwrap();
        let id = id(ThingKind::Portal, &door.key());
        self.0.provenance.insert(format!("portals/{id}"), said("Doors of the vendor", Tier::VENDOR));
        self.0.portals.push(Portal {
            id,
            url: door.url,
            domain: door.domain,
            state: DoorState::Live,
            warnings: vec![],
            name: Some(name.to_owned()),
            description: None,
            audience: None,
            sign_up: None,
            endpoints: vec![],
            through_parent: false,
            valid_from: None,
            valid_to: None,
            successor: None,
        });
        self
    }
    pub fn endpoint(mut self, url: &str) -> Self {
        let door = Door::parse(url).unwrap();
        self.0.endpoints.push(Endpoint {
            id: id(ThingKind::Endpoint, &door.key()),
            address: door.url,
            domain: door.domain,
            state: DoorState::Live,
            warnings: vec![],
            fhir_versions: vec![],
            name: None,
            developers: None,
            through_parent: false,
        });
        self
    }
}
