//! The shape of `funnel.toml`, as people write it. Nothing is decided here.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::{Spanned, Value};

/// A table whose keys are checked by name and whose values are parsed like flags.
pub type Table = BTreeMap<Spanned<String>, Spanned<Value>>;

/// Keys of `[funnel]`.
pub const FUNNEL_KEYS: [&str; 6] = ["name", "timezone", "week_start", "currency", "as_of", "locale"];

/// Keys of `reading` of a source.
pub const READING_KEYS: [&str; 14] = [
    "delimiter",
    "quote",
    "escape",
    "encoding",
    "decimal",
    "thousands",
    "time_format",
    "date_order",
    "timezone",
    "skip_lines",
    "sheet",
    "comment",
    "no_header",
    "null",
];

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(expecting = "a table", deny_unknown_fields, default)]
pub struct Root {
    pub funnel: Table,
    pub sources: BTreeMap<Spanned<String>, SourceTable>,
    pub lookups: BTreeMap<Spanned<String>, LookupTable>,
    pub steps: Vec<Spanned<StepTable>>,
    pub exclusions: Vec<Spanned<ExclusionTable>>,
    pub goals: Table,
    pub conversion: Table,
    pub cycle: Table,
    pub pipeline: Table,
    pub leads: Table,
    pub cost: Table,
    pub attribution: Table,
    pub cohort: Table,
    pub churn: Table,
    pub lifecycle: Table,
    pub value: Table,
    pub paths: Table,
    pub check: Table,
    pub report: Table,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(expecting = "a table", deny_unknown_fields, default)]
pub struct SourceTable {
    pub kind: Option<Spanned<String>>,
    pub preset: Option<Spanned<String>>,
    pub files: Option<Spanned<Value>>,
    pub event_name: Option<Spanned<String>>,
    pub link: Option<Spanned<String>>,
    #[serde(rename = "as")]
    pub read_as: Option<Spanned<String>>,
    pub columns: BTreeMap<Spanned<String>, Spanned<String>>,
    pub reading: Table,
    pub stage_dates: BTreeMap<Spanned<String>, Spanned<String>>,
    pub won: Option<Spanned<Value>>,
    pub lost: Option<Spanned<Value>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(expecting = "a table", deny_unknown_fields)]
pub struct LookupTable {
    pub file: Spanned<String>,
    pub key: Spanned<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(expecting = "a table", deny_unknown_fields, default)]
pub struct StepTable {
    pub name: Option<String>,
    pub event: Option<Spanned<Value>>,
    #[serde(rename = "where")]
    pub condition: Option<String>,
    pub goal: Option<Spanned<GoalTable>>,
    pub optional: Option<Spanned<bool>>,
    pub within: Option<Spanned<String>>,
    pub directly: Option<Spanned<bool>>,
    pub first: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(expecting = "a table", deny_unknown_fields, default)]
pub struct GoalTable {
    pub from_previous: Option<f64>,
    pub from_first: Option<f64>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(expecting = "a table", deny_unknown_fields, default)]
pub struct ExclusionTable {
    pub event: Option<Spanned<Value>>,
    #[serde(rename = "where")]
    pub condition: Option<String>,
    pub from: Option<u32>,
    pub to: Option<u32>,
}

/// A `funnel.toml` that was read, with what is needed to name its lines.
#[derive(Debug, Clone)]
pub struct ConfigFile {
    /// The path as it is shown.
    pub path: PathBuf,
    pub root: Root,
    /// Byte offsets at which lines start.
    line_starts: Vec<usize>,
}

impl ConfigFile {
    #[must_use]
    pub fn new(path: PathBuf, text: &str, root: Root) -> Self {
        Self { path, root, line_starts: line_starts(text) }
    }

    /// Returns the line of a byte offset, from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> u64 {
        line_of(&self.line_starts, offset)
    }

    /// Returns the folder that its paths are relative to.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.path.parent().unwrap_or_else(|| Path::new(""))
    }

    /// Returns the table of a command, or `[funnel]`.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        match name {
            "funnel" => Some(&self.root.funnel),
            "conversion" => Some(&self.root.conversion),
            "cycle" => Some(&self.root.cycle),
            "pipeline" => Some(&self.root.pipeline),
            "leads" => Some(&self.root.leads),
            "cost" => Some(&self.root.cost),
            "attribution" => Some(&self.root.attribution),
            "cohort" => Some(&self.root.cohort),
            "lifecycle" => Some(&self.root.lifecycle),
            "value" => Some(&self.root.value),
            "paths" => Some(&self.root.paths),
            "check" => Some(&self.root.check),
            "churn" => Some(&self.root.churn),
            "report" => Some(&self.root.report),
            _ => None,
        }
    }
}

/// Finds a key in a table, written with `_` or `-`.
#[must_use]
pub fn entry<'a>(table: &'a Table, flag: &str) -> Option<(&'a Spanned<String>, &'a Spanned<Value>)> {
    table.iter().find(|(key, _)| same_key(key.get_ref(), flag))
}

/// Tells whether a key names a flag.
#[must_use]
pub fn same_key(key: &str, flag: &str) -> bool {
    key.len() == flag.len() && key.replace('_', "-") == flag.replace('_', "-")
}

/// Returns the byte offsets at which lines start.
#[must_use]
pub fn line_starts(text: &str) -> Vec<usize> {
    let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(offset, _)| offset + 1);
    std::iter::once(0).chain(breaks).collect()
}

/// Returns the line of a byte offset, from 1.
#[must_use]
pub fn line_of(line_starts: &[usize], offset: usize) -> u64 {
    line_starts.partition_point(|start| *start <= offset).max(1) as u64
}
