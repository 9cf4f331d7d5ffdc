//! Tables of words with a fast hash. The words in them are the program's own, so nobody can choose them to collide.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasherDefault, Hasher},
};

/// A table by word.
pub type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<WordHash>>;
/// A set of words.
pub type QuickSet<K> = HashSet<K, BuildHasherDefault<WordHash>>;

/// Multiplies eight bytes at a time (the way of Firefox and rustc).
#[derive(Debug, Default, Clone, Copy)]
pub struct WordHash(u64);

/// An odd number without pattern: the fraction of pi.
const FACTOR: u64 = 0x517c_c1b7_2722_0a95;

impl WordHash {
    fn add(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(FACTOR);
    }
}

impl Hasher for WordHash {
    fn write(&mut self, bytes: &[u8]) {
        let (eights, rest) = bytes.as_chunks::<8>();
        for eight in eights {
            self.add(u64::from_le_bytes(*eight));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            last[..rest.len()].copy_from_slice(rest);
            self.add(u64::from_le_bytes(last));
        }
    }
    fn write_u8(&mut self, byte: u8) {
        self.add(u64::from(byte));
    }
    fn finish(&self) -> u64 {
        // Multiplying leaves the good bits at the top, and the table looks at both ends.
        self.0.rotate_left(26)
    }
}

#[cfg(test)]
mod tests {
    use std::hash::{BuildHasher, BuildHasherDefault};

    use super::*;

    #[test]
    fn different_words_have_different_numbers() {
        let hash = |word: &str| BuildHasherDefault::<WordHash>::default().hash_one(word);
        let words: HashSet<u64> = (0..5_000).map(|n| hash(&format!("word{n}"))).collect();
        assert_eq!(words.len(), 5_000);
    }
}
