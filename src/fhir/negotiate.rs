//! What a client wants: the format, how much of a resource, how strict (FHIR R4, RESTful API, "Content negotiation").
//!
//! Parameters that every request may have are read here, once: `_format`, `_pretty`, `_summary`, `_elements`, and the
//! header `Prefer`. What is left is for whoever answers.

use axum::http::{HeaderMap, StatusCode, header};

use super::outcome::{Code, Outcome};
use crate::r4::Elements;

/// The media type of FHIR in JSON, as it is sent when nothing else is asked for.
pub const FHIR_JSON: &str = "application/fhir+json; charset=utf-8";
/// Parameters in one address or body; more is nobody's question.
const PARAMETERS: usize = 100;
/// Names in one `_elements`.
const NAMES: usize = 50;

/// Parameters every request may have.
pub const GENERAL: [&str; 4] = ["_format", "_pretty", "_summary", "_elements"];

/// What every request may say about its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The media type to send.
    pub media: &'static str,
    /// With line breaks, for people.
    pub pretty: bool,
    /// How much of each resource.
    pub elements: Elements,
    /// Only the number of matches (`_summary=count`); for searches.
    pub count_only: bool,
    /// Refuse what is not known instead of ignoring it (`Prefer: handling=strict`).
    pub strict: bool,
    /// All other parameters, in their order, decoded.
    pub rest: Vec<(String, String)>,
}

/// The parameters of an address or of a form, decoded, in their order.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>, Outcome> {
    let all: Vec<(String, String)> =
        url::form_urlencoded::parse(text.as_bytes()).into_owned().take(PARAMETERS + 1).collect();
    if all.len() > PARAMETERS {
        let diagnostics = format!("More than {PARAMETERS} parameters in one request.");
        return Err(Outcome::new(StatusCode::BAD_REQUEST, Code::TooCostly, diagnostics));
    }
    Ok(all)
}

impl Asked {
    /// Reads the headers and the parameters of a request.
    pub fn read(headers: &HeaderMap, pairs: Vec<(String, String)>) -> Result<Self, Outcome> {
        let (mut format, mut pretty, mut summary, mut names) = (None, None, None, None);
        let mut rest = Vec::new();
        for (name, value) in pairs {
            let known = match name.as_str() {
                "_format" => &mut format,
                "_pretty" => &mut pretty,
                "_summary" => &mut summary,
                "_elements" => &mut names,
                _ => {
                    rest.push((name, value));
                    continue;
                }
            };
            if known.replace(value).is_some() {
                return Err(Outcome::parameter(&name, format!("{name} may be given once.")));
            }
        }
        let media = match format.as_deref().filter(|format| !format.is_empty()) {
            Some(format) => of_format(format)?,
            None => of_accept(headers)?,
        };
        let pretty = match pretty.as_deref() {
            None | Some("false" | "") => false,
            Some("true") => true,
            Some(_) => return Err(Outcome::parameter("_pretty", "_pretty is true or false.")),
        };
        let (elements, count_only) = elements(summary.as_deref(), names.as_deref())?;
        Ok(Self { media, pretty, elements, count_only, strict: strict(headers)?, rest })
    }

    /// Where only `known` parameters mean anything: others are ignored, or refused when that is wanted.
    pub fn refuse_rest(&self, known: &[&str]) -> Result<(), Outcome> {
        let stranger = self.rest.iter().map(|(name, _)| name.as_str()).find(|name| !known.contains(name));
        match stranger.filter(|_| self.strict) {
            None => Ok(()),
            Some(name) => {
                let all = known.iter().copied().chain(GENERAL).collect::<Vec<_>>().join(", ");
                let name: String = name.chars().take(60).collect();
                Err(Outcome::unsupported(&name, format!("There is no parameter {name:?} here; there are {all}.")))
            }
        }
    }

    /// The one value of a parameter of `rest`.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Outcome> {
        let mut values = self.rest.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() {
            return Err(Outcome::parameter(name, format!("{name} may be given once.")));
        }
        Ok(first)
    }
}

