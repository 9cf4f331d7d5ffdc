//! What pages about one profile share: whose it is, and what became of what was sent.

use axum::response::{IntoResponse, Redirect, Response};

use crate::{
    accounts::Signed,
    app::App,
    model::id::{Id, ThingKind},
    profile::{Standing, SubmitError, Submitted, standing},
    site::{Here, PageError},
};

/// Whose profile a page is about.
pub struct Of {
    /// The page being made.
    pub here: Here,
    /// Whose.
    pub id: Id,
    /// Its name, as people see it.
    pub name: String,
    slug: String,
}

impl Of {
    /// The profile of the address, as it stands.
    pub async fn read(here: Here, app: &App, signed: &Signed) -> Result<(Self, Standing), PageError> {
        let id = signed.subject()?.clone();
        let standing = standing(app, &id).await?.ok_or(PageError::NotFound)?;
        let of = Self { name: standing.seen.name().to_owned(), slug: standing.slug.clone(), here, id };
        Ok((of, standing))
    }

    /// A page about this profile.
    pub fn link(&self, page: &str) -> String {
        self.here.link(&format!("/manage/{}/{page}", self.id))
    }

    /// The first page about this profile.
    pub fn home(&self) -> String {
        self.here.link(&format!("/manage/{}", self.id))
    }

    /// What people see of it.
    pub fn public(&self) -> String {
        match self.id.kind() {
            ThingKind::App => self.here.app(&self.slug),
            _ => self.here.organization(&self.slug),
        }
    }

    /// One of each sort.
    #[cfg(test)]
    pub fn sample(lang: crate::site::Lang, page: &str) -> Self {
        use crate::site::samples;
        let id = samples::id("org-", 1);
        let here = samples::here(lang, &format!("/manage/{id}/{page}"));
        let (name, slug) = ("St. Mary’s Hospital".into(), "st-marys-hospital-boise-id".into());
        Self { here, id, name, slug }
    }
}

/// What became of what was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// It is live.
    Live,
    /// It waits for a second person.
    Waits,
    /// Some of it is live, the rest waits.
    Both,
    /// It goes live on its day.
    Later,
    /// It says what is said already.
    Nothing,
    /// Somebody else changed the same meanwhile.
    Conflict,
    /// Too many organizations for one day.
    TooMany,
    /// An address in it cannot be shown to people.
    Address,
    /// Another list is kept in step with from now on.
    InStep,
    /// None is any more.
    Ended,
    /// Nobody may edit it for now.
    Frozen,
}

impl Done {
    /// Each of them.
    pub(super) const ALL: [Self; 11] = [
        Self::Live,
        Self::Waits,
        Self::Both,
        Self::Later,
        Self::Nothing,
        Self::Conflict,
        Self::TooMany,
        Self::Address,
        Self::InStep,
        Self::Ended,
        Self::Frozen,
    ];

    /// The word in an address.
    pub fn word(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Waits => "waits",
            Self::Both => "both",
            Self::Later => "later",
            Self::Nothing => "nothing",
            Self::Conflict => "conflict",
            Self::TooMany => "too-many",
            Self::Address => "address",
            Self::InStep => "in-step",
            Self::Ended => "ended",
            Self::Frozen => "frozen",
        }
    }

    /// What an address says was done.
    pub fn asked(here: &Here) -> Option<Self> {
        let word = here.asked("done")?;
        Self::ALL.into_iter().find(|done| done.word() == word)
    }

    /// Was nothing taken?
    pub fn is_trouble(self) -> bool {
        matches!(self, Self::Conflict | Self::TooMany | Self::Address | Self::Frozen)
    }

    /// In a sentence.
    pub fn words(self, here: &Here) -> String {
        match self {
            Self::Live => here.t("done-live"),
            Self::Waits => here.t("done-waits"),
            Self::Both => here.t("done-both"),
            Self::Later => here.t("done-later"),
            Self::Nothing => here.t("done-nothing"),
            Self::Conflict => here.t("done-conflict"),
            Self::TooMany => here.t("done-too-many"),
            Self::Address => here.t("done-address"),
            Self::InStep => here.t("done-in-step"),
            Self::Ended => here.t("done-ended"),
            Self::Frozen => here.t("denied-frozen-title"),
        }
    }

    /// What became of a change.
    pub fn of(sent: Result<Submitted, SubmitError>) -> Result<Self, PageError> {
        Ok(match sent {
            Ok(Submitted { nothing_changed: true, .. }) => Self::Nothing,
            Ok(Submitted { publish_at, .. }) if publish_at > 0 => Self::Later,
            Ok(Submitted { live: Some(_), waiting: Some(_), .. }) => Self::Both,
            Ok(Submitted { waiting: Some(_), .. }) => Self::Waits,
            Ok(_) => Self::Live,
            Err(SubmitError::Conflict(_)) => Self::Conflict,
            Err(SubmitError::TooMany) => Self::TooMany,
            Err(SubmitError::Address(_)) => Self::Address,
            Err(SubmitError::Unknown) => return Err(PageError::NotFound),
            Err(SubmitError::Store(error)) => return Err(error.into()),
        })
    }

    /// Back to a page, which then says so.
    pub fn at(self, address: &str) -> Response {
        Redirect::to(&format!("{address}?done={}", self.word())).into_response()
    }
}
