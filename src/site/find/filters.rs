//! The filters beside the results: values with what each would leave, as plain form controls, and those that are set
//! as chips.

use super::{
    Choice,
    asked::{Asked, DISTANCES, NATIONWIDE},
    near,
};
use crate::{
    model::{features::Feature, kind::Kind, place, text},
    search::{Counts, Filter, NearTo, Results},
    site::here::Here,
};

/// What most people want to do, before the rest of the menu.
const FIRST: [&str; 8] = [
    "view",
    "download",
    "send",
    "send.app_access",
    "service.scheduling",
    "service.secure_messaging",
    "service.refills",
    "service.bill_pay",
];

/// One value of a filter.
#[derive(Clone)]
pub struct FilterValue {
    pub value: String,
    /// With the number it would leave, when that is known.
    pub words: String,
    pub chosen: bool,
}

/// Check boxes of one filter.
pub struct Group {
    /// The parameter.
    pub name: &'static str,
    pub title: String,
    pub values: Vec<FilterValue>,
    /// Behind a line that opens it.
    pub folded: bool,
}

impl Group {
    /// Does it stand open although it folds?
    pub fn open(&self) -> bool {
        self.values.iter().any(|value| value.chosen)
    }
}

/// Everything there is to choose.
pub struct Filters {
    pub states: Vec<FilterValue>,
    pub distances: Vec<FilterValue>,
    /// A distance was chosen, but no place to measure from.
    pub distance_needs_place: bool,
    pub groups: Vec<Group>,
    /// The organization whose parts are asked for: id and words.
    pub part_of: Option<(String, String)>,
}

impl Filters {
    pub fn new(here: &Here, asked: &Asked, results: &Results) -> Self {
        let menu = Menu { here, counts: results.counts.as_ref() };
        let measured = matches!(results.near, Some(NearTo::Zip { .. } | NearTo::City { .. } | NearTo::Point { .. }));
        let distances = if measured || asked.within.is_some() { menu.distances(asked) } else { Vec::new() };
        Self {
            states: menu.states(asked),
            distances,
            distance_needs_place: !measured && asked.within.is_some(),
            groups: menu.groups(asked),
            part_of: asked.part_of.as_ref().map(|id| (id.to_string(), parts_words(here, results))),
        }
    }
}

/// Values with their counts.
struct Menu<'a> {
    here: &'a Here,
    counts: Option<&'a Counts>,
}

impl Menu<'_> {
    /// A value to choose; nothing when it would leave nothing and is not chosen. Without counts, all are shown.
    fn value<T: PartialEq>(
        &self,
        (value, code): (&T, String),
        words: String,
        counted: impl FnOnce(&Counts) -> &[(T, usize)],
        chosen: bool,
    ) -> Option<FilterValue> {
        let Some(counts) = self.counts else {
            return Some(FilterValue { value: code, words, chosen });
        };
        let count = counted(counts).iter().find(|(known, _)| known == value).map_or(0, |(_, count)| *count);
        let words = if counts.complete || count == 0 {
            self.here.t2("filter-count", "words", words, "count", count)
        } else {
            self.here.t2("filter-count-least", "words", words, "count", count)
        };
        (count > 0 || chosen).then_some(FilterValue { value: code, words, chosen })
    }

    /// The whole country, then states by name in the language of the page.
    fn states(&self, asked: &Asked) -> Vec<FilterValue> {
        let mut states: Vec<_> = place::STATES.iter().map(|(code, _)| (*code, self.here.state(code))).collect();
        states.sort_by_cached_key(|(_, name)| text::match_form(name));
        std::iter::once((NATIONWIDE, state_words(self.here, NATIONWIDE)))
            .chain(states)
            .filter_map(|(code, name)| {
                let value = (&code.to_owned(), code.to_owned());
                self.value(value, name, |counts| &counts.states, asked.state == Some(code))
            })
            .collect()
    }

    fn distances(&self, asked: &Asked) -> Vec<FilterValue> {
        DISTANCES
            .into_iter()
            .filter_map(|miles| {
                let words = self.here.t1("filter-miles", "miles", u64::from(miles));
                let value = (&f64::from(miles), miles.to_string());
                self.value(value, words, |counts| &counts.within, asked.within == Some(miles))
            })
            .collect()
    }

    fn groups(&self, asked: &Asked) -> Vec<Group> {
        let group = |name, title, folded, values| Group { name, title, values, folded };
        let first = FIRST.iter().filter_map(|code| Feature::parse(code));
        let first = self.features(asked, first, |feature| feature_words(self.here, feature));
        let rest = |of: &[&str]| {
            let rest = Feature::all().filter(|one| of.contains(&one.group()) && !FIRST.contains(&one.code()));
            self.features(asked, rest, |feature| self.here.feature(feature))
        };
        let mut groups = vec![
            group("kind", self.here.t("filter-kind"), false, self.kinds(asked)),
            group("feature", self.here.t("filter-can"), false, first),
            group("feature", self.here.t("filter-data"), true, rest(&["view"])),
            group("feature", self.here.t("group-download"), true, rest(&["download"])),
            group("feature", self.here.t("group-send"), true, rest(&["send"])),
            group("feature", self.here.t("group-service"), true, rest(&["service", "shows_blue_button"])),
            group("tier", self.here.t("filter-tier"), true, self.tiers(asked)),
        ];
        groups.retain(|group| !group.values.is_empty());
        groups
    }

    fn kinds(&self, asked: &Asked) -> Vec<FilterValue> {
        let value = |kind: &Kind| {
            let chosen = asked.kinds.contains(kind);
            self.value((kind, kind.code().to_owned()), self.here.kinds(*kind), |counts| &counts.kinds, chosen)
                .filter(|_| *kind != Kind::Unknown || chosen)
        };
        Kind::ALL.iter().filter_map(value).collect()
    }

    fn features(
        &self,
        asked: &Asked,
        features: impl Iterator<Item = Feature>,
        words: impl Fn(Feature) -> String,
    ) -> Vec<FilterValue> {
        let value = |feature: Feature| {
            let chosen = asked.features.contains(&feature);
            self.value((&feature, feature.code().to_owned()), words(feature), |counts| &counts.features, chosen)
        };
        features.filter_map(value).collect()
    }

    fn tiers(&self, asked: &Asked) -> Vec<FilterValue> {
        let value = |tier: u8| {
            let chosen = asked.tiers.contains(&tier);
            self.value((&tier, tier.to_string()), tier_words(self.here, tier), |counts| &counts.tiers, chosen)
        };
        (0..=8).filter_map(value).collect()
    }
}

