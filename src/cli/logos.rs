//! `connector logos`: fetches logos that are due.

use std::{process::ExitCode, time::Duration};

use anyhow::Context as _;
use clap::Args;
use connector::{
    fetch::{Client, Settings as FetchSettings},
    logos::{Fetcher, picture},
    sources::run::Progress as _,
};
use serde_json::json;

use super::{Settings, Tools, import::Shown};

/// How long one logo may take.
const LONGEST: Duration = Duration::from_secs(20);
/// Between two questions to one host.
const PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, Args)]
#[command(after_help = "\
Only logos for which a list states a licence (brandLogoLicense) are fetched: a logo is somebody's mark. Each becomes a
PNG of at most 160x80 pixels and 20 kB that we wrote ourselves, served from here; pages never ask its publisher. SVG is
not passed on. An address is asked again after 60 days, after 14 when it gave none.

It can be stopped at any moment (Ctrl-C): what was done stays, and the same command goes on.")]
pub(super) struct Logos {
    /// At most so many organizations.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    limit: usize,
    /// Fetch all again, due or not.
    #[arg(long)]
    again: bool,
    /// Print the end of it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Logos {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        if self.again {
            tools.store.forget_logos().await?;
        }
        let wanted = tools.store.wanted_logos(self.limit).await?;
        if wanted.is_empty() && !self.json {
            println!("No logo is due.");
            return Ok(ExitCode::SUCCESS);
        }
        let scratch = tools.fetched();
        std::fs::create_dir_all(&scratch).with_context(|| format!("{} cannot be made", scratch.display()))?;
        let client = Client::new(FetchSettings {
            deadline: LONGEST,
            idle_timeout: LONGEST / 2,
            max_bytes: picture::LARGEST,
            ..tools.fetch_settings()
        })?;
        let shown = Shown::new();
        let fetcher = Fetcher { store: &tools.store, client: &client, scratch: &scratch, pause: PAUSE };
        let told = |number: u64, all: u64, url: &str, wrong: Option<&str>| match wrong {
            None => shown.line(&format!("{number} of {all}: {url}")),
            Some(wrong) => shown.line(&format!("{number} of {all}: none: {wrong}")),
        };
        let done = tokio::select! {
            done = fetcher.run(wanted, &told) => Some(done?),
            _ = tokio::signal::ctrl_c() => None,
        };
        shown.end();
        let Some(done) = done else {
            println!("Stopped. What was fetched is kept; `connector logos` goes on.");
            return Ok(ExitCode::FAILURE);
        };
        if self.json {
            println!("{}", serde_json::to_string(&json!(done))?);
        } else {
            println!("Organizations with a logo: {} more; without one: {}.", done.kept, done.failed);
        }
        Ok(ExitCode::SUCCESS)
    }
}
