//! Two looks at one pipeline: what became of the deals that were open, and what came in.

use super::life::Life;
use crate::engine::record::Wide;
use crate::engine::stage_judge::{State, amount};
use crate::engine::stages::{self, Read};
use crate::engine::store::{Gathered, gather, in_parallel};
use crate::error::{Error, Result};
use crate::input::source::{Scan, Source};
use crate::model::decimal::Decimal;
use crate::model::time::NO_TIME;
use crate::plan::deals::{DealPlan, Flow, Item};
use std::collections::BTreeMap;

/// The flows by item, in the order of the items, and the accounts of the earlier files.
pub struct Comparison {
    pub flows: Vec<Flow>,
    pub scans: Vec<Scan>,
}

/// Flows that a thread has found; `overflow` where a sum left the exact range.
#[derive(Default)]
struct Worker {
    before: Gathered<Wide>,
    after: Gathered<Wide>,
    flows: BTreeMap<Item, (u64, Decimal)>,
    overflow: bool,
}

/// One deal in one of the looks.
struct Seen {
    is_open: bool,
    is_won: bool,
    stage: Option<usize>,
    /// The closing date of an open deal, which is a forecast.
    closing: Option<i64>,
    value: Decimal,
}

/// Compares two exports of the same pipeline.
///
/// The further time column 0 of the plan, where there is one, is the closing date.
///
/// # Errors
/// Whatever reading reports; a sum of amounts beyond the exact range; flows that do not add up are an internal error.
pub fn compare(plan: &DealPlan, before: &[Source], after: &[Source], threads: usize) -> Result<Comparison> {
    let Read { units: earlier, scans, .. } = stages::read(&plan.journey, before)?;
    let Read { units: later, .. } = stages::read(&plan.journey, after)?;
    let workers = in_parallel(threads, Worker::default, |worker, partition| {
        let (mut before, mut after) = (std::mem::take(&mut worker.before), std::mem::take(&mut worker.after));
        gather(&earlier.chunks, partition, &mut before);
        gather(&later.chunks, partition, &mut after);
        worker.merge_join(plan, &before.records, &after.records);
        (worker.before, worker.after) = (before, after);
    })?;
    let mut all = Worker::default();
    for worker in workers {
        all.overflow |= worker.overflow;
        for (item, (deals, value)) in worker.flows {
            all.add_many(item, deals, value);
        }
    }
    if all.overflow {
        return Err(Error::data("the sum of the amounts leaves the exact range"));
    }
    let flows: Vec<Flow> = Item::ALL
        .into_iter()
        .map(|item| {
            let (deals, value) = all.flows.get(&item).copied().unwrap_or_default();
            Flow { item, deals, value }
        })
        .collect();
    check(&flows)?;
    Ok(Comparison { flows, scans })
}

/// Start plus everything that came in, less everything that went, is the end.
fn check(flows: &[Flow]) -> Result<()> {
    let (mut deals, mut value) = (0_i128, 0_i128);
    for flow in flows {
        let sign = i128::from(flow.item.sign());
        deals += if flow.item.moves_deals() { sign * i128::from(flow.deals) } else { 0 };
        value += sign * flow.value.0;
    }
    if deals == 0 && value == 0 { Ok(()) } else { Err(Error::internal("the waterfall does not add up")) }
}

impl Worker {
    fn merge_join(&mut self, plan: &DealPlan, before: &[Wide], after: &[Wide]) {
        let mut life = Life::default();
        let mut earlier = units(before).peekable();
        let mut later = units(after).peekable();
        loop {
            let next = match (earlier.peek(), later.peek()) {
                (None, None) => return,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(left), Some(right)) => left[0].unit().cmp(&right[0].unit()),
            };
            let mut take = |unit: Option<&[Wide]>| unit.map(|unit| seen(plan, unit, &mut life));
            let was = if next.is_le() { take(earlier.next()) } else { None };
            let is = if next.is_ge() { take(later.next()) } else { None };
            self.flow(was.as_ref(), is.as_ref());
        }
    }

    /// Adds what happened to one deal.
    fn flow(&mut self, was: Option<&Seen>, is: Option<&Seen>) {
        let was_open = was.filter(|was| was.is_open);
        if let Some(was) = was_open {
            self.add(Item::Start, was.value);
        }
        match (was, is) {
            (Some(was), None) if was.is_open => self.add(Item::Gone, was.value),
            (None, Some(is)) => self.add(Item::New, is.value),
            (Some(was), Some(is)) if !was.is_open && is.is_open => self.add(Item::Reopened, is.value),
            _ => {}
        }
        let Some(is) = is else { return };
        if is.is_open {
            self.add(Item::End, is.value);
        } else if was_open.is_some() || was.is_none() {
            self.add(if is.is_won { Item::Won } else { Item::Lost }, is.value);
        }
        if let Some(was) = was_open {
            self.change(was, is);
        }
    }

    /// Changes of a deal that was open: its value, its stage, its closing date.
    fn change(&mut self, was: &Seen, is: &Seen) {
        match is.value.cmp(&was.value) {
            std::cmp::Ordering::Greater => self.add(Item::ValueUp, Decimal(is.value.0 - was.value.0)),
            std::cmp::Ordering::Less => self.add(Item::ValueDown, Decimal(was.value.0 - is.value.0)),
            std::cmp::Ordering::Equal => {}
        }
        if !is.is_open {
            return;
        }
        match is.stage.cmp(&was.stage) {
            std::cmp::Ordering::Greater => self.add(Item::MovedOn, is.value),
            std::cmp::Ordering::Less => self.add(Item::MovedBack, is.value),
            std::cmp::Ordering::Equal => {}
        }
        match is.closing.zip(was.closing).map(|(is, was)| is.cmp(&was)) {
            Some(std::cmp::Ordering::Greater) => self.add(Item::Slipped, is.value),
            Some(std::cmp::Ordering::Less) => self.add(Item::PulledIn, is.value),
            _ => {}
        }
    }

    fn add(&mut self, item: Item, value: Decimal) {
        self.add_many(item, 1, value);
    }

    fn add_many(&mut self, item: Item, deals: u64, value: Decimal) {
        let flow = self.flows.entry(item).or_default();
        flow.0 += deals;
        match flow.1.checked_add(value) {
            Some(sum) => flow.1 = sum,
            None => self.overflow = true,
        }
    }
}

fn units(records: &[Wide]) -> impl Iterator<Item = &[Wide]> {
    records.chunk_by(|left, right| left.unit() == right.unit())
}

fn seen(plan: &DealPlan, unit: &[Wide], life: &mut Life) -> Seen {
    life.read(unit, plan.stages().count(), plan.journey.moments.len(), plan.created_is_first);
    Seen {
        is_open: life.state == State::Open,
        is_won: matches!(life.state, State::Won(_)),
        stage: life.stage().map(|(stage, _)| stage),
        closing: life.moments.first().copied().filter(|time| *time != NO_TIME),
        value: amount(unit).unwrap_or_default(),
    }
}
