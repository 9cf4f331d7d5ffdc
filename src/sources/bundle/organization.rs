//! One Organization, with its doors, as a row.

use serde_json::Value;

use super::{
    extension,
    links::{EndpointLink, Links, OrganizationLink, Standing, endpoint_mark},
};
use crate::{
    model::{
        door::Door,
        identifier::{Identifier, System},
        kind::Kind,
        listing::{Body, DoorFacts, EndpointFacts, Listing, OrganizationFacts, PortalFacts},
        origin,
        place::{Place, state_code, zip5},
        source::Tier,
        text,
    },
    sources::{
        Outcome, Problem, Row,
        input::text as field,
        junk, kind_words,
        limits::INHERITED,
        private::{self, Private},
        shape,
    },
};

/// Names of the United States in `Address.country`.
const UNITED_STATES: &[&str] = &["", "us", "usa", "united states", "united states of america", "u s", "u s a"];
/// Systems and type codes of numbers that are never stored: social security numbers (CONTRACT section 4).
const SECRET_SYSTEMS: &[&str] =
    &["http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1", "2.16.840.1.113883.4.1"];

/// The Internal Revenue Service's system of employers' numbers (HL7's registry of object identifiers).
const TAX_OID: &str = "2.16.840.1.113883.4.4";

/// The doors of an Organization: its own, or those of the one it is part of.
#[derive(Debug, Default)]
pub struct Doors {
    endpoints: Vec<EndpointFacts>,
    portals: Vec<PortalFacts>,
    part_of: Option<String>,
    part_of_name: Option<String>,
    notes: Vec<Problem>,
    refused: Option<Problem>,
    /// The worst tier of whom its endpoints are passed on from.
    at_best: Option<Tier>,
}

impl Doors {
    /// The doors of an Organization of the Bundle.
    pub fn of_organization(link: &OrganizationLink, links: &Links) -> Self {
        let mut doors = Self {
            portals: link.portals.clone(),
            part_of_name: link.parent_name.clone(),
            notes: link.notes.clone(),
            refused: link.refused.clone(),
            ..Self::default()
        };
        for at in &link.endpoints {
            doors.take(links.endpoint(*at));
        }
        if let Some(parent) = link.parent {
            let parent = links.organization(parent);
            doors.part_of = Some(parent.key.clone());
            doors.part_of_name = Some(parent.name.clone());
            if !link.names_endpoints {
                let good = parent.endpoints.iter().filter_map(|at| match links.endpoint(*at) {
                    EndpointLink { standing: Standing::Good(facts), at_best, .. } => Some((facts, *at_best)),
                    _ => None,
                });
                for (facts, at_best) in good.take(INHERITED) {
                    doors.at_best = doors.at_best.max(at_best);
                    doors.endpoints.push(EndpointFacts { through: Some(parent.key.clone()), ..facts.clone() });
                }
            }
            if !link.names_portals {
                doors.portals = parent.portals.iter().take(INHERITED).cloned().collect();
                for portal in &mut doors.portals {
                    portal.through = Some(parent.key.clone());
                }
            }
        }
        doors
    }

    /// The door of an Endpoint that brings its own Organization.
    pub fn of_endpoint(link: &EndpointLink) -> Self {
        let mut doors = Self::default();
        doors.take(link);
        doors
    }

    /// Doors that were found elsewhere; key and name of the Organization it is part of; what was left out meanwhile.
    pub fn given(endpoints: Vec<EndpointFacts>, parent: Option<(String, String)>, notes: Vec<Problem>) -> Self {
        let (part_of, part_of_name) = parent.unzip();
        Self { endpoints, part_of, part_of_name, notes, ..Self::default() }
    }

