//! `/review/join`: two organizations that are one, side by side; and one that is two.
//!
//! What holds: a pair is decided as it was read (409 otherwise); what is chosen field by field is said by the moderators after
//! the two are one, and a door among it waits for another moderator; what was made one can be split.

use askama::Template;
use axum::{extract::State, response::Response};
use serde_json::{Map, Value};

use super::{
    form::Sent,
    tools::{Change, OutcomePage, Seen, Told, seen, send, told},
    words,
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::{App, to_its_end},
    model::{
        change::Speaker,
        listing::{Body, OrganizationFacts},
        proposal::ProposalKind,
    },
    moderation::diff::{Line, plain},
    site::{CachePolicy, Here, PageError, respond},
    store::{ListingState, ReviewPair, StoreError},
};

/// Pairs on a page.
const PAGE: u32 = 50;
/// What can be chosen from one of the two. Everything else is put together from both.
const CHOICES: [&str; 7] = ["name", "website", "phone", "description", "kinds", "portals", "endpoints"];

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Moderator).fresh();
    vec![
        Page::get("/review/join", need, get),
        Page::post("/review/join", need, join),
        Page::post("/review/join/different", need, different),
        Page::get("/review/split", need, parts),
        Page::post("/review/split", need, split),
    ]
}

/// A field of both.
struct Both {
    code: &'static str,
    field: String,
    left: Vec<Line>,
    right: Vec<Line>,
    differs: bool,
}

/// Two organizations to read.
struct Two {
    from: Seen,
    into: Seen,
    from_address: String,
    into_address: String,
    fields: Vec<Both>,
}

#[derive(Template)]
#[template(path = "review/join.html")]
pub struct JoinPage {
    here: Here,
    me: Me,
    a: String,
    b: String,
    wrong: bool,
    two: Option<Two>,
    pairs: Vec<ReviewPair>,
    waiting: String,
}

#[derive(Template)]
#[template(path = "review/split.html")]
pub struct SplitPage {
    here: Here,
    me: Me,
    id: String,
    name: Option<String>,
    listings: Vec<ListingState>,
    /// Ids of organizations that were merged into it.
    merged: Vec<String>,
}

async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let fields = Sent::asked(&here);
    let (a, b) = (fields.one("a").to_owned(), fields.one("b").to_owned());
    let two = two(&here, &app, &fields).await?;
    let (pairs, waiting) = app.store.review_pairs(PAGE).await?;
    let wrong = two.is_none() && !(a.is_empty() && b.is_empty());
    let waiting = here.number(waiting);
    respond(&JoinPage { me: signed.me(), a, b, wrong, two, pairs, waiting, here }, CachePolicy::Never)
}

/// The two that an address names: `a` becomes part of `b`.
async fn two(here: &Here, app: &App, fields: &Sent) -> Result<Option<Two>, StoreError> {
    let (Some(a), Some(b)) = (fields.id("a"), fields.id("b")) else { return Ok(None) };
    let (from, into) = (seen(app, &a).await?, seen(app, &b).await?);
    let (Some(from), Some(into)) = (from, into) else { return Ok(None) };
    if a == b || !matches!((&from.body, &into.body), (Body::Organization(_), Body::Organization(_))) {
        return Ok(None);
    }
    let (left, right) = (object(&from.body), object(&into.body));
    let side =
        |of: &Map<String, Value>, code: &str| of.get(code).map(|said| plain(here, code, said)).unwrap_or_default();
    let both = |code: &'static str| {
        let (left, right) = (side(&left, code), side(&right, code));
        Both { code, field: words::field(here, code), differs: left != right, left, right }
    };
    let fields = CHOICES.into_iter().chain(["places", "aliases", "identifiers"]).map(both);
    let fields = fields.filter(|both| !(both.left.is_empty() && both.right.is_empty())).collect();
    let (from_address, into_address) = (here.by_id(&from.id), here.by_id(&into.id));
    Ok(Some(Two { from, into, from_address, into_address, fields }))
}

