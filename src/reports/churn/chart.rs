//! The pictures of churn: rates and revenue by period, what moved them, how long customers stay, the forecast.

use super::Churn;
use super::movements::ITEMS;
use crate::document::{Cell, Chart, Measure, Table};

/// A value by period, a line per group; periods under way are not final.
fn trend(churn: &Churn<'_>, table: &Table, value: Measure, size: Option<&str>) -> Option<Chart> {
    let period = table.position("period")?;
    Some(Chart::Trend {
        period,
        series: (0..period).collect(),
        value,
        size: size.and_then(|name| table.position(name)),
        unfinished: churn.under_way().into_iter().map(|(row, _)| row).collect(),
    })
}

pub fn customers(churn: &Churn<'_>, table: &Table) -> Option<Chart> {
    trend(churn, table, Measure::named(table, ["churn_rate", "low", "high"])?, Some("start"))
}

pub fn revenue(churn: &Churn<'_>, table: &Table) -> Option<Chart> {
    trend(churn, table, Measure::plain(table.position("end")?), None)
}

/// Gross and net retention of the annual cohorts, by the day they begin.
pub fn retention(table: &Table) -> Option<Chart> {
    let x = table.position("cohort")?;
    let lines = ["grr", "nrr"].into_iter().filter_map(|name| table.position(name).map(Measure::plain)).collect();
    Some(Chart::Curve { x, series: (0..x).collect(), lines, step: false, start: None })
}

pub fn survival(table: &Table) -> Option<Chart> {
    let x = table.position("time")?;
    let line = Measure::named(table, ["survival", "low", "high"])?;
    Some(Chart::Curve { x, series: (0..x).collect(), lines: vec![line], step: true, start: Some(1.0) })
}

pub fn forecast(table: &Table) -> Option<Chart> {
    let x = table.position("paid_periods")?;
    let names = ["observed", "forecast", "earlier"];
    let lines = names.into_iter().filter_map(|name| table.position(name).map(Measure::plain)).collect();
    Some(Chart::Curve { x, series: (0..x).collect(), lines, step: false, start: Some(1.0) })
}

/// By revenue, where there is any, else by customers; each part takes its side by its name.
pub fn movements(table: &Table, with_revenue: bool) -> Option<Chart> {
    let label = table.position("item")?;
    let rows = |test: &dyn Fn(&str) -> bool| {
        let is = |cells: &[Cell]| matches!(&cells[label], Cell::Text(name) if test(name));
        table.rows.iter().enumerate().filter(|(_, cells)| is(cells)).map(|(row, _)| row).collect()
    };
    Some(Chart::Waterfall {
        label,
        value: table.position(if with_revenue { "revenue" } else { "customers" })?,
        totals: rows(&|name| matches!(name, "start" | "end")),
        minus: rows(&|name| ITEMS.iter().any(|(item, adds)| *item == name && !adds)),
    })
}
