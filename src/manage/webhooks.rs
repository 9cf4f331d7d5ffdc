//! `/manage/{subject}/webhooks`: an organization is told of changes of its own profile, by the sender of all webhooks.
//!
//! What holds: only an owner adds one, with a passkey shown just now, and only at a public https address, whatever the
//! operator allows for themselves; its secret is shown once; what is told of an attempt is whether it went well, and no more.

use askama::Template;
use axum::{
    Extension,
    extract::State,
    handler::Handler as _,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use std::sync::Arc;

use super::access;
use crate::{
    accounts::{Fields, Me, Need, Page, Signed, Who},
    app::App,
    changes::{
        wanted::Wanted,
        webhooks::{Sender, new_secret},
    },
    fetch::guard::Way,
    model::{
        account::Role,
        id::{Id, ThingKind},
        notice::Access,
    },
    site::{CachePolicy, Here, Lately, PageError, respond},
    store::{OWNED_WEBHOOKS, StoreError, Webhook, WebhookState},
};

/// How long is remembered what was tested, in minutes, and how often one organization may test in that time.
const LATELY: i64 = 10;
const TESTS: u32 = 10;

/// What was tested lately, by organization.
type Tested = Extension<Arc<Lately<Id>>>;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let owner = Need::of(Who::Member(Role::Owner));
    let tested: Tested = Extension(Arc::new(Lately::new(LATELY)));
    vec![
        Page::get("/manage/{subject}/webhooks", owner.when_frozen(), list),
        Page::get("/manage/{subject}/webhooks/new", owner.fresh(), new),
        Page::post("/manage/{subject}/webhooks/new", owner.fresh(), add),
        Page::post("/manage/{subject}/webhooks/change", owner.when_frozen(), change.layer(tested)),
    ]
}

/// What is wrong with the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Address,
    TooMany,
}

/// What came of the last thing that was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Nothing,
    Well,
    NotWell,
    TooOften,
}

/// What the page shows.
enum Part {
    List(Vec<Webhook>, Told),
    Form { url: String, fault: Option<Fault> },
    Made(String),
}

#[derive(Template)]
#[template(path = "manage/webhooks.html")]
pub struct WebhooksPage {
    here: Here,
    me: Me,
    subject: Id,
    part: Part,
}

impl WebhooksPage {
    fn title(&self) -> String {
        match self.part {
            Part::List(..) => self.here.t("webhooks-title"),
            Part::Form { .. } => self.here.t("webhooks-new"),
            Part::Made(_) => self.here.t("webhooks-made-title"),
        }
    }

    fn address(&self, page: &str) -> String {
        self.here.link(&format!("/manage/{}/webhooks{page}", self.subject))
    }

    fn what(&self) -> String {
        self.here.t1("webhooks-what", "most", OWNED_WEBHOOKS.to_string())
    }

    fn hooks(&self) -> &[Webhook] {
        if let Part::List(hooks, _) = &self.part { hooks } else { &[] }
    }

    fn is_list(&self) -> bool {
        matches!(self.part, Part::List(..))
    }

    fn made(&self) -> Option<&str> {
        if let Part::Made(secret) = &self.part { Some(secret) } else { None }
    }

    fn told(&self) -> Option<String> {
        let Part::List(_, told) = self.part else { return None };
        match told {
            Told::Nothing => None,
            Told::Well => Some(self.here.t("webhooks-well")),
            Told::NotWell => Some(self.here.t("webhooks-not-well")),
            Told::TooOften => Some(self.here.t1("webhooks-too-often", "minutes", LATELY.to_string())),
        }
    }

    fn state(&self, hook: &Webhook) -> String {
        match hook.state {
            WebhookState::New => self.here.t("webhooks-state-new"),
            WebhookState::On if hook.failures > 0 => self.here.t("webhooks-state-failing"),
            WebhookState::On => self.here.t("webhooks-state-on"),
            WebhookState::Paused => self.here.t("webhooks-state-paused"),
            WebhookState::Off => self.here.t("webhooks-state-off"),
        }
    }

