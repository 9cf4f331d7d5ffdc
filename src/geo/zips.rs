//! Where ZIP codes lie: the Census Bureau's table in, one sorted compact table in memory, a [`Centroid`] out.

use std::{io::Read, sync::LazyLock};

use super::Point;

/// `zip,lat,lon`, gzip; see `data/README.md` for its source and licence (public domain).
static PACKED: &[u8] = include_bytes!("data/zips.csv.gz");
static TABLE: LazyLock<Table> = LazyLock::new(|| Table::parse(PACKED));

/// The middle of a ZIP code.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Centroid {
    /// Where it is.
    pub point: Point,
    /// The Census Bureau knows this very ZIP code as an area. Otherwise the point is the mean of the
    /// areas with the same first three digits, and pages say "about".
    pub exact: bool,
}

/// The middle of a five-digit ZIP code; nothing when it is no ZIP code or nothing is known of its region.
pub fn centroid(zip5: &str) -> Option<Centroid> {
    let digits = zip5.len() == 5 && zip5.bytes().all(|b| b.is_ascii_digit());
    let number: u32 = digits.then(|| zip5.parse().ok()).flatten()?;
    TABLE.find(number)
}

/// One row; degrees times a million, so that a row is twelve bytes.
struct Row {
    zip: u32,
    lat: i32,
    lon: i32,
}

struct Table {
    /// Sorted by ZIP code.
    rows: Vec<Row>,
    /// The mean of each three-digit prefix that has any row.
    prefixes: Vec<Option<Point>>,
}

impl Table {
    fn parse(packed: &[u8]) -> Self {
        let mut text = String::new();
        if let Err(why) = flate2::read::GzDecoder::new(packed).read_to_string(&mut text) {
            tracing::error!(%why, "the table of ZIP codes inside the program cannot be read; distances are off");
        }
        let mut rows: Vec<Row> = text.lines().filter(|line| !line.starts_with('#')).filter_map(row).collect();
        rows.sort_unstable_by_key(|row| row.zip);
        let prefixes = means(&rows);
        Self { rows, prefixes }
    }

    fn find(&self, zip: u32) -> Option<Centroid> {
        if let Ok(at) = self.rows.binary_search_by_key(&zip, |row| row.zip) {
            let point = self.rows[at].point();
            return Some(Centroid { point, exact: true });
        }
        let point = self.prefixes.get((zip / 100) as usize).copied().flatten()?;
        Some(Centroid { point, exact: false })
    }
}

impl Row {
    fn point(&self) -> Point {
        Point { lat: f64::from(self.lat) / 1e6, lon: f64::from(self.lon) / 1e6 }
    }
}

fn row(line: &str) -> Option<Row> {
    let mut fields = line.split(',');
    let zip = fields.next()?.parse().ok()?;
    let lat: f64 = fields.next()?.parse().ok()?;
    let lon: f64 = fields.next()?.parse().ok()?;
    Some(Row { zip, lat: (lat * 1e6).round() as i32, lon: (lon * 1e6).round() as i32 })
}

/// American Samoa's only ZIP code shares its prefix with Hawaii, 2,600 miles away.
const AMERICAN_SAMOA: u32 = 96_799;

/// The mean of each prefix. No prefix reaches across the date line, so the mean of longitudes is one.
fn means(rows: &[Row]) -> Vec<Option<Point>> {
    let mut sums = vec![(0.0, 0.0, 0.0); 1_000];
    for row in rows.iter().filter(|row| row.zip != AMERICAN_SAMOA) {
        let point = row.point();
        if let Some((lat, lon, count)) = sums.get_mut((row.zip / 100) as usize) {
            *lat += point.lat;
            *lon += point.lon;
            *count += 1.0;
        }
    }
    sums.into_iter()
        .map(|(lat, lon, count): (f64, f64, f64)| (count > 0.0).then(|| Point { lat: lat / count, lon: lon / count }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geo::miles;

    #[test]
    fn the_table_is_whole() {
        assert_eq!(TABLE.rows.len(), 33_791);
        assert!(TABLE.rows.windows(2).all(|pair| pair[0].zip < pair[1].zip));
        for row in &TABLE.rows {
            let Point { lat, lon } = row.point();
            assert!((-15.0..72.0).contains(&lat) && (-180.0..146.0).contains(&lon), "{}", row.zip);
        }
    }

    #[test]
    fn known_places() {
        let seattle = centroid("98101").unwrap();
        assert!(seattle.exact);
        assert!(miles(seattle.point, Point { lat: 47.6105, lon: -122.3348 }) < 1.0);
        assert!(centroid("00601").unwrap().exact, "a leading zero is part of a ZIP code");
    }

    #[test]
    fn a_zip_that_is_no_area_is_placed_by_its_prefix_and_says_so() {
        let white_house = centroid("20500").unwrap();
        assert!(!white_house.exact);
        assert!(miles(white_house.point, Point { lat: 38.8977, lon: -77.0365 }) < 10.0);
    }

    #[test]
    fn every_prefix_lies_among_its_zips() {
        for row in TABLE.rows.iter().filter(|row| row.zip != AMERICAN_SAMOA) {
            let mean = TABLE.prefixes[(row.zip / 100) as usize].unwrap();
            // The Aleutians are the widest.
            let limit = if row.zip >= 99_500 { 1_300.0 } else { 400.0 };
            assert!(miles(row.point(), mean) < limit, "{}: {}", row.zip, miles(row.point(), mean));
        }
    }

    #[test]
    fn what_is_no_zip_is_nowhere() {
        for bad in ["", "9810", "981011", "98101-1234", "abcde", "00000", "٩٨١٠١"] {
            assert_eq!(centroid(bad), None, "{bad}");
        }
    }
}
