//! What a reader must know to read cohorts right.

use super::{Cohort, words};
use crate::document::Note;
use crate::plan::cohort::{First, Measure, Subject};

/// Returns the notes that follow from the counts.
#[must_use]
pub fn notes(cohort: &Cohort<'_>) -> Vec<Note> {
    let facts = &cohort.answer.facts;
    let mut notes = Vec::new();
    notes.extend(right_edge(cohort));
    notes.extend(left_edge(cohort));
    let units = words::units(cohort.plan.subject);
    let told = [
        (facts.overlapping, "overlap", format!("{units} in more than one cohort: the sizes do not add up to {units}")),
        (
            facts.not_first_ever,
            "not_first_ever",
            format!("{units} in no cohort: their first row of that name does not match"),
        ),
        (
            facts.duplicates,
            "duplicates",
            "rows left out because they repeat another one's unit, name and time".to_owned(),
        ),
        (facts.after_as_of, "after_as_of", "records left out because they are later than the as-of time".to_owned()),
        (facts.without_start, "no_entry_time", "deals without a creation time: they are in no cohort".to_owned()),
        (
            facts.undated,
            "undated_win",
            "won deals without a close time: they count in size, at no age as won".to_owned(),
        ),
        (facts.backward, "backward", "deals won on a day before their creation: counted at age 0".to_owned()),
    ];
    let told = told.into_iter().filter(|(count, _, _)| *count > 0);
    notes.extend(told.map(|(count, code, text)| Note::note(code, format!("{text}: {count}"))));
    notes
}

/// On or after falls to the right by construction.
fn right_edge(cohort: &Cohort<'_>) -> Option<Note> {
    matches!(cohort.plan.measure, Measure::Retention { or_after: true, .. }).then(|| {
        let text = "on or after: the last ages of every cohort fall because less time is left to return, and rise with \
                    later data";
        Note::warning("on_or_after_edge", text)
    })
}

/// A first cohort much larger than the others holds units that were there before the data begin.
fn left_edge(cohort: &Cohort<'_>) -> Option<Note> {
    let plan = cohort.plan;
    if plan.first == First::Recurring || plan.since.is_some() || plan.subject == Subject::Deals {
        return None;
    }
    let mut sizes: std::collections::BTreeMap<_, u64> = std::collections::BTreeMap::new();
    for row in &cohort.answer.rows {
        *sizes.entry(row.cohort).or_default() += row.size;
    }
    let sizes: Vec<u64> = sizes.into_values().collect();
    let (first, others) = sizes.split_first()?;
    let largest = others.iter().max().filter(|_| others.len() >= 2)?;
    (*first > 2 * largest).then(|| {
        let units = words::units(plan.subject);
        let text = format!(
            "the first cohort holds {first} of {} {units}: many were probably there before the data begin (--since \
             leaves the first cohort out)",
            cohort.answer.facts.units
        );
        Note::warning("left_truncation", text)
    })
}
