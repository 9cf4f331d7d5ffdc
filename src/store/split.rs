//! What was made one and is two: a merge undone, and a listing taken out of the organization it was matched to.
//!
//! What holds: what goes takes its keys along and leaves its doors behind; what stays is as it was before it came,
//! without tombstones for what went; the two are never matched to each other again by an import.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::any::AnyRow;

use super::{
    Store, StoreError, audit,
    db::{Cells, Tx, int, parse, row, text},
    decide::organization,
    diff::domains,
    intake::hand_over,
    publish::Publisher,
    redirect::Redirects,
    review, undo,
};
use crate::model::{
    id::{Id, ThingKind},
    listing::Body,
    merge::Role,
    organization::Status,
    revision::Event,
};

/// A listing that goes to another organization.
struct Going {
    source: String,
    key: String,
    group: String,
    /// Where it is now.
    holder: Id,
    home: String,
    body: Body,
    present: bool,
}

const COLUMNS: &str = "source, key, grp, subject_id, home_id, body, present";

impl Going {
    fn of(row: &AnyRow) -> Result<Option<Self>, StoreError> {
        let Some(holder) = Id::parse(&text(row, 3)?) else { return Ok(None) };
        let (source, key, group, home) = (text(row, 0)?, text(row, 1)?, text(row, 2)?, text(row, 4)?);
        let (body, present) = (parse("a listing", &text(row, 5)?)?, int(row, 6)? == 1);
        Ok(Some(Self { source, key, group, holder, home, body, present }))
    }

    fn all(rows: &[AnyRow]) -> Result<Vec<Self>, StoreError> {
        rows.iter().filter_map(|row| Self::of(row).transpose()).collect()
    }
}

impl Store {
    /// Undoes a merge: `from` gets its id, its slug and its listings back, whoever has them now, with those of what was
    /// merged into it before. Answers how many listings that are.
    pub async fn split_organization(&self, from: &Id, actor: &str) -> Result<u64, StoreError> {
        let mut tx = self.db.begin().await?;
        let mut merged = organization(&mut tx, from).await?;
        let redirects = Redirects::read(&mut tx).await?;
        let successor = merged.successor.take().filter(|_| merged.status == Status::Merged).map(|into| into.id);
        let Some(into) = redirects.next(from).cloned().or(successor) else {
            return Err(StoreError::Refused(format!(
                "{from} is not merged; to take one listing out of it, `connector explain {from}` shows the command"
            )));
        };
        let going = its_own(&mut tx, from, &redirects).await?;
        sqlx::query("DELETE FROM redirect WHERE id = $1").bind(from.to_string()).execute(&mut *tx.inner).await?;
        let at = self.clock.micros();
        let end = redirects.end(&into);
        for other in BTreeSet::from([&into, end]) {
            review::decide(&mut tx, from, other, "different", actor, at).await?;
        }
        merged.status = Status::Active;
        Publisher::new(self, actor, None).replace(&mut tx, merged, Event::Split).await?;
        let mut holders = self.hand_over(&mut tx, &going, from).await?;
        holders.insert(end.clone());
        holders.remove(from);
        Publisher::new(self, actor, None).publish(&mut tx, std::slice::from_ref(from), false, &|_| {}).await?;
        self.publish_holders(&mut tx, &holders, Event::Updated, actor).await?;
        let detail = serde_json::json!({ "from": into });
        audit::note(&mut tx, at, actor, "organization.split", from.as_str(), &detail).await?;
        tx.commit().await?;
        Ok(going.len() as u64)
    }

