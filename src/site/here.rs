//! Where a visitor stands: the language and address of the page being made, and the links that lead from it.
//!
//! What holds: absolute addresses come from `CONNECTOR_PUBLIC_URL` alone, never from the request.

use std::{
    borrow::Borrow,
    convert::Infallible,
    sync::{Arc, LazyLock},
};

use askama::Template;
use axum::{
    extract::{FromRequestParts, OriginalUri, Path},
    http::{Uri, header, request::Parts},
    response::{IntoResponse, Response},
};
use jiff::civil::Date;

use super::{
    CachePolicy, assets, help, icons,
    problem::PageError,
    words::{self, Lang, Value},
};
use crate::{
    app::App,
    config::Config,
    model::{
        features::{Feature, MENU},
        id::Id,
        kind::Kind,
    },
};

/// The page being made.
#[derive(Debug, Clone)]
pub struct Here {
    /// Its language.
    pub lang: Lang,
    /// Its path without the language.
    path: String,
    /// Its query, as it came.
    query: Option<String>,
    config: Arc<Config>,
}

impl FromRequestParts<App> for Here {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let uri = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |original| &original.0);
        Ok(Self::new(uri, app.config.clone()))
    }
}

/// The last part of an address, `{slug}` or the like. One that cannot be read (broken percent signs) is no page.
pub struct Part(pub String);

impl FromRequestParts<App> for Part {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let Path(part) = Path::from_request_parts(parts, app).await.map_err(|_| PageError::NotFound)?;
        Ok(Self(part))
    }
}

impl Here {
    /// The page at an address.
    pub fn new(uri: &Uri, config: Arc<Config>) -> Self {
        let path = uri.path();
        let in_language = |lang: Lang| match path.strip_prefix(lang.prefix()) {
            Some("") => Some((lang, "/")),
            Some(rest) if rest.starts_with('/') => Some((lang, rest)),
            _ => None,
        };
        let (lang, path) = Lang::En.others().find_map(in_language).unwrap_or((Lang::En, path));
        Self { lang, path: path.to_owned(), query: uri.query().map(str::to_owned), config }
    }

    /// A page whose address does not say its language.
    pub fn at(lang: Lang, path: &str, config: Arc<Config>) -> Self {
        Self { lang, path: path.to_owned(), query: None, config }
    }

