//! `funnel check`.

use super::filters::ZoneArgs;
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, MoreSourceArgs, SourceArgs};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  funnel check events.csv
  funnel check exports/*.csv --kind deals --rejects rejects.csv
  funnel check --deals deals.csv --delimiter ';' --decimal ,
  funnel check --orders orders.csv --strict --format json";

/// What was loaded, rejected and why; what looks odd in the data
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct CheckArgs {
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
    #[command(flatten)]
    pub output: OutputArgs,
}
