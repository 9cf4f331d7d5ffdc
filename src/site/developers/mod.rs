//! `/developers/api`: the published document of the API as a page, made of the same table.
//!
//! What holds: every example runs on this installation; nothing here needs a script.

use askama::Template;
use axum::{extract::State, response::Response};

use super::{
    CachePolicy,
    here::{Here, respond},
    problem::PageError,
};
use crate::{
    api::{
        csv, openapi,
        operation::{Answer, Operation, Parameter, Takes, Words},
        table,
    },
    app::App,
    model::id::{Id, ThingKind},
    web::{limits::WINDOW, problem::Kind},
};

/// So many words of a list stand in the table; more are folded away.
const WORDS_SHOWN: usize = 12;

/// A parameter in words.
pub struct ParameterView {
    name: &'static str,
    required: bool,
    takes: String,
    meaning: String,
    words: Vec<&'static str>,
}

/// An operation in words.
pub struct OperationView {
    id: &'static str,
    path: String,
    summary: String,
    more: String,
    parameters: Vec<ParameterView>,
    columns: Vec<&'static str>,
    statuses: String,
    /// An address that answers on this installation.
    example: Option<String>,
}

/// Operations of one group.
pub struct Group {
    id: String,
    title: String,
    operations: Vec<OperationView>,
}

/// A kind of problem in words.
pub struct ProblemView {
    code: &'static str,
    status: u16,
    meaning: String,
}

#[derive(Template)]
#[template(path = "developers-api.html")]
pub struct ApiPage {
    here: Here,
    base: String,
    groups: Vec<Group>,
    problems: Vec<ProblemView>,
    limit: Option<u32>,
}

/// `GET /developers/api`
pub async fn api(here: Here, State(app): State<App>) -> Result<Response, PageError> {
    let examples = Examples::of(&app).await?;
    respond(&ApiPage::new(here, &app, &examples), CachePolicy::Page)
}

/// Ids that are there on this installation.
struct Examples {
    location: Option<Id>,
    portal: Option<Id>,
    endpoint: Option<Id>,
    /// Is the organization of the examples there? A directory may have begun empty.
    organization: Option<Id>,
}

impl Examples {
    async fn of(app: &App) -> Result<Self, PageError> {
        let first = async |kind| {
            let doors = app.store.shared_doors(kind, None, None, 1).await;
            doors.map(|doors| doors.into_iter().next().map(|door| door.id))
        };
        let wanted = Id::parse(table::ORGANIZATION.example.id);
        let organization = app.register.with(|table| {
            let known = wanted.filter(|id| table.find(id).is_some_and(|row| table.marks(row).shown));
            known.or_else(|| table.rows(&crate::register::Filter::default(), 0).next().map(|row| table.id(row)))
        });
        Ok(Self {
            location: app.store.places(None, None, 1).await?.into_iter().next().map(|place| place.id),
            portal: first(ThingKind::Portal).await?,
            endpoint: first(ThingKind::Endpoint).await?,
            organization: organization.flatten(),
        })
    }

    /// The address of an example; nothing where there is nothing of its kind.
    fn address(&self, operation: &Operation) -> Option<String> {
        let path = match operation.of {
            None => operation.path.to_owned(),
            Some(kind) => {
                let id = match kind {
                    ThingKind::Organization => self.organization.clone(),
                    ThingKind::Location => self.location.clone(),
                    ThingKind::Portal => self.portal.clone(),
                    ThingKind::Endpoint => self.endpoint.clone(),
                    ThingKind::App => Id::parse(operation.example.id),
                };
                operation.path.replace("{id}", id?.as_str())
            }
        };
        let query = operation.example.query;
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        Some(format!("/api/v1{path}{query}"))
    }
}

