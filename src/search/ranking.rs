//! What comes first and why: how the typed words meet a name in, points by reason out. Pure.
//!
//! Every reason is a number of points that can be shown; the sum decides. Match weighs most, then nearness, then how well
//! known an organization is; ties go to the better known, the fresher, and then by name.

use super::{
    Reason, known,
    query::{Meaning, Understood},
};

/// Points for every word matched as typed.
pub const WORD_POINTS: f32 = 4.0;
/// Points for a name (or alias) that is just the words.
const WHOLE_POINTS: f32 = 3.0;
/// The share of them when the words stand in another order.
const MIXED_SHARE: f32 = 0.6;
/// The share of them, and of the next, when a word is unfinished.
const UNFINISHED_SHARE: f32 = 0.3;
/// Points for a name that begins with all the words in order.
const START_POINTS: f32 = 1.0;
/// Points for words that stand beside each other as typed.
const ORDER_POINTS: f32 = 0.5;
/// Where only kinds and states are asked for: what a name with the words adds for those who are meant, and its share for
/// those who are not.
const MEANT_TOO: f32 = 0.15;
const NAMED_ONLY: f32 = 0.7;
/// Points for a door or feature: listed comes before known.
const LISTED_POINTS: f32 = 0.4;
/// Points on top for a page to sign in: that is what people look for.
const PORTAL_POINTS: f32 = 0.2;
/// Points for being at the very place asked for, and from how many miles on there are none.
const NEAR_POINTS: f32 = 3.0;
const NEAR_MILES: f32 = 100.0;
/// Points on top for being in the very ZIP code asked for.
const HERE_POINTS: f32 = 1.0;
/// Points for serving the whole country when a place was asked for.
const WIDE_POINTS: f32 = 1.5;
/// Points for being in the state an installation serves first, where no place was asked for: enough to tell two of one
/// name apart, not to bring another name before the one that was typed.
pub const HOME_POINTS: f32 = 0.8;
/// Points for serving its state.
const STATE_POINTS: f32 = 2.0;
/// Points for being as well known as can be.
const KNOWN_POINTS: f32 = 0.4;
/// What each word of the name that was not asked for costs, and the most that count.
const EXTRA_COST: f32 = 0.1;
const EXTRA_LIMIT: usize = 8;
/// What it costs to be met by another name, or by the name of a place: equal names come first.
const ALIAS_COST: f32 = 0.1;
const FACILITY_COST: f32 = 0.3;
/// What each small word ("of", "for") costs that stands on one side only.
const SMALL_COST: f32 = 0.04;

/// How well a word was matched.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Share {
    Exact,
    Alike,
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
            Self::Alike => 0.95,
            Self::English => 0.9,
            Self::Begins | Self::Place => 0.7,
            Self::PlaceBegins | Self::OneTypo => 0.5,
            Self::Portal => 0.45,
            Self::Kind | Self::State => 0.6,
            Self::Country | Self::TwoTypos => 0.3,
        }
    }
}

/// The share of a word of which only the beginning was typed: the more of it, the better, up to 0.2 more.
pub fn begun(typed: usize, whole: usize) -> f32 {
    Share::Begins.worth() + 0.2 * (typed as f32 / whole.max(1) as f32).min(1.0)
}

/// How many typing errors a word may have: none in short ones.
pub fn typos_allowed(word: &str) -> u8 {
    match word.len() {
        0..3 => 0,
        3..8 => 1,
        _ => 2,
    }
}

/// How one typed word is met by a name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Met {
    /// How well, 0 to 1.
    pub share: f32,
    /// Which word of the name; 255 = none, it is met by something around the name (a place, a portal).
    pub at: u8,
    /// How many words of the name it stands for.
    pub words: u8,
    /// Only the beginning of the word was typed.
    pub unfinished: bool,
    /// It was typed with an error.
    pub misspelled: bool,
}

/// Words of a name after this one are not told apart.
pub const NAME_LIMIT: usize = 64;
/// More words of a query than these are not looked at.
pub const WORDS: usize = 16;
const NOWHERE: u8 = u8::MAX;

