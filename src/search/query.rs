//! Understanding what was typed: text in, an [`Understood`] query out. Pure; it knows words, not the index.
//!
//! What holds: nothing typed is an error, and every reading is kept beside the plain words. A state's name may be
//! part of a hospital's name and "lab" part of a company's, so a reading is one more way to satisfy a part of the
//! query, never the only one.

use std::sync::LazyLock;

use super::{
    Question,
    address::Address,
    vocabulary::VOCABULARY,
    words::{self, Token},
};
use crate::{
    geo,
    model::{
        identifier::Identifier,
        kind::Kind,
        place::{STATES, state_name, zip5},
    },
};

/// More words than this are not read: nobody's name needs them, and each costs a look-up.
const WORD_LIMIT: usize = 12;
/// More characters than this are not read; a pasted address is the longest honest query.
const TEXT_LIMIT: usize = 2_000;
/// Words that only announce a number.
const ANNOUNCERS: &[&str] = &["npi", "phone", "tel", "telephone", "telefono", "number", "numero", "no"];

/// Every kind phrase of the vocabulary as forms.
static KIND_PHRASES: LazyLock<Vec<(Kind, Vec<String>)>> = LazyLock::new(|| {
    let forms = |phrase: &String| words::fold(phrase).into_iter().map(|token| token.form).collect();
    VOCABULARY.kinds.iter().flat_map(|(kind, phrases)| phrases.iter().map(move |p| (*kind, forms(p)))).collect()
});
/// Every state's code and its name as it is typed.
static STATE_NAMES: LazyLock<Vec<(&str, String)>> =
    LazyLock::new(|| STATES.iter().map(|(code, name)| (*code, surfaces(&words::fold(name)))).collect());

fn surfaces(tokens: &[Token]) -> String {
    tokens.iter().map(|token| token.surface.as_str()).collect::<Vec<_>>().join(" ")
}

/// What a query means.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Understood {
    /// The parts that must each be satisfied, in the order typed.
    pub parts: Vec<Part>,
    /// A ZIP code among the words: where to be near.
    pub zip: Option<String>,
    /// Terms of the index's `number` field: `npi:…`, `phone:…`.
    pub numbers: Vec<String>,
    /// A pasted web address or domain.
    pub address: Option<Address>,
    /// All words as one name, for names that are exactly this.
    pub whole: String,
    /// The small words that were left out ("of", "for"), but for those of a legal form.
    pub small: Vec<String>,
    /// What must be asked back.
    pub question: Option<Question>,
}

/// One part of a query: words, and what else they may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The words; one unless they mean something together.
    pub words: Vec<Word>,
    /// What they mean.
    pub meaning: Meaning,
    /// How much it counts beside the others; the same for all until the index says which are rare.
    pub weight: f64,
}

/// What a part means besides its words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// Nothing else.
    Plain,
    /// Kinds of organizations; any of them will do.
    Kinds(Vec<Kind>),
    /// The postal code of a state.
    State(&'static str),
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// As typed, in lower-case ASCII.
    pub surface: String,
    /// As compared.
    pub form: String,
    /// The same in English, when it was typed in Spanish.
    pub english: Option<String>,
    /// Written as one with a neighbour ("lab corp" -> `labcorp`).
    pub joins: Vec<String>,
    /// The last one typed: it may be the beginning of a longer word.
    pub last: bool,
    /// Too frequent to carry a search.
    pub common: bool,
}

impl Understood {
    /// Nothing to search for: everything, or what the filters leave.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.numbers.is_empty() && self.address.is_none()
    }

    /// The weights of all parts together.
    pub fn weight(&self) -> f64 {
        self.parts.iter().map(|part| part.weight).sum::<f64>().max(f64::MIN_POSITIVE)
    }

    /// Every word in order.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.parts.iter().flat_map(|part| &part.words)
    }
}

impl Word {
    /// Forms that mean the same as the word.
    pub fn same(&self) -> impl Iterator<Item = &String> {
        self.english.iter()
    }
}

impl Part {
    /// Must this part be found for a result to be about the query at all? Kinds, states and frequent words need not.
    pub fn is_specific(&self) -> bool {
        self.meaning == Meaning::Plain && self.words.iter().any(|word| !word.common)
    }
}

/// Reads a query.
pub fn understand(text: &str) -> Understood {
    let text: String = text.chars().take(TEXT_LIMIT).collect();
    if let Some(address) = Address::typed(&text) {
        return Understood { address: Some(address), ..Understood::default() };
    }
    let (numbers, rest) = take_numbers(&text);
    let (zip, rest) = take_zip(&rest);
    let parts = read_words(&rest);
    let tokens = words::telling(&rest);
    let small = if parts.is_empty() { Vec::new() } else { words::small(&rest) };
    Understood { parts, zip, numbers, whole: words::whole(&tokens), small, ..Understood::default() }
}

/// Reads text as words only: no numbers, ZIP codes or addresses.
pub fn words_only(text: &str) -> Understood {
    let whole = words::whole(&words::telling(text));
    Understood { parts: read_words(text), whole, ..Understood::default() }
}

