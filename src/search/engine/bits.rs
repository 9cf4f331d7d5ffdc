//! A set of organizations of one segment, a bit each.

use std::{
    io::{self, Read, Write},
    ops::{BitAndAssign, BitOrAssign},
};

use super::codec::{Reader, Writer};

/// A set of numbers below a fixed end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits(Vec<u64>);

impl Bits {
    /// The empty set of numbers below `end`.
    pub fn none(end: u32) -> Self {
        Self(vec![0; (end as usize).div_ceil(64)])
    }

    /// All numbers below `end`.
    pub fn all(end: u32) -> Self {
        let mut bits = Self(vec![u64::MAX; (end as usize).div_ceil(64)]);
        if let (Some(last), over @ 1..) = (bits.0.last_mut(), end % 64) {
            *last = (1 << over) - 1;
        }
        bits
    }

    /// Adds a number.
    pub fn set(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut(number as usize / 64) {
            *word |= 1 << (number % 64);
        }
    }

    /// Adds numbers.
    pub fn add(&mut self, numbers: &[u32]) {
        for number in numbers {
            self.set(*number);
        }
    }

    /// Takes a number out.
    pub fn clear(&mut self, number: u32) {
        if let Some(word) = self.0.get_mut(number as usize / 64) {
            *word &= !(1 << (number % 64));
        }
    }

    /// Is it in?
    pub fn has(&self, number: u32) -> bool {
        self.0.get(number as usize / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    /// How many.
    pub fn count(&self) -> usize {
        self.0.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Takes out what is in another set.
    pub fn without(&mut self, other: &Self) {
        for (word, out) in self.0.iter_mut().zip(&other.0) {
            *word &= !out;
        }
    }

    /// The numbers in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros())?;
                left &= left - 1;
                Some(at as u32 * 64 + bit)
            })
        })
    }

    /// Writes it.
    pub fn write(&self, to: &mut Writer<impl Write>) -> io::Result<()> {
        to.u64s(&self.0)
    }

    /// Reads what [`Bits::write`] wrote.
    pub fn read(from: &mut Reader<impl Read>) -> io::Result<Self> {
        from.u64s().map(Self)
    }

    /// Has it room for just the numbers below `end`?
    pub fn fits(&self, end: u32) -> bool {
        self.0.len() == (end as usize).div_ceil(64)
    }
}

impl BitAndAssign<&Self> for Bits {
    fn bitand_assign(&mut self, other: &Self) {
        for (word, keep) in self.0.iter_mut().zip(&other.0) {
            *word &= keep;
        }
    }
}

impl BitOrAssign<&Self> for Bits {
    fn bitor_assign(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
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
        even.clear(0);
        even &= &Bits::all(130);
        assert_eq!(even.iter().next(), Some(2));
        even |= &odd;
        assert_eq!(even.count(), 129);
    }
}
