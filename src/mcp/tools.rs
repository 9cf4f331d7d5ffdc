//! The tools: what an agent may ask, in words that never change, and what it is answered.
//!
//! What holds: a tool reads and never writes; its description is a constant; what goes wrong is said in words of ours that
//! repeat nothing from outside; a call is bounded work.

use rmcp::{
    handler::server::tool::schema_for_input,
    model::{JsonObject, Tool, ToolAnnotations},
};
use schemars::JsonSchema;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    desk::Desk,
    outside::{self, KEY, TEXT},
};
use crate::{
    model::{
        door::{Door, registrable_domain},
        features::{Feature, MENU},
        id::{Id, ThingKind},
        identifier::Identifier,
        kind::Kind,
        organization::{Organization, Status},
        place::state_code,
        text,
    },
    search::Request,
    site::{Lang, letter_kinds, letters},
    store::Found,
};

/// Organizations that are found at once.
const RESULTS: usize = 20;
/// The furthest page of results begins here.
const FURTHEST: usize = 1_000;
/// Organizations that are compared at once.
const COMPARED: usize = 8;
/// The longest text that is searched for, in characters.
const LONGEST: usize = 200;

/// Why a tool has no answer, in words of ours.
#[derive(Debug)]
pub struct Refused(pub String);

impl Refused {
    fn new(why: impl Into<String>) -> Self {
        Self(why.into())
    }

    /// Something of ours broke; the cause stays in the log.
    pub fn broken(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a tool failed");
        Self::new("Something broke on our side. Try again in a minute.")
    }
}

type Answered = Result<Value, Refused>;

/// Find the organizations a person means.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Search {
    /// What the person calls it: a name, a portal's name, a web address, a phone number, an NPI. May be empty when near, kind
    /// or state is given.
    #[serde(default)]
    query: String,
    /// Where: a ZIP code, "City, ST", a state, or "latitude,longitude".
    near: Option<String>,
    /// At most so many miles from near, 1 to 500.
    within_miles: Option<f64>,
    /// Only these kinds, for example hospital, clinic, insurer, pharmacy, laboratory.
    #[serde(default)]
    kind: Vec<String>,
    /// Only these states, by postal code; US for those who serve the whole country.
    #[serde(default)]
    state: Vec<String>,
    /// Only who offers all of these, for example view.lab_results or download.pdf.
    #[serde(default)]
    feature: Vec<String>,
    /// How many, 1 to 20; 10 without it.
    limit: Option<usize>,
    /// How many to skip: next_offset of the answer before.
    offset: Option<usize>,
}

/// One organization.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Get {
    /// Its id (org-…) as results give it, or the last part of the address of its page.
    id: String,
}

/// Several organizations side by side.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Compare {
    /// Their ids, 1 to 8.
    ids: Vec<String>,
}

/// A letter that asks for records.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct AskByLetter {
    /// The organization it goes to; its kind chooses the letter. May be left out when kind is given.
    id: Option<String>,
    /// Which letter: provider, plan, pharmacy, lab, registry, va, military, ihs or school.
    kind: Option<String>,
    /// en (what the records office gets) or es (for the person who reads Spanish). en without it.
    language: Option<String>,
}

/// Apps that take in records.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Apps {
    /// Only apps whose name has these words.
    #[serde(default)]
    query: String,
    /// Old ones too, which are kept as history.
    #[serde(default)]
    historical: bool,
    /// How many, 1 to 20; 20 without it.
    limit: Option<usize>,
    /// How many to skip.
    offset: Option<usize>,
}

/// Organizations by a number or an address they carry.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Lookup {
    /// npi, ccn, clia, naic, oid, domain, url or phone.
    system: String,
    /// The number, domain, web address or phone.
    value: String,
}

/// One tool, before it is told.
struct Told {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    schema: fn() -> Result<std::sync::Arc<JsonObject>, String>,
}

