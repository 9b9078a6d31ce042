//! `churn`: customers and monthly revenue lost, where the movements came from, and how long customers stay.
//!
//! Definitions (also in `--help` and under the tables): a customer is active while any of its subscriptions is paid for;
//! it is lost in the period that holds the last moment paid for, unless it is back before that period is over.

mod activity;
mod chart;
mod customers;
mod model;
mod movements;
mod notes;
mod retention;
mod revenue;
mod survival;
mod terms;
mod words;

pub use customers::denominator;
pub use notes::notes;
pub use terms::{Asked, terms};
pub use words::lines;

use crate::args::choices::{Convention, TenureUnit};
use crate::document::{Cell, Column, ColumnType, Table, ViewColumn, ViewContent};
use crate::plan::calendar::{Every, PeriodStart};
use crate::plan::churn::{Basis, ChurnAnswer, ChurnGroup, ChurnPlan, RevenueMoves};
use crate::reports::labels::{split_cells, split_columns};
use crate::reports::thin::Detail;

/// Everything the tables are made from.
#[derive(Debug, Clone, Copy)]
pub struct Churn<'a> {
    pub plan: &'a ChurnPlan,
    pub answer: &'a ChurnAnswer,
    pub convention: Convention,
    /// What the times of a snapshot count; `None` leaves them as given.
    pub tenure_unit: Option<TenureUnit>,
    pub confidence: f64,
    /// Of the table `survival`.
    pub detail: Detail,
}

impl Churn<'_> {
    /// Returns the tables that the basis allows, the main one first.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = Vec::new();
        match self.plan.basis {
            Basis::Subscriptions => {
                tables.extend([customers::table(self), revenue::table(self), retention::table(self)]);
                tables.extend(movements::table(self));
            }
            Basis::Activity { .. } => {
                tables.extend([customers::table(self), activity::table(self)]);
                tables.extend(movements::table(self));
            }
            Basis::Snapshot => {}
        }
        tables.extend(survival::table(self));
        tables.push(survival::median(self));
        if !self.plan.by.is_empty() {
            tables.push(survival::logrank(self));
        }
        if !matches!(self.plan.basis, Basis::Activity { .. }) {
            tables.extend([model::fits(self), model::forecast(self)]);
        }
        tables
    }

    /// Starts a table with the breakdown columns, and returns how many these are.
    fn start(&self, name: &str, title: &str, every: Option<Every>, own: &[(&str, ColumnType)]) -> (Table, usize) {
        let mut table = Table::new(name, title, &[]);
        table.columns = split_columns(&self.plan.by, every, own);
        let leading = table.columns.len();
        table.columns.extend(own.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }));
        (table, leading)
    }

    /// Starts a row.
    fn cells(group: &ChurnGroup, period: Option<PeriodStart>) -> Vec<Cell> {
        split_cells(&group.label, period)
    }

    /// Rows, if any, of a period that is not over at the as-of time.
    fn under_way(&self) -> Vec<(usize, String)> {
        let periods = self.answer.groups.iter().flat_map(|group| &group.periods).enumerate();
        periods.filter(|(_, period)| !period.complete).map(|(row, _)| (row, "under way".to_owned())).collect()
    }
}

/// Gross and net share of the monthly revenue that a period lost; `None` without revenue at its start.
#[must_use]
pub fn revenue_rates(convention: Convention, moves: &RevenueMoves) -> Option<(f64, f64)> {
    let rates = revenue::Rates::of(convention, moves);
    rates.gross.zip(rates.net)
}

/// A column of a view by its name in the table.
fn value(table: &Table, label: &str, name: &str, expendable: u8) -> Option<ViewColumn> {
    let content = ViewContent::Value(table.position(name)?);
    Some(ViewColumn { label: label.to_owned(), content, expendable })
}

fn interval(table: &Table, label: &str, names: [&str; 3], expendable: u8) -> Option<ViewColumn> {
    let [value, low, high] = names.map(|name| table.position(name));
    let content = ViewContent::Interval { value: value?, low: low?, high: high? };
    Some(ViewColumn { label: label.to_owned(), content, expendable })
}

fn share(value: Option<f64>) -> Cell {
    value.map_or(Cell::Missing, Cell::Share)
}

/// A rate of two counts; `None` without a denominator. It may exceed 1 where the parts are not all of the whole.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn rate(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
