//! The table `customers`: who was there, came, left and came back, period by period.

use super::{Churn, chart, interval, rate, share, value};
use crate::args::choices::Convention;
use crate::document::{Cell, ColumnType, Table, View};
use crate::plan::calendar::Every;
use crate::plan::churn::{Basis, CustomerMoves};
use crate::reports::labels::{span, split_view};
use crate::stats::proportion::wilson;

const OWN: [(&str, ColumnType); 8] = [
    ("start", ColumnType::Count),
    ("new", ColumnType::Count),
    ("churned", ColumnType::Count),
    ("reactivated", ColumnType::Count),
    ("end", ColumnType::Count),
    ("churn_rate", ColumnType::Share),
    ("low", ColumnType::Share),
    ("high", ColumnType::Share),
];

pub fn table(churn: &Churn<'_>) -> Table {
    let (mut table, leading) = churn.start("customers", "Customers", Some(churn.plan.every), &OWN);
    for group in &churn.answer.groups {
        for period in &group.periods {
            let moves = &period.customers;
            let mut cells = Churn::cells(group, Some(period.period));
            cells.extend([moves.start, moves.new, moves.churned, moves.reactivated, moves.end].map(Cell::Count));
            let whole = denominator(churn.convention, moves);
            cells.push(share(rate(moves.churned, whole)));
            let interval = wilson(moves.churned, whole, churn.confidence);
            cells.extend([share(interval.map(|found| found.low)), share(interval.map(|found| found.high))]);
            table.rows.push(cells);
        }
    }
    let mut columns = split_view(&table.columns, leading);
    let own = [
        value(&table, "Start", "start", 0),
        value(&table, "New", "new", 1),
        value(&table, "Churned", "churned", 0),
        value(&table, "Reactivated", "reactivated", 2),
        value(&table, "End", "end", 1),
        interval(&table, "Churn rate", ["churn_rate", "low", "high"], 0),
    ];
    columns.extend(own.into_iter().flatten());
    table.view = Some(View { columns, marks: churn.under_way(), caption: caption(churn) });
    table.chart = chart::customers(churn, &table);
    table
}

/// The customers of whom those who left are a share.
#[must_use]
pub fn denominator(convention: Convention, moves: &CustomerMoves) -> u64 {
    match convention {
        Convention::Stripe => moves.start + moves.new,
        Convention::Standard | Convention::Baremetrics | Convention::Chartmogul => moves.start,
    }
}

/// Who is active where payments tell it.
pub const PAID: &str = "A customer is active while a subscription with an amount is paid for, and lost in the period \
                        that holds the end of the paid time (an end date is paid for).";

/// Who is active where only orders or events tell it.
pub fn silent(silence: &str) -> String {
    format!(
        "A customer is active until silent for {silence}, and lost at that moment; who has been silent for less is \
             active."
    )
}

/// What moves customers, and how the movements add up.
pub fn moves(every: Every) -> String {
    let every = every.name();
    format!(
        "A gap inside one {every} is no loss; who comes and goes within one {every} counts as new and as churned. \
         start + new + reactivated - churned = end."
    )
}

/// The churn rate of customers.
pub fn rate_text(convention: Convention, confidence: f64) -> String {
    let whole = match convention {
        Convention::Stripe => "start + new (convention stripe)",
        Convention::Standard => "start (convention standard)",
        Convention::Baremetrics => "start (convention baremetrics)",
        Convention::Chartmogul => "start (convention chartmogul)",
    };
    format!("Churn rate: churned / {whole}; in brackets the {} % Wilson interval.", confidence * 100.0)
}

fn caption(churn: &Churn<'_>) -> Vec<String> {
    let active = match (churn.plan.basis, churn.answer.inactive_after) {
        (Basis::Activity { .. }, Some(silence)) => silent(&span(silence)),
        _ => PAID.to_owned(),
    };
    vec![active, moves(churn.plan.every), rate_text(churn.convention, churn.confidence)]
}