impl ApiPage {
    fn new(here: Here, app: &App, examples: &Examples) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        for operation in table::ALL {
            let view = operation_view(&here, operation, examples);
            let id = group_key(operation);
            if let Some(group) = groups.iter_mut().find(|group| group.id == id) {
                group.operations.push(view);
            } else {
                groups.push(Group { title: here.t(&format!("api-group-{id}")), id, operations: vec![view] });
            }
        }
        let problem = |kind: &Kind| ProblemView {
            code: kind.code(),
            status: kind.status().as_u16(),
            meaning: coded(&here.t(&format!("api-problem-{}", kind.code()))),
        };
        let problems = Kind::ALL.iter().map(problem).collect();
        let base = format!("{}/api/v1", app.config.public_url);
        Self { base, groups, problems, limit: app.config.rate_limit, here }
    }

    /// A sentence with code in it.
    fn say(&self, key: &str) -> String {
        coded(&self.here.t(key))
    }

    /// How many requests, in words.
    fn budget(&self) -> String {
        match self.limit {
            Some(most) => coded(&self.here.t2("api-how-budget", "most", u64::from(most), "seconds", WINDOW)),
            None => coded(&self.here.t("api-how-no-budget")),
        }
    }
}

/// The key of a group.
fn group_key(operation: &Operation) -> String {
    operation.group.to_lowercase().replace(' ', "-")
}

fn operation_view(here: &Here, operation: &'static Operation, examples: &Examples) -> OperationView {
    let mut statuses: Vec<u16> = operation.statuses.iter().copied().chain(openapi::ANY).chain([200]).collect();
    statuses.sort_unstable();
    let columns = match operation.answer {
        Answer::List(_) => csv::TABLES.iter().find(|(path, _)| *path == operation.path).map(|(_, columns)| *columns),
        Answer::One(_) | Answer::Lines(_) => None,
    };
    let more = if operation.more.is_empty() {
        String::new()
    } else {
        coded(&here.t(&format!("api-operation-{}-more", operation.id)))
    };
    OperationView {
        id: operation.id,
        path: format!("/api/v1{}", operation.path),
        summary: here.t(&format!("api-operation-{}", operation.id)),
        more,
        parameters: operation.parameters.iter().map(|parameter| parameter_view(here, parameter)).collect(),
        columns: columns.unwrap_or_default().iter().map(|(name, _)| *name).collect(),
        statuses: statuses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        example: examples.address(operation),
    }
}

fn parameter_view(here: &Here, parameter: &Parameter) -> ParameterView {
    let words = match parameter.takes {
        Takes::Word(words) | Takes::Many(words) => words.all(),
        _ => Vec::new(),
    };
    ParameterView {
        name: parameter.name,
        required: parameter.required,
        takes: takes(here, parameter.takes),
        meaning: coded(&here.t(&parameter_key(parameter))),
        words,
    }
}

/// The key of the meaning of a parameter.
fn parameter_key(parameter: &Parameter) -> String {
    format!("api-parameter-{}", parameter.key.replace('_', "-"))
}

/// What a parameter takes, in a few words.
fn takes(here: &Here, takes: Takes) -> String {
    match takes {
        Takes::Text => here.t("api-takes-text"),
        Takes::Number { least, most, default } => {
            let bounds = here.t2("api-takes-number", "least", u64::from(least), "most", u64::from(most));
            match default {
                Some(default) => format!("{bounds}; {}", here.t1("api-takes-default", "default", u64::from(default))),
                None => bounds,
            }
        }
        Takes::Miles { least, most } => here.t2("api-takes-number", "least", u64::from(least), "most", u64::from(most)),
        Takes::Flag => "true, false".to_owned(),
        Takes::Word(_) => here.t("api-takes-word"),
        Takes::Many(Words::FieldsOf(_)) => here.t("api-takes-fields"),
        Takes::Many(_) => here.t("api-takes-many"),
        Takes::Id(kind) => format!("{}…", kind.prefix()),
        Takes::AnyId => here.t("api-takes-any-id"),
        Takes::Ids(_) => here.t1("api-takes-ids", "most", crate::api::operation::MOST_IDS),
        Takes::Moment => here.t("api-takes-moment"),
        Takes::Cursor(_) => here.t("api-takes-cursor"),
        Takes::Position => here.t("api-takes-position"),
        Takes::Place => here.t("api-takes-place"),
    }
}

