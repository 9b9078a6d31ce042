//! The definitions of the conversion funnel for `explain`.

use crate::plan::{JourneyPlan, Mode};
use crate::reports::explain::{Term, term};
use crate::reports::words;

/// What the definitions of a funnel depend on.
#[derive(Debug, Clone)]
pub struct Funnel {
    /// How events and deals are followed; those of the two that the settings allow.
    pub plans: Vec<JourneyPlan>,
    pub confidence: f64,
}

/// The definitions of the conversion funnel.
#[must_use]
pub fn terms(funnel: &Funnel) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for plan in &funnel.plans {
        let lines = super::mode_lines(plan).join(" ");
        match plan.mode {
            Mode::Events { .. } => terms.push(term("events", lines)),
            Mode::Stages { .. } => terms.extend([term("deals, history", lines), term("a deal's steps", STAGES)]),
        }
    }
    terms.extend([
        term("entered", ENTERED),
        term("from previous, from first", RATES),
        term("intervals", words::intervals(funnel.confidence)),
        term("dropped, open", format!("{IDENTITY} {}", words::OPEN)),
        term("as of", AS_OF),
        term("mature", MATURE),
        term("estimate", ESTIMATE),
        term("time", format!("{TIME} {}", words::TIMES)),
        term("value", VALUE),
        term("leaks", words::ONE_POINT),
        term("comparison", words::TESTS),
    ]);
    for plan in &funnel.plans {
        let (name, windowed) = match plan.mode {
            Mode::Events { window, .. } => ("separators, of events", window.is_some()),
            Mode::Stages { .. } => ("separators, of deals", false),
        };
        terms.push(term(name, format!("{} {}", words::separators(windowed), words::NO_CAUSE)));
    }
    if let Some(plan) = funnel.plans.first() {
        terms.extend([term("groups", words::groups(plan.top, plan.attribution)), term("periods", periods(plan))]);
    }
    terms
}

fn periods(plan: &JourneyPlan) -> String {
    let zone = plan.zone.name();
    let week = words::weekday(plan.week_start);
    format!(
        "By the time of entry, in the zone {zone}, weeks from {week}; a unit counts once in a period, with its best \
         attempt there."
    )
}

const ENTERED: &str = "Units (users, deals) whose chosen attempt reached the step. A unit counts once.";
const RATES: &str = "Entered, divided by entered of the step before or of step 1.";
const IDENTITY: &str = "Entered = entered of the next step + dropped + open. Open is who has not converted and whose \
                        window, from the latest entry, is not over at the as-of time; deals are open until they are \
                        lost. Without a window nobody who stopped has dropped, but for those whom strict order, `within`, \
                        `directly` or an exclusion lets go on no more.";
const AS_OF: &str = "The latest time over all records, or --as-of. Later records are left out and counted.";
const MATURE: &str = "Entries whose window was over at the as-of time: no unit among them is open.";
const ESTIMATE: &str = "Kaplan-Meier at the window, else at the longest time observed: open units count for as long as \
                        they were seen.";
const TIME: &str = "From the previous step.";
const VALUE: &str = "Sum of the value of the events matched at the step, or of the amounts of the deals credited with \
                     it; exact.";
const STAGES: &str = "Step 1 at creation, each stage at its date or history row, the current stage at an unknown time, \
                      the won step at closing; a lost word is the exit. A lost deal's furthest step is the furthest \
                      known from a date or a history row.";
