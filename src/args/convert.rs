//! `funnel convert`.

use super::choices::{CsvFormulas, ErrorFormat};
use super::filters::ZoneArgs;
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, SourceArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  funnel convert export.xlsx -o export.csv
  funnel convert 'exports/*.csv' -o all.parquet --rejects rejects.csv
  funnel convert crm.csv --encoding windows-1252 --delimiter ';' > clean.csv
  zcat log.ndjson.gz | funnel convert - --format csv";

/// Any export as clean CSV, Parquet or NDJSON: all columns, text kept as it was
///
/// UTF-8, commas, quotes only where they are needed. Cells are neither trimmed nor read as times or amounts; records that
/// are damaged are rejects, those without any content are left out. In Parquet every column is text. Several files are put together by column name.
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct ConvertArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,

    /// The file to write
    ///
    /// Default: standard output.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,

    /// Format of the result
    ///
    /// Default: by the extension of --output, else csv.
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub format: Option<RowFormat>,

    /// What happens to text that a spreadsheet would run as a formula
    ///
    /// Default: keep, since a conversion changes no text.
    #[arg(long, value_name = "RULE", help_heading = "Output")]
    pub csv_formulas: Option<CsvFormulas>,

    /// No notes and no progress; errors only
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,

    /// No progress
    #[arg(long, help_heading = "Output")]
    pub no_progress: bool,

    /// How errors and notes are written: text or json
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub error_format: Option<ErrorFormat>,

    /// No column has a role.
    #[arg(skip)]
    pub no_columns: ColumnArgs,

    /// No time is read.
    #[arg(skip)]
    pub no_zone: ZoneArgs,

    /// Records are no tables of a report.
    #[arg(skip)]
    pub no_format: OutputArgs,
}

/// A format of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RowFormat {
    Csv,
    Ndjson,
    Parquet,
}
