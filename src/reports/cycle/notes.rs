//! What a reader must know to read the lives of deals right, and sentences for the report.

use super::Cycle;
use crate::document::Note;
use crate::plan::deals::{Anchor, DealAnswer, DealPlan};

/// Notes that follow from the deals, whatever is asked about them.
#[must_use]
pub fn notes(plan: &DealPlan, answer: &DealAnswer) -> Vec<Note> {
    let facts = &answer.facts;
    let rows = answer.cuts.first().map_or(&[][..], Vec::as_slice);
    let untimed: u64 = rows.iter().map(|row| row.untimed).sum();
    let backward: u64 = rows.iter().map(|row| row.backward).sum();
    let periodic = plan.journey.cuts.first().is_some_and(|cut| cut.every.is_some());
    let told = [
        (facts.after_as_of, "after_as_of", "records left out because they are later than the as-of time"),
        (
            facts.repeated,
            "repeated_ids",
            "rows of deals whose id another row has: a deal counts once, won before lost before open, with its latest \
             amount",
        ),
        (facts.without_created, "no_created", "deals without a creation time: counted, but not timed or in periods"),
        (facts.without_closed, "no_closed", "closed deals without a closing time: counted, but not timed"),
        (untimed, "untimed", "deals without the first moment, or closed without a date: not timed"),
        (backward, "backward", "deals left out of the times because their end lies before their start"),
        (facts.backward_stays, "backward_stays", "stays in a stage left out of the times because they run backwards"),
        (facts.left_out, "left_out", "deals left out by --since, --until or --where-unit"),
        (
            if periodic { facts.unplaced } else { 0 },
            "no_period",
            if plan.anchor == Anchor::Closed {
                "deals that are not closed, or without a closing time: in no period"
            } else {
                "deals without a creation time: in no period"
            },
        ),
    ];
    let told = told.into_iter().filter(|(count, _, _)| *count > 0);
    let mut notes: Vec<Note> = told.map(|(count, code, text)| Note::note(code, format!("{text}: {count}"))).collect();
    if plan.stages().count() > 0 && !facts.has_moves {
        let text = "no stage has a date: times in stages, moves and win rates by stage are not known (give a stage \
                    history with --history, or stage-date columns)";
        notes.push(Note::note("no_stage_dates", text));
    }
    notes
}

/// Sentences for the report, each from a table below it.
#[must_use]
pub fn summary(cycle: &Cycle<'_>) -> Vec<String> {
    let Some(row) = cycle.rows().first() else { return Vec::new() };
    let open: u64 = row.durations.iter().map(|count| count.open).sum();
    let closed: u64 = row.durations.iter().map(|count| count.won + count.lost).sum();
    if closed == 0 {
        return vec![format!("No deal has ended yet; {open} are open.")];
    }
    vec![format!("{closed} deals ended; {open} are open and counted as waiting, not as lost.")]
}
