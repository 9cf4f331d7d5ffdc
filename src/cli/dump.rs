//! `connector dump`: everything that is public as files, night by night.

use std::{collections::BTreeSet, io::IsTerminal as _, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand, ValueEnum};
use connector::dumps::{
    clean::clean,
    folder,
    make::{Ask, Progress, every_format, make},
    manifest::{Format, Manifest},
    nights,
    restore::restore,
    tables::dictionary,
    verify,
};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Settings, Tools};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "\
Without a word behind it, the night of today (UTC) is written to DATA/dumps/{date}, in place of one that is there; it is
seen when it is whole, and not before. A running server writes it by itself at CONNECTOR_DUMPS (03:00 UTC) and serves it
at /data. The newest CONNECTOR_DUMPS_KEEP nights (14) are kept. Stopped in the middle, it leaves nothing; the next one
begins anew.

Try it:
  connector dump                            everything, in every format
  connector dump --out /tmp/x --only csv    only tables, somewhere else
  connector dump list                       the nights that are kept
  connector dump verify                     is the newest one as its manifest says?
  connector dump restore DIR --data NEW     a mirror of the Connector the night in DIR is from
  connector dump clean                      cut out what was recalled or redacted, now

What each file and column means: docs/data.md. What a night is: docs/dumps.md.")]
pub(super) struct Dump {
    #[command(subcommand)]
    then: Option<Then>,
    /// Another folder than DATA/dumps.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Only this format, beside NDJSON; may be given more than once.
    #[arg(long, value_name = "FORMAT", requires = "out")]
    only: Vec<Only>,
    /// Print the manifest.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Then {
    /// List the nights that are kept.
    List {
        #[command(flatten)]
        settings: Settings,
    },
    /// Print what every column of the tables means (Markdown).
    Columns,
    /// Compare every file of a night with its manifest: sums, sizes, counts. Exit code 1 if they do not agree.
    Verify {
        /// The folder of the night; without it, the newest one of the data folder.
        dir: Option<PathBuf>,
        #[command(flatten)]
        settings: Settings,
    },
    /// Cut out of the kept nights what was recalled or redacted; a running server does it by itself within a minute.
    Clean {
        #[command(flatten)]
        settings: Settings,
    },
    /// Put a night into an empty data folder: the same ids, addresses and documents, to be read and not to be added to.
    ///
    /// Its files are verified first. A dump has what is public and not the lists behind it, so nothing can be imported,
    /// merged or redacted in such a mirror; hosts can be recalled. To move an installation, copy its data folder instead.
    Restore {
        /// The folder of the night, with its manifest.json.
        dir: PathBuf,
        #[command(flatten)]
        settings: Settings,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    Ndjson,
    Csv,
    Parquet,
    Sqlite,
    Fhir,
    Brands,
}

impl Dump {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.then {
            None => self.write().await,
            Some(Then::List { settings }) => list(settings),
            Some(Then::Columns) => {
                print!("{}", dictionary());
                Ok(ExitCode::SUCCESS)
            }
            Some(Then::Verify { dir, settings }) => verify_night(dir, settings),
            Some(Then::Restore { dir, settings }) => {
                let tools = Tools::open(settings.config(None)?).await?;
                let progress = Bar::new();
                let restored = restore(&tools.store, &dir, &progress).await;
                progress.end();
                println!("Restored: {}", words(&restored?));
                Ok(ExitCode::SUCCESS)
            }
            Some(Then::Clean { settings }) => {
                let tools = Tools::open(settings.config(None)?).await?;
                let config = &tools.config;
                let written = clean(&tools.store, &config.data, &config.public_url, &tools.clock).await?;
                for night in &written {
                    println!("{}: written again; its manifest has {} notices.", night.date, night.notices.len());
                }
                if written.is_empty() {
                    println!("No kept night shows anything that was recalled or redacted.");
                }
                Ok(ExitCode::SUCCESS)
            }
        }
    }

    async fn write(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let root = self.out.unwrap_or_else(|| folder(&tools.config.data));
        let formats: BTreeSet<Format> = match self.only.as_slice() {
            [] => every_format(),
            some => some.iter().copied().map(Only::format).collect(),
        };
        let progress = Bar::new();
        let ask = Ask {
            store: &tools.store,
            root: &root,
            clock: &tools.clock,
            formats: &formats,
            keep: tools.config.dumps_keep,
            public_url: &tools.config.public_url,
            progress: &progress,
        };
        let made = make(&ask).await;
        progress.end();
        let made = made?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&made)?);
        } else {
            println!("{}", words(&made));
            println!("It is in {}.", root.join(made.date.to_string()).display());
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Only {
    fn format(self) -> Format {
        match self {
            Self::Ndjson => Format::Ndjson,
            Self::Csv => Format::Csv,
            Self::Parquet => Format::Parquet,
            Self::Sqlite => Format::Sqlite,
            Self::Fhir => Format::FhirNdjson,
            Self::Brands => Format::Brands,
        }
    }
}

fn list(settings: Settings) -> anyhow::Result<ExitCode> {
    let data = settings.config(None)?.data;
    let days = nights(&data);
    for date in &days {
        match Manifest::read(&folder(&data).join(date.to_string())) {
            Ok(night) => println!("{}", words(&night)),
            Err(error) => println!("{date}: its manifest cannot be read: {error}"),
        }
    }
    if days.is_empty() {
        println!("There is no night yet in {}: `connector dump` writes one.", folder(&data).display());
    }
    Ok(ExitCode::SUCCESS)
}

fn verify_night(dir: Option<PathBuf>, settings: Settings) -> anyhow::Result<ExitCode> {
    let dir = if let Some(dir) = dir {
        dir
    } else {
        let data = settings.config(None)?.data;
        let newest = nights(&data).first().copied();
        let newest = newest.with_context(|| format!("there is no night yet in {}", folder(&data).display()))?;
        folder(&data).join(newest.to_string())
    };
    let progress = Bar::new();
    let verified = verify::verify(&dir, |file| progress.step(file));
    progress.end();
    let (manifest, wrong) =
        verified.with_context(|| format!("{} holds no night: its manifest.json cannot be read", dir.display()))?;
    for what in &wrong {
        println!("{what}");
    }
    if wrong.is_empty() {
        println!("{}", words(&manifest));
        println!("All {} files are as the manifest says.", manifest.files.len());
    }
    Ok(if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn words(night: &Manifest) -> String {
    let bytes: u64 = night.files.iter().map(|file| file.bytes).sum();
    let counts = &night.counts;
    format!(
        "{}: revision {}, {} organizations ({} listed), {} locations, {} portals, {} endpoints, {} apps; {} files, {}",
        night.date,
        night.revision,
        counts.organizations,
        counts.listed,
        counts.locations,
        counts.portals,
        counts.endpoints,
        counts.apps,
        night.files.len(),
        indicatif::HumanBytes(bytes)
    )
}

/// How far it is, for somebody who watches.
struct Bar(Option<ProgressBar>);

impl Bar {
    fn new() -> Self {
        Self(std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} {wide_bar} {pos}/{len} {msg}") {
                bar.set_style(style);
            }
            bar
        }))
    }

    fn end(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn organizations(&self, done: u64, of: u64) {
        if let Some(bar) = &self.0 {
            bar.set_length(of);
            bar.set_position(done);
        }
    }

    fn step(&self, what: &str) {
        if let Some(bar) = &self.0 {
            bar.set_message(what.to_owned());
        }
    }
}
