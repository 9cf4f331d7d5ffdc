//! From a request to a page of results: understand, look stage by stage, fold, cut the page, read what is shown.
//!
//! What holds: the stage depends on the request without its paging, so pages of one request never overlap while the
//! index stands still; only what is shown is read from disk.

use std::collections::{BTreeMap, HashMap};

use super::{
    Card, Filter, Question, Request, Results, Shared, Without,
    address::Address,
    candidates::{self, Candidate, Found, Look, MetBy, Need, Query, Stage, Why},
    engine::{
        bits::Bits,
        build::{part_term, whole_term},
        set::Set,
    },
    entry::Entry,
    filters::{self, Allowed},
    index::SearchError,
    near::{self, Miles, Near},
    query::{self, Part, Understood},
    ranking::{self, Asked},
    words,
};
use crate::model::{door::Door, id::Id};

/// The most results of one page.
const PAGE_LIMIT: usize = 100;
/// With fewer results than this as typed, another spelling is offered.
const FEW: usize = 3;
/// With fewer results than this as typed, those with a typing error are shown below.
const SOME: usize = 10;
/// A correction is offered beside results as typed only when it is so many times more frequent.
const MUCH_MORE: usize = 5;
/// So many organizations on one domain are looked at to find whose domain it is.
const OWNERS: usize = 50;
/// So many of one name are looked at, the best known.
const NAMESAKES: usize = 30;
/// Miles around a place, tried until enough is found.
const RADII: [f64; 7] = [3.0, 10.0, 25.0, 50.0, 100.0, 200.0, 500.0];
/// Enough to stop widening.
const ENOUGH: usize = 20;

/// Finds organizations.
pub fn search(set: &Set, request: &Request) -> Result<Results, SearchError> {
    let understood = query::understand(&request.q);
    let near = near::asked(request.near.as_deref(), &understood, set);
    // To be near a whole state is to be in it.
    let mut request = request.clone();
    if let Some(Near { point: None, state: Some(state), .. }) = &near
        && request.states.is_empty()
    {
        request.states.push((*state).to_owned());
    }
    let search = Search::new(set, &request, near.as_ref(), false);
    let page = Page { offset: request.offset, limit: request.limit.min(PAGE_LIMIT) };
    let mut outcome = search.run(&understood, page);
    if let Some(home) = request.home.filter(|_| near.is_none() && request.states.is_empty()) {
        prefer(set, &mut outcome.found, home);
    }
    let mut results = search.results(&outcome, page)?;
    // Whoever said where has answered which town or state.
    let answered = request.near.is_some() || !request.states.is_empty();
    results.question = understood
        .question
        .clone()
        .filter(|question| !(answered && matches!(question, Question::State { .. } | Question::Portal { .. })));
    if results.total == 0 {
        results.without = without(set, &request, &understood, near.as_ref());
    }
    if request.counts {
        let matches = search.matches(&outcome);
        results.counts = Some(filters::count(set, &matches, &request, search.miles.as_ref()));
    }
    results.near = near.map(|near| near.to);
    results.understood = understood;
    Ok(results)
}

/// Brings those in a state before others as good.
fn prefer(set: &Set, found: &mut Found, state: &str) {
    let there: Vec<Bits> = set.parts.iter().map(|part| filters::in_state(&part.segment, state)).collect();
    for candidate in &mut found.best {
        if there[candidate.part].has(candidate.doc) {
            candidate.points += ranking::in_thousandths(ranking::HOME_POINTS);
        }
    }
    candidates::sort(set, &mut found.best);
}

/// What would be found without each filter that is set.
fn without(set: &Set, request: &Request, understood: &Understood, near: Option<&Near>) -> Vec<Without> {
    let mut found = Vec::new();
    for filter in filters::set_filters(request) {
        let mut other = Request { limit: 0, offset: 0, counts: false, explain: false, ..request.clone() };
        match filter {
            Filter::Kinds => other.kinds.clear(),
            Filter::States => other.states.clear(),
            Filter::Features => other.features.clear(),
            Filter::Tiers => other.tiers.clear(),
            Filter::Within => other.within = None,
            Filter::PartOf => other.part_of = None,
        }
        let outcome = Search::new(set, &other, near, false).run(understood, Page { offset: 0, limit: 0 });
        if outcome.found.total > 0 {
            found.push(Without { filter, total: outcome.found.total });
        }
    }
    found
}

