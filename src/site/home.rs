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
    /// The state this installation serves first, in words, and where its places are listed.
    state: Option<(String, String)>,
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
            kinds,
            listed: counts.values().map(|count| count.listed).sum(),
            known: counts.values().map(|count| count.known).sum(),
            state: here
                .config()
                .brand
                .state
                .map(|code| (here.state(code), here.link(&format!("/browse/states/{}", code.to_lowercase())))),
            here,
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
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        config::brand::{Brand, Words},
        site::{Lang, tests::dom},
    };

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
    fn an_installation_for_a_state_shows_itself_and_its_state_first() {
        let mut config = (*crate::site::samples::config()).clone();
        let words =
            |words: &str| toml::from_str::<BTreeMap<String, Words>>(&format!("it = {words}")).unwrap().remove("it");
        config.brand = Brand {
            name: Some("Ohio <Finder>".into()),
            agency: words("{ en = \"Ohio Department of Health\" }"),
            banner: words("{ en = \"Now open\", es = \"Ya abierto\" }"),
            state: Some("OH"),
            ..Brand::default()
        };
        let here = Here::new(&"/es".parse().unwrap(), config.into());
        let page = dom(&HomePage::new(here, &BTreeMap::new()));
        assert!(page.text("title").ends_with("Ohio <Finder>") && page.text(".brand") == "Ohio <Finder>");
        assert!(page.text(".independent").contains("A cargo de Ohio Department of Health"));
        assert!(!page.html().contains("No es un sitio del gobierno"));
        assert_eq!(
            (page.text(".banner"), page.attributes(".banner", "lang")),
            ("Ya abierto".into(), vec!["es".to_owned()])
        );
        assert_eq!(page.attributes(".first-state a", "href"), ["/es/browse/states/oh"]);
        let plain = dom(&HomePage::samples(Lang::En)[0]);
        assert!(plain.text(".independent").contains("Not a government website"));
        assert!(plain.texts(".first-state, .banner").is_empty());
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
