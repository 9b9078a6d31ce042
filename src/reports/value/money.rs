//! Averages and estimates of money as cells: exact where they come from sums, else to ten places.

use crate::document::Cell;
use crate::model::decimal::Decimal;

/// A ten-billionth: estimates are written no finer.
const FINEST: i128 = Decimal::ONE / 10_000_000_000;

/// An exact sum divided by a count, rounded to ten places; `None` without a count.
#[must_use]
pub fn per(sum: Decimal, count: u64) -> Option<Decimal> {
    let count = i128::from(count).checked_mul(FINEST).filter(|count| *count > 0)?;
    let (whole, rest) = (sum.0 / count, sum.0 % count);
    let half = if rest.abs() * 2 >= count { rest.signum() } else { 0 };
    Some(Decimal((whole + half) * FINEST))
}

/// An estimate as money; `None` where it is no number that an amount can hold.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "within the range that was checked")]
pub fn estimate(amount: f64) -> Option<Decimal> {
    let units = (amount * 1e10).round();
    (units.is_finite() && units.abs() < 1e28).then(|| Decimal(units as i128 * FINEST))
}

/// A cell of an amount that may be absent.
#[must_use]
pub fn cell(amount: Option<Decimal>) -> Cell {
    amount.map_or(Cell::Missing, Cell::Money)
}

/// A cell of an estimate that may be absent.
#[must_use]
pub fn estimated(amount: Option<f64>) -> Cell {
    cell(amount.and_then(estimate))
}

/// A cell of a number that may be absent.
#[must_use]
pub fn number(number: Option<f64>) -> Cell {
    number.filter(|number| number.is_finite()).map_or(Cell::Missing, Cell::Number)
}

/// A cell of a share that may be absent.
#[must_use]
pub fn share(share: Option<f64>) -> Cell {
    share.filter(|share| share.is_finite()).map_or(Cell::Missing, Cell::Share)
}

#[cfg(test)]
mod tests {
    use super::{estimate, per};
    use crate::model::decimal::Decimal;

    #[test]
    fn averages_are_rounded_at_the_tenth_place() {
        let text = |sum: i64, count| per(Decimal::from_integer(sum), count).unwrap().to_string();
        assert_eq!(text(10, 4), "2.5");
        assert_eq!(text(2, 3), "0.6666666667");
        assert_eq!(text(-2, 3), "-0.6666666667");
        assert_eq!(per(Decimal::ZERO, 0), None);
    }

    #[test]
    fn estimates_that_are_no_numbers_are_none() {
        assert_eq!(estimate(12.5).unwrap().to_string(), "12.5");
        for number in [f64::NAN, f64::INFINITY, 1e30] {
            assert_eq!(estimate(number), None);
        }
    }
}
