//! The cells of a matrix in little room: a shade that shows the size, the number, a mark where it may still change.
//!
//! The number says all; the shade only leads the eye, and needs no colour.

use super::human::Style;
use super::view::length;
use crate::document::{Cell, Matrix, Table};

/// Quarters of the largest cell.
const SHADES: [char; 5] = [' ', '░', '▒', '▓', '█'];

/// Writes one column of a matrix; what is not there is blank.
#[must_use]
pub fn column(table: &Table, matrix: &Matrix, position: usize, style: Style) -> Vec<String> {
    let largest = largest(table, matrix);
    let is_partial = |row: usize| matrix.partial.contains(&(row, position));
    let has_partial = (0..table.rows.len()).any(is_partial);
    let write = |(row, cells): (usize, &Vec<Cell>)| {
        let text = match cells.get(position) {
            None | Some(Cell::Missing) => return String::new(),
            Some(Cell::Share(share)) if share.is_finite() => style.share_digits(*share),
            Some(other) => style.cell(other),
        };
        let (value, _) = cells.get(position).map_or((0.0, false), length);
        // The others leave the place of the mark free, so that the digits stand below each other.
        let mark = if is_partial(row) {
            "*"
        } else if has_partial {
            " "
        } else {
            ""
        };
        format!("{}{text}{mark}", shade(value, largest))
    };
    table.rows.iter().enumerate().map(write).collect()
}

/// Takes the shades away again, where another picture has them.
pub fn unshade(column: &mut super::view::ShownColumn) {
    if let super::view::Content::Digits(cells) = &mut column.content {
        for cell in cells {
            *cell = cell.trim_start_matches(SHADES).to_owned();
        }
    }
}

fn largest(table: &Table, matrix: &Matrix) -> f64 {
    let cells = table.rows.iter().flat_map(|row| row.iter().skip(matrix.scale));
    cells.map(|cell| length(cell).0).fold(0.0, f64::max)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 4")]
fn shade(value: f64, largest: f64) -> char {
    if value <= 0.0 || largest <= 0.0 {
        return SHADES[0];
    }
    SHADES[((value / largest * 4.0).ceil() as usize).clamp(1, 4)]
}

#[cfg(test)]
mod tests {
    use super::{column, shade};
    use crate::document::{Cell, ColumnType, Matrix, Table};
    use crate::render::human::Style;
    use crate::render::words::ENGLISH;

    #[test]
    fn shades_are_quarters_of_the_largest() {
        let shades: String =
            [0.0, 0.1, 2.5, 2.6, 5.1, 7.6, 10.0, 99.0].iter().map(|value| shade(*value, 10.0)).collect();
        assert_eq!(shades, " ░░▒▓███");
        assert_eq!(shade(1.0, 0.0), ' ');
    }

    #[test]
    fn the_first_age_does_not_outshine_the_others() {
        let kinds = [("cohort", ColumnType::Text), ("0", ColumnType::Share), ("1", ColumnType::Share)];
        let mut table = Table::new("matrix", "", &kinds);
        let text = |text: &str| Cell::Text(text.to_owned());
        table.rows = vec![
            vec![text("a"), Cell::Share(1.0), Cell::Share(0.2)],
            vec![text("b"), Cell::Share(1.0), Cell::Share(0.05)],
            vec![text("c"), Cell::Share(1.0), Cell::Missing],
        ];
        let matrix = Matrix { first: 1, scale: 2, partial: vec![(1, 2)] };
        let style = Style { words: &ENGLISH, time_unit: None, cents: false };
        assert_eq!(column(&table, &matrix, 1, style), ["█100.0", "█100.0", "█100.0"]);
        assert_eq!(column(&table, &matrix, 2, style), ["█20.0 ", "░5.0*", ""]);
    }
}
