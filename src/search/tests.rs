//! The index from end to end: a few dozen organizations in, what people find out.

use std::{fs, path::Path, sync::Arc, thread};

use super::{
    Card, Request, Results,
    follow::Change,
    index::{Index, SearchError},
    testing::{Builder, builder},
};
use crate::model::{
    id::{Id, ThingKind},
    identifier::System,
    kind::Kind,
    organization::{Organization, Status},
};

fn organizations() -> Vec<Organization> {
    let mut all: Vec<Builder> = vec![
        builder("Snoqualmie Valley Hospital")
            .kind(Kind::Hospital)
            .place("Snoqualmie", "WA", "98065")
            .portal("https://mychart.connect.example.org/SVH/", "MyChart"),
        builder("North Bend Clinic")
            .place("North Bend", "WA", "98045")
            .portal("https://mychart.connect.example.org/NBC/", "MyChart"),
        builder("UK HealthCare")
            .kind(Kind::Hospital)
            .alias("University of Kentucky")
            .place("Lexington", "KY", "40536")
            .website("https://ukhealthcare.uky.edu/"),
        builder("University of Washington Medical Center")
            .kind(Kind::Hospital)
            .place("Seattle", "WA", "98195")
            .portal("https://mychart.uwmedicine.org/", "MyChart"),
        builder("Clinical Associates").id("ca-tx").place("Houston", "TX", "77002"),
        builder("Clinical Associates")
            .id("ca-md")
            .place("Towson", "MD", "21204")
            .portal("https://portal.ca-md.com/", "Portal"),
        builder("Cleveland Clinic")
            .kind(Kind::Hospital)
            .place("Cleveland", "OH", "44195")
            .place("Weston", "FL", "33331"),
        builder("Proliance Surgeons")
            .place("Seattle", "WA", "98104")
            .website("https://posm.com/")
            .portal("https://www.followmyhealth.com/Login/proliance", "FollowMyHealth"),
        builder("Another Practice")
            .place("Boise", "ID", "83702")
            .portal("https://www.followmyhealth.com/Login/another", "FollowMyHealth"),
        builder("Quest Diagnostics")
            .kind(Kind::Laboratory)
            .area("US")
            .portal("https://myquest.questdiagnostics.com/", "MyQuest")
            .feature("view"),
        builder("Labcorp").kind(Kind::Laboratory).area("US").portal("https://patient.labcorp.com/", "Labcorp Patient"),
        builder("Acme Pathology").kind(Kind::Laboratory).place("Austin", "TX", "78701"),
        builder("Walgreens").kind(Kind::Pharmacy).area("US").website("https://www.walgreens.com/"),
        builder("Texas Medicaid").kind(Kind::Insurer).area("TX"),
        builder("ImmTrac2").alias("Texas Immunization Registry").kind(Kind::ImmunizationRegistry).area("TX"),
        builder("Blue Cross and Blue Shield of Texas").kind(Kind::Insurer).area("TX"),
        builder("Blue Cross Blue Shield of Michigan").kind(Kind::Insurer).area("MI"),
        builder("Veterans Affairs")
            .alias("VA")
            .kind(Kind::Government)
            .area("US")
            .portal("https://www.va.gov/my-health/", "My HealtheVet")
            .feature("download"),
        builder("Seattle Children's Hospital").kind(Kind::Hospital).place("Seattle", "WA", "98105"),
        builder("Hospital del Niño").kind(Kind::Hospital).place("San Juan", "PR", "00921"),
        builder("Mercy Family Practice")
            .place("Springfield", "IL", "62701")
            .identifier(System::Npi, "1234567893")
            .phone("(217) 555-0100"),
        builder("Mercy Hospital").kind(Kind::Hospital).place("Springfield", "MO", "65804"),
        builder("Health Partners").kind(Kind::Insurer).area("MN"),
    ];
    for (id, city, state, zip) in [
        ("tampa", "Tampa", "FL", "33607"),
        ("tucson", "Tucson", "AZ", "85711"),
        ("tacoma", "Tacoma", "WA", "98405"),
        ("paul", "Saint Paul", "MN", "55102"),
    ] {
        all.push(builder("St. Joseph's Hospital").id(id).kind(Kind::Hospital).place(city, state, zip));
    }
    all.into_iter().map(Builder::build).collect()
}

