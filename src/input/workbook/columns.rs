//! What is odd about whole columns of a sheet: numbers too long for a spreadsheet, and merged cells.

use super::sheet::{Kind, Sheet};
use crate::document::Note;
use std::collections::BTreeMap;

/// Spreadsheets keep so many digits of a number.
const DIGITS_KEPT: usize = 15;

/// Says in which columns numbers have more digits than a spreadsheet keeps.
pub(super) fn long_numbers(sheet: &Sheet, headers: &[String], data: u32, file: &str) -> Vec<Note> {
    let mut counts: BTreeMap<u16, u64> = BTreeMap::new();
    let records = sheet.cells().iter().filter(|cell| cell.row >= data);
    for cell in records.filter(|cell| matches!(cell.kind, Kind::Number | Kind::Inexact)) {
        let digits = sheet.text(cell).trim_start_matches('-');
        if digits.len() > DIGITS_KEPT && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            *counts.entry(cell.column).or_default() += 1;
        }
    }
    let named = counts.into_iter().filter_map(|(column, count)| {
        let name = headers.get(usize::from(column)).filter(|name| !name.is_empty())?;
        let text = format!(
            "{file}: {count} numbers of `{name}` have more than {DIGITS_KEPT} digits, which spreadsheets do not keep: \
             ids must be text cells"
        );
        Some(Note::warning("long_numbers", text))
    });
    named.collect()
}

/// Says that cells are merged among the records; `ends` are the last rows of the merged ranges, from 0.
pub(super) fn merged(ends: &[u32], data: u32, file: &str) -> Option<Note> {
    let count = ends.iter().filter(|end| **end >= data).count();
    (count > 0).then(|| {
        let text = format!("{file}: {count} ranges of merged cells: only the first cell of each holds a value");
        Note::warning("merged_cells", text)
    })
}
