//! `value`: what customers are worth, by several methods side by side, each with its name, horizon and customers.
//!
//! Definitions: average sale = revenue / orders; per customer = revenue / customers who ever bought; lifetime value =
//! revenue per customer within a horizon from the first purchase, times the margin where one is given.

mod checks;
mod methods;
mod models;
mod money;
mod notes;
mod tables;
mod tenure;
mod view;
mod words;
mod worth;

pub use notes::notes;
pub use words::terms;

use crate::document::{Column, ColumnType, Section, Table};
use crate::model::kind::Kind;
use crate::plan::value::{ValueAnswer, ValuePlan};
use crate::reports::labels::{split_cells, split_columns};
use methods::Found;

/// Everything the tables are made from.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    pub plan: &'a ValuePlan,
    pub answer: &'a ValueAnswer,
    /// Above 0, at most 1; `None`: value is revenue.
    pub margin: Option<f64>,
    /// Change of retention whose worth is shown.
    pub change: f64,
    pub confidence: f64,
    pub currency: Option<&'a str>,
}

/// The estimates of all rows, made once for all tables.
pub struct Answered<'a> {
    value: Value<'a>,
    found: Vec<Found<'a>>,
}

impl Value<'_> {
    fn margin(&self) -> f64 {
        self.margin.unwrap_or(1.0)
    }

    /// Whether purchases belong to customers; won deals without an account stand for themselves.
    fn has_customers(&self) -> bool {
        self.plan.kind != Kind::Deals || self.plan.account.is_some()
    }

    /// Whether models of repeat purchase are fitted: not to the payments of subscriptions, nor period by period.
    fn is_modelled(&self) -> bool {
        self.has_customers() && self.plan.kind != Kind::Subscriptions && self.plan.every.is_none()
    }
}

impl<'a> Answered<'a> {
    #[must_use]
    pub fn new(value: Value<'a>) -> Self {
        let found = value.answer.rows.iter().map(|row| Found::new(&value, row)).collect();
        Self { value, found }
    }

    /// The tables, `value` first; those without rows are left out, but for the first.
    #[must_use]
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![tables::value(self)];
        if !self.value.has_customers() {
            return tables;
        }
        let others = [
            tables::repeat(self),
            worth::acquisition(self),
            worth::retention(self),
            checks::forecasts(self),
            checks::fits(self),
            tables::by_age(self),
        ];
        tables.extend(others.into_iter().filter(|table| !table.rows.is_empty()));
        tables
    }

    /// The section of the report: sentences, and the tables under their full names.
    #[must_use]
    pub fn section(&self) -> Section {
        let mut tables = self.tables();
        for table in &mut tables {
            table.machine_only |= ["fits", "by_age"].contains(&table.name.as_str());
            table.name = format!("value.{}", table.name);
        }
        Section { title: "What a customer is worth".to_owned(), lines: view::lines(self), tables }
    }

    /// A table with the leading columns of groups and periods before its own.
    fn table(&self, name: &str, title: &str, own: &[(&str, ColumnType)]) -> Table {
        let mut table = Table::new(name, title, &[]);
        table.columns = split_columns(&self.value.plan.by, self.value.plan.every, own);
        let named = |(name, kind): &(&str, ColumnType)| Column { name: (*name).to_owned(), kind: *kind };
        table.columns.extend(own.iter().map(named));
        table
    }

    /// How many leading columns there are.
    fn leading(&self) -> usize {
        self.value.plan.by.len() + usize::from(self.value.plan.every.is_some())
    }

    fn leading_cells(found: &Found<'_>) -> Vec<crate::document::Cell> {
        split_cells(&found.row.group, found.row.period)
    }
}