fn changes(organizations: Vec<Organization>) -> Vec<Change> {
    organizations.into_iter().map(|o| Change { id: o.id.clone(), new: false, after: Some(o) }).collect()
}

struct Scene {
    index: Index,
    folder: tempfile::TempDir,
}

fn scene() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    index.apply(changes(organizations()), 40).unwrap();
    Scene { index, folder }
}

fn request(q: &str) -> Request {
    Request { q: q.to_owned(), limit: 20, ..Request::default() }
}

impl Scene {
    fn ask(&self, request: &Request) -> Results {
        self.index.search(request).unwrap()
    }
    fn find(&self, q: &str) -> Results {
        self.ask(&request(q))
    }
    fn names(&self, q: &str) -> Vec<String> {
        names(&self.find(q).results)
    }
    fn first(&self, q: &str) -> Card {
        let found = self.find(q);
        found.results.into_iter().next().unwrap_or_else(|| panic!("{q} finds nothing"))
    }
}

fn names(cards: &[Card]) -> Vec<String> {
    cards.iter().map(|card| card.name.clone()).collect()
}

#[test]
fn the_first_result_is_the_one_meant() {
    let scene = scene();
    for (q, expected) in [
        ("Snoqualmie Valley Hospital", "Snoqualmie Valley Hospital"),
        ("snoqualmie", "Snoqualmie Valley Hospital"),
        ("snoq", "Snoqualmie Valley Hospital"),
        ("quest", "Quest Diagnostics"),
        ("quest lab", "Quest Diagnostics"),
        ("quest diagnostics texas", "Quest Diagnostics"),
        ("lab corp", "Labcorp"),
        ("healthpartners", "Health Partners"),
        ("univ of kentucky", "UK HealthCare"),
        ("university of kentucky", "UK HealthCare"),
        ("UK health care", "UK HealthCare"),
        ("university of washington", "University of Washington Medical Center"),
        ("cleveland clinic florida", "Cleveland Clinic"),
        ("bcbs texas", "Blue Cross and Blue Shield of Texas"),
        ("blue cross michigan", "Blue Cross Blue Shield of Michigan"),
        ("medicaid texas", "Texas Medicaid"),
        ("vaccine records texas", "ImmTrac2"),
        ("vacunas", "ImmTrac2"),
        ("va", "Veterans Affairs"),
        ("my healthevet", "Veterans Affairs"),
        ("farmacia", "Walgreens"),
        ("walgreens pharmacy", "Walgreens"),
        ("proliance", "Proliance Surgeons"),
        ("mychart north bend", "North Bend Clinic"),
        ("mercy springfield il", "Mercy Family Practice"),
        ("mercy springfield mo", "Mercy Hospital"),
        ("saint josephs hosp tucson", "St. Joseph's Hospital"),
    ] {
        assert_eq!(scene.first(q).name, expected, "{q}");
    }
}

/// The names of some organizations in the order in which they come for a query.
fn ordered(q: &str, builders: Vec<Builder>) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    index.apply(changes(builders.into_iter().map(Builder::build).collect()), 1).unwrap();
    names(&index.search(&request(q)).unwrap().results)
}

#[test]
fn better_matches_come_first() {
    let all = || ["Mercyhurst", "St Mercy", "Mercy", "Mercy Health"].map(builder).into();
    assert_eq!(ordered("mercy", all()), ["Mercy", "Mercy Health", "St Mercy", "Mercyhurst"]);
    let all = ["Medical Valley", "Valley Medical Plaza West", "Valley Medical Plaza"].map(builder).into();
    assert_eq!(ordered("valley medical", all), ["Medical Valley", "Valley Medical Plaza", "Valley Medical Plaza West"]);
    let all = ["Medical West Valley", "Valley Medical Plaza West", "Valley Medical Plaza"].map(builder).into();
    let expected = ["Valley Medical Plaza", "Valley Medical Plaza West", "Medical West Valley"];
    assert_eq!(ordered("valley medical", all), expected);
}

#[test]
fn listed_before_known_but_the_name_itself_first() {
    let listed = || builder("Mercy Health").portal("https://my.mercy.org", "MyMercy");
    assert_eq!(ordered("mercy", vec![builder("Mercy Clinics"), listed()]), ["Mercy Health", "Mercy Clinics"]);
    assert_eq!(ordered("mercy clinics", vec![builder("Mercy Clinics"), listed()])[0], "Mercy Clinics");
}