    fn take(&mut self, link: &EndpointLink) {
        match &link.standing {
            Standing::Good(facts) => {
                self.at_best = self.at_best.max(link.at_best);
                let key = facts.at.key();
                if !self.endpoints.iter().any(|known| known.at.key() == key) {
                    self.endpoints.push(facts.clone());
                }
            }
            Standing::LeftOut(problem) => self.notes.push(problem.clone()),
            Standing::Refused(problem) => {
                self.refused.get_or_insert_with(|| problem.clone());
                self.notes.push(problem.clone());
            }
        }
    }
}

/// Reads one Organization.
pub struct Reader<'a> {
    resource: &'a Value,
    key: String,
    doors: Doors,
    places: Vec<Place>,
    notes: Vec<Problem>,
}

impl<'a> Reader<'a> {
    /// An Organization under its key, with its doors.
    pub fn new(resource: &'a Value, key: String, mut doors: Doors) -> Self {
        let notes = std::mem::take(&mut doors.notes);
        Self { resource, key, doors, places: Vec::new(), notes }
    }

    /// Places that other resources give, after its own.
    #[must_use]
    pub fn with_places(self, places: Vec<Place>) -> Self {
        Self { places, ..self }
    }

    /// The row it makes. `only_one` says whether one Organization of the load alone has a mark.
    pub fn row(mut self, number: u64, only_one: &dyn Fn(&str) -> bool) -> Row {
        let name = text::clean_name(&field(self.resource, "name"));
        if !name.chars().any(char::is_alphanumeric) {
            return shape::ignored(number, Problem::new("name", "no_name", "the organization has no name"));
        }
        let host = self.doors.endpoints.first().map(|e| e.at.host()).unwrap_or_default();
        if let Some(problem) = junk::problem("name", &name, host) {
            return shape::row(number, Outcome::Quarantined { key: self.key, problem }, self.notes);
        }
        let (website, phone) = self.telecom();
        let no_door = self.doors.endpoints.is_empty() && self.doors.portals.is_empty() && website.is_none();
        if let Some(problem) = self.doors.refused.clone().filter(|_| no_door) {
            return shape::row(number, Outcome::Quarantined { key: self.key, problem }, self.notes);
        }
        let identifiers = self.identifiers();
        let strong = self.strong(&identifiers, only_one);
        let facts = OrganizationFacts {
            aliases: self.aliases(&name),
            kinds: self.kinds(&name),
            website,
            phone,
            places: self.places(),
            logos: extension::logos(self.resource, &mut self.notes),
            identifiers,
            portals: self.doors.portals,
            endpoints: self.doors.endpoints,
            part_of: self.doors.part_of,
            part_of_name: self.doors.part_of_name,
            at_best: origin(self.resource).max(self.doors.at_best),
            name,
            ..OrganizationFacts::default()
        };
        let listing = Listing { key: self.key, group: None, strong, body: Body::Organization(Box::new(facts)) };
        shape::row(number, Outcome::Listing(Box::new(listing)), self.notes)
    }

    fn note(&mut self, field: &str, code: &str, reason: impl Into<String>) {
        self.notes.push(Problem::new(field, code, reason));
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
        self.resource.get(name).and_then(Value::as_array).into_iter().flatten()
    }

    fn aliases(&mut self, name: &str) -> Vec<String> {
        let mut known = vec![text::match_form(name)];
        let mut aliases = Vec::new();
        for alias in self.list("alias").filter_map(Value::as_str) {
            let alias = text::clean_name(alias);
            // The standard's own example has "...(more here)..." where more names would stand.
            if alias.starts_with("...") {
                self.note("alias", "placeholder_name", "this stands where a name should be; left out");
                continue;
            }
            let form = text::match_form(&alias);
            if !form.is_empty() && !known.contains(&form) {
                known.push(form);
                aliases.push(alias);
            }
        }
        aliases
    }

