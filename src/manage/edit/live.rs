//! `POST /manage/{subject}/check`: a look at an address while somebody types it.
//!
//! What holds: words come back and nothing else; only https at its own port of a public name is opened; a person may ask so
//! often in so many minutes, whichever organization they ask for.

use std::sync::LazyLock;

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use url::form_urlencoded;

use super::words;
use crate::{
    accounts::Signed,
    app::App,
    model::{
        account::PersonId,
        door::{Door, Warning},
    },
    profile::look::{self, Certificate, Verdict},
    site::{CachePolicy, Here, Lang, Lately, PageError},
};

/// How many looks a person may have in [`MINUTES`].
const MOST: u32 = 30;
const MINUTES: i64 = 10;
/// Who asked lately.
static ASKED: LazyLock<Lately<PersonId>> = LazyLock::new(|| Lately::new(MINUTES));

/// What a page shows beside a field.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Told {
    /// Is everything as it should be?
    pub good: bool,
    /// In words, the most important first.
    pub words: Vec<String>,
}

/// `POST /manage/{subject}/check`: `url`, `what` (`door` or `endpoint`) and `lang`.
pub async fn post(State(app): State<App>, signed: Signed, body: Bytes) -> Result<Response, PageError> {
    let sent: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let value = |wanted: &str| sent.iter().find(|(name, _)| name == wanted).map(|(_, v)| v.trim()).unwrap_or_default();
    let lang = Lang::ALL.into_iter().find(|lang| lang.code() == value("lang")).unwrap_or(Lang::En);
    let here = Here::at(lang, "/manage", app.config.clone());
    let answer = |told: Told| CachePolicy::Never.on(Json(told).into_response());
    let Some(door) = door(value("url")) else {
        return Ok(answer(Told { good: false, words: vec![here.t("edit-wrong-not-web")] }));
    };
    // What can be seen without opening it.
    if let Some(warning) =
        door.warnings.iter().find(|warning| !matches!(warning, Warning::MixedScript | Warning::LookAlike))
    {
        return Ok(answer(Told { good: false, words: vec![words::warning(&here, *warning)] }));
    }
    let now = app.clock.micros();
    if ASKED.again(signed.person.id.clone(), now).is_none_or(|times| times > MOST) {
        let told = Told { good: false, words: vec![here.t1("edit-look-too-many", "minutes", MINUTES.unsigned_abs())] };
        let mut response = answer(told);
        *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        return Ok(response);
    }
    let client = app.client().map_err(|error| PageError::broken("a look at an address", &error))?;
    let verdict = match value("what") {
        "endpoint" => look::endpoint(client, &door.url).await,
        _ => look::at(client, &door.url).await,
    };
    Ok(answer(told(&here, &door, &verdict)))
}

/// The address as it may be opened. People leave `https://` out.
fn door(typed: &str) -> Option<Door> {
    let address = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    Door::parse(&address).ok()
}

/// A verdict in words.
fn told(here: &Here, door: &Door, verdict: &Verdict) -> Told {
    let mut all = Vec::new();
    let good =
        verdict.answers && !verdict.leads_elsewhere && verdict.warnings.is_empty() && verdict.smart != Some(false);
    match (verdict.answers, verdict.certificate) {
        (true, _) if verdict.leads_elsewhere => {
            all.push(here.t2("edit-look-elsewhere", "domain", &door.domain, "final", &verdict.final_domain));
        }
        (true, _) => all.push(here.t1("edit-look-answers", "domain", &verdict.final_domain)),
        (false, Certificate::Wrong) => all.push(here.t("edit-look-certificate")),
        // Not there, refused, gone: one sentence for all.
        (false, _) => all.push(here.t("edit-look-nothing")),
    }
    match verdict.smart {
        Some(true) => all.push(here.t("edit-look-smart")),
        Some(false) => all.push(here.t("edit-look-no-smart")),
        None => {}
    }
    all.extend(verdict.warnings.iter().map(|warning| words::warning(here, *warning)));
    Told { good, words: all }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::samples;

    fn verdict() -> Verdict {
        Verdict {
            answers: true,
            certificate: Certificate::Fits,
            final_domain: "mercy.org".into(),
            trust_key: "mercy.org".into(),
            leads_elsewhere: false,
            smart: None,
            warnings: Vec::new(),
        }
    }

    #[test]
    fn every_verdict_has_its_words_in_both_languages() {
        let door = door("mercy.org").unwrap();
        let none = Verdict { answers: false, certificate: Certificate::Unknown, ..verdict() };
        for lang in Lang::ALL {
            let here = samples::here(lang, "/manage");
            let say = |verdict: &Verdict| told(&here, &door, verdict);
            assert!(say(&verdict()).good && say(&verdict()).words[0].contains("mercy.org"));
            let away = Verdict { leads_elsewhere: true, final_domain: "other.org".into(), ..verdict() };
            assert!(!say(&away).good && say(&away).words[0].contains("other.org"));
            assert_eq!(say(&Verdict { smart: Some(true), ..verdict() }).words.len(), 2);
            assert!(!say(&Verdict { smart: Some(false), ..verdict() }).good);
            assert_ne!(say(&none).words, say(&Verdict { certificate: Certificate::Wrong, ..none.clone() }).words);
            // Gone and not there: nobody learns which.
            assert_eq!(say(&none).words, say(&Verdict { certificate: Certificate::Fits, ..none.clone() }).words);
            for warning in
                [Warning::NotHttps, Warning::OddPort, Warning::Shortener, Warning::MixedScript, Warning::LookAlike]
            {
                assert!(!words::warning(&here, warning).is_empty());
            }
        }
    }

    #[test]
    fn addresses_inside_are_no_doors() {
        for typed in ["", "localhost", "10.0.0.1", "https://[::1]/", "file:///etc/passwd", "router.local", "a b"] {
            assert_eq!(door(typed), None, "{typed}");
        }
        // An odd port is told from the address alone: nothing is opened.
        assert_eq!(door("https://mercy.org:22/").unwrap().warnings, [Warning::OddPort]);
    }
}
