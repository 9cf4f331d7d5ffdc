//! Names and addresses written in capitals only, as registers keep them, made readable.
//!
//! `CAPE FEAR VALLEY HOME HEALTH, P.C.` in, `Cape Fear Valley Home Health, P.C.` out. What holds: text with any
//! lower-case letter is somebody's own spelling and stays as it is; only the case of letters changes, never a letter.

use std::borrow::Cow;

/// Words that stay in capitals: legal forms, degrees, compass points, numerals, abbreviations of health care.
#[rustfmt::skip]
const CAPITALS: &[&str] = &[
    // Legal forms.
    "LLC", "PLLC", "LLP", "LLLP", "LP", "PC", "PA", "PS", "PSC", "SC", "PL", "APC", "APMC", "DBA", "FKA", "AKA", "USA", "US",
    // Degrees and licences.
    "MD", "DO", "DDS", "DMD", "OD", "DPM", "DC", "PHD", "RN", "NP", "APRN", "ARNP", "LCSW", "LMFT", "LPC", "LMHC", "PT",
    "DPT", "OT", "SLP", "CRNA", "CNM", "FACS", "MS", "MSW", "PSYD", "BCBA",
    // Health care.
    "ENT", "ER", "ED", "ICU", "NICU", "OB", "GYN", "OBGYN", "MRI", "CT", "PET", "EEG", "EKG", "EMG", "EMS", "DME", "HMO", "PPO",
    "IPA", "ACO", "MCO", "FQHC", "RHC", "ASC", "SNF", "ICF", "IID", "LTC", "PACE", "HIV", "AIDS", "IV", "TPN", "VA", "IHS",
    "YMCA", "YWCA", "UCLA", "UCSF", "UPMC", "NYU", "UF", "UT", "LSU", "OSU", "CVS", "HCA", "DSI", "RAI", "ABA", "ADHC",
    // Compass points and numerals; `IV` stands above.
    "NE", "NW", "SE", "SW", "II", "III", "VI", "VII", "VIII", "IX", "XI", "XII", "XIII", "XIV", "XV",
    // States where they stand as words. `OR`, `IN`, `ME`, `HI`, `OH`, `OK`, `LA`, `DE`, `AL`, `ID`, `CO` and `PA` are other words too.
    "NY", "NJ", "TX", "CA", "FL", "NC", "TN", "WV", "NH", "NM", "ND", "SD", "WI", "WY",
];
/// Short words that stand small inside a name.
const SMALL: &[&str] = &[
    "OF", "AND", "THE", "FOR", "AT", "IN", "ON", "BY", "TO", "WITH", "A", "AN", "OR", "DE", "DEL", "LA", "LAS", "LOS",
    "Y",
];
/// Words without a vowel that are shortened words all the same.
#[rustfmt::skip]
const SHORTENED: &[&str] = &[
    "ST", "DR", "MT", "FT", "RT", "MR", "MRS", "JR", "SR", "CTR", "CTRS", "SVC", "SVCS", "SRVS", "SRVCS", "MGMT", "MGT", "DEPT", "HLTH",
    "HSP", "HSPTL", "GRP", "BLDG", "BLVD", "RD", "HWY", "PKWY", "LN", "PL", "SQ", "TPKE", "TRL", "CT", "CTS", "XING", "FWY", "PLZ",
    "HTS", "SPGS", "PT", "FL", "RM", "TH", "BLK", "MTN", "CYN", "CRK", "BR", "LK", "TWP", "TR", "BY", "MY", "DRY", "SKY", "FLY",
    "LTD", "CORP", "PHYS", "PTNRS", "PRTNRS", "DRS", "RX", "TRS", "VLG", "VLY", "WYND", "WYTH", "LYNN", "LYNCH", "GLYNN", "FLYNN",
    "BYRD", "SMYTH", "CRYSTAL", "LYNX", "GYM", "GYMS", "MYRTLE", "RHYTHM", "PSYCH", "HWYS",
];
/// Words that mean one thing in a street address (`CT` a court, `FL` a floor) and stay in capitals in a name.
const STREET_WORDS: &[&str] = &["CT", "PL", "FL", "PT", "SC", "PS"];

/// What the text is, for the few words that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Text {
    /// The name of an organization.
    Name,
    /// A line of a street address, or a city.
    Address,
}

/// The text in readable case when it is all capitals, else as it is.
pub fn readable(text: &str, what: Text) -> Cow<'_, str> {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    if letters < 3 || text.chars().any(char::is_lowercase) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut word_start = 0;
    let mut first = true;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        if c.is_whitespace() {
            if word_start < at {
                let last = text[at..].trim().is_empty();
                chunk(&text[word_start..at], what, first, last, &mut out);
                first = false;
            }
            if at < text.len() {
                out.push(c);
            }
            word_start = at + c.len_utf8();
        }
    }
    Cow::Owned(out)
}

/// What stands between two spaces: words and the marks between them.
fn chunk(chunk: &str, what: Text, first: bool, last: bool, out: &mut String) {
    // `P.C.`, `M.D.,`, `L.L.C`: single letters between full stops are initials.
    if is_initials(chunk) {
        out.push_str(chunk);
        return;
    }
    let mut start = 0;
    let mut before = None;
    for (at, c) in chunk.char_indices().chain([(chunk.len(), ' ')]) {
        if c.is_alphanumeric() {
            continue;
        }
        if start < at {
            let alone = start == 0 && !first && !(last && at == chunk.len());
            word(&chunk[start..at], what, alone, before, out);
            before = Some((&chunk[start..at], c));
        } else {
            before = None;
        }
        if at < chunk.len() {
            out.push(c);
        }
        start = at + c.len_utf8();
    }
}

