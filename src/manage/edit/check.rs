//! `/manage/{subject}/edit/check`: what would change, what goes live at once and what waits, and sending it.
//!
//! What holds: what is sent is what was read on this page, or the page comes again.

use std::collections::BTreeSet;

use askama::Template;
use axum::{
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{ToSpan as _, civil::Date};
use url::form_urlencoded;

use super::{
    desk::{Desk, Opened, open},
    step::to,
    view::{Mend, SideView, StepLink, side_views, step_links},
    words,
};
use crate::{
    accounts::{Me, Signed},
    app::App,
    clock::door_day_begins,
    model::{change::Risk, listing::Body, proposal::ProposalKind},
    profile::{
        DELEGATE_MOST, Submission, SubmitError, Submitted, diff,
        form::Fault,
        split::{Split, split},
        submit,
    },
    site::{CachePolicy, Here, PageError, respond},
};

/// The longest reason, in characters.
const LONGEST: usize = 1_000;

/// Why nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It is not what was read.
    Changed,
    /// The day cannot be read, is past, or too far away.
    Day,
    /// Too many organizations in a day.
    TooMany,
}

/// The check before a change is sent.
#[derive(Template)]
#[template(path = "manage/edit-check.html")]
pub struct CheckPage {
    here: Here,
    me: Me,
    subject: String,
    name: String,
    steps: Vec<StepLink>,
    live: Vec<SideView>,
    waits: Vec<SideView>,
    risks: Vec<String>,
    /// Steps where something must be mended.
    mends: Vec<Mend>,
    /// The hash of what is shown.
    hash: String,
    why: String,
    day: String,
    tomorrow: String,
    trouble: Option<Trouble>,
    delegate: bool,
    /// A passkey must be shown before this is sent.
    confirm: bool,
}

impl CheckPage {
    fn address(&self, page: &str) -> String {
        self.here.link(&format!("/manage/{}/{page}", self.subject))
    }

    fn in_spanish(&self) -> String {
        crate::site::in_language(crate::site::Lang::Es, &format!("/manage/{}/edit/preview", self.subject))
    }

    fn trouble_words(&self) -> Option<String> {
        Some(match self.trouble? {
            Trouble::Changed => self.here.t("edit-trouble-changed"),
            Trouble::Day => self.here.t("edit-trouble-day"),
            Trouble::TooMany => self.here.t1("edit-trouble-too-many", "most", DELEGATE_MOST),
        })
    }

    fn nothing(&self) -> bool {
        self.live.is_empty() && self.waits.is_empty() && self.mends.is_empty()
    }
}

/// Is a passkey needed? For doors, whatever else is in it.
fn needs_passkey(risks: &[Risk]) -> bool {
    risks.iter().any(|risk| matches!(risk, Risk::Door { .. } | Risk::DoorGone { .. }))
}

fn page(here: Here, app: &App, signed: &Signed, desk: &Desk, trouble: Option<Trouble>) -> CheckPage {
    let (split, hash, faults) = match desk.form.body(&desk.began) {
        Ok(body) => (split(&desk.standing, &body), body.hash(), Vec::new()),
        Err(faults) => (Split::default(), String::new(), faults),
    };
    let mend = |fault: &Fault| Mend {
        at: here.link(&format!("/manage/{}/edit/{}", desk.subject, fault.step.word())),
        words: here.t2("edit-mend", "field", words::step(&here, fault.step), "wrong", words::wrong(&here, fault.wrong)),
    };
    CheckPage {
        me: signed.me(),
        subject: desk.subject.to_string(),
        name: desk.name().to_owned(),
        steps: step_links(&here, &desk.subject, None),
        live: side_views(&here, diff::sides(&split.safe)),
        waits: side_views(&here, diff::sides(&split.risky)),
        risks: split.risks.iter().map(|risk| words::risk(&here, risk)).collect(),
        mends: faults.iter().map(mend).collect(),
        hash,
        why: String::new(),
        day: String::new(),
        tomorrow: app.clock.today().tomorrow().map(|day| day.to_string()).unwrap_or_default(),
        trouble,
        delegate: desk.delegate,
        confirm: needs_passkey(&split.risks) && !signed.is_fresh(app.clock.micros()),
        here,
    }
}

/// `GET /manage/{subject}/edit/check`
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    match open(&app, &signed).await? {
        Opened::Clash(clash) => Ok(to(&here, &clash.subject, "edit/meanwhile")),
        Opened::Ready(desk) => respond(&page(here, &app, &signed, &desk, None), CachePolicy::Never),
    }
}

/// What was sent with the button.
struct Sent {
    hash: String,
    why: String,
    /// As it was typed; empty for now.
    day: String,
}

impl Sent {
    fn read(body: &[u8]) -> Self {
        let mut sent = Self { hash: String::new(), why: String::new(), day: String::new() };
        let mut later = false;
        for (name, value) in form_urlencoded::parse(body) {
            match name.as_ref() {
                "hash" => sent.hash = value.into_owned(),
                "why" => sent.why = value.chars().filter(|c| !c.is_control() || *c == '\n').take(LONGEST).collect(),
                "day" => value.trim().clone_into(&mut sent.day),
                "when" => later = value == "day",
                _ => {}
            }
        }
        if !later {
            sent.day.clear();
        } else if sent.day.is_empty() {
            "?".clone_into(&mut sent.day);
        }
        sent
    }

    /// The moment it is for: 0 = at once; nothing when the day is none within a year.
    fn publish_at(&self, today: Date) -> Option<i64> {
        if self.day.is_empty() {
            return Some(0);
        }
        let day: Date = self.day.parse().ok()?;
        let last = today.checked_add(1.year()).ok()?;
        let good = day > today && day <= last;
        good.then(|| door_day_begins(day))
    }
}

