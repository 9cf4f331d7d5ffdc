//! One order for everything that waits: what could lead people to a thief first, then by risk, reach and age.

use std::collections::HashMap;

use crate::{
    model::{account::PersonId, change::Risk, id::Id},
    store::{MotionKind, OnDesk, QueueKind, QueueRow, Reach},
};

const HOUR: i64 = 3_600 * 1_000_000;
/// After so many days age counts no more.
const OLDEST: u64 = 14;
/// So many items are weighed by their reach; the rest, which is less urgent, follows after them in the order of risk and age.
pub const WEIGHED: usize = 2_000;
/// Items on one page.
pub const PAGE: usize = 25;

/// Why something stands where it stands: the product of three numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Priority {
    /// People may be led to a thief: it comes before everything else.
    pub first: bool,
    /// What could go wrong, from 10 to 100.
    pub risk: u64,
    /// How many it could go wrong for, from 1 to 4.
    pub reach: u64,
    /// One more for each day it waits, up to 15.
    pub age: u64,
}

impl Priority {
    /// Risk × reach × age.
    pub fn score(&self) -> u64 {
        self.risk * self.reach * self.age
    }

    fn of(row: &QueueRow, reach: Option<Reach>, now: i64) -> Self {
        let (first, risk) = risk(row);
        let days = u64::try_from((now - row.at) / (24 * HOUR)).unwrap_or_default();
        Self { first, risk, reach: weigh(row, reach), age: 1 + days.min(OLDEST) }
    }
}

/// How dangerous one thing that waits is; the first says that it stands before everything else.
fn risk(row: &QueueRow) -> (bool, u64) {
    match row.kind {
        QueueKind::Report if row.urgent => (true, 100),
        QueueKind::Door => (true, 90),
        QueueKind::Proposal => {
            let doors = row.risks.iter().any(|risk| matches!(risk, Risk::Door { .. }));
            (doors, row.risks.iter().map(weight_of).max().unwrap_or(10))
        }
        QueueKind::Motion => of_motion(MotionKind::from_word(&row.word)),
        QueueKind::Claim => (false, 70),
        QueueKind::Load => (false, 60),
        QueueKind::Frozen => (false, 50),
        QueueKind::Report => (false, 30),
        QueueKind::Pair => (false, 20),
    }
}

/// How dangerous what one moderator would do across many is: what leads people somewhere new is a door.
fn of_motion(kind: Option<MotionKind>) -> (bool, u64) {
    match kind {
        Some(MotionKind::Move | MotionKind::LetOff) => (true, 90),
        Some(MotionKind::Close | MotionKind::Undo) | None => (false, 60),
    }
}

/// How dangerous one reason to wait is.
fn weight_of(risk: &Risk) -> u64 {
    match risk {
        Risk::Door { .. } => 90,
        Risk::DoorGone { .. } | Risk::Phone => 60,
        Risk::Status | Risk::PartOf => 50,
        Risk::Name | Risk::Identifier => 40,
        Risk::Address | Risk::Words { .. } => 30,
    }
}

/// How far one thing that waits reaches: as many organizations as it is about, or as share its door.
fn weigh(row: &QueueRow, reach: Option<Reach>) -> u64 {
    let reach = reach.unwrap_or_default();
    match reach.sharing.max(row.organizations) {
        100.. => 4,
        10.. => 3,
        _ if reach.listed || row.organizations > 0 => 2,
        _ => 1,
    }
}

/// One thing that waits, with its place in the order.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The thing.
    pub row: QueueRow,
    /// Why it stands where it stands.
    pub priority: Priority,
    /// Who has it before them.
    pub assigned: Option<PersonId>,
}

/// Whose items are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Whose {
    /// Everybody's.
    #[default]
    All,
    /// Those that the reader has before them.
    Mine,
    /// Those that nobody has.
    Free,
}

/// What is wanted of the queue; it stands in the address and nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Of one kind.
    pub kind: Option<QueueKind>,
    /// Only those whose author was asked something, or only those where nobody was asked.
    pub asked: Option<bool>,
    /// Whose.
    pub whose: Whose,
    /// Which page, from 1.
    pub page: usize,
}

