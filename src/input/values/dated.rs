//! Dates whose day or month comes first (`13/01/2024`, `1/13/24`), and dates with the month's English name
//! (`15 Apr, 2021 00:03:00`, `Mon Jan 15 2024 10:00:00 GMT+0000`).

use super::calendar::{self, Civil};
use super::date_pattern::{ClockStyle, DateSeparator, YearDigits};
use super::scanner::Scanner;
use super::time::TimeFault;
use super::time_format::DateOrder;

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// A cell taken apart, before it is known which part is the day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dated {
    parts: [u32; 3],
    lengths: [usize; 3],
    pub separator: DateSeparator,
    /// The order, where the month's name shows it.
    pub named_order: Option<DateOrder>,
    pub clock: ClockStyle,
    /// Monday is 0.
    weekday: Option<i64>,
    time_of_day: Result<i64, TimeFault>,
    offset: Option<i64>,
}

impl Dated {
    pub(super) fn read(cell: &[u8]) -> Result<Self, TimeFault> {
        let mut scanner = Scanner::new(cell);
        let mut dated = if cell.first().is_some_and(u8::is_ascii_digit) {
            read_day_or_number(&mut scanner)
        } else {
            read_name_first(&mut scanner)
        }
        .ok_or(TimeFault::Unreadable)?;
        dated.read_rest(scanner)?;
        Ok(dated)
    }

    fn new(parts: [(u32, usize); 3], separator: DateSeparator, named_order: Option<DateOrder>) -> Self {
        Self {
            parts: parts.map(|part| part.0),
            lengths: parts.map(|part| part.1),
            separator,
            named_order,
            clock: ClockStyle::None,
            weekday: None,
            time_of_day: Ok(0),
            offset: None,
        }
    }

    /// Reads what follows the date: a clock, its zone, the name of the zone in parentheses.
    fn read_rest(&mut self, mut scanner: Scanner) -> Result<(), TimeFault> {
        if scanner.is_done() {
            return Ok(());
        }
        let comma = scanner.eat(b',');
        if !(scanner.eat_spaces() || (!comma && scanner.eat(b'T'))) {
            return Err(TimeFault::Unreadable);
        }
        let clock = calendar::clock(&mut scanner).ok_or(TimeFault::Unreadable)?;
        self.time_of_day = clock.micros;
        self.clock = if clock.twelve_hours { ClockStyle::TwelveHours } else { ClockStyle::TwentyFourHours };
        self.offset = calendar::offset(&mut scanner)?;
        scanner.eat_spaces();
        if self.separator == DateSeparator::MonthName {
            scanner.eat_comment();
        }
        scanner.finish()
    }

    /// Returns how the year is written under an order, if that order's digits fit at all.
    pub(super) const fn year_digits(self, order: DateOrder) -> Option<YearDigits> {
        let (year, others) = match order {
            DateOrder::Ymd => (self.lengths[0], [self.lengths[1], self.lengths[2]]),
            _ => (self.lengths[2], [self.lengths[0], self.lengths[1]]),
        };
        if others[0] > 2 || others[1] > 2 {
            return None;
        }
        match (year, order) {
            (2, _) => Some(YearDigits::Two),
            // A year of four digits in front is ISO.
            (4, DateOrder::Dmy | DateOrder::Mdy) => Some(YearDigits::Four),
            _ => None,
        }
    }

    pub(super) fn civil(self, order: DateOrder) -> Result<Civil, TimeFault> {
        let [first, second, third] = self.parts;
        let (year, month, day) = match order {
            DateOrder::Dmy => (third, second, first),
            DateOrder::Mdy => (third, first, second),
            DateOrder::Ymd => (first, second, third),
        };
        let year = if self.year_digits(order) == Some(YearDigits::Two) { calendar::full_year(year) } else { year };
        let day = calendar::day_number(year, month, day)?;
        if self.weekday.is_some_and(|weekday| weekday != calendar::weekday(day)) {
            return Err(TimeFault::NoSuchTime);
        }
        let date_only = self.clock == ClockStyle::None;
        Ok(Civil { day, clock: self.time_of_day?, offset: self.offset, date_only })
    }
}

