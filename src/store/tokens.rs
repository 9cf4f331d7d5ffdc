//! Keys of programs: each of one organization or app, made by an owner, for a few jobs, with an end.
//!
//! What holds: a key is kept as its SHA-256 and shown once; one that ended, was revoked, or whose maker is no owner any more
//! opens nothing.

use sqlx::any::AnyRow;

use super::{
    Store, StoreError, audit,
    db::{int, row, text},
    loads::refused,
    people::{hash_of, new_secret},
};
use crate::model::{
    account::{PersonId, Role},
    id::Id,
};

/// So many keys one organization may have.
const MOST: i64 = 20;
/// How long one may be good for, in microseconds: a year and a day.
pub const TOKEN_LASTS: i64 = 366 * DAY;
/// How long one that ended stays in the list, in microseconds.
const SHOWN: i64 = 30 * DAY;
const DAY: i64 = 24 * 3_600 * 1_000_000;
/// How a key begins: whoever finds one knows what it is.
const BEGINS: &str = "connector_";
const COLUMNS: &str = "id, person_id, organization_id, name, scopes, created_at, used_at, expires_at";

/// A key of a program. Times are in microseconds since 1970 UTC, 0 = never.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is called in lists.
    pub id: String,
    /// Who made it.
    pub person: PersonId,
    /// Whose profile it is for.
    pub subject: Id,
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for, separated by spaces.
    pub scopes: String,
    /// Since when.
    pub created_at: i64,
    /// The day it was last used.
    pub used_at: i64,
    /// Until when.
    pub expires_at: i64,
}

impl Token {
    /// May it be used for this?
    pub fn may(&self, scope: &str) -> bool {
        self.scopes.split(' ').any(|has| has == scope)
    }
}

impl Store {
    /// Makes a key; answers it, which is nowhere else.
    pub async fn issue_token(
        &self,
        person: &PersonId,
        subject: &Id,
        (name, scopes): (&str, &[&str]),
        expires_at: i64,
    ) -> Result<String, StoreError> {
        let (now, secret) = (self.clock.micros(), format!("{BEGINS}{}", new_secret()));
        if expires_at <= now || expires_at > now + TOKEN_LASTS {
            return Err(refused("a key ends within a year".into()));
        }
        let id = new_secret()[..16].to_owned();
        let mut tx = self.db.begin().await?;
        let sql = "DELETE FROM api_token WHERE organization_id = $1 AND expires_at <= $2";
        sqlx::query(sql).bind(subject.to_string()).bind(now - SHOWN).execute(&mut *tx.inner).await?;
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM api_token WHERE organization_id = $1";
        let count = sqlx::query(sql).bind(subject.to_string()).fetch_one(&mut *tx.inner).await?;
        if int(&count, 0)? >= MOST {
            return Err(refused(format!("there are {MOST} keys already; revoke one first")));
        }
        let scopes = scopes.join(" ");
        let cells =
            row![hash_of(&secret), &id, person.as_str(), subject.as_str(), name, &scopes, now, 0_i64, expires_at];
        let cols: Vec<&str> = std::iter::once("hash").chain(COLUMNS.split(", ")).collect();
        tx.insert("api_token", &cols, "", vec![cells]).await?;
        let detail = serde_json::json!({ "key": id, "scopes": scopes });
        audit::note(&mut tx, now, &format!("owner:{person}"), "key.made", subject.as_str(), &detail).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Keys of an organization or app, the newest first.
    pub async fn tokens(&self, subject: &Id) -> Result<Vec<Token>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM api_token WHERE organization_id = $1 ORDER BY created_at DESC, id");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(subject.to_string());
        query.fetch_all(&self.db.read).await?.iter().map(token).collect()
    }

    /// Revokes a key: it opens nothing from now on.
    pub async fn revoke_token(&self, subject: &Id, id: &str, actor: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "DELETE FROM api_token WHERE organization_id = $1 AND id = $2";
        let query = sqlx::query(sql).bind(subject.to_string()).bind(id.to_owned());
        let gone = query.execute(&mut *tx.inner).await?.rows_affected() > 0;
        if gone {
            let detail = serde_json::json!({ "key": id });
            audit::note(&mut tx, self.clock.micros(), actor, "key.revoked", subject.as_str(), &detail).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }

    /// The key that a program showed, while it is good: not ended, and its maker still an owner. The day is written down.
    pub async fn token(&self, secret: &str) -> Result<Option<Token>, StoreError> {
        let (hash, now) = (hash_of(secret), self.clock.micros());
        let sql = format!("SELECT {COLUMNS} FROM api_token WHERE hash = $1 AND expires_at > $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(hash.clone()).bind(now);
        let Some(row) = query.fetch_optional(&self.db.read).await? else { return Ok(None) };
        let token = token(&row)?;
        let maker = self.member(&token.subject, &token.person).await?;
        if maker.is_none_or(|maker| maker.role < Role::Owner) {
            return Ok(None);
        }
        let today = now - now.rem_euclid(DAY);
        if token.used_at < today {
            let mut tx = self.db.begin().await?;
            let sql = "UPDATE api_token SET used_at = $1 WHERE hash = $2";
            sqlx::query(sql).bind(today).bind(hash).execute(&mut *tx.inner).await?;
            tx.commit().await?;
        }
        Ok(Some(token))
    }
}

fn token(row: &AnyRow) -> Result<Token, StoreError> {
    let (person, subject) = (text(row, 1)?, text(row, 2)?);
    let wrong = |what: &str| StoreError::Unreadable { what: "a key".into(), why: format!("{what:?} is no id") };
    Ok(Token {
        id: text(row, 0)?,
        person: PersonId::parse(&person).ok_or_else(|| wrong(&person))?,
        subject: Id::parse(&subject).ok_or_else(|| wrong(&subject))?,
        name: text(row, 3)?,
        scopes: text(row, 4)?,
        created_at: int(row, 5)?,
        used_at: int(row, 6)?,
        expires_at: int(row, 7)?,
    })
}
