//! Control limits for a rate (p-chart, Shewhart 1931): how far chance alone takes a count from the rate before it.
//!
//! The rate before is itself a sample, so that the exact limits are those of Fisher's conditional test: given how many
//! succeeded in both together, the count is hypergeometric. With a long past they are the binomial limits.

use super::difference::Counts;

/// The probability beyond three standard deviations on one side of the normal distribution.
pub const THREE_SIGMA: f64 = 0.001_349_898_031_630_094_5;

/// The counts within the limits, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub lower: u64,
    pub upper: u64,
}

impl Limits {
    /// Returns the counts of `trials` that chance keeps beside the counts `before`: each side is left with a probability
    /// of at most `tail`. `None` where there are no trials before, or none now.
    #[must_use]
    pub fn of(before: Counts, trials: u64, tail: f64) -> Option<Self> {
        if before.trials == 0 || before.successes > before.trials || trials == 0 || !(tail > 0.0 && tail < 0.5) {
            return None;
        }
        // Both probabilities are monotone in the count: the more extreme it is, the smaller they are.
        let lower = first(trials, |count| beyond(before, trials, count).0 >= tail);
        let upper = trials - first(trials, |less| beyond(before, trials, trials - less).1 >= tail);
        Some(Self { lower: lower.min(upper), upper })
    }

    #[must_use]
    pub const fn hold(self, count: u64) -> bool {
        self.lower <= count && count <= self.upper
    }
}

/// The smallest number up to `last` for which a monotone condition holds.
fn first(last: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, last);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// The probabilities of at most and of at least `count` successes among `trials`, given those of both together.
#[expect(clippy::cast_precision_loss, reason = "counts above 2^53 move a ratio by less than its rounding")]
fn beyond(before: Counts, trials: u64, count: u64) -> (f64, f64) {
    let successes = before.successes + count;
    let lowest = successes.saturating_sub(before.trials);
    let highest = trials.min(successes);
    // Probability of one more success against that of `at`.
    let above = |at: u64| {
        let at = at as f64;
        let rest = before.trials as f64 - successes as f64 + at + 1.0;
        (trials as f64 - at) * (successes as f64 - at) / ((at + 1.0) * rest)
    };
    let (mut more, mut less) = (0.0, 0.0);
    let mut relative = 1.0_f64;
    for at in count..highest {
        let ratio = above(at);
        relative *= ratio;
        more += relative;
        // From here on the terms only shrink, and no longer count.
        if !more.is_finite() || ratio < 1.0 && relative < (1.0 + more) * 1e-17 {
            break;
        }
    }
    relative = 1.0;
    for at in (lowest..count).rev() {
        let ratio = above(at).recip();
        relative *= ratio;
        less += relative;
        if !less.is_finite() || ratio < 1.0 && relative < (1.0 + less) * 1e-17 {
            break;
        }
    }
    let all = 1.0 + more + less;
    if all.is_finite() {
        return ((1.0 + less) / all, (1.0 + more) / all);
    }
    // So far out that the middle leaves the range of numbers.
    if more.is_finite() { (1.0, 0.0) } else { (0.0, 1.0) }
}

#[cfg(test)]
mod tests {
    use super::{Limits, THREE_SIGMA, beyond};
    use crate::stats::difference::Counts;
    use proptest::prelude::*;

    #[test]
    fn three_sigma_is_that_of_the_normal_distribution() {
        // 1 - Phi(3), Abramowitz and Stegun, table 26.1.
        assert!((THREE_SIGMA - 0.001_349_898).abs() < 1e-9);
    }

    /// 1 of 20 beside 10 of 20: P(X <= 1) = (C(20,0) C(20,11) + C(20,1) C(20,10)) / C(40,11).
    #[test]
    fn the_tails_are_those_of_the_hypergeometric_distribution() {
        let (low, high) = beyond(Counts::new(10, 20), 20, 1);
        let expected = (167_960.0 + 20.0 * 184_756.0) / 2_311_801_440.0;
        assert!((low - expected).abs() < 1e-12, "{low}");
        assert!((high - (1.0 - 167_960.0 / 2_311_801_440.0)).abs() < 1e-12, "{high}");
    }

