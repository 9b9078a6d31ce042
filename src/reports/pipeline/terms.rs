//! The definitions of the pipeline for `explain`: those that stand under its tables.

use super::view;
use crate::model::time::Micros;
use crate::plan::deals::Anchor;
use crate::reports::explain::{Term, term};
use crate::reports::words;

/// The definitions, in the order of the tables.
#[must_use]
pub fn terms(stuck_after: Option<Micros>, anchor: Anchor, confidence: f64) -> Vec<Term> {
    let mut terms = vec![term("win rate, velocity", view::RATES), term("intervals", words::intervals(confidence))];
    terms.extend(words::stuck_terms(stuck_after));
    terms.extend([
        term("stages", view::weighted()),
        term("ageing", view::AGEING),
        term("suspended", words::INCIDENCE),
        term("open against won", view::SUSPENSION),
        term("lost", view::ELIMINATION),
        term("coverage", view::COVERAGE),
        term("waterfall", view::WATERFALL),
        term("periods", words::anchored(anchor)),
    ]);
    terms
}
