//! `/manage/create/app`: an app that is not listed. Its fields are those of the form that edits apps.
//!
//! What holds: nobody sees it before a moderator has looked; then it is public, and whoever sent it looks after it.

use std::collections::BTreeSet;

use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};
use url::form_urlencoded;

use super::{Known, longest, sent};
use crate::{
    accounts::{Me, Signed},
    app::App,
    claims::create::{alike_app, kept_why},
    manage::{
        claim::go,
        edit::view::{FieldView, Mend, field_views, mends},
    },
    model::{
        listing::{AppFacts, Body},
        text::match_form,
    },
    profile::{
        form::{Fault, Form, Wrong, schema::Step},
        tidy,
    },
    site::{CachePolicy, Here, PageError, respond},
};

/// What must be there before people can judge an app. Somebody who edits a listed one may leave it as lists have it.
const NEEDED: [&str; 7] = ["name", "publisher", "description", "ingests", "platforms", "website", "privacy_policy"];

#[derive(Template)]
#[template(path = "manage/create-app.html")]
pub struct CreateAppPage {
    here: Here,
    me: Me,
    fields: Vec<FieldView>,
    mends: Vec<Mend>,
    why: String,
    /// Nothing was said of who they are.
    why_missing: bool,
    known: Vec<Known>,
    too_many: bool,
}

impl CreateAppPage {
    fn new(here: Here, me: Me, form: &Form, faults: &[Fault]) -> Self {
        let fields = field_views(&here, Step::App, form, faults).0;
        Self {
            mends: mends(&here, faults, Step::App),
            fields,
            why: String::new(),
            why_missing: false,
            known: Vec::new(),
            too_many: false,
            me,
            here,
        }
    }

    fn mend(&self, field: &str) -> Option<String> {
        (field == "why" && self.why_missing).then(|| self.here.t("create-fault-why"))
    }

    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    fn longest(&self, kind: &str) -> usize {
        longest(kind)
    }

    fn has_faults(&self) -> bool {
        self.why_missing || !self.mends.is_empty()
    }
}

/// What a form says of a new app, or everything that must be mended.
fn facts(form: &Form) -> Result<AppFacts, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, wrong| {
        let at = field.to_owned();
        faults.push(Fault { step: Step::App, at, wrong });
    };
    for field in NEEDED {
        let value = form.value(field);
        // A name of signs alone names nothing.
        if value.trim().is_empty() || (field == "name" && match_form(value).is_empty()) {
            fault(field, Wrong::Needed);
        }
    }
    let empty = Body::App(Box::default());
    let body = form.body(&empty).map_err(|more| faults.extend(more)).ok();
    // What is left of texts once private numbers are cut out.
    let body = body.and_then(|body| tidy(&body).ok());
    match body {
        Some(Body::App(facts)) if faults.is_empty() => Ok(*facts),
        _ => {
            let mut seen = BTreeSet::new();
            faults.retain(|fault| seen.insert(fault.at.clone()));
            Err(faults)
        }
    }
}

/// `GET /manage/create/app`
pub async fn get(here: Here, signed: Signed) -> Result<Response, PageError> {
    respond(&CreateAppPage::new(here, signed.me(), &Form::default(), &[]), CachePolicy::Never)
}

/// `POST /manage/create/app`
pub async fn post(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let given: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let mut form = Form::default();
    form.read(Step::App, &given);
    let (why, another) = (super::field(&body, "why"), super::field(&body, "another") == "yes");
    let facts = facts(&form);
    let faults = facts.as_ref().err().map_or(&[][..], Vec::as_slice);
    let mut page = CreateAppPage::new(here, signed.me(), &form, faults);
    page.why_missing = why.is_empty();
    let kept = kept_why(&why);
    page.why = why;
    let (Ok(facts), false) = (facts, page.why_missing) else {
        return respond(&page, CachePolicy::Never);
    };
    let others = alike_app(&app, &facts).await?;
    if !another && !others.is_empty() {
        page.known = others.iter().map(|other| Known::new(&page.here, other)).collect();
        return respond(&page, CachePolicy::Never);
    }
    if sent(&app, &signed, &Body::App(Box::new(facts)), &kept).await? {
        return Ok(go(&page.here, "/manage"));
    }
    page.too_many = true;
    respond(&page, CachePolicy::Never)
}

#[cfg(test)]
impl CreateAppPage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/manage/create/app");
        let evil = "\"><script>alert(1)</script>";
        let mut form = Form::default();
        form.read(Step::App, &[("name".into(), evil.into()), ("description".into(), "</textarea>".into())]);
        let faults = facts(&form).err().unwrap_or_default();
        let page = |form: &Form, faults: &[Fault]| Self::new(here(), Me::sample(), form, faults);
        vec![
            page(&Form::default(), &[]),
            Self { why_missing: true, ..page(&form, &faults) },
            Self { known: Known::samples(&here()), too_many: true, why: evil.into(), ..page(&form, &[]) },
        ]
    }
}
