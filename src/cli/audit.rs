//! `connector audit`: what people decided, and the proof that nobody changed the record of it.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use connector::{clock::moment, model::text, store::AuditEntry};
use serde_json::json;

use super::{Settings, Tools};

/// How many are listed when nobody says.
const LIMIT: u32 = 50;
/// Letters of an entry's detail in a list.
const SHORT: usize = 200;

#[derive(Debug, Args)]
#[command(after_help = "\
Every decision of a person is an entry, chained to the one before by its hash: whoever changes or takes out one breaks the
chain. Who could write the whole chain anew is found out too, when its last hash was written down elsewhere.

  connector audit                           the last decisions
  connector audit --about org-0190...       those about one organization (a host, proposal:12)
  connector audit verify                    is the chain whole? prints the last hash; exit code 1 if it is not
  connector audit verify --expect HASH      and does it still contain the hash that was written down?")]
pub(super) struct Audit {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only entries about this: an id, a host, proposal:NUMBER.
    #[arg(long, value_name = "SUBJECT")]
    about: Option<String>,
    /// Only entries of this kind, for example host.recalled; may be repeated.
    #[arg(long = "action", value_name = "WORD")]
    actions: Vec<String>,
    /// Only entries before this number.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    before: i64,
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
    /// See whether the whole chain is as it was written; exit code 1 if it is not.
    Verify(Verify),
}

#[derive(Debug, Args)]
struct Verify {
    /// A last hash that was written down before: it must still be in the chain.
    #[arg(long, value_name = "HASH")]
    expect: Option<String>,
    /// Print what was found as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Audit {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        if let Some(Action::Verify(verify)) = self.action {
            return verify.run().await;
        }
        let tools = Tools::open(self.settings.config(None)?).await?;
        let actions: Vec<&str> = self.actions.iter().map(String::as_str).collect();
        let entries = tools.store.audit_entries(self.about.as_deref(), &actions, self.before, self.limit).await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&json!({ "entries": entries }))?);
            return Ok(ExitCode::SUCCESS);
        }
        for entry in &entries {
            println!("{}", line(entry));
        }
        match entries.last() {
            None => println!("No decision is in the record."),
            Some(last) if entries.len() == self.limit as usize && last.n > 1 => {
                println!("Older ones: connector audit --before {}", last.n);
            }
            Some(_) => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// One line of the list.
fn line(entry: &AuditEntry) -> String {
    let at = moment(entry.at).strftime("%Y-%m-%d %H:%M:%S");
    let short = |said: &str| text::clean(said, SHORT);
    let (action, subject, actor) = (short(&entry.action), short(&entry.subject), short(&entry.actor));
    format!("{:>6}  {at}  {action:<22} {subject}  by {actor}  {}", entry.n, short(&entry.detail))
}

impl Verify {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let state = tools.store.audit_verify().await?;
        let expected = match &self.expect {
            Some(hash) => Some(tools.store.audit_holds(hash.trim()).await?),
            None => None,
        };
        let good = state.broken.is_none() && expected != Some(None);
        if self.json {
            let found = expected.map(|at| at.map_or(json!(false), |n| json!(n)));
            println!(
                "{}",
                serde_json::to_string_pretty(&json!({ "chain": state, "expected_at": found, "whole": good }))?
            );
        } else {
            match &state.broken {
                Some((n, why)) => {
                    println!("Broken at entry {n}: {why}. The entries before it are as they were written.");
                }
                None => println!("Whole: {} entries. The last hash: {}", state.entries, state.head),
            }
            match expected {
                Some(Some(n)) => println!("The expected hash is that of entry {n}."),
                Some(None) => println!("The expected hash is not in the chain: it was cut off or written anew."),
                None => {}
            }
        }
        Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_an_entry_moves_a_terminal() {
        let evil = "a\u{1b}[31m\u{202e}\r\nb".to_owned();
        let entry = AuditEntry {
            n: 1,
            at: 1_795_000_000_000_000,
            actor: evil.clone(),
            action: evil.clone(),
            subject: evil.clone(),
            detail: evil,
            before_hash: String::new(),
            hash: String::new(),
        };
        assert!(!line(&entry).chars().any(|c| c.is_control() || c == '\u{202e}'));
    }
}
