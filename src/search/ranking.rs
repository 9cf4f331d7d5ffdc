//! What comes first and why: an [`Understood`] query and what is stored of a candidate in, points by reason out. Pure.
//!
//! Every reason is a number of points that can be shown; the sum decides, then the name, then the id. `candidates` and
//! `gather` use the same worths for their rough order, so the best are among those that are ordered finely here.

use std::cmp::Ordering;

use super::{
    document::Stored,
    query::{Meaning, Part, Understood, Word, state_words},
    words::{self, Token},
};

/// Points for every word matched as typed.
pub const WORD_POINTS: f64 = 4.0;
/// Points for a name (or alias) that is exactly the words.
pub const WHOLE_POINTS: f64 = 3.0;
/// Points for a name that begins with all the words in order.
const START_POINTS: f64 = 1.0;
/// Points for words that stand beside each other as typed.
const ORDER_POINTS: f64 = 0.5;
/// Points for a door or feature: listed comes before known.
const LISTED_POINTS: f64 = 1.5;
/// Points for being at the very place asked for.
const NEAR_POINTS: f64 = 3.0;
/// From so many miles on, near gives nothing.
const NEAR_MILES: f64 = 100.0;
/// Points for serving the whole country when a place was asked for.
const WIDE_POINTS: f64 = 1.5;
/// What each word of the name that was not asked for costs, and the most they cost together.
const EXTRA_COST: f64 = 0.1;
const EXTRA_LIMIT: usize = 8;
/// What an alias costs: equal names come first.
const ALIAS_COST: f64 = 0.1;

/// How well a word was matched.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Share {
    Exact,
    English,
    Begins,
    Place,
    PlaceBegins,
    Portal,
    Kind,
    State,
    Country,
    OneTypo,
    TwoTypos,
}

impl Share {
    /// The share of a word's points, 0 to 1.
    pub fn worth(self) -> f32 {
        match self {
            Self::Exact => 1.0,
            Self::English => 0.9,
            Self::Begins | Self::Place => 0.7,
            Self::PlaceBegins | Self::OneTypo => 0.5,
            Self::Portal => 0.45,
            Self::Kind | Self::State => 0.6,
            Self::Country | Self::TwoTypos => 0.3,
        }
    }
}

/// How many typing errors a word may have: none in short ones.
pub fn typos_allowed(word: &str) -> u8 {
    match word.len() {
        0..4 => 0,
        4..8 => 1,
        _ => 2,
    }
}

/// Why a result stands where it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Points {
    /// How well the words were matched.
    pub words: f64,
    /// The name is the words, or begins with them.
    pub whole: f64,
    /// The words stand in the order typed.
    pub order: f64,
    /// It offers something.
    pub listed: f64,
    /// It is near the place asked for.
    pub near: f64,
    /// Words of the name nobody asked for (negative).
    pub extra: f64,
}

impl Points {
    /// All together.
    pub fn total(&self) -> f64 {
        self.words + self.whole + self.order + self.listed + self.near + self.extra
    }
}

/// One candidate with its reasons.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Why.
    pub points: Points,
    /// The other name that matched where the name itself does not show why.
    pub alias: Option<String>,
    /// What was typed and what it is spelled like here, for words matched with typing errors.
    pub corrections: Vec<(String, String)>,
}

/// Points for being listed.
pub fn listed(listed: bool) -> f64 {
    if listed { LISTED_POINTS } else { 0.0 }
}

/// Points for nearness; what serves the whole country is never far.
pub fn near(miles: Option<f64>, wide: bool) -> f64 {
    let here = miles.map_or(0.0, |miles| NEAR_POINTS * (1.0 - miles / NEAR_MILES).max(0.0));
    if wide { here.max(WIDE_POINTS) } else { here }
}

/// Points (negative) for words of the name nobody asked for.
pub fn extra(count: usize) -> f64 {
    -EXTRA_COST * count.min(EXTRA_LIMIT) as f64
}

/// Points as a whole number, so that orders are total.
pub fn in_thousandths(points: f64) -> i64 {
    (points * 1_000.0).round() as i64
}

