//! People with an account: who they are, their passkeys, their sessions, and what is good for one use.
//!
//! What holds: a secret is kept as its SHA-256 and nowhere else; a ticket is used once, also when two use it at the same
//! moment; an account that is closed has no name, address, passkey or session left.

use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;

use super::{
    Store, StoreError, audit,
    db::{Tx, int, row, text},
    loads::refused,
};
use crate::{
    clock::secret,
    model::{
        account::{Person, PersonId, SiteRole, email_key},
        id::ThingKind,
        listing::hex,
    },
};

/// A new secret for a person to hold: 256 random bits, in hex.
pub fn new_secret() -> String {
    hex(&secret())
}

/// What is kept of a secret.
pub fn hash_of(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// A session that was found by its secret. Times are in microseconds since 1970 UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// What it is called in the list of one's sessions.
    pub id: String,
    /// Whose it is.
    pub person: PersonId,
    /// How they signed in: `passkey`, `link` or `oidc`.
    pub how: String,
    /// The sort of device, in a word or two.
    pub device: String,
    /// Since when.
    pub created_at: i64,
    /// When it was last used, to the hour.
    pub seen_at: i64,
    /// Until when.
    pub expires_at: i64,
    /// When a passkey was last shown in it; 0 = never.
    pub fresh_at: i64,
}

/// A passkey as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPasskey {
    /// The credential's id, in hex.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// The credential, as JSON.
    pub body: String,
    /// Since when.
    pub created_at: i64,
    /// When it was last used; 0 = never.
    pub used_at: i64,
}

const PERSON: &str = "id, email, name, lang, site_role, created_at";
const SESSION: &str = "id, person_id, how, device, created_at, seen_at, expires_at, fresh_at";
/// How often the last use of a session is written down, in microseconds: nobody needs it to the second.
const SEEN_EVERY: i64 = 3_600 * 1_000_000;

impl Store {
    /// Somebody who has an account.
    pub async fn person(&self, id: &PersonId) -> Result<Option<Person>, StoreError> {
        let sql = format!("SELECT {PERSON} FROM person WHERE id = $1 AND state = 'active'");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(&self.db.read).await?;
        row.as_ref().map(person).transpose()
    }

    /// Somebody by their e-mail address.
    pub async fn person_by_email(&self, email: &str) -> Result<Option<Person>, StoreError> {
        let Some(key) = email_key(email) else { return Ok(None) };
        let sql = format!("SELECT {PERSON} FROM person WHERE email_key = $1 AND state = 'active'");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(key).fetch_optional(&self.db.read).await?;
        row.as_ref().map(person).transpose()
    }

