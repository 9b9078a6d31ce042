//! Days, clocks and offsets as they are written, checked against the calendar.
//!
//! The day arithmetic is Howard Hinnant's `days_from_civil` (public domain, "chrono-Compatible Low-Level Date
//! Algorithms"): exact for the proleptic Gregorian calendar and without a table.

use super::scanner::Scanner;
use super::time::TimeFault;
use crate::model::time::{MICROS_PER_DAY, MICROS_PER_SECOND};

/// A time as it stands in a cell, before its zone is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Civil {
    /// Days since 1970-01-01.
    pub day: i64,
    /// Microseconds since midnight.
    pub clock: i64,
    /// Seconds east of UTC, where the cell says so.
    pub offset: Option<i64>,
    /// Whether the cell holds no clock.
    pub date_only: bool,
}

impl Civil {
    pub(super) const fn date(day: i64) -> Self {
        Self { day, clock: 0, offset: None, date_only: true }
    }

    /// Returns microseconds since 1970-01-01T00:00:00 on the cell's own clock.
    pub(super) const fn local(self) -> i64 {
        self.day * MICROS_PER_DAY + self.clock
    }
}

/// Returns the days from 1970-01-01 to a date that exists, or that it does not. Years have at most four digits.
pub(super) const fn day_number(year: u32, month: u32, day: u32) -> Result<i64, TimeFault> {
    if month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) {
        return Err(TimeFault::NoSuchTime);
    }
    Ok(days_from_civil(year as i64, month as i64, day as i64))
}

const fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

const FIRST_YEAR: u32 = 1970;
const MONTHS: usize = 130 * 12;

/// Day numbers of the first of each month from January 1970 to January 2100.
static MONTH_STARTS: [u32; MONTHS + 1] = month_starts();

const fn month_starts() -> [u32; MONTHS + 1] {
    let mut starts = [0; MONTHS + 1];
    let mut place = 0;
    let (mut year, mut month) = (FIRST_YEAR, 1);
    while place < MONTHS {
        starts[place + 1] = starts[place] + days_in_month(year, month);
        place += 1;
        (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    }
    starts
}

/// Returns the day number of a date from 1970 to 2099 that exists; by table, for the fast way.
#[inline]
pub(super) fn day_in_range(year: u32, month: u32, day: u32) -> Option<i64> {
    let place = (year.checked_sub(FIRST_YEAR)? * 12 + month).checked_sub(1)? as usize;
    let (start, next) = (*MONTH_STARTS.get(place)?, *MONTH_STARTS.get(place + 1)?);
    let exists = (1..=12).contains(&month) && day >= 1 && day <= next - start;
    exists.then(|| i64::from(start + day) - 1)
}

/// Returns the day of the week of a day number, Monday being 0.
pub(super) const fn weekday(day: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    (day + 3).rem_euclid(7)
}

/// Returns the full year of two digits: 70-99 are 19xx, 00-69 are 20xx, as in POSIX `%y` and the accepted range.
pub(super) const fn full_year(two_digits: u32) -> u32 {
    if two_digits >= 70 { 1900 + two_digits } else { 2000 + two_digits }
}

/// Returns microseconds since midnight, or that there is no such time of day (24:00 and :60 among them).
#[inline]
pub(super) const fn clock_micros(hour: u32, minute: u32, second: u32, micros: i64) -> Result<i64, TimeFault> {
    if hour > 23 || minute > 59 || second > 59 {
        return Err(TimeFault::NoSuchTime);
    }
    Ok((hour as i64 * 3600 + minute as i64 * 60 + second as i64) * MICROS_PER_SECOND + micros)
}

/// A time of day, if it exists, and whether it was written with AM or PM.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    pub micros: Result<i64, TimeFault>,
    pub twelve_hours: bool,
}

