//! Contractual churn: the shifted-beta-geometric model of Fader and Hardie (2007), Journal of Interactive Marketing
//! 21:76. Each customer leaves at the end of any period with a chance of its own; chances are beta distributed, so that
//! the average chance falls as the most likely to leave have left.

use super::nelder_mead;

/// Customers by the number of periods they have paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid {
    /// Of those who left the period after which they did, from 1; of the others the periods they have completed.
    pub periods: u32,
    pub left: u64,
    pub open: u64,
}

/// A model of the period after which a customer leaves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Model {
    ShiftedBetaGeometric {
        alpha: f64,
        beta: f64,
    },
    /// The same chance to leave for all: what the other becomes where customers do not differ.
    Geometric {
        theta: f64,
    },
}

/// A model with the logarithm of its likelihood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    pub model: Model,
    pub log_likelihood: f64,
    /// Why the model is not the plain maximum, where it is not.
    pub fallback: Option<Fallback>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fallback {
    /// The chance to leave does not fall with time: the likelihood has no maximum, and the geometric model stands in.
    NoSpread,
    /// Nobody was watched beyond the first period.
    OnePeriod,
    /// Who stayed for one period stays for ever, as far as one can see: the parameters are held at their least.
    AllOrNothing,
}

/// Parameters whose sum is larger leave no spread between customers.
const LARGEST: f64 = 1e4;
const LEAST: f64 = 1e-4;
/// More periods than this are no billing periods.
const MOST_PERIODS: u32 = 4_000;

impl Model {
    /// The share that stays for more than so many periods.
    #[must_use]
    pub fn survival(&self, periods: u32) -> f64 {
        (1..=periods).map(|period| 1.0 - self.hazard(period)).product()
    }

    /// The chance to leave after a period of those who have stayed until then.
    #[must_use]
    pub fn hazard(&self, period: u32) -> f64 {
        match self {
            Self::ShiftedBetaGeometric { alpha, beta } => alpha / (alpha + beta + f64::from(period) - 1.0),
            Self::Geometric { theta } => *theta,
        }
    }
}

/// Fits the model by maximum likelihood; `None` where nobody left, or for more periods than any contract has.
#[must_use]
pub fn fit(paid: &[Paid]) -> Option<Fit> {
    let counts = Counts::of(paid)?;
    let geometric = counts.geometric();
    if counts.at_risk.len() < 2 {
        return Some(Fit { fallback: Some(Fallback::OnePeriod), ..geometric });
    }
    let minus_likelihood = |logs: &[f64]| {
        let [alpha, beta] = [logs[0], logs[1]].map(|log| log.clamp(-20.0, 20.0).exp());
        -counts.log_likelihood(&Model::ShiftedBetaGeometric { alpha, beta })
    };
    let starts = [vec![0.0, 0.0], vec![-1.0, 1.5], vec![2.0, 3.0]];
    let found = nelder_mead::lowest(&minus_likelihood, &starts)?;
    let (alpha, beta) = (found.point[0].clamp(-20.0, 20.0).exp(), found.point[1].clamp(-20.0, 20.0).exp());
    if alpha + beta > LARGEST || -found.value <= geometric.log_likelihood {
        return Some(Fit { fallback: Some(Fallback::NoSpread), ..geometric });
    }
    let held = alpha < LEAST || beta < LEAST;
    let model = Model::ShiftedBetaGeometric { alpha: alpha.max(LEAST), beta: beta.max(LEAST) };
    let fallback = held.then_some(Fallback::AllOrNothing);
    Some(Fit { model, log_likelihood: counts.log_likelihood(&model), fallback })
}

/// Sees the data as they were when nobody had been watched for more than so many periods.
#[must_use]
pub fn cut(paid: &[Paid], periods: u32) -> Vec<Paid> {
    let cut = |one: &Paid| {
        let later = one.periods > periods;
        let left = if later { 0 } else { one.left };
        let open = if later { one.open + one.left } else { one.open };
        Paid { periods: one.periods.min(periods), left, open }
    };
    paid.iter().map(cut).collect()
}

/// The customers who could leave after each period, and how many did.
#[must_use]
pub fn at_risk(paid: &[Paid]) -> Vec<(u64, u64)> {
    Counts::table(paid).unwrap_or_default()
}

struct Counts {
    /// Per period, from the first: who could leave, and who did.
    at_risk: Vec<(u64, u64)>,
}

impl Counts {
    fn of(paid: &[Paid]) -> Option<Self> {
        let at_risk = Self::table(paid)?;
        at_risk.iter().any(|(_, left)| *left > 0).then_some(Self { at_risk })
    }

    fn table(paid: &[Paid]) -> Option<Vec<(u64, u64)>> {
        let most = paid.iter().filter(|one| one.left + one.open > 0).map(|one| one.periods).max()?;
        if most > MOST_PERIODS {
            return None;
        }
        let mut table = vec![(0_u64, 0_u64); most as usize];
        for one in paid {
            let Some(last) = (one.periods as usize).checked_sub(1) else { continue };
            table[last].0 += one.left + one.open;
            table[last].1 += one.left;
        }
        // Whoever was at risk after a period was so after those before.
        let mut later = 0;
        for (risk, _) in table.iter_mut().rev() {
            *risk += later;
            later = *risk;
        }
        Some(table)
    }

