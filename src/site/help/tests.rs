use std::{collections::BTreeSet, fs, path::Path};

use super::*;
use crate::site::{
    samples,
    tests::{FOR_PROGRAMS, dom},
};

/// Addresses of ours that are no help pages and that texts may lead to.
const ELSEWHERE: &[&str] = &[
    "",
    "/",
    "/find",
    "/apps",
    "/sources",
    "/places",
    "/letter",
    "/browse",
    "/available",
    "/data",
    "/developers/api",
    "/developers/brands-check",
    "/developers/complete",
    "/embed/example",
];

fn page(lang: Lang, name: &str) -> HelpPage {
    let entry = library(lang).entry(name).unwrap_or_else(|| panic!("no page {name}"));
    HelpPage::named(samples::here(lang, &entry.path), &entry.name).unwrap()
}

fn names_of_files(lang: Lang) -> BTreeSet<String> {
    let files = fs::read_dir(Path::new("content").join(lang.code())).unwrap();
    files.map(|file| file.unwrap().file_name().into_string().unwrap().trim_end_matches(".md").to_owned()).collect()
}

#[test]
fn every_file_is_a_page_and_stands_in_every_language() {
    let english = names_of_files(Lang::En);
    assert!(english.len() > 20, "the files were read");
    for lang in Lang::ALL {
        assert_eq!(names_of_files(lang), english, "a page stands in one language only");
        // A file that cannot be read is no entry.
        let entries: BTreeSet<String> = library(lang).entries.iter().map(|entry| entry.name.clone()).collect();
        assert_eq!(entries, english, "content/{}", lang.code());
    }
    let place = |lang: Lang, name: &str| {
        let entry = library(lang).entry(name).unwrap();
        (entry.path.clone(), entry.group, entry.order, entry.foot, page(lang, name).text.front.next)
    };
    for name in &english {
        assert_eq!(place(Lang::En, name), place(Lang::Es, name), "{name} stands elsewhere in Spanish");
    }
}

#[test]
fn the_index_leads_to_every_page_in_its_group() {
    for lang in Lang::ALL {
        let index = dom(&HelpIndex::samples(lang)[0]);
        let links = index.attributes("main .pages a", "href");
        let paths: Vec<_> =
            library(lang).entries.iter().map(|entry| samples::here(lang, "/help").link(&entry.path)).collect();
        assert_eq!(links, paths);
        assert_eq!(index.texts("main h2").len(), Group::ALL.len(), "no group is empty");
        let foot = index.attributes("footer a", "href");
        for page in
            ["/help/rights", "/help/faq", "/help/privacy", "/help/accessibility", "/help/terms", "/help/contact"]
        {
            assert!(foot.contains(&samples::here(lang, "/help").link(page)), "{page} stands at the foot");
        }
    }
}

#[test]
fn every_page_ends_with_where_to_go_next() {
    for lang in Lang::ALL {
        for page in HelpPage::samples(lang) {
            assert_eq!(page.next.len(), page.text.front.next.len(), "{}: no such page", page.text.front.title);
            assert!(!page.next.is_empty(), "{} leads nowhere", page.text.front.title);
            let shown = dom(&page);
            assert!(shown.attributes(".next a", "href").len() >= page.next.len());
        }
    }
}

#[test]
fn an_operator_without_a_name_is_said_to_have_none() {
    let mut config = (*samples::config()).clone();
    config.operator = " ".to_owned();
    config.contact = String::new();
    let here = Here::new(&"/es/help/contact".parse().unwrap(), config.into());
    let page = dom(&HelpPage::named(here, "contact").unwrap());
    let words = page.text("main");
    assert!(words.contains("(todavía sin nombre)") && words.contains("(todavía sin dirección)"), "{words}");
    assert!(!page.text("footer").contains("a cargo de"), "the foot does not speak of nobody");
}

