//! Cells of the Connector's own table: text in, values or what is allowed there out.

use jiff::civil::Date;

use super::columns::{COLUMNS, Line};
use crate::{
    model::{
        door::{Door, Refusal},
        features::{Answer, Feature, Features},
        identifier::{Identifier, System},
        kind::Kind,
        listing::{Advice, DoorFacts},
        organization::Status,
        place::{Place, state_code, zip5},
        text::{self, NAME_LIMIT, TEXT_LIMIT},
    },
    sources::{Problem, input::Record},
};

/// The cells of one line, and what was wrong with those that were read.
pub struct Cells<'a> {
    record: &'a Record<'a>,
    /// What was wrong.
    pub problems: Vec<Problem>,
}

impl<'a> Cells<'a> {
    /// The cells of a line; those that such a line may not fill are told.
    pub fn new(record: &'a Record<'a>, line: Line) -> Self {
        let mut cells = Self { record, problems: Vec::new() };
        for column in COLUMNS.iter().filter(|column| !column.is_for(line)) {
            if !cells.raw(column.name).is_empty() {
                let words = column.line_words();
                cells.tell(
                    column.name,
                    "not_in_this_row",
                    format!("a row \"{}\" has nothing here; it belongs into a row of: {words}", line.word()),
                );
            }
        }
        cells
    }

    fn tell(&mut self, column: &str, code: &str, reason: impl Into<String>) {
        self.problems.push(Problem::new(column, code, reason));
    }

