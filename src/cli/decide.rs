//! `connector merge`, `split`, `recall` and `explain`: decisions about organizations and hosts, and what they rest on.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use connector::model::id::{Id, ThingKind};

use super::{Operator, Settings, Tools};

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// The organization that is the same as another (org-…); its address redirects until it is split again.
    from: String,
    /// The organization that stays (org-…).
    #[arg(long)]
    into: String,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
pub(super) struct Split {
    /// The organization that was merged into another (org-…).
    id: String,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
pub(super) struct Recall {
    /// The host nobody may be sent to any more, with everything below it: example.org.
    host: String,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The organization or app (org-… or app-…).
    id: String,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Merge {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let (from, into) = (organization(&self.from)?, organization(&self.into)?);
        let tools = Tools::open(self.settings.config(None)?).await?;
        tools.store.merge_organizations(&from, &into, &self.operator.by).await?;
        println!("Merged: {from} leads to {into} now. `connector split {from}` undoes it.");
        Ok(ExitCode::SUCCESS)
    }
}

impl Split {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let id = organization(&self.id)?;
        let tools = Tools::open(self.settings.config(None)?).await?;
        tools.store.split_organization(&id, &self.operator.by).await?;
        println!("Split: {id} stands for itself again, with the listings it had.");
        Ok(ExitCode::SUCCESS)
    }
}

impl Recall {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let host = self.host.trim().to_lowercase();
        // A whole top-level domain, or an address instead of a host, would do something nobody meant.
        let sane = host.contains('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        anyhow::ensure!(sane, "{:?} is no host; give it like portal.example.org, without https:// and path", self.host);
        let tools = Tools::open(self.settings.config(None)?).await?;
        let changed = tools.store.recall_host(&host, &self.operator.by).await?;
        println!("Recalled: nobody is sent to {host} or below it any more; {changed} organizations and apps changed.");
        Ok(ExitCode::SUCCESS)
    }
}

impl Explain {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let id = Id::parse(&self.id).with_context(|| format!("{:?} is no id (org-… or app-…)", self.id))?;
        let tools = Tools::open(self.settings.config(None)?).await?;
        let listings = tools.store.listings_of(&id).await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&listings)?);
        } else {
            for listing in &listings {
                let gone = if listing.present { "" } else { " (its source no longer says it)" };
                println!("{} says of {:?} since {}{gone}", listing.source, listing.name, listing.since);
                println!("  key {}", listing.key);
                if listing.home == id && !listing.matched.is_empty() {
                    println!("  matched: {}", listing.matched);
                } else if listing.home == id {
                    println!("  here since it was first seen");
                } else {
                    println!("  moved here by a merge; it was first put at {}", listing.home);
                }
            }
            println!("{} listings speak of {id}.", listings.len());
        }
        Ok(if listings.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// The id of an organization, from what was typed.
pub(super) fn organization(text: &str) -> anyhow::Result<Id> {
    Id::parse(text)
        .filter(|id| id.kind() == ThingKind::Organization)
        .with_context(|| format!("{text:?} is no organization's id (org- and 32 letters or digits)"))
}
