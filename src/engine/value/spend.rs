//! What was spent on marketing, in all, and from which day to which.

use crate::error::{Error, Result};
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::source::{Request, Scan, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::Role;
use crate::plan::calendar::local_day;
use crate::plan::value::{SpendSpan, ValuePlan};
use chrono::{Datelike, Months, NaiveDate};
use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

/// Sums by day; `None` where a sum leaves the exact range.
type Days = Option<BTreeMap<NaiveDate, Decimal>>;

/// Reads the spend; where every row is dated to the first of a month, the last one covers that whole month.
///
/// # Errors
/// Whatever reading reports; a sum beyond the exact range.
pub fn read(plan: &ValuePlan, sources: &[Source]) -> Result<(Option<SpendSpan>, Vec<Scan>)> {
    let mut days: BTreeMap<NaiveDate, Decimal> = BTreeMap::new();
    let mut scans = Vec::new();
    let beyond = || Error::data("the sum of the spend is beyond the exact range");
    for source in sources {
        let field = |role: Role, wanted: Wanted| Field { column: source.column(role), wanted };
        let fields = vec![field(Role::Time, Wanted::Time { required: true }), field(Role::Cost, Wanted::Amount)];
        let request = Request { fields, filter: plan.row_filter.clone(), as_of: plan.as_of, predicates: Vec::new() };
        let scanned = source.scan(&request, &|batch| by_day(plan, batch), &AtomicBool::new(false))?;
        for part in scanned.staged {
            for (day, cost) in part.ok_or_else(beyond)? {
                let sum = days.entry(day).or_default();
                *sum = sum.checked_add(cost).ok_or_else(beyond)?;
            }
        }
        scans.push(scanned.scan);
    }
    let (Some(first), Some(last)) = (days.keys().next().copied(), days.keys().next_back().copied()) else {
        return Ok((None, scans));
    };
    let mut total = Decimal::ZERO;
    for cost in days.values() {
        total = total.checked_add(*cost).ok_or_else(beyond)?;
    }
    let monthly = days.len() > 1 && days.keys().all(|day| day.day() == 1);
    let end = last.checked_add_months(Months::new(1)).and_then(|day| day.pred_opt()).filter(|_| monthly);
    Ok((Some(SpendSpan { total, first, last: end.unwrap_or(last) }), scans))
}

fn by_day(plan: &ValuePlan, batch: &Batch) -> Days {
    let mut days: BTreeMap<NaiveDate, Decimal> = BTreeMap::new();
    let (Some(Column::Times(times)), Some(Column::Amounts(costs))) = (batch.columns.first(), batch.columns.get(1))
    else {
        return Some(days);
    };
    for (time, cost) in times.iter().zip(costs) {
        let Some(cost) = cost else { continue };
        let sum = days.entry(local_day(*time, plan.zone)).or_default();
        *sum = sum.checked_add(*cost)?;
    }
    Some(days)
}
