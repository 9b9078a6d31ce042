//! Reads deals and stage histories into leads, one by one.

use super::{Stager, Told};
use crate::engine::cost::{Marks, Units};
use crate::engine::stage_judge::{StageJudge, StageUnits};
use crate::error::Result;
use crate::input::source::Source;
use crate::model::time::NO_TIME;
use crate::plan::calendar::day_end;
use crate::plan::{JourneyPlan, Reach};
use std::sync::atomic::AtomicBool;

/// Reads all leads of a plan, judged as the conversion funnel judges them.
///
/// # Errors
/// Whatever reading reports.
pub fn read(plan: &JourneyPlan, reach: Reach, sources: &[Source], marks: Marks, threads: usize) -> Result<Units> {
    let stager = Stager::new(plan, sources);
    let mut units = Units::new();
    let (mut chunks, mut told) = (Vec::new(), Told::new(plan.steps.len()));
    let never = AtomicBool::new(false);
    for source in sources {
        let (request, shape) = stager.request(source);
        let scanned = source.scan(&request, &|batch| stager.stage(batch, &shape, source), &never)?;
        for part in scanned.staged {
            told.merge(&part.told);
            chunks.push(part.staged);
        }
        units.scans.push(scanned.scan);
    }
    let whole_days = !units.scans.is_empty() && units.scans.iter().all(|scan| scan.date_only);
    units.latest = if whole_days && told.latest != NO_TIME { day_end(told.latest, plan.zone) } else { told.latest };
    units.after_as_of = told.late;
    units.unknown = stager.unseen(&told.seen);
    let groups = stager.groups.ranked();
    units.labels = groups.labels(plan.by.len());
    let as_of = plan.as_of.or_else(|| (units.latest != NO_TIME).then_some(units.latest));
    let facts = StageUnits { chunks, groups, whole_days };
    for (lead, amount, lost_unknown) in
        (StageJudge { plan, reach, as_of, units: &facts, counts_only: false }).acquired(marks, threads)?
    {
        units.lost_unknown += u64::from(lost_unknown);
        units.push(lead, amount);
    }
    Ok(units)
}