/// A sentence as HTML: what stands between backticks is code, and everything is escaped.
fn coded(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 32);
    for (number, part) in text.split('`').enumerate() {
        let part = html_escape::encode_text(part);
        if number % 2 == 1 {
            html.push_str("<code>");
            html.push_str(&part);
            html.push_str("</code>");
        } else {
            html.push_str(&part);
        }
    }
    html
}

/// Keys of sentences that are put together from the table.
#[cfg(test)]
pub fn keys() -> std::collections::BTreeSet<String> {
    let of = |operation: &'static Operation| {
        let more = (!operation.more.is_empty()).then(|| format!("api-operation-{}-more", operation.id));
        let parameters = operation.parameters.iter().map(|parameter| parameter_key(parameter));
        let own = [format!("api-operation-{}", operation.id), format!("api-group-{}", group_key(operation))];
        own.into_iter().chain(more).chain(parameters).collect::<Vec<_>>()
    };
    let problems = Kind::ALL.iter().map(|kind| format!("api-problem-{}", kind.code()));
    let how = ["formats", "pages", "cache", "past", "ids", "retiring"].map(|key| format!("api-how-{key}"));
    let lead = ["api-problems-lead".to_owned()];
    table::ALL.into_iter().flat_map(of).chain(problems).chain(how).chain(lead).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;

    use super::*;
    use crate::site::{Lang, served::Site};

    #[test]
    fn code_is_marked_and_everything_escaped() {
        assert_eq!(coded("a `<b>` & `c`."), "a <code>&lt;b&gt;</code> &amp; <code>c</code>.");
    }

    #[test]
    fn the_page_and_the_document_say_the_same() {
        for operation in table::ALL {
            assert_eq!(Lang::En.t(&format!("api-operation-{}", operation.id)), operation.summary);
            if !operation.more.is_empty() {
                assert_eq!(Lang::En.t(&format!("api-operation-{}-more", operation.id)), operation.more);
            }
            for parameter in operation.parameters {
                assert_eq!(Lang::En.t(&parameter_key(parameter)), parameter.meaning, "{}", parameter.name);
            }
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn every_operation_stands_on_the_page_and_its_examples_run() {
        let site = Site::new().await;
        site.app.register.follow(&site.app.store).await.unwrap();
        let machines = crate::api::router(site.app.clone());
        for prefix in ["", "/es"] {
            let page = site.get(&format!("{prefix}/developers/api")).await;
            assert_eq!(page.status, StatusCode::OK);
            for operation in table::ALL {
                assert!(page.body.contains(&format!("id=\"{}\"", operation.id)), "{}", operation.id);
            }
            for kind in Kind::ALL {
                assert!(page.body.contains(&format!("id=\"problem-{}\"", kind.code())), "{}", kind.code());
            }
            let links: Vec<String> = page
                .body
                .split("href=\"/api/v1")
                .skip(1)
                .filter_map(|part| part.split('"').next())
                .map(|path| html_escape::decode_html_entities(path).into_owned())
                .collect();
            assert!(links.len() > 12, "{links:?}");
            // Another room answers `/changes`; `routes::tests` tries the example.
            let elsewhere = |link: &String| link.starts_with("/apps/") || link.starts_with(table::CHANGES.path);
            for link in links.iter().filter(|link| !elsewhere(link)) {
                let request =
                    axum::http::Request::get(format!("/api/v1{link}")).body(axum::body::Body::empty()).unwrap();
                let answer = tower::ServiceExt::oneshot(machines.clone(), request).await.unwrap();
                assert_eq!(answer.status(), StatusCode::OK, "{link}");
            }
        }
    }
}
