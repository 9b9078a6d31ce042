//! The exact test of a binomial count, and with it of two rates per amount of effort (Przyborowski and Wilenski 1940).

/// Returns the two-sided p-value of `successes` among `trials` where each succeeds with probability `chance`: the
/// probability of all counts that are no more likely than the given one (as R's `binom.test`).
///
/// `None` without trials, for more successes than trials, or where the chance is not inside 0 to 1.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts above 2^53 move a ratio by less than its rounding")]
pub fn two_sided(successes: u64, trials: u64, chance: f64) -> Option<f64> {
    if trials == 0 || successes > trials || !(chance > 0.0 && chance < 1.0) {
        return None;
    }
    let odds = chance / (1.0 - chance);
    // How much more likely one success more is than `count`; from neighbour to neighbour no factorial is needed.
    let above = |count: u64| (trials - count) as f64 / (count as f64 + 1.0) * odds;
    let (mut all, mut as_rare) = (1.0, 1.0);
    // What differs by rounding only is as likely.
    let limit = 1.0 + 1e-7;
    let mut add = |relative: f64| {
        all += relative;
        if relative <= limit {
            as_rare += relative;
        }
    };
    let mut relative = 1.0;
    for count in successes..trials {
        relative *= above(count);
        add(relative);
    }
    relative = 1.0;
    for count in (0..successes).rev() {
        relative /= above(count);
        add(relative);
    }
    let p: f64 = as_rare / all;
    // A count so unlikely that its neighbours leave the range of numbers.
    Some(if p.is_finite() { p.min(1.0) } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::two_sided;
    use proptest::prelude::*;

    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("defined");
        assert!((found - expected).abs() <= 1e-9 * expected.max(1e-3), "{found} is not {expected}");
    }

    /// By hand: 9 or 10 of 10 heads and 0 or 1 are 22 of 1024; R: binom.test(682, 925, 3/4) gives 0.3825.
    #[test]
    fn gives_known_values() {
        near(two_sided(9, 10, 0.5), 22.0 / 1024.0);
        near(two_sided(5, 10, 0.5), 1.0);
        let mendel = two_sided(682, 925, 0.75).expect("defined");
        assert!((mendel - 0.3825).abs() < 5e-5, "{mendel}");
        // None of 3 at a chance of a half: 2 of 8.
        near(two_sided(0, 3, 0.5), 0.25);
    }

    #[test]
    fn what_is_undefined_is_none() {
        assert_eq!(two_sided(0, 0, 0.5), None);
        assert_eq!(two_sided(3, 2, 0.5), None);
        assert_eq!(two_sided(1, 2, 0.0), None);
        assert_eq!(two_sided(1, 2, f64::NAN), None);
        assert_eq!(two_sided(2_000_000, 2_000_000, 0.001), Some(0.0));
    }

    proptest! {
        #[test]
        fn is_a_probability_and_alike_from_both_sides(trials in 1_u64..300, part in 0_u64..300, chance in 0.01_f64..0.99) {
            let successes = part.min(trials);
            let p = two_sided(successes, trials, chance).expect("defined");
            prop_assert!((0.0..=1.0).contains(&p));
            let mirrored = two_sided(trials - successes, trials, 1.0 - chance).expect("defined");
            prop_assert!((p - mirrored).abs() < 1e-9);
        }
    }
}
