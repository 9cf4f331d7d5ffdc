//! `connector search`.

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Args;
use connector::{
    api::answer::{Answer, parameter},
    app::index_folder,
    model::{features::Feature, kind::Kind, place},
    search::{Card, EXACT_TOTAL, Filter, NearTo, Question, Request, Results, index::Index},
};

use super::Settings;

#[derive(Debug, Args)]
#[command(after_help = "\
A place is a ZIP code (83702), a city with its state (\"Boise, ID\"), a state (ID), or latitude and
longitude (43.62,-116.20); one that begins with a minus is written --near=-14.3,-170.7.

It reads the index in the data folder, beside a running server or without one, and asks nobody.

Exit codes: 0 done, also when nothing was found; 1 there is no index; 2 usage.")]
pub(super) struct Search {
    /// What a person would type.
    #[arg(
        value_name = "WORDS",
        required_unless_present_any = ["near", "kinds", "states", "features", "tiers"]
    )]
    words: Vec<String>,
    /// Where to be near.
    #[arg(long, value_name = "PLACE")]
    near: Option<String>,
    /// Only so many miles from there, 1 to 500.
    #[arg(long, value_name = "MILES", requires = "near", value_parser = miles)]
    within: Option<f64>,
    /// Only this kind, for example hospital; may be repeated.
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    kinds: Vec<Kind>,
    /// Only this state, for example TX; may be repeated.
    #[arg(long = "state", value_name = "STATE", value_parser = state)]
    states: Vec<String>,
    /// Only who offers this, for example view.lab_results; may be repeated: all of them.
    #[arg(long = "feature", value_name = "FEATURE", value_parser = feature)]
    features: Vec<Feature>,
    /// Only what a source of this tier says, 0 to 8; may be repeated.
    #[arg(long = "tier", value_name = "TIER", value_parser = clap::value_parser!(u8).range(0..=8))]
    tiers: Vec<u8>,
    /// How many results, at most 100.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u8).range(1..=100))]
    limit: u8,
    /// Say of each result why it stands where it stands.
    #[arg(long)]
    explain: bool,
    /// Print the answer as the API gives it.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    settings: Settings,
}

impl Search {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let request = self.request();
        let folder = index_folder(&self.settings.config(None)?);
        let index = Index::open_to_read(&folder).with_context(|| {
            format!(
                "there is no search index to read in {} yet; start the server once, or run `connector rebuild-index`",
                folder.display()
            )
        })?;
        let results = index.search(&request)?;
        if self.json {
            println!("{}", serde_json::to_string(&Answer::from(results))?);
        } else {
            print!("{}", words(&request, &results));
        }
        Ok(ExitCode::SUCCESS)
    }

    fn request(&self) -> Request {
        Request {
            q: self.words.join(" "),
            near: self.near.clone(),
            within: self.within,
            kinds: self.kinds.clone(),
            states: self.states.clone(),
            features: self.features.clone(),
            tiers: self.tiers.clone(),
            part_of: None,
            home: None,
            limit: usize::from(self.limit),
            offset: 0,
            counts: self.json,
            explain: self.explain,
        }
    }
}

fn miles(text: &str) -> Result<f64, String> {
    let miles = text.parse().ok().filter(|miles| (1.0..=500.0).contains(miles));
    miles.ok_or_else(|| "miles go from 1 to 500".to_owned())
}

fn kind(text: &str) -> Result<Kind, String> {
    let codes = || Kind::ALL.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(", ");
    Kind::from_code(text).ok_or_else(|| format!("kinds are {}", codes()))
}

fn state(text: &str) -> Result<String, String> {
    let code = if text == "US" { Some("US") } else { place::state_code(text) };
    code.map(str::to_owned).ok_or_else(|| "it is the postal code of a state, like TX, or US (nationwide)".to_owned())
}

fn feature(text: &str) -> Result<Feature, String> {
    let codes = || Feature::all().map(Feature::code).collect::<Vec<_>>().join(", ");
    Feature::parse(text).ok_or_else(|| format!("features are {}", codes()))
}

