//! Cohorts: from batches to packed starts and returns by unit, and from there to counts per cohort and age.

mod ages;
mod cells;
mod deals;
mod judge;
mod returns;
mod rows;
mod staging;

use super::record::{Narrow, Record, Wide};
use super::store::Staged;
use crate::error::{Error, Result};
use crate::input::source::{Scan, Source};
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::day_end;
use crate::plan::cohort::{CohortAnswer, CohortFacts, CohortPlan, Subject};
use judge::{Judge, Units};
use staging::{Stager, Told};
use std::sync::atomic::Ordering;

/// An answer with the accounts of the sources it was read from.
#[derive(Debug, Default)]
pub struct CohortRun {
    pub answer: CohortAnswer,
    /// One per source, in their order.
    pub scans: Vec<Scan>,
    /// Event names given as start or return that no record carries.
    pub unknown: Vec<String>,
}

/// Answers a plan from its sources, with narrow records where they serve, else with wide ones.
///
/// # Errors
/// Whatever reading reports; too many cells; a sum of values beyond the exact range.
pub fn run(plan: &CohortPlan, sources: &[Source], threads: usize) -> Result<CohortRun> {
    if !plan.with_value()
        && let Some(run) = run_as::<Narrow>(plan, sources, threads)?
    {
        return Ok(run);
    }
    run_as::<Wide>(plan, sources, threads)?.ok_or_else(|| Error::internal("a record did not fit the wide form"))
}

/// `None` where a record did not fit the form.
fn run_as<R: Record>(plan: &CohortPlan, sources: &[Source], threads: usize) -> Result<Option<CohortRun>> {
    let stager = Stager::new(plan);
    let mut chunks: Vec<Staged<R>> = Vec::new();
    let mut told = Told::new(stager.names());
    let mut scans: Vec<Scan> = Vec::new();
    for source in sources {
        let scanned = match plan.subject {
            Subject::Events | Subject::Orders => stager.scan(source)?,
            Subject::Deals => deals::scan(&stager, source)?,
        };
        if stager.misfit.load(Ordering::Relaxed) {
            return Ok(None);
        }
        for part in scanned.staged {
            told.merge(&part.told);
            chunks.push(part.staged);
        }
        scans.push(scanned.scan);
    }
    let whole_days = !scans.is_empty() && scans.iter().all(|scan| scan.date_only);
    let as_of = plan.as_of.or_else(|| last_moment(plan, &scans, &told));
    let unknown = stager.unseen(&told);
    let facts = CohortFacts {
        after_as_of: told.late + scans.iter().map(|scan| scan.after_as_of).sum::<u64>(),
        without_start: told.without_start,
        undated: told.undated,
        backward: told.backward,
        ..CohortFacts::default()
    };
    let units = Units {
        chunks,
        classes: stager.classes(),
        origins: stager.origins(),
        groups: stager.group_names(),
        whole_days,
        starts: told.span(),
    };
    let answer = Judge { plan, as_of, units: &units }.answer(threads, facts)?;
    Ok(Some(CohortRun { answer, scans, unknown }))
}

/// The latest time over all records; where the times of its source are dates, the end of that day.
fn last_moment(plan: &CohortPlan, scans: &[Scan], told: &Told) -> Option<Micros> {
    let of_scan = |scan: &Scan| {
        // A deal has several times; those were looked at one by one.
        let latest = if plan.subject == Subject::Deals { Some(told.latest) } else { scan.latest };
        let latest = latest.filter(|latest| *latest != NO_TIME)?;
        Some(if scan.date_only { day_end(latest, plan.zone) } else { latest })
    };
    scans.iter().filter_map(of_scan).max()
}
