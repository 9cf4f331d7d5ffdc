//! `/places`: places a person keeps, in their own browser alone.
//!
//! What holds: the page is the same for everybody; the list lives in the browser (`assets/src/places.js` shows it,
//! `save.js` adds to it from other pages) and every word the scripts say is rendered here. Without JavaScript there is
//! a plan to print and fill in by hand. `/sw.js` keeps this page, and only this page, readable without a network.

use askama::Template;
use axum::response::Response;

use super::{
    CachePolicy, assets,
    here::{Here, Part, respond},
    problem::PageError,
    said,
};
use crate::model::door::Warning;

#[derive(Template)]
#[template(path = "places.html")]
pub struct PlacesPage {
    here: Here,
}

impl PlacesPage {
    /// A day as the script puts it together.
    fn date_pattern(&self) -> String {
        self.here.lang.with("date", &[("day", "{day}".into()), ("month", "{month}".into()), ("year", "{year}".into())])
    }

    /// The months as days name them.
    fn months(&self) -> String {
        (1..=12).map(|month| self.here.t(&format!("month-{month}"))).collect::<Vec<_>>().join("|")
    }

    /// What the script says: name, and the sentence with `{…}` where a value goes.
    fn words(&self) -> Vec<(String, String)> {
        let here = &self.here;
        let mut words = vec![
            ("count", here.t1("places-count", "count", "{count}")),
            ("checked", here.t1("places-checked", "date", "{date}")),
            ("unchecked", here.t("places-unchecked")),
            ("stale", here.t1("places-stale", "date", "{date}")),
            ("remove", here.t1("places-remove-name", "name", "{name}")),
            ("checking", here.t("places-said-checking")),
            ("all", here.t1("places-said-checked", "date", "{date}")),
            ("offline", here.t("places-said-offline")),
            ("saved", here.t1("places-said-saved", "count", "{count}")),
            ("many", here.t1("places-said-many", "count", "{count}")),
            ("removed", here.t1("places-said-removed", "name", "{name}")),
            ("cleared", here.t("places-said-cleared")),
            ("copied", here.t("places-said-copied")),
            ("sure", here.t("places-sure")),
            ("sure-one", here.t("save-sure")),
            ("blocked", here.t("places-blocked")),
            ("full", here.t("places-full")),
            ("broken", here.t("places-broken")),
            ("linked", here.t("places-link-all")),
            ("status-moved", here.t("org-moved")),
            ("status-merged", here.t("org-merged")),
            ("status-closed", here.t("org-closed")),
            ("status-withdrawn", here.t("org-withdrawn")),
            ("status-gone", here.t("places-gone")),
            ("successor", here.t1("org-successor", "name", "{name}")),
            ("said-starter", here.t1("said-starter", "date", "{date}")),
            ("said-seen", here.t1("said-starter-seen", "date", "{date}")),
            ("said-legacy", here.t2("said-legacy", "source", "{source}", "date", "{date}")),
            ("said-listed", here.t2("said-listed", "source", "{source}", "date", "{date}")),
            ("said-owner", here.t1("said-owner", "date", "{date}")),
            ("said-person", here.t1("said-person", "date", "{date}")),
            ("said-observed", here.t1("said-observed", "date", "{date}")),
        ];
        let warnings = [
            ("not_https", Warning::NotHttps),
            ("odd_port", Warning::OddPort),
            ("shortener", Warning::Shortener),
            ("mixed_script", Warning::MixedScript),
            ("look_alike", Warning::LookAlike),
        ];
        words.extend(warnings.map(|(code, warning)| (code, said::warning(here, warning))));
        words.into_iter().map(|(word, text)| (word.to_owned(), text)).collect()
    }
}

/// `GET /places`
pub async fn get(here: Here) -> Result<Response, PageError> {
    respond(&PlacesPage { here }, CachePolicy::Page)
}

/// `GET /sw.js`: the service worker at an address without a hash, which browsers ask for again by themselves.
pub async fn service_worker() -> Result<Response, PageError> {
    assets::get(Part("sw.js".to_owned())).await
}

