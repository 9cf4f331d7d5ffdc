//! What people ask for, counted in words of our own vocabulary: an answered search in, sums by day out.
//!
//! What holds: a kind, a state, a town the directory has places in, the name of a programme or portal, and the name of a
//! listed organization when it is all that was typed. What was typed beyond that is neither kept nor counted, since
//! people type names. Memory is bounded, and a search waits for nobody but another that counts.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use jiff::{ToSpan as _, civil::Date};

use super::{
    NearTo, Question, Results,
    engine::set::Set,
    query::{Meaning, Part, Understood},
    words,
};
use crate::model::{kind::Kind, place, text::match_form};

/// Different words that are remembered until they are written down.
const MOST: usize = 20_000;
/// Words in the name of a town.
const TOWN_WORDS: usize = 4;
/// Results among which the one that was asked for by name is looked for.
const NAMED: usize = 3;
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// A word of our own.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Word {
    Kind(Kind),
    State(&'static str),
    City(Arc<str>),
    Question(String),
    Organization(String),
}

impl Word {
    /// What sort of word it is, and the word.
    fn told(self) -> (String, String) {
        let (what, word) = match self {
            Self::Kind(kind) => ("kind", kind.code().to_owned()),
            Self::State(code) => ("state", code.to_owned()),
            Self::City(city) => ("city", city.to_string()),
            Self::Question(name) => ("question", name),
            Self::Organization(name) => ("organization", name),
        };
        (what.to_owned(), word)
    }
}

/// Words of one day, and how often each was asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct DaySum {
    /// The day, UTC.
    pub day: Date,
    /// What sort, the word, how often.
    pub words: Vec<(String, String, i64)>,
}

/// The counts that are not written down yet.
#[derive(Default)]
pub struct Counted {
    /// By days since 1970.
    sums: Mutex<Vec<(i64, HashMap<Word, i64>)>>,
    towns: RwLock<Arc<Towns>>,
}

impl Counted {
    /// Counts what an answered search asked for.
    pub fn note(&self, q: &str, found: &Results, now: i64) {
        let towns = self.towns.read().unwrap_or_else(PoisonError::into_inner).clone();
        let words = asked_for(q, found, &towns);
        if words.is_empty() {
            return;
        }
        let day = now.div_euclid(DAY);
        let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        let at = sums.iter().position(|(known, _)| *known == day).unwrap_or_else(|| {
            sums.push((day, HashMap::new()));
            sums.len() - 1
        });
        add(&mut sums[at].1, words.into_iter().map(|word| (word, 1)));
    }

    /// Takes what was counted, to be written down.
    pub fn take(&self) -> Vec<DaySum> {
        let sums = std::mem::take(&mut *self.sums.lock().unwrap_or_else(PoisonError::into_inner));
        let first = jiff::civil::date(1970, 1, 1);
        let told = |(day, sums): (i64, HashMap<Word, i64>)| DaySum {
            day: first.saturating_add(day.days()),
            words: sums
                .into_iter()
                .map(|(word, n)| {
                    let (what, word) = word.told();
                    (what, word, n)
                })
                .collect(),
        };
        sums.into_iter().map(told).collect()
    }

    /// Knows these towns from now on.
    pub fn learn(&self, towns: Towns) {
        *self.towns.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(towns);
    }
}

fn add(sums: &mut HashMap<Word, i64>, words: impl Iterator<Item = (Word, i64)>) {
    for (word, n) in words {
        if sums.len() < MOST || sums.contains_key(&word) {
            *sums.entry(word).or_default() += n;
        }
    }
}

/// The words of our own in what was asked, each once.
fn asked_for(q: &str, found: &Results, towns: &Towns) -> Vec<Word> {
    let mut words = Vec::new();
    let understood = &found.understood;
    let mut put = |word: Word| {
        if !words.contains(&word) {
            words.push(word);
        }
    };
    let mut state = None;
    for part in &understood.parts {
        match &part.meaning {
            Meaning::Kinds(kinds) => kinds.iter().for_each(|kind| put(Word::Kind(*kind))),
            Meaning::State(code) => {
                state = Some(*code);
                put(Word::State(code));
            }
            Meaning::Plain => {}
        }
    }
    match &understood.question {
        Some(Question::Portal { name } | Question::State { name } | Question::Programme { name, .. }) => {
            put(Word::Question(name.clone()));
        }
        // The words are somebody's name: none of them is a town.
        Some(Question::Person { .. }) => {}
        None => towns.at_end(understood, state).into_iter().for_each(&mut put),
    }
    match &found.near {
        Some(NearTo::City { city, state }) => {
            let name = format!("{city}, {state}");
            put(Word::City(towns.spelled(&name)));
        }
        Some(NearTo::State { state }) => place::state_code(state).map(Word::State).into_iter().for_each(&mut put),
        Some(NearTo::Zip { zip }) => {
            crate::geo::state_of_zip(zip).map(Word::State).into_iter().for_each(&mut put);
        }
        // A point or a text that is no place says where somebody is, or anything.
        Some(NearTo::Point { .. } | NearTo::Unknown { .. }) | None => {}
    }
    if !understood.parts.is_empty() {
        named(q, found).map(Word::Organization).into_iter().for_each(&mut put);
    }
    words
}

