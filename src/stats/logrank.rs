//! The log-rank test: do groups have the event at the same pace?

use super::chi_square::upper_tail;
use super::survival::Observed;

/// The test's result; p by the chi-square distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogRank {
    pub chi_square: f64,
    /// Groups with anybody at risk, less one.
    pub degrees: u32,
    pub p_value: f64,
    /// Natural logarithm, finite where `p_value` underflows to 0.
    pub ln_p_value: f64,
}

/// Compares observed events with those expected if all groups had the pooled hazard at each time.
///
/// Mantel-Haenszel form with the hypergeometric variance; counts of one time are put together, events before
/// censorings. Groups without anybody are left out. `None` for fewer than two groups, or where nothing can differ
/// (no event while more than one group is at risk).
#[must_use]
pub fn logrank(groups: &[Vec<Observed>]) -> Option<LogRank> {
    let groups: Vec<&Vec<Observed>> = groups.iter().filter(|group| people(group) > 0.0).collect();
    let free = groups.len().checked_sub(1).filter(|free| *free > 0)?;
    let (mut excess, mut covariance) = excess(&groups);
    // The last group follows from the others.
    excess.truncate(free);
    covariance.truncate(free);
    for row in &mut covariance {
        row.truncate(free);
    }
    let solved = solve(covariance, excess.clone())?;
    let chi_square: f64 = excess.iter().zip(&solved).map(|(excess, solved)| excess * solved).sum();
    let degrees = u32::try_from(free).ok()?;
    let tail = upper_tail(chi_square.max(0.0), degrees)?;
    Some(LogRank { chi_square: chi_square.max(0.0), degrees, p_value: tail.p, ln_p_value: tail.ln_p })
}

/// The log-rank test for a trend over ordered groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Above 0 where later groups have the event sooner.
    pub z: f64,
    /// Two-sided.
    pub p_value: f64,
}

/// Asks whether the event comes sooner or later from group to group, whose order gives the scores 0, 1, 2, ...
///
/// z is the sum of score times observed less expected, over the root of its variance (Klein and Moeschberger, Survival
/// Analysis, section 7.4). `None` under the same conditions as [`logrank`].
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "groups are few")]
pub fn logrank_trend(groups: &[Vec<Observed>]) -> Option<Trend> {
    let groups: Vec<&Vec<Observed>> = groups.iter().collect();
    let (excess, covariance) = excess(&groups);
    let scores: Vec<f64> = (0..groups.len()).map(|score| score as f64).collect();
    let sum: f64 = excess.iter().zip(&scores).map(|(excess, score)| excess * score).sum();
    let rows = covariance.iter().zip(&scores);
    let variance: f64 =
        rows.map(|(row, score)| score * row.iter().zip(&scores).map(|(one, other)| one * other).sum::<f64>()).sum();
    if variance <= 1e-12 {
        return None;
    }
    let z = sum / variance.sqrt();
    upper_tail(z * z, 1).map(|tail| Trend { z, p_value: tail.p })
}

/// Observed less expected events per group, and their covariance.
fn excess(groups: &[&Vec<Observed>]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let mut rows: Vec<(i64, usize, f64, f64)> = Vec::new();
    for (position, group) in groups.iter().enumerate() {
        rows.extend(group.iter().map(|one| (one.time, position, count(one.events), count(one.censored))));
    }
    rows.sort_by_key(|row| (row.0, row.1));
    let mut at_risk: Vec<f64> = groups.iter().map(|group| people(group)).collect();
    let mut excess = vec![0.0; groups.len()];
    let mut covariance = vec![vec![0.0; groups.len()]; groups.len()];
    for moment in rows.chunk_by(|left, right| left.0 == right.0) {
        let events: f64 = moment.iter().map(|row| row.2).sum();
        if events > 0.0 {
            add_moment(moment, events, &at_risk, &mut excess, &mut covariance);
        }
        for (_, group, events, censored) in moment {
            at_risk[*group] -= events + censored;
        }
    }
    (excess, covariance)
}

/// Adds observed less expected, and the hypergeometric covariance, of one time.
fn add_moment(
    moment: &[(i64, usize, f64, f64)],
    events: f64,
    at_risk: &[f64],
    excess: &mut [f64],
    covariance: &mut [Vec<f64>],
) {
    let free = excess.len();
    let risk: f64 = at_risk.iter().sum();
    for (_, group, events, _) in moment {
        excess[*group] += events;
    }
    let spread = if risk > 1.0 { events * (risk - events) / (risk - 1.0) } else { 0.0 };
    for row in 0..free {
        let share = at_risk[row] / risk;
        excess[row] -= events * share;
        for column in 0..free {
            let same = if row == column { 1.0 } else { 0.0 };
            covariance[row][column] += spread * share * (same - at_risk[column] / risk);
        }
    }
}