/// `_summary` and `_elements`.
fn elements(summary: Option<&str>, names: Option<&str>) -> Result<(Elements, bool), Outcome> {
    let names: Vec<String> = names
        .unwrap_or_default()
        .split(',')
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    if names.len() > NAMES {
        return Err(Outcome::parameter("_elements", format!("_elements takes at most {NAMES} names.")));
    }
    match summary {
        None | Some("" | "false") if names.is_empty() => Ok((Elements::All, false)),
        None | Some("" | "false") => Ok((Elements::Named(names), false)),
        Some("count") => Ok((Elements::All, true)),
        Some(_) if !names.is_empty() => {
            Err(Outcome::parameter("_elements", "_elements and _summary are not given together."))
        }
        Some("true") => Ok((Elements::Summary, false)),
        Some("text") => Ok((Elements::Text, false)),
        Some("data") => Ok((Elements::Data, false)),
        Some(_) => Err(Outcome::parameter("_summary", "_summary is true, text, data, count or false.")),
    }
}

/// `Prefer: handling=strict` or `handling=lenient`; other preferences are for others (RFC 7240).
fn strict(headers: &HeaderMap) -> Result<bool, Outcome> {
    let values = headers.get_all("prefer").iter().filter_map(|value| value.to_str().ok());
    for preference in values.flat_map(|value| value.split([',', ';'])) {
        let Some((name, value)) = preference.split_once('=') else { continue };
        if !name.trim().eq_ignore_ascii_case("handling") {
            continue;
        }
        return match value.trim().trim_matches('"') {
            "strict" => Ok(true),
            "lenient" => Ok(false),
            _ => Err(Outcome::parameter("Prefer", "Prefer has handling=strict or handling=lenient.")),
        };
    }
    Ok(false)
}

/// The media type for a `_format`. A `+` in an address reads as a space, so both are taken.
fn of_format(format: &str) -> Result<&'static str, Outcome> {
    let plain = format.trim().replace(' ', "+").to_ascii_lowercase();
    if plain == "json" { Ok(FHIR_JSON) } else { of_range(&plain).ok_or_else(|| not_acceptable(format)) }
}

/// The media type for an `Accept`: the one we have that is wanted most (RFC 9110 section 12.5.1).
fn of_accept(headers: &HeaderMap) -> Result<&'static str, Outcome> {
    let mut values = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).peekable();
    if values.peek().is_none() {
        return Ok(FHIR_JSON);
    }
    let mut best: Option<(u16, &'static str)> = None;
    let mut wanted = String::new();
    for value in values {
        wanted.push_str(value);
        for range in value.split(',') {
            let (weight, media) = (weight(range), of_range(&range.trim().to_ascii_lowercase()));
            if let Some(media) = media.filter(|_| weight > 0 && best.is_none_or(|(known, _)| weight > known)) {
                best = Some((weight, media));
            }
        }
    }
    best.map(|(_, media)| media).ok_or_else(|| not_acceptable(&wanted))
}

/// The weight of a media range in thousandths.
fn weight(range: &str) -> u16 {
    let q = range.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse::<f32>().ok())
    });
    match q {
        None => 1_000,
        Some(q) => q.filter(|q| (0.0..=1.0).contains(q)).map_or(0, |q| (q * 1_000.0) as u16),
    }
}

/// What is sent for a media range in lower case; nothing when we do not have it. A generic type is answered with itself
/// (FHIR R4, "Content negotiation"); another FHIR version than 4.0 is not to be had (FHIR R4, "FHIR version parameter").
fn of_range(range: &str) -> Option<&'static str> {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default();
    let version = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        (name.trim() == "fhirversion").then(|| value.trim().trim_matches('"'))
    });
    match (media, version) {
        (_, Some(version)) if !matches!(version, "4.0" | "4.0.1") => None,
        ("application/fhir+json", Some(_)) => Some("application/fhir+json; fhirVersion=4.0; charset=utf-8"),
        ("application/fhir+json" | "application/*" | "*/*", None) => Some(FHIR_JSON),
        ("application/json", _) => Some("application/json; charset=utf-8"),
        ("text/json", _) => Some("text/json; charset=utf-8"),
        _ => None,
    }
}

