//! `/review/revisions`, `/review/revert/{n}`: any change taken back, whoever made it.
//!
//! What holds: what would come back is shown first, and only that version is changed (409 otherwise); what the words of a
//! person did is taken back where they were said, what an import did by the moderators; a door in it waits for another
//! moderator; taking back is a change like any other, and can be taken back.

use std::collections::HashMap;

use askama::Template;
use axum::{extract::State, response::Response};
use jiff::{civil::Date, tz::TimeZone};

use super::{
    carry::before,
    fields::FieldView,
    form::{Sent, number},
    tools::{Change, OutcomePage, Seen, Told, seen, send, told},
    words::{self, day},
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::{App, to_its_end},
    model::{
        account::PersonId,
        change::{Speaker, app_facts, changes, facts, rebase},
        id::{Id, ThingKind},
        listing::Body,
        organization::{App as AppThing, Organization},
        proposal::{Proposal, ProposalKind},
        revert::undo,
        revision::Actor,
    },
    moderation::diff,
    site::{CachePolicy, Here, PageError, Part, respond},
    store::{Logged, StoreError},
};

/// Revisions on a page, and changes of a person that are taken back at once.
const PAGE: usize = 20;
const MOST: u32 = 500;

/// The rows of these pages.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Moderator).fresh();
    vec![
        Page::get("/review/revisions", need, list),
        Page::get("/review/revert/{n}", need, get),
        Page::post("/review/revert/{n}", need, post),
        Page::post("/review/revert-person", need, person),
        Page::get("/review/undo/{n}", need, load),
        Page::post("/review/undo/{n}", need, undo_load),
    ]
}

/// One revision of the list.
struct Item {
    n: i64,
    day: String,
    /// What happened.
    words: String,
    /// Who did it: an owner, a moderator, a list by its name.
    who: String,
    /// The fields that say something else, by their names.
    names: String,
    fields: Vec<FieldView>,
    /// The import it came with; nothing when people said it.
    load: Option<i64>,
}

impl Item {
    fn of(here: &Here, logged: &Logged, names: &HashMap<String, String>) -> Self {
        let revision = &logged.revision;
        let seen = |document: &Option<String>| document.as_deref().and_then(|text| pictured(revision.thing, text));
        let fields = match (seen(&logged.before), seen(&revision.after)) {
            (Some(before), Some(after)) => FieldView::all(here, diff::between(here, Some(&before), Some(&after))),
            // All of what is new stands on its page.
            _ => Vec::new(),
        };
        let list = logged.source.as_deref().filter(|source| Speaker::from_id(source).is_none());
        let name = list.map(|source| names.get(source).map_or(source, String::as_str));
        Self {
            n: revision.n,
            day: day(here, revision.at),
            words: words::event(here, revision.event),
            who: match (Actor::of(&revision.actor), name) {
                (Actor::Import, Some(name)) => here.t1("revert-by-list", "name", name),
                (Actor::Import, None) => words::who(here, "system"),
                (Actor::Owner, _) => here.t("revert-by-owner"),
                (Actor::Moderator, _) => words::who(here, &revision.actor),
            },
            names: fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", "),
            fields,
            load: revision.load.filter(|_| list.is_some()),
        }
    }
}

#[derive(Template)]
#[template(path = "review/revisions.html")]
pub struct RevisionsPage {
    here: Here,
    me: Me,
    asked: String,
    person: String,
    since: String,
    name: Option<String>,
    items: Vec<Item>,
    older: Option<String>,
    /// How many changes of the person would be taken back.
    count: Option<u64>,
}

#[derive(Template)]
#[template(path = "review/revert.html")]
pub struct RevertPage {
    here: Here,
    me: Me,
    n: i64,
    name: String,
    address: String,
    seen: i64,
    fields: Vec<FieldView>,
    out: Vec<String>,
    stays: Vec<String>,
}

#[derive(Template)]
#[template(path = "review/undo.html")]
pub struct UndoPage {
    here: Here,
    me: Me,
    n: i64,
    source: String,
    date: String,
    rows: String,
}

