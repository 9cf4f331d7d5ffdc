//! `/review/hosts`: hosts that nobody is sent to.
//!
//! What holds: taking a host out is one action of one moderator, after the number it touches was shown; letting one off needs
//! a second moderator.

use askama::Template;
use axum::{extract::State, response::Response};
use serde_json::json;
use url::Url;

use super::{
    form::Sent,
    tools::{OutcomePage, Told, told},
    words::day,
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::{App, to_its_end},
    model::{door::public_name, id::Id},
    site::{CachePolicy, Here, PageError, respond},
    store::MotionKind,
};

/// Motions that are read to see who waits to be let off.
const MOTIONS: u32 = 200;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Moderator).fresh();
    vec![
        Page::get("/review/hosts", need, get),
        Page::post("/review/hosts/recall", need, recall),
        Page::post("/review/hosts/let-off", need, let_off),
    ]
}

/// A host of the list.
struct Listed {
    host: String,
    since: String,
    /// The motion to let it off that waits.
    motion: Option<i64>,
}

/// What a host is part of, before it is taken out.
struct Reach {
    host: String,
    count: String,
    some: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "review/hosts.html")]
pub struct HostsPage {
    here: Here,
    me: Me,
    asked: String,
    wrong: bool,
    reach: Option<Reach>,
    listed: Vec<Listed>,
}

impl HostsPage {
    /// With nothing, with a mistake, with a preview.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let page = |asked: &str, wrong, reach| Self {
            here: crate::site::samples::here(lang, "/review/hosts"),
            me: crate::accounts::Me::sample(),
            asked: asked.into(),
            wrong,
            reach,
            listed: Vec::new(),
        };
        let reach = Reach {
            host: "evil.example.org".into(),
            count: "2".into(),
            some: vec![(lang.prefix().to_owned() + "/o/org-1", "Mercy".into())],
        };
        let listed = |motion| Listed { host: "evil.example.org".into(), since: "2026".into(), motion };
        let mut full = page("evil.example.org", false, Some(reach));
        full.listed = vec![listed(None), listed(Some(3))];
        vec![page("", false, None), page("10.0.0.1", true, None), full]
    }
}

/// The host in what somebody typed or pasted; nothing when it is no name of the public internet.
fn host_of(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let url = Url::parse(&whole).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    public_name(&host).ok().map(|()| host)
}

async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let asked = Sent::asked(&here).one("host").to_owned();
    let host = host_of(&asked);
    let reach = match &host {
        Some(host) => Some(reach(&here, &app, host).await?),
        None => None,
    };
    let waiting = app.store.motions(true, MOTIONS).await?;
    let motion = |host: &str| {
        waiting.iter().find(|motion| motion.kind == MotionKind::LetOff && motion.subject == host).map(|motion| motion.n)
    };
    let listed = app.store.recalled_hosts().await?.into_iter();
    let listed = listed.map(|(host, since)| Listed { motion: motion(&host), since: day(&here, since), host }).collect();
    let wrong = !asked.is_empty() && host.is_none();
    respond(&HostsPage { me: signed.me(), asked, wrong, reach, listed, here }, CachePolicy::Never)
}

async fn reach(here: &Here, app: &App, host: &str) -> Result<Reach, PageError> {
    let found = app.store.host_reach(host).await?;
    let named = app.store.organizations_by_ids(&found.some).await?;
    let name = |id: &Id| named.iter().find(|org| org.id == *id).map_or_else(|| id.to_string(), |org| org.name.clone());
    let some = found.some.iter().map(|id| (here.by_id(id), name(id))).collect();
    Ok(Reach { host: host.to_owned(), count: here.number(found.count), some })
}

async fn recall(here: Here, State(app): State<App>, signed: Signed, fields: Sent) -> Result<Response, PageError> {
    let Some(host) = host_of(fields.one("host")) else {
        return OutcomePage::answer(here, signed.me(), Told::Refused);
    };
    let actor = signed.as_moderator();
    let done = to_its_end(async move { app.store.recall_host(&host, &actor).await }).await?;
    OutcomePage::answer(here, signed.me(), told(done.map(|done| Told::Done(done, 0)))?)
}

