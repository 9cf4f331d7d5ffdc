//! What an agent asks a tool for: read strictly and checked. Pure.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::{
    model::{
        features::{Feature, MENU},
        identifier::kept_as,
        kind::Kind,
        place::state_code,
    },
    search::Request,
};

/// Organizations that are found at once.
pub(super) const RESULTS: usize = 20;
/// The furthest page of results begins here.
pub(super) const FURTHEST: usize = 1_000;
/// Organizations that are compared at once.
pub(super) const COMPARED: usize = 8;
/// The longest text that is searched for, in characters.
pub(super) const LONGEST: usize = 200;

/// Why a tool has no answer, in words of ours.
#[derive(Debug)]
pub struct Refused(pub String);

impl Refused {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    /// Something of ours broke; the cause stays in the log.
    pub fn broken(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a tool failed");
        Self::new("Something broke on our side. Try again in a minute.")
    }
}

/// Find the organizations a person means.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Search {
    /// What the person calls it: a name, a portal's name, a web address, a phone number, an NPI. May be empty when near, kind
    /// or state is given.
    #[serde(default)]
    pub query: String,
    /// Where: a ZIP code, "City, ST", a state, or "latitude,longitude".
    pub near: Option<String>,
    /// At most so many miles from near, 1 to 500.
    pub within_miles: Option<f64>,
    /// Only these kinds, for example hospital, clinic, insurer, pharmacy, laboratory.
    #[serde(default)]
    pub kind: Vec<String>,
    /// Only these states, by postal code; US for those who serve the whole country.
    #[serde(default)]
    pub state: Vec<String>,
    /// Only who offers all of these, for example view.lab_results or download.pdf.
    #[serde(default)]
    pub feature: Vec<String>,
    /// How many, 1 to 20; 10 without it.
    pub limit: Option<usize>,
    /// How many to skip: next_offset of the answer before.
    pub offset: Option<usize>,
}

/// One organization.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Get {
    /// Its id (org-…) as results give it, or the last part of the address of its page.
    pub id: String,
}

/// Several organizations side by side.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Compare {
    /// Their ids, 1 to 8.
    pub ids: Vec<String>,
}

/// A letter that asks for records.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AskByLetter {
    /// The organization it goes to; its kind chooses the letter. May be left out when kind is given.
    pub id: Option<String>,
    /// Which letter: provider, plan, pharmacy, lab, registry, va, military, ihs or school.
    pub kind: Option<String>,
    /// en (what the records office gets) or es (for the person who reads Spanish). en without it.
    pub language: Option<String>,
}

/// Apps that take in records.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Apps {
    /// Only apps whose name has these words.
    #[serde(default)]
    pub query: String,
    /// Old ones too, which are kept as history.
    #[serde(default)]
    pub historical: bool,
    /// How many, 1 to 20; 20 without it.
    pub limit: Option<usize>,
    /// How many to skip.
    pub offset: Option<usize>,
}

/// Organizations by a number or an address they carry.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Lookup {
    /// npi, ccn, clia, naic, oid, domain, url or phone.
    pub system: String,
    /// The number, domain, web address or phone.
    pub value: String,
}

/// A search, or what is wrong with it.
pub(super) fn request(asked: &Search) -> Result<Request, Refused> {
    let too_long = |text: &str| text.chars().count() > LONGEST;
    if too_long(&asked.query) || asked.near.as_deref().is_some_and(too_long) {
        return Err(Refused::new(format!("query and near have at most {LONGEST} characters.")));
    }
    let near = asked.near.as_deref().map(str::trim).filter(|near| !near.is_empty()).map(str::to_owned);
    if asked.within_miles.is_some_and(|miles| !(1.0..=500.0).contains(&miles)) {
        return Err(Refused::new("within_miles goes from 1 to 500."));
    }
    if asked.within_miles.is_some() && near.is_none() {
        return Err(Refused::new("within_miles is measured from near: give both."));
    }
    let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    let kind = |code: &String| {
        Kind::from_code(code).ok_or_else(|| Refused::new(format!("kind is any of {}.", all.join(", "))))
    };
    let state = |state: &String| {
        let code = if state == "US" { Some("US") } else { state_code(state) };
        code.map(str::to_owned)
            .ok_or_else(|| Refused::new("state is the postal code of a state, like TX, or US (nationwide)."))
    };
    let feature = |code: &String| {
        Feature::parse(code).ok_or_else(|| Refused::new(format!("feature is any of {}.", MENU.join(", "))))
    };
    let request = Request {
        q: asked.query.trim().to_owned(),
        near,
        within: asked.within_miles,
        kinds: asked.kind.iter().map(kind).collect::<Result<_, _>>()?,
        states: asked.state.iter().map(state).collect::<Result<_, _>>()?,
        features: asked.feature.iter().map(feature).collect::<Result<_, _>>()?,
        limit: limit(asked.limit, 10)?,
        offset: asked.offset.unwrap_or_default(),
        ..Request::default()
    };
    let nothing = request.q.is_empty() && request.near.is_none();
    if nothing && request.kinds.is_empty() && request.states.is_empty() && request.features.is_empty() {
        return Err(Refused::new("Say what to look for: query, near, kind, state or feature."));
    }
    if request.offset > FURTHEST {
        return Err(Refused::new(format!("offset goes up to {FURTHEST}; narrow the search instead.")));
    }
    Ok(request)
}