    /// Those with a role on the site, the oldest account first.
    pub async fn people_of_site(&self) -> Result<Vec<Person>, StoreError> {
        let sql =
            format!("SELECT {PERSON} FROM person WHERE site_role <> '' AND state = 'active' ORDER BY created_at, id");
        sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&self.db.read).await?.iter().map(person).collect()
    }

    /// The person with an e-mail address; an account is made when there is none. Only after the address was proved.
    pub async fn person_with_email(&self, email: &str, lang: &str) -> Result<Person, StoreError> {
        let key = email_key(email).ok_or_else(|| refused(format!("{email:?} is no e-mail address")))?;
        let mut tx = self.db.begin().await?;
        let sql = format!("SELECT {PERSON} FROM person WHERE email_key = $1 AND state = 'active'");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(key.clone()).fetch_optional(&mut *tx.inner).await?;
        if let Some(row) = row {
            return person(&row);
        }
        let id = PersonId::new(uuid::Uuid::from_bytes(self.ids.make(ThingKind::Organization).bytes()));
        let at = self.clock.micros();
        let cells = row![id.as_str(), email.trim(), key, "", lang, "", "active", at];
        let cols = ["id", "email", "email_key", "name", "lang", "site_role", "state", "created_at"];
        tx.insert("person", &cols, "", vec![cells]).await?;
        audit::note(&mut tx, at, id.as_str(), "person.created", id.as_str(), &serde_json::json!({})).await?;
        tx.commit().await?;
        let (email, lang) = (email.trim().to_owned(), lang.to_owned());
        Ok(Person { id, email, name: String::new(), lang, site_role: SiteRole::None, created_at: at })
    }

    /// How somebody wants to be called, and in which language.
    pub async fn rename_person(&self, id: &PersonId, name: &str, lang: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        sqlx::query("UPDATE person SET name = $1, lang = $2 WHERE id = $3 AND state = 'active'")
            .bind(name.to_owned())
            .bind(lang.to_owned())
            .bind(id.to_string())
            .execute(&mut *tx.inner)
            .await?;
        tx.commit().await
    }

    /// Another e-mail address for an account, after it was proved; links to the old one are worth nothing any more. False when
    /// another account has it.
    pub async fn set_email(&self, id: &PersonId, email: &str) -> Result<bool, StoreError> {
        let key = email_key(email).ok_or_else(|| refused(format!("{email:?} is no e-mail address")))?;
        let mut tx = self.db.begin().await?;
        let sql = "SELECT 1 FROM person WHERE email_key = $1 AND state = 'active' AND id <> $2";
        let taken = sqlx::query(sql).bind(key.clone()).bind(id.to_string()).fetch_optional(&mut *tx.inner).await?;
        if taken.is_some() {
            return Ok(false);
        }
        let at = self.clock.micros();
        let sql = "UPDATE ticket SET used_at = $1 WHERE used_at = 0 AND purpose IN ('sign_in', 'invite') \
             AND holder = (SELECT email_key FROM person WHERE id = $2)";
        sqlx::query(sql).bind(at).bind(id.to_string()).execute(&mut *tx.inner).await?;
        let sql = "UPDATE person SET email = $1, email_key = $2 WHERE id = $3 AND state = 'active'";
        let query = sqlx::query(sql).bind(email.trim().to_owned()).bind(key).bind(id.to_string());
        query.execute(&mut *tx.inner).await?;
        audit::note(&mut tx, at, id.as_str(), "person.email", id.as_str(), &serde_json::json!({})).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Gives somebody a role on the site, or takes it away; their sessions end, so that it holds at once.
    pub async fn set_site_role(&self, id: &PersonId, role: SiteRole, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let done = sqlx::query("UPDATE person SET site_role = $1 WHERE id = $2 AND state = 'active'")
            .bind(role.word())
            .bind(id.to_string())
            .execute(&mut *tx.inner)
            .await?;
        if done.rows_affected() == 0 {
            return Err(refused(format!("there is no account {id}")));
        }
        end_sessions(&mut tx, id).await?;
        let detail = serde_json::json!({ "role": role.word() });
        audit::note(&mut tx, self.clock.micros(), actor, "person.site_role", id.as_str(), &detail).await?;
        tx.commit().await
    }

    /// Closes an account: nothing of who it was is left, but for its id in the log.
    pub async fn close_person(&self, id: &PersonId, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let sql =
            "UPDATE person SET state = 'closed', email = '', email_key = '', name = '', site_role = '' WHERE id = $1";
        sqlx::query(sql).bind(id.to_string()).execute(&mut *tx.inner).await?;
        end_sessions(&mut tx, id).await?;
        for table in ["passkey", "identity", "api_token", "member", "draft", "notice"] {
            let sql = format!("DELETE FROM {table} WHERE person_id = $1");
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string()).execute(&mut *tx.inner).await?;
        }
        sqlx::query("DELETE FROM ticket WHERE holder = $1").bind(id.to_string()).execute(&mut *tx.inner).await?;
        audit::note(&mut tx, self.clock.micros(), actor, "person.closed", id.as_str(), &serde_json::json!({})).await?;
        tx.commit().await
    }

    /// Begins a session; answers its secret, which is nowhere else.
    pub async fn open_session(
        &self,
        person: &PersonId,
        how: &str,
        device: &str,
        lasts: i64,
        fresh: bool,
    ) -> Result<String, StoreError> {
        let (secret, at) = (new_secret(), self.clock.micros());
        let id = new_secret()[..16].to_owned();
        let fresh_at = if fresh { at } else { 0 };
        let mut tx = self.db.begin().await?;
        sqlx::query("DELETE FROM session WHERE expires_at <= $1").bind(at).execute(&mut *tx.inner).await?;
        let cells = row![hash_of(&secret), id, person.as_str(), how, device, at, at, at + lasts, fresh_at];
        let cols = ["hash", "id", "person_id", "how", "device", "created_at", "seen_at", "expires_at", "fresh_at"];
        tx.insert("session", &cols, "", vec![cells]).await?;
        audit::note(
            &mut tx,
            at,
            person.as_str(),
            "session.opened",
            person.as_str(),
            &serde_json::json!({ "how": how }),
        )
        .await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// The session of a secret, and whose it is, while it lasts.
    pub async fn session(&self, secret: &str) -> Result<Option<(Session, Person)>, StoreError> {
        let hash = hash_of(secret);
        let now = self.clock.micros();
        let sql = format!("SELECT {SESSION} FROM session WHERE hash = $1 AND expires_at > $2");
        let row =
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(hash.clone()).bind(now).fetch_optional(&self.db.read).await?;
        let Some(session) = row.as_ref().map(session).transpose()? else { return Ok(None) };
        let Some(person) = self.person(&session.person).await? else { return Ok(None) };
        if now - session.seen_at >= SEEN_EVERY {
            let mut tx = self.db.begin().await?;
            let sql = "UPDATE session SET seen_at = $1 WHERE hash = $2";
            sqlx::query(sql).bind(now).bind(hash).execute(&mut *tx.inner).await?;
            tx.commit().await?;
        }
        Ok(Some((session, person)))
    }

    /// The session goes on under a new secret, as one in which a passkey was shown just now. Answers the new secret; the
    /// old one is worth nothing from now on.
    pub async fn freshen_session(&self, secret: &str) -> Result<Option<String>, StoreError> {
        let (new, now) = (new_secret(), self.clock.micros());
        let mut tx = self.db.begin().await?;
        let sql = "UPDATE session SET hash = $1, fresh_at = $2, seen_at = $2 WHERE hash = $3 AND expires_at > $2";
        let query = sqlx::query(sql).bind(hash_of(&new)).bind(now).bind(hash_of(secret));
        let done = query.execute(&mut *tx.inner).await?;
        tx.commit().await?;
        Ok((done.rows_affected() == 1).then_some(new))
    }

    /// Sessions of a person that last, newest first.
    pub async fn sessions_of(&self, person: &PersonId) -> Result<Vec<Session>, StoreError> {
        let sql =
            format!("SELECT {SESSION} FROM session WHERE person_id = $1 AND expires_at > $2 ORDER BY created_at DESC");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(person.to_string()).bind(self.clock.micros());
        query.fetch_all(&self.db.read).await?.iter().map(session).collect()
    }

    /// Ends a session of a person by its name; without one, all but the one that is kept.
    pub async fn end_session(&self, person: &PersonId, id: Option<&str>, keep: Option<&str>) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "DELETE FROM session WHERE person_id = $1 AND ($2 = '' OR id = $2) AND id <> $3";
        sqlx::query(sql)
            .bind(person.to_string())
            .bind(id.unwrap_or_default().to_owned())
            .bind(keep.unwrap_or_default().to_owned())
            .execute(&mut *tx.inner)
            .await?;
        tx.commit().await
    }

    /// Makes a ticket for one use; answers its secret. `holder` is whom it is for, or what tickets are counted by.
    pub async fn issue_ticket(
        &self,
        purpose: &str,
        holder: &str,
        body: &str,
        lasts: i64,
    ) -> Result<String, StoreError> {
        let (secret, at) = (new_secret(), self.clock.micros());
        let mut tx = self.db.begin().await?;
        sqlx::query("DELETE FROM ticket WHERE expires_at <= $1 - $2")
            .bind(at)
            .bind(KEPT)
            .execute(&mut *tx.inner)
            .await?;
        let cells = row![hash_of(&secret), purpose, holder, body, at, at + lasts, 0_i64];
        let cols = ["hash", "purpose", "holder", "body", "created_at", "expires_at", "used_at"];
        tx.insert("ticket", &cols, "", vec![cells]).await?;
        tx.commit().await?;
        Ok(secret)
    }

    /// Uses a ticket: whom it is for and what was written on it. Nothing when it is used, too old, for something else, or
    /// not one of ours.
    pub async fn use_ticket(&self, purpose: &str, secret: &str) -> Result<Option<(String, String)>, StoreError> {
        let now = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let sql = "UPDATE ticket SET used_at = $1 WHERE hash = $2 AND purpose = $3 AND used_at = 0 AND expires_at > $1 \
             RETURNING holder, body";
        let query = sqlx::query(sql).bind(now).bind(hash_of(secret)).bind(purpose.to_owned());
        let row = query.fetch_optional(&mut *tx.inner).await?;
        tx.commit().await?;
        row.map(|row| Ok((text(&row, 0)?, text(&row, 1)?))).transpose()
    }

    /// Looks at a ticket without using it.
    pub async fn see_ticket(&self, purpose: &str, secret: &str) -> Result<Option<(String, String)>, StoreError> {
        let sql =
            "SELECT holder, body FROM ticket WHERE hash = $1 AND purpose = $2 AND used_at = 0 AND expires_at > $3";
        let query = sqlx::query(sql).bind(hash_of(secret)).bind(purpose.to_owned()).bind(self.clock.micros());
        let row = query.fetch_optional(&self.db.read).await?;
        row.map(|row| Ok((text(&row, 0)?, text(&row, 1)?))).transpose()
    }

    /// Tickets of a purpose that were made for a holder since a moment.
    pub async fn tickets_since(&self, purpose: &str, holder: &str, since: i64) -> Result<u64, StoreError> {
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM ticket WHERE purpose = $1 AND holder = $2 AND created_at >= $3";
        let query = sqlx::query(sql).bind(purpose.to_owned()).bind(holder.to_owned()).bind(since);
        Ok(int(&query.fetch_one(&self.db.read).await?, 0)? as u64)
    }

    /// Makes every ticket of a purpose worthless that was made for a holder.
    pub async fn void_tickets(&self, purpose: &str, holder: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        sqlx::query("UPDATE ticket SET used_at = $1 WHERE purpose = $2 AND holder = $3 AND used_at = 0")
            .bind(self.clock.micros())
            .bind(purpose.to_owned())
            .bind(holder.to_owned())
            .execute(&mut *tx.inner)
            .await?;
        tx.commit().await
    }

    /// Passkeys of a person, oldest first.
    pub async fn passkeys(&self, person: &PersonId) -> Result<Vec<StoredPasskey>, StoreError> {
        let sql =
            "SELECT id, name, body, created_at, used_at FROM passkey WHERE person_id = $1 ORDER BY created_at, id";
        let rows = sqlx::query(sql).bind(person.to_string()).fetch_all(&self.db.read).await?;
        rows.iter()
            .map(|row| {
                let (id, name, body) = (text(row, 0)?, text(row, 1)?, text(row, 2)?);
                Ok(StoredPasskey { id, name, body, created_at: int(row, 3)?, used_at: int(row, 4)? })
            })
            .collect()
    }

    /// Keeps a new passkey of a person.
    pub async fn add_passkey(&self, person: &PersonId, id: &str, name: &str, body: &str) -> Result<(), StoreError> {
        let at = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let known = sqlx::query("SELECT 1 FROM passkey WHERE id = $1").bind(id.to_owned());
        if known.fetch_optional(&mut *tx.inner).await?.is_some() {
            return Err(refused("this passkey is known already".into()));
        }
        let cols = ["id", "person_id", "name", "body", "created_at", "used_at"];
        tx.insert("passkey", &cols, "", vec![row![id, person.as_str(), name, body, at, 0_i64]]).await?;
        audit::note(&mut tx, at, person.as_str(), "passkey.added", person.as_str(), &serde_json::json!({})).await?;
        tx.commit().await
    }

    /// Writes down that a passkey was used, with its counter in `body`.
    pub async fn passkey_used(&self, person: &PersonId, id: &str, body: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        sqlx::query("UPDATE passkey SET body = $1, used_at = $2 WHERE id = $3 AND person_id = $4")
            .bind(body.to_owned())
            .bind(self.clock.micros())
            .bind(id.to_owned())
            .bind(person.to_string())
            .execute(&mut *tx.inner)
            .await?;
        tx.commit().await
    }

    /// Removes a passkey of a person.
    pub async fn remove_passkey(&self, person: &PersonId, id: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let query = sqlx::query("DELETE FROM passkey WHERE id = $1 AND person_id = $2").bind(id.to_owned());
        let gone = query.bind(person.to_string()).execute(&mut *tx.inner).await?.rows_affected() > 0;
        if gone {
            let at = self.clock.micros();
            audit::note(&mut tx, at, person.as_str(), "passkey.removed", person.as_str(), &serde_json::json!({}))
                .await?;
        }
        tx.commit().await?;
        Ok(gone)
    }
}