/// The listed organization whose name is all that was typed.
fn named(q: &str, found: &Results) -> Option<String> {
    let first = |text: &str| text.bytes().find(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase());
    let begins = first(q);
    let mut cards =
        found.results.iter().take(NAMED).filter(|card| card.listed && first(&card.name) == begins).peekable();
    cards.peek()?;
    let asked = match_form(q);
    cards.find(|card| match_form(&card.name) == asked).map(|card| card.name.clone())
}

/// The towns that the directory has places in, as they are spelled there.
#[derive(Default)]
pub struct Towns {
    /// Compared words of the name -> each state that has one, with its organizations.
    known: HashMap<String, Vec<Town>>,
}

struct Town {
    state: &'static str,
    /// With its state: `Boise, ID`.
    name: Arc<str>,
    /// Places of the spelling that most of them have.
    most: usize,
    count: usize,
}

impl Towns {
    /// Those of a set.
    pub(super) fn of(set: &Set) -> Self {
        let mut known: HashMap<String, Vec<Town>> = HashMap::new();
        for part in &set.parts {
            for number in 0..part.segment.places.count() {
                let spot = part.segment.places.spot(number);
                let (Some(city), Some(state)) = (spot.city, spot.state.as_deref().and_then(place::state_code)) else {
                    continue;
                };
                let key = words::whole(&words::telling(&city));
                if key.is_empty() {
                    continue;
                }
                let count = part.segment.of_spot.at(number).len();
                let towns = known.entry(key).or_default();
                let at = towns.iter().position(|town| town.state == state).unwrap_or_else(|| {
                    towns.push(Town { state, name: Arc::from(""), most: 0, count: 0 });
                    towns.len() - 1
                });
                let town = &mut towns[at];
                town.count += count;
                if count > town.most || town.name.is_empty() {
                    (town.most, town.name) = (count, format!("{city}, {state}").into());
                }
            }
        }
        Self { known }
    }

    /// How many names of towns.
    pub fn count(&self) -> usize {
        self.known.len()
    }

    /// The town at the end of what was asked ("st lukes boise", "clinic boise id", "boise hospital"). Where no state was
    /// said, it must be one that nearly all places of that name are in.
    fn at_end(&self, understood: &Understood, state: Option<&'static str>) -> Option<Word> {
        let parts: Vec<&Part> =
            understood.parts.iter().filter(|part| !matches!(part.meaning, Meaning::State(_))).collect();
        let end = parts.iter().rposition(|part| part.meaning == Meaning::Plain)? + 1;
        let start = parts[..end].iter().rposition(|part| part.meaning != Meaning::Plain).map_or(0, |at| at + 1);
        let forms: Vec<&str> =
            parts[start..end].iter().flat_map(|part| &part.words).map(|word| word.form.as_str()).collect();
        (1..=forms.len().min(TOWN_WORDS)).rev().find_map(|length| {
            let name = words::together(forms[forms.len() - length..].iter().copied());
            let towns = self.known.get(&name)?;
            let town = if let Some(state) = state {
                towns.iter().find(|town| town.state == state)?
            } else {
                let all: usize = towns.iter().map(|town| town.count).sum();
                towns.iter().find(|town| town.count * 10 >= all * 9)?
            };
            Some(Word::City(town.name.clone()))
        })
    }

