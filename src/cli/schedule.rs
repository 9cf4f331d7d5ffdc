//! Fetching on a schedule, beside a server that answers.
//!
//! What holds: requests never wait for it. It has one thread of its own and connections to the store of its own, and
//! shares nothing with the server but the data; the server follows the log as it does with any other program's import.

use std::{sync::Arc, time::Duration};

use connector::{
    config::Config,
    sources::{
        run::{Importer, Progress},
        sync::{Ask, SyncError, Syncer, Which},
        well_known::WellKnownError,
    },
};

use super::{Tools, registry, sync::PAUSES, well_known};

/// Until the first look: the server has its own beginning to see to.
const FIRST_LOOK: Duration = Duration::from_secs(2);
/// Endpoints that are asked for their own configuration at each look.
const ENDPOINTS: u32 = 100;
/// Between two looks at what is due.
const LOOK: Duration = Duration::from_mins(1);

/// Starts the schedule; it ends with the program, wherever it is: what is half imported then never happened.
pub(super) fn start(config: Arc<Config>) -> anyhow::Result<()> {
    // One thread for the work, few more that read files ahead of it and merge one batch while another is written.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build()?;
    std::thread::Builder::new().name("sync".into()).spawn(move || {
        runtime.block_on(async move {
            if let Err(error) = for_ever(&config).await {
                tracing::error!("nothing is fetched on a schedule: {error:#}");
            }
        });
    })?;
    Ok(())
}

async fn for_ever(config: &Config) -> anyhow::Result<()> {
    let tools = Tools::open(config.clone()).await?;
    let client = tools.client()?;
    tokio::time::sleep(FIRST_LOOK).await;
    loop {
        if let Err(error) = look(&tools, &client).await {
            tracing::error!("what is due was not fetched, trying again: {error:#}");
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn look(tools: &Tools, client: &connector::fetch::Client) -> anyhow::Result<()> {
    // Read each time: an operator who adds a source need not start the server again.
    let registry = registry(&tools.config.data)?;
    let scratch = tools.fetched();
    let importer = Importer {
        store: &tools.store,
        registry: &registry,
        client,
        clock: &tools.clock,
        scratch: &scratch,
        progress: &Logged,
    };
    let syncer = Syncer { importer, data: &tools.config.data, pauses: PAUSES };
    match syncer.run(&Ask { which: Which::Due, dry_run: false, again: false }).await {
        // Somebody runs `connector sync`, or another node has its turn.
        Ok(_) | Err(SyncError::Running) => {}
        Err(error) => return Err(error.into()),
    }
    match well_known::ask(tools, &registry, &Logged, ENDPOINTS).await {
        Ok(found) if found.is_empty() => Ok(()),
        Ok(found) => {
            tracing::info!("{}", well_known::words(&found).trim_end());
            Ok(())
        }
        Err(WellKnownError::Running) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

struct Logged;

impl Progress for Logged {
    fn rows(&self, _: &str, _: u64) {}
    fn writing(&self, _: u64, _: u64) {}
    fn line(&self, line: &str) {
        tracing::info!("{line}");
    }
}