/// Asks a second moderator to let a host off.
async fn let_off(here: Here, State(app): State<App>, signed: Signed, fields: Sent) -> Result<Response, PageError> {
    let host = host_of(fields.one("host")).unwrap_or_default();
    let known = app.store.recalled_hosts().await?.into_iter().any(|(known, _)| known == host);
    let waits = app.store.motions(true, MOTIONS).await?;
    let waits = waits.iter().any(|motion| motion.kind == MotionKind::LetOff && motion.subject == host);
    if !known || waits {
        return OutcomePage::answer(here, signed.me(), Told::Late);
    }
    let why = json!({ "why": fields.line("why") });
    let made = app.store.make_motion(MotionKind::LetOff, &host, &why, &signed.person.id).await;
    let told = told(made.map(Told::Motion))?;
    OutcomePage::answer(here, signed.me(), told)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::testing::Office,
        model::account::SiteRole,
        review::motion::testing::{form, send},
        site::served::BOISE,
    };

    #[test]
    fn hosts_are_read_from_what_people_paste() {
        assert_eq!(host_of(" https://Login.Evil.example.org/x?y "), Some("login.evil.example.org".into()));
        assert_eq!(host_of("evil.example.org."), Some("evil.example.org".into()));
        for wrong in ["", "org", "10.0.0.1", "localhost", "%", "example"] {
            assert_eq!(host_of(wrong), None, "{wrong}");
        }
    }

    #[tokio::test]
    async fn one_action_takes_a_host_out_and_two_people_let_it_off() {
        let office = Office::new(crate::review::pages()).await;
        let (one, two) = (
            office.of_site("one@example.org", SiteRole::Moderator).await,
            office.of_site("two@example.org", SiteRole::Moderator).await,
        );
        let nobody = office.person("nobody@example.org", true).await;
        assert_eq!(office.get(Some(&nobody), "/review/hosts").await.status, 404);
        let before = office.site.organization(BOISE).await;
        assert!(before.live_portals().count() > 0);
        let page = office.get(Some(&one), "/review/hosts?host=boise.example.org").await.dom();
        assert!(page.text("main").contains(&before.name));
        let host = [("host", "boise.example.org")];
        assert_eq!(office.post(Some(&nobody), "/review/hosts/recall", &host).await.status, 404);
        assert_eq!(office.post(Some(&one), "/review/hosts/recall", &host).await.status, 200);
        let without = office.site.organization(BOISE).await;
        assert_eq!(without.live_portals().count(), 0);
        // Letting it off waits for somebody else.
        let asked = office.post(Some(&one), "/review/hosts/let-off", &host).await;
        assert_eq!(asked.status, 200);
        assert_eq!(office.post(Some(&one), "/review/hosts/let-off", &host).await.status, 409, "it waits already");
        let motion = office.app().store.motions(true, 9).await.unwrap().remove(0);
        let (carry, hash) = (format!("/review/bulk/{}/carry", motion.n), [("hash", motion.hash.as_str())]);
        assert_eq!(office.post(Some(&one), &carry, &hash).await.status, 422, "nobody confirms their own");
        assert_eq!(office.post(Some(&two), &carry, &[("hash", "x")]).await.status, 409);
        assert_eq!(office.site.organization(BOISE).await.live_portals().count(), 0);
        let (n, read) = form(&office, &two).await;
        assert_eq!(send(&office, &two, n, &read).await.status, 200);
        assert_eq!(office.site.organization(BOISE).await.portals, before.portals);
        let words: Vec<String> = office
            .app()
            .store
            .audit_entries(Some("boise.example.org"), &[], 0, 9)
            .await
            .unwrap()
            .into_iter()
            .map(|e| e.action)
            .collect();
        assert_eq!(words, ["host.let_off", "motion.carried", "motion.made", "host.recalled"]);
        assert_eq!(office.app().store.audit_verify().await.unwrap().broken, None);
    }
}
