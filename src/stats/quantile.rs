//! Exact quantiles and means of whole numbers (durations, counts).
//!
//! Quantiles are type 7 of Hyndman and Fan (linear between order statistics, as R's default, numpy and `DuckDB`'s
//! `quantile_cont`): with h = (n - 1) p the value between the floor(h)-th and the next one, counted from 0.

/// A whole number that is computed with without loss.
pub trait Whole: Copy + Ord {
    fn wide(self) -> i128;
}

macro_rules! whole {
    ($($kind:ty),*) => { $(impl Whole for $kind { fn wide(self) -> i128 { i128::from(self) } })* };
}
whole!(u32, i32, u64, i64);

/// Returns a quantile of values that are already sorted; `None` if there are none or `p` is not from 0 to 1.
#[must_use]
pub fn quantile_sorted<T: Whole>(sorted: &[T], p: f64) -> Option<f64> {
    let place = Place::of(sorted.len(), p)?;
    let lower = sorted.get(place.index)?;
    let upper = sorted.get(place.index + 1).unwrap_or(lower);
    Some(place.between(lower.wide(), upper.wide()))
}

/// Returns several quantiles of values in any order, in the order of `shares`; reorders the values instead of sorting
/// them. `None` if there are no values or a share is not from 0 to 1.
#[must_use]
pub fn quantiles<T: Whole>(values: &mut [T], shares: &[f64]) -> Option<Vec<f64>> {
    let mut places = Vec::with_capacity(shares.len());
    for (position, &share) in shares.iter().enumerate() {
        places.push((Place::of(values.len(), share)?, position));
    }
    places.sort_by_key(|(place, _)| place.index);
    let mut found = vec![0.0; shares.len()];
    // Everything before `start` is already no larger than everything from it on.
    let mut start = 0;
    for (place, position) in places {
        let rest = values.get_mut(start..)?;
        let (_, &mut lower, above) = rest.select_nth_unstable(place.index - start);
        let upper = above.iter().min().copied().unwrap_or(lower);
        *found.get_mut(position)? = place.between(lower.wide(), upper.wide());
        start = place.index;
    }
    Some(found)
}

/// Returns a quantile of values given as `(value, how many)` in ascending order of value.
#[must_use]
pub fn quantile_counted<T: Whole>(counts: &[(T, u64)], p: f64) -> Option<f64> {
    let total = counts.iter().try_fold(0_u64, |sum, (_, count)| sum.checked_add(*count))?;
    let place = Place::of(usize::try_from(total).ok()?, p)?;
    let index = u64::try_from(place.index).ok()?;
    let lower = nth_counted(counts, index)?;
    let upper = nth_counted(counts, index + 1).unwrap_or(lower);
    Some(place.between(lower, upper))
}

/// Returns the mean, exact up to the last rounding; `None` if there are no values.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "the quotient is split so that only the result is rounded")]
pub fn mean<T: Whole>(values: &[T]) -> Option<f64> {
    let count = i128::try_from(values.len()).ok().filter(|&count| count > 0)?;
    let sum: i128 = values.iter().map(|value| value.wide()).sum();
    Some((sum / count) as f64 + (sum % count) as f64 / count as f64)
}

fn nth_counted<T: Whole>(counts: &[(T, u64)], index: u64) -> Option<i128> {
    let mut passed = 0_u64;
    for (value, count) in counts {
        passed += count;
        if index < passed {
            return Some(value.wide());
        }
    }
    None
}

/// Where a quantile lies: between the values at `index` and the next, `part` of the way.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
    part: f64,
}