/// Solves a symmetric system by Gauss-Jordan elimination with pivoting; `None` where it is singular.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let size = right.len();
    let scale = matrix.iter().flatten().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    for column in 0..size {
        let pivot = (column..size).max_by(|a, b| matrix[*a][column].abs().total_cmp(&matrix[*b][column].abs()))?;
        if matrix[pivot][column].abs() <= scale * 1e-12 {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        let pivot_row = matrix[column].clone();
        for row in (0..size).filter(|row| *row != column) {
            let factor = matrix[row][column] / pivot_row[column];
            for (value, pivot) in matrix[row].iter_mut().zip(&pivot_row) {
                *value -= factor * pivot;
            }
            right[row] -= factor * right[column];
        }
    }
    Some((0..size).map(|row| right[row] / matrix[row][row]).collect())
}

fn people(group: &[Observed]) -> f64 {
    group.iter().map(|one| count(one.events) + count(one.censored)).sum()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn count(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(rows: &[(i64, u64, u64)]) -> Vec<Observed> {
        rows.iter().map(|&(time, events, censored)| Observed { time, events, censored }).collect()
    }

    /// 6-MP against placebo (Freireich et al. 1963): textbooks print chi-square 16.79 with 1 degree, p 4.17e-5.
    fn trial() -> [Vec<Observed>; 2] {
        let treated = group(&[
            (6, 3, 1),
            (7, 1, 0),
            (9, 0, 1),
            (10, 1, 1),
            (11, 0, 1),
            (13, 1, 0),
            (16, 1, 0),
            (17, 0, 1),
            (19, 0, 1),
            (20, 0, 1),
            (22, 1, 0),
            (23, 1, 0),
            (25, 0, 1),
            (32, 0, 2),
            (34, 0, 1),
            (35, 0, 1),
        ]);
        let weeks = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];
        let placebo = weeks.map(|week| Observed { time: week, events: 1, censored: 0 }).to_vec();
        [treated, placebo]
    }

    #[test]
    fn gives_the_published_test() {
        let test = logrank(&trial()).expect("defined");
        assert!((test.chi_square - 16.79).abs() < 0.005, "{}", test.chi_square);
        assert_eq!(test.degrees, 1);
        assert!((test.p_value - 4.17e-5).abs() < 1e-7, "{}", test.p_value);
    }

    #[test]
    fn the_order_of_groups_does_not_matter_and_empty_ones_are_left_out() {
        let [treated, placebo] = trial();
        let test = logrank(&[treated.clone(), placebo.clone()]).expect("defined");
        let turned = logrank(&[placebo, Vec::new(), treated]).expect("defined");
        assert!((test.chi_square - turned.chi_square).abs() < 1e-9);
        assert_eq!(turned.degrees, 1);
    }

    #[test]
    fn equal_groups_do_not_differ() {
        let [treated, _] = trial();
        let test = logrank(&[treated.clone(), treated.clone(), treated]).expect("defined");
        assert!(test.chi_square < 1e-9 && test.degrees == 2 && (test.p_value - 1.0).abs() < 1e-9);
    }

    /// With two groups the trend is the log-rank test itself: z squared is its chi-square.
    #[test]
    fn the_trend_of_two_groups_is_the_test() {
        let [treated, placebo] = trial();
        let trend = logrank_trend(&[treated.clone(), placebo.clone()]).expect("defined");
        let test = logrank(&[treated.clone(), placebo.clone()]).expect("defined");
        assert!((trend.z * trend.z - test.chi_square).abs() < 1e-9);
        assert!((trend.p_value - test.p_value).abs() < 1e-12);
        // Those on placebo relapse sooner, and they are the later group.
        assert!(trend.z > 4.0);
        assert!(logrank_trend(&[placebo, treated]).expect("defined").z < -4.0);
        assert!(logrank_trend(&[]).is_none());
    }

    #[test]
    fn what_cannot_be_compared_is_none() {
        let [treated, _] = trial();
        assert!(logrank(&[]).is_none());
        assert!(logrank(&[treated]).is_none());
        let nobody_had_it = [group(&[(1, 0, 3)]), group(&[(2, 0, 3)])];
        assert!(logrank(&nobody_had_it).is_none());
        let never_together = [group(&[(1, 0, 3)]), group(&[(2, 2, 0)])];
        assert!(logrank(&never_together).is_none());
    }
}
