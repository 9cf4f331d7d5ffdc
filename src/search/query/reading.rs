//! Words into parts: phrases, states, and what each word may stand for.

use std::sync::LazyLock;

use super::{
    Meaning, Part, WORD_LIMIT, Word, phrases, questions,
    states::{at_end, at_start},
};
use crate::{
    model::place::state_name,
    search::{
        quick_hash::QuickMap,
        vocabulary::VOCABULARY,
        words::{self, Token},
    },
};

/// What each compared word may stand for: short forms both ways, callings.
static OTHER: LazyLock<QuickMap<String, Vec<String>>> = LazyLock::new(|| {
    let mut all: QuickMap<String, Vec<String>> = QuickMap::default();
    let mut add = |from: &str, to: &String| {
        let known = all.entry(from.to_owned()).or_default();
        if !known.contains(to) {
            known.push(to.clone());
        }
    };
    for (short, fulls) in &VOCABULARY.abbreviations.may_be {
        for full in fulls {
            add(short, full);
            // What folding writes out stands in no name any more.
            if !VOCABULARY.abbreviations.same.contains_key(short) {
                add(full, short);
            }
        }
    }
    for (calling, places) in &VOCABULARY.specialties {
        for place in places {
            add(calling, place);
        }
    }
    all
});

/// What was read.
pub struct Read {
    /// The parts, in the order typed.
    pub parts: Vec<Part>,
    /// All telling words as one name.
    pub whole: String,
    /// The words that were read.
    pub tokens: Vec<Token>,
}

/// Reads what somebody typed.
pub fn read(text: &str) -> Read {
    let mut tokens = words::fold(text);
    let asking = asking(&tokens);
    tokens.drain(..asking);
    read_tokens(text, tokens)
}

/// Reads a name.
pub fn read_name(text: &str) -> Read {
    read_tokens(text, words::fold(text))
}

fn read_tokens(text: &str, all: Vec<Token>) -> Read {
    let everything_ignored = all.iter().all(|token| token.ignored);
    let kept = |token: &&Token| everything_ignored || !token.ignored;
    let whole = words::together(all.iter().filter(kept).map(|token| token.form.as_str()));
    let ended = at_end(text, &all).filter(|(length, _)| !nickname_reaches(&all, all.len() - length));
    let started =
        if ended.is_none() { at_start(&all).filter(|(length, _)| only_by_state(&all, *length)) } else { None };
    let mut parts = Vec::with_capacity(6);
    let mut state = None;
    let from = started.map_or(0, |(length, code)| {
        parts.push(state_part(&all[..length], code));
        state = Some(code);
        length
    });
    let to = ended.map_or(all.len(), |(length, _)| all.len() - length);
    // A place for the state stays free.
    let limit = WORD_LIMIT - 1;
    let mut at = from;
    while at < to && parts.len() < limit {
        let (length, phrase) =
            phrases::beginning(&all[at..to]).map_or((1, None), |(length, phrase)| (length, Some(phrase)));
        let mut words: Vec<Word> = all[at..at + length].iter().filter(kept).map(word).collect();
        at += length;
        if words.is_empty() {
            continue;
        }
        let mut meaning = Meaning::Plain;
        if let Some(phrase) = phrase {
            if !phrase.kinds.is_empty() {
                meaning = Meaning::Kinds(phrase.kinds.clone());
            }
            state = state.or(phrase.state);
            for word in &mut words {
                let new = phrase.words.iter().filter(|form| **form != word.form);
                word.other.extend(new.cloned());
            }
        }
        parts.push(Part { words, meaning, weight: 1.0 });
    }
    if let Some((length, code)) = ended {
        parts.push(state_part(&all[all.len() - length..], code));
        state = Some(code);
    }
    join_neighbours(&mut parts, &all);
    if let Some(code) = state {
        finish_state(&mut parts, code);
    }
    Read { parts, whole, tokens: all }
}

