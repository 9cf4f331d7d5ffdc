//! The catalogue: every organization by state and kind and by portal vendor, in the order of the alphabet, and how many
//! offer what. It is made of one set of segments and stays what it is; a page of it reads its own entries alone.
//!
//! What holds: every organization of the set stands on at least one shelf (who has no state stands under
//! [`Area::Nowhere`], who has no kind under [`Kind::Unknown`]), so lists alone lead to everybody; counts are exact.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use super::{
    alphabet,
    engine::{
        segment::{FACILITY, SMALL, Segment, WIDE_BIT},
        set::Set,
    },
    entry::{Entry, OTHER_VENDOR},
    index::SearchError,
};
use crate::model::{
    features::{Feature, MENU},
    kind::Kind,
    place::STATES,
    vendor::{self, Vendor},
};

/// States, then the whole country, then nowhere.
const AREAS: usize = STATES.len() + 2;
/// Behind the areas: all of them together.
const EVERYWHERE: usize = AREAS;
const SLOTS: usize = AREAS + 1;
const KINDS: usize = Kind::ALL.len();
/// Behind the kinds: all of them together.
const EVERY_KIND: usize = KINDS;
/// Behind those: vendors.
const FIRST_VENDOR: usize = KINDS + 1;
const VENDORS: usize = OTHER_VENDOR as usize + 1;
const SHELVES: usize = FIRST_VENDOR + VENDORS;
/// Behind the features of the menu: see, save, send, apps.
const FIRST_GROUP: usize = MENU.len();
const TOPICS: usize = FIRST_GROUP + 4;

/// Where organizations are, or whom they serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// A place in a state, or serving it: its number in `place::STATES`.
    State(u8),
    /// Serving the whole country.
    Nationwide,
    /// No source says where.
    Nowhere,
}

impl Area {
    /// Every area: states in the order of their table, then the others.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..STATES.len()).map(|number| Self::State(number as u8)).chain([Self::Nationwide, Self::Nowhere])
    }

    /// The area of a code, in any case.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|area| area.code().eq_ignore_ascii_case(code))
    }

    /// The code in addresses and files: a postal code, `US` or `none`.
    pub fn code(self) -> &'static str {
        match self {
            Self::State(number) => STATES.get(usize::from(number)).map_or("", |(code, _)| code),
            Self::Nationwide => "US",
            Self::Nowhere => "none",
        }
    }

    fn slot(self) -> usize {
        match self {
            Self::State(number) => usize::from(number),
            Self::Nationwide => STATES.len(),
            Self::Nowhere => STATES.len() + 1,
        }
    }
}

/// What a list is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A kind, primary or not.
    Kind(Kind),
    /// A vendor whose portal, or whose connection for apps, an organization has.
    Vendor(&'static Vendor),
    /// Portals of which the vendor is not known.
    OtherVendor,
}

impl Subject {
    fn shelf(self) -> usize {
        match self {
            Self::Kind(kind) => kind_number(kind),
            Self::Vendor(vendor) => {
                let number = vendor::all().iter().position(|other| std::ptr::eq(other, vendor));
                FIRST_VENDOR + number.unwrap_or(OTHER_VENDOR as usize)
            }
            Self::OtherVendor => FIRST_VENDOR + OTHER_VENDOR as usize,
        }
    }
}

/// One list: a subject in an area. Lists of vendors are there for all areas together too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shelf {
    /// Of what.
    pub subject: Subject,
    /// Where; everywhere when nothing.
    pub area: Option<Area>,
}

/// How many organizations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// With a door or a feature.
    pub listed: u32,
    /// Only known.
    pub known: u32,
}

