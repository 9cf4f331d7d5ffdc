//! `/`: one search box, what kinds of places there are, and what this is.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};

use super::{
    CachePolicy, browse,
    here::{Here, respond},
    problem::PageError,
};
use crate::{
    app::App,
    model::kind::Kind,
    search::catalogue::{Area, Catalogue, Count},
};

/// One kind with how many places of it offer a door or a feature.
pub struct KindCount {
    pub kind: Kind,
    pub count: u32,
}

#[derive(Template)]
#[template(path = "home.html")]
pub struct HomePage {
    here: Here,
    kinds: Vec<KindCount>,
    /// Places with a door or a feature.
    listed: u32,
    /// Places we only know of.
    known: u32,
    /// The state this installation serves first, in words, and where its places are listed.
    state: Option<(String, String)>,
}

impl HomePage {
    /// The first page with how many there are of each kind, and of all.
    fn new(here: Here, count: impl Fn(Option<Kind>) -> Count) -> Self {
        let kinds = Kind::ALL
            .iter()
            .filter(|kind| **kind != Kind::Unknown)
            .map(|kind| KindCount { kind: *kind, count: count(Some(*kind)).listed })
            .filter(|kind| kind.count > 0)
            .collect();
        let all = count(None);
        Self {
            kinds,
            listed: all.listed,
            known: all.known,
            state: here
                .config()
                .brand
                .state
                .map(|code| (here.state(code), here.link(&format!("/browse/states/{code}")))),
            here,
        }
    }
}

/// `GET /`
pub async fn get(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let catalogue: Arc<Catalogue> = browse::catalogue(&app).await?;
    // An installation for a state counts what is there.
    let area = app.config.brand.state.and_then(Area::from_code);
    respond(&HomePage::new(here, |kind| catalogue.count(kind, area)), CachePolicy::Page)
}

#[cfg(test)]
impl HomePage {
    pub fn samples(lang: super::Lang) -> Vec<Self> {
        use std::collections::BTreeMap;

        let here = super::samples::here(lang, "/");
        let count = |listed, known| Count { listed, known };
        let full: BTreeMap<Kind, Count> = [
            (Kind::Hospital, count(4812, 3)),
            (Kind::Laboratory, count(96, 0)),
            (Kind::Insurer, count(1, 0)),
            (Kind::Unknown, count(7, 7)),
            (Kind::Dental, count(0, 9)),
        ]
        .into();
        let all = count(full.values().map(|one| one.listed).sum(), full.values().map(|one| one.known).sum());
        let of = |kind: Option<Kind>| kind.map_or(all, |kind| full.get(&kind).copied().unwrap_or_default());
        vec![Self::new(here.clone(), of), Self::new(here, |_| Count::default())]
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
        let page = dom(&HomePage::new(here, |_| Count::default()));
        assert!(page.text("title").ends_with("Ohio <Finder>") && page.text(".brand") == "Ohio <Finder>");
        assert!(page.text(".independent").contains("A cargo de Ohio Department of Health"));
        assert!(!page.html().contains("No es un sitio del gobierno"));
        assert_eq!(
            (page.text(".banner"), page.attributes(".banner", "lang")),
            ("Ya abierto".into(), vec!["es".to_owned()])
        );
        assert_eq!(page.attributes(".first-state a", "href"), ["/es/browse/states/OH"]);
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
