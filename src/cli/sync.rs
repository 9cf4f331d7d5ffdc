//! `connector sync`.

use std::{fmt::Write as _, process::ExitCode, time::Duration};

use clap::Args;
use connector::{
    sources::{
        run::Importer,
        sync::{Ask, Line, Syncer, Which, all_well},
    },
    store::SyncEnd,
};

use super::{Operator, Settings, Tools, import::Shown, well_known};

/// How long to wait before each further try at a file whose trouble may pass.
pub(super) const PAUSES: &[Duration] = &[Duration::from_secs(2), Duration::from_secs(15)];

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag somebody types")]
#[command(after_help = "\
Which sources there are, where they are fetched and how often stands in sources.toml; an installation adds its own
in DATA/sources.toml. Only what is newer is asked for, a download that was cut goes on where it stood, and what
did not change is not loaded again. A source that cannot be fetched stops no other.

Try it:
  connector sync --dry-run                 what is due, and what it would change
  connector sync                           fetch and take in what is due
  connector sync --source state-medicaid   one source, due or not
  connector sync --well-known              what endpoints say of themselves, a few hosts at a time

An endpoint speaks only for the one organization that a better-known list ties to exactly that endpoint and whose
identifier it names. A host that was away for 14 days and came back with another certificate, other name servers or
other software says nothing until a person has looked: --release.

Exit codes: 0 every source ended well; 1 some did not, they are listed; 2 usage.")]
pub(super) struct Sync {
    /// Only this source, due or not; may be given more than once.
    #[arg(long = "source", value_name = "ID", conflicts_with_all = ["all", "due"])]
    sources: Vec<String>,
    /// Every source that can be fetched, due or not.
    #[arg(long, conflicts_with = "due")]
    all: bool,
    /// Only what is due; that is what happens without any of these.
    #[arg(long)]
    due: bool,
    /// Fetch, show what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Take in what did not change since last time, too.
    #[arg(long)]
    again: bool,
    /// Ask known endpoints for their own .well-known/smart-configuration and the Bundle it names.
    #[arg(long, conflicts_with_all = ["sources", "all", "due", "dry_run", "again"])]
    well_known: bool,
    /// With --well-known: at most so many endpoints, those not asked for the longest time first.
    #[arg(long, value_name = "N", default_value_t = 500, requires = "well_known")]
    limit: u32,
    /// A person has looked at this host, which is suspended: what it says counts again.
    #[arg(long, value_name = "HOST", conflicts_with_all = ["sources", "all", "due", "dry_run", "again", "well_known"])]
    release: Option<String>,
    #[command(flatten)]
    operator: Operator,
    /// Print what came of each source as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Sync {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        if let Some(host) = &self.release {
            tools.store.release_host(host, &self.operator.by).await?;
            println!("{host} speaks for itself again, from the next `connector sync --well-known` on.");
            return Ok(ExitCode::SUCCESS);
        }
        if self.well_known {
            return well_known::run(&tools, self.limit, self.json).await;
        }
        let which = match (self.all, self.sources.is_empty()) {
            (true, _) => Which::All,
            (false, true) => Which::Due,
            (false, false) => Which::Named(self.sources),
        };
        let progress = Shown::new();
        let (client, scratch) = (tools.client()?, tools.fetched());
        let importer = Importer {
            store: &tools.store,
            registry: &tools.registry,
            client: &client,
            clock: &tools.clock,
            scratch: &scratch,
            progress: &progress,
        };
        let syncer = Syncer { importer, data: &tools.config.data, pauses: PAUSES };
        let lines = syncer.run(&Ask { which, dry_run: self.dry_run, again: self.again }).await;
        progress.end();
        let lines = lines?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&lines)?);
        } else {
            println!("{}", words(&lines));
            if self.dry_run {
                println!("This was a dry run: nothing was changed.");
            }
        }
        Ok(if all_well(&lines) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The end of it in words: counts, then every source that needs somebody.
fn words(lines: &[Line]) -> String {
    if lines.is_empty() {
        return "Nothing is due.".to_owned();
    }
    let count = |end| lines.iter().filter(|line| line.end == end).count();
    let sources = if lines.len() == 1 { "1 source".to_owned() } else { format!("{} sources", lines.len()) };
    let mut words = format!(
        "{sources}: {} loaded, {} unchanged, {} wait for a person, {} failed.",
        count(SyncEnd::Loaded),
        count(SyncEnd::Unchanged),
        count(SyncEnd::Held),
        count(SyncEnd::Failed)
    );
    for line in lines.iter().filter(|line| matches!(line.end, SyncEnd::Held | SyncEnd::Failed)) {
        let message = line.message.as_deref().unwrap_or_default();
        let _ = write!(words, "\n  {} ({}): {}: {message}", line.source, line.name, line.end.word());
    }
    words
}
