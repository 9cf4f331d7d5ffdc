//! The find page with every sort of answer, in both languages.

use super::*;
use crate::{
    model::{features::Feature, id::Id},
    search::{Card, Choice as Programme, Counts, Filter, NearTo, Question, Without},
    site::{
        Lang,
        samples::{self, brand, cards, part},
        tests::{Dom, dom},
    },
};

impl FindPage {
    pub fn sample(lang: Lang, query: &str, results: Results) -> Self {
        let here = samples::here(lang, &format!("/find?{query}"));
        Self::new(here, Asked::read(query), results)
    }

    pub fn samples(lang: Lang) -> Vec<Self> {
        let found = |total, did_you_mean: Option<&str>| Results {
            results: cards(),
            total,
            cards: total,
            did_you_mean: did_you_mean.map(str::to_owned),
            ..Results::default()
        };
        let mut pages = vec![
            Self::sample(lang, "", Results::default()),
            Self::sample(
                lang,
                "q=st+marys&kind=hospital&state=ID&near=83702",
                Results { near: Some(zip()), ..found(4812, None) },
            ),
            Self::sample(lang, "q=st+marys&page=7", found(4812, Some("st. mary's"))),
            nothing(lang),
            Self::sample(lang, "q=nowhere&near=8370", Results { near: Some(unknown("8370")), ..Results::default() }),
            Self::sample(lang, "near=Nowhere", Results { near: Some(unknown("Nowhere")), ..found(4812, None) }),
            Self::sample(lang, "q=a&page=9", Results { total: 3, cards: 3, ..Results::default() }),
            counted(lang, true),
            counted(lang, false),
        ];
        for near in places() {
            pages.push(Self::sample(lang, "q=a&near=x&within=5", Results { near: Some(near), ..found(3, None) }));
        }
        pages.extend(questions().into_iter().map(|(query, question)| asking(lang, query, question, 3)));
        pages.extend(questions().into_iter().map(|(query, question)| asking(lang, query, question, 0)));
        pages
    }
}

fn zip() -> NearTo {
    NearTo::Zip { zip: "83702".into() }
}

fn unknown(text: &str) -> NearTo {
    NearTo::Unknown { text: text.into() }
}

fn places() -> [NearTo; 5] {
    [
        zip(),
        NearTo::City { city: "Boise".into(), state: "ID".into() },
        NearTo::State { state: "ID".into() },
        NearTo::Point { lat: 43.6, lon: -116.2 },
        unknown("x"),
    ]
}

fn feature(code: &str) -> Feature {
    Feature::parse(code).unwrap()
}

fn counts(complete: bool) -> Counts {
    Counts {
        kinds: vec![(Kind::Hospital, 1234), (Kind::Clinic, 7), (Kind::Unknown, 2)],
        states: vec![("ID".into(), 1200), ("OR".into(), 34), ("US".into(), 1)],
        features: vec![
            (feature("view"), 900),
            (feature("view.lab_results"), 11),
            (feature("send.app_access"), 800),
            (feature("service.open_notes"), 5),
        ],
        tiers: vec![(3, 1000), (4, 234)],
        within: vec![(5.0, 3), (10.0, 12), (200.0, 99)],
        complete,
    }
}

/// Results with filters and their counts.
fn counted(lang: Lang, complete: bool) -> FindPage {
    let results = Results {
        results: cards(),
        total: 1234,
        cards: 1234,
        near: Some(zip()),
        counts: Some(counts(complete)),
        ..Results::default()
    };
    let query = "q=st+marys&near=83702&within=10&kind=hospital&kind=dental&state=ID&feature=view.lab_results&tier=3";
    FindPage::sample(lang, query, results)
}

