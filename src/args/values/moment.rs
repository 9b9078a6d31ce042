//! Dates and times of `--since`, `--until` and `--as-of`, kept as written so that the zone can be applied later.

use super::{Invalid, Parsed};
use crate::model::time::{EARLIEST, LATEST_EXCLUDED, MICROS_PER_SECOND, Micros};
use chrono::{
    DateTime, Days, FixedOffset, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike,
};
use chrono_tz::Tz;
use std::fmt;

/// A date or time as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// A whole day of the chosen zone.
    Date(NaiveDate),
    /// A time of the chosen zone.
    Local(NaiveDateTime),
    /// A time with its own offset.
    Instant(Micros),
}

impl Moment {
    /// Returns the first microsecond that it covers: of a date, the first of that day.
    #[must_use]
    pub fn first(self, zone: Tz) -> Micros {
        match self {
            Self::Date(date) => earliest(zone, date.and_time(NaiveTime::MIN)),
            Self::Local(local) => earliest(zone, local),
            Self::Instant(micros) => micros,
        }
    }

    /// Returns the last microsecond that it covers: of a date, the last of that day.
    #[must_use]
    pub fn last(self, zone: Tz) -> Micros {
        match self {
            Self::Date(date) => {
                let next = date.checked_add_days(Days::new(1)).unwrap_or(date);
                earliest(zone, next.and_time(NaiveTime::MIN)) - 1
            }
            Self::Local(local) => match zone.from_local_datetime(&local) {
                LocalResult::Single(time) => time.timestamp_micros(),
                LocalResult::Ambiguous(one, other) => one.timestamp_micros().max(other.timestamp_micros()),
                // A time that the clocks skipped: everything before the jump is earlier, everything after it later.
                LocalResult::None => earliest(zone, local) - 1,
            },
            Self::Instant(micros) => micros,
        }
    }

    /// Tells whether it is a whole day.
    #[must_use]
    pub const fn is_date(self) -> bool {
        matches!(self, Self::Date(_))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Date(date) => write!(formatter, "{date}"),
            Self::Local(local) => write!(formatter, "{}", local.format("%Y-%m-%dT%H:%M:%S%.f")),
            Self::Instant(micros) => match DateTime::from_timestamp_micros(*micros) {
                Some(time) => write!(formatter, "{}", time.format("%Y-%m-%dT%H:%M:%S%.fZ")),
                None => write!(formatter, "{micros}"),
            },
        }
    }
}

/// Parses `2024-01-31`, `2024-01-31 12:30`, `2024-01-31T12:30:15.25`, each time optionally with `Z` or `+02:00`.
///
/// # Errors
/// Anything else, and what lies outside 1970 to 2099.
pub fn moment(text: &str) -> Parsed<Moment> {
    let text = text.trim();
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, Some(time.trim_start())),
        None => (text, None),
    };
    let date = iso_date(date).ok_or_else(invalid)?;
    let moment = match time {
        None => Moment::Date(date),
        Some(time) => clock_time(date, time).ok_or_else(invalid)?,
    };
    let micros = moment.first(Tz::UTC);
    if (EARLIEST..LATEST_EXCLUDED).contains(&micros) {
        return Ok(moment);
    }
    Err(Invalid::new("times from 1970 to 2099 are accepted"))
}

fn invalid() -> Invalid {
    Invalid::new("a date or a time is expected").with_hint("such as 2024-01-31 or 2024-01-31T12:30:00+01:00")
}

