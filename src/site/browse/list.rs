//! One list, page by page, in the order of the alphabet.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded;

use super::{
    Way, area_words, areas_by_name, count_words, list_path, shelves, short_count, state_path, subject_words,
    vendor_path,
};
use crate::{
    model::{kind::Kind, text},
    search::catalogue::{Area, Catalogue, Count, Row, Shelf, Subject},
    site::{
        CachePolicy,
        find::{Step, steps},
        here::{Here, respond},
        problem::PageError,
    },
};

/// Organizations on one page.
const PER_PAGE: usize = 50;
/// A vendor with more than this is offered state by state too.
const MANY: u32 = 100;
/// The longest beginning of a name that is read, in characters.
const LONGEST: usize = 40;

/// A letter to jump to.
pub struct Letter {
    pub letter: char,
    /// Nothing when no name begins so.
    pub address: Option<String>,
}

/// Names under one letter.
pub struct Group {
    /// Where links lead.
    pub id: String,
    /// A letter, or what else names begin with.
    pub title: String,
    pub lines: Vec<Line>,
}

/// One organization.
pub struct Line {
    pub name: String,
    pub address: String,
    pub kind: String,
    pub place: Option<String>,
    pub listed: bool,
    /// In a list of a vendor: what of the vendor it has.
    pub has: Option<String>,
}

#[derive(Template)]
#[template(path = "browse-list.html")]
pub struct ListPage {
    here: Here,
    trail: Vec<Way>,
    title: String,
    lead: Option<String>,
    count: Count,
    letters: Vec<Letter>,
    groups: Vec<Group>,
    /// The same list, state by state.
    states: Vec<shelves::Line>,
    page: usize,
    pages: usize,
    steps: Vec<Step>,
    previous: Option<String>,
    next: Option<String>,
    /// The query of the address this page has for itself.
    query: String,
    /// What is said of a place without a door.
    no_door: String,
}

/// A value of the query.
pub fn asked(here: &Here, name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(here.query().as_bytes());
    let value = pairs.find(|(known, _)| known == name)?.1;
    let value = text::clean(&value.chars().take(LONGEST).collect::<String>(), LONGEST);
    Some(value).filter(|value| !value.is_empty())
}

/// A list on its shelf, with the addresses of its pages.
struct List {
    shelf: Shelf,
    path: String,
}

impl List {
    fn new(here: &Here, shelf: Shelf) -> Self {
        let path = match (shelf.subject, shelf.area) {
            (Subject::Kind(kind), Some(area)) => list_path(area, kind),
            (subject, _) => vendor_path(subject),
        };
        Self { shelf, path: here.link(&path) }
    }

    /// What stands in the address beside the path.
    fn query(&self, page: usize, from: Option<&str>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let (Subject::Vendor(_) | Subject::OtherVendor, Some(area)) = (self.shelf.subject, self.shelf.area) {
            query.append_pair("state", area.code());
        }
        if page > 1 {
            query.append_pair("page", &page.to_string());
        }
        if let Some(from) = from {
            query.append_pair("from", from);
        }
        let query = query.finish();
        if query.is_empty() { query } else { format!("?{query}") }
    }

    fn page(&self, page: usize) -> String {
        format!("{}{}", self.path, self.query(page, None))
    }
}

/// A page of a list, or the way to the one that is meant.
pub fn answer(here: Here, catalogue: &Catalogue, subject: Subject, area: Option<Area>) -> Result<Response, PageError> {
    let list = List::new(&here, Shelf { subject, area });
    let pages = pages(catalogue, list.shelf);
    let to = |page: usize, at: &str| {
        let address = format!("{}{at}", list.page(page));
        Ok(CachePolicy::Revalidate.on(Redirect::temporary(&address).into_response()))
    };
    if let Some(from) = asked(&here, "from") {
        let first = catalogue.first_from(list.shelf, &from);
        let page = (first / PER_PAGE + 1).min(pages);
        let rows = catalogue.page(list.shelf, first, 1)?;
        let anchor = rows.first().map(|row| format!("#{}", group_id(row.letter))).unwrap_or_default();
        return to(page, &anchor);
    }
    let page = asked(&here, "page").map_or(1, |page| page.parse().unwrap_or(1).max(1));
    if page > pages {
        return to(pages, "");
    }
    respond(&ListPage::new(here, catalogue, &list, page)?, CachePolicy::Page)
}

/// How many pages a list has; one that is empty has one.
fn pages(catalogue: &Catalogue, shelf: Shelf) -> usize {
    (catalogue.on(shelf).all() as usize).div_ceil(PER_PAGE).max(1)
}

fn group_id(letter: Option<char>) -> String {
    letter.map_or_else(|| "letter-0".to_owned(), |letter| format!("letter-{letter}"))
}

