//! What the form, its fields and its faults are called.

use crate::{
    model::{change::Risk, door::Warning, kind::Kind, merge::Role},
    profile::form::{
        Wrong,
        schema::{Options, Step},
    },
    site::Here,
};

/// The title of a step.
pub(super) fn step(here: &Here, step: Step) -> String {
    match step {
        Step::Name => here.t("edit-step-name"),
        Step::Contact => here.t("edit-step-contact"),
        Step::Places => here.t("edit-step-places"),
        Step::Portals => here.t("edit-step-portals"),
        Step::Endpoints => here.t("edit-step-endpoints"),
        Step::Features => here.t("edit-step-features"),
        Step::Ask => here.t("edit-step-ask"),
        Step::Parent => here.t("edit-step-parent"),
        Step::Logo => here.t("edit-step-logo"),
        Step::Numbers => here.t("edit-step-numbers"),
        Step::App => here.t("edit-step-app"),
    }
}

/// What a step is about.
pub(super) fn about(here: &Here, step: Step) -> String {
    match step {
        Step::Name => here.t("edit-about-name"),
        Step::Contact => here.t("edit-about-contact"),
        Step::Places => here.t("edit-about-places"),
        Step::Portals => here.t("edit-about-portals"),
        Step::Endpoints => here.t("edit-about-endpoints"),
        Step::Features => here.t("edit-about-features"),
        Step::Ask => here.t("edit-about-ask"),
        Step::Parent => here.t("edit-about-parent"),
        Step::Logo => here.t("edit-about-logo"),
        Step::Numbers => here.t("edit-about-numbers"),
        Step::App => here.t("edit-about-app"),
    }
}

/// One row of a list.
pub(super) fn row(here: &Here, step: Step, number: usize) -> String {
    match step {
        Step::Places => here.t1("edit-row-place", "number", number),
        Step::Portals => here.t1("edit-row-portal", "number", number),
        Step::Endpoints => here.t1("edit-row-endpoint", "number", number),
        Step::Logo => here.t1("edit-row-logo", "number", number),
        _ => here.t1("edit-row-number", "number", number),
    }
}

/// The button that adds a row.
pub(super) fn add(here: &Here, step: Step) -> String {
    match step {
        Step::Places => here.t("edit-add-place"),
        Step::Portals => here.t("edit-add-portal"),
        Step::Endpoints => here.t("edit-add-endpoint"),
        Step::Logo => here.t("edit-add-logo"),
        _ => here.t("edit-add-number"),
    }
}

