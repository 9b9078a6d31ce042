//! `cost`: spend beside the leads, opportunities, customers and revenue that it brought.
//!
//! Definitions (also under the table): a lead is a deal created or a user at the first step; cost per lead = spend /
//! leads of the same group and period; ROAS = revenue / spend; payback in months = cost per customer / (monthly
//! revenue per customer x gross margin). A ratio whose divisor is 0 or not known is empty, never 0.

mod chart;
mod notes;
mod table;
mod view;
pub mod words;

use crate::document::{Note, Section, Table};
use crate::plan::cost::{CostAnswer, CostQuestion};

/// Everything the tables are made from.
#[derive(Debug, Clone, Copy)]
pub struct Cost<'a> {
    pub question: &'a CostQuestion,
    pub answer: &'a CostAnswer,
}

impl Cost<'_> {
    /// Returns the tables `cost` and `total`.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        vec![table::rows(self), table::total(self)]
    }

    /// Returns the notes that follow from the answer.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        notes::notes(self)
    }

    /// Returns the section of the report.
    #[must_use]
    pub fn section(&self) -> Section {
        let mut tables = self.tables();
        for table in &mut tables {
            table.name = format!("cost.{}", table.name);
        }
        Section { title: "Cost".to_owned(), lines: notes::lines(self), tables }
    }
}
