//! What must be forgotten: a text taken out of everything that is kept, or one revision emptied.
//!
//! What holds: the number and digest of a revision stay; the picture people see is published again without the text,
//! as a new revision; the next import does not bring the text back; nothing of it is left in the files of the store, and
//! no key spells it.

mod people;

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read},
    path::Path,
};

use serde::Serialize;
use serde_json::Value;
use sqlx::Row as _;

use super::{
    Store, StoreError,
    db::{Dialect, Tx, int, parse, row, text},
    loads::refused,
    log, logos, motions, proposals,
    publish::Publisher,
    snapshot::{self, blob_error},
    spelled::{Wanted, holds},
    submissions,
};
use crate::model::{
    id::{Id, ThingKind},
    listing::Body,
    organization::{App, Organization},
    redact::{self, Fingerprint, LEAST_BYTES, Redactions, Spellings},
    revision::Event,
    text::{match_form, slugify},
};

/// Where a text was found and taken out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Redacted {
    /// Listings of sources.
    pub listings: u64,
    /// Revisions that were emptied.
    pub revisions: u64,
    /// Organizations and apps that were published again.
    pub published: u64,
    /// Snapshots of loads that were written again.
    pub snapshots: u64,
    /// Other rows: quarantine, held doors, what is noted of loads, what people reported, sent, planned and wrote.
    pub others: u64,
    /// Dumps that were removed.
    pub dumps: u64,
}

impl Store {
    /// Takes a text out of listings, revisions, snapshots and dumps, and keeps later loads from bringing it back.
    pub async fn redact_text(&self, said: &str, data: &Path, actor: &str) -> Result<Redacted, StoreError> {
        let said = said.trim();
        if said.len() < LEAST_BYTES || !said.chars().any(char::is_alphanumeric) {
            return Err(refused(format!(
                "give at least {LEAST_BYTES} letters or digits: a shorter text stands in too many places"
            )));
        }
        let wanted = Wanted::new(said, self.db.dialect);
        let mut done = Redacted::default();
        let mut tx = self.db.begin().await?;
        remember(&mut tx, &wanted.spellings, self.clock.micros(), actor).await?;
        let mut dirty = take_out_of_listings(&mut tx, &wanted, &mut done).await?;
        dirty.extend(things_with(&mut tx, self.db.dialect, said).await?);
        dirty.extend(wanted.documents(&mut tx).await?.into_keys());
        // What is left over from the merge (an alias nobody may bring back) carries the text too.
        self.publish_without(&mut tx, &dirty, &wanted, actor, &mut done).await?;
        empty_revisions(&mut tx, self.db.dialect, said, &mut done).await?;
        done.revisions += wanted.empty_revisions(&mut tx).await?;
        take_out_of_the_rest(&mut tx, self.db.dialect, &wanted, &mut done).await?;
        done.others += wanted.take_out_of_decisions(&mut tx).await?;
        done.others += submissions::take_out(&mut tx, &wanted).await?;
        done.others += proposals::take_out(&mut tx, &wanted).await?;
        done.others += motions::take_out(&mut tx, &wanted).await?;
        done.others += people::take_out(&mut tx, &wanted).await?;
        done.others += logos::take_out(&mut tx, &wanted).await?;
        self.rewrite_snapshots(&mut tx, &wanted.spellings, &mut done).await?;
        tx.commit().await?;
        self.sweep().await?;
        self.db.leave_nothing().await?;
        done.dumps = remove_dumps(data, wanted.places()).map_err(|error| blob_error("a dump", error))?;
        Ok(done)
    }

