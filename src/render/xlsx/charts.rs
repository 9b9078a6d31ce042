//! Charts that the spreadsheet draws from the cells of a table's sheet: funnel, bars, trends, curves.
//!
//! Heat maps are shaded on their sheet; a waterfall would need columns that the table does not have.

use super::Placed;
use super::sheet::index;
use crate::document::{Chart as Picture, Column, ColumnType, Measure};
use crate::render::points::Points;
use crate::render::words::Words;
use rust_xlsxwriter::{Chart, ChartFont, ChartFormat, ChartLine, ChartLineDashType, ChartSolidFill, ChartType, Color};

const WIDTH: u32 = 760;
const HEIGHT: u32 = 300;
const ACCENT: Color = Color::RGB(0x002A_5BC0);
/// Lines of one chart.
const MOST_SERIES: usize = 6;
/// Spreadsheets draw no longer lines.
const MOST_POINTS: usize = 32_000;

/// Returns a table's chart, where it has one that spreadsheets can draw.
pub fn chart(placed: &Placed<'_>, words: &'static Words) -> Option<Chart> {
    let points = Points::of(placed.table, words, None)?;
    let mut chart = match points.chart {
        Picture::Funnel { label, count, .. } => bars(placed, *label, *count)?,
        Picture::Bars { label, value } => bars(placed, *label.last()?, value.value)?,
        Picture::Trend { period, series, value, .. } => trend(placed, &points, *period, series, *value)?,
        Picture::Curve { x, series, lines, .. } => curve(placed, &points, *x, series, lines)?,
        Picture::Groups { label, values } => groups(placed, &points, *label.last()?, values)?,
        Picture::HeatMap { .. } | Picture::Matrix | Picture::Waterfall { .. } => return None,
    };
    let title = if placed.table.title.is_empty() { &placed.table.name } else { &placed.table.title };
    chart.title().set_name(&literal(title)).set_font(ChartFont::new().set_size(12));
    chart.set_width(WIDTH).set_height(HEIGHT).set_alt_text(title);
    Some(chart)
}

/// Cells of one column, from one row of the table to another.
fn cells(placed: &Placed<'_>, column: usize, (first, last): (usize, usize)) -> Option<(String, u32, u16, u32, u16)> {
    if last + 1 >= super::MOST_ROWS {
        return None;
    }
    let column = u16::try_from(column).ok().filter(|column| usize::from(*column) < placed.table.columns.len())?;
    Some((placed.sheet.clone(), index(first + 1), column, index(last + 1), column))
}

fn range(cells: &(String, u32, u16, u32, u16)) -> (&str, u32, u16, u32, u16) {
    (&cells.0, cells.1, cells.2, cells.3, cells.4)
}

fn bars(placed: &Placed<'_>, label: usize, value: usize) -> Option<Chart> {
    let all = (0, placed.table.rows.len().checked_sub(1)?);
    let (labels, values) = (cells(placed, label, all)?, cells(placed, value, all)?);
    let mut chart = Chart::new_bar();
    let series = chart.add_series();
    series.set_categories(range(&labels)).set_values(range(&values)).set_gap(45);
    series.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(ACCENT)));
    series.set_data_label(rust_xlsxwriter::ChartDataLabel::new().show_value());
    // The first row on top, as in the table; of bars, the axis of the labels is the vertical one.
    chart.y_axis().set_reverse().set_major_gridlines(false);
    chart.x_axis().set_hidden(true).set_major_gridlines(false);
    chart.legend().set_hidden();
    Some(chart)
}

/// Bars side by side, one series per column.
fn groups(placed: &Placed<'_>, points: &Points<'_>, label: usize, values: &[usize]) -> Option<Chart> {
    let all = (0, placed.table.rows.len().checked_sub(1)?);
    let labels = cells(placed, label, all)?;
    let mut chart = Chart::new_bar();
    for &value in values.iter().take(MOST_SERIES) {
        let amounts = cells(placed, value, all)?;
        let series = chart.add_series();
        series.set_categories(range(&labels)).set_values(range(&amounts)).set_name(&literal(&points.label(value)));
    }
    chart.y_axis().set_reverse().set_major_gridlines(false);
    chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    Some(chart)
}

