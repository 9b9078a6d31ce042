//! Times written as numbers: seconds to nanoseconds since 1970, and the day numbers of spreadsheets.

use super::calendar::Civil;
use super::scanner::Scanner;
use super::time::TimeFault;
use crate::model::time::{LATEST_EXCLUDED, MICROS_PER_DAY, Micros};

/// What a number since 1970-01-01T00:00:00 UTC counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EpochUnit {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl EpochUnit {
    pub const ALL: [Self; 4] = [Self::Seconds, Self::Milliseconds, Self::Microseconds, Self::Nanoseconds];

    /// Returns the word of `--time-format`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "epoch-s",
            Self::Milliseconds => "epoch-ms",
            Self::Microseconds => "epoch-us",
            Self::Nanoseconds => "epoch-ns",
        }
    }

    /// Returns the unit of `epoch-s` or `epoch_s`, and so on.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase().replace('_', "-");
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// Returns the unit in which so many digits are a time between 2001 and 2286.
    pub(super) const fn of_digits(digits: usize) -> Option<Self> {
        match digits {
            10 => Some(Self::Seconds),
            13 => Some(Self::Milliseconds),
            16 => Some(Self::Microseconds),
            19 => Some(Self::Nanoseconds),
            _ => None,
        }
    }
}

/// How epoch numbers of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Epoch {
    pub unit: EpochUnit,
    /// Whether the unit was told, so that numbers of any length are times, except those whose length means another
    /// unit (1705155420 told as milliseconds would be 20 January 1970).
    pub told: bool,
}

/// The digits before and after the point of a number without sign and exponent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digits<'a> {
    pub whole: &'a [u8],
    pub part: &'a [u8],
}

impl<'a> Digits<'a> {
    /// Reads `123` or `123.45` (with `mark` for the point).
    pub(super) fn read(cell: &'a [u8], mark: u8) -> Option<Self> {
        let (whole, part) = match cell.iter().position(|byte| *byte == mark) {
            None => (cell, &[][..]),
            Some(place) if place + 1 < cell.len() => (&cell[..place], &cell[place + 1..]),
            Some(_) => return None,
        };
        let digits = !whole.is_empty() && whole.iter().chain(part).all(u8::is_ascii_digit);
        digits.then_some(Self { whole, part })
    }

    fn whole_number(self) -> Result<i64, TimeFault> {
        // Nineteen digits fit a u64; more are beyond the range in every unit.
        if self.whole.len() > 19 {
            return Err(TimeFault::OutOfRange);
        }
        let value = self.whole.iter().fold(0_u64, |value, digit| value * 10 + u64::from(digit - b'0'));
        i64::try_from(value).map_err(|_| TimeFault::OutOfRange)
    }
}

impl Epoch {
    pub(super) fn parse(self, cell: &[u8]) -> Result<Micros, TimeFault> {
        let digits = Digits::read(cell, b'.').ok_or(TimeFault::Unreadable)?;
        match EpochUnit::of_digits(digits.whole.len()) {
            Some(unit) if unit == self.unit => {}
            None if self.told => {}
            Some(_) => return Err(TimeFault::OtherEpochUnit),
            None => return Err(TimeFault::Unreadable),
        }
        let whole = digits.whole_number()?;
        let part = Scanner::new(digits.part).micros().unwrap_or(0);
        let micros = match self.unit {
            EpochUnit::Seconds => whole.checked_mul(1_000_000).and_then(|at| at.checked_add(part)),
            EpochUnit::Milliseconds => whole.checked_mul(1_000).and_then(|at| at.checked_add(part / 1_000)),
            EpochUnit::Microseconds => Some(whole),
            EpochUnit::Nanoseconds => Some(whole / 1_000),
        };
        micros.filter(|at| *at < LATEST_EXCLUDED).ok_or(TimeFault::OutOfRange)
    }
}

/// Reads the day number of a spreadsheet, day 0 being 1899-12-30 (Excel's 1900 system from March 1900 on). A fraction
/// is rounded to the millisecond, which is what such numbers carry.
pub(super) fn excel_serial(cell: &[u8]) -> Result<Civil, TimeFault> {
    const DAYS_TO_1970: i64 = 25_569;
    const MILLIS_PER_DAY: i128 = 86_400_000;
    let digits = Digits::read(cell, b'.').or_else(|| Digits::read(cell, b',')).ok_or(TimeFault::Unreadable)?;
    let whole = Some(digits.whole_number()?).filter(|days| *days < 10_000_000);
    let day = whole.ok_or(TimeFault::OutOfRange)? - DAYS_TO_1970;
    if digits.part.is_empty() {
        return Ok(Civil::date(day));
    }
    let (part, one) = digits
        .part
        .iter()
        .take(18)
        .fold((0_i128, 1_i128), |(part, one), digit| (part * 10 + i128::from(digit - b'0'), one * 10));
    let millis = (part * MILLIS_PER_DAY * 2 + one) / (one * 2);
    let micros = i64::try_from(millis * 1_000).map_err(|_| TimeFault::OutOfRange)?;
    let (next, clock) = (micros / MICROS_PER_DAY, micros % MICROS_PER_DAY);
    Ok(Civil { day: day + next, clock, offset: None, date_only: false })
}

