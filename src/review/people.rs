//! `/review/people`: who looks after the directory.
//!
//! What holds: only an administrator with a passkey shown just now changes it; nobody dismisses themselves, and the last
//! administrator stays; whoever is dismissed is signed out everywhere at once.

use askama::Template;
use axum::{extract::State, response::Response};
use serde_json::json;

use super::{
    form::Sent,
    tools::{OutcomePage, Told, told},
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who, invite},
    app::App,
    model::account::{Person, PersonId, SiteRole, email_key},
    site::{CachePolicy, Here, PageError, respond},
    store::StoreError,
};

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Administrator).fresh();
    vec![
        Page::get("/review/people", need, get),
        Page::post("/review/people/invite", need, invite),
        Page::post("/review/people/dismiss", need, dismiss),
        Page::post("/review/people/sign-out", need, sign_out),
    ]
}

/// One of them.
struct One {
    id: String,
    name: String,
    role: String,
    sessions: u64,
    own: bool,
}

#[derive(Template)]
#[template(path = "review/people.html")]
pub struct PeoplePage {
    here: Here,
    me: Me,
    people: Vec<One>,
    /// The link of an invitation that was just made: shown once.
    link: Option<String>,
    wrong: bool,
}

impl PeoplePage {
    async fn new(
        here: Here,
        app: &App,
        signed: &Signed,
        link: Option<String>,
        wrong: bool,
    ) -> Result<Self, StoreError> {
        let mut people = Vec::new();
        for person in app.store.people_of_site().await? {
            let sessions = app.store.sessions_of(&person.id).await?.len() as u64;
            people.push(One {
                role: role(&here, person.site_role),
                name: shown(&person),
                own: person.id == signed.person.id,
                id: person.id.to_string(),
                sessions,
            });
        }
        Ok(Self { me: signed.me(), people, link, wrong, here })
    }

    /// Alone, with others, with an invitation.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let one = |own| One { id: "per-1".into(), name: "Ann".into(), role: "x".into(), sessions: 2, own };
        let page = |people, link, wrong| Self {
            here: crate::site::samples::here(lang, "/review/people"),
            me: crate::accounts::Me::sample(),
            people,
            link,
            wrong,
        };
        let link = Some("https://connector.example.org/sign-in/invite?t=abc".to_owned());
        vec![page(vec![one(true)], None, true), page(vec![one(true), one(false)], link, false)]
    }
}

/// Administrators know each other by name or address.
fn shown(person: &Person) -> String {
    if person.name.is_empty() { person.email.clone() } else { format!("{} ({})", person.name, person.email) }
}

fn role(here: &Here, role: SiteRole) -> String {
    match role {
        SiteRole::Administrator => here.t("people-administrator"),
        _ => here.t("people-moderator"),
    }
}

async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    respond(&PeoplePage::new(here, &app, &signed, None, false).await?, CachePolicy::Never)
}

/// Makes an invitation, mails it and shows its link once.
async fn invite(here: Here, State(app): State<App>, signed: Signed, fields: Sent) -> Result<Response, PageError> {
    let role = match fields.one("role") {
        "administrator" => SiteRole::Administrator,
        _ => SiteRole::Moderator,
    };
    let address = fields.one("email");
    if email_key(address).is_none() {
        return respond(&PeoplePage::new(here, &app, &signed, None, true).await?, CachePolicy::Never);
    }
    let path = invite::make(&app.store, address, role, &signed.as_moderator()).await?;
    let link = here.outside(&here.link(&path));
    let text = here.t1("people-mail-text", "link", link.as_str());
    app.store.queue_mail(address, &here.t("people-mail-subject"), &text).await?;
    respond(&PeoplePage::new(here, &app, &signed, Some(link), false).await?, CachePolicy::Never)
}

/// Somebody looks after the directory no longer.
async fn dismiss(here: Here, State(app): State<App>, signed: Signed, fields: Sent) -> Result<Response, PageError> {
    let done = dismissed(&app, &signed, &fields).await;
    OutcomePage::answer(here, signed.me(), told(done)?)
}

async fn dismissed(app: &App, by: &Signed, fields: &Sent) -> Result<Told, StoreError> {
    let Some(person) = of_site(app, fields).await?.filter(|person| person.id != by.person.id) else {
        return Ok(Told::Refused);
    };
    app.store.set_site_role(&person.id, SiteRole::None, &by.as_moderator()).await?;
    app.store.end_session(&person.id, None, None).await?;
    invite::withdraw(&app.store, &person.email).await?;
    Ok(Told::Live)
}

/// Somebody's sessions end: a lost phone, a stolen computer.
async fn sign_out(here: Here, State(app): State<App>, signed: Signed, fields: Sent) -> Result<Response, PageError> {
    let Some(person) = of_site(&app, &fields).await? else {
        return OutcomePage::answer(here, signed.me(), Told::Refused);
    };
    let keep = (person.id == signed.person.id).then_some(signed.secret.as_str());
    app.store.end_session(&person.id, None, keep).await?;
    app.store.audit(&signed.as_moderator(), "person.signed_out", person.id.as_str(), &json!({})).await?;
    OutcomePage::answer(here, signed.me(), Told::Live)
}

async fn of_site(app: &App, fields: &Sent) -> Result<Option<Person>, StoreError> {
    let Some(id) = PersonId::parse(fields.one("person")) else { return Ok(None) };
    Ok(app.store.people_of_site().await?.into_iter().find(|person| person.id == id))
}

#[cfg(test)]
mod tests {
    use crate::{accounts::testing::Office, model::account::SiteRole};

    #[tokio::test]
    async fn administrators_invite_and_dismiss_and_nobody_else_does() {
        let office = Office::new(crate::review::pages()).await;
        let admin = office.of_site("admin@example.org", SiteRole::Administrator).await;
        let moderator = office.of_site("mod@example.org", SiteRole::Moderator).await;
        let fields = [("email", "new@example.org"), ("role", "moderator")];
        assert_eq!(office.get(Some(&moderator), "/review/people").await.status, 404);
        assert_eq!(office.post(Some(&moderator), "/review/people/invite", &fields).await.status, 404);
        let stale = office.person("admin@example.org", false).await;
        assert_eq!(office.post(Some(&stale), "/review/people/invite", &fields).await.status, 403, "a passkey first");
        let page = office.post(Some(&admin), "/review/people/invite", &fields).await;
        assert_eq!(page.status, 200);
        let (_, link) = page.body.split_once("/sign-in/invite?t=").unwrap();
        let secret = &link[..64];
        let store = &office.app().store;
        assert!(store.see_ticket("invite", secret).await.unwrap().unwrap().1.contains("moderator"));
        assert!(!store.audit_entries(None, &["person.invited"], 0, 9).await.unwrap()[0].detail.contains('@'));
        let person = [("person", moderator.person.id.as_str())];
        assert_eq!(office.post(Some(&admin), "/review/people/dismiss", &person).await.status, 200);
        assert!(store.session(&moderator.secret).await.unwrap().is_none(), "signed out at once");
        let own = [("person", admin.person.id.as_str())];
        assert_eq!(office.post(Some(&admin), "/review/people/dismiss", &own).await.status, 422);
    }
}
