//! `connector sync --well-known`, and the same on a schedule.

use std::{collections::BTreeMap, fmt::Write as _, process::ExitCode, time::Duration};

use connector::{
    fetch::{self, Client},
    sources::{
        registry::Registry,
        run::{Importer, Progress},
        well_known::{Asker, Found, WellKnownError},
    },
};

use super::{Tools, import::Shown};

/// The largest configuration or capability statement.
const LARGEST: u64 = 16 << 20;
/// How long one of them may take.
const LONGEST: Duration = Duration::from_secs(30);

/// Asks, and prints what came of it.
pub(super) async fn run(tools: &Tools, limit: u32, json: bool) -> anyhow::Result<ExitCode> {
    let progress = Shown::new();
    let found = ask(tools, &tools.registry, &progress, limit).await;
    progress.end();
    let found = found?;
    if json {
        println!("{}", serde_json::to_string_pretty(&found)?);
    } else {
        print!("{}", words(&found));
    }
    Ok(ExitCode::SUCCESS)
}

/// Asks at most `limit` endpoints.
pub(super) async fn ask(
    tools: &Tools,
    registry: &Registry,
    progress: &dyn Progress,
    limit: u32,
) -> Result<Vec<Found>, WellKnownError> {
    let scratch = tools.fetched();
    let with = |settings| Client::new(settings).map_err(|why| WellKnownError::Disk(why.to_string()));
    let client = with(tools.fetch_settings())?;
    let small = with(fetch::Settings {
        deadline: LONGEST,
        idle_timeout: LONGEST / 2,
        max_bytes: LARGEST,
        ..tools.fetch_settings()
    })?;
    let importer =
        Importer { store: &tools.store, registry, client: &client, clock: &tools.clock, scratch: &scratch, progress };
    Asker { importer, small: &small, data: &tools.config.data }.run(limit).await
}

/// Counts, then a line for what a person should see.
pub(super) fn words(found: &[Found]) -> String {
    if found.is_empty() {
        return "No endpoint is due to be asked.\n".to_owned();
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in found {
        *counts.entry(one.outcome.word()).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.iter().map(|(word, count)| format!("{count} {}", word.replace('_', " "))).collect();
    let mut words = format!("Endpoints asked: {}: {}.\n", found.len(), counts.join(", "));
    for one in found.iter().filter(|one| one.outcome.is_news()) {
        let _ = writeln!(words, "  {}: {}: {}", one.address, one.outcome.word().replace('_', " "), one.message);
    }
    words
}
