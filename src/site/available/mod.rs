//! `/available`: how many of the places we list offer what, by state and by kind, as a map, as tables, as a file.
//!
//! `map` lays the tiles, `table` writes the file. What holds: every number is counted from what is searched now; who is
//! counted is said beside the numbers; not known is never no.

pub mod map;
mod table;

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use jiff::civil::Date;

use self::map::Tile;
use super::{
    CachePolicy,
    browse::{Way, area_words, areas_by_name, catalogue},
    here::{Here, Part, respond},
    problem::PageError,
};
use crate::{
    app::App,
    model::kind::Kind,
    search::catalogue::{Answers, Area, Catalogue, Topic},
    store::{OWN_SOURCE, SourceOverview},
};

/// Names of sources that are written out.
const SOURCES: usize = 6;

/// A value to choose.
pub struct Choice {
    pub value: &'static str,
    pub words: String,
    pub chosen: bool,
}

/// One row of numbers.
pub struct Row {
    pub words: String,
    /// Where more of it stands.
    pub address: Option<String>,
    pub answers: Answers,
    /// Known without a door; not part of the answers.
    pub known: u32,
}

impl Row {
    /// Its numbers, in the order of the columns.
    fn numbers(&self, here: &Here) -> Vec<String> {
        let Answers { yes, no, planned, not_known } = self.answers;
        let numbers = [self.answers.total(), yes, planned, no, not_known, self.known];
        numbers.into_iter().map(|number| here.number(u64::from(number))).collect()
    }

    /// The share that says yes.
    fn share(&self) -> String {
        map::words(map::share(self.answers))
    }
}

/// When and from what it was counted.
pub struct Counted {
    date: String,
    sources: String,
}

impl Counted {
    fn new(here: &Here, overviews: &[SourceOverview], today: Date) -> Self {
        let giving = || overviews.iter().filter(|overview| overview.listings > 0);
        let (own, others): (Vec<_>, Vec<_>) = giving().partition(|one| one.source.id.starts_with(OWN_SOURCE));
        let mut names: Vec<String> = others.iter().take(SOURCES).map(|one| one.source.name.clone()).collect();
        let more = others.len().saturating_sub(SOURCES) + own.len();
        if more > 0 {
            names.push(here.t1("available-more-sources", "count", more));
        }
        Self { date: here.date(today), sources: names.join("; ") }
    }
}

/// What is asked for, as the address says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Asked {
    kind: Option<Kind>,
    topic: Topic,
}

impl Asked {
    fn read(query: &str) -> Self {
        let mut asked = Self { kind: None, topic: Topic::Apps };
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "kind" => asked.kind = Kind::from_code(&value),
                "feature" => {
                    let known = Topic::GROUPS.into_iter().find(|topic| topic.code() == value);
                    asked.topic = known.unwrap_or(asked.topic);
                }
                _ => {}
            }
        }
        asked
    }
}

#[derive(Template)]
#[template(path = "available.html")]
pub struct AvailablePage {
    here: Here,
    title: String,
    kinds: Vec<Choice>,
    topics: Vec<Choice>,
    tiles: Vec<Tile>,
    caption: String,
    /// The whole directory, then each area.
    rows: Vec<Row>,
    /// Single things of the menu.
    menu: Vec<Row>,
    /// Things of the menu of which nobody says anything.
    silent: usize,
    menu_caption: String,
    counted: Counted,
}

