//! The scan of a source for `check`: which columns are read, and what each part of the input tells.

use super::{AmountFacts, NameFacts};
use crate::engine::record::{Unpacked, Wide};
use crate::engine::store::{Packed, Staged};
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::{Kind, Role};
use crate::model::time::{MICROS_PER_DAY, Micros, NO_TIME};
use crate::plan::calendar::{day_start, local_day};
use chrono_tz::Tz;
use foldhash::fast::FixedState;
use std::collections::HashMap;
use std::sync::Arc;

/// Roles that say when a row happened; a source has one of them.
const TIMES: [Role; 3] = [Role::Time, Role::Created, Role::Start];
const ENDS: [Role; 2] = [Role::Closed, Role::End];
const NAMES: [Role; 7] =
    [Role::Event, Role::Stage, Role::Status, Role::Channel, Role::Campaign, Role::Plan, Role::Churned];
/// Roles that are numbers; the first three are money and are summed.
const AMOUNTS: [Role; 7] =
    [Role::Value, Role::Amount, Role::Cost, Role::Quantity, Role::Clicks, Role::Impressions, Role::Tenure];
const SUMMED: usize = 3;

struct Names {
    role: Role,
    position: usize,
    dictionary: Arc<Dictionary>,
}

struct Amounts {
    role: Role,
    position: usize,
}

/// What is asked of the scan of a source, and where it stands in the batches.
pub struct Reading {
    pub request: Request,
    id: Option<usize>,
    time: Option<usize>,
    end: Option<usize>,
    names: Vec<Names>,
    amounts: Vec<Amounts>,
    zone: Tz,
}

impl Reading {
    /// Asks for every role that has a format to be checked; sessions and intervals are any text.
    pub fn new(source: &Source, zone: Tz) -> Self {
        let mut fields: Vec<Field> = Vec::new();
        let mut push = |column: &String, wanted: Wanted| {
            fields.push(Field { column: column.clone(), wanted });
            fields.len() - 1
        };
        let first = |roles: &[Role]| roles.iter().find_map(|role| source.roles.get_key_value(role));
        let id = first(&[Role::Id, Role::Customer]).map(|(_, column)| (push(column, Wanted::Id), column));
        // Deals may lack their creation, as in every other command.
        let time = first(&TIMES)
            .map(|(role, column)| (push(column, Wanted::Time { required: *role != Role::Created }), column));
        let end = first(&ENDS).map(|(_, column)| push(column, Wanted::Time { required: false }));
        for (_, column) in &source.stage_dates {
            push(column, Wanted::Time { required: false });
        }
        let mut names = Vec::new();
        for role in NAMES {
            if let Some(column) = source.roles.get(&role) {
                let required = role == Role::Event || role == Role::Stage && source.kind == Kind::History;
                let dictionary = Arc::new(Dictionary::default());
                let wanted = Wanted::Name { dictionary: Arc::clone(&dictionary), required, only: None };
                names.push(Names { role, position: push(column, wanted), dictionary });
            }
        }
        let amounts = AMOUNTS.into_iter().filter_map(|role| source.roles.get_key_value(&role));
        let amounts =
            amounts.map(|(role, column)| Amounts { role: *role, position: push(column, Wanted::Amount) }).collect();
        let is_time = |column: &String| time.is_some_and(|(_, time)| time == column);
        let rounded = id.and_then(|(_, column)| rounded_ids(column).filter(|_| !is_time(column)));
        let (id, time) = (id.map(|(position, _)| position), time.map(|(position, _)| position));
        let request = Request { fields, predicates: rounded.into_iter().collect(), ..Request::default() };
        Self { request, id, time, end, names, amounts, zone }
    }

    pub const fn has_ids(&self) -> bool {
        self.id.is_some()
    }

    pub const fn has_times(&self) -> bool {
        self.time.is_some()
    }