impl Wanted {
    /// Is this one wanted, the kind apart?
    fn takes(&self, row: &QueueRow, assigned: Option<&PersonId>, me: &PersonId) -> bool {
        let whose = match self.whose {
            Whose::All => true,
            Whose::Mine => assigned == Some(me),
            Whose::Free => assigned.is_none(),
        };
        whose && self.asked.is_none_or(|asked| asked == row.asked)
    }
}

/// The queue as somebody wants to see it, before its reach is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Queue {
    items: Vec<Item>,
    /// How many of each kind there are among those that are wanted.
    pub counts: HashMap<QueueKind, usize>,
}

impl Queue {
    /// What is wanted of what waits, in the order of risk and age.
    pub fn new(rows: Vec<QueueRow>, desks: Vec<OnDesk>, wanted: &Wanted, me: &PersonId, now: i64) -> Self {
        let held: HashMap<String, PersonId> = desks.into_iter().map(|desk| (desk.item, desk.person)).collect();
        let mut queue = Self::default();
        for row in rows {
            let assigned = held.get(&row.item()).cloned();
            if !wanted.takes(&row, assigned.as_ref(), me) {
                continue;
            }
            *queue.counts.entry(row.kind).or_default() += 1;
            if wanted.kind.is_none_or(|kind| kind == row.kind) {
                queue.items.push(Item { priority: Priority::of(&row, None, now), row, assigned });
            }
        }
        sort(&mut queue.items);
        queue
    }

