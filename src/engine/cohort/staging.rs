//! From the rows of events and orders to packed records: whether a row is a start, a return, or both.

use crate::engine::classes::{Class, ClassMemo, Classes, MOST_UNIT_FILTERS, unit_bit};
use crate::engine::groups::{GroupNames, Groups};
use crate::engine::record::{Record, Unpacked};
use crate::engine::store::{Packed, Staged};
use crate::error::{Error, Result};
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Scanned, Source};
use crate::model::kind::{Kind, Role};
use crate::model::time::{Micros, NO_TIME};
use crate::plan::StepMatch;
use crate::plan::cohort::{CohortPlan, First};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The row is a start; the first step of [`Classes`].
pub const START: u64 = 1;
/// The row is a return; the second one.
pub const RETURN: u64 = 2;

/// Turns batches into packed records; shared by all threads of a scan.
pub struct Stager<'a> {
    pub plan: &'a CohortPlan,
    /// Event names that the plan asks for.
    names: Vec<String>,
    dictionary: Arc<Dictionary>,
    /// Starts and returns by code of the name.
    mask_of_name: Vec<u64>,
    /// What every row is, whatever its name.
    always: u64,
    predicates: Vec<(String, Use)>,
    /// Names must be told apart: to know the first event of a name, or repeated ones.
    by_name: bool,
    classes: Classes,
    groups: Groups,
    /// Set where a record does not fit the form; the scan stops then.
    pub misfit: AtomicBool,
}

/// What an expression decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Is(u64),
    Entry,
    Unit(usize),
}

/// What a part of the input told besides its records. It travels with the part, since a part may be read twice.
#[derive(Debug, Clone)]
pub struct Told {
    /// Rows by code of the name.
    seen: Vec<u64>,
    first_start: Micros,
    last_start: Micros,
    /// Of deals, whose rows have several times.
    pub latest: Micros,
    pub late: u64,
    pub without_start: u64,
    pub undated: u64,
    pub backward: u64,
}

impl Told {
    pub fn new(names: usize) -> Self {
        Self {
            seen: vec![0; names + 1],
            first_start: Micros::MAX,
            last_start: NO_TIME,
            latest: NO_TIME,
            late: 0,
            without_start: 0,
            undated: 0,
            backward: 0,
        }
    }

    pub fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.seen.iter_mut().zip(&other.seen) {
            *mine += theirs;
        }
        self.first_start = self.first_start.min(other.first_start);
        self.last_start = self.last_start.max(other.last_start);
        self.latest = self.latest.max(other.latest);
        self.late += other.late;
        self.without_start += other.without_start;
        self.undated += other.undated;
        self.backward += other.backward;
    }

    /// First and last time of a start.
    pub fn span(&self) -> Option<(Micros, Micros)> {
        (self.first_start <= self.last_start).then_some((self.first_start, self.last_start))
    }
}

/// The packed records of one part of the input.
pub struct Part<R> {
    pub staged: Staged<R>,
    pub told: Told,
}

/// Where the columns of a source's batches stand.
struct Shape {
    name: Option<usize>,
    constant: u32,
    by: Vec<Option<usize>>,
    value: Option<usize>,
}

/// Records that were staged: their memory serves the next parts.
pub type Spare<R> = Mutex<Vec<Packed<R>>>;

impl<'a> Stager<'a> {
    pub fn new(plan: &'a CohortPlan) -> Self {
        let mut names: Vec<String> = Vec::new();
        for name in [&plan.start, &plan.returning].into_iter().flatten().flat_map(own_names) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let mut mask_of_name = vec![0; names.len() + 1];
        let (mut always, mut predicates) = (0, Vec::new());
        for (bit, matcher) in [(START, &plan.start), (RETURN, &plan.returning)] {
            match matcher {
                None => always |= bit,
                Some(StepMatch::Expression(expression)) => predicates.push((expression.clone(), Use::Is(bit))),
                Some(StepMatch::Names(matched)) => {
                    let coded = names.iter().enumerate().filter(|(_, name)| matched.contains(name));
                    coded.for_each(|(code, _)| mask_of_name[code + 1] |= bit);
                }
            }
        }
        predicates.extend(plan.entry_filter.iter().map(|filter| (filter.clone(), Use::Entry)));
        let units = plan.unit_filters.iter().enumerate();
        predicates.extend(units.map(|(position, filter)| (filter.clone(), Use::Unit(position))));
        Self {
            plan,
            dictionary: Arc::new(Dictionary::with_names(names.iter().map(String::as_str))),
            names,
            mask_of_name,
            always,
            predicates,
            by_name: plan.dedupe || (plan.first == First::Ever && plan.start.is_some()),
            classes: Classes::new(2),
            groups: Groups::new(plan.by.len()),
            misfit: AtomicBool::new(false),
        }
    }

