//! Periods that spend is given for: cells such as `2024-03`, and the days that they stand for.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A span of days, both included.
pub type DayRange = (NaiveDate, NaiveDate);

/// How long a period is that begins with the date in a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// Tells by the header of a column of dates whether they stand for longer periods.
    #[must_use]
    pub fn of_header(folded: &str) -> Option<Self> {
        match folded {
            "week" | "weekstart" | "semaine" | "woche" | "semana" => Some(Self::Week),
            "month" | "mois" | "monat" | "mes" => Some(Self::Month),
            "quarter" | "trimestre" | "quartal" => Some(Self::Quarter),
            "year" | "annee" | "jahr" | "ano" => Some(Self::Year),
            _ => None,
        }
    }

    /// The days of the period that begins here; `None` where no such period begins on this day.
    #[must_use]
    pub fn beginning(self, first: NaiveDate) -> Option<DayRange> {
        let last = match self {
            Self::Week => first.checked_add_days(Days::new(6))?,
            Self::Month => month(first.year(), first.month(), 1)?.1,
            Self::Quarter => first.month0().is_multiple_of(3).then(|| month(first.year(), first.month(), 3))??.1,
            Self::Year => (first.month() == 1).then(|| month(first.year(), 1, 12))??.1,
        };
        (self == Self::Week || first.day() == 1).then_some((first, last))
    }
}

/// Reads a cell that names a month (`2024-03`, `03/2024`), quarter (`2024-Q1`, `Q1 2024`), week (`2024-W05`) or year.
#[must_use]
pub fn period(cell: &str) -> Option<DayRange> {
    let parts: Vec<&str> = cell.trim().split(['-', '/', '.', ' ']).collect();
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| -> Option<u32> {
        let plain = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    let year = |text: &str| -> Option<i32> {
        let year = number(text, 4..=4).filter(|year| (1970..2100).contains(year))?;
        i32::try_from(year).ok()
    };
    match parts.as_slice() {
        [only] => month(year(only)?, 1, 12),
        [first, second] => {
            let (year, rest) = year(first).map(|year| (year, *second)).or_else(|| Some((year(second)?, *first)))?;
            if let Some(quarter) = rest.strip_prefix(['Q', 'q', 'T']) {
                let quarter = number(quarter, 1..=1).filter(|quarter| (1..=4).contains(quarter))?;
                return month(year, quarter * 3 - 2, 3);
            }
            if let Some(week) = rest.strip_prefix(['W', 'w']) {
                let first = NaiveDate::from_isoywd_opt(year, number(week, 1..=2)?, Weekday::Mon)?;
                return Unit::Week.beginning(first);
            }
            month(year, number(rest, 1..=2)?, 1)
        }
        _ => None,
    }
}

/// So many months from this one on.
fn month(year: i32, month: u32, months: u32) -> Option<DayRange> {
    let first = NaiveDate::from_ymd_opt(year, month, 1)?;
    let next = first.checked_add_months(chrono::Months::new(months))?;
    Some((first, next.pred_opt()?))
}

#[cfg(test)]
mod tests {
    use super::{Unit, period};
    use chrono::NaiveDate;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn cells_name_their_days() {
        for (cell, first, last) in [
            ("2024-02", "2024-02-01", "2024-02-29"),
            (" 2/2023 ", "2023-02-01", "2023-02-28"),
            ("2024-Q4", "2024-10-01", "2024-12-31"),
            ("Q1 2024", "2024-01-01", "2024-03-31"),
            ("2024", "2024-01-01", "2024-12-31"),
            // The first ISO week of 2025 begins in 2024.
            ("2025-W01", "2024-12-30", "2025-01-05"),
        ] {
            assert_eq!(period(cell), Some((day(first), day(last))), "{cell}");
        }
        for cell in ["", "2024-13", "2024-03-01", "1960", "March 2024", "2024-Q5", "2024-W54", "20240301", "12-05"] {
            assert_eq!(period(cell), None, "{cell}");
        }
    }

    #[test]
    fn dates_under_a_header_of_periods_begin_them() {
        assert_eq!(Unit::Month.beginning(day("2024-02-01")), Some((day("2024-02-01"), day("2024-02-29"))));
        assert_eq!(Unit::Month.beginning(day("2024-02-02")), None);
        assert_eq!(Unit::Week.beginning(day("2024-02-28")), Some((day("2024-02-28"), day("2024-03-05"))));
        assert_eq!(Unit::Quarter.beginning(day("2024-02-01")), None);
        assert_eq!(Unit::Year.beginning(day("2024-01-01")), Some((day("2024-01-01"), day("2024-12-31"))));
        assert_eq!(Unit::of_header("mois"), Some(Unit::Month));
        assert_eq!(Unit::of_header("date"), None);
    }
}