impl Place {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the place is not negative and below the count of values in memory"
    )]
    fn of(count: usize, p: f64) -> Option<Self> {
        if count == 0 || !(0.0..=1.0).contains(&p) {
            return None;
        }
        let place = (count - 1) as f64 * p;
        let index = (place.floor() as usize).min(count - 1);
        Some(Self { index, part: place - place.floor() })
    }

    #[expect(clippy::cast_precision_loss, reason = "the result is a binary number")]
    fn between(self, lower: i128, upper: i128) -> f64 {
        lower as f64 + self.part * (upper - lower) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::{mean, quantile_counted, quantile_sorted, quantiles};
    use proptest::prelude::*;

    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
    }

    /// R: `quantile(c(1, 2, 3, 4, 10), c(0, .1, .25, .5, .9, 1))` gives 1, 1.4, 2, 3, 7.6, 10.
    #[test]
    fn gives_the_values_of_type_seven() {
        let sorted = [1_i64, 2, 3, 4, 10];
        let expected = [(0.0, 1.0), (0.1, 1.4), (0.25, 2.0), (0.5, 3.0), (0.9, 7.6), (1.0, 10.0)];
        for (p, value) in expected {
            assert_near(quantile_sorted(&sorted, p).expect("defined"), value);
        }
        let shares = [0.9, 0.0, 0.5, 0.5, 1.0, 0.1, 0.25];
        let found = quantiles(&mut [10_i64, 3, 1, 4, 2], &shares).expect("defined");
        for (found, expected) in found.into_iter().zip([7.6, 1.0, 3.0, 3.0, 10.0, 1.4, 2.0]) {
            assert_near(found, expected);
        }
    }

    #[test]
    fn one_value_is_every_quantile() {
        assert_eq!(quantile_sorted(&[7_u64], 0.3), Some(7.0));
        assert_eq!(quantiles(&mut [7_u64], &[0.0, 1.0]), Some(vec![7.0, 7.0]));
    }

    #[test]
    fn what_is_undefined_is_none() {
        assert_eq!(quantile_sorted::<i64>(&[], 0.5), None);
        assert_eq!(quantiles::<i64>(&mut [], &[]), Some(vec![]));
        assert_eq!(quantiles::<i64>(&mut [], &[0.5]), None);
        assert_eq!(quantile_sorted(&[1_i64], 1.5), None);
        assert_eq!(quantile_sorted(&[1_i64], f64::NAN), None);
        assert_eq!(quantile_counted::<i64>(&[(1, 0)], 0.5), None);
        assert_eq!(mean::<u64>(&[]), None);
    }

    #[test]
    fn extremes_do_not_overflow() {
        assert_eq!(mean(&[u64::MAX, u64::MAX]), Some(18_446_744_073_709_551_615.0));
        assert_eq!(mean(&[i64::MIN, i64::MAX]), Some(-0.5));
        assert_eq!(quantile_sorted(&[i64::MIN, i64::MAX], 0.5), Some(0.0));
    }

    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    /// The definition read literally: sort, then go along the straight line between the two neighbours.
    fn naive(values: &[i64], p: f64) -> f64 {
        let mut sorted: Vec<f64> = values.iter().map(|&value| value as f64).collect();
        sorted.sort_by(f64::total_cmp);
        let h = (sorted.len() - 1) as f64 * p;
        let (low, high) = (sorted[h.floor() as usize], sorted[h.ceil() as usize]);
        low * (1.0 - h.fract()) + high * h.fract()
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(
            values in prop::collection::vec(-1_000_000_i64..1_000_000, 1..60),
            shares in prop::collection::vec(0.0_f64..=1.0, 0..6),
        ) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let counts: Vec<(i64, u64)> = sorted.chunk_by(|a, b| a == b).map(|run| (run[0], run.len() as u64)).collect();
            let found = quantiles(&mut values.clone(), &shares).expect("defined");
            for (&share, found) in shares.iter().zip(found) {
                let expected = naive(&values, share);
                prop_assert!((found - expected).abs() < 1e-6);
                let from_sorted = quantile_sorted(&sorted, share).expect("defined");
                prop_assert_eq!(from_sorted.to_bits(), found.to_bits());
                let from_counts = quantile_counted(&counts, share).expect("defined");
                prop_assert_eq!(from_counts.to_bits(), found.to_bits());
            }
        }

        #[test]
        fn the_mean_lies_inside(values in prop::collection::vec(any::<i64>(), 1..40)) {
            let mean = mean(&values).expect("defined");
            #[expect(clippy::cast_precision_loss)]
            let [least, most] = [values.iter().min(), values.iter().max()].map(|end| *end.expect("some") as f64);
            prop_assert!(least <= mean && mean <= most);
        }
    }
}
