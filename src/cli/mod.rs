//! The command line: what is typed in, what is printed and an exit code out.
//!
//! Exit codes: 0 done; 1 not done, or `check` found something; 2 the command was not understood.

mod backup;
mod admin;
mod audit;
mod brands;
mod check;
mod claims;
mod config;
mod decide;
mod dump;
mod export;
mod held;
mod import;
mod loads;
mod logos;
mod mail;
mod nightly;
mod mcp;
mod redact;
mod review;
mod room;
mod schedule;
mod search;
mod serve;
mod sources;
mod submissions;
mod sync;
mod template;
mod webhooks;
mod well_known;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use connector::{
    clock::Clock,
    config::{Config, Given},
    fetch,
    sources::registry::Registry,
    store::Store,
};

/// Connector: a public directory that takes people to the door of their own health records.
#[derive(Debug, Parser)]
#[command(
    version,
    max_term_width = 100,
    after_help = "\
Try it:
  connector serve                          the site and the API at http://127.0.0.1:8080
  connector import --dry-run list.json     what a vendor's list would change
  connector import list.json               take it in; a running server shows it within a second
  connector sync                           fetch the lists that are due
  connector held                           loads and doors that wait for a person
  connector submissions                    what people reported
  connector search --explain quest         what people find, and why in this order
  connector check                          do store, log and index agree?
  connector brands check list.json         what is wrong with a list of brands, before you publish it

Settings come from the file, then the environment, then flags: see `connector config`."
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer people and programs: the site, the API, the search index that follows the store.
    Serve(serve::Serve),
    /// Take in lists: files, folders (an import.toml in them says source, date and mode), https:// addresses.
    Import(import::Import),
    /// Fetch the lists that are due, and take in what is new.
    Sync(Box<sync::Sync>),
    /// Show which developers' lists there are and sources.toml does not have.
    Sources(sources::Sources),
    /// Print the empty table (CSV) for lists of your own, with an example, or explain its columns.
    Template(template::Template),
    /// Write the nightly files; verify, clean or restore them.
    Dump(Box<dump::Dump>),
    /// Write everything there is to one encrypted file; make a key; see whether a backup is whole.
    Backup(Box<backup::Backup>),
    /// Put a backup into an empty data folder or database.
    Restore(Box<backup::Restore>),
    /// Write everything that is public as NDJSON: sources, organizations, apps.
    Export(export::Export),
    /// List loads and doors that wait for a person, and decide them.
    Held(Box<held::Held>),
    /// List what came in; accept, repeat or undo a load.
    Loads(Box<loads::Loads>),
    /// Fetch the logos that are due, where a licence is stated.
    Logos(logos::Logos),
    /// Forget a text everywhere, or empty an old revision.
    Redact(redact::Redact),
    /// List pairs of organizations that may be one, and decide them.
    Review(Box<review::Review>),
    /// List what people reported, and decide it.
    Submissions(Box<submissions::Submissions>),
    /// List who says that an organization is theirs, decide it, and look at proofs now.
    Claims(Box<claims::Claims>),
    /// Say that two organizations are one.
    Merge(decide::Merge),
    /// Undo a merge, or take a listing out of an organization.
    Split(decide::Split),
    /// Send nobody to a host any more: it is gone from pages, API and index.
    Recall(decide::Recall),
    /// Show which listings an organization or app is made of.
    Explain(decide::Explain),
    /// Search as people do, beside a running server or without one; `--explain` says why a result stands where it does.
    Search(Box<search::Search>),
    /// See whether store, log and index agree; exit code 1 if they do not.
    Check(check::Check),
    /// Check a list of brands and FHIR endpoints before you publish it
    Brands(brands::Brands),
    /// Show what people decided, and prove that the record of it is whole.
    Audit(Box<audit::Audit>),
    /// Make the search index again from the store; a running server does it itself and goes on answering.
    RebuildIndex(check::Rebuild),
    /// List the addresses that are told of changes; add, test, pause, replay or remove one.
    Webhooks(Box<webhooks::Webhooks>),
    /// List mails that have not gone; try one again, or send a test.
    Mail(mail::Mail),
    /// Tools for agents (Model Context Protocol) on standard input and output.
    Mcp(mcp::Mcp),
    /// Invite, list and dismiss moderators and administrators; end somebody's sessions.
    Admin(Box<admin::Admin>),
    /// Explain every setting, and what it is now.
    Config(config::Explain),
}

