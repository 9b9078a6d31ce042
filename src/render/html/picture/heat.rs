//! A heat map: one cell per pair of labels, the darker the more; cells that are not final have a dashed edge.

use super::svg::{Anchor, LINE, Svg, TEXT, fit, text_width};
use super::{Drawing, Sheet};
use crate::document::{Cell, ColumnType};
use crate::render::html::words::filled;
use crate::render::points::number;

const CELL_HEIGHT: f64 = 26.0;
const MOST_CELL: f64 = 64.0;
const LEAST_CELL: f64 = 11.0;
const MOST_LABEL: f64 = 150.0;
/// Strength from which text on a cell takes the other colour.
const STRONG: f64 = 0.68;
const FAINTEST: f64 = 0.05;

/// The labels of both sides in order, and what is on them.
struct Grid {
    rows: Vec<String>,
    columns: Vec<String>,
    cells: Vec<(usize, usize, usize, f64)>,
    most: f64,
}

pub fn draw(sheet: &Sheet<'_>, [row, column, value]: [usize; 3], complete: Option<usize>) -> Drawing {
    let points = &sheet.points;
    let grid = grid(sheet, [row, column, value]);
    let widest = grid.rows.iter().map(|label| text_width(label)).fold(0.0, f64::max);
    let label = widest.min(if sheet.is_narrow() { MOST_LABEL / 2.0 } else { MOST_LABEL });
    let left = label + 8.0;
    let cell = ((sheet.width - left) / many(grid.columns.len())).clamp(LEAST_CELL, MOST_CELL);
    // More columns than there is room for make a wider picture, which scrolls in its box.
    let mut svg = Svg::new(sheet.width.max(left + cell * many(grid.columns.len())));
    let head = grid.columns.iter().map(|name| text_width(name)).fold(0.0, f64::max);
    let every = super::scale::every(grid.columns.len(), cell * many(grid.columns.len()), head + 6.0);
    for (at, name) in grid.columns.iter().enumerate().step_by(every) {
        svg.text(left + (many(at) + 0.5) * cell, TEXT, Anchor::Middle, "soft", name);
    }
    let top = LINE + 3.0;
    for (at, name) in grid.rows.iter().enumerate() {
        let baseline = top + many(at) * CELL_HEIGHT + CELL_HEIGHT / 2.0 + 4.0;
        svg.text(label, baseline, Anchor::End, "", &fit(name, label));
    }
    let mut has_part = false;
    for (table_row, at_row, at_column, amount) in &grid.cells {
        let is_complete =
            complete.is_none_or(|position| !matches!(points.cell(*table_row, position), Cell::Flag(false)));
        has_part |= !is_complete;
        let place = (left + many(*at_column) * cell, top + many(*at_row) * CELL_HEIGHT);
        let strength = if grid.most > 0.0 { (amount / grid.most).clamp(0.0, 1.0) } else { 0.0 };
        let strength = FAINTEST + (1.0 - FAINTEST) * strength;
        let full = points.text(*table_row, value);
        let title = format!("{}, {}: {full}", grid.rows[*at_row], grid.columns[*at_column]);
        svg.heat([place.0 + 1.0, place.1 + 1.0, cell - 2.0, CELL_HEIGHT - 2.0], strength, is_complete, &title);
        let text = short(sheet, value, *amount, &full);
        if text_width(&text) <= cell - 4.0 {
            let class = if strength >= STRONG { "on" } else { "" };
            svg.text(place.0 + cell / 2.0, place.1 + CELL_HEIGHT / 2.0 + 4.0, Anchor::Middle, class, &text);
        }
    }
    svg.height = top + many(grid.rows.len()) * CELL_HEIGHT + 2.0;
    let most = points.like(value, grid.most);
    let mut legend = vec![("swatch full".to_owned(), filled(sheet.words.darker, &[&most]))];
    if has_part {
        legend.push(("swatch dashed".to_owned(), sheet.words.unfinished.to_owned()));
    }
    let description = format!("{}: {} × {}", points.label(value), points.label(row), points.label(column));
    Drawing { svg, legend, description }
}

#[expect(clippy::cast_precision_loss, reason = "a picture has few cells")]
const fn many(count: usize) -> f64 {
    count as f64
}

/// Shares without their decimal, where a cell has no room for more.
fn short(sheet: &Sheet<'_>, value: usize, amount: f64, full: &str) -> String {
    if sheet.points.kind(value) == Some(ColumnType::Share) && amount.abs() >= 0.1 {
        return format!("{:.0} %", amount * 100.0);
    }
    full.to_owned()
}

fn grid(sheet: &Sheet<'_>, [row, column, value]: [usize; 3]) -> Grid {
    let points = &sheet.points;
    let mut rows: Vec<String> = Vec::new();
    let mut columns: Vec<(f64, String)> = Vec::new();
    let mut found = Vec::new();
    for at in points.rows() {
        let Some(amount) = points.number(at, value) else { continue };
        let (name, head) = (points.text(at, row), points.text(at, column));
        let place = rows.iter().position(|known| *known == name).unwrap_or_else(|| {
            rows.push(name);
            rows.len() - 1
        });
        if !columns.iter().any(|(_, known)| *known == head) {
            columns.push((number(points.cell(at, column)).unwrap_or_default(), head.clone()));
        }
        found.push((at, place, head, amount));
    }
    columns.sort_by(|left, right| left.0.total_cmp(&right.0));
    let columns: Vec<String> = columns.into_iter().map(|(_, name)| name).collect();
    let position = |head: &String| columns.iter().position(|known| known == head).unwrap_or(0);
    let cells: Vec<_> = found.iter().map(|(at, place, head, amount)| (*at, *place, position(head), *amount)).collect();
    let most_of = |from: usize| cells.iter().filter(|cell| cell.2 >= from).map(|cell| cell.3).fold(0.0, f64::max);
    // The first column of a retention table is the whole; measured against it the others would all look faint.
    let most = if columns.len() > 1 && most_of(1) > 0.0 { most_of(1) } else { most_of(0) };
    Grid { rows, columns, cells, most }
}
