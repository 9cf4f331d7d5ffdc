//! `connector submissions`: what people reported, listed and decided.
//!
//! What holds: deciding changes nothing in the directory by itself; whatever people typed reaches a terminal cleaned.

use std::{fmt::Write as _, process::ExitCode};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use connector::{
    clock::moment,
    model::{
        submission::{Submission, SubmissionKind, SubmissionState, Wrong},
        text,
    },
    store::{Found, Store},
};
use serde_json::json;

use super::{Operator, Settings, Tools};

/// How many are listed when nobody says.
const LIMIT: u32 = 50;
/// Letters of a text in a list.
const SHORT: usize = 100;
/// Letters of a text that is shown whole.
const WHOLE: usize = 2_000;

#[derive(Debug, Args)]
#[command(after_help = "\
People report wrong links, wrong facts and missing places on the site. Nothing of it is public and nothing changes by
itself: a person looks, does what is right with the other commands, and closes the report here. Links that look like a
trick come first.

  connector submissions                     those that wait
  connector submissions show 12             all of one, and the commands that may help
  connector submissions accept 12 --note \"new address held\"
                                            it was right; prints the e-mail address once more, then erases it
  connector submissions decline 12          there is nothing to do; erases the e-mail address too
  connector submissions accept 12 --recall-host login.example.net
                                            it was a trick: nobody is sent to that host any more, and it is accepted

An e-mail address is there only when somebody wants an answer. It is kept until the report is decided, printed then, and
erased from the database: write your answer from what was printed. What looks like a social security number, a tax number
or an e-mail address was cut out of the texts before they were kept. `connector redact --text` reaches reports too.")]
pub(super) struct Submissions {
    #[command(subcommand)]
    action: Option<Action>,
    /// List those of this state: open, accepted, declined.
    #[arg(long, default_value = "open", value_parser = state)]
    state: SubmissionState,
    /// How many to list.
    #[arg(long, default_value_t = LIMIT)]
    limit: u32,
    /// Print them as JSON, e-mail addresses too.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show one, and the commands that may help.
    Show(Show),
    /// It was right: you have seen, or will see, to it. Prints the e-mail address and erases it.
    Accept(Decide),
    /// There is nothing to do. Prints the e-mail address and erases it.
    Decline(Decide),
}

#[derive(Debug, Args)]
struct Show {
    /// The number, as `connector submissions` prints it.
    n: i64,
    /// Print it as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Args)]
struct Decide {
    /// The number, as `connector submissions` prints it.
    n: i64,
    /// Why, in a few words; stays with the report.
    #[arg(long, default_value = "")]
    note: String,
    /// With accept: send nobody to this host any more, first; as `connector recall`.
    #[arg(long, value_name = "HOST")]
    recall_host: Option<String>,
    /// Print what was decided as JSON, the e-mail address with it.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    operator: Operator,
    #[command(flatten)]
    settings: Settings,
}

fn state(word: &str) -> Result<SubmissionState, String> {
    SubmissionState::from_code(word).ok_or_else(|| "write open, accepted or declined".to_owned())
}

impl Submissions {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        match self.action {
            Some(Action::Show(show)) => show.run().await,
            Some(Action::Accept(decide)) => decide.run(SubmissionState::Accepted).await,
            Some(Action::Decline(decide)) => {
                anyhow::ensure!(decide.recall_host.is_none(), "--recall-host goes with accept");
                decide.run(SubmissionState::Declined).await
            }
            None => {
                let tools = Tools::open(self.settings.config(None)?).await?;
                list(&tools.store, self.state, self.limit, self.json).await
            }
        }
    }
}

