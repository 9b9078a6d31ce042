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

    #[test]
    fn lost_units_do_not_convert_later() {
        // Four units: two are lost at 1, then one of the two left converts: 1/2 x 1/2, not 1/2 as with censoring.
        let ends = [end(1, 0, 2, 0), end(2, 1, 0, 0), end(3, 0, 0, 1)];
        let (incidence, _) = cumulative_incidence(ends.into_iter(), None).unwrap();
        assert!((incidence - 0.25).abs() < 1e-12);
        assert_eq!(cumulative_incidence(ends.into_iter(), Some(1)), Some((0.0, 1)));
    }
}