    async fn publish_without(
        &self,
        tx: &mut Tx,
        dirty: &BTreeSet<Id>,
        wanted: &Wanted,
        actor: &str,
        done: &mut Redacted,
    ) -> Result<(), StoreError> {
        let said = wanted.said();
        let ids: Vec<Id> = dirty.iter().cloned().collect();
        let mut publisher = Publisher::new(self, actor, None).naming(Event::Redacted);
        publisher.publish(tx, &ids, false, &|_| {}).await?;
        let counts = publisher.published();
        done.published = counts.updated + counts.withdrawn + counts.restored;
        done.published += self.clean_what_is_left(tx, wanted, actor).await?;
        if let Some(left) = things_with(tx, self.db.dialect, said).await?.first() {
            return Err(refused(format!(
                "{left} would still show the text: decide its waiting doors first (`connector held`); nothing was changed"
            )));
        }
        let (form, slug) = (match_form(said), slugify(said));
        let subjects: Vec<String> = dirty.iter().map(ToString::to_string).collect();
        for some in subjects.chunks(500) {
            let sql = "SELECT subject_id, item FROM tombstone WHERE subject_id IN {in}";
            for row in &tx.select_in(sql, some, &[]).await? {
                let item = text(row, 1)?;
                if item.contains(said) || (!form.is_empty() && item.contains(&form)) {
                    let sql = "DELETE FROM tombstone WHERE subject_id = $1 AND item = $2";
                    sqlx::query(sql).bind(text(row, 0)?).bind(item).execute(&mut *tx.inner).await?;
                }
            }
            let sql = "SELECT space, slug FROM slug WHERE current = 0 AND id IN {in}";
            for row in &tx.select_in(sql, some, &[]).await? {
                let old = text(row, 1)?;
                if slug.len() >= LEAST_BYTES && old.contains(&slug) {
                    let sql = "DELETE FROM slug WHERE space = $1 AND slug = $2";
                    sqlx::query(sql).bind(text(row, 0)?).bind(old).execute(&mut *tx.inner).await?;
                }
            }
        }
        Ok(())
    }

    /// What nobody speaks of any more keeps its document, and who was merged keeps the other's name: the text is taken
    /// out of these as they stand. Answers how many that were.
    async fn clean_what_is_left(&self, tx: &mut Tx, wanted: &Wanted, actor: &str) -> Result<u64, StoreError> {
        let mut left = things_with(tx, self.db.dialect, wanted.said()).await?;
        left.extend(wanted.documents(tx).await?.into_keys());
        let mut cleaned = 0;
        for id in left {
            let sql = "SELECT 1 FROM listing WHERE subject_id = $1 AND present = 1 LIMIT 1";
            let spoken_of = sqlx::query(sql).bind(id.to_string()).fetch_optional(&mut *tx.inner).await?.is_some();
            if !spoken_of {
                self.say_again(tx, &id, Some(&wanted.spellings), actor).await?;
                cleaned += 1;
            }
        }
        Ok(cleaned)
    }

    /// Writes every snapshot again that holds the text.
    async fn rewrite_snapshots(&self, tx: &mut Tx, said: &Spellings, done: &mut Redacted) -> Result<(), StoreError> {
        let rows = sqlx::query("SELECT id, snapshot FROM load WHERE snapshot IS NOT NULL ORDER BY id")
            .fetch_all(&mut *tx.inner)
            .await?;
        for row in &rows {
            let (blobs, hash, said) = (self.blobs.clone(), text(row, 1)?, said.clone());
            let written = tokio::task::spawn_blocking(move || snapshot::rewrite(&blobs, &hash, &said)).await;
            let written = written.map_err(|error| blob_error("a snapshot", io::Error::other(error)))??;
            let Some(placed) = written else { continue };
            done.snapshots += 1;
            sqlx::query("UPDATE load SET snapshot = $1, marks = $2 WHERE id = $3")
                .bind(placed.snapshot)
                .bind(placed.marks)
                .bind(int(row, 0)?)
                .execute(&mut *tx.inner)
                .await?;
        }
        Ok(())
    }