#[test]
fn corrections_are_spelled_like_the_name() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    let all =
        vec![builder("Cleveland Clinic").build(), builder("Valley Clinic").place("Snoqualmie", "WA", "98065").build()];
    index.apply(changes(all), 1).unwrap();
    for (q, meant) in [
        ("clevland clinic", Some("cleveland clinic")),
        ("cleveland clin", None),
        ("clinic snoqualme", Some("clinic snoqualmie")),
    ] {
        assert_eq!(index.search(&request(q)).unwrap().did_you_mean.as_deref(), meant, "{q}");
    }
}

#[test]
fn an_alias_says_that_it_is_one() {
    let scene = scene();
    assert_eq!(scene.first("university of kentucky").also_known_as.as_deref(), Some("University of Kentucky"));
    assert_eq!(scene.first("uk healthcare").also_known_as, None);
}

#[test]
fn typing_errors_are_forgiven_and_named() {
    let scene = scene();
    for (q, expected, meant) in [
        ("snoqualme", "Snoqualmie Valley Hospital", "snoqualmie"),
        ("clevland clinic", "Cleveland Clinic", "cleveland clinic"),
        ("qeust", "Quest Diagnostics", "quest"),
        ("walgrens", "Walgreens", "walgreens"),
        ("snoqulamie hosptial", "Snoqualmie Valley Hospital", "snoqualmie hospital"),
    ] {
        let found = scene.find(q);
        assert_eq!(found.results.first().map(|card| card.name.as_str()), Some(expected), "{q}");
        assert_eq!(found.did_you_mean.as_deref(), Some(meant), "{q}");
    }
    assert_eq!(scene.find("quest").did_you_mean, None);
    // One row is misspelled itself: it is shown, and the frequent spelling is offered.
    let bad = builder("Merci Clinic").build();
    let good = (0..12).map(|n| builder(&format!("Mercy Clinic {n}")).build());
    scene.index.apply(changes(good.chain([bad]).collect()), 41).unwrap();
    let found = scene.find("merci clinic");
    assert_eq!(
        (names(&found.results), found.did_you_mean.as_deref()),
        (vec!["Merci Clinic".to_owned()], Some("mercy clinic"))
    );
    assert_eq!(scene.find("que").did_you_mean, None, "an unfinished word is no error");
}

#[test]
fn parts_may_be_missing_but_frequent_words_do_not_stand_for_a_name() {
    let scene = scene();
    assert_eq!(scene.names("proliance atlantis"), ["Proliance Surgeons"]);
    assert_eq!(
        scene.names("snoqualmie mercy atlantis")[0],
        "Snoqualmie Valley Hospital",
        "the rarest word counts most"
    );
    assert_eq!(scene.find("xyzzyx medical hospital").total, 0);
    assert_eq!(scene.find("xyzzyx").total, 0);
}

#[test]
fn two_of_the_same_name_stay_two_and_the_state_tells_them_apart() {
    let scene = scene();
    let both = scene.find("clinical associates");
    assert_eq!((both.total, both.results.len()), (2, 2));
    assert_eq!(both.results[0].state.as_deref(), Some("MD"), "the listed one comes first");
    for (q, state) in [
        ("clinical associates texas", "TX"),
        ("clinical associates tx", "TX"),
        ("clinical associates MD", "MD"),
        ("clinical associates houston", "TX"),
    ] {
        assert_eq!(scene.first(q).state.as_deref(), Some(state), "{q}");
    }
    let others = scene.index.same_name("Clinical  ASSOCIATES", &both.results[0].id, 10);
    assert_eq!(others.len(), 1);
    assert_eq!(others[0].state.as_deref(), Some("TX"));
    assert_eq!(scene.find("st josephs hospital").total, 4);
}

#[test]
fn a_city_or_a_kind_alone_is_a_search() {
    let scene = scene();
    assert_eq!(
        scene.names("seattle"),
        ["Seattle Children's Hospital", "Proliance Surgeons", "University of Washington Medical Center"]
    );
    for q in ["lab", "labs", "laboratorio", "Laboratorios", "laboratory"] {
        let mut found = scene.names(q);
        found.sort();
        assert_eq!(found, ["Acme Pathology", "Labcorp", "Quest Diagnostics"], "{q}");
    }
    assert_eq!(scene.names("hospital niños")[0], "Hospital del Niño");
    assert!(scene.names("hospital ninos").contains(&"Seattle Children's Hospital".to_owned()));
    assert_eq!(scene.find("seguro").total, 4);
}

