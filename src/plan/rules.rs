//! The rules of journeys beyond steps, order and window: what a plain funnel leaves at their defaults.

use super::{Attribution, JourneyPlan, Mode, Order, StepMatch};
use crate::model::time::Micros;

/// What holds for one step besides what it matches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepRule {
    /// It may be skipped.
    pub optional: bool,
    /// Longest time from the last required step (inclusive), in microseconds.
    pub within: Option<Micros>,
    /// It must be the unit's next event after the step before.
    pub directly: bool,
    pub first: Option<First>,
}

/// Which event of a unit a step may count on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The first that matches the step.
    Match,
    /// The first of its name, if it matches the step.
    Ever,
}

impl First {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Ever => "ever",
        }
    }
}

/// An event that ends an attempt: after the step at `from`, before the step at `to` (positions from 0).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exclusion {
    /// As it was given.
    pub name: String,
    pub matches: StepMatch,
    pub from: usize,
    pub to: usize,
}

/// What an excluded event does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ExclusionEffect {
    /// The attempt ends; what it has reached counts.
    #[default]
    End,
    /// The attempt does not count; a unit without a clean one is left out.
    DropUser,
}

impl ExclusionEffect {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::DropUser => "drop-user",
        }
    }
}

/// Which of a unit's entries counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Entry {
    /// That of its best attempt.
    #[default]
    Best,
    First,
}

impl Entry {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::First => "first",
        }
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Count {
    /// Each unit once, with its best attempt.
    #[default]
    Users,
    /// Every attempt; the next begins when the one before has converted or is over.
    Attempts,
    /// Each session once: it ends where more than `gap` microseconds pass without an event.
    Sessions { gap: Micros },
}

impl Count {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Attempts => "attempts",
            Self::Sessions { .. } => "sessions",
        }
    }
}

/// Which events the range of dates binds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RangeBinds {
    #[default]
    Entry,
    All,
}

impl RangeBinds {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::All => "all",
        }
    }
}

/// Rules of events beyond order, ties and window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventRules {
    pub entry: Entry,
    /// How much earlier than the step before a step may be, in microseconds.
    pub grace: Micros,
    pub exclusions: Vec<Exclusion>,
    pub effect: ExclusionEffect,
    pub count: Count,
    /// Columns whose values make the unit together with its id.
    pub hold: Vec<String>,
    pub range: RangeBinds,
}

impl JourneyPlan {
    /// Whether the plan asks for more than order, ties and window: such plans take the general way.
    #[must_use]
    pub fn has_rules(&self) -> bool {
        let plain = EventRules { hold: self.rules.hold.clone(), ..EventRules::default() };
        self.rules != plain
            || self.is_strict()
            || self.steps.iter().any(|step| step.rule != StepRule::default())
            || matches!(self.attribution, Attribution::Step(_) | Attribution::Same)
    }

    #[must_use]
    pub const fn is_strict(&self) -> bool {
        matches!(self.mode, Mode::Events { order: Order::Strict, .. })
    }

    #[must_use]
    pub const fn is_any_order(&self) -> bool {
        matches!(self.mode, Mode::Events { order: Order::Any, .. })
    }

    /// Whether a step stands beside the main line: units may go on without it.
    #[must_use]
    pub fn is_optional(&self, step: usize) -> bool {
        self.steps[step].rule.optional
    }

    /// The last required step before a step.
    #[must_use]
    pub fn required_before(&self, step: usize) -> Option<usize> {
        (0..step).rev().find(|earlier| !self.is_optional(*earlier))
    }

    /// The next required step after a step.
    #[must_use]
    pub fn required_after(&self, step: usize) -> Option<usize> {
        (step + 1..self.steps.len()).find(|later| !self.is_optional(*later))
    }
}
