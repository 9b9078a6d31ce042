//! From the rows of a batch to events: which columns are read, which steps a row is, what the rules ask of it.

use super::packer::{Packer, Part, Spare};
use crate::engine::classes::{Class, ClassMemo, Classes, unit_bit};
use crate::engine::groups::Groups;
use crate::engine::kernel::DENIED;
use crate::engine::record::{Record, Unpacked};
use crate::engine::shelf::Shelf;
use crate::engine::step_names;
use crate::engine::wants::Wants;
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Source};
use crate::model::kind::Role;
use crate::plan::{JourneyPlan, Mode, Order, StepMatch};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Where the columns of a source's batches stand.
pub(super) struct Shape {
    /// Position of the name column; `None` where every row has the constant name.
    pub(super) name: Option<usize>,
    pub(super) constant: u32,
    /// For each breakdown column its position, where the source has it.
    pub(super) by: Vec<Option<usize>>,
    pub(super) value: Option<usize>,
    /// As `by`, for the columns that are held.
    pub(super) hold: Vec<Option<usize>>,
}

/// Turns batches into packed events; shared by all threads of a scan.
pub(super) struct Stager<'a> {
    pub(super) plan: &'a JourneyPlan,
    pub(super) names: Vec<String>,
    pub(super) dictionary: Arc<Dictionary>,
    /// Steps by code of the name.
    pub(super) mask_of_name: Vec<u64>,
    /// Steps by predicate, then the entry filter and the unit filter where given.
    pub(super) predicates: Vec<Predicate>,
    pub(super) classes: Classes,
    pub(super) groups: Groups,
    pub(super) distinct: bool,
    /// What rules beyond the plain funnel ask of the rows.
    pub(super) wants: Wants,
    /// Set where an event does not fit the form; the scan stops then.
    pub(super) misfit: AtomicBool,
}

/// What an expression decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Use {
    Step(usize),
    Entry,
    Unit(usize),
    Exclusion(usize),
}

pub(super) struct Predicate {
    pub(super) expression: String,
    pub(super) used_as: Use,
}

impl<'a> Stager<'a> {
    pub(super) fn new(plan: &'a JourneyPlan) -> Self {
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
    pub(super) fn needs_all_rows(&self) -> bool {
        self.wants.all_rows || self.predicates.iter().any(|predicate| predicate.used_as != Use::Entry)
    }

    pub(super) fn request(&self, source: &Source) -> (Request, Shape) {
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

    pub(super) fn stage<R: Record>(&self, batch: &Batch, shape: &Shape, spare: &Spare<R>, room: &Shelf<R>) -> Part<R> {
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
    pub(super) fn classes_of_names(&self) -> Vec<u32> {
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
    pub(super) fn mask(&self, batch: &Batch, row: usize, name: u32) -> u64 {
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
    pub(super) fn excluded(&self, batch: &Batch, row: usize, name: u32) -> u32 {
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
    pub(super) const fn any_order(&self) -> bool {
        matches!(self.plan.mode, Mode::Events { order: Order::Any, .. })
    }
}

pub(super) fn codes_of(batch: &Batch, position: usize) -> Option<&[u32]> {
    match batch.columns.get(position) {
        Some(Column::Codes(codes)) => Some(codes),
        _ => None,
    }
}
