//! A unit's events as the kernel takes them: sorted, without repeats, with the rules about first events applied.

use super::Worker;
use crate::engine::classes::{UNIT_BITS, unit_bit};
use crate::engine::kernel::{DENIED, Event};
use crate::engine::record::Record;
use crate::model::decimal::Decimal;
use crate::model::time::Micros;
use crate::plan::rules::{First, RangeBinds};
use std::collections::BTreeMap;
use std::ops::Range;

/// All that is known of an event; the order is of time, then of nothing that the order of the input could change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Loaded {
    pub time: Micros,
    /// Steps that it fits; none for an event that only stands between others.
    pub mask: u64,
    /// Exclusions that it meets.
    pub excluded: u32,
    /// Code of its name, where names are told apart.
    pub name: u32,
    /// Rank of its breakdown value.
    pub rank: u32,
    pub value: Option<Decimal>,
}

/// Which events may stand for steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    All,
    /// For this step only events with this breakdown value.
    AtStep {
        step: usize,
        rank: u32,
    },
    /// Only events with this breakdown value: the others are as if they were not there, for `directly`, strict order
    /// and exclusions too.
    Everywhere {
        rank: u32,
    },
}

impl Allowed {
    fn holds(self, event: &Loaded) -> bool {
        !matches!(self, Self::Everywhere { rank } if event.rank != rank)
    }

    /// The steps that an event may stand for.
    const fn mask(self, event: &Loaded) -> u64 {
        match self {
            Self::AtStep { step, rank } if event.rank != rank => event.mask & !(1 << step),
            _ => event.mask,
        }
    }
}

impl<R: Record> Worker<'_, R> {
    /// Unpacks a unit's events; returns false where a unit filter leaves it out.
    pub(super) fn load(&mut self, records: &[R]) -> bool {
        let units = self.judge.units;
        let mut met = 0;
        self.loaded.clear();
        for record in records {
            let class = units.classes[record.class() as usize];
            met |= class.mask & UNIT_BITS;
            self.loaded.push(Loaded {
                time: record.time(),
                mask: class.mask & !UNIT_BITS,
                excluded: class.excluded,
                name: class.name,
                rank: units.groups.rank(record.group()),
                value: record.value(),
            });
        }
        let plan = self.judge.plan;
        let wanted = (0..plan.unit_filters.len()).fold(0, |bits, filter| bits | unit_bit(filter));
        if met & wanted != wanted {
            return false;
        }
        self.loaded.sort_unstable();
        self.leave_out_repeats();
        self.keep_first_events();
        self.keep_range();
        true
    }

    /// Counts events that repeat another one's time, steps and name; leaves them out where that is asked for.
    fn leave_out_repeats(&mut self) {
        let dedupe = self.judge.plan.dedupe;
        let mut previous: Option<Loaded> = None;
        let mut repeated = 0;
        self.loaded.retain(|event| {
            let same = |other: Loaded| {
                (other.time, other.mask, other.excluded, other.name)
                    == (event.time, event.mask, event.excluded, event.name)
            };
            let repeats = (event.mask != 0 || event.excluded != 0) && previous.is_some_and(same);
            previous = Some(*event);
            repeated += u64::from(repeats);
            !(repeats && dedupe)
        });
        self.counted.facts.duplicates += repeated;
    }

    /// A step that counts on first events only is taken from all later ones; events of one moment are all first.
    fn keep_first_events(&mut self) {
        for (position, step) in self.judge.plan.steps.iter().enumerate() {
            let bit = 1_u64 << position;
            match step.rule.first {
                None => {}
                Some(First::Match) => {
                    let first = self.loaded.iter().find(|event| event.mask & bit != 0).map(|event| event.time);
                    let later = |event: &&mut Loaded| Some(event.time) != first;
                    self.loaded.iter_mut().filter(later).for_each(|event| event.mask &= !bit);
                }
                Some(First::Ever) => {
                    let mut first: BTreeMap<u32, Micros> = BTreeMap::new();
                    for event in &mut self.loaded {
                        let time = *first.entry(event.name).or_insert(event.time);
                        if event.time != time {
                            event.mask &= !bit;
                        }
                    }
                }
            }
        }
    }

    /// Where the range of dates binds all events, the others are left out now: what came first is decided before.
    fn keep_range(&mut self) {
        let plan = self.judge.plan;
        if plan.rules.range == RangeBinds::All {
            let since = plan.since.unwrap_or(Micros::MIN);
            let until = plan.until.unwrap_or(Micros::MAX);
            self.loaded.retain(|event| since <= event.time && event.time <= until);
        }
    }

    /// Lays a part of the unit's events out for the kernel.
    pub(super) fn lay_out(&mut self, part: Range<usize>, allowed: Allowed) {
        let plan = self.judge.plan;
        let any_order = plan.is_any_order();
        self.origins.clear();
        self.excluded.iter_mut().for_each(Vec::clear);
        for position in part {
            let event = &self.loaded[position];
            if !allowed.holds(event) {
                continue;
            }
            for (exclusion, times) in self.excluded.iter_mut().enumerate() {
                if event.excluded >> exclusion & 1 == 1 {
                    times.push(event.time);
                }
            }
            let mut mask = allowed.mask(event);
            if mask & DENIED != 0 && !any_order {
                mask &= !(DENIED | 1);
            }
            let shift = if mask == 0 { 0 } else { Micros::from(mask.trailing_zeros()) * plan.rules.grace };
            self.origins.push((Event { time: event.time + shift, mask }, position));
        }
        self.origins.sort_unstable();
        self.events.clear();
        self.events.extend(self.origins.iter().map(|(event, _)| *event));
    }
}