fn not_acceptable(wanted: &str) -> Outcome {
    let wanted: String = wanted.chars().take(100).collect();
    let diagnostics = format!(
        "The server has application/fhir+json (FHIR 4.0), application/json and text/json; asked for was: {wanted}"
    );
    Outcome::new(StatusCode::NOT_ACCEPTABLE, Code::NotSupported, diagnostics)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(accept: &'static str, query: &str) -> Result<Asked, StatusCode> {
        let mut headers = HeaderMap::new();
        if !accept.is_empty() {
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
        }
        pairs(query).and_then(|pairs| Asked::read(&headers, pairs)).map_err(|outcome| outcome.status())
    }

    fn media(accept: &'static str, query: &str) -> Result<&'static str, StatusCode> {
        asked(accept, query).map(|asked| asked.media)
    }

    #[test]
    fn the_wanted_format_is_sent() {
        for (accept, query, expected) in [
            ("", "", FHIR_JSON),
            ("*/*", "", FHIR_JSON),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", FHIR_JSON),
            ("application/json", "", "application/json; charset=utf-8"),
            ("text/json", "", "text/json; charset=utf-8"),
            ("application/fhir+xml, application/fhir+json;q=0.5", "", FHIR_JSON),
            ("application/json;q=0.3, Application/FHIR+json;q=0.9", "", FHIR_JSON),
            ("application/fhir+json; fhirVersion=4.0", "", "application/fhir+json; fhirVersion=4.0; charset=utf-8"),
            ("application/fhir+xml", "_format=json", FHIR_JSON),
            ("", "_format=application/fhir+json", FHIR_JSON),
            ("", "_format=application%2Ffhir%2Bjson", FHIR_JSON),
            ("", "_format=text/json", "text/json; charset=utf-8"),
        ] {
            assert_eq!(media(accept, query), Ok(expected), "{accept} {query}");
        }
    }

    #[test]
    fn what_we_do_not_have_is_406() {
        for (accept, query) in [
            ("application/fhir+xml", ""),
            ("application/fhir+json;q=0", ""),
            ("application/fhir+json; fhirVersion=5.0", ""),
            ("text/html", ""),
            ("application/json", "_format=xml"),
            ("", "_format=ttl"),
            ("", "_format=application/fhir+xml"),
        ] {
            assert_eq!(media(accept, query), Err(StatusCode::NOT_ACCEPTABLE), "{accept} {query}");
        }
    }

    #[test]
    fn how_much_is_wanted() {
        let elements = |query| asked("", query).map(|asked| (asked.elements, asked.count_only));
        assert_eq!(elements("_summary=true"), Ok((Elements::Summary, false)));
        assert_eq!(elements("_summary=count"), Ok((Elements::All, true)));
        assert_eq!(elements("_summary=false"), Ok((Elements::All, false)));
        let named = Elements::Named(vec!["name".into(), "address".into()]);
        assert_eq!(elements("_elements=name,%20address,"), Ok((named, false)));
        for bad in ["_summary=some", "_summary=true&_elements=name", "_pretty=yes", "_summary=true&_summary=text"] {
            assert_eq!(elements(bad), Err(StatusCode::BAD_REQUEST), "{bad}");
        }
        assert_eq!(elements(&"a=1&".repeat(101)), Err(StatusCode::BAD_REQUEST));
    }

    #[test]
    fn strictness_is_a_preference() {
        let strict = |prefer: &'static str| {
            let headers = [(header::HeaderName::from_static("prefer"), HeaderValue::from_static(prefer))];
            Asked::read(&headers.into_iter().collect(), Vec::new()).map(|asked| asked.strict).map_err(|o| o.status())
        };
        assert_eq!(strict("return=minimal, handling=strict"), Ok(true));
        assert_eq!(strict("handling=lenient"), Ok(false));
        assert_eq!(strict("respond-async"), Ok(false));
        assert_eq!(strict("handling=whatever"), Err(StatusCode::BAD_REQUEST));
    }
}