    /// Empties the body of a revision; its number and digest stay. What is shown now cannot be emptied so: the text
    /// must go from the listing first. A new revision with the document as it is now tells followers.
    pub async fn redact_revision(&self, n: i64, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        let row = sqlx::query("SELECT thing, id, version FROM revision WHERE n = $1")
            .bind(n)
            .fetch_optional(&mut *tx.inner)
            .await?
            .ok_or_else(|| refused(format!("there is no revision {n}")))?;
        let (thing, id, version) = (text(&row, 0)?, text(&row, 1)?, int(&row, 2)?);
        let current = current_version(&mut tx, &thing, &id).await?;
        if current == Some(version) {
            return Err(refused(format!(
                "revision {n} is what {id} says now; take the text itself out with `connector redact --text`"
            )));
        }
        let sql = "UPDATE revision SET after = NULL, event = 'redacted' WHERE n = $1";
        sqlx::query(sql).bind(n).execute(&mut *tx.inner).await?;
        if let Some(id) = whose(&mut tx, &id).await? {
            self.say_again(&mut tx, &id, None, actor).await?;
        }
        tx.commit().await?;
        self.db.leave_nothing().await
    }

    /// One revision more with the document as it is, or without a text.
    async fn say_again(
        &self,
        tx: &mut Tx,
        id: &Id,
        without: Option<&Spellings>,
        actor: &str,
    ) -> Result<(), StoreError> {
        let table = match id.kind() {
            ThingKind::Organization => "organization",
            ThingKind::App => "app",
            _ => return Ok(()),
        };
        let sql = format!("SELECT body FROM {table} WHERE id = $1");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id.to_string());
        let mut body = text(&query.fetch_one(&mut *tx.inner).await?, 0)?;
        if let Some(said) = without {
            body = redact::document(parse("a document", &body)?, said).to_string();
        }
        let (version, body) = if id.kind() == ThingKind::Organization {
            let mut thing: Organization = parse("an organization", &body)?;
            thing.version += 1;
            log::keep_standing(tx, &[id.to_string()]).await?;
            (thing.version, thing.document())
        } else {
            let mut thing: App = parse("an app", &body)?;
            thing.version += 1;
            (thing.version, thing.document())
        };
        let sql = format!("UPDATE {table} SET version = $1, body = $2 WHERE id = $3");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(version).bind(body.clone()).bind(id.to_string());
        query.execute(&mut *tx.inner).await?;
        Publisher::new(self, actor, None).note(tx, id, version, Event::Redacted, body).await
    }
}

/// The version a thing has now, when it is shown.
/// The organization or app whose next revision tells followers that something of this thing is gone: the log must move,
/// or whoever has the old answer is told that it still holds. Nothing when it is gone itself.
async fn whose(tx: &mut Tx, id: &str) -> Result<Option<Id>, StoreError> {
    let sql = match Id::parse(id).map(|id| id.kind()) {
        Some(ThingKind::Organization) => "SELECT id FROM organization WHERE id = $1",
        Some(ThingKind::App) => "SELECT id FROM app WHERE id = $1",
        Some(ThingKind::Location) => "SELECT organization_id FROM location WHERE id = $1",
        Some(ThingKind::Portal | ThingKind::Endpoint) => "SELECT MIN(organization_id) FROM link WHERE thing_id = $1",
        None => return Ok(None),
    };
    let row = sqlx::query(sql).bind(id.to_owned()).fetch_optional(&mut *tx.inner).await?;
    Ok(row.and_then(|row| row.try_get::<Option<String>, _>(0).ok().flatten()).and_then(|id| Id::parse(&id)))
}

async fn current_version(tx: &mut Tx, thing: &str, id: &str) -> Result<Option<i64>, StoreError> {
    let sql = match thing {
        "organization" => "SELECT version FROM organization WHERE id = $1",
        "app" => "SELECT version FROM app WHERE id = $1",
        "location" => "SELECT version FROM location WHERE id = $1 AND present = 1",
        "portal" => "SELECT version FROM portal WHERE id = $1",
        _ => "SELECT version FROM endpoint WHERE id = $1",
    };
    let row = sqlx::query(sql).bind(id.to_owned()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| int(&row, 0)).transpose()
}

