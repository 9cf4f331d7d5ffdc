//! A set of organizations of one segment, a bit each. What is done with a set costs as much as it holds, not as much as
//! it could: a second, small set says which words of the first have bits.

use std::{
    cell::RefCell,
    io::{self, Read, Write},
    ops::{BitAndAssign, BitOrAssign},
};

use super::codec::{Reader, Writer};

/// A set of numbers below a fixed end.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    /// A bit for each word that may have bits.
    used: Vec<u64>,
}

/// Empty sets to use again: a search makes a dozen.
const KEPT: usize = 24;

thread_local! {
    static FREE: RefCell<Vec<Bits>> = const { RefCell::new(Vec::new()) };
}

impl Bits {
    /// The empty set of numbers below `end`.
    pub fn none(end: u32) -> Self {
        let words = (end as usize).div_ceil(64);
        let free = FREE.try_with(|free| {
            let mut free = free.borrow_mut();
            let at = free.iter().rposition(|bits| bits.words.len() == words)?;
            Some(free.swap_remove(at))
        });
        let new = || Self { words: vec![0; words], used: vec![0; words.div_ceil(64)] };
        free.ok().flatten().unwrap_or_else(new)
    }

    /// All numbers below `end`.
    pub fn all(end: u32) -> Self {
        let mut bits = Self::none(end);
        bits.words.fill(u64::MAX);
        if let (Some(last), over @ 1..) = (bits.words.last_mut(), end % 64) {
            *last = (1 << over) - 1;
        }
        bits.mark_used();
        bits
    }

    fn mark_used(&mut self) {
        for (used, words) in self.used.iter_mut().zip(self.words.chunks(64)) {
            *used = words.iter().enumerate().fold(0, |used, (at, word)| used | u64::from(*word != 0) << at);
        }
    }

    /// Where its words with bits stand.
    fn places(&self) -> impl Iterator<Item = usize> + use<'_> {
        self.used.iter().enumerate().flat_map(|(at, used)| each(*used).map(move |bit| at * 64 + bit))
    }

    /// Adds a number.
    pub fn set(&mut self, number: u32) {
        let at = number as usize / 64;
        if let Some(word) = self.words.get_mut(at) {
            *word |= 1 << (number % 64);
            self.used[at / 64] |= 1 << (at % 64);
        }
    }

    /// Adds numbers.
    pub fn add(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.set(*number);
        }
    }

    /// Is it in?
    pub fn has(&self, number: u32) -> bool {
        self.words.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.places().map(|at| self.words[at].count_ones() as usize).sum()
    }

    /// Takes out what is in another set.
    pub fn without(&mut self, other: &Self) {
        if other.used.iter().any(|used| *used != 0) {
            self.change(|word, at| *word &= !other.words.get(at).copied().unwrap_or_default());
        }
    }

    /// Changes each word that has bits.
    fn change(&mut self, change: impl Fn(&mut u64, usize)) {
        for (at, (used, words)) in self.used.iter().zip(self.words.chunks_mut(64)).enumerate() {
            if *used == u64::MAX {
                // A full block goes in one run.
                words.iter_mut().enumerate().for_each(|(bit, word)| change(word, at * 64 + bit));
            } else {
                each(*used).for_each(|bit| change(&mut words[bit], at * 64 + bit));
            }
        }
    }

    /// The numbers in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.places().flat_map(|at| each(self.words[at]).map(move |bit| (at * 64 + bit) as u32))
    }

    /// Writes it.
    pub fn write(&self, to: &mut Writer<impl Write>) -> io::Result<()> {
        to.u64s(&self.words)
    }

    /// Reads what [`Bits::write`] wrote.
    pub fn read(from: &mut Reader<impl Read>) -> io::Result<Self> {
        let words = from.u64s()?;
        let mut bits = Self { used: vec![0; words.len().div_ceil(64)], words };
        bits.mark_used();
        Ok(bits)
    }

    /// Has it room for just the numbers below `end`?
    pub fn fits(&self, end: u32) -> bool {
        self.words.len() == (end as usize).div_ceil(64)
    }
}

/// The numbers of the bits of a word.
fn each(word: u64) -> impl Iterator<Item = usize> {
    let mut left = word;
    std::iter::from_fn(move || {
        let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
        left &= left - 1;
        Some(bit)
    })
}

impl Clone for Bits {
    fn clone(&self) -> Self {
        let mut other = Self::none(self.words.len() as u32 * 64);
        for at in self.places() {
            other.words[at] = self.words[at];
        }
        other.used.copy_from_slice(&self.used);
        other
    }
}

impl Drop for Bits {
    fn drop(&mut self) {
        if self.words.is_empty() {
            return;
        }
        // A thread that ends keeps nothing.
        let _ = FREE.try_with(|free| {
            let mut free = free.borrow_mut();
            if free.len() < KEPT {
                self.change(|word, _| *word = 0);
                self.used.fill(0);
                free.push(Self { words: std::mem::take(&mut self.words), used: std::mem::take(&mut self.used) });
            }
        });
    }
}

impl BitAndAssign<&Self> for Bits {
    fn bitand_assign(&mut self, other: &Self) {
        self.change(|word, at| *word &= other.words.get(at).copied().unwrap_or_default());
    }
}

impl BitOrAssign<&Self> for Bits {
    fn bitor_assign(&mut self, other: &Self) {
        let blocks = self.words.chunks_mut(64).zip(self.used.iter_mut());
        for ((words, used), (others, more)) in blocks.zip(other.words.chunks(64).zip(&other.used)) {
            if *more == u64::MAX {
                words.iter_mut().zip(others).for_each(|(word, other)| *word |= other);
            } else {
                each(*more).for_each(|bit| words[bit] |= others[bit]);
            }
            *used |= more;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_do_what_sets_do() {
        for end in [0, 1, 63, 64, 65, 200] {
            assert_eq!(Bits::all(end).iter().collect::<Vec<_>>(), (0..end).collect::<Vec<_>>());
            assert_eq!((Bits::all(end).count(), Bits::none(end).count()), (end as usize, 0));
        }
        let mut odd = Bits::none(130);
        odd.add(&(0..130).filter(|n| n % 2 == 1).collect::<Vec<_>>());
        let mut even = Bits::all(130);
        even.without(&odd);
        assert!(even.has(128) && !even.has(129) && !even.has(9_999));
        even &= &Bits::all(130);
        assert_eq!(even.clone().iter().nth(1), Some(2));
        even |= &odd;
        assert_eq!(even.count(), 130);
        drop(even);
        assert_eq!(Bits::none(130).count(), 0, "a set that is used again is empty");
    }
}
