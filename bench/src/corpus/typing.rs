//! What fingers do wrong.

use super::random::Random;

/// One wrong key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    /// A letter too many.
    Insert,
    /// A letter too few.
    Delete,
    /// Another letter.
    Substitute,
    /// Two letters in the wrong order.
    Transpose,
}

impl Slip {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Insert, Self::Delete, Self::Substitute, Self::Transpose];
}

/// The rows of the keyboard.
const KEYS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// A word of ASCII letters with one slip in it, never the word itself; nothing when it cannot be done. In half of the
/// cases the first letter stays right for sure.
pub fn slipped(random: &mut Random, slip: Slip, word: &str) -> Option<String> {
    let first = usize::from(random.chance(50));
    let mut letters: Vec<char> = word.chars().collect();
    let end = letters.len();
    match slip {
        Slip::Insert => {
            let at = random.between(first, end);
            let near = letters[at.min(end - 1)];
            let new = if random.chance(40) { near } else { neighbour(random, near) };
            letters.insert(at, new);
        }
        Slip::Delete => {
            letters.remove(random.between(first, end - 1));
        }
        Slip::Substitute => {
            let at = random.between(first, end - 1);
            letters[at] = neighbour(random, letters[at]);
        }
        Slip::Transpose => {
            let at = random.between(first, end.checked_sub(2)?);
            letters.swap(at, at + 1);
        }
    }
    let wrong: String = letters.into_iter().collect();
    (wrong != word).then_some(wrong)
}

/// A key beside that of a letter, mostly; else any.
fn neighbour(random: &mut Random, letter: char) -> char {
    let row = KEYS.iter().find(|row| row.contains(letter));
    let any = (b'a' + random.below(26) as u8) as char;
    let Some(row) = row.filter(|_| random.chance(70)) else { return any };
    let at = row.find(letter).unwrap_or_default();
    let side = if random.chance(50) { at.checked_sub(1) } else { Some(at + 1) };
    side.and_then(|at| row.chars().nth(at)).unwrap_or(any)
}

/// Every word that is one slip away from a word, some of them twice.
pub fn one_slip_away(word: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = word.chars().collect();
    let spelled = |letters: &[char]| letters.iter().collect::<String>();
    let end = letters.len();
    let mut all = Vec::with_capacity(end * 54 + 26);
    for at in 0..=end {
        let mut more = letters.clone();
        more.insert(at, 'a');
        for letter in 'a'..='z' {
            more[at] = letter;
            all.push(spelled(&more));
        }
        if at == end {
            break;
        }
        let mut other = letters.clone();
        for letter in 'a'..='z' {
            other[at] = letter;
            all.push(spelled(&other));
        }
        let mut less = letters.clone();
        less.remove(at);
        all.push(spelled(&less));
        if at + 1 < end {
            let mut swapped = letters.clone();
            swapped.swap(at, at + 1);
            all.push(spelled(&swapped));
        }
    }
    all.into_iter()
}
