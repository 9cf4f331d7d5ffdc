//! Who has a thing of the queue before them.
//!
//! What holds: it is a hint for people, so that two do not read the same thing; what keeps two from deciding it is the state
//! of the thing itself ([`StoreError::Conflict`]).

use sqlx::any::AnyRow;

use super::{
    Store, StoreError, audit,
    db::{int, row, text},
};
use crate::model::account::PersonId;

/// How long somebody has a thing before them, in microseconds: 30 minutes.
const HOLD: i64 = 30 * 60 * 1_000_000;
const COLUMNS: &str = "item, person_id, since, until";

/// A thing that somebody has before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDesk {
    /// The thing (`QueueRow::item`).
    pub item: String,
    /// Who has it.
    pub person: PersonId,
    /// Since when, in microseconds since 1970 UTC.
    pub since: i64,
    /// Until when.
    pub until: i64,
}

impl Store {
    /// Takes a thing for half an hour, when nobody else has it. Answers who has it now.
    pub async fn take_item(&self, item: &str, person: &PersonId, actor: &str) -> Result<OnDesk, StoreError> {
        let now = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let sql = format!("SELECT {COLUMNS} FROM desk WHERE item = $1 AND until > $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(item.to_owned()).bind(now);
        let held = query.fetch_optional(&mut *tx.inner).await?.as_ref().map(on_desk).transpose()?;
        if let Some(held) = held.filter(|held| held.person != *person) {
            return Ok(held);
        }
        let mine = OnDesk { item: item.into(), person: person.clone(), since: now, until: now + HOLD };
        let cells = row![item, person.as_str(), mine.since, mine.until];
        let conflict = "ON CONFLICT (item) DO UPDATE SET person_id = excluded.person_id, since = excluded.since, \
             until = excluded.until";
        tx.insert("desk", &["item", "person_id", "since", "until"], conflict, vec![cells]).await?;
        // What nobody came back to is forgotten.
        sqlx::query("DELETE FROM desk WHERE until <= $1").bind(now).execute(&mut *tx.inner).await?;
        audit::note(&mut tx, now, actor, "item.taken", item, &serde_json::json!({})).await?;
        tx.commit().await?;
        Ok(mine)
    }

    /// Lets a thing go that somebody has; false when they did not have it.
    pub async fn release_item(&self, item: &str, person: &PersonId, actor: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let query = sqlx::query("DELETE FROM desk WHERE item = $1 AND person_id = $2").bind(item.to_owned());
        let gone = query.bind(person.to_string()).execute(&mut *tx.inner).await?.rows_affected() > 0;
        if gone {
            audit::note(&mut tx, self.clock.micros(), actor, "item.released", item, &serde_json::json!({})).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }

    /// Who has a thing before them now.
    pub async fn on_desk(&self, item: &str) -> Result<Option<OnDesk>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM desk WHERE item = $1 AND until > $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(item.to_owned()).bind(self.clock.micros());
        query.fetch_optional(&self.db.read).await?.as_ref().map(on_desk).transpose()
    }

    /// Everything that somebody has before them now.
    pub async fn on_desks(&self) -> Result<Vec<OnDesk>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM desk WHERE until > $1 ORDER BY item");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(self.clock.micros());
        query.fetch_all(&self.db.read).await?.iter().map(on_desk).collect()
    }
}

fn on_desk(row: &AnyRow) -> Result<OnDesk, StoreError> {
    let person = text(row, 1)?;
    Ok(OnDesk {
        item: text(row, 0)?,
        person: PersonId::parse(&person).ok_or_else(|| StoreError::Unreadable {
            what: "a desk".into(),
            why: format!("unknown person {person:?}"),
        })?,
        since: int(row, 2)?,
        until: int(row, 3)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[tokio::test]
    async fn one_has_it_until_they_let_go_or_their_time_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock).await.unwrap();
        let (a, b) = (PersonId::new(uuid::Uuid::from_u128(1)), PersonId::new(uuid::Uuid::from_u128(2)));
        let item = "proposal:1";
        assert_eq!(store.take_item(item, &a, "moderator:a").await.unwrap().person, a);
        assert_eq!(store.take_item(item, &b, "moderator:b").await.unwrap().person, a, "somebody has it");
        assert_eq!(store.on_desk(item).await.unwrap().map(|desk| desk.person), Some(a.clone()));
        assert!(!store.release_item(item, &b, "moderator:b").await.unwrap(), "it is not theirs to let go");
        assert!(store.release_item(item, &a, "moderator:a").await.unwrap());
        assert_eq!(store.take_item(item, &b, "moderator:b").await.unwrap().person, b);
        sqlx::query("UPDATE desk SET until = 1").execute(&store.db.write).await.unwrap();
        assert_eq!(store.on_desks().await.unwrap(), []);
        assert_eq!(store.take_item(item, &a, "moderator:a").await.unwrap().person, a, "half an hour is over");
        assert_eq!(store.on_desks().await.unwrap().len(), 1);
    }
}
