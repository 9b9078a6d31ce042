//! What a chart needs of its table: cells as numbers and as labels, and whether there is enough to draw.
//!
//! Shared by the pictures of HTML and the charts of XLSX.

use super::human::{Style, has_cents};
use super::machine::TimeUnit;
use super::words::Words;
use crate::document::{Cell, Chart, ColumnType, Table, ViewContent};
use crate::model::decimal::Decimal;
use crate::model::time::NO_TIME;
use chrono::{Datelike, NaiveDate};

/// Days between 0001-01-01 and 1970-01-01, as `chrono` counts them.
const EPOCH_DAY: i32 = 719_163;
/// More cells than these are told apart in the table only.
const MOST_CELLS: usize = 6_000;
const SECONDS_PER_DAY: f64 = 86_400.0;

/// A table with its chart, asked by row and column.
#[derive(Debug, Clone, Copy)]
pub struct Points<'a> {
    pub table: &'a Table,
    pub chart: &'a Chart,
    words: &'static Words,
    time_unit: Option<TimeUnit>,
}

impl<'a> Points<'a> {
    /// Returns the table's picture, unless there is none or less than two points of it.
    #[must_use]
    pub fn of(table: &'a Table, words: &'static Words, time_unit: Option<TimeUnit>) -> Option<Self> {
        let chart = table.chart.as_ref()?;
        let points = Self { table, chart, words, time_unit };
        let most = if matches!(chart, Chart::Matrix | Chart::HeatMap { .. }) { MOST_CELLS } else { usize::MAX };
        (2..=most).contains(&points.count()).then_some(points)
    }

    fn count(&self) -> usize {
        let with = |position: usize| self.rows().filter(|&row| self.number(row, position).is_some()).count();
        match self.chart {
            Chart::Funnel { count, .. } => with(*count),
            Chart::Trend { value, .. } | Chart::Bars { value, .. } => with(value.value),
            Chart::Curve { lines, .. } => lines.iter().map(|line| with(line.value)).max().unwrap_or(0),
            Chart::HeatMap { value, .. } | Chart::Waterfall { value, .. } => with(*value),
            Chart::Groups { values, .. } => values.iter().map(|&value| with(value)).max().unwrap_or(0),
            Chart::Matrix => {
                let first = self.table.matrix.as_ref().map_or(usize::MAX, |matrix| matrix.first);
                (first..self.table.columns.len()).map(with).sum()
            }
        }
    }

    pub fn rows(&self) -> impl Iterator<Item = usize> + use<> {
        0..self.table.rows.len()
    }

    #[must_use]
    pub fn cell(&self, row: usize, position: usize) -> &'a Cell {
        self.table.rows.get(row).and_then(|cells| cells.get(position)).unwrap_or(&Cell::Missing)
    }

    #[must_use]
    pub fn number(&self, row: usize, position: usize) -> Option<f64> {
        number(self.cell(row, position))
    }

    /// Writes a cell as the table for people does.
    #[must_use]
    pub fn text(&self, row: usize, position: usize) -> String {
        self.style(position).cell(self.cell(row, position))
    }

    /// Writes an interval as the table for people does.
    #[must_use]
    pub fn interval(&self, row: usize, measure: crate::document::Measure) -> String {
        let bound = |position: Option<usize>| position.map_or(&Cell::Missing, |position| self.cell(row, position));
        let (low, high) = (bound(measure.low), bound(measure.high));
        self.style(measure.value).interval(self.cell(row, measure.value), low, high)
    }

    /// Writes another number of a column's type: a tick of an axis, a sum.
    #[must_use]
    pub fn like(&self, position: usize, value: f64) -> String {
        let cell = match self.kind(position) {
            Some(ColumnType::Share) => Cell::Share(value),
            Some(ColumnType::Elapsed) => Cell::Elapsed(value),
            Some(ColumnType::Date) => date(value).map_or(Cell::Missing, Cell::Date),
            Some(ColumnType::Time) => Cell::Instant(micros(value)),
            Some(ColumnType::Money) => Decimal::from_computed(value).map_or(Cell::Missing, Cell::Money),
            _ => Cell::Number(value),
        };
        // A round tick needs no cents.
        let style = self.style(position);
        Style { cents: style.cents && value.fract() != 0.0, ..style }.cell(&cell)
    }

    /// Writes a whole number as the table for people does.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a difference of two counts")]
    pub fn count_text(&self, count: f64) -> String {
        self.style(usize::MAX).cell(&Cell::Count(count.round().max(0.0) as u64))
    }

    /// Writes a share as the table for people does.
    #[must_use]
    pub fn share_text(&self, share: f64) -> String {
        self.style(usize::MAX).cell(&Cell::Share(share))
    }

    /// The cells of several columns, put together.
    #[must_use]
    pub fn joined(&self, row: usize, positions: &[usize]) -> String {
        let parts: Vec<String> = positions.iter().map(|&position| self.text(row, position)).collect();
        parts.join(", ")
    }

    #[must_use]
    pub fn kind(&self, position: usize) -> Option<ColumnType> {
        self.table.columns.get(position).map(|column| column.kind)
    }

    /// The name of a column as people read it.
    #[must_use]
    pub fn label(&self, position: usize) -> String {
        let shown = self.table.view.iter().flat_map(|view| &view.columns).find(|column| match column.content {
            ViewContent::Value(at) => at == position,
            ViewContent::Interval { value, .. } => value == position,
            ViewContent::Bar(_) => false,
        });
        let named = || self.table.columns.get(position).map(|column| column.name.replace('_', " ")).unwrap_or_default();
        let label = shown.map(|column| column.label.clone()).filter(|label| !label.is_empty());
        super::escape::escape(&label.unwrap_or_else(named)).into_owned()
    }

    /// Tells whether a row is marked, as the largest leak is.
    #[must_use]
    pub fn is_marked(&self, row: usize) -> bool {
        self.table.view.as_ref().is_some_and(|view| view.marks.iter().any(|(marked, _)| *marked == row))
    }

    fn style(&self, position: usize) -> Style {
        // Asked for every cell: only a column of amounts is gone through.
        let is_money = self.kind(position) == Some(ColumnType::Money);
        let cents = is_money && self.rows().any(|row| has_cents(self.cell(row, position)));
        Style { words: self.words, time_unit: self.time_unit, cents }
    }
}

