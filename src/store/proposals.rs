//! What people would have the directory say: kept, decided, and said in the same transaction in which it is decided.
//!
//! What holds: an approval is bound to what was read (the hash of the proposal and the version of what people see); whoever
//! comes second is told so and changes nothing; what two wrote from one beginning is put together or refused, never lost.

mod edited;

use serde_json::json;
use sqlx::any::AnyRow;

use super::{
    Store, StoreError, audit,
    db::{Tx, int, parse, row, text},
    loads::refused,
    members, revert,
    say::{Word, said_in, say, version_in},
    spelled::Wanted,
};
use crate::model::{
    account::{Member, PersonId, Role},
    change::{Risk, Speaker, fingerprint, rebase},
    id::Id,
    listing::Body,
    proposal::{Final, Proposal, ProposalKind, ProposalState},
    redact,
    revision::Event,
};

pub use self::edited::Replacement;

/// So many may wait that nobody signed in for, and so many of one author: a flood must not fill the disk.
const OPEN_LIMIT: i64 = 20_000;
const OPEN_LIMIT_OF_ONE: i64 = 2_000;
const COLUMNS: &str = "n, at, source, subject_id, author, kind, before_body, after_body, base, hash, risks, state, \
     publish_at, why, decided_by, decided_at, finals, answer, load, published_at";

/// A proposal before it has its number.
#[derive(Debug, Clone)]
pub struct NewProposal<'a> {
    /// Which source would say it.
    pub speaker: Speaker,
    /// Of what; nothing when it is not in the directory yet.
    pub subject: Option<&'a Id>,
    /// Who sends it.
    pub author: Option<&'a PersonId>,
    /// How it came.
    pub kind: ProposalKind,
    /// What the source said when its author began.
    pub before: Option<&'a Body>,
    /// What it would say.
    pub after: &'a Body,
    /// Version of the merged thing that the author saw.
    pub base: i64,
    /// Why it waits.
    pub risks: &'a [Risk],
    /// Not before this moment; 0 = at once.
    pub publish_at: i64,
    /// Why, and how the author knows.
    pub why: &'a str,
}

/// What an approval is bound to, as the person who gives it read it.
#[derive(Debug, Clone)]
pub struct Approval<'a> {
    /// The hash of the proposal.
    pub hash: &'a str,
    /// The version of the merged thing; 0 when it is not in the directory.
    pub seen: i64,
    /// Where its doors lead.
    pub finals: &'a [Final],
    /// What the author is told.
    pub answer: &'a str,
}

/// Which proposals are wanted; nothing = any.
#[derive(Debug, Clone, Default)]
pub struct ProposalFilter<'a> {
    /// In one of these states.
    pub states: &'a [ProposalState],
    /// About this thing.
    pub subject: Option<&'a Id>,
    /// Sent by this person.
    pub author: Option<&'a PersonId>,
}

impl Store {
    /// Keeps a proposal for a second person; answers its number.
    pub async fn propose(&self, new: &NewProposal<'_>, actor: &str) -> Result<i64, StoreError> {
        let mut tx = self.db.begin().await?;
        room_for(&mut tx, new.author).await?;
        let n = self.insert_proposal(&mut tx, new, ProposalState::Waiting).await?;
        note(&mut tx, self, actor, "proposal.made", n, new.subject, &json!({ "kind": new.kind.word() })).await?;
        tx.commit().await?;
        Ok(n)
    }

    /// Says at once what need not wait: nothing in it is a risk. Answers its number and the thing it is about.
    pub async fn propose_and_publish(&self, new: &NewProposal<'_>, actor: &str) -> Result<(i64, Id), StoreError> {
        if !new.risks.is_empty() || new.publish_at != 0 {
            return Err(refused("it waits for a second person, or for its day".into()));
        }
        let mut tx = self.db.begin().await?;
        let n = self.insert_proposal(&mut tx, new, ProposalState::Waiting).await?;
        let proposal = one(&mut tx, n).await?;
        let subject = self.publish_in(&mut tx, &proposal, actor, actor).await?;
        tx.commit().await?;
        Ok((n, subject))
    }