/// Nothing was found, and what would be without one filter.
fn nothing(lang: Lang) -> FindPage {
    let without = |filter, total| Without { filter, total };
    let results = Results {
        did_you_mean: Some("St. Mary's".into()),
        near: Some(zip()),
        counts: Some(Counts { within: vec![(10.0, 0), (25.0, 2), (50.0, 9)], complete: true, ..Counts::default() }),
        without: vec![without(Filter::Kinds, 12), without(Filter::Within, 20_000)],
        ..Results::default()
    };
    FindPage::sample(lang, "q=st+marry&near=83702&within=5&kind=hospital", results)
}

fn questions() -> Vec<(&'static str, Question)> {
    let choice =
        |name: &str, name_es: &str, q: &str| Programme { name: name.into(), name_es: name_es.into(), q: q.into() };
    vec![
        ("q=mychart&near=83702", Question::Portal { name: "MyChart".into() }),
        ("q=blue+cross&kind=insurer", Question::State { name: "Blue Cross".into() }),
        (
            "q=va",
            Question::Programme {
                name: "VA".into(),
                choices: vec![
                    choice("Veterans Affairs", "Asuntos de Veteranos", "veterans affairs"),
                    choice("Virginia", "Virginia", "virginia"),
                ],
            },
        ),
        ("q=dr+jane+doe&state=ID", Question::Person { name: "Jane Doe".into() }),
    ]
}

fn asking(lang: Lang, query: &str, question: Question, total: usize) -> FindPage {
    let results = if total > 0 { cards() } else { Vec::new() };
    FindPage::sample(
        lang,
        query,
        Results { results, total, cards: total, question: Some(question), ..Results::default() },
    )
}

fn ask(lang: Lang, number: usize, total: usize) -> Dom {
    let (query, question) = questions().remove(number);
    dom(&asking(lang, query, question, total))
}

#[test]
fn a_result_says_what_it_opens_and_who_says_so() {
    let page = dom(&FindPage::samples(Lang::En)[1]);
    let first = page.text(".result");
    for words in [
        "St. Mary’s Hospital",
        "Hospital",
        "Boise, ID",
        "2 miles",
        "Opens example.org",
        "Listed by Oracle Health, 3 Nov 2026",
    ] {
        assert!(first.contains(words), "{words} in {first}");
    }
    assert_eq!(page.attributes(".result h3 a", "href")[0], "/organizations/st-marys-hospital-boise-id");
    assert_eq!(page.texts("[role=status] h2"), ["4,812 places for “st marys”"]);
    let known = page.texts(".result").into_iter().find(|card| card.contains("Known Clinic")).unwrap();
    assert!(known.contains("no online door yet") && known.contains("how to ask"), "{known}");
}

#[test]
fn places_of_one_brand_stand_behind_one_result() {
    for (lang, words, chip) in [
        (Lang::En, "12 places of Larkspur Health match", "Places of Larkspur Health"),
        (Lang::Es, "Coinciden 12 lugares de Larkspur Health", "Lugares de Larkspur Health"),
    ] {
        let brand = brand();
        let results = |results: Vec<Card>| Results { total: 12, cards: 1, results, ..Results::default() };
        let page = dom(&FindPage::sample(lang, "q=larkspur&near=83702", results(vec![brand.clone()])));
        let link = page.attributes(".result .all-places a", "href").remove(0);
        assert!(page.text(".result .all-places").contains(words), "{}", page.text(".result"));
        assert!(link.ends_with(&format!("/find?q=larkspur&near=83702&part_of={}", brand.id)), "{link}");
        let query = link.split_once('?').unwrap().1.to_owned();
        let page = dom(&FindPage::sample(lang, &query, results(vec![part()])));
        assert!(page.text(".chips").contains(chip), "{}", page.text(".chips"));
        assert!(page.text(".result .part-of").contains("Larkspur Health"));
        assert!(page.texts(".result .all-places").is_empty());
        // The form keeps it, and shows that it does.
        let kept: Vec<Id> = page
            .attributes("input[name=part_of][form=find][checked]", "value")
            .iter()
            .filter_map(|id| Id::parse(id))
            .collect();
        assert_eq!(kept, [brand.id]);
    }
}

