//! Claims over a running site, a name server on loopback, and whoever wants what is not theirs.

use axum::http::StatusCode;
use jiff::civil::date;

use crate::{
    accounts::testing::{Office, Visitor},
    claims::{look::dns_name, recheck},
    clock::Clock,
    fetch::{Client, Settings, tests::NameServer},
    manage,
    model::{
        account::{Role, SiteRole},
        change::Speaker,
        claim::{Claim, ClaimState},
        door::Door,
        id::Id,
        listing::{Body, DoorFacts, Listing, OrganizationFacts, PortalFacts},
        source::Tier,
    },
    store::{Found, testing},
};

/// A running site with a hospital that a government list names, and name servers that say what they are told.
pub struct Desk {
    pub office: Office,
    servers: NameServer,
    pub mercy: Id,
}

fn at(url: &str) -> DoorFacts {
    DoorFacts { door: Door::parse(url).unwrap(), evidence: None }
}

impl Desk {
    pub async fn new() -> Self {
        let office = Office::new(manage::pages()).await;
        let servers = NameServer::start(&[]).await;
        let settings = Settings { name_servers: vec![servers.at], ..Settings::default() };
        assert!(office.app().way_out.set(Client::new(settings).unwrap()).is_ok());
        let mut desk = Self { office, servers, mercy: Id::parse("org-019ab0c4d0007abc8123456700000001").unwrap() };
        desk.mercy = desk.list("Mercy Hospital", Tier::GOVERNMENT, Some("https://www.mercy.org/"), None).await;
        desk
    }

    /// Lists an organization.
    async fn list(&self, name: &str, tier: Tier, website: Option<&str>, portal: Option<&str>) -> Id {
        let portal = portal.map(|url| PortalFacts::at(at(url)));
        let facts = OrganizationFacts {
            name: name.into(),
            website: website.map(at),
            portals: portal.into_iter().collect(),
            ..OrganizationFacts::default()
        };
        let body = Body::Organization(Box::new(facts));
        let listing = Listing { key: name.into(), group: None, strong: Vec::new(), body };
        let store = &self.office.app().store;
        testing::take_in(store, testing::source(name, tier), date(2026, 11, 4), vec![listing]).await;
        crate::app::catch_up(store, &self.office.app().index).await.unwrap();
        match store.organization_by_slug(&name.to_lowercase().replace(' ', "-")).await.unwrap() {
            Found::Here(org) => org.id,
            other => panic!("{other:?}"),
        }
    }

    fn later(&self, micros: i64) {
        if let Clock::Standing(at) = &self.office.app().clock {
            at.fetch_add(micros, std::sync::atomic::Ordering::Relaxed);
        }
    }

    /// Begins a claim of a domain; answers it, if it was taken.
    async fn begin(&self, by: &Visitor, subject: &Id, domain: &str) -> Option<Claim> {
        self.later(1);
        let form = [("method", "seen"), ("domain", domain)];
        let answer = self.office.post(Some(by), &format!("/manage/claim/{subject}"), &form).await;
        if answer.status != StatusCode::SEE_OTHER {
            return None;
        }
        let n = answer.location().rsplit('/').next().unwrap().parse().unwrap();
        self.office.app().store.claim(n).await.unwrap()
    }

