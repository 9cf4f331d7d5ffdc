//! Doors of a list that lead elsewhere than they did, whether anybody is shown them or not: one that stands behind a
//! better source today may be the one that is shown tomorrow.
//!
//! Flows in: rows as they were, by key or by organization. Flows out: how many of their doors open another domain now.
//! Looks only at rows that say something else or went.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::json;

use super::{
    StoreError,
    blobs::Blobs,
    db::{Tx, parse, text},
    diff::{DoorMove, domains},
    snapshot::{Reader, blob_error},
};
use crate::model::{
    guard::{EXAMPLES, key_mark},
    listing::Body,
    merge::Role,
};

/// How many rows are compared at once.
const BATCH: usize = 1_000;

/// What rows open, by their use.
type Domains = BTreeMap<Role, BTreeSet<String>>;

/// Doors that lead elsewhere now.
#[derive(Default)]
pub(super) struct Moved {
    /// They themselves: the mark of the row's key, the use, and the domain.
    pub all: HashSet<(u64, String, String)>,
    /// Some of them.
    pub examples: Vec<DoorMove>,
}

impl Moved {
    /// Compares rows of a source as they were with what the store has of them now. What was ever trusted at their
    /// organization has not moved, and what waits or was refused there is decided on its own.
    pub async fn add(&mut self, tx: &mut Tx, source: &str, before: &[(String, Domains)]) -> Result<(), StoreError> {
        for some in before.chunks(BATCH) {
            let keys: Vec<String> = some.iter().map(|(key, _)| key.clone()).collect();
            let old: HashMap<&str, &Domains> = some.iter().map(|(key, domains)| (key.as_str(), domains)).collect();
            let sql = "SELECT key, subject_id, body FROM listing WHERE source = $2 AND present = 1 AND key IN {in}";
            let mut news = Vec::new();
            for row in &tx.select_in(sql, &keys, &[json!(source)]).await? {
                let (key, body): (_, Body) = (text(row, 0)?, parse("a listing", &text(row, 2)?)?);
                if let Some(old) = old.get(key.as_str()) {
                    news.extend(news_of(&text(row, 1)?, key_mark(&key), old, &domains(&body)));
                }
            }
            self.count(tx, news).await?;
        }
        Ok(())
    }

    /// Compares rows that went with this load with those that it put in their place: a row with a new key has moved its
    /// doors as much as one that kept it.
    pub async fn add_renumbered(
        &mut self,
        tx: &mut Tx,
        source: &str,
        load: i64,
        gone: &BTreeMap<String, String>,
    ) -> Result<(), StoreError> {
        let gone: Vec<&String> = gone.keys().collect();
        for some in gone.chunks(BATCH) {
            let keys: Vec<String> = some.iter().map(|key| (*key).clone()).collect();
            let sql = "SELECT subject_id, body FROM listing WHERE source = $2 AND key IN {in}";
            let mut before: HashMap<String, Domains> = HashMap::new();
            for row in &tx.select_in(sql, &keys, &[json!(source)]).await? {
                let (subject, body): (_, Body) = (text(row, 0)?, parse("a listing", &text(row, 1)?)?);
                for (role, keys) in domains(&body) {
                    before.entry(subject.clone()).or_default().entry(role).or_default().extend(keys);
                }
            }
            let subjects: Vec<String> = before.keys().cloned().collect();
            let sql = "SELECT key, subject_id, body FROM listing WHERE source = $2 AND changed_load = $3 \
                 AND present = 1 AND subject_id IN {in}";
            let mut news = Vec::new();
            for row in &tx.select_in(sql, &subjects, &[json!(source), json!(load)]).await? {
                let (key, subject, body): (_, _, Body) =
                    (text(row, 0)?, text(row, 1)?, parse("a listing", &text(row, 2)?)?);
                if let Some(old) = before.get(&subject) {
                    news.extend(news_of(&subject, key_mark(&key), old, &domains(&body)));
                }
            }
            self.count(tx, news).await?;
        }
        Ok(())
    }