/// `/review/revisions?id=org-…` or `?person=per-…&since=2026-11-01`
async fn list(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let fields = Sent::asked(&here);
    let (mut items, mut name, mut older) = (Vec::new(), None, None);
    if let Some(id) = fields.id("id") {
        let before = Some(fields.number("before")).filter(|before| *before > 0).unwrap_or(i64::MAX);
        let found = app.store.newest_revisions_of(&id, before, PAGE).await?;
        let last = found.last().filter(|_| found.len() == PAGE);
        older = last.map(|last| here.link(&format!("/review/revisions?id={id}&before={last}")));
        let lists = app.store.sources().await?.into_iter().map(|state| (state.source.id, state.source.name)).collect();
        for n in found {
            items.extend(app.store.logged_one(n).await?.map(|logged| Item::of(&here, &logged, &lists)));
        }
        name = seen(&app, &id).await?.map(|seen| seen.name);
    }
    let count = match of_person(&fields) {
        Some((person, since)) => Some(app.store.said_by_person(person.as_str(), since, MOST).await?.len() as u64),
        None => None,
    };
    let one = |field: &str| fields.one(field).to_owned();
    let page = RevisionsPage {
        me: signed.me(),
        asked: one("id"),
        person: one("person"),
        since: one("since"),
        name,
        items,
        older,
        count,
        here,
    };
    respond(&page, CachePolicy::Never)
}

/// Whose changes since which moment.
fn of_person(fields: &Sent) -> Option<(PersonId, i64)> {
    let person = PersonId::parse(fields.one("person"))?;
    let day: Date = fields.one("since").parse().ok()?;
    let since = day.to_zoned(TimeZone::UTC).ok()?.timestamp().as_microsecond();
    Some((person, since))
}

/// How one revision is taken back.
struct Back {
    seen: Seen,
    speaker: Speaker,
    before: Option<Body>,
    after: Body,
    picture: Body,
    out: Vec<String>,
    stays: Vec<String>,
}

impl Back {
    /// Of a revision by its number; nothing when there is no such, or nothing is left to take back.
    async fn of(app: &App, n: i64) -> Result<Option<Self>, StoreError> {
        let Some(logged) = app.store.logged_one(n).await? else { return Ok(None) };
        let revision = &logged.revision;
        let Some(seen) = seen(app, &revision.id).await? else { return Ok(None) };
        let proposal = match revision.load {
            Some(load) => app.store.proposal_of_load(load).await?,
            None => None,
        };
        if let Some(n) = proposal {
            return match app.store.proposal(n).await? {
                Some(proposal) => Self::of_proposal(app, seen, &proposal).await,
                None => Ok(None),
            };
        }
        let picture = |document: &Option<String>| document.as_deref().and_then(|text| pictured(revision.thing, text));
        let (old, Some(new)) = (picture(&logged.before), picture(&revision.after)) else { return Ok(None) };
        let said = app.store.said_by(Speaker::Moderators, &seen.id).await?.map(|said| said.body);
        Ok(undo(old.as_ref(), &new, &seen.body, said.as_ref()).map(|undoing| Self {
            seen,
            speaker: Speaker::Moderators,
            before: said,
            after: undoing.after,
            picture: undoing.picture,
            out: undoing.out,
            stays: undoing.stays,
        }))
    }

    /// Of what a person would have a source say: the source says again what it said before, and what was said since stays.
    async fn of_proposal(app: &App, seen: Seen, proposal: &Proposal) -> Result<Option<Self>, StoreError> {
        let said = app.store.said_by(proposal.speaker, &seen.id).await?.map(|said| said.body);
        let was = before(proposal, &seen.name);
        let Ok(after) = rebase(said.as_ref(), Some(&proposal.after), &was) else {
            return Err(StoreError::Conflict("somebody changed the same since; take that back first".into()));
        };
        if said.as_ref() == Some(&after) {
            return Ok(None);
        }
        // What people would see: the same fields, as they were in what the source said.
        let picture = undo(Some(&was), &proposal.after, &seen.body, said.as_ref());
        let picture = picture.map_or_else(|| seen.body.clone(), |undoing| undoing.picture);
        let speaker = proposal.speaker;
        Ok(Some(Self { seen, speaker, before: said, after, picture, out: Vec::new(), stays: Vec::new() }))
    }

