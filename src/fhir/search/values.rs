//! Values of search parameters (FHIR R4, Search, sections on string, token, date, reference, uri and special).

use jiff::{
    civil::{Date, Time},
    tz::{Offset, TimeZone},
};

use crate::{
    geo::Point,
    model::id::{Id, ThingKind},
    r4::{ResourceType, View, ids},
    register::{Key, Text, address_form},
};

/// How far "near" is when no distance is given, in kilometres.
const NEAR: f64 = 50.0;
/// Kilometres in a mile.
pub(super) const MILE: f64 = 1.609_344;
/// Microseconds in a day.
const DAY: i64 = 86_400_000_000;

/// A value as it was understood.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(Text),
    Token(Token),
    Moment(Moment),
    Refers(Target),
    /// An address of an endpoint in the form in which addresses are compared.
    Endpoint(String),
    /// An address that means itself.
    Uri(String),
    /// A point, and how many kilometres from it.
    Near(Point, f64),
}

/// `system|code`, `|code`, `code` or `system|`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub system: System,
    /// Nothing: any code of the system.
    pub code: Option<String>,
}

/// The part of a token before the bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum System {
    Any,
    /// The value must not have one.
    None,
    Is(String),
}

impl Token {
    /// Is it this code of this system? Case counts in the system alone.
    pub fn is(&self, system: &str, code: &str) -> bool {
        let wanted = match &self.system {
            System::Any => true,
            System::None => false,
            System::Is(wanted) => wanted == system,
        };
        wanted && self.code.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(code))
    }
}

/// A moment or a stretch of time, and how it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moment {
    pub prefix: Prefix,
    /// Its first microsecond since 1970 UTC.
    pub from: i64,
    /// The first microsecond after it.
    pub to: i64,
}

/// How a value is compared with what is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prefix {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    About,
}

impl Moment {
    /// Does a moment pass? `now` is for "about": a tenth of the time between then and now on both sides, a day at least.
    pub fn takes(self, at: i64, now: i64) -> bool {
        let inside = self.from <= at && at < self.to;
        match self.prefix {
            Prefix::Equal => inside,
            Prefix::NotEqual => !inside,
            Prefix::Greater => at >= self.to,
            Prefix::Less => at < self.from,
            Prefix::GreaterOrEqual => at >= self.from,
            Prefix::LessOrEqual => at < self.to,
            Prefix::About => {
                let around = (now.saturating_sub(self.from) / 10).saturating_abs().max(DAY);
                at >= self.from.saturating_sub(around) && at < self.to.saturating_add(around)
            }
        }
    }
}

/// What a reference names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Organization(Key),
    Endpoint(Key),
    /// An organization's portal.
    Service(Key, Key),
    /// Something that is not here.
    Elsewhere,
}

/// Parts of a text at a sign that is not escaped; what stands between stays escaped.
pub(super) fn split(text: &str, sign: char) -> Vec<&str> {
    let (mut parts, mut from, mut escaped) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == sign {
            parts.push(&text[from..at]);
            from = at + c.len_utf8();
        }
    }
    parts.push(&text[from..]);
    parts
}

/// A text without its escapes: `\,` `\|` `\$` `\\`. Any other backslash means itself.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = (c == '\\').then(|| rest.next_if(|next| matches!(next, ',' | '|' | '$' | '\\'))).flatten();
        out.push(next.unwrap_or(c));
    }
    out
}

/// A text to search by.
pub(super) fn text(value: &str) -> Result<Text, &'static str> {
    let text = Text::new(&unescape(value));
    if text.folded.is_empty() { Err("there is no letter and no digit to search by") } else { Ok(text) }
}

/// A token.
pub(super) fn token(value: &str) -> Result<Token, &'static str> {
    let some = |text: &str| Some(unescape(text)).filter(|text| !text.is_empty());
    match split(value, '|').as_slice() {
        [code] => Ok(Token { system: System::Any, code: some(code) }),
        ["", ""] => Err("a token is code, system|code, |code or system|"),
        ["", code] => Ok(Token { system: System::None, code: some(code) }),
        [system, code] => Ok(Token { system: System::Is(unescape(system)), code: some(code) }),
        _ => Err("a token is code, system|code, |code or system|; a bar in a value is written \\|"),
    }
}

/// A truth value as a token.
pub(super) fn truth(token: &Token) -> Result<bool, &'static str> {
    match token.code.as_deref() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        _ => Err("it is true or false"),
    }
}

