//! The definitions of cohorts for `explain`: those that stand under the matrix.

use super::words;
use crate::plan::cohort::{CohortPlan, Subject};
use crate::reports::explain::{Term, term};
use crate::reports::words::intervals;

/// The definitions for each kind of rows that the settings allow.
#[must_use]
pub fn terms(plans: &[CohortPlan], confidence: f64) -> Vec<Term> {
    let mut terms: Vec<Term> = plans.iter().flat_map(of_plan).collect();
    terms.extend([term("complete", COMPLETE), term("pooled", words::POOLED), term("intervals", intervals(confidence))]);
    terms
}

const COMPLETE: &str = "Whether the age is over for the whole cohort; cells under way keep their value and stay out of the \
                        pooled row.";

fn of_plan(plan: &CohortPlan) -> Vec<Term> {
    let rows = match plan.subject {
        Subject::Events => "events",
        Subject::Orders => "orders",
        Subject::Deals => "deals",
    };
    words::definitions(plan).into_iter().map(|(what, text)| term(format!("{what}, of {rows}"), text)).collect()
}
