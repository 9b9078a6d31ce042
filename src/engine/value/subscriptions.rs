//! Subscriptions: their payments are laid out from start, amount and interval, and how long customers stayed is counted.

use super::customers::{Customers, Purchase, Tenure};
use super::orders::{amount, class, code, request, times};
use super::{Frame, ValueRun, rows};
use crate::engine::churn::read::{count_word, interval_count_column, interval_word};
use crate::engine::groups::Groups;
use crate::error::{Error, Result};
use crate::input::batch::{Batch, Column, Field, UnitKey, Wanted};
use crate::input::source::{Request, Scan, Source};
use crate::model::billing::{Interval, Monthly};
use crate::model::decimal::Decimal;
use crate::model::horizon::{begun_months, whole_months};
use crate::model::kind::Role;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::{Calendar, day_start, local_day};
use crate::plan::value::{SpendSpan, ValueFacts, ValuePlan};
use chrono::NaiveDate;
use std::sync::atomic::AtomicBool;

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Subscription {
    customer: UnitKey,
    start: Micros,
    /// The first moment that is not paid for; [`NO_TIME`] while it runs.
    over: Micros,
    amount: Decimal,
    /// The code of its billing interval.
    interval: u32,
    group: u32,
    class: u32,
}

/// Answers a plan from subscriptions.
///
/// # Errors
/// Whatever reading reports; a sum of amounts beyond the exact range.
pub fn run(plan: &ValuePlan, sources: &[Source], spend: Option<SpendSpan>, _threads: usize) -> Result<ValueRun> {
    let stager = Stager { plan, groups: Groups::new(plan.by.len()) };
    let (mut all, mut scans, mut facts) = (Vec::new(), Vec::<Scan>::new(), ValueFacts::default());
    for source in sources {
        let (request, shape) = stager.request(source);
        let scanned = source.scan(&request, &|batch| stager.stage(batch, &shape), &AtomicBool::new(false))?;
        for (rows, part) in scanned.staged {
            all.extend(rows);
            super::tally::merge_facts(&mut facts, &part);
        }
        scans.push(scanned.scan);
    }
    facts.after_as_of = scans.iter().map(|scan| scan.after_as_of).sum();
    all.sort_unstable();
    facts.duplicates = drop_twins(&mut all, plan.dedupe);
    let names = stager.groups.ranked();
    let span = (
        all.iter().map(|one| one.start).min().unwrap_or(Micros::MAX),
        all.iter().flat_map(|one| [one.start, last_paid(one.over)]).max().unwrap_or(NO_TIME),
    );
    let whole_days = scans.iter().all(|scan| scan.date_only);
    let frame = Frame::new(plan, span, whole_days, spend, &names);
    let calendar = plan.every.filter(|_| !all.is_empty()).map(|every| {
        let last = all.iter().map(|one| one.start).max().unwrap_or(span.0);
        let (first, last) =
            (plan.since.map_or(span.0, |since| since.min(span.0)), plan.until.unwrap_or(last).max(last));
        Calendar::covering(first, last, every, plan.zone, plan.week_start)
    });
    let mut customers = Customers::new(&frame, calendar.as_ref());
    let mut payments = Vec::new();
    for subscriptions in all.chunk_by(|one, other| one.customer == other.customer) {
        let tenure = lay_out(&frame, subscriptions, &mut payments)?;
        customers.add(&payments, tenure);
    }
    let mut answer = rows::answer(&frame, calendar.as_ref(), customers)?;
    super::tally::merge_facts(&mut answer.facts, &facts);
    Ok(ValueRun { answer, scans })
}

/// The last moment of a subscription that is over at this one.
const fn last_paid(over: Micros) -> Micros {
    if over == NO_TIME { NO_TIME } else { over - 1 }
}

/// Counts the rows that repeat another one, and drops them if asked to. The rows are sorted.
fn drop_twins(all: &mut Vec<Subscription>, dedupe: bool) -> u64 {
    let same = |one: &Subscription, other: &Subscription| {
        let key = |row: &Subscription| (row.customer, row.start, row.over, row.amount, row.interval);
        key(one) == key(other)
    };
    let twins = all.windows(2).filter(|pair| same(&pair[0], &pair[1])).count() as u64;
    if dedupe {
        all.dedup_by(|one, other| same(one, other));
    }
    twins
}