impl Met {
    /// Met by the word of a name at this place.
    pub fn new(share: f32, at: usize) -> Self {
        Self { share, at: at as u8, words: 1, unfinished: false, misspelled: false }
    }

    /// Met by something around the name, or by nothing when the share is 0.
    pub fn around(share: f32) -> Self {
        Self { share, at: NOWHERE, words: 0, unfinished: false, misspelled: false }
    }

    fn place(&self) -> Option<usize> {
        (self.at != NOWHERE).then_some(usize::from(self.at))
    }
}

/// Which name was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The name.
    Name,
    /// Another name.
    Alias,
    /// The name of one of its places.
    Facility,
}

/// What is asked of a name: the parts of a query with their weights, and of which of its words each is made.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    parts: Vec<AskedPart>,
    weight: f32,
    /// Kinds and states, and no name.
    only_meanings: bool,
}

#[derive(Debug, Clone)]
struct AskedPart {
    first: usize,
    end: usize,
    weight: f32,
    plain: bool,
}

impl Asked {
    /// From a query, each part with its weight.
    pub fn new(understood: &Understood) -> Self {
        let mut at = 0;
        let parts: Vec<AskedPart> = understood
            .parts
            .iter()
            .map(|part| {
                let first = at;
                at += part.words.len();
                AskedPart { first, end: at, weight: part.weight as f32, plain: part.meaning == Meaning::Plain }
            })
            .collect();
        let weight = parts.iter().map(|part| part.weight).sum::<f32>().max(f32::MIN_POSITIVE);
        let only_meanings = !parts.is_empty() && parts.iter().all(|part| !part.plain);
        Self { parts, weight, only_meanings }
    }

    /// Points of a name of so many words. `met` has one entry for each word of the query, `meanings` one for each part:
    /// how well the organization is what the part means.
    /// `small` says how many small words stand on one side only.
    pub fn points(&self, met: &[Met], meanings: &[f32], length: usize, small: usize, which: Which) -> Points {
        let mut sum = 0.0;
        let mut used = 0_u64;
        // The worst share of the words that are met by the name; the words that are not are met by something else.
        let mut worst: f32 = 1.0;
        let mut unfinished = false;
        let (mut in_order, mut all_met, mut last) = (true, true, None);
        for (part, meaning) in self.parts.iter().zip(meanings).filter(|(part, _)| part.end <= met.len()) {
            let words = &met[part.first..part.end];
            let named = part_share(words, part.plain);
            let share = match self.only_meanings {
                // Whoever asks for a kind or a state wants that, whatever the names are.
                true if *meaning > 0.0 => 1.0 + MEANT_TOO * named,
                true => NAMED_ONLY * named,
                false => named.max(*meaning),
            };
            sum += share * part.weight;
            all_met &= share > 0.0;
            for word in words {
                let Some(at) = word.place() else { continue };
                used |= ((1_u64 << word.words.min(63)) - 1) << at.min(NAME_LIMIT - 1);
                worst = worst.min(word.share);
                unfinished |= word.unfinished;
                in_order &= last.is_none_or(|last| last <= at);
                last = Some(at);
            }
        }
        let count = used.count_ones() as usize;
        let length = length.min(NAME_LIMIT);
        let spelled = worst * worst * if unfinished { UNFINISHED_SHARE } else { 1.0 };
        let whole = match all_met && count > 0 {
            true if count == length && in_order => WHOLE_POINTS * spelled,
            true if count == length => WHOLE_POINTS * MIXED_SHARE * spelled,
            true if self.only_meanings => 0.0,
            true if in_order && used.trailing_ones() as usize == count => START_POINTS * spelled,
            _ => 0.0,
        };
        let cost = match which {
            Which::Name => 0.0,
            Which::Alias => ALIAS_COST,
            Which::Facility => FACILITY_COST,
        };
        let unasked = if self.parts.is_empty() { 0 } else { length.saturating_sub(count) };
        let extra_cost = if self.only_meanings { EXTRA_COST / 3.0 } else { EXTRA_COST };
        Points {
            words: WORD_POINTS * sum / self.weight,
            whole,
            order: if self.only_meanings { 0.0 } else { order_points(met) },
            extra: -cost - extra_cost * unasked.min(EXTRA_LIMIT) as f32 - SMALL_COST * small.min(EXTRA_LIMIT) as f32,
            ..Points::default()
        }
    }
}

