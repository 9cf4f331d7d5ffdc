//! `/manage/create`: an organization that is not listed.
//!
//! What holds: what is sent has no page, no readable address and no place in any search before a person has looked at it;
//! whoever sends one that looks like a listed one is shown that first.

use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};

use super::claim::go;
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    claims::create::{Alike, Fault, LONGEST, LONGEST_LINE, Other, Typed, alike, send},
    model::{identifier::Identifier, kind::Kind, place::STATES},
    site::{CachePolicy, Here, PageError, respond},
    store::StoreError,
};

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let signed_in = Need::of(Who::SignedIn);
    vec![Page::get("/manage/create", signed_in, get), Page::post("/manage/create", signed_in, post)]
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
}

impl CreatePage {
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
        if kind == "area" { LONGEST } else { LONGEST_LINE }
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
}

impl Known {
    fn new(here: &Here, other: &Other) -> Self {
        let why = match other.alike {
            Alike::Npi => here.t("create-alike-npi"),
            Alike::Domain => here.t("create-alike-domain"),
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

/// `GET /manage/create`; with `?npi=`, those who are listed with that number come first.
async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let npi = here.asked("npi").unwrap_or_default();
    let mut known = Vec::new();
    if let Some(number) = Identifier::npi(&npi) {
        let ids = app.store.looked_up("npi", &number.value, None, 5).await?;
        for org in app.store.organizations_by_ids(&ids).await? {
            let place = org.main_place().map(|place| (place.city.clone(), place.state.clone())).unwrap_or_default();
            known.push(Known::new(&here, &Other { id: org.id, name: org.name, place, alike: Alike::Npi }));
        }
    }
    let typed =
        Typed { npi: npi.chars().take(20).collect(), name: here.asked("name").unwrap_or_default(), ..Typed::default() };
    let page = CreatePage { me: signed.me(), typed, faults: Vec::new(), known, too_many: false, here };
    respond(&page, CachePolicy::Never)
}

/// `POST /manage/create`
async fn post(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let typed = Typed::read(&body);
    let mut page = CreatePage { me: signed.me(), typed, faults: Vec::new(), known: Vec::new(), too_many: false, here };
    let facts = match page.typed.facts() {
        Ok(facts) => facts,
        Err(faults) => {
            page.faults = faults;
            return respond(&page, CachePolicy::Never);
        }
    };
    let others = alike(&app, &facts).await.map_err(|error| PageError::broken("a look for others like it", &error))?;
    // The same number is the same organization: there is nothing to add.
    let same = others.iter().any(|other| other.alike == Alike::Npi);
    if same || (!page.typed.another && !others.is_empty()) {
        page.known = others.iter().map(|other| Known::new(&page.here, other)).collect();
        return respond(&page, CachePolicy::Never);
    }
    match send(&app, &signed.person.id, facts, &page.typed.kept_why()).await {
        Ok(_) => Ok(go(&page.here, "/manage")),
        Err(StoreError::Refused(_)) => {
            page.too_many = true;
            respond(&page, CachePolicy::Never)
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
impl CreatePage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/manage/create");
        let page = |typed: Typed, faults: Vec<Fault>, known: Vec<Known>| Self {
            here: here(),
            me: crate::accounts::Me::sample(),
            too_many: !known.is_empty(),
            typed,
            faults,
            known,
        };
        let other = |alike| Other {
            id: crate::site::samples::id("org-", 1),
            name: "Valley <b>Clinic</b>".into(),
            place: (Some("Boise".into()), Some("ID".into())),
            alike,
        };
        let typed =
            || Typed { name: "\"><script>".into(), why: "</textarea>".into(), state: "ID".into(), ..Typed::default() };
        let every = [
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
        let known =
            [Alike::Npi, Alike::Domain, Alike::Phone, Alike::Name].map(|alike| Known::new(&here(), &other(alike)));
        vec![
            page(Typed::default(), Vec::new(), Vec::new()),
            page(typed(), every.into(), Vec::new()),
            page(typed(), Vec::new(), known.into()),
        ]
    }
}
