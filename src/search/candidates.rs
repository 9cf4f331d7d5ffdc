//! Who may be meant: an [`Understood`] query and filters in, the matching organizations out, the best of them with their
//! points.
//!
//! What holds: the filters always hold; the number of matches is exact; work is bounded by the postings of the words
//! and by [`RANKED`], never by the text typed. Where more match than can be ranked, those with the very words, those
//! near the place asked for, and the best known are.

use std::{cmp::Ordering, collections::HashSet};

use super::{
    engine::{
        bits::Bits,
        build::whole_term,
        places::state_index,
        segment::{FACILITY, SMALL, Segment, WIDE_BIT},
        set::{Part as SetPart, Set},
    },
    filters::Allowed,
    near::Miles,
    query::{Meaning, Part, Understood, Word},
    ranking::{self, Asked, Met, NAME_LIMIT, Points, Served, Share, WORDS},
    reach::{self, Reach, Ways},
};

/// So many matches are ranked; the others follow as they are, best known first.
pub const RANKED: usize = 1_000;
/// So many of those with the very words, and so many near ones, are ranked before the best known.
const PREFERRED: usize = 400;
/// Nobody pages further than this.
pub const DEPTH: usize = 10_000;
/// Near, for those who are ranked before others, in miles.
const NEAR_MILES: f64 = 30.0;
/// Where a part has no more than this, sets are not worth making.
const FEW: usize = 128;
/// To look at one organization is as much work as to mark so many.
const LOOK: usize = 100;
/// Words of so many letters may be the beginning of another even where they mean a kind.
const LONG: usize = 5;
/// No word of a name.
const NO_NAME: u32 = u32::MAX - 2;
/// Where not every part can be met: parts that more organizations have do not bring anybody in.
const LOOSE_LIMIT: usize = 20_000;

/// How much is forgiven. Each stage finds at least what the one before it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// As typed; words may be unfinished.
    Typed,
    /// One typing error in a word.
    OneTypo,
    /// Two in a long word.
    TwoTypos,
}

/// Which parts of a query must be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// All of them.
    All,
    /// One that is specific; the more the better.
    Some,
}

/// One match.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// Which segment of the set.
    pub part: usize,
    /// Which organization of it.
    pub doc: u32,
    /// Its points in thousandths; the least there is for those that were not ranked.
    pub points: i32,
    /// Miles to its nearest place.
    pub miles: Option<f32>,
    /// What a result says of its match.
    pub met: MetBy,
}

/// By what a candidate was met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MetBy {
    /// Which of its names, counted from 0: its name, the other names, the names of its places.
    pub name: u8,
    /// That name meets words which the first name does not.
    pub telling: bool,
    /// The name is just the words as typed.
    pub whole: bool,
    /// A word was typed with an error.
    pub misspelled: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// How many match.
    pub total: usize,
    /// The best first; at most [`DEPTH`].
    pub best: Vec<Candidate>,
}

/// What is looked for in every segment.
pub struct Query<'a> {
    /// What was typed.
    pub understood: &'a Understood,
    /// How much is forgiven.
    pub stage: Stage,
    /// The text is being typed: even a kind word may be the beginning of a name.
    pub typing: bool,
    /// Which parts must be met.
    pub need: Need,
    /// A page far behind is asked for: those that are not ranked are wanted too.
    pub deep: bool,
}

/// Finds in all segments. `allowed` has who passes the filters, by segment; nothing where all do.
pub fn find(set: &Set, query: &Query, miles: Option<&Miles>, allowed: &Allowed) -> Found {
    let mut found = Found::default();
    let asked = Asked::new(query.understood);
    for number in 0..set.parts.len() {
        Look::new(set, number, query, &asked, miles).find(allowed.of(number), &mut found);
    }
    sort(set, &mut found.best);
    found
}

