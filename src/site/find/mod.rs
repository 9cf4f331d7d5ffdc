//! `/find`: results with filters, all of it in the address, never a blank page.
//!
//! `asked` reads the address, `filters` and `question` say what can be chosen and what must be answered, `cards` and
//! `near` put results and places into words.

mod asked;
mod cards;
mod filters;
mod near;
mod question;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};

use self::{
    asked::Asked,
    filters::{Filters, chips, filter_words},
    question::{Answer, Asking},
};
pub use cards::ResultCard;

use super::{
    CachePolicy,
    here::{Here, respond},
    problem::PageError,
};
use crate::{
    app::App,
    model::kind::Kind,
    search::{EXACT_TOTAL, Request, Results},
};

/// Results on one page.
const PER_PAGE: usize = 20;
/// The last page that is offered: nobody reads further, and deep pages cost much.
const LAST_PAGE: usize = 50;

/// A link with its words.
pub struct Choice {
    pub words: String,
    pub address: String,
}

/// One line of the paging.
pub enum Step {
    /// A page to go to.
    Page { number: usize, address: String },
    /// The page shown.
    Here(usize),
    /// Pages left out.
    Gap,
}

#[derive(Template)]
#[template(path = "find.html")]
pub struct FindPage {
    here: Here,
    asked: Asked,
    /// Nothing was asked yet: the page says how to begin.
    start: bool,
    /// What is wrong with the place that was typed.
    near_error: Option<String>,
    /// From where distances are measured.
    measured: Option<String>,
    question: Option<Asking>,
    total: usize,
    /// Are there more results than pages?
    cut_off: bool,
    cards: Vec<ResultCard>,
    did_you_mean: Option<Choice>,
    /// Filters that are set, each with the address without it.
    chips: Vec<Choice>,
    filters: Filters,
    /// Nothing was found: searches that find something.
    instead: Vec<Choice>,
    steps: Vec<Step>,
    previous: Option<String>,
    next: Option<String>,
}

impl FindPage {
    fn new(here: Here, asked: Asked, mut results: Results) -> Self {
        let near_error = near::error(&here, &asked.near, results.near.as_ref());
        let start = asked.is_empty() || (near_error.is_some() && asked.is_only_a_place());
        if start {
            results = Results { near: results.near, ..Results::default() };
        }
        let filters = Filters::new(&here, &asked, &results);
        let pages = results.cards.div_ceil(PER_PAGE).min(LAST_PAGE);
        let at = |page: usize| Asked { page, ..asked.clone() }.address(&here);
        let did_you_mean = results.did_you_mean.as_ref().map(|words| Choice {
            address: asked.changed(|other| other.q.clone_from(words)).address(&here),
            words: words.clone(),
        });
        Self {
            start,
            near_error,
            measured: near::measured(&here, results.near.as_ref()),
            question: Asking::new(&here, &asked, &results, &filters),
            total: results.total,
            cut_off: results.cards > PER_PAGE * LAST_PAGE,
            cards: cards::shown(&here, &asked, &results.results),
            did_you_mean,
            chips: chips(&here, &asked, &results),
            instead: if results.total == 0 { instead(&here, &asked, &results) } else { Vec::new() },
            steps: steps(asked.page, pages, at),
            previous: (asked.page > 1 && asked.page <= pages).then(|| at(asked.page - 1)),
            next: (asked.page < pages).then(|| at(asked.page + 1)),
            filters,
            asked,
            here,
        }
    }

    fn title(&self) -> String {
        if self.asked.q.is_empty() {
            self.here.t("find-title")
        } else {
            self.here.t1("find-title-for", "words", &self.asked.q)
        }
    }

    /// How many places were found, and for which words.
    fn count_words(&self) -> String {
        let places = capital(&places(&self.here, self.total));
        if self.asked.q.is_empty() {
            places
        } else {
            self.here.t2("find-count-for", "places", places, "words", &self.asked.q)
        }
    }

    /// Kinds to begin with.
    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    fn kinds(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Unknown)
    }

    /// A page number past the last one.
    fn is_past_the_end(&self) -> bool {
        self.cards.is_empty() && self.total > 0
    }

    /// How many places are shown at most, on the last page of a search that has more.
    fn cut_off_at(&self) -> Option<usize> {
        let most = PER_PAGE * LAST_PAGE;
        (self.asked.page == LAST_PAGE && self.cut_off && !self.cards.is_empty()).then_some(most)
    }

    fn first_page(&self) -> String {
        self.asked.changed(|_| ()).address(&self.here)
    }
}

/// How many places, in words; nobody counts very many.
fn places(here: &Here, count: usize) -> String {
    if count > EXACT_TOTAL {
        here.t1("find-count-more", "count", EXACT_TOTAL)
    } else {
        here.t1("find-count", "count", count)
    }
}

/// With a capital at its beginning.
fn capital(words: &str) -> String {
    let mut rest = words.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// Searches with one filter less, and further around the place.
fn instead(here: &Here, asked: &Asked, results: &Results) -> Vec<Choice> {
    let wider = results.counts.iter().flat_map(|counts| &counts.within).filter_map(|(miles, count)| {
        let step = asked::DISTANCES.into_iter().find(|step| *step == *miles as u16)?;
        (asked.within.is_some_and(|within| step > within) && *count > 0).then(|| Choice {
            words: here.t2("find-wider", "miles", u64::from(step), "places", places(here, *count)),
            address: asked.changed(|other| other.within = Some(step)).address(here),
        })
    });
    let less = results.without.iter().map(|without| Choice {
        words: here.t2(
            "find-without",
            "filter",
            filter_words(here, asked, results, without.filter),
            "places",
            places(here, without.total),
        ),
        address: asked.without(without.filter).address(here),
    });
    wider.take(1).chain(less).collect()
}

/// First, last, and the pages around the one shown.
pub fn steps(page: usize, pages: usize, at: impl Fn(usize) -> String) -> Vec<Step> {
    let mut steps = Vec::new();
    if pages < 2 {
        return steps;
    }
    let mut last = 0;
    for number in 1..=pages {
        if number == 1 || number == pages || number.abs_diff(page) <= 1 {
            if number > last + 1 {
                steps.push(Step::Gap);
            }
            last = number;
            steps.push(if number == page { Step::Here(number) } else { Step::Page { number, address: at(number) } });
        }
    }
    steps
}

/// `GET /find`
pub async fn get(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let asked = Asked::read(here.query());
    let results = if asked.is_empty() {
        Results::default()
    } else {
        let request = Request { home: app.config.brand.state, ..asked.request() };
        let index = app.index.clone();
        let found = tokio::task::spawn_blocking(move || index.search(&request)).await;
        let found = found.map_err(|cut_off| PageError::broken("a search", &cut_off))??;
        // Further pages are the same search.
        if asked.page == 1 && !asked.q.is_empty() {
            app.counted.note(&asked.q, &found, app.clock.micros());
        }
        found
    };
    respond(&FindPage::new(here, asked, results), CachePolicy::Search)
}
