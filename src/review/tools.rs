//! What several pages of moderators share: fields of forms, a change side by side, how a moderator's own change is sent, and
//! the page that says what became of it.
//!
//! What holds: a moderator's change that touches a door waits for another moderator; everything else is live at once.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::Value;
use url::form_urlencoded;

use crate::{
    accounts::{Me, Signed},
    app::App,
    model::{
        change::{Risk, Speaker, app_facts, changes, facts, risks},
        id::{Id, ThingKind},
        listing::Body,
        proposal::ProposalKind,
    },
    site::{CachePolicy, Here, PageError, respond},
    store::{Found, NewProposal, StoreError},
};

/// The longest reason, in characters.
const LONGEST: usize = 1_000;

/// The fields of a form or of an address.
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads them.
    pub fn read(bytes: &[u8]) -> Self {
        Self(form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// A field without white space around it; empty when it is not there.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim()).unwrap_or_default()
    }

    /// A whole number; 0 when it is none.
    pub fn number(&self, name: &str) -> i64 {
        self.one(name).parse().unwrap_or_default()
    }

    /// The id of an organization or app.
    pub fn id(&self, name: &str) -> Option<Id> {
        Id::parse(self.one(name)).filter(|id| matches!(id.kind(), ThingKind::Organization | ThingKind::App))
    }

    /// A few words, cleaned.
    pub fn words(&self, name: &str) -> String {
        crate::model::text::clean(self.one(name), LONGEST)
    }
}

/// What people see of a thing.
pub struct Seen {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// The version.
    pub version: i64,
    /// As a listing.
    pub body: Body,
}

/// What people see of an organization or app now.
pub async fn seen(app: &App, id: &Id) -> Result<Option<Seen>, StoreError> {
    if id.kind() == ThingKind::App {
        let found = app.store.every_app().await?.into_iter().find(|app| app.id == *id);
        return Ok(found.map(|app| Seen {
            id: id.clone(),
            name: app.name.clone(),
            version: app.version,
            body: Body::App(Box::new(app_facts(&app))),
        }));
    }
    Ok(match app.store.organization(id).await? {
        Found::Here(org) => Some(Seen {
            id: id.clone(),
            name: org.name.clone(),
            version: org.version,
            body: Body::Organization(Box::new(facts(&org))),
        }),
        _ => None,
    })
}

/// One field on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name in words.
    pub field: String,
    /// Does it carry doors?
    pub danger: bool,
    /// What stands there, a line each.
    pub before: Vec<String>,
    /// What would stand there.
    pub after: Vec<String>,
}

/// Fields that hold doors: they come first.
const DOORS: [&str; 7] = ["portals", "website", "endpoints", "privacy_policy", "app_store", "google_play", "phone"];

/// Two pictures side by side, where they differ.
pub fn rows(here: &Here, before: Option<&Body>, after: &Body) -> Vec<Row> {
    let mut all: Vec<(bool, Row)> = changes(before, Some(after))
        .into_iter()
        .map(|change| {
            let danger = DOORS.contains(&change.field.as_str());
            let side = |value: Option<&Value>| value.map(lines).unwrap_or_default();
            let (before, after) = (side(change.before.as_ref()), side(change.after.as_ref()));
            (!danger, Row { field: field(here, &change.field), danger, before, after })
        })
        .collect();
    all.sort_by_key(|(last, _)| *last);
    all.into_iter().map(|(_, row)| row).collect()
}

/// A field in words.
pub fn field(here: &Here, field: &str) -> String {
    match field {
        "name" => here.t("moderate-field-name"),
        "aliases" => here.t("moderate-field-aliases"),
        "kinds" => here.t("moderate-field-kinds"),
        "status" => here.t("moderate-field-status"),
        "description" => here.t("moderate-field-description"),
        "website" => here.t("moderate-field-website"),
        "phone" => here.t("moderate-field-phone"),
        "places" => here.t("moderate-field-places"),
        "areas" => here.t("moderate-field-areas"),
        "portals" => here.t("moderate-field-portals"),
        "endpoints" => here.t("moderate-field-endpoints"),
        "features" => here.t("moderate-field-features"),
        other => here.t1("moderate-field-other", "field", other),
    }
}

/// A value as lines of plain text, an address with its domain first.
pub fn lines(value: &Value) -> Vec<String> {
    match value {
        Value::Array(all) => all.iter().flat_map(lines).collect(),
        Value::Object(map) => {
            let text = |map: &serde_json::Map<String, Value>, name: &str| {
                map.get(name).and_then(Value::as_str).map(str::to_owned)
            };
            let door = map.get("at").and_then(Value::as_object).unwrap_or(map);
            if let (Some(domain), Some(url)) = (text(door, "domain"), text(door, "url")) {
                let name = text(map, "name").map(|name| format!("{name}: ")).unwrap_or_default();
                return vec![format!("{name}{domain} ({url})")];
            }
            vec![
                map.iter()
                    .map(|(name, value)| format!("{name} {}", lines(value).join(", ")))
                    .collect::<Vec<_>>()
                    .join(", "),
            ]
        }
        Value::String(text) => vec![text.clone()],
        Value::Null => Vec::new(),
        other => vec![other.to_string()],
    }
}

