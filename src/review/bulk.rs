//! `/review/bulk`: one change across many organizations, and everything else that two moderators decide together.
//!
//! What holds: what would be done is written down whole and counted before anybody confirms it; a second moderator confirms
//! its hash; what is not as it was read any more is left out and counted; it can be taken back, by two again.

use askama::Template;
use axum::{extract::State, response::Response};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    carry,
    form::Sent,
    motion::{self, hides},
    tools::{OutcomePage, Told, told},
    words::{self, day},
};
use crate::{
    accounts::{Me, Need, Page, Signed, Who},
    app::App,
    model::{
        change::facts,
        door::{Door, public_name, registrable_domain},
        id::Id,
        listing::OrganizationFacts,
    },
    site::{CachePolicy, Here, PageError, respond},
    store::{Motion, MotionKind},
};

/// So many organizations at most in one motion.
const MOST: u32 = 500;
/// Motions that are listed.
const LISTED: u32 = 50;

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Moderator).fresh();
    vec![
        Page::get("/review/bulk", need, get),
        Page::post("/review/bulk", need, make),
        Page::get("/review/bulk/{n}", need, motion::show),
        Page::post("/review/bulk/{n}/carry", need, carry::carry),
        Page::post("/review/bulk/{n}/refuse", need, carry::refuse),
        Page::post("/review/bulk/{n}/undo", need, carry::undo),
    ]
}

/// One organization of a motion, as it was when the motion was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Touched {
    /// Which.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// The version that was read.
    pub version: i64,
    /// Addresses that go, and what comes in their place; nothing when they only go.
    pub doors: Vec<(String, Option<String>)>,
}

/// What a motion across organizations does.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Across {
    /// Why.
    pub why: String,
    /// The organizations.
    pub touched: Vec<Touched>,
}

/// Addresses of an organization on a domain, and the same on another.
pub fn doors(of: &OrganizationFacts, from: &str, to: Option<&str>) -> Vec<(String, Option<String>)> {
    let portals = of.portals.iter().map(|portal| &portal.at.door);
    let all = portals.chain(of.website.iter().map(|site| &site.door)).chain(of.endpoints.iter().map(|e| &e.at));
    let here = all.filter(|door| door.domain == from || door.trust_key() == from);
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    for door in here {
        let new = to.and_then(|to| moved(door, from, to));
        // Where nothing can come in its place, it stays.
        if (to.is_none() || new.is_some()) && !found.iter().any(|(url, _)| *url == door.url) {
            found.push((door.url.clone(), new));
        }
    }
    found
}

/// The address on the other domain: what stands before the domain, and the path, stay.
fn moved(door: &Door, from: &str, to: &str) -> Option<String> {
    let mut url = url::Url::parse(&door.url).ok()?;
    let host = url.host_str()?.to_owned();
    let lead = host.strip_suffix(from).filter(|lead| lead.is_empty() || lead.ends_with('.'))?;
    url.set_host(Some(&format!("{lead}{to}"))).ok()?;
    Door::parse(url.as_str()).ok().map(|door| door.url)
}

/// What a motion does to one organization, in rows to read.
pub struct Line {
    /// Its page.
    pub address: String,
    /// Its name.
    pub name: String,
    /// Addresses that go, and what comes in their place.
    pub doors: Vec<(String, Option<String>)>,
}

impl Line {
    /// Of one organization.
    pub fn of(here: &Here, touched: &Touched) -> Self {
        Self { address: here.by_id(&touched.id), name: touched.name.clone(), doors: touched.doors.clone() }
    }
}

/// A motion of the list.
struct Item {
    n: i64,
    words: String,
    day: String,
    state: String,
}

#[derive(Template)]
#[template(path = "review/bulk.html")]
pub struct BulkPage {
    here: Here,
    me: Me,
    from: String,
    to: String,
    /// Why nothing can be done with it.
    wrong: Option<String>,
    /// What would be done; nothing before something was asked.
    preview: Option<Vec<Line>>,
    cut: bool,
    items: Vec<Item>,
}

fn state(here: &Here, motion: &Motion) -> String {
    match (motion.waits, motion.carried) {
        (true, _) => here.t("bulk-state-waits"),
        (false, true) => here.t("bulk-state-carried"),
        (false, false) => here.t("bulk-state-refused"),
    }
}

/// What somebody asks for: a domain, and the one in its place.
struct Asked {
    from: String,
    to: Option<String>,
}