/// A reference to a type: `Type/id`, `id`, or the absolute address in this view.
pub(super) fn reference(value: &str, kind: ResourceType, public: &str, view: View) -> Result<Target, &'static str> {
    let value = unescape(value);
    let local = value.strip_prefix(public).and_then(|rest| rest.strip_prefix(view.path())?.strip_prefix('/'));
    let id = match local {
        None if value.contains("://") || value.starts_with("urn:") => return Ok(Target::Elsewhere),
        None => value.as_str(),
        Some(local) => local,
    };
    let id = match id.split_once('/') {
        None if local.is_some() => return Err("a reference is Type/id, id or an absolute address"),
        None => id,
        Some((name, id)) => match ResourceType::from_name(name) {
            Some(_) if id.contains('/') => return Err("a reference names a resource, not a version of one"),
            Some(known) if known == kind => id,
            _ => return Ok(Target::Elsewhere),
        },
    };
    legal_id(id)?;
    let thing = |wanted| Id::parse(id).filter(|id| id.kind() == wanted).map(|id| id.bytes());
    let target = match kind {
        ResourceType::Organization => thing(ThingKind::Organization).map(Target::Organization),
        ResourceType::Endpoint => thing(ThingKind::Endpoint).map(Target::Endpoint),
        ResourceType::HealthcareService => {
            ids::read_service(id).map(|(organization, portal)| Target::Service(organization.bytes(), portal.bytes()))
        }
        ResourceType::Location | ResourceType::OrganizationAffiliation => None,
    };
    Ok(target.unwrap_or(Target::Elsewhere))
}

/// Is it a FHIR id (FHIR R4, data types, "id")?
pub(super) fn legal_id(id: &str) -> Result<(), &'static str> {
    let legal =
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    if legal { Ok(()) } else { Err("an id is 1 to 64 letters, digits, dashes and dots") }
}

/// An address of an endpoint.
pub(super) fn endpoint(value: &str) -> Value {
    Value::Endpoint(address_form(&unescape(value)))
}

/// `lat|lon|distance|units`
pub(super) fn near(value: &str) -> Result<Value, &'static str> {
    const FORM: &str =
        "it is latitude|longitude|distance|units, such as 43.6|-116.2|20|km; units are km, m, mi or [mi_us]";
    let parts = split(value, '|');
    let [lat, lon, more @ ..] = parts.as_slice() else { return Err(FORM) };
    if more.len() > 2 {
        return Err(FORM);
    }
    let number = |text: &str, limit: f64| {
        let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
        number.filter(|number| number.abs() <= limit).ok_or(FORM)
    };
    let point = Point { lat: number(lat, 90.0)?, lon: number(lon, 180.0)? };
    let distance = more.first().filter(|text| !text.trim().is_empty());
    let distance = distance.map_or(Ok(0.0), |text| number(text, 1e9))?;
    let unit = match more.get(1).map_or("", |unit| unit.trim()) {
        "" | "km" => 1.0,
        "m" => 0.001,
        "mi" | "[mi_us]" | "[mi_i]" => MILE,
        _ => return Err(FORM),
    };
    if distance < 0.0 {
        return Err("a distance is not below 0");
    }
    Ok(Value::Near(point, if distance == 0.0 { NEAR } else { distance * unit }))
}

/// A date or a moment with a prefix before it. Without a zone it is UTC.
pub(super) fn moment(value: &str) -> Result<Moment, &'static str> {
    let (prefix, rest) = match value.get(..2) {
        Some("eq") => (Prefix::Equal, &value[2..]),
        Some("ne") => (Prefix::NotEqual, &value[2..]),
        Some("gt" | "sa") => (Prefix::Greater, &value[2..]),
        Some("lt" | "eb") => (Prefix::Less, &value[2..]),
        Some("ge") => (Prefix::GreaterOrEqual, &value[2..]),
        Some("le") => (Prefix::LessOrEqual, &value[2..]),
        Some("ap") => (Prefix::About, &value[2..]),
        _ => (Prefix::Equal, value),
    };
    let (from, to) = stretch(rest).ok_or(
        "a date is 2026, 2026-05, 2026-05-01 or 2026-05-01T10:30:00Z, with eq, ne, gt, lt, ge, le, sa, eb or ap before it",
    )?;
    Ok(Moment { prefix, from, to })
}