impl ListPage {
    fn new(here: Here, catalogue: &Catalogue, list: &List, page: usize) -> Result<Self, PageError> {
        let Shelf { subject, area } = list.shelf;
        let pages = pages(catalogue, list.shelf);
        let rows = catalogue.page(list.shelf, (page - 1) * PER_PAGE, PER_PAGE)?;
        let mut trail = vec![shelves::top(&here)];
        match (subject, area) {
            (Subject::Kind(_), Some(area)) => {
                trail.push(Way { words: area_words(&here, area), address: here.link(&state_path(area)) });
            }
            (_, area) => {
                trail.push(Way { words: here.t("browse-vendors-title"), address: here.link("/browse/vendors") });
                if area.is_some() {
                    let address = here.link(&vendor_path(subject));
                    trail.push(Way { words: subject_words(&here, subject), address });
                }
            }
        }
        Ok(Self {
            trail,
            title: title(&here, subject, area),
            lead: match subject {
                Subject::Kind(_) => None,
                Subject::Vendor(vendor) => {
                    Some(here.t2("browse-lead-vendor", "name", &vendor.name, "developer", &vendor.developer))
                }
                Subject::OtherVendor => Some(here.t("browse-lead-vendor-other")),
            },
            count: catalogue.on(list.shelf),
            letters: if pages > 1 { letters(catalogue, list) } else { Vec::new() },
            groups: groups(&here, subject, &rows),
            states: states(&here, catalogue, list.shelf),
            steps: steps(page, pages, |page| list.page(page)),
            previous: (page > 1).then(|| list.page(page - 1)),
            next: (page < pages).then(|| list.page(page + 1)),
            query: list.query(page, None),
            no_door: here.t("browse-no-door"),
            page,
            pages,
            here,
        })
    }

    fn count_words(&self) -> String {
        count_words(&self.here, self.count)
    }

    fn full_title(&self) -> String {
        if self.page == 1 {
            return self.title.clone();
        }
        self.here.t2("browse-title-page", "title", &self.title, "page", self.page)
    }
}

fn title(here: &Here, subject: Subject, area: Option<Area>) -> String {
    let words = subject_words(here, subject);
    match area {
        None => words,
        Some(Area::State(_)) => here.t2(
            "browse-title-in",
            "what",
            words,
            "state",
            area.map(|area| area_words(here, area)).unwrap_or_default(),
        ),
        Some(Area::Nationwide) => here.t1("browse-title-us", "what", words),
        Some(Area::Nowhere) => here.t1("browse-title-nowhere", "what", words),
    }
}

fn letters(catalogue: &Catalogue, list: &List) -> Vec<Letter> {
    let there = catalogue.letters(list.shelf);
    let address = |letter: char| {
        let from = letter.encode_utf8(&mut [0; 4]).to_owned();
        there.contains(&letter).then(|| format!("{}{}", list.path, list.query(1, Some(&from))))
    };
    ('a'..='z').map(|letter| Letter { letter: letter.to_ascii_uppercase(), address: address(letter) }).collect()
}

fn groups(here: &Here, subject: Subject, rows: &[Row]) -> Vec<Group> {
    // The same few words stand in every line.
    let mut words = Words { here, subject, kinds: Vec::new(), has: None };
    let group = |rows: &[Row]| {
        let letter = rows.first().and_then(|row| row.letter);
        Group {
            id: group_id(letter),
            title: letter.map_or_else(|| here.t("browse-digits"), |letter| letter.to_uppercase().to_string()),
            lines: rows.iter().map(|row| words.line(row)).collect(),
        }
    };
    rows.chunk_by(|a, b| a.letter == b.letter).map(group).collect()
}

/// Words of lines, each made once.
struct Words<'a> {
    here: &'a Here,
    subject: Subject,
    kinds: Vec<(Kind, String)>,
    /// What one has of a vendor: its portal, or its connection for apps alone.
    has: Option<(String, String)>,
}

impl Words<'_> {
    fn line(&mut self, row: &Row) -> Line {
        let here = self.here;
        let has = match self.subject {
            Subject::Kind(_) => None,
            Subject::Vendor(_) | Subject::OtherVendor => {
                let made = || (here.t("browse-has-portal"), here.t("browse-has-apps"));
                let (portal, apps) = self.has.get_or_insert_with(made);
                Some(if row.portal { portal } else { apps }.clone())
            }
        };
        Line {
            name: row.name.clone(),
            address: here.organization(&row.slug),
            kind: self.kind(row.kind),
            place: here.place(row.city.as_deref(), row.state.as_deref(), &row.areas),
            listed: row.listed,
            has,
        }
    }

    fn kind(&mut self, kind: Kind) -> String {
        if let Some((_, words)) = self.kinds.iter().find(|(known, _)| *known == kind) {
            return words.clone();
        }
        let words = self.here.kind(kind);
        self.kinds.push((kind, words.clone()));
        words
    }
}

