//! One text: a file that a non-programmer edits in, what a page shows out.
//!
//! Front matter between `+++` lines (TOML), then Markdown. What holds: HTML inside the Markdown is shown as text, and
//! links go to http, https, mailto, tel or pages of ours. `{operator}` and `{contact}` come from the configuration,
//! other words in braces from `content/names.toml`; a word nobody knows stays as it is. The file may be one of ours or
//! one an operator wrote: [`read`] knows neither folder nor program.

use std::collections::BTreeMap;

use jiff::civil::Date;
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use serde::Deserialize;

use crate::{model::text, site::Lang};

/// A page of at least this many sections opens with a list of them.
const SECTIONS_FOR_CONTENTS: usize = 5;

/// What stands above a text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrontMatter {
    pub title: String,
    pub description: String,
    /// The day a person last checked what the text says.
    pub reviewed: Date,
    /// Under which heading of the index it stands.
    pub group: Group,
    /// Where in its group, smallest first.
    pub order: u32,
    /// The words of a link to it where room is short; the title if nothing else is said.
    pub short: Option<String>,
    /// Does a link to it stand at the foot of every page?
    #[serde(default)]
    pub foot: bool,
    /// Its address, where that is not `/help/` and the name of the file.
    pub address: Option<String>,
    /// Names of the help pages to go to next.
    #[serde(default)]
    pub next: Vec<String>,
}

/// A heading of the index of help pages, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// What the law gives people.
    Rights,
    /// How to find and get them.
    Records,
    /// Portals and apps that can be trusted.
    Safe,
    /// For organizations, app makers and developers.
    Organizations,
    /// About this site.
    Site,
}

impl Group {
    /// Every group, in the order of the index.
    pub const ALL: [Self; 5] = [Self::Rights, Self::Records, Self::Safe, Self::Organizations, Self::Site];
}

/// One text, ready to show.
#[derive(Debug)]
pub(super) struct Text {
    pub front: FrontMatter,
    /// Made by [`render`] alone: nothing else may stand unescaped in a page.
    pub html: String,
    pub sections: Vec<Section>,
}

/// A section of a text, for the list at its top.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    pub id: String,
    pub title: String,
}

/// What stands in the place of words in braces.
pub(super) struct Words<'a> {
    pub operator: String,
    pub contact: String,
    pub names: &'a Names,
}

/// Names of agencies in one language.
pub(super) type Names = BTreeMap<String, String>;

/// `content/names.toml` for one language: a table for each word, with the name in every language.
pub(super) fn names(file: &str, lang: Lang) -> Result<Names, String> {
    let all: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(file).map_err(|error| error.to_string())?;
    let of = |(word, mut names): (String, BTreeMap<String, String>)| match Lang::ALL
        .into_iter()
        .find(|lang| !names.contains_key(lang.code()))
    {
        Some(missing) => Err(format!("{word} has no name in {}", missing.code())),
        None => Ok((word, names.remove(lang.code()).unwrap_or_default())),
    };
    all.into_iter().map(of).collect()
}

/// A file taken apart: its front matter, and the Markdown below.
pub(super) fn split(file: &str) -> Result<(FrontMatter, &str), String> {
    let rest = file.trim_start_matches('\u{feff}').strip_prefix("+++").ok_or("it does not begin with +++")?;
    let (front, body) = rest.split_once("\n+++").ok_or("its front matter does not end with +++")?;
    let front = toml::from_str(front).map_err(|error| format!("front matter: {error}"))?;
    Ok((front, body))
}

/// A whole file.
pub(super) fn read(file: &str, words: &Words) -> Result<Text, String> {
    let (mut front, body) = split(file)?;
    front.title = words.plain(&front.title);
    front.description = words.plain(&front.description);
    let (html, sections) = render(body, words);
    let sections = if sections.len() >= SECTIONS_FOR_CONTENTS { sections } else { Vec::new() };
    Ok(Text { front, html, sections })
}

/// What the parser is asked to understand beyond plain Markdown.
pub(super) const MARKDOWN: Options = Options::ENABLE_TABLES;

/// Markdown to HTML, and its sections.
pub(super) fn render(markdown: &str, words: &Words) -> (String, Vec<Section>) {
    let mut events = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    let mut heading: Option<(usize, String)> = None;
    // For every open link: is it one we let stand?
    let mut links = Vec::new();
    for event in Parser::new_ext(markdown, MARKDOWN) {
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
                    title.push_str(&words.plain(&text));
                }
                for (is_citation, part) in citations(&text) {
                    if is_citation {
                        events.push(raw("<span class=\"cite\">".to_owned()));
                        words.fill(part, &mut events);
                        events.push(raw("</span>".to_owned()));
                    } else {
                        words.fill(part, &mut events);
                    }
                }
            }
            other => events.push(other),
        }
    }
    let mut out = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut out, events.into_iter());
    (out, sections)
}

/// A text in parts, each with whether it is a citation: a parenthesis behind the end of a sentence, as in
/// "Ask now. (45 CFR 164.524(a)(1))". Parentheses within a sentence are none.
pub(super) fn citations(text: &str) -> Vec<(bool, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0u32);
    for (at, c) in text.char_indices() {
        let ends_sentence = || text[start..at].trim_end().ends_with(['.', '!', '?', ';', ':', '»', '”']);
        match c {
            '(' if depth > 0 => depth += 1,
            '(' if ends_sentence() => {
                parts.push((false, &text[start..at]));
                (start, depth) = (at, 1);
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    parts.push((true, &text[start..=at]));
                    start = at + 1;
                }
            }
            _ => {}
        }
    }
    // One that is never closed is text.
    parts.push((false, &text[start..]));
    parts
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

