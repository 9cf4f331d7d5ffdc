//! How well known an organization is: in how many independent lists it stands and how many places it has. Nobody is
//! named here and nobody can pay for a place.

use std::collections::BTreeSet;

use crate::model::organization::Organization;

/// The most that [`known`] answers.
pub const MOST: u8 = 40;

/// How well known it is, 0 to [`MOST`].
pub fn known(organization: &Organization) -> u8 {
    let sources: BTreeSet<&str> = organization.provenance.iter().map(|(_, said)| said.source.as_str()).collect();
    grade(sources.len(), organization.locations.len())
}

/// Every further source counts, the fifth less than the second; places count by their number of doublings.
fn grade(sources: usize, places: usize) -> u8 {
    let doublings = |number: usize| number.max(1).ilog2();
    let sources = 10 * doublings(sources).min(2) + if sources >= 3 { 4 } else { 0 };
    let places = 2 * doublings(places).min(8);
    (sources + places).min(u32::from(MOST)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_sources_and_places_are_never_less_known() {
        for sources in 0..20 {
            for places in 0..2_000 {
                let here = grade(sources, places);
                assert!(here <= MOST && here <= grade(sources + 1, places) && here <= grade(sources, places + 1));
            }
        }
        assert_eq!((grade(1, 1), grade(2, 1), grade(4, 300)), (0, 10, MOST));
    }
}
