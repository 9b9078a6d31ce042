//! The document for a terminal: headings, sentences, and tables that fit the width.
//!
//! Colour adds nothing that is not said in words. No line is wider than the width, none holds a control character
//! (but for the colours).

use super::escape::escape;
use super::layout::{ARROW, GAP, Layout, Marks, lay_out};
use super::machine::TimeUnit;
use super::sparkline;
use super::text::{shorten, width, wrap};
use super::view::{Content, Shown, ShownColumn, bar, show};
use super::words::Words;
use crate::document::{Document, Table};
use comfy_table::{CellAlignment, ContentArrangement, TableComponent, presets};

/// Below this many columns nothing can be laid out; lines are then as wide as this.
const NARROWEST: usize = 20;
/// A wider terminal is none.
const WIDEST: usize = 10_000;
/// Under the header of a table.
const RULE: char = '─';
/// Columns that may stand above the rows instead of beside them.
const MOST_HEADINGS: usize = 2;
/// So many rows are written whole where they are written one cell a line.
const FEW_ROWS: usize = 3;
const MOST_LABEL_LINES: usize = 3;
const BOLD: &str = "1";
const DIM: &str = "2";
const YELLOW: &str = "33";

/// How the terminal is written to.
#[derive(Debug, Clone, Copy)]
pub struct TerminalOptions {
    pub width: usize,
    pub color: bool,
    pub time_unit: Option<TimeUnit>,
    pub words: &'static Words,
}

/// Writes the whole document, or one table of it.
#[must_use]
pub fn render(document: &Document, only: Option<&Table>, options: TerminalOptions) -> Vec<u8> {
    let width = options.width.clamp(NARROWEST, WIDEST);
    let mut page = Page { out: String::new(), options: TerminalOptions { width, ..options } };
    match only {
        Some(table) => page.table(table, ""),
        None => page.document(document),
    }
    page.out.into_bytes()
}

struct Page {
    out: String,
    options: TerminalOptions,
}

impl Page {
    fn document(&mut self, document: &Document) {
        self.heading(&document.title);
        for section in &document.sections {
            let is_new = !section.title.is_empty() && section.title != document.title;
            if is_new {
                self.space();
                self.heading(&section.title);
            }
            if !is_new && !section.lines.is_empty() {
                self.space();
            }
            for line in &section.lines {
                self.prose(line, None);
            }
            for table in section.tables.iter().filter(|table| !table.machine_only) {
                self.space();
                let heading = if section.title.is_empty() { &document.title } else { &section.title };
                self.table(table, heading);
            }
        }
    }

    /// Writes a table under its title, unless the heading above says the same.
    fn table(&mut self, table: &Table, heading: &str) {
        if !table.title.is_empty() && table.title != heading {
            self.heading(&table.title);
        }
        let words = self.options.words;
        let mut shown = show(table, words, self.options.time_unit);
        let mut layout = lay_out(&shown, self.options.width);
        let mut headings = Vec::new();
        if layout.folded {
            // What the rows have in common stands above them, if that leaves room for the others.
            for count in 1..=MOST_HEADINGS {
                let Some((rest, above)) = shown.under_headings(count) else { break };
                let placed = lay_out(&rest, self.options.width);
                if !placed.folded {
                    (shown, layout, headings) = (rest, placed, above);
                    break;
                }
            }
        }
        if layout.folded {
            layout.left_out = self.folded(&shown);
        } else if !shown.columns.is_empty() {
            self.rows(&shown, &layout, &headings);
        }
        if shown.rows == 0 {
            self.prose(words.no_rows, Some(DIM));
        }
        if layout.marks == Marks::Legend && !layout.folded {
            for (row, mark) in shown.marks.iter().enumerate() {
                if let Some(mark) = mark {
                    let name = shorten(shown.row_name(row), self.options.width / 3);
                    self.prose(&format!("{ARROW} {name}: {mark}"), Some(YELLOW));
                }
            }
        }
        for line in sparkline::lines(table, words, self.options.time_unit, self.options.width) {
            self.painted(&line, None);
        }
        self.left_out(&shown, &layout);
        for line in &shown.caption {
            self.prose(line, Some(DIM));
        }
    }

    /// Says what the width did not allow; bars say nothing that the numbers do not.
    fn left_out(&mut self, shown: &Shown, layout: &Layout) {
        let columns = layout.left_out.iter().map(|&position| &shown.columns[position]);
        let mut labels: Vec<&str> = columns
            .filter(|column| !matches!(column.content, Content::Bars(_)))
            .map(|column| column.label.as_str())
            .collect();
        if layout.columns.iter().any(|placed| placed.is_brief) {
            labels.push(self.options.words.intervals);
        }
        if !labels.is_empty() {
            self.prose(&format!("{} {}", self.options.words.columns_left_out, labels.join(", ")), Some(DIM));
        }
    }

