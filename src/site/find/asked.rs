//! What the find page is asked, as its address says it: a query in, a search request and addresses out.

use std::fmt::Display;

use url::form_urlencoded;

use super::{LAST_PAGE, PER_PAGE};
use crate::{
    model::{
        features::Feature,
        id::{Id, ThingKind},
        kind::Kind,
        place,
        source::Tier,
        text,
    },
    search::{Filter, Request},
    site::here::Here,
};

/// The longest search that is read, in characters.
const LONGEST: usize = 200;
/// The longest place that is read, in characters.
const LONGEST_PLACE: usize = 60;
/// In the place of a state: those who serve the whole country.
pub const NATIONWIDE: &str = "US";
/// Miles to choose from.
pub const DISTANCES: [u16; 5] = [5, 10, 25, 50, 100];

/// What was asked, as the address says it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Asked {
    /// The words. A form that adds words sends `q` twice: they are one search.
    pub q: String,
    /// What stands in the box for the place, right or wrong.
    pub near: String,
    /// One of [`DISTANCES`].
    pub within: Option<u16>,
    pub kinds: Vec<Kind>,
    /// A postal code, or [`NATIONWIDE`].
    pub state: Option<&'static str>,
    pub features: Vec<Feature>,
    /// Numbers of tiers.
    pub tiers: Vec<u8>,
    /// Only parts of this organization.
    pub part_of: Option<Id>,
    /// From 1.
    pub page: usize,
}

impl Asked {
    /// Reads a query; what is not known or not right is left out, a wrong place is kept to be shown with its reason.
    pub fn read(query: &str) -> Self {
        let mut asked = Self { page: 1, ..Self::default() };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "q" => {
                    let more: String = value.chars().take(LONGEST * 2).collect();
                    asked.q = text::clean(&format!("{} {more}", asked.q), LONGEST);
                }
                "near" => asked.near = text::clean(&value.chars().take(LONGEST).collect::<String>(), LONGEST_PLACE),
                "within" => asked.within = value.parse().ok().filter(|miles| DISTANCES.contains(miles)),
                "kind" => add(&mut asked.kinds, Kind::from_code(&value)),
                "state" => asked.state = area(&value),
                "feature" => add(&mut asked.features, Feature::parse(&value)),
                "tier" => add(&mut asked.tiers, value.parse().ok().filter(|tier| Tier::try_from(*tier).is_ok())),
                "part_of" => asked.part_of = Id::parse(&value).filter(|id| id.kind() == ThingKind::Organization),
                "page" => asked.page = value.parse().unwrap_or(1).clamp(1, LAST_PAGE),
                _ => {}
            }
        }
        asked
    }

    /// Was nothing asked at all? A distance alone asks nothing.
    pub fn is_empty(&self) -> bool {
        self.near.is_empty() && self.is_only_a_place()
    }

    /// Was nothing asked but a place, or not even that?
    pub fn is_only_a_place(&self) -> bool {
        self.q.is_empty() && !self.has_filters()
    }

    fn has_filters(&self) -> bool {
        !self.kinds.is_empty()
            || self.state.is_some()
            || !self.features.is_empty()
            || !self.tiers.is_empty()
            || self.part_of.is_some()
    }

    /// What the search is asked.
    pub fn request(&self) -> Request {
        Request {
            q: self.q.clone(),
            near: (!self.near.is_empty()).then(|| self.place()),
            within: self.within.map(f64::from),
            kinds: self.kinds.clone(),
            states: self.state.iter().map(|code| (*code).to_owned()).collect(),
            features: self.features.clone(),
            tiers: self.tiers.clone(),
            part_of: self.part_of.clone(),
            home: None,
            limit: PER_PAGE,
            offset: (self.page - 1) * PER_PAGE,
            counts: true,
            explain: false,
        }
    }

    /// The place to be near to: of ZIP+4 the ZIP code, else as typed.
    fn place(&self) -> String {
        place::zip5(&self.near).filter(|_| self.near.len() >= 5).unwrap_or_else(|| self.near.clone())
    }

    /// Names and values of the address, in the order in which they stand there.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        fn each(name: &'static str, values: impl IntoIterator<Item = impl Display>) -> Vec<(&'static str, String)> {
            values.into_iter().map(|value| (name, value.to_string())).collect()
        }
        fn text(value: &str) -> Option<&str> {
            Some(value).filter(|value| !value.is_empty())
        }
        [
            each("q", text(&self.q)),
            each("near", text(&self.near)),
            each("within", self.within),
            each("kind", self.kinds.iter().map(|kind| kind.code())),
            each("state", self.state),
            each("feature", &self.features),
            each("tier", &self.tiers),
            each("part_of", self.part_of.as_ref().map(Id::as_str)),
            each("page", Some(self.page).filter(|page| *page > 1)),
        ]
        .concat()
    }

    /// The address that asks this.
    pub fn address(&self, here: &Here) -> String {
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish();
        here.link(if query.is_empty() { "/find" } else { "/find?" }) + &query
    }

    /// The same with a change, from its first page.
    pub fn changed(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = Self { page: 1, ..self.clone() };
        change(&mut other);
        other
    }

    /// The same without one filter.
    pub fn without(&self, filter: Filter) -> Self {
        self.changed(|other| match filter {
            Filter::Kinds => other.kinds.clear(),
            Filter::States => other.state = None,
            Filter::Features => other.features.clear(),
            Filter::Tiers => other.tiers.clear(),
            Filter::Within => other.within = None,
            Filter::PartOf => other.part_of = None,
        })
    }
}

