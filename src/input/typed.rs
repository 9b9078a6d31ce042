//! Records to typed columns: every recognised cell is judged, rows that are wanted are kept, the rest is counted.
//!
//! One [`Layout`] per file says how each field is read; one [`Builder`] per part of the file does it. Whatever the
//! format of the file, its records come through here, so that a reject is the same reject everywhere.

use super::batch::{Batch, Column, Wanted};
use super::dictionary::Memo;
use super::expression::{Condition, Operand, Texts};
use super::lookup::Lookup;
use super::values::{AmountColumn, NullWords, TimeColumn, TimeParser, clean, normalized, unit_key};
use crate::error::Result;
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};
use std::collections::BTreeMap;
use std::sync::Arc;

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

impl<'a> Cell<'a> {
    fn text(self) -> &'a [u8] {
        match self {
            Cell::Text(text) => text,
            Cell::Null | Cell::Time { .. } => b"",
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
}

/// What a part of a file told besides its batch.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// Latest time of a loaded record that is not after the as-of time, or [`NO_TIME`].
    pub latest: Micros,
    /// Latest time, or the end of its day where it is a date.
    pub latest_end: Micros,
    pub after_as_of: u64,
    /// Times read, and how many of them were dates without a clock.
    pub times: u64,
    pub dates: u64,
}

impl Default for Seen {
    fn default() -> Self {
        Self { latest: NO_TIME, latest_end: NO_TIME, after_as_of: 0, times: 0, dates: 0 }
    }
}

impl Seen {
    pub fn merge(&mut self, other: &Self) {
        self.latest = self.latest.max(other.latest);
        self.latest_end = self.latest_end.max(other.latest_end);
        self.after_as_of += other.after_as_of;
        self.times += other.times;
        self.dates += other.dates;
    }
}

/// A judged cell, before it is known whether the row is kept.
#[derive(Debug, Clone, Copy)]
enum Judged {
    Later,
    Time(Micros),
    Code(u32),
}

/// Where a plain event's cells stand: the first three fields are its id, time and name, and no other can be a fault.
#[derive(Debug, Clone, Copy)]
struct EventSlots {
    id: usize,
    time: usize,
    name: usize,
}

impl EventSlots {
    fn of(layout: &Layout) -> Option<Self> {
        let [id, time, name, rest @ ..] = layout.fields.as_slice() else { return None };
        let plain = matches!(id.wanted, Wanted::Id)
            && matches!(time.wanted, Wanted::Time { required: true })
            && matches!(name.wanted, Wanted::Name { required: true, only: Some(_), .. })
            && rest.iter().all(|field| matches!(field.wanted, Wanted::Text { .. }));
        if !plain {
            return None;
        }
        Some(Self { id: id.column?, time: time.column?, name: name.column? })
    }
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
    event: Option<EventSlots>,
    rows: usize,
    pub seen: Seen,
}

