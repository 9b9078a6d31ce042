//! How far attempts come: one pass over the moments of a unit that keeps, for each step, its latest occurrence.
//!
//! The latest occurrence is enough: whatever ends an attempt (window, `within`, an exclusion, an event in between) is
//! a bound below on the time of the step before, and a later occurrence can be reached from the latest entry of the
//! earlier ones. Several optional steps make several such rows, by how many were taken.

use super::ended::Reached;
use super::limits::Limit;
use super::{Attempts, EntryRange, Event, Goal, Moment, Unit};
use crate::model::time::Micros;
use crate::plan::Ties;

/// An attempt that has come as far as one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    pub moment: usize,
    pub entry: Micros,
    /// Time of the last required step.
    pub required: Micros,
    pub limit: Limit,
}

/// How a pass takes exclusions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// They end attempts.
    Ending,
    /// They end attempts, and one that stops counts only if none would end it later.
    Clean,
    /// As if there were none; how far attempts come is all that is asked.
    Ignoring,
}

/// What one pass is about.
#[derive(Debug, Clone, Copy)]
struct Pass<'a> {
    unit: Unit<'a>,
    entries: EntryRange,
    judged: Judged,
    position: usize,
    moment: Moment,
}

impl Pass<'_> {
    fn events(&self) -> &[Event] {
        &self.unit.events[self.moment.start..self.moment.end]
    }
}

impl Attempts {
    /// Goes over the moments until an attempt has done `furthest` required steps (and all optional ones); leaves the
    /// states and the best attempt behind.
    pub(super) fn forward(&mut self, unit: Unit<'_>, entries: EntryRange, judged: Judged, furthest: usize) {
        self.states.fill(None);
        self.reached.iter_mut().for_each(Reached::clear);
        self.best = None;
        let ignoring = judged == Judged::Ignoring;
        let unit = if ignoring { Unit { excluded: &[], ..unit } } else { unit };
        self.alive = entries.last;
        let slack = self.shift(self.rules.steps.len());
        let first = self.moments.partition_point(|moment| moment.time < entries.first);
        for position in first..self.moments.len() {
            let moment = self.moments[position];
            if moment.time > self.alive.saturating_add(slack) {
                break;
            }
            let pass = Pass { unit, entries, judged, position, moment };
            if moment.end - moment.start == 1 || self.rules.ties == Ties::Strict {
                self.one_step_each(&pass);
            } else if moment.mask != 0 {
                self.several_steps(&pass);
            }
            let most = if ignoring { 0 } else { self.optional };
            if self.best.is_some_and(|best| best.depth >= furthest && best.optional >= most) {
                break;
            }
        }
    }

    /// Each attempt takes at most one step: from the last step to the first, so that none takes two.
    fn one_step_each(&mut self, pass: &Pass<'_>) {
        for step in (0..self.rules.steps.len()).rev() {
            if pass.moment.mask >> step & 1 == 0 {
                continue;
            }
            self.before_step(pass, step, false);
            for taken in 0..self.starts.len() {
                if let Some(from) = self.starts[taken] {
                    self.reach(pass, from, step, step, taken);
                }
            }
        }
    }

    /// Each attempt takes as many steps as the moment's events can be matched with.
    fn several_steps(&mut self, pass: &Pass<'_>) {
        let mut before = std::mem::take(&mut self.before);
        before.copy_from_slice(&self.states);
        self.before = before;
        for lowest in 0..self.rules.steps.len() {
            if pass.moment.mask >> lowest & 1 == 0 {
                continue;
            }
            self.before_step(pass, lowest, true);
            for taken in 0..self.starts.len() {
                if let Some(from) = self.starts[taken] {
                    self.climb(pass, from, lowest, taken);
                }
            }
        }
    }

    /// Fills `starts`: the attempts that may take `step` now, by how many optional steps they have taken.
    fn before_step(&mut self, pass: &Pass<'_>, step: usize, snapshot: bool) {
        self.starts.fill(None);
        let Pass { position, moment: Moment { time, .. }, .. } = *pass;
        if step == 0 {
            if pass.entries.holds(time) {
                let limit = Limit { until: Micros::MAX, excluded: false };
                self.starts[0] = Some(State { moment: position, entry: time, required: time, limit });
            }
            return;
        }
        let states = if snapshot { &self.before } else { &self.states };
        for earlier in self.required_before[step]..step {
            for taken in 0..=self.optional {
                let Some(state) = states[earlier * (self.optional + 1) + taken] else { continue };
                let later = |other: &State| (state.required, state.entry) > (other.required, other.entry);
                let ended = self.ended(pass.unit, state.entry).is_some_and(|end| end < time);
                if !ended
                    && self.may_go_on(&state, step, position, time)
                    && self.starts[taken].as_ref().is_none_or(later)
                {
                    self.starts[taken] = Some(state);
                }
            }
        }
    }

    /// Takes `lowest` and what follows it inside the moment.
    fn climb(&mut self, pass: &Pass<'_>, from: State, lowest: usize, taken: usize) {
        let steps = self.rules.steps.len();
        let mut from = from;
        let mut taken = taken;
        self.matching.begin(pass.events().len(), steps);
        for step in lowest..steps {
            let rule = self.rules.steps[step];
            let in_time = rule.within.is_none_or(|within| pass.moment.time - from.required <= within);
            let added = in_time && self.matching.add(pass.events(), step);
            if rule.optional {
                if added {
                    self.reach(pass, from, step, lowest, taken);
                    taken += 1;
                } else if step == lowest {
                    return;
                }
                continue;
            }
            if !added {
                if !in_time || !self.make_room(pass, lowest, step) {
                    return;
                }
                taken -= 1;
            }
            self.reach(pass, from, step, lowest, taken);
            from.required = pass.moment.time;
        }
    }

    /// Gives up one optional step of the moment for a required one.
    fn make_room(&mut self, pass: &Pass<'_>, lowest: usize, step: usize) -> bool {
        for optional in (lowest + 1..step).rev() {
            if !self.rules.steps[optional].optional || self.matching.event(optional).is_none() {
                continue;
            }
            self.matching.remove(optional);
            if self.matching.add(pass.events(), step) {
                return true;
            }
            self.matching.add(pass.events(), optional);
        }
        false
    }

    /// Notes that an attempt has taken `step` now; `taken` are the optional steps before it.
    fn reach(&mut self, pass: &Pass<'_>, from: State, step: usize, lowest: usize, taken: usize) {
        let Pass { position, moment: Moment { time, .. }, unit, .. } = *pass;
        let optional = self.rules.steps[step].optional;
        let taken = taken + usize::from(optional);
        let required = if optional { from.required } else { time };
        let limit = self.limit(unit, step, lowest, time, from.entry);
        self.note_reached(from.entry, step, time);
        self.alive = self.alive.max(limit.until);
        let state = State { moment: position, entry: from.entry, required, limit };
        let slot = step * (self.optional + 1) + taken;
        let held = self.states[slot];
        if held
            .is_none_or(|held| held.moment != position || (state.required, state.entry) > (held.required, held.entry))
        {
            self.states[slot] = Some(state);
        }
        let depth = self.depth_at[step];
        if pass.judged == Judged::Clean && depth < self.depth && limit.excluded {
            return;
        }
        let goal = Goal { depth, optional: taken, moment: position, entry: from.entry };
        if self.best.is_none_or(|best| goal.is_better(&best)) {
            self.best = Some(goal);
        }
    }
}
