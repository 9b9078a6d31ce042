//! The table `handoff`: from one moment to the next, how many were passed on, accepted, returned, recycled.

use super::{Cycle, view};
use crate::document::{Cell, ColumnType, Table};
use crate::plan::deals::Point;
use crate::stats::proportion::{rate, wilson};

const OWN: [(&str, ColumnType); 10] = [
    ("passed", ColumnType::Count),
    ("accepted", ColumnType::Count),
    ("rate", ColumnType::Share),
    ("low", ColumnType::Share),
    ("high", ColumnType::Share),
    ("returned", ColumnType::Count),
    ("recycled", ColumnType::Count),
    ("lost", ColumnType::Count),
    ("won", ColumnType::Count),
    ("open", ColumnType::Count),
];

/// `passed = accepted + lost + won + open`; those without the second moment stay in the denominator.
pub fn table(cycle: &Cycle<'_>) -> Option<Table> {
    if cycle.plan.to == Point::Closed {
        return None;
    }
    let (mut table, leading) = cycle.start("handoff", "Passed on and accepted", &OWN);
    for row in cycle.rows() {
        let counts = &row.hand_over;
        let mut cells = Cycle::leading_cells(row);
        let interval = wilson(counts.accepted, counts.passed, cycle.confidence);
        let share = |share: Option<f64>| share.map_or(Cell::Missing, Cell::Share);
        cells.extend([
            Cell::Count(counts.passed),
            Cell::Count(counts.accepted),
            share(rate(counts.accepted, counts.passed)),
            share(interval.map(|interval| interval.low)),
            share(interval.map(|interval| interval.high)),
        ]);
        cells.extend([counts.returned, counts.recycled, counts.lost, counts.won, counts.open].map(Cell::Count));
        table.rows.push(cells);
    }
    table.view = Some(view::hand_over(&table, leading));
    Some(table)
}
