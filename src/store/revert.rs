//! What is needed to take a change back: the change with the picture before it, who made it, and the trust it brought.

use std::collections::BTreeSet;

use super::{
    Store, StoreError,
    changes::Logged,
    db::{Tx, int, parse, text},
    diff::domains,
    undo::distrust,
};
use crate::model::{change::Risk, door::Door, id::Id, listing::Body, merge::Role};

impl Store {
    /// One revision with the document before it.
    pub async fn logged_one(&self, n: i64) -> Result<Option<Logged>, StoreError> {
        Ok(self.logged_at(&[n]).await?.0.pop())
    }

    /// The number of the proposal by which a load was said.
    pub async fn proposal_of_load(&self, load: i64) -> Result<Option<i64>, StoreError> {
        let query = sqlx::query("SELECT n FROM proposal WHERE load = $1 AND load > 0").bind(load);
        query.fetch_optional(&self.db.read).await?.map(|row| int(&row, 0)).transpose()
    }

    /// Proposals of a person that were said since a moment, the newest first: in this order they are taken back.
    pub async fn said_by_person(&self, author: &str, since: i64, limit: u32) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT n FROM proposal WHERE author = $1 AND state = 'published' AND published_at >= $2 \
             ORDER BY n DESC LIMIT $3";
        let query = sqlx::query(sql).bind(author.to_owned()).bind(since).bind(i64::from(limit));
        query.fetch_all(&self.db.read).await?.iter().map(|row| int(row, 0)).collect()
    }
}

/// Doors that a change taken back had brought are trusted no longer, unless some source still says them; a role keeps its
/// last trusted domain, or the next door would look like a first one.
pub(super) async fn forget_doors(tx: &mut Tx, subject: &Id, risks: &[Risk]) -> Result<(), StoreError> {
    let gone = risks.iter().filter_map(|risk| match risk {
        Risk::DoorGone { role, url } => Some((*role, Door::parse(url).ok()?.trust_key())),
        _ => None,
    });
    let gone: BTreeSet<(Role, String)> = gone.collect();
    if gone.is_empty() {
        return Ok(());
    }
    let mut said: BTreeSet<(Role, String)> = BTreeSet::new();
    let sql = "SELECT body FROM listing WHERE present = 1 AND subject_id = $1";
    for row in &sqlx::query(sql).bind(subject.to_string()).fetch_all(&mut *tx.inner).await? {
        let body: Body = parse("a listing", &text(row, 0)?)?;
        said.extend(domains(&body).into_iter().flat_map(|(role, keys)| keys.into_iter().map(move |key| (role, key))));
    }
    let sql = "SELECT role, trust_key FROM trusted_door WHERE subject_id = $1";
    let rows = sqlx::query(sql).bind(subject.to_string()).fetch_all(&mut *tx.inner).await?;
    let mut trusted: BTreeSet<(Role, String)> = BTreeSet::new();
    for row in &rows {
        if let Some(role) = Role::from_word(&text(row, 0)?) {
            trusted.insert((role, text(row, 1)?));
        }
    }
    for (role, key) in gone.difference(&said) {
        let others =
            trusted.iter().any(|(other, kept)| other == role && kept != key && !gone.contains(&(*other, kept.clone())));
        if others {
            distrust(tx, subject.as_str(), *role, key).await?;
        }
    }
    Ok(())
}
