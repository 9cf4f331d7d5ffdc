//! Words that mean something together: what people call kinds of organizations, nicknames of programmes.

use std::{cmp::Reverse, sync::LazyLock};

use crate::{
    model::{kind::Kind, place::state_code},
    search::{
        quick_hash::QuickMap,
        vocabulary::{Programme, VOCABULARY},
        words::{self, Token},
    },
};

/// Words that mean something together.
pub struct Phrase {
    forms: Vec<String>,
    /// The kinds they stand for.
    pub kinds: Vec<Kind>,
    /// The one state they mean.
    pub state: Option<&'static str>,
    /// Other words that each of them may stand for.
    pub words: &'static [String],
}

/// By the first word, the longest first.
static PHRASES: LazyLock<QuickMap<String, Vec<Phrase>>> = LazyLock::new(|| {
    let mut all: QuickMap<String, Vec<Phrase>> = QuickMap::default();
    for (kind, phrases) in &VOCABULARY.kinds {
        for text in phrases {
            add(&mut all, text, &[*kind], None);
        }
    }
    for programme in &VOCABULARY.programmes.programme {
        for text in &programme.typed {
            add(&mut all, text, programme.kind.as_slice(), Some(programme));
        }
    }
    for phrases in all.values_mut() {
        phrases.sort_by_key(|phrase| Reverse(phrase.forms.len()));
    }
    all
});

/// Words of the nicknames of each state's Medicaid programmes.
static MEDICAID: LazyLock<QuickMap<&'static str, Vec<String>>> = LazyLock::new(|| {
    let mut all: QuickMap<&'static str, Vec<String>> = QuickMap::default();
    let medicaid = |programme: &&Programme| programme.words.iter().any(|word| word == "medicaid");
    for programme in VOCABULARY.programmes.programme.iter().filter(medicaid) {
        let Some(state) = programme.state.as_deref().and_then(state_code) else { continue };
        let known = all.entry(state).or_default();
        for token in programme.typed.iter().flat_map(|text| words::telling(text)) {
            let says_much = token.form.len() > 2 && !VOCABULARY.small.common.contains(&token.form);
            if says_much && !super::states::state_words(state).contains(&token.form) && !known.contains(&token.form) {
                known.push(token.form);
            }
        }
    }
    all
});

fn add(all: &mut QuickMap<String, Vec<Phrase>>, text: &str, kinds: &[Kind], programme: Option<&'static Programme>) {
    let forms: Vec<String> = words::fold(text).into_iter().map(|token| token.form).collect();
    let Some(first) = forms.first().cloned() else { return };
    let same_first = all.entry(first).or_default();
    let at = same_first.iter().position(|phrase| phrase.forms == forms).unwrap_or_else(|| {
        same_first.push(Phrase { forms, kinds: Vec::new(), state: None, words: &[] });
        same_first.len() - 1
    });
    let known = &mut same_first[at];
    let new = kinds.iter().filter(|kind| !known.kinds.contains(kind)).copied().collect::<Vec<_>>();
    known.kinds.extend(new);
    if let Some(programme) = programme {
        known.state = programme.state.as_deref().and_then(state_code);
        known.words = &programme.words;
    }
}

/// The longest phrase that begins here, and how many words it has.
pub fn beginning(tokens: &[Token]) -> Option<(usize, &'static Phrase)> {
    let begins = |phrase: &&Phrase| {
        phrase.forms.len() <= tokens.len() && phrase.forms.iter().zip(tokens).all(|(form, token)| *form == token.form)
    };
    let found = PHRASES.get(&tokens.first()?.form)?.iter().find(begins)?;
    Some((found.forms.len(), found))
}

/// Is this word by itself a kind of organization?
pub fn is_kind(form: &str) -> bool {
    PHRASES.get(form).is_some_and(|phrases| phrases.iter().any(|phrase| phrase.forms.len() == 1))
}

/// What a state calls its Medicaid.
pub fn medicaid_of(state: &str) -> &'static [String] {
    MEDICAID.get(state).map(Vec::as_slice).unwrap_or_default()
}
