//! Filters: what every result must satisfy, as the set of those who do, and how many each filter would leave.

use super::{
    Counts, Filter, Request,
    engine::{
        bits::Bits,
        build::part_term,
        places::state_index,
        segment::{Segment, WIDE_BIT},
        set::Set,
    },
    near::Miles,
};
use crate::model::{features::Feature, kind::Kind, place::STATES};

/// Miles for which it is counted how many are within.
const RINGS: [f32; 5] = [5.0, 10.0, 25.0, 50.0, 100.0];
/// So many matches are counted by their filters, the best known first.
const COUNTED: usize = 200_000;

/// Who passes, by segment; nothing where all do.
#[derive(Debug, Default, Clone)]
pub struct Allowed(Vec<Option<Bits>>);

impl Allowed {
    /// Those of a segment, nothing when all are.
    pub fn of(&self, part: usize) -> Option<&Bits> {
        self.0.get(part)?.as_ref()
    }

    /// Those who pass all filters of a request but, where one is named, that one.
    pub fn new(set: &Set, request: &Request, miles: Option<&Miles>, but: Option<Filter>) -> Self {
        let on = |filter: Filter| but != Some(filter);
        let one = |(number, part): (usize, &super::engine::set::Part)| {
            let segment = &*part.segment;
            let mut allowed = None;
            let mut keep = |bits: Bits| match &mut allowed {
                None => allowed = Some(bits),
                Some(all) => *all &= &bits,
            };
            if on(Filter::Kinds) && !request.kinds.is_empty() {
                keep(of_kinds(segment, &request.kinds));
            }
            if on(Filter::States) && !request.states.is_empty() {
                keep(of_states(segment, &request.states));
            }
            if on(Filter::Features) && !request.features.is_empty() {
                let wanted = request.features.iter().fold(0, |bits, feature| bits | feature.bit());
                keep(those(segment, |doc| segment.features[doc as usize] & wanted == wanted));
            }
            if on(Filter::Tiers) && !request.tiers.is_empty() {
                keep(those(segment, |doc| request.tiers.contains(&segment.facts(doc).tier())));
            }
            if let Some(id) = request.part_of.as_ref().filter(|_| on(Filter::PartOf)) {
                let mut bits = Bits::none(segment.count());
                bits.add(segment.terms.get(&part_term(id)));
                keep(bits);
            }
            if let (Some(limit), Some(miles)) = (request.within.filter(|_| on(Filter::Within)), miles) {
                keep(miles.all_within(number, limit));
            }
            allowed
        };
        Self(set.parts.iter().enumerate().map(one).collect())
    }
}

/// The filters that are set.
pub fn set_filters(request: &Request) -> impl Iterator<Item = Filter> {
    let set = [
        (Filter::Kinds, !request.kinds.is_empty()),
        (Filter::States, !request.states.is_empty()),
        (Filter::Features, !request.features.is_empty()),
        (Filter::Tiers, !request.tiers.is_empty()),
        (Filter::Within, request.within.is_some()),
        (Filter::PartOf, request.part_of.is_some()),
    ];
    set.into_iter().filter(|(_, set)| *set).map(|(filter, _)| filter)
}

fn of_kinds(segment: &Segment, kinds: &[Kind]) -> Bits {
    let mut bits = Bits::none(segment.count());
    for kind in kinds {
        bits.add(segment.of_kind.at(kind.bit().trailing_zeros()));
    }
    bits
}

fn of_states(segment: &Segment, states: &[String]) -> Bits {
    let mut bits = Bits::none(segment.count());
    bits.add(segment.of_kind.at(WIDE_BIT));
    for state in states.iter().filter_map(|code| state_index(code)) {
        bits.add(segment.of_state.at(state));
    }
    bits
}

/// Those with a place in a state, or who say that they serve it.
pub fn in_state(segment: &Segment, state: &str) -> Bits {
    let mut bits = Bits::none(segment.count());
    if let Some(state) = state_index(state) {
        bits.add(segment.of_state.at(state));
    }
    bits
}

