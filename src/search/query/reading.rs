//! Words into parts: phrases, states, and what each word may stand for.

use std::sync::LazyLock;

use super::{
    Meaning, Part, WORD_LIMIT, Word, phrases, questions,
    states::{at_end, at_start},
};
use crate::{
    model::place::state_name,
    search::{
        Question,
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

/// More words than this are not looked at, not even for a state at their end.
const LOOKED_AT: usize = 64;

/// What was read.
pub struct Read {
    /// The parts, in the order typed.
    pub parts: Vec<Part>,
    /// All telling words as one name.
    pub whole: String,
    /// What the words ask for, when they say nothing else.
    pub question: Option<Question>,
    /// The small words that were left out, but for those of a legal form.
    pub small: Vec<String>,
}

/// Reads what somebody typed.
pub fn read(text: &str) -> Read {
    let text = beginning(text);
    let mut tokens = words::fold(text);
    let asking = asking(&tokens);
    tokens.drain(..asking);
    let question = questions::about(&tokens);
    Read { question, ..read_tokens(text, &tokens) }
}

/// Reads a name.
pub fn read_name(text: &str) -> Read {
    let text = beginning(text);
    read_tokens(text, &words::fold(text))
}

/// All telling words of a text as one name.
pub fn whole(text: &str) -> String {
    words::whole(&words::telling(beginning(text)))
}

/// As much of a text as is looked at.
fn beginning(text: &str) -> &str {
    let ends = |pair: &[u8]| {
        let separates = |byte: u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
        !separates(pair[0]) && separates(pair[1])
    };
    let ended = text.as_bytes().windows(2).enumerate().filter(|(_, pair)| ends(pair)).nth(LOOKED_AT - 1);
    ended.map_or(text, |(at, _)| &text[..=at])
}

fn read_tokens(text: &str, all: &[Token]) -> Read {
    let everything_ignored = all.iter().all(|token| token.ignored);
    let kept = |token: &&Token| everything_ignored || !token.ignored;
    let whole = words::together(all.iter().filter(kept).map(|token| token.form.as_str()));
    let ended = at_end(text, all).filter(|(length, _)| !nickname_reaches(all, all.len() - length));
    let started = if ended.is_none() { at_start(all).filter(|(length, _)| only_by_state(all, *length)) } else { None };
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
        let run = all[at..at + length].iter().filter(kept);
        let mut words: Vec<Word> = run.map(word).collect();
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
        let from = all.len() - length;
        parts.push(state_part(&all[from..], code));
        state = Some(code);
    }
    join_neighbours(&mut parts, all);
    if let Some(code) = state {
        finish_state(&mut parts, code);
    }
    Read { parts, whole, question: None, small: words::small(all) }
}

/// How many words at the beginning only ask ("how do I get my ...").
fn asking(tokens: &[Token]) -> usize {
    let small = &VOCABULARY.small;
    let (mut first, mut more, mut mine, mut length) = (0, 0, 0, 0);
    for token in tokens {
        if small.asking_first.contains(&token.surface) {
            first += 1;
        } else if small.asking.contains(&token.surface) {
            more += 1;
        } else if small.mine.contains(&token.surface) {
            mine += 1;
        } else if !token.ignored {
            break;
        }
        length += 1;
    }
    let asks = length >= 2
        && (first > 0 || more >= 2 || (more > 0 && mine > 0))
        && tokens[length..].iter().any(|token| !token.ignored);
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
    // "in", "me", "de" are small words, but here they were meant as a state.
    let all_small = tokens.iter().all(|token| token.ignored);
    let words = tokens.iter().filter(|token| all_small || !token.ignored).map(word).collect();
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

/// The word a token is, which is emptied.
fn word(token: &Token) -> Word {
    let (surface, form) = (token.surface.clone(), token.form.clone());
    let other = OTHER.get(&surface).or_else(|| OTHER.get(&form));
    Word {
        english: VOCABULARY.spanish.get(&form).cloned(),
        other: other.cloned().unwrap_or_default(),
        joins: Vec::new(),
        last: false,
        common: VOCABULARY.small.common.contains(&form),
        surface,
        form,
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
