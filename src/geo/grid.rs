//! A grid of half-degree cells: points in, cell numbers out, so that "near" is a handful of exact look-ups.

use super::{EARTH_RADIUS_MILES, Point};

/// The number of one cell.
pub type Cell = u64;

const ROWS: i64 = 360;
const COLUMNS: i64 = 720;

fn row(lat: f64) -> i64 {
    (((lat + 90.0) * 2.0).floor() as i64).clamp(0, ROWS - 1)
}

fn column(lon: f64) -> i64 {
    (((lon + 180.0) * 2.0).floor() as i64).rem_euclid(COLUMNS)
}

fn number(row: i64, column: i64) -> Cell {
    (row * COLUMNS + column) as Cell
}

/// The cell a point lies in.
pub fn cell(point: Point) -> Cell {
    number(row(point.lat), column(point.lon))
}

/// Every cell that may hold a point within so many miles, in order and without doubles. Cells at the rim
/// reach further out: measure before believing.
pub fn cells_within(center: Point, miles: f64) -> Vec<Cell> {
    let angle = (miles.max(0.0) / EARTH_RADIUS_MILES).min(std::f64::consts::PI);
    let reach = angle.to_degrees();
    let (south, north) = (center.lat - reach, center.lat + reach);
    let ratio = angle.sin() / center.lat.to_radians().cos();
    // Around a pole every meridian is near.
    let all_around = south <= -90.0 || north >= 90.0 || ratio >= 1.0 || angle >= std::f64::consts::FRAC_PI_2;
    let columns: Vec<i64> = if all_around {
        (0..COLUMNS).collect()
    } else {
        let aside = ratio.asin().to_degrees();
        let first = ((center.lon - aside + 180.0) * 2.0).floor() as i64;
        let last = ((center.lon + aside + 180.0) * 2.0).floor() as i64;
        (first..=last.min(first + COLUMNS - 1)).map(|c| c.rem_euclid(COLUMNS)).collect()
    };
    let mut cells: Vec<Cell> =
        (row(south)..=row(north)).flat_map(|r| columns.iter().map(move |c| number(r, *c))).collect();
    cells.sort_unstable();
    cells.dedup();
    cells
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::geo::miles;

    #[test]
    fn few_cells_for_a_short_way() {
        let seattle = Point { lat: 47.61, lon: -122.33 };
        assert!(cells_within(seattle, 0.0) == vec![cell(seattle)]);
        assert!(cells_within(seattle, 25.0).len() <= 9);
        assert_eq!(cells_within(seattle, 20_000.0).len() as i64, ROWS * COLUMNS);
    }

    #[test]
    fn cells_meet_across_the_date_line() {
        let guam_side = Point { lat: 51.0, lon: 179.95 };
        let other_side = Point { lat: 51.0, lon: -179.95 };
        assert!(cells_within(guam_side, 20.0).contains(&cell(other_side)));
    }

    proptest! {
        #[test]
        fn no_near_point_is_missed(lat in -80.0..80.0f64, lon in -180.0..180.0f64, north in -6.0..6.0f64, east in -6.0..6.0f64) {
            let (a, b) = (Point { lat, lon }, Point { lat: lat + north, lon: lon + east });
            let cells = cells_within(a, miles(a, b) + 0.001);
            prop_assert!(cells.binary_search(&cell(b)).is_ok());
        }
    }
}
