//! The tables `cost` (a row per group and period) and `total` (all rows together).

use super::{Cost, chart, view};
use crate::document::{Cell, ColumnType, Table};
use crate::model::apportion::per;
use crate::model::decimal::Decimal;
use crate::plan::cost::{CostCounts, CostRow, Matching, Recurring};
use crate::reports::labels::{period_cell, split_columns};

const OWN: [(&str, ColumnType); 16] = [
    ("spend", ColumnType::Money),
    ("impressions", ColumnType::Count),
    ("clicks", ColumnType::Count),
    ("leads", ColumnType::Count),
    ("opportunities", ColumnType::Count),
    ("customers", ColumnType::Count),
    ("revenue", ColumnType::Money),
    ("cost_per_lead", ColumnType::Money),
    ("cost_per_opportunity", ColumnType::Money),
    ("cost_per_customer", ColumnType::Money),
    ("roas", ColumnType::Number),
    ("payback_months", ColumnType::Number),
    ("open", ColumnType::Count),
    ("open_share", ColumnType::Share),
    ("click_rate", ColumnType::Share),
    ("cost_per_click", ColumnType::Money),
];

/// Days of an average month (365.25 / 12).
const MONTH: f64 = 30.4375;

pub fn rows(cost: &Cost<'_>) -> Table {
    let mut table = Table::new("cost", "Cost", &[]);
    let question = cost.question;
    table.columns = split_columns(&question.by, question.every, &OWN);
    let leading = table.columns.len();
    table.columns.extend(Table::new("", "", &OWN).columns);
    for row in &cost.answer.rows {
        let mut cells = leading_cells(cost, row);
        cells.extend(cells_of(cost, &row.counts));
        table.rows.push(cells);
    }
    table.view = Some(view::rows(cost, &table, leading));
    table.chart = chart::rows(cost, &table, leading);
    table
}

pub fn total(cost: &Cost<'_>) -> Table {
    let mut table = Table::new("total", "Total", &OWN);
    table.rows.push(cells_of(cost, &cost.answer.total));
    table.view = Some(view::total(&table));
    table.machine_only = cost.answer.rows.len() < 2;
    table
}

fn leading_cells(cost: &Cost<'_>, row: &CostRow) -> Vec<Cell> {
    let mut cells: Vec<Cell> = row.group.iter().map(|value| Cell::Text(value.clone())).collect();
    if cost.question.every.is_some() {
        cells.push(period_cell(row.period));
    }
    cells
}

fn cells_of(cost: &Cost<'_>, counts: &CostCounts) -> Vec<Cell> {
    let known = cost.answer.known;
    let count = |known: bool, count: u64| if known { Cell::Count(count) } else { Cell::Missing };
    let money = |amount: Option<Decimal>| amount.map_or(Cell::Missing, Cell::Money);
    let each = |known: bool, count: u64| money(counts.spend.filter(|_| known).and_then(|spend| per(spend, count)));
    vec![
        money(counts.spend),
        quantity(counts.impressions),
        quantity(counts.clicks),
        count(known.leads, counts.leads),
        count(known.opportunities, counts.opportunities),
        Cell::Count(counts.customers),
        if known.revenue { Cell::Money(counts.revenue) } else { Cell::Missing },
        each(known.leads, counts.leads),
        each(known.opportunities, counts.opportunities),
        each(true, counts.customers),
        ratio(counts.revenue, counts.spend.filter(|_| known.revenue)).map_or(Cell::Missing, Cell::Number),
        payback(cost, counts).map_or(Cell::Missing, Cell::Number),
        count(known.leads, counts.open),
        open_share(cost, counts).map_or(Cell::Missing, Cell::Share),
        counts.clicks.and_then(|clicks| ratio(clicks, counts.impressions)).map_or(Cell::Missing, Cell::Share),
        money(counts.spend.and_then(|spend| per(spend, whole(counts.clicks?)?))),
    ]
}

/// The share of the leads that may still become customers.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub fn open_share(cost: &Cost<'_>, counts: &CostCounts) -> Option<f64> {
    (cost.answer.known.leads && counts.leads > 0).then(|| counts.open as f64 / counts.leads as f64)
}

/// A quotient of two sums; `None` where the divisor is not above 0.
fn ratio(part: Decimal, whole: Option<Decimal>) -> Option<f64> {
    whole.filter(|whole| whole.0 > 0).map(|whole| part.to_f64() / whole.to_f64())
}

/// Impressions and clicks are whole; what is not stays as it is.
fn quantity(amount: Option<Decimal>) -> Cell {
    match amount {
        None => Cell::Missing,
        Some(amount) => whole(amount).map_or_else(|| Cell::Number(amount.to_f64()), Cell::Count),
    }
}

fn whole(amount: Decimal) -> Option<u64> {
    (amount.0 % Decimal::ONE == 0).then(|| u64::try_from(amount.0 / Decimal::ONE).ok()).flatten()
}

/// Months until the margin of a customer covers what it cost.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn payback(cost: &Cost<'_>, counts: &CostCounts) -> Option<f64> {
    let margin = cost.question.margin?;
    let spend = counts.spend?.to_f64();
    let revenue = counts.revenue.to_f64() * margin;
    if counts.customers == 0 || revenue <= 0.0 || !cost.answer.known.revenue {
        return None;
    }
    match cost.question.recurring {
        Recurring::Unknown => None,
        Recurring::Months(months) => Some(spend * months / revenue),
        // Revenue and the days it came in belong to the same customers only where they stand by their first order.
        Recurring::Observed if cost.question.matching == Matching::Win => None,
        Recurring::Observed => {
            let months = counts.customer_days as f64 / MONTH;
            (months > 0.0).then(|| spend / counts.customers as f64 * months / revenue)
        }
    }
}

/// Spend for each of so many, for sentences.
pub fn each(spend: Decimal, count: u64) -> Option<f64> {
    per(spend, count).map(Decimal::to_f64)
}