async fn list(store: &Store, state: SubmissionState, limit: u32, json: bool) -> anyhow::Result<ExitCode> {
    let (some, all) = store.submissions(state, limit).await?;
    if json {
        println!("{}", serde_json::to_string_pretty(&json!({ "submissions": some, "total": all }))?);
        return Ok(ExitCode::SUCCESS);
    }
    for one in &some {
        println!("{}", line(one, name(store, one).await?.as_deref()));
    }
    let what = if state == SubmissionState::Open { "wait" } else { state.code() };
    match all {
        0 if state == SubmissionState::Open => println!("No report waits for a person."),
        0 => println!("No report is {what}."),
        all if all > some.len() as u64 => println!("{all} reports {what}; these are the first {}.", some.len()),
        1 if state == SubmissionState::Open => {
            println!("1 report waits. See all of it: connector submissions show {}", some[0].n);
        }
        all => println!("{all} reports {what}. See all of one: connector submissions show {}", some[0].n),
    }
    Ok(ExitCode::SUCCESS)
}

/// The name of the organization it is about.
async fn name(store: &Store, one: &Submission) -> anyhow::Result<Option<String>> {
    let Some(subject) = &one.subject else { return Ok(None) };
    Ok(match store.organization(subject).await? {
        Found::Here(organization) => Some(organization.name),
        Found::Renamed(slug) | Found::Merged(slug) => Some(slug),
        Found::Nothing => None,
    })
}

fn words(wrong: Wrong) -> &'static str {
    match wrong {
        Wrong::DoesNotOpen => "a link does not open",
        Wrong::WrongPlace => "a link leads to the wrong place",
        Wrong::LooksFake => "A LINK LOOKS FAKE",
        Wrong::Gone => "closed, moved or merged",
        Wrong::Contact => "phone or address is wrong",
        Wrong::Features => "what can be done there is wrong",
        Wrong::Missing => "a place is missing",
        Wrong::Other => "something else",
    }
}

fn day(micros: i64) -> String {
    moment(micros).strftime("%Y-%m-%d %H:%M").to_string()
}

/// One line of the list.
fn line(one: &Submission, name: Option<&str>) -> String {
    let short = |said: &str| text::clean(said, SHORT);
    let about = name.map_or_else(|| short(&one.report.name), short);
    let mut line = format!("{:>6}  {}  {}", one.n, day(one.at), words(one.report.wrong));
    if !about.is_empty() {
        let _ = write!(line, ": {about}");
    }
    if let Some(door) = &one.report.door {
        let _ = write!(line, " ({})", short(&door.domain));
    }
    if one.email.is_some() {
        line.push_str("  [wants an answer]");
    }
    line
}

/// All of it, a field a line.
fn shown(one: &Submission, name: Option<&str>) -> String {
    let report = &one.report;
    let about = match (one.kind, &one.subject, name) {
        (SubmissionKind::Problem, Some(subject), Some(name)) => format!("{} ({subject})", text::clean(name, WHOLE)),
        (_, Some(subject), _) => subject.to_string(),
        (_, None, _) => String::new(),
    };
    let door = report.door.as_ref();
    let portal = door.and_then(|door| door.id.as_ref()).map(ToString::to_string);
    let decision = one.decision.as_ref();
    let mut out = format!("Report {}, {}, {}\n", one.n, day(one.at), one.state.code());
    for (field, value) in [
        ("about", about.as_str()),
        ("what", words(report.wrong)),
        ("link", door.map_or("", |door| door.url.as_str())),
        ("opens", door.map_or("", |door| door.domain.as_str())),
        ("door", portal.as_deref().unwrap_or_default()),
        ("name", &report.name),
        ("place", &report.place),
        ("website", &report.website),
        ("right", &report.right),
        ("how", &report.how),
        ("language", &report.lang),
        ("e-mail", one.email.as_deref().unwrap_or_default()),
        ("decided by", decision.map_or("", |decision| decision.by.as_str())),
        ("note", decision.map_or("", |decision| decision.note.as_str())),
    ] {
        let value = text::clean(value, WHOLE);
        if !value.is_empty() {
            let _ = writeln!(out, "  {field:<11} {value}");
        }
    }
    out
}