    /// The cell as it is, trimmed.
    pub fn raw(&self, column: &str) -> &'a str {
        self.record.get(column).trim()
    }

    /// The parts of a cell between semicolons.
    fn parts(&self, column: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.raw(column).split(';').map(str::trim).filter(|part| !part.is_empty())
    }

    /// A name.
    pub fn name(&self, column: &str) -> Option<String> {
        some(text::clean_name(self.raw(column)))
    }

    /// A longer text.
    pub fn text(&self, column: &str) -> Option<String> {
        some(text::clean(self.raw(column), TEXT_LIMIT))
    }

    /// Names with semicolons between them.
    pub fn names(&self, column: &str) -> Vec<String> {
        self.parts(column).map(|name| text::clean(name, NAME_LIMIT)).filter(|name| !name.is_empty()).collect()
    }

    /// A US phone number.
    pub fn phone(&mut self) -> Option<String> {
        let said = self.raw("phone");
        let phone = text::phone(said);
        if phone.is_none() && !said.is_empty() {
            self.tell("phone", "bad_phone", "not one US phone number; write 10 digits, for example (208) 555-0100");
        }
        phone
    }

    /// An address for people.
    pub fn door(&mut self, column: &str) -> Option<Door> {
        self.address(column, self.raw(column), Door::parse)
    }

    /// An address for people, as listings keep it.
    pub fn door_facts(&mut self, column: &str) -> Option<DoorFacts> {
        self.door(column).map(|door| DoorFacts { door, evidence: None })
    }

    /// A FHIR base address.
    pub fn endpoint(&mut self, column: &str) -> Option<Door> {
        self.address(column, self.raw(column), Door::parse_endpoint)
    }

    /// FHIR base addresses with semicolons between them.
    pub fn endpoints(&mut self, column: &str) -> Vec<String> {
        let parts: Vec<&str> = self.parts(column).collect();
        parts.into_iter().filter_map(|url| self.address(column, url, Door::parse_endpoint)).map(|at| at.url).collect()
    }

    fn address(&mut self, column: &str, said: &str, read: fn(&str) -> Result<Door, Refusal>) -> Option<Door> {
        if said.is_empty() {
            return None;
        }
        let door = read(said);
        door.map_err(|refusal| {
            self.tell(column, refusal.code(), format!("{refusal}; write a public address that begins with https://"));
        })
        .ok()
    }

    /// A day.
    fn day(&mut self, column: &str) -> Option<Date> {
        let said = self.raw(column);
        let day = said.parse().ok();
        if day.is_none() && !said.is_empty() {
            self.tell(column, "bad_date", "not a day; write year, month and day as 2026-01-31");
        }
        day
    }

    /// First and last day.
    pub fn valid(&mut self) -> Option<(Option<Date>, Option<Date>)> {
        let (from, to) = (self.day("valid_from"), self.day("valid_to"));
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            self.tell("valid_to", "bad_date", "the last day is before the first");
        }
        (from.is_some() || to.is_some()).then_some((from, to))
    }

    /// Kinds, the main one first.
    pub fn kinds(&mut self) -> Vec<Kind> {
        let mut kinds = Vec::new();
        for code in self.parts("kinds") {
            match Kind::from_code(&code.to_lowercase()) {
                Some(kind) if !kinds.contains(&kind) => kinds.push(kind),
                Some(_) => {}
                None => {
                    let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
                    self.tell(
                        "kinds",
                        "unknown_kind",
                        format!("one of the words is no kind; known: {}", known.join(", ")),
                    );
                }
            }
        }
        kinds
    }

    /// Where the organization stands, when it is not simply active.
    pub fn status(&mut self) -> Option<Status> {
        match self.raw("status").to_lowercase().as_str() {
            "" | "active" => None,
            "moved" => Some(Status::Moved),
            "closed" => Some(Status::Closed),
            _ => {
                self.tell("status", "unknown_status", "no such status; allowed: active, moved, closed, or nothing");
                None
            }
        }
    }

    /// Numbers others gave the organization.
    pub fn identifiers(&mut self) -> Vec<Identifier> {
        let mut found = Vec::new();
        for (column, system, allowed) in [
            ("npi", System::Npi, "an NPI has 10 digits and a right check digit"),
            ("ccn", System::Ccn, "a CCN has 6 to 10 letters and digits"),
            ("clia", System::Clia, "a CLIA number has two digits, a D and seven digits"),
            ("naic", System::Naic, "a NAIC code has 5 digits"),
        ] {
            for value in self.parts(column) {
                match number(system, &value.to_ascii_uppercase()) {
                    Some(number) => found.push(number),
                    None => self.tell(column, &format!("bad_{column}"), format!("{allowed}; left out")),
                }
            }
        }
        found
    }

    /// The place of the line.
    pub fn place(&mut self) -> Option<Place> {
        let (state, zip) = (self.raw("state"), self.raw("zip"));
        if !state.is_empty() && state_code(state).is_none() {
            self.tell("state", "bad_state", "not a state of the United States; write its two letters");
        }
        if !zip.is_empty() && zip5(zip).is_none() {
            self.tell("zip", "bad_zip", "not a US ZIP code; write 5 digits, or 5 and 4 with a dash");
        }
        Place::new(&[self.raw("street"), self.raw("street_2")], self.raw("city"), state, zip)
    }

    /// States it serves.
    pub fn areas(&mut self) -> Vec<String> {
        let mut areas: Vec<String> = Vec::new();
        for area in self.parts("areas") {
            let code = if area.eq_ignore_ascii_case("US") { Some("US") } else { state_code(area) };
            match code {
                Some(code) if !areas.iter().any(|known| known == code) => areas.push(code.to_owned()),
                Some(_) => {}
                None => self.tell("areas", "bad_state", "one of them is no state; write two letters each, or US"),
            }
        }
        areas
    }

    /// What people can do there.
    pub fn features(&mut self) -> Features {
        let mut features = Features::new();
        for part in self.parts("features") {
            let (code, said) = part.split_once('=').unwrap_or((part, ""));
            match (Feature::parse(code.trim()), answer(said.trim())) {
                (Some(feature), Some(answer)) => {
                    features.insert(feature, answer);
                }
                (None, _) => {
                    self.tell(
                        "features",
                        "unknown_feature",
                        "one of the codes is not on the menu; the help page has them",
                    );
                }
                (_, None) => self.tell(
                    "features",
                    "bad_answer",
                    "behind the = stands yes, no, planned, or planned and a day as 2027-01-31",
                ),
            }
        }
        features
    }

    /// How to ask without an online door.
    pub fn advice(&mut self) -> Option<Advice> {
        match (self.text("how_to_ask_en"), self.text("how_to_ask_es")) {
            (Some(en), Some(es)) => Some(Advice { en, es }),
            (None, None) => None,
            _ => {
                self.tell("how_to_ask_es", "one_language", "fill both how_to_ask_en and how_to_ask_es, or neither");
                None
            }
        }
    }

    /// FHIR versions, as the standard numbers them.
    pub fn fhir_versions(&mut self) -> Vec<String> {
        let (good, bad): (Vec<&str>, Vec<&str>) = self.parts("fhir_versions").partition(|version| {
            let numbers: Vec<&str> = version.split('.').collect();
            numbers.len() == 3 && numbers.iter().all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        });
        if !bad.is_empty() {
            self.tell("fhir_versions", "bad_version", "not a version of FHIR; write three numbers, for example 4.0.1");
        }
        good.into_iter().map(str::to_owned).collect()
    }
}

fn number(system: System, value: &str) -> Option<Identifier> {
    let bytes = value.as_bytes();
    let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    let good = match system {
        System::Npi => return Identifier::npi(value),
        System::Ccn => (6..=10).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_alphanumeric),
        System::Clia => bytes.len() == 10 && digits(&bytes[..2]) && bytes[2] == b'D' && digits(&bytes[3..]),
        System::Naic => bytes.len() == 5 && digits(bytes),
        _ => false,
    };
    good.then(|| Identifier { system, value: value.to_owned() })
}

fn answer(said: &str) -> Option<Answer> {
    let said = said.to_lowercase();
    match said.split_once(char::is_whitespace) {
        None if said == "yes" => Some(Answer::Yes),
        None if said == "no" => Some(Answer::No),
        None if said == "planned" => Some(Answer::Planned(None)),
        Some(("planned", day)) => day.trim().parse().ok().map(|day| Answer::Planned(Some(day))),
        _ => None,
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
