//! The definitions of journeys: under the tables, and in `explain`.

use crate::model::time::Micros;
use crate::reports::explain::{Term, term};
use crate::reports::labels::span;

/// Of the moves.
pub const SHARE: &str =
    "Share: of all moves from there, ends among them. Time: from reaching one to reaching the other.";
pub const INSTEAD: &str =
    "By the furthest step that they reached, for those who did not reach the last; share of those at the step.";

pub fn order(steps: &[String]) -> String {
    format!("Order of the steps: {}. skip: over one or more of them; back: to an earlier one.", steps.join(", "))
}

/// What a journey is, in words.
pub fn journey(gap: Option<Micros>, start: Option<&str>, end: Option<&str>) -> String {
    let what = match gap {
        Some(gap) => format!("A pause longer than {} ends a journey", span(gap)),
        None => "Everything that a unit did is one journey".to_owned(),
    };
    let start = start.map_or_else(String::new, |start| format!("; it begins at the first {start}"));
    let end = end.map_or_else(String::new, |end| format!("; it ends at the first {end}"));
    format!("{what}{start}{end}. Repeats in a row are one stop. (open): may still go on.")
}

pub fn path(units: &str, stops: usize) -> String {
    format!("Share: of all {units} with a journey. A path shows its first {stops} stops.")
}

/// The definitions for `explain`; without steps there is no order to skip or to go back in.
#[must_use]
pub fn terms(journeys: &[(&str, String)], steps: &[String], shown: usize) -> Vec<Term> {
    let mut terms: Vec<Term> = journeys.iter().map(|(of, text)| term(format!("journey, of {of}"), text)).collect();
    terms.extend([term("transitions", SHARE), term("paths", path("units", shown))]);
    if !steps.is_empty() {
        terms.extend([term("skip, back", order(steps)), term("instead", INSTEAD)]);
    }
    terms
}
