//! Turns a [`Document`] into bytes: one pure function per format, and the sink that puts the bytes in their place.
//!
//! Sees the document, the model and the error type; neither the clock, nor the environment, nor the terminal.

mod atomic;
mod csv;
mod escape;
mod formula;
mod html;
mod human;
mod json;
mod layout;
mod locale;
pub mod lock;
mod machine;
mod markdown;
mod matrix;
mod ndjson;
pub mod parquet;
mod points;
pub mod rows;
pub mod sink;
mod sparkline;
mod terminal;
#[cfg(test)]
mod tests;
mod text;
mod view;
mod words;
mod xlsx;

pub use atomic::{Stopped, abandon};
pub use csv::{CsvDialect, CsvFormulas};
pub use escape::{escape, push_json_string};
pub use formula::{needs_escape, unescape};
pub use locale::Locale;
pub use machine::{TimeUnit, figure, instant};
pub use sink::{Outcome, Output};
pub use words::Words;

use crate::document::{Document, Note, Table};
use crate::error::{Error, Result};
use csv::CsvOptions;
use html::{is_sources, setting_text, settings, when};

use std::borrow::Cow;
use std::path::Path;
use terminal::TerminalOptions;

/// Columns of a line where the width is not known.
pub const DEFAULT_WIDTH: usize = 100;

/// An output format.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Table,
    Csv,
    Json,
    Ndjson,
    Markdown,
    Html,
    Xlsx,
    Parquet,
}

impl Format {
    pub const ALL: [Self; 8] =
        [Self::Table, Self::Csv, Self::Json, Self::Ndjson, Self::Markdown, Self::Html, Self::Xlsx, Self::Parquet];

    /// The word of `--format`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }

    /// How the names of files of this format end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Table => "txt",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ndjson => "ndjson",
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Xlsx => "xlsx",
            Self::Parquet => "parquet",
        }
    }

    /// Returns the format that a file's extension stands for.
    #[must_use]
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Table),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "ndjson" | "jsonl" => Some(Self::Ndjson),
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            "xlsx" => Some(Self::Xlsx),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// Tells whether a file of this format holds one table only.
    #[must_use]
    pub const fn holds_one_table(self) -> bool {
        matches!(self, Self::Csv | Self::Ndjson | Self::Parquet)
    }

    /// Tells whether the format is for people, who read it in their language.
    #[must_use]
    pub const fn is_for_people(self) -> bool {
        matches!(self, Self::Table | Self::Markdown | Self::Html | Self::Xlsx)
    }

    /// Tells whether the format has a place of its own for notes, so that no section need repeat them.
    #[must_use]
    pub const fn shows_notes(self) -> bool {
        matches!(self, Self::Html | Self::Xlsx)
    }
}

/// How a document is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RenderOptions {
    pub format: Format,
    /// Columns of the terminal; [`DEFAULT_WIDTH`] where unknown.
    pub width: Option<usize>,
    pub color: bool,
    /// Writes only this table (`steps`, or `conversion.steps`).
    pub table: Option<String>,
    /// Of elapsed values; seconds for machines and a fitting unit for people where not given.
    pub time_unit: Option<TimeUnit>,
    pub csv_formulas: CsvFormulas,
    pub csv_dialect: CsvDialect,
    pub locale: Locale,
}

/// Bytes, and what the reader should be told on stderr.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    pub bytes: Vec<u8>,
    pub notes: Vec<Note>,
}

/// Bytes in their place; without a path on standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub path: Option<String>,
    pub bytes: Vec<u8>,
}

/// One file of `-o DIR/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Writes a document in the format asked for.
///
/// # Errors
/// Usage where the table asked for does not exist; data where a formula is refused.
pub fn render(document: &Document, options: &RenderOptions) -> Result<Rendered> {
    let document = &*spoken(document, options);
    let picked = options.table.as_deref().map(|name| pick(document, name)).transpose()?;
    if !options.format.holds_one_table() {
        let tables: Vec<&Table> = picked.map_or_else(|| document.tables().collect(), |table| vec![table]);
        let notes = if options.format == Format::Xlsx { xlsx::cut(&tables) } else { Vec::new() };
        return Ok(Rendered { bytes: render_tables(document, picked, options)?, notes });
    }
    let Some(table) = picked.or_else(|| document.tables().next()) else {
        let message = format!("this result has no table to write as {}", options.format.name());
        return Err(Error::usage(message).with_hint("--format json writes all there is"));
    };
    let others: Vec<&str> =
        document.tables().map(|other| other.name.as_str()).filter(|name| *name != table.name).collect();
    let mut notes = Vec::new();
    if picked.is_none() && !others.is_empty() {
        let text = format!("wrote table {}; --table picks another: {}", table.name, others.join(", "));
        notes.push(Note::note("other_tables", text));
    }
    Ok(Rendered { bytes: render_tables(document, Some(table), options)?, notes })
}

