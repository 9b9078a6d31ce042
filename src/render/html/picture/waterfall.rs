//! A waterfall: how one total becomes the next, one row per part.

use super::plot;
use super::scale::Scale;
use super::svg::{Anchor, LINE, Svg, fit, text_width};
use super::{Drawing, Sheet};

const BAR: f64 = 20.0;
const ROW: f64 = 30.0;
const MOST_LABEL: f64 = 200.0;
const GAP: f64 = 12.0;

/// One bar, from where the one before ended.
struct Part {
    row: usize,
    from: f64,
    to: f64,
    is_total: bool,
}

pub fn draw(sheet: &Sheet<'_>, [label, value]: [usize; 2], totals: &[usize], minus: &[usize]) -> Drawing {
    let points = &sheet.points;
    let parts = parts(sheet, value, totals, minus);
    let ends: Vec<f64> = parts.iter().flat_map(|part| [part.from, part.to]).collect();
    let widest = parts.iter().map(|part| text_width(&points.text(part.row, label)) * 1.2).fold(0.0, f64::max);
    let numbers = parts.iter().map(|part| text_width(&amount(sheet, value, part)) * 1.15).fold(0.0, f64::max);
    let left = if sheet.is_narrow() { 0.0 } else { widest.min(MOST_LABEL) + GAP };
    let right = if sheet.is_narrow() { sheet.width } else { sheet.width - numbers - GAP };
    let scale = Scale::new(plot::range(&ends, &[], false), (left, right));
    let mut svg = Svg::new(sheet.width);
    let mut joint: Option<(f64, f64)> = None;
    for part in &parts {
        let name = points.text(part.row, label);
        let (weight, text) = (if part.is_total { "strong" } else { "" }, amount(sheet, value, part));
        if sheet.is_narrow() {
            let line = svg.height + LINE - 3.0;
            svg.text(0.0, line, Anchor::Start, weight, &fit(&name, sheet.width - numbers - GAP));
            svg.text(sheet.width, line, Anchor::End, weight, &text);
            svg.height += LINE + 2.0;
        }
        let top = if sheet.is_narrow() { svg.height } else { svg.height + (ROW - BAR) / 2.0 };
        if !sheet.is_narrow() {
            svg.text(left - GAP, top + BAR - 5.5, Anchor::End, weight, &fit(&name, left - GAP));
            svg.text(sheet.width, top + BAR - 5.5, Anchor::End, weight, &text);
        }
        let (from, to) = (scale.at(part.from), scale.at(part.to));
        if let Some((x, y)) = joint {
            svg.line([x, y, x, top], "joint");
        }
        let is_nothing = (part.to - part.from).abs() <= 0.0;
        let length = if is_nothing { 0.0 } else { (to - from).abs().max(1.5) };
        svg.rect([from.min(to), top, length, BAR], class(part));
        joint = Some((to, top + BAR));
        svg.height += if sheet.is_narrow() { BAR + 8.0 } else { ROW };
    }
    let zero = scale.at(0.0);
    svg.line([zero, 0.0, zero, svg.height], "zero");
    let words = sheet.words;
    let kinds = [("fill", words.total), ("plus", words.increase), ("minus", words.decrease)];
    let present = kinds.into_iter().filter(|(kind, _)| parts.iter().any(|part| class(part) == *kind));
    let legend = present.map(|(kind, text)| (format!("swatch {kind}"), text.to_owned())).collect();
    let named = parts.iter().map(|part| format!("{} {}", points.text(part.row, label), amount(sheet, value, part)));
    let description = named.collect::<Vec<_>>().join(", ");
    Drawing { svg, legend, description }
}

fn parts(sheet: &Sheet<'_>, value: usize, totals: &[usize], minus: &[usize]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut level = 0.0;
    let end = totals.iter().max().copied().unwrap_or(usize::MAX);
    for row in sheet.points.rows().take_while(|row| *row <= end) {
        let Some(amount) = sheet.points.number(row, value) else { continue };
        let is_total = totals.contains(&row);
        let from = if is_total { 0.0 } else { level };
        level = from + if minus.contains(&row) { -amount } else { amount };
        parts.push(Part { row, from, to: level, is_total });
    }
    parts
}

const fn class(part: &Part) -> &'static str {
    if part.is_total {
        "fill"
    } else if part.to < part.from {
        "minus"
    } else {
        "plus"
    }
}

/// The amount as the table writes it; what is added has its sign.
fn amount(sheet: &Sheet<'_>, value: usize, part: &Part) -> String {
    let text = sheet.points.text(part.row, value);
    match part.to.partial_cmp(&part.from).filter(|_| !part.is_total) {
        Some(std::cmp::Ordering::Greater) => format!("+{text}"),
        Some(std::cmp::Ordering::Less) if !text.starts_with('-') => format!("-{text}"),
        _ => text,
    }
}
