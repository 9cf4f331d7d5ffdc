//! Text as the search sees it: a name or what somebody typed in, comparable words out.
//!
//! What holds: names and queries go through the same [`fold`], so the same word written in two ways (accents, case,
//! plural, abbreviation, `St.` and `Saint`) gives the same `form` on both sides.

use super::vocabulary::VOCABULARY;

/// One word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// As it is written, in lower-case ASCII.
    pub surface: String,
    /// As it is compared: singular, abbreviation written out.
    pub form: String,
    /// It says nothing by itself ("of", "the", "Inc").
    pub ignored: bool,
}

/// Every word of a text, in order.
pub fn fold(text: &str) -> Vec<Token> {
    split(text).into_iter().flat_map(tokens).collect()
}

/// The words that say something; all of them when none does.
pub fn telling(text: &str) -> Vec<Token> {
    let all = fold(text);
    if all.iter().all(|token| token.ignored) {
        return all;
    }
    all.into_iter().filter(|token| !token.ignored).collect()
}

/// Words that only say how a company is made: they are no part of its name.
const LEGAL: &[&str] = &["inc", "incorporated", "llc", "llp", "pllc", "pc", "ltd", "corporation", "pa", "lp", "corp"];

/// The words of a name without those of its legal form, unless it has no other.
pub fn in_name(name: &str) -> Vec<Token> {
    let all = fold(name);
    let is_legal = |token: &Token| token.ignored && LEGAL.contains(&token.surface.as_str());
    if all.iter().all(is_legal) { all } else { all.into_iter().filter(|token| !is_legal(token)).collect() }
}

/// The small words of a text that say something beside others ("of", "for").
pub fn small(text: &str) -> Vec<String> {
    let all = in_name(text);
    if all.iter().all(|token| token.ignored) {
        return Vec::new();
    }
    all.into_iter().filter(|token| token.ignored).map(|token| token.surface).collect()
}

/// Does a word, as it is written, say nothing by itself?
pub fn is_small(word: &str) -> bool {
    VOCABULARY.ignored.contains(word)
}

/// Two neighbours written as one word, as in `Lab Corp` and `LabCorp`.
pub fn joined(left: &Token, right: &Token) -> String {
    singular(&format!("{}{}", left.surface, right.surface))
}

/// The forms of some words as one text: the same for every way to write the same name.
pub fn whole(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.form.as_str()).collect::<Vec<_>>().join(" ")
}

fn tokens(surface: String) -> Vec<Token> {
    let ignored = VOCABULARY.ignored.contains(&surface);
    let singular = singular(&surface);
    let full = VOCABULARY.abbreviations.get(&surface).or_else(|| VOCABULARY.abbreviations.get(&singular));
    match full.map(|full| full.split(' ').collect::<Vec<_>>()).as_deref() {
        None => vec![Token { surface, form: singular, ignored }],
        Some([one]) => vec![Token { surface, form: (*one).to_owned(), ignored }],
        Some(many) => many
            .iter()
            .map(|word| Token { surface: (*word).to_owned(), form: (*word).to_owned(), ignored: false })
            .collect(),
    }
}

/// Lower-case ASCII words; apostrophes vanish (`joseph's` is `josephs`), dotted letters become one word
/// (`U.S.` is `us`), everything else that is no letter or digit separates.
fn split(text: &str) -> Vec<String> {
    let ascii = deunicode::deunicode(text).to_lowercase().replace('&', " and ");
    let mut words = Vec::new();
    let mut word = String::new();
    let mut characters = ascii.chars().peekable();
    let mut dotted = false;
    while let Some(c) = characters.next() {
        let continues = match c {
            c if c.is_ascii_alphanumeric() => {
                word.push(c);
                true
            }
            '\'' | '`' => true,
            '.' => {
                let letter_follows = characters.peek().is_some_and(char::is_ascii_alphabetic);
                let initial = word.len() == 1 || dotted;
                dotted = initial && letter_follows;
                dotted
            }
            _ => false,
        };
        if !continues {
            dotted = false;
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The singular of a word, roughly: the same rule on both sides is what counts, not grammar.
fn singular(word: &str) -> String {
    if word.len() >= 5 && word.ends_with("ies") {
        return format!("{}y", &word[..word.len() - 3]);
    }
    let keeps = ["ss", "us", "is"].iter().any(|end| word.ends_with(end));
    match word.strip_suffix('s') {
        Some(stem) if word.len() >= 4 && !keeps => stem.to_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
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
        ] {
            assert_eq!(forms(one), forms(other), "{one} / {other}");
        }
    }

    #[test]
    fn different_names_stay_different() {
        for (one, other) in [("Texas", "Taxes"), ("Mass", "Mas"), ("Illinois", "Illinoi"), ("St Mary", "St Marys Hill")]
        {
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
        assert_eq!(joined(&tokens[0], &tokens[1]), "labcorp");
    }
}
