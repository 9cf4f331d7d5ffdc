//! A feed as text. Pure.

use std::{fmt::Write as _, sync::Arc};

use url::Url;

use super::words;
use crate::{changes::change::Entry, clock::moment, site::Lang};

/// The year in which addresses of feeds were first given out: part of every id (RFC 4151).
const SINCE: &str = "2026";

/// One page of a feed.
pub(super) struct Feed<'a> {
    pub lang: Lang,
    /// What absolute addresses begin with.
    pub public_url: &'a str,
    /// Its own path.
    pub path: &'a str,
    /// The path of the page for people.
    pub page: String,
    pub title: String,
    pub author: String,
    /// It is not the first page: changes before this number.
    pub before: Option<i64>,
    /// There is another page: changes before this number.
    pub next: Option<i64>,
    pub entries: &'a [Arc<Entry>],
}

impl Feed<'_> {
    pub fn written(&self) -> String {
        let own = |before: Option<i64>| {
            let query = before.map(|n| format!("?before={n}")).unwrap_or_default();
            format!("{}{}{query}", self.public_url, self.path)
        };
        let newest = self.entries.first().map_or(0, |entry| entry.at);
        let updated = moment(newest);
        let mut out = String::with_capacity(1_000 + self.entries.len() * 900);
        let _ = write!(
            out,
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
             <id>{}</id>\n<title>{}</title>\n<updated>{updated}</updated>\n\
             <author><name>{}</name></author>\n\
             <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n",
            self.lang.code(),
            escaped(&self.tag(self.path)),
            escaped(&self.title),
            escaped(&self.author),
            escaped(&own(self.before)),
            escaped(&format!("{}{}", self.public_url, self.page)),
        );
        if self.before.is_some() {
            let _ = writeln!(out, "<link rel=\"first\" href=\"{}\"/>", escaped(&own(None)));
        }
        if self.next.is_some() {
            let _ = writeln!(out, "<link rel=\"next\" href=\"{}\"/>", escaped(&own(self.next)));
        }
        for entry in self.entries {
            self.entry(entry, &mut out);
        }
        out.push_str("</feed>\n");
        out
    }

    fn entry(&self, entry: &Entry, out: &mut String) {
        let change = &entry.change;
        // The same change has the same id in every feed and language.
        let id = self.tag(&format!("/changes/{}", change.n));
        let _ = write!(
            out,
            "<entry>\n<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n<category term=\"{}\"/>\n\
             <category term=\"{}\"/>\n<link rel=\"related\" type=\"application/json\" href=\"{}\"/>\n",
            escaped(&id),
            escaped(&words::headline(self.lang, change)),
            change.at,
            change.event.word(),
            change.thing.word(),
            escaped(&change.url),
        );
        // An entry without content has a page of its own (RFC 4287 section 4.1.2).
        let page = change.page.as_deref().and_then(|page| page.strip_prefix(self.public_url));
        let page = page.map_or_else(|| self.page.clone(), |path| format!("{}{path}", self.lang.prefix()));
        let _ = writeln!(
            out,
            "<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>",
            escaped(&format!("{}{page}", self.public_url))
        );
        if let Some(summary) = words::summary(self.lang, change) {
            let _ = writeln!(out, "<summary>{}</summary>", escaped(&summary));
        }
        out.push_str("</entry>\n");
    }

    /// A permanent id: a `tag` of this installation (RFC 4151).
    fn tag(&self, path: &str) -> String {
        let url = Url::parse(self.public_url).ok();
        let host =
            url.as_ref().and_then(Url::host_str).unwrap_or("localhost").trim_matches(['[', ']']).replace(':', "-");
        format!("tag:{host},{SINCE}:{path}")
    }
}

/// Text in an element or an attribute; what XML cannot hold at all is left out (XML 1.0 section 2.2).
fn escaped(text: &str) -> String {
    let is_text = |c: &char| !matches!(c, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    html_escape::encode_double_quoted_attribute(&text.chars().filter(is_text).collect::<String>()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_what_xml_cannot_hold_is_left_out() {
        assert_eq!(escaped("<b> \"R&D\"\u{0}\u{8}\u{fffe}\n"), "&lt;b&gt; &quot;R&amp;D&quot;\n");
    }

    #[test]
    fn ids_are_tags_of_this_installation() {
        let feed = |public_url| Feed {
            lang: Lang::En,
            public_url,
            path: "/feeds/changes.atom",
            page: String::new(),
            title: String::new(),
            author: String::new(),
            before: None,
            next: None,
            entries: &[],
        };
        assert_eq!(
            feed("https://connector.example.org").tag("/changes/7"),
            "tag:connector.example.org,2026:/changes/7"
        );
        assert_eq!(feed("http://127.0.0.1:8080").tag("/x"), "tag:127.0.0.1,2026:/x");
        assert_eq!(feed("http://[::1]:8080").tag("/x"), "tag:--1,2026:/x");
    }
}
