//! `connector brands`: what is wrong with a list of brands.

use std::{path::Path, process::ExitCode};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use connector::{
    brands::check::{self, Report, Severity},
    clock::Clock,
    fetch,
    site::brands_check,
};

use super::Settings;

/// The largest list that is checked, in bytes: it is read into memory.
const LARGEST: u64 = 1 << 30;
/// Findings of a rule that are printed.
const SHOWN: usize = 5;

#[derive(Debug, Args)]
pub(super) struct Brands {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Check a Bundle of SMART User-access Brands, or an HTI-1 service base URL list
    Check(Check),
}

#[derive(Debug, Args)]
#[command(after_help = "Ends with 1 when the list has an error. What is fetched is thrown away.")]
struct Check {
    /// A file, or an https:// address
    #[arg(value_name = "FILE-OR-URL")]
    list: String,
    /// Print the findings as a FHIR OperationOutcome
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Brands {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let What::Check(check) = self.what;
        let config = check.settings.config(None)?;
        let bytes = if check.list.starts_with("https://") || check.list.starts_with("http://") {
            let settings = fetch::Settings {
                public_url: config.public_url,
                allow: config.fetch_allow,
                ..fetch::Settings::default()
            };
            let scratch = std::env::temp_dir();
            let got = fetch::Client::new(settings)?.get_to_file(&check.list, &scratch).await;
            let got = got.with_context(|| check.list.clone())?;
            let bytes = read(&got.path);
            let _ = std::fs::remove_file(&got.path);
            bytes?
        } else {
            read(Path::new(&check.list))?
        };
        let report = check::check(&bytes, Clock::Machine.micros());
        if check.json {
            println!("{}", serde_json::to_string_pretty(&brands_check::outcome(&report))?);
        } else {
            print(&report);
        }
        Ok(if report.count(Severity::Error) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let name = path.display();
    let length = std::fs::metadata(path).with_context(|| format!("{name} cannot be read"))?.len();
    if length > LARGEST {
        bail!("{name} has {length} bytes; lists of up to {LARGEST} are checked");
    }
    std::fs::read(path).with_context(|| format!("{name} cannot be read"))
}

fn print(report: &Report) {
    let mut rules: Vec<_> = report.counts.iter().collect();
    rules.sort_by_key(|(rule, _)| (rule.severity(), **rule));
    for (rule, count) in rules {
        let severity = match rule.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let mut of = report.findings.iter().filter(|finding| finding.rule == *rule).peekable();
        if let Some(first) = of.peek() {
            println!("{severity} {} ({count}): {}", rule.code(), brands_check::words(first));
        }
        for finding in of.take(SHOWN) {
            let who = if finding.who.is_empty() { String::new() } else { format!("  {}", finding.who) };
            let value = if finding.value.is_empty() { String::new() } else { format!("  {}", finding.value) };
            println!("    {}{who}{value}", finding.path);
        }
        if *count > SHOWN {
            println!("    … and {} more", count - SHOWN);
        }
    }
    let count = |severity| report.count(severity);
    println!(
        "{} organizations, {} endpoints: {} errors, {} warnings, {} notes.",
        report.brands,
        report.endpoints,
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note)
    );
}
