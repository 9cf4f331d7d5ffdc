//! Verdicts, pair by pair, and what holds for every pair.

use proptest::prelude::*;

use super::*;
use crate::model::{
    door::Door,
    identifier::Identifier,
    kind::Kind,
    listing::{DoorFacts, EndpointFacts, OrganizationFacts},
    place::Place,
    source::Tier,
};

/// A listing of a name at a place: `street, city, state, zip`.
fn at(name: &str, place: [&str; 4]) -> OrganizationFacts {
    OrganizationFacts {
        name: name.to_owned(),
        places: Place::new(&[place[0]], place[1], place[2], place[3]).into_iter().collect(),
        ..OrganizationFacts::default()
    }
}

fn named(name: &str) -> OrganizationFacts {
    at(name, [""; 4])
}

fn zip(name: &str, zip: &str) -> OrganizationFacts {
    at(name, ["", "", "", zip])
}

fn state(name: &str, state: &str) -> OrganizationFacts {
    at(name, ["", "", state, ""])
}

trait With: Sized {
    fn server(self, url: &str) -> Self;
    fn site(self, url: &str) -> Self;
    fn npi(self, number: &str) -> Self;
    fn phone(self, phone: &str) -> Self;
    fn kind(self, kind: Kind) -> Self;
}

impl With for OrganizationFacts {
    fn server(mut self, url: &str) -> Self {
        let at = Door::parse_endpoint(url).unwrap();
        let none = (Vec::new(), None, None, None);
        let (fhir_versions, name, developers, through) = none;
        self.endpoints.push(EndpointFacts { at, fhir_versions, name, developers, through });
        self
    }
    fn site(mut self, url: &str) -> Self {
        self.website = Some(DoorFacts { door: Door::parse(url).unwrap(), evidence: None });
        self
    }
    fn npi(mut self, number: &str) -> Self {
        self.identifiers.push(Identifier::npi(number).unwrap());
        self
    }
    fn phone(mut self, phone: &str) -> Self {
        self.phone = Some(phone.to_owned());
        self
    }
    fn kind(mut self, kind: Kind) -> Self {
        self.kinds.push(kind);
        self
    }
}

/// The verdict where nothing is shared by many: `lone` says whether keys are carried by one on each side.
fn verdict_of(a: &OrganizationFacts, b: &OrganizationFacts, lone: bool) -> Verdict {
    let (a, b) = (Profile::of(a, Tier::VENDOR), Profile::of(b, Tier::LIST));
    let known = Known { shared: &|_| false, lone: &|_| lone };
    let verdict = judge(&a, &b, &known);
    assert_eq!(word(&verdict), word(&judge(&b, &a, &known)), "the same from both sides");
    verdict
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Same(_) => "same",
        Verdict::Unsure(_) => "unsure",
        Verdict::Different(_) => "different",
    }
}

const NPI: &str = "1234567893";
const CERNER: &str = "https://fhir-myrecord.cerner.com/r4/237789e0-8b40-4355-aefd-25694ca16391";
const HEALOW: &str = "https://fhir.healow.com/FHIRServer/fhir/EHEDBD";
const ATHENA: &str = "https://api.platform.athenahealth.com/fhir/r4";
const LIDO: [&str; 4] = ["611 Lido Park Dr", "Newport Beach", "CA", "92663"];

#[test]
fn a_strong_identifier_needs_name_and_place() {
    for (a, b, expected) in [
        (zip("Kagan Clinic", "59101").npi(NPI), zip("Kagan Clinic, PLLC", "59101").npi(NPI), "same"),
        (zip("Kagan Clinic", "59101").npi(NPI), zip("Sollus Pediatrics", "59101").npi(NPI), "unsure"),
        (zip("Kagan Clinic", "59101").npi(NPI), zip("Sollus Pediatrics", "10001").npi(NPI), "different"),
        (zip("Kagan Clinic", "59101").npi(NPI), zip("Kagan Clinic", "10001").npi(NPI), "unsure"),
        (zip("Kagan Clinic", "59101").npi(NPI), zip("Kagan Clinic", "59101").npi("1992856819"), "different"),
        (zip("Kagan Clinic", "59101").server(HEALOW), named("Kagan Clinic").server(HEALOW), "same"),
        (named("Main Office").server(HEALOW), zip("Main Office", "59101").server(HEALOW), "unsure"),
        (
            named("Kagan Clinic").site("https://kagan.org"),
            zip("Kagan Clinic", "59101").site("https://kagan.org"),
            "same",
        ),
        (
            state("Mayo Clinic", "MN").site("https://mayoclinic.org"),
            state("Mayo Clinic Health System in Fairmont", "MN").site("https://mayoclinic.org"),
            "unsure",
        ),
        // Two systems of one name, and an old list that gives one the other's address.
        (
            named("King's Daughters Medical Center").site("https://kdmc.net"),
            state("King's Daughters Medical Center", "MS").site("https://kdmc.net"),
            "unsure",
        ),
    ] {
        assert_eq!(
            word(&verdict_of(&a, &b, false)),
            expected,
            "{} / {}: {:?}",
            a.name,
            b.name,
            verdict_of(&a, &b, false)
        );
    }
}

