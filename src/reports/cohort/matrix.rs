//! Cohorts as a matrix, a row per cohort and a column per age: for spreadsheets (`--wide`), and for people.

use super::pooled::{Pooled, pool};
use super::table::{cumulative, per_unit};
use super::{Cohort, words};
use crate::args::cohort::Cells;
use crate::document::{Cell, Chart, Column, ColumnType, Matrix, Table, View, ViewColumn, ViewContent};
use crate::model::decimal::Decimal;
use crate::plan::cohort::{CohortRow, Measure};
use crate::reports::labels::{period_cell, split_cells};
use crate::stats::proportion::rate;

/// What stands in the cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Rate,
    Active,
    Value,
    /// Cumulative value per unit.
    PerUnit,
}

impl Content {
    const fn kind(self) -> ColumnType {
        match self {
            Self::Rate => ColumnType::Share,
            Self::Active => ColumnType::Count,
            Self::Value | Self::PerUnit => ColumnType::Money,
        }
    }

    /// Amounts without cents where these say nothing.
    fn rounded(self, table: &mut Table) {
        let cells = || table.rows.iter().flatten();
        let is_large = |cell: &Cell| matches!(cell, Cell::Money(amount) if amount.0.abs() >= LARGE * Decimal::ONE);
        if self == Self::Value && cells().any(is_large) {
            for cell in table.rows.iter_mut().flatten() {
                if let Cell::Money(amount) = cell {
                    *amount = cents((amount.to_f64()).round());
                }
            }
        }
    }

    fn cell(self, size: u64, active: u64, value: Option<Decimal>, sum: Option<Decimal>) -> Cell {
        match self {
            Self::Rate => rate(active, size).map_or(Cell::Missing, Cell::Share),
            Self::Active => Cell::Count(active),
            Self::Value => value.map_or(Cell::Missing, Cell::Money),
            Self::PerUnit => per_unit(sum, size).map_or(Cell::Missing, |amount| Cell::Money(cents(amount))),
        }
    }
}

/// From this amount on people read no cents in a matrix.
const LARGE: i128 = 1_000;

/// The nearest whole number of cents.
#[expect(clippy::cast_possible_truncation, reason = "an amount per unit is far below 10^30")]
fn cents(amount: f64) -> Decimal {
    Decimal((amount * 100.0).round() as i128 * (Decimal::ONE / 100))
}

fn chosen(cohort: &Cohort<'_>) -> Content {
    match cohort.cells {
        Some(Cells::Active) => Content::Active,
        Some(Cells::Value) => Content::Value,
        None if cohort.is_revenue() => Content::Value,
        None | Some(Cells::Rate) => Content::Rate,
    }
}

/// How many ages any cohort has.
fn ages(cohort: &Cohort<'_>) -> usize {
    cohort.answer.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0)
}

/// Breakdown columns, cohort, size, and a column per age.
fn columns(cohort: &Cohort<'_>, content: Content, ages: usize) -> Vec<Column> {
    let own = [("cohort", cohort.cohort_kind()), ("size", ColumnType::Count)];
    let mut columns = cohort.group_columns(&own);
    columns.extend(own.map(|(name, kind)| Column { name: name.to_owned(), kind }));
    columns.extend((0..ages).map(|age| Column { name: age.to_string(), kind: content.kind() }));
    columns
}

fn row_cells(row: &CohortRow, content: Content, ages: usize) -> Vec<Cell> {
    let mut cells = split_cells(&row.group, None);
    cells.extend([period_cell(Some(row.cohort)), Cell::Count(row.size)]);
    let sums = cumulative(row);
    let shown = row.cells.iter().zip(sums);
    cells.extend(shown.map(|(cell, sum)| content.cell(row.size, cell.active, cell.value, sum)));
    cells.resize(row.group.len() + 2 + ages, Cell::Missing);
    cells
}

/// More columns of ages that have not begun help nobody.
const MOST_EMPTY: usize = 1_000;