#[cfg(test)]
impl PlacesPage {
    pub fn samples(lang: super::Lang) -> Vec<Self> {
        vec![Self { here: super::samples::here(lang, "/places") }]
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use axum::http::header;

    use super::*;
    use crate::{
        model::organization::Organization,
        site::{Lang, samples, tests::dom},
    };

    #[derive(Template)]
    #[template(source = "{% include \"parts/save.html\" %}", ext = "html")]
    struct Save {
        here: Here,
        org: Organization,
    }

    fn script(name: &str) -> String {
        fs::read_to_string(format!("assets/src/{name}")).unwrap()
    }

    /// What stands between `open` and `close` in a text, each once.
    fn between<'a>(text: &'a str, open: &str, close: &str) -> BTreeSet<&'a str> {
        text.split(open).skip(1).filter_map(|rest| rest.split_once(close).map(|(word, _)| word)).collect()
    }

    #[test]
    fn without_javascript_there_is_a_plan_to_print() {
        for lang in Lang::ALL {
            let page = dom(&PlacesPage::samples(lang)[0]);
            assert!(page.html().contains("<noscript>"));
            assert_eq!(page.attributes("#places", "hidden").len(), 1, "nothing of the script shows without it");
            assert_eq!(page.texts(".blank-plan .to-fill").len(), 3);
            assert_eq!(page.texts(".blank-plan .to-fill li").len(), 24);
        }
    }

    #[test]
    fn every_word_and_part_the_script_asks_for_is_on_the_page() {
        let script = script("places.js");
        for lang in Lang::ALL {
            // What stands in a `<template>` is no part of the document yet: the text is searched.
            let page = dom(&PlacesPage::samples(lang)[0]);
            let words = between(page.html(), "data-word=\"", "\"");
            for call in ["word(\"", "trouble(\""] {
                for word in between(&script, call, "\"") {
                    assert!(words.contains(word), "{word} in {}", lang.code());
                }
            }
            let parts = between(page.html(), "data-at=\"", "\"");
            let asked: BTreeSet<_> =
                ["at(\"", "put(card, \"", "press(\""].iter().flat_map(|call| between(&script, call, "\"")).collect();
            assert!(asked.len() > 20, "the script was read: {asked:?}");
            for part in asked {
                assert!(parts.contains(part), "{part} in {}", lang.code());
            }
        }
    }

    #[test]
    fn warnings_have_the_codes_of_the_api() {
        let words: BTreeSet<String> =
            PlacesPage::samples(Lang::En)[0].words().into_iter().map(|(word, _)| word).collect();
        for warning in
            [Warning::NotHttps, Warning::OddPort, Warning::Shortener, Warning::MixedScript, Warning::LookAlike]
        {
            let code = serde_json::to_value(warning).unwrap();
            assert!(words.contains(code.as_str().unwrap()), "{code}");
        }
    }

    #[test]
    fn the_scripts_put_no_data_into_html_and_stay_small() {
        for (name, most) in [("places.js", 12_000), ("places-data.js", 5_000), ("save.js", 2_000), ("sw.js", 4_000)] {
            let text = script(name);
            for bad in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "http:", "https:/"] {
                assert!(!text.contains(bad), "{name} has {bad}");
            }
            assert!(text.len() <= most, "{name}: {} bytes", text.len());
        }
    }

    #[tokio::test]
    async fn the_service_worker_is_asked_for_again_each_time() {
        let answer = service_worker().await.unwrap();
        assert_eq!(answer.headers()[header::CACHE_CONTROL], CachePolicy::Revalidate.header());
        assert!(answer.headers()[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/javascript"));
    }

    #[test]
    fn the_button_to_save_is_hidden_until_a_script_shows_it_and_escapes_names() {
        for lang in Lang::ALL {
            let org = Organization { name: "\"><script>alert(1)</script>".into(), ..samples::hospital() };
            let html = Save { here: samples::here(lang, "/organizations/x"), org: org.clone() }.render().unwrap();
            assert!(!html.contains("<script"), "{html}");
            assert!(html.contains("<div class=\"save\" hidden"), "{html}");
            assert!(html.contains(&format!("data-save=\"{}\"", org.id)), "{html}");
            let script = script("save.js");
            for said in ["saved", "removed", "many", "failed"] {
                assert!(script.contains(&format!("\"{said}\"")) && html.contains(&format!("data-said=\"{said}\"")));
            }
        }
    }
}