fn state_words(here: &Here, code: &str) -> String {
    if code == NATIONWIDE { here.t("area-us") } else { here.state(code) }
}

fn tier_words(here: &Here, tier: u8) -> String {
    here.t(&format!("tier-{tier}"))
}

/// A feature where no heading says what it is about.
fn feature_words(here: &Here, feature: Feature) -> String {
    let group = match feature.group() {
        "view" => here.t("group-view"),
        "download" => here.t("group-download"),
        "send" => here.t("group-send"),
        _ => return here.feature(feature),
    };
    match feature.code() {
        "view" | "download" | "send" => group,
        "send.app_access" => here.t("filter-send-app"),
        code if code.starts_with("view.") => here.feature(feature),
        _ => here.t2("filter-feature", "group", group, "feature", here.feature(feature)),
    }
}

/// The first result knows the name of the organization whose parts were asked for.
fn parts_words(here: &Here, results: &Results) -> String {
    let name = results.results.first().and_then(|card| card.part_of.as_ref()).map(|parent| &parent.name);
    name.map_or_else(|| here.t("find-parts"), |name| here.t1("find-parts-of", "name", name))
}

/// Filters that are set, each with the address without it.
pub fn chips(here: &Here, asked: &Asked, results: &Results) -> Vec<Choice> {
    let chip = |words, without: Asked| Choice { words, address: without.address(here) };
    let mut chips = Vec::new();
    if asked.part_of.is_some() {
        chips.push(chip(parts_words(here, results), asked.without(Filter::PartOf)));
    }
    for kind in &asked.kinds {
        chips.push(chip(here.kinds(*kind), asked.changed(|other| other.kinds.retain(|other| other != kind))));
    }
    if let Some(state) = asked.state {
        chips.push(chip(state_words(here, state), asked.without(Filter::States)));
    }
    if let Some(words) = near::chip(here, &asked.near, results.near.as_ref()) {
        let without = asked.changed(|other| {
            other.near.clear();
            other.within = None;
        });
        chips.push(chip(words, without));
    }
    if asked.within.is_some() {
        chips.push(chip(filter_words(here, asked, results, Filter::Within), asked.without(Filter::Within)));
    }
    for feature in &asked.features {
        let without = asked.changed(|other| other.features.retain(|other| other != feature));
        chips.push(chip(feature_words(here, *feature), without));
    }
    for tier in &asked.tiers {
        let without = asked.changed(|other| other.tiers.retain(|other| other != tier));
        chips.push(chip(tier_words(here, *tier), without));
    }
    chips
}

/// All that one filter asks, in words.
pub fn filter_words(here: &Here, asked: &Asked, results: &Results, filter: Filter) -> String {
    let words: Vec<String> = match filter {
        Filter::Kinds => asked.kinds.iter().map(|kind| here.kinds(*kind)).collect(),
        Filter::States => asked.state.iter().map(|code| state_words(here, code)).collect(),
        Filter::Features => asked.features.iter().map(|feature| feature_words(here, *feature)).collect(),
        Filter::Tiers => asked.tiers.iter().map(|tier| tier_words(here, *tier)).collect(),
        Filter::Within => asked.within.iter().map(|miles| here.t1("find-within", "miles", u64::from(*miles))).collect(),
        Filter::PartOf => vec![parts_words(here, results)],
    };
    words.join(", ")
}
