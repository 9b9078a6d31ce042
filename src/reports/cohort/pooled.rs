//! The table `pooled`: at each age the units of all cohorts that are through with it.

use super::Cohort;
use super::table::{cumulative, empty, rate_cells, revenue_cells};
use crate::document::{Cell, Chart, ColumnType, Measure, Table, View};
use crate::model::decimal::Decimal;
use crate::plan::cohort::CohortRow;
use crate::reports::columns::{interval, value};
use crate::reports::labels::{split_cells, split_view};

/// The cohorts with a complete cell at one age, put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pooled {
    pub age: usize,
    pub size: u64,
    pub active: u64,
    /// `None` without values, or where a sum leaves the exact range.
    pub value: Option<Decimal>,
    pub cumulative: Option<Decimal>,
}

/// Puts the cohorts of one group together; ages that no cohort with units is through with are left out.
pub fn pool(rows: &[CohortRow]) -> Vec<Pooled> {
    let ages = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let sums: Vec<Vec<Option<Decimal>>> = rows.iter().map(cumulative).collect();
    let pool_age = |age: usize| {
        let mut pooled =
            Pooled { age, size: 0, active: 0, value: Some(Decimal::ZERO), cumulative: Some(Decimal::ZERO) };
        for (row, sums) in rows.iter().zip(&sums) {
            let Some(cell) = row.cells.get(age).filter(|cell| cell.complete) else { continue };
            pooled.size += row.size;
            pooled.active += cell.active;
            pooled.value = add(pooled.value, cell.value);
            pooled.cumulative = add(pooled.cumulative, sums[age]);
        }
        (pooled.size > 0).then_some(pooled)
    };
    (0..ages).filter_map(pool_age).collect()
}

fn add(sum: Option<Decimal>, value: Option<Decimal>) -> Option<Decimal> {
    sum.zip(value).and_then(|(sum, value)| sum.checked_add(value))
}

pub fn table(cohort: &Cohort<'_>) -> Table {
    let own = [
        ("period", ColumnType::Count),
        ("size", ColumnType::Count),
        ("active", ColumnType::Count),
        ("rate", ColumnType::Share),
        ("low", ColumnType::Share),
        ("high", ColumnType::Share),
    ];
    let mut table = empty(cohort, "pooled", "All cohorts", &own);
    for rows in cohort.groups() {
        for pooled in pool(rows) {
            let mut cells = split_cells(&rows[0].group, None);
            cells.extend([Cell::Count(pooled.age as u64), Cell::Count(pooled.size), Cell::Count(pooled.active)]);
            cells.extend(rate_cells(pooled.active, pooled.size, cohort.confidence));
            if cohort.is_revenue() {
                cells.extend(revenue_cells(pooled.value, pooled.cumulative, pooled.size));
            }
            table.rows.push(cells);
        }
    }
    table.machine_only = true;
    table.view = Some(view(cohort, &table));
    let x = table.position("period");
    if let (Some(x), Some(line)) = (x, Measure::named(&table, ["rate", "low", "high"])) {
        table.chart = Some(Chart::Curve { x, series: (0..x).collect(), lines: vec![line], step: false, start: None });
    }
    table
}

/// What stands under the curve on a page.
fn view(cohort: &Cohort<'_>, table: &Table) -> View {
    let leading = table.position("period").unwrap_or_default();
    let mut columns = split_view(&table.columns, leading);
    let own = [
        value(table, "Age", "period", 0),
        value(table, "Size", "size", 0),
        value(table, "Active", "active", 0),
        interval(table, "Rate", ["rate", "low", "high"], 0),
        value(table, "Cumulative per unit", "per_unit", 1),
    ];
    columns.extend(own.into_iter().flatten());
    let percent = cohort.confidence * 100.0;
    let caption = format!(
        "At each age the units of all cohorts that are through with it, with {percent} % Wilson intervals: ever fewer \
         cohorts the older they are."
    );
    View { columns, caption: vec![caption], ..View::default() }
}
