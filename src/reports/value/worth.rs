//! The tables `acquisition` (lifetime value beside the cost of acquiring) and `retention` (what a point of it is worth).

use super::methods::{Estimate, Found, Method};
use super::money::{cell, estimated, number, per, share};
use super::tenure::Staying;
use super::{Answered, Value, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::decimal::Decimal;
use crate::model::horizon::Horizon;
use crate::model::names::fold;
use crate::plan::{NONE, OTHER};
use crate::stats::proportion::rate;

/// What was spent on the customers of a row: all of it where there is one row, else what was spent on its group.
fn spend_on(answered: &Answered<'_>, found: &Found<'_>) -> Option<Decimal> {
    let answer = answered.value.answer;
    if answered.found.len() == 1 && answered.value.plan.by.is_empty() {
        return answer.spend.map(|spend| spend.total);
    }
    if found.row.group.iter().any(|value| value == NONE || value == OTHER) {
        return None;
    }
    let label: Vec<String> = found.row.group.iter().map(|value| fold(value)).collect();
    let by = answer.spend_by.as_ref().filter(|_| answered.value.plan.every.is_none())?;
    by.get(&label).copied()
}

/// Spend per new customer.
fn cost_of_acquiring(answered: &Answered<'_>, found: &Found<'_>) -> Option<Decimal> {
    per(spend_on(answered, found)?, found.row.tally.acquired)
}

/// What was spent on groups that are in no row of their own, where the spend is split by group.
#[must_use]
pub fn spent_elsewhere(answered: &Answered<'_>) -> Option<Decimal> {
    let answer = answered.value.answer;
    let (spend, _) = answer.spend.zip(answer.spend_by.as_ref())?;
    let shown = answered.found.iter().filter_map(|found| spend_on(answered, found));
    let rest = shown.fold(spend.total, |rest, shown| Decimal(rest.0 - shown.0));
    (rest.0 != 0 && answered.value.plan.every.is_none()).then_some(rest)
}

pub fn acquisition(answered: &Answered<'_>) -> Table {
    let own = [
        ("method", ColumnType::Text),
        ("n", ColumnType::Count),
        ("ltv", ColumnType::Money),
        ("horizon", ColumnType::Text),
        ("spend", ColumnType::Money),
        ("from", ColumnType::Date),
        ("to", ColumnType::Date),
        ("new_customers", ColumnType::Count),
        ("cac", ColumnType::Money),
        ("ltv_to_cac", ColumnType::Number),
        ("payback_months", ColumnType::Number),
    ];
    let mut table = answered.table("acquisition", "Lifetime value and the cost of acquiring", &own);
    let Some(span) = answered.value.answer.spend else { return table };
    let rows = answered.found.iter().filter_map(|found| Some((found, spend_on(answered, found)?)));
    let valued = rows.flat_map(|(found, spend)| found.estimates.iter().map(move |estimate| (found, spend, estimate)));
    for (found, spend, estimate) in valued.filter(|(_, _, estimate)| estimate.lifetime.is_some()) {
        let cost = cost_of_acquiring(answered, found);
        let mut cells = Answered::leading_cells(found);
        let ratio = estimate.lifetime.zip(cost).filter(|(_, cost)| cost.0 > 0);
        cells.extend([
            Cell::Text(estimate.method.name().to_owned()),
            Cell::Count(estimate.customers),
            cell(estimate.lifetime),
            Cell::Text(estimate.horizon.clone()),
            Cell::Money(spend),
            Cell::Date(span.first),
            Cell::Date(span.last),
            Cell::Count(found.row.tally.acquired),
            cell(cost),
            number(ratio.map(|(lifetime, cost)| lifetime.to_f64() / cost.to_f64())),
            number(cost.and_then(|cost| payback(&answered.value, found, estimate, cost))),
        ]);
        table.rows.push(cells);
    }
    table.view = Some(view::acquisition(answered, &table));
    table
}

/// Months until a customer has brought what acquiring him cost; `None` where he does not within what is known.
fn payback(value: &Value<'_>, found: &Found<'_>, estimate: &Estimate, cost: Decimal) -> Option<f64> {
    match (estimate.method, &found.staying) {
        (Method::Naive, Some(staying)) => {
            let monthly = staying.arpa * value.margin();
            (monthly > 0.0).then(|| cost.to_f64() / monthly)
        }
        (Method::Survival, Some(staying)) => {
            let monthly = staying.arpa * value.margin();
            let brought = |months: u32| monthly * staying.paid_months(f64::from(months), 0.0).0;
            let mut months =
                (1..=Horizon::MOST_MONTHS).take_while(|months| f64::from(*months) <= value.plan.horizon.months());
            months.find(|months| brought(*months) >= cost.to_f64()).map(f64::from)
        }
        (Method::Pooled, _) => {
            let mut sum = 0.0;
            let steps = found.row.tally.steps.iter().take_while(|step| step.customers > 0);
            let reached =
                steps.map(|step| per(step.revenue, step.customers).map_or(0.0, Decimal::to_f64)).position(|own| {
                    sum += own * value.margin();
                    sum >= cost.to_f64()
                })?;
            Some(value.plan.horizon.after(reached + 1).months())
        }
        _ => None,
    }
}

/// Value as it is, and as it would be with a point more of retention.
struct Change {
    method: Method,
    measure: &'static str,
    rate: f64,
    changed_rate: f64,
    customers: u64,
    value: f64,
    changed_value: f64,
}

pub fn retention(answered: &Answered<'_>) -> Table {
    let own = [
        ("method", ColumnType::Text),
        ("measure", ColumnType::Text),
        ("rate", ColumnType::Share),
        ("changed_rate", ColumnType::Share),
        ("n", ColumnType::Count),
        ("ltv", ColumnType::Money),
        ("changed_ltv", ColumnType::Money),
        ("difference", ColumnType::Money),
        ("total", ColumnType::Money),
        ("as_new_customers", ColumnType::Number),
        ("acquiring_cost", ColumnType::Money),
    ];
    let mut table = answered.table("retention", "What a point of retention is worth", &own);
    for found in &answered.found {
        let cost = cost_of_acquiring(answered, found);
        let changes = match &found.staying {
            Some(staying) => staying_changes(&answered.value, staying),
            None => repeat_change(&answered.value, found).into_iter().collect(),
        };
        for change in changes {
            let difference = change.changed_value - change.value;
            let total = difference * as_number(change.customers);
            let as_new = (change.value > 0.0).then(|| total / change.value);
            let mut cells = Answered::leading_cells(found);
            cells.extend([
                Cell::Text(change.method.name().to_owned()),
                Cell::Text(change.measure.to_owned()),
                share(Some(change.rate)),
                share(Some(change.changed_rate)),
                Cell::Count(change.customers),
                estimated(Some(change.value)),
                estimated(Some(change.changed_value)),
                estimated(Some(difference)),
                estimated(Some(total)),
                number(as_new),
                estimated(as_new.zip(cost).map(|(customers, cost)| customers * cost.to_f64())),
            ]);
            table.rows.push(cells);
        }
    }
    table.view = Some(view::retention(answered, &table));
    table
}

/// Of subscribers: a point more of each month's customers stay.
fn staying_changes(value: &Value<'_>, staying: &Staying) -> Vec<Change> {
    let Some(rate) = staying.retention() else { return Vec::new() };
    let monthly = staying.arpa * value.margin();
    let changed_rate = (rate + value.change).min(1.0);
    let months = value.plan.horizon.months();
    let paid = |change: f64| monthly * staying.paid_months(months, change).0;
    let change = |method, now: f64, then: f64| Change {
        method,
        measure: "monthly retention",
        rate,
        changed_rate,
        customers: staying.customers,
        value: now,
        changed_value: then,
    };
    let mut changes = vec![change(Method::Survival, paid(0.0), paid(value.change))];
    // Where nobody would leave any more the division has no end.
    if rate < 1.0 && changed_rate < 1.0 {
        changes.push(change(Method::Naive, monthly / (1.0 - rate), monthly / (1.0 - changed_rate)));
    }
    changes
}

/// Of buyers: a point more of the customers order again, and bring what those bring who do.
fn repeat_change(value: &Value<'_>, found: &Found<'_>) -> Option<Change> {
    let (all, again) = (found.row.tally.mature, found.row.tally.mature_repeaters);
    let once = all.customers.checked_sub(again.customers).filter(|once| *once > 0)?;
    let of_once = per(Decimal(all.revenue.0 - again.revenue.0), once)?.to_f64();
    let of_again = per(again.revenue, again.customers)?.to_f64();
    let rate = rate(again.customers, all.customers)?;
    let changed_rate = (rate + value.change).min(1.0);
    let now = per(all.revenue, all.customers)?.to_f64();
    Some(Change {
        method: Method::Cohort,
        measure: "repeat rate",
        rate,
        changed_rate,
        customers: all.customers,
        value: now * value.margin(),
        changed_value: (now + (changed_rate - rate) * (of_again - of_once)) * value.margin(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn as_number(count: u64) -> f64 {
    count as f64
}