    /// Position, among the columns of numbers, of the one that is summed.
    fn value(&self) -> Option<usize> {
        self.amounts.iter().position(|amounts| AMOUNTS[..SUMMED].contains(&amounts.role))
    }

    /// The column whose name tells rows of one id and time apart; a state does not.
    fn class(&self) -> Option<usize> {
        let first = self.names.first().filter(|names| !matches!(names.role, Role::Status | Role::Churned));
        first.map(|names| names.position)
    }

    pub fn has_value(&self) -> bool {
        self.value().is_some()
    }

    /// The names that were met, with their rows.
    pub fn names(&self, told: &Told) -> Vec<NameFacts> {
        let counted = self.names.iter().zip(&told.names);
        let facts = counted.map(|(names, counts)| {
            let known = names.dictionary.names();
            let named = counts.iter().filter(|(code, _)| **code != 0);
            let counts = named.filter_map(|(code, rows)| Some((known.get(*code as usize)?.clone(), *rows))).collect();
            NameFacts { role: names.role, counts }
        });
        facts.collect()
    }

    pub fn amounts(&self, told: &Told) -> Vec<AmountFacts> {
        let counted = self.amounts.iter().zip(&told.signs);
        counted.map(|(amounts, signs)| AmountFacts { role: amounts.role, ..signs.clone() }).collect()
    }

    /// Packs the rows of a batch by unit, and counts what needs no units.
    pub fn stage(&self, batch: &Batch) -> Part {
        let mut told = Told::new(self);
        told.rows = batch.rows as u64;
        told.rounded = batch.predicates.iter().flatten().filter(|met| **met).count() as u64;
        for (counts, names) in told.names.iter_mut().zip(&self.names) {
            for code in codes(batch, Some(names.position)) {
                *counts.entry(*code).or_default() += 1;
            }
        }
        for (signs, amounts) in told.signs.iter_mut().zip(&self.amounts) {
            for amount in decimals(batch, Some(amounts.position)).iter().flatten() {
                signs.negative += u64::from(amount.0 < 0);
                signs.zero += u64::from(amount.0 == 0);
            }
        }
        let starts = times(batch, self.time);
        for (start, end) in starts.iter().zip(times(batch, self.end)) {
            told.reversed += u64::from(ends_before(*start, *end, self.zone));
        }
        Part { staged: self.pack(batch, &mut told), told }
    }

    fn pack(&self, batch: &Batch, told: &mut Told) -> Staged<Wide> {
        let mut packed = Packed::with_capacity(batch.rows);
        let starts = times(batch, self.time);
        let names = codes(batch, self.class());
        let values = decimals(batch, self.value().map(|value| self.amounts[value].position));
        let ids: &[u128] = match self.id.and_then(|position| batch.columns.get(position)) {
            Some(Column::Ids(ids)) => ids,
            _ => &[],
        };
        for row in 0..batch.rows {
            let time = starts.get(row).copied().unwrap_or(NO_TIME);
            let value = values.get(row).copied().flatten();
            told.time(time);
            told.sum = told.sum.and_then(|sum| sum.checked_add(value.unwrap_or_default()));
            packed.push(&Unpacked {
                unit: ids.get(row).copied().unwrap_or_default(),
                time,
                class: names.get(row).copied().unwrap_or_default(),
                group: 0,
                value,
            });
        }
        Staged::new(&packed)
    }
}

/// A condition that is met by numbers in scientific notation, as spreadsheets show long ones.
///
/// `None` for a column name that polars would take for a pattern.
fn rounded_ids(column: &str) -> Option<String> {
    let is_plain = !column.contains(['"', '*', '^']);
    is_plain.then(|| format!("\"{column}\" LIKE '%E+__' AND \"{column}\" > 0"))
}

/// Whether a row ends before it begins; an end that is a date lasts to the end of its day.
fn ends_before(start: Micros, end: Micros, zone: Tz) -> bool {
    if start == NO_TIME || end == NO_TIME || end >= start {
        return false;
    }
    let is_date = end.rem_euclid(MICROS_PER_DAY) == 0 || end == day_start(local_day(end, zone), zone);
    !is_date || end + MICROS_PER_DAY <= start
}

