//! What the publishing of a batch writes, table by table.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::{
    model::{
        door::{Door, registrable_domain},
        id::{Id, ThingKind},
        identifier::System,
        listing::OrganizationFacts,
        merge::Voice,
        organization::Organization,
        revision::Event,
        text::phone,
    },
    store::{
        StoreError,
        db::{Col, Tx},
    },
};

/// A revision before it has its number.
pub(super) struct Draft {
    pub thing: ThingKind,
    pub id: Id,
    pub version: i64,
    pub event: Event,
    pub after: String,
}
/// What a batch writes.
#[derive(Default)]
pub(super) struct Writes {
    pub drafts: Vec<Draft>,
    pub organizations: Vec<Value>,
    pub apps: Vec<Value>,
    pub slugs: Vec<Value>,
    pub retired_slugs: Vec<String>,
    pub shared: BTreeMap<(ThingKind, String), (Id, Door)>,
    pub locations: Vec<Value>,
    pub links: Vec<Value>,
    pub lookups: BTreeSet<(String, String, String)>,
    pub looked_up: Vec<String>,
    pub held: Vec<Value>,
    pub trusted: Vec<Value>,
    pub buried: Vec<String>,
    pub endpoint_sources: Vec<Value>,
    pub tombstones: Vec<Value>,
}
pub(super) async fn write_things(tx: &mut Tx, writes: &Writes) -> Result<(), StoreError> {
    let cols = [
        Col::Text("id"),
        Col::Text("slug"),
        Col::Text("status"),
        Col::Text("kind"),
        Col::Int("listed"),
        Col::Int("version"),
        Col::Text("body"),
    ];
    let conflict = "ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, status = excluded.status, \
         kind = excluded.kind, listed = excluded.listed, version = excluded.version, body = excluded.body";
    tx.insert("organization", &cols, conflict, &writes.organizations).await?;
    let cols = [Col::Text("id"), Col::Text("slug"), Col::Text("status"), Col::Int("version"), Col::Text("body")];
    let conflict = "ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, status = excluded.status, \
         version = excluded.version, body = excluded.body";
    tx.insert("app", &cols, conflict, &writes.apps).await?;
    tx.execute_in("UPDATE slug SET current = 0 WHERE id IN {in}", &writes.retired_slugs, &[]).await?;
    let cols = [Col::Text("space"), Col::Text("slug"), Col::Text("id"), Col::Int("current")];
    let conflict = "ON CONFLICT (space, slug) DO UPDATE SET current = excluded.current WHERE slug.id = excluded.id";
    tx.insert("slug", &cols, conflict, &writes.slugs).await?;
    for (kind, table) in [(ThingKind::Portal, "portal"), (ThingKind::Endpoint, "endpoint")] {
        let rows: Vec<Value> = writes
            .shared
            .iter()
            .filter(|((of, _), _)| *of == kind)
            .map(|((_, key), (id, door))| json!([id, key, 1, serde_json::to_string(door).unwrap_or_default()]))
            .collect();
        let cols = [Col::Text("id"), Col::Text("address_key"), Col::Int("version"), Col::Text("body")];
        tx.insert(table, &cols, "", &rows).await?;
    }
    let cols = [
        Col::Text("id"),
        Col::Text("organization_id"),
        Col::Text("key"),
        Col::Int("present"),
        Col::Int("version"),
        Col::Text("body"),
    ];
    let conflict =
        "ON CONFLICT (id) DO UPDATE SET present = excluded.present, version = excluded.version, body = excluded.body";
    tx.insert("location", &cols, conflict, &writes.locations).await?;
    tx.execute_in("DELETE FROM link WHERE organization_id IN {in}", &writes.looked_up, &[]).await?;
    let cols = [Col::Text("organization_id"), Col::Text("thing_id")];
    tx.insert("link", &cols, "ON CONFLICT (organization_id, thing_id) DO NOTHING", &writes.links).await?;
    tx.execute_in("DELETE FROM lookup WHERE id IN {in}", &writes.looked_up, &[]).await?;
    let rows: Vec<Value> = writes.lookups.iter().map(|(kind, value, id)| json!([kind, value, id])).collect();
    tx.insert("lookup", &[Col::Text("kind"), Col::Text("value"), Col::Text("id")], "", &rows).await
}

pub(super) async fn write_memory(tx: &mut Tx, writes: &Writes) -> Result<(), StoreError> {
    let cols = [
        Col::Text("subject_id"),
        Col::Text("role"),
        Col::Text("trust_key"),
        Col::Text("url"),
        Col::Text("source"),
        Col::Text("key"),
        Col::Int("load"),
        Col::Int("at"),
        Col::Text("state"),
    ];
    // A door that a person refused stays refused.
    let conflict = "ON CONFLICT (subject_id, role, trust_key) DO NOTHING";
    tx.insert("held_door", &cols, conflict, &writes.held).await?;
    let cols = [Col::Text("subject_id"), Col::Text("role"), Col::Text("trust_key")];
    tx.insert("trusted_door", &cols, conflict, &writes.trusted).await?;
    let cols = [Col::Text("subject_id"), Col::Text("source")];
    let conflict = "ON CONFLICT (subject_id, source) DO NOTHING";
    tx.insert("endpoint_source", &cols, conflict, &writes.endpoint_sources).await?;
    tx.execute_in("DELETE FROM tombstone WHERE subject_id IN {in}", &writes.buried, &[]).await?;
    let cols = [Col::Text("subject_id"), Col::Text("item"), Col::Int("tier")];
    tx.insert("tombstone", &cols, "", &writes.tombstones).await
}

/// An organization's row, its lookups and its revision.
pub(super) fn write_organization(
    thing: &mut Organization,
    voices: &[Voice<OrganizationFacts>],
    event: Event,
    writes: &mut Writes,
) {
    let body = thing.document();
    index_organization(thing, voices, writes);
    let listed = i64::from(thing.is_listed());
    let (status, kind) = (thing.status.word(), thing.kind().code());
    writes.organizations.push(json!([thing.id, thing.slug, status, kind, listed, thing.version, body]));
    let (id, version) = (thing.id.clone(), thing.version);
    writes.drafts.push(Draft { thing: ThingKind::Organization, id, version, event, after: body });
}

/// Fills the narrow tables by which an organization is found.
fn index_organization(thing: &Organization, voices: &[Voice<OrganizationFacts>], writes: &mut Writes) {
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
        if let Ok(door) = Door::parse(url) {
            add("domain", registrable_domain(&door.host()).unwrap_or_default());
        }
    }
    let phones = thing.locations.iter().filter_map(|l| l.place.phone.as_deref()).chain(thing.phone.as_deref());
    for number in phones.filter_map(phone) {
        add("phone", &number);
    }
    if let Some(parent) = &thing.part_of {
        add("parent", parent.id.as_str());
    }
    let things = thing.portals.iter().map(|p| &p.id).chain(thing.endpoints.iter().map(|e| &e.id));
    writes.links.extend(things.map(|other| json!([id, other])));
    writes.looked_up.push(id);
}
