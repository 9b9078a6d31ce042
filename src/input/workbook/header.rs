//! Finds the row that names the columns, as it is found in delimited text: the first row that the caller accepts, else
//! the first with content.

use super::sheet::{Sheet, SheetRow};
use crate::error::{Error, Result};

/// How many rows with content may stand before the header.
const ROWS_TRIED: usize = 20;

/// What the user says about a sheet; what is left out is found out.
#[derive(Debug, Clone, Default)]
pub struct SheetOptions {
    pub sheet: Option<String>,
    /// Rows to leave out before the header.
    pub skip_lines: u64,
    /// Rows whose first cell begins with this are left out.
    pub comment: Option<String>,
    /// Names of the columns where the sheet has no header.
    pub column_names: Option<Vec<String>>,
}

/// The columns of a sheet, and where its records begin.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// By column of the sheet; an empty name is a column without one.
    pub(super) names: Vec<String>,
    /// From 0; `None` where the names were given.
    pub(super) row: Option<u32>,
    /// The first row that can be a record, from 0.
    pub(super) data: u32,
}

/// Finds the header of a sheet.
///
/// # Errors
/// Kind `Data`: no row has content, or a name holds a control character.
pub(super) fn find(
    sheet: &Sheet,
    options: &SheetOptions,
    accepts: &dyn Fn(&[String]) -> bool,
    file: &str,
) -> Result<Header> {
    let from = u32::try_from(options.skip_lines).unwrap_or(u32::MAX);
    if let Some(names) = &options.column_names {
        let names = names.iter().map(|name| name.trim().to_owned()).collect();
        return Ok(Header { names, row: None, data: from });
    }
    let mut first = None;
    let rows = sheet.rows_from(from).filter(|row| !is_comment(sheet, row, options.comment.as_deref()));
    for row in rows.take(ROWS_TRIED) {
        let names = names(sheet, &row);
        let sound = names.iter().all(|name| !name.chars().any(char::is_control));
        let header = Header { names, row: Some(row.number), data: row.number.saturating_add(1) };
        if sound && accepts(&header.names) {
            return Ok(header);
        }
        first.get_or_insert((header, sound));
    }
    match first {
        Some((header, true)) => Ok(header),
        Some((header, false)) => {
            let line = header.row.map(|row| u64::from(row) + 1);
            let error = Error::data("the header is damaged: a control character in a name").at(file, line, None);
            Err(error.with_hint("repair the header row, or give --skip-lines or --sheet"))
        }
        None => Err(Error::data("the sheet holds no header").at(file, Some(1), None)),
    }
}

/// Whether the first cell of a row begins with the prefix of comments.
pub(super) fn is_comment(sheet: &Sheet, row: &SheetRow<'_>, prefix: Option<&str>) -> bool {
    prefix.is_some_and(|prefix| row.get(0).is_some_and(|cell| sheet.text(cell).starts_with(prefix)))
}

/// The names that a row would give. A line break in one only wraps it in its cell.
fn names(sheet: &Sheet, row: &SheetRow<'_>) -> Vec<String> {
    let width = row.cells.last().map_or(0, |cell| usize::from(cell.column) + 1);
    let mut names = vec![String::new(); width];
    for cell in row.cells {
        let lines = sheet.text(cell).lines().map(str::trim).filter(|line| !line.is_empty());
        names[usize::from(cell.column)] = lines.collect::<Vec<_>>().join(" ");
    }
    names
}
