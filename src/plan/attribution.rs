//! What `attribution` is asked and answered: conversions shared out among the channels of the touches before them.

use crate::model::decimal::Decimal;
use crate::model::time::Micros;
use chrono_tz::Tz;

/// A rule by which conversions are credited to channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    First,
    Last,
    /// The last touch that is not direct; of direct touches only, the last.
    LastNonDirect,
    Linear,
    /// 40 % first, 40 % last, 20 % between the others.
    Position,
    /// Half as much for each half-life before the conversion.
    TimeDecay,
    /// Removal effects of a first-order Markov chain.
    Markov,
    /// Shapley values of the sum of conversions whose channels all take part.
    Shapley,
}

impl Model {
    pub const ALL: [Self; 8] = [
        Self::First,
        Self::Last,
        Self::LastNonDirect,
        Self::Linear,
        Self::Position,
        Self::TimeDecay,
        Self::Markov,
        Self::Shapley,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Last => "last",
            Self::LastNonDirect => "last_non_direct",
            Self::Linear => "linear",
            Self::Position => "position",
            Self::TimeDecay => "time_decay",
            Self::Markov => "markov",
            Self::Shapley => "shapley",
        }
    }
}

/// The rules of an attribution.
#[derive(Debug, Clone, PartialEq)]
pub struct AttributionPlan {
    pub models: Vec<Model>,
    /// Touches longer before the conversion than this do not count; `None`: all count.
    pub lookback: Option<Micros>,
    pub half_life: Micros,
    /// Folded names of direct channels.
    pub direct: Vec<String>,
    /// Whether touches of one channel in a row count as one, by position of their source.
    pub collapse: Vec<bool>,
    pub zone: Tz,
    /// Bounds of the conversions, and of the touches and the spend that are counted.
    pub since: Option<Micros>,
    pub until: Option<Micros>,
    pub as_of: Option<Micros>,
    pub row_filter: Option<String>,
    /// Each must be met by some row of the unit.
    pub unit_filters: Vec<String>,
    pub dedupe: bool,
    pub top: usize,
}

/// What one model credits to one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Credit {
    /// In shares of [`crate::model::apportion::UNIT`].
    pub conversions: i128,
    pub revenue: Decimal,
}

/// A channel with its credits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChannelCredits {
    pub channel: String,
    pub touches: u64,
    /// `None`: no spend is known of it.
    pub spend: Option<Decimal>,
    /// One per model of the plan.
    pub credits: Vec<Credit>,
}

/// What a reader must know about the rows behind the credits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AttributionFacts {
    /// Units with a touch, and those of them that never convert.
    pub units: u64,
    pub not_converted: u64,
    /// Touches without a channel.
    pub no_channel: u64,
    /// Conversions without a time.
    pub undated: u64,
    /// Conversions without an amount, where amounts are known.
    pub no_amount: u64,
    pub after_as_of: u64,
    /// Events left out because they repeat another one.
    pub repeated: u64,
}

/// Everything that an engine says to an [`AttributionPlan`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AttributionAnswer {
    /// By touches, then name; `(other)`, `(none)` and `(unattributed)` last.
    pub rows: Vec<ChannelCredits>,
    pub conversions: u64,
    /// Conversions with a touch in the look-back.
    pub attributed: u64,
    pub revenue: Decimal,
    /// Whether conversions have an amount at all.
    pub with_revenue: bool,
    /// Removal effect and normalised share by channel, where the Markov model is asked for.
    pub removal: Vec<(String, f64, f64)>,
    pub facts: AttributionFacts,
    pub as_of: Option<Micros>,
    pub currency: Option<String>,
    /// Channels of spend beside channels of touches that differ only in how they are written.
    pub alike: Vec<(String, String)>,
}

/// The row of conversions without a touch in the look-back.
pub const UNATTRIBUTED: &str = "(unattributed)";
