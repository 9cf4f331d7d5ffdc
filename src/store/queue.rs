//! Everything that waits for a person, as short rows: what is needed to put it in order, and no bodies.
//!
//! What holds: however much waits, a look at it reads no more than [`MOST`] rows of a kind, and each row is narrow.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::any::AnyRow;

use super::{
    Store, StoreError,
    db::{int, parse, text, with_list},
};
use crate::model::{account::PersonId, change::Risk, id::Id, lookalike::CARRIED_BY};

/// Rows of one kind that are looked at; those that may cost people something come first.
const MOST: i64 = 20_000;
/// Organizations at one door that are counted; more make no difference to anybody who decides.
const SHARING: i64 = 100;
/// Domains that many organizations have.
pub(super) const COMMON_DOMAINS: &str =
    "SELECT value FROM lookup WHERE kind = 'domain' GROUP BY value HAVING COUNT(*) >= $1";

/// What sort of thing waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QueueKind {
    /// What somebody would have the directory say.
    Proposal,
    /// Somebody says that an organization or app is theirs.
    Claim,
    /// A door that would have changed its domain.
    Door,
    /// A load in which too much moved.
    Load,
    /// Two that may be one.
    Pair,
    /// Something that somebody reported.
    Report,
    /// What nobody may edit until it is let go.
    Frozen,
    /// What one moderator would do across many and another must confirm.
    Motion,
}

impl QueueKind {
    /// Every kind.
    pub const ALL: [Self; 8] =
        [Self::Proposal, Self::Motion, Self::Claim, Self::Door, Self::Load, Self::Pair, Self::Report, Self::Frozen];

    /// The word in addresses, and before the key of what somebody has before them.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposal => "proposal",
            Self::Claim => "claim",
            Self::Door => "door",
            Self::Load => "load",
            Self::Pair => "pair",
            Self::Report => "report",
            Self::Frozen => "frozen",
            Self::Motion => "motion",
        }
    }

    /// The kind a word names.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Key, subject, moment, word, state, risks, person and number of organizations of each that waits; the most urgent
    /// first.
    fn sql(self) -> &'static str {
        match self {
            Self::Proposal => {
                "SELECT CAST(n AS TEXT), subject_id, at, kind, state, risks, author, CAST(0 AS BIGINT) FROM proposal \
                 WHERE state IN ('waiting', 'asked') \
                 ORDER BY CASE WHEN risks LIKE '%\"risk\":\"door\"%' THEN 0 ELSE 1 END, n LIMIT $1"
            }
            Self::Claim => {
                "SELECT CAST(n AS TEXT), subject_id, created_at, method, state, '', person_id, CAST(0 AS BIGINT) FROM claim \
                 WHERE state = 'waiting' ORDER BY n LIMIT $1"
            }
            Self::Door => {
                "SELECT subject_id || '/' || role || '/' || trust_key, subject_id, at, role, state, '', '', CAST(0 AS BIGINT) \
                 FROM held_door WHERE state = 'waiting' ORDER BY at, subject_id LIMIT $1"
            }
            Self::Load => {
                "SELECT CAST(id AS TEXT), '', at, source, state, '', '', CAST(0 AS BIGINT) FROM load WHERE state = 'held' \
                 ORDER BY id LIMIT $1"
            }
            Self::Pair => {
                "SELECT r.a || '/' || r.b, r.a, r.at, r.source, r.state, '', '', CAST(0 AS BIGINT) FROM review r \
                 JOIN organization x ON x.id = r.a JOIN organization y ON y.id = r.b \
                 WHERE r.state = 'waiting' AND x.status = 'active' AND y.status = 'active' \
                 ORDER BY r.at, r.a, r.b LIMIT $1"
            }
            Self::Report => {
                "SELECT CAST(n AS TEXT), subject_id, at, kind, CASE WHEN urgent = 1 THEN 'urgent' ELSE state END, \
                 '', '', CAST(0 AS BIGINT) FROM submission WHERE state = 'open' ORDER BY urgent DESC, n LIMIT $1"
            }
            Self::Frozen => {
                "SELECT subject_id, subject_id, since, why, 'frozen', '', by_whom, CAST(0 AS BIGINT) FROM frozen ORDER BY since LIMIT $1"
            }
            Self::Motion => {
                "SELECT CAST(n AS TEXT), '', at, kind, state, '', author, organizations FROM motion \
                 WHERE state = 'waiting' ORDER BY n LIMIT $1"
            }
        }
    }
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueRow {
    /// What sort of thing.
    pub kind: QueueKind,
    /// Which one of its kind: a number, an id, or ids and words between slashes.
    pub key: String,
    /// The organization or app it is about; nothing when it is about none that is in the directory.
    pub subject: Option<Id>,
    /// Since when it waits, in microseconds since 1970 UTC.
    pub at: i64,
    /// A word of its kind: how it came, by which proof, for which use, of which source, why.
    pub word: String,
    /// Its author was asked something.
    pub asked: bool,
    /// Somebody says that people may lose something.
    pub urgent: bool,
    /// Why it waits, as far as that is known.
    pub risks: Vec<Risk>,
    /// Who sent it, if they signed in.
    pub author: Option<PersonId>,
    /// How many organizations it is about, where it is about many; 0 for everything else.
    pub organizations: u64,
}

