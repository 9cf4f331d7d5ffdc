//! `/review/log`: what was decided, for everybody to read; `/review/log.json` for programs.
//!
//! What holds: no name, no id of a person and no word of a submitter is on it; whoever decided is "a moderator".

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::tz::TimeZone;
use serde_json::json;

use super::{
    form::Sent,
    words::{self, day},
};
use crate::{
    accounts::{Need, Page, Who},
    app::App,
    clock::moment,
    model::id::{Id, ThingKind},
    site::{CachePolicy, Here, PageError, respond},
    store::AuditEntry,
};

/// Entries on a page.
const PAGE: u32 = 50;
/// Months that are counted one by one.
const MONTHS: usize = 12;
/// What is decided by people, in the order of the columns: the words of the record, by what they are counted as.
const KINDS: [(Column, &[&str]); 7] = [
    (Column::Approved, &["proposal.approved", "proposal.published"]),
    (Column::Rejected, &["proposal.rejected"]),
    (Column::Claims, &["claim.proved", "claim.accepted", "claim.refused", "claim.lost"]),
    (Column::Hosts, &["host.recalled", "host.let_off"]),
    (Column::Doors, &["door.confirmed", "door.refused", "items.taken_out", "items.let_in"]),
    (Column::Joined, &["organization.merged", "organization.split"]),
    (Column::Held, &["subject.frozen", "subject.let_go", "load.undone"]),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Approved,
    Rejected,
    Claims,
    Hosts,
    Doors,
    Joined,
    Held,
}

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Anyone);
    vec![Page::get("/review/log", need, get), Page::get("/review/log.json", need, get_json).without_language()]
}

/// The decisions of the log, by their words in the record.
pub fn actions() -> Vec<&'static str> {
    KINDS.iter().flat_map(|(_, actions)| actions.iter().copied()).collect()
}

/// One entry as everybody reads it.
struct Entry {
    day: String,
    what: String,
    /// Address and name of what it is about; the name alone when it has no page.
    about: Option<(Option<String>, String)>,
    who: String,
}

/// Counts of a month or a quarter.
struct Count {
    when: String,
    numbers: Vec<String>,
}

#[derive(Template)]
#[template(path = "review/log.html")]
pub struct LogPage {
    here: Here,
    entries: Vec<Entry>,
    quarters: Vec<Count>,
    months: Vec<Count>,
    older: Option<String>,
}

impl LogPage {
    fn columns(&self) -> Vec<String> {
        KINDS.iter().map(|(column, _)| heading(&self.here, *column)).collect()
    }

    /// One with entries, one without.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/review/log");
        let entry = |n: i64, action: &str, actor: &str, subject: &str| AuditEntry {
            n,
            at: 1_795_000_000_000_000,
            actor: actor.into(),
            action: action.into(),
            subject: subject.into(),
            detail: "{}".into(),
            before_hash: String::new(),
            hash: String::new(),
        };
        let mut all = Vec::new();
        for (n, action) in actions().into_iter().enumerate() {
            let actor = ["moderator:per-1", "owner:per-1", "operator:x", "system", "public"][n % 5];
            all.push(Entry::of(&here(), &entry(n as i64, action, actor, "evil.example.org"), None));
        }
        let counts = vec![Count { when: "2026".into(), numbers: vec!["1".into(); KINDS.len()] }];
        let months = vec![Count { when: "2026".into(), numbers: vec!["0".into(); KINDS.len()] }];
        let full = Self {
            here: here(),
            entries: all,
            quarters: counts,
            months,
            older: Some(lang.prefix().to_owned() + "/review/log?before=9"),
        };
        let empty = Self { here: here(), entries: Vec::new(), quarters: Vec::new(), months: Vec::new(), older: None };
        vec![full, empty]
    }
}

async fn get(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let before = Sent::asked(&here).number("before").max(0);
    let found = app.store.audit_entries(None, &actions(), before, PAGE).await?;
    let ids: Vec<Id> = found.iter().filter_map(|entry| Id::parse(&entry.subject)).collect();
    let named = names(&app, &ids).await?;
    let name = |entry: &AuditEntry| Id::parse(&entry.subject).and_then(|id| named.get(&id).cloned());
    let entries = found.iter().map(|entry| Entry::of(&here, entry, name(entry))).collect();
    let tally = app.store.audit_tally(&actions()).await?;
    let older = found.last().filter(|last| found.len() == PAGE as usize && last.n > 1);
    let older = older.map(|last| here.link(&format!("/review/log?before={}", last.n)));
    let (quarters, months) = (by_quarter(&here, &tally), by_month(&here, &tally));
    respond(&LogPage { here, entries, quarters, months, older }, CachePolicy::Never)
}

/// Names of organizations and apps.
async fn names(app: &App, ids: &[Id]) -> Result<BTreeMap<Id, String>, PageError> {
    let organizations = app.store.organizations_by_ids(ids).await?;
    let mut named: BTreeMap<Id, String> = organizations.into_iter().map(|org| (org.id, org.name)).collect();
    if ids.iter().any(|id| id.kind() == ThingKind::App) {
        named.extend(app.store.every_app().await?.into_iter().map(|app| (app.id, app.name)));
    }
    Ok(named)
}

type Tally = BTreeMap<(i16, i8), BTreeMap<String, u64>>;

/// How often each column's words stand in some months.
fn numbers(months: &[&BTreeMap<String, u64>]) -> [u64; KINDS.len()] {
    KINDS.map(|(_, actions)| {
        months.iter().flat_map(|month| actions.iter().filter_map(|action| month.get(*action))).sum()
    })
}

fn counted(here: &Here, when: String, numbers: [u64; KINDS.len()]) -> Count {
    Count { when, numbers: numbers.map(|number| here.number(number)).into() }
}

