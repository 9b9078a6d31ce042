//! Cohorts: those of few, cells in which few are active or few are not, and what sums over them.

use super::{count, hide_cell, hide_cells, hide_row, is_small};
use crate::document::{Cell, Table};
use std::collections::BTreeSet;

/// A group and cohort, as its cells stand in the tables, with its hidden ages.
struct Row {
    key: Vec<Cell>,
    whole: bool,
    ages: BTreeSet<u64>,
}

pub fn hide(tables: &mut [Table], least: u64) {
    // The wide form has no column of ages, and holds one kind of cell: all that the rule needs is in the long one.
    let Some(long) = tables.iter().find(|table| table.position("period").is_some() && table.name == "cohorts") else {
        for table in tables.iter_mut() {
            (0..table.rows.len()).for_each(|row| hide_row(table, row, 0));
        }
        return;
    };
    let rows = judged(long, least);
    for table in tables.iter_mut() {
        match (table.name.as_str(), table.matrix.is_some()) {
            ("cohorts", false) => hide_long(table, &rows),
            ("pooled", false) => hide_pooled(table, &rows),
            (_, true) => hide_matrix(table, &rows),
            _ => (0..table.rows.len()).for_each(|row| hide_row(table, row, 0)),
        }
    }
}

fn judged(table: &Table, least: u64) -> Vec<Row> {
    let leading = table.position("cohort").unwrap_or(0) + 1;
    let mut rows: Vec<Row> = Vec::new();
    for row in 0..table.rows.len() {
        let key = &table.rows[row][..leading];
        let (size, active) = (count(table, row, "size").unwrap_or(0), count(table, row, "active").unwrap_or(0));
        if rows.last().is_none_or(|last| last.key != key) {
            rows.push(Row { key: key.to_vec(), whole: is_small(size, least), ages: BTreeSet::new() });
        }
        let few = is_small(active, least) || is_small(size.abs_diff(active), least);
        if let (Some(last), Some(age)) = (rows.last_mut(), count(table, row, "period"))
            && (few || last.whole)
        {
            last.ages.insert(age);
        }
    }
    rows
}

fn hide_long(table: &mut Table, rows: &[Row]) {
    let leading = table.position("cohort").unwrap_or(0) + 1;
    for row in 0..table.rows.len() {
        let age = count(table, row, "period").unwrap_or(0);
        let Some(found) = rows.iter().find(|found| found.key == table.rows[row][..leading]) else { continue };
        if found.whole {
            hide_cell(table, row, "size");
        }
        if found.ages.contains(&age) {
            hide_cells(table, row, &["active", "rate", "low", "high", "value"]);
        }
        // A sum over ages tells the one that is missing.
        if found.ages.first().is_some_and(|first| age >= *first) {
            hide_cells(table, row, &["cumulative", "per_unit"]);
        }
    }
}

/// Ages at which a group's sum holds a hidden cell, and from which on its sum over ages does.
fn pooled(rows: &[Row], group: &[Cell]) -> BTreeSet<u64> {
    rows.iter().filter(|row| row.key.starts_with(group)).flat_map(|row| row.ages.iter().copied()).collect()
}

fn hide_pooled(table: &mut Table, rows: &[Row]) {
    let leading = table.position("period").unwrap_or(0);
    for row in 0..table.rows.len() {
        let ages = pooled(rows, &table.rows[row][..leading]);
        let age = count(table, row, "period").unwrap_or(0);
        if ages.contains(&age) {
            hide_row(table, row, leading + 1);
        }
        if ages.first().is_some_and(|first| age >= *first) {
            hide_cells(table, row, &["cumulative", "per_unit"]);
        }
    }
}

/// The matrix of people: a column per age; the row of the pool has no cohort of its own.
fn hide_matrix(table: &mut Table, rows: &[Row]) {
    let Some(first) = table.matrix.as_ref().map(|matrix| matrix.first) else { return };
    let is_sum = table.title.starts_with("Cumulative");
    for cells in &mut table.rows {
        let found = rows.iter().find(|row| first > 0 && cells[..first - 1] == row.key[..]);
        let ages = found.map_or_else(|| pooled(rows, &cells[..first.saturating_sub(2)]), |row| row.ages.clone());
        let is_hidden = |age: u64| ages.contains(&age) || is_sum && ages.first().is_some_and(|first| age >= *first);
        for (age, cell) in (0..).zip(&mut cells[first..]) {
            if is_hidden(age) && *cell != Cell::Missing {
                *cell = Cell::Hidden;
            }
        }
        if found.map_or_else(|| ages.contains(&0), |row| row.whole) {
            cells[first - 1] = Cell::Hidden;
        }
    }
}
