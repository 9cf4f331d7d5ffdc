//! `connector webhooks`: addresses that are told of changes, registered by whoever runs this installation.

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use connector::{
    changes::{
        wanted::Wanted,
        webhooks::{DAYS, Outcome, Sender, new_secret},
    },
    fetch::guard::shown,
    store::{Attempt, Webhook, WebhookState},
};
use jiff::Timestamp;
use serde_json::json;

use super::{Settings, Tools};

/// How long the secret before signs too, in hours.
const BOTH_SIGN: i64 = 24;

#[derive(Debug, Args)]
#[command(after_help = "\
A running server tells each address, in order and signed, what the log of changes has for it (docs/changes.md).

  connector webhooks add https://example.org/hook --state OH --event merged,recalled
                                          prints the secret, once; the server then asks the address to repeat a challenge
  connector webhooks                      all of them, how far each got, and why the last request failed
  connector webhooks test 1               challenge and ping now, from this machine
  connector webhooks replay 1 --after 0   tell it everything again from the beginning of the log
  connector webhooks log 1                the last requests to it

An address inside your own network must stand in CONNECTOR_FETCH_ALLOW (host:port), like one that lists are fetched from.")]
pub(super) struct Webhooks {
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
    /// List them.
    List(All),
    /// Add one; it is told what changes from now on.
    Add(Box<Add>),
    /// Send a challenge, if it never answered one, and a ping.
    Test(One),
    /// Tell it nothing until it is resumed.
    Pause(One),
    /// Go on with one that was paused or is off.
    Resume(One),
    /// Tell it again what came after a number of the log.
    Replay(Replay),
    /// Give it a new secret; the one it has signs too for a day.
    Rotate(One),
    /// Show the last requests to it.
    Log(Log),
    /// Remove it.
    Remove(One),
}

