//! What two ways to write one name have in common.

use super::short;

/// Legal forms: whoever writes them or leaves them out means the same organization.
const LEGAL: &[&str] = &["llc", "inc", "pc", "pllc", "pa", "corp", "llp", "ltd", "md"];

/// The words of a text: lower case, ASCII, no punctuation, `&` as `and`, without legal forms. A text of legal forms
/// alone keeps them.
pub fn words(text: &str) -> Vec<String> {
    let all = tokens(text);
    let telling: Vec<String> = all.iter().filter(|word| !LEGAL.contains(&word.as_str())).cloned().collect();
    if telling.is_empty() { all } else { telling }
}

/// The words with one space between them, short ones written out where only one long one can be meant.
pub fn form(text: &str) -> String {
    form_of(&words(text))
}

/// [`form`] of words.
pub fn form_of(words: &[String]) -> String {
    let mut out = String::new();
    for word in words {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(short::long(word));
    }
    out
}

fn tokens(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (at, &c) in chars.iter().enumerate() {
        match plain(c) {
            '\'' => {}
            // "P.C." is one word, "St.Mary" are two.
            '.' if is_letter_alone(&chars, at) => {}
            '&' => {
                words.push(std::mem::take(&mut word));
                words.push("and".to_owned());
            }
            c if c.is_ascii_alphanumeric() => word.push(c),
            _ => words.push(std::mem::take(&mut word)),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

fn is_letter_alone(chars: &[char], dot: usize) -> bool {
    let letter = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_alphanumeric());
    letter(dot.checked_sub(1)) && !letter(dot.checked_sub(2))
}

fn plain(c: char) -> char {
    match c {
        'á' | 'à' | 'ä' | 'â' | 'ã' | 'Á' => 'a',
        'é' | 'è' | 'ë' | 'ê' | 'É' => 'e',
        'í' | 'ì' | 'ï' | 'î' | 'Í' => 'i',
        'ó' | 'ò' | 'ö' | 'ô' | 'õ' | 'Ó' => 'o',
        'ú' | 'ù' | 'ü' | 'û' | 'Ú' => 'u',
        'ñ' | 'Ñ' => 'n',
        'ç' | 'Ç' => 'c',
        '\u{2019}' | '`' => '\'',
        c => c.to_ascii_lowercase(),
    }
}
