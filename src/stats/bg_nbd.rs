//! BG/NBD: repeat purchases of customers who may silently stay away for good.
//!
//! Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing Science 24:275. While active a
//! customer buys at a Poisson rate that is Gamma(r, alpha) over customers; after each purchase he leaves with a
//! probability that is Beta(a, b) over customers.

use super::nelder_mead::lowest;
use libm::lgamma;

/// The history of customers who look alike: `x` repeat purchases, the last one at `recency`, watched for `age`, both
/// counted from the first purchase in whatever unit of time the caller uses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct History {
    pub repeats: u32,
    pub recency: f64,
    pub age: f64,
    /// How many customers.
    pub customers: u64,
}

/// A fitted model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BgNbd {
    pub r: f64,
    pub alpha: f64,
    pub a: f64,
    pub b: f64,
    pub log_likelihood: f64,
}

/// Why there is no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFit {
    /// Nobody bought again, or nobody was watched for a while.
    NothingRepeats,
    /// The likelihood keeps rising while a parameter runs off to zero or to infinity.
    RunsAway,
    /// Searches from different places end at different ones.
    Unstable,
}

impl NoFit {
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NothingRepeats => "too few customers bought again",
            Self::RunsAway => "its likelihood has no finite maximum on these data",
            Self::Unstable => "searches from several starts disagree",
        }
    }
}

/// Logarithms of parameters beyond this are off to nowhere: e^12 is 160,000.
pub const FARTHEST: f64 = 12.0;

/// Relative difference of the log-likelihoods of two searches that found the same maximum.
const SAME: f64 = 1e-7;

/// The log-likelihood of rows at positive parameters.
type LogLikelihood<T, const N: usize> = fn(&[T], [f64; N]) -> f64;

/// Rows among which the way is looked for; all rows only say where exactly it ends.
const SAMPLE: usize = 4_000;

/// Searches the maximum of a log-likelihood over the logarithms of positive parameters, from three starts.
///
/// Where there are many rows the starts are run on every so many-th of them, and all rows from where that ended.
///
/// # Errors
/// No finite maximum, or searches that disagree.
pub fn maximize<T: Copy, const N: usize>(
    rows: &[T],
    log_likelihood: LogLikelihood<T, N>,
    starts: [[f64; N]; 3],
) -> Result<([f64; N], f64), NoFit> {
    if rows.len() <= SAMPLE {
        return agreed(rows, log_likelihood, starts.map(|start| start.map(f64::ln)));
    }
    let sample: Vec<T> = rows.iter().copied().step_by(rows.len().div_ceil(SAMPLE)).collect();
    let (near, _) = agreed(&sample, log_likelihood, starts.map(|start| start.map(f64::ln)))?;
    let (logs, best) = search(rows, log_likelihood, near.map(f64::ln)).ok_or(NoFit::RunsAway)?;
    if is_far(logs) { Err(NoFit::RunsAway) } else { Ok((logs.map(f64::exp), best)) }
}

/// One search; returns logarithms and the height there.
fn search<T, const N: usize>(
    rows: &[T],
    log_likelihood: LogLikelihood<T, N>,
    start: [f64; N],
) -> Option<([f64; N], f64)> {
    let depth = |logs: &[f64]| match <[f64; N]>::try_from(logs) {
        Ok(logs) if logs.iter().all(|log| log.abs() <= FARTHEST) => -log_likelihood(rows, logs.map(f64::exp)),
        _ => f64::INFINITY,
    };
    let found = lowest(&depth, &[start.to_vec()])?;
    Some((<[f64; N]>::try_from(found.point.as_slice()).ok()?, -found.value))
}

fn is_far<const N: usize>(logs: [f64; N]) -> bool {
    logs.iter().any(|log| log.abs() > FARTHEST - 0.5)
}

/// The highest of three searches, of which a second must have come to the same height.
fn agreed<T, const N: usize>(
    rows: &[T],
    log_likelihood: LogLikelihood<T, N>,
    starts: [[f64; N]; 3],
) -> Result<([f64; N], f64), NoFit> {
    let mut ends: Vec<_> = starts.into_iter().filter_map(|start| search(rows, log_likelihood, start)).collect();
    ends.sort_by(|one, other| other.1.total_cmp(&one.1));
    let Some((logs, best)) = ends.first().copied() else { return Err(NoFit::RunsAway) };
    if is_far(logs) {
        return Err(NoFit::RunsAway);
    }
    match ends.get(1) {
        Some((_, second)) if best - second <= SAME * best.abs().max(1.0) => Ok((logs.map(f64::exp), best)),
        _ => Err(NoFit::Unstable),
    }
}