    /// ln L is the sum over periods of left ln h + stayed ln (1 - h); nothing counts where nobody is.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn log_likelihood(&self, model: &Model) -> f64 {
        let part = |count: u64, chance: f64| if count == 0 { 0.0 } else { count as f64 * chance.ln() };
        let periods = self.at_risk.iter().zip(1..);
        periods
            .map(|((risk, left), period)| {
                let hazard = model.hazard(period);
                part(*left, hazard) + part(risk - left, 1.0 - hazard)
            })
            .sum()
    }

    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
    fn geometric(&self) -> Fit {
        let risk: u64 = self.at_risk.iter().map(|(risk, _)| risk).sum();
        let left: u64 = self.at_risk.iter().map(|(_, left)| left).sum();
        let model = Model::Geometric { theta: left as f64 / risk.max(1) as f64 };
        Fit { model, log_likelihood: self.log_likelihood(&model), fallback: None }
    }
}

#[cfg(test)]
mod tests {
    use super::{Fallback, Model, Paid, at_risk, cut, fit};

    /// Survivors of 1000 after each year, from the first: Fader and Hardie (2007), table 1.
    const REGULAR: [u64; 8] = [1000, 631, 468, 382, 326, 289, 262, 241];
    const HIGH_END: [u64; 8] = [1000, 869, 743, 653, 593, 551, 517, 491];

    fn paid(survivors: &[u64]) -> Vec<Paid> {
        let years = survivors.len() - 1;
        let mut paid: Vec<Paid> = survivors
            .windows(2)
            .zip(1..)
            .map(|(pair, periods)| Paid { periods, left: pair[0] - pair[1], open: 0 })
            .collect();
        paid.push(Paid { periods: u32::try_from(years).unwrap(), left: 0, open: survivors[years] });
        paid
    }

    fn assert_near(found: f64, expected: f64, relative: f64) {
        assert!((found - expected).abs() <= relative * expected.abs(), "{found} is not {expected}");
    }

    #[test]
    fn gives_the_published_parameters() {
        for (survivors, alpha, beta, likelihood) in
            [(REGULAR, 0.704_077, 1.182_043, -1_680.265_188), (HIGH_END, 0.668_088, 3.806_095, -1_611.158_147)]
        {
            let fit = fit(&paid(&survivors)).unwrap();
            let Model::ShiftedBetaGeometric { alpha: found_alpha, beta: found_beta } = fit.model else {
                panic!("{fit:?}")
            };
            assert_near(found_alpha, alpha, 1e-4);
            assert_near(found_beta, beta, 1e-4);
            assert_near(fit.log_likelihood, likelihood, 1e-9);
            assert_eq!(fit.fallback, None);
        }
    }

    /// S(t) by hand: beta/(alpha+beta), then times (beta+1)/(alpha+beta+1), ...
    #[test]
    fn survival_is_the_product_of_staying() {
        let model = Model::ShiftedBetaGeometric { alpha: 1.0, beta: 1.0 };
        for (periods, survival) in [(0, 1.0), (1, 0.5), (2, 1.0 / 3.0), (3, 0.25), (9, 0.1)] {
            assert_near(model.survival(periods), survival, 1e-12);
        }
        assert_near(Model::Geometric { theta: 0.2 }.survival(3), 0.512, 1e-12);
    }

    /// Customers who all have the same chance leave no spread to find.
    #[test]
    fn equal_and_rising_chances_fall_back_to_the_geometric_model() {
        for survivors in [[1000, 800, 640, 512], [1000, 950, 700, 200]] {
            let fit = fit(&paid(&survivors)).unwrap();
            assert_eq!(fit.fallback, Some(Fallback::NoSpread), "{fit:?}");
            assert!(matches!(fit.model, Model::Geometric { .. }));
        }
        // All left: (40 + 30 + 30) of (100 + 60 + 30) chances.
        let all = fit(&paid(&[100, 60, 30, 0])).unwrap();
        assert_eq!(all.model, Model::Geometric { theta: 100.0 / 190.0 });
        let at_once = fit(&paid(&[100, 0])).unwrap();
        assert_eq!((at_once.model, at_once.fallback), (Model::Geometric { theta: 1.0 }, Some(Fallback::OnePeriod)));
        assert!(at_once.log_likelihood.abs() < 1e-12 && at_once.model.survival(3).abs() < 1e-12);
    }

    #[test]
    fn who_stays_once_may_stay_for_ever() {
        let fit = fit(&paid(&[1000, 400, 400, 400])).unwrap();
        assert_eq!(fit.fallback, Some(Fallback::AllOrNothing));
        assert_near(fit.model.survival(10), fit.model.survival(1), 1e-2);
    }

    #[test]
    fn nothing_is_fitted_to_nobody_leaving() {
        assert_eq!(fit(&[]), None);
        assert_eq!(fit(&[Paid { periods: 3, left: 0, open: 5 }]), None);
        assert_eq!(fit(&[Paid { periods: 0, left: 0, open: 5 }]), None);
        assert_eq!(fit(&[Paid { periods: u32::MAX, left: 1, open: 5 }]), None);
    }

    #[test]
    fn the_earlier_view_knows_no_later_losses() {
        let paid = [Paid { periods: 1, left: 2, open: 1 }, Paid { periods: 3, left: 4, open: 5 }];
        assert_eq!(cut(&paid, 2), [Paid { periods: 1, left: 2, open: 1 }, Paid { periods: 2, left: 0, open: 9 }]);
        assert_eq!(at_risk(&paid), [(12, 2), (9, 0), (9, 4)]);
    }
}
