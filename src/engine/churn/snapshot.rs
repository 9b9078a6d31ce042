//! A snapshot of customers: each row is a stay that is over or still open.

use super::read::{CHURNED, FILTER_SHIFT, Read};
use super::shown::{Shown, none};
use crate::engine::groups::GroupNames;
use crate::engine::record::{Record, Wide};
use crate::engine::store::{Gathered, gather, in_parallel};
use crate::error::Result;
use crate::plan::churn::{ChurnAnswer, ChurnFacts, ChurnGroup, ChurnPlan, Renewals, Stay};
use std::collections::BTreeMap;

/// Millionths in a unit of time.
const UNIT: i64 = 1_000_000;

/// Customers by group (rank), stay and whether it is over.
type Counts = BTreeMap<(u32, i64, bool), u64>;

#[derive(Default)]
struct Worker {
    gathered: Gathered<Wide>,
    counts: Counts,
    repeated: u64,
}

impl Worker {
    /// Counts a customer by its longest stay.
    fn add(&mut self, records: &[Wide], wanted: u32, groups: &GroupNames) {
        let met = records.iter().fold(0, |met, record| met | record.class() >> FILTER_SHIFT);
        if met & wanted != wanted {
            return;
        }
        self.repeated += records.len() as u64 - 1;
        let length = |record: &&Wide| (record.time(), record.class() & CHURNED);
        let Some(longest) = records.iter().max_by_key(length) else { return };
        let ranks = records.iter().map(|record| groups.rank(record.group())).filter(|rank| *rank != 0);
        let key = (ranks.min().unwrap_or(0), longest.time(), longest.class() & CHURNED == CHURNED);
        *self.counts.entry(key).or_default() += 1;
    }
}

/// Counts the stays of a snapshot.
///
/// # Errors
/// A worker that failed.
pub fn answer(plan: &ChurnPlan, read: &Read, threads: usize) -> Result<ChurnAnswer> {
    let wanted = (0..plan.unit_filters.len()).fold(0, |bits, filter| bits | 1 << filter);
    let workers = in_parallel(threads, Worker::default, |worker, partition| {
        let mut gathered = std::mem::take(&mut worker.gathered);
        gather(&read.chunks, partition, &mut gathered);
        for unit in gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
            worker.add(unit, wanted, &read.groups);
        }
        worker.gathered = gathered;
    })?;
    let (mut counts, mut customers) = (Counts::new(), BTreeMap::new());
    let mut facts = ChurnFacts::default();
    for worker in workers {
        facts.repeated += worker.repeated;
        for (key, count) in worker.counts {
            *counts.entry(key).or_default() += count;
            *customers.entry(key.0).or_default() += count;
        }
    }
    let shown = if plan.by.is_empty() { Shown::whole() } else { Shown::choose(plan, &read.groups, &customers) };
    let groups = if counts.is_empty() { none(plan) } else { groups(&shown, &counts) };
    Ok(ChurnAnswer { groups, as_of: plan.as_of, inactive_after: None, facts })
}

fn groups(shown: &Shown, counts: &Counts) -> Vec<ChurnGroup> {
    let mut groups: Vec<ChurnGroup> =
        shown.labels.iter().map(|label| ChurnGroup { label: label.clone(), ..ChurnGroup::default() }).collect();
    let mut stays: BTreeMap<(usize, i64), (u64, u64)> = BTreeMap::new();
    let mut renewals: BTreeMap<(usize, u32), (u64, u64)> = BTreeMap::new();
    for ((rank, time, churned), count) in counts {
        let place = shown.place(*rank);
        let group = &mut groups[place];
        group.customers += count;
        group.active += if *churned { 0 } else { *count };
        let whole = u32::try_from(time / UNIT).unwrap_or(u32::MAX);
        // Who left in the middle of a period has not paid for the next one.
        let left_after = whole.saturating_add(u32::from(time % UNIT != 0)).max(1);
        let stay = stays.entry((place, *time)).or_default();
        let renewal = renewals.entry((place, if *churned { left_after } else { whole })).or_default();
        for side in [stay, renewal] {
            *(if *churned { &mut side.0 } else { &mut side.1 }) += count;
        }
    }
    for ((place, time), (churned, open)) in stays {
        groups[place].stays.push(Stay { time, churned, open });
    }
    for ((place, periods), (churned, open)) in renewals {
        groups[place].renewals.push(Renewals { periods, churned, open });
    }
    groups
}
