//! Short texts for programs: where to report a weakness, what crawlers should leave alone.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{Uri, header},
    response::{IntoResponse, Response},
};

use super::{CachePolicy, Lang, help, here::Here};
use crate::{app::App, config::Config};

/// Days until the text should be fetched again (RFC 9116 section 2.5.5 advises less than a year).
const SECURITY_DAYS: i64 = 180;

/// `/.well-known/security.txt` (RFC 9116).
pub async fn security(State(app): State<App>) -> Response {
    text(security_text(&app.config.public_url, &app.config.contact, app.clock.today()))
}

fn security_text(public_url: &str, contact: &str, today: jiff::civil::Date) -> String {
    let contact = help::contact_link(contact).unwrap_or_else(|| format!("{public_url}/help/contact"));
    let expires = today.saturating_add(jiff::Span::new().days(SECURITY_DAYS));
    format!(
        "Contact: {contact}\nExpires: {expires}T00:00:00Z\nPreferred-Languages: en, es\n\
         Canonical: {public_url}/.well-known/security.txt\nPolicy: {public_url}/help/contact\n"
    )
}

/// `/robots.txt`: pages of organizations are for everybody; result pages are endless and say nothing of their own.
pub async fn robots(State(app): State<App>) -> Response {
    let root = &app.config.public_url;
    let find: Vec<String> = Lang::ALL.iter().map(|lang| format!("Disallow: {}/find?", lang.prefix())).collect();
    text(format!("User-agent: *\n{}\nDisallow: /api/\n\nSitemap: {root}/sitemap.xml\n", find.join("\n")))
}

/// `/llms.txt` (llmstxt.org): what this is and where the pages and data are, for programs that read for people.
pub async fn llms(State(app): State<App>) -> Response {
    text(llms_text(app.config.clone()))
}

/// What `/llms.txt` says.
pub fn llms_text(config: Arc<Config>) -> String {
    let root = config.public_url.clone();
    let here = Here::new(&Uri::from_static("/llms.txt"), config);
    include_str!("llms.txt")
        .replace("{root}", &root)
        .replace("{name}", &here.site_name())
        .replace("{whose}", &here.whose())
}

fn text(body: String) -> Response {
    CachePolicy::Page.on(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_security_text_names_a_way_to_write_and_a_day() {
        let day = jiff::civil::date(2026, 11, 22);
        let text = security_text("https://c.example.org", "safe@example.org", day);
        assert!(text.starts_with("Contact: mailto:safe@example.org\nExpires: 2027-05-21T00:00:00Z\n"), "{text}");
        let text = security_text("https://c.example.org", "the front desk", day);
        assert!(text.starts_with("Contact: https://c.example.org/help/contact\n"), "{text}");
    }
}
