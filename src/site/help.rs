//! `/help/…`: texts that a non-programmer edits, in `content/{en,es}/*.md`.
//!
//! Front matter between `+++` lines (TOML: title, description, reviewed), then Markdown. What holds: HTML inside the
//! Markdown is shown as text, links go to http, https, mailto, tel or pages of ours, and `{operator}` and `{contact}`
//! come from the configuration.

use askama::Template;
use axum::response::Response;
use jiff::civil::Date;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use rust_embed::RustEmbed;
use serde::Deserialize;

use super::{
    CachePolicy,
    here::{Here, Part, respond},
    problem::PageError,
};
use crate::model::text;

/// Every help page, in the order of the foot of a page.
pub const PAGES: &[&str] = &["faq", "rights", "privacy", "accessibility", "terms", "contact"];

/// Help pages that other help pages lead to.
const FURTHER: &[&str] = &["template"];

/// A page of at least this many sections opens with a list of them.
const SECTIONS_FOR_CONTENTS: usize = 6;

#[derive(RustEmbed)]
#[folder = "content/"]
#[include = "*.md"]
struct Content;

#[derive(Debug, Deserialize)]
struct FrontMatter {
    title: String,
    description: String,
    reviewed: String,
}

/// One text, ready to show.
struct Text {
    title: String,
    description: String,
    reviewed: Date,
    /// Made by [`render`] alone: nothing else may stand unescaped in a page.
    html: String,
    sections: Vec<Section>,
}

/// A section of a text, for the list at its top.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    id: String,
    title: String,
}

/// Who runs this installation, as the texts say it.
struct Operator {
    name: String,
    contact: String,
}

impl Operator {
    /// What the operator set; words that say so where nothing is set.
    fn new(here: &Here) -> Self {
        let or = |set: &str, words: String| if set.trim().is_empty() { words } else { set.to_owned() };
        Self {
            name: or(&here.config().operator, here.t("help-no-operator")),
            contact: or(&here.config().contact, here.t("help-no-contact")),
        }
    }
}

#[derive(Template)]
#[template(path = "help.html")]
pub struct HelpPage {
    here: Here,
    text: Text,
}

/// `GET /help/{page}`
pub async fn get(here: Here, Part(page): Part) -> Result<Response, PageError> {
    respond(&HelpPage::new(here, &page)?, CachePolicy::Page)
}

impl HelpPage {
    fn new(here: Here, page: &str) -> Result<Self, PageError> {
        let known = PAGES.iter().chain(FURTHER).find(|known| **known == page).ok_or(PageError::NotFound)?;
        let name = format!("{}/{known}.md", here.lang.code());
        let file = Content::get(&name)
            .ok_or_else(|| PageError::broken("a help page", &format!("content/{name} is missing")))?;
        let text = read(&String::from_utf8_lossy(&file.data), &Operator::new(&here))
            .map_err(|why| PageError::broken("a help page", &format!("content/{name}: {why}")))?;
        Ok(Self { here, text })
    }
}

/// A whole file.
fn read(file: &str, operator: &Operator) -> Result<Text, String> {
    let rest = file.trim_start_matches('\u{feff}').strip_prefix("+++").ok_or("it does not begin with +++")?;
    let (front, body) = rest.split_once("\n+++").ok_or("its front matter does not end with +++")?;
    let front: FrontMatter = toml::from_str(front).map_err(|error| format!("front matter: {error}"))?;
    let (html, sections) = render(body, operator);
    Ok(Text {
        title: front.title,
        description: front.description,
        reviewed: front.reviewed.parse().map_err(|_| format!("reviewed = {:?} is no date", front.reviewed))?,
        html,
        sections: if sections.len() >= SECTIONS_FOR_CONTENTS { sections } else { Vec::new() },
    })
}

