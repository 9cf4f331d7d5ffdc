//! Proof of work without a puzzle: a browser with scripts counts while somebody types, one without waits longer.
//!
//! What holds: the work belongs to the stamp of one form and counts once; nobody is kept out for having no scripts.

use sha2::{Digest, Sha256};

/// Bits at the front of the digest that must be zero: a second or two of an old phone, while its owner types.
pub const BITS: u32 = 18;
/// The longest number that scripts try, in letters: stamp and number fit into one block of SHA-256.
const LONGEST: usize = 6;

/// Was the work for this stamp done?
pub fn is_done(stamp: &str, number: &str) -> bool {
    let plain = !number.is_empty() && number.len() <= LONGEST && number.bytes().all(|b| b.is_ascii_alphanumeric());
    plain && zeros(&Sha256::new().chain_update(stamp).chain_update(":").chain_update(number).finalize()) >= BITS
}

/// Bits at the front that are zero.
fn zeros(digest: &[u8]) -> u32 {
    let whole = digest.iter().take_while(|byte| **byte == 0).count();
    (whole * 8) as u32 + digest.get(whole).map_or(0, |byte| byte.leading_zeros())
}

/// A number that does the work, as scripts find it.
#[cfg(test)]
pub fn done(stamp: &str) -> String {
    (0_u32..0xff_ffff).map(|n| format!("{n:x}")).find(|number| is_done(stamp, number)).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_for_one_stamp() {
        let stamp = "0006123456789abc0123456789abcdef0123456789abcdef";
        let number = done(stamp);
        assert!(is_done(stamp, &number));
        assert!(!is_done(&stamp.replace('a', "b"), &number));
        for wrong in ["", "0000000", "é", "a b", "-1"] {
            assert!(!is_done(stamp, wrong), "{wrong}");
        }
    }

    #[test]
    fn zero_bits_are_counted() {
        assert_eq!((zeros(&[0, 0, 0x20]), zeros(&[0x80]), zeros(&[0, 0])), (18, 0, 16));
    }
}
