//! Values as people read them: grouped thousands, percent, durations in a fitting unit.
//!
//! Imports the document and the model only; all words come from [`super::words`].

use super::escape::escape;
use super::machine::TimeUnit;
use super::words::Words;
use crate::document::Cell;
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};
use chrono::{DateTime, Timelike};

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3600.0;
const DAY: f64 = 86_400.0;
/// From here on a number is written with an exponent: nobody reads so many digits.
const TOO_LONG: f64 = 1e15;

/// How values of one column are written.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    pub words: &'static Words,
    /// The unit asked for; without one each duration takes the unit that suits it.
    pub time_unit: Option<TimeUnit>,
    /// Whether amounts carry two decimals: where one of the column does, all do.
    pub cents: bool,
}

impl Style {
    /// Writes a cell as a plain string without control characters.
    #[must_use]
    pub fn cell(&self, cell: &Cell) -> String {
        match cell {
            Cell::Missing => self.missing(),
            Cell::Hidden => self.words.hidden.to_owned(),
            Cell::Count(count) => self.group(&count.to_string()),
            Cell::Share(share) => self.percent(*share),
            Cell::Number(number) => self.number(*number),
            Cell::Money(amount) => self.money(*amount),
            Cell::Elapsed(seconds) => self.elapsed(*seconds),
            Cell::Instant(micros) => instant(*micros).unwrap_or_else(|| self.missing()),
            Cell::Date(date) => date.to_string(),
            Cell::Text(text) => escape(text).into_owned(),
            Cell::Flag(flag) => (if *flag { self.words.yes } else { self.words.no }).to_owned(),
        }
    }

    /// Writes `45.1 % (43.9-46.2)`; the value alone where a bound is missing.
    #[must_use]
    pub fn interval(&self, value: &Cell, low: &Cell, high: &Cell) -> String {
        let text = self.cell(value);
        if is_missing(value) || is_missing(low) || is_missing(high) {
            return text;
        }
        let (low, high) = (self.bound(low), self.bound(high));
        if low.starts_with('-') || high.starts_with('-') {
            return format!("{text} ({low} {} {high})", self.words.to);
        }
        format!("{text} ({low}-{high})")
    }

    fn bound(&self, cell: &Cell) -> String {
        match cell {
            Cell::Share(share) => self.share_digits(*share),
            other => self.cell(other),
        }
    }

    fn missing(&self) -> String {
        self.words.missing.to_owned()
    }

    fn percent(&self, share: f64) -> String {
        if share.is_finite() { format!("{}{}", self.share_digits(share), self.words.percent) } else { self.missing() }
    }

    /// Writes a share in per cent, without the sign.
    #[must_use]
    pub fn share_digits(&self, share: f64) -> String {
        let percent = share * 100.0;
        // A small share keeps two digits that say something: 0.0036 % is not 0.
        let decimals = match percent.abs() {
            percent if (0.000_05..0.009_5).contains(&percent) => 4,
            percent if (0.009_5..0.095).contains(&percent) => 3,
            _ => 1,
        };
        self.digits(percent, decimals)
    }

    fn number(&self, value: f64) -> String {
        if !value.is_finite() {
            return self.missing();
        }
        let magnitude = value.abs();
        if magnitude == 0.0 || magnitude >= 1.0 {
            return self.trimmed(value, 2);
        }
        if magnitude < 1e-4 {
            return format!("{value:.2e}").replace('.', self.words.decimal_point);
        }
        // Three significant digits: 0.0321.
        let zeros = if magnitude < 1e-3 {
            3
        } else if magnitude < 1e-2 {
            2
        } else {
            usize::from(magnitude < 1e-1)
        };
        self.trimmed(value, 3 + zeros)
    }

    fn money(&self, amount: Decimal) -> String {
        let cent = Decimal::ONE.unsigned_abs() / 100;
        let cents = (amount.0.unsigned_abs() + cent / 2) / cent;
        let sign = if amount.0 < 0 && cents > 0 { "-" } else { "" };
        let text = if self.cents || !cents.is_multiple_of(100) {
            format!("{sign}{}.{:02}", cents / 100, cents % 100)
        } else {
            format!("{sign}{}", cents / 100)
        };
        self.group(&text)
    }

