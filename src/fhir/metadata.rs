//! `GET [base]/metadata`: what a view can do, as a `CapabilityStatement` (FHIR R4, RESTful API, "capabilities").
//!
//! It says what the code does: types and parameters come from the tables that answer by them. What a view leaves out is
//! counted and told in `implementation.description`.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use axum::{http::HeaderMap, response::Response};
use serde_json::{Value, json};

use super::{
    answer,
    definitions::{self, DATE},
    export,
    negotiate::{Asked, pairs},
    outcome::Outcome,
    search,
};
use crate::{
    app::App,
    model::{kind::Kind, organization::Status},
    r4::{LeftOut, ResourceType, View, systems},
    register::{Filter, Marks, Table},
};

/// Where R4 defines search parameters that are not ours.
const PARAMETER_HOME: &str = "http://hl7.org/fhir/SearchParameter/";

/// `GET [base]/metadata?mode=`
pub fn get(app: &App, counts: &Counts, view: View, headers: &HeaderMap, query: &str) -> Result<Response, Outcome> {
    let asked = Asked::read(headers, pairs(query)?)?;
    asked.refuse_rest(&["mode"])?;
    match asked.one("mode")? {
        None | Some("" | "full" | "normative") => {}
        Some("terminology") => {
            return Err(Outcome::unsupported("mode", "The server answers no questions of terminology."));
        }
        Some(_) => return Err(Outcome::parameter("mode", "mode is full or normative.")),
    }
    let statement = statement(app, view, counts.of(app, view).as_ref());
    Ok(answer::respond(&asked, answer::text(&asked, &statement)?))
}

/// The whole statement.
fn statement(app: &App, view: View, counts: Option<&LeftOuts>) -> Value {
    let public = &app.config.public_url;
    let base = format!("{public}{}", view.path());
    let mut resources: Vec<Value> = ResourceType::ALL.into_iter().map(|kind| resource(public, view, kind)).collect();
    if view == View::Plain {
        resources
            .extend(definitions::TYPES.iter().map(|kind| json!({ "type": kind, "interaction": [{ "code": "read" }] })));
    }
    let mut rest = json!({
        "mode": "server",
        "documentation": "Only read, for everybody, without a key. The published files under /data have everything at once.",
        "security": { "cors": true, "description": "Nothing is asked of whoever reads: all of it is public." },
        "resource": resources,
    });
    let mut whole = json!({
        "resourceType": "CapabilityStatement",
        "id": id(view),
        "url": format!("{base}/metadata"),
        "version": env!("CARGO_PKG_VERSION"),
        "name": name(view),
        "title": format!("Directory of health records: {}", view.name()),
        "status": "active",
        "date": DATE,
        "kind": "instance",
        "software": { "name": "Connector", "version": env!("CARGO_PKG_VERSION") },
        "implementation": { "description": description(view, counts), "url": base },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [],
    });
    if view == View::Plain {
        rest["operation"] = json!([{ "name": "export", "definition": export::DEFINITION }]);
        whole["instantiates"] = json!([export::CAPABILITIES]);
    }
    whole["rest"] = json!([rest]);
    whole
}

fn resource(public: &str, view: View, kind: ResourceType) -> Value {
    let interactions = ["read", "vread", "history-instance", "search-type"].map(|code| json!({ "code": code }));
    // Who else has an endpoint changes without a moment of its own: only its tag tells.
    let conditional = if kind == ResourceType::Endpoint { "not-match" } else { "full-support" };
    let mut resource = json!({
        "type": kind.name(),
        "interaction": interactions,
        "versioning": "versioned",
        "readHistory": true,
        "conditionalRead": conditional,
        "referencePolicy": ["literal", "local"],
    });
    if let Some(guide) = view.guide() {
        let prefix = if view == View::PlanNet { "plannet" } else { "ndh" };
        resource["supportedProfile"] = json!([format!("{guide}/StructureDefinition/{prefix}-{}", kind.name())]);
    }
    let parameters: Vec<Value> = search::parameters(view, kind)
        .iter()
        .map(|parameter| {
            let definition = definition(public, kind, parameter.name);
            json!({ "name": parameter.name, "type": parameter.kind, "definition": definition })
        })
        .collect();
    for (element, values) in [
        ("searchParam", parameters),
        ("searchInclude", search::includes(view, kind).iter().map(|path| json!(path)).collect()),
        ("searchRevInclude", search::reverse_includes(view, kind).iter().map(|path| json!(path)).collect()),
    ] {
        // An empty list is no FHIR.
        if !values.is_empty() {
            resource[element] = values.into();
        }
    }
    resource
}

