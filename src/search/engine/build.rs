//! Making a segment: entries in, one after the other, a [`Segment`] out.

use std::{cmp::Reverse, collections::HashMap, io, path::Path};

use super::{
    lexicon::Lexicon,
    lists::Lists,
    places::{self, Places},
    records::{self, At},
    segment::{ALIAS, FACILITY, Facts, SMALL, Segment, WIDE_BIT},
    terms::{self, Terms},
};
use crate::{
    model::{
        id::{Id, ThingKind},
        place::STATES,
    },
    search::{
        alphabet,
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
    /// The words of its names, but for those of its legal form.
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
        let names: Vec<Vec<Token>> = texts.map(|name| words::in_name(name)).collect();
        let portals = entry.portals.iter().flat_map(|text| words::telling(text));
        let mut hashes: Vec<u64> = entry.terms.iter().map(|term| terms::hash(term)).collect();
        hashes.push(terms::hash(&id_term(&entry.shown.id())));
        hashes.extend(names[..own].iter().map(|tokens| terms::hash(&whole_term(&whole(tokens)))));
        hashes.extend(portals.map(|token| terms::hash(&portal_term(&token.form))));
        if let Some((id, _)) = &entry.shown.part_of {
            let id = Id::new(ThingKind::Organization, uuid::Uuid::from_bytes(*id));
            hashes.push(terms::hash(&part_term(&id)));
        }
        Self { entry, names, own, terms: hashes }
    }
}

/// The telling words of a name as one text; all of them when none is.
fn whole(tokens: &[Token]) -> String {
    let telling: Vec<&str> = tokens.iter().filter(|token| !token.ignored).map(|token| token.form.as_str()).collect();
    if telling.is_empty() { words::whole(tokens) } else { telling.join(" ") }
}

/// Gathers entries.
pub struct Builder {
    records: records::Writer,
    words: Words,
    names: Lists,
    spots: Lists,
    places: places::Gather,
    terms: Vec<(u64, u32)>,
    kinds: Vec<u32>,
    features: Vec<u64>,
    answers: Lists,
    vendors: Lists,
    alphabet: Vec<u64>,
    facts: Vec<u32>,
    id_keys: Vec<u64>,
    part_of: Vec<u32>,
    parents: HashMap<u64, u32>,
    at: Vec<At>,
    /// Ids that went, each with how many entries there were then.
    removed: Vec<(u64, u32)>,
}

/// Words as they come, with numbers from 0.
#[derive(Default)]
struct Words {
    numbers: HashMap<Box<str>, u32>,
    /// How each is compared: the number of its form.
    forms: Vec<u32>,
}

impl Words {
    /// The number of a word that is compared as it is.
    fn form(&mut self, form: &str) -> u32 {
        if let Some(number) = self.numbers.get(form) {
            return *number;
        }
        let number = self.forms.len() as u32;
        self.numbers.insert(form.into(), number);
        self.forms.push(number);
        number
    }

