//! A load undone: its source says again what it said before.
//!
//! What holds: what the load changed says what it said, since when it said it; what it brought is withdrawn, with the
//! domains it made trusted; organizations keep their ids. All of it is one load more, with revisions of its own. Only
//! the last load of a source that stands can be undone, so several are undone one after another.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::civil::{Date, date};
use serde_json::json;

use super::{
    Store, StoreError, audit,
    db::{Tx, int, parse, text},
    diff::domains,
    intake::{Finished, Intake, LoadHead},
    loads::{Applied, Kept, chain, feed_chain, kept, refused, set_state},
    snapshot,
    watch::{Decided, Purpose},
};
use crate::model::{guard::key_mark, id::Id, listing::Body, merge::Role, source::Mode};

/// The day of a load after which its source says nothing: every other day is later.
const NEVER: Date = date(1970, 1, 1);

/// What a load changed, as it stands in the store.
#[derive(Default)]
struct Touched {
    /// Keys of its rows, by their marks; those that are there now.
    keys: HashMap<u64, String>,
    present: BTreeMap<String, String>,
    /// Organizations and apps they belong to.
    subjects: BTreeSet<Id>,
    /// What their doors open.
    doors: BTreeSet<(String, Role, String)>,
}

impl Store {
    /// Undoes the last load of a source.
    pub async fn undo_load(&self, n: i64, actor: &str) -> Result<Applied, StoreError> {
        let mut tx = self.db.begin().await?;
        let load = kept(&mut tx, n).await?;
        may_be_undone(&mut tx, &load).await?;
        let source = load.state.source.clone();
        let before = chain(&mut tx, &source, n).await?;
        let touched = touched(&mut tx, &source, n).await?;
        let mut head = load.head(&mut tx).await?;
        if let Some(last) = before.first() {
            head = LoadHead { mode: head.mode, ..last.head(&mut tx).await? };
        } else {
            (head.date, head.files) = (NEVER, Vec::new());
        }
        let decided = Decided { actor: actor.to_owned(), origin: Some((Purpose::Undo, n)) };
        let full = head.mode == Mode::Full;
        let mut intake = self.open_load(tx, head, Some(decided)).await?;
        // What the load brought is looked for nowhere: it is gone again.
        let brought = self.brought(&load).await?;
        let only: HashSet<u64> = touched.keys.keys().filter(|mark| !brought.contains(mark)).copied().collect();
        let given = feed_chain(&mut intake, &self.blobs, &before, (!full).then_some(&only)).await?;
        let gone = if full { intake.all_absent().await? } else { touched.not_in(&given) };
        self.finish_undo(intake, &load, &touched, &gone, actor).await
    }

    /// Marks of the keys that were not there before a load, as far as its snapshot knows.
    async fn brought(&self, load: &Kept) -> Result<HashSet<u64>, StoreError> {
        let Some(snapshot) = load.snapshot.clone().filter(|_| !load.is_full()) else {
            return Ok(HashSet::new());
        };
        let blobs = self.blobs.clone();
        let read = tokio::task::spawn_blocking(move || snapshot::brought(&blobs, &snapshot)).await;
        read.map_err(|error| snapshot::blob_error("a snapshot", std::io::Error::other(error)))?
    }

    async fn finish_undo(
        &self,
        mut intake: Intake,
        load: &Kept,
        touched: &Touched,
        gone: &BTreeMap<String, String>,
        actor: &str,
    ) -> Result<Applied, StoreError> {
        let n = load.state.n;
        let looked = intake.look(gone.len() as u64).await?;
        intake.resolve_the_rest(gone).await?;
        let withdrawn = intake.withdraw(gone).await?;
        self.restore_days(&mut intake.tx, load, touched, looked.marks()).await?;
        forget_doors(&mut intake.tx, load, touched).await?;
        intake.dirty.extend(touched.subjects.iter().cloned());
        let subjects: Vec<String> = intake.dirty.iter().map(ToString::to_string).collect();
        let buried = tombstones(&mut intake.tx, &subjects).await?;
        let mut published = intake.publish(&|_, _| {}).await?;
        // What the load brought was never said by rights: its end buries nothing that others say.
        let again = dig_up(&mut intake.tx, &subjects, &buried).await?;
        if !again.is_empty() {
            intake.dirty.extend(again);
            published.add(&intake.publish(&|_, _| {}).await?);
        }
        set_state(&mut intake.tx, n, "undone").await?;
        // What it asked rests on what it said.
        let asked = sqlx::query("DELETE FROM review WHERE load = $1 AND state = 'waiting'").bind(n);
        asked.execute(&mut *intake.tx.inner).await?;
        // What undid later loads is the past too: its day would keep the next list out.
        let sql = "UPDATE load SET state = 'undone' WHERE source = $1 AND id > $2 AND id < $3 AND state = 'committed'";
        let source = load.state.source.clone();
        sqlx::query(sql).bind(source).bind(n).bind(intake.load).execute(&mut *intake.tx.inner).await?;
        let finished = Finished { withdrawn, held_doors: published.held_doors, published, ..Finished::default() };
        let made = intake.load;
        let (at, detail) = (self.clock.micros(), json!({ "load": n, "by_load": made }));
        audit::note(&mut intake.tx, at, actor, "load.undone", &load.state.source, &detail).await?;
        intake.commit(looked, &finished).await?;
        Ok(Applied { n: made, finished })
    }

