//! Every operation of the API, with its parameters: requests are read by this table, and the published document is made of
//! it.

use super::{
    cursor::{AFTER_ID, AFTER_NUMBER},
    operation::{Answer, Example, Operation, Parameter, Schema, Takes, Words},
};
use crate::model::id::ThingKind;

/// An organization that every installation has, by its fixed id in the starter directory: Quest Diagnostics.
const QUEST: &str = "org-01a2051afd68795196bb68b39b31b5d8";

const fn optional(name: &'static str, takes: Takes, example: &'static str, meaning: &'static str) -> Parameter {
    Parameter { key: name, name, meaning, takes, required: false, example }
}

const fn required(name: &'static str, takes: Takes, example: &'static str, meaning: &'static str) -> Parameter {
    Parameter { key: name, name, meaning, takes, required: true, example }
}

/// The same, under another key: its name means something else in other operations.
const fn called(key: &'static str, parameter: Parameter) -> Parameter {
    Parameter { key, ..parameter }
}

const fn limit(default: u32, most: u32) -> Parameter {
    let takes = Takes::Number { least: 1, most, default: Some(default) };
    optional("limit", takes, "3", "How many things a page has.")
}

const fn fields(of: Schema) -> Parameter {
    let meaning = "Only these fields, as paths; the id always comes.";
    optional("fields", Takes::Many(Words::FieldsOf(of)), "name", meaning)
}

static LIMIT: Parameter = limit(50, 100);
static LIMIT_OF_RESULTS: Parameter = limit(20, 100);
static LIMIT_OF_SUGGESTIONS: Parameter = limit(8, 20);
const AFTER_MEANS: &str = "The `next_after` of the page before, with the same other parameters; a cursor of another list is \
     refused. What is written meanwhile moves nothing in the rest of the list.";
static AFTER: Parameter = optional("after", Takes::Cursor(AFTER_ID), "", AFTER_MEANS);
static AFTER_REVISION: Parameter = optional("after", Takes::Cursor(AFTER_NUMBER), "", AFTER_MEANS);
static KIND: Parameter = optional("kind", Takes::Many(Words::Kinds), "hospital", "Any of these kinds, primary or not.");
static STATE: Parameter = optional(
    "state",
    Takes::Many(Words::States),
    "ID",
    "Any of these states, by a place in it or by whom it serves: postal codes (names are taken too), or `US` for who serves \
     the whole country.",
);
static ONE_KIND: Parameter =
    called("one_kind", optional("kind", Takes::Word(Words::Kinds), "hospital", "Only organizations of this kind."));
static ONE_STATE: Parameter =
    called("one_state", optional("state", Takes::Word(Words::States), "ID", "Only organizations of this state."));
static FEATURE: Parameter =
    optional("feature", Takes::Many(Words::Features), "view", "All of these features, answered yes.");
static VENDOR: Parameter = optional(
    "vendor",
    Takes::Many(Words::Vendors),
    "mychart",
    "Any of these vendors: their portal, or their hosts where apps connect.",
);
static TIER: Parameter = optional(
    "tier",
    Takes::Many(Words::Tiers),
    "3",
    "The door (or the name, where there is no door) comes from a source of any of these tiers.",
);
static LISTED: Parameter = optional(
    "listed",
    Takes::Flag,
    "true",
    "`true`: only who offers a door or a feature. `false`: only who is known without one.",
);
static CONNECTS: Parameter =
    optional("connects", Takes::Flag, "true", "Has it a live endpoint where apps connect, or has it none?");
static AS_OF: Parameter = optional(
    "as_of",
    Takes::Moment,
    "2026-11-26",
    "As it stood at the end of this day (UTC) or at this moment. What was recalled since stays hidden.",
);
static IDS: Parameter = optional(
    "ids",
    Takes::Ids(ThingKind::Organization),
    QUEST,
    "These organizations alone, in this order, whatever `limit` says; those that are not there are named in `missing`.",
);
static BY_PORTAL: Parameter = optional("portal", Takes::Id(ThingKind::Portal), "", "Only who links to this portal.");
static BY_ENDPOINT: Parameter =
    optional("endpoint", Takes::Id(ThingKind::Endpoint), "", "Only who links to this endpoint.");
