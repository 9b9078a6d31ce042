//! A request for cohorts, and the counts that answer it.
//!
//! A cohort is the units whose start lies in one calendar period. Age n of a unit is the n-th calendar period after
//! that one, or with rolling ages the n-th length of time after its own start. Definitions: retention on an age is
//! `min_occurrences` returns within it; retention on or after it is that in it or a later one; conversion is a first
//! return (other than the start itself, and not before it) at that age or an earlier one; revenue is the value of the
//! returns at that age.

use super::calendar::{Every, PeriodStart};
use super::{Attribution, StepMatch};
use crate::model::decimal::Decimal;
use crate::model::time::{MICROS_PER_DAY, Micros};
use chrono_tz::Tz;

/// What the rows are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Users and their events.
    Events,
    /// Customers and their orders; an order has no name.
    Orders,
    /// Deals: the start is the creation, the return the close of a won one.
    Deals,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Retention {
        /// Returns within one age that make a unit count there.
        min_occurrences: u64,
        /// Whether a return at a later age counts too.
        or_after: bool,
    },
    Conversion,
    Revenue,
}

/// Which of a unit's starts count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The first row that matches.
    Match,
    /// The first row of that name, if it matches; else the unit is in no cohort.
    Ever,
    /// The first match of each period.
    Recurring,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CohortPlan {
    pub subject: Subject,
    /// `None` is any row; of deals the creation.
    pub start: Option<StepMatch>,
    /// `None` is any row; of deals the win.
    pub returning: Option<StepMatch>,
    pub measure: Measure,
    pub first: First,
    pub every: Every,
    /// Ages of equal length from each unit's own start.
    pub rolling: bool,
    /// Ages 0 to N-1; `None` is all that have begun.
    pub periods: Option<usize>,
    /// Breakdown columns: one tuple per unit.
    pub by: Vec<String>,
    pub attribution: Attribution,
    /// Groups beyond this many (by units in a cohort) are computed as one group `(other)`.
    pub top: usize,
    pub zone: Tz,
    pub week_start: chrono::Weekday,
    /// Starts before this time make no cohort; what is first is decided over all history.
    pub since: Option<Micros>,
    pub until: Option<Micros>,
    /// `None`: the latest time in the data.
    pub as_of: Option<Micros>,
    pub row_filter: Option<String>,
    /// Rows that do not meet it are no start.
    pub entry_filter: Option<String>,
    /// Each must be met by some row of the unit, not all by the same one.
    pub unit_filters: Vec<String>,
    pub dedupe: bool,
}

impl CohortPlan {
    /// The length of a rolling age: a month is 30 days, a quarter 90, a year 365.
    #[must_use]
    pub const fn age_length(&self) -> Micros {
        match self.every {
            Every::Hour => MICROS_PER_DAY / 24,
            Every::Day => MICROS_PER_DAY,
            Every::Week => 7 * MICROS_PER_DAY,
            Every::Month => 30 * MICROS_PER_DAY,
            Every::Quarter => 90 * MICROS_PER_DAY,
            Every::Year => 365 * MICROS_PER_DAY,
        }
    }

    /// Whether values are summed.
    #[must_use]
    pub const fn with_value(&self) -> bool {
        matches!(self.measure, Measure::Revenue)
    }
}

/// One age of a cohort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CohortCell {
    pub active: u64,
    /// `None` unless revenue is asked for.
    pub value: Option<Decimal>,
    /// Whether the age is over for every unit of the cohort.
    pub complete: bool,
}

/// One cohort of one group: its cells by age, those that have begun.
#[derive(Debug, Clone, PartialEq)]
pub struct CohortRow {
    pub group: Vec<String>,
    pub cohort: PeriodStart,
    pub size: u64,
    pub cells: Vec<CohortCell>,
}

/// What a reader must know about the units behind the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CohortFacts {
    /// Units in any cohort.
    pub units: u64,
    /// Units in more than one cohort.
    pub overlapping: u64,
    /// Units in no cohort, because the first row of that name does not match.
    pub not_first_ever: u64,
    /// Rows left out because they repeat another one.
    pub duplicates: u64,
    /// Records later than the as-of time, left out.
    pub after_as_of: u64,
    /// Deals without a creation time: in no cohort.
    pub without_start: u64,
    /// Won deals without a close time: in no cell.
    pub undated: u64,
    /// Deals won on a day before that of their creation: counted at age 0.
    pub backward: u64,
}

/// Everything an engine says to a [`CohortPlan`]: groups by units (`(other)`, `(none)` last), cohorts ascending.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CohortAnswer {
    pub rows: Vec<CohortRow>,
    /// The as-of time in force.
    pub as_of: Option<Micros>,
    pub facts: CohortFacts,
}
