//! What an organization is, from the codes of NUCC's Health Care Provider Taxonomy that NPPES gives it.
//!
//! Codes in, kinds out. What holds: laboratories, imaging, pharmacies and plans are told by their own codes as SMART
//! User-access Brands sorts them; what says no more than "a provider" is read like `prov` in a brand list.

use crate::{model::kind::Kind, sources::kind_words};

/// The beginning of a code, and the kinds it stands for. The longest beginning that fits wins.
#[rustfmt::skip]
const KINDS: &[(&str, &[Kind])] = &[
    // Dentists, eye doctors, minds, and what else single specialities say plainly.
    ("101Y", &[Kind::BehavioralHealth]), ("102L", &[Kind::BehavioralHealth]), ("103", &[Kind::BehavioralHealth]),
    ("1041", &[Kind::BehavioralHealth]), ("106", &[Kind::BehavioralHealth]), ("2084P", &[Kind::BehavioralHealth]),
    ("2084A", &[Kind::BehavioralHealth]), ("1223", &[Kind::Dental]), ("122", &[Kind::Dental]), ("124Q", &[Kind::Dental]),
    ("125", &[Kind::Dental]), ("126", &[Kind::Dental]), ("152W", &[Kind::Vision]), ("156", &[Kind::Vision]),
    ("207W", &[Kind::Vision]), ("1835", &[Kind::Pharmacy]), ("2085R0202", &[Kind::Imaging]), ("2085R0204", &[Kind::Imaging]),
    ("2085B", &[Kind::Imaging]), ("2085D", &[Kind::Imaging]), ("2085N", &[Kind::Imaging]), ("2085P", &[Kind::Imaging]),
    ("2085U", &[Kind::Imaging]), ("2471", &[Kind::Imaging]),
    // Agencies.
    ("251E", &[Kind::HomeCare]), ("251F", &[Kind::HomeCare]), ("251G", &[Kind::HomeCare]), ("251J", &[Kind::HomeCare]),
    ("253Z", &[Kind::HomeCare]), ("374", &[Kind::HomeCare]), ("385H", &[Kind::HomeCare]), ("251K", &[Kind::PublicHealth]),
    ("251S", &[Kind::BehavioralHealth]), ("251T", &[Kind::LongTermCare]),
    // Clinics and centers.
    ("261Q", &[Kind::Clinic]), ("261QD", &[Kind::Dental]), ("261QM0801", &[Kind::BehavioralHealth]),
    ("261QM0850", &[Kind::BehavioralHealth]), ("261QM0855", &[Kind::BehavioralHealth]),
    ("261QM2800", &[Kind::BehavioralHealth]), ("261QR0405", &[Kind::BehavioralHealth]), ("261QR02", &[Kind::Imaging]),
    ("261QM1200", &[Kind::Imaging]), ("261QM1100", &[Kind::Clinic, Kind::Government]),
    ("261QM1101", &[Kind::Clinic, Kind::Government]), ("261QM1102", &[Kind::Clinic, Kind::Government]),
    ("261QV0200", &[Kind::Clinic, Kind::Government]), ("261QP0904", &[Kind::PublicHealth, Kind::Government]),
    ("261QP0905", &[Kind::PublicHealth]), ("1932", &[Kind::Clinic]), ("1934", &[Kind::Clinic]),
    // Hospitals and their units.
    ("273", &[Kind::Hospital]), ("275N", &[Kind::Hospital]), ("276", &[Kind::Hospital]), ("281P", &[Kind::Hospital]),
    ("282", &[Kind::Hospital]), ("283", &[Kind::Hospital]), ("283Q", &[Kind::Hospital, Kind::BehavioralHealth]),
    ("284", &[Kind::Hospital]), ("286", &[Kind::Hospital]), ("2865", &[Kind::Hospital, Kind::Government]),
    ("287", &[Kind::Hospital]),
    // Laboratories.
    ("291U", &[Kind::Laboratory]), ("2919", &[Kind::Laboratory, Kind::Government]), ("2922", &[Kind::Laboratory]),
    ("293D", &[Kind::Laboratory]),
    // Plans.
    ("302", &[Kind::Insurer]), ("305", &[Kind::Insurer]),
    // Where people live and are cared for.
    ("310", &[Kind::LongTermCare]), ("311", &[Kind::LongTermCare]), ("313M", &[Kind::LongTermCare]),
    ("314", &[Kind::LongTermCare]), ("315", &[Kind::LongTermCare]), ("317", &[Kind::LongTermCare]),
    ("320", &[Kind::LongTermCare]), ("3208", &[Kind::BehavioralHealth]), ("322", &[Kind::BehavioralHealth]),
    ("323", &[Kind::BehavioralHealth]), ("324", &[Kind::BehavioralHealth]),
    // Pharmacies.
    ("3336", &[Kind::Pharmacy]), ("3321", &[Kind::Pharmacy, Kind::Government]),
    ("3328", &[Kind::Pharmacy, Kind::Government]), ("3320", &[Kind::Pharmacy, Kind::Government]),
];