/// Texts that must not come back.
pub(super) async fn redactions(tx: &mut Tx) -> Result<Redactions, StoreError> {
    let rows = sqlx::query("SELECT hash, bytes, sum FROM redacted_text").fetch_all(&mut *tx.inner).await?;
    let (mut texts, mut in_keys) = (Vec::new(), Vec::new());
    for row in &rows {
        let (hash, bytes, sum) = (text(row, 0)?, int(row, 1)? as usize, int(row, 2)? as u64);
        match hash.strip_prefix(IN_KEYS) {
            Some(hash) => in_keys.push(Fingerprint { hash: hash.to_owned(), bytes, sum }),
            None => texts.push(Fingerprint { hash, bytes, sum }),
        }
    }
    Ok(Redactions::new(texts, in_keys))
}

/// What other spellings, which count in keys only, are told by among the fingerprints.
const IN_KEYS: &str = "key:";

async fn remember(tx: &mut Tx, said: &Spellings, at: i64, actor: &str) -> Result<(), StoreError> {
    let row = |(n, spelling): (usize, &String)| {
        let print = Fingerprint::of(spelling);
        let hash = if n == 0 { print.hash } else { format!("{IN_KEYS}{}", print.hash) };
        row![hash, print.bytes as i64, print.sum as i64, at, actor]
    };
    let rows = said.all().iter().enumerate().map(row).collect();
    let conflict = "ON CONFLICT (hash) DO NOTHING";
    tx.insert("redacted_text", &["hash", "bytes", "sum", "at", "actor"], conflict, rows).await
}

async fn take_out_of_listings(tx: &mut Tx, wanted: &Wanted, done: &mut Redacted) -> Result<BTreeSet<Id>, StoreError> {
    let (spellings, said) = (&wanted.spellings, wanted.said());
    let sql = format!(
        "SELECT source, key, subject_id, body, marks, grp, matched FROM listing WHERE {}",
        wanted.in_any(&["body", "marks", "key", "grp", "matched"])
    );
    let mut dirty = BTreeSet::new();
    for row in &wanted.query(sql).fetch_all(&mut *tx.inner).await? {
        let (key, json, marks) = (text(row, 1)?, text(row, 3)?, text(row, 4)?);
        let (group, matched) = (text(row, 5)?, text(row, 6)?);
        let body: Body = parse("a listing", &json)?;
        let body = spellings.body(&body).unwrap_or(body);
        let holds = body.written().0.contains(&redact::in_json(said));
        let body = if holds { redact::without(&body, said) } else { body };
        let kept: Vec<&str> = marks.lines().filter(|mark| !mark.contains(said)).collect();
        let (written, hash) = body.written();
        let now = [
            spellings.key(&key).unwrap_or_else(|| key.clone()),
            written,
            kept.join("\n"),
            spellings.key(&group).unwrap_or_else(|| group.clone()),
            spellings.cut(&matched).unwrap_or_else(|| matched.clone()),
        ];
        if now == [key.clone(), json, marks, group, matched] {
            continue;
        }
        done.listings += 1;
        let sql = "UPDATE listing SET key = $1, body = $2, marks = $3, grp = $4, matched = $5, hash = $6 \
             WHERE source = $7 AND key = $8";
        let query = now.into_iter().fold(sqlx::query(sql), sqlx::query::Query::bind);
        query.bind(hash).bind(text(row, 0)?).bind(key).execute(&mut *tx.inner).await?;
        dirty.extend(Id::parse(&text(row, 2)?));
    }
    Ok(dirty)
}

/// Organizations and apps whose document holds the text.
async fn things_with(tx: &mut Tx, dialect: Dialect, said: &str) -> Result<BTreeSet<Id>, StoreError> {
    let holds = holds(dialect, "body", 1);
    let sql = format!("SELECT id FROM organization WHERE {holds} UNION SELECT id FROM app WHERE {holds}");
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(redact::in_json(said));
    let rows = query.fetch_all(&mut *tx.inner).await?;
    let mut ids = BTreeSet::new();
    for row in &rows {
        ids.extend(Id::parse(&text(row, 0)?));
    }
    Ok(ids)
}

async fn empty_revisions(tx: &mut Tx, dialect: Dialect, said: &str, done: &mut Redacted) -> Result<(), StoreError> {
    let sql = format!("UPDATE revision SET after = NULL, event = 'redacted' WHERE {}", holds(dialect, "after", 1));
    let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(redact::in_json(said));
    done.revisions = query.execute(&mut *tx.inner).await?.rows_affected();
    Ok(())
}

