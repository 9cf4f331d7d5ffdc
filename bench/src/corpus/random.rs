//! Numbers that look random and follow from a seed (SplitMix64, Steele and others 2014).

/// A source of numbers; the same seed gives the same ones on every machine.
#[derive(Debug, Clone)]
pub struct Random(u64);

/// The constant by which the state goes on.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// Stirs the bits of a number: near numbers give far ones.
pub fn stirred(number: u64) -> u64 {
    let mut z = number;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// The source of a seed.
    pub fn new(seed: u64) -> Self {
        Self(stirred(seed.wrapping_add(STEP)))
    }

    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        stirred(self.0)
    }

    /// A number from 0 up to `end`, which is not reached; 0 when `end` is 0.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.number()) * end as u128) >> 64) as usize
    }

    /// A number from `first` to `last`, both included.
    pub fn between(&mut self, first: usize, last: usize) -> usize {
        first + self.below(last + 1 - first)
    }

    /// True in so many of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them, each as likely.
    pub fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// A rank from 0 up to `end`, which is not reached: the n-th is about n times as rare as the first (Zipf).
    pub fn rank(&mut self, end: usize) -> usize {
        let unit = (self.number() >> 11) as f64 / (1_u64 << 53) as f64;
        let rank = (unit * (end as f64 + 1.0).ln()).exp() as usize;
        rank.saturating_sub(1).min(end.saturating_sub(1))
    }

    /// One of them, the first ones most often.
    pub fn favour<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.rank(all.len())]
    }
}