#[derive(Debug, Args)]
struct All {
    /// Print the list as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct One {
    /// Its number, as `connector webhooks` prints it.
    n: i64,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Add {
    /// Its address: https://…
    url: String,
    /// Only these things: organization, location, portal, endpoint, app (repeated, or separated by commas).
    #[arg(long = "type", value_name = "TYPE")]
    things: Vec<String>,
    /// Only these events: created, updated, moved, merged, split, closed, withdrawn, restored, recalled and so on.
    #[arg(long, visible_alias = "events", value_name = "EVENT")]
    event: Vec<String>,
    /// Only organizations and places in these states.
    #[arg(long, value_name = "STATE")]
    state: Vec<String>,
    /// Only organizations of these kinds.
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Only this organization and its places (org-…).
    #[arg(long, value_name = "ID")]
    organization: Vec<String>,
    /// Begin after this number of the log instead of now; 0 is the beginning.
    #[arg(long, value_name = "N")]
    after: Option<i64>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Replay {
    /// Its number.
    n: i64,
    /// Tell it what came after this number of the log.
    #[arg(long, value_name = "N")]
    after: i64,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Log {
    /// Its number.
    n: i64,
    /// How many requests, the newest first.
    #[arg(long, default_value_t = 20)]
    limit: u32,
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Webhooks {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.action {
            None => list(self.settings, self.json).await?,
            Some(Action::List(all)) => list(all.settings, all.json || self.json).await?,
            Some(Action::Add(add)) => add.run().await?,
            Some(Action::Test(one)) => return test(one).await,
            Some(Action::Pause(one)) => {
                open(one.settings).await?.store.pause_webhook(one.n, true).await?;
                println!("Paused: webhook {n} is told nothing until `connector webhooks resume {n}`.", n = one.n);
            }
            Some(Action::Resume(one)) => {
                open(one.settings).await?.store.pause_webhook(one.n, false).await?;
                println!("Resumed: webhook {} is told everything since it was told last.", one.n);
            }
            Some(Action::Replay(replay)) => replay.run().await?,
            Some(Action::Rotate(one)) => {
                let tools = open(one.settings).await?;
                let secret = new_secret();
                let until = tools.clock.micros() + BOTH_SIGN * 3_600_000_000;
                tools.store.rotate_webhook(one.n, &secret, until).await?;
                println!("The new secret of webhook {}, printed this once:\n{secret}", one.n);
                println!("For {BOTH_SIGN} hours the one before signs too, as a second v1 in Connector-Signature.");
            }
            Some(Action::Log(log)) => log.run().await?,
            Some(Action::Remove(one)) => {
                open(one.settings).await?.store.remove_webhook(one.n).await?;
                println!("Removed: webhook {} and its list of requests.", one.n);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn open(settings: Settings) -> anyhow::Result<Tools> {
    Tools::open(settings.config(None)?).await
}

impl Add {
    async fn run(self) -> anyhow::Result<()> {
        let mut wanted = Wanted::default();
        let parts = [&self.things, &self.event, &self.state, &self.kind, &self.organization];
        for (name, words) in Wanted::NAMES.into_iter().zip(parts) {
            for word in words {
                wanted.add(name, word).map_err(|wrong| {
                    let allowed = wrong.allowed.join(", ");
                    anyhow::anyhow!("--{wrong}{}{allowed}", if allowed.is_empty() { "" } else { ": " })
                })?;
            }
        }
        let tools = open(self.settings).await?;
        let (url, _) = tools.client()?.judge(&self.url)?;
        let last = tools.store.last_revision().await?;
        let after = self.after.unwrap_or(last);
        check_after(after, last)?;
        let secret = new_secret();
        let wanted = serde_json::to_string(&wanted).context("the choice of changes")?;
        let n = tools.store.add_webhook(url.as_str(), &wanted, &secret, after).await?;
        println!("Added: webhook {n}, {}. Its secret, printed this once:\n{secret}", shown(url.as_str()));
        println!("It is told what comes after number {after}, once it repeats the challenge that the server sends it.");
        println!("To try it now: connector webhooks test {n}");
        Ok(())
    }
}

fn check_after(after: i64, last: i64) -> anyhow::Result<()> {
    if !(0..=last).contains(&after) {
        bail!("--after is a number of the log, from 0 (its beginning) to {last} (its end)");
    }
    Ok(())
}

impl Replay {
    async fn run(self) -> anyhow::Result<()> {
        let tools = open(self.settings).await?;
        check_after(self.after, tools.store.last_revision().await?)?;
        tools.store.replay_webhook(self.n, self.after).await?;
        println!("Webhook {} is told again what came after number {}.", self.n, self.after);
        Ok(())
    }
}

async fn test(one: One) -> anyhow::Result<ExitCode> {
    let tools = open(one.settings).await?;
    let hook = tools.store.webhook(one.n).await?;
    let sender = Sender::new(tools.client()?, tools.store.clone(), tools.clock.clone());
    let mut well = true;
    if hook.answered == 0 {
        let outcome = sender.challenge(&hook).await;
        well = print_outcome("challenge", &outcome);
        if well {
            tools.store.webhook_answered(one.n).await?;
        }
    }
    if well {
        well = print_outcome("ping", &sender.ping(&hook).await);
    }
    Ok(if well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn print_outcome(what: &str, outcome: &Outcome) -> bool {
    match &outcome.error {
        None => println!("{what}: answered {} in {} ms", outcome.status, outcome.took_ms),
        Some(error) => println!("{what}: failed after {} ms: {error}", outcome.took_ms),
    }
    outcome.error.is_none()
}

async fn list(settings: Settings, json: bool) -> anyhow::Result<()> {
    let tools = open(settings).await?;
    let (hooks, last) = (tools.store.webhooks().await?, tools.store.last_revision().await?);
    if json {
        let all: Vec<_> = hooks.iter().map(as_json).collect();
        println!("{}", serde_json::to_string_pretty(&json!({ "webhooks": all, "last": last }))?);
        return Ok(());
    }
    for hook in &hooks {
        println!("{:>4}  {:<6}  {}", hook.n, hook.state.word(), shown(&hook.url));
        let wanted: Wanted = serde_json::from_str(&hook.wanted)?;
        let wants = if wanted == Wanted::default() { "everything".to_owned() } else { hook.wanted.clone() };
        if let Some(subject) = &hook.subject {
            println!("      added by the owners of {subject}");
        }
        println!("      wants {wants}; has everything up to {} of {last}", hook.acknowledged);
        if hook.failures > 0 {
            println!(
                "      failed {} times since {}: {}; {}",
                hook.failures,
                time(hook.failing_since),
                hook.last_error,
                next(hook)
            );
        } else if hook.last_ok > 0 {
            println!("      last took something on {}", time(hook.last_ok));
        } else {
            println!("      has not answered a challenge yet");
        }
    }
    println!("Webhooks: {}.", hooks.len());
    Ok(())
}

/// Everything but the secrets.
fn as_json(hook: &Webhook) -> serde_json::Value {
    let at = |micros: i64| (micros > 0).then(|| time(micros));
    json!({
        "n": hook.n,
        "url": shown(&hook.url),
        "added_by_owners_of": hook.subject,
        "wanted": serde_json::from_str::<serde_json::Value>(&hook.wanted).unwrap_or_default(),
        "state": hook.state,
        "acknowledged": hook.acknowledged,
        "created": at(hook.created),
        "answered": at(hook.answered),
        "failures": hook.failures,
        "failing_since": at(hook.failing_since),
        "next_try": at(hook.next_at),
        "last_ok": at(hook.last_ok),
        "last_error": hook.last_error,
    })
}

fn next(hook: &Webhook) -> String {
    match hook.state {
        WebhookState::Off => format!("off after {DAYS} days, or because it said so"),
        WebhookState::Paused => "paused".to_owned(),
        WebhookState::New | WebhookState::On => format!("next try {}", time(hook.next_at)),
    }
}

fn time(micros: i64) -> String {
    Timestamp::from_microsecond(micros).map(|at| at.strftime("%FT%TZ").to_string()).unwrap_or_default()
}

impl Log {
    async fn run(self) -> anyhow::Result<()> {
        let tools = open(self.settings).await?;
        tools.store.webhook(self.n).await?;
        let attempts = tools.store.attempts(self.n, self.limit).await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&attempts)?);
            return Ok(());
        }
        attempts.iter().for_each(print_attempt);
        println!("Requests shown: {}.", attempts.len());
        Ok(())
    }
}

fn print_attempt(attempt: &Attempt) {
    let what = match attempt.changes {
        0 => attempt.what.clone(),
        n => format!("{n} changes, {}..{}", attempt.after + 1, attempt.upto),
    };
    let how = if attempt.error.is_empty() { "taken".to_owned() } else { attempt.error.clone() };
    println!("{:>5}  {}  {what}: {} in {} ms, {how}", attempt.n, time(attempt.at), attempt.status, attempt.took_ms);
}
