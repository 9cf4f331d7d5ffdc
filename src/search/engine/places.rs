//! The places of a segment: each pair of ZIP code and town once, with its words and its point.

use std::{
    collections::HashMap,
    io::{self, Read, Write},
};

use super::{
    codec::{Reader, Writer},
    lists::Lists,
};
use crate::{
    geo::{self, Point},
    model::place::STATES,
    search::{entry::Spot, query::state_words, words},
};

/// Places with numbers from 0.
#[derive(Debug, Default, Clone)]
pub struct Places {
    /// `zip TAB city TAB state`, one after the other.
    texts: String,
    ends: Vec<u32>,
    /// Latitude and longitude as the bits of two f32; not a number where no point is known.
    points: Vec<u64>,
    /// One more than the state of each, see [`state_index`], or 0 = none; with [`AREA`] where that is all that is known.
    states: Vec<u32>,
    /// Words of each place.
    pub words: Lists,
    /// Places of each word.
    pub of_word: Lists,
}

/// Marks the state of a place that is all of it.
const AREA: u32 = 1 << 8;

/// The number of a state: where it stands in [`STATES`].
pub fn state_index(code: &str) -> Option<u32> {
    STATES.iter().position(|(known, _)| *known == code).map(|at| at as u32)
}

impl Places {
    /// How many.
    pub fn count(&self) -> u32 {
        self.ends.len() as u32
    }

    /// One place.
    pub fn spot(&self, number: u32) -> Spot {
        let number = number as usize;
        let start = if number == 0 { 0 } else { self.ends.get(number - 1).copied().unwrap_or_default() };
        let end = self.ends.get(number).copied().unwrap_or_default();
        let mut parts = self.texts.get(start as usize..end as usize).unwrap_or_default().split('\t');
        let mut next = || parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
        Spot { zip: next(), city: next(), state: next() }
    }

    /// Where it lies, if that is known.
    pub fn point(&self, number: u32) -> Option<Point> {
        let bits = *self.points.get(number as usize)?;
        let (lat, lon) = (f32::from_bits((bits >> 32) as u32), f32::from_bits(bits as u32));
        (!lat.is_nan()).then(|| Point { lat: f64::from(lat), lon: f64::from(lon) })
    }

    /// The state, see [`state_index`].
    pub fn state(&self, number: u32) -> Option<u32> {
        (self.states.get(number as usize)? & !AREA).checked_sub(1)
    }

    /// Is it all of a state, as where somebody serves it?
    pub fn is_area(&self, number: u32) -> bool {
        self.states.get(number as usize).is_some_and(|state| state & AREA != 0)
    }

    /// Do the arrays fit together?
    pub fn is_sound(&self, words: u32) -> bool {
        let count = self.ends.len();
        self.ends.is_sorted()
            && self.points.len() == count
            && self.states.len() == count
            && self.states.iter().all(|state| (*state & !AREA) as usize <= STATES.len())
            && self.words.is_sound(count, |word| word < words)
            && self.of_word.is_sound(words as usize, |place| (place as usize) < count)
    }

    /// Writes them.
    pub fn write(&self, to: &mut Writer<impl Write>) -> io::Result<()> {
        to.bytes(self.texts.as_bytes())?;
        to.u32s(&self.ends)?;
        to.u64s(&self.points)?;
        to.u32s(&self.states)?;
        self.words.write(to)?;
        self.of_word.write(to)
    }

    /// Reads what [`Places::write`] wrote.
    pub fn read(from: &mut Reader<impl Read>) -> io::Result<Self> {
        let texts = String::from_utf8(from.bytes()?).map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why))?;
        Ok(Self {
            texts,
            ends: from.u32s()?,
            points: from.u64s()?,
            states: from.u32s()?,
            words: Lists::read(from)?,
            of_word: Lists::read(from)?,
        })
    }
}

/// Gathers places.
#[derive(Default)]
pub struct Gather {
    numbers: HashMap<String, u32>,
    key: String,
    places: Places,
}

impl Gather {
    /// The number of a place; `word` numbers its words when it is new.
    pub fn number(&mut self, spot: &Spot, mut word: impl FnMut(&str) -> u32) -> u32 {
        self.key.clear();
        for (at, part) in [&spot.zip, &spot.city, &spot.state].into_iter().enumerate() {
            if at > 0 {
                self.key.push('\t');
            }
            self.key.extend(part.iter().flat_map(|part| part.chars()).filter(|c| *c != '\t'));
        }
        if let Some(number) = self.numbers.get(&self.key) {
            return *number;
        }
        let number = self.places.count();
        self.numbers.insert(self.key.clone(), number);
        self.places.texts.push_str(&self.key);
        self.places.ends.push(self.places.texts.len() as u32);
        let point = spot.zip.as_deref().and_then(geo::centroid).map(|center| center.point);
        let bits = |degrees: Option<f64>| u64::from(degrees.map_or(f32::NAN, |d| d as f32).to_bits());
        self.places.points.push(bits(point.map(|p| p.lat)) << 32 | bits(point.map(|p| p.lon)));
        let area = if spot.zip.is_none() && spot.city.is_none() { AREA } else { 0 };
        self.places.states.push(spot.state.as_deref().and_then(state_index).map_or(0, |at| at + 1) | area);
        let city = spot.city.iter().flat_map(|city| words::telling(city));
        let city = city.flat_map(|token| [token.surface, token.form]);
        let mut forms: Vec<String> = city.chain(spot.zip.clone()).collect();
        forms.extend(spot.state.as_deref().map(state_words).unwrap_or_default());
        self.places.words.push(forms.iter().map(|form| word(form)));
        number
    }

    /// The places, their words renumbered by `change`; `words` are there in all.
    pub fn finish(self, words: u32, change: impl Fn(u32) -> u32) -> Places {
        let mut places = self.places;
        let order: Vec<u32> = (0..places.count()).collect();
        places.words = places.words.sorted(&order, change);
        places.of_word = places.words.turned(words);
        places
    }
}