/// The day that holds a moment, seconds since 1970.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "a day of our calendar")]
pub fn date(seconds: f64) -> Option<NaiveDate> {
    let day = (seconds / SECONDS_PER_DAY).floor();
    if day.abs() > 1e8 {
        return None;
    }
    NaiveDate::from_num_days_from_ce_opt(day as i32 + EPOCH_DAY)
}

#[expect(clippy::cast_possible_truncation, reason = "a moment of our time")]
fn micros(seconds: f64) -> i64 {
    if seconds.abs() > 9e12 { NO_TIME } else { (seconds * 1e6) as i64 }
}

/// A cell as a number: times and dates in seconds since 1970; `None` where there is nothing to draw.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a picture has a few hundred steps")]
pub fn number(cell: &Cell) -> Option<f64> {
    let value = match cell {
        Cell::Count(count) => *count as f64,
        Cell::Share(value) | Cell::Number(value) | Cell::Elapsed(value) => *value,
        Cell::Money(amount) => amount.to_f64(),
        Cell::Instant(NO_TIME) | Cell::Missing | Cell::Hidden | Cell::Text(_) | Cell::Flag(_) => return None,
        Cell::Instant(micros) => *micros as f64 / 1e6,
        Cell::Date(date) => f64::from(date.num_days_from_ce() - EPOCH_DAY) * SECONDS_PER_DAY,
    };
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::{Points, number};
    use crate::document::{Cell, Chart, ColumnType, Measure, Table};
    use crate::render::words::ENGLISH;
    use chrono::NaiveDate;

    #[test]
    fn cells_become_numbers() {
        assert_eq!(number(&Cell::Count(7)), Some(7.0));
        // 2026-01-01 is 20,454 days after 1970-01-01.
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        assert_eq!(number(&Cell::Date(day)), Some(20_454.0 * 86_400.0));
        assert_eq!(number(&Cell::Instant(20_454 * 86_400_000_000)), Some(20_454.0 * 86_400.0));
        assert_eq!(number(&Cell::Share(f64::NAN)), None);
        assert_eq!(number(&Cell::Missing), None);
    }

    #[test]
    fn less_than_two_points_are_no_picture() {
        let mut table = Table::new("t", "", &[("name", ColumnType::Text), ("n", ColumnType::Count)]);
        let row = |cell| vec![Cell::Text("a".to_owned()), cell];
        table.rows = vec![row(Cell::Count(1)), row(Cell::Missing)];
        table.chart = Some(Chart::Bars { label: vec![0], value: Measure::plain(1) });
        assert!(Points::of(&table, &ENGLISH, None).is_none());
        table.rows.push(row(Cell::Count(0)));
        assert!(Points::of(&table, &ENGLISH, None).is_some());
        // A wild position is a column of missing cells.
        table.chart = Some(Chart::Bars { label: vec![9], value: Measure::plain(9) });
        assert!(Points::of(&table, &ENGLISH, None).is_none());
    }
}
