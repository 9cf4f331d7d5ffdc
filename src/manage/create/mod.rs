//! `/manage/create`: an organization or app that is not listed.
//!
//! What holds: what is sent has no page, no readable address and no place in any search before a person has looked at it;
//! whoever sends one that looks like a listed one is shown that first; what an endpoint or a list fills in is a proposal like
//! what is typed.

mod along;
mod app;
mod fill;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};
use url::form_urlencoded;

#[cfg(test)]
pub use self::app::CreateAppPage;
use self::fill::Nothing;
use super::{
    bulk::{CHOSEN, Change, ROWS, difference, rows},
    claim::go,
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    claims::create::{Alike, Fault, LONGEST, LONGEST_LINE, Other, Typed, alike, kept_why, send},
    model::{
        identifier::Identifier,
        kind::Kind,
        listing::{Body, OrganizationFacts},
        place::STATES,
    },
    profile::bundle::Offer,
    site::{CachePolicy, Here, PageError, respond},
    store::StoreError,
};

/// The rows of these pages.
pub fn pages() -> Vec<Page> {
    let signed_in = Need::of(Who::SignedIn);
    vec![
        Page::get("/manage/create", signed_in, get),
        Page::post("/manage/create", signed_in.largest(CHOSEN), post),
        Page::post("/manage/create/fill", signed_in, fill_in),
        Page::post("/manage/create/take", signed_in.largest(CHOSEN), take),
        Page::get("/manage/create/app", signed_in, app::get),
        Page::post("/manage/create/app", signed_in, app::post),
    ]
}

/// A listed one that this may be.
struct Known {
    name: String,
    more: String,
    claim: String,
    why: String,
}

/// A choice of a list.
struct Choice {
    value: &'static str,
    words: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "manage/create.html")]
pub struct CreatePage {
    here: Here,
    me: Me,
    typed: Typed,
    faults: Vec<Fault>,
    known: Vec<Known>,
    too_many: bool,
    /// The addresses that were asked, as they were typed.
    endpoint: String,
    list: String,
    /// Why nothing came of them.
    nothing: Option<Nothing>,
    /// Organizations of a list, to choose from, and how many more it has.
    rows: Vec<rows::Row>,
    more_rows: usize,
    /// What comes along from a list.
    along: Option<OrganizationFacts>,
}

impl CreatePage {
    fn new(here: Here, signed: &Signed) -> Self {
        Self {
            me: signed.me(),
            typed: Typed::default(),
            faults: Vec::new(),
            known: Vec::new(),
            too_many: false,
            endpoint: String::new(),
            list: String::new(),
            nothing: None,
            rows: Vec::new(),
            more_rows: 0,
            along: None,
            here,
        }
    }

    fn mend(&self, field: &str) -> Option<String> {
        let fault = self.faults.iter().find(|fault| fault.field() == field)?;
        Some(self.words(*fault))
    }

    fn words(&self, fault: Fault) -> String {
        match fault {
            Fault::Name => self.here.t("create-fault-name"),
            Fault::Kind => self.here.t("create-fault-kind"),
            Fault::Place => self.here.t("create-fault-place"),
            Fault::Zip => self.here.t("create-fault-zip"),
            Fault::Phone => self.here.t("create-fault-phone"),
            Fault::Website => self.here.t("create-fault-website"),
            Fault::Portal => self.here.t("create-fault-portal"),
            Fault::Npi => self.here.t("create-fault-npi"),
            Fault::Why => self.here.t("create-fault-why"),
        }
    }

    fn mends(&self) -> Vec<(&'static str, String)> {
        self.faults.iter().map(|fault| (fault.field(), self.words(*fault))).collect()
    }

    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    fn longest(&self, kind: &str) -> usize {
        longest(kind)
    }