#[cfg(test)]
mod tests {
    use super::{Epoch, EpochUnit, excel_serial};
    use crate::input::values::time::TimeFault;

    const AT: i64 = 1_705_155_420_000_000;

    fn read(unit: EpochUnit, cell: &str) -> Result<i64, TimeFault> {
        Epoch { unit, told: false }.parse(cell.as_bytes())
    }

    #[test]
    fn units_are_those_of_the_digits() {
        assert_eq!(read(EpochUnit::Seconds, "1705155420"), Ok(AT));
        assert_eq!(read(EpochUnit::Seconds, "1705155420.0"), Ok(AT));
        assert_eq!(read(EpochUnit::Seconds, "1705155420.1234567"), Ok(AT + 123_456));
        assert_eq!(read(EpochUnit::Milliseconds, "1705155420000"), Ok(AT));
        assert_eq!(read(EpochUnit::Milliseconds, "1705155420000.5"), Ok(AT + 500));
        assert_eq!(read(EpochUnit::Microseconds, "1705155420000000"), Ok(AT));
        assert_eq!(read(EpochUnit::Nanoseconds, "1705155420000000999"), Ok(AT));
    }

    #[test]
    fn other_lengths_are_faults() {
        assert_eq!(read(EpochUnit::Milliseconds, "1705155420"), Err(TimeFault::OtherEpochUnit));
        assert_eq!(read(EpochUnit::Seconds, "1705155420000"), Err(TimeFault::OtherEpochUnit));
        assert_eq!(read(EpochUnit::Seconds, "170515542"), Err(TimeFault::Unreadable));
        assert_eq!(read(EpochUnit::Seconds, "9999999999"), Err(TimeFault::OutOfRange));
        for cell in ["", "-1705155420", "1.7e9", "1705155420.", "1705155420,0", "17051 5542", "1705155420.0.0"] {
            assert_eq!(read(EpochUnit::Seconds, cell), Err(TimeFault::Unreadable), "{cell}");
        }
    }

    #[test]
    fn a_unit_that_was_told_takes_any_length_but_those_of_others() {
        let told = |unit, cell: &str| Epoch { unit, told: true }.parse(cell.as_bytes());
        assert_eq!(told(EpochUnit::Seconds, "0"), Ok(0));
        assert_eq!(told(EpochUnit::Seconds, "999999999"), Ok(999_999_999_000_000));
        assert_eq!(told(EpochUnit::Milliseconds, "1705155420"), Err(TimeFault::OtherEpochUnit));
        assert_eq!(told(EpochUnit::Seconds, "999999999999999999999999999999"), Err(TimeFault::OutOfRange));
        assert_eq!(told(EpochUnit::Seconds, "99999999999999999999"), Err(TimeFault::OutOfRange));
    }

    #[test]
    fn names_are_read_with_hyphen_or_underscore() {
        assert_eq!(EpochUnit::from_name("epoch-ms"), Some(EpochUnit::Milliseconds));
        assert_eq!(EpochUnit::from_name("epoch_ns"), Some(EpochUnit::Nanoseconds));
        assert_eq!(EpochUnit::from_name("epoch"), None);
    }

    #[test]
    fn spreadsheet_days_begin_in_1899() {
        // 45304 is 2024-01-13, day 19735 since 1970; 14:17 of it is 857/1440.
        let date = excel_serial(b"45304").unwrap();
        assert_eq!((date.day, date.clock, date.date_only), (19_735, 0, true));
        let time = excel_serial(b"45304.5951388889").unwrap();
        assert_eq!((time.day, time.clock, time.date_only), (19_735, 51_420_000_000, false));
        assert_eq!(excel_serial(b"45304,5951388889"), Ok(time));
        // Rounds up into the next day.
        let next = excel_serial(b"45304.99999999999").unwrap();
        assert_eq!((next.day, next.clock), (19_736, 0));
        assert_eq!(excel_serial(b"99999999999"), Err(TimeFault::OutOfRange));
        assert_eq!(excel_serial(b"4.5e4"), Err(TimeFault::Unreadable));
    }
}
