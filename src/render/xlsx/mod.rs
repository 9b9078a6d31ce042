//! The document as a workbook: a summary, then a sheet per table with typed cells, ready to be filtered and counted.
//!
//! Numbers are those of the JSON document, to be formatted by the spreadsheet; text is text whatever it looks like, and
//! no formula is ever written. The same document gives the same bytes: the workbook is dated by its as-of time.
//!
//! Writes through the `rust_xlsxwriter` crate.

mod charts;
mod names;
mod sheet;
mod summary;

use super::machine::TimeUnit;
use super::words::Locale;
use crate::document::{Cell, Document, Table};
use crate::error::{Error, Result};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

/// Rows of a sheet, the header among them.
const MOST_ROWS: usize = 1_048_576;
/// The date of a workbook that has no as-of time: 2000-01-01.
const NO_DATE: i64 = 946_684_800;
const HOUR: f64 = 3_600.0;
const DAY: f64 = 86_400.0;

/// A table on its sheet.
struct Placed<'a> {
    table: &'a Table,
    sheet: String,
    unit: TimeUnit,
}

/// Writes the given tables of the document, behind a summary.
///
/// # Errors
/// Usage where a table has more rows than a sheet; internal where the library fails.
pub fn render(document: &Document, tables: &[&Table], locale: Locale, time_unit: Option<TimeUnit>) -> Result<Vec<u8>> {
    if let Some(long) = tables.iter().find(|table| table.rows.len() >= MOST_ROWS) {
        let message = format!("table {} has more rows than a sheet can hold", long.name);
        return Err(Error::usage(message).with_hint("--format csv writes tables of any length"));
    }
    let sheets = names::sheets(tables.iter().map(|table| table.name.as_str()));
    let placed: Vec<Placed<'_>> = tables
        .iter()
        .zip(sheets)
        .map(|(table, sheet)| Placed { table, sheet, unit: time_unit.unwrap_or_else(|| fitting_unit(table)) })
        .collect();
    write(document, &placed, locale).map_err(|error| Error::internal(format!("the workbook: {error}")))
}

fn write(document: &Document, placed: &[Placed<'_>], locale: Locale) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let seconds = document.as_of.map_or(NO_DATE, |as_of| as_of.div_euclid(1_000_000));
    let date = ExcelDateTime::from_timestamp(seconds).or_else(|_| ExcelDateTime::from_timestamp(NO_DATE))?;
    let made_by = format!("funnel {}", env!("CARGO_PKG_VERSION"));
    workbook.set_properties(
        &DocProperties::new().set_title(&document.title).set_author(&made_by).set_creation_datetime(&date),
    );
    summary::write(workbook.add_worksheet(), document, placed, locale)?;
    for placed in placed {
        sheet::write(workbook.add_worksheet(), placed)?;
    }
    workbook.save_to_buffer()
}

/// One unit for all durations of a table, told by the longest.
fn fitting_unit(table: &Table) -> TimeUnit {
    let cells = table.rows.iter().flatten();
    let seconds = cells.filter_map(|cell| if let Cell::Elapsed(seconds) = cell { Some(seconds.abs()) } else { None });
    match seconds.filter(|seconds| seconds.is_finite()).fold(0.0, f64::max) {
        longest if longest >= 2.0 * DAY => TimeUnit::Days,
        longest if longest >= 2.0 * HOUR => TimeUnit::Hours,
        _ => TimeUnit::Seconds,
    }
}
