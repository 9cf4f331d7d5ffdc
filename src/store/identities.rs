//! Who somebody is at a provider of OpenID Connect.
//!
//! What holds: an identity is tied to one account at most, and nobody gets into an account that is there already because a
//! provider says that they have its e-mail address: they tie the two while they are signed in.

use super::{
    Store, StoreError, audit,
    db::{Tx, int, row, text},
};
use crate::model::{
    account::{Person, PersonId, SiteRole, email_key},
    id::ThingKind,
};

/// Whose account it is, when somebody comes back from a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// This account is tied to who they are there.
    Known(Person),
    /// A new account was made.
    New(Person),
    /// There is an account with this e-mail address, and it is not tied to who they are there.
    EmailKnown,
}

/// An identity that is tied to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tied {
    /// The provider.
    pub issuer: String,
    /// Who they are there.
    pub subject: String,
    /// Since when, in microseconds since 1970 UTC.
    pub since: i64,
}

impl Store {
    /// Who somebody is at a provider of OpenID Connect.
    pub async fn person_by_identity(&self, issuer: &str, subject: &str) -> Result<Option<Person>, StoreError> {
        let sql = "SELECT person_id FROM identity WHERE issuer = $1 AND subject = $2";
        let query = sqlx::query(sql).bind(issuer.to_owned()).bind(subject.to_owned());
        let Some(row) = query.fetch_optional(&self.db.read).await? else { return Ok(None) };
        match PersonId::parse(&text(&row, 0)?) {
            Some(id) => self.person(&id).await,
            None => Ok(None),
        }
    }

    /// Whose account it is: the one that is tied to this identity, else a new one with an e-mail address that the provider
    /// vouches for. An account that is there already is nobody's for that.
    pub async fn arrive(
        &self,
        (issuer, subject): (&str, &str),
        email: &str,
        lang: &str,
    ) -> Result<Arrival, StoreError> {
        if let Some(person) = self.person_by_identity(issuer, subject).await? {
            return Ok(Arrival::Known(person));
        }
        let Some(key) = email_key(email) else { return Ok(Arrival::EmailKnown) };
        let mut tx = self.db.begin().await?;
        let sql = "SELECT 1 FROM person WHERE email_key = $1 AND state = 'active'";
        if sqlx::query(sql).bind(key.clone()).fetch_optional(&mut *tx.inner).await?.is_some() {
            return Ok(Arrival::EmailKnown);
        }
        let id = PersonId::new(uuid::Uuid::from_bytes(self.ids.make(ThingKind::Organization).bytes()));
        let at = self.clock.micros();
        let cells = row![id.as_str(), email.trim(), key, "", lang, "", "active", at];
        let cols = ["id", "email", "email_key", "name", "lang", "site_role", "state", "created_at"];
        tx.insert("person", &cols, "", vec![cells]).await?;
        let detail = serde_json::json!({ "issuer": issuer });
        audit::note(&mut tx, at, id.as_str(), "person.created", id.as_str(), &detail).await?;
        if !tie(&mut tx, at, &id, (issuer, subject)).await? {
            // Somebody else of the same identity was here between two words; the next try finds them.
            return Ok(Arrival::EmailKnown);
        }
        tx.commit().await?;
        let (email, lang) = (email.trim().to_owned(), lang.to_owned());
        Ok(Arrival::New(Person { id, email, name: String::new(), lang, site_role: SiteRole::None, created_at: at }))
    }

    /// Ties an account to who somebody is at a provider; `false` when that is another account's.
    pub async fn tie_identity(&self, person: &PersonId, issuer: &str, subject: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let done = tie(&mut tx, self.clock.micros(), person, (issuer, subject)).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// To whom at providers an account is tied, the oldest first.
    pub async fn identities(&self, person: &PersonId) -> Result<Vec<Tied>, StoreError> {
        let sql = "SELECT issuer, subject, created_at FROM identity WHERE person_id = $1 ORDER BY created_at, issuer, subject";
        let rows = sqlx::query(sql).bind(person.to_string()).fetch_all(&self.db.read).await?;
        rows.iter().map(|row| Ok(Tied { issuer: text(row, 0)?, subject: text(row, 1)?, since: int(row, 2)? })).collect()
    }

    /// Unties an account from who somebody is at a provider.
    pub async fn untie_identity(&self, person: &PersonId, issuer: &str, subject: &str) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "DELETE FROM identity WHERE issuer = $1 AND subject = $2 AND person_id = $3";
        let query = sqlx::query(sql).bind(issuer.to_owned()).bind(subject.to_owned()).bind(person.to_string());
        let gone = query.execute(&mut *tx.inner).await?.rows_affected() > 0;
        if gone {
            let detail = serde_json::json!({ "issuer": issuer });
            let at = self.clock.micros();
            audit::note(&mut tx, at, person.as_str(), "identity.untied", person.as_str(), &detail).await?;
        }
        tx.commit().await?;
        Ok(gone)
    }
}

async fn tie(tx: &mut Tx, at: i64, person: &PersonId, (issuer, subject): (&str, &str)) -> Result<bool, StoreError> {
    let sql = "SELECT person_id FROM identity WHERE issuer = $1 AND subject = $2";
    let query = sqlx::query(sql).bind(issuer.to_owned()).bind(subject.to_owned());
    if let Some(row) = query.fetch_optional(&mut *tx.inner).await? {
        return Ok(text(&row, 0)? == person.as_str());
    }
    let cells = row![issuer, subject, person.as_str(), at];
    tx.insert("identity", &["issuer", "subject", "person_id", "created_at"], "", vec![cells]).await?;
    let detail = serde_json::json!({ "issuer": issuer });
    audit::note(tx, at, person.as_str(), "identity.tied", person.as_str(), &detail).await?;
    Ok(true)
}
