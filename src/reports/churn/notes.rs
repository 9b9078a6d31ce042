//! What a reader must know to read churn right.

use super::Churn;
use super::model::{Fitted, reason};
use crate::document::Note;
use crate::plan::churn::Basis;
use crate::reports::labels::span;

/// The silence after which a customer is lost, where it is not told.
pub const SILENCE: &str = "the 90th percentile of the gaps between a customer's rows, in whole days";

/// Returns the notes that follow from an answer.
#[must_use]
pub fn notes(churn: &Churn<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    let facts = &churn.answer.facts;
    if !churn.under_way().is_empty() {
        let text = "the last period is not over at the as-of time: its movements and rates may still grow";
        notes.push(Note::warning("under_way", text));
    }
    if let (Basis::Activity { inactive_after: None }, Some(silence)) = (churn.plan.basis, churn.answer.inactive_after) {
        let text = format!(
            "a customer is lost after {} without a row: {SILENCE}; --inactive-after sets another",
            span(silence)
        );
        notes.push(Note::note("inactive_after", text));
    }
    if facts.as_of_is_end {
        let text =
            "the as-of time is the latest end, later than every start: where ends are planned ahead, give --as-of";
        notes.push(Note::warning("as_of_is_end", text));
    }
    notes.extend(rates_above_one(churn));
    let counts = [
        (facts.after_as_of, "after_as_of", "records left out because they begin after the as-of time"),
        (facts.never_active, "never_active", "customers without a paid time or an amount, who count nowhere"),
        (facts.repeated, "repeated_customer", "further rows of customers that stand twice; the longest stay counts"),
    ];
    let told = counts.into_iter().filter(|(count, _, _)| *count > 0);
    notes.extend(told.map(|(count, code, text)| Note::note(code, format!("{text}: {count}"))));
    notes.extend(fallbacks(churn));
    notes
}

/// Customers who came and went in one period are lost ones who were not there at its start.
fn rates_above_one(churn: &Churn<'_>) -> Option<Note> {
    let periods = churn.answer.groups.iter().flat_map(|group| &group.periods);
    let above = periods.filter(|period| {
        let whole = super::customers::denominator(churn.convention, &period.customers);
        whole > 0 && period.customers.churned > whole
    });
    let count = above.count();
    (count > 0).then(|| {
        let text = format!(
            "{count} periods lose more customers than their rate is of (some came and went in one period): their churn \
             rate exceeds 1 and has no interval"
        );
        Note::note("rate_above_one", text)
    })
}

/// Models that had to give way.
fn fallbacks(churn: &Churn<'_>) -> Vec<Note> {
    if matches!(churn.plan.basis, Basis::Activity { .. }) {
        return Vec::new();
    }
    let told = churn.answer.groups.iter().filter_map(|group| {
        let fallback = Fitted::of(group).whole?.fallback?;
        let name = if group.label.is_empty() { String::new() } else { format!("{}: ", group.label.join(", ")) };
        Some(Note::note("fit_fallback", format!("{name}{}", reason(fallback))))
    });
    told.collect()
}
