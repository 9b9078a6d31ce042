//! Attempts under every rule: optional steps, limits from step to step, exclusions, strict order, grace.
//!
//! An attempt begins with an event of step 1 and takes later steps in their order, each with an event of its own. Steps
//! that are optional may be skipped; a step with `within` must follow the last required one in that time; one that
//! comes `directly` stands at the same moment as the step before or at the next moment of the unit; an exclusion ends
//! the attempt where an excluded event comes after its first step and before its last, whatever events could be taken
//! for these steps later. Events of one moment are in no order: neither `directly` nor an exclusion is judged inside a
//! moment.
//!
//! Of all attempts the deepest counts (by required steps), then the one with more optional steps, then the one that is
//! done first, then the latest entry; its steps are the earliest that serve.

mod ended;
mod forward;
mod limits;
mod trace;

use super::matching::Matching;
use super::{EntryRange, Event};
use crate::model::time::{Micros, NO_TIME};
use crate::plan::Ties;
use ended::Reached;
use forward::{Judged, State};
use std::collections::HashSet;

/// What holds for one step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StepLimits {
    pub optional: bool,
    /// Longest time from the last required step, inclusive.
    pub within: Option<Micros>,
    pub directly: bool,
}

/// Steps (positions) between which an excluded event ends the attempt: after `from`, before `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Between {
    pub from: usize,
    pub to: usize,
}

/// What every unit is judged by.
#[derive(Debug, Clone)]
pub struct AttemptRules {
    /// The first is required.
    pub steps: Vec<StepLimits>,
    pub ties: Ties,
    pub window: Option<Micros>,
    /// How much earlier than the step before a step may be. The events of step k come shifted by k - 1 times as much,
    /// so that the order of the shifted times is the order that the grace allows.
    pub grace: Micros,
    pub exclusions: Vec<Between>,
    /// Attempts with an excluded event do not count at all, instead of ending there.
    pub drop_tainted: bool,
}

/// A unit's events, sorted by time and mask, and the times of its excluded events, sorted, for each exclusion.
#[derive(Debug, Clone, Copy)]
pub struct Unit<'a> {
    pub events: &'a [Event],
    pub excluded: &'a [Vec<Micros>],
}

/// The attempt that counts for a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    /// Required steps that were reached (in any order: steps); 0 is no entry.
    pub depth: usize,
    /// Position of the last required step that was reached.
    pub last: usize,
    /// Time of each step by position, or `NO_TIME`; in any order, of the k-th step done.
    pub times: Vec<Micros>,
    /// Position of the event taken for each step.
    pub events: Vec<Option<usize>>,
    /// Latest time at which any attempt of the unit could have gone on; `Micros::MAX` without an end.
    pub over: Micros,
    /// Earliest time at which a new attempt may begin where attempts are counted one after another.
    pub resume: Micros,
    pub latest_entry: Micros,
    /// The unit is left out: each of its attempts holds an excluded event.
    pub tainted: bool,
}

impl Attempt {
    pub fn clear(&mut self, steps: usize) {
        self.depth = 0;
        self.last = 0;
        self.times.clear();
        self.times.resize(steps, NO_TIME);
        self.events.clear();
        self.events.resize(steps, None);
        self.over = NO_TIME;
        self.resume = NO_TIME;
        self.latest_entry = NO_TIME;
        self.tainted = false;
    }
}

/// The events of one time.
#[derive(Debug, Clone, Copy)]
struct Moment {
    time: Micros,
    start: usize,
    end: usize,
    /// Steps that any of its events fits.
    mask: u64,
}

/// What the best attempt reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Goal {
    depth: usize,
    optional: usize,
    /// The moment of its last step.
    moment: usize,
    entry: Micros,
}

impl Goal {
    /// Deeper, then more optional steps, then done first, then entered latest.
    fn is_better(&self, other: &Self) -> bool {
        let reach = |goal: &Self| (goal.depth, goal.optional);
        let ends = |goal: &Self| (std::cmp::Reverse(goal.moment), goal.entry);
        (reach(self), ends(self)) > (reach(other), ends(other))
    }
}

/// Judges units one after another, with working memory of its own.
#[derive(Debug)]
pub struct Attempts {
    rules: AttemptRules,
    /// For each step, the last required step before it (of the first: itself).
    required_before: Vec<usize>,
    /// For each step, how many required steps there are up to it.
    depth_at: Vec<usize>,
    depth: usize,
    optional: usize,
    moments: Vec<Moment>,
    /// By step and number of optional steps taken: the latest occurrence.
    states: Vec<Option<State>>,
    before: Vec<Option<State>>,
    starts: Vec<Option<State>>,
    best: Option<Goal>,
    /// Per exclusion, which entries have reached its steps in this pass.
    reached: Vec<Reached>,
    /// Until when any attempt of the pass may go on.
    alive: Micros,
    matching: Matching,
    path: Vec<(usize, usize)>,
    failed: HashSet<trace::Here>,
}

