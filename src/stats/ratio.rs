//! The ratio of two rates (lift, relative risk) with its interval.

use super::difference::Counts;
use super::{Interval, normal};

/// Returns the rate of `one` divided by that of `other`; `None` where a rate is undefined or the divisor is 0.
#[must_use]
pub fn ratio(one: Counts, other: Counts) -> Option<f64> {
    let (rate, base) = (one.rate()?, other.rate()?);
    (base > 0.0).then(|| rate / base)
}

/// Returns the interval of [`ratio`] on the logarithmic scale (Katz, Baptista, Azen and Pike 1978, Biometrics 34:469,
/// method C), for a `confidence` between 0 and 1.
///
/// `None` where one of the rates is 0, whose logarithm has no bound, and where both are 1: the formula has no width then.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts above 2^53 move the interval by less than its rounding")]
pub fn katz(one: Counts, other: Counts, confidence: f64) -> Option<Interval> {
    let ratio = ratio(one, other)?;
    let z = normal::two_sided(confidence)?;
    let part = |counts: Counts| 1.0 / counts.successes as f64 - 1.0 / counts.trials as f64;
    let variance = part(one) + part(other);
    if one.successes == 0 || variance <= 0.0 {
        return None;
    }
    let factor = (z * variance.sqrt()).exp();
    let (low, high) = (ratio / factor, ratio * factor);
    (low > 0.0 && high.is_finite()).then_some(Interval { low, high })
}

#[cfg(test)]
mod tests {
    use super::{katz, ratio};
    use crate::stats::difference::Counts;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }

    /// The example in the documentation of `scipy.stats.contingency.relative_risk`: 27 of 122 against 44 of 487.
    #[test]
    fn gives_the_published_interval() {
        let (one, other) = (Counts::new(27, 122), Counts::new(44, 487));
        near(ratio(one, other).expect("defined"), 2.449_515_648_286_139_8, 1e-12);
        let interval = katz(one, other, 0.95).expect("defined");
        near(interval.low, 1.583_699_092_670_011_6, 1e-12);
        near(interval.high, 3.788_678_631_546_635_4, 1e-12);
    }

    /// The Physicians' Health Study, as in Agresti, Categorical Data Analysis, 2.1: 189 of 11034 heart attacks under
    /// placebo against 104 of 11037 under aspirin: ratio 1.82, interval 1.43 to 2.30.
    #[test]
    fn gives_the_textbook_interval() {
        let (placebo, aspirin) = (Counts::new(189, 11_034), Counts::new(104, 11_037));
        near(ratio(placebo, aspirin).expect("defined"), 1.82, 5e-3);
        let interval = katz(placebo, aspirin, 0.95).expect("defined");
        near(interval.low, 1.43, 5e-3);
        // 2.3062: the book cuts what it shows.
        near(interval.high, 2.306, 5e-3);
    }

    #[test]
    fn what_has_no_ratio_is_none() {
        assert_eq!(ratio(Counts::new(1, 2), Counts::new(0, 5)), None);
        assert_eq!(ratio(Counts::new(0, 0), Counts::new(1, 5)), None);
        assert_eq!(ratio(Counts::new(0, 4), Counts::new(1, 5)), Some(0.0));
        assert_eq!(katz(Counts::new(0, 4), Counts::new(1, 5), 0.95), None);
        assert_eq!(katz(Counts::new(4, 4), Counts::new(5, 5), 0.95), None);
        assert_eq!(katz(Counts::new(1, 4), Counts::new(1, 5), 1.0), None);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_ratio_and_turns_round(a in 1_u64..200, n in 0_u64..200, b in 1_u64..200, m in 0_u64..200) {
            let (one, other) = (Counts::new(a, a + n), Counts::new(b, b + m));
            let Some(interval) = katz(one, other, 0.9) else {
                prop_assert!(n == 0 && m == 0);
                return Ok(());
            };
            let found = ratio(one, other).expect("defined");
            prop_assert!(interval.low <= found && found <= interval.high);
            let turned = katz(other, one, 0.9).expect("defined");
            prop_assert!((turned.low * interval.high - 1.0).abs() < 1e-9);
        }
    }
}
