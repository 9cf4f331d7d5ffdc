//! `/review/frozen/{id}`: an organization or app that nobody may edit until it is let go.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};

use super::{NEED, neutral_to};
use crate::{
    accounts::{Me, Page, Signed},
    app::App,
    model::id::Id,
    moderation::rules::NotNeutral,
    profile::standing,
    review::{
        desk::DeskState,
        form::Sent,
        tools::{OutcomePage, Told, with_status},
        words::{self, day},
    },
    site::{Here, PageError, Part},
    store::{Frozen, QueueKind},
};

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    vec![Page::get("/review/frozen/{id}", NEED, show), Page::post("/review/frozen/{id}", NEED, let_go)]
}

#[derive(Template)]
#[template(path = "review/item-frozen.html")]
pub struct FrozenPage {
    here: Here,
    me: Me,
    desk: DeskState,
    subject: Id,
    name: String,
    frozen: Frozen,
    may: Result<(), NotNeutral>,
}

/// What is frozen, and why; no such page when it is not.
async fn frozen(app: &App, id: &Part) -> Result<(Id, Frozen), PageError> {
    let subject = Id::parse(&id.0).ok_or(PageError::NotFound)?;
    let frozen = app.store.frozen(&subject).await?.ok_or(PageError::NotFound)?;
    Ok((subject, frozen))
}

async fn show(here: Here, State(app): State<App>, signed: Signed, id: Part) -> Result<Response, PageError> {
    let (subject, frozen) = frozen(&app, &id).await?;
    with_status(&FrozenPage::new(here, &app, &signed, subject, frozen).await?, StatusCode::OK)
}

impl FrozenPage {
    async fn new(here: Here, app: &App, signed: &Signed, subject: Id, frozen: Frozen) -> Result<Self, PageError> {
        let back = format!("/review/frozen/{subject}");
        let desk = DeskState::of(app, signed, QueueKind::Frozen, subject.as_str(), back).await?;
        let may = neutral_to(app, signed, Some(&subject)).await?;
        let name = standing(app, &subject).await?.map(|now| now.seen.name().to_owned()).unwrap_or_default();
        Ok(Self { here, me: signed.me(), desk, subject, name, frozen, may })
    }

    fn why(&self) -> String {
        match self.frozen.why.as_str() {
            "two_claims" => self.here.t("review-frozen-two-claims"),
            "proof_lost" => self.here.t("review-frozen-proof-lost"),
            _ => self.here.t("review-frozen-moderator"),
        }
    }

    fn since(&self) -> String {
        day(&self.here, self.frozen.since)
    }

    fn about(&self) -> String {
        self.here.by_id(&self.subject)
    }

    fn not_neutral(&self) -> Option<String> {
        self.may.err().map(|why| words::not_neutral(&self.here, why))
    }

    /// One for each reason.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let one = |why: &str, may| Self {
            here: crate::site::samples::here(lang, "/review/frozen/x"),
            me: Me::sample(),
            desk: DeskState::sample(None, false),
            subject: crate::site::samples::id("org-", 1),
            name: "Mercy <b>".into(),
            frozen: Frozen { why: why.into(), since: 1 },
            may,
        };
        vec![one("two_claims", Ok(())), one("proof_lost", Ok(())), one("moderator", Err(NotNeutral::Member))]
    }
}

async fn let_go(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    id: Part,
    sent: Sent,
) -> Result<Response, PageError> {
    let (subject, frozen) = frozen(&app, &id).await?;
    if neutral_to(&app, &signed, Some(&subject)).await?.is_err() {
        let page = FrozenPage::new(here, &app, &signed, subject, frozen).await?;
        return with_status(&page, StatusCode::FORBIDDEN);
    }
    // It may have been let go and frozen again for another reason since the page was read.
    if sent.one("since") != frozen.since.to_string() {
        return OutcomePage::answer(here, signed.me(), Told::Late);
    }
    let done = app.store.let_go(&subject, &signed.as_moderator()).await;
    OutcomePage::over(here, signed.me(), done)
}
