//! Where an organization is: addresses in lines, phones to call, distances when somebody asked from where.

use crate::{
    geo::{self, Point},
    model::{organization::Organization, place::Place},
    site::here::Here,
};

/// A place in lines.
pub struct PlaceView {
    pub name: Option<String>,
    pub lines: Vec<String>,
    /// How to recognise it, as a source says it.
    pub landmark: Option<String>,
    pub phone: Option<Phone>,
    /// How far it is, when somebody said from where and its ZIP code is known.
    pub miles: Option<String>,
}

/// A phone number to read and to call.
#[derive(Clone)]
pub struct Phone {
    pub shown: String,
    pub link: String,
}

impl Phone {
    /// `(208) 555-0100 ext. 12` as it is shown and as `tel:` (RFC 3966) wants it.
    pub fn new(shown: &str) -> Self {
        let (number, extension) = shown.split_once("ext.").unwrap_or((shown, ""));
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let extension = digits(extension);
        let tail = if extension.is_empty() { String::new() } else { format!(";ext={extension}") };
        Self { shown: shown.to_owned(), link: format!("tel:+1{}{tail}", digits(number)) }
    }
}

/// City and state, or what it serves.
pub fn place(here: &Here, org: &Organization) -> Option<String> {
    let main = org.main_place();
    let of = |part: fn(&Place) -> Option<&str>| main.and_then(part);
    here.place(of(|place| place.city.as_deref()), of(|place| place.state.as_deref()), &org.areas)
}

/// A place in lines, without distance.
pub fn place_view(here: &Here, place: &Place) -> PlaceView {
    let town = match (&place.city, &place.zip, &place.state) {
        // A state alone is a sentence of its own, not the end of an address.
        (None, None, Some(state)) if place.lines.is_empty() => here.state(state),
        _ => place.town(),
    };
    let lines = place.lines.iter().cloned().chain([town]).filter(|line| !line.is_empty()).collect();
    PlaceView {
        name: place.name.clone(),
        lines,
        landmark: place.landmark.clone(),
        phone: place.phone.as_deref().map(Phone::new),
        miles: None,
    }
}

/// All its places; from the nearest on when somebody said from where. Distances are from and to the middles of ZIP codes.
pub fn places(here: &Here, org: &Organization, from: Option<Point>) -> Vec<PlaceView> {
    let Some(from) = from else {
        return org.locations.iter().map(|location| place_view(here, &location.place)).collect();
    };
    let mut measured: Vec<(f64, &Place)> = org
        .locations
        .iter()
        .map(|location| {
            let center = location.place.zip.as_deref().and_then(geo::centroid);
            (center.map_or(f64::INFINITY, |center| geo::miles(from, center.point)), &location.place)
        })
        .collect();
    measured.sort_by(|a, b| a.0.total_cmp(&b.0));
    measured
        .into_iter()
        .map(|(miles, place)| PlaceView {
            miles: miles.is_finite().then(|| here.miles(miles)),
            ..place_view(here, place)
        })
        .collect()
}

/// States it serves, when that says more than where it is.
pub fn areas(here: &Here, org: &Organization) -> Option<String> {
    let main = org.main_place().and_then(|place| place.state.as_ref());
    match (org.areas.as_slice(), main) {
        ([one], Some(state)) if one == state => None,
        (areas, _) => here.areas(areas),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::{Lang, samples};

    #[test]
    fn phones_can_be_called() {
        assert_eq!(Phone::new("(208) 555-0100 ext. 12").link, "tel:+12085550100;ext=12");
    }

    #[test]
    fn the_nearest_place_comes_first_and_an_unknown_one_last() {
        let mut org = samples::hospital();
        org.locations.truncate(3);
        org.locations[0].place.zip = None;
        org.locations[1].place.zip = Some("98101".into());
        org.locations[1].place.city = Some("Seattle".into());
        let here = samples::here(Lang::En, "/");
        let boise = geo::centroid("83702").unwrap().point;
        let shown = places(&here, &org, Some(boise));
        assert_eq!(shown[0].miles.as_deref(), Some("less than 1 mile away"));
        assert!(shown[1].lines.concat().contains("Seattle") && shown[1].miles.is_some());
        assert_eq!(shown[2].miles, None);
    }
}
