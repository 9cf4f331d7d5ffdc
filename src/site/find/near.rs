//! The place people want to be near to, as the search understood it, in words.

use crate::{search::NearTo, site::here::Here};

/// The chip of the place; nothing when no place was typed, or none that we know.
pub fn chip(here: &Here, typed: &str, near: Option<&NearTo>) -> Option<String> {
    if typed.is_empty() {
        return None;
    }
    Some(match near {
        Some(NearTo::Unknown { .. }) => return None,
        Some(NearTo::State { state }) => here.state(state),
        Some(NearTo::Zip { zip }) => here.t1("find-near", "place", zip),
        Some(NearTo::City { city, state }) => here.t1("find-near", "place", format!("{city}, {state}")),
        Some(NearTo::Point { lat, lon }) => here.t1("find-near", "place", point(*lat, *lon)),
        None => here.t1("find-near", "place", typed),
    })
}

/// From where distances are measured.
pub fn measured(here: &Here, near: Option<&NearTo>) -> Option<String> {
    Some(match near? {
        NearTo::Zip { zip } => here.t1("find-from-zip", "zip", zip),
        NearTo::City { city, state } => here.t1("find-from-city", "place", format!("{city}, {state}")),
        NearTo::State { state } => here.t1("find-from-state", "state", here.state(state)),
        NearTo::Point { lat, lon } => here.t1("find-from-point", "point", point(*lat, *lon)),
        NearTo::Unknown { .. } => return None,
    })
}

/// What is wrong with the place that was typed.
pub fn error(here: &Here, typed: &str, near: Option<&NearTo>) -> Option<String> {
    let digits = typed.bytes().filter(u8::is_ascii_digit).count();
    match near {
        Some(NearTo::Unknown { .. }) if !typed.is_empty() => {
            let looks_like_zip = digits != 5 && typed.bytes().all(|b| b.is_ascii_digit() || b == b'-');
            Some(if looks_like_zip { here.t("near-error-zip") } else { here.t("near-error") })
        }
        _ => None,
    }
}

fn point(lat: f64, lon: f64) -> String {
    format!("{lat:.2}, {lon:.2}")
}
