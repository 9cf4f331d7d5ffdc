//! Documents as another Connector published them, into an empty store: a mirror.
//!
//! What holds: ids, readable addresses, versions, times and documents are those of the other; one transaction, so it is in
//! whole or not at all. There are no listings behind the documents: nothing can be merged or imported into a mirror
//! ([`Publisher::publish`] refuses), but hosts can be recalled.

use std::collections::HashSet;

use serde_json::json;

use super::{
    Draft, Publisher, digest,
    writes::{self, Writes},
};
use crate::{
    model::{
        door::Door,
        hostile,
        id::{Id, ThingKind},
        identifier::System,
        kind::Kind,
        organization::{App, Organization, Status},
        revision::Event,
        source::Mode,
    },
    store::{
        Pictured, Retired, SourceTold, Store, StoreError,
        db::{Tx, parse, row, text},
        log,
    },
};

/// The counter that a mirror has and no other store: the revision it was restored from.
const MIRROR: &str = "mirror";
/// Who put the documents here.
const ACTOR: &str = "restore";

/// A store that is being filled from a dump.
pub struct Restoring {
    store: Store,
    tx: Tx,
    shared: HashSet<Id>,
    revisions: i64,
}

impl Store {
    /// Begins to fill this store from a dump that stands at a revision. Only an empty one can be.
    pub async fn restore(&self, revision: i64) -> Result<Restoring, StoreError> {
        let mut tx = self.db.begin().await?;
        for table in ["revision", "listing", "load", "organization", "app"] {
            let sql = format!("SELECT 1 FROM {table} LIMIT 1");
            if sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_optional(&mut *tx.inner).await?.is_some() {
                return Err(StoreError::Refused(
                    "there is something in this data folder already: a dump is restored into an empty one (--data DIR)"
                        .into(),
                ));
            }
        }
        tx.insert("counter", &["name", "n"], "", vec![row![MIRROR, revision]]).await?;
        Ok(Restoring { store: self.clone(), tx, shared: HashSet::new(), revisions: 0 })
    }

    /// Was this store filled from a dump?
    pub async fn is_mirror(&self) -> Result<bool, StoreError> {
        let query = sqlx::query("SELECT n FROM counter WHERE name = $1").bind(MIRROR);
        Ok(query.fetch_optional(&self.db.read).await?.is_some())
    }
}

/// Was the store of this transaction filled from a dump?
pub(in crate::store) async fn is_mirror(tx: &mut Tx) -> Result<bool, StoreError> {
    let query = sqlx::query("SELECT n FROM counter WHERE name = $1").bind(MIRROR);
    Ok(query.fetch_optional(&mut *tx.inner).await?.is_some())
}

/// Refuses what a mirror cannot do.
pub(in crate::store) async fn refuse_mirrors(tx: &mut Tx) -> Result<(), StoreError> {
    if !is_mirror(tx).await? {
        return Ok(());
    }
    Err(StoreError::Refused(
            "this data folder was restored from a dump: it has what was published and not the lists behind it, so nothing \
             can be taken in or decided here. Do it at the Connector the dump is from, and restore its next one into an \
             empty folder"
                .into(),
        ))
}

impl Restoring {
    /// Puts organizations in.
    pub async fn organizations(&mut self, page: Vec<Pictured<Organization>>) -> Result<(), StoreError> {
        let mut dated = Vec::new();
        let mut writes = Writes::default();
        for of in page {
            let (mut thing, at) = (of.thing, of.at);
            let before = writes.drafts.len();
            self.parts(&thing, &mut writes)?;
            add_slugs(ThingKind::Organization, &thing.id, &thing.slug, &of.old_slugs, &mut writes);
            write_document(&mut thing, Event::Created, true, &mut writes);
            dated.extend(std::iter::repeat_n(at, writes.drafts.len() - before));
        }
        self.write(writes, dated).await
    }

