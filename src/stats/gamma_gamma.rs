//! Gamma-Gamma: what a customer spends per purchase, known from few purchases.
//!
//! Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value. A customer's purchases are Gamma(p, nu) around his
//! own mean, and nu is Gamma(q, v) over customers. Assumes that how much is spent and how often do not hang together.

use super::bg_nbd::{NoFit, maximize};
use libm::lgamma;

/// The repeat purchases of one customer: how many, and their average amount (above zero).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spending {
    pub purchases: u32,
    pub average: f64,
}

/// A fitted model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GammaGamma {
    pub p: f64,
    pub q: f64,
    pub v: f64,
    pub log_likelihood: f64,
}

impl GammaGamma {
    /// Fits the model by maximum likelihood; those without purchases or with nothing spent are left out.
    ///
    /// # Errors
    /// Data that cannot decide the parameters.
    pub fn fit(spendings: &[Spending]) -> Result<Self, NoFit> {
        let mut used: Vec<Spending> =
            spendings.iter().copied().filter(|one| one.purchases > 0 && one.average > 0.0).collect();
        if used.len() < 2 {
            return Err(NoFit::NothingRepeats);
        }
        used.sort_by(|one, other| one.purchases.cmp(&other.purchases).then(one.average.total_cmp(&other.average)));
        // In units of the typical amount the search does not depend on the currency.
        let unit = scale(&used);
        for one in &mut used {
            one.average /= unit;
        }
        let starts = [[1.0, 2.0, 1.0], [5.0, 4.0, 0.5], [2.0, 8.0, 3.0]];
        let ([p, q, v], found) = maximize(&used, log_likelihood, starts)?;
        // Each density is per unit of money.
        let moved = used.iter().map(|_| unit.ln()).sum::<f64>();
        Ok(Self { p, q, v: v * unit, log_likelihood: found - moved })
    }

    /// The average purchase of a customer with this record; without purchases that of all customers.
    ///
    /// `None` where the spread over customers is so wide that they have no average.
    #[must_use]
    pub fn expected(&self, spending: Spending) -> Option<f64> {
        let x = f64::from(spending.purchases);
        let below = self.p * x + self.q - 1.0;
        let average = self.p * (self.v + x * spending.average) / below;
        (below > 0.0 && average.is_finite()).then_some(average)
    }

    /// The average purchase over all customers.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        self.expected(Spending { purchases: 0, average: 0.0 })
    }
}

/// The mean of the averages.
fn scale(spendings: &[Spending]) -> f64 {
    let (sum, count) = spendings.iter().fold((0.0, 0.0), |(sum, count), one| (sum + one.average, count + 1.0));
    sum / count
}

/// Equation 1a of the paper, summed.
fn log_likelihood(spendings: &[Spending], [p, q, v]: [f64; 3]) -> f64 {
    let fixed = q * v.ln() - lgamma(q);
    let mut of_purchases = (0, 0.0);
    let mut sum = 0.0;
    for one in spendings {
        let x = f64::from(one.purchases);
        if of_purchases.0 != one.purchases {
            of_purchases = (one.purchases, lgamma(p * x + q) - lgamma(p * x) + p * x * x.ln());
        }
        sum += fixed + of_purchases.1 + (p * x - 1.0) * one.average.ln() - (p * x + q) * (v + one.average * x).ln();
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{GammaGamma, Spending};
    use crate::stats::bg_nbd::NoFit;

    const CDNOW: GammaGamma = GammaGamma { p: 6.248_803, q: 3.744_588, v: 15.447_746, log_likelihood: -4_055.923_244 };

    fn spending(purchases: u32, average: f64) -> Spending {
        Spending { purchases, average }
    }

    /// Fader and Hardie (2013): the mean is 35.17 with the published 6.25, 3.74, 15.44 (p v / (q - 1)).
    #[test]
    fn expects_the_published_mean_of_the_population() {
        assert!((CDNOW.mean().expect("finite") - 35.17).abs() < 0.05);
    }

    /// With many purchases the record speaks for itself, with few it is drawn to the population.
    #[test]
    fn a_short_record_is_drawn_to_the_mean() {
        let mean = CDNOW.mean().expect("finite");
        let short = CDNOW.expected(spending(1, 100.0)).expect("finite");
        let long = CDNOW.expected(spending(1_000, 100.0)).expect("finite");
        assert!(mean < short && short < long && (long - 100.0).abs() < 0.1, "{mean} {short} {long}");
    }

    #[test]
    fn finds_the_same_in_any_currency() {
        // Four kinds of customers, whose averages scatter less the more they buy.
        let average = |n: u32, purchases: u32| {
            let own = [15.0, 25.0, 40.0, 70.0][(n * 13 % 17 % 4) as usize];
            own * (1.0 + (f64::from(n * 37 % 101) / 101.0 - 0.5) * 1.4 / f64::from(purchases).sqrt())
        };
        let record = |unit: f64| -> Vec<Spending> {
            let purchases = |n: u32| 1 + n * 7 % 5;
            (0..400).map(|n| spending(purchases(n), unit * average(n, purchases(n)))).collect()
        };
        let fit = |unit: f64| GammaGamma::fit(&record(unit)).expect("a fit");
        let (plain, scaled) = (fit(1.0), fit(1e4));
        assert!((plain.p - scaled.p).abs() < 1e-3 * plain.p && (scaled.v / plain.v - 1e4).abs() < 20.0);
    }

    #[test]
    fn what_cannot_be_fitted_says_why() {
        assert_eq!(GammaGamma::fit(&[spending(3, 10.0)]), Err(NoFit::NothingRepeats));
        assert_eq!(GammaGamma::fit(&[spending(0, 0.0), spending(2, 0.0)]), Err(NoFit::NothingRepeats));
        // All spend exactly the same: the spread vanishes and the likelihood has no top.
        assert_eq!(GammaGamma::fit(&vec![spending(2, 10.0); 50]), Err(NoFit::RunsAway));
    }

    #[test]
    fn a_spread_without_a_mean_is_said() {
        let wide = GammaGamma { q: 0.9, ..CDNOW };
        assert_eq!(wide.mean(), None);
    }
}
