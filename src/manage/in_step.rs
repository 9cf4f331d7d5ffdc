//! Profiles kept in step with a list at the organization's own address: looked at once a day, sent when it says something else.
//!
//! What holds: it is the word of the person who set it up, as long as they may still edit; only the row they chose is read,
//! and only while it is this organization; what would wait when it is typed waits here too. What went wrong is shown, and told
//! once.

use axum::{extract::State, response::Response};
use sha2::{Digest as _, Sha256};

use super::bulk::{Done, rows::at_address};
use crate::{
    accounts::{Need, Page, Signed, Who},
    app::App,
    fetch::FetchError,
    model::{
        account::Role,
        listing::{Body, hex},
        notice::{NewNotice, News},
        proposal::ProposalKind,
    },
    profile::{
        Submission, SubmitError,
        bundle::{belongs, filled, offers, on_top, own_part},
        standing, submit,
    },
    site::{Here, Lang, PageError},
    sources::FileError,
    store::{InStep, StoreError},
};

/// A list is looked at again after so long, in microseconds: 23 hours, so that a day later is not missed by minutes.
const EVERY: i64 = 23 * 3_600 * 1_000_000;
/// Lists that are looked at in one go.
const AT_ONCE: u32 = 50;

/// The rows of this page; the list is set up where a profile is imported.
pub fn pages() -> Vec<Page> {
    vec![Page::post("/manage/{subject}/in-step/end", Need::of(Who::Member(Role::Editor)), end)]
}

async fn end(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let subject = signed.subject()?;
    app.store.end_in_step(subject, &signed.as_owner()).await?;
    Ok(Done::Ended.at(&here.link(&format!("/manage/{subject}/import"))))
}

/// Why a list could not be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Its address did not answer with a list.
    NotFetched,
    /// It is larger than is taken.
    TooLarge,
    /// It is none, or broken.
    Unreadable,
    /// The row that was chosen is not in it any more.
    NoRow,
    /// The row is another organization by now.
    OtherOrganization,
    /// Whoever set it up may not edit any more.
    NoEditor,
    /// Nobody may edit the profile for now.
    Frozen,
    /// Somebody else changed the same meanwhile.
    Conflict,
    /// An address in it cannot be shown to people.
    Address,
}

impl Trouble {
    /// Every trouble.
    pub const ALL: [Self; 9] = [
        Self::NotFetched,
        Self::TooLarge,
        Self::Unreadable,
        Self::NoRow,
        Self::OtherOrganization,
        Self::NoEditor,
        Self::Frozen,
        Self::Conflict,
        Self::Address,
    ];

    /// The word in the store.
    pub fn word(self) -> &'static str {
        match self {
            Self::NotFetched => "not_fetched",
            Self::TooLarge => "too_large",
            Self::Unreadable => "unreadable",
            Self::NoRow => "no_row",
            Self::OtherOrganization => "other_organization",
            Self::NoEditor => "no_editor",
            Self::Frozen => "frozen",
            Self::Conflict => "conflict",
            Self::Address => "address",
        }
    }

    /// The trouble that a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| trouble.word() == word)
    }

    /// In a sentence.
    pub fn words(self, here: &Here) -> String {
        self.in_language(here.lang)
    }

    /// In a sentence of a language.
    pub fn in_language(self, lang: Lang) -> String {
        match self {
            Self::NotFetched => lang.t("in-step-not-fetched"),
            Self::TooLarge => lang.t("in-step-too-large"),
            Self::Unreadable => lang.t("in-step-unreadable"),
            Self::NoRow => lang.t("in-step-no-row"),
            Self::OtherOrganization => lang.t("in-step-other-organization"),
            Self::NoEditor => lang.t("in-step-no-editor"),
            Self::Frozen => lang.t("in-step-frozen"),
            Self::Conflict => lang.t("in-step-conflict"),
            Self::Address => lang.t("in-step-address"),
        }
    }
}

