//! What endpoints say of themselves: `.well-known/smart-configuration`, and the Bundle it names.
//!
//! Endpoints that better-known sources gave us in, loads of tier 2 into the store, a [`Found`] an endpoint out. What
//! holds: [`rule`] alone decides who may speak for whom; who loses that right is taken back at once; a host that was
//! away for long and came back with another face says nothing until a person has looked; one host is asked one thing at
//! a time.

mod bundles;
pub mod rule;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::Path};

use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use url::Url;

use self::{
    bundles::{Bundles, brands},
    rule::{Doubt, Face, Named, Tie},
};
use super::run::Importer;
use crate::{
    fetch::{Client, FetchError},
    model::{
        id::Id,
        listing::{Body, Listing},
        source::Mode,
    },
    store::{
        AskedEndpoint, HostState, OWN_SOURCE, Store, StoreError, WellKnownNote,
        intake::{LoadHead, Opening},
    },
};

/// How long an endpoint is left alone once it was asked, in microseconds.
const EVERY: i64 = 7 * 24 * 3_600_000_000;
/// Hosts that are asked at the same time.
const HOSTS: usize = 4;
/// The path below a base address (SMART App Launch 2.2.0).
const CONFIGURATION: &str = ".well-known/smart-configuration";

/// How it ended for one endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It speaks for its organization.
    Speaks,
    /// It names no Bundle and brand, which is its right.
    NamesNone,
    /// It does not answer.
    Unreachable,
    /// Nobody who is tied to it has the identifier it names.
    NoMatch,
    /// Several who are tied to it have the identifier it names.
    Several,
    /// The Bundle it names does not say exactly one thing of that brand and this endpoint.
    NotInBundle,
    /// The Bundle it names cannot be fetched or read.
    BadBundle,
    /// What it says moves too much and waits for a person.
    Held,
    /// Its host came back with another face: a person must look.
    Suspended,
}

impl Outcome {
    /// The word that is stored and printed.
    pub fn word(self) -> &'static str {
        match self {
            Self::Speaks => "speaks",
            Self::NamesNone => "names_none",
            Self::Unreachable => "unreachable",
            Self::NoMatch => "no_match",
            Self::Several => "several",
            Self::NotInBundle => "not_in_bundle",
            Self::BadBundle => "bad_bundle",
            Self::Held => "held",
            Self::Suspended => "suspended",
        }
    }

    /// Is it worth a line for a person?
    pub fn is_news(self) -> bool {
        !matches!(self, Self::Speaks | Self::NamesNone | Self::Unreachable)
    }
}

/// What came of one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Its address.
    pub address: String,
    /// Its host.
    pub host: String,
    /// How it ended.
    pub outcome: Outcome,
    /// The same in words; empty when there is nothing to say.
    pub message: String,
    #[serde(skip)]
    key: String,
}

/// Why endpoints could not be asked at all.
#[derive(Debug, thiserror::Error)]
pub enum WellKnownError {
    /// Another program does it.
    #[error("another sync is running on the same data; wait until it has ended")]
    Running,
    /// The store said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Our own disk.
    #[error("{0}")]
    Disk(String),
}

/// What asking endpoints works with.
pub struct Asker<'a> {
    /// Takes in what they say. Its scratch folder belongs to the sync that runs.
    pub importer: Importer<'a>,
    /// A client with small limits, for configurations and capability statements.
    pub small: &'a Client,
    /// The data folder.
    pub data: &'a Path,
}

/// What one host answered.
struct Answered {
    host: String,
    state: HostState,
    found: Vec<Found>,
    named: Vec<(AskedEndpoint, Named)>,
}

