//! Judges the records of one part of a file and builds its batch.

use super::event::EventPath;
use super::fault::{EMPTY_NAME, EMPTY_TIME, Fault, LIST_AS_ID, NO_TIME_FORMAT, OUT_OF_RANGE, id_fault};
use super::keep::filtered;
use super::layout::{Layout, Reader};
use super::row::{Cell, Row};
use super::seen::Seen;
use super::times::{in_range, is_never, says_never};
use crate::error::Result;
use crate::input::batch::{Batch, Column, Wanted};
use crate::input::demands;
use crate::input::dictionary::Memo;
use crate::input::expression::{Condition, Texts};
use crate::input::values::{AmountFault, TimeFault, TimeParser, clean, normalized};
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};
use std::sync::PoisonError;

/// A judged cell, before it is known whether the row is kept.
#[derive(Debug, Clone, Copy)]
pub(super) enum Judged {
    Later,
    Time(Micros),
    Code(u32),
}

/// Builds the batch of one part of a file.
pub struct Builder<'a> {
    pub(super) layout: &'a Layout,
    parsers: Vec<Option<TimeParser<'a>>>,
    pub(super) memos: Vec<Memo>,
    pub(super) judged: Vec<Judged>,
    /// Judged amounts by field; apart, since they are large and rare.
    pub(super) amounts: Vec<Option<Decimal>>,
    pub(super) columns: Vec<Column>,
    pub(super) texts: Option<Texts>,
    pub(super) event: Option<EventPath<'a>>,
    pub(super) rows: usize,
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

    #[inline]
    pub(super) fn see(&mut self, at: Micros) {
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
                    if field.column.is_some_and(|slot| row.is_list(slot)) {
                        return Err(fault(LIST_AS_ID));
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
                    let quantity = demands::quantity(self.amount(position, value).map_err(fault)?);
                    self.amounts[position] = Some(quantity.map_err(fault)?);
                    Judged::Later
                }
                Wanted::Over { start, end } => Judged::Time(self.over(*start, *end, value).map_err(fault)?),
                Wanted::Word { read, empty, unknown } => {
                    let text = clean(value.text());
                    let code = if self.layout.nulls.is_null(text) { *empty } else { demands::word(text, *read) };
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
                let parsed = parser.parse(text).map_err(TimeFault::reason)?;
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
        demands::over(at(start), at(end), value, column)
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
            Reader::Amount(column) => column.parse(clean(value.text())).map_err(AmountFault::reason),
            _ => Ok(None),
        }
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
