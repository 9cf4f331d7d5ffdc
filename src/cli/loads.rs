//! `connector loads`: what came in, and to have it again or not at all.

use std::{collections::BTreeMap, fmt::Write as _, process::ExitCode};

use clap::{Args, Subcommand};
use connector::store::{Applied, Diff, DoorMove, LoadState, Moved};
use jiff::Timestamp;

use super::{Operator, Settings, Tools};

/// Rows and doors of a diff that are printed.
const SHOWN: usize = 10;

#[derive(Debug, Args)]
#[command(after_help = "\
A load is one dated set of files of one source. Its rows are kept (see CONNECTOR_KEEP_LOADS), so a load can be applied
again or undone without its files. What a decision does is a load of its own, with its own number.

States: committed (it went in), held (it waits for a person: `connector held`), applied (it waited, and went in as
another load), refused, undone, passed (it waited, and a newer whole list went in).")]
pub(super) struct Loads {
    #[command(subcommand)]
    action: Option<Action>,
    /// Only those of this source.
    #[arg(long, value_name = "ID")]
    source: Option<String>,
    /// Print the list as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// A load that went in is right: later ones of its source are measured by it.
    Accept(Decide),
    /// Apply a load once more, whatever came after it.
    Repeat(Decide),
    /// Undo the last load of a source: it says again what it said before.
    Undo(Decide),
}