/// Markdown to HTML, and its sections.
fn render(markdown: &str, operator: &Operator) -> (String, Vec<Section>) {
    let mut events = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    let mut heading: Option<(usize, String)> = None;
    // For every open link: is it one we let stand?
    let mut links = Vec::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Html(text) | Event::InlineHtml(text) => events.push(Event::Text(text)),
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => {
                heading = Some((events.len(), String::new()));
                events.push(Event::Text(CowStr::Borrowed("")));
            }
            Event::End(TagEnd::Heading(HeadingLevel::H2)) => {
                if let Some((at, title)) = heading.take() {
                    let id = unused_id(&title, &sections);
                    events[at] = raw(format!("<h2 id=\"{id}\">"));
                    sections.push(Section { id, title });
                }
                events.push(raw("</h2>\n".to_owned()));
            }
            Event::Start(Tag::Link { dest_url, .. }) => {
                let opening = open_link(&dest_url);
                links.push(opening.is_some());
                events.extend(opening.map(raw));
            }
            Event::End(TagEnd::Link) => {
                if links.pop() == Some(true) {
                    events.push(raw("</a>".to_owned()));
                }
            }
            // Pictures would be requests to other hosts; their words stay.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Text(text) => {
                if let Some((_, title)) = &mut heading {
                    title.push_str(&text);
                }
                fill(&text, operator, &mut events);
            }
            other => events.push(other),
        }
    }
    let mut out = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut out, events.into_iter());
    (out, sections)
}

/// HTML of our own making among the events.
fn raw(html: String) -> Event<'static> {
    Event::InlineHtml(CowStr::from(html))
}

/// The opening tag of a link, or nothing where the address is none that a text of ours may lead to.
fn open_link(address: &str) -> Option<String> {
    let escaped = html_escape::encode_double_quoted_attribute(address);
    let ours = address.starts_with('#') || (address.starts_with('/') && !address.starts_with("//"));
    if ours || address.starts_with("mailto:") || address.starts_with("tel:") {
        Some(format!("<a href=\"{escaped}\">"))
    } else if address.starts_with("https://") || address.starts_with("http://") {
        Some(format!("<a href=\"{escaped}\" rel=\"noopener noreferrer nofollow\">"))
    } else {
        None
    }
}

/// An id for a heading that no other has.
fn unused_id(title: &str, sections: &[Section]) -> String {
    let base = text::slugify(title);
    let taken = |id: &str| sections.iter().any(|section| section.id == id);
    // `main` and `search` are ids of the frame of the page.
    let mut id = format!("s-{base}");
    let mut n = 2;
    while taken(&id) {
        id = format!("s-{base}-{n}");
        n += 1;
    }
    id
}

/// Puts the operator's words in the place of `{operator}` and `{contact}`.
fn fill<'a>(text: &CowStr<'a>, operator: &Operator, events: &mut Vec<Event<'a>>) {
    let mut rest: &str = text;
    while let Some(at) = rest.find('{') {
        let (before, placeholder) = rest.split_at(at);
        let (event, length) = if placeholder.starts_with("{operator}") {
            (Event::Text(operator.name.clone().into()), "{operator}".len())
        } else if placeholder.starts_with("{contact}") {
            (contact(&operator.contact), "{contact}".len())
        } else {
            (Event::Text("{".into()), 1)
        };
        events.push(Event::Text(before.to_owned().into()));
        events.push(event);
        rest = &placeholder[length..];
    }
    events.push(Event::Text(rest.to_owned().into()));
}

fn contact(contact: &str) -> Event<'static> {
    match contact_link(contact) {
        Some(address) => {
            let shown = html_escape::encode_text(contact);
            let address = html_escape::encode_double_quoted_attribute(&address);
            raw(format!("<a href=\"{address}\">{shown}</a>"))
        }
        None => Event::Text(contact.to_owned().into()),
    }
}

/// The operator's contact as an address a browser opens: a web page or an e-mail address; other words have none.
pub fn contact_link(contact: &str) -> Option<String> {
    let contact = contact.trim();
    let plain =
        !contact.is_empty() && !contact.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"'".contains(c));
    if !plain {
        None
    } else if contact.starts_with("https://") || contact.starts_with("http://") {
        Some(contact.to_owned())
    } else if let Some((name, host)) = contact.trim_start_matches("mailto:").split_once('@') {
        (!name.is_empty() && host.contains('.')).then(|| format!("mailto:{name}@{host}"))
    } else {
        None
    }
}

#[cfg(test)]
impl HelpPage {
    pub fn samples(lang: super::Lang) -> Vec<Self> {
        PAGES
            .iter()
            .chain(FURTHER)
            .map(|page| Self::new(super::samples::here(lang, &format!("/help/{page}")), page).unwrap())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, samples, tests::dom};

    fn operator() -> Operator {
        Operator::new(&samples::here(Lang::En, "/"))
    }