/// A long list of a vendor, state by state.
fn states(here: &Here, catalogue: &Catalogue, shelf: Shelf) -> Vec<shelves::Line> {
    if matches!(shelf.subject, Subject::Kind(_)) || shelf.area.is_some() || catalogue.on(shelf).all() <= MANY {
        return Vec::new();
    }
    let line = |area| {
        let there = Shelf { area: Some(area), ..shelf };
        let address = List::new(here, there).page(1);
        let counts = short_count(here, catalogue.on(there));
        shelves::Line { words: area_words(here, area), address, counts, icon: None, more: None }
    };
    let some = |area: &Area| catalogue.on(Shelf { area: Some(*area), ..shelf }).all() > 0;
    areas_by_name(here).into_iter().filter(some).map(line).collect()
}

#[cfg(test)]
impl ListPage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        use crate::{model::vendor, site::samples};
        let catalogue = tests::catalogue();
        let page = |address: &str, subject, area: Option<&str>, page| {
            let here = samples::here(lang, address);
            let area = area.and_then(Area::from_code);
            let list = List::new(&here, Shelf { subject, area });
            Self::new(here, &catalogue, &list, page).unwrap()
        };
        let mychart = Subject::Vendor(vendor::by_code("mychart").unwrap());
        vec![
            page("/browse/states/ID/clinic", Subject::Kind(Kind::Clinic), Some("ID"), 1),
            page("/browse/states/ID/clinic?page=2", Subject::Kind(Kind::Clinic), Some("ID"), 2),
            page("/browse/states/US/laboratory", Subject::Kind(Kind::Laboratory), Some("US"), 1),
            page("/browse/states/none/unknown", Subject::Kind(Kind::Unknown), Some("none"), 1),
            page("/browse/states/AS/dental", Subject::Kind(Kind::Dental), Some("AS"), 1),
            page("/browse/vendors/mychart", mychart, None, 1),
            page("/browse/vendors/mychart?state=ID", mychart, Some("ID"), 1),
            page("/browse/vendors/other", Subject::OtherVendor, None, 1),
        ]
    }
}

#[cfg(test)]
pub mod tests {
    use std::{collections::BTreeSet, sync::Arc};

    use super::*;
    use crate::{
        model::{kind::Kind, organization::Organization, vendor},
        search::{follow::Change, index::Index},
        site::{Lang, browse::BrowsePage, samples, tests::dom},
    };

    /// The catalogue of some organizations.
    pub fn catalogue_of(organizations: Vec<Organization>) -> Arc<Catalogue> {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::open(folder.path()).unwrap();
        let change = |after: Organization| Change { id: after.id.clone(), new: true, after: Some(after) };
        let changes: Vec<Change> = organizations.into_iter().map(change).collect();
        index.apply(changes, 1).unwrap();
        index.catalogue()
    }

    /// A clinic in Idaho of which no door is known.
    fn clinic(number: u32, name: &str) -> Organization {
        let mut clinic = samples::known();
        clinic.id = samples::id("org-", number);
        clinic.slug = format!("{}-{number}", text::slugify(name));
        clinic.name = name.to_owned();
        clinic
    }

    /// Clinics in Idaho from A to Z with 3M, one with MyChart everywhere, a lab for all, one of nothing known.
    pub fn organizations() -> Vec<Organization> {
        let names =
            ('A'..='Z').flat_map(|letter| ["Alder", "Birch", "Cedar"].map(|tree| format!("{letter}{tree} Clinic")));
        let mut all: Vec<Organization> =
            names.chain(["3M Clinic".to_owned()]).zip(100..).map(|(name, number)| clinic(number, &name)).collect();
        all.push(samples::hospital());
        all.push(samples::starter());
        all.push(Organization { kinds: vec![Kind::Unknown], areas: Vec::new(), ..clinic(500, "<b>Nobody</b> Knows") });
        // Three with a slug and id of their own.
        for (organization, number) in all.iter_mut().rev().take(3).zip(900..) {
            organization.id = samples::id("org-", number);
        }
        all
    }

    pub fn catalogue() -> Arc<Catalogue> {
        catalogue_of(organizations())
    }

    fn at(address: &str) -> Here {
        samples::here(Lang::En, address)
    }

    fn idaho_clinics() -> Shelf {
        Shelf { subject: Subject::Kind(Kind::Clinic), area: Area::from_code("ID") }
    }

