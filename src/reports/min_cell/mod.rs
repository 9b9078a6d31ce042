//! `--min-cell K`: what fewer than K units stand behind is hidden, and what would tell it by subtraction.
//!
//! Works on the finished document, so that every format, check and record sees the same. A count is small from 1 to
//! K - 1; nobody (0) is shown. Other runs, with other dates or groups, can still be held against this one: no
//! suppression within one run helps against that.

mod attribution;
mod cohort;
mod conversion;
#[cfg(test)]
mod tests;

use crate::document::{Cell, ColumnType, Document, Note, Table};
use crate::error::{Error, Result};

/// Hides the small cells of a document.
///
/// # Errors
/// Of kind usage where the command has no rule for it.
pub fn hide(document: &mut Document, least: u64) -> Result<()> {
    check(&document.command)?;
    let before = hidden(document);
    for section in &mut document.sections {
        match document.command.as_str() {
            "conversion" => conversion::hide(&mut section.tables, least),
            "cohort" => cohort::hide(&mut section.tables, least),
            _ => attribution::hide(&mut section.tables, least),
        }
        if section.tables.iter().any(has_hidden) {
            // Sentences and marks tell the same numbers in words.
            section.lines.clear();
        }
        for table in section.tables.iter_mut().filter(|table| has_hidden(table)) {
            if let Some(view) = &mut table.view {
                view.marks.clear();
                view.caption.push(format!("{} {}", caption(least), rule(&document.command)));
            }
        }
    }
    let count = hidden(document) - before;
    if count > 0 {
        let text = format!("{count} cells are hidden: --min-cell {least}; they are empty in machine formats");
        document.notes.push(Note::note("hidden_cells", text));
    }
    Ok(())
}

/// Refuses commands whose tables have no rule.
///
/// # Errors
/// Of kind usage; the message names the command.
pub fn check(command: &str) -> Result<()> {
    match command {
        "conversion" | "cohort" | "attribution" => Ok(()),
        "leads" => Err(Error::usage("--min-cell cannot hold for leads: each of its rows is one deal")
            .with_hint("funnel conversion --min-cell K shows how many there are")),
        other => Err(Error::usage(format!("--min-cell is not available for {other}"))
            .with_hint("conversion, cohort and attribution hide small groups")),
    }
}

fn caption(least: u64) -> String {
    format!("Hidden: what fewer than {least} units stand behind, from 1 on, and what would tell it by subtraction.")
}

fn rule(command: &str) -> &'static str {
    match command {
        "cohort" => "A pooled age is hidden where one of its cells is.",
        "attribution" => {
            "Where a channel is hidden, the next smallest joins it until there are two and they hold as many."
        }
        _ => "Where a group is hidden, the next smallest joins it until there are two and they hold as many.",
    }
}

/// Whether a count tells of few: nobody is not few.
const fn is_small(count: u64, least: u64) -> bool {
    count > 0 && count < least
}

/// Which of several parts of a whole are hidden: the small ones, and the next smallest until two are hidden and no sum
/// of the hidden ones is small itself. Each part has one or more sizes.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn suppressed(parts: &[Vec<f64>], least: u64) -> Vec<bool> {
    let is_small = |size: f64| size > 0.0 && size < least as f64;
    let mut hidden: Vec<bool> = parts.iter().map(|sizes| sizes.iter().any(|size| is_small(*size))).collect();
    if !hidden.contains(&true) {
        return hidden;
    }
    loop {
        let of = |at: usize| parts.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(move |(sizes, _)| sizes[at]);
        let sizes = parts.iter().map(Vec::len).min().unwrap_or(0);
        let few = of(0).filter(|size| *size > 0.0).count() < 2;
        if !few && !(0..sizes).any(|at| is_small(of(at).sum())) {
            return hidden;
        }
        let shown = (0..parts.len()).filter(|&part| !hidden[part] && parts[part].iter().any(|size| *size > 0.0));
        match shown.min_by(|&one, &other| parts[one][0].total_cmp(&parts[other][0]).then(one.cmp(&other))) {
            Some(next) => hidden[next] = true,
            None => return hidden,
        }
    }
}

/// Hides what stands in a column of a row, if anything does.
fn hide_cell(table: &mut Table, row: usize, column: &str) {
    let position = table.position(column);
    if let Some(cell) = position.and_then(|position| table.rows[row].get_mut(position))
        && *cell != Cell::Missing
    {
        *cell = Cell::Hidden;
    }
}

fn hide_cells(table: &mut Table, row: usize, columns: &[&str]) {
    for column in columns {
        hide_cell(table, row, column);
    }
}

/// Hides all numbers of a row from a position on.
fn hide_row(table: &mut Table, row: usize, from: usize) {
    for (column, cell) in table.columns.iter().zip(&mut table.rows[row]).skip(from) {
        let is_key = matches!(column.kind, ColumnType::Text | ColumnType::Date | ColumnType::Time);
        if !is_key && *cell != Cell::Missing {
            *cell = Cell::Hidden;
        }
    }
}

fn count(table: &Table, row: usize, column: &str) -> Option<u64> {
    match table.rows[row].get(table.position(column)?) {
        Some(Cell::Count(count)) => Some(*count),
        _ => None,
    }
}

fn has_hidden(table: &Table) -> bool {
    table.rows.iter().flatten().any(|cell| *cell == Cell::Hidden)
}

fn hidden(document: &Document) -> usize {
    document.tables().flat_map(|table| table.rows.iter().flatten()).filter(|cell| **cell == Cell::Hidden).count()
}
