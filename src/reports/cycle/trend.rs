//! The table `trend`: do cycles lengthen from period to period?

use super::{Cycle, view};
use crate::document::{Cell, ColumnType, Table};
use crate::plan::deals::{Anchor, DealRow};
use crate::reports::labels::split_columns;
use crate::stats::logrank::logrank_trend;

const OWN: [(&str, ColumnType); 5] = [
    ("outcome", ColumnType::Text),
    ("periods", ColumnType::Count),
    ("z", ColumnType::Number),
    ("p_value", ColumnType::Number),
    ("cycles", ColumnType::Text),
];

/// A log-rank test for a trend over the periods, in which open deals are censored.
///
/// Only by period of creation: the deals closed in a period are short or long by how long there had been deals.
pub fn table(cycle: &Cycle<'_>) -> Option<Table> {
    if cycle.every.is_none() || cycle.plan.anchor != Anchor::Created {
        return None;
    }
    let mut table = Table::new("trend", "Are cycles lengthening?", &OWN);
    table.columns = split_columns(cycle.by(), None, &OWN);
    let leading = table.columns.len();
    table.columns.extend(Table::new("", "", &OWN).columns);
    for rows in cycle.rows().chunk_by(|left, right| left.group == right.group) {
        for (name, ending) in cycle.outcomes() {
            let groups: Vec<_> = rows.iter().map(|row| ending.observed(&row.durations)).collect();
            let Some(trend) = logrank_trend(&groups) else { continue };
            let mut cells: Vec<Cell> = rows[0].group.iter().map(|value| Cell::Text(value.clone())).collect();
            cells.extend([
                Cell::Text(name.to_owned()),
                Cell::Count(filled(rows)),
                Cell::Number(trend.z),
                Cell::Number(trend.p_value),
                Cell::Text(verdict(trend.z, trend.p_value, cycle.confidence).to_owned()),
            ]);
            table.rows.push(cells);
        }
    }
    table.view = Some(view::trend(&table, leading));
    (!table.rows.is_empty()).then_some(table)
}

fn filled(rows: &[DealRow]) -> u64 {
    rows.iter().filter(|row| !row.durations.is_empty()).count() as u64
}

/// In words; no change is claimed that could be chance.
pub fn verdict(z: f64, p_value: f64, confidence: f64) -> &'static str {
    match (p_value < 1.0 - confidence, z > 0.0) {
        (false, _) => "no clear change",
        (true, true) => "shorter",
        (true, false) => "longer",
    }
}
