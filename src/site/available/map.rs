//! The map of the states: a tile of one size for each, with the share written in it.

use crate::{
    model::place::STATES,
    search::catalogue::{Answers, Area},
};

/// Where the tile of a state lies: column and row.
const TILES: [(&str, u16, u16); 56] = [
    ("AK", 0, 0),
    ("ME", 10, 0),
    ("WI", 5, 1),
    ("VT", 9, 1),
    ("NH", 10, 1),
    ("WA", 0, 2),
    ("ID", 1, 2),
    ("MT", 2, 2),
    ("ND", 3, 2),
    ("MN", 4, 2),
    ("IL", 5, 2),
    ("MI", 6, 2),
    ("NY", 8, 2),
    ("MA", 9, 2),
    ("OR", 0, 3),
    ("NV", 1, 3),
    ("WY", 2, 3),
    ("SD", 3, 3),
    ("IA", 4, 3),
    ("IN", 5, 3),
    ("OH", 6, 3),
    ("PA", 7, 3),
    ("NJ", 8, 3),
    ("CT", 9, 3),
    ("RI", 10, 3),
    ("CA", 0, 4),
    ("UT", 1, 4),
    ("CO", 2, 4),
    ("NE", 3, 4),
    ("MO", 4, 4),
    ("KY", 5, 4),
    ("WV", 6, 4),
    ("VA", 7, 4),
    ("MD", 8, 4),
    ("DE", 9, 4),
    ("AZ", 1, 5),
    ("NM", 2, 5),
    ("KS", 3, 5),
    ("AR", 4, 5),
    ("TN", 5, 5),
    ("NC", 6, 5),
    ("SC", 7, 5),
    ("DC", 8, 5),
    ("OK", 3, 6),
    ("LA", 4, 6),
    ("MS", 5, 6),
    ("AL", 6, 6),
    ("GA", 7, 6),
    ("HI", 0, 7),
    ("TX", 3, 7),
    ("FL", 8, 7),
    ("AS", 0, 8),
    ("GU", 1, 8),
    ("MP", 2, 8),
    ("PR", 9, 8),
    ("VI", 10, 8),
];
/// From one tile to the next.
const STEP: u16 = 48;
/// The side of a tile.
pub const SIDE: u16 = 44;
/// Width and height of the map.
pub const SIZE: (u16, u16) = (11 * STEP - (STEP - SIDE), 9 * STEP - (STEP - SIDE));

/// One state on the map.
pub struct Tile {
    pub x: u16,
    pub y: u16,
    pub code: &'static str,
    pub share: String,
    /// See [`step`].
    pub step: u8,
}

impl Tile {
    /// The middle of the tile.
    pub fn middle(&self) -> u16 {
        self.x + SIDE / 2
    }

    /// The line of the code.
    pub fn first_line(&self) -> u16 {
        self.y + 18
    }

    /// The line of the share.
    pub fn second_line(&self) -> u16 {
        self.y + 36
    }
}

/// The map of some answers.
pub fn tiles(answers: impl Fn(Area) -> Answers) -> Vec<Tile> {
    let tile = |(code, column, row): &(&'static str, u16, u16)| {
        let number = STATES.iter().position(|(known, _)| known == code)?;
        let answers = answers(Area::State(number as u8));
        let share = share(answers);
        Some(Tile { x: column * STEP, y: row * STEP, code, share: words(share), step: step(share) })
    };
    TILES.iter().filter_map(tile).collect()
}

/// The share that says yes, in whole percent: 0 and 100 are said of none and all alone. Nothing when nobody is listed.
pub fn share(answers: Answers) -> Option<u32> {
    part(answers.yes.into(), answers.total().into())
}

/// A part of a whole, in whole percent: 0 and 100 are said of none and all alone.
pub fn part(part: u64, whole: u64) -> Option<u32> {
    match part {
        _ if whole == 0 => None,
        0 => Some(0),
        part if part == whole => Some(100),
        part => Some(((part * 200 + whole) / (2 * whole)).clamp(1, 99) as u32),
    }
}

/// A share in words.
pub fn words(share: Option<u32>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{share}%"))
}

/// The shade of a share: 0 = nobody is listed, 1 = none of them, then a step each quarter.
fn step(share: Option<u32>) -> u8 {
    match share {
        None => 0,
        Some(0) => 1,
        Some(share) => 2 + (share.min(99) / 25) as u8,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_state_has_a_place_of_its_own() {
        let codes: BTreeSet<_> = TILES.iter().map(|(code, ..)| *code).collect();
        let states: BTreeSet<_> = STATES.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes, states);
        let places: BTreeSet<_> = TILES.iter().map(|(_, column, row)| (column, row)).collect();
        assert_eq!(places.len(), TILES.len());
        assert_eq!(tiles(|_| Answers::default()).len(), STATES.len());
    }

    #[test]
    fn none_and_all_are_never_rounded_to() {
        let share = |yes, not_known| share(Answers { yes, not_known, ..Answers::default() });
        assert_eq!(share(0, 0), None);
        assert_eq!((share(0, 9), share(9, 0)), (Some(0), Some(100)));
        assert_eq!((share(1, 9_999), share(9_999, 1)), (Some(1), Some(99)));
        assert_eq!((share(1, 2), share(2, 1), share(1, 1)), (Some(33), Some(67), Some(50)));
        assert_eq!(
            [None, Some(0), Some(1), Some(24), Some(25), Some(74), Some(75), Some(100)].map(step),
            [0, 1, 2, 2, 3, 4, 5, 5]
        );
    }
}