impl BgNbd {
    /// Fits the model by maximum likelihood.
    ///
    /// # Errors
    /// Histories that cannot decide the parameters.
    pub fn fit(histories: &[History]) -> Result<Self, NoFit> {
        if !histories.iter().any(|one| one.repeats > 0 && one.customers > 0) {
            return Err(NoFit::NothingRepeats);
        }
        let (watched, customers) = histories.iter().fold((0.0, 0.0), |(time, count), one| {
            (time + one.age * weight(one.customers), count + weight(one.customers))
        });
        let typical = (watched / customers).max(1e-3);
        let starts = [[1.0, typical, 1.0, 1.0], [0.3, typical / 4.0, 0.5, 2.0], [2.0, typical * 2.0, 0.2, 4.0]];
        let ([r, alpha, a, b], log_likelihood) = maximize(histories, log_likelihood, starts)?;
        Ok(Self { r, alpha, a, b, log_likelihood })
    }

    /// Repeat purchases that a new customer is expected to make within `time` of the first.
    #[must_use]
    pub fn expected_new(&self, time: f64) -> Option<f64> {
        self.expected(History { repeats: 0, recency: 0.0, age: 0.0, customers: 1 }, time)
    }

    /// Purchases that a customer with this history is expected to make within the next `time`.
    ///
    /// In the form whose terms stay finite for any number of purchases (Euler's transformation of 2F1). `None` where
    /// the result is no number of purchases.
    #[must_use]
    pub fn expected(&self, history: History, time: f64) -> Option<f64> {
        let bought = f64::from(history.repeats);
        // At a = 1 the formula is 0 / 0; beside it, it is smooth.
        let a = if (self.a - 1.0).abs() < 1e-6 { 1.0 + 1e-6 } else { self.a };
        let b = self.b;
        let ahead = time / (self.alpha + history.age + time);
        let series = hypergeometric([a + b - 1.0 - self.r, a - 1.0], a + b + bought - 1.0, ahead)?;
        let gone = if history.repeats == 0 {
            0.0
        } else {
            let ratio = (self.alpha + history.age) / (self.alpha + history.recency);
            a / (b + bought - 1.0) * ((self.r + bought) * ratio.ln()).exp()
        };
        let while_active = (a + b + bought - 1.0) / (a - 1.0) * (1.0 - (1.0 - ahead).powf(a - 1.0) * series);
        let expected = while_active / (1.0 + gone);
        // Those surely gone are expected to buy nothing; rounding must not make it less.
        (expected.is_finite() && expected > -1e-6).then(|| expected.max(0.0))
    }
}

#[expect(clippy::cast_precision_loss, reason = "customers are far fewer than 2^53")]
fn weight(customers: u64) -> f64 {
    customers as f64
}

/// Equation 6 of the paper, summed; finite for any number of purchases.
fn log_likelihood(histories: &[History], [r, alpha, a, b]: [f64; 4]) -> f64 {
    let fixed = r * alpha.ln() - lgamma(r) + lgamma(a + b) - lgamma(b);
    // Histories are sorted by repeats, so that the gamma functions are needed once per number.
    let mut of_repeats = (u32::MAX, 0.0);
    let mut sum = 0.0;
    for one in histories {
        let x = f64::from(one.repeats);
        if of_repeats.0 != one.repeats {
            of_repeats = (one.repeats, lgamma(r + x) + lgamma(b + x) - lgamma(a + b + x));
        }
        let active = -(r + x) * (alpha + one.age).ln();
        let either = if one.repeats == 0 {
            active
        } else {
            let gone = (a / (b + x - 1.0)).ln() - (r + x) * (alpha + one.recency).ln();
            let (low, high) = if active < gone { (active, gone) } else { (gone, active) };
            high + (low - high).exp().ln_1p()
        };
        sum += weight(one.customers) * (fixed + of_repeats.1 + either);
    }
    sum
}

/// Terms after which the series is given up; it converges slowly where z is near 1.
const MOST_TERMS: u32 = 200_000;

