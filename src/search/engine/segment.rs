//! One part of the index that never changes: everything of some organizations that a search looks at, in arrays.

use std::{
    fs::File,
    io::{self, BufReader, BufWriter, Read, Write},
    ops::Range,
    path::Path,
};

use super::{
    bits::Bits,
    codec::{Reader, Writer},
    frequent::Frequent,
    lexicon::Lexicon,
    lists::Lists,
    places::Places,
    records::{At, Records},
    terms::Terms,
};
use crate::{
    model::place::STATES,
    search::entry::{Entry, Shown},
};

/// In the words of an organization: what follows is another name of it.
pub const ALIAS: u32 = u32::MAX;
/// In the words of an organization: what follows is the name of one of its places.
pub const FACILITY: u32 = u32::MAX - 1;

/// In a word of a name: it says little by itself ("of", "and").
pub const SMALL: u32 = 1 << 31;

/// The list of those who serve the whole country, among the lists by kind.
pub const WIDE_BIT: u32 = 31;

/// Organizations with numbers from 0, the better known first.
#[derive(Debug)]
pub struct Segment {
    /// Every word of names and places, as it is written and as it is compared.
    pub lexicon: Lexicon,
    /// For a word as it is compared, all words that are compared so ("hospital": hosp, hospital, hospitals).
    pub kin: Lists,
    /// The words of each organization's names as they are written, in order; those that say little are marked
    /// [`SMALL`], and [`ALIAS`] and [`FACILITY`] stand between names.
    pub names: Lists,
    /// The organizations with a word in a name.
    pub of_name: Lists,
    /// The places of each organization, in order.
    pub spots: Lists,
    /// The organizations of each place.
    pub of_spot: Lists,
    /// The organizations of each kind, by the number of its bit, and at [`WIDE_BIT`] those who serve the whole country.
    pub of_kind: Lists,
    /// The organizations with a place in, or serving, each state, see `places::state_index`.
    pub of_state: Lists,
    /// The places.
    pub places: Places,
    /// Exact terms.
    pub terms: Terms,
    /// Kinds of each organization, see `Kind::bit`.
    pub kinds: Vec<u32>,
    /// Features of each organization, see `Feature::bit`.
    pub features: Vec<u64>,
    /// The organizations of each other answer: those who said no to a feature by the number of its bit, those who plan
    /// it 64 further.
    pub of_answer: Lists,
    /// The organizations of each vendor, by the number of its bit, see `entry::vendor_bits`.
    pub of_vendor: Lists,
    /// The name of each in the alphabet, see `alphabet::key`.
    pub alphabet: Vec<u64>,
    /// See [`Facts`].
    pub facts: Vec<u32>,
    /// The end of each id as a number, see `entry::id_key`.
    pub id_keys: Vec<u64>,
    /// 0, or one more than the number in `parents` of the organization it is part of.
    pub part_of: Vec<u32>,
    /// The ends of the ids of those that have parts.
    pub parents: Vec<u64>,
    /// Sets made once of the long lists of `of_name`, `of_kind` and `of_state`.
    pub frequent: [Frequent; 3],
    /// Where each entry stands in the file of entries.
    pub at: Vec<At>,
    /// The file of entries.
    pub records: Records,
}

/// Small facts of an organization in one number. Greater is better known, then fresher.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Facts(pub u32);

impl Facts {
    /// From what an entry shows; `day` is the day of its load in days since 2000.
    pub fn new(shown: &Shown, known: u8, day: u16) -> Self {
        let bit = |is: bool, at: u32| u32::from(is) << at;
        let wide = shown.areas.iter().any(|area| area == "US");
        let known = u32::from(known).min(63) << 25;
        let (day, tier) = (u32::from(day) << 9, u32::from(shown.tier & 15) << 1);
        let doors = bit(shown.app_access, 6) | bit(shown.portal_url.is_some(), 5);
        Self(bit(shown.listed, 31) | known | day | doors | tier | bit(wide, 0))
    }

    /// Has it a page to sign in?
    pub fn portal(self) -> bool {
        self.0 >> 5 & 1 == 1
    }

    /// Can an app connect?
    pub fn app_access(self) -> bool {
        self.0 >> 6 & 1 == 1
    }

    /// Does it offer a door or a feature?
    pub fn listed(self) -> bool {
        self.0 >> 31 == 1
    }

    /// See `known`.
    pub fn known(self) -> u8 {
        (self.0 >> 25 & 63) as u8
    }

    /// The tier of the source of its door.
    pub fn tier(self) -> u8 {
        (self.0 >> 1 & 15) as u8
    }

    /// Does it serve the whole country?
    pub fn wide(self) -> bool {
        self.0 & 1 == 1
    }

    /// Listed, then known, then fresh: greater comes first.
    pub fn quality(self) -> u32 {
        self.0 >> 9
    }
}

impl Segment {
    /// How many organizations.
    pub fn count(&self) -> u32 {
        self.kinds.len() as u32
    }

    /// A word.
    pub fn word(&self, number: u32) -> &str {
        self.lexicon.word(number)
    }

    /// The facts of one.
    pub fn facts(&self, doc: u32) -> Facts {
        Facts(self.facts[doc as usize])
    }

    /// What is kept of one.
    ///
    /// # Errors
    /// When the file cannot be read or is broken.
    pub fn entry(&self, doc: u32) -> io::Result<Entry> {
        self.records.get(self.at[doc as usize])
    }