fn by_month(here: &Here, tally: &Tally) -> Vec<Count> {
    let name = |(year, month): (i16, i8)| format!("{} {year}", here.t(&format!("month-{month}")));
    let months = tally.iter().rev().take(MONTHS);
    months.map(|(when, month)| counted(here, name(*when), numbers(&[month]))).collect()
}

fn by_quarter(here: &Here, tally: &Tally) -> Vec<Count> {
    let mut quarters: BTreeMap<(i16, i8), Vec<&BTreeMap<String, u64>>> = BTreeMap::new();
    for ((year, month), counts) in tally {
        quarters.entry((*year, (month - 1) / 3 + 1)).or_default().push(counts);
    }
    let name =
        |(year, quarter): (i16, i8)| here.t2("log-quarter", "quarter", quarter.to_string(), "year", year.to_string());
    quarters.into_iter().rev().map(|(when, all)| counted(here, name(when), numbers(&all))).collect()
}

impl Entry {
    fn of(here: &Here, entry: &AuditEntry, name: Option<String>) -> Self {
        let about = match name {
            Some(name) => Some((Id::parse(&entry.subject).map(|id| here.by_id(&id)), name)),
            // A host says what it is about; a number of ours tells nobody anything, nor does the id of a person.
            None => entry.action.starts_with("host.").then(|| (None, entry.subject.clone())),
        };
        Self { day: day(here, entry.at), what: what(here, &entry.action), about, who: words::who(here, &entry.actor) }
    }
}

fn heading(here: &Here, column: Column) -> String {
    match column {
        Column::Approved => here.t("log-col-approved"),
        Column::Rejected => here.t("log-col-rejected"),
        Column::Claims => here.t("log-col-claims"),
        Column::Hosts => here.t("log-col-hosts"),
        Column::Doors => here.t("log-col-doors"),
        Column::Joined => here.t("log-col-joined"),
        Column::Held => here.t("log-col-held"),
    }
}

/// A decision in words.
pub fn what(here: &Here, action: &str) -> String {
    match action {
        "proposal.approved" => here.t("log-proposal-approved"),
        "proposal.published" => here.t("log-proposal-published"),
        "proposal.rejected" => here.t("log-proposal-rejected"),
        "claim.proved" | "claim.accepted" => here.t("log-claim-proved"),
        "claim.refused" => here.t("log-claim-refused"),
        "claim.lost" => here.t("log-claim-lost"),
        "host.recalled" => here.t("log-host-recalled"),
        "host.let_off" => here.t("log-host-let-off"),
        "door.confirmed" => here.t("log-door-confirmed"),
        "door.refused" => here.t("log-door-refused"),
        "items.taken_out" => here.t("log-items-taken-out"),
        "items.let_in" => here.t("log-items-let-in"),
        "organization.merged" => here.t("log-organization-merged"),
        "organization.split" => here.t("log-organization-split"),
        "subject.frozen" => here.t("log-subject-frozen"),
        "subject.let_go" => here.t("log-subject-let-go"),
        _ => here.t("log-load-undone"),
    }
}

/// The same for programs: the word of the record, its day and what it is about.
async fn get_json(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let before = Sent::asked(&here).number("before").max(0);
    let found = app.store.audit_entries(None, &actions(), before, PAGE).await?;
    let entry = |entry: &AuditEntry| {
        let about = Id::parse(&entry.subject).is_some() || entry.action.starts_with("host.");
        json!({
            "n": entry.n,
            "day": moment(entry.at).to_zoned(TimeZone::UTC).date().to_string(),
            "action": entry.action,
            "about": about.then_some(&entry.subject),
            "by": entry.actor.split(':').next(),
        })
    };
    let tally: BTreeMap<String, BTreeMap<String, u64>> = app
        .store
        .audit_tally(&actions())
        .await?
        .into_iter()
        .map(|((year, month), counts)| (format!("{year:04}-{month:02}"), counts))
        .collect();
    let next = found.last().filter(|_| found.len() == PAGE as usize).map(|last| last.n);
    let entries: Vec<_> = found.iter().map(entry).collect();
    Ok(Json(json!({ "entries": entries, "before": next, "months": tally })).into_response())
}

#[cfg(test)]
mod tests {
    use crate::{accounts::testing::Office, site::served::BOISE};

    #[tokio::test]
    async fn everybody_reads_what_was_decided_and_nobody_reads_who_decided() {
        let office = Office::new(super::pages()).await;
        let store = &office.app().store;
        let org = office.site.organization(BOISE).await;
        let words = vec!["portals/evil.example.org".to_owned()];
        store.suppress(&org.id, &words, true, "moderator:per-0190aaaa").await.unwrap();
        store.recall_host("login.evil.example.net", "moderator:per-0190aaaa").await.unwrap();
        store.person_with_email("secret@example.org", "en").await.unwrap();
        for address in ["/review/log", "/es/review/log", "/review/log.json"] {
            let answer = office.get(None, address).await;
            assert_eq!(answer.status, 200, "{address}");
            assert!(answer.body.contains("login.evil.example.net"), "{address}");
            for secret in ["per-", "secret@", "portals/"] {
                assert!(!answer.body.contains(secret), "{address} shows {secret}");
            }
        }
        let page = office.get(None, "/review/log").await.dom();
        let text = page.text("main");
        assert!(text.contains("a moderator") && text.contains(&org.name), "{text}");
        let json: serde_json::Value = serde_json::from_str(&office.get(None, "/review/log.json").await.body).unwrap();
        assert_eq!(json["entries"].as_array().unwrap().len(), 2, "people who came are in no public log");
        assert_eq!(json["months"].as_object().unwrap().len(), 1);
    }
}
