//! Deals as starts and returns: a deal starts when it is created and returns when it is won.

use super::staging::{Packer, Part, RETURN, START, Spare, Stager};
use crate::engine::classes::UNIT_BITS;
use crate::engine::record::Record;
use crate::error::Result;
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Scanned, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::Role;
use crate::model::outcome::Outcome;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::local_day;
use std::sync::Arc;

/// Where the columns of a batch of deals stand; the id is the first and the creation the second.
struct Shape {
    closed: Option<usize>,
    /// Status, then stage.
    words: Vec<usize>,
    amount: Option<usize>,
    by: Vec<Option<usize>>,
    /// Every column of times.
    times: Vec<usize>,
    dictionary: Arc<Dictionary>,
}

/// Reads a source of deals.
pub fn scan<R: Record>(stager: &Stager<'_>, source: &Source) -> Result<Scanned<Part<R>>> {
    let dictionary = Arc::new(Dictionary::default());
    let mut fields = vec![Field { column: source.column(Role::Id), wanted: Wanted::Id }];
    let mut push = |column: String, wanted: Wanted| {
        fields.push(Field { column, wanted });
        fields.len() - 1
    };
    let role = |role: Role| source.roles.get(&role).cloned();
    let mut times = vec![push(source.column(Role::Created), Wanted::Time { required: false })];
    let closed = role(Role::Closed).map(|column| push(column, Wanted::Time { required: false }));
    times.extend(closed);
    // Only the as-of time looks at them.
    times.extend(source.stage_dates.iter().map(|(_, column)| push(column.clone(), Wanted::Time { required: false })));
    let word = |column| (column, Wanted::Name { dictionary: Arc::clone(&dictionary), required: false, only: None });
    let words = [Role::Status, Role::Stage].into_iter().filter_map(role).map(word);
    let words = words.map(|(column, wanted)| push(column, wanted)).collect();
    let amount = role(Role::Amount).filter(|_| stager.plan.with_value()).map(|column| push(column, Wanted::Amount));
    let by = stager.push_by(source, &mut fields);
    let shape = Shape { closed, words, amount, by, times, dictionary };
    let request =
        Request { fields, predicates: stager.conditions(), filter: stager.plan.row_filter.clone(), as_of: None };
    let spare = Spare::<R>::default();
    source.scan(&request, &|batch| stage(stager, source, batch, &shape, &spare), &stager.misfit)
}

fn stage<R: Record>(stager: &Stager<'_>, source: &Source, batch: &Batch, shape: &Shape, spare: &Spare<R>) -> Part<R> {
    let mut packer = Packer::new(stager, spare);
    let Some(Column::Ids(ids)) = batch.columns.first() else { return packer.finish() };
    let is_won: Vec<Outcome> = shape.dictionary.names().iter().map(|word| source.outcomes.outcome(word)).collect();
    let mut tuple = vec![0; shape.by.len()];
    for (row, unit) in ids.iter().enumerate() {
        for (slot, position) in tuple.iter_mut().zip(&shape.by) {
            *slot = position.map_or(0, |position| code(batch, position, row));
        }
        let words = shape.words.iter().map(|position| is_won.get(code(batch, *position, row) as usize));
        let outcome = words.flatten().find(|outcome| **outcome != Outcome::Open);
        let deal = Deal {
            created: time(batch, shape.times[0], row),
            closed: shape.closed.map_or(NO_TIME, |position| time(batch, position, row)),
            won: outcome == Some(&Outcome::Won),
            amount: shape.amount.and_then(|position| amount(batch, position, row)),
        };
        let late = |time: &Micros| stager.plan.as_of.is_some_and(|as_of| *time > as_of);
        let times = shape.times.iter().map(|position| time(batch, *position, row));
        packer.told.latest = times.filter(|time| !late(time)).fold(packer.told.latest, Micros::max);
        if !deal.push(&mut packer, stager, *unit, stager.mask(batch, row, 0), &tuple) {
            break;
        }
    }
    packer.finish()
}

/// What one row of deals says.
struct Deal {
    created: Micros,
    closed: Micros,
    won: bool,
    amount: Option<Decimal>,
}

impl Deal {
    /// Packs the creation and the win; returns false where they do not fit the form.
    fn push<R: Record>(
        &self,
        packer: &mut Packer<'_, R>,
        stager: &Stager<'_>,
        unit: u128,
        mask: u64,
        tuple: &[u32],
    ) -> bool {
        let plan = stager.plan;
        let late = |time: Micros| plan.as_of.is_some_and(|as_of| time > as_of);
        if mask & START == 0 {
            return true;
        }
        if self.created == NO_TIME {
            packer.told.without_start += 1;
            return true;
        }
        if late(self.created) {
            packer.told.late += 1;
            return true;
        }
        if !packer.push(unit, self.created, START | mask & UNIT_BITS, 0, tuple, None) {
            return false;
        }
        if !self.won || late(self.closed) {
            return true;
        }
        if self.closed == NO_TIME {
            packer.told.undated += 1;
            return true;
        }
        if self.closed < self.created && local_day(self.closed, plan.zone) < local_day(self.created, plan.zone) {
            packer.told.backward += 1;
        }
        packer.push(unit, self.closed.max(self.created), RETURN | mask & UNIT_BITS, 0, tuple, self.amount)
    }
}

fn code(batch: &Batch, position: usize, row: usize) -> u32 {
    match batch.columns.get(position) {
        Some(Column::Codes(codes)) => codes[row],
        _ => 0,
    }
}

fn time(batch: &Batch, position: usize, row: usize) -> Micros {
    match batch.columns.get(position) {
        Some(Column::Times(times)) => times[row],
        _ => NO_TIME,
    }
}

fn amount(batch: &Batch, position: usize, row: usize) -> Option<Decimal> {
    match batch.columns.get(position) {
        Some(Column::Amounts(amounts)) => amounts[row],
        _ => None,
    }
}
