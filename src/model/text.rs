//! Words from outside made clean, comparable, and fit for an address.

/// The longest name that is kept, in characters.
pub const NAME_LIMIT: usize = 300;
/// The longest description that is kept, in characters.
pub const TEXT_LIMIT: usize = 4_000;

/// Decodes HTML entities (twice at most: lists carry `&amp;amp;`), drops control and
/// direction-changing characters, folds white space, and cuts at `limit` characters.
pub fn clean(text: &str, limit: usize) -> String {
    let mut decoded = text.to_owned();
    for _ in 0..2 {
        if !decoded.contains('&') {
            break;
        }
        decoded = html_escape::decode_html_entities(&decoded).into_owned();
    }
    let mut out = String::with_capacity(decoded.len());
    let mut kept = 0;
    let mut space = false;
    for c in decoded.chars() {
        if c.is_whitespace() || c == '\u{a0}' {
            space = true;
        } else if !c.is_control() && !is_invisible(c) {
            if space && !out.is_empty() {
                out.push(' ');
                kept += 1;
            }
            space = false;
            if kept >= limit {
                break;
            }
            out.push(c);
            kept += 1;
        }
    }
    out
}

/// A name: cleaned, without the quotes some lists leave around it.
pub fn clean_name(text: &str) -> String {
    let name = clean(text, NAME_LIMIT);
    let stripped = name.trim_matches(|c: char| c == '"' || c == '\u{201c}' || c == '\u{201d}').trim();
    stripped.to_owned()
}

/// Characters that change nothing but what the reader thinks is written.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// The same name written in two ways gives the same result: ASCII, lower case, words separated by
/// single spaces, `&` as `and`, apostrophes gone, `saint` for `st` at a word of its own.
pub fn match_form(name: &str) -> String {
    let ascii = deunicode::deunicode(name).to_lowercase().replace('&', " and ");
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in ascii.chars() {
        if c.is_ascii_alphanumeric() {
            word.push(c);
        } else if c != '\'' && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    for word in &mut words {
        match word.as_str() {
            "st" | "ste" => "saint".clone_into(word),
            "ctr" | "centre" => "center".clone_into(word),
            "hosp" => "hospital".clone_into(word),
            "med" => "medical".clone_into(word),
            _ => {}
        }
    }
    words.join(" ")
}

/// The part of an address that is for reading: `st-joseph-s-hospital`. Never empty.
pub fn slugify(text: &str) -> String {
    let ascii = deunicode::deunicode(text).to_lowercase();
    let mut slug = String::with_capacity(ascii.len());
    for c in ascii.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if c != '\'' && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= 90 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "unnamed".to_owned() } else { slug.to_owned() }
}

/// A US phone number as `(208) 555-0100`, with its extension; other text is not a phone number.
pub fn phone(text: &str) -> Option<String> {
    let (number, extension) = match text.to_ascii_lowercase().find(['x', 'e']) {
        Some(at) => (&text[..at], text[at..].chars().filter(char::is_ascii_digit).collect::<String>()),
        None => (text, String::new()),
    };
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let ten = match (digits.len(), digits.strip_prefix('1')) {
        (10, _) => digits.as_str(),
        (11, Some(rest)) => rest,
        _ => return None,
    };
    if ten.starts_with(['0', '1']) {
        return None;
    }
    let mut out = format!("({}) {}-{}", &ten[..3], &ten[3..6], &ten[6..]);
    if !extension.is_empty() {
        out.push_str(" ext. ");
        out.push_str(&extension);
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_controls_and_space_are_cleaned() {
        assert_eq!(clean("A &amp;amp; B\u{0}\t\n  C\u{202e}", 100), "A & B C");
        assert_eq!(clean("Ni&ntilde;os", 100), "Niños");
        assert_eq!(clean("abcdef", 3), "abc");
        assert_eq!(clean_name("\"Test\""), "Test");
    }

    #[test]
    fn names_compare_by_their_words() {
        assert_eq!(match_form("St. Joseph's Hosp"), match_form("Saint Josephs  Hospital"));
        assert_eq!(match_form("Ear & Nose"), "ear and nose");
        assert_eq!(match_form("Clínica Niños"), "clinica ninos");
    }

    #[test]
    fn slugs_are_never_empty() {
        assert_eq!(slugify("St. Joseph’s Hospital, Tampa FL"), "st-josephs-hospital-tampa-fl");
        assert_eq!(slugify("!!!"), "unnamed");
    }

    #[test]
    fn phones() {
        assert_eq!(phone("+1 208.555.0100").as_deref(), Some("(208) 555-0100"));
        assert_eq!(phone("208-555-0100 ext 12").as_deref(), Some("(208) 555-0100 ext. 12"));
        assert_eq!(phone("call us"), None);
        assert_eq!(phone("555-0100"), None);
    }
}
