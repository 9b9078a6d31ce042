//! The table `movements`: from the customers and the monthly revenue at the start to those at the end, over all periods.

use super::{Churn, chart, value};
use crate::document::{Cell, ColumnType, Table, View};
use crate::model::billing::Monthly;
use crate::plan::calendar::PeriodStart;
use crate::plan::churn::{Basis, ChurnPeriod};

/// The parts in their order, and whether each adds to the sum or takes from it.
pub const ITEMS: [(&str, bool); 7] = [
    ("start", true),
    ("new", true),
    ("reactivated", true),
    ("expansion", true),
    ("contraction", false),
    ("churned", false),
    ("end", true),
];

/// `start + new + reactivated + expansion - contraction - churned = end`; of one group only, and of two periods or more.
pub fn table(churn: &Churn<'_>) -> Option<Table> {
    let [group] = churn.answer.groups.as_slice() else { return None };
    let (first, last) = (group.periods.first()?, group.periods.last()?);
    if group.periods.len() < 2 || !churn.plan.by.is_empty() {
        return None;
    }
    let own = [("item", ColumnType::Text), ("customers", ColumnType::Count), ("revenue", ColumnType::Money)];
    let title = format!("Movements from {} to {}", day(first.period), day(last.period));
    let mut table = Table::new("movements", &title, &own);
    let with_revenue = churn.plan.basis == Basis::Subscriptions;
    for (name, _) in ITEMS {
        let customers = customers(name, &group.periods);
        let revenue = if with_revenue { revenue(name, &group.periods) } else { None };
        if customers.is_some() || revenue.is_some() {
            let money = revenue.map_or(Cell::Missing, |sum| Cell::Money(sum.money()));
            table.rows.push(vec![Cell::Text(name.to_owned()), customers.map_or(Cell::Missing, Cell::Count), money]);
        }
    }
    let mut columns = vec![value(&table, "", "item", 0), value(&table, "Customers", "customers", 0)];
    columns.push(value(&table, "Monthly revenue", "revenue", 0).filter(|_| with_revenue));
    let every = churn.plan.every.name();
    let mut caption = vec![format!(
        "All {} periods by {every} added up; who came back and left again counts each time.",
        group.periods.len()
    )];
    if group.periods.iter().any(|period| !period.complete) {
        caption.push("The last period is still under way.".to_owned());
    }
    table.view = Some(View { columns: columns.into_iter().flatten().collect(), caption, ..View::default() });
    table.chart = chart::movements(&table, with_revenue);
    Some(table)
}

fn day(period: PeriodStart) -> String {
    match period {
        PeriodStart::Day(day) => day.to_string(),
        PeriodStart::Hour(time) => time.format("%Y-%m-%d %H:%M").to_string(),
    }
}

fn customers(item: &str, periods: &[ChurnPeriod]) -> Option<u64> {
    let sum = |of: fn(&ChurnPeriod) -> u64| Some(periods.iter().map(of).sum());
    match item {
        "start" => periods.first().map(|period| period.customers.start),
        "new" => sum(|period| period.customers.new),
        "reactivated" => sum(|period| period.customers.reactivated),
        "churned" => sum(|period| period.customers.churned),
        "end" => periods.last().map(|period| period.customers.end),
        _ => None,
    }
}

/// `None` for a sum that leaves the exact range.
fn revenue(item: &str, periods: &[ChurnPeriod]) -> Option<Monthly> {
    let sum = |of: fn(&ChurnPeriod) -> Monthly| {
        periods.iter().map(of).try_fold(Monthly(0), |sum: Monthly, part| sum.checked_add(part))
    };
    match item {
        "start" => periods.first().map(|period| period.revenue.start),
        "new" => sum(|period| period.revenue.new),
        "reactivated" => sum(|period| period.revenue.reactivation),
        "expansion" => sum(|period| period.revenue.expansion),
        "contraction" => sum(|period| period.revenue.contraction),
        "churned" => sum(|period| period.revenue.churned),
        "end" => periods.last().map(|period| period.revenue.end),
        _ => None,
    }
}