impl Count {
    /// Both together.
    pub fn all(self) -> u32 {
        self.listed + self.known
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Anything to view.
    See,
    /// Anything to download.
    Save,
    /// Anything to send.
    Send,
    /// Apps can connect: there is a live endpoint, or `send.app_access`.
    Apps,
    /// One feature of the menu.
    One(Feature),
}

impl Topic {
    /// What people want to do, before the menu.
    pub const GROUPS: [Self; 4] = [Self::See, Self::Save, Self::Send, Self::Apps];

    /// Single things of the menu: without those that say no more than a group does.
    pub fn single() -> impl Iterator<Item = Self> {
        Feature::all().filter(|feature| !["view", "download", "send"].contains(&feature.code())).map(Self::One)
    }

    /// The code in addresses and files.
    pub fn code(self) -> &'static str {
        match self {
            Self::See => "see",
            Self::Save => "save",
            Self::Send => "send",
            Self::Apps => "apps",
            Self::One(feature) => feature.code(),
        }
    }

    fn number(self) -> usize {
        match self {
            Self::See => FIRST_GROUP,
            Self::Save => FIRST_GROUP + 1,
            Self::Send => FIRST_GROUP + 2,
            Self::Apps => FIRST_GROUP + 3,
            Self::One(feature) => feature.bit().trailing_zeros() as usize,
        }
    }
}

/// How listed organizations answer one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Answers {
    /// Offered.
    pub yes: u32,
    /// Not offered.
    pub no: u32,
    /// Offered later.
    pub planned: u32,
    /// No source says.
    pub not_known: u32,
}

impl Answers {
    /// All who are listed.
    pub fn total(self) -> u32 {
        self.yes + self.no + self.planned + self.not_known
    }
}

/// One line of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The readable part of its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// The letter it stands under; nothing for digits.
    pub letter: Option<char>,
    /// Primary kind.
    pub kind: Kind,
    /// The place in the area of the list, or else its main place.
    pub city: Option<String>,
    /// The state of that place.
    pub state: Option<String>,
    /// States it serves, or `US`.
    pub areas: Vec<String>,
    /// Has it a door or a feature?
    pub listed: bool,
    /// In a list of a vendor: is it the vendor's portal, and not only the vendor's connection for apps?
    pub portal: bool,
}

/// An organization: its part of the set and its number there.
#[derive(Debug, Clone, Copy)]
struct At {
    part: u32,
    doc: u32,
}

/// See the module.
pub struct Catalogue {
    set: Arc<Set>,
    /// Everybody, in the order of the alphabet.
    order: Vec<At>,
    /// Shelf by shelf and area by area, places in `order`.
    lists: Vec<Vec<u32>>,
    counts: Vec<Count>,
    /// Those with a vendor's portal.
    portals: [u32; VENDORS],
    /// Area by area, kind by kind, topic by topic: yes, no, planned.
    answers: Vec<[u32; 3]>,
}

impl Catalogue {
    /// Makes the catalogue of a set. A second for a million organizations.
    pub(super) fn new(set: &Arc<Set>) -> Self {
        let order = everybody(set);
        let mut made = Self {
            lists: vec![Vec::new(); SHELVES * SLOTS],
            counts: vec![Count::default(); SHELVES * SLOTS],
            portals: [0; VENDORS],
            answers: vec![[0; 3]; SLOTS * (KINDS + 1) * TOPICS],
            order: Vec::new(),
            set: set.clone(),
        };
        let sparse: Vec<Sparse> = set.parts.iter().map(|part| Sparse::new(&part.segment)).collect();
        for (At { part, doc }, place) in order.iter().zip(0..) {
            let segment = &*set.parts[*part as usize].segment;
            made.add(segment, &sparse[*part as usize], *doc, place);
        }
        made.lists.iter_mut().for_each(Vec::shrink_to_fit);
        made.order = order;
        made
    }

