//! A look at addresses that somebody typed: does it answer, does its certificate fit, where does it lead.
//!
//! What holds: only words come back, never a body, a status or a time; a host that the guard refuses looks like one that
//! does not answer, and takes as long; only https at its own port is opened, unless the operator allowed the host.

use std::{collections::BTreeSet, time::Duration};

use serde::Serialize;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep_until, timeout_at},
};

use crate::{
    app::App,
    fetch::{Client, FetchError, Limits},
    model::{
        change::Risk,
        door::{Door, Warning},
        proposal::{Final, Proposal},
    },
};

/// Nobody waits longer for one address.
const PATIENCE: Duration = Duration::from_secs(8);
/// A page, or what a server says of its endpoint, is not longer.
const LARGEST: u64 = 256 * 1024;
/// Doors of one change that are opened.
const DOORS: usize = 40;

/// Does the certificate fit the name?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Certificate {
    /// It does.
    Fits,
    /// It does not, or nobody trusts it.
    Wrong,
    /// It was not seen.
    Unknown,
}

/// What a look at an address tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Something answered that a person could see.
    pub answers: bool,
    /// Its certificate.
    pub certificate: Certificate,
    /// The domain it leads to in the end; empty when it does not answer.
    pub final_domain: String,
    /// What would be trusted of that; empty when it does not answer.
    pub trust_key: String,
    /// It leads to another domain than the one that was typed.
    pub leads_elsewhere: bool,
    /// Is there a SMART configuration? Nothing when that was not asked.
    pub smart: Option<bool>,
    /// What a person should know before trusting it.
    pub warnings: Vec<Warning>,
}

impl Verdict {
    fn nothing(warnings: Vec<Warning>) -> Self {
        Self {
            answers: false,
            certificate: Certificate::Unknown,
            final_domain: String::new(),
            trust_key: String::new(),
            leads_elsewhere: false,
            smart: None,
            warnings,
        }
    }
}

/// Where one address ended.
enum End {
    /// Something answered there.
    At(String),
    /// It answered that there is nothing, or that it is broken.
    Gone,
    /// Its certificate is wrong.
    Certificate,
    /// It does not answer, or is not asked.
    Nothing,
}

/// Opens one address.
pub async fn at(client: &Client, address: &str) -> Verdict {
    within(client, address, PATIENCE).await
}

/// Opens one address, and waits so long at most.
pub(super) async fn within(client: &Client, address: &str, patience: Duration) -> Verdict {
    let until = Instant::now() + patience;
    let (warnings, key) = match Door::parse(address) {
        Ok(door) => (door.warnings.clone(), door.trust_key()),
        Err(_) => (Vec::new(), String::new()),
    };
    let end = timeout_at(until, open(client, address)).await.unwrap_or(End::Nothing);
    match end {
        End::At(led) => {
            let (final_domain, trust_key) = shown(&led);
            let leads_elsewhere = key != trust_key;
            let end_warnings = Door::parse(&led).map(|door| door.warnings).unwrap_or_default();
            let mut warnings = warnings;
            warnings.extend(end_warnings);
            warnings.sort();
            warnings.dedup();
            let certificate = if led.starts_with("https:") { Certificate::Fits } else { Certificate::Unknown };
            Verdict { answers: true, certificate, final_domain, trust_key, leads_elsewhere, smart: None, warnings }
        }
        End::Gone => Verdict { certificate: Certificate::Fits, ..Verdict::nothing(warnings) },
        End::Certificate => Verdict { certificate: Certificate::Wrong, ..Verdict::nothing(warnings) },
        End::Nothing => {
            // Whether the guard said no or nobody was there: the same answer, after the same time.
            sleep_until(until).await;
            Verdict::nothing(warnings)
        }
    }
}

/// Opens the base address of an endpoint: what counts is its SMART configuration.
pub async fn endpoint(client: &Client, base: &str) -> Verdict {
    let address = format!("{}/.well-known/smart-configuration", base.trim_end_matches('/'));
    let verdict = at(client, &address).await;
    if !verdict.answers {
        return Verdict { smart: Some(false), ..verdict };
    }
    let until = Instant::now() + PATIENCE;
    let smart = timeout_at(until, configuration(client, &address)).await.unwrap_or(false);
    Verdict { smart: Some(smart), ..verdict }
}

async fn configuration(client: &Client, address: &str) -> bool {
    let Ok(file) = small(client).get_to_file(address, &std::env::temp_dir()).await else { return false };
    let text = tokio::fs::read(&file.path).await.unwrap_or_default();
    // It is only looked at: nothing of it is kept.
    let _ = tokio::fs::remove_file(&file.path).await;
    let told: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    ["authorization_endpoint", "token_endpoint", "capabilities"].iter().any(|field| told.get(field).is_some())
}

fn small(client: &Client) -> Client {
    client.within(Limits { max_bytes: Some(LARGEST), hosts: None })
}

async fn open(client: &Client, address: &str) -> End {
    match small(client).get_to_file(address, &std::env::temp_dir()).await {
        Ok(file) => {
            let _ = tokio::fs::remove_file(&file.path).await;
            End::At(file.final_url.to_string())
        }
        // A page for people, a page behind a sign-in, a long one: somebody is there.
        Err(FetchError::WebPage { url } | FetchError::TooLarge { url, .. } | FetchError::Encoding { url, .. }) => {
            End::At(url)
        }
        Err(FetchError::Status { code: 404 | 410 | 500.., .. }) => End::Gone,
        Err(FetchError::Status { url, .. }) => End::At(url),
        Err(FetchError::Network { why, .. }) if why.to_lowercase().contains("certificate") => End::Certificate,
        Err(_) => End::Nothing,
    }
}

/// What people are shown of an address, and what would be trusted of it.
fn shown(address: &str) -> (String, String) {
    if let Ok(door) = Door::parse(address) {
        (door.domain.clone(), door.trust_key())
    } else {
        // Inside hosts that the operator allowed have no domain of their own.
        let host = crate::model::door::host_of(address).to_owned();
        (host.clone(), host)
    }
}

/// Where doors lead in the end. One that does not answer leads to nothing.
pub async fn finals(client: &Client, doors: &[String]) -> Vec<Final> {
    let mut looks = JoinSet::new();
    for url in doors.iter().take(DOORS) {
        looks.spawn(led(client.clone(), url.clone()));
    }
    let mut all = looks.join_all().await;
    all.sort_by(|one, other| one.url.cmp(&other.url));
    all
}

async fn led(client: Client, url: String) -> Final {
    let trust_key = at(&client, &url).await.trust_key;
    Final { url, trust_key }
}

/// Doors that were never live there before and that a proposal would open, as addresses.
pub fn new_doors(proposal: &Proposal) -> Vec<String> {
    let door = |risk: &Risk| match risk {
        Risk::Door { url, .. } => Some(url.clone()),
        _ => None,
    };
    let all: BTreeSet<String> = proposal.risks.iter().filter_map(door).collect();
    all.into_iter().collect()
}

/// Where the doors that a proposal would add lead now: what an approval is bound to, and what is compared on its day.
pub async fn finals_of(app: &App, proposal: &Proposal) -> Vec<Final> {
    finals_at(app, &new_doors(proposal)).await
}

/// Where addresses lead now; without a way out, each leads to nothing.
pub async fn finals_at(app: &App, doors: &[String]) -> Vec<Final> {
    match app.client() {
        Ok(client) => finals(client, doors).await,
        Err(error) => {
            tracing::error!("addresses cannot be opened: {error}");
            doors.iter().map(|url| Final { url: url.clone(), trust_key: String::new() }).collect()
        }
    }
}