    /// Takes it back: live at once, or waiting when a door is in it.
    async fn send(&self, app: &App, by: &Signed, n: i64) -> Result<Told, StoreError> {
        let why = format!("revision:{n}");
        let change = Change {
            speaker: self.speaker,
            kind: ProposalKind::Revert,
            seen: &self.seen,
            picture: &self.picture,
            before: self.before.as_ref(),
            after: &self.after,
            why: &why,
        };
        // Where the source has nothing to say, only items go: that sends nobody anywhere new.
        let told = if self.says_nothing() { Told::Live } else { send(app, by, &change).await? };
        let out = self.out_now(&told);
        if !out.is_empty() {
            app.store.suppress(&self.seen.id, &out, true, &by.as_moderator()).await?;
        }
        Ok(told)
    }

    fn says_nothing(&self) -> bool {
        match &self.before {
            Some(before) => *before == self.after,
            None => changes(None, Some(&self.after)).iter().all(|change| change.field == "name"),
        }
    }

    /// Items that are taken out at once: doors that another list takes the place of wait with that list.
    fn out_now(&self, told: &Told) -> Vec<String> {
        let waits = matches!(told, Told::Waits(_));
        let listed = |list: &str| changes(None, Some(&self.after)).iter().any(|change| change.field == list);
        let later = |item: &str| {
            let list = item.split('/').next().unwrap_or_default();
            waits && ["portals", "endpoints"].contains(&list) && listed(list)
        };
        self.out.iter().filter(|item| !later(item)).cloned().collect()
    }
}

/// What people saw of a thing, from its document.
fn pictured(thing: ThingKind, document: &str) -> Option<Body> {
    match thing {
        ThingKind::Organization => {
            let of: Organization = serde_json::from_str(document).ok()?;
            Some(Body::Organization(Box::new(facts(&of))))
        }
        ThingKind::App => {
            let of: AppThing = serde_json::from_str(document).ok()?;
            Some(Body::App(Box::new(app_facts(&of))))
        }
        _ => None,
    }
}

/// `GET /review/revert/{n}`
async fn get(here: Here, State(app): State<App>, signed: Signed, n: Part) -> Result<Response, PageError> {
    let n = number(&n)?;
    let back = match Back::of(&app, n).await {
        Ok(Some(back)) => back,
        Ok(None) => return OutcomePage::answer(here, signed.me(), Told::Nothing),
        Err(error) => return OutcomePage::answer(here, signed.me(), told(Err(error))?),
    };
    let page = RevertPage {
        me: signed.me(),
        n,
        name: back.seen.name.clone(),
        address: here.by_id(&back.seen.id),
        seen: back.seen.version,
        fields: FieldView::all(&here, diff::between(&here, Some(&back.seen.body), Some(&back.picture))),
        out: back.out.iter().map(|item| words::item(&here, item)).collect(),
        stays: back.stays.iter().map(|field| words::field(&here, field)).collect(),
        here,
    };
    respond(&page, CachePolicy::Never)
}

/// `POST /review/revert/{n}`
async fn post(
    here: Here,
    State(app): State<App>,
    signed: Signed,
    n: Part,
    fields: Sent,
) -> Result<Response, PageError> {
    let n = number(&n)?;
    let read = fields.number("seen");
    let me = signed.me();
    let done = to_its_end(async move { as_read(&app, &signed, n, read).await }).await?;
    OutcomePage::answer(here, me, told(done)?)
}

/// Takes a revision back when what people see is what was read.
async fn as_read(app: &App, by: &Signed, n: i64, read: i64) -> Result<Told, StoreError> {
    match Back::of(app, n).await? {
        Some(back) if back.seen.version == read => back.send(app, by, n).await,
        Some(_) => Ok(Told::Late),
        None => Ok(Told::Nothing),
    }
}

