//! Where the result goes, and what is checked and recorded of a run.

use crate::args::choices::{Color, CsvDialect, CsvFormulas, ErrorFormat, Format, Locale, TimeUnit};
use crate::args::values::condition::{Condition, Limit, Place};
use std::path::PathBuf;

/// Where the result goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Stdout,
    File(PathBuf),
    /// One file per table.
    Directory(PathBuf),
}

/// What a key figure should be.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalSetting {
    pub place: Place,
    pub limit: Limit,
}

/// Checks, records and the lock of a run that nobody watches.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunSettings {
    pub fail_if: Vec<Condition>,
    pub fail_on_goal: bool,
    pub record: Option<PathBuf>,
    pub append: Option<PathBuf>,
    pub lock: Option<PathBuf>,
    /// `[goals]` of `funnel.toml`.
    pub goals: Vec<GoalSetting>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct OutputSettings {
    pub format: Format,
    pub target: Target,
    pub table: Option<String>,
    /// `None`: seconds in machine formats, the fitting unit for people.
    pub time_unit: Option<TimeUnit>,
    pub locale: Locale,
    pub csv_dialect: CsvDialect,
    pub csv_formulas: CsvFormulas,
    pub quiet: bool,
    pub no_progress: bool,
    /// `NO_COLOR` is accounted for.
    pub color: Color,
    pub error_format: ErrorFormat,
    pub run: RunSettings,
}
