//! `funnel init`.

use super::choices::ErrorFormat;
use super::filters::ZoneArgs;
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, MoreSourceArgs, SourceArgs};
use clap::Args;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  funnel init exports/*.csv
  funnel init --deals deals.xlsx --spend ads.csv --timezone Europe/Paris
  funnel init leads.csv --date-order dmy -o clients/acme/funnel.toml
  funnel init events.ndjson -o -";

/// A commented funnel.toml, from the exports it is shown
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct InitArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub more_sources: MoreSourceArgs,
    #[command(flatten)]
    pub time: ZoneArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,

    /// The file to write; `-` prints it
    ///
    /// Default: funnel.toml in the working directory.
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub output: Option<PathBuf>,

    /// Write over a file that is there
    #[arg(long, help_heading = "Output")]
    pub force: bool,

    /// Say nothing but errors
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,

    /// How errors and notes are written: text or json
    #[arg(long, value_name = "FORMAT", help_heading = "Output")]
    pub error_format: Option<ErrorFormat>,

    /// A configuration is no result that has formats.
    #[arg(skip)]
    pub no_format: OutputArgs,
}