/// The first microsecond of what is written, and the first after it.
fn stretch(text: &str) -> Option<(i64, i64)> {
    let digits = |text: &str, many: usize| -> Option<i16> {
        (text.len() == many && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
    };
    let utc = |date: Date| Some(TimeZone::UTC.to_timestamp(date.to_datetime(Time::midnight())).ok()?.as_microsecond());
    if let Some((day, time)) = text.split_once('T') {
        let date: Date = (day.len() == 10).then(|| day.parse().ok()).flatten()?;
        return time_of_day(date, time);
    }
    let parts: Vec<&str> = text.split('-').collect();
    let year = digits(parts.first()?, 4).filter(|year| *year > 0)?;
    match parts[1..] {
        [] => Some((utc(Date::new(year, 1, 1).ok()?)?, utc(Date::new(year.checked_add(1)?, 1, 1).ok()?)?)),
        [month] => {
            let first = Date::new(year, digits(month, 2)? as i8, 1).ok()?;
            Some((utc(first)?, utc(first.last_of_month().tomorrow().ok()?)?))
        }
        [month, day] => {
            let date = Date::new(year, digits(month, 2)? as i8, digits(day, 2)? as i8).ok()?;
            Some((utc(date)?, utc(date.tomorrow().ok()?)?))
        }
        _ => None,
    }
}

fn time_of_day(date: Date, text: &str) -> Option<(i64, i64)> {
    // A plus in an address reads as a space.
    let zone = text.find(['Z', '+', '-', ' ']).unwrap_or(text.len());
    let (time, zone) = text.split_at(zone);
    let offset = match zone.as_bytes() {
        [] | b"Z" => Offset::UTC,
        [sign, a, b, b':', c, d] if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) => {
            let two = |a: &u8, b: &u8| i32::from(a - b'0') * 10 + i32::from(b - b'0');
            let seconds = two(a, b) * 3_600 + two(c, d) * 60;
            Offset::from_seconds(if *sign == b'-' { -seconds } else { seconds }).ok()?
        }
        _ => return None,
    };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, ""));
    let parts: Vec<&str> = clock.split(':').collect();
    let number = |at: usize| -> Option<i8> {
        let text: &&str = parts.get(at)?;
        (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
    };
    let whole = time.contains('.');
    let second = match parts.len() {
        2 if !whole => 0,
        3 => number(2)?,
        _ => return None,
    };
    let minute = Time::new(number(0)?, number(1)?, 0, 0).ok()?;
    let minute = offset.to_timestamp(date.to_datetime(minute)).ok()?;
    if !(0..=59).contains(&second) {
        return None;
    }
    let from = minute.as_microsecond() + i64::from(second) * 1_000_000;
    if whole {
        if fraction.is_empty() || fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let many = fraction.len().min(6);
        let unit = 10_i64.pow(6 - many as u32);
        let from = from + fraction[..many].parse::<i64>().ok()? * unit;
        return Some((from, from + unit));
    }
    Some((from, from + if parts.len() == 2 { 60_000_000 } else { 1_000_000 }))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn escapes_are_undone_after_the_split() {
        assert_eq!(split(r"a\,b,c", ','), [r"a\,b", "c"]);
        assert_eq!(split(r"a\\,c", ','), [r"a\\", "c"]);
        assert_eq!(unescape(r"a\,b\|c\$d\\e\x"), r"a,b|c$d\e\x");
        assert_eq!(split("", ','), [""]);
    }

    #[test]
    fn tokens() {
        let make = |system, code: &str| Ok(Token { system, code: Some(code.to_owned()).filter(|c| !c.is_empty()) });
        assert_eq!(token("a"), make(System::Any, "a"));
        assert_eq!(token("|a"), make(System::None, "a"));
        assert_eq!(token("s|a"), make(System::Is("s".into()), "a"));
        assert_eq!(token("s|"), make(System::Is("s".into()), ""));
        assert_eq!(token(r"s|a\|b"), make(System::Is("s".into()), "a|b"));
        assert!(token("|").is_err() && token("a|b|c").is_err());
        assert!(token("S|A").unwrap().is("S", "a") && !token("s|A").unwrap().is("S", "a"));
    }

    #[test]
    fn dates_are_stretches_of_time() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
        for (text, from, to) in [
            ("2026", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
            ("2024-02-29", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"),
            ("2026-05-01T10:30", "2026-05-01T10:30:00Z", "2026-05-01T10:31:00Z"),
            ("2026-05-01T10:30:05", "2026-05-01T10:30:05Z", "2026-05-01T10:30:06Z"),
            ("2026-05-01T10:30:05.12Z", "2026-05-01T10:30:05.12Z", "2026-05-01T10:30:05.13Z"),
            ("2026-05-01T10:30:05+02:00", "2026-05-01T08:30:05Z", "2026-05-01T08:30:06Z"),
            ("2026-05-01T10:30:05 02:00", "2026-05-01T08:30:05Z", "2026-05-01T08:30:06Z"),
            ("2026-05-01T10:30:05-05:00", "2026-05-01T15:30:05Z", "2026-05-01T15:30:06Z"),
        ] {
            assert_eq!(moment(text), Ok(Moment { prefix: Prefix::Equal, from: at(from), to: at(to) }), "{text}");
        }
        for bad in [
            "",
            "26",
            "2026-13",
            "2026-02-30",
            "2026-1-1",
            "yesterday",
            "gt",
            "xx2026",
            "2026-05-01T",
            "2026-05-01T25:00",
            "2026-05-01T10",
            "2026-05-01T10:30:61Z",
            "2026-05-01T10:30:05.Z",
            "2026-05-01T10:30+2",
            "0000",
            "9999",
            "2026-05-01T10:30:00+99:99",
            "2026-05-01 10:30",
        ] {
            assert!(moment(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn prefixes_compare_with_the_ends_of_the_stretch() {
        let takes = |text: &str, at: &str| {
            let micros = |text: &str| text.parse::<Timestamp>().unwrap().as_microsecond();
            moment(text).unwrap().takes(micros(at), micros("2026-11-26T00:00:00Z"))
        };
        let noon = "2026-05-01T12:00:00Z";
        for yes in [
            "2026-05-01",
            "ge2026-05-01",
            "le2026-05-01",
            "ne2026-05-02",
            "gt2026-04",
            "lt2027",
            "sa2026-04-30",
            "eb2026-05-02",
            "ap2026-05-10",
        ] {
            assert!(takes(yes, noon), "{yes}");
        }
        for no in [
            "2026-05-02",
            "gt2026-05-01",
            "lt2026-05-01",
            "ne2026-05-01",
            "sa2026-05-01",
            "eb2026-05-01",
            "ge2026-05-02",
            "le2026-04-30",
            "ap2020",
        ] {
            assert!(!takes(no, noon), "{no}");
        }
    }

    #[test]
    fn near_has_its_units_and_a_distance_of_its_own() {
        let km = |text: &str| {
            near(text).map(|value| match value {
                Value::Near(_, km) => (km * 1_000.0).round() / 1_000.0,
                _ => 0.0,
            })
        };
        assert_eq!(km("43.6|-116.2|20|km"), Ok(20.0));
        assert_eq!(km("43.6|-116.2|20"), Ok(20.0));
        assert_eq!(km("43.6|-116.2|500|m"), Ok(0.5));
        assert_eq!(km("43.6|-116.2|10|[mi_us]"), km("43.6|-116.2|10|mi"));
        assert_eq!(km("43.6|-116.2|10|mi"), Ok(16.093));
        for own in ["43.6|-116.2", "43.6|-116.2|0|km", "43.6|-116.2||"] {
            assert_eq!(km(own), Ok(NEAR), "{own}");
        }
        for bad in
            ["", "43.6", "91|0|1|km", "0|181|1|km", "a|b", "1|1|-1|km", "1|1|1|parsec", "1|1|1|km|x", "NaN|0", "inf|0"]
        {
            assert!(near(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn references_in_all_their_forms() {
        let public = "https://c.example.org";
        let id = "org-019ab0c4d0007abc8123456789abcdef";
        let key = Id::parse(id).unwrap().bytes();
        let read = |text: &str, view| reference(text, ResourceType::Organization, public, view);
        for text in [id.to_owned(), format!("Organization/{id}"), format!("{public}/fhir/Organization/{id}")] {
            assert_eq!(read(&text, View::Plain), Ok(Target::Organization(key)), "{text}");
        }
        let elsewhere = ["Endpoint/x", "https://a.example.org/fhir/Organization/1", "urn:uuid:1", "org-1"];
        for text in elsewhere {
            assert_eq!(read(text, View::Plain), Ok(Target::Elsewhere), "{text}");
        }
        assert_eq!(read(&format!("{public}/fhir/Organization/{id}"), View::Ndh), Ok(Target::Elsewhere), "another view");
        for bad in ["a b", "Organization/", "Organization/a/_history/1", "https://c.example.org/fhir/x"] {
            assert!(read(bad, View::Plain).is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(value in ".{0,60}") {
            let _ = (moment(&value), near(&value), token(&value), text(&value), legal_id(&value));
            let _ = reference(&value, ResourceType::Endpoint, "https://c.example.org", View::Plain);
            let _ = endpoint(&value);
        }

        #[test]
        fn what_is_escaped_comes_back(value in r"[a-z,|$\\]{0,20}") {
            let escaped: String = value.chars().flat_map(|c| [Some('\\').filter(|_| ",|$\\".contains(c)), Some(c)]).flatten().collect();
            prop_assert_eq!(split(&escaped, ','), [escaped.as_str()]);
            prop_assert_eq!(unescape(&escaped), value);
        }

        #[test]
        fn dates_of_the_wild_are_read_or_refused(value in "(eq|ne|gt|ap)?[0-9]{1,5}(-[0-9]{1,2}){0,2}(T[0-9:.]{0,12}(Z|[+-][0-9:]{0,6})?)?") {
            if let Ok(moment) = moment(&value) {
                prop_assert!(moment.from < moment.to);
            }
        }
    }
}