impl QueueRow {
    /// What it is called on the desk.
    pub fn item(&self) -> String {
        format!("{}:{}", self.kind.word(), self.key)
    }
}

/// How far something reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reach {
    /// People find it with a door or a feature.
    pub listed: bool,
    /// Organizations that share its most shared door, itself among them; at most a hundred are counted.
    pub sharing: u64,
}

/// What became of what somebody sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuthorRecord {
    /// Published.
    pub published: u64,
    /// Turned down.
    pub rejected: u64,
    /// Still waiting.
    pub open: u64,
}

impl Store {
    /// Everything that waits, kind by kind.
    pub async fn queue(&self) -> Result<Vec<QueueRow>, StoreError> {
        let mut all = Vec::new();
        for kind in QueueKind::ALL {
            let rows = sqlx::query(kind.sql()).bind(MOST).fetch_all(&self.db.read).await?;
            for row in &rows {
                all.push(queued(kind, row)?);
            }
        }
        Ok(all)
    }

    /// How far these organizations reach; what is not in the directory has no entry.
    pub async fn reach(&self, ids: &[Id]) -> Result<HashMap<Id, Reach>, StoreError> {
        let mut all = HashMap::new();
        let sql = "SELECT o.id, o.listed, (SELECT MAX((SELECT COUNT(*) FROM (SELECT 1 AS one FROM link y \
             WHERE y.thing_id = x.thing_id LIMIT $2) counted)) FROM link x WHERE x.organization_id = o.id) \
             FROM organization o WHERE o.id IN {in}";
        let query = with_list(self.db.dialect, sql, ids, &[Value::from(SHARING)]);
        for row in &query.fetch_all(&self.db.read).await? {
            let Some(id) = Id::parse(&text(row, 0)?) else { continue };
            let sharing = sqlx::Row::try_get::<Option<i64>, _>(row, 2)?.unwrap_or_default();
            all.insert(id, Reach { listed: int(row, 1)? == 1, sharing: u64::try_from(sharing).unwrap_or_default() });
        }
        Ok(all)
    }

    /// What became of what somebody sent before.
    pub async fn author_record(&self, author: &PersonId) -> Result<AuthorRecord, StoreError> {
        let sql = "SELECT state, CAST(COUNT(*) AS BIGINT) FROM proposal WHERE author = $1 GROUP BY state";
        let mut record = AuthorRecord::default();
        for row in &sqlx::query(sql).bind(author.to_string()).fetch_all(&self.db.read).await? {
            let count = u64::try_from(int(row, 1)?).unwrap_or_default();
            match text(row, 0)?.as_str() {
                "published" | "scheduled" => record.published += count,
                "rejected" => record.rejected += count,
                "waiting" | "asked" => record.open += count,
                _ => {}
            }
        }
        Ok(record)
    }