/// Those who carry one of some terms, ranked by the words beside it.
pub fn carrying(
    set: &Set,
    terms: &[String],
    understood: &Understood,
    miles: Option<&Miles>,
    allowed: &Allowed,
) -> Found {
    let mut found = Found::default();
    let asked = Asked::new(understood);
    let query = Query { understood, stage: Stage::TwoTypos, typing: false, need: Need::Some, deep: false };
    for (number, part) in set.parts.iter().enumerate() {
        let bits = part.segment.carrying(terms);
        Look::new(set, number, &query, &asked, miles).finish(bits, false, allowed.of(number), &mut found);
    }
    sort(set, &mut found.best);
    found
}

/// Everybody the filters leave, best known first.
pub fn everybody(set: &Set, allowed: &Allowed) -> Found {
    let mut found = Found::default();
    for (number, part) in set.parts.iter().enumerate() {
        let mut bits = Bits::all(part.segment.count());
        bits.without(&part.dead);
        if let Some(allowed) = allowed.of(number) {
            bits &= allowed;
        }
        found.total += bits.count();
        let candidate = |doc| Candidate { part: number, doc, points: 0, miles: None, met: MetBy::default() };
        found.best.extend(bits.iter().take(DEPTH).map(candidate));
    }
    sort(set, &mut found.best);
    found
}

/// Puts matches of an earlier stage among those of a later one, where too many of them had left no room.
pub fn keep(set: &Set, found: &mut Found, earlier: &Found) {
    if found.best.len() < RANKED {
        return;
    }
    let known: HashSet<(usize, u32)> = earlier.best.iter().map(|one| (one.part, one.doc)).collect();
    found.best.retain(|one| !known.contains(&(one.part, one.doc)));
    found.best.extend(&earlier.best);
    sort(set, &mut found.best);
}

/// How many have this word in a name.
pub fn frequency(set: &Set, form: &str) -> usize {
    let of = |segment: &Segment| segment.lexicon.find(form).map_or(0, |word| segment.of_name.at(word).len());
    set.parts.iter().map(|part| of(&part.segment)).sum()
}

/// Is a word one typing error away from one that is so many times as frequent in names?
pub fn has_a_better_known(set: &Set, word: &Word, times: usize) -> bool {
    if ranking::typos_allowed(&word.surface) == 0 {
        return false;
    }
    set.parts.iter().any(|part| {
        let (segment, lexicon) = (&part.segment, &part.segment.lexicon);
        let count = |number: u32| segment.of_name.at(number).len();
        let own = lexicon.find(&word.surface).map_or(0, count);
        // Nothing is so much more frequent than a frequent word.
        own.max(1) * times <= segment.count() as usize
            && lexicon.one_typo(&word.surface).into_iter().any(|near| count(near) >= own.max(1) * times)
    })
}

/// How many match each part of a query, typing errors forgiven; never less.
pub fn costs(set: &Set, understood: &Understood, typing: bool) -> Vec<usize> {
    let query = Query { understood, stage: Stage::TwoTypos, typing, need: Need::Some, deep: false };
    let asked = Asked::default();
    let mut costs = vec![0; understood.parts.len()];
    for number in 0..set.parts.len() {
        let look = Look::new(set, number, &query, &asked, None);
        for (cost, part) in costs.iter_mut().zip(&look.parts) {
            *cost += part.cost;
        }
    }
    costs
}

/// Most points first; no more than are ranked.
pub fn sort(set: &Set, best: &mut Vec<Candidate>) {
    best.sort_unstable_by(|a, b| b.points.cmp(&a.points).then_with(|| by_quality(set, a, b)));
    best.truncate(DEPTH);
}

/// The better known, then the fresher, then by name, then by id. Within a segment that is the order of the numbers.
pub fn by_quality(set: &Set, a: &Candidate, b: &Candidate) -> Ordering {
    if a.part == b.part {
        return a.doc.cmp(&b.doc);
    }
    let (one, other) = (&*set.parts[a.part].segment, &*set.parts[b.part].segment);
    let quality = |segment: &Segment, doc: u32| segment.facts(doc).quality();
    quality(other, b.doc).cmp(&quality(one, a.doc)).then_with(|| by_name(set, a, b))
}

