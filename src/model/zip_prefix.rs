//! The state a ZIP code lies in, by its first three digits (USPS Publication 65, three-digit ZIP code prefixes).
//!
//! A handful of ZIP codes serve two states; the prefix gives the one they are filed under.

/// First and last prefix of a run, and its state. In order, without overlaps.
pub const RUNS: &[(u16, u16, &str)] = &[
    (5, 5, "NY"),
    (6, 7, "PR"),
    (8, 8, "VI"),
    (9, 9, "PR"),
    (10, 27, "MA"),
    (28, 29, "RI"),
    (30, 38, "NH"),
    (39, 49, "ME"),
    (50, 54, "VT"),
    (55, 55, "MA"),
    (56, 59, "VT"),
    (60, 69, "CT"),
    (70, 89, "NJ"),
    (100, 149, "NY"),
    (150, 196, "PA"),
    (197, 199, "DE"),
    (200, 200, "DC"),
    (201, 201, "VA"),
    (202, 205, "DC"),
    (206, 219, "MD"),
    (220, 246, "VA"),
    (247, 268, "WV"),
    (270, 289, "NC"),
    (290, 299, "SC"),
    (300, 319, "GA"),
    (320, 339, "FL"),
    (341, 349, "FL"),
    (350, 369, "AL"),
    (370, 385, "TN"),
    (386, 397, "MS"),
    (398, 399, "GA"),
    (400, 427, "KY"),
    (430, 459, "OH"),
    (460, 479, "IN"),
    (480, 499, "MI"),
    (500, 528, "IA"),
    (530, 549, "WI"),
    (550, 567, "MN"),
    (569, 569, "DC"),
    (570, 577, "SD"),
    (580, 588, "ND"),
    (590, 599, "MT"),
    (600, 629, "IL"),
    (630, 658, "MO"),
    (660, 679, "KS"),
    (680, 693, "NE"),
    (700, 714, "LA"),
    (716, 729, "AR"),
    (730, 732, "OK"),
    (733, 733, "TX"),
    (734, 749, "OK"),
    (750, 799, "TX"),
    (800, 816, "CO"),
    (820, 831, "WY"),
    (832, 838, "ID"),
    (840, 847, "UT"),
    (850, 865, "AZ"),
    (870, 884, "NM"),
    (885, 885, "TX"),
    (889, 898, "NV"),
    (900, 961, "CA"),
    (967, 968, "HI"),
    (969, 969, "GU"),
    (970, 979, "OR"),
    (980, 994, "WA"),
    (995, 999, "AK"),
];

/// The postal code of the state of a ZIP code; nothing for prefixes that are not given out, or are military.
pub fn state_of_zip(zip: &str) -> Option<&'static str> {
    // American Samoa and the Northern Marianas share their prefixes with Hawaii and Guam.
    match zip {
        "96799" => return Some("AS"),
        // Fishers Island, reached from Connecticut.
        "06390" => return Some("NY"),
        "96950" | "96951" | "96952" => return Some("MP"),
        _ => {}
    }
    let prefix: u16 = zip.get(..3)?.parse().ok()?;
    RUNS.iter().find(|(first, last, _)| (*first..=*last).contains(&prefix)).map(|(_, _, state)| *state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_in_order_and_do_not_overlap() {
        assert!(RUNS.iter().all(|(first, last, _)| first <= last));
        assert!(RUNS.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn well_known_places() {
        for (zip, state) in [
            ("98101", "WA"),
            ("83702", "ID"),
            ("02114", "MA"),
            ("00601", "PR"),
            ("20500", "DC"),
            ("20190", "VA"),
            ("73301", "TX"),
            ("79901", "TX"),
            ("88510", "TX"),
            ("96799", "AS"),
            ("96950", "MP"),
            ("96910", "GU"),
            ("99501", "AK"),
            ("06390", "NY"),
            ("06320", "CT"),
        ] {
            assert_eq!(state_of_zip(zip), Some(state), "{zip}");
        }
        assert_eq!(state_of_zip("09001"), None, "military mail");
        assert_eq!(state_of_zip("x"), None);
    }
}
