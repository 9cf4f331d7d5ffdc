//! `connector redact`: what must be forgotten.

use std::{io::Read as _, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use connector::dumps::clean::clean;

use super::{Operator, Settings, Tools};

#[derive(Debug, Args)]
#[command(after_help = "\
With --text, the text is taken out of every listing, revision, snapshot and dump; organizations that said it are
published again without it, and later imports do not bring it back. Keys of rows that spell it become digests.
With a number, the body of that old revision is emptied; its number and digest stay. What a publisher gives at its own
address is not ours to change: tell them.

Copies of the data folder, and dumps that were given away, are not reached. The search index holds what was taken out
until it is made again: stop the server and run `connector rebuild-index`.")]
pub(super) struct Redact {
    /// The number of a revision that is no longer shown.
    #[arg(required_unless_present = "text", conflicts_with = "text")]
    revision: Option<i64>,
    /// The text, letter for letter; - reads it from standard input, so that it stands in no list of commands.
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

impl Redact {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        if let Some(n) = self.revision {
            tools.store.redact_revision(n, &self.operator.by).await?;
            println!("Revision {n} is empty; its number and digest stay.");
            cut_out_of_nights(&tools).await?;
            return Ok(ExitCode::SUCCESS);
        }
        let text = match self.text.as_deref() {
            Some("-") => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).context("standard input")?;
                text
            }
            text => text.unwrap_or_default().to_owned(),
        };
        let done = tools.store.redact_text(&text, &tools.config.data, &self.operator.by).await?;
        println!(
            "Taken out of {} listings, {} revisions, {} snapshots, {} dumps and {} other rows; {} organizations and apps \
             were published again.",
            done.listings, done.revisions, done.snapshots, done.dumps, done.others, done.published
        );
        cut_out_of_nights(&tools).await?;
        println!(
            "The search index holds it until it is made again: stop the server and run `connector rebuild-index`."
        );
        Ok(ExitCode::SUCCESS)
    }
}

/// Kept nights are not given out until this is done.
async fn cut_out_of_nights(tools: &Tools) -> anyhow::Result<()> {
    let config = &tools.config;
    let nights = clean(&tools.store, &config.data, &config.public_url, &tools.clock).await;
    let nights = nights.context("nightly files: `connector dump clean` goes on with them")?;
    if !nights.is_empty() {
        println!("{} kept nights were written again without it.", nights.len());
    }
    Ok(())
}
