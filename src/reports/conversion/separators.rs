//! The table `separators`: which values of which attributes go with going on from a step, and which with stopping.
//!
//! At each step those with a value are held against all others. With a window only units count whose window is over: to
//! count those who have gone on already, but not those who still may, would favour values that are young. Without one
//! (deals) those count who went on or dropped. The tests of the whole table are corrected together (Benjamini-Hochberg).

use super::{Conversion, view};
use crate::document::{Cell, ColumnType, Table};
use crate::plan::CutRow;
use crate::reports::conversion::steps::rate_cells;
use crate::stats::difference::{Counts, difference, newcombe, p_value};
use crate::stats::multiplicity::q_values;
use crate::stats::ratio::{katz, ratio};

const OWN: [(&str, ColumnType); 23] = [
    ("step", ColumnType::Count),
    ("name", ColumnType::Text),
    ("attribute", ColumnType::Text),
    ("value", ColumnType::Text),
    ("units", ColumnType::Count),
    ("went_on", ColumnType::Count),
    ("rate", ColumnType::Share),
    ("rate_low", ColumnType::Share),
    ("rate_high", ColumnType::Share),
    ("others", ColumnType::Count),
    ("others_went_on", ColumnType::Count),
    ("others_rate", ColumnType::Share),
    ("others_low", ColumnType::Share),
    ("others_high", ColumnType::Share),
    ("left_out", ColumnType::Count),
    ("lift", ColumnType::Number),
    ("lift_low", ColumnType::Number),
    ("lift_high", ColumnType::Number),
    ("difference", ColumnType::Share),
    ("low", ColumnType::Share),
    ("high", ColumnType::Share),
    ("p_value", ColumnType::Number),
    ("q_value", ColumnType::Number),
];

/// An attribute and the counts by its values, which are those of all units.
#[derive(Debug, Clone, Copy)]
pub struct Driver<'a> {
    pub column: &'a str,
    pub rows: &'a [CutRow],
}

/// One value at one step against all others there.
#[derive(Debug, Clone, PartialEq)]
struct Separator {
    step: usize,
    attribute: String,
    value: String,
    with: Counts,
    others: Counts,
    /// Units with the value that stood at the step and do not count.
    left_out: u64,
    p: Option<f64>,
    q: Option<f64>,
}

#[must_use]
pub fn table(conversion: &Conversion<'_>, drivers: &[Driver<'_>]) -> Table {
    let mut table = Table::new("separators", "What goes with going on, and what with stopping", &OWN);
    let found = separators(conversion, drivers);
    table.rows = found.iter().map(|separator| cells(conversion, separator)).collect();
    table.view = Some(view::separators(conversion, &table));
    table
}

/// All values at all steps; the surest first, of equally sure ones the widest apart.
fn separators(conversion: &Conversion<'_>, drivers: &[Driver<'_>]) -> Vec<Separator> {
    let mut found: Vec<Separator> = drivers
        .iter()
        .flat_map(|driver| (0..steps(conversion)).flat_map(|step| at_step(conversion, driver, step)))
        .collect();
    let p_values: Vec<Option<f64>> = found.iter().map(|separator| separator.p).collect();
    for (separator, q) in found.iter_mut().zip(q_values(&p_values)) {
        separator.q = q;
    }
    let apart = |separator: &Separator| difference(separator.with, separator.others).unwrap_or(0.0).abs();
    let sure = |separator: &Separator| separator.q.unwrap_or(f64::INFINITY);
    found.sort_by(|left, right| {
        let order = sure(left).total_cmp(&sure(right)).then(apart(right).total_cmp(&apart(left)));
        order.then(left.step.cmp(&right.step))
    });
    found
}

fn steps(conversion: &Conversion<'_>) -> usize {
    conversion.plan.steps.len()
}

/// The values of an attribute at a step that units have to go on from.
fn at_step(conversion: &Conversion<'_>, driver: &Driver<'_>, step: usize) -> Vec<Separator> {
    let plan = conversion.plan;
    let Some(next) = plan.required_after(step).filter(|_| !plan.is_optional(step)) else { return Vec::new() };
    let counts = |row: &CutRow| {
        let (here, after) = (&row.steps[step], &row.steps[next]);
        match (here.mature, after.mature) {
            (Some(stood), Some(went_on)) => Counts::new(went_on, stood),
            _ => Counts::new(after.entered, after.entered + here.dropped),
        }
    };
    let all = driver
        .rows
        .iter()
        .map(counts)
        .fold(Counts::default(), |all, one| Counts::new(all.successes + one.successes, all.trials + one.trials));
    let stood = driver.rows.iter().filter(|row| row.steps[step].entered > 0);
    let separator = |row: &CutRow| {
        let with = counts(row);
        let others = Counts::new(all.successes - with.successes, all.trials - with.trials);
        Separator {
            step,
            attribute: driver.column.to_owned(),
            value: row.group.first().cloned().unwrap_or_default(),
            with,
            others,
            left_out: row.steps[step].entered.saturating_sub(with.trials),
            p: p_value(with, others),
            q: None,
        }
    };
    stood.map(separator).collect()
}

fn cells(conversion: &Conversion<'_>, separator: &Separator) -> Vec<Cell> {
    let Separator { with, others, .. } = *separator;
    let confidence = conversion.confidence;
    let share = |value: Option<f64>| value.map_or(Cell::Missing, Cell::Share);
    let number = |value: Option<f64>| value.map_or(Cell::Missing, Cell::Number);
    let mut cells = vec![
        Cell::Count(separator.step as u64 + 1),
        Cell::Text(conversion.step_name(separator.step)),
        Cell::Text(separator.attribute.clone()),
        Cell::Text(separator.value.clone()),
    ];
    for counts in [with, others] {
        cells.extend([counts.trials, counts.successes].map(Cell::Count));
        cells.extend(rate_cells(counts.successes, Some(counts.trials), Some(confidence)));
    }
    let (lift, gap) = (katz(with, others, confidence), newcombe(with, others, confidence));
    cells.push(Cell::Count(separator.left_out));
    cells.extend([ratio(with, others), lift.map(|lift| lift.low), lift.map(|lift| lift.high)].map(number));
    cells.extend([difference(with, others), gap.map(|gap| gap.low), gap.map(|gap| gap.high)].map(share));
    cells.extend([separator.p, separator.q].map(number));
    cells
}
