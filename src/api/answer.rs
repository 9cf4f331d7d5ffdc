//! What a search answers programs, over HTTP and on the command line: nothing that was not found or not asked.

use schemars::JsonSchema;
use serde::Serialize;

use crate::search::{Card, Counts, EXACT_TOTAL, Filter, NearTo, Question, Results};

/// Result cards and what belongs to them.
#[derive(Debug, Default, Serialize, JsonSchema)]
#[schemars(rename = "SearchAnswer")]
pub struct Answer {
    /// The results.
    pub results: Vec<Card>,
    /// How many match; parts of one organization share one result, which says how many of them do.
    pub total: usize,
    /// There are more than `total`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub total_is_lower_bound: bool,
    /// Other words that find more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub did_you_mean: Option<String>,
    /// What must be asked back before an answer can be right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// From where distances are measured, as it was understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub near: Option<NearTo>,
    /// What each value of a filter would leave, when that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counted>,
    /// When nothing was found: what would be found with one filter less.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<Without>,
}

impl From<Results> for Answer {
    fn from(found: Results) -> Self {
        let without = |without: crate::search::Without| Without {
            parameter: parameter(without.filter),
            total: without.total.min(EXACT_TOTAL),
        };
        Self {
            total: found.total.min(EXACT_TOTAL),
            total_is_lower_bound: found.total > EXACT_TOTAL,
            results: found.results,
            did_you_mean: found.did_you_mean,
            question: found.question,
            near: found.near,
            counts: found.counts.map(Counted::from),
            without: found.without.into_iter().map(without).collect(),
        }
    }
}

/// What would be found without one filter.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Without {
    /// The parameter to leave out.
    pub parameter: &'static str,
    /// How many would be found, up to the same bound as `total`.
    pub total: usize,
}

/// Counts under the names of the parameters they belong to.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Counted {
    kind: Vec<Count>,
    state: Vec<Count>,
    feature: Vec<Count>,
    tier: Vec<Count>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    within: Vec<Count>,
    /// Were all matches counted? If not, each is at least so many.
    complete: bool,
}

/// A value as its parameter takes it.
#[derive(Debug, Serialize, JsonSchema)]
struct Count {
    value: String,
    count: usize,
}

impl From<Counts> for Counted {
    fn from(counts: Counts) -> Self {
        fn each<T>(counts: Vec<(T, usize)>, word: impl Fn(T) -> String) -> Vec<Count> {
            counts.into_iter().map(|(value, count)| Count { value: word(value), count }).collect()
        }
        Self {
            kind: each(counts.kinds, |kind| kind.code().to_owned()),
            state: each(counts.states, |state| state),
            feature: each(counts.features, |feature| feature.code().to_owned()),
            tier: each(counts.tiers, |tier| tier.to_string()),
            within: each(counts.within, |miles| miles.to_string()),
            complete: counts.complete,
        }
    }
}

/// The parameter that sets a filter; `--part-of` and the like on the command line.
pub fn parameter(filter: Filter) -> &'static str {
    match filter {
        Filter::Kinds => "kind",
        Filter::States => "state",
        Filter::Features => "feature",
        Filter::Tiers => "tier",
        Filter::Within => "within",
        Filter::PartOf => "part_of",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{
        model::{features::Feature, kind::Kind},
        search,
    };

    fn answered(results: Results) -> Value {
        serde_json::to_value(Answer::from(results)).unwrap()
    }

    #[test]
    fn what_was_not_found_or_asked_is_not_there() {
        assert_eq!(answered(Results::default()), json!({ "results": [], "total": 0 }));
    }

    #[test]
    fn a_large_total_is_a_lower_bound() {
        let total = |total| answered(Results { total, ..Results::default() });
        assert_eq!(total(EXACT_TOTAL), json!({ "results": [], "total": 10_000 }));
        assert_eq!(total(EXACT_TOTAL + 7), json!({ "results": [], "total": 10_000, "total_is_lower_bound": true }));
    }

    #[test]
    fn everything_has_the_names_of_parameters() {
        let answer = answered(Results {
            question: Some(Question::State { name: "Blue Cross".into() }),
            near: Some(NearTo::City { city: "Boise".into(), state: "ID".into() }),
            counts: Some(Counts {
                kinds: vec![(Kind::LongTermCare, 2)],
                states: vec![("US".into(), 1)],
                features: vec![(Feature::parse("view.lab_results").unwrap(), 3)],
                tiers: vec![(4, 5)],
                within: vec![(10.0, 6)],
                complete: true,
            }),
            without: vec![search::Without { filter: Filter::PartOf, total: 20_000 }],
            did_you_mean: Some("blue cross".into()),
            ..Results::default()
        });
        let one = |value: &str, count: u64| json!([{ "value": value, "count": count }]);
        assert_eq!(answer["question"], json!({ "type": "state", "name": "Blue Cross" }));
        assert_eq!(answer["near"], json!({ "type": "city", "city": "Boise", "state": "ID" }));
        assert_eq!(
            answer["counts"],
            json!({
                "kind": one("long-term-care", 2),
                "state": one("US", 1),
                "feature": one("view.lab_results", 3),
                "tier": one("4", 5),
                "within": one("10", 6),
                "complete": true,
            })
        );
        assert_eq!(answer["without"], json!([{ "parameter": "part_of", "total": 10_000 }]));
        assert_eq!(answer["did_you_mean"], "blue cross");
    }
}
