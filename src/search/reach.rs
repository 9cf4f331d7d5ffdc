//! What one typed word reaches in one segment: words of names, as typed, unfinished or with typing errors; words of
//! places; exact terms. Each with its worth, a [`Share`].

use std::ops::Range;

use super::{
    candidates::Stage,
    engine::{
        bits::Bits,
        build::portal_term,
        segment::{FACILITY, Segment},
    },
    query::Word,
    ranking::{Met, Share, Which, begun, typos_allowed},
    words,
};

/// Of words of so many letters, only a forgotten letter counts as an error.
const SHORT: usize = 3;
/// A word written as one may be two in a name; of pairs of words more frequent than this not every name is
/// looked at.
const PAIR_LIMIT: usize = 2_000;

/// What a word reaches.
#[derive(Debug, Default)]
pub struct Reach<'a> {
    /// Words of names that are met by it whole: as typed, compared alike, meaning the same, or with a typing error. In
    /// order, each once with its best share.
    words: Vec<Reached>,
    /// Words that begin with it; empty where that does not count.
    begins: Range<u32>,
    typed: usize,
    /// Words of which a beginning is one typing error away.
    one_begins: Vec<Range<u32>>,
    /// Two words of names that are the typed one when they are written together.
    pairs: Vec<(Range<u32>, Range<u32>)>,
    /// Who has such a pair, in order.
    pair_docs: Vec<u32>,
    /// Places, in order, by worth.
    places: Vec<PlaceReach>,
    /// Those with the word in a portal's name or host.
    portals: &'a [u32],
    /// Those with the word as a number.
    numbers: &'a [u32],
}

/// A word of names that is met.
#[derive(Debug, Clone, Copy)]
struct Reached {
    number: u32,
    share: f32,
    misspelled: bool,
}

/// Places by how well their words are the typed one.
#[derive(Debug)]
struct PlaceReach {
    share: f32,
    misspelled: bool,
    /// In order.
    places: Vec<u32>,
}

/// Which ways count.
#[derive(Debug, Clone, Copy)]
pub struct Ways {
    /// How much is forgiven.
    pub stage: Stage,
    /// Unfinished words count.
    pub unfinished: bool,
}

impl<'a> Reach<'a> {
    /// Looks a word up.
    pub fn of(word: &Word, segment: &'a Segment, ways: Ways) -> Self {
        let lexicon = &segment.lexicon;
        let mut reach = Self { typed: word.surface.len(), ..Self::default() };
        let unfinished = ways.unfinished && (word.last || word.surface.len() >= 3);
        if unfinished {
            reach.begins = lexicon.beginning(&word.surface);
        }
        let exact = lexicon.find(&word.surface);
        reach.words.extend(exact.map(|number| Reached::well(number, Share::Exact.worth())));
        reach.find_same(word, exact, segment);
        if exact.is_none() {
            reach.find_pairs(word, segment, unfinished && word.last);
        }
        reach.find_misspelled(word, segment, ways.stage, unfinished && word.last);
        // Each word with its best share.
        reach.words.sort_unstable_by(|a, b| a.number.cmp(&b.number).then_with(|| b.share.total_cmp(&a.share)));
        reach.words.dedup_by_key(|reached| reached.number);
        reach.find_places(segment, unfinished && word.last);
        reach.portals = segment.terms.get(&portal_term(&word.form));
        if word.surface.len() >= 4 && word.surface.bytes().any(|b| b.is_ascii_digit()) {
            reach.numbers = segment.terms.get(&word.surface);
        }
        reach
    }

    /// Words that are compared alike or mean the same. What is typed last and is no word yet is rather the beginning of
    /// one.
    fn find_same(&mut self, word: &Word, exact: Option<u32>, segment: &Segment) {
        let rather_begins = word.last && exact.is_none() && !self.begins.is_empty();
        let most = if rather_begins { Share::Begins.worth() } else { 1.0 };
        let mut add = |form: &str, share: f32| {
            let Some(number) = segment.lexicon.find(form) else { return };
            for kin in segment.kin.at(number) {
                // Written out is a little better than any other way to write it.
                let share = if *kin == number { share + 0.01 } else { share };
                self.words.push(Reached::well(*kin, share.min(most)));
            }
        };
        add(&word.form, Share::Alike.worth());
        for joined in &word.joins {
            add(joined, Share::Alike.worth());
        }
        for same in word.same() {
            add(same, Share::English.worth());
        }
    }

