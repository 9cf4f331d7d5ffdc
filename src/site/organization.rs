//! `/organizations/{slug}`: the door first, then everything else that is known, each value with who says it.
//!
//! `/o/{id}` leads here from a permanent id.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;

use super::{
    CachePolicy, Lang,
    find::ResultCard,
    here::{Here, Part, respond},
    icons,
    problem::PageError,
    said::{self, Link, Words},
};
use crate::{
    app::App,
    model::{
        features::{Answer, Feature},
        id::{Id, ThingKind},
        identifier::System,
        organization::{DoorState, Organization, Portal, Related, Status},
        place::Place,
        text,
    },
    search::Card,
    store::Found,
};

/// Parts that are listed.
const PARTS: u32 = 50;
/// Other organizations of the same name that are listed.
const SAME_NAMES: usize = 5;
/// Places shown at once; the rest opens in place.
const PLACES: usize = 5;
/// Values listed under "who says so"; a page of thousands helps nobody, the API has them all.
const VALUES: usize = 150;

/// What comes with the organization itself.
#[derive(Default)]
pub struct Around {
    pub parts: Vec<Related>,
    pub same_name: Vec<Card>,
}

/// A door in words.
pub struct DoorView {
    /// The portal's name, or the domain.
    pub name: String,
    pub link: Link,
    pub audience: Option<String>,
    pub description: Option<String>,
    pub sign_up: Option<Link>,
    pub warnings: Vec<String>,
    /// "Opens on …", "closes on …".
    pub dates: Vec<String>,
    /// Name of the organization whose door it is, when it is the parent's.
    pub through: Option<String>,
    pub said: Option<Words>,
}

/// An address that is shown as text.
pub struct OldAddress {
    pub text: String,
    /// Why it is no link.
    pub why: String,
    pub said: Option<Words>,
}

/// Features of one group.
pub struct Group {
    pub title: String,
    pub lines: Vec<Line>,
}

/// One feature with its answer.
pub struct Line {
    pub icon: &'static str,
    /// For the style: `yes`, `no`, `planned`.
    pub class: &'static str,
    pub feature: String,
    pub answer: String,
}

/// One value with who says it.
pub struct Fact {
    pub field: String,
    pub value: String,
    pub said: Words,
}

/// A place in lines.
pub struct PlaceView {
    pub name: Option<String>,
    pub lines: Vec<String>,
    pub phone: Option<Phone>,
}

/// A phone number to read and to call.
pub struct Phone {
    pub shown: String,
    pub link: String,
}

impl Phone {
    /// `(208) 555-0100 ext. 12` as it is shown and as `tel:` (RFC 3966) wants it.
    fn new(shown: &str) -> Self {
        let (number, extension) = shown.split_once("ext.").unwrap_or((shown, ""));
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let extension = digits(extension);
        let tail = if extension.is_empty() { String::new() } else { format!(";ext={extension}") };
        Self { shown: shown.to_owned(), link: format!("tel:+1{}{tail}", digits(number)) }
    }
}

/// Can an app connect?
#[derive(Clone, Copy, PartialEq, Eq)]
enum AppAccess {
    Yes,
    No,
    Unknown,
}

#[derive(Template)]
#[template(path = "organization.html")]
pub struct OrganizationPage {
    here: Here,
    org: Organization,
    /// City and state, or what it serves.
    place: Option<String>,
    kinds: String,
    doors: Vec<DoorView>,
    old: Vec<OldAddress>,
    website: Option<Link>,
    /// Who says the web site.
    website_said: Option<Words>,
    phone: Option<Phone>,
    app_access: AppAccess,
    how_to_ask: Option<String>,
    groups: Vec<Group>,
    /// Groups nothing is known of, in words.
    not_known: Vec<String>,
    /// Who says what is known of the features; each once.
    features_said: Vec<Words>,
    places: Vec<PlaceView>,
    /// States it serves, when that says more than where it is.
    areas: Option<String>,
    around: Around,
    same_name: Vec<ResultCard>,
    values: Vec<Fact>,
    more_values: usize,
    numbers: Vec<(String, String)>,
}

