//! Places as matching reads them, and how far two agree.

use std::collections::BTreeSet;

use super::name::{singular, split};
use crate::model::{place::Place, zip_prefix::state_of_zip};

/// How far the places of two organizations agree, the best agreement last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Agreement {
    /// Every known place lies in another state.
    OtherState,
    /// Other ZIP codes or cities; the state may be the same.
    Elsewhere,
    /// One side says no place, or nothing that can be compared.
    Unknown,
    /// The same state, and one side says no more.
    State,
    /// ZIP codes of one sectional center: the first three digits are the same.
    Area,
    /// The same city and state.
    City,
    /// The same ZIP code.
    Zip,
    /// The same street and number.
    Street,
}

/// One place, read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    /// Number and name of the street: `611 lido park`.
    pub street: Option<String>,
    /// The city's name in comparable form.
    pub city: Option<String>,
    /// Postal code of the state; from the ZIP code when only that is given.
    pub state: Option<String>,
    /// Five digits.
    pub zip: Option<String>,
}

/// Words that only say what kind of street it is.
const STREET_KINDS: &[&str] = &[
    "street",
    "st",
    "avenue",
    "ave",
    "av",
    "road",
    "rd",
    "boulevard",
    "blvd",
    "drive",
    "dr",
    "lane",
    "ln",
    "way",
    "court",
    "ct",
    "place",
    "pl",
    "parkway",
    "pkwy",
    "highway",
    "hwy",
    "circle",
    "cir",
    "square",
    "sq",
    "terrace",
    "ter",
    "pike",
    "trail",
    "trl",
    "loop",
    "plaza",
    "plz",
    "expressway",
    "expy",
    "freeway",
    "fwy",
    "turnpike",
    "tpke",
];
/// Words after which a line names a door inside the house.
const INSIDE: &[&str] = &[
    "suite",
    "ste",
    "unit",
    "apt",
    "apartment",
    "floor",
    "fl",
    "flr",
    "building",
    "bldg",
    "room",
    "rm",
    "box",
    "pob",
    "lot",
    "bay",
    "po",
    "p",
    "mail",
    "mailstop",
    "ms",
    "attn",
];
/// House numbers in words.
const NUMBERS: &[(&str, &str)] =
    &[("one", "1"), ("two", "2"), ("three", "3"), ("four", "4"), ("five", "5"), ("six", "6"), ("ten", "10")];
/// Points of the compass, which lists write or leave out as they like.
const COMPASS: &[&str] = &[
    "n",
    "s",
    "e",
    "w",
    "ne",
    "nw",
    "se",
    "sw",
    "north",
    "south",
    "east",
    "west",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
];

impl Spot {
    /// Reads a place.
    pub fn read(place: &Place) -> Self {
        let zip = place.zip.clone();
        let state = place.state.clone().or_else(|| zip.as_deref().and_then(state_of_zip).map(str::to_owned));
        let city = place.city.as_deref().map(|city| words(city).join(" ")).filter(|city| !city.is_empty());
        Self { street: place.lines.iter().find_map(|line| street(line)), city, state, zip }
    }

    /// A place of which only the state is known.
    pub fn of_state(state: &str) -> Self {
        Self { street: None, city: None, state: Some(state.to_owned()), zip: None }
    }

    /// How far two places agree.
    pub fn agreement(&self, other: &Self) -> Agreement {
        let zips = both(self.zip.as_ref(), other.zip.as_ref());
        let cities = both(self.city.as_ref(), other.city.as_ref());
        let states = both(self.state.as_ref(), other.state.as_ref());
        let area = zips.is_some_and(|(a, b)| a.get(..3) == b.get(..3));
        let same_city = cities.is_some_and(|(a, b)| a == b) && states.is_some_and(|(a, b)| a == b);
        let street = both(self.street.as_ref(), other.street.as_ref()).is_some_and(|(a, b)| a == b);
        if street && (area || same_city) {
            return Agreement::Street;
        }
        if zips.is_some_and(|(a, b)| a == b) {
            return Agreement::Zip;
        }
        match (same_city, states, zips, cities) {
            (true, ..) => Agreement::City,
            (_, Some((a, b)), ..) if a != b => Agreement::OtherState,
            (_, _, Some(_), _) if area => Agreement::Area,
            (_, _, Some(_), _) | (_, _, _, Some(_)) => Agreement::Elsewhere,
            (_, Some(_), ..) => Agreement::State,
            _ => Agreement::Unknown,
        }
    }
}

/// The best agreement of any two places.
pub fn agreement(a: &BTreeSet<Spot>, b: &BTreeSet<Spot>) -> Agreement {
    a.iter().flat_map(|mine| b.iter().map(|other| mine.agreement(other))).max().unwrap_or(Agreement::Unknown)
}

fn both<'a, T>(a: Option<&'a T>, b: Option<&'a T>) -> Option<(&'a T, &'a T)> {
    a.zip(b)
}

fn words(text: &str) -> Vec<String> {
    split(text)
        .into_iter()
        .map(|word| match word.as_str() {
            "saint" => "st".to_owned(),
            "mount" => "mt".to_owned(),
            "fort" => "ft".to_owned(),
            _ => word,
        })
        .collect()
}

/// `2451 University Hospital Dr, Suite 3` is `2451 university hospital`; a post box is no street.
fn street(line: &str) -> Option<String> {
    let mut words = split(line).into_iter();
    let first = words.next()?;
    let number = match NUMBERS.iter().find(|(word, _)| *word == first) {
        Some((_, digits)) => (*digits).to_owned(),
        None => first,
    };
    if !number.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let name: Vec<String> = words
        .take_while(|word| !INSIDE.contains(&word.as_str()))
        .map(|word| singular(&word))
        .filter(|word| !STREET_KINDS.contains(&word.as_str()) && !COMPASS.contains(&word.as_str()))
        .collect();
    (!name.is_empty()).then(|| format!("{number} {}", name.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(line: &str, city: &str, state: &str, zip: &str) -> Spot {
        Spot::read(&Place::new(&[line], city, state, zip).unwrap_or_default())
    }

    #[test]
    fn streets() {
        for (line, expected) in [
            ("2451 University Hospital Dr", Some("2451 university hospital")),
            ("2451 University Hospital Drive, Suite 3", Some("2451 university hospital")),
            ("One Hospital Drive", Some("1 hospital")),
            ("3340 N. Severn Ave. Ste 206", Some("3340 severn")),
            ("P.O. Box 12", None),
            ("Hospital Road", None),
        ] {
            assert_eq!(street(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn agreement_from_both_sides() {
        let full = spot("611 Lido Park Dr Apt 4", "Newport Beach", "CA", "92663");
        for (other, expected) in [
            (spot("611 Lido Park", "", "", "92663-1234"), Agreement::Street),
            (spot("", "", "", "92663"), Agreement::Zip),
            (spot("", "newport beach", "CA", ""), Agreement::City),
            (spot("", "", "", "92660"), Agreement::Area),
            (spot("", "", "CA", ""), Agreement::State),
            (spot("", "", "", ""), Agreement::Unknown),
            (spot("", "Irvine", "CA", ""), Agreement::Elsewhere),
            (spot("", "", "", "94101"), Agreement::Elsewhere),
            (spot("611 Lido Park", "Newport Beach", "NY", "10001"), Agreement::OtherState),
        ] {
            assert_eq!(full.agreement(&other), expected, "{other:?}");
            assert_eq!(other.agreement(&full), expected, "{other:?}");
        }
        assert_eq!(agreement(&BTreeSet::new(), &BTreeSet::from([full])), Agreement::Unknown);
    }
}
