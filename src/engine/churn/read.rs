//! The scan: which columns churn needs of each kind of source, and how rows become packed facts about a customer.

use super::period::last_of_day;
use crate::engine::groups::{GroupNames, Groups};
use crate::engine::record::{Unpacked, Wide};
use crate::engine::store::{Packed, Staged};
use crate::error::{Error, Result};
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::expression::Condition;
use crate::input::source::{Request, Scan, Source};
use crate::model::billing::{Interval, Monthly};
use crate::model::decimal::Decimal;
use crate::model::kind::{Kind, Role};
use crate::model::names::fold;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::churn::{Basis, ChurnPlan};
use std::sync::atomic::{AtomicBool, Ordering};

/// Classes of packed facts: an end, or a start (of a snapshot: a stay that is open, or one that is over).
pub const END: u32 = 0;
pub const START: u32 = 1;
pub const CHURNED: u32 = 1;
/// Above the kind stand the unit filters that a row meets, one bit each.
pub const FILTER_SHIFT: u32 = 1;
const MOST_FILTERS: usize = 31;

/// Rows of all sources, packed by customer.
pub struct Read {
    pub chunks: Vec<Staged<Wide>>,
    pub groups: GroupNames,
    pub whole_days: bool,
    told: Told,
    zone: chrono_tz::Tz,
}

/// What a part of the input told besides its facts: the first start of a row that counts, and how late all rows go.
#[derive(Debug, Clone, Copy)]
struct Told {
    first: Micros,
    last_start: Micros,
    /// The last moment that is paid for.
    last_paid: Micros,
}

impl Default for Told {
    fn default() -> Self {
        Self { first: Micros::MAX, last_start: NO_TIME, last_paid: NO_TIME }
    }
}

impl Told {
    fn see(&mut self, start: Micros, over: Micros, counts: bool) {
        if counts {
            self.first = self.first.min(start);
        }
        self.last_start = self.last_start.max(start);
        self.last_paid = self.last_paid.max(if over == NO_TIME { NO_TIME } else { over - 1 });
    }

    fn merge(&mut self, other: &Self) {
        self.first = self.first.min(other.first);
        self.last_start = self.last_start.max(other.last_start);
        self.last_paid = self.last_paid.max(other.last_paid);
    }
}

impl Read {
    /// The as-of time in force: as given, else the latest time over all records (of dates the end of that day).
    #[must_use]
    pub fn as_of(&self, plan: &ChurnPlan) -> Option<Micros> {
        plan.as_of.or_else(|| Some(self.last_start().max(self.told.last_paid)).filter(|last| *last != NO_TIME))
    }

    /// Whether the as-of time was taken from an end that no start comes after.
    #[must_use]
    pub fn as_of_is_end(&self, plan: &ChurnPlan) -> bool {
        plan.as_of.is_none() && self.told.last_paid > self.last_start()
    }

    /// The earliest start, where there is one.
    #[must_use]
    pub fn span(&self) -> Option<Micros> {
        (self.told.first != Micros::MAX && self.told.last_start != NO_TIME).then_some(self.told.first)
    }

    fn last_start(&self) -> Micros {
        let last = self.told.last_start;
        if self.whole_days && last != NO_TIME { last_of_day(last, self.zone) } else { last }
    }
}

/// Reads all sources of a plan.
///
/// # Errors
/// Whatever reading reports; a monthly amount beyond the exact range.
pub fn read(plan: &ChurnPlan, sources: &[Source]) -> Result<(Read, Vec<Scan>)> {
    if plan.unit_filters.len() > MOST_FILTERS {
        let error = Error::usage(format!("more than {MOST_FILTERS} --where-unit conditions"));
        return Err(error.with_hint("join conditions on one row with AND"));
    }
    let stager = Stager { plan, groups: Groups::new(plan.by.len()), overflow: AtomicBool::new(false) };
    let (mut chunks, mut told, mut scans) = (Vec::new(), Told::default(), Vec::new());
    let never = AtomicBool::new(false);
    for source in sources {
        let (request, shape) = stager.request(source);
        let scanned = source.scan(&request, &|batch| stager.stage(batch, &shape), &never)?;
        for (staged, part) in scanned.staged {
            told.merge(&part);
            chunks.push(staged);
        }
        scans.push(scanned.scan);
    }
    if stager.overflow.load(Ordering::Relaxed) {
        return Err(Error::data("a monthly amount leaves the exact range"));
    }
    let whole_days = !scans.is_empty() && scans.iter().all(|scan: &Scan| scan.date_only);
    Ok((Read { chunks, groups: stager.groups.ranked(), whole_days, told, zone: plan.zone }, scans))
}