#[test]
fn every_help_page_shows_its_day_and_that_it_is_no_advice() {
    for lang in Lang::ALL {
        for page in HelpPage::samples(lang) {
            let shown = dom(&page);
            assert_eq!(shown.texts("h1"), std::slice::from_ref(&page.text.front.title));
            assert_eq!(shown.attributes(".reviewed time", "datetime"), [page.text.front.reviewed.to_string()]);
            let words = shown.text(".reviewed");
            let advice = if lang == Lang::En { "not legal advice" } else { "no es asesoría legal" };
            assert!(words.contains(advice), "{words}");
        }
    }
}

#[test]
fn every_word_in_braces_is_known_and_every_name_is_used() {
    let mut unused: BTreeSet<&str> = library(Lang::En).names.keys().map(String::as_str).collect();
    for lang in Lang::ALL {
        for name in names_of_files(lang) {
            let file = fs::read_to_string(format!("content/{}/{name}.md", lang.code())).unwrap();
            unused.retain(|word| !file.contains(&format!("{{{word}}}")));
            let shown = dom(&page(lang, &name)).text("main");
            let left = shown.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).find(|word| {
                // Addresses of the API name their parts in braces; those stand in code.
                !word.is_empty() && !file.contains(&format!("/{{{word}}}")) && !word.contains(' ')
            });
            assert_eq!(left, None, "{name} in {}", lang.code());
        }
    }
    assert!(unused.is_empty(), "content/names.toml: no text uses {unused:?}");
}

/// Pages that say what the law is.
fn is_of_law(page: &HelpPage) -> bool {
    page.text.front.group == Group::Rights
}

#[test]
fn statements_of_law_name_their_source_and_the_day_it_was_read() {
    for lang in Lang::ALL {
        let (heading, day) = if lang == Lang::En { ("Sources", "2026-11-2") } else { ("Fuentes", "2026-11-2") };
        for page in HelpPage::samples(lang) {
            let title = &page.text.front.title;
            let sources = page.text.html.split(&format!(">{heading}</h2>")).nth(1);
            let cites = page.text.html.contains(" CFR ") || page.text.html.contains(" USC ");
            if !cites && !is_of_law(&page) {
                continue;
            }
            let sources = sources.unwrap_or_else(|| panic!("{title} names no sources"));
            for line in sources.split("<li>").skip(1) {
                assert!(line.contains(day), "{title}: {line}");
            }
        }
    }
}

#[test]
fn nothing_is_said_that_is_known_to_be_wrong() {
    let wrong = [
        "30 days free",
        "must be free",
        "all apps are covered",
        "All apps are covered",
        "You will be paid",
        "deben ser gratis",
        "Todas las apps están cubiertas",
    ];
    for lang in Lang::ALL {
        for page in HelpPage::samples(lang) {
            let words = dom(&page).text("main");
            for phrase in wrong {
                assert!(!words.contains(phrase), "{}: {phrase}", page.text.front.title);
            }
            // True only with words beside it: $6.50 is no cap, and 15 days are the law of one state.
            for (phrase, beside) in [
                ("$6.50 fijos", "No es lo máximo"),
                ("flat $6.50", "not the most"),
                ("within 15 days", "California"),
                ("en 15 días", "California"),
            ] {
                for (at, _) in words.match_indices(phrase) {
                    let near: String = words[..at].chars().rev().take(150).collect::<String>().chars().rev().collect();
                    let near: String = near.chars().chain(words[at..].chars().take(200)).collect();
                    assert!(near.contains(beside), "{}: {phrase}", page.text.front.title);
                }
            }
        }
    }
}

#[test]
fn the_table_is_explained_column_by_column_and_code_by_code() {
    use crate::{
        model::{features::MENU, kind::Kind},
        sources::template,
    };
    for lang in Lang::ALL {
        let page = dom(&page(lang, "template"));
        let codes = page.texts("main code");
        let has = |code: &str| codes.iter().any(|known| known == code);
        let columns = template::COLUMNS.iter().map(|column| column.name);
        let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::Unknown).map(|kind| kind.code());
        for code in columns.chain(kinds).chain(MENU.iter().copied()) {
            assert!(has(code), "{code} is missing in {}", lang.code());
        }
        assert!(page.attributes("main a", "href").contains(&"/data/template.csv".to_owned()));
    }
}