/// How long a ticket that ended is kept, so that tickets of a day can be counted, in microseconds.
const KEPT: i64 = 24 * 3_600 * 1_000_000;

async fn end_sessions(tx: &mut Tx, person: &PersonId) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM session WHERE person_id = $1").bind(person.to_string()).execute(&mut *tx.inner).await?;
    Ok(())
}

fn unreadable(what: &str, why: &str) -> StoreError {
    StoreError::Unreadable { what: what.into(), why: format!("unknown word {why:?}") }
}

fn person(row: &AnyRow) -> Result<Person, StoreError> {
    let (id, role) = (text(row, 0)?, text(row, 4)?);
    Ok(Person {
        id: PersonId::parse(&id).ok_or_else(|| unreadable("a person", &id))?,
        email: text(row, 1)?,
        name: text(row, 2)?,
        lang: text(row, 3)?,
        site_role: SiteRole::from_word(&role).ok_or_else(|| unreadable("a person", &role))?,
        created_at: int(row, 5)?,
    })
}

fn session(row: &AnyRow) -> Result<Session, StoreError> {
    let person = text(row, 1)?;
    Ok(Session {
        id: text(row, 0)?,
        person: PersonId::parse(&person).ok_or_else(|| unreadable("a session", &person))?,
        how: text(row, 2)?,
        device: text(row, 3)?,
        created_at: int(row, 4)?,
        seen_at: int(row, 5)?,
        expires_at: int(row, 6)?,
        fresh_at: int(row, 7)?,
    })
}
