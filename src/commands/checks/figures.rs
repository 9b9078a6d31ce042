//! The figures of a result by their names: `COMMAND.TABLE.COLUMN`.

use crate::args::values::condition::{Form, Limit, Place};
use crate::document::{Cell, ColumnType, Document, Table};
use crate::error::{Error, Result};
use crate::model::names::nearest;
use crate::model::time::Micros;

/// A column with all of its rows.
#[derive(Debug, Clone, Copy)]
pub struct Figures<'a> {
    pub table: &'a Table,
    /// Its position.
    pub column: usize,
}

impl<'a> Figures<'a> {
    /// Finds a column.
    ///
    /// # Errors
    /// A usage error with the nearest of the names that there are.
    pub fn find(document: &'a Document, place: &Place) -> Result<Self> {
        let wanted = format!("{}.{}", place.command, place.table);
        let Some(table) = document.tables().find(|table| qualified(document, table) == wanted) else {
            let names: Vec<String> = document.tables().map(|table| qualified(document, table)).collect();
            return Err(unknown(&format!("this result has no table `{wanted}`"), &wanted, &names));
        };
        let Some(column) = table.position(&place.column) else {
            let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
            let message = format!("the table {wanted} has no column `{}`", place.column);
            return Err(unknown(&message, &place.column, &names));
        };
        Ok(Self { table, column })
    }

    /// Refuses a number that cannot be compared with this column.
    ///
    /// # Errors
    /// A usage error.
    pub fn takes(&self, limit: &Limit) -> Result<()> {
        let column = &self.table.columns[self.column];
        let kind = column.kind;
        let fits = match limit.form {
            Form::Plain => !matches!(kind, ColumnType::Text | ColumnType::Date | ColumnType::Time | ColumnType::Flag),
            Form::Percent => kind == ColumnType::Share,
            Form::Duration => kind == ColumnType::Elapsed,
            Form::Flag => kind == ColumnType::Flag,
        };
        if fits {
            return Ok(());
        }
        let message = format!("`{limit}` does not fit the column `{}`, which holds a {}", column.name, kind.name());
        Err(Error::usage(message).with_hint("5% is for shares, 30d for durations, true and false for flags"))
    }

    /// The rows that have a value, with it.
    pub fn values(&self) -> impl Iterator<Item = (usize, f64)> + 'a {
        let Self { table, column } = *self;
        let rows = table.rows.iter().enumerate();
        rows.filter_map(move |(row, cells)| Some((row, number(cells.get(column)?)?)))
    }

    /// The cell of a row.
    #[must_use]
    pub fn cell(&self, row: usize) -> &'a Cell {
        self.table.rows[row].get(self.column).unwrap_or(&Cell::Missing)
    }

    /// The value of another column in a row.
    #[must_use]
    pub fn beside(&self, row: usize, column: usize) -> Option<f64> {
        self.table.rows[row].get(column).and_then(number)
    }
}

fn unknown(message: &str, wanted: &str, names: &[String]) -> Error {
    let list = names.join(", ");
    let hint = match nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? There are: {list}"),
        None => format!("there are: {list}"),
    };
    Error::usage(message).with_hint(hint)
}

/// The name of a table as the report has it.
#[must_use]
pub fn qualified(document: &Document, table: &Table) -> String {
    if table.name.contains('.') { table.name.clone() } else { format!("{}.{}", document.command, table.name) }
}

/// The number that a cell holds; durations in seconds, flags as 1 and 0.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
pub fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Count(count) => Some(*count as f64),
        Cell::Share(value) | Cell::Number(value) | Cell::Elapsed(value) => {
            Some(*value).filter(|value| value.is_finite())
        }
        Cell::Money(amount) => amount.to_string().parse().ok(),
        Cell::Flag(flag) => Some(f64::from(u8::from(*flag))),
        Cell::Missing | Cell::Hidden | Cell::Instant(_) | Cell::Date(_) | Cell::Text(_) => None,
    }
}

/// A cell in a message.
#[must_use]
pub fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Count(count) => count.to_string(),
        Cell::Share(value) => share(*value),
        Cell::Number(value) => format!("{value}"),
        Cell::Elapsed(seconds) if *seconds >= 86_400.0 => format!("{:.1} d", seconds / 86_400.0),
        Cell::Elapsed(seconds) => format!("{seconds:.0} s"),
        Cell::Money(amount) => amount.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Instant(micros) => instant(*micros),
        Cell::Text(text) => text.clone(),
        Cell::Missing => "empty".to_owned(),
        Cell::Hidden => "hidden".to_owned(),
    }
}

/// A share in percent, with as many places as tell it from its neighbours.
#[must_use]
pub fn share(value: f64) -> String {
    format!("{} %", (value * 1e4).round() / 100.0)
}

fn instant(micros: Micros) -> String {
    chrono::DateTime::from_timestamp_micros(micros).map_or_else(String::new, |time| time.to_rfc3339())
}

/// Says which row it is, after the value: ` (period 2026-11-02, channel ads)`; nothing where there is but one.
///
/// Groups, periods and names of steps say it; what is known of single leads never stands in a message.
#[must_use]
pub fn row_name(table: &Table, row: usize, column: usize) -> String {
    if table.rows.len() < 2 {
        return String::new();
    }
    let is_list = table.position("id").is_some();
    let cells = table.columns.iter().zip(&table.rows[row]).take(if is_list { 0 } else { column });
    let names =
        cells.filter(|(column, _)| matches!(column.kind, ColumnType::Text | ColumnType::Date | ColumnType::Time));
    let parts: Vec<String> = names
        .filter(|(_, cell)| **cell != Cell::Missing)
        .take(4)
        .map(|(column, cell)| format!("{} {}", column.name, shown(cell)))
        .collect();
    if parts.is_empty() { format!(" (row {})", row + 1) } else { format!(" ({})", parts.join(", ")) }
}
