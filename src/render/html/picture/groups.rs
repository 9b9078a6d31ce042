//! Several bars per row, one per column of values: the same told in several ways, side by side.

use super::plot;
use super::scale::Scale;
use super::svg::{Anchor, LINE, Svg, fit, text_width};
use super::{Drawing, MOST_SERIES, Sheet};
use crate::render::html::words::filled;

const BAR: f64 = 10.0;
const PITCH: f64 = 13.0;
const BETWEEN: f64 = 12.0;
const MOST_LABEL: f64 = 170.0;
const GAP: f64 = 12.0;
/// Rows beyond these stand in the table only.
const MOST_ROWS: usize = 12;
/// Of the small text beside a bar.
const SMALL: f64 = 0.88;

pub fn draw(sheet: &Sheet<'_>, label: &[usize], values: &[usize]) -> Drawing {
    let points = &sheet.points;
    let drawn = &values[..values.len().min(MOST_SERIES)];
    let is_told = |row: &usize| drawn.iter().any(|&value| points.number(*row, value).is_some());
    let all: Vec<usize> = points.rows().filter(is_told).collect();
    let rows = &all[..all.len().min(MOST_ROWS)];
    let cells = || rows.iter().flat_map(|&row| drawn.iter().map(move |&value| (row, value)));
    let amounts: Vec<f64> = cells().filter_map(|(row, value)| points.number(row, value)).collect();
    let numbers = cells().map(|(row, value)| text_width(&points.text(row, value)) * SMALL).fold(0.0, f64::max);
    let widest = rows.iter().map(|&row| text_width(&points.joined(row, label)) * 1.2).fold(0.0, f64::max);
    let left = if sheet.is_narrow() { 0.0 } else { widest.min(MOST_LABEL) + GAP };
    let scale = Scale::new(plot::range(&amounts, &[], false), (left, sheet.width - numbers - GAP));
    let mut svg = Svg::new(sheet.width);
    for &row in rows {
        let name = points.joined(row, label);
        if sheet.is_narrow() {
            svg.text(0.0, svg.height + LINE - 5.0, Anchor::Start, "", &fit(&name, sheet.width));
            svg.height += LINE;
        } else {
            let middle = svg.height + PITCH * many(drawn.len()) / 2.0 + 4.0;
            svg.text(left - GAP, middle, Anchor::End, "", &fit(&name, left - GAP));
        }
        for (at, &value) in drawn.iter().enumerate() {
            if let Some(amount) = points.number(row, value) {
                bar(&mut svg, &scale, at, amount, &points.text(row, value));
            }
            svg.height += PITCH;
        }
        svg.height += BETWEEN;
    }
    svg.height -= BETWEEN;
    let zero = scale.at(0.0);
    svg.line([zero, 0.0, zero, svg.height], "zero");
    let named = drawn.iter().enumerate();
    let mut legend: Vec<(String, String)> =
        named.map(|(at, &value)| (format!("swatch g{at}"), points.label(value))).collect();
    for more in [values.len() - drawn.len(), all.len() - rows.len()].into_iter().filter(|more| *more > 0) {
        legend.push(("none".to_owned(), filled(sheet.words.not_drawn, &[&more.to_string()])));
    }
    let rows: Vec<String> = rows.iter().map(|&row| points.joined(row, label)).collect();
    Drawing { svg, legend, description: rows.join(", ") }
}

fn bar(svg: &mut Svg, scale: &Scale, at: usize, amount: f64, text: &str) {
    let (zero, end) = (scale.at(0.0), scale.at(amount));
    let length = if amount == 0.0 { 0.0 } else { (end - zero).abs().max(1.5) };
    svg.rect([zero.min(end), svg.height + 1.0, length, BAR], &format!("g{at}"));
    svg.text(zero.max(end) + 5.0, svg.height + BAR, Anchor::Start, "small", text);
}

#[expect(clippy::cast_precision_loss, reason = "a picture has few bars")]
const fn many(count: usize) -> f64 {
    count as f64
}
