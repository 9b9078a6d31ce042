//! Spend beside what it brought: reads both sides, and counts them by group and period.
//!
//! A unit (deal, user, customer) is one lead, with one group; money is kept apart, since a customer may pay often.

mod calendar;
mod currency;
mod layout;
mod orders;
mod spend;
mod tally;

pub use currency::Rates;
pub use orders::read as read_orders;
pub use spend::{Span, SpendItem, SpendPlan, SpendRead, read as read_spend};
pub use tally::{Asked, Inputs, answer};

use crate::input::source::Scan;
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};

/// A unit as a lead, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acquired {
    /// Rank of its group; 0 is none.
    pub group: u32,
    /// When it became a lead, or [`NO_TIME`].
    pub entry: Micros,
    /// When it became an opportunity, [`NO_TIME`] where that is not known; `None`: it did not.
    pub opportunity: Option<Micros>,
    /// Likewise for a customer.
    pub customer: Option<Micros>,
    pub open: bool,
    /// Days since the unit's first order; 0 but for orders.
    pub days: u64,
}

/// Money that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payment {
    pub group: u32,
    /// When the unit that paid became a lead.
    pub entry: Micros,
    pub time: Micros,
    pub amount: Decimal,
}

/// One side of the question: everybody who came.
#[derive(Debug, Default)]
pub struct Units {
    pub acquired: Vec<Acquired>,
    pub payments: Vec<Payment>,
    /// Label of a group by its rank; the first is that of no group.
    pub labels: Vec<Vec<String>>,
    pub scans: Vec<Scan>,
    /// Names given in the steps that no record carries.
    pub unknown: Vec<String>,
    /// Latest time of the records, or [`NO_TIME`].
    pub latest: Micros,
    pub after_as_of: u64,
    pub lost_unknown: u64,
    pub no_amount: u64,
}

impl Units {
    #[must_use]
    pub fn new() -> Self {
        Self { latest: NO_TIME, ..Self::default() }
    }

    /// Adds a unit with what it paid when it became a customer.
    pub fn push(&mut self, unit: Acquired, amount: Option<Decimal>) {
        self.acquired.push(unit);
        let Some(time) = unit.customer else { return };
        match amount {
            Some(amount) => self.payments.push(Payment { group: unit.group, entry: unit.entry, time, amount }),
            None => self.no_amount += 1,
        }
    }
}

/// What of the steps makes an opportunity of a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    /// Position of the step.
    pub opportunity: Option<usize>,
}
