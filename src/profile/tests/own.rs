//! What is an owner's own word: what they changed, added, took out or expressly confirmed, and nothing else.

use jiff::civil::date;

use super::*;
use crate::{
    model::{
        change::Speaker,
        features::{Answer, Feature},
        listing::Listing,
        organization::Status,
    },
    site::served::{app, hospital},
    store::testing,
};

const PHONE: &str = "(208) 555-0100";

/// The vendor's list with more to say of the hospital in Boise, as changed.
async fn list(desk: &Desk, change: impl Fn(&mut OrganizationFacts)) {
    let mut boise = hospital("a", "Boise", "ID", "83702");
    let Body::Organization(facts) = &mut boise.body else { panic!("an organization") };
    facts.phone = Some(PHONE.into());
    facts.aliases = vec!["St. Joe’s".into(), "St. Josef".into()];
    facts.features.insert(Feature::parse("view").or(Feature::all().next()).unwrap(), Answer::Yes);
    change(facts);
    let rest: [Listing; 2] = [hospital("b", "Tampa", "FL", "33607"), app()];
    desk.site.load([boise].into_iter().chain(rest).collect()).await;
}

impl Desk {
    async fn said(&self) -> OrganizationFacts {
        match self.site.app.store.said_by(Speaker::Owners, &self.id).await.unwrap().map(|said| said.body) {
            Some(Body::Organization(facts)) => *facts,
            other => panic!("{other:?}"),
        }
    }

    /// Who is named beside a field.
    async fn by(&self, field: &str) -> String {
        self.org().await.said(field).map(|said| said.source.clone()).unwrap_or_default()
    }
}

#[tokio::test]
async fn a_first_edit_of_one_field_says_that_field_and_nothing_else() {
    let desk = Desk::new().await;
    list(&desk, |_| {}).await;
    desk.send(|facts| facts.description = Some("Open since 1911.".into())).await;
    let said = desk.said().await;
    let alone = OrganizationFacts { description: Some("Open since 1911.".into()), ..OrganizationFacts::default() };
    assert_eq!(said, alone);
    assert_eq!(desk.by("description").await, "owners");
    let org = desk.org().await;
    assert!(org.provenance.iter().all(|(field, said)| (said.label == Label::Owner) == (field == "description")));
    // On the public page too.
    let page = desk.site.get(&format!("/organizations/{BOISE}")).await.body;
    assert!(page.contains("Open since 1911.") && page.contains(PHONE), "{page}");
    // A second edit of another field keeps the first.
    desk.send(|facts| facts.areas = vec!["ID".into()]).await;
    assert_eq!(desk.said().await, OrganizationFacts { areas: vec!["ID".into()], ..alone });
    assert_eq!(desk.site.app.store.check().await.unwrap(), []);
}

#[tokio::test]
async fn what_a_list_says_later_of_the_rest_reaches_people() {
    let desk = Desk::new().await;
    list(&desk, |_| {}).await;
    desk.send(|facts| facts.description = Some("Open since 1911.".into())).await;
    list(&desk, |facts| {
        facts.phone = Some("(208) 555-0177".into());
        facts.description = Some("A hospital.".into());
        facts.portals[0].name = Some("MyChart of Boise".into());
    })
    .await;
    let org = desk.org().await;
    assert_eq!((org.phone.as_deref(), org.description.as_deref()), (Some("(208) 555-0177"), Some("Open since 1911.")));
    let page = desk.site.get(&format!("/organizations/{BOISE}")).await.body;
    assert!(page.contains("555-0177") && page.contains("MyChart of Boise"), "{page}");
}

#[tokio::test]
async fn a_field_set_back_to_what_others_say_stays_their_word() {
    let desk = Desk::new().await;
    list(&desk, |facts| facts.description = Some("A hospital.".into())).await;
    desk.send(|facts| facts.description = Some("Open since 1911.".into())).await;
    desk.send(|facts| facts.description = Some("A hospital.".into())).await;
    assert_eq!(desk.said().await.description.as_deref(), Some("A hospital."));
    assert_eq!(desk.by("description").await, "owners");
}

#[tokio::test]
async fn a_list_with_one_taken_out_is_said_whole_and_what_is_out_stays_out() {
    let desk = Desk::new().await;
    list(&desk, |_| {}).await;
    assert_eq!(desk.org().await.aliases.len(), 2);
    desk.send(|facts| facts.aliases.retain(|name| name != "St. Josef")).await;
    let said = desk.said().await;
    assert_eq!((said.aliases.as_slice(), said.denied.len()), (["St. Joe’s".to_owned()].as_slice(), 1));
    assert_eq!((said.places.len(), said.portals.len(), said.phone), (0, 0, None));
    // The list says it again, and more.
    list(&desk, |facts| facts.aliases.push("Joseph’s".into())).await;
    let org = desk.org().await;
    assert_eq!(org.aliases, ["St. Joe’s", "Joseph’s"]);
    // What a list added after they spoke can be taken out as well, and what is out can come back.
    desk.send(|facts| facts.aliases = vec!["St. Joe’s".into()]).await;
    assert_eq!(desk.org().await.aliases, ["St. Joe’s"]);
    desk.send(|facts| facts.aliases.push("St. Josef".into())).await;
    let n = desk.open().await;
    desk.approve(n).await;
    assert_eq!(desk.org().await.aliases, ["St. Joe’s", "St. Josef"]);
    assert_eq!(desk.said().await.denied, [crate::model::merge::items::alias("Joseph’s")]);
    assert_eq!(desk.site.app.store.check().await.unwrap(), []);
}

