//! `/manage/{subject}/edit/meanwhile`: somebody else changed the same fields since this draft was saved. Both are shown, and
//! whoever edits chooses; nothing is lost before they did.

use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};
use url::form_urlencoded;

use super::{
    desk::{Clash, Opened, keep, open},
    step::to,
    view::{SideView, side_views},
};
use crate::{
    accounts::{Me, Signed},
    app::App,
    model::change::FieldChange,
    profile::{diff, form::Form, split::with},
    site::{CachePolicy, Here, PageError, respond},
};

/// Both words side by side.
#[derive(Template)]
#[template(path = "manage/edit-meanwhile.html")]
pub struct MeanwhilePage {
    here: Here,
    me: Me,
    subject: String,
    name: String,
    sides: Vec<SideView>,
}

impl MeanwhilePage {
    fn address(&self, page: &str) -> String {
        self.here.link(&format!("/manage/{}/{page}", self.subject))
    }
}

/// `GET /manage/{subject}/edit/meanwhile`
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let clash = match open(&app, &signed).await? {
        Opened::Ready(desk) => return Ok(to(&here, &desk.subject, "edit")),
        Opened::Clash(clash) => clash,
    };
    let page = MeanwhilePage {
        me: signed.me(),
        subject: clash.subject.to_string(),
        name: clash.standing.seen.name().to_owned(),
        sides: side_views(&here, diff::sides(&clash.both)),
        here,
    };
    respond(&page, CachePolicy::Never)
}

/// `POST /manage/{subject}/edit/meanwhile`
pub async fn post(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let clash = match open(&app, &signed).await? {
        Opened::Ready(desk) => return Ok(to(&here, &desk.subject, "edit")),
        Opened::Clash(clash) => clash,
    };
    let sent: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let chosen = |field: &str| sent.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str());
    // Without a choice for each nothing is decided.
    if clash.both.iter().any(|change| !matches!(chosen(&change.field), Some("mine" | "theirs"))) {
        return Ok(to(&here, &clash.subject, "edit/meanwhile"));
    }
    let mine = kept(&clash, |field| chosen(field) == Some("mine"));
    let listing = &clash.standing.listing;
    let after = with(listing, &mine).ok_or_else(|| PageError::broken("a draft", &"its fields make no listing"))?;
    keep(&app, &signed, &Form::of(&after), listing).await?;
    Ok(to(&here, &clash.subject, "edit/check"))
}

/// The draft's changes without those that were given up.
fn kept(clash: &Clash, mine: impl Fn(&str) -> bool) -> Vec<FieldChange> {
    let both = |field: &str| clash.both.iter().any(|change| change.field == field);
    clash.mine.iter().filter(|change| !both(&change.field) || mine(&change.field)).cloned().collect()
}

#[cfg(test)]
impl MeanwhilePage {
    /// Two fields.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let subject = crate::site::samples::id("org-", 1);
        let here = crate::site::samples::here(lang, &format!("/manage/{subject}/edit/meanwhile"));
        let side = |field: &str| SideView {
            title: super::words::listed(&here, field),
            field: field.into(),
            pairs: vec![diff::marked("one", "two")],
        };
        vec![Self {
            me: Me::sample(),
            subject: subject.to_string(),
            name: "St. Mary’s".into(),
            sides: vec![side("areas"), side("description")],
            here: here.clone(),
        }]
    }
}