/// `POST /review/revert-person`: everything of a person since a day, the newest first.
async fn person(here: Here, State(app): State<App>, signed: Signed, fields: Sent) -> Result<Response, PageError> {
    let Some((person, since)) = of_person(&fields) else {
        return OutcomePage::answer(here, signed.me(), Told::Refused);
    };
    let all = app.store.said_by_person(person.as_str(), since, MOST).await?;
    if all.len() as i64 != fields.number("count") {
        return OutcomePage::answer(here, signed.me(), Told::Late);
    }
    let me = signed.me();
    let done = to_its_end(async move { one_by_one(&app, &signed, all).await }).await?;
    OutcomePage::answer(here, me, told(done)?)
}

async fn one_by_one(app: &App, by: &Signed, proposals: Vec<i64>) -> Result<Told, StoreError> {
    let (mut done, mut late) = (0, 0);
    for n in proposals {
        match of_one(app, by, n).await {
            Ok(Told::Live | Told::Waits(_)) => done += 1,
            Ok(_) | Err(StoreError::Conflict(_) | StoreError::Refused(_)) => late += 1,
            Err(other) => return Err(other),
        }
    }
    Ok(Told::Done(done, late))
}

async fn of_one(app: &App, by: &Signed, n: i64) -> Result<Told, StoreError> {
    let Some(proposal) = app.store.proposal(n).await? else { return Ok(Told::Nothing) };
    let subject: Option<&Id> = proposal.subject.as_ref();
    let Some(subject) = subject else { return Ok(Told::Nothing) };
    let Some(seen) = seen(app, subject).await? else { return Ok(Told::Nothing) };
    match Back::of_proposal(app, seen, &proposal).await? {
        Some(back) => back.send(app, by, n).await,
        None => Ok(Told::Nothing),
    }
}

/// `GET /review/undo/{load}`: a whole import.
async fn load(here: Here, State(app): State<App>, signed: Signed, n: Part) -> Result<Response, PageError> {
    let n = number(&n)?;
    let known = app.store.loads(None).await?.into_iter().find(|load| load.n == n && load.state == "committed");
    // What people said is a load too, and is taken back change by change.
    let known = known.filter(|load| Speaker::from_id(&load.source).is_none());
    let load = known.ok_or(PageError::NotFound)?;
    let rows = here.number(load.rows.unwrap_or_default());
    let page = UndoPage { me: signed.me(), n, source: load.source, date: load.date, rows, here };
    respond(&page, CachePolicy::Never)
}

/// `POST /review/undo/{load}`
async fn undo_load(here: Here, State(app): State<App>, signed: Signed, n: Part) -> Result<Response, PageError> {
    let n = number(&n)?;
    let (store, actor) = (app.store.clone(), signed.as_moderator());
    let done = to_its_end(async move { store.undo_load(n, &actor).await }).await?;
    let changed = |applied: crate::store::Applied| {
        let published = applied.finished.published;
        Told::Done(published.created + published.updated + published.withdrawn + published.restored, 0)
    };
    OutcomePage::answer(here, signed.me(), told(done.map(changed))?)
}

#[cfg(test)]
impl RevisionsPage {
    /// With nothing, with revisions, with a person.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let page = |items, count| Self {
            here: crate::site::samples::here(lang, "/review/revisions"),
            me: crate::accounts::Me::sample(),
            asked: "org-1".into(),
            person: "per-1".into(),
            since: "2026-11-01".into(),
            name: Some("Mercy".into()),
            items,
            older: Some(lang.prefix().to_owned() + "/review/revisions?id=org-1&before=2"),
            count,
        };
        let item = |load| {
            let here = crate::site::samples::here(lang, "/review/revisions");
            let who = here.t1("revert-by-list", "name", "vendor");
            let words = words::event(&here, crate::model::revision::Event::Updated);
            let fields = FieldView::samples(&here);
            Item { n: 3, day: "2026".into(), words, who, names: "x".into(), fields, load }
        };
        vec![page(Vec::new(), None), page(vec![item(None), item(Some(2))], Some(4))]
    }
}

