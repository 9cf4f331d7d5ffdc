//! `/manage/{subject}/import`: a profile from the organization's own list. The list comes as a file, pasted, or from its
//! address; its rows that may be this organization are offered, the difference is shown, and then it is sent. From an address
//! the profile can be kept in step.

pub(in crate::manage) mod rows;

use std::collections::BTreeSet;

use askama::Template;
use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};
use url::form_urlencoded;

use self::rows::{Listed, Wrong, given, read, row};
use super::{
    Done, Of,
    difference::{Change, difference},
    table::{Given, facts},
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    brands::check::Rule,
    manage::in_step::Trouble,
    model::{
        account::Role,
        change::Risk,
        listing::{Body, OrganizationFacts},
        proposal::ProposalKind,
    },
    profile::{
        Standing, Submission,
        bundle::{LARGEST, Offer, belongs, filled, on_top, own_part},
        split::split,
        submit, tidy,
    },
    site::{CachePolicy, Here, PageError, respond},
    store::InStep,
};

/// The largest file that is sent to us.
const UPLOAD: usize = LARGEST as usize + 64 * 1024;
/// A chosen row in a form, where each letter may take three.
pub(in crate::manage) const CHOSEN: usize = 3 << 20;
/// Rows that are shown, of those that are this organization and of others.
pub(in crate::manage) const ROWS: usize = 40;

/// The rows of these pages.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Member(Role::Editor));
    vec![
        Page::get("/manage/{subject}/import", need, get),
        Page::post("/manage/{subject}/import", need.largest(UPLOAD), list),
        Page::post("/manage/{subject}/import/look", need.largest(CHOSEN), look),
        Page::post("/manage/{subject}/import/send", need.largest(CHOSEN), send),
    ]
}

/// What a row would change.
struct Preview {
    key: String,
    facts: String,
    changes: Vec<Change>,
    /// Something of it waits for a second person.
    waits: bool,
    doors: Vec<String>,
    version: i64,
    again: bool,
}

/// The page.
#[derive(Template)]
#[template(path = "manage/import.html")]
pub struct ImportPage {
    of: Of,
    me: Me,
    here: Here,
    /// The address that a list came from; empty when it came otherwise.
    url: String,
    listed: Option<Listed>,
    preview: Option<Preview>,
    wrong: Option<Wrong>,
    in_step: Option<InStep>,
    done: Option<Done>,
}

impl ImportPage {
    fn wrong_words(&self) -> Option<String> {
        let here = &self.here;
        Some(match self.wrong.as_ref()? {
            Wrong::Nothing => here.t("import-wrong-nothing"),
            Wrong::Fetch(code) => {
                let why = here.t(&format!("sources-trouble-{}", code.replace('_', "-")));
                here.t1("import-wrong-fetch", "why", why)
            }
            Wrong::TooLarge => here.t("import-wrong-too-large"),
            Wrong::Unreadable(_) => here.t("import-wrong-unreadable"),
            Wrong::None => here.t("import-wrong-none"),
        })
    }

    /// What the reader said of a list that it could not read.
    fn reader_words(&self) -> Option<&str> {
        match &self.wrong {
            Some(Wrong::Unreadable(words)) => Some(words),
            _ => None,
        }
    }

    /// Why the list that the profile is kept in step with could not be taken in.
    fn trouble(&self) -> Option<String> {
        let trouble = Trouble::from_word(&self.in_step.as_ref()?.error)?;
        Some(trouble.words(&self.here))
    }

    fn looked(&self) -> Option<String> {
        let at = self.in_step.as_ref().map(|list| list.checked_at).filter(|at| *at > 0)?;
        Some(self.here.date(crate::clock::moment(at).to_zoned(jiff::tz::TimeZone::UTC).date()))
    }

    fn rule(&self, rule: &Rule, value: &str) -> String {
        self.here.t1(&format!("brands-rule-{}", rule.code()), "value", value)
    }
}

async fn page(
    here: Here,
    app: &App,
    signed: &Signed,
    url: &str,
    found: Result<(Option<Listed>, Option<Preview>), Wrong>,
) -> Result<Response, PageError> {
    let (of, _) = Of::read(here.clone(), app, signed).await?;
    let in_step = app.store.in_step(&of.id).await?;
    let (listed, preview, wrong) = match found {
        Ok((listed, preview)) => (listed, preview, None),
        Err(wrong) => (None, None, Some(wrong)),
    };
    let asked = listed.is_none() && preview.is_none() && wrong.is_none();
    let done = Done::asked(&here).filter(|_| asked);
    respond(
        &ImportPage { of, me: signed.me(), here, url: url.to_owned(), listed, preview, wrong, in_step, done },
        CachePolicy::Never,
    )
}