const TOLD: [Told; 6] = [
    Told {
        name: "search_organizations",
        title: "Find where someone's health records are",
        description: "Find hospitals, clinics, insurers, pharmacies, labs and others in the United States that hold people's health \
             records, with the portal a person signs in to. When ask_back is there, ask that first. Send people to page, \
             not straight to a sign-in address, so that they see which domain opens and who says so.",
        schema: schema_for_input::<Search>,
    },
    Told {
        name: "get_organization",
        title: "Everything known of one organization",
        description: "Everything known of one organization: places, doors that are open today with domain, who lists them and since \
             when, what people can see, save and send, and numbers such as its NPI. What is not there is not known, not no.",
        schema: schema_for_input::<Get>,
    },
    Told {
        name: "compare_formats",
        title: "What organizations offer, side by side",
        description: "Compare up to 8 organizations: which records people can see (view), in which formats they can save them (download), \
             how they can send them (send), what else they can do (service), and which FHIR versions apps can connect with. \
             What is in none of the lists yes, no and planned is not known.",
        schema: schema_for_input::<Compare>,
    },
    Told {
        name: "request_letter",
        title: "A letter that asks for records",
        description: "The text of a letter by which a person asks for their own records on paper, with the law it stands on. [name] is a \
             line the person fills in, [ ] a box the person ticks; put from_outside.place where [place] stands. Do not add \
             claims of law. It is information, not legal advice.",
        schema: schema_for_input::<AskByLetter>,
    },
    Told {
        name: "list_apps",
        title: "Apps that take in records",
        description: "Apps that people can load their records into, with what they take in. A listing is no endorsement.",
        schema: schema_for_input::<Apps>,
    },
    Told {
        name: "lookup",
        title: "Who carries this number or address",
        description: "Organizations that carry a number (NPI, CCN, CLIA, NAIC, OID), a domain, a web address or a phone number, exactly.",
        schema: schema_for_input::<Lookup>,
    },
];

/// Every tool as it is told to agents.
pub fn all() -> Vec<Tool> {
    TOLD.iter().filter_map(tool).collect()
}

/// One tool by its name.
pub fn named(name: &str) -> Option<Tool> {
    TOLD.iter().find(|told| told.name == name).and_then(tool)
}

fn tool(told: &Told) -> Option<Tool> {
    let schema = (told.schema)().inspect_err(|why| tracing::error!("the tool {}: {why}", told.name)).ok()?;
    // It reads, twice the same, and only this directory.
    let annotations = ToolAnnotations::from_raw(None, Some(true), Some(false), Some(true), Some(false));
    Some(Tool::new(told.name, told.description, schema).with_title(told.title).with_annotations(annotations))
}

/// Calls a tool; nothing when there is none of this name.
pub async fn call(desk: &Desk, name: &str, arguments: JsonObject) -> Option<Answered> {
    let desk = desk.clone();
    Some(match name {
        "search_organizations" => with(arguments, async |asked| search(&desk, asked).await).await,
        "get_organization" => with(arguments, async |asked| get(&desk, asked).await).await,
        "compare_formats" => with(arguments, async |asked| compare(&desk, asked).await).await,
        "request_letter" => with(arguments, async |asked| letter(&desk, asked).await).await,
        "list_apps" => with(arguments, async |asked| apps(&desk, asked).await).await,
        "lookup" => with(arguments, async |asked| lookup(&desk, asked).await).await,
        _ => return None,
    })
}

/// Reads the arguments; what is wrong with them is said without repeating them.
async fn with<T: DeserializeOwned>(arguments: JsonObject, run: impl AsyncFnOnce(T) -> Answered) -> Answered {
    match serde_json::from_value(Value::Object(arguments)) {
        Ok(asked) => run(asked).await,
        Err(why) => Err(Refused::new(format!("The arguments do not fit: {}", outside::words(&why.to_string(), 200)))),
    }
}

async fn search(desk: &Desk, asked: Search) -> Answered {
    let request = request(&asked)?;
    let index = desk.index().await?;
    let found = index.search(&request).map_err(Refused::broken)?;
    Ok(desk.frame().results(&found, request.offset))
}

