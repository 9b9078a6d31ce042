//! The models of repeat purchase (BG/NBD with Gamma-Gamma) on the histories of customers.

use crate::plan::value::Buyer;
use crate::stats::bg_nbd::{BgNbd, History, NoFit};
use crate::stats::gamma_gamma::{GammaGamma, Spending};

/// The models count in weeks, as the published ones do.
const DAYS_PER_WEEK: f64 = 7.0;

/// With fewer customers who came back there is nothing to learn from.
const LEAST_REPEATERS: usize = 10;

/// Both models, fitted to the same customers.
#[derive(Debug, Clone, Copy)]
pub struct Fit {
    pub frequency: BgNbd,
    pub spending: GammaGamma,
    pub customers: u64,
    /// Customers with a repeat purchase that had a value.
    pub spenders: u64,
    /// Between repeat purchases and their average amount; the second model takes it for zero.
    pub correlation: Option<f64>,
}

/// What customers are expected to bring.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Expected {
    pub purchases: f64,
    pub revenue: f64,
}

fn weeks(days: u32) -> f64 {
    f64::from(days) / DAYS_PER_WEEK
}

fn history(buyer: &Buyer) -> History {
    History { repeats: buyer.repeats, recency: weeks(buyer.recency), age: weeks(buyer.age), customers: 1 }
}

fn spending(buyer: &Buyer) -> Spending {
    Spending { purchases: buyer.repeats, average: buyer.average.max(0.0) }
}

impl Fit {
    /// Fits both models to buyers, which are sorted.
    ///
    /// # Errors
    /// Why a model cannot be fitted.
    pub fn new(buyers: &[Buyer]) -> Result<Self, NoFit> {
        let spendings: Vec<Spending> =
            buyers.iter().map(spending).filter(|one| one.purchases > 0 && one.average > 0.0).collect();
        if spendings.len() < LEAST_REPEATERS {
            return Err(NoFit::NothingRepeats);
        }
        let alike = |one: &Buyer, other: &Buyer| {
            (one.repeats, one.recency, one.age) == (other.repeats, other.recency, other.age)
        };
        let groups = buyers.chunk_by(alike);
        let histories: Vec<History> = groups
            .filter_map(|group| Some(History { customers: group.len() as u64, ..history(group.first()?) }))
            .collect();
        Ok(Self {
            frequency: BgNbd::fit(&histories)?,
            spending: GammaGamma::fit(&spendings)?,
            customers: buyers.len() as u64,
            spenders: spendings.len() as u64,
            correlation: correlation(&spendings),
        })
    }

    /// Repeat purchases of a new customer within so many days of the first.
    #[must_use]
    pub fn new_customer(&self, days: f64) -> Option<Expected> {
        let purchases = self.frequency.expected_new(days / DAYS_PER_WEEK)?;
        Some(Expected { purchases, revenue: purchases * self.spending.mean()? })
    }

    /// Purchases of these customers, who are sorted, within the next days.
    #[must_use]
    pub fn ahead(&self, buyers: &[Buyer], days: f64) -> Option<Expected> {
        let mut sum = Expected::default();
        let mut known: Option<(History, f64)> = None;
        for buyer in buyers {
            let history = history(buyer);
            let purchases = match known.filter(|(other, _)| *other == history) {
                Some((_, purchases)) => purchases,
                None => self.frequency.expected(history, days / DAYS_PER_WEEK)?,
            };
            known = Some((history, purchases));
            sum.purchases += purchases;
            sum.revenue += purchases * self.spending.expected(spending(buyer))?;
        }
        (sum.purchases.is_finite() && sum.revenue.is_finite()).then_some(sum)
    }
}

/// Pearson's correlation between how often and how much; `None` where one of them does not vary.
fn correlation(spendings: &[Spending]) -> Option<f64> {
    let count = spendings.iter().fold(0.0, |count, _| count + 1.0);
    let mean = |pick: &dyn Fn(&Spending) -> f64| spendings.iter().map(pick).sum::<f64>() / count;
    let (often, much) = (mean(&|one| f64::from(one.purchases)), mean(&|one| one.average));
    let (mut both, mut first, mut second) = (0.0, 0.0, 0.0);
    for one in spendings {
        let (left, right) = (f64::from(one.purchases) - often, one.average - much);
        both += left * right;
        first += left * left;
        second += right * right;
    }
    Some(both / (first * second).sqrt()).filter(|found| found.is_finite())
}

#[cfg(test)]
mod tests {
    use super::{Fit, correlation};
    use crate::plan::value::Buyer;
    use crate::stats::bg_nbd::NoFit;
    use crate::stats::gamma_gamma::Spending;

    #[test]
    fn few_repeaters_are_too_few() {
        let buyer = |repeats| Buyer { repeats, recency: 7 * repeats, age: 100, average: 10.0 };
        let mut buyers = vec![buyer(0); 100];
        buyers.extend(vec![buyer(2); 9]);
        assert_eq!(Fit::new(&buyers).err(), Some(NoFit::NothingRepeats));
    }

    #[test]
    fn the_correlation_is_that_of_the_textbook() {
        let spending = |(purchases, average)| Spending { purchases, average };
        // (1, 2), (2, 4), (3, 3): covariance 1, variances 2 and 2, so 0.5.
        let found = correlation(&[(1, 2.0), (2, 4.0), (3, 3.0)].map(spending)).unwrap();
        assert!((found - 0.5).abs() < 1e-12);
        assert_eq!(correlation(&[(1, 2.0), (1, 4.0)].map(spending)), None);
    }
}
