//! Does the search find what people mean? Organizations made up from a seed, asked for in every way of
//! `bench/src/corpus/queries.rs`, against the figures in `tests/relevance.toml`.
//!
//! A change that makes the search better raises those figures; none may lower them.

#[path = "../../bench/src/corpus/mod.rs"]
#[allow(dead_code, reason = "the measuring program uses more of it")]
mod corpus;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    thread,
    time::Instant,
};

use connector::{
    geo,
    model::{
        door::Door,
        id::{Id, ThingKind},
        identifier::Identifier,
        kind::Kind,
        organization::{DoorState, Label, Location, Organization, Portal, Said, Status, Website},
        place::Place,
        provenance::Provenance,
        source::Tier,
        text,
    },
    search::{Request, follow::Change, index::Index},
};
use serde::Deserialize;

use self::corpus::{
    Corpus, Row,
    judge::is_right,
    places::Places,
    queries::{Asker, Class, Query},
    score::Score,
};

/// How many organizations.
const SIZE: usize = 20_000;
/// How many questions of each class.
const EACH: usize = 150;
const SEED: u64 = 1;
/// How many percent points the share of right first results may fall: over all, and in one class.
const MAY_FALL: (f64, f64) = (0.5, 2.0);

/// The figures to hold.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Committed {
    /// Percent of right first results over all.
    hit_1: f64,
    /// Percent of right first results by class.
    class: BTreeMap<String, f64>,
}

#[test]
fn the_search_finds_what_people_mean() {
    let room = tempfile::tempdir().unwrap();
    let corpus = Corpus::made(SIZE, SEED);
    let index = Index::open(room.path()).unwrap();
    let mut rows = HashMap::new();
    let changes = corpus.rows.iter().enumerate().map(|(number, row)| {
        let after = organization(number, row);
        rows.insert(after.id.clone(), number);
        Change { id: after.id.clone(), new: true, after: Some(after) }
    });
    index.apply(changes.collect(), 1).unwrap();

    let queries = Asker::new(&corpus).queries(EACH, SEED);
    assert_eq!(queries.len(), EACH * Class::ALL.len(), "every class has its questions");
    let score = score(&queries, |text| {
        let request = Request { q: text.to_owned(), limit: 10, ..Request::default() };
        let found = index.search(&request).unwrap();
        found.results.iter().map(|card| &corpus.rows[rows[&card.id]]).collect()
    });
    let table = score.table();
    println!("{table}");

    let committed: Committed = toml::from_str(include_str!("../relevance.toml")).unwrap();
    let known: HashSet<&str> = Class::ALL.into_iter().map(Class::word).collect();
    let listed: HashSet<&str> = committed.class.keys().map(String::as_str).collect();
    assert_eq!(known, listed, "tests/relevance.toml has a figure for each class");
    let mut fallen = Vec::new();
    let mut hold = |what: &str, measured: f64, committed: f64, may_fall: f64| {
        if measured < committed - may_fall {
            fallen.push(format!("{what}: {measured:.1} %, committed {committed:.1} %"));
        }
    };
    hold("all", score.all().hit_1(), committed.hit_1, MAY_FALL.0);
    for class in Class::ALL {
        hold(class.word(), score.of(class).hit_1(), committed.class[class.word()], MAY_FALL.1);
    }
    assert!(fallen.is_empty(), "right first results fell:\n{}\n{table}", fallen.join("\n"));
}

/// Asks all questions, on two threads.
fn score<'a>(queries: &[Query], search: impl Fn(&str) -> Vec<&'a Row> + Sync) -> Score {
    let part = |queries: &[Query]| {
        let mut score = Score::default();
        for query in queries {
            let begun = Instant::now();
            let found = search(&query.text);
            let took = begun.elapsed();
            let rank = found.iter().position(|row| is_right(query, row));
            if rank != Some(0) {
                println!("{}", query.missed(rank, found.first().map_or("nothing", |row| &row.name)));
            }
            score.add(query.class, rank, took);
        }
        score
    };
    let (one, two) = queries.split_at(queries.len() / 2);
    thread::scope(|scope| {
        let other = scope.spawn(|| part(two));
        let mut score = part(one);
        score.join(other.join().unwrap());
        score
    })
}

