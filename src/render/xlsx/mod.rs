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

use super::locale::Locale;
use super::machine::TimeUnit;
use crate::document::{Cell, Document, Note, Table};
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
/// A table with more rows than a sheet can hold loses the last ones; [`cut`] tells of it, and so does the summary.
///
/// # Errors
/// Internal where the library fails.
pub fn render(document: &Document, tables: &[&Table], locale: Locale, time_unit: Option<TimeUnit>) -> Result<Vec<u8>> {
    let sheets = names::sheets(tables.iter().map(|table| table.name.as_str()));
    let placed: Vec<Placed<'_>> = tables
        .iter()
        .zip(sheets)
        .map(|(table, sheet)| Placed { table, sheet, unit: time_unit.unwrap_or_else(|| fitting_unit(table)) })
        .collect();
    write(document, &placed, locale).map_err(|error| Error::internal(format!("the workbook: {error}")))
}

/// Tells of the tables that are longer than a sheet.
#[must_use]
pub fn cut(tables: &[&Table]) -> Vec<Note> {
    tables.iter().filter_map(|table| cut_note(table)).collect()
}

fn cut_note(table: &Table) -> Option<Note> {
    let (held, all) = (MOST_ROWS - 1, table.rows.len());
    (all > held).then(|| {
        let text = format!(
            "the sheet of {} holds the first {held} of {all} rows: a sheet has no more; --format csv --table {} writes all",
            table.name, table.name
        );
        Note::warning("sheet_full", text)
    })
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

#[cfg(test)]
mod tests {
    use super::{MOST_ROWS, cut, render};
    use crate::document::{Cell, ColumnType, Document, Section, Table};
    use crate::render::Locale;
    use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

    #[test]
    fn a_table_longer_than_a_sheet_is_cut_and_said_so() {
        let mut table = Table::new("long", "Long", &[("n", ColumnType::Count)]);
        table.rows = vec![Vec::new(); MOST_ROWS + 5];
        table.rows[MOST_ROWS - 2] = vec![Cell::Count(7)];
        table.rows[MOST_ROWS - 1] = vec![Cell::Count(8)];
        assert!(cut(&[&table])[0].text.contains("first 1048575 of 1048581 rows"), "{:?}", cut(&[&table]));
        let sections = vec![Section { tables: vec![table], ..Section::default() }];
        let document = Document { sections, ..Document::default() };
        let bytes = render(&document, &document.tables().collect::<Vec<_>>(), Locale::En, None).unwrap();
        let mut book: Xlsx<_> = open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let cells = book.worksheet_range("long").unwrap();
        let last = cells.cells().rfind(|(_, _, cell)| **cell != Data::Empty);
        assert_eq!(last.map(|(row, _, cell)| (row, cell.clone())), Some((MOST_ROWS - 1, Data::Float(7.0))));
        let summary = book.worksheet_range("Summary").unwrap();
        assert!(summary.cells().any(|(_, _, cell)| cell.to_string().contains("first 1048575 of 1048581 rows")));
    }

    #[test]
    fn a_table_that_fits_is_whole() {
        let mut table = Table::new("fits", "", &[]);
        table.rows = vec![Vec::new(); MOST_ROWS - 1];
        assert!(cut(&[&table]).is_empty());
    }
}
