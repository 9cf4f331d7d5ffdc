//! Where to be near to: what was typed in, a point out, and how far each organization is from it.

use std::cell::RefCell;

use super::{
    NearTo,
    engine::{bits::Bits, places::state_index, set::Set},
    query::Understood,
    words,
};
use crate::{
    geo::{self, Point},
    model::place::{state_code, zip5},
};

/// A place to be near to.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// As it was understood.
    pub to: NearTo,
    /// Where that is; nothing for a state, or a place nobody knows.
    pub point: Option<Point>,
    /// Its state, when it has one.
    pub state: Option<&'static str>,
}

/// The place asked for: what stands in the box, else a ZIP code among the words.
pub fn asked(typed_near: Option<&str>, understood: &Understood, set: &Set) -> Option<Near> {
    match (typed_near, &understood.zip) {
        (Some(text), _) => Some(typed(text, set)),
        (None, Some(five)) => Some(zip(five)),
        (None, None) => None,
    }
}

/// A ZIP code.
fn zip(zip: &str) -> Near {
    match geo::centroid(zip) {
        Some(center) => {
            Near { to: NearTo::Zip { zip: zip.to_owned() }, point: Some(center.point), state: geo::state_of_zip(zip) }
        }
        None => unknown(zip),
    }
}

fn unknown(text: &str) -> Near {
    Near { to: NearTo::Unknown { text: text.to_owned() }, point: None, state: None }
}

/// Understands what stands in the box: a ZIP code, `latitude,longitude`, a state, a city with or without its state.
pub fn typed(text: &str, set: &Set) -> Near {
    let text = text.trim();
    let five = text.get(..5).unwrap_or_default();
    if five.len() == 5 && five.bytes().all(|b| b.is_ascii_digit()) {
        return zip5(text).map_or_else(|| unknown(text), |five| zip(&five));
    }
    if let Some(near) = point(text) {
        return near;
    }
    if let Some(code) = state_code(text) {
        return Near { to: NearTo::State { state: code.to_owned() }, point: None, state: Some(code) };
    }
    city(text, set).unwrap_or_else(|| unknown(text))
}

fn point(text: &str) -> Option<Near> {
    let (lat, lon) = text.split_once(',')?;
    let (lat, lon): (f64, f64) = (lat.trim().parse().ok()?, lon.trim().parse().ok()?);
    let valid = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    let round = |degrees: f64| (degrees * 100.0).round() / 100.0;
    let (lat, lon) = (round(lat), round(lon));
    valid.then_some(Near { to: NearTo::Point { lat, lon }, point: Some(Point { lat, lon }), state: None })
}

/// A city we know places in; where several states have one, that with most organizations.
fn city(text: &str, set: &Set) -> Option<Near> {
    let (name, state) = match text.rsplit_once([',', ' ']) {
        Some((name, end)) if state_code(end.trim()).is_some() => {
            (name.trim().trim_end_matches(','), state_code(end.trim()))
        }
        _ => (text, None),
    };
    let forms: Vec<String> = words::telling(name).into_iter().map(|token| token.form).collect();
    let wanted = forms.join(" ");
    let mut by_state: Vec<(String, CitySum)> = Vec::new();
    for part in &set.parts {
        let (segment, places) = (&part.segment, &part.segment.places);
        let Some(word) = forms.first().and_then(|form| segment.lexicon.find(form)) else { continue };
        for number in places.of_word.at(word) {
            let spot = places.spot(*number);
            let (Some(city), Some(code), Some(point)) = (spot.city, spot.state, places.point(*number)) else {
                continue;
            };
            if state.is_some_and(|state| state != code) || words::whole(&words::telling(&city)) != wanted {
                continue;
            }
            let count = segment.of_spot.at(*number).len();
            let at = by_state.iter().position(|(known, _)| *known == code).unwrap_or(by_state.len());
            if at == by_state.len() {
                by_state.push((code, CitySum::default()));
            }
            by_state[at].1.add(&city, point, count);
        }
    }
    let (code, sum) = by_state.into_iter().max_by_key(|(code, sum)| (sum.count, std::cmp::Reverse(code.clone())))?;
    let (lat, lon) = (sum.lat / sum.count as f64, sum.lon / sum.count as f64);
    let state = state_code(&code);
    Some(Near { to: NearTo::City { city: sum.name, state: code }, point: Some(Point { lat, lon }), state })
}

