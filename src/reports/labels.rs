//! Words that several reports share: periods, spans of time, breakdown columns.

use crate::document::{Cell, Column, ColumnType, ViewColumn, ViewContent};
use crate::model::time::{MICROS_PER_SECOND, Micros};
use crate::plan::calendar::{Every, PeriodStart};

/// Writes a span as the shortest exact duration: `14d`, `36h`, `90s`.
#[must_use]
pub fn span(micros: Micros) -> String {
    let units = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
    for (unit, seconds) in units {
        let length = seconds * MICROS_PER_SECOND;
        if micros != 0 && micros % length == 0 {
            return format!("{}{unit}", micros / length);
        }
    }
    if micros == 0 { "0s".to_owned() } else { format!("{micros}us") }
}

/// The cell of a period: its first day, or for hours its timestamp.
#[must_use]
pub fn period_cell(period: Option<PeriodStart>) -> Cell {
    match period {
        None => Cell::Missing,
        Some(PeriodStart::Day(day)) => Cell::Date(day),
        // In the chosen zone, with its offset.
        Some(PeriodStart::Hour(time)) if time.offset().local_minus_utc() != 0 => {
            Cell::Text(time.to_rfc3339_opts(chrono::SecondsFormat::Secs, false))
        }
        Some(PeriodStart::Hour(time)) => Cell::Instant(time.timestamp_micros()),
    }
}

/// The leading columns of a table that is split by groups and periods.
///
/// A breakdown column that clashes with one of the table's own is called `by_NAME`.
#[must_use]
pub fn split_columns(by: &[String], every: Option<Every>, own: &[(&str, ColumnType)]) -> Vec<Column> {
    let clashes = |name: &str| name == "period" || own.iter().any(|(own, _)| *own == name);
    let mut columns: Vec<Column> = by
        .iter()
        .map(|name| if clashes(name) { format!("by_{name}") } else { name.clone() })
        .map(|name| Column { name, kind: ColumnType::Text })
        .collect();
    if let Some(every) = every {
        let kind = if every == Every::Hour { ColumnType::Time } else { ColumnType::Date };
        columns.push(Column { name: "period".to_owned(), kind });
    }
    columns
}

/// The leading cells of a row that is split by groups and periods.
#[must_use]
pub fn split_cells(group: &[String], period: Option<PeriodStart>) -> Vec<Cell> {
    let mut cells: Vec<Cell> = group.iter().map(|value| Cell::Text(value.clone())).collect();
    if period.is_some() {
        cells.push(period_cell(period));
    }
    cells
}

/// View columns for the leading columns.
#[must_use]
pub fn split_view(columns: &[Column], count: usize) -> Vec<ViewColumn> {
    let named = columns.iter().take(count).enumerate();
    named
        .map(|(position, column)| ViewColumn {
            label: column.name.clone(),
            content: ViewContent::Value(position),
            expendable: 0,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_exact_and_short() {
        assert_eq!(span(14 * 86_400 * MICROS_PER_SECOND), "14d");
        assert_eq!(span(36 * 3_600 * MICROS_PER_SECOND), "36h");
        assert_eq!(span(90 * MICROS_PER_SECOND), "90s");
        assert_eq!(span(0), "0s");
        assert_eq!(span(1_500_000), "1500000us");
    }

    #[test]
    fn a_clashing_breakdown_is_renamed() {
        let own = [("name", ColumnType::Text)];
        let columns = split_columns(&["name".to_owned(), "channel".to_owned()], Some(Every::Week), &own);
        let names: Vec<_> = columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["by_name", "channel", "period"]);
    }
}