#[test]
fn numbers_find_exactly_one() {
    let scene = scene();
    for q in ["1234567893", "NPI 1234567893", "(217) 555-0100", "217.555.0100", "+1 217 555 0100"] {
        assert_eq!(scene.names(q), ["Mercy Family Practice"], "{q}");
    }
    assert_eq!(scene.find("1992856819").total, 0);
}

#[test]
fn a_pasted_address_finds_its_tenant() {
    let scene = scene();
    for (q, expected) in [
        ("mychart.connect.example.org/SVH", vec!["Snoqualmie Valley Hospital"]),
        ("https://mychart.connect.example.org/svh/Authentication/Login?", vec!["Snoqualmie Valley Hospital"]),
        ("mychart.connect.example.org", vec!["North Bend Clinic", "Snoqualmie Valley Hospital"]),
        ("posm.com", vec!["Proliance Surgeons"]),
        ("https://www.posm.com/patients", vec!["Proliance Surgeons"]),
        ("ukhealthcare.uky.edu", vec!["UK HealthCare"]),
        ("uky.edu", vec!["UK HealthCare"]),
        ("followmyhealth.com/Login/another", vec!["Another Practice"]),
        ("followmyhealth.com/Login/nobody", vec![]),
        ("followmyhealth.com/else", vec![]),
        ("followmyhealth.com", vec!["Another Practice", "Proliance Surgeons"]),
        ("nobody-knows.example.net", vec![]),
        ("my.clevelandclinic.org", vec!["Cleveland Clinic"]),
    ] {
        assert_eq!(scene.names(q), expected, "{q}");
    }
}

#[test]
fn filters_hold() {
    let scene = scene();
    let labs = scene.ask(&Request { kinds: vec![Kind::Laboratory], ..request("") });
    assert_eq!(names(&labs.results), ["Labcorp", "Quest Diagnostics", "Acme Pathology"], "listed first, then by name");
    let texas = scene.ask(&Request { states: vec!["TX".to_owned()], kinds: vec![Kind::Laboratory], ..request("") });
    assert_eq!(texas.total, 3, "what serves the country serves Texas");
    let michigan = scene.ask(&Request { states: vec!["MI".to_owned()], ..request("blue cross") });
    assert_eq!(names(&michigan.results), ["Blue Cross Blue Shield of Michigan"]);
    let second_place = scene.ask(&Request { states: vec!["FL".to_owned()], ..request("cleveland") });
    assert_eq!(names(&second_place.results), ["Cleveland Clinic"]);
    let none = scene.ask(&Request { kinds: vec![Kind::Dental], ..request("quest") });
    assert_eq!(none.total, 0);
}

#[test]
fn a_zip_alone_gives_the_nearest_with_honest_distances() {
    let scene = scene();
    for asked in [request("98101"), Request { near: Some("98101".to_owned()), ..request("") }] {
        let found = scene.ask(&asked);
        let miles: Vec<f64> = found.results.iter().filter_map(|card| card.miles).collect();
        assert_eq!(miles.len(), found.results.len(), "every result has its distance");
        assert!(miles.windows(2).all(|pair| pair[0] <= pair[1]), "{miles:?}");
        assert_eq!(found.results[0].name, "Proliance Surgeons");
        assert!(miles[0] < 1.5);
        let snoqualmie = found.results.iter().find(|card| card.name.starts_with("Snoqualmie")).unwrap();
        assert!((snoqualmie.miles.unwrap() - 26.0).abs() < 2.0);
        assert!(found.results.iter().all(|card| card.miles.is_some_and(|miles| miles <= 500.0)));
    }
    let hospitals = scene.ask(&Request { near: Some("98101".to_owned()), kinds: vec![Kind::Hospital], ..request("") });
    assert!(hospitals.results[0].name.starts_with("University of Washington"));
    assert!(hospitals.results.iter().all(|card| card.kind == Kind::Hospital));
}