    /// A sentence.
    pub fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }

    /// A sentence with one value.
    pub fn t1<'a>(&self, key: &str, name: &'static str, value: impl Into<Value<'a>>) -> String {
        self.lang.with(key, &[(name, value.into())])
    }

    /// A sentence with two values.
    pub fn t2<'a>(
        &self,
        key: &str,
        name: &'static str,
        value: impl Into<Value<'a>>,
        name2: &'static str,
        value2: impl Into<Value<'a>>,
    ) -> String {
        self.lang.with(key, &[(name, value.into()), (name2, value2.into())])
    }

    /// What stands before and after the variable of a sentence, for a link or emphasis in its middle.
    pub fn around(&self, key: &str, name: &'static str) -> (String, String) {
        const MARK: &str = "\u{1}";
        let sentence = self.t1(key, name, MARK);
        match sentence.split_once(MARK) {
            Some((before, after)) => (before.to_owned(), after.to_owned()),
            None => (sentence, String::new()),
        }
    }

    /// A page of this language by its path.
    pub fn link(&self, path: &str) -> String {
        in_language(self.lang, path)
    }

    /// The feed of changes of a state, a kind, an organization or an app.
    pub fn feed(&self, of: &str, name: &str) -> String {
        self.link(&format!("/feeds/{of}/{name}.atom"))
    }

    /// The feed of changes of the state or kind that this page lists.
    pub fn feed_of_list(&self) -> Option<String> {
        let (of, name) = self.path.strip_prefix("/browse/")?.split_once('/')?;
        let has_one = of == "kinds" || (of == "states" && crate::model::place::state_name(name).is_some());
        has_one.then(|| self.feed(of, name))
    }

    /// The page of an organization.
    pub fn organization(&self, slug: &str) -> String {
        self.link(&format!("/organizations/{slug}"))
    }

    /// A page below that of an organization: `letter`, `report`, `qr.svg`.
    pub fn of_organization(&self, slug: &str, page: &str) -> String {
        self.link(&format!("/organizations/{slug}/{page}"))
    }

    /// The page of an app.
    pub fn app(&self, slug: &str) -> String {
        self.link(&format!("/apps/{slug}"))
    }

    /// The page of an organization or app by its permanent id.
    pub fn by_id(&self, id: &Id) -> String {
        self.link(&format!("/o/{id}"))
    }

    /// Address and words of the pages that stand at the top of every page.
    pub fn navigation(&self) -> [(String, String); 4] {
        [
            (self.link("/places"), self.t("nav-places")),
            (self.link("/browse"), self.t("nav-browse")),
            (self.link("/available"), self.t("nav-available")),
            (self.link("/help"), self.t("nav-help")),
        ]
    }

    /// Is this the page of that address?
    pub fn is_at(&self, address: &str) -> bool {
        in_language(self.lang, &self.path) == address
    }

    /// Address and words of the help pages at the foot of every page.
    pub fn help_pages(&self) -> Vec<(String, String)> {
        help::foot(self).into_iter().map(|(path, words)| (self.link(&path), words)).collect()
    }

    /// The find page with one kind chosen.
    pub fn find_kind(&self, kind: Kind) -> String {
        self.link(&format!("/find?kind={}", kind.code()))
    }

    /// The same page in the other languages, with what was asked.
    pub fn in_other_languages(&self) -> Vec<(Lang, String)> {
        let query = self.query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
        self.lang.others().map(|lang| (lang, in_language(lang, &self.path) + &query)).collect()
    }

    /// The absolute address of this page in a language, without a query.
    pub fn absolute(&self, lang: Lang) -> String {
        self.outside(&in_language(lang, &self.path))
    }

    /// The absolute address of a page by its address here.
    pub fn outside(&self, address: &str) -> String {
        format!("{}{address}", self.config.public_url)
    }

    /// The absolute address of this page.
    pub fn canonical(&self) -> String {
        self.absolute(self.lang)
    }

    /// `hreflang` and absolute address of this page in every language, and for people of any other.
    pub fn languages(&self) -> Vec<(&'static str, String)> {
        let mut out: Vec<_> = Lang::ALL.into_iter().map(|lang| (lang.code(), self.absolute(lang))).collect();
        out.push(("x-default", self.absolute(Lang::En)));
        out
    }

    /// A value of the query; nothing when it is not there or empty.
    pub fn asked(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query().as_bytes())
            .find(|(key, value)| key == name && !value.trim().is_empty())
            .map(|(_, value)| value.into_owned())
    }

    /// The address of an organization or app that never changes, to print and to share.
    pub fn permanent(&self, id: &Id) -> String {
        self.outside(&self.by_id(id))
    }

    /// The query as it came.
    pub fn query(&self) -> &str {
        self.query.as_deref().unwrap_or_default()
    }

    /// The address of a style sheet, script or picture of ours.
    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    pub fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    /// What the operator set.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// One organization of a kind, in words.
    pub fn kind(&self, kind: Kind) -> String {
        self.t(&format!("kind-{}", kind.code()))
    }

    /// Organizations of a kind, in words.
    pub fn kinds(&self, kind: Kind) -> String {
        self.t(&format!("kinds-{}", kind.code()))
    }

    /// The picture of a kind of place.
    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    pub fn kind_icon(&self, kind: Kind) -> &'static str {
        icons::kind(kind)
    }

    /// The picture of a warning.
    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    pub fn warning_icon(&self) -> &'static str {
        icons::WARNING
    }

    /// The name of this installation.
    pub fn site_name(&self) -> String {
        self.config.brand.name.clone().unwrap_or_else(|| self.t("site-name"))
    }

    /// The address of the logo: the operator's, or the door.
    pub fn logo(&self) -> String {
        self.config.brand.logo.as_ref().map_or_else(|| assets::url("door.svg"), |file| format!("/brand/{}", file.name))
    }

    /// The address of the operator's own colours.
    pub fn brand_styles(&self) -> Option<String> {
        self.config.brand.styles.as_ref().map(|file| format!("/brand/{}", file.name))
    }

    /// Whose site this is, in words: no government's, or the agency's that says so of itself.
    pub fn whose(&self) -> String {
        match self.config.brand.agency.as_ref().and_then(|agency| agency.in_language(self.lang.code())) {
            Some((_, agency)) => self.t1("run-by-agency", "agency", agency),
            None => self.t("not-government"),
        }
    }

    /// The operator's sentence at the top: its language and the words.
    pub fn banner(&self) -> Option<(&str, &str)> {
        self.config.brand.banner.as_ref().and_then(|banner| banner.in_language(self.lang.code()))
    }

    /// Every kind in words, for the suggestions: `hospital:Hospital|clinic:…`.
    pub fn kinds_for_script(&self) -> &'static str {
        &KINDS_FOR_SCRIPT[self.lang as usize]
    }

    /// A number with a comma between thousands.
    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    pub fn number(&self, number: u64) -> String {
        words::grouped(number)
    }

    /// A feature of the menu, in words.
    pub fn feature(&self, feature: Feature) -> String {
        let at = MENU.iter().position(|code| *code == feature.code());
        at.map_or_else(String::new, |at| FEATURES[self.lang as usize][at].clone())
    }

    /// A state by its postal code, in words; an unknown code stays as it is.
    pub fn state(&self, code: &str) -> String {
        match crate::model::place::state_name(code) {
            Some(_) => self.t(&format!("state-{}", code.to_lowercase())),
            None => code.to_owned(),
        }
    }

    /// The states served: "the whole country", one name, or codes.
    pub fn areas(&self, areas: &[String]) -> Option<String> {
        match areas {
            [] => None,
            some if some.iter().any(|area| area == "US") => Some(self.t("area-us")),
            [one] => Some(self.state(one)),
            some => Some(some.join(", ")),
        }
    }

    /// Where an organization is, or whom it serves.
    pub fn place(&self, city: Option<&str>, state: Option<&str>, areas: &[String]) -> Option<String> {
        match (city, state) {
            (Some(city), Some(state)) => Some(format!("{city}, {state}")),
            (Some(city), None) => Some(city.to_owned()),
            (None, Some(state)) => Some(self.state(state)),
            (None, None) => self.areas(areas),
        }
    }

    /// A distance in words.
    pub fn miles(&self, miles: f64) -> String {
        if miles < 1.0 { self.t("card-miles-near") } else { self.t1("card-miles", "count", miles.round() as u64) }
    }

    /// A day in words.
    pub fn date(&self, day: impl Borrow<Date>) -> String {
        let day = day.borrow();
        let month = self.t(&format!("month-{}", day.month()));
        self.lang.with(
            "date",
            &[("day", day.day().to_string().into()), ("month", month.into()), ("year", day.year().to_string().into())],
        )
    }
}

