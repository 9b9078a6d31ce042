//! Active periods: events and orders packed by unit, then counted unit by unit.

mod count;
mod record;

pub use record::MOST_UNIT_FILTERS;

use super::groups::{GroupNames, Groups};
use super::record::Unpacked;
use super::store::{Gathered, Packed, Staged, gather, in_parallel};
use crate::error::{Error, Result};
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Scan, Source};
use crate::model::kind::{Kind, Role};
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::{Calendar, day_end};
use crate::plan::lifecycle::{LifecycleAnswer, LifecycleGroup, LifecyclePlan};
use crate::plan::{NONE, OTHER};
use count::{Counts, Rules, Worker};
use record::{ACTIVITY, FIRST_SEEN, IN_RANGE, Visit, unit_bit};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// An answer with the accounts of the sources it was read from.
#[derive(Debug)]
pub struct LifecycleRun {
    pub answer: LifecycleAnswer,
    pub scans: Vec<Scan>,
}

/// Answers a plan.
///
/// # Errors
/// Whatever reading reports; more breakdown values than a record can tell apart.
pub fn run(plan: &LifecyclePlan, sources: &[Source], threads: usize) -> Result<LifecycleRun> {
    let stager = Stager::new(plan);
    let (mut chunks, mut scans, mut told) = (Vec::new(), Vec::<Scan>::new(), Told::new(plan.activity.len()));
    for source in sources {
        let (request, shape) = stager.request(source);
        let scanned = source.scan(&request, &|batch| stager.stage(batch, &shape), &stager.misfit)?;
        if stager.misfit.load(Ordering::Relaxed) {
            return Err(Error::data("--by has more different values than can be told apart here (16 million)"));
        }
        for (staged, part) in scanned.staged {
            chunks.push(staged);
            told.merge(&part);
        }
        scans.push(scanned.scan);
    }
    let last = |scan: &Scan| scan.latest.map(|at| if scan.date_only { day_end(at, plan.zone) } else { at });
    let as_of = plan.as_of.or_else(|| scans.iter().filter_map(last).max());
    let names = stager.groups.ranked();
    let mut answer = LifecycleAnswer { as_of, ..LifecycleAnswer::default() };
    answer.after_as_of = scans.iter().map(|scan| scan.after_as_of).sum();
    let unseen = plan.activity.iter().zip(&told.seen).filter(|(_, seen)| !**seen);
    answer.unknown = unseen.map(|(name, _)| name.clone()).collect();
    if let Some(as_of) = as_of {
        let first = told.earliest.min(as_of);
        let span = Span { seen: told.first_seen.min(first), first, as_of };
        judge(plan, &chunks, &names, span, threads, &mut answer)?;
    }
    Ok(LifecycleRun { answer, scans })
}

/// The times between which everything lies.
#[derive(Debug, Clone, Copy)]
struct Span {
    /// The earliest time at which a unit was first seen; not after `first`.
    seen: Micros,
    /// The earliest activity.
    first: Micros,
    as_of: Micros,
}

/// Lays out the periods, counts all units, and fills the answer.
fn judge(
    plan: &LifecyclePlan,
    chunks: &[Staged<Visit>],
    names: &GroupNames,
    Span { seen, first, as_of }: Span,
    threads: usize,
    answer: &mut LifecycleAnswer,
) -> Result<()> {
    let (since, until) = (plan.since.unwrap_or(first).min(as_of), plan.until.unwrap_or(as_of).min(as_of));
    let calendar = Calendar::covering(seen.min(since), as_of, plan.every, plan.zone, plan.week_start);
    let shown = if until < since { 0..0 } else { calendar.index(since)..calendar.index(until) + 1 };
    let last = calendar.index(as_of);
    let rules = Rules { plan, names, calendar: &calendar, shown: shown.clone(), last };
    let make = || (Worker::new(&rules), Gathered::default());
    let work = |(worker, gathered): &mut (Worker<'_>, Gathered<Visit>), partition| {
        gather(chunks, partition, gathered);
        for unit in gathered.records.chunk_by(|one, other| super::record::Record::same_unit(*one, *other)) {
            worker.unit(unit);
        }
    };
    let mut groups: BTreeMap<u32, Counts> = BTreeMap::new();
    for (worker, _) in in_parallel(threads, make, work)? {
        for (rank, counts) in worker.groups {
            groups.entry(rank).or_insert_with(|| Counts::new(shown.len())).merge(&counts);
        }
    }
    answer.last_is_open = shown.end == last + 1 && !shown.is_empty() && as_of + 1 < calendar.end(last);
    let begins = |period: usize| period.checked_sub(1).map(|before| calendar.end(before));
    answer.partial = shown.clone().next().is_some_and(|period| plan.since.is_some() && begins(period) < Some(since))
        || shown.clone().next_back().is_some_and(|period| plan.until.is_some() && until + 1 < calendar.end(period));
    answer.periods = shown.clone().map(|period| calendar.label(period)).collect();
    answer.groups = rows(plan, names, groups, shown.len());
    Ok(())
}

