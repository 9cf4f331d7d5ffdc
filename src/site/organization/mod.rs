//! `/organizations/{slug}`: the door first, then everything else that is known, each value with who says it.
//!
//! `/o/{id}` leads here from a permanent id.

mod around;
mod doors;
mod facts;
mod menu;
mod places;
pub mod qr;
mod structured;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;

pub(super) use self::around::Around;
use self::{
    around::Kin,
    doors::{DoorView, OldAddress},
    facts::Fact,
    menu::{AppAccess, Menu, Step},
    places::{Phone, PlaceView},
};
use super::{
    CachePolicy, Lang,
    find::ResultCard,
    here::{Here, Part, respond},
    icons,
    problem::PageError,
    proof,
    said::{self, Link, Words},
};
use crate::{
    app::App,
    model::{
        id::{Id, ThingKind},
        kind::Kind,
        notice::unconfirmed_since,
        organization::{Organization, Portal, Status},
    },
    search::{Card, Shared},
    store::Found,
};

/// Other names shown under the name.
const ALIASES: usize = 3;
/// Places shown at once; the rest opens in place.
const PLACES: usize = 5;
/// Values listed under "who says so"; a page of thousands helps nobody, the API has them all.
const VALUES: usize = 150;

/// Another organization in a list: its page, what and where it is.
pub struct Relative {
    pub address: String,
    pub name: String,
    /// Kind and place.
    pub more: String,
}

/// Parts or siblings in words.
pub struct Relatives {
    pub shown: Vec<Relative>,
    /// How many more there are, and where they are listed.
    pub more: Option<(usize, String)>,
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
    /// The web site has no encryption or looks odd.
    website_warnings: Vec<String>,
    phone: Option<Phone>,
    app_access: AppAccess,
    how_to_ask: Option<String>,
    menu: Menu,
    way: Vec<Step>,
    /// Who says what is known of the features; each once.
    features_said: Vec<Words>,
    places: Vec<PlaceView>,
    /// From where the places were measured, in words, and as it was typed.
    from: Option<(String, String)>,
    /// States it serves, when that says more than where it is.
    areas: Option<String>,
    parts: Relatives,
    siblings: Relatives,
    same_name: Vec<ResultCard>,
    /// Name and page of apps whose makers say they take in what this place sends.
    apps: Vec<(String, String)>,
    values: Vec<Fact>,
    more_values: usize,
    numbers: Vec<(String, String)>,
    /// Its logo, as we keep it.
    logo: Option<String>,
    json_ld: String,
    /// How it showed that it is itself, in words.
    proof: Option<String>,
    /// Where whoever looks after it goes.
    mine: String,
    today: Date,
    /// Shown to whoever edits it, before it is so.
    preview: bool,
    /// As narrow as on a phone.
    narrow: bool,
}

impl OrganizationPage {
    pub(super) fn new(
        here: Here,
        org: Organization,
        around: &Around,
        shared: &dyn Fn(&Portal) -> Option<Shared>,
        today: Date,
    ) -> Self {
        let org = org.on_day(today);
        let (doors, old) = doors::doors(&here, &org, shared);
        let mut values = facts::values(&here, &org);
        let more_values = values.len().saturating_sub(VALUES);
        values.truncate(VALUES);
        let phone =
            org.phone.as_deref().or_else(|| org.locations.iter().find_map(|location| location.place.phone.as_deref()));
        let from = around.from.as_ref();
        let website = org.live_website();
        Self {
            place: places::place(&here, &org),
            kinds: org.kinds.iter().map(|kind| here.kind(*kind)).collect::<Vec<_>>().join(", "),
            website: website.and_then(|site| Link::new(&site.url)),
            website_said: org.said("website").map(|said| said::words(&here, said)),
            website_warnings: website
                .map(|site| site.warnings.iter().map(|warning| said::warning(&here, *warning)).collect())
                .unwrap_or_default(),
            phone: phone.map(Phone::new),
            app_access: menu::app_access(&org),
            how_to_ask: org
                .how_to_ask
                .as_ref()
                .map(|advice| if here.lang == Lang::Es { &advice.es } else { &advice.en }.clone()),
            menu: menu::menu(&here, &org),
            way: menu::way(&here, &org),
            features_said: menu::features_said(&here, &org),
            areas: places::areas(&here, &org),
            places: places::places(&here, &org, from.and_then(|from| from.point)),
            from: from.map(|from| (around::from_words(&here, from), from.typed.clone())),
            numbers: facts::numbers(&here, &org),
            parts: relatives(&here, &around.parts, &org.id),
            siblings: match &org.part_of {
                Some(parent) => relatives(&here, &around.siblings, &parent.id),
                None => Relatives { shown: Vec::new(), more: None },
            },
            same_name: around.same_name.iter().map(|card| ResultCard::new(&here, card)).collect(),
            apps: around.apps.iter().map(|(name, slug)| (name.clone(), here.app(slug))).collect(),
            json_ld: structured::json_ld(&here, &org),
            proof: around.proof.as_ref().map(|proof| proof::words(&here, proof)),
            mine: proof::mine(&here, &org.id),
            logo: around.logo.clone(),
            doors,
            old,
            values,
            more_values,
            org,
            here,
            today,
            preview: false,
            narrow: false,
        }
    }

