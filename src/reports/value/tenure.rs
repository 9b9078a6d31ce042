//! Subscribers: how many stay how long (Kaplan-Meier by month), and what follows for their value.

use crate::model::decimal::Decimal;
use crate::plan::value::{Stays, Tenures};
use crate::stats::survival::{Observed, Survival};

/// The survival of subscribers by whole months, with the rate at which they leave on average.
#[derive(Debug, Clone)]
pub struct Staying {
    curve: Survival,
    /// Customers who left, over the months they all were watched for.
    pub churn: Option<f64>,
    /// What a customer pays per month.
    pub arpa: f64,
    pub customers: u64,
}

impl Staying {
    /// `None` where nobody was watched.
    #[must_use]
    pub fn new(stays: &Stays, months: u64, monthly_revenue: Decimal, confidence: f64) -> Option<Self> {
        let most = stays.left.len().max(stays.there.len());
        let at = |list: &[u64], month: usize| list.get(month).copied().unwrap_or(0);
        let observed: Vec<Observed> = (0_i64..)
            .zip(0..most)
            .map(|(time, month)| Observed { time, events: at(&stays.left, month), censored: at(&stays.there, month) })
            .collect();
        let curve = Survival::estimate(&observed, confidence)?;
        let left: u64 = observed.iter().map(|one| one.events).sum();
        let customers = left + observed.iter().map(|one| one.censored).sum::<u64>();
        let watched: u64 = (0..).zip(&observed).map(|(month, one): (u64, _)| month * (one.events + one.censored)).sum();
        let arpa = if months == 0 { 0.0 } else { monthly_revenue.to_f64() / as_number(months) };
        Some(Self { curve, churn: (watched > 0).then(|| as_number(left) / as_number(watched)), arpa, customers })
    }

    #[must_use]
    pub fn of(tenures: &Tenures, confidence: f64) -> Option<Self> {
        Self::new(&tenures.stays, tenures.months, tenures.monthly_revenue, confidence)
    }

    /// The share still there after so many months; `None` after the longest that anybody was watched.
    #[must_use]
    pub fn after(&self, month: u32) -> Option<f64> {
        let longest = self.curve.longest()?;
        let month = i64::from(month);
        (month <= longest).then(|| self.curve.reached_by(month).map(|reached| 1.0 - reached.rate)).flatten()
    }

    /// Months that a customer is expected to pay for within `months`, and the months that the curve allows for. Each
    /// month is paid at its start; `change` is added to the share that stays from each month to the next.
    #[must_use]
    pub fn paid_months(&self, months: f64, change: f64) -> (f64, f64) {
        let (mut paid, mut counted, mut staying, mut before) = (0.0, 0.0, 1.0, 1.0);
        for month in 0..=crate::model::horizon::Horizon::MOST_MONTHS {
            let weight = (months - f64::from(month)).min(1.0);
            let Some(after) = self.after(month).filter(|_| weight > 0.0) else { break };
            if month > 0 && before > 0.0 {
                staying *= (after / before + change).min(1.0);
            }
            paid += weight * staying;
            counted += weight;
            before = after;
        }
        (paid, counted)
    }

    /// The standard error of [`Self::paid_months`]: that of the restricted mean of Kaplan-Meier, the sum over the months
    /// with losses of (what is paid for after them)^2 d / (n (n - d)).
    #[must_use]
    pub fn paid_error(&self, months: f64) -> f64 {
        let paid_from = |from: i64| -> f64 {
            let counted = (0..=crate::model::horizon::Horizon::MOST_MONTHS)
                .take_while(|month| f64::from(*month) < months)
                .filter(|month| i64::from(*month) >= from)
                .map_while(|month| Some((months - f64::from(month)).min(1.0) * self.after(month)?));
            counted.sum()
        };
        let lost = self.curve.rows().iter().filter(|row| row.events > 0 && row.events < row.at_risk);
        let terms = lost.map(|row| {
            let (events, at_risk) = (as_number(row.events), as_number(row.at_risk));
            paid_from(row.time).powi(2) * events / (at_risk * (at_risk - events))
        });
        terms.sum::<f64>().sqrt()
    }

