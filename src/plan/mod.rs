//! What to compute, free of any engine: steps, order, window, cuts. Reports write plans; engines answer them.
//!
//! A plan asks for journeys (one attempt of one unit through the steps) and for cuts of them (counts, times and
//! survival per group and period). Rates, intervals and estimates are made from the answer by the reports.

pub mod attribution;
pub mod calendar;
pub mod churn;
pub mod cohort;
pub mod cost;
pub mod deals;
pub mod leads;
pub mod lifecycle;
pub mod paths;
pub mod rules;
pub mod value;

use crate::model::time::Micros;
use chrono_tz::Tz;

/// A named predicate over events or stages.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub name: String,
    pub matches: StepMatch,
    pub goal: Option<Goal>,
    pub rule: rules::StepRule,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepMatch {
    /// Any of these event or stage names.
    Names(Vec<String>),
    /// An SQL boolean expression over the columns.
    Expression(String),
}

/// A rate that a step should reach, as fractions.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Goal {
    pub from_previous: Option<f64>,
    pub from_first: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Steps in their order, other events in between allowed.
    Ordered,
    /// Steps in their order, each the next event of the unit.
    Strict,
    /// Steps in any order; step k is "any k different steps".
    Any,
}

impl Order {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::Strict => "strict",
            Self::Any => "any",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// Events of one moment count in whichever order serves the journey.
    Any,
    /// A later step must be strictly later.
    Strict,
}

impl Ties {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Strict => "strict",
        }
    }
}

/// Which stages a deal is credited with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All steps up to the furthest known one.
    Beyond,
    /// The steps that it was seen in.
    Any,
    /// The steps that it went through in order without a skip.
    Strict,
}

impl Reach {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Beyond => "beyond",
            Self::Any => "any",
            Self::Strict => "strict",
        }
    }
}

/// Whose value a unit gets in a breakdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attribution {
    /// First non-empty value over the unit's events that match a step.
    First,
    /// Last non-empty value over the unit's events that match a step.
    Last,
    /// The value of the event taken for a step (position): a unit counts under each value that it has an attempt with.
    Step(usize),
    /// Attempts whose steps all have one value: a unit counts under each value that it has an attempt with.
    Same,
}

impl Attribution {
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::First => "first".to_owned(),
            Self::Last => "last".to_owned(),
            Self::Step(position) => format!("step:{}", position + 1),
            Self::Same => "same".to_owned(),
        }
    }
}

/// How units move: along events inside a window, or along the stages of a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// `window` in microseconds, inclusive, from step 1; `None` is no window.
    Events {
        order: Order,
        ties: Ties,
        window: Option<Micros>,
    },
    Stages {
        reach: Reach,
    },
}

/// One way of grouping the journeys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cut {
    /// Split by the plan's breakdown columns.
    pub grouped: bool,
    /// Split by the period of entry.
    pub every: Option<calendar::Every>,
}

/// A request for journeys and cuts of them.
#[derive(Debug, Clone)]
pub struct JourneyPlan {
    pub steps: Vec<Step>,
    pub mode: Mode,
    /// Of events.
    pub rules: rules::EventRules,
    /// Breakdown columns: one tuple per unit.
    pub by: Vec<String>,
    pub attribution: Attribution,
    /// Groups beyond this many (by units at step 1) are computed as one group `(other)`.
    pub top: usize,
    pub zone: Tz,
    pub week_start: chrono::Weekday,
    /// Entries before this time do not count.
    pub since: Option<Micros>,
    /// Entries after this time do not count.
    pub until: Option<Micros>,
    /// `None`: the latest time in the data.
    pub as_of: Option<Micros>,
    pub row_filter: Option<String>,
    pub entry_filter: Option<String>,
    /// Each must be met by some row of the unit, not all by the same one.
    pub unit_filters: Vec<String>,
    pub dedupe: bool,
    /// Whether to sum the value role at each step.
    pub with_value: bool,
    pub cuts: Vec<Cut>,
    /// Further time columns of deals, as moments of their own.
    pub moments: Vec<String>,
}

/// Spread of a duration, in seconds; quantiles are type 7 (linear interpolation).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Spread {
    pub n: u64,
    pub mean: f64,
    pub p25: f64,
    pub median: f64,
    pub p75: f64,
    pub p90: f64,
}

/// Units that converted, were lost or left observation at one duration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DurationCount {
    /// Microseconds since entry.
    pub duration: Micros,
    pub converted: u64,
    pub lost: u64,
    pub censored: u64,
}

/// What one step counts in one group and period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StepCounts {
    pub entered: u64,
    pub dropped: u64,
    pub open: u64,
    /// Of those who entered, the units whose window is over; `None` without a window.
    pub mature: Option<u64>,
    /// From the previous step; `None` for step 1 or where nobody has both times.
    pub time: Option<Spread>,
    pub value: Option<crate::model::decimal::Decimal>,
}

/// The answer for one group and period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CutRow {
    /// The values of the breakdown columns; empty where the cut is not grouped.
    pub group: Vec<String>,
    /// First day of the period; `None` where the cut is not periodic.
    pub period: Option<calendar::PeriodStart>,
    pub steps: Vec<StepCounts>,
    /// From the first step to the last.
    pub total_time: Option<Spread>,
    /// Units whose window is over, and how many of them converted; `None` without a window.
    pub mature: Option<(u64, u64)>,
    /// Sorted by duration.
    pub durations: Vec<DurationCount>,
}

/// The answer to one cut, in the order: groups by units at step 1 (`(other)`, `(none)` last), periods ascending.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CutRows {
    pub rows: Vec<CutRow>,
    /// Units that stand in more than one period.
    pub overlapping: u64,
    /// Units that stand under more than one value of the breakdown.
    pub in_groups: u64,
}

/// What a reader must know about the units behind the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// Events that repeat another one's unit, name and time.
    pub duplicates: u64,
    /// Records later than the as-of time, left out.
    pub after_as_of: u64,
    /// Rows of deals whose id another row has.
    pub repeated: u64,
    /// Units that have no entry time (deals with an empty `created`).
    pub without_entry: u64,
    /// Step times left out because they run backwards.
    pub backward: u64,
    /// Lost units whose stage at the loss is not known from a date.
    pub lost_unknown: u64,
    /// Rows left out because a column that is held has no value.
    pub without_hold: u64,
    /// Units left out because each of their attempts holds an excluded event.
    pub tainted: u64,
    /// Units whose attempt has an event at a step's moment that would have ended it at any other one.
    pub lenient: u64,
    /// Won units that the steps do not show as having reached the last one.
    pub won_outside: u64,
}

/// Everything an engine says to a [`JourneyPlan`].
#[derive(Debug, Clone, Default)]
pub struct JourneyAnswer {
    /// One entry per cut of the plan.
    pub cuts: Vec<CutRows>,
    /// The as-of time in force.
    pub as_of: Option<Micros>,
    pub facts: Facts,
}

pub const OTHER: &str = "(other)";
pub const NONE: &str = "(none)";

/// Name of the group of units that never reached the step whose value is asked for.
pub const NOT_REACHED: &str = "(not reached)";

/// A value of the data that is spelled like a group of ours (web analytics export a medium that is `(none)`) stands in
/// quotation marks, so that two rows of one name never mean two things.
#[must_use]
pub fn told_apart(value: String) -> String {
    if [NONE, OTHER, NOT_REACHED].contains(&value.as_str()) { format!("\"{value}\"") } else { value }
}
