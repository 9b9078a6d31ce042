//! The table `overall`: the whole way from the first step to the last, also for mature units and as an estimate.

use super::{Conversion, chart, rate, steps, view};
use crate::document::{Cell, ColumnType, Table};
use crate::plan::CutRow;
use crate::reports::labels::{split_cells, split_columns};
use crate::stats::incidence::{Ends, cumulative_incidence};

const OWN: [(&str, ColumnType); 13] = [
    ("entered", ColumnType::Count),
    ("converted", ColumnType::Count),
    ("rate", ColumnType::Share),
    ("low", ColumnType::Share),
    ("high", ColumnType::Share),
    ("mature_entered", ColumnType::Count),
    ("mature_rate", ColumnType::Share),
    ("estimate", ColumnType::Share),
    ("time_mean", ColumnType::Elapsed),
    ("time_p25", ColumnType::Elapsed),
    ("time_median", ColumnType::Elapsed),
    ("time_p75", ColumnType::Elapsed),
    ("time_p90", ColumnType::Elapsed),
];

pub fn table(conversion: &Conversion<'_>) -> Table {
    let mut table = Table::new("overall", "First step to last", &[]);
    table.columns = split_columns(conversion.by(), conversion.every, &OWN);
    let leading = table.columns.len();
    table.columns.extend(Table::new("", "", &OWN).columns);
    for row in &conversion.cut.rows {
        let mut cells = split_cells(&row.group, row.period);
        cells.extend(cells_of(conversion, row));
        table.rows.push(cells);
    }
    table.view = Some(view::overall(conversion, &table, leading));
    table.chart = chart::overall(conversion, &table, leading);
    table
}

fn cells_of(conversion: &Conversion<'_>, row: &CutRow) -> Vec<Cell> {
    let entered = row.steps[0].entered;
    let converted = row.steps[row.steps.len() - 1].entered;
    let mut cells = vec![Cell::Count(entered), Cell::Count(converted)];
    cells.extend(steps::rate_cells(converted, Some(entered), conversion.interval_confidence()));
    let has_window = conversion.window().is_some();
    match row.mature.or(has_window.then_some((0, 0))) {
        Some((mature, done)) => {
            cells.extend([Cell::Count(mature), rate(done, mature).map_or(Cell::Missing, Cell::Share)]);
        }
        None => cells.extend([Cell::Missing, Cell::Missing]),
    }
    cells.push(estimate(conversion, row).map_or(Cell::Missing, |(share, _)| Cell::Share(share)));
    cells.extend(steps::spread_cells(row.total_time.as_ref()));
    cells
}

/// The estimated final conversion and the time (microseconds) it is read at: the window, else the longest observed.
///
/// Kaplan-Meier, with open units censored; where deals are lost, Aalen-Johansen, since a lost deal cannot convert.
pub fn estimate(conversion: &Conversion<'_>, row: &CutRow) -> Option<(f64, i64)> {
    let ends = row.durations.iter().map(|count| Ends {
        time: count.duration,
        converted: count.converted,
        lost: count.lost,
        censored: count.censored,
    });
    let window = conversion.window();
    cumulative_incidence(ends, window).map(|(share, longest)| (share, window.unwrap_or(longest)))
}