/// Gauss's 2F1(a, b; c; z) as its power series, for 0 <= z < 1; `None` where it does not converge.
fn hypergeometric([a, b]: [f64; 2], c: f64, z: f64) -> Option<f64> {
    let (mut term, mut sum) = (1.0, 1.0_f64);
    for number in 0..MOST_TERMS {
        let at = f64::from(number);
        term *= (a + at) * (b + at) / ((c + at) * (at + 1.0)) * z;
        sum += term;
        if !sum.is_finite() {
            return None;
        }
        if term.abs() <= 1e-16 * sum.abs() && at > c.abs() {
            return Some(sum);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{BgNbd, History, NoFit, hypergeometric};
    use proptest::prelude::*;

    /// The published fit of the CDNOW sample (weeks).
    const CDNOW: BgNbd =
        BgNbd { r: 0.242_593, alpha: 4.413_532, a: 0.792_886, b: 2.425_754, log_likelihood: -9_582.425_561 };

    fn history(repeats: u32, recency: f64, age: f64) -> History {
        History { repeats, recency, age, customers: 1 }
    }

    /// 2F1(1, 1; 2; z) is -ln(1 - z) / z, and 2F1(a, b; b; z) is (1 - z)^-a.
    #[test]
    fn the_series_gives_closed_forms() {
        for z in [0.0_f64, 0.3, 0.9, 0.99] {
            let log = if z == 0.0 { 1.0 } else { -(1.0 - z).ln() / z };
            assert!((hypergeometric([1.0, 1.0], 2.0, z).expect("converges") - log).abs() < 1e-11 * log);
            let power = (1.0 - z).powf(-1.7);
            assert!((hypergeometric([1.7, 0.4], 0.4, z).expect("converges") - power).abs() < 1e-11 * power);
        }
    }

    /// Fader, Hardie and Lee (2005): customer 1 of the sample (x = 2, recency 30.43, age 38.86) is expected to buy
    /// 1.226 times in the next 39 weeks.
    #[test]
    fn gives_the_published_expectation_of_a_customer() {
        let found = CDNOW.expected(history(2, 30.43, 38.86), 39.0).expect("finite");
        assert!((found - 1.226).abs() < 5e-4, "{found}");
    }

    /// The expectation by simulation of the model itself, from Gamma and Beta draws: a new customer over a year.
    #[test]
    fn agrees_with_the_integral_over_the_model() {
        // E[X(t)] = E over (lambda, p) of (1 - exp(-lambda p t)) / p, by quadrature over the Gamma and Beta densities.
        let model = BgNbd { r: 2.0, alpha: 5.0, a: 2.0, b: 3.0, log_likelihood: 0.0 };
        let (mut sum, steps) = (0.0, 2_000);
        for i in 0..steps {
            let p = (f64::from(i) + 0.5) / f64::from(steps);
            // Beta(2, 3) has density 12 p (1 - p)^2; over Gamma(2, 5) the mean of exp(-lambda p t) is (5/(5 + p t))^2.
            let density = 12.0 * p * (1.0 - p) * (1.0 - p);
            sum += density * (1.0 - (5.0 / (5.0 + p * 52.0)).powi(2)) / p / f64::from(steps);
        }
        let found = model.expected_new(52.0).expect("finite");
        assert!((found - sum).abs() < 1e-5 * sum, "{found} is not {sum}");
    }

    #[test]
    fn stays_finite_for_many_purchases() {
        for repeats in [150, 1_500, 15_000] {
            let found = CDNOW.expected(history(repeats, 380.0, 386.0), 39.0).expect("finite");
            assert!(found > 0.0, "{repeats}: {found}");
        }
        let rate = CDNOW.expected(history(1_500, 386.0, 386.0), 39.0).expect("finite");
        // So long a record leaves no doubt: about 1,500 / 390 a week, a few percent lost to leaving on the way.
        assert!(rate > 120.0 && rate < 150.0, "{rate}");
    }

    #[test]
    fn what_cannot_be_fitted_says_why() {
        let once = [History { repeats: 0, recency: 0.0, age: 30.0, customers: 50 }];
        assert_eq!(BgNbd::fit(&once), Err(NoFit::NothingRepeats));
        // Everybody buys at the same pace and nobody ever stays away: the spread of rates and of leaving vanish.
        let alike = [History { repeats: 10, recency: 10.0, age: 10.0, customers: 500 }];
        assert_eq!(BgNbd::fit(&alike), Err(NoFit::RunsAway));
        assert_eq!(BgNbd::fit(&[]), Err(NoFit::NothingRepeats));
    }

    proptest! {
        #[test]
        fn expects_a_finite_number_that_grows_with_time(
            (r, alpha) in (0.05_f64..5.0, 0.5_f64..50.0), (a, b) in (0.05_f64..5.0, 1.0_f64..10.0),
            repeats in 0_u32..60, age in 0.1_f64..200.0, share in 0.0_f64..=1.0, time in 0.1_f64..150.0,
        ) {
            let model = BgNbd { r, alpha, a, b, log_likelihood: 0.0 };
            let recency = if repeats == 0 { 0.0 } else { age * share };
            let near = model.expected(history(repeats, recency, age), time).expect("finite");
            let far = model.expected(history(repeats, recency, age), time * 1.5).expect("finite");
            prop_assert!(near >= 0.0 && far >= near - 1e-9);
        }
    }
}
