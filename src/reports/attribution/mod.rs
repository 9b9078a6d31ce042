//! `attribution`: conversions and revenue credited to channels, by several models side by side.
//!
//! Every model credits each conversion to the touches of its unit in the look-back before it; conversions without one
//! stand under `(unattributed)`, so that the credits of each model add up to the conversions and to their revenue.

mod rules;
mod tables;
mod words;

pub use rules::terms;

use crate::document::{Note, Section, Table};
use crate::plan::attribution::{AttributionAnswer, AttributionPlan};

/// Everything the tables are made from.
#[derive(Debug, Clone, Copy)]
pub struct Attribution<'a> {
    pub plan: &'a AttributionPlan,
    pub answer: &'a AttributionAnswer,
    /// In words: what a touch and a conversion are.
    pub touches: &'a str,
    pub conversions: &'a str,
}

impl Attribution<'_> {
    /// Returns the tables `credit`, and side by side `conversions` and `revenue`; `removal` with the Markov model.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let several = self.plan.models.len() > 1;
        let mut tables = vec![tables::credit(self)];
        if several {
            tables[0].machine_only = true;
            tables.push(tables::conversions(self));
            tables.extend(self.answer.with_revenue.then(|| tables::revenue(self)));
        }
        tables.extend((!self.answer.removal.is_empty()).then(|| tables::removal(self)));
        // The rules stand under the first table that people see.
        if let Some(view) = tables.get_mut(usize::from(several)).and_then(|table| table.view.as_mut()) {
            view.caption = words::caption(self);
        }
        tables
    }

    /// Returns the notes that follow from the answer.
    #[must_use]
    pub fn notes(&self) -> Vec<Note> {
        words::notes(self)
    }

    /// Returns the section of the report.
    #[must_use]
    pub fn section(&self) -> Section {
        let mut tables = self.tables();
        for table in &mut tables {
            table.name = format!("attribution.{}", table.name);
        }
        Section { title: "Attribution".to_owned(), lines: words::lines(self), tables }
    }
}
