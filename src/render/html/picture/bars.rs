//! A bar per row with its value, and its interval as a whisker.

use super::plot;
use super::scale::Scale;
use super::svg::{Anchor, LINE, Svg, fit, text_width};
use super::{Drawing, Sheet};
use crate::document::{ColumnType, Measure};
use crate::render::html::words::filled;

const BAR: f64 = 18.0;
const ROW: f64 = 28.0;
const MOST_LABEL: f64 = 200.0;
const GAP: f64 = 12.0;
/// Bars beyond these stand in the table only.
const MOST_BARS: usize = 30;

/// Places of one picture, alike for all bars.
struct Layout {
    left: f64,
    /// Room of the numbers on the right.
    numbers: f64,
    scale: Scale,
    range: (f64, f64),
}

pub fn draw(sheet: &Sheet<'_>, label: &[usize], value: Measure) -> Drawing {
    let points = &sheet.points;
    let all: Vec<(usize, f64)> =
        points.rows().filter_map(|row| Some((row, points.number(row, value.value)?))).collect();
    let rows = &all[..all.len().min(MOST_BARS)];
    let layout = layout(sheet, rows, label, value);
    let mut svg = Svg::new(sheet.width);
    for (row, amount) in rows {
        bar(sheet, &mut svg, &layout, &points.joined(*row, label), (*row, *amount), value);
    }
    let zero = layout.scale.at(0.0);
    svg.line([zero, 0.0, zero, svg.height], "zero");
    let has_interval = rows.iter().any(|(row, _)| interval(sheet, *row, value).is_some());
    let swatch = if has_interval { "swatch fill faint" } else { "swatch fill" };
    let mut legend = vec![(swatch.to_owned(), points.label(value.value))];
    if has_interval {
        legend.push(("whisker".to_owned(), sheet.words.interval.to_owned()));
    }
    if let Some(more) = all.len().checked_sub(MOST_BARS).filter(|more| *more > 0) {
        legend.push(("none".to_owned(), filled(sheet.words.not_drawn, &[&more.to_string()])));
    }
    let told = rows.iter().map(|(row, _)| format!("{} {}", points.joined(*row, label), points.text(*row, value.value)));
    let description = format!("{}: {}", points.label(value.value), told.collect::<Vec<_>>().join(", "));
    Drawing { svg, legend, description }
}

fn layout(sheet: &Sheet<'_>, rows: &[(usize, f64)], label: &[usize], value: Measure) -> Layout {
    let points = &sheet.points;
    let values: Vec<f64> = rows.iter().map(|(_, value)| *value).collect();
    let bounds = rows.iter().filter_map(|(row, _)| interval(sheet, *row, value)).flat_map(|(low, high)| [low, high]);
    let is_share = points.kind(value.value) == Some(ColumnType::Share);
    let range = plot::range(&values, &bounds.collect::<Vec<_>>(), is_share);
    let widest =
        |text: &dyn Fn(usize) -> String| rows.iter().map(|(row, _)| text_width(&text(*row)) * 1.15).fold(0.0, f64::max);
    let numbers = widest(&|row| points.text(row, value.value));
    if sheet.is_narrow() {
        return Layout { left: 0.0, numbers, scale: Scale::new(range, (0.0, sheet.width)), range };
    }
    let left = widest(&|row| points.joined(row, label)).min(MOST_LABEL) + GAP;
    Layout { left, numbers, scale: Scale::new(range, (left, sheet.width - numbers - GAP)), range }
}

fn interval(sheet: &Sheet<'_>, row: usize, value: Measure) -> Option<(f64, f64)> {
    let bound = |position: Option<usize>| position.and_then(|position| sheet.points.number(row, position));
    bound(value.low).zip(bound(value.high))
}

/// Draws one bar, its name before it, or above it where the width is short.
fn bar(sheet: &Sheet<'_>, svg: &mut Svg, layout: &Layout, name: &str, (row, amount): (usize, f64), value: Measure) {
    let text = sheet.points.text(row, value.value);
    let mut top = svg.height + (ROW - BAR) / 2.0;
    if sheet.is_narrow() {
        let line = svg.height + LINE - 3.0;
        svg.text(0.0, line, Anchor::Start, "", &fit(name, sheet.width - layout.numbers - GAP));
        svg.text(sheet.width, line, Anchor::End, "strong", &text);
        svg.height += LINE;
        top = svg.height + 2.0;
    } else {
        let baseline = top + BAR - 4.5;
        svg.text(layout.left - GAP, baseline, Anchor::End, "", &fit(name, layout.left - GAP));
        svg.text(sheet.width, baseline, Anchor::End, "strong", &text);
    }
    let interval = interval(sheet, row, value);
    let class = match (amount < 0.0, interval) {
        (true, _) => "minus",
        (false, Some(_)) => "fill soft",
        (false, None) => "fill",
    };
    let (zero, end) = (layout.scale.at(0.0), layout.scale.at(amount));
    let length = if amount == 0.0 { 0.0 } else { (end - zero).abs().max(1.5) };
    svg.rect([zero.min(end), top, length, BAR], class);
    if let Some(interval) = interval {
        whisker(svg, layout, interval, top + BAR / 2.0);
    }
    svg.height += if sheet.is_narrow() { BAR + 9.0 } else { ROW };
}

/// Draws an interval; an end that lies outside the picture has no cap.
fn whisker(svg: &mut Svg, layout: &Layout, (low, high): (f64, f64), y: f64) {
    let (from, to) = (layout.scale.at(low), layout.scale.at(high));
    svg.line([from, y, to, y], "whisker");
    for (end, value) in [(from, low), (to, high)] {
        if (layout.range.0..=layout.range.1).contains(&value) {
            svg.line([end, y - 4.0, end, y + 4.0], "whisker");
        }
    }
}