/// Takes only the full form, four digits of the year and two of the others.
fn iso_date(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if shape { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

fn clock_time(date: NaiveDate, text: &str) -> Option<Moment> {
    let split = text.find(['Z', 'z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at(split);
    let clock = clock.trim_end();
    let form = if clock.len() == 5 { "%H:%M" } else { "%H:%M:%S%.f" };
    let time = NaiveTime::parse_from_str(clock, form).ok()?;
    if time.nanosecond() >= 1_000_000_000 || time.nanosecond() % 1000 != 0 {
        return None;
    }
    let local = date.and_time(time);
    match zone {
        "" => Some(Moment::Local(local)),
        _ => Some(Moment::Instant(local.and_utc().timestamp_micros() - offset(zone)?)),
    }
}

/// Returns the offset in microseconds of `Z`, `+02:00`, `+0200` or `+02`.
fn offset(text: &str) -> Option<Micros> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text[1..].replacen(':', "", 1);
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits[..2].parse().ok()?;
    let minutes: i32 = if digits.len() == 4 { digits[2..].parse().ok()? } else { 0 };
    let seconds = (hours * 60 + minutes) * 60 * sign;
    let valid = minutes < 60 && FixedOffset::east_opt(seconds).is_some();
    valid.then(|| i64::from(seconds) * MICROS_PER_SECOND)
}

/// Returns the first instant at which the clocks of the zone show this time or, where they skip it, a later one.
fn earliest(zone: Tz, local: NaiveDateTime) -> Micros {
    // Clocks change by whole minutes since 1972; one zone has skipped a whole day.
    const MOST_MINUTES_SKIPPED: i64 = 2 * 24 * 60;
    match zone.from_local_datetime(&local) {
        LocalResult::Single(time) => return time.timestamp_micros(),
        LocalResult::Ambiguous(one, other) => return one.timestamp_micros().min(other.timestamp_micros()),
        LocalResult::None => {}
    }
    let minute = local.with_second(0).and_then(|local| local.with_nanosecond(0)).unwrap_or(local);
    (1..=MOST_MINUTES_SKIPPED)
        .filter_map(|minutes| minute.checked_add_signed(TimeDelta::minutes(minutes)))
        .find_map(|later| zone.from_local_datetime(&later).earliest())
        .map_or_else(|| local.and_utc().timestamp_micros(), |time| time.timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::{Moment, moment};
    use crate::model::time::Micros;
    use chrono::DateTime;
    use chrono_tz::Tz;
    use proptest::prelude::*;

    fn at(text: &str) -> Micros {
        DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros()
    }

    #[test]
    fn a_date_covers_its_day_in_the_zone() {
        let date = moment("2024-01-31").unwrap();
        assert!(date.is_date());
        assert_eq!(date.first(Tz::UTC), at("2024-01-31T00:00:00Z"));
        assert_eq!(date.last(Tz::UTC), at("2024-01-31T23:59:59.999999Z"));
        assert_eq!(date.first(Tz::Europe__Paris), at("2024-01-30T23:00:00Z"));
        assert_eq!(date.last(Tz::Europe__Paris), at("2024-01-31T22:59:59.999999Z"));
    }

    #[test]
    fn days_of_changing_clocks_are_longer_or_shorter() {
        // Paris: 23 hours on 2024-03-31, 25 hours on 2024-10-27.
        let hours = |text: &str, zone: Tz| {
            let date = moment(text).unwrap();
            (date.last(zone) + 1 - date.first(zone)) / 3_600_000_000
        };
        assert_eq!(hours("2024-03-31", Tz::Europe__Paris), 23);
        assert_eq!(hours("2024-10-27", Tz::Europe__Paris), 25);
        // Sao Paulo put its clocks forward at midnight (2018-11-04) and back at midnight (end of 2018-02-17).
        assert_eq!(hours("2018-11-04", Tz::America__Sao_Paulo), 23);
        assert_eq!(hours("2018-02-17", Tz::America__Sao_Paulo), 25);
        assert_eq!(hours("2018-02-18", Tz::America__Sao_Paulo), 24);
        // Samoa left out 2011-12-30 altogether.
        assert_eq!(hours("2011-12-30", Tz::Pacific__Apia), 0);
    }

    #[test]
    fn times_are_exact() {
        let time = moment("2024-01-31 12:30").unwrap();
        assert_eq!(time.first(Tz::Europe__Paris), at("2024-01-31T11:30:00Z"));
        assert_eq!(time.last(Tz::Europe__Paris), at("2024-01-31T11:30:00Z"));
        let instant = at("2024-01-31T10:30:15.25Z");
        for text in ["2024-01-31T12:30:15.25+02:00", "2024-01-31t10:30:15.250z", "2024-01-31 12:30:15.25 +0200"] {
            assert_eq!(moment(text), Ok(Moment::Instant(instant)), "{text}");
        }
    }

    #[test]
    fn a_time_shown_twice_or_never_is_bounded_by_its_sides() {
        let twice = moment("2024-10-27T02:30").unwrap();
        assert_eq!(twice.first(Tz::Europe__Paris), at("2024-10-27T00:30:00Z"));
        assert_eq!(twice.last(Tz::Europe__Paris), at("2024-10-27T01:30:00Z"));
        let never = moment("2024-03-31T02:30").unwrap();
        assert_eq!(never.first(Tz::Europe__Paris), at("2024-03-31T01:00:00Z"));
        assert_eq!(never.last(Tz::Europe__Paris), at("2024-03-31T00:59:59.999999Z"));
    }

    #[test]
    fn refuses_what_is_no_moment() {
        for text in [
            "",
            "today",
            "2024",
            "2024-13-01",
            "2024-02-30",
            "31/01/2024",
            "2024-1-1",
            "2024-01-31T",
            "2024-01-31T25:00",
            "2024-01-31T12:00:60",
            "2024-01-31T12:00+99:00",
            "1969-12-31",
            "2100-01-01",
            "2024-01-31T12:00:00.1234567",
        ] {
            assert!(moment(text).is_err(), "{text}");
        }
    }

    #[test]
    fn is_shown_as_written() {
        for text in ["2024-01-31", "2024-01-31T12:30:00", "2024-01-31T12:30:00.250Z"] {
            assert_eq!(moment(text).unwrap().to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn never_panics(text in "([0-9TtZz:+. -]|\\PC)*") {
            let _ = moment(&text);
        }
    }
}
