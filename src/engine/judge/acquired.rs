//! Users one by one, as leads with what became of them: for reports that count by other times than the entry.

use super::{Judge, Worker};
use crate::engine::cost::{Acquired, Marks};
use crate::engine::kernel::{DENIED, EntryRange};
use crate::engine::record::Record;
use crate::engine::store::{gather, in_parallel};
use crate::engine::tally::Ending;
use crate::error::Result;
use crate::model::decimal::Decimal;
use crate::model::time::NO_TIME;
use crate::plan::{Mode, Order};

impl<R: Record> Judge<'_, R> {
    /// Judges every unit by the rules of the conversion funnel; with the value at the last step; in no particular
    /// order. A unit is one lead, from the first time that it entered.
    ///
    /// # Errors
    /// A panic of a worker.
    pub fn acquired(&self, marks: Marks, threads: usize) -> Result<Vec<(Acquired, Option<Decimal>)>> {
        let workers = in_parallel(
            threads,
            || (Worker::new(self, &[]), Vec::new()),
            |(worker, found), partition| {
                let mut gathered = std::mem::take(&mut worker.gathered);
                gather(&self.units.chunks, partition, &mut gathered);
                for unit in gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
                    found.extend(worker.lead(unit, marks));
                }
                worker.gathered = gathered;
            },
        )?;
        Ok(workers.into_iter().flat_map(|(_, found)| found).collect())
    }
}

impl<R: Record> Worker<'_, R> {
    fn lead(&mut self, records: &[R], marks: Marks) -> Option<(Acquired, Option<Decimal>)> {
        if !self.load(records) {
            return None;
        }
        let plan = self.judge.plan;
        let range = EntryRange {
            first: plan.since.unwrap_or(EntryRange::ALL.first),
            last: plan.until.unwrap_or(EntryRange::ALL.last),
        };
        self.kernel.judge(&self.events, range, &mut self.journey);
        let any_order = matches!(plan.mode, Mode::Events { order: Order::Any, .. });
        let enters = |mask: u64| if any_order { mask & DENIED == 0 } else { mask & 1 == 1 };
        let entry = self.events.iter().find(|event| enters(event.mask) && range.holds(event.time))?.time;
        let last = plan.steps.len() - 1;
        let at = |step: usize| self.journey.times.get(step).copied().filter(|_| step < self.journey.depth);
        let converted = self.journey.depth > last;
        let value = self.journey.events.get(last).filter(|_| converted && plan.with_value);
        let lead = Acquired {
            group: self.group.rank,
            entry,
            opportunity: marks.opportunity.and_then(at),
            customer: at(last),
            open: self.ending().0 == Ending::Open,
            days: 0,
        };
        let value = value.and_then(|event| self.kept.get(*event).copied().flatten());
        (entry != NO_TIME).then_some((lead, value))
    }
}