#[derive(Debug, Args)]
pub(super) struct Decide {
    /// The number of the load, as `connector loads` prints it.
    n: i64,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

impl Loads {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.action {
            None => list(self.settings, self.source.as_deref(), self.json).await,
            Some(Action::Accept(decide)) => {
                let tools = Tools::open(decide.settings.config(None)?).await?;
                tools.store.accept_applied(decide.n, &decide.operator.by).await?;
                println!("Accepted: later loads of its source are measured by load {}.", decide.n);
                Ok(ExitCode::SUCCESS)
            }
            Some(Action::Repeat(decide)) => {
                let tools = Tools::open(decide.settings.config(None)?).await?;
                let applied = tools.store.repeat_load(decide.n, &decide.operator.by).await?;
                println!("Repeated: load {} is in again as load {}.", decide.n, applied.n);
                told(&applied);
                Ok(ExitCode::SUCCESS)
            }
            Some(Action::Undo(decide)) => {
                let tools = Tools::open(decide.settings.config(None)?).await?;
                let applied = tools.store.undo_load(decide.n, &decide.operator.by).await?;
                println!("Undone: load {} is taken back by load {}.", decide.n, applied.n);
                told(&applied);
                println!("`connector loads repeat {}` applies it again.", decide.n);
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

impl Decide {
    /// `connector held load N`: what moved in it.
    pub(super) async fn show(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let Some(load) = tools.store.loads(None).await?.into_iter().find(|load| load.n == self.n) else {
            anyhow::bail!("there is no load {}; `connector loads` lists them", self.n);
        };
        println!("{}", line(&load));
        for file in &load.files {
            println!("  {}  {}", file.sha256, file.name);
        }
        match (&load.unreadable, &load.diff) {
            (Some(why), _) => println!("None of its rows could be read: {why}."),
            (None, Some(diff)) => print!("{}", words(diff)),
            (None, None) => println!("Nothing is noted of what moved in it."),
        }
        if load.state == "held" && load.unreadable.is_some() {
            println!(
                "It cannot be accepted. What the source said before stays; a list that can be read takes its place."
            );
            println!(
                "Ask its publisher what changed, or look for a newer version of this program. To take it off the list:"
            );
            println!("  connector held refuse-load {}", self.n);
        } else if load.state == "held" {
            println!("When somebody who knows the list has looked at it:");
            println!("  connector held accept-load {}    it goes in, and later loads are measured by it", self.n);
            println!("  connector held refuse-load {}    it never goes in", self.n);
        }
        Ok(ExitCode::SUCCESS)
    }

    /// `connector held accept-load N`.
    pub(super) async fn accept(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let applied = tools.store.accept_held(self.n, &self.operator.by).await?;
        println!("Accepted: load {} is in as load {}; later loads are measured by it.", self.n, applied.n);
        told(&applied);
        Ok(ExitCode::SUCCESS)
    }

    /// `connector held refuse-load N`.
    pub(super) async fn refuse(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        tools.store.refuse_held(self.n, &self.operator.by).await?;
        println!("Refused: load {} never goes in. The same files would wait again.", self.n);
        Ok(ExitCode::SUCCESS)
    }
}

async fn list(settings: Settings, source: Option<&str>, json: bool) -> anyhow::Result<ExitCode> {
    let tools = Tools::open(settings.config(None)?).await?;
    let loads = tools.store.loads(source).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&loads)?);
        return Ok(ExitCode::SUCCESS);
    }
    for load in &loads {
        println!("{}", line(load));
    }
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for load in &loads {
        *states.entry(&load.state).or_default() += 1;
    }
    let states: Vec<String> = states.into_iter().map(|(state, n)| format!("{n} {state}")).collect();
    println!("{} loads{}{}.", loads.len(), if states.is_empty() { "" } else { ": " }, states.join(", "));
    Ok(ExitCode::SUCCESS)
}

/// A load in one line.
pub(super) fn line(load: &LoadState) -> String {
    let came = Timestamp::from_microsecond(load.at).map(|at| at.strftime("%F %R").to_string()).unwrap_or_default();
    let rows = load.rows.map_or_else(|| "?".to_owned(), |rows| rows.to_string());
    let list = if load.mode == "full" { "full list" } else { "additions" };
    let mut line = format!("{:>5}  {}  {} of {}, {rows} rows, {}", load.n, came, list, load.date, load.state);
    line = format!("{line}  {}", load.source);
    if let Some(by) = &load.accepted {
        let _ = match by.as_str() {
            "first" => write!(line, "  (accepted as the first)"),
            "starter" => write!(line, "  (accepted with the program)"),
            person => write!(line, "  (accepted by {person})"),
        };
    }
    if let Some((purpose, other)) = &load.purpose {
        let _ = match purpose.as_str() {
            "undo" => write!(line, "  [undid load {other}]"),
            _ => write!(line, "  [load {other} once more]"),
        };
    }
    if !load.kept {
        line.push_str("  [rows not kept]");
    }
    line
}

/// What a decision changed in the directory.
fn told(applied: &Applied) {
    let done = &applied.finished.published;
    println!(
        "Organizations and apps: {} new, {} changed, {} withdrawn, {} back. Doors that wait: {}.",
        done.created, done.updated, done.withdrawn, done.restored, applied.finished.held_doors
    );
}

/// A diff in words.
fn words(diff: &Diff) -> String {
    let mut out: Vec<String> = diff.reasons.iter().map(|reason| format!("It waits because {reason}.")).collect();
    let against = diff.reference.map_or_else(|| "what stood there".to_owned(), |n| format!("load {n}"));
    out.push(format!(
        "Against {against}: {} new, {} gone, {} different, {} with only a new key.",
        diff.added, diff.removed, diff.changed, diff.renumbered
    ));
    for (what, rows) in [("+", &diff.added_rows), ("-", &diff.removed_rows), ("~", &diff.changed_rows)] {
        out.extend(rows.iter().take(SHOWN).map(|row| row_words(what, row)));
        if rows.len() > SHOWN {
            out.push(format!("  {what} …"));
        }
    }
    for door in diff.doors.iter().take(SHOWN) {
        out.push(format!("  {} {}", door.subject.as_deref().unwrap_or_default(), door_words(door)));
    }
    out.join("\n") + "\n"
}

fn row_words(what: &str, row: &Moved) -> String {
    let mut line = format!("  {what} {}  (key {})", row.name, row.key);
    if !row.fields.is_empty() {
        line = format!("{line}: {}", row.fields.join(", "));
    }
    for door in &row.doors {
        line = format!("{line}\n      {}", door_words(door));
    }
    line
}

fn door_words(door: &DoorMove) -> String {
    let list = |all: &[String]| if all.is_empty() { "nothing".to_owned() } else { all.join(", ") };
    format!("{}: {} -> {}", door.role, list(&door.from), list(&door.to))
}
