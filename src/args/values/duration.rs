//! Durations and conversion windows: one number and one unit of fixed length.

use super::{Invalid, Parsed};
use crate::model::time::{MICROS_PER_DAY, MICROS_PER_SECOND};

/// Longer spans are refused, so that a time plus a window stays in range.
const LONGEST: i64 = 1000 * 365 * MICROS_PER_DAY;

const UNITS: [(&str, i64); 5] = [
    ("w", 7 * MICROS_PER_DAY),
    ("d", MICROS_PER_DAY),
    ("h", 3600 * MICROS_PER_SECOND),
    ("m", 60 * MICROS_PER_SECOND),
    ("s", MICROS_PER_SECOND),
];

/// How long a unit has to convert.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Window {
    /// Not given: what is usual for the kind of source (events 14 days, deals and history none).
    #[default]
    ByKind,
    /// `none`: a unit may convert at any later time.
    Unlimited,
    /// Microseconds from step 1, the last one included.
    Span(i64),
}

/// Parses `14d`, `90m`, `2s`, `1w`, `36h`, `1.5h` to microseconds.
///
/// # Errors
/// No number, no unit, a unit without fixed length (month, year), or more than 1000 years.
pub fn duration(text: &str) -> Parsed<i64> {
    let text = text.trim();
    let split = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    if number.is_empty() {
        return Err(Invalid::new("a duration is a number and a unit").with_hint("such as 14d; units are s, m, h, d, w"));
    }
    let length = unit_length(number, unit.trim())?;
    let micros = scaled(number, length)
        .ok_or_else(|| Invalid::new(format!("`{number}` is not a usable number of `{}`", unit.trim())))?;
    if micros > LONGEST {
        return Err(Invalid::new("a duration is at most 1000 years").with_hint("`none` stands for no limit"));
    }
    Ok(micros)
}

/// Parses a duration that is longer than nothing.
///
/// # Errors
/// As [`duration`], and for none.
pub fn positive(text: &str) -> Parsed<i64> {
    duration(text).and_then(|span| {
        if span > 0 { Ok(span) } else { Err(Invalid::new("the duration must be longer than nothing").with_hint("90d")) }
    })
}

/// Parses a window: a duration or `none`.
///
/// # Errors
/// As [`duration`].
pub fn window(text: &str) -> Parsed<Window> {
    if text.trim() == "none" {
        return Ok(Window::Unlimited);
    }
    duration(text).map(Window::Span)
}

/// Writes a duration in the largest unit that holds it without a fraction.
#[must_use]
pub fn duration_text(micros: i64) -> String {
    let whole = UNITS.iter().skip(1).find(|(_, length)| micros % length == 0);
    if let Some((unit, length)) = whole {
        return format!("{}{unit}", micros / length);
    }
    let digits = format!("{}.{:06}", micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND);
    format!("{}s", digits.trim_end_matches('0'))
}

fn unit_length(number: &str, unit: &str) -> Parsed<i64> {
    if let Some((_, length)) = UNITS.iter().find(|(name, _)| *name == unit) {
        return Ok(*length);
    }
    let calendar = |days: u64| number.parse::<u64>().ok().and_then(|count| count.checked_mul(days));
    let (message, days) = match unit {
        "M" | "mo" | "mon" | "month" | "months" => ("a month has no fixed length", calendar(30).or(Some(30))),
        "y" | "Y" | "yr" | "year" | "years" => ("a year has no fixed length", calendar(365).or(Some(365))),
        "" => ("a duration needs a unit", None),
        _ => ("unknown unit of time", None),
    };
    let hint = match days {
        Some(days) => format!("{days}d"),
        None if unit.is_empty() => format!("{number}d for days; units are s, m, h, d, w"),
        None => "one number and one of s, m, h, d, w, such as 36h".to_owned(),
    };
    Err(Invalid::new(message).with_hint(hint))
}

/// Multiplies a decimal number exactly; `None` if it is no number, or no whole number of microseconds, or too large.
fn scaled(number: &str, length: i64) -> Option<i64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let places = u32::try_from(part.len()).ok()?;
    let divisor = 10_i64.checked_pow(places)?;
    let numerator = part.parse::<i64>().ok()?.checked_mul(length)?;
    if numerator % divisor != 0 {
        return None;
    }
    whole.parse::<i64>().ok()?.checked_mul(length)?.checked_add(numerator / divisor)
}

#[cfg(test)]
mod tests {
    use super::{Window, duration, duration_text, window};
    use proptest::prelude::*;

    #[test]
    fn reads_numbers_with_units() {
        assert_eq!(duration("14d"), Ok(1_209_600_000_000));
        assert_eq!(duration("90m"), Ok(5_400_000_000));
        assert_eq!(duration("2s"), Ok(2_000_000));
        assert_eq!(duration("1w"), Ok(604_800_000_000));
        assert_eq!(duration("36h"), Ok(129_600_000_000));
        assert_eq!(duration("1.5h"), Ok(5_400_000_000));
        assert_eq!(duration("0.25s"), Ok(250_000));
        assert_eq!(duration(" 3 d "), Ok(259_200_000_000));
    }

    #[test]
    fn refuses_units_without_fixed_length() {
        for text in ["1M", "1mo", "1month", "1 months"] {
            assert_eq!(duration(text).unwrap_err().hint.as_deref(), Some("30d"), "{text}");
        }
        assert_eq!(duration("3mo").unwrap_err().hint.as_deref(), Some("90d"));
        assert_eq!(duration("1y").unwrap_err().hint.as_deref(), Some("365d"));
    }

    #[test]
    fn refuses_what_is_no_duration() {
        assert_eq!(duration("14").unwrap_err().hint.as_deref(), Some("14d for days; units are s, m, h, d, w"));
        for text in ["", "d", "-1d", "1h30m", "1.2.3d", ".5h", "1.d", "1e3d", "999999999999999999999d", "400000d", "٣d"]
        {
            assert!(duration(text).is_err(), "{text}");
        }
        assert!(duration("0.0000001s").is_err(), "a tenth of a microsecond");
    }

    #[test]
    fn a_window_may_be_none() {
        assert_eq!(window("none"), Ok(Window::Unlimited));
        assert_eq!(window("1h"), Ok(Window::Span(3_600_000_000)));
    }

    #[test]
    fn writes_the_largest_whole_unit() {
        assert_eq!(duration_text(1_209_600_000_000), "14d");
        assert_eq!(duration_text(5_400_000_000), "90m");
        assert_eq!(duration_text(250_000), "0.25s");
        assert_eq!(duration_text(1), "0.000001s");
        assert_eq!(duration_text(10_000_000), "10s");
    }

    proptest! {
        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = duration(&text);
        }

        #[test]
        fn text_reads_back(micros in 0_i64..31_536_000_000_000_000) {
            prop_assert_eq!(duration(&duration_text(micros)), Ok(micros));
        }
    }
}
