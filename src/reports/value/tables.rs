//! The tables `value`, `repeat` and `by_age`.

use super::money::{cell, per, share};
use super::{Answered, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::decimal::Decimal;
use crate::stats::proportion::{rate, wilson};

pub fn value(answered: &Answered<'_>) -> Table {
    let own = [
        ("method", ColumnType::Text),
        ("n", ColumnType::Count),
        ("orders", ColumnType::Count),
        ("revenue", ColumnType::Money),
        ("average_sale", ColumnType::Money),
        ("per_customer", ColumnType::Money),
        ("ltv", ColumnType::Money),
        ("horizon", ColumnType::Text),
        ("low", ColumnType::Money),
        ("high", ColumnType::Money),
    ];
    let mut table = answered.table("value", "What a customer is worth", &own);
    for found in &answered.found {
        for estimate in &found.estimates {
            let mut cells = Answered::leading_cells(found);
            cells.extend([
                Cell::Text(estimate.method.name().to_owned()),
                Cell::Count(estimate.customers),
                estimate.orders.map_or(Cell::Missing, Cell::Count),
                cell(estimate.revenue),
                cell(estimate.average_sale),
                cell(estimate.per_customer),
                cell(estimate.lifetime),
                Cell::Text(estimate.horizon.clone()),
                cell(estimate.interval.map(|(low, _)| low)),
                cell(estimate.interval.map(|(_, high)| high)),
            ]);
            table.rows.push(cells);
        }
    }
    table.view = Some(view::value(answered, &table));
    table
}

/// Who came back: with a second order, and on a second day.
pub fn repeat(answered: &Answered<'_>) -> Table {
    let own = [
        ("n", ColumnType::Count),
        ("repeat", ColumnType::Count),
        ("repeat_rate", ColumnType::Share),
        ("low", ColumnType::Share),
        ("high", ColumnType::Share),
        ("other_day", ColumnType::Count),
        ("other_day_rate", ColumnType::Share),
        ("orders_per_customer", ColumnType::Number),
    ];
    let mut table = answered.table("repeat", "Who comes back", &own);
    for found in &answered.found {
        let tally = &found.row.tally;
        let customers = tally.all.customers;
        let interval = wilson(tally.repeaters, customers, answered.value.confidence);
        let orders = per(Decimal::from_integer(i64::try_from(tally.all.orders).unwrap_or(i64::MAX)), customers);
        let mut cells = Answered::leading_cells(found);
        cells.extend([
            Cell::Count(customers),
            Cell::Count(tally.repeaters),
            share(rate(tally.repeaters, customers)),
            share(interval.map(|interval| interval.low)),
            share(interval.map(|interval| interval.high)),
            Cell::Count(tally.day_repeaters),
            share(rate(tally.day_repeaters, customers)),
            orders.map_or(Cell::Missing, |orders| Cell::Number(orders.to_f64())),
        ]);
        table.rows.push(cells);
    }
    // Payments of a subscription come back by themselves.
    if answered.value.plan.kind == crate::model::kind::Kind::Subscriptions {
        table.rows.clear();
    }
    table.view = Some(view::repeat(answered, &table));
    table
}

/// What customers bring at each age, by those watched through it.
pub fn by_age(answered: &Answered<'_>) -> Table {
    let own = [
        ("until", ColumnType::Text),
        ("n", ColumnType::Count),
        ("orders", ColumnType::Count),
        ("revenue", ColumnType::Money),
        ("per_customer", ColumnType::Money),
        ("cumulative", ColumnType::Money),
    ];
    let mut table = answered.table("by_age", "Revenue per customer by age", &own);
    let horizon = answered.value.plan.horizon;
    for found in &answered.found {
        let mut sum = Some(Decimal::ZERO);
        let steps = found.row.tally.steps.iter().take_while(|step| step.customers > 0);
        for (position, step) in steps.enumerate() {
            let own = per(step.revenue, step.customers);
            sum = sum.zip(own).and_then(|(sum, own)| sum.checked_add(own));
            let mut cells = Answered::leading_cells(found);
            cells.extend([
                Cell::Text(horizon.after(position + 1).to_string()),
                Cell::Count(step.customers),
                Cell::Count(step.orders),
                Cell::Money(step.revenue),
                cell(own),
                cell(sum),
            ]);
            table.rows.push(cells);
        }
    }
    table.view = Some(view::by_age(answered, &table));
    table
}
