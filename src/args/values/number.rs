//! Counts, limits with percent, and probabilities.

use super::{Invalid, Parsed};
use crate::model::decimal::Decimal;

/// How many records may be rejected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RejectLimit {
    Rows(u64),
    /// A fraction of the records, 0 to 1.
    Share(f64),
}

impl RejectLimit {
    /// 10 %.
    pub const DEFAULT: Self = Self::Share(0.1);

    /// Tells whether a source with these counts is over the limit.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 53 bits")]
    pub fn is_exceeded(self, rejected: u64, records: u64) -> bool {
        match self {
            Self::Rows(limit) => rejected > limit,
            Self::Share(share) => rejected > 0 && rejected as f64 > share * records as f64,
        }
    }
}

/// Parses a whole number of 0 or more.
///
/// # Errors
/// Anything else.
pub fn count(text: &str) -> Parsed<u64> {
    let digits = text.trim();
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = if plain { digits.parse().ok() } else { None };
    number.ok_or_else(|| Invalid::new("a whole number of 0 or more is expected"))
}

/// Parses a whole number of 1 or more.
///
/// # Errors
/// Anything else.
pub fn positive(text: &str) -> Parsed<u64> {
    match count(text) {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(Invalid::new("a whole number of 1 or more is expected")),
    }
}

/// Parses an amount of money written with a decimal point: `500000` or `1250.50`.
///
/// # Errors
/// Anything else, a negative amount, and more than 10^15.
pub fn amount(text: &str) -> Parsed<Decimal> {
    let invalid = || Invalid::new("an amount such as 500000 or 1250.50 is expected");
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
    let plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(whole) || !plain(part) || part.len() > 18 || whole.len() > 15 {
        return Err(invalid());
    }
    let whole: i128 = whole.parse().map_err(|_| invalid())?;
    let part: i128 = format!("{part:0<18}").parse().map_err(|_| invalid())?;
    Ok(Decimal(whole * Decimal::ONE + part))
}

/// Parses `20` (rows) or `5%` (of the records).
///
/// # Errors
/// Anything else, and more than 100 %.
pub fn reject_limit(text: &str) -> Parsed<RejectLimit> {
    let invalid = || Invalid::new("a number of rows or a percentage is expected").with_hint("such as 20, 0 or 5%");
    match text.trim().strip_suffix('%') {
        None => count(text).map(RejectLimit::Rows).map_err(|_| invalid()),
        Some(percent) => match decimal(percent.trim_end()) {
            Some(percent) if percent <= 100.0 => Ok(RejectLimit::Share(percent / 100.0)),
            _ => Err(invalid()),
        },
    }
}

/// Parses a level of confidence: `0.95`, or `95%`.
///
/// # Errors
/// What does not lie between 0 and 1, both excluded.
pub fn confidence(text: &str) -> Parsed<f64> {
    let trimmed = text.trim();
    let (level, percent) = match trimmed.strip_suffix('%') {
        Some(percent) => (decimal(percent.trim_end()).map(|percent| percent / 100.0), None),
        None => (decimal(trimmed), decimal(trimmed)),
    };
    match level {
        Some(level) if level > 0.0 && level < 1.0 => Ok(level),
        _ => {
            let hint = match percent {
                Some(percent) if percent > 1.0 && percent < 100.0 => format!("{}", percent / 100.0),
                _ => "such as 0.95".to_owned(),
            };
            Err(Invalid::new("a level between 0 and 1 is expected").with_hint(hint))
        }
    }
}

/// Parses digits with an optional point; no sign, no exponent, no `inf`.
fn decimal(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::{RejectLimit, confidence, count, positive, reject_limit};

    #[test]
    fn amounts_are_exact() {
        use super::amount;
        assert_eq!(amount("1250.50").unwrap().to_string(), "1250.5");
        assert_eq!(amount(" 500000 ").unwrap().to_string(), "500000");
        for wrong in ["", "1.", ".5", "-3", "1,000", "1e6", "9999999999999999", "1.0000000000000000001"] {
            assert!(amount(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn counts() {
        assert_eq!(count("0"), Ok(0));
        assert_eq!(positive("10"), Ok(10));
        for text in ["", "-1", "+1", "1.0", "ten", "99999999999999999999999"] {
            assert!(count(text).is_err(), "{text}");
        }
        assert!(positive("0").is_err());
    }

    #[test]
    fn limits_are_rows_or_shares() {
        assert_eq!(reject_limit("20"), Ok(RejectLimit::Rows(20)));
        assert_eq!(reject_limit("5%"), Ok(RejectLimit::Share(0.05)));
        assert_eq!(reject_limit("0 %"), Ok(RejectLimit::Share(0.0)));
        assert_eq!(reject_limit("100%"), Ok(RejectLimit::Share(1.0)));
        for text in ["", "%", "101%", "-1%", "inf%", "nan%", "0.1", "1e1%"] {
            assert!(reject_limit(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_limit_is_exceeded_only_above_it() {
        assert!(!RejectLimit::DEFAULT.is_exceeded(10, 100));
        assert!(RejectLimit::DEFAULT.is_exceeded(11, 100));
        assert!(!RejectLimit::Rows(2).is_exceeded(2, 3));
        assert!(RejectLimit::Rows(0).is_exceeded(1, 1_000_000));
        assert!(!RejectLimit::DEFAULT.is_exceeded(0, 0));
    }

    #[test]
    fn confidence_is_a_level() {
        assert_eq!(confidence("0.95"), Ok(0.95));
        assert_eq!(confidence("95%"), Ok(0.95));
        assert_eq!(confidence("95").unwrap_err().hint.as_deref(), Some("0.95"));
        for text in ["0", "1", "1.5%%", "NaN", "", "."] {
            assert!(confidence(text).is_err(), "{text}");
        }
    }
}
