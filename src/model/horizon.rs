//! How far ahead a customer's value is counted, from the day of the first purchase.

use chrono::{Days, Months, NaiveDate};
use std::fmt;

/// Days to a month, where only an average will do.
pub const DAYS_PER_MONTH: f64 = 365.25 / 12.0;

/// Steps of a horizon that is given in days.
const STEP_DAYS: u32 = 30;

/// A span counted from a first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Horizon {
    /// Up to so many days after the first day, that last day included.
    Days(u32),
    /// Calendar months; the day on which the last one is over is not included.
    Months(u32),
}

impl Horizon {
    pub const DEFAULT: Self = Self::Months(12);

    /// The longest: ten years.
    pub const MOST_MONTHS: u32 = 120;
    pub const MOST_DAYS: u32 = 3_653;

    /// Steps of a month (of 30 days where it is given in days), the last one perhaps shorter.
    #[must_use]
    pub const fn steps(self) -> usize {
        match self {
            Self::Days(days) => days.div_ceil(STEP_DAYS) as usize,
            Self::Months(months) => months as usize,
        }
    }

    /// The horizon that ends after so many steps.
    #[must_use]
    pub fn after(self, steps: usize) -> Self {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        match self {
            Self::Days(days) => Self::Days(days.min(steps.saturating_mul(STEP_DAYS))),
            Self::Months(months) => Self::Months(months.min(steps)),
        }
    }

    /// The last day that is included, from a first day; `None` outside the calendar.
    #[must_use]
    pub fn last_day(self, first: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => first.checked_add_days(Days::new(u64::from(days))),
            Self::Months(months) => first.checked_add_months(Months::new(months))?.pred_opt(),
        }
    }

    /// Its length in words.
    #[must_use]
    pub fn words(self) -> String {
        let (count, unit) = match self {
            Self::Days(days) => (days, "day"),
            Self::Months(months) => (months, "month"),
        };
        format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
    }

    /// Its length in months, of which 12 are a year of 365.25 days.
    #[must_use]
    pub fn months(self) -> f64 {
        match self {
            Self::Days(days) => f64::from(days) / DAYS_PER_MONTH,
            Self::Months(months) => f64::from(months),
        }
    }

    /// Its length in days, on average.
    #[must_use]
    pub fn days(self) -> f64 {
        match self {
            Self::Days(days) => f64::from(days),
            Self::Months(months) => f64::from(months) * DAYS_PER_MONTH,
        }
    }
}

impl fmt::Display for Horizon {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(formatter, "{days}d"),
            Self::Months(months) => write!(formatter, "{months}m"),
        }
    }
}

/// Whole months from one day to a later one: the 31st of January plus one month is the end of February.
#[must_use]
pub fn whole_months(from: NaiveDate, to: NaiveDate) -> u32 {
    if to <= from {
        return 0;
    }
    let reached = |months: u32| from.checked_add_months(Months::new(months)).is_some_and(|day| day <= to);
    let days = u32::try_from((to - from).num_days()).unwrap_or(u32::MAX);
    // A month has 28 to 31 days: begin low and count up.
    let mut months = days / 31;
    while reached(months + 1) {
        months += 1;
    }
    months
}

/// Months from one day to another, a month begun counted as one.
#[must_use]
pub fn begun_months(from: NaiveDate, to: NaiveDate) -> u32 {
    let whole = whole_months(from, to);
    let over = from.checked_add_months(Months::new(whole)).is_some_and(|day| day < to);
    whole + u32::from(over)
}

#[cfg(test)]
mod tests {
    use super::{Horizon, begun_months, whole_months};
    use chrono::NaiveDate;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_end_the_day_before_and_days_on_theirs() {
        let first = day("2024-01-31");
        assert_eq!(Horizon::Months(1).last_day(first), Some(day("2024-02-28")));
        assert_eq!(Horizon::Months(12).last_day(first), Some(day("2025-01-30")));
        assert_eq!(Horizon::Days(0).last_day(first), Some(first));
        assert_eq!(Horizon::Days(1).last_day(first), Some(day("2024-02-01")));
    }

    #[test]
    fn a_horizon_is_made_of_steps() {
        assert_eq!((Horizon::Days(365).steps(), Horizon::Days(60).steps(), Horizon::Months(12).steps()), (13, 2, 12));
        assert_eq!(Horizon::Days(365).after(13), Horizon::Days(365));
        assert_eq!(Horizon::Days(365).after(2).to_string(), "60d");
        assert_eq!(Horizon::Months(12).after(9).to_string(), "9m");
        assert_eq!([Horizon::Months(12).words(), Horizon::Days(1).words()], ["12 months", "1 day"]);
    }

    #[test]
    fn months_are_counted_by_the_calendar() {
        for (from, to, whole, begun) in [
            ("2024-01-01", "2024-01-01", 0, 0),
            ("2024-01-01", "2024-01-20", 0, 1),
            ("2024-01-01", "2024-02-01", 1, 1),
            ("2024-01-01", "2024-02-02", 1, 2),
            ("2024-01-31", "2024-02-29", 1, 1),
            ("2023-03-15", "2025-03-14", 23, 24),
            ("2024-02-01", "2024-01-01", 0, 0),
        ] {
            assert_eq!(
                (whole_months(day(from), day(to)), begun_months(day(from), day(to))),
                (whole, begun),
                "{from} {to}"
            );
        }
    }
}