impl AvailablePage {
    fn new(here: Here, catalogue: &Catalogue, asked: Asked, counted: Counted) -> Self {
        let Asked { kind, topic } = asked;
        let row = |area: Option<Area>| Row {
            words: area.map_or_else(|| here.t("available-all-states"), |area| area_words(&here, area)),
            address: area.map(|area| here.link(&format!("/available/{}", area.code()))),
            answers: catalogue.answers(kind, area, topic),
            known: catalogue.count(kind, area).known,
        };
        let areas = areas_by_name(&here).into_iter().filter(|area| catalogue.count(kind, Some(*area)).all() > 0);
        let rows: Vec<Row> = std::iter::once(row(None)).chain(areas.map(|area| row(Some(area)))).collect();
        let single = |topic: Topic| Row {
            words: topic_words(&here, topic),
            address: None,
            answers: catalogue.answers(kind, None, topic),
            known: catalogue.count(kind, None).known,
        };
        let menu: Vec<Row> = Topic::single().map(single).collect();
        let (menu, silent): (Vec<Row>, Vec<Row>) =
            menu.into_iter().partition(|row| row.answers.not_known < row.answers.total());
        let place = kind.map_or_else(|| here.t("available-all-kinds"), |kind| here.kinds(kind));
        Self {
            title: finding(&here, &place, topic, rows[0].answers),
            kinds: kinds(&here, catalogue, kind),
            topics: topics(&here, topic),
            tiles: map::tiles(|area| catalogue.answers(kind, Some(area), topic)),
            caption: here.t2("available-caption", "kinds", &place, "feature", topic_words(&here, topic)),
            menu_caption: here.t1("available-menu-caption", "kinds", &place),
            rows,
            menu,
            silent: silent.len(),
            counted,
            here,
        }
    }
}

impl AvailablePage {
    /// The shades of the map in words.
    fn legend(&self) -> [(u8, String); 6] {
        [
            (0, self.here.t("available-step-none")),
            (1, "0%".to_owned()),
            (2, "1–24%".to_owned()),
            (3, "25–49%".to_owned()),
            (4, "50–74%".to_owned()),
            (5, "75–100%".to_owned()),
        ]
    }
}

/// One question with a row for each kind.
pub struct Question {
    id: &'static str,
    title: String,
    caption: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "available-state.html")]
pub struct AvailableStatePage {
    here: Here,
    trail: Vec<Way>,
    title: String,
    questions: Vec<Question>,
    browse: Way,
    counted: Counted,
}

impl AvailableStatePage {
    fn new(here: Here, catalogue: &Catalogue, area: Area, counted: Counted) -> Self {
        let row = |topic: Topic, kind: Option<Kind>| Row {
            words: kind.map_or_else(|| here.t("available-all-kinds"), |kind| here.kinds(kind)),
            address: kind.map(|kind| here.link(&format!("/browse/states/{}/{}", area.code(), kind.code()))),
            answers: catalogue.answers(kind, Some(area), topic),
            known: catalogue.count(kind, Some(area)).known,
        };
        let kinds = || Kind::ALL.iter().copied().filter(|kind| catalogue.count(Some(*kind), Some(area)).all() > 0);
        let question = |topic: Topic| Question {
            id: topic.code(),
            title: topic_words(&here, topic),
            caption: here.t2(
                "available-caption",
                "kinds",
                area_words(&here, area),
                "feature",
                topic_words(&here, topic),
            ),
            rows: std::iter::once(None).chain(kinds().map(Some)).map(|kind| row(topic, kind)).collect(),
        };
        let words = area_words(&here, area);
        Self {
            trail: vec![Way { words: here.t("available-title"), address: here.link("/available") }],
            title: finding(&here, &words, Topic::Apps, catalogue.answers(None, Some(area), Topic::Apps)),
            questions: Topic::GROUPS.into_iter().map(question).collect(),
            browse: Way {
                words: here.t1("available-to-browse", "state", &words),
                address: here.link(&format!("/browse/states/{}", area.code())),
            },
            counted,
            here,
        }
    }
}

/// What the numbers say, in a sentence: of a kind everywhere, or of a state.
fn finding(here: &Here, of: &str, topic: Topic, answers: Answers) -> String {
    let (yes, total) = (u64::from(answers.yes), u64::from(answers.total()));
    let values = [("of", of.into()), ("yes", yes.into()), ("total", total.into())];
    match topic {
        _ if total == 0 => here.t1("available-finding-nobody", "of", of),
        Topic::See => here.lang.with("available-finding-see", &values),
        Topic::Save => here.lang.with("available-finding-save", &values),
        Topic::Send => here.lang.with("available-finding-send", &values),
        Topic::Apps | Topic::One(_) => here.lang.with("available-finding-apps", &values),
    }
}