    fn kinds(&self) -> Vec<Choice> {
        let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Unknown);
        let choice = |kind: &Kind| Choice {
            value: kind.code(),
            words: self.here.kind(*kind),
            chosen: self.typed.kind == kind.code(),
        };
        kinds.map(choice).collect()
    }

    fn states(&self) -> Vec<Choice> {
        let choice = |(code, _): &(&'static str, &'static str)| Choice {
            value: code,
            words: self.here.state(code),
            chosen: self.typed.state == *code,
        };
        STATES.iter().map(choice).collect()
    }

    fn nothing_words(&self) -> Option<String> {
        Some(match self.nothing? {
            Nothing::Asked => self.here.t("create-fill-asked"),
            Nothing::Read => self.here.t("create-fill-read"),
            Nothing::TooLarge => self.here.t("import-wrong-too-large"),
            Nothing::Broken => self.here.t("import-wrong-unreadable"),
            Nothing::InIt => self.here.t("create-fill-in-it"),
            Nothing::Often => self.here.t("create-fill-often"),
        })
    }

    /// What comes along, in lines that people can read.
    fn beside(&self) -> Vec<Change> {
        let body = |facts: OrganizationFacts| Body::Organization(Box::new(facts));
        let beside = self.along.as_ref().map(along::beside).unwrap_or_default();
        difference(&self.here, &body(OrganizationFacts::default()), &body(beside))
    }

    /// The same, as the form carries it.
    fn carried(&self) -> Option<String> {
        self.along.as_ref().and_then(|facts| serde_json::to_string(facts).ok())
    }

    /// With what a list says of an organization in its fields.
    async fn filled(mut self, app: &App, facts: OrganizationFacts) -> Result<Self, PageError> {
        let facts = along::fit(facts, &app.store.hostile_hosts().await?);
        along::fill(&mut self.typed, &facts);
        self.known = with_npi(&self.here, app, &self.typed.npi).await?;
        self.along = Some(facts);
        Ok(self)
    }
}

fn longest(kind: &str) -> usize {
    if kind == "area" { LONGEST } else { LONGEST_LINE }
}

impl Known {
    fn new(here: &Here, other: &Other) -> Self {
        let why = match other.alike {
            Alike::Npi => here.t("create-alike-npi"),
            Alike::Domain => here.t("create-alike-domain"),
            Alike::LookAlike => here.t1("create-alike-look", "domain", other.like.as_deref().unwrap_or_default()),
            Alike::Phone => here.t("create-alike-phone"),
            Alike::Name => here.t("create-alike-name"),
        };
        Self {
            name: other.name.clone(),
            more: here.place(other.place.0.as_deref(), other.place.1.as_deref(), &[]).unwrap_or_default(),
            claim: here.link(&format!("/manage/claim/{}", other.id)),
            why,
        }
    }
}

/// Those that are listed with an NPI.
async fn with_npi(here: &Here, app: &App, npi: &str) -> Result<Vec<Known>, PageError> {
    let Some(number) = Identifier::npi(npi) else { return Ok(Vec::new()) };
    let ids = app.store.looked_up("npi", &number.value, None, 5).await?;
    let listed = app.store.organizations_by_ids(&ids).await?.into_iter();
    Ok(listed.map(|org| Known::new(here, &Other::of(org, Alike::Npi, None))).collect())
}

/// `GET /manage/create`; with `?npi=`, those who are listed with that number come first.
async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let npi = here.asked("npi").unwrap_or_default();
    let known = with_npi(&here, &app, &npi).await?;
    let typed =
        Typed { npi: npi.chars().take(20).collect(), name: here.asked("name").unwrap_or_default(), ..Typed::default() };
    respond(&CreatePage { typed, known, ..CreatePage::new(here, &signed) }, CachePolicy::Never)
}

/// One field of a form.
fn field(body: &[u8], wanted: &str) -> String {
    let found = form_urlencoded::parse(body).find(|(name, _)| name == wanted);
    found.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
}

/// A row of a list as a form carries it. It is what a person sends: everything in it is judged anew.
fn carried(body: &[u8], wanted: &str) -> Option<OrganizationFacts> {
    serde_json::from_str(&field(body, wanted)).ok()
}

/// `POST /manage/create/fill`: the form, filled from an endpoint, a list, or both.
async fn fill_in(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let (endpoint, list) = (field(&body, "endpoint"), field(&body, "list"));
    let said = fill::said(&app, &signed.person.id, &endpoint, &list).await;
    let mut page = CreatePage { endpoint, list, ..CreatePage::new(here, &signed) };
    let said = match said {
        Ok(said) => said,
        Err(nothing) => {
            page.nothing = Some(nothing);
            return respond(&page, CachePolicy::Never);
        }
    };
    let one = said.one().map(|offer| offer.facts.clone());
    if let Some(facts) = one.or_else(|| said.offers.is_empty().then(OrganizationFacts::default)) {
        let page = page.filled(&app, fill::with_endpoint(facts, said.endpoint)).await?;
        return respond(&page, CachePolicy::Never);
    }
    page.more_rows = said.offers.len().saturating_sub(ROWS);
    let with = |offer: &Offer| {
        let facts = fill::with_endpoint(offer.facts.clone(), said.endpoint.clone());
        rows::row(&Offer { facts, ..offer.clone() })
    };
    page.rows = said.offers.iter().take(ROWS).map(with).collect();
    respond(&page, CachePolicy::Never)
}