impl Attempts {
    #[must_use]
    pub fn new(rules: AttemptRules) -> Self {
        let steps = rules.steps.len();
        let optional = rules.steps.iter().filter(|step| step.optional).count();
        let mut required_before = vec![0; steps];
        let mut depth_at = vec![1; steps];
        for step in 1..steps {
            required_before[step] = if rules.steps[step - 1].optional { required_before[step - 1] } else { step - 1 };
            depth_at[step] = depth_at[step - 1] + usize::from(!rules.steps[step].optional);
        }
        let slots = steps * (optional + 1);
        Self {
            depth: steps - optional,
            optional,
            required_before,
            depth_at,
            reached: vec![Reached::default(); rules.exclusions.len()],
            rules,
            moments: Vec::new(),
            states: vec![None; slots],
            before: vec![None; slots],
            starts: vec![None; optional + 1],
            best: None,
            alive: NO_TIME,
            matching: Matching::default(),
            path: Vec::new(),
            failed: HashSet::new(),
        }
    }

    /// Required steps of the whole way.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// Lays out the moments of a unit; [`Self::judge`] then answers for this unit.
    pub fn load(&mut self, unit: Unit<'_>) {
        self.moments.clear();
        let mut start = 0;
        for group in unit.events.chunk_by(|left, right| left.time == right.time) {
            let mask = group.iter().fold(0, |all, event| all | event.mask);
            let end = start + group.len();
            self.moments.push(Moment { time: group[0].time, start, end, mask });
            start = end;
        }
    }

    /// Finds the attempt that counts among those which begin in `entries`.
    pub fn judge(&mut self, unit: Unit<'_>, entries: EntryRange, attempt: &mut Attempt) {
        attempt.clear(self.rules.steps.len());
        let until = self.moments.partition_point(|moment| moment.time <= entries.last);
        let may_enter = |moment: &&Moment| moment.mask & 1 == 1;
        let latest = self.moments[..until].iter().rev().find(may_enter);
        let Some(latest) = latest.filter(|moment| entries.holds(moment.time)) else { return };
        attempt.latest_entry = latest.time;
        self.forward(unit, entries, Judged::Ending, self.depth);
        (attempt.over, attempt.resume) = self.end(unit);
        let found = if self.rules.drop_tainted { self.cleanest(unit, entries) } else { self.best };
        let Some(goal) = found else {
            attempt.tainted = true;
            return;
        };
        self.trace(unit, goal);
        self.take(unit, attempt);
        attempt.depth = goal.depth;
        attempt.last = (0..self.rules.steps.len())
            .rev()
            .find(|step| self.depth_at[*step] == goal.depth && !self.rules.steps[*step].optional)
            .unwrap_or(0);
    }

    /// The best of the attempts that hold no excluded event, each entry judged by itself: its attempt goes as far as
    /// it would without exclusions, and is clean if it can go there without meeting one.
    fn cleanest(&mut self, unit: Unit<'_>, entries: EntryRange) -> Option<Goal> {
        // No attempt goes further than the furthest: from each entry it is enough to look that far.
        self.forward(unit, entries, Judged::Ignoring, self.depth);
        let furthest = self.best.map_or(0, |goal| goal.depth);
        let mut best: Option<Goal> = None;
        for position in 0..self.moments.len() {
            let Moment { time, mask, .. } = self.moments[position];
            if mask & 1 == 0 || !entries.holds(time) {
                continue;
            }
            let alone = EntryRange { first: time, last: time };
            self.forward(unit, alone, Judged::Ignoring, furthest);
            let Some(depth) = self.best.map(|goal| goal.depth) else { continue };
            self.forward(unit, alone, Judged::Clean, depth);
            let clean = self.best.filter(|goal| goal.depth == depth);
            if let Some(goal) = clean.filter(|goal| best.is_none_or(|best| goal.is_better(&best))) {
                best = Some(goal);
            }
        }
        best
    }

    /// Finds the events of the steps that the trace went through.
    fn take(&mut self, unit: Unit<'_>, attempt: &mut Attempt) {
        let path = std::mem::take(&mut self.path);
        let mut latest = NO_TIME;
        for group in path.chunk_by(|left, right| left.1 == right.1) {
            let Moment { time, start, end, .. } = self.moments[group[0].1];
            self.matching.begin(end - start, self.rules.steps.len());
            for (step, _) in group {
                self.matching.add(&unit.events[start..end], *step);
            }
            for (step, _) in group {
                attempt.events[*step] = self.matching.event(*step).map(|event| start + event);
                // With a grace a later step may be earlier: it then took no time.
                latest = latest.max(time - self.shift(*step));
                attempt.times[*step] = latest;
            }
        }
        self.path = path;
    }

    /// By how much the events of a step come shifted.
    fn shift(&self, step: usize) -> Micros {
        Micros::try_from(step).unwrap_or(0) * self.rules.grace
    }
}
