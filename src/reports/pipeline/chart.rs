//! The pictures of the pipeline: win rates, what is open by stage and age, what became of the deals, the changes.

use super::Pipeline;
use crate::document::{Chart, Measure, Table};
use crate::plan::deals::{Flow, Item};
use crate::reports::columns::has_values;

/// The win rate by period or by group; periods with open deals may still change.
pub fn summary(pipeline: &Pipeline<'_>, table: &Table, leading: usize) -> Option<Chart> {
    let value = Measure::named(table, ["win_rate", "low", "high"])?;
    if pipeline.every.is_none() {
        return (leading > 0).then(|| Chart::Bars { label: (0..leading).collect(), value });
    }
    let open = pipeline.rows().iter().enumerate().filter(|(_, row)| row.open.deals > 0);
    Some(Chart::Trend {
        period: leading.checked_sub(1)?,
        series: (0..leading - 1).collect(),
        value,
        size: table.position("created"),
        unfinished: open.map(|(row, _)| row).collect(),
    })
}

/// What is open in each stage: its value, where the deals have one, else their number.
pub fn stages(table: &Table, leading: usize) -> Option<Chart> {
    let name = if has_amounts(table, "open_value") { "open_value" } else { "open" };
    let value = Measure::plain(table.position(name)?);
    let chart = Chart::Bars { label: vec![table.position("stage")?], value };
    (leading == 0).then_some(chart)
}

/// Whether any amount is above zero.
fn has_amounts(table: &Table, name: &str) -> bool {
    use crate::document::Cell;
    let position = table.position(name).filter(|_| has_values(table, name));
    position.is_some_and(|at| table.rows.iter().any(|row| matches!(row[at], Cell::Money(amount) if amount.0 > 0)))
}

pub fn ageing(table: &Table, leading: usize) -> Option<Chart> {
    let value = Measure::plain(table.position("open")?);
    let chart = Chart::Bars { label: vec![table.position("older_than")?], value };
    (leading == 0).then_some(chart)
}

pub fn suspended(table: &Table, leading: usize) -> Option<Chart> {
    let lines = ["won", "lost", "open"].map(|name| table.position(name).map(Measure::plain));
    let lines = lines.into_iter().flatten().collect();
    let chart = Chart::Curve { x: table.position("age")?, series: Vec::new(), lines, step: false, start: None };
    (leading == 0).then_some(chart)
}

/// From the open value at the first look to that at the second; without amounts, by number.
pub fn waterfall(table: &Table, flows: &[Flow]) -> Option<Chart> {
    let name = if has_amounts(table, "value") { "value" } else { "deals" };
    let at = |test: &dyn Fn(&Flow) -> bool| {
        flows.iter().enumerate().filter(|(_, flow)| test(flow)).map(|(row, _)| row).collect()
    };
    Some(Chart::Waterfall {
        label: table.position("item")?,
        value: table.position(name)?,
        totals: at(&|flow| matches!(flow.item, Item::Start | Item::End)),
        minus: at(&|flow| flow.item.sign() < 0 && flow.item != Item::End),
    })
}
