//! `funnel attribution`.

use super::filters::{FilterArgs, TimeArgs};
use super::output::OutputArgs;
use super::reading::ReadingArgs;
use super::sources::{ColumnArgs, MoreSourceArgs, SourceArgs};
use super::steps::{StepNames, step_names};
use super::values::duration::{Window, window};
use super::values::{self, Invalid, Parsed};
use clap::{Args, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  funnel attribution --touches touches.csv --deals deals.csv
  funnel attribution events.csv --conversion purchase --channel utm_source --value paid
  funnel attribution --touches touches.csv --orders orders.csv --spend ads.csv --model linear,markov
  funnel attribution --touches touches.csv --deals deals.csv --lookback 90d --format csv";

/// A rule by which conversions are credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Model {
    /// All to the first touch
    First,
    /// All to the last touch
    Last,
    /// All to the last touch that is not direct
    #[value(alias = "last_non_direct")]
    LastNonDirect,
    /// Equal parts
    Linear,
    /// 40 % first, 40 % last, 20 % between
    Position,
    /// Half for each half-life before the conversion
    #[value(alias = "time_decay")]
    TimeDecay,
    /// Removal effects of a Markov chain
    Markov,
    /// Shapley values
    Shapley,
}

/// What touches of one channel in a row count as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Repeats {
    /// Each for itself
    Keep,
    /// One, the last of them
    Collapse,
}

/// Which channels conversions are due to, by several models side by side
///
/// Touches are rows of --touches, or events with a channel. Conversions are deals won, orders, or the events of
/// --conversion. The credits of each model add up to all conversions and their revenue.
#[derive(Debug, Clone, Default, Args)]
#[command(before_help = EXAMPLES)]
pub struct AttributionArgs {
    #[command(flatten)]
    pub sources: SourceArgs,
    #[command(flatten)]
    pub columns: ColumnArgs,
    #[command(flatten)]
    pub more_sources: MoreSourceArgs,
    #[command(flatten)]
    pub attribution: AttributionOptions,
    #[command(flatten)]
    pub filters: FilterArgs,
    #[command(flatten)]
    pub time: TimeArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What only this command asks.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Attribution")]
pub struct AttributionOptions {
    /// Event that is a conversion; | separates alternatives
    ///
    /// Default: won deals, else orders, else the last of the steps.
    #[arg(long, value_name = "EVENT", value_parser = step_names)]
    pub conversion: Option<StepNames>,

    /// Event or stage names in order; the last one is the conversion
    #[arg(long, value_name = "A,B|C,...", value_delimiter = ',', value_parser = step_names)]
    pub steps: Vec<StepNames>,

    /// Models to compute
    ///
    /// Default: all, side by side.
    #[arg(long, value_name = "MODEL,...", value_delimiter = ',')]
    pub model: Vec<Model>,

    /// How long before a conversion touches count: 30d, 12h, or none
    ///
    /// Default: 30d. A touch exactly at its beginning counts.
    #[arg(long, value_name = "DURATION", value_parser = window)]
    pub lookback: Option<Window>,

    /// Half-life of the model time-decay
    ///
    /// Default: 7d.
    #[arg(long, value_name = "DURATION", value_parser = half_life)]
    pub half_life: Option<HalfLife>,

    /// What touches of one channel in a row count as
    ///
    /// Default: keep for touches, collapse for events. First, last, Markov and Shapley do not depend on it.
    #[arg(long, value_name = "RULE")]
    pub repeats: Option<Repeats>,

    /// Channels that last-non-direct passes over
    ///
    /// Default: direct, direct traffic, accès direct, direkt, directo, compared without case, accents and punctuation.
    #[arg(long, value_name = "CHANNEL,...", value_delimiter = ',', value_parser = values::text::name)]
    pub direct: Vec<String>,

    /// Events that are touches
    ///
    /// Default: every event with a channel.
    #[arg(long, value_name = "EVENT,...", value_delimiter = ',', value_parser = values::text::name)]
    pub touch: Vec<String>,

    /// Channels to show; the others are put together as (other)
    ///
    /// Default: 10, those with the most touches.
    #[arg(long, value_name = "N", value_parser = values::number::positive)]
    pub top: Option<u64>,
}

/// A duration above 0, in microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfLife(pub i64);

/// Parses a half-life.
///
/// # Errors
/// No duration, or one of 0.
pub fn half_life(text: &str) -> Parsed<HalfLife> {
    match values::duration::duration(text)? {
        0 => Err(Invalid::new("a half-life is longer than 0").with_hint("such as 7d")),
        micros => Ok(HalfLife(micros)),
    }
}
