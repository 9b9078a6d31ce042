//! `funnel conversion`.

use super::filters::{BreakdownArgs, FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, SourceArgs};
use super::steps::StepArgs;
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  funnel conversion events.csv --steps 'visit,signup|register,purchase'
  funnel conversion events.csv --steps visit,purchase --window 7d --by channel
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
    pub time: TimeArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}