/// The features of the menu in words, by language: a page names all of them.
static FEATURES: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let words = |lang: Lang| {
        let word = |code: &&str| lang.t(&format!("feature-{}", code.replace(['.', '_'], "-")));
        MENU.iter().map(word).collect()
    };
    Lang::ALL.into_iter().map(words).collect()
});

/// The kinds in words, by language, as the script of the search box reads them.
static KINDS_FOR_SCRIPT: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words = |lang: Lang| {
        let word = |kind: &Kind| format!("{}:{}", kind.code(), lang.t(&format!("kind-{}", kind.code())));
        Kind::ALL.iter().map(word).collect::<Vec<_>>().join("|")
    };
    Lang::ALL.into_iter().map(words).collect()
});

/// The address of a page in a language by its path.
pub fn in_language(lang: Lang, path: &str) -> String {
    match (lang, path) {
        (Lang::En, path) => path.to_owned(),
        (lang, "/") => lang.prefix().to_owned(),
        (lang, path) => format!("{}{path}", lang.prefix()),
    }
}

/// A page as an answer.
pub fn respond(page: &impl Template, policy: CachePolicy) -> Result<Response, PageError> {
    // Room for most pages, so that the text is not moved while it grows.
    let mut html = String::with_capacity(24 << 10);
    page.render_into(&mut html).map_err(|error| PageError::broken("a template", &error))?;
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
    Ok(policy.on((headers, html).into_response()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::samples;

    #[test]
    fn the_language_stands_in_the_address_and_the_query_is_kept() {
        let here = samples::here(Lang::En, "/find?q=a%26b&near=83702");
        let other = |here: &Here| here.in_other_languages().remove(0).1;
        assert_eq!(other(&here), "/es/find?q=a%26b&near=83702");
        let here = samples::here(Lang::Es, "/find?q=a");
        assert_eq!((here.lang, other(&here).as_str()), (Lang::Es, "/find?q=a"));
        assert_eq!(other(&samples::here(Lang::Es, "/")), "/");
        assert_eq!(other(&samples::here(Lang::En, "/")), "/es");
        let not_spanish = Here::new(&Uri::from_static("/especially"), samples::config());
        assert_eq!(not_spanish.lang, Lang::En);
    }

    #[test]
    fn absolute_addresses_come_from_the_configuration() {
        let here = samples::here(Lang::Es, "/organizations/a?x=1");
        assert_eq!(here.canonical(), "https://connector.example.org/es/organizations/a");
        assert_eq!(here.absolute(Lang::En), "https://connector.example.org/organizations/a");
    }

    #[test]
    fn sentences_open_for_a_link_in_their_middle() {
        for lang in Lang::ALL {
            let here = samples::here(lang, "/");
            let (before, after) = here.around("find-did-you-mean", "words");
            assert!(!before.is_empty() && !after.is_empty() && !before.contains('\u{1}'), "{before}|{after}");
        }
    }

    #[test]
    fn days_in_words() {
        let day = jiff::civil::date(2026, 11, 3);
        assert_eq!(samples::here(Lang::En, "/").date(day), "3 Nov 2026");
        assert_eq!(samples::here(Lang::Es, "/").date(day), "3 nov. 2026");
    }
}
