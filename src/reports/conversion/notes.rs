//! What a reader must know to read the conversion right.

use super::Conversion;
use crate::document::Note;
use crate::plan::Facts;

/// Returns the notes that follow from one cut and from the facts about its units.
#[must_use]
pub fn notes(conversion: &Conversion<'_>, facts: &Facts) -> Vec<Note> {
    let mut notes = Vec::new();
    notes.extend(immature(conversion));
    notes.extend(overlap(conversion));
    let facts = [
        (facts.duplicates, "duplicates", "events repeat another one's unit, step and time; --dedupe leaves them out"),
        (facts.after_as_of, "after_as_of", "records are later than the as-of time and were left out"),
        (
            facts.without_entry,
            "no_entry_time",
            "deals have no creation time: they count in steps, not in times or periods",
        ),
        (facts.backward, "backward", "step times run backwards and were left out of the times"),
        (
            facts.lost_unknown,
            "lost_stage_unknown",
            "lost deals have no dated stage behind the first: they stand at step 1",
        ),
    ];
    notes.extend(
        facts
            .into_iter()
            .filter(|(count, _, _)| *count > 0)
            .map(|(count, code, text)| Note::note(code, format!("{count} {text}"))),
    );
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