fn is_initials(chunk: &str) -> bool {
    let letters = chunk.trim_end_matches([',', ';', ')']).trim_start_matches('(');
    letters.contains('.') && letters.split('.').all(|part| part.chars().count() <= 1)
}

/// One word, with the word and the mark before it when nothing else is between.
fn word(word: &str, what: Text, inside: bool, before: Option<(&str, char)>, out: &mut String) {
    let apostrophe = |c: char| matches!(c, '\'' | '\u{2019}');
    match before {
        // O'BRIEN, D'ANGELO, but WOMEN'S.
        Some((prefix, mark)) if apostrophe(mark) => {
            if prefix.chars().count() == 1 && word.chars().count() > 2 {
                capitalised(word, out);
            } else {
                lower(word, out);
            }
        }
        _ if inside && before.is_none() && SMALL.contains(&word) => lower(word, out),
        _ if word.starts_with(|c: char| c.is_ascii_digit()) => number(word, out),
        _ if stays(word, what) => out.push_str(word),
        _ => match word.strip_prefix("MC").filter(|rest| rest.len() >= 3 && rest.is_ascii()) {
            Some(rest) => {
                out.push_str("Mc");
                capitalised(rest, out);
            }
            None => capitalised(word, out),
        },
    }
}

/// Does the word stay in capitals?
fn stays(word: &str, what: Text) -> bool {
    if what == Text::Address && STREET_WORDS.contains(&word) {
        return false;
    }
    if CAPITALS.contains(&word) {
        return true;
    }
    let vowel = |c: char| matches!(c, 'A' | 'E' | 'I' | 'O' | 'U' | 'Y') || !c.is_ascii();
    let shortened = SHORTENED.contains(&word);
    // Four letters and fewer without a vowel are nobody's word: `BSN`, `HCS`.
    word.len() <= 4 && !word.chars().any(vowel) && !shortened
}

/// `1ST` is `1st`; `3D` and `24HR` stay.
fn number(word: &str, out: &mut String) {
    let digits = word.trim_end_matches(|c: char| !c.is_ascii_digit());
    match &word[digits.len()..] {
        ending @ ("ST" | "ND" | "RD" | "TH") => {
            out.push_str(digits);
            lower(ending, out);
        }
        _ => out.push_str(word),
    }
}

fn capitalised(word: &str, out: &mut String) {
    let mut letters = word.chars();
    out.extend(letters.next());
    lower(letters.as_str(), out);
}

fn lower(word: &str, out: &mut String) {
    out.extend(word.chars().flat_map(char::to_lowercase));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_capitals_become_readable() {
        for (from, to) in [
            ("CUMBERLAND COUNTY HOSPITAL SYSTEM, INC", "Cumberland County Hospital System, Inc"),
            ("NAPA VALLEY HOSPICE & ADULT DAY SERVICES", "Napa Valley Hospice & Adult Day Services"),
            ("AZAR/FILIPOV MD PA", "Azar/Filipov MD PA"),
            ("ALABAMA CARDIOVASCULAR GROUP, P.C.", "Alabama Cardiovascular Group, P.C."),
            ("PEKIN MRI, LLC", "Pekin MRI, LLC"),
            ("WOMEN'S HEALTH OF THE OZARKS", "Women's Health of the Ozarks"),
            ("O'BRIEN EYE CARE", "O'Brien Eye Care"),
            ("MCDONALD DRUG II", "McDonald Drug II"),
            ("ST. MARY'S HOSPITAL AND MEDICAL CENTER", "St. Mary's Hospital and Medical Center"),
            ("THE CLINIC AT 24TH STREET", "The Clinic at 24th Street"),
            ("A & B HOME CARE", "A & B Home Care"),
            ("WILKES-BARRE X-RAY ASSOCIATES (WBX)", "Wilkes-Barre X-Ray Associates (WBX)"),
            ("OPTOMETRY OF, A", "Optometry of, A"),
            ("SVCS OF NJ", "Svcs of NJ"),
            ("CL\u{cd}NICA NI\u{d1}OS", "Cl\u{ed}nica Ni\u{f1}os"),
            ("Already readable CLINIC", "Already readable CLINIC"),
            ("3M", "3M"),
            ("", ""),
        ] {
            assert_eq!(readable(from, Text::Name), to);
        }
    }

    #[test]
    fn street_words_differ() {
        assert_eq!(readable("425 E. US RT. 6 STE 4B", Text::Address), "425 E. US Rt. 6 Ste 4B");
        assert_eq!(readable("12 OAK CT NW", Text::Address), "12 Oak Ct NW");
        assert_eq!(readable("NEW HARTFORD", Text::Address), "New Hartford");
        assert_eq!(readable("ADVANCED CT", Text::Name), "Advanced CT");
        assert_eq!(readable("P.O. BOX 12", Text::Address), "P.O. Box 12");
    }

    proptest::proptest! {
        #[test]
        fn only_the_case_changes(text in "\\PC{0,60}") {
            let shown = readable(&text, Text::Name);
            let small = |text: &str| text.chars().flat_map(char::to_lowercase).collect::<String>();
            proptest::prop_assert_eq!(small(&shown), small(&text));
        }
    }
}