impl Desk {
    /// The one change that waits.
    async fn open(&self) -> i64 {
        let states = &[ProposalState::Waiting];
        let filter = crate::store::ProposalFilter { states, subject: Some(&self.id), author: None };
        self.site.app.store.proposals(&filter, 0, 1).await.unwrap()[0].n
    }
}

#[tokio::test]
async fn a_phone_or_an_answer_that_is_taken_out_is_shown_as_not_known() {
    let desk = Desk::new().await;
    list(&desk, |_| {}).await;
    desk.send(|facts| facts.features.clear()).await;
    let org = desk.org().await;
    assert!(org.features.is_empty(), "{:?}", org.features);
    assert_eq!(org.phone.as_deref(), Some(PHONE));
    let (n, risks) = desk.send(|facts| facts.phone = None).await.waiting.unwrap();
    assert_eq!(risks, [Risk::Phone]);
    desk.approve(n).await;
    assert_eq!(desk.org().await.phone, None);
    assert_eq!(desk.listing().await.phone, None);
    // Taken back, everything is as the list has it.
    desk.send(|facts| facts.phone = Some(PHONE.into())).await;
    let n = desk.open().await;
    desk.approve(n).await;
    assert_eq!(desk.org().await.phone.as_deref(), Some(PHONE));
}

#[tokio::test]
async fn two_first_words_stand_beside_each_other() {
    let desk = Desk::new().await;
    list(&desk, |_| {}).await;
    let (n, _) = desk.send(|facts| facts.phone = Some("(208) 555-0111".into())).await.waiting.unwrap();
    let (m, _) = desk.send(|facts| facts.places.clear()).await.waiting.unwrap();
    // Live meanwhile, and denies something else.
    desk.send(|facts| facts.aliases.clear()).await;
    assert_eq!(desk.approve(n).await, ProposalState::Published);
    assert_eq!(desk.approve(m).await, ProposalState::Published);
    let (org, said) = (desk.org().await, desk.said().await);
    assert_eq!((org.phone.as_deref(), org.aliases.len(), org.locations.len()), (Some("(208) 555-0111"), 0, 0));
    assert_eq!(said.denied.len(), 3, "{:?}", said.denied);
}

#[tokio::test]
async fn a_file_says_its_fields_on_purpose() {
    let desk = Desk::new().await;
    list(&desk, |_| {}).await;
    let author = person(1);
    let express: BTreeSet<String> = ["phone".to_owned(), "portals".to_owned()].into();
    let sent = Submission { express, kind: ProposalKind::InStep, ..desk.sent(&author, desk.listing().await) };
    let done = submit(&desk.site.app, sent.clone()).await.unwrap();
    assert!(done.live.is_some() && done.waiting.is_none(), "{done:?}");
    let said = desk.said().await;
    assert_eq!((said.phone.as_deref(), said.portals.len(), said.aliases.len()), (Some(PHONE), 1, 0));
    assert_eq!((said.name.as_str(), desk.by("phone").await.as_str()), ("", "owners"));
    assert!(submit(&desk.site.app, sent).await.unwrap().nothing_changed, "it is said already");
}

#[tokio::test]
async fn a_confirmation_says_everything_that_people_see() {
    let desk = Desk::new().await;
    list(&desk, |_| {}).await;
    desk.send(|facts| facts.aliases.retain(|name| name != "St. Josef")).await;
    attest::attest(&desk.site.app, &desk.id, &person(1)).await.unwrap();
    let said = desk.said().await;
    assert_eq!(
        (said.name.as_str(), said.phone.as_deref(), said.portals.len()),
        ("St. Joseph’s Hospital", Some(PHONE), 1)
    );
    assert_eq!(said.denied.len(), 1);
    let org = desk.org().await;
    assert!(org.provenance.iter().all(|(_, said)| said.label == Label::Owner), "{:?}", org.provenance);
}

#[tokio::test]
async fn a_change_that_was_sent_before_a_list_changed_something_else_is_still_good() {
    let desk = Desk::new().await;
    list(&desk, |_| {}).await;
    let (n, _) = desk.send(|facts| facts.name = "St. Joseph Medical Center".into()).await.waiting.unwrap();
    list(&desk, |facts| facts.phone = Some("(208) 555-0177".into())).await;
    assert_eq!(desk.approve(n).await, ProposalState::Published);
    let org = desk.org().await;
    assert_eq!((org.name.as_str(), org.phone.as_deref()), ("St. Joseph Medical Center", Some("(208) 555-0177")));
}

#[tokio::test]
async fn whoever_brings_back_what_no_list_names_any_more_names_it() {
    let desk = Desk::new().await;
    desk.send(|facts| facts.description = Some("Open since 1911.".into())).await;
    let source = testing::source("vendor", Tier::VENDOR);
    testing::take_in(&desk.site.app.store, source, date(2026, 11, 5), vec![hospital("b", "Tampa", "FL", "33607")])
        .await;
    assert_eq!(desk.org().await.status, Status::Withdrawn);
    let (n, risks) = desk.send(|facts| facts.status = None).await.waiting.unwrap();
    assert_eq!(risks, [Risk::Status]);
    desk.approve(n).await;
    let org = desk.org().await;
    assert_eq!((org.status, org.name.as_str()), (Status::Active, "St. Joseph’s Hospital"));
    assert_eq!(org.said("name").unwrap().label, Label::Owner);
}