#[test]
fn what_nobody_else_carries_lets_a_common_name_pass() {
    let (a, b) =
        (named("Pediatric Associates").server(CERNER), zip("Pediatric Associates, Inc.", "46804").server(CERNER));
    assert_eq!(word(&verdict_of(&a, &b, false)), "unsure");
    assert_eq!(word(&verdict_of(&a, &b, true)), "same");
    let b = zip("St. Luke's Surgical Group", "46804").server(CERNER);
    assert_eq!(word(&verdict_of(&a, &b, true)), "unsure", "another name: a person looks");
    let (a, b) = (
        named("King's Daughters Medical Center").site("https://kdmc.net"),
        state("King's Daughters Medical Center", "MS").site("https://kdmc.net"),
    );
    assert_eq!(word(&verdict_of(&a, &b, true)), "unsure", "a domain is never one's own");
}

#[test]
fn a_systems_list_of_its_hospitals_makes_none_of_them_the_system() {
    let mut system = at("Kagan Health", ["", "Boise", "ID", ""]).site("https://kagan.org");
    system.aliases.push("Sadel Memorial Hospital".to_owned());
    let house = state("Sadel Memorial Hospital", "ID").site("https://kagan.org");
    assert_eq!(word(&verdict_of(&system, &house, true)), "unsure");
    let renamed = state("Kagan Health", "ID").site("https://kagan.org");
    assert_eq!(word(&verdict_of(&system, &renamed, true)), "same");
}

#[test]
fn a_hospital_and_a_group_with_words_of_its_name_are_for_a_person() {
    let house = zip("Mena Regional Health System", "71953").kind(Kind::Hospital).server(HEALOW);
    for (name, expected) in [
        ("Mena Medical Associates", "unsure"),
        ("Mena Regional", "same"),
        ("Mena Regional Health System, Inc.", "same"),
    ] {
        assert_eq!(word(&verdict_of(&house, &zip(name, "71953").server(HEALOW), true)), expected, "{name}");
    }
    let group = zip("Mena Regional Surgery Group", "71953").server(HEALOW);
    assert_eq!(word(&verdict_of(&group, &zip("Mena Medical Associates", "71953").server(HEALOW), true)), "same");
}

#[test]
fn what_many_share_is_no_evidence() {
    let a = zip("Kagan Clinic", "59101").server(HEALOW);
    let b = zip("Kagan Clinic", "59101").server(HEALOW);
    let known = Known { shared: &|_| true, lone: &|_| true };
    let verdict = judge(&Profile::of(&a, Tier::LIST), &Profile::of(&b, Tier::LIST), &known);
    assert_eq!(word(&verdict), "unsure", "name and ZIP code alone: {verdict:?}");
}

#[test]
fn name_with_street_or_phone() {
    for (a, b, expected) in [
        (
            at("General Hospital", LIDO),
            at("General Hosp.", ["611 Lido Park Drive, Ste 2", "", "", "92663-1234"]),
            "same",
        ),
        (at("Kagan Clinic", LIDO), at("Sadel Clinic", LIDO), "different"),
        (
            zip("Kagan Clinic", "92663").phone("(208) 555-0100"),
            zip("Kagan Clinic", "92663").phone("208-555-0100"),
            "same",
        ),
        (
            zip("Kagan Clinic", "92663").phone("(208) 555-0100"),
            zip("Sadel Clinic", "92663").phone("208-555-0100"),
            "different",
        ),
        (zip("Kagan Clinic", "92663"), zip("Kagan Clinic", "92663"), "unsure"),
        (zip("Main Office", "92663"), zip("Main Office", "92663"), "different"),
        (named("Kagan Clinic"), named("Kagan Clinic"), "different"),
        (state("Clinical Associates", "TX"), state("Clinical Associates", "CA"), "different"),
    ] {
        assert_eq!(word(&verdict_of(&a, &b, true)), expected, "{} / {}", a.name, b.name);
    }
}

