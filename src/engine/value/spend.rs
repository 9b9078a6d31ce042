//! What was spent on marketing: in all, from which day to which, and on each group where the spend names it.

use super::orders::code;
use crate::engine::groups::Groups;
use crate::error::{Error, Result};
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::source::{Request, Scan, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::Role;
use crate::model::names::fold;
use crate::plan::calendar::local_day;
use crate::plan::value::{SpendSpan, ValuePlan};
use chrono::{Datelike, Months, NaiveDate};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

/// All spend.
#[derive(Debug, Default)]
pub struct Spend {
    pub span: Option<SpendSpan>,
    /// By label of the group, folded; rows without one are in none. `None` where a source lacks a breakdown column.
    pub by: Option<BTreeMap<Vec<String>, Decimal>>,
    pub scans: Vec<Scan>,
}

/// Sums by day and code of the group; `None` where a sum leaves the exact range.
type Sums = Option<BTreeMap<(NaiveDate, u32), Decimal>>;

/// Reads the spend; where every row is dated to the first of a month, the last one covers that whole month.
///
/// # Errors
/// Whatever reading reports; a sum beyond the exact range.
pub fn read(plan: &ValuePlan, sources: &[Source]) -> Result<Spend> {
    let beyond = || Error::data("the sum of the spend is beyond the exact range");
    let columns = |source: &Source| plan.by.iter().map(|column| source.attribute(column)).collect::<Option<Vec<_>>>();
    let is_split = !plan.by.is_empty() && !sources.is_empty() && sources.iter().all(|one| columns(one).is_some());
    let groups = Groups::new(plan.by.len());
    let (mut sums, mut scans) = (BTreeMap::<(NaiveDate, u32), Decimal>::new(), Vec::new());
    for source in sources {
        let field = |role: Role, wanted: Wanted| Field { column: source.column(role), wanted };
        let mut fields = vec![field(Role::Time, Wanted::Time { required: true }), field(Role::Cost, Wanted::Amount)];
        let by = columns(source).filter(|_| is_split).unwrap_or_default();
        let text =
            |(position, column)| Field { column, wanted: Wanted::Text { dictionary: groups.dictionary(position) } };
        fields.extend(by.into_iter().enumerate().map(text));
        let request = Request { fields, filter: plan.row_filter.clone(), as_of: plan.as_of, predicates: Vec::new() };
        let scanned = source.scan(&request, &|batch| summed(plan, batch, &groups), &AtomicBool::new(false))?;
        for part in scanned.staged {
            for (key, cost) in part.ok_or_else(beyond)? {
                let sum = sums.entry(key).or_default();
                *sum = sum.checked_add(cost).ok_or_else(beyond)?;
            }
        }
        scans.push(scanned.scan);
    }
    let names = groups.ranked();
    let (mut total, mut by) = (Decimal::ZERO, BTreeMap::<Vec<String>, Decimal>::new());
    for ((_, group), cost) in &sums {
        total = total.checked_add(*cost).ok_or_else(beyond)?;
        if names.rank(*group) != 0 {
            let label = names.label(names.rank(*group)).iter().map(|value| fold(value)).collect();
            let sum = by.entry(label).or_default();
            *sum = sum.checked_add(*cost).ok_or_else(beyond)?;
        }
    }
    Ok(Spend { span: span(&sums, total), by: is_split.then_some(by), scans })
}

/// The days that the spend covers.
fn span(sums: &BTreeMap<(NaiveDate, u32), Decimal>, total: Decimal) -> Option<SpendSpan> {
    let (first, last) = (sums.keys().next()?.0, sums.keys().next_back()?.0);
    let monthly = first != last && sums.keys().all(|(day, _)| day.day() == 1);
    let end = last.checked_add_months(Months::new(1)).and_then(|day| day.pred_opt()).filter(|_| monthly);
    Some(SpendSpan { total, first, last: end.unwrap_or(last) })
}

fn summed(plan: &ValuePlan, batch: &Batch, groups: &Groups) -> Sums {
    let mut sums = BTreeMap::new();
    let (Some(Column::Times(times)), Some(Column::Amounts(costs))) = (batch.columns.first(), batch.columns.get(1))
    else {
        return Some(sums);
    };
    let mut tuple = vec![0; batch.columns.len().saturating_sub(2)];
    for (row, (time, cost)) in times.iter().zip(costs).enumerate() {
        let Some(cost) = cost else { continue };
        for (position, slot) in tuple.iter_mut().enumerate() {
            *slot = code(batch, position + 2, row);
        }
        let group = if tuple.is_empty() { 0 } else { groups.code(&tuple) };
        let sum: &mut Decimal = sums.entry((local_day(*time, plan.zone), group)).or_default();
        *sum = sum.checked_add(*cost)?;
    }
    Some(sums)
}
