//! The files beside the main file of NPPES: other names, further practice places, endpoints.
//!
//! Their rows in, what they say of one NPI out. The main file is not in the order of its numbers, so they are read first,
//! into tables of packed text: eight bytes and its text for each row. What holds: a Direct address (an e-mail address)
//! and what people wrote about an endpoint's use are never kept.

use super::{
    Columns, Kind,
    table::Records,
    text::{Raw, place},
};
use crate::{
    model::{door::Door, listing::EndpointFacts, place::Place, text},
    sources::{
        Problem, capitals,
        limits::{BESIDE_ROWS, BESIDE_TEXT},
    },
};

/// Between the fields of a packed row.
const MARK: char = '\u{1f}';
/// Rows of one NPI that are read; nobody has so many places or names.
const ROWS_LIMIT: usize = 500;

/// What stands beside the main file.
#[derive(Debug, Default)]
pub struct Beside {
    names: Table,
    places: Table,
    endpoints: Table,
}

/// Packed rows by NPI, at most [`BESIDE_ROWS`] and [`BESIDE_TEXT`] (offsets have 32 bits).
#[derive(Debug, Default)]
struct Table {
    text: Vec<u8>,
    /// NPI, and where its row begins.
    rows: Vec<(u32, u32)>,
    used: Vec<bool>,
    /// Where the rows of a file begin.
    files: Vec<(u32, usize)>,
}

impl Table {
    fn add(&mut self, npi: u32, fields: &[&str]) -> bool {
        // The mark itself in a field would make it two.
        let packed: String =
            fields.iter().flat_map(|field| field.chars().filter(|c| *c != MARK).chain([MARK])).collect();
        let Ok(short) = u16::try_from(packed.len()) else { return false };
        if self.rows.len() >= BESIDE_ROWS || self.text.len() + packed.len() + 2 > BESIDE_TEXT {
            return false;
        }
        self.rows.push((npi, self.text.len() as u32));
        self.text.extend_from_slice(&short.to_le_bytes());
        self.text.extend_from_slice(packed.as_bytes());
        true
    }

    /// Every row of an NPI, its fields apart.
    fn of(&mut self, npi: u32) -> Vec<Vec<String>> {
        let from = self.rows.partition_point(|(known, _)| *known < npi);
        let mut found = Vec::new();
        for (at, (known, text)) in self.rows.iter().enumerate().skip(from).take(ROWS_LIMIT) {
            if *known != npi {
                break;
            }
            self.used[at] = true;
            found.push(self.unpack(*text as usize));
        }
        found
    }

    fn unpack(&self, at: usize) -> Vec<String> {
        let length = usize::from(u16::from_le_bytes([self.text[at], self.text[at + 1]]));
        let text = String::from_utf8_lossy(&self.text[at + 2..at + 2 + length]);
        text.split_terminator(MARK).map(str::to_owned).collect()
    }

    fn sort(&mut self) {
        self.rows.sort_unstable();
        self.used = vec![false; self.rows.len()];
    }

    /// How many rows of each file were asked for by nobody.
    fn unused(&self, count: &mut dyn FnMut(usize)) {
        for ((_, at), used) in self.rows.iter().zip(&self.used) {
            if !used {
                let file = self.files.partition_point(|(begin, _)| begin <= at);
                count(self.files[file - 1].1);
            }
        }
    }
}

impl Beside {
    fn table(&mut self, kind: Kind) -> &mut Table {
        match kind {
            Kind::OtherNames => &mut self.names,
            Kind::Places => &mut self.places,
            _ => &mut self.endpoints,
        }
    }

    /// The rows that follow are of this file.
    pub fn begin(&mut self, kind: Kind, file: usize) {
        let table = self.table(kind);
        let at = table.text.len() as u32;
        table.files.push((at, file));
    }

