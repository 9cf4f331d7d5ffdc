//! The labelled set: pairs of listings that are, or are not, one organization, by procedures that do not use the matcher
//! (`tests/labels/README.md` describes each).

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write as _,
    path::PathBuf,
};

use connector::model::zip_prefix::state_of_zip;
use sha2::{Digest, Sha256};
use url::Url;

use super::listings::{Listed, all, folder};

const ORACLE: &str = "oracle-millennium-patient-r4";
/// Lists of one maker, whose customers' ids stand in the addresses.
const ONE_MAKER: &[(&str, &str)] = &[
    ("cerner-2020", "lantern-cerner"),
    ("cerner-2020", ORACLE),
    ("cerner-2020", "lantern-oneup"),
    ("lantern-cerner", ORACLE),
    ("lantern-cerner", "lantern-oneup"),
    ("lantern-oneup", ORACLE),
    ("lantern-eclinicalworks", "lantern-oneup"),
    ("epic-2021", "lantern-epic"),
    ("lantern-epic", "lantern-oneup"),
    ("epic-2021", "lantern-oneup"),
];

/// One labelled pair.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Source of the first, with `@date` where one source has two loads.
    pub source_a: String,
    /// Its key.
    pub key_a: String,
    /// Source of the second.
    pub source_b: String,
    /// Its key.
    pub key_b: String,
    /// Are they one?
    pub same: bool,
    /// How it is known.
    pub procedure: String,
}

impl Pair {
    /// 0: the half on which thresholds were chosen; 1: the half that is only reported.
    pub fn half(&self) -> u8 {
        let text = [&self.source_a, &self.key_a, &self.source_b, &self.key_b].map(String::as_str).join("\n");
        Sha256::digest(text.as_bytes())[0] & 1
    }
}

/// The file with the pairs.
pub fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/labels/pairs.csv")
}

/// The labelled set as it stands in the repository.
pub fn read(path: &std::path::Path) -> Vec<Pair> {
    let mut csv = csv::Reader::from_path(path).unwrap();
    csv.records()
        .map(|record| {
            let record = record.unwrap();
            Pair {
                source_a: record[0].to_owned(),
                key_a: record[1].to_owned(),
                source_b: record[2].to_owned(),
                key_b: record[3].to_owned(),
                same: &record[4] == "same",
                procedure: record[5].to_owned(),
            }
        })
        .collect()
}

/// One organization of one list: rows of one customer under two addresses are one.
struct Unit<'a> {
    list: String,
    rows: Vec<&'a Listed>,
}

impl Unit<'_> {
    fn key(&self) -> &str {
        self.rows.iter().map(|row| row.listing.key.as_str()).min().unwrap_or_default()
    }

    fn name(&self) -> String {
        raw(&self.rows[0].facts().name)
    }

    /// Ids of the customer in the addresses of its endpoints.
    fn ids(&self) -> BTreeSet<String> {
        let urls = self.rows.iter().flat_map(|row| row.facts().endpoints.iter().map(|end| end.at.url.clone()));
        urls.filter_map(|url| id(&url)).collect()
    }

    /// Domains of its endpoints, where they are not a maker's: two servers of one domain may be one owner's.
    fn owners(&self) -> BTreeSet<String> {
        let doors = self.rows.iter().flat_map(|row| row.facts().endpoints.iter().map(|end| &end.at));
        doors.filter(|door| !door.is_shared_host()).map(|door| door.domain.clone()).collect()
    }

    fn domains(&self) -> BTreeSet<String> {
        let facts = self.rows.iter().map(|row| row.facts());
        facts.flat_map(|facts| facts.portals.iter().map(|portal| portal.at.door.domain.clone())).collect()
    }

    fn slugs(&self) -> BTreeSet<String> {
        self.rows.iter().flat_map(|row| row.facts().old_slugs.clone()).collect()
    }

    fn states(&self) -> BTreeSet<String> {
        let places = self.rows.iter().flat_map(|row| row.facts().places.iter());
        places
            .filter_map(|place| place.state.clone().or_else(|| state_of_zip(place.zip.as_deref()?).map(str::to_owned)))
            .collect()
    }

    fn zips(&self) -> BTreeSet<String> {
        self.rows.iter().flat_map(|row| row.facts().places.iter().filter_map(|place| place.zip.clone())).collect()
    }
}

