//! The definitions of value: under its tables, and in `explain`.

use super::methods::Method;
use crate::reports::explain::{Term, term};

pub const AGES: &str =
    "Ages count from the first purchase; a row counts the customers who have been watched through it.";
pub const PAYBACK: &str = "Payback: months until a customer has brought what acquiring one cost.";

/// What lifetime value is; `money` is " in EUR" where the currency is known.
pub fn worth(margin: Option<f64>, money: &str) -> String {
    match margin {
        Some(margin) => format!("Lifetime value = revenue per customer x margin {margin}, up to the horizon{money}."),
        None => format!("Lifetime value is revenue per customer up to the horizon{money}: no --margin is given."),
    }
}

/// What each method does.
pub fn methods(horizon: &str, confidence: f64) -> [(Method, String); 6] {
    [
        (Method::Observed, "all customers and orders so far.".to_owned()),
        (
            Method::Cohort,
            format!("customers watched for {horizon} from their first purchase, and what they brought in them."),
        ),
        (Method::Pooled, "what customers bring at each age, by all watched through it, summed.".to_owned()),
        (
            Method::Survival,
            format!(
                "the share still there at the start of each month (Kaplan-Meier) x revenue per month; from, to: {} % \
                 interval of that curve.",
                confidence * 100.0
            ),
        ),
        (Method::Naive, "revenue per month / share leaving per month, as if all left at one rate.".to_owned()),
        (
            Method::Model,
            "first purchase + repeat purchases forecast by BG/NBD x their value by Gamma-Gamma.".to_owned(),
        ),
    ]
}

/// The definitions for `explain`.
#[must_use]
pub fn terms(horizon: &str, margin: Option<f64>, confidence: f64) -> Vec<Term> {
    let mut terms = vec![term("lifetime value", worth(margin, ""))];
    terms.extend(methods(horizon, confidence).into_iter().map(|(method, text)| term(method.name(), text)));
    terms.extend([term("age", AGES), term("payback", PAYBACK)]);
    terms
}
