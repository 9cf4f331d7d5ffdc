//! `/find`: results with filters, all of it in the address, never a blank page.

use askama::Template;
use axum::{extract::State, response::Response};
use url::form_urlencoded;

use super::{
    CachePolicy,
    here::{Here, respond},
    icons,
    problem::PageError,
    said,
};
use crate::{
    app::App,
    model::{
        id::{Id, ThingKind},
        kind::Kind,
        place,
        source::Tier,
        text,
    },
    search::{Card, Request, Results},
};

/// Results on one page.
const PER_PAGE: usize = 20;
/// The last page that is offered: nobody reads further, and deep pages cost much.
const LAST_PAGE: usize = 50;
/// The longest search that is read, in characters.
const LONGEST: usize = 200;
/// Names of portals that many places use: they are no place themselves.
const PORTAL_NAMES: &[&str] = &[
    "mychart",
    "my chart",
    "epic mychart",
    "followmyhealth",
    "follow my health",
    "healow",
    "athenahealth",
    "nextgen",
    "patient portal",
    "portal",
    "my health portal",
    "portal del paciente",
];

/// What was asked, as the address says it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    pub q: String,
    /// What stands in the ZIP box, right or wrong.
    pub near: String,
    pub kinds: Vec<Kind>,
    pub state: Option<&'static str>,
    /// Only parts of this organization.
    pub part_of: Option<Id>,
    /// From 1.
    pub page: usize,
}

impl Asked {
    /// Reads a query; what is not known or not right is left out, a wrong ZIP is kept to be shown with its reason.
    pub fn read(query: &str) -> Self {
        let mut asked = Self { page: 1, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "q" => asked.q = text::clean(&value.chars().take(LONGEST * 2).collect::<String>(), LONGEST),
                "near" => asked.near = text::clean(&value.chars().take(LONGEST).collect::<String>(), 60),
                "kind" => {
                    if let Some(kind) = Kind::from_code(&value).filter(|kind| !asked.kinds.contains(kind)) {
                        asked.kinds.push(kind);
                    }
                }
                "state" => asked.state = place::state_code(&value),
                "part_of" => asked.part_of = Id::parse(&value).filter(|id| id.kind() == ThingKind::Organization),
                "page" => asked.page = value.parse().unwrap_or(1).clamp(1, LAST_PAGE),
                _ => {}
            }
        }
        asked
    }

    /// The ZIP code, when one stands there.
    fn zip(&self) -> Option<String> {
        let five = self.near.get(..5)?;
        let rest = &self.near[5..];
        let digits = five.bytes().all(|b| b.is_ascii_digit());
        let tidy = rest.is_empty() || (rest.starts_with('-') && rest[1..].bytes().all(|b| b.is_ascii_digit()));
        (digits && tidy).then(|| five.to_owned())
    }

    fn zip_is_wrong(&self) -> bool {
        !self.near.is_empty() && self.zip().is_none()
    }

    fn is_empty(&self) -> bool {
        self.q.is_empty()
            && self.zip().is_none()
            && self.kinds.is_empty()
            && self.state.is_none()
            && self.part_of.is_none()
    }

    fn has(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    fn in_state(&self, code: &str) -> bool {
        self.state == Some(code)
    }

    fn request(&self) -> Request {
        Request {
            q: self.q.clone(),
            near: self.zip(),
            kinds: self.kinds.clone(),
            states: self.state.iter().map(|code| (*code).to_owned()).collect(),
            part_of: self.part_of.clone(),
            limit: PER_PAGE,
            offset: (self.page - 1) * PER_PAGE,
            ..Request::default()
        }
    }

    /// The address that asks this.
    fn address(&self, here: &Here) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.q.is_empty() {
            query.append_pair("q", &self.q);
        }
        if !self.near.is_empty() {
            query.append_pair("near", &self.near);
        }
        for kind in &self.kinds {
            query.append_pair("kind", kind.code());
        }
        if let Some(state) = self.state {
            query.append_pair("state", state);
        }
        if let Some(id) = &self.part_of {
            query.append_pair("part_of", id.as_str());
        }
        if self.page > 1 {
            query.append_pair("page", &self.page.to_string());
        }
        let query = query.finish();
        here.link(if query.is_empty() { "/find" } else { "/find?" }) + &query
    }

    /// The same with a change, from its first page.
    fn changed(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = Self { page: 1, ..self.clone() };
        change(&mut other);
        other
    }
}

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

