//! `funnel lifecycle`.

use super::filters::{BreakdownArgs, FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, MoreSourceArgs, SourceArgs};
use super::values;
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  funnel lifecycle events.csv
  funnel lifecycle events.csv --activity purchase --every month
  funnel lifecycle --orders orders.csv --every quarter --by channel
  funnel lifecycle events.csv --every day --since 2026-03-01 --table stickiness
  funnel lifecycle events.csv --min-occurrences 2 --format csv";

/// Who is new, who returns, who comes back after a pause, who falls silent; in how many periods users are active
///
/// New: the first active period of all history. Returning: active in the period before. Resurrecting: active or seen
/// before, but not active in the period before. Dormant: active in the period before and not in this one.
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct LifecycleArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub more_sources: MoreSourceArgs,
    #[command(flatten)]
    pub lifecycle: LifecycleOptions,
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

/// What only this command asks.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Lifecycle")]
pub struct LifecycleOptions {
    /// Names of the events that count as activity (events only)
    ///
    /// Default: all events.
    #[arg(long, value_name = "NAME,...", value_delimiter = ',', value_parser = values::text::name)]
    pub activity: Vec<String>,

    /// Column with the time at which a user was first seen, such as a date of signing up
    ///
    /// Default: none; a user is new in the first active period of all history.
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub first_seen: Option<String>,

    /// Events that make a period an active one, at least
    ///
    /// Default: 1.
    #[arg(long, value_name = "N", value_parser = values::number::positive)]
    pub min_occurrences: Option<u64>,

    /// Events that make a period an active one, at most
    ///
    /// Default: no limit.
    #[arg(long, value_name = "N", value_parser = values::number::positive)]
    pub max_occurrences: Option<u64>,
}
