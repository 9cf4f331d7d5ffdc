//! The name of a person: "dr jane doe", "jane doe md". The directory has places, not people, so the place must be asked
//! for; a practice may be called like a person, so the words stay a search.

use std::sync::LazyLock;

use super::{phrases, states};
use crate::search::{
    quick_hash::QuickSet,
    vocabulary::VOCABULARY,
    words::{self, Token},
};

/// More pieces than this are no name with a title and a town.
const PIECE_LIMIT: usize = 10;
/// Names have at most so many words.
const NAME_LIMIT: usize = 4;

/// Letters of the longest title or degree.
const LONGEST_ANNOUNCER: usize = 24;

/// Words nobody is called.
static NO_NAMES: LazyLock<QuickSet<String>> = LazyLock::new(|| {
    let people = &VOCABULARY.people;
    let written_out = VOCABULARY.abbreviations.same.values().flat_map(|full| full.split(' ')).map(str::to_owned);
    let specialties = VOCABULARY.specialties.iter().flat_map(|(calling, places)| [calling].into_iter().chain(places));
    let words =
        people.never.iter().chain(&VOCABULARY.small.common).chain(specialties).chain(&VOCABULARY.portals.around);
    written_out.chain(words.cloned()).filter(|word| !people.first.contains(word)).collect()
});

/// Titles and degrees.
static ANNOUNCERS: LazyLock<QuickSet<&str>> = LazyLock::new(|| {
    let people = &VOCABULARY.people;
    people.titles.iter().chain(&people.titles_in_full).chain(&people.degrees).map(String::as_str).collect()
});

/// A person.
pub struct Person {
    /// The name as it was typed, without titles.
    pub name: String,
    /// What is searched for: the name, and what may be a state.
    pub kept: String,
}

/// One piece between spaces.
struct Piece<'a> {
    typed: &'a str,
    key: String,
}

/// The person named, when these words name one.
pub fn person(text: &str) -> Option<Person> {
    if !announced(text) {
        return None;
    }
    let pieces: Vec<Piece<'_>> = text
        .split_whitespace()
        .take(PIECE_LIMIT + 1)
        .map(|typed| Piece { typed: typed.trim_matches([',', ';', ':', '(', ')', '.']), key: words::squeezed(typed) })
        .filter(|piece| !piece.key.is_empty())
        .collect();
    if pieces.len() > PIECE_LIMIT {
        return None;
    }
    let people = &VOCABULARY.people;
    let is_title = |piece: &Piece<'_>| people.titles.contains(&piece.key) || people.titles_in_full.contains(&piece.key);
    let led = pieces.iter().take_while(|piece| !is_title(piece) && leads(&piece.key)).count();
    let title = pieces.get(led).filter(|piece| is_title(piece));
    let rest = if title.is_some() { &pieces[led + 1..] } else { &pieces[..] };
    let name_end = without_end(rest, title.is_some());
    let (name, end) = rest.split_at(name_end);
    let degrees = end.iter().any(|piece| people.degrees.contains(&piece.key));
    let named = match title {
        Some(title) => named_by_title(title, name),
        None => degrees && named_by_degree(name),
    };
    if !named {
        return None;
    }
    let join =
        |pieces: &mut dyn Iterator<Item = &Piece<'_>>| pieces.map(|piece| piece.typed).collect::<Vec<_>>().join(" ");
    // A degree that is also a state ("MD") may be meant as one.
    let kept_end = end.iter().filter(|piece| !people.degrees.contains(&piece.key) || is_state(&piece.key));
    Some(Person { name: join(&mut name.iter()), kept: join(&mut name.iter().chain(kept_end)) })
}

/// Is there a title or a degree at all? Nearly nothing that is typed has one.
fn announced(text: &str) -> bool {
    let pieces = text.split(|c: char| c.is_whitespace() || c == ',').filter(|piece| piece.len() > 1);
    pieces.take(PIECE_LIMIT).any(|piece| {
        let mut key = [0; LONGEST_ANNOUNCER];
        let mut length = 0;
        for byte in piece.bytes().filter(u8::is_ascii_alphanumeric) {
            let Some(place) = key.get_mut(length) else { return false };
            *place = byte.to_ascii_lowercase();
            length += 1;
        }
        str::from_utf8(&key[..length]).is_ok_and(|key| ANNOUNCERS.contains(key))
    })
}

/// May this word stand before a title ("my records from dr jane doe")?
fn leads(key: &str) -> bool {
    let small = &VOCABULARY.small;
    small.asking.contains(key)
        || small.asking_first.contains(key)
        || words::fold(key).iter().all(|token| token.ignored || small.common.contains(&token.form))
}

/// Where degrees, a town and a state at the end begin. A town and a state count behind a title or a degree.
fn without_end(pieces: &[Piece<'_>], titled: bool) -> usize {
    let degrees_from = |mut end: usize| {
        while end > 1 && VOCABULARY.people.degrees.contains(&pieces[end - 1].key) {
            end -= 1;
        }
        end
    };
    let named = degrees_from(pieces.len());
    let mut placed = named - state_length(&pieces[..named]);
    if placed > 1 && VOCABULARY.people.towns.contains(&pieces[placed - 1].key) {
        placed -= 1;
        if placed > 1 && matches!(pieces[placed - 1].key.as_str(), "in" | "near" | "en") {
            placed -= 1;
        }
    }
    if placed == 0 || placed == named {
        return named;
    }
    let end = degrees_from(placed);
    if titled || end < placed { end } else { named }
}

fn state_length(pieces: &[Piece<'_>]) -> usize {
    let tokens: Vec<Token> = pieces
        .iter()
        .map(|piece| Token { surface: piece.key.clone(), form: String::new(), ignored: false, short: None })
        .collect();
    states::at_end("", &tokens).map_or(0, |(length, _)| length)
}

fn is_state(key: &str) -> bool {
    state_length(&[Piece { typed: key, key: key.to_owned() }]) > 0
}

fn named_by_title(title: &Piece<'_>, name: &[Piece<'_>]) -> bool {
    let people = &VOCABULARY.people;
    let alone = name.len() == 1;
    let short_title = people.titles.contains(&title.key);
    let town = |key: &str| people.towns.contains(key) || is_state(key);
    let doubtful = alone && name.iter().any(|piece| piece.key.len() < 2 || (!short_title && town(&piece.key)));
    is_name(name) && !doubtful
}

fn named_by_degree(name: &[Piece<'_>]) -> bool {
    let people = &VOCABULARY.people;
    let place = || people.places.contains(&words::together(name.iter().map(|piece| piece.key.as_str())));
    let first = || name.iter().take(2).any(|piece| people.first.contains(&piece.key));
    name.len() >= 2 && is_name(name) && first() && !place()
}

fn is_name(name: &[Piece<'_>]) -> bool {
    let particle = |piece: &Piece<'_>| VOCABULARY.people.particles.contains(&piece.key);
    (1..=NAME_LIMIT).contains(&name.len())
        && name.last().is_some_and(|piece| !particle(piece))
        && name.iter().all(|piece| particle(piece) || may_be_name(&piece.key))
}

fn may_be_name(key: &str) -> bool {
    if VOCABULARY.people.first.contains(key) {
        return true;
    }
    let no_name = |token: &Token| token.ignored || NO_NAMES.contains(&token.form) || phrases::is_kind(&token.form);
    let letters = key.bytes().all(|b| b.is_ascii_alphabetic());
    letters && !words::fold(key).iter().any(no_name) && !NO_NAMES.contains(key)
}
