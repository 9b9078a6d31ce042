//! The pictures of the cycle: curves of what waits and of what became of the deals, medians, time in the stages.

use super::Cycle;
use crate::document::{Chart, Measure, Table};
use crate::plan::deals::Anchor;

/// Curves stand side by side by group; by period there would be too many of them.
pub fn survival(cycle: &Cycle<'_>, table: &Table, leading: usize) -> Option<Chart> {
    let series = (0..leading).chain(table.position("outcome")).collect();
    let line = Measure::named(table, ["survival", "low", "high"])?;
    let chart = Chart::Curve { x: table.position("time")?, series, lines: vec![line], step: true, start: Some(1.0) };
    cycle.every.is_none().then_some(chart)
}

pub fn incidence(cycle: &Cycle<'_>, table: &Table, leading: usize) -> Option<Chart> {
    let lines = ["won", "lost"].map(|name| table.position(name).map(Measure::plain)).into_iter().flatten().collect();
    let x = table.position("time")?;
    let chart = Chart::Curve { x, series: (0..leading).collect(), lines, step: true, start: Some(0.0) };
    cycle.every.is_none().then_some(chart)
}

/// Medians with their intervals, by group and outcome.
pub fn median(cycle: &Cycle<'_>, table: &Table, leading: usize) -> Option<Chart> {
    let value = Measure::named(table, ["median", "low", "high"])?;
    let label = (0..leading).chain(table.position("outcome")).collect();
    cycle.every.is_none().then_some(Chart::Bars { label, value })
}

/// The median length by period; periods of creation whose deals are not all closed may still change.
pub fn lengths(cycle: &Cycle<'_>, table: &Table, leading: usize) -> Option<Chart> {
    cycle.every?;
    let outcomes = cycle.outcomes().len();
    let is_open = |at: usize| cycle.plan.anchor == Anchor::Created && cycle.rows()[at / outcomes].open.deals > 0;
    Some(Chart::Trend {
        period: leading.checked_sub(1)?,
        series: (0..leading - 1).chain(table.position("outcome")).collect(),
        value: Measure::plain(table.position("median")?),
        size: None,
        unfinished: (0..table.rows.len()).filter(|row| is_open(*row)).collect(),
    })
}

/// The median time in each stage.
pub fn stages(cycle: &Cycle<'_>, table: &Table, leading: usize) -> Option<Chart> {
    let label = (0..leading).chain(table.position("stage")).collect();
    let value = Measure::plain(table.position("median")?);
    cycle.every.is_none().then_some(Chart::Bars { label, value })
}
