//! Time and randomness as values: nothing else reads the machine's clock or its random numbers.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::model::id::{Id, ThingKind};

/// A clock: the machine's, or one that tests set.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    Machine,
    /// A clock that stands until it is set; microseconds since 1970 UTC.
    Standing(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at an instant such as `2026-11-22T12:00:00Z`.
    pub fn standing(at: Timestamp) -> Self {
        Self::Standing(Arc::new(AtomicI64::new(at.as_microsecond())))
    }

    /// Now, in microseconds since 1970 UTC.
    pub fn micros(&self) -> i64 {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the machine's clock")]
            Self::Machine => Timestamp::now().as_microsecond(),
            Self::Standing(at) => at.load(Ordering::Relaxed),
        }
    }

    /// Today, in UTC.
    pub fn today(&self) -> Date {
        moment(self.micros()).to_zoned(TimeZone::UTC).date()
    }

    /// The day on which doors open and close: that of Hawaii (UTC-10). When it begins there, it has begun in every state, and
    /// the day before is over in every state; so nobody is sent to a door before its first day, or misses one on its last.
    pub fn door_day(&self) -> Date {
        moment(self.micros() - DOORS_BEHIND).to_zoned(TimeZone::UTC).date()
    }
}

/// By how much later than in UTC a day begins for doors, in microseconds: as in Hawaii, which never changes its clocks.
const DOORS_BEHIND: i64 = 10 * 3_600 * 1_000_000;

/// The moment at which a day begins for doors ([`Clock::door_day`]), in microseconds since 1970 UTC.
pub fn door_day_begins(day: Date) -> i64 {
    day_number(day) * 24 * 3_600 * 1_000_000 + DOORS_BEHIND
}

/// A day as the number of days since 1970.
pub fn day_number(day: Date) -> i64 {
    day.since(Date::constant(1970, 1, 1)).map_or(0, |span| i64::from(span.get_days()))
}

/// Microseconds since 1970 UTC as a moment; what no calendar has is 1970 itself.
pub fn moment(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// Makes new ids: UUIDv7 from a clock and the machine's random numbers.
#[derive(Debug, Clone, Default)]
pub struct Ids {
    clock: Clock,
    /// Random bytes that are not used yet: asking the machine for each id alone takes longer than making the id.
    random: Arc<Mutex<Vec<u8>>>,
}

/// Random bytes of one id.
const RANDOM: usize = 10;

impl Ids {
    /// Ids that carry this clock's time.
    pub fn new(clock: Clock) -> Self {
        Self { clock, random: Arc::default() }
    }

    /// A new id that was never used before.
    pub fn make(&self, kind: ThingKind) -> Id {
        let millis = u64::try_from(self.clock.micros() / 1000).unwrap_or_default();
        Id::new(kind, uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid())
    }

    fn random(&self) -> [u8; RANDOM] {
        let mut pool = self.random.lock().unwrap_or_else(PoisonError::into_inner);
        if pool.len() < RANDOM {
            pool.resize(RANDOM * 400, 0);
            fill(&mut pool);
        }
        let rest = pool.len() - RANDOM;
        let mut bytes = [0; RANDOM];
        bytes.copy_from_slice(&pool[rest..]);
        pool.truncate(rest);
        bytes
    }
}

/// A key that nobody knows.
pub fn secret() -> [u8; 32] {
    let mut key = [0; 32];
    fill(&mut key);
    key
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads random numbers")]
#[expect(clippy::expect_used, reason = "a machine without random numbers cannot make ids or keys at all")]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the machine gives random numbers");
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_day_of_doors_has_begun_in_every_state_and_the_one_before_is_over() {
        let first = date(2027, 3, 1);
        let begins = door_day_begins(first);
        let clock = |micros| Clock::standing(moment(micros));
        assert_eq!((clock(begins - 1).door_day(), clock(begins).door_day()), (date(2027, 2, 28), first));
        // New York in summer and winter, Los Angeles, Anchorage, Honolulu.
        for hours in [-4, -5, -8, -9, -10] {
            let there = moment(begins).to_zoned(TimeZone::fixed(jiff::tz::offset(hours)));
            assert_eq!(there.date(), first, "{hours}");
            assert!(there.hour() < 7, "{hours}: before most people get up");
        }
    }
}
