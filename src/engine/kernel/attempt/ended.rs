//! Which entries an exclusion has ended: those that reached its first step before the excluded event, and its last not.
//!
//! An exclusion from step 1 bounds every way from the entry. One that begins later must not be got round by another
//! event of the step that has been reached, so that what an entry has reached first is kept for all of its ways.

use super::{Attempts, Unit};
use crate::model::time::Micros;

/// When entries reached the two steps of an exclusion, each for the first time; both lists by entry.
#[derive(Debug, Clone, Default)]
pub struct Reached {
    first: Vec<(Micros, Micros)>,
    last: Vec<(Micros, Micros)>,
}

impl Reached {
    pub fn clear(&mut self) {
        self.first.clear();
        self.last.clear();
    }
}

impl Attempts {
    /// Notes that an entry has come as far as `step`.
    pub(super) fn note_reached(&mut self, entry: Micros, step: usize, time: Micros) {
        for (exclusion, reached) in self.rules.exclusions.iter().zip(&mut self.reached) {
            if exclusion.from == 0 {
                continue;
            }
            if step >= exclusion.from {
                note(&mut reached.first, entry, time);
            }
            if step >= exclusion.to {
                note(&mut reached.last, entry, time);
            }
        }
    }

    /// The excluded event that has ended, or will end, all attempts of an entry.
    pub(super) fn ended(&self, unit: Unit<'_>, entry: Micros) -> Option<Micros> {
        let exclusions = self.reached.iter().zip(unit.excluded);
        let ends = exclusions.filter_map(|(reached, times)| {
            let first = find(&reached.first, entry)?;
            let ends = *times.get(times.partition_point(|time| *time <= first))?;
            find(&reached.last, entry).is_none_or(|last| ends < last).then_some(ends)
        });
        ends.min()
    }
}

fn note(times: &mut Vec<(Micros, Micros)>, entry: Micros, time: Micros) {
    if let Err(place) = times.binary_search_by_key(&entry, |(entry, _)| *entry) {
        times.insert(place, (entry, time));
    }
}

fn find(times: &[(Micros, Micros)], entry: Micros) -> Option<Micros> {
    let place = times.binary_search_by_key(&entry, |(entry, _)| *entry).ok()?;
    Some(times[place].1)
}
