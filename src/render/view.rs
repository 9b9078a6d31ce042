//! A table as people see it: labels, cells in words and digits, bars and marks; not yet how wide anything is.
//!
//! Shared by the terminal and Markdown. All text is escaped here, once.

use super::escape::escape;
use super::human::{Style, has_cents};
use super::machine::TimeUnit;
use super::words::Words;
use crate::document::{Cell, ColumnType, Table, ViewColumn, ViewContent};

/// Parts of a block, from one eighth to seven eighths.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const BLOCK: char = '█';

/// What fills a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// May be shortened.
    Text(Vec<String>),
    /// Stands whole or not at all.
    Digits(Vec<String>),
    /// Lengths from 0 to 1.
    Bars(Vec<f64>),
}

/// A column for people.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownColumn {
    pub label: String,
    pub content: Content,
    /// The cells without their intervals, where they have any.
    pub brief: Option<Content>,
    pub right: bool,
    pub expendable: u8,
}

/// A table for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    pub columns: Vec<ShownColumn>,
    pub rows: usize,
    /// The words of a mark, where a row has one.
    pub marks: Vec<Option<String>>,
    pub caption: Vec<String>,
}

impl Shown {
    /// Takes the first `count` columns away and returns, for each row where their values change, these in one line;
    /// `None` where they are numbers, or where hardly any value repeats, so that nothing would be gained.
    #[must_use]
    pub fn under_headings(&self, count: usize) -> Option<(Self, Vec<Option<String>>)> {
        let (leading, rest) = self.columns.split_at_checked(count).filter(|(_, rest)| !rest.is_empty())?;
        if leading.iter().any(|column| column.right || matches!(column.content, Content::Bars(_))) {
            return None;
        }
        let cell = |column: &ShownColumn, row: usize| match &column.content {
            Content::Text(cells) | Content::Digits(cells) => cells.get(row).cloned().unwrap_or_default(),
            Content::Bars(_) => String::new(),
        };
        let name = |row: usize| leading.iter().map(|column| cell(column, row)).collect::<Vec<_>>().join(", ");
        let mut headings: Vec<Option<String>> = Vec::with_capacity(self.rows);
        let mut last = None;
        for row in 0..self.rows {
            let name = name(row);
            headings.push((last.as_ref() != Some(&name)).then(|| name.clone()));
            last = Some(name);
        }
        let groups = headings.iter().flatten().count();
        (groups * 2 <= self.rows).then(|| (Self { columns: rest.to_vec(), ..self.clone() }, headings))
    }

    /// Tells whether any row is marked.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        self.marks.iter().any(Option::is_some)
    }

    /// Names a row by its first text cell, else by its first cell.
    #[must_use]
    pub fn row_name(&self, row: usize) -> &str {
        let text = self.columns.iter().find(|column| matches!(column.content, Content::Text(_)));
        match text.or_else(|| self.columns.first()).map(|column| &column.content) {
            Some(Content::Text(cells) | Content::Digits(cells)) => cells.get(row).map_or("", String::as_str),
            _ => "",
        }
    }
}

/// Turns a table into words and digits.
#[must_use]
pub fn show(table: &Table, words: &'static Words, time_unit: Option<TimeUnit>) -> Shown {
    let view = table.view.as_ref().filter(|view| !view.columns.is_empty());
    let columns = match view {
        Some(view) => view.columns.iter().map(|column| shown_column(table, column, words, time_unit)).collect(),
        None => every_column(table).iter().map(|column| shown_column(table, column, words, time_unit)).collect(),
    };
    let mut marks = vec![None; table.rows.len()];
    let mut caption = Vec::new();
    if let Some(view) = &table.view {
        for (row, text) in &view.marks {
            if let Some(mark) = marks.get_mut(*row) {
                let text = escape(text);
                *mark = Some(mark.as_ref().map_or_else(|| text.to_string(), |earlier| format!("{earlier}, {text}")));
            }
        }
        caption.extend(view.caption.iter().map(|line| escape(line).into_owned()));
    }
    Shown { columns, rows: table.rows.len(), marks, caption }
}

/// Without a view every column is shown, and the last ones go first where the width is short.
fn every_column(table: &Table) -> Vec<ViewColumn> {
    let column = |(position, column): (usize, &crate::document::Column)| ViewColumn {
        label: column.name.replace('_', " "),
        content: ViewContent::Value(position),
        expendable: u8::try_from(position).unwrap_or(u8::MAX),
    };
    table.columns.iter().enumerate().map(column).collect()
}

fn shown_column(table: &Table, column: &ViewColumn, words: &'static Words, time_unit: Option<TimeUnit>) -> ShownColumn {
    let position = match column.content {
        ViewContent::Value(position) | ViewContent::Bar(position) => position,
        ViewContent::Interval { value, .. } => value,
    };
    let cents = table.rows.iter().any(|row| has_cents(cell(row, position)));
    let style = Style { words, time_unit, cents };
    let is_text =
        table.columns.get(position).is_none_or(|column| matches!(column.kind, ColumnType::Text | ColumnType::Flag));
    let is_time =
        table.columns.get(position).is_some_and(|column| matches!(column.kind, ColumnType::Time | ColumnType::Date));
    let values = || table.rows.iter().map(|row| style.cell(cell(row, position))).collect();
    let cells_of = table.matrix.as_ref().filter(|matrix| position >= matrix.first);
    let (content, brief, right) = match column.content {
        ViewContent::Bar(_) => (Content::Bars(lengths(table, position)), None, false),
        ViewContent::Value(_) if is_text => (Content::Text(values()), None, false),
        ViewContent::Value(_) => (Content::Digits(values()), None, !is_time),
        ViewContent::Interval { value, low, high } => {
            let text = |row: &Vec<Cell>| style.interval(cell(row, value), cell(row, low), cell(row, high));
            let intervals = table.rows.iter().map(text).collect();
            (Content::Digits(intervals), Some(Content::Digits(values())), true)
        }
    };
    let label = escape(&column.label).into_owned();
    let content = match cells_of {
        Some(matrix) => Content::Digits(super::matrix::column(table, matrix, position, style)),
        None => content,
    };
    ShownColumn { label, content, brief, right, expendable: column.expendable }
}

