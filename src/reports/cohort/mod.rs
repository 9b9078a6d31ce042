//! `cohort`: retention, conversion or revenue of the units that began in one period, by their age.
//!
//! Definitions stand in [`crate::plan::cohort`]; the caption under the matrix says those in force. Cells under way keep
//! their value and are marked; the pooled row adds up the units of all cohorts whose cell is complete.

mod matrix;
mod notes;
mod pooled;
mod section;
mod table;
mod terms;
mod words;

pub use notes::notes;
pub use section::section;
pub use terms::terms;

use crate::args::cohort::Cells;
use crate::document::{Column, Table};
use crate::plan::calendar::Every;
use crate::plan::cohort::{CohortAnswer, CohortPlan, CohortRow, Measure};
use crate::reports::labels::split_columns;

/// Everything the tables are made from.
#[derive(Debug, Clone, Copy)]
pub struct Cohort<'a> {
    pub plan: &'a CohortPlan,
    pub answer: &'a CohortAnswer,
    pub confidence: f64,
    /// Cells of the matrix; `None`: rate, of revenue value.
    pub cells: Option<Cells>,
    /// The table for machines is a matrix too.
    pub wide: bool,
}

impl Cohort<'_> {
    /// Returns the tables `cohorts` and `pooled` for machines, and the matrices for people.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let cohorts = if self.wide { matrix::wide(self) } else { table::cohorts(self) };
        let mut tables = vec![cohorts, pooled::table(self)];
        tables.extend(matrix::for_people(self));
        tables
    }

    /// Whether revenue is asked for.
    const fn is_revenue(&self) -> bool {
        matches!(self.plan.measure, Measure::Revenue)
    }

    /// The rows of each group, in their order.
    fn groups(&self) -> impl Iterator<Item = &[CohortRow]> {
        self.answer.rows.chunk_by(|left, right| left.group == right.group)
    }

    /// Columns for the breakdown, named so that they do not clash with those of the table.
    fn group_columns(&self, own: &[(&str, crate::document::ColumnType)]) -> Vec<Column> {
        split_columns(&self.plan.by, None, own)
    }

    /// The type of the column of cohorts.
    fn cohort_kind(&self) -> crate::document::ColumnType {
        match self.plan.every {
            Every::Hour => crate::document::ColumnType::Time,
            _ => crate::document::ColumnType::Date,
        }
    }
}