/// One result, in words.
pub struct ResultCard {
    pub address: String,
    pub name: String,
    pub also_known_as: Option<String>,
    pub icon: &'static str,
    pub kind: String,
    pub place: Option<String>,
    pub miles: Option<String>,
    pub portal_name: Option<String>,
    pub domain: Option<String>,
    /// See, save, send.
    pub can: Vec<String>,
    /// Domain of its own web site.
    pub website: Option<String>,
    pub app_access: bool,
    pub listed: bool,
    pub said: String,
    /// The organization it is part of.
    pub part_of: Option<String>,
    /// All places of one organization that match, and where they are listed.
    pub places: Option<Choice>,
}

impl ResultCard {
    pub fn new(here: &Here, card: &Card) -> Self {
        let place = match (&card.city, &card.state) {
            (Some(city), Some(state)) => Some(format!("{city}, {state}")),
            (Some(city), None) => Some(city.clone()),
            (None, Some(state)) => Some(here.state(state)),
            (None, None) => here.areas(&card.areas),
        };
        let date =
            card.load_date.parse::<jiff::civil::Date>().map_or_else(|_| card.load_date.clone(), |day| here.date(day));
        let can = |code: &String| match code.as_str() {
            "view" => Some(here.t("card-see")),
            "download" => Some(here.t("card-save")),
            "send" => Some(here.t("card-send")),
            _ => None,
        };
        Self {
            address: here.organization(&card.slug),
            name: card.name.clone(),
            also_known_as: card.also_known_as.clone(),
            icon: icons::kind(card.kind),
            kind: here.kind(card.kind),
            place,
            miles: card.miles.map(|miles| miles_words(here, miles)),
            portal_name: card.portal_name.clone().filter(|name| *name != card.name),
            domain: card.portal_domain.clone().filter(|_| card.portal_url.is_some()),
            website: card.website_domain.clone(),
            can: card.can.iter().filter_map(can).collect(),
            app_access: card.app_access,
            listed: card.listed,
            part_of: card.part_of.as_ref().map(|parent| parent.name.clone()),
            places: None,
            said: if card.tier == Tier::STARTER.number() {
                here.t("card-starter")
            } else {
                said::listed(here, card.tier, &card.source_name, date)
            },
        }
    }
}

/// A result as this search shows it: what stands behind it is one link away.
fn folded(here: &Here, asked: &Asked, card: &Card) -> ResultCard {
    let shown = ResultCard::new(here, card);
    if card.places_matching == 0 {
        return shown;
    }
    let (brand, name) = match &card.part_of {
        Some(parent) => (&parent.id, &parent.name),
        None => (&card.id, &card.name),
    };
    let places = Choice {
        words: here.t2("card-places-matching", "count", card.places_matching, "name", name),
        address: asked.changed(|other| other.part_of = Some(brand.clone())).address(here),
    };
    ResultCard { places: Some(places), ..shown }
}

fn miles_words(here: &Here, miles: f64) -> String {
    if miles < 1.0 { here.t("card-miles-near") } else { here.t1("card-miles", "count", miles.round() as u64) }
}

#[derive(Template)]
#[template(path = "find.html")]
pub struct FindPage {
    here: Here,
    asked: Asked,
    total: usize,
    /// Are there more results than pages?
    cut_off: bool,
    cards: Vec<ResultCard>,
    did_you_mean: Option<Choice>,
    /// Filters that are set, each with the address without it.
    chips: Vec<Choice>,
    steps: Vec<Step>,
    previous: Option<String>,
    next: Option<String>,
    /// A portal's name was searched: many places use it.
    portal_name: bool,
}

