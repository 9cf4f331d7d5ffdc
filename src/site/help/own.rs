//! Pages of the operator's own, from the brand folder (`config::brand`): read like those in `content/`, listed after them,
//! and in the place of one of ours where the name is the same (terms, contact).

use super::{Entry, Words, library, reading};
use crate::{
    config::Config,
    site::{Lang, here::Here},
};

/// The file of a page: in the language, else in English, with the language it is in.
pub fn file<'a>(here: &'a Here, name: &str) -> Option<(Lang, &'a str)> {
    let languages = here.config().brand.pages.get(name)?;
    [here.lang, Lang::En].into_iter().find_map(|lang| Some((lang, languages.get(lang.code())?.as_str())))
}

/// The operator's pages, in the order of their names.
pub fn entries(here: &Here) -> Vec<Entry> {
    let words = Words { operator: String::new(), contact: String::new(), names: &library(here.lang).names };
    let read = |name: &String| {
        let (_, text) = file(here, name)?;
        // What cannot be read was told at the start.
        let (front, _) = reading::split(text).ok()?;
        Some(Entry::new(name, reading::FrontMatter { address: None, ..front }, &words))
    };
    here.config().brand.pages.keys().filter_map(read).collect()
}

/// Can every page of the brand folder be read, and is each there in English at least?
///
/// # Errors
/// Which one is not, and why.
pub fn check(config: &Config) -> Result<(), String> {
    for (name, languages) in &config.brand.pages {
        for (code, text) in languages {
            let path = config.brand.folder.join("pages").join(code).join(format!("{name}.md"));
            let at = |why: String| format!("{}: {why}", path.display());
            if !Lang::ALL.iter().any(|lang| lang.code() == code) {
                return Err(at(format!("{code} is no language of the pages")));
            }
            let words = Words { operator: String::new(), contact: String::new(), names: &library(Lang::En).names };
            reading::read(text, &words).map_err(at)?;
        }
        if !languages.contains_key(Lang::En.code()) {
            return Err(format!("pages/en/{name}.md is missing in {}", config.brand.folder.display()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{
        help::{HelpIndex, HelpPage},
        samples,
        tests::dom,
    };

    const ABOUT: &str = "+++\ntitle = \"About us\"\ndescription = \"Who we are.\"\nreviewed = \"2026-11-26\"\n\
         group = \"site\"\norder = 1\nfoot = true\n+++\n\nWe are <b>{operator}</b>.\n";

    fn here(path: &str, pages: &[(&str, &str, &str)]) -> Here {
        let mut config = (*samples::config()).clone();
        for (name, language, text) in pages {
            config.brand.pages.entry((*name).into()).or_default().insert((*language).into(), (*text).into());
        }
        Here::new(&path.parse().unwrap(), config.into())
    }

    #[test]
    fn a_page_of_ones_own_is_read_listed_and_safe() {
        let here = here("/es/help/about-us", &[("about-us", "en", ABOUT)]);
        let page = dom(&HelpPage::named(here.clone(), "about-us").unwrap());
        assert_eq!(page.texts("h1"), ["About us"]);
        assert!(page.text(".help").contains("We are <b>The Example Patients’ Group</b>."), "markup is text");
        assert_eq!(page.attributes("article", "lang"), ["en"], "it is not in Spanish, and says so");
        assert!(page.attributes(".foot a", "href").contains(&"/es/help/about-us".to_owned()));
        let index = dom(&HelpIndex::new(here));
        assert!(index.attributes(".pages a", "href").contains(&"/es/help/about-us".to_owned()));
    }

    #[test]
    fn ones_own_terms_stand_in_the_place_of_ours() {
        let here = here("/help/terms", &[("terms", "en", ABOUT)]);
        assert_eq!(dom(&HelpPage::named(here.clone(), "terms").unwrap()).texts("h1"), ["About us"]);
        let listed = dom(&HelpIndex::new(here)).attributes(".pages a", "href");
        assert_eq!(listed.iter().filter(|address| *address == "/help/terms").count(), 1, "once");
    }

    #[test]
    fn what_cannot_be_read_is_told_at_the_start() {
        let check = |pages| check(here("/", pages).config());
        assert_eq!(check(&[("a", "en", ABOUT)]), Ok(()));
        assert!(check(&[("a", "en", "# no front matter")]).unwrap_err().contains("pages/en/a.md"));
        assert!(check(&[("a", "es", ABOUT)]).unwrap_err().contains("pages/en/a.md is missing"));
        assert!(check(&[("a", "xx", ABOUT)]).unwrap_err().contains("no language"));
    }
}
