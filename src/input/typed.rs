//! Records to typed columns: every recognised cell is judged, rows that are wanted are kept, the rest is counted.
//!
//! One [`Layout`] per file says how each field is read; one [`Builder`] per part of the file does it. Whatever the
//! format of the file, its records come through here, so that a reject is the same reject everywhere.

use super::batch::{Batch, Column, UnitKey, Wanted};
use super::cells::Cells;
use super::dictionary::{Dictionary, Memo, SHAPED, Shape};
use super::expression::{Condition, Operand, Texts};
use super::left_out::LaidTest;
use super::lookup::Lookup;
use super::values::{AmountColumn, NullWords, TimeColumn, TimeParser, clean, normalized, short_id, unit_key};
use crate::error::Result;
use crate::model::decimal::Decimal;
use crate::model::presets::Ids;
use crate::model::time::{LATEST_EXCLUDED, MICROS_PER_DAY, Micros, NO_TIME};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Why a record is rejected, and which of its columns is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Position in the file.
    pub column: usize,
    pub reason: &'static str,
}

/// A cell as the file's format gives it.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    Null,
    Text(&'a [u8]),
    /// A typed time, of a format that has them.
    Time {
        at: Micros,
        date_only: bool,
    },
}

/// A record, as the file's format gives it.
pub trait Row<'c> {
    /// The cell of a needed column, by its slot.
    fn cell(&self, slot: usize) -> Cell<'c>;

    /// The same cell where its text is wanted, of a typed time too.
    fn text(&self, slot: usize) -> Cell<'c> {
        self.cell(slot)
    }

    /// The amount of a cell that is a number of its own type, which needs no format to be read.
    fn amount(&self, _slot: usize) -> Option<Decimal> {
        None
    }
}

impl<'a> Cell<'a> {
    fn text(self) -> &'a [u8] {
        match self {
            Cell::Text(text) => text,
            Cell::Null | Cell::Time { .. } => b"",
        }
    }

    /// The cell as text; a typed time by ISO 8601.
    fn shown(self) -> Option<Cow<'a, [u8]>> {
        match self {
            Cell::Null => None,
            Cell::Text(text) => Some(Cow::Borrowed(text)),
            Cell::Time { at, date_only } => {
                let time = chrono::DateTime::from_timestamp_micros(at)?;
                let format = if date_only { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S%.fZ" };
                Some(Cow::Owned(time.format(format).to_string().into_bytes()))
            }
        }
    }
}

/// How one field is read.
#[derive(Debug)]
pub struct LaidField {
    /// Position in the file; `None` where the file lacks the column: all its cells are missing.
    pub column: Option<usize>,
    pub wanted: Wanted,
    pub reader: Reader,
}

/// What a field's cells need besides its kind.
#[derive(Debug)]
pub enum Reader {
    Plain,
    /// `None`: no cell of the column has content.
    Time(Option<TimeColumn>),
    Amount(AmountColumn),
    Names(NameMatcher),
    Lookup(Arc<Lookup>),
}

/// A text that conditions need.
#[derive(Debug, Clone)]
pub struct LaidText {
    /// The name that conditions use.
    pub name: String,
    pub column: Option<usize>,
    /// Ids and names are compared in their normal form.
    pub normalize: bool,
    /// A cell that every record has, where the column is a constant.
    pub constant: Option<String>,
    pub lookup: Option<Arc<Lookup>>,
}

/// How the records of one file become batches.
#[derive(Debug)]
pub struct Layout {
    pub fields: Vec<LaidField>,
    pub texts: Vec<LaidText>,
    /// The name under which conditions see the time of the record.
    pub time_name: Option<String>,
    pub predicates: Vec<Condition>,
    pub filter: Option<Condition>,
    pub operands: BTreeMap<String, Operand>,
    pub nulls: NullWords,
    pub as_of: Option<Micros>,
    /// Rows that meet one of these are none of the data.
    pub left_out: Vec<LaidTest>,
    pub ids: Ids,
    /// Columns of batches that were staged: their memory serves the next ones.
    pub spare: Mutex<Vec<Vec<Column>>>,
}

impl Layout {
    /// The key of a unit by its id.
    fn key(&self, id: &[u8]) -> u128 {
        let id = normalized(id);
        match self.ids {
            Ids::Plain => unit_key(&id),
            Ids::Salesforce => unit_key(short_id(&id)),
        }
    }

