//! Decisions of people: doors that wait, organizations that are one or two, hosts nobody is sent to.
//!
//! What holds: a decision goes through the same merge as an import, and leaves revisions like one.

use serde::Serialize;
use serde_json::json;

use super::{
    Store, StoreError, audit,
    db::{Tx, parse, row, text},
    publish::Publisher,
    review,
};
use crate::model::{
    id::Id,
    organization::{Organization, Related, Status},
    revision::Event,
};

/// A door that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldDoor {
    /// The organization or app.
    pub subject: Id,
    /// What the door is for.
    pub role: String,
    /// The domain it would open.
    pub domain: String,
    /// The address.
    pub url: String,
    /// The source that says so.
    pub source: String,
}

/// What a person says of a held door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is right: it goes live.
    Confirm,
    /// It is wrong: the old door stays.
    Refuse,
}

impl Store {
    /// Doors that wait for a person, oldest first.
    pub async fn held_doors(&self) -> Result<Vec<HeldDoor>, StoreError> {
        let rows = sqlx::query(
            "SELECT subject_id, role, trust_key, url, source FROM held_door WHERE state = 'waiting' ORDER BY at, subject_id",
        )
        .fetch_all(&self.db.read)
        .await?;
        let mut held = Vec::with_capacity(rows.len());
        for row in &rows {
            let Some(subject) = Id::parse(&text(row, 0)?) else {
                continue;
            };
            let (role, domain) = (text(row, 1)?, text(row, 2)?);
            held.push(HeldDoor { subject, role, domain, url: text(row, 3)?, source: text(row, 4)? });
        }
        Ok(held)
    }

    /// Decides a door that waits.
    pub async fn decide_door(&self, held: &HeldDoor, verdict: Verdict, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let state = match verdict {
            Verdict::Confirm => "confirmed",
            Verdict::Refuse => "refused",
        };
        let done = sqlx::query(
            "UPDATE held_door SET state = $1 WHERE subject_id = $2 AND role = $3 AND trust_key = $4 AND state = 'waiting'",
        )
        .bind(state)
        .bind(held.subject.to_string())
        .bind(held.role.clone())
        .bind(held.domain.clone())
        .execute(&mut *tx.inner)
        .await?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Refused(format!("no door to {} waits at {}", held.domain, held.subject)));
        }
        if verdict == Verdict::Confirm {
            let row = row![&held.subject, &held.role, &held.domain];
            let conflict = "ON CONFLICT (subject_id, role, trust_key) DO NOTHING";
            tx.insert("trusted_door", &["subject_id", "role", "trust_key"], conflict, vec![row]).await?;
            self.publish(&mut tx, std::slice::from_ref(&held.subject), actor).await?;
        }
        let detail = json!({ "role": held.role, "to": held.domain, "source": held.source });
        let action = format!("door.{state}");
        audit::note(&mut tx, self.clock.micros(), actor, &action, held.subject.as_str(), &detail).await?;
        tx.commit().await
    }

    /// Declares a host hostile: every door on it is gone from everything that is published.
    pub async fn recall_host(&self, host: &str, actor: &str) -> Result<u64, StoreError> {
        let host = host.trim().trim_end_matches('.').to_ascii_lowercase();
        let mut tx = self.db.begin().await?;
        let row = row![&host, self.clock.micros()];
        tx.insert("hostile_host", &["host", "since"], "ON CONFLICT (host) DO NOTHING", vec![row]).await?;
        // The document carries every address: a plain look through them is right even where no lookup reaches.
        let rows =
            sqlx::query("SELECT id FROM organization WHERE body LIKE $1 UNION SELECT id FROM app WHERE body LIKE $1")
                .bind(format!("%{host}%"))
                .fetch_all(&mut *tx.inner)
                .await?;
        let ids: Vec<Id> = rows.iter().filter_map(|row| text(row, 0).ok()).filter_map(|id| Id::parse(&id)).collect();
        let done = if self.is_mirror().await? {
            self.recall_in_mirror(&mut tx, &ids, actor).await?
        } else {
            let mut publisher = Publisher::new(self, actor, None).naming(Event::Recalled);
            publisher.publish(&mut tx, &ids, false, &|_| {}).await?;
            publisher.published().updated
        };
        let detail = serde_json::json!({ "organizations": done });
        audit::note(&mut tx, self.clock.micros(), actor, "host.recalled", &host, &detail).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Makes `from` a part of `into`: its listings move, its id and slug redirect until it is split again.
    pub async fn merge_organizations(&self, from: &Id, into: &Id, actor: &str) -> Result<(), StoreError> {
        if from == into {
            return Err(StoreError::Refused("an organization cannot be merged into itself".into()));
        }
        let mut tx = self.db.begin().await?;
        let target = organization(&mut tx, into).await?;
        let mut merged = organization(&mut tx, from).await?;
        if target.status == Status::Merged || merged.status == Status::Merged {
            return Err(StoreError::Refused("one of the two is merged already; split it first".into()));
        }
        sqlx::query("UPDATE listing SET subject_id = $1 WHERE subject_id = $2")
            .bind(into.to_string())
            .bind(from.to_string())
            .execute(&mut *tx.inner)
            .await?;
        let conflict = "ON CONFLICT (id) DO UPDATE SET target = excluded.target";
        tx.insert("redirect", &["id", "target"], conflict, vec![row![from, into]]).await?;
        review::decide(&mut tx, from, into, "same", actor, self.clock.micros()).await?;
        merged.status = Status::Merged;
        merged.successor = Some(Related { id: into.clone(), name: target.name });
        Publisher::new(self, actor, None).replace(&mut tx, merged, Event::Merged).await?;
        self.publish(&mut tx, std::slice::from_ref(into), actor).await?;
        let detail = serde_json::json!({ "into": into });
        audit::note(&mut tx, self.clock.micros(), actor, "organization.merged", from.as_str(), &detail).await?;
        tx.commit().await
    }

    async fn publish(&self, tx: &mut Tx, ids: &[Id], actor: &str) -> Result<(), StoreError> {
        Publisher::new(self, actor, None).publish(tx, ids, false, &|_| {}).await
    }
}

/// An organization as it stands.
pub(super) async fn organization(tx: &mut Tx, id: &Id) -> Result<Organization, StoreError> {
    let rows = tx.select_in("SELECT body FROM organization WHERE id IN {in}", &[id.to_string()], &[]).await?;
    let row = rows.first().ok_or_else(|| StoreError::Refused(format!("there is no organization {id}")))?;
    parse("an organization", &text(row, 0)?)
}