    /// Takes a row, or says why it is of no use.
    pub fn add(&mut self, kind: Kind, records: &Records, columns: &Columns) -> Result<(), Problem> {
        let raw = Raw { records, columns };
        let npi = raw.npi().ok_or_else(|| Problem::new("NPI", "bad_npi", "not a valid NPI"))?;
        let taken = match kind {
            Kind::OtherNames => {
                let name = other_name(&raw)?;
                self.names.add(npi, &[&name])
            }
            Kind::Places => {
                let parts: [String; 7] = ["line1", "line2", "city", "state", "zip", "country", "phone"]
                    .map(|part| raw.get(part).chars().take(120).collect());
                let [line1, line2, city, state, zip, country, mut phone] = parts;
                if place([&line1, &line2], &city, &state, &zip, &country).is_none() {
                    return Err(Problem::new("Address", "empty_address", "nothing of the address can be read"));
                }
                let extension = raw.get("extension");
                if !phone.is_empty() && !extension.is_empty() {
                    phone = format!("{phone} x{extension}");
                }
                self.places.add(npi, &[&line1, &line2, &city, &state, &zip, &country, &phone])
            }
            _ => {
                let url = endpoint(&raw)?;
                self.endpoints.add(npi, &[&url])
            }
        };
        taken.then_some(()).ok_or_else(|| Problem::new("", "too_much", "more than can be kept at once"))
    }

    /// All rows are known.
    pub fn end(&mut self) {
        for table in [&mut self.names, &mut self.places, &mut self.endpoints] {
            table.sort();
        }
    }

    /// Other names of an organization.
    pub fn names(&mut self, npi: u32) -> Vec<String> {
        self.names.of(npi).into_iter().filter_map(|mut fields| fields.pop()).collect()
    }

    /// Its further practice places.
    pub fn places(&mut self, npi: u32) -> Vec<Place> {
        let places = self.places.of(npi).into_iter().filter_map(|fields| {
            let [line1, line2, city, state, zip, country, phone] = <[String; 7]>::try_from(fields).ok()?;
            let place = place([&line1, &line2], &city, &state, &zip, &country)?;
            Some(Place { phone: text::phone(&phone), ..place })
        });
        places.collect()
    }

    /// Its FHIR endpoints.
    pub fn endpoints(&mut self, npi: u32) -> Vec<EndpointFacts> {
        let doors = self.endpoints.of(npi).into_iter().filter_map(|mut fields| fields.pop());
        let mut found: Vec<EndpointFacts> = Vec::new();
        for at in doors.filter_map(|url| Door::parse_endpoint(&url).ok()) {
            if !found.iter().any(|known| known.at.key() == at.key()) {
                found.push(EndpointFacts {
                    at,
                    fhir_versions: Vec::new(),
                    name: None,
                    developers: None,
                    through: None,
                });
            }
        }
        found
    }

    /// Rows of each file whose NPI is no organization of the main file.
    pub fn unused(&self, count: &mut dyn FnMut(usize)) {
        for table in [&self.names, &self.places, &self.endpoints] {
            table.unused(count);
        }
    }
}

/// A doing-business-as name (3), a former legal name (4) or another one (5) of an organization.
fn other_name(raw: &Raw<'_>) -> Result<String, Problem> {
    if !is_an_organizations(&raw.get("type")) {
        return Err(Problem::new("Provider Other Organization Name Type Code", "a_persons_name", "a person's name"));
    }
    let name = text::clean_name(&raw.get("name"));
    if !name.chars().any(char::is_alphanumeric) {
        return Err(Problem::new("Provider Other Organization Name", "no_name", "the row gives no name"));
    }
    Ok(capitals::readable(&name, capitals::Text::Name).into_owned())
}

/// Is a name of this type code an organization's? 1 and 2 are former and professional names of persons.
pub fn is_an_organizations(code: &str) -> bool {
    !matches!(code.trim(), "1" | "2")
}

/// The address of a public FHIR endpoint over https.
fn endpoint(raw: &Raw<'_>) -> Result<String, Problem> {
    let problem = |field: &str, code: &str, why: &str| Err(Problem::new(field, code, why));
    if !raw.get("type").eq_ignore_ascii_case("FHIR") {
        return problem(
            "Endpoint Type",
            "not_fhir",
            "no FHIR endpoint: a Direct address, a web service or another address",
        );
    }
    let url = raw.get("endpoint");
    if url.contains('@') && !url.contains("://") {
        return problem("Endpoint", "private_address", "an e-mail address is never kept");
    }
    if raw.get("affiliation").eq_ignore_ascii_case("Y") {
        return problem("Affiliation", "affiliated_endpoint", "the endpoint belongs to another organization");
    }
    match Door::parse_endpoint(&url) {
        Err(refusal) => Err(Problem::new("Endpoint", refusal.code(), refusal.to_string())),
        Ok(door) if !door.url.starts_with("https://") => {
            problem("Endpoint", "not_https", "the address is not encrypted (https)")
        }
        Ok(door) => Ok(door.url),
    }
}
