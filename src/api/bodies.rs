//! Documents by id, for many readers at once: what is asked while one statement runs is read together by the next one. A
//! question to the database costs more than a row of its answer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::oneshot;

use crate::{
    model::id::Id,
    store::{Store, StoreError},
    web::problem::Problem,
};

/// Ids that are read at once.
const TOGETHER: usize = 64;

/// Reads documents of organizations.
#[derive(Clone)]
pub struct Bodies {
    store: Store,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    /// Somebody reads and will go on until nobody waits.
    reading: bool,
    wanted: Vec<(Id, oneshot::Sender<Option<Arc<str>>>)>,
}

impl Bodies {
    /// Reads of a store.
    pub fn new(store: Store) -> Self {
        Self { store, waiting: Arc::default() }
    }

    /// The document of an organization as it is stored; nothing when there is none.
    pub async fn one(&self, id: &Id) -> Result<Option<Arc<str>>, Problem> {
        let (answer, answered) = oneshot::channel();
        let begin = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.wanted.push((id.clone(), answer));
            !std::mem::replace(&mut waiting.reading, true)
        };
        if begin {
            // On its own: a client who leaves does not leave the others waiting.
            tokio::spawn(self.clone().read());
        }
        answered.await.map_err(|_| Problem::broken("reading an organization", &"the store could not be read"))
    }

    async fn read(self) {
        loop {
            let wanted = {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                if waiting.wanted.is_empty() {
                    waiting.reading = false;
                    return;
                }
                let some = waiting.wanted.len().min(TOGETHER);
                waiting.wanted.drain(..some).collect::<Vec<_>>()
            };
            let ids: Vec<Id> = wanted.iter().map(|(id, _)| id.clone()).collect();
            match self.together(&ids).await {
                Ok(bodies) => {
                    for (id, answer) in wanted {
                        // Whoever left needs no answer.
                        let _ = answer.send(bodies.get(&id).cloned());
                    }
                }
                // The senders go: each reader is told that it failed.
                Err(error) => tracing::error!("documents could not be read: {error}"),
            }
        }
    }

    async fn together(&self, ids: &[Id]) -> Result<HashMap<Id, Arc<str>>, StoreError> {
        let documents = self.store.documents(ids).await?;
        Ok(documents.into_iter().map(|(id, document)| (id, Arc::from(document.body))).collect())
    }

    /// The documents of these organizations by id; what is not there is left out.
    pub async fn many(&self, ids: &[Id]) -> Result<HashMap<Id, Arc<str>>, Problem> {
        let mut all = HashMap::with_capacity(ids.len());
        for some in ids.chunks(TOGETHER) {
            let read = self.together(some).await;
            all.extend(read.map_err(|error| Problem::broken("reading organizations", &error))?);
        }
        Ok(all)
    }
}
