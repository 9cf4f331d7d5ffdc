//! The nights, beside a server that answers: written when they are due, and cleaned of what is recalled or redacted.
//!
//! What holds: requests never wait for it. It has one thread of its own that lets others go first, and its own connections to
//! the store.

use std::{sync::Arc, time::Duration};

use connector::{
    clock::moment,
    config::Config,
    dumps::{
        DumpError,
        clean::clean,
        folder, is_due,
        make::{Ask, Silent, every_format, make},
        nights,
    },
};

use super::{Tools, room};

/// Between two looks at what was recalled.
const LOOK: Duration = Duration::from_secs(5);
/// Looks before the first night: the server has its own beginning to see to.
const FIRST: u32 = 12;

/// Starts it; it ends with the program, wherever it is: what is half written is not there.
pub(super) fn start(config: Arc<Config>) -> anyhow::Result<()> {
    std::thread::Builder::new().name("nightly".into()).spawn(move || {
        room::stand_back();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(4).build();
        let done = runtime.map_err(anyhow::Error::from).and_then(|runtime| runtime.block_on(for_ever(&config)));
        if let Err(error) = done {
            tracing::error!("no nightly files are written: {error:#}");
        }
    })?;
    Ok(())
}

async fn for_ever(config: &Config) -> anyhow::Result<()> {
    let tools = Tools::open(config.clone()).await?;
    let mut failed = None;
    for looks in 0_u32.. {
        tokio::time::sleep(LOOK).await;
        if let Err(error) = look(&tools).await {
            tracing::error!("what was recalled or redacted is not cut out of kept nights yet, trying again: {error}");
        }
        let today = tools.clock.today();
        // A night that failed is tried again the next day: the reason is seldom gone in seconds.
        if looks < FIRST || failed == Some(today) {
            continue;
        }
        if let Err(error) = write(&tools).await {
            tracing::error!("the night of {today} was not written: {error}");
            failed = Some(today);
        }
    }
    Ok(())
}

async fn look(tools: &Tools) -> Result<(), DumpError> {
    let config = &tools.config;
    match clean(&tools.store, &config.data, &config.public_url, &tools.clock).await {
        Ok(nights) => {
            for night in nights {
                tracing::info!(date = %night.date, "what was recalled or redacted was cut out of a night");
            }
            Ok(())
        }
        // Whoever writes looks at the rules first, and this comes again.
        Err(DumpError::Busy) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn write(tools: &Tools) -> Result<(), DumpError> {
    let config = &tools.config;
    let newest = nights(&config.data).first().copied();
    let Some(time) = config.dumps.filter(|time| is_due(moment(tools.clock.micros()), *time, newest)) else {
        return Ok(());
    };
    let ask = Ask {
        store: &tools.store,
        root: &folder(&config.data),
        clock: &tools.clock,
        formats: &every_format(),
        keep: config.dumps_keep,
        public_url: &config.public_url,
        progress: &Silent,
    };
    tracing::info!("the night due at {} is being written", time.strftime("%H:%M"));
    match make(&ask).await {
        Ok(night) => tracing::info!(date = %night.date, revision = night.revision, "a night is written"),
        Err(DumpError::Busy) => {}
        Err(error) => return Err(error),
    }
    Ok(())
}
