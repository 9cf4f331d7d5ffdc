//! How often the first result, or one of ten, was right, and how long it took.

use std::{fmt::Write as _, time::Duration};

use super::queries::Class;

/// The figures of one class.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// How many questions were asked.
    pub asked: usize,
    /// How often the first result was right.
    pub first: usize,
    /// How often one of the first ten was.
    pub ten: usize,
    /// How long each answer took, in microseconds.
    pub took: Vec<u32>,
}

impl Tally {
    /// Percent of the questions with a right first result; 0 when none was asked.
    pub fn hit_1(&self) -> f64 {
        percent(self.first, self.asked)
    }

    /// Percent of the questions with a right result among ten; 0 when none was asked.
    pub fn hit_10(&self) -> f64 {
        percent(self.ten, self.asked)
    }

    /// Milliseconds that so many percent of the answers did not take longer than; 0 when there was none.
    pub fn millis(&self, percent: usize) -> f64 {
        let mut sorted = self.took.clone();
        sorted.sort_unstable();
        // The nearest rank: the smallest value that so many percent are not above.
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).map_or(0.0, |micros| f64::from(*micros) / 1_000.0)
    }

    fn add(&mut self, rank: Option<usize>, took: Duration) {
        self.asked += 1;
        self.first += usize::from(rank == Some(0));
        self.ten += usize::from(rank.is_some_and(|rank| rank < 10));
        self.took.push(took.as_micros() as u32);
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

/// The figures of all classes.
#[derive(Debug, Clone)]
pub struct Score(Vec<Tally>);

impl Default for Score {
    fn default() -> Self {
        Self(vec![Tally::default(); Class::ALL.len()])
    }
}

impl Score {
    /// Adds an answer: at what rank the first right result stood, counted from 0.
    pub fn add(&mut self, class: Class, rank: Option<usize>, took: Duration) {
        self.0[class as usize].add(rank, took);
    }

    /// Adds what another has counted.
    pub fn join(&mut self, other: Self) {
        for (mine, other) in self.0.iter_mut().zip(other.0) {
            mine.asked += other.asked;
            mine.first += other.first;
            mine.ten += other.ten;
            mine.took.extend(other.took);
        }
    }

    /// The figures of a class.
    pub fn of(&self, class: Class) -> &Tally {
        &self.0[class as usize]
    }

    /// All classes together: each question counts, and every class has as many.
    pub fn all(&self) -> Tally {
        let mut all = Tally::default();
        for tally in &self.0 {
            all.asked += tally.asked;
            all.first += tally.first;
            all.ten += tally.ten;
            all.took.extend(&tally.took);
        }
        all
    }

    /// A table for people: Markdown, times in milliseconds.
    pub fn table(&self) -> String {
        let mut table = format!("| {:<16} | asked | hit@1 % | hit@10 % |   p50 ms |   p99 ms |   max ms |\n", "class");
        table.push_str("|------------------|-------|---------|----------|----------|----------|----------|\n");
        let all = self.all();
        let classes = Class::ALL.into_iter().map(|class| (class.word(), self.of(class)));
        for (word, tally) in classes.chain([("all", &all)]) {
            // A text takes every write.
            let _ = writeln!(
                table,
                "| {word:<16} | {:>5} | {:>7.1} | {:>8.1} | {:>8.2} | {:>8.2} | {:>8.2} |",
                tally.asked,
                tally.hit_1(),
                tally.hit_10(),
                tally.millis(50),
                tally.millis(99),
                tally.millis(100)
            );
        }
        table
    }
}
