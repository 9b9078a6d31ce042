//! Journeys along events: from batches to packed events by unit, and from there to the judge.

pub mod acquired;
pub mod leads;

use super::classes::{Class, ClassMemo, Classes, MOST_EXCLUSIONS, MOST_UNIT_FILTERS, unit_bit};
use super::drivers::Drivers;
use super::groups::{GroupNames, Groups};
use super::judge::{Counted, Judge, Units};
use super::kernel::DENIED;
use super::leads::Finder;
use super::record::{Narrow, PARTITIONS, Record, Unpacked, Wide};
use super::shelf::{Chunk, Shelf};
use super::store::Packed;
use super::wants::Wants;
use super::{Resources, Run, step_names};
use crate::error::Result;
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Scan, Source};
use crate::model::kind::Role;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::day_end;
use crate::plan::leads::LeadList;
use crate::plan::{JourneyPlan, Mode, Order, StepMatch, Ties};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

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

/// Where the columns of a source's batches stand.
struct Shape {
    /// Position of the name column; `None` where every row has the constant name.
    name: Option<usize>,
    constant: u32,
    /// For each breakdown column its position, where the source has it.
    by: Vec<Option<usize>>,
    value: Option<usize>,
    /// As `by`, for the columns that are held.
    hold: Vec<Option<usize>>,
}

/// Turns batches into packed events; shared by all threads of a scan.
struct Stager<'a> {
    plan: &'a JourneyPlan,
    names: Vec<String>,
    dictionary: Arc<Dictionary>,
    /// Steps by code of the name.
    mask_of_name: Vec<u64>,
    /// Steps by predicate, then the entry filter and the unit filter where given.
    predicates: Vec<Predicate>,
    classes: Classes,
    groups: Groups,
    distinct: bool,
    /// What rules beyond the plain funnel ask of the rows.
    wants: Wants,
    /// Set where an event does not fit the form; the scan stops then.
    misfit: AtomicBool,
}

/// What a part of the input told besides its events. It travels with the part, since a part may be read twice.
struct Told {
    /// Rows by code of the name.
    seen: Vec<u64>,
    first_entry: Micros,
    last_entry: Micros,
    /// Rows without a value in a column that is held.
    without_hold: u64,
}

impl Told {
    fn new(names: usize) -> Self {
        Self { seen: vec![0; names + 1], first_entry: Micros::MAX, last_entry: NO_TIME, without_hold: 0 }
    }

    fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.seen.iter_mut().zip(&other.seen) {
            *mine += theirs;
        }
        self.first_entry = self.first_entry.min(other.first_entry);
        self.last_entry = self.last_entry.max(other.last_entry);
        self.without_hold += other.without_hold;
    }
}

/// The packed events of one part of the input.
struct Part<R> {
    chunk: Chunk<R>,
    told: Told,
}

/// What an expression decides.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Use {
    Step(usize),
    Entry,
    Unit(usize),
    Exclusion(usize),
}

struct Predicate {
    expression: String,
    used_as: Use,
}

impl<'a> Stager<'a> {
    fn new(plan: &'a JourneyPlan) -> Self {
        let names = step_names(plan);
        let mut mask_of_name = vec![0_u64; names.len() + 1];
        let mut predicates = Vec::new();
        for (position, step) in plan.steps.iter().enumerate() {
            match &step.matches {
                StepMatch::Names(matched) => {
                    for (code, name) in names.iter().enumerate() {
                        if matched.contains(name) {
                            mask_of_name[code + 1] |= 1 << position;
                        }
                    }
                }
                StepMatch::Expression(expression) => {
                    predicates.push(Predicate { expression: expression.clone(), used_as: Use::Step(position) });
                }
            }
        }
        let exclusions = plan.rules.exclusions.iter().enumerate();
        for (position, exclusion) in exclusions.clone() {
            if let StepMatch::Expression(expression) = &exclusion.matches {
                let used_as = Use::Exclusion(position);
                predicates.push(Predicate { expression: expression.clone(), used_as });
            }
        }
        let distinct = predicates.is_empty() && mask_of_name.iter().all(|mask| mask.count_ones() <= 1);
        let entry = plan.entry_filter.iter().map(|expression| (expression, Use::Entry));
        let unit = plan.unit_filters.iter().enumerate().map(|(filter, expression)| (expression, Use::Unit(filter)));
        predicates.extend(
            entry.chain(unit).map(|(expression, used_as)| Predicate { expression: expression.clone(), used_as }),
        );
        Self {
            plan,
            dictionary: Arc::new(Dictionary::with_names(names.iter().map(String::as_str))),
            wants: Wants::new(plan, &names, distinct),
            names,
            mask_of_name,
            predicates,
            classes: Classes::new(plan.steps.len()),
            groups: Groups::new(plan.by.len()),
            distinct,
            misfit: AtomicBool::new(false),
        }
    }

