//! View columns by name: what people see of a table, in a few words per column.

use crate::document::{Cell, Table, ViewColumn, ViewContent};

/// A column of the view: label, content, and how readily it is dropped where the width is short.
#[must_use]
pub fn column(label: &str, content: ViewContent, expendable: u8) -> ViewColumn {
    ViewColumn { label: label.to_owned(), content, expendable }
}

/// The values of a column; `None` where the table has none of that name.
#[must_use]
pub fn value(table: &Table, label: &str, name: &str, expendable: u8) -> Option<ViewColumn> {
    table.position(name).map(|position| column(label, ViewContent::Value(position), expendable))
}

/// A rate with its interval.
#[must_use]
pub fn interval(table: &Table, label: &str, names: [&str; 3], expendable: u8) -> Option<ViewColumn> {
    let [value, low, high] = names.map(|name| table.position(name));
    Some(column(label, ViewContent::Interval { value: value?, low: low?, high: high? }, expendable))
}

/// A bar as long as the value.
#[must_use]
pub fn bar(table: &Table, name: &str, expendable: u8) -> Option<ViewColumn> {
    table.position(name).map(|position| column("", ViewContent::Bar(position), expendable))
}

/// Whether a column holds anything at all.
#[must_use]
pub fn has_values(table: &Table, name: &str) -> bool {
    table.position(name).is_some_and(|position| table.rows.iter().any(|row| row[position] != Cell::Missing))
}
