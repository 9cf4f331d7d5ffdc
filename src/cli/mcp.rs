//! `connector mcp`.

use std::process::ExitCode;

use anyhow::{Context as _, anyhow};
use clap::Args;
use connector::mcp::{desk::Desk, on_standard_streams};

use super::{Settings, Tools};

#[derive(Debug, Args)]
#[command(after_help = "\
It speaks the Model Context Protocol on standard input and output, reads the data folder beside a
running server or without one, and changes nothing. A running server offers the same at /mcp.

For an agent that starts programs:
  { \"command\": \"connector\", \"args\": [\"mcp\", \"--data\", \"/path/to/data\"] }")]
pub(super) struct Mcp {
    #[command(flatten)]
    settings: Settings,
}

impl Mcp {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.settings.config(None)?;
        // Looking makes nothing.
        anyhow::ensure!(
            config.data.exists(),
            "there is no data folder {}; give it with --data, or start the server once",
            config.data.display()
        );
        let tools = Tools::open(config).await?;
        let desk = Desk::beside(tools.store, tools.config, tools.clock).context("nothing can be searched yet")?;
        on_standard_streams(desk).await.map_err(|why| anyhow!(why))?;
        Ok(ExitCode::SUCCESS)
    }
}
