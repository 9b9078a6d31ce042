//! What customers are worth: the question, and the counts that averages, curves and models are made from.

use super::Attribution;
use super::calendar::{Every, PeriodStart};
use crate::model::decimal::Decimal;
use crate::model::horizon::Horizon;
use crate::model::kind::Kind;
use crate::model::time::Micros;
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// A request for the purchases of customers, counted by age.
#[derive(Debug, Clone)]
pub struct ValuePlan {
    /// Orders, subscriptions (whose payments are laid out) or won deals.
    pub kind: Kind,
    pub horizon: Horizon,
    /// Last moment of the calibration; `None`: two thirds of the way.
    pub calibration_end: Option<Micros>,
    /// Column of deals that names the customer.
    pub account: Option<String>,
    pub by: Vec<String>,
    pub attribution: Attribution,
    pub top: usize,
    /// Split by the period of the first purchase.
    pub every: Option<Every>,
    pub zone: Tz,
    pub week_start: chrono::Weekday,
    /// First purchases before this time do not count.
    pub since: Option<Micros>,
    /// First purchases after this time do not count.
    pub until: Option<Micros>,
    pub as_of: Option<Micros>,
    pub row_filter: Option<String>,
    pub entry_filter: Option<String>,
    pub unit_filters: Vec<String>,
    pub dedupe: bool,
}

/// How one customer bought, in days; the days on which he bought count, not the orders of a day.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Buyer {
    /// Days with a purchase after the first one.
    pub repeats: u32,
    /// From the first such day to the last.
    pub recency: u32,
    /// From the first such day to the end of the watch.
    pub age: u32,
    /// Average amount of the repeat days.
    pub average: f64,
}

/// Customers who have been watched for some time, and what they brought in that time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Brought {
    pub customers: u64,
    pub orders: u64,
    pub revenue: Decimal,
}

/// Months that customers stayed, as it was known at one moment: by month how many left and how many were still there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stays {
    /// Customers that left after so many months (begun ones count).
    pub left: Vec<u64>,
    /// Customers that have been there for so many whole months and still are.
    pub there: Vec<u64>,
}

/// What a subscription business adds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tenures {
    pub stays: Stays,
    /// Months begun over all customers, and what was due for them at monthly rates.
    pub months: u64,
    pub monthly_revenue: Decimal,
    /// As it was known at the end of the calibration.
    pub calibration: Stays,
    /// Of those there at the end of the calibration, by whole months stayed: those still there at the as-of time.
    pub kept: Vec<u64>,
}

/// The counts of one group and period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ValueTally {
    pub all: Brought,
    /// Customers with two orders or more; with orders on two days or more.
    pub repeaters: u64,
    pub day_repeaters: u64,
    /// Amounts of the days of the first purchases.
    pub first_value: Decimal,
    /// Customers watched for the whole horizon, within it.
    pub mature: Brought,
    /// Those of them that ordered again within it.
    pub mature_repeaters: Brought,
    /// By step of the horizon: what those watched through the step brought in it.
    pub steps: Vec<Brought>,
    /// Customers whose first purchase lies in the span of the spend.
    pub acquired: u64,
    /// For the models, sorted; empty where purchases are payments of a subscription or the answer is by period.
    pub buyers: Vec<Buyer>,
    /// As known at the end of the calibration, sorted.
    pub calibration: Vec<Buyer>,
    /// Days of purchase of these after the calibration, and their amounts.
    pub later_days: u64,
    pub later_value: Decimal,
    /// Of subscriptions.
    pub tenures: Option<Tenures>,
}

/// One row of the answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ValueRow {
    pub group: Vec<String>,
    pub period: Option<PeriodStart>,
    pub tally: ValueTally,
}

/// Money spent on marketing in a span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpendSpan {
    pub total: Decimal,
    pub first: NaiveDate,
    pub last: NaiveDate,
}

/// What a reader must know about the rows behind the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ValueFacts {
    /// Rows that repeat another one's customer, time and amount.
    pub duplicates: u64,
    pub after_as_of: u64,
    /// Rows without an amount, left out.
    pub without_amount: u64,
    /// Rows with a negative amount: they lower the revenue and are no orders.
    pub refunds: u64,
    /// Refunds of customers who never ordered, left out.
    pub stray_refunds: u64,
    /// Won deals without a closing date, left out.
    pub undated: u64,
}

/// Everything an engine says to a [`ValuePlan`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ValueAnswer {
    /// Groups by customers, `(other)` and `(none)` last; periods ascending.
    pub rows: Vec<ValueRow>,
    pub as_of: Option<Micros>,
    /// Day of the first purchase of all; day of the as-of time; last day of the calibration.
    pub first_day: Option<NaiveDate>,
    pub last_day: Option<NaiveDate>,
    pub calibration_day: Option<NaiveDate>,
    pub spend: Option<SpendSpan>,
    /// What was spent on each group, where the spend has all breakdown columns; by label, folded.
    pub spend_by: Option<BTreeMap<Vec<String>, Decimal>>,
    pub facts: ValueFacts,
}