    fn elapsed(&self, seconds: f64) -> String {
        if !seconds.is_finite() {
            return self.missing();
        }
        let words = self.words;
        let (value, unit) = match self.time_unit {
            Some(TimeUnit::Seconds) => (seconds, words.seconds),
            Some(TimeUnit::Hours) => (seconds / HOUR, words.hours),
            Some(TimeUnit::Days) => (seconds / DAY, words.days),
            None => self.fitting_unit(seconds),
        };
        format!("{} {unit}", self.trimmed(value, usize::from(value.abs() < 100.0)))
    }

    /// Chooses the unit by the rounded value, so that 59.97 s reads `1 min` and never `60 s`.
    fn fitting_unit(&self, seconds: f64) -> (f64, &'static str) {
        let magnitude = seconds.abs();
        if magnitude == 0.0 {
            (0.0, self.words.seconds)
        } else if magnitude < 0.9995 {
            ((seconds * 1000.0).round(), self.words.milliseconds)
        } else if magnitude < MINUTE - 0.05 {
            (seconds, self.words.seconds)
        } else if magnitude < HOUR - 0.05 * MINUTE {
            (seconds / MINUTE, self.words.minutes)
        } else if magnitude < DAY - 0.05 * HOUR {
            (seconds / HOUR, self.words.hours)
        } else {
            (seconds / DAY, self.words.days)
        }
    }

    /// Fixed decimals, without zeros at the end.
    fn trimmed(&self, value: f64, decimals: usize) -> String {
        let digits = self.digits(value, decimals);
        if !digits.contains(self.words.decimal_point) || digits.contains('e') {
            return digits;
        }
        let digits = digits.trim_end_matches('0');
        digits.strip_suffix(self.words.decimal_point).unwrap_or(digits).to_owned()
    }

    /// Fixed decimals; an exponent where the number is very long.
    fn digits(&self, value: f64, decimals: usize) -> String {
        if value.abs() >= TOO_LONG {
            return format!("{value:.2e}").replace('.', self.words.decimal_point);
        }
        let text = format!("{value:.decimals$}");
        let is_zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
        self.group(if is_zero { text.trim_start_matches('-') } else { &text })
    }

    /// Separates the thousands of plain digits with a decimal point.
    fn group(&self, text: &str) -> String {
        let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
        let (whole, part) = unsigned.split_once('.').map_or((unsigned, None), |(whole, part)| (whole, Some(part)));
        let mut grouped = String::with_capacity(text.len() * 2);
        grouped.push_str(sign);
        for (position, digit) in whole.char_indices() {
            let is_long = whole.len() >= self.words.least_grouped;
            if position > 0 && is_long && (whole.len() - position).is_multiple_of(3) {
                grouped.push_str(self.words.thousands);
            }
            grouped.push(digit);
        }
        if let Some(part) = part {
            grouped.push_str(self.words.decimal_point);
            grouped.push_str(part);
        }
        grouped
    }
}

/// Tells whether there is nothing to show.
#[must_use]
pub fn is_missing(cell: &Cell) -> bool {
    match cell {
        Cell::Missing | Cell::Hidden => true,
        Cell::Share(value) | Cell::Number(value) | Cell::Elapsed(value) => !value.is_finite(),
        Cell::Instant(micros) => instant(*micros).is_none(),
        _ => false,
    }
}

/// Tells whether an amount shows cents when rounded to two decimals.
#[must_use]
pub fn has_cents(cell: &Cell) -> bool {
    let cent = Decimal::ONE.unsigned_abs() / 100;
    matches!(cell, Cell::Money(amount) if !((amount.0.unsigned_abs() + cent / 2) / cent).is_multiple_of(100))
}

/// Writes `2026-01-01 13:05`, with seconds where there are any; UTC.
fn instant(micros: Micros) -> Option<String> {
    if micros == NO_TIME {
        return None;
    }
    let time = DateTime::from_timestamp_micros(micros)?;
    let format = if time.second() == 0 { "%Y-%m-%d %H:%M" } else { "%Y-%m-%d %H:%M:%S" };
    Some(time.format(format).to_string())
}

#[cfg(test)]
mod tests {
    use super::Style;
    use crate::document::Cell;
    use crate::model::decimal::Decimal;
    use crate::render::machine::TimeUnit;
    use crate::render::words::ENGLISH;

    fn style() -> Style {
        Style { words: &ENGLISH, time_unit: None, cents: false }
    }