    /// The same page, marked as what is not published.
    pub(super) fn into_preview(self) -> Self {
        let narrow = self.here.asked("width").is_some_and(|width| width == "phone");
        Self { preview: true, narrow, ..self }
    }

    /// Some of its other names: whoever came by an old one sees that this is the place.
    fn also_called(&self) -> Option<String> {
        let names = &self.org.aliases[..self.org.aliases.len().min(ALIASES)];
        (!names.is_empty()).then(|| self.here.t1("org-also-called", "names", names.join(" · ")))
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

    /// What such a place most often asks a new visitor for.
    fn needs_card(&self) -> String {
        match self.org.kind() {
            Kind::Insurer | Kind::Government => self.here.t("sign-up-card-plan"),
            Kind::Pharmacy => self.here.t("sign-up-card-pharmacy"),
            Kind::Laboratory | Kind::Imaging => self.here.t("sign-up-card-lab"),
            _ => self.here.t("sign-up-card-office"),
        }
    }

    /// What it says of access for caregivers.
    fn caregiving(&self) -> Option<String> {
        let group = self.menu.groups.iter().flat_map(|group| &group.lines);
        let name = self.here.t("feature-service-caregiving");
        group.into_iter().find(|line| line.feature == name).map(|line| line.answer.clone())
    }

    /// Since when nobody of it has said that it is still right, when that is long ago: said quietly, and nothing goes.
    fn unconfirmed(&self) -> Option<String> {
        unconfirmed_since(&self.org, self.today).map(|day| self.here.date(day))
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

    /// What stands before and after the name of the one that came after it.
    fn around_successor(&self) -> (String, String) {
        match self.org.status {
            Status::Closed => self.here.around("org-keeps-records", "name"),
            _ => self.here.around("org-successor", "name"),
        }
    }

    fn is_closed(&self) -> bool {
        self.org.status == Status::Closed
    }
}

/// Parts of one organization in words, and the way to all of them.
fn relatives(here: &Here, kin: &Kin, of: &Id) -> Relatives {
    let more = kin.total.saturating_sub(kin.shown.len());
    let place = |card: &Card| here.place(card.city.as_deref(), card.state.as_deref(), &[]);
    let relative = |card: &Card| Relative {
        address: here.organization(&card.slug),
        name: card.name.clone(),
        more: std::iter::once(here.kind(card.kind)).chain(place(card)).collect::<Vec<_>>().join(" · "),
    };
    Relatives {
        shown: kin.shown.iter().map(relative).collect(),
        more: (more > 0).then(|| (more, here.link(&format!("/find?part_of={of}")))),
    }
}

/// The organization at a readable address; or where it is now, with the rest of the path and what was asked.
pub async fn at(here: &Here, app: &App, slug: &str, rest: &str) -> Result<Result<Organization, Response>, PageError> {
    let query = if here.query().is_empty() { String::new() } else { format!("?{}", here.query()) };
    let elsewhere = |slug: &str| format!("{}{rest}{query}", here.organization(slug));
    Ok(match app.store.organization_by_slug(slug).await? {
        Found::Here(org) => Ok(*org),
        Found::Renamed(slug) => Err(renamed(&elsewhere(&slug))),
        Found::Merged(slug) => Err(for_now(&elsewhere(&slug))),
        Found::Nothing => return Err(PageError::NotFound),
    })
}

/// `GET /organizations/{slug}`
pub async fn get(here: Here, State(app): State<App>, Part(slug): Part) -> Result<Response, PageError> {
    let org = match at(&here, &app, &slug, "").await? {
        Ok(org) => org,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let around = Around::of(&app, &org, here.asked("near")).await?;
    let id = org.id.clone();
    let shared = |portal: &Portal| app.index.shared(&portal.url, &id);
    respond(&OrganizationPage::new(here, org, &around, &shared, app.clock.door_day()), CachePolicy::Doors)
}

/// `GET /o/{id}`: the page of an organization or app by its permanent id.
pub async fn by_id(here: Here, State(app): State<App>, Part(id): Part) -> Result<Response, PageError> {
    let id = Id::parse(&id).ok_or(PageError::NotFound)?;
    if id.kind() == ThingKind::App {
        let apps = app.listed_apps().await?;
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
    pub fn sample(lang: Lang, org: Organization, around: &Around) -> Self {
        let here = super::samples::here(lang, &format!("/organizations/{}", org.slug));
        Self::new(here, org, around, &|_| None, super::samples::TODAY)
    }

    pub fn samples(lang: Lang) -> Vec<Self> {
        super::samples::organizations()
            .into_iter()
            .map(|org| {
                let kin = |total| Kin { shown: super::samples::cards(), total };
                let around = Around {
                    parts: kin(30),
                    siblings: kin(1),
                    same_name: super::samples::cards(),
                    apps: vec![("Example Health".into(), "example-health".into())],
                    from: None,
                    logo: None,
                    proof: super::proof::samples().pop(),
                };
                Self::sample(lang, org, &around)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::{door::Warning, organization::DoorState},
        site::{
            samples::{self, TODAY},
            tests::{Dom, dom},
        },
    };

    fn page(lang: Lang, org: Organization) -> Dom {
        dom(&OrganizationPage::sample(lang, org, &Around::default()))
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
        let ein = crate::model::identifier::Identifier {
            system: crate::model::identifier::System::Ein,
            value: "123456789".into(),
        };
        org.provenance.insert("identifiers/ein/123456789", org.provenance.get("name").unwrap().clone());
        org.identifiers.push(ein);
        let page = page(Lang::En, org);
        let facts = page.texts(".who-says .fact");
        assert!(facts.iter().any(|fact| fact.contains("1234567893") && fact.contains("Listed by")), "{facts:?}");
        assert!(facts.iter().any(|fact| fact.contains("Also listed") && fact.contains("old.example.org")), "{facts:?}");
        assert!(!page.html().contains("123456789<") && !page.html().contains("123456789\""), "the EIN");
    }

    #[test]
    fn a_landmark_stands_with_its_address_as_text() {
        let page = page(Lang::En, samples::hospital());
        assert_eq!(page.texts(".places .landmark")[0], "Across from the <b>library</b>");
    }

    #[test]
    fn names_from_outside_are_escaped() {
        let mut org = samples::hospital();
        org.name = "<script>alert(1)</script>\"'&".into();
        let page = page(Lang::En, org);
        assert_eq!(page.texts("h1"), ["<script>alert(1)</script>\"'&"]);
        assert_eq!(page.texts("script:not([src], [type='application/ld+json'])").len(), 0);
    }

    #[test]
    fn canonical_and_both_languages_are_named() {
        let page = page(Lang::Es, samples::hospital());
        let base = "https://connector.example.org";
        let slug = "organizations/st-marys-hospital-boise-id";
        assert_eq!(page.attributes("link[rel=canonical]", "href"), [format!("{base}/es/{slug}")]);
        assert_eq!(
            page.attributes("link[rel=alternate][hreflang]", "href"),
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
}