#[test]
fn the_nearest_of_many_comes_first_and_shows_its_place() {
    let scene = scene();
    let joseph = |zip: &str| scene.ask(&Request { near: Some(zip.to_owned()), ..request("st joseph hospital") });
    assert_eq!(joseph("98101").results[0].city.as_deref(), Some("Tacoma"));
    assert_eq!(joseph("33602").results[0].city.as_deref(), Some("Tampa"));
    assert_eq!(joseph("98101").total, 4, "the others are farther, not gone");
    let weston = scene.ask(&Request { near: Some("33331".to_owned()), ..request("cleveland clinic") });
    assert_eq!(weston.results[0].city.as_deref(), Some("Weston"));
    assert!(weston.results[0].miles.unwrap() < 1.0);
    let national = scene.ask(&Request { near: Some("98101".to_owned()), ..request("quest") });
    assert_eq!((national.results[0].name.as_str(), national.results[0].miles), ("Quest Diagnostics", None));
}

#[test]
fn a_zip_nobody_gives_an_address_near_finds_whoever_serves_its_state() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    let places = [
        builder("Apple Health").area("WA").build(),
        builder("Medi-Cal").area("CA").build(),
        builder("A Lab").area("US").build(),
    ];
    index.apply(changes(places.to_vec()), 1).unwrap();
    let names = |request: &Request| -> Vec<String> {
        index.search(request).unwrap().results.into_iter().map(|card| card.name).collect()
    };
    assert_eq!(names(&request("98101")), ["A Lab", "Apple Health"]);
    let near = Request { near: Some("90001".to_owned()), ..request("") };
    assert_eq!(names(&near), ["A Lab", "Medi-Cal"]);
    let filtered = Request { states: vec!["TX".to_owned()], ..near };
    assert!(names(&filtered).is_empty(), "a filter that was set is not overruled");
    let number = Request { near: Some("98101".to_owned()), ..request("1234567893") };
    assert!(names(&number).is_empty(), "a number nobody has is not answered with the whole state");
}

#[test]
fn an_unknown_zip_is_no_place() {
    let scene = scene();
    let found = scene.ask(&Request { near: Some("00000".to_owned()), ..request("quest") });
    assert_eq!(found.results[0].name, "Quest Diagnostics");
    assert!(found.results.iter().all(|card| card.miles.is_none()));
}

#[test]
fn pages_do_not_overlap_and_cover_everything() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    let many = |n: usize| builder(&format!("Mercy Clinic {n:03}")).place("Seattle", "WA", "98101").build();
    index.apply(changes((0..450).map(many).collect()), 1).unwrap();
    // Another segment, and documents replaced: the order must not depend on either.
    index.apply(changes((100..200).map(many).collect()), 2).unwrap();
    for asked in [request("mercy"), request(""), request("98101")] {
        let mut seen = Vec::new();
        for offset in (0..450).step_by(45) {
            let page = index.search(&Request { offset, limit: 45, ..asked.clone() }).unwrap();
            assert_eq!(page.total, 450, "{}", asked.q);
            seen.extend(names(&page.results));
        }
        assert_eq!(seen.len(), 450);
        let mut unique = seen.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), 450, "{}: a page repeats another", asked.q);
        assert_eq!(seen[..45], unique[..45], "{}: ties go by name", asked.q);
        let beyond = index.search(&Request { offset: 450, limit: 45, ..asked.clone() }).unwrap();
        assert_eq!((beyond.results.len(), beyond.total), (0, 450));
    }
    let deep = index.search(&Request { offset: usize::MAX / 2, limit: 45, ..request("mercy") }).unwrap();
    assert_eq!((deep.results.len(), deep.total), (0, 450));
}

/// A brand with parts in Seattle and Miami, a part whose brand is not in the index, and somebody else.
fn brands() -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    let part = |n: usize| {
        let (city, state, zip) = if n == 7 { ("Miami", "FL", "33101") } else { ("Seattle", "WA", "98101") };
        builder(&format!("Larkspur Health Pavilion {n}")).place(city, state, zip).part_of("Larkspur Health").build()
    };
    let mut all: Vec<Organization> = (0..8).map(part).collect();
    all.push(builder("Larkspur Health").place("Denver", "CO", "80202").build());
    all.push(builder("Larkspur Dental").place("Boise", "ID", "83702").build());
    all.push(builder("Larkspur Lost Part").part_of("Nobody Known").build());
    // Parts and brand lie in several segments.
    for (n, piece) in all.chunks(3).enumerate() {
        index.apply(changes(piece.to_vec()), n as i64 + 1).unwrap();
    }
    Scene { index, folder }
}