/// Settings every command takes; they are stronger than the environment, which is stronger than the file.
#[derive(Debug, Clone, Args)]
struct Settings {
    /// The data folder.
    #[arg(long, env = "CONNECTOR_DATA", value_name = "DIR")]
    data: Option<String>,
    /// A postgres:// address; without it, SQLite in the data folder.
    #[arg(long, env = "CONNECTOR_DATABASE", value_name = "ADDRESS", hide_env_values = true)]
    database: Option<String>,
    /// The settings file.
    #[arg(long = "config", env = "CONNECTOR_CONFIG", value_name = "FILE", default_value = "connector.toml")]
    file: PathBuf,
    #[arg(long, env = "CONNECTOR_PUBLIC_URL", hide = true)]
    public_url: Option<String>,
    #[arg(long, env = "CONNECTOR_OPERATOR", hide = true)]
    operator: Option<String>,
    #[arg(long, env = "CONNECTOR_CONTACT", hide = true)]
    contact: Option<String>,
    #[arg(long, env = "CONNECTOR_TRUSTED_PROXIES", hide = true)]
    trusted_proxies: Option<String>,
    #[arg(long, env = "CONNECTOR_FETCH_ALLOW", hide = true)]
    fetch_allow: Option<String>,
    #[arg(long, env = "CONNECTOR_KEEP_LOADS", hide = true)]
    keep_loads: Option<String>,
    #[arg(long, env = "CONNECTOR_SYNC", hide = true, value_name = "on|off")]
    sync: Option<String>,
    #[arg(long, env = "CONNECTOR_LEGACY_HOST", hide = true, value_name = "HOST")]
    legacy_host: Option<String>,
    #[arg(long, env = "CONNECTOR_RATE_LIMIT", hide = true, value_name = "A MINUTE|off")]
    rate_limit: Option<String>,
    #[arg(long, env = "CONNECTOR_DUMPS", hide = true, value_name = "HH:MM|off")]
    dumps: Option<String>,
    #[arg(long, env = "CONNECTOR_DUMPS_KEEP", hide = true)]
    dumps_keep: Option<String>,
    #[arg(long, env = "CONNECTOR_SMTP", hide = true, hide_env_values = true)]
    smtp: Option<String>,
    #[arg(long, env = "CONNECTOR_MAIL_FROM", hide = true)]
    mail_from: Option<String>,
    #[arg(long, env = "CONNECTOR_OIDC_ISSUER", hide = true)]
    oidc_issuer: Option<String>,
    #[arg(long, env = "CONNECTOR_OIDC_CLIENT", hide = true)]
    oidc_client: Option<String>,
    #[arg(long, env = "CONNECTOR_OIDC_SECRET", hide = true, hide_env_values = true)]
    oidc_secret: Option<String>,
    #[arg(long, env = "CONNECTOR_OIDC_NAME", hide = true)]
    oidc_name: Option<String>,
    #[arg(long, env = "CONNECTOR_NAME_SERVERS", hide = true)]
    name_servers: Option<String>,
    #[arg(long, env = "CONNECTOR_BRAND", hide = true, value_name = "FOLDER")]
    brand: Option<String>,
}

/// Who makes a decision.
#[derive(Debug, Args)]
struct Operator {
    /// Who decides; stands in the log of changes.
    #[arg(long = "as", value_name = "NAME", default_value = "operator")]
    by: String,
}