/// Label and hint of a field; the hint may be empty.
pub(super) fn field(here: &Here, step: Step, name: &str) -> (String, String) {
    let no_hint = String::new;
    match (step, name) {
        (Step::Name, "name") => (here.t("edit-name"), here.t("edit-name-hint")),
        (Step::Name, "aliases") => (here.t("edit-aliases"), here.t("edit-aliases-hint")),
        (Step::Name, "kind") => (here.t("edit-kind"), no_hint()),
        (Step::Name, "kinds") => (here.t("edit-kinds"), no_hint()),
        (Step::Name, "status") => (here.t("edit-status"), no_hint()),
        (Step::Contact, "phone") => (here.t("edit-phone"), here.t("edit-phone-hint")),
        (Step::Contact, "description") => (here.t("edit-description"), here.t("edit-description-hint")),
        (Step::Contact, "areas") => (here.t("edit-areas"), here.t("edit-areas-hint")),
        (Step::Places, "name") => (here.t("edit-place-name"), here.t("edit-place-name-hint")),
        (Step::Places, "street") => (here.t("edit-street"), no_hint()),
        (Step::Places, "city") => (here.t("edit-city"), no_hint()),
        (Step::Places, "state") => (here.t("edit-state"), no_hint()),
        (Step::Places, "zip") => (here.t("edit-zip"), no_hint()),
        (Step::Places, "phone") => (here.t("edit-place-phone"), no_hint()),
        (Step::Places, "landmark") => (here.t("edit-landmark"), here.t("edit-landmark-hint")),
        (Step::Portals, "url") => (here.t("edit-portal-url"), here.t("edit-portal-url-hint")),
        (Step::Portals, "name") => (here.t("edit-portal-name"), here.t("edit-portal-name-hint")),
        (Step::Portals, "sign_up") => (here.t("edit-sign-up"), here.t("edit-sign-up-hint")),
        (Step::Portals, "audience") => (here.t("edit-audience"), here.t("edit-audience-hint")),
        (Step::Portals, "description") => (here.t("edit-portal-description"), no_hint()),
        (Step::Portals, "from") => (here.t("edit-from"), here.t("edit-from-hint")),
        (Step::Portals, "to") => (here.t("edit-to"), here.t("edit-to-hint")),
        (Step::Portals, "endpoints") => (here.t("edit-portal-endpoints"), here.t("edit-portal-endpoints-hint")),
        (Step::Endpoints, "url") => (here.t("edit-endpoint-url"), here.t("edit-endpoint-url-hint")),
        (Step::Endpoints, "versions") => (here.t("edit-versions"), here.t("edit-versions-hint")),
        (Step::Endpoints, "name") => (here.t("edit-endpoint-name"), no_hint()),
        (Step::Endpoints, "developers") => (here.t("edit-developers"), no_hint()),
        (Step::Ask, "ask_en") => (here.t("edit-ask-en"), here.t("edit-ask-hint")),
        (Step::Ask, "ask_es") => (here.t("edit-ask-es"), no_hint()),
        (Step::Parent, _) => (here.t("edit-part-of"), here.t("edit-part-of-hint")),
        (Step::Logo, "url") => (here.t("edit-logo-url"), here.t("edit-logo-url-hint")),
        (Step::Logo, "licence") => (here.t("edit-licence"), no_hint()),
        (Step::Logo, _) => (here.t("edit-rights"), no_hint()),
        (Step::Numbers, "system") => (here.t("edit-system"), no_hint()),
        (Step::Numbers, _) => (here.t("edit-value"), here.t("edit-value-hint")),
        (Step::App, "name") => (here.t("edit-app-name"), no_hint()),
        (Step::App, "publisher") => (here.t("edit-publisher"), no_hint()),
        (Step::App, "description") => (here.t("edit-app-en"), here.t("edit-app-en-hint")),
        (Step::App, "description_es") => (here.t("edit-app-es"), no_hint()),
        (Step::App, "ingests") => (here.t("edit-ingests"), here.t("edit-ingests-hint")),
        (Step::App, "platforms") => (here.t("edit-platforms"), no_hint()),
        (Step::App, "privacy_policy") => (here.t("edit-privacy"), no_hint()),
        (Step::App, "app_store") => (here.t("edit-app-store"), no_hint()),
        (Step::App, "google_play") => (here.t("edit-google-play"), no_hint()),
        _ => (here.t("edit-website"), no_hint()),
    }
}

/// A choice in words.
pub(super) fn option(here: &Here, options: Options, code: &str) -> String {
    match (options, code) {
        (Options::Kinds, code) => Kind::from_code(code).map_or_else(|| code.to_owned(), |kind| here.kind(kind)),
        (Options::States, code) => here.state(code),
        (Options::Status, "moved") => here.t("edit-status-moved"),
        (Options::Status, "closed") => here.t("edit-status-closed"),
        (Options::Status, _) => here.t("edit-status-active"),
        (Options::Systems, "npi") => here.t("edit-system-npi"),
        (Options::Systems, "ccn") => here.t("edit-system-ccn"),
        (Options::Systems, "clia") => here.t("edit-system-clia"),
        (Options::Systems, "naic") => here.t("edit-system-naic"),
        (Options::Systems, "oid") => here.t("edit-system-oid"),
        (Options::Systems, "web") => here.t("edit-system-web"),
        (Options::Systems, _) => here.t("edit-system-other"),
        (Options::Platforms, "ios") => here.t("platform-ios"),
        (Options::Platforms, "android") => here.t("platform-android"),
        (Options::Platforms, "desktop") => here.t("platform-desktop"),
        (Options::Platforms, _) => here.t("platform-web"),
    }
}