    /// The share of those there after `month` months who are still there `more` months later: by the curve, and where
    /// it ends by the average rate of leaving.
    #[must_use]
    pub fn kept(&self, month: u32, more: u32) -> Option<f64> {
        let longest = u32::try_from(self.curve.longest()?).ok()?;
        let begin = self.after(month.min(longest)).filter(|share| *share > 0.0);
        let known = (month + more).min(longest).max(month.min(longest));
        let beyond = month + more - known.max(month).min(month + more);
        let shown = begin.and_then(|begin| Some(self.after(known)? / begin)).unwrap_or(1.0);
        Some(shown * (1.0 - self.churn?).powi(i32::try_from(beyond).ok()?))
    }

    /// The average share that stays from a month to the next.
    #[must_use]
    pub fn retention(&self) -> Option<f64> {
        self.churn.map(|churn| 1.0 - churn)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn as_number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::Staying;
    use crate::model::decimal::Decimal;
    use crate::plan::value::Stays;

    /// Ten subscribers: 2 left after one month, 2 after two, one has been there for two months, five for three.
    fn staying() -> Staying {
        let stays = Stays { left: vec![0, 2, 2], there: vec![0, 0, 1, 5] };
        Staying::new(&stays, 30, Decimal::from_integer(300), 0.95).unwrap()
    }

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn the_curve_is_kaplan_meier_by_month() {
        let staying = staying();
        // 8 of 10 after one month; 6 of the 8 at risk after two; nobody is watched beyond three.
        near(staying.after(0).unwrap(), 1.0);
        near(staying.after(1).unwrap(), 0.8);
        near(staying.after(2).unwrap(), 0.8 * 6.0 / 8.0);
        near(staying.after(3).unwrap(), 0.6);
        assert_eq!(staying.after(4), None);
        // 4 left in 2 x 1 + 3 x 2 + 5 x 3 = 23 months; each month brought 10.
        near(staying.churn.unwrap(), 4.0 / 23.0);
        near(staying.arpa, 10.0);
    }

    #[test]
    fn months_are_paid_while_the_curve_is_known() {
        let staying = staying();
        assert_eq!(staying.paid_months(2.0, 0.0), (1.8, 2.0));
        let (paid, counted) = staying.paid_months(12.0, 0.0);
        near(paid, 1.0 + 0.8 + 0.6 + 0.6);
        near(counted, 4.0);
        // A point more: 0.81, then 0.81 x 0.76, then all stay.
        near(staying.paid_months(4.0, 0.01).0, 1.0 + 0.81 + 2.0 * 0.81 * 0.76);
        near(staying.paid_months(1.5, 0.0).0, 1.4);
    }

    #[test]
    fn the_error_is_that_of_the_restricted_mean() {
        // Losses 2 of 10 after one month, with 0.8 + 0.6 + 0.6 paid from there on; 2 of 8 after two, with 0.6 + 0.6.
        let variance = 2.0_f64.powi(2) * 2.0 / (10.0 * 8.0) + 1.2_f64.powi(2) * 2.0 / (8.0 * 6.0);
        near(staying().paid_error(12.0), variance.sqrt());
        // Within one month everybody pays.
        near(staying().paid_error(1.0), 0.0);
    }

    #[test]
    fn beyond_the_curve_the_average_rate_goes_on() {
        let staying = staying();
        near(staying.kept(0, 2).unwrap(), 0.6);
        near(staying.kept(1, 1).unwrap(), 0.75);
        near(staying.kept(1, 4).unwrap(), 0.75 * (1.0_f64 - 4.0 / 23.0).powi(2));
        near(staying.kept(5, 2).unwrap(), (1.0_f64 - 4.0 / 23.0).powi(2));
    }
}
