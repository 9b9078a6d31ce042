//! Cumulative incidence with competing ends and censoring (Aalen-Johansen); without competing ends it is 1 - Kaplan-Meier.
//!
//! Units that are lost cannot convert any more: to treat them as censored would overstate conversion.

/// How many units ended in which way at one time; times ascend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    pub time: i64,
    pub converted: u64,
    pub lost: u64,
    pub censored: u64,
}

/// Returns the probability of having converted by `horizon`, and the longest time observed up to it.
///
/// At equal times conversions and losses come before censorings. `None` without a unit under observation.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn cumulative_incidence(ends: impl Iterator<Item = Ends> + Clone, horizon: Option<i64>) -> Option<(f64, i64)> {
    let total: u64 = ends.clone().map(|end| end.converted + end.lost + end.censored).sum();
    if total == 0 {
        return None;
    }
    let (mut at_risk, mut surviving, mut incidence, mut longest) = (total, 1.0, 0.0, 0);
    for end in ends {
        if horizon.is_some_and(|horizon| end.time > horizon) {
            break;
        }
        longest = end.time;
        let risk = at_risk as f64;
        incidence += surviving * (end.converted as f64 / risk);
        surviving *= 1.0 - (end.converted + end.lost) as f64 / risk;
        at_risk -= end.converted + end.lost + end.censored;
    }
    Some((incidence, longest))
}

/// The shares that have converted, are lost, or are still waiting, at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shares {
    pub time: i64,
    pub converted: f64,
    pub lost: f64,
    pub waiting: f64,
}

/// Returns the whole curve, a row per distinct time; the three shares add up to 1. Times ascend.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn incidence_curve(ends: &[Ends]) -> Vec<Shares> {
    let mut at_risk: u64 = ends.iter().map(|end| end.converted + end.lost + end.censored).sum();
    let (mut waiting, mut converted, mut lost) = (1.0, 0.0, 0.0);
    let mut curve = Vec::with_capacity(ends.len());
    for end in ends.iter().filter(|end| end.converted + end.lost + end.censored > 0) {
        let risk = at_risk as f64;
        converted += waiting * (end.converted as f64 / risk);
        lost += waiting * (end.lost as f64 / risk);
        waiting *= (at_risk - end.converted - end.lost) as f64 / risk;
        at_risk -= end.converted + end.lost + end.censored;
        curve.push(Shares { time: end.time, converted, lost, waiting });
    }
    curve
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(time: i64, converted: u64, lost: u64, censored: u64) -> Ends {
        Ends { time, converted, lost, censored }
    }

    #[test]
    fn without_losses_and_censoring_it_is_the_share() {
        let ends = [end(1, 1, 0, 0), end(2, 2, 0, 0), end(3, 0, 0, 1)];
        let (incidence, longest) = cumulative_incidence(ends.into_iter(), None).unwrap();
        assert!((incidence - 0.75).abs() < 1e-12);
        assert_eq!(longest, 3);
    }

    #[test]
    fn censored_units_leave_the_risk_set_after_the_events_of_their_time() {
        // Four units: one converts at 1 (S = 3/4), one is censored at 1, one of the two left converts at 2 (S = 3/8).
        let ends = [end(1, 1, 0, 1), end(2, 1, 0, 0), end(5, 0, 0, 1)];
        let (incidence, _) = cumulative_incidence(ends.into_iter(), None).unwrap();
        assert!((incidence - 0.625).abs() < 1e-12);
    }

    /// Five units: at 1 one converts and one is lost (S = 3/5), at 2 one is censored, at 3 one of the two left converts
    /// (3/5 x 1/2), the last is lost.
    #[test]
    fn the_curve_adds_up_to_one() {
        let curve = incidence_curve(&[end(1, 1, 1, 0), end(2, 0, 0, 1), end(3, 1, 0, 0), end(4, 0, 1, 0)]);
        let shares: Vec<_> = curve.iter().map(|row| (row.time, row.converted, row.lost, row.waiting)).collect();
        let expected = [(1, 0.2, 0.2, 0.6), (2, 0.2, 0.2, 0.6), (3, 0.5, 0.2, 0.3), (4, 0.5, 0.5, 0.0)];
        for (found, expected) in shares.iter().zip(expected) {
            assert_eq!(found.0, expected.0);
            for (found, expected) in [(found.1, expected.1), (found.2, expected.2), (found.3, expected.3)] {
                assert!((found - expected).abs() < 1e-12, "{shares:?}");
            }
        }
        assert_eq!(shares.len(), 4);
        assert!(incidence_curve(&[]).is_empty());
    }

    #[test]
    fn lost_units_do_not_convert_later() {
        // Four units: two are lost at 1, then one of the two left converts: 1/2 x 1/2, not 1/2 as with censoring.
        let ends = [end(1, 0, 2, 0), end(2, 1, 0, 0), end(3, 0, 0, 1)];
        let (incidence, _) = cumulative_incidence(ends.into_iter(), None).unwrap();
        assert!((incidence - 0.25).abs() < 1e-12);
        assert_eq!(cumulative_incidence(ends.into_iter(), Some(1)), Some((0.0, 1)));
    }
}
