//! `/developers/complete`: how complete the directory is, counted when it is asked, beside what others count.
//!
//! What holds: every number of ours is counted from what is searched now; a number of others stands with who counted it
//! and when, and only where it is known; what is not known is said.

use askama::Template;
use axum::{extract::State, response::Response};
use jiff::civil::{Date, date};

use crate::{
    app::App,
    model::{kind::Kind, organization::Status},
    register::{Marks, Table},
    search::catalogue::{Catalogue, Topic},
    site::{
        CachePolicy,
        available::map,
        browse::catalogue,
        here::{Here, respond},
        problem::PageError,
    },
};

/// What stands beside a count of others.
#[derive(Debug, Clone, Copy)]
enum Ours {
    /// Everybody we know of.
    Known,
    /// Who has a door or a feature.
    Listed,
    /// Where apps can connect.
    Apps,
    /// Everybody of a kind.
    Kind(Kind),
}

/// A count of others: key of its words, how many, the day it speaks of.
struct Outside {
    key: &'static str,
    count: u64,
    day: Date,
    ours: Ours,
}

/// Counts that were published and read. None is known for hospitals, plans, pharmacies, labs and the rest.
const OUTSIDE: [Outside; 6] = [
    // CMS National Provider Directory, release of the day: Organization resources of type `prov`.
    Outside { key: "npd", count: 2_202_028, day: date(2026, 8, 20), ours: Ours::Known },
    // AINPI (FHIR-IQ/AINPI), over the published lists of 191 vendors.
    Outside { key: "vendors", count: 287_916, day: date(2026, 8, 22), ours: Ours::Listed },
    // The same release of the directory of CMS: endpoints of type `hl7-fhir-rest`, and those with an owner.
    Outside { key: "endpoints", count: 110_973, day: date(2026, 8, 20), ours: Ours::Apps },
    Outside { key: "owned", count: 16_262, day: date(2026, 8, 20), ours: Ours::Apps },
    // Jurisdictions that hold vaccine records, from secondary sources.
    Outside { key: "vaccines", count: 64, day: date(2026, 11, 22), ours: Ours::Kind(Kind::ImmunizationRegistry) },
    // The original Blue Button Connector's own last files.
    Outside { key: "original", count: 3_655, day: date(2017, 5, 12), ours: Ours::Listed },
];

/// One line of numbers.
pub struct Line {
    words: String,
    /// Where more of it stands.
    address: Option<String>,
    numbers: Vec<String>,
}

/// What is known of those who are listed.
#[derive(Debug, Default, Clone, Copy)]
struct Filled {
    listed: u64,
    state: u64,
    kind: u64,
    vendor: u64,
    feature: u64,
}

impl Filled {
    /// Looks at every row; some hundredths of a second for a million.
    fn count(table: &Table) -> Self {
        (0..table.len()).fold(Self::default(), |filled, row| filled.with(table.marks(row)))
    }

    fn with(self, marks: &Marks) -> Self {
        if !(marks.shown && marks.listed && marks.status == Status::Active) {
            return self;
        }
        Self {
            listed: self.listed + 1,
            state: self.state + u64::from(marks.located | marks.serves != 0),
            kind: self.kind + u64::from(marks.kinds & !Kind::Unknown.bit() != 0),
            vendor: self.vendor + u64::from(marks.vendors != 0),
            feature: self.feature + u64::from(marks.features != 0),
        }
    }
}

#[derive(Template)]
#[template(path = "complete.html")]
pub struct CompletePage {
    here: Here,
    title: String,
    date: String,
    kinds: Vec<Line>,
    outside: Vec<Line>,
    /// Nothing while everybody is still being counted.
    filled: Option<Vec<Line>>,
    told: Vec<Line>,
}

impl CompletePage {
    fn new(here: Here, catalogue: &Catalogue, filled: Option<Filled>, today: Date) -> Self {
        let all = catalogue.count(None, None);
        let apps = |kind| catalogue.answers(kind, None, Topic::Apps).yes;
        let kind = |kind: Option<Kind>| {
            let count = catalogue.count(kind, None);
            Line {
                words: kind.map_or_else(|| here.t("complete-all"), |kind| here.kinds(kind)),
                address: kind.map(|kind| here.link(&format!("/browse/kinds/{}", kind.code()))),
                numbers: [count.all(), count.listed, apps(kind)].map(|n| here.number(n.into())).into(),
            }
        };
        let some = Kind::ALL.iter().copied().filter(|kind| catalogue.count(Some(*kind), None).all() > 0);
        let kinds = std::iter::once(None).chain(some.map(Some)).map(kind).collect();
        let ours = |ours: Ours| match ours {
            Ours::Known => all.all(),
            Ours::Listed => all.listed,
            Ours::Apps => apps(None),
            Ours::Kind(kind) => catalogue.count(Some(kind), None).all(),
        };
        let outside = OUTSIDE.iter().map(|one| Line {
            words: format!("{} ({})", here.lang.t(&format!("complete-outside-{}", one.key)), here.date(one.day)),
            address: None,
            numbers: vec![here.number(ours(one.ours).into()), here.number(one.count)],
        });
        let told = Topic::GROUPS.map(|topic| {
            let answers = catalogue.answers(None, None, topic);
            let known = answers.total() - answers.not_known;
            part(&here, &here.lang.t(&format!("available-{}", topic.code())), known.into(), answers.total().into())
        });
        let filled = filled.map(|filled| {
            let part = |words: String, some| part(&here, &words, some, filled.listed);
            vec![
                part(here.t("complete-has-state"), filled.state),
                part(here.t("complete-has-kind"), filled.kind),
                part(here.t("complete-has-vendor"), filled.vendor),
                part(here.t("complete-has-feature"), filled.feature),
            ]
        });
        Self {
            title: here.t2("complete-title", "listed", u64::from(all.listed), "known", u64::from(all.all())),
            date: here.date(today),
            kinds,
            outside: outside.collect(),
            filled,
            told: told.into(),
            here,
        }
    }
}

