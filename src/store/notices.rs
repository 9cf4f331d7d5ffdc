//! What people who manage profiles are told: made from what the log, the audit log, the reports and the claims gained.
//!
//! What holds: each of these is followed by number, and how far it was followed is written in the transaction of the notices
//! that were made of it, so a stop anywhere neither repeats nor leaves out; a mail of what is new goes at most once a day.

use jiff::civil::Date;
use sqlx::any::AnyRow;

use super::{
    Store, StoreError,
    db::{Cells, Tx, int, parse, row, text},
    mail,
};
use crate::model::{
    account::PersonId,
    id::Id,
    notice::{NewNotice, News},
};

/// A person is told by mail at most so often, in microseconds: once a day.
const BETWEEN_MAILS: i64 = 24 * 3_600 * 1_000_000;
/// How long a notice is kept, in microseconds: a year and a month.
const KEPT: i64 = 395 * 24 * 3_600 * 1_000_000;
const COLUMNS: &str = "n, at, subject_id, body, read_at";

/// What is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// The log of what people see.
    Revisions,
    /// What was decided, in the audit log.
    Decisions,
    /// What people report.
    Reports,
    /// Who says that something is theirs.
    Claims,
}

impl Followed {
    /// How far it was followed, and how far it goes.
    fn counters(self) -> (&'static str, &'static str) {
        match self {
            Self::Revisions => ("notice.revision", "revision"),
            Self::Decisions => ("notice.audit", "audit"),
            Self::Reports => ("notice.submission", "submission"),
            Self::Claims => ("notice.claim", "claim"),
        }
    }
}

/// Something that was decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// A proposal, by its number.
    Proposal(i64),
    /// A claim.
    Claim {
        /// Its number.
        n: i64,
        /// Was it accepted then?
        accepted: bool,
    },
}

/// A report or a claim, as far as owners are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Its number.
    pub n: i64,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// Of what.
    pub subject: Id,
    /// Who claims; nobody for a report.
    pub person: Option<PersonId>,
}

/// A notice as somebody reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its number.
    pub n: i64,
    /// When, in microseconds since 1970 UTC.
    pub at: i64,
    /// Of which organization or app.
    pub subject: Id,
    /// What.
    pub news: News,
    /// Was it read?
    pub read: bool,
}

/// Somebody whom a mail is due to, and the last notice it tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Who.
    pub person: PersonId,
    /// Everything up to here was told before.
    pub after: i64,
}

impl Store {
    /// How far something was followed, and how far it goes.
    pub async fn followed(&self, what: Followed) -> Result<(i64, i64), StoreError> {
        let (done, last) = what.counters();
        Ok((self.counter(done).await?, self.counter(last).await?))
    }

    /// Tells people what was made of `from` to `to` of something; false when somebody else did so meanwhile.
    pub async fn tell(
        &self,
        what: Followed,
        (from, to): (i64, i64),
        notices: &[NewNotice],
    ) -> Result<bool, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = "UPDATE counter SET n = $1 WHERE name = $2 AND n = $3";
        let query = sqlx::query(sql).bind(to).bind(what.counters().0).bind(from);
        if query.execute(&mut *tx.inner).await?.rows_affected() == 0 {
            return Ok(false);
        }
        insert(&mut tx, self.clock.micros(), notices).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Tells people what they were not told in the same words before; answers how many were.
    pub async fn tell_once(&self, notices: &[NewNotice]) -> Result<usize, StoreError> {
        let mut tx = self.db.begin().await?;
        let mut new = Vec::new();
        for notice in notices {
            let sql = "SELECT 1 FROM notice WHERE person_id = $1 AND subject_id = $2 AND body = $3";
            let query = sqlx::query(sql).bind(notice.person.to_string()).bind(notice.subject.to_string());
            let known = query.bind(written(&notice.news)).fetch_optional(&mut *tx.inner).await?;
            if known.is_none() {
                new.push(notice.clone());
            }
        }
        insert(&mut tx, self.clock.micros(), &new).await?;
        let old = self.clock.micros() - KEPT;
        sqlx::query("DELETE FROM notice WHERE at < $1").bind(old).execute(&mut *tx.inner).await?;
        tx.commit().await?;
        Ok(new.len())
    }

