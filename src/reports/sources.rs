//! The table `sources`: every record of every file is loaded, rejected, blank or skipped.

use crate::document::{Cell, ColumnType, SourceAccount, Table, View};
use crate::reports::labels::split_view;

/// Returns a row per file.
#[must_use]
pub fn table(accounts: &[SourceAccount]) -> Table {
    let mut table = Table::new(
        "sources",
        "What was loaded",
        &[
            ("source", ColumnType::Text),
            ("kind", ColumnType::Text),
            ("file", ColumnType::Text),
            ("records", ColumnType::Count),
            ("loaded", ColumnType::Count),
            ("rejected", ColumnType::Count),
            ("blank", ColumnType::Count),
            ("skipped", ColumnType::Count),
        ],
    );
    for account in accounts {
        for file in &account.files {
            table.rows.push(vec![
                Cell::Text(account.name.clone()),
                Cell::Text(account.kind.clone()),
                Cell::Text(file.path.clone()),
                Cell::Count(file.records),
                Cell::Count(file.loaded),
                Cell::Count(file.rejected),
                Cell::Count(file.blank),
                Cell::Count(file.skipped),
            ]);
        }
    }
    let mut columns = split_view(&table.columns, table.columns.len());
    let labels = ["Source", "Kind", "File", "Records", "Loaded", "Rejected", "Blank", "Skipped"];
    for ((column, label), expendable) in columns.iter_mut().zip(labels).zip([3, 1, 0, 0, 0, 0, 4, 5]) {
        label.clone_into(&mut column.label);
        column.expendable = expendable;
    }
    table.view = Some(View { columns, ..View::default() });
    table
}
