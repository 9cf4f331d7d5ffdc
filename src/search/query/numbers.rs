//! Numbers among the words: NPIs, phone numbers, ZIP codes.

use std::borrow::Cow;

use crate::{
    geo,
    model::{identifier::Identifier, place::zip5},
};

/// Words that only announce a number.
const ANNOUNCERS: &[&str] = &["npi", "phone", "tel", "telephone", "telefono", "number", "numero", "no"];

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// Ten digits are an NPI (when the check digit is right), a phone number, or either: terms of the index, and the rest of
/// the text.
pub fn take_numbers(text: &str) -> (Vec<String>, Cow<'_, str>) {
    if digits(text) < 10 {
        return (Vec::new(), Cow::Borrowed(text));
    }
    let announces = |piece: &str| {
        let bare = piece.trim_matches([':', '#', '.']);
        ANNOUNCERS.iter().any(|word| word.eq_ignore_ascii_case(bare))
    };
    let bare = text.split_whitespace().filter(|piece| !announces(piece)).collect::<Vec<_>>().join(" ");
    let only_number = bare.chars().all(|c| c.is_ascii_digit() || " -.()+#".contains(c));
    if only_number {
        let terms = number_terms(&bare);
        if !terms.is_empty() {
            return (terms, Cow::Borrowed(""));
        }
    }
    let is_npi = |piece: &&str| piece.len() == 10 && Identifier::npi(piece).is_some();
    match bare.split_whitespace().find(is_npi) {
        Some(npi) => (vec![format!("npi:{npi}")], Cow::Owned(bare.replacen(npi, " ", 1))),
        None => (Vec::new(), Cow::Borrowed(text)),
    }
}

fn number_terms(text: &str) -> Vec<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let mut terms = Vec::new();
    if let Some(npi) = Identifier::npi(&digits) {
        terms.push(format!("npi:{}", npi.value));
    }
    terms.extend(phone_term(&digits));
    terms
}

/// The term of a phone number: ten digits, a leading 1 and an extension left out.
pub fn phone_term(text: &str) -> Option<String> {
    let number = text.split("ext").next().unwrap_or_default();
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let ten = if digits.len() == 11 { digits.strip_prefix('1')? } else { digits.as_str() };
    (ten.len() == 10).then(|| format!("phone:{ten}"))
}

/// The first piece that is a ZIP or ZIP+4 code somewhere in the country, and the rest of the text.
pub fn take_zip(text: Cow<'_, str>) -> (Option<String>, Cow<'_, str>) {
    if digits(&text) < 5 {
        return (None, text);
    }
    let is_zip = |piece: &str| {
        let shape = piece.len() == 5 || (piece.len() == 10 && piece.as_bytes().get(5) == Some(&b'-'));
        (shape && piece.is_ascii()).then(|| zip5(piece)).flatten().filter(|zip| geo::centroid(zip).is_some())
    };
    for piece in text.split_whitespace() {
        if let Some(zip) = is_zip(piece.trim_matches([',', '.', '(', ')'])) {
            let rest = text.replacen(piece, " ", 1);
            return (Some(zip), Cow::Owned(rest));
        }
    }
    (None, text)
}