    /// What one person is told, newest first, before a number (0: from the newest on); of one thing alone when it is named.
    pub async fn notices(
        &self,
        person: &PersonId,
        of: Option<&Id>,
        before: i64,
        limit: u32,
    ) -> Result<Vec<Notice>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM notice WHERE person_id = $1 AND ($2 = '' OR subject_id = $2) AND ($3 = 0 OR n < $3) \
             ORDER BY n DESC LIMIT $4"
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(person.to_string())
            .bind(of.map(Id::to_string).unwrap_or_default())
            .bind(before)
            .bind(i64::from(limit));
        query.fetch_all(&self.db.read).await?.iter().map(notice).collect()
    }

    /// How many a person has not read.
    pub async fn unread_notices(&self, person: &PersonId) -> Result<u64, StoreError> {
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM notice WHERE person_id = $1 AND read_at = 0";
        Ok(int(&sqlx::query(sql).bind(person.to_string()).fetch_one(&self.db.read).await?, 0)? as u64)
    }

    /// They read everything up to a number.
    pub async fn read_notices(&self, person: &PersonId, upto: i64) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        sqlx::query("UPDATE notice SET read_at = $1 WHERE person_id = $2 AND read_at = 0 AND n <= $3")
            .bind(self.clock.micros())
            .bind(person.to_string())
            .bind(upto)
            .execute(&mut *tx.inner)
            .await?;
        tx.commit().await
    }

    /// People who have something unread that no mail told them of, and were sent none within a day.
    pub async fn mails_due(&self, limit: u32) -> Result<Vec<Waiting>, StoreError> {
        let sql = "SELECT n.person_id, COALESCE(MAX(d.upto), 0) FROM notice n \
             LEFT JOIN digest d ON d.person_id = n.person_id \
             WHERE n.read_at = 0 AND n.n > COALESCE(d.upto, 0) AND COALESCE(d.sent_at, 0) <= $1 \
             GROUP BY n.person_id ORDER BY n.person_id LIMIT $2";
        let query = sqlx::query(sql).bind(self.clock.micros() - BETWEEN_MAILS).bind(i64::from(limit));
        let rows = query.fetch_all(&self.db.read).await?;
        let waiting = |row: &AnyRow| {
            let person = text(row, 0)?;
            let person = PersonId::parse(&person).ok_or_else(|| unreadable(&person))?;
            Ok(Waiting { person, after: int(row, 1)? })
        };
        rows.iter().map(waiting).collect()
    }

    /// Queues the mail that tells somebody of their notices up to a number; nothing when that was done meanwhile. Without a
    /// mail (they have no address any more) only the number is kept.
    pub async fn tell_by_mail(
        &self,
        who: &Waiting,
        upto: i64,
        letter: Option<(&str, &str, &str)>,
    ) -> Result<(), StoreError> {
        let now = self.clock.micros();
        let mut tx = self.db.begin().await?;
        let known = sqlx::query("SELECT upto FROM digest WHERE person_id = $1").bind(who.person.to_string());
        let known = known.fetch_optional(&mut *tx.inner).await?.map(|row| int(&row, 0)).transpose()?;
        if known.unwrap_or_default() != who.after {
            return Ok(());
        }
        let conflict = "ON CONFLICT (person_id) DO UPDATE SET sent_at = excluded.sent_at, upto = excluded.upto";
        let cells = row![who.person.as_str(), now, upto];
        tx.insert("digest", &["person_id", "sent_at", "upto"], conflict, vec![cells]).await?;
        if let Some((address, subject, body)) = letter {
            mail::queue(&mut tx, now, address, subject, body).await?;
        }
        tx.commit().await
    }

    /// Numbers of revisions after a number and up to another, of what people manage, in order.
    pub async fn managed_revisions(&self, (after, upto): (i64, i64), limit: u32) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT n FROM revision WHERE n > $1 AND n <= $2 AND id IN (SELECT subject_id FROM member) \
             ORDER BY n LIMIT $3";
        let query = sqlx::query(sql).bind(after).bind(upto).bind(i64::from(limit));
        query.fetch_all(&self.db.read).await?.iter().map(|row| int(row, 0)).collect()
    }

    /// Proposals and claims that were decided by entries of the audit log after a number and up to another, in order.
    pub async fn decided_between(&self, (after, upto): (i64, i64)) -> Result<Vec<Decided>, StoreError> {
        let sql = "SELECT action, detail FROM audit WHERE n > $1 AND n <= $2 AND action IN ('proposal.approved', \
             'proposal.rejected', 'proposal.asked', 'proposal.edited', 'proposal.waits_again', 'claim.accepted', \
             'claim.refused', 'claim.revoked') ORDER BY n";
        let rows = sqlx::query(sql).bind(after).bind(upto).fetch_all(&self.db.read).await?;
        let mut all = Vec::new();
        for row in &rows {
            let (action, detail) = (text(row, 0)?, text(row, 1)?);
            let detail: serde_json::Value = parse("an entry of the audit log", &detail)?;
            all.extend(match detail["claim"].as_i64() {
                Some(n) => Some(Decided::Claim { n, accepted: action == "claim.accepted" }),
                None => detail["proposal"].as_i64().map(Decided::Proposal),
            });
        }
        Ok(all)
    }

    /// Reports after a number and up to another, of what people manage.
    pub async fn reports_between(&self, (after, upto): (i64, i64)) -> Result<Vec<Heard>, StoreError> {
        let sql = "SELECT n, at, subject_id, '' FROM submission WHERE n > $1 AND n <= $2 \
             AND subject_id IN (SELECT subject_id FROM member) ORDER BY n";
        let rows = sqlx::query(sql).bind(after).bind(upto).fetch_all(&self.db.read).await?;
        rows.iter().map(heard).collect()
    }

    /// Claims after a number and up to another, of what people manage.
    pub async fn claims_between(&self, (after, upto): (i64, i64)) -> Result<Vec<Heard>, StoreError> {
        let sql = "SELECT n, created_at, subject_id, person_id FROM claim WHERE n > $1 AND n <= $2 \
             AND subject_id IN (SELECT subject_id FROM member) ORDER BY n";
        let rows = sqlx::query(sql).bind(after).bind(upto).fetch_all(&self.db.read).await?;
        rows.iter().map(heard).collect()
    }

    /// Organizations that somebody owns or edits, and the last day that one of them said what is right; a first owner's first
    /// day when none did.
    pub async fn confirmed_days(&self) -> Result<Vec<(Id, Date)>, StoreError> {
        let sql = "SELECT m.subject_id, MIN(m.since), MAX(d.date) FROM member m \
             LEFT JOIN listing l ON l.source = 'owners' AND l.key = m.subject_id AND l.present = 1 \
             LEFT JOIN load d ON d.id = l.changed_load WHERE m.role IN ('owner', 'editor') \
             GROUP BY m.subject_id ORDER BY m.subject_id";
        let rows = sqlx::query(sql).fetch_all(&self.db.read).await?;
        let mut all = Vec::new();
        for row in &rows {
            let said: Option<String> = sqlx::Row::try_get(row, 2)?;
            let since = crate::clock::moment(int(row, 1)?).to_zoned(jiff::tz::TimeZone::UTC).date();
            let day = said.and_then(|day| day.parse().ok()).unwrap_or(since);
            let id = text(row, 0)?;
            all.push((Id::parse(&id).ok_or_else(|| unreadable(&id))?, day));
        }
        Ok(all)
    }

    async fn counter(&self, name: &str) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT n FROM counter WHERE name = $1").bind(name.to_owned());
        int(&row.fetch_one(&self.db.read).await?, 0)
    }
}