    /// Empty columns for the fields, with memory that was used before where there is some.
    fn columns(&self) -> Vec<Column> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match spare {
            Some(mut columns) => {
                columns.iter_mut().for_each(Column::clear);
                columns
            }
            None => self.fields.iter().map(|field| empty_column(&field.wanted)).collect(),
        }
    }
}

/// What a part of a file told besides its batch.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// Latest time of a loaded record that is not after the as-of time, or [`NO_TIME`].
    pub latest: Micros,
    pub after_as_of: u64,
    /// Rows that are none of the data; the reader of the file counts them as loaded.
    pub left_out: u64,
    /// Times read, and how many of them were dates without a clock.
    pub times: u64,
    pub dates: u64,
    /// Dates that stand for no end.
    pub never: u64,
}

impl Default for Seen {
    fn default() -> Self {
        Self { latest: NO_TIME, after_as_of: 0, left_out: 0, times: 0, dates: 0, never: 0 }
    }
}

impl Seen {
    pub fn merge(&mut self, other: &Self) {
        self.latest = self.latest.max(other.latest);
        self.after_as_of += other.after_as_of;
        self.left_out += other.left_out;
        self.times += other.times;
        self.dates += other.dates;
        self.never += other.never;
    }
}

/// A judged cell, before it is known whether the row is kept.
#[derive(Debug, Clone, Copy)]
enum Judged {
    Later,
    Time(Micros),
    Code(u32),
}

/// A plain event: the first three fields are its id, time and name, and no other can be a fault.
struct EventPath<'a> {
    id: usize,
    time: usize,
    name: usize,
    /// `None` where times are typed already.
    parser: Option<TimeParser<'a>>,
    names: &'a NameMatcher,
}

impl<'a> EventPath<'a> {
    fn of(layout: &'a Layout) -> Option<Self> {
        let [id, time, name, rest @ ..] = layout.fields.as_slice() else { return None };
        if !layout.left_out.is_empty() || layout.ids != Ids::Plain {
            return None;
        }
        let plain = matches!(id.wanted, Wanted::Id)
            && matches!(time.wanted, Wanted::Time { required: true })
            && matches!(name.wanted, Wanted::Name { required: true, .. })
            && rest.iter().all(|field| matches!(field.wanted, Wanted::Text { .. }));
        match (&time.reader, &name.reader) {
            (Reader::Time(column), Reader::Names(names)) if plain => {
                let parser = column.as_ref().map(TimeColumn::parser);
                Some(Self { id: id.column?, time: time.column?, name: name.column?, parser, names })
            }
            _ => None,
        }
    }

    /// The code of a trimmed name, 0 where it is none of those wanted; `None` where it is a fault.
    #[inline]
    fn code(&self, nulls: &NullWords, name: &[u8]) -> Option<u32> {
        match self.names.find(name) {
            Some(code) => Some(code),
            None if nulls.is_null(name) => None,
            None => Some(self.names.find_composed(name)),
        }
    }
}

/// The columns of plain events, taken apart once for many records.
pub struct BareEvents<'b> {
    ids: &'b mut Vec<UnitKey>,
    times: &'b mut Vec<Micros>,
    codes: &'b mut Vec<u32>,
    nulls: &'b NullWords,
    as_of: Micros,
    id_column: usize,
    time_column: usize,
    rows: &'b mut usize,
    seen: &'b mut Seen,
}

impl BareEvents<'_> {
    /// Makes room for so many records.
    pub fn reserve(&mut self, records: usize) {
        self.ids.reserve(records);
        self.times.reserve(records);
        self.codes.reserve(records);
    }

    /// Judges an event whose time is typed and whose name has a code, as [`Builder::push_coded`] does.
    ///
    /// # Errors
    /// The fault that makes the record a reject.
    #[expect(clippy::inline_always, reason = "runs once per record; measured")]
    #[inline(always)]
    pub fn push(&mut self, id: &[u8], at: Micros, code: u32) -> std::result::Result<(), Fault> {
        let id = clean(id);
        if self.nulls.is_null(id) {
            return Err(id_fault(id, self.id_column));
        }
        if !in_range(at) {
            return Err(Fault { column: self.time_column, reason: OUT_OF_RANGE });
        }
        self.seen.times += 1;
        if at > self.as_of {
            self.seen.after_as_of += 1;
            return Ok(());
        }
        self.seen.latest = self.seen.latest.max(at);
        if code != 0 {
            self.ids.push(unit_key(&normalized(id)));
            self.times.push(at);
            self.codes.push(code);
            *self.rows += 1;
        }
        Ok(())
    }
}

