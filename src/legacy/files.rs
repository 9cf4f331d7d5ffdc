//! `/data/organizations.json|csv`, `/data/apps.json|csv`: the original's files for download, written bit by bit.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};

use super::{
    Room, answer,
    lists::unchanged,
    problem::broken,
    record::{OldApp, OldOrganization},
    roll::Roll,
};
use crate::{sources::input::escape_formula, web::problem::Problem};

/// So many records are written at a time.
const PIECE: usize = 200;

/// How a file writes its records.
trait Form: 'static {
    /// Type of the file.
    const TYPE: &'static str;
    /// What stands before the first record.
    const HEAD: &'static str;
    /// What stands after the last.
    const TAIL: &'static str;
    /// One record; `first` when none stands before it.
    fn write<T: Record>(out: &mut String, record: &T, first: bool);
}

/// What a file has a line for.
trait Record: serde::Serialize {
    /// The columns of the table: the original's in its order, then what its API said beside them.
    const COLUMNS: &'static [&'static str];
    /// The cells of its row.
    fn cells(&self) -> Vec<String>;
}

struct Json;

impl Form for Json {
    const TYPE: &'static str = "application/json";
    const HEAD: &'static str = "[";
    const TAIL: &'static str = "]\n";

    fn write<T: Record>(out: &mut String, record: &T, first: bool) {
        out.push_str(if first { "\n" } else { ",\n" });
        out.push_str(&serde_json::to_string(record).unwrap_or_default());
    }
}

struct Csv;

impl Form for Csv {
    const TYPE: &'static str = "text/csv; charset=utf-8; header=present";
    const HEAD: &'static str = "";
    const TAIL: &'static str = "";

    fn write<T: Record>(out: &mut String, record: &T, first: bool) {
        if first {
            row(out, T::COLUMNS.iter().map(|name| (*name).to_owned()));
        }
        row(out, record.cells().iter().map(|cell| escape_formula(cell)));
    }
}

/// A row with every cell in quotes, as the original wrote its tables.
fn row(out: &mut String, cells: impl Iterator<Item = String>) {
    let quoted: Vec<String> = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
    out.push_str(&quoted.join(","));
    out.push('\n');
}

impl Record for OldOrganization {
    const COLUMNS: &'static [&'static str] = &[
        "organization",
        "category",
        "description",
        "url",
        "states",
        "view",
        "download",
        "transmit",
        "phone",
        "updated",
        "id",
    ];

    fn cells(&self) -> Vec<String> {
        let yes = |yes: bool| if yes { "y" } else { "" }.to_owned();
        vec![
            self.organization.clone(),
            self.category.to_owned(),
            self.description.clone(),
            self.url.clone(),
            self.states.join(","),
            yes(self.view),
            yes(self.download),
            yes(self.transmit),
            self.phone.clone(),
            self.updated.clone(),
            self.id.clone(),
        ]
    }
}

impl Record for OldApp {
    const COLUMNS: &'static [&'static str] =
        &["name", "organization", "url", "description", "img", "apple_url", "google_url", "updated", "id"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.name.clone(),
            self.organization.clone(),
            self.url.clone(),
            self.description.clone(),
            self.img.to_owned(),
            self.apple_url.clone(),
            self.google_url.clone(),
            self.updated.clone(),
            self.id.clone(),
        ]
    }
}

/// `/data/organizations.json`
pub(super) async fn organizations_json(State(room): State<Room>, headers: HeaderMap) -> Result<Response, Problem> {
    organizations::<Json>(room, &headers, "organizations.json").await
}

/// `/data/organizations.csv`
pub(super) async fn organizations_csv(State(room): State<Room>, headers: HeaderMap) -> Result<Response, Problem> {
    organizations::<Csv>(room, &headers, "organizations.csv").await
}

/// `/data/apps.json`
pub(super) async fn apps_json(State(room): State<Room>, headers: HeaderMap) -> Result<Response, Problem> {
    apps::<Json>(room, &headers, "apps.json").await
}

/// `/data/apps.csv`
pub(super) async fn apps_csv(State(room): State<Room>, headers: HeaderMap) -> Result<Response, Problem> {
    apps::<Csv>(room, &headers, "apps.csv").await
}

async fn organizations<F: Form>(room: Room, headers: &HeaderMap, name: &str) -> Result<Response, Problem> {
    let roll = room.roll().await?;
    Ok(file::<F>(&room, headers, &roll, name, || whole::<F>(room.clone(), roll.clone())))
}

async fn apps<F: Form>(room: Room, headers: &HeaderMap, name: &str) -> Result<Response, Problem> {
    let roll = room.roll().await?;
    if let Some(same) = unchanged(&room, headers, &tag(&roll, name)) {
        return Ok(same);
    }
    let mut text = F::HEAD.to_owned();
    for (number, app) in room.app.listed_apps().await.map_err(broken)?.iter().enumerate() {
        F::write(&mut text, &room.old_app(&roll, app).await?, number == 0);
    }
    text.push_str(F::TAIL);
    Ok(file::<F>(&room, headers, &roll, name, || Body::from(text)))
}

/// What a file is made of.
fn tag(roll: &Roll, name: &str) -> String {
    format!("{}-{name}", roll.at)
}

fn file<F: Form>(room: &Room, headers: &HeaderMap, roll: &Roll, name: &str, body: impl FnOnce() -> Body) -> Response {
    answer(room, headers, &tag(roll, name), || {
        let disposition = format!("attachment; filename=\"{name}\"");
        let headers = [(header::CONTENT_TYPE, F::TYPE.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
        (headers, body()).into_response()
    })
}

/// Every organization of a roll.
fn whole<F: Form>(room: Room, roll: Arc<Roll>) -> Body {
    struct Left {
        from: usize,
        written: bool,
    }
    let work = move |left: Option<Left>| {
        let (room, roll) = (room.clone(), roll.clone());
        async move {
            let Left { from, mut written } = left?;
            let keys = roll.organizations(None);
            let mut text = if from == 0 { F::HEAD.to_owned() } else { String::new() };
            let piece = keys.get(from..keys.len().min(from + PIECE)).unwrap_or_default();
            let documents = match room.documents(&roll, piece).await {
                Ok(documents) => documents,
                Err(why) => {
                    tracing::error!(?why, "a file of the original's API was not written to its end");
                    return Some((Err(std::io::Error::other("the file ends too early")), None));
                }
            };
            let today = room.app.clock.door_day();
            for one in documents {
                let record = OldOrganization::new(&one.document, one.slug, one.at, today);
                F::write(&mut text, &record, !written);
                written = true;
            }
            let from = from + PIECE;
            if from < keys.len() {
                return Some((Ok(text), Some(Left { from, written })));
            }
            text.push_str(F::TAIL);
            Some((Ok(text), None))
        }
    };
    // Compression asks once more after the end.
    Body::from_stream(stream::unfold(Some(Left { from: 0, written: false }), work).fuse())
}