    #[test]
    fn counts_and_numbers() {
        let show = |cell: Cell| style().cell(&cell);
        assert_eq!(show(Cell::Count(1_234_567)), "1,234,567");
        assert_eq!(show(Cell::Count(999)), "999");
        assert_eq!(show(Cell::Number(1234.567)), "1,234.57");
        assert_eq!(show(Cell::Number(-1234.5)), "-1,234.5");
        assert_eq!(show(Cell::Number(3.0)), "3");
        assert_eq!(show(Cell::Number(0.032_14)), "0.0321");
        assert_eq!(show(Cell::Number(0.5)), "0.5");
        assert_eq!(show(Cell::Number(0.000_000_012)), "1.20e-8");
        assert_eq!(show(Cell::Number(1e300)), "1.00e300");
        assert_eq!(show(Cell::Number(f64::INFINITY)), "-");
        assert_eq!(show(Cell::Number(-0.0)), "0");
        assert_eq!(show(Cell::Missing), "-");
        assert_eq!(show(Cell::Flag(true)), "yes");
    }

    #[test]
    fn percent_has_one_decimal() {
        let show = |share: f64| style().cell(&Cell::Share(share));
        assert_eq!(show(0.451), "45.1 %");
        assert_eq!(show(1.0), "100.0 %");
        assert_eq!(show(12.5), "1,250.0 %");
        assert_eq!(show(-0.000_000_1), "0.0 %");
        assert_eq!(show(0.000_036_4), "0.0036 %");
        assert_eq!(show(0.000_364), "0.036 %");
        assert_eq!(show(f64::NAN), "-");
    }

    #[test]
    fn intervals() {
        let show = |value, low, high| style().interval(&value, &low, &high);
        let share = Cell::Share;
        assert_eq!(show(share(0.451), share(0.439), share(0.462)), "45.1 % (43.9-46.2)");
        assert_eq!(show(share(0.01), share(-0.012), share(0.032)), "1.0 % (-1.2 to 3.2)");
        assert_eq!(show(share(0.451), Cell::Missing, share(0.462)), "45.1 %");
        assert_eq!(show(Cell::Missing, share(0.1), share(0.2)), "-");
        let days = |days: f64| Cell::Elapsed(days * 86_400.0);
        assert_eq!(show(days(3.2), days(2.9), days(3.5)), "3.2 d (2.9 d-3.5 d)");
    }

    #[test]
    fn durations_take_a_fitting_unit() {
        let show = |seconds: f64| style().cell(&Cell::Elapsed(seconds));
        assert_eq!(show(276_480.0), "3.2 d");
        assert_eq!(show(52_920.0), "14.7 h");
        assert_eq!(show(52.0), "52 s");
        assert_eq!(show(59.97), "1 min");
        assert_eq!(show(90.0), "1.5 min");
        assert_eq!(show(3599.0), "1 h");
        assert_eq!(show(86_399.0), "1 d");
        assert_eq!(show(0.12), "120 ms");
        assert_eq!(show(0.0), "0 s");
        assert_eq!(show(-5400.0), "-1.5 h");
        assert_eq!(show(86_400.0 * 1234.0), "1,234 d");
        let hours = Style { time_unit: Some(TimeUnit::Hours), ..style() };
        assert_eq!(hours.cell(&Cell::Elapsed(276_480.0)), "76.8 h");
    }

    #[test]
    fn money_has_at_most_two_decimals() {
        let tenth = 10_i128.pow(17);
        let show = |tenths: i128| style().cell(&Cell::Money(Decimal(tenths * tenth)));
        assert_eq!(show(12_345_670), "1,234,567");
        assert_eq!(show(12_345), "1,234.50");
        assert_eq!(show(-5), "-0.50");
        let tiny = Cell::Money(Decimal(-1));
        assert_eq!(style().cell(&tiny), "0");
        // Half a cent is rounded away from zero.
        assert_eq!(style().cell(&Cell::Money(Decimal(1_005 * 10_i128.pow(15)))), "1.01");
        let with_cents = Style { cents: true, ..style() };
        assert_eq!(with_cents.cell(&Cell::Money(Decimal::from_integer(7))), "7.00");
    }

    #[test]
    fn times_are_short() {
        let midnight = 20_454 * 86_400_000_000;
        assert_eq!(style().cell(&Cell::Instant(midnight + 47_100_000_000)), "2026-01-01 13:05");
        assert_eq!(style().cell(&Cell::Instant(midnight + 9_000_000)), "2026-01-01 00:00:09");
        assert_eq!(style().cell(&Cell::Instant(i64::MIN)), "-");
    }

    #[test]
    fn no_control_character_is_shown() {
        assert_eq!(style().cell(&Cell::Text("a\x1b]0;x\x07".to_owned())), "a\\x1b]0;x\\x07");
    }
}