#[test]
fn one_address_for_all_customers() {
    for (a, b, lone, expected) in [
        (state("Sollus Pediatrics", "NC"), state("Sollus Pediatrics", "NC"), true, "same"),
        (state("Sollus Pediatrics", "NC"), state("Sollus Pediatrics", "NC"), false, "unsure"),
        (state("Sollus Pediatrics", "NC"), state("Sollus Pediatrics", "SC"), true, "different"),
        (state("Sollus Pediatrics", "NC"), named("Sollus Pediatrics"), true, "unsure"),
        (named("Sollus Pediatrics"), named("Sollus Pediatrics"), true, "unsure"),
        (state("Family Care", "NC"), state("Family Care", "NC"), true, "different"),
    ] {
        let (a, b) = (a.server(ATHENA), b.server(ATHENA));
        assert_eq!(word(&verdict_of(&a, &b, lone)), expected, "{a:?} {b:?} {lone}");
    }
}

#[test]
fn kinds_that_cannot_be_one() {
    let (a, b) = (at("Kagan", LIDO).kind(Kind::Pharmacy), at("Kagan", LIDO).kind(Kind::Hospital));
    assert_eq!(word(&verdict_of(&a, &b, true)), "different");
    assert_eq!(word(&verdict_of(&a.npi(NPI), &b.npi(NPI), true)), "unsure");
}

#[test]
fn an_owners_word_never_merges_by_itself() {
    let facts = at("Kagan Clinic", LIDO).npi(NPI);
    let known = Known { shared: &|_| false, lone: &|_| true };
    let listed = Profile::of(&facts, Tier::GOVERNMENT);
    assert_eq!(word(&judge(&Profile::of(&facts, Tier::OWNER), &listed, &known)), "unsure");
    // With another source beside the owner, the owner's own number still counts for nothing.
    let mut both = Profile::of(&zip("Kagan Clinic", "92663"), Tier::LIST);
    both.add(&zip("Kagan Clinic", "92663").npi(NPI), Tier::OWNER);
    assert_eq!(word(&judge(&both, &Profile::of(&zip("Kagan Clinic", "92663").npi(NPI), Tier::LIST), &known)), "unsure");
}

#[test]
fn two_customers_of_one_maker_are_doubtful_even_at_one_street() {
    let a = at("Kagan Clinic", LIDO).server(HEALOW);
    let b = at("Kagan Clinic", LIDO).server("https://fhir4.eclinicalworks.com/fhir/r4/ABCDEF");
    assert_eq!(word(&verdict_of(&a, &b, true)), "unsure");
}

fn facts() -> impl Strategy<Value = OrganizationFacts> {
    let name = prop::sample::select(vec!["Kagan Clinic", "Kagan", "Main Office", "St. Mary's Hospital", "Sollus Care"]);
    let place = prop::sample::select(vec![
        LIDO,
        ["", "", "", "92663"],
        ["", "", "CA", ""],
        ["", "Boise", "ID", "83702"],
        ["", "", "", ""],
    ]);
    let server = prop::sample::select(vec!["", CERNER, HEALOW, ATHENA, "https://fhir.kagan.org/r4"]);
    let number = prop::sample::select(vec!["", NPI, "1992856819"]);
    let phone = prop::sample::select(vec!["", "(208) 555-0100"]);
    (name, place, server, number, phone).prop_map(|(name, place, server, number, phone)| {
        let mut facts = at(name, place);
        if !server.is_empty() {
            facts = facts.server(server);
        }
        if !number.is_empty() {
            facts = facts.npi(number);
        }
        if phone.is_empty() { facts } else { facts.phone(phone) }
    })
}

proptest! {
    #[test]
    fn whoever_is_asked_first_the_verdict_is_the_same(a in facts(), b in facts(), lone: bool) {
        verdict_of(&a, &b, lone);
    }

    #[test]
    fn never_the_same_by_name_alone(a in facts(), b in facts(), lone: bool) {
        if let Verdict::Same(reasons) = verdict_of(&a, &b, lone) {
            prop_assert!(reasons.iter().any(Reason::is_beyond_name), "{reasons:?}");
        }
    }

    #[test]
    fn the_same_only_with_a_key_in_common_to_find_them_by(a in facts(), b in facts(), lone: bool) {
        if let Verdict::Same(reasons) = verdict_of(&a, &b, lone) {
            let (a, b) = (Profile::of(&a, Tier::VENDOR), Profile::of(&b, Tier::LIST));
            let found = key::keys(&a).intersection(&key::keys(&b)).next().is_some();
            prop_assert!(found, "{reasons:?}");
        }
    }
}