/// The part of an address that names the customer: on shared hosts their id or code, elsewhere host and path without
/// version.
fn id(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let host = url.host_str()?;
    let version = |part: &&str| {
        !matches!(part.to_ascii_lowercase().as_str(), "" | "dstu2" | "r4" | "stu3" | "fhir" | "api" | "metadata")
    };
    let parts: Vec<&str> = url.path_segments()?.filter(version).collect();
    let shared = ["cerner.com", "healow.com", "eclinicalworks.com"].iter().any(|known| host.ends_with(known));
    if shared {
        return parts.last().map(|last| (*last).to_owned());
    }
    Some(format!("{host}/{}", parts.join("/")).to_lowercase())
}

/// A name as this procedure reads it: letters and digits in lower case. It is not the matcher's reading.
fn raw(name: &str) -> String {
    let lower = name.to_lowercase().replace('&', " and ");
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn units(listed: &[Listed]) -> Vec<Unit<'_>> {
    let mut units: BTreeMap<(String, String), Unit<'_>> = BTreeMap::new();
    for row in listed {
        let list = list_name(row);
        let unit = row.listing.group.clone().unwrap_or_else(|| row.listing.key.clone());
        units.entry((list.clone(), unit)).or_insert_with(|| Unit { list, rows: Vec::new() }).rows.push(row);
    }
    units.into_values().collect()
}

/// The source; with its date where the folder has two loads of one.
pub fn list_name(row: &Listed) -> String {
    if row.source == ORACLE && row.date < jiff::civil::date(2026, 1, 1) {
        format!("{}@{}", row.source, row.date)
    } else {
        row.source.clone()
    }
}

#[derive(Default)]
struct Set {
    pairs: BTreeSet<Pair>,
    known: BTreeSet<(String, String, String, String)>,
}

impl Set {
    fn add(&mut self, a: (&str, &str), b: (&str, &str), same: bool, procedure: &str) {
        let (a, b) = if a < b { (a, b) } else { (b, a) };
        let key = (a.0.to_owned(), a.1.to_owned(), b.0.to_owned(), b.1.to_owned());
        if self.known.insert(key.clone()) {
            let (source_a, key_a, source_b, key_b) = key;
            self.pairs.insert(Pair { source_a, key_a, source_b, key_b, same, procedure: procedure.to_owned() });
        }
    }

    /// Adds at most `limit` of these, chosen by a hash of their keys.
    fn sample(&mut self, mut found: Vec<(&Unit<'_>, &Unit<'_>)>, limit: usize, same: bool, procedure: &str) {
        found.sort_by_key(|(a, b)| Sha256::digest(format!("{} {}", a.key(), b.key()).as_bytes()).to_vec());
        for (a, b) in found.into_iter().take(limit) {
            self.add((&a.list, a.key()), (&b.list, b.key()), same, procedure);
        }
    }
}

/// Writes the labelled set anew from the folder of real lists and the pairs read by eye.
#[test]
#[ignore = "writes tests/labels/pairs.csv"]
fn write_the_labelled_set() {
    let Some(folder) = folder() else { return };
    let listed = all(&folder);
    let units = units(&listed);
    let mut set = Set::default();
    for pair in read(&path().with_file_name("by-eye.csv")) {
        let (a, b) = ((pair.source_a.as_str(), pair.key_a.as_str()), (pair.source_b.as_str(), pair.key_b.as_str()));
        set.add(a, b, pair.same, &pair.procedure);
    }
    one_maker(&units, &mut set);
    two_dates(&units, &mut set);
    two_exports(&units, &mut set);
    two_versions(&listed, &mut set);
    equal_names(&units, &mut set);
    let mut out = String::from("source_a,key_a,source_b,key_b,label,procedure\n");
    let mut counts: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for pair in &set.pairs {
        let label = if pair.same { "same" } else { "different" };
        let quoted = [&pair.source_a, &pair.key_a, &pair.source_b, &pair.key_b].map(|text| quote(text)).join(",");
        let _ = writeln!(out, "{quoted},{label},{}", pair.procedure);
        *counts.entry((pair.same, &pair.procedure)).or_default() += 1;
    }
    std::fs::write(path(), out).unwrap();
    println!("{counts:#?}");
}