    /// Whether every row must be handed out, not only those with a step's name.
    fn needs_all_rows(&self) -> bool {
        self.wants.all_rows || self.predicates.iter().any(|predicate| predicate.used_as != Use::Entry)
    }

    fn request(&self, source: &Source) -> (Request, Shape) {
        let mut fields = vec![
            Field { column: source.column(Role::Id), wanted: Wanted::Id },
            Field { column: source.column(Role::Time), wanted: Wanted::Time { required: true } },
        ];
        let mut push = |column: String, wanted: Wanted| {
            fields.push(Field { column, wanted });
            fields.len() - 1
        };
        let constant = source.event_name.as_ref().map_or(0, |event| self.dictionary.code(event));
        let name = source.event_name.is_none().then(|| {
            let only = (!self.needs_all_rows()).then(|| self.names.clone());
            let wanted = Wanted::Name { dictionary: Arc::clone(&self.dictionary), required: true, only };
            push(source.column(Role::Event), wanted)
        });
        let by = self.plan.by.iter().enumerate();
        let by = by
            .map(|(position, column)| {
                let column = source.attribute(column)?;
                Some(push(column, Wanted::Text { dictionary: self.groups.dictionary(position) }))
            })
            .collect();
        let hold = self.plan.rules.hold.iter().zip(0..);
        let hold = hold
            .map(|(column, position)| {
                let dictionary = self.wants.held.as_ref()?.dictionary(position);
                Some(push(source.attribute(column)?, Wanted::Text { dictionary }))
            })
            .collect();
        let value = source.roles.get(&Role::Value).filter(|_| self.plan.with_value).cloned();
        let value = value.map(|column| push(column, Wanted::Amount));
        let request = Request {
            fields,
            predicates: self.predicates.iter().map(|predicate| predicate.expression.clone()).collect(),
            filter: self.plan.row_filter.clone(),
            as_of: self.plan.as_of,
        };
        (request, Shape { name, constant, by, value, hold })
    }

    fn stage<R: Record>(&self, batch: &Batch, shape: &Shape, spare: &Spare<R>, room: &Shelf<R>) -> Part<R> {
        let (Some(Column::Ids(ids)), Some(Column::Times(times))) = (batch.columns.first(), batch.columns.get(1)) else {
            return Packer::new(self, spare).finish(room);
        };
        let codes = shape.name.and_then(|position| codes_of(batch, position));
        let by: Vec<Option<&[u32]>> =
            shape.by.iter().map(|position| position.and_then(|position| codes_of(batch, position))).collect();
        let hold: Vec<Option<&[u32]>> =
            shape.hold.iter().map(|position| position.and_then(|position| codes_of(batch, position))).collect();
        let values = shape.value.and_then(|position| match batch.columns.get(position) {
            Some(Column::Amounts(values)) => Some(values.as_slice()),
            _ => None,
        });
        let mut packer = Packer::new(self, spare);
        let mut tuple = vec![0; by.len()];
        let mut values_held = vec![0; hold.len()];
        for row in 0..batch.rows {
            let name = codes.map_or(shape.constant, |codes| codes[row]);
            let mask = self.mask(batch, row, name);
            let excluded = if self.wants.general { self.excluded(batch, row, name) } else { 0 };
            if mask == 0 && excluded == 0 && !self.wants.all_rows {
                continue;
            }
            let Some(unit) = self.wants.unit(ids[row], &hold, row, &mut values_held) else {
                packer.told.without_hold += 1;
                continue;
            };
            for (slot, column) in tuple.iter_mut().zip(&by) {
                *slot = column.map_or(0, |column| column[row]);
            }
            let event = Unpacked {
                unit,
                time: times[row],
                class: packer.class(Class { mask, name, excluded }),
                group: if tuple.is_empty() { 0 } else { self.groups.code(&tuple) },
                value: values.and_then(|values| values[row]),
            };
            if !packer.push(&event, mask) {
                self.misfit.store(true, Ordering::Relaxed);
                break;
            }
        }
        packer.finish(room)
    }