    /// One proposal.
    pub async fn proposal(&self, n: i64) -> Result<Option<Proposal>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM proposal WHERE n = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(n).fetch_optional(&self.db.read).await?;
        row.as_ref().map(proposal).transpose()
    }

    /// Proposals, newest first, before a number (0: from the newest on).
    pub async fn proposals(
        &self,
        filter: &ProposalFilter<'_>,
        before: i64,
        limit: u32,
    ) -> Result<Vec<Proposal>, StoreError> {
        let all: Vec<&str> = ProposalState::ALL.iter().map(|state| state.word()).collect();
        let some: Vec<&str> = filter.states.iter().map(|state| state.word()).collect();
        let states = if some.is_empty() { &all } else { &some };
        let sql = format!(
            "SELECT {COLUMNS} FROM proposal WHERE state IN {{in}} AND ($2 = '' OR subject_id = $2) \
             AND ($3 = '' OR author = $3) AND ($4 = 0 OR n < $4) ORDER BY n DESC LIMIT $5"
        );
        let subject = filter.subject.map(Id::as_str).unwrap_or_default();
        let author = filter.author.map(PersonId::as_str).unwrap_or_default();
        let more = [subject.into(), author.into(), before.into(), i64::from(limit).into()];
        let rows = super::db::with_list(self.db.dialect, &sql, states, &more).fetch_all(&self.db.read).await?;
        rows.iter().map(proposal).collect()
    }

    /// A second person found it right: it is said at once, or on its day. Answers what became of it.
    ///
    /// [`StoreError::Conflict`] when it, or what people see, is not what that person read.
    pub async fn approve(&self, n: i64, approval: &Approval<'_>, actor: &str) -> Result<Proposal, StoreError> {
        let mut tx = self.db.begin().await?;
        let proposal = open(&mut tx, n).await?;
        if proposal.hash != approval.hash {
            return Err(StoreError::Conflict(format!("proposal {n} is not what was read; look at it again")));
        }
        let standing = match &proposal.subject {
            Some(subject) => version_in(&mut tx, subject).await?.unwrap_or_default(),
            None => 0,
        };
        if standing != approval.seen {
            let why = format!("what people see was version {} when it was read and is {standing} now", approval.seen);
            return Err(StoreError::Conflict(why));
        }
        let finals = serde_json::to_string(approval.finals).unwrap_or_default();
        decide(&mut tx, self, n, ProposalState::Scheduled, approval.answer, &finals, actor).await?;
        let subject = proposal.subject.as_ref();
        note(&mut tx, self, actor, "proposal.approved", n, subject, &json!({ "hash": proposal.hash })).await?;
        if proposal.publish_at <= self.clock.micros() {
            self.publish_in(&mut tx, &proposal, &said_by(&proposal, actor), actor).await?;
        }
        let done = one(&mut tx, n).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Turns a proposal down, asks its author something, or takes it back; `hash` is what was read.
    pub async fn turn_down(
        &self,
        n: i64,
        hash: &str,
        state: ProposalState,
        answer: &str,
        actor: &str,
    ) -> Result<Proposal, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = format!("SELECT {COLUMNS} FROM proposal WHERE n = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(n).fetch_optional(&mut *tx.inner).await?;
        let proposal = proposal(&row.ok_or_else(|| refused(format!("there is no proposal {n}")))?)?;
        let may = proposal.state.is_open() || proposal.state == ProposalState::Scheduled;
        let to = matches!(state, ProposalState::Rejected | ProposalState::Asked | ProposalState::Withdrawn);
        if !may || !to {
            return Err(StoreError::Conflict(format!("proposal {n} is {} already", proposal.state.word())));
        }
        if proposal.hash != hash {
            return Err(StoreError::Conflict(format!("proposal {n} is not what was read; look at it again")));
        }
        decide(&mut tx, self, n, state, answer, "[]", actor).await?;
        let action = format!("proposal.{}", state.word());
        note(&mut tx, self, actor, &action, n, proposal.subject.as_ref(), &json!({})).await?;
        let done = one(&mut tx, n).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// What was approved for a moment that has come, oldest first.
    pub async fn due_proposals(&self, limit: u32) -> Result<Vec<Proposal>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM proposal WHERE state = 'scheduled' AND publish_at <= $1 ORDER BY publish_at, n LIMIT $2"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(self.clock.micros()).bind(i64::from(limit));
        query.fetch_all(&self.db.read).await?.iter().map(proposal).collect()
    }

    /// Says what was approved and is due, when its doors lead where they led then; else it waits for a person again.
    /// Answers what became of it.
    pub async fn publish_due(&self, n: i64, finals: &[Final]) -> Result<Proposal, StoreError> {
        let mut tx = self.db.begin().await?;
        let proposal = one(&mut tx, n).await?;
        if proposal.state != ProposalState::Scheduled {
            return Err(StoreError::Conflict(format!("proposal {n} is {}", proposal.state.word())));
        }
        let done = if proposal.finals == finals {
            let said_by = said_by(&proposal, &proposal.decided_by);
            self.publish_in(&mut tx, &proposal, &said_by, "system").await
        } else {
            Err(StoreError::Conflict("a door leads somewhere else than when it was approved".into()))
        };
        let why = match done {
            Ok(_) => String::new(),
            Err(StoreError::Conflict(why)) => why,
            Err(other) => return Err(other),
        };
        if !why.is_empty() {
            // Nothing of it was said: it is looked at again, with the reason beside it.
            tx.rollback().await?;
            tx = self.db.begin().await?;
            decide(&mut tx, self, n, ProposalState::Waiting, &why, "[]", "system").await?;
            note(&mut tx, self, "system", "proposal.waits_again", n, proposal.subject.as_ref(), &json!({})).await?;
        }
        let done = one(&mut tx, n).await?;
        tx.commit().await?;
        Ok(done)
    }

    async fn insert_proposal(
        &self,
        tx: &mut Tx,
        new: &NewProposal<'_>,
        state: ProposalState,
    ) -> Result<i64, StoreError> {
        let n = tx.take_numbers("proposal", 1).await?;
        let body = |body: Option<&Body>| body.map(|body| body.written().0).unwrap_or_default();
        let cells = row![
            n,
            self.clock.micros(),
            new.speaker.id(),
            new.subject.map(Id::as_str).unwrap_or_default(),
            new.author.map(PersonId::as_str).unwrap_or_default(),
            new.kind.word(),
            body(new.before),
            body(Some(new.after)),
            new.base,
            fingerprint(new.speaker, new.subject, new.after, new.publish_at),
            serde_json::to_string(new.risks).unwrap_or_default(),
            state.word(),
            new.publish_at,
            new.why,
            "",
            0_i64,
            "[]",
            "",
            0_i64,
            0_i64
        ];
        let cols: Vec<&str> = COLUMNS.split(", ").map(str::trim).collect();
        tx.insert("proposal", &cols, "", vec![cells]).await?;
        Ok(n)
    }

    /// Says a proposal on top of what its source says now.
    async fn publish_in(&self, tx: &mut Tx, proposal: &Proposal, said_by: &str, actor: &str) -> Result<Id, StoreError> {
        let now = match &proposal.subject {
            Some(subject) => said_in(tx, proposal.speaker, subject).await?,
            None => None,
        };
        let body = rebase(now.as_ref(), proposal.before.as_ref(), &proposal.after)
            .map_err(|conflict| StoreError::Conflict(conflict.to_string()))?;
        let event = match proposal.kind {
            ProposalKind::Attest => Some(Event::Attested),
            ProposalKind::Revert => Some(Event::Restored),
            _ => None,
        };
        let word = Word {
            speaker: proposal.speaker,
            subject: proposal.subject.as_ref(),
            body: Some(&body),
            confirmed: &Risk::doors(&proposal.risks),
            actor: said_by,
            event,
        };
        let (subject, load) = say(self, tx, &word).await?;
        if proposal.subject.is_none() && proposal.speaker == Speaker::Owners {
            self.give_to_author(tx, proposal, &subject, actor).await?;
        }
        if proposal.kind == ProposalKind::Revert {
            revert::forget_doors(tx, &subject, &proposal.risks).await?;
        }
        let sql = "UPDATE proposal SET state = 'published', subject_id = $1, load = $2, published_at = $3 WHERE n = $4";
        sqlx::query(sql)
            .bind(subject.to_string())
            .bind(load)
            .bind(self.clock.micros())
            .bind(proposal.n)
            .execute(&mut *tx.inner)
            .await?;
        let detail = json!({ "load": load, "kind": proposal.kind.word() });
        note(tx, self, actor, "proposal.published", proposal.n, Some(&subject), &detail).await?;
        Ok(subject)
    }

    /// What somebody brought into the directory as its own word is theirs. They showed control of nothing yet, so they are no
    /// second person for anybody.
    async fn give_to_author(
        &self,
        tx: &mut Tx,
        proposal: &Proposal,
        subject: &Id,
        actor: &str,
    ) -> Result<(), StoreError> {
        let Some(author) = &proposal.author else { return Ok(()) };
        let sql = "SELECT 1 FROM person WHERE id = $1 AND state = 'active'";
        if sqlx::query(sql).bind(author.to_string()).fetch_optional(&mut *tx.inner).await?.is_none() {
            return Ok(());
        }
        let (subject, person, since) = (subject.clone(), author.clone(), self.clock.micros());
        let member = Member { subject, person, role: Role::Owner, proof: 0, invited_by: None, since, expires_at: 0 };
        members::set(tx, &member, actor, since).await
    }
}

