//! The table `waterfall`: from one export of the pipeline to the next.

use super::{chart, view};
use crate::document::{Cell, ColumnType, Table};
use crate::plan::deals::Flow;

const OWN: [(&str, ColumnType); 3] =
    [("item", ColumnType::Text), ("deals", ColumnType::Count), ("value", ColumnType::Money)];

/// A row per item: what the pipeline held, what came in and went, what it holds; then moves that change no sum.
#[must_use]
pub fn waterfall(flows: &[Flow]) -> Table {
    let mut table = Table::new("waterfall", "From the previous export to this one", &OWN);
    table.rows = flows
        .iter()
        .map(|flow| vec![Cell::Text(flow.item.name().to_owned()), Cell::Count(flow.deals), Cell::Money(flow.value)])
        .collect();
    table.view = Some(view::waterfall(&table));
    table.chart = chart::waterfall(&table, flows);
    table
}