/// The words of a part all count, or none does where it means something together.
fn part_share(words: &[Met], plain: bool) -> f32 {
    let all = words.iter().all(|word| word.share > 0.0);
    let mean = words.iter().map(|word| word.share).sum::<f32>() / words.len().max(1) as f32;
    if all || plain { mean } else { 0.0 }
}

fn order_points(met: &[Met]) -> f32 {
    if met.len() < 2 {
        return 0.0;
    }
    let beside = |pair: &&[Met]| match (pair[0].place(), pair[1].place()) {
        (Some(a), Some(b)) => b == a + usize::from(pair[0].words),
        _ => false,
    };
    ORDER_POINTS * met.windows(2).filter(beside).count() as f32 / (met.len() - 1) as f32
}

/// Why a result stands where it stands.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Points {
    /// How well the words were matched.
    pub words: f32,
    /// The name is the words, or begins with them.
    pub whole: f32,
    /// The words stand in the order typed.
    pub order: f32,
    /// It offers something.
    pub listed: f32,
    /// It is near the place asked for.
    pub near: f32,
    /// It is well known.
    pub known: f32,
    /// Words of the name nobody asked for, and that it is not the first name (negative).
    pub extra: f32,
}

impl Points {
    /// All together.
    pub fn total(&self) -> f32 {
        self.words + self.whole + self.order + self.listed + self.near + self.known + self.extra
    }

    /// The reasons in words, the weightiest first.
    pub fn reasons(&self) -> Vec<Reason> {
        let extra = if self.extra < -ALIAS_COST / 2.0 { self.extra } else { 0.0 };
        let all = [
            (self.words, "the words are in its names, places or kinds"),
            (self.whole, "the words are the name, or its beginning"),
            (self.order, "the words stand in the order typed"),
            (self.listed, "it has a door or says what it offers"),
            (self.near, "it is near the place asked for, or serves the whole country"),
            (self.known, "it stands in several lists or has several places"),
            (extra, "its name has words nobody asked for, or it is another name that matches"),
        ];
        let mut reasons: Vec<Reason> = all
            .into_iter()
            .filter(|(points, _)| *points != 0.0)
            .map(|(points, words)| Reason {
                points: (f64::from(points) * 100.0).round() / 100.0,
                words: words.to_owned(),
            })
            .collect();
        reasons.sort_by(|a, b| b.points.abs().total_cmp(&a.points.abs()));
        reasons
    }
}

/// Is the name just the words, all of them as typed?
pub fn is_whole(points: &Points) -> bool {
    points.whole > WHOLE_POINTS - 0.01
}

/// Points for being listed, and for a page to sign in.
pub fn listed(listed: bool, portal: bool) -> f32 {
    let listed = if listed { LISTED_POINTS } else { 0.0 };
    if portal { listed + PORTAL_POINTS } else { listed }
}

/// Points for being well known, see `known`.
pub fn known(known: u8) -> f32 {
    KNOWN_POINTS * f32::from(known) / f32::from(known::MOST)
}

/// Whom an organization serves, wherever it has its places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// Nothing is said.
    Unsaid,
    /// The whole country.
    Country,
    /// The state of the place asked for.
    State,
}

impl Served {
    /// From whether it serves the whole country.
    pub fn of(wide: bool) -> Self {
        if wide { Self::Country } else { Self::Unsaid }
    }
}