fn quote(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// Units of two lists by something each has.
fn by<'a, 'b>(
    units: &'a [Unit<'b>],
    list: &str,
    of: impl Fn(&Unit<'b>) -> BTreeSet<String>,
) -> HashMap<String, Vec<&'a Unit<'b>>> {
    let mut found: HashMap<String, Vec<&'a Unit<'b>>> = HashMap::new();
    for unit in units.iter().filter(|unit| unit.list == list) {
        for mark in of(unit) {
            found.entry(mark).or_default().push(unit);
        }
    }
    found
}

/// The same customer's id in two lists of one maker; and customers of other ids whose names are equal or near.
fn one_maker(units: &[Unit<'_>], set: &mut Set) {
    for (left, right) in ONE_MAKER {
        let (mine, other) = (by(units, left, Unit::ids), by(units, right, Unit::ids));
        let procedure = if left.starts_with("epic") || left.ends_with("epic") { "one-server" } else { "one-customer" };
        let mut same = Vec::new();
        for (id, ours) in &mine {
            if let ([a], Some([b])) = (ours.as_slice(), other.get(id).map(Vec::as_slice)) {
                same.push((*a, *b));
            }
        }
        // Where no longer word is common to both, the id may have passed to another owner: not known by this procedure.
        let (named, other_name): (Vec<_>, Vec<_>) = same.into_iter().partition(|(a, b)| share_a_word(a, b));
        set.sample(named, 170, true, procedure);
        set.sample(other_name, 30, true, &format!("{procedure}-other-name"));
        // Several names at one server: whoever has another name in the same list is another.
        let mut siblings = Vec::new();
        for (id, ours) in &mine {
            for a in ours {
                for b in other.get(id).into_iter().flatten() {
                    let theirs = other.get(id).into_iter().flatten().any(|unit| unit.name() == a.name());
                    let here = ours.iter().any(|unit| unit.name() == b.name());
                    if a.name() != b.name() && theirs && here {
                        siblings.push((*a, *b));
                    }
                }
            }
        }
        set.sample(siblings, 40, false, "one-server-other-name");
        if procedure == "one-server" {
            // Two servers of one name are often one owner's.
            continue;
        }
        let (named, others) = (by(units, left, |u| [u.name()].into()), by(units, right, |u| [u.name()].into()));
        let mut elsewhere = Vec::new();
        for (name, ours) in &named {
            for (a, b) in ours.iter().flat_map(|a| others.get(name).into_iter().flatten().map(move |b| (*a, *b))) {
                if a.ids().is_disjoint(&b.ids()) && a.owners().is_disjoint(&b.owners()) && apart(a, b) {
                    elsewhere.push((a, b));
                }
            }
        }
        set.sample(elsewhere, 120, false, "equal-name-other-customer");
        let first_words = |unit: &Unit<'_>| -> BTreeSet<String> {
            [unit.name().splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ")].into()
        };
        let (starts, others) = (by(units, left, first_words), by(units, right, first_words));
        let mut near = Vec::new();
        for (start, ours) in &starts {
            for (a, b) in ours.iter().flat_map(|a| others.get(start).into_iter().flatten().map(move |b| (*a, *b))) {
                if a.ids().is_disjoint(&b.ids()) && a.name() != b.name() && far(a, b) {
                    near.push((a, b));
                }
            }
        }
        set.sample(near, 60, false, "near-name-other-customer");
    }
}

/// Have two names a word of four letters or more in common, or are they the same letters?
fn share_a_word(a: &Unit<'_>, b: &Unit<'_>) -> bool {
    let (a, b) = (a.name(), b.name());
    let words =
        |name: &str| -> BTreeSet<String> { name.split(' ').filter(|w| w.len() > 3).map(str::to_owned).collect() };
    a.replace(' ', "") == b.replace(' ', "") || !words(&a).is_disjoint(&words(&b))
}

/// Nothing says that they are at one place: their ZIP codes differ in the first three digits, or one has none.
fn apart(a: &Unit<'_>, b: &Unit<'_>) -> bool {
    let area = |unit: &Unit<'_>| -> BTreeSet<String> { unit.zips().iter().map(|zip| zip[..3].to_owned()).collect() };
    area(a).is_disjoint(&area(b))
}

/// Both say where they are, and it is not the same area.
fn far(a: &Unit<'_>, b: &Unit<'_>) -> bool {
    !a.zips().is_empty() && !b.zips().is_empty() && apart(a, b)
}

/// The same resource of one list at two dates.
fn two_dates(units: &[Unit<'_>], set: &mut Set) {
    let keys = |unit: &Unit<'_>| [unit.key().to_owned()].into();
    let (old, new) = (by(units, &format!("{ORACLE}@2025-11-21"), keys), by(units, ORACLE, keys));
    let pairs = old.iter().filter_map(|(key, ours)| Some((ours[0], *new.get(key)?.first()?))).collect();
    set.sample(pairs, 250, true, "two-dates");
    let names = |unit: &Unit<'_>| [unit.name()].into();
    let (old, new) = (by(units, &format!("{ORACLE}@2025-11-21"), names), by(units, ORACLE, names));
    let mut elsewhere = Vec::new();
    for (name, ours) in &old {
        for (a, b) in ours.iter().flat_map(|a| new.get(name).into_iter().flatten().map(move |b| (*a, *b))) {
            if a.key() != b.key() && far(a, b) {
                elsewhere.push((a, b));
            }
        }
    }
    set.sample(elsewhere, 120, false, "equal-name-other-customer");
}

/// The same readable address in two exports of the original directory; and its siblings at one portal.
fn two_exports(units: &[Unit<'_>], set: &mut Set) {
    let (old, new) = ("original-connector", "original-connector-2017");
    let (mine, other) = (by(units, old, Unit::slugs), by(units, new, Unit::slugs));
    let mut same = Vec::new();
    for (slug, ours) in &mine {
        if let ([a], Some([b])) = (ours.as_slice(), other.get(slug).map(Vec::as_slice)) {
            same.push((*a, *b));
        }
    }
    set.sample(same, 300, true, "two-exports");
    let (mine, other) = (by(units, old, Unit::domains), by(units, new, Unit::domains));
    let mut siblings = Vec::new();
    for (domain, ours) in &mine {
        for (a, b) in ours.iter().flat_map(|a| other.get(domain).into_iter().flatten().map(move |b| (*a, *b))) {
            if a.slugs().is_disjoint(&b.slugs()) && a.name() != b.name() {
                siblings.push((a, b));
            }
        }
    }
    set.sample(siblings, 260, false, "one-domain-other-name");
}

/// DSTU2 and R4 of one customer in one list, row for row.
fn two_versions(listed: &[Listed], set: &mut Set) {
    for list in ["lantern-cerner", "lantern-practice-fusion", "lantern-epic"] {
        let mut by_id: BTreeMap<String, Vec<&Listed>> = BTreeMap::new();
        for row in listed.iter().filter(|row| row.source == list) {
            let url = &row.facts().endpoints[0].at.url;
            let id =
                if list == "lantern-practice-fusion" { url.rsplit('/').next().map(str::to_owned) } else { id(url) };
            by_id.entry(id.unwrap_or_default()).or_default().push(row);
        }
        let mut found: Vec<_> = by_id.into_values().filter(|rows| rows.len() == 2).collect();
        found.sort_by_key(|rows| Sha256::digest(rows[0].listing.key.as_bytes()).to_vec());
        for rows in found.iter().take(80) {
            set.add((list, &rows[0].listing.key), (list, &rows[1].listing.key), true, "two-versions");
        }
    }
}

/// Equal names in other states or areas: within one list and across lists of different makers.
fn equal_names(units: &[Unit<'_>], set: &mut Set) {
    let mut by_name: BTreeMap<String, Vec<&Unit<'_>>> = BTreeMap::new();
    for unit in units.iter().filter(|unit| !unit.list.contains('@')) {
        by_name.entry(unit.name()).or_default().push(unit);
    }
    let mut within = Vec::new();
    let mut across: BTreeMap<(&str, &str), Vec<(&Unit<'_>, &Unit<'_>)>> = BTreeMap::new();
    for same in by_name.values() {
        for (n, a) in same.iter().enumerate() {
            for b in &same[n + 1..] {
                let states = (a.states(), b.states());
                let other_state = !states.0.is_empty() && !states.1.is_empty() && states.0.is_disjoint(&states.1);
                if !other_state || !a.ids().is_disjoint(&b.ids()) && !a.list.contains("athena") {
                    continue;
                }
                if a.list == b.list {
                    within.push((*a, *b));
                } else {
                    across.entry((&a.list, &b.list)).or_default().push((*a, *b));
                }
            }
        }
    }
    set.sample(within, 250, false, "equal-name-other-state");
    for pairs in across.into_values() {
        set.sample(pairs, 25, false, "equal-name-other-state");
    }
}
