//! What a reader must know to read the conversion right.

use super::Conversion;
use crate::document::Note;
use crate::plan::Facts;

/// Returns the notes that follow from one cut and from the facts about its units.
#[must_use]
pub fn notes(conversion: &Conversion<'_>, facts: &Facts) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(immature(conversion));
    notes.extend(conversion.unusual().map(|text| Note::warning("unusual", text)));
    notes.extend(overlap(conversion));
    notes.extend(groups_overlap(conversion));
    let facts = [
        (
            facts.duplicates,
            "duplicates",
            "events that repeat another one's unit, step and time (--dedupe leaves them out)",
        ),
        (facts.after_as_of, "after_as_of", "records left out because they are later than the as-of time"),
        (
            facts.repeated,
            "repeated_ids",
            "rows of deals whose id another row has: a deal counts once, at the furthest step that any of its rows shows",
        ),
        (
            facts.without_entry,
            "no_entry_time",
            "deals without a time at step 1: they count in steps, not in periods, times and the estimate",
        ),
        (facts.backward, "backward", "step times left out because they run backwards"),
        (facts.without_hold, "no_hold_value", "rows left out because a column of --hold has no value"),
        (facts.tainted, "tainted", "units left out because each of their attempts holds an excluded event"),
        (
            facts.lenient,
            "same_moment",
            "units with an event at the very moment of a step that would end the attempt at any other one; it was not \
             held against them",
        ),
        (
            facts.lost_unknown,
            "lost_stage_unknown",
            "lost deals without a dated stage behind the first: they stand at step 1",
        ),
        (
            facts.won_outside,
            "won_outside",
            "won deals counted as open, since the steps do not show that they reached the last one",
        ),
    ];
    let told = facts.into_iter().filter(|(count, _, _)| *count > 0);
    notes.extend(told.map(|(count, code, text)| Note::note(code, format!("{text}: {count}"))));
    notes
}

/// Rates that will still rise: some units are open.
fn immature(conversion: &Conversion<'_>) -> Option<Note> {
    conversion.window()?;
    let open: u64 = conversion.cut.rows.iter().flat_map(|row| &row.steps).map(|step| step.open).sum();
    let entered: u64 = conversion.cut.rows.iter().map(|row| row.steps[0].entered).sum();
    (open > 0).then(|| {
        let text = format!(
            "{open} of {entered} units are open: their window is not over, so rates may still rise; mature_rate leaves \
             out units whose window is not over"
        );
        Note::warning("immature", text)
    })
}

fn overlap(conversion: &Conversion<'_>) -> Option<Note> {
    let overlapping = conversion.cut.overlapping;
    (overlapping > 0).then(|| {
        let text = format!("{overlapping} units appear in more than one period: periods do not add up to the total");
        Note::note("overlap", text)
    })
}

fn groups_overlap(conversion: &Conversion<'_>) -> Option<Note> {
    let overlapping = conversion.cut.in_groups;
    (overlapping > 0).then(|| {
        let text = format!("{overlapping} units appear under more than one value: groups do not add up to the total");
        Note::note("groups_overlap", text)
    })
}