    /// Draws the columns side by side, and above each run of rows its heading.
    fn rows(&mut self, shown: &Shown, layout: &Layout, headings: &[Option<String>]) {
        let (mut header, header_lines) = header(shown, layout);
        if layout.marks != Marks::None {
            header.push(String::new());
        }
        let mut drawing = drawing();
        drawing.set_header(header);
        for row in 0..shown.rows {
            let mut cells: Vec<String> =
                layout.columns.iter().map(|placed| content(placed.content(shown), row, placed.width)).collect();
            match (layout.marks, &shown.marks[row]) {
                (Marks::None, _) => {}
                (_, None) => cells.push(String::new()),
                (Marks::Legend, Some(_)) => cells.push(ARROW.to_owned()),
                (Marks::Row, Some(mark)) => cells.push(format!("{ARROW} {mark}")),
            }
            drawing.add_row(cells);
        }
        let last = layout.columns.len() + usize::from(layout.marks != Marks::None) - 1;
        for at in 0..=last {
            if let Some(column) = drawing.column_mut(at) {
                let right = layout.columns.get(at).is_some_and(|placed| shown.columns[placed.position].right);
                column.set_cell_alignment(if right { CellAlignment::Right } else { CellAlignment::Left });
                column.set_padding((0, if at == last { 0 } else { u16::try_from(GAP).unwrap_or(2) }));
            }
        }
        for (at, line) in drawing.trim_fmt().lines().enumerate() {
            match at.checked_sub(header_lines) {
                None => self.painted(line, Some(BOLD)),
                Some(0) => self.painted(line, Some(DIM)),
                Some(row) => {
                    if let Some(Some(heading)) = headings.get(row - 1) {
                        self.painted(&shorten(heading, self.options.width), Some(BOLD));
                    }
                    self.row(line, row - 1, shown, layout.marks);
                }
            }
        }
    }

    /// Writes a row, its mark in colour.
    fn row(&mut self, line: &str, row: usize, shown: &Shown, marks: Marks) {
        let mark = match (marks, shown.marks.get(row)) {
            (Marks::Row, Some(Some(mark))) => format!("{ARROW} {mark}"),
            (Marks::Legend, Some(Some(_))) => ARROW.to_owned(),
            _ => String::new(),
        };
        match line.strip_suffix(mark.trim_end()) {
            Some(start) if self.options.color && !mark.is_empty() => {
                self.out.push_str(start);
                self.painted(mark.trim_end(), Some(YELLOW));
            }
            _ => self.painted(line, None),
        }
    }

    /// Writes one cell a line: `label  value`, rows apart; of many rows the columns that must stay only. Returns the
    /// positions of the others.
    fn folded(&mut self, shown: &Shown) -> Vec<usize> {
        let is_shown = |column: &ShownColumn| shown.rows <= FEW_ROWS || column.expendable == 0;
        let room = self.options.width;
        let labels = shown.columns.iter().map(|column| width(&column.label)).max().unwrap_or(0).min(room / 3);
        for row in 0..shown.rows {
            if row > 0 {
                self.out.push('\n');
            }
            for column in shown.columns.iter().filter(|column| is_shown(column)) {
                let label = shorten(&column.label, labels);
                let padding = " ".repeat(labels.saturating_sub(width(&label)) + GAP);
                let left = room - labels - GAP;
                let value = shorten(&content(&column.content, row, left), left);
                self.painted(format!("{label}{padding}{value}").trim_end(), None);
            }
            if let Some(mark) = &shown.marks[row] {
                self.prose(&format!("{ARROW} {mark}"), Some(YELLOW));
            }
        }
        let hidden = shown.columns.iter().enumerate().filter(|(_, column)| !is_shown(column));
        hidden.map(|(position, _)| position).collect()
    }

    fn heading(&mut self, title: &str) {
        if !title.is_empty() {
            self.prose(title, Some(BOLD));
        }
    }

    /// Leaves a line free between blocks.
    fn space(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn prose(&mut self, text: &str, style: Option<&str>) {
        for line in wrap(&escape(text), self.options.width) {
            self.painted(&line, style);
        }
    }

    /// Writes a line, in a style where colours are on.
    fn painted(&mut self, line: &str, style: Option<&str>) {
        match style.filter(|_| self.options.color && !line.is_empty()) {
            Some(style) => {
                for part in ["\x1b[", style, "m", line, "\x1b[0m"] {
                    self.out.push_str(part);
                }
            }
            None => self.out.push_str(line),
        }
        self.out.push('\n');
    }
}

/// A table without borders, with a rule under its header.
fn drawing() -> comfy_table::Table {
    let mut drawing = comfy_table::Table::new();
    drawing.load_preset(presets::NOTHING);
    drawing.set_style(TableComponent::HeaderLines, RULE);
    drawing.set_content_arrangement(ContentArrangement::Disabled);
    drawing
}

/// Returns the labels, the last line of each at the bottom, and how many lines they take.
fn header(shown: &Shown, layout: &Layout) -> (Vec<String>, usize) {
    let labels: Vec<Vec<String>> =
        layout.columns.iter().map(|placed| label_lines(&shown.columns[placed.position].label, placed.width)).collect();
    let height = labels.iter().map(Vec::len).max().unwrap_or(1);
    let bottom = |lines: Vec<String>| "\n".repeat(height - lines.len()) + &lines.join("\n");
    (labels.into_iter().map(bottom).collect(), height)
}

/// Breaks a label into lines; the names of a user's columns may be of any length.
fn label_lines(label: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = wrap(label, columns).iter().map(|line| shorten(line, columns)).collect();
    if lines.len() > MOST_LABEL_LINES {
        let rest = lines.split_off(MOST_LABEL_LINES - 1).join(" ");
        lines.push(shorten(&rest, columns));
    }
    lines
}

/// Writes a cell; only text is held to the width, since a number that was cut would be another number.
fn content(content: &Content, row: usize, columns: usize) -> String {
    match content {
        Content::Text(cells) => cells.get(row).map(|cell| shorten(cell, columns)).unwrap_or_default(),
        Content::Digits(cells) => cells.get(row).cloned().unwrap_or_default(),
        Content::Bars(lengths) => lengths.get(row).map(|&length| bar(length, columns)).unwrap_or_default(),
    }
}