impl Settings {
    fn config(self, listen: Option<String>) -> anyhow::Result<Config> {
        let file = Given::file(&self.file)?;
        let given = Given {
            data: self.data,
            listen,
            database: self.database,
            public_url: self.public_url,
            operator: self.operator,
            contact: self.contact,
            trusted_proxies: self.trusted_proxies,
            fetch_allow: self.fetch_allow,
            keep_loads: self.keep_loads,
            sync: self.sync,
            legacy_host: self.legacy_host,
            rate_limit: self.rate_limit,
            dumps: self.dumps,
            dumps_keep: self.dumps_keep,
            smtp: self.smtp,
            mail_from: self.mail_from,
            oidc_issuer: self.oidc_issuer,
            oidc_client: self.oidc_client,
            oidc_secret: self.oidc_secret,
            oidc_name: self.oidc_name,
            name_servers: self.name_servers,
            brand: self.brand,
        };
        Ok(given.over(file).check()?)
    }
}

/// What the commands work with.
struct Tools {
    config: Arc<Config>,
    store: Store,
    clock: Clock,
    registry: Registry,
}

impl Tools {
    /// Opens the data folder, making it when it is not there.
    async fn open(config: Config) -> anyhow::Result<Self> {
        let data = config.data.clone();
        std::fs::create_dir_all(&data).with_context(|| {
            format!("the data folder {} cannot be made; choose another with --data", data.display())
        })?;
        let clock = Clock::Machine;
        let store = Store::open(&data, config.database.as_deref(), clock.clone())
            .await
            .with_context(|| format!("the data in {} cannot be opened", data.display()))?;
        let store = store.keeping(config.keep_loads);
        let registry = registry(&data)?;
        Ok(Self { config: Arc::new(config), store, clock, registry })
    }

    fn client(&self) -> anyhow::Result<fetch::Client> {
        Ok(fetch::Client::new(self.fetch_settings())?)
    }

    fn fetch_settings(&self) -> fetch::Settings {
        self.config.fetch_settings()
    }

    /// Where syncs put what they fetch; theirs alone.
    fn fetched(&self) -> PathBuf {
        self.config.data.join("fetched")
    }

    fn scratch(&self) -> anyhow::Result<PathBuf> {
        let scratch = self.config.data.join("blobs");
        std::fs::create_dir_all(&scratch).with_context(|| format!("{} cannot be made", scratch.display()))?;
        Ok(scratch)
    }
}

/// The sources that are shipped, and those of the data folder.
fn registry(data: &Path) -> anyhow::Result<Registry> {
    let own = std::fs::read_to_string(data.join("sources.toml")).unwrap_or_default();
    Registry::with(&own).context("sources.toml in the data folder")
}

/// Runs a command; what goes wrong is one line on standard error.
pub fn run(cli: Cli) -> ExitCode {
    if let Command::Import(import) = &cli.command {
        import.make_room();
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("connector: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve(command) => command.run().await,
            Command::Import(command) => command.run().await,
            Command::Sync(command) => command.run().await,
            Command::Sources(command) => command.run(),
            Command::Template(command) => command.run(),
            Command::Dump(command) => command.run().await,
            Command::Backup(command) => command.run().await,
            Command::Restore(command) => command.run().await,
            Command::Export(command) => command.run().await,
            Command::Held(command) => Box::pin(command.run()).await,
            Command::Loads(command) => Box::pin(command.run()).await,
            Command::Logos(command) => command.run().await,
            Command::Redact(command) => command.run().await,
            Command::Review(command) => command.run().await,
            Command::Submissions(command) => command.run().await,
            Command::Claims(command) => command.run().await,
            Command::Merge(command) => command.run().await,
            Command::Split(command) => command.run().await,
            Command::Recall(command) => command.run().await,
            Command::Explain(command) => command.run().await,
            Command::Search(command) => command.run(),
            Command::Check(command) => command.run().await,
            Command::Audit(command) => command.run().await,
            Command::Brands(command) => command.run().await,
            Command::RebuildIndex(command) => command.run().await,
            Command::Webhooks(command) => command.run().await,
            Command::Mail(command) => command.run().await,
            Command::Mcp(command) => command.run().await,
            Command::Admin(command) => command.run().await,
            Command::Config(command) => command.run(),
        }
    });
    match done {
        Ok(code) => code,
        Err(error) => {
            eprintln!("connector: {error:#}");
            ExitCode::FAILURE
        }
    }
}
