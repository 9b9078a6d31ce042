//! The period of `--period`: a day, week, month, quarter or year by its name or relative to the as-of time, or a range.

use super::moment::{Moment, moment};
use super::{Invalid, Parsed};
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use std::fmt;

const HINT: &str = "such as last-week, this-month, 2-weeks-ago, 2026-W46, 2026-11, 2026-Q4, 2026, 2026-11-03 or \
                    2026-11-01..2026-11-15";

/// Further back than this is a slip of the finger.
const MOST_BACK: u32 = 10_000;

/// The length of a period of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

/// A period as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// The one under way at the as-of time.
    This(Unit),
    /// So many before the one under way: 1 is the last complete one.
    Back(Unit, u32),
    Fixed(Span),
}

/// The days of a period, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub first: NaiveDate,
    pub last: NaiveDate,
    /// `None` for a range of dates.
    pub unit: Option<Unit>,
}

impl Unit {
    const ALL: [Self; 5] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Year];

    const fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.name() == name)
    }

    /// The first day of the period that holds a day.
    #[must_use]
    pub fn first_day(self, day: NaiveDate, week_start: Weekday) -> NaiveDate {
        let month = match self {
            Self::Day => return day,
            Self::Week => {
                let back = Days::new(u64::from(day.weekday().days_since(week_start)));
                return day.checked_sub_days(back).unwrap_or(day);
            }
            Self::Month => day.month(),
            Self::Quarter => (day.month() - 1) / 3 * 3 + 1,
            Self::Year => 1,
        };
        NaiveDate::from_ymd_opt(day.year(), month, 1).unwrap_or(day)
    }

    /// A day so many periods earlier; of a month that is too short its last day.
    #[must_use]
    pub fn back(self, day: NaiveDate, count: u32) -> NaiveDate {
        let months = |months: u32| day.checked_sub_months(Months::new(months.saturating_mul(count)));
        let days = |days: u64| day.checked_sub_days(Days::new(days * u64::from(count)));
        let earlier = match self {
            Self::Day => days(1),
            Self::Week => days(7),
            Self::Month => months(1),
            Self::Quarter => months(3),
            Self::Year => months(12),
        };
        earlier.unwrap_or(NaiveDate::MIN)
    }

    /// The last day of the period that begins on `first`.
    #[must_use]
    pub fn last_day(self, first: NaiveDate) -> NaiveDate {
        let next = match self {
            Self::Day => return first,
            Self::Week => first.checked_add_days(Days::new(7)),
            Self::Month => first.checked_add_months(Months::new(1)),
            Self::Quarter => first.checked_add_months(Months::new(3)),
            Self::Year => first.checked_add_months(Months::new(12)),
        };
        next.and_then(|next| next.pred_opt()).unwrap_or(first)
    }

    /// The period so many before the one that holds a day.
    fn span(self, day: NaiveDate, back: u32, week_start: Weekday) -> Span {
        let first = self.back(self.first_day(day, week_start), back);
        Span { first, last: self.last_day(first), unit: Some(self) }
    }
}

impl Period {
    /// Tells whether the days depend on the as-of time.
    #[must_use]
    pub const fn is_relative(self) -> bool {
        !matches!(self, Self::Fixed(_))
    }

    /// Finds the days. `seen` is the local day of the as-of time, `unfinished` the first day that is not over by then.
    ///
    /// The period under way reaches to the day of the as-of time.
    ///
    /// # Errors
    /// A week by its ISO number where weeks do not begin on Monday; what lies before 1970.
    pub fn days(self, seen: NaiveDate, unfinished: NaiveDate, week_start: Weekday) -> Parsed<Span> {
        let span = match self {
            Self::This(unit) => {
                let whole = unit.span(seen, 0, week_start);
                Span { last: whole.last.min(seen), ..whole }
            }
            Self::Back(unit, count) => unit.span(unfinished, count, week_start),
            Self::Fixed(span) if span.unit == Some(Unit::Week) && week_start != Weekday::Mon => {
                let hint = format!("weeks begin on another day here: give {}..{}", span.first, span.last);
                return Err(Invalid::new("weeks by number begin on Monday (ISO 8601)").with_hint(hint));
            }
            Self::Fixed(span) => span,
        };
        if span.first.year() < 1970 {
            return Err(Invalid::new("times from 1970 to 2099 are accepted"));
        }
        Ok(span)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::This(unit) => write!(formatter, "this-{}", unit.name()),
            Self::Back(unit, 1) => write!(formatter, "last-{}", unit.name()),
            Self::Back(unit, count) => write!(formatter, "{count}-{}s-ago", unit.name()),
            Self::Fixed(span) => write!(formatter, "{span}"),
        }
    }
}