    /// Kinds from `type`, whatever its code system: `laboratory` is none of R4's own and is meant all the same. The
    /// code `prov` only says "a provider"; then the name may say more.
    fn kinds(&self, name: &str) -> Vec<Kind> {
        let mut kinds = Vec::new();
        for coding in self.list("type").filter_map(|concept| concept.get("coding")?.as_array()).flatten() {
            let code = field(coding, "code");
            let kind = match code.as_str() {
                "prov" => Some(kind_words::kind(name).unwrap_or(Kind::Clinic)),
                code => Kind::from_brand_category(code),
            };
            if let Some(kind) = kind.filter(|kind| !kinds.contains(kind)) {
                kinds.push(kind);
            }
        }
        if kinds.is_empty() {
            kinds.extend(kind_words::kind(name));
        }
        kinds
    }

    /// The web site and the office's phone. E-mail and fax are not read, nor what is somebody's own.
    fn telecom(&mut self) -> (Option<DoorFacts>, Option<String>) {
        let (mut website, mut phone) = (None, None);
        for contact in self.list("telecom") {
            let system = field(contact, "system");
            let value = field(contact, "value");
            match system.as_str() {
                "url" => {
                    if value.is_empty() && extension::absent_reason(contact).is_some() {
                        let code = extension::absent_code(contact).unwrap_or("no_web_site");
                        self.note("telecom", code, "the publisher gives no web site");
                        continue;
                    }
                    match Door::parse(&value) {
                        Ok(door) => {
                            website.get_or_insert(DoorFacts { door, evidence: None });
                        }
                        Err(refusal) => {
                            let problem =
                                Problem::new("telecom", refusal.code(), format!("{refusal}; the web site is left out"));
                            self.doors.refused.get_or_insert_with(|| problem.clone());
                            self.notes.push(problem);
                        }
                    }
                }
                "phone" if !matches!(field(contact, "use").as_str(), "home" | "mobile" | "old") => {
                    match text::phone(&value) {
                        Some(number) => {
                            phone.get_or_insert(number);
                        }
                        None => self.note("telecom", "bad_phone", "not a US phone number; left out"),
                    }
                }
                _ => {}
            }
        }
        (website, phone)
    }

    fn identifiers(&mut self) -> Vec<Identifier> {
        let mut identifiers = Vec::new();
        for identifier in self.list("identifier") {
            match read_identifier(identifier) {
                Ok(identifier) if !identifiers.contains(&identifier) => identifiers.push(identifier),
                Ok(_) => {}
                Err((code, reason)) => self.note("identifier", code, reason),
            }
        }
        identifiers
    }

    fn strong(&self, identifiers: &[Identifier], only_one: &dyn Fn(&str) -> bool) -> Vec<String> {
        identifiers
            .iter()
            .filter_map(mark)
            .chain(
                self.doors
                    .endpoints
                    .iter()
                    .filter(|endpoint| endpoint.through.is_none())
                    .map(|endpoint| endpoint_mark(&endpoint.at)),
            )
            .filter(|mark| only_one(mark))
            .collect()
    }

    fn places(&mut self) -> Vec<Place> {
        let mut own = Vec::new();
        for address in self.list("address") {
            if field(address, "use") == "old" {
                continue;
            }
            match place(address, &mut self.notes) {
                Some(place) => own.push(place),
                None => self.note("address", "empty_address", "nothing of the address can be read; left out"),
            }
        }
        let mut places: Vec<Place> = Vec::new();
        for place in own.into_iter().chain(std::mem::take(&mut self.places)) {
            let key = place.key();
            if !places.iter().any(|known| known.key() == key) {
                places.push(place);
            }
        }
        places
    }
}

/// The tier of whom a resource is passed on from, when another Connector says so in `meta.source`.
pub fn origin(resource: &Value) -> Option<Tier> {
    origin::tier(resource.get("meta")?.get("source")?.as_str()?)
}

