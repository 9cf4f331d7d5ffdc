//! What people report, until a person has decided it.
//!
//! What holds: nothing here touches the directory; the address for an answer goes with the decision and nothing of it is
//! left in the files of SQLite.

use sqlx::any::AnyRow;

use super::{
    Store, StoreError, audit,
    check::Complaint,
    db::{Dialect, Tx, int, parse, row, text},
    loads::refused,
    spelled::Wanted,
};
use crate::model::{
    id::Id,
    submission::{Decision, Report, Submission, SubmissionKind, SubmissionState},
};

/// So many wait at most: a flood must not fill the disk.
const OPEN_LIMIT: i64 = 20_000;
/// The columns of a submission, in the order in which [`submission`] reads them.
const COLUMNS: &str = "n, at, kind, subject_id, body, email, state, decided_by, decided_at, note";

impl Store {
    /// Keeps what somebody reported; answers its number.
    pub async fn submit(
        &self,
        kind: SubmissionKind,
        subject: Option<&Id>,
        report: &Report,
        email: &str,
    ) -> Result<i64, StoreError> {
        let body = serde_json::to_string(report).unwrap_or_default();
        let mut tx = self.db.begin().await?;
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM submission WHERE state = 'open'";
        if int(&sqlx::query(sql).fetch_one(&mut *tx.inner).await?, 0)? >= OPEN_LIMIT {
            return Err(refused(format!("{OPEN_LIMIT} reports wait for a person; decide some first")));
        }
        let n = tx.take_numbers("submission", 1).await?;
        let cells = row![
            n,
            self.clock.micros(),
            kind.code(),
            subject.map(Id::to_string).unwrap_or_default(),
            i64::from(report.wrong.is_urgent()),
            body,
            email,
            SubmissionState::Open.code(),
            "",
            0_i64,
            "",
        ];
        let cols =
            ["n", "at", "kind", "subject_id", "urgent", "body", "email", "state", "decided_by", "decided_at", "note"];
        tx.insert("submission", &cols, "", vec![cells]).await?;
        tx.commit().await?;
        Ok(n)
    }

    /// Submissions of one state, at most `limit`, and how many there are: those that may cost people something first, then
    /// the oldest.
    pub async fn submissions(&self, state: SubmissionState, limit: u32) -> Result<(Vec<Submission>, u64), StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM submission WHERE state = $1 ORDER BY urgent DESC, n LIMIT $2");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(state.code()).bind(i64::from(limit));
        let rows = query.fetch_all(&self.db.read).await?;
        let sql = "SELECT CAST(COUNT(*) AS BIGINT) FROM submission WHERE state = $1";
        let all = sqlx::query(sql).bind(state.code()).fetch_one(&self.db.read).await?;
        Ok((rows.iter().map(submission).collect::<Result<_, _>>()?, int(&all, 0)? as u64))
    }

    /// One submission by its number.
    pub async fn submission(&self, n: i64) -> Result<Option<Submission>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM submission WHERE n = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(n).fetch_optional(&self.db.read).await?;
        row.as_ref().map(submission).transpose()
    }

    /// Decides a submission that is open and erases its e-mail address; answers what it was, the address with it.
    pub async fn decide_submission(
        &self,
        n: i64,
        state: SubmissionState,
        note: &str,
        actor: &str,
    ) -> Result<Submission, StoreError> {
        let mut tx = self.db.begin().await?;
        let sql = format!("SELECT {COLUMNS} FROM submission WHERE n = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(n).fetch_optional(&mut *tx.inner).await?;
        let was = submission(&row.ok_or_else(|| refused(format!("there is no submission {n}")))?)?;
        if was.state != SubmissionState::Open || state == SubmissionState::Open {
            return Err(refused(format!("submission {n} is {} already", was.state.code())));
        }
        erasing(&mut tx, self.db.dialect, true).await?;
        let sql = "UPDATE submission SET state = $1, decided_by = $2, decided_at = $3, note = $4, email = '', urgent = 0 \
             WHERE n = $5";
        sqlx::query(sql)
            .bind(state.code())
            .bind(actor.to_owned())
            .bind(self.clock.micros())
            .bind(note.to_owned())
            .bind(n)
            .execute(&mut *tx.inner)
            .await?;
        erasing(&mut tx, self.db.dialect, false).await?;
        let about = was.subject.as_ref().map_or_else(|| format!("report:{n}"), Id::to_string);
        let (action, detail) = (format!("report.{}", state.code()), serde_json::json!({ "report": n }));
        audit::note(&mut tx, self.clock.micros(), actor, &action, &about, &detail).await?;
        tx.commit().await?;
        self.db.fold_in().await?;
        Ok(was)
    }

    /// What does not agree among submissions.
    pub(super) async fn check_submissions(&self, complaints: &mut Vec<Complaint>) -> Result<(), StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM submission ORDER BY n");
        for row in &sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(&self.db.read).await? {
            let at = format!("submission {}", int(row, 0)?);
            match submission(row) {
                Err(error) => complaints.push(Complaint { at, what: error.to_string() }),
                Ok(read) if read.state != SubmissionState::Open && read.email.is_some() => {
                    complaints
                        .push(Complaint { at, what: "it is decided, but its e-mail address is still there".into() });
                }
                Ok(_) => {}
            }
        }
        let sql = "SELECT s.n FROM submission s LEFT JOIN organization o ON o.id = s.subject_id \
             WHERE s.subject_id <> '' AND o.id IS NULL ORDER BY s.n";
        for row in &sqlx::query(sql).fetch_all(&self.db.read).await? {
            let what = "it is about an organization that is not in the directory".into();
            complaints.push(Complaint { at: format!("submission {}", int(row, 0)?), what });
        }
        Ok(())
    }
}

