//! Many tests at once: q-values that keep the share of false findings in bounds.

/// Returns the q-value of each p-value (Benjamini and Hochberg 1995): the least false discovery rate at which it would
/// still count as a finding. What has no p-value has none, and does not count as a test.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "far fewer than 2^53 tests")]
pub fn q_values(p_values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut tests: Vec<(usize, f64)> =
        p_values.iter().enumerate().filter_map(|(position, p)| Some((position, (*p)?))).collect();
    tests.sort_by(|left, right| left.1.total_cmp(&right.1));
    let mut q_values = vec![None; p_values.len()];
    let mut least: f64 = 1.0;
    for (rank, (position, p)) in tests.iter().enumerate().rev() {
        least = least.min(p * tests.len() as f64 / (rank as f64 + 1.0));
        q_values[*position] = Some(least);
    }
    q_values
}

#[cfg(test)]
mod tests {
    use super::q_values;
    use proptest::prelude::*;

    #[test]
    fn adjusts_as_published() {
        // Benjamini and Hochberg (1995), the 15 p-values of their example: at 5 % the first four are findings.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
            0.7590, 1.0,
        ];
        let q = q_values(&p.map(Some));
        assert_eq!(q.iter().flatten().filter(|q| **q <= 0.05).count(), 4);
        let near = |rank: usize, expected: f64| assert!((q[rank].expect("a test") - expected).abs() < 1e-12);
        near(0, 0.0015);
        near(3, 0.0095 * 15.0 / 4.0);
        // 0.0201 * 15 / 5 = 0.0603; 0.0298 * 15 / 7 = 0.06386; the former is smaller and stays.
        near(4, 0.0603);
        near(5, 0.0298 * 15.0 / 7.0);
        near(14, 1.0);
    }

    #[test]
    fn what_was_not_tested_does_not_count() {
        assert_eq!(q_values(&[Some(0.01), None, Some(0.04)]), [Some(0.02), None, Some(0.04)]);
        assert!(q_values(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn keeps_the_order_and_never_falls_below_p(p in prop::collection::vec(0.0_f64..=1.0, 0..30)) {
            let given: Vec<Option<f64>> = p.iter().copied().map(Some).collect();
            let q: Vec<f64> = q_values(&given).into_iter().flatten().collect();
            for (one, q_one) in p.iter().zip(&q) {
                prop_assert!(*q_one >= *one - 1e-15 && *q_one <= 1.0);
                for (other, q_other) in p.iter().zip(&q) {
                    prop_assert!(one > other || q_one <= q_other);
                }
            }
        }
    }
}