#[test]
fn every_filter_can_be_taken_away() {
    let page = dom(&FindPage::samples(Lang::En)[1]);
    let chips = page.attributes(".chip", "href");
    assert_eq!(
        chips,
        [
            "/find?q=st+marys&near=83702&state=ID",
            "/find?q=st+marys&near=83702&kind=hospital",
            "/find?q=st+marys&kind=hospital&state=ID"
        ]
    );
    assert_eq!(page.attributes("input[name=kind][checked]", "value"), ["hospital"]);
    assert_eq!(page.attributes("option[selected]", "value"), ["ID"]);
    let page = dom(&counted(Lang::En, true));
    let chips = page.texts(".chip");
    let words =
        ["Hospitals", "Dentists", "Idaho", "Near 83702", "Within 10 miles", "Lab results", "The maker of the software"];
    assert_eq!(chips.len(), words.len(), "{chips:?}");
    for (chip, words) in chips.iter().zip(words) {
        assert!(chip.contains(words) && chip.contains("(remove)"), "{words}: {chip}");
    }
    for (name, address) in ["kind=hospital", "kind=dental", "state=", "near=", "within=", "feature=", "tier="]
        .iter()
        .zip(page.attributes(".chip", "href"))
    {
        assert!(!address.contains(name) && address.contains("q=st+marys"), "{name}: {address}");
        assert!(*name != "near=" || !address.contains("within="), "no distance without a place: {address}");
    }
}

#[test]
fn filters_say_how_many_they_would_leave() {
    for (lang, hospitals, none, least) in [
        (Lang::En, "Hospitals (1,234)", "Dentists (0)", "Hospitals (at least 1,234)"),
        (Lang::Es, "Hospitales (1,234)", "Dentistas (0)", "Hospitales (al menos 1,234)"),
    ] {
        let page = dom(&counted(lang, true));
        let labels = page.texts(".filters label");
        assert!(labels.contains(&hospitals.to_owned()), "{labels:?}");
        assert!(labels.contains(&none.to_owned()), "what is chosen stays to be seen: {labels:?}");
        let of = |name: &str, what: &str| page.attributes(&format!("[name={name}][form=find] {what}"), "value");
        assert_eq!(of("state", "option"), ["", "US", "ID", "OR"], "only what leaves something");
        assert_eq!(of("within", "option"), ["", "5", "10"]);
        assert_eq!(of("within", "option[selected]"), ["10"]);
        assert_eq!(page.attributes("input[name=kind]", "value"), ["hospital", "clinic", "dental"]);
        assert_eq!(
            page.attributes("input[name=feature]", "value"),
            ["view", "send.app_access", "view.lab_results", "service.open_notes"]
        );
        assert_eq!(page.attributes("input[name=tier]", "value"), ["3", "4"]);
        assert_eq!(page.attributes("details[open] input[checked]", "value"), ["view.lab_results", "3"]);
        assert_eq!(page.texts(".filters fieldset legend").len(), page.texts(".filters fieldset").len());
        assert!(dom(&counted(lang, false)).texts(".filters label").contains(&least.to_owned()));
    }
}

#[test]
fn a_distance_is_offered_only_where_there_is_a_place() {
    let page = dom(&FindPage::samples(Lang::En)[2]);
    assert!(page.texts("[name=within]").is_empty());
    // Chosen already, the place taken away: the menu stays and says what is missing.
    let page = dom(&FindPage::sample(Lang::En, "q=a&within=10", Results::default()));
    assert_eq!(page.attributes("[name=within]", "aria-describedby"), ["within-needs"]);
}

