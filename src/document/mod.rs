//! What is shown, not how: typed cells in tables, with the settings, sources and notes that belong to them.
//!
//! Reports build a [`Document`]; the renderers turn it into bytes and see nothing else.

mod chart;

pub use chart::{Chart, Measure};

use crate::model::decimal::Decimal;
use crate::model::time::Micros;
use chrono::NaiveDate;

/// One value of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// No value: written as null, an empty CSV cell, or a dash for people.
    Missing,
    /// Kept back, since too few units stand behind it: as [`Cell::Missing`] for machines.
    Hidden,
    Count(u64),
    /// A fraction (0.25 is 25 %).
    Share(f64),
    Number(f64),
    Money(Decimal),
    /// Seconds.
    Elapsed(f64),
    Instant(Micros),
    Date(NaiveDate),
    Text(String),
    Flag(bool),
}

/// The type of a column, as named in the JSON output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    Count,
    Share,
    Number,
    Money,
    Elapsed,
    Time,
    Date,
    Text,
    Flag,
}

impl ColumnType {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Share => "share",
            Self::Number => "number",
            Self::Money => "money",
            Self::Elapsed => "elapsed",
            Self::Time => "time",
            Self::Date => "date",
            Self::Text => "text",
            Self::Flag => "flag",
        }
    }
}

/// A column of a table: the name is the JSON key and the CSV header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: ColumnType,
}

/// One column as people see it (terminal, Markdown, later HTML).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewColumn {
    pub label: String,
    pub content: ViewContent,
    /// Where the width is short, columns with the highest number go first; 0 always stays.
    pub expendable: u8,
}

/// What stands in a view column; the numbers are column positions of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViewContent {
    Value(usize),
    /// A rate with its interval: `45.1 % (43.9-46.2)`.
    Interval {
        value: usize,
        low: usize,
        high: usize,
    },
    /// A bar as long as the share (or the count against the largest count) in that column.
    Bar(usize),
}

/// How people see a table: fewer columns, labels in words, bars and marks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    pub columns: Vec<ViewColumn>,
    /// Rows that deserve the eye, with the words that say why ("largest leak").
    pub marks: Vec<(usize, String)>,
    /// Lines under the table: settings and populations.
    pub caption: Vec<String>,
}

/// A small, typed, sorted table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    pub name: String,
    pub title: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Cell>>,
    /// How people see it; without one every column is shown.
    pub view: Option<View>,
    /// A picture of it, where the format draws any.
    pub chart: Option<Chart>,
    /// Left out where people read all tables: they find its content in another one.
    pub machine_only: bool,
    /// Present where the table is a matrix for people; machines find its content in another table.
    pub matrix: Option<Matrix>,
}

/// How the cells of a matrix are marked: the columns from `first` on hold its cells, one column per age.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    pub first: usize,
    /// Cells are shaded against the largest one in the columns from here on.
    pub scale: usize,
    /// Row and column of the cells that may still change.
    pub partial: Vec<(usize, usize)>,
}

impl Table {
    #[must_use]
    pub fn new(name: &str, title: &str, columns: &[(&str, ColumnType)]) -> Self {
        let columns = columns.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }).collect();
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            columns,
            rows: Vec::new(),
            view: None,
            chart: None,
            machine_only: false,
            matrix: None,
        }
    }

    /// Returns the position of a column.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

/// A part of a report: tables under one heading, with sentences that follow from them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Section {
    pub title: String,
    /// Sentences for people; left out of machine formats.
    pub lines: Vec<String>,
    pub tables: Vec<Table>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteLevel {
    Note,
    Warning,
}

impl NoteLevel {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
        }
    }
}

/// Something a reader must know to read the numbers right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub level: NoteLevel,
    /// A stable word for machines.
    pub code: String,
    pub text: String,
}

impl Note {
    #[must_use]
    #[expect(clippy::self_named_constructors, reason = "beside `warning`, which names a level too")]
    pub fn note(code: &str, text: impl Into<String>) -> Self {
        Self { level: NoteLevel::Note, code: code.to_owned(), text: text.into() }
    }

    #[must_use]
    pub fn warning(code: &str, text: impl Into<String>) -> Self {
        Self { level: NoteLevel::Warning, code: code.to_owned(), text: text.into() }
    }
}

/// How the records of one file were accounted for: `records = loaded + rejected + blank + skipped`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileAccount {
    pub path: String,
    pub records: u64,
    pub loaded: u64,
    pub rejected: u64,
    pub blank: u64,
    pub skipped: u64,
}

/// A source as it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceAccount {
    pub name: String,
    pub kind: String,
    /// The vendor's preset by which it was read.
    pub preset: Option<String>,
    /// Role and column, in the order of the roles.
    pub columns: Vec<(String, String)>,
    pub files: Vec<FileAccount>,
}

/// A setting in force, as a JSON value keeps its type.
pub type Setting = (String, serde_json::Value);

/// Everything one run has to say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    pub command: String,
    /// Heading for people.
    pub title: String,
    pub as_of: Option<Micros>,
    pub settings: Vec<Setting>,
    pub sources: Vec<SourceAccount>,
    pub sections: Vec<Section>,
    pub notes: Vec<Note>,
}

impl Document {
    /// All tables in the order of the sections, but for the matrices: these are for people.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.sections.iter().flat_map(|section| section.tables.iter()).filter(|table| table.matrix.is_none())
    }
}
