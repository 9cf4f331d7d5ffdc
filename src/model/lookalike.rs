//! Domains that look like another one: a letter more, less, other or swapped, or letters that look alike.
//!
//! Flows in: domains that many organizations have, and names thieves like to imitate. Flows out: for a domain, the
//! one it looks like. Asking costs the same however many are known: each known name is kept under all that it becomes
//! when one letter is left out, and so is the name that is asked for.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{
    door::{KNOWN_NAMES, registrable_domain, shared_host, skeleton},
    text::match_form,
};

/// Organizations that must have a domain before names like it are looked at.
pub const CARRIED_BY: i64 = 5;
/// Shorter names differ by a letter from many that are right (`ucsf.edu`, `ucsd.edu`).
const LEAST_LETTERS: usize = 10;
/// Letters that look alike count in shorter names too.
const LEAST_FOLDED: usize = 5;

/// Endings under which a name is looked for beside its own.
const ENDINGS: [&str; 8] = ["org", "com", "net", "health", "care", "edu", "us", "gov"];
/// What thieves put before or behind a name that is somebody else's.
const PUT_BESIDE: [&str; 10] =
    ["my", "mychart", "portal", "patient", "patients", "login", "signin", "secure", "online", "account"];
/// What only looks like a letter, and the letters that it looks like.
const LOOKS_LIKE: [(&str, &[&str]); 6] =
    [("1", &["l", "i"]), ("0", &["o"]), ("5", &["s"]), ("3", &["e"]), ("rn", &["m"]), ("vv", &["w"])];
/// Readings of one name at most.
const READINGS: usize = 64;

/// Domains whose letters this one only seems to have (`lakeside-hospita1.org`: `lakeside-hospital.org`), with hyphens or
/// without and under the usual endings, whether anybody has them or not. Nothing when each of its letters is what it looks like.
pub fn imitated(domain: &str) -> BTreeSet<String> {
    let Some((name, ending)) = parts(domain) else { return BTreeSet::new() };
    let mut names = BTreeSet::new();
    for reading in readings(name).into_iter().filter(|reading| reading != name) {
        hyphens(&reading, &mut names);
    }
    // Another hyphen alone is no other letter.
    names.retain(|other| other.replace('-', "") != name.replace('-', ""));
    under_endings(&names, ending)
}

/// Domains that this one could be mistaken for, whether anybody has them or not: those it imitates, those with a hyphen more or
/// less, without or with a word such as `my` or `portal`, and for long names those a letter more, less, other or swapped. The
/// same name under another ending is not among them. Some thousand at most, to be looked up all at once.
pub fn mistaken_for(domain: &str) -> BTreeSet<String> {
    let Some((name, ending)) = parts(domain) else { return BTreeSet::new() };
    let mut names = BTreeSet::new();
    for base in std::iter::once(name).chain(without_put_beside(name)) {
        for reading in readings(base) {
            hyphens(&reading, &mut names);
        }
    }
    for word in PUT_BESIDE {
        names.extend([
            format!("{word}{name}"),
            format!("{word}-{name}"),
            format!("{name}{word}"),
            format!("{name}-{word}"),
        ]);
    }
    if name.len() >= LEAST_LETTERS {
        names.extend(one_letter_off(name).filter(|other| near(name, other)));
    }
    names.remove(name);
    under_endings(&names, ending)
}

/// Could one name be taken for another: the same but for letters that look alike, or a letter apart in a long one?
pub fn alike_names(one: &str, other: &str) -> bool {
    let folded = |name: &str| skeleton(&match_form(name).replace(' ', ""));
    let (one, other) = (folded(one), folded(other));
    !one.is_empty() && (one == other || (one.len() >= LEAST_LETTERS && strsim::osa_distance(&one, &other) == 1))
}

/// The part of a registrable domain that was chosen, and its ending; names that are too short look like too many.
fn parts(domain: &str) -> Option<(&str, &str)> {
    let name = label(domain).filter(|name| name.len() >= LEAST_FOLDED && name.is_ascii())?;
    Some((name, domain.get(name.len() + 1..)?))
}

fn under_endings(names: &BTreeSet<String>, own: &str) -> BTreeSet<String> {
    let endings: BTreeSet<&str> = ENDINGS.into_iter().chain([own]).collect();
    let all = names.iter().flat_map(|name| endings.iter().map(move |ending| format!("{name}.{ending}")));
    all.filter(|domain| !shared_host(domain)).collect()
}

/// A name as it may be meant: each thing that only looks like a letter as itself and as that letter.
fn readings(name: &str) -> BTreeSet<String> {
    let mut all = vec![String::new()];
    let mut rest = name;
    while let Some(letter) = rest.chars().next() {
        let known = LOOKS_LIKE.iter().find(|(odd, _)| rest.starts_with(odd));
        let (taken, as_letters) = known.map_or((letter.len_utf8(), &[][..]), |(odd, letters)| (odd.len(), *letters));
        let itself = &rest[..taken];
        // Too many of them: the rest stays as it is.
        let as_letters = if all.len() * (as_letters.len() + 1) > READINGS { &[][..] } else { as_letters };
        let with = |begun: &String| -> Vec<String> {
            std::iter::once(itself).chain(as_letters.iter().copied()).map(|next| format!("{begun}{next}")).collect()
        };
        all = all.iter().flat_map(with).collect();
        rest = &rest[taken..];
    }
    all.into_iter().collect()
}

