//! `/review/desk/…`: taking a thing of the queue, and letting it go.

use axum::{extract::State, response::Response};

use super::form::{Sent, go};
use crate::{
    accounts::{Need, Page, Signed, Who, access::ours},
    app::App,
    site::{Here, PageError},
    store::{OnDesk, QueueKind},
};

/// The longest name of a thing, in bytes.
const LONGEST: usize = 600;

/// Who has a thing before them, as its page shows it.
pub struct DeskState {
    /// The thing.
    pub item: String,
    /// The page it is on.
    pub back: String,
    /// Who has it, when it is somebody else.
    pub other: Option<String>,
    /// The reader has it.
    pub mine: bool,
}

impl DeskState {
    /// Of a thing, for whoever reads its page.
    pub async fn of(app: &App, signed: &Signed, kind: QueueKind, key: &str, back: String) -> Result<Self, PageError> {
        let item = format!("{}:{key}", kind.word());
        let holder = app.store.on_desk(&item).await?;
        let mine = holder.as_ref().is_some_and(|desk| desk.person == signed.person.id);
        let other = match holder.filter(|_| !mine) {
            Some(desk) => Some(called(app, &desk).await?),
            None => None,
        };
        Ok(Self { item, back, other, mine })
    }

    #[cfg(test)]
    pub fn sample(other: Option<&str>, mine: bool) -> Self {
        let (item, back) = ("proposal:1".into(), "/review/proposals/1".into());
        Self { item, back, other: other.map(str::to_owned), mine }
    }
}

/// What colleagues call whoever has a thing: their name, or the end of their id.
async fn called(app: &App, desk: &OnDesk) -> Result<String, PageError> {
    let name = app.store.person(&desk.person).await?.map(|person| person.name).unwrap_or_default();
    let id = desk.person.as_str();
    Ok(if name.trim().is_empty() { format!("…{}", &id[id.len() - 6..]) } else { name })
}

/// The rows of this page.
pub fn pages() -> Vec<Page> {
    let need = Need::of(Who::Moderator).fresh();
    vec![Page::post("/review/desk/take", need, take), Page::post("/review/desk/release", need, release)]
}

/// Is this what a thing of the queue is called?
fn named(sent: &Sent) -> Result<&str, PageError> {
    let item = sent.one("item");
    let kind = item.split_once(':').and_then(|(kind, key)| QueueKind::from_word(kind).filter(|_| !key.is_empty()));
    if kind.is_some() && item.len() <= LONGEST { Ok(item) } else { Err(PageError::NotFound) }
}

fn back(here: &Here, sent: &Sent) -> Response {
    // The page says its own address without a language.
    go(here, ours(sent.one("back")).filter(|path| path.starts_with("/review")).unwrap_or("/review"))
}

async fn take(here: Here, State(app): State<App>, signed: Signed, sent: Sent) -> Result<Response, PageError> {
    app.store.take_item(named(&sent)?, &signed.person.id, &signed.as_moderator()).await?;
    Ok(back(&here, &sent))
}

async fn release(here: Here, State(app): State<App>, signed: Signed, sent: Sent) -> Result<Response, PageError> {
    app.store.release_item(named(&sent)?, &signed.person.id, &signed.as_moderator()).await?;
    Ok(back(&here, &sent))
}