impl FindPage {
    fn new(here: Here, asked: Asked, results: Results) -> Self {
        let did_you_mean = results
            .did_you_mean
            .map(|words| Choice { address: asked.changed(|other| other.q.clone_from(&words)).address(&here), words });
        let pages = results.cards.div_ceil(PER_PAGE).min(LAST_PAGE);
        let at = |page: usize| Asked { page, ..asked.clone() }.address(&here);
        Self {
            total: results.total,
            cut_off: results.cards > PER_PAGE * LAST_PAGE,
            cards: results.results.iter().map(|card| folded(&here, &asked, card)).collect(),
            did_you_mean,
            chips: chips(&here, &asked, results.results.first()),
            steps: steps(asked.page, pages, at),
            previous: (asked.page > 1 && asked.page <= pages).then(|| at(asked.page - 1)),
            next: (asked.page < pages).then(|| at(asked.page + 1)),
            portal_name: PORTAL_NAMES.contains(&asked.q.to_lowercase().as_str()),
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

    /// Kinds to choose from.
    fn kinds(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.iter().copied().filter(|kind| *kind != Kind::Unknown || self.asked.has(*kind))
    }

    /// States to choose from, by name in the language of the page.
    fn states(&self) -> Vec<(&'static str, String)> {
        let mut states: Vec<_> = place::STATES.iter().map(|(code, _)| (*code, self.here.state(code))).collect();
        states.sort_by_key(|(_, name)| text::match_form(name));
        states
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

/// `first` is the first result: it knows the name of the organization whose parts were asked for.
fn chips(here: &Here, asked: &Asked, first: Option<&Card>) -> Vec<Choice> {
    let mut chips = Vec::new();
    if asked.part_of.is_some() {
        let name = first.and_then(|card| card.part_of.as_ref()).map(|parent| &parent.name);
        chips.push(Choice {
            words: name.map_or_else(|| here.t("find-parts"), |name| here.t1("find-parts-of", "name", name)),
            address: asked.changed(|other| other.part_of = None).address(here),
        });
    }
    for kind in &asked.kinds {
        chips.push(Choice {
            words: here.kinds(*kind),
            address: asked.changed(|other| other.kinds.retain(|other| other != kind)).address(here),
        });
    }
    if let Some(state) = asked.state {
        chips.push(Choice {
            words: here.state(state),
            address: asked.changed(|other| other.state = None).address(here),
        });
    }
    if let Some(zip) = asked.zip() {
        chips.push(Choice {
            words: here.t1("find-near-zip", "zip", zip),
            address: asked.changed(|other| other.near.clear()).address(here),
        });
    }
    chips
}

/// First, last, and the pages around the one shown.
fn steps(page: usize, pages: usize, at: impl Fn(usize) -> String) -> Vec<Step> {
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
    let results = if asked.is_empty() { Results::default() } else { app.index.search(&asked.request())? };
    respond(&FindPage::new(here, asked, results), CachePolicy::Search)
}

#[cfg(test)]
impl FindPage {
    pub fn sample(lang: super::Lang, query: &str, results: Results) -> Self {
        let here = super::samples::here(lang, &format!("/find?{query}"));
        Self::new(here, Asked::read(query), results)
    }

    pub fn samples(lang: super::Lang) -> Vec<Self> {
        use super::samples::cards;
        let found = |total, did_you_mean: Option<&str>| Results {
            results: cards(),
            total,
            cards: total,
            did_you_mean: did_you_mean.map(str::to_owned),
            ..Results::default()
        };
        vec![
            Self::sample(lang, "", Results::default()),
            Self::sample(lang, "q=st+marys&kind=hospital&state=ID&near=83702", found(4812, None)),
            Self::sample(lang, "q=st+marys&page=7", found(4812, Some("st. mary's"))),
            Self::sample(
                lang,
                "q=st+marry&kind=hospital",
                Results { did_you_mean: Some("St. Mary's".into()), ..Results::default() },
            ),
            Self::sample(lang, "q=nowhere&near=8370", Results::default()),
            Self::sample(lang, "q=mychart", found(3, None)),
            Self::sample(lang, "q=a&page=9", Results { total: 3, cards: 3, ..Results::default() }),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, tests::dom};

    #[test]
    fn the_address_says_everything_and_nothing_wrong_passes() {
        let asked = Asked::read(
            "q=%20st%20marys%20&near=83702-1234&kind=hospital&kind=castle&kind=hospital&state=idaho&page=-3&x=1",
        );
        assert_eq!((asked.q.as_str(), asked.zip().as_deref(), asked.page), ("st marys", Some("83702"), 1));
        assert_eq!((asked.kinds.as_slice(), asked.state), ([Kind::Hospital].as_slice(), Some("ID")));
        assert_eq!(Asked::read("page=99999999").page, LAST_PAGE);
        for wrong in ["8370", "837022", "Boise", "8370x", "é3702"] {
            assert!(Asked { near: wrong.into(), ..Asked::default() }.zip_is_wrong(), "{wrong}");
        }
    }

    #[test]
    fn the_address_is_read_back() {
        let here = crate::site::samples::here(Lang::Es, "/find");
        let asked = Asked::read("q=a%26b+%C3%B1&near=83702&kind=hospital&kind=clinic&state=ID&page=3");
        let address = asked.address(&here);
        assert_eq!(Asked::read(address.strip_prefix("/es/find?").unwrap()), asked);
    }

    #[test]
    fn a_result_says_what_it_opens_and_who_says_so() {
        let page = dom(&FindPage::samples(Lang::En)[1]);
        let first = page.text(".result");
        for words in [
            "St. Mary’s Hospital",
            "Hospital",
            "Boise, ID",
            "2 miles",
            "Opens example.org",
            "Listed by Oracle Health, 3 Nov 2026",
        ] {
            assert!(first.contains(words), "{words} in {first}");
        }
        assert_eq!(page.attributes(".result h3 a", "href")[0], "/organizations/st-marys-hospital-boise-id");
        assert_eq!(page.texts("[role=status] h2").len(), 1);
        let known = page.texts(".result").into_iter().find(|card| card.contains("Known Clinic")).unwrap();
        assert!(known.contains("no online door yet"), "{known}");
    }

    #[test]
    fn places_of_one_brand_stand_behind_one_result() {
        for (lang, words, chip) in [
            (Lang::En, "12 places of Larkspur Health match", "Places of Larkspur Health"),
            (Lang::Es, "Coinciden 12 lugares de Larkspur Health", "Lugares de Larkspur Health"),
        ] {
            let brand = crate::site::samples::brand();
            let results = |results: Vec<Card>| Results { total: 12, cards: 1, results, ..Results::default() };
            let page = dom(&FindPage::sample(lang, "q=larkspur&near=83702", results(vec![brand.clone()])));
            let link = page.attributes(".result .all-places a", "href").remove(0);
            assert!(page.text(".result .all-places").contains(words), "{}", page.text(".result"));
            assert!(link.ends_with(&format!("/find?q=larkspur&near=83702&part_of={}", brand.id)), "{link}");
            let part = crate::site::samples::part();
            let query = link.split_once('?').unwrap().1.to_owned();
            let page = dom(&FindPage::sample(lang, &query, results(vec![part])));
            assert!(page.text(".chips").contains(chip), "{}", page.text(".chips"));
            assert!(page.text(".result .part-of").contains("Larkspur Health"));
            assert!(page.texts(".result .all-places").is_empty());
        }
    }

    #[test]
    fn every_filter_can_be_taken_away() {
        let page = dom(&FindPage::samples(Lang::En)[1]);
        let chips = page.attributes(".chip", "href");
        assert_eq!(
            chips,
            [
                "/find?q=st+marys&near=83702&state=ID",
                "/find?q=st+marys&near=83702&kind=hospital",
                "/find?q=st+marys&kind=hospital&state=ID"
            ]
        );
        assert_eq!(page.attributes("input[name=kind][checked]", "value"), ["hospital"]);
        assert_eq!(page.attributes("option[selected]", "value"), ["ID"]);
    }

    #[test]
    fn paging_leads_both_ways() {
        let page = dom(&FindPage::samples(Lang::En)[2]);
        let numbers =
            page.texts("nav.usa-pagination .usa-pagination__page-no, nav.usa-pagination .usa-pagination__overflow");
        assert_eq!(numbers, ["1", "…", "6", "7", "8", "…", "50"]);
        assert_eq!(page.attributes("nav.usa-pagination [aria-current]", "aria-current"), ["page"]);
        assert_eq!(page.attributes("a[rel=next]", "href"), ["/find?q=st+marys&page=8"]);
    }

    #[test]
    fn the_last_page_of_many_says_how_to_see_the_rest() {
        let page = |number: usize| {
            let results =
                Results { results: crate::site::samples::cards(), total: 4812, cards: 4812, ..Results::default() };
            dom(&FindPage::sample(Lang::En, &format!("q=st+marys&page={number}"), results))
        };
        assert!(page(50).text(".note").contains("first 1,000 places"));
        assert!(page(49).texts(".note").is_empty());
    }

    #[test]
    fn nothing_found_is_never_nothing_shown() {
        let page = dom(&FindPage::samples(Lang::En)[3]);
        let words = page.text("main");
        assert!(words.contains("We found no place called “st marry”. Did you mean St. Mary's?"), "{words}");
        assert!(page.attributes("main a", "href").contains(&"/find?q=st+marry".to_owned()), "drop the filter");
        assert!(page.attributes("main a", "href").contains(&"/help/rights".to_owned()));
        assert!(page.attributes("main a", "href").contains(&"/help/contact".to_owned()));
    }

    #[test]
    fn a_wrong_zip_is_told_beside_its_box() {
        for (lang, words) in [
            (Lang::En, "A ZIP code has 5 digits, like 83702."),
            (Lang::Es, "Un código postal tiene 5 números, como 83702."),
        ] {
            let page = dom(&FindPage::samples(lang)[4]);
            assert_eq!(page.texts("#near-error"), [words]);
            assert_eq!(page.attributes("input[name=near]", "aria-describedby"), ["near-error"]);
        }
    }

    #[test]
    fn mychart_is_no_place() {
        let page = dom(&FindPage::samples(Lang::En)[5]);
        assert!(page.text(".note").contains("Many places use “mychart”"), "{}", page.text(".note"));
    }
}