/// The largest groups, the rest, those without a value.
fn rows(
    plan: &LifecyclePlan,
    names: &GroupNames,
    mut groups: BTreeMap<u32, Counts>,
    periods: usize,
) -> Vec<LifecycleGroup> {
    let width = plan.by.len();
    let finished = |group: Vec<String>, counts: Counts| LifecycleGroup {
        group,
        periods: counts.periods,
        stickiness: counts.stickiness,
    };
    let none = groups.remove(&0);
    if width == 0 {
        return vec![finished(Vec::new(), none.unwrap_or_else(|| Counts::new(periods)))];
    }
    let mut largest: Vec<(u32, Counts)> = groups.into_iter().collect();
    largest.sort_by_key(|(rank, counts)| (Reverse(counts.units), *rank));
    let rest = largest.split_off(largest.len().min(plan.top));
    let mut rows: Vec<LifecycleGroup> =
        largest.into_iter().map(|(rank, counts)| finished(names.label(rank), counts)).collect();
    if !rest.is_empty() {
        let mut all = Counts::new(periods);
        for (_, counts) in &rest {
            all.merge(counts);
        }
        rows.push(finished(vec![OTHER.to_owned(); width], all));
    }
    rows.extend(none.map(|counts| finished(vec![NONE.to_owned(); width], counts)));
    rows
}

/// Where the columns of a source's batches stand.
struct Shape {
    name: Option<usize>,
    constant: u32,
    first_seen: Option<usize>,
    by: Vec<Option<usize>>,
}

struct Stager<'a> {
    plan: &'a LifecyclePlan,
    dictionary: Arc<Dictionary>,
    groups: Groups,
    misfit: AtomicBool,
}

/// What a part told besides its visits.
struct Told {
    /// Of all activity.
    earliest: Micros,
    first_seen: Micros,
    /// Whether any row has the name, by position in the activity.
    seen: Vec<bool>,
}

impl Told {
    fn new(names: usize) -> Self {
        Self { earliest: Micros::MAX, first_seen: Micros::MAX, seen: vec![false; names] }
    }

    fn merge(&mut self, other: &Self) {
        self.earliest = self.earliest.min(other.earliest);
        self.first_seen = self.first_seen.min(other.first_seen);
        for (mine, theirs) in self.seen.iter_mut().zip(&other.seen) {
            *mine |= theirs;
        }
    }
}

impl<'a> Stager<'a> {
    fn new(plan: &'a LifecyclePlan) -> Self {
        Self {
            plan,
            dictionary: Arc::new(Dictionary::with_names(plan.activity.iter().map(String::as_str))),
            groups: Groups::new(plan.by.len()),
            misfit: AtomicBool::new(false),
        }
    }

