//! Who has a frequent word, kind or state, as sets made once: to add one to another is then a few microseconds, not one
//! step for each of a hundred thousand.

use std::ops::Range;

use super::{bits::Bits, lists::Lists};

/// A list that has more than this share of all is frequent.
const SHARE: u32 = 64;
/// No more sets than this are made: each takes a bit for every organization.
const MOST: usize = 96;

/// Lists with the sets of those that are long.
#[derive(Debug, Default)]
pub struct Frequent {
    /// By the number of the list, in order.
    sets: Vec<(u32, Bits)>,
}

impl Frequent {
    /// Makes the sets of the longest lists of numbers below `end`.
    pub fn new(lists: &Lists, end: u32) -> Self {
        let length = |number: &u32| lists.at(*number).len();
        let mut long: Vec<u32> =
            (0..lists.count() as u32).filter(|number| length(number) > (end / SHARE) as usize).collect();
        long.sort_unstable_by_key(|number| std::cmp::Reverse(length(number)));
        long.truncate(MOST);
        long.sort_unstable();
        let set = |number: u32| {
            let mut bits = Bits::none(end);
            bits.add(lists.at(number));
            (number, bits)
        };
        Self { sets: long.into_iter().map(set).collect() }
    }

    /// Adds the numbers of neighbouring lists to a set.
    pub fn mark(&self, lists: &Lists, range: Range<u32>, bits: &mut Bits) {
        let mut from = range.start;
        let first = self.sets.partition_point(|(number, _)| *number < range.start);
        for (number, set) in self.sets[first..].iter().take_while(|(number, _)| *number < range.end) {
            bits.add(lists.range(from..*number));
            *bits |= set;
            from = number + 1;
        }
        bits.add(lists.range(from..range.end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_or_not_the_same_are_marked() {
        let mut lists = Lists::default();
        for number in 0..40_u32 {
            let step = number % 7 + 1;
            let some = (0..1_000).step_by(step as usize).take(if number % 3 == 0 { 1_000 } else { 5 });
            lists.push(some);
        }
        let frequent = Frequent::new(&lists, 1_000);
        assert!(frequent.sets.len() > 5 && frequent.sets.len() < 40);
        for range in [0..40, 3..4, 4..5, 2..9, 7..7, 38..40] {
            let (mut quick, mut plain) = (Bits::none(1_000), Bits::none(1_000));
            frequent.mark(&lists, range.clone(), &mut quick);
            plain.add(lists.range(range));
            assert_eq!(quick.iter().collect::<Vec<_>>(), plain.iter().collect::<Vec<_>>());
        }
    }
}