const EMPTY_TIME: &str = "empty time";
const EMPTY_NAME: &str = "empty name";
const NO_TIME_FORMAT: &str = "not a time";
const OUT_OF_RANGE: &str = super::values::TimeFault::OutOfRange.reason();

/// Whether a typed time is one that a written one could be.
#[inline]
const fn in_range(at: Micros) -> bool {
    0 <= at && at < LATEST_EXCLUDED
}

/// The dates 2050-01-01 and 9999-12-31, which systems write for an end that is not known.
const NEVER: [Micros; 2] = [29_220 * MICROS_PER_DAY, 2_932_896 * MICROS_PER_DAY];

const fn is_never(at: Micros) -> bool {
    at == NEVER[0] || at >= NEVER[1]
}

/// Whether a text is the date 9999-12-31, which lies outside the times that are read.
fn says_never(text: &[u8]) -> bool {
    [b"9999-12-31".as_slice(), b"31/12/9999", b"12/31/9999", b"31.12.9999"].iter().any(|never| text.starts_with(never))
}

fn id_fault(id: &[u8], column: usize) -> Fault {
    Fault { column, reason: if id.is_empty() { "empty id" } else { "null word as id" } }
}

/// Builds the batch of one part of a file.
pub struct Builder<'a> {
    layout: &'a Layout,
    parsers: Vec<Option<TimeParser<'a>>>,
    memos: Vec<Memo>,
    judged: Vec<Judged>,
    /// Judged amounts by field; apart, since they are large and rare.
    amounts: Vec<Option<Decimal>>,
    columns: Vec<Column>,
    texts: Option<Texts>,
    event: Option<EventPath<'a>>,
    rows: usize,
    pub seen: Seen,
}

impl<'a> Builder<'a> {
    #[must_use]
    pub fn new(layout: &'a Layout) -> Self {
        let conditional = layout.filter.is_some() || !layout.predicates.is_empty();
        let names: Vec<String> = layout.texts.iter().map(|text| text.name.clone()).collect();
        Self {
            parsers: layout
                .fields
                .iter()
                .map(|field| match &field.reader {
                    Reader::Time(Some(column)) => Some(column.parser()),
                    _ => None,
                })
                .collect(),
            memos: layout.fields.iter().map(|_| Memo::default()).collect(),
            judged: vec![Judged::Later; layout.fields.len()],
            amounts: vec![None; layout.fields.len()],
            columns: layout.columns(),
            texts: conditional.then(|| Texts::new(&names, layout.time_name.clone())),
            event: EventPath::of(layout),
            layout,
            rows: 0,
            seen: Seen::default(),
        }
    }