fn id(kind: ThingKind, number: usize) -> Id {
    Id::new(kind, uuid::Uuid::from_u128(number as u128 + 1))
}

/// An organization as the store would give it out.
fn organization(number: usize, row: &Row) -> Organization {
    let place = Place::new(&[], row.place.city, row.place.state, row.place.zip).unwrap();
    let door = |url: String| Door::parse(&url).unwrap();
    let website = row.website().map(door).map(|door| Website {
        url: door.url,
        domain: door.domain,
        state: DoorState::Live,
        warnings: Vec::new(),
    });
    let portal = row.portal_address().map(door).map(|door| Portal {
        id: id(ThingKind::Portal, number),
        url: door.url,
        domain: door.domain,
        state: DoorState::Live,
        warnings: Vec::new(),
        name: Some("Patient Portal".to_owned()),
        description: None,
        audience: None,
        sign_up: None,
        endpoints: Vec::new(),
        through_parent: false,
        valid_from: None,
        valid_to: None,
        successor: None,
    });
    let said = Said {
        source: "made-up".to_owned(),
        source_name: "A list made up".to_owned(),
        tier: Tier::GOVERNMENT,
        key: number.to_string(),
        load_date: "2026-01-02".parse().unwrap(),
        label: Label::Listed,
        evidence: None,
    };
    let mut provenance: Provenance = [("name".to_owned(), said.clone())].into();
    if let Some(portal) = &portal {
        provenance.insert(format!("portals/{}", portal.id), said);
    }
    Organization {
        id: id(ThingKind::Organization, number),
        slug: text::slugify(&row.name),
        version: 1,
        status: Status::Active,
        successor: None,
        name: row.name.clone(),
        aliases: row.aliases.clone(),
        kinds: vec![Kind::from_code(row.kind).unwrap()],
        description: None,
        website,
        phone: Some(text::phone(&row.phone.to_string()).unwrap()),
        identifiers: vec![Identifier::npi(&row.npi.to_string()).unwrap()],
        locations: vec![Location { id: id(ThingKind::Location, number), place }],
        areas: Vec::new(),
        portals: portal.into_iter().collect(),
        also_listed: Vec::new(),
        endpoints: Vec::new(),
        part_of: None,
        features: BTreeMap::new(),
        how_to_ask: None,
        logos: Vec::new(),
        shared_portal: false,
        provenance,
    }
}

#[test]
fn made_up_organizations_could_be_real() {
    let corpus = Corpus::made(SIZE, SEED);
    assert!(corpus.rows == Corpus::made(SIZE, SEED).rows, "the same seed gives the same");
    assert!(corpus.rows != Corpus::made(SIZE, SEED + 1).rows, "another seed gives others");
    let distinct = |values: Vec<String>| values.into_iter().collect::<HashSet<_>>().len();
    assert_eq!(distinct(corpus.rows.iter().map(|row| row.npi.to_string()).collect()), SIZE);
    assert_eq!(distinct(corpus.rows.iter().map(|row| row.phone.to_string()).collect()), SIZE);
    let domains: Vec<String> = corpus.rows.iter().filter_map(|row| row.domain.clone()).collect();
    let with_domain = domains.len();
    assert_eq!(distinct(domains), with_domain);
    for row in &corpus.rows {
        assert!((1..=7).contains(&row.name.split(' ').count()), "{}", row.name);
        assert!(row.aliases.len() <= 3);
    }
    for (number, row) in corpus.rows.iter().enumerate() {
        organization(number, row);
    }
    for place in Places::read().all() {
        assert_eq!(geo::state_of_zip(place.zip), Some(place.state), "{place:?}");
        assert!(geo::centroid(place.zip).is_some_and(|centre| centre.exact), "{place:?}");
    }
}

#[test]
fn every_question_has_its_answer() {
    let corpus = Corpus::made(2_000, SEED);
    let asker = Asker::new(&corpus);
    let queries = asker.queries(20, SEED);
    assert_eq!(queries, asker.queries(20, SEED), "the same seed asks the same");
    for query in &queries {
        let right = corpus.rows.iter().filter(|row| is_right(query, row)).count();
        assert!(right > 0, "nobody is the answer to {query:?}");
        assert!(right < 1_500, "everybody is the answer to {query:?}");
    }
}