/// A state by postal code or name, or the whole country.
fn area(value: &str) -> Option<&'static str> {
    if value == NATIONWIDE { Some(NATIONWIDE) } else { place::state_code(value) }
}

/// Adds what is known and not there yet.
fn add<T: PartialEq>(to: &mut Vec<T>, value: Option<T>) {
    to.extend(value.filter(|value| !to.contains(value)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, samples};

    #[test]
    fn the_address_says_everything_and_nothing_wrong_passes() {
        let asked = Asked::read(
            "q=%20st%20marys%20&near=Boise,%20ID&within=25&kind=hospital&kind=castle&kind=hospital&state=idaho\
             &feature=view&feature=teleport&feature=view&tier=3&tier=9&tier=3&tier=x&page=-3&x=1",
        );
        assert_eq!((asked.q.as_str(), asked.near.as_str(), asked.page), ("st marys", "Boise, ID", 1));
        assert_eq!((asked.kinds.as_slice(), asked.state), ([Kind::Hospital].as_slice(), Some("ID")));
        assert_eq!((asked.within, asked.tiers.as_slice()), (Some(25), [3].as_slice()));
        assert_eq!(asked.features, [Feature::parse("view").unwrap()]);
        assert_eq!(Asked::read("page=99999999").page, LAST_PAGE);
        assert_eq!(Asked::read("within=7").within, None, "only distances of the menu");
    }

    #[test]
    fn the_address_is_read_back() {
        let here = samples::here(Lang::Es, "/find");
        let part_of = samples::id("org-", 40);
        let asked = Asked::read(&format!(
            "q=a%26b+%C3%B1&near=43.62,-116.20&within=50&kind=hospital&kind=clinic&state=ID&feature=view\
             &feature=view.lab_results&tier=1&tier=3&part_of={part_of}&page=3"
        ));
        let address = asked.address(&here);
        assert_eq!(Asked::read(address.strip_prefix("/es/find?").unwrap()), asked);
        assert_eq!(address.matches('&').count(), 11, "{address}");
    }

    #[test]
    fn a_long_zip_is_searched_by_its_first_part_and_a_short_one_is_not_mended() {
        let near = |near: &str| Asked::read(&format!("near={near}")).request().near;
        assert_eq!(near("83702-1234").as_deref(), Some("83702"));
        assert_eq!(near("8370").as_deref(), Some("8370"));
        assert_eq!(near("Boise,+ID").as_deref(), Some("Boise, ID"));
        assert_eq!(near(""), None);
    }

    #[test]
    fn the_whole_country_stands_in_the_place_of_a_state() {
        assert_eq!(Asked::read("state=US").request().states, ["US"]);
        assert_eq!(Asked::read("state=Ontario").state, None);
    }

    #[test]
    fn words_that_a_form_adds_are_one_search() {
        assert_eq!(Asked::read("q=mychart&near=83702&q=st+lukes").q, "mychart st lukes");
        assert_eq!(Asked::read("q=mychart&q=").q, "mychart");
    }

    #[test]
    fn a_form_that_was_left_empty_asks_nothing() {
        assert!(Asked::read("q=&near=&within=25&state=").is_empty());
        assert!(!Asked::read("near=83702").is_empty() && Asked::read("near=83702").is_only_a_place());
        for filter in ["kind=hospital", "state=ID", "feature=view", "tier=3"] {
            assert!(!Asked::read(filter).is_empty(), "{filter}");
        }
    }

    #[test]
    fn every_filter_can_be_left_out() {
        let part_of = samples::id("org-", 40);
        let all = format!("q=a&within=5&kind=clinic&state=ID&feature=view&tier=3&part_of={part_of}&page=2");
        for (filter, name) in [
            (Filter::Kinds, "kind"),
            (Filter::States, "state"),
            (Filter::Features, "feature"),
            (Filter::Tiers, "tier"),
            (Filter::Within, "within"),
            (Filter::PartOf, "part_of"),
        ] {
            let left: Vec<_> = Asked::read(&all).without(filter).pairs().into_iter().map(|(name, _)| name).collect();
            assert!(!left.contains(&name) && !left.contains(&"page") && left.len() == 6, "{name}: {left:?}");
        }
    }
}
