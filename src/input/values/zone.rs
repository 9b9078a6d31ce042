//! The zone of times that are written without one.

use super::calendar::Civil;
use super::time::TimeFault;
use crate::model::time::{MICROS_PER_DAY, MICROS_PER_SECOND, Micros};
use chrono::{DateTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};
use std::fmt;

const SECONDS_PER_DAY: i64 = 86_400;

/// UTC, or a zone of the IANA database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SourceZone {
    #[default]
    Utc,
    Named(Tz),
}

/// What the zone makes of a local second.
enum Local {
    Skipped,
    Once(i64),
    /// The offset of the earlier moment comes first.
    Twice(i64),
}

impl SourceZone {
    /// Returns the zone of an IANA name such as `Europe/Paris`, compared without case.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        const UNIVERSAL: [&str; 6] = ["UTC", "Z", "Etc/UTC", "GMT", "Etc/GMT", "Zulu"];
        if UNIVERSAL.iter().any(|word| word.eq_ignore_ascii_case(name)) {
            return Some(Self::Utc);
        }
        let known = TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(name))?;
        Some(Self::Named(*known))
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Utc => "UTC",
            Self::Named(zone) => zone.name(),
        }
    }

    /// Applies the zone to a local time; a date without a clock is its first moment, whether or not it has a midnight.
    pub(super) fn to_utc(self, civil: Civil) -> Result<Micros, TimeFault> {
        let local = civil.local();
        let Self::Named(zone) = self else { return Ok(local) };
        let second = local.div_euclid(MICROS_PER_SECOND);
        let offset = match look_up(zone, second)? {
            Local::Once(offset) => offset,
            Local::Twice(offset) if civil.date_only => offset,
            Local::Twice(_) => return Err(TimeFault::Repeated),
            // The clock of the day before, carried on, shows this midnight at the moment of the change.
            Local::Skipped if civil.date_only => match look_up(zone, second - SECONDS_PER_DAY / 2)? {
                Local::Once(offset) | Local::Twice(offset) => offset,
                Local::Skipped => return Err(TimeFault::Skipped),
            },
            Local::Skipped => return Err(TimeFault::Skipped),
        };
        Ok(local - offset * MICROS_PER_SECOND)
    }

    /// Returns the offset (seconds east of UTC) that holds on a whole local day, if there is one.
    ///
    /// Looks at the first and the last second and at noon: no zone leaves an offset and comes back to it within a day.
    pub(super) fn offset_throughout(self, day: i64) -> Option<i64> {
        let Self::Named(zone) = self else { return Some(0) };
        let start = day * SECONDS_PER_DAY;
        let once = |second| match look_up(zone, second) {
            Ok(Local::Once(offset)) => Some(offset),
            _ => None,
        };
        let offset = once(start)?;
        let same =
            once(start + SECONDS_PER_DAY / 2) == Some(offset) && once(start + SECONDS_PER_DAY - 1) == Some(offset);
        same.then_some(offset)
    }

    /// Returns the first moment of the local day after the one that begins at `midnight`.
    #[must_use]
    pub fn next_day(self, midnight: Micros) -> Micros {
        let Self::Named(zone) = self else { return midnight + MICROS_PER_DAY };
        // Noon lies in the day itself, whatever the clocks do.
        let noon = DateTime::from_timestamp_micros(midnight + MICROS_PER_DAY / 2).unwrap_or_default();
        let day = noon.with_timezone(&zone).naive_local().and_utc().timestamp().div_euclid(SECONDS_PER_DAY);
        self.to_utc(Civil::date(day + 1)).unwrap_or(midnight + MICROS_PER_DAY)
    }
}

impl From<Tz> for SourceZone {
    fn from(zone: Tz) -> Self {
        match zone {
            Tz::UTC | Tz::Etc__UTC => Self::Utc,
            _ => Self::Named(zone),
        }
    }
}

impl fmt::Display for SourceZone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

fn look_up(zone: Tz, local_second: i64) -> Result<Local, TimeFault> {
    let local: NaiveDateTime = DateTime::from_timestamp(local_second, 0).ok_or(TimeFault::OutOfRange)?.naive_utc();
    let found = zone.offset_from_local_datetime(&local).map(|offset| i64::from(offset.fix().local_minus_utc()));
    Ok(match found {
        chrono::MappedLocalTime::None => Local::Skipped,
        chrono::MappedLocalTime::Single(offset) => Local::Once(offset),
        // The clock that is further east shows a local time sooner.
        chrono::MappedLocalTime::Ambiguous(one, other) => Local::Twice(one.max(other)),
    })
}

#[cfg(test)]
mod tests {
    use super::SourceZone;

    fn paris() -> SourceZone {
        SourceZone::from_name("Europe/Paris").unwrap()
    }

    #[test]
    fn names_are_those_of_the_database() {
        assert_eq!(SourceZone::from_name("utc"), Some(SourceZone::Utc));
        assert_eq!(SourceZone::from_name("Europe/Paris").unwrap().name(), "Europe/Paris");
        assert_eq!(SourceZone::from_name("europe/paris").unwrap().name(), "Europe/Paris");
        assert_eq!(SourceZone::from_name("Europe/Pariss"), None);
        assert_eq!(SourceZone::from_name(""), None);
        assert_eq!(SourceZone::from(chrono_tz::UTC), SourceZone::Utc);
        assert_eq!(SourceZone::from(chrono_tz::Europe::Paris), paris());
    }

    #[test]
    fn days_of_change_have_no_single_offset() {
        let paris = paris();
        // Days since 1970 of 2024-01-13, 2024-03-31, 2024-07-01, 2024-10-27.
        assert_eq!(paris.offset_throughout(19_735), Some(3600));
        assert_eq!(paris.offset_throughout(19_813), None);
        assert_eq!(paris.offset_throughout(19_905), Some(7200));
        assert_eq!(paris.offset_throughout(20_023), None);
        assert_eq!(SourceZone::Utc.offset_throughout(19_813), Some(0));
    }

    #[test]
    fn a_day_without_midnight_has_no_single_offset() {
        let sao_paulo = SourceZone::from_name("America/Sao_Paulo").unwrap();
        assert_eq!(sao_paulo.offset_throughout(17_839), None); // 2018-11-04
    }
}
