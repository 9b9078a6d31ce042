//! Reads events into leads, one by one.

use super::{Spare, Stager, Told, last_moment};
use crate::engine::cost::{Marks, Units};
use crate::engine::judge::{Judge, Units as JourneyUnits};
use crate::engine::record::Wide;
use crate::error::Result;
use crate::input::source::Source;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::JourneyPlan;

/// Reads all leads of a plan, judged as the conversion funnel judges them; `as_of` is that of other sources.
///
/// # Errors
/// Whatever reading reports.
pub fn read(
    plan: &JourneyPlan,
    sources: &[Source],
    marks: Marks,
    as_of: Option<Micros>,
    threads: usize,
) -> Result<Units> {
    let stager = Stager::new(plan);
    let spare = Spare::<Wide>::default();
    let mut units = Units::new();
    let (mut chunks, mut told) = (Vec::new(), Told::new(stager.names.len()));
    for source in sources {
        let (request, shape) = stager.request(source);
        let scanned = source.scan(&request, &|batch| stager.stage(batch, &shape, &spare), &stager.misfit)?;
        for part in scanned.staged {
            told.merge(&part.told);
            chunks.push(part.staged);
        }
        units.scans.push(scanned.scan);
    }
    units.latest = units.scans.iter().filter_map(|scan| last_moment(scan, plan)).max().unwrap_or(NO_TIME);
    units.after_as_of = units.scans.iter().map(|scan| scan.after_as_of).sum();
    let unseen = stager.names.iter().zip(&told.seen[1..]).filter(|(_, seen)| **seen == 0);
    units.unknown = unseen.map(|(name, _)| name.clone()).collect();
    let groups = stager.groups.ranked();
    units.labels = groups.labels(plan.by.len());
    let known = Some(units.latest).filter(|latest| *latest != NO_TIME);
    let journeys = JourneyUnits {
        chunks,
        classes: stager.classes.all(),
        groups,
        entries: None,
        distinct: stager.distinct,
        general: stager.wants.general,
    };
    let judge = Judge { plan, as_of: plan.as_of.or(known.max(as_of)), units: &journeys };
    for (lead, value) in judge.acquired(marks, threads)? {
        units.push(lead, if plan.with_value { value } else { None });
    }
    if !plan.with_value {
        units.no_amount = 0;
    }
    Ok(units)
}