    /// The number of a word as it is written.
    fn written(&mut self, token: &Token) -> u32 {
        if let Some(number) = self.numbers.get(&*token.surface) {
            // It may have been met as the form of another before.
            if self.forms[*number as usize] == *number && token.form != token.surface {
                let number = *number;
                self.forms[number as usize] = self.form(&token.form);
                return number;
            }
            return *number;
        }
        let form = self.form(&token.form);
        if token.form == token.surface {
            return form;
        }
        let number = self.forms.len() as u32;
        self.numbers.insert(token.surface.as_str().into(), number);
        self.forms.push(form);
        number
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
            words: Words::default(),
            names: Lists::default(),
            spots: Lists::default(),
            places: places::Gather::default(),
            terms: Vec::new(),
            kinds: Vec::new(),
            features: Vec::new(),
            answers: Lists::default(),
            vendors: Lists::default(),
            alphabet: Vec::new(),
            facts: Vec::new(),
            id_keys: Vec::new(),
            part_of: Vec::new(),
            parents: HashMap::new(),
            at: Vec::new(),
            removed: Vec::new(),
        })
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
            // A name of small words alone is told by them.
            let telling = tokens.iter().any(|token| !token.ignored);
            let mark = |token: &Token| if telling && token.ignored { SMALL } else { 0 };
            marked.extend(tokens.iter().map(|token| self.words.written(token) | mark(token)));
        }
        self.names.push(marked);
        let (places, words) = (&mut self.places, &mut self.words);
        let mut spots: Vec<u32> =
            entry.places.iter().map(|spot| places.number(spot, |word| words.form(word))).collect();
        spots.sort_unstable();
        self.spots.push(spots);
        self.terms.extend(terms.iter().map(|hash| (*hash, doc)));
        self.kinds.push(entry.kinds);
        self.features.push(entry.features);
        self.answers.push(each(entry.features_no).chain(each(entry.features_planned).map(|bit| bit + u64::BITS)));
        self.vendors.push(each(entry.vendors));
        self.alphabet.push(alphabet::key(&entry.shown.name));
        let shown = &entry.shown;
        self.facts.push(Facts::new(shown, entry.known, day(&shown.load_date)).0);
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
        let mut last: Vec<(u64, u32)> = self.id_keys.iter().copied().zip(0..).collect();
        last.sort_unstable();
        let mut removed = self.removed.clone();
        removed.sort_unstable();
        let went = |key: u64, doc: u32| {
            let after = removed.partition_point(|(other, before)| (*other, *before) <= (key, doc));
            removed.get(after).is_some_and(|(other, before)| *other == key && *before > doc)
        };
        let same = last.chunk_by(|a, b| a.0 == b.0).filter_map(|same| same.last());
        let mut kept: Vec<u32> = same.filter(|(key, doc)| !went(*key, *doc)).map(|(_, doc)| *doc).collect();
        kept.sort_unstable();
        kept
    }

    /// The segment.
    ///
    /// # Errors
    /// When the entries cannot be written to their end.
    pub fn finish(mut self) -> io::Result<Segment> {
        let Words { numbers, forms } = std::mem::take(&mut self.words);
        let mut sorted: Vec<(Box<str>, u32)> = numbers.into_iter().collect();
        sorted.sort_unstable();
        let lexicon = Lexicon::new(sorted.iter().map(|(word, _)| &**word));
        let mut ranks = vec![0; sorted.len()];
        for ((_, word), rank) in sorted.iter().zip(0..) {
            ranks[*word as usize] = rank;
        }
        let mut form_of = Lists::default();
        for (_, word) in &sorted {
            form_of.push([ranks[forms[*word as usize] as usize]]);
        }
        drop(sorted);
        // Marks stay; so does the mark of a small word.
        let rank = |word: u32| ranks.get((word & !SMALL) as usize).map_or(word, |rank| rank | word & SMALL);
        let mut order = self.kept();
        // Names by their words: the same order as by their letters, but for punctuation.
        let name = |doc: &u32| {
            let words = self.names.at(*doc).iter().take_while(|word| **word < FACILITY);
            words.map(|word| rank(*word) & !SMALL)
        };
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
        let places = self.places.finish(lexicon.count(), rank);
        let mut parents = vec![0; self.parents.len()];
        for (key, number) in &self.parents {
            parents[*number as usize - 1] = *key;
        }
        Ok(Segment {
            of_name: names.turned(lexicon.count()),
            kin: form_of.turned(lexicon.count()),
            of_spot: spots.turned(places.count()),
            lexicon,
            names,
            of_kind: of_kind(&self.kinds, &self.facts, &order),
            of_state: of_state(&spots, &places),
            of_answer: self.answers.sorted(&order, |bit| bit).turned(2 * u64::BITS),
            of_vendor: self.vendors.sorted(&order, |bit| bit).turned(u64::BITS),
            alphabet: picked(&self.alphabet, &order),
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
            frequent: Default::default(),
            records: self.records.finish()?,
        }
        .with_frequent())
    }
}

/// The numbers of the bits of a set.
fn each(bits: u64) -> impl Iterator<Item = u32> {
    (0..u64::BITS).filter(move |bit| bits >> bit & 1 == 1)
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
    for doc in 0..spots.count() as u32 {
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