/// A change that a moderator sends.
pub struct Change<'a> {
    /// Which source says it.
    pub speaker: Speaker,
    /// How it came.
    pub kind: ProposalKind,
    /// What people see now.
    pub seen: &'a Seen,
    /// What people would see.
    pub picture: &'a Body,
    /// What the source says now.
    pub before: Option<&'a Body>,
    /// What it would say.
    pub after: &'a Body,
    /// Why.
    pub why: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It is live.
    Live,
    /// It touches a door: it waits as this proposal.
    Waits(i64),
    /// It waits as a motion for another moderator.
    Motion(i64),
    /// Nothing was to be done.
    Nothing,
    /// So many were done, and so many were not, because they are not what was read any more.
    Done(u64, u64),
    /// Somebody was faster, or it is not what was read any more.
    Late,
    /// It cannot be done so.
    Refused,
}

/// Sends a moderator's change: live at once, or waiting when a door is in it.
pub async fn send(app: &App, by: &Signed, change: &Change<'_>) -> Result<Told, StoreError> {
    let trusted = app.store.trusted_doors(&change.seen.id).await?;
    let found = risks(Some(&change.seen.body), change.picture, &trusted);
    let doors = found.iter().any(|risk| matches!(risk, Risk::Door { .. } | Risk::DoorGone { .. }));
    let new = NewProposal {
        speaker: change.speaker,
        subject: Some(&change.seen.id),
        author: Some(&by.person.id),
        kind: change.kind,
        before: change.before,
        after: change.after,
        base: change.seen.version,
        risks: if doors { &found } else { &[] },
        publish_at: 0,
        why: change.why,
    };
    if doors {
        return Ok(Told::Waits(app.store.propose(&new, &by.as_moderator()).await?));
    }
    app.store.propose_and_publish(&new, &by.as_moderator()).await?;
    Ok(Told::Live)
}

/// What a reader is told of an error that is theirs; others are ours.
pub fn told(done: Result<Told, StoreError>) -> Result<Told, PageError> {
    match done {
        Ok(told) => Ok(told),
        Err(StoreError::Conflict(_)) => Ok(Told::Late),
        Err(StoreError::Refused(_)) => Ok(Told::Refused),
        Err(other) => Err(other.into()),
    }
}

/// The page that says what became of a change.
#[derive(Template)]
#[template(path = "review/outcome.html")]
pub struct OutcomePage {
    here: Here,
    me: Me,
    told: Told,
}

impl OutcomePage {
    /// The answer.
    pub fn answer(here: Here, me: Me, told: Told) -> Result<Response, PageError> {
        let status = match told {
            Told::Late => StatusCode::CONFLICT,
            Told::Refused => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::OK,
        };
        let mut response = respond(&Self { here, me, told }, CachePolicy::Never)?.into_response();
        *response.status_mut() = status;
        Ok(response)
    }

    fn title(&self) -> String {
        match self.told {
            Told::Live | Told::Done(..) => self.here.t("moderate-done-title"),
            Told::Waits(_) | Told::Motion(_) => self.here.t("moderate-waits-title"),
            Told::Nothing => self.here.t("moderate-nothing-title"),
            Told::Late => self.here.t("moderate-late-title"),
            Told::Refused => self.here.t("moderate-refused-title"),
        }
    }

    fn words(&self) -> String {
        match self.told {
            Told::Live => self.here.t("moderate-done"),
            Told::Done(done, late) => {
                self.here.t2("moderate-done-many", "done", self.here.number(done), "late", self.here.number(late))
            }
            Told::Waits(_) | Told::Motion(_) => self.here.t("moderate-waits"),
            Told::Nothing => self.here.t("moderate-nothing"),
            Told::Late => self.here.t("moderate-late"),
            Told::Refused => self.here.t("moderate-refused"),
        }
    }

    /// Where to go on.
    fn way(&self) -> String {
        match self.told {
            Told::Waits(n) => self.here.link(&format!("/review/proposals/{n}")),
            Told::Motion(n) => self.here.link(&format!("/review/bulk/{n}")),
            _ => self.here.link("/review"),
        }
    }

    /// One of each.
    #[cfg(test)]
    pub fn samples(lang: crate::site::Lang) -> Vec<Self> {
        let here = || crate::site::samples::here(lang, "/review/hosts");
        [Told::Live, Told::Waits(1), Told::Motion(1), Told::Nothing, Told::Done(3, 1), Told::Late, Told::Refused]
            .map(|told| Self { here: here(), me: crate::accounts::Me::sample(), told })
            .into()
    }
}