impl OrganizationPage {
    fn new(here: Here, org: Organization, around: Around, today: Date) -> Self {
        let (doors, old) = doors(&here, &org, today);
        let (groups, not_known) = features(&here, &org);
        let mut values = values(&here, &org);
        let more_values = values.len().saturating_sub(VALUES);
        values.truncate(VALUES);
        let phone =
            org.phone.as_deref().or_else(|| org.locations.iter().find_map(|location| location.place.phone.as_deref()));
        Self {
            place: place(&here, &org),
            kinds: org.kinds.iter().map(|kind| here.kind(*kind)).collect::<Vec<_>>().join(", "),
            website: org
                .website
                .as_ref()
                .filter(|site| site.state == DoorState::Live)
                .and_then(|site| Link::new(&site.url)),
            website_said: org.said("website").map(|said| said::words(&here, said, None)),
            phone: phone.map(Phone::new),
            app_access: app_access(&org),
            how_to_ask: org.how_to_ask.as_ref().map(|advice| match here.lang {
                Lang::En => advice.en.clone(),
                Lang::Es => advice.es.clone(),
            }),
            features_said: features_said(&here, &org),
            areas: areas(&here, &org),
            places: org.locations.iter().map(|location| place_view(&here, &location.place)).collect(),
            numbers: numbers(&here, &org),
            same_name: around.same_name.iter().map(|card| ResultCard::new(&here, card)).collect(),
            doors,
            old,
            groups,
            not_known,
            values,
            more_values,
            around,
            org,
            here,
        }
    }

    fn icon(&self) -> &'static str {
        icons::kind(self.org.kind())
    }

    fn title(&self) -> String {
        match &self.place {
            Some(place) => self.here.t2("org-title-place", "name", &self.org.name, "place", place),
            None => self.here.t1("org-title", "name", &self.org.name),
        }
    }

    fn description(&self) -> String {
        match self.doors.first() {
            Some(door) => self.here.t2("org-meta-door", "name", &self.org.name, "domain", &door.link.domain),
            None => self.here.t1("org-meta-no-door", "name", &self.org.name),
        }
    }

    fn first_places(&self) -> &[PlaceView] {
        &self.places[..self.places.len().min(PLACES)]
    }

    fn more_places(&self) -> &[PlaceView] {
        &self.places[self.places.len().min(PLACES)..]
    }

    fn apps_yes(&self) -> bool {
        self.app_access == AppAccess::Yes
    }

    fn apps_no(&self) -> bool {
        self.app_access == AppAccess::No
    }

    /// A notice over everything when it is not simply in being.
    fn notice(&self) -> Option<String> {
        match self.org.status {
            Status::Active => None,
            Status::Moved => Some(self.here.t("org-moved")),
            Status::Merged => Some(self.here.t("org-merged")),
            Status::Closed => Some(self.here.t("org-closed")),
            Status::Withdrawn => Some(self.here.t("org-withdrawn")),
        }
    }
}

fn place(here: &Here, org: &Organization) -> Option<String> {
    match org.main_place() {
        Some(Place { city: Some(city), state: Some(state), .. }) => Some(format!("{city}, {state}")),
        Some(Place { state: Some(state), .. }) => Some(here.state(state)),
        Some(Place { city: Some(city), .. }) => Some(city.clone()),
        _ => here.areas(&org.areas),
    }
}

