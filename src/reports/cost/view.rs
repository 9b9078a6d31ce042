//! How people see the cost tables: the columns that hold anything, open cohorts marked, definitions underneath.

use super::{Cost, table, words};
use crate::document::{Cell, Table, View, ViewColumn, ViewContent};
use crate::reports::labels::split_view;

/// A group or period with a larger share of open leads is marked.
pub const IMMATURE: f64 = 0.1;

fn columns(table: &Table) -> Vec<ViewColumn> {
    let wanted = [
        ("Spend", "spend", 0),
        ("Impressions", "impressions", 9),
        ("Clicks", "clicks", 8),
        ("CTR", "click_rate", 11),
        ("Per click", "cost_per_click", 10),
        ("Leads", "leads", 0),
        ("Still open", "open_share", 5),
        ("Opportunities", "opportunities", 4),
        ("Customers", "customers", 1),
        ("Revenue", "revenue", 2),
        ("Per lead", "cost_per_lead", 0),
        ("Per opportunity", "cost_per_opportunity", 7),
        ("Per customer", "cost_per_customer", 1),
        ("ROAS", "roas", 3),
        ("Payback months", "payback_months", 6),
    ];
    let filled = |position: &usize| table.rows.iter().any(|row| row[*position] != Cell::Missing);
    let column = |(label, name, expendable): (&str, &str, u8)| {
        let position = table.position(name).filter(|at| expendable == 0 || filled(at))?;
        Some(ViewColumn { label: label.to_owned(), content: ViewContent::Value(position), expendable })
    };
    wanted.into_iter().filter_map(column).collect()
}

pub fn rows(cost: &Cost<'_>, table: &Table, leading: usize) -> View {
    let mut shown = split_view(&table.columns, leading);
    shown.extend(columns(table));
    let shares = cost.answer.rows.iter().map(|row| table::open_share(cost, &row.counts)).enumerate();
    let marks = shares
        .filter_map(|(row, share)| share.filter(|share| *share > IMMATURE).map(|share| (row, share)))
        .filter(|_| cost.question.every.is_some())
        .map(|(row, share)| (row, format!("{:.0} % open", share * 100.0)))
        .collect();
    View { columns: shown, marks, caption: caption(cost) }
}

pub fn total(table: &Table) -> View {
    View { columns: columns(table), ..View::default() }
}

/// Definitions, population, matching and currency, in a few lines.
fn caption(cost: &Cost<'_>) -> Vec<String> {
    let question = cost.question;
    let mut definitions = Vec::new();
    if cost.answer.known.leads {
        definitions.push(format!("Leads: {}", question.leads));
    }
    definitions.extend(question.opportunities.iter().map(|text| format!("Opportunities: {text}")));
    definitions.push(format!("Customers: {}", question.customers));
    if cost.answer.known.revenue {
        definitions.push(format!("Revenue: {}", question.revenue));
    }
    let mut lines = vec![format!("{}.", definitions.join(". "))];
    lines.push(words::matching(question.matching).to_owned());
    lines.push(money(cost));
    lines.extend(question.spread.clone());
    lines
}

fn money(cost: &Cost<'_>) -> String {
    let question = cost.question;
    let mut parts = vec![match &cost.answer.currency {
        Some(currency) => format!("Money in {currency}"),
        None => "No currency is named".to_owned(),
    }];
    if !question.rates.is_empty() {
        parts.push(format!("rates: {}", question.rates.join(", ")));
    }
    let payback = words::payback(question.margin, question.recurring);
    let payback = payback.map_or_else(String::new, |payback| format!("; {payback}"));
    format!("{}. {}{payback}.", parts.join("; "), words::SPEND)
}