/// Writes each table of a document (or the one asked for) as a file of its own, `COMMAND.TABLE.EXTENSION`.
///
/// # Errors
/// As [`render`].
pub fn render_files(document: &Document, options: &RenderOptions) -> Result<Vec<RenderedFile>> {
    let document = &*spoken(document, options);
    let picked = options.table.as_deref().map(|name| pick(document, name)).transpose()?;
    let tables = document.tables().filter(|table| picked.is_none_or(|picked| std::ptr::eq(picked, *table)));
    tables
        .map(|table| {
            let name = format!("{}.{}", file_stem(&table.name), options.format.extension());
            Ok(RenderedFile { name, bytes: render_tables(document, Some(table), options)? })
        })
        .collect()
}

/// The document in the language asked for, where people read it.
fn spoken<'a>(document: &'a Document, options: &RenderOptions) -> Cow<'a, Document> {
    let locale = if options.format.is_for_people() { options.locale } else { Locale::En };
    locale::translated(document, locale)
}

fn render_tables(document: &Document, only: Option<&Table>, options: &RenderOptions) -> Result<Vec<u8>> {
    let unit = options.time_unit.unwrap_or_default();
    let words = locale::words(options.locale);
    Ok(match (options.format, only) {
        (Format::Csv, Some(table)) => {
            let (formulas, dialect) = (options.csv_formulas, options.csv_dialect);
            csv::render(table, CsvOptions { formulas, dialect, time_unit: unit })?
        }
        (Format::Ndjson, Some(table)) => ndjson::render(table, unit),
        (Format::Parquet, Some(table)) => parquet::render(table, unit)?,
        (Format::Csv | Format::Ndjson | Format::Parquet, None) => Vec::new(),
        (Format::Json, _) => {
            let tables = only.map_or_else(|| document.tables().collect(), |table| vec![table]);
            json::render(document, &tables, unit)
        }
        (Format::Html, _) => html::render(document, only, options.locale, options.time_unit),
        (Format::Xlsx, _) => {
            let tables: Vec<&Table> = only.map_or_else(|| document.tables().collect(), |table| vec![table]);
            xlsx::render(document, &tables, options.locale, options.time_unit)?
        }
        (Format::Markdown, _) => markdown::render(document, only, words, options.time_unit),
        (Format::Table, _) => {
            let (width, color) = (options.width.unwrap_or(DEFAULT_WIDTH), options.color);
            terminal::render(document, only, TerminalOptions { width, color, time_unit: options.time_unit, words })
        }
    })
}

/// Finds a table by its name, or by `COMMAND.TABLE`.
fn pick<'a>(document: &'a Document, name: &str) -> Result<&'a Table> {
    let found = document.tables().find(|table| table.name == name || qualified(document, table) == name);
    found.ok_or_else(|| {
        let names: Vec<&str> = document.tables().map(|table| table.name.as_str()).collect();
        let nearest = nearest(name, &names).map(|nearest| format!("did you mean {nearest}? ")).unwrap_or_default();
        Error::usage(format!("there is no table {name}")).with_hint(format!("{nearest}tables: {}", names.join(", ")))
    })
}

/// Returns the name that was most likely meant, if any is near.
fn nearest<'a>(name: &str, names: &[&'a str]) -> Option<&'a str> {
    let last_part = |full: &'a str| full.rsplit_once('.').map_or(full, |(_, last)| last);
    let distance = |candidate: &'a str| {
        let whole = strsim::damerau_levenshtein(name, candidate);
        whole.min(strsim::damerau_levenshtein(name, last_part(candidate)))
    };
    let near = names.iter().map(|candidate| (distance(candidate), *candidate)).min_by_key(|(distance, _)| *distance);
    near.filter(|(distance, _)| *distance <= 2.max(name.chars().count() / 3)).map(|(_, candidate)| candidate)
}

/// Returns `COMMAND.TABLE`; the tables of `report` are named so already.
fn qualified(document: &Document, table: &Table) -> String {
    if table.name.contains('.') || document.command.is_empty() {
        return table.name.clone();
    }
    format!("{}.{}", document.command, table.name)
}

/// Leaves nothing in a file name that could lead elsewhere.
fn file_stem(name: &str) -> String {
    let safe = |character: char| if character.is_alphanumeric() || "._-".contains(character) { character } else { '_' };
    let stem: String = name.chars().map(safe).collect();
    stem.trim_start_matches('.').to_owned()
}