/// What stopped a look: trouble with the list, or with our own store.
enum Stop {
    Trouble(Trouble),
    Store(StoreError),
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Looks at every list that is due; answers how many were looked at.
pub async fn look_at_due(app: &App) -> Result<usize, StoreError> {
    let due = app.store.in_step_before(app.clock.micros() - EVERY, AT_ONCE).await?;
    for list in &due {
        look(app, list).await?;
    }
    Ok(due.len())
}

/// Looks at one list.
async fn look(app: &App, list: &InStep) -> Result<(), StoreError> {
    match take(app, list).await {
        Ok(hash) => app.store.in_step_looked(list, &hash, "").await,
        Err(Stop::Store(error)) => Err(error),
        Err(Stop::Trouble(trouble)) => {
            app.store.in_step_looked(list, &list.hash, trouble.word()).await?;
            // Told when it begins, not each day that it goes on.
            if list.error == trouble.word() { Ok(()) } else { tell(app, list, trouble).await }
        }
    }
}

/// Takes in what a list says, when that is something else than the last time. Answers the hash of what it says.
async fn take(app: &App, list: &InStep) -> Result<String, Stop> {
    let editor = app.store.member(&list.subject, &list.person).await?.filter(|member| member.role >= Role::Editor);
    if editor.is_none() || app.store.person(&list.person).await?.is_none() {
        return Err(Trouble::NoEditor.into());
    }
    if app.store.frozen(&list.subject).await?.is_some() {
        return Err(Trouble::Frozen.into());
    }
    let file = at_address(app, &list.url).await.map_err(|error| match error {
        FetchError::TooLarge { .. } => Trouble::TooLarge,
        _ => Trouble::NotFetched,
    })?;
    let reading = tokio::task::spawn_blocking(move || offers(&file));
    let offers = match reading.await {
        Ok(Ok(read)) => read,
        Ok(Err(FileError::TooBig(_))) => return Err(Trouble::TooLarge.into()),
        Ok(Err(_)) | Err(_) => return Err(Trouble::Unreadable.into()),
    };
    let offer = offers.offers.into_iter().find(|offer| offer.key == list.brand).ok_or(Trouble::NoRow)?;
    // Of the row alone: a list that only carries another date must not send what waits already once more.
    let hash = hex(&Sha256::digest(serde_json::to_vec(&offer.facts).unwrap_or_default()));
    if hash == list.hash {
        return Ok(hash);
    }
    let standing = standing(app, &list.subject).await?.ok_or(Trouble::NoRow)?;
    if !belongs(&standing, &offer.facts) {
        return Err(Trouble::OtherOrganization.into());
    }
    let Body::Organization(listing) = &standing.listing else { return Err(Trouble::NoRow.into()) };
    let row = own_part(offer.facts, &app.store.hostile_hosts().await?);
    let (express, after) = (filled(&row), on_top(listing, row));
    let submission = Submission {
        subject: &list.subject,
        author: &list.person,
        kind: ProposalKind::InStep,
        began: Some(&standing.listing),
        after: Body::Organization(Box::new(after)),
        express,
        why: "",
        publish_at: 0,
        delegate: false,
    };
    match submit(app, submission).await {
        Ok(_) => Ok(hash),
        Err(SubmitError::Store(error)) => Err(error.into()),
        Err(SubmitError::Conflict(_) | SubmitError::TooMany) => Err(Trouble::Conflict.into()),
        Err(SubmitError::Address(_)) => Err(Trouble::Address.into()),
        Err(SubmitError::Unknown) => Err(Trouble::NoRow.into()),
    }
}

/// Tells everybody who edits it.
async fn tell(app: &App, list: &InStep, trouble: Trouble) -> Result<(), StoreError> {
    let (error, since) = (trouble.word().to_owned(), app.clock.today());
    let news = News::InStep { error, since };
    let now = app.clock.micros();
    let members = app.store.members(&list.subject).await?;
    let edits = members.into_iter().filter(|member| member.role >= Role::Editor && member.is_valid(now));
    let notices: Vec<NewNotice> = edits
        .map(|member| NewNotice { person: member.person, subject: list.subject.clone(), news: news.clone() })
        .collect();
    app.store.tell_once(&notices).await.map(drop)
}

#[cfg(test)]
mod tests;