    #[test]
    fn an_operator_without_a_name_is_said_to_have_none() {
        let mut config = (*samples::config()).clone();
        config.operator = " ".to_owned();
        config.contact = String::new();
        let here = Here::new(&"/es/help/contact".parse().unwrap(), config.into());
        let page = dom(&HelpPage::new(here, "contact").unwrap());
        let words = page.text("main");
        assert!(words.contains("(todavía sin nombre)") && words.contains("(todavía sin dirección)"), "{words}");
        assert!(!page.text("footer").contains("a cargo de"), "the foot does not speak of nobody");
    }

    #[test]
    fn html_in_a_text_is_text_and_links_lead_nowhere_bad() {
        let (html, _) = render(
            "<script>alert(1)</script>\n\nA <b>b</b> [x](javascript:alert(1)) [y](https://example.org/?a=1&b=\"2\") \
             ![p](https://example.org/p.png) [h](/help/faq) [n](//evil.example.org)",
            &operator(),
        );
        assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains("<img"), "{html}");
        assert!(!html.contains("javascript:") && !html.contains("//evil"), "{html}");
        assert!(html.contains("rel=\"noopener noreferrer nofollow\""), "{html}");
        assert!(html.contains("<a href=\"/help/faq\">h</a>"), "{html}");
    }

    #[test]
    fn the_operators_words_are_filled_in_and_escaped() {
        let operator = Operator { name: "A <b>B</b> & C".to_owned(), contact: "help@example.org".to_owned() };
        let (html, _) = render("By {operator}: {contact}. {other}", &operator);
        assert_eq!(
            html.trim(),
            "<p>By A &lt;b&gt;B&lt;/b&gt; &amp; C: <a href=\"mailto:help@example.org\">help@example.org</a>. {other}</p>"
        );
        assert_eq!(contact_link("call us"), None);
        assert_eq!(contact_link("\" onclick=\"x@y.z"), None);
        assert_eq!(contact_link("https://example.org/c"), Some("https://example.org/c".to_owned()));
    }

    #[test]
    fn headings_have_ids_of_their_own() {
        let (html, sections) = render("## Who *we* are\n\n## Who we are\n", &operator());
        assert!(html.contains("<h2 id=\"s-who-we-are\">Who <em>we</em> are</h2>"), "{html}");
        assert_eq!(sections[1].id, "s-who-we-are-2");
    }

    #[test]
    fn a_file_that_is_not_right_says_why() {
        let operator = operator();
        assert!(read("# x", &operator).is_err_and(|why| why.contains("+++")));
        let bad_day = "+++\ntitle = \"a\"\ndescription = \"b\"\nreviewed = \"soon\"\n+++\nx";
        assert!(read(bad_day, &operator).is_err_and(|why| why.contains("reviewed")));
    }

    #[test]
    fn every_help_page_shows_its_day_and_that_it_is_no_advice() {
        for lang in Lang::ALL {
            for page in HelpPage::samples(lang) {
                let shown = dom(&page);
                assert_eq!(shown.texts("h1"), std::slice::from_ref(&page.text.title));
                assert_eq!(shown.attributes(".reviewed time", "datetime"), [page.text.reviewed.to_string()]);
                let words = shown.text(".reviewed");
                let advice = if lang == Lang::En { "not legal advice" } else { "no es asesoría legal" };
                assert!(words.contains(advice), "{words}");
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
            let page = dom(&HelpPage::new(samples::here(lang, "/help/template"), "template").unwrap());
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
            for page in HelpPage::samples(lang) {
                for address in dom(&page).attributes("main a[href^='/']", "href") {
                    let path = address.split(['#', '?']).next().unwrap();
                    if path == "/data/template.csv" || path == "/data/searches.csv" {
                        // For programs: they have no language.
                        continue;
                    }
                    let path = match lang {
                        Lang::En => path,
                        Lang::Es => path.strip_prefix("/es").unwrap_or_else(|| panic!("{address} leaves Spanish")),
                    };
                    let known = ["", "/", "/find", "/apps", "/sources", "/report"].contains(&path)
                        || path
                            .strip_prefix("/help/")
                            .is_some_and(|page| PAGES.contains(&page) || FURTHER.contains(&page));
                    assert!(known, "{address} leads nowhere");
                }
            }
        }
    }
}
