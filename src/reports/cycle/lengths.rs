//! The table `cycle`: lengths of those that ended, by outcome.

use super::{Cycle, Ending, chart, elapsed, elapsed_f64, micros_f64, view};
use crate::document::{Cell, ColumnType, Table};
use crate::plan::deals::EndCount;
use crate::stats::quantile::quantile_counted;

const OWN: [(&str, ColumnType); 9] = [
    ("outcome", ColumnType::Text),
    ("n", ColumnType::Count),
    ("mean", ColumnType::Elapsed),
    ("p10", ColumnType::Elapsed),
    ("p25", ColumnType::Elapsed),
    ("median", ColumnType::Elapsed),
    ("p75", ColumnType::Elapsed),
    ("p90", ColumnType::Elapsed),
    ("max", ColumnType::Elapsed),
];

pub fn table(cycle: &Cycle<'_>) -> Table {
    let (mut table, leading) = cycle.start("cycle", "Length of the cycle", &OWN);
    for row in cycle.rows() {
        for (name, ending) in cycle.outcomes() {
            let mut cells = Cycle::leading_cells(row);
            cells.push(Cell::Text(name.to_owned()));
            cells.extend(length_cells(&row.durations, ending));
            table.rows.push(cells);
        }
    }
    table.view = Some(view::lengths(cycle, &table, leading));
    table.chart = chart::lengths(cycle, &table, leading);
    table
}

/// n, mean, quantiles (type 7) and maximum of the ends of one kind.
fn length_cells(durations: &[EndCount], ending: Ending) -> Vec<Cell> {
    let counts: Vec<(i64, u64)> = durations.iter().map(|count| (count.duration, ending.events(count))).collect();
    let counts: Vec<(i64, u64)> = counts.into_iter().filter(|(_, n)| *n > 0).collect();
    let n: u64 = counts.iter().map(|(_, n)| n).sum();
    let quantile = |p| quantile_counted(&counts, p).map_or(Cell::Missing, elapsed_f64);
    let mut cells = vec![Cell::Count(n), mean(&counts, n).map_or(Cell::Missing, elapsed_f64)];
    cells.extend([0.1, 0.25, 0.5, 0.75, 0.9].map(quantile));
    cells.push(counts.last().map_or(Cell::Missing, |(longest, _)| elapsed(*longest)));
    cells
}

/// The mean of counted durations; the sum is exact.
#[expect(clippy::cast_precision_loss, reason = "the quotient is split so that only the result is rounded")]
pub fn mean(counts: &[(i64, u64)], n: u64) -> Option<f64> {
    let sum: i128 = counts.iter().map(|(time, n)| i128::from(*time) * i128::from(*n)).sum();
    let n = i128::from(n);
    (n > 0).then(|| (sum / n) as f64 + (sum % n) as f64 / micros_f64(i64::try_from(n).unwrap_or(i64::MAX)))
}
