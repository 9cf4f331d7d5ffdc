//! `/review/loads/{n}`: a load in which too much moved.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{
    NEED,
    verdict::{Verdict, VerdictForm},
};
use crate::{
    accounts::{Me, Page, Signed},
    app::{App, to_its_end},
    model::merge::Role,
    review::{
        desk::DeskState,
        form::{Sent, number},
        tools::{OutcomePage, Told, with_status},
        words,
    },
    site::{Here, PageError, Part},
    store::{LoadState, QueueKind},
};

/// Rows and doors of each sort that are shown.
const SHOWN: usize = 15;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    vec![Page::get("/review/loads/{n}", NEED, show), Page::post("/review/loads/{n}", NEED, decide)]
}

/// A door that would lead somewhere else.
struct MovedDoor {
    role: String,
    from: String,
    to: String,
}

#[derive(Template)]
#[template(path = "review/item-load.html")]
pub struct LoadPage {
    here: Here,
    me: Me,
    desk: DeskState,
    load: LoadState,
    reasons: Vec<String>,
    doors: Vec<MovedDoor>,
    gone: Vec<String>,
    came: Vec<String>,
}

/// What a door of a list is for.
fn role(here: &Here, word: &str) -> String {
    Role::from_word(word).map_or_else(|| word.to_owned(), |role| words::role(here, role))
}

/// The load that waits; no such page when it does not.
async fn held(app: &App, n: &Part) -> Result<LoadState, PageError> {
    let n = number(n)?;
    let mut all = app.store.loads(None).await?.into_iter();
    all.find(|load| load.n == n && load.state == "held").ok_or(PageError::NotFound)
}

async fn show(here: Here, State(app): State<App>, signed: Signed, n: Part) -> Result<Response, PageError> {
    let load = held(&app, &n).await?;
    let back = format!("/review/loads/{}", load.n);
    let desk = DeskState::of(&app, &signed, QueueKind::Load, &load.n.to_string(), back).await?;
    with_status(&LoadPage::new(here, signed.me(), desk, load), StatusCode::OK)
}

impl LoadPage {
    fn new(here: Here, me: Me, desk: DeskState, load: LoadState) -> Self {
        let all = |list: &[String]| list.join(", ");
        let diff = load.diff.as_ref();
        let rows = diff.into_iter().flat_map(|diff| diff.added_rows.iter().chain(&diff.changed_rows));
        let of_rows = rows.flat_map(|row| &row.doors);
        let doors = diff.into_iter().flat_map(|diff| &diff.doors).chain(of_rows).take(SHOWN);
        let doors =
            doors.map(|door| MovedDoor { role: role(&here, &door.role), from: all(&door.from), to: all(&door.to) });
        let names = |rows: &[crate::store::Moved]| rows.iter().take(SHOWN).map(|row| row.name.clone()).collect();
        Self {
            doors: doors.collect(),
            reasons: diff.iter().flat_map(|diff| &diff.reasons).map(|why| words::held(&here, why)).collect(),
            gone: diff.map(|diff| names(&diff.removed_rows)).unwrap_or_default(),
            came: diff.map(|diff| names(&diff.added_rows)).unwrap_or_default(),
            here,
            me,
            desk,
            load,
        }
    }

    fn form(&self) -> VerdictForm {
        let here = &self.here;
        let path = format!("/review/loads/{}", self.load.n);
        let form = VerdictForm::at(here, &path, here.t("review-load-accept"), here.t("review-load-refuse"));
        let accept = form.accept.filter(|_| self.load.unreadable.is_none());
        VerdictForm { looked: Some(here.t("review-load-looked")), accept, ..form }
    }

    fn facts(&self) -> String {
        let (n, rows) = (self.load.n.to_string(), self.load.rows.unwrap_or_default());
        let facts = [("n", n.into()), ("date", self.load.date.as_str().into()), ("rows", rows.into())];
        self.here.lang.with("review-load-facts", &facts)
    }

    /// One that can be accepted, and one that cannot be read.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let one = |unreadable: Option<String>| {
            let load = LoadState {
                n: 4,
                source: "vendor".into(),
                date: "2026-11-03".into(),
                mode: "full".into(),
                state: "held".into(),
                at: 1,
                rows: Some(12),
                accepted: None,
                purpose: None,
                kept: true,
                files: Vec::new(),
                diff: None,
                unreadable,
            };
            let here = crate::site::samples::here(lang, "/review/loads/4");
            let mut page = Self::new(here, Me::sample(), DeskState::sample(None, true), load);
            page.doors.push(MovedDoor { role: role(&page.here, "portal"), from: "a.org".into(), to: "<b>".into() });
            (page.gone, page.came) = (vec!["Mercy".into()], vec!["<b>".into()]);
            let why = crate::model::guard::Reason::Doors { moved: 12, of: 40 };
            page.reasons.push(words::held(&page.here, &why));
            page
        };
        vec![one(None), one(Some("it has no name column".into()))]
    }
}

async fn decide(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    n: Part,
    sent: Sent,
) -> Result<Response, PageError> {
    let n = number(&n)?;
    let (store, actor) = (app.store.clone(), signed.as_moderator());
    let done = match Verdict::of(&sent, true)? {
        Verdict::Accept => to_its_end(async move { store.accept_held(n, &actor).await.map(drop) }).await?,
        Verdict::Refuse => app.store.refuse_held(n, &actor).await.map(drop),
        Verdict::Unread => return OutcomePage::answer(here, signed.me(), Told::Late),
    };
    OutcomePage::over(here, signed.me(), done)
}