impl Asker<'_> {
    /// Asks at most `limit` endpoints, those that were not asked for the longest time first.
    ///
    /// # Errors
    /// [`WellKnownError`]: nothing was done, or the store does not answer any more.
    pub async fn run(&self, limit: u32) -> Result<Vec<Found>, WellKnownError> {
        let store = self.store();
        let due = store.endpoints_to_ask(self.now() - EVERY, limit).await?;
        if due.is_empty() {
            return Ok(Vec::new());
        }
        let _lock = store.lock_sync(self.data).await?.ok_or(WellKnownError::Running)?;
        super::sync::tidy(self.importer.scratch).map_err(|why| WellKnownError::Disk(why.to_string()))?;
        let mut by_host: BTreeMap<String, Vec<AskedEndpoint>> = BTreeMap::new();
        for endpoint in due {
            by_host.entry(endpoint.door.host().to_owned()).or_default().push(endpoint);
        }
        let known = store.endpoint_hosts().await?;
        let answers: Vec<Answered> = stream::iter(by_host)
            .map(|(host, endpoints)| self.host(known.get(&host).cloned().unwrap_or_default(), host, endpoints))
            .buffer_unordered(HOSTS)
            .collect()
            .await;
        let mut bundles = Bundles::new(self.importer.client, self.importer.scratch);
        let mut all = Vec::new();
        for answered in answers {
            all.extend(self.settle(answered, &mut bundles).await?);
        }
        all.sort_by(|a, b| a.address.cmp(&b.address));
        Ok(all)
    }

    fn store(&self) -> &Store {
        self.importer.store
    }

    fn now(&self) -> i64 {
        self.importer.clock.micros()
    }

    /// Asks the endpoints of one host, one after the other.
    async fn host(&self, before: HostState, host: String, endpoints: Vec<AskedEndpoint>) -> Answered {
        let mut answered = Answered { host, state: before, found: Vec::new(), named: Vec::new() };
        match self.face(&endpoints[0], &answered.host).await {
            Err(why) => {
                if answered.state.down_since == 0 {
                    answered.state.down_since = self.now();
                }
                for endpoint in &endpoints {
                    answered.found.push(found(endpoint, Outcome::Unreachable, why.to_string()));
                }
                return answered;
            }
            Ok(face) => recognise(&mut answered, face, self.now()),
        }
        if let Some(why) = answered.state.suspended.clone() {
            answered.found.extend(endpoints.iter().map(|e| found(e, Outcome::Suspended, why.clone())));
            return answered;
        }
        for endpoint in endpoints {
            match self.configuration(&endpoint).await {
                Ok(Some(named)) => answered.named.push((endpoint, named)),
                Ok(None) => answered.found.push(found(&endpoint, Outcome::NamesNone, String::new())),
                Err(why) => answered.found.push(found(&endpoint, Outcome::Unreachable, why.to_string())),
            }
        }
        answered
    }

    /// How a host shows itself now. An error: it does not answer at all.
    async fn face(&self, endpoint: &AskedEndpoint, host: &str) -> Result<Face, FetchError> {
        let (software, certificate) = match self.json(&below(&endpoint.door.url, "metadata")).await {
            Ok((statement, certificate)) => {
                let name = statement.get("software").and_then(|software| software.get("name"));
                (name.and_then(Value::as_str).map(str::to_owned), certificate)
            }
            // It answers, if only to say no.
            Err(FetchError::Status { code: ..500, .. } | FetchError::WebPage { .. }) => (None, None),
            Err(why) => return Err(why),
        };
        let name_servers = self.small.name_servers(host).await.join(" ");
        Ok(Face { certificate, name_servers: Some(name_servers).filter(|names| !names.is_empty()), software })
    }

    async fn configuration(&self, endpoint: &AskedEndpoint) -> Result<Option<Named>, FetchError> {
        let Ok(base) = Url::parse(&endpoint.door.url) else { return Ok(None) };
        match self.json(&below(&endpoint.door.url, CONFIGURATION)).await {
            Ok((configuration, _)) => Ok(rule::named(&configuration, &base)),
            // Nothing there: it says nothing of itself.
            Err(FetchError::Status { code: ..500, .. } | FetchError::WebPage { .. }) => Ok(None),
            Err(why) => Err(why),
        }
    }

    /// A small JSON document, and the certificate it came under. What is no JSON says nothing.
    async fn json(&self, url: &str) -> Result<(Value, Option<String>), FetchError> {
        let fetched = self.small.get_to_file(url, self.importer.scratch).await?;
        let text = std::fs::read(&fetched.path).unwrap_or_default();
        // What stays is removed by the next sync.
        let _ = std::fs::remove_file(&fetched.path);
        // Another host, by a redirect, does not speak for this one.
        let asked = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
        if fetched.final_url.host_str() != asked.as_deref() {
            return Ok((Value::Null, None));
        }
        Ok((serde_json::from_slice(&text).unwrap_or(Value::Null), fetched.certificate))
    }

    /// Takes in what one host said, and takes back what it may not say any more.
    async fn settle(&self, answered: Answered, bundles: &mut Bundles<'_>) -> Result<Vec<Found>, WellKnownError> {
        let Answered { host, state, mut found, named } = answered;
        let source = source_id(&host);
        self.store().note_host(&host, &source, &state).await?;
        let mut listings = Vec::new();
        for (endpoint, named) in named {
            match self.brand(&endpoint, &named, bundles).await? {
                Ok(listing) => {
                    listings.push(*listing);
                    found.push(self::found(&endpoint, Outcome::Speaks, String::new()));
                }
                Err((outcome, why)) => found.push(self::found(&endpoint, outcome, why)),
            }
        }
        self.take_back(&source, &found, &listings).await?;
        if let Some(why) = self.take_in(&source, listings).await? {
            for one in found.iter_mut().filter(|one| one.outcome == Outcome::Speaks) {
                (one.outcome, one.message) = (Outcome::Held, why.clone());
            }
        }
        let note = |one: &Found| WellKnownNote {
            key: one.key.clone(),
            host: one.host.clone(),
            outcome: one.outcome.word().to_owned(),
            message: one.message.clone(),
        };
        self.store().note_well_known(&found.iter().map(note).collect::<Vec<_>>()).await?;
        Ok(found)
    }

    /// Takes in what endpoints of one host say; answers why it must wait for a person, when it must.
    async fn take_in(&self, source: &str, listings: Vec<Listing>) -> Result<Option<String>, WellKnownError> {
        if listings.is_empty() {
            return Ok(None);
        }
        let source = self.importer.registry.find(source);
        let head = LoadHead { source, date: self.importer.clock.today(), mode: Mode::Delta, files: Vec::new() };
        let Opening::Open(mut intake) = self.store().begin_load(head).await? else { return Ok(None) };
        let taken = intake.take(listings).await?;
        if taken.new + taken.changed == 0 {
            intake.abandon().await?;
            return Ok(None);
        }
        Ok(intake.finish(false, &|_, _| {}).await?.held)
    }

    /// The brand an endpoint may speak for, or why it may not.
    async fn brand(
        &self,
        endpoint: &AskedEndpoint,
        named: &Named,
        bundles: &mut Bundles<'_>,
    ) -> Result<Result<Box<Listing>, (Outcome, String)>, WellKnownError> {
        let listed = self.store().tied_to(&endpoint.key).await?;
        let ties: Vec<Tie> =
            listed.into_iter().map(|l| Tie { organization: l.organization, identifiers: l.identifiers }).collect();
        let organization = match rule::choose(&named.identifier, &ties) {
            Ok(organization) => organization.clone(),
            Err(Doubt::Nobody) => {
                let why = "no organization that a list ties to this endpoint has the identifier it names";
                return Ok(Err((Outcome::NoMatch, why.to_owned())));
            }
            Err(Doubt::Several) => {
                let why = "several organizations that lists tie to this endpoint have the identifier it names";
                return Ok(Err((Outcome::Several, why.to_owned())));
            }
        };
        let path = match bundles.get(named.bundle.as_str()).await {
            Ok(path) => path,
            Err(why) => return Ok(Err((Outcome::BadBundle, why))),
        };
        let wanted = named.identifier.clone();
        let read = tokio::task::spawn_blocking(move || brands(&path, &wanted)).await;
        let read = read.map_err(|why| WellKnownError::Disk(why.to_string()))?;
        Ok(match read {
            Err(why) => Err((Outcome::BadBundle, why.to_string())),
            Ok(brands) => only_brand(brands, endpoint, &organization).map(Box::new).ok_or_else(|| {
                let why = "the Bundle it names does not have exactly one brand with that identifier and this endpoint";
                (Outcome::NotInBundle, why.to_owned())
            }),
        })
    }

    /// Listings of endpoints that were asked and may not say anything now are withdrawn; of those that do not answer
    /// just now they stay.
    async fn take_back(&self, source: &str, found: &[Found], listings: &[Listing]) -> Result<(), WellKnownError> {
        let present = self.store().listing_keys(source).await?;
        let silenced = |key: &String| {
            let of = key.split('#').next().unwrap_or_default();
            let asked = found.iter().find(|one| one.key == of);
            asked.is_some_and(|one| !matches!(one.outcome, Outcome::Unreachable | Outcome::BadBundle))
                && !listings.iter().any(|listing| listing.key == *key)
        };
        let gone: Vec<String> = present.into_iter().filter(silenced).collect();
        if !gone.is_empty() {
            self.store().withdraw_listings(source, &gone).await?;
        }
        Ok(())
    }
}