    /// What may be done with it: the word that is sent, and the words on the button.
    fn actions(&self, hook: &Webhook) -> Vec<(&'static str, String)> {
        let pause = match hook.state {
            WebhookState::Paused | WebhookState::Off => ("resume", self.here.t("webhooks-resume")),
            WebhookState::New | WebhookState::On => ("pause", self.here.t("webhooks-pause")),
        };
        vec![("test", self.here.t("webhooks-test")), pause, ("remove", self.here.t("webhooks-remove"))]
    }

    fn typed(&self) -> &str {
        if let Part::Form { url, .. } = &self.part { url } else { "" }
    }

    fn mend(&self) -> Option<String> {
        let Part::Form { fault: Some(fault), .. } = self.part else { return None };
        Some(match fault {
            Fault::Address => self.here.t("webhooks-no-address"),
            Fault::TooMany => self.here.t1("webhooks-too-many", "most", OWNED_WEBHOOKS.to_string()),
        })
    }

    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let subject = Id::parse(&format!("org-{}", "0".repeat(32))).unwrap();
        let hook = |state, failures| Webhook {
            n: 1,
            url: "https://hooks.example.org/<b>".into(),
            wanted: "{}".into(),
            secret: "s".into(),
            old_secret: None,
            state,
            created: 1,
            answered: 0,
            acknowledged: 0,
            failures,
            failing_since: 0,
            next_at: 0,
            last_ok: 0,
            last_error: String::new(),
            subject: Some(subject.clone()),
        };
        let hooks = || {
            use WebhookState::{New, Off, On, Paused};
            vec![hook(New, 0), hook(On, 0), hook(On, 1), hook(Paused, 0), hook(Off, 9)]
        };
        let lists = [Told::Nothing, Told::Well, Told::NotWell, Told::TooOften].map(|told| Part::List(hooks(), told));
        let faults = [None, Some(Fault::Address), Some(Fault::TooMany)];
        let forms = faults.map(|fault| Part::Form { url: "http://x".into(), fault });
        let parts = lists.into_iter().chain(forms);
        let parts = parts.chain([Part::List(Vec::new(), Told::Nothing), Part::Made("whsec_0".into())]);
        let here = || crate::site::samples::here(lang, &format!("/manage/{subject}/webhooks"));
        parts.map(|part| Self { here: here(), me: Me::sample(), subject: subject.clone(), part }).collect()
    }
}

/// The organization of the path: apps have no log of their own to be told of.
fn organization(signed: &Signed) -> Result<&Id, PageError> {
    signed.subject().and_then(|id| if id.kind() == ThingKind::Organization { Ok(id) } else { Err(PageError::NotFound) })
}

fn page(here: Here, signed: &Signed, part: Part) -> Result<Response, PageError> {
    let subject = organization(signed)?.clone();
    respond(&WebhooksPage { here, me: signed.me(), subject, part }, CachePolicy::Never)
}

/// `GET /manage/{subject}/webhooks`
async fn list(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let hooks = app.store.owned_webhooks(organization(&signed)?).await?;
    page(here, &signed, Part::List(hooks, Told::Nothing))
}

/// `GET /manage/{subject}/webhooks/new`
async fn new(here: Here, signed: Signed) -> Result<Response, PageError> {
    page(here, &signed, Part::Form { url: String::new(), fault: None })
}

/// `POST /manage/{subject}/webhooks/new`
async fn add(here: Here, State(app): State<App>, signed: Signed, fields: Fields) -> Result<Response, PageError> {
    let subject = organization(&signed)?;
    let fault = match public(&app, fields.get("url")) {
        Some(url) => {
            let wanted = Wanted { organization: Some(subject.clone()), ..Wanted::default() };
            let wanted = serde_json::to_string(&wanted).map_err(|why| PageError::broken("a webhook", &why))?;
            let secret = new_secret();
            match app.store.add_owned_webhook(subject, (&url, &wanted, &secret), &signed.as_owner()).await {
                Ok(_) => {
                    access::tell(&app, &signed, Access::WebhookAdded).await;
                    return page(here, &signed, Part::Made(secret));
                }
                Err(StoreError::Refused(_)) => Fault::TooMany,
                Err(error) => return Err(error.into()),
            }
        }
        None => Fault::Address,
    };
    let url = fields.get("url").chars().take(500).collect();
    let mut response = page(here, &signed, Part::Form { url, fault: Some(fault) })?;
    *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(response)
}

