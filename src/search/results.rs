//! From a request to a page of results: understand, ask the index stage by stage, order, cut the page.
//!
//! What holds: the stage depends on the request without its paging, and the fine order is made over a fixed number of
//! candidates, so pages of one request never overlap while the index stands still.

use tantivy::{
    Order, TantivyDocument, Term,
    collector::{
        Count, TopDocs,
        sort_key::{SortByStaticFastValue, SortByString},
    },
    query::Query,
    schema::Value,
};

use super::{
    Card, Request, Results,
    candidates::{Asker, Filters, Stage},
    document::{NearPlace, Stored, read_places},
    gather::{Candidate, Gather, Gathered},
    index::{SearchError, Shelf},
    query::{self, Part, Understood},
    ranking::{self, Ranked},
};
use crate::{
    geo::{self, Point},
    model::id::Id,
};

/// The most results of one page.
const PAGE_LIMIT: usize = 100;
/// Nobody pages further than this.
const DEPTH_LIMIT: usize = 10_000;
/// So many candidates are ordered finely.
const WINDOW: usize = 200;
/// The same for suggestions, which must be fast.
const SUGGEST_WINDOW: usize = 60;
/// With fewer results than this as typed, another spelling is looked for.
const FEW: usize = 3;
/// A correction is offered beside results as typed only when it is so many times more frequent.
const MUCH_MORE: u64 = 5;
/// Miles around a place, tried until enough is found.
const RADII: [f64; 6] = [10.0, 25.0, 50.0, 100.0, 200.0, 500.0];
/// Enough to stop widening.
const ENOUGH: usize = 20;

/// One candidate, read and ranked.
struct Ready {
    stored: Stored,
    places: Option<String>,
    ranked: Ranked,
    candidate: Candidate,
}

/// Where people asked to be near to.
struct Near {
    point: Point,
    /// The state its ZIP code is filed under.
    state: Option<&'static str>,
}

/// Finds organizations.
pub fn search(shelf: &Shelf, request: &Request) -> Result<Results, SearchError> {
    let understood = query::understand(&request.q);
    let filters = Filters { kinds: &request.kinds, states: &request.states, part_of: request.part_of.as_ref() };
    let asker = Asker { fields: &shelf.fields, filters, typing: false };
    let zip = request.near.as_deref().or(understood.zip.as_deref());
    let near = near(zip);
    // Whoever asks for the parts of one organization wants to see them.
    let search = Search { shelf, asker, near, window: WINDOW, fold: request.part_of.is_none() };
    let page = Page { offset: request.offset, limit: request.limit.min(PAGE_LIMIT) };
    if page.offset + page.limit > DEPTH_LIMIT {
        let beyond = search.run(&understood, Page { offset: 0, limit: 0 })?;
        return Ok(Results { results: Vec::new(), ..beyond });
    }
    search.run(&understood, page)
}

/// The place a ZIP code stands for.
fn near(zip: Option<&str>) -> Option<Near> {
    let zip = zip?;
    geo::centroid(zip).map(|center| Near { point: center.point, state: geo::state_of_zip(zip) })
}

/// The best few for what has been typed so far.
pub fn suggest(shelf: &Shelf, text: &str, limit: usize) -> Result<Vec<Card>, SearchError> {
    let understood = query::understand(text);
    if understood.is_empty() && understood.zip.is_none() {
        return Ok(Vec::new());
    }
    let asker = Asker { fields: &shelf.fields, filters: Filters::NONE, typing: true };
    let near = near(understood.zip.as_deref());
    let search = Search { shelf, asker, near, window: SUGGEST_WINDOW, fold: false };
    Ok(search.run(&understood, Page { offset: 0, limit: limit.min(PAGE_LIMIT) })?.results)
}

/// Others with the same name.
pub fn same_name(shelf: &Shelf, name: &str, except: &Id, limit: usize) -> Result<Vec<Card>, SearchError> {
    let understood = query::words_only(name);
    let asker = Asker { fields: &shelf.fields, filters: Filters::NONE, typing: false };
    let search = Search { shelf, asker, near: None, window: WINDOW, fold: false };
    let found = search.gather(search.asker.named(&understood.whole).as_ref(), WINDOW, 0)?;
    let mut cards = Vec::new();
    for candidate in found.best {
        cards.push(search.read(candidate)?.0.card);
    }
    cards.retain(|card| card.id != *except);
    cards.sort_by_cached_key(|card| (!card.listed, card.state.clone(), card.city.clone(), card.id.clone()));
    cards.truncate(limit);
    Ok(cards)
}

