//! `/embed/picker`: the picker as a page inside a frame of another site.
//!
//! With JavaScript it is the same picker, and what a person chooses is told to one exact origin, the one the other site
//! names. Without JavaScript, or without an origin, it is a search form whose results lead to the doors.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{files, origin::Origin};
use crate::{
    app::App,
    model::{
        door::{Door, Warning},
        kind::Kind,
        place, text,
    },
    search::{Card, Request},
    site::{CachePolicy, Here, Lang, PageError, respond},
};

/// As for every page, but anybody may frame it: it knows nothing of whoever looks at it.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors *";
/// Results without JavaScript.
const RESULTS: usize = 20;
/// The longest search that is read, in characters.
const LONGEST: usize = 200;
/// The parameters, as the attributes of the element are called, and values each may have.
const PARAMETERS: [(&str, &str); 7] = [
    ("lang", ""),
    ("origin", "https://app.example"),
    ("q", "…"),
    ("state", "ID, OH, US"),
    ("kind", "hospital, clinic, insurer"),
    ("fhir-version", "4.0.1, 4"),
    ("only-with-endpoint", "true"),
];

/// What is asked for.
#[derive(Debug, Default, PartialEq)]
struct Asked {
    lang: Option<Lang>,
    origin: Option<Origin>,
    q: String,
    states: Vec<&'static str>,
    kinds: Vec<Kind>,
    version: Option<String>,
    only_with_endpoint: bool,
}

/// A parameter that is not known, not right or given twice.
#[derive(Debug, PartialEq)]
struct Wrong {
    parameter: String,
    /// What it may be, or the names that are known.
    allowed: String,
}

impl Asked {
    /// Reads the query. What is right is kept beside the first thing that is wrong: the page has a language even then.
    fn read(query: &str) -> (Self, Option<Wrong>) {
        let mut asked = Self::default();
        let mut wrong = None;
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let once = !seen.iter().any(|other| *other == name);
            seen.push(name.to_string());
            if !(once && asked.take(&name, &value)) {
                wrong.get_or_insert_with(|| Wrong::new(&name));
            }
            // Whoever sends more than there is means no good.
            if seen.len() > 2 * PARAMETERS.len() {
                break;
            }
        }
        (asked, wrong)
    }

    /// Takes one parameter; empty ones are not set. Answers whether it is right.
    fn take(&mut self, name: &str, value: &str) -> bool {
        let value = value.trim();
        if value.is_empty() {
            return PARAMETERS.iter().any(|(known, _)| *known == name);
        }
        let all = || value.split([',', ' ']).filter(|one| !one.is_empty());
        match name {
            "lang" => {
                self.lang = Lang::ALL.into_iter().find(|lang| lang.code() == value);
                self.lang.is_some()
            }
            "origin" => {
                self.origin = Origin::parse(value);
                self.origin.is_some()
            }
            "q" => {
                let words: String = value.chars().take(2 * LONGEST).collect();
                self.q = text::clean(&words, LONGEST);
                true
            }
            "state" => {
                let code = |code: &str| if code == "US" { Some("US") } else { place::state_code(code) };
                let states: Option<Vec<_>> = all().take(60).map(code).collect();
                self.states = states.unwrap_or_default();
                !self.states.is_empty()
            }
            "kind" => {
                let kinds: Option<Vec<_>> = all().take(60).map(Kind::from_code).collect();
                self.kinds = kinds.unwrap_or_default();
                !self.kinds.is_empty()
            }
            "fhir-version" => {
                let right = value.len() <= 12 && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
                self.version = right.then(|| value.to_owned());
                right
            }
            "only-with-endpoint" => {
                self.only_with_endpoint = value == "true";
                ["true", "false"].contains(&value)
            }
            _ => false,
        }
    }

    /// Settings as attributes of the element and as hidden fields of the form.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.code()).collect();
        [
            ("state", self.states.join(",")),
            ("kind", kinds.join(",")),
            ("fhir-version", self.version.clone().unwrap_or_default()),
            ("only-with-endpoint", if self.only_with_endpoint { "true".to_owned() } else { String::new() }),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect()
    }
}

impl Wrong {
    fn new(name: &str) -> Self {
        let known = PARAMETERS.iter().find(|(known, _)| *known == name);
        let allowed = match known {
            Some(("lang", _)) => Lang::ALL.map(Lang::code).join(", "),
            Some((_, allowed)) => (*allowed).to_owned(),
            None => PARAMETERS.map(|(known, _)| known).join(", "),
        };
        Self { parameter: text::clean(&name.chars().take(40).collect::<String>(), 40), allowed }
    }
}

/// One result of the plain form.
struct Found {
    name: String,
    /// Its page here.
    page: String,
    kind: String,
    place: Option<String>,
    /// Address, words and domain of its first door.
    door: Option<(String, String, String)>,
    /// Why there is no link, in words.
    no_door: String,
}

