//! Exact division of money and counts: parts always add up to the whole, whatever the order of the parts.
//!
//! Whole numbers only: a share is so many of [`UNIT`], so that sums of shares never drift.

use super::decimal::Decimal;

/// One whole, as a number of shares.
pub const UNIT: i128 = 1_000_000_000_000_000;

/// Divides money by a count, to 18 places, half to even; `None` without a divisor.
#[must_use]
pub fn per(amount: Decimal, count: u64) -> Option<Decimal> {
    let count = i128::from(count);
    (count > 0).then(|| Decimal(divide(amount.0, count)))
}

/// Divides money by so many shares of [`UNIT`]; `None` where there are none.
#[must_use]
pub fn per_share(amount: Decimal, shares: i128) -> Option<Decimal> {
    if shares <= 0 {
        return None;
    }
    let (whole, mut rest, mut divisor) = (amount.0.div_euclid(shares), amount.0.rem_euclid(shares), shares);
    // Digits that no output shows go, rather than the range.
    while rest.checked_mul(UNIT).is_none() {
        rest /= 10;
        divisor /= 10;
    }
    Some(Decimal(whole.checked_mul(UNIT)?.checked_add(divide(rest * UNIT, divisor))?))
}

/// The nearest whole number, half to even.
fn divide(number: i128, divisor: i128) -> i128 {
    let (whole, rest) = (number.div_euclid(divisor), number.rem_euclid(divisor));
    let up = match (rest).cmp(&(divisor - rest)) {
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => whole % 2 != 0,
        std::cmp::Ordering::Greater => true,
    };
    whole + i128::from(up)
}

/// A share of an amount, rounded down to 10^-18, and what is cut off, as a fraction of [`UNIT`].
///
/// `share` is from 0 to [`UNIT`].
#[must_use]
pub const fn share_of(amount: i128, share: i128) -> (i128, i128) {
    let (whole, rest) = (amount.div_euclid(UNIT), amount.rem_euclid(UNIT));
    let cut = rest * share;
    (whole * share + cut.div_euclid(UNIT), cut.rem_euclid(UNIT))
}

/// Splits a whole number as the weights say, by the largest remainder; ties go to the earlier part.
///
/// Weights are finite and not negative; where they are all 0 the parts are equal. The parts add up to `whole`.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "below 2^53 of UNIT, rounded down")]
pub fn shares(weights: &[f64]) -> Vec<i128> {
    let sum: f64 = weights.iter().sum();
    let even = !sum.is_finite() || sum <= 0.0;
    let exact = |weight: &f64| if even { UNIT as f64 / weights.len() as f64 } else { weight / sum * UNIT as f64 };
    let mut parts: Vec<i128> = weights.iter().map(|weight| exact(weight).floor() as i128).collect();
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let cut = |place: usize| exact(&weights[place]).fract();
    order.sort_by(|left, right| cut(*right).total_cmp(&cut(*left)).then(left.cmp(right)));
    give(UNIT, &mut parts, &order);
    parts
}

/// Splits an amount by shares of [`UNIT`], which add up to it: exact to 10^-18, the largest remainder first.
#[must_use]
pub fn split(amount: i128, shares: &[i128]) -> Vec<i128> {
    let cuts: Vec<(i128, i128)> = shares.iter().map(|share| share_of(amount, *share)).collect();
    let mut parts: Vec<i128> = cuts.iter().map(|(part, _)| *part).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|left, right| cuts[*right].1.cmp(&cuts[*left].1).then(left.cmp(right)));
    give(amount, &mut parts, &order);
    parts
}

/// Splits an amount into equal parts; the earlier ones are larger by 1 where it does not come out even.
#[must_use]
pub fn evenly(amount: i128, parts: usize) -> Vec<i128> {
    let Some(count) = i128::try_from(parts).ok().filter(|count| *count > 0) else { return Vec::new() };
    let (whole, rest) = (amount.div_euclid(count), amount.rem_euclid(count));
    (0..count).map(|place| whole + i128::from(place < rest)).collect()
}

/// Rounds amounts to a multiple of `step` so that they still add up to their sum, which must be such a multiple.
#[must_use]
pub fn rounded(amounts: &[i128], step: i128) -> Vec<i128> {
    let sum: i128 = amounts.iter().sum();
    if step <= 1 || sum % step != 0 {
        return amounts.to_vec();
    }
    let mut parts: Vec<i128> = amounts.iter().map(|amount| amount.div_euclid(step)).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    let cut = |place: usize| amounts[place].rem_euclid(step);
    order.sort_by(|left, right| cut(*right).cmp(&cut(*left)).then(left.cmp(right)));
    give(sum / step, &mut parts, &order);
    parts.into_iter().map(|part| part * step).collect()
}

