//! `/manage/{subject}/edit/{step}`: one short step of the form.
//!
//! What holds: a form that cannot be taken comes back with everything that was typed; what is saved says a whole listing;
//! rows are added and taken away by buttons that send the form, so no script is needed.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use url::form_urlencoded;

use super::{
    desk::{Desk, Opened, keep, open},
    view::{FeatureGroup, FieldView, Mend, RowView, StepLink, feature_groups, field_views, mends, step_links},
    words,
};
use crate::{
    accounts::{Me, Signed},
    app::App,
    model::id::{Id, ThingKind},
    profile::form::{Fault, Form, schema::Step},
    site::{CachePolicy, Here, PageError, respond},
    store::Found,
};

/// Organizations that a search for a parent shows.
const FOUND: usize = 8;

/// An organization that was found.
pub(super) struct Hit {
    pub id: String,
    pub words: String,
}

/// The page of a step.
#[derive(Template)]
#[template(path = "manage/edit-step.html")]
pub struct StepPage {
    pub(super) here: Here,
    pub(super) me: Me,
    pub(super) subject: String,
    pub(super) name: String,
    pub(super) step: Step,
    pub(super) steps: Vec<StepLink>,
    pub(super) fields: Vec<FieldView>,
    pub(super) rows: Vec<RowView>,
    pub(super) groups: Vec<FeatureGroup>,
    pub(super) mends: Vec<Mend>,
    /// Fields that somebody else changed meanwhile, in words.
    pub(super) meanwhile: Vec<String>,
    /// What the thing is part of, and what a search found.
    pub(super) parent: Option<String>,
    pub(super) hits: Vec<Hit>,
    pub(super) looked_for: Option<String>,
}

impl StepPage {
    pub(super) fn new(here: Here, signed: &Signed, desk: &Desk, step: Step, faults: &[Fault]) -> Self {
        let form = &desk.form;
        let (fields, rows) = field_views(&here, step, form, faults);
        let groups = if step == Step::Features { feature_groups(&here, form, faults) } else { Vec::new() };
        Self {
            me: signed.me(),
            subject: desk.subject.to_string(),
            name: desk.name().to_owned(),
            steps: step_links(&here, &desk.subject, Some(step)),
            fields,
            rows,
            groups,
            mends: mends(&here, faults, step),
            meanwhile: desk.meanwhile.iter().map(|field| words::listed(&here, field)).collect(),
            parent: Some(form.parent_name.clone())
                .filter(|_| step == Step::Parent && !form.value("part_of").is_empty()),
            hits: Vec::new(),
            looked_for: None,
            step,
            here,
        }
    }

    fn title(&self) -> String {
        words::step(&self.here, self.step)
    }

    /// The title of the window: what went wrong is heard first.
    fn window(&self) -> String {
        let title = self.here.t2("edit-window", "step", self.title(), "name", &self.name);
        if self.mends.is_empty() { title } else { self.here.t1("report-window-error", "title", title) }
    }

    fn about(&self) -> String {
        words::about(&self.here, self.step)
    }

    fn add(&self) -> Option<String> {
        self.step.list().map(|_| words::add(&self.here, self.step))
    }

    fn is_parent(&self) -> bool {
        self.step == Step::Parent
    }

    fn address(&self) -> String {
        self.here.link(&format!("/manage/{}/edit/{}", self.subject, self.step.word()))
    }

    fn back(&self) -> String {
        self.here.link(&format!("/manage/{}/edit", self.subject))
    }
}

/// The step that a word names for a thing.
fn step_of(subject: &Id, word: &str) -> Result<Step, PageError> {
    super::desk::steps(subject).iter().copied().find(|step| step.word() == word).ok_or(PageError::NotFound)
}

pub(super) fn to(here: &Here, subject: &Id, page: &str) -> Response {
    Redirect::to(&here.link(&format!("/manage/{subject}/{page}"))).into_response()
}