fn place_view(here: &Here, place: &Place) -> PlaceView {
    let state = match (&place.city, &place.zip, &place.state) {
        // A state alone is a sentence of its own, not the end of an address.
        (None, None, Some(state)) if place.lines.is_empty() => Some(here.state(state)),
        (_, _, state) => state.clone(),
    };
    let mut lines = place.lines.clone();
    let town = [place.city.as_deref(), state.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let town = [town.as_str(), place.zip.as_deref().unwrap_or_default()].join(" ");
    lines.push(town.trim().to_owned());
    lines.retain(|line| !line.is_empty());
    PlaceView { name: place.name.clone(), lines, phone: place.phone.as_deref().map(Phone::new) }
}

/// Portals that are doors today, and those that are only text.
fn doors(here: &Here, org: &Organization, today: Date) -> (Vec<DoorView>, Vec<OldAddress>) {
    let mut doors = Vec::new();
    let mut old = Vec::new();
    for portal in &org.portals {
        let by = org.said(&format!("portals/{}", portal.id));
        let closed = portal.valid_to.filter(|end| *end < today);
        let link = Link::new(&portal.url).map(|link| Link { domain: portal.domain.clone(), ..link });
        match (link, portal.state, closed) {
            (Some(link), DoorState::Live, None) => doors.push(DoorView {
                said: by.map(|by| said::words(here, by, Some(&portal.domain))),
                ..door(here, org, portal, link, today)
            }),
            (_, _, Some(end)) => old.push(OldAddress {
                text: portal.url.clone(),
                why: here.t1("door-closed", "date", here.date(end)),
                said: by.map(|by| said::words(here, by, None)),
            }),
            _ => old.push(OldAddress {
                text: portal.url.clone(),
                why: here.t("door-old"),
                said: by.map(|by| said::words(here, by, None)),
            }),
        }
    }
    (doors, old)
}

fn door(here: &Here, org: &Organization, portal: &Portal, link: Link, today: Date) -> DoorView {
    let opens =
        portal.valid_from.filter(|start| *start > today).map(|day| here.t1("door-opens-on", "date", here.date(day)));
    let closes = portal.valid_to.map(|day| here.t1("door-closes-on", "date", here.date(day)));
    DoorView {
        name: portal.name.clone().unwrap_or_else(|| portal.domain.clone()),
        link,
        audience: portal.audience.clone(),
        description: portal.description.clone(),
        sign_up: portal.sign_up.as_deref().and_then(Link::new),
        warnings: portal.warnings.iter().map(|warning| said::warning(here, *warning)).collect(),
        dates: opens.into_iter().chain(closes).collect(),
        through: org.part_of.as_ref().filter(|_| portal.through_parent).map(|parent| parent.name.clone()),
        said: None,
    }
}

fn app_access(org: &Organization) -> AppAccess {
    let says = Feature::parse("send.app_access").and_then(|feature| org.features.get(&feature));
    if org.endpoints.iter().any(|endpoint| endpoint.state == DoorState::Live) || says == Some(&Answer::Yes) {
        AppAccess::Yes
    } else if says == Some(&Answer::No) {
        AppAccess::No
    } else {
        AppAccess::Unknown
    }
}

fn answer(here: &Here, answer: Answer) -> (&'static str, &'static str, String) {
    match answer {
        Answer::Yes => (icons::YES, "yes", here.t("answer-yes")),
        Answer::No => (icons::NO, "no", here.t("answer-no")),
        Answer::Planned(None) => (icons::PLANNED, "planned", here.t("answer-planned")),
        Answer::Planned(Some(day)) => {
            (icons::PLANNED, "planned", here.t1("answer-planned-from", "date", here.date(day)))
        }
    }
}

/// What is known, group by group, and the groups nothing is known of.
fn features(here: &Here, org: &Organization) -> (Vec<Group>, Vec<String>) {
    let lines = |group: &str| -> Vec<Line> {
        // The menu's order, not the alphabet's.
        Feature::all()
            .filter(|feature| feature.group() == group)
            .filter_map(|feature| {
                let (icon, class, answer) = answer(here, *org.features.get(&feature)?);
                Some(Line { icon, class, feature: here.feature(feature), answer })
            })
            .collect()
    };
    let mut groups = Vec::new();
    let mut not_known = Vec::new();
    for (title, words, lines) in [
        (here.t("group-view"), here.t("not-known-view"), lines("view")),
        (here.t("group-download"), here.t("not-known-download"), lines("download")),
        (here.t("group-send"), here.t("not-known-send"), lines("send")),
    ] {
        if lines.is_empty() {
            not_known.push(words);
        } else {
            groups.push(Group { title, lines });
        }
    }
    let mut other = lines("service");
    other.extend(lines("shows_blue_button"));
    if !other.is_empty() {
        groups.push(Group { title: here.t("group-service"), lines: other });
    }
    (groups, not_known)
}

/// Who says what is known of the features, each source once.
fn features_said(here: &Here, org: &Organization) -> Vec<Words> {
    let mut out: Vec<Words> = Vec::new();
    for (key, by) in org.provenance.iter() {
        let said = said::words(here, by, None);
        if key.starts_with("features/") && !out.contains(&said) {
            out.push(said);
        }
    }
    out
}

/// States it serves, when that says more than where it is.
fn areas(here: &Here, org: &Organization) -> Option<String> {
    let main = org.main_place().and_then(|place| place.state.as_ref());
    match (org.areas.as_slice(), main) {
        ([one], Some(state)) if one == state => None,
        (areas, _) => here.areas(areas),
    }
}

/// Numbers others gave it, named; object identifiers and numbers of unknown systems help no reader.
fn numbers(here: &Here, org: &Organization) -> Vec<(String, String)> {
    org.identifiers
        .iter()
        .filter(|identifier| identifier.is_public())
        .filter_map(|identifier| Some((system(here, identifier.system)?, identifier.value.clone())))
        .collect()
}

fn system(here: &Here, system: System) -> Option<String> {
    match system {
        System::Npi => Some(here.t("number-npi")),
        System::Ccn => Some(here.t("number-ccn")),
        System::Clia => Some(here.t("number-clia")),
        System::Naic => Some(here.t("number-naic")),
        System::Ein | System::Oid | System::Web | System::Other => None,
    }
}

/// Every value with who says it, in the order of the page.
fn values(here: &Here, org: &Organization) -> Vec<Fact> {
    let mut values: Vec<(u8, Fact)> = org
        .provenance
        .iter()
        .filter_map(|(key, by)| {
            let (order, field, value) = value(here, org, key)?;
            Some((order, Fact { field, value, said: said::words(here, by, None) }))
        })
        .collect();
    for also in &org.also_listed {
        let said = said::words(here, &also.by, None);
        values.push((3, Fact { field: here.t("field-also-listed"), value: also.domain.clone(), said }));
    }
    values.sort_by_key(|(order, _)| *order);
    values.into_iter().map(|(_, value)| value).collect()
}

/// Place on the page, name and value of a field of the provenance map.
fn value(here: &Here, org: &Organization, key: &str) -> Option<(u8, String, String)> {
    let (field, which) = key.split_once('/').unwrap_or((key, ""));
    Some(match field {
        "name" => (0, here.t("field-name"), org.name.clone()),
        "aliases" => {
            let alias = org.aliases.iter().find(|alias| text::match_form(alias) == which)?;
            (1, here.t("field-alias"), alias.clone())
        }
        "portals" => {
            let portal = org.portals.iter().find(|portal| portal.id.as_str() == which)?;
            (2, here.t("field-portal"), portal.url.clone())
        }
        "website" => (4, here.t("field-website"), org.website.as_ref()?.url.clone()),
        "phone" => (5, here.t("field-phone"), org.phone.clone()?),
        "kinds" => {
            (6, here.t("field-kinds"), org.kinds.iter().map(|kind| here.kind(*kind)).collect::<Vec<_>>().join(", "))
        }
        "status" => (6, here.t("field-status"), status(here, org.status)),
        "description" => (6, here.t("field-description"), org.description.clone()?),
        "part_of" => (7, here.t("field-part-of"), org.part_of.as_ref()?.name.clone()),
        "areas" => (7, here.t("field-areas"), here.areas(&org.areas)?),
        "locations" => {
            let location = org.locations.iter().find(|location| location.id.as_str() == which)?;
            (8, here.t("field-location"), place_view(here, &location.place).lines.join(", "))
        }
        "how_to_ask" => (8, here.t("field-how-to-ask"), String::new()),
        "features" => {
            let feature = Feature::parse(which)?;
            let (_, _, answer) = answer(here, *org.features.get(&feature)?);
            (9, here.feature(feature), answer)
        }
        "endpoints" => {
            let endpoint = org.endpoints.iter().find(|endpoint| endpoint.id.as_str() == which)?;
            (10, here.t("field-endpoint"), endpoint.address.clone())
        }
        "identifiers" => {
            let (code, number) = which.split_once('/')?;
            let identifier =
                org.identifiers.iter().find(|it| it.is_public() && it.system.code() == code && it.value == number)?;
            (11, system(here, identifier.system).unwrap_or_else(|| here.t("number-other")), identifier.value.clone())
        }
        _ => return None,
    })
}

fn status(here: &Here, status: Status) -> String {
    match status {
        Status::Active => here.t("status-active"),
        Status::Moved => here.t("status-moved"),
        Status::Merged => here.t("status-merged"),
        Status::Closed => here.t("status-closed"),
        Status::Withdrawn => here.t("status-withdrawn"),
    }
}

/// `GET /organizations/{slug}`
pub async fn get(here: Here, State(app): State<App>, Part(slug): Part) -> Result<Response, PageError> {
    let org = match app.store.organization_by_slug(&slug).await? {
        Found::Here(org) => *org,
        Found::Renamed(slug) => return Ok(renamed(&here.organization(&slug))),
        Found::Merged(slug) => return Ok(for_now(&here.organization(&slug))),
        Found::Nothing => return Err(PageError::NotFound),
    };
    let around = Around {
        parts: app.store.parts_of(&org.id, PARTS).await?,
        same_name: app.index.same_name(&org.name, &org.id, SAME_NAMES),
    };
    respond(&OrganizationPage::new(here, org, around, app.clock.today()), CachePolicy::Doors)
}

/// `GET /o/{id}`: the page of an organization or app by its permanent id.
pub async fn by_id(here: Here, State(app): State<App>, Part(id): Part) -> Result<Response, PageError> {
    let id = Id::parse(&id).ok_or(PageError::NotFound)?;
    if id.kind() == ThingKind::App {
        let apps = app.store.apps().await?;
        let found = apps.iter().find(|app| app.id == id).ok_or(PageError::NotFound)?;
        return Ok(for_now(&here.app(&found.slug)));
    }
    match app.store.organization(&id).await? {
        // The readable address may change; the id does not. So never for ever.
        Found::Here(org) => Ok(for_now(&here.organization(&org.slug))),
        Found::Renamed(slug) | Found::Merged(slug) => Ok(for_now(&here.organization(&slug))),
        Found::Nothing => Err(PageError::NotFound),
    }
}

/// 308: it is there now, for ever.
fn renamed(address: &str) -> Response {
    CachePolicy::Doors.on(Redirect::permanent(address).into_response())
}

/// 307: it is there now, and that may be undone.
fn for_now(address: &str) -> Response {
    CachePolicy::Revalidate.on(Redirect::temporary(address).into_response())
}

#[cfg(test)]
impl OrganizationPage {
    pub fn sample(lang: Lang, org: Organization, around: Around) -> Self {
        let here = super::samples::here(lang, &format!("/organizations/{}", org.slug));
        Self::new(here, org, around, super::samples::TODAY)
    }

    pub fn samples(lang: Lang) -> Vec<Self> {
        super::samples::organizations()
            .into_iter()
            .map(|org| {
                let parent = Related { id: super::samples::id("org-", 90), name: "St. Mary’s Clinic East".into() };
                let around = Around { parts: vec![parent], same_name: super::samples::cards() };
                Self::sample(lang, org, around)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::door::Warning,
        site::{
            samples::{self, TODAY},
            tests::{Dom, dom},
        },
    };

    fn page(lang: Lang, org: Organization) -> Dom {
        dom(&OrganizationPage::sample(lang, org, Around::default()))
    }

    /// Addresses outside that the page links to.
    fn outside(page: &Dom) -> Vec<String> {
        page.attributes("a[href^='http']", "href")
    }

    #[test]
    fn the_door_comes_first_with_its_domain_and_who_says_so() {
        let page = page(Lang::En, samples::hospital());
        let door = page.text(".door");
        for words in ["Go to MyChart", "Opens example.org", "Listed by Oracle Health, 3 Nov 2026", "(208) 555-0100"] {
            assert!(door.contains(words), "{words} in {door}");
        }
        assert_eq!(page.attributes(".door a.go", "href"), ["https://mychart.example.org/MyChart/"]);
        assert_eq!(page.attributes(".door a.go", "rel"), ["noopener noreferrer nofollow"]);
        assert_eq!(page.attributes(".door a[href^=tel]", "href"), ["tel:+12085550100"]);
    }

    #[test]
    fn several_doors_ask_which_one_is_mine() {
        let mut org = samples::hospital();
        let mut second = org.portals[0].clone();
        second.id = samples::id("por-", 2);
        second.url = "https://children.example.org/".into();
        second.audience = Some("children’s clinic".into());
        org.portals.push(second);
        let page = page(Lang::En, org);
        assert!(page.text(".door").contains("Which one is mine?"));
        assert_eq!(page.texts(".door li .go").len(), 2);
        assert!(page.text(".door").contains("children’s clinic"));
    }

    #[test]
    fn an_old_address_is_text_and_never_a_link() {
        let mut org = samples::hospital();
        org.portals[0].state = DoorState::OldAddress;
        org.website.as_mut().unwrap().state = DoorState::OldAddress;
        for lang in Lang::ALL {
            let page = page(lang, org.clone());
            assert!(outside(&page).is_empty(), "{:?}", outside(&page));
            assert!(page.text("main").contains("https://mychart.example.org/MyChart/"));
            let words = if lang == Lang::En { "Old address, not checked" } else { "Dirección antigua, sin comprobar" };
            assert!(page.text(".no-door").contains(words));
        }
    }

    #[test]
    fn a_door_whose_last_day_is_past_is_no_door() {
        let mut org = samples::hospital();
        org.portals[0].valid_to = Some(TODAY);
        assert_eq!(page(Lang::En, org.clone()).texts(".door a.go").len(), 1, "its last day is a day");
        org.portals[0].valid_to = TODAY.yesterday().ok();
        let page = page(Lang::En, org);
        assert!(page.texts("a.go").is_empty());
        assert!(page.text(".no-door").contains("closed on"));
    }

    #[test]
    fn an_address_that_is_no_door_is_never_a_link_whatever_the_store_says() {
        let mut org = samples::hospital();
        org.portals[0].url = "javascript:alert(1)".into();
        org.portals[0].sign_up = Some("data:text/html,x".into());
        let page = page(Lang::En, org);
        let all = page.attributes("a", "href");
        assert!(!all.iter().any(|href| href.contains("javascript:") || href.contains("data:")), "{all:?}");
    }

    #[test]
    fn starter_rows_say_that_nobody_checked_them() {
        let starter = samples::starter();
        let shown = page(Lang::En, starter.clone());
        assert!(shown.text(".door").contains("Starter data, not checked"), "{}", shown.text(".door"));
        assert!(outside(&shown).contains(&"https://example.org/patients".to_owned()), "the page it was seen on");
        assert!(page(Lang::Es, starter).text(".door").contains("Datos iniciales, sin comprobar"));
    }

    #[test]
    fn without_a_door_there_are_three_ways_to_ask() {
        let page = page(Lang::En, samples::known());
        let words = page.text(".no-door");
        assert!(words.contains("no online door yet") && words.contains("Call the office"), "{words}");
        assert_eq!(page.texts(".no-door ol > li").len(), 3);
        assert_eq!(page.texts(".go"), Vec::<String>::new());
        assert!(words.contains("Ask at the front desk."), "the row's own advice: {words}");
    }

    #[test]
    fn a_shared_portal_sends_people_to_the_office() {
        let mut org = samples::known();
        org.shared_portal = true;
        assert!(page(Lang::En, org).text(".no-door").contains("Ask the office"));
    }

    #[test]
    fn warnings_stand_in_words_with_the_door() {
        let mut org = samples::hospital();
        org.portals[0].warnings =
            vec![Warning::NotHttps, Warning::OddPort, Warning::Shortener, Warning::MixedScript, Warning::LookAlike];
        assert_eq!(page(Lang::Es, org).texts(".door .warning").len(), 5);
    }

    #[test]
    fn features_say_yes_no_planned_and_the_unknown_is_said_once() {
        let page = page(Lang::En, samples::hospital());
        let lines = page.texts(".feature");
        assert!(lines.iter().any(|line| line.contains("Lab results") && line.contains("Yes")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("PDF") && line.contains("Planned from 1 Jan 2027")), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains("No")), "{lines:?}");
        assert_eq!(page.text("main").matches("We don’t know yet whether you can").count(), 1);
    }

    #[test]
    fn every_value_has_its_source_and_an_ein_is_nowhere() {
        let mut org = samples::hospital();
        let ein = crate::model::identifier::Identifier { system: System::Ein, value: "123456789".into() };
        org.provenance.insert("identifiers/ein/123456789", org.provenance.get("name").unwrap().clone());
        org.identifiers.push(ein);
        let page = page(Lang::En, org);
        let facts = page.texts(".who-says .fact");
        assert!(facts.iter().any(|fact| fact.contains("1234567893") && fact.contains("Listed by")), "{facts:?}");
        assert!(facts.iter().any(|fact| fact.contains("Also listed") && fact.contains("old.example.org")), "{facts:?}");
        assert!(!page.html().contains("123456789<") && !page.html().contains("123456789\""), "the EIN");
    }

    #[test]
    fn names_from_outside_are_escaped() {
        let mut org = samples::hospital();
        org.name = "<script>alert(1)</script>\"'&".into();
        let page = page(Lang::En, org);
        assert_eq!(page.texts("h1"), ["<script>alert(1)</script>\"'&"]);
        assert_eq!(page.texts("script:not([src])").len(), 0);
    }

    #[test]
    fn canonical_and_both_languages_are_named() {
        let page = page(Lang::Es, samples::hospital());
        let base = "https://connector.example.org";
        let slug = "organizations/st-marys-hospital-boise-id";
        assert_eq!(page.attributes("link[rel=canonical]", "href"), [format!("{base}/es/{slug}")]);
        assert_eq!(
            page.attributes("link[rel=alternate]", "href"),
            [format!("{base}/{slug}"), format!("{base}/es/{slug}"), format!("{base}/{slug}")]
        );
    }

    #[test]
    fn every_status_has_a_notice() {
        for status in [Status::Moved, Status::Merged, Status::Closed, Status::Withdrawn] {
            let mut org = samples::hospital();
            org.status = status;
            assert_eq!(page(Lang::En, org).texts(".notice").len(), 1, "{status:?}");
        }
        assert!(page(Lang::En, samples::hospital()).texts(".notice").is_empty());
    }

    #[test]
    fn phones_can_be_called() {
        assert_eq!(Phone::new("(208) 555-0100 ext. 12").link, "tel:+12085550100;ext=12");
    }
}
