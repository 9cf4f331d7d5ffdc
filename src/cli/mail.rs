//! `connector mail`: mails that have not gone, for whoever runs this installation.

use std::process::ExitCode;

use clap::Args;
use connector::{
    clock::moment,
    mail::{Carrier, Went, attempt},
    model::text,
    store::QueuedMail,
};

use super::{Settings, Tools};

/// Letters of what a mail server said.
const SHORT: usize = 300;

#[derive(Debug, Args)]
#[command(after_help = "\
A running server sends mails by itself, and tries again what did not go: after a minute, then later and later, for most of a
day. Without CONNECTOR_SMTP they are written to outbox/ in the data folder instead (docs/mail.md).

  connector mail                          what waits or was given up, and why
  connector mail --retry 12               try it again
  connector mail --test you@example.org   send a test now, and print what became of it")]
pub(super) struct Mail {
    /// Try this mail again.
    #[arg(long, value_name = "N", conflicts_with = "test")]
    retry: Option<i64>,
    /// Send a test to this address now.
    #[arg(long, value_name = "ADDRESS")]
    test: Option<String>,
    #[command(flatten)]
    settings: Settings,
}

impl Mail {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        match (self.retry, self.test) {
            (Some(n), _) => {
                tools.store.retry_mail(n).await?;
                println!("Mail {n} is tried again by the running server.");
            }
            (None, Some(address)) => return test(&tools, address).await,
            (None, None) => list(&tools).await?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(tools: &Tools) -> anyhow::Result<()> {
    let mails = tools.store.unsent_mails().await?;
    for mail in &mails {
        let state = if mail.given_up {
            format!("given up after {} tries", mail.tries)
        } else {
            format!("tried {} times, next at {:.0}", mail.tries, moment(mail.next_at))
        };
        println!("{:>4}  {:.0}  to {}  {:?}", mail.n, moment(mail.at), text::clean(&mail.address, SHORT), mail.subject);
        println!("      {state}");
        if !mail.error.is_empty() {
            println!("      {}", text::clean(&mail.error, SHORT));
        }
    }
    if mails.is_empty() {
        println!("No mail waits.");
    }
    Ok(())
}

async fn test(tools: &Tools, address: String) -> anyhow::Result<ExitCode> {
    let carrier = Carrier::new(&tools.config)?;
    let site = &tools.config.public_url;
    let body = format!("This is a test.\n\nMails of {site} get here.\n");
    let mail = QueuedMail { n: 0, address, subject: "A test".into(), body, tries: 1 };
    Ok(match attempt(&carrier, &mail, tools.clock.micros()).await {
        Ok(Went::Sent) => {
            println!("The mail server took it. If it does not arrive, look into the server's own log.");
            ExitCode::SUCCESS
        }
        Ok(Went::Written(file)) => {
            println!("No mail server is set (CONNECTOR_SMTP): it was written to outbox/{file}.");
            ExitCode::SUCCESS
        }
        Err(why) => {
            println!("It did not go: {why}");
            ExitCode::FAILURE
        }
    })
}