/// Where the columns of a source's batches stand; the customer is the first.
#[derive(Default)]
struct Shape {
    start: Option<usize>,
    over: Option<usize>,
    amount: Option<usize>,
    interval: Option<usize>,
    interval_count: Option<usize>,
    tenure: Option<usize>,
    churned: Option<usize>,
    by: Vec<Option<usize>>,
    /// Whether the last predicate says which rows count: the others still tell how late the data go.
    filtered: bool,
}

struct Stager<'a> {
    plan: &'a ChurnPlan,
    groups: Groups,
    overflow: AtomicBool,
}

impl Stager<'_> {
    fn request(&self, source: &Source) -> (Request, Shape) {
        let id = if source.kind == Kind::Events { Role::Id } else { Role::Customer };
        let mut fields = vec![Field { column: source.column(id), wanted: Wanted::Id }];
        let mut push = |column: String, wanted: Wanted| {
            fields.push(Field { column, wanted });
            fields.len() - 1
        };
        let mut shape = Shape::default();
        match self.plan.basis {
            Basis::Subscriptions => {
                let start = push(source.column(Role::Start), Wanted::Time { required: true });
                let end = push(source.column(Role::End), Wanted::Time { required: false });
                shape.start = Some(start);
                shape.over = Some(push(source.column(Role::End), Wanted::Over { start, end }));
                shape.amount = Some(push(source.column(Role::Amount), Wanted::Quantity));
                let interval = source.roles.get(&Role::Interval);
                shape.interval = interval.map(|column| push(column.clone(), interval_word()));
                let count = interval.and_then(|_| interval_count_column(source));
                shape.interval_count = count.map(|column| push(column, count_word()));
            }
            Basis::Activity { .. } => {
                shape.start = Some(push(source.column(Role::Time), Wanted::Time { required: true }));
            }
            Basis::Snapshot => {
                shape.tenure = Some(push(source.column(Role::Tenure), Wanted::Quantity));
                shape.churned = Some(push(source.column(Role::Churned), churned_word()));
            }
        }
        let by = self.plan.by.iter().enumerate().map(|(position, column)| {
            let column = source.attribute(column)?;
            Some(push(column, Wanted::Text { dictionary: self.groups.dictionary(position) }))
        });
        shape.by = by.collect();
        let mut request = Request {
            fields,
            predicates: self.plan.unit_filters.clone(),
            filter: self.plan.row_filter.clone(),
            as_of: self.plan.as_of,
        };
        if request.filter.as_ref().is_some_and(|filter| understands(source, filter)) {
            request.predicates.extend(request.filter.take());
            shape.filtered = true;
        }
        (request, shape)
    }

    fn stage(&self, batch: &Batch, shape: &Shape) -> (Staged<Wide>, Told) {
        let mut packed = Packed::with_capacity(batch.rows * 2);
        let mut told = Told::default();
        let Some(Column::Ids(ids)) = batch.columns.first() else { return (Staged::new(&packed), told) };
        let mut tuple = vec![0; shape.by.len()];
        for (row, unit) in ids.iter().enumerate() {
            for (slot, position) in tuple.iter_mut().zip(&shape.by) {
                *slot = code(batch, *position, row).unwrap_or(0);
            }
            let group = if tuple.is_empty() { 0 } else { self.groups.code(&tuple) };
            let filters = batch.predicates.iter().take(self.plan.unit_filters.len());
            let met = filters.rev().fold(0, |bits, met| bits << 1 | u32::from(met[row]));
            let counts = !shape.filtered || batch.predicates.last().is_none_or(|met| met[row]);
            told.see(time(batch, shape.start, row), time(batch, shape.over, row), counts);
            if !counts {
                continue;
            }
            let fact = Unpacked { unit: *unit, time: NO_TIME, class: met << FILTER_SHIFT, group, value: None };
            if self.plan.basis == Basis::Snapshot {
                let churned = code(batch, shape.churned, row).unwrap_or(0);
                // The wide form takes every fact.
                packed.push(&Unpacked { time: stay(batch, shape, row), class: fact.class | churned, ..fact });
            } else {
                self.term(batch, shape, row, fact, &mut packed);
            }
        }
        (Staged::new(&packed), told)
    }

    /// A subscription is its start and its end, with what is paid per month in between; an order is its start.
    fn term(&self, batch: &Batch, shape: &Shape, row: usize, fact: Unpacked, packed: &mut Packed<Wide>) {
        let start = time(batch, shape.start, row);
        let amount = shape.amount.map(|position| self.monthly(batch, shape, position, row));
        let value = amount.map(|amount| Decimal(amount.0));
        packed.push(&Unpacked { time: start, class: fact.class | START, value, ..fact });
        let over = time(batch, shape.over, row);
        if over != NO_TIME {
            packed.push(&Unpacked { time: over, class: END, group: 0, value, ..fact });
        }
    }

    fn monthly(&self, batch: &Batch, shape: &Shape, amount: usize, row: usize) -> Monthly {
        let amount = match batch.columns.get(amount) {
            Some(Column::Amounts(amounts)) => amounts[row].unwrap_or_default(),
            _ => Decimal::ZERO,
        };
        let interval = code(batch, shape.interval, row).map_or(Interval::MONTH, Interval::from_code);
        let interval = interval.times(code(batch, shape.interval_count, row).unwrap_or(1));
        interval.and_then(|interval| Monthly::of(amount, interval)).unwrap_or_else(|| {
            self.overflow.store(true, Ordering::Relaxed);
            Monthly::ZERO
        })
    }
}

