//! Following the revision log: revisions in, what the index must change out.

use std::collections::{HashMap, HashSet};

use crate::{
    model::{id::Id, organization::Organization},
    store::Step,
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

/// The last state of every organization these steps speak of, in the order of its last revision. A redacted body
/// removes, and so does one that cannot be read: what cannot be shown must not be found.
pub fn changes(steps: Vec<Step>) -> Vec<Change> {
    let created: HashSet<Id> = steps.iter().filter(|step| step.created).map(|step| step.id.clone()).collect();
    let mut last: HashMap<&Id, usize> = HashMap::with_capacity(steps.len());
    last.extend(steps.iter().enumerate().map(|(at, step)| (&step.id, at)));
    let mut kept: Vec<usize> = last.into_values().collect();
    kept.sort_unstable();
    let mut kept = kept.into_iter().peekable();
    let steps: Vec<Step> =
        steps.into_iter().enumerate().filter(|(at, _)| kept.next_if_eq(at).is_some()).map(|(_, step)| step).collect();
    in_pieces(steps, |step| {
        let new = created.contains(&step.id);
        change(step, new)
    })
}

fn change(step: Step, new: bool) -> Change {
    let after = step.after.as_deref().filter(|body| !body.is_empty()).and_then(|body| {
        serde_json::from_str(body)
            .inspect_err(|why| {
                tracing::error!(n = step.n, id = %step.id, %why, "a revision's body cannot be read; its organization is not findable");
            })
            .ok()
    });
    Change { id: step.id, new, after }
}

/// With fewer items than this, one thread does the work.
const MANY: usize = 500;
/// Threads that share much work.
const THREADS: usize = 2;

/// Does the same with every item, on several threads where there are many; the order stays.
pub(super) fn in_pieces<A: Send, B: Send>(items: Vec<A>, work: impl Fn(A) -> B + Sync) -> Vec<B> {
    if items.len() < MANY {
        return items.into_iter().map(work).collect();
    }
    let piece = items.len().div_ceil(THREADS);
    let mut rest = items.into_iter();
    let pieces: Vec<Vec<A>> = (0..THREADS).map(|_| rest.by_ref().take(piece).collect()).collect();
    let work = &work;
    std::thread::scope(|scope| {
        let run = |piece: Vec<A>| scope.spawn(move || piece.into_iter().map(work).collect::<Vec<_>>());
        let threads: Vec<_> = pieces.into_iter().map(run).collect();
        let done = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
        done.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::id::ThingKind,
        search::testing::{builder, id},
    };

    fn step(n: i64, name: &str, after: Option<String>) -> Step {
        Step { n, id: id(ThingKind::Organization, name), created: n == 1, after, version: n, at: n }
    }

    fn body(name: &str) -> Option<String> {
        serde_json::to_string(&builder(name).build()).ok()
    }

    #[test]
    fn only_the_last_state_of_each_organization_counts() {
        let log = vec![step(1, "a", body("First")), step(6, "b", body("Other")), step(7, "a", body("Second"))];
        let changes = changes(log);
        let names: Vec<&str> = changes.iter().map(|c| c.after.as_ref().unwrap().name.as_str()).collect();
        assert_eq!(names, ["Other", "Second"]);
        assert_eq!(changes.iter().map(|c| c.new).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn redacted_and_broken_bodies_remove() {
        let log = vec![step(2, "a", body("A")), step(3, "a", None), step(4, "b", Some("{".to_owned()))];
        let changes = changes(log);
        assert_eq!(changes.len(), 2);
        assert!(changes.iter().all(|change| change.after.is_none()));
    }

    #[test]
    fn nothing_new_is_nothing_to_do() {
        assert_eq!(changes(Vec::new()), Vec::new());
    }

    #[test]
    fn many_items_keep_their_order() {
        let many: Vec<usize> = (0..=10 * MANY).collect();
        assert_eq!(in_pieces(many.clone(), |number| number), many);
    }
}