/// The answer for a person at a terminal.
fn words(request: &Request, results: &Results) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    if let Some(question) = &results.question {
        line(question_words(question));
        if let Question::Programme { choices, .. } = question {
            for choice in choices {
                line(format!("  {}: connector search {:?}", choice.name, choice.q));
            }
        }
    }
    if let Some(words) = &results.did_you_mean {
        line(format!("Did you mean {words:?}?"));
    }
    if let Some(near) = &results.near {
        line(near_words(near));
    }
    line(match (results.total, results.results.len()) {
        (0, _) => "Nothing was found.".to_owned(),
        (total, shown) if total > EXACT_TOTAL => format!("More than {EXACT_TOTAL} places; results shown: {shown}."),
        (1, _) => "1 place.".to_owned(),
        (total, shown) => format!("{total} places; results shown: {shown}."),
    });
    for without in &results.without {
        line(format!("Without {}: {} places.", flag(without.filter), without.total));
    }
    for (number, card) in results.results.iter().enumerate() {
        line(String::new());
        line(format!("{}. {}", request.offset + number + 1, card.name));
        for text in card_words(card) {
            line(format!("   {text}"));
        }
    }
    out
}

fn question_words(question: &Question) -> String {
    match question {
        Question::Portal { name } => format!("Many places use {name}. Which hospital, clinic or town?"),
        Question::State { name } => format!("{name} is different in each state. Which one? (--state)"),
        Question::Programme { name, .. } => format!("{name:?} can mean more than one thing. Which one?"),
        Question::Person { name } => {
            format!("{name:?} is a person. Records are kept by a clinic, group or hospital: which one?")
        }
    }
}

fn near_words(near: &NearTo) -> String {
    match near {
        NearTo::Zip { zip } => format!("Distances are from the middle of ZIP code {zip}."),
        NearTo::City { city, state } => format!("Distances are from the middle of {city}, {state}."),
        NearTo::State { state } => format!("Places in {state}, or that serve it."),
        NearTo::Point { lat, lon } => format!("Distances are from {lat:.2},{lon:.2}."),
        NearTo::Unknown { text } => format!("{text:?} is no place we know; nothing was measured."),
    }
}

/// The flag that sets a filter.
fn flag(filter: Filter) -> String {
    format!("--{}", parameter(filter).replace('_', "-"))
}

