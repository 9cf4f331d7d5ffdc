//! From a form to a listing, or to everything that must be mended.

use jiff::civil::Date;

use super::{
    Form, LONGEST, LONGEST_LINE, LONGEST_WEB, Values,
    schema::{Field, LISTS, List, Sort, Step},
};
use crate::{
    model::{
        door::{Door, Warning},
        features::{Answer, Feature, Features},
        identifier::{Identifier, System},
        kind::Kind,
        listing::{Advice, AppFacts, Body, DoorFacts, EndpointFacts, LogoFacts, OrganizationFacts, PortalFacts},
        organization::Status,
        place::{Place, state_code, state_name, zip5},
        text::{clean, clean_name, phone},
    },
    profile::tidy::words,
};

/// What must be mended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wrong {
    /// Nothing is there.
    Needed,
    /// Longer than may be.
    TooLong,
    /// No address of the web.
    NotWeb,
    /// Not https.
    NotHttps,
    /// A shortener hides where it leads.
    Shortener,
    /// No phone number.
    NotPhone,
    /// No ZIP code.
    NotZip,
    /// No state.
    NotState,
    /// No day.
    NotDay,
    /// The last day is before the first.
    Turned,
    /// No such number.
    NotNumber,
    /// None of the choices.
    NotChosen,
    /// The logo needs a word on rights.
    NoRights,
    /// No organization of the directory.
    NoParent,
}

/// One thing to be mended, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// On which step.
    pub step: Step,
    /// The id of the field: `website`, `places-0-zip`.
    pub at: String,
    /// What.
    pub wrong: Wrong,
}

/// What is found while a form is read.
struct Reading<'f> {
    form: &'f Form,
    was: &'f Form,
    step: Step,
    row: Option<(&'static str, usize)>,
    faults: Vec<Fault>,
}

impl Form {
    /// The listing that this form says, where it began from another; or everything that must be mended.
    pub fn body(&self, began: &Body) -> Result<Body, Vec<Fault>> {
        let was = Self::of(began);
        let mut reading = Reading { form: self, was: &was, step: Step::Name, row: None, faults: Vec::new() };
        let body = match began {
            Body::Organization(began) => Body::Organization(Box::new(reading.organization(began))),
            Body::App(began) => Body::App(Box::new(reading.app(began))),
        };
        if reading.faults.is_empty() { Ok(body) } else { Err(reading.faults) }
    }
}