/// The matrix for spreadsheets. With `--periods` every age has its column, whether it has begun or not.
pub fn wide(cohort: &Cohort<'_>) -> Table {
    let content = chosen(cohort);
    let begun = ages(cohort);
    let ages = cohort.plan.periods.map_or(begun, |periods| periods.min(begun.max(MOST_EMPTY)));
    let mut table = Table::new("cohorts", "Cohorts", &[]);
    table.columns = columns(cohort, content, ages);
    table.rows = cohort.answer.rows.iter().map(|row| row_cells(row, content, ages)).collect();
    table.machine_only = true;
    table
}

/// The matrices for people: one, of revenue two where nothing else is asked for.
pub fn for_people(cohort: &Cohort<'_>) -> Vec<Table> {
    match chosen(cohort) {
        Content::Value if cohort.cells.is_none() => matrices(cohort, &[Content::Value, Content::PerUnit]),
        content => matrices(cohort, &[content]),
    }
}

/// Matrices with one caption, under the last of them.
pub fn matrices(cohort: &Cohort<'_>, contents: &[Content]) -> Vec<Table> {
    let last = contents.len().saturating_sub(1);
    contents.iter().enumerate().map(|(at, content)| matrix(cohort, *content, at == last)).collect()
}

fn matrix(cohort: &Cohort<'_>, content: Content, with_caption: bool) -> Table {
    let ages = ages(cohort);
    let leading = cohort.plan.by.len();
    let mut table = Table::new("matrix", &words::title(cohort, content), &[]);
    table.columns = columns(cohort, content, ages);
    let mut partial = Vec::new();
    for rows in cohort.groups() {
        for row in rows {
            let under_way = row.cells.iter().enumerate().filter(|(_, cell)| !cell.complete);
            partial.extend(under_way.map(|(age, _)| (table.rows.len(), leading + 2 + age)));
            table.rows.push(row_cells(row, content, ages));
        }
        // Sums over ever fewer cohorts are not comparable from age to age.
        if matches!(content, Content::Rate | Content::PerUnit) {
            table.rows.push(pooled_cells(&rows[0].group, &pool(rows), content, ages));
        }
    }
    content.rounded(&mut table);
    // Age 0 of a retention is everybody by definition: it would leave the others without a shade.
    let later = usize::from(cohort.plan.measure != Measure::Conversion && content != Content::PerUnit && ages > 1);
    table.matrix = Some(Matrix { first: leading + 2, scale: leading + 2 + later, partial });
    table.chart = Some(Chart::Matrix);
    table.view = Some(View {
        columns: view_columns(&table, leading),
        caption: if with_caption { words::caption(cohort, content) } else { Vec::new() },
        ..View::default()
    });
    table
}

fn pooled_cells(group: &[String], pooled: &[Pooled], content: Content, ages: usize) -> Vec<Cell> {
    let mut cells = split_cells(group, None);
    cells.push(Cell::Text("Pooled".to_owned()));
    cells.push(pooled.first().map_or(Cell::Missing, |first| Cell::Count(first.size)));
    let at = |age: usize| pooled.iter().find(|pooled| pooled.age == age);
    let cell = |pooled: &Pooled| content.cell(pooled.size, pooled.active, pooled.value, pooled.cumulative);
    cells.extend((0..ages).map(|age| at(age).map_or(Cell::Missing, cell)));
    cells
}

/// Where the width is short the latest ages go first.
fn view_columns(table: &Table, leading: usize) -> Vec<ViewColumn> {
    let view = |(position, column): (usize, &Column)| {
        let label = match position.checked_sub(leading) {
            Some(0) => "Cohort".to_owned(),
            Some(1) => "Size".to_owned(),
            _ => column.name.clone(),
        };
        let age = position.saturating_sub(leading + 2);
        let expendable = if position < leading + 2 { 0 } else { u8::try_from(age).unwrap_or(u8::MAX) };
        ViewColumn { label, content: ViewContent::Value(position), expendable }
    };
    table.columns.iter().enumerate().map(view).collect()
}
