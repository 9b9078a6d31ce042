//! Journeys along events: from batches to packed events by unit, and from there to the judge.

pub mod acquired;
pub mod leads;
mod packer;
mod stager;

use self::packer::{Spare, Told};
use self::stager::Stager;

use super::classes::{MOST_EXCLUSIONS, MOST_UNIT_FILTERS};
use super::drivers::Drivers;
use super::groups::GroupNames;
use super::judge::{Counted, Judge, Units};
use super::leads::Finder;
use super::record::{Narrow, PARTITIONS, Record, Wide};
use super::shelf::Shelf;
use super::{Resources, Run};
use crate::error::Result;
use crate::input::batch::Batch;
use crate::input::source::{Scan, Source};
use crate::model::time::Micros;
use crate::plan::calendar::day_end;
use crate::plan::leads::LeadList;
use crate::plan::{JourneyPlan, Mode, Order, Ties};
use std::sync::atomic::Ordering;

/// Answers the plan with narrow events where they serve, else with wide ones.
///
/// # Errors
/// Whatever reading reports; a sum of values beyond the exact range.
pub fn run(plan: &JourneyPlan, drivers: &[String], sources: &[Source], resources: Resources) -> Result<Run> {
    let drivers = Drivers::new(plan, drivers);
    if !plan.with_value
        && let Some((run, _)) = run_as::<Narrow>(plan, &drivers, sources, resources, None)?
    {
        return Ok(run);
    }
    let run = run_as::<Wide>(plan, &drivers, sources, resources, None)?;
    let (run, _) = run.ok_or_else(|| crate::error::Error::internal("an event did not fit the wide form"))?;
    Ok(run)
}

/// A run, and what was found for a list that was asked for, with the names of the groups.
type Answered = (Run, Option<(Finder, GroupNames)>);

/// Reads and judges in as many passes as the memory asks for; `None` where an event did not fit the form.
fn run_as<R: Record>(
    plan: &JourneyPlan,
    drivers: &Drivers,
    sources: &[Source],
    resources: Resources,
    list: Option<LeadList>,
) -> Result<Option<Answered>> {
    let reading = drivers.reading(plan);
    let stager = Stager::new(&reading);
    let shelf = |first, most| Shelf::new(resources.memory, first, most);
    // Every pass reads all records; what they tell besides their events is taken from the first.
    let Some(Pass { mut units, told, scans }) = pass::<R>(&stager, sources, &shelf(0, PARTITIONS))? else {
        return Ok(None);
    };
    let as_of = plan.as_of.or_else(|| scans.iter().filter_map(|scan| last_moment(scan, plan)).max());
    units.groups = drivers.groups(&stager.groups);
    let mut driven = drivers.questions(plan, &stager.groups);
    let (mut counted, mut passes): (Vec<Counted>, _) = (Vec::new(), 1);
    loop {
        let judge = Judge { plan, as_of, units: &units, counts_only: false, list };
        counted.extend(judge.count(resources.threads)?);
        for driver in &mut driven {
            driver.count(as_of, &mut units, resources.threads)?;
        }
        let judged = units.partitions.clone();
        if judged.end == PARTITIONS {
            let judge = Judge { plan, as_of, units: &units, counts_only: false, list };
            let mut finder = judge.finder();
            if let Some(finder) = &mut finder {
                counted.iter_mut().filter_map(|worker| worker.finder.take()).for_each(|found| finder.merge(found));
            }
            let mut answer = judge.assemble(counted)?;
            answer.facts.without_hold = told.without_hold;
            answer.facts.after_as_of = scans.iter().map(|scan| scan.after_as_of).sum();
            let unseen = stager.names.iter().zip(&told.seen[1..]).filter(|(_, seen)| **seen == 0);
            let unknown = unseen.map(|(name, _)| name.clone()).collect();
            let drivers = driven.into_iter().map(|driver| driver.answer(as_of, &mut units)).collect::<Result<_>>()?;
            // A list comes without drivers, so that the groups are still those of the breakdown.
            let found = finder.map(|finder| (finder, units.groups));
            return Ok(Some((Run { answer, scans, unknown, passes, drivers }, found)));
        }
        units.chunks = Vec::new();
        let Some(next) = pass(&stager, sources, &shelf(judged.end, judged.len()))? else { return Ok(None) };
        unchanged(&scans, &next.scans)?;
        let Units { chunks, partitions, .. } = next.units;
        units = Units { chunks, partitions, ..units };
        passes += 1;
    }
}