fn times(batch: &Batch, position: Option<usize>) -> &[Micros] {
    match position.and_then(|position| batch.columns.get(position)) {
        Some(Column::Times(times)) => times,
        _ => &[],
    }
}

fn codes(batch: &Batch, position: Option<usize>) -> &[u32] {
    match position.and_then(|position| batch.columns.get(position)) {
        Some(Column::Codes(codes)) => codes,
        _ => &[],
    }
}

fn decimals(batch: &Batch, position: Option<usize>) -> &[Option<Decimal>] {
    match position.and_then(|position| batch.columns.get(position)) {
        Some(Column::Amounts(amounts)) => amounts,
        _ => &[],
    }
}

/// The rows of one part of the input.
pub struct Part {
    pub staged: Staged<Wide>,
    pub told: Told,
}

/// What a part of the input told besides its rows. It travels with the part, since a part may be read twice.
pub struct Told {
    pub rows: u64,
    first: Micros,
    last: Micros,
    pub untimed: u64,
    /// `None` where it is out of range.
    pub sum: Option<Decimal>,
    pub reversed: u64,
    pub rounded: u64,
    /// Rows by code, per column of names.
    names: Vec<HashMap<u32, u64, FixedState>>,
    signs: Vec<AmountFacts>,
}

impl Told {
    pub fn new(reading: &Reading) -> Self {
        let signs = reading.amounts.iter().map(|amounts| AmountFacts { role: amounts.role, negative: 0, zero: 0 });
        Self {
            rows: 0,
            first: Micros::MAX,
            last: NO_TIME,
            untimed: 0,
            sum: Some(Decimal::ZERO),
            reversed: 0,
            rounded: 0,
            names: vec![HashMap::default(); reading.names.len()],
            signs: signs.collect(),
        }
    }

    fn time(&mut self, time: Micros) {
        if time == NO_TIME {
            self.untimed += 1;
        } else {
            self.first = self.first.min(time);
            self.last = self.last.max(time);
        }
    }

    /// First and last time.
    pub fn span(&self) -> Option<(Micros, Micros)> {
        (self.first <= self.last).then_some((self.first, self.last))
    }

    pub fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.untimed += other.untimed;
        self.sum = self.sum.and_then(|sum| sum.checked_add(other.sum?));
        self.reversed += other.reversed;
        self.rounded += other.rounded;
        for (mine, theirs) in self.names.iter_mut().zip(&other.names) {
            for (code, rows) in theirs {
                *mine.entry(*code).or_default() += rows;
            }
        }
        for (mine, theirs) in self.signs.iter_mut().zip(&other.signs) {
            mine.negative += theirs.negative;
            mine.zero += theirs.zero;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Micros = MICROS_PER_DAY / 24;

    #[test]
    fn an_end_that_is_a_date_lasts_all_day() {
        let utc = Tz::UTC;
        let noon = 10 * MICROS_PER_DAY + 12 * HOUR;
        assert!(!ends_before(noon, noon, utc));
        assert!(ends_before(noon, noon - HOUR, utc));
        // Midnight of the same day may be the date of a close in the evening; the day before is too early.
        assert!(!ends_before(noon, 10 * MICROS_PER_DAY, utc));
        assert!(ends_before(noon, 9 * MICROS_PER_DAY, utc));
        // In Paris, an hour ahead in January, the eleventh day begins at 23:00 UTC of the tenth.
        let paris_midnight = 9 * MICROS_PER_DAY + 23 * HOUR;
        assert!(!ends_before(noon, paris_midnight, Tz::Europe__Paris));
        assert!(ends_before(noon, paris_midnight, utc));
        assert!(!ends_before(NO_TIME, noon, utc) && !ends_before(noon, NO_TIME, utc));
    }
}
