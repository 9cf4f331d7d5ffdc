//! Where a page ended: what the address of the next one carries.
//!
//! What holds: it names the last result by what it was sorted by and by its id, so it stays right while others come and go;
//! it is good for the search it was made for alone.

use std::{
    cmp::Ordering,
    fmt::Write as _,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
};

use crate::register::Key;

/// What one result is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sorted {
    Text(String),
    Number(u128),
    /// It has no such value; it comes last, whatever the direction.
    Nothing,
}

impl Sorted {
    /// Which of two comes first.
    pub fn compare(&self, other: &Self, down: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Nothing, Self::Nothing) => Ordering::Equal,
            (Self::Nothing, _) => return Ordering::Greater,
            (_, Self::Nothing) => return Ordering::Less,
            (Self::Text(mine), Self::Text(theirs)) => mine.cmp(theirs),
            (Self::Number(mine), Self::Number(theirs)) => mine.cmp(theirs),
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
        };
        if down { order.reverse() } else { order }
    }
}

/// The place of a result where nothing else is sorted by: its organization and itself.
pub(super) type Place = (Key, Key);

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cursor {
    pub mark: u64,
    pub values: Vec<Sorted>,
    pub place: Place,
}

/// 64 bits of a text, the same in each run.
pub(super) fn digest_of(text: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(text)
}

impl Cursor {
    /// As it stands in an address.
    pub fn write(&self) -> String {
        let number = |key: &Key| u128::from_be_bytes(*key);
        let mut text = format!("{:x}.{:x}.{:x}", self.mark, number(&self.place.0), number(&self.place.1));
        for value in &self.values {
            text.push('.');
            match value {
                Sorted::Nothing => text.push('n'),
                Sorted::Number(number) => {
                    let _ = write!(text, "u{number:x}");
                }
                Sorted::Text(value) => {
                    text.push('t');
                    for byte in value.bytes() {
                        let _ = write!(text, "{byte:02x}");
                    }
                }
            }
        }
        text
    }

    /// Reads one; nothing when it is none.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mark = u64::from_str_radix(parts.next()?, 16).ok()?;
        let mut key = || Some(u128::from_str_radix(parts.next()?, 16).ok()?.to_be_bytes());
        let place = (key()?, key()?);
        let values = parts.map(value).collect::<Option<Vec<_>>>()?;
        Some(Self { mark, values, place })
    }
}

fn value(text: &str) -> Option<Sorted> {
    let mut letters = text.chars();
    let kind = letters.next()?;
    let rest = letters.as_str();
    match kind {
        'n' => rest.is_empty().then_some(Sorted::Nothing),
        'u' => u128::from_str_radix(rest, 16).ok().map(Sorted::Number),
        't' if rest.is_ascii() && rest.len().is_multiple_of(2) => {
            let byte = |at: usize| u8::from_str_radix(&rest[at..at + 2], 16).ok();
            let bytes = (0..rest.len()).step_by(2).map(byte).collect::<Option<Vec<u8>>>()?;
            String::from_utf8(bytes).ok().map(Sorted::Text)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_comes_back(mark: u64, a: u128, b: u128, text in ".{0,30}", number: u128) {
            let values = vec![Sorted::Text(text), Sorted::Nothing, Sorted::Number(number)];
            let cursor = Cursor { mark, values, place: (a.to_be_bytes(), b.to_be_bytes()) };
            prop_assert_eq!(Cursor::read(&cursor.write()), Some(cursor));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,60}", more in "[0-9a-f]{1,4}\\.[0-9a-f]{1,3}\\.[0-9a-f]\\.[nutx].{0,6}") {
            let _ = (Cursor::read(&text), Cursor::read(&more));
        }
    }
}