    /// Puts apps in.
    pub async fn apps(&mut self, page: Vec<Pictured<App>>) -> Result<(), StoreError> {
        let mut writes = Writes::default();
        let mut dated = Vec::new();
        for Pictured { at, old_slugs, thing } in page {
            add_slugs(ThingKind::App, &thing.id, &thing.slug, &old_slugs, &mut writes);
            write_app(thing, Event::Created, &mut writes);
            dated.push(at);
        }
        self.write(writes, dated).await
    }

    /// Puts sources in, each with a load of its last day.
    pub async fn sources(&mut self, all: Vec<SourceTold>) -> Result<(), StoreError> {
        for SourceTold { source, last_load } in all {
            let body = serde_json::to_string(&source).unwrap_or_default();
            self.tx.insert("source", &["id", "body"], "", vec![row![&source.id, body]]).await?;
            let Some(date) = last_load else { continue };
            let load = self.tx.take_numbers("load", 1).await?;
            let mode = if source.mode == Mode::Full { "full" } else { "delta" };
            let cols = ["id", "source", "date", "mode", "state", "at", "files", "counts"];
            let at = self.store.clock.micros();
            let load = row![load, &source.id, date, mode, "committed", at, "[]", "{}"];
            self.tx.insert("load", &cols, "", vec![load]).await?;
        }
        Ok(())
    }

    /// Puts ids in that lead elsewhere or to nothing any more.
    pub async fn retired(&mut self, page: Vec<Retired>) -> Result<(), StoreError> {
        let (mut writes, mut dated, mut redirects) = (Writes::default(), Vec::new(), Vec::new());
        for of in page {
            let kind = of.id.kind();
            add_slugs(kind, &of.id, &of.slug, &of.old_slugs, &mut writes);
            redirects.extend(of.replaced_by.as_ref().map(|to| row![&of.id, to]));
            let event = if of.status == Status::Merged { Event::Merged } else { Event::Withdrawn };
            dated.push(of.changed.as_microsecond());
            // Of the document nothing is left but what the line says.
            let document = json!({
                "id": of.id, "slug": of.slug, "version": of.version, "status": of.status, "name": of.name,
                "kinds": [Kind::Unknown],
            });
            if kind == ThingKind::App {
                write_app(parse("an app", &document.to_string())?, event, &mut writes);
            } else {
                write_document(&mut parse("an organization", &document.to_string())?, event, true, &mut writes);
            }
        }
        self.write(writes, dated).await?;
        self.tx.insert("redirect", &["id", "target"], "", redirects).await
    }

    /// Makes everything lasting; answers how many revisions were written.
    pub async fn finish(self) -> Result<i64, StoreError> {
        self.tx.commit().await?;
        Ok(self.revisions)
    }

    /// Places, portals and endpoints of an organization.
    fn parts(&mut self, of: &Organization, writes: &mut Writes) -> Result<(), StoreError> {
        for location in &of.locations {
            let body = serde_json::to_string(location).unwrap_or_default();
            writes.locations.push(row![&location.id, &of.id, location.place.key(), 1, 1, &body]);
            writes.drafts.push(Draft::new(ThingKind::Location, location.id.clone(), 1, Event::Created, body));
        }
        let portals = of.portals.iter().map(|portal| (&portal.id, Door::parse(&portal.url)));
        let endpoints = of.endpoints.iter().map(|endpoint| (&endpoint.id, Door::parse_endpoint(&endpoint.address)));
        for (id, door) in portals.chain(endpoints) {
            let unreadable = |why| StoreError::Unreadable { what: format!("the address of {id}"), why };
            let door = door.map_err(|refusal| unreadable(refusal.to_string()))?;
            if self.shared.insert(id.clone()) {
                let after =
                    json!({ "id": id, "url": door.url, "domain": door.domain, "host": door.host() }).to_string();
                writes.drafts.push(Draft::new(id.kind(), id.clone(), 1, Event::Created, after));
                writes.shared.insert((id.kind(), door.key()), (id.clone(), door));
            }
        }
        Ok(())
    }

