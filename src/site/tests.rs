//! What must hold on every page, whatever it shows.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use scraper::{ElementRef, Html, Selector};

use super::{
    apps::{AppPage, AppsPage},
    available::{AvailablePage, AvailableStatePage},
    brands_check::BrandsCheckPage,
    browse::{BrowsePage, ListPage},
    dumps::DumpsPage,
    find::FindPage,
    help::{HelpIndex, HelpPage},
    home::HomePage,
    letter::{LetterPage, LettersPage},
    open_data::CompletePage,
    organization::OrganizationPage,
    places::PlacesPage,
    problem::ProblemPage,
    report::ReportPage,
    sources::SourcesPage,
    words::Lang,
};

/// Where addresses for programs begin: they have no language.
pub const FOR_PROGRAMS: &[&str] = &[
    "/api/",
    "/data/",
    "/fhir",
    "/brands",
    "/legacy",
    "/mcp",
    "/feeds/",
    "/embed/picker",
    "/embed/versions.json",
    "/llms.txt",
    "/review/log.json",
];

/// A rendered page.
pub struct Dom {
    html: String,
    document: Html,
}

/// Renders a page.
pub fn dom(page: &impl Template) -> Dom {
    parsed(page.render().unwrap())
}

/// A page that came over the wire.
pub fn parsed(html: String) -> Dom {
    Dom { document: Html::parse_document(&html), html }
}

impl Dom {
    pub fn html(&self) -> &str {
        &self.html
    }

    fn select(&self, selector: &str) -> Vec<ElementRef<'_>> {
        self.document.select(&Selector::parse(selector).unwrap()).collect()
    }

    /// The text of every element of a selector, white space folded.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let text = |element: ElementRef<'_>| {
            let text: String = element.text().collect();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        self.select(selector).into_iter().map(text).collect()
    }

    /// The text of the first element of a selector.
    pub fn text(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_else(|| panic!("no {selector} in {}", self.html))
    }

    /// An attribute of every element of a selector that has it.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        self.select(selector).into_iter().filter_map(|element| element.attr(name).map(str::to_owned)).collect()
    }
}

/// Template -> every sample of its page.
pub type Sampled = BTreeMap<&'static str, Vec<Dom>>;

/// Renders samples of a page.
pub fn doms(pages: &[impl Template]) -> Vec<Dom> {
    pages.iter().map(dom).collect()
}

/// Every page of a room keeps the rules, in every language.
pub fn all_keep_the_rules(every_page: impl Fn(Lang) -> Sampled) {
    for lang in Lang::ALL {
        for (template, pages) in every_page(lang) {
            assert!(!pages.is_empty());
            for page in &pages {
                check(template, lang, page);
            }
        }
    }
}

/// Every template of a folder, but for what is no page of its own, has samples.
pub fn all_have_samples(folder: &str, but: &[&str], every_page: impl Fn(Lang) -> Sampled) {
    let pages: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !but.contains(&name.as_str()))
        .collect();
    let sampled: BTreeSet<String> = every_page(Lang::En).into_keys().map(str::to_owned).collect();
    assert_eq!(pages, sampled);
}

fn every_page(lang: Lang) -> Sampled {
    [
        ("home.html", doms(&HomePage::samples(lang))),
        ("find.html", doms(&FindPage::samples(lang))),
        ("organization.html", doms(&OrganizationPage::samples(lang))),
        ("letter.html", doms(&LetterPage::samples(lang))),
        ("letters.html", doms(&LettersPage::samples(lang))),
        ("places.html", doms(&PlacesPage::samples(lang))),
        ("apps.html", doms(&AppsPage::samples(lang))),
        ("app.html", doms(&AppPage::samples(lang))),
        ("sources.html", doms(&SourcesPage::samples(lang))),
        ("browse.html", doms(&BrowsePage::samples(lang))),
        ("browse-list.html", doms(&ListPage::samples(lang))),
        ("available.html", doms(&AvailablePage::samples(lang))),
        ("available-state.html", doms(&AvailableStatePage::samples(lang))),
        ("dumps.html", doms(&DumpsPage::samples(lang))),
        ("complete.html", doms(&CompletePage::samples(lang))),
        ("help.html", doms(&HelpPage::samples(lang))),
        ("help-index.html", doms(&HelpIndex::samples(lang))),
        ("problem.html", doms(&ProblemPage::samples(lang))),
        ("brands-check.html", doms(&BrandsCheckPage::samples(lang))),
        ("report.html", doms(&ReportPage::samples(lang))),
    ]
    .into()
}