    /// How many organizations have each of these registrable domains; one that nobody has is not in it.
    pub async fn carriers(&self, domains: &[String]) -> Result<HashMap<String, u64>, StoreError> {
        let sql =
            "SELECT value, CAST(COUNT(*) AS BIGINT) FROM lookup WHERE kind = 'domain' AND value IN {in} GROUP BY value";
        let rows = with_list(self.db.dialect, sql, domains, &[]).fetch_all(&self.db.read).await?;
        rows.iter().map(|row| Ok((text(row, 0)?, u64::try_from(int(row, 1)?).unwrap_or_default()))).collect()
    }

    /// Domains that many organizations have: others may be mistaken for them.
    pub async fn common_domains(&self) -> Result<Vec<String>, StoreError> {
        let rows = sqlx::query(COMMON_DOMAINS).bind(CARRIED_BY).fetch_all(&self.db.read).await?;
        rows.iter().map(|row| text(row, 0)).collect()
    }
}

fn queued(kind: QueueKind, row: &AnyRow) -> Result<QueueRow, StoreError> {
    let (state, risks) = (text(row, 4)?, text(row, 5)?);
    Ok(QueueRow {
        kind,
        key: text(row, 0)?,
        subject: Id::parse(&text(row, 1)?),
        at: int(row, 2)?,
        word: text(row, 3)?,
        asked: state == "asked",
        urgent: state == "urgent",
        risks: if risks.is_empty() { Vec::new() } else { parse("the risks of a proposal", &risks)? },
        author: PersonId::parse(&text(row, 6)?),
        organizations: u64::try_from(int(row, 7)?).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::{
        clock::Clock,
        model::listing::{Body, OrganizationFacts},
        store::db::row,
    };

    #[tokio::test]
    async fn a_flood_is_looked_at_in_bounded_time_and_does_not_hide_a_door() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock).await.unwrap();
        let after = Body::Organization(Box::new(OrganizationFacts { name: "x".repeat(2_000), ..Default::default() }));
        let (door, name) = (
            r#"[{"risk":"door","role":"portal","url":"https://a.org/","domain":"a.org","trust_key":"a.org"}]"#,
            r#"[{"risk":"name"}]"#,
        );
        let rows = (1..=MOST + 10).map(|n| {
            let risks = if n > MOST { door } else { name };
            row![
                n,
                1_i64,
                "suggestions",
                "",
                "",
                "suggestion",
                "",
                after.written().0,
                0_i64,
                "h",
                risks,
                "waiting",
                0_i64,
                "",
                "",
                0_i64,
                "[]",
                "",
                0_i64,
                0_i64
            ]
        });
        let cols = [
            "n",
            "at",
            "source",
            "subject_id",
            "author",
            "kind",
            "before_body",
            "after_body",
            "base",
            "hash",
            "risks",
            "state",
            "publish_at",
            "why",
            "decided_by",
            "decided_at",
            "finals",
            "answer",
            "load",
            "published_at",
        ];
        let mut tx = store.db.begin().await.unwrap();
        tx.insert("proposal", &cols, "", rows.collect()).await.unwrap();
        tx.commit().await.unwrap();
        let began = Instant::now();
        let queue = store.queue().await.unwrap();
        assert_eq!(queue.len(), usize::try_from(MOST).unwrap());
        let doors = queue.iter().filter(|row| row.risks.iter().any(|risk| matches!(risk, Risk::Door { .. }))).count();
        assert_eq!(doors, 10, "whoever floods the queue does not push a door out of it");
        assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
    }

    #[tokio::test]
    async fn what_is_asked_of_nothing_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing("2026-11-22T12:00:00Z".parse().unwrap());
        let store = Store::open(folder.path(), None, clock).await.unwrap();
        let nobody = PersonId::new(uuid::Uuid::from_u128(1));
        assert_eq!(store.queue().await.unwrap(), []);
        assert_eq!(store.reach(&[]).await.unwrap().len(), 0);
        assert_eq!(store.carriers(&["example.org".into()]).await.unwrap().len(), 0);
        assert_eq!(store.author_record(&nobody).await.unwrap(), AuthorRecord::default());
    }
}