impl Reading<'_> {
    fn fault(&mut self, field: &str, wrong: Wrong) {
        let at = match self.row {
            Some((list, n)) => format!("{list}-{n}-{field}"),
            None => field.to_owned(),
        };
        self.faults.push(Fault { step: self.step, at, wrong });
    }

    /// Is a field as it was when the form began?
    fn same(&self, field: &str) -> bool {
        self.form.value(field) == self.was.value(field)
    }

    /// Lengths, choices, and what must be there.
    fn look(&mut self, fields: &[Field], values: &Values) {
        for field in fields {
            // What lists say of it is not theirs to mend.
            if self.row.is_none() && self.same(field.name) {
                continue;
            }
            let value = values.get(field.name).map(|value| value.trim()).unwrap_or_default();
            let longest = match field.sort {
                Sort::Area => LONGEST,
                Sort::Web => LONGEST_WEB,
                _ => LONGEST_LINE,
            };
            if field.needed && value.is_empty() {
                self.fault(field.name, Wrong::Needed);
            } else if value.chars().count() > longest {
                self.fault(field.name, Wrong::TooLong);
            } else if let Sort::One(options) = field.sort
                && !value.is_empty()
                && !options.codes().contains(&value)
            {
                self.fault(field.name, Wrong::NotChosen);
            }
        }
    }

    fn door(&mut self, field: &str, value: &str) -> Option<Door> {
        let typed = value.trim();
        if typed.is_empty() {
            return None;
        }
        // People leave `https://` out.
        let address = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
        let wrong = match Door::parse(&address) {
            Err(_) => Wrong::NotWeb,
            Ok(door) if door.warnings.contains(&Warning::Shortener) => Wrong::Shortener,
            Ok(door) if door.warnings.contains(&Warning::NotHttps) => Wrong::NotHttps,
            Ok(door) => return Some(door),
        };
        self.fault(field, wrong);
        None
    }

    fn phone(&mut self, field: &str, value: &str) -> Option<String> {
        let typed = value.trim();
        if typed.is_empty() {
            return None;
        }
        let number = phone(typed);
        if number.is_none() {
            self.fault(field, Wrong::NotPhone);
        }
        number
    }

    fn day(&mut self, field: &str, value: &str) -> Option<Date> {
        let typed = value.trim();
        if typed.is_empty() {
            return None;
        }
        let day = typed.parse::<Date>().ok().filter(|day| (1990..2100).contains(&day.year()));
        if day.is_none() {
            self.fault(field, Wrong::NotDay);
        }
        day
    }

    /// The rows of a list: those that are as they were stay what they were.
    fn rows<T: Clone>(
        &mut self,
        list: &'static str,
        before: &[T],
        read: impl Fn(&mut Self, &Values) -> Option<T>,
    ) -> Vec<T> {
        let Some(list) = LISTS.iter().find(|known| known.name == list) else { return Vec::new() };
        let (form, was) = (self.form, self.was);
        let mut all = Vec::new();
        self.step = list.step;
        for (n, row) in form.rows(list.name).iter().enumerate() {
            if row.values().all(|value| value.trim().is_empty()) {
                continue;
            }
            let known = was.rows(list.name).iter().position(|other| same_row(list, other, row));
            if let Some(item) = known.and_then(|at| before.get(at)) {
                all.push(item.clone());
                continue;
            }
            self.row = Some((list.name, n));
            self.look(list.fields, row);
            all.extend(read(self, row));
            self.row = None;
        }
        all
    }

    fn organization(&mut self, began: &OrganizationFacts) -> OrganizationFacts {
        let mut facts = began.clone();
        self.names(&mut facts);
        self.contact(&mut facts);
        facts.places = self.rows("places", &began.places, Self::place);
        facts.portals = self.rows("portals", &began.portals, Self::portal);
        facts.endpoints = self.rows("endpoints", &began.endpoints, Self::endpoint);
        facts.features = self.features();
        self.step = Step::Ask;
        self.look(Step::Ask.fields(), &self.form.fields);
        if !(self.same("ask_en") && self.same("ask_es")) {
            let say = |name| words(self.form.value(name), LONGEST).unwrap_or_default();
            let advice = Advice { en: say("ask_en"), es: say("ask_es") };
            facts.how_to_ask = Some(advice).filter(|advice| !(advice.en.is_empty() && advice.es.is_empty()));
        }
        self.step = Step::Parent;
        if !self.same("part_of") || self.form.parent_name != self.was.parent_name {
            let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
            facts.part_of = some(self.form.value("part_of"));
            // The name is the directory's: without one the organization was not found.
            facts.part_of_name = some(&self.form.parent_name).filter(|_| facts.part_of.is_some());
            if facts.part_of.is_some() && facts.part_of_name.is_none() {
                self.fault("part_of", Wrong::NoParent);
            }
        }
        facts.logos = self.rows("logos", &began.logos, Self::logo);
        let new = facts.logos.iter().any(|logo| !began.logos.contains(logo));
        if new && self.form.value("rights").is_empty() {
            self.fault("rights", Wrong::NoRights);
        }
        facts.identifiers = self.rows("numbers", &began.identifiers, Self::number);
        facts
    }

    fn names(&mut self, facts: &mut OrganizationFacts) {
        self.step = Step::Name;
        self.look(Step::Name.fields(), &self.form.fields);
        if !self.same("name") {
            facts.name = clean_name(self.form.value("name"));
        }
        if !self.same("aliases") {
            facts.aliases = lines(self.form.value("aliases")).map(|line| clean_name(&line)).collect();
        }
        if !(self.same("kind") && self.same("kinds")) {
            let more = self.form.value("kinds").split(' ');
            let codes = std::iter::once(self.form.value("kind")).chain(more);
            facts.kinds = codes.filter_map(Kind::from_code).fold(Vec::new(), |mut all, kind| {
                if !all.contains(&kind) {
                    all.push(kind);
                }
                all
            });
        }
        if !self.same("status") {
            facts.status = match self.form.value("status") {
                "moved" => Some(Status::Moved),
                "closed" => Some(Status::Closed),
                _ => None,
            };
        }
    }

    fn contact(&mut self, facts: &mut OrganizationFacts) {
        self.step = Step::Contact;
        self.look(Step::Contact.fields(), &self.form.fields);
        if !self.same("phone") {
            facts.phone = self.phone("phone", self.form.value("phone"));
        }
        if !self.same("website") {
            facts.website = self.door("website", self.form.value("website")).map(facts_of);
        }
        if !self.same("description") {
            facts.description = words(self.form.value("description"), LONGEST);
        }
        if !self.same("areas") {
            let typed: Vec<&str> =
                self.form.value("areas").split([',', ';', '\n']).map(str::trim).filter(|s| !s.is_empty()).collect();
            facts.areas = Vec::new();
            for area in typed {
                match if area.eq_ignore_ascii_case("US") { Some("US") } else { state_code(area) } {
                    Some(code) => facts.areas.push(code.to_owned()),
                    None => self.fault("areas", Wrong::NotState),
                }
            }
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "rows of all lists are read by functions of one shape")]
    fn place(&mut self, row: &Values) -> Option<Place> {
        let get = |name: &str| row.get(name).map(|value| clean(value, LONGEST_LINE)).unwrap_or_default();
        let street: Vec<String> = lines(row.get("street").map(String::as_str).unwrap_or_default()).collect();
        let street: Vec<&str> = street.iter().map(String::as_str).collect();
        let mut place = Place::new(&street, &get("city"), &get("state"), &get("zip")).unwrap_or_default();
        if !get("zip").is_empty() && zip5(&get("zip")).is_none() {
            self.fault("zip", Wrong::NotZip);
        }
        if !get("state").is_empty() && state_name(&get("state")).is_none() {
            self.fault("state", Wrong::NotState);
        }
        if place.city.is_none() && place.zip.is_none() {
            self.fault("city", Wrong::Needed);
        }
        let some = |name: &str| words(&get(name), LONGEST_LINE);
        place.name = some("name");
        place.landmark = some("landmark");
        place.phone = self.phone("phone", &get("phone"));
        Some(place)
    }

    fn portal(&mut self, row: &Values) -> Option<PortalFacts> {
        let get = |name: &str| row.get(name).cloned().unwrap_or_default();
        let at = self.door("url", &get("url"));
        let sign_up = self.door("sign_up", &get("sign_up"));
        let (from, to) = (self.day("from", &get("from")), self.day("to", &get("to")));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            self.fault("to", Wrong::Turned);
        }
        let mut endpoints = Vec::new();
        for line in lines(&get("endpoints")) {
            endpoints.extend(
                self.door("endpoints", &line).and_then(|door| Door::parse_endpoint(&door.url).ok()).map(|d| d.url),
            );
        }
        let some = |name: &str, limit| words(&get(name), limit);
        Some(PortalFacts {
            at: facts_of(at?),
            name: some("name", LONGEST_LINE),
            description: some("description", LONGEST),
            audience: some("audience", LONGEST_LINE),
            sign_up,
            endpoints,
            through: None,
            valid: (from.is_some() || to.is_some()).then_some((from, to)),
        })
    }

    fn endpoint(&mut self, row: &Values) -> Option<EndpointFacts> {
        let get = |name: &str| row.get(name).cloned().unwrap_or_default();
        let at = self.door("url", &get("url"))?;
        let version = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        let versions: Vec<String> = get("versions")
            .split([',', ' ', '\n'])
            .map(str::trim)
            .filter(|s| !s.is_empty())
            .map(str::to_owned)
            .collect();
        if versions.iter().any(|one| !version(one) || one.len() > 20) {
            self.fault("versions", Wrong::NotNumber);
        }
        Some(EndpointFacts {
            at: Door::parse_endpoint(&at.url).ok()?,
            fhir_versions: versions,
            name: words(&get("name"), LONGEST_LINE),
            developers: self.door("developers", &get("developers")),
            through: None,
        })
    }

    fn logo(&mut self, row: &Values) -> Option<LogoFacts> {
        let get = |name: &str| row.get(name).cloned().unwrap_or_default();
        let licence = self.door("licence", &get("licence")).map(|door| door.url);
        Some(LogoFacts { url: self.door("url", &get("url"))?.url, licence })
    }

    fn number(&mut self, row: &Values) -> Option<Identifier> {
        let value = row.get("value").map(|value| clean(value, LONGEST_LINE)).unwrap_or_default();
        let kept = |system, text: String| (!text.is_empty()).then_some(Identifier { system, value: text });
        let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') && text.len() <= 20;
        let short = |system| plain(&value).then(|| value.to_uppercase()).and_then(|text| kept(system, text));
        let number = match row.get("system").map(String::as_str).unwrap_or_default() {
            "npi" => Identifier::npi(&value),
            "ccn" => short(System::Ccn),
            "clia" => short(System::Clia),
            "naic" => short(System::Naic),
            "oid" => {
                let oid = value.strip_prefix("urn:oid:").unwrap_or(&value);
                let dotted = oid.contains('.') && oid.chars().all(|c| c.is_ascii_digit() || c == '.');
                dotted.then(|| format!("urn:oid:{oid}")).and_then(|text| kept(System::Oid, text))
            }
            "web" => {
                Door::parse(&value).ok().and_then(|door| kept(System::Web, door.url.trim_end_matches('/').to_owned()))
            }
            // `system|value`, so that nobody takes it for a number of another register; tax numbers are none of ours.
            _ if value.split_once('|').is_some_and(|(system, value)| !system.is_empty() && !value.is_empty()) => {
                Identifier::from_fhir(value.split('|').next(), None, value.split_once('|').map_or("", |(_, v)| v))
                    .ok()
                    .filter(Identifier::is_public)
            }
            _ => None,
        };
        if number.is_none() && !value.is_empty() {
            self.fault("value", Wrong::NotNumber);
        }
        number
    }

    fn features(&mut self) -> Features {
        self.step = Step::Features;
        let form = self.form;
        let mut all = Features::new();
        for feature in Feature::all() {
            let choice = form.choice(feature);
            let answer = match choice.answer.as_str() {
                "yes" => Answer::Yes,
                "no" => Answer::No,
                "planned" => Answer::Planned(self.day(&format!("feature-{}-from", feature.code()), &choice.from)),
                _ => continue,
            };
            all.insert(feature, answer);
        }
        all
    }

    fn app(&mut self, began: &AppFacts) -> AppFacts {
        let mut facts = began.clone();
        self.step = Step::App;
        self.look(Step::App.fields(), &self.form.fields);
        let form = self.form;
        if !self.same("name") {
            facts.name = clean_name(form.value("name"));
        }
        let texts = [
            ("publisher", LONGEST_LINE, &mut facts.publisher),
            ("description", LONGEST, &mut facts.description),
            ("description_es", LONGEST, &mut facts.description_es),
        ];
        for (name, limit, slot) in texts {
            if !self.same(name) {
                *slot = words(form.value(name), limit);
            }
        }
        if !self.same("ingests") {
            facts.ingests = lines(form.value("ingests")).collect();
        }
        if !self.same("platforms") {
            facts.platforms = form.value("platforms").split(' ').filter(|s| !s.is_empty()).map(str::to_owned).collect();
        }
        let doors = [
            ("website", &mut facts.website),
            ("privacy_policy", &mut facts.privacy_policy),
            ("app_store", &mut facts.app_store),
            ("google_play", &mut facts.google_play),
        ];
        for (name, slot) in doors {
            if !self.same(name) {
                *slot = self.door(name, form.value(name)).map(facts_of);
            }
        }
        facts
    }
}

fn facts_of(door: Door) -> DoorFacts {
    DoorFacts { door, evidence: None }
}

/// The lines of a text that say something.
fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines().filter_map(|line| words(line, LONGEST_LINE))
}

fn same_row(list: &List, one: &Values, other: &Values) -> bool {
    let get = |row: &Values, name: &str| row.get(name).cloned().unwrap_or_default();
    list.fields.iter().all(|field| get(one, field.name) == get(other, field.name))
}