/// An address that is told of changes: public, by https. What the operator allows inside their network is not for others.
fn public(app: &App, url: &str) -> Option<String> {
    let (url, way) = app.client().ok()?.judge(url).ok()?;
    (way == Way::Public && url.scheme() == "https").then(|| url.to_string()).filter(|url| url.len() <= 1_000)
}

/// `POST /manage/{subject}/webhooks/change`
async fn change(
    here: Here,
    State(app): State<App>,
    Extension(tested): Tested,
    signed: Signed,
    fields: Fields,
) -> Result<Response, PageError> {
    let subject = organization(&signed)?;
    let hooks = app.store.owned_webhooks(subject).await?;
    let hook = hooks.into_iter().find(|hook| hook.n.to_string() == fields.get("n")).ok_or(PageError::NotFound)?;
    let action = match fields.get("do") {
        "test" => {
            let often = tested.again(subject.clone(), app.clock.micros()).is_none_or(|times| times > TESTS);
            let told = if often { Told::TooOften } else { test(&app, &hook).await? };
            let hooks = app.store.owned_webhooks(subject).await?;
            return page(here, &signed, Part::List(hooks, told));
        }
        "pause" => app.store.pause_webhook(hook.n, true).await.map(|()| "webhook.paused"),
        "resume" => app.store.pause_webhook(hook.n, false).await.map(|()| "webhook.resumed"),
        "remove" => app.store.remove_webhook(hook.n).await.map(|()| "webhook.removed"),
        _ => return Err(PageError::NotFound),
    };
    let action = action?;
    app.store.note_webhook(subject, hook.n, action, &signed.as_owner()).await?;
    if action == "webhook.removed" {
        access::tell(&app, &signed, Access::WebhookRemoved).await;
    }
    Ok(Redirect::to(&here.link(&format!("/manage/{subject}/webhooks"))).into_response())
}

