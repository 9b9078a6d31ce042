//! Sentences and notes that follow from the pipeline.

use super::Pipeline;
use crate::document::Note;
use crate::reports::cycle;

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

/// Sentences for the report, each from a table below it.
#[must_use]
pub fn sentences(pipeline: &Pipeline<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    let Some(row) = pipeline.rows().first() else { return lines };
    if row.stuck > 0 {
        let verb = if row.stuck == 1 { "is" } else { "are" };
        lines.push(format!("{} of {} open deals {verb} stuck.", row.stuck, row.open.deals));
    }
    let longest = row.cycle.iter().filter(|count| count.won > 0).map(|count| count.duration).max();
    let older = longest.map_or(0, |longest| row.ages.iter().filter(|(age, _)| *age > longest).count());
    if older > 0 {
        lines.push(format!("{older} of {} open deals are older than any won deal was.", row.ages.len()));
    }
    lines
}
