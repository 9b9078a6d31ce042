//! Rates of successes and their Wilson score intervals, which stay inside 0 to 1 and hold for small counts.

use super::{Interval, normal};

/// Returns `successes / trials` as a fraction; `None` without trials or with more successes than trials.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 53 bits")]
pub fn rate(successes: u64, trials: u64) -> Option<f64> {
    (trials > 0 && successes <= trials).then(|| successes as f64 / trials as f64)
}

/// Returns the Wilson score interval of a rate (Wilson 1927), for a `confidence` between 0 and 1 (both excluded).
///
/// `None` without trials, with more successes than trials, or for another confidence.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts above 2^53 move the interval by less than its rounding")]
pub fn wilson(successes: u64, trials: u64, confidence: f64) -> Option<Interval> {
    let rate = rate(successes, trials)?;
    let z = normal::two_sided(confidence)?;
    let (hits, misses, n) = (successes as f64, (trials - successes) as f64, trials as f64);
    let squared = z * z;
    let half = z * (hits * (misses / n) + squared / 4.0).sqrt();
    let whole = n + squared;
    let low = if successes == 0 { 0.0 } else { (hits + squared / 2.0 - half) / whole };
    let high = if successes == trials { 1.0 } else { (hits + squared / 2.0 + half) / whole };
    // Rounding must not push the rate itself out of its interval.
    Some(Interval { low: low.clamp(0.0, rate), high: high.clamp(rate, 1.0) })
}

#[cfg(test)]
mod tests {
    use super::{rate, wilson};
    use proptest::prelude::*;

    fn assert_near(found: f64, expected: f64, tolerance: f64) {
        assert!((found - expected).abs() <= tolerance, "{found} is not {expected}");
    }

    /// 842 of 8000, 3561 of 9240 and 1 of 1000 at 95 %, as statistics packages give them; and Newcombe (1998),
    /// Statistics in Medicine 17:857, table I, method 3.
    #[test]
    fn gives_published_intervals() {
        let published = [
            (842, 8000, 0.098_713_8, 0.112_165_1, 5e-8),
            (3561, 9240, 0.375_515_8, 0.395_358_7, 5e-8),
            (1, 1000, 0.000_176_546, 0.005_642_559, 5e-10),
            (81, 263, 0.2553, 0.3662, 5e-5),
            (15, 148, 0.0624, 0.1605, 5e-5),
            (0, 20, 0.0, 0.1611, 5e-5),
            (1, 29, 0.0061, 0.1718, 5e-5),
        ];
        for (successes, trials, low, high, tolerance) in published {
            let interval = wilson(successes, trials, 0.95).expect("defined");
            assert_near(interval.low, low, tolerance);
            assert_near(interval.high, high, tolerance);
        }
    }

    #[test]
    fn the_ends_are_exact_at_none_and_all() {
        let none = wilson(0, 10, 0.95).expect("defined");
        let all = wilson(10, 10, 0.95).expect("defined");
        assert_eq!(none.low.to_bits(), 0.0_f64.to_bits());
        assert_eq!(all.high.to_bits(), 1.0_f64.to_bits());
        // With no success the upper end is z^2 / (n + z^2).
        assert_near(none.high, 3.841_458_820_694_124 / 13.841_458_820_694_124, 1e-15);
        assert_near(all.low, 10.0 / 13.841_458_820_694_124, 1e-15);
    }

    #[test]
    fn what_is_undefined_is_none() {
        assert_eq!(rate(0, 0), None);
        assert_eq!(rate(2, 1), None);
        assert_eq!(wilson(0, 0, 0.95), None);
        assert_eq!(wilson(3, 2, 0.95), None);
        for confidence in [0.0, 1.0, -0.5, 2.0, f64::NAN, f64::INFINITY] {
            assert_eq!(wilson(1, 2, confidence), None);
        }
    }

    proptest! {
        #[test]
        fn holds_the_rate_and_stays_inside(trials in 1_u64.., share in 0.0_f64..=1.0, confidence in 0.0001_f64..0.9999) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let successes = ((trials as f64 * share) as u64).min(trials);
            let interval = wilson(successes, trials, confidence).expect("defined");
            let rate = rate(successes, trials).expect("defined");
            prop_assert!(0.0 <= interval.low && interval.low <= rate);
            prop_assert!(rate <= interval.high && interval.high <= 1.0);
        }

        #[test]
        fn failures_mirror_successes(trials in 1_u64..1_000_000, part in 0_u64..1_000_000, confidence in 0.01_f64..0.999) {
            let successes = part % (trials + 1);
            let hits = wilson(successes, trials, confidence).expect("defined");
            let misses = wilson(trials - successes, trials, confidence).expect("defined");
            prop_assert!((hits.low - (1.0 - misses.high)).abs() < 1e-12);
            prop_assert!((hits.high - (1.0 - misses.low)).abs() < 1e-12);
        }

        /// The ends are the rates p whose score test against the observed rate gives exactly z.
        #[test]
        fn the_ends_solve_the_score_equation(trials in 2_u32..100_000, part in 0_u32..100_000) {
            let successes = 1 + part % (trials - 1);
            let interval = wilson(u64::from(successes), u64::from(trials), 0.95).expect("defined");
            let observed = f64::from(successes) / f64::from(trials);
            for end in [interval.low, interval.high] {
                let z = (observed - end).abs() / (end * (1.0 - end) / f64::from(trials)).sqrt();
                prop_assert!((z - 1.959_963_984_540_054).abs() < 1e-6, "{z}");
            }
        }
    }
}