    /// With a long past the limits are the binomial ones: of 1000 at 10 %, P(X <= 72) = 0.00127 and P(X <= 73) =
    /// 0.00185, P(X >= 130) = 0.00134 and P(X >= 129) = 0.00184 (scipy.stats.binom), so that 73 to 129 are within.
    #[test]
    fn a_long_past_gives_binomial_limits() {
        let limits = Limits::of(Counts::new(1_000_000_000, 10_000_000_000), 1000, THREE_SIGMA).unwrap();
        assert_eq!((limits.lower, limits.upper), (73, 129));
        // A short past knows less.
        let wider = Limits::of(Counts::new(200, 2000), 1000, THREE_SIGMA).unwrap();
        assert!(wider.lower < 73 && wider.upper > 129, "{wider:?}");
    }

    #[test]
    fn rates_of_nothing_and_everything_have_limits() {
        let none = Limits::of(Counts::new(0, 1000), 100, THREE_SIGMA).unwrap();
        assert_eq!(none.lower, 0);
        assert!(none.upper > 0 && none.upper < 10, "{none:?}");
        let all = Limits::of(Counts::new(1000, 1000), 100, THREE_SIGMA).unwrap();
        assert_eq!((all.lower, all.upper), (100 - none.upper, 100));
        assert_eq!(Limits::of(Counts::new(0, 0), 100, THREE_SIGMA), None);
        assert_eq!(Limits::of(Counts::new(1, 2), 0, THREE_SIGMA), None);
        // So much data that the terms leave the range of numbers on the way.
        let many = Limits::of(Counts::new(50_000_000, 100_000_000), 10_000_000, THREE_SIGMA).unwrap();
        assert!(many.lower > 4_990_000 && many.upper < 5_010_000 && many.hold(5_000_000), "{many:?}");
    }

    /// By all binomial coefficients.
    fn counted(before: Counts, trials: u64, count: u64) -> (f64, f64) {
        #[expect(clippy::cast_precision_loss)]
        let choose = |n: u64, k: u64| (1..=k).fold(1.0, |all, i| all * (n - k + i) as f64 / i as f64);
        let successes = before.successes + count;
        let weight = |at: u64| {
            if at > successes || at > trials || successes - at > before.trials {
                return 0.0;
            }
            choose(trials, at) * choose(before.trials, successes - at)
        };
        let all: f64 = (0..=trials).map(weight).sum();
        ((0..=count).map(weight).sum::<f64>() / all, (count..=trials).map(weight).sum::<f64>() / all)
    }

    proptest! {
        #[test]
        fn agrees_with_counting(past in 1_u64..40, part in 0_u64..40, trials in 1_u64..40, count in 0_u64..40) {
            let before = Counts::new(part % (past + 1), past);
            let count = count % (trials + 1);
            let (found, expected) = (beyond(before, trials, count), counted(before, trials, count));
            prop_assert!((found.0 - expected.0).abs() < 1e-9 && (found.1 - expected.1).abs() < 1e-9);
        }

        #[test]
        fn the_limits_hold_what_is_likely_and_no_more(past in 1_u64..60, part in 0_u64..60, trials in 1_u64..60) {
            let before = Counts::new(part % (past + 1), past);
            let limits = Limits::of(before, trials, 0.01).unwrap();
            for count in 0..=trials {
                let (low, high) = counted(before, trials, count);
                let near = |tail: f64| (tail - 0.01).abs() < 1e-9;
                if !near(low) && !near(high) {
                    prop_assert_eq!(limits.hold(count), low >= 0.01 && high >= 0.01, "{}", count);
                }
            }
        }
    }
}
