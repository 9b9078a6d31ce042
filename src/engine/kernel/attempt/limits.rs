//! How long an attempt that has come so far may go on: the window, exclusions, and what the next step asks for.

use super::forward::State;
use super::{Attempts, Unit};
use crate::model::time::{Micros, NO_TIME};

/// Until when an attempt may go on (inclusive), and whether an exclusion is what ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub until: Micros,
    pub excluded: bool,
}

impl Attempts {
    /// The end of the window of an entry.
    pub(super) fn window_end(&self, entry: Micros) -> Micros {
        self.rules.window.map_or(Micros::MAX, |window| entry.saturating_add(window))
    }

    /// The limit of an attempt whose last step so far is `step` at `time`; `lowest` is its first step of that moment.
    pub(super) fn limit(&self, unit: Unit<'_>, step: usize, lowest: usize, time: Micros, entry: Micros) -> Limit {
        let mut limit = Limit { until: self.window_end(entry), excluded: false };
        for (exclusion, times) in self.rules.exclusions.iter().zip(unit.excluded) {
            if step < exclusion.from || step >= exclusion.to {
                continue;
            }
            // At the moment of the exclusion's first step it cannot be told which came first.
            let same_moment = lowest <= exclusion.from;
            let next = times.partition_point(|excluded| *excluded < time || (same_moment && *excluded == time));
            if let Some(next) = times.get(next).filter(|next| **next <= limit.until) {
                limit = Limit { until: *next, excluded: true };
            }
        }
        limit
    }

    /// Whether an attempt in `state` may take `step` at a moment.
    pub(super) fn may_go_on(&self, state: &State, step: usize, moment: usize, time: Micros) -> bool {
        let rule = &self.rules.steps[step];
        time - self.shift(step) <= state.limit.until
            && rule.within.is_none_or(|within| time - state.required <= within)
            && (!rule.directly || moment <= state.moment + 1)
    }

    /// When the last of the attempts that are under way ends, and when the next one may begin.
    pub(super) fn end(&self, unit: Unit<'_>) -> (Micros, Micros) {
        let mut last = (NO_TIME, NO_TIME);
        for (slot, state) in self.states.iter().enumerate() {
            let step = slot / (self.optional + 1);
            let Some(state) = state else { continue };
            let Some(next) = (step + 1..self.rules.steps.len()).find(|next| !self.rules.steps[*next].optional) else {
                continue;
            };
            last = last.max(self.end_of(unit, state, next));
        }
        last
    }

    fn end_of(&self, unit: Unit<'_>, state: &State, next: usize) -> (Micros, Micros) {
        let rule = &self.rules.steps[next];
        let until = self.ended(unit, state.entry).map_or(state.limit.until, |end| end.min(state.limit.until));
        let mut end = (until, until.saturating_add(1));
        if let Some(within) = rule.within {
            let until = state.required.saturating_add(within);
            end = end.min((until, until.saturating_add(1)));
        }
        if rule.directly
            && let Some(moment) = self.moments.get(state.moment + 1)
        {
            // The event that stands in between may begin an attempt itself.
            end = end.min((moment.time, moment.time));
        }
        end
    }
}