fn request(asked: &Search) -> Result<Request, Refused> {
    let too_long = |text: &str| text.chars().count() > LONGEST;
    if too_long(&asked.query) || asked.near.as_deref().is_some_and(too_long) {
        return Err(Refused::new(format!("query and near have at most {LONGEST} characters.")));
    }
    let near = asked.near.as_deref().map(str::trim).filter(|near| !near.is_empty()).map(str::to_owned);
    if asked.within_miles.is_some_and(|miles| !(1.0..=500.0).contains(&miles)) {
        return Err(Refused::new("within_miles goes from 1 to 500."));
    }
    if asked.within_miles.is_some() && near.is_none() {
        return Err(Refused::new("within_miles is measured from near: give both."));
    }
    let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    let kind = |code: &String| {
        Kind::from_code(code).ok_or_else(|| Refused::new(format!("kind is any of {}.", all.join(", "))))
    };
    let state = |state: &String| {
        let code = if state == "US" { Some("US") } else { state_code(state) };
        code.map(str::to_owned)
            .ok_or_else(|| Refused::new("state is the postal code of a state, like TX, or US (nationwide)."))
    };
    let feature = |code: &String| {
        Feature::parse(code).ok_or_else(|| Refused::new(format!("feature is any of {}.", MENU.join(", "))))
    };
    let request = Request {
        q: asked.query.trim().to_owned(),
        near,
        within: asked.within_miles,
        kinds: asked.kind.iter().map(kind).collect::<Result<_, _>>()?,
        states: asked.state.iter().map(state).collect::<Result<_, _>>()?,
        features: asked.feature.iter().map(feature).collect::<Result<_, _>>()?,
        limit: limit(asked.limit, 10)?,
        offset: asked.offset.unwrap_or_default(),
        ..Request::default()
    };
    let nothing = request.q.is_empty() && request.near.is_none();
    if nothing && request.kinds.is_empty() && request.states.is_empty() && request.features.is_empty() {
        return Err(Refused::new("Say what to look for: query, near, kind, state or feature."));
    }
    if request.offset > FURTHEST {
        return Err(Refused::new(format!("offset goes up to {FURTHEST}; narrow the search instead.")));
    }
    Ok(request)
}

fn limit(asked: Option<usize>, usual: usize) -> Result<usize, Refused> {
    let limit = asked.unwrap_or(usual);
    if (1..=RESULTS).contains(&limit) {
        Ok(limit)
    } else {
        Err(Refused::new(format!("limit goes from 1 to {RESULTS}.")))
    }
}

async fn get(desk: &Desk, asked: Get) -> Answered {
    Ok(desk.frame().organization(&organization(desk, &asked.id).await?))
}

async fn compare(desk: &Desk, asked: Compare) -> Answered {
    if !(1..=COMPARED).contains(&asked.ids.len()) {
        return Err(Refused::new(format!("ids are 1 to {COMPARED} ids of organizations.")));
    }
    let mut rows = Vec::new();
    for (number, id) in asked.ids.iter().enumerate() {
        let found = organization(desk, id)
            .await
            .map_err(|Refused(why)| Refused(format!("ids, number {}: {why}", number + 1)))?;
        rows.push(desk.frame().formats(&found));
    }
    Ok(json!({ "notice": outside::NOTICE, "organizations": rows }))
}

/// The organization with an id or at a readable address; a merged one leads on.
async fn organization(desk: &Desk, name: &str) -> Result<Organization, Refused> {
    let nothing = || Refused::new("There is no organization with this id. search_organizations gives ids.");
    let store = &desk.store;
    let mut found = match Id::parse(name).filter(|id| id.kind() == ThingKind::Organization) {
        Some(id) => store.organization(&id).await,
        None => store.organization_by_slug(name).await,
    };
    // An old address of a merged one takes two steps.
    for _ in 0..2 {
        match &found {
            Ok(Found::Renamed(slug) | Found::Merged(slug)) => found = store.organization_by_slug(slug).await,
            _ => break,
        }
    }
    match found.map_err(Refused::broken)? {
        Found::Here(org) if org.status != Status::Withdrawn => Ok(*org),
        Found::Here(_) => Err(Refused::new("No list speaks of this organization any more.")),
        _ => Err(nothing()),
    }
}