/// A name as it is, without its hyphens, and with one hyphen more or less.
fn hyphens(name: &str, names: &mut BTreeSet<String>) {
    names.insert(name.to_owned());
    names.insert(name.replace('-', ""));
    for at in 1..name.len() {
        let (begin, end) = name.split_at(at);
        match end.strip_prefix('-') {
            Some(end) => _ = names.insert(format!("{begin}{end}")),
            None if !begin.ends_with('-') => _ = names.insert(format!("{begin}-{end}")),
            None => {}
        }
    }
}

/// A name without a word that was put before or behind it.
fn without_put_beside(name: &str) -> impl Iterator<Item = &str> {
    let words = PUT_BESIDE.iter().flat_map(move |word| [name.strip_prefix(word), name.strip_suffix(word)]);
    words.flatten().map(|rest| rest.trim_matches('-')).filter(|rest| rest.len() >= LEAST_FOLDED)
}

/// A name with one letter left out, swapped with the next, put in, or another.
fn one_letter_off(name: &str) -> impl Iterator<Item = String> + '_ {
    let letters = || ('a'..='z').chain(['-']);
    let swapped = (1..name.len()).map(move |at| {
        let (begin, end) = name.split_at(at - 1);
        let (first, second, end) = (&end[..1], &end[1..2], &end[2..]);
        format!("{begin}{second}{first}{end}")
    });
    let more = (0..=name.len()).flat_map(move |at| {
        let (begin, end) = name.split_at(at);
        letters().map(move |letter| format!("{begin}{letter}{end}"))
    });
    let other = (0..name.len()).flat_map(move |at| {
        let (begin, end) = name.split_at(at);
        letters().map(move |letter| format!("{begin}{letter}{}", &end[1..]))
    });
    left_out(name).chain(swapped).chain(more).chain(other)
}

/// Names that others may be mistaken for.
#[derive(Debug, Clone, Default)]
pub struct LookAlikes {
    /// They themselves: a domain that is known looks like nothing.
    known: HashSet<String>,
    /// What the names become with one letter left out, and whole -> the domain.
    near: HashMap<String, String>,
    /// With letters that look alike folded -> the domain.
    folded: HashMap<String, String>,
}

impl LookAlikes {
    /// A person said that this one is who it says: it is mistaken for nobody.
    pub fn allow(&mut self, domain: String) {
        self.known.insert(domain);
    }

    /// Of these registrable domains, and of those every installation knows.
    pub fn new(domains: impl IntoIterator<Item = String>) -> Self {
        let mut all = Self::default();
        for domain in KNOWN_NAMES.iter().map(|name| (*name).to_owned()).chain(domains) {
            let Some(label) = label(&domain) else { continue };
            if label.chars().count() >= LEAST_LETTERS {
                for short in left_out(label) {
                    all.near.entry(short).or_insert_with(|| domain.clone());
                }
                all.near.insert(label.to_owned(), domain.clone());
            }
            if label.len() >= LEAST_FOLDED {
                all.folded.entry(skeleton(label)).or_insert_with(|| domain.clone());
            }
            all.known.insert(domain);
        }
        all
    }

    /// The domain that this one could be mistaken for. One with the same name under another ending is no look-alike:
    /// too many of those are somebody else's by right.
    pub fn of(&self, domain: &str) -> Option<&str> {
        if self.known.contains(domain) {
            return None;
        }
        let label = label(domain)?;
        let alike = |other: &&String| self::label(other).is_some_and(|other| near(label, other));
        let folded = if label.len() >= LEAST_FOLDED { self.folded.get(&skeleton(label)) } else { None };
        let folded = folded.filter(|other| self::label(other) != Some(label));
        if folded.is_some() || label.chars().count() < LEAST_LETTERS {
            return folded.map(String::as_str);
        }
        let whole = self.near.get(label).filter(alike);
        whole.or_else(|| left_out(label).find_map(|short| self.near.get(&short).filter(alike))).map(String::as_str)
    }
}

/// The part of a registrable domain that was chosen: `example` of `example.co.uk`.
fn label(domain: &str) -> Option<&str> {
    registrable_domain(domain).filter(|whole| *whole == domain)?.split('.').next()
}

/// A name with each of its letters left out.
fn left_out(label: &str) -> impl Iterator<Item = String> + '_ {
    label.char_indices().map(|(at, letter)| {
        let mut short = String::with_capacity(label.len());
        short.push_str(&label[..at]);
        short.push_str(&label[at + letter.len_utf8()..]);
        short
    })
}