#[cfg(test)]
impl RevertPage {
    /// With everything.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let at = crate::site::samples::here(lang, "/review/revert/1");
        vec![Self {
            here: at.clone(),
            me: crate::accounts::Me::sample(),
            n: 1,
            name: "Mercy".into(),
            address: lang.prefix().to_owned() + "/o/org-1",
            seen: 3,
            fields: FieldView::samples(&at),
            out: vec![words::item(&at, "aliases/x")],
            stays: vec![words::field(&at, "description")],
        }]
    }
}

#[cfg(test)]
impl UndoPage {
    /// The only one there is.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        vec![Self {
            here: crate::site::samples::here(lang, "/review/undo/1"),
            me: crate::accounts::Me::sample(),
            n: 1,
            source: "vendor".into(),
            date: "2026-11-03".into(),
            rows: "12".into(),
        }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::testing::Office,
        model::{account::SiteRole, listing::OrganizationFacts},
        site::served::BOISE,
        store::NewProposal,
    };

    fn quiet(name: &str, change: impl FnOnce(&mut OrganizationFacts)) -> Body {
        let mut facts = OrganizationFacts { name: name.into(), ..OrganizationFacts::default() };
        change(&mut facts);
        Body::Organization(Box::new(facts))
    }

    /// A person says so; answers the number of the last revision of it.
    async fn says(office: &Office, author: &PersonId, speaker: Speaker, after: &Body) -> i64 {
        let org = office.site.organization(BOISE).await;
        let store = &office.app().store;
        let before = store.said_by(speaker, &org.id).await.unwrap().map(|said| said.body);
        let new = NewProposal {
            speaker,
            subject: Some(&org.id),
            author: Some(author),
            kind: ProposalKind::Form,
            before: before.as_ref(),
            after,
            base: org.version,
            risks: &[],
            publish_at: 0,
            why: "",
        };
        store.propose_and_publish(&new, &format!("owner:{author}")).await.unwrap();
        store.last_revision_of(&org.id).await.unwrap().unwrap().n
    }

    #[tokio::test]
    async fn what_a_person_said_is_taken_back_where_it_was_said_and_once() {
        let office = Office::new(crate::review::pages()).await;
        let one = office.of_site("one@example.org", SiteRole::Moderator).await;
        let owner = office.person("owner@example.org", true).await;
        let first = office.site.organization(BOISE).await;
        let told = quiet(&first.name, |facts| facts.description = Some("A fine hospital.".into()));
        says(&office, &owner.person.id, Speaker::Owners, &told).await;
        let spam = quiet(&first.name, |facts| facts.description = Some("Buy pills.".into()));
        let n = says(&office, &owner.person.id, Speaker::Owners, &spam).await;
        assert_eq!(office.get(Some(&owner), &format!("/review/revert/{n}")).await.status, 404);
        let shown = office.get(Some(&one), &format!("/es/review/revisions?id={}", first.id)).await.dom();
        let newest = &shown.texts(".review-items > li")[0];
        for words in ["Cambió", "Un dueño", "Descripción", "A fine hospital.", "Buy pills."] {
            assert!(newest.contains(words), "{words}: {newest}");
        }
        assert!(!newest.contains("Importación"), "what people said is no import: {newest}");
        let oldest = shown.texts(".review-items > li").pop().unwrap();
        assert!(oldest.contains("Nuevo en el directorio") && oldest.contains("Importación"), "{oldest}");
        assert!(oldest.contains("Una lista: "), "{oldest}");
        let page = office.get(Some(&one), &format!("/review/revert/{n}")).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let text = page.dom().text("main");
        assert!(text.contains("Buy pills.") && text.contains("A fine hospital."), "{text}");
        let version = office.site.organization(BOISE).await.version;
        let address = format!("/review/revert/{n}");
        let (old, new) = ((version - 1).to_string(), version.to_string());
        assert_eq!(office.post(Some(&one), &address, &[("seen", &old)]).await.status, 409);
        assert_eq!(office.post(Some(&one), &address, &[("seen", &new)]).await.status, 200);
        let org = office.site.organization(BOISE).await;
        assert_eq!(org.description.as_deref(), Some("A fine hospital."));
        let last = office.app().store.revisions_of(&org.id, None, 1).await.unwrap().remove(0);
        assert_eq!((last.event.word(), last.actor), ("restored", one_actor(&one.person.id)));
        // It is taken back like any other change.
        let undone = format!("/review/revert/{}", last.n);
        let seen = org.version.to_string();
        assert_eq!(office.post(Some(&one), &undone, &[("seen", &seen)]).await.status, 200);
        assert_eq!(office.site.organization(BOISE).await.description.as_deref(), Some("Buy pills."));
    }

    fn one_actor(person: &PersonId) -> String {
        format!("moderator:{person}")
    }

    #[tokio::test]
    async fn everything_of_a_person_since_a_day_goes() {
        let office = Office::new(crate::review::pages()).await;
        let one = office.of_site("one@example.org", SiteRole::Moderator).await;
        let owner = office.person("owner@example.org", true).await;
        let first = office.site.organization(BOISE).await;
        for words in ["One.", "Two.", "Three."] {
            let told = quiet(&first.name, |facts| facts.description = Some(words.into()));
            says(&office, &owner.person.id, Speaker::Owners, &told).await;
        }
        let day = office.app().clock.today().to_string();
        let asked = format!("/review/revisions?person={}&since={day}", owner.person.id);
        assert!(office.get(Some(&one), &asked).await.dom().text("main").contains('3'));
        let mut fields = vec![("person", owner.person.id.as_str()), ("since", day.as_str()), ("count", "2")];
        assert_eq!(office.post(Some(&one), "/review/revert-person", &fields).await.status, 409, "not what was counted");
        fields[2] = ("count", "3");
        assert_eq!(office.post(Some(&one), "/review/revert-person", &fields).await.status, 200);
        assert_eq!(office.site.organization(BOISE).await.description, first.description);
    }

    #[tokio::test]
    async fn a_door_that_comes_back_waits_for_another_moderator() {
        let office = Office::new(crate::review::pages()).await;
        let one = office.of_site("one@example.org", SiteRole::Moderator).await;
        let owner = office.person("owner@example.org", true).await;
        let first = office.site.organization(BOISE).await;
        let door = crate::model::door::Door::parse("https://new.boise.example.org/").unwrap();
        let told = quiet(&first.name, |facts| facts.portals = vec![crate::model::listing::PortalFacts::at(door)]);
        let n = says(&office, &owner.person.id, Speaker::Owners, &told).await;
        let org = office.site.organization(BOISE).await;
        assert_eq!(org.live_portals().next().unwrap().url, "https://new.boise.example.org/");
        let seen = org.version.to_string();
        let answer = office.post(Some(&one), &format!("/review/revert/{n}"), &[("seen", &seen)]).await;
        assert_eq!(answer.status, 200);
        assert_eq!(office.site.organization(BOISE).await.portals, org.portals, "nothing changed yet");
        let waits =
            office.app().store.proposals(&crate::store::ProposalFilter::default(), 0, 1).await.unwrap().remove(0);
        assert_eq!((waits.kind, waits.author.as_ref()), (ProposalKind::Revert, Some(&one.person.id)));
        assert!(waits.state.is_open());
    }

    #[tokio::test]
    async fn an_import_is_taken_back_by_the_moderators() {
        let office = Office::new(crate::review::pages()).await;
        let one = office.of_site("one@example.org", SiteRole::Moderator).await;
        let first = office.site.organization(BOISE).await;
        let store = &office.app().store;
        let created = store.revisions_of(&first.id, None, 9).await.unwrap();
        let load = created[0].load.unwrap();
        assert_eq!(office.get(Some(&one), &format!("/review/undo/{load}")).await.status, 200);
        assert_eq!(office.get(Some(&one), "/review/undo/999").await.status, 404);
        assert_eq!(office.post(Some(&one), &format!("/review/undo/{load}"), &[]).await.status, 200);
        let again = office.post(Some(&one), &format!("/review/undo/{load}"), &[]).await;
        assert_eq!(again.status, 422, "it is undone already");
        let undone = store.audit_entries(None, &["load.undone"], 0, 9).await.unwrap();
        assert_eq!(undone.len(), 1);
    }
}