async fn letter(desk: &Desk, asked: AskByLetter) -> Answered {
    let lang = match asked.language.as_deref() {
        None | Some("en") => Lang::En,
        Some("es") => Lang::Es,
        Some(_) => return Err(Refused::new("language is en or es.")),
    };
    let kinds = || letter_kinds().collect::<Vec<_>>().join(", ");
    let to = match &asked.id {
        Some(id) => Some(organization(desk, id).await?),
        None => None,
    };
    let letter = match (&asked.kind, &to) {
        (Some(kind), _) => {
            letters::of_kind(lang, kind).ok_or_else(|| Refused::new(format!("kind is one of {}.", kinds())))?
        }
        (None, Some(org)) => letters::for_kinds(lang, &org.kinds).ok_or_else(|| {
            Refused::new(format!(
                "What kind of place it is leaves the letter open. Ask the person, then give kind: {}.",
                kinds()
            ))
        })?,
        (None, None) => return Err(Refused::new(format!("Give id, or kind: {}.", kinds()))),
    };
    let lines: serde_json::Map<String, Value> =
        letter.lines.iter().map(|(name, label)| ((*name).to_owned(), json!(label))).collect();
    let mut answer = json!({
        "kind": letter.kind,
        "language": lang.code(),
        "title": letter.title,
        "reviewed": letter.reviewed,
        "letter": letter.text,
        "lines_to_fill_in": lines,
        "good_to_know": letter.know,
        "page": format!("{}{}/letter/{}", desk.config.public_url, lang.prefix(), letter.kind),
    });
    if let (Some(org), Some(answer)) = (&to, answer.as_object_mut()) {
        let lines: Vec<String> =
            letters::addressee(org).lines().map(|line| outside::words(line, outside::NAME)).collect();
        answer.insert("notice".into(), json!(outside::NOTICE));
        answer.insert("id".into(), json!(org.id));
        answer.insert(KEY.into(), json!({ "place": lines.join("\n") }));
    }
    Ok(answer)
}

async fn apps(desk: &Desk, asked: Apps) -> Answered {
    let most = limit(asked.limit, RESULTS)?;
    let words = text::match_form(&asked.query.chars().take(LONGEST).collect::<String>());
    let all = desk.store.apps().await.map_err(Refused::broken)?;
    let fits = |name: &str| words.split(' ').all(|word| text::match_form(name).contains(word));
    let wanted: Vec<_> = all.iter().filter(|app| (asked.historical || app.is_current()) && fits(&app.name)).collect();
    let page: Vec<Value> =
        wanted.iter().skip(asked.offset.unwrap_or_default()).take(most).map(|app| desk.frame().app(app)).collect();
    Ok(json!({ "notice": outside::NOTICE, "total": wanted.len(), "results": page }))
}

async fn lookup(desk: &Desk, asked: Lookup) -> Answered {
    let value = asked.value.trim();
    if value.is_empty() || value.chars().count() > TEXT {
        return Err(Refused::new(format!("value has 1 to {TEXT} characters.")));
    }
    let (kind, value) = key(&asked.system, value)?;
    let ids = desk.store.looked_up(kind, &value, None, RESULTS as u32 + 1).await.map_err(Refused::broken)?;
    let found = desk.store.organizations_of(&ids[..ids.len().min(RESULTS)]).await.map_err(Refused::broken)?;
    let rows: Vec<Value> = found.iter().map(|org| desk.frame().formats(org)).collect();
    Ok(json!({ "notice": outside::NOTICE, "there_are_more": ids.len() > RESULTS, "results": rows }))
}

