//! Domains that look like another one: a letter more, less, other or swapped, or letters that look alike.
//!
//! Flows in: domains that many organizations have, and names thieves like to imitate. Flows out: for a domain, the
//! one it looks like. Asking costs the same however many are known: each known name is kept under all that it becomes
//! when one letter is left out, and so is the name that is asked for.

use std::collections::{HashMap, HashSet};

use super::door::{KNOWN_NAMES, registrable_domain, skeleton};

/// Organizations that must have a domain before names like it are looked at.
pub const CARRIED_BY: i64 = 5;
/// Shorter names differ by a letter from many that are right (`ucsf.edu`, `ucsd.edu`).
const LEAST_LETTERS: usize = 10;
/// Letters that look alike count in shorter names too.
const LEAST_FOLDED: usize = 5;

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
    fn nothing_known_is_like_nothing_but_the_famous() {
        let all = LookAlikes::new([]);
        assert_eq!(all.of("stlukesheath.org"), None);
        assert_eq!(all.of("heallthcare.gov"), Some("healthcare.gov"));
    }
}
