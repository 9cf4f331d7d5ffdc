//! Names as matching reads them, and how alike two are.
//!
//! A name in, comparable words out. What holds: the same name written in two ways (accents, punctuation, `&`, legal
//! form, `St.`/`Saint`, abbreviation, plural) reads the same; two names that differ in a number never are alike.

use std::collections::BTreeSet;

use super::words::WORDS;

/// How alike two names are, the most alike last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Two names.
    Apart,
    /// One word that tells organizations apart is common to both.
    Akin,
    /// All telling words of one stand in the other.
    Part,
    /// One is how the other begins: a telling word, or two words and more.
    Beginning,
    /// One letter of a long word apart, or a person's initial left out.
    Letter,
    /// The same after normalising.
    Same,
}

/// A name, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    words: Vec<String>,
    /// Without spaces, short forms as they stand: `NeuroInterventional` and `Neuro Interventional` read the same.
    joined: String,
    person: bool,
    telling: BTreeSet<String>,
}

impl Name {
    /// Reads a name; `None` when nothing of it is left. "X LLC dba Y" is two names, see [`Name::all`].
    pub fn read(text: &str) -> Option<Self> {
        let mut words = Vec::new();
        let written = split(text);
        let joined = written.iter().filter(|word| !WORDS.empty.contains(*word)).map(|word| singular(word)).collect();
        for word in written {
            expand(word, &mut words);
        }
        words.retain(|word| !WORDS.empty.contains(word));
        // "A Woman's Place"; further on it is an initial.
        if words.len() > 1 && words[0] == "a" {
            words.remove(0);
        }
        let mut person = false;
        while words.len() > 1 {
            let last = words.last().map(String::as_str).unwrap_or_default();
            let title = WORDS.titles.contains(last);
            // `Co` was read as `county`; at the end of a name it is the legal form.
            if !title && !WORDS.legal.contains(last) {
                break;
            }
            person |= title;
            words.pop();
        }
        if words.len() > 1 {
            let before = words.len();
            words.retain(|word| !WORDS.titles.contains(word) || word == "do");
            person |= words.len() < before;
        }
        let telling = words.iter().filter(|word| tells(word)).cloned().collect();
        (!words.is_empty()).then_some(Self { words, joined, person, telling })
    }

    /// Every name in a text: "Smith Clinic LLC dba Lakeside Family Care" says two, and so does "HCA - Smith Clinic", where
    /// a letter word in front is the company that sells to them or owns them.
    pub fn all(text: &str) -> Vec<Self> {
        let lower = text.to_lowercase();
        let mut parts = vec![text];
        for mark in [" dba ", " d/b/a ", " d.b.a. "] {
            // Lower case may have other lengths in other scripts: such a name stays one.
            if let Some(at) = lower.find(mark).filter(|_| lower.len() == text.len() && text.is_ascii()) {
                parts = vec![&text[..at], &text[at + mark.len()..]];
            }
        }
        if let Some((front, rest)) = text.split_once(" - ")
            && (2..=9).contains(&front.len())
            && front.bytes().all(|b| b.is_ascii_uppercase())
            && rest.trim().contains(' ')
        {
            parts.push(rest);
        }
        parts.into_iter().filter_map(Self::read).collect()
    }

    /// The same for every way to write the name.
    pub fn form(&self) -> String {
        self.words.join(" ")
    }

    /// How many words tell it from other names. None: it is made of common words alone.
    pub fn telling(&self) -> usize {
        self.telling.len()
    }

    /// Does every word of one of the two stand in the other?
    pub fn is_within(&self, other: &Self) -> bool {
        let stands = |short: &Self, long: &Self| short.words.iter().all(|word| long.words.contains(word));
        stands(self, other) || stands(other, self)
    }

