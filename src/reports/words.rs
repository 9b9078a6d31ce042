//! Definitions that stand in more than one place: under a table and in `explain`.

use super::explain::{Term, term};
use super::labels::span;
use crate::model::time::Micros;
use crate::plan::Attribution;
use crate::plan::deals::{Anchor, FEWEST_ADVANCED};

/// What the column `one_point_units` says.
pub const ONE_POINT: &str = "One more point brings: units more at the last step if one point more of the units at this \
                             step went on and the later rates stayed as they are.";

/// How differences of rates are tested.
pub const TESTS: &str = "p: two-proportion z, or Fisher's exact test where an expected count is below 5; q: p for so many \
                         comparisons (Benjamini-Hochberg).";

/// What the table `separators` holds.
#[must_use]
pub fn separators(windowed: bool) -> String {
    let whom = if windowed {
        "Of the units at the step whose window is over"
    } else {
        "Of the units at the step that went on or dropped (rates run high where many are open)"
    };
    format!(
        "{whom}: who went on to the next step, with the value against all others. Lift: the one rate divided by the other \
         (log interval, Katz); difference: Newcombe interval. The surest first."
    )
}

/// What an association is not.
pub const NO_CAUSE: &str = "What goes together need not be cause and effect: a value may stand for something else, and a \
                            column that is filled late only separates by itself.";

/// Over whom times between steps are taken.
pub const TIMES: &str = "Over units with both times; open units have none yet, so early figures run short.";

/// Who is open, under every table of steps.
pub const OPEN: &str = "Open units may still go on and are not lost.";

/// The level of intervals in words.
#[must_use]
pub fn intervals(confidence: f64) -> String {
    format!("In brackets: {} % Wilson intervals.", confidence * 100.0)
}

/// Which groups are shown, and which of them a unit counts in.
#[must_use]
pub fn groups(top: usize, attribution: Attribution) -> String {
    let whose = match attribution {
        Attribution::First => "A unit's value is the first non-empty one over its events that match a step.".to_owned(),
        Attribution::Last => "A unit's value is the last non-empty one over its events that match a step.".to_owned(),
        Attribution::Step(position) => format!(
            "A unit's value is that of its event at step {}; it may count under several. Who has not come to that step \
             stands under (not reached).",
            position + 1
        ),
        Attribution::Same => {
            "A unit counts under each value by its events with that value alone, as if it had no others; it may count \
             under several."
                .to_owned()
        }
    };
    format!(
        "The {top} with the most units at step 1, ties by name; the others are (other), units without a value (none). \
         {whose}"
    )
}

/// The name of a day.
#[must_use]
pub const fn weekday(day: chrono::Weekday) -> &'static str {
    if matches!(day, chrono::Weekday::Sun) { "Sunday" } else { "Monday" }
}

/// Shares of deals by their age.
pub const INCIDENCE: &str = "Shares of all deals by age (Aalen-Johansen: open deals count up to their age).";

/// Which date of a deal makes its period.
#[must_use]
pub fn anchored(anchor: Anchor) -> String {
    let by = if anchor == Anchor::Created { "creation" } else { "closing" };
    format!("Periods are those of the {by}.")
}

/// Which open deals are stuck; `by_stage` is whether stages have dates.
#[must_use]
pub fn stuck(after: Option<Micros>, by_stage: bool) -> String {
    match after {
        Some(limit) => format!("Stuck: open and in the stage for longer than {}.", span(limit)),
        None if by_stage => format!(
            "Stuck: open and in the stage for longer than 90 % of those that advanced from it (where at least \
             {FEWEST_ADVANCED} have)."
        ),
        None => "Stuck: open for longer than 90 % of the won deals took, since no stage has a date.".to_owned(),
    }
}

/// Which open deals are stuck, whatever the data hold.
#[must_use]
pub fn stuck_terms(after: Option<Micros>) -> Vec<Term> {
    let mut terms = vec![term("stuck", stuck(after, true))];
    terms.extend(after.is_none().then(|| term("stuck, without dates of stages", stuck(None, false))));
    terms
}
