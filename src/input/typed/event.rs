//! The way of plain events: id, time and one of a few names. Judges the same as the general way, with less to ask.

use super::builder::Builder;
use super::fault::{EMPTY_NAME, EMPTY_TIME, Fault, LIST_AS_ID, NO_TIME_FORMAT, OUT_OF_RANGE, id_fault};
use super::keep::text_code;
use super::layout::{Layout, Reader};
use super::names::NameMatcher;
use super::row::{Cell, Row};
use super::seen::Seen;
use super::times::in_range;
use crate::input::batch::{Column, UnitKey, Wanted};
use crate::input::values::{NullWords, TimeColumn, TimeParser, clean, normalized, unit_key};
use crate::model::presets::Ids;
use crate::model::time::Micros;

/// A plain event: the first three fields are its id, time and name, and no other can be a fault.
pub(super) struct EventPath<'a> {
    id: usize,
    time: usize,
    name: usize,
    /// `None` where times are typed already.
    parser: Option<TimeParser<'a>>,
    names: &'a NameMatcher,
}

impl<'a> EventPath<'a> {
    pub(super) fn of(layout: &'a Layout) -> Option<Self> {
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

impl Builder<'_> {
    /// The way of nearly all large files: an event whose name is one of a few. Judges the same as [`Self::push_any`].
    #[inline]
    pub(super) fn push_event<'c>(&mut self, row: &impl Row<'c>) -> std::result::Result<(), Fault> {
        let Some(event) = &mut self.event else { return Ok(()) };
        let nulls = &self.layout.nulls;
        let id = clean(row.cell(event.id).text());
        let time = row.cell(event.time);
        let name = clean(row.cell(event.name).text());
        if nulls.is_null(id) {
            return Err(id_fault(id, event.id));
        }
        if row.is_list(event.id) {
            return Err(Fault { column: event.id, reason: LIST_AS_ID });
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
}