    /// How alike it is to another name.
    pub fn likeness(&self, other: &Self) -> Likeness {
        if self.numbers() != other.numbers() {
            return Likeness::Apart;
        }
        let person = self.person || other.person;
        let turned = person && self.words.len() > 1 && self.sorted() == other.sorted();
        if self.words.concat() == other.words.concat() || self.joined == other.joined || turned {
            return Likeness::Same;
        }
        if letter_apart(&self.words, &other.words) || self.same_but_initials(other, person) {
            return Likeness::Letter;
        }
        let common = self.telling.intersection(&other.telling).count();
        let fewer = self.telling.len().min(other.telling.len());
        let begins = self.words.starts_with(&other.words) || other.words.starts_with(&self.words);
        let shorter = self.words.len().min(other.words.len());
        match common {
            _ if begins && (common > 0 || shorter > 1) => Likeness::Beginning,
            0 => Likeness::Apart,
            n if n == fewer => Likeness::Part,
            _ => Likeness::Akin,
        }
    }

    /// The same with and without an initial: "Alexius M. Bishop", "Alexius Bishop". Two initials that differ are two
    /// persons, often of one family; in a name that is not a person's, N, S, E and W are points of the compass.
    fn same_but_initials(&self, other: &Self, person: bool) -> bool {
        let split = |name: &Self| -> (Vec<String>, Vec<String>) {
            let (initials, mut words): (Vec<_>, Vec<_>) = name.words.iter().cloned().partition(|word| word.len() == 1);
            if person {
                words.sort();
            }
            (initials, words)
        };
        let ((mine, words), (theirs, others)) = (split(self), split(other));
        let contradict = !mine.is_empty() && !theirs.is_empty() && mine != theirs;
        let compass = !person && mine.iter().chain(&theirs).any(|word| matches!(word.as_str(), "n" | "s" | "e" | "w"));
        let same = words == others || (person && letter_apart(&words, &others));
        words.len() > 1 && !contradict && !compass && same
    }

    fn sorted(&self) -> Vec<&String> {
        let mut words: Vec<&String> = self.words.iter().collect();
        words.sort();
        words
    }

    fn numbers(&self) -> Vec<&String> {
        let mut numbers: Vec<&String> =
            self.words.iter().filter(|word| word.chars().any(|c| c.is_ascii_digit())).collect();
        numbers.sort();
        numbers
    }
}

/// Word for word the same but one, and that one of six letters or more with one letter changed, lost, added or two
/// exchanged. Short words differ on purpose: East and West, Dunn and Gunn.
fn letter_apart(a: &[String], b: &[String]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut differing = a.iter().zip(b).filter(|(a, b)| a != b);
    let (Some((a, b)), None) = (differing.next(), differing.next()) else {
        return false;
    };
    a.len().min(b.len()) >= 6 && strsim::osa_distance(a, b) == 1
}

/// Does a word tell organizations apart? Initials and common words do not.
fn tells(word: &str) -> bool {
    word.len() > 2 && !WORDS.common.contains(word)
}

fn expand(word: String, words: &mut Vec<String>) {
    // A legal form or a title is looked at before it is taken for a short form of something else.
    if WORDS.legal.contains(&word) || WORDS.titles.contains(&word) {
        words.push(word);
        return;
    }
    let one = singular(&word);
    match WORDS.short.get(&word).or_else(|| WORDS.short.get(&one)) {
        Some(full) => words.extend(full.split(' ').map(str::to_owned)),
        None => words.push(one),
    }
}

/// Lower-case ASCII words; apostrophes vanish (`joseph's` is `josephs`), dotted letters are one word (`P.A.` is `pa`),
/// everything else that is no letter or digit separates.
pub(super) fn split(text: &str) -> Vec<String> {
    let ascii = deunicode::deunicode(text).to_lowercase().replace('&', " and ");
    let mut words: Vec<String> = Vec::new();
    for piece in ascii.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '\'' | '`' | '.'))) {
        let piece: String = piece.chars().filter(|c| !matches!(c, '\'' | '`')).collect();
        let parts: Vec<&str> = piece.split('.').filter(|part| !part.is_empty()).collect();
        if parts.len() > 1 && parts.iter().all(|part| part.len() == 1) {
            words.push(parts.concat());
        } else {
            words.extend(parts.into_iter().map(str::to_owned));
        }
    }
    words
}

