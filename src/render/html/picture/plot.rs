//! What trends and curves share: the frame with its grid, and lines told apart by colour, dashes and a legend.

use super::scale::{Scale, ticks};
use super::svg::{Anchor, Svg, TEXT, text_width};
use super::{MOST_SERIES, Sheet};
use crate::document::ColumnType;
use crate::render::html::words::filled;

/// Above the highest line of the grid.
const TOP: f64 = 10.0;
/// Left of the labels.
const GAP: f64 = 8.0;

/// The area in which lines are drawn.
#[derive(Debug)]
pub struct Frame {
    pub left: f64,
    pub right: f64,
    pub bottom: f64,
    pub y: Scale,
}

/// Draws the grid for values of a column between `low` and `high`.
pub fn frame(sheet: &Sheet<'_>, svg: &mut Svg, position: usize, (low, high): (f64, f64), height: f64) -> Frame {
    let elapsed = sheet.points.kind(position) == Some(ColumnType::Elapsed);
    let unit = if elapsed { elapsed_unit(high) } else { 1.0 };
    let ticks: Vec<f64> = ticks(low / unit, high / unit, 5).iter().map(|tick| tick * unit).collect();
    let (low, high) = (ticks.first().copied().unwrap_or(low), ticks.last().copied().unwrap_or(high));
    let labels: Vec<String> = ticks.iter().map(|tick| tick_text(sheet, position, *tick)).collect();
    let left = labels.iter().map(|label| text_width(label)).fold(0.0, f64::max) * 1.1 + GAP;
    let bottom = TOP + height;
    let y = Scale::new((low, high), (bottom, TOP));
    for (tick, label) in ticks.iter().zip(&labels) {
        let at = y.at(*tick);
        let class = if *tick == 0.0 { "zero" } else { "grid" };
        svg.line([left, at, sheet.width, at], class);
        svg.text(left - GAP, at + TEXT / 3.0, Anchor::End, "soft", label);
    }
    svg.height = bottom;
    Frame { left, right: sheet.width, bottom, y }
}

/// A tick as its column is written, without decimals that say nothing.
pub fn tick_text(sheet: &Sheet<'_>, position: usize, tick: f64) -> String {
    if tick == 0.0 && sheet.points.kind(position) == Some(ColumnType::Elapsed) {
        // Nothing has no unit.
        return "0".to_owned();
    }
    sheet.points.like(position, tick).replace(".0 %", " %")
}

/// Seconds in the unit in which a span of that length is told.
pub fn elapsed_unit(span: f64) -> f64 {
    let units = [86_400.0, 3_600.0, 60.0];
    units.into_iter().find(|unit| span >= 2.0 * unit).unwrap_or(1.0)
}

/// The range of values, from zero on; with intervals that are much wider than the values cut off.
pub fn range(values: &[f64], bounds: &[f64], is_share: bool) -> (f64, f64) {
    let least = values.iter().copied().fold(0.0, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    let reach = (most - least) * 0.75;
    let high = bounds.iter().copied().fold(most, f64::max).min(most + reach);
    let low = bounds.iter().copied().fold(least, f64::min).max(least - reach);
    // A share has nothing above 1, unless it is none of a whole.
    let high = if is_share && most <= 1.0 { high.min(1.0) } else { high };
    if high > low { (low, high) } else { (low, low + 1.0) }
}

/// Lines of a picture: their names in the order of the table, and the rows of each.
#[derive(Debug)]
pub struct Series {
    pub name: String,
    pub rows: Vec<usize>,
}

/// Puts the rows of a table into their lines.
pub fn series(sheet: &Sheet<'_>, columns: &[usize]) -> Vec<Series> {
    let mut all: Vec<Series> = Vec::new();
    for row in sheet.points.rows() {
        let name = sheet.points.joined(row, columns);
        match all.iter_mut().find(|series| series.name == name) {
            Some(series) => series.rows.push(row),
            None => all.push(Series { name, rows: vec![row] }),
        }
    }
    all
}

/// Explains the lines that are drawn, and says how many are not; a line alone is called after its values.
pub fn legend(sheet: &Sheet<'_>, names: &[String], values: &str) -> Vec<(String, String)> {
    let mut legend = Vec::new();
    if let [only] = names {
        legend.push(("line s0".to_owned(), if only.is_empty() { values } else { only }.to_owned()));
    } else {
        let drawn = names.iter().take(MOST_SERIES).enumerate();
        legend.extend(drawn.map(|(at, name)| (format!("line s{at}"), name.clone())));
    }
    if let Some(more) = names.len().checked_sub(MOST_SERIES).filter(|more| *more > 0) {
        legend.push(("none".to_owned(), filled(sheet.words.not_drawn, &[&more.to_string()])));
    }
    legend
}

#[cfg(test)]
mod tests {
    use super::range;

    #[test]
    fn wide_intervals_do_not_flatten_the_line() {
        let close = |(low, high): (f64, f64), expected: (f64, f64)| {
            assert!((low - expected.0).abs() < 1e-9 && (high - expected.1).abs() < 1e-9, "{low} {high}");
        };
        close(range(&[0.1, 0.2], &[0.05, 0.25], true), (0.0, 0.25));
        close(range(&[0.1, 0.2], &[0.0, 0.95], true), (0.0, 0.35));
        close(range(&[0.9, 1.0], &[0.5, 1.0], true), (0.0, 1.0));
        close(range(&[1.5], &[], true), (0.0, 1.5));
        close(range(&[-4.0, 2.0], &[], false), (-4.0, 2.0));
        close(range(&[0.0, 0.0], &[], true), (0.0, 1.0));
    }
}
