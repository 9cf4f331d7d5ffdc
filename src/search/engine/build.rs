//! Making a segment: entries in, one after the other, a [`Segment`] out.

use std::{cmp::Reverse, collections::HashMap, io, path::Path};

use super::{
    lexicon::Lexicon,
    lists::Lists,
    places::{self, Places},
    records::{self, At},
    segment::{ALIAS, FACILITY, Facts, Segment, WIDE_BIT},
    terms::{self, Terms},
};
use crate::{
    model::{
        id::{Id, ThingKind},
        place::STATES,
    },
    search::{
        entry::{Entry, id_key, id_term},
        words::{self, Token},
    },
};

/// The term of a whole name.
pub fn whole_term(whole: &str) -> String {
    format!("={whole}")
}

/// The term of the organizations that are part of one.
pub fn part_term(id: &Id) -> String {
    format!("part:{id}")
}

/// The term of a word of a portal's name or host, which need not be a word of any name.
pub fn portal_term(word: &str) -> String {
    format!("w:{word}")
}

/// An entry with its names read: the work that needs nothing of the others.
pub struct Prepared {
    entry: Entry,
    /// The words of its names, an empty one before each further name, see `marks`.
    names: Vec<Vec<Token>>,
    /// How many of `names` are the name and other names; the rest are names of places.
    own: usize,
    terms: Vec<u64>,
}

impl Prepared {
    /// Reads the names of an entry.
    pub fn new(entry: Entry) -> Self {
        let own = 1 + entry.aliases.len();
        let texts = [&entry.shown.name].into_iter().chain(&entry.aliases).chain(&entry.facilities);
        let names: Vec<Vec<Token>> = texts.map(|name| words::telling(name)).collect();
        let portals = entry.portals.iter().flat_map(|text| words::telling(text));
        let mut hashes: Vec<u64> = entry.terms.iter().map(|term| terms::hash(term)).collect();
        hashes.push(terms::hash(&id_term(&entry.shown.id())));
        hashes.extend(names[..own].iter().map(|tokens| terms::hash(&whole_term(&words::whole(tokens)))));
        hashes.extend(portals.map(|token| terms::hash(&portal_term(&token.form))));
        if let Some((id, _)) = &entry.shown.part_of {
            let id = Id::new(ThingKind::Organization, uuid::Uuid::from_bytes(*id));
            hashes.push(terms::hash(&part_term(&id)));
        }
        Self { entry, names, own, terms: hashes }
    }
}

/// Gathers entries.
pub struct Builder {
    records: records::Writer,
    words: HashMap<Box<str>, u32>,
    names: Lists,
    spots: Lists,
    places: places::Gather,
    terms: Vec<(u64, u32)>,
    kinds: Vec<u32>,
    features: Vec<u64>,
    facts: Vec<u32>,
    id_keys: Vec<u64>,
    part_of: Vec<u32>,
    parents: HashMap<u64, u32>,
    at: Vec<At>,
    /// Ids that went, each with how many entries there were then.
    removed: Vec<(u64, u32)>,
}

fn number(words: &mut HashMap<Box<str>, u32>, word: &str) -> u32 {
    match words.get(word) {
        Some(number) => *number,
        None => {
            let number = words.len() as u32;
            words.insert(word.into(), number);
            number
        }
    }
}

impl Builder {
    /// Begins; entries go to a file at `records`.
    ///
    /// # Errors
    /// When the file cannot be made.
    pub fn new(records: &Path) -> io::Result<Self> {
        Ok(Self {
            records: records::Writer::create(records)?,
            words: HashMap::new(),
            names: Lists::default(),
            spots: Lists::default(),
            places: places::Gather::default(),
            terms: Vec::new(),
            kinds: Vec::new(),
            features: Vec::new(),
            facts: Vec::new(),
            id_keys: Vec::new(),
            part_of: Vec::new(),
            parents: HashMap::new(),
            at: Vec::new(),
            removed: Vec::new(),
        })
    }