/// Is it written as a code: ten letters and digits that end in `X`?
pub fn is_code(code: &str) -> bool {
    code.len() == 10 && code.ends_with('X') && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// The kinds of an organization with these codes, the primary one first. A code that says no more than "a provider"
/// counts only when no other code says more; then the name may.
pub fn kinds<'c>(codes: impl Iterator<Item = &'c str>, name: &str) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = Vec::new();
    let mut any = false;
    for code in codes {
        any = true;
        for kind in of_code(code) {
            if !kinds.contains(kind) {
                kinds.push(*kind);
            }
        }
    }
    if kinds.is_empty() {
        kinds.extend(kind_words::kind(name).or(any.then_some(Kind::Clinic)));
    }
    kinds
}

fn of_code(code: &str) -> &'static [Kind] {
    let fits = KINDS.iter().filter(|(start, _)| code.starts_with(start));
    fits.max_by_key(|(start, _)| start.len()).map_or(&[], |(_, kinds)| kinds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(codes: &[&str], name: &str) -> Vec<Kind> {
        kinds(codes.iter().copied(), name)
    }

    #[test]
    fn codes_of_the_published_table() {
        for (code, expected) in [
            ("282N00000X", vec![Kind::Hospital]),
            ("282NC0060X", vec![Kind::Hospital]),
            ("283Q00000X", vec![Kind::Hospital, Kind::BehavioralHealth]),
            ("286500000X", vec![Kind::Hospital, Kind::Government]),
            ("261QP2300X", vec![Kind::Clinic]),
            ("261QR0200X", vec![Kind::Imaging]),
            ("261QM1200X", vec![Kind::Imaging]),
            ("261QM0801X", vec![Kind::BehavioralHealth]),
            ("261QV0200X", vec![Kind::Clinic, Kind::Government]),
            ("261QD0000X", vec![Kind::Dental]),
            ("193200000X", vec![Kind::Clinic]),
            ("291U00000X", vec![Kind::Laboratory]),
            ("293D00000X", vec![Kind::Laboratory]),
            ("333600000X", vec![Kind::Pharmacy]),
            ("3336C0003X", vec![Kind::Pharmacy]),
            ("332100000X", vec![Kind::Pharmacy, Kind::Government]),
            ("332800000X", vec![Kind::Pharmacy, Kind::Government]),
            ("332000000X", vec![Kind::Pharmacy, Kind::Government]),
            ("314000000X", vec![Kind::LongTermCare]),
            ("251E00000X", vec![Kind::HomeCare]),
            ("251G00000X", vec![Kind::HomeCare]),
            ("251K00000X", vec![Kind::PublicHealth]),
            ("302F00000X", vec![Kind::Insurer]),
            ("305S00000X", vec![Kind::Insurer]),
            ("3416L0300X", vec![Kind::Clinic]),
            ("1223G0001X", vec![Kind::Dental]),
            ("207W00000X", vec![Kind::Vision]),
        ] {
            assert!(is_code(code), "{code}");
            assert_eq!(of(&[code], "Acme"), expected, "{code}");
        }
    }

    #[test]
    fn the_name_speaks_when_codes_say_no_more_than_a_provider() {
        assert_eq!(of(&["174400000X"], "Acme"), [Kind::Clinic]);
        assert_eq!(of(&["174400000X"], "Acme Pharmacy"), [Kind::Pharmacy]);
        assert_eq!(of(&["174400000X", "291U00000X"], "Acme Pharmacy"), [Kind::Laboratory]);
        assert_eq!(of(&[], "Acme"), []);
    }

    #[test]
    fn beginnings_stand_once() {
        let mut starts: Vec<&str> = KINDS.iter().map(|(start, _)| *start).collect();
        starts.sort_unstable();
        starts.dedup();
        assert_eq!(starts.len(), KINDS.len());
    }
}