impl Asked {
    fn read(fields: &Sent) -> Option<Self> {
        let name = |field: &str| fields.one(field).trim_end_matches('.').to_ascii_lowercase();
        let (from, to) = (name("from"), name("to"));
        let host = from.split('/').next().unwrap_or_default();
        let good = public_name(host).is_ok() && (to.is_empty() || public_name(&to).is_ok()) && from != to;
        let good = good && !hides(&format!("https://{to}/"));
        good.then(|| Self { from, to: (!to.is_empty()).then_some(to) })
    }

    /// Every organization with a door there, and whether there are more than a motion may have.
    async fn touched(&self, app: &App) -> Result<(Vec<Touched>, bool), PageError> {
        let host = self.from.split('/').next().unwrap_or_default();
        let domain = registrable_domain(host).unwrap_or(host);
        let reach = app.store.looked_up("domain", domain, None, MOST + 1).await?;
        let cut = reach.len() > MOST as usize;
        let mut all = Vec::new();
        for org in app.store.organizations_by_ids(&reach).await? {
            let doors = doors(&facts(&org), &self.from, self.to.as_deref());
            if !doors.is_empty() {
                all.push(Touched { id: org.id, name: org.name, version: org.version, doors });
            }
        }
        all.sort_by(|a, b| a.id.cmp(&b.id));
        all.truncate(MOST as usize);
        Ok((all, cut))
    }
}

async fn get(here: Here, State(app): State<App>, signed: Signed) -> Result<Response, PageError> {
    let fields = Sent::asked(&here);
    let asked = Asked::read(&fields);
    let (mut preview, mut cut) = (None, false);
    if let Some(asked) = &asked {
        let (touched, more) = asked.touched(&app).await?;
        (preview, cut) = (Some(touched.iter().map(|one| Line::of(&here, one)).collect()), more);
    }
    let item = |motion: &Motion| Item {
        n: motion.n,
        words: words::motion(&here, motion),
        day: day(&here, motion.at),
        state: state(&here, motion),
    };
    let items = app.store.motions(false, LISTED).await?.iter().map(item).collect();
    let (from, to) = (fields.one("from").to_owned(), fields.one("to").to_owned());
    let wrong = match &asked {
        None if from.is_empty() => None,
        None if hides(&format!("https://{to}/")) => Some(here.t("bulk-hidden")),
        None => Some(here.t("hosts-wrong")),
        Some(_) => None,
    };
    respond(&BulkPage { me: signed.me(), from, to, wrong, preview, cut, items, here }, CachePolicy::Never)
}

async fn make(here: Here, State(app): State<App>, signed: Signed, fields: Sent) -> Result<Response, PageError> {
    let Some(asked) = Asked::read(&fields) else { return OutcomePage::answer(here, signed.me(), Told::Refused) };
    let (touched, _) = asked.touched(&app).await?;
    if touched.len() as i64 != fields.number("count") {
        return OutcomePage::answer(here, signed.me(), Told::Late);
    }
    if touched.is_empty() {
        return OutcomePage::answer(here, signed.me(), Told::Nothing);
    }
    let across = json!(Across { why: fields.line("why"), touched });
    let (kind, subject) = match &asked.to {
        Some(to) => (MotionKind::Move, format!("{} {to}", asked.from)),
        None => (MotionKind::Close, asked.from.clone()),
    };
    let made = app.store.make_motion(kind, &subject, &across, &signed.person.id).await;
    let told = told(made.map(Told::Motion))?;
    OutcomePage::answer(here, signed.me(), told)
}

#[cfg(test)]
impl BulkPage {
    /// Before something was asked, with a mistake, with a preview.
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        use crate::site::samples;
        let page = |wrong, preview, cut| Self {
            here: crate::site::samples::here(lang, "/review/bulk"),
            me: crate::accounts::Me::sample(),
            from: "old.example.org".into(),
            to: "new.example.org".into(),
            wrong,
            preview,
            cut,
            items: vec![Item { n: 1, words: "x".into(), day: "2026".into(), state: "y".into() }],
        };
        let lines = vec![Line {
            address: lang.prefix().to_owned() + "/o/org-1",
            name: "Mercy".into(),
            doors: vec![("https://a.example.org/".into(), None)],
        }];
        vec![
            page(None, None, false),
            page(Some(samples::here(lang, "/").t("hosts-wrong")), None, false),
            page(None, Some(Vec::new()), false),
            page(None, Some(lines), true),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        accounts::testing::{Office, Visitor},
        model::{
            account::SiteRole,
            listing::{DoorFacts, PortalFacts},
        },
        review::motion::testing::{form, send},
        site::served::BOISE,
    };

