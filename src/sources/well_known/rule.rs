//! Who may speak for whom (CONTRACT section 2, tier 2). Pure.
//!
//! What holds: the Bundle that an endpoint names has a say only over the one organization that a better-known source
//! already ties to exactly that endpoint and that the named identifier fits; in every doubt it has none.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use url::Url;

use crate::model::{id::Id, identifier::Identifier, listing::OrganizationFacts};

/// An outage after which another face is a reason to look.
const LONG_OUTAGE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// The longest identifier that is read, in bytes.
const LONGEST: usize = 300;

/// What an endpoint's smart-configuration says of its brands (SMART App Launch 2.2.0, section on discovery).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// `user_access_brand_bundle`, absolute.
    pub bundle: Url,
    /// `user_access_brand_identifier`.
    pub identifier: Wanted,
}

/// An identifier by which exactly one brand is meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wanted {
    /// With its system, as readers of Bundles understand it; without a system, by its value alone.
    identifier: Option<Identifier>,
    value: String,
}

impl Wanted {
    /// Is this it?
    pub fn fits(&self, other: &Identifier) -> bool {
        match &self.identifier {
            Some(identifier) => identifier == other,
            // The readers keep numbers of unknown systems as `system|value`.
            None => other.value == self.value || other.value.rsplit('|').next() == Some(self.value.as_str()),
        }
    }

    /// Does any of these numbers fit?
    pub fn is_among(&self, facts: &OrganizationFacts) -> bool {
        facts.identifiers.iter().any(|identifier| self.fits(identifier))
    }
}

/// The Bundle that a smart-configuration names. Relative addresses are read against the base address of the endpoint.
pub fn bundle(configuration: &Value, base: &Url) -> Option<Url> {
    let bundle = configuration.get("user_access_brand_bundle")?.as_str()?.trim();
    let mut folder = base.clone();
    if !folder.path().ends_with('/') {
        folder.set_path(&format!("{}/", base.path()));
    }
    let mut bundle = folder.join(bundle).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    bundle.set_fragment(None);
    Some(bundle)
}

/// Reads a smart-configuration; nothing when it names no Bundle and brand.
pub fn named(configuration: &Value, base: &Url) -> Option<Named> {
    let bundle = bundle(configuration, base)?;
    let identifier = configuration.get("user_access_brand_identifier")?;
    let text = |field: &str| identifier.get(field).and_then(Value::as_str).map(str::trim).filter(|t| !t.is_empty());
    let value = text("value").filter(|value| value.len() <= LONGEST)?.to_owned();
    let identifier = match text("system") {
        // A number that its own system would not give fits nobody.
        Some(_) => Some(crate::sources::bundle::identifier(identifier)?),
        None => None,
    };
    Some(Named { bundle, identifier: Wanted { identifier, value } })
}

/// An organization that a source of tier 1 or 3 ties to the endpoint, and the numbers it is said to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tie {
    /// The organization.
    pub organization: Id,
    /// Its numbers.
    pub identifiers: BTreeSet<Identifier>,
}

/// Why there is no authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody who is tied to the endpoint has that identifier.
    Nobody,
    /// More than one has.
    Several,
}

/// The one organization that the endpoint may speak for.
///
/// # Errors
/// [`Doubt`]: nobody, or more than one.
pub fn choose<'t>(wanted: &Wanted, ties: &'t [Tie]) -> Result<&'t Id, Doubt> {
    let fitting: BTreeSet<&Id> =
        ties.iter().filter(|tie| tie.identifiers.iter().any(|i| wanted.fits(i))).map(|tie| &tie.organization).collect();
    let mut fitting = fitting.into_iter();
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Doubt::Nobody),
        (Some(_), Some(_)) => Err(Doubt::Several),
    }
}

/// By what a host of endpoints is known again. What is not known says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Face {
    /// SHA-256 of its certificate.
    pub certificate: Option<String>,
    /// The name servers of its domain, in order.
    pub name_servers: Option<String>,
    /// `CapabilityStatement.software.name`.
    pub software: Option<String>,
}

