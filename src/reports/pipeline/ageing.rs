//! The table `ageing`: open deals older than some ages.

use super::{Pipeline, chart, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::decimal::Decimal;
use crate::model::time::MICROS_PER_DAY;

const OWN: [(&str, ColumnType); 3] =
    [("older_than", ColumnType::Elapsed), ("open", ColumnType::Count), ("value", ColumnType::Money)];

/// Days; each row counts the open deals that are older.
const AGES: [u32; 8] = [0, 30, 60, 90, 120, 180, 270, 365];

pub fn table(pipeline: &Pipeline<'_>) -> Table {
    let (mut table, leading) = pipeline.start("ageing", "Age of the open deals", &OWN);
    for row in pipeline.rows() {
        let has_amounts = row.ages.iter().any(|(_, amount)| amount.is_some());
        for days in AGES {
            let older = row.ages.iter().filter(|(age, _)| *age > i64::from(days) * MICROS_PER_DAY);
            let value = older.clone().filter_map(|(_, amount)| *amount);
            let value = value.fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount).unwrap_or(sum));
            let mut cells = Pipeline::leading_cells(row);
            cells.extend([
                Cell::Elapsed(f64::from(days) * 86_400.0),
                Cell::Count(older.count() as u64),
                if has_amounts { Cell::Money(value) } else { Cell::Missing },
            ]);
            table.rows.push(cells);
        }
    }
    table.view = Some(view::ageing(&table, leading));
    table.chart = chart::ageing(&table, leading);
    table
}
