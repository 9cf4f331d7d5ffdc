//! What the publishing of a batch writes, table by table.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem::take,
};

use super::digest;

use crate::{
    model::{
        door::{Door, host_of, registrable_domain},
        id::{Id, ThingKind},
        identifier::System,
        listing::OrganizationFacts,
        merge::Voice,
        organization::Organization,
        revision::Event,
        text::phone,
    },
    store::{
        StoreError, days,
        db::{Cells, Tx, row},
        log,
    },
};

/// A revision before it has its number.
pub(super) struct Draft {
    pub thing: ThingKind,
    pub id: Id,
    pub version: i64,
    pub event: Event,
    pub after: String,
    pub digest: String,
}

impl Draft {
    pub fn new(thing: ThingKind, id: Id, version: i64, event: Event, after: String) -> Self {
        Self { digest: digest(&after), thing, id, version, event, after }
    }

    /// A revision of an organization whose document is written with it.
    fn standing(thing: &Organization, event: Event, body: &str) -> Self {
        let (id, digest) = (thing.id.clone(), digest(body));
        Self { digest, thing: ThingKind::Organization, id, version: thing.version, event, after: log::STANDS.into() }
    }
}

/// What a batch writes.
#[derive(Default)]
pub(super) struct Writes {
    pub drafts: Vec<Draft>,
    pub organizations: Vec<Cells>,
    pub apps: Vec<Cells>,
    pub slugs: Vec<Cells>,
    pub retired_slugs: Vec<String>,
    pub shared: BTreeMap<(ThingKind, String), (Id, Door)>,
    pub locations: Vec<Cells>,
    pub links: Vec<Cells>,
    pub lookups: BTreeSet<(String, String, String)>,
    pub looked_up: Vec<String>,
    pub held: Vec<Cells>,
    pub trusted: Vec<Cells>,
    pub buried: Vec<String>,
    pub endpoint_sources: Vec<Cells>,
    pub tombstones: Vec<Cells>,
    pub dated: Vec<Cells>,
}

impl Writes {
    /// Adds what else is to be written.
    pub fn add(&mut self, other: Self) {
        self.drafts.extend(other.drafts);
        self.organizations.extend(other.organizations);
        self.apps.extend(other.apps);
        self.slugs.extend(other.slugs);
        self.retired_slugs.extend(other.retired_slugs);
        self.shared.extend(other.shared);
        self.locations.extend(other.locations);
        self.links.extend(other.links);
        self.lookups.extend(other.lookups);
        self.looked_up.extend(other.looked_up);
        self.held.extend(other.held);
        self.trusted.extend(other.trusted);
        self.buried.extend(other.buried);
        self.endpoint_sources.extend(other.endpoint_sources);
        self.tombstones.extend(other.tombstones);
        self.dated.extend(other.dated);
    }
}

pub(super) async fn write_things(tx: &mut Tx, writes: &mut Writes) -> Result<(), StoreError> {
    log::keep_standing(tx, &writes.looked_up).await?;
    let cols = ["id", "slug", "status", "kind", "listed", "version", "body"];
    let conflict = "ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, status = excluded.status, \
         kind = excluded.kind, listed = excluded.listed, version = excluded.version, body = excluded.body";
    tx.insert("organization", &cols, conflict, take(&mut writes.organizations)).await?;
    let cols = ["id", "slug", "status", "version", "body"];
    let conflict = "ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, status = excluded.status, \
         version = excluded.version, body = excluded.body";
    tx.insert("app", &cols, conflict, take(&mut writes.apps)).await?;
    tx.execute_in("UPDATE slug SET current = 0 WHERE id IN {in}", &writes.retired_slugs, &[]).await?;
    let conflict = "ON CONFLICT (space, slug) DO UPDATE SET current = excluded.current WHERE slug.id = excluded.id";
    tx.insert("slug", &["space", "slug", "id", "current"], conflict, take(&mut writes.slugs)).await?;
    for (kind, table) in [(ThingKind::Portal, "portal"), (ThingKind::Endpoint, "endpoint")] {
        let of_kind = writes.shared.iter().filter(|((of, _), _)| *of == kind);
        let body = |door: &Door| serde_json::to_string(door).unwrap_or_default();
        let rows = of_kind.map(|((_, key), (id, door))| row![id, key, 1, body(door)]).collect();
        tx.insert(table, &["id", "address_key", "version", "body"], "", rows).await?;
    }
    let cols = ["id", "organization_id", "key", "present", "version", "body"];
    let conflict =
        "ON CONFLICT (id) DO UPDATE SET present = excluded.present, version = excluded.version, body = excluded.body";
    tx.insert("location", &cols, conflict, take(&mut writes.locations)).await?;
    tx.execute_in("DELETE FROM link WHERE organization_id IN {in}", &writes.looked_up, &[]).await?;
    let conflict = "ON CONFLICT (organization_id, thing_id) DO NOTHING";
    tx.insert("link", &["organization_id", "thing_id"], conflict, take(&mut writes.links)).await?;
    tx.execute_in("DELETE FROM lookup WHERE id IN {in}", &writes.looked_up, &[]).await?;
    let rows = take(&mut writes.lookups).into_iter().map(|(kind, value, id)| row![kind, value, id]).collect();
    tx.insert("lookup", &["kind", "value", "id"], "", rows).await?;
    days::write(tx, &writes.looked_up, take(&mut writes.dated)).await
}

