//! States at the end (or the beginning) of what was typed.

use std::sync::LazyLock;

use crate::{
    model::place::{STATES, state_name},
    search::{
        quick_hash::QuickMap,
        vocabulary::VOCABULARY,
        words::{self, Token},
    },
};

/// One way to write a state.
struct Written {
    /// Its words as they are written.
    surfaces: Vec<String>,
    /// Its postal code.
    code: &'static str,
    /// It is the postal code itself.
    is_code: bool,
}

/// By the last word, the longest first.
static BY_LAST: LazyLock<QuickMap<String, Vec<Written>>> = LazyLock::new(|| by_word(|surfaces| surfaces.last()));
/// By the first word, the longest first.
static BY_FIRST: LazyLock<QuickMap<String, Vec<Written>>> = LazyLock::new(|| by_word(|surfaces| surfaces.first()));

fn by_word(word: impl Fn(&Vec<String>) -> Option<&String>) -> QuickMap<String, Vec<Written>> {
    let mut all: QuickMap<String, Vec<Written>> = QuickMap::default();
    for (code, name) in STATES {
        let others = VOCABULARY.states.get(*code).into_iter().flatten().map(String::as_str);
        for (text, is_code) in [(*code, true), (*name, false)].into_iter().chain(others.map(|other| (other, false))) {
            let surfaces: Vec<String> = words::fold(text).into_iter().map(|token| token.surface).collect();
            if let Some(key) = word(&surfaces) {
                all.entry(key.clone()).or_default().push(Written { surfaces, code, is_code });
            }
        }
    }
    for ways in all.values_mut() {
        ways.sort_by_key(|written| std::cmp::Reverse(written.surfaces.len()));
    }
    all
}

fn same(surfaces: &[String], tokens: &[Token]) -> bool {
    surfaces.iter().zip(tokens).all(|(surface, token)| *surface == token.surface)
}

/// The state at the end: how many words, and its postal code. A code that is also a small word ("in", "me") counts only
/// when it was typed like a code.
pub fn at_end(text: &str, tokens: &[Token]) -> Option<(usize, &'static str)> {
    let fits = |written: &&Written| {
        let length = written.surfaces.len();
        let Some(from) = tokens.len().checked_sub(length) else { return false };
        let meant = || !written.is_code || !tokens[from].ignored || text.trim_end().ends_with(written.code);
        same(&written.surfaces, &tokens[from..]) && meant()
    };
    let found = BY_LAST.get(&tokens.last()?.surface)?.iter().find(fits)?;
    Some((found.surfaces.len(), found.code))
}

/// The state at the beginning: how many words, and its postal code.
pub fn at_start(tokens: &[Token]) -> Option<(usize, &'static str)> {
    let fits = |written: &&Written| {
        written.surfaces.len() <= tokens.len() && !tokens[0].ignored && same(&written.surfaces, tokens)
    };
    let found = BY_FIRST.get(&tokens.first()?.surface)?.iter().find(fits)?;
    Some((found.surfaces.len(), found.code))
}

/// The words of a state in an index: its code and its name.
pub fn state_words(code: &str) -> Vec<String> {
    let name = state_name(code).unwrap_or_default();
    words::telling(name).into_iter().map(|token| token.form).chain([code.to_lowercase()]).collect()
}
