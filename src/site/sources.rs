//! `/sources`: who says what this directory shows, how much each of them says, and how old it is.

use askama::Template;
use axum::{extract::State, response::Response};
use jiff::{civil::Date, tz::TimeZone};

use super::{
    CachePolicy,
    here::{Here, respond},
    problem::PageError,
    said::Link,
};
use crate::{
    app,
    model::source::Source,
    store::{LastTry, OWN_SOURCE, SourceOverview, SyncEnd},
};

/// Reasons that are told for each source; the others are counted.
const REASONS: usize = 5;

/// One source in words.
pub struct SourceView {
    name: String,
    publisher: String,
    /// Who it is to those it speaks of: its tier in words.
    who: String,
    /// The day its list is good for, and how long ago that is.
    list: Option<(Date, String, String)>,
    /// When something of it last went in or was found to be in.
    success: Option<(Date, String)>,
    rows: u64,
    reasons: Vec<Reason>,
    more_reasons: u64,
    waiting: Vec<String>,
    /// How the last try to fetch it ended.
    last_try: Option<Try>,
    licence: String,
    address: Option<Link>,
}

/// Why rows were kept back.
struct Reason {
    count: u64,
    /// The count in words.
    shown: String,
    /// In English: publishers' rows are told about to those who know them.
    words: String,
}

/// A try to fetch.
struct Try {
    failed: bool,
    words: String,
}

impl SourceView {
    fn new(here: &Here, overview: &SourceOverview, today: Date) -> Self {
        let kept_back: u64 = overview.quarantined.iter().skip(REASONS).map(|reason| reason.count).sum();
        let reason = |q: &crate::store::Quarantine| Reason {
            count: q.count,
            shown: here.number(q.count),
            words: q.example.clone(),
        };
        Self {
            name: overview.source.name.clone(),
            publisher: overview.source.publisher.clone(),
            who: here.t(&format!("tier-{}", overview.source.tier.number())),
            list: overview.as_of.map(|day| (day, here.date(day), age(here, day, today))),
            success: overview.last_success.map(|day| (day, here.date(day))),
            rows: overview.listings,
            reasons: overview.quarantined.iter().take(REASONS).map(reason).collect(),
            more_reasons: kept_back,
            waiting: waiting(here, overview),
            last_try: overview.last_try.as_ref().map(|last| tried(here, last)),
            licence: overview.source.licence.clone(),
            address: overview.source.address.as_deref().and_then(Link::new),
        }
    }

    fn kept_back(&self) -> u64 {
        self.reasons.iter().map(|reason| reason.count).sum::<u64>() + self.more_reasons
    }

    fn failed(&self) -> bool {
        self.last_try.as_ref().is_some_and(|last| last.failed)
    }
}

fn waiting(here: &Here, overview: &SourceOverview) -> Vec<String> {
    let mut words = Vec::new();
    if overview.waiting_loads > 0 {
        words.push(here.t1("sources-waiting-loads", "count", overview.waiting_loads));
    }
    if overview.waiting_doors > 0 {
        words.push(here.t1("sources-waiting-doors", "count", overview.waiting_doors));
    }
    words
}

/// How long ago a day is, in words.
fn age(here: &Here, day: Date, today: Date) -> String {
    let days = day.until(today).map_or(0, |span| span.get_days()).max(0) as u64;
    match days {
        0 => here.t("sources-age-today"),
        1..=59 => here.t1("sources-age-days", "count", days),
        60..=729 => here.t1("sources-age-months", "count", days / 30),
        _ => here.t1("sources-age-years", "count", days / 365),
    }
}

fn tried(here: &Here, last: &LastTry) -> Try {
    let day = here.date(last.at.to_zoned(TimeZone::UTC).date());
    let failed = last.end == SyncEnd::Failed;
    let words = match (last.end, &last.code) {
        (SyncEnd::Loaded, _) => here.t1("sources-try-loaded", "date", day),
        (SyncEnd::Unchanged, _) => here.t1("sources-try-unchanged", "date", day),
        (SyncEnd::Held, _) => here.t1("sources-try-held", "date", day),
        (SyncEnd::Failed, Some(code)) => {
            let trouble = here.t(&format!("sources-trouble-{}", code.replace('_', "-")));
            here.t2("sources-try-failed", "date", day, "trouble", trouble)
        }
        (SyncEnd::Failed, None) => {
            let trouble = here.t("sources-trouble-network");
            here.t2("sources-try-failed", "date", day, "trouble", trouble)
        }
    };
    Try { failed, words }
}

#[derive(Template)]
#[template(path = "sources.html")]
pub struct SourcesPage {
    here: Here,
    sources: Vec<SourceView>,
}

impl SourcesPage {
    fn new(here: Here, overviews: &[SourceOverview], today: Date) -> Self {
        let (own, mut lists): (Vec<_>, Vec<_>) =
            overviews.iter().cloned().partition(|overview| overview.source.id.starts_with(OWN_SOURCE));
        if let Some(together) = together(&here, &own) {
            let at = lists.iter().position(|overview| overview.source.tier > together.source.tier);
            lists.insert(at.unwrap_or(lists.len()), together);
        }
        let sources = lists.iter().map(|overview| SourceView::new(&here, overview, today)).collect();
        Self { here, sources }
    }

