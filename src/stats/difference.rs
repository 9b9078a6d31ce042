//! The difference of two rates: an interval that holds for small counts, and the chance of such a difference by accident.

use super::proportion::{rate, wilson};
use super::{Interval, fisher};

/// Successes among trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub successes: u64,
    pub trials: u64,
}

impl Counts {
    #[must_use]
    pub const fn new(successes: u64, trials: u64) -> Self {
        Self { successes, trials }
    }

    /// `None` without trials, or with more successes than trials.
    #[must_use]
    pub fn rate(self) -> Option<f64> {
        rate(self.successes, self.trials)
    }

    const fn failures(self) -> u64 {
        self.trials.saturating_sub(self.successes)
    }
}

/// Returns `one - other` as a fraction; `None` where a rate is undefined.
#[must_use]
pub fn difference(one: Counts, other: Counts) -> Option<f64> {
    Some(one.rate()? - other.rate()?)
}

/// Returns Newcombe's interval of `one - other` from the two Wilson intervals (Newcombe 1998, Statistics in Medicine
/// 17:873, method 10), for a `confidence` between 0 and 1.
#[must_use]
pub fn newcombe(one: Counts, other: Counts, confidence: f64) -> Option<Interval> {
    let (first, second) = (one.rate()?, other.rate()?);
    let of_first = wilson(one.successes, one.trials, confidence)?;
    let of_second = wilson(other.successes, other.trials, confidence)?;
    let gap = first - second;
    Some(Interval {
        low: gap - (first - of_first.low).hypot(of_second.high - second),
        high: gap + (of_first.high - first).hypot(second - of_second.low),
    })
}

/// Returns z of the two-proportion test with the pooled rate; `None` where nobody or everybody succeeded.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts above 2^53 move z by less than its rounding")]
pub fn z(one: Counts, other: Counts) -> Option<f64> {
    let gap = difference(one, other)?;
    let trials = one.trials as f64 + other.trials as f64;
    let pooled = (one.successes as f64 + other.successes as f64) / trials;
    let spread = (pooled * (1.0 - pooled) * (1.0 / one.trials as f64 + 1.0 / other.trials as f64)).sqrt();
    (spread > 0.0).then(|| gap / spread)
}

/// Returns the two-sided p-value of equal rates: by z, or by Fisher's exact test where an expected count is below 5.
///
/// `None` where nobody or everybody succeeded: such counts say nothing about a difference.
#[must_use]
pub fn p_value(one: Counts, other: Counts) -> Option<f64> {
    let z = z(one, other)?;
    if least_expected(one, other) < 5.0 {
        return fisher::two_sided([one.successes, one.failures()], [other.successes, other.failures()]);
    }
    Some(libm::erfc(z.abs() / std::f64::consts::SQRT_2))
}

/// The smallest count of the fourfold table that equal rates would give.
#[expect(clippy::cast_precision_loss, reason = "compared with 5")]
fn least_expected(one: Counts, other: Counts) -> f64 {
    let trials = one.trials as f64 + other.trials as f64;
    let rarer = (one.successes + other.successes).min(one.failures() + other.failures()) as f64;
    rarer * one.trials.min(other.trials) as f64 / trials
}

#[cfg(test)]
mod tests {
    use super::{Counts, difference, newcombe, p_value, z};
    use proptest::prelude::*;

    fn near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }

    /// Newcombe (1998), table II: 56 of 70 against 48 of 80 and 0 of 10 against 0 of 10.
    #[test]
    fn gives_published_intervals() {
        let interval = newcombe(Counts::new(56, 70), Counts::new(48, 80), 0.95).expect("defined");
        near(interval.low, 0.052_431_5, 5e-8);
        near(interval.high, 0.333_872_7, 5e-8);
        let none = newcombe(Counts::new(0, 10), Counts::new(0, 10), 0.95).expect("defined");
        near(none.low, -0.277_532_8, 5e-8);
        near(none.high, 0.277_532_8, 5e-8);
        // Table II of the paper, method 10: 9 of 10 against 3 of 10 and 6 of 7 against 2 of 7.
        let interval = newcombe(Counts::new(9, 10), Counts::new(3, 10), 0.95).expect("defined");
        near(interval.low, 0.1705, 5e-5);
        near(interval.high, 0.8090, 5e-5);
        let interval = newcombe(Counts::new(6, 7), Counts::new(2, 7), 0.95).expect("defined");
        near(interval.low, 0.0582, 5e-5);
        near(interval.high, 0.8062, 5e-5);
    }

    #[test]
    fn gives_z_and_its_p_value() {
        near(z(Counts::new(56, 70), Counts::new(48, 80)).expect("defined"), 2.650_172_0, 5e-8);
        // 2 (1 - Phi(2.6501720)), from tables of the normal distribution.
        near(p_value(Counts::new(56, 70), Counts::new(48, 80)).expect("defined"), 0.008_045, 5e-7);
    }

    #[test]
    fn rare_counts_are_judged_exactly() {
        // The lady tasting tea: 3 of 4 against 1 of 4: 34/70.
        near(p_value(Counts::new(3, 4), Counts::new(1, 4)).expect("defined"), 34.0 / 70.0, 1e-12);
    }

    #[test]
    fn what_says_nothing_is_none() {
        assert_eq!(p_value(Counts::new(0, 10), Counts::new(0, 10)), None);
        assert_eq!(p_value(Counts::new(10, 10), Counts::new(7, 7)), None);
        assert_eq!(z(Counts::new(0, 0), Counts::new(1, 2)), None);
        assert_eq!(difference(Counts::new(3, 2), Counts::new(1, 2)), None);
        assert_eq!(newcombe(Counts::new(1, 2), Counts::new(0, 0), 0.95), None);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_difference(a in 0_u64..200, n in 1_u64..200, b in 0_u64..200, m in 1_u64..200) {
            let (one, other) = (Counts::new(a.min(n), n), Counts::new(b.min(m), m));
            let gap = difference(one, other).expect("defined");
            let interval = newcombe(one, other, 0.95).expect("defined");
            prop_assert!(-1.0 - 1e-12 <= interval.low && interval.low <= gap + 1e-12);
            prop_assert!(gap <= interval.high + 1e-12 && interval.high <= 1.0 + 1e-12);
            if let Some(p) = p_value(one, other) {
                prop_assert!((0.0..=1.0 + 1e-12).contains(&p));
                let reversed = p_value(other, one).expect("defined");
                prop_assert!((p - reversed).abs() <= 1e-9);
            }
        }
    }
}