/// By name, then by id.
pub fn by_name(set: &Set, a: &Candidate, b: &Candidate) -> Ordering {
    let (one, other) = (&*set.parts[a.part].segment, &*set.parts[b.part].segment);
    name(one, a.doc)
        .cmp(name(other, b.doc))
        .then_with(|| one.id_keys[a.doc as usize].cmp(&other.id_keys[b.doc as usize]))
}

fn name(segment: &Segment, doc: u32) -> impl Iterator<Item = &str> {
    let words = segment.names.at(doc).iter().take_while(|word| **word < FACILITY);
    words.map(|word| segment.lexicon.word(*word & !SMALL))
}

/// One part of the query in one segment.
struct LookPart<'a> {
    part: &'a Part,
    /// Its first word among all of the query.
    first: usize,
    /// Never less than how many match it.
    cost: usize,
}

/// A word that means a kind or a state is a whole word, unless it is long or short for another.
fn may_begin(part: &Part, word: &Word) -> bool {
    word.surface.len() >= LONG || part.words.len() > 1 && word.surface != word.form
}

/// Why a candidate stands where it stands.
#[derive(Debug, Default)]
pub struct Why {
    /// The points.
    pub points: Points,
    /// Words typed with an error: which of the query, and the word of the name that was meant, if it is one.
    pub misspelled: Vec<(usize, Option<String>)>,
}

/// A query in one segment.
pub struct Look<'a> {
    /// Which segment of the set.
    number: usize,
    part: &'a SetPart,
    query: &'a Query<'a>,
    asked: &'a Asked,
    miles: Option<&'a Miles<'a>>,
    parts: Vec<LookPart<'a>>,
    reaches: Vec<Reach<'a>>,
    /// The small words typed, as they are marked in names.
    small: Vec<u32>,
}

/// The words of a query as one name meets them.
type Mets = [Met; WORDS];

impl<'a> Look<'a> {
    /// Looks every word up in a segment of a set.
    pub fn new(
        set: &'a Set,
        number: usize,
        query: &'a Query<'a>,
        asked: &'a Asked,
        miles: Option<&'a Miles<'a>>,
    ) -> Self {
        let part = &set.parts[number];
        let segment = &*part.segment;
        // A small word that no name has is one that every name lacks.
        let small = query.understood.small.iter();
        let small = small.map(|word| segment.lexicon.find(word).map_or(NO_NAME, |number| number | SMALL)).collect();
        let mut look = Self { number, part, query, asked, miles, parts: Vec::new(), reaches: Vec::new(), small };
        for part in &query.understood.parts {
            let first = look.reaches.len();
            if first + part.words.len() > WORDS {
                break;
            }
            for word in &part.words {
                let unfinished = query.typing || part.meaning == Meaning::Plain || may_begin(part, word);
                look.reaches.push(Reach::of(word, segment, Ways { stage: query.stage, unfinished }));
            }
            let words = look.reaches[first..].iter().map(|reach| reach.cost(segment)).min().unwrap_or(0);
            let cost = words + look.meaning_lists(&part.meaning).map(<[u32]>::len).sum::<usize>();
            look.parts.push(LookPart { part, first, cost });
        }
        look
    }