/// Reads `13/01/2024` or `13 Jan 2024`.
fn read_day_or_number(scanner: &mut Scanner) -> Option<Dated> {
    let first = scanner.digits(1, 2)?;
    let separator = match scanner.peek()? {
        b'/' => DateSeparator::Slash,
        b'.' => DateSeparator::Point,
        b'-' => DateSeparator::Hyphen,
        b' ' => DateSeparator::MonthName,
        _ => return None,
    };
    let mark = scanner.peek()?;
    if !scanner.eat(mark) {
        return None;
    }
    if scanner.peek()?.is_ascii_alphabetic() && matches!(mark, b' ' | b'-') {
        let month = month_name(scanner)?;
        gap(scanner, mark)?;
        return Some(Dated::new([first, month, year(scanner)?], DateSeparator::MonthName, Some(DateOrder::Dmy)));
    }
    if separator == DateSeparator::MonthName {
        return None;
    }
    let second = scanner.digits(1, 2)?;
    if !scanner.eat(mark) {
        return None;
    }
    Some(Dated::new([first, second, scanner.digits(1, 4)?], separator, None))
}

/// Reads `Jan 13, 2024`, or a weekday and then either kind of named date.
fn read_name_first(scanner: &mut Scanner) -> Option<Dated> {
    let mut ahead = *scanner;
    let weekday = weekday_name(ahead.word());
    if weekday.is_some() {
        gap(&mut ahead, b' ')?;
        *scanner = ahead;
    }
    let mut dated = if scanner.peek()?.is_ascii_digit() {
        read_day_or_number(scanner).filter(|dated| dated.named_order.is_some())?
    } else {
        let month = month_name(scanner)?;
        gap(scanner, b' ')?;
        let day = scanner.digits(1, 2)?;
        gap(scanner, b' ')?;
        Dated::new([month, day, year(scanner)?], DateSeparator::MonthName, Some(DateOrder::Mdy))
    };
    dated.weekday = weekday;
    Some(dated)
}

/// Steps over the mark between two parts of a named date; a comma may come before a space.
fn gap(scanner: &mut Scanner, mark: u8) -> Option<()> {
    let stepped = if mark == b' ' {
        scanner.eat(b',');
        scanner.eat_spaces()
    } else {
        scanner.eat(mark)
    };
    stepped.then_some(())
}

fn year(scanner: &mut Scanner) -> Option<(u32, usize)> {
    scanner.digits(2, 4).filter(|(_, length)| *length != 3)
}

/// Reads `Jan`, `Jan.`, `January`, `Sept`; the length stands for two digits.
fn month_name(scanner: &mut Scanner) -> Option<(u32, usize)> {
    let word = scanner.word();
    let position = named(&MONTHS, word).or_else(|| word.eq_ignore_ascii_case(b"sept").then_some(8))?;
    scanner.eat(b'.');
    Some((u32::try_from(position).ok()? + 1, 2))
}

fn weekday_name(word: &[u8]) -> Option<i64> {
    named(&WEEKDAYS, word).and_then(|position| i64::try_from(position).ok())
}