fn cell(row: &[Cell], position: usize) -> &Cell {
    row.get(position).unwrap_or(&Cell::Missing)
}

/// Lengths of bars: a share as it is, anything else against the largest of its column.
fn lengths(table: &Table, position: usize) -> Vec<f64> {
    let values: Vec<(f64, bool)> = table.rows.iter().map(|row| length(cell(row, position))).collect();
    let largest = values.iter().filter(|(_, is_share)| !is_share).map(|(value, _)| *value).fold(0.0, f64::max);
    let scaled = |&(value, is_share): &(f64, bool)| {
        let length = if is_share || largest <= 0.0 { value } else { value / largest };
        length.clamp(0.0, 1.0)
    };
    values.iter().map(scaled).collect()
}

/// The number of a cell, and whether it is a share.
#[expect(clippy::cast_precision_loss, reason = "a bar has a few hundred steps")]
pub(super) fn length(cell: &Cell) -> (f64, bool) {
    let (value, is_share) = match cell {
        Cell::Share(share) => (*share, true),
        Cell::Count(count) => (*count as f64, false),
        Cell::Number(value) | Cell::Elapsed(value) => (*value, false),
        Cell::Money(amount) => (amount.to_f64(), false),
        _ => (0.0, true),
    };
    (if value.is_finite() { value } else { 0.0 }, is_share)
}

/// Draws a bar of at most `columns`, in eighths of a block; whatever is more than nothing shows.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "0 to 1")]
pub fn bar(length: f64, columns: usize) -> String {
    let eighths = (length.clamp(0.0, 1.0) * (columns * 8) as f64).round() as usize;
    let eighths = if length > 0.0 { eighths.max(1) } else { 0 };
    let mut bar: String = std::iter::repeat_n(BLOCK, eighths / 8).collect();
    if let Some(part) = (eighths % 8).checked_sub(1).and_then(|part| EIGHTHS.get(part)) {
        bar.push(*part);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::{Content, bar, show};
    use crate::document::{Cell, ColumnType, Table, View, ViewColumn, ViewContent};
    use crate::model::decimal::Decimal;
    use crate::render::words::ENGLISH;

    #[test]
    fn bars_grow_by_eighths() {
        assert_eq!(bar(0.0, 10), "");
        assert_eq!(bar(1.0, 4), "████");
        assert_eq!(bar(0.5, 5), "██▌");
        assert_eq!(bar(0.001, 5), "▏");
        assert_eq!(bar(7.0, 2), "██");
        assert_eq!(bar(f64::NAN, 2), "");
    }

    #[test]
    fn counts_are_drawn_against_the_largest_and_shares_as_they_are() {
        let mut table = Table::new("t", "", &[("n", ColumnType::Count), ("s", ColumnType::Share)]);
        table.rows = vec![vec![Cell::Count(40), Cell::Share(0.25)], vec![Cell::Count(10), Cell::Missing]];
        let column =
            |position| ViewColumn { label: "b".to_owned(), content: ViewContent::Bar(position), expendable: 0 };
        table.view = Some(View { columns: vec![column(0), column(1)], ..View::default() });
        let shown = show(&table, &ENGLISH, None);
        assert_eq!(shown.columns[0].content, Content::Bars(vec![1.0, 0.25]));
        assert_eq!(shown.columns[1].content, Content::Bars(vec![0.25, 0.0]));
    }

    #[test]
    fn without_a_view_every_column_stands() {
        let mut table = Table::new("t", "", &[("won_value", ColumnType::Money), ("na\x1bme", ColumnType::Text)]);
        table.rows = vec![
            vec![Cell::Money(Decimal::from_integer(5)), Cell::Text("\u{202e}".to_owned())],
            vec![Cell::Money(Decimal(10_i128.pow(17)))],
        ];
        let shown = show(&table, &ENGLISH, None);
        assert_eq!(shown.columns[0].label, "won value");
        assert_eq!(shown.columns[0].content, Content::Digits(vec!["5.00".to_owned(), "0.10".to_owned()]));
        assert_eq!(shown.columns[1].label, "na\\x1bme");
        assert_eq!(shown.columns[1].content, Content::Text(vec!["\\u{202e}".to_owned(), "-".to_owned()]));
    }

    #[test]
    fn marks_of_one_row_are_put_together_and_wild_rows_ignored() {
        let mut table = Table::new("t", "", &[("n", ColumnType::Count)]);
        table.rows = vec![vec![Cell::Count(1)]];
        let marks = vec![(0, "largest leak".to_owned()), (0, "immature".to_owned()), (9, "none".to_owned())];
        table.view = Some(View { marks, ..View::default() });
        let shown = show(&table, &ENGLISH, None);
        assert_eq!(shown.marks, [Some("largest leak, immature".to_owned())]);
    }
}
