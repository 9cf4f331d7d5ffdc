//! What is asked back, before an answer can be right: which hospital, which state, which programme, where?

use super::{
    Choice,
    asked::{Asked, NATIONWIDE},
    filters::{FilterValue, Filters},
};
use crate::{
    search::{Filter, Question, Results},
    site::{Lang, here::Here},
};

/// How it is answered.
pub enum Answer {
    /// A box for words.
    Words { label: String },
    /// A state.
    State { states: Vec<FilterValue> },
    /// One of these.
    Choices(Vec<Choice>),
}

/// A question with the way to answer it.
pub struct Asking {
    pub heading: String,
    pub answer: Answer,
    /// What else the form carries: names and values.
    pub kept: Vec<(&'static str, String)>,
}

impl Asking {
    pub fn new(here: &Here, asked: &Asked, results: &Results, filters: &Filters) -> Option<Self> {
        let first_page = |change: fn(&mut Asked)| asked.changed(change).pairs();
        Some(match results.question.as_ref()? {
            Question::Portal { name } => Self {
                heading: here.t1("question-portal", "name", name),
                answer: Answer::Words { label: here.t("question-portal-label") },
                // The words stay: what is typed is added to them.
                kept: first_page(|_| ()),
            },
            Question::Person { name } => Self {
                heading: here.t1("question-person", "name", name),
                answer: Answer::Words { label: here.t("question-person-label") },
                kept: first_page(|other| other.q.clear()),
            },
            Question::State { name } => Self {
                heading: here.t1("question-state", "name", name),
                answer: Answer::State { states: states(here, filters) },
                kept: asked.without(Filter::States).pairs(),
            },
            Question::Programme { name, choices } => Self {
                heading: here.t1("question-programme", "name", name),
                answer: Answer::Choices(
                    choices
                        .iter()
                        .map(|choice| Choice {
                            words: if here.lang == Lang::Es { &choice.name_es } else { &choice.name }.clone(),
                            address: asked.changed(|other| other.q.clone_from(&choice.q)).address(here),
                        })
                        .collect(),
                ),
                kept: Vec::new(),
            },
        })
    }
}

/// Those of the filter, which knows how many there are; all, when it would leave none.
fn states(here: &Here, filters: &Filters) -> Vec<FilterValue> {
    let known = |filters: &Filters| -> Vec<FilterValue> {
        filters.states.iter().filter(|state| state.value != NATIONWIDE).cloned().collect()
    };
    match known(filters) {
        none if none.is_empty() => known(&Filters::new(here, &Asked::default(), &Results::default())),
        some => some,
    }
}
