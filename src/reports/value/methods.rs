//! The methods, each an estimate with its name, its horizon and the customers behind it.

use super::Value;
use super::models::Fit;
use super::money::{estimate, per};
use super::tenure::Staying;
use crate::model::decimal::Decimal;
use crate::plan::value::{Brought, ValueRow};
use crate::stats::bg_nbd::NoFit;
use crate::stats::normal::two_sided;

/// How a value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// All customers, all orders so far.
    Observed,
    /// Customers watched for the whole horizon.
    Cohort,
    /// Every month of age by those watched through it, summed.
    Pooled,
    /// Kaplan-Meier x revenue per month.
    Survival,
    /// Revenue per month / churn.
    Naive,
    /// BG/NBD with Gamma-Gamma.
    Model,
}

impl Method {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Observed => "observed",
            Self::Cohort => "cohort",
            Self::Pooled => "pooled",
            Self::Survival => "survival",
            Self::Naive => "naive",
            Self::Model => "bg/nbd",
        }
    }
}

/// One row of the table `value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    pub method: Method,
    pub customers: u64,
    pub orders: Option<u64>,
    pub revenue: Option<Decimal>,
    pub average_sale: Option<Decimal>,
    /// Revenue per customer, before the margin.
    pub per_customer: Option<Decimal>,
    /// `None` where the method gives none.
    pub lifetime: Option<Decimal>,
    /// Of the lifetime value; `None` where the method has none.
    pub interval: Option<(Decimal, Decimal)>,
    pub horizon: String,
}

/// What was found for one group and period.
pub struct Found<'a> {
    pub row: &'a ValueRow,
    pub estimates: Vec<Estimate>,
    pub fit: Option<Result<Fit, NoFit>>,
    /// The models fitted to what was known at the end of the calibration.
    pub calibration: Option<Fit>,
    pub staying: Option<Staying>,
}

impl<'a> Found<'a> {
    #[must_use]
    pub fn new(value: &Value<'_>, row: &'a ValueRow) -> Self {
        let tally = &row.tally;
        let staying = tally.tenures.as_ref().and_then(|tenures| Staying::of(tenures, value.confidence));
        let fit = value.is_modelled().then(|| Fit::new(&tally.buyers));
        let calibrated = value.is_modelled() && value.answer.calibration_day.is_some();
        let calibration = calibrated.then(|| Fit::new(&tally.calibration).ok()).flatten();
        let mut found = Self { row, estimates: Vec::new(), fit, calibration, staying };
        let observed = brought(Method::Observed, tally.all, None, "to date".to_owned());
        let cohort = brought(Method::Cohort, tally.mature, Some(value.margin()), value.plan.horizon.to_string());
        found.estimates.push(observed);
        if !value.has_customers() {
            return found;
        }
        found.estimates.push(cohort);
        found.estimates.extend(found.pooled(value));
        found.estimates.extend(found.staying(value));
        found.estimates.extend(found.model(value));
        found
    }

    #[must_use]
    pub fn estimate(&self, method: Method) -> Option<&Estimate> {
        self.estimates.iter().find(|estimate| estimate.method == method)
    }

    /// What a customer brings per step, summed over the steps that anybody was watched through.
    fn pooled(&self, value: &Value<'_>) -> Option<Estimate> {
        let steps: Vec<&Brought> = self.row.tally.steps.iter().take_while(|step| step.customers > 0).collect();
        let first = steps.first()?;
        let mut sum = Decimal::ZERO;
        for step in &steps {
            sum = sum.checked_add(per(step.revenue, step.customers)?)?;
        }
        Some(Estimate {
            method: Method::Pooled,
            customers: first.customers,
            orders: None,
            revenue: None,
            average_sale: None,
            per_customer: Some(sum),
            lifetime: scaled(sum, value.margin()),
            interval: None,
            horizon: value.plan.horizon.after(steps.len()).to_string(),
        })
    }

    /// Of subscribers: survival x revenue per month, and the naive division.
    fn staying(&self, value: &Value<'_>) -> Vec<Estimate> {
        let Some(staying) = &self.staying else { return Vec::new() };
        let estimate = |method, per_customer: Option<f64>, horizon| Estimate {
            method,
            customers: staying.customers,
            orders: None,
            revenue: None,
            average_sale: None,
            per_customer: per_customer.and_then(estimate),
            lifetime: per_customer.and_then(|amount| estimate(amount * value.margin())),
            interval: None,
            horizon,
        };
        let months = value.plan.horizon.months();
        let (paid, counted) = staying.paid_months(months, 0.0);
        let horizon = if counted < months - 1e-9 { format!("{counted}m") } else { value.plan.horizon.to_string() };
        let naive = staying.churn.filter(|churn| *churn > 0.0).map(|churn| staying.arpa / churn);
        let reach = two_sided(value.confidence).map(|z| z * staying.paid_error(months));
        let worth = |months: f64| self::estimate(staying.arpa * value.margin() * months);
        let interval = reach.and_then(|reach| {
            // Everybody pays for the first month, and nobody for more than all.
            Some((worth((paid - reach).max(counted.min(1.0)))?, worth((paid + reach).min(counted))?))
        });
        vec![
            Estimate { interval, ..estimate(Method::Survival, Some(staying.arpa * paid), horizon) },
            estimate(Method::Naive, naive, "unlimited".to_owned()),
        ]
    }

    /// The first purchase and the repeat purchases that the model expects of a new customer.
    fn model(&self, value: &Value<'_>) -> Option<Estimate> {
        let tally = &self.row.tally;
        let fit = self.fit.as_ref()?.as_ref().ok()?;
        let repeats = fit.new_customer(value.plan.horizon.days())?;
        let first = per(tally.first_value, tally.all.customers)?.to_f64();
        let amount = first + repeats.revenue;
        Some(Estimate {
            method: Method::Model,
            customers: fit.customers,
            orders: None,
            revenue: None,
            average_sale: fit.spending.mean().and_then(estimate),
            per_customer: estimate(amount),
            lifetime: estimate(amount * value.margin()),
            interval: None,
            horizon: value.plan.horizon.to_string(),
        })
    }
}

/// An amount times a margin.
fn scaled(amount: Decimal, margin: f64) -> Option<Decimal> {
    // Without a margin nothing is multiplied, so that sums stay exact.
    if (margin - 1.0).abs() < f64::EPSILON { Some(amount) } else { estimate(amount.to_f64() * margin) }
}

fn brought(method: Method, brought: Brought, margin: Option<f64>, horizon: String) -> Estimate {
    let per_customer = per(brought.revenue, brought.customers);
    Estimate {
        method,
        customers: brought.customers,
        orders: Some(brought.orders),
        revenue: Some(brought.revenue),
        average_sale: per(brought.revenue, brought.orders),
        per_customer,
        lifetime: margin.and_then(|margin| scaled(per_customer?, margin)),
        interval: None,
        horizon,
    }
}
