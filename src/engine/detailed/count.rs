//! One judged attempt into the tallies: where it stands, how it ended, how long it was seen.

use super::Worker;
use super::unit::Counting;
use crate::engine::record::Record;
use crate::engine::tally::{Ending, Outcome};
use crate::model::time::{Micros, NO_TIME};
use crate::plan::Mode;
use crate::plan::rules::RangeBinds;

impl<R: Record> Worker<'_, R> {
    /// Counts the attempt that was judged last.
    pub(super) fn count(&mut self, counting: Counting<'_>, period: u32) {
        let plan = self.judge.plan;
        let steps = plan.steps.len();
        for (reached, event) in self.reached.iter_mut().zip(&self.attempt.events) {
            *reached = event.is_some();
        }
        self.values.clear();
        if plan.with_value {
            let value = |event: &Option<usize>| event.and_then(|event| self.loaded[self.origins[event].1].value);
            self.values.extend(self.attempt.events.iter().map(value));
        }
        let (ending, observed, mature) = self.ending();
        let optional = (0..steps).filter(|step| plan.is_optional(*step)).fold(0, |bits, step| bits | 1 << step);
        let outcome = Outcome {
            reached: &self.reached,
            times: if self.judge.counts_only { &[] } else { &self.attempt.times },
            values: &self.values,
            ending,
            last: self.attempt.last,
            observed: Some(observed).filter(|_| !self.judge.counts_only),
            mature,
            optional,
        };
        if let (Some(finder), Some(unit)) = (&mut self.counted.finder, self.key) {
            finder.see(unit, counting.group, &outcome);
        }
        self.counted.cells[counting.cut].add((counting.group, period), steps, &outcome);
    }

    /// How the attempt stands at the as-of time, how long it was observed, and whether its window is over.
    fn ending(&self) -> (Ending, Micros, Option<bool>) {
        let plan = self.judge.plan;
        let Mode::Events { window, .. } = plan.mode else { return (Ending::Open, 0, None) };
        let as_of = self.last_seen();
        let window_end = |entry: Micros| window.map(|window| entry.saturating_add(window));
        let attempt = &self.attempt;
        if attempt.depth == self.kernel.depth(plan.steps.len()) {
            let entry = attempt.times[0];
            let elapsed = attempt.times[attempt.last] - entry;
            return (Ending::Converted, elapsed, window_end(entry).map(|end| end <= as_of));
        }
        let entry = attempt.latest_entry;
        let mature = window_end(entry).map(|end| end <= as_of);
        if attempt.over > as_of {
            return (Ending::Open, (as_of - entry).max(0), mature);
        }
        match window {
            Some(window) if mature == Some(true) && attempt.over >= entry.saturating_add(window) => {
                (Ending::Expired, window, mature)
            }
            // It could not go on from then: by an exclusion, an event in between, or a step's own limit.
            _ => (Ending::Lost, (attempt.over - entry).max(0), mature),
        }
    }

    /// Until when units are seen: the as-of time, or the end of a range that binds all events.
    fn last_seen(&self) -> Micros {
        let plan = self.judge.plan;
        let as_of = self.judge.as_of.unwrap_or(NO_TIME);
        match plan.until.filter(|_| plan.rules.range == RangeBinds::All) {
            Some(until) => as_of.min(until),
            None => as_of,
        }
    }

    /// Whether an event at the moment of a step would have ended the attempt at any other moment.
    pub(super) fn is_lenient(&self) -> bool {
        let plan = self.judge.plan;
        let time = |step: usize| self.attempt.events[step].map(|event| self.events[event].time);
        let at_step =
            |step: usize, excluded: &[Micros]| time(step).is_some_and(|time| excluded.binary_search(&time).is_ok());
        let excluded = plan.rules.exclusions.iter().zip(&self.excluded).any(|(exclusion, times)| {
            let between = exclusion.from..=exclusion.to.min(plan.steps.len() - 1);
            time(exclusion.from).is_some() && between.into_iter().any(|step| at_step(step, times))
        });
        let direct = |step: usize| step > 0 && (plan.is_strict() || plan.steps[step].rule.directly);
        excluded || (0..plan.steps.len()).filter(|step| direct(*step)).any(|step| self.has_company(step))
    }

    /// Whether another event that the attempt did not take stands at the moment of a step.
    fn has_company(&self, step: usize) -> bool {
        let Some(event) = self.attempt.events[step] else { return false };
        let time = self.events[event].time;
        let start = self.events.partition_point(|event| event.time < time);
        let moment = self.events[start..].iter().take_while(|event| event.time == time).enumerate();
        moment.map(|(offset, _)| start + offset).any(|other| !self.attempt.events.contains(&Some(other)))
    }
}