/// Returns the position of the name that the word is, or whose first three letters it is.
fn named(names: &[&str], word: &[u8]) -> Option<usize> {
    names.iter().map(|name| name.as_bytes()).position(|name| {
        name.eq_ignore_ascii_case(word) || name.get(..3).is_some_and(|short| short.eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::{ClockStyle, DateOrder, DateSeparator, YearDigits};
    use crate::input::values::date_pattern::DatePattern;
    use crate::input::values::time::TimeFault;

    const DAY_FIRST: DatePattern = DatePattern {
        order: DateOrder::Dmy,
        separator: DateSeparator::Slash,
        year: YearDigits::Four,
        clock: ClockStyle::TwentyFourHours,
    };

    fn read(pattern: DatePattern, cell: &str) -> Result<i64, TimeFault> {
        pattern.parse(cell.as_bytes()).map(|civil| civil.local() - civil.offset.unwrap_or(0) * 1_000_000)
    }

    const AT: i64 = 1_705_155_420_000_000;

    #[test]
    fn the_order_decides() {
        let month_first = DatePattern { order: DateOrder::Mdy, ..DAY_FIRST };
        assert_eq!(read(DAY_FIRST, "13/01/2024 14:17:00"), Ok(AT));
        assert_eq!(read(month_first, "01/13/2024 14:17:00"), Ok(AT));
        assert_eq!(read(month_first, "1/13/2024, 14:17"), Ok(AT));
        assert_eq!(read(DAY_FIRST, "01/13/2024 14:17:00"), Err(TimeFault::NoSuchTime));
        assert_eq!(read(DAY_FIRST, "31/04/2024"), Err(TimeFault::NoSuchTime));
        assert_eq!(read(DAY_FIRST, "13/01/2024 24:00"), Err(TimeFault::NoSuchTime));
        assert!(DAY_FIRST.parse(b"13/01/2024").unwrap().date_only);
    }

    #[test]
    fn a_column_keeps_its_separator_year_and_clock() {
        for cell in [
            "13.01.2024 14:17:00",
            "13-01-2024 14:17:00",
            "13/01/24 14:17:00",
            "13/01/024",
            "13/01/2024 2:17 PM",
            "2024/01/13 14:17:00",
            "13/01/2024 14:1",
            "13/01/2024 14:17:00 x",
            "13/01/2024x",
            "13/01/2024,14:17",
            "13/01",
            "13/Jan/2024",
            "113/01/2024",
        ] {
            assert_eq!(read(DAY_FIRST, cell), Err(TimeFault::Unreadable), "{cell}");
        }
    }

    #[test]
    fn two_digits_of_the_year_follow_posix() {
        let pattern = DatePattern { year: YearDigits::Two, ..DAY_FIRST };
        assert_eq!(read(pattern, "13/01/24 14:17"), Ok(AT));
        assert_eq!(read(pattern, "1/1/70"), Ok(0));
        let year_first = DatePattern { order: DateOrder::Ymd, ..pattern };
        assert_eq!(read(year_first, "24/01/13 14:17"), Ok(AT));
        assert_eq!(read(year_first, "24/1/13 14:17"), Ok(AT));
        assert_eq!(read(year_first, "13/01/2024 14:17"), Err(TimeFault::Unreadable));
    }

    #[test]
    fn am_and_pm_are_a_style_of_the_column() {
        let pattern = DatePattern { clock: ClockStyle::TwelveHours, ..DAY_FIRST };
        assert_eq!(read(pattern, "13/01/2024 2:17:00 PM"), Ok(AT));
        assert_eq!(read(pattern, "13/01/2024 02:17pm"), Ok(AT));
        assert_eq!(read(pattern, "13/01/2024 14:17:00"), Err(TimeFault::Unreadable));
        assert_eq!(read(pattern, "13/01/2024 14:17 PM"), Err(TimeFault::NoSuchTime));
        assert!(read(pattern, "13/01/2024").is_ok());
    }

    #[test]
    fn months_may_have_english_names() {
        let day = DatePattern { separator: DateSeparator::MonthName, ..DAY_FIRST };
        for cell in [
            "13 Jan, 2024 14:17:00",
            "13 January 2024 14:17",
            "13-JAN-2024 14:17:00",
            "13 jan. 2024, 14:17",
            "Sat, 13 Jan 2024 14:17:00 GMT",
            "Sat, 13 Jan 2024 09:17:00 -0500",
        ] {
            assert_eq!(read(day, cell), Ok(AT), "{cell}");
        }
        let month = DatePattern { order: DateOrder::Mdy, ..day };
        for cell in [
            "Sat Jan 13 2024 14:17:00 GMT+0000",
            "Sat Jan 13 2024 15:17:00 GMT+0100 (Central European Standard Time)",
            "Jan 13, 2024 14:17",
            "January 13 2024 14:17:00 UTC",
        ] {
            assert_eq!(read(month, cell), Ok(AT), "{cell}");
            assert_eq!(read(day, cell), Err(TimeFault::Unreadable), "{cell}");
        }
        assert_eq!(read(month, "Sun Jan 13 2024 14:17:00"), Err(TimeFault::NoSuchTime));
        for cell in ["13 janv. 2024 14:17:00", "13 mai 2024", "13 Janu 2024", "13 Jan", "Jan 2024", "Sat-Oct-11", "Sat"]
        {
            assert_eq!(read(day, cell), Err(TimeFault::Unreadable), "{cell}");
        }
    }
}