/// Points for nearness; what serves the state or the whole country is never far.
pub fn near(miles: Option<f32>, served: Served) -> f32 {
    let here = |miles: f32| if miles < 0.05 { HERE_POINTS } else { 0.0 };
    let points = miles.map_or(0.0, |miles| NEAR_POINTS * (1.0 - miles / NEAR_MILES).max(0.0) + here(miles));
    match served {
        Served::Unsaid => points,
        Served::Country => points.max(WIDE_POINTS),
        Served::State => points.max(STATE_POINTS),
    }
}

/// Points as a whole number, so that orders are total.
pub fn in_thousandths(points: f32) -> i32 {
    (points * 1_000.0).round() as i32
}

/// The order of "nearest first": tenths of a mile as people read them, then listed before known. Greater is better.
pub fn nearness_order(miles: Option<f32>, listed: bool) -> i32 {
    let tenths = miles.map_or(i32::MAX / 4, |miles| (miles * 10.0).round() as i32);
    -(tenths * 2 + i32::from(!listed))
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
    use crate::search::query::understand;

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

    /// Points of a name of so many words for two plain words that are met at these places.
    fn points(places: [usize; 2], length: usize) -> f32 {
        let asked = Asked::new(&understand("larkspur juniper"));
        asked.points(&places.map(|at| Met::new(1.0, at)), &[0.0; 2], length, 0, Which::Name).total()
    }

    #[test]
    fn the_name_itself_then_its_beginning_then_the_order() {
        let all = [points([0, 1], 2), points([1, 0], 2), points([0, 1], 3), points([1, 2], 3), points([2, 0], 3)];
        assert!(all.is_sorted_by(|a, b| a > b), "{all:?}");
        assert!(points([0, 1], 3) > points([0, 1], 4), "what nobody asked for costs");
    }

    #[test]
    fn worse_meetings_are_worth_less() {
        let asked = Asked::new(&understand("larkspur"));
        let total = |share: f32, which| asked.points(&[Met::new(share, 0)], &[0.0], 1, 0, which).total();
        assert!(total(1.0, Which::Name) > total(1.0, Which::Alias));
        assert!(total(1.0, Which::Alias) > total(1.0, Which::Facility));
        assert!(total(begun(4, 5), Which::Name) > total(begun(4, 9), Which::Name));
        assert!(total(begun(4, 9), Which::Name) > total(Share::OneTypo.worth(), Which::Name));
    }

    #[test]
    fn a_meaning_satisfies_its_words() {
        let asked = Asked::new(&understand("quest lab"));
        let met = [Met::new(1.0, 0), Met::around(0.0)];
        let with = |meaning: f32| asked.points(&met, &[0.0, meaning], 1, 0, Which::Name).total();
        assert!(with(Share::Kind.worth()) > with(0.0) + 2.0, "the word counts, and the name is whole");
    }

    #[test]
    fn nearness_is_worth_less_with_every_mile() {
        assert!(near(Some(0.0), Served::Unsaid) > near(Some(1.0), Served::Unsaid));
        assert!(near(Some(1.0), Served::Unsaid) > near(Some(50.0), Served::Unsaid));
        assert!((near(Some(500.0), Served::Unsaid) - near(None, Served::Unsaid)).abs() < 1e-9);
        assert!(near(None, Served::State) > near(None, Served::Country));
        assert!(near(None, Served::Country) > near(Some(99.0), Served::Unsaid));
        assert!(nearness_order(Some(1.0), false) > nearness_order(Some(1.2), true));
        assert!(nearness_order(Some(1.01), true) > nearness_order(Some(1.0), false), "the same to a person");
        assert!(nearness_order(Some(9_999.0), false) > nearness_order(None, true));
    }

    #[test]
    fn every_point_has_a_reason() {
        let points = Points { words: 4.0, whole: 3.0, near: 1.5, extra: -0.2, ..Points::default() };
        let reasons = points.reasons();
        assert_eq!(reasons.len(), 4);
        let sum: f64 = reasons.iter().map(|reason| reason.points).sum();
        assert!((sum - f64::from(points.total())).abs() < 0.02);
    }
}
