//! Pictures drawn for the pages: one path each on a 24 × 24 ground, filled with the colour of the words beside them.

use crate::model::kind::Kind;

/// The picture of a kind of place.
pub fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Hospital => {
            "M3 21V8h5V3h8v5h5v13h-7v-5h-4v5zM11 5v2H9v2h2v2h2V9h2V7h-2V5zM5 11v2h2v-2zm12 0v2h2v-2zM5 15v2h2v-2zm12 0v2h2v-2z"
        }
        Kind::Clinic => {
            "M6 2h2v2H7v5a4 4 0 0 0 8 0V4h-1V2h3v7a6 6 0 0 1-5 5.9V16a4 4 0 0 0 8 0v-1.2a2.5 2.5 0 1 1 2 0V16a6 6 0 0 1-12 0v-1.1A6 6 0 0 1 5 9V2z"
        }
        Kind::Insurer => {
            "M12 2 4 5v6c0 5 3.4 9.4 8 11 4.600-1.600 8-6 8-11V5zm4.700 7.700-5.700 5.700-3.200-3.200 1.400-1.400 1.800 1.800 4.300-4.300z"
        }
        Kind::Pharmacy => {
            "M14.500 3.500a4.200 4.200 0 0 1 6 6L9.500 20.500a4.200 4.200 0 0 1-6-6zm0 2.800-4.800 4.800 3.200 3.200 4.800-4.800a2.200 2.200 0 0 0-3.200-3.200z"
        }
        Kind::Laboratory => {
            "M8 2h8v2h-1v5.500l5.300 8.800A2.500 2.500 0 0 1 18.200 22H5.800a2.500 2.500 0 0 1-2.100-3.700L9 9.500V4H8zm3 2v6.100L8.100 15h7.800L13 10.100V4z"
        }
        Kind::Imaging => "M4 3h16v18H4zm2 2v14h12V5zm5 2h2v2h3v2h-3v1h2.500v2H13v3h-2v-3H8.500v-2H11v-1H8V9h3z",
        Kind::ImmunizationRegistry => {
            "m17.500 2.100 4.400 4.400-1.400 1.400-1.100-1.100-2.100 2.100 1.100 1.100L17 11.400l-.700-.700L9 18H6.500L3.400 21.100 2 19.700l4-4V14l7.300-7.300-.700-.700L14 4.600l1.100 1.100 2.100-2.100-1.100-1.100zM9.500 12.400l2.100 2.100 1.400-1.400-2.100-2.100z"
        }
        Kind::Exchange => "M7 4 2 9l5 5v-4h9V8H7zm10 6v4H8v2h9v4l5-5z",
        Kind::Dental => {
            "M7.500 2C4.500 2 3 4.500 3 7c0 3 1.300 4.500 1.700 7.500.400 3 .600 7.500 3 7.500 2.300 0 1.600-6.500 4.300-6.500s2 6.500 4.300 6.500c2.400 0 2.600-4.500 3-7.500.400-3 1.700-4.500 1.700-7.500 0-2.500-1.500-5-4.500-5-2 0-3 1-4.500 1S9.500 2 7.500 2z"
        }
        Kind::Vision => {
            "M12 5C6.500 5 2.500 9.500 1 12c1.500 2.500 5.500 7 11 7s9.500-4.500 11-7c-1.500-2.500-5.500-7-11-7zm0 3a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4z"
        }
        Kind::BehavioralHealth => {
            "M12 2a8 8 0 0 0-8 8c0 2.600 1 4.300 2.500 5.800V22h8v-3H18a1.500 1.500 0 0 0 1.500-1.500V15L22 14l-2-4a8 8 0 0 0-8-8zm0 10.500L8.600 9.200a2.100 2.100 0 0 1 3-3l.400.400.400-.400a2.100 2.100 0 0 1 3 3z"
        }
        Kind::LongTermCare => {
            "M2 5h2v8h9V8h5a4 4 0 0 1 4 4v7h-2v-3H4v3H2zm6.500 2.500a2.300 2.300 0 1 1 0 4.600 2.300 2.300 0 0 1 0-4.600z"
        }
        Kind::HomeCare => {
            "M12 2.500 1.500 12H5v9h14v-9h3.500zm0 14.500-3.800-3.700a2.300 2.300 0 0 1 3.300-3.300l.500.500.500-.500a2.300 2.300 0 0 1 3.300 3.300z"
        }
        Kind::PublicHealth => {
            "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm-1.500 4h3v4.500H18v3h-4.500V18h-3v-4.500H6v-3h4.500z"
        }
        Kind::Government => "M12 2 2 7v2h20V7zM4 11v7h3v-7zm6.500 0v7h3v-7zm6.500 0v7h3v-7zM2 20v2h20v-2z",
        Kind::Aggregator => {
            "M12 2 2 7l10 5 10-5zM4.200 11 2 12l10 5 10-5-2.200-1L12 14.900zm0 5L2 17l10 5 10-5-2.200-1-7.800 3.900z"
        }
        Kind::Unknown => {
            "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 4a3.500 3.500 0 0 1 1.500 6.700c-.400.200-.500.400-.500.800v1h-2v-1c0-1.200.600-2.100 1.600-2.600A1.500 1.500 0 1 0 10.500 9.500h-2A3.500 3.500 0 0 1 12 6zm-1 10h2v2h-2z"
        }
    }
}

/// A tick: offered.
pub const YES: &str = "M9 16.200 4.800 12l-1.400 1.400L9 19 21 7l-1.400-1.400z";
/// A dash: not offered.
pub const NO: &str = "M5 11h14v2H5z";
/// A clock: offered later.
pub const PLANNED: &str =
    "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16zm-1 3v6l5 3 1-1.700-4-2.300V7z";
/// A circle: nobody has said.
pub const NOT_KNOWN: &str = "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20zm0 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16z";
/// A triangle: look before you trust.
pub const WARNING: &str = "M12 2 1 21h22zm-1 7h2v6h-2zm0 8h2v2h-2z";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_picture_of_its_own() {
        let pictures: BTreeSet<_> = Kind::ALL.iter().map(|kind| super::kind(*kind)).collect();
        assert_eq!(pictures.len(), Kind::ALL.len());
        for picture in pictures.into_iter().chain([YES, NO, PLANNED, NOT_KNOWN, WARNING]) {
            assert!(picture.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '-')), "{picture}");
        }
    }
}