/// Lays out the payments of a customer up to the as-of day, in order, and says how long he stayed.
fn lay_out(frame: &Frame<'_>, subscriptions: &[Subscription], payments: &mut Vec<Purchase>) -> Result<Option<Tenure>> {
    payments.clear();
    let zone = frame.plan.zone;
    let mut tenure: Option<Tenure> = None;
    for one in subscriptions {
        let interval = Interval::from_code(one.interval);
        let start = local_day(one.start, zone);
        if start > frame.last {
            continue;
        }
        let end = Some(one.over).filter(|over| *over != NO_TIME).map(|over| local_day(over, zone));
        let mut next = Some(start);
        let mut count = 0;
        while let Some(day) = next.filter(|day| *day <= frame.last && (count == 0 || end.is_none_or(|end| *day < end)))
        {
            let time = if count == 0 { one.start } else { day_start(day, zone) };
            payments.push(Purchase { time, amount: one.amount, group: one.group, class: one.class });
            count += 1;
            next = interval.payment(start, count);
        }
        let ended = end.filter(|end| *end <= frame.last);
        let months = match ended {
            Some(end) => begun_months(start, end).max(1),
            None => whole_months(start, frame.last) + 1,
        };
        let due = Monthly::of(one.amount, interval).and_then(|monthly| monthly.0.checked_mul(i128::from(months)));
        let due = due.map(|due| Monthly(due).money());
        tenure = Some(due.and_then(|due| join(tenure, start, ended, due)).ok_or_else(out_of_range)?);
    }
    payments.sort_by_key(|one| (one.time, one.amount, one.group, one.class));
    Ok(tenure)
}

fn out_of_range() -> Error {
    Error::data("the sum of the amounts is beyond the exact range")
}

/// A customer stays from his first subscription's start to the end of the last; gaps between them are part of the stay.
///
/// `None` beyond the exact range.
fn join(so_far: Option<Tenure>, start: NaiveDate, end: Option<NaiveDate>, due: Decimal) -> Option<Tenure> {
    Some(match so_far {
        None => Tenure { start, end, monthly_revenue: due },
        Some(before) => Tenure {
            start: before.start.min(start),
            end: before.end.zip(end).map(|(one, other)| one.max(other)),
            monthly_revenue: before.monthly_revenue.checked_add(due)?,
        },
    })
}

/// Where the columns of a source's batches stand.
struct Shape {
    start: usize,
    over: usize,
    amount: usize,
    interval: Option<usize>,
    /// How many intervals a bill covers.
    interval_count: Option<usize>,
    by: Vec<Option<usize>>,
}

struct Stager<'a> {
    plan: &'a ValuePlan,
    groups: Groups,
}

impl Stager<'_> {
    fn request(&self, source: &Source) -> (Request, Shape) {
        let mut fields = vec![Field { column: source.column(Role::Customer), wanted: Wanted::Id }];
        let mut push = |column: String, wanted: Wanted| {
            fields.push(Field { column, wanted });
            fields.len() - 1
        };
        let start = push(source.column(Role::Start), Wanted::Time { required: true });
        let end = push(source.column(Role::End), Wanted::Time { required: false });
        let over = push(source.column(Role::End), Wanted::Over { start, end });
        let amount = push(source.column(Role::Amount), Wanted::Amount);
        let interval = source.roles.get(&Role::Interval);
        let count = interval.and_then(|_| interval_count_column(source));
        let interval = interval.map(|column| push(column.clone(), interval_word()));
        let interval_count = count.map(|column| push(column, count_word()));
        let by = self.plan.by.iter().enumerate();
        let by = by
            .map(|(position, column)| {
                let column = source.attribute(column)?;
                Some(push(column, Wanted::Text { dictionary: self.groups.dictionary(position) }))
            })
            .collect();
        (request(self.plan, fields), Shape { start, over, amount, interval, interval_count, by })
    }

    fn stage(&self, batch: &Batch, shape: &Shape) -> (Vec<Subscription>, ValueFacts) {
        let (mut rows, mut facts) = (Vec::with_capacity(batch.rows), ValueFacts::default());
        let Some(Column::Ids(ids)) = batch.columns.first() else { return (rows, facts) };
        let mut tuple = vec![0; shape.by.len()];
        for (row, customer) in ids.iter().enumerate() {
            let time = |position: usize| times(batch, position).map_or(NO_TIME, |times| times[row]);
            let (start, over) = (time(shape.start), time(shape.over));
            let Some(amount) = amount(batch, shape.amount, row) else {
                facts.without_amount += 1;
                continue;
            };
            for (slot, position) in tuple.iter_mut().zip(&shape.by) {
                *slot = position.map_or(0, |position| code(batch, position, row));
            }
            rows.push(Subscription {
                customer: *customer,
                start,
                over,
                amount,
                interval: interval(batch, shape, row).code(),
                group: if tuple.is_empty() { 0 } else { self.groups.code(&tuple) },
                class: class(self.plan, batch, row),
            });
        }
        (rows, facts)
    }
}

/// The time from one bill to the next; a month where no column says it.
fn interval(batch: &Batch, shape: &Shape, row: usize) -> Interval {
    let one = shape.interval.map_or(Interval::MONTH, |position| Interval::from_code(code(batch, position, row)));
    let count = shape.interval_count.map_or(1, |position| code(batch, position, row));
    // So many of it are no billing interval of this world; the bill then covers one.
    one.times(count).unwrap_or(one)
}
