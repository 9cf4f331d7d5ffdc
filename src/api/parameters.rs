//! Query parameters, read strictly: an unknown one is an error that names the known ones.

use super::problem::Problem;
use crate::model::{
    features::{self, Feature},
    id::{Id, ThingKind},
    kind::Kind,
    place,
    source::Tier,
};

/// The longest place that is read, in characters.
const LONGEST_PLACE: usize = 60;
/// The largest distance, in miles.
const FURTHEST: f64 = 500.0;

/// The parameters of one request.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the query; only `known` names may occur.
    pub fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Problem> {
        let pairs: Vec<(String, String)> =
            url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()).into_owned().collect();
        match pairs.iter().find(|(name, _)| !known.contains(&name.as_str())) {
            Some((name, _)) => {
                let name: String = name.chars().take(40).collect();
                Err(Problem::Parameter(format!("{name:?} is not a parameter here; these are: {}", known.join(", "))))
            }
            None => Ok(Self(pairs)),
        }
    }

    /// The last value of a name; empty counts as absent.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(n, v)| n == name && !v.trim().is_empty()).map(|(_, v)| v.trim())
    }

    /// Every value of a name, repeated or separated by commas.
    fn many(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0
            .iter()
            .filter(move |(n, _)| n == name)
            .flat_map(|(_, v)| v.split(','))
            .map(str::trim)
            .filter(|v| !v.is_empty())
    }

    /// A number between 1 and `most`.
    pub fn limit(&self, default: usize, most: usize) -> Result<usize, Problem> {
        let Some(text) = self.one("limit") else {
            return Ok(default);
        };
        match text.parse() {
            Ok(n) if (1..=most).contains(&n) => Ok(n),
            _ => Err(Problem::Parameter(format!("limit is a number from 1 to {most}"))),
        }
    }

    /// Kinds by their codes.
    pub fn kinds(&self) -> Result<Vec<Kind>, Problem> {
        let codes = || Kind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(", ");
        self.many("kind")
            .map(|code| Kind::from_code(code).ok_or_else(|| Problem::Parameter(format!("kind is one of {}", codes()))))
            .collect()
    }

    /// States by postal code or name; `US` are those who serve the whole country.
    pub fn states(&self) -> Result<Vec<String>, Problem> {
        let wrong =
            || Problem::Parameter("state is the postal code of a state, like TX, or US (nationwide)".to_owned());
        let code = |s| if s == "US" { Some("US") } else { place::state_code(s) };
        self.many("state").map(|s| code(s).map(str::to_owned).ok_or_else(wrong)).collect()
    }

    /// The id of an organization.
    pub fn organization(&self, name: &str) -> Result<Option<Id>, Problem> {
        let Some(text) = self.one(name) else { return Ok(None) };
        match Id::parse(text).filter(|id| id.kind() == ThingKind::Organization) {
            Some(id) => Ok(Some(id)),
            None => Err(Problem::Parameter(format!("{name} is the id of an organization, as results carry it: org-…"))),
        }
    }

    /// A place: ZIP code, city with its state, state, or latitude and longitude. Whether there is a city of that name
    /// is the search's to say; numbers are checked here.
    pub fn near(&self) -> Result<Option<String>, Problem> {
        let Some(text) = self.one("near") else { return Ok(None) };
        let named = text.chars().any(char::is_alphabetic) && text.chars().count() <= LONGEST_PLACE;
        if let Some(zip) = place::zip5(text) {
            return Ok(Some(zip));
        }
        if named || is_point(text) {
            return Ok(Some(text.to_owned()));
        }
        Err(Problem::Parameter(
            "near is a ZIP code (83702), a city with its state (Boise, ID), a state (ID or Idaho), or latitude and \
             longitude in degrees (43.62,-116.20)"
                .to_owned(),
        ))
    }

    /// Miles around `near`.
    pub fn within(&self) -> Result<Option<f64>, Problem> {
        let Some(text) = self.one("within") else { return Ok(None) };
        if self.one("near").is_none() {
            return Err(Problem::Parameter("within is measured from near: give both".to_owned()));
        }
        match text.parse::<f64>() {
            Ok(miles) if (1.0..=FURTHEST).contains(&miles) => Ok(Some(miles)),
            _ => Err(Problem::Parameter(format!("within is a number of miles from 1 to {FURTHEST}"))),
        }
    }

    /// Features by their codes.
    pub fn features(&self) -> Result<Vec<Feature>, Problem> {
        let wrong = || Problem::Parameter(format!("feature is one of {}", features::MENU.join(", ")));
        self.many("feature").map(|code| Feature::parse(code).ok_or_else(wrong)).collect()
    }

    /// Tiers by their numbers.
    pub fn tiers(&self) -> Result<Vec<u8>, Problem> {
        let wrong = || Problem::Parameter("tier is a number from 0 (people who decide) to 8 (old lists)".to_owned());
        self.many("tier")
            .map(|text| text.parse().ok().filter(|tier| Tier::try_from(*tier).is_ok()).ok_or_else(wrong))
            .collect()
    }

    /// `true` or `false`; absent is no.
    pub fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.one(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(Problem::Parameter(format!("{name} is true or false"))),
        }
    }
}

