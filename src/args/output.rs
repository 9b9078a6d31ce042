//! Where results go and how they look.

use super::choices::{Color, CsvDialect, CsvFormulas, ErrorFormat, Format, Locale, TimeUnit};
use super::run::RunArgs;
use super::values;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Output")]
pub struct OutputArgs {
    /// Format of the result
    ///
    /// Default: by the extension of --output, else table.
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// Write to a file, or one file per table to a directory (DIR/)
    ///
    /// Default: standard output.
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// The table that CSV and NDJSON carry
    ///
    /// Default: the command's first table; a note lists the others.
    #[arg(long, value_name = "NAME", value_parser = values::text::name)]
    pub table: Option<String>,

    /// Unit of durations
    ///
    /// Default: s in machine formats, the fitting one for people.
    #[arg(long, value_name = "UNIT")]
    pub time_unit: Option<TimeUnit>,

    /// Language of labels and numbers for people
    ///
    /// Default: en.
    #[arg(long, value_name = "LANGUAGE")]
    pub locale: Option<Locale>,

    /// Way of writing CSV
    ///
    /// Default: plain.
    #[arg(long, value_name = "DIALECT")]
    pub csv_dialect: Option<CsvDialect>,

    /// What happens to text that a spreadsheet would run as a formula
    ///
    /// Default: escape.
    #[arg(long, value_name = "RULE")]
    pub csv_formulas: Option<CsvFormulas>,

    /// No notes and no progress; errors only
    #[arg(short, long)]
    pub quiet: bool,

    /// No progress
    #[arg(long)]
    pub no_progress: bool,

    /// Colours
    ///
    /// Default: auto, that is on a terminal where `NO_COLOR` is not set.
    #[arg(long, value_name = "WHEN")]
    pub color: Option<Color>,

    /// How errors are written to standard error
    ///
    /// Default: text.
    #[arg(long, value_name = "FORMAT")]
    pub error_format: Option<ErrorFormat>,

    #[command(flatten)]
    pub run: RunArgs,
}
