//! Reports over a real store: forms in, what is kept and what comes back out.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode, header},
};
use url::form_urlencoded;

use super::{BODY_LIMIT, PER_HOUSEHOLD, ReportPage, Step, base};
use crate::{
    clock::Clock,
    model::{
        change::{Risk, Speaker},
        organization::DoorState,
        proposal::{Proposal, ProposalKind, ProposalState},
        submission::{Submission, SubmissionState, Wrong},
    },
    site::{
        Lang, samples,
        served::{Answer, BOISE, Site},
        tests::dom,
    },
    store::ProposalFilter,
};

const HOME: &str = "203.0.113.9:4711";

/// A form that somebody fills in.
struct Filled<'s> {
    site: &'s Site,
    address: String,
    fields: Vec<(&'static str, String)>,
}

impl<'s> Filled<'s> {
    /// Opens a form and reads its stamp as a browser does; then time passes.
    async fn new(site: &'s Site, path: &str) -> Self {
        let address = format!("{path}?about=wrong");
        let page = site.get(&address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        let stamp = stamp(&page);
        pass(site, 21);
        Self { site, address, fields: vec![("stamp", stamp)] }
    }

    fn fill(mut self, name: &'static str, value: &str) -> Self {
        self.fields.retain(|(known, _)| *known != name);
        self.fields.push((name, value.into()));
        self
    }

    async fn send(&self) -> Answer {
        self.send_from(HOME, &[]).await
    }

    async fn send_from(&self, peer: &str, headers: &[(&str, &str)]) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish();
        let mut request = Request::post(&self.address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.site.ask(request.body(Body::from(body)).unwrap()).await
    }
}

fn stamp(page: &Answer) -> String {
    let (_, rest) = page.body.split_once("name=\"stamp\" value=\"").expect("a stamp");
    rest.split('"').next().unwrap().to_owned()
}

fn pass(site: &Site, seconds: i64) {
    let Clock::Standing(at) = &site.app.clock else { panic!("a clock that is set") };
    at.fetch_add(seconds * 1_000_000, std::sync::atomic::Ordering::Relaxed);
}

async fn open(site: &Site) -> Vec<Submission> {
    site.app.store.submissions(SubmissionState::Open, 100).await.unwrap().0
}

fn report_of(slug: &str) -> String {
    format!("/organizations/{slug}/report")
}

#[tokio::test]
async fn a_report_is_kept_and_thanked_for_and_nothing_else_changes() {
    let site = Site::new().await;
    let before = (site.organization(BOISE).await, site.app.store.last_revision().await.unwrap());
    let portal = &before.0.portals[0];
    for prefix in ["", "/es"] {
        let path = format!("{prefix}{}", report_of(BOISE));
        let form = Filled::new(&site, &path).await.fill("what", "wrong_place").fill("door", portal.id.as_str());
        let form = form.fill("right", "https://right.example.org/").fill("email", "jane@example.org");
        let sent = form.send().await;
        assert_eq!((sent.status, sent.header(header::LOCATION)), (StatusCode::SEE_OTHER, &*format!("{path}/thanks")));
        let thanks = site.get(&format!("{path}/thanks")).await;
        let words = if prefix.is_empty() { "A person will look at this." } else { "Una persona lo revisará." };
        assert!(thanks.body.contains(words) && !thanks.body.contains("2 d"), "{}", thanks.body);
    }
    let kept = open(&site).await;
    assert_eq!(kept.len(), 2);
    assert_eq!(kept[0].subject.as_ref(), Some(&before.0.id));
    assert_eq!(kept[0].report.wrong, Wrong::WrongPlace);
    assert_eq!(kept[0].report.door.as_ref().unwrap().url, portal.url);
    assert_eq!(kept[0].report.right, "https://right.example.org/");
    assert_eq!(kept[0].email.as_deref(), Some("jane@example.org"));
    assert_eq!((kept[0].report.lang.as_str(), kept[1].report.lang.as_str()), ("en", "es"));
    let page = site.get(&format!("/organizations/{BOISE}")).await.body;
    assert!(!page.contains("right.example.org") && !page.contains("jane@example.org"), "nothing of it is public");
    assert_eq!((site.organization(BOISE).await, site.app.store.last_revision().await.unwrap()), before);
}

#[tokio::test]
async fn a_place_that_is_missing_is_told_of() {
    let site = Site::new().await;
    let form =
        Filled::new(&site, "/report").await.fill("what", "missing").fill("name", "St. Mary’s").fill("place", "Boise");
    let sent = form.fill("site", "their own").fill("how", "I go there").send().await;
    assert_eq!((sent.status, sent.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/report/thanks"));
    let kept = open(&site).await.remove(0);
    assert_eq!((kept.subject, kept.report.name.as_str(), kept.report.place.as_str()), (None, "St. Mary’s", "Boise"));
    assert_eq!((kept.report.website.as_str(), kept.email), ("their own", None));
}

#[tokio::test]
async fn what_cannot_be_taken_comes_back_as_it_was_typed() {
    let site = Site::new().await;
    for (prefix, title, words) in [
        ("", "Please check:", "It looks like name@example.org"),
        ("/es", "Revise, por favor:", "Se ve así: nombre@example.org"),
    ] {
        let path = format!("{prefix}{}", report_of(BOISE));
        let form =
            Filled::new(&site, &path).await.fill("email", "jane").fill("how", "<script>alert(1)</script> \"quoted\"");
        let back = form.fill("door", "website").fill("right", "a & b").send().await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(back.header(header::CACHE_CONTROL), "no-store");
        let page = dom_of(&back);
        assert!(page.text("title").starts_with(title), "{}", page.text("title"));
        assert_eq!(
            page.texts(".error-summary[role=alert][autofocus][tabindex='-1']").len(),
            1,
            "it is heard and focused"
        );
        assert_eq!(page.attributes(".error-summary a", "href"), ["#what-does_not_open", "#email"]);
        assert!(page.text("#email-about").contains(words), "{}", page.text("#email-about"));
        assert_eq!(page.attributes("#email[aria-invalid]", "aria-describedby"), ["email-about"]);
        assert_eq!(page.attributes("#email", "value"), ["jane"]);
        assert_eq!(page.text("#how"), "<script>alert(1)</script> \"quoted\"");
        assert_eq!(page.text("#right"), "a & b");
    }
    assert!(open(&site).await.is_empty());
}

fn dom_of(answer: &Answer) -> crate::site::tests::Dom {
    crate::site::tests::parsed(answer.body.clone())
}

#[tokio::test]
async fn needing_records_leads_to_door_and_letter_and_sends_nothing() {
    let site = Site::new().await;
    let path = report_of(BOISE);
    let first = dom_of(&site.get(&path).await);
    let ways = first.attributes(".report-choices a", "href");
    assert_eq!(ways, [format!("{path}?about=wrong"), format!("{path}?about=records")]);
    assert!(first.texts("main form:not([role=search])").is_empty(), "no form before the choice");
    let page = dom_of(&site.get(&ways[1]).await);
    assert!(page.text("main").contains("can’t get your records for you"));
    let links = page.attributes("main .ways a", "href");
    let letter = format!("/organizations/{BOISE}/letter");
    assert_eq!(links, ["https://boise.example.org/mychart", letter.as_str(), "/help/not-found"]);
    assert!(page.texts("main form:not([role=search])").is_empty());
    assert!(open(&site).await.is_empty());
    let general = dom_of(&site.get("/es/report?about=records").await);
    assert_eq!(general.attributes("main .ways a", "href"), ["/es/letter", "/es/help/not-found"]);
}

#[test]
fn a_door_that_nobody_is_sent_to_is_not_offered_to_those_who_need_records() {
    let mut org = samples::hospital();
    org.portals[0].state = DoorState::OldAddress;
    let here = samples::here(Lang::En, &base(Some(&org)));
    let page = dom(&ReportPage::new(here.clone(), Step::Records, Some(org.clone())));
    assert!(page.attributes("a[href^=http]", "href").is_empty());
    let form = dom(&ReportPage::new(here, Step::Form, Some(org)));
    assert!(form.text("main").contains("MyChart (opens example.org)"), "it can be reported");
    assert!(form.attributes("main a[href^=http]", "href").is_empty(), "and is no link");
}

#[tokio::test]
async fn machines_are_held_up_and_slow_people_are_not() {
    let site = Site::new().await;
    let path = report_of(BOISE);
    let form = Filled::new(&site, &path).await.fill("what", "gone");
    let trapped = form.fill("leave", "http://spam.example").send().await;
    assert_eq!(trapped.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(trapped.body.contains("There is") || trapped.body.contains("It is there to catch machines"));
    let again = dom_of(&trapped);
    assert_eq!(again.attributes("#leave", "value"), Vec::<String>::new(), "and emptied, to be sent again");
    // Too quick: a page that was opened this instant.
    let page = site.get(&format!("{path}?about=wrong")).await;
    let quick =
        Filled { site: &site, address: path.clone(), fields: vec![("stamp", stamp(&page)), ("what", "gone".into())] };
    let back = quick.send().await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(back.body.contains("That was very quick"));
    pass(&site, 20);
    let same =
        Filled { site: &site, address: path.clone(), fields: vec![("stamp", stamp(&back)), ("what", "gone".into())] };
    assert_eq!(same.send().await.status, StatusCode::SEE_OTHER, "sent again a moment later");
    let slow = Filled::new(&site, &path).await.fill("what", "contact");
    pass(&site, 30 * 3_600);
    assert_eq!(slow.send().await.status, StatusCode::SEE_OTHER, "thirty hours are no crime");
    for made_up in ["", "0006123456789abc0123456789abcdef0123456789abcdef"] {
        let back = Filled::new(&site, &path).await.fill("what", "features").fill("stamp", made_up).send().await;
        assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY, "{made_up}");
        let next = Filled {
            site: &site,
            address: path.clone(),
            fields: vec![("stamp", stamp(&back)), ("what", "features".into()), ("how", made_up.into())],
        };
        assert_eq!(next.send().await.status, StatusCode::SEE_OTHER, "after a restart one press more is enough");
    }
    assert_eq!(open(&site).await.len(), 4);
}

#[tokio::test]
async fn forms_of_other_sites_are_refused() {
    let site = Site::new().await;
    let form = Filled::new(&site, &report_of(BOISE)).await.fill("what", "gone").fill("how", "kept text");
    for headers in [[("sec-fetch-site", "cross-site")], [("origin", "https://evil.example.org")]] {
        let back = form.send_from(HOME, &headers).await;
        assert_eq!(back.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(back.body.contains("kept text"));
    }
    assert!(open(&site).await.is_empty());
    let ours = form.send_from(HOME, &[("sec-fetch-site", "same-origin"), ("origin", "null")]).await;
    assert_eq!(ours.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_same_again_is_taken_once() {
    let site = Site::new().await;
    let form = Filled::new(&site, &report_of(BOISE)).await.fill("what", "does_not_open");
    for _ in 0..20 {
        assert_eq!(form.send().await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(open(&site).await.len(), 1);
    pass(&site, 11 * 60);
    form.send().await;
    assert_eq!(open(&site).await.len(), 2, "later it is news");
}

#[tokio::test]
async fn a_flood_from_one_household_ends_and_others_go_on() {
    let site = Site::new().await;
    let path = report_of(BOISE);
    let form = Filled::new(&site, &path).await.fill("what", "other");
    let say = |n: u32| {
        Filled { site: &site, address: form.address.clone(), fields: form.fields.clone() }
            .fill("how", &format!("number {n}"))
    };
    for n in 0..PER_HOUSEHOLD {
        assert_eq!(say(n).send().await.status, StatusCode::SEE_OTHER);
    }
    let back = say(99).send().await;
    assert_eq!((back.status, back.header(header::RETRY_AFTER)), (StatusCode::TOO_MANY_REQUESTS, "600"));
    assert!(back.body.contains("number 99") && back.body.contains("Wait 10 minutes"));
    assert_eq!(say(98).send_from("198.51.100.1:1", &[]).await.status, StatusCode::SEE_OTHER, "somebody else");
    let said = [("x-forwarded-for", "192.0.2.77")];
    assert_eq!(say(97).send_from(HOME, &said).await.status, StatusCode::TOO_MANY_REQUESTS, "nobody is believed");
    pass(&site, 11 * 60);
    assert_eq!(say(99).send().await.status, StatusCode::SEE_OTHER, "ten minutes later");
}

#[tokio::test]
async fn a_form_that_is_too_long_is_not_read() {
    let site = Site::new().await;
    let form = Filled::new(&site, &report_of(BOISE)).await.fill("what", "gone").fill("how", &"a".repeat(BODY_LIMIT));
    let back = form.send().await;
    assert_eq!(back.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(back.body.contains("That was too long for us"));
    assert!(open(&site).await.is_empty());
}

#[tokio::test]
async fn old_addresses_lead_on_and_unknown_ones_nowhere() {
    let site = Site::new().await;
    let old = site.get("/es/organizations/st-joseph-amp-co-a/report?about=wrong").await;
    let new = format!("/es/organizations/{BOISE}/report?about=wrong");
    assert_eq!((old.status, old.header(header::LOCATION)), (StatusCode::PERMANENT_REDIRECT, new.as_str()));
    assert_eq!(site.get("/organizations/nowhere/report").await.status, StatusCode::NOT_FOUND);
    let post = Request::post("/organizations/nowhere/report").body(Body::empty()).unwrap();
    assert_eq!(site.ask(post).await.status, StatusCode::NOT_FOUND);
    let put = Request::put("/report").body(Body::empty()).unwrap();
    assert_eq!(site.ask(put).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

/// Everything that waits for people who decide.
async fn suggested(site: &Site) -> Vec<Proposal> {
    let filter = ProposalFilter { states: &[ProposalState::Waiting], ..ProposalFilter::default() };
    site.app.store.proposals(&filter, 0, 100).await.unwrap()
}

#[tokio::test]
async fn what_is_filled_in_field_by_field_waits_as_a_suggestion_that_changes_nothing() {
    let site = Site::new().await;
    let before = (site.organization(BOISE).await, site.app.store.last_revision().await.unwrap());
    let form = Filled::new(&site, &report_of(BOISE)).await.fill("what", "contact").fill("to-phone", "208 555 0177");
    let form = form.fill("to-portal", "login.evil.example.net/x").fill("how", "I called, my SSN is 219-09-9999");
    assert_eq!(form.send().await.status, StatusCode::SEE_OTHER);
    let one = suggested(&site).await.remove(0);
    assert_eq!((one.speaker, one.kind, one.author.as_ref()), (Speaker::Suggestions, ProposalKind::Suggestion, None));
    assert_eq!((one.subject.as_ref(), one.base), (Some(&before.0.id), before.0.version));
    assert_eq!(one.why, "I called, my SSN is [removed]");
    assert!(one.risks.contains(&Risk::Phone));
    assert!(one.risks.iter().any(|risk| matches!(risk, Risk::Door { domain, .. } if domain == "example.net")));
    assert!(open(&site).await.is_empty(), "one thing to decide, not two");
    assert_eq!((site.organization(BOISE).await, site.app.store.last_revision().await.unwrap()), before);
    let page = site.get(&format!("/organizations/{BOISE}")).await.body;
    assert!(!page.contains("0177") && !page.contains("example.net"), "nothing of it is public");
}

#[tokio::test]
async fn who_wants_an_answer_has_a_report_beside_the_suggestion() {
    let site = Site::new().await;
    let form = Filled::new(&site, &report_of(BOISE)).await.fill("what", "gone").fill("to-status", "closed");
    assert_eq!(form.fill("email", "jane@example.org").send().await.status, StatusCode::SEE_OTHER);
    let (report, suggestion) = (open(&site).await.remove(0), suggested(&site).await.remove(0));
    assert_eq!(report.email.as_deref(), Some("jane@example.org"));
    assert_eq!(suggestion.why, format!("submission:{}", report.n), "and no address in it");
    assert_eq!(suggestion.risks, [Risk::Status]);
}

#[tokio::test]
async fn a_missing_place_of_which_enough_is_known_waits_as_a_suggestion() {
    let site = Site::new().await;
    let form =
        Filled::new(&site, "/report").await.fill("what", "missing").fill("name", "<b>Mercy</b>").fill("kind", "clinic");
    let form = form.fill("site", "mercy.example.org").fill("place", "Boise, ID");
    assert_eq!(form.send().await.status, StatusCode::SEE_OTHER);
    let one = suggested(&site).await.remove(0);
    assert_eq!((one.subject.as_ref(), one.base, one.after.name()), (None, 0, "<b>Mercy</b>"));
    assert!(one.risks.contains(&Risk::Name) && one.risks.contains(&Risk::Address));
    assert!(site.get("/find?q=mercy").await.body.contains("We found no"), "not searchable before a person looked");
}

#[tokio::test]
async fn what_people_see_already_is_told_as_a_report_and_faults_come_back() {
    let site = Site::new().await;
    let portal = site.organization(BOISE).await.portals[0].url.clone();
    let form = Filled::new(&site, &report_of(BOISE)).await.fill("what", "does_not_open").fill("to-portal", &portal);
    assert_eq!(form.send().await.status, StatusCode::SEE_OTHER);
    assert_eq!((open(&site).await.len(), suggested(&site).await.len()), (1, 0));
    let form = Filled::new(&site, &report_of(BOISE)).await.fill("what", "wrong_place").fill("to-portal", "bit.ly/x");
    let back = form.send().await;
    assert_eq!(back.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(dom_of(&back).text("#to-portal-about").contains("short link"));
    assert_eq!(dom_of(&back).attributes("#to-portal", "value"), ["bit.ly/x"]);
}

#[tokio::test]
async fn a_browser_that_worked_need_not_wait_and_its_work_is_not_for_a_flood() {
    let site = Site::new().await;
    let path = report_of(BOISE);
    let page = site.get(&format!("{path}?about=wrong")).await;
    assert_eq!(dom_of(&page).attributes("[data-work]", "data-work"), ["18"]);
    let stamp = stamp(&page);
    pass(&site, 4);
    let say = |work: &str, n: u32| Filled {
        site: &site,
        address: path.clone(),
        fields: vec![
            ("stamp", stamp.clone()),
            ("work", work.to_owned()),
            ("what", "other".into()),
            ("how", format!("number {n}")),
        ],
    };
    let number = super::work::done(&stamp);
    for (work, n, status) in [
        ("", 0, StatusCode::UNPROCESSABLE_ENTITY),
        ("zzzzzz", 0, StatusCode::UNPROCESSABLE_ENTITY),
        (number.as_str(), 1, StatusCode::SEE_OTHER),
        (number.as_str(), 2, StatusCode::SEE_OTHER),
        (number.as_str(), 3, StatusCode::SEE_OTHER),
        (number.as_str(), 4, StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(say(work, n).send().await.status, status, "{work} {n}");
    }
    pass(&site, 17);
    assert_eq!(say("", 5).send().await.status, StatusCode::SEE_OTHER, "who waits needs no scripts");
}