/// Challenge, if it never answered one, and ping.
async fn test(app: &App, hook: &Webhook) -> Result<Told, PageError> {
    let client = app.client().map_err(|why| PageError::broken("a test of a webhook", &why))?;
    let sender = Sender::new(client.clone(), app.store.clone(), app.clock.clone());
    let mut well = true;
    if hook.answered == 0 {
        well = sender.challenge(hook).await.error.is_none();
        if well {
            app.store.webhook_answered(hook.n).await?;
        }
    }
    well = well && sender.ping(hook).await.error.is_none();
    Ok(if well { Told::Well } else { Told::NotWell })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::testing::{Office, Visitor},
        site::served::BOISE,
    };

    struct Room {
        office: Office,
        subject: Id,
        owner: Visitor,
        base: String,
    }

    impl Room {
        async fn new() -> Self {
            let office = Office::new(pages()).await;
            let subject = office.site.organization(BOISE).await.id;
            let owner = office.person("owner@example.org", true).await;
            office.place(&owner, &subject, Role::Owner).await;
            let base = format!("/manage/{subject}/webhooks");
            Self { office, subject, owner, base }
        }

        async fn add(&self, url: &str) -> StatusCode {
            self.office.post(Some(&self.owner), &format!("{}/new", self.base), &[("url", url)]).await.status
        }

        async fn hooks(&self) -> Vec<Webhook> {
            self.office.app().store.owned_webhooks(&self.subject).await.unwrap()
        }

        async fn act(&self, by: &Visitor, base: &str, n: i64, what: &str) -> StatusCode {
            let fields = [("n", n.to_string()), ("do", what.to_owned())];
            let fields = [("n", fields[0].1.as_str()), ("do", fields[1].1.as_str())];
            self.office.post(Some(by), &format!("{base}/change"), &fields).await.status
        }
    }

    #[tokio::test]
    async fn an_owner_adds_a_webhook_of_their_own_organization_alone() {
        let room = Room::new().await;
        let url = [("url", "https://hooks.example.org/x")];
        let page = room.office.post(Some(&room.owner), &format!("{}/new", room.base), &url).await;
        let hook = room.hooks().await.remove(0);
        assert!(page.body.contains(&hook.secret), "shown once");
        assert_eq!(hook.wanted, format!("{{\"organization\":\"{}\"}}", room.subject));
        let page = room.office.get(Some(&room.owner), &room.base).await;
        assert!(page.body.contains("hooks.example.org") && !page.body.contains(&hook.secret));
        let last = room.office.app().store.last_revision().await.unwrap();
        assert_eq!((hook.acknowledged, hook.state), (last, WebhookState::New), "of what comes from now on");
    }

    #[tokio::test]
    async fn the_other_owners_are_told_when_one_comes_and_goes() {
        let room = Room::new().await;
        let other = room.office.person("other@example.org", true).await;
        room.office.place(&other, &room.subject, Role::Owner).await;
        room.add("https://hooks.example.org/x").await;
        let n = room.hooks().await[0].n;
        room.act(&room.owner, &room.base, n, "pause").await;
        room.act(&room.owner, &room.base, n, "remove").await;
        let store = &room.office.app().store;
        let told = |notices: Vec<crate::store::Notice>| notices.into_iter().map(|one| one.news).collect::<Vec<_>>();
        let news = told(store.notices(&other.person.id, None, 0, 10).await.unwrap());
        let at = room.office.app().clock.micros();
        let of = |what| crate::model::notice::News::Access { what, at };
        assert_eq!(news, [of(Access::WebhookRemoved), of(Access::WebhookAdded)]);
        assert_eq!(told(store.notices(&room.owner.person.id, None, 0, 10).await.unwrap()), [], "who did it knows");
        let mails = store.take_mails(10).await.unwrap();
        assert!(mails.iter().all(|mail| mail.address == "other@example.org" && mail.body.contains(&room.base)));
        assert_eq!(mails.len(), 2);
    }

    #[tokio::test]
    async fn addresses_inside_and_in_the_clear_are_refused_and_five_are_enough() {
        let room = Room::new().await;
        for url in [
            "",
            "x",
            "http://hooks.example.org/",
            "https://127.0.0.1/",
            "https://169.254.169.254/",
            "https://a:b@example.org/",
        ] {
            assert_eq!(room.add(url).await, StatusCode::UNPROCESSABLE_ENTITY, "{url}");
        }
        for n in 0..OWNED_WEBHOOKS {
            assert_eq!(room.add(&format!("https://hooks.example.org/{n}")).await, StatusCode::OK);
        }
        assert_eq!(room.add("https://hooks.example.org/").await, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(room.hooks().await.len() as i64, OWNED_WEBHOOKS);
    }

    #[tokio::test]
    async fn others_see_and_change_nothing_of_it() {
        let room = Room::new().await;
        room.add("https://hooks.example.org/x").await;
        let n = room.hooks().await[0].n;
        let editor = room.office.person("editor@example.org", true).await;
        room.office.place(&editor, &room.subject, Role::Editor).await;
        assert_eq!(room.act(&editor, &room.base, n, "remove").await, StatusCode::NOT_FOUND);
        let other = room.office.site.organization(crate::site::served::TAMPA).await.id;
        let elsewhere = room.office.person("else@example.org", true).await;
        room.office.place(&elsewhere, &other, Role::Owner).await;
        let base = format!("/manage/{other}/webhooks");
        assert_eq!(room.act(&elsewhere, &base, n, "remove").await, StatusCode::NOT_FOUND, "a number of another's");
        let theirs = room.office.app().store.add_webhook("https://ops.example.org/", "{}", "s", 0).await.unwrap();
        assert_eq!(room.act(&room.owner, &room.base, theirs, "remove").await, StatusCode::NOT_FOUND, "the operator's");
        for (what, state) in [("pause", WebhookState::Paused), ("resume", WebhookState::New)] {
            assert_eq!(room.act(&room.owner, &room.base, n, what).await, StatusCode::SEE_OTHER);
            assert_eq!(room.hooks().await[0].state, state);
        }
        room.act(&room.owner, &room.base, n, "remove").await;
        assert!(room.hooks().await.is_empty());
    }
}