/// Tables whose rows are only notes, or that nothing shows any more.
async fn take_out_of_the_rest(
    tx: &mut Tx,
    dialect: Dialect,
    wanted: &Wanted,
    done: &mut Redacted,
) -> Result<(), StoreError> {
    let said = wanted.said();
    let any =
        |columns: &[&str]| columns.iter().map(|column| holds(dialect, column, 1)).collect::<Vec<_>>().join(" OR ");
    let statements = [
        format!("DELETE FROM quarantine WHERE {}", any(&["key", "field", "reason"])),
        format!("DELETE FROM held_door WHERE {}", any(&["url", "trust_key"])),
        format!("DELETE FROM trusted_door WHERE {}", any(&["trust_key"])),
        format!("DELETE FROM location WHERE present = 0 AND ({})", any(&["body", "key"])),
        format!("UPDATE portal SET body = '{{}}', address_key = id WHERE {}", any(&["body", "address_key"])),
        format!("UPDATE endpoint SET body = '{{}}', address_key = id WHERE {}", any(&["body", "address_key"])),
    ];
    for sql in statements {
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(redact::in_json(said));
        done.others += query.execute(&mut *tx.inner).await?.rows_affected();
    }
    let sql = format!("SELECT id, diff, counts, files FROM load WHERE {}", wanted.in_any(&["diff", "counts", "files"]));
    for row in &wanted.query(sql).fetch_all(&mut *tx.inner).await? {
        let clean = |json: Option<String>| -> Result<Option<String>, StoreError> {
            let mut value: Option<Value> = json.map(|json| parse("what is noted of a load", &json)).transpose()?;
            if let Some(value) = &mut value {
                wanted.spellings.cut_keys(value);
            }
            Ok(value.and_then(|value| redact::scrub(value, said)).map(|value| value.to_string()))
        };
        sqlx::query("UPDATE load SET diff = $1, counts = $2, files = $3 WHERE id = $4")
            .bind(clean(row.try_get(1)?)?)
            .bind(clean(Some(text(row, 2)?))?.unwrap_or_else(|| "{}".into()))
            .bind(clean(Some(text(row, 3)?))?.unwrap_or_else(|| "[]".into()))
            .bind(int(row, 0)?)
            .execute(&mut *tx.inner)
            .await?;
        done.others += 1;
    }
    Ok(())
}

/// Files that somebody put beside the nights go when they hold the text; nights are written again without it by whoever
/// writes them.
fn remove_dumps(data: &Path, texts: &[String]) -> io::Result<u64> {
    let mut gone = 0;
    let entries = match fs::read_dir(data.join("dumps")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        other => other?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_file() && file_holds(&path, texts)? {
            fs::remove_file(&path)?;
            gone += 1;
        }
    }
    Ok(gone)
}

/// Does a file, unpacked by its ending, hold one of these texts?
fn file_holds(path: &Path, texts: &[String]) -> io::Result<bool> {
    let file = fs::File::open(path)?;
    let mut bytes: Box<dyn Read> = match path.extension().and_then(|end| end.to_str()) {
        Some("zst") => Box::new(zstd::Decoder::new(file)?),
        Some("gz") => Box::new(flate2::read::MultiGzDecoder::new(file)),
        _ => Box::new(file),
    };
    let longest = texts.iter().map(String::len).max().unwrap_or_default();
    let mut window: Vec<u8> = Vec::new();
    let mut portion = vec![0_u8; 1 << 16];
    loop {
        let read = bytes.read(&mut portion)?;
        if read == 0 {
            return Ok(false);
        }
        window.extend(&portion[..read]);
        if texts.iter().any(|text| window.windows(text.len().max(1)).any(|part| part == text.as_bytes())) {
            return Ok(true);
        }
        // What may be the beginning of the text stays.
        window.drain(..window.len().saturating_sub(longest));
    }
}