    #[test]
    fn addresses_move_with_what_stands_before_and_behind() {
        let door = |url: &str| Door::parse(url).unwrap();
        let of = OrganizationFacts {
            portals: vec![
                PortalFacts::at(door("https://mychart.old.org/a/login?x=1")),
                PortalFacts::at(door("https://other.org/")),
            ],
            website: Some(DoorFacts { door: door("https://www.old.org/"), evidence: None }),
            ..OrganizationFacts::default()
        };
        assert_eq!(
            doors(&of, "old.org", Some("new.org")),
            [
                (
                    "https://mychart.old.org/a/login?x=1".to_owned(),
                    Some("https://mychart.new.org/a/login?x=1".to_owned())
                ),
                ("https://www.old.org/".to_owned(), Some("https://www.new.org/".to_owned())),
            ]
        );
        assert_eq!(doors(&of, "old.org", None).len(), 2);
        assert!(doors(&of, "ld.org", Some("new.org")).is_empty());
    }

    /// The motion that waits, read and confirmed by somebody.
    async fn confirm(office: &Office, by: &Visitor) -> i64 {
        let (n, fields) = form(office, by).await;
        let answer = send(office, by, n, &fields).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        n
    }

    #[tokio::test]
    async fn a_domain_moves_across_organizations_by_two_and_back_by_two() {
        let office = Office::new(crate::review::pages()).await;
        let one = office.of_site("one@example.org", SiteRole::Moderator).await;
        let two = office.of_site("two@example.org", SiteRole::Moderator).await;
        let before = office.site.organization(BOISE).await;
        let asked = "/review/bulk?from=example.org&to=new-example.org";
        let page = office.get(Some(&one), asked).await;
        let count = page.dom().attributes("input[name=count]", "value").remove(0);
        assert_ne!(count, "0");
        let mut fields = vec![("from", "example.org"), ("to", "new-example.org"), ("count", "99")];
        assert_eq!(office.post(Some(&one), "/review/bulk", &fields).await.status, 409, "not what was counted");
        fields[2] = ("count", &count);
        assert_eq!(office.post(Some(&one), "/review/bulk", &fields).await.status, 200);
        // It stands in the queue with how many it is about, before everything that is no door.
        let queue = office.get(Some(&two), "/review?kind=motion").await.dom();
        assert_eq!(queue.texts("[data-item].first").len(), 1);
        let row = queue.text("[data-item]");
        assert!(
            row.contains("from example.org to new-example.org") && row.contains(&format!("{count} place")),
            "{row}"
        );
        let (n, read) = form(&office, &two).await;
        assert!(read.iter().any(|(name, key)| name == "opened" && key == "new-example.org"), "{read:?}");
        let without = |field: &str| read.iter().filter(|(name, _)| name != field).cloned().collect::<Vec<_>>();
        let (unread, elsewhere, older) = (without("opened"), without("finals"), without("seen"));
        let (unread, elsewhere, older) = tokio::join!(
            send(&office, &two, n, &unread),
            send(&office, &two, n, &elsewhere),
            send(&office, &two, n, &older)
        );
        for (what, answer) in [("not opened", unread), ("leads elsewhere", elsewhere), ("changed", older)] {
            assert_eq!(answer.status, 409, "{what}");
            assert!(!answer.dom().texts(".error-summary li").is_empty(), "{what}: the page says why");
        }
        assert_eq!(office.site.organization(BOISE).await.portals, before.portals, "nothing yet");
        assert_eq!(send(&office, &two, n, &read).await.status, 200);
        let moved = office.site.organization(BOISE).await;
        assert_eq!(moved.live_portals().next().unwrap().url, "https://boise.new-example.org/mychart");
        let done = office.app().store.motion(n).await.unwrap().unwrap();
        assert_eq!(done.result["proposals"].as_array().unwrap().len().to_string(), count);
        assert_eq!(office.post(Some(&two), &format!("/review/bulk/{n}/undo"), &[]).await.status, 200);
        confirm(&office, &one).await;
        let back = office.site.organization(BOISE).await;
        assert_eq!(back.live_portals().next().unwrap().url, before.portals[0].url);
        assert_eq!(office.app().store.audit_verify().await.unwrap().broken, None);
    }