    fn segment(&self) -> &'a Segment {
        &self.part.segment
    }

    /// Who is what a part means.
    fn meaning_lists(&self, meaning: &Meaning) -> impl Iterator<Item = &'a [u32]> + use<'a> {
        let segment = self.segment();
        let kinds: Vec<u32> = match meaning {
            Meaning::Kinds(kinds) => kinds.iter().map(|kind| kind.bit().trailing_zeros()).collect(),
            Meaning::State(_) => vec![WIDE_BIT],
            Meaning::Plain => Vec::new(),
        };
        let state = if let Meaning::State(code) = meaning { state_index(code) } else { None };
        let kinds = kinds.into_iter().map(|kind| segment.of_kind.at(kind));
        kinds.chain(state.map(|state| segment.of_state.at(state)))
    }

    /// How well an organization is what a part means.
    fn meaning_share(&self, meaning: &Meaning, doc: u32) -> f32 {
        let segment = self.segment();
        match meaning {
            Meaning::Plain => 0.0,
            Meaning::Kinds(kinds) => {
                let bits = kinds.iter().fold(0, |bits, kind| bits | kind.bit());
                if segment.kinds[doc as usize] & bits != 0 { Share::Kind.worth() } else { 0.0 }
            }
            Meaning::State(code) => {
                let state = state_index(code);
                if segment.spots.at(doc).iter().any(|spot| segment.places.state(*spot) == state) {
                    Share::State.worth()
                } else if segment.facts(doc).wide() {
                    Share::Country.worth()
                } else {
                    0.0
                }
            }
        }
    }

    /// Everybody who matches a part.
    fn mark(&self, part: &LookPart) -> Bits {
        let segment = self.segment();
        let mut bits = Bits::none(segment.count());
        let words = &self.reaches[part.first..part.first + part.part.words.len()];
        for (at, reach) in words.iter().enumerate() {
            if at == 0 {
                reach.mark(segment, &mut bits);
            } else {
                let mut other = Bits::none(segment.count());
                reach.mark(segment, &mut other);
                bits &= &other;
            }
        }
        match &part.part.meaning {
            Meaning::Plain => {}
            Meaning::Kinds(kinds) => {
                for kind in kinds {
                    segment.mark_kind(kind.bit().trailing_zeros(), &mut bits);
                }
            }
            Meaning::State(code) => {
                segment.mark_kind(WIDE_BIT, &mut bits);
                if let Some(state) = state_index(code) {
                    segment.mark_state(state, &mut bits);
                }
            }
        }
        bits
    }

    /// Everybody who matches.
    pub fn matching(&self) -> Bits {
        let mut bits = Bits::none(self.segment().count());
        if self.query.need == Need::Some {
            self.mark_some(&mut bits);
            return bits;
        }
        for (at, part) in self.parts.iter().enumerate() {
            let marked = self.mark(part);
            if at == 0 { bits = marked } else { bits &= &marked }
        }
        bits
    }

    /// Those who match a specific part: the rarest, and whichever else are rare.
    fn mark_some(&self, bits: &mut Bits) {
        let mut specific: Vec<&LookPart> =
            self.parts.iter().filter(|part| part.part.is_specific() && part.cost > 0).collect();
        specific.sort_by_key(|part| part.cost);
        for (at, part) in specific.into_iter().enumerate() {
            if at == 0 || part.cost <= LOOSE_LIMIT {
                *bits |= &self.mark(part);
            }
        }
    }

    fn find(&self, allowed: Option<&Bits>, found: &mut Found) {
        if self.query.need == Need::Some {
            return self.finish(self.matching(), false, allowed, found);
        }
        let mut order: Vec<&LookPart> = self.parts.iter().collect();
        order.sort_by_key(|part| part.cost);
        let Some((first, others)) = order.split_first() else { return };
        if first.cost == 0 {
            return;
        }
        if first.cost <= FEW && first.part.words.len() == 1 {
            return self.few(first, allowed, found);
        }
        let mut bits = self.mark(first);
        for part in others {
            if bits.count() * LOOK <= part.cost {
                // To look at whoever is left one by one is less work.
                return self.finish(bits, true, allowed, found);
            }
            bits &= &self.mark(part);
        }
        self.finish(bits, false, allowed, found);
    }

    /// The same where a part has few: they are looked at one by one.
    fn few(&self, part: &LookPart, allowed: Option<&Bits>, found: &mut Found) {
        let mut docs = Vec::with_capacity(part.cost);
        self.reaches[part.first].each(self.segment(), |list| docs.extend_from_slice(list));
        self.meaning_lists(&part.part.meaning).for_each(|list| docs.extend_from_slice(list));
        docs.sort_unstable();
        docs.dedup();
        docs.retain(|doc| !self.part.dead.has(*doc) && allowed.is_none_or(|allowed| allowed.has(*doc)));
        let before = found.best.len();
        found.best.extend(docs.into_iter().filter_map(|doc| self.candidate(doc)));
        found.total += found.best.len() - before;
    }

    /// Filters, counts and ranks. With `check`, not all of them need match.
    fn finish(&self, mut bits: Bits, check: bool, allowed: Option<&Bits>, found: &mut Found) {
        bits.without(&self.part.dead);
        if let Some(allowed) = allowed {
            bits &= allowed;
        }
        let count = bits.count();
        if check || count <= RANKED {
            let before = found.best.len();
            found.best.extend(bits.iter().filter_map(|doc| self.candidate(doc)));
            found.total += found.best.len() - before;
            return;
        }
        found.total += count;
        let chosen = self.chosen(&bits);
        found.best.extend(chosen.iter().filter_map(|doc| self.candidate(doc)));
        if !self.query.deep {
            return;
        }
        bits.without(&chosen);
        let rest = |doc| Candidate { part: self.number, doc, points: i32::MIN, miles: None, met: MetBy::default() };
        found.best.extend(bits.iter().take(DEPTH).map(rest));
    }

    /// Of too many matches those that are ranked.
    fn chosen(&self, bits: &Bits) -> Bits {
        let segment = self.segment();
        let mut exact = bits.clone();
        for reach in &self.reaches {
            let mut one = Bits::none(segment.count());
            reach.mark_exact(segment, &mut one);
            exact &= &one;
        }
        let mut chosen = Bits::none(segment.count());
        chosen.add(&exact.iter().take(PREFERRED).collect::<Vec<_>>());
        let whole = segment.terms.get(&whole_term(&self.query.understood.whole));
        chosen.add(&whole.iter().copied().filter(|doc| bits.has(*doc)).take(PREFERRED).collect::<Vec<_>>());
        if let Some(miles) = self.miles {
            let mut near = miles.all_within(self.number, NEAR_MILES);
            near &= bits;
            chosen.add(&near.iter().take(PREFERRED).collect::<Vec<_>>());
        }
        chosen.add(&bits.iter().take(RANKED - PREFERRED).collect::<Vec<_>>());
        chosen
    }

    fn candidate(&self, doc: u32) -> Option<Candidate> {
        let miles = self.miles.and_then(|miles| miles.of(self.number, doc));
        let best = self.rank(doc)?;
        let points = ranking::in_thousandths(self.with_facts(best.points, doc, miles).total());
        let met = MetBy {
            name: best.name.min(usize::from(u8::MAX)) as u8,
            telling: best.telling,
            whole: ranking::is_whole(&best.points),
            // Words of places are looked at when a correction is asked for.
            misspelled: best.mets.iter().any(|met| met.misspelled)
                || best.mets[..self.reaches.len()].iter().any(|met| met.words == 0 && met.share > 0.0)
                    && self.query.stage != Stage::Typed,
        };
        Some(Candidate { part: self.number, doc, points, miles, met })
    }

    fn with_facts(&self, points: Points, doc: u32, miles: Option<f32>) -> Points {
        let facts = self.segment().facts(doc);
        let near = self.miles.map_or(0.0, |from| {
            let served = if from.is_served(self.number, doc) { Served::State } else { Served::of(facts.wide()) };
            ranking::near(miles, served)
        });
        Points {
            listed: ranking::listed(facts.listed(), facts.portal()),
            known: ranking::known(facts.known()),
            near,
            ..points
        }
    }

    /// The best name of an organization; nothing when a part that must be met is not.
    fn rank(&self, doc: u32) -> Option<Ranked> {
        let segment = self.segment();
        let count = self.reaches.len();
        let mut around = [0.0; WORDS];
        for (share, reach) in around.iter_mut().zip(&self.reaches) {
            *share = reach.around(doc, segment);
        }
        let mut meanings = [0.0; WORDS];
        for (share, part) in meanings.iter_mut().zip(&self.parts) {
            *share = self.meaning_share(&part.part.meaning, doc);
        }
        let mut shares = around;
        let mut best: Option<Ranked> = None;
        let mut first_words = 0.0;
        for (number, (name, which)) in reach::names(segment.names.at(doc)).enumerate() {
            let mut plain = [0; NAME_LIMIT];
            let (name, small) = self.without_small(name, &mut plain);
            let mut mets: Mets = [Met::around(0.0); WORDS];
            let mut used = 0_u64;
            for (met, reach) in mets.iter_mut().zip(&self.reaches) {
                for at in 0..name.len() {
                    let Some(here) = reach.meets(name, at, segment) else { continue };
                    // A word typed twice is met by two.
                    let better = here.share > met.share
                        || (here.share >= met.share && used >> met.at & 1 == 1 && used >> at & 1 == 0);
                    if better {
                        *met = here;
                    }
                }
                if met.words > 0 {
                    used |= 1 << met.at;
                }
            }
            for at in 0..count {
                shares[at] = shares[at].max(mets[at].share);
                if around[at] > mets[at].share {
                    mets[at] = Met::around(around[at]);
                }
            }
            let points = self.asked.points(&mets[..count], &meanings, name.len(), small, which);
            if number == 0 {
                first_words = points.words;
            }
            if best.as_ref().is_none_or(|best| points.total() > best.points.total()) {
                let telling = points.words > first_words + 0.05;
                best = Some(Ranked { points, name: number, telling, mets });
            }
        }
        let met = |part: &LookPart| {
            let words = &shares[part.first..part.first + part.part.words.len()];
            words.iter().all(|share| *share > 0.0)
        };
        let all = self.parts.iter().zip(&meanings).all(|(part, meaning)| *meaning > 0.0 || met(part));
        best.filter(|_| all || self.query.need == Need::Some)
    }

    /// The words of a name that tell, and how many small ones stand on one side only.
    fn without_small<'b>(&self, name: &'b [u32], plain: &'b mut [u32; NAME_LIMIT]) -> (&'b [u32], usize) {
        let is_small = |word: &u32| word & SMALL != 0;
        let typed = &self.small;
        let small = name.iter().filter(|word| is_small(word));
        let unasked = small.clone().filter(|word| !typed.contains(word)).count();
        let missing = typed.iter().filter(|word| !name.contains(word)).count();
        if unasked + missing == 0 && small.count() == 0 {
            return (&name[..name.len().min(NAME_LIMIT)], 0);
        }
        let mut length = 0;
        for word in name.iter().filter(|word| !is_small(word)).take(NAME_LIMIT) {
            plain[length] = *word;
            length += 1;
        }
        (&plain[..length], unasked + missing)
    }

    /// Why a candidate of this segment stands where it stands.
    pub fn why(&self, candidate: &Candidate) -> Why {
        let segment = self.segment();
        let Some(best) = self.rank(candidate.doc) else { return Why::default() };
        let points = self.with_facts(best.points, candidate.doc, candidate.miles);
        let name = reach::names(segment.names.at(candidate.doc)).nth(best.name).map_or(&[][..], |(name, _)| name);
        let mut plain = [0; NAME_LIMIT];
        let (name, _) = self.without_small(name, &mut plain);
        let misspelled = (0..self.reaches.len()).filter_map(|word| {
            let met = &best.mets[word];
            let meant = || name.get(usize::from(met.at)).map(|number| segment.lexicon.word(*number).to_owned());
            if met.misspelled {
                return Some((word, meant()));
            }
            let place = self.reaches[word].misspelled_place(candidate.doc, segment)?;
            (met.words == 0).then_some((word, Some(place)))
        });
        Why { points, misspelled: misspelled.collect() }
    }
}

/// The best name of an organization.
struct Ranked {
    points: Points,
    name: usize,
    telling: bool,
    mets: Mets,
}