async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    page(here, &app, &signed, "", Ok((None, None))).await
}

/// A list: its rows to choose from, or what its only row would change.
async fn list(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, PageError> {
    let sent = Given::read(&headers, &body);
    let bytes = sent.content();
    let url = String::from_utf8_lossy(sent.part("url")).trim().to_owned();
    let url = if bytes.is_empty() { url } else { String::new() };
    let (_, standing) = Of::read(here.clone(), &app, &signed).await?;
    facts(&standing)?;
    let read = match given(&app, bytes, &url).await {
        Ok(file) => read(&app, file).await,
        Err(wrong) => Err(wrong),
    };
    let (offers, mut listed) = match read {
        Ok(read) => read,
        Err(wrong) => return page(here, &app, &signed, &url, Err(wrong)).await,
    };
    let (mine, others): (Vec<Offer>, Vec<Offer>) =
        offers.offers.into_iter().partition(|offer| belongs(&standing, &offer.facts));
    if mine.is_empty() && listed.findings.is_empty() && listed.left_out.is_empty() {
        return page(here, &app, &signed, &url, Err(Wrong::None)).await;
    }
    listed.mine = mine.iter().take(ROWS).map(row).collect();
    listed.others = others.iter().take(ROWS).map(|offer| offer.facts.name.clone()).collect();
    let preview = match mine.as_slice() {
        [one] => Some(preview(&here, &app, &standing, &one.key, &one.facts).await?),
        _ => None,
    };
    page(here, &app, &signed, &url, Ok((Some(listed), preview))).await
}

/// The listing with a row of the list on top, and the fields that the row fills.
async fn after(
    app: &App,
    standing: &Standing,
    chosen: &OrganizationFacts,
) -> Result<(Body, BTreeSet<String>), PageError> {
    let row = own_part(chosen.clone(), &app.store.hostile_hosts().await?);
    let express = filled(&row);
    Ok((Body::Organization(Box::new(on_top(facts(standing)?, row))), express))
}

async fn preview(
    here: &Here,
    app: &App,
    standing: &Standing,
    key: &str,
    facts: &OrganizationFacts,
) -> Result<Preview, PageError> {
    let (after, _) = after(app, standing, facts).await?;
    // What is shown is what would be said.
    let after = tidy(&after).unwrap_or(after);
    let split = split(standing, &after);
    let door = |risk: &Risk| match risk {
        Risk::Door { domain, .. } => Some(domain.clone()),
        _ => None,
    };
    Ok(Preview {
        key: key.to_owned(),
        facts: serde_json::to_string(facts).unwrap_or_default(),
        changes: difference(here, &standing.listing, &after),
        waits: !split.risks.is_empty(),
        doors: split.risks.iter().filter_map(door).collect(),
        version: standing.version,
        again: false,
    })
}

/// A row as the form of it carries it: what a person sends, so every address of it is read anew before it is said.
struct Chosen {
    facts: OrganizationFacts,
    key: String,
    url: String,
    version: String,
    keep: bool,
}

fn chosen(body: &[u8]) -> Option<Chosen> {
    let given: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| given.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let facts = serde_json::from_str(&field("facts")?).ok()?;
    let (key, url) = (field("key")?, field("url").unwrap_or_default());
    let keep = field("keep").as_deref() == Some("yes");
    Some(Chosen { facts, key, url, version: field("version").unwrap_or_default(), keep })
}

/// What a chosen row would change.
async fn look(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let (_, standing) = Of::read(here.clone(), &app, &signed).await?;
    let Some(chosen) = chosen(&body).filter(|chosen| belongs(&standing, &chosen.facts)) else {
        return page(here, &app, &signed, "", Err(Wrong::None)).await;
    };
    let preview = preview(&here, &app, &standing, &chosen.key, &chosen.facts).await?;
    page(here, &app, &signed, &chosen.url, Ok((None, Some(preview)))).await
}

/// Sends it, and keeps the profile in step when that is wanted.
async fn send(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let (of, standing) = Of::read(here.clone(), &app, &signed).await?;
    let Some(chosen) = chosen(&body).filter(|chosen| belongs(&standing, &chosen.facts)) else {
        return page(here, &app, &signed, "", Err(Wrong::None)).await;
    };
    if chosen.version != standing.version.to_string() {
        let preview = preview(&here, &app, &standing, &chosen.key, &chosen.facts).await?;
        let preview = Preview { again: true, ..preview };
        return page(here, &app, &signed, &chosen.url, Ok((None, Some(preview)))).await;
    }
    let (after, express) = after(&app, &standing, &chosen.facts).await?;
    let submission = Submission {
        subject: &of.id,
        author: &signed.person.id,
        kind: ProposalKind::File,
        began: Some(&standing.listing),
        after,
        express,
        why: "",
        publish_at: 0,
        delegate: false,
    };
    let mut done = Done::of(submit(&app, submission).await)?;
    if chosen.keep && !chosen.url.is_empty() && !done.is_trouble() {
        set_in_step(&app, &signed, &of, &chosen).await?;
        if done == Done::Nothing {
            done = Done::InStep;
        }
    }
    Ok(done.at(&of.link("import")))
}

async fn set_in_step(app: &App, signed: &Signed, of: &Of, chosen: &Chosen) -> Result<(), PageError> {
    // An address that the guard would not open is kept for nobody.
    let judged = app.client().and_then(|client| client.judge(&chosen.url));
    let url = judged.map_err(|_| PageError::NotFound)?.0.to_string();
    let list = InStep {
        subject: of.id.clone(),
        url,
        brand: chosen.key.clone(),
        person: signed.person.id.clone(),
        hash: String::new(),
        checked_at: 0,
        error: String::new(),
    };
    Ok(app.store.set_in_step(&list, &signed.as_owner()).await?)
}

#[cfg(test)]
impl ImportPage {
    /// Empty, in step, with rows, with a difference, and with everything that can be wrong.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let page = |listed, preview, wrong, in_step, done| {
            let of = Of::sample(lang, "import");
            let here = of.here.clone();
            Self {
                of,
                me: crate::accounts::Me::sample(),
                here,
                url: "https://example.org/brands.json".into(),
                listed,
                preview,
                wrong,
                in_step,
                done,
            }
        };
        let row =
            || rows::Row {
                key: "a".into(), name: "St. Mary’s".into(), place: "Boise, ID".into(), facts: "{}".into()
            };
        let problem = crate::sources::Problem::new("url", "relative_address", "no host");
        let listed = || Listed {
            mine: vec![row(), row()],
            others: vec!["Other".into()],
            left_out: vec![(3, problem.clone())],
            findings: vec![(Rule::NotABundle, "Bundle".into(), "x".into())],
            more_findings: 4,
        };
        let change = Change { field: "Places".into(), gone: vec!["a".into()], new: vec!["b".into()], more: 2 };
        let preview = |changes| Preview {
            key: "a".into(),
            facts: "{}".into(),
            changes,
            waits: true,
            doors: vec!["example.net".into()],
            version: 3,
            again: true,
        };
        let in_step = |trouble: Option<Trouble>| {
            Some(InStep {
                subject: crate::site::samples::id("org-", 1),
                url: "https://example.org/brands.json".into(),
                brand: "a".into(),
                person: crate::model::account::PersonId::new(uuid::Uuid::from_u128(1)),
                hash: String::new(),
                checked_at: 1_700_000_000_000_000,
                error: trouble.map_or_else(String::new, |trouble| trouble.word().to_owned()),
            })
        };
        let mut pages = vec![
            page(None, None, None, None, None),
            page(None, None, None, in_step(None), Some(Done::InStep)),
            page(Some(listed()), None, None, None, None),
            page(Some(listed()), Some(preview(vec![change])), None, None, None),
            page(None, Some(preview(Vec::new())), None, None, None),
        ];
        pages.extend(Trouble::ALL.map(|trouble| page(None, None, None, in_step(Some(trouble)), Some(Done::Ended))));
        let wrong = vec![
            Wrong::Nothing,
            Wrong::Fetch("network"),
            Wrong::TooLarge,
            Wrong::Unreadable("line 1".into()),
            Wrong::None,
        ];
        pages.extend(wrong.into_iter().map(|wrong| page(None, None, Some(wrong), None, None)));
        pages
    }
}
