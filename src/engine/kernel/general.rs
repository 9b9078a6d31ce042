//! Ordered steps of any shape: an event may stand for several steps, steps may repeat, ties are matched.
//!
//! `latest[m]` is the latest entry of any chain that has done exactly the first m + 1 steps. A group of events of one
//! moment may do several steps at once; which ones is a bipartite matching, so that no event is used twice.

use super::matching::Matching;
use super::{EntryRange, Event, Journey, Rules, in_window, is_entry, latest_entry};
use crate::model::time::{Micros, NO_TIME};
use crate::plan::Ties;

/// Working memory, kept from unit to unit.
#[derive(Debug)]
pub struct Scratch {
    pub latest: Vec<Micros>,
    before: Vec<Micros>,
    group: Vec<Event>,
    matching: Matching,
}

impl Scratch {
    #[must_use]
    pub fn new(steps: usize) -> Self {
        Self {
            latest: vec![NO_TIME; steps],
            before: vec![NO_TIME; steps],
            group: Vec::new(),
            matching: Matching::default(),
        }
    }

    /// Copies a tie group, with step 1 taken away from events that may not begin an attempt.
    fn load(&mut self, events: &[Event], entries: EntryRange) {
        self.group.clear();
        self.group.extend(events.iter().map(|event| {
            let mask = if is_entry(*event, entries) { event.mask } else { event.mask & !1 };
            Event { time: event.time, mask }
        }));
    }
}

pub fn judge(rules: &Rules, events: &[Event], entries: EntryRange, scratch: &mut Scratch, journey: &mut Journey) {
    let (depth, entry) = deepest(rules, events, entries, scratch);
    if depth == 0 {
        return;
    }
    journey.latest_entry = latest_entry(events, entries);
    walk(rules, events, EntryRange { first: entry, last: entry }, depth, scratch, journey);
}

fn deepest(rules: &Rules, events: &[Event], entries: EntryRange, scratch: &mut Scratch) -> (usize, Micros) {
    scratch.latest.fill(NO_TIME);
    let (mut depth, mut entry) = (0, NO_TIME);
    for group in events.chunk_by(|left, right| left.time == right.time) {
        scratch.load(group, entries);
        if group.len() == 1 || rules.ties == Ties::Strict {
            one_step_each(rules, scratch);
        } else {
            several_steps(rules, scratch);
        }
        while depth < rules.steps && scratch.latest[depth] != NO_TIME {
            entry = scratch.latest[depth];
            depth += 1;
        }
        if depth == rules.steps {
            break;
        }
    }
    (depth, entry)
}

/// Each chain advances by at most one step: from the deepest step to the first, so that none advances twice.
fn one_step_each(rules: &Rules, scratch: &mut Scratch) {
    let mask = scratch.group.iter().fold(0, |all, event| all | event.mask);
    let time = scratch.group[0].time;
    for step in (0..rules.steps).rev() {
        if mask >> step & 1 == 1 {
            advance(rules, &mut scratch.latest, None, step, step, time);
        }
    }
}

/// Chains advance by as many steps as the group can match; step by step with two pointers.
fn several_steps(rules: &Rules, scratch: &mut Scratch) {
    let Scratch { latest, before, group, matching } = scratch;
    before.copy_from_slice(latest);
    let time = group[0].time;
    matching.begin(group.len(), rules.steps);
    let mut lowest = 0;
    for step in 0..rules.steps {
        while !matching.add(group, step) {
            if lowest == step {
                break;
            }
            matching.remove(lowest);
            lowest += 1;
        }
        if matching.event(step).is_none() {
            lowest = step + 1;
            continue;
        }
        advance(rules, latest, Some(before), lowest, step, time);
    }
}

/// Lets a chain that had done the steps below `lowest` go on to `step` at `time`.
fn advance(rules: &Rules, latest: &mut [Micros], before: Option<&[Micros]>, lowest: usize, step: usize, time: Micros) {
    let entry = match lowest.checked_sub(1) {
        None => time,
        Some(previous) => before.map_or(latest[previous], |before| before[previous]),
    };
    if entry != NO_TIME && in_window(entry, time, rules.window) {
        latest[step] = latest[step].max(entry);
    }
}

/// Walks from the entry, at each moment as far as its events allow.
fn walk(
    rules: &Rules,
    events: &[Event],
    entries: EntryRange,
    depth: usize,
    scratch: &mut Scratch,
    journey: &mut Journey,
) {
    let start = events.partition_point(|event| event.time < entries.first);
    let mut position = start;
    for group in events[start..].chunk_by(|left, right| left.time == right.time) {
        scratch.load(group, entries);
        let from = journey.depth;
        let most = if rules.ties == Ties::Strict { from + 1 } else { depth };
        scratch.matching.begin(group.len(), rules.steps);
        while journey.depth < most && scratch.matching.add(&scratch.group, journey.depth) {
            journey.depth += 1;
        }
        for step in from..journey.depth {
            journey.times.push(group[0].time);
            journey.events.push(position + scratch.matching.event(step).unwrap_or(0));
        }
        position += group.len();
        if journey.depth == depth {
            return;
        }
    }
}