/// How many words at the beginning only ask ("how do I get my ...").
fn asking(tokens: &[Token]) -> usize {
    let small = &VOCABULARY.small;
    let (mut first, mut more, mut length) = (0, 0, 0);
    for token in tokens {
        if small.asking_first.contains(&token.surface) {
            first += 1;
        } else if small.asking.contains(&token.surface) {
            more += 1;
        } else if !token.ignored {
            break;
        }
        length += 1;
    }
    let asks = length >= 2 && (first > 0 || more >= 2) && tokens[length..].iter().any(|token| !token.ignored);
    if asks { length } else { 0 }
}

/// Is what stands behind the state at the beginning something that differs by state ("texas medicaid"), and all of it no
/// nickname ("florida shots")?
fn only_by_state(tokens: &[Token], state_length: usize) -> bool {
    let nickname =
        phrases::beginning(tokens).is_some_and(|(length, phrase)| phrase.state.is_some() && length > state_length);
    !nickname && questions::by_state(&tokens[state_length..])
}

/// Does a programme's nickname reach into the state at the end ("covered california")?
fn nickname_reaches(tokens: &[Token], state_at: usize) -> bool {
    (0..state_at).any(|at| {
        phrases::beginning(&tokens[at..])
            .is_some_and(|(length, phrase)| phrase.state.is_some() && at + length > state_at)
    })
}

fn state_part(tokens: &[Token], code: &'static str) -> Part {
    let mut words: Vec<Word> = tokens.iter().filter(|token| !token.ignored).map(word).collect();
    if words.is_empty() {
        // "in", "me", "de" are small words, but here they were meant as a state.
        words = tokens.iter().map(word).collect();
    }
    Part { words, meaning: Meaning::State(code), weight: 1.0 }
}

/// The state is known: what it calls its Medicaid, and a part for it when only a nickname said it.
fn finish_state(parts: &mut Vec<Part>, code: &'static str) {
    for word in parts.iter_mut().flat_map(|part| &mut part.words).filter(|word| word.form == "medicaid") {
        word.other.extend(phrases::medicaid_of(code).iter().cloned());
    }
    let said = parts.iter().any(|part| matches!(part.meaning, Meaning::State(_)));
    if !said && let Some(name) = state_name(code) {
        parts.push(state_part(&words::fold(name), code));
    }
}

fn word(token: &Token) -> Word {
    let other = OTHER.get(&token.surface).or_else(|| OTHER.get(&token.form));
    Word {
        surface: token.surface.clone(),
        form: token.form.clone(),
        english: VOCABULARY.spanish.get(&token.form).cloned(),
        other: other.cloned().unwrap_or_default(),
        joins: Vec::new(),
        last: false,
        common: VOCABULARY.small.common.contains(&token.form),
    }
}

/// Each word written as one with its neighbours, small ones too ("the rapy"), and which one is the last.
fn join_neighbours(parts: &mut [Part], all: &[Token]) {
    let count: usize = parts.iter().map(|part| part.words.len()).sum();
    let mut from = 0;
    for (number, word) in parts.iter_mut().flat_map(|part| &mut part.words).enumerate() {
        word.last = number + 1 == count;
        let Some(at) = (from..all.len()).find(|at| all[*at].surface == word.surface) else { continue };
        from = at + 1;
        let written = |token: &Token| token.short.as_deref().unwrap_or(&token.surface).to_owned();
        let own = written(&all[at]);
        // The words that one short form stands for have the same neighbours.
        let mut add = |left: &Token, right: &Token| {
            if left.short.is_none() || left.short != right.short {
                word.joins.push(words::joined_surfaces(&written(left), &written(right)));
            }
        };
        let other = |token: &&Token| token.short.is_none() || written(token) != own;
        let before: Vec<&Token> = all[..at].iter().rev().filter(other).take(2).collect();
        let after: Vec<&Token> = all[at + 1..].iter().filter(other).take(2).collect();
        // Behind a small neighbour the next one may be meant.
        let reach = |side: &[&Token]| if side.first().is_some_and(|token| token.ignored) { 2 } else { 1 };
        before.iter().take(reach(&before)).for_each(|left| add(left, &all[at]));
        after.iter().take(reach(&after)).for_each(|right| add(&all[at], right));
    }
}
