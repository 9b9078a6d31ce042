//! Reads events into leads, one by one.

use super::{Pass, Stager, last_moment, pass};
use crate::engine::cost::{Marks, Units};
use crate::engine::judge::{Judge, Units as JourneyUnits};
use crate::engine::record::{PARTITIONS, Wide};
use crate::engine::shelf::Shelf;
use crate::error::{Error, Result};
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
    let shelf = Shelf::<Wide>::new(None, 0, PARTITIONS);
    let Some(Pass { units: journeys, told, scans }) = pass(&stager, sources, &shelf)? else {
        return Err(Error::internal("an event did not fit the wide form"));
    };
    let mut units = Units { scans, ..Units::new() };
    units.latest = units.scans.iter().filter_map(|scan| last_moment(scan, plan)).max().unwrap_or(NO_TIME);
    units.after_as_of = units.scans.iter().map(|scan| scan.after_as_of).sum();
    let unseen = stager.names.iter().zip(&told.seen[1..]).filter(|(_, seen)| **seen == 0);
    units.unknown = unseen.map(|(name, _)| name.clone()).collect();
    units.labels = journeys.groups.labels(plan.by.len());
    let known = Some(units.latest).filter(|latest| *latest != NO_TIME);
    let journeys = JourneyUnits { entries: None, ..journeys };
    let judge =
        Judge { plan, as_of: plan.as_of.or(known.max(as_of)), units: &journeys, counts_only: false, list: None };
    for (lead, value) in judge.acquired(marks, threads)? {
        units.push(lead, if plan.with_value { value } else { None });
    }
    if !plan.with_value {
        units.no_amount = 0;
    }
    Ok(units)
}