/// What one pass over the sources gave.
struct Pass<R> {
    units: Units<R>,
    told: Told,
    scans: Vec<Scan>,
}

/// Reads all sources once; `None` where an event did not fit the form.
fn pass<R: Record>(stager: &Stager<'_>, sources: &[Source], shelf: &Shelf<R>) -> Result<Option<Pass<R>>> {
    let spare = Spare::<R>::default();
    let mut told = Told::new(stager.names.len());
    let (mut parts, mut scans) = (Vec::new(), Vec::new());
    for source in sources {
        let (request, shape) = stager.request(source);
        let stage = |batch: &Batch| stager.stage(batch, &shape, &spare, shelf);
        let scanned = source.scan(&request, &stage, &stager.misfit)?;
        if stager.misfit.load(Ordering::Relaxed) {
            return Ok(None);
        }
        for part in scanned.staged {
            told.merge(&part.told);
            parts.push(part.chunk);
        }
        scans.push(scanned.scan);
    }
    let units = Units {
        chunks: parts.into_iter().map(|chunk| chunk.into_staged(shelf)).collect(),
        partitions: shelf.partitions(),
        classes: stager.classes.all(),
        groups: stager.groups.ranked(),
        entries: (told.first_entry <= told.last_entry).then_some((told.first_entry, told.last_entry)),
        distinct: stager.distinct,
        general: stager.wants.general,
    };
    Ok(Some(Pass { units, told, scans }))
}

/// A file that grows between two passes would give an answer that fits neither.
fn unchanged(first: &[Scan], again: &[Scan]) -> Result<()> {
    let changed = first.iter().zip(again).find(|(first, again)| first.account.files != again.account.files);
    match changed {
        None => Ok(()),
        Some((scan, _)) => {
            let message = format!("the files of {} changed while they were read", scan.account.name);
            let hint =
                "a log that does not fit in memory is read several times: run again when it is no longer written";
            Err(crate::error::Error::data(message).with_hint(hint))
        }
    }
}

/// The latest time of a scan; where its times are dates, the end of that day.
fn last_moment(scan: &Scan, plan: &JourneyPlan) -> Option<Micros> {
    scan.latest.map(|latest| if scan.date_only { day_end(latest, plan.zone) } else { latest })
}

/// Whether the plan can be judged with these steps.
///
/// # Errors
/// A usage error says what does not fit or cannot be combined.
pub fn check_order(plan: &JourneyPlan) -> Result<()> {
    let stager = Stager::new(plan);
    match plan.mode {
        Mode::Events { order: Order::Any, ties: Ties::Strict, .. } => {
            Err(crate::error::Error::usage("--order any cannot be combined with --ties strict")
                .with_hint("steps in any order have no ties to judge"))
        }
        _ if plan.unit_filters.len() > MOST_UNIT_FILTERS => {
            let message = format!("more than {MOST_UNIT_FILTERS} --where-unit conditions");
            Err(crate::error::Error::usage(message).with_hint("join conditions on one event with AND"))
        }
        _ if plan.rules.exclusions.len() > MOST_EXCLUSIONS => {
            Err(crate::error::Error::usage(format!("more than {MOST_EXCLUSIONS} exclusions"))
                .with_hint("name several events in one exclusion"))
        }
        _ if plan.rules.grace > 0 && !stager.distinct => {
            Err(crate::error::Error::usage("--grace needs steps that are plain event names, each used once")
                .with_hint("leave --grace out; events of one moment count in either order anyway"))
        }
        _ => Ok(()),
    }
}
