//! Who else may: invitations, other roles, leaving.
//!
//! What holds: an organization that has an owner keeps one; nobody becomes an owner here (only a claim does that); an
//! invitation is used once, by the address it was sent to, while whoever sent it is an owner.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{
    Store, StoreError, audit,
    claims::{self, NewClaim},
    db::{Tx, int, text},
    hash_of,
    loads::refused,
    members,
};
use crate::model::{
    account::{Member, Person, PersonId, Role, email_key},
    claim::{Claim, ClaimMethod, ClaimState},
    id::Id,
};

/// What invitations are for, among tickets.
pub const JOIN: &str = "join";

/// What an invitation says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// To what.
    pub subject: Id,
    /// As what.
    pub role: Role,
    /// Until when the place lasts, in microseconds since 1970 UTC; 0 = without an end.
    pub expires_at: i64,
    /// Who invites.
    pub by: PersonId,
    /// To whom it goes, as addresses are compared.
    pub email: String,
}

/// What became of an invitation that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Joined {
    /// They have the place.
    Member(Member),
    /// An owner more is a moderator's to decide.
    Waits(Claim),
    /// It went to another address than theirs.
    OtherAddress,
    /// It is used, too old, or whoever sent it owns no more.
    Gone,
}

impl Store {
    /// Invitations to an organization or app that nobody has taken yet, newest first.
    pub async fn invitations(&self, subject: &Id) -> Result<Vec<Invitation>, StoreError> {
        let sql = "SELECT body FROM ticket WHERE purpose = $1 AND holder = $2 AND used_at = 0 AND expires_at > $3 \
             ORDER BY created_at DESC LIMIT 100";
        let query = sqlx::query(sql).bind(JOIN).bind(subject.to_string()).bind(self.clock.micros());
        let rows = query.fetch_all(&self.db.read).await?;
        let bodies: Vec<String> = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
        Ok(bodies.iter().filter_map(|body| serde_json::from_str(body).ok()).collect())
    }

    /// Takes an invitation: the ticket is used and the place given in one transaction.
    pub async fn join(&self, secret: &str, person: &Person) -> Result<Joined, StoreError> {
        let at = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let sql = "UPDATE ticket SET used_at = $1 WHERE hash = $2 AND purpose = $3 AND used_at = 0 AND expires_at > $1 \
             RETURNING body";
        let query = sqlx::query(sql).bind(at).bind(hash_of(secret)).bind(JOIN);
        let row = query.fetch_optional(&mut *tx.inner).await?;
        let body = row.map(|row| text(&row, 0)).transpose()?;
        let Some(invitation) = body.and_then(|body| serde_json::from_str::<Invitation>(&body).ok()) else {
            return Ok(Joined::Gone);
        };
        if email_key(&person.email).as_deref() != Some(invitation.email.as_str()) {
            // The transaction is left: the invitation is still good for whom it was meant.
            tx.rollback().await?;
            return Ok(Joined::OtherAddress);
        }
        let by = members::of(&mut tx, &invitation.subject, &invitation.by).await?;
        if !by.is_some_and(|by| by.role == Role::Owner && by.is_valid(at)) {
            tx.commit().await?;
            return Ok(Joined::Gone);
        }
        let joined = if invitation.role == Role::Owner {
            let new = NewClaim {
                subject: &invitation.subject,
                person: &person.id,
                role: Role::Owner,
                method: ClaimMethod::Invited,
                domain: "",
                note: "",
            };
            Joined::Waits(claims::insert(&mut tx, &new, Some(&invitation.by), at).await?)
        } else {
            let known = members::of(&mut tx, &invitation.subject, &person.id).await?;
            if known.is_some_and(|known| known.is_valid(at) && known.role >= invitation.role) {
                return Err(refused("they have that place already, or a greater one".into()));
            }
            let member = Member {
                subject: invitation.subject,
                person: person.id.clone(),
                role: invitation.role,
                proof: 0,
                invited_by: Some(invitation.by),
                since: at,
                expires_at: invitation.expires_at,
            };
            members::set(&mut tx, &member, &format!("owner:{}", person.id), at).await?;
            Joined::Member(member)
        };
        tx.commit().await?;
        Ok(joined)
    }

    /// Gives somebody another role below owner.
    pub async fn change_role(
        &self,
        subject: &Id,
        person: &PersonId,
        role: Role,
        expires_at: i64,
        actor: &str,
    ) -> Result<Member, StoreError> {
        if role == Role::Owner {
            return Err(refused("only a claim makes an owner".into()));
        }
        let at = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let was = members::of(&mut tx, subject, person).await?;
        let was = was.ok_or_else(|| StoreError::Conflict("they have no place here any more".into()))?;
        keeps_an_owner(&mut tx, &was, at).await?;
        let member = Member { role, proof: 0, expires_at, ..was };
        members::set(&mut tx, &member, actor, at).await?;
        retire(&mut tx, subject, person, actor).await?;
        tx.commit().await?;
        Ok(member)
    }

    /// Takes somebody's place away, or their own. The last owner stays: they hand over first.
    pub async fn leave(&self, subject: &Id, person: &PersonId, actor: &str) -> Result<(), StoreError> {
        let at = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let was = members::of(&mut tx, subject, person).await?;
        let was = was.ok_or_else(|| StoreError::Conflict("they have no place here any more".into()))?;
        keeps_an_owner(&mut tx, &was, at).await?;
        sqlx::query("DELETE FROM member WHERE subject_id = $1 AND person_id = $2")
            .bind(subject.to_string())
            .bind(person.to_string())
            .execute(&mut *tx.inner)
            .await?;
        let detail = json!({ "person": person });
        audit::note(&mut tx, at, actor, "member.removed", subject.as_str(), &detail).await?;
        retire(&mut tx, subject, person, actor).await?;
        tx.commit().await
    }
}

/// Is there another owner by a proof of their own, if this one is an owner?
async fn keeps_an_owner(tx: &mut Tx, was: &Member, at: i64) -> Result<(), StoreError> {
    if was.role != Role::Owner {
        return Ok(());
    }
    let all = members::all(tx, &was.subject).await?;
    let other = |m: &&Member| m.role == Role::Owner && m.person != was.person && m.is_valid(at);
    let mut others = all.iter().filter(other);
    // A proof is not left behind to somebody who never showed one.
    let enough = if was.proof > 0 { others.any(|m| m.proof > 0) } else { others.next().is_some() };
    if enough { Ok(()) } else { Err(refused("the last owner stays until another one has shown control".into())) }
}

/// Claims by which somebody had a seat that they have no more.
async fn retire(tx: &mut Tx, subject: &Id, person: &PersonId, actor: &str) -> Result<(), StoreError> {
    let sql = "SELECT n FROM claim WHERE subject_id = $1 AND person_id = $2 AND state IN ('proved', 'lost')";
    let rows = sqlx::query(sql).bind(subject.to_string()).bind(person.to_string()).fetch_all(&mut *tx.inner).await?;
    for row in &rows {
        claims::end(tx, int(row, 0)?, ClaimState::Withdrawn, "", actor).await?;
    }
    Ok(())
}
