//! `funnel conversion`.

use super::filters::{BreakdownArgs, FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, SourceArgs};
use super::steps::StepArgs;
use super::values::{size, text};
use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  funnel conversion events.csv --steps 'visit,signup|register,purchase'
  funnel conversion events.csv --steps visit,purchase --window 7d --by channel --drivers device
  funnel conversion --deals deals.csv --every quarter --timezone Europe/Paris
  funnel conversion events.csv --step \"Visit: event = 'visit'\" --step \"Big: value > 100\"
  zcat events.csv.gz | funnel conversion - --steps visit,purchase --format json";

/// How many reach each step, where they drop, how long it takes
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct ConversionArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub steps: StepArgs,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub breakdown: BreakdownArgs,
    #[command(flatten)]
    pub tables: TableArgs,
    #[command(flatten)]
    pub memory: MemoryArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Tables that are made where they are asked for.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Tables")]
pub struct TableArgs {
    /// Also the table histogram: how long those who converted took
    #[arg(long)]
    pub histogram: bool,

    /// Also the table comparison: differences with intervals and tests
    ///
    /// previous: with the same length of time before --since (of --period the one before), or with --every each period
    /// with the one before; year-ago: with the same dates a year earlier, of weeks and days 52 weeks. Both are looked at
    /// when they are equally old. rest: each group of --by with all others together.
    #[arg(long, value_name = "BASE")]
    pub compare: Option<Compare>,

    /// Also the table separators: which values of these columns go with going on from each step
    ///
    /// Each value (the --top ones with the most units) against all others, with lift, difference, and tests corrected
    /// for their number. A unit's value is that of --attribution.
    #[arg(long, value_name = "COL,...", value_delimiter = ',', value_parser = text::name)]
    pub drivers: Vec<String>,
}

/// How much memory a run may take.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Reading")]
pub struct MemoryArgs {
    /// Memory that the run may take, such as 1GiB (most of what is free)
    ///
    /// A log of events that does not fit is read several times, each time for a part of the users; the numbers are the
    /// same. Files that are compressed or come from standard input wait in a temporary file.
    #[arg(long, value_name = "SIZE", value_parser = size::memory)]
    pub memory_limit: Option<u64>,
}

/// What results are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Compare {
    /// The time before
    Previous,
    /// The same time a year ago
    YearAgo,
    /// All other groups
    Rest,
}