/// The order of "nearest first": tenths of a mile as people read them, then listed before known. Greater is better.
pub fn nearness_order(miles: Option<f64>, listed: bool) -> i64 {
    let tenths = miles.map_or(i64::MAX / 4, |miles| (miles * 10.0).round() as i64);
    -(tenths * 2 + i64::from(!listed))
}

/// Orders two results: more points, then the name, then the id.
pub fn order(a: (&Ranked, &Stored), b: (&Ranked, &Stored)) -> Ordering {
    let points = |ranked: &Ranked| in_thousandths(ranked.points.total());
    points(b.0).cmp(&points(a.0)).then_with(|| by_name(a.1, b.1))
}

/// Orders two results by name, then id.
pub fn by_name(a: &Stored, b: &Stored) -> Ordering {
    let sorted =
        |stored: &Stored| words::telling(&stored.card.name).into_iter().map(|token| token.surface).collect::<Vec<_>>();
    sorted(a).cmp(&sorted(b)).then_with(|| a.card.id.cmp(&b.card.id))
}

/// Gives a candidate its points. `miles` is nothing when no place was asked for or it has none.
pub fn rank(understood: &Understood, stored: &Stored, near_asked: bool, miles: Option<f64>) -> Ranked {
    let around = Around::of(stored);
    let mut best = name_points(understood, &Name::of(&stored.card.name), &around);
    let mut alias = None;
    let plain_words = best.points.words;
    for other in &stored.aliases {
        let mut points = name_points(understood, &Name::of(other), &around);
        points.points.extra -= ALIAS_COST;
        if points.points.total() > best.points.total() {
            // An alias is shown when it matches words that the name does not.
            alias = (points.points.words > plain_words + 0.05).then(|| other.clone());
            best = points;
        }
    }
    best.points.listed = listed(stored.card.listed);
    if near_asked {
        best.points.near = near(miles, stored.card.areas.iter().any(|area| area == "US"));
    }
    Ranked { points: best.points, alias, corrections: best.corrections }
}

/// What is known of a candidate besides its names.
struct Around<'a> {
    stored: &'a Stored,
    places: Vec<String>,
    portals: Vec<String>,
}

impl<'a> Around<'a> {
    fn of(stored: &'a Stored) -> Self {
        let forms = |text: &String| words::telling(text).into_iter().map(|token| token.form).collect::<Vec<_>>();
        let mut places: Vec<String> = stored.cities.iter().flat_map(forms).collect();
        places.extend(stored.states.iter().flat_map(|state| state_words(state)));
        places.extend(stored.card.zip.clone());
        Self { stored, places, portals: stored.portals.iter().flat_map(forms).collect() }
    }

    fn satisfies(&self, meaning: &Meaning) -> f64 {
        let states = |code: &str| self.stored.states.iter().any(|state| state == code);
        let share = match meaning {
            Meaning::Kinds(kinds) if kinds.iter().any(|kind| self.stored.kinds.contains(kind)) => Share::Kind,
            Meaning::State(code) if states(code) => Share::State,
            Meaning::State(_) if states("US") => Share::Country,
            _ => return 0.0,
        };
        f64::from(share.worth())
    }
}

/// How one word was matched.
#[derive(Default)]
struct Match {
    share: f64,
    /// Which word of the name.
    at: Option<usize>,
    /// How that one is spelled, when it was typed otherwise.
    spelled: Option<String>,
    /// Only the beginning of it was typed.
    unfinished: bool,
}

/// A name as words, and each with its next written as one.
struct Name {
    tokens: Vec<Token>,
    joined: Vec<String>,
}

impl Name {
    fn of(text: &str) -> Self {
        let tokens = words::telling(text);
        let joined = tokens.windows(2).map(|pair| words::joined(&pair[0], &pair[1])).collect();
        Self { tokens, joined }
    }
}

