//! Fisher's exact test of a fourfold table.

/// Returns the two-sided p-value: the probability, with the margins as they are, of all tables that are no more likely
/// than the given one (Fisher 1922; two-sided as in R's `fisher.test`).
///
/// Each row holds successes and failures. `None` for a table without entries.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts above 2^53 move a ratio by less than its rounding")]
pub fn two_sided(one: [u64; 2], other: [u64; 2]) -> Option<f64> {
    let (row, successes) = (one[0] + one[1], one[0] + other[0]);
    let total = row + other[0] + other[1];
    if total == 0 {
        return None;
    }
    let lowest = successes.saturating_sub(total - row);
    let highest = row.min(successes);
    // Probabilities relative to that of the observed table, from neighbour to neighbour: no factorial is needed.
    let above = |count: u64| {
        let count = count as f64;
        let rest = (total as f64) - (row as f64) - (successes as f64) + count + 1.0;
        (row as f64 - count) * (successes as f64 - count) / ((count + 1.0) * rest)
    };
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
    for count in one[0]..highest {
        relative *= above(count);
        add(relative);
    }
    relative = 1.0;
    for count in (lowest..one[0]).rev() {
        relative /= above(count);
        add(relative);
    }
    let p: f64 = as_rare / all;
    // A table so unlikely that its neighbours leave the range of numbers.
    Some(if p.is_finite() { p.min(1.0) } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::two_sided;
    use proptest::prelude::*;

    fn near(found: Option<f64>, expected: f64) {
        let found = found.expect("defined");
        assert!((found - expected).abs() <= 5e-9, "{found} is not {expected}");
    }

    #[test]
    fn gives_published_values() {
        near(two_sided([56, 14], [48, 32]), 0.012_521_13);
        // Agresti, Categorical Data Analysis, the lady tasting tea: 34/70.
        near(two_sided([3, 1], [1, 3]), 34.0 / 70.0);
        near(two_sided([4, 0], [0, 4]), 2.0 / 70.0);
        // R documentation of fisher.test, convictions of twins (Fisher 1962): two-sided 0.0005367241.
        near(two_sided([2, 15], [10, 3]), 0.000_536_724_1);
    }

    #[test]
    fn empty_and_one_sided_tables() {
        assert_eq!(two_sided([0, 0], [0, 0]), None);
        near(two_sided([0, 10], [0, 10]), 1.0);
        near(two_sided([1, 0], [0, 0]), 1.0);
    }

    /// All tables with the same margins, by binomial coefficients.
    fn by_counting(one: [u64; 2], other: [u64; 2]) -> f64 {
        #[expect(clippy::cast_precision_loss)]
        let choose = |n: u64, k: u64| (1..=k).fold(1.0, |all, i| all * (n - k + i) as f64 / i as f64);
        let (row, rest, successes) = (one[0] + one[1], other[0] + other[1], one[0] + other[0]);
        let weight = |count: u64| choose(row, count) * choose(rest, successes - count);
        let counts = successes.saturating_sub(rest)..=row.min(successes);
        let all: f64 = counts.clone().map(weight).sum();
        let rare: f64 = counts.map(weight).filter(|value| *value <= weight(one[0]) * (1.0 + 1e-7)).sum();
        rare / all
    }

    proptest! {
        #[test]
        fn agrees_with_counting_all_tables(a in 0_u64..25, b in 0_u64..25, c in 0_u64..25, d in 1_u64..25) {
            let found = two_sided([a, b], [c, d]).expect("defined");
            prop_assert!((found - by_counting([a, b], [c, d])).abs() < 1e-9);
        }
    }
}
