//! Exact money: sums never drift and nothing is rounded in silence.

use std::fmt;

/// An exact decimal number with 18 places, kept as a whole number of 10^-18.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(pub i128);

impl Decimal {
    pub const ZERO: Self = Self(0);
    /// Number of decimal places.
    pub const SCALE: u32 = 18;
    /// One, as a whole number of 10^-18.
    pub const ONE: i128 = 1_000_000_000_000_000_000;
    /// The largest amount that one cell may hold (10^15); larger ones are rejects, so that sums stay in range.
    pub const LARGEST_CELL: i128 = 1_000_000_000_000_000 * Self::ONE;

    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Returns the nearest binary number; for ratios and averages only.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a ratio needs no more than 53 bits")]
    pub fn to_f64(self) -> f64 {
        let whole = self.0 / Self::ONE;
        let part = self.0 % Self::ONE;
        whole as f64 + part as f64 / Self::ONE as f64
    }

    /// Returns a computed amount (an average, a rate times an amount), rounded to six places; `None` out of range.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    pub fn from_computed(value: f64) -> Option<Self> {
        const PLACES: f64 = 1e6;
        let scaled = (value * PLACES).round();
        (scaled.abs() < 1e24).then(|| Self(scaled as i128 * 1_000_000_000_000))
    }

    #[must_use]
    pub const fn from_integer(value: i64) -> Self {
        Self(value as i128 * Self::ONE)
    }
}

impl fmt::Display for Decimal {
    /// Writes the exact value without trailing zeros: `1054`, `12.5`, `-0.001`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let one = Self::ONE.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let part = magnitude % one;
        if part == 0 {
            return write!(formatter, "{sign}{}", magnitude / one);
        }
        let digits = format!("{part:018}");
        write!(formatter, "{sign}{}.{}", magnitude / one, digits.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn computed_amounts_are_rounded_or_refused() {
        assert_eq!(Decimal::from_computed(1.0 / 3.0).map(|amount| amount.to_string()), Some("0.333333".to_owned()));
        assert_eq!(Decimal::from_computed(-2.5).map(|amount| amount.to_string()), Some("-2.5".to_owned()));
        assert_eq!(Decimal::from_computed(f64::NAN), None);
        assert_eq!(Decimal::from_computed(f64::INFINITY), None);
        assert_eq!(Decimal::from_computed(1e300), None);
    }

    #[test]
    fn writes_no_trailing_zeros() {
        assert_eq!(Decimal::from_integer(1054).to_string(), "1054");
        assert_eq!(Decimal(12_500_000_000_000_000_000).to_string(), "12.5");
        assert_eq!(Decimal(-1_000_000_000_000_000).to_string(), "-0.001");
        assert_eq!(Decimal(1).to_string(), "0.000000000000000001");
        assert_eq!(Decimal(0).to_string(), "0");
    }
}