/// The best few for what has been typed so far.
pub fn suggest(set: &Set, text: &str, home: Option<&'static str>, limit: usize) -> Result<Vec<Card>, SearchError> {
    let understood = query::understand(text);
    if understood.is_empty() && understood.zip.is_none() {
        return Ok(Vec::new());
    }
    let near = near::asked(None, &understood, set);
    let request = Request::default();
    let search = Search::new(set, &request, near.as_ref(), true);
    let page = Page { offset: 0, limit: limit.min(PAGE_LIMIT) };
    let mut outcome = search.run(&understood, page);
    if let Some(home) = home.filter(|_| near.is_none()) {
        prefer(set, &mut outcome.found, home);
    }
    Ok(search.results(&outcome, page)?.results)
}

/// Other organizations with the same whole name or alias: of the best known ones, listed ones first, then by state and
/// city.
pub fn same_name(set: &Set, name: &str, except: &Id, limit: usize) -> Result<Vec<Card>, SearchError> {
    let term = whole_term(&words::whole(&words::telling(name)));
    let (mut cards, _) = cards_of(set, &term, NAMESAKES)?;
    cards.retain(|card| card.id != *except);
    cards.sort_by_cached_key(|card| (!card.listed, card.state.clone(), card.city.clone(), card.id.clone()));
    cards.truncate(limit);
    Ok(cards)
}

/// The parts of an organization, best known first, and how many there are.
pub fn parts_of(set: &Set, id: &Id, limit: usize) -> Result<(Vec<Card>, usize), SearchError> {
    cards_of(set, &part_term(id), limit)
}

/// Who carries a term, best known first and no more than `limit`, and how many there are. These are lists of pages, not
/// searches: nothing is ranked, and nothing as long as the directory is made.
fn cards_of(set: &Set, term: &str, limit: usize) -> Result<(Vec<Card>, usize), SearchError> {
    let mut best: Vec<Candidate> = Vec::new();
    let (mut total, mut place, mut of_place) = (0, usize::MAX, 0);
    for (part, doc) in set.carrying(term) {
        total += 1;
        if part != place {
            (place, of_place) = (part, 0);
        }
        of_place += 1;
        if of_place <= limit {
            best.push(Candidate { part, doc, points: 0, miles: None, met: MetBy::default() });
        }
    }
    best.sort_unstable_by(|a, b| candidates::by_quality(set, a, b));
    best.truncate(limit);
    let cards = best.iter().map(|one| Ok(entry(set, one)?.shown.card())).collect::<Result<_, SearchError>>()?;
    Ok((cards, total))
}

/// Who else is on the host of a door, and whose domain it is. On hosts that many share (`shared_host`) nobody owns it.
pub fn shared(set: &Set, door: &Door, except: &Id) -> Result<Shared, SearchError> {
    let Some(address) = Address::of(door) else { return Ok(Shared::default()) };
    let level = |first: &str| address.levels.iter().find(|level| level.starts_with(first));
    let others = level("h:").map_or(0, |host| set.carrying(host).count()).saturating_sub(1);
    let mut owner: Option<Card> = None;
    for (number, doc) in level("d:").into_iter().flat_map(|domain| set.carrying(domain)).take(OWNERS) {
        let read = set.parts[number].segment.entry(doc).map_err(|why| SearchError::Unreadable(why.to_string()))?;
        if read.shown.website_domain.as_deref() == Some(&door.domain) {
            // Two with that web site, or the one that asks: nobody can be named.
            if owner.is_some() || read.shown.id == except.bytes() {
                return Ok(Shared { owner: None, others });
            }
            owner = Some(read.shown.card());
        }
    }
    Ok(Shared { owner, others })
}

