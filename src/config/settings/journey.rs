//! The steps of a funnel and the rules of going through them.

use crate::args::conversion::Compare;
use crate::args::journey::{Count, Entry, ExclusionEffect, RangeBinds, Span};
use crate::plan::rules::StepRule;

/// What meets a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepMatch {
    /// Any of these event or stage names.
    Names(Vec<String>),
    /// An SQL boolean expression.
    Expression(String),
}

/// Rates that a step should reach, 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Goal {
    pub from_previous: Option<f64>,
    pub from_first: Option<f64>,
}

impl Goal {
    /// Whether it says anything.
    #[must_use]
    pub const fn is_set(self) -> bool {
        self.from_previous.is_some() || self.from_first.is_some()
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct StepSetting {
    pub name: String,
    pub matches: StepMatch,
    pub goal: Option<Goal>,
    pub rule: StepRule,
}

/// An event that ends attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExclusionSetting {
    /// As it was given.
    pub text: String,
    pub matches: StepMatch,
    /// Number of the step (from 1) after which it counts; `None`: the first.
    pub from: Option<u32>,
    /// Number of the step before which it counts; `None`: the last.
    pub to: Option<u32>,
}

/// Which journeys count. All but `optional` and the exclusions are for events only, and `None` where not given.
#[derive(Debug, Clone, PartialEq)]
pub struct JourneySettings {
    /// Names of steps that may be skipped.
    pub optional: Vec<String>,
    pub exclusions: Vec<ExclusionSetting>,
    pub exclusion: Option<ExclusionEffect>,
    pub entry: Option<Entry>,
    pub grace: Option<Span>,
    pub count: Option<Count>,
    pub session_gap: Option<Span>,
    pub hold: Vec<String>,
    pub range: Option<RangeBinds>,
}

/// Tables of `funnel conversion` that are made where they are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableSettings {
    pub histogram: bool,
    pub compare: Option<Compare>,
    /// Columns whose values are held against going on and stopping.
    pub drivers: Vec<String>,
}