#[test]
fn parts_are_folded_under_their_brand() {
    let scene = brands();
    let found = scene.find("larkspur");
    assert_eq!((found.total, found.cards), (11, 3), "{:?}", names(&found.results));
    let of = |name: &str| found.results.iter().find(|card| card.name == name).unwrap_or_else(|| panic!("no {name}"));
    assert_eq!(of("Larkspur Health").places_matching, 8);
    assert_eq!(of("Larkspur Dental").places_matching, 0);
    assert_eq!(of("Larkspur Lost Part").places_matching, 0, "one part alone has nothing to unfold");
    // The brand itself does not match: its best part stands for the others.
    let clinics = scene.find("larkspur pavilion");
    assert_eq!((clinics.total, clinics.cards, clinics.results.len()), (8, 1, 1));
    assert_eq!(clinics.results[0].places_matching, 8);
    assert_eq!(clinics.results[0].part_of.as_ref().unwrap().name, "Larkspur Health");
    let one = scene.first("larkspur health pavilion 5");
    assert_eq!(one.name, "Larkspur Health Pavilion 5");
}

#[test]
fn near_a_place_the_nearest_part_stands_for_its_brand() {
    let scene = brands();
    for q in ["larkspur pavilion", ""] {
        let miami = scene.ask(&Request { near: Some("33101".to_owned()), ..request(q) });
        assert_eq!(miami.results[0].name, "Larkspur Health Pavilion 7", "{q}");
    }
}

#[test]
fn the_parts_of_a_brand_are_listed_one_by_one() {
    let scene = brands();
    let brand = scene.first("larkspur health").id;
    for q in ["", "larkspur", "98101"] {
        let parts = scene.ask(&Request { part_of: Some(brand.clone()), ..request(q) });
        let expected = if q == "98101" { 7 } else { 8 };
        assert_eq!((parts.total, parts.cards, parts.results.len()), (expected, expected, expected), "{q}");
        assert!(parts.results.iter().all(|card| card.places_matching == 0));
    }
    assert_eq!(names(&scene.index.suggest("larkspur pav", None, 20).unwrap()).len(), 8, "suggestions are not folded");
}

#[test]
fn the_state_served_first_comes_before_others_as_good_and_no_further() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    let all = [
        builder("Mercy Hospital").id("a").place("Austin", "TX", "78701"),
        builder("Mercy Hospital").id("t").place("Toledo", "OH", "43604"),
        builder("Mercy Hospital Annex").place("Lima", "OH", "45801"),
    ];
    index.apply(changes(all.into_iter().map(Builder::build).collect()), 1).unwrap();
    let first = |request: &Request| -> Vec<Option<String>> {
        index.search(request).unwrap().results.into_iter().map(|card| card.city).collect()
    };
    let city = |name: &str| Some(name.to_owned());
    let request = |home, near: Option<&str>| Request {
        q: "mercy hospital".into(),
        home,
        near: near.map(str::to_owned),
        limit: 10,
        ..Request::default()
    };
    for (home, near, expected) in
        [(Some("OH"), None, "Toledo"), (Some("TX"), None, "Austin"), (Some("OH"), Some("78701"), "Austin")]
    {
        assert_eq!(first(&request(home, near))[0], city(expected), "{home:?} {near:?}");
    }
    // The name that was typed comes before another name of that state.
    assert_eq!(first(&request(Some("OH"), None))[1], city("Austin"));
    let suggested = index.suggest("mercy", Some("OH"), 3).unwrap();
    assert_ne!(suggested[0].city, city("Austin"));
}

#[test]
fn pages_of_folded_results_cover_everything_once() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    let mut all = Vec::new();
    for brand in 0..90 {
        all.push(builder(&format!("Willow Brand {brand:02}")).build());
        for part in 0..brand % 7 {
            let name = format!("Willow Place {brand:02} {part}");
            all.push(builder(&name).part_of(&format!("Willow Brand {brand:02}")).build());
        }
    }
    let everything = all.len();
    index.apply(changes(all), 1).unwrap();
    let mut seen = Vec::new();
    for offset in (0..90).step_by(20) {
        let page = index.search(&Request { offset, limit: 20, ..request("willow") }).unwrap();
        assert_eq!((page.total, page.cards), (everything, 90));
        seen.extend(names(&page.results));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 90);
}