static OF_ORGANIZATION: Parameter =
    optional("organization", Takes::Id(ThingKind::Organization), QUEST, "Only those of this organization.");
static INCLUDE_PROVENANCE: Parameter = called(
    "include_provenance",
    optional(
        "include",
        Takes::Many(Words::These(&["provenance"])),
        "provenance",
        "`provenance`: who says each field, and since when.",
    ),
);
static INCLUDE_ORGANIZATIONS: Parameter = called(
    "include_organizations",
    optional(
        "include",
        Takes::Many(Words::These(&["organizations"])),
        "organizations",
        "`organizations`: the first 20 organizations that link to each.",
    ),
);
static INCLUDE_AFTER: Parameter = called(
    "include_after",
    optional(
        "include",
        Takes::Many(Words::These(&["after"])),
        "after",
        "`after`: the thing as it was after the revision, unless it was redacted.",
    ),
);
static FIELDS_OF_ORGANIZATION: Parameter = fields(Schema::Organization);
static FIELDS_OF_LOCATION: Parameter = fields(Schema::Location);
static FIELDS_OF_PORTAL: Parameter = fields(Schema::Portal);
static FIELDS_OF_ENDPOINT: Parameter = fields(Schema::Endpoint);
static FIELDS_OF_APP: Parameter = fields(Schema::App);
static CURRENT: Parameter = optional(
    "current",
    Takes::Flag,
    "true",
    "`true`: only apps that take in structured data. `false`: only the others, which are kept as history.",
);
static OF_THING: Parameter = optional("id", Takes::AnyId, QUEST, "Only revisions of this thing, the newest first.");
static SYSTEM: Parameter = required(
    "system",
    Takes::Word(Words::These(&["npi", "ccn", "clia", "naic", "oid", "domain", "phone", "url"])),
    "domain",
    "What the value is: a number of a register, a registrable domain, a phone number, or the address of a portal or endpoint.",
);
static VALUE: Parameter =
    required("value", Takes::Text, "questdiagnostics.com", "The number, domain or address, in any spelling of it.");
static Q: Parameter = optional("q", Takes::Text, "quest", "What was typed: names, places, numbers, addresses.");
static NEAR: Parameter = optional(
    "near",
    Takes::Place,
    "83702",
    "A ZIP code, a city with its state, a state, or `latitude,longitude`; distances are measured from there.",
);
static NEAR_REQUIRED: Parameter = called(
    "near_required",
    required(
        "near",
        Takes::Place,
        "83702",
        "A ZIP code, a city with its state, a state, or `latitude,longitude`; the answer says as what it was understood.",
    ),
);
static WITHIN: Parameter = optional(
    "within",
    Takes::Miles { least: 1, most: 500 },
    "25",
    "At most so many miles from the place asked for; without a place it has no effect.",
);
static PART_OF: Parameter =
    optional("part_of", Takes::Id(ThingKind::Organization), "", "Only parts of this organization, one by one.");
static COUNTS: Parameter = optional("counts", Takes::Flag, "true", "Count what each filter would leave.");
static EXPLAIN: Parameter =
    optional("explain", Takes::Flag, "true", "Say of each result why it stands where it stands.");

static TYPE: Parameter =
    optional("type", Takes::Many(Words::Things), "organization", "Only changes of these kinds of things.");
static EVENT: Parameter = optional("event", Takes::Many(Words::Events), "created", "Only these events.");
static CHANGED_STATE: Parameter = called(
    "changed_state",
    optional(
        "state",
        Takes::Many(Words::States),
        "ID",
        "Organizations and places in any of these states, before or after the change; `US` are those who serve the whole \
         country.",
    ),
);
static CHANGED_KIND: Parameter = called(
    "changed_kind",
    optional(
        "kind",
        Takes::Many(Words::Kinds),
        "hospital",
        "Organizations of any of these kinds, before or after the change.",
    ),
);
static CHANGED_ORGANIZATION: Parameter = called(
    "changed_organization",
    optional("organization", Takes::Id(ThingKind::Organization), QUEST, "Only this organization and its places."),
);
static CHANGES_LIMIT: Parameter = limit(100, 500);
static POSITION: Parameter = called(
    "position",
    optional(
        "after",
        Takes::Position,
        "0",
        "The `next_after` of the page before; `0`, or nothing, for the beginning; `latest` for what is new from now on.",
    ),
);
static WAIT: Parameter = optional(
    "wait",
    Takes::Number { least: 0, most: 30, default: Some(0) },
    "0",
    "So many seconds to wait for a change, when there is none yet.",
);

