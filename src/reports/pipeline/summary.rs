//! The table `summary`: win rates, average sale, velocity, what is open.

use super::{Pipeline, chart, count_f64, money, stages, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::decimal::Decimal;
use crate::plan::deals::{DealRow, Held};
use crate::reports::cycle::mean_of_won;
use crate::stats::proportion::{rate, wilson};
use crate::stats::quantile::quantile_counted;

const OWN: [(&str, ColumnType); 18] = [
    ("created", ColumnType::Count),
    ("won", ColumnType::Count),
    ("lost", ColumnType::Count),
    ("open", ColumnType::Count),
    ("win_rate", ColumnType::Share),
    ("low", ColumnType::Share),
    ("high", ColumnType::Share),
    ("win_rate_value", ColumnType::Share),
    ("win_rate_created", ColumnType::Share),
    ("won_value", ColumnType::Money),
    ("average_sale", ColumnType::Money),
    ("cycle_mean", ColumnType::Elapsed),
    ("cycle_median", ColumnType::Elapsed),
    ("velocity_per_day", ColumnType::Money),
    ("velocity_open_per_day", ColumnType::Money),
    ("open_value", ColumnType::Money),
    ("weighted_value", ColumnType::Money),
    ("stuck", ColumnType::Count),
];

pub fn table(pipeline: &Pipeline<'_>) -> Table {
    let (mut table, leading) = pipeline.start("summary", "Pipeline", &OWN);
    for row in pipeline.rows() {
        let mut cells = Pipeline::leading_cells(row);
        cells.extend(row_cells(pipeline, row));
        table.rows.push(cells);
    }
    table.view = Some(view::summary(pipeline, &table, leading));
    table.chart = chart::summary(pipeline, &table, leading);
    table
}

fn row_cells(pipeline: &Pipeline<'_>, row: &DealRow) -> Vec<Cell> {
    let [won, lost, open] = [row.won, row.lost, row.open];
    let closed = won.deals + lost.deals;
    let share = |share: Option<f64>| share.map_or(Cell::Missing, Cell::Share);
    let interval = wilson(won.deals, closed, pipeline.confidence);
    let created = closed + open.deals;
    let mut cells = [created, won.deals, lost.deals, open.deals].map(Cell::Count).to_vec();
    cells.extend([
        share(rate(won.deals, closed)),
        share(interval.map(|interval| interval.low)),
        share(interval.map(|interval| interval.high)),
        share(win_rate_value(won, lost)),
        share(rate(won.deals, created)),
        value(won),
        average(won).map_or(Cell::Missing, money),
    ]);
    let cycles: Vec<(i64, u64)> = row.cycle.iter().map(|count| (count.duration, count.won)).collect();
    let cycles: Vec<(i64, u64)> = cycles.into_iter().filter(|(_, won)| *won > 0).collect();
    let mean = mean_of_won(&row.cycle);
    let seconds = |micros: f64| Cell::Elapsed(micros / 1e6);
    cells.push(mean.map_or(Cell::Missing, seconds));
    cells.push(quantile_counted(&cycles, 0.5).map_or(Cell::Missing, seconds));
    let per_day =
        |deals: u64| velocity(deals, rate(won.deals, closed), average(won), mean).map_or(Cell::Missing, money);
    cells.extend([per_day(closed), per_day(row.open_dated)]);
    cells.extend([value(open), stages::weighted(row).map_or(Cell::Missing, money)]);
    cells.push(Cell::Count(row.stuck));
    cells
}

/// The sum of the amounts, where any deal has one.
pub fn value(held: Held) -> Cell {
    if held.deals > 0 && held.without_amount == held.deals { Cell::Missing } else { Cell::Money(held.value) }
}

/// Won value over won and lost value; of what has amounts.
fn win_rate_value(won: Held, lost: Held) -> Option<f64> {
    let all = won.value.checked_add(lost.value)?;
    (all > Decimal::ZERO).then(|| won.value.to_f64() / all.to_f64())
}

/// Won value per won deal that has an amount.
fn average(won: Held) -> Option<f64> {
    let valued = won.deals - won.without_amount;
    (valued > 0).then(|| won.value.to_f64() / count_f64(valued))
}

/// Deals x win rate x average sale / cycle in days.
fn velocity(deals: u64, win_rate: Option<f64>, average: Option<f64>, cycle: Option<f64>) -> Option<f64> {
    let days = cycle.map(|micros| micros / 86_400e6).filter(|days| *days > 0.0)?;
    Some(count_f64(deals) * win_rate? * average? / days)
}
