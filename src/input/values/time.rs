//! One column of times: its format, its zone, and the parser that runs once per record.

use super::calendar::Civil;
use super::time_format::TimeFormat;
use super::zone::SourceZone;
use super::{epoch, iso};
use crate::model::time::{EARLIEST, LATEST_EXCLUDED, MICROS_PER_DAY, MICROS_PER_SECOND, Micros};
use std::fmt;

/// How many days a parser remembers the offset of; a power of two, more than most exports span.
const REMEMBERED_DAYS: usize = 512;

/// Why a cell is no time. The cell itself is never part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TimeFault {
    /// The cell is not written in the column's format.
    Unreadable,
    /// A number whose digits mean another unit than the column's.
    OtherEpochUnit,
    /// 30 February, 25:00, 23:59:60, a weekday that is not the date's.
    NoSuchTime,
    /// Before 1970-01-01 or from 2100-01-01 on.
    OutOfRange,
    /// A local time that the zone skips when clocks go forward.
    Skipped,
    /// A local time that the zone has twice when clocks go back.
    Repeated,
}

impl TimeFault {
    /// Returns the reason for the list of rejects.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Unreadable => "not a time in the column's format",
            Self::OtherEpochUnit => "an epoch number of another unit than the column's",
            Self::NoSuchTime => "a date or time of day that does not exist",
            Self::OutOfRange => "a time outside 1970-01-01 to 2100-01-01",
            Self::Skipped => "a local time that the time zone skips",
            Self::Repeated => "a local time that the time zone has twice",
        }
    }
}

impl fmt::Display for TimeFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.reason())
    }
}

/// A time read from a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParsedTime {
    /// Microseconds since 1970-01-01T00:00:00 UTC; a date is its first moment in the column's zone.
    pub at: Micros,
    /// Whether the cell holds a date without a clock.
    pub date_only: bool,
}

/// How the times of one column are read.
#[derive(Debug, Clone, PartialEq)]
pub struct TimeColumn {
    pub format: TimeFormat,
    /// Applied where a cell does not name its own offset.
    pub zone: SourceZone,
}

impl TimeColumn {
    #[must_use]
    pub const fn new(format: TimeFormat, zone: SourceZone) -> Self {
        Self { format, zone }
    }

    /// Returns a parser with its own memory of days; one per thread or part of a file.
    #[must_use]
    pub fn parser(&self) -> TimeParser<'_> {
        TimeParser {
            column: self,
            is_iso: self.format == TimeFormat::Iso,
            is_universal: self.zone == SourceZone::Utc,
            date: [0; 10],
            day: 0,
            offsets: if self.zone == SourceZone::Utc { Vec::new() } else { vec![(i64::MIN, 0); REMEMBERED_DAYS] },
        }
    }

    /// Reads a trimmed cell that is no null word.
    ///
    /// # Errors
    /// Says why the cell is no time in this column.
    pub fn parse(&self, cell: &[u8]) -> Result<ParsedTime, TimeFault> {
        let civil = match &self.format {
            TimeFormat::Iso => iso::parse(cell)?,
            TimeFormat::Dated(pattern) => pattern.parse(cell)?,
            TimeFormat::ExcelSerial => epoch::excel_serial(cell)?,
            TimeFormat::Strftime(strftime) => strftime.parse(cell)?,
            TimeFormat::Epoch(epoch) => return in_range(epoch.parse(cell)?, false),
        };
        self.resolve(civil)
    }

    fn resolve(&self, civil: Civil) -> Result<ParsedTime, TimeFault> {
        let at = match civil.offset {
            Some(seconds) => civil.local() - seconds * MICROS_PER_SECOND,
            None => self.zone.to_utc(civil)?,
        };
        in_range(at, civil.date_only)
    }
}

#[inline]
const fn in_range(at: Micros, date_only: bool) -> Result<ParsedTime, TimeFault> {
    if at < EARLIEST || at >= LATEST_EXCLUDED {
        return Err(TimeFault::OutOfRange);
    }
    Ok(ParsedTime { at, date_only })
}

/// Reads the cells of a [`TimeColumn`] and remembers days and the zone's offsets on them.
#[derive(Debug, Clone)]
pub struct TimeParser<'a> {
    column: &'a TimeColumn,
    is_iso: bool,
    is_universal: bool,
    /// The last date as written (`2026-01-01`), and its day number: records mostly come in the order of time.
    date: [u8; 10],
    day: i64,
    /// Days on which the zone has one offset throughout, and that offset in microseconds, at the place that the day's
    /// number gives; empty for UTC.
    offsets: Vec<(i64, i64)>,
}

