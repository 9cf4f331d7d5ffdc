//! `connector held`: loads, doors and hosts that wait for a person.
//!
//! What holds: nothing goes live without the domain typed by the person who looked at it.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use connector::{
    model::id::Id,
    store::{Found, HeldDoor, Store, Verdict},
};
use serde::Serialize;
use serde_json::json;

use super::{Operator, Settings, Tools, loads};

#[derive(Debug, Args)]
pub(super) struct Held {
    #[command(subcommand)]
    action: Option<Action>,
    /// Print the list as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// The new door is right: it goes live.
    Confirm(Decide),
    /// The new door is wrong: the old one stays, and this one is not asked about again.
    Refuse(Decide),
    /// Show why a load waits, and what moved in it.
    Load(loads::Decide),
    /// A load that waits is right: it goes in, from the rows that were kept, and later loads are measured by it.
    AcceptLoad(loads::Decide),
    /// A load that waits is wrong: it never goes in.
    RefuseLoad(loads::Decide),
}

#[derive(Debug, Args)]
struct Decide {
    /// The organization or app, as `connector held` prints it (org-… or app-…).
    id: String,
    /// The domain of the new door, typed as `connector held` prints it.
    domain: String,
    /// What the door is for, when several of one domain wait: portal, website, endpoint, privacy_policy, store.
    #[arg(long)]
    role: Option<String>,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

/// A door that waits, with what a person needs to decide.
#[derive(Debug, Serialize)]
struct Waiting {
    #[serde(flatten)]
    door: HeldDoor,
    /// Name of the organization; nothing for an app.
    name: Option<String>,
    /// Domains of its live doors for the same use.
    now: Vec<String>,
}

impl Held {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.action {
            Some(Action::Confirm(decide)) => decide.run(Verdict::Confirm).await,
            Some(Action::Refuse(decide)) => decide.run(Verdict::Refuse).await,
            Some(Action::Load(decide)) => decide.show().await,
            Some(Action::AcceptLoad(decide)) => decide.accept().await,
            Some(Action::RefuseLoad(decide)) => decide.refuse().await,
            None => {
                let tools = Tools::open(self.settings.config(None)?).await?;
                list(&tools.store, self.json).await
            }
        }
    }
}

async fn list(store: &Store, json: bool) -> anyhow::Result<ExitCode> {
    let mut waiting = Vec::new();
    for door in store.held_doors().await? {
        let (name, now) = now(store, &door).await?;
        waiting.push(Waiting { door, name, now });
    }
    let held: Vec<_> = store.loads(None).await?.into_iter().filter(|load| load.state == "held").collect();
    let suspended = store.suspended().await?;
    if json {
        let all = json!({ "loads": held, "doors": waiting, "suspended": suspended });
        println!("{}", serde_json::to_string_pretty(&all)?);
        return Ok(ExitCode::SUCCESS);
    }
    for load in &held {
        println!("{}", loads::line(load));
        if let Some(why) = &load.unreadable {
            println!("       {why}");
        }
        for reason in load.diff.iter().flat_map(|diff| &diff.reasons) {
            println!("       {reason}");
        }
    }
    match held.as_slice() {
        [] => println!("No load waits for a person."),
        [first, ..] => println!("Loads that wait: {}. See what moved: connector held load {}", held.len(), first.n),
    }
    for Waiting { door, name, now } in &waiting {
        println!("{}  {}", door.subject, name.as_deref().unwrap_or("(an app)"));
        let first = now.is_empty();
        let now = if first { "nothing".to_owned() } else { now.join(", ") };
        println!("  {}: shown now: {now}; {} wants {}", door.role, door.source, door.domain);
        if first {
            println!("  It is the first door there; its name could be mistaken for another one.");
        }
        println!("  {}", door.url);
    }
    match waiting.len() {
        0 => println!("No door waits for a person."),
        1 => println!("1 door waits."),
        n => println!("{n} doors wait."),
    }
    for host in &suspended {
        println!("{} says nothing of itself any more: {}.", host.host, host.why);
        println!("  When you have made sure that it is theirs: connector sync --release {}", host.host);
    }
    if let Some(Waiting { door, .. }) = waiting.first() {
        println!("Ask the organization by a way you know from elsewhere, then for example:");
        println!("  connector held confirm {} {}", door.subject, door.domain);
        println!("  connector held refuse {} {}", door.subject, door.domain);
    }
    Ok(ExitCode::SUCCESS)
}

/// The name, and the domains that are live now for the use of this door.
async fn now(store: &Store, door: &HeldDoor) -> anyhow::Result<(Option<String>, Vec<String>)> {
    let Found::Here(organization) = store.organization(&door.subject).await? else {
        return Ok((None, Vec::new()));
    };
    let mut domains: Vec<String> = match door.role.as_str() {
        "portal" => organization.live_portals().map(|portal| portal.domain.clone()).collect(),
        "website" => organization.website.iter().map(|site| site.domain.clone()).collect(),
        _ => organization.endpoints.iter().map(|endpoint| endpoint.domain.clone()).collect(),
    };
    domains.dedup();
    Ok((Some(organization.name), domains))
}

impl Decide {
    async fn run(self, verdict: Verdict) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let id = Id::parse(&self.id)
            .with_context(|| format!("{:?} is no id; `connector held` prints them (org-… or app-…)", self.id))?;
        let domain = self.domain.trim().to_lowercase();
        let mut found: Vec<HeldDoor> = tools
            .store
            .held_doors()
            .await?
            .into_iter()
            .filter(|door| door.subject == id && door.domain.eq_ignore_ascii_case(&domain))
            .filter(|door| self.role.as_ref().is_none_or(|role| door.role == *role))
            .collect();
        let door = match (found.pop(), found.len()) {
            (Some(door), 0) => door,
            (None, _) => bail!("no door to {domain} waits at {id}; `connector held` lists those that do"),
            (Some(_), more) => bail!("{} doors to {domain} wait at {id}; say which with --role", more + 1),
        };
        tools.store.decide_door(&door, verdict, &self.operator.by).await?;
        match verdict {
            Verdict::Confirm => println!("Live now: {} at {id} ({}).", door.url, door.role),
            Verdict::Refuse => println!("Refused: {} at {id} ({}). The old door stays.", door.url, door.role),
        }
        Ok(ExitCode::SUCCESS)
    }
}
