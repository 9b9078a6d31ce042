//! Ordered steps where each event stands for exactly one step: one pass finds the depth and the entry, a second walks it.
//!
//! `latest[k]` is the latest entry of any chain that has reached step k + 1. It only grows, so if it is out of the
//! window every older one is; the first time a greater depth is reached therefore gives the earliest completion and,
//! because lower steps of a tie come before, the latest entry for it.

use super::{EntryRange, Event, Journey, Rules, in_window, is_entry, latest_entry};
use crate::model::time::{Micros, NO_TIME};

pub fn judge(rules: &Rules, events: &[Event], entries: EntryRange, latest: &mut [Micros], journey: &mut Journey) {
    let (depth, entry) = deepest(rules, events, entries, latest);
    if depth == 0 {
        return;
    }
    journey.latest_entry = latest_entry(events, entries);
    walk(events, entry, depth, journey);
}

/// Returns the greatest depth and the entry of the attempt that reaches it first.
fn deepest(rules: &Rules, events: &[Event], entries: EntryRange, latest: &mut [Micros]) -> (usize, Micros) {
    latest.fill(NO_TIME);
    let (mut depth, mut entry) = (0, NO_TIME);
    for event in events {
        let step = event.mask.trailing_zeros() as usize;
        if step == 0 {
            if !is_entry(*event, entries) {
                continue;
            }
            latest[0] = event.time;
        } else if step < rules.steps {
            let before = latest[step - 1];
            if before == NO_TIME || !in_window(before, event.time, rules.window) {
                continue;
            }
            latest[step] = before;
        } else {
            continue;
        }
        if step == depth {
            depth += 1;
            entry = latest[step];
            if depth == rules.steps {
                break;
            }
        }
    }
    (depth, entry)
}

/// Takes the earliest event of each next step from the entry on; ties stand in step order.
fn walk(events: &[Event], entry: Micros, depth: usize, journey: &mut Journey) {
    let start = events.partition_point(|event| event.time < entry);
    for (position, event) in events.iter().enumerate().skip(start) {
        if event.mask == 1 << journey.depth {
            journey.times.push(event.time);
            journey.events.push(position);
            journey.depth += 1;
            if journey.depth == depth {
                return;
            }
        }
    }
}