    async fn check(&self, by: &Visitor, claim: &Claim) -> String {
        let answer =
            self.office.post(Some(by), &format!("/manage/claims/{}/check", claim.n), &[("method", "dns")]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        answer.location().rsplit_once("saw=").map(|(_, word)| word.to_owned()).unwrap_or_default()
    }

    fn say(&self, domain: &str, texts: &[&str]) {
        self.servers.say(&dns_name(domain), texts);
    }

    /// Makes somebody the owner by a proof.
    pub async fn prove(&self, by: &Visitor) -> Claim {
        let claim = self.begin(by, &self.mercy, "mercy.org").await.unwrap();
        self.later(1);
        self.say("mercy.org", &[&claim.value]);
        assert_eq!(self.check(by, &claim).await, "");
        self.office.app().store.claim(claim.n).await.unwrap().unwrap()
    }

    async fn role(&self, of: &Visitor, subject: &Id) -> Option<Role> {
        self.office.app().store.member(subject, &of.person.id).await.unwrap().map(|member| member.role)
    }
}

#[tokio::test]
async fn somebody_who_shows_the_text_in_the_dns_owns_what_nobody_owned() {
    let desk = Desk::new().await;
    let ann = desk.office.person("ann@mercy.org", false).await;
    let page = desk.office.get(Some(&ann), &format!("/manage/claim/{}", desk.mercy)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert!(page.dom().text("main").contains("Use mercy.org"), "{}", page.dom().text("main"));
    let claim = desk.begin(&ann, &desk.mercy, "mercy.org").await.unwrap();
    let page = desk.office.get(Some(&ann), &format!("/manage/claims/{}", claim.n)).await;
    for words in
        ["_connector-challenge.mercy.org", &claim.value, "https://mercy.org/.well-known/connector-verification.txt"]
    {
        assert!(page.dom().text("main").contains(words), "{words}");
    }
    assert_eq!(desk.check(&ann, &claim).await, "nothing");
    desk.say("mercy.org", &["connector-verification=something"]);
    assert_eq!(desk.check(&ann, &claim).await, "other");
    assert_eq!(desk.role(&ann, &desk.mercy).await, None);
    desk.say("mercy.org", &["v=spf1 -all", &claim.value]);
    assert_eq!(desk.check(&ann, &claim).await, "");
    assert_eq!(desk.role(&ann, &desk.mercy).await, Some(Role::Owner));
    let home = desk.office.get(Some(&ann), "/manage").await.dom();
    assert!(home.text(".results").contains("Mercy Hospital"));
    let public = desk.office.site.get("/organizations/mercy-hospital").await;
    assert!(
        public.body.contains("This organization showed that it controls mercy.org, 22 Nov 2026."),
        "{}",
        public.body
    );
    assert!(!public.body.contains("ann@") && !public.body.contains("Verified"));
}

#[tokio::test]
async fn domains_that_the_form_makes_up_prove_nothing() {
    let desk = Desk::new().await;
    let eve = desk.office.person("eve@evil.org", false).await;
    // Somebody else's, a look-alike, one below, one above, none.
    for domain in ["evil.org", "rnercy.org", "www.mercy.org", "org", "", "mercy.org.evil.org", "mercy.org\n"] {
        assert!(desk.begin(&eve, &desk.mercy, domain).await.is_none(), "{domain:?}");
    }
    assert!(desk.begin(&eve, &Id::parse("org-019ab0c4d0007abc81234567000000ff").unwrap(), "mercy.org").await.is_none());
}

#[tokio::test]
async fn a_domain_that_only_old_lists_name_was_bought_by_a_thief() {
    let desk = Desk::new().await;
    let eve = desk.office.person("eve@evil.org", false).await;
    for (name, tier) in
        [("Lapsed One", Tier::LEGACY), ("Lapsed Two", Tier::STARTER), ("Lapsed Three", Tier::SUGGESTION)]
    {
        let subject = desk.list(name, tier, Some("https://lapsed-clinic.org/"), None).await;
        assert!(desk.begin(&eve, &subject, "lapsed-clinic.org").await.is_none(), "{name}");
        let form = [("method", "email"), ("email", "eve@lapsed-clinic.org")];
        let answer = desk.office.post(Some(&eve), &format!("/manage/claim/{subject}"), &form).await;
        assert!(answer.dom().text(".usa-error-message").contains("not an address"), "{name}");
    }
    assert_eq!(desk.office.app().store.take_mails(10).await.unwrap(), []);
}

#[tokio::test]
async fn a_domain_that_no_list_names_any_more_proves_nothing_although_the_claim_was_begun() {
    let desk = Desk::new().await;
    let ann = desk.office.person("ann@mercy.org", false).await;
    let claim = desk.begin(&ann, &desk.mercy, "mercy.org").await.unwrap();
    desk.say("mercy.org", &[&claim.value]);
    desk.office.app().store.recall_host("www.mercy.org", "test").await.unwrap();
    assert_eq!(desk.check(&ann, &claim).await, "unlisted");
    assert_eq!(desk.role(&ann, &desk.mercy).await, None);
}

#[tokio::test]
async fn a_domain_that_imitates_a_listed_one_proves_nothing_even_when_a_list_was_fooled() {
    let desk = Desk::new().await;
    let eve = desk.office.person("eve@lakeside-hospita1.org", false).await;
    let (real, odd) = ("https://lakeside-hospital.org/", "https://lakeside-hospita1.org/");
    let fooled = desk.list("Lakeside Annex", Tier::VENDOR, Some(odd), None).await;
    // Nobody has the real one yet, or only somebody's suggestion: then it is a name like any other.
    desk.list("Lakeside Suggested", Tier::SUGGESTION, Some(real), None).await;
    assert!(desk.begin(&eve, &fooled, "lakeside-hospita1.org").await.is_some());
    let hospital = desk.list("Lakeside Hospital", Tier::GOVERNMENT, Some(real), None).await;
    let page = desk.office.get(Some(&eve), &format!("/manage/claim/{fooled}")).await.dom().text("main");
    assert!(page.contains("lakeside-hospita1.org"), "the page says why: {page}");
    let zed = desk.office.person("zed@lakeside-hospita1.org", false).await;
    assert!(desk.begin(&zed, &fooled, "lakeside-hospita1.org").await.is_none());
    // The one that is imitated is not odd.
    assert!(desk.begin(&zed, &hospital, "lakeside-hospital.org").await.is_some());
}

#[tokio::test]
async fn whoever_runs_a_shared_portal_helps_and_never_owns() {
    let desk = Desk::new().await;
    let vic = desk.office.person("vic@cerner.com", false).await;
    let clinic = desk.list("Valley Clinic", Tier::VENDOR, None, Some("https://valley.cerner.com/portal")).await;
    let claim = desk.begin(&vic, &clinic, "cerner.com").await.unwrap();
    desk.say("cerner.com", &[&claim.value]);
    assert_eq!(desk.check(&vic, &claim).await, "");
    assert_eq!(desk.role(&vic, &clinic).await, None, "a person decides");
    let store = &desk.office.app().store;
    store.decide_claim(claim.n, true, "", "moderator:per-x").await.unwrap();
    assert_eq!(desk.role(&vic, &clinic).await, Some(Role::Delegate));
    let home = desk.office.get(Some(&vic), "/manage").await.dom();
    assert!(home.text(".results").contains("Agency or vendor"));
}

#[tokio::test]
async fn nobody_proves_with_anothers_text_or_touches_anothers_claim() {
    let desk = Desk::new().await;
    let (ann, eve) =
        (desk.office.person("ann@mercy.org", false).await, desk.office.person("eve@evil.org", false).await);
    let anns = desk.begin(&ann, &desk.mercy, "mercy.org").await.unwrap();
    let eves = desk.begin(&eve, &desk.mercy, "mercy.org").await.unwrap();
    desk.say("mercy.org", &[&anns.value]);
    assert_eq!(desk.check(&eve, &eves).await, "other");
    let path = format!("/manage/claims/{}", anns.n);
    assert_eq!(desk.office.get(Some(&eve), &path).await.status, StatusCode::NOT_FOUND);
    for what in ["check", "withdraw"] {
        let answer = desk.office.post(Some(&eve), &format!("{path}/{what}"), &[("method", "dns")]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
    }
    // Not even a moderator's session reads the text of another.
    let moderator = desk.office.of_site("mo@example.org", SiteRole::Moderator).await;
    assert_eq!(desk.office.get(Some(&moderator), &path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(desk.office.get(None, &path).await.status, StatusCode::SEE_OTHER, "sign in first");
    assert_eq!(desk.office.app().store.claim(anns.n).await.unwrap().unwrap().state, ClaimState::Open);
}

#[tokio::test]
async fn mail_at_the_domain_only_opens_a_claim_for_a_person() {
    let desk = Desk::new().await;
    let (sam, eve) = (desk.office.person("sam@home.net", false).await, desk.office.person("eve@evil.org", false).await);
    let path = format!("/manage/claim/{}", desk.mercy);
    for wrong in ["sam@gmail.com", "sam@students.mercy.org", "sam@mercy.org.evil.org", "mercy.org"] {
        let answer = desk.office.post(Some(&sam), &path, &[("method", "email"), ("email", wrong)]).await;
        assert!(answer.dom().text(".usa-error-message").contains("not an address"), "{wrong}");
    }
    let answer = desk.office.post(Some(&sam), &path, &[("method", "email"), ("email", "Sam@Mercy.org")]).await;
    assert!(answer.dom().text(".note").contains("on its way"), "{}", answer.body);
    let store = &desk.office.app().store;
    let mail = store.take_mails(10).await.unwrap().pop().unwrap();
    assert_eq!(mail.address, "Sam@Mercy.org");
    let link = mail.body.lines().find(|line| line.starts_with("https://connector.example.org/manage/")).unwrap();
    let (_, secret) = link.split_once("ticket=").unwrap();
    let form = [("ticket", secret)];
    let other = desk.office.post(Some(&eve), "/manage/claim-email", &form).await;
    assert!(other.dom().text("main").contains("no good any more"), "it is sam's link");
    let looked = desk.office.get(Some(&sam), &format!("/manage/claim-email?ticket={secret}")).await;
    assert!(looked.dom().text("main").contains("Mercy Hospital"));
    assert_eq!(store.claims(&ClaimState::ALL, None, None, 0, 10).await.unwrap(), [], "looking opens nothing");
    let opened = desk.office.post(Some(&sam), "/manage/claim-email", &form).await;
    assert_eq!(opened.status, StatusCode::SEE_OTHER);
    let again = desk.office.post(Some(&sam), "/manage/claim-email", &form).await;
    assert_eq!(again.status, StatusCode::OK, "a link is good once");
    let claims = store.claims(&[ClaimState::Waiting], None, None, 0, 10).await.unwrap();
    assert_eq!((claims.len(), desk.role(&sam, &desk.mercy).await), (1, None));
}

#[tokio::test]
async fn two_claimants_stop_everything_and_the_first_is_told() {
    let desk = Desk::new().await;
    let (ann, bob) = (desk.office.person("ann@mercy.org", true).await, desk.office.person("bob@mercy.org", true).await);
    let bobs = desk.begin(&bob, &desk.mercy, "mercy.org").await.unwrap();
    desk.prove(&ann).await;
    desk.say("mercy.org", &[&bobs.value]);
    desk.check(&bob, &bobs).await;
    let store = &desk.office.app().store;
    assert_eq!(store.frozen(&desk.mercy).await.unwrap().unwrap().why, "two_claims");
    let mails = store.take_mails(10).await.unwrap();
    assert!(mails.iter().any(|mail| mail.address == "ann@mercy.org" && mail.subject.contains("Mercy Hospital")));
    assert!(mails.iter().all(|mail| !mail.body.contains("bob")), "nobody is named");
    let form = [("email", "x@mercy.org"), ("role", "editor")];
    let answer = desk.office.post(Some(&ann), &format!("/manage/{}/team/invite", desk.mercy), &form).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "nobody lets others in meanwhile");
    assert_eq!(desk.role(&bob, &desk.mercy).await, None);
}

#[tokio::test]
async fn looks_are_counted_by_person_and_by_domain() {
    let desk = Desk::new().await;
    let ann = desk.office.person("ann@mercy.org", false).await;
    let claim = desk.begin(&ann, &desk.mercy, "mercy.org").await.unwrap();
    let mut words = Vec::new();
    for _ in 0..31 {
        words.push(desk.check(&ann, &claim).await);
    }
    assert_eq!((words[29].as_str(), words[30].as_str()), ("nothing", "many"));
    let store = &desk.office.app().store;
    assert_eq!(store.tickets_since("claim_look", "mercy.org", 0).await.unwrap(), 30);
}

#[tokio::test]
async fn the_kept_page_shows_at_once_that_a_proof_is_made_lost_and_found() {
    const DAY: i64 = 24 * 3_600 * 1_000_000;
    let desk = Desk::new().await;
    let app = desk.office.app();
    app.pages.looked(Some(app.store.last_revision().await.unwrap()));
    // Each page is asked for twice: the second is the kept one.
    let shown = async || {
        let mut all = Vec::new();
        for (prefix, words) in [("", "showed that it controls mercy.org"), ("/es", "mostró que controla mercy.org")] {
            let address = format!("{prefix}/organizations/mercy-hospital");
            let first = desk.office.site.get(&address).await;
            let kept = desk.office.site.get(&address).await;
            assert_eq!((first.status, &first.body), (StatusCode::OK, &kept.body));
            assert!(kept.headers.contains_key("etag"), "it is kept");
            all.push(kept.body.replace(['\u{2068}', '\u{2069}'], "").contains(words));
        }
        (all[0], all[1])
    };
    assert_eq!(shown().await, (false, false));
    let claim = desk.prove(&desk.office.person("ann@mercy.org", false).await).await;
    assert_eq!(shown().await, (true, true));
    let round = async || recheck::round(app, app.client().unwrap(), false).await.unwrap();
    desk.say("mercy.org", &["gone"]);
    desk.later(DAY);
    assert_eq!(round().await.missing, 1);
    assert_eq!(shown().await, (false, false), "what is missing is not shown as standing");
    desk.say("mercy.org", &[&claim.value]);
    desk.later(DAY);
    assert_eq!(round().await.stand, 1);
    assert_eq!(shown().await, (true, true));
}

#[tokio::test]
async fn a_proof_is_looked_at_every_day() {
    const DAY: i64 = 24 * 3_600 * 1_000_000;
    let desk = Desk::new().await;
    let ann = desk.office.person("ann@mercy.org", false).await;
    let claim = desk.prove(&ann).await;
    let app = desk.office.app();
    let round = async || recheck::round(app, app.client().unwrap(), false).await.unwrap();
    assert_eq!(round().await.looked, 0, "it was looked at today");
    desk.later(DAY);
    assert_eq!(round().await.stand, 1);
    desk.say("mercy.org", &["gone"]);
    for _ in 0..3 {
        desk.later(DAY);
        assert_eq!(round().await.missing, 1);
    }
    desk.later(DAY);
    assert_eq!(round().await.lost, 1);
    assert_eq!(app.store.frozen(&desk.mercy).await.unwrap().unwrap().why, "proof_lost");
    let subjects: Vec<_> = app.store.take_mails(20).await.unwrap().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects, ["The proof for Mercy Hospital is not there", "Nobody can change Mercy Hospital for now"]);
    let org = desk.office.site.organization("mercy-hospital").await;
    assert!(org.live_website().is_some(), "doors stay as they were");
    desk.say("mercy.org", &[&claim.value]);
    desk.later(DAY);
    assert_eq!((round().await.back, app.store.frozen(&desk.mercy).await.unwrap()), (1, None));
}

#[tokio::test]
async fn whoever_comes_is_first_asked_whether_they_are_a_patient() {
    let desk = Desk::new().await;
    let page = desk.office.get(None, "/manage").await.dom();
    assert!(page.text("main").contains("Are you a patient looking for your own records?"));
    assert_eq!(page.attributes("main .report-choices a", "href")[0], "/find");
    let page = desk.office.get(None, &format!("/es/manage/start/{}", desk.mercy)).await.dom();
    assert!(page.attributes("main a", "href").contains(&format!("/es/manage/claim/{}", desk.mercy)));
    let public = desk.office.site.get("/organizations/mercy-hospital").await;
    assert!(public.body.contains(&format!("/manage/start/{}", desk.mercy)));
    let ann = desk.office.person("ann@mercy.org", false).await;
    let found = desk.office.get(Some(&ann), "/manage/find?q=mercy").await.dom();
    assert!(found.attributes("main a", "href").contains(&format!("/manage/claim/{}", desk.mercy)));
    let app = desk.office.get(Some(&ann), "/manage/find?q=example+health").await.dom();
    assert!(app.attributes("main a", "href").iter().any(|href| href.starts_with("/manage/claim/app-")));
}

#[tokio::test]
async fn what_somebody_adds_is_nowhere_until_a_person_looked() {
    let desk = Desk::new().await;
    let ann = desk.office.person("ann@valley.org", false).await;
    let form = [
        ("name", "Mercy Hospital Valley"),
        ("kind", "hospital"),
        ("city", "Boise"),
        ("state", "ID"),
        ("website", "https://www.mercy.org"),
        ("why", "I run it"),
        ("slug", "mercy-hospital"),
        ("fixed_id", desk.mercy.as_str()),
    ];
    let known = desk.office.post(Some(&ann), "/manage/create", &form).await;
    assert!(known.dom().text("#create-known + ul").contains("Mercy Hospital"), "the listed one is shown first");
    let store = &desk.office.app().store;
    let before = store.last_revision().await.unwrap();
    let form: Vec<_> = form.into_iter().chain([("another", "yes")]).collect();
    let sent = desk.office.post(Some(&ann), "/manage/create", &form).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/manage"));
    assert_eq!(store.last_revision().await.unwrap(), before, "nothing was published");
    for slug in ["mercy-hospital-valley", "mercy-hospital-valley-boise-id"] {
        assert!(matches!(store.organization_by_slug(slug).await.unwrap(), Found::Nothing), "{slug}");
    }
    let found = desk.office.site.get("/find?q=mercy+hospital+valley").await;
    assert!(!found.body.contains("mercy-hospital-valley"));
    let proposal = store.proposals(&crate::store::ProposalFilter::default(), 0, 10).await.unwrap().pop().unwrap();
    assert_eq!((proposal.speaker, proposal.subject.as_ref()), (Speaker::Suggestions, None));
    let home = desk.office.get(Some(&ann), "/manage").await.dom();
    assert!(home.text("main").contains("Mercy Hospital Valley: waits for a person"));
    // Accepted, it is somebody's suggestion: its domain proves nothing by itself.
    let approval = crate::store::Approval { hash: &proposal.hash, seen: 0, finals: &[], answer: "" };
    let done = store.approve(proposal.n, &approval, "moderator:per-x").await.unwrap();
    let subject = done.subject.unwrap();
    assert_ne!(subject, desk.mercy);
    let home = desk.office.get(Some(&ann), "/manage").await.dom();
    assert!(home.attributes("main a", "href").contains(&format!("/manage/claim/{subject}")));
    assert!(desk.begin(&ann, &subject, "mercy.org").await.is_none());
    let form = [("method", "documents"), ("note", "CEO")];
    let papers = desk.office.post(Some(&ann), &format!("/manage/claim/{subject}"), &form).await;
    assert_eq!(papers.status, StatusCode::SEE_OTHER);
}
