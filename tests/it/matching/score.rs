//! How often the matcher is right on the labelled set.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use connector::{
    model::matching::{Class, Key, Known, Profile, SHARED_BY, Verdict, judge, key::keys, reason::line, tenant::Tenant},
    sources::registry::Registry,
};

use super::{
    labels::{self, Pair, list_name},
    listings::{Listed, all, folder},
};

/// How much of what made a label the matcher may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// Everything, as in an import.
    Whole,
    /// Without what the label was made by: ids, servers, numbers, old addresses.
    Hidden,
    /// As if each maker had one address for all customers: names and states alone.
    OneAddress,
}

/// Every organization of every list, with its profile.
pub struct World {
    profiles: HashMap<(String, String), (String, Profile)>,
    /// Key -> list -> how many organizations of the list carry it.
    carriers: HashMap<Key, BTreeMap<String, usize>>,
}

impl World {
    pub fn read(listed: &[Listed], view: impl Fn(&mut Profile)) -> Self {
        let registry = Registry::shipped();
        let mut units: BTreeMap<(String, String), Vec<&Listed>> = BTreeMap::new();
        for row in listed {
            let unit = row.listing.group.clone().unwrap_or_else(|| row.listing.key.clone());
            units.entry((list_name(row), unit)).or_default().push(row);
        }
        let mut world = Self { profiles: HashMap::new(), carriers: HashMap::new() };
        for ((list, _), rows) in units {
            let tier = registry.find(&rows[0].source).tier;
            let mut profile = Profile::default();
            rows.iter().for_each(|row| profile.add(row.facts(), tier));
            view(&mut profile);
            for key in keys(&profile) {
                *world.carriers.entry(key).or_default().entry(list.clone()).or_default() += 1;
            }
            for row in rows {
                let own = (list.clone(), row.listing.key.clone());
                world.profiles.insert(own, (list.clone(), profile.clone()));
            }
        }
        world
    }

    pub fn judge(&self, pair: &Pair) -> Option<Verdict> {
        let (list_a, a) = self.profiles.get(&(pair.source_a.clone(), pair.key_a.clone()))?;
        let (list_b, b) = self.profiles.get(&(pair.source_b.clone(), pair.key_b.clone()))?;
        let count = |key: &Key, list: &String| self.carriers.get(key).and_then(|lists| lists.get(list)).copied();
        let shared = |key: &Key| self.carriers.get(key).is_some_and(|l| l.values().any(|n| *n > SHARED_BY));
        let lone = |key: &Key| count(key, list_a) == Some(1) && count(key, list_b) == Some(1);
        Some(judge(a, b, &Known { shared: &shared, lone: &lone }))
    }
}

fn hide(view: View) -> impl Fn(&mut Profile) {
    move |profile| match view {
        View::Whole => {}
        View::Hidden => {
            profile.tenants.retain(|tenant| matches!(tenant, Tenant::Everyone { .. }));
            profile.numbers.clear();
            profile.slugs.clear();
        }
        View::OneAddress => {
            let everyone = |tenant: Tenant| match tenant {
                Tenant::Customer { vendor, .. } | Tenant::Everyone { vendor } => Tenant::Everyone { vendor },
                Tenant::Base(_) => Tenant::Everyone { vendor: "epic".to_owned() },
            };
            profile.tenants = std::mem::take(&mut profile.tenants).into_iter().map(everyone).collect();
            profile.numbers.clear();
            profile.slugs.clear();
            profile.domains.clear();
        }
    }
}

/// Right and wrong, counted.
#[derive(Debug, Clone, Copy, Default)]
pub struct Score {
    same_as_same: usize,
    same_as_unsure: usize,
    same_as_different: usize,
    different_as_same: usize,
    different_as_unsure: usize,
    different_as_different: usize,
}

impl Score {
    fn add(&mut self, same: bool, verdict: &Verdict) {
        *match (same, verdict) {
            (true, Verdict::Same(_)) => &mut self.same_as_same,
            (true, Verdict::Unsure(_)) => &mut self.same_as_unsure,
            (true, Verdict::Different(_)) => &mut self.same_as_different,
            (false, Verdict::Same(_)) => &mut self.different_as_same,
            (false, Verdict::Unsure(_)) => &mut self.different_as_unsure,
            (false, Verdict::Different(_)) => &mut self.different_as_different,
        } += 1;
    }

    fn precision(&self) -> (usize, usize) {
        (self.same_as_same, self.same_as_same + self.different_as_same)
    }

    fn recall(&self) -> (usize, usize) {
        (self.same_as_same, self.same_as_same + self.same_as_unsure + self.same_as_different)
    }
}

/// A share with its Wilson interval of 95 % (Wilson 1927).
fn share((part, whole): (usize, usize)) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let (n, z) = (whole as f64, 1.96);
    let p = part as f64 / n;
    let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    format!("{p:.4} [{:.4}, {:.4}] ({part} of {whole})", middle - half, (middle + half).min(1.0))
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "same: {} same, {} unsure, {} different; different: {} same, {} unsure, {} different; precision {}; recall {}",
            self.same_as_same,
            self.same_as_unsure,
            self.same_as_different,
            self.different_as_same,
            self.different_as_unsure,
            self.different_as_different,
            share(self.precision()),
            share(self.recall())
        )
    }
}

/// Tells how the matcher does on half 0, mistakes and misses by name; `MATCH_HALF=1` the other half.
#[test]
#[ignore = "for tuning: prints mistakes"]
fn tune() {
    let Some(folder) = folder() else { return };
    let half: u8 = std::env::var("MATCH_HALF").ok().and_then(|half| half.parse().ok()).unwrap_or(0);
    let listed = all(&folder);
    let pairs = labels::read(&labels::path());
    for view in [View::Whole, View::Hidden, View::OneAddress] {
        let world = World::read(&listed, hide(view));
        let mut scores: BTreeMap<String, Score> = BTreeMap::new();
        for pair in pairs.iter().filter(|pair| pair.half() == half) {
            let Some(verdict) = world.judge(pair) else {
                println!("no such listing: {pair:?}");
                continue;
            };
            scores.entry(format!("{view:?} {}", pair.procedure)).or_default().add(pair.same, &verdict);
            scores.entry(format!("{view:?}")).or_default().add(pair.same, &verdict);
            let right = matches!((pair.same, &verdict), (true, Verdict::Same(_)) | (false, Verdict::Different(_)));
            if !right && std::env::var_os("MATCH_SHOW").is_some() {
                let name = |list: &str, key: &str| {
                    let row = listed.iter().find(|row| list_name(row) == list && row.listing.key == key);
                    row.map(|row| (row.facts().name.clone(), row.facts().places.clone())).unwrap_or_default()
                };
                println!(
                    "{view:?} {} label {} | {} {:?} | {} {:?} | {} {}",
                    pair.procedure,
                    pair.same,
                    pair.source_a,
                    name(&pair.source_a, &pair.key_a),
                    pair.source_b,
                    name(&pair.source_b, &pair.key_b),
                    match verdict { Verdict::Same(_) => "SAME", Verdict::Unsure(_) => "unsure", _ => "different" },
                    line(verdict.reasons())
                );
            }
        }
        for (what, score) in scores {
            println!("{what}: {score}");
        }
    }
    let _ = Class::Number;
}