/// Where a search parameter is defined.
fn definition(public: &str, kind: ResourceType, name: &str) -> String {
    match name.strip_prefix('_') {
        Some(general) => format!("{PARAMETER_HOME}Resource-{general}"),
        None if (kind, name) == (ResourceType::Endpoint, "address") => {
            format!("{public}{}", systems::OWN_ADDRESS_PARAMETER)
        }
        None => format!("{PARAMETER_HOME}{}-{name}", kind.name()),
    }
}

fn id(view: View) -> &'static str {
    match view {
        View::Plain => "connector",
        View::PlanNet => "connector-plan-net",
        View::Ndh => "connector-ndh",
    }
}

/// A name that a program can use (FHIR R4, invariant cpb-0).
fn name(view: View) -> &'static str {
    match view {
        View::Plain => "ConnectorR4",
        View::PlanNet => "ConnectorPlanNet",
        View::Ndh => "ConnectorNdh",
    }
}

/// What the view is, and what it leaves out.
fn description(view: View, counts: Option<&LeftOuts>) -> String {
    let what = match view {
        View::Plain => {
            "Health care organizations of the United States and the doors to the records they keep.".to_owned()
        }
        view => format!(
            "The same directory under the profiles of {}. What a profile demands and no source says is not made up: such \
             resources are left out here and stand under {}.",
            view.name(),
            View::Plain.path()
        ),
    };
    let Some(counts) = counts.filter(|counts| !counts.is_empty()) else { return what };
    let total: u64 = counts.values().sum();
    let reasons: Vec<String> = counts.iter().map(|(why, count)| format!("{} {count}", why.code())).collect();
    format!("{what} Organizations left out: {total} ({}).", reasons.join(", "))
}

/// Organizations that a view leaves out, by reason.
type LeftOuts = BTreeMap<LeftOut, u64>;

/// Counts of what the views leave out, made once for each revision that is asked for.
#[derive(Debug, Default)]
pub struct Counts(Mutex<BTreeMap<View, (i64, LeftOuts)>>);

impl Counts {
    /// The counts of a view; nothing while the register is first read.
    fn of(&self, app: &App, view: View) -> Option<LeftOuts> {
        let at = app.register.at()?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, counts)) = kept.get(&view).filter(|(then, _)| *then == at) {
            return Some(counts.clone());
        }
        let counts = app.register.with(|table| count(table, view))?;
        kept.insert(view, (at, counts.clone()));
        Some(counts)
    }
}

fn count(table: &Table, view: View) -> LeftOuts {
    let mut counts = LeftOuts::new();
    let everyone = Filter::default();
    for row in table.rows(&everyone, 0) {
        if let Some(why) = left_out(table.marks(row), view) {
            *counts.entry(why).or_default() += 1;
        }
    }
    counts
}

/// The same as `Mapper::takes`, from the marks alone.
fn left_out(marks: &Marks, view: View) -> Option<LeftOut> {
    match view {
        View::Plain => None,
        _ if marks.status != Status::Active => Some(LeftOut::NotActive),
        _ if marks.kinds & !Kind::Unknown.bit() == 0 => Some(LeftOut::NoType),
        View::PlanNet if !marks.placed => Some(LeftOut::NoAddress),
        View::PlanNet | View::Ndh => None,
    }
}