/// Compares the face of a host with the one that is remembered, and remembers it.
fn recognise(answered: &mut Answered, face: Face, now: i64) {
    let state = &mut answered.state;
    let known = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let before = Face {
        certificate: known(&state.certificate),
        name_servers: known(&state.name_servers),
        software: known(&state.software),
    };
    let at = |micros: i64| Timestamp::from_microsecond(micros).ok();
    let down = Some(state.down_since).filter(|since| *since > 0).and_then(at);
    if state.suspended.is_none() {
        state.suspended = at(now).and_then(|now| rule::suspicion(&before, down, now, &face));
    }
    let whole = face.is_whole(&before);
    let face = face.over(before);
    state.certificate = face.certificate.unwrap_or_default();
    state.name_servers = face.name_servers.unwrap_or_default();
    state.software = face.software.unwrap_or_default();
    state.ok_at = now;
    // The outage lasts until it shows all of its face again: with half of it anybody could wait the days out.
    if whole {
        state.down_since = 0;
    }
}

fn found(endpoint: &AskedEndpoint, outcome: Outcome, message: String) -> Found {
    let address = endpoint.door.url.clone();
    Found { address, host: endpoint.door.host().to_owned(), outcome, message, key: endpoint.key.clone() }
}

/// The only brand of a Bundle, if it has this endpoint, as the voice of that organization.
fn only_brand(mut brands: Vec<Listing>, endpoint: &AskedEndpoint, organization: &Id) -> Option<Listing> {
    let mut brand = brands.pop().filter(|_| brands.is_empty())?;
    let Body::Organization(facts) = &mut brand.body else { return None };
    // It has a say about itself through this one door; what else the Bundle says of it is for others to confirm.
    facts.endpoints.retain(|e| e.at.key() == endpoint.key);
    if facts.endpoints.is_empty() {
        return None;
    }
    for endpoint in &mut facts.endpoints {
        endpoint.through = None;
    }
    (facts.part_of, facts.part_of_name) = (None, None);
    facts.fixed_id = Some(organization.to_string());
    Some(Listing { key: format!("{}#{organization}", endpoint.key), group: None, strong: Vec::new(), body: brand.body })
}

/// The id of the source that a host's endpoints are together.
fn source_id(host: &str) -> String {
    let word: String =
        host.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    format!("{OWN_SOURCE}{}", word.trim_matches('-'))
}

/// An address below a base address; its query stays where it is.
fn below(base: &str, path: &str) -> String {
    let Ok(mut url) = Url::parse(base) else { return String::new() };
    url.set_path(&format!("{}/{path}", url.path().trim_end_matches('/')));
    url.to_string()
}
