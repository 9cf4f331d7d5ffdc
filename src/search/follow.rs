//! Following the revision log: revisions in, what the index must change out.

use std::collections::{HashMap, HashSet};

use crate::model::{
    id::{Id, ThingKind},
    organization::Organization,
    revision::{Event, Revision},
};

/// One organization as it is now; nothing when it must not be found any more.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Which one.
    pub id: Id,
    /// It cannot be in the index yet: its first revision is among these.
    pub new: bool,
    /// What it is now.
    pub after: Option<Organization>,
}

/// The last state of every organization these revisions speak of, in the order of its last revision, and the number
/// of the last revision of all (0 when there is none). Things of other kinds only advance the number. A redacted body
/// removes, and so does one that cannot be read: what cannot be shown must not be found.
pub fn changes(revisions: &[Revision]) -> (Vec<Change>, i64) {
    let upto = revisions.iter().map(|revision| revision.n).max().unwrap_or(0);
    let mut last: HashMap<&Id, &Revision> = HashMap::new();
    for revision in revisions.iter().filter(|revision| revision.thing == ThingKind::Organization) {
        let newest = last.entry(&revision.id).or_insert(revision);
        if revision.n >= newest.n {
            *newest = revision;
        }
    }
    let created: HashSet<&Id> =
        revisions.iter().filter(|revision| revision.event == Event::Created).map(|revision| &revision.id).collect();
    let mut last: Vec<&Revision> = last.into_values().collect();
    last.sort_unstable_by_key(|revision| revision.n);
    (last.into_iter().map(|revision| change(revision, created.contains(&revision.id))).collect(), upto)
}

fn change(revision: &Revision, new: bool) -> Change {
    let after = revision.after.as_deref().filter(|body| !body.is_empty()).and_then(|body| {
        serde_json::from_str(body)
            .inspect_err(|why| {
                tracing::error!(n = revision.n, id = %revision.id, %why, "a revision's body cannot be read; its organization is not findable");
            })
            .ok()
    });
    Change { id: revision.id.clone(), new, after }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::testing::builder;

    fn revision(n: i64, thing: ThingKind, name: &str, after: Option<String>) -> Revision {
        Revision {
            n,
            at: n,
            thing,
            id: crate::search::testing::id(thing, name),
            version: 1,
            event: Event::Updated,
            actor: "import".to_owned(),
            load: None,
            after,
            digest: String::new(),
        }
    }

    fn body(name: &str) -> Option<String> {
        serde_json::to_string(&builder(name).build()).ok()
    }

    #[test]
    fn only_the_last_state_of_each_organization_counts() {
        let log = [
            revision(5, ThingKind::Organization, "a", body("First")),
            revision(6, ThingKind::Organization, "b", body("Other")),
            revision(7, ThingKind::Organization, "a", body("Second")),
            revision(8, ThingKind::App, "app", Some("{}".to_owned())),
        ];
        let (changes, upto) = changes(&log);
        assert_eq!(upto, 8);
        let names: Vec<&str> = changes.iter().map(|c| c.after.as_ref().unwrap().name.as_str()).collect();
        assert_eq!(names, ["Other", "Second"]);
    }

    #[test]
    fn redacted_and_broken_bodies_remove() {
        let log = [
            revision(1, ThingKind::Organization, "a", body("A")),
            revision(2, ThingKind::Organization, "a", None),
            revision(3, ThingKind::Organization, "b", Some("{".to_owned())),
        ];
        let (changes, upto) = changes(&log);
        assert_eq!((changes.len(), upto), (2, 3));
        assert!(changes.iter().all(|change| change.after.is_none()));
    }

    #[test]
    fn nothing_new_is_nothing_to_do() {
        assert_eq!(changes(&[]), (Vec::new(), 0));
    }
}