    fn find_misspelled(&mut self, word: &Word, segment: &Segment, stage: Stage, unfinished: bool) {
        let lexicon = &segment.lexicon;
        let typos = match stage {
            Stage::Typed => 0,
            Stage::OneTypo => typos_allowed(&word.surface).min(1),
            Stage::TwoTypos => typos_allowed(&word.surface),
        };
        if typos >= 1 {
            // Of a short word, a letter was forgotten: else too much is near.
            let short = word.surface.len() == SHORT;
            for near in lexicon.one_typo(&word.surface) {
                if !short || lexicon.word(near).len() > SHORT {
                    self.add_misspelled(near, Share::OneTypo.worth(), segment);
                }
            }
            if unfinished && !short {
                self.one_begins = lexicon.one_typo_begins(&word.surface);
            }
        }
        if typos >= 2 {
            for near in lexicon.two_typos(&word.surface) {
                self.add_misspelled(near, Share::TwoTypos.worth(), segment);
            }
        }
    }

    /// A word that may be meant, with all that are compared alike.
    fn add_misspelled(&mut self, near: u32, share: f32, segment: &Segment) {
        for number in segment.kin.at(near).iter().copied().chain([near]) {
            let share = share + likely(number, segment);
            self.words.push(Reached { number, share, misspelled: true });
        }
    }

    fn find_pairs(&mut self, word: &Word, segment: &Segment, unfinished: bool) {
        for at in 2..word.surface.len().saturating_sub(1) {
            let (Some(left), Some(right)) = (word.surface.get(..at), word.surface.get(at..)) else { continue };
            // "clinicfor": what is left of it without the small word.
            let rest = if words::is_small(left) {
                right
            } else if words::is_small(right) {
                left
            } else {
                ""
            };
            let rest = segment.lexicon.find(rest).map(|number| Reached::well(number, Share::Alike.worth()));
            self.words.extend(rest);
            let left = written(left, segment);
            if left.is_empty() {
                continue;
            }
            let mut right = written(right, segment);
            if unfinished && word.surface.len() - at >= 3 {
                let begins = segment.lexicon.beginning(&word.surface[at..]);
                right =
                    if right.is_empty() { begins } else { right.start.min(begins.start)..right.end.max(begins.end) };
            }
            self.find_pair(left, right, segment);
        }
        self.pair_docs.sort_unstable();
        self.pair_docs.dedup();
    }

    fn find_pair(&mut self, left: Range<u32>, right: Range<u32>, segment: &Segment) {
        let (a, b) = (segment.of_name.range(left.clone()), segment.of_name.range(right.clone()));
        let (rarer, other) = if a.len() <= b.len() { (a, b) } else { (b, a) };
        let before = self.pair_docs.len();
        if rarer.len() > PAIR_LIMIT {
            // Too many to look at each: whoever has both, whether they stand together or not.
            let mut both = Bits::none(segment.count());
            both.add(rarer);
            self.pair_docs.extend(other.iter().filter(|doc| both.has(**doc)));
        } else {
            let beside = |two: &[u32]| left.contains(&two[0]) && right.contains(&two[1]);
            let pair = |doc: &&u32| segment.names.at(**doc).windows(2).any(beside);
            self.pair_docs.extend(rarer.iter().filter(pair));
        }
        if self.pair_docs.len() > before {
            self.pairs.push((left, right));
        }
    }