fn name_points(understood: &Understood, name: &Name, around: &Around) -> Ranked {
    let mut positions: Vec<Option<usize>> = Vec::new();
    let mut finished: f64 = 1.0;
    let mut corrections = Vec::new();
    let mut sum = 0.0;
    for part in &understood.parts {
        let matches: Vec<Match> = part.words.iter().map(|word| word_match(word, name, around)).collect();
        let share = part_share(part, &matches, around);
        sum += share * part.weight;
        for (word, found) in part.words.iter().zip(&matches) {
            positions.push(found.at);
            finished = if found.unfinished { 0.0 } else { finished.min(found.share) };
            corrections.extend(found.spelled.clone().map(|spelled| (word.surface.clone(), spelled)));
        }
    }
    let used = |at: &usize| positions.contains(&Some(*at));
    let length = name.tokens.len();
    let unused = (0..length).filter(|at| !used(at)).count();
    let points = Points {
        words: WORD_POINTS * sum / understood.weight(),
        whole: whole_points(understood, &name.tokens).max(respelled_points(&positions, finished, length)),
        order: order_points(&positions),
        extra: if understood.parts.is_empty() { 0.0 } else { extra(unused) },
        ..Points::default()
    };
    Ranked { points, alias: None, corrections }
}

/// The words of a part all count, or what they mean does, whichever is more.
fn part_share(part: &Part, matches: &[Match], around: &Around) -> f64 {
    let all = matches.iter().all(|found| found.share > 0.0);
    let words = matches.iter().map(|found| found.share).sum::<f64>() / matches.len().max(1) as f64;
    let words = if all || part.meaning == Meaning::Plain { words } else { 0.0 };
    words.max(around.satisfies(&part.meaning))
}

fn word_match(word: &Word, name: &Name, around: &Around) -> Match {
    let mut best = Match::default();
    for (at, token) in name.tokens.iter().enumerate() {
        let found = likeness(word, &token.form, name.joined.get(at));
        if found.share > best.share {
            let spelled = found.misspelled.then(|| token.surface.clone());
            best = Match { share: found.share, at: Some(at), spelled, unfinished: found.unfinished };
        }
    }
    for place in &around.places {
        let begins = place.starts_with(&word.surface);
        let share = if *place == word.form {
            f64::from(Share::Place.worth())
        } else if word.last && begins {
            f64::from(Share::PlaceBegins.worth())
        } else {
            0.9 * typo_share(word, place)
        };
        if share > best.share {
            let spelled = (*place != word.form && !begins).then(|| place.clone());
            best = Match { share, at: None, spelled, unfinished: begins };
        }
    }
    if best.share < f64::from(Share::Portal.worth()) && around.portals.contains(&word.form) {
        best = Match { share: f64::from(Share::Portal.worth()), ..Match::default() };
    }
    best
}

/// How much two words are alike.
#[derive(Default)]
struct Likeness {
    share: f64,
    misspelled: bool,
    unfinished: bool,
}

/// How much a typed word is like a word of a name, or it and the next written as one.
fn likeness(word: &Word, form: &str, joined: Option<&String>) -> Likeness {
    let exact = form == word.form
        || form == word.surface
        || joined.is_some_and(|joined| *joined == word.form)
        || word.joins.iter().any(|typed| typed == form);
    if exact {
        return Likeness { share: f64::from(Share::Exact.worth()), ..Likeness::default() };
    }
    if word.english.as_deref() == Some(form) {
        return Likeness { share: f64::from(Share::English.worth()), ..Likeness::default() };
    }
    let begins = |whole: &str| (word.last || word.surface.len() >= 3) && whole.starts_with(&word.surface);
    if begins(form) || joined.is_some_and(|joined| begins(joined)) {
        // The more of the word was typed, the better: up to 0.2 more.
        let typed = word.surface.len() as f64 / form.len().max(1) as f64;
        let share = f64::from(Share::Begins.worth()) + 0.2 * typed.min(1.0);
        return Likeness { share, unfinished: true, ..Likeness::default() };
    }
    let share = typo_share(word, form);
    Likeness { share, misspelled: share > 0.0, unfinished: false }
}