    async fn count(&mut self, tx: &mut Tx, news: Vec<(u64, DoorMove)>) -> Result<(), StoreError> {
        let subjects: BTreeSet<&String> = news.iter().filter_map(|(_, door)| door.subject.as_ref()).collect();
        let subjects: Vec<String> = subjects.into_iter().cloned().collect();
        let mut known: HashSet<(String, String, String)> = HashSet::new();
        for table in ["trusted_door", "held_door"] {
            let sql = format!("SELECT subject_id, role, trust_key FROM {table} WHERE subject_id IN {{in}}");
            for row in &tx.select_in(&sql, &subjects, &[]).await? {
                known.insert((text(row, 0)?, text(row, 1)?, text(row, 2)?));
            }
        }
        for (row, mut door) in news {
            let subject = door.subject.clone().unwrap_or_default();
            door.to.retain(|to| !known.contains(&(subject.clone(), door.role.clone(), to.clone())));
            if !door.to.is_empty() {
                self.all.extend(door.to.iter().map(|to| (row, door.role.clone(), to.clone())));
                if self.examples.len() < EXAMPLES {
                    self.examples.push(door);
                }
            }
        }
        Ok(())
    }
}

/// Domains that a row did not open, where it opened others of the same use.
fn news_of(subject: &str, row: u64, old: &Domains, new: &Domains) -> Vec<(u64, DoorMove)> {
    let list = |domains: &BTreeSet<String>| domains.iter().cloned().collect::<Vec<_>>();
    let of = |(role, now): (&Role, &BTreeSet<String>)| {
        let before = old.get(role)?;
        let to: Vec<String> = now.difference(before).cloned().collect();
        let door = DoorMove { subject: Some(subject.to_owned()), role: role.word().to_owned(), from: list(before), to };
        (!door.to.is_empty()).then_some((row, door))
    };
    new.iter().filter_map(of).collect()
}

/// What rows of a snapshot opened: those with these key marks that have doors.
pub(super) async fn of_snapshot(
    blobs: &Blobs,
    snapshot: &str,
    rows: Vec<u64>,
) -> Result<Vec<(String, Domains)>, StoreError> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let (blobs, snapshot) = (blobs.clone(), snapshot.to_owned());
    let read = move || {
        let mut found = Vec::new();
        for row in Reader::open(&blobs, &snapshot)?.only(rows.into_iter().collect()) {
            let row = row?;
            let domains = domains(&row.body);
            if !domains.is_empty() {
                found.push((row.key, domains));
            }
        }
        Ok(found)
    };
    let read = tokio::task::spawn_blocking(read).await;
    read.map_err(|error| blob_error("a snapshot", std::io::Error::other(error)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_moves_where_there_was_one_of_its_use() {
        let domains = |all: &[(Role, &str)]| {
            let mut map = Domains::new();
            for (role, key) in all {
                map.entry(*role).or_default().insert((*key).to_owned());
            }
            map
        };
        let old = domains(&[(Role::Portal, "a.org"), (Role::Portal, "b.org")]);
        for (new, moved) in [
            (vec![(Role::Portal, "a.org")], vec![]),
            (vec![(Role::Portal, "a.org"), (Role::Website, "evil.com")], vec![]),
            (vec![(Role::Portal, "evil.com")], vec!["evil.com"]),
            (
                vec![(Role::Portal, "a.org"), (Role::Portal, "evil.com"), (Role::Portal, "evil.net")],
                vec!["evil.com", "evil.net"],
            ),
        ] {
            let found = news_of("org", 1, &old, &domains(&new));
            let to: Vec<&str> = found.iter().flat_map(|(_, door)| &door.to).map(String::as_str).collect();
            assert_eq!(to, moved, "{new:?}");
        }
    }
}