/// `POST /manage/{subject}/edit/publish`
pub async fn publish(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let desk = match open(&app, &signed).await? {
        Opened::Clash(clash) => return Ok(to(&here, &clash.subject, "edit/meanwhile")),
        Opened::Ready(desk) => desk,
    };
    let sent = Sent::read(&body);
    let Ok(after) = desk.form.body(&desk.began) else { return Ok(to(&here, &desk.subject, "edit/check")) };
    if after.hash() != sent.hash {
        return again(here, &app, &signed, &desk, &sent, Trouble::Changed);
    }
    if needs_passkey(&split(&desk.standing, &after).risks) && !signed.is_fresh(app.clock.micros()) {
        let next = here.link(&format!("/manage/{}/edit/check", desk.subject));
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("next", &next).finish();
        return Ok(Redirect::to(&format!("{}?{query}", here.link("/account/confirm"))).into_response());
    }
    let Some(publish_at) = sent.publish_at(app.clock.door_day()) else {
        return again(here, &app, &signed, &desk, &sent, Trouble::Day);
    };
    match send(&app, &signed, &desk, after, &sent.why, publish_at).await {
        Ok(done) => {
            app.store.drop_draft(&signed.person.id, &desk.subject).await?;
            Ok(to(&here, &desk.subject, &format!("waiting?sent={}", became(&done))))
        }
        // The form is opened again, on top of what somebody else said a moment ago.
        Err(SubmitError::Conflict(_)) => Ok(to(&here, &desk.subject, "edit/check")),
        Err(SubmitError::TooMany) => again(here, &app, &signed, &desk, &sent, Trouble::TooMany),
        Err(error) => Err(PageError::broken("a change", &error)),
    }
}

async fn send(
    app: &App,
    signed: &Signed,
    desk: &Desk,
    after: Body,
    why: &str,
    publish_at: i64,
) -> Result<Submitted, SubmitError> {
    let submission = Submission {
        subject: &desk.subject,
        author: &signed.person.id,
        kind: ProposalKind::Form,
        began: Some(&desk.began),
        after,
        express: BTreeSet::new(),
        why,
        publish_at,
        delegate: desk.delegate,
    };
    submit(app, submission).await
}

/// What became of it, as the page of what waits is told.
fn became(done: &Submitted) -> &'static str {
    match (done.live, &done.waiting, done.publish_at) {
        (_, Some(_), day) if day > 0 => "later",
        (Some(_), Some(_), _) => "both",
        (None, Some(_), _) => "waits",
        (Some(_), None, _) => "live",
        (None, None, _) => "nothing",
    }
}

fn again(
    here: Here,
    app: &App,
    signed: &Signed,
    desk: &Desk,
    sent: &Sent,
    trouble: Trouble,
) -> Result<Response, PageError> {
    let page =
        CheckPage { why: sent.why.clone(), day: sent.day.clone(), ..page(here, app, signed, desk, Some(trouble)) };
    let mut response = respond(&page, CachePolicy::Never)?;
    *response.status_mut() = match trouble {
        Trouble::Changed => StatusCode::CONFLICT,
        Trouble::Day => StatusCode::UNPROCESSABLE_ENTITY,
        Trouble::TooMany => StatusCode::TOO_MANY_REQUESTS,
    };
    Ok(response)
}

#[cfg(test)]
impl CheckPage {
    /// With everything that it can show.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let subject = crate::site::samples::id("org-", 1);
        let here = crate::site::samples::here(lang, &format!("/manage/{subject}/edit/check"));
        let side = |field: &str| SideView {
            title: words::listed(&here, field),
            field: field.into(),
            pairs: vec![diff::marked("mercy.org", "rnercy.org"), diff::marked("", "new")],
        };
        let sample = |trouble: Option<Trouble>, full: bool| Self {
            me: Me::sample(),
            subject: subject.to_string(),
            name: "St. Mary’s".into(),
            steps: step_links(&here, &subject, None),
            live: if full { vec![side("description")] } else { Vec::new() },
            waits: if full { vec![side("portals"), side("name")] } else { Vec::new() },
            risks: if full { every_risk().iter().map(|risk| words::risk(&here, risk)).collect() } else { Vec::new() },
            mends: match trouble {
                Some(Trouble::Changed) => vec![Mend { at: here.link("/manage"), words: "?".into() }],
                _ => Vec::new(),
            },
            hash: "0".into(),
            why: "<b>".into(),
            day: "2026-12-01".into(),
            tomorrow: "2026-11-23".into(),
            trouble,
            delegate: !full,
            confirm: full,
            here: here.clone(),
        };
        vec![
            sample(None, true),
            sample(None, false),
            sample(Some(Trouble::Changed), true),
            sample(Some(Trouble::Day), true),
            sample(Some(Trouble::TooMany), true),
        ]
    }
}

#[cfg(test)]
pub(super) fn every_risk() -> Vec<Risk> {
    use crate::model::merge::Role;
    let (url, domain, trust_key) =
        ("https://example.net/".to_owned(), "example.net".to_owned(), "example.net".to_owned());
    vec![
        Risk::Door { role: Role::Portal, url: url.clone(), domain, trust_key },
        Risk::DoorGone { role: Role::Endpoint, url: url.clone() },
        Risk::DoorGone { role: Role::Portal, url },
        Risk::Name,
        Risk::Phone,
        Risk::Address,
        Risk::Identifier,
        Risk::Status,
        Risk::PartOf,
        Risk::Words { field: "description".into() },
    ]
}