    async fn write(&mut self, mut writes: Writes, dated: Vec<i64>) -> Result<(), StoreError> {
        let drafts = std::mem::take(&mut writes.drafts);
        writes::write_things(&mut self.tx, &mut writes).await?;
        self.revisions += drafts.len() as i64;
        let store = self.store.clone();
        Publisher::new(&store, ACTOR, None).write_dated(&mut self.tx, drafts, |n| dated[n]).await
    }
}

fn add_slugs(kind: ThingKind, id: &Id, slug: &str, old: &[String], writes: &mut Writes) {
    writes.slugs.push(row![kind.word(), slug, id, 1]);
    writes.slugs.extend(old.iter().map(|old| row![kind.word(), old, id, 0]));
}

/// An organization's row, its lookups and its revision, from its document alone.
fn write_document(thing: &mut Organization, event: Event, new: bool, writes: &mut Writes) {
    writes::write_organization(thing, &[], event, new, writes);
    let id = thing.id.to_string();
    for number in thing.identifiers.iter().filter(|number| number.system != System::Other) {
        writes.lookups.insert((number.system.code().to_owned(), number.value.clone(), id.clone()));
    }
}

fn write_app(mut thing: App, event: Event, writes: &mut Writes) {
    let body = thing.document();
    writes.apps.push(row![&thing.id, &thing.slug, thing.status.word(), thing.version, &body]);
    let digest = digest(&body);
    writes.drafts.push(Draft {
        thing: ThingKind::App,
        id: thing.id,
        version: thing.version,
        event,
        after: body,
        digest,
    });
}

impl Store {
    /// Takes a host out of the documents of a mirror, which have no listings to be made anew from. Answers how many changed.
    pub(in crate::store) async fn recall_in_mirror(
        &self,
        tx: &mut Tx,
        ids: &[Id],
        actor: &str,
    ) -> Result<u64, StoreError> {
        let rows = sqlx::query("SELECT host FROM hostile_host").fetch_all(&mut *tx.inner).await?;
        let hosts = rows.iter().map(|row| text(row, 0)).collect::<Result<_, _>>()?;
        let cleaned = |before: &Organization| {
            let mut thing = before.clone();
            hostile::clean(&mut thing, &hosts);
            thing
        };
        let changed = self.rewrite(tx, ids, actor, Event::Recalled, cleaned).await?;
        let list: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let mut writes = Writes::default();
        for row in &tx.select_in("SELECT body FROM app WHERE id IN {in}", &list, &[]).await? {
            let before: App = parse("an app", &text(row, 0)?)?;
            let mut thing = before.clone();
            hostile::clean_app(&mut thing, &hosts);
            if thing != before {
                thing.version += 1;
                write_app(thing, Event::Recalled, &mut writes);
            }
        }
        let changed = changed + writes.drafts.len() as u64;
        Publisher::new(self, actor, None).write(tx, writes).await?;
        Ok(changed)
    }

    /// Writes documents of organizations that have no listings, as they are made of what they were. Answers how many changed.
    pub(in crate::store) async fn rewrite(
        &self,
        tx: &mut Tx,
        ids: &[Id],
        actor: &str,
        event: Event,
        made: impl Fn(&Organization) -> Organization,
    ) -> Result<u64, StoreError> {
        let list: Vec<String> = ids.iter().map(ToString::to_string).collect();
        log::keep_standing(tx, &list).await?;
        let mut writes = Writes::default();
        for row in &tx.select_in("SELECT body FROM organization WHERE id IN {in}", &list, &[]).await? {
            let before: Organization = parse("an organization", &text(row, 0)?)?;
            let mut thing = made(&before);
            if thing != before {
                thing.version += 1;
                write_document(&mut thing, event, false, &mut writes);
            }
        }
        let changed = writes.drafts.len() as u64;
        Publisher::new(self, actor, None).write(tx, writes).await?;
        Ok(changed)
    }
}
