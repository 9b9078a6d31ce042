//! Survival: open deals are censored. The tables `survival`, `median`, `incidence` and `logrank`.

use super::{Cycle, Ending, chart, elapsed, elapsed_f64, view};
use crate::document::{Cell, ColumnType, Table};
use crate::plan::{NONE, deals::DealRow};
use crate::reports::thin::{self, Detail};
use crate::stats::incidence::{Ends, incidence_curve};
use crate::stats::logrank::logrank as test;
use crate::stats::survival::{Survival, SurvivalRow};

const SURVIVAL: [(&str, ColumnType); 8] = [
    ("outcome", ColumnType::Text),
    ("time", ColumnType::Elapsed),
    ("at_risk", ColumnType::Count),
    ("events", ColumnType::Count),
    ("censored", ColumnType::Count),
    ("survival", ColumnType::Share),
    ("low", ColumnType::Share),
    ("high", ColumnType::Share),
];

/// Kaplan-Meier, a row per distinct time; for one outcome the other is censored. Drawn, it is the curve of any end.
pub fn survival(cycle: &Cycle<'_>) -> Option<Table> {
    let (mut table, leading) = cycle.start("survival", "Still waiting", &SURVIVAL);
    let outcomes = cycle.outcomes();
    let outcomes = match cycle.detail {
        Detail::None => return None,
        Detail::Drawn => &outcomes[2..],
        Detail::Sheet | Detail::Full => &outcomes[..],
    };
    let is_thin = cycle.detail.is_thin(points(cycle) * outcomes.len());
    for row in cycle.rows() {
        for (name, ending) in outcomes {
            let Some(curve) = Survival::estimate(&ending.observed(&row.durations), cycle.confidence) else { continue };
            let thin = if is_thin { thin::survival(curve.rows()) } else { Vec::new() };
            let points = if is_thin { &thin } else { curve.rows() };
            table.rows.extend(points.iter().map(|point| survival_cells(row, name, point)));
        }
    }
    table.machine_only = true;
    table.view = Some(view::survival(cycle, &table, leading, is_thin));
    table.chart = chart::survival(cycle, &table, leading);
    Some(table)
}

/// Distinct times over all groups.
fn points(cycle: &Cycle<'_>) -> usize {
    cycle.rows().iter().map(|row| row.durations.len()).sum()
}

fn survival_cells(row: &DealRow, outcome: &str, point: &SurvivalRow) -> Vec<Cell> {
    let bound = |value: Option<f64>| value.map_or(Cell::Missing, Cell::Share);
    let mut cells = Cycle::leading_cells(row);
    cells.extend([
        Cell::Text(outcome.to_owned()),
        elapsed(point.time),
        Cell::Count(point.at_risk),
        Cell::Count(point.events),
        Cell::Count(point.censored),
        Cell::Share(point.survival),
        bound(point.interval.map(|band| band.low)),
        bound(point.interval.map(|band| band.high)),
    ]);
    cells
}

const MEDIAN: [(&str, ColumnType); 7] = [
    ("outcome", ColumnType::Text),
    ("median", ColumnType::Elapsed),
    ("low", ColumnType::Elapsed),
    ("high", ColumnType::Elapsed),
    ("n", ColumnType::Count),
    ("restricted_mean", ColumnType::Elapsed),
    ("horizon", ColumnType::Elapsed),
];

/// The median of the curve with its interval, and the mean up to a horizon.
pub fn median(cycle: &Cycle<'_>) -> Table {
    let (mut table, leading) = cycle.start("median", "Median with open deals counted", &MEDIAN);
    for row in cycle.rows() {
        for (name, ending) in cycle.outcomes() {
            let mut cells = Cycle::leading_cells(row);
            cells.push(Cell::Text(name.to_owned()));
            cells.extend(median_cells(cycle, row, ending));
            table.rows.push(cells);
        }
    }
    table.view = Some(view::median(&table, leading));
    table.chart = chart::median(cycle, &table, leading);
    table
}

fn median_cells(cycle: &Cycle<'_>, row: &DealRow, ending: Ending) -> [Cell; 6] {
    let Some(curve) = Survival::estimate(&ending.observed(&row.durations), cycle.confidence) else {
        return [Cell::Missing, Cell::Missing, Cell::Missing, Cell::Count(0), Cell::Missing, Cell::Missing];
    };
    let time = |time: Option<i64>| time.map_or(Cell::Missing, elapsed);
    let median = curve.median();
    let horizon = cycle.horizon.or(curve.longest());
    let restricted = horizon.and_then(|horizon| curve.restricted_mean(horizon));
    [
        time(median.map(|median| median.time)),
        time(median.and_then(|median| median.low)),
        time(median.and_then(|median| median.high)),
        Cell::Count(curve.rows().first().map_or(0, |first| first.at_risk)),
        restricted.map_or(Cell::Missing, elapsed_f64),
        restricted.and(horizon).map_or(Cell::Missing, elapsed),
    ]
}

const INCIDENCE: [(&str, ColumnType); 4] = [
    ("time", ColumnType::Elapsed),
    ("won", ColumnType::Share),
    ("lost", ColumnType::Share),
    ("open", ColumnType::Share),
];

/// Aalen-Johansen: the shares won, lost and open by each time, which add up to 1.
pub fn incidence(cycle: &Cycle<'_>) -> Option<Table> {
    if cycle.detail == Detail::None {
        return None;
    }
    let is_thin = cycle.detail.is_thin(points(cycle));
    let (mut table, leading) = cycle.start("incidence", "Won, lost and open by age", &INCIDENCE);
    for row in cycle.rows() {
        let mut points = incidence_curve(&ends(row));
        if is_thin {
            points = thin::incidence(&points);
        }
        for point in points {
            let mut cells = Cycle::leading_cells(row);
            let shares = [point.converted, point.lost, point.waiting].map(Cell::Share);
            cells.push(elapsed(point.time));
            cells.extend(shares);
            table.rows.push(cells);
        }
    }
    table.machine_only = true;
    table.view = Some(view::incidence(cycle, &table, leading, is_thin));
    table.chart = chart::incidence(cycle, &table, leading);
    Some(table)
}

/// The ends of a row, as the incidence wants them.
pub fn ends(row: &DealRow) -> Vec<Ends> {
    let ends = row.durations.iter().map(|count| Ends {
        time: count.duration,
        converted: count.won,
        lost: count.lost,
        censored: count.open,
    });
    ends.collect()
}

const LOGRANK: [(&str, ColumnType); 4] = [
    ("groups", ColumnType::Count),
    ("chi_square", ColumnType::Number),
    ("degrees", ColumnType::Count),
    ("p_value", ColumnType::Number),
];

/// Whether the groups end at the same pace (any end); deals without a value are no group.
pub fn logrank(cycle: &Cycle<'_>) -> Option<Table> {
    if !cycle.grouped || cycle.every.is_some() {
        return None;
    }
    let named = cycle.rows().iter().filter(|row| row.group.iter().any(|value| value != NONE));
    let groups: Vec<_> = named.map(|row| Ending::Either.observed(&row.durations)).collect();
    let compared = groups.iter().filter(|group| !group.is_empty()).count() as u64;
    let found = test(&groups)?;
    let mut table = Table::new("logrank", "Do the groups take equally long?", &LOGRANK);
    table.rows.push(vec![
        Cell::Count(compared),
        Cell::Number(found.chi_square),
        Cell::Count(u64::from(found.degrees)),
        Cell::Number(found.p_value),
    ]);
    table.view = Some(view::logrank(&table, found.p_value));
    Some(table)
}
