//! What customers bought and when: purchases of orders, subscriptions or won deals, by customer, into tallies.

mod customers;
mod orders;
mod rows;
mod spend;
mod subscriptions;
mod tally;

pub use customers::MOST_UNIT_FILTERS;

use super::groups::GroupNames;
use crate::error::Result;
use crate::input::source::{Scan, Source};
use crate::model::kind::Kind;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::{day_end, local_day};
use crate::plan::value::{SpendSpan, ValueAnswer, ValueFacts, ValuePlan};
use chrono::{Days, NaiveDate};

/// An answer with the accounts of the sources it was read from.
#[derive(Debug)]
pub struct ValueRun {
    pub answer: ValueAnswer,
    pub scans: Vec<Scan>,
}

/// Answers a plan from the sources of its kind and those of the spend.
///
/// # Errors
/// Whatever reading reports; a sum of amounts beyond the exact range.
pub fn run(plan: &ValuePlan, sources: &[Source], spend: &[Source], threads: usize) -> Result<ValueRun> {
    let spend = spend::read(plan, spend)?;
    let mut run = match plan.kind {
        Kind::Subscriptions => subscriptions::run(plan, sources, spend.span, threads)?,
        _ => orders::run(plan, sources, spend.span, threads)?,
    };
    run.answer.spend_by = spend.by;
    run.scans.extend(spend.scans);
    Ok(run)
}

/// The times between which everything lies, and the days that follow from them.
struct Frame<'a> {
    plan: &'a ValuePlan,
    as_of: Option<Micros>,
    first: NaiveDate,
    last: NaiveDate,
    /// The last day of the calibration, where it lies between the two.
    calibration: Option<NaiveDate>,
    spend: Option<SpendSpan>,
    names: &'a GroupNames,
}

impl<'a> Frame<'a> {
    /// `earliest` and `latest` of all rows; both [`NO_TIME`] where there are none.
    fn new(
        plan: &'a ValuePlan,
        (earliest, latest): (Micros, Micros),
        whole_days: bool,
        spend: Option<SpendSpan>,
        names: &'a GroupNames,
    ) -> Self {
        let known = latest != NO_TIME;
        let end = if whole_days && known { day_end(latest, plan.zone) } else { latest };
        let as_of = plan.as_of.or(known.then_some(end));
        let last = as_of.map_or(NaiveDate::MIN, |as_of| local_day(as_of, plan.zone));
        let begin = if earliest == Micros::MAX { 0 } else { plan.since.map_or(earliest, |since| since.max(earliest)) };
        let first = local_day(begin, plan.zone).min(last);
        let asked = plan.calibration_end.map(|end| local_day(end, plan.zone));
        let calibration = asked.or_else(|| two_thirds(first, last)).filter(|day| (first..last).contains(day));
        Self { plan, as_of, first, last, calibration, spend, names }
    }

    /// The answer without its rows.
    fn answer(&self, facts: ValueFacts) -> ValueAnswer {
        ValueAnswer {
            rows: Vec::new(),
            as_of: self.as_of,
            first_day: self.as_of.map(|_| self.first),
            last_day: self.as_of.map(|_| self.last),
            calibration_day: self.calibration,
            spend: self.spend,
            spend_by: None,
            facts,
        }
    }
}

fn two_thirds(first: NaiveDate, last: NaiveDate) -> Option<NaiveDate> {
    let days = u64::try_from((last - first).num_days()).ok()?;
    first.checked_add_days(Days::new(days * 2 / 3))
}