/// What a number or an address is looked up by.
fn key(system: &str, value: &str) -> Result<(&'static str, String), Refused> {
    let wrong = |what: &str| Refused::new(format!("value is no {what}."));
    let upper = value.to_uppercase();
    Ok(match system {
        "npi" => {
            ("npi", Identifier::npi(value).ok_or_else(|| wrong("NPI: ten digits, the last one a check digit"))?.value)
        }
        "ccn" => ("ccn", upper),
        "clia" => ("clia", upper),
        "naic" => ("naic", upper),
        "oid" => ("oid", if value.starts_with("urn:oid:") { value.to_owned() } else { format!("urn:oid:{value}") }),
        "domain" => {
            let host = value.to_lowercase();
            ("domain", registrable_domain(&host).ok_or_else(|| wrong("domain, like example.org"))?.to_owned())
        }
        "url" => {
            let door = Door::parse(value).map_err(|_| wrong("web address, like https://example.org/"))?;
            ("domain", registrable_domain(door.host()).ok_or_else(|| wrong("web address of a domain"))?.to_owned())
        }
        "phone" => ("phone", text::phone(value).ok_or_else(|| wrong("phone number of ten digits"))?),
        _ => return Err(Refused::new("system is npi, ccn, clia, naic, oid, domain, url or phone.")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tool_has_a_schema_that_takes_nothing_unknown() {
        let tools = all();
        assert_eq!(tools.len(), TOLD.len());
        for tool in tools {
            assert_eq!(tool.input_schema["additionalProperties"], false, "{}", tool.name);
            assert_eq!(tool.input_schema["type"], "object", "{}", tool.name);
            assert_eq!(named(&tool.name).as_ref(), Some(&tool));
        }
        assert!(named("delete_everything").is_none());
    }

    #[test]
    fn what_is_looked_up_is_normalised_as_it_is_kept() {
        let found = |system: &str, value: &str| key(system, value).ok().map(|(kind, value)| format!("{kind} {value}"));
        assert_eq!(found("npi", "1234567893").as_deref(), Some("npi 1234567893"));
        assert_eq!(found("url", "https://my.example.org/x").as_deref(), Some("domain example.org"));
        assert_eq!(found("domain", "MY.Example.org").as_deref(), Some("domain example.org"));
        assert_eq!(found("phone", "208.555.0100").as_deref(), Some("phone (208) 555-0100"));
        assert_eq!(found("oid", "1.2.3").as_deref(), Some("oid urn:oid:1.2.3"));
        for (system, value) in [("npi", "1234567890"), ("url", "javascript:x"), ("phone", "12"), ("ein", "12-3456789")]
        {
            assert_eq!(found(system, value), None, "{system} {value}");
        }
    }

    #[test]
    fn a_search_says_what_it_cannot_take() {
        let asked = |arguments: Value| request(&serde_json::from_value::<Search>(arguments).unwrap());
        for (arguments, why) in [
            (json!({}), "Say what"),
            (json!({ "query": "a", "kind": ["castle"] }), "kind is any of hospital"),
            (json!({ "query": "a", "state": ["Ontario"] }), "like TX"),
            (json!({ "query": "a", "feature": ["fly"] }), "view.lab_results"),
            (json!({ "query": "a", "limit": 21 }), "1 to 20"),
            (json!({ "query": "a", "within_miles": 3 }), "give both"),
            (json!({ "query": "a", "near": "ID", "within_miles": 0 }), "1 to 500"),
            (json!({ "query": "a", "offset": 1001 }), "1000"),
            (json!({ "query": "a".repeat(201) }), "200 characters"),
        ] {
            let Err(Refused(said)) = asked(arguments.clone()) else { panic!("{arguments}") };
            assert!(said.contains(why), "{said}");
        }
        assert!(asked(json!({ "state": ["US"], "kind": ["insurer"] })).is_ok());
    }
}