/// Reads `h:mm[:ss[.fff]]`, and AM or PM after it.
pub(super) fn clock(scanner: &mut Scanner) -> Option<Clock> {
    let (hour, minute, second, micros) = clock_parts(scanner)?;
    let half = half_of_day(scanner);
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => {
            return Some(Clock { micros: Err(TimeFault::NoSuchTime), twelve_hours: true });
        }
        Some(afternoon) => hour % 12 + if afternoon { 12 } else { 0 },
    };
    Some(Clock { micros: clock_micros(hour, minute, second, micros), twelve_hours: half.is_some() })
}

fn clock_parts(scanner: &mut Scanner) -> Option<(u32, u32, u32, i64)> {
    let (hour, _) = scanner.digits(1, 2)?;
    if !scanner.eat(b':') {
        return None;
    }
    let (minute, _) = scanner.digits(2, 2)?;
    if !scanner.eat(b':') {
        return Some((hour, minute, 0, 0));
    }
    let (second, _) = scanner.digits(2, 2)?;
    Some((hour, minute, second, fraction(scanner)?))
}

/// Reads `.fff` or `,fff` as microseconds; 0 where there is none, nothing where the mark has no digits.
pub(super) fn fraction(scanner: &mut Scanner) -> Option<i64> {
    if scanner.eat(b'.') || scanner.eat(b',') { scanner.micros() } else { Some(0) }
}

/// Reads AM (false) or PM (true), also `a.m.`; leaves the scanner alone where there is neither.
fn half_of_day(scanner: &mut Scanner) -> Option<bool> {
    let mut ahead = *scanner;
    ahead.eat_spaces();
    let word = ahead.word();
    let afternoon = match word {
        [b'A' | b'a', ..] => false,
        [b'P' | b'p', ..] => true,
        _ => return None,
    };
    let complete = match word {
        [_, b'M' | b'm'] => true,
        [_] => ahead.eat(b'.') && ahead.word().eq_ignore_ascii_case(b"m") && ahead.eat(b'.'),
        _ => false,
    };
    if !complete {
        return None;
    }
    *scanner = ahead;
    Some(afternoon)
}

/// Reads the zone after a clock: nothing, `Z`, `UTC`, `GMT`, `±hh`, `±hhmm`, `±hh:mm`, `GMT±hhmm`, `+0000 UTC`;
/// spaces may come first. Returns seconds east of UTC.
pub(super) fn offset(scanner: &mut Scanner) -> Result<Option<i64>, TimeFault> {
    if scanner.is_done() {
        return Ok(None);
    }
    scanner.eat_spaces();
    let universal = match scanner.word() {
        [] => false,
        word if [&b"z"[..], b"utc", b"gmt"].iter().any(|name| name.eq_ignore_ascii_case(word)) => {
            if word.len() == 1 {
                return Ok(Some(0));
            }
            true
        }
        _ => return Err(TimeFault::Unreadable),
    };
    let negative = match scanner.peek() {
        Some(b'+') => false,
        Some(b'-') => true,
        _ => return Ok(universal.then_some(0)),
    };
    scanner.eat(if negative { b'-' } else { b'+' });
    let seconds = signed_offset(scanner).ok_or(TimeFault::Unreadable)??;
    if seconds == 0 && !universal {
        // Go writes `+0000 UTC`.
        let mut ahead = *scanner;
        if ahead.eat_spaces() && ahead.word() == b"UTC" {
            *scanner = ahead;
        }
    }
    Ok(Some(if negative { -seconds } else { seconds }))
}

fn signed_offset(scanner: &mut Scanner) -> Option<Result<i64, TimeFault>> {
    let hours = scanner.exactly(2)?;
    let minutes = if scanner.eat(b':') || scanner.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        scanner.exactly(2)?
    } else {
        0
    };
    // No zone was ever further than 15:14 from UTC since 1970; 18:00 is the bound of ISO-minded libraries.
    if minutes > 59 || hours * 60 + minutes > 18 * 60 {
        return Some(Err(TimeFault::NoSuchTime));
    }
    Some(Ok(i64::from(hours * 3600 + minutes * 60)))
}

