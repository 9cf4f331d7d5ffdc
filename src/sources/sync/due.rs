//! When a source is worth asking again. Pure.

use std::time::Duration;

use crate::store::{SyncEnd, SyncState};

/// How long to wait after the first failure; it doubles with each further one, up to the source's own interval.
const FIRST_WAIT: Duration = Duration::from_hours(1);

/// When a source should be asked next, in microseconds since 1970 UTC: at once when it never was.
pub fn next_try(last: Option<&SyncState>, every: Duration) -> i64 {
    let Some(last) = last else { return 0 };
    let wait = match last.end {
        SyncEnd::Failed => {
            let doubled = FIRST_WAIT.saturating_mul(1 << last.failures.saturating_sub(1).min(16));
            doubled.min(every)
        }
        SyncEnd::Loaded | SyncEnd::Unchanged | SyncEnd::Held => every,
    };
    last.tried_at.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}

/// Is it time?
pub fn is_due(last: Option<&SyncState>, every: Duration, now: i64) -> bool {
    // A clock that was set back must not silence a source for ever: what was tried in the future is tried now.
    last.is_some_and(|last| last.tried_at > now) || next_try(last, every) <= now
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;

    fn tried(end: SyncEnd, failures: u32) -> SyncState {
        SyncState { source: "a".into(), tried_at: 1_000 * HOUR, ok_at: None, failures, end, code: None, message: None }
    }

    #[test]
    fn who_was_never_asked_is_due() {
        assert!(is_due(None, Duration::from_hours(24), 0));
    }

    #[test]
    fn a_version_is_good_for_its_time_and_a_failure_for_a_shorter_one() {
        for (end, failures, every, hours) in [
            (SyncEnd::Loaded, 0, 24, 24),
            (SyncEnd::Unchanged, 0, 24, 24),
            (SyncEnd::Held, 0, 24, 24),
            (SyncEnd::Failed, 1, 24, 1),
            (SyncEnd::Failed, 2, 24, 2),
            (SyncEnd::Failed, 4, 24, 8),
            (SyncEnd::Failed, 6, 24, 24),
            (SyncEnd::Failed, u32::MAX, 24 * 365, 24 * 365),
            (SyncEnd::Failed, 0, 24, 1),
        ] {
            let (last, every) = (tried(end, failures), Duration::from_hours(every));
            let then = (1_000 + hours) * HOUR;
            assert!(is_due(Some(&last), every, then), "{end:?} {failures}");
            assert!(!is_due(Some(&last), every, then - 1), "{end:?} {failures}");
        }
    }

    #[test]
    fn a_clock_set_back_silences_nobody() {
        assert!(is_due(Some(&tried(SyncEnd::Loaded, 0)), Duration::from_hours(24), 999 * HOUR));
    }
}
