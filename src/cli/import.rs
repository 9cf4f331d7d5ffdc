//! `connector import`.

use std::{io::IsTerminal as _, process::ExitCode, time::Duration};

use clap::Args;
use connector::sources::run::{Importer, Progress, Request};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;

use super::{Operator, Settings, Tools, room};

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(after_help = "\
Formats, told by content, never by the file's name:
  FHIR Bundles of Organization and Endpoint (SMART User-access Brands, HTI-1 service base URL lists, older ones)
  Lantern endpoint lists, the old Cerner endpoint JSON
  the original Blue Button Connector's JSON and CSV (organizations, apps)
  CMS's table of state Medicaid agencies (CSV)
  the endpoint tables CMS asks EHR vendors, networks and health plans to release (CSV)
  health plans' well-known index (JSON)
  NPPES, the register of providers: npidata_pfile with othername_pfile, pl_pfile and endpoint_pfile beside it, or the
    ZIP that holds them; the report of deactivated numbers (saved as CSV) closes listings
  CMS's National Provider Directory: NDJSON of Organization, Endpoint and Location, with its manifest.json
  the Connector's own table (CSV; see `connector template`); name its source with --source

Files may be packed: gzip, Zstandard (.zst), ZIP. Files of NPPES, or of the National Provider Directory, that are given
together are one load.

A bad row is reported with file, row, field and reason, and the rest goes in. A file that is empty, HTML,
truncated or of no known shape changes nothing. The same import again changes nothing.

A load waits for a person (`connector held`), and changes nothing meanwhile, when more than 20 % of its rows (and at
least 3) are new, gone or different against the last one that was accepted, when a field many rows had is gone, or
when more than 0.5 % of its doors would lead to another domain. The first load of a source is accepted by taking it in.

While a server answers from the same data folder, an import keeps to one processor and takes longer.

Exit codes: 0 done (the report names files that could not be used); 1 nothing could be used; 2 usage.")]
pub(super) struct Import {
    /// Files, folders or https:// addresses.
    #[arg(required = true, value_name = "FILE-OR-FOLDER-OR-URL")]
    inputs: Vec<String>,
    /// The source the files belong to, all as one load; without it, import.toml or the content says.
    #[arg(long, value_name = "ID")]
    source: Option<String>,
    /// The day the list speaks of, for example 2026-11-22; without it, import.toml says, or today.
    #[arg(long, value_name = "DATE")]
    date: Option<Date>,
    /// Show what would change, and change nothing.
    #[arg(long)]
    dry_run: bool,
    /// Somebody looked at these files: they do not wait for a person, and later loads are measured by them.
    #[arg(long)]
    accept: bool,
    #[command(flatten)]
    operator: Operator,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// Begin with an empty directory instead of the starter directory.
    #[arg(long)]
    no_starter: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Import {
    /// While a server runs, an import keeps to one processor; before any thread is made.
    pub(super) fn make_room(&self) {
        if let Ok(config) = self.settings.clone().config(None)
            && room::make_room(&config.data)
        {
            eprintln!("A server answers from this data folder: this import keeps to one processor.");
        }
    }

    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let progress = Shown::new();
        let importer = Importer {
            store: &tools.store,
            registry: &tools.registry,
            client: &tools.client()?,
            clock: &tools.clock,
            scratch: &tools.scratch()?,
            progress: &progress,
        };
        if !self.no_starter && !self.dry_run {
            importer.starter().await?;
        }
        let accepted_by = self.accept.then_some(self.operator.by);
        let request =
            Request { inputs: self.inputs, source: self.source, date: self.date, dry_run: self.dry_run, accepted_by };
        let report = importer.run(&request).await;
        progress.end();
        let mut report = report?;
        if !self.dry_run {
            importer.hold_what_changed(&mut report, None).await?;
        }
        if self.json {
            println!("{}", serde_json::to_string(&report)?);
        } else {
            print!("{}", report.words());
            if self.dry_run {
                println!("This was a dry run: nothing was changed.");
            }
        }
        Ok(if report.failed() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// A moving line on a terminal, plain lines elsewhere; always on standard error.
pub(super) struct Shown {
    bar: Option<ProgressBar>,
}

impl Shown {
    pub(super) fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed_precise} {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        Self { bar }
    }

    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Shown {
    fn rows(&self, file: &str, rows: u64) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("{file}: {rows} rows"));
        }
    }

    fn writing(&self, done: u64, of: u64) {
        if let Some(bar) = &self.bar {
            bar.set_message(format!("writing {done} of {of}"));
        } else if done == of && of > 0 {
            eprintln!("  {of} organizations and apps looked at");
        }
    }

    fn line(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => eprintln!("{line}"),
        }
    }
}
