//! The picture of the costs: what a customer (else a lead) costs, by channel or by period.

use super::{Cost, table, view};
use crate::document::{Chart, Measure, Table};
use crate::reports::columns::has_values;

/// Bars by group; by period a line per group, whose points are not final while leads are open.
pub fn rows(cost: &Cost<'_>, table: &Table, leading: usize) -> Option<Chart> {
    let names = ["cost_per_customer", "cost_per_lead"];
    let name = names.into_iter().find(|name| has_values(table, name))?;
    let value = Measure::plain(table.position(name)?);
    if cost.question.every.is_none() {
        return Some(Chart::Bars { label: (0..leading).collect(), value });
    }
    let is_open = |row: &usize| {
        let share = cost.answer.rows.get(*row).and_then(|row| table::open_share(cost, &row.counts));
        name == names[0] && share.is_some_and(|share| share > view::IMMATURE)
    };
    Some(Chart::Trend {
        period: leading.checked_sub(1)?,
        series: (0..leading - 1).collect(),
        value,
        size: table.position("spend"),
        unfinished: (0..table.rows.len()).filter(is_open).collect(),
    })
}
