//! Steps in any order, of any shape: step k is "any k different steps", each done by an event of its own.
//!
//! Every event may begin an attempt; its window runs from there, and an exclusion ends it. Events that can be matched
//! with different steps form a matroid, so taking every event that can still be matched, the earliest first, finds the
//! most steps and each of them as early as possible. Of the events of one kind only the next few can matter.

use super::attempt::{Attempt, Unit};
use super::{DENIED, EntryRange, Event};
use crate::model::time::{Micros, NO_TIME};
use std::collections::VecDeque;

const FREE: usize = usize::MAX;

/// What every unit is judged by.
#[derive(Debug, Clone, Copy)]
pub struct UnorderedRules {
    pub steps: usize,
    pub window: Option<Micros>,
    /// Attempts with an excluded event do not count at all, instead of ending there.
    pub drop_tainted: bool,
}

/// Judges units one after another, with working memory of its own.
#[derive(Debug)]
pub struct Unordered {
    rules: UnorderedRules,
    /// For each kind of event (the steps it fits) its next events, as many as it has steps.
    kinds: Vec<(u64, VecDeque<usize>)>,
    nearby: Vec<usize>,
    /// For each step the event that does it, as a position in `nearby`.
    event_of_step: Vec<usize>,
    seen: Vec<bool>,
    done: Vec<usize>,
}

/// One attempt, by what makes it better.
#[derive(Debug, Clone, Copy)]
struct Start {
    depth: usize,
    completed: Micros,
    entry: Micros,
}

impl Unordered {
    #[must_use]
    pub const fn new(rules: UnorderedRules) -> Self {
        Self {
            rules,
            kinds: Vec::new(),
            nearby: Vec::new(),
            event_of_step: Vec::new(),
            seen: Vec::new(),
            done: Vec::new(),
        }
    }

    /// Finds the attempt with the most different steps; of those the one done first, then the latest entry.
    pub fn judge(&mut self, unit: Unit<'_>, entries: EntryRange, attempt: &mut Attempt) {
        attempt.clear(self.rules.steps);
        self.kinds.clear();
        let mut best: Option<Start> = None;
        for (position, event) in unit.events.iter().enumerate().rev() {
            let mask = steps_of(*event);
            if mask == 0 {
                continue;
            }
            self.remember(mask, position);
            if !entries.holds(event.time) || event.mask & DENIED != 0 {
                continue;
            }
            let (end, excluded) = self.end(unit, event.time);
            if attempt.latest_entry == NO_TIME {
                attempt.latest_entry = event.time;
                (attempt.over, attempt.resume) = (end, end.saturating_add(1));
            }
            if self.rules.drop_tainted && excluded && !self.is_clean(unit, event.time, end) {
                continue;
            }
            self.collect(unit.events, end);
            let completed = self.done.last().map_or(event.time, |last| unit.events[*last].time);
            // Of the events of one moment the first ones, which come last here, have the most that may follow.
            let start = Start { depth: self.done.len(), completed, entry: event.time };
            if best.is_none_or(|best| !is_better(&best, &start)) {
                best = Some(start);
                attempt.times.fill(NO_TIME);
                attempt.events.fill(None);
                for (rank, event) in self.done.iter().enumerate() {
                    attempt.times[rank] = unit.events[*event].time;
                    attempt.events[rank] = Some(*event);
                }
            }
        }
        attempt.depth = best.map_or(0, |best| best.depth);
        attempt.last = attempt.depth.saturating_sub(1);
        attempt.tainted = best.is_none() && attempt.latest_entry != NO_TIME;
    }

    /// Until when an attempt may go on, and whether an exclusion ends it; one at the moment of entry does not count.
    fn end(&self, unit: Unit<'_>, entry: Micros) -> (Micros, bool) {
        let window = self.rules.window.map_or(Micros::MAX, |window| entry.saturating_add(window));
        let next = unit.excluded.iter().filter_map(|times| times.get(times.partition_point(|time| *time <= entry)));
        match next.min().filter(|next| **next <= window) {
            Some(next) => (*next, true),
            None => (window, false),
        }
    }

    /// Whether the attempt does every step before an exclusion meets it: else it is tainted.
    fn is_clean(&mut self, unit: Unit<'_>, entry: Micros, end: Micros) -> bool {
        debug_assert!(entry <= end);
        self.collect(unit.events, end);
        self.done.len() == self.rules.steps
    }

    fn remember(&mut self, mask: u64, position: usize) {
        let most = mask.count_ones() as usize;
        let known = self.kinds.iter().position(|(kind, _)| *kind == mask);
        let kind = known.unwrap_or_else(|| {
            self.kinds.push((mask, VecDeque::new()));
            self.kinds.len() - 1
        });
        let next = &mut self.kinds[kind].1;
        next.push_front(position);
        next.truncate(most);
    }

    /// Takes the events that do different steps, the earliest first.
    fn collect(&mut self, events: &[Event], end: Micros) {
        self.nearby.clear();
        let next = self.kinds.iter().flat_map(|(_, next)| next.iter().copied());
        self.nearby.extend(next.filter(|position| events[*position].time <= end));
        self.nearby.sort_unstable();
        self.event_of_step.clear();
        self.event_of_step.resize(self.rules.steps, FREE);
        self.done.clear();
        for candidate in 0..self.nearby.len() {
            self.seen.clear();
            self.seen.resize(self.rules.steps, false);
            if self.augment(events, candidate) {
                self.done.push(self.nearby[candidate]);
            }
            if self.done.len() == self.rules.steps {
                break;
            }
        }
    }

    /// Finds a step for an event, moving others where needed (Kuhn's algorithm).
    fn augment(&mut self, events: &[Event], candidate: usize) -> bool {
        let mask = steps_of(events[self.nearby[candidate]]);
        for step in 0..self.rules.steps {
            if mask >> step & 1 == 0 || self.seen[step] {
                continue;
            }
            self.seen[step] = true;
            let holder = self.event_of_step[step];
            if holder == FREE || self.augment(events, holder) {
                self.event_of_step[step] = candidate;
                return true;
            }
        }
        false
    }
}

const fn steps_of(event: Event) -> u64 {
    event.mask & (DENIED - 1)
}

fn is_better(one: &Start, other: &Start) -> bool {
    let key = |start: &Start| (start.depth, std::cmp::Reverse(start.completed), start.entry);
    key(one) > key(other)
}