/// An Address as a place.
pub fn place(address: &Value, notes: &mut Vec<Problem>) -> Option<Place> {
    let country = field(address, "country");
    let named = text::match_form(&country);
    let territory = state_code(&country).filter(|_| !UNITED_STATES.contains(&named.as_str()));
    let at_home = territory.is_some() || UNITED_STATES.contains(&named.as_str());
    let mut lines: Vec<String> = address
        .get("line")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    let city = field(address, "city");
    let (mut state, mut zip) = (field(address, "state"), field(address, "postalCode"));
    if !at_home {
        // A foreign province must not be taken for one of our states: it stays as a line of text.
        lines.extend([state.clone(), zip.clone(), country].into_iter().filter(|part| !part.is_empty()));
        (state, zip) = (String::new(), String::new());
    }
    if !state.is_empty() && state_code(&state).is_none() {
        notes.push(Problem::new("address.state", "bad_state", "not a state of the United States; left out"));
    }
    if !zip.is_empty() && zip5(&zip).is_none() {
        notes.push(Problem::new("address.postalCode", "bad_zip", "not a US ZIP code; left out"));
    }
    if state.is_empty() {
        territory.unwrap_or_default().clone_into(&mut state);
    }
    if lines.is_empty() && city.is_empty() && state.is_empty() && zip.is_empty() {
        lines.push(field(address, "text"));
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    Place::new(&lines, &city, &state, &zip)
}

/// The marks of an Organization that may be its own alone.
pub fn marks(resource: &Value) -> Vec<String> {
    resource
        .get("identifier")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|identifier| mark(&read_identifier(identifier).ok()?))
        .collect()
}

fn mark(identifier: &Identifier) -> Option<String> {
    match identifier.system {
        System::Npi | System::Oid => Some(format!("{}:{}", identifier.system.code(), identifier.value)),
        _ => None,
    }
}

/// A code and words.
pub type Unusable = (&'static str, &'static str);

/// Reads an `Identifier`.
///
/// # Errors
/// Why it is not kept: a code and words.
pub fn read_identifier(identifier: &Value) -> Result<Identifier, Unusable> {
    let system = field(identifier, "system");
    let system = system.trim();
    // A kind may be coded several times over, the common code anywhere among them.
    let kind = identifier.get("type").unwrap_or(&Value::Null);
    let codings = || kind.get("coding").and_then(Value::as_array).into_iter().flatten();
    let coded = |code: &str| codings().any(|coding| field(coding, "code").trim() == code);
    if SECRET_SYSTEMS.contains(&system) || coded("SS") {
        return Err(("private_number", "a social security number is never kept"));
    }
    if private::is_social_security_number(&field(identifier, "value")) {
        // Sole proprietors are taxed under their own number.
        return Err((Private::SocialSecurity.code(), "what looks like a social security number is never kept"));
    }
    // A number typed NPI or as a tax number is one, whatever its system is called.
    let named =
        || codings().any(|c| private::is_of_taxes(&field(c, "code")) || private::is_of_taxes(&field(c, "display")));
    let tax = coded("TAX")
        || coded("EN")
        || named()
        || private::is_of_taxes(&field(kind, "text"))
        || private::is_of_taxes(system)
        || system.ends_with(TAX_OID);
    // One that the register of NPIs gave out is no tax number, whatever else it is coded as: those have nine digits.
    let by_system = |system: &str| Identifier::from_fhir(Some(system), None, &field(identifier, "value"));
    let tax = tax && !by_system(system).is_ok_and(|read| read.system == System::Npi);
    let (system, type_code) = match (tax, coded("NPI")) {
        (true, _) => (None, Some("TAX")),
        (false, true) => (None, Some("NPI")),
        (false, false) => (Some(system).filter(|system| !system.is_empty()), None),
    };
    let read = Identifier::from_fhir(system, type_code, &field(identifier, "value"))
        .map_err(|reason| ("bad_identifier", reason))?;
    if read.value.is_empty() || read.value.len() > 300 {
        return Err(("bad_identifier", "a number that is empty or far too long"));
    }
    if read.system == System::Other && read.value.contains('@') {
        return Err(("private_number", "an e-mail address is never kept"));
    }
    Ok(read)
}