    #[test]
    fn links_alone_lead_to_everybody() {
        let catalogue = catalogue();
        let mut found = BTreeSet::new();
        let hub = dom(&BrowsePage::all(at("/browse"), &catalogue));
        for state in hub.attributes("#states a", "href") {
            let area = Area::from_code(state.rsplit('/').next().unwrap()).unwrap();
            for list in dom(&BrowsePage::state(at(&state), &catalogue, area)).attributes("#kinds a", "href") {
                let kind = Kind::from_code(list.rsplit('/').next().unwrap()).unwrap();
                let shelf = Shelf { subject: Subject::Kind(kind), area: Some(area) };
                let mut next = Some(list);
                let mut page = 1;
                while let Some(address) = next {
                    let here = at(&address);
                    let made = ListPage::new(here.clone(), &catalogue, &List::new(&here, shelf), page).unwrap();
                    let made = dom(&made);
                    found.extend(made.attributes(".names a", "href"));
                    next = made.attributes("a[rel=next]", "href").pop();
                    page += 1;
                }
            }
        }
        let all: BTreeSet<String> =
            organizations().iter().map(|organization| format!("/organizations/{}", organization.slug)).collect();
        assert_eq!(found, all);
    }

    #[test]
    fn a_list_is_counted_paged_and_in_order() {
        let catalogue = catalogue();
        let list = List::new(&at("/browse/states/ID/clinic"), idaho_clinics());
        let pages: Vec<_> = (1..=2).map(|page| ListPage::new(at("/"), &catalogue, &list, page).unwrap()).collect();
        assert_eq!(pages[0].pages, 2);
        assert_eq!(pages[0].count, Count { listed: 0, known: 79 });
        let doms: Vec<_> = pages.iter().map(dom).collect();
        let names: Vec<String> = doms.iter().flat_map(|page| page.texts(".names a")).collect();
        assert_eq!((names.len(), names[0].as_str(), names[78].as_str()), (79, "3M Clinic", "ZCedar Clinic"));
        assert!(names.is_sorted());
        assert_eq!(
            doms[0].attributes("link[rel=next]", "href"),
            ["https://connector.example.org/browse/states/ID/clinic?page=2"]
        );
        assert_eq!(doms[1].attributes("a[rel=prev]", "href"), ["/browse/states/ID/clinic"]);
        assert_eq!(doms[0].texts(".group-head")[..2], ["Numbers and signs", "A"]);
        assert!(doms[0].text(".names li").contains("Doctor’s office or clinic"), "the kind stands with each name");
        assert!(doms[0].text("main").contains("79 places"), "{}", doms[0].text("main"));
    }

    #[test]
    fn letters_lead_to_their_first_name() {
        let catalogue = catalogue();
        let letters = letters(&catalogue, &List::new(&at("/browse/states/ID/clinic"), idaho_clinics()));
        assert_eq!(letters[12].address.as_deref(), Some("/browse/states/ID/clinic?from=m"));
        let location = |from: &str| {
            let here = at(&format!("/browse/states/ID/clinic?from={from}"));
            let answer = answer(here, &catalogue, Subject::Kind(Kind::Clinic), Area::from_code("ID")).unwrap();
            assert_eq!(answer.status(), axum::http::StatusCode::TEMPORARY_REDIRECT);
            answer.headers()["location"].to_str().unwrap().to_owned()
        };
        assert_eq!(location("m"), "/browse/states/ID/clinic#letter-m");
        assert_eq!(location("T"), "/browse/states/ID/clinic?page=2#letter-t");
        assert_eq!(location("zz"), "/browse/states/ID/clinic?page=2", "after the last name: the last page");
        let far = answer(at("/x?page=99"), &catalogue, Subject::Kind(Kind::Clinic), Area::from_code("ID")).unwrap();
        assert_eq!(far.headers()["location"], "/browse/states/ID/clinic?page=2");
    }

    #[test]
    fn a_vendor_says_what_shows_it() {
        let catalogue = catalogue();
        let mychart = Subject::Vendor(vendor::by_code("mychart").unwrap());
        let here = at("/browse/vendors/mychart");
        let list = List::new(&here, Shelf { subject: mychart, area: None });
        let page = dom(&ListPage::new(here, &catalogue, &list, 1).unwrap());
        // Both have a portal with MyChart in its address.
        assert_eq!(page.texts(".names a"), ["Example Labs", "St. Mary’s Hospital"]);
        assert!(page.text(".names li").contains("sign-in page"), "{}", page.text(".names li"));
        let hub = dom(&BrowsePage::vendors(at("/browse/vendors"), &catalogue));
        assert!(hub.text("#vendors").contains("Epic (MyChart)"), "{}", hub.text("#vendors"));
    }
}
