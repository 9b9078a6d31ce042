//! The definitions of the cycle for `explain`: those that stand under its tables.

use super::view;
use crate::plan::deals::Anchor;
use crate::reports::explain::{Term, term};
use crate::reports::words;

/// What `--from` and `--to` say where they are not given.
const ENDS: [&str; 2] = ["creation", "close"];

/// The definitions; `from` and `to` as they were asked for.
#[must_use]
pub fn terms(from: Option<&str>, to: Option<&str>, anchor: Anchor) -> Vec<Term> {
    let days = "whole days between dates where the data hold dates only";
    vec![
        term("cycle", view::length(from.unwrap_or(ENDS[0]), to.unwrap_or(ENDS[1]), days)),
        term("median", view::MEDIAN),
        term("incidence", words::INCIDENCE),
        term("stages", view::STAGES),
        term("handoff", view::HAND_OVER),
        term("logrank", view::LOGRANK),
        term("trend", view::TREND),
        term("periods", words::anchored(anchor)),
    ]
}