/// How many of the listed ones, and the share.
fn part(here: &Here, words: &str, some: u64, of: u64) -> Line {
    Line {
        words: words.to_owned(),
        address: None,
        numbers: vec![here.number(some), here.number(of), map::words(map::part(some, of))],
    }
}

/// `GET /developers/complete`
pub async fn get(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let catalogue = catalogue(&app).await?;
    let register = app.register.clone();
    let filled = tokio::task::spawn_blocking(move || register.with(Filled::count)).await;
    let filled = filled.map_err(|cut_off| PageError::broken("counting everybody", &cut_off))?;
    let policy = if filled.is_some() { CachePolicy::Page } else { CachePolicy::Never };
    respond(&CompletePage::new(here, &catalogue, filled, app.clock.today()), policy)
}

#[cfg(test)]
impl CompletePage {
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        use crate::site::{browse, samples};
        let here = samples::here(lang, "/developers/complete");
        let filled = Filled { listed: 2, state: 1, kind: 2, vendor: 0, feature: 1 };
        vec![
            Self::new(here.clone(), &browse::test_catalogue(), Some(filled), samples::TODAY),
            Self::new(here, &browse::empty_catalogue(), None, samples::TODAY),
        ]
    }
}

/// The counts of others whose words the page puts together.
#[cfg(test)]
pub fn outside_keys() -> impl Iterator<Item = &'static str> {
    OUTSIDE.iter().map(|one| one.key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        register::area_bit,
        site::{Lang, browse, tests::dom},
    };

    #[test]
    fn counts_are_those_of_the_lists() {
        let page = dom(&CompletePage::samples(Lang::En)[0]);
        let catalogue = browse::test_catalogue();
        let all = catalogue.count(None, None);
        let rows = page.texts("#kinds tbody tr");
        let apps = catalogue.answers(None, None, Topic::Apps).yes;
        assert_eq!(rows[0], format!("All places {} {} {apps}", all.all(), all.listed));
        assert!(page.text("h1").contains(&all.listed.to_string()), "{}", page.text("h1"));
        assert!(page.attributes("#kinds tbody a", "href").contains(&"/browse/kinds/hospital".to_owned()));
        assert_eq!(page.texts("#filled tbody tr")[0], "The state is known 1 2 50%");
        assert_eq!(page.texts("#told tbody tr").len(), 4);
    }

    #[test]
    fn a_count_of_others_names_who_counted_and_when() {
        for lang in Lang::ALL {
            let page = dom(&CompletePage::samples(lang)[0]);
            let rows = page.texts("#outside tbody tr");
            assert_eq!(rows.len(), OUTSIDE.len());
            assert!(
                rows[0].contains("CMS") && rows[0].contains("2,202,028") && rows[0].contains("2026"),
                "{}",
                rows[0]
            );
            assert!(rows.iter().all(|row| !row.contains("complete-")), "{rows:?}");
        }
    }

    #[test]
    fn while_everybody_is_still_counted_the_page_says_so() {
        let page = dom(&CompletePage::samples(Lang::Es)[1]);
        assert!(page.texts("#filled table").is_empty());
        assert!(page.text("#filled").contains("contando"));
        assert_eq!(page.texts("#told tbody tr")[0].chars().last(), Some('–'), "of nobody no share is said");
    }

    #[test]
    fn only_the_listed_are_looked_at() {
        let listed = Marks {
            shown: true,
            listed: true,
            located: area_bit("ID"),
            kinds: Kind::Unknown.bit(),
            features: 1,
            ..Marks::default()
        };
        let known = Marks { listed: false, ..listed };
        let filled = [listed, known].iter().fold(Filled::default(), Filled::with);
        assert_eq!((filled.listed, filled.state, filled.kind, filled.vendor, filled.feature), (1, 1, 0, 0, 1));
    }
}
