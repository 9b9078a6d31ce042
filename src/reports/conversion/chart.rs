//! The pictures of the conversion tables: the funnel, the rate by period, the rate by group.

use super::Conversion;
use crate::document::{Chart, Measure, Table};

/// The funnel of a table of steps; a table split by groups or periods has none, since its rows are several funnels.
pub fn steps(table: &Table, leading: usize) -> Option<Chart> {
    if leading > 0 {
        return None;
    }
    Some(Chart::Funnel {
        label: table.position("name")?,
        count: table.position("entered")?,
        rate: Measure::named(table, ["from_previous", "from_previous_low", "from_previous_high"]),
        open: table.position("open"),
    })
}

/// The rate of the whole way: by period where there are periods, else by group.
pub fn overall(conversion: &Conversion<'_>, table: &Table, leading: usize) -> Option<Chart> {
    let value = Measure::named(table, ["rate", "low", "high"])?;
    if leading == 0 {
        return None;
    }
    if conversion.every.is_none() {
        return Some(Chart::Bars { label: (0..leading).collect(), value });
    }
    let rows = conversion.cut.rows.iter().enumerate();
    let unfinished = rows.filter(|(_, row)| row.steps.iter().any(|step| step.open > 0)).map(|(row, _)| row);
    Some(Chart::Trend {
        period: leading - 1,
        series: (0..leading - 1).collect(),
        value,
        size: table.position("entered"),
        unfinished: unfinished.collect(),
    })
}