fn topic_words(here: &Here, topic: Topic) -> String {
    match topic {
        Topic::See => here.t("available-see"),
        Topic::Save => here.t("available-save"),
        Topic::Send => here.t("available-send"),
        Topic::Apps => here.t("available-apps"),
        Topic::One(feature) => here.feature(feature),
    }
}

fn kinds(here: &Here, catalogue: &Catalogue, chosen: Option<Kind>) -> Vec<Choice> {
    let known =
        Kind::ALL.iter().copied().filter(|kind| catalogue.count(Some(*kind), None).all() > 0 || chosen == Some(*kind));
    let kinds = known.map(|kind| Choice { value: kind.code(), words: here.kinds(kind), chosen: chosen == Some(kind) });
    let all = Choice { value: "", words: here.t("available-all-kinds"), chosen: chosen.is_none() };
    std::iter::once(all).chain(kinds).collect()
}

fn topics(here: &Here, chosen: Topic) -> Vec<Choice> {
    let choice =
        |topic: Topic| Choice { value: topic.code(), words: topic_words(here, topic), chosen: chosen == topic };
    Topic::GROUPS.into_iter().map(choice).collect()
}

async fn counted(here: &Here, app: &App) -> Result<Counted, PageError> {
    Ok(Counted::new(here, &app.store.source_overviews().await?, app.clock.today()))
}

/// `GET /available?kind=&feature=`
pub async fn get(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let asked = Asked::read(here.query());
    let counted = counted(&here, &app).await?;
    let catalogue = catalogue(&app).await?;
    respond(&AvailablePage::new(here, &catalogue, asked, counted), CachePolicy::Page)
}

/// `GET /available/{state}`
pub async fn state(here: Here, State(app): State<App>, Part(code): Part) -> Result<Response, PageError> {
    let area = Area::from_code(&code).ok_or(PageError::NotFound)?;
    if area.code() != code {
        return Ok(Redirect::permanent(&here.link(&format!("/available/{}", area.code()))).into_response());
    }
    let counted = counted(&here, &app).await?;
    let catalogue = catalogue(&app).await?;
    respond(&AvailableStatePage::new(here, &catalogue, area, counted), CachePolicy::Page)
}

/// `GET /data/available.csv`
pub async fn numbers(State(app): State<App>) -> Result<Response, PageError> {
    let catalogue = catalogue(&app).await?;
    let text = tokio::task::spawn_blocking(move || table::text(&catalogue)).await;
    let text = text.map_err(|cut_off| PageError::broken("writing a table", &cut_off))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"connector-available.csv\""),
    ];
    Ok(CachePolicy::Page.on((headers, text).into_response()))
}

/// Pages of this sort, for the map of the site.
pub fn paths(catalogue: &Catalogue) -> Vec<String> {
    let known = Area::all().filter(|area| catalogue.count(None, Some(*area)).all() > 0);
    let states = known.map(|area| format!("/available/{}", area.code()));
    std::iter::once("/available".to_owned()).chain(states).collect()
}

#[cfg(test)]
impl AvailablePage {
    pub fn samples(lang: super::Lang) -> Vec<Self> {
        use super::{browse, samples};
        let page = |address: &str, catalogue: &Catalogue| {
            let here = samples::here(lang, address);
            let counted = Counted::new(&here, &samples::sources(), samples::TODAY);
            let asked = Asked::read(here.query());
            Self::new(here, catalogue, asked, counted)
        };
        let catalogue = browse::test_catalogue();
        let mut pages = vec![page("/available", &browse::empty_catalogue()), page("/available", &catalogue)];
        for topic in Topic::GROUPS {
            pages.push(page(&format!("/available?kind=hospital&feature={}", topic.code()), &catalogue));
        }
        pages
    }
}