/// `GET /manage/{subject}/edit/{step}`
pub async fn get(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    Path((_, word)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let step = step_of(signed.subject()?, &word)?;
    match open(&app, &signed).await? {
        Opened::Clash(clash) => Ok(to(&here, &clash.subject, "edit/meanwhile")),
        Opened::Ready(desk) => respond(&StepPage::new(here, &signed, &desk, step, &[]), CachePolicy::Never),
    }
}

/// `POST /manage/{subject}/edit/{step}`
pub async fn post(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    Path((_, word)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, PageError> {
    let step = step_of(signed.subject()?, &word)?;
    let mut desk = match open(&app, &signed).await? {
        Opened::Clash(clash) => return Ok(to(&here, &clash.subject, "edit/meanwhile")),
        Opened::Ready(desk) => desk,
    };
    let sent: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let value =
        |wanted: &str| sent.iter().find(|(name, _)| name == wanted).map(|(_, v)| v.as_str()).unwrap_or_default();
    desk.form.read(step, &sent);
    if step == Step::Parent {
        name_parent(&app, &desk.subject, &mut desk.form).await?;
    }
    let done = value("do");
    if let Some(list) = step.list().filter(|_| done == "add" || done.starts_with("remove-")) {
        match done.strip_prefix("remove-").and_then(|n| n.parse().ok()) {
            Some(row) => desk.form.remove_row(list, row),
            None => desk.form.add_row(list),
        }
        return respond(&StepPage::new(here, &signed, &desk, step, &[]), CachePolicy::Never);
    }
    if done == "find" && step == Step::Parent {
        return found(here, &app, &signed, &desk, value("find"));
    }
    let faults = match desk.form.body(&desk.began) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.into_iter().filter(|fault| fault.step == step).collect(),
    };
    if !faults.is_empty() {
        let mut response = respond(&StepPage::new(here, &signed, &desk, step, &faults), CachePolicy::Never)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    keep(&app, &signed, &desk.form, &desk.began).await?;
    let steps = desk.steps();
    let next = steps.iter().position(|other| *other == step).and_then(|at| steps.get(at + 1));
    Ok(match (done, next) {
        ("later", _) => to(&here, &desk.subject, "edit"),
        ("check", _) | (_, None) => to(&here, &desk.subject, "edit/check"),
        (_, Some(next)) => to(&here, &desk.subject, &format!("edit/{}", next.word())),
    })
}

/// The name of what was chosen as parent, as the directory has it; nobody types it.
async fn name_parent(app: &App, subject: &Id, form: &mut Form) -> Result<(), PageError> {
    let typed = form.value("part_of").trim().to_owned();
    // Whoever has the page before them has its address.
    let id = Id::parse(typed.rsplit('/').next().unwrap_or_default());
    let id = id.filter(|id| id.kind() == ThingKind::Organization && id != subject);
    let name = match &id {
        Some(id) => match app.store.organization(id).await? {
            Found::Here(parent) => parent.name,
            _ => String::new(),
        },
        None => String::new(),
    };
    form.fields.insert("part_of".into(), id.map_or(typed, |id| id.to_string()));
    form.parent_name = name;
    Ok(())
}

fn found(here: Here, app: &App, signed: &Signed, desk: &Desk, typed: &str) -> Result<Response, PageError> {
    let typed: String = typed.chars().take(200).collect();
    let cards = app.index.suggest(&typed, None, FOUND)?;
    let mut page = StepPage::new(here, signed, desk, Step::Parent, &[]);
    let hit = |card: &crate::search::Card| {
        let place = page.here.place(card.city.as_deref(), card.state.as_deref(), &[]);
        let words = std::iter::once(card.name.clone()).chain(place).collect::<Vec<_>>().join(" · ");
        Hit { id: card.id.to_string(), words }
    };
    page.hits = cards.iter().filter(|card| card.id != desk.subject).map(hit).collect();
    page.looked_for = Some(typed);
    respond(&page, CachePolicy::Never)
}

#[cfg(test)]
impl StepPage {
    /// Every step filled, and every step with something wrong in each field.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        use crate::{
            model::{change::facts, listing::Body},
            profile::form::{Wrong, feature_name},
        };
        let org = crate::site::samples::hospital();
        let form = Form::of(&Body::Organization(Box::new(facts(&org))));
        let subject = org.id.clone();
        let mut pages = Vec::new();
        for step in Step::OF_ORGANIZATION.into_iter().chain(Step::OF_APP) {
            let here = crate::site::samples::here(lang, &format!("/manage/{subject}/edit/{}", step.word()));
            let alone = step.fields().iter().map(|field| field.name.to_owned());
            let first = step
                .list()
                .iter()
                .flat_map(|list| list.fields.iter().map(|f| format!("{}-0-{}", list.name, f.name)))
                .collect::<Vec<_>>();
            let feature = crate::model::features::Feature::all()
                .next()
                .map(|f| format!("{}-from", feature_name(f)).replacen('.', "-", 1));
            let feature = feature.filter(|_| step == Step::Features);
            let faults: Vec<Fault> =
                alone.chain(first).chain(feature).map(|at| Fault { step, at, wrong: Wrong::Needed }).collect();
            for faults in [&[][..], &faults] {
                let (fields, rows) = field_views(&here, step, &form, faults);
                pages.push(Self {
                    me: Me::sample(),
                    subject: subject.to_string(),
                    name: org.name.clone(),
                    steps: step_links(&here, &subject, Some(step)),
                    fields,
                    rows,
                    groups: if step == Step::Features { feature_groups(&here, &form, faults) } else { Vec::new() },
                    mends: mends(&here, faults, step),
                    meanwhile: if faults.is_empty() { Vec::new() } else { vec!["Phone".into()] },
                    parent: (step == Step::Parent).then(|| "Mercy <Health>".into()),
                    hits: vec![Hit { id: subject.to_string(), words: "Mercy · Boise, ID".into() }],
                    looked_for: (!faults.is_empty()).then(|| "mercy".into()),
                    step,
                    here: here.clone(),
                });
            }
        }
        pages
    }
}
