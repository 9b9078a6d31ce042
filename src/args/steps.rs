//! The steps of a funnel and the rules by which a unit goes through them.

use super::choices::{Order, Reach, Ties};
use super::journey::JourneyArgs;
use super::values::duration::Window;
use super::values::{self, pair::NamedExpression};
use clap::Args;

#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Steps")]
pub struct StepArgs {
    /// Event or stage names in order; | separates alternatives
    ///
    /// A name that holds a comma is given by --step or in funnel.toml.
    #[arg(long, value_name = "A,B|C,...", value_delimiter = ',', value_parser = step_names, conflicts_with = "step")]
    pub steps: Vec<StepNames>,

    /// One step by its name and an SQL condition (repeatable, in order)
    ///
    /// The name ends at the first colon followed by a space: --step "Big order: event = 'order' AND value > 100".
    #[arg(long, value_name = "NAME: EXPR", value_parser = values::pair::named_expression)]
    pub step: Vec<NamedExpression>,

    /// Order in which the steps count (events only)
    ///
    /// Default: ordered.
    #[arg(long, value_name = "ORDER")]
    pub order: Option<Order>,

    /// Whether events of the same time may stand for consecutive steps
    ///
    /// Default: any.
    #[arg(long, value_name = "RULE")]
    pub ties: Option<Ties>,

    /// Time to convert, from step 1: 14d, 36h, 90m, or none (events only)
    ///
    /// Default: 14d. Units are s, m, h, d and w; an event exactly at the end counts.
    #[arg(long, value_name = "DURATION", value_parser = values::duration::window)]
    pub window: Option<Window>,

    /// Which steps a deal is credited with (deals and history only)
    ///
    /// Default: beyond.
    #[arg(long, value_name = "RULE")]
    pub reach: Option<Reach>,

    /// Warn only about a step that looks like a misspelt name
    #[arg(long)]
    pub allow_unknown: bool,

    #[command(flatten)]
    pub journey: JourneyArgs,
}

/// One step of `--steps`: its text, and the names that meet it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepNames {
    pub text: String,
    pub names: Vec<String>,
}

/// Parses one step of `--steps`.
///
/// # Errors
/// An empty name.
pub fn step_names(text: &str) -> values::Parsed<StepNames> {
    let names = values::pair::alternatives(text)?;
    Ok(StepNames { text: text.trim().to_owned(), names })
}