pub(super) async fn write_memory(tx: &mut Tx, writes: &mut Writes) -> Result<(), StoreError> {
    let cols = ["subject_id", "role", "trust_key", "url", "source", "key", "load", "at", "state"];
    // A door that a person refused stays refused.
    let conflict = "ON CONFLICT (subject_id, role, trust_key) DO NOTHING";
    tx.insert("held_door", &cols, conflict, take(&mut writes.held)).await?;
    tx.insert("trusted_door", &["subject_id", "role", "trust_key"], conflict, take(&mut writes.trusted)).await?;
    let conflict = "ON CONFLICT (subject_id, source) DO NOTHING";
    tx.insert("endpoint_source", &["subject_id", "source"], conflict, take(&mut writes.endpoint_sources)).await?;
    tx.execute_in("DELETE FROM tombstone WHERE subject_id IN {in}", &writes.buried, &[]).await?;
    tx.insert("tombstone", &["subject_id", "item", "tier"], "", take(&mut writes.tombstones)).await
}

/// An organization's row, its lookups and its revision.
pub(super) fn write_organization(
    thing: &mut Organization,
    voices: &[Voice<OrganizationFacts>],
    event: Event,
    new: bool,
    writes: &mut Writes,
) {
    let body = thing.document();
    index_organization(thing, voices, new, writes);
    writes.dated.extend(days::cells(thing));
    let listed = i64::from(thing.is_listed());
    let (status, kind) = (thing.status.word(), thing.kind().code());
    writes.drafts.push(Draft::standing(thing, event, &body));
    writes.organizations.push(row![&thing.id, &thing.slug, status, kind, listed, thing.version, body]);
}

/// Fills the narrow tables by which an organization is found; what stood there before goes, unless it is `new`.
fn index_organization(thing: &Organization, voices: &[Voice<OrganizationFacts>], new: bool, writes: &mut Writes) {
    let id = thing.id.to_string();
    let mut add = |kind: &str, value: &str| {
        if !value.is_empty() {
            writes.lookups.insert((kind.to_owned(), value.to_owned(), id.clone()));
        }
    };
    for identifier in voices.iter().flat_map(|voice| &voice.facts.identifiers) {
        // Numbers nobody else could use to find it are not worth a row each.
        if identifier.system != System::Other {
            add(identifier.system.code(), &identifier.value);
        }
    }
    let urls = thing.portals.iter().map(|p| &p.url).chain(thing.website.iter().map(|w| &w.url));
    for url in urls.chain(thing.endpoints.iter().map(|e| &e.address)) {
        add("domain", registrable_domain(host_of(url)).unwrap_or_default());
    }
    let phones = thing.locations.iter().filter_map(|l| l.place.phone.as_deref()).chain(thing.phone.as_deref());
    for number in phones.filter_map(phone) {
        add("phone", &number);
    }
    let things = thing.portals.iter().map(|p| &p.id).chain(thing.endpoints.iter().map(|e| &e.id));
    writes.links.extend(things.map(|other| row![&id, other]));
    if !new {
        writes.looked_up.push(id);
    }
}