    /// Puts one organization on its shelves.
    fn add(&mut self, segment: &Segment, sparse: &Sparse, doc: u32, place: u32) {
        let facts = segment.facts(doc);
        let mut areas = 0_u64;
        for state in segment.spots.at(doc).iter().filter_map(|spot| segment.places.state(*spot)) {
            areas |= 1 << state;
        }
        areas |= u64::from(facts.wide()) << Area::Nationwide.slot();
        if areas == 0 {
            areas = 1 << Area::Nowhere.slot();
        }
        let areas = areas | 1 << EVERYWHERE;
        let kinds = u64::from(segment.kinds[doc as usize] & !(1 << WIDE_BIT)) & ((1 << KINDS) - 1);
        let vendors = sparse.vendors.get(&doc).copied().unwrap_or_default();
        each(vendors & u64::from(u32::MAX), |vendor| self.portals[vendor] += 1);
        let vendors = (vendors | vendors >> 32) & u64::from(u32::MAX);
        let shelves = kinds | 1 << EVERY_KIND | vendors << FIRST_VENDOR;
        let said = facts.listed().then(|| sparse.said(segment, doc));
        each(areas, |area| {
            each(shelves, |shelf| {
                let at = shelf * SLOTS + area;
                let count = &mut self.counts[at];
                *(if facts.listed() { &mut count.listed } else { &mut count.known }) += 1;
                // Nobody is shown everybody of a kind, nor everybody of a state, in one list.
                if shelf != EVERY_KIND && (area != EVERYWHERE || shelf >= FIRST_VENDOR) {
                    self.lists[at].push(place);
                }
            });
            for (number, bits) in said.iter().flatten().enumerate() {
                each(kinds | 1 << EVERY_KIND, |kind| {
                    let cell = (area * (KINDS + 1) + kind) * TOPICS;
                    each(*bits, |topic| self.answers[cell + topic][number] += 1);
                });
            }
        });
    }

    /// Is it of this set?
    pub(super) fn is_of(&self, set: &Arc<Set>) -> bool {
        Arc::ptr_eq(&self.set, set)
    }

    /// How many there are of a kind (of all, when nothing) in an area (everywhere, when nothing).
    pub fn count(&self, kind: Option<Kind>, area: Option<Area>) -> Count {
        self.counts[kind.map_or(EVERY_KIND, kind_number) * SLOTS + slot(area)]
    }

    /// How many stand on a shelf.
    pub fn on(&self, of: Shelf) -> Count {
        self.counts[of.subject.shelf() * SLOTS + slot(of.area)]
    }

    /// How many have a portal of a vendor, and not only its connection for apps.
    pub fn portals(&self, subject: Subject) -> u32 {
        subject.shelf().checked_sub(FIRST_VENDOR).map_or(0, |number| self.portals[number])
    }

    /// What listed organizations answer.
    pub fn answers(&self, kind: Option<Kind>, area: Option<Area>, topic: Topic) -> Answers {
        let cell = slot(area) * (KINDS + 1) + kind.map_or(EVERY_KIND, kind_number);
        let [yes, no, planned] = self.answers[cell * TOPICS + topic.number()];
        Answers { yes, no, planned, not_known: self.count(kind, area).listed - yes - no - planned }
    }

    fn list(&self, of: Shelf) -> &[u32] {
        &self.lists[of.subject.shelf() * SLOTS + slot(of.area)]
    }

    fn key(&self, place: u32) -> u64 {
        let At { part, doc } = self.order[place as usize];
        self.set.parts[part as usize].segment.alphabet[doc as usize]
    }

    /// Where the first name of a list stands that begins with some letters, or with any that come after them; the
    /// number of names when none does.
    pub fn first_from(&self, of: Shelf, letters: &str) -> usize {
        let (first, _) = alphabet::beginning(letters);
        self.list(of).partition_point(|place| self.key(*place) < first)
    }

    /// The letters under which names of a list stand.
    pub fn letters(&self, of: Shelf) -> Vec<char> {
        let list = self.list(of);
        let has = |letter: &char| {
            let (first, end) = alphabet::beginning(letter.encode_utf8(&mut [0; 4]));
            let at = list.partition_point(|place| self.key(*place) < first);
            list.get(at).is_some_and(|place| self.key(*place) <= end)
        };
        alphabet::HEADINGS.chars().filter(has).collect()
    }

