//! `funnel cycle`, `funnel pipeline` and `funnel leads`: the lives of deals.

use super::choices::Anchor;
use super::conversion::MemoryArgs;
use super::filters::{BreakdownArgs, FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, SourceArgs};
use super::steps::{StepArgs, StepNames, step_names};
use super::values;
use crate::model::decimal::Decimal;
use clap::Args;
use std::path::PathBuf;

const CYCLE_EXAMPLES: &str = "\
Examples:
  funnel cycle deals.csv
  funnel cycle deals.csv --by owner --every quarter
  funnel cycle --deals deals.csv --history stages.csv --from MQL --to SQL
  funnel cycle deals.csv --from created --to first_contact_date --format json";

const PIPELINE_EXAMPLES: &str = "\
Examples:
  funnel pipeline deals.csv
  funnel pipeline deals.csv --by owner --since 2024-01-01
  funnel pipeline deals.csv --previous last-week.csv --table waterfall
  funnel pipeline --deals deals.csv --history stages.csv --stuck-after 30d --target 500000";

const LEADS_EXAMPLES: &str = "\
Examples:
  funnel leads deals.csv --stuck
  funnel leads deals.csv --open-at Proposal --by owner --format csv
  funnel leads deals.csv --never-contacted --contact first_call --limit 20
  funnel leads events.csv --steps visit,signup,purchase --dropped-at signup --by channel
  funnel leads --history stages.csv --dropped-at Demo -o lost.csv";

/// The stages of the deals and the moment that puts a deal into a period.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Stages")]
pub struct StageArgs {
    /// Stage names in order; | separates alternatives
    ///
    /// Default: found in the data, without the words for won and lost.
    #[arg(long, value_name = "A,B|C,...", value_delimiter = ',', value_parser = step_names)]
    pub steps: Vec<StepNames>,

    /// What puts a deal into a period, and inside --since and --until
    ///
    /// Default: created.
    #[arg(long, value_name = "MOMENT")]
    pub anchor: Option<Anchor>,
}

/// How long from start to close; how long in each stage
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = CYCLE_EXAMPLES)]
pub struct CycleArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub stages: StageArgs,
    /// Where the time begins: created, a stage, or a column with a time
    ///
    /// Default: created.
    #[arg(long, value_name = "MOMENT", value_parser = values::text::filled, help_heading = "Stages")]
    pub from: Option<String>,
    /// Where the time ends: closed, a stage, or a column with a time
    ///
    /// Default: closed. With a stage or a column the table handoff says how many came there.
    #[arg(long, value_name = "MOMENT", value_parser = values::text::filled, help_heading = "Stages")]
    pub to: Option<String>,
    /// Up to which time the mean with open deals is taken, such as 90d
    ///
    /// Default: the longest observed time.
    #[arg(long, value_name = "DURATION", value_parser = values::duration::duration, help_heading = "Stages")]
    pub horizon: Option<i64>,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub breakdown: BreakdownArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Win rate, velocity, open pipeline, ageing, stuck deals, coverage, weighted value
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = PIPELINE_EXAMPLES)]
pub struct PipelineArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub stages: StageArgs,
    /// From how long in its stage an open deal is stuck, such as 30d
    ///
    /// Default: longer than 90 % of the deals that advanced from the stage.
    #[arg(long, value_name = "DURATION", value_parser = values::duration::duration, help_heading = "Stages")]
    pub stuck_after: Option<i64>,
    /// Value to be won: adds the table coverage
    #[arg(long, value_name = "AMOUNT", value_parser = values::number::amount, help_heading = "Stages")]
    pub target: Option<Decimal>,
    /// An earlier export of the same deals: adds the table waterfall
    #[arg(long, value_name = "FILE", num_args = 1.., help_heading = "Sources")]
    pub previous: Vec<PathBuf>,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub breakdown: BreakdownArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// The rows behind a number: stuck, open, dropped, reached, to contact
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = LEADS_EXAMPLES, group = clap::ArgGroup::new("listed").multiple(false))]
pub struct LeadsArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub steps: StepArgs,
    /// What puts a deal inside --since and --until (deals and history only)
    ///
    /// Default: created.
    #[arg(long, value_name = "MOMENT", help_heading = "Steps")]
    pub anchor: Option<Anchor>,
    /// Open deals longer in their stage than the limit (the default list of deals and history)
    #[arg(long, group = "listed", help_heading = "List")]
    pub stuck: bool,
    /// Those that are open at this step, given by name or number
    #[arg(long, value_name = "STEP", value_parser = values::text::filled, group = "listed", help_heading = "List")]
    pub open_at: Option<String>,
    /// Those that dropped at this step; lost deals whose last stage it was
    #[arg(long, value_name = "STEP", value_parser = values::text::filled, group = "listed", help_heading = "List")]
    pub dropped_at: Option<String>,
    /// Those that reached this step; deals that ever stood at this stage
    #[arg(long, value_name = "STEP", value_parser = values::text::filled, group = "listed", help_heading = "List")]
    pub reached: Option<String>,
    /// Deals without a time in the column of --contact
    #[arg(long, group = "listed", help_heading = "List")]
    pub never_contacted: bool,
    /// The column with the time of the first contact
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled, help_heading = "List")]
    pub contact: Option<String>,
    /// From how long in its stage an open deal is stuck, such as 30d
    ///
    /// Default: longer than 90 % of the deals that advanced from the stage.
    #[arg(long, value_name = "DURATION", value_parser = values::duration::duration, help_heading = "List")]
    pub stuck_after: Option<i64>,
    /// How many rows to list at most, the longest waiting first
    ///
    /// Default: 100.
    #[arg(long, value_name = "N", value_parser = values::number::positive, help_heading = "List")]
    pub limit: Option<u64>,
    #[command(flatten)]
    pub memory: MemoryArgs,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub breakdown: BreakdownArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}
