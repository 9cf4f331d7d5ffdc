//! The form over a running site: from what is typed to what people see, and who may not.

use axum::http::StatusCode;
use url::form_urlencoded;

use super::pages;
use crate::{
    accounts::testing::{Office, Visitor},
    model::{
        account::{Member, Role},
        id::Id,
        organization::Organization,
        proposal::ProposalState,
    },
    site::{served::BOISE, tests::check as rules},
    store::{Found, ProposalFilter},
};

struct Desk {
    office: Office,
    id: Id,
}

impl Desk {
    async fn new() -> Self {
        let office = Office::new(pages()).await;
        let id = office.site.organization(BOISE).await.id;
        Self { office, id }
    }

    async fn member(&self, email: &str, role: Role) -> Visitor {
        let visitor = self.office.person(email, true).await;
        self.office.place(&visitor, &self.id, role).await;
        visitor
    }

    fn at(&self, page: &str) -> String {
        format!("/manage/{}/{page}", self.id)
    }

    async fn org(&self) -> Organization {
        match self.office.app().store.organization(&self.id).await.unwrap() {
            Found::Here(org) => *org,
            other => panic!("{other:?}"),
        }
    }

    async fn step(&self, by: &Visitor, step: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.office.post(Some(by), &self.at(&format!("edit/{step}")), fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{step}: {}", answer.body);
        answer.location().to_owned()
    }

    /// Publishes what the check page shows, and answers where that leads.
    async fn publish(&self, by: &Visitor, fields: &[(&str, &str)]) -> (StatusCode, String) {
        let page = self.office.get(Some(by), &self.at("edit/check")).await;
        let hash = page.dom().attributes("input[name=hash]", "value").remove(0);
        let mut all = vec![("hash", hash.as_str()), ("when", "now")];
        all.extend_from_slice(fields);
        // The last one counts.
        let answer = self.office.post(Some(by), &self.at("edit/publish"), &all).await;
        (answer.status, answer.location().to_owned())
    }

    async fn waiting(&self) -> Vec<crate::model::proposal::Proposal> {
        let filter = ProposalFilter { states: super::start::OPEN, subject: Some(&self.id), author: None };
        self.office.app().store.proposals(&filter, 0, 10).await.unwrap()
    }
}

const NAMED: [(&str, &str); 3] = [("name", "St. Joseph’s Hospital"), ("kind", "hospital"), ("status", "active")];

#[tokio::test]
async fn from_the_first_step_to_what_people_see() {
    let desk = Desk::new().await;
    let owner = desk.member("a@example.org", Role::Owner).await;
    for page in ["edit", "edit/name", "edit/features", "edit/check", "waiting"] {
        for prefix in ["", "/es"] {
            let answer = desk.office.get(Some(&owner), &format!("{prefix}{}", desk.at(page))).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            assert_eq!(answer.header("cache-control"), "private, no-store");
            let lang = if prefix.is_empty() { crate::site::Lang::En } else { crate::site::Lang::Es };
            rules(page, lang, &answer.dom());
        }
    }
    let next = desk.step(&owner, "contact", &[("description", "Open since 1911."), ("areas", "ID")]).await;
    assert_eq!(next, desk.at("edit/places"));
    assert_eq!(desk.step(&owner, "features", &[("feature.view", "yes"), ("do", "later")]).await, desk.at("edit"));
    // Saved, resumed, and nobody sees it.
    assert!(desk.office.get(Some(&owner), &desk.at("edit/contact")).await.body.contains("Open since 1911."));
    assert_eq!(desk.org().await.description, None);
    let preview = desk.office.get(Some(&owner), &format!("/es{}", desk.at("edit/preview?width=phone"))).await;
    assert!(preview.body.contains("as-on-a-phone") && preview.body.contains("lang=\"es\""));
    assert_eq!(preview.header("x-robots-tag"), "noindex");
    assert_eq!(desk.publish(&owner, &[]).await, (StatusCode::SEE_OTHER, desk.at("waiting?sent=live")));
    let org = desk.org().await;
    assert_eq!((org.description.as_deref(), org.features.len()), (Some("Open since 1911."), 1));
    // The draft is gone: nothing is left to send.
    assert!(desk.office.get(Some(&owner), &desk.at("edit/check")).await.body.contains("Nothing is changed"));
}

#[tokio::test]
async fn what_must_be_mended_comes_back_as_it_was_typed() {
    let desk = Desk::new().await;
    let owner = desk.member("a@example.org", Role::Editor).await;
    let typed = [("phone", "call \"us\""), ("website", "https://bit.ly/x"), ("description", "<b>new</b>")];
    let answer = desk.office.post(Some(&owner), &desk.at("edit/contact"), &typed).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = answer.dom();
    assert_eq!(page.attributes(".error-summary a", "href"), ["#e-phone", "#e-website"]);
    assert_eq!(page.attributes("#e-phone", "value"), ["call \"us\""]);
    assert_eq!(page.text("#e-description"), "<b>new</b>");
    // Rows by buttons that send the form: nothing typed is lost, and nothing is checked yet.
    let rows = [("places.0.city", "Boise"), ("places.0.zip", "x"), ("do", "add")];
    let page = desk.office.post(Some(&owner), &desk.at("edit/places"), &rows).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.dom().attributes("#e-places-0-zip", "value"), ["x"]);
    assert_eq!(page.dom().attributes("#e-places-1-city", "value"), [""]);
    let rows = [("places.0.city", "Boise"), ("places.1.city", "Nampa"), ("do", "remove-0")];
    let page = desk.office.post(Some(&owner), &desk.at("edit/places"), &rows).await.dom();
    assert_eq!(page.attributes("#e-places-0-city", "value"), ["Nampa"]);
}

