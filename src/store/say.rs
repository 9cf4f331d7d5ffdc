//! What people say, as listings of sources made of people's words: the same merge as an import.
//!
//! What holds: one listing a source and thing, under its id as key; a word said again counts from today; a door that a person
//! confirmed is trusted in the same transaction in which it is said, and no sooner.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{
    Store, StoreError,
    db::{Tx, int, parse, row, text},
    hash_of,
    intake::{keys_of, note_keys_of},
    publish::{Publisher, restore::refuse_mirrors},
};
use crate::model::{
    change::Speaker,
    id::{Id, ThingKind},
    listing::Body,
    merge::Role,
    revision::Event,
};

/// What is said of one thing, by whom.
pub(super) struct Word<'a> {
    /// Which source says it.
    pub speaker: Speaker,
    /// Of what; nothing when it is not in the directory yet.
    pub subject: Option<&'a Id>,
    /// What; nothing when the source says nothing any more.
    pub body: Option<&'a Body>,
    /// Doors that a person confirmed.
    pub confirmed: &'a [(Role, String)],
    /// Who stands in the log.
    pub actor: &'a str,
    /// What the change is called, when it is not simply an update.
    pub event: Option<Event>,
}

/// What a source of people's words says of one thing now.
#[derive(Debug, Clone, PartialEq)]
pub struct SaidNow {
    /// What it says.
    pub body: Body,
    /// The day it said so last.
    pub date: Date,
}

impl Store {
    /// What a source of people's words says of a thing now.
    pub async fn said_by(&self, speaker: Speaker, subject: &Id) -> Result<Option<SaidNow>, StoreError> {
        let sql = "SELECT l.body, d.date FROM listing l JOIN load d ON d.id = l.changed_load \
             WHERE l.source = $1 AND l.key = $2 AND l.present = 1";
        let query = sqlx::query(sql).bind(speaker.id()).bind(subject.to_string());
        let row = query.fetch_optional(&self.db.read).await?;
        row.map(|row| said(&text(&row, 0)?, &text(&row, 1)?)).transpose()
    }

    /// Domains that were ever live at a thing, by role.
    pub async fn trusted_doors(&self, subject: &Id) -> Result<BTreeSet<(Role, String)>, StoreError> {
        let sql = "SELECT role, trust_key FROM trusted_door WHERE subject_id = $1";
        let rows = sqlx::query(sql).bind(subject.to_string()).fetch_all(&self.db.read).await?;
        let mut all = BTreeSet::new();
        for row in &rows {
            if let Some(role) = Role::from_word(&text(row, 0)?) {
                all.insert((role, text(row, 1)?));
            }
        }
        Ok(all)
    }

    /// A moderator takes items of a thing out (`portals/KEY`, `aliases/FORM`: see `Organization::provenance`), or lets them
    /// back in: whatever sources say of them counts no longer, or again.
    pub async fn suppress(&self, subject: &Id, items: &[String], out: bool, actor: &str) -> Result<(), StoreError> {
        let mut tx = self.db.begin().await?;
        suppress(&mut tx, subject, items, out).await?;
        // By their digests: an item is made of a name or an address, which may have to be forgotten, and the chain keeps
        // its entries.
        let digest = |item: &String| item.split_once('/').map(|(what, key)| format!("{what}/{}", &hash_of(key)[..16]));
        let detail = serde_json::json!({ "items": items.iter().filter_map(digest).collect::<Vec<_>>() });
        let action = if out { "items.taken_out" } else { "items.let_in" };
        super::audit::note(&mut tx, self.clock.micros(), actor, action, subject.as_str(), &detail).await?;
        let ids = std::slice::from_ref(subject);
        Publisher::new(self, actor, None).publish(&mut tx, ids, false, &|_| {}).await?;
        tx.commit().await
    }
}

async fn suppress(tx: &mut Tx, subject: &Id, items: &[String], out: bool) -> Result<(), StoreError> {
    let sql = "DELETE FROM tombstone WHERE subject_id = $2 AND item IN {in}";
    tx.execute_in(sql, items, &[subject.as_str().into()]).await?;
    if out {
        let rows = items.iter().map(|item| row![subject, item, 0_i64]).collect();
        tx.insert("tombstone", &["subject_id", "item", "tier"], "", rows).await?;
    }
    Ok(())
}

fn said(body: &str, date: &str) -> Result<SaidNow, StoreError> {
    Ok(SaidNow { body: parse("a listing", body)?, date: date.parse().unwrap_or(Date::MIN) })
}