fn typo_share(word: &Word, form: &str) -> f64 {
    let allowed = usize::from(typos_allowed(&word.form));
    let mut typos = if allowed == 0 { usize::MAX } else { distance(&word.form, form, false) };
    let mut unfinished = 1.0;
    if word.last && allowed > 0 && typos > allowed {
        typos = distance(&word.surface, form, true);
        unfinished = 0.9;
    }
    let share = match typos {
        typos if typos > allowed => return 0.0,
        0 | 1 => Share::OneTypo,
        _ => Share::TwoTypos,
    };
    f64::from(share.worth()) * unfinished
}

fn whole_points(understood: &Understood, name: &[Token]) -> f64 {
    if understood.whole.is_empty() {
        return 0.0;
    }
    let whole = words::whole(name);
    if whole == understood.whole {
        return WHOLE_POINTS;
    }
    let begins = whole.strip_prefix(&understood.whole).is_some_and(|rest| rest.starts_with(' '));
    if begins { START_POINTS } else { 0.0 }
}

/// The same for a name that is the words but for typing errors or the language: much less, by its worst word.
fn respelled_points(positions: &[Option<usize>], worst: f64, length: usize) -> f64 {
    let in_order = !positions.is_empty() && positions.iter().enumerate().all(|(at, position)| *position == Some(at));
    match in_order {
        true if positions.len() == length => WHOLE_POINTS * worst * worst,
        true => START_POINTS * worst * worst,
        false => 0.0,
    }
}

fn order_points(matched: &[Option<usize>]) -> f64 {
    if matched.len() < 2 {
        return 0.0;
    }
    let beside = |pair: &&[Option<usize>]| matches!(pair, [Some(a), Some(b)] if *b == a + 1);
    ORDER_POINTS * matched.windows(2).filter(beside).count() as f64 / (matched.len() - 1) as f64
}