    /// Takes a listing, with those of its group, out of an organization: it stands for itself, as a new one, and no
    /// import makes the two one again. Answers the new one's id and how many listings went.
    pub async fn split_listing(&self, of: &Id, source: &str, key: &str, actor: &str) -> Result<(Id, u64), StoreError> {
        let mut tx = self.db.begin().await?;
        organization(&mut tx, of).await?;
        let sql = format!("SELECT {COLUMNS} FROM listing WHERE subject_id = $1");
        let query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(of.to_string());
        let all = Going::all(&query.fetch_all(&mut *tx.inner).await?)?;
        let Some(group) = all.iter().find(|l| l.source == source && l.key == key).map(|l| l.group.clone()) else {
            return Err(StoreError::Refused(format!(
                "{source} has no listing {key:?} at {of}; `connector explain {of}` shows those it is made of"
            )));
        };
        let goes = |l: &Going| l.source == source && (l.key == key || (!group.is_empty() && l.group == group));
        let mut going: Vec<Going> = all.into_iter().filter(goes).collect();
        if !going.iter().any(|l| l.present) {
            let why =
                format!("{source} does not list {key:?} any more: nothing of it is shown, and it cannot stand alone");
            return Err(StoreError::Refused(why));
        }
        let id = self.ids.make(ThingKind::Organization);
        for row in &mut going {
            row.home = id.to_string();
        }
        let holders = self.hand_over(&mut tx, &going, &id).await?;
        let left = sqlx::query("SELECT 1 FROM listing WHERE subject_id = $1 AND present = 1 LIMIT 1");
        if left.bind(of.to_string()).fetch_optional(&mut *tx.inner).await?.is_none() {
            return Err(StoreError::Refused(format!(
                "nothing would be left of {of}: this listing is all it is made of"
            )));
        }
        give_old_slugs(&mut tx, of, &going).await?;
        review::decide(&mut tx, &id, of, "different", actor, self.clock.micros()).await?;
        Publisher::new(self, actor, None).publish(&mut tx, std::slice::from_ref(&id), true, &|_| {}).await?;
        self.publish_holders(&mut tx, &holders, Event::Split, actor).await?;
        let detail = serde_json::json!({ "from": of });
        audit::note(&mut tx, self.clock.micros(), actor, "organization.split", id.as_str(), &detail).await?;
        tx.commit().await?;
        Ok((id, going.len() as u64))
    }

    /// Moves listings, with their keys; takes back what they made trusted where they were. Answers where that was.
    async fn hand_over(&self, tx: &mut Tx, going: &[Going], to: &Id) -> Result<BTreeSet<Id>, StoreError> {
        let rows: Vec<Cells> = going.iter().map(|l| row![&l.source, &l.key, to, &l.home]).collect();
        // Why it was matched to where it was is no reason to be where it goes.
        let sql = "UPDATE listing SET subject_id = v.id, home_id = v.home, \
             matched = CASE WHEN v.home = listing.home_id THEN listing.matched ELSE '' END FROM v \
             WHERE listing.source = v.source AND listing.key = v.key";
        tx.update_from(sql, &["source", "key", "id", "home"], rows).await?;
        let mut holders: BTreeMap<&Id, Vec<&Going>> = BTreeMap::new();
        for row in going {
            holders.entry(&row.holder).or_default().push(row);
        }
        for (holder, rows) in &holders {
            hand_over(tx, holder, to).await?;
            forget_doors(tx, holder, rows).await?;
        }
        Ok(holders.into_keys().cloned().collect())
    }

    /// Publishes what listings went away from. Their end buries nothing that others say.
    async fn publish_holders(
        &self,
        tx: &mut Tx,
        holders: &BTreeSet<Id>,
        event: Event,
        actor: &str,
    ) -> Result<(), StoreError> {
        let ids: Vec<Id> = holders.iter().cloned().collect();
        let words: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let buried = undo::tombstones(tx, &words).await?;
        Publisher::new(self, actor, None).naming(event).publish(tx, &ids, false, &|_| {}).await?;
        let again: Vec<Id> = undo::dig_up(tx, &words, &buried).await?.into_iter().collect();
        Publisher::new(self, actor, None).publish(tx, &again, false, &|_| {}).await
    }
}

