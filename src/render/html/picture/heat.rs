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

/// One value in its place.
struct Spot {
    row: usize,
    column: usize,
    amount: f64,
    /// As the table writes it.
    text: String,
    is_share: bool,
    is_complete: bool,
}

/// The labels of both sides in order, and what is on them.
struct Grid {
    rows: Vec<String>,
    columns: Vec<String>,
    spots: Vec<Spot>,
    /// Cells are shaded against this one.
    most: f64,
    most_text: String,
    description: String,
}

/// Draws a table with a row per cell.
pub fn long(sheet: &Sheet<'_>, [row, column, value]: [usize; 3], complete: Option<usize>) -> Drawing {
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
    let is_share = points.kind(value) == Some(ColumnType::Share);
    let is_complete =
        |row: usize| complete.is_none_or(|position| !matches!(points.cell(row, position), Cell::Flag(false)));
    let spots: Vec<Spot> = found
        .into_iter()
        .map(|(at, place, head, amount)| Spot {
            row: place,
            column: columns.iter().position(|known| *known == head).unwrap_or(0),
            amount,
            text: points.text(at, value),
            is_share,
            is_complete: is_complete(at),
        })
        .collect();
    let description = format!("{}: {} × {}", points.label(value), points.label(row), points.label(column));
    // The first column of a retention table is the whole; measured against it the others would all look faint.
    let from = usize::from(columns.len() > 1 && largest(&spots, 1) > 0.0);
    let most = largest(&spots, from);
    draw(sheet, Grid { rows, columns, spots, most, most_text: points.like(value, most), description })
}

/// Draws the cells of a table that is a matrix itself.
pub fn matrix(sheet: &Sheet<'_>) -> Drawing {
    let points = &sheet.points;
    let table = points.table;
    let matrix = table.matrix.clone().unwrap_or_default();
    let width = table.columns.len();
    // The last column before the cells says how many units a row is of.
    let names: Vec<usize> = (0..matrix.first.min(width).saturating_sub(1)).collect();
    let rows = points.rows().map(|row| points.joined(row, &names)).collect();
    let columns: Vec<String> = (matrix.first..width).map(|position| points.label(position)).collect();
    let mut spots = Vec::new();
    for row in points.rows() {
        for position in matrix.first..width {
            let Some(amount) = points.number(row, position) else { continue };
            spots.push(Spot {
                row,
                column: position - matrix.first,
                amount,
                text: points.text(row, position),
                is_share: points.kind(position) == Some(ColumnType::Share),
                is_complete: !matrix.partial.contains(&(row, position)),
            });
        }
    }
    let most = largest(&spots, matrix.scale.saturating_sub(matrix.first));
    let most_text = points.like(matrix.scale.min(width.saturating_sub(1)), most);
    draw(sheet, Grid { rows, columns, spots, most, most_text, description: table.title.clone() })
}

fn largest(spots: &[Spot], from: usize) -> f64 {
    spots.iter().filter(|spot| spot.column >= from).map(|spot| spot.amount).fold(0.0, f64::max)
}

fn draw(sheet: &Sheet<'_>, grid: Grid) -> Drawing {
    let widest = grid.rows.iter().map(|label| text_width(label)).fold(0.0, f64::max);
    let label = widest.min(if sheet.is_narrow() { MOST_LABEL / 2.0 } else { MOST_LABEL });
    let left = label + 8.0;
    let columns = many(grid.columns.len());
    let cell = ((sheet.width - left) / columns.max(1.0)).clamp(LEAST_CELL, MOST_CELL);
    // More columns than there is room for make a wider picture, which scrolls in its box.
    let mut svg = Svg::new(sheet.width.max(left + cell * columns));
    let head = grid.columns.iter().map(|name| text_width(name)).fold(0.0, f64::max);
    let every = super::scale::every(grid.columns.len(), cell * columns, head + 6.0);
    for (at, name) in grid.columns.iter().enumerate().step_by(every) {
        svg.text(left + (many(at) + 0.5) * cell, TEXT, Anchor::Middle, "soft", name);
    }
    let top = LINE + 3.0;
    for (at, name) in grid.rows.iter().enumerate() {
        let baseline = top + many(at) * CELL_HEIGHT + CELL_HEIGHT / 2.0 + 4.0;
        svg.text(label, baseline, Anchor::End, "", &fit(name, label));
    }
    for spot in &grid.spots {
        let place = (left + many(spot.column) * cell, top + many(spot.row) * CELL_HEIGHT);
        let strength = if grid.most > 0.0 { (spot.amount / grid.most).clamp(0.0, 1.0) } else { 0.0 };
        let strength = FAINTEST + (1.0 - FAINTEST) * strength;
        let title = format!("{}, {}: {}", grid.rows[spot.row], grid.columns[spot.column], spot.text);
        svg.heat([place.0 + 1.0, place.1 + 1.0, cell - 2.0, CELL_HEIGHT - 2.0], strength, spot.is_complete, &title);
        let text = short(spot);
        if text_width(&text) <= cell - 4.0 {
            let class = if strength >= STRONG { "on" } else { "" };
            svg.text(place.0 + cell / 2.0, place.1 + CELL_HEIGHT / 2.0 + 4.0, Anchor::Middle, class, &text);
        }
    }
    svg.height = top + many(grid.rows.len()) * CELL_HEIGHT + 2.0;
    let mut legend = vec![("swatch full".to_owned(), filled(sheet.words.darker, &[&grid.most_text]))];
    if grid.spots.iter().any(|spot| !spot.is_complete) {
        legend.push(("swatch dashed".to_owned(), sheet.words.unfinished.to_owned()));
    }
    Drawing { svg, legend, description: grid.description }
}

#[expect(clippy::cast_precision_loss, reason = "a picture has few cells")]
const fn many(count: usize) -> f64 {
    count as f64
}

/// Shares without their decimal, where a cell has no room for more.
fn short(spot: &Spot) -> String {
    if spot.is_share && spot.amount.abs() >= 0.1 {
        return format!("{:.0} %", spot.amount * 100.0);
    }
    spot.text.clone()
}
