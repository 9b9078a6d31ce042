//! The tables `stages` and `returns`: every entry into a stage and how it ended, and the time spent there.

use super::{Cycle, chart, elapsed, elapsed_f64, view};
use crate::document::{Cell, ColumnType, Table};
use crate::plan::deals::StageLife;
use crate::stats::quantile::{mean, quantile_sorted};
use crate::stats::survival::{Observed, Survival};

const OWN: [(&str, ColumnType); 12] = [
    ("stage", ColumnType::Text),
    ("entered", ColumnType::Count),
    ("running", ColumnType::Count),
    ("advanced", ColumnType::Count),
    ("lost", ColumnType::Count),
    ("back", ColumnType::Count),
    ("skipped", ColumnType::Count),
    ("mean", ColumnType::Elapsed),
    ("p25", ColumnType::Elapsed),
    ("median", ColumnType::Elapsed),
    ("p75", ColumnType::Elapsed),
    ("p90", ColumnType::Elapsed),
];

/// A row per stage: `entered = running + advanced + lost + back`.
pub fn table(cycle: &Cycle<'_>) -> Table {
    let (mut table, leading) = cycle.start("stages", "Time in each stage", &OWN);
    for row in cycle.rows() {
        for (stage, life) in cycle.plan.stages().zip(&row.stages) {
            let mut cells = Cycle::leading_cells(row);
            cells.push(Cell::Text(stage.to_owned()));
            let counts = [life.entered, life.running, life.advanced, life.lost, life.back, life.skipped];
            cells.extend(counts.map(Cell::Count));
            cells.extend(time_cells(life, cycle.confidence));
            table.rows.push(cells);
        }
    }
    table.view = Some(view::stages(&table, leading));
    table.chart = chart::stages(cycle, &table, leading);
    table
}

/// Mean and quantiles of the time per deal: of type 7 where no stay is running, else of the survival curve.
fn time_cells(life: &StageLife, confidence: f64) -> [Cell; 5] {
    let shares = [0.25, 0.5, 0.75, 0.9];
    if life.counting.is_empty() {
        let quantile = |p| quantile_sorted(&life.finished, p).map_or(Cell::Missing, elapsed_f64);
        let [p25, median, p75, p90] = shares.map(quantile);
        return [mean(&life.finished).map_or(Cell::Missing, elapsed_f64), p25, median, p75, p90];
    }
    let finished = life.finished.iter().map(|time| Observed { time: *time, events: 1, censored: 0 });
    let counting = life.counting.iter().map(|time| Observed { time: *time, events: 0, censored: 1 });
    let observed: Vec<Observed> = finished.chain(counting).collect();
    let Some(curve) = Survival::estimate(&observed, confidence) else {
        return [Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing];
    };
    let [p25, median, p75, p90] = shares.map(|p| curve.quantile(p).map_or(Cell::Missing, elapsed));
    let restricted = curve.longest().and_then(|longest| curve.restricted_mean(longest));
    [restricted.map_or(Cell::Missing, elapsed_f64), p25, median, p75, p90]
}

const RETURNS: [(&str, ColumnType); 5] = [
    ("stage", ColumnType::Text),
    ("deals", ColumnType::Count),
    ("entered", ColumnType::Count),
    ("entered_again", ColumnType::Count),
    ("recycled", ColumnType::Count),
];

/// How often deals came back to a stage; recycled ones had been lost before.
pub fn returns(cycle: &Cycle<'_>) -> Table {
    let (mut table, leading) = cycle.start("returns", "Deals that came back", &RETURNS);
    for row in cycle.rows() {
        for (stage, life) in cycle.plan.stages().zip(&row.stages) {
            let mut cells = Cycle::leading_cells(row);
            cells.push(Cell::Text(stage.to_owned()));
            let again = life.entered.saturating_sub(life.deals);
            cells.extend([life.deals, life.entered, again, life.recycled].map(Cell::Count));
            table.rows.push(cells);
        }
    }
    let nobody = cycle.rows().iter().flat_map(|row| &row.stages).all(|life| life.entered == life.deals);
    table.machine_only = nobody;
    table.view = Some(view::returns(&table, leading));
    table
}