const NONE: Example = Example { id: "", query: "" };

const fn query(query: &'static str) -> Example {
    Example { id: "", query }
}

const fn of_quest(query: &'static str) -> Example {
    Example { id: QUEST, query }
}

/// `/organizations`
pub static ORGANIZATIONS: Operation = Operation {
    id: "listOrganizations",
    group: "Organizations",
    path: "/organizations",
    summary: "All organizations, or those that pass filters, in the order of their ids",
    more: "For everything at once take the nightly files under `/data`; to follow what changes, `/api/v1/changes`.",
    of: None,
    parameters: &[
        &KIND,
        &STATE,
        &FEATURE,
        &VENDOR,
        &LISTED,
        &CONNECTS,
        &BY_PORTAL,
        &BY_ENDPOINT,
        &IDS,
        &AS_OF,
        &FIELDS_OF_ORGANIZATION,
        &INCLUDE_PROVENANCE,
        &LIMIT,
        &AFTER,
    ],
    answer: Answer::List(Schema::Organizations),
    statuses: &[304, 503],
    example: query("kind=hospital&state=ID&limit=3&fields=name,portals.url"),
};

/// `/organizations/{id}`
pub static ORGANIZATION: Operation = Operation {
    id: "readOrganization",
    group: "Organizations",
    path: "/organizations/{id}",
    summary: "One organization",
    more: "An id that was merged into another answers 307 (the merge may be undone); one that is gone answers 410 and names \
        what took its place, when that is known.",
    of: Some(ThingKind::Organization),
    parameters: &[&AS_OF, &FIELDS_OF_ORGANIZATION, &INCLUDE_PROVENANCE],
    answer: Answer::One(Schema::Organization),
    statuses: &[304, 307, 404, 410, 503],
    example: of_quest("include=provenance"),
};

/// `/organizations/{id}/revisions`
pub static REVISIONS_OF_ORGANIZATION: Operation = Operation {
    id: "listRevisionsOfOrganization",
    group: "Organizations",
    path: "/organizations/{id}/revisions",
    summary: "What happened to one organization, the newest first",
    more: "",
    of: Some(ThingKind::Organization),
    parameters: &[&INCLUDE_AFTER, &LIMIT, &AFTER_REVISION],
    answer: Answer::List(Schema::Revisions),
    statuses: &[304, 404, 503],
    example: of_quest("limit=3"),
};

/// `/locations`
pub static LOCATIONS: Operation = Operation {
    id: "listLocations",
    group: "Locations",
    path: "/locations",
    summary: "Places of organizations, in the order of their ids",
    more: "",
    of: None,
    parameters: &[&OF_ORGANIZATION, &FIELDS_OF_LOCATION, &LIMIT, &AFTER],
    answer: Answer::List(Schema::Locations),
    statuses: &[304, 503],
    example: query("limit=3"),
};

/// `/locations/{id}`
pub static LOCATION: Operation = Operation {
    id: "readLocation",
    group: "Locations",
    path: "/locations/{id}",
    summary: "One place",
    more: "",
    of: Some(ThingKind::Location),
    parameters: &[&FIELDS_OF_LOCATION],
    answer: Answer::One(Schema::Location),
    statuses: &[304, 404, 410],
    example: NONE,
};

/// `/portals`
pub static PORTALS: Operation = Operation {
    id: "listPortals",
    group: "Portals",
    path: "/portals",
    summary: "Pages where people sign in, each once, however many organizations share it",
    more: "Addresses with the state `old_address` were not checked by anybody: show them as text, never as a link.",
    of: None,
    parameters: &[&OF_ORGANIZATION, &INCLUDE_ORGANIZATIONS, &FIELDS_OF_PORTAL, &LIMIT, &AFTER],
    answer: Answer::List(Schema::Portals),
    statuses: &[304, 503],
    example: query("limit=3"),
};