async fn insert(tx: &mut Tx, at: i64, notices: &[NewNotice]) -> Result<(), StoreError> {
    if notices.is_empty() {
        return Ok(());
    }
    let first = tx.take_numbers("notice", notices.len() as i64).await?;
    let cells = |(n, notice): (i64, &NewNotice)| -> Cells {
        row![n, at, notice.person.as_str(), &notice.subject, notice.news.word(), written(&notice.news), 0_i64]
    };
    let rows = (first..).zip(notices).map(cells).collect();
    let cols = ["n", "at", "person_id", "subject_id", "kind", "body", "read_at"];
    tx.insert("notice", &cols, "", rows).await
}

fn written(news: &News) -> String {
    serde_json::to_string(news).unwrap_or_default()
}

fn unreadable(word: &str) -> StoreError {
    StoreError::Unreadable { what: "a notice".into(), why: format!("unknown word {word:?}") }
}

fn notice(row: &AnyRow) -> Result<Notice, StoreError> {
    let subject = text(row, 2)?;
    Ok(Notice {
        n: int(row, 0)?,
        at: int(row, 1)?,
        subject: Id::parse(&subject).ok_or_else(|| unreadable(&subject))?,
        news: parse("a notice", &text(row, 3)?)?,
        read: int(row, 4)? > 0,
    })
}

fn heard(row: &AnyRow) -> Result<Heard, StoreError> {
    let (subject, person) = (text(row, 2)?, text(row, 3)?);
    let subject = Id::parse(&subject).ok_or_else(|| unreadable(&subject))?;
    Ok(Heard { n: int(row, 0)?, at: int(row, 1)?, subject, person: PersonId::parse(&person) })
}