/// `POST /manage/create/take`: the form, filled from one organization of a list.
async fn take(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let page = CreatePage::new(here, &signed);
    match carried(&body, "facts") {
        Some(facts) => respond(&page.filled(&app, facts).await?, CachePolicy::Never),
        None => respond(&CreatePage { nothing: Some(Nothing::Broken), ..page }, CachePolicy::Never),
    }
}

/// `POST /manage/create`
async fn post(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let mut page = CreatePage { typed: Typed::read(&body), ..CreatePage::new(here, &signed) };
    if let Some(facts) = carried(&body, "along") {
        page.along = Some(along::fit(facts, &app.store.hostile_hosts().await?));
    }
    let mut facts = match page.typed.facts() {
        Ok(facts) => facts,
        Err(faults) => {
            page.faults = faults;
            return respond(&page, CachePolicy::Never);
        }
    };
    if let Some(along) = page.along.as_ref().filter(|_| field(&body, "without") != "yes") {
        facts = along::together(facts, along);
    }
    let others = alike(&app, &facts).await.map_err(|error| PageError::broken("a look for others like it", &error))?;
    // The same number is the same organization: there is nothing to add.
    let same = others.iter().any(|other| other.alike == Alike::Npi);
    if same || (!page.typed.another && !others.is_empty()) {
        page.known = others.iter().map(|other| Known::new(&page.here, other)).collect();
        return respond(&page, CachePolicy::Never);
    }
    let facts = Body::Organization(Box::new(facts));
    if sent(&app, &signed, &facts, &kept_why(&page.typed.why)).await? {
        return Ok(go(&page.here, "/manage"));
    }
    page.too_many = true;
    respond(&page, CachePolicy::Never)
}

/// Sends what is not listed to the moderators; not when its author has too much waiting already.
async fn sent(app: &App, signed: &Signed, body: &Body, why: &str) -> Result<bool, PageError> {
    match send(app, &signed.person.id, body, why).await {
        Ok(_) => Ok(true),
        Err(StoreError::Refused(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
impl Known {
    fn samples(here: &Here) -> Vec<Self> {
        let other = |alike| Other {
            id: crate::site::samples::id("org-", 1),
            name: "Valley <b>Clinic</b>".into(),
            place: (Some("Boise".into()), Some("ID".into())),
            alike,
            like: Some("valley.example.org".into()),
        };
        let every = [Alike::Npi, Alike::Domain, Alike::LookAlike, Alike::Phone, Alike::Name];
        every.map(|alike| Self::new(here, &other(alike))).into()
    }
}

#[cfg(test)]
impl CreatePage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/manage/create");
        let page = || Self {
            here: here(),
            me: Me::sample(),
            typed: Typed::default(),
            faults: Vec::new(),
            known: Vec::new(),
            too_many: false,
            endpoint: "\"><script>".into(),
            list: String::new(),
            nothing: None,
            rows: Vec::new(),
            more_rows: 0,
            along: None,
        };
        let typed =
            || Typed { name: "\"><script>".into(), why: "</textarea>".into(), state: "ID".into(), ..Typed::default() };
        let every = vec![
            Fault::Name,
            Fault::Kind,
            Fault::Place,
            Fault::Zip,
            Fault::Phone,
            Fault::Website,
            Fault::Portal,
            Fault::Npi,
            Fault::Why,
        ];
        let row = || rows::Row {
            key: "a".into(),
            name: "<b>St. Mary’s</b>".into(),
            place: "Boise, ID".into(),
            facts: "{}".into(),
        };
        let along = OrganizationFacts { aliases: vec!["<b>Valley</b>".into()], ..OrganizationFacts::default() };
        let mut all = vec![
            page(),
            Self { typed: typed(), faults: every, along: Some(along), ..page() },
            Self { typed: typed(), known: Known::samples(&here()), too_many: true, ..page() },
            Self { rows: vec![row(), row()], more_rows: 3, ..page() },
        ];
        all.extend(Nothing::ALL.map(|nothing| Self { nothing: Some(nothing), ..page() }));
        all
    }
}
