//! Text as the search sees it: a name or what somebody typed in, comparable words out.
//!
//! What holds: names and queries go through the same [`fold`], so the same word written in two ways (accents, case,
//! plural, abbreviation, `St.` and `Saint`) gives the same `form` on both sides. It is asked for every name of a
//! country, so what is plain ASCII (nearly all of them) is read byte by byte and looked up once a word.

use std::{borrow::Cow, sync::LazyLock};

use super::{quick_hash::QuickMap, vocabulary::VOCABULARY};

/// Longer words are cut: nobody's name has them.
const LONGEST_WORD: usize = 64;

/// What is known of a word as it is written.
enum Known {
    /// It says nothing by itself.
    Ignored,
    /// It is short for one word or several.
    Short(Vec<String>),
}

static KNOWN: LazyLock<QuickMap<String, Known>> = LazyLock::new(|| {
    let short = VOCABULARY.abbreviations.same.iter().map(|(short, full)| {
        let full = full.split(' ').map(str::to_owned).collect();
        (short.clone(), Known::Short(full))
    });
    let small = VOCABULARY.small.ignored.iter().chain(&VOCABULARY.small.legal);
    short.chain(small.map(|word| (word.clone(), Known::Ignored))).collect()
});

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// As it is written, in lower-case ASCII.
    pub surface: String,
    /// As it is compared: singular, abbreviation written out.
    pub form: String,
    /// It says nothing by itself ("of", "the", "Inc").
    pub ignored: bool,
    /// What was written, where that is short for several words and this is one of them ("ent" of "ear").
    pub short: Option<Box<str>>,
}

/// Every word of a text, in order.
pub fn fold(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(8);
    each_word(&plain(text), |word| push(word, &mut tokens));
    tokens
}

/// The words that say something; all of them when none does.
pub fn telling(text: &str) -> Vec<Token> {
    let mut tokens = fold(text);
    if !tokens.iter().all(|token| token.ignored) {
        tokens.retain(|token| !token.ignored);
    }
    tokens
}

/// The words of a name without those of its legal form, unless it has no other.
pub fn in_name(name: &str) -> Vec<Token> {
    let mut all = fold(name);
    if !all.iter().all(is_legal) {
        all.retain(|token| !is_legal(token));
    }
    all
}

fn is_legal(token: &Token) -> bool {
    token.ignored && VOCABULARY.small.legal.contains(&token.surface)
}

/// The small words of a text that say something beside others ("of", "for").
pub fn small(tokens: &[Token]) -> Vec<String> {
    if tokens.iter().all(|token| token.ignored) {
        return Vec::new();
    }
    tokens.iter().filter(|token| token.ignored && !is_legal(token)).map(|token| token.surface.clone()).collect()
}

/// Does a word, as it is written, say nothing by itself?
pub fn is_small(word: &str) -> bool {
    matches!(KNOWN.get(word), Some(Known::Ignored))
}

/// Two neighbours written as one word, as in `Lab Corp` and `LabCorp`.
pub fn joined_surfaces(left: &str, right: &str) -> String {
    let mut both = String::with_capacity(left.len() + right.len());
    both.push_str(left);
    both.push_str(right);
    make_singular(&mut both);
    both
}

/// The forms of some words as one text: the same for every way to write the same name.
pub fn whole(tokens: &[Token]) -> String {
    together(tokens.iter().map(|token| token.form.as_str()))
}

/// Words with spaces between them.
pub fn together<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut all = String::with_capacity(32);
    for word in words {
        if !all.is_empty() {
            all.push(' ');
        }
        all.push_str(word);
    }
    all
}

/// All letters and digits of a text as one lower-case ASCII word: `M.D.` is `md`, `O'Brien` is `obrien`.
pub fn squeezed(text: &str) -> String {
    let mut all = String::new();
    each_word(&plain(text), |word| all.push_str(word));
    all
}