fn those(segment: &Segment, test: impl Fn(u32) -> bool) -> Bits {
    let mut bits = Bits::none(segment.count());
    for doc in (0..segment.count()).filter(|doc| test(*doc)) {
        bits.set(doc);
    }
    bits
}

/// Counts matches by filter. `matches` has those of each segment that match the words, whatever the filters say; every
/// group of filters is counted with all others as they are set.
pub fn count(set: &Set, matches: &[Bits], request: &Request, miles: Option<&Miles>) -> Counts {
    let allowed = |but| Allowed::new(set, request, miles, Some(but));
    let (by_kind, by_state) = (allowed(Filter::Kinds), allowed(Filter::States));
    let (by_feature, by_tier, by_ring) =
        (Allowed::new(set, request, miles, None), allowed(Filter::Tiers), allowed(Filter::Within));
    let mut tally = Tally { complete: true, ..Tally::default() };
    for (number, (part, matches)) in set.parts.iter().zip(matches).enumerate() {
        let segment = &*part.segment;
        let passes = |allowed: &Allowed, doc: u32| allowed.of(number).is_none_or(|bits| bits.has(doc));
        for doc in matches.iter() {
            if tally.seen == COUNTED {
                tally.complete = false;
                break;
            }
            tally.seen += 1;
            let facts = segment.facts(doc);
            if passes(&by_kind, doc) {
                each_bit(u64::from(segment.kinds[doc as usize]), |bit| tally.kinds[bit] += 1);
            }
            if passes(&by_state, doc) {
                tally.states(segment, doc, facts.wide());
            }
            // Features narrow each other: a value is counted on top of those that are set.
            if passes(&by_feature, doc) {
                each_bit(segment.features[doc as usize], |bit| tally.features[bit] += 1);
            }
            if passes(&by_tier, doc) {
                tally.tiers[usize::from(facts.tier())] += 1;
            }
            if let Some(miles) = miles
                && passes(&by_ring, doc)
                && let Some(far) = miles.of(number, doc)
            {
                for (ring, count) in RINGS.iter().zip(&mut tally.rings) {
                    *count += usize::from(far <= *ring);
                }
            }
        }
    }
    tally.counts()
}

fn each_bit(mut bits: u64, mut call: impl FnMut(usize)) {
    while bits != 0 {
        call(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// What is being counted.
struct Tally {
    seen: usize,
    complete: bool,
    kinds: [usize; 32],
    states: [usize; 64],
    wide: usize,
    features: [usize; 64],
    tiers: [usize; 16],
    rings: [usize; RINGS.len()],
}

impl Default for Tally {
    fn default() -> Self {
        let (kinds, states, features) = ([0; 32], [0; 64], [0; 64]);
        Self { seen: 0, complete: true, kinds, states, wide: 0, features, tiers: [0; 16], rings: [0; RINGS.len()] }
    }
}

impl Tally {
    fn states(&mut self, segment: &Segment, doc: u32, wide: bool) {
        let mut seen = 0_u64;
        for state in segment.spots.at(doc).iter().filter_map(|spot| segment.places.state(*spot)) {
            seen |= 1 << state;
        }
        each_bit(seen, |state| self.states[state] += 1);
        self.wide += usize::from(wide);
    }

    fn counts(self) -> Counts {
        let some = |count: usize| (count > 0).then_some(count);
        let mut states: Vec<(String, usize)> = STATES
            .iter()
            .zip(self.states)
            .filter_map(|((code, _), count)| some(count).map(|count| ((*code).to_owned(), count)))
            .chain(some(self.wide).map(|count| ("US".to_owned(), count)))
            .collect();
        states.sort();
        Counts {
            kinds: Kind::ALL.iter().zip(self.kinds).filter_map(|(kind, n)| some(n).map(|n| (*kind, n))).collect(),
            states,
            features: Feature::all().zip(self.features).filter_map(|(f, n)| some(n).map(|n| (f, n))).collect(),
            tiers: (0..).zip(self.tiers).filter_map(|(tier, n)| some(n).map(|n| (tier, n))).collect(),
            within: RINGS.iter().zip(self.rings).filter_map(|(r, n)| some(n).map(|n| (f64::from(*r), n))).collect(),
            complete: self.complete,
        }
    }
}
