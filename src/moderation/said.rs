//! What stands in a field of a listing, in words: codes, and the names of the parts of a value. Pure.

use serde_json::{Map, Value};

use crate::{
    model::{features::Feature, kind::Kind},
    site::Here,
};

/// A single value of a field; what is no code is as it stands.
pub fn value(here: &Here, field: &str, value: &Value) -> String {
    match value {
        Value::String(text) => match field {
            "kinds" => Kind::from_code(text).map_or_else(|| text.clone(), |kind| here.kind(kind)),
            "areas" if text == "US" => here.t("area-us"),
            "areas" => here.state(text),
            "status" => status(here, text),
            _ => text.clone(),
        },
        Value::Bool(true) => here.t("answer-yes"),
        Value::Bool(false) => here.t("answer-no"),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().map(|one| self::value(here, field, one)).collect();
            all.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
        }
        Value::Object(map) => parts(here, field, map).join(", "),
        Value::Null => String::new(),
        Value::Number(number) => number.to_string(),
    }
}

/// The parts of a value, each as a line.
pub fn parts(here: &Here, field: &str, map: &Map<String, Value>) -> Vec<String> {
    match field {
        "features" => map.iter().map(|(code, said)| feature(here, code, said)).collect(),
        "identifiers" => vec![number(here, map)],
        "places" => vec![place(map)],
        _ => map.iter().map(|(name, said)| part(here, field, name, said)).collect(),
    }
}

/// One part of a value with what it is.
pub fn part(here: &Here, field: &str, name: &str, said: &Value) -> String {
    let said = value(here, field, said);
    here.t2("value-part", "name", named(here, name), "value", said)
}

fn named(here: &Here, name: &str) -> String {
    match name {
        "name" => here.t("value-name"),
        "description" => here.t("value-description"),
        "audience" => here.t("value-audience"),
        "sign_up" => here.t("value-sign-up"),
        "endpoints" => here.t("value-endpoints"),
        "valid" => here.t("value-valid"),
        "evidence" => here.t("value-evidence"),
        "page" => here.t("value-page"),
        "seen" => here.t("value-seen"),
        "fhir_versions" => here.t("value-fhir-versions"),
        "developers" => here.t("value-developers"),
        "url" => here.t("value-url"),
        "licence" => here.t("value-licence"),
        "en" => here.t("value-en"),
        "es" => here.t("value-es"),
        _ => here.t("value-other"),
    }
}

fn status(here: &Here, code: &str) -> String {
    match code {
        "active" => here.t("status-active"),
        "moved" => here.t("status-moved"),
        "merged" => here.t("status-merged"),
        "closed" => here.t("status-closed"),
        "withdrawn" => here.t("status-withdrawn"),
        other => other.to_owned(),
    }
}

fn feature(here: &Here, code: &str, said: &Value) -> String {
    let name = Feature::parse(code).map_or_else(|| code.to_owned(), |feature| here.feature(feature));
    let day = said.get("planned").and_then(Value::as_str).and_then(|day| day.parse::<jiff::civil::Date>().ok());
    let answer = match (said.as_str(), day) {
        (Some("yes"), _) => here.t("answer-yes"),
        (Some("no"), _) => here.t("answer-no"),
        (_, Some(day)) => here.t1("answer-planned-from", "date", here.date(day)),
        _ => here.t("answer-planned"),
    };
    here.t2("value-part", "name", name, "value", answer)
}

fn number(here: &Here, map: &Map<String, Value>) -> String {
    let text = |name: &str| map.get(name).and_then(Value::as_str).unwrap_or_default();
    let name = match text("system") {
        "npi" => here.t("number-npi"),
        "ccn" => here.t("number-ccn"),
        "clia" => here.t("number-clia"),
        "naic" => here.t("number-naic"),
        _ => here.t("number-other"),
    };
    here.t2("value-part", "name", name, "value", text("value"))
}

/// A place as it is written on a letter, with its phone and what helps to find it.
fn place(map: &Map<String, Value>) -> String {
    let text = |name: &str| map.get(name).and_then(Value::as_str).map(str::to_owned);
    let lines = map.get("lines").and_then(Value::as_array).into_iter().flatten();
    let state = [text("state"), text("zip")].into_iter().flatten().collect::<Vec<_>>().join(" ");
    let all = text("name").into_iter().chain(lines.filter_map(Value::as_str).map(str::to_owned)).chain(text("city"));
    let all = all.chain([state]).chain(text("phone")).chain(text("landmark"));
    all.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::site::{Lang, samples};

    #[test]
    fn codes_are_words_in_the_language_of_the_page() {
        let here = samples::here(Lang::Es, "/review");
        for (field, said, expected) in [
            ("kinds", json!("hospital"), "Hospital"),
            ("status", json!("closed"), "Cerrado"),
            ("features", json!({"view.lab_results": "yes"}), "Resultados de laboratorio: Sí"),
            (
                "features",
                json!({"view": {"planned": "2027-01-02"}}),
                "Acceso en internet: Planeado desde el 2 ene. 2027",
            ),
            ("identifiers", json!({"system": "npi", "value": "1234567893"}), "NPI: 1234567893"),
            (
                "places",
                json!({"lines": ["1 Main St"], "city": "Boise", "state": "ID", "zip": "83702"}),
                "1 Main St, Boise, ID 83702",
            ),
            ("how_to_ask", json!({"es": "Llame."}), "En español: Llame."),
            ("phone", json!("(208) 555-0100"), "(208) 555-0100"),
        ] {
            assert_eq!(value(&here, field, &said), expected, "{field}");
        }
    }
}
