//! What is read, and how it is written.

use crate::args::choices::DateOrder;
use crate::args::values::number::RejectLimit;
use crate::args::values::text::{Quote, TimeFormat};
use crate::model::kind::{Kind, Role};
use crate::model::presets::PresetChoice;
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One file of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputPath {
    Stdin,
    Path(PathBuf),
}

/// How the files of a source are written; `None` is left to the reader to find out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub delimiter: Option<String>,
    pub quote: Option<Quote>,
    /// An ASCII character.
    pub escape: Option<u8>,
    /// Canonical name in lower case, as the WHATWG standard has it.
    pub encoding: Option<String>,
    pub decimal: Option<char>,
    pub thousands: Option<char>,
    pub time_format: Option<TimeFormat>,
    pub date_order: Option<DateOrder>,
    /// Of times that are written without a zone.
    pub timezone: Tz,
    /// Whether that zone was said, and not taken from the report.
    pub timezone_given: bool,
    pub skip_lines: u64,
    /// Of a workbook; without it the first one with data.
    pub sheet: Option<String>,
    pub comment: Option<String>,
    /// Names of the columns of a file without a header.
    pub no_header: Option<Vec<String>>,
    /// Words that stand for no value, besides the usual ones.
    pub null_words: Vec<String>,
}

/// One source: files of one kind, put together by column name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceSettings {
    /// The name in `funnel.toml`; `None` for files of the command line, which are named after their kind.
    pub name: Option<String>,
    /// `None`: it follows from the columns.
    pub kind: Option<Kind>,
    /// `None`: it is recognised by the columns.
    pub preset: Option<PresetChoice>,
    pub files: Vec<InputPath>,
    /// Columns that were named; the others are recognised.
    pub columns: BTreeMap<Role, String>,
    /// Stage and column, in the given order.
    pub stage_dates: Vec<(String, String)>,
    /// Every row is this event.
    pub event_name: Option<String>,
    /// This column is the unit's id, to join sources that name people differently.
    pub link: Option<String>,
    /// The rows of another kind are read as events.
    pub as_events: bool,
    pub reading: Reading,
    /// Words that mean won; empty stands for the usual ones.
    pub won: Vec<String>,
    /// Words that mean lost; empty stands for the usual ones.
    pub lost: Vec<String>,
}

/// Attributes from another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupSettings {
    pub name: String,
    pub file: PathBuf,
    pub key: String,
}

/// What happens to records, whatever their source.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadingSettings {
    pub max_rejects: RejectLimit,
    /// Where rejects are written.
    pub rejects: Option<PathBuf>,
    pub dedupe: bool,
    pub fail_if_empty: bool,
    pub show_values: bool,
}

impl InputPath {
    /// Returns the path, unless it is standard input.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Stdin => None,
            Self::Path(path) => Some(path),
        }
    }
}
