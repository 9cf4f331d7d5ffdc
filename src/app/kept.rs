//! Answers that were made once and are given again while nothing has changed.
//!
//! What holds: an answer is good for the revision of the store it was made at, and for a bounded number of looks at the
//! log (so that what leaves no revision is never older than its [`Answer::looks`]); nothing is kept before the first look
//! at the log and after one that failed; memory is bounded.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

/// Bytes of answers of one generation; two generations are kept.
const GENERATION: usize = 32 << 20;
/// No revision is known: nothing is kept and nothing is given.
const UNKNOWN: i64 = -1;

/// One answer, ready to send.
#[derive(Debug, Clone)]
pub struct Answer<T> {
    /// What is sent.
    pub body: T,
    /// Bytes it takes.
    pub size: usize,
    /// For how many looks at the log it is good when no revision comes.
    pub looks: u64,
}

/// At which point of the log an answer is made; taken before it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    revision: i64,
    look: u64,
    forgotten: u64,
}

impl Moment {
    /// The revision the store stood at.
    pub fn revision(self) -> i64 {
        self.revision
    }
}

/// Answers by key.
#[derive(Debug)]
pub struct Kept<T>(Arc<Inner<T>>);

impl<T> Clone for Kept<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Arc::new(Inner {
            revision: AtomicI64::new(UNKNOWN),
            look: AtomicU64::new(0),
            forgotten: AtomicU64::new(0),
            answers: RwLock::new(Generations { young: HashMap::new(), size: 0, old: HashMap::new() }),
        }))
    }
}

#[derive(Debug)]
struct Inner<T> {
    revision: AtomicI64,
    look: AtomicU64,
    /// How often answers were forgotten.
    forgotten: AtomicU64,
    answers: RwLock<Generations<T>>,
}

/// When the young ones fill their room they become the old ones, and the old ones are gone.
#[derive(Debug)]
struct Generations<T> {
    young: HashMap<Box<str>, (Moment, Answer<T>)>,
    size: usize,
    old: HashMap<Box<str>, (Moment, Answer<T>)>,
}

impl<T: Clone> Kept<T> {
    /// Somebody looked at the log: it stands at this revision, or could not be read.
    pub fn looked(&self, revision: Option<i64>) {
        self.0.look.fetch_add(1, Ordering::AcqRel);
        let before = self.0.revision.swap(revision.unwrap_or(UNKNOWN), Ordering::AcqRel);
        if Some(before) != revision {
            // What was made before is good for nothing any more.
            let mut answers = self.0.answers.write().unwrap_or_else(PoisonError::into_inner);
            (answers.young, answers.old, answers.size) = (HashMap::new(), HashMap::new(), 0);
        }
    }

    /// The point of the log now; nothing while answers may not be kept.
    pub fn moment(&self) -> Option<Moment> {
        let revision = self.0.revision.load(Ordering::Acquire);
        let (look, forgotten) = (self.0.look.load(Ordering::Acquire), self.0.forgotten.load(Ordering::Acquire));
        (revision != UNKNOWN).then_some(Moment { revision, look, forgotten })
    }

    /// The answer of a key, if one is good now.
    pub fn get(&self, key: &str) -> Option<T> {
        let now = self.moment()?;
        let answers = self.0.answers.read().unwrap_or_else(PoisonError::into_inner);
        let (made, answer) = answers.young.get(key).or_else(|| answers.old.get(key))?;
        let good = made.revision == now.revision && now.look.saturating_sub(made.look) < answer.looks;
        good.then(|| answer.body.clone())
    }

    /// Something that leaves no revision changed: the answers of these keys are good no longer, nor is one that is being made.
    pub fn forget(&self, is_stale: impl Fn(&str) -> bool) {
        let mut answers = self.0.answers.write().unwrap_or_else(PoisonError::into_inner);
        self.0.forgotten.fetch_add(1, Ordering::AcqRel);
        answers.young.retain(|key, _| !is_stale(key));
        answers.old.retain(|key, _| !is_stale(key));
    }

    /// Keeps an answer that was made at a moment.
    pub fn put(&self, key: &str, made: Moment, answer: Answer<T>) {
        let mut answers = self.0.answers.write().unwrap_or_else(PoisonError::into_inner);
        let good = |now: Moment| now.revision == made.revision && now.forgotten == made.forgotten;
        if !self.moment().is_some_and(good) {
            return;
        }
        answers.size += answer.size + key.len();
        answers.young.insert(key.into(), (made, answer));
        if answers.size > GENERATION {
            answers.old = std::mem::take(&mut answers.young);
            answers.size = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &'static str) -> Answer<&'static str> {
        Answer { body, size: body.len(), looks: 2 }
    }

    #[test]
    fn an_answer_is_good_for_its_revision_alone() {
        let kept = Kept::default();
        assert_eq!(kept.moment(), None, "nobody has looked at the log");
        kept.looked(Some(7));
        let made = kept.moment().unwrap();
        kept.put("/a", made, answer("seven"));
        assert_eq!(kept.get("/a"), Some("seven"));
        kept.looked(Some(8));
        assert_eq!(kept.get("/a"), None);
        // Made while the revision came: it may show what was before.
        kept.put("/a", made, answer("seven"));
        assert_eq!(kept.get("/a"), None);
    }

    #[test]
    fn an_answer_grows_old_and_a_log_that_cannot_be_read_ends_all() {
        let kept = Kept::default();
        kept.looked(Some(1));
        kept.put("/a", kept.moment().unwrap(), answer("one"));
        kept.looked(Some(1));
        assert_eq!(kept.get("/a"), Some("one"));
        kept.looked(Some(1));
        assert_eq!(kept.get("/a"), None, "two looks are over");
        kept.put("/a", kept.moment().unwrap(), answer("one"));
        kept.looked(None);
        assert_eq!(kept.get("/a"), None);
        kept.looked(Some(1));
        assert_eq!(kept.get("/a"), None, "who knows what happened meanwhile");
    }

    #[test]
    fn what_is_forgotten_is_gone_and_one_on_its_way_is_not_kept() {
        let kept = Kept::default();
        kept.looked(Some(1));
        let made = kept.moment().unwrap();
        for key in ["/a", "/b"] {
            kept.put(key, made, answer("one"));
        }
        kept.forget(|key| key == "/a");
        assert_eq!((kept.get("/a"), kept.get("/b")), (None, Some("one")));
        // It was begun before: it may show what was.
        kept.put("/a", made, answer("one"));
        assert_eq!(kept.get("/a"), None);
        kept.put("/a", kept.moment().unwrap(), answer("two"));
        assert_eq!(kept.get("/a"), Some("two"));
    }

    #[test]
    fn memory_is_bounded() {
        let kept = Kept::default();
        kept.looked(Some(1));
        let made = kept.moment().unwrap();
        for n in 0..10 {
            let big = Answer { body: "", size: GENERATION / 3, looks: 9 };
            kept.put(&n.to_string(), made, big);
        }
        let there = (0..10).filter(|n| kept.get(&n.to_string()).is_some()).count();
        assert!((3..8).contains(&there), "{there} of 10 are left");
        assert_eq!(kept.get("9"), Some(""), "the newest is");
    }
}