    /// How many names the plan asks for.
    pub const fn names(&self) -> usize {
        self.names.len()
    }

    pub fn classes(&self) -> Vec<Class> {
        self.classes.all()
    }

    /// By class, whether its rows carry a name of the start: the first of these must match to be first ever.
    pub fn origins(&self) -> Vec<bool> {
        let classes = self.classes.all();
        let bears = |name: u32| match &self.plan.start {
            None => true,
            Some(StepMatch::Names(_)) => self.mask_of_name.get(name as usize).is_some_and(|mask| mask & START != 0),
            Some(StepMatch::Expression(_)) => classes.iter().any(|class| class.name == name && class.mask & START != 0),
        };
        classes.iter().map(|class| bears(class.name)).collect()
    }

    pub fn group_names(&self) -> GroupNames {
        self.groups.ranked()
    }

    /// Names that no record carries.
    pub fn unseen(&self, told: &Told) -> Vec<String> {
        let unseen = self.names.iter().zip(&told.seen[1..]).filter(|(_, seen)| **seen == 0);
        unseen.map(|(name, _)| name.clone()).collect()
    }

    /// Conditions whose truth is wanted per row.
    pub fn conditions(&self) -> Vec<String> {
        self.predicates.iter().map(|(expression, _)| expression.clone()).collect()
    }

    /// Fields of the breakdown columns that a source has, and where they stand behind `fields`.
    pub fn push_by(&self, source: &Source, fields: &mut Vec<Field>) -> Vec<Option<usize>> {
        let columns = self.plan.by.iter().enumerate();
        let pushed = columns.map(|(position, column)| {
            let wanted = Wanted::Text { dictionary: self.groups.dictionary(position) };
            fields.push(Field { column: source.attribute(column)?, wanted });
            Some(fields.len() - 1)
        });
        pushed.collect()
    }

    /// Reads a source of events or orders.
    pub fn scan<R: Record>(&self, source: &Source) -> Result<Scanned<Part<R>>> {
        if self.plan.unit_filters.len() > MOST_UNIT_FILTERS {
            let message = format!("more than {MOST_UNIT_FILTERS} --where-unit conditions");
            return Err(Error::usage(message).with_hint("join conditions on one event with AND"));
        }
        let (request, shape) = self.request(source);
        let spare = Spare::<R>::default();
        source.scan(&request, &|batch| self.stage(batch, &shape, &spare), &self.misfit)
    }

    /// Whether rows of other names than those asked for matter.
    fn needs_all_names(&self) -> bool {
        let is_row = |(_, used): &(String, Use)| *used != Use::Entry;
        self.always != 0 || self.predicates.iter().any(is_row)
    }

    fn request(&self, source: &Source) -> (Request, Shape) {
        let is_order = source.kind == Kind::Orders;
        let unit = if is_order { Role::Customer } else { Role::Id };
        let mut fields = vec![
            Field { column: source.column(unit), wanted: Wanted::Id },
            Field { column: source.column(Role::Time), wanted: Wanted::Time { required: true } },
        ];
        let constant = source.event_name.as_ref().map_or(0, |event| self.dictionary.code(event));
        let name = (!is_order && source.event_name.is_none()).then(|| {
            let only = (!self.needs_all_names()).then(|| self.names.clone());
            let wanted = Wanted::Name { dictionary: Arc::clone(&self.dictionary), required: true, only };
            fields.push(Field { column: source.column(Role::Event), wanted });
            fields.len() - 1
        });
        let by = self.push_by(source, &mut fields);
        let role = if is_order { Role::Amount } else { Role::Value };
        let value = source.roles.get(&role).filter(|_| self.plan.with_value()).map(|column| {
            fields.push(Field { column: column.clone(), wanted: Wanted::Amount });
            fields.len() - 1
        });
        let (filter, as_of) = (self.plan.row_filter.clone(), self.plan.as_of);
        (Request { fields, predicates: self.conditions(), filter, as_of }, Shape { name, constant, by, value })
    }

