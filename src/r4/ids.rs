//! Ids of resources that are made of two things, or of one that has another name already: reversible, legal FHIR ids.

use uuid::Uuid;

use crate::model::id::{Id, ThingKind};

/// Begins the id of a `HealthcareService`.
const SERVICE: &str = "svc-";
/// Begins the id of an `OrganizationAffiliation`.
const AFFILIATION: &str = "aff-";
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Digits of 128 bits to the base 62.
const WIDTH: usize = 22;

/// The id of the service that a portal of an organization is: `svc-` and both UUIDs to the base 62, 48 characters.
pub fn service(organization: &Id, portal: &Id) -> String {
    let mut id = String::with_capacity(SERVICE.len() + 2 * WIDTH);
    id.push_str(SERVICE);
    push(organization, &mut id);
    push(portal, &mut id);
    id
}

/// The organization and the portal in the id of a service.
pub fn read_service(id: &str) -> Option<(Id, Id)> {
    let digits = id.strip_prefix(SERVICE)?;
    let (organization, portal) = digits.split_at_checked(WIDTH)?;
    Some((Id::new(ThingKind::Organization, pull(organization)?), Id::new(ThingKind::Portal, pull(portal)?)))
}

/// The id of the affiliation of an organization that is part of another: `aff-` and the hex of its own id.
pub fn affiliation(part: &Id) -> String {
    format!("{AFFILIATION}{}", hex(part))
}

/// The organization that is the part in the id of an affiliation.
pub fn read_affiliation(id: &str) -> Option<Id> {
    Id::parse(&format!("{}{}", ThingKind::Organization.prefix(), id.strip_prefix(AFFILIATION)?))
}

/// The version of an endpoint: whose word it is (its home), at which version of the home, and how many own it.
/// Equal versions have equal content.
pub fn endpoint_version(home: &Id, version: i64, owners: super::Owners) -> String {
    let mut id = String::with_capacity(WIDTH + 8);
    push(home, &mut id);
    format!("{id}.{version}.{}", owners.letter())
}

/// The parts of the version of an endpoint.
pub fn read_endpoint_version(version: &str) -> Option<(Id, i64, super::Owners)> {
    let mut parts = version.splitn(3, '.');
    let home = Id::new(ThingKind::Organization, pull(parts.next()?)?);
    let number = plain_number(parts.next()?)?;
    Some((home, number, super::Owners::from_letter(parts.next()?)?))
}

/// A version number as it is written: digits, no sign, no zero before them.
pub fn plain_number(text: &str) -> Option<i64> {
    let plain = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit()) && !text.starts_with('0');
    plain.then(|| text.parse().ok()).flatten()
}

/// The hex digits of an id.
fn hex(id: &Id) -> &str {
    id.as_str().get(4..).unwrap_or_default()
}

fn push(id: &Id, to: &mut String) {
    let mut digits = [b'0'; WIDTH];
    let mut rest = u128::from_be_bytes(id.bytes());
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    to.extend(digits.iter().map(|digit| char::from(*digit)));
}

fn pull(digits: &str) -> Option<Uuid> {
    if digits.len() != WIDTH {
        return None;
    }
    let mut value: u128 = 0;
    for digit in digits.bytes() {
        let worth = DIGITS.iter().position(|known| *known == digit)? as u128;
        value = value.checked_mul(62)?.checked_add(worth)?;
    }
    Some(Uuid::from_u128(value))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::r4::Owners;

    fn legal(id: &str) -> bool {
        (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
    }

    proptest! {
        #[test]
        fn ids_are_legal_and_are_read_back(one: u128, two: u128, version in 1..i64::MAX) {
            let organization = Id::new(ThingKind::Organization, Uuid::from_u128(one));
            let portal = Id::new(ThingKind::Portal, Uuid::from_u128(two));
            let id = service(&organization, &portal);
            prop_assert!(legal(&id), "{id}");
            prop_assert_eq!(read_service(&id), Some((organization.clone(), portal)));
            let id = affiliation(&organization);
            prop_assert!(legal(&id), "{id}");
            prop_assert_eq!(read_affiliation(&id), Some(organization.clone()));
            for owners in [Owners::One, Owners::Many, Owners::None] {
                let id = endpoint_version(&organization, version, owners);
                prop_assert!(legal(&id), "{id}");
                prop_assert_eq!(read_endpoint_version(&id), Some((organization.clone(), version, owners)));
            }
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,80}") {
            let _ = (read_service(&text), read_affiliation(&text), read_endpoint_version(&text));
            let _ = read_service(&format!("svc-{text}"));
        }
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let too_big = format!("svc-{}{}", "z".repeat(WIDTH), "0".repeat(WIDTH));
        for bad in ["svc-", "svc-0", "aff-0", too_big.as_str(), "org-019ab0c4d0007abc8123456789abcdef"] {
            assert_eq!((read_service(bad), read_affiliation(bad)), (None, None), "{bad}");
        }
        for bad in ["0", "01", "+1", "-1", "", "99999999999999999999"] {
            assert_eq!(plain_number(bad), None, "{bad}");
        }
    }
}
