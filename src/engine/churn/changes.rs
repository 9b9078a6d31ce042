//! What a customer pays per month over time, as the moments at which it changes.

use super::period::silent_from;
use super::read::{FILTER_SHIFT, START};
use crate::engine::groups::GroupNames;
use crate::engine::record::{Record, Wide};
use crate::model::billing::Monthly;
use crate::model::time::Micros;
use crate::plan::Attribution;
use chrono_tz::Tz;

/// A moment at which the amount changes; subscriptions that overlap add up, and what ends and begins at one moment is
/// one change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub time: Micros,
    pub before: Monthly,
    pub after: Monthly,
    /// Whether something only ended: such a change belongs to the last moment that was paid for, any other to its own.
    pub ends: bool,
}

/// How rows become changes.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    pub as_of: Micros,
    /// The silence after which activity is over; `None` where ends are told.
    pub silence: Option<Micros>,
    pub whole_days: bool,
    pub zone: Tz,
    pub attribution: Attribution,
    pub groups: &'a GroupNames,
    /// Filters that some row of the customer must meet, a bit each.
    pub wanted: u32,
}

/// A customer, in memory that is used again.
#[derive(Debug, Default)]
pub struct Customer {
    /// Rank of the breakdown value; 0 is none.
    pub group: u32,
    /// Ascending; never two of one moment, never without a difference.
    pub changes: Vec<Change>,
    /// Whether an amount left the exact range.
    pub overflow: bool,
}

impl Customer {
    /// Reads the rows of a customer; returns false where a filter leaves it out.
    pub fn load(&mut self, records: &[Wide], rules: &Rules<'_>) -> bool {
        self.changes.clear();
        self.overflow = false;
        let starts = || records.iter().filter(|record| record.class() & 1 == START);
        let met = starts().fold(0, |met, record| met | record.class() >> FILTER_SHIFT);
        self.group = attributed(starts(), rules);
        match rules.silence {
            None => self.add_up(records, rules),
            Some(silence) => self.go_silent(records, rules, silence),
        }
        met & rules.wanted == rules.wanted && records.iter().any(|record| record.class() & 1 == START)
    }

    /// Subscriptions: each adds its amount at its start and takes it away at its end. What ends after the as-of time is
    /// running.
    fn add_up(&mut self, records: &[Wide], rules: &Rules<'_>) {
        let mut before = Monthly::ZERO;
        let known = records.iter().filter(|record| record.time() - 1 <= rules.as_of);
        let known: Vec<&Wide> =
            known.filter(|record| record.class() & 1 != START || record.time() <= rules.as_of).collect();
        for moment in known.chunk_by(|left, right| left.time() == right.time()) {
            let (mut after, mut ends) = (Some(before), true);
            for record in moment {
                let amount = record.value().unwrap_or_default().0;
                let begins = record.class() & 1 == START;
                ends &= !begins || amount == 0;
                let change = Monthly(if begins { amount } else { -amount });
                after = after.and_then(|after| after.checked_add(change));
            }
            self.overflow |= after.is_none();
            let after = after.unwrap_or(before);
            if after != before {
                self.changes.push(Change { time: moment[0].time(), before, after, ends });
            }
            before = after;
        }
    }

    /// Activity: on from the first moment of it until nothing has come for as long as the silence.
    fn go_silent(&mut self, records: &[Wide], rules: &Rules<'_>, silence: Micros) {
        let (on, off) = (Monthly(1), Monthly::ZERO);
        let mut until: Option<Micros> = None;
        for record in records {
            let time = record.time();
            if let Some(until) = until.filter(|until| *until < time) {
                self.changes.push(Change { time: until, before: on, after: off, ends: true });
            }
            if until.is_none_or(|until| until < time) {
                self.changes.push(Change { time, before: off, after: on, ends: false });
            }
            until = Some(silent_from(time, silence, rules.whole_days, rules.zone));
        }
        if let Some(until) = until.filter(|until| until - 1 <= rules.as_of) {
            self.changes.push(Change { time: until, before: on, after: off, ends: true });
        }
    }

    /// The amount at the edge between two periods: what only ends there has ended in the earlier period, and what begins
    /// there comes in the later.
    #[must_use]
    pub fn at_edge(&self, edge: Micros) -> Monthly {
        let next = self.changes.partition_point(|change| change.time < edge);
        let paid = next.checked_sub(1).map_or(Monthly::ZERO, |last| self.changes[last].after);
        let ended = self.changes.get(next).filter(|change| change.time == edge && change.ends);
        ended.map_or(paid, |change| change.after)
    }
}

/// The first or last breakdown value that is not empty, by the time of the rows; of one moment the first by name.
fn attributed<'a>(starts: impl Iterator<Item = &'a Wide>, rules: &Rules<'_>) -> u32 {
    let mut seen: Option<(Micros, u32)> = None;
    for record in starts {
        let rank = rules.groups.rank(record.group());
        let better = seen.is_none_or(|(time, known)| {
            let later = rules.attribution == Attribution::Last && record.time() > time;
            later || (record.time() == time && rank < known)
        });
        if rank != 0 && better {
            seen = Some((record.time(), rank));
        }
    }
    seen.map_or(0, |(_, rank)| rank)
}