/// As in file names: `2026-W46`, `2026-11`, `2026-Q4`, `2026`, `2026-11-03`, `2026-11-01..2026-11-15`.
impl fmt::Display for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.first;
        match self.unit {
            Some(Unit::Day) => write!(formatter, "{first}"),
            Some(Unit::Week) if first.weekday() == Weekday::Mon => write!(formatter, "{}", first.format("%G-W%V")),
            Some(Unit::Month) => write!(formatter, "{}", first.format("%Y-%m")),
            Some(Unit::Quarter) => write!(formatter, "{}-Q{}", first.year(), (first.month() - 1) / 3 + 1),
            Some(Unit::Year) => write!(formatter, "{}", first.year()),
            Some(Unit::Week) | None => write!(formatter, "{first}..{}", self.last),
        }
    }
}

/// Parses a period.
///
/// # Errors
/// Anything else, days that the calendar does not have, and what lies outside 1970 to 2099.
pub fn period(text: &str) -> Parsed<Period> {
    let text = text.trim();
    if let Some(name) = text.strip_prefix("this-") {
        return Unit::from_name(name).map(Period::This).ok_or_else(invalid);
    }
    if let Some(name) = text.strip_prefix("last-") {
        return Unit::from_name(name).map(|unit| Period::Back(unit, 1)).ok_or_else(invalid);
    }
    if let Some(rest) = text.strip_suffix("-ago") {
        return back(rest).ok_or_else(invalid);
    }
    if let Some((first, last)) = text.split_once("..") {
        let (first, last) = (date(first)?, date(last)?);
        if last < first {
            return Err(Invalid::new("the range ends before it begins").with_hint(format!("{last}..{first}")));
        }
        return Ok(Period::Fixed(Span { first, last, unit: None }));
    }
    let (first, unit) = named(text)?;
    Ok(Period::Fixed(Span { first, last: unit.last_day(first), unit: Some(unit) }))
}

fn invalid() -> Invalid {
    Invalid::new("a period is expected").with_hint(HINT)
}

/// `3-weeks`, `1-week`.
fn back(text: &str) -> Option<Period> {
    let (count, name) = text.split_once('-')?;
    let unit = Unit::from_name(name.strip_suffix('s').unwrap_or(name))?;
    let count: u32 = digits(count)?;
    (1..=MOST_BACK).contains(&count).then_some(Period::Back(unit, count))
}

/// A period of the calendar by its name.
fn named(text: &str) -> Parsed<(NaiveDate, Unit)> {
    if text.len() == 10 {
        return date(text).map(|day| (day, Unit::Day));
    }
    let (year, part) = match text.split_once('-') {
        Some((year, part)) => (year, Some(part)),
        None => (text, None),
    };
    let year: i32 = Some(year).filter(|year| year.len() == 4).and_then(digits).ok_or_else(invalid)?;
    if !(1970..=2099).contains(&year) {
        return Err(Invalid::new("times from 1970 to 2099 are accepted"));
    }
    let month = |month: u32| NaiveDate::from_ymd_opt(year, month, 1);
    let found = match part.map(|part| (part.as_bytes(), part.len())) {
        None => month(1).map(|first| (first, Unit::Year)),
        Some(([b'W' | b'w', ..], 3)) => {
            let number = part.and_then(|part| digits(&part[1..]));
            number.and_then(|week| NaiveDate::from_isoywd_opt(year, week, Weekday::Mon)).map(|day| (day, Unit::Week))
        }
        Some(([b'Q' | b'q', quarter @ b'1'..=b'4'], _)) => {
            month(u32::from(quarter - b'1') * 3 + 1).map(|first| (first, Unit::Quarter))
        }
        Some((_, 2)) => part.and_then(digits).and_then(month).map(|first| (first, Unit::Month)),
        Some(_) => None,
    };
    found.ok_or_else(invalid)
}

fn date(text: &str) -> Parsed<NaiveDate> {
    match moment(text) {
        Ok(Moment::Date(date)) => Ok(date),
        Err(own) if own.hint.is_none() => Err(own),
        Ok(_) | Err(_) => Err(invalid()),
    }
}

