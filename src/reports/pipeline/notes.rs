//! Sentences and notes that follow from the pipeline.

use super::Pipeline;
use crate::document::Note;
use crate::reports::cycle;
use crate::reports::summary::figures::{count, percent};
use crate::stats::proportion::{rate, wilson};

/// Notes that follow from the deals, and from what the figures leave out.
#[must_use]
pub fn notes(pipeline: &Pipeline<'_>) -> Vec<Note> {
    let mut notes = cycle::notes(pipeline.plan, pipeline.answer);
    let rows = pipeline.rows();
    let without: u64 = rows.iter().map(|row| row.won.without_amount + row.open.without_amount).sum();
    let valued: u64 = rows.iter().map(|row| row.won.deals + row.open.deals).sum::<u64>() - without;
    if without > 0 && valued > 0 {
        let text = format!("won or open deals without an amount: {without}; they add nothing to the values");
        notes.push(Note::note("no_amount", text));
    }
    let lost: Vec<_> = rows.iter().map(|row| row.lost).filter(|lost| lost.deals > 0).collect();
    if valued > 0 && !lost.is_empty() && lost.iter().all(|lost| lost.value.0 == 0) {
        let text = "lost deals carry no amounts: the win rate by value says nothing here";
        notes.push(Note::note("lost_without_amount", text));
    }
    notes
}

/// Sentences for the report, each from a table below it; what is stuck stands in its summary.
#[must_use]
pub fn sentences(pipeline: &Pipeline<'_>) -> Vec<String> {
    let Some(row) = pipeline.rows().first() else { return Vec::new() };
    let closed = row.won.deals + row.lost.deals;
    let mut lines = vec![format!("{} of {} deals are open.", count(row.open.deals), count(closed + row.open.deals))];
    if let (Some(rate), Some(interval)) =
        (rate(row.won.deals, closed), wilson(row.won.deals, closed, pipeline.confidence))
    {
        lines.push(format!(
            "{} of the {} closed ones were won ({} to {}).",
            percent(rate),
            count(closed),
            percent(interval.low),
            percent(interval.high)
        ));
    }
    lines
}