    /// Lines of a list.
    ///
    /// # Errors
    /// When an entry cannot be read.
    pub fn page(&self, of: Shelf, skip: usize, limit: usize) -> Result<Vec<Row>, SearchError> {
        let list = self.list(of);
        list.iter().skip(skip).take(limit).map(|place| self.row(of, *place)).collect()
    }

    fn row(&self, of: Shelf, place: u32) -> Result<Row, SearchError> {
        let Entry { shown, places, vendors, .. } = self.entry(self.order[place as usize])?;
        let there = of.area.filter(|area| matches!(area, Area::State(_))).and_then(|area| {
            let in_area = |spot: &&_| place_is_in(spot, area.code());
            places.iter().find(in_area).map(|spot| (spot.city.clone(), spot.state.clone()))
        });
        let (city, state) = there.unwrap_or((shown.city, shown.state));
        let number = of.subject.shelf().checked_sub(FIRST_VENDOR);
        Ok(Row {
            letter: alphabet::letter(alphabet::key(&shown.name)),
            slug: shown.slug,
            name: shown.name,
            kind: shown.kind,
            city,
            state,
            areas: shown.areas,
            listed: shown.listed,
            portal: number.is_some_and(|number| vendors >> number & 1 == 1),
        })
    }

    fn entry(&self, at: At) -> Result<Entry, SearchError> {
        let entry = self.set.parts[at.part as usize].segment.entry(at.doc);
        entry.map_err(|why| SearchError::Unreadable(why.to_string()))
    }

    /// The organizations in so many bundles of at most about so many that the bundle of each follows from its id: who
    /// comes or goes moves nobody else.
    pub fn bundles(&self, most: usize) -> usize {
        self.order.len().div_ceil(most.max(1)).next_power_of_two()
    }

    /// A bundle: readers of the readable parts of addresses, in an order that follows from the ids.
    pub fn bundle(&self, number: usize, of: usize) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        for (part, segment) in self.set.parts.iter().zip(0..) {
            let ids = part.segment.id_keys.iter().zip(0..);
            let those = ids.filter(|(id, doc)| spread(**id) as usize & (of - 1) == number && !part.dead.has(*doc));
            members.extend(those.map(|(id, doc)| Member { id: *id, at: At { part: segment, doc } }));
        }
        members.sort_unstable_by_key(|member| member.id);
        members
    }

    /// The readable part of the address of a member of a bundle.
    ///
    /// # Errors
    /// When its entry cannot be read.
    pub fn slug(&self, member: Member) -> Result<String, SearchError> {
        Ok(self.entry(member.at)?.shown.slug)
    }
}

/// A member of a bundle.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    id: u64,
    at: At,
}

/// Ids spread evenly, whoever made them.
fn spread(id: u64) -> u64 {
    id.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32
}

fn place_is_in(spot: &super::entry::Spot, state: &str) -> bool {
    spot.city.is_some() && spot.state.as_deref() == Some(state)
}

fn slot(area: Option<Area>) -> usize {
    area.map_or(EVERYWHERE, Area::slot)
}

fn kind_number(kind: Kind) -> usize {
    Kind::ALL.iter().position(|other| *other == kind).unwrap_or_default()
}

