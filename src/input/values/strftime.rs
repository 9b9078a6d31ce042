//! The formats that `--time-format` spells out, read by chrono.

use super::calendar::Civil;
use super::time::TimeFault;
use crate::error::{Error, Result};
use crate::model::time::{MICROS_PER_DAY, MICROS_PER_SECOND};
use chrono::format::{Fixed, Item, Parsed, StrftimeItems, parse};
use chrono::{DateTime, NaiveDate, NaiveTime, Timelike};
use std::fmt::Write;

/// A checked strftime format: it names a whole date, and a whole time of day or none.
#[derive(Debug, Clone, PartialEq)]
pub struct Strftime {
    text: String,
    items: Vec<Item<'static>>,
}

impl Strftime {
    /// Checks and keeps a format.
    ///
    /// # Errors
    /// The format has an unknown specifier, leaves out a part of the date or time, or names a zone by word (`%Z`).
    pub fn new(text: &str) -> Result<Self> {
        let unreadable = |why: &str| {
            Error::usage(format!("`--time-format`: {why}"))
                .with_hint("for example %d/%m/%Y %H:%M:%S, epoch-s, epoch-ms, epoch-us, epoch-ns or excel")
        };
        let items = StrftimeItems::new(text)
            .parse_to_owned()
            .map_err(|_| unreadable("the format has a specifier that is not known"))?;
        if items.contains(&Item::Fixed(Fixed::TimezoneName)) {
            return Err(unreadable("%Z names zones by word, which is not exact; %z or `--source-timezone` is"));
        }
        let format = Self { text: text.to_owned(), items };
        if format.reads_what_it_writes() { Ok(format) } else { Err(unreadable("the format names no whole date")) }
    }

    /// Returns the format as it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether a sample comes back: a format without a year, or with hours but no minutes, cannot do that.
    fn reads_what_it_writes(&self) -> bool {
        let Some(sample) = DateTime::from_timestamp(981_173_106, 0) else { return false };
        let mut cell = String::new();
        write!(cell, "{}", sample.format_with_items(self.items.iter())).is_ok() && self.parse(cell.as_bytes()).is_ok()
    }

    pub(super) fn parse(&self, cell: &[u8]) -> std::result::Result<Civil, TimeFault> {
        let cell = std::str::from_utf8(cell).map_err(|_| TimeFault::Unreadable)?;
        let mut parsed = Parsed::new();
        parse(&mut parsed, cell, self.items.iter()).map_err(|error| match error.kind() {
            chrono::format::ParseErrorKind::OutOfRange | chrono::format::ParseErrorKind::Impossible => {
                TimeFault::NoSuchTime
            }
            _ => TimeFault::Unreadable,
        })?;
        civil(&parsed)
    }
}

fn civil(parsed: &Parsed) -> std::result::Result<Civil, TimeFault> {
    if let Some(second) = parsed.timestamp() {
        return since_1970(second, parsed);
    }
    let date = parsed.to_naive_date().map_err(|_| TimeFault::NoSuchTime)?;
    let day = date.signed_duration_since(NaiveDate::default()).num_days();
    let has_clock = parsed.hour_div_12().is_some() || parsed.hour_mod_12().is_some();
    if !has_clock {
        return Ok(Civil::date(day));
    }
    let time = parsed.to_naive_time().map_err(|_| TimeFault::NoSuchTime)?;
    Ok(Civil { day, clock: clock(time)?, offset: parsed.offset().map(i64::from), date_only: false })
}

fn since_1970(second: i64, parsed: &Parsed) -> std::result::Result<Civil, TimeFault> {
    let micros = i64::from(parsed.nanosecond().unwrap_or(0) / 1_000);
    let at = second.checked_mul(MICROS_PER_SECOND).ok_or(TimeFault::OutOfRange)? + micros;
    let (day, clock) = (at.div_euclid(MICROS_PER_DAY), at.rem_euclid(MICROS_PER_DAY));
    Ok(Civil { day, clock, offset: Some(0), date_only: false })
}

fn clock(time: NaiveTime) -> std::result::Result<i64, TimeFault> {
    // chrono keeps a leap second as a nanosecond above 10^9.
    if time.nanosecond() >= 1_000_000_000 {
        return Err(TimeFault::NoSuchTime);
    }
    let second = i64::from(time.num_seconds_from_midnight());
    Ok(second * MICROS_PER_SECOND + i64::from(time.nanosecond() / 1_000))
}

#[cfg(test)]
mod tests {
    use super::{Civil, Strftime};
    use crate::error::ErrorKind;
    use crate::input::values::time::TimeFault;

    const AT: i64 = 1_705_155_420_000_000;

    fn read(format: &str, cell: &str) -> Result<Civil, TimeFault> {
        Strftime::new(format).unwrap().parse(cell.as_bytes())
    }

    #[test]
    fn told_formats_are_read() {
        for (format, cell) in [
            ("%m|%d|%Y %H:%M:%S", "01|13|2024 14:17:00"),
            ("%Y%m%d%H%M%S", "20240113141700"),
            ("%d %B %Y %I:%M %p", "13 January 2024 02:17 PM"),
            ("%Y-%m-%dT%H:%M:%S%.f", "2024-01-13T14:17:00.000"),
            ("%d.%m.%y %H.%M", "13.01.24 14.17"),
            ("%Y-%j %R", "2024-013 14:17"),
            ("%s", "1705155420"),
        ] {
            assert_eq!(read(format, cell).map(Civil::local), Ok(AT), "{format}");
        }
        let zoned = read("%Y-%m-%d %H:%M:%S %z", "2024-01-13 15:17:00 +0100").unwrap();
        assert_eq!((zoned.local(), zoned.offset), (AT + 3_600_000_000, Some(3600)));
        assert!(read("%d/%m/%Y", "13/01/2024").unwrap().date_only);
    }

    #[test]
    fn cells_that_do_not_fit_are_faults() {
        assert_eq!(read("%d|%m|%Y", "31|02|2024"), Err(TimeFault::NoSuchTime));
        assert_eq!(read("%d|%m|%Y", "13|13|2024"), Err(TimeFault::NoSuchTime));
        assert_eq!(read("%Y-%m-%d %T", "2016-12-31 23:59:60"), Err(TimeFault::NoSuchTime));
        assert_eq!(read("%Y-%m-%d %T", "2016-12-31 24:00:00"), Err(TimeFault::NoSuchTime));
        for cell in ["13|01|2024 10:00", "13/01/2024", "", "\u{661}3|01|2024", "13|01"] {
            assert_eq!(read("%d|%m|%Y", cell), Err(TimeFault::Unreadable), "{cell}");
        }
        assert_eq!(read("%s", "9223372036854775807"), Err(TimeFault::OutOfRange));
    }

    #[test]
    fn formats_that_name_no_time_are_usage_errors() {
        for format in ["", "junk", "%Q", "%H:%M", "%Y", "%m/%d", "%Y-%m-%d %H", "%Y-%m-%d %I:%M", "%Y-%m-%d %H:%M %Z"] {
            assert_eq!(Strftime::new(format).unwrap_err().kind, ErrorKind::Usage, "{format}");
        }
    }
}