#[cfg(test)]
mod tests {
    use super::{Scanner, clock, day_in_range, day_number, full_year, offset, weekday};
    use crate::input::values::time::TimeFault;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day_number(1970, 1, 1), Ok(0));
        assert_eq!(day_number(2000, 2, 29), Ok(11_016));
        assert_eq!(day_number(2100, 1, 1), Ok(47_482));
        for (year, month, day) in
            [(2100, 2, 29), (1900, 2, 29), (2023, 2, 29), (2024, 2, 30), (2024, 4, 31), (2024, 13, 1), (0, 0, 0)]
        {
            assert_eq!(day_number(year, month, day), Err(TimeFault::NoSuchTime));
        }
        assert_eq!(weekday(0), 3);
        assert_eq!(weekday(-4), 6);
        assert_eq!((full_year(70), full_year(69), full_year(0)), (1970, 2069, 2000));
    }

    #[test]
    fn the_table_agrees_with_the_arithmetic() {
        for year in 1968..2102 {
            for month in 0..14 {
                for day in 0..33 {
                    let expected = day_number(year, month, day).ok().filter(|_| (1970..2100).contains(&year));
                    assert_eq!(day_in_range(year, month, day), expected, "{year}-{month}-{day}");
                }
            }
        }
    }

    fn micros(text: &str) -> Result<i64, TimeFault> {
        let mut scanner = Scanner::new(text.as_bytes());
        let clock = clock(&mut scanner).ok_or(TimeFault::Unreadable)?;
        scanner.finish()?;
        clock.micros
    }

    #[test]
    fn clocks_are_checked() {
        assert_eq!(micros("6:49:18"), Ok(24_558_000_000));
        assert_eq!(micros("00:00"), Ok(0));
        assert_eq!(micros("12:30 AM"), Ok(1_800_000_000));
        assert_eq!(micros("12:30 p.m."), Ok(45_000_000_000));
        assert_eq!(micros("2:17:00\u{202f}PM"), Ok(51_420_000_000));
        assert_eq!(micros("23:59:59.9999999"), Ok(86_399_999_999));
        for text in ["24:00", "23:60", "23:59:60", "0:30 AM", "13:00 PM"] {
            assert_eq!(micros(text), Err(TimeFault::NoSuchTime), "{text}");
        }
        for text in ["10", "10:0", "10:00:0", "10:00:00.", "100:00", "10:00 XM", "10:00 a.m", ""] {
            assert_eq!(micros(text), Err(TimeFault::Unreadable), "{text}");
        }
    }

    fn zone(text: &str) -> Result<Option<i64>, TimeFault> {
        let mut scanner = Scanner::new(text.as_bytes());
        let seconds = offset(&mut scanner)?;
        scanner.finish()?;
        Ok(seconds)
    }

    #[test]
    fn offsets_are_read_in_all_spellings() {
        assert_eq!(zone(""), Ok(None));
        for text in ["Z", "z", " UTC", "GMT", " GMT+0000", "+00", "-00:00", " +0000 UTC"] {
            assert_eq!(zone(text), Ok(Some(0)), "{text}");
        }
        for text in ["+05:30", "+0530", " +05:30", "GMT+0530"] {
            assert_eq!(zone(text), Ok(Some(19_800)), "{text}");
        }
        assert_eq!(zone("-05"), Ok(Some(-18_000)));
        assert_eq!(zone("+19:00"), Err(TimeFault::NoSuchTime));
        assert_eq!(zone("+05:60"), Err(TimeFault::NoSuchTime));
        for text in ["+5", "+05:3", "+053", "EST", "Zulu", "+", "Z+02:00", "+0530 UTC", "+05300"] {
            assert_eq!(zone(text), Err(TimeFault::Unreadable), "{text}");
        }
    }
}
