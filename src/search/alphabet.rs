//! The alphabet of lists: a name in, a number out that sorts as the name reads.

/// So many letters of a name count; those alike so far are told apart by their words.
const LETTERS: u32 = 12;
/// The signs there are: none, space, ten digits, 26 letters.
const SIGNS: u64 = 38;

/// The letters under which names stand.
pub const HEADINGS: &str = "abcdefghijklmnopqrstuvwxyz";

/// The key of a name: accents and case do not count, marks between words are one space, apostrophes are nothing.
pub fn key(name: &str) -> u64 {
    number(name, 0)
}

/// The keys of all names that begin with some letters, the first and the last.
pub fn beginning(with: &str) -> (u64, u64) {
    (number(with, 0), number(with, SIGNS - 1))
}

/// The letter under which a name stands; nothing for those that begin with a digit or have no letters at all.
pub fn letter(key: u64) -> Option<char> {
    let first = key / SIGNS.pow(LETTERS - 1);
    let at = first.checked_sub(12)?;
    HEADINGS.chars().nth(at as usize)
}

/// The first letters as a number; what is missing is filled up.
fn number(name: &str, fill: u64) -> u64 {
    let (mut number, mut count) = (0, 0);
    let mut gap = false;
    let ascii = name.chars().filter(|c| !is_apostrophe(*c)).flat_map(|c| {
        let text = if c.is_ascii() { None } else { Some(deunicode::deunicode_char(c).unwrap_or(" ")) };
        text.into_iter().flat_map(str::chars).chain(c.is_ascii().then_some(c))
    });
    for c in ascii {
        let sign = match c.to_ascii_lowercase() {
            c @ '0'..='9' => u64::from(c as u32 - '0' as u32) + 2,
            c @ 'a'..='z' => u64::from(c as u32 - 'a' as u32) + 12,
            _ => {
                gap = count > 0;
                continue;
            }
        };
        for sign in gap.then_some(1).into_iter().chain([sign]) {
            if count < LETTERS {
                number = number * SIGNS + sign;
                count += 1;
            }
        }
        gap = false;
        if count == LETTERS {
            break;
        }
    }
    while count < LETTERS {
        number = number * SIGNS + fill;
        count += 1;
    }
    number
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{02bb}' | '\u{02bc}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_names_read() {
        let names = [
            "",
            "123 Dental",
            "3M Clinic",
            "A & B Care",
            "A B Clinic",
            "Aardvark",
            "Ábaco Salud",
            "Abacus",
            "O’Brien Clinic",
            "Obrien Dental",
            "Zeta",
        ];
        let keys: Vec<u64> = names.iter().map(|name| key(name)).collect();
        assert!(keys.is_sorted(), "{keys:?}");
        assert_eq!(key("ST. MARY'S"), key("st marys"));
    }

    #[test]
    fn names_stand_under_their_letter() {
        let letters = |name: &str| letter(key(name));
        assert_eq!(letters("Mercy"), Some('m'));
        assert_eq!(letters("  “Ñuble” "), Some('n'));
        assert_eq!(letters("Zeta"), Some('z'));
        assert_eq!((letters("3M"), letters(""), letters("***")), (None, None, None));
    }

    #[test]
    fn a_beginning_spans_all_that_begin_so() {
        let (first, last) = beginning("mer");
        for name in ["Mer", "Mercy Hospital", "Merzzzzzzzzzzzzzzzzz"] {
            assert!((first..=last).contains(&key(name)), "{name}");
        }
        for name in ["Mesa", "Me", "Mep"] {
            assert!(!(first..=last).contains(&key(name)), "{name}");
        }
    }
}