#[cfg(test)]
impl AvailableStatePage {
    pub fn samples(lang: super::Lang) -> Vec<Self> {
        use super::{browse, samples};
        let catalogue = browse::test_catalogue();
        let page = |area: Area| {
            let here = samples::here(lang, &format!("/available/{}", area.code()));
            let counted = Counted::new(&here, &[], samples::TODAY);
            Self::new(here, &catalogue, area, counted)
        };
        Area::all().filter(|area| ["ID", "AS", "US", "none"].contains(&area.code())).map(page).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, tests::dom};

    fn page(lang: Lang, number: usize) -> crate::site::tests::Dom {
        dom(&AvailablePage::samples(lang)[number])
    }

    #[test]
    fn the_title_is_the_finding() {
        assert_eq!(page(Lang::En, 1).text("h1"), "All places: apps can connect at 1 of the 2 we list");
        assert_eq!(page(Lang::En, 2).text("h1"), "Hospitals: you can see records online at 1 of the 1 we list");
        assert_eq!(page(Lang::En, 3).text("h1"), "Hospitals: you can save a copy at 0 of the 1 we list");
        assert_eq!(page(Lang::En, 0).text("h1"), "All places: we list none yet");
        assert!(page(Lang::Es, 1).text("h1").contains("1 de los 2"));
    }

    #[test]
    fn map_and_table_say_the_same() {
        let page = page(Lang::En, 2);
        let tile = |code: &str| {
            let codes = page.texts(".tile-code");
            page.texts(".tile-share")[codes.iter().position(|known| known == code).unwrap()].clone()
        };
        assert_eq!((tile("ID"), tile("OH")), ("100%".to_owned(), "–".to_owned()));
        let rows = page.texts("#states tbody tr");
        assert_eq!(rows, ["All states 1 1 0 0 0 0 100%", "Idaho 1 1 0 0 0 0 100%"]);
        let save = super::tests::page(Lang::En, 3);
        assert_eq!(save.texts("#states tbody tr")[1], "Idaho 1 0 1 0 0 0 0%", "planned is not yes");
        let all = super::tests::page(Lang::En, 1);
        assert!(all.texts("#states tbody tr").iter().any(|row| row == "State not known 0 0 0 0 0 1 –"));
        assert!(all.texts("#menu tbody tr").iter().any(|row| row.contains("Lab")), "{:?}", all.texts("#menu tr"));
    }

    #[test]
    fn what_was_chosen_stays_chosen_and_wrong_choices_are_none() {
        let asked = |query: &str| Asked::read(query);
        assert_eq!(asked("kind=hospital&feature=save"), Asked { kind: Some(Kind::Hospital), topic: Topic::Save });
        assert_eq!(asked("kind=castle&feature=fly"), Asked { kind: None, topic: Topic::Apps });
        let page = page(Lang::En, 4);
        assert_eq!(page.attributes("option[selected]", "value"), ["hospital", "send"]);
        assert!(page.text(".counted").contains("22 Nov 2026") && page.text(".counted").contains("Oracle Health"));
    }

    #[test]
    fn a_state_has_every_question_by_kind() {
        let page = dom(&AvailableStatePage::samples(Lang::En)[0]);
        assert_eq!(page.text("h1"), "Idaho: apps can connect at 1 of the 1 we list");
        assert_eq!(page.texts("table").len(), 4);
        assert!(
            page.texts("#see tbody tr").contains(&"Hospitals 1 1 0 0 0 0 100%".to_owned()),
            "{:?}",
            page.texts("#see tr")
        );
        assert!(page.texts("#see tbody tr").contains(&"Doctors’ offices and clinics 0 0 0 0 0 79 –".to_owned()));
        assert_eq!(page.attributes("#see tbody a", "href")[0], "/browse/states/ID/hospital");
    }
}
