//! The table `cohorts`: a row per group, cohort and age.

use super::Cohort;
use crate::document::{Cell, Chart, Column, ColumnType, Table};
use crate::model::decimal::Decimal;
use crate::plan::cohort::CohortRow;
use crate::reports::labels::{period_cell, split_cells};
use crate::stats::proportion::{rate, wilson};

/// A table with the breakdown columns, the given ones, and those of revenue where it is asked for.
pub fn empty(cohort: &Cohort<'_>, name: &str, title: &str, own: &[(&str, ColumnType)]) -> Table {
    let mut own = own.to_vec();
    if cohort.is_revenue() {
        own.extend([("value", ColumnType::Money), ("cumulative", ColumnType::Money), ("per_unit", ColumnType::Number)]);
    }
    let mut table = Table::new(name, title, &[]);
    table.columns = cohort.group_columns(&own);
    table.columns.extend(own.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }));
    table
}

/// The long table.
pub fn cohorts(cohort: &Cohort<'_>) -> Table {
    let own = [
        ("cohort", cohort.cohort_kind()),
        ("size", ColumnType::Count),
        ("period", ColumnType::Count),
        ("active", ColumnType::Count),
        ("rate", ColumnType::Share),
        ("low", ColumnType::Share),
        ("high", ColumnType::Share),
        ("complete", ColumnType::Flag),
    ];
    let mut table = empty(cohort, "cohorts", "Cohorts", &own);
    for row in &cohort.answer.rows {
        let sums = cumulative(row);
        for (age, cell) in row.cells.iter().enumerate() {
            let mut cells = split_cells(&row.group, None);
            cells.extend([period_cell(Some(row.cohort)), Cell::Count(row.size), Cell::Count(age as u64)]);
            cells.push(Cell::Count(cell.active));
            cells.extend(rate_cells(cell.active, row.size, cohort.confidence));
            cells.push(Cell::Flag(cell.complete));
            if cohort.is_revenue() {
                cells.extend(revenue_cells(cell.value, sums[age], row.size));
            }
            table.rows.push(cells);
        }
    }
    table.machine_only = true;
    let [row, column, value, complete] = ["cohort", "period", "rate", "complete"].map(|name| table.position(name));
    if let (true, Some(row), Some(column), Some(value)) = (cohort.plan.by.is_empty(), row, column, value) {
        table.chart = Some(Chart::HeatMap { row, column, value, complete });
    }
    table
}

/// A rate with its Wilson interval; nothing of nobody.
pub fn rate_cells(active: u64, size: u64, confidence: f64) -> [Cell; 3] {
    let interval = wilson(active, size, confidence);
    let bound = |value: Option<f64>| value.map_or(Cell::Missing, Cell::Share);
    [
        bound(rate(active, size)),
        bound(interval.as_ref().map(|interval| interval.low)),
        bound(interval.as_ref().map(|interval| interval.high)),
    ]
}

/// Value, cumulative value, and that per unit.
pub fn revenue_cells(value: Option<Decimal>, sum: Option<Decimal>, size: u64) -> [Cell; 3] {
    let money = |amount: Option<Decimal>| amount.map_or(Cell::Missing, Cell::Money);
    [money(value), money(sum), per_unit(sum, size).map_or(Cell::Missing, Cell::Number)]
}

/// An amount per unit of a cohort.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn per_unit(sum: Option<Decimal>, size: u64) -> Option<f64> {
    sum.filter(|_| size > 0).map(|sum| sum.to_f64() / size as f64)
}

/// The value up to each age; `None` where there is none, or the sum leaves the exact range.
pub fn cumulative(row: &CohortRow) -> Vec<Option<Decimal>> {
    let add = |sum: &mut Option<Decimal>, value: Option<Decimal>| {
        *sum = sum.zip(value).and_then(|(sum, value)| sum.checked_add(value));
        Some(*sum)
    };
    row.cells.iter().map(|cell| cell.value).scan(Some(Decimal::ZERO), add).collect()
}