    /// Rows that say again what they said get the load back that said it first: pages show its day.
    async fn restore_days(
        &self,
        tx: &mut Tx,
        load: &Kept,
        touched: &Touched,
        marks: &[(u64, u64)],
    ) -> Result<(), StoreError> {
        let source = &load.state.source;
        let mut open: HashMap<u64, u64> =
            marks.iter().filter(|(key, _)| touched.keys.contains_key(key)).copied().collect();
        let mut since: HashMap<u64, i64> = HashMap::new();
        let sql = "SELECT id, mode, marks FROM load WHERE source = $1 AND state = 'committed' AND id < $2 \
             AND marks IS NOT NULL ORDER BY id DESC";
        let rows = sqlx::query(sql).bind(source.clone()).bind(load.state.n).fetch_all(&mut *tx.inner).await?;
        for row in &rows {
            if open.is_empty() {
                break;
            }
            let (id, full) = (int(row, 0)?, text(row, 1)? == "full");
            let mut met = HashSet::new();
            for (key, body) in snapshot::marks(&self.blobs, &text(row, 2)?)? {
                match open.get(&key) {
                    Some(mine) if *mine == body => {
                        since.insert(key, id);
                        met.insert(key);
                    }
                    Some(_) => _ = open.remove(&key),
                    None => {}
                }
            }
            // Additions say nothing of rows they do not have.
            open.retain(|key, _| !full || met.contains(key));
        }
        let mut by_load: BTreeMap<i64, Vec<String>> = BTreeMap::new();
        for (mark, id) in since {
            by_load.entry(id).or_default().extend(touched.keys.get(&mark).cloned());
        }
        for (id, keys) in by_load {
            for keys in keys.chunks(5_000) {
                let sql = "UPDATE listing SET changed_load = $3 WHERE source = $2 AND present = 1 AND key IN {in}";
                tx.execute_in(sql, keys, &[json!(source), json!(id)]).await?;
            }
        }
        Ok(())
    }
}

/// Is it the last load of its source, and did it go in?
async fn may_be_undone(tx: &mut Tx, load: &Kept) -> Result<(), StoreError> {
    let (n, state) = (load.state.n, &load.state.state);
    if state != "committed" {
        return Err(refused(format!("load {n} is {state}: only a load that went in can be undone")));
    }
    if let Some((_, other)) = load.state.purpose.as_ref().filter(|(purpose, _)| purpose == "undo") {
        return Err(refused(format!(
            "load {n} undid load {other}; to have that back, use `connector loads repeat {other}`"
        )));
    }
    let sql = "SELECT MAX(id) FROM load WHERE source = $1 AND state = 'committed' AND COALESCE(purpose, '') <> 'undo'";
    let row = sqlx::query(sql).bind(load.state.source.clone()).fetch_one(&mut *tx.inner).await?;
    match int(&row, 0)? {
        last if last > n => Err(refused(format!("load {last} of the same source came after it; undo that one first"))),
        _ => Ok(()),
    }
}

/// What a load changed: rows that last changed with it.
async fn touched(tx: &mut Tx, source: &str, n: i64) -> Result<Touched, StoreError> {
    let mut touched = Touched::default();
    let mut after = String::new();
    loop {
        // Later loads of the source are undone: what is newer only says again what it said.
        let sql = "SELECT key, subject_id, present, body FROM listing WHERE source = $1 AND changed_load >= $2 \
             AND key > $3 ORDER BY key LIMIT 5000";
        let query = sqlx::query(sql).bind(source.to_owned()).bind(n).bind(after.clone());
        let rows = query.fetch_all(&mut *tx.inner).await?;
        if rows.is_empty() {
            return Ok(touched);
        }
        for row in &rows {
            after = text(row, 0)?;
            let subject = text(row, 1)?;
            touched.keys.insert(key_mark(&after), after.clone());
            touched.subjects.extend(Id::parse(&subject));
            if int(row, 2)? == 1 {
                let body: Body = parse("a listing", &text(row, 3)?)?;
                for (role, keys) in domains(&body) {
                    touched.doors.extend(keys.into_iter().map(|key| (subject.clone(), role, key)));
                }
                touched.present.insert(after.clone(), subject);
            }
        }
    }
}

impl Touched {
    /// Rows that are there and were not given again: key -> organization.
    fn not_in(&self, given: &HashSet<u64>) -> BTreeMap<String, String> {
        let rows = self.present.iter().filter(|(key, _)| !given.contains(&key_mark(key)));
        rows.map(|(key, subject)| (key.clone(), subject.clone())).collect()
    }
}