/// Are two names one letter apart? Numbers count things: `clinic1` is not taken for `clinic2`.
fn near(one: &str, other: &str) -> bool {
    let words = |name: &str| name.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    one != other && strsim::osa_distance(one, other) == 1 && words(one) != words(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_mistaken() {
        let known = ["stlukeshealth.org", "ucsf.edu", "clinic1health.com", "mercy.net", "ohiohealth.co.uk"];
        let all = LookAlikes::new(known.map(str::to_owned));
        for (domain, like) in [
            ("stlukeshealth.org", None),
            ("stlukeshealth.com", None),
            ("stlukesheath.org", Some("stlukeshealth.org")),
            ("stlukeshealthh.org", Some("stlukeshealth.org")),
            ("stlukeshaelth.com", Some("stlukeshealth.org")),
            ("stlukeshea1th.org", Some("stlukeshealth.org")),
            ("stluke-shealth.org", Some("stlukeshealth.org")),
            ("saintlukeshealth.org", None),
            ("ucsd.edu", None),
            ("rnercy.com", Some("mercy.net")),
            ("mercu.net", None),
            ("clinic2health.com", None),
            ("clinichealth.com", None),
            ("ohioheaith.com", Some("ohiohealth.co.uk")),
            ("folowmyhealth.com", Some("followmyhealth.com")),
            ("questdiagnostics.com", None),
            ("com", None),
            ("", None),
        ] {
            assert_eq!(all.of(domain), like, "{domain}");
        }
    }

    #[test]
    fn what_a_person_confirmed_is_nobody_else() {
        let mut all = LookAlikes::new(["baptisthealth.net".to_owned()]);
        assert_eq!(all.of("baptist-health.org"), Some("baptisthealth.net"));
        all.allow("baptist-health.org".to_owned());
        assert_eq!(all.of("baptist-health.org"), None);
    }

    #[test]
    fn what_a_thief_would_imitate_is_among_what_is_looked_up() {
        for (domain, like) in [
            ("lakeside-hospita1.org", "lakeside-hospital.org"),
            ("lakesidehospita1.com", "lakeside-hospital.org"),
            ("1akeside-h0spita1.org", "lakeside-hospital.org"),
            ("rnercy.org", "mercy.org"),
        ] {
            assert!(imitated(domain).contains(like) && mistaken_for(domain).contains(like), "{domain}");
        }
        for (domain, like) in [
            ("lakesidehospital.org", "lakeside-hospital.org"),
            ("my-lakeside-hospital.org", "lakeside-hospital.org"),
            ("lakeside-hospital-portal.net", "lakeside-hospital.org"),
            ("lakeside-hospital.org", "mylakeside-hospital.org"),
            ("lakeside-hopsital.org", "lakeside-hospital.org"),
            ("lakeside-hospitall.org", "lakeside-hospital.org"),
            ("lakeside-hosptal.care", "lakeside-hospital.org"),
        ] {
            assert!(mistaken_for(domain).contains(like), "{domain}");
            assert!(!imitated(domain).contains(like), "{domain}: each of its letters is what it looks like");
        }
    }

    #[test]
    fn what_is_nobodys_imitation_is_not_looked_up() {
        assert!(!mistaken_for("lakeside-hospital.com").contains("lakeside-hospital.org"), "another ending");
        assert!(!mistaken_for("clinic1-health.org").contains("clinic2-health.org"), "numbers count things");
        assert!(!mistaken_for("ucsf.edu").contains("ucsd.edu"));
        for domain in ["", "org", "www.lakeside.org", "a.org"] {
            assert!(mistaken_for(domain).is_empty() && imitated(domain).is_empty(), "{domain}");
        }
        assert!(imitated("lakeside-hospital.org").is_empty());
    }

    #[test]
    fn the_longest_name_asks_for_no_more_than_a_moment_finds() {
        let longest = format!("{}.org", "1rnvv0533l".repeat(6));
        assert!(mistaken_for(&longest).len() < 90_000 && imitated(&longest).len() < 60_000);
        assert!(mistaken_for("lakeside-hospital.org").len() < 12_000);
    }

    #[test]
    fn names_of_apps_that_could_be_mistaken() {
        for (one, other) in [
            ("Example Health", "examp1e-health"),
            ("Example Health", "Example  HEALTH!"),
            ("MyRecords Pro", "My Record Pro"),
            ("Commons", "C0rnmons"),
        ] {
            assert!(alike_names(one, other) && alike_names(other, one), "{one} {other}");
        }
        for (one, other) in [("Example Health", "Sample Health App"), ("Ada", "Ava"), ("", ""), ("!", "?")] {
            assert!(!alike_names(one, other), "{one} {other}");
        }
    }

    #[test]
    fn nothing_known_is_like_nothing_but_the_famous() {
        let all = LookAlikes::new([]);
        assert_eq!(all.of("stlukesheath.org"), None);
        assert_eq!(all.of("heallthcare.gov"), Some("healthcare.gov"));
    }
}