/// The listings that were first at an organization, or at one that was merged into it, with the rest of their groups.
async fn its_own(tx: &mut Tx, from: &Id, redirects: &Redirects) -> Result<Vec<Going>, StoreError> {
    let homes: BTreeSet<Id> = redirects.all_into(from);
    let words = |ids: &BTreeSet<Id>| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let held: BTreeSet<Id> = homes.iter().chain(redirects.chain(from)).cloned().collect();
    let sql = format!("SELECT {COLUMNS} FROM listing WHERE subject_id IN {{in}}");
    let all = Going::all(&tx.select_in(&sql, &words(&held), &[]).await?)?;
    let is_own = |l: &Going| Id::parse(&l.home).is_some_and(|home| homes.contains(&home));
    let (mut own, others): (Vec<Going>, Vec<Going>) = all.into_iter().partition(is_own);
    if own.is_empty() {
        // Where merges were undone out of turn before, others may hold them: a look through all listings.
        let sql = format!("SELECT {COLUMNS} FROM listing WHERE home_id IN {{in}}");
        return Going::all(&tx.select_in(&sql, &words(&homes), &[]).await?);
    }
    let groups: BTreeSet<(String, String)> =
        own.iter().filter(|l| !l.group.is_empty()).map(|l| (l.source.clone(), l.group.clone())).collect();
    let siblings = others.into_iter().filter(|l| groups.contains(&(l.source.clone(), l.group.clone())));
    // They came while the two were one: their group says whose they are.
    own.extend(siblings.map(|l| Going { home: from.to_string(), ..l }));
    Ok(own)
}

/// What only the listings that went said is not trusted where they were, and does not wait there. The last trusted
/// domain of a role stays, though: without one, the next door would look like a first one and go live.
async fn forget_doors(tx: &mut Tx, holder: &Id, gone: &[&Going]) -> Result<(), StoreError> {
    let of = |body: &Body| -> BTreeSet<(Role, String)> {
        domains(body).into_iter().flat_map(|(role, keys)| keys.into_iter().map(move |key| (role, key))).collect()
    };
    let mut lost: BTreeSet<(Role, String)> = gone.iter().flat_map(|l| of(&l.body)).collect();
    let id = holder.to_string();
    let sql = "SELECT body FROM listing WHERE present = 1 AND subject_id = $1";
    for row in &sqlx::query(sql).bind(id.clone()).fetch_all(&mut *tx.inner).await? {
        for door in of(&parse("a listing", &text(row, 0)?)?) {
            lost.remove(&door);
        }
    }
    let sql = "SELECT role, trust_key FROM held_door WHERE state = 'confirmed' AND subject_id = $1";
    for row in &sqlx::query(sql).bind(id.clone()).fetch_all(&mut *tx.inner).await? {
        if let Some(role) = Role::from_word(&text(row, 0)?) {
            lost.remove(&(role, text(row, 1)?));
        }
    }
    let mut trusted: BTreeMap<Role, BTreeSet<String>> = BTreeMap::new();
    let sql = "SELECT role, trust_key FROM trusted_door WHERE subject_id = $1";
    for row in &sqlx::query(sql).bind(id.clone()).fetch_all(&mut *tx.inner).await? {
        if let Some(role) = Role::from_word(&text(row, 0)?) {
            trusted.entry(role).or_default().insert(text(row, 1)?);
        }
    }
    for (role, key) in &lost {
        let others = |keys: &BTreeSet<String>| keys.iter().any(|other| !lost.contains(&(*role, other.clone())));
        if trusted.get(role).is_some_and(others) {
            undo::distrust(tx, &id, *role, key).await?;
        }
    }
    for row in gone {
        let sql = "DELETE FROM held_door WHERE subject_id = $1 AND source = $2 AND key = $3 AND state = 'waiting'";
        let query = sqlx::query(sql).bind(id.clone()).bind(row.source.clone()).bind(row.key.clone());
        query.execute(&mut *tx.inner).await?;
    }
    Ok(())
}

/// Old readable addresses that only the listings that went had lead to where they are now.
async fn give_old_slugs(tx: &mut Tx, of: &Id, going: &[Going]) -> Result<(), StoreError> {
    let slugs = |body: &Body| match body {
        Body::Organization(facts) => facts.old_slugs.clone(),
        Body::App(facts) => facts.old_slugs.clone(),
    };
    let mut theirs: BTreeSet<String> = going.iter().flat_map(|l| slugs(&l.body)).collect();
    let rows = sqlx::query("SELECT body FROM listing WHERE subject_id = $1");
    for row in &rows.bind(of.to_string()).fetch_all(&mut *tx.inner).await? {
        for slug in slugs(&parse("a listing", &text(row, 0)?)?) {
            theirs.remove(&slug);
        }
    }
    let list: Vec<String> = theirs.into_iter().collect();
    let sql = "DELETE FROM slug WHERE space = 'organization' AND current = 0 AND id = $2 AND slug IN {in}";
    tx.execute_in(sql, &list, &[of.to_string().into()]).await
}
