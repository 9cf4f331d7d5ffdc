//! Many short lists of numbers in one array: the words of each organization, the organizations of each word.

use std::{
    io::{self, Read, Write},
    ops::Range,
};

use super::codec::{Reader, Writer};

/// Lists with numbers from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lists {
    /// Where each list starts in `values`, and where the last one ends.
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { starts: vec![0], values: Vec::new() }
    }
}

impl Lists {
    /// How many lists.
    pub fn count(&self) -> usize {
        self.starts.len() - 1
    }

    /// One list; empty for a number nobody has.
    pub fn at(&self, number: u32) -> &[u32] {
        self.range(number..number.saturating_add(1))
    }

    /// Neighbouring lists as one.
    pub fn range(&self, numbers: Range<u32>) -> &[u32] {
        let (start, end) = (self.starts.get(numbers.start as usize), self.starts.get(numbers.end as usize));
        match (start, end) {
            (Some(start), Some(end)) => &self.values[*start as usize..*end as usize],
            _ => &[],
        }
    }

    /// Adds a list at the end.
    pub fn push(&mut self, values: impl IntoIterator<Item = u32>) {
        self.values.extend(values);
        self.starts.push(self.values.len() as u32);
    }

    /// The lists in another order, their values changed.
    #[must_use]
    pub fn sorted(&self, order: &[u32], change: impl Fn(u32) -> u32) -> Self {
        let mut sorted =
            Self { starts: Vec::with_capacity(order.len() + 1), values: Vec::with_capacity(self.values.len()) };
        sorted.starts.push(0);
        for number in order {
            sorted.push(self.at(*number).iter().map(|value| change(*value)));
        }
        sorted
    }

    /// The other way round: for each of `count` values, the numbers of the lists it stands in, in order, each once.
    /// Values that are `count` or more are passed over.
    #[must_use]
    pub fn turned(&self, count: u32) -> Self {
        let mut starts = vec![0_u32; count as usize + 1];
        self.each_once(count, |value, _| starts[value as usize + 1] += 1);
        for at in 0..count as usize {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut values = vec![0; starts[count as usize] as usize];
        self.each_once(count, |value, number| {
            let place = &mut next[value as usize];
            values[*place as usize] = number;
            *place += 1;
        });
        Self { starts, values }
    }

    /// Calls for each value below `count` and each list it stands in.
    fn each_once(&self, count: u32, mut call: impl FnMut(u32, u32)) {
        let mut last = vec![u32::MAX; count as usize];
        for number in 0..self.count() as u32 {
            for value in self.at(number).iter().filter(|value| **value < count) {
                let seen = &mut last[*value as usize];
                if *seen != number {
                    *seen = number;
                    call(*value, number);
                }
            }
        }
    }

    /// Writes them.
    pub fn write(&self, to: &mut Writer<impl Write>) -> io::Result<()> {
        to.u32s(&self.starts)?;
        to.u32s(&self.values)
    }

    /// Reads what [`Lists::write`] wrote.
    pub fn read(from: &mut Reader<impl Read>) -> io::Result<Self> {
        Ok(Self { starts: from.u32s()?, values: from.u32s()? })
    }

    /// Are there so many lists, do all lie within the values, and do all values pass?
    pub fn is_sound(&self, count: usize, passes: impl Fn(u32) -> bool) -> bool {
        self.starts.len() == count + 1
            && self.starts.is_sorted()
            && self.starts.last().is_some_and(|end| *end as usize == self.values.len())
            && self.values.iter().all(|value| passes(*value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(of: &[&[u32]]) -> Lists {
        let mut lists = Lists::default();
        for list in of {
            lists.push(list.iter().copied());
        }
        lists
    }

    #[test]
    fn turned_twice_they_are_as_they_were() {
        let before = lists(&[&[0, 2], &[], &[1], &[0, 1, 2]]);
        assert_eq!(before.turned(3), lists(&[&[0, 3], &[2, 3], &[0, 3]]));
        assert_eq!(before.turned(3).turned(4), before);
    }

    #[test]
    fn doubles_and_marks_are_passed_over() {
        assert_eq!(lists(&[&[1, 1, 9], &[1]]).turned(2), lists(&[&[], &[0, 1]]));
    }

    #[test]
    fn neighbours_are_one_list() {
        let lists = lists(&[&[5], &[], &[6, 7], &[8]]);
        assert_eq!((lists.range(0..3), lists.at(9), lists.range(2..2)), (&[5, 6, 7][..], &[][..], &[][..]));
        assert_eq!(lists.sorted(&[2, 0], |value| value + 1), super::tests::lists(&[&[7, 8], &[6]]));
    }
}