#[test]
fn the_page_says_from_where_it_measures() {
    let page = |lang, near| {
        let results = Results { results: cards(), total: 3, cards: 3, near: Some(near), ..Results::default() };
        dom(&FindPage::sample(lang, "q=a&near=x", results))
    };
    let words = |lang| places().map(|near| page(lang, near).texts(".measured").concat());
    assert_eq!(
        words(Lang::En),
        [
            "Distances are from the middle of ZIP code 83702.",
            "Distances are from the middle of Boise, ID.",
            "These places are in Idaho or serve it.",
            "Distances are from the point 43.60, -116.20.",
            ""
        ]
    );
    assert!(words(Lang::Es)[1].contains("desde el centro de Boise, ID"));
    assert_eq!(places().map(|near| page(Lang::En, near).texts(".chip").len()), [1, 1, 1, 1, 0]);
}

#[test]
fn a_wrong_place_is_told_beside_its_box() {
    for (lang, zip, words) in [
        (
            Lang::En,
            "A ZIP code has 5 digits, like 83702.",
            "We do not know this place. Type a city and state, or a ZIP code.",
        ),
        (
            Lang::Es,
            "Un código postal tiene 5 números, como 83702.",
            "No conocemos este lugar. Escriba una ciudad y su estado, o un código postal.",
        ),
    ] {
        let page = dom(&FindPage::samples(lang)[4]);
        assert_eq!(page.texts("#near-error"), [zip]);
        assert_eq!(page.attributes("input[name=near]", "aria-describedby"), ["near-error"]);
        assert_eq!(page.attributes("input[name=near]", "value"), ["8370"]);
        // Only that was asked: the page says how to begin, and shows nothing far away.
        let page = dom(&FindPage::samples(lang)[5]);
        assert_eq!(page.texts("#near-error"), [words]);
        assert!(page.texts(".result").is_empty() && !page.texts(".kinds").is_empty());
    }
}

#[test]
fn very_many_are_not_counted() {
    let results = || Results { results: cards(), total: EXACT_TOTAL + 1, cards: 3, ..Results::default() };
    let title = |lang, query| dom(&FindPage::sample(lang, query, results())).text("[role=status] h2");
    assert_eq!(title(Lang::En, "q=health"), "More than 10,000 places for “health”");
    assert_eq!(title(Lang::Es, "kind=clinic"), "Más de 10,000 lugares");
}

#[test]
fn paging_leads_both_ways() {
    let page = dom(&FindPage::samples(Lang::En)[2]);
    let numbers =
        page.texts("nav.usa-pagination .usa-pagination__page-no, nav.usa-pagination .usa-pagination__overflow");
    assert_eq!(numbers, ["1", "…", "6", "7", "8", "…", "50"]);
    assert_eq!(page.attributes("nav.usa-pagination [aria-current]", "aria-current"), ["page"]);
    assert_eq!(page.attributes("a[rel=next]", "href"), ["/find?q=st+marys&page=8"]);
}

#[test]
fn the_last_page_of_many_says_how_to_see_the_rest() {
    let page = |number: usize| {
        let results = Results { results: cards(), total: 4812, cards: 4812, ..Results::default() };
        dom(&FindPage::sample(Lang::En, &format!("q=st+marys&page={number}"), results))
    };
    assert!(page(50).text(".note").contains("first 1,000 places"));
    assert!(page(49).texts(".note").is_empty());
}

#[test]
fn nothing_found_is_never_nothing_shown() {
    for (lang, prefix, title, ways) in [
        (
            Lang::En,
            "",
            "We found no place called “st marry”. Did you mean St. Mary's?",
            [
                "Search within 25 miles (2 places)",
                "Search without the filter “Hospitals” (12 places)",
                "Search without the filter “Within 5 miles” (more than 10,000 places)",
            ],
        ),
        (
            Lang::Es,
            "/es",
            "No encontramos “st marry”. ¿Quiso decir St. Mary's?",
            [
                "Buscar a menos de 25 millas (2 lugares)",
                "Buscar sin el filtro “Hospitales” (12 lugares)",
                "Buscar sin el filtro “A menos de 5 millas” (más de 10,000 lugares)",
            ],
        ),
    ] {
        let page = dom(&nothing(lang));
        assert_eq!(page.text("[role=status] h2"), title);
        assert_eq!(page.texts(".ways a")[..3], ways);
        assert_eq!(
            page.attributes(".ways a", "href"),
            [
                "/find?q=st+marry&near=83702&within=25&kind=hospital",
                "/find?q=st+marry&near=83702&within=5",
                "/find?q=st+marry&near=83702&kind=hospital",
                "/letter",
                "/report",
            ]
            .map(|address| format!("{prefix}{address}"))
        );
    }
}