const DAY_END: Micros = crate::model::time::MICROS_PER_DAY - 1;

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
            columns: layout.fields.iter().map(|field| empty_column(&field.wanted)).collect(),
            texts: conditional.then(|| Texts::new(&names, layout.time_name.clone())),
            event: EventSlots::of(layout),
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
    pub fn push<'c>(&mut self, cell: impl Fn(usize) -> Cell<'c>) -> std::result::Result<(), Fault> {
        match self.event {
            Some(event) => self.push_event(event, cell),
            None => self.push_any(cell),
        }
    }

    /// The way of nearly all large files: an event whose name is one of a few. Judges the same as [`Self::push_any`].
    #[inline]
    fn push_event<'c>(
        &mut self,
        event: EventSlots,
        cell: impl Fn(usize) -> Cell<'c>,
    ) -> std::result::Result<(), Fault> {
        let id = clean(cell(event.id).text());
        if self.layout.nulls.is_null(id) {
            return Err(id_fault(id, event.id));
        }
        let at_fault = |column| move |reason| Fault { column, reason };
        let (at, end) = self.time(1, cell(event.time), true).map_err(at_fault(event.time))?;
        let code = self.name(2, cell(event.name), true).map_err(at_fault(event.name))?;
        if self.layout.as_of.is_some_and(|as_of| at > as_of) {
            self.seen.after_as_of += 1;
            return Ok(());
        }
        self.see(at, end);
        if code != 0 {
            self.judged[1] = Judged::Time(at);
            self.judged[2] = Judged::Code(code);
            self.keep(cell, at);
        }
        Ok(())
    }

    #[inline]
    fn see(&mut self, at: Micros, end: Micros) {
        self.seen.latest = self.seen.latest.max(at);
        self.seen.latest_end = self.seen.latest_end.max(end);
    }

    fn push_any<'c>(&mut self, cell: impl Fn(usize) -> Cell<'c>) -> std::result::Result<(), Fault> {
        let mut wanted = true;
        let mut row_time = NO_TIME;
        let mut row_end = NO_TIME;
        for (position, field) in self.layout.fields.iter().enumerate() {
            let value = field.column.map_or(Cell::Null, &cell);
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
                    let (at, end) = self.time(position, value, *required).map_err(fault)?;
                    if row_time == NO_TIME {
                        (row_time, row_end) = (at, end);
                    }
                    Judged::Time(at)
                }
                Wanted::Name { required, only, .. } => {
                    let code = self.name(position, value, *required).map_err(fault)?;
                    wanted &= only.is_none() || code != 0;
                    Judged::Code(code)
                }
                Wanted::Text { .. } => Judged::Later,
                Wanted::Amount => {
                    self.amounts[position] = self.amount(position, value).map_err(fault)?;
                    Judged::Later
                }
            };
            self.judged[position] = judged;
        }
        if self.layout.as_of.is_some_and(|as_of| row_time > as_of) {
            self.seen.after_as_of += 1;
            return Ok(());
        }
        self.see(row_time, row_end);
        if wanted {
            self.keep(cell, row_time);
        }
        Ok(())
    }

    /// Reads a time; also returns its end (of the day, for a date).
    #[inline]
    fn time(
        &mut self,
        position: usize,
        value: Cell<'_>,
        required: bool,
    ) -> std::result::Result<(Micros, Micros), &'static str> {
        let (at, date_only) = match value {
            Cell::Time { at, date_only } => (at, date_only),
            Cell::Null | Cell::Text(_) => {
                let text = clean(value.text());
                if self.layout.nulls.is_null(text) {
                    return if required { Err("empty time") } else { Ok((NO_TIME, NO_TIME)) };
                }
                let Some(parser) = &mut self.parsers[position] else { return Err("not a time") };
                let parsed = parser.parse(text).map_err(super::values::TimeFault::reason)?;
                (parsed.at, parsed.date_only)
            }
        };
        self.seen.times += 1;
        self.seen.dates += u64::from(date_only);
        Ok((at, if date_only { at + DAY_END } else { at }))
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
            return if required { Err("empty name") } else { Ok(0) };
        }
        match (&field.reader, &field.wanted) {
            (Reader::Names(matcher), _) => {
                Ok(if raw.is_ascii() { 0 } else { matcher.find(&normalized(raw)).unwrap_or(0) })
            }
            (_, Wanted::Name { dictionary, .. }) => {
                let name = normalized(raw);
                Ok(self.memos[position].code(dictionary, std::str::from_utf8(&name).unwrap_or_default()))
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

    fn keep<'c>(&mut self, cell: impl Fn(usize) -> Cell<'c>, time: Micros) {
        for (position, field) in self.layout.fields.iter().enumerate() {
            let value = field.column.map_or(Cell::Null, &cell);
            match (&mut self.columns[position], self.judged[position]) {
                (Column::Ids(ids), _) => ids.push(unit_key(&normalized(value.text()))),
                (Column::Times(times), Judged::Time(at)) => times.push(at),
                (Column::Amounts(amounts), _) => amounts.push(self.amounts[position]),
                (Column::Codes(codes), Judged::Code(code)) => codes.push(code),
                (Column::Codes(codes), _) => codes.push(text_code(field, &mut self.memos[position], value)),
                _ => {}
            }
        }
        if let Some(texts) = &mut self.texts {
            for (position, text) in self.layout.texts.iter().enumerate() {
                push_text(texts, position, text, text.column.map_or(Cell::Null, &cell));
            }
            texts.push_time(time);
        }
        self.rows += 1;
    }

    /// Ends the part: evaluates the conditions and hands out what meets the filter.
    ///
    /// # Errors
    /// A condition that cannot be evaluated is a usage error.
    pub fn finish(self) -> Result<Batch> {
        let batch = Batch { rows: self.rows, columns: self.columns, predicates: Vec::new() };
        let Some(texts) = self.texts else { return Ok(batch) };
        let frame = texts.finish(self.rows)?;
        let evaluate = |condition: &Condition| condition.evaluate(&self.layout.operands, &frame);
        let predicates = self.layout.predicates.iter().map(evaluate).collect::<Result<_>>()?;
        let batch = Batch { predicates, ..batch };
        match &self.layout.filter {
            Some(filter) => Ok(filtered(batch, &evaluate(filter)?)),
            None => Ok(batch),
        }
    }
}

fn empty_column(wanted: &Wanted) -> Column {
    match wanted {
        Wanted::Id => Column::Ids(Vec::new()),
        Wanted::Time { .. } => Column::Times(Vec::new()),
        Wanted::Name { .. } | Wanted::Text { .. } => Column::Codes(Vec::new()),
        Wanted::Amount => Column::Amounts(Vec::new()),
    }
}

fn text_code(field: &LaidField, memo: &mut Memo, value: Cell<'_>) -> u32 {
    let Wanted::Text { dictionary } = &field.wanted else { return 0 };
    let text = value.text();
    match &field.reader {
        Reader::Lookup(lookup) => memo.code(dictionary, lookup.find(text).unwrap_or_default()),
        _ => memo.code(dictionary, std::str::from_utf8(text).unwrap_or_default()),
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
}

/// Length, first eight and last eight bytes of a name: all of it up to sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    length: usize,
    first: u64,
    last: u64,
}

impl NameMatcher {
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = (String, u32)>) -> Self {
        let names = names.into_iter().map(|(name, code)| (Shape::of(name.as_bytes()), name.into_bytes(), code));
        Self { names: names.collect() }
    }

    #[inline]
    fn find(&self, name: &[u8]) -> Option<u32> {
        let wanted = Shape::of(name);
        let found = self.names.iter().find(|(shape, full, _)| *shape == wanted && (name.len() <= 16 || full == name));
        found.map(|(_, _, code)| *code)
    }
}

impl Shape {
    #[inline]
    fn of(name: &[u8]) -> Self {
        let length = name.len();
        if let (Some(first), Some(last)) = (name.first_chunk(), name.last_chunk()) {
            return Self { length, first: u64::from_le_bytes(*first), last: u64::from_le_bytes(*last) };
        }
        let first = name.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        Self { length, first, last: 0 }
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