fn entry(set: &Set, candidate: &Candidate) -> Result<Entry, SearchError> {
    let read = set.parts[candidate.part].segment.entry(candidate.doc);
    read.map_err(|why| SearchError::Unreadable(why.to_string()))
}

/// Which results are shown.
#[derive(Clone, Copy)]
struct Page {
    offset: usize,
    limit: usize,
}

/// How the matches were found.
enum How {
    /// Words, with what was forgiven.
    Words { understood: Understood, stage: Stage, need: Need },
    /// They carry one of these terms.
    Terms { terms: Vec<String>, understood: Understood },
    /// Nothing was asked but what the filters say.
    Everybody,
    /// They are nearest.
    Nearest,
    /// Nothing can match.
    Nobody,
}

/// What was found, and how.
struct Outcome {
    how: How,
    found: Found,
    did_you_mean: Option<String>,
}

impl Outcome {
    fn nobody() -> Self {
        Self { how: How::Nobody, found: Found::default(), did_you_mean: None }
    }
}

struct Search<'a> {
    set: &'a Set,
    request: &'a Request,
    near: Option<&'a Near>,
    miles: Option<Miles<'a>>,
    allowed: Allowed,
    /// The text is being typed: a kind word may be the beginning of a name, and nothing is folded.
    typing: bool,
    /// See [`Query::deep`].
    deep: bool,
}

impl<'a> Search<'a> {
    fn new(set: &'a Set, request: &'a Request, near: Option<&'a Near>, typing: bool) -> Self {
        let miles = near.and_then(|near| Miles::new(near, set));
        let allowed = Allowed::new(set, request, miles.as_ref(), None);
        let deep = request.offset.saturating_add(request.limit) > candidates::RANKED / 2;
        Self { set, request, near, miles, allowed, typing, deep }
    }

    fn run(&self, understood: &Understood, page: Page) -> Outcome {
        if let Some(address) = &understood.address {
            for level in address.lookups() {
                let outcome = self.carrying(vec![level.to_owned()], understood);
                if outcome.found.total > 0 {
                    return outcome;
                }
            }
            return self.by_host_words(&address.words);
        }
        if !understood.numbers.is_empty() {
            let outcome = self.carrying(understood.numbers.clone(), understood);
            if outcome.found.total > 0 || understood.parts.is_empty() {
                return outcome;
            }
        }
        match (understood.parts.is_empty(), &self.miles) {
            (false, _) => self.by_words(understood),
            (true, Some(miles)) => match self.nearest(miles, page) {
                outcome if outcome.found.total == 0 => self.in_state(),
                outcome => outcome,
            },
            (true, None) => self.everybody(&self.allowed),
        }
    }

    fn everybody(&self, allowed: &Allowed) -> Outcome {
        Outcome { how: How::Everybody, found: candidates::everybody(self.set, allowed), did_you_mean: None }
    }

    fn carrying(&self, terms: Vec<String>, understood: &Understood) -> Outcome {
        let found = candidates::carrying(self.set, &terms, understood, self.miles.as_ref(), &self.allowed);
        Outcome { how: How::Terms { terms, understood: understood.clone() }, found, did_you_mean: None }
    }

    /// Nobody has this address: whoever is named like its host. A host is spelled as it is, so nothing is forgiven.
    fn by_host_words(&self, host_words: &str) -> Outcome {
        let mut understood = query::words_only(host_words);
        understood.parts.retain(Part::is_specific);
        if understood.parts.is_empty() {
            return Outcome::nobody();
        }
        self.at_stage(&understood, Stage::Typed)
    }

    /// Words: as typed; when that finds little, with typing errors; then with parts left out.
    fn by_words(&self, understood: &Understood) -> Outcome {
        let as_typed = self.at_stage(understood, Stage::Typed);
        let typed = as_typed.found.total;
        if typed >= SOME {
            return as_typed;
        }
        if as_typed.found.best.first().is_some_and(|best| best.met.whole) {
            let did_you_mean = if typed < FEW { self.better_known(understood) } else { None };
            return Outcome { did_you_mean, ..as_typed };
        }
        for stage in [Stage::OneTypo, Stage::TwoTypos] {
            let mut outcome = self.at_stage(understood, stage);
            if outcome.found.total > 0 {
                candidates::keep(self.set, &mut outcome.found, &as_typed.found);
                let did_you_mean = match typed {
                    0 => self.corrected(&outcome, |_, _| true),
                    1..FEW => self.corrected(&outcome, |typed, spelled| self.is_much_rarer(typed, spelled)),
                    _ => None,
                };
                return Outcome { did_you_mean, ..outcome };
            }
        }
        self.by_parts(understood)
    }

