//! `/manage/create/fill`: the form of a new organization, filled from its own FHIR endpoint and its own list.
//!
//! What holds: only the guarded client goes out; whoever asks reads what a list says of organizations and one of a few words
//! about the rest; an address that is refused, that does not answer and that answers with nothing of use are one sentence,
//! after the same time.

use std::{sync::LazyLock, time::Duration};

use tokio::time::{Instant, sleep_until, timeout_at};
use url::Url;

use super::super::bulk::rows::{self, Wrong};
use crate::{
    app::App,
    fetch::Client,
    model::{
        account::PersonId,
        door::Door,
        listing::{EndpointFacts, OrganizationFacts},
    },
    profile::{
        bundle::{LARGEST, Offer},
        look,
    },
    site::Lately,
    sources::well_known::rule,
};

/// Nobody waits longer, whatever is asked.
const PATIENCE: Duration = Duration::from_secs(12);
/// How often a person may ask in so many minutes.
const MOST: u32 = 10;
const MINUTES: i64 = 10;
/// Who asked lately.
static ASKED: LazyLock<Lately<PersonId>> = LazyLock::new(|| Lately::new(MINUTES));

/// Why nothing was filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// No address was given.
    Asked,
    /// The address gave nothing that can be read.
    Read,
    /// The list is too large.
    TooLarge,
    /// The list is no list, or broken.
    Broken,
    /// No organization is in it.
    InIt,
    /// They asked too often.
    Often,
}

impl Nothing {
    /// Every reason.
    #[cfg(test)]
    pub const ALL: [Self; 6] = [Self::Asked, Self::Read, Self::TooLarge, Self::Broken, Self::InIt, Self::Often];
}

/// What addresses said.
#[derive(Debug, Default)]
pub struct Said {
    /// The endpoint that was given, with the version of FHIR it speaks.
    pub endpoint: Option<EndpointFacts>,
    /// Organizations of the list.
    pub offers: Vec<Offer>,
    /// Which of them the endpoint says it is, by the number it names.
    named: Option<rule::Named>,
}

impl Said {
    /// The one organization that is meant; nothing when somebody has to choose.
    pub fn one(&self) -> Option<&Offer> {
        let only = |fits: &dyn Fn(&Offer) -> bool| {
            let mut all = self.offers.iter().filter(|offer| fits(offer));
            all.next().filter(|_| all.next().is_none())
        };
        let by_name = |named: &rule::Named| only(&|offer| named.identifier.is_among(&offer.facts));
        let by_address = |endpoint: &EndpointFacts| only(&|offer| has(&offer.facts, endpoint));
        let named = self.named.as_ref().and_then(by_name);
        named.or_else(|| self.endpoint.as_ref().and_then(by_address)).or_else(|| only(&|_| true))
    }
}

fn has(facts: &OrganizationFacts, endpoint: &EndpointFacts) -> bool {
    facts.endpoints.iter().any(|other| other.at.key() == endpoint.at.key())
}

/// An organization with the endpoint it was asked for by, which its list may have left out.
pub fn with_endpoint(mut facts: OrganizationFacts, endpoint: Option<EndpointFacts>) -> OrganizationFacts {
    facts.endpoints.extend(endpoint.filter(|endpoint| !has(&facts, endpoint)));
    facts
}

/// What the endpoint and the list at these addresses say; either may be empty.
pub async fn said(app: &App, person: &PersonId, endpoint: &str, list: &str) -> Result<Said, Nothing> {
    if endpoint.is_empty() && list.is_empty() {
        return Err(Nothing::Asked);
    }
    if ASKED.again(person.clone(), app.clock.micros()).is_none_or(|times| times > MOST) {
        return Err(Nothing::Often);
    }
    let until = Instant::now() + PATIENCE;
    let said = timeout_at(until, read(app, endpoint, list)).await.unwrap_or(Err(Nothing::Read));
    if matches!(said, Err(Nothing::Read)) {
        // Whether the guard said no or nobody was there: the same answer, after the same time.
        sleep_until(until).await;
    }
    said
}

async fn read(app: &App, endpoint: &str, list: &str) -> Result<Said, Nothing> {
    let mut said = Said::default();
    let mut list = list.to_owned();
    if !endpoint.is_empty() {
        let client = app.client().map_err(|_| Nothing::Read)?;
        let discovered = discover(client, endpoint).await.ok_or(Nothing::Read)?;
        (said.endpoint, said.named) = (discovered.endpoint, discovered.named);
        if list.is_empty() {
            list = discovered.bundle.map(String::from).unwrap_or_default();
        }
    }
    if list.is_empty() {
        return Ok(said);
    }
    let file = rows::at_address(app, &list).await.map_err(|error| match error {
        crate::fetch::FetchError::TooLarge { .. } => Nothing::TooLarge,
        _ => Nothing::Read,
    })?;
    let (offers, _) = rows::read(app, file).await.map_err(|wrong| match wrong {
        Wrong::TooLarge => Nothing::TooLarge,
        _ => Nothing::Broken,
    })?;
    said.offers = offers.offers;
    if said.offers.is_empty() { Err(Nothing::InIt) } else { Ok(said) }
}

/// What an endpoint says of itself.
struct Discovered {
    endpoint: Option<EndpointFacts>,
    bundle: Option<Url>,
    named: Option<rule::Named>,
}

/// Asks an endpoint for its SMART configuration and for the version of FHIR it speaks; nothing when it gives neither.
async fn discover(client: &Client, base: &str) -> Option<Discovered> {
    let base = base.trim_end_matches('/').trim_end_matches("/metadata");
    let url = Url::parse(base).ok()?;
    let (address, metadata) = (look::configuration_of(base), format!("{base}/metadata"));
    let (configuration, metadata) =
        tokio::join!(look::json(client, &address, look::LARGEST), look::json(client, &metadata, LARGEST));
    if configuration.is_none() && metadata.is_none() {
        return None;
    }
    let version = metadata.as_ref().and_then(|said| said.get("fhirVersion")?.as_str().map(str::to_owned));
    let version =
        version.filter(|text| text.len() <= 20 && text.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c)));
    let endpoint = Door::parse_endpoint(base).ok().map(|at| EndpointFacts {
        at,
        fhir_versions: version.into_iter().collect(),
        name: None,
        developers: None,
        through: None,
    });
    let configuration = configuration.unwrap_or_default();
    Some(Discovered { endpoint, bundle: rule::bundle(&configuration, &url), named: rule::named(&configuration, &url) })
}
