//! Who is active in which period: the question, and the counts per period.

use super::Attribution;
use super::calendar::{Every, PeriodStart};
use crate::model::kind::Kind;
use crate::model::time::Micros;
use chrono_tz::Tz;

/// A request for the active periods of units.
#[derive(Debug, Clone)]
pub struct LifecyclePlan {
    /// Events or orders.
    pub kind: Kind,
    /// Names of the events that count; empty: all.
    pub activity: Vec<String>,
    /// Column with the time at which a unit was first seen: who was so before the first active period is not new.
    pub first_seen: Option<String>,
    /// Events that make a period an active one.
    pub least: u64,
    pub most: Option<u64>,
    pub every: Every,
    pub by: Vec<String>,
    pub attribution: Attribution,
    pub top: usize,
    pub zone: Tz,
    pub week_start: chrono::Weekday,
    /// Binds the periods that are shown, and the events that count for stickiness.
    pub since: Option<Micros>,
    pub until: Option<Micros>,
    pub as_of: Option<Micros>,
    pub row_filter: Option<String>,
    pub unit_filters: Vec<String>,
}

/// Units by what they are in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LifecycleCounts {
    pub new: u64,
    pub returning: u64,
    pub resurrecting: u64,
    pub dormant: u64,
    /// Counted apart from the three that make it up.
    pub active: u64,
}

/// The answer for one group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LifecycleGroup {
    pub group: Vec<String>,
    /// One per period of the answer.
    pub periods: Vec<LifecycleCounts>,
    /// Units that were active in exactly one period, in exactly two, ...
    pub stickiness: Vec<u64>,
}

/// Everything an engine says to a [`LifecyclePlan`].
#[derive(Debug, Clone, Default)]
pub struct LifecycleAnswer {
    pub periods: Vec<PeriodStart>,
    /// Whether the last of them is not over at the as-of time.
    pub last_is_open: bool,
    /// Whether `since` or `until` cut the first or the last period.
    pub partial: bool,
    /// By units, `(other)` and `(none)` last.
    pub groups: Vec<LifecycleGroup>,
    pub as_of: Option<Micros>,
    pub after_as_of: u64,
    /// Names of the activity that no record carries.
    pub unknown: Vec<String>,
}