/// The places of one city together.
#[derive(Default)]
struct CitySum {
    name: String,
    most: usize,
    count: usize,
    lat: f64,
    lon: f64,
}

impl CitySum {
    fn add(&mut self, name: &str, point: Point, count: usize) {
        if count > self.most || self.name.is_empty() {
            (self.most, self.name) = (count, name.to_owned());
        }
        let count = count.max(1);
        self.count += count;
        self.lat += point.lat * count as f64;
        self.lon += point.lon * count as f64;
    }
}

/// Miles from a point to every place of a set, each measured when it is asked for.
pub struct Miles<'a> {
    from: Point,
    /// Its state, see `places::state_index`.
    state: Option<u32>,
    set: &'a Set,
    /// By segment and place; not a number = not measured yet, infinite = no point is known.
    known: Vec<RefCell<Vec<f32>>>,
}

impl<'a> Miles<'a> {
    /// From a place; nothing where no point is known for it.
    pub fn new(near: &Near, set: &'a Set) -> Option<Self> {
        let (from, state) = (near.point?, near.state.and_then(state_index));
        let known = set.parts.iter().map(|part| RefCell::new(vec![f32::NAN; part.segment.places.count() as usize]));
        Some(Self { from, state, set, known: known.collect() })
    }

    fn to(&self, part: usize, spot: u32) -> f32 {
        let known = self.known[part].borrow()[spot as usize];
        if !known.is_nan() {
            return known;
        }
        let point = self.set.parts[part].segment.places.point(spot);
        let miles = point.map_or(f32::INFINITY, |point| geo::miles(self.from, point) as f32);
        self.known[part].borrow_mut()[spot as usize] = miles;
        miles
    }

    /// Miles to the nearest place of an organization.
    pub fn of(&self, part: usize, doc: u32) -> Option<f32> {
        self.nearest(part, doc).map(|(miles, _)| miles)
    }

    /// Does an organization serve the state of this place?
    pub fn is_served(&self, part: usize, doc: u32) -> bool {
        let segment = &self.set.parts[part].segment;
        let here = |spot: &u32| segment.places.is_area(*spot) && segment.places.state(*spot) == self.state;
        self.state.is_some() && segment.spots.at(doc).iter().any(here)
    }

    /// The nearest place of an organization, and how far it is.
    pub fn nearest(&self, part: usize, doc: u32) -> Option<(f32, u32)> {
        let spots = self.set.parts[part].segment.spots.at(doc).iter();
        spots
            .map(|spot| (self.to(part, *spot), *spot))
            .filter(|(miles, _)| miles.is_finite())
            .min_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// The organizations of a segment with a place at most so many miles away.
    pub fn all_within(&self, part: usize, miles: f64) -> Bits {
        let segment = &self.set.parts[part].segment;
        let mut bits = Bits::none(segment.count());
        for spot in self.within(part, miles) {
            bits.add(segment.of_spot.at(spot));
        }
        bits
    }

    /// The places of a segment at most so many miles away.
    fn within(&self, part: usize, miles: f64) -> Vec<u32> {
        let places = &self.set.parts[part].segment.places;
        // A degree of latitude is 69 miles; of longitude, less: most places are ruled out without a distance.
        let lat = miles / 68.0;
        let lon = lat / (self.from.lat.abs() + lat).min(89.0).to_radians().cos();
        let close = |point: Point| {
            let east = (point.lon - self.from.lon).abs();
            (point.lat - self.from.lat).abs() <= lat && east.min(360.0 - east) <= lon
        };
        let all = 0..places.count();
        all.filter(|spot| places.point(*spot).is_some_and(close) && f64::from(self.to(part, *spot)) <= miles).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_box_is_understood() {
        let set = Set::default();
        let to = |text: &str| typed(text, &set).to;
        assert_eq!(to("98101-1234"), NearTo::Zip { zip: "98101".into() });
        assert_eq!(to(" 47.6097, -122.3331 "), NearTo::Point { lat: 47.61, lon: -122.33 });
        assert_eq!(to("texas"), NearTo::State { state: "TX".into() });
        for text in ["00000", "9810", "Atlantis, WA", "91,0", "1,999", "98101x"] {
            assert_eq!(to(text), NearTo::Unknown { text: text.into() }, "{text}");
        }
    }
}
