//! What `cost` is asked and answered: spend, and the leads and customers it stands against, by group and period.

use super::calendar::{Every, PeriodStart};
use crate::model::decimal::Decimal;
use crate::model::time::Micros;

/// Which time decides the period that a customer stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// That of the lead: spend stands beside what its leads became, whenever that was.
    Lead,
    /// That of the event itself: leads when they came, customers and revenue when they were won.
    Win,
}

impl Matching {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Win => "win",
        }
    }
}

/// What one group counts in one period. Sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CostCounts {
    /// `None`: nothing is known to have been spent on the group.
    pub spend: Option<Decimal>,
    pub impressions: Option<Decimal>,
    pub clicks: Option<Decimal>,
    pub leads: u64,
    /// Leads that are neither won nor lost yet.
    pub open: u64,
    pub opportunities: u64,
    pub customers: u64,
    pub revenue: Decimal,
    /// Days since their first order over all customers; known for orders only.
    pub customer_days: u64,
}

impl CostCounts {
    /// Adds another group or period; `None` where a sum leaves the exact range.
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        Some(Self {
            spend: sum(self.spend, other.spend)?,
            impressions: sum(self.impressions, other.impressions)?,
            clicks: sum(self.clicks, other.clicks)?,
            leads: self.leads + other.leads,
            open: self.open + other.open,
            opportunities: self.opportunities + other.opportunities,
            customers: self.customers + other.customers,
            revenue: self.revenue.checked_add(other.revenue)?,
            customer_days: self.customer_days + other.customer_days,
        })
    }
}

/// The sum of what is known; the outer `None` is an overflow.
#[expect(clippy::option_option, reason = "an overflow, and a sum of nothing")]
fn sum(left: Option<Decimal>, right: Option<Decimal>) -> Option<Option<Decimal>> {
    match (left, right) {
        (Some(left), Some(right)) => left.checked_add(right).map(Some),
        (one, other) => Some(one.or(other)),
    }
}

/// One row of the answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CostRow {
    /// The values of the breakdown columns; empty without a breakdown.
    pub group: Vec<String>,
    /// `None` where there are no periods, and for what has no date.
    pub period: Option<PeriodStart>,
    pub counts: CostCounts,
}

/// Which figures the sources can tell at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column that may be empty")]
pub struct Known {
    pub leads: bool,
    pub opportunities: bool,
    pub revenue: bool,
    pub impressions: bool,
    pub clicks: bool,
}

/// How long the revenue of a customer runs, for the payback.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Recurring {
    /// Amounts come once, or it is not said: there is no payback time.
    Unknown,
    /// An amount stands for so many months.
    Months(f64),
    /// By the orders and the days observed since the first.
    Observed,
}

/// What a reader must know about the rows behind the sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CostFacts {
    /// Spend rows outside `--since` and `--until`.
    pub spend_outside: u64,
    /// Spend rows without a cost.
    pub no_cost: u64,
    /// Spend rows that were spread over their days.
    pub spread: u64,
    /// Leads without a date, where periods are asked for.
    pub undated: u64,
    /// Won units without a date, where wins are put into periods.
    pub undated_wins: u64,
    /// Customers without an amount.
    pub no_amount: u64,
    /// Records later than the as-of time, left out.
    pub after_as_of: u64,
    /// Lost units whose stage at the loss is not known from a date.
    pub lost_unknown: u64,
}

/// Everything that an engine says to the question of cost.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CostAnswer {
    /// Groups by spend, then leads, then name; `(other)` and `(none)` last; periods ascending, the undated last.
    pub rows: Vec<CostRow>,
    /// Of all input in range; the rows add up to it.
    pub total: CostCounts,
    pub known: Known,
    pub facts: CostFacts,
    pub as_of: Option<Micros>,
    /// The currency of all money, where one is named.
    pub currency: Option<String>,
    /// Groups of spend beside groups of leads that differ only in how they are written, where one lacks the other side.
    pub alike: Vec<(String, String)>,
}

/// What was asked, for the tables and their captions.
#[derive(Debug, Clone, PartialEq)]
pub struct CostQuestion {
    /// Names of the breakdown columns, as they are printed.
    pub by: Vec<String>,
    pub every: Option<Every>,
    pub matching: Matching,
    /// Gross margin, 0 to 1.
    pub margin: Option<f64>,
    pub recurring: Recurring,
    /// In words: what a lead, an opportunity and a customer are.
    pub leads: String,
    pub opportunities: Option<String>,
    pub customers: String,
    pub revenue: String,
    /// In words: how spend that is given per period was laid on periods.
    pub spread: Option<String>,
    /// Rates of exchange in words, where any is used.
    pub rates: Vec<String>,
}
