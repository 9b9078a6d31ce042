//! The table `coverage`: does the open pipeline cover what is left of the target?

use super::{Pipeline, stages, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::decimal::Decimal;

const OWN: [(&str, ColumnType); 6] = [
    ("target", ColumnType::Money),
    ("won_value", ColumnType::Money),
    ("remaining", ColumnType::Money),
    ("open_value", ColumnType::Money),
    ("coverage", ColumnType::Number),
    ("weighted_coverage", ColumnType::Number),
];

/// Open value, and weighted open value, over the target less what is won; for the whole only.
pub fn table(pipeline: &Pipeline<'_>) -> Option<Table> {
    let target = pipeline.target?;
    if pipeline.grouped || pipeline.every.is_some() {
        return None;
    }
    let (mut table, _) = pipeline.start("coverage", "Coverage of the target", &OWN);
    for row in pipeline.rows() {
        let remaining = target.to_f64() - row.won.value.to_f64();
        let over = |value: f64| if remaining > 0.0 { Cell::Number(value / remaining) } else { Cell::Missing };
        table.rows.push(vec![
            Cell::Money(target),
            Cell::Money(row.won.value),
            Cell::Money(Decimal(target.0.saturating_sub(row.won.value.0))),
            Cell::Money(row.open.value),
            over(row.open.value.to_f64()),
            stages::weighted(row).map_or(Cell::Missing, over),
        ]);
    }
    table.view = Some(view::coverage(&table));
    Some(table)
}
