//! `connector claims`: who says that an organization or app is theirs, listed and decided; and a look at every proof.
//!
//! What holds: what people typed reaches a terminal cleaned; the text that is to be published is never printed.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use connector::{
    app::{App, index_folder},
    claims::recheck,
    clock::moment,
    model::{
        claim::{Claim, ClaimState},
        text,
    },
    search::index::Index,
    store::{Found, Store},
};
use serde_json::json;

use super::{Operator, Settings, Tools};

/// How many are listed when nobody says.
const LIMIT: u32 = 50;
/// Letters of a text that is shown.
const WHOLE: usize = 2_000;

#[derive(Debug, Args)]
#[command(after_help = "\
Somebody who shows control of a domain that lists of weight name for an organization owns it at once, when nobody else does.
Everything else waits here for a person: a second claimant, an e-mail address, papers, a vendor, another owner.

  connector claims                          those that wait
  connector claims show 12                  all of one
  connector claims accept 12 --answer \"We called the office\"
                                            gives the place that was asked for
  connector claims refuse 12 --answer \"Please write from your work address\"
  connector claims revoke 12                takes back what a claim gave: the seat goes
  connector claims recheck                  looks at every proof now, as the server does daily

Two who claim one organization at the same moment freeze it until both were decided. docs/claims.md says how.")]
pub(super) struct Claims {
    #[command(subcommand)]
    action: Option<Action>,
    /// List those of this state: open, waiting, proved, lost, refused, withdrawn.
    #[arg(long, default_value = "waiting", value_parser = state)]
    state: ClaimState,
    /// Go on after this number.
    #[arg(long, default_value_t = 0)]
    after: i64,
    /// How many to list.
    #[arg(long, default_value_t = LIMIT)]
    limit: u32,
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show one, with the address of whoever sent it.
    Show(One),
    /// Give the place that was asked for.
    Accept(Decide),
    /// Give nothing.
    Refuse(Decide),
    /// Take back what an accepted or proved claim gave.
    Revoke(Decide),
    /// Look at every proof now.
    Recheck(Recheck),
}

#[derive(Debug, Args)]
struct One {
    /// The number, as `connector claims` prints it.
    n: i64,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Decide {
    /// The number, as `connector claims` prints it.
    n: i64,
    /// What the claimant is told.
    #[arg(long, default_value = "")]
    answer: String,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Recheck {
    #[command(flatten)]
    settings: Settings,
}

/// What a person decided.
#[derive(Debug, Clone, Copy)]
enum Decision {
    Accept,
    Refuse,
    Revoke,
}

fn state(word: &str) -> Result<ClaimState, String> {
    ClaimState::from_word(word).ok_or_else(|| "write open, waiting, proved, lost, refused or withdrawn".to_owned())
}

impl Claims {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.action {
            Some(Action::Show(one)) => one.run().await,
            Some(Action::Accept(decide)) => decide.run(Decision::Accept).await,
            Some(Action::Refuse(decide)) => decide.run(Decision::Refuse).await,
            Some(Action::Revoke(decide)) => decide.run(Decision::Revoke).await,
            Some(Action::Recheck(recheck)) => recheck.run().await,
            None => {
                let tools = Tools::open(self.settings.config(None)?).await?;
                let claims = tools.store.claims(&[self.state], None, None, self.after, self.limit).await?;
                list(&tools.store, &claims, self.state, self.json).await
            }
        }
    }
}

async fn list(store: &Store, claims: &[Claim], state: ClaimState, json: bool) -> anyhow::Result<ExitCode> {
    if json {
        println!("{}", serde_json::to_string_pretty(&json!({ "claims": claims }))?);
        return Ok(ExitCode::SUCCESS);
    }
    for claim in claims {
        println!("{}", line(store, claim).await?);
    }
    match (claims.len(), state) {
        (0, ClaimState::Waiting) => println!("No claim waits for a person."),
        (0, state) => println!("No claim is {}.", state.word()),
        (..) => println!("See all of one: connector claims show {}", claims[0].n),
    }
    Ok(ExitCode::SUCCESS)
}

async fn line(store: &Store, claim: &Claim) -> anyhow::Result<String> {
    let name = name(store, claim).await?;
    let day = moment(claim.created_at).strftime("%Y-%m-%d %H:%M");
    let domain = if claim.domain.is_empty() { String::new() } else { format!(" {}", claim.domain) };
    let role = claim.role.word();
    let seen = if claim.proved_at > 0 && claim.state == ClaimState::Waiting { "  [control was shown]" } else { "" };
    Ok(format!("{:>6}  {day}  {role} of {name}, by {}{domain}{seen}", claim.n, claim.method.word()))
}

/// The name of what is claimed.
async fn name(store: &Store, claim: &Claim) -> anyhow::Result<String> {
    Ok(match store.organization(&claim.subject).await? {
        Found::Here(org) => text::clean(&org.name, 100),
        _ => claim.subject.to_string(),
    })
}

impl One {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let claim = tools.store.claim(self.n).await?.with_context(|| format!("there is no claim {}", self.n))?;
        println!("{}", line(&tools.store, &claim).await?);
        let person = tools.store.person(&claim.person).await?;
        let email = person.map_or_else(|| "an account that is closed".to_owned(), |person| person.email);
        let frozen = tools.store.frozen(&claim.subject).await?.map(|frozen| frozen.why);
        let day = |at: i64| if at == 0 { String::new() } else { moment(at).to_string() };
        for (field, value) in [
            ("what", claim.subject.to_string()),
            ("state", claim.state.word().to_owned()),
            ("who", format!("{email} ({})", claim.person)),
            ("invited by", claim.invited_by.as_ref().map(ToString::to_string).unwrap_or_default()),
            ("says", text::clean(&claim.note, WHOLE)),
            ("control shown", day(claim.proved_at)),
            ("looked at", day(claim.checked_at)),
            ("missing since", day(claim.failing_since)),
            ("decided by", claim.decided_by.clone()),
            ("answer", text::clean(&claim.answer, WHOLE)),
            ("frozen", frozen.unwrap_or_default()),
        ] {
            if !value.is_empty() {
                println!("{field:>14}: {value}");
            }
        }
        for member in tools.store.members(&claim.subject).await? {
            println!("{:>14}: {} ({}, proof {})", "there already", member.person, member.role.word(), member.proof);
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Decide {
    async fn run(self, decision: Decision) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let actor = format!("operator:{}", self.operator.by);
        let store = &tools.store;
        let done = match decision {
            Decision::Accept => store.decide_claim(self.n, true, &self.answer, &actor).await?,
            Decision::Refuse => store.decide_claim(self.n, false, &self.answer, &actor).await?,
            Decision::Revoke => store.revoke_claim(self.n, &self.answer, &actor).await?,
        };
        println!("Claim {} is {}.", done.n, done.state.word());
        if let Some(frozen) = store.frozen(&done.subject).await? {
            println!("{} is frozen: {}", done.subject, frozen.why);
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Recheck {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let client = tools.client()?;
        let index = Index::open_to_read(&index_folder(&tools.config))
            .context("there is no search index yet: start `connector serve` once")?;
        let app = App::new(tools.store, index, tools.clock, tools.config);
        let round = recheck::round(&app, &client, true).await?;
        if round.cut_off {
            println!("{} proofs were looked for and nobody answered at all; nothing was written down.", round.looked);
            return Ok(ExitCode::FAILURE);
        }
        println!(
            "{} proofs: {} stand, {} are missing, {} were lost just now, {} are back.",
            round.looked, round.stand, round.missing, round.lost, round.back
        );
        Ok(ExitCode::SUCCESS)
    }
}