fn object(body: &Body) -> Map<String, Value> {
    match serde_json::to_value(body) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

/// `POST /review/join`: the two are one.
async fn join(here: Here, State(app): State<App>, signed: Signed, fields: Sent) -> Result<Response, PageError> {
    let Some(two) = two(&here, &app, &fields).await? else {
        return OutcomePage::answer(here, signed.me(), Told::Refused);
    };
    if (two.from.version, two.into.version) != (fields.number("seen-a"), fields.number("seen-b")) {
        return OutcomePage::answer(here, signed.me(), Told::Late);
    }
    let me = signed.me();
    let done = to_its_end(async move { joined(&app, &signed, &two, &fields).await }).await?;
    OutcomePage::answer(here, me, told(done)?)
}

async fn joined(app: &App, by: &Signed, two: &Two, fields: &Sent) -> Result<Told, StoreError> {
    app.store.merge_organizations(&two.from.id, &two.into.id, &by.as_moderator()).await?;
    let Some(seen) = seen(app, &two.into.id).await? else { return Ok(Told::Late) };
    let said = app.store.said_by(Speaker::Moderators, &seen.id).await?.map(|said| said.body);
    let quiet = OrganizationFacts { name: seen.name.clone(), ..OrganizationFacts::default() };
    let quiet = Body::Organization(Box::new(quiet));
    let (mut after, mut picture) = (object(said.as_ref().unwrap_or(&quiet)), object(&seen.body));
    let (left, right) = (object(&two.from.body), object(&two.into.body));
    for code in CHOICES {
        let chosen = match fields.one(code) {
            "a" => left.get(code),
            "b" => right.get(code),
            _ => None,
        };
        // What the merge gives by itself need not be said.
        if let Some(value) = chosen.filter(|value| picture.get(code) != Some(value)) {
            after.insert(code.into(), value.clone());
            picture.insert(code.into(), value.clone());
        }
    }
    let read = |map| serde_json::from_value::<Body>(Value::Object(map));
    let (Ok(after), Ok(picture)) = (read(after), read(picture)) else { return Ok(Told::Refused) };
    if picture == seen.body {
        return Ok(Told::Live);
    }
    let change = Change {
        speaker: Speaker::Moderators,
        kind: ProposalKind::Moderator,
        seen: &seen,
        picture: &picture,
        before: said.as_ref(),
        after: &after,
        why: "",
    };
    send(app, by, &change).await
}

/// `POST /review/join/different`: the two are two, for ever.
async fn different(here: Here, State(app): State<App>, signed: Signed, fields: Sent) -> Result<Response, PageError> {
    let (Some(a), Some(b)) = (fields.id("a"), fields.id("b")) else {
        return OutcomePage::answer(here, signed.me(), Told::Refused);
    };
    let done = app.store.review_different(&a, &b, &signed.as_moderator()).await;
    let told = told(done.map(|()| Told::Live))?;
    OutcomePage::answer(here, signed.me(), told)
}

/// `GET /review/split?id=org-…`: what an organization is made of.
async fn parts(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let fields = Sent::asked(&here);
    let (mut name, mut listings, mut merged) = (None, Vec::new(), Vec::new());
    if let Some(id) = fields.id("id") {
        name = seen(&app, &id).await?.map(|seen| seen.name);
        listings = app.store.listings_of(&id).await?;
        merged = listings.iter().filter(|one| one.home != id).map(|one| one.home.to_string()).collect();
        merged.sort_unstable();
        merged.dedup();
    }
    let page = SplitPage { me: signed.me(), id: fields.one("id").to_owned(), name, listings, merged, here };
    respond(&page, CachePolicy::Never)
}

/// `POST /review/split`: a merge is undone (`merged`), or one listing goes out (`source` and `key`).
async fn split(here: Here, State(app): State<App>, signed: Signed, fields: Sent) -> Result<Response, PageError> {
    let actor = signed.as_moderator();
    let done = to_its_end(async move { taken_apart(&app, &fields, &actor).await }).await?;
    OutcomePage::answer(here, signed.me(), told(done)?)
}

async fn taken_apart(app: &App, fields: &Sent, actor: &str) -> Result<Told, StoreError> {
    let went = match (fields.id("merged"), fields.id("id")) {
        (Some(merged), _) => app.store.split_organization(&merged, actor).await?,
        (None, Some(id)) => app.store.split_listing(&id, fields.one("source"), fields.one("key"), actor).await?.1,
        (None, None) => return Ok(Told::Refused),
    };
    Ok(Told::Done(went, 0))
}

#[cfg(test)]
impl JoinPage {
    /// With nothing, with a mistake, with two.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        use crate::{model::change::facts, site::samples};
        let one = |org: crate::model::organization::Organization| Seen {
            name: org.name.clone(),
            version: 1,
            body: Body::Organization(Box::new(facts(&org))),
            id: org.id,
        };
        let page = |wrong, two, pairs| Self {
            here: samples::here(lang, "/review/join"),
            me: crate::accounts::Me::sample(),
            a: "org-1".into(),
            b: "org-2".into(),
            wrong,
            two,
            pairs,
            waiting: "1".into(),
        };
        let at = samples::here(lang, "/review/join");
        let line = |text: &str| plain(&at, "name", &Value::from(text));
        let both =
            |code, differs| Both { code, field: words::field(&at, code), left: line("x"), right: line("y"), differs };
        let two = Two {
            from_address: lang.prefix().to_owned() + "/o/org-1",
            into_address: lang.prefix().to_owned() + "/o/org-2",
            fields: vec![both("name", true), both("portals", false), both("places", true)],
            from: one(samples::hospital()),
            into: one(samples::known()),
        };
        let pair = ReviewPair {
            a: samples::hospital().id,
            a_name: "A".into(),
            a_place: "Boise".into(),
            b: samples::known().id,
            b_name: "B".into(),
            b_place: "Boise".into(),
            source: "vendor".into(),
            reasons: "npi".into(),
        };
        vec![page(false, None, Vec::new()), page(true, None, vec![pair]), page(false, Some(two), Vec::new())]
    }
}