/// Gives back what the load made trusted: domains that no source says at the organization now, and nobody confirmed.
async fn forget_doors(tx: &mut Tx, load: &Kept, touched: &Touched) -> Result<(), StoreError> {
    let subjects: BTreeSet<String> = touched.doors.iter().map(|(subject, ..)| subject.clone()).collect();
    let subjects: Vec<String> = subjects.into_iter().collect();
    let mut said: BTreeSet<(String, Role, String)> = BTreeSet::new();
    let mut gives_endpoints: BTreeSet<String> = BTreeSet::new();
    for some in subjects.chunks(500) {
        let sql = "SELECT subject_id, source, body FROM listing WHERE present = 1 AND subject_id IN {in}";
        for row in &tx.select_in(sql, some, &[]).await? {
            let (subject, body): (_, Body) = (text(row, 0)?, parse("a listing", &text(row, 2)?)?);
            for (role, keys) in domains(&body) {
                if role == Role::Endpoint && text(row, 1)? == load.state.source {
                    gives_endpoints.insert(subject.clone());
                }
                said.extend(keys.into_iter().map(|key| (subject.clone(), role, key)));
            }
        }
        let sql = "SELECT subject_id, role, trust_key FROM held_door WHERE state = 'confirmed' AND subject_id IN {in}";
        for row in &tx.select_in(sql, some, &[]).await? {
            if let Some(role) = Role::from_word(&text(row, 1)?) {
                said.insert((text(row, 0)?, role, text(row, 2)?));
            }
        }
    }
    for (subject, role, key) in touched.doors.difference(&said) {
        distrust(tx, subject, *role, key).await?;
    }
    let had: BTreeSet<String> = touched
        .doors
        .iter()
        .filter(|(_, role, _)| *role == Role::Endpoint)
        .map(|(subject, ..)| subject.clone())
        .collect();
    let lost: Vec<String> = had.difference(&gives_endpoints).cloned().collect();
    forget_endpoint_source(tx, load, lost).await?;
    sqlx::query("DELETE FROM held_door WHERE load = $1 AND state = 'waiting'")
        .bind(load.state.n)
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// The source gave these organizations their first endpoint with this load: its next one is a first one again. Where
/// any earlier picture had an endpoint, it is not: taking a door away must not make the next one look new.
async fn forget_endpoint_source(tx: &mut Tx, load: &Kept, subjects: Vec<String>) -> Result<(), StoreError> {
    for some in subjects.chunks(500) {
        let sql = "SELECT DISTINCT r.id FROM revision r LEFT JOIN organization o ON r.after = '' AND o.id = r.id \
             WHERE r.id IN {in} AND (r.load IS NULL OR r.load < $2) \
             AND (r.after LIKE '%\"endpoints\":[%' OR o.body LIKE '%\"endpoints\":[%')";
        let earlier: BTreeSet<String> = tx
            .select_in(sql, some, &[json!(load.state.n)])
            .await?
            .iter()
            .map(|row| text(row, 0))
            .collect::<Result<_, _>>()?;
        let free: Vec<String> = some.iter().filter(|id| !earlier.contains(*id)).cloned().collect();
        let sql = "DELETE FROM endpoint_source WHERE source = $2 AND subject_id IN {in}";
        tx.execute_in(sql, &free, &[json!(load.state.source)]).await?;
    }
    Ok(())
}

/// A domain is not trusted for this use at an organization or app any more.
pub(super) async fn distrust(tx: &mut Tx, subject: &str, role: Role, trust_key: &str) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM trusted_door WHERE subject_id = $1 AND role = $2 AND trust_key = $3")
        .bind(subject.to_owned())
        .bind(role.word().to_owned())
        .bind(trust_key.to_owned())
        .execute(&mut *tx.inner)
        .await?;
    Ok(())
}

/// Tombstones of these organizations: whose, and of what.
pub(super) async fn tombstones(tx: &mut Tx, subjects: &[String]) -> Result<BTreeSet<(String, String)>, StoreError> {
    let mut all = BTreeSet::new();
    for some in subjects.chunks(500) {
        let sql = "SELECT subject_id, item FROM tombstone WHERE subject_id IN {in}";
        for row in &tx.select_in(sql, some, &[]).await? {
            all.insert((text(row, 0)?, text(row, 1)?));
        }
    }
    Ok(all)
}

/// Removes tombstones that were not there before; answers whose.
pub(super) async fn dig_up(
    tx: &mut Tx,
    subjects: &[String],
    before: &BTreeSet<(String, String)>,
) -> Result<BTreeSet<Id>, StoreError> {
    let now = tombstones(tx, subjects).await?;
    let mut whose = BTreeSet::new();
    for (subject, item) in now.difference(before) {
        sqlx::query("DELETE FROM tombstone WHERE subject_id = $1 AND item = $2")
            .bind(subject.clone())
            .bind(item.clone())
            .execute(&mut *tx.inner)
            .await?;
        whose.extend(Id::parse(subject));
    }
    Ok(whose)
}
