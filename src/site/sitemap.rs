//! `/sitemap.xml` and its parts: the address of every page in every language.
//!
//! Part 0 has the pages of the site, the others the organizations. What holds: an organization's part follows from its
//! id, so that who comes or goes moves nobody else, until there are twice as many; parts are written bit by bit, never
//! whole in memory; nothing says when a page was last changed, because nobody measured that.

use std::{fmt::Write, sync::Arc};

use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};

use super::{
    CachePolicy, Lang, available, browse, help,
    here::{Part, in_language},
    letter,
    problem::PageError,
};
use crate::{
    app::App,
    search::{
        catalogue::{Catalogue, Member},
        index::SearchError,
    },
};

/// Organizations in a part, at most about; each has an address in each language.
const MOST: usize = 10_000;
/// So many organizations are written at a time.
const PIECE: usize = 500;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACES: &str =
    "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\"";

/// `GET /sitemap.xml`
pub async fn index(State(app): State<App>) -> Result<Response, PageError> {
    let catalogue = browse::catalogue(&app).await?;
    let root = root(&app);
    let mut text = format!("{HEAD}<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for number in 0..=catalogue.bundles(MOST) {
        let _ = writeln!(text, "<sitemap><loc>{}/sitemaps/{number}.xml</loc></sitemap>", escaped(&root));
    }
    text.push_str("</sitemapindex>\n");
    Ok(xml(text))
}

/// `GET /sitemaps/{n}.xml`
pub async fn part(State(app): State<App>, Part(name): Part) -> Result<Response, PageError> {
    let number = name.strip_suffix(".xml").filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let number: usize = number.and_then(|digits| digits.parse().ok()).ok_or(PageError::NotFound)?;
    let catalogue = browse::catalogue(&app).await?;
    let root = root(&app);
    match number.checked_sub(1) {
        None => {
            let apps = app.listed_apps().await?;
            let apps = apps.iter().map(|app| format!("/apps/{}", app.slug));
            let paths: Vec<String> = pages(&catalogue).into_iter().chain(apps).collect();
            Ok(xml(paths.iter().fold(head(), |text, path| text + &entry(&root, path)) + TAIL))
        }
        Some(number) if number < catalogue.bundles(MOST) => Ok(xml(organizations(catalogue, number, root))),
        Some(_) => Err(PageError::NotFound),
    }
}

/// Every page but those of organizations and apps.
fn pages(catalogue: &Catalogue) -> Vec<String> {
    let help = help::pages(Lang::En).iter().map(|page| page.path.clone());
    let single =
        ["/", "/apps", "/sources", "/help", "/developers/api", "/places", "/letter", "/developers/complete", "/data"]
            .map(str::to_owned);
    let letters = letter::kinds().map(|kind| format!("/letter/{kind}"));
    single
        .into_iter()
        .chain(letters)
        .chain(help)
        .chain(browse::paths(catalogue))
        .chain(available::paths(catalogue))
        .collect()
}

const TAIL: &str = "</urlset>\n";

fn head() -> String {
    format!("{HEAD}<urlset {NAMESPACES}>\n")
}

/// A part with organizations, written bit by bit.
fn organizations(catalogue: Arc<Catalogue>, number: usize, root: String) -> Body {
    enum Left {
        All,
        From(Vec<Member>, usize),
    }
    let work = move |left: Option<Left>| {
        let (catalogue, root) = (catalogue.clone(), root.clone());
        async move {
            let left = left?;
            let written = tokio::task::spawn_blocking(move || {
                let (members, from, mut text) = match left {
                    Left::All => (catalogue.bundle(number, catalogue.bundles(MOST)), 0, head()),
                    Left::From(members, from) => (members, from, String::new()),
                };
                for member in members.iter().skip(from).take(PIECE) {
                    text.push_str(&entry(&root, &format!("/organizations/{}", catalogue.slug(*member)?)));
                }
                let from = from + PIECE;
                if from < members.len() {
                    return Ok((text, Some(Left::From(members, from))));
                }
                text.push_str(TAIL);
                Ok::<_, SearchError>((text, None))
            });
            Some(
                match written.await.map_err(std::io::Error::other).and_then(|done| done.map_err(std::io::Error::other))
                {
                    Ok((text, left)) => (Ok(text), left),
                    Err(why) => {
                        tracing::error!(%why, "a part of the site map was not written to its end");
                        (Err(why), None)
                    }
                },
            )
        }
    };
    // Compression asks once more after the end.
    Body::from_stream(stream::unfold(Some(Left::All), work).fuse())
}

/// A page in every language, each with the others beside it.
fn entry(root: &str, path: &str) -> String {
    let at = |lang: Lang| escaped(&format!("{root}{}", in_language(lang, path)));
    let mut links = String::new();
    for lang in Lang::ALL {
        let _ = write!(links, "<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{}\"/>", lang.code(), at(lang));
    }
    let mut text = String::new();
    for lang in Lang::ALL {
        let _ = writeln!(text, "<url><loc>{}</loc>{links}</url>", at(lang));
    }
    text
}

fn root(app: &App) -> String {
    app.config.public_url.clone()
}

fn escaped(text: &str) -> String {
    html_escape::encode_quoted_attribute(text).into_owned()
}

fn xml(body: impl IntoResponse) -> Response {
    CachePolicy::Page.on(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_stands_there_in_every_language() {
        let text = entry("https://c.example.org", "/organizations/a&b");
        assert_eq!(text.matches("<url>").count(), 2);
        assert_eq!(text.matches("hreflang=\"es\" href=\"https://c.example.org/es/organizations/a&amp;b\"").count(), 2);
        assert!(text.starts_with("<url><loc>https://c.example.org/organizations/a&amp;b</loc>"), "{text}");
        assert!(entry("https://c.example.org", "/").contains("<loc>https://c.example.org/es</loc>"));
    }
}