/// Latitude and longitude in degrees.
fn is_point(text: &str) -> bool {
    let degrees = |text: &str, most: f64| text.trim().parse::<f64>().is_ok_and(|degrees| degrees.abs() <= most);
    text.split_once(',').is_some_and(|(lat, lon)| degrees(lat, 90.0) && degrees(lon, 180.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_parameter_is_an_error_that_names_the_known_ones() {
        let Err(Problem::Parameter(detail)) = Parameters::read(Some("q=a&colour=blue"), &["q", "limit"]) else {
            panic!("it was accepted");
        };
        assert!(detail.contains("\"colour\"") && detail.contains("q, limit"), "{detail}");
    }

    #[test]
    fn values_are_checked() {
        let read = |query| Parameters::read(Some(query), &["kind", "state", "limit"]).unwrap();
        assert_eq!(read("kind=hospital,clinic&kind=laboratory").kinds().unwrap().len(), 3);
        assert_eq!(read("state=tx&state=Ohio,US").states().unwrap(), ["TX", "OH", "US"]);
        assert!(read("kind=castle").kinds().is_err());
        assert!(read("state=Ontario").states().is_err());
        let part_of = |query| Parameters::read(Some(query), &["part_of"]).unwrap().organization("part_of");
        assert!(part_of("part_of=por-0198f1a2b3c47d5e8f90123456789abc").is_err());
        assert!(part_of("part_of=mercy").is_err() && part_of("").unwrap().is_none());
        assert!(part_of("part_of=org-0198f1a2b3c47d5e8f90123456789abc").unwrap().is_some());
        assert!(read("limit=0").limit(20, 100).is_err() && read("limit=101").limit(20, 100).is_err());
        assert_eq!(read("").limit(20, 100).unwrap(), 20);
    }

    /// What is wrong, in words.
    fn wrong<T: std::fmt::Debug>(read: Result<T, Problem>) -> String {
        match read {
            Err(Problem::Parameter(detail)) => detail,
            other => panic!("{other:?}"),
        }
    }

    fn read(query: &str) -> Parameters {
        Parameters::read(Some(query), &["near", "within", "feature", "tier", "counts"]).unwrap()
    }

    #[test]
    fn a_place_has_four_forms() {
        for near in ["83702", "Boise, ID", "Idaho", "id", "43.62,-116.20", " 43.6 , -116.2 ", "Cañon City, CO"] {
            assert_eq!(read(&format!("near={near}")).near().unwrap().as_deref(), Some(near.trim()), "{near}");
        }
        assert_eq!(read("near=83702-1234").near().unwrap().as_deref(), Some("83702"));
        assert_eq!(read("near=").near().unwrap(), None);
        let long = format!("near={}", "a".repeat(61));
        for near in ["near=837", "near=91,0", "near=1,181", "near=1,2,3", "near=,", "near=-", long.as_str()] {
            assert!(wrong(read(near).near()).contains("Boise, ID"), "{near}");
        }
    }

    #[test]
    fn a_distance_needs_a_place() {
        assert_eq!(read("near=ID&within=25").within().unwrap(), Some(25.0));
        assert_eq!(read("near=ID").within().unwrap(), None);
        assert!(wrong(read("within=25").within()).contains("near"));
        for within in ["0", "0.5", "501", "-3", "far", "NaN", "inf"] {
            assert!(wrong(read(&format!("near=ID&within={within}")).within()).contains("from 1 to 500"), "{within}");
        }
    }

    #[test]
    fn features_tiers_and_flags_are_checked() {
        let features = read("feature=view,view.lab_results&feature=send").features().unwrap();
        assert_eq!(features.iter().map(|f| f.code()).collect::<Vec<_>>(), ["view", "view.lab_results", "send"]);
        assert!(wrong(read("feature=teleport").features()).contains("view.lab_results, "));
        assert_eq!(read("tier=0,8").tiers().unwrap(), [0, 8]);
        for tier in ["9", "-1", "x", "256"] {
            assert!(wrong(read(&format!("tier={tier}")).tiers()).contains("from 0"), "{tier}");
        }
        assert!(read("counts=true").flag("counts").unwrap());
        assert!(!read("counts=false").flag("counts").unwrap() && !read("").flag("counts").unwrap());
        assert_eq!(wrong(read("counts=yes").flag("counts")), "counts is true or false");
    }
}