/// Ten digits are an NPI (when the check digit is right), a phone number, or either.
fn take_numbers(text: &str) -> (Vec<String>, String) {
    let bare = text
        .split_whitespace()
        .filter(|piece| !ANNOUNCERS.contains(&piece.trim_matches([':', '#', '.']).to_lowercase().as_str()))
        .collect::<Vec<_>>()
        .join(" ");
    let only_number = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_digit() || " -.()+#".contains(c));
    if only_number {
        let terms = number_terms(&bare);
        if !terms.is_empty() {
            return (terms, String::new());
        }
    }
    let is_npi = |piece: &&str| piece.len() == 10 && Identifier::npi(piece).is_some();
    match bare.split_whitespace().find(is_npi) {
        Some(npi) => (vec![format!("npi:{npi}")], bare.replacen(npi, " ", 1)),
        None => (Vec::new(), text.to_owned()),
    }
}

fn number_terms(text: &str) -> Vec<String> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let mut terms = Vec::new();
    if let Some(npi) = Identifier::npi(&digits) {
        terms.push(format!("npi:{}", npi.value));
    }
    terms.extend(phone_term(&digits));
    terms
}

/// The term of a phone number: ten digits, a leading 1 and an extension left out.
pub fn phone_term(text: &str) -> Option<String> {
    let number = text.split("ext").next().unwrap_or_default();
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let ten = if digits.len() == 11 { digits.strip_prefix('1')? } else { digits.as_str() };
    (ten.len() == 10).then(|| format!("phone:{ten}"))
}

/// The first piece that is a ZIP or ZIP+4 code somewhere in the country.
fn take_zip(text: &str) -> (Option<String>, String) {
    let is_zip = |piece: &str| {
        let shape = piece.len() == 5 || (piece.len() == 10 && piece.as_bytes().get(5) == Some(&b'-'));
        (shape && piece.is_ascii()).then(|| zip5(piece)).flatten().filter(|zip| geo::centroid(zip).is_some())
    };
    for piece in text.split_whitespace() {
        if let Some(zip) = is_zip(piece.trim_matches([',', '.', '(', ')'])) {
            return (Some(zip), text.replacen(piece, " ", 1));
        }
    }
    (None, text.to_owned())
}

fn read_words(text: &str) -> Vec<Part> {
    let all = words::fold(text);
    let (tokens, state) = split_state(text, &all);
    let everything_ignored = all.iter().all(|token| token.ignored);
    let mut parts = Vec::new();
    let mut at = 0;
    while at < tokens.len() && parts.len() < WORD_LIMIT {
        let (length, kinds) = kinds_at(&tokens[at..]);
        let run: Vec<&Token> =
            tokens[at..at + length].iter().filter(|token| !token.ignored || everything_ignored).collect();
        if !run.is_empty() {
            let meaning = if kinds.is_empty() { Meaning::Plain } else { Meaning::Kinds(kinds) };
            parts.push(Part { words: run.into_iter().map(word).collect(), meaning, weight: 1.0 });
        }
        at += length;
    }
    if let Some(code) = state {
        let telling = all[tokens.len()..].iter().filter(|token| !token.ignored);
        let mut state_words: Vec<Word> = telling.map(word).collect();
        if state_words.is_empty() {
            // "in", "me", "de" are small words, but here they were meant as a state.
            state_words = all[tokens.len()..].iter().map(word).collect();
        }
        parts.push(Part { words: state_words, meaning: Meaning::State(code), weight: 1.0 });
    }
    join_neighbours(&mut parts);
    parts
}

/// Cuts a state's name or code off the end.
fn split_state<'a>(text: &str, tokens: &'a [Token]) -> (&'a [Token], Option<&'static str>) {
    for length in (1..=tokens.len().min(4)).rev() {
        let (before, end) = tokens.split_at(tokens.len() - length);
        let typed = surfaces(end);
        let named = STATE_NAMES.iter().find(|(_, name)| *name == typed);
        let named = named.map(|(code, _)| *code);
        let coded = STATES.iter().map(|(code, _)| *code).find(|code| length == 1 && code.eq_ignore_ascii_case(&typed));
        // A code that is also a small word counts only when it was typed like a code.
        let meant = |code: &&str| !end[0].ignored || text.trim_end().ends_with(code);
        if let Some(code) = named.or(coded.filter(meant)) {
            return (before, Some(code));
        }
    }
    (tokens, None)
}

/// The longest kind phrase that begins here: how many words, and which kinds.
fn kinds_at(tokens: &[Token]) -> (usize, Vec<Kind>) {
    let mut longest = 1;
    let mut found = Vec::new();
    for (kind, forms) in KIND_PHRASES.iter() {
        let begins = forms.len() <= tokens.len() && forms.iter().zip(tokens).all(|(form, token)| *form == token.form);
        if !begins || forms.len() < longest {
            continue;
        }
        if forms.len() > longest {
            longest = forms.len();
            found.clear();
        }
        if !found.contains(kind) {
            found.push(*kind);
        }
    }
    (longest, found)
}

