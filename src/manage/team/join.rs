//! `/manage/join`: an invitation. Looking at it uses nothing up; taking it is a form.

use askama::Template;
use axum::{body::Bytes, extract::State, response::Response};
use url::form_urlencoded;

use super::name_of;
use crate::{
    accounts::{Me, Signed},
    app::App,
    claims::mails::{Told, tell_owners},
    manage::{claim::go, home::role_words},
    model::account::{Role, email_key},
    site::{CachePolicy, Here, PageError, respond},
    store::{Invitation, JOIN, Joined, StoreError},
};

/// What the page says.
enum Step {
    /// To what and as what, the secret, and whether they become an owner.
    Take { name: String, role: String, secret: String, owner: bool },
    /// It went to another address than theirs.
    OtherAddress,
    /// They have that place, or a greater one.
    Already,
    /// It is no good any more.
    Gone,
}

#[derive(Template)]
#[template(path = "manage/join.html")]
pub struct JoinPage {
    here: Here,
    me: Me,
    step: Step,
}

impl JoinPage {
    fn sorry(&self) -> Option<String> {
        match self.step {
            Step::Take { .. } => None,
            Step::OtherAddress => Some(self.here.t("join-other")),
            Step::Already => Some(self.here.t("join-already")),
            Step::Gone => Some(self.here.t("join-gone")),
        }
    }
}

/// `GET /manage/join?ticket=`
pub async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let secret = here.asked("ticket").unwrap_or_default();
    let found = app.store.see_ticket(JOIN, &secret).await?;
    let invitation = found.and_then(|(_, body)| serde_json::from_str::<Invitation>(&body).ok());
    let step = match invitation {
        None => Step::Gone,
        Some(one) if email_key(&signed.person.email).as_deref() != Some(one.email.as_str()) => Step::OtherAddress,
        Some(one) => Step::Take {
            name: name_of(&here, &app, &one.subject).await?,
            role: role_words(&here, one.role),
            owner: one.role == Role::Owner,
            secret,
        },
    };
    respond(&JoinPage { me: signed.me(), here, step }, CachePolicy::Never)
}

/// `POST /manage/join`
pub async fn post(here: Here, State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let secret = form_urlencoded::parse(&body).find(|(name, _)| name == "ticket").map(|(_, value)| value.into_owned());
    let (subject, told, path) = match app.store.join(&secret.unwrap_or_default(), &signed.person).await {
        Ok(Joined::Member(member)) => (member.subject, Told::Joined, "/manage".to_owned()),
        Ok(Joined::Waits(claim)) => (claim.subject, Told::OwnerAsked, format!("/manage/claims/{}", claim.n)),
        Ok(Joined::OtherAddress) => return sorry(here, &signed, Step::OtherAddress),
        Ok(Joined::Gone) => return sorry(here, &signed, Step::Gone),
        Err(StoreError::Refused(_)) => return sorry(here, &signed, Step::Already),
        Err(error) => return Err(error.into()),
    };
    let name = name_of(&here, &app, &subject).await?;
    tell_owners(&app, &subject, &name, Some(&signed.person.id), told).await?;
    Ok(go(&here, &path))
}

fn sorry(here: Here, signed: &Signed, step: Step) -> Result<Response, PageError> {
    respond(&JoinPage { me: signed.me(), here, step }, CachePolicy::Never)
}

#[cfg(test)]
impl JoinPage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/manage/join");
        let take = |owner: bool| Step::Take {
            name: "Mercy <b>".into(),
            role: here().t("role-editor"),
            secret: "0123".into(),
            owner,
        };
        [take(false), take(true), Step::OtherAddress, Step::Already, Step::Gone]
            .map(|step| Self { here: here(), me: crate::accounts::Me::sample(), step })
            .into()
    }
}