impl Both {
    /// May one of the two be chosen?
    fn choosable(&self) -> bool {
        self.differs && CHOICES.contains(&self.code)
    }
}

#[cfg(test)]
impl SplitPage {
    /// With nothing, with parts.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let home = crate::site::samples::hospital().id;
        let listing = ListingState {
            source: "vendor".into(),
            key: "a".into(),
            name: "Mercy".into(),
            since: "2026-11-03".into(),
            present: true,
            home,
            matched: String::new(),
        };
        let page = |listings: Vec<ListingState>, merged: Vec<String>| Self {
            here: crate::site::samples::here(lang, "/review/split"),
            me: crate::accounts::Me::sample(),
            id: "org-1".into(),
            name: Some("Mercy".into()),
            listings,
            merged,
        };
        vec![page(Vec::new(), Vec::new()), page(vec![listing], vec!["org-2".into()])]
    }
}

#[cfg(test)]
mod tests {
    use crate::{accounts::testing::Office, model::account::SiteRole, site::served::BOISE, store::Found};

    #[tokio::test]
    async fn two_become_one_as_they_were_read_with_what_was_chosen_and_two_again() {
        let office = Office::new(crate::review::pages()).await;
        let one = office.of_site("one@example.org", SiteRole::Moderator).await;
        let store = &office.app().store;
        let all = store.organizations(None, 9).await.unwrap();
        let into = all.iter().find(|org| org.slug == BOISE).unwrap();
        let from = all.iter().find(|org| org.id != into.id).unwrap();
        let (a, b) = (from.id.as_str(), into.id.as_str());
        let page = office.get(Some(&one), &format!("/review/join?a={a}&b={b}")).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains(&format!("name=\"seen-a\" value=\"{}\"", from.version)), "{}", page.body);
        let (va, vb) = (from.version.to_string(), into.version.to_string());
        let stale = [("a", a), ("b", b), ("seen-a", "99"), ("seen-b", vb.as_str())];
        assert_eq!(office.post(Some(&one), "/review/join", &stale).await.status, 409);
        let fields = [("a", a), ("b", b), ("seen-a", va.as_str()), ("seen-b", vb.as_str()), ("portals", "a")];
        assert_eq!(office.post(Some(&one), "/review/join", &fields).await.status, 200);
        assert!(matches!(store.organization(&from.id).await.unwrap(), Found::Merged(_)));
        let open = store.proposals(&crate::store::ProposalFilter::default(), 0, 9).await.unwrap();
        assert!(open.iter().all(|proposal| proposal.state.is_open()), "a chosen door waits for another moderator");
        let split = [("merged", a)];
        assert_eq!(office.post(Some(&one), "/review/split", &split).await.status, 200);
        assert!(matches!(store.organization(&from.id).await.unwrap(), Found::Here(_)));
        let words = store.audit_entries(Some(a), &[], 0, 9).await.unwrap();
        assert_eq!(
            words.iter().map(|e| e.action.as_str()).collect::<Vec<_>>(),
            ["organization.split", "organization.merged"]
        );
    }
}
