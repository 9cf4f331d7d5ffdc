use std::collections::BTreeSet;

use super::*;
use crate::model::{
    door::Door,
    listing::{DoorFacts, OrganizationFacts, PortalFacts},
    merge::Role,
    place::Place,
};

fn portal(url: &str) -> PortalFacts {
    PortalFacts { name: Some("MyChart".into()), ..PortalFacts::at(Door::parse(url).unwrap()) }
}

fn standing() -> OrganizationFacts {
    OrganizationFacts {
        name: "Mercy Hospital".into(),
        phone: Some("(208) 555-0100".into()),
        places: vec![Place::new(&["1 Main St"], "Boise", "ID", "83702").unwrap()],
        portals: vec![portal("https://mychart.mercy.org/login")],
        ..OrganizationFacts::default()
    }
}

fn body(facts: OrganizationFacts) -> Body {
    Body::Organization(Box::new(facts))
}

fn judged(after: OrganizationFacts) -> Vec<Risk> {
    risks(Some(&body(standing())), &body(after), &BTreeSet::new())
}

#[test]
fn what_nobody_can_be_led_astray_by_goes_live_at_once() {
    let mut after = standing();
    after.areas = vec!["ID".into()];
    after.description = Some("A hospital with 200 beds, open since 1911.".into());
    after.portals[0].audience = Some("Adults".into());
    assert_eq!(judged(after), []);
    // Another page of the same domain leads to the same people.
    let mut after = standing();
    after.portals.push(portal("https://mychart.mercy.org/children"));
    assert_eq!(judged(after), []);
}

#[test]
fn every_way_to_lead_patients_elsewhere_waits() {
    type Change = fn(&mut OrganizationFacts);
    let cases: Vec<(&str, Change)> = vec![
        ("door", |f| f.portals.push(portal("https://mychart.mercy-login.com/"))),
        ("door", |f| f.portals[0].sign_up = Door::parse("https://join.example.net/").ok()),
        ("door", |f| {
            f.website = Some(DoorFacts { door: Door::parse("https://mercy.com/").unwrap(), evidence: None });
        }),
        ("door_gone", |f| f.portals.clear()),
        ("name", |f| f.name = "Mayo Clinic".into()),
        ("name", |f| f.aliases = vec!["Mayo Clinic".into()]),
        ("phone", |f| f.phone = Some("(900) 555-0100".into())),
        ("phone", |f| f.phone = None),
        ("phone", |f| f.places[0].phone = Some("(900) 555-0100".into())),
        ("address", |f| f.places.insert(0, Place::new(&["9 Dark Alley"], "Reno", "NV", "89501").unwrap())),
        ("status", |f| f.status = Some(crate::model::organization::Status::Closed)),
        ("part_of", |f| f.part_of = Some("org-019ab0c4d0007abc8123456700000001".into())),
        ("words", |f| f.description = Some("Call 900 555 0100 to sign in.".into())),
        ("words", |f| f.portals[0].description = Some("Moved to mercy-login.com".into())),
        ("words", |f| f.portals[0].name = Some("now at mercy.login.example".into())),
    ];
    for (want, change) in cases {
        let mut after = standing();
        change(&mut after);
        let found = serde_json::to_value(judged(after)).unwrap();
        let words: Vec<&str> = found.as_array().unwrap().iter().filter_map(|risk| risk["risk"].as_str()).collect();
        assert!(words.contains(&want), "{want}: {found}");
    }
}

#[test]
fn a_domain_that_was_live_before_is_known() {
    let mut after = standing();
    after.portals.push(portal("https://portal.mercyhealth.org/"));
    let trusted = BTreeSet::from([(Role::Portal, "mercyhealth.org".to_owned())]);
    assert_eq!(risks(Some(&body(standing())), &body(after.clone()), &trusted), []);
    let other_role = BTreeSet::from([(Role::Website, "mercyhealth.org".to_owned())]);
    let found = risks(Some(&body(standing())), &body(after), &other_role);
    assert_eq!(Risk::doors(&found), [(Role::Portal, "mercyhealth.org".to_owned())]);
}

#[test]
fn words_with_a_number_or_an_address_are_found() {
    for words in
        ["call 2085550100", "(208) 555-0100", "go to evil.com", "see https://x.y", "write a@b.org", "evil.com/login"]
    {
        assert!(has_contact(words), "{words}");
    }
    for words in ["Open since 1911. We care.", "Room 12, floor 3", "St. Mary's Dr. Lee", "24/7", "since 2019"] {
        assert!(!has_contact(words), "{words}");
    }
}

#[test]
fn two_editors_lose_nothing_silently() {
    let before = body(standing());
    let (mut a, mut b) = (standing(), standing());
    a.areas = vec!["ID".into()];
    b.description = Some("Open since 1911.".into());
    let both = rebase(Some(&body(a.clone())), Some(&before), &body(b)).unwrap();
    let Body::Organization(both) = both else { panic!("an organization") };
    assert_eq!((both.areas.as_slice(), both.description.is_some()), (["ID".to_owned()].as_slice(), true));
    let mut c = standing();
    c.areas = vec!["OR".into()];
    let clash = rebase(Some(&body(a.clone())), Some(&before), &body(c)).unwrap_err();
    assert_eq!(clash.fields, ["areas"]);
    // The same change made twice is one.
    assert_eq!(rebase(Some(&body(a.clone())), Some(&before), &body(a.clone())).unwrap(), body(a));
}

