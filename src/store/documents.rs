//! Stored documents of organizations, read together when many ask at once.
//!
//! A question to the database costs more than a row: whoever asks while one is under way is answered by the next one,
//! all together. What holds: an answer is never older than the question.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::Row as _;
use tokio::sync::oneshot;

use super::{
    Store, StoreError,
    db::{Db, parse, text, with_list},
};
use crate::model::{id::Id, organization::Organization};

/// The most who are answered by one question.
const MOST: usize = 64;

/// One organization as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its JSON: `model::organization::Organization`, with each voice once (`model::provenance`).
    pub body: String,
    /// The organization it was merged into.
    pub merged_into: Option<Id>,
}

impl Document {
    /// The organization, with who says these fields and no others.
    pub fn with_said(self, fields: &[Cow<'_, str>]) -> Result<Organization, StoreError> {
        Organization::with_said(self.body, fields)
            .map_err(|why| StoreError::Unreadable { what: "an organization".into(), why: why.to_string() })
    }
}

type Answer = oneshot::Sender<Option<Document>>;

/// Who waits for the next question.
#[derive(Clone, Default)]
pub(super) struct Waiting(Arc<Mutex<Queue>>);

#[derive(Default)]
struct Queue {
    asked: Vec<(Id, Answer)>,
    /// Somebody asks the database already.
    busy: bool,
}

impl Store {
    /// The document of an organization, whatever its status.
    pub async fn document(&self, id: &Id) -> Result<Option<Document>, StoreError> {
        let (answer, answered) = oneshot::channel();
        let first = {
            let mut queue = self.waiting.0.lock().unwrap_or_else(PoisonError::into_inner);
            queue.asked.push((id.clone(), answer));
            !std::mem::replace(&mut queue.busy, true)
        };
        if first {
            // A task of its own: whoever asked may go away, the others wait on.
            tokio::spawn(answer_all(self.db.clone(), self.waiting.clone()));
        }
        match answered.await {
            Ok(document) => Ok(document),
            // The question for all failed: this one finds out why.
            Err(_) => Ok(read(&self.db, std::slice::from_ref(id)).await?.remove(id)),
        }
    }

    /// The documents of these organizations, those that are there, in one question.
    pub async fn documents(&self, ids: &[Id]) -> Result<HashMap<Id, Document>, StoreError> {
        if ids.is_empty() { Ok(HashMap::new()) } else { read(&self.db, ids).await }
    }

    /// These organizations, whatever their status; those that are not there are left out.
    pub async fn organizations_by_ids(&self, ids: &[Id]) -> Result<Vec<Organization>, StoreError> {
        let documents = self.documents(ids).await?;
        documents.values().map(|document| parse("an organization", &document.body)).collect()
    }

    /// An organization, whatever its status, with who says these fields and no others.
    pub async fn organization_with_said(
        &self,
        id: &Id,
        fields: &[Cow<'_, str>],
    ) -> Result<Option<Organization>, StoreError> {
        self.document(id).await?.map(|document| document.with_said(fields)).transpose()
    }
}

/// Whoever asks for all. However it ends, the next one who asks may begin again, and who waits asks for himself.
struct Turn {
    waiting: Waiting,
    /// It ended as it should.
    over: bool,
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.over {
            return;
        }
        let mut queue = self.waiting.0.lock().unwrap_or_else(PoisonError::into_inner);
        queue.busy = false;
        queue.asked.clear();
    }
}

/// Asks until nobody waits.
async fn answer_all(db: Db, waiting: Waiting) {
    let mut turn = Turn { waiting, over: false };
    loop {
        // Others who are ready to ask may do so first.
        tokio::task::yield_now().await;
        let asked = {
            let mut queue = turn.waiting.0.lock().unwrap_or_else(PoisonError::into_inner);
            let some = queue.asked.len().min(MOST);
            if some == 0 {
                // Together with the look: who asks after it begins anew.
                queue.busy = false;
            }
            queue.asked.drain(..some).collect::<Vec<_>>()
        };
        if asked.is_empty() {
            turn.over = true;
            return;
        }
        let ids: Vec<Id> = asked.iter().map(|(id, _)| id.clone()).collect();
        // Without an answer each asks for itself.
        let Ok(mut found) = read(&db, &ids).await else { continue };
        let each_once = found.len() == asked.len();
        for (id, answer) in asked {
            let document = if each_once { found.remove(&id) } else { found.get(&id).cloned() };
            // Who went away needs none.
            let _ = answer.send(document);
        }
    }
}

async fn read(db: &Db, ids: &[Id]) -> Result<HashMap<Id, Document>, StoreError> {
    let sql =
        "SELECT o.id, o.body, r.target FROM organization o LEFT JOIN redirect r ON r.id = o.id WHERE o.id IN {in}";
    let query = with_list(db.dialect, sql, ids, &[]);
    let rows = query.fetch_all(&db.read).await?;
    let mut found = HashMap::with_capacity(rows.len());
    for row in &rows {
        let target: Option<String> = row.try_get(2)?;
        let Some(id) = Id::parse(&text(row, 0)?) else { continue };
        found.insert(id, Document { body: text(row, 1)?, merged_into: target.as_deref().and_then(Id::parse) });
    }
    Ok(found)
}