    #[tokio::test]
    async fn a_vendor_that_closed_goes_and_what_changed_meanwhile_is_left_out() {
        let office = Office::new(crate::review::pages()).await;
        let one = office.of_site("one@example.org", SiteRole::Moderator).await;
        let two = office.of_site("two@example.org", SiteRole::Moderator).await;
        let page = office.get(Some(&one), "/review/bulk?from=example.org").await;
        let count = page.dom().attributes("input[name=count]", "value").remove(0);
        let fields = [("from", "example.org"), ("count", count.as_str())];
        assert_eq!(office.post(Some(&one), "/review/bulk", &fields).await.status, 200);
        // Somebody changes another one of them before it is confirmed.
        let store = &office.app().store;
        let all = store.organizations(None, 9).await.unwrap();
        let other = all.iter().find(|org| org.slug != BOISE && !org.portals.is_empty()).unwrap();
        let item = format!("portals/{}", facts(other).portals[0].at.door.key());
        store.suppress(&other.id, &[item], true, "moderator:x").await.unwrap();
        let n = confirm(&office, &two).await;
        assert!(office.site.organization(BOISE).await.portals.is_empty(), "its doors are gone");
        let out = store.motion(n).await.unwrap().unwrap().result["out"].as_array().unwrap().len();
        assert_eq!((out + 1).to_string(), count, "one is left out");
        assert_eq!(office.post(Some(&one), &format!("/review/bulk/{n}/undo"), &[]).await.status, 200);
        confirm(&office, &two).await;
        assert!(!office.site.organization(BOISE).await.portals.is_empty(), "and back");
    }

    #[tokio::test]
    async fn nothing_moves_to_a_shortener_and_nobody_confirms_what_is_theirs() {
        let office = Office::new(crate::review::pages()).await;
        let one = office.of_site("one@example.org", SiteRole::Moderator).await;
        let two = office.of_site("two@example.org", SiteRole::Moderator).await;
        let fields = [("from", "example.org"), ("to", "bit.ly"), ("count", "2")];
        assert_eq!(office.post(Some(&one), "/review/bulk", &fields).await.status, 422);
        let page = office.get(Some(&one), "/review/bulk?from=example.org&to=bit.ly").await;
        assert!(page.dom().text("main").contains("shortener"));
        // However it came into the store.
        let boise = office.site.organization(BOISE).await;
        let doors = vec![(boise.portals[0].url.clone(), Some("https://bit.ly/x".to_owned()))];
        let touched = vec![Touched { id: boise.id.clone(), name: boise.name, version: boise.version, doors }];
        let body = json!(Across { why: String::new(), touched });
        let store = &office.app().store;
        let n = store.make_motion(MotionKind::Move, "example.org bit.ly", &body, &one.person.id).await.unwrap();
        let (_, read) = form(&office, &two).await;
        assert_eq!(read, [], "there is no form at all");
        let hash = store.motion(n).await.unwrap().unwrap().hash;
        let finals = r#"[{"url":"https://bit.ly/x","trust_key":""}]"#;
        let all = [("hash", hash.as_str()), ("seen", "1"), ("finals", finals), ("opened", "bit.ly")];
        let all: Vec<_> = all.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let answer = send(&office, &two, n, &all).await;
        assert_eq!(answer.status, 409);
        assert!(answer.dom().text(".error-summary").contains("shortener"));
        office.place(&two, &boise.id, crate::model::account::Role::Viewer).await;
        assert_eq!(send(&office, &two, n, &all).await.status, 403, "a place at one of them");
    }

    #[tokio::test]
    async fn who_made_a_motion_takes_it_back_and_it_is_carried_no_more() {
        let office = Office::new(crate::review::pages()).await;
        let one = office.of_site("one@example.org", SiteRole::Moderator).await;
        let two = office.of_site("two@example.org", SiteRole::Moderator).await;
        let store = &office.app().store;
        let n = store.make_motion(MotionKind::Close, "x.example.org", &json!({}), &one.person.id).await.unwrap();
        let hash = store.motion(n).await.unwrap().unwrap().hash;
        let hash = [("hash", hash.as_str())];
        assert_eq!(office.post(Some(&one), &format!("/review/bulk/{n}/carry"), &hash).await.status, 422);
        assert_eq!(office.post(Some(&one), &format!("/review/bulk/{n}/refuse"), &hash).await.status, 200);
        assert_eq!(office.post(Some(&two), &format!("/review/bulk/{n}/carry"), &hash).await.status, 409);
    }
}
