//! The table `steps`: a row per step, group and period.

use super::{Conversion, chart, rate, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::decimal::Decimal;
use crate::plan::{CutRow, Goal, Spread};
use crate::reports::labels::{split_cells, split_columns};
use crate::stats::proportion::wilson;

pub const OWN: [(&str, ColumnType); 18] = [
    ("step", ColumnType::Count),
    ("name", ColumnType::Text),
    ("entered", ColumnType::Count),
    ("from_previous", ColumnType::Share),
    ("from_previous_low", ColumnType::Share),
    ("from_previous_high", ColumnType::Share),
    ("from_first", ColumnType::Share),
    ("from_first_low", ColumnType::Share),
    ("from_first_high", ColumnType::Share),
    ("dropped", ColumnType::Count),
    ("open", ColumnType::Count),
    ("time_mean", ColumnType::Elapsed),
    ("time_p25", ColumnType::Elapsed),
    ("time_median", ColumnType::Elapsed),
    ("time_p75", ColumnType::Elapsed),
    ("time_p90", ColumnType::Elapsed),
    ("value", ColumnType::Money),
    ("goal", ColumnType::Share),
];

pub fn table(conversion: &Conversion<'_>) -> Table {
    let mut table = Table::new("steps", "Conversion by step", &[]);
    table.columns = split_columns(conversion.by(), conversion.every, &OWN);
    let leading = table.columns.len();
    let own = Table::new("", "", &OWN).columns;
    table.columns.extend(own);
    table.columns.push(crate::document::Column { name: "goal_met".to_owned(), kind: ColumnType::Flag });
    for row in &conversion.cut.rows {
        for position in 0..conversion.plan.steps.len() {
            let mut cells = split_cells(&row.group, row.period);
            cells.extend(step_cells(conversion, row, position));
            table.rows.push(cells);
        }
    }
    table.view = Some(view::steps(conversion, &table, leading));
    table.chart = chart::steps(&table, leading);
    table
}

fn step_cells(conversion: &Conversion<'_>, row: &CutRow, position: usize) -> Vec<Cell> {
    let step = &row.steps[position];
    let first = row.steps[0].entered;
    let previous = conversion.plan.required_before(position).map(|previous| row.steps[previous].entered);
    let from_first = (position > 0).then_some(first);
    let mut cells =
        vec![Cell::Count(position as u64 + 1), Cell::Text(conversion.step_name(position)), Cell::Count(step.entered)];
    let confidence = conversion.interval_confidence();
    cells.extend(rate_cells(step.entered, previous, confidence));
    cells.extend(rate_cells(step.entered, from_first, confidence));
    // An optional step stands beside the main line: nobody drops there.
    let beside = conversion.plan.is_optional(position);
    cells.extend([step.dropped, step.open].map(|count| if beside { Cell::Missing } else { Cell::Count(count) }));
    cells.extend(spread_cells(step.time.as_ref()));
    let value = step.value.or_else(|| conversion.plan.with_value.then_some(Decimal::ZERO));
    cells.push(value.map_or(Cell::Missing, Cell::Money));
    let goal = conversion.plan.steps[position].goal.filter(|_| position > 0);
    cells.extend(goal_cells(goal, step.entered, previous.unwrap_or(0), first));
    cells
}

/// A rate with its Wilson interval, where one is wanted.
pub fn rate_cells(part: u64, whole: Option<u64>, confidence: Option<f64>) -> [Cell; 3] {
    let Some(whole) = whole else { return [Cell::Missing, Cell::Missing, Cell::Missing] };
    let rate = rate(part, whole).map_or(Cell::Missing, Cell::Share);
    match confidence.and_then(|confidence| wilson(part, whole, confidence)) {
        Some(interval) => [rate, Cell::Share(interval.low), Cell::Share(interval.high)],
        None => [rate, Cell::Missing, Cell::Missing],
    }
}

/// Mean, quartiles and p90 in seconds.
pub fn spread_cells(spread: Option<&Spread>) -> [Cell; 5] {
    match spread {
        None => [Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing],
        Some(spread) => [spread.mean, spread.p25, spread.median, spread.p75, spread.p90].map(Cell::Elapsed),
    }
}

/// The goal (from the previous step, else from the first) and whether every goal of the step is met.
fn goal_cells(goal: Option<Goal>, entered: u64, previous: u64, first: u64) -> [Cell; 2] {
    let Some(goal) = goal else { return [Cell::Missing, Cell::Missing] };
    let Some(shown) = goal.from_previous.or(goal.from_first) else { return [Cell::Missing, Cell::Missing] };
    let checks = [(goal.from_previous, rate(entered, previous)), (goal.from_first, rate(entered, first))];
    let mut met = Some(true);
    for (wanted, reached) in checks {
        if let Some(wanted) = wanted {
            met = met.zip(reached).map(|(met, reached)| met && reached >= wanted);
        }
    }
    [Cell::Share(shown), met.map_or(Cell::Missing, Cell::Flag)]
}
