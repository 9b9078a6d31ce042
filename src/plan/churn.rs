//! What `churn` asks of an engine, and what it hears: movements of customers and of monthly revenue per period, annual
//! cohorts, and how long customers stayed.

use super::Attribution;
use super::calendar::{Every, PeriodStart};
use crate::model::billing::Monthly;
use crate::model::time::Micros;
use chrono::Weekday;
use chrono_tz::Tz;

/// What says that a customer is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Paid periods with a monthly amount.
    Subscriptions,
    /// Orders or events: a customer is active until silent for this long; `None` is the 90th percentile of the gaps.
    Activity { inactive_after: Option<Micros> },
    /// A snapshot: how long each customer has stayed, and whether it left.
    Snapshot,
}

/// A request for churn.
#[derive(Debug, Clone)]
pub struct ChurnPlan {
    pub basis: Basis,
    pub every: Every,
    /// Breakdown columns: one tuple per customer.
    pub by: Vec<String>,
    pub attribution: Attribution,
    /// Groups beyond this many (by customers) are computed as one group `(other)`.
    pub top: usize,
    pub zone: Tz,
    pub week_start: Weekday,
    /// Bounds the periods shown, and the starts of the customers whose stay is looked at.
    pub since: Option<Micros>,
    pub until: Option<Micros>,
    /// `None`: the latest time in the data.
    pub as_of: Option<Micros>,
    pub row_filter: Option<String>,
    /// Each must be met by some row of the customer, not all by the same one.
    pub unit_filters: Vec<String>,
}

/// Customers of one period: `start + new + reactivated - churned = end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CustomerMoves {
    pub start: u64,
    pub new: u64,
    pub churned: u64,
    pub reactivated: u64,
    pub end: u64,
}

/// Monthly revenue of one period: `start + new + expansion + reactivation - contraction - churned = end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RevenueMoves {
    pub start: Monthly,
    pub new: Monthly,
    pub expansion: Monthly,
    pub contraction: Monthly,
    pub churned: Monthly,
    pub reactivation: Monthly,
    pub end: Monthly,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChurnPeriod {
    pub period: PeriodStart,
    /// Whether the period is over at the as-of time.
    pub complete: bool,
    pub customers: CustomerMoves,
    pub revenue: RevenueMoves,
}

/// The customers of one day, and what they pay twelve months later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnnualCohort {
    /// First day of the twelve months.
    pub day: PeriodStart,
    /// Monthly revenue on that day.
    pub start: Monthly,
    /// The smaller of both amounts, customer by customer.
    pub kept: Monthly,
    /// Monthly revenue of the same customers twelve months later.
    pub end: Monthly,
}

/// Customers who stayed for the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stay {
    /// Microseconds; of a snapshot without a unit, millionths of whatever its times count.
    pub time: i64,
    pub churned: u64,
    /// Still customers when last seen.
    pub open: u64,
}

/// Customers by the number of periods (of the plan's length, from their own start) they have paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Renewals {
    /// For those who left, the period after which they left, from 1; for the others, the periods they have completed.
    /// Periods that are not over at the as-of time are left out: who left in one is open here.
    pub periods: u32,
    pub churned: u64,
    pub open: u64,
}

/// The answer for one group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChurnGroup {
    /// The values of the breakdown columns; empty without a breakdown.
    pub label: Vec<String>,
    /// Customers who were ever active.
    pub customers: u64,
    /// Those who are at the as-of time.
    pub active: u64,
    /// Ascending; empty for a snapshot.
    pub periods: Vec<ChurnPeriod>,
    /// Ascending; of subscriptions only, complete ones only.
    pub cohorts: Vec<AnnualCohort>,
    /// Ascending by time.
    pub stays: Vec<Stay>,
    /// Ascending; empty for activity, which is no contract.
    pub renewals: Vec<Renewals>,
}

/// What a reader must know about the rows behind the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ChurnFacts {
    /// Records that begin after the as-of time, left out.
    pub after_as_of: u64,
    /// Customers none of whose subscriptions has both a length and an amount: they count nowhere.
    pub never_active: u64,
    /// Further rows of customers that stand in a snapshot more than once; the longest stay counts.
    pub repeated: u64,
    /// Whether the as-of time was taken from an end that is later than every start.
    pub as_of_is_end: bool,
}

/// Everything an engine says to a [`ChurnPlan`].
#[derive(Debug, Clone, Default)]
pub struct ChurnAnswer {
    /// Groups by customers (`(other)`, `(none)` last); exactly one without a breakdown.
    pub groups: Vec<ChurnGroup>,
    /// The as-of time in force.
    pub as_of: Option<Micros>,
    /// The silence after which a customer counts as lost; `None` where ends are told.
    pub inactive_after: Option<Micros>,
    pub facts: ChurnFacts,
}
