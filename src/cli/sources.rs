//! `connector sources`: lists of lists.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use connector::sources::{chpl, registry::Registry};

use super::Settings;

#[derive(Debug, Args)]
pub(super) struct Sources {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Show which developers' lists the Certified Health IT Product List names and sources.toml does not have.
    Chpl(Chpl),
}

#[derive(Debug, Args)]
#[command(after_help = "\
FILE is the answer of the product list's search, https://chpl.healthit.gov/rest/search/v3 (it asks for a key of
your own). Nothing of it goes into the directory.

  connector sources chpl chpl.json           lists that sources.toml does not have
  connector sources chpl --toml chpl.json    the same as entries to look at and to put into DATA/sources.toml")]
struct Chpl {
    /// The search's answer, JSON.
    #[arg(value_name = "FILE")]
    list: PathBuf,
    /// Print entries for sources.toml.
    #[arg(long)]
    toml: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Sources {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let What::Chpl(command) = self.what;
        let data = command.settings.config(None)?.data;
        let own = std::fs::read_to_string(data.join("sources.toml")).unwrap_or_default();
        let registry = Registry::with(&own).context("sources.toml in the data folder")?;
        let found = chpl::lists(&command.list, &registry).with_context(|| command.list.display().to_string())?;
        print!("{}", if command.toml { found.proposals(&registry)? } else { found.words() });
        Ok(ExitCode::SUCCESS)
    }
}