fn card_words(card: &Card) -> Vec<String> {
    let place = match (&card.city, &card.state) {
        (Some(city), Some(state)) => format!("{city}, {state} {}", card.zip.as_deref().unwrap_or_default()),
        _ => card.state.clone().unwrap_or_else(|| card.areas.join(", ")),
    };
    let miles = card.miles.map(|miles| format!("{miles:.1} miles")).unwrap_or_default();
    let facts = [card.kind.code(), place.trim(), &miles];
    let mut lines = vec![facts.into_iter().filter(|fact| !fact.is_empty()).collect::<Vec<_>>().join(" · ")];
    lines.push(match (&card.portal_domain, &card.website_domain) {
        (Some(domain), _) => match &card.portal_name {
            Some(name) => format!("opens {domain} ({name})"),
            None => format!("opens {domain}"),
        },
        (None, Some(domain)) => format!("website {domain}, no sign-in page known"),
        (None, None) if card.app_access => "apps can connect, no sign-in page known".to_owned(),
        (None, None) => "no online door known".to_owned(),
    });
    if let Some(name) = &card.also_known_as {
        lines.push(format!("also known as {name}"));
    }
    if let Some(parent) = &card.part_of {
        lines.push(format!("part of {} ({})", parent.name, parent.id));
    }
    if card.places_matching > 0 {
        lines.push(format!("{} places match", card.places_matching));
    }
    lines.push(format!("{}, listed by {} (tier {}), {}", card.id, card.source_name, card.tier, card.load_date));
    for reason in card.why.iter().flatten() {
        lines.push(format!("{:>+8.2}  {}", reason.points, reason.words));
    }
    if let Some(why) = &card.why {
        let sum: f64 = why.iter().map(|reason| reason.points).sum();
        lines.push(format!("{sum:>8.2}  points"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use connector::search::{Choice, Reason, Without};

    use super::*;
    use crate::cli::{Cli, Command};

    fn parsed(words: &[&str]) -> Result<Search, String> {
        let words = ["connector", "search"].iter().chain(words);
        match Cli::try_parse_from(words).map_err(|error| error.to_string())?.command {
            Command::Search(search) => Ok(*search),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn everything_a_search_may_ask_can_be_typed() {
        let typed = "st marys --near Boise,ID --within 25 --kind hospital --kind clinic --state tx --feature view \
                     --tier 3 --tier 4 --limit 7 --explain --json";
        let search = parsed(&typed.split(' ').collect::<Vec<_>>()).unwrap();
        let expected = Request {
            q: "st marys".into(),
            near: Some("Boise,ID".into()),
            within: Some(25.0),
            kinds: vec![Kind::Hospital, Kind::Clinic],
            states: vec!["TX".into()],
            features: vec![Feature::parse("view").unwrap()],
            tiers: vec![3, 4],
            part_of: None,
            home: None,
            limit: 7,
            offset: 0,
            counts: true,
            explain: true,
        };
        assert_eq!(search.request(), expected);
        assert!(search.json);
        assert_eq!(
            parsed(&["quest"]).unwrap().request(),
            Request { q: "quest".into(), limit: 10, ..Request::default() }
        );
        assert_eq!(parsed(&["--kind", "laboratory"]).unwrap().request().kinds, [Kind::Laboratory]);
    }

    #[test]
    fn what_is_wrong_is_told_with_what_is_allowed() {
        for (typed, told) in [
            (vec![], "WORDS"),
            (vec!["a", "--kind", "castle"], "long-term-care"),
            (vec!["a", "--state", "Ontario"], "like TX"),
            (vec!["a", "--feature", "teleport"], "view.lab_results"),
            (vec!["a", "--tier", "9"], "0..=8"),
            (vec!["a", "--within", "10"], "--near"),
            (vec!["a", "--near", "ID", "--within", "0"], "from 1 to 500"),
            (vec!["a", "--limit", "101"], "1..=100"),
        ] {
            let error = parsed(&typed).unwrap_err();
            assert!(error.contains(told), "{typed:?}: {error}");
        }
    }

    fn card() -> Card {
        let card = serde_json::json!({
            "id": "org-0198f1a2b3c47d5e8f90123456789abc", "slug": "st-marys", "name": "St. Mary’s", "kind": "hospital",
            "city": "Boise", "state": "ID", "zip": "83702", "areas": [], "portal_url": "https://my.example.org/",
            "portal_domain": "example.org", "website_domain": null, "portal_name": "MyChart", "app_access": true,
            "listed": true, "can": ["view"], "source_name": "Oracle Health", "tier": 3, "load_date": "2026-11-03",
            "also_known_as": "Saint Marys", "miles": 2.25, "places_matching": 12,
            "why": [{ "points": 10.0, "words": "the name as typed" }, { "points": -1.5, "words": "2 miles away" }]
        });
        serde_json::from_value(card).unwrap()
    }

    #[test]
    fn a_result_is_a_few_lines_with_its_reasons() {
        let results = Results {
            results: vec![card()],
            total: 12,
            near: Some(NearTo::Zip { zip: "83702".into() }),
            ..Results::default()
        };
        assert_eq!(
            words(&Request::default(), &results),
            "Distances are from the middle of ZIP code 83702.\n\
             12 places; results shown: 1.\n\
             \n\
             1. St. Mary’s\n   \
                hospital · Boise, ID 83702 · 2.2 miles\n   \
                opens example.org (MyChart)\n   \
                also known as Saint Marys\n   \
                12 places match\n   \
                org-0198f1a2b3c47d5e8f90123456789abc, listed by Oracle Health (tier 3), 2026-11-03\n     \
                +10.00  the name as typed\n      \
                -1.50  2 miles away\n       \
                8.50  points\n"
        );
        let plain = Card { why: None::<Vec<Reason>>, portal_domain: None, app_access: false, miles: None, ..card() };
        let said = card_words(&plain).join("\n");
        assert!(said.contains("no online door known") && !said.contains("points"), "{said}");
    }

    #[test]
    fn nothing_found_says_what_would_help() {
        let results = Results {
            did_you_mean: Some("st marys".into()),
            question: Some(Question::Programme {
                name: "va".into(),
                choices: vec![Choice { name: "Veterans Affairs".into(), name_es: String::new(), q: "veterans".into() }],
            }),
            near: Some(NearTo::Unknown { text: "Nowhere".into() }),
            without: vec![Without { filter: Filter::Kinds, total: 12 }],
            ..Results::default()
        };
        let said = words(&Request::default(), &results);
        for words in [
            "Did you mean \"st marys\"?",
            "Veterans Affairs: connector search \"veterans\"",
            "\"Nowhere\" is no place we know",
            "Nothing was found.",
            "Without --kind: 12 places.",
        ] {
            assert!(said.contains(words), "{words}: {said}");
        }
    }

    #[test]
    fn without_an_index_the_way_to_one_is_told() {
        let room = tempfile::tempdir().unwrap();
        let folder = room.path().join("data");
        let search = parsed(&["quest", "--data", &folder.to_string_lossy()]).unwrap();
        let error = format!("{:#}", search.run().unwrap_err());
        assert!(error.contains("start the server once") && error.contains("rebuild-index"), "{error}");
        assert!(!folder.exists(), "looking makes nothing");
    }
}
