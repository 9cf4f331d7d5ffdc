//! The rows of a list that somebody gave, to choose from.

use std::time::Duration;

use crate::{
    app::App,
    brands::check::{Report, Rule, check},
    fetch::{FetchError, Limits},
    model::place::Place,
    profile::bundle::{LARGEST, Offer, Offers, Scratch, offers},
    sources::{FileError, Problem},
};

/// Nobody waits longer for an address.
const PATIENCE: Duration = Duration::from_secs(25);
/// Findings that are shown.
const FINDINGS: usize = 30;

/// Why a list could not be read.
#[derive(Debug)]
pub enum Wrong {
    /// Nothing was given.
    Nothing,
    /// It could not be fetched: the word of the reason.
    Fetch(&'static str),
    /// Larger than is taken.
    TooLarge,
    /// No list, or broken; and what the reader said, in English.
    Unreadable(String),
    /// No row of it is this organization.
    None,
}

/// One row of a list, to choose.
pub struct Row {
    /// Its key in the list.
    pub key: String,
    /// The name it gives.
    pub name: String,
    /// Its town.
    pub place: String,
    /// The row, to be sent.
    pub facts: String,
}

/// The rows of a list.
pub struct Listed {
    /// Rows that may be this organization.
    pub mine: Vec<Row>,
    /// Names of the others.
    pub others: Vec<String>,
    /// Rows that cannot be read, by their number.
    pub left_out: Vec<(u64, Problem)>,
    /// What is wrong with the list: the rule, where, what stands there.
    pub findings: Vec<(Rule, String, String)>,
    /// How much of that is not shown.
    pub more_findings: usize,
}

/// A list at an address, within the limits of one profile.
pub async fn at_address(app: &App, url: &str) -> Result<Scratch, FetchError> {
    let client = app.client()?.within(Limits { max_bytes: Some(LARGEST), hosts: None });
    client.judge(url)?;
    let folder = app.config.data.join("blobs");
    let made = std::fs::create_dir_all(&folder);
    made.map_err(|error| FetchError::Disk { path: folder.clone(), why: error })?;
    let slow = || FetchError::TooSlow { url: url.to_owned(), limit: PATIENCE };
    let got = tokio::time::timeout(PATIENCE, client.get_to_file(url, &folder)).await.map_err(|_| slow())??;
    Ok(Scratch::of(got.path))
}

/// What was sent, or what its address answers with.
pub async fn given(app: &App, bytes: &[u8], url: &str) -> Result<Scratch, Wrong> {
    if bytes.is_empty() && url.is_empty() {
        return Err(Wrong::Nothing);
    }
    if bytes.is_empty() {
        return at_address(app, url).await.map_err(|error| match error {
            FetchError::TooLarge { .. } => Wrong::TooLarge,
            other => Wrong::Fetch(other.code()),
        });
    }
    Scratch::keep(&app.config.data.join("blobs"), bytes).map_err(|error| Wrong::Unreadable(error.to_string()))
}

/// Reads a list aside: it takes a moment.
pub async fn read(app: &App, file: Scratch) -> Result<(Offers, Listed), Wrong> {
    let now = app.clock.micros();
    let reading = tokio::task::spawn_blocking(move || {
        let offers = offers(&file)?;
        let bytes = std::fs::read(file.path()).map_err(|error| FileError::Io(error.to_string()))?;
        let report = if bytes.trim_ascii_start().starts_with(b"{") { check(&bytes, now) } else { Report::default() };
        Ok((offers, report))
    });
    let (offers, report) = match reading.await {
        Ok(Ok(read)) => read,
        Ok(Err(FileError::TooBig(_))) => return Err(Wrong::TooLarge),
        Ok(Err(error)) => return Err(Wrong::Unreadable(error.to_string())),
        Err(_) => return Err(Wrong::Unreadable(String::new())),
    };
    let all: usize = report.counts.values().sum();
    let findings = report.findings.into_iter().take(FINDINGS).map(|one| (one.rule, one.path, one.value));
    let findings: Vec<(Rule, String, String)> = findings.collect();
    let more_findings = all - findings.len();
    let left_out = offers.left_out.clone();
    Ok((offers, Listed { mine: Vec::new(), others: Vec::new(), left_out, findings, more_findings }))
}

/// A row as it is shown.
pub fn row(offer: &Offer) -> Row {
    let place = offer.facts.places.first().map(Place::town).unwrap_or_default();
    let facts = serde_json::to_string(&offer.facts).unwrap_or_default();
    Row { key: offer.key.clone(), name: offer.facts.name.clone(), place, facts }
}
