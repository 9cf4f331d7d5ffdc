//! What must match to the letter (numbers, web addresses, ids, whole names): a text in, the organizations that carry it
//! out. Texts are kept as 64 bits of their hash: two texts that share them by chance (one pair in 10^11 at a million
//! organizations) would be taken for one.

use std::{
    hash::{DefaultHasher, Hasher},
    io::{self, Read, Write},
};

use super::codec::{Reader, Writer};

/// The number of a text.
pub fn hash(text: &str) -> u64 {
    hash_bytes(text.as_bytes())
}

/// The same for bytes.
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// Terms and who carries them.
#[derive(Debug, Default, Clone)]
pub struct Terms {
    /// For each beginning of a hash (so many bits as `bits` says) where its terms start, and the end of all.
    starts: Vec<u32>,
    bits: u32,
    /// The 32 bits of the hash after the beginning, in order for each beginning.
    rest: Vec<u32>,
    docs: Vec<u32>,
}

impl Terms {
    /// Takes hashes with who carries them; doubles are dropped.
    pub fn new(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let bits = pairs.len().max(2).ilog2().clamp(1, 24);
        let mut starts = vec![0_u32; (1 << bits) + 1];
        for (hash, _) in &pairs {
            starts[(hash >> (64 - bits)) as usize + 1] += 1;
        }
        for at in 0..1 << bits {
            starts[at + 1] += starts[at];
        }
        let rest = pairs.iter().map(|(hash, _)| rest(*hash, bits)).collect();
        Self { starts, bits, rest, docs: pairs.iter().map(|(_, doc)| *doc).collect() }
    }

    /// Who carries a term, in order.
    pub fn get(&self, text: &str) -> &[u32] {
        self.get_hash(hash(text))
    }

    /// Who carries the term of a hash, in order.
    pub fn get_hash(&self, hash: u64) -> &[u32] {
        let beginning = hash.checked_shr(64 - self.bits).unwrap_or_default() as usize;
        let (Some(start), Some(end)) = (self.starts.get(beginning), self.starts.get(beginning + 1)) else { return &[] };
        let (start, end) = (*start as usize, *end as usize);
        let wanted = rest(hash, self.bits);
        let from = start + self.rest[start..end].partition_point(|rest| *rest < wanted);
        let to = start + self.rest[start..end].partition_point(|rest| *rest <= wanted);
        &self.docs[from..to]
    }

    /// Writes them.
    pub fn write(&self, to: &mut Writer<impl Write>) -> io::Result<()> {
        // The standard library may hash otherwise one day: then the file is of no use any more.
        to.u64s(&[hash(CHECK), u64::from(self.bits)])?;
        to.u32s(&self.starts)?;
        to.u32s(&self.rest)?;
        to.u32s(&self.docs)
    }

    /// Reads what [`Terms::write`] wrote.
    pub fn read(from: &mut Reader<impl Read>) -> io::Result<Self> {
        let wrong = |what| io::Error::new(io::ErrorKind::InvalidData, what);
        let head = from.u64s()?;
        let [check, bits] = head[..] else { return Err(wrong("its terms have no head")) };
        if check != hash(CHECK) || !(1..=24).contains(&bits) {
            return Err(wrong("its terms were hashed in another way"));
        }
        Ok(Self { starts: from.u32s()?, bits: bits as u32, rest: from.u32s()?, docs: from.u32s()? })
    }

    /// Is every start within, and every organization below `count`?
    pub fn is_sound(&self, count: u32) -> bool {
        self.starts.len() == (1 << self.bits) + 1
            && self.starts.is_sorted()
            && self.starts.last().is_some_and(|end| *end as usize == self.rest.len())
            && self.rest.len() == self.docs.len()
            && self.docs.iter().all(|doc| *doc < count)
    }
}

const CHECK: &str = "hashed alike";

fn rest(hash: u64, bits: u32) -> u32 {
    ((hash << bits) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_term_is_found_and_no_other() {
        let term = |n: u32| format!("npi:{n}");
        let terms = Terms::new((0..5_000).flat_map(|n| [(hash(&term(n)), n), (hash(&term(n / 2)), n)]).collect());
        assert!(terms.is_sound(5_000));
        for n in 0..2_500 {
            let mut expected = vec![n, 2 * n, 2 * n + 1];
            expected.sort_unstable();
            expected.dedup();
            assert_eq!(terms.get(&term(n)), expected, "{n}");
        }
        assert!((6_000..9_000).all(|n| terms.get(&term(n)).is_empty()));
        assert!(Terms::new(Vec::new()).get("x").is_empty() && Terms::default().get("x").is_empty());
    }
}
