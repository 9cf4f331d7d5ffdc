//! What must be asked back: the words are all there is, and they name many things.

use std::sync::LazyLock;

use crate::search::{
    Question,
    quick_hash::QuickMap,
    vocabulary::VOCABULARY,
    words::{self, Token},
};

/// What was typed, as one text of compared words -> what to ask.
static QUESTIONS: LazyLock<QuickMap<String, Question>> = LazyLock::new(|| {
    let mut all = QuickMap::default();
    let mut add = |typed: &[String], question: &Question| {
        for text in typed {
            let whole = words::whole(&words::telling(text));
            all.entry(whole).or_insert_with(|| question.clone());
        }
    };
    for several in &VOCABULARY.programmes.several {
        add(&several.typed, &Question::Programme { name: several.name.clone(), choices: several.choices.clone() });
    }
    for named in &VOCABULARY.programmes.by_state {
        add(&named.typed, &Question::State { name: named.name.clone() });
    }
    for named in &VOCABULARY.portals.portal {
        add(&named.typed, &Question::Portal { name: named.name.clone() });
    }
    all
});

/// The question these words ask for, when they say nothing else.
pub fn about(tokens: &[Token]) -> Option<Question> {
    known(tokens).cloned()
}

/// Do these words name something that differs by state?
pub fn by_state(tokens: &[Token]) -> bool {
    matches!(known(tokens), Some(Question::State { .. }))
}

fn known(tokens: &[Token]) -> Option<&'static Question> {
    let telling = || tokens.iter().filter(|token| !token.ignored).map(|token| token.form.as_str());
    // Nothing that is asked about has more words.
    if telling().nth(8).is_some() {
        return None;
    }
    let whole = words::together(telling());
    QUESTIONS.get(&whole).or_else(|| {
        let around = &VOCABULARY.portals.around;
        let bare = words::together(telling().filter(|form| !around.contains(*form)));
        if bare.len() == whole.len() { None } else { QUESTIONS.get(&bare) }
    })
}