/// A piece of a text.
enum Piece<'a> {
    Plain(&'a str),
    Operator,
    Contact,
    Name(&'a str),
}

impl Words<'_> {
    /// A text in pieces: what stands as it is, and what is filled in.
    fn pieces<'a>(&'a self, text: &'a str) -> Vec<Piece<'a>> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let (before, brace) = rest.split_at(at);
            pieces.push(Piece::Plain(before));
            let word = brace[1..].split_once('}').map(|(word, _)| word);
            let known = word.and_then(|word| match word {
                "operator" => Some(Piece::Operator),
                "contact" => Some(Piece::Contact),
                other => self.names.get(other).map(|name| Piece::Name(name)),
            });
            let length = match (&known, word) {
                (Some(_), Some(word)) => word.len() + 2,
                _ => 1,
            };
            pieces.push(known.unwrap_or(Piece::Plain("{")));
            rest = &brace[length..];
        }
        pieces.push(Piece::Plain(rest));
        pieces
    }

    /// The text with every known word filled in.
    pub fn plain(&self, text: &str) -> String {
        let word = |piece| match piece {
            Piece::Plain(text) | Piece::Name(text) => text,
            Piece::Operator => &self.operator,
            Piece::Contact => &self.contact,
        };
        self.pieces(text).into_iter().map(word).collect()
    }

    /// The same as events; the operator's contact becomes a link where it is an address.
    fn fill(&self, text: &str, events: &mut Vec<Event<'_>>) {
        for piece in self.pieces(text) {
            events.push(match piece {
                Piece::Plain(text) | Piece::Name(text) => Event::Text(text.to_owned().into()),
                Piece::Operator => Event::Text(self.operator.clone().into()),
                Piece::Contact => contact(&self.contact),
            });
        }
    }
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
mod tests {
    use super::*;

    fn words(names: &Names) -> Words<'_> {
        Words { operator: "A <b>B</b> & C".to_owned(), contact: "help@example.org".to_owned(), names }
    }

    fn html(markdown: &str) -> String {
        let names = Names::from([("ocr".to_owned(), "Office <1>".to_owned())]);
        render(markdown, &words(&names)).0
    }

    #[test]
    fn html_in_a_text_is_text_and_links_lead_nowhere_bad() {
        let html = html(
            "<script>alert(1)</script>\n\nA <b>b</b> [x](javascript:alert(1)) [y](https://example.org/?a=1&b=\"2\") \
             ![p](https://example.org/p.png) [h](/help/faq) [n](//evil.example.org)",
        );
        assert!(!html.contains("<script") && !html.contains("<b>") && !html.contains("<img"), "{html}");
        assert!(!html.contains("javascript:") && !html.contains("//evil"), "{html}");
        assert!(html.contains("rel=\"noopener noreferrer nofollow\""), "{html}");
        assert!(html.contains("<a href=\"/help/faq\">h</a>"), "{html}");
    }

    #[test]
    fn words_in_braces_are_filled_in_and_escaped() {
        assert_eq!(
            html("By {operator}: {contact}. {other} {ocr}, {").trim(),
            "<p>By A &lt;b&gt;B&lt;/b&gt; &amp; C: <a href=\"mailto:help@example.org\">help@example.org</a>. \
             {other} Office &lt;1&gt;, {</p>"
        );
        assert_eq!(contact_link("call us"), None);
        assert_eq!(contact_link("\" onclick=\"x@y.z"), None);
        assert_eq!(contact_link("https://example.org/c"), Some("https://example.org/c".to_owned()));
    }

    #[test]
    fn citations_stand_behind_sentences() {
        assert_eq!(
            citations("Ask (now). (45 CFR 1(a)(1)) Then; (HHS) more (b) and. (open"),
            [
                (false, "Ask (now). "),
                (true, "(45 CFR 1(a)(1))"),
                (false, " Then; "),
                (true, "(HHS)"),
                (false, " more (b) and. "),
                (false, "(open"),
            ]
        );
        assert!(html("Ask. (45 CFR 1)").contains("Ask. <span class=\"cite\">(45 CFR 1)</span></p>"));
    }

    #[test]
    fn headings_have_ids_of_their_own() {
        let names = Names::from([("ocr".to_owned(), "Office".to_owned())]);
        let (html, sections) = render("## Who *we* are\n\n## Who we are\n\n## The {ocr}\n", &words(&names));
        assert!(html.contains("<h2 id=\"s-who-we-are\">Who <em>we</em> are</h2>"), "{html}");
        assert_eq!(sections[1].id, "s-who-we-are-2");
        assert_eq!(sections[2], Section { id: "s-the-office".to_owned(), title: "The Office".to_owned() });
    }

    #[test]
    fn a_file_that_is_not_right_says_why() {
        let names = Names::new();
        let words = words(&names);
        assert!(read("# x", &words).is_err_and(|why| why.contains("+++")));
        let file = |reviewed: &str, more: &str| {
            format!(
                "+++\ntitle = \"a {{operator}}\"\ndescription = \"b\"\nreviewed = \"{reviewed}\"\ngroup = \"site\"\n\
                 order = 1\n{more}+++\nx"
            )
        };
        assert_eq!(read(&file("2026-11-26", ""), &words).unwrap().front.title, "a A <b>B</b> & C");
        assert!(read(&file("soon", ""), &words).is_err_and(|why| why.contains("reviewed")));
        assert!(read(&file("2026-11-26", "colour = 1\n"), &words).is_err_and(|why| why.contains("colour")));
    }

    #[test]
    fn a_name_stands_in_every_language() {
        let file = "[ocr]\nen = \"Office\"\nes = \"Oficina\"\n";
        assert_eq!(names(file, Lang::Es).unwrap()["ocr"], "Oficina");
        assert!(names("[ocr]\nen = \"Office\"\n", Lang::En).is_err());
    }
}