    fn stage<R: Record>(&self, batch: &Batch, shape: &Shape, spare: &Spare<R>) -> Part<R> {
        let mut packer = Packer::new(self, spare);
        let (Some(Column::Ids(ids)), Some(Column::Times(times))) = (batch.columns.first(), batch.columns.get(1)) else {
            return packer.finish();
        };
        let names = shape.name.and_then(|position| codes(batch, position));
        let by: Vec<Option<&[u32]>> =
            shape.by.iter().map(|position| position.and_then(|position| codes(batch, position))).collect();
        let values = shape.value.and_then(|position| match batch.columns.get(position) {
            Some(Column::Amounts(values)) => Some(values.as_slice()),
            _ => None,
        });
        let mut tuple = vec![0; by.len()];
        for row in 0..batch.rows {
            let name = names.map_or(shape.constant, |names| names[row]);
            let mask = self.mask(batch, row, name);
            for (slot, column) in tuple.iter_mut().zip(&by) {
                *slot = column.map_or(0, |column| column[row]);
            }
            let value = values.and_then(|values| values[row]);
            if !packer.push(ids[row], times[row], mask, name, &tuple, value) {
                break;
            }
        }
        packer.finish()
    }

    /// What a row is by its name, by the conditions, and which unit filters it meets.
    #[inline]
    pub fn mask(&self, batch: &Batch, row: usize, name: u32) -> u64 {
        let mut mask = self.always | self.mask_of_name.get(name as usize).copied().unwrap_or(0);
        for ((_, used), met) in self.predicates.iter().zip(&batch.predicates) {
            match (used, met[row]) {
                (Use::Is(bit), true) => mask |= bit,
                (Use::Entry, false) => mask &= !START,
                (Use::Unit(filter), true) => mask |= unit_bit(*filter),
                _ => {}
            }
        }
        mask
    }
}

fn own_names(matcher: &StepMatch) -> &[String] {
    match matcher {
        StepMatch::Names(names) => names,
        StepMatch::Expression(_) => &[],
    }
}

fn codes(batch: &Batch, position: usize) -> Option<&[u32]> {
    match batch.columns.get(position) {
        Some(Column::Codes(codes)) => Some(codes),
        _ => None,
    }
}

/// Packs the records of one batch.
pub struct Packer<'a, R> {
    stager: &'a Stager<'a>,
    memo: ClassMemo,
    packed: Packed<R>,
    spare: &'a Spare<R>,
    pub told: Told,
}

impl<'a, R: Record> Packer<'a, R> {
    pub fn new(stager: &'a Stager<'a>, spare: &'a Spare<R>) -> Self {
        let packed = spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self {
            stager,
            memo: ClassMemo::default(),
            packed: packed.unwrap_or_else(|| Packed::with_capacity(0)),
            spare,
            told: Told::new(stager.names()),
        }
    }

    /// Packs a row; returns false where it does not fit the form.
    #[inline]
    pub fn push(
        &mut self,
        unit: u128,
        time: Micros,
        mask: u64,
        name: u32,
        tuple: &[u32],
        value: Option<crate::model::decimal::Decimal>,
    ) -> bool {
        if let Some(seen) = self.told.seen.get_mut(name as usize) {
            *seen += 1;
        }
        let by_name = self.stager.by_name;
        if mask == 0 && self.stager.plan.first != First::Ever {
            return true;
        }
        if mask & START != 0 {
            self.told.first_start = self.told.first_start.min(time);
            self.told.last_start = self.told.last_start.max(time);
        }
        let class = match mask {
            START | RETURN if !by_name => u32::from(mask == RETURN),
            _ => self
                .memo
                .number(&self.stager.classes, Class { mask, name: if by_name { name } else { 0 }, excluded: 0 }),
        };
        let group = if tuple.is_empty() { 0 } else { self.stager.groups.code(tuple) };
        let fits = self.packed.push(&Unpacked { unit, time, class, group, value });
        if !fits {
            self.stager.misfit.store(true, Ordering::Relaxed);
        }
        fits
    }

    pub fn finish(mut self) -> Part<R> {
        let staged = Staged::new(&self.packed);
        self.packed.clear();
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(self.packed);
        Part { staged, told: self.told }
    }
}