/// What must be mended.
pub(super) fn wrong(here: &Here, wrong: Wrong) -> String {
    match wrong {
        Wrong::Needed => here.t("edit-wrong-needed"),
        Wrong::TooLong => here.t("edit-wrong-too-long"),
        Wrong::NotWeb => here.t("edit-wrong-not-web"),
        Wrong::NotHttps => here.t("edit-wrong-not-https"),
        Wrong::Shortener => here.t("edit-wrong-shortener"),
        Wrong::NotPhone => here.t("edit-wrong-not-phone"),
        Wrong::NotZip => here.t("edit-wrong-not-zip"),
        Wrong::NotState => here.t("edit-wrong-not-state"),
        Wrong::NotDay => here.t("edit-wrong-not-day"),
        Wrong::Turned => here.t("edit-wrong-turned"),
        Wrong::NotNumber => here.t("edit-wrong-not-number"),
        Wrong::NotChosen => here.t("edit-wrong-not-chosen"),
        Wrong::NoRights => here.t("edit-wrong-no-rights"),
        Wrong::NoParent => here.t("edit-wrong-no-parent"),
    }
}

/// Why a change waits for a second person.
pub(super) fn risk(here: &Here, risk: &Risk) -> String {
    match risk {
        Risk::Door { domain, .. } => here.t1("edit-risk-door", "domain", domain),
        Risk::DoorGone { url, role: Role::Endpoint } => here.t1("edit-risk-endpoint-gone", "url", url),
        Risk::DoorGone { url, .. } => here.t1("edit-risk-door-gone", "url", url),
        Risk::Name => here.t("edit-risk-name"),
        Risk::Phone => here.t("edit-risk-phone"),
        Risk::Address => here.t("edit-risk-address"),
        Risk::Identifier => here.t("edit-risk-identifier"),
        Risk::Status => here.t("edit-risk-status"),
        Risk::PartOf => here.t("edit-risk-part-of"),
        Risk::Words { .. } => here.t("edit-risk-words"),
    }
}

/// A field of a listing, as a heading.
pub(super) fn listed(here: &Here, field: &str) -> String {
    match field {
        "name" => here.t("edit-name"),
        "aliases" => here.t("edit-aliases"),
        "kinds" => here.t("edit-kind"),
        "status" => here.t("edit-status"),
        "phone" => here.t("edit-phone"),
        "website" => here.t("edit-website"),
        "description" => here.t("edit-description"),
        "description_es" => here.t("edit-app-es"),
        "areas" => here.t("edit-areas"),
        "places" => here.t("edit-step-places"),
        "portals" => here.t("edit-step-portals"),
        "endpoints" => here.t("edit-step-endpoints"),
        "features" => here.t("edit-step-features"),
        "how_to_ask" => here.t("edit-step-ask"),
        "part_of" | "part_of_name" => here.t("edit-step-parent"),
        "logos" => here.t("edit-step-logo"),
        "identifiers" => here.t("edit-step-numbers"),
        "publisher" => here.t("edit-publisher"),
        "ingests" => here.t("edit-ingests"),
        "platforms" => here.t("edit-platforms"),
        "privacy_policy" => here.t("edit-privacy"),
        "app_store" => here.t("edit-app-store"),
        "google_play" => here.t("edit-google-play"),
        other => other.to_owned(),
    }
}

/// What a person should know of an address before they trust it.
pub(super) fn warning(here: &Here, warning: Warning) -> String {
    match warning {
        Warning::NotHttps => here.t("edit-wrong-not-https"),
        Warning::OddPort => here.t("edit-look-odd-port"),
        Warning::Shortener => here.t("edit-wrong-shortener"),
        Warning::MixedScript => here.t("edit-look-mixed-script"),
        Warning::LookAlike => here.t("edit-look-alike"),
    }
}
