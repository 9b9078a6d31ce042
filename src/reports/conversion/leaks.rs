//! The table `leaks`: where units stop, and what one more point of a step's conversion would bring at the end.

use super::{Conversion, rate, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::decimal::Decimal;
use crate::plan::{CutRow, JourneyPlan};
use crate::reports::labels::{split_cells, split_columns};

const OWN: [(&str, ColumnType); 6] = [
    ("step", ColumnType::Count),
    ("name", ColumnType::Text),
    ("not_gone_on", ColumnType::Count),
    ("share", ColumnType::Share),
    ("one_point_units", ColumnType::Number),
    ("one_point_value", ColumnType::Money),
];

/// What is lost between a step and the next.
#[derive(Debug, Clone)]
pub struct Leak {
    /// Position of the step that units did not go on from.
    pub step: usize,
    /// Position of the required step that follows.
    pub next: usize,
    pub not_gone_on: u64,
    pub share: f64,
    /// Units more at the last step if one point more of this step's units went on, the later rates being as they are.
    pub one_point_units: Option<f64>,
    pub one_point_value: Option<Decimal>,
}

/// The leaks of a row, the largest share first; steps that nobody entered are left out, and optional ones, which nobody
/// has to go on to.
#[must_use]
pub fn leaks(plan: &JourneyPlan, row: &CutRow) -> Vec<Leak> {
    let steps = &row.steps;
    let mut leaks: Vec<Leak> = (1..steps.len())
        .filter(|next| !plan.is_optional(*next))
        .filter_map(|next| {
            let step = plan.required_before(next)?;
            let (entered, gone_on) = (steps[step].entered, steps[next].entered);
            let not_gone_on = entered.saturating_sub(gone_on);
            let last = steps.len() - 1;
            let later = if next == last { Some(1.0) } else { rate(steps[last].entered, gone_on) };
            let one_point_units = later.map(|later| one_point(entered, not_gone_on) * later);
            Some(Leak {
                step,
                next,
                not_gone_on,
                share: rate(not_gone_on, entered)?,
                one_point_units,
                one_point_value: one_point_units.and_then(|units| value(row, units)),
            })
        })
        .collect();
    leaks.sort_by(|left, right| right.share.total_cmp(&left.share).then(left.step.cmp(&right.step)));
    leaks
}

/// One point of `entered`, as far as there are so many who have not gone on.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn one_point(entered: u64, not_gone_on: u64) -> f64 {
    (0.01 * entered as f64).min(not_gone_on as f64)
}

/// The average value at the last step, for that many units.
#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "an estimate, in whole cents")]
fn value(row: &CutRow, units: f64) -> Option<Decimal> {
    let last = row.steps.last()?;
    let total = last.value?.to_f64();
    let cents = (units * total / last.entered as f64 * 100.0).round();
    (last.entered > 0 && cents.is_finite() && cents.abs() < 1e15).then(|| Decimal(cents as i128 * (Decimal::ONE / 100)))
}

pub fn table(conversion: &Conversion<'_>) -> Table {
    let mut table = Table::new("leaks", "Where units stop", &[]);
    table.columns = split_columns(conversion.by(), conversion.every, &OWN);
    let leading = table.columns.len();
    table.columns.extend(Table::new("", "", &OWN).columns);
    for row in &conversion.cut.rows {
        for leak in leaks(conversion.plan, row) {
            let mut cells = split_cells(&row.group, row.period);
            cells.extend([
                Cell::Count(leak.step as u64 + 1),
                Cell::Text(conversion.step_name(leak.step)),
                Cell::Count(leak.not_gone_on),
                Cell::Share(leak.share),
                leak.one_point_units.map_or(Cell::Missing, Cell::Number),
                leak.one_point_value.map_or(Cell::Missing, Cell::Money),
            ]);
            table.rows.push(cells);
        }
    }
    table.view = Some(view::leaks(&table, leading));
    table
}