    /// Another spelling that is far more frequent.
    fn better_known(&self, understood: &Understood) -> Option<String> {
        // Most names are spelled as they should be: a look at the words spares most searches.
        if !understood.words().any(|word| candidates::has_a_better_known(self.set, word, MUCH_MORE)) {
            return None;
        }
        let outcome = self.at_stage(understood, Stage::OneTypo);
        self.corrected(&outcome, |typed, spelled| self.is_much_rarer(typed, spelled))
    }

    fn at_stage(&self, understood: &Understood, stage: Stage) -> Outcome {
        self.ask(How::Words { understood: understood.clone(), stage, need: Need::All })
    }

    fn query<'q>(&self, understood: &'q Understood, stage: Stage, need: Need) -> Query<'q> {
        Query { understood, stage, typing: self.typing, need, deep: self.deep }
    }

    fn ask(&self, how: How) -> Outcome {
        let How::Words { understood, stage, need } = &how else { return Outcome::nobody() };
        let query = self.query(understood, *stage, *need);
        let found = candidates::find(self.set, &query, self.miles.as_ref(), &self.allowed);
        Outcome { how, found, did_you_mean: None }
    }

    /// Not every part can be satisfied at once: the rarer a part, the more it counts. Kinds, states and frequent words
    /// alone are not what was looked for.
    fn by_parts(&self, understood: &Understood) -> Outcome {
        let everything = self.set.count() as f64;
        let mut weighed = understood.clone();
        let costs = candidates::costs(self.set, understood, self.typing);
        for (part, count) in weighed.parts.iter_mut().zip(&costs) {
            part.weight = if *count == 0 { 0.0 } else { (1.0 + everything / *count as f64).ln() };
        }
        if !weighed.parts.iter().zip(&costs).any(|(part, count)| *count > 0 && part.is_specific()) {
            return Outcome::nobody();
        }
        let outcome = self.ask(How::Words { understood: weighed, stage: Stage::TwoTypos, need: Need::Some });
        let did_you_mean = self.corrected(&outcome, |_, _| true);
        Outcome { did_you_mean, ..outcome }
    }

    /// Nothing typed, but a place: nearest first, around it until enough is found.
    fn nearest(&self, miles: &Miles, page: Page) -> Outcome {
        let enough = ENOUGH.max(page.offset.saturating_add(page.limit).min(candidates::DEPTH));
        let mut found = Found::default();
        for radius in RADII {
            let radius = self.request.within.unwrap_or(radius);
            found = self.within(miles, radius);
            if found.total >= enough || self.request.within.is_some() {
                break;
            }
        }
        let set = self.set;
        found.best.sort_unstable_by(|a, b| {
            let listed = |one: &Candidate| set.parts[one.part].segment.facts(one.doc).listed();
            let order = |one: &Candidate| ranking::nearness_order(one.miles, listed(one));
            order(b).cmp(&order(a)).then_with(|| candidates::by_name(set, a, b))
        });
        found.best.truncate(candidates::DEPTH);
        Outcome { how: How::Nearest, found, did_you_mean: None }
    }

    fn within(&self, miles: &Miles, radius: f64) -> Found {
        let mut found = Found::default();
        for (number, part) in self.set.parts.iter().enumerate() {
            let mut bits = miles.all_within(number, radius);
            bits.without(&part.dead);
            if let Some(allowed) = self.allowed.of(number) {
                bits &= allowed;
            }
            let candidate =
                |doc| Candidate { part: number, doc, points: 0, miles: miles.of(number, doc), met: MetBy::default() };
            found.best.extend(bits.iter().map(candidate));
        }
        found.total = found.best.len();
        found
    }

    /// Nobody gives an address near the place: whoever is in its state or serves it. A filter that was set stays.
    fn in_state(&self) -> Outcome {
        let state = self.near.and_then(|near| near.state);
        let Some(state) = state.filter(|_| self.request.states.is_empty() && self.request.within.is_none()) else {
            return Outcome::nobody();
        };
        let request = Request { states: vec![state.to_owned()], ..self.request.clone() };
        self.everybody(&Allowed::new(self.set, &request, None, None))
    }

    fn why(&self, outcome: &Outcome, candidate: &Candidate) -> Why {
        let (understood, stage, need) = match &outcome.how {
            How::Words { understood, stage, need } => (understood, *stage, *need),
            How::Terms { understood, .. } => (understood, Stage::TwoTypos, Need::Some),
            How::Everybody | How::Nearest | How::Nobody => (&Understood::default(), Stage::Typed, Need::Some),
        };
        let asked = Asked::new(understood);
        let query = self.query(understood, stage, need);
        Look::new(self.set, candidate.part, &query, &asked, self.miles.as_ref()).why(candidate)
    }

    /// The typed words with the misspelled ones as the best result spells them; nothing when none is, or one of them
    /// fails the test.
    fn corrected(&self, outcome: &Outcome, test: impl Fn(&str, &str) -> bool) -> Option<String> {
        let How::Words { understood, .. } = &outcome.how else { return None };
        let best = outcome.found.best.iter().take(SOME).filter(|best| best.met.misspelled);
        let best = best.map(|best| (best, self.why(outcome, best)));
        let (best, why) = best.into_iter().find(|(_, why)| !why.misspelled.is_empty())?;
        let entry = entry(self.set, best).ok()?;
        let typed: Vec<&query::Word> = understood.words().collect();
        let mut spelled = BTreeMap::new();
        for (number, form) in &why.misspelled {
            let form = form.as_deref()?;
            if !test(&typed[*number].form, form) {
                return None;
            }
            spelled.insert(*number, as_written(&entry, form));
        }
        let words =
            typed.iter().enumerate().map(|(number, word)| spelled.get(&number).unwrap_or(&word.surface).as_str());
        Some(words.collect::<Vec<_>>().join(" "))
    }

    fn is_much_rarer(&self, typed: &str, spelled: &str) -> bool {
        let frequency = |form: &str| candidates::frequency(self.set, form);
        frequency(spelled) >= MUCH_MORE * frequency(typed).max(1)
    }

    /// Everybody who matches, whatever the filters say.
    fn matches(&self, outcome: &Outcome) -> Vec<Bits> {
        let alive = |part: &super::engine::set::Part, mut bits: Bits| {
            bits.without(&part.dead);
            bits
        };
        let of = |(number, part): (usize, &super::engine::set::Part)| match &outcome.how {
            How::Words { understood, stage, need } => {
                let query = self.query(understood, *stage, *need);
                alive(part, Look::new(self.set, number, &query, &Asked::default(), None).matching())
            }
            How::Terms { terms, .. } => alive(part, part.segment.carrying(terms)),
            How::Everybody | How::Nearest => alive(part, Bits::all(part.segment.count())),
            How::Nobody => Bits::none(part.segment.count()),
        };
        self.set.parts.iter().enumerate().map(of).collect()
    }

    /// Folds, cuts the page and reads what it shows.
    fn results(&self, outcome: &Outcome, page: Page) -> Result<Results, SearchError> {
        let found = &outcome.found;
        // Whoever asks for the parts of one organization wants to see them.
        let fold = !self.typing && self.request.part_of.is_none() && !matches!(outcome.how, How::Everybody);
        let folded = if fold { folded(self.set, &found.best, self.miles.is_some()) } else { None };
        let cards = folded.as_ref().map_or(found.total, |folded| folded.len() + found.total - found.best.len());
        let from_page = |length: usize| page.offset.min(length)..page.offset.saturating_add(page.limit).min(length);
        let shown: Vec<(Candidate, u32)> = match &folded {
            Some(folded) => folded[from_page(folded.len())].to_vec(),
            None => found.best[from_page(found.best.len())].iter().map(|one| (*one, 0)).collect(),
        };
        let mut results = Vec::with_capacity(shown.len());
        for (candidate, parts) in shown {
            results.push(self.card(outcome, &candidate, parts)?);
        }
        Ok(Results {
            results,
            total: found.total,
            cards,
            did_you_mean: outcome.did_you_mean.clone(),
            ..Results::default()
        })
    }

    /// The card as it is shown: the alias that matched, the distance, and the place it is measured to.
    fn card(&self, outcome: &Outcome, candidate: &Candidate, parts: u32) -> Result<Card, SearchError> {
        let entry = entry(self.set, candidate)?;
        let Entry { shown, aliases, facilities, .. } = entry;
        let mut card = shown.card();
        if candidate.met.telling {
            card.also_known_as = usize::from(candidate.met.name)
                .checked_sub(1)
                .and_then(|n| aliases.into_iter().chain(facilities).nth(n));
        }
        if self.request.explain {
            card.why = Some(self.why(outcome, candidate).points.reasons());
        }
        card.places_matching = parts as usize;
        let nearest = self.miles.as_ref().and_then(|miles| miles.nearest(candidate.part, candidate.doc));
        if let Some((miles, spot)) = nearest {
            card.miles = Some((f64::from(miles) * 10.0).round() / 10.0);
            let spot = self.set.parts[candidate.part].segment.places.spot(spot);
            (card.city, card.state, card.zip) = (spot.city, spot.state, spot.zip);
        }
        Ok(card)
    }
}