#[tokio::test]
async fn a_door_needs_a_passkey_and_a_second_person_who_is_independent() {
    let desk = Desk::new().await;
    let author = desk.member("a@example.org", Role::Owner).await;
    let portal = [("portals.0.url", "https://portal.new-vendor.com/x"), ("portals.0.name", "New")];
    desk.step(&author, "portals", &portal).await;
    let stale = desk.office.person("a@example.org", false).await;
    let (_, to) = desk.publish(&stale, &[]).await;
    assert!(to.starts_with("/account/confirm?next="), "{to}");
    assert!(desk.waiting().await.is_empty());
    assert_eq!(desk.publish(&author, &[("why", "We moved.")]).await.1, desk.at("waiting?sent=waits"));
    let proposal = desk.waiting().await.remove(0);
    assert_eq!(desk.org().await.portals[0].domain, "example.org");
    let confirm = desk.at(&format!("waiting/{}/confirm", proposal.n));
    let seen = desk.org().await.version.to_string();
    let fields = [("hash", proposal.hash.as_str()), ("seen", seen.as_str())];
    // Its author, a sock-puppet the author invited, one who never proved anything, an editor, a stranger.
    assert_eq!(desk.office.post(Some(&author), &confirm, &fields).await.status, StatusCode::NOT_FOUND);
    let puppet = desk.member("puppet@example.org", Role::Owner).await;
    let invited = Member {
        subject: desk.id.clone(),
        person: puppet.person.id.clone(),
        role: Role::Owner,
        proof: 1,
        invited_by: Some(author.person.id.clone()),
        since: desk.office.app().clock.micros(),
        expires_at: 0,
    };
    for member in [invited.clone(), Member { proof: 0, invited_by: None, ..invited }] {
        desk.office.app().store.set_member(&member, "test").await.unwrap();
        assert_eq!(desk.office.post(Some(&puppet), &confirm, &fields).await.status, StatusCode::NOT_FOUND);
        assert!(!desk.office.get(Some(&puppet), &desk.at("waiting")).await.body.contains("/confirm\""));
    }
    let editor = desk.member("editor@example.org", Role::Editor).await;
    assert_eq!(desk.office.post(Some(&editor), &confirm, &fields).await.status, StatusCode::NOT_FOUND);
    let stranger = desk.office.person("s@example.org", true).await;
    assert_eq!(desk.office.post(Some(&stranger), &confirm, &fields).await.status, StatusCode::NOT_FOUND);
    // An independent owner, who read something else, and then the same.
    let second = desk.member("second@example.org", Role::Owner).await;
    let page = desk.office.get(Some(&second), &desk.at("waiting")).await;
    let lines = page.dom().texts(".diff td").join("\n");
    assert!(lines.contains("new-vendor.com · https://portal.new-vendor.com/x"), "{lines}");
    let wrong = [("hash", "0"), ("seen", seen.as_str())];
    let answer = desk.office.post(Some(&second), &confirm, &wrong).await;
    assert_eq!(answer.location(), desk.at("waiting?sent=conflict"));
}

#[tokio::test]
async fn whoever_sent_it_takes_it_back_and_an_owner_refuses() {
    let desk = Desk::new().await;
    let author = desk.member("a@example.org", Role::Editor).await;
    let other = desk.member("b@example.org", Role::Owner).await;
    for what in ["withdraw", "refuse"] {
        let by = if what == "withdraw" { &author } else { &other };
        let not_by = if what == "withdraw" { &other } else { &author };
        desk.step(&author, "name", &[("name", "Mayo Clinic"), ("kind", "hospital"), ("status", "active")]).await;
        desk.publish(&author, &[]).await;
        let proposal = desk.waiting().await.remove(0);
        let at = desk.at(&format!("waiting/{}/{what}", proposal.n));
        let fields = [("hash", proposal.hash.as_str()), ("answer", "No.")];
        assert_eq!(desk.office.post(Some(not_by), &at, &fields).await.status, StatusCode::NOT_FOUND, "{what}");
        assert_eq!(desk.office.post(Some(by), &at, &fields).await.status, StatusCode::SEE_OTHER, "{what}");
        assert!(desk.waiting().await.is_empty());
    }
    assert_eq!(desk.org().await.name, "St. Joseph’s Hospital");
}

