//! What no row may carry on: social security numbers, tax numbers and e-mail addresses in free text (CONTRACT section 4).
//!
//! A row from any reader in, the same row without them out. What holds: what was cut leaves [`MARK`] in its place and a
//! note of its kind, never the number itself; the rest of the row stays.

use super::{Outcome, Problem, Row, marks::digest};
use crate::model::{
    identifier::{Identifier, System},
    listing::{AppFacts, Body, Listing, OrganizationFacts},
};

/// What stands where something was cut out.
pub const MARK: &str = "[removed]";
/// Words beside nine bare digits that make them a social security number.
const SSN_WORDS: [&str; 6] = ["ssn", "social security", "soc sec", "soc. sec", "seguro social", "ss#"];
/// Words by which the name of a system or kind of numbers says that they are tax numbers; beside nine bare digits in a
/// text they say so too.
const TAX_WORDS: [&str; 6] = ["ein", "fein", "tin", "tax", "taxid", "taxpayer"];
/// The longest key that is kept as it is, in bytes; ids of published lists have up to 200.
const KEY_LIMIT: usize = 500;
/// How far from the digits such a word may stand, in characters.
const BESIDE: usize = 24;
/// The Social Security Administration's system of numbers (HL7's registry of object identifiers).
const SSN_OID: &str = "2.16.840.1.113883.4.1";
/// The longest e-mail address (RFC 5321 section 4.5.3.1), which also keeps the search for one short.
const EMAIL_LIMIT: usize = 254;

/// What was cut out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Private {
    /// A number of the form and in the ranges the Social Security Administration gives out.
    SocialSecurity,
    /// An employer's tax number (EIN): kept as an identifier for matching, never in text.
    Tax,
    /// An e-mail address.
    Email,
}

impl Private {
    const ALL: [Self; 3] = [Self::SocialSecurity, Self::Tax, Self::Email];

    /// The code reports use.
    pub fn code(self) -> &'static str {
        match self {
            Self::SocialSecurity => "social_security_number",
            Self::Tax => "tax_number",
            Self::Email => "email_address",
        }
    }

    /// Is this the code of something that is cut out?
    pub fn is_code(code: &str) -> bool {
        Self::ALL.iter().any(|what| what.code() == code)
    }

    fn problem(self, field: &str) -> Problem {
        let what = match self {
            Self::SocialSecurity => "what looks like a social security number",
            Self::Tax => "what looks like a tax number",
            Self::Email => "an e-mail address",
        };
        Problem::new(field, self.code(), format!("{what} was cut out; the publisher should not have it there"))
    }
}

/// The row without what is private.
pub fn without(mut row: Row) -> Row {
    match &mut row.outcome {
        Outcome::Listing(listing) => {
            let notes = strip(listing);
            row.notes.extend(notes);
            // A row whose only name was private names nobody.
            if nothing_left(listing.body.name()) {
                let problem = Problem::new("name", "private_name", "the name is somebody's number or e-mail address");
                row.outcome = Outcome::Quarantined { key: listing.key.clone(), problem };
            }
        }
        Outcome::Quarantined { key, .. } | Outcome::Closed { key } => hide(key),
        Outcome::Ignored(_) | Outcome::ManyIgnored { .. } => {}
    }
    row
}

fn nothing_left(name: &str) -> bool {
    name.contains(MARK) && !name.replace(MARK, "").chars().any(char::is_alphanumeric)
}

fn strip(listing: &mut Listing) -> Vec<Problem> {
    let mut notes: Vec<Problem> = Vec::new();
    let mut clean = |field: &str, text: &mut String| {
        if let Some((cut, found)) = cut(text) {
            *text = cut;
            for what in Private::ALL.into_iter().filter(|what| found.contains(what)) {
                notes.push(what.problem(field));
            }
        }
    };
    match &mut listing.body {
        Body::Organization(facts) => texts_of_organization(facts, &mut clean),
        Body::App(facts) => texts_of_app(facts, &mut clean),
    }
    hide(&mut listing.key);
    listing.group.iter_mut().for_each(hide);
    if let Body::Organization(facts) = &mut listing.body {
        let portals = facts.portals.iter_mut().filter_map(|portal| portal.through.as_mut());
        let endpoints = facts.endpoints.iter_mut().filter_map(|endpoint| endpoint.through.as_mut());
        facts.part_of.iter_mut().chain(portals).chain(endpoints).for_each(hide);
        let (private, public): (Vec<_>, Vec<_>) =
            std::mem::take(&mut facts.identifiers).into_iter().partition(|identifier| secret(identifier).is_some());
        facts.identifiers = public;
        for identifier in &private {
            notes.extend(secret(identifier).map(|what| what.problem("identifier")));
            listing.strong.retain(|mark| !mark.contains(&identifier.value));
        }
    }
    listing.strong.retain(|mark| ssn_or_email(mark).is_none());
    notes
}

