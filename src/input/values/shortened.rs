//! Amounts as dashboards shorten them: `1,117.10K`, `2M`.

use super::amount::AmountFault;
use crate::model::decimal::Decimal;

/// Splits the letter off that stands for thousands, millions or billions, and returns what it stands for.
#[must_use]
pub fn without_size(cell: &[u8]) -> (&[u8], i128) {
    match cell {
        [rest @ .., letter @ (b'K' | b'M' | b'B')] if rest.last().is_some_and(u8::is_ascii_digit) => {
            let times = match letter {
                b'K' => 1_000,
                b'M' => 1_000_000,
                _ => 1_000_000_000,
            };
            (rest, times)
        }
        _ => (cell, 1),
    }
}

/// Returns an amount so many times.
///
/// # Errors
/// It is out of range.
pub(super) fn multiplied(value: Decimal, times: i128) -> Result<Decimal, AmountFault> {
    let product = value.0.checked_mul(times).filter(|product| product.abs() <= Decimal::LARGEST_CELL);
    product.map(Decimal).ok_or(AmountFault::OutOfRange)
}
