//! Values as machines read them: the same text in CSV, JSON and NDJSON.
//!
//! Imports the document and the model only.

use crate::document::Cell;
use crate::model::time::{Micros, NO_TIME};
use chrono::{DateTime, SecondsFormat};

/// The unit in which elapsed values are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TimeUnit {
    #[default]
    Seconds,
    Hours,
    Days,
}

impl TimeUnit {
    /// The word used in `--time-unit` and in the JSON output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Hours => "h",
            Self::Days => "d",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Seconds, Self::Hours, Self::Days].into_iter().find(|unit| unit.name() == name)
    }

    /// Converts seconds to this unit.
    #[must_use]
    pub fn convert(self, seconds: f64) -> f64 {
        match self {
            Self::Seconds => seconds,
            Self::Hours => seconds / 3600.0,
            Self::Days => seconds / 86_400.0,
        }
    }
}

/// A cell on its way into a machine format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plain<'a> {
    Missing,
    /// A JSON number, with a decimal point.
    Number(String),
    /// A date or time, ISO 8601.
    Time(String),
    Text(&'a str),
    Flag(bool),
}

/// Writes a cell for machines; a number that is not finite and a time out of range are missing.
#[must_use]
pub fn plain(cell: &Cell, unit: TimeUnit) -> Plain<'_> {
    let optional_number = |value: Option<String>| value.map_or(Plain::Missing, Plain::Number);
    match cell {
        Cell::Missing | Cell::Hidden => Plain::Missing,
        Cell::Count(count) => Plain::Number(count.to_string()),
        Cell::Share(value) | Cell::Number(value) => optional_number(number(*value)),
        Cell::Money(amount) => Plain::Number(amount.to_string()),
        Cell::Elapsed(seconds) => optional_number(number(unit.convert(*seconds))),
        Cell::Instant(micros) => instant(*micros).map_or(Plain::Missing, Plain::Time),
        Cell::Date(date) => Plain::Time(date.to_string()),
        Cell::Text(text) => Plain::Text(text),
        Cell::Flag(flag) => Plain::Flag(*flag),
    }
}

/// Writes a cell as CSV has it; nothing where it is missing.
#[must_use]
pub fn figure(cell: &Cell) -> String {
    match plain(cell, TimeUnit::Seconds) {
        Plain::Missing => String::new(),
        Plain::Number(text) | Plain::Time(text) => text,
        Plain::Text(text) => text.to_owned(),
        Plain::Flag(flag) => flag.to_string(),
    }
}

/// Writes the shortest decimal text that reads back as the same number: `1054`, `12.5`, `1e-9`; `None` where it is
/// not finite. Exponents stand where plain digits would only be zeros, as in JavaScript.
#[must_use]
pub fn number(value: f64) -> Option<String> {
    if !value.is_finite() {
        return None;
    }
    let magnitude = value.abs();
    Some(if magnitude == 0.0 {
        "0".to_owned()
    } else if (1e-6..1e21).contains(&magnitude) {
        value.to_string()
    } else {
        format!("{value:e}")
    })
}

/// Writes a point in time as `2026-01-01T00:00:00Z`, with a fraction only where there is one.
#[must_use]
pub fn instant(micros: Micros) -> Option<String> {
    if micros == NO_TIME {
        return None;
    }
    DateTime::from_timestamp_micros(micros).map(|time| time.to_rfc3339_opts(SecondsFormat::AutoSi, true))
}

#[cfg(test)]
mod tests {
    use super::{Plain, TimeUnit, instant, number, plain};
    use crate::document::Cell;
    use crate::model::time::NO_TIME;
    use proptest::prelude::*;

    #[test]
    fn numbers_have_no_trailing_zeros() {
        let cases = [
            (1054.0, "1054"),
            (12.5, "12.5"),
            (-0.0, "0"),
            (1.0 / 3.0, "0.3333333333333333"),
            (1e-9, "1e-9"),
            (0.000_001, "0.000001"),
            (1e20, "100000000000000000000"),
            (1e300, "1e300"),
        ];
        for (value, text) in cases {
            assert_eq!(number(value).as_deref(), Some(text));
        }
        assert_eq!(number(f64::NAN), None);
        assert_eq!(number(f64::NEG_INFINITY), None);
    }

    #[test]
    fn times_are_iso_8601_with_a_zone() {
        // 2026-01-01 is 20,454 days after 1970-01-01: 56 years, 14 of them leap years.
        let midnight = (56 * 365 + 14) * 86_400_000_000;
        assert_eq!(instant(midnight).as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!(instant(midnight + 1_500_000).as_deref(), Some("2026-01-01T00:00:01.500Z"));
        assert_eq!(instant(midnight - 1).as_deref(), Some("2025-12-31T23:59:59.999999Z"));
        assert_eq!(instant(NO_TIME), None);
        assert_eq!(instant(i64::MAX), None);
    }

    #[test]
    fn elapsed_values_follow_the_unit() {
        let cell = Cell::Elapsed(276_480.0);
        assert_eq!(plain(&cell, TimeUnit::Seconds), Plain::Number("276480".to_owned()));
        assert_eq!(plain(&cell, TimeUnit::Hours), Plain::Number("76.8".to_owned()));
        assert_eq!(plain(&cell, TimeUnit::Days), Plain::Number("3.2".to_owned()));
    }

    proptest! {
        #[test]
        fn numbers_read_back_the_same(value in any::<f64>().prop_filter("finite", |value| value.is_finite())) {
            let text = number(value).unwrap();
            // Positive and negative zero are written alike.
            prop_assert_eq!((text.parse::<f64>().unwrap() + 0.0).to_bits(), (value + 0.0).to_bits());
            let json: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert!(json.is_number());
        }
    }
}
