//! `pipeline`: how many deals are won, what they bring per day, what is open, how old it is and what it is worth.
//!
//! Definitions (also in the captions): win rate = won / (won + lost); velocity = closed deals x win rate x average sale
//! / mean won cycle, per day; the weight of an open deal is the measured rate of winning from its stage, not the CRM's.

mod ageing;
mod chart;
mod notes;
mod stages;
mod summary;
mod suspended;
mod target;
mod terms;
mod view;
mod waterfall;

pub use notes::{notes, sentences};
pub use terms::terms;
pub use waterfall::waterfall;

use crate::document::{Cell, Column, ColumnType, Table};
use crate::model::decimal::Decimal;
use crate::plan::calendar::Every;
use crate::plan::deals::{DealAnswer, DealPlan, DealRow};
use crate::reports::labels::{split_cells, split_columns};

/// Everything the tables are made from.
#[derive(Debug, Clone, Copy)]
pub struct Pipeline<'a> {
    pub plan: &'a DealPlan,
    pub answer: &'a DealAnswer,
    /// Position of the cut.
    pub cut: usize,
    pub grouped: bool,
    pub every: Option<Every>,
    pub confidence: f64,
    /// Value to be won, where one is given.
    pub target: Option<Decimal>,
}

impl Pipeline<'_> {
    /// Returns all tables that the data can fill; the first is the main one.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![summary::table(self)];
        if self.plan.stages().count() > 0 {
            tables.push(stages::table(self));
        }
        tables.extend([ageing::table(self), suspended::table(self), suspended::suspension(self)]);
        tables.push(suspended::elimination(self));
        tables.extend(target::table(self));
        tables
    }

    #[must_use]
    pub fn summary(&self) -> Table {
        summary::table(self)
    }

    fn rows(&self) -> &[DealRow] {
        self.answer.cuts.get(self.cut).map_or(&[], Vec::as_slice)
    }

    fn start(&self, name: &str, title: &str, own: &[(&str, ColumnType)]) -> (Table, usize) {
        let by: &[String] = if self.grouped { &self.plan.journey.by } else { &[] };
        let mut table = Table::new(name, title, &[]);
        table.columns = split_columns(by, self.every, own);
        let leading = table.columns.len();
        table.columns.extend(own.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind: *kind }));
        (table, leading)
    }

    fn leading_cells(row: &DealRow) -> Vec<Cell> {
        split_cells(&row.group, row.period)
    }
}

/// Fewer closed deals than this say nothing about the chance of winning from a stage.
pub const FEWEST_CLOSED: u64 = 10;

/// An amount that is computed from rates and averages, never a sum.
fn money(value: f64) -> Cell {
    Decimal::from_computed(value).map_or(Cell::Missing, Cell::Money)
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
const fn count_f64(count: u64) -> f64 {
    count as f64
}
