//! Reads orders into customers: one per customer, from the first order on, with every order as a payment.

use super::{Acquired, Payment, Units};
use crate::engine::groups::{GroupNames, Groups};
use crate::engine::record::{Record, Unpacked, Wide};
use crate::engine::store::{Gathered, Packed, Staged, gather, in_parallel};
use crate::error::Result;
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::source::{Request, Source};
use crate::model::kind::Role;
use crate::model::time::{MICROS_PER_DAY, Micros, NO_TIME};
use crate::plan::calendar::day_end;
use crate::plan::{Attribution, JourneyPlan};
use std::sync::atomic::AtomicBool;

/// Reads all customers; of the plan only filters, breakdown, as-of time and bounds of the first order count.
///
/// # Errors
/// Whatever reading reports.
pub fn read(plan: &JourneyPlan, sources: &[Source], as_of: Option<Micros>, threads: usize) -> Result<Units> {
    let groups = Groups::new(plan.by.len());
    let (mut units, mut chunks) = (Units::new(), Vec::new());
    let never = AtomicBool::new(false);
    for source in sources {
        let (request, by) = request(plan, source, &groups);
        let scanned = source.scan(&request, &|batch| stage(batch, &by, &groups), &never)?;
        chunks.extend(scanned.staged);
        let scan = scanned.scan;
        let latest = scan.latest.unwrap_or(NO_TIME);
        let end = if scan.date_only && latest != NO_TIME { day_end(latest, plan.zone) } else { latest };
        units.latest = units.latest.max(end);
        units.after_as_of += scan.after_as_of;
        units.scans.push(scan);
    }
    let names = groups.ranked();
    units.labels = names.labels(plan.by.len());
    let known = Some(units.latest).filter(|latest| *latest != NO_TIME);
    let as_of = plan.as_of.or(known.max(as_of)).unwrap_or(NO_TIME);
    let workers = in_parallel(
        threads,
        || (Gathered::default(), Units::new()),
        |(gathered, found): &mut (Gathered<Wide>, Units), partition| {
            gather(&chunks, partition, gathered);
            for orders in gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
                customer(plan, &names, as_of, orders, found);
            }
        },
    )?;
    for (_, found) in workers {
        units.acquired.extend(found.acquired);
        units.payments.extend(found.payments);
        units.no_amount += found.no_amount;
    }
    Ok(units)
}

fn request(plan: &JourneyPlan, source: &Source, groups: &Groups) -> (Request, Vec<Option<usize>>) {
    let mut fields = vec![
        Field { column: source.column(Role::Customer), wanted: Wanted::Id },
        Field { column: source.column(Role::Time), wanted: Wanted::Time { required: true } },
        Field { column: source.column(Role::Amount), wanted: Wanted::Amount },
    ];
    let by = plan.by.iter().enumerate().map(|(position, column)| {
        let column = source.attribute(column)?;
        fields.push(Field { column, wanted: Wanted::Text { dictionary: groups.dictionary(position) } });
        Some(fields.len() - 1)
    });
    let by = by.collect();
    (Request { fields, filter: plan.row_filter.clone(), as_of: plan.as_of, ..Request::default() }, by)
}

fn stage(batch: &Batch, by: &[Option<usize>], groups: &Groups) -> Staged<Wide> {
    let mut packed = Packed::with_capacity(batch.rows);
    let [Column::Ids(ids), Column::Times(times), Column::Amounts(amounts), ..] = batch.columns.as_slice() else {
        return Staged::new(&packed);
    };
    let mut tuple = vec![0; by.len()];
    for row in 0..batch.rows {
        for (slot, position) in tuple.iter_mut().zip(by) {
            *slot = match position.and_then(|position| batch.columns.get(position)) {
                Some(Column::Codes(codes)) => codes[row],
                _ => 0,
            };
        }
        let group = if tuple.is_empty() { 0 } else { groups.code(&tuple) };
        packed.push(&Unpacked { unit: ids[row], time: times[row], class: 0, group, value: amounts[row] });
    }
    Staged::new(&packed)
}

fn customer(plan: &JourneyPlan, names: &GroupNames, as_of: Micros, orders: &[Wide], found: &mut Units) {
    let Some(first) = orders.first().map(|order| order.time()) else { return };
    if plan.since.is_some_and(|since| first < since) || plan.until.is_some_and(|until| first > until) {
        return;
    }
    let valued = orders.iter().map(|order| (order.time(), names.rank(order.group()))).filter(|(_, rank)| *rank != 0);
    let group = match plan.attribution {
        Attribution::First | Attribution::Step(_) | Attribution::Same => valued.min(),
        Attribution::Last => valued.max_by_key(|(time, rank)| (*time, std::cmp::Reverse(*rank))),
    };
    let group = group.map_or(0, |(_, rank)| rank);
    let days = u64::try_from((as_of - first) / MICROS_PER_DAY).unwrap_or(0);
    found.acquired.push(Acquired { group, entry: first, opportunity: None, customer: Some(first), open: false, days });
    for order in orders {
        match order.value() {
            Some(amount) => found.payments.push(Payment { group, entry: first, time: order.time(), amount }),
            None => found.no_amount += 1,
        }
    }
}