/// `/portals/{id}`
pub static PORTAL: Operation = Operation {
    id: "readPortal",
    group: "Portals",
    path: "/portals/{id}",
    summary: "One portal, with the first 20 organizations that link to it",
    more: "All of them: `/api/v1/organizations?portal=` and its id.",
    of: Some(ThingKind::Portal),
    parameters: &[&FIELDS_OF_PORTAL],
    answer: Answer::One(Schema::Portal),
    statuses: &[304, 404, 410, 503],
    example: NONE,
};

/// `/endpoints`
pub static ENDPOINTS: Operation = Operation {
    id: "listEndpoints",
    group: "Endpoints",
    path: "/endpoints",
    summary: "FHIR base addresses where apps connect, each once",
    more: "",
    of: None,
    parameters: &[&OF_ORGANIZATION, &INCLUDE_ORGANIZATIONS, &FIELDS_OF_ENDPOINT, &LIMIT, &AFTER],
    answer: Answer::List(Schema::Endpoints),
    statuses: &[304, 503],
    example: query("limit=3"),
};

/// `/endpoints/{id}`
pub static ENDPOINT: Operation = Operation {
    id: "readEndpoint",
    group: "Endpoints",
    path: "/endpoints/{id}",
    summary: "One endpoint, with the first 20 organizations that link to it",
    more: "All of them: `/api/v1/organizations?endpoint=` and its id.",
    of: Some(ThingKind::Endpoint),
    parameters: &[&FIELDS_OF_ENDPOINT],
    answer: Answer::One(Schema::Endpoint),
    statuses: &[304, 404, 410, 503],
    example: NONE,
};

/// `/apps`
pub static APPS: Operation = Operation {
    id: "listApps",
    group: "Apps",
    path: "/apps",
    summary: "Apps that take in health records, and those that once did",
    more: "",
    of: None,
    parameters: &[&CURRENT, &AS_OF, &FIELDS_OF_APP, &INCLUDE_PROVENANCE, &LIMIT, &AFTER],
    answer: Answer::List(Schema::Apps),
    statuses: &[304, 503],
    example: query("current=true&limit=3"),
};

/// `/apps/{id}`
pub static APP: Operation = Operation {
    id: "readApp",
    group: "Apps",
    path: "/apps/{id}",
    summary: "One app",
    more: "",
    of: Some(ThingKind::App),
    parameters: &[&AS_OF, &FIELDS_OF_APP, &INCLUDE_PROVENANCE],
    answer: Answer::One(Schema::App),
    statuses: &[304, 404, 410],
    example: Example { id: "app-01a2051638ca7815a331306d48676fb8", query: "" },
};

/// `/sources`
pub static SOURCES: Operation = Operation {
    id: "listSources",
    group: "Sources",
    path: "/sources",
    summary: "Who says what the directory shows, how old each list is, and its licence",
    more: "",
    of: None,
    parameters: &[],
    answer: Answer::List(Schema::Sources),
    statuses: &[],
    example: NONE,
};

/// `/revisions`
pub static REVISIONS: Operation = Operation {
    id: "listRevisions",
    group: "Revisions",
    path: "/revisions",
    summary: "The log of every change, in the order in which it was written",
    more: "Numbers have no gaps. With `id` the newest come first.",
    of: None,
    parameters: &[&OF_THING, &INCLUDE_AFTER, &LIMIT, &AFTER_REVISION],
    answer: Answer::List(Schema::Revisions),
    statuses: &[304, 503],
    example: query("limit=3"),
};

