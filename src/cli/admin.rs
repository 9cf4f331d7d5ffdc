//! `connector admin`: who looks after the directory.
//!
//! What holds: an invitation is a link for one use; its address comes from `CONNECTOR_PUBLIC_URL`; nobody gets a role before
//! they took it themselves.

use std::process::ExitCode;

use anyhow::{Context as _, bail, ensure};
use clap::{Args, Subcommand};
use connector::{
    accounts::invite,
    clock::moment,
    model::account::{Person, SiteRole, email_key},
    store::Store,
};
use serde_json::json;

use super::{Operator, Settings, Tools};

#[derive(Debug, Args)]
#[command(after_help = "\
The first thing to do on a new installation (docs/accounts.md):

  connector admin invite ana@example.org --role administrator
                                          prints a link, good once and for 7 days; send it to Ana, or open it yourself
  connector admin list                    who has a role, and how many passkeys each has
  connector admin dismiss ana@example.org takes the role away and ends all sessions; the account stays
  connector admin sessions --end ana@example.org
                                          signs somebody out everywhere

A moderator needs a passkey before they can decide anything; the link leads there.")]
pub(super) struct Admin {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a link by which an address becomes a moderator or administrator.
    Invite(Invite),
    /// List moderators and administrators.
    List(List),
    /// Take somebody's role away.
    Dismiss(Dismiss),
    /// Sign somebody out everywhere.
    Sessions(Sessions),
}

#[derive(Debug, Args)]
struct Invite {
    /// Whom.
    email: String,
    /// What they become: moderator or administrator.
    #[arg(long, default_value = "moderator", value_parser = role)]
    role: SiteRole,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct List {
    /// Print them as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Dismiss {
    /// Whom.
    email: String,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Sessions {
    /// Whose sessions end.
    #[arg(long, value_name = "EMAIL")]
    end: String,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

fn role(word: &str) -> Result<SiteRole, String> {
    let role = SiteRole::from_word(word).filter(|role| *role != SiteRole::None);
    role.ok_or_else(|| "write moderator or administrator".to_owned())
}

impl Admin {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.action {
            Action::Invite(invite) => invite.run().await,
            Action::List(list) => list.run().await,
            Action::Dismiss(dismiss) => dismiss.run().await,
            Action::Sessions(sessions) => sessions.run().await,
        }
    }
}

impl Invite {
    async fn run(self) -> anyhow::Result<ExitCode> {
        ensure!(email_key(&self.email).is_some(), "{:?} is no e-mail address", self.email);
        let tools = Tools::open(self.settings.config(None)?).await?;
        let path = invite::make(&tools.store, &self.email, self.role, &actor(&self.operator)).await?;
        println!("{}{path}", tools.config.public_url);
        eprintln!(
            "Good once, for {} days, for {} as {}. Whoever opens it first has the role: send it where nobody else reads.",
            invite::DAYS,
            self.email.trim(),
            self.role.word()
        );
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let people = tools.store.people_of_site().await?;
        if people.is_empty() && !self.json {
            println!("Nobody yet. Invite somebody: connector admin invite EMAIL --role administrator");
        }
        for person in people {
            let passkeys = tools.store.passkeys(&person.id).await?.len();
            let since = moment(person.created_at).strftime("%Y-%m-%d");
            if self.json {
                let line = json!({
                    "id": person.id, "email": person.email, "role": person.site_role, "passkeys": passkeys,
                    "since": since.to_string(),
                });
                println!("{line}");
            } else {
                println!("{:<14} {} (passkeys: {passkeys}, since {since})", person.site_role.word(), person.email);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Dismiss {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        // One that was not taken yet is worth nothing either.
        invite::withdraw(&tools.store, &self.email).await?;
        let person = named(&tools.store, &self.email).await?;
        if person.site_role == SiteRole::None {
            bail!("{} has no role; an invitation that was open is withdrawn", self.email.trim());
        }
        tools.store.set_site_role(&person.id, SiteRole::None, &actor(&self.operator)).await?;
        println!("{} is no {} any more, and signed out everywhere.", person.email, person.site_role.word());
        Ok(ExitCode::SUCCESS)
    }
}

impl Sessions {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let person = named(&tools.store, &self.end).await?;
        let sessions = tools.store.sessions_of(&person.id).await?.len();
        tools.store.end_session(&person.id, None, None).await?;
        tools.store.audit(&actor(&self.operator), "session.ended", person.id.as_str(), &json!({})).await?;
        println!("{} is signed out everywhere (sessions: {sessions}).", person.email);
        Ok(ExitCode::SUCCESS)
    }
}

async fn named(store: &Store, email: &str) -> anyhow::Result<Person> {
    let person = store.person_by_email(email).await?;
    person.with_context(|| format!("nobody has an account with {:?}; see: connector admin list", email.trim()))
}

fn actor(operator: &Operator) -> String {
    format!("operator:{}", operator.by)
}