#[test]
fn a_portal_of_many_is_asked_back() {
    for (lang, heading) in [
        (Lang::En, "MyChart is used by many places. Which hospital, clinic or town?"),
        (Lang::Es, "Muchos lugares usan MyChart. ¿De qué hospital, clínica o ciudad?"),
    ] {
        let page = ask(lang, 0, 3);
        assert_eq!(page.texts("[role=status] h2"), [heading]);
        // What is typed is added to the words; the place stays.
        assert_eq!(page.attributes(".question input", "name"), ["q", "near", "q"]);
        assert_eq!(page.attributes(".question input", "value"), ["mychart", "83702"]);
        assert_eq!((page.texts(".result").len(), page.texts(".after-question").len()), (3, 1));
        let empty = ask(lang, 0, 0);
        assert_eq!(empty.texts("[role=status] h2"), [heading]);
        assert!(empty.attributes(".ways a", "href").iter().any(|address| address.ends_with("/report")));
    }
}

#[test]
fn a_plan_that_differs_by_state_is_asked_back() {
    for (lang, heading) in [
        (Lang::En, "Blue Cross is different in each state. Which state?"),
        (Lang::Es, "Blue Cross cambia de un estado a otro. ¿Cuál es su estado?"),
    ] {
        let page = ask(lang, 1, 3);
        assert_eq!(page.texts("[role=status] h2"), [heading]);
        assert_eq!(page.attributes(".question input, .question select", "name"), ["q", "kind", "state"]);
        assert_eq!(page.attributes(".question option", "value").len(), 57, "every state and none");
    }
    let results = Results { counts: Some(counts(true)), question: Some(questions().remove(1).1), ..Results::default() };
    let page = dom(&FindPage::sample(Lang::En, "q=blue+cross", results));
    assert_eq!(page.texts(".question option"), ["Choose a state", "Idaho (1,200)", "Oregon (34)"]);
}

#[test]
fn programmes_of_one_name_are_asked_back() {
    for (lang, heading, first, address) in [
        (
            Lang::En,
            "“VA” can mean more than one thing. Which one do you mean?",
            "Veterans Affairs",
            "/find?q=veterans+affairs",
        ),
        (
            Lang::Es,
            "“VA” puede ser más de una cosa. ¿Cuál busca?",
            "Asuntos de Veteranos",
            "/es/find?q=veterans+affairs",
        ),
    ] {
        let page = ask(lang, 2, 3);
        assert_eq!(page.texts("[role=status] h2"), [heading]);
        assert_eq!(page.texts(".question a"), [first, "Virginia"]);
        assert_eq!(page.attributes(".question a", "href")[0], address);
    }
}

#[test]
fn a_person_keeps_no_records() {
    for (lang, heading) in [
        (Lang::En, "Records are kept by a clinic, group or hospital. Do you know where Jane Doe works?"),
        (Lang::Es, "El expediente lo guarda una clínica, un grupo o un hospital. ¿Sabe dónde trabaja Jane Doe?"),
    ] {
        let page = ask(lang, 3, 0);
        assert_eq!(page.texts("[role=status] h2"), [heading]);
        // The place is searched instead of the person; the filter stays.
        assert_eq!(page.attributes(".question input", "name"), ["state", "q"]);
    }
}
