//! `/letter`: a letter that asks for one's own records, by kind of place; `/organizations/{slug}/letter` with the
//! address already in it.
//!
//! What holds: the page is a blank letter that prints and is filled in by hand; with JavaScript a form fills it in the
//! browser, and nothing that is typed is sent anywhere. English is what the records office gets; Spanish stands beside.

pub mod plain;
mod text;

use askama::Template;
use axum::{extract::State, response::Response};
use url::form_urlencoded;

use self::text::{Block, Choice, GROUPS, Letter, Piece};
use super::{
    CachePolicy, Lang,
    here::{Here, Part, respond},
    organization,
    problem::PageError,
};
use crate::{
    app::App,
    model::{organization::Organization, place::Place},
};

/// The codes of the letters there are.
pub fn kinds() -> impl Iterator<Item = &'static str> {
    text::letters(Lang::En).iter().map(|letter| letter.kind.as_str())
}

/// Whom a letter to an organization goes to.
pub struct To {
    org: Organization,
    /// Name, address and phone, a line each.
    lines: String,
}

impl To {
    fn new(org: Organization) -> Self {
        let place = org.main_place();
        let phone = org.phone.clone().or_else(|| org.locations.iter().find_map(|l| l.place.phone.clone()));
        let mut lines = vec![org.name.clone()];
        lines.extend(place.map(address).unwrap_or_default());
        lines.extend(phone);
        Self { lines: lines.join("\n"), org }
    }
}

/// Where letters for a place go, line by line.
fn address(place: &Place) -> Vec<String> {
    // A state alone is no address.
    let written = place.city.is_some() || !place.lines.is_empty();
    place.lines.iter().cloned().chain(written.then(|| place.town())).filter(|line| !line.is_empty()).collect()
}

/// One box or line of the form.
pub struct Input {
    name: &'static str,
    label: String,
    /// What a browser may offer (WCAG 1.3.5).
    autocomplete: &'static str,
    long: bool,
    value: String,
    /// Only when the letter is for somebody else.
    other_person: bool,
}

/// Choose who has the records.
#[derive(Template)]
#[template(path = "letters.html")]
pub struct LettersPage {
    here: Here,
    to: Option<To>,
}

impl LettersPage {
    fn letters(&self) -> &'static [Letter] {
        text::letters(self.here.lang)
    }

    fn address(&self, letter: &Letter) -> String {
        match &self.to {
            Some(to) => format!("{}?kind={}", self.here.of_organization(&to.org.slug, "letter"), letter.kind),
            None => self.here.link(&format!("/letter/{}", letter.kind)),
        }
    }
}

/// One letter.
#[derive(Template)]
#[template(path = "letter.html")]
pub struct LetterPage {
    here: Here,
    /// In the language of the page.
    letter: &'static Letter,
    to: Option<To>,
}

impl LetterPage {
    fn english(&self) -> &'static Letter {
        text::letter(Lang::En, &self.letter.kind).unwrap_or(self.letter)
    }

    fn spanish(&self) -> &'static Letter {
        text::letter(Lang::Es, &self.letter.kind).unwrap_or(self.letter)
    }

    fn prefilled(&self) -> &str {
        self.to.as_ref().map(|to| to.lines.as_str()).unwrap_or_default()
    }

    fn title(&self) -> String {
        match &self.to {
            Some(to) => self.here.t1("letter-to", "name", &to.org.name),
            None => self.letter.title.clone(),
        }
    }

    /// The letters to choose another from.
    fn choose(&self) -> String {
        match &self.to {
            Some(to) => format!("{}?kind=choose", self.here.of_organization(&to.org.slug, "letter")),
            None => self.here.link("/letter"),
        }
    }

    /// Lines of the form that this letter has.
    fn inputs(&self) -> Vec<Input> {
        let here = &self.here;
        let input = |name, label, autocomplete| Input {
            name,
            label,
            autocomplete,
            long: text::FIELDS.contains(&(name, true)),
            value: if name == "place" { self.prefilled().to_owned() } else { String::new() },
            other_person: ["patient", "patient_born", "basis"].contains(&name),
        };
        [
            input("place", here.t("letter-field-place"), "off"),
            input("name", here.t("letter-field-name"), "name"),
            input("born", here.t("letter-field-born"), "bday"),
            input("address", here.t("letter-field-address"), "street-address"),
            input("phone", here.t("letter-field-phone"), "tel"),
            input("email", here.t("letter-field-email"), "email"),
            input("number", here.t("letter-field-number"), "off"),
            input("patient", here.t("letter-field-patient"), "off"),
            input("patient_born", here.t("letter-field-patient-born"), "off"),
            input("basis", here.t("letter-field-basis"), "off"),
            input("from", here.t("letter-field-from"), "off"),
            input("to", here.t("letter-field-to"), "off"),
            input("tests", here.t("letter-field-tests"), "off"),
        ]
        .into_iter()
        .filter(|input| self.letter.asks(input.name))
        .collect()
    }

    /// Groups of the form that this letter has: name, heading, boxes.
    fn groups(&self) -> Vec<(&'static str, String, Vec<&'static Choice>)> {
        let heading = |group| match group {
            "who" => self.here.t("letter-group-who"),
            "records" => self.here.t("letter-group-records"),
            "format" => self.here.t("letter-group-format"),
            "delivery" => self.here.t("letter-group-delivery"),
            _ => self.here.t("letter-group-more"),
        };
        GROUPS
            .into_iter()
            .map(|group| (group, heading(group), self.letter.choices(group)))
            .filter(|(_, _, choices)| !choices.is_empty())
            .collect()
    }
}