/// The rules that every page keeps.
pub fn check(template: &str, lang: Lang, page: &Dom) {
    let at = format!("{template} in {}", lang.code());
    assert_eq!(page.attributes("html", "lang"), [lang.code()], "{at}");
    assert_eq!(page.texts("h1").len(), 1, "{at}: one h1");
    assert_eq!(page.texts("main").len(), 1, "{at}: one main");
    assert!(
        !page.text("title").is_empty() && page.text("title").ends_with("Connector"),
        "{at}: {}",
        page.text("title")
    );
    assert_eq!(page.attributes("meta[name=description]", "content").len(), 1, "{at}");
    assert_eq!(page.texts("form[role=search]").len(), 1, "{at}: one search box");
    let other = page.attributes("a.language", "lang");
    assert_eq!(other, lang.others().map(Lang::code).collect::<Vec<_>>(), "{at}: the way to the other language");
    assert_eq!(
        page.texts("[style], style, script:not([src], [type='application/ld+json']), base, iframe, object").len(),
        0,
        "{at}: nothing inline"
    );
    for attribute in ["onclick", "onload", "onerror", "onsubmit"] {
        assert!(page.texts(&format!("[{attribute}]")).is_empty(), "{at}: {attribute}");
    }
    for address in page
        .attributes("[src], link[rel=stylesheet], link[rel=icon]", "src")
        .iter()
        .chain(&page.attributes("link[rel=stylesheet], link[rel=icon]", "href"))
    {
        let drawn =
            (address.ends_with("/qr.svg") && address.contains("/organizations/")) || address.contains("/badge/");
        assert!(
            drawn || (address.starts_with("/assets/") && address.matches('.').count() == 2),
            "{at}: {address} is an asset with a hash"
        );
    }
    let mut ids = BTreeSet::new();
    for id in page.attributes("[id]", "id") {
        assert!(ids.insert(id.clone()), "{at}: id {id} twice");
    }
    for (selector, attribute) in [
        ("label", "for"),
        ("[aria-labelledby]", "aria-labelledby"),
        ("[aria-describedby]", "aria-describedby"),
        ("[form]", "form"),
    ] {
        for id in page.attributes(selector, attribute) {
            assert!(ids.contains(&id), "{at}: {attribute}={id} names nothing");
        }
    }
    for href in page.attributes("a[href]", "href") {
        if let Some(id) = href.strip_prefix('#') {
            assert!(ids.contains(id), "{at}: {href} leads nowhere");
            continue;
        }
        let outside = href.starts_with("http");
        let ours = href.starts_with('/') && !href.starts_with("//");
        assert!(outside || ours || href.starts_with("tel:") || href.starts_with("mailto:"), "{at}: {href}");
        if ours && lang == Lang::Es {
            let to_english = page.attributes("a.language", "href").contains(&href);
            let for_programs = FOR_PROGRAMS.iter().any(|begin| href.starts_with(begin));
            assert!(
                to_english || href == "/es" || href.starts_with("/es/") || for_programs,
                "{at}: {href} leaves Spanish"
            );
        }
    }
    for link in page.select("a[href^='http']") {
        assert_eq!(link.attr("rel"), Some("noopener noreferrer nofollow"), "{at}: {:?}", link.attr("href"));
    }
    for picture in page.select("svg") {
        assert_eq!(picture.attr("aria-hidden"), Some("true"), "{at}: pictures are for the eye only");
    }
    assert!(page.select("img:not([alt])").is_empty(), "{at}: pictures have words");
    assert!(!page.html.contains('\u{2068}'), "{at}: direction marks");
}

#[test]
fn every_page_keeps_the_rules_in_both_languages() {
    all_keep_the_rules(every_page);
}

#[test]
fn every_template_has_samples() {
    // The rooms of the picker and of those who sign in look at their own; the page of the API is looked at over a running
    // program, whose ids it has.
    let but = ["base.html", "parts", "embed", "manage", "review", "developers-api.html"];
    all_have_samples("templates", &but, every_page);
}