/// A word as the entry writes it.
fn as_written(entry: &Entry, form: &str) -> String {
    let names = [&entry.shown.name].into_iter().chain(&entry.aliases).chain(&entry.facilities);
    let cities = entry.places.iter().filter_map(|place| place.city.as_ref());
    let written = names.chain(cities).flat_map(|name| words::fold(name)).find(|token| token.form == form);
    written.map_or_else(|| form.to_owned(), |token| token.surface)
}

/// The parts of one organization brought together.
struct Group {
    /// Where the organization itself stands, if it matches.
    head: Option<usize>,
    /// Where its best part stands.
    part: usize,
    parts: u32,
}

/// Brings parts to their heads: the head stands for all of them, where the best of them would stand; near a place the
/// best of them stands for the head. Each with how many parts stand behind it. Nothing when nobody has parts.
fn folded(set: &Set, best: &[Candidate], near: bool) -> Option<Vec<(Candidate, u32)>> {
    let mut groups: HashMap<u64, Group> = HashMap::new();
    for (at, one) in best.iter().enumerate() {
        if let Some(parent) = set.parts[one.part].segment.parent(one.doc) {
            groups.entry(parent).or_insert(Group { head: None, part: at, parts: 0 }).parts += 1;
        }
    }
    if groups.is_empty() {
        return None;
    }
    let key = |one: &Candidate| {
        let segment = &set.parts[one.part].segment;
        segment.parent(one.doc).unwrap_or(segment.id_keys[one.doc as usize])
    };
    for (at, one) in best.iter().enumerate() {
        if set.parts[one.part].segment.parent(one.doc).is_none()
            && let Some(group) = groups.get_mut(&key(one))
        {
            group.head = Some(at);
        }
    }
    let mut folded = Vec::with_capacity(best.len());
    for (at, one) in best.iter().enumerate() {
        let Some(group) = groups.get(&key(one)) else {
            folded.push((*one, 0));
            continue;
        };
        let first = group.head.map_or(group.part, |head| head.min(group.part));
        if at != first {
            continue;
        }
        let shown = match group.head {
            Some(head) if !near || head < group.part => head,
            _ => group.part,
        };
        // One part alone is nothing to unfold.
        let parts = if group.head.is_none() && group.parts < 2 { 0 } else { group.parts };
        folded.push((best[shown], parts));
    }
    Some(folded)
}
