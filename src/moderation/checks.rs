//! What is odd about a door that somebody would have people opened: what a moderator must not overlook.

use std::collections::{BTreeSet, HashMap};

use crate::model::{
    change::{Risk, doors},
    door::{Door, Warning, registrable_domain},
    listing::Body,
    lookalike::LookAlikes,
    merge::Role,
    organization::AlsoListed,
};

/// What is known of a door that would be new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoorCheck {
    /// What it is for.
    pub role: Role,
    /// Its address.
    pub url: String,
    /// What people would open.
    pub domain: String,
    /// What would be trusted from then on.
    pub trust_key: String,
    /// What the model warns of.
    pub warnings: Vec<Warning>,
    /// A domain that it could be mistaken for.
    pub like: Option<String>,
    /// Organizations that have this registrable domain already.
    pub carriers: u64,
    /// Sources that list the same door.
    pub also: Vec<String>,
}

impl DoorCheck {
    /// It hides where it leads: it is never published.
    pub fn is_hidden(&self) -> bool {
        self.warnings.contains(&Warning::Shortener)
    }

    /// Nobody in the directory has this domain.
    pub fn is_new(&self) -> bool {
        self.carriers == 0
    }
}

/// The registrable domain of a door's address.
pub fn registrable(url: &str) -> Option<String> {
    let door = Door::parse(url).ok()?;
    registrable_domain(door.host()).map(str::to_owned)
}

/// Registrable domains of the doors among risks.
pub fn domains(risks: &[Risk]) -> Vec<String> {
    let domain = |risk: &Risk| match risk {
        Risk::Door { url, .. } => registrable(url),
        _ => None,
    };
    risks.iter().filter_map(domain).collect::<BTreeSet<_>>().into_iter().collect()
}

/// What doors are judged by.
#[derive(Debug, Default)]
pub struct Known<'a> {
    /// What people see now.
    pub seen: Option<&'a Body>,
    /// Domains that many have, and those everybody knows.
    pub common: LookAlikes,
    /// How many organizations have a registrable domain.
    pub carriers: HashMap<String, u64>,
    /// What other sources list.
    pub also: &'a [AlsoListed],
}

impl Known<'_> {
    /// Every door among the risks, with what is odd about it.
    pub fn check(&self, risks: &[Risk]) -> Vec<DoorCheck> {
        // The domains it has now are what a thief would imitate.
        let own = self.seen.map(doors).unwrap_or_default();
        let own: Vec<String> = own.iter().filter_map(|(_, door)| registrable(&door.url)).collect();
        let check = |risk: &Risk| {
            let Risk::Door { role, url, domain, trust_key } = risk else { return None };
            let registrable = registrable(url).unwrap_or_default();
            let beside = own.iter().find(|own| is_beside(own, &registrable)).map(String::as_str);
            let like = beside.or_else(|| self.common.of(&registrable));
            let also = self
                .also
                .iter()
                .filter(|other| Door::parse(&other.url).is_ok_and(|door| door.trust_key() == *trust_key));
            Some(DoorCheck {
                role: *role,
                url: url.clone(),
                domain: domain.clone(),
                trust_key: trust_key.clone(),
                warnings: Door::parse(url).map(|door| door.warnings).unwrap_or_default(),
                like: like.map(str::to_owned),
                carriers: self.carriers.get(&registrable).copied().unwrap_or_default(),
                also: also.map(|other| other.by.source_name.clone()).collect(),
            })
        };
        risks.iter().filter_map(check).collect()
    }
}

/// Could this domain be taken for one's own: a letter more, less, other or swapped, or the same name under another ending?
fn is_beside(own: &str, domain: &str) -> bool {
    let label = |domain: &str| domain.split('.').next().unwrap_or_default().to_owned();
    own != domain && strsim::osa_distance(&label(own), &label(domain)) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listing::{DoorFacts, OrganizationFacts};

    fn risk(url: &str) -> Risk {
        let door = Door::parse(url).unwrap();
        Risk::Door { role: Role::Portal, trust_key: door.trust_key(), domain: door.domain, url: door.url }
    }

    #[test]
    fn a_letter_beside_ones_own_domain_is_seen() {
        let site = DoorFacts { door: Door::parse("https://www.stlukeshealth.org/").unwrap(), evidence: None };
        let facts = OrganizationFacts { website: Some(site), ..OrganizationFacts::default() };
        let seen = Body::Organization(Box::new(facts));
        let known = Known { seen: Some(&seen), ..Known::default() };
        let checks = known.check(&[risk("https://mychart.stlukesheath.org/"), Risk::Name, risk("https://bit.ly/x")]);
        assert_eq!(checks.len(), 2);
        assert_eq!(checks[0].like.as_deref(), Some("stlukeshealth.org"));
        assert!(checks[0].is_new() && !checks[0].is_hidden());
        assert!(is_beside("uhnj.org", "uhnjs.org") && is_beside("uhnj.org", "uhnj.com"), "short names too");
        assert!(!is_beside("uhnj.org", "uhnj.org") && !is_beside("uhnj.org", "mercy.org"));
        assert!(checks[1].is_hidden());
    }

    #[test]
    fn a_domain_that_others_have_is_not_new() {
        let known = Known { carriers: [("example.org".to_owned(), 3)].into(), ..Known::default() };
        let risks = [risk("https://portal.example.org/")];
        assert_eq!(domains(&risks), ["example.org"]);
        assert!(!known.check(&risks)[0].is_new());
    }
}