impl Found {
    fn new(here: &Here, card: Card) -> Self {
        let place = here.place(card.city.as_deref(), card.state.as_deref(), &card.areas);
        let door = card.portal_url.as_deref().and_then(|url| {
            let door = Door::parse(url).ok()?;
            // The same doors as the picker offers.
            door.warnings.iter().all(|warning| *warning == Warning::OddPort).then_some(())?;
            let name = card.portal_name.clone().unwrap_or_else(|| door.domain.clone());
            Some((url.to_owned(), here.t1("door-go", "name", name), door.domain))
        });
        let no_door = if card.app_access { here.t("card-apps-only") } else { here.t("card-no-door") };
        Self { page: here.organization(&card.slug), kind: here.kind(card.kind), name: card.name, place, door, no_door }
    }
}

#[derive(Template)]
#[template(path = "embed/picker.html")]
struct FramePage {
    here: Here,
    asked: Asked,
    wrong: Option<Wrong>,
    found: Vec<Found>,
}

impl FramePage {
    fn origin(&self) -> &str {
        self.asked.origin.as_ref().map_or("", Origin::as_str)
    }

    #[expect(clippy::unused_self, reason = "templates ask the page alone")]
    fn script(&self) -> String {
        files::script()
    }
}

/// `GET /embed/picker?lang=&origin=&q=&state=&kind=&fhir-version=&only-with-endpoint=`
pub async fn get(State(app): State<App>, RawQuery(query): RawQuery) -> Result<Response, PageError> {
    let (asked, wrong) = Asked::read(query.as_deref().unwrap_or_default());
    let here = Here::at(asked.lang.unwrap_or(Lang::En), "/embed/picker", app.config.clone());
    let found = if wrong.is_some() || asked.q.is_empty() { Vec::new() } else { search(&app, &here, &asked).await? };
    let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let policy = match (&wrong, asked.q.is_empty()) {
        (Some(_), _) => CachePolicy::Never,
        (None, true) => CachePolicy::Page,
        (None, false) => CachePolicy::Search,
    };
    let page = respond(&FramePage { here, asked, wrong, found }, policy)?;
    let headers = [
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
        // Pages that ask it of themselves may frame only what asks it too; nothing here comes from elsewhere.
        (HeaderName::from_static("cross-origin-embedder-policy"), HeaderValue::from_static("require-corp")),
    ];
    Ok((status, headers, page).into_response())
}

async fn search(app: &App, here: &Here, asked: &Asked) -> Result<Vec<Found>, PageError> {
    let request = Request {
        q: asked.q.clone(),
        kinds: asked.kinds.clone(),
        states: asked.states.iter().map(|state| (*state).to_owned()).collect(),
        // Who has an endpoint is seen on the results alone.
        limit: if asked.only_with_endpoint { 100 } else { RESULTS },
        home: app.config.brand.state,
        ..Request::default()
    };
    let index = app.index.clone();
    let found = tokio::task::spawn_blocking(move || index.search(&request)).await;
    let found = found.map_err(|cut_off| PageError::broken("a search", &cut_off))??;
    let cards = found.results.into_iter().filter(|card| !asked.only_with_endpoint || card.app_access);
    Ok(cards.take(RESULTS).map(|card| Found::new(here, card)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_may_be_set_and_is_said_again() {
        let (asked, wrong) = Asked::read(
            "lang=es&origin=https://app.example&q=+st+marys&state=ID,oh&kind=hospital,clinic&fhir-version=4.0\
             &only-with-endpoint=true",
        );
        assert_eq!(wrong, None);
        assert_eq!((asked.lang, asked.q.as_str()), (Some(Lang::Es), "st marys"));
        assert_eq!(asked.origin.as_ref().map(Origin::as_str), Some("https://app.example"));
        let again = asked.settings();
        assert_eq!(again[0], ("state", "ID,OH".to_owned()));
        assert_eq!(again[1], ("kind", "hospital,clinic".to_owned()));
        assert_eq!(again[2..], [("fhir-version", "4.0".to_owned()), ("only-with-endpoint", "true".to_owned())]);
        assert_eq!(Asked::read("q=&state=&origin=&only-with-endpoint=false"), (Asked::default(), None));
    }

    #[test]
    fn what_is_wrong_is_named_with_what_is_allowed() {
        for (query, parameter) in [
            ("origin=*", "origin"),
            ("origin=http://app.example", "origin"),
            ("origin=https://a.example&origin=https://b.example", "origin"),
            ("lang=fr", "lang"),
            ("state=ZZ", "state"),
            ("state=,", "state"),
            ("kind=castle", "kind"),
            ("kind=hospital,castle", "kind"),
            ("fhir-version=4%3Cx", "fhir-version"),
            ("only-with-endpoint=yes", "only-with-endpoint"),
        ] {
            let wrong = Asked::read(query).1.unwrap_or_else(|| panic!("{query} was taken"));
            assert_eq!(wrong.parameter, parameter, "{query}");
            assert!(!wrong.allowed.is_empty());
        }
        let wrong = Asked::read("colour=blue&lang=es").1.unwrap();
        assert!(wrong.parameter == "colour" && wrong.allowed.contains("only-with-endpoint"), "{wrong:?}");
        assert_eq!(Asked::read("colour=blue&lang=es").0.lang, Some(Lang::Es));
        assert!(Asked::read(&"q=1&".repeat(10_000)).1.is_some());
    }
}
