//! Where the ids of merged organizations lead.

use std::collections::{BTreeSet, HashMap};

use super::{
    StoreError,
    db::{Tx, text},
};
use crate::model::id::Id;

/// Every merge that stands: few, for people make them.
#[derive(Debug, Default)]
pub(super) struct Redirects(HashMap<Id, Id>);

impl Redirects {
    /// Reads them.
    pub async fn read(tx: &mut Tx) -> Result<Self, StoreError> {
        let rows = sqlx::query("SELECT id, target FROM redirect").fetch_all(&mut *tx.inner).await?;
        let mut targets = HashMap::new();
        for row in &rows {
            if let (Some(from), Some(to)) = (Id::parse(&text(row, 0)?), Id::parse(&text(row, 1)?)) {
                targets.insert(from, to);
            }
        }
        Ok(Self(targets))
    }

    /// What an organization was merged into; nothing when it stands for itself.
    pub fn next(&self, id: &Id) -> Option<&Id> {
        self.0.get(id)
    }

    /// Where an id leads in the end. One that was never merged leads to itself.
    pub fn end<'a>(&'a self, id: &'a Id) -> &'a Id {
        self.chain(id).last().unwrap_or(id)
    }

    /// Everything an id leads through, one merge after another.
    pub fn chain<'a>(&'a self, id: &'a Id) -> impl Iterator<Item = &'a Id> {
        // A circle would be a fault of the store: it ends here all the same.
        std::iter::successors(self.0.get(id), |id| self.0.get(*id)).take(self.0.len())
    }

    /// An organization and all that were merged into it, one after another.
    pub fn all_into(&self, id: &Id) -> BTreeSet<Id> {
        let mut all = BTreeSet::from([id.clone()]);
        loop {
            let more: Vec<Id> = self
                .0
                .iter()
                .filter(|(from, to)| all.contains(*to) && !all.contains(*from))
                .map(|(from, _)| from.clone())
                .collect();
            if more.is_empty() {
                return all;
            }
            all.extend(more);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u32) -> Id {
        Id::parse(&format!("org-{n:032x}")).unwrap()
    }

    #[test]
    fn a_chain_is_followed_both_ways_and_a_circle_ends() {
        let all = Redirects([(1, 2), (2, 3), (9, 2)].map(|(from, to)| (id(from), id(to))).into());
        assert_eq!((all.end(&id(1)), all.end(&id(3)), all.next(&id(3))), (&id(3), &id(3), None));
        assert_eq!(all.all_into(&id(2)), [1, 2, 9].map(id).into());
        let circle = Redirects([(1, 2), (2, 1)].map(|(from, to)| (id(from), id(to))).into());
        assert!([id(1), id(2)].contains(circle.end(&id(1))));
        assert_eq!(circle.all_into(&id(1)).len(), 2);
    }
}