/// The singular of a word, roughly: the same rule on both sides is what counts, not grammar.
pub(super) fn singular(word: &str) -> String {
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

    fn likeness(a: &str, b: &str) -> Likeness {
        let (a, b) = (Name::read(a).unwrap(), Name::read(b).unwrap());
        assert_eq!(a.likeness(&b), b.likeness(&a), "as alike from both sides");
        a.likeness(&b)
    }

    #[test]
    fn the_same_name_in_two_ways() {
        for (a, b) in [
            ("St. Joseph's Hosp.", "Saint Josephs Hospital"),
            ("Cochise Surgical Care, PLLC", "Cochise Surgical Care"),
            ("Ear, Nose & Throat of Sumter", "Ear Nose and Throat of Sumter"),
            ("Clínica Niños", "CLINICA NINOS"),
            ("MEDPEDS", "Med Peds"),
            ("NeuroInterventional Pain", "Neuro Interventional Pain"),
            ("Vishen, R K MD", "R K Vishen"),
            ("Baraga County Memorial Hospital (inc)", "Baraga County Memorial Hospital"),
            ("Mt. Auburn Med Ctr", "Mount Auburn Medical Center"),
            ("The Brooklyn Hospital Center", "Brooklyn Hospital Center, Inc."),
            ("Women's Health Assoc. P.A.", "Womens Health Associates"),
            ("Jeffrey W. Watson, D.P.M.", "Jeffrey W Watson DPM"),
            ("Allergy & Asthma Clinic of Alexandria", "Allergy Asthma Clinic Alexandria"),
        ] {
            assert_eq!(likeness(a, b), Likeness::Same, "{a} / {b}");
        }
    }

    #[test]
    fn near_names_and_others() {
        for (a, b, expected) in [
            ("Surgical Assoicates of Boise", "Surgical Associates of Boise", Likeness::Letter),
            ("East Side Clinic", "West Side Clinic", Likeness::Part),
            ("CHSPSC LLC-2 Client", "CHSPSC LLC-4 Client", Likeness::Apart),
            ("University of Washington", "Washington University", Likeness::Apart),
            ("Treasure Coast", "Treasure Coast Podiatry", Likeness::Beginning),
            ("Mayo Clinic", "Mayo Clinic Health System - Chippewa Valley in Bloomer", Likeness::Beginning),
            ("Northwest Ozaukee Clinic", "Ozaukee Medical Group", Likeness::Part),
            ("Alexius M. Bishop, M.D.", "Alexius Bishop MD", Likeness::Letter),
            ("Kennrick J. Dennis, DPM", "Kenrick Dennis DPM", Likeness::Letter),
            ("Pedro Penalo", "Pedro J. Penalo, PLLC", Likeness::Letter),
            ("John A. Sadel, MD", "John B. Sadel, MD", Likeness::Part),
            ("Kaiser S California", "Kaiser California", Likeness::Part),
            ("Bert Altmanshofer, DPM", "Blair Foot & Ankle", Likeness::Apart),
            ("Heart & Vascular Consultants of Ozaukee", "Ozaukee Sollus", Likeness::Part),
            ("Ozaukee Kagan Clinic", "Ozaukee Sadel Clinic", Likeness::Akin),
            ("General Hospital", "Community Hospital", Likeness::Apart),
        ] {
            assert_eq!(likeness(a, b), expected, "{a} / {b}");
        }
    }

    #[test]
    fn distinctive_names_have_telling_words() {
        for (name, telling) in [
            ("Main Office", 0),
            ("Family Medicine Associates, PA", 0),
            ("King's Daughters Medical Center", 0),
            ("St. Mary's Hospital", 0),
            ("Sollus Pediatrics", 1),
            ("Kelsey-Seybold Clinic", 2),
        ] {
            assert_eq!(Name::read(name).unwrap().telling(), telling, "{name}");
        }
        assert_eq!(Name::read("!!"), None);
        let all = |text: &str| Name::all(text).iter().map(Name::form).collect::<Vec<_>>();
        assert_eq!(all("Smith Clinic LLC dba Lakeside Care"), ["smith clinic", "lakeside care"]);
        assert_eq!(all("HCA - Smith Clinic"), ["hca smith clinic", "smith clinic"]);
        assert_eq!(all("Emory Healthcare - Blue").len(), 1);
    }
}