#[test]
fn a_first_word_begins_from_nothing() {
    let after = body(standing());
    assert_eq!(rebase(None, None, &after).unwrap(), after);
    assert!(rebase(Some(&body(OrganizationFacts { name: "Other".into(), ..standing() })), None, &after).is_err());
}

#[test]
fn an_approval_is_bound_to_what_was_read() {
    let one = fingerprint(Speaker::Owners, None, &body(standing()), 0);
    let mut other = standing();
    other.portals[0].at.door.url.push('x');
    for changed in [
        fingerprint(Speaker::Owners, None, &body(other), 0),
        fingerprint(Speaker::Owners, None, &body(standing()), 1),
        fingerprint(Speaker::Moderators, None, &body(standing()), 0),
    ] {
        assert_ne!(one, changed);
    }
    assert_eq!(one, fingerprint(Speaker::Owners, None, &body(standing()), 0));
}

fn own(said: Option<&Body>, began: &OrganizationFacts, after: &OrganizationFacts) -> OrganizationFacts {
    let (began, after) = (body(began.clone()), body(after.clone()));
    match own_words(said, &began, &changes(Some(&began), Some(&after))).unwrap() {
        Body::Organization(facts) => *facts,
        Body::App(_) => panic!("an organization"),
    }
}

#[test]
fn only_what_is_changed_is_somebodys_own_word() {
    let described = OrganizationFacts { description: Some("Open since 1911.".into()), ..standing() };
    let first = own(None, &standing(), &described);
    assert_eq!(first, OrganizationFacts { description: Some("Open since 1911.".into()), ..Default::default() });
    // Another field beside it, also where the first is as others have it by now.
    let second = OrganizationFacts { areas: vec!["ID".into()], ..described.clone() };
    let second = own(Some(&body(first.clone())), &described, &second);
    assert_eq!(second, OrganizationFacts { areas: vec!["ID".into()], ..first.clone() });
    // Nothing changed: what was said stays.
    assert_eq!(own(Some(&body(first.clone())), &described, &described), first);
}

#[test]
fn what_is_taken_out_is_denied_until_it_is_said_again() {
    let mut began = standing();
    began.aliases = vec!["Mercy".into(), "Mercy Boise".into()];
    let mut after = began.clone();
    after.aliases.truncate(1);
    (after.phone, after.name) = (None, "Mercy Medical Center".into());
    let said = own(None, &began, &after);
    assert_eq!(said.aliases, ["Mercy"]);
    assert_eq!(said.denied, ["aliases/mercy boise", "phone"]);
    let seen = body(began.clone());
    let Body::Organization(picture) = complete(&seen, Some(&body(said.clone()))) else { panic!("an organization") };
    assert_eq!(*picture, after, "the picture with it is what was meant");
    let back = own(Some(&body(said)), &after, &began);
    assert_eq!((back.denied.len(), back.aliases.len(), back.phone), (0, 2, began.phone));
}

#[test]
fn what_people_read_of_a_change_is_the_change_and_nothing_else() {
    let mut seen = standing();
    seen.aliases = vec!["Mercy".into(), "Mercy Boise".into()];
    let mut after = seen.clone();
    after.aliases.truncate(1);
    let before = body(OrganizationFacts { areas: vec!["ID".into()], ..Default::default() });
    let said = body(own(Some(&before), &seen, &after));
    let told = differences(Some(&body(seen)), Some(&before), &said);
    assert_eq!(told.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(), ["aliases"]);
    assert_eq!(told[0].after, Some(serde_json::json!(["Mercy"])));
    assert_eq!(touched(Some(&before), &said), BTreeSet::from(["aliases".to_owned()]));
}

#[test]
fn two_who_deny_different_things_do_not_stand_in_each_others_way() {
    let deny = |items: &[&str]| {
        let denied = items.iter().map(|item| (*item).to_owned()).collect();
        body(OrganizationFacts { denied, ..Default::default() })
    };
    let both = rebase(Some(&deny(&["phone"])), None, &deny(&["aliases/mercy"])).unwrap();
    assert_eq!(both, deny(&["aliases/mercy", "phone"]));
    // Taking back one leaves the other.
    assert_eq!(rebase(Some(&both), Some(&deny(&["phone"])), &deny(&[])).unwrap(), deny(&["aliases/mercy"]));
}

#[test]
fn what_is_confirmed_is_said_only_once() {
    let after = body(standing());
    let fields = ["phone".to_owned(), "website".to_owned()].into();
    let told = expressly(None, &after, &fields);
    assert_eq!(told.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(), ["phone"]);
    let said = own_words(None, &after, &told).unwrap();
    assert_eq!(said, body(OrganizationFacts { phone: standing().phone, ..Default::default() }));
    assert_eq!(expressly(Some(&said), &after, &fields), []);
}
