//! Days and moments of a request.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// A day (its end, UTC, so that all of it counts) or a moment, in microseconds since 1970 UTC.
pub fn read(text: &str) -> Option<i64> {
    if text.len() <= 10 {
        let day: Date = text.parse().ok()?;
        let end = day.tomorrow().unwrap_or(day).to_zoned(TimeZone::UTC).ok()?;
        return Some(end.timestamp().as_microsecond() - 1);
    }
    Some(text.parse::<Timestamp>().ok()?.as_microsecond())
}

/// A moment as answers carry it: RFC 3339, UTC, whole seconds.
pub fn written(micros: i64) -> String {
    let seconds = Timestamp::from_second(micros.div_euclid(1_000_000)).unwrap_or_default();
    seconds.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_all_of_it() {
        let noon = read("2026-11-26T12:00:00Z").unwrap();
        let (today, before) = (read("2026-11-26").unwrap(), read("2026-11-25").unwrap());
        assert!(before < noon && noon < today);
        assert_eq!(today - before, 86_400_000_000);
        assert_eq!(read("2026-11-26T13:00:00+01:00"), Some(noon));
        assert_eq!((read("2026-13-01"), read("now"), read("")), (None, None, None));
        assert_eq!(written(noon + 999_999), "2026-11-26T12:00:00Z");
    }
}