    fn find_places(&mut self, segment: &Segment, unfinished: bool) {
        let of_word = &segment.places.of_word;
        let mut add = |share: f32, misspelled: bool, words: &mut dyn Iterator<Item = Range<u32>>| {
            let mut places: Vec<u32> = words.flat_map(|range| of_word.range(range)).copied().collect();
            if !places.is_empty() {
                places.sort_unstable();
                places.dedup();
                self.places.push(PlaceReach { share, misspelled, places });
            }
        };
        let single = |reached: &Reached| reached.number..reached.number + 1;
        let well = |reached: &&Reached| !reached.misspelled;
        let near = |reached: &&Reached| reached.misspelled && reached.share >= Share::OneTypo.worth();
        let far = |reached: &&Reached| reached.misspelled && reached.share < Share::OneTypo.worth();
        add(Share::Place.worth(), false, &mut self.words.iter().filter(well).map(single));
        if unfinished && !self.begins.is_empty() {
            add(Share::PlaceBegins.worth(), false, &mut std::iter::once(self.begins.clone()));
        }
        add(Share::OneTypo.worth() * 0.9, true, &mut self.words.iter().filter(near).map(single));
        add(Share::OneTypo.worth() * 0.8, true, &mut self.one_begins.iter().cloned());
        add(Share::TwoTypos.worth() * 0.9, true, &mut self.words.iter().filter(far).map(single));
    }

    /// How the words of a name from one on meet the typed word.
    pub fn meets(&self, name: &[u32], at: usize, segment: &Segment) -> Option<Met> {
        let number = name[at];
        let whole = self.reached(number).copied();
        if let Some(whole) = whole.filter(|whole| whole.share > Share::Begins.worth()) {
            return Some(whole.met(at));
        }
        if self.begins.contains(&number) {
            let share = begun(self.typed, segment.lexicon.word(number).len());
            return Some(Met { unfinished: true, ..Met::new(share, at) });
        }
        if !self.pairs.is_empty()
            && let Some(next) = name.get(at + 1)
            && self.pairs.iter().any(|(left, right)| left.contains(&number) && right.contains(next))
        {
            return Some(Met { words: 2, ..Met::new(Share::Alike.worth(), at) });
        }
        if whole.is_none() && !self.one_begins.is_empty() && among(&self.one_begins, number) {
            let share = Share::OneTypo.worth() * 0.8 + likely(number, segment);
            return Some(Met { misspelled: true, ..Met::new(share, at) });
        }
        whole.map(|whole| whole.met(at))
    }

    fn reached(&self, number: u32) -> Option<&Reached> {
        // Most words of names lie outside.
        let (first, last) = (self.words.first()?, self.words.last()?);
        if number < first.number || number > last.number {
            return None;
        }
        if self.words.len() <= 8 {
            return self.words.iter().find(|reached| reached.number == number);
        }
        let at = self.words.binary_search_by_key(&number, |reached| reached.number).ok()?;
        Some(&self.words[at])
    }

    /// How much an organization has the word elsewhere: in a place, a portal, a number.
    pub fn around(&self, doc: u32, segment: &Segment) -> f32 {
        if self.numbers.binary_search(&doc).is_ok() {
            return Share::Exact.worth();
        }
        let mut best: f32 = 0.0;
        if !self.places.is_empty() {
            let spots = segment.spots.at(doc);
            for reach in &self.places {
                if reach.share > best && meet(spots, &reach.places) {
                    best = reach.share;
                }
            }
        }
        if best < Share::Portal.worth() && self.portals.binary_search(&doc).is_ok() {
            best = Share::Portal.worth();
        }
        best
    }

    /// The word of its place that was meant, when it was typed with an error.
    pub fn misspelled_place(&self, doc: u32, segment: &Segment) -> Option<String> {
        let spots = segment.spots.at(doc);
        let best =
            self.places.iter().filter(|reach| meet(spots, &reach.places)).max_by(|a, b| a.share.total_cmp(&b.share))?;
        if !best.misspelled {
            return None;
        }
        let near = |word: &u32| {
            self.reached(*word).is_some_and(|reached| reached.misspelled) || among(&self.one_begins, *word)
        };
        let mut words = spots
            .iter()
            .filter(|spot| best.places.binary_search(spot).is_ok())
            .flat_map(|spot| segment.places.words.at(*spot));
        words.find(|word| near(word)).map(|word| segment.lexicon.word(*word).to_owned())
    }

    /// About how many organizations it reaches: never less.
    pub fn cost(&self, segment: &Segment) -> usize {
        let names: usize = self.name_ranges().map(|range| segment.of_name.range(range).len()).sum();
        let places: usize =
            self.places.iter().flat_map(|reach| &reach.places).map(|place| segment.of_spot.at(*place).len()).sum();
        names + places + self.pair_docs.len() + self.portals.len() + self.numbers.len()
    }