fn each(mut bits: u64, mut call: impl FnMut(usize)) {
    while bits != 0 {
        call(bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

/// What few organizations of a segment have.
struct Sparse {
    vendors: HashMap<u32, u64>,
    /// Features answered no, and planned ones.
    other_answers: HashMap<u32, [u64; 2]>,
}

impl Sparse {
    fn new(segment: &Segment) -> Self {
        let mut sparse = Self { vendors: HashMap::new(), other_answers: HashMap::new() };
        for bit in 0..u64::BITS {
            for doc in segment.of_vendor.at(bit) {
                *sparse.vendors.entry(*doc).or_default() |= 1 << bit;
            }
            for (number, list) in [bit, bit + u64::BITS].into_iter().enumerate() {
                for doc in segment.of_answer.at(list) {
                    sparse.other_answers.entry(*doc).or_default()[number] |= 1 << bit;
                }
            }
        }
        sparse
    }

    /// The topics that one answers with yes, no and planned, a bit each.
    fn said(&self, segment: &Segment, doc: u32) -> [u64; 3] {
        let [no, planned] = self.other_answers.get(&doc).copied().unwrap_or_default();
        with_groups([segment.features[doc as usize], no, planned], segment.facts(doc).app_access())
    }
}

/// The bits of features with those of the groups behind them.
///
/// A group is offered when anything of it is, planned when anything of it is and nothing is offered yet. It is not
/// offered when that is said of it as a whole, or of every single thing in it: "no images" is not "nothing to see".
fn with_groups([yes, no, planned]: [u64; 3], connects: bool) -> [u64; 3] {
    let mut all = [yes, no, planned];
    let mut say = |topic: Topic, answer: Option<usize>| {
        if let Some(answer) = answer {
            all[answer] |= 1 << topic.number();
        }
    };
    for (topic, group) in [(Topic::See, "view"), (Topic::Save, "download"), (Topic::Send, "send")] {
        let (whole, parts) = group_bits(group);
        let refused = no & whole != 0 || no & parts == parts;
        say(topic, first([yes & (whole | parts) != 0, refused, planned & (whole | parts) != 0]));
    }
    let apps = Feature::parse("send.app_access").map_or(0, Feature::bit);
    say(Topic::Apps, first([connects || yes & apps != 0, no & apps != 0, planned & apps != 0]));
    all
}

/// Which answer counts: yes before planned before no.
fn first([yes, no, planned]: [bool; 3]) -> Option<usize> {
    [(yes, 0), (planned, 2), (no, 1)].into_iter().find(|(is, _)| *is).map(|(_, answer)| answer)
}

/// The bit of a group as a whole, and those of its parts.
fn group_bits(group: &str) -> (u64, u64) {
    let of_group = Feature::all().filter(|feature| feature.group() == group);
    of_group.fold((0, 0), |(whole, parts), feature| {
        if feature.code() == group { (whole | feature.bit(), parts) } else { (whole, parts | feature.bit()) }
    })
}

/// Everybody of a set who has not gone, in the order of the alphabet.
fn everybody(set: &Set) -> Vec<At> {
    let sorted: Vec<Vec<u32>> = set.parts.iter().map(|part| alphabetical(&part.segment)).collect();
    let mut heads: Vec<_> = set
        .parts
        .iter()
        .zip(&sorted)
        .map(|(part, docs)| docs.iter().copied().filter(|doc| !part.dead.has(*doc)).peekable())
        .collect();
    let mut order = Vec::with_capacity(set.count());
    loop {
        let mut best: Option<At> = None;
        for (head, number) in heads.iter_mut().zip(0..) {
            let Some(doc) = head.peek() else { continue };
            let here = At { part: number, doc: *doc };
            if best.is_none_or(|best| compare(set, here, best) == Ordering::Less) {
                best = Some(here);
            }
        }
        let Some(at) = best else { return order };
        heads[at.part as usize].next();
        order.push(at);
    }
}

/// Two organizations of any segments: by the first letters of their names, then by their words.
fn compare(set: &Set, a: At, b: At) -> Ordering {
    let (one, other) = (&*set.parts[a.part as usize].segment, &*set.parts[b.part as usize].segment);
    let (key, id) = (|s: &Segment, doc: u32| s.alphabet[doc as usize], |s: &Segment, doc: u32| s.id_keys[doc as usize]);
    key(one, a.doc)
        .cmp(&key(other, b.doc))
        .then_with(|| {
            let text = |segment, doc| words(segment, doc).map(move |word| Segment::word(segment, word));
            text(one, a.doc).cmp(text(other, b.doc))
        })
        .then_with(|| id(one, a.doc).cmp(&id(other, b.doc)))
}

/// The organizations of a segment in the order of [`compare`]: there the numbers of words follow the alphabet.
fn alphabetical(segment: &Segment) -> Vec<u32> {
    let mut docs: Vec<(u64, u32)> = segment.alphabet.iter().copied().zip(0..).collect();
    docs.sort_unstable_by(|(key, a), (other, b)| {
        key.cmp(other)
            .then_with(|| words(segment, *a).cmp(words(segment, *b)))
            .then_with(|| segment.id_keys[*a as usize].cmp(&segment.id_keys[*b as usize]))
    });
    docs.into_iter().map(|(_, doc)| doc).collect()
}

/// The words of a name.
fn words(segment: &Segment, doc: u32) -> impl Iterator<Item = u32> + '_ {
    segment.names.at(doc).iter().take_while(|word| **word < FACILITY).map(|word| word & !SMALL)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::{
        model::{features::Answer, organization::Organization},
        search::{follow::Change, index::Index, testing::builder},
    };

    fn change(after: Organization) -> Change {
        Change { id: after.id.clone(), new: true, after: Some(after) }
    }

    fn index(organizations: Vec<Organization>) -> (Index, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::open(folder.path()).unwrap();
        index.apply(organizations.into_iter().map(change).collect(), 1).unwrap();
        (index, folder)
    }

    fn area(code: &str) -> Option<Area> {
        Area::from_code(code)
    }

    fn names(catalogue: &Catalogue, subject: Subject, at: Option<Area>) -> Vec<String> {
        let shelf = Shelf { subject, area: at };
        let all = catalogue.page(shelf, 0, usize::MAX).unwrap();
        assert_eq!(all.len(), catalogue.on(shelf).all() as usize, "the count is the length of the list");
        all.into_iter().map(|row| row.name).collect()
    }

    #[test]
    fn everybody_stands_on_a_shelf_in_the_order_of_the_alphabet() {
        let mut plain = builder("Nobody Knows What").build();
        plain.kinds = vec![Kind::Unknown];
        let (index, _folder) = index(vec![
            builder("zeta clinic").place("Boise", "ID", "83702").build(),
            builder("Árbol Clinic").place("Reno", "NV", "89501").place("Nampa", "ID", "83651").build(),
            builder("O’Brien Labs").kind(Kind::Laboratory).area("US").build(),
            builder("Community Health Center West").place("Boise", "ID", "83702").build(),
            builder("Community Health Center East").place("Boise", "ID", "83702").build(),
            plain,
        ]);
        let catalogue = index.catalogue();
        let clinics = Subject::Kind(Kind::Clinic);
        let idaho = ["Árbol Clinic", "Community Health Center East", "Community Health Center West", "zeta clinic"];
        assert_eq!(names(&catalogue, clinics, area("ID")), idaho);
        assert_eq!(names(&catalogue, clinics, area("nv")), ["Árbol Clinic"]);
        assert_eq!(names(&catalogue, Subject::Kind(Kind::Laboratory), area("US")), ["O’Brien Labs"]);
        assert_eq!(names(&catalogue, Subject::Kind(Kind::Unknown), area("none")), ["Nobody Knows What"]);
        let row = catalogue.page(Shelf { subject: clinics, area: area("ID") }, 0, 1).unwrap().remove(0);
        assert_eq!((row.city.as_deref(), row.state.as_deref()), (Some("Nampa"), Some("ID")), "the place in the state");
        assert_eq!(catalogue.count(None, None), Count { listed: 0, known: 6 });
        assert_eq!(catalogue.count(Some(Kind::Clinic), None).all(), 4, "who is in two states is counted once");
        assert_eq!(catalogue.count(None, area("ID")).all() + catalogue.count(None, area("NV")).all(), 5);
    }

    #[test]
    fn letters_are_found() {
        let (index, _folder) = index(vec![
            builder("3M Clinic").area("ID").build(),
            builder("Mercy").area("ID").build(),
            builder("Mesa").area("ID").build(),
            builder("Zeta").area("ID").build(),
        ]);
        let catalogue = index.catalogue();
        let shelf = Shelf { subject: Subject::Kind(Kind::Clinic), area: area("ID") };
        assert_eq!(catalogue.letters(shelf), ['m', 'z']);
        assert_eq!(["", "a", "m", "mes", "n", "zz"].map(|from| catalogue.first_from(shelf, from)), [0, 1, 1, 2, 3, 4]);
    }

    #[test]
    fn many_parts_are_one_list_and_who_went_is_not_in_it() {
        let name = |number: usize| format!("Clinic {number:03} of Boise");
        let clinic = |number: usize| builder(&name(number)).place("Boise", "ID", "83702").build();
        let (index, _folder) = index((0..90).step_by(3).map(clinic).collect());
        index.apply((1..90).step_by(3).map(clinic).map(change).collect(), 2).unwrap();
        let old = index.catalogue();
        index.apply((2..90).step_by(3).map(clinic).map(change).collect(), 3).unwrap();
        let gone = Change { id: clinic(1).id, new: false, after: None };
        let renamed = Organization { name: "Aardvark".to_owned(), ..clinic(50) };
        index.apply(vec![gone, Change { new: false, ..change(renamed) }], 4).unwrap();
        let clinics = Subject::Kind(Kind::Clinic);
        assert_eq!(names(&old, clinics, area("ID")).len(), 60, "a catalogue stays what it was");
        let now = index.catalogue();
        let expected = (0..90).filter(|number| ![1, 50].contains(number)).map(name);
        let expected: Vec<String> = std::iter::once("Aardvark".to_owned()).chain(expected).collect();
        assert_eq!(names(&now, clinics, area("ID")), expected);
        // Bundles: everybody in exactly one, and nobody moves when others come.
        let bundles = |catalogue: &Catalogue, of| -> Vec<BTreeSet<String>> {
            let slugs = |number| catalogue.bundle(number, of).into_iter().map(|member| catalogue.slug(member).unwrap());
            (0..of).map(|number| slugs(number).collect()).collect()
        };
        assert_eq!(now.bundles(30), 4);
        let (before, after) = (bundles(&old, 4), bundles(&now, 4));
        assert_eq!(after.iter().map(BTreeSet::len).sum::<usize>(), 89);
        let union: BTreeSet<&String> = after.iter().flatten().collect();
        assert_eq!(union.len(), 89);
        for (one, other) in before.iter().zip(&after) {
            let left: Vec<_> = one.difference(other).collect();
            assert!(left.iter().all(|slug| slug.contains("001")), "{left:?}");
        }
    }

    #[test]
    fn answers_of_groups_follow_from_their_parts() {
        let bits = |codes: &[&str]| codes.iter().fold(0, |bits, code| bits | Feature::parse(code).unwrap().bit());
        let say = |yes: &[&str], no: &[&str], planned: &[&str], connects| {
            let all = with_groups([bits(yes), bits(no), bits(planned)], connects);
            Topic::GROUPS.map(|topic| all.iter().position(|bits| bits >> topic.number() & 1 == 1))
        };
        let (yes, no, planned) = (Some(0), Some(1), Some(2));
        assert_eq!(say(&["view.imaging", "download"], &["view"], &[], false), [yes, yes, None, None]);
        assert_eq!(say(&[], &["view.imaging", "download"], &["view.claims"], false), [planned, no, None, None]);
        assert_eq!(say(&[], &["view.imaging"], &[], true), [None, None, None, yes], "no images is not nothing to see");
        let every_save = ["text", "pdf", "c32", "ccda", "fhir", "other"].map(|what| format!("download.{what}"));
        assert_eq!(say(&[], &every_save.each_ref().map(String::as_str), &[], false)[1], no);
        assert_eq!(say(&["send.app_access"], &[], &[], false), [None, None, yes, yes]);
        assert_eq!(say(&[], &["send.app_access"], &[], true)[3], yes, "an address to connect to is an answer");
        assert_eq!(say(&[], &["send.app_access"], &[], false), [None, None, None, no]);
    }

    #[test]
    fn answers_are_counted_among_the_listed() {
        let (index, _folder) = index(vec![
            builder("A").kind(Kind::Hospital).area("ID").feature("view.imaging").answer("download", Answer::No).build(),
            builder("B").kind(Kind::Hospital).area("ID").area("NV").portal("https://b.example.org/", "B").build(),
            builder("C").kind(Kind::Hospital).area("ID").endpoint("https://fhir.c.example.org/r4").build(),
            builder("D").kind(Kind::Hospital).area("ID").answer("view", Answer::No).build(),
            builder("E").kind(Kind::Clinic).area("ID").feature("view").answer("send", Answer::Planned(None)).build(),
        ]);
        let catalogue = index.catalogue();
        let hospitals = |topic| catalogue.answers(Some(Kind::Hospital), area("ID"), topic);
        let answers = |yes, no, planned, not_known| Answers { yes, no, planned, not_known };
        assert_eq!(hospitals(Topic::See), answers(1, 0, 0, 2), "D is only known");
        assert_eq!(hospitals(Topic::Save), answers(0, 1, 0, 2));
        assert_eq!(hospitals(Topic::Apps), answers(1, 0, 0, 2));
        assert_eq!(hospitals(Topic::One(Feature::parse("view.imaging").unwrap())), answers(1, 0, 0, 2));
        assert_eq!(catalogue.answers(None, None, Topic::Send), answers(0, 0, 1, 3));
        assert_eq!(catalogue.answers(None, None, Topic::See), answers(2, 0, 0, 2));
        assert_eq!(catalogue.count(Some(Kind::Hospital), area("ID")), Count { listed: 3, known: 1 });
    }

    #[test]
    fn vendors_are_told_from_connections() {
        let (index, _folder) = index(vec![
            builder("A").area("ID").portal("https://mychart.a.example.org/", "My A").build(),
            builder("B").area("NV").endpoint("https://x.epichosted.com/api/FHIR/R4").build(),
            builder("C").area("NV").portal("https://portal.c.example.org/", "Portal").build(),
        ]);
        let catalogue = index.catalogue();
        let mychart = Subject::Vendor(vendor::by_code("mychart").unwrap());
        assert_eq!(names(&catalogue, mychart, None), ["A", "B"]);
        assert_eq!(names(&catalogue, mychart, area("NV")), ["B"]);
        assert_eq!((catalogue.portals(mychart), catalogue.portals(Subject::OtherVendor)), (1, 1));
        assert_eq!(names(&catalogue, Subject::OtherVendor, None), ["C"]);
        let rows = catalogue.page(Shelf { subject: mychart, area: None }, 0, 9).unwrap();
        assert_eq!(rows.iter().map(|row| row.portal).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn an_old_catalogue_is_made_anew_when_asked() {
        let (index, _folder) = index(vec![builder("A").build()]);
        index.refresh_catalogue();
        assert_eq!(index.catalogue_at_hand().unwrap().count(None, None).all(), 1);
        index.apply(vec![change(builder("B").build())], 2).unwrap();
        assert!(index.catalogue_at_hand().is_none(), "a small one is never old");
        assert_eq!(index.catalogue().count(None, None).all(), 2);
    }
}