    /// Has anything been added?
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Adds an entry. When one with its id is there, the later one counts.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&mut self, prepared: &Prepared) -> io::Result<()> {
        let Prepared { entry, names, own, terms } = prepared;
        let doc = self.kinds.len() as u32;
        self.at.push(self.records.add(entry)?);
        let mut marked = Vec::with_capacity(8);
        for (at, tokens) in names.iter().enumerate() {
            if at > 0 {
                marked.push(if at < *own { ALIAS } else { FACILITY });
            }
            marked.extend(tokens.iter().map(|token| number(&mut self.words, &token.form)));
        }
        self.names.push(marked);
        let (places, words) = (&mut self.places, &mut self.words);
        let mut spots: Vec<u32> =
            entry.places.iter().map(|spot| places.number(spot, |word| number(words, word))).collect();
        spots.sort_unstable();
        self.spots.push(spots);
        self.terms.extend(terms.iter().map(|hash| (*hash, doc)));
        self.kinds.push(entry.kinds);
        self.features.push(entry.features);
        let shown = &entry.shown;
        let wide = shown.areas.iter().any(|area| area == "US");
        self.facts.push(Facts::new(shown.listed, entry.known, day(&shown.load_date), shown.tier, wide).0);
        self.id_keys.push(id_key(shown.id));
        let next = self.parents.len() as u32 + 1;
        self.part_of.push(shown.part_of.as_ref().map_or(0, |(id, _)| *self.parents.entry(id_key(*id)).or_insert(next)));
        Ok(())
    }

    /// Takes an organization out again, if it was added.
    pub fn remove(&mut self, id: &Id) {
        self.removed.push((id_key(id.bytes()), self.kinds.len() as u32));
    }

    /// Those that count: of each id the last one, unless it went afterwards.
    fn kept(&self) -> Vec<u32> {
        let mut last: HashMap<u64, u32> = HashMap::with_capacity(self.id_keys.len());
        last.extend(self.id_keys.iter().zip(0..).map(|(key, doc)| (*key, doc)));
        for (key, before) in &self.removed {
            if last.get(key).is_some_and(|doc| doc < before) {
                last.remove(key);
            }
        }
        (0..self.id_keys.len() as u32).filter(|doc| last.get(&self.id_keys[*doc as usize]) == Some(doc)).collect()
    }

    /// The segment.
    ///
    /// # Errors
    /// When the entries cannot be written to their end.
    pub fn finish(mut self) -> io::Result<Segment> {
        let mut sorted: Vec<(Box<str>, u32)> = std::mem::take(&mut self.words).into_iter().collect();
        sorted.sort_unstable();
        let lexicon = Lexicon::new(sorted.iter().map(|(word, _)| &**word));
        let mut ranks = vec![0; sorted.len()];
        for ((_, word), rank) in sorted.iter().zip(0..) {
            ranks[*word as usize] = rank;
        }
        drop(sorted);
        let rank = |word: u32| ranks.get(word as usize).copied().unwrap_or(word);
        let mut order = self.kept();
        // Names by their words: the same order as by their letters, but for punctuation.
        let name = |doc: &u32| self.names.at(*doc).iter().take_while(|word| **word < FACILITY).map(|word| rank(*word));
        order.sort_by_cached_key(|doc| {
            let mut words = name(doc);
            let first = (words.next().map_or(0, |word| word + 1), words.next().map_or(0, |word| word + 1));
            (Reverse(Facts(self.facts[*doc as usize]).quality()), first)
        });
        let key = |doc: &u32| {
            let mut words = name(doc);
            (self.facts[*doc as usize] >> 9, words.next(), words.next())
        };
        for same in order.chunk_by_mut(|a, b| key(a) == key(b)) {
            same.sort_unstable_by(|a, b| {
                name(a).cmp(name(b)).then_with(|| self.id_keys[*a as usize].cmp(&self.id_keys[*b as usize]))
            });
        }
        let mut place_of = vec![u32::MAX; self.kinds.len()];
        for (doc, place) in order.iter().zip(0..) {
            place_of[*doc as usize] = place;
        }
        for (_, doc) in &mut self.terms {
            *doc = place_of[*doc as usize];
        }
        self.terms.retain(|(_, doc)| *doc != u32::MAX);
        let terms = Terms::new(std::mem::take(&mut self.terms));
        let names = self.names.sorted(&order, rank);
        self.names = Lists::default();
        let spots = self.spots.sorted(&order, |spot| spot);
        let places = self.places.finish(lexicon.len(), rank);
        let mut parents = vec![0; self.parents.len()];
        for (key, number) in &self.parents {
            parents[*number as usize - 1] = *key;
        }
        Ok(Segment {
            of_name: names.turned(lexicon.len()),
            of_spot: spots.turned(places.len()),
            lexicon,
            names,
            of_kind: of_kind(&self.kinds, &self.facts, &order),
            of_state: of_state(&spots, &places),
            spots,
            places,
            terms,
            kinds: picked(&self.kinds, &order),
            features: picked(&self.features, &order),
            facts: picked(&self.facts, &order),
            id_keys: picked(&self.id_keys, &order),
            part_of: picked(&self.part_of, &order),
            parents,
            at: picked(&self.at, &order),
            records: self.records.finish()?,
        })
    }
}

/// The organizations of each kind.
fn of_kind(kinds: &[u32], facts: &[u32], order: &[u32]) -> Lists {
    let mut bits = Lists::default();
    for doc in order {
        let wide = u32::from(Facts(facts[*doc as usize]).wide()) << WIDE_BIT;
        let kinds = kinds[*doc as usize] | wide;
        bits.push((0..u32::BITS).filter(|bit| kinds >> bit & 1 == 1));
    }
    bits.turned(u32::BITS)
}

/// The organizations of each state, see `places::state_index`.
fn of_state(spots: &Lists, places: &Places) -> Lists {
    let mut states = Lists::default();
    for doc in 0..spots.len() as u32 {
        states.push(spots.at(doc).iter().filter_map(|spot| places.state(*spot)));
    }
    states.turned(STATES.len() as u32)
}

fn picked<T: Copy>(values: &[T], order: &[u32]) -> Vec<T> {
    order.iter().map(|doc| values[*doc as usize]).collect()
}

/// Days since 2000 of a date.
fn day(date: &str) -> u16 {
    let since = |day: jiff::civil::Date| (day - jiff::civil::date(2000, 1, 1)).get_days().clamp(0, i32::from(u16::MAX));
    date.parse().map_or(0, |day| since(day) as u16)
}