    /// Adds all whom it reaches.
    pub fn mark(&self, segment: &Segment, bits: &mut Bits) {
        for range in self.name_ranges() {
            segment.mark_words(range, bits);
        }
        self.each_other(segment, |list| bits.add(list));
    }

    /// All whom it reaches, list by list.
    pub fn each(&self, segment: &Segment, mut call: impl FnMut(&[u32])) {
        for range in self.name_ranges() {
            call(segment.of_name.range(range));
        }
        self.each_other(segment, call);
    }

    /// Those whom it reaches by something else than a word of a name.
    fn each_other(&self, segment: &Segment, mut call: impl FnMut(&[u32])) {
        for place in self.places.iter().flat_map(|reach| &reach.places) {
            call(segment.of_spot.at(*place));
        }
        for docs in [&self.pair_docs[..], self.portals, self.numbers] {
            call(docs);
        }
    }

    /// Adds those with the word itself in a name.
    pub fn mark_exact(&self, segment: &Segment, bits: &mut Bits) {
        for reached in self.words.iter().filter(|reached| !reached.misspelled) {
            segment.mark_words(reached.number..reached.number + 1, bits);
        }
        bits.add(&self.pair_docs);
    }

    fn name_ranges(&self) -> impl Iterator<Item = Range<u32>> {
        let words = self.words.iter().map(|reached| reached.number..reached.number + 1);
        let words = words.filter(|word| !self.begins.contains(&word.start));
        words.chain([self.begins.clone()]).chain(self.one_begins.iter().cloned()).filter(|range| !range.is_empty())
    }
}

impl Reached {
    fn well(number: u32, share: f32) -> Self {
        Self { number, share, misspelled: false }
    }

    fn met(self, at: usize) -> Met {
        Met { misspelled: self.misspelled, ..Met::new(self.share, at) }
    }
}

/// Of several words that may be meant, the frequent one rather is: up to 0.1 more.
fn likely(number: u32, segment: &Segment) -> f32 {
    let count = segment.of_name.at(number).len() as f32;
    0.1 * (1.0 + count).log2() / (2.0 + segment.count() as f32).log2()
}

/// Is a number in one of some ranges in order?
fn among(ranges: &[Range<u32>], number: u32) -> bool {
    let after = ranges.partition_point(|range| range.end <= number);
    ranges.get(after).is_some_and(|range| range.contains(&number))
}

/// The words that are written so: the word itself, or with an ending of a plural.
fn written(word: &str, segment: &Segment) -> Range<u32> {
    segment.lexicon.find(word).map_or(0..0, |number| number..number + 1)
}

/// Do two lists in order share a number?
fn meet(a: &[u32], b: &[u32]) -> bool {
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    few.iter().any(|number| many.binary_search(number).is_ok())
}

/// The names of an organization, its own first.
pub fn names(words: &[u32]) -> impl Iterator<Item = (&[u32], Which)> {
    let mut start = 0;
    let mut which = Which::Name;
    std::iter::from_fn(move || {
        let rest = words.get(start..)?;
        let length = rest.iter().position(|word| *word >= FACILITY).unwrap_or(rest.len());
        let this = (&rest[..length], which);
        which = if rest.get(length) == Some(&FACILITY) { Which::Facility } else { Which::Alias };
        start += length + 1;
        Some(this)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::engine::segment::ALIAS;

    #[test]
    fn names_are_told_apart() {
        let all: Vec<_> = names(&[1, 2, ALIAS, 3, FACILITY, 4]).collect();
        assert_eq!(all, [(&[1, 2][..], Which::Name), (&[3][..], Which::Alias), (&[4][..], Which::Facility)]);
        assert_eq!(names(&[]).collect::<Vec<_>>(), [(&[][..], Which::Name)]);
        assert_eq!(names(&[7, ALIAS]).count(), 2);
    }

    #[test]
    fn lists_meet() {
        assert!(meet(&[1, 5, 9], &[2, 9]) && !meet(&[1, 5], &[2, 9]) && !meet(&[], &[1]));
    }
}