/// `GET /letter`
pub async fn choose(here: Here) -> Result<Response, PageError> {
    respond(&LettersPage { here, to: None }, CachePolicy::Page)
}

/// `GET /letter/{kind}`
pub async fn get(here: Here, Part(kind): Part) -> Result<Response, PageError> {
    let letter = text::letter(here.lang, &kind).ok_or(PageError::NotFound)?;
    respond(&LetterPage { here, letter, to: None }, CachePolicy::Page)
}

/// `GET /organizations/{slug}/letter?kind=`: without a kind, the one that its own kinds give; in doubt people choose.
pub async fn to(here: Here, State(app): State<App>, Part(slug): Part) -> Result<Response, PageError> {
    let org = match organization::at(&here, &app, &slug, "/letter").await? {
        Ok(org) => org,
        Err(elsewhere) => return Ok(elsewhere),
    };
    let asked = form_urlencoded::parse(here.query().as_bytes()).find(|(name, _)| name == "kind");
    let letter = match &asked {
        Some((_, kind)) => text::letter(here.lang, kind),
        None => text::for_kinds(here.lang, &org.kinds),
    };
    let to = Some(To::new(org));
    match letter {
        Some(letter) => respond(&LetterPage { here, letter, to }, CachePolicy::Doors),
        None => respond(&LettersPage { here, to }, CachePolicy::Doors),
    }
}

#[cfg(test)]
impl LettersPage {
    pub fn samples(lang: Lang) -> Vec<Self> {
        use super::samples;
        let to = Some(To::new(samples::known()));
        vec![
            Self { here: samples::here(lang, "/letter"), to: None },
            Self { here: samples::here(lang, "/organizations/known-clinic-boise-id/letter"), to },
        ]
    }
}

#[cfg(test)]
impl LetterPage {
    pub fn sample(lang: Lang, kind: &str, org: Option<Organization>) -> Self {
        let here = super::samples::here(lang, &format!("/letter/{kind}"));
        Self { here, letter: text::letter(lang, kind).unwrap(), to: org.map(To::new) }
    }

