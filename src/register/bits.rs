//! Sets of rows, a bit each: taken together 64 rows at a time.

/// A set of rows of a table with a fixed number of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// No row of so many.
    pub fn none(len: usize) -> Self {
        Self { words: vec![0; len.div_ceil(64)], len }
    }

    /// All rows of so many.
    pub fn all(len: usize) -> Self {
        let mut all = Self { words: vec![u64::MAX; len.div_ceil(64)], len };
        all.trim();
        all
    }

    /// How many rows the table has.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Is no row in it?
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Puts a row in.
    pub fn set(&mut self, row: usize) {
        self.words[row / 64] |= 1 << (row % 64);
    }

    /// Takes a row out.
    pub fn clear(&mut self, row: usize) {
        self.words[row / 64] &= !(1 << (row % 64));
    }

    /// Is a row in it?
    pub fn has(&self, row: usize) -> bool {
        self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// Keeps what is in both.
    pub fn and(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine &= theirs;
        }
    }

    /// Takes in what is in the other.
    pub fn or(&mut self, other: &Self) {
        for (mine, theirs) in self.words.iter_mut().zip(&other.words) {
            *mine |= theirs;
        }
    }

    /// Takes in what is in one and in the other; or, when it is not to be `within`, what is in one and not in the other.
    pub fn or_both(&mut self, one: &Self, other: &Self, within: bool) {
        let flip = if within { 0 } else { u64::MAX };
        for ((mine, one), other) in self.words.iter_mut().zip(&one.words).zip(&other.words) {
            *mine |= one & (other ^ flip);
        }
    }

    /// What was in it is out, what was out is in.
    pub fn invert(&mut self) {
        for word in &mut self.words {
            *word = !*word;
        }
        self.trim();
    }

    /// How many rows are in it.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Its rows from one on, in order.
    pub fn from(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let first = row / 64;
        let words = self.words.get(first..).unwrap_or_default();
        words.iter().enumerate().flat_map(move |(at, word)| {
            let mut word = if at == 0 { word & (u64::MAX << (row % 64)) } else { *word };
            std::iter::from_fn(move || {
                let bit = word.trailing_zeros() as usize;
                (bit < 64).then(|| {
                    word &= word - 1;
                    (first + at) * 64 + bit
                })
            })
        })
    }

    /// Its rows in order.
    pub fn rows(&self) -> impl Iterator<Item = usize> + '_ {
        self.from(0)
    }

    /// The bytes it takes.
    pub fn size(&self) -> usize {
        self.words.len() * 8
    }

    fn trim(&mut self) {
        if let Some(last) = self.words.last_mut().filter(|_| !self.len.is_multiple_of(64)) {
            *last &= (1 << (self.len % 64)) - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_taken_together() {
        let of = |rows: &[usize]| {
            let mut bits = Bits::none(130);
            for row in rows {
                bits.set(*row);
            }
            bits
        };
        let mut both = of(&[0, 63, 64, 129]);
        both.and(&of(&[63, 64, 100]));
        assert_eq!(both, of(&[63, 64]));
        both.or(&of(&[129]));
        assert_eq!(both.rows().collect::<Vec<_>>(), [63, 64, 129]);
        assert_eq!(both.from(64).collect::<Vec<_>>(), [64, 129]);
        assert_eq!(both.from(65).collect::<Vec<_>>(), [129]);
        assert_eq!(both.from(130).count() + both.from(999).count(), 0);
        both.invert();
        assert_eq!((both.count(), both.has(129), both.has(0)), (127, false, true));
        assert_eq!(Bits::all(130).count(), 130);
        assert!(Bits::none(0).is_empty() && Bits::all(0).is_empty());
    }
}