/// Hands out what is missing to the whole (or takes back what is too much), one by one in this order.
fn give(whole: i128, parts: &mut [i128], order: &[usize]) {
    let mut missing = whole - parts.iter().sum::<i128>();
    let step = missing.signum();
    for place in order.iter().cycle() {
        if missing == 0 {
            return;
        }
        parts[*place] += step;
        missing -= step;
    }
}

/// The places that an amount needs after the point, at least 2.
#[must_use]
pub fn places(amount: Decimal) -> u32 {
    let mut step = 1_i128;
    for places in (2..=Decimal::SCALE).rev() {
        if amount.0 % (step * 10) != 0 || places == 2 {
            return places;
        }
        step *= 10;
    }
    2
}

/// The smallest amount of so many places, as a whole number of 10^-18.
#[must_use]
pub const fn step(places: u32) -> i128 {
    10_i128.pow(Decimal::SCALE.saturating_sub(places))
}

#[cfg(test)]
mod tests {
    use super::{UNIT, evenly, per, per_share, places, rounded, shares, split, step};
    use crate::model::decimal::Decimal;
    use proptest::prelude::*;

    fn cents(cents: i64) -> Decimal {
        Decimal(i128::from(cents) * (Decimal::ONE / 100))
    }

    #[test]
    fn division_rounds_half_to_even() {
        assert_eq!(per(Decimal::from_integer(10), 4).unwrap().to_string(), "2.5");
        assert_eq!(per(Decimal::from_integer(1), 3).unwrap().to_string(), "0.333333333333333333");
        assert_eq!(per(Decimal::from_integer(2), 3).unwrap().to_string(), "0.666666666666666667");
        assert_eq!(per(Decimal(1), 2), Some(Decimal(0)));
        assert_eq!(per(Decimal(3), 2), Some(Decimal(2)));
        assert_eq!(per(Decimal(-1), 2), Some(Decimal(0)));
        assert_eq!(per(Decimal(5), 0), None);
        // Half a conversion for 10 is 20 for one.
        assert_eq!(per_share(Decimal::from_integer(10), UNIT / 2), Some(Decimal::from_integer(20)));
        assert_eq!(per_share(Decimal::from_integer(10), 0), None);
    }

    #[test]
    fn a_third_each_is_given_out_whole() {
        assert_eq!(shares(&[1.0, 1.0, 1.0]), [333_333_333_333_334, 333_333_333_333_333, 333_333_333_333_333]);
        assert_eq!(shares(&[0.0, 0.0]), [UNIT / 2, UNIT / 2]);
        let parts = split(cents(10_000).0, &shares(&[1.0, 1.0, 1.0]));
        let shown: Vec<String> = rounded(&parts, step(2)).into_iter().map(|part| Decimal(part).to_string()).collect();
        assert_eq!(shown, ["33.34", "33.33", "33.33"]);
        assert_eq!(evenly(7, 3), [3, 2, 2]);
    }

    #[test]
    fn places_are_those_that_the_amount_needs() {
        assert_eq!(places(cents(1_250)), 2);
        assert_eq!(places(Decimal::from_integer(7)), 2);
        assert_eq!(places(Decimal::ZERO), 2);
        assert_eq!(places(Decimal(Decimal::ONE / 1_000)), 3);
        assert_eq!(places(Decimal(1)), 18);
    }

    proptest! {
        #[test]
        fn parts_add_up(
            amount in -1_000_000_000_000_000_000_000_000_000_i128..1_000_000_000_000_000_000_000_000_000,
            weights in prop::collection::vec(0.0_f64..100.0, 1..12),
        ) {
            let shares = shares(&weights);
            prop_assert_eq!(shares.iter().sum::<i128>(), UNIT);
            prop_assert!(shares.iter().all(|share| *share >= 0));
            let parts = split(amount, &shares);
            prop_assert_eq!(parts.iter().sum::<i128>(), amount);
            let whole = amount / step(2) * step(2);
            let parts = rounded(&split(whole, &shares), step(2));
            prop_assert_eq!(parts.iter().sum::<i128>(), whole);
            prop_assert!(parts.iter().all(|part| part % step(2) == 0));
            prop_assert_eq!(evenly(amount, weights.len()).iter().sum::<i128>(), amount);
        }
    }
}