    pub fn samples(lang: Lang) -> Vec<Self> {
        use super::samples;
        let blank = text::letters(lang).iter().map(|letter| Self::sample(lang, &letter.kind, None));
        let to = samples::organizations().into_iter().map(|org| Self::sample(lang, "provider", Some(org)));
        blank.chain(to).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::{
        model::kind::Kind,
        site::{
            samples,
            tests::{Dom, dom},
        },
    };

    fn page(lang: Lang, kind: &str, org: Option<Organization>) -> Dom {
        dom(&LetterPage::sample(lang, kind, org))
    }

    #[test]
    fn a_blank_letter_prints_without_javascript_with_lines_and_boxes_in_both_languages() {
        for lang in Lang::ALL {
            for letter in text::letters(lang) {
                let page = page(lang, &letter.kind, None);
                assert_eq!(page.attributes(".letter", "lang"), ["en", "es"], "{}", letter.kind);
                assert_eq!(page.attributes("#letter-form", "hidden").len(), 1, "the form needs the script");
                for letter in [".letter[lang=en]", ".letter[lang=es]"] {
                    for name in ["date", "place", "name", "address", "sign"] {
                        assert!(!page.texts(&format!("{letter} [data-field={name}]")).is_empty(), "{letter} {name}");
                    }
                    let boxes = page.texts(&format!("{letter} [data-choice]"));
                    assert!(boxes.len() >= 4, "{letter}: {boxes:?}");
                }
                let words = page.text("main");
                assert!(!words.contains('{') && !words.contains('}'), "every line is a line: {}", letter.kind);
            }
        }
    }

    #[test]
    fn nothing_can_be_sent_from_the_form() {
        for lang in Lang::ALL {
            for page in LetterPage::samples(lang).iter().map(dom) {
                assert!(page.attributes("main [name]:not(#q)", "name").is_empty(), "what has no name is not sent");
                assert_eq!(page.texts("main form").len(), 1, "only the search box is a form");
                assert!(page.texts("#letter-form [type=submit], #letter-form button:not([type])").is_empty());
            }
        }
        let script = fs::read_to_string("assets/src/letter.js").unwrap();
        for way_out in
            ["fetch", "XMLHttpRequest", "sendBeacon", "localStorage", "sessionStorage", "cookie", "innerHTML"]
        {
            assert!(!script.contains(way_out), "{way_out}");
        }
        assert!(script.len() <= 6_000, "{} bytes", script.len());
    }

    #[test]
    fn name_address_and_phone_of_the_organization_stand_in_the_letter() {
        for lang in Lang::ALL {
            let page = page(lang, "provider", Some(samples::hospital()));
            for letter in ["en", "es"] {
                let to = page.text(&format!(".letter[lang={letter}] [data-field=place]"));
                assert_eq!(to, "St. Mary’s Hospital 1 Main St Boise, ID 83702 (208) 555-0100");
            }
            assert_eq!(page.attributes("[data-save]", "data-save"), [samples::hospital().id.to_string()]);
            let choose = format!("{}/organizations/st-marys-hospital-boise-id/letter?kind=choose", lang.prefix());
            assert!(page.attributes("main a", "href").contains(&choose));
        }
        let page = page(Lang::En, "provider", Some(samples::known()));
        assert_eq!(page.text(".letter[lang=en] [data-field=place]"), "Known Clinic");
    }

    #[test]
    fn hostile_names_are_text() {
        let org = Organization {
            name: "</textarea><script>alert(1)</script>\"onload=\"x".into(),
            phone: Some("<b>1</b>".into()),
            ..samples::hospital()
        };
        for lang in Lang::ALL {
            let page = page(lang, "provider", Some(org.clone()));
            assert!(!page.html().contains("<script>alert") && !page.html().contains("<b>1"), "{}", page.html());
            assert!(page.texts("main script").is_empty());
            assert!(page.text("[data-field=place]").contains("<script>alert(1)</script>"));
        }
    }

    #[test]
    fn everything_to_choose_leads_to_a_letter() {
        for lang in Lang::ALL {
            for page in LettersPage::samples(lang) {
                let shown = dom(&page);
                let links = shown.attributes(".letter-kinds a", "href");
                assert_eq!(links.len(), 9);
                for letter in text::letters(lang) {
                    assert!(links.contains(&page.address(letter)), "{}", letter.kind);
                }
            }
        }
        assert!(text::for_kinds(Lang::En, &[Kind::Clinic]).is_some());
    }

    #[test]
    fn the_form_has_a_box_for_every_box_of_the_letter() {
        for lang in Lang::ALL {
            for kind in text::letters(lang) {
                let page = page(lang, &kind.kind, None);
                let letter: Vec<String> = page.attributes(".letter[lang=en] [data-choice]", "data-choice");
                for choice in letter {
                    let form = page.texts(&format!("#letter-form [value=\"{choice}\"]"));
                    assert_eq!(form.len(), 1, "{choice} in {}", kind.kind);
                }
                for name in page.attributes(".letter[lang=en] [data-field]", "data-field") {
                    let filled = page.texts(&format!("#letter-form [data-fill={name}]")).len();
                    let by_hand = ["date", "sign"].contains(&name.as_str());
                    assert_eq!(filled, usize::from(!by_hand), "{name} in {}", kind.kind);
                }
            }
        }
    }
}
