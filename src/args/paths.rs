//! `funnel paths`.

use super::filters::{BreakdownArgs, FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, SourceArgs};
use super::steps::{StepNames, step_names};
use super::values::duration::{Window, window};
use super::values::{self, Invalid, Parsed};
use crate::plan::paths::{MOST_NODES, MOST_STEPS};
use clap::Args;

const EXAMPLES: &str = "\
Examples:
  funnel paths events.csv
  funnel paths events.csv --steps visit,signup,purchase --session-gap none
  funnel paths events.csv --node page --start /pricing --end /checkout
  funnel paths --history stages.csv --by owner
  funnel paths events.csv --start signup --max-steps 3 --table paths --format csv";

/// The journeys really taken: moves with their counts and times, skips and moves back, top paths, ways out
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct PathsArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub paths: PathsOptions,
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
#[command(next_help_heading = "Paths")]
pub struct PathsOptions {
    /// Event or stage names in the order in which they should come; | separates alternatives
    ///
    /// Tells skips and moves back, and where those went who did not go on. Default: of a history the order in which
    /// stages are first entered; of events none.
    #[arg(long, value_name = "A,B|C,...", value_delimiter = ',', value_parser = step_names)]
    pub steps: Vec<StepNames>,

    /// Column whose values are the stops, such as a page
    ///
    /// Default: the event or the stage.
    #[arg(long, value_name = "COLUMN", value_parser = values::text::filled)]
    pub node: Option<String>,

    /// Journeys begin at the first such stop
    #[arg(long, value_name = "NAME", value_parser = values::text::name)]
    pub start: Option<String>,

    /// Journeys end at the first such stop, which is the goal
    #[arg(long, value_name = "NAME", value_parser = values::text::name)]
    pub end: Option<String>,

    /// A longer pause begins another journey: 30m, 1d, or none
    ///
    /// Default: 30m for events, none for a history.
    #[arg(long, value_name = "DURATION", value_parser = window)]
    pub session_gap: Option<Window>,

    /// Stops that a path shows, at most 15
    ///
    /// Default: 5.
    #[arg(long, value_name = "N", value_parser = max_steps)]
    pub max_steps: Option<u64>,

    /// Names that are told apart, at most 200; the rarer ones are put together
    ///
    /// Default: 20.
    #[arg(long, value_name = "N", value_parser = nodes)]
    pub nodes: Option<u64>,
}

fn at_most(text: &str, most: usize) -> Parsed<u64> {
    let number = values::number::positive(text)?;
    if number > most as u64 {
        return Err(Invalid::new(format!("a whole number of 1 to {most} is expected")));
    }
    Ok(number)
}

/// Parses the number of stops of a path.
///
/// # Errors
/// No number, or one that is too large.
pub fn max_steps(text: &str) -> Parsed<u64> {
    at_most(text, MOST_STEPS)
}

/// Parses the number of nodes.
///
/// # Errors
/// No number, or one that is too large.
pub fn nodes(text: &str) -> Parsed<u64> {
    at_most(text, MOST_NODES)
}