fn trend(placed: &Placed<'_>, points: &Points<'_>, period: usize, series: &[usize], value: Measure) -> Option<Chart> {
    let mut chart = Chart::new_line();
    let runs = runs(points, series);
    for (name, rows) in runs.iter().take(MOST_SERIES) {
        let (periods, values) = (cells(placed, period, *rows)?, cells(placed, value.value, *rows)?);
        let line = chart.add_series();
        line.set_categories(range(&periods)).set_values(range(&values));
        line.set_name(&literal(if name.is_empty() { column_name(placed, value.value) } else { name }));
        if runs.len() > 1 {
            continue;
        }
        line.set_format(ChartFormat::new().set_line(ChartLine::new().set_color(ACCENT).set_width(2.25)));
        for bound in [value.low, value.high].into_iter().flatten() {
            let values = cells(placed, bound, *rows)?;
            let thin =
                ChartLine::new().set_color(ACCENT).set_width(0.75).set_dash_type(ChartLineDashType::Dash).clone();
            let line = chart.add_series();
            line.set_categories(range(&periods)).set_values(range(&values)).set_name(column_name(placed, bound));
            line.set_format(ChartFormat::new().set_line(&thin));
        }
    }
    chart.x_axis().set_text_axis(true);
    if kind(placed, period) == Some(ColumnType::Date) {
        chart.x_axis().set_num_format("yyyy-mm-dd");
    }
    chart.y_axis().set_num_format(axis_format(kind(placed, value.value)));
    chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    Some(chart)
}

fn curve(placed: &Placed<'_>, points: &Points<'_>, x: usize, series: &[usize], lines: &[Measure]) -> Option<Chart> {
    let mut chart = Chart::new(ChartType::ScatterStraight);
    let runs = runs(points, series);
    let pairs = runs.iter().flat_map(|run| lines.iter().map(move |line| (run, line)));
    if runs.iter().any(|(_, (first, last))| last - first >= MOST_POINTS) {
        return None;
    }
    for ((name, rows), measure) in pairs.take(MOST_SERIES) {
        let (xs, values) = (cells(placed, x, *rows)?, cells(placed, measure.value, *rows)?);
        let label = column_name(placed, measure.value);
        let label = match (name.is_empty(), lines.len()) {
            (true, _) => label.to_owned(),
            (false, 1) => name.clone(),
            (false, _) => format!("{name}, {label}"),
        };
        chart.add_series().set_categories(range(&xs)).set_values(range(&values)).set_name(&literal(&label));
    }
    chart.x_axis().set_min(0).set_name(&literal(&super::sheet::head(placed.table.columns.get(x)?, placed.unit)));
    let position = lines.first()?.value;
    chart.y_axis().set_num_format(axis_format(kind(placed, position)));
    chart.legend().set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    Some(chart)
}

/// Neighbouring rows of one line: its name, the first row and the last.
fn runs(points: &Points<'_>, series: &[usize]) -> Vec<(String, (usize, usize))> {
    let mut runs: Vec<(String, (usize, usize))> = Vec::new();
    for row in points.rows() {
        let name = points.joined(row, series);
        match runs.last_mut() {
            Some((known, (_, last))) if *known == name => *last = row,
            _ => runs.push((name, (row, row))),
        }
    }
    runs
}

/// A name that is taken as it reads: `a!B1` would be the name of a cell, and `=...` a formula.
fn literal(name: &str) -> String {
    name.replace('!', "\u{ff01}").replace('=', "\u{ff1d}")
}

fn kind(placed: &Placed<'_>, position: usize) -> Option<ColumnType> {
    placed.table.columns.get(position).map(|column: &Column| column.kind)
}

fn column_name<'a>(placed: &Placed<'a>, position: usize) -> &'a str {
    placed.table.columns.get(position).map_or("", |column| column.name.as_str())
}

const fn axis_format(kind: Option<ColumnType>) -> &'static str {
    match kind {
        Some(ColumnType::Share) => "0%",
        _ => "#,##0",
    }
}