/// Which results are shown.
#[derive(Clone, Copy)]
struct Page {
    offset: usize,
    limit: usize,
}

impl Page {
    fn end(self) -> usize {
        self.offset + self.limit
    }
}

struct Search<'a> {
    shelf: &'a Shelf,
    asker: Asker<'a>,
    near: Option<Near>,
    window: usize,
    /// Parts of one organization share one result.
    fold: bool,
}

impl Search<'_> {
    fn run(&self, understood: &Understood, page: Page) -> Result<Results, SearchError> {
        if let Some(address) = &understood.address {
            for level in address.lookups() {
                let found = self.found(self.asker.address(level).as_ref(), understood, page)?;
                if found.total > 0 {
                    return self.finish(understood, found, page);
                }
            }
            return self.by_host_words(&address.words, page);
        }
        if !understood.numbers.is_empty() {
            let found = self.found(self.asker.numbers(&understood.numbers).as_ref(), understood, page)?;
            if found.total > 0 || understood.parts.is_empty() {
                return self.finish(understood, found, page);
            }
        }
        match (understood.parts.is_empty(), &self.near) {
            (false, _) => self.by_words(understood, page),
            (true, Some(near)) => match self.nearest(near, page)? {
                found if found.total == 0 => self.in_state_of(near, page),
                found => Ok(found),
            },
            (true, None) => self.by_name(page),
        }
    }

    /// Nobody has this address: whoever is named like its host. A host is spelled as it is, so nothing is forgiven.
    fn by_host_words(&self, host_words: &str, page: Page) -> Result<Results, SearchError> {
        let mut understood = query::words_only(host_words);
        understood.parts.retain(Part::is_specific);
        if understood.parts.is_empty() {
            return Ok(Results::default());
        }
        let found = self.at_stage(&understood, Stage::Typed, page)?;
        self.finish(&understood, found, page)
    }

    /// Words: as typed; when that finds nothing, with typing errors; then with parts left out.
    fn by_words(&self, understood: &Understood, page: Page) -> Result<Results, SearchError> {
        let as_typed = self.at_stage(understood, Stage::Typed, page)?;
        if as_typed.total > 0 {
            let did_you_mean = if as_typed.total < FEW { self.better_known(understood)? } else { None };
            return Ok(Results { did_you_mean, ..self.finish(understood, as_typed, page)? });
        }
        for stage in [Stage::OneTypo, Stage::TwoTypos] {
            let found = self.at_stage(understood, stage, page)?;
            if found.total > 0 {
                let did_you_mean = found.ready.first().and_then(|best| corrected(understood, best));
                return Ok(Results { did_you_mean, ..self.finish(understood, found, page)? });
            }
        }
        self.by_parts(understood, page)
    }

    fn at_stage(&self, understood: &Understood, stage: Stage, page: Page) -> Result<Found, SearchError> {
        self.found(self.asker.words(understood, stage).as_ref(), understood, page)
    }

    /// Not every part can be satisfied at once: the rarest that can be must be, and the rarer a part the more it
    /// counts. Kinds, states and frequent words alone are not what was looked for.
    fn by_parts(&self, understood: &Understood, page: Page) -> Result<Results, SearchError> {
        let everything = self.shelf.searcher.num_docs() as f64;
        let mut weighed = understood.clone();
        let mut rarest: Option<(usize, usize)> = None;
        for (at, part) in weighed.parts.iter_mut().enumerate() {
            let count = self.shelf.searcher.search(self.asker.part_alone(part).as_ref(), &Count)?;
            part.weight = if count == 0 { 0.0 } else { (1.0 + everything / count as f64).ln() };
            if count > 0 && part.is_specific() && rarest.is_none_or(|(least, _)| count < least) {
                rarest = Some((count, at));
            }
        }
        let Some((_, needed)) = rarest else {
            return Ok(Results::default());
        };
        let found = self.found(self.asker.words_around(&weighed, needed).as_ref(), &weighed, page)?;
        self.finish(&weighed, found, page)
    }

    /// Nothing typed, but a place: nearest first, around it until enough is found.
    fn nearest(&self, near: &Near, page: Page) -> Result<Results, SearchError> {
        let wanted = page.end().max(self.window);
        let mut gathered = Gathered::default();
        for radius in RADII {
            let gather = Gather {
                wanted,
                near: Some(near.point),
                within: Some(radius),
                by_distance: true,
                words: 0,
                fold: self.fold,
            };
            let asked = self.asker.in_cells(geo::cells_within(near.point, radius));
            gathered = self.shelf.searcher.search(asked.as_ref(), &gather)?;
            if gathered.total >= ENOUGH {
                break;
            }
        }
        let window = gathered.best.len().min(self.window);
        let mut ready = self.ready(&gathered.best[..window], &Understood::default())?;
        ready.sort_by(|a, b| {
            let nearness = |one: &Ready| ranking::nearness_order(one.candidate.miles, one.stored.card.listed);
            nearness(b).cmp(&nearness(a)).then_with(|| ranking::by_name(&a.stored, &b.stored))
        });
        self.finish(
            &Understood::default(),
            Found { total: gathered.total, cards: gathered.cards, ready, rest: gathered.best.split_off(window) },
            page,
        )
    }

    /// Nobody gives an address near the place: whoever is in its state or serves it. A filter that was set stays.
    fn in_state_of(&self, near: &Near, page: Page) -> Result<Results, SearchError> {
        let Some(state) = near.state.filter(|_| self.asker.filters.states.is_empty()) else {
            return Ok(Results::default());
        };
        let states = [state.to_owned()];
        let filters = Filters { states: &states, ..self.asker.filters };
        let asker = Asker { fields: self.asker.fields, filters, typing: self.asker.typing };
        Search { shelf: self.shelf, asker, near: None, window: self.window, fold: self.fold }.by_name(page)
    }

    /// Nothing typed and no place: everything the filters leave, listed first, then by name.
    fn by_name(&self, page: Page) -> Result<Results, SearchError> {
        let order = (
            (SortByStaticFastValue::<u64>::for_field("listed"), Order::Desc),
            (SortByString::for_field("sort"), Order::Asc),
            (SortByStaticFastValue::<u64>::for_field("id_key"), Order::Asc),
        );
        let asked = self.asker.everything();
        if page.limit == 0 {
            let total = self.shelf.searcher.search(asked.as_ref(), &Count)?;
            return Ok(Results { total, cards: total, ..Results::default() });
        }
        let top = TopDocs::with_limit(page.limit).and_offset(page.offset).order_by(order);
        let (top, total) = self.shelf.searcher.search(asked.as_ref(), &(top, Count))?;
        let mut results = Vec::with_capacity(top.len());
        for (_, at) in top {
            results.push(self.read_at(at)?.0.card);
        }
        Ok(Results { results, total, cards: total, ..Results::default() })
    }

    fn gather(&self, asked: &dyn Query, wanted: usize, words: usize) -> Result<Gathered, SearchError> {
        let near = self.near.as_ref().map(|near| near.point);
        let gather = Gather { wanted, near, within: None, by_distance: false, words, fold: self.fold };
        Ok(self.shelf.searcher.search(asked, &gather)?)
    }

    /// Asks, and orders the best finely.
    fn found(&self, asked: &dyn Query, understood: &Understood, page: Page) -> Result<Found, SearchError> {
        let mut gathered = self.gather(asked, page.end().max(self.window), understood.words().count())?;
        let window = gathered.best.len().min(self.window);
        let mut ready = self.ready(&gathered.best[..window], understood)?;
        ready.sort_by(|a, b| ranking::order((&a.ranked, &a.stored), (&b.ranked, &b.stored)));
        Ok(Found { total: gathered.total, cards: gathered.cards, ready, rest: gathered.best.split_off(window) })
    }

    fn ready(&self, candidates: &[Candidate], understood: &Understood) -> Result<Vec<Ready>, SearchError> {
        candidates
            .iter()
            .map(|candidate| {
                let (stored, places) = self.read(*candidate)?;
                let ranked = ranking::rank(understood, &stored, self.near.is_some(), candidate.miles);
                Ok(Ready { stored, places, ranked, candidate: *candidate })
            })
            .collect()
    }

    /// Cuts the page and finishes its cards.
    fn finish(&self, understood: &Understood, mut found: Found, page: Page) -> Result<Results, SearchError> {
        let end = page.end();
        if end > found.ready.len() && !found.rest.is_empty() {
            let more = (end - found.ready.len()).min(found.rest.len());
            let rest = self.ready(&found.rest[..more], understood)?;
            found.ready.extend(rest);
        }
        let results =
            found.ready.into_iter().skip(page.offset).take(page.limit).map(|ready| self.card(ready)).collect();
        Ok(Results { results, total: found.total, cards: found.cards, ..Results::default() })
    }

    /// The card as it is shown: the alias that matched, the distance, and the place it is measured to.
    fn card(&self, ready: Ready) -> Card {
        let mut card = ready.stored.card;
        card.also_known_as = ready.ranked.alias;
        card.places_matching = ready.candidate.parts as usize;
        card.miles = ready.candidate.miles.map(|miles| (miles * 10.0).round() / 10.0);
        let places = ready.places.as_deref().filter(|_| card.miles.is_some());
        let nearest = self.near.as_ref().zip(places).and_then(|(near, places)| nearest_place(near.point, places));
        if let Some(place) = nearest {
            card.city = place.city;
            card.state = place.state;
            card.zip = Some(place.zip);
        }
        card
    }

    fn read(&self, candidate: Candidate) -> Result<(Stored, Option<String>), SearchError> {
        self.read_at(candidate.at)
    }

    fn read_at(&self, at: tantivy::DocAddress) -> Result<(Stored, Option<String>), SearchError> {
        let document: TantivyDocument = self.shelf.searcher.doc(at)?;
        let text = |field| document.get_first(field).and_then(|value| value.as_str().map(str::to_owned));
        let json =
            text(self.shelf.fields.stored).ok_or_else(|| SearchError::Unreadable("it has no card".to_owned()))?;
        let stored = serde_json::from_str(&json).map_err(|why| SearchError::Unreadable(why.to_string()))?;
        Ok((stored, self.near.as_ref().and_then(|_| text(self.shelf.fields.places))))
    }

    /// Little was found as typed: another spelling, when it is far more frequent.
    fn better_known(&self, understood: &Understood) -> Result<Option<String>, SearchError> {
        let found = self.at_stage(understood, Stage::OneTypo, Page { offset: 0, limit: 0 })?;
        let Some(best) = found.ready.iter().find(|ready| !ready.ranked.corrections.is_empty()) else {
            return Ok(None);
        };
        for (typed, spelled) in &best.ranked.corrections {
            if self.frequency(spelled)? < MUCH_MORE * self.frequency(typed)?.max(1) {
                return Ok(None);
            }
        }
        Ok(corrected(understood, best))
    }

    /// How many organizations have a word in their names.
    fn frequency(&self, surface: &str) -> Result<u64, SearchError> {
        let forms = super::words::fold(surface);
        let form = forms.first().map_or(surface, |token| token.form.as_str());
        Ok(self.shelf.searcher.doc_freq(&Term::from_field_text(self.shelf.fields.name, form))?)
    }
}

/// The typed words with the misspelled ones as a result spells them; nothing when none is.
fn corrected(understood: &Understood, best: &Ready) -> Option<String> {
    let corrections = &best.ranked.corrections;
    let spelled = |word: &query::Word| {
        let correction = corrections.iter().find(|(typed, _)| *typed == word.surface);
        correction.map_or_else(|| word.surface.clone(), |(_, spelled)| spelled.clone())
    };
    (!corrections.is_empty()).then(|| understood.words().map(spelled).collect::<Vec<_>>().join(" "))
}

/// What a question to the index brought.
struct Found {
    total: usize,
    cards: usize,
    /// The best, in their fine order.
    ready: Vec<Ready>,
    /// Those after them, in their rough order.
    rest: Vec<Candidate>,
}

fn nearest_place(from: Point, places: &str) -> Option<NearPlace> {
    let distance = |place: &NearPlace| geo::centroid(&place.zip).map(|center| geo::miles(from, center.point));
    read_places(places)
        .filter_map(|place| Some((distance(&place)?, place)))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, place)| place)
}