#[tokio::test]
async fn another_organizations_change_is_out_of_reach() {
    let desk = Desk::new().await;
    let author = desk.member("a@example.org", Role::Owner).await;
    desk.step(&author, "name", &[("name", "Mayo Clinic"), ("kind", "hospital"), ("status", "active")]).await;
    desk.publish(&author, &[]).await;
    let proposal = desk.waiting().await.remove(0);
    // Owner of another one, through the address of their own.
    let tampa = desk.office.site.organization("st-josephs-hospital-tampa-fl").await.id;
    let stranger = desk.office.person("t@example.org", true).await;
    desk.office.place(&stranger, &tampa, Role::Owner).await;
    let fields = [("hash", proposal.hash.as_str()), ("seen", "1")];
    for what in ["confirm", "refuse", "withdraw"] {
        for subject in [&tampa, &desk.id] {
            let at = format!("/manage/{subject}/waiting/{}/{what}", proposal.n);
            assert_eq!(desk.office.post(Some(&stranger), &at, &fields).await.status, StatusCode::NOT_FOUND, "{at}");
        }
    }
    for page in ["edit", "edit/name", "edit/check", "edit/preview", "waiting"] {
        assert_eq!(desk.office.get(Some(&stranger), &desk.at(page)).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    assert_eq!(desk.waiting().await[0].state, ProposalState::Waiting);
}

#[tokio::test]
async fn two_editors_of_one_field_are_shown_both() {
    let desk = Desk::new().await;
    let (a, b) = (desk.member("a@example.org", Role::Owner).await, desk.member("b@example.org", Role::Editor).await);
    desk.step(&b, "contact", &[("description", "Mine."), ("areas", "OR")]).await;
    desk.step(&a, "contact", &[("description", "Theirs.")]).await;
    desk.publish(&a, &[]).await;
    assert_eq!(desk.office.get(Some(&b), &desk.at("edit/check")).await.location(), desk.at("edit/meanwhile"));
    let page = desk.office.get(Some(&b), &desk.at("edit/meanwhile")).await;
    assert!(page.body.contains("Theirs") || page.body.contains("Their"), "{}", page.body);
    // Without a choice nothing is decided.
    assert_eq!(desk.office.post(Some(&b), &desk.at("edit/meanwhile"), &[]).await.location(), desk.at("edit/meanwhile"));
    desk.office.post(Some(&b), &desk.at("edit/meanwhile"), &[("description", "theirs")]).await;
    desk.publish(&b, &[]).await;
    let org = desk.org().await;
    assert_eq!((org.description.as_deref(), org.areas.as_slice()), (Some("Theirs."), ["OR".to_owned()].as_slice()));
}

#[tokio::test]
async fn another_editor_of_another_field_is_told_and_kept() {
    let desk = Desk::new().await;
    let (a, b) = (desk.member("a@example.org", Role::Owner).await, desk.member("b@example.org", Role::Editor).await);
    desk.step(&b, "contact", &[("description", "Mine.")]).await;
    desk.step(&a, "features", &[("feature.view", "yes")]).await;
    desk.publish(&a, &[]).await;
    assert!(desk.office.get(Some(&b), &desk.at("edit")).await.body.contains("Somebody else changed this meanwhile"));
    desk.publish(&b, &[]).await;
    let org = desk.org().await;
    assert_eq!((org.description.as_deref(), org.features.len()), (Some("Mine."), 1));
}

#[tokio::test]
async fn what_is_sent_is_what_was_read() {
    let desk = Desk::new().await;
    let owner = desk.member("a@example.org", Role::Owner).await;
    desk.step(&owner, "contact", &[("description", "One.")]).await;
    let page = desk.office.get(Some(&owner), &desk.at("edit/check")).await;
    let hash = page.dom().attributes("input[name=hash]", "value").remove(0);
    // In another window.
    desk.step(&owner, "contact", &[("description", "Two.")]).await;
    let answer = desk.office.post(Some(&owner), &desk.at("edit/publish"), &[("hash", &hash), ("when", "now")]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(desk.org().await.description, None);
    for day in ["", "yesterday", "2020-01-01", "2026-11-22", "2099-01-01"] {
        let (status, _) = desk.publish(&owner, &[("when", "day"), ("day", day)]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{day}");
    }
    let (_, to) = desk.publish(&owner, &[("when", "day"), ("day", "2026-12-01")]).await;
    assert_eq!(to, desk.at("waiting?sent=later"));
    let proposal = desk.waiting().await.remove(0);
    assert_eq!(proposal.state, ProposalState::Scheduled);
    assert_eq!(crate::clock::moment(proposal.publish_at).to_string(), "2026-12-01T10:00:00Z");
}

#[tokio::test]
async fn nothing_that_is_typed_becomes_markup() {
    let desk = Desk::new().await;
    let owner = desk.member("a@example.org", Role::Owner).await;
    let evil = "\"><script>alert(1)</script>";
    desk.step(&owner, "name", &[("name", evil), ("aliases", evil), ("kind", "hospital"), ("status", "active")]).await;
    desk.step(&owner, "contact", &[("description", evil)]).await;
    let place =
        [("places.0.name", evil), ("places.0.street", evil), ("places.0.city", evil), ("places.0.landmark", evil)];
    desk.step(&owner, "places", &place).await;
    let portal = [
        ("portals.0.url", "https://boise.example.org/\"><script>alert(1)</script>"),
        ("portals.0.name", evil),
        ("portals.0.audience", evil),
        ("portals.0.description", evil),
    ];
    desk.step(&owner, "portals", &portal).await;
    desk.step(&owner, "endpoints", &[("endpoints.0.url", "https://boise.example.org/r4"), ("endpoints.0.name", evil)])
        .await;
    desk.step(&owner, "ask", &[("ask_en", evil), ("ask_es", evil)]).await;
    let found = desk.office.post(Some(&owner), &desk.at("edit/parent"), &[("find", evil), ("do", "find")]).await;
    assert!(!found.body.contains("<script>alert"));
    let mut pages = vec!["edit".to_owned(), "edit/check".into(), "edit/preview".into()];
    for step in crate::profile::form::schema::Step::OF_ORGANIZATION {
        pages.push(format!("edit/{}", step.word()));
    }
    for page in pages {
        for prefix in ["", "/es"] {
            let answer = desk.office.get(Some(&owner), &format!("{prefix}{}", desk.at(&page))).await;
            assert_eq!(answer.status, StatusCode::OK, "{page}");
            assert!(!answer.body.contains("<script>alert"), "{page}");
        }
    }
    let (_, to) = desk.publish(&owner, &[("why", evil)]).await;
    assert!(!desk.office.get(Some(&owner), &to).await.body.contains("<script>alert"));
}

#[tokio::test]
async fn a_delegate_edits_and_waits_and_viewers_only_look() {
    let desk = Desk::new().await;
    let vendor = desk.member("v@vendor.example.org", Role::Delegate).await;
    desk.step(&vendor, "contact", &[("description", "By a vendor.")]).await;
    assert_eq!(desk.publish(&vendor, &[]).await.1, desk.at("waiting?sent=later"));
    assert_eq!(desk.org().await.description, None);
    let viewer = desk.member("w@example.org", Role::Viewer).await;
    assert_eq!(desk.office.get(Some(&viewer), &desk.at("waiting")).await.status, StatusCode::OK);
    assert_eq!(desk.office.get(Some(&viewer), &desk.at("edit")).await.status, StatusCode::NOT_FOUND);
    let answer = desk.office.post(Some(&viewer), &desk.at("edit/name"), &NAMED).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn looks_at_addresses_are_words_and_so_many() {
    let desk = Desk::new().await;
    let owner = desk.member("a@example.org", Role::Owner).await;
    let look =
        async |url: &str| desk.office.post(Some(&owner), &desk.at("check"), &[("url", url), ("lang", "es")]).await;
    // What is none, or shows what it is without being opened.
    let inside = look("http://169.254.169.254/latest").await;
    assert_eq!(inside.body, look("localhost:22").await.body);
    for (url, words) in
        [("https://mercy.org:8443/", "puerto"), ("https://bit.ly/x", "corto"), ("http://mercy.org/", "https://")]
    {
        let answer = look(url).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert!(answer.body.contains(words) && answer.body.contains("\"good\":false"), "{url}: {}", answer.body);
    }
    let form = form_urlencoded::Serializer::new(String::new()).append_pair("url", "https://mercy.org").finish();
    let request = axum::http::Request::post(desk.at("check"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", format!("__Host-session={}", owner.secret))
        .body(axum::body::Body::from(form))
        .unwrap();
    assert_ne!(desk.office.ask(request).await.status, StatusCode::OK, "without the token of the session");
}