/// What a source says of a thing within a transaction.
pub(super) async fn said_in(tx: &mut Tx, speaker: Speaker, subject: &Id) -> Result<Option<Body>, StoreError> {
    let sql = "SELECT body FROM listing WHERE source = $1 AND key = $2 AND present = 1";
    let query = sqlx::query(sql).bind(speaker.id()).bind(subject.to_string());
    let row = query.fetch_optional(&mut *tx.inner).await?;
    row.map(|row| parse("a listing", &text(&row, 0)?)).transpose()
}

/// Says it: listing, trusted doors, merge and revisions in this transaction. Answers the thing and the load it is said by.
pub(super) async fn say(store: &Store, tx: &mut Tx, word: &Word<'_>) -> Result<(Id, i64), StoreError> {
    refuse_mirrors(tx).await?;
    let source = word.speaker.source();
    let new = word.subject.is_none();
    let subject = match (word.subject, word.body) {
        (Some(subject), _) => subject.clone(),
        (None, Some(Body::App(_))) => store.ids.make(ThingKind::App),
        (None, _) => store.ids.make(ThingKind::Organization),
    };
    let conflict = "ON CONFLICT (id) DO UPDATE SET body = excluded.body";
    let cells = row![&source.id, serde_json::to_string(&source).unwrap_or_default()];
    tx.insert("source", &["id", "body"], conflict, vec![cells]).await?;
    let load = tx.take_numbers("load", 1).await?;
    let day = store.clock.today().to_string();
    let cells = row![load, &source.id, day, "delta", "committed", store.clock.micros(), "[]", "{}"];
    let cols = ["id", "source", "date", "mode", "state", "at", "files", "counts"];
    tx.insert("load", &cols, "", vec![cells]).await?;
    if let Some(body) = word.body {
        write_listing(tx, word.speaker, &subject, body, load).await?;
    } else {
        let sql = "UPDATE listing SET present = 0, changed_load = $1 WHERE source = $2 AND key = $3";
        let query = sqlx::query(sql).bind(load).bind(word.speaker.id()).bind(subject.to_string());
        query.execute(&mut *tx.inner).await?;
    }
    trust(tx, &subject, word.confirmed).await?;
    let mut publisher = Publisher::new(store, word.actor, Some(load));
    if let Some(event) = word.event {
        publisher = publisher.naming(event);
    }
    publisher.publish(tx, std::slice::from_ref(&subject), new, &|_| {}).await?;
    Ok((subject, load))
}

async fn write_listing(tx: &mut Tx, speaker: Speaker, subject: &Id, body: &Body, load: i64) -> Result<(), StoreError> {
    let (json, hash) = body.written();
    let cells = row![speaker.id(), subject.as_str(), body.subject(), subject, subject, hash, json, "", "", 1_i64, load];
    let cols = [
        "source",
        "key",
        "subject",
        "subject_id",
        "home_id",
        "hash",
        "body",
        "grp",
        "marks",
        "present",
        "changed_load",
    ];
    let conflict = "ON CONFLICT (source, key) DO UPDATE SET hash = excluded.hash, body = excluded.body, present = 1, \
         changed_load = excluded.changed_load";
    tx.insert("listing", &cols, conflict, vec![cells]).await?;
    let keys = keys_of(body, speaker.tier());
    if keys.is_empty() { Ok(()) } else { note_keys_of(tx, speaker.id(), vec![(subject.clone(), keys)]).await }
}

/// These doors are right, as a person says: they go live with what is said next.
async fn trust(tx: &mut Tx, subject: &Id, confirmed: &[(Role, String)]) -> Result<(), StoreError> {
    let rows = confirmed.iter().map(|(role, key)| row![subject, role.word(), key]).collect();
    let conflict = "ON CONFLICT (subject_id, role, trust_key) DO NOTHING";
    tx.insert("trusted_door", &["subject_id", "role", "trust_key"], conflict, rows).await?;
    // A door that waited, whoever said it first, waits no longer.
    for (role, key) in confirmed {
        let sql = "UPDATE held_door SET state = 'confirmed' WHERE subject_id = $1 AND role = $2 AND trust_key = $3";
        sqlx::query(sql).bind(subject.to_string()).bind(role.word()).bind(key.clone()).execute(&mut *tx.inner).await?;
    }
    Ok(())
}

/// The version of a thing that is in the directory, within a transaction; nothing for what is not in it.
pub(super) async fn version_in(tx: &mut Tx, subject: &Id) -> Result<Option<i64>, StoreError> {
    let sql = "SELECT version FROM organization WHERE id = $1 UNION ALL SELECT version FROM app WHERE id = $1";
    let row = sqlx::query(sql).bind(subject.to_string()).fetch_optional(&mut *tx.inner).await?;
    row.map(|row| int(&row, 0)).transpose()
}
