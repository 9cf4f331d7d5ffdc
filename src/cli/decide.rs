//! `connector merge`, `split`, `recall` and `explain`: decisions about organizations and hosts, and what they rest on.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use connector::{
    dumps::nights,
    model::id::{Id, ThingKind},
    store::ListingState,
};

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
#[command(after_help = "\
  connector split org-…                            undoes a merge: the listings that were first at org-…, or at what was
                                                   merged into it before, go back, whoever has them now
  connector split org-… --listing SOURCE KEY       takes one listing, with those of its group, out of org-…: a new
                                                   organization; `connector explain org-…` prints this command for each

Both are remembered: no import makes the two one again.")]
pub(super) struct Split {
    /// The organization that was merged into another, or that has the listing (org-…).
    id: String,
    /// The listing that does not belong there: its source's id, and its key as `connector explain` shows it.
    #[arg(long, num_args = 2, value_names = ["SOURCE", "KEY"], allow_hyphen_values = true)]
    listing: Vec<String>,
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
        if let [source, key] = self.listing.as_slice() {
            let (new, listings) = tools.store.split_listing(&id, source, key, &self.operator.by).await?;
            println!("Split: {new} stands for itself, with {} that {id} does not have any more.", count(listings));
            return Ok(ExitCode::SUCCESS);
        }
        let listings = tools.store.split_organization(&id, &self.operator.by).await?;
        println!("Split: {id} stands for itself again, with {}.", count(listings));
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
        if !nights(&tools.config.data).is_empty() {
            println!(
                "A running server cuts it out of the kept nights within a minute; `connector dump clean` does it now."
            );
        }
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
                if listings.len() > 1 && id.kind() == ThingKind::Organization {
                    println!("  not its own? {}", split_command(&id, listing));
                }
                if listing.home == id && !listing.matched.is_empty() {
                    println!("  matched: {}", listing.matched);
                } else if listing.home == id {
                    println!("  here since it was first seen");
                } else {
                    let home = &listing.home;
                    println!(
                        "  moved here by a merge; it was first put at {home} (`connector split {home}` undoes it)"
                    );
                }
            }
            println!("{} listings speak of {id}.", listings.len());
        }
        Ok(if listings.is_empty() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

fn count(listings: u64) -> String {
    if listings == 1 { "1 listing".into() } else { format!("{listings} listings") }
}

/// What takes a listing out of an organization, to be pasted into a shell.
fn split_command(id: &Id, listing: &ListingState) -> String {
    format!("connector split {id} --listing {} {}", quoted(&listing.source), quoted(&listing.key))
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+=,-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// The id of an organization, from what was typed.
pub(super) fn organization(text: &str) -> anyhow::Result<Id> {
    Id::parse(text)
        .filter(|id| id.kind() == ThingKind::Organization)
        .with_context(|| format!("{text:?} is no organization's id (org- and 32 letters or digits)"))
}