impl Face {
    /// What is new about a face, in words. What was not known before is not new; what was known and is not shown now is: a
    /// new owner would only have to hide it.
    fn differs(&self, before: &Self) -> Vec<&'static str> {
        let new = |a: &Option<String>, b: &Option<String>| b.is_some() && a != b;
        let mut what = Vec::new();
        if new(&self.certificate, &before.certificate) {
            what.push("certificate");
        }
        if new(&self.name_servers, &before.name_servers) {
            what.push("name servers");
        }
        if new(&self.software, &before.software) {
            what.push("software");
        }
        what
    }

    /// Does it show everything that was known before?
    pub fn is_whole(&self, before: &Self) -> bool {
        let shown = |a: &Option<String>, b: &Option<String>| a.is_some() || b.is_none();
        shown(&self.certificate, &before.certificate)
            && shown(&self.name_servers, &before.name_servers)
            && shown(&self.software, &before.software)
    }

    /// This face, with what it does not show filled in from before.
    #[must_use]
    pub fn over(self, before: Self) -> Self {
        Self {
            certificate: self.certificate.or(before.certificate),
            name_servers: self.name_servers.or(before.name_servers),
            software: self.software.or(before.software),
        }
    }
}

/// Why a host that is back must be looked at, when it must: it was away for long, and is not the same.
pub fn suspicion(before: &Face, down_since: Option<Timestamp>, now: Timestamp, face: &Face) -> Option<String> {
    let outage = now.duration_since(down_since?);
    let new = face.differs(before);
    (outage >= LONG_OUTAGE && !new.is_empty()).then(|| {
        format!("it was away for {} days and came back with new or no {}", outage.as_hours() / 24, new.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(configuration: &Value) -> Option<Named> {
        named(configuration, &Url::parse("https://fhir.example.org/tenant/r4").unwrap())
    }

    #[test]
    fn only_a_bundle_and_an_identifier_together_name_a_brand() {
        let identifier = json!({ "system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893" });
        let good = read(&json!({ "user_access_brand_bundle": "https://b.example.org/brands#x",
            "user_access_brand_identifier": identifier }))
        .unwrap();
        assert_eq!(good.bundle.as_str(), "https://b.example.org/brands");
        assert!(good.identifier.fits(&Identifier::npi("1234567893").unwrap()));
        let relative =
            read(&json!({ "user_access_brand_bundle": "brands.json", "user_access_brand_identifier": identifier }));
        assert_eq!(relative.unwrap().bundle.as_str(), "https://fhir.example.org/tenant/r4/brands.json");
        for bad in [
            json!({}),
            json!({ "user_access_brand_bundle": "https://b.example.org/" }),
            json!({ "user_access_brand_identifier": identifier }),
            json!({ "user_access_brand_bundle": "https://b.example.org/", "user_access_brand_identifier": {} }),
            json!({ "user_access_brand_bundle": "https://b.example.org/", "user_access_brand_identifier": "x" }),
            json!({ "user_access_brand_bundle": "javascript:x", "user_access_brand_identifier": identifier }),
            json!({ "user_access_brand_bundle": 7, "user_access_brand_identifier": identifier }),
            json!({ "userAccessBrands": "https://b.example.org/", "user_access_brand_identifier": identifier }),
            json!({ "user_access_brand_bundle": "https://b.example.org/",
                "user_access_brand_identifier": { "system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567890" } }),
        ] {
            assert_eq!(read(&bad), None, "{bad}");
        }
    }

    fn wanted(identifier: &Value) -> Wanted {
        let configuration =
            json!({ "user_access_brand_bundle": "https://b.example.org/", "user_access_brand_identifier": identifier });
        read(&configuration).unwrap().identifier
    }

    fn tie(n: u32, identifiers: &[&Identifier]) -> Tie {
        let organization = Id::parse(&format!("org-019ab0c4d0007abc81234567{n:08x}")).unwrap();
        Tie { organization, identifiers: identifiers.iter().map(|i| (*i).clone()).collect() }
    }

    #[test]
    fn exactly_one_organization_is_meant_or_none() {
        let npi = |text: &str| Identifier::npi(text).unwrap();
        let (a, b) = (npi("1234567893"), npi("1003000126"));
        let by_npi = wanted(&json!({ "system": "http://hl7.org/fhir/sid/us-npi", "value": "1234567893" }));
        let by_value = wanted(&json!({ "value": "1234567893" }));
        let by_other = wanted(&json!({ "system": "https://other.example.org/ids", "value": "1234567893" }));
        for (what, wanted, ties, expected) in [
            ("the only one", &by_npi, vec![tie(1, &[&a])], Ok(1)),
            ("one of two", &by_npi, vec![tie(1, &[&b]), tie(2, &[&a, &b])], Ok(2)),
            ("two lists say the same", &by_npi, vec![tie(1, &[&a]), tie(1, &[&a])], Ok(1)),
            ("two organizations", &by_npi, vec![tie(1, &[&a]), tie(2, &[&a])], Err(Doubt::Several)),
            ("nobody", &by_npi, vec![tie(1, &[&b])], Err(Doubt::Nobody)),
            ("nobody at all", &by_npi, vec![], Err(Doubt::Nobody)),
            ("no numbers", &by_npi, vec![tie(1, &[])], Err(Doubt::Nobody)),
            ("no system", &by_value, vec![tie(1, &[&a])], Ok(1)),
            ("no system, two", &by_value, vec![tie(1, &[&a]), tie(2, &[&a])], Err(Doubt::Several)),
            ("another system", &by_other, vec![tie(1, &[&a])], Err(Doubt::Nobody)),
        ] {
            let chosen = choose(wanted, &ties).cloned();
            let expected = expected.map(|n| tie(n, &[]).organization);
            assert_eq!(chosen, expected, "{what}");
        }
    }

    #[test]
    fn only_a_long_outage_with_a_new_face_is_suspicious() {
        let face = |c: &str, n: &str, s: &str| {
            let known = |t: &str| (!t.is_empty()).then(|| t.to_owned());
            Face { certificate: known(c), name_servers: known(n), software: known(s) }
        };
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let days = |days: i64| Some(now - SignedDuration::from_hours(24 * days));
        let before = face("c", "n", "s");
        for (down, face, words) in [
            (days(14), face("d", "n", "s"), Some("14 days and came back with new or no certificate")),
            (days(20), face("c", "m", "t"), Some("20 days and came back with new or no name servers, software")),
            (days(13), face("d", "m", "t"), None),
            (None, face("d", "m", "t"), None),
            (days(400), face("c", "n", "s"), None),
            (days(400), face("", "", ""), Some("new or no certificate, name servers, software")),
            (days(14), face("", "n", ""), Some("new or no certificate, software")),
            (days(13), face("", "", ""), None),
        ] {
            let why = suspicion(&before, down, now, &face);
            assert_eq!(why.is_some(), words.is_some(), "{down:?} {face:?}: {why:?}");
            if let (Some(why), Some(words)) = (why, words) {
                assert!(why.contains(words), "{why}");
            }
        }
        assert_eq!(suspicion(&Face::default(), days(400), now, &before), None, "nothing was known before");
        for (shown, before, whole) in [
            (face("c", "n", "s"), face("c", "n", "s"), true),
            (face("d", "m", "t"), face("c", "n", "s"), true),
            (face("c", "n", ""), face("c", "n", "s"), false),
            (face("", "", ""), face("", "", ""), true),
            (face("", "n", ""), face("", "n", ""), true),
        ] {
            assert_eq!(shown.is_whole(&before), whole, "{shown:?}");
        }
        assert_eq!(face("", "m", "").over(before), face("c", "m", "s"));
    }
}
