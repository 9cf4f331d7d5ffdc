//! `/`: one search box, what kinds of places there are, and what this is.

use askama::Template;
use axum::{extract::State, response::Response};

use super::{
    CachePolicy,
    here::{Here, respond},
    problem::PageError,
};
use crate::{app::App, model::kind::Kind, store::Count};

/// One kind with how many places of it offer a door or a feature.
pub struct KindCount {
    pub kind: Kind,
    pub count: u64,
}

#[derive(Template)]
#[template(path = "home.html")]
pub struct HomePage {
    here: Here,
    kinds: Vec<KindCount>,
    /// Places with a door or a feature.
    listed: u64,
    /// Places we only know of.
    known: u64,
}

impl HomePage {
    fn new(here: Here, counts: &std::collections::BTreeMap<Kind, Count>) -> Self {
        let kinds = Kind::ALL
            .iter()
            .filter(|kind| **kind != Kind::Unknown)
            .filter_map(|kind| {
                let count = counts.get(kind)?.listed;
                (count > 0).then_some(KindCount { kind: *kind, count })
            })
            .collect();
        Self {
            here,
            kinds,
            listed: counts.values().map(|count| count.listed).sum(),
            known: counts.values().map(|count| count.known).sum(),
        }
    }
}

/// `GET /`
pub async fn get(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let counts = app.store.counts().await?;
    respond(&HomePage::new(here, &counts), CachePolicy::Page)
}

#[cfg(test)]
impl HomePage {
    pub fn samples(lang: super::Lang) -> Vec<Self> {
        let here = super::samples::here(lang, "/");
        let count = |listed, known| Count { listed, known };
        let full = [
            (Kind::Hospital, count(4812, 3)),
            (Kind::Laboratory, count(96, 0)),
            (Kind::Insurer, count(1, 0)),
            (Kind::Unknown, count(7, 7)),
            (Kind::Dental, count(0, 9)),
        ];
        vec![Self::new(here.clone(), &full.into()), Self::new(here, &std::collections::BTreeMap::new())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, tests::dom};

    #[test]
    fn kinds_stand_with_their_real_counts_and_empty_ones_do_not() {
        let page = dom(&HomePage::samples(Lang::En)[0]);
        let kinds = page.texts(".kinds a");
        assert_eq!(kinds.len(), 3, "{kinds:?}");
        assert!(kinds[0].contains("Hospitals") && kinds[0].contains("4,812"), "{kinds:?}");
        assert_eq!(page.attributes(".kinds a", "href")[0], "/find?kind=hospital");
        assert!(page.text("main").contains("4,916"), "all listed places are counted, of unknown kind too");
    }

    #[test]
    fn an_empty_directory_has_no_counts_and_still_a_search_box() {
        for lang in Lang::ALL {
            let page = dom(&HomePage::samples(lang)[1]);
            assert!(page.texts(".kinds").is_empty());
            assert_eq!(page.attributes("form[role=search]", "action"), [format!("{}/find", lang.prefix())]);
        }
    }
}