/// `/changes`, which the room `changes` answers.
pub static CHANGES: Operation = Operation {
    id: "listChanges",
    group: "Revisions",
    path: "/changes",
    summary: "What changed, and how: the log for those who follow it",
    more: "Go on with `next_after` until it is `last`: a page may be short, or empty, before that. The same comes as \
        server-sent events at `/api/v1/changes/stream`.",
    of: None,
    parameters: &[
        &TYPE,
        &EVENT,
        &CHANGED_STATE,
        &CHANGED_KIND,
        &CHANGED_ORGANIZATION,
        &CHANGES_LIMIT,
        &POSITION,
        &WAIT,
    ],
    answer: Answer::Lines(Schema::Changes),
    statuses: &[304],
    example: query("type=organization&limit=3"),
};

/// `/statistics`
pub static STATISTICS: Operation = Operation {
    id: "readStatistics",
    group: "Statistics",
    path: "/statistics",
    summary: "How many there are, by state, kind, vendor and feature",
    more: "Features are counted among listed organizations; `not_known` means that no source says.",
    of: None,
    parameters: &[&ONE_KIND, &ONE_STATE],
    answer: Answer::One(Schema::Statistics),
    statuses: &[304, 503],
    example: query("kind=hospital&state=ID"),
};

/// `/lookup`
pub static LOOKUP: Operation = Operation {
    id: "lookup",
    group: "Finding",
    path: "/lookup",
    summary: "Organizations by a number, a domain, a phone number or an address",
    more: "`url` finds the portal or endpoint at an address, whatever its scheme, its case, `www.`, a slash at its end or \
        `/metadata`, and who links to it. Tax numbers are never looked up.",
    of: None,
    parameters: &[&SYSTEM, &VALUE, &LIMIT_OF_RESULTS, &AFTER],
    answer: Answer::One(Schema::Lookup),
    statuses: &[304, 503],
    example: query("system=domain&value=questdiagnostics.com"),
};

/// `/search`
pub static SEARCH: Operation = Operation {
    id: "search",
    group: "Finding",
    path: "/search",
    summary: "What people mean by some words, best first",
    more: "`total` is exact up to 10,000. What must be asked back before an answer can be right stands in `question`.",
    of: None,
    parameters: &[&Q, &NEAR, &WITHIN, &KIND, &STATE, &FEATURE, &TIER, &PART_OF, &COUNTS, &EXPLAIN, &LIMIT_OF_RESULTS],
    answer: Answer::One(Schema::Search),
    statuses: &[],
    example: query("q=clinic&near=83702&limit=3"),
};

/// `/suggest`
pub static SUGGEST: Operation = Operation {
    id: "suggest",
    group: "Finding",
    path: "/suggest",
    summary: "Names while somebody types; the last word may be unfinished",
    more: "",
    of: None,
    parameters: &[&Q, &LIMIT_OF_SUGGESTIONS],
    answer: Answer::One(Schema::Suggestions),
    statuses: &[],
    example: query("q=ques"),
};

/// `/near`
pub static NEAREST: Operation = Operation {
    id: "near",
    group: "Finding",
    path: "/near",
    summary: "The organizations nearest to a place",
    more: "",
    of: None,
    parameters: &[&NEAR_REQUIRED, &WITHIN, &KIND, &STATE, &FEATURE, &TIER, &COUNTS, &LIMIT_OF_RESULTS],
    answer: Answer::One(Schema::Search),
    statuses: &[],
    example: query("near=Boise,+ID&kind=hospital&limit=3"),
};

/// `/openapi.json`
pub static DOCUMENT: Operation = Operation {
    id: "readDocument",
    group: "About the API",
    path: "/openapi.json",
    summary: "This API as an OpenAPI 3.1 document",
    more: "",
    of: None,
    parameters: &[],
    answer: Answer::One(Schema::Document),
    statuses: &[304],
    example: NONE,
};

/// All of them, in the order of the page.
pub static ALL: [&Operation; 20] = [
    &ORGANIZATIONS,
    &ORGANIZATION,
    &REVISIONS_OF_ORGANIZATION,
    &LOCATIONS,
    &LOCATION,
    &PORTALS,
    &PORTAL,
    &ENDPOINTS,
    &ENDPOINT,
    &APPS,
    &APP,
    &SEARCH,
    &SUGGEST,
    &NEAREST,
    &LOOKUP,
    &STATISTICS,
    &REVISIONS,
    &CHANGES,
    &SOURCES,
    &DOCUMENT,
];