    /// Judges a record and keeps it where it is wanted.
    ///
    /// # Errors
    /// The fault that makes the record a reject; nothing of it is kept then.
    #[inline]
    pub fn push<'c>(&mut self, row: &impl Row<'c>) -> std::result::Result<(), Fault> {
        if self.event.is_some() { self.push_event(row) } else { self.push_any(row) }
    }

    /// The way of nearly all large files: an event whose name is one of a few. Judges the same as [`Self::push_any`].
    #[inline]
    fn push_event<'c>(&mut self, row: &impl Row<'c>) -> std::result::Result<(), Fault> {
        let Some(event) = &mut self.event else { return Ok(()) };
        let nulls = &self.layout.nulls;
        let id = clean(row.cell(event.id).text());
        let time = row.cell(event.time);
        let name = clean(row.cell(event.name).text());
        if nulls.is_null(id) {
            return Err(id_fault(id, event.id));
        }
        let (at, date_only) = match time {
            Cell::Time { at, date_only } if in_range(at) => (at, date_only),
            Cell::Time { .. } => return Err(Fault { column: event.time, reason: OUT_OF_RANGE }),
            Cell::Null | Cell::Text(_) => {
                let text = clean(time.text());
                let fault = |reason| Fault { column: event.time, reason };
                // No null word is a time, so most cells need not be compared with them.
                let unread = match event.parser.as_mut().map(|parser| parser.parse(text)) {
                    Some(Ok(parsed)) => Ok((parsed.at, parsed.date_only)),
                    _ if nulls.is_null(text) => Err(EMPTY_TIME),
                    Some(Err(unread)) => Err(unread.reason()),
                    None => Err(NO_TIME_FORMAT),
                };
                unread.map_err(fault)?
            }
        };
        let name_fault = Fault { column: event.name, reason: EMPTY_NAME };
        let code = event.code(nulls, name).ok_or(name_fault)?;
        self.seen.dates += u64::from(date_only);
        self.take_event(id, at, code, row);
        Ok(())
    }

    /// The slots of id, time and name, where all records are plain events; for formats that hand out whole columns.
    #[must_use]
    pub fn event_slots(&self) -> Option<[usize; 3]> {
        self.event.as_ref().map(|event| [event.id, event.time, event.name])
    }

    /// The code of a plain event's name, 0 where it is not wanted; `None` where the name is a fault.
    #[must_use]
    pub fn event_code(&self, name: &[u8]) -> Option<u32> {
        self.event.as_ref().and_then(|event| event.code(&self.layout.nulls, clean(name)))
    }

    /// The way of plain events with nothing else to keep: id, time and name are all that is asked of them.
    #[must_use]
    pub fn bare_events(&mut self) -> Option<BareEvents<'_>> {
        let event = self.event.as_ref().filter(|_| self.texts.is_none())?;
        let (id_column, time_column) = (event.id, event.time);
        match self.columns.as_mut_slice() {
            [Column::Ids(ids), Column::Times(times), Column::Codes(codes)] => Some(BareEvents {
                ids,
                times,
                codes,
                nulls: &self.layout.nulls,
                as_of: self.layout.as_of.unwrap_or(Micros::MAX),
                id_column,
                time_column,
                rows: &mut self.rows,
                seen: &mut self.seen,
            }),
            _ => None,
        }
    }

    /// Judges a plain event whose time is typed and whose name has a code; `row` serves its further fields.
    ///
    /// # Errors
    /// The fault that makes the record a reject.
    #[inline]
    pub fn push_coded<'c>(
        &mut self,
        id: &[u8],
        at: Micros,
        code: u32,
        row: &impl Row<'c>,
    ) -> std::result::Result<(), Fault> {
        let id = clean(id);
        if self.layout.nulls.is_null(id) {
            return Err(id_fault(id, self.event.as_ref().map_or(0, |event| event.id)));
        }
        if !in_range(at) {
            return Err(Fault { column: self.event.as_ref().map_or(0, |event| event.time), reason: OUT_OF_RANGE });
        }
        self.take_event(id, at, code, row);
        Ok(())
    }

    /// Counts a sound event, and keeps it where it is wanted.
    #[inline]
    fn take_event<'c>(&mut self, id: &[u8], at: Micros, code: u32, row: &impl Row<'c>) {
        self.seen.times += 1;
        if self.layout.as_of.is_some_and(|as_of| at > as_of) {
            self.seen.after_as_of += 1;
            return;
        }
        self.see(at);
        if code != 0 {
            self.keep_event(id, at, code, row);
        }
    }

    #[inline]
    fn keep_event<'c>(&mut self, id: &[u8], at: Micros, code: u32, row: &impl Row<'c>) {
        if let [Column::Ids(ids), Column::Times(times), Column::Codes(codes), rest @ ..] = self.columns.as_mut_slice() {
            ids.push(unit_key(&normalized(id)));
            times.push(at);
            codes.push(code);
            let fields = self.layout.fields.iter().zip(&mut self.memos).skip(3);
            for (column, (field, memo)) in rest.iter_mut().zip(fields) {
                if let Column::Codes(codes) = column {
                    codes.push(text_code(field, memo, field.column.map_or(Cell::Null, |slot| row.text(slot))));
                }
            }
        }
        if self.texts.is_some() {
            self.keep_texts(row, at);
        }
        self.rows += 1;
    }

    #[inline]
    fn see(&mut self, at: Micros) {
        self.seen.latest = self.seen.latest.max(at);
    }

    fn push_any<'c>(&mut self, row: &impl Row<'c>) -> std::result::Result<(), Fault> {
        if self.layout.left_out.iter().any(|test| test.holds(row)) {
            self.seen.left_out += 1;
            return Ok(());
        }
        let mut wanted = true;
        let mut row_time = NO_TIME;
        for (position, field) in self.layout.fields.iter().enumerate() {
            let value = field.column.map_or(Cell::Null, |slot| row.cell(slot));
            let fault = |reason| Fault { column: field.column.unwrap_or(0), reason };
            let judged = match &field.wanted {
                Wanted::Id => {
                    let id = clean(value.text());
                    if self.layout.nulls.is_null(id) {
                        return Err(id_fault(id, field.column.unwrap_or(0)));
                    }
                    Judged::Later
                }
                Wanted::Time { required } => {
                    let at = self.time(position, value, *required).map_err(fault)?;
                    if row_time == NO_TIME {
                        row_time = at;
                    }
                    Judged::Time(at)
                }
                Wanted::Name { required, only, .. } => {
                    let code = self.name(position, value, *required).map_err(fault)?;
                    wanted &= only.is_none() || code != 0;
                    Judged::Code(code)
                }
                Wanted::Text { .. } | Wanted::Label { .. } | Wanted::Cell => Judged::Later,
                Wanted::Amount => {
                    self.amounts[position] = match field.column.and_then(|slot| row.amount(slot)) {
                        Some(amount) => Some(amount),
                        None => self.amount(position, value).map_err(fault)?,
                    };
                    Judged::Later
                }
                Wanted::Quantity => {
                    let quantity = super::demands::quantity(self.amount(position, value).map_err(fault)?);
                    self.amounts[position] = Some(quantity.map_err(fault)?);
                    Judged::Later
                }
                Wanted::Over { start, end } => Judged::Time(self.over(*start, *end, value).map_err(fault)?),
                Wanted::Word { read, empty, unknown } => {
                    let text = clean(value.text());
                    let code = if self.layout.nulls.is_null(text) { *empty } else { super::demands::word(text, *read) };
                    Judged::Code(code.ok_or_else(|| fault(*unknown))?)
                }
            };
            self.judged[position] = judged;
        }
        if self.layout.as_of.is_some_and(|as_of| row_time > as_of) {
            self.seen.after_as_of += 1;
            return Ok(());
        }
        self.see(row_time);
        if wanted {
            self.keep(row, row_time);
        }
        Ok(())
    }

    /// Reads a time.
    #[inline]
    fn time(&mut self, position: usize, value: Cell<'_>, required: bool) -> std::result::Result<Micros, &'static str> {
        let (at, date_only) = match value {
            Cell::Time { at, .. } if !required && is_never(at) => return Ok(self.never()),
            Cell::Time { at, date_only } if in_range(at) => (at, date_only),
            Cell::Time { .. } => return Err(OUT_OF_RANGE),
            Cell::Null | Cell::Text(_) => {
                let text = clean(value.text());
                if self.layout.nulls.is_null(text) {
                    return if required { Err(EMPTY_TIME) } else { Ok(NO_TIME) };
                }
                if !required && says_never(text) {
                    return Ok(self.never());
                }
                let Some(parser) = &mut self.parsers[position] else { return Err(NO_TIME_FORMAT) };
                let parsed = parser.parse(text).map_err(super::values::TimeFault::reason)?;
                if !required && parsed.date_only && is_never(parsed.at) {
                    return Ok(self.never());
                }
                (parsed.at, parsed.date_only)
            }
        };
        self.seen.times += 1;
        self.seen.dates += u64::from(date_only);
        Ok(at)
    }

    /// Counts a date that stands for no end.
    const fn never(&mut self) -> Micros {
        self.seen.never += 1;
        NO_TIME
    }

    /// The moment at which a record is over, from two times judged before.
    fn over(&self, start: usize, end: usize, value: Cell<'_>) -> std::result::Result<Micros, &'static str> {
        let at = |position: usize| match self.judged.get(position) {
            Some(Judged::Time(at)) => *at,
            _ => NO_TIME,
        };
        let column = match self.layout.fields.get(end).map(|field| &field.reader) {
            Some(Reader::Time(column)) => column.as_ref(),
            _ => None,
        };
        super::demands::over(at(start), at(end), value, column)
    }

    #[inline]
    fn name(&mut self, position: usize, value: Cell<'_>, required: bool) -> std::result::Result<u32, &'static str> {
        let field = &self.layout.fields[position];
        let raw = clean(value.text());
        if let Reader::Names(matcher) = &field.reader
            && let Some(code) = matcher.find(raw)
        {
            return Ok(code);
        }
        if self.layout.nulls.is_null(raw) {
            return if required { Err(EMPTY_NAME) } else { Ok(0) };
        }
        match (&field.reader, &field.wanted) {
            (Reader::Names(matcher), _) => Ok(matcher.find_composed(raw)),
            (_, Wanted::Name { dictionary, .. }) => {
                let name = normalized(raw);
                Ok(self.memos[position].code(dictionary, &name))
            }
            _ => Ok(0),
        }
    }

    fn amount(&self, position: usize, value: Cell<'_>) -> std::result::Result<Option<Decimal>, &'static str> {
        match &self.layout.fields[position].reader {
            Reader::Amount(column) => column.parse(clean(value.text())).map_err(super::values::AmountFault::reason),
            _ => Ok(None),
        }
    }

    fn keep<'c>(&mut self, row: &impl Row<'c>, time: Micros) {
        for (position, field) in self.layout.fields.iter().enumerate() {
            let value = field.column.map_or(Cell::Null, |slot| row.text(slot));
            if let Wanted::Label { dictionary, units } = &field.wanted {
                self.keep_label(position, value, dictionary, units);
                continue;
            }
            match (&mut self.columns[position], self.judged[position]) {
                (Column::Ids(ids), _) => ids.push(self.layout.key(value.text())),
                (Column::Times(times), Judged::Time(at)) => times.push(at),
                (Column::Cells(cells), _) => cells.push(value.shown().as_deref()),
                (Column::Amounts(amounts), _) => amounts.push(self.amounts[position]),
                (Column::Codes(codes), Judged::Code(code)) => codes.push(code),
                (Column::Codes(codes), _) => codes.push(text_code(field, &mut self.memos[position], value)),
                _ => {}
            }
        }
        if self.texts.is_some() {
            self.keep_texts(row, time);
        }
        self.rows += 1;
    }

    /// Keeps the text of a record whose unit is one of those asked for.
    fn keep_label(&mut self, position: usize, value: Cell<'_>, dictionary: &Dictionary, units: &HashSet<UnitKey>) {
        let is_wanted = match self.columns.first() {
            Some(Column::Ids(ids)) => ids.last().is_some_and(|unit| units.contains(unit)),
            _ => false,
        };
        let code = if is_wanted { self.memos[position].code(dictionary, clean(value.text())) } else { 0 };
        if let Some(Column::Codes(codes)) = self.columns.get_mut(position) {
            codes.push(code);
        }
    }

    /// Keeps the texts that conditions look at.
    fn keep_texts<'c>(&mut self, row: &impl Row<'c>, time: Micros) {
        let Some(texts) = &mut self.texts else { return };
        for (position, text) in self.layout.texts.iter().enumerate() {
            push_text(texts, position, text, text.column.map_or(Cell::Null, |slot| row.text(slot)));
        }
        texts.push_time(time);
    }

    /// Ends the part: evaluates the conditions and stages what meets the filter.
    ///
    /// # Errors
    /// A condition that cannot be evaluated is a usage error.
    pub fn finish<S>(self, stage: &(dyn Fn(&Batch) -> S + Sync)) -> Result<S> {
        let layout = self.layout;
        let mut batch = Batch { rows: self.rows, columns: self.columns, predicates: Vec::new() };
        if let Some(texts) = self.texts {
            let frame = texts.finish(self.rows)?;
            let evaluate = |condition: &Condition| condition.evaluate(&layout.operands, &frame);
            batch.predicates = layout.predicates.iter().map(evaluate).collect::<Result<_>>()?;
            if let Some(filter) = &layout.filter {
                batch = filtered(batch, &evaluate(filter)?);
            }
        }
        let staged = stage(&batch);
        layout.spare.lock().unwrap_or_else(PoisonError::into_inner).push(batch.columns);
        Ok(staged)
    }
}

/// Rows for which there is room at first; a part of a large file has more.
const ROOM: usize = 1 << 14;

fn empty_column(wanted: &Wanted) -> Column {
    match wanted {
        Wanted::Id => Column::Ids(Vec::with_capacity(ROOM)),
        Wanted::Time { .. } | Wanted::Over { .. } => Column::Times(Vec::with_capacity(ROOM)),
        Wanted::Name { .. } | Wanted::Text { .. } | Wanted::Word { .. } | Wanted::Label { .. } => {
            Column::Codes(Vec::with_capacity(ROOM))
        }
        Wanted::Amount | Wanted::Quantity => Column::Amounts(Vec::new()),
        Wanted::Cell => Column::Cells(Cells::default()),
    }
}

fn text_code(field: &LaidField, memo: &mut Memo, value: Cell<'_>) -> u32 {
    let Wanted::Text { dictionary } = &field.wanted else { return 0 };
    let text = value.text();
    match &field.reader {
        Reader::Lookup(lookup) => memo.code(dictionary, lookup.find(text).unwrap_or_default().as_bytes()),
        _ => memo.code(dictionary, text),
    }
}

fn push_text(texts: &mut Texts, position: usize, text: &LaidText, value: Cell<'_>) {
    if let Some(constant) = &text.constant {
        return texts.push(position, constant);
    }
    let raw = value.text();
    if let Some(lookup) = &text.lookup {
        return texts.push(position, lookup.find(raw).unwrap_or_default());
    }
    if text.normalize {
        return texts.push(position, std::str::from_utf8(&normalized(raw)).unwrap_or_default());
    }
    texts.push(position, std::str::from_utf8(raw).unwrap_or_default());
}

/// Keeps the rows that are met.
fn filtered(batch: Batch, met: &[bool]) -> Batch {
    fn pick<T>(values: Vec<T>, met: &[bool]) -> Vec<T> {
        values.into_iter().zip(met).filter(|(_, met)| **met).map(|(value, _)| value).collect()
    }
    let columns = batch.columns.into_iter().map(|column| match column {
        Column::Ids(ids) => Column::Ids(pick(ids, met)),
        Column::Times(times) => Column::Times(pick(times, met)),
        Column::Codes(codes) => Column::Codes(pick(codes, met)),
        Column::Amounts(amounts) => Column::Amounts(pick(amounts, met)),
        Column::Cells(cells) => Column::Cells(cells.picked(met)),
    });
    Batch {
        rows: met.iter().filter(|met| **met).count(),
        columns: columns.collect(),
        predicates: batch.predicates.into_iter().map(|predicate| pick(predicate, met)).collect(),
    }
}

/// Finds a few known names fast: by length, first and last bytes before anything else.
#[derive(Debug)]
pub struct NameMatcher {
    names: Vec<(Shape, Vec<u8>, u32)>,
    /// One bit per length of a name; bit 63 stands for 63 bytes and more.
    lengths: u64,
}

impl NameMatcher {
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = (String, u32)>) -> Self {
        let names = names.into_iter().map(|(name, code)| (Shape::of(name.as_bytes()), name.into_bytes(), code));
        let names: Vec<_> = names.collect();
        let lengths = names.iter().fold(0, |lengths, (_, name, _)| lengths | 1 << name.len().min(63));
        Self { names, lengths }
    }

    #[inline]
    fn find(&self, name: &[u8]) -> Option<u32> {
        if self.lengths >> name.len().min(63) & 1 == 0 {
            return None;
        }
        let wanted = Shape::of(name);
        let found =
            self.names.iter().find(|(shape, full, _)| *shape == wanted && (name.len() <= SHAPED || full == name));
        found.map(|(_, _, code)| *code)
    }
}

impl NameMatcher {
    /// Finds a name that may be written in another form of Unicode; 0 is none.
    #[inline]
    fn find_composed(&self, name: &[u8]) -> u32 {
        if name.is_ascii() { 0 } else { self.find(&normalized(name)).unwrap_or(0) }
    }
}

#[cfg(test)]
mod tests {
    use super::NameMatcher;

    #[test]
    fn only_whole_names_are_found() {
        let names = ["buy", "signup", "checkout", "add_to_cart", "a_name_of_more_than_16"];
        let matcher = NameMatcher::new(names.iter().zip(1..).map(|(name, code)| ((*name).to_owned(), code)));
        for (name, code) in names.iter().zip(1..) {
            assert_eq!(matcher.find(name.as_bytes()), Some(code), "{name}");
        }
        for other in ["", "bu", "buyy", "signuP", "checkour", "add_to_bart", "add_to_carr", "a_name_of_XXXX_than_16"] {
            assert_eq!(matcher.find(other.as_bytes()), None, "{other}");
        }
    }
}