    /// The class of each step name, by its code; the first is no name.
    fn classes_of_names(&self) -> Vec<u32> {
        let mut memo = ClassMemo::default();
        let masks = self.mask_of_name.iter().zip(0..);
        masks
            .map(|(mask, code)| match mask {
                0 => 0,
                mask => {
                    let name = if self.wants.names { code } else { 0 };
                    memo.number(&self.classes, Class { mask: *mask, name, excluded: 0 })
                }
            })
            .collect()
    }

    /// The steps that a row can stand for, and whether it meets the unit filter.
    #[inline]
    fn mask(&self, batch: &Batch, row: usize, name: u32) -> u64 {
        let mut mask = self.mask_of_name.get(name as usize).copied().unwrap_or(0);
        let (mut denied, mut unit) = (0, 0);
        for (predicate, met) in self.predicates.iter().zip(&batch.predicates) {
            match (&predicate.used_as, met[row]) {
                (Use::Step(step), true) => mask |= 1 << step,
                (Use::Entry, false) if self.wants.general || self.any_order() => denied = DENIED,
                (Use::Entry, false) => mask &= !1,
                (Use::Unit(filter), true) => unit |= unit_bit(*filter),
                _ => {}
            }
        }
        if mask == 0 { unit } else { mask | denied | unit }
    }

    /// The exclusions that a row meets.
    fn excluded(&self, batch: &Batch, row: usize, name: u32) -> u32 {
        let mut excluded = self.wants.excluded(name);
        for (predicate, met) in self.predicates.iter().zip(&batch.predicates) {
            match predicate.used_as {
                Use::Exclusion(position) if met[row] => excluded |= 1 << position,
                _ => {}
            }
        }
        excluded
    }

    /// Whether every event may begin an attempt, not only one of step 1.
    const fn any_order(&self) -> bool {
        matches!(self.plan.mode, Mode::Events { order: Order::Any, .. })
    }
}

fn codes_of(batch: &Batch, position: usize) -> Option<&[u32]> {
    match batch.columns.get(position) {
        Some(Column::Codes(codes)) => Some(codes),
        _ => None,
    }
}

/// Packs the events of one batch.
struct Packer<'a, R> {
    stager: &'a Stager<'a>,
    memo: ClassMemo,
    /// Class by code of the name, where nothing but the name decides it.
    class_of_name: Vec<u32>,
    /// Every event may begin an attempt, not only one of step 1.
    any_order: bool,
    packed: Packed<R>,
    spare: &'a Spare<R>,
    told: Told,
}

/// Packed events that were staged: their memory serves the next parts.
type Spare<R> = Mutex<Vec<Packed<R>>>;

impl<'a, R: Record> Packer<'a, R> {
    fn new(stager: &'a Stager<'a>, spare: &'a Spare<R>) -> Self {
        let packed = spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self {
            stager,
            memo: ClassMemo::default(),
            class_of_name: if stager.predicates.is_empty() && !stager.wants.general {
                stager.classes_of_names()
            } else {
                Vec::new()
            },
            any_order: stager.any_order(),
            packed: packed.unwrap_or_else(|| Packed::with_capacity(0)),
            spare,
            told: Told::new(stager.names.len()),
        }
    }

    #[inline]
    fn class(&mut self, class: Class) -> u32 {
        if let Some(seen) = self.told.seen.get_mut(class.name as usize) {
            *seen += 1;
        }
        if let Some(class) = self.class_of_name.get(class.name as usize) {
            return *class;
        }
        let name = if self.stager.wants.names { class.name } else { 0 };
        self.memo.number(&self.stager.classes, Class { name, ..class })
    }

    #[inline]
    fn push(&mut self, event: &Unpacked, mask: u64) -> bool {
        if mask & 1 == 1 || self.any_order {
            self.told.first_entry = self.told.first_entry.min(event.time);
            self.told.last_entry = self.told.last_entry.max(event.time);
        }
        self.packed.push(event)
    }

    fn finish(mut self, room: &Shelf<R>) -> Part<R> {
        let chunk = room.add(&self.packed);
        self.packed.clear();
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(self.packed);
        Part { chunk, told: self.told }
    }
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
