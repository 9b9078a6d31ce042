//! Answers plans: reads typed batches, keeps packed events by unit, judges journeys, counts cuts.
//!
//! May import input, plan, model and stats; knows nothing of reports or output.

pub mod attribution;
pub mod cells;
pub mod churn;
pub mod classes;
pub mod cohort;
pub mod cost;
pub mod deals;
pub mod detailed;
pub mod discover;
mod drivers;
pub mod events;
pub mod groups;
pub mod held;
pub mod inspect;
pub mod judge;
pub mod kernel;
pub mod latest;
pub mod leads;
pub mod lifecycle;
pub mod names;
pub mod paths;
pub mod record;
pub mod shelf;
mod spread;
pub mod stage_judge;
pub mod stages;
pub mod store;
pub mod tally;
pub mod value;
mod wants;

use crate::error::{Error, Result};
use crate::input::source::{Scan, Source};
use crate::plan::{CutRows, JourneyAnswer, JourneyPlan, Mode, StepMatch};
use std::collections::BTreeSet;

/// An answer with the accounts of the sources it was read from.
#[derive(Debug, Default)]
pub struct Run {
    pub answer: JourneyAnswer,
    /// One per source, in their order.
    pub scans: Vec<Scan>,
    /// Names given in the steps that no record carries.
    pub unknown: Vec<String>,
    /// How often the sources were read so as to keep within the memory.
    pub passes: usize,
    /// One cut per driver, by its values.
    pub drivers: Vec<CutRows>,
}

/// What a run may use.
#[derive(Debug, Clone, Copy)]
pub struct Resources {
    pub threads: usize,
    /// Bytes that events may take while they wait to be judged; `None` is no limit.
    pub memory: Option<u64>,
}

/// Answers a plan from its sources.
///
/// # Errors
/// Whatever reading the sources reports; a plan that the engine cannot answer is a usage error.
pub fn run(plan: &JourneyPlan, sources: &[Source], resources: Resources) -> Result<Run> {
    run_with(plan, &[], sources, resources)
}

/// Answers a plan, and once more by the values of each driver (a column), from one reading.
///
/// # Errors
/// As [`run`].
pub fn run_with(plan: &JourneyPlan, drivers: &[String], sources: &[Source], resources: Resources) -> Result<Run> {
    if plan.steps.is_empty() || plan.steps.len() > kernel::MAX_STEPS {
        return Err(Error::usage(format!("a funnel has 1 to {} steps", kernel::MAX_STEPS)));
    }
    match plan.mode {
        Mode::Events { .. } => events::run(plan, drivers, sources, resources),
        Mode::Stages { reach } => stages::run(plan, reach, drivers, sources, resources.threads),
    }
}

/// The event or stage names that the steps are made of, each once, in the order of the steps; then those of exclusions.
#[must_use]
pub fn step_names(plan: &JourneyPlan) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let mut names = Vec::new();
    let steps = plan.steps.iter().map(|step| &step.matches);
    for matches in steps.chain(plan.rules.exclusions.iter().map(|exclusion| &exclusion.matches)) {
        if let StepMatch::Names(matched) = matches {
            for name in matched {
                if seen.insert(name.clone()) {
                    names.push(name.clone());
                }
            }
        }
    }
    names
}