/// Commands that may help with an open one.
fn next(one: &Submission) -> String {
    let mut out = String::from("When you have looked at it, for example:\n");
    if let Some(subject) = &one.subject {
        let _ = writeln!(out, "  connector explain {subject}    who says what of it");
    }
    if let (Wrong::LooksFake, Some(door)) = (one.report.wrong, &one.report.door) {
        let host = url::Url::parse(&door.url).ok().and_then(|url| url.host_str().map(str::to_owned));
        let host = text::clean(host.as_deref().unwrap_or(&door.domain), SHORT);
        let _ = writeln!(
            out,
            "  connector submissions accept {} --recall-host {host}    nobody is sent there any more",
            one.n
        );
    }
    let _ = writeln!(out, "  connector held    doors that wait may be the right one");
    let _ = writeln!(out, "  connector submissions accept {} --note \"...\"", one.n);
    let _ = writeln!(out, "  connector submissions decline {} --note \"...\"", one.n);
    out
}

impl Show {
    async fn run(self) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let one = tools.store.submission(self.n).await?;
        let one = one.with_context(|| format!("there is no report {}; `connector submissions` lists them", self.n))?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&one)?);
            return Ok(ExitCode::SUCCESS);
        }
        print!("{}", shown(&one, name(&tools.store, &one).await?.as_deref()));
        if one.state == SubmissionState::Open {
            print!("{}", next(&one));
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Decide {
    async fn run(self, state: SubmissionState) -> anyhow::Result<ExitCode> {
        let tools = Tools::open(self.settings.config(None)?).await?;
        let (store, by) = (&tools.store, &self.operator.by);
        if let Some(host) = &self.recall_host {
            let open = store.submission(self.n).await?.is_some_and(|one| one.state == SubmissionState::Open);
            anyhow::ensure!(open, "no report {} waits; nothing was changed", self.n);
            let changed = store.recall_host(host, by).await?;
            eprintln!("Recalled: {host}; {changed} organizations and apps were published again without it.");
        }
        let was = store.decide_submission(self.n, state, &text::clean(&self.note, WHOLE), by).await?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&json!({ "was": was, "state": state }))?);
            return Ok(ExitCode::SUCCESS);
        }
        print!("{}", shown(&was, name(store, &was).await?.as_deref()));
        match (&was.email, state) {
            (Some(email), _) => println!(
                "Decided: {}. The address {} is erased now; to answer, write to it from here.",
                state.code(),
                text::clean(email, WHOLE)
            ),
            (None, _) => println!("Decided: {}. Nobody asked for an answer.", state.code()),
        }
        Ok(ExitCode::SUCCESS)
    }
}

#[cfg(test)]
mod tests {
    use connector::model::submission::{Report, ReportedDoor};

    use super::*;

    fn nasty() -> Submission {
        let evil = "a\u{1b}[31mred\u{7}\u{202e}\r\nnew line";
        Submission {
            n: 7,
            at: 1_795_000_000_000_000,
            kind: SubmissionKind::General,
            subject: None,
            report: Report {
                wrong: Wrong::LooksFake,
                door: Some(ReportedDoor { id: None, domain: evil.into(), url: "https://login.evil.example/".into() }),
                name: evil.into(),
                place: evil.into(),
                website: evil.into(),
                right: evil.into(),
                how: evil.into(),
                lang: "en".into(),
            },
            email: Some(format!("x@example.org{evil}")),
            state: SubmissionState::Open,
            decision: None,
        }
    }

    #[test]
    fn nothing_that_was_typed_moves_a_terminal() {
        let one = nasty();
        for words in [line(&one, Some("n\u{1b}]0;title\u{7}")), shown(&one, None), next(&one)] {
            assert!(!words.chars().any(|c| (c.is_control() && c != '\n') || c == '\u{202e}'), "{words:?}");
        }
        assert_eq!(line(&one, None).lines().count(), 1);
    }

    #[test]
    fn a_fake_link_comes_with_the_command_that_closes_it() {
        let words = next(&nasty());
        assert!(words.contains("accept 7 --recall-host login.evil.example "), "{words}");
    }
}