/// Every text of an organization that a publisher writes freely, with the name of its field.
fn texts_of_organization(facts: &mut OrganizationFacts, clean: &mut impl FnMut(&str, &mut String)) {
    clean("name", &mut facts.name);
    facts.aliases.iter_mut().for_each(|alias| clean("alias", alias));
    facts.description.iter_mut().for_each(|text| clean("description", text));
    facts.part_of_name.iter_mut().for_each(|name| clean("partOf", name));
    facts.old_slugs.iter_mut().for_each(|slug| clean("id", slug));
    for place in &mut facts.places {
        let texts = place.name.iter_mut().chain(&mut place.lines).chain(&mut place.city).chain(&mut place.landmark);
        texts.for_each(|text| clean("address", text));
    }
    for portal in &mut facts.portals {
        let texts = portal.name.iter_mut().chain(&mut portal.description).chain(&mut portal.audience);
        texts.for_each(|text| clean("portal", text));
    }
    facts.endpoints.iter_mut().filter_map(|e| e.name.as_mut()).for_each(|name| clean("endpoint", name));
    facts.logos.iter_mut().filter_map(|logo| logo.licence.as_mut()).for_each(|text| clean("logo", text));
    // An old readable address with a hole in it leads nowhere.
    facts.old_slugs.retain(|slug| !slug.contains(MARK));
    if let Some(advice) = &mut facts.how_to_ask {
        clean("how_to_ask", &mut advice.en);
        clean("how_to_ask", &mut advice.es);
    }
}

fn texts_of_app(facts: &mut AppFacts, clean: &mut impl FnMut(&str, &mut String)) {
    clean("name", &mut facts.name);
    facts.publisher.iter_mut().for_each(|text| clean("publisher", text));
    let descriptions = facts.description.iter_mut().chain(&mut facts.description_es);
    descriptions.for_each(|text| clean("description", text));
    let lists = facts.ingests.iter_mut().chain(&mut facts.platforms);
    lists.for_each(|text| clean("ingests", text));
    facts.old_slugs.iter_mut().for_each(|slug| clean("id", slug));
    facts.old_slugs.retain(|slug| !slug.contains(MARK));
}

/// A key that carries something private becomes a digest of itself: still the same for the same row. So does one that no
/// terminal should print (control characters) or that is endless: keys stand in the API, exports and reports.
fn hide(key: &mut String) {
    let unfit = key.len() > KEY_LIMIT || key.chars().any(char::is_control);
    if unfit || cut(key).is_some() {
        *key = digest(&["private", key]);
    }
}

fn ssn_or_email(text: &str) -> Option<()> {
    cut(text)?.1.iter().any(|what| *what != Private::Tax).then_some(())
}

/// Is this number one that must not be published? A tax number of its own kind stays: it is for matching, and what is
/// published leaves it out.
fn secret(identifier: &Identifier) -> Option<Private> {
    if identifier.system == System::Ein {
        return None;
    }
    let (system, value) = identifier.value.rsplit_once('|').unwrap_or(("", &identifier.value));
    let system = system.to_lowercase();
    let nine = value.len() == 9 && value.bytes().all(|b| b.is_ascii_digit());
    let of_ssns = system.ends_with(SSN_OID) || system.split(|c: char| !c.is_alphanumeric()).any(|word| word == "ssn");
    if nine && of_ssns {
        return Some(Private::SocialSecurity);
    }
    if nine && is_of_taxes(&system) {
        return Some(Private::Tax);
    }
    cut(value)?.1.first().copied()
}

/// Does a system of numbers, or the name of a kind of them, say that they are tax numbers (`https://vendor.com/tax-id`,
/// `Tax ID number`)? Of an address only the path counts: `tin.example.org` is somebody's name.
pub fn is_of_taxes(system: &str) -> bool {
    let path = match system.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => system,
    };
    let mut words = String::with_capacity(path.len() + 4);
    let mut before = ' ';
    for c in path.chars() {
        // `employerEIN` and `taxId` are two words each.
        if c.is_uppercase() && before.is_lowercase() {
            words.push(' ');
        }
        words.push(c);
        before = c;
    }
    says_tax(&words.to_lowercase())
}

/// Is one of the words of a text in lower case about tax numbers?
fn says_tax(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric()).any(|word| TAX_WORDS.contains(&word))
}

/// Is this number written as a social security number, `NNN-NN-NNNN`?
pub fn is_social_security_number(text: &str) -> bool {
    let chars: Vec<char> = text.trim().chars().collect();
    grouped(&chars, 0).is_some_and(|length| length == chars.len())
}