impl TimeParser<'_> {
    /// Reads a trimmed cell that is no null word; the same result as [`TimeColumn::parse`], sooner.
    ///
    /// # Errors
    /// Says why the cell is no time in this column.
    #[inline]
    pub fn parse(&mut self, cell: &[u8]) -> Result<ParsedTime, TimeFault> {
        if self.is_iso
            && let Some(parsed) = self.fixed_width(cell)
        {
            return Ok(parsed);
        }
        self.column.parse(cell)
    }

    /// Reads `2026-01-01T00:00:00` (or with a space) and what may follow it; anything else, faults too, is left to the
    /// general way.
    #[inline]
    fn fixed_width(&mut self, cell: &[u8]) -> Option<ParsedTime> {
        let (head, tail) = cell.split_first_chunk::<19>()?;
        let (micros, named) = iso::tail(tail)?;
        let clock = iso::fixed_clock(*head.last_chunk::<8>()?)?;
        if head[10] != b'T' && head[10] != b' ' {
            return None;
        }
        let date = head.first_chunk::<10>()?;
        if *date != self.date {
            self.day = iso::fixed_date(*date)?;
            self.date = *date;
        }
        let day = self.day;
        let offset = match named {
            Some(seconds) => seconds * MICROS_PER_SECOND,
            None if self.is_universal => 0,
            None => self.offset_of_day(day)?,
        };
        in_range(day * MICROS_PER_DAY + clock + micros - offset, false).ok()
    }

    #[inline]
    fn offset_of_day(&mut self, day: i64) -> Option<i64> {
        let place = usize::try_from(day).ok()? % REMEMBERED_DAYS;
        let remembered = self.offsets.get_mut(place)?;
        if remembered.0 != day {
            *remembered = (day, self.column.zone.offset_throughout(day)? * MICROS_PER_SECOND);
        }
        Some(remembered.1)
    }
}

#[cfg(test)]
mod tests {
    use super::{ParsedTime, TimeColumn, TimeFault};
    use crate::input::values::{SourceZone, TimeFormat};

    /// 2024-01-13T14:17:00Z, by `date -u -d @1705155420`.
    const AT: i64 = 1_705_155_420_000_000;

    fn iso(cell: &str) -> Result<ParsedTime, TimeFault> {
        let column = TimeColumn::new(TimeFormat::Iso, SourceZone::Utc);
        let slow = column.parse(cell.as_bytes());
        let mut parser = column.parser();
        assert_eq!(parser.parse(cell.as_bytes()), slow, "{cell}");
        assert_eq!(parser.parse(cell.as_bytes()), slow, "{cell} again");
        slow
    }

    #[test]
    fn every_spelling_of_iso_8601_is_the_same_time() {
        for cell in [
            "2024-01-13T14:17:00Z",
            "2024-01-13 14:17:00",
            "2024-01-13t14:17:00z",
            "2024-01-13 14:17",
            "2024-01-13T14:17:00.000Z",
            "2024-01-13 14:17:00.000000999 UTC",
            "2024-01-13 14:17:00,000",
            "2024-01-13T16:17:00+02:00",
            "2024-01-13T16:17:00+0200",
            "2024-01-13 16:17:00 +02",
            "2024-01-13T09:17:00-0500",
            "2024-01-13T19:47:00+05:30",
            "2024/01/13 14:17:00",
            "2024.01.13 14:17:00",
            "2024/1/13 14:17",
            "2024-01-13 2:17:00 PM",
            "20240113T141700Z",
            "20240113T1417Z",
            "20240113T161700.0+0200",
            "20240113 14:17:00",
        ] {
            assert_eq!(iso(cell), Ok(ParsedTime { at: AT, date_only: false }), "{cell}");
        }
    }

    #[test]
    fn dates_are_known_as_dates() {
        let midnight = AT - (14 * 60 + 17) * 60_000_000;
        for cell in ["2024-01-13", "20240113", "2024/01/13", "2024.1.13"] {
            assert_eq!(iso(cell), Ok(ParsedTime { at: midnight, date_only: true }), "{cell}");
        }
    }

    #[test]
    fn fractions_are_cut_to_microseconds() {
        assert_eq!(iso("2024-01-13T14:17:00.5Z").unwrap().at, AT + 500_000);
        assert_eq!(iso("2024-01-13 14:17:00.123456789").unwrap().at, AT + 123_456);
        assert_eq!(iso("2024-01-13 14:17:00.9999999999999999999999").unwrap().at, AT + 999_999);
    }

    #[test]
    fn times_that_do_not_exist_are_faults() {
        for cell in [
            "2024-02-30 10:00:00",
            "2024-13-01 10:00:00",
            "2024-01-15 25:00:00",
            "2024-01-15 24:00:00",
            "2024-01-15 10:60:00",
            "2016-12-31T23:59:60Z",
            "0000-00-00 00:00:00",
            "2023-02-29",
            "20241301",
        ] {
            assert_eq!(iso(cell), Err(TimeFault::NoSuchTime), "{cell}");
        }
    }