/// How many results.
pub(super) fn limit(asked: Option<usize>, usual: usize) -> Result<usize, Refused> {
    let limit = asked.unwrap_or(usual);
    if (1..=RESULTS).contains(&limit) {
        Ok(limit)
    } else {
        Err(Refused::new(format!("limit goes from 1 to {RESULTS}.")))
    }
}

/// What a number or an address is looked up by.
pub(super) fn key(system: &str, value: &str) -> Result<(&'static str, String), Refused> {
    let (system, what) = match system {
        "npi" => ("npi", "NPI: ten digits, the last one a check digit"),
        "ccn" => ("ccn", "CCN"),
        "clia" => ("clia", "CLIA number"),
        "naic" => ("naic", "NAIC code"),
        "oid" => ("oid", "object identifier"),
        // Which organizations have a web address is answered by its domain.
        "domain" | "url" => ("domain", "domain or web address, like example.org"),
        "phone" => ("phone", "phone number of ten digits"),
        _ => return Err(Refused::new("system is npi, ccn, clia, naic, oid, domain, url or phone.")),
    };
    let kept = kept_as(system, value).ok_or_else(|| Refused::new(format!("value is no {what}.")))?;
    Ok((system, kept))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn what_is_looked_up_is_normalised_as_it_is_kept() {
        let found = |system: &str, value: &str| key(system, value).ok().map(|(kind, value)| format!("{kind} {value}"));
        assert_eq!(found("npi", "1234567893").as_deref(), Some("npi 1234567893"));
        assert_eq!(found("url", "https://my.example.org/x").as_deref(), Some("domain example.org"));
        assert_eq!(found("domain", "MY.Example.org").as_deref(), Some("domain example.org"));
        assert_eq!(found("phone", "208.555.0100").as_deref(), Some("phone (208) 555-0100"));
        assert_eq!(found("oid", "1.2.3").as_deref(), Some("oid urn:oid:1.2.3"));
        for (system, value) in [("npi", "1234567890"), ("url", "javascript:x"), ("phone", "12"), ("ein", "12-3456789")]
        {
            assert_eq!(found(system, value), None, "{system} {value}");
        }
    }

    #[test]
    fn a_search_says_what_it_cannot_take() {
        let asked = |arguments: Value| request(&serde_json::from_value::<Search>(arguments).unwrap());
        for (arguments, why) in [
            (json!({}), "Say what"),
            (json!({ "query": "a", "kind": ["castle"] }), "kind is any of hospital"),
            (json!({ "query": "a", "state": ["Ontario"] }), "like TX"),
            (json!({ "query": "a", "feature": ["fly"] }), "view.lab_results"),
            (json!({ "query": "a", "limit": 21 }), "1 to 20"),
            (json!({ "query": "a", "within_miles": 3 }), "give both"),
            (json!({ "query": "a", "near": "ID", "within_miles": 0 }), "1 to 500"),
            (json!({ "query": "a", "offset": 1001 }), "1000"),
            (json!({ "query": "a".repeat(201) }), "200 characters"),
        ] {
            let Err(Refused(said)) = asked(arguments.clone()) else { panic!("{arguments}") };
            assert!(said.contains(why), "{said}");
        }
        assert!(asked(json!({ "state": ["US"], "kind": ["insurer"] })).is_ok());
    }
}
