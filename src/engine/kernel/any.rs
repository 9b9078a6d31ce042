//! Steps in any order, each a plain event name of its own: step k is "any k different steps".
//!
//! Every event may begin an attempt; its window runs from there. From the end of the log backwards, the next event of
//! each step is known at every start, so one start costs as many looks as there are steps.

use super::{DENIED, EntryRange, Event, Journey, Rules, in_window};
use crate::model::time::{Micros, NO_TIME};

/// Finds the attempt with the most different steps; of those the one that completes first, then the latest entry.
pub fn judge(rules: &Rules, events: &[Event], entries: EntryRange, journey: &mut Journey) {
    let mut next: Vec<Option<usize>> = vec![None; rules.steps];
    let mut best: Option<(usize, Micros, usize)> = None;
    let mut latest = NO_TIME;
    let mut done: Vec<usize> = Vec::with_capacity(rules.steps);
    for (position, event) in events.iter().enumerate().rev() {
        let step = event.mask.trailing_zeros() as usize;
        if step >= rules.steps {
            continue;
        }
        next[step] = Some(position);
        if !entries.holds(event.time) || event.mask & DENIED != 0 {
            continue;
        }
        latest = latest.max(event.time);
        collect(rules, events, &next, event.time, &mut done);
        let completed = done.last().map_or(event.time, |last| events[*last].time);
        let better = best.is_none_or(|(depth, time, start)| {
            done.len() > depth
                || (done.len() == depth && completed < time)
                || (done.len() == depth && completed == time && events[start].time <= event.time)
        });
        if better {
            best = Some((done.len(), completed, position));
            journey.events.clone_from(&done);
        }
    }
    let Some((depth, _, _)) = best else { return };
    journey.depth = depth;
    journey.latest_entry = latest;
    journey.times.extend(journey.events.iter().map(|position| events[*position].time));
}

/// Collects the first event of each step inside the window, in the order of time.
fn collect(rules: &Rules, events: &[Event], next: &[Option<usize>], entry: Micros, done: &mut Vec<usize>) {
    done.clear();
    done.extend(next.iter().flatten().filter(|position| in_window(entry, events[**position].time, rules.window)));
    done.sort_unstable();
}
