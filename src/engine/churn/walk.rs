//! Every customer is walked through once, in parallel, and counted in its group.

use super::Units;
use super::changes::{Customer, Rules};
use super::shown::Shown;
use super::tally::{Frame, Tally};
use crate::engine::record::{Record, Wide};
use crate::engine::store::{Gathered, gather, in_parallel};
use crate::error::Result;
use crate::model::time::Micros;
use crate::plan::churn::{ChurnGroup, ChurnPlan};
use std::collections::BTreeMap;

/// Customers of one thread, one after the other.
#[derive(Default)]
struct Walker {
    gathered: Gathered<Wide>,
    customer: Customer,
}

impl Walker {
    /// Hands every customer of a partition that meets the filters to `each`.
    fn walk(&mut self, units: &Units, partition: usize, rules: &Rules<'_>, mut each: impl FnMut(&Customer)) {
        gather(&units.chunks, partition, &mut self.gathered);
        for unit in self.gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
            if self.customer.load(unit, rules) {
                each(&self.customer);
            }
        }
    }
}

/// Answers for all groups; also how many customers were never active.
///
/// # Errors
/// Sums beyond the exact range; movements that do not lead from start to end.
pub fn answer(
    plan: &ChurnPlan,
    units: &Units,
    silence: Option<Micros>,
    threads: usize,
) -> Result<(Vec<ChurnGroup>, u64)> {
    let rules = Rules {
        as_of: units.as_of,
        silence,
        whole_days: units.whole_days,
        zone: plan.zone,
        attribution: plan.attribution,
        groups: &units.groups,
        wanted: (0..plan.unit_filters.len()).fold(0, |bits, filter| bits | 1 << filter),
    };
    let shown = if plan.by.is_empty() { Shown::whole() } else { shown(plan, units, &rules, threads)? };
    let frame = Frame::new(plan, units.first, units.as_of, units.whole_days);
    let blank = || shown.labels.iter().map(|_| Tally::new(&frame)).collect::<Vec<_>>();
    let workers = in_parallel(
        threads,
        || (Walker::default(), blank(), 0_u64),
        |(walker, tallies, never), partition| {
            walker.walk(units, partition, &rules, |customer| {
                if customer.changes.is_empty() {
                    *never += 1;
                } else if let Some(tally) = tallies.get_mut(shown.place(customer.group)) {
                    tally.add(&frame, customer);
                }
            });
        },
    )?;
    let (mut totals, mut never) = (blank(), 0);
    for (_, tallies, unseen) in workers {
        never += unseen;
        totals.iter_mut().zip(tallies).for_each(|(total, tally)| total.merge(tally));
    }
    let labelled = totals.into_iter().zip(&shown.labels);
    let groups = labelled.map(|(tally, label)| tally.finish(&frame, label.clone())).collect::<Result<_>>()?;
    Ok((groups, never))
}

/// Counts the customers of each breakdown value and chooses the groups.
fn shown(plan: &ChurnPlan, units: &Units, rules: &Rules<'_>, threads: usize) -> Result<Shown> {
    let workers = in_parallel(threads, <(Walker, BTreeMap<u32, u64>)>::default, |(walker, counts), partition| {
        walker.walk(units, partition, rules, |customer| {
            if !customer.changes.is_empty() {
                *counts.entry(customer.group).or_default() += 1;
            }
        });
    })?;
    let mut customers = BTreeMap::new();
    for (rank, count) in workers.into_iter().flat_map(|(_, counts)| counts) {
        *customers.entry(rank).or_default() += count;
    }
    Ok(Shown::choose(plan, &units.groups, &customers))
}
