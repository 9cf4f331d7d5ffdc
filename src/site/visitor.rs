//! Who sends a form, as far as that must be known to keep machines from flooding it: pure but for the memory of minutes.
//!
//! What holds: no cookie, nothing on disk, nothing in the log. A network address is kept for minutes, in memory, cut to
//! what a household shares; the key of the stamps is made anew by each process.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderName, header};
use sha2::{Digest, Sha256};

use crate::{clock::secret, model::listing::hex};

/// How many addresses, or texts, are remembered at once.
const REMEMBERED: usize = 20_000;
/// Letters of the digest on a stamp: 128 bits.
const SIGNED: usize = 32;
/// Letters of the time on a stamp.
const TIME: usize = 16;

/// Did a page of ours send this form? Browsers say where a form comes from; those too old for `Sec-Fetch-Site` send
/// `Origin`, which is `null` here because our pages send no referrer. Whoever is no browser can write anything into
/// either; other sites cannot.
pub fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = said(HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = said(header::ORIGIN).filter(|origin| *origin != "null") else { return true };
    let at_host =
        |host: &str| origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host));
    origin.eq_ignore_ascii_case(public_url) || said(header::HOST).is_some_and(at_host)
}

/// A time that was written into a form, signed so that nobody can make one up.
pub struct Stamps {
    key: [u8; 32],
}

impl Stamps {
    /// With a key that nobody knows.
    pub fn new() -> Self {
        Self { key: secret() }
    }

    /// A stamp of this instant.
    pub fn at(&self, micros: i64) -> String {
        let time = format!("{micros:0TIME$x}");
        let sign = self.sign(&time);
        time + &sign
    }

    /// The instant of a stamp; nothing when it is not one of ours.
    pub fn read(&self, stamp: &str) -> Option<i64> {
        let (time, sign) = stamp.split_at_checked(TIME)?;
        let micros = i64::from_str_radix(time, 16).ok()?;
        (sign == self.sign(time)).then_some(micros)
    }

    /// Key and text have a fixed length each, so nothing can be added behind them.
    fn sign(&self, time: &str) -> String {
        let digest = Sha256::new().chain_update(self.key).chain_update(time).finalize();
        hex(&digest)[..SIGNED].to_owned()
    }
}

/// What happened within the last minutes, by a key: how often.
pub struct Lately<K> {
    minutes: i64,
    known: Mutex<HashMap<K, (i64, u32)>>,
}

impl<K: std::hash::Hash + Eq> Lately<K> {
    /// Remembers for so many minutes.
    pub fn new(minutes: i64) -> Self {
        Self { minutes, known: Mutex::new(HashMap::new()) }
    }

    /// One time more; answers how often that makes, or nothing when too much is remembered to know.
    pub fn again(&self, key: K, now: i64) -> Option<u32> {
        let since = now - self.minutes * 60_000_000;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (began, _)| *began > since);
        if known.len() >= REMEMBERED && !known.contains_key(&key) {
            return None;
        }
        let (began, times) = known.entry(key).or_insert((now, 0));
        if *began <= since {
            (*began, *times) = (now, 0);
        }
        *times = times.saturating_add(1);
        Some(*times)
    }

    /// It did not happen after all.
    pub fn forget(&self, key: &K) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn forms_of_other_sites_are_told() {
        let ours = |pairs: &[(&'static str, &str)]| is_ours(&with(pairs), "https://connector.example.org");
        assert!(ours(&[("sec-fetch-site", "same-origin")]) && ours(&[]) && ours(&[("origin", "null")]));
        assert!(ours(&[("origin", "https://connector.example.org")]));
        assert!(ours(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        for site in ["cross-site", "same-site", "none"] {
            assert!(!ours(&[("sec-fetch-site", site)]), "{site}");
        }
        assert!(!ours(&[("origin", "https://evil.example.org"), ("host", "connector.example.org")]));
        assert!(!ours(&[("origin", "https://connector.example.org.evil.example"), ("host", "connector.example.org")]));
    }

    #[test]
    fn a_stamp_is_read_back_and_cannot_be_made_up() {
        let (stamps, others) = (Stamps::new(), Stamps::new());
        let now = 1_795_000_000_000_000;
        let stamp = stamps.at(now);
        assert_eq!(stamps.read(&stamp), Some(now));
        assert_eq!(others.read(&stamp), None, "another process, another key");
        let later = stamp.replacen("00", "01", 1);
        for bad in ["", "0", &stamp[1..], &format!("{stamp}0"), &later, "ñññññññññññññññññ"] {
            assert_eq!(stamps.read(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_happened_minutes_ago_is_forgotten_and_memory_is_bounded() {
        let lately = Lately::new(10);
        let minute = 60_000_000;
        assert_eq!((lately.again(1, 0), lately.again(1, minute), lately.again(2, minute)), (Some(1), Some(2), Some(1)));
        assert_eq!(lately.again(1, 10 * minute), Some(1), "ten minutes later it begins again");
        lately.forget(&1);
        assert_eq!(lately.again(1, 10 * minute), Some(1));
        for key in 10..30_000 {
            lately.again(key, 10 * minute);
        }
        assert_eq!(lately.again(-1, 10 * minute), None, "too many at once: nobody new");
        assert!(lately.known.lock().unwrap().len() <= REMEMBERED);
        assert_eq!(lately.again(-1, 30 * minute), Some(1));
    }
}