/// The text without what is private, and what that was in the order of its finding; nothing when there is none.
pub fn cut(text: &str) -> Option<(String, Vec<Private>)> {
    // Every private number has nine digits; most texts have fewer and are not looked at twice.
    let mails = text.contains('@');
    if !mails && text.bytes().filter(u8::is_ascii_digit).count() < 9 {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let (mut out, mut found, mut at) = (String::new(), Vec::new(), 0);
    while at < chars.len() {
        let numbers = || number(&chars, at);
        let mail = || mails.then(|| email(&chars, at)).flatten().map(|length| (length, Private::Email));
        let Some((length, what)) = numbers().or_else(mail) else {
            out.push(chars[at]);
            at += 1;
            continue;
        };
        if let Some(before) = out.strip_suffix("mailto:") {
            out.truncate(before.len());
        }
        out.push_str(MARK);
        found.push(what);
        at += length;
    }
    (!found.is_empty()).then_some((out, found))
}

/// A private number that begins here: its length and what it is.
fn number(chars: &[char], at: usize) -> Option<(usize, Private)> {
    if !chars[at].is_ascii_digit() || at.checked_sub(1).is_some_and(|before| chars[before].is_ascii_digit()) {
        return None;
    }
    grouped(chars, at)
        .map(|length| (length, Private::SocialSecurity))
        .or_else(|| bare(chars, at))
        .or_else(|| tax(chars, at).map(|length| (length, Private::Tax)))
}

/// `NNN-NN-NNNN`, `NNN NN NNNN`: never a part of a longer number.
fn grouped(chars: &[char], at: usize) -> Option<usize> {
    let area = digits(chars, at, 3)?;
    let separator = *chars.get(at + 3)?;
    let group = digits(chars, at + 4, 2)?;
    let second = *chars.get(at + 6)?;
    let serial = digits(chars, at + 7, 4)?;
    let same_kind = (is_dash(separator) && is_dash(second)) || (separator.is_whitespace() && second.is_whitespace());
    let alone = ends_alone(chars, at, at + 11, separator);
    (same_kind && alone && given_out(area, group, serial)).then_some(11)
}

/// Nine digits beside words that say what they are.
fn bare(chars: &[char], at: usize) -> Option<(usize, Private)> {
    let all = digits(chars, at, 9)?;
    if chars.get(at + 9).is_some_and(char::is_ascii_digit) {
        return None;
    }
    let around: String =
        chars[at.saturating_sub(BESIDE)..(at + 9 + BESIDE).min(chars.len())].iter().collect::<String>().to_lowercase();
    let given_out = given_out(all / 1_000_000, all / 10_000 % 100, all % 10_000);
    if given_out && SSN_WORDS.iter().any(|word| around.contains(word)) {
        Some((9, Private::SocialSecurity))
    } else {
        says_tax(&around).then_some((9, Private::Tax))
    }
}

/// `NN-NNNNNNN`, as the Internal Revenue Service writes an EIN; with a letter behind it it is a part of something else
/// (of one UUID in five hundred).
fn tax(chars: &[char], at: usize) -> Option<usize> {
    digits(chars, at, 2)?;
    let separator = chars.get(at + 2).copied().filter(|c| is_dash(*c))?;
    digits(chars, at + 3, 7)?;
    let goes_on = chars.get(at + 10).is_some_and(|c| c.is_alphabetic());
    (!goes_on && ends_alone(chars, at, at + 10, separator)).then_some(10)
}

/// The number that this many digits make.
fn digits(chars: &[char], at: usize, count: usize) -> Option<u32> {
    let digits = chars.get(at..at + count)?;
    digits.iter().try_fold(0, |all, c| Some(all * 10 + c.to_digit(10)?))
}

/// No digit touches the number, nor stands behind or before one more separator.
fn ends_alone(chars: &[char], start: usize, end: usize, separator: char) -> bool {
    let is_digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(char::is_ascii_digit);
    let is_separator = |at: Option<usize>| {
        at.and_then(|at| chars.get(at)).is_some_and(|c| *c == separator || (is_dash(*c) && is_dash(separator)))
    };
    let (before, after) = (start.checked_sub(1), Some(end));
    let touched = is_digit(before) || is_digit(after);
    let goes_on_before = is_separator(before) && is_digit(start.checked_sub(2));
    let goes_on_behind = is_separator(after) && is_digit(Some(end + 1));
    !(touched || goes_on_before || goes_on_behind)
}

/// Hyphen-minus and the dashes that text programs make of it.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Could the Social Security Administration have given this number out? Never given: area 000, 666 and 900-999,
/// group 00, serial 0000 (SSA, Program Operations Manual RM 10201.035).
fn given_out(area: u32, group: u32, serial: u32) -> bool {
    !matches!(area, 0 | 666 | 900..) && group != 0 && serial != 0
}

/// The length of an e-mail address that begins here.
fn email(chars: &[char], at: usize) -> Option<usize> {
    let local = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-' | '\'');
    if !chars[at].is_alphanumeric() || at.checked_sub(1).is_some_and(|before| local(&chars[before])) {
        return None;
    }
    let name = chars[at..].iter().take(EMAIL_LIMIT).take_while(|c| local(c)).count();
    if chars.get(at + name) != Some(&'@') {
        return None;
    }
    let host = chars[at + name + 1..].iter().take(EMAIL_LIMIT);
    let host: String = host.take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-')).collect();
    let host = host.trim_end_matches(['.', '-']);
    let end = host.rsplit_once('.')?.1;
    (end.chars().count() >= 2 && end.chars().all(char::is_alphabetic)).then(|| name + 1 + host.chars().count())
}

#[cfg(test)]
mod tests;