/// Who stands in the log: an owner's words are the owner's, whoever confirmed them.
fn said_by(proposal: &Proposal, decided_by: &str) -> String {
    // A moderator takes an owner's words back as a moderator.
    let of_owner = proposal.speaker == Speaker::Owners && proposal.kind != ProposalKind::Revert;
    let author = proposal.author.as_ref().filter(|_| of_owner);
    author.map_or_else(|| decided_by.to_owned(), |author| format!("owner:{author}"))
}

/// Takes a text out of what was proposed, why, and what was answered; answers in how many it stood. What still waits is not
/// what its author sent any more: it is taken back.
pub(super) async fn take_out(tx: &mut Tx, wanted: &Wanted) -> Result<u64, StoreError> {
    let columns = ["before_body", "after_body", "risks", "why", "finals", "answer"];
    let sql = format!("SELECT n, after_body, why, answer FROM proposal WHERE {}", wanted.in_any(&columns));
    let rows = wanted.query(sql).fetch_all(&mut *tx.inner).await?;
    for row in &rows {
        let body: Body = parse("a proposal", &text(row, 1)?)?;
        let body = wanted.spellings.body(&body).unwrap_or(body);
        let body = redact::without(&body, wanted.said());
        let cut = |said: String| wanted.spellings.cut(&said).unwrap_or(said);
        let sql = "UPDATE proposal SET before_body = '', after_body = $1, risks = '[]', finals = '[]', why = $2, answer = $3, \
             state = CASE WHEN state IN ('waiting', 'asked', 'scheduled') THEN 'withdrawn' ELSE state END WHERE n = $4";
        sqlx::query(sql)
            .bind(body.written().0)
            .bind(cut(text(row, 2)?))
            .bind(cut(text(row, 3)?))
            .bind(int(row, 0)?)
            .execute(&mut *tx.inner)
            .await?;
    }
    Ok(rows.len() as u64)
}