/// Takes a text out of what was reported and noted; answers in how many rows it stood.
pub(super) async fn take_out(tx: &mut Tx, wanted: &Wanted) -> Result<u64, StoreError> {
    let sql =
        format!("SELECT n, body, email, note FROM submission WHERE {}", wanted.in_any(&["body", "email", "note"]));
    let rows = wanted.query(sql).fetch_all(&mut *tx.inner).await?;
    for row in &rows {
        let mut report: Report = parse("a submission", &text(row, 1)?)?;
        let texts = [&mut report.name, &mut report.place, &mut report.website, &mut report.right, &mut report.how];
        for said in texts.into_iter().chain(report.door.iter_mut().flat_map(|door| [&mut door.domain, &mut door.url])) {
            *said = wanted.out_of(said);
        }
        let (email, note) = (text(row, 2)?, text(row, 3)?);
        let email = if wanted.out_of(&email) == email { email } else { String::new() };
        sqlx::query("UPDATE submission SET body = $1, email = $2, note = $3 WHERE n = $4")
            .bind(serde_json::to_string(&report).unwrap_or_default())
            .bind(email)
            .bind(wanted.out_of(&note))
            .bind(int(row, 0)?)
            .execute(&mut *tx.inner)
            .await?;
    }
    Ok(rows.len() as u64)
}

/// From now on SQLite writes zeros over what is deleted, or no longer.
async fn erasing(tx: &mut Tx, dialect: Dialect, on: bool) -> Result<(), StoreError> {
    if dialect == Dialect::Sqlite {
        let sql = if on { "PRAGMA secure_delete = ON" } else { "PRAGMA secure_delete = OFF" };
        sqlx::raw_sql(sql).execute(&mut *tx.inner).await?;
    }
    Ok(())
}

fn submission(row: &AnyRow) -> Result<Submission, StoreError> {
    let n = int(row, 0)?;
    let unknown =
        |word: &str| StoreError::Unreadable { what: format!("submission {n}"), why: format!("unknown word {word:?}") };
    let (kind, state, subject) = (text(row, 2)?, text(row, 6)?, text(row, 3)?);
    let subject = match subject.as_str() {
        "" => None,
        id => Some(Id::parse(id).ok_or_else(|| unknown(id))?),
    };
    let decided_at = int(row, 8)?;
    let decision = (decided_at > 0)
        .then(|| -> Result<_, StoreError> { Ok(Decision { by: text(row, 7)?, at: decided_at, note: text(row, 9)? }) });
    Ok(Submission {
        n,
        at: int(row, 1)?,
        kind: SubmissionKind::from_code(&kind).ok_or_else(|| unknown(&kind))?,
        subject,
        report: parse(&format!("submission {n}"), &text(row, 4)?)?,
        email: Some(text(row, 5)?).filter(|email| !email.is_empty()),
        state: SubmissionState::from_code(&state).ok_or_else(|| unknown(&state))?,
        decision: decision.transpose()?,
    })
}
