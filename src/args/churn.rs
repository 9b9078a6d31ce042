//! `funnel churn`.

use super::choices::{Convention, TenureUnit};
use super::filters::{BreakdownArgs, FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, MoreSourceArgs, SourceArgs};
use super::values;
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  funnel churn --subscriptions subscriptions.csv
  funnel churn --subscriptions subscriptions.csv --every quarter --table revenue --format csv
  funnel churn --customers customers.csv --by contract --tenure-unit month
  funnel churn --orders orders.csv --inactive-after 90d --as-of 2026-03-31";

/// Customers and revenue lost, movements, GRR and NRR, survival
///
/// From subscriptions: customers and monthly revenue at the start of each period, what came, grew, shrank, left and came
/// back, and what was there at its end; how much of a day's revenue is still there twelve months later; how long
/// customers stay, and a forecast. From orders or events: customers are lost when they have been silent for long. From
/// a snapshot of customers: how long they stay. A customer is lost in the period that holds the end of the time it has
/// paid for; to date losses by the cancellation, name that column with --end.
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct ChurnArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub more_sources: MoreSourceArgs,

    /// Formulas of the rates, where vendors differ
    ///
    /// Default: standard. The formulas in force stand under the tables.
    #[arg(long, value_name = "NAME", help_heading = "Churn")]
    pub convention: Option<Convention>,

    /// Of orders and events: the silence after which a customer is lost, such as 90d
    ///
    /// Default: the 90th percentile of the gaps between the rows of a customer, in whole days.
    #[arg(long, value_name = "DURATION", value_parser = values::duration::positive, help_heading = "Churn")]
    pub inactive_after: Option<i64>,

    /// Of a snapshot: what the tenure counts
    ///
    /// Default: times stay as given.
    #[arg(long, value_name = "UNIT", help_heading = "Churn")]
    pub tenure_unit: Option<TenureUnit>,

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