    fn request(&self, source: &Source) -> (Request, Shape) {
        let plan = self.plan;
        let id = if source.kind == Kind::Orders { Role::Customer } else { Role::Id };
        let mut fields = vec![
            Field { column: source.column(id), wanted: Wanted::Id },
            Field { column: source.column(Role::Time), wanted: Wanted::Time { required: true } },
        ];
        let mut push = |column: String, wanted: Wanted| {
            fields.push(Field { column, wanted });
            fields.len() - 1
        };
        let largest = !plan.activity.is_empty();
        let constant = source.event_name.as_ref().map_or(0, |event| self.dictionary.code(event));
        let name = (largest && source.event_name.is_none()).then(|| {
            let only = plan.unit_filters.is_empty().then(|| plan.activity.clone());
            let wanted = Wanted::Name { dictionary: Arc::clone(&self.dictionary), required: true, only };
            push(source.column(Role::Event), wanted)
        });
        let first_seen = plan.first_seen.as_ref().and_then(|column| source.attribute(column));
        let first_seen = first_seen.map(|column| push(column, Wanted::Time { required: false }));
        let by = plan.by.iter().enumerate();
        let by = by
            .map(|(position, column)| {
                let column = source.attribute(column)?;
                Some(push(column, Wanted::Text { dictionary: self.groups.dictionary(position) }))
            })
            .collect();
        let request = Request {
            fields,
            predicates: plan.unit_filters.clone(),
            filter: plan.row_filter.clone(),
            as_of: plan.as_of,
        };
        (request, Shape { name, constant, first_seen, by })
    }

    fn stage(&self, batch: &Batch, shape: &Shape) -> (Staged<Visit>, Told) {
        let plan = self.plan;
        let (mut packed, mut told) = (Packed::with_capacity(batch.rows), Told::new(plan.activity.len()));
        let (Some(Column::Ids(ids)), Some(Column::Times(times))) = (batch.columns.first(), batch.columns.get(1)) else {
            return (Staged::new(&packed), told);
        };
        let names = shape.name.and_then(|position| codes(batch, position));
        let first_seen = shape.first_seen.and_then(|position| match batch.columns.get(position) {
            Some(Column::Times(times)) => Some(times.as_slice()),
            _ => None,
        });
        let by: Vec<Option<&[u32]>> =
            shape.by.iter().map(|position| position.and_then(|position| codes(batch, position))).collect();
        let mut tuple = vec![0; by.len()];
        let (since, until) = (plan.since.unwrap_or(NO_TIME), plan.until.unwrap_or(Micros::MAX));
        for (row, (unit, time)) in ids.iter().zip(times).enumerate() {
            let name = names.map_or(shape.constant, |names| names[row]) as usize;
            let is_activity = plan.activity.is_empty() || (1..=plan.activity.len()).contains(&name);
            if let Some(seen) = name.checked_sub(1).and_then(|place| told.seen.get_mut(place)) {
                *seen = true;
            }
            let mut class = if (since..=until).contains(time) { IN_RANGE } else { 0 };
            if is_activity {
                class |= ACTIVITY;
                told.earliest = told.earliest.min(*time);
            }
            for (filter, met) in batch.predicates.iter().enumerate() {
                class |= if met[row] { unit_bit(filter) } else { 0 };
            }
            for (slot, column) in tuple.iter_mut().zip(&by) {
                *slot = column.map_or(0, |column| column[row]);
            }
            let group = if tuple.is_empty() { 0 } else { self.groups.code(&tuple) };
            let visit = Unpacked { unit: *unit, time: *time, class, group, value: None };
            let seen = first_seen.map_or(NO_TIME, |times| times[row]);
            let is_seen = seen != NO_TIME && seen < *time;
            told.first_seen = if is_seen { told.first_seen.min(seen) } else { told.first_seen };
            // Whoever is first seen at the time of an event is seen by that event.
            let first = Unpacked { time: seen, class: FIRST_SEEN, group: 0, ..visit };
            if !packed.push(&visit) || is_seen && !packed.push(&first) {
                self.misfit.store(true, Ordering::Relaxed);
                break;
            }
        }
        (Staged::new(&packed), told)
    }
}

fn codes(batch: &Batch, position: usize) -> Option<&[u32]> {
    match batch.columns.get(position) {
        Some(Column::Codes(codes)) => Some(codes),
        _ => None,
    }
}
