//! The steps of the attempt that counts: of all that reach the goal the one whose steps are the earliest, in their order.

use super::{Attempts, Goal, Moment, Unit};
use crate::model::time::Micros;
use crate::plan::Ties;

/// A point of the search: the moment, the steps taken in it, the last required step's time, optional steps so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Here {
    moment: usize,
    taken: u64,
    required: Micros,
    optional: usize,
}

impl Here {
    const fn last(&self) -> usize {
        63 - self.taken.leading_zeros() as usize
    }

    const fn lowest(&self) -> usize {
        self.taken.trailing_zeros() as usize
    }
}

impl Attempts {
    /// Leaves the steps and their moments in `path`.
    pub(super) fn trace(&mut self, unit: Unit<'_>, goal: Goal) {
        self.path.clear();
        self.failed.clear();
        let moment = self.moments.partition_point(|moment| moment.time < goal.entry);
        self.path.push((0, moment));
        self.go_on(unit, &goal, Here { moment, taken: 1, required: goal.entry, optional: 0 });
    }

    /// Tries what may follow, the earliest first; what failed once is not tried again.
    fn go_on(&mut self, unit: Unit<'_>, goal: &Goal, here: Here) -> bool {
        let last = here.last();
        if self.depth_at[last] == goal.depth && here.optional == goal.optional {
            return self.is_clean(unit, goal, here);
        }
        if self.failed.contains(&here) {
            return false;
        }
        for step in last + 1..self.rules.steps.len() {
            let is_optional = self.rules.steps[step].optional;
            let full = if is_optional { here.optional == goal.optional } else { self.depth_at[last] == goal.depth };
            if !full && self.take_step(unit, goal, here, step) {
                return true;
            }
            if !is_optional {
                break;
            }
        }
        self.failed.insert(here);
        false
    }

    fn take_step(&mut self, unit: Unit<'_>, goal: &Goal, here: Here, step: usize) -> bool {
        let rule = self.rules.steps[step];
        let limit = self.limit(unit, here.last(), here.lowest(), self.moments[here.moment].time, goal.entry);
        for position in here.moment..=goal.moment {
            let Moment { time, mask, .. } = self.moments[position];
            let same = position == here.moment;
            let late = (!same && time - self.shift(step) > limit.until)
                || rule.within.is_some_and(|within| time - here.required > within)
                || (rule.directly && position > here.moment + 1);
            if late {
                return false;
            }
            let taken = if same { here.taken | 1 << step } else { 1 << step };
            let fits = mask >> step & 1 == 1 && !(same && self.rules.ties == Ties::Strict);
            if !fits || (same && !self.can_match(unit, position, taken)) {
                continue;
            }
            let required = if rule.optional { here.required } else { time };
            let optional = here.optional + usize::from(rule.optional);
            self.path.push((step, position));
            if self.go_on(unit, goal, Here { moment: position, taken, required, optional }) {
                return true;
            }
            self.path.pop();
        }
        false
    }

    /// Whether the events of a moment can be matched with all of these steps.
    fn can_match(&mut self, unit: Unit<'_>, position: usize, steps: u64) -> bool {
        let Moment { start, end, .. } = self.moments[position];
        let group = &unit.events[start..end];
        self.matching.begin(group.len(), self.rules.steps.len());
        (0..self.rules.steps.len()).filter(|step| steps >> step & 1 == 1).all(|step| self.matching.add(group, step))
    }

    /// Where tainted attempts do not count, one that stops must not meet an exclusion later.
    fn is_clean(&self, unit: Unit<'_>, goal: &Goal, here: Here) -> bool {
        if !self.rules.drop_tainted || goal.depth == self.depth {
            return true;
        }
        let time = self.moments[here.moment].time;
        !self.limit(unit, here.last(), here.lowest(), time, goal.entry).excluded
    }
}
