//! The columns of the Connector's own table, and the file people fill in.

use super::super::input::escape_formula;

/// What one line of the table is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// An organization; the lines below it, up to the next one, are its own.
    Organization,
    /// One more place of the organization above.
    Location,
    /// A place where people sign in.
    Portal,
    /// A FHIR base address where apps connect.
    Endpoint,
}

impl Line {
    /// Every kind of line, in the order of the examples.
    pub const ALL: [Self; 4] = [Self::Organization, Self::Location, Self::Portal, Self::Endpoint];

    /// The word in the column `row`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Location => "location",
            Self::Portal => "portal",
            Self::Endpoint => "endpoint",
        }
    }

    /// The kind of line a word names, in any case.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|line| line.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in the first line.
    pub name: &'static str,
    /// The lines that may fill it: the first letters of [`Line`], `olpe`.
    lines: &'static str,
    /// What goes into it.
    pub what: &'static str,
    /// What the example lines say.
    examples: &'static [(Line, &'static str)],
}

impl Column {
    /// May this line fill it?
    pub fn is_for(&self, line: Line) -> bool {
        self.lines.contains(&line.word()[..1])
    }

    /// The words of the lines that may fill it.
    pub fn line_words(&self) -> String {
        Line::ALL.into_iter().filter(|line| self.is_for(*line)).map(Line::word).collect::<Vec<_>>().join(", ")
    }
}

const fn column(
    name: &'static str,
    lines: &'static str,
    what: &'static str,
    examples: &'static [(Line, &'static str)],
) -> Column {
    Column { name, lines, what, examples }
}

use Line::{Endpoint, Location, Organization, Portal};

/// Every column, in the order of the file.
pub const COLUMNS: &[Column] = &[
    column(
        "row",
        "olpe",
        "organization, location, portal or endpoint; the last three belong to the organization above them",
        &[(Organization, "organization"), (Location, "location"), (Portal, "portal"), (Endpoint, "endpoint")],
    ),
    column(
        "key",
        "olpe",
        "your own short name for the organization; it must never change. Keys that begin with \"example\" are left alone",
        &[(Organization, "example-clinic")],
    ),
    column(
        "name",
        "olpe",
        "the name people know",
        &[
            (Organization, "Example Family Clinic"),
            (Location, "Example Family Clinic West"),
            (Portal, "MyExample"),
            (Endpoint, "Example FHIR R4"),
        ],
    ),
    column("aliases", "o", "other names, with ; between them", &[(Organization, "Example Clinic; EFC")]),
    column(
        "kinds",
        "o",
        "what it is, the main one first: hospital, clinic, insurer, pharmacy, laboratory, imaging, \
         immunization-registry, exchange, dental, vision, behavioral-health, long-term-care, home-care, public-health, \
         government, aggregator",
        &[(Organization, "clinic; laboratory")],
    ),
    column("status", "o", "blank or active; moved; closed", &[(Organization, "active")]),
    column(
        "description",
        "op",
        "what it is, in a sentence or two",
        &[(Organization, "Family doctors in Boise"), (Portal, "Test results, messages, appointments")],
    ),
    column("website", "o", "its public web site, with https://", &[(Organization, "https://www.example.org/")]),
    column(
        "phone",
        "ol",
        "the public phone, 10 digits; nobody's own number",
        &[(Organization, "(208) 555-0100"), (Location, "(208) 555-0101")],
    ),
    column("npi", "o", "National Provider Identifier, 10 digits; several with ;", &[(Organization, "1234567893")]),
    column("ccn", "o", "CMS Certification Number, 6 to 10 letters and digits", &[(Organization, "130006")]),
    column("clia", "o", "CLIA number, for example 13D0000000", &[(Organization, "13D0000000")]),
    column("naic", "o", "NAIC company code of an insurer, 5 digits", &[]),
    column("street", "ol", "the street address", &[(Organization, "1 Main Street"), (Location, "200 West Road")]),
    column("street_2", "ol", "suite, floor, building", &[(Organization, "Suite 3")]),
    column("city", "ol", "city or town", &[(Organization, "Boise"), (Location, "Meridian")]),
    column("state", "ol", "the two letters of the state", &[(Organization, "ID"), (Location, "ID")]),
    column("zip", "ol", "ZIP code, 5 digits or ZIP+4", &[(Organization, "83702"), (Location, "83642")]),
    column("areas", "o", "states it serves, with ; between them, or US", &[(Organization, "ID; OR")]),
    column("part_of", "o", "the key of the organization of this file that it is part of", &[]),
    column(
        "features",
        "o",
        "what people can do there: code=yes, code=no, code=planned or code=planned 2027-01-31, with ; between them",
        &[(Organization, "view=yes; view.lab_results=yes; send.app_access=planned 2027-01-31")],
    ),
    column(
        "how_to_ask_en",
        "o",
        "how to ask for records where there is no online way, in English",
        &[(Organization, "Call the front desk and ask for the records office.")],
    ),
    column(
        "how_to_ask_es",
        "o",
        "the same in Spanish",
        &[(Organization, "Llame a la recepción y pregunte por la oficina de registros.")],
    ),
    column(
        "url",
        "pe",
        "where people sign in (portal); the FHIR base address (endpoint); with https://",
        &[(Portal, "https://portal.example.org/"), (Endpoint, "https://fhir.example.org/r4")],
    ),
    column("sign_up", "p", "where to make an account", &[(Portal, "https://portal.example.org/sign-up")]),
    column("audience", "p", "whom the portal is for, if not everybody", &[(Portal, "adult patients")]),
    column(
        "endpoints",
        "p",
        "addresses of endpoint rows behind the portal, with ; between them",
        &[(Portal, "https://fhir.example.org/r4")],
    ),
    column("valid_from", "p", "first day, as 2026-01-31", &[(Portal, "2026-01-31")]),
    column("valid_to", "p", "last day, as 2027-01-31", &[]),
    column("fhir_versions", "e", "for example 4.0.1; several with ;", &[(Endpoint, "4.0.1")]),
    column("developers", "e", "a page for developers", &[(Endpoint, "https://developers.example.org/")]),
];

/// The file people fill in: the names of the columns, and an example that no import takes.
pub fn text() -> String {
    let mut csv = csv::Writer::from_writer(Vec::new());
    let mut write = |fields: Vec<String>| csv.write_record(fields);
    let mut lines = vec![COLUMNS.iter().map(|column| column.name.to_owned()).collect()];
    for line in Line::ALL {
        let said = |column: &Column| column.examples.iter().find(|(of, _)| *of == line).map_or("", |(_, said)| *said);
        lines.push(COLUMNS.iter().map(|column| escape_formula(said(column))).collect());
    }
    // A list in memory takes every write.
    let written = lines.into_iter().try_for_each(&mut write);
    let bytes = written.ok().and_then(|()| csv.into_inner().ok()).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}

/// Every column with the rows that may fill it and what goes into it, for a terminal.
pub fn explained() -> String {
    let lines: Vec<String> =
        COLUMNS.iter().map(|c| format!("{}  ({})\n    {}\n", c.name, c.line_words(), c.what)).collect();
    lines.concat()
}
