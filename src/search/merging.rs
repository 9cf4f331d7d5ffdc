//! Bringing small segments together, so that a search looks into few: which ones (pure), and doing it beside searches
//! and changes.

use std::{
    io,
    sync::{Arc, atomic::Ordering},
};

use super::{
    engine::{
        build::{Builder, Prepared},
        set::{Part, Set},
    },
    index::{Inner, Writer},
};

/// So many segments of about the same size (less than four times as large) become one, with all that are smaller.
const ALIKE: usize = 4;
/// More segments than this are never left.
const MOST: usize = 8;
/// Fewer organizations than this are brought together at once, more of them in the background.
const SMALL: usize = 2_000;

/// Segments that become one.
#[derive(Debug)]
pub(super) struct Plan(Vec<Part>);

impl Plan {
    /// Is it done in no time?
    pub fn is_small(&self) -> bool {
        self.0.iter().map(|part| part.alive).sum::<usize>() < SMALL
    }
}

/// What should be brought together now.
pub(super) fn plan(set: &Set) -> Option<Plan> {
    let mut parts: Vec<&Part> = set.parts.iter().collect();
    parts.sort_by_key(|part| part.alive);
    let sizes: Vec<(usize, usize)> = parts.iter().map(|part| (part.alive, part.segment.count() as usize)).collect();
    let count = how_many(&sizes)?;
    Some(Plan(parts[..count].iter().map(|part| (*part).clone()).collect()))
}

/// How many of the smallest. `sizes` are those that live and those that ever did, the smallest first.
fn how_many(sizes: &[(usize, usize)]) -> Option<usize> {
    let step = |alive: usize| alive.max(1).ilog2() / 2;
    for (at, group) in sizes.windows(ALIKE).enumerate() {
        if step(group[0].0) == step(group[ALIKE - 1].0) {
            return Some(at + ALIKE);
        }
    }
    if sizes.len() > MOST {
        return Some(sizes.len() - MOST + 1);
    }
    // A segment most of which has gone is made anew, with all that are smaller.
    sizes.iter().position(|(alive, all)| *all > 1_000 && alive * 2 < *all).map(|at| at + 1)
}

/// Makes the new segment and puts it in the place of the others.
pub(super) fn run(inner: &Inner, writer: &mut Writer, plan: &Plan, name: u64) {
    let made = make(inner, plan, name);
    finish(inner, writer, plan, made);
}

/// The same on a thread of its own: changes go on while the new segment is made.
pub(super) fn run_beside(inner: &Arc<Inner>, plan: &Plan, name: u64) {
    let made = make(inner, plan, name);
    finish(inner, &mut inner.writer(), plan, made);
}

fn finish(inner: &Inner, writer: &mut Writer, plan: &Plan, made: io::Result<Option<Part>>) {
    let outcome = made.and_then(|made| match made {
        Some(made) => replace(inner, writer, plan, made),
        None => Ok(()),
    });
    writer.merging = None;
    if let Err(why) = outcome {
        tracing::warn!(%why, "segments of the search index could not be brought together; it goes on with more of them");
    }
}

/// One segment of all who live in several; nothing when it was stopped.
fn make(inner: &Inner, plan: &Plan, name: u64) -> io::Result<Option<Part>> {
    let mut builder = Builder::new(&inner.disk.entries(name))?;
    for part in &plan.0 {
        for doc in (0..part.segment.count()).filter(|doc| !part.dead.has(*doc)) {
            if inner.stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            builder.add(&Prepared::new(part.segment.entry(doc)?))?;
        }
    }
    let segment = builder.finish()?;
    inner.disk.write_segment(name, &segment)?;
    Ok(Some(Part::whole(name, segment)))
}

/// Puts a segment in the place of those it was made of. Whoever has gone from them meanwhile goes from it too.
fn replace(inner: &Inner, writer: &mut Writer, plan: &Plan, mut made: Part) -> io::Result<()> {
    let mut set = Set::clone(&inner.set());
    let place = |old: &Part| set.parts.iter().find(|part| part.name == old.name);
    if plan.0.iter().all(|old| place(old).is_none()) {
        // Everything was made anew, or everybody has gone.
        return Ok(());
    }
    let mut gone = Vec::new();
    for old in &plan.0 {
        let Some(now) = place(old) else {
            let left = (0..old.segment.count()).filter(|doc| !old.dead.has(*doc));
            gone.extend(left.map(|doc| (old.segment.clone(), doc)));
            continue;
        };
        let newly = (0..old.segment.count()).filter(|doc| now.dead.has(*doc) && !old.dead.has(*doc));
        gone.extend(newly.map(|doc| (old.segment.clone(), doc)));
    }
    let mut docs = Vec::new();
    for (segment, doc) in gone {
        docs.extend(made.find(&segment.entry(doc)?.shown.id()));
    }
    inner.kill(writer, &mut made, &docs)?;
    set.parts.retain(|part| plan.0.iter().all(|old| old.name != part.name));
    if made.alive > 0 {
        set.parts.push(made);
    }
    inner.publish(writer, set)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sizes: &[usize]) -> Option<usize> {
        how_many(&sizes.iter().map(|size| (*size, *size)).collect::<Vec<_>>())
    }

    #[test]
    fn small_ones_become_one_and_a_large_one_stays() {
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[1, 1, 1]), None);
        assert_eq!(of(&[1, 1, 1, 1]), Some(4));
        assert_eq!(of(&[1, 1, 1, 1, 1_000_000]), Some(4));
        assert_eq!(of(&[3, 20, 100, 700, 5_000, 20_000, 90_000, 400_000, 2_000_000]), Some(2));
        assert_eq!(of(&[3, 20, 23, 27, 30, 100]), Some(5));
        assert_eq!(how_many(&[(10, 10), (400, 1_500), (9_000, 9_000)]), Some(2));
        assert_eq!(how_many(&[(10, 10), (900, 1_500), (9_000, 9_000)]), None);
    }

    #[test]
    fn one_by_one_they_never_grow_many() {
        let mut sizes: Vec<usize> = Vec::new();
        let mut written = 0;
        for _ in 0..10_000 {
            sizes.push(1);
            sizes.sort_unstable();
            if let Some(count) = of(&sizes) {
                let sum: usize = sizes.drain(..count).sum();
                written += sum;
                sizes.push(sum);
                sizes.sort_unstable();
            }
            assert!(sizes.len() <= MOST + 1, "{sizes:?}");
        }
        assert_eq!(sizes.iter().sum::<usize>(), 10_000);
        assert!(written < 10_000 * 60, "{written}");
    }
}