    /// Whose reach should be known: the subjects of the most urgent.
    pub fn subjects(&self) -> Vec<Id> {
        let mut ids: Vec<Id> = self.items.iter().take(WEIGHED).filter_map(|item| item.row.subject.clone()).collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Puts the most urgent in their order by reach too.
    pub fn weigh(&mut self, reach: &HashMap<Id, Reach>) {
        let end = self.items.len().min(WEIGHED);
        for item in &mut self.items[..end] {
            let known = item.row.subject.as_ref().and_then(|id| reach.get(id));
            item.priority.reach = weigh(&item.row, known.copied());
        }
        sort(&mut self.items[..end]);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many pages they fill; at least one.
    pub fn pages(&self) -> usize {
        self.items.len().div_ceil(PAGE).max(1)
    }

    /// The items of one page.
    pub fn page(&self, page: usize) -> &[Item] {
        let start = (page.max(1) - 1).saturating_mul(PAGE).min(self.items.len());
        &self.items[start..(start + PAGE).min(self.items.len())]
    }
}

fn sort(items: &mut [Item]) {
    items.sort_by(|a, b| {
        let order = |item: &Item| (std::cmp::Reverse((item.priority.first, item.priority.score())), item.row.at);
        order(a).cmp(&order(b)).then_with(|| (a.row.kind, &a.row.key).cmp(&(b.row.kind, &b.row.key)))
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::merge::Role;

    const DAY: i64 = 24 * HOUR;
    const NOW: i64 = 100 * DAY;

    fn me() -> PersonId {
        PersonId::new(uuid::Uuid::from_u128(1))
    }

    fn row(kind: QueueKind, key: &str, days: i64) -> QueueRow {
        QueueRow {
            kind,
            key: key.into(),
            subject: None,
            at: NOW - days * DAY,
            word: "form".into(),
            asked: false,
            urgent: false,
            risks: Vec::new(),
            author: None,
            organizations: 0,
        }
    }

    fn door() -> Risk {
        let (url, domain) = ("https://a.example.org/".to_owned(), "example.org".to_owned());
        Risk::Door { role: Role::Portal, url, trust_key: domain.clone(), domain }
    }

    fn keys(queue: &Queue) -> Vec<&str> {
        queue.page(1).iter().map(|item| item.row.key.as_str()).collect()
    }

    #[test]
    fn what_leads_to_a_thief_comes_first_however_young() {
        let rows = vec![
            row(QueueKind::Pair, "old pair", 90),
            row(QueueKind::Claim, "old claim", 14),
            QueueRow { risks: vec![door()], ..row(QueueKind::Proposal, "new door", 0) },
            QueueRow { urgent: true, ..row(QueueKind::Report, "looks fake", 0) },
            row(QueueKind::Door, "held door", 2),
            QueueRow { risks: vec![Risk::Name], ..row(QueueKind::Proposal, "name", 0) },
        ];
        let queue = Queue::new(rows, Vec::new(), &Wanted::default(), &me(), NOW);
        assert_eq!(keys(&queue), ["held door", "looks fake", "new door", "old claim", "old pair", "name"]);
    }

    #[test]
    fn reach_and_age_are_factors_that_can_be_read() {
        let subject = Id::parse("org-019ab0c4d0007abc8123456700000001").unwrap();
        let named = |key, days| QueueRow { risks: vec![Risk::Name], ..row(QueueKind::Proposal, key, days) };
        let rows = vec![named("three days", 3), QueueRow { subject: Some(subject.clone()), ..named("shared", 2) }];
        let mut queue = Queue::new(rows, Vec::new(), &Wanted::default(), &me(), NOW);
        assert_eq!(keys(&queue), ["three days", "shared"]);
        assert_eq!(queue.subjects(), std::slice::from_ref(&subject));
        queue.weigh(&[(subject, Reach { listed: true, sharing: 40 })].into());
        assert_eq!(keys(&queue), ["shared", "three days"]);
        let priority = queue.page(1)[0].priority;
        assert_eq!((priority.risk, priority.reach, priority.age, priority.score()), (40, 3, 3, 360));
    }

    #[test]
    fn what_moves_many_doors_comes_first_and_reaches_as_far_as_it_says() {
        let motion = |key, word: &str, organizations| QueueRow {
            word: word.into(),
            organizations,
            ..row(QueueKind::Motion, key, 0)
        };
        let rows = vec![
            row(QueueKind::Claim, "claim", 0),
            motion("close", "bulk.close", 12),
            motion("few", "bulk.move", 2),
            motion("many", "bulk.move", 300),
        ];
        let mut queue = Queue::new(rows, Vec::new(), &Wanted::default(), &me(), NOW);
        queue.weigh(&HashMap::new());
        assert_eq!(keys(&queue), ["many", "few", "close", "claim"]);
        let factors = |at: usize| (queue.page(1)[at].priority.risk, queue.page(1)[at].priority.reach);
        assert_eq!((factors(0), factors(1), factors(2)), ((90, 4), (90, 2), (60, 3)));
    }

    #[test]
    fn filters_count_every_kind_and_show_one() {
        let other = PersonId::new(uuid::Uuid::from_u128(2));
        let desk =
            |key: &str, person: &PersonId| OnDesk { item: key.into(), person: person.clone(), since: 0, until: 1 };
        let rows = || vec![row(QueueKind::Pair, "a", 1), row(QueueKind::Claim, "b", 1), row(QueueKind::Claim, "c", 2)];
        let desks = || vec![desk("claim:b", &me()), desk("claim:c", &other)];
        let shown = |wanted: Wanted| {
            let queue = Queue::new(rows(), desks(), &wanted, &me(), NOW);
            (keys(&queue).join(" "), queue.counts.get(&QueueKind::Claim).copied().unwrap_or_default())
        };
        let claims = Wanted { kind: Some(QueueKind::Claim), ..Wanted::default() };
        assert_eq!(shown(claims), ("c b".into(), 2));
        assert_eq!(shown(Wanted { whose: Whose::Mine, ..Wanted::default() }), ("b".into(), 1));
        assert_eq!(shown(Wanted { whose: Whose::Free, ..Wanted::default() }), ("a".into(), 0));
        assert_eq!(shown(Wanted { asked: Some(true), ..Wanted::default() }), (String::new(), 0));
    }

    #[test]
    fn pages_end_where_the_items_end() {
        let rows = (0..60).map(|n| row(QueueKind::Pair, &format!("{n:02}"), 1)).collect();
        let queue = Queue::new(rows, Vec::new(), &Wanted::default(), &me(), NOW);
        assert_eq!((queue.len(), queue.pages()), (60, 3));
        assert_eq!((queue.page(0).len(), queue.page(3).len(), queue.page(4).len()), (25, 10, 0));
        assert_eq!(queue.page(usize::MAX).len(), 0);
        assert_eq!(Queue::default().pages(), 1);
    }
}
