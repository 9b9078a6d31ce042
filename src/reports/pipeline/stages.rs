//! The table `stages`: what is open in each stage, and what deals from there have come to.

use super::{FEWEST_CLOSED, Pipeline, chart, count_f64, money, summary, view};
use crate::document::{Cell, ColumnType, Table};
use crate::plan::deals::{DealRow, StageLife};
use crate::stats::proportion::{rate, wilson};

const OWN: [(&str, ColumnType); 9] = [
    ("stage", ColumnType::Text),
    ("open", ColumnType::Count),
    ("open_value", ColumnType::Money),
    ("win_rate", ColumnType::Share),
    ("low", ColumnType::Share),
    ("high", ColumnType::Share),
    ("n", ColumnType::Count),
    ("weighted_value", ColumnType::Money),
    ("stuck", ColumnType::Count),
];

pub fn table(pipeline: &Pipeline<'_>) -> Table {
    let (mut table, leading) = pipeline.start("stages", "Open pipeline by stage", &OWN);
    for row in pipeline.rows() {
        for (stage, life) in pipeline.plan.stages().zip(&row.stages) {
            let mut cells = Pipeline::leading_cells(row);
            let interval = wilson(life.won, life.closed, pipeline.confidence);
            let share = |share: Option<f64>| share.map_or(Cell::Missing, Cell::Share);
            cells.extend([
                Cell::Text(stage.to_owned()),
                Cell::Count(life.open.deals),
                summary::value(life.open),
                share(rate(life.won, life.closed)),
                share(interval.map(|interval| interval.low)),
                share(interval.map(|interval| interval.high)),
                Cell::Count(life.closed),
                weighted_stage(row, life).map_or(Cell::Missing, money),
                Cell::Count(life.stuck),
            ]);
            table.rows.push(cells);
        }
    }
    table.view = Some(view::stages(&table, leading));
    table.chart = chart::stages(&table, leading);
    table
}

/// The chance that a deal in a stage is won: of the closed deals that reached it; where these are fewer than
/// [`FEWEST_CLOSED`], of all closed deals of the row.
fn weight(row: &DealRow, life: &StageLife) -> Option<f64> {
    let own = (life.closed >= FEWEST_CLOSED).then(|| rate(life.won, life.closed)).flatten();
    own.or_else(|| {
        let closed = row.won.deals + row.lost.deals;
        (closed >= FEWEST_CLOSED).then(|| rate(row.won.deals, closed)).flatten()
    })
}

fn weighted_stage(row: &DealRow, life: &StageLife) -> Option<f64> {
    if life.open.deals == 0 {
        return Some(0.0);
    }
    let has_amounts = life.open.deals > life.open.without_amount;
    weight(row, life).filter(|_| has_amounts).map(|weight| life.open.value.to_f64() * weight)
}

/// The open value times the chance of winning it, over all stages; deals in no listed stage weigh as all closed deals.
pub fn weighted(row: &DealRow) -> Option<f64> {
    if row.open.deals > 0 && row.open.deals == row.open.without_amount {
        return None;
    }
    let mut sum = 0.0;
    let mut placed = 0.0;
    for life in &row.stages {
        placed += life.open.value.to_f64();
        if life.open.value.0 != 0 {
            sum += life.open.value.to_f64() * weight(row, life)?;
        }
    }
    let rest = row.open.value.to_f64() - placed;
    let closed = row.won.deals + row.lost.deals;
    if rest.abs() < 0.005 {
        return Some(sum);
    }
    (closed >= FEWEST_CLOSED).then(|| sum + rest * count_f64(row.won.deals) / count_f64(closed))
}
