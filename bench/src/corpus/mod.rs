//! Organizations made up from a seed, questions about them, and what a right answer is.
//!
//! The same seed and size give the same organizations and questions on every machine. What holds: nothing here knows
//! what the search of the program knows (its list of short words, its folding); every question has an answer in the
//! corpus, and where one word is left out or mistyped no second name fits as well (`queries`).

pub mod judge;
mod lexicon;
mod names;
pub mod normal;
pub mod places;
pub mod queries;
pub mod random;
pub mod score;
mod short;
mod typing;
mod vocabulary;

use std::{collections::HashSet, thread};

use places::{Place, Places};
use random::{Random, stirred};

/// One organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name.
    pub name: String,
    /// Its other names, at most three.
    pub aliases: Vec<String>,
    /// The code of its kind.
    pub kind: &'static str,
    /// Where it is.
    pub place: Place,
    /// National Provider Identifier: ten digits with a right check digit, nobody else's in the corpus.
    pub npi: u64,
    /// Ten digits, nobody else's in the corpus.
    pub phone: u64,
    /// The domain of its web site, nobody else's in the corpus.
    pub domain: Option<String>,
    /// Does it have a portal on that domain?
    pub portal: bool,
}

impl Row {
    /// Its name, then its other names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.aliases.iter().map(String::as_str))
    }

    /// The address of its web site.
    pub fn website(&self) -> Option<String> {
        self.domain.as_ref().map(|domain| format!("https://www.{domain}/"))
    }

    /// The address of its portal.
    pub fn portal_address(&self) -> Option<String> {
        self.domain.as_ref().filter(|_| self.portal).map(|domain| format!("https://portal.{domain}/login"))
    }
}

/// All organizations.
pub struct Corpus {
    /// One by one; the place in the list is their number.
    pub rows: Vec<Row>,
}

impl Corpus {
    /// Makes so many from a seed. The first ones of a larger corpus are those of a smaller one.
    pub fn made(size: usize, seed: u64) -> Self {
        Self::more(0, size, seed)
    }

    /// Makes so many that are not among the first ones of the same seed: their numbers go on from there.
    pub fn more(first: usize, size: usize, seed: u64) -> Self {
        let threads = if size < 50_000 { 1 } else { thread::available_parallelism().map_or(1, usize::from) };
        let part = size.div_ceil(threads);
        let places = Places::read();
        let places = &places;
        let mut rows = Vec::with_capacity(size);
        thread::scope(|scope| {
            let parts: Vec<_> = (0..threads)
                .map(|thread| {
                    let numbers = first + (thread * part).min(size)..first + ((thread + 1) * part).min(size);
                    scope.spawn(move || numbers.map(|number| row(places, seed, number)).collect::<Vec<_>>())
                })
                .collect();
            for part in parts {
                // A thread that panicked has said why; there is no corpus without it.
                rows.extend(part.join().expect("the corpus is made"));
            }
        });
        let mut taken = HashSet::with_capacity(size / 3);
        for (number, row) in rows.iter_mut().enumerate() {
            if let Some(domain) = row.domain.take() {
                row.domain = Some(nobodys(&mut taken, &domain, first + number));
            }
        }
        Self { rows }
    }
}

/// The organization of a number.
fn row(places: &Places, seed: u64, number: usize) -> Row {
    let mut random = Random::new(stirred(seed) ^ number as u64);
    let random = &mut random;
    let place = places.any(random);
    let named = names::name(random, place);
    let mut aliases = Vec::new();
    if random.chance(15) {
        for _ in 0..random.between(1, 3) {
            let alias = names::alias(random, &named.name, place);
            let new = normal::form(&alias) != normal::form(&named.name) && !aliases.contains(&alias);
            if new && alias.len() > 2 {
                aliases.push(alias);
            }
        }
    }
    let domain = random.chance(30).then(|| domain(random, &named.name, place));
    let portal = domain.is_some() && random.chance(60);
    Row { name: named.name, aliases, kind: named.kind, place, npi: npi(number), phone: phone(number), domain, portal }
}

/// The National Provider Identifier of a number: ten digits, the last a check digit (Luhn over `80840` and the rest).
pub fn npi(number: usize) -> u64 {
    // 7,654,321 shares no factor with 10^8: every number below that gives another identifier.
    let nine = 100_000_000 + (number as u64 * 7_654_321 + 12_345_678) % 100_000_000;
    let digits = (0..9_u32).map(|place| (place, nine / 10_u64.pow(place) % 10));
    let sum: u64 = digits
        .map(|(place, digit)| match (place % 2, digit * 2) {
            (1, _) => digit,
            (_, double) if double > 9 => double - 9,
            (_, double) => double,
        })
        .sum();
    nine * 10 + (10 - (sum + 24) % 10) % 10
}

/// The phone number of a number: an area code and an exchange that begin with 2 to 9.
fn phone(number: usize) -> u64 {
    // 1,234,577 shares no factor with 64,000,000.
    let n = number as u64 * 1_234_577 % 64_000_000;
    let (line, rest) = (n % 10_000, n / 10_000);
    let (exchange, area) = (200 + rest % 800, 200 + (rest / 800 * 97 + 3) % 800);
    area * 10_000_000 + exchange * 10_000 + line
}

/// A domain as somebody with that name would take it.
fn domain(random: &mut Random, name: &str, place: Place) -> String {
    let all = normal::words(name);
    let words: Vec<&str> =
        all.iter().map(String::as_str).filter(|word| !matches!(*word, "and" | "of" | "the" | "for")).collect();
    let stem = match random.below(4) {
        0 => words.iter().take(2).copied().collect::<String>(),
        1 => words.iter().take(3).copied().collect::<Vec<_>>().join("-"),
        2 => format!("{}{}", words.first().copied().unwrap_or("health"), normal::words(place.city).concat()),
        _ => words.iter().take(3).copied().collect::<String>(),
    };
    let end = random.pick::<&'static str>(&["com", "com", "com", "org", "org", "net", "health", "care", "us"]);
    format!("{}.{end}", stem.chars().take(40).collect::<String>().trim_matches('-'))
}

/// The domain, or one beside it that nobody has taken yet.
fn nobodys(taken: &mut HashSet<String>, domain: &str, number: usize) -> String {
    let (stem, end) = domain.split_once('.').unwrap_or((domain, "com"));
    let tries = std::iter::once(domain.to_owned())
        .chain((2..5).map(|n| format!("{stem}{n}.{end}")))
        .chain(std::iter::once(format!("{stem}-{number}.{end}")));
    let mut free = tries.filter(|one| !taken.contains(one));
    let one = free.next().unwrap_or_else(|| format!("c{number}.org"));
    taken.insert(one.clone());
    one
}
