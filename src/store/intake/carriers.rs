//! Who carries a key: what is asked of `match_key`, and how keys change hands when listings do.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::keys::{insert, written};
use crate::{
    model::{
        id::{Id, ThingKind},
        listing::OrganizationFacts,
        matching::{Key, Profile, key},
        source::{Source, Tier},
    },
    store::{
        StoreError,
        db::{Tx, parse, row, text},
    },
};

/// A key of an organization, as a source says.
type Carried = (u64, Id, String);

/// The keys of a listing.
pub(super) fn shorts(facts: &OrganizationFacts, tier: Tier) -> BTreeSet<u64> {
    key::keys(&Profile::of(facts, tier)).iter().map(Key::short).collect()
}

/// Who carries these keys, and which source says so; without what `but` says.
pub(super) async fn carriers(
    tx: &mut Tx,
    shorts: &[u64],
    but: Option<&str>,
) -> Result<HashMap<u64, Vec<(Id, String)>>, StoreError> {
    // No source has an empty id.
    let sql = "SELECT short, id, source FROM match_key WHERE short IN {in} AND source <> $2";
    let list: Vec<String> = shorts.iter().map(|short| written(*short)).collect();
    let mut all: HashMap<u64, Vec<(Id, String)>> = HashMap::new();
    for row in &tx.select_in(sql, &list, &[but.unwrap_or_default().into()]).await? {
        let short = u64::from_str_radix(&text(row, 0)?, 16).unwrap_or_default();
        if let Some(id) = Id::parse(&text(row, 1)?) {
            all.entry(short).or_default().push((id, text(row, 2)?));
        }
    }
    Ok(all)
}

/// These organizations carry these keys now.
pub(super) async fn add(tx: &mut Tx, all: impl IntoIterator<Item = Carried>) -> Result<(), StoreError> {
    insert(tx, all.into_iter().map(|(short, id, source)| row![written(short), &id, source]).collect()).await
}

/// These organizations do not carry these keys any more.
pub(super) async fn remove(tx: &mut Tx, all: impl IntoIterator<Item = Carried>) -> Result<(), StoreError> {
    let sql = "DELETE FROM match_key WHERE (short, id, source) IN (SELECT short, id, source FROM v)";
    let rows = all.into_iter().map(|(short, id, source)| row![written(short), &id, source]).collect();
    tx.update_from(sql, &["short", "id", "source"], rows).await
}

/// The keys of listings that went from one organization to another go with them: those that the first one's listings
/// do not carry too.
pub(in crate::store) async fn hand_over(tx: &mut Tx, from: &Id, to: &Id) -> Result<(), StoreError> {
    if to.kind() != ThingKind::Organization {
        return Ok(());
    }
    let sql = "SELECT l.subject_id, l.body, s.body FROM listing l JOIN source s ON s.id = l.source \
         WHERE l.subject = 'organization' AND l.subject_id IN {in}";
    let (mut left, mut gone) = (BTreeMap::new(), BTreeMap::new());
    for row in &tx.select_in(sql, &[from.to_string(), to.to_string()], &[]).await? {
        let side: &mut BTreeMap<String, BTreeSet<u64>> =
            if text(row, 0)? == to.as_str() { &mut gone } else { &mut left };
        let facts: OrganizationFacts = parse("a listing", &text(row, 1)?)?;
        let source: Source = parse("a source", &text(row, 2)?)?;
        side.entry(source.id).or_default().extend(shorts(&facts, source.tier));
    }
    let (mut theirs, mut lost) = (Vec::new(), Vec::new());
    for (source, keys) in gone {
        let stay = left.remove(&source).unwrap_or_default();
        lost.extend(keys.difference(&stay).map(|short| (*short, from.clone(), source.clone())));
        theirs.extend(keys.into_iter().map(|short| (short, to.clone(), source.clone())));
    }
    add(tx, theirs).await?;
    remove(tx, lost).await
}
