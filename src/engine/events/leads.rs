//! Counts a funnel of events and lists the units behind one of its numbers.

use super::run_as;
use crate::engine::drivers::Drivers;
use crate::engine::record::Wide;
use crate::engine::{Resources, Run, kernel};
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::plan::JourneyPlan;
use crate::plan::leads::{LeadList, Leads};

/// Answers a plan with one cut that is not by period, and lists units of it.
///
/// A column that is held makes units that no id alone can be looked up for: such a plan has no list.
///
/// # Errors
/// Whatever reading reports; a number of steps that the engine does not take.
pub fn run(plan: &JourneyPlan, sources: &[Source], resources: Resources, list: LeadList) -> Result<(Run, Leads)> {
    if plan.steps.is_empty() || plan.steps.len() > kernel::MAX_STEPS {
        return Err(Error::usage(format!("a funnel has 1 to {} steps", kernel::MAX_STEPS)));
    }
    let answered = run_as::<Wide>(plan, &Drivers::new(plan, &[]), sources, resources, Some(list))?;
    let Some((run, Some((finder, groups)))) = answered else {
        return Err(Error::internal("an event did not fit the wide form"));
    };
    let leads = finder.named(&groups, sources)?;
    Ok((run, leads))
}
