//! Query parameters, read strictly: an unknown one is an error that names the known ones.

use super::problem::Problem;
use crate::model::{
    id::{Id, ThingKind},
    kind::Kind,
    place,
};

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

    /// States by postal code or name.
    pub fn states(&self) -> Result<Vec<String>, Problem> {
        let wrong = || Problem::Parameter("state is the postal code of a state, like TX".to_owned());
        self.many("state").map(|s| place::state_code(s).map(str::to_owned).ok_or_else(wrong)).collect()
    }

    /// The id of an organization.
    pub fn organization(&self, name: &str) -> Result<Option<Id>, Problem> {
        let Some(text) = self.one(name) else { return Ok(None) };
        match Id::parse(text).filter(|id| id.kind() == ThingKind::Organization) {
            Some(id) => Ok(Some(id)),
            None => Err(Problem::Parameter(format!("{name} is the id of an organization, as results carry it: org-…"))),
        }
    }

    /// A ZIP code.
    pub fn zip(&self) -> Result<Option<String>, Problem> {
        let Some(text) = self.one("near") else { return Ok(None) };
        match place::zip5(text) {
            Some(zip) => Ok(Some(zip)),
            None => Err(Problem::Parameter("near is a ZIP code with 5 digits, like 83702".to_owned())),
        }
    }
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
        let read = |query| Parameters::read(Some(query), &["kind", "state", "near", "limit"]).unwrap();
        assert_eq!(read("kind=hospital,clinic&kind=laboratory").kinds().unwrap().len(), 3);
        assert_eq!(read("state=tx&state=Ohio").states().unwrap(), ["TX", "OH"]);
        assert_eq!(read("near=83702-1234").zip().unwrap().as_deref(), Some("83702"));
        assert_eq!(read("near=").zip().unwrap(), None);
        assert!(read("kind=castle").kinds().is_err());
        assert!(read("state=Ontario").states().is_err());
        assert!(read("near=837").zip().is_err());
        let part_of = |query| Parameters::read(Some(query), &["part_of"]).unwrap().organization("part_of");
        assert!(part_of("part_of=por-0198f1a2b3c47d5e8f90123456789abc").is_err());
        assert!(part_of("part_of=mercy").is_err() && part_of("").unwrap().is_none());
        assert!(part_of("part_of=org-0198f1a2b3c47d5e8f90123456789abc").unwrap().is_some());
        assert!(read("limit=0").limit(20, 100).is_err() && read("limit=101").limit(20, 100).is_err());
        assert_eq!(read("").limit(20, 100).unwrap(), 20);
    }
}
