//! `connector template`.

use std::{io::Write as _, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use connector::sources::template;

#[derive(Debug, Args)]
#[command(after_help = "\
  connector template > ours.csv            then fill it in with a spreadsheet program
  connector import --dry-run --source ours ours.csv

Say in sources.toml in the data folder whose list \"ours\" is and how much its word weighs (tier); a list nobody named
there weighs least, and its addresses are not shown as buttons.")]
pub(super) struct Template {
    /// Explain every column instead.
    #[arg(long)]
    explain: bool,
}

impl Template {
    pub(super) fn run(&self) -> anyhow::Result<ExitCode> {
        let text = if self.explain { template::explained() } else { template::text() };
        match std::io::stdout().write_all(text.as_bytes()) {
            // The reader of a pipe had enough.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {}
            other => other.context("the table could not be written")?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