/// Typing errors between two words: a letter more, less, other, or two swapped (optimal string alignment). With
/// `unfinished`, to the beginning of `target` that is nearest.
pub fn distance(typed: &str, target: &str, unfinished: bool) -> usize {
    let (typed, target) = (typed.as_bytes(), target.as_bytes());
    if !unfinished && typed.len().abs_diff(target.len()) > 2 {
        return usize::MAX;
    }
    let width = target.len() + 1;
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..width).collect();
    for i in 0..typed.len() {
        let mut row = vec![i + 1; width];
        for j in 0..target.len() {
            let same = usize::from(typed[i] != target[j]);
            let mut cost = (last[j] + same).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && typed[i] == target[j - 1] && typed[i - 1] == target[j] {
                cost = cost.min(before[j - 1] + 1);
            }
            row[j + 1] = cost;
        }
        before = std::mem::replace(&mut last, row);
    }
    let end = last.last().copied().unwrap_or(usize::MAX);
    if unfinished { last.into_iter().min().unwrap_or(end) } else { end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::kind::Kind,
        search::{
            document::stored,
            query::understand,
            testing::{Builder, builder},
        },
    };

    fn points(text: &str, builder: Builder) -> Ranked {
        rank(&understand(text), &stored(&builder.build()), false, None)
    }

    /// The names in the order in which they come for a query.
    fn ordered(text: &str, builders: Vec<Builder>) -> Vec<String> {
        let understood = understand(text);
        let mut all: Vec<(Ranked, Stored)> = builders
            .into_iter()
            .map(|builder| stored(&builder.build()))
            .map(|stored| (rank(&understood, &stored, false, None), stored))
            .collect();
        all.sort_by(|a, b| order((&a.0, &a.1), (&b.0, &b.1)));
        all.into_iter().map(|(_, stored)| stored.card.name).collect()
    }

    #[test]
    fn distances() {
        for (typed, target, expected) in [
            ("", "", 0),
            ("clinic", "clinic", 0),
            ("clevland", "cleveland", 1),
            ("hosptial", "hospital", 1),
            ("snoqualme", "snoqualmie", 1),
            ("abc", "xyz", 3),
            ("a", "abcdef", usize::MAX),
        ] {
            assert_eq!(distance(typed, target, false), expected, "{typed} {target}");
        }
        assert_eq!(distance("snoqal", "snoqualmie", true), 1);
        assert_eq!(distance("", "abc", true), 0);
    }

    #[test]
    fn better_matches_come_first() {
        assert_eq!(
            ordered(
                "mercy",
                vec![
                    builder("Mercyhurst"),
                    builder("Merci"),
                    builder("St Mercy"),
                    builder("Mercy"),
                    builder("Mercy Health")
                ]
            ),
            ["Mercy", "Mercy Health", "St Mercy", "Mercyhurst", "Merci"]
        );
    }

    #[test]
    fn order_and_extra_words_count() {
        assert_eq!(
            ordered(
                "valley medical",
                vec![builder("Medical Valley"), builder("Valley Medical Plaza West"), builder("Valley Medical Plaza")]
            ),
            ["Valley Medical Plaza", "Valley Medical Plaza West", "Medical Valley"]
        );
    }

    #[test]
    fn listed_before_known_but_the_name_itself_first() {
        let listed = || builder("Mercy Health").portal("https://my.mercy.org", "MyMercy");
        assert_eq!(ordered("mercy", vec![builder("Mercy Clinics"), listed()]), ["Mercy Health", "Mercy Clinics"]);
        assert_eq!(ordered("mercy clinics", vec![builder("Mercy Clinics"), listed()])[0], "Mercy Clinics");
    }

    #[test]
    fn ties_go_by_name_then_id() {
        let same = |id: &str| builder("Mercy").id(id);
        let understood = understand("mercy");
        let (a, b) = (stored(&same("a").build()), stored(&same("b").build()));
        let (one, two) = (rank(&understood, &a, false, None), rank(&understood, &b, false, None));
        assert_eq!(order((&one, &a), (&two, &b)), a.card.id.cmp(&b.card.id));
        assert_eq!(ordered("mercy", vec![builder("Mercy Bay"), builder("Mercy Arc")]), ["Mercy Arc", "Mercy Bay"]);
    }

    #[test]
    fn an_alias_is_named_only_when_the_name_does_not_show_it() {
        let uk = || builder("UK HealthCare").alias("University of Kentucky");
        assert_eq!(points("university of kentucky", uk()).alias.as_deref(), Some("University of Kentucky"));
        assert_eq!(points("uk health care", uk()).alias, None);
        assert_eq!(points("quest", builder("Quest Diagnostics").alias("Quest")).alias, None);
    }

    #[test]
    fn corrections_are_spelled_like_the_name() {
        let ranked = points("clevland clinic", builder("Cleveland Clinic"));
        assert_eq!(ranked.corrections, [("clevland".to_owned(), "cleveland".to_owned())]);
        assert_eq!(points("cleveland clin", builder("Cleveland Clinic")).corrections, []);
        let city = points("clinic snoqualme", builder("Valley Clinic").place("Snoqualmie", "WA", "98065"));
        assert_eq!(city.corrections, [("snoqualme".to_owned(), "snoqualmie".to_owned())]);
    }

    #[test]
    fn kinds_and_states_satisfy_their_words() {
        let quest = || builder("Quest Diagnostics").kind(Kind::Laboratory).area("US");
        let lab = points("quest lab", quest()).points.words;
        assert!(lab > points("quest zoo", quest()).points.words, "the kind satisfies the word");
        let texas = |builder: Builder| points("clinical associates texas", builder).points.words;
        let (tx, md) = (
            builder("Clinical Associates").place("Austin", "TX", "78701"),
            builder("Clinical Associates").place("Towson", "MD", "21204"),
        );
        assert!(texas(tx) > texas(md));
    }

    #[test]
    fn nearness_is_worth_less_with_every_mile() {
        assert!(near(Some(1.0), false) > near(Some(50.0), false));
        assert!((near(Some(500.0), false) - near(None, false)).abs() < 1e-9);
        assert!(near(None, true) > near(Some(99.0), false));
        assert!(nearness_order(Some(1.0), false) > nearness_order(Some(1.2), true));
        assert!(nearness_order(Some(1.01), true) > nearness_order(Some(1.0), false), "the same to a person");
        assert!(nearness_order(Some(9_999.0), false) > nearness_order(None, true));
    }
}
