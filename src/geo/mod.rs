//! Distances and ZIP codes: a ZIP code in, a [`Point`] out; two points in, miles out.
//!
//! What holds: nothing here asks anybody anything; the table of ZIP codes is part of the program
//! (`data/README.md` says where it comes from), and a place that is only guessed is never called exact.

mod grid;
mod zips;

pub use grid::{Cell, cell, cells_within};
pub use zips::{Centroid, centroid};

pub use crate::model::zip_prefix::state_of_zip;

/// The mean radius of the Earth in miles (IUGG: 6371.0088 km).
const EARTH_RADIUS_MILES: f64 = 3_958.761_3;

/// A place on the Earth, in degrees (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// North is positive.
    pub lat: f64,
    /// East is positive.
    pub lon: f64,
}

/// Miles between two points along a great circle (haversine). A sphere is at most 0.6 % off, less than a
/// ZIP centroid is.
pub fn miles(a: Point, b: Point) -> f64 {
    let (lat_a, lat_b) = (a.lat.to_radians(), b.lat.to_radians());
    let half_lat = (lat_b - lat_a) / 2.0;
    let half_lon = (b.lon - a.lon).to_radians() / 2.0;
    let chord = half_lat.sin().powi(2) + lat_a.cos() * lat_b.cos() * half_lon.sin().powi(2);
    2.0 * EARTH_RADIUS_MILES * chord.clamp(0.0, 1.0).sqrt().asin()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::zip_prefix;

    const SEATTLE: Point = Point { lat: 47.61, lon: -122.33 };
    const NEW_YORK: Point = Point { lat: 40.71, lon: -74.0 };

    #[test]
    fn known_distances() {
        assert!(miles(SEATTLE, SEATTLE).abs() < 1e-9);
        assert!((miles(SEATTLE, NEW_YORK) - 2_403.0).abs() < 10.0);
        assert!((miles(SEATTLE, NEW_YORK) - miles(NEW_YORK, SEATTLE)).abs() < 1e-9);
        // One degree of latitude is 69 miles; antipodes are half the way around.
        let up = Point { lat: 48.61, lon: -122.33 };
        assert!((miles(SEATTLE, up) - 69.1).abs() < 0.2);
        let far = Point { lat: -47.61, lon: 57.67 };
        assert!((miles(SEATTLE, far) - std::f64::consts::PI * EARTH_RADIUS_MILES).abs() < 1.0);
    }

    #[test]
    fn the_date_line_is_no_wall() {
        let (a, b) = (Point { lat: 51.0, lon: 179.9 }, Point { lat: 51.0, lon: -179.9 });
        assert!(miles(a, b) < 10.0);
    }

    #[test]
    fn neighbours_in_one_run_of_zip_codes_lie_near_each_other() {
        // No state of the lower 48 is wider than 900 miles: a prefix in the wrong state would stand out.
        for (first, last, state) in
            zip_prefix::RUNS.iter().filter(|(_, _, state)| !matches!(*state, "AK" | "HI" | "GU" | "TX" | "CA"))
        {
            let at = |prefix: &u16| centroid(&format!("{prefix:03}01")).filter(|c| c.exact).map(|c| c.point);
            if let (Some(a), Some(b)) = (at(first), at(last)) {
                assert!(miles(a, b) < 700.0, "{state}: {first} to {last}");
            }
        }
    }
}
