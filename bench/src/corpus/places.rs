//! Cities of the United States with their states and ZIP codes, bigger ones with more codes.
//!
//! `places.txt` holds 1,600 of them: the 700 with the most ZIP codes and 900 small ones. Every code is one that has a
//! centre in the program's own table (`tests/it/relevance.rs` holds them against it).

use super::random::Random;

/// Where an organization is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The city.
    pub city: &'static str,
    /// The postal code of its state.
    pub state: &'static str,
    /// Five digits.
    pub zip: &'static str,
}

/// Every place, one for each ZIP code: whoever takes any of them takes big cities more often.
pub struct Places(Vec<Place>);

impl Places {
    /// Reads the list.
    pub fn read() -> Self {
        let cities = include_str!("places.txt").lines().filter_map(|line| {
            let (city, rest) = line.split_once('|')?;
            let (state, zips) = rest.split_once('|')?;
            Some(zips.split(' ').map(move |zip| Place { city, state, zip }))
        });
        Self(cities.flatten().collect())
    }

    /// All of them.
    pub fn all(&self) -> &[Place] {
        &self.0
    }

    /// Any of them.
    pub fn any(&self, random: &mut Random) -> Place {
        random.pick(&self.0)
    }
}

/// The English name of a state by its postal code; the code itself when it is none of the list.
pub fn state_name(code: &str) -> &str {
    STATES.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name)
}

/// Postal codes and names.
const STATES: &[(&str, &str)] = &[
    ("AL", "Alabama"),
    ("AK", "Alaska"),
    ("AZ", "Arizona"),
    ("AR", "Arkansas"),
    ("CA", "California"),
    ("CO", "Colorado"),
    ("CT", "Connecticut"),
    ("DE", "Delaware"),
    ("DC", "District of Columbia"),
    ("FL", "Florida"),
    ("GA", "Georgia"),
    ("GU", "Guam"),
    ("HI", "Hawaii"),
    ("ID", "Idaho"),
    ("IL", "Illinois"),
    ("IN", "Indiana"),
    ("IA", "Iowa"),
    ("KS", "Kansas"),
    ("KY", "Kentucky"),
    ("LA", "Louisiana"),
    ("ME", "Maine"),
    ("MD", "Maryland"),
    ("MA", "Massachusetts"),
    ("MI", "Michigan"),
    ("MN", "Minnesota"),
    ("MS", "Mississippi"),
    ("MO", "Missouri"),
    ("MT", "Montana"),
    ("NE", "Nebraska"),
    ("NV", "Nevada"),
    ("NH", "New Hampshire"),
    ("NJ", "New Jersey"),
    ("NM", "New Mexico"),
    ("NY", "New York"),
    ("NC", "North Carolina"),
    ("ND", "North Dakota"),
    ("OH", "Ohio"),
    ("OK", "Oklahoma"),
    ("OR", "Oregon"),
    ("PA", "Pennsylvania"),
    ("PR", "Puerto Rico"),
    ("RI", "Rhode Island"),
    ("SC", "South Carolina"),
    ("SD", "South Dakota"),
    ("TN", "Tennessee"),
    ("TX", "Texas"),
    ("UT", "Utah"),
    ("VT", "Vermont"),
    ("VI", "Virgin Islands"),
    ("VA", "Virginia"),
    ("WA", "Washington"),
    ("WV", "West Virginia"),
    ("WI", "Wisconsin"),
    ("WY", "Wyoming"),
];