fn push(word: &str, tokens: &mut Vec<Token>) {
    let token = |form: String, ignored| Token { surface: word.to_owned(), form, ignored, short: None };
    let mut form = word.to_owned();
    let shortened = make_singular(&mut form);
    let full = match KNOWN.get(word) {
        Some(Known::Ignored) => return tokens.push(token(form, true)),
        Some(Known::Short(full)) => Some(full),
        None if shortened => match KNOWN.get(&form) {
            Some(Known::Short(full)) => Some(full),
            _ => None,
        },
        None => None,
    };
    match full.map(Vec::as_slice) {
        None => tokens.push(token(form, false)),
        Some([one]) => tokens.push(token(one.clone(), false)),
        Some(many) => {
            let short = Some(Box::from(word));
            let one = |word: &String| Token {
                surface: word.clone(),
                form: word.clone(),
                ignored: false,
                short: short.clone(),
            };
            tokens.extend(many.iter().map(one));
        }
    }
}

/// The text in ASCII: letters and digits of other scripts as they sound, marks that cannot be seen left out, everything
/// else a space.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut ascii = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_ascii() => ascii.push(c),
            // Apostrophes, the okina of Hawaii among them.
            '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{02bb}' | '\u{02bc}' | '\u{02b9}' | '\u{2032}' | '\u{b4}'
            | '\u{ff07}' => ascii.push('\''),
            '\u{ff06}' => ascii.push('&'),
            // Accents that stand alone, soft hyphens, joiners, direction marks, variation selectors.
            '\u{300}'..='\u{36f}'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fe00}'..='\u{fe0f}' => {}
            c if c.is_alphanumeric() => ascii.push_str(deunicode::deunicode_char(c).unwrap_or(" ")),
            _ => ascii.push(' '),
        }
    }
    Cow::Owned(ascii)
}

/// Says every word in lower case; apostrophes vanish (`joseph's` is `josephs`), dotted letters become one word
/// (`U.S.` is `us`), everything else that is no letter or digit separates.
fn each_word(ascii: &str, mut say: impl FnMut(&str)) {
    let bytes = ascii.as_bytes();
    let letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphabetic);
    let mut word = String::with_capacity(24);
    let mut dotted = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' => {
                if word.len() < LONGEST_WORD {
                    word.push(char::from(byte.to_ascii_lowercase()));
                }
                continue;
            }
            b'\'' | b'`' => continue,
            b'.' => {
                let one_letter_follows = letter(at + 1) && !letter(at + 2);
                dotted = (word.len() == 1 || dotted) && one_letter_follows;
                if dotted {
                    continue;
                }
            }
            _ => dotted = false,
        }
        if !word.is_empty() {
            say(&word);
            word.clear();
        }
        if *byte == b'&' {
            say("and");
        }
    }
    if !word.is_empty() {
        say(&word);
    }
}

