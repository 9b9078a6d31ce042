//! What is kept of a record that is wanted.

use super::builder::{Builder, Judged};
use super::layout::{LaidField, LaidText, Reader};
use super::row::{Cell, Row};
use crate::input::batch::{Batch, Column, UnitKey, Wanted};
use crate::input::dictionary::{Dictionary, Memo};
use crate::input::expression::Texts;
use crate::input::values::{clean, normalized};
use crate::model::time::Micros;
use std::collections::HashSet;

impl Builder<'_> {
    pub(super) fn keep<'c>(&mut self, row: &impl Row<'c>, time: Micros) {
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
    pub(super) fn keep_texts<'c>(&mut self, row: &impl Row<'c>, time: Micros) {
        let Some(texts) = &mut self.texts else { return };
        for (position, text) in self.layout.texts.iter().enumerate() {
            push_text(texts, position, text, text.column.map_or(Cell::Null, |slot| row.text(slot)));
        }
        texts.push_time(time);
    }
}

pub(super) fn text_code(field: &LaidField, memo: &mut Memo, value: Cell<'_>) -> u32 {
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
pub(super) fn filtered(batch: Batch, met: &[bool]) -> Batch {
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