    /// A town with its state, as it is spelled here.
    fn spelled(&self, name: &str) -> Arc<str> {
        let (city, state) = name.rsplit_once(", ").unwrap_or((name, ""));
        let known = self.known.get(&words::whole(&words::telling(city)));
        let town = known.and_then(|towns| towns.iter().find(|town| town.state == state));
        town.map_or_else(|| name.into(), |town| town.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::{Request, follow::Change, index::Index, testing::builder};

    /// An index with some organizations, and what is counted of a search in it.
    struct Known {
        index: Index,
        counted: Counted,
        _folder: tempfile::TempDir,
    }

    impl Known {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let index = Index::open(folder.path()).unwrap();
            let all = [
                builder("St. Luke’s Clinic")
                    .place("Boise", "ID", "83702")
                    .portal("https://a.example.org/", "MyChart")
                    .build(),
                builder("Mercy Hospital")
                    .place("Springfield", "MO", "65801")
                    .portal("https://b.example.org/", "MyChart")
                    .build(),
                builder("Mercy Clinic")
                    .place("Springfield", "IL", "62701")
                    .portal("https://c.example.org/", "MyChart")
                    .build(),
                builder("Desert Care")
                    .place("Salt Lake City", "UT", "84101")
                    .portal("https://d.example.org/", "MyChart")
                    .build(),
                builder("Jane Doe Practice").place("Boise", "ID", "83702").build(),
            ];
            let changes =
                all.into_iter().map(|org| Change { id: org.id.clone(), new: true, after: Some(org) }).collect();
            index.apply(changes, 1).unwrap();
            let counted = Counted::default();
            counted.learn(index.towns());
            Self { index, counted, _folder: folder }
        }

        fn of(&self, q: &str, near: Option<&str>) -> Vec<(String, String)> {
            let request = Request { q: q.into(), near: near.map(str::to_owned), limit: 20, ..Request::default() };
            self.counted.note(q, &self.index.search(&request).unwrap(), 0);
            let mut words: Vec<_> =
                self.counted.take().into_iter().flat_map(|sum| sum.words).map(|(what, word, _)| (what, word)).collect();
            words.sort();
            words
        }
    }

    fn words(all: &[(&str, &str)]) -> Vec<(String, String)> {
        all.iter().map(|(what, word)| ((*what).to_owned(), (*word).to_owned())).collect()
    }

    #[test]
    fn a_persons_name_leaves_nothing_but_kind_and_town() {
        let known = Known::new();
        let expected = words(&[("city", "Boise, ID"), ("kind", "clinic")]);
        assert_eq!(known.of("jane doe hiv clinic boise", None), expected);
        assert_eq!(known.of("dr jane doe", None), words(&[]));
        assert_eq!(known.of("jane doe 555-12-3456", None), words(&[]));
        // Known, not listed: a practice called like a person is not told either.
        assert_eq!(known.of("Jane Doe Practice", None).iter().filter(|(what, _)| what == "organization").count(), 0);
    }

    #[test]
    fn places_are_counted_as_the_directory_spells_them() {
        let known = Known::new();
        assert_eq!(
            known.of("hospital salt lake city", None),
            words(&[("city", "Salt Lake City, UT"), ("kind", "hospital")])
        );
        assert_eq!(known.of("boise id", None), words(&[("city", "Boise, ID"), ("state", "ID")]));
        assert_eq!(known.of("springfield", None), words(&[]), "which one is not known");
        assert_eq!(known.of("springfield il", None), words(&[("city", "Springfield, IL"), ("state", "IL")]));
        assert_eq!(known.of("zzz", Some("boise")), words(&[("city", "Boise, ID")]));
        assert_eq!(known.of("zzz", Some("83702")), words(&[("state", "ID")]));
        assert_eq!(known.of("zzz", Some("43.6,-116.2")), words(&[]), "where somebody is, is nobody's business");
    }

    #[test]
    fn a_listed_organization_counts_when_its_name_is_all_that_was_typed() {
        let known = Known::new();
        let expected = words(&[("kind", "hospital"), ("organization", "Mercy Hospital")]);
        assert_eq!(known.of("mercy hospital", None), expected);
        assert!(known.of("saint lukes clinic", None).contains(&("organization".into(), "St. Luke’s Clinic".into())));
        assert_eq!(known.of("mercy hospital my records", None), words(&[("kind", "hospital")]));
        let asked = known.of("mychart", None);
        assert_eq!(asked, words(&[("question", "MyChart")]));
    }

    #[test]
    fn days_are_kept_apart_and_memory_is_bounded() {
        let known = Known::new();
        let found = known.index.search(&Request { q: "clinic".into(), limit: 1, ..Request::default() }).unwrap();
        for (now, _) in [(0, 0), (DAY - 1, 0), (DAY, 0)] {
            known.counted.note("clinic", &found, now);
        }
        let mut sums = known.counted.take();
        sums.sort_by_key(|sum| sum.day);
        let told: Vec<_> = sums.iter().map(|sum| (sum.day.to_string(), sum.words[0].2)).collect();
        assert_eq!(told, [("1970-01-01".to_owned(), 2), ("1970-01-02".to_owned(), 1)]);
        assert_eq!(known.counted.take(), []);
        let mut sums = HashMap::new();
        add(&mut sums, (0..MOST + 5).map(|n| (Word::Question(n.to_string()), 1)));
        add(&mut sums, [(Word::Question("0".into()), 1)].into_iter());
        assert_eq!((sums.len(), sums[&Word::Question("0".into())]), (MOST, 2));
    }
}