#[test]
fn links_between_pages_of_ours_stay_in_the_language_and_exist() {
    for lang in Lang::ALL {
        let here = samples::here(lang, "/");
        let known: BTreeSet<String> = ELSEWHERE
            .iter()
            .map(|path| here.link(path))
            .chain(library(lang).entries.iter().map(|entry| here.link(&entry.path)))
            .chain([here.link("/help")])
            .collect();
        for page in HelpPage::samples(lang) {
            for address in dom(&page).attributes("main a[href^='/']", "href") {
                let path = address.split(['#', '?']).next().unwrap();
                let for_programs = FOR_PROGRAMS.iter().any(|begin| path.starts_with(begin));
                assert!(for_programs || known.contains(path), "{}: {address} leads nowhere", page.text.front.title);
            }
        }
    }
}

#[test]
fn a_link_into_a_page_of_ours_finds_its_section() {
    for lang in Lang::ALL {
        let here = samples::here(lang, "/");
        for page in HelpPage::samples(lang) {
            for address in dom(&page).attributes("main a[href*='#']", "href") {
                let (path, id) = address.split_once('#').unwrap();
                let Some(target) = library(lang).entries.iter().find(|entry| here.link(&entry.path) == path) else {
                    continue;
                };
                let target = dom(&self::page(lang, &target.name));
                assert!(target.attributes("[id]", "id").iter().any(|known| known == id), "{address}");
            }
        }
    }
}

/// Every name of a JSON object, however deep.
fn names_in(value: &serde_json::Value, names: &mut BTreeSet<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                // What is said of each field stands under the name of the field.
                if !name.contains('/') {
                    names.insert(name.clone());
                }
                names_in(value, names);
            }
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| names_in(value, names)),
        _ => {}
    }
}

#[test]
fn the_data_dictionary_has_every_field_and_code() {
    use crate::model::{features::MENU, identifier::System, revision::Event};
    let mut names = BTreeSet::new();
    names_in(&serde_json::to_value(samples::hospital()).unwrap(), &mut names);
    for app in samples::apps() {
        names_in(&serde_json::to_value(app).unwrap(), &mut names);
    }
    assert!(names.contains("fhir_versions") && names.contains("landmark") && names.contains("ingests"), "{names:?}");
    let systems = [System::Npi, System::Ccn, System::Clia, System::Naic, System::Oid, System::Web, System::Other];
    names.extend(systems.map(|system| system.code().to_owned()));
    names.extend(Event::ALL.map(|event| event.word().to_owned()));
    // The menu and the kinds are explained with the table.
    names.retain(|name| !MENU.contains(&name.as_str()));
    for lang in Lang::ALL {
        let page = dom(&page(lang, "developers-data"));
        let codes = page.texts("main code").join(" ");
        let words: BTreeSet<&str> = codes.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let missing: Vec<_> = names.iter().filter(|name| !words.contains(name.as_str())).collect();
        assert!(missing.is_empty(), "not explained in {}: {missing:?}", lang.code());
        assert!(!words.contains(System::Ein.code()), "never published");
    }
}

#[test]
fn pages_for_developers_begin_with_files_and_end_with_the_apis() {
    for lang in Lang::ALL {
        let page = page(lang, "developers");
        let titles: Vec<&str> = page.text.sections.iter().map(|section| section.title.as_str()).collect();
        let at = |begin: &str| titles.iter().position(|title| title.starts_with(begin)).unwrap();
        assert!(at("1. ") < at("2. ") && at("2. ") < at("3. "), "{titles:?}");
        let links = dom(&page).attributes("main article a", "href");
        let here = samples::here(lang, "/developers");
        for path in [
            "/data",
            "/developers/api",
            "/developers/data",
            "/developers/complete",
            "/developers/picker",
            "/developers/changelog",
            "/developers/deprecation",
            "/embed/example",
        ] {
            assert!(links.contains(&here.link(path)), "{path} in {}", lang.code());
        }
    }
}