/// Whether a source has all that a condition names; one that has not is read unfiltered, with a warning.
fn understands(source: &Source, condition: &str) -> bool {
    Condition::parse(condition).is_ok_and(|condition| condition.names().iter().all(|name| source.understands(name)))
}

/// A stay of a snapshot in millionths of whatever it counts.
fn stay(batch: &Batch, shape: &Shape, row: usize) -> i64 {
    let tenure = shape.tenure.and_then(|position| match batch.columns.get(position) {
        Some(Column::Amounts(amounts)) => amounts[row],
        _ => None,
    });
    let millionth = Decimal::ONE / 1_000_000;
    i64::try_from((tenure.unwrap_or_default().0 + millionth / 2) / millionth).unwrap_or(i64::MAX)
}

fn time(batch: &Batch, position: Option<usize>, row: usize) -> Micros {
    match position.and_then(|position| batch.columns.get(position)) {
        Some(Column::Times(times)) => times[row],
        _ => NO_TIME,
    }
}

fn code(batch: &Batch, position: Option<usize>, row: usize) -> Option<u32> {
    match batch.columns.get(position?) {
        Some(Column::Codes(codes)) => Some(codes[row]),
        _ => None,
    }
}

/// How many intervals lie between two bills, where a column beside the interval says so (Stripe's `interval_count`).
#[must_use]
pub fn interval_count_column(source: &Source) -> Option<String> {
    source.columns().into_iter().find(|column| fold(column).ends_with("intervalcount"))
}

/// A billing interval; one that is not known cannot be brought to a month.
#[must_use]
pub fn interval_word() -> Wanted {
    let read = |text: &str| Interval::from_words(text).map(Interval::code);
    Wanted::Word { read, empty: None, unknown: "not a known billing interval" }
}

/// How many intervals a bill covers; one where the cell is empty.
#[must_use]
pub fn count_word() -> Wanted {
    let read = |text: &str| text.parse().ok().filter(|count| (1..=366).contains(count));
    Wanted::Word { read, empty: Some(1), unknown: "not a number of billing intervals" }
}

/// Whether a customer of a snapshot has left.
#[must_use]
pub fn churned_word() -> Wanted {
    let read = |text: &str| match text.to_lowercase().as_str() {
        "1" | "true" | "yes" | "y" | "t" | "churned" => Some(CHURNED),
        "0" | "false" | "no" | "n" | "f" | "active" => Some(0),
        _ => None,
    };
    Wanted::Word { read, empty: None, unknown: "not a word for churned or active" }
}