#[test]
fn suggestions_follow_the_typing() {
    let scene = scene();
    for (typed, expected) in [
        ("q", "Quest Diagnostics"),
        ("ques", "Quest Diagnostics"),
        ("snoqal", "Snoqualmie Valley Hospital"),
        ("clevland cl", "Cleveland Clinic"),
        ("lab", "Labcorp"),
        ("mercy fam", "Mercy Family Practice"),
        ("university of ken", "UK HealthCare"),
        ("98101", "Proliance Surgeons"),
    ] {
        let cards = scene.index.suggest(typed, None, 5).unwrap();
        assert_eq!(cards.first().map(|card| card.name.as_str()), Some(expected), "{typed}");
        assert!(cards.len() <= 5);
    }
    assert!(scene.index.suggest("", None, 5).unwrap().is_empty());
    assert!(scene.index.suggest("quest", None, 0).unwrap().is_empty());
}

#[test]
fn what_is_withdrawn_or_merged_is_gone_and_what_is_closed_stays() {
    let scene = scene();
    let quest = scene.first("quest");
    let rename = builder("Quest Diagnostics").build();
    assert_eq!(rename.id, quest.id);
    scene
        .index
        .apply(
            vec![Change {
                id: quest.id.clone(),
                new: false,
                after: Some(builder("Quest Labs").id("Quest Diagnostics").build()),
            }],
            41,
        )
        .unwrap();
    assert_eq!(scene.names("quest"), ["Quest Labs"], "replaced, not doubled");
    let count = scene.index.count();
    for (at, status, found) in
        [(42, Status::Withdrawn, 0), (43, Status::Closed, 1), (44, Status::Merged, 0), (45, Status::Active, 1)]
    {
        let after = builder("Quest Diagnostics").status(status).build();
        scene.index.apply(vec![Change { id: quest.id.clone(), new: false, after: Some(after) }], at).unwrap();
        assert_eq!(scene.find("quest").total, found, "{status:?}");
        assert_eq!(scene.index.count(), count - 1 + found as u64);
        assert_eq!(scene.index.ids().unwrap().contains(&quest.id), found == 1);
    }
    scene.index.apply(vec![Change { id: quest.id.clone(), new: false, after: None }], 46).unwrap();
    assert_eq!(scene.find("quest").total, 0);
}

#[test]
fn ids_are_those_of_the_store() {
    let scene = scene();
    let mut expected: Vec<Id> = organizations().into_iter().map(|o| o.id).collect();
    expected.sort();
    assert_eq!(scene.index.ids().unwrap(), expected);
    assert_eq!(scene.index.count() as usize, expected.len());
}

#[test]
fn it_opens_again_where_it_was() {
    let Scene { index, folder } = scene();
    assert_eq!(index.at(), 40);
    index.apply(Vec::new(), 47).unwrap();
    assert!(matches!(Index::open(folder.path()), Err(SearchError::Locked(_))), "one writer only");
    let reader = Index::open_to_read(folder.path()).unwrap();
    assert_eq!((reader.at(), reader.count()), (47, index.count()));
    assert!(matches!(reader.start(true), Err(SearchError::ReadOnly)));
    drop(index);
    let again = Index::open(folder.path()).unwrap();
    assert_eq!(again.at(), 47, "a commit without documents counts too");
    assert_eq!(again.search(&request("quest")).unwrap().total, 1);
    again.start(true).unwrap();
    assert_eq!(again.search(&request("quest")).unwrap().total, 1, "found until what is new is whole");
    again.commit(0).unwrap();
    assert_eq!((again.at(), again.count(), again.ids().unwrap().len()), (0, 0, 0));
    assert_eq!(again.search(&request("quest")).unwrap().total, 0);
}

