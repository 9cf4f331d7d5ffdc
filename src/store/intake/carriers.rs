//! Who carries a key: what is asked of `match_key`, and how keys change hands when listings do.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::keys;
use crate::{
    model::{
        id::{Id, ThingKind},
        listing::OrganizationFacts,
        source::Source,
    },
    store::{
        StoreError,
        db::{Tx, int, parse, row, text},
    },
};

/// A key of an organization, as a source says.
type Carried = (u64, Id, String);

/// Who carries these keys, and which source says so; without what `but` says.
pub(super) async fn carriers(
    tx: &mut Tx,
    shorts: &[u64],
    but: Option<&str>,
) -> Result<HashMap<u64, Vec<(Id, String)>>, StoreError> {
    // No source has an empty id.
    let sql = "SELECT DISTINCT k.short, o.id, o.source FROM match_key k JOIN match_org o ON o.n = k.n \
         WHERE k.short IN {numbers} AND o.source <> $2";
    let list: Vec<i64> = shorts.iter().map(|short| *short as i64).collect();
    let mut all: HashMap<u64, Vec<(Id, String)>> = HashMap::new();
    for row in &tx.select_in(sql, &list, &[but.unwrap_or_default().into()]).await? {
        if let Some(id) = Id::parse(&text(row, 1)?) {
            all.entry(int(row, 0)? as u64).or_default().push((id, text(row, 2)?));
        }
    }
    Ok(all)
}

/// These organizations do not carry these keys any more.
async fn remove(tx: &mut Tx, all: Vec<Carried>) -> Result<(), StoreError> {
    let sql = "DELETE FROM match_key WHERE (short, n) IN \
         (SELECT v.short, o.n FROM v JOIN match_org o ON o.id = v.id AND o.source = v.source)";
    let rows = all.into_iter().map(|(short, id, source)| row![short as i64, &id, source]).collect();
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
        side.entry(source.id).or_default().extend(keys::of(&facts, source.tier));
    }
    let mut lost = Vec::new();
    for (source, keys) in gone {
        let stay = left.remove(&source).unwrap_or_default();
        lost.extend(keys.difference(&stay).map(|short| (*short, from.clone(), source.clone())));
        keys::add(tx, &source, vec![(to.clone(), keys.into_iter().collect())]).await?;
    }
    remove(tx, lost).await
}