/// Makes a word singular, roughly: the same rule on both sides is what counts, not grammar. Says whether it changed.
fn make_singular(word: &mut String) -> bool {
    let bytes = word.as_bytes();
    let [.., before, b's'] = bytes else { return false };
    if word.len() >= 5 && bytes.ends_with(b"ies") {
        word.truncate(word.len() - 3);
        word.push('y');
        return true;
    }
    if word.len() < 4 || matches!(before, b's' | b'u' | b'i') {
        return false;
    }
    word.pop();
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn forms(text: &str) -> String {
        whole(&telling(text))
    }

    #[test]
    fn the_same_name_in_two_ways_is_the_same() {
        for (one, other) in [
            ("St. Joseph's Hosp", "Saint Josephs Hospital"),
            ("Children's Hospital", "childrens hospitals"),
            ("Clínica Niños", "clinica ninos"),
            ("U.S. Renal Care", "US Renal Care, Inc."),
            ("Ear & Nose", "ear and nose"),
            ("BCBS of Texas", "Blue Cross Blue Shield Texas"),
            ("Univ of Kentucky Med Ctr", "University of Kentucky Medical Center"),
            ("Community Pharmacies", "community pharmacy"),
            ("Univ. of Kentucky Hosp", "University of Kentucky Hospital"),
            ("Saint Joseph's", "St. Josephs"),
            ("St.Joseph\u{2019}s Hosp.", "Saint Josephs Hospital"),
            ("Obstetrics & Gynecology", "OBGYN"),
            ("OB/GYN Assocs.", "OB-GYN Associates"),
            ("Ob Gyn Assoc", "Obstetrics and Gynecology Associates"),
            ("Ear, Nose & Throat Ctr", "ENT Center"),
            ("Acme Labs", "Acme Laboratories, L.L.C."),
            ("Amer. Natl. Hlth Svcs", "American National Health Services"),
            ("Mem'l Rehab Hsptl", "Memorial Rehabilitation Hospital"),
            ("Peds Dept", "Pediatrics Department"),
            ("Ft Worth Fam Med", "Fort Worth Family Medical"),
            ("Mt. Sinai", "Mount Sinai"),
            ("Comm Hlth Ctr", "Community Health Center"),
            ("Women\u{2019}s Surg Ctr", "womens surgery center"),
            ("Hawai\u{2bb}i Pacific", "Hawaii Pacific"),
            ("Labcorp\u{ae}", "Labcorp"),
            ("\u{200f}Mercy\u{200b} Clin\u{ad}ic\u{feff}", "Mercy Clinic"),
            ("Mercy 🙂 Clinic", "Mercy Clinic"),
            ("ＭＥＲＣＹ", "mercy"),
            ("Cli\u{301}nica", "clinica"),
            ("J.Smith", "J Smith"),
        ] {
            assert_eq!(forms(one), forms(other), "{one} / {other}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in [
            ("Texas", "Taxes"),
            ("Mass", "Mas"),
            ("Illinois", "Illinoi"),
            ("St Mary", "St Marys Hill"),
            ("Orange Co", "Orange Colorado"),
            ("Clin", "Clinical"),
            ("Lab Corp", "Lab"),
        ] {
            assert_ne!(forms(one), forms(other), "{one} / {other}");
        }
    }

    #[test]
    fn nothing_but_small_words_is_kept_whole() {
        assert_eq!(forms("The And"), "the and");
        assert_eq!(forms("!!!"), "");
        assert_eq!(forms("A.B.C. Clinic"), "abc clinic");
        assert_eq!(forms("Dr. House"), "doctor house");
    }

    #[test]
    fn neighbours_join() {
        let tokens = telling("Lab Corps");
        assert_eq!(joined_surfaces(&tokens[0].surface, &tokens[1].surface), "labcorp");
    }

    /// A name with accents, and the same without.
    fn with_accents(name: &str) -> String {
        name.chars()
            .map(|c| match c {
                'a' => 'á',
                'e' => 'é',
                'i' => 'í',
                'n' => 'ñ',
                'o' => 'ô',
                'u' => 'ü',
                'c' => 'ç',
                other => other,
            })
            .collect()
    }

    proptest! {
        #[test]
        fn case_and_accents_do_not_matter(name in "[a-zA-Z0-9 .,'&/()-]{0,60}") {
            let lower = name.to_lowercase();
            prop_assert_eq!(fold(&name.to_uppercase()), fold(&name));
            prop_assert_eq!(fold(&lower), fold(&name));
            prop_assert_eq!(fold(&with_accents(&lower)), fold(&name));
            prop_assert_eq!(fold(&with_accents(&lower).to_uppercase()), fold(&name));
        }

        #[test]
        fn anything_folds_to_plain_words_that_fold_to_themselves(text in "\\PC{0,100}") {
            let tokens = fold(&text);
            let is_plain = |word: &str| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            };
            prop_assert!(tokens.iter().all(|token| is_plain(&token.surface) && is_plain(&token.form)));
            prop_assert_eq!(whole(&fold(&whole(&tokens))), whole(&tokens));
        }

        #[test]
        fn what_cannot_be_seen_does_not_matter(name in "[a-z]{1,9}( [a-z]{1,9}){0,4}", at in 0..20_usize) {
            let mut marked = name.clone();
            let at = at.min(name.len());
            marked.insert_str(at, "\u{200b}\u{200f}\u{ad}");
            prop_assert_eq!(fold(&marked), fold(&name));
        }
    }
}
