//! `conversion`: how many units reach each step, where they stop, how long it takes.
//!
//! Definitions (also in `--help`): entered(k) = units whose chosen attempt reached step k; a unit that stopped is
//! `dropped` where its window is over (or its deal is lost) and `open` where it may still go on.

mod chart;
pub mod comparison;
mod control;
mod histogram;
mod leaks;
mod notes;
mod overall;
mod periods;
mod rules;
pub mod separators;
mod steps;
mod terms;
mod view;

pub use leaks::{Leak, leaks};
pub use notes::notes;
pub use terms::{Funnel, terms};
pub use view::{caption, mode_lines, window_text};

/// What the units are called in a sentence.
#[must_use]
pub const fn units(plan: &JourneyPlan) -> &'static str {
    match (plan.mode, plan.rules.count) {
        (Mode::Stages { .. }, _) => "deals",
        (_, Count::Users) => "users",
        (_, Count::Attempts) => "attempts",
        (_, Count::Sessions { .. }) => "sessions",
    }
}

use crate::document::Table;
use crate::plan::calendar::Every;
use crate::plan::rules::Count;
use crate::plan::{CutRows, JourneyPlan, Mode, Order, Reach};

/// Everything the tables are made from: one cut of an answer and what it was asked for.
#[derive(Debug, Clone, Copy)]
pub struct Conversion<'a> {
    pub plan: &'a JourneyPlan,
    pub cut: &'a CutRows,
    /// Whether the cut is split by the plan's breakdown columns.
    pub grouped: bool,
    pub every: Option<Every>,
    pub confidence: f64,
}

impl Conversion<'_> {
    /// Returns the tables `steps`, `overall` and `leaks`.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![steps::table(self), overall::table(self), leaks::table(self)];
        tables.extend(self.limits());
        tables
    }

    /// Returns the table `limits` of a trend: for each period the rates that chance allows beside those before it.
    #[must_use]
    pub fn limits(&self) -> Option<Table> {
        control::table(self)
    }

    /// Says which periods lie outside these limits.
    #[must_use]
    pub fn unusual(&self) -> Option<String> {
        control::sentence(self)
    }

    #[must_use]
    pub fn steps(&self) -> Table {
        steps::table(self)
    }

    #[must_use]
    pub fn overall(&self) -> Table {
        overall::table(self)
    }

    #[must_use]
    pub fn leaks(&self) -> Table {
        leaks::table(self)
    }

    /// Returns the table `histogram`.
    #[must_use]
    pub fn histogram(&self) -> Table {
        histogram::table(self)
    }

    /// Returns the table `comparison`.
    #[must_use]
    pub fn comparison(&self, base: &comparison::Base<'_>) -> Table {
        comparison::table(self, base)
    }

    /// Returns the table `separators`, from the answers by the values of each attribute.
    #[must_use]
    pub fn separators(&self, drivers: &[separators::Driver<'_>]) -> Table {
        separators::table(self, drivers)
    }

    fn by(&self) -> &[String] {
        if self.grouped { &self.plan.by } else { &[] }
    }

    /// The name of a step as printed.
    #[must_use]
    pub fn step_name(&self, position: usize) -> String {
        step_name(self.plan, position)
    }

    /// Under reach `any` a rate is no share of the units before it, so it has no interval.
    fn interval_confidence(&self) -> Option<f64> {
        (self.plan.mode != Mode::Stages { reach: Reach::Any }).then_some(self.confidence)
    }

    fn window(&self) -> Option<i64> {
        match self.plan.mode {
            Mode::Events { window, .. } => window,
            Mode::Stages { .. } => None,
        }
    }
}

/// The name of a step as printed: in any order, how many steps were done.
#[must_use]
pub fn step_name(plan: &JourneyPlan, position: usize) -> String {
    match plan.mode {
        Mode::Events { order: Order::Any, .. } => format!("any {} of {}", position + 1, plan.steps.len()),
        _ => plan.steps[position].name.clone(),
    }
}

/// A rate of two counts; `None` without a denominator.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn rate(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