fn word(token: &Token) -> Word {
    Word {
        surface: token.surface.clone(),
        form: token.form.clone(),
        english: VOCABULARY.spanish.get(&token.form).cloned(),
        joins: Vec::new(),
        last: false,
        common: VOCABULARY.common.contains(&token.form),
    }
}

fn join_neighbours(parts: &mut [Part]) {
    let flat: Vec<Token> = parts
        .iter()
        .flat_map(|part| &part.words)
        .map(|word| Token { surface: word.surface.clone(), form: word.form.clone(), ignored: false })
        .collect();
    let count = flat.len();
    for (at, word) in parts.iter_mut().flat_map(|part| &mut part.words).enumerate() {
        if at > 0 {
            word.joins.push(words::joined(&flat[at - 1], &flat[at]));
        }
        if at + 1 < count {
            word.joins.push(words::joined(&flat[at], &flat[at + 1]));
        }
        word.last = at + 1 == count;
    }
}

/// The words of a state in an index: its code and its name.
pub fn state_words(code: &str) -> Vec<String> {
    let name = state_name(code).unwrap_or_default();
    words::telling(name).into_iter().map(|token| token.form).chain([code.to_lowercase()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A query in one line: `plain words [kind] {ST} @zip #number`.
    fn shape(text: &str) -> String {
        let understood = understand(text);
        let mut out: Vec<String> = understood
            .parts
            .iter()
            .map(|part| {
                let words = part.words.iter().map(|w| w.form.as_str()).collect::<Vec<_>>().join("+");
                match &part.meaning {
                    Meaning::Plain => words,
                    Meaning::Kinds(kinds) => {
                        format!("{words}[{}]", kinds.iter().map(|k| k.code()).collect::<Vec<_>>().join(","))
                    }
                    Meaning::State(code) => format!("{words}{{{code}}}"),
                }
            })
            .collect();
        out.extend(understood.zip.map(|zip| format!("@{zip}")));
        out.extend(understood.numbers.iter().map(|number| format!("#{number}")));
        out.extend(understood.address.map(|address| address.levels[0].clone()));
        out.join(" ")
    }

    #[test]
    fn readings() {
        for (text, expected) in [
            ("", ""),
            ("  !!  ", ""),
            ("clinical associates texas", "clinical associate texa{TX}"),
            ("clinical associates, MD", "clinical associate md{MD}"),
            ("University of Washington", "university washington{WA}"),
            ("mercy new york", "mercy new+york{NY}"),
            ("st josephs hosp", "saint joseph hospital[hospital]"),
            ("hospital niños", "hospital[hospital] nino"),
            ("lab", "lab[laboratory]"),
            ("laboratorio", "laboratorio[laboratory]"),
            ("farmacia", "farmacia[pharmacy]"),
            ("seguro médico", "seguro+medico[insurer]"),
            ("vacunas", "vacuna[immunization-registry]"),
            ("vaccine records texas", "vaccine+record[immunization-registry] texa{TX}"),
            ("98101", "@98101"),
            ("clinic 98101-2345", "clinic[clinic] @98101"),
            ("clinic 00000", "clinic[clinic] 00000"),
            ("Springfield, IL 62701", "springfield il{IL} @62701"),
            ("1234567893", "#npi:1234567893 #phone:1234567893"),
            ("NPI: 1234567893", "#npi:1234567893 #phone:1234567893"),
            ("mercy 1234567893", "mercy #npi:1234567893"),
            ("(208) 555-0100", "#phone:2085550100"),
            ("+1 208 555 0100", "#phone:2085550100"),
            ("posm.com", "k:posm.com"),
            ("va", "va{VA}"),
            ("clinica de la", "clinica[clinic] la{LA}"),
            ("hospital in", "hospital[hospital]"),
            ("hospital IN", "hospital[hospital] in{IN}"),
            ("washington dc", "washington dc{DC}"),
            ("the and", "the and"),
        ] {
            assert_eq!(shape(text), expected, "{text}");
        }
    }

    #[test]
    fn neighbours_and_the_last_word() {
        let understood = understand("lab corp");
        assert!(understood.words().all(|word| word.joins == ["labcorp"]));
        let understood = understand("health partners");
        assert_eq!(understood.parts[0].words[0].joins, ["healthpartner"]);
        assert!(understood.parts[1].words[0].last && !understood.parts[0].words[0].last);
        assert_eq!(understood.whole, "health partner");
    }

    #[test]
    fn spanish_words_carry_their_english() {
        let understood = understand("niños");
        assert_eq!(understood.parts[0].words[0].english.as_deref(), Some("children"));
    }

    #[test]
    fn anything_typed_is_read_without_harm() {
        for text in
            ["\u{0}", "🙂🙂", "\"'(((*:^~", &"a ".repeat(5_000), &"x".repeat(100_000), "https://", "http://[::1]/"]
        {
            assert!(understand(text).parts.len() <= WORD_LIMIT + 1);
        }
    }
}