    fn rows(&self) -> u64 {
        self.sources.iter().map(|source| source.rows).sum()
    }

    fn failed(&self) -> usize {
        self.sources.iter().filter(|source| source.failed()).count()
    }
}

/// What organizations' own systems say, as one source: there may be thousands of them, each with a row or two.
fn together(here: &Here, own: &[SourceOverview]) -> Option<SourceOverview> {
    let first = own.first()?;
    let sum = |of: fn(&SourceOverview) -> u64| own.iter().map(of).sum();
    let name = here.t1("sources-own-systems", "count", own.len());
    Some(SourceOverview {
        source: Source { id: OWN_SOURCE.to_owned(), name, ..first.source.clone() },
        last_load: own.iter().filter_map(|one| one.last_load).max(),
        last_success: own.iter().filter_map(|one| one.last_success).max(),
        as_of: own.iter().filter_map(|one| one.as_of).max(),
        listings: sum(|one| one.listings),
        quarantined: own.iter().flat_map(|one| one.quarantined.clone()).collect(),
        waiting_doors: sum(|one| one.waiting_doors),
        waiting_loads: sum(|one| one.waiting_loads),
        last_try: None,
    })
}

/// `GET /sources`
pub async fn get(here: Here, State(app): State<app::App>) -> Result<Response, PageError> {
    let overviews = app.store.source_overviews().await?;
    respond(&SourcesPage::new(here, &overviews, app.clock.today()), CachePolicy::Page)
}

#[cfg(test)]
impl SourcesPage {
    pub fn samples(lang: super::Lang) -> Vec<Self> {
        let here = super::samples::here(lang, "/sources");
        let page = |overviews: &[SourceOverview]| Self::new(here.clone(), overviews, super::samples::TODAY);
        vec![page(&super::samples::sources()), page(&[])]
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::site::{
        Lang,
        samples::{self, TODAY},
        tests::dom,
    };

    #[test]
    fn a_source_says_how_much_it_says_and_how_old_it_is() {
        let page = dom(&SourcesPage::samples(Lang::En)[0]);
        assert_eq!(page.texts(".source h2"), ["Oracle Health", "NPPES", "Example list"]);
        let first = page.text(".source");
        for words in [
            "Published by Oracle",
            "The maker of the software says so itself",
            "1,359 rows are in this directory",
            "22 Nov 2026 (of today)",
            "nothing was new",
        ] {
            assert!(first.contains(words), "{words}: {first}");
        }
        let third = page.texts(".source").remove(2);
        for words in [
            "12 rows or parts of rows were kept back",
            "the address is relative",
            "1 whole list waits for a person",
            "3 addresses wait for a person",
            "We could not fetch it on 21 Nov 2026: the publisher has no file at that address any more.",
            "(2 years old)",
        ] {
            assert!(third.contains(words), "{words}: {third}");
        }
        assert_eq!(page.texts(".source .warning").len(), 1, "only what failed is marked");
        assert_eq!(
            page.attributes(".source a[rel~=nofollow]", "href"),
            ["https://github.com/oracle-samples/ignite-endpoints"]
        );
    }

    #[test]
    fn reasons_are_marked_as_english_where_the_page_is_not() {
        let page = dom(&SourcesPage::samples(Lang::Es)[0]);
        assert_eq!(page.attributes(".reasons [lang]", "lang"), ["en", "en"]);
        assert!(page.text("main").contains("ya no tiene ningún archivo en esa dirección"), "{}", page.text("main"));
        assert!(dom(&SourcesPage::samples(Lang::En)[0]).attributes(".reasons [lang]", "lang").is_empty());
    }

    #[test]
    fn without_sources_the_page_says_so() {
        for lang in Lang::ALL {
            let page = dom(&SourcesPage::samples(lang)[1]);
            assert!(page.texts(".source").is_empty() && page.text("main").len() > 100);
        }
    }

    #[test]
    fn own_systems_are_told_together() {
        let mut all = samples::sources();
        for host in ["a-example-org", "b-example-org"] {
            let mut own = all[1].clone();
            own.source.id = format!("{OWN_SOURCE}{host}");
            own.source.tier = crate::model::source::Tier::WELL_KNOWN;
            all.push(own);
        }
        let page = dom(&SourcesPage::new(samples::here(Lang::En, "/sources"), &all, TODAY));
        let names = page.texts(".source h2");
        assert_eq!(names, ["2 organizations’ own systems", "Oracle Health", "NPPES", "Example list"]);
        assert!(page.text(".source").contains("2 rows are in this directory"));
    }

    #[test]
    fn ages_in_words() {
        let here = samples::here(Lang::En, "/sources");
        for (day, words) in [
            (TODAY, "of today"),
            (date(2026, 11, 21), "1 day old"),
            (date(2026, 11, 19), "3 days old"),
            (date(2026, 9, 1), "2 months old"),
            (date(2015, 12, 21), "10 years old"),
            (date(2027, 1, 1), "of today"),
        ] {
            assert_eq!(age(&here, day, TODAY), words, "{day}");
        }
        let es = samples::here(Lang::Es, "/sources");
        assert_eq!(age(&es, date(2026, 11, 21), TODAY), "de hace 1 día");
    }
}
