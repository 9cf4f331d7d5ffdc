//! The tools: what an agent may ask, in words that never change, and what it is answered.
//!
//! What holds: a tool reads and never writes; its description is a constant; what goes wrong is said in words of ours that
//! repeat nothing from outside; a call is bounded work.

use rmcp::{
    handler::server::tool::schema_for_input,
    model::{JsonObject, Tool, ToolAnnotations},
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{
    asked::{self, Apps, AskByLetter, COMPARED, Compare, Get, LONGEST, Lookup, RESULTS, Refused, Search},
    desk::Desk,
    outside::{self, KEY, TEXT},
};
use crate::{
    model::{
        id::{Id, ThingKind},
        organization::{Organization, Status},
        text,
    },
    site::{Lang, letter_kinds, letters},
    store::Found,
};

type Answered = Result<Value, Refused>;

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
    let request = asked::request(&asked)?;
    let index = desk.index().await?;
    let found = index.search(&request).map_err(Refused::broken)?;
    Ok(desk.frame().results(&found, request.offset))
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
    let most = asked::limit(asked.limit, RESULTS)?;
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
    let (kind, value) = asked::key(&asked.system, value)?;
    let ids = desk.store.looked_up(kind, &value, None, RESULTS as u32 + 1).await.map_err(Refused::broken)?;
    let found = desk.store.organizations_of(&ids[..ids.len().min(RESULTS)]).await.map_err(Refused::broken)?;
    let rows: Vec<Value> = found.iter().map(|org| desk.frame().formats(org)).collect();
    Ok(json!({ "notice": outside::NOTICE, "there_are_more": ids.len() > RESULTS, "results": rows }))
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
}
