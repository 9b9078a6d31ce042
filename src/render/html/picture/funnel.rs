//! The funnel: a bar per step, the part of the step before that did not come as its shadow, and the rate between them.

use super::svg::{Anchor, LINE, Svg, fit, text_width};
use super::{Drawing, Sheet};
use crate::document::Measure;
use crate::render::html::words::filled;

const BAR: f64 = 30.0;
const THIN_BAR: f64 = 20.0;
/// Between two bars: the line that says how many went on.
const BETWEEN: f64 = 30.0;
const MOST_LABEL: f64 = 190.0;
const GAP: f64 = 14.0;

/// Places of one funnel.
struct Layout {
    label: f64,
    /// Where bars begin, and how long the longest is.
    left: f64,
    length: f64,
    bar: f64,
}

pub fn draw(sheet: &Sheet<'_>, label: usize, count: usize, rate: Option<Measure>, open: Option<usize>) -> Drawing {
    let points = &sheet.points;
    let rows: Vec<(usize, f64)> = points.rows().filter_map(|row| Some((row, points.number(row, count)?))).collect();
    let largest = rows.iter().map(|(_, value)| *value).fold(0.0, f64::max);
    let first = rows.first().map_or(0.0, |(_, value)| *value);
    let layout = layout(sheet, &rows, label, count);
    let length = |value: f64| if largest > 0.0 { value.max(0.0) / largest * layout.length } else { 0.0 };
    let mut svg = Svg::new(sheet.width);
    for (at, (row, value)) in rows.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| rows[before]);
        if let Some((above, whole)) = before {
            let text = passage(sheet, *row, above, whole - value, rate, open);
            let class = if points.is_marked(*row) { "warn" } else { "soft" };
            let room = sheet.width - layout.left;
            svg.text(layout.left, svg.height + 19.0, Anchor::Start, class, &fit(&text, room));
            svg.height += BETWEEN;
        }
        names(sheet, &mut svg, &layout, (*row, *value), first, [label, count]);
        let top = svg.height;
        if let Some((_, whole)) = before.filter(|(_, whole)| whole > value) {
            svg.rect([layout.left, top, length(whole), layout.bar], "ghost");
        }
        let filled = if *value > 0.0 { length(*value).max(1.5) } else { 0.0 };
        svg.rect([layout.left, top, filled, layout.bar], "fill");
        svg.height += layout.bar;
    }
    svg.height += 2.0;
    let description = rows.iter().map(|(row, _)| format!("{} {}", points.text(*row, label), points.text(*row, count)));
    let description = description.collect::<Vec<_>>().join(" → ");
    Drawing { svg, legend: Vec::new(), description }
}

fn layout(sheet: &Sheet<'_>, rows: &[(usize, f64)], label: usize, count: usize) -> Layout {
    if sheet.is_narrow() {
        return Layout { label: sheet.width, left: 0.0, length: sheet.width, bar: THIN_BAR };
    }
    let widest = |position: usize| {
        rows.iter().map(|(row, _)| text_width(&sheet.points.text(*row, position)) * 1.15).fold(0.0, f64::max)
    };
    let label = widest(label).min(MOST_LABEL);
    let left = label + GAP;
    let right = widest(count) + text_width("100.0 %") + 3.0 * GAP;
    Layout { label, left, length: sheet.width - left - right, bar: BAR }
}

/// Writes the name of a step and its count: beside the bar, or above it where the width is short.
fn names(
    sheet: &Sheet<'_>,
    svg: &mut Svg,
    layout: &Layout,
    (row, value): (usize, f64),
    first: f64,
    [label, count]: [usize; 2],
) {
    let points = &sheet.points;
    let count = points.text(row, count);
    let share = if first > 0.0 { points.share_text(value / first) } else { String::new() };
    let shares = text_width("100.0 %");
    let baseline = if sheet.is_narrow() {
        svg.height += LINE + 3.0;
        svg.height - 6.0
    } else {
        svg.height + layout.bar / 2.0 + 4.5
    };
    let numbers = text_width(&count) + shares + 3.0 * GAP;
    let room = if sheet.is_narrow() { sheet.width - numbers } else { layout.label };
    svg.text(0.0, baseline, Anchor::Start, "strong", &fit(&points.text(row, label), room));
    svg.text(sheet.width, baseline, Anchor::End, "soft", &share);
    svg.text(sheet.width - shares - GAP, baseline, Anchor::End, "strong", &count);
}

/// How many of the step before came, and how many did not.
fn passage(
    sheet: &Sheet<'_>,
    row: usize,
    above: usize,
    lost: f64,
    rate: Option<Measure>,
    open: Option<usize>,
) -> String {
    let points = &sheet.points;
    let mut parts = Vec::new();
    if let Some(rate) = rate.filter(|rate| points.number(row, rate.value).is_some()) {
        parts.push(filled(sheet.words.go_on, &[&points.interval(row, rate)]));
    }
    if lost >= 1.0 {
        let mut text = filled(sheet.words.stop, &[&points.count_text(lost)]);
        let open = open.filter(|&open| points.number(above, open).is_some_and(|open| open > 0.0));
        if let Some(open) = open.filter(|_| !sheet.is_narrow()) {
            text.push_str(", ");
            text.push_str(&filled(sheet.words.still_open, &[&points.text(above, open)]));
        }
        parts.push(text);
    }
    let arrow = if parts.is_empty() { "" } else { "↓ " };
    format!("{arrow}{}", parts.join(" · "))
}
