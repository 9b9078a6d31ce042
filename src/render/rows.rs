//! Rows of plain text, written as they come: what `convert` makes of exports. Each format is a [`RowWriter`].

use super::CsvFormulas;
use super::escape::push_json_string;
use super::formula::needs_escape;
use std::io::{self, Write};

/// A part of a table whose cells are all text.
pub trait TextRows {
    fn rows(&self) -> usize;
    fn columns(&self) -> usize;
    /// The cell as it was; `None` where the record has none.
    fn cell(&self, row: usize, column: usize) -> Option<&str>;
}

/// Takes a table part by part: the header once, then its rows in their order, then the end.
pub trait RowWriter {
    /// # Errors
    /// A failed write.
    fn header(&mut self, names: &[String]) -> io::Result<()>;

    /// # Errors
    /// A failed write; a cell that must not be written.
    fn rows(&mut self, rows: &dyn TextRows) -> io::Result<()>;

    /// Writes what comes after the last row.
    ///
    /// # Errors
    /// A failed write.
    fn finish(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The message of a cell that `refuse` stops at.
pub const FORMULA: &str = "a cell would be run as a formula by a spreadsheet";

/// CSV as RFC 4180 has it, with line feeds: UTF-8, commas, quotes only where they are needed.
pub struct CsvRows<'w> {
    writer: &'w mut dyn Write,
    formulas: CsvFormulas,
    line: Vec<u8>,
}

impl<'w> CsvRows<'w> {
    #[must_use]
    pub fn new(writer: &'w mut dyn Write, formulas: CsvFormulas) -> Self {
        Self { writer, formulas, line: Vec::new() }
    }

    fn push(&mut self, text: &str, quoted: bool) -> io::Result<()> {
        let is_formula = self.formulas != CsvFormulas::Keep && needs_escape(text);
        if is_formula && self.formulas == CsvFormulas::Refuse {
            return Err(io::Error::new(io::ErrorKind::InvalidData, FORMULA));
        }
        let quoted = quoted || text.contains([',', '"', '\n', '\r']);
        if quoted {
            self.line.push(b'"');
        }
        if is_formula {
            self.line.push(b'\'');
        }
        let mut rest = text;
        while let Some(quote) = rest.find('"') {
            self.line.extend_from_slice(&rest.as_bytes()[..=quote]);
            self.line.push(b'"');
            rest = &rest[quote + 1..];
        }
        self.line.extend_from_slice(rest.as_bytes());
        if quoted {
            self.line.push(b'"');
        }
        Ok(())
    }

    fn end(&mut self) -> io::Result<()> {
        self.line.push(b'\n');
        self.writer.write_all(&self.line)?;
        self.line.clear();
        Ok(())
    }
}

impl RowWriter for CsvRows<'_> {
    fn header(&mut self, names: &[String]) -> io::Result<()> {
        for (position, name) in names.iter().enumerate() {
            if position > 0 {
                self.line.push(b',');
            }
            // What readers take for a delimiter or a comment must not look like one.
            let doubtful = name.contains([';', '\t', '|', '\x1f']) || name.starts_with('#') || names == [""];
            self.push(name, doubtful)?;
        }
        self.end()
    }

    fn rows(&mut self, rows: &dyn TextRows) -> io::Result<()> {
        for row in 0..rows.rows() {
            for column in 0..rows.columns() {
                if column > 0 {
                    self.line.push(b',');
                }
                let cell = rows.cell(row, column).unwrap_or_default();
                // A line without anything is no record to most readers.
                self.push(cell, cell.is_empty() && rows.columns() == 1)?;
            }
            self.end()?;
        }
        Ok(())
    }
}

/// An object a line; all values are strings, or null where the record has no cell.
pub struct NdjsonRows<'w> {
    writer: &'w mut dyn Write,
    /// Each column's name as the beginning of its member.
    keys: Vec<String>,
    line: String,
}

impl<'w> NdjsonRows<'w> {
    #[must_use]
    pub fn new(writer: &'w mut dyn Write) -> Self {
        Self { writer, keys: Vec::new(), line: String::new() }
    }
}

impl RowWriter for NdjsonRows<'_> {
    fn header(&mut self, names: &[String]) -> io::Result<()> {
        let key = |(position, name): (usize, &String)| {
            let mut key = String::from(if position == 0 { "{" } else { "," });
            push_json_string(&mut key, name);
            key.push(':');
            key
        };
        self.keys = names.iter().enumerate().map(key).collect();
        Ok(())
    }

    fn rows(&mut self, rows: &dyn TextRows) -> io::Result<()> {
        for row in 0..rows.rows() {
            self.line.clear();
            for (column, key) in self.keys.iter().enumerate() {
                self.line.push_str(key);
                match rows.cell(row, column) {
                    Some(text) => push_json_string(&mut self.line, text),
                    None => self.line.push_str("null"),
                }
            }
            self.line.push_str("}\n");
            self.writer.write_all(self.line.as_bytes())?;
        }
        Ok(())
    }
}
