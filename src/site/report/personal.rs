//! What looks like a birthday or the number of a patient is cut out of what people write, beside the numbers of everybody
//! ([`crate::sources::private`]). Pure.

/// What stands where something was cut out.
const MARK: &str = "[removed]";
/// Words before a birthday, in the languages of the form.
const BIRTH: &[&str] =
    &["dob", "born", "birth", "birthday", "birthdate", "nacido", "nacida", "nacimiento", "nací", "naci"];
/// Words before the number of a patient or member.
const NUMBER: &[&str] =
    &["mrn", "patient", "paciente", "member", "miembro", "policy", "póliza", "expediente", "account"];
/// So many words after such a word are looked at.
const AFTER: usize = 4;

/// The text without birthdays and patients' numbers.
pub fn without(text: &str) -> String {
    let (mut out, mut birth, mut number) = (String::with_capacity(text.len()), 0, 0);
    for word in text.split_inclusive(char::is_whitespace) {
        let plain = word.trim_end();
        let core: String = plain.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        let core = core.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = plain.chars().filter(char::is_ascii_digit).count();
        let web = plain.contains("://") || plain.contains("www.");
        let (says_birth, says_number) = (BIRTH.contains(&core), NUMBER.contains(&core));
        let born = (birth > 0 || says_birth) && is_date(plain, digits);
        let numbered = (number > 0 || says_number) && digits >= 5 && !is_phone(plain, digits);
        if !web && (born || numbered) {
            out.push_str(MARK);
            out.push_str(&word[plain.len()..]);
        } else {
            out.push_str(word);
        }
        // One word tells of one birthday and one number.
        let left = |says: bool, cut: bool, left: usize| match (cut, says) {
            (true, _) => 0,
            (false, true) => AFTER,
            (false, false) => left.saturating_sub(1),
        };
        (birth, number) = (left(says_birth, born, birth), left(says_number, numbered, number));
    }
    out
}

/// `3/14/1970`, `1970-03-14`, `14.3.70`.
fn is_date(word: &str, digits: usize) -> bool {
    let separators = word.chars().filter(|c| matches!(c, '/' | '-' | '.')).count();
    (4..=8).contains(&digits) && separators >= 2
}

/// A phone number is public; somebody may write whose it is.
fn is_phone(word: &str, digits: usize) -> bool {
    (7..=11).contains(&digits) && word.contains('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birthdays_and_patients_numbers_are_cut_out() {
        for (typed, kept) in [
            ("DOB: 3/14/1970, closed 1/2/2024", "DOB: [removed] closed 1/2/2024"),
            ("I was born on 1970-03-14.", "I was born on [removed]"),
            ("nací el 14.3.1970", "nací el [removed]"),
            ("dob:3/14/1970", "[removed]"),
            ("my MRN is 0045678", "my MRN is [removed]"),
            ("member number 123456789", "member number [removed]"),
        ] {
            assert_eq!(without(typed), kept);
        }
    }

    #[test]
    fn facts_about_places_stay() {
        for typed in [
            "moved on 3/14/2026 to 1200 Main St",
            "patient line 208-555-0100",
            "see https://example.org/member/1234567",
            "their member portal is at example.org",
        ] {
            assert_eq!(without(typed), typed);
        }
    }
}
