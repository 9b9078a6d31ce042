//! The lives of deals: facts about a unit become moves between stages, and these become counts.

pub mod compare;
mod judge;
mod life;
mod list;
mod tally;

use super::stages::{self, Read};
use crate::error::Result;
use crate::input::source::{Scan, Source};
use crate::plan::deals::{DealAnswer, DealPlan};

/// An answer with the accounts of the sources it was read from.
#[derive(Debug, Default)]
pub struct DealRun {
    pub answer: DealAnswer,
    /// One per source, in their order.
    pub scans: Vec<Scan>,
}

/// Answers a plan from deals and stage histories.
///
/// # Errors
/// Whatever reading reports; a sum of amounts beyond the exact range is a data error.
pub fn run(plan: &DealPlan, sources: &[Source], threads: usize) -> Result<DealRun> {
    run_both(plan, None, sources, threads).map(|(run, _)| run)
}

/// Answers a plan, and from the same reading a second one that differs from it in its cuts and its anchor only.
///
/// # Errors
/// As [`run`].
pub fn run_both(
    plan: &DealPlan,
    second: Option<&DealPlan>,
    sources: &[Source],
    threads: usize,
) -> Result<(DealRun, Option<DealAnswer>)> {
    let Read { units, as_of, late, scans, .. } = stages::read(&plan.journey, sources)?;
    let judge = judge::DealJudge { plan, as_of, units: &units };
    let (mut answer, listed) = judge.answer(threads)?;
    answer.facts.after_as_of = late;
    answer.listed = list::named(listed, &units.groups, sources)?;
    let second = second.map(|plan| judge::DealJudge { plan, as_of, units: &units }.answer(threads)).transpose()?;
    Ok((DealRun { answer, scans }, second.map(|(answer, _)| answer)))
}