    /// The end of the id of the organization it is part of.
    pub fn parent(&self, doc: u32) -> Option<u64> {
        let number = self.part_of[doc as usize].checked_sub(1)?;
        self.parents.get(number as usize).copied()
    }

    /// Writes all but the entries to a new file.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        let mut to = Writer::new(BufWriter::with_capacity(1 << 18, File::create(path)?))?;
        self.write(&mut to)?;
        to.finish()?;
        Ok(())
    }

    fn write(&self, to: &mut Writer<impl Write>) -> io::Result<()> {
        self.lexicon.write(to)?;
        let words = [&self.kin, &self.names, &self.of_name];
        let places = [&self.spots, &self.of_spot];
        let facts = [&self.of_kind, &self.of_state, &self.of_answer, &self.of_vendor];
        for lists in words.into_iter().chain(places).chain(facts) {
            lists.write(to)?;
        }
        self.places.write(to)?;
        self.terms.write(to)?;
        to.u32s(&self.kinds)?;
        to.u64s(&self.features)?;
        to.u64s(&self.alphabet)?;
        to.u32s(&self.facts)?;
        to.u64s(&self.id_keys)?;
        to.u32s(&self.part_of)?;
        to.u64s(&self.parents)?;
        to.u64s(&self.at)
    }

    /// Reads what [`Segment::save`] wrote, and checks it; with `thorough`, every entry too.
    ///
    /// # Errors
    /// When a file is not there or not what was written.
    pub fn open(path: &Path, records: &Path, thorough: bool) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        let mut from = Reader::new(BufReader::with_capacity(1 << 18, file), length)?;
        let segment = Self::read(&mut from, Records::open(records)?)?;
        from.finish()?;
        if thorough {
            segment.records.check(&segment.at)?;
        }
        if segment.is_sound() {
            Ok(segment.with_frequent())
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidData, "its arrays do not fit together"))
        }
    }

    /// Makes the sets that are made once.
    #[must_use]
    pub fn with_frequent(mut self) -> Self {
        self.frequent = [&self.of_name, &self.of_kind, &self.of_state].map(|lists| Frequent::new(lists, self.count()));
        self
    }

    /// Those who carry one of some terms.
    pub fn carrying(&self, terms: &[String]) -> Bits {
        let mut bits = Bits::none(self.count());
        for term in terms {
            bits.add(self.terms.get(term));
        }
        bits
    }

    /// Adds those with one of a range of words in a name.
    pub fn mark_words(&self, words: Range<u32>, bits: &mut Bits) {
        self.frequent[0].mark(&self.of_name, words, bits);
    }

    /// Adds those of a kind, see `of_kind`.
    pub fn mark_kind(&self, kind: u32, bits: &mut Bits) {
        self.frequent[1].mark(&self.of_kind, kind..kind + 1, bits);
    }

    /// Adds those of a state, see `of_state`.
    pub fn mark_state(&self, state: u32, bits: &mut Bits) {
        self.frequent[2].mark(&self.of_state, state..state + 1, bits);
    }

    fn read(from: &mut Reader<impl Read>, records: Records) -> io::Result<Self> {
        Ok(Self {
            lexicon: Lexicon::read(from)?,
            kin: Lists::read(from)?,
            names: Lists::read(from)?,
            of_name: Lists::read(from)?,
            spots: Lists::read(from)?,
            of_spot: Lists::read(from)?,
            of_kind: Lists::read(from)?,
            of_state: Lists::read(from)?,
            of_answer: Lists::read(from)?,
            of_vendor: Lists::read(from)?,
            places: Places::read(from)?,
            terms: Terms::read(from)?,
            kinds: from.u32s()?,
            features: from.u64s()?,
            alphabet: from.u64s()?,
            facts: from.u32s()?,
            id_keys: from.u64s()?,
            part_of: from.u32s()?,
            parents: from.u64s()?,
            at: from.u64s()?,
            frequent: Default::default(),
            records,
        })
    }

    /// Does every number lead somewhere? A search then needs no further checks.
    fn is_sound(&self) -> bool {
        let (docs, words, places) = (self.kinds.len(), self.lexicon.count(), self.places.count());
        let count = docs as u32;
        let lengths = [
            self.features.len(),
            self.alphabet.len(),
            self.facts.len(),
            self.id_keys.len(),
            self.part_of.len(),
            self.at.len(),
        ];
        lengths.iter().all(|length| *length == docs)
            && words < SMALL
            && self.kin.is_sound(words as usize, |word| word < words)
            && self.names.is_sound(docs, |word| word & !SMALL < words || word >= FACILITY)
            && self.spots.is_sound(docs, |spot| spot < places)
            && self.of_name.is_sound(words as usize, |doc| doc < count)
            && self.of_spot.is_sound(places as usize, |doc| doc < count)
            && self.of_kind.is_sound(u32::BITS as usize, |doc| doc < count)
            && self.of_state.is_sound(STATES.len(), |doc| doc < count)
            && self.of_answer.is_sound(2 * u64::BITS as usize, |doc| doc < count)
            && self.of_vendor.is_sound(u64::BITS as usize, |doc| doc < count)
            && self.places.is_sound(words)
            && self.terms.is_sound(count)
            && self.part_of.iter().all(|number| *number as usize <= self.parents.len())
    }
}
