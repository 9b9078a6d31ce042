//! Journeys along the stages of a pipeline: rows of deals and of stage changes become facts about a unit.

pub mod acquired;
mod facts;
mod row;
mod stager;

use self::facts::Told;
use self::stager::Stager;

use super::Run;
use super::drivers::{Driven, Drivers};
use super::groups::{GroupNames, Groups};
use super::stage_judge::{StageJudge, StageUnits};
use crate::error::Result;
use crate::input::source::{Scan, Source};
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::day_end;
use crate::plan::{JourneyPlan, Reach};
use std::sync::atomic::AtomicBool;

/// Classes of facts; below them stands a step, by its position.
pub mod fact {
    /// A deal exists and is open; carries its amount and group.
    pub const OPEN: u32 = 1_000;
    pub const WON: u32 = 1_001;
    pub const LOST: u32 = 1_002;
    /// The history says so, unless the deal's own row says otherwise.
    pub const HISTORY_WON: u32 = 1_004;
    pub const HISTORY_LOST: u32 = 1_005;
    /// A row of the unit meets the first unit filter; those of further filters follow.
    pub const UNIT_MET: u32 = 2_000;
    /// The first further moment of a deal; the others follow.
    pub const MOMENT: u32 = 3_000;
    /// A history row whose stage is no step: it ends an outcome that came before, as one of a step does.
    /// At one moment an outcome comes after it, so its number is lower.
    pub const HISTORY_OPEN: u32 = 1_003;
}

/// Answers a plan from deals and stage histories.
///
/// # Errors
/// Whatever reading reports; a sum of amounts beyond the exact range.
pub fn run(plan: &JourneyPlan, reach: Reach, drivers: &[String], sources: &[Source], threads: usize) -> Result<Run> {
    let drivers = Drivers::new(plan, drivers);
    let (Read { mut units, as_of, late, scans, unknown }, groups) = read_ungrouped(&drivers.reading(plan), sources)?;
    units.groups = drivers.groups(&groups);
    let mut answer = StageJudge { plan, reach, as_of, units: &units, counts_only: false }.answer(threads)?;
    answer.facts.after_as_of = late;
    let mut cuts = Vec::new();
    for Driven { plan, groups, .. } in drivers.questions(plan, &groups) {
        units.groups = groups;
        let answer = StageJudge { plan: &plan, reach, as_of, units: &units, counts_only: true }.answer(threads)?;
        cuts.extend(answer.cuts);
    }
    Ok(Run { answer, scans, unknown, passes: 1, drivers: cuts })
}

/// The facts of all units, and what reading them told.
pub struct Read {
    pub units: StageUnits,
    pub as_of: Option<Micros>,
    /// Records after the as-of time.
    pub late: u64,
    pub scans: Vec<Scan>,
    /// Names of steps that no row carries.
    pub unknown: Vec<String>,
}

/// Reads deals and stage histories into facts by unit.
///
/// # Errors
/// Whatever reading reports.
pub fn read(plan: &JourneyPlan, sources: &[Source]) -> Result<Read> {
    let (mut read, groups) = read_ungrouped(plan, sources)?;
    read.units.groups = groups.ranked();
    Ok(read)
}

/// As [`read`], with the groups still to be ranked.
fn read_ungrouped(plan: &JourneyPlan, sources: &[Source]) -> Result<(Read, Groups)> {
    let stager = Stager::new(plan, sources);
    let mut chunks = Vec::new();
    let mut told = Told::new(plan.steps.len());
    let mut scans: Vec<Scan> = Vec::new();
    let never = AtomicBool::new(false);
    for source in sources {
        let (request, shape) = stager.request(source);
        let scanned = source.scan(&request, &|batch| stager.stage(batch, &shape, source), &never)?;
        for part in scanned.staged {
            told.merge(&part.told);
            chunks.push(part.staged);
        }
        scans.push(scanned.scan);
    }
    let whole_days = !scans.is_empty() && scans.iter().all(|scan| scan.date_only);
    let last = if whole_days { day_end(told.latest, plan.zone) } else { told.latest };
    let as_of = plan.as_of.or_else(|| (told.latest != NO_TIME).then_some(last));
    let units = StageUnits { chunks, groups: GroupNames::default(), whole_days };
    let unknown = stager.unseen(&told.seen);
    Ok((Read { units, as_of, late: told.late, scans, unknown }, stager.groups))
}
