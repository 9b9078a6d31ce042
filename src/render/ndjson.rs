//! One table, a JSON object a line, with the names and number formats of the JSON document.

use super::json::push_row;
use super::machine::TimeUnit;
use crate::document::Table;

/// Writes the rows of a table.
#[must_use]
pub fn render(table: &Table, unit: TimeUnit) -> Vec<u8> {
    let mut out = String::new();
    for row in &table.rows {
        push_row(&mut out, &table.columns, row, unit);
        out.push('\n');
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::document::{Cell, ColumnType, Table};
    use crate::render::machine::TimeUnit;

    #[test]
    fn a_row_is_a_line() {
        let mut table = Table::new("t", "", &[("n", ColumnType::Count), ("text", ColumnType::Text)]);
        table.rows = vec![
            vec![Cell::Count(1), Cell::Text("a\nb".to_owned())],
            vec![Cell::Number(f64::NAN), Cell::Text("=1+1".to_owned())],
        ];
        let expected = "{\"n\": 1, \"text\": \"a\\nb\"}\n{\"n\": null, \"text\": \"=1+1\"}\n";
        assert_eq!(render(&table, TimeUnit::Seconds), expected.as_bytes());
    }
}