/// A number of digits only, without a sign.
fn digits<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::{Period, Unit, period};
    use chrono::{NaiveDate, Weekday};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The name and the days of a period, seen in the course of a day that is not over.
    fn days(text: &str, seen: &str) -> [String; 3] {
        let span = period(text).unwrap().days(day(seen), day(seen), Weekday::Mon).unwrap();
        [span.to_string(), span.first.to_string(), span.last.to_string()]
    }

    #[test]
    fn names_are_those_of_the_calendar() {
        for (text, first, last) in [
            ("2026", "2026-01-01", "2026-12-31"),
            ("2026-Q4", "2026-10-01", "2026-12-31"),
            ("2026-02", "2026-02-01", "2026-02-28"),
            ("2024-02", "2024-02-01", "2024-02-29"),
            // ISO 8601: 2026-01-01 is a Thursday, so that week 1 of 2026 begins on 2025-12-29, and 2026 has 53 weeks.
            ("2026-W01", "2025-12-29", "2026-01-04"),
            ("2026-W46", "2026-11-09", "2026-11-15"),
            ("2026-W53", "2026-12-28", "2027-01-03"),
            ("2026-11-03", "2026-11-03", "2026-11-03"),
            ("2026-11-01..2026-11-15", "2026-11-01", "2026-11-15"),
        ] {
            assert_eq!(days(text, "2030-01-01"), [text, first, last], "{text}");
        }
    }

    #[test]
    fn the_last_one_is_the_last_that_is_over() {
        // 2026-11-18 is a Wednesday.
        for (text, name, first, last) in [
            ("last-day", "2026-11-17", "2026-11-17", "2026-11-17"),
            ("last-week", "2026-W46", "2026-11-09", "2026-11-15"),
            ("3-weeks-ago", "2026-W44", "2026-10-26", "2026-11-01"),
            ("1-week-ago", "2026-W46", "2026-11-09", "2026-11-15"),
            ("last-month", "2026-10", "2026-10-01", "2026-10-31"),
            ("9-months-ago", "2026-02", "2026-02-01", "2026-02-28"),
            ("last-quarter", "2026-Q3", "2026-07-01", "2026-09-30"),
            ("last-year", "2025", "2025-01-01", "2025-12-31"),
            ("this-day", "2026-11-18", "2026-11-18", "2026-11-18"),
            ("this-week", "2026-W47", "2026-11-16", "2026-11-18"),
            ("this-quarter", "2026-Q4", "2026-10-01", "2026-11-18"),
        ] {
            assert_eq!(days(text, "2026-11-18"), [name, first, last], "{text}");
        }
        // At the end of Sunday the week is over.
        let at_its_end = |text: &str| {
            period(text).unwrap().days(day("2026-11-15"), day("2026-11-16"), Weekday::Mon).unwrap().to_string()
        };
        assert_eq!(at_its_end("last-week"), "2026-W46");
        assert_eq!(at_its_end("this-week"), "2026-W46");
        assert_eq!(days("last-week", "2026-11-15")[0], "2026-W45");
    }

    #[test]
    fn weeks_from_sunday_have_no_iso_number() {
        let span = period("last-week").unwrap().days(day("2026-11-18"), day("2026-11-18"), Weekday::Sun).unwrap();
        assert_eq!(span.to_string(), "2026-11-08..2026-11-14");
        let refused = period("2026-W46").unwrap().days(day("2026-11-18"), day("2026-11-18"), Weekday::Sun);
        assert!(refused.unwrap_err().hint.unwrap().contains("2026-11-09..2026-11-15"));
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in [
            "",
            "week",
            "last-fortnight",
            "0-weeks-ago",
            "-1-weeks-ago",
            "weeks-ago",
            "2026-13",
            "2026-00",
            "2026-W54",
            "2025-W53",
            "2026-W00",
            "2026-W1",
            "2026-Q5",
            "2026-Q0",
            "26-11",
            "1969",
            "2100",
            "2026-11-31",
            "2026-11-15..2026-11-01",
            "2026-11-15..",
            "2026-11-15T10:00..2026-11-16",
            "+026-11",
            "2026-+1",
            "é",
            "2026-é",
        ] {
            assert!(period(text).is_err(), "{text}");
        }
        assert!(Period::Back(Unit::Year, 100).days(day("2026-11-18"), day("2026-11-18"), Weekday::Mon).is_err());
    }

    proptest! {
        #[test]
        fn never_panics(text in "(this|last|ago|week|month|-|\\.\\.|W|Q|2026|[0-9]|\\PC)*") {
            let _ = period(&text);
        }

        #[test]
        fn a_name_says_the_same_days_again(
            back in 1_u32..200, offset in 0_u64..20_000, unit in prop::sample::select(Unit::ALL.to_vec())
        ) {
            let seen = day("2020-01-01") + chrono::Days::new(offset);
            let span = Period::Back(unit, back).days(seen, seen, Weekday::Mon);
            prop_assume!(span.is_ok());
            let span = span.unwrap();
            prop_assume!(span.first >= day("1971-01-01") && span.first < day("2099-01-01"));
            prop_assert_eq!(period(&span.to_string()).unwrap(), Period::Fixed(span));
            prop_assert!(span.last < seen);
        }
    }
}