    #[test]
    fn other_text_is_a_fault() {
        for cell in [
            "",
            "junk",
            "2024",
            "2024-01",
            "2024-01-13T14:17:00Zjunk",
            "2024-01-13 14:17:00x",
            "2024-01-13T",
            "2024-01-13 14",
            "2024-01-13 14:17:00.",
            "2024-01-13 14:17:00.Z",
            "2024-01-13T141700",
            "2024-01/13",
            "2024-W03-1",
            "2024-013",
            "20240113141700",
            "٢٠٢٤-01-13 14:17:00",
            "2024-01-13\u{2014}14:17:00",
            "2024-01-1314:17:00",
            "2024-01-13T14:17:00 EST",
            "2024-01-13T14:17:0\u{0}",
            "2024-01-13T14:17:0:",
            "2024-01-13T14-17-00",
        ] {
            assert_eq!(iso(cell), Err(TimeFault::Unreadable), "{cell:?}");
        }
    }

    #[test]
    fn the_range_is_1970_to_2099() {
        assert_eq!(iso("1970-01-01T00:00:00Z").unwrap().at, 0);
        assert_eq!(iso("2099-12-31T23:59:59.999999Z").unwrap().at, 4_102_444_799_999_999);
        for cell in
            ["1969-12-31T23:59:59Z", "2100-01-01", "9999-12-31 00:00:00", "1970-01-01T00:59:00+01:00", "0001-01-01"]
        {
            assert_eq!(iso(cell), Err(TimeFault::OutOfRange), "{cell}");
        }
        assert_eq!(iso("1969-12-31T23:00:00-01:00").unwrap().at, 0);
    }

    fn in_zone(zone: &str, cell: &str) -> Result<i64, TimeFault> {
        let column = TimeColumn::new(TimeFormat::Iso, SourceZone::from_name(zone).unwrap());
        let slow = column.parse(cell.as_bytes()).map(|parsed| parsed.at);
        assert_eq!(column.parser().parse(cell.as_bytes()).map(|parsed| parsed.at), slow, "{cell}");
        slow
    }

    #[test]
    fn text_without_a_zone_is_in_the_columns() {
        assert_eq!(in_zone("Europe/Paris", "2024-01-13 15:17:00"), Ok(AT));
        assert_eq!(in_zone("Europe/Paris", "2024-01-13 14:17:00Z"), Ok(AT));
        assert_eq!(in_zone("America/New_York", "2024-01-13 09:17"), Ok(AT));
        // 2024-07-01T12:00:00Z is 1719835200.
        assert_eq!(in_zone("Europe/Paris", "2024-07-01 14:00:00.25"), Ok(1_719_835_200_250_000));
    }

    #[test]
    fn local_times_that_are_skipped_or_twice_are_faults() {
        for cell in ["2024-03-31 02:00:00", "2024-03-31 02:30:00", "2024-03-31T02:59:59.999999"] {
            assert_eq!(in_zone("Europe/Paris", cell), Err(TimeFault::Skipped), "{cell}");
        }
        for cell in ["2024-10-27 02:00:00", "2024-10-27 02:30:00", "2024-10-27 02:59:59"] {
            assert_eq!(in_zone("Europe/Paris", cell), Err(TimeFault::Repeated), "{cell}");
        }
        // 2024-03-31T01:00:00Z = 1711846800, the moment of the change; 2024-10-27T01:00:00Z = 1729990800.
        assert_eq!(in_zone("Europe/Paris", "2024-03-31 01:59:59"), Ok(1_711_846_799_000_000));
        assert_eq!(in_zone("Europe/Paris", "2024-03-31 03:00:00"), Ok(1_711_846_800_000_000));
        assert_eq!(in_zone("Europe/Paris", "2024-10-27 03:00:00"), Ok(1_729_994_400_000_000));
        assert_eq!(in_zone("Europe/Paris", "2024-03-31T02:30:00+01:00"), Ok(1_711_848_600_000_000));
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_when_it_begins() {
        // São Paulo skipped 00:00-01:00 on 2018-11-04; the day began at 03:00 UTC (1541300400).
        assert_eq!(in_zone("America/Sao_Paulo", "2018-11-04"), Ok(1_541_300_400_000_000));
        assert_eq!(in_zone("America/Sao_Paulo", "2018-11-04 00:00:00"), Err(TimeFault::Skipped));
        // Havana had 00:00-01:00 of 2018-11-04 twice; the day began at 04:00 UTC (1541304000).
        assert_eq!(in_zone("America/Havana", "2018-11-04"), Ok(1_541_304_000_000_000));
    }
}