/// Is there room for one more that waits?
async fn room_for(tx: &mut Tx, author: Option<&PersonId>) -> Result<(), StoreError> {
    let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM proposal WHERE state IN ('waiting', 'asked') AND author = $1";
    let of = author.map(PersonId::as_str).unwrap_or_default().to_owned();
    let most = if author.is_some() { OPEN_LIMIT_OF_ONE } else { OPEN_LIMIT };
    if int(&sqlx::query(sql).bind(of).fetch_one(&mut *tx.inner).await?, 0)? >= most {
        return Err(refused(format!("{most} changes wait for a person already")));
    }
    Ok(())
}

async fn one(tx: &mut Tx, n: i64) -> Result<Proposal, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM proposal WHERE n = $1");
    let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(n).fetch_optional(&mut *tx.inner).await?;
    proposal(&row.ok_or_else(|| refused(format!("there is no proposal {n}")))?)
}

async fn open(tx: &mut Tx, n: i64) -> Result<Proposal, StoreError> {
    let proposal = one(tx, n).await?;
    if proposal.state.is_open() {
        Ok(proposal)
    } else {
        Err(StoreError::Conflict(format!("proposal {n} is {} already", proposal.state.word())))
    }
}

async fn decide(
    tx: &mut Tx,
    store: &Store,
    n: i64,
    state: ProposalState,
    answer: &str,
    finals: &str,
    actor: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE proposal SET state = $1, answer = $2, finals = $3, decided_by = $4, decided_at = $5 WHERE n = $6";
    sqlx::query(sql)
        .bind(state.word())
        .bind(answer.to_owned())
        .bind(finals.to_owned())
        .bind(actor.to_owned())
        .bind(store.clock.micros())
        .bind(n)
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

async fn note(
    tx: &mut Tx,
    store: &Store,
    actor: &str,
    action: &str,
    n: i64,
    subject: Option<&Id>,
    detail: &serde_json::Value,
) -> Result<(), StoreError> {
    let mut detail = detail.clone();
    detail["proposal"] = n.into();
    let about = subject.map_or_else(|| format!("proposal:{n}"), Id::to_string);
    audit::note(tx, store.clock.micros(), actor, action, &about, &detail).await?;
    Ok(())
}

fn proposal(row: &AnyRow) -> Result<Proposal, StoreError> {
    let n = int(row, 0)?;
    let what = format!("proposal {n}");
    let unknown = |word: &str| StoreError::Unreadable { what: what.clone(), why: format!("unknown word {word:?}") };
    let body = |column: usize| -> Result<Option<Body>, StoreError> {
        let body = text(row, column)?;
        if body.is_empty() { Ok(None) } else { parse(&what, &body).map(Some) }
    };
    let (source, kind, state) = (text(row, 2)?, text(row, 5)?, text(row, 11)?);
    Ok(Proposal {
        n,
        at: int(row, 1)?,
        speaker: Speaker::from_id(&source).ok_or_else(|| unknown(&source))?,
        subject: Id::parse(&text(row, 3)?),
        author: PersonId::parse(&text(row, 4)?),
        kind: ProposalKind::from_word(&kind).ok_or_else(|| unknown(&kind))?,
        before: body(6)?,
        after: body(7)?.ok_or_else(|| unknown(""))?,
        base: int(row, 8)?,
        hash: text(row, 9)?,
        risks: parse(&what, &text(row, 10)?)?,
        state: ProposalState::from_word(&state).ok_or_else(|| unknown(&state))?,
        publish_at: int(row, 12)?,
        why: text(row, 13)?,
        decided_by: text(row, 14)?,
        decided_at: int(row, 15)?,
        finals: parse(&what, &text(row, 16)?)?,
        answer: text(row, 17)?,
        load: int(row, 18)?,
        published_at: int(row, 19)?,
    })
}

#[cfg(test)]
mod tests;
