//! Formats of time and amount columns: told by a flag, or found in the data and remembered per file and column.

use super::batch::Wanted;
use super::evidence::Evidence;
use super::file::File;
use super::left_out::LaidTest;
use super::source::Shared;
use super::values::{AmountColumn, AmountFlags, AmountFormat, Currency, DateOrder, SourceZone, TimeColumn, TimeFormat};
use crate::document::Note;
use crate::error::{Error, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

/// What was told about the cells of a source.
#[derive(Debug, Clone)]
pub struct Told {
    pub time_format: Option<TimeFormat>,
    pub date_order: Option<DateOrder>,
    pub zone: SourceZone,
    pub amounts: AmountFlags,
    /// Columns that count: their numbers are whole.
    pub counts: BTreeSet<String>,
    /// Whether amounts may be written as `1.5K`.
    pub shortened: bool,
}

/// Formats by slot of the needed columns.
#[derive(Debug, Default)]
pub struct Decided {
    pub times: BTreeMap<usize, Option<TimeColumn>>,
    pub amounts: BTreeMap<usize, AmountColumn>,
}

type Known<T> = Mutex<BTreeMap<(String, usize), T>>;

/// The formats of a source's columns.
#[derive(Debug)]
pub struct Formats {
    told: Told,
    times: Known<Option<TimeColumn>>,
    amounts: Known<AmountColumn>,
    /// The currency of each column by name, and the file that had it first.
    currencies: Mutex<BTreeMap<String, (Currency, String)>>,
    notes: Mutex<Vec<Note>>,
}

impl Formats {
    #[must_use]
    pub const fn new(told: Told) -> Self {
        Self {
            told,
            times: Mutex::new(BTreeMap::new()),
            amounts: Mutex::new(BTreeMap::new()),
            currencies: Mutex::new(BTreeMap::new()),
            notes: Mutex::new(Vec::new()),
        }
    }

    /// Whether the format of times is found in the data, column by column.
    #[must_use]
    pub const fn finds_times(&self) -> bool {
        self.told.time_format.is_none()
    }

    /// Whether naive times of typed files are in a zone other than UTC.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.told.zone != SourceZone::Utc
    }

    /// The zone of times that are written without one.
    #[must_use]
    pub const fn zone(&self) -> SourceZone {
        self.told.zone
    }

    /// The formats of times and amounts found so far, in the order of files and columns; not those that were told.
    #[must_use]
    pub fn found(&self) -> (Vec<TimeFormat>, Vec<AmountFormat>) {
        let times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        let amounts = self.amounts.lock().unwrap_or_else(PoisonError::into_inner);
        let times = times.values().flatten().map(|column| column.format.clone()).collect();
        (times, amounts.values().map(|column| column.format).collect())
    }

    /// Takes the notes about formats found since the last call.
    pub fn take_notes(&self) -> Vec<Note> {
        std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Returns the currency that the cells of an amount column name, as far as the column was read.
    #[must_use]
    pub fn currency(&self, file: &File, column: usize) -> Option<&'static str> {
        let known = self.amounts.lock().unwrap_or_else(PoisonError::into_inner);
        let column = known.get(&(file.path().to_owned(), column))?;
        column.format.currency.map(super::values::Currency::name)
    }

    /// Decides the formats of the columns that a scan needs.
    ///
    /// # Errors
    /// A column that the data cannot decide is a data error that names the flag.
    pub fn of<'a>(
        &self,
        file: &File,
        needed: &[usize],
        wanted: impl Iterator<Item = (usize, &'a Wanted)>,
        left_out: &[LaidTest],
        shared: &Shared,
    ) -> Result<Decided> {
        let (mut times, mut amounts) = (Vec::new(), Vec::new());
        for (slot, wanted) in wanted {
            match wanted {
                Wanted::Time { .. } => times.push(slot),
                Wanted::Amount | Wanted::Quantity => amounts.push(slot),
                Wanted::Id
                | Wanted::Name { .. }
                | Wanted::Text { .. }
                | Wanted::Over { .. }
                | Wanted::Word { .. }
                | Wanted::Label { .. }
                | Wanted::Cell => {}
            }
        }
        let mut decided = Decided::default();
        self.recall(file, needed, &mut times, &mut amounts, &mut decided);
        if times.is_empty() && amounts.is_empty() {
            return Ok(decided);
        }
        let evidence = Evidence::new(&times, &amounts, shared.nulls.clone())
            .told(self.told.date_order, self.told.amounts, self.told.shortened)
            .without(left_out);
        let evidence = file.gather(needed, evidence, shared)?;
        let undecided = |slot: usize, message: String, hint: &str| {
            let line = evidence.first_lines.get(&slot).copied();
            Error::data(message).at(file.path(), line, Some(&file.headers()[needed[slot]])).with_hint(hint)
        };
        for (slot, found) in &evidence.times {
            let column = needed[*slot];
            let format = found.decide(self.told.date_order);
            let format = format.map_err(|problem| undecided(*slot, problem.to_string(), problem.hint()))?;
            let format = format.map(|format| TimeColumn::new(format, self.told.zone));
            self.tell(file, column, format.as_ref());
            remember(&self.times, file, column, format.clone());
            decided.times.insert(*slot, format);
        }
        for (slot, found) in &evidence.amounts {
            let column = needed[*slot];
            let is_count = self.told.counts.contains(&file.headers()[column]);
            let flags = self.told.amounts;
            let format = if is_count { found.decide_whole(flags) } else { found.decide(flags) };
            let format = format.map_err(|problem| undecided(*slot, problem.to_string(), problem.hint()))?;
            self.refuse_currencies(file, column, format)?;
            let format = AmountColumn::new(format).with_nulls(shared.nulls.clone());
            let format = format.with_shortened(self.told.shortened);
            remember(&self.amounts, file, column, format.clone());
            decided.amounts.insert(*slot, format);
        }
        Ok(decided)
    }

    /// A column has one currency, in all files of the source: amounts in several are never added.
    fn refuse_currencies(&self, file: &File, column: usize, format: AmountFormat) -> Result<()> {
        let Some(currency) = format.currency else { return Ok(()) };
        let name = &file.headers()[column];
        let mut known = self.currencies.lock().unwrap_or_else(PoisonError::into_inner);
        let (other, path) = known.entry(name.clone()).or_insert_with(|| (currency, file.path().to_owned()));
        if *other == currency {
            return Ok(());
        }
        let message = format!("the amounts are in {}, those of {path} in {}", currency.name(), other.name());
        let error = Error::data(message).at(file.path(), None, Some(name));
        Err(error.with_hint("convert them to one currency first, or analyse the files one by one"))
    }

    /// Fills in what is told or already known; leaves in the lists what must be found out.
    fn recall(
        &self,
        file: &File,
        needed: &[usize],
        times: &mut Vec<usize>,
        amounts: &mut Vec<usize>,
        decided: &mut Decided,
    ) {
        let known = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.retain(|slot| {
            let key = (file.path().to_owned(), needed[*slot]);
            let format = match &self.told.time_format {
                Some(format) => Some(Some(TimeColumn::new(format.clone(), self.told.zone))),
                None => known.get(&key).cloned(),
            };
            format.map(|format| decided.times.insert(*slot, format)).is_none()
        });
        let known = self.amounts.lock().unwrap_or_else(PoisonError::into_inner);
        amounts.retain(|slot| {
            let format = known.get(&(file.path().to_owned(), needed[*slot])).cloned();
            format.map(|format| decided.amounts.insert(*slot, format)).is_none()
        });
    }

    /// A format that is not plain ISO 8601 was chosen by us: that is said.
    fn tell(&self, file: &File, column: usize, format: Option<&TimeColumn>) {
        let Some(found) = format.filter(|found| found.format != TimeFormat::Iso) else { return };
        let text = format!("{}: times of `{}` are read as {}", file.path(), file.headers()[column], found.format);
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(Note::note("time_format", text));
    }
}

fn remember<T>(known: &Known<T>, file: &File, column: usize, format: T) {
    known.lock().unwrap_or_else(PoisonError::into_inner).insert((file.path().to_owned(), column), format);
}