#[test]
fn what_was_not_committed_is_not_there_after_a_kill() {
    let Scene { index, folder } = scene();
    index.gather(changes(vec![builder("Half Done Clinic").build()])).unwrap();
    // A killed process leaves its uncommitted files behind; a copy of the folder is just that.
    let copy = tempfile::tempdir().unwrap();
    copy_all(folder.path(), copy.path());
    for rubbish in ["segments.json.new", "77.segment", "78.gone"] {
        fs::write(copy.path().join("v4").join(rubbish), "half a file").unwrap();
    }
    drop(index);
    let again = Index::open(copy.path()).unwrap();
    assert_eq!((again.at(), again.search(&request("quest")).unwrap().total), (40, 1));
    assert_eq!(again.search(&request("half done")).unwrap().total, 0);
    again.apply(changes(vec![builder("Whole Clinic").build()]), 41).unwrap();
    let files: Vec<String> = fs::read_dir(copy.path().join("v4"))
        .unwrap()
        .flatten()
        .map(|file| file.file_name().into_string().unwrap())
        .collect();
    assert!(!files.iter().any(|name| name.starts_with("77") || name.ends_with("new")), "{files:?}");
}

#[test]
fn a_broken_folder_is_emptied_and_starts_again_at_zero() {
    type Break = fn(&Path);
    let breaks: [(&str, Break); 6] = [
        ("the list is garbage", |v| fs::write(v.join("segments.json"), "{").unwrap()),
        ("the list is gone", |v| fs::remove_file(v.join("segments.json")).unwrap()),
        ("a segment is gone", |v| fs::remove_file(file(v, "segment")).unwrap()),
        ("the entries are gone", |v| fs::remove_file(file(v, "entries")).unwrap()),
        ("a segment has a flipped byte", |v| flip(&file(v, "segment"))),
        ("the entries have a flipped byte", |v| flip(&file(v, "entries"))),
    ];
    for (what, break_it) in breaks {
        let Scene { index, folder } = scene();
        drop(index);
        break_it(&folder.path().join("v4"));
        let again = Index::open(folder.path()).unwrap_or_else(|why| panic!("{what}: {why}"));
        assert_eq!((again.at(), again.count()), (0, 0), "{what}");
        again.apply(changes(organizations()), 50).unwrap();
        assert_eq!(again.search(&request("quest")).unwrap().total, 1, "{what}");
    }
}

fn file(folder: &Path, ending: &str) -> std::path::PathBuf {
    let files = fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    files.filter(|path| path.extension().is_some_and(|end| end == ending)).max().unwrap()
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(path, bytes).unwrap();
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy_all(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn the_index_of_another_version_is_removed_and_other_files_are_not() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["v0", "v999", "vault"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    Index::open(folder.path()).unwrap();
    let left = |name: &str| folder.path().join(name).exists();
    assert_eq!((left("v0"), left("v999"), left("vault"), left("v4")), (false, false, true, true));
}

#[test]
fn searching_goes_on_while_changes_are_applied() {
    let Scene { index, folder: _folder } = scene();
    let index = Arc::new(index);
    let searcher = {
        let index = index.clone();
        thread::spawn(move || {
            for _ in 0..200 {
                let found = index.search(&request("quest diagnostics")).unwrap();
                assert_eq!(found.total, 1, "an organization that is replaced is never gone or double");
            }
        })
    };
    for at in 41..61 {
        let quest = builder("Quest Diagnostics").kind(Kind::Laboratory).area("US").build();
        index.apply(changes(vec![quest]), at).unwrap();
    }
    searcher.join().unwrap();
    assert_eq!(index.at(), 60);
}

#[test]
fn the_same_id_twice_in_one_change_keeps_the_last() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    let twice = ["First Name", "Second Name"].map(|name| builder(name).id("same").build());
    index.apply(changes(twice.into()), 1).unwrap();
    assert_eq!(index.count(), 1);
    assert_eq!(index.search(&request("name")).unwrap().results[0].name, "Second Name");
    assert_eq!(index.ids().unwrap(), [super::testing::id(ThingKind::Organization, "same")]);
}

#[test]
fn nothing_typed_breaks_it() {
    let scene = scene();
    for q in [
        "\u{0}",
        "\"",
        "AND OR NOT",
        "*",
        "a*",
        "(",
        "🙂",
        "' OR 1=1 --",
        &"mercy ".repeat(1_000),
        &"x".repeat(50_000),
        "%",
    ] {
        scene.find(q);
        scene.index.suggest(q, None, 5).unwrap();
    }
    assert_eq!(scene.find("").total, organizations().len(), "nothing typed is everything");
    assert_eq!(scene.ask(&Request { limit: 0, ..request("mercy") }).results.len(), 0);
}
