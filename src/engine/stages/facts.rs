//! The facts that one part of the input holds, packed by unit, with what the part told besides them.

use super::stager::Stager;
use crate::engine::record::{Unpacked, Wide};
use crate::engine::store::{Packed, Staged};
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};

/// What a part of the input told besides its facts. It travels with the part, since a part may be read twice.
pub(super) struct Told {
    /// Whether any row names the step, by position.
    pub(super) seen: Vec<bool>,
    pub(super) latest: Micros,
    /// Records after the as-of time.
    pub(super) late: u64,
}

impl Told {
    pub(super) fn new(steps: usize) -> Self {
        Self { seen: vec![false; steps], latest: NO_TIME, late: 0 }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.seen.iter_mut().zip(&other.seen) {
            *mine |= theirs;
        }
        self.latest = self.latest.max(other.latest);
        self.late += other.late;
    }
}

/// The packed facts of one part of the input.
pub(super) struct Part {
    pub(super) staged: Staged<Wide>,
    pub(super) told: Told,
}

/// Packs the facts of one batch.
pub(super) struct Facts<'a> {
    pub(super) stager: &'a Stager<'a>,
    pub(super) packed: Packed<Wide>,
    pub(super) base: Unpacked,
    pub(super) told: Told,
}

impl<'a> Facts<'a> {
    pub(super) fn new(stager: &'a Stager<'a>, rows: usize) -> Self {
        let base = Unpacked { unit: 0, time: NO_TIME, class: 0, group: 0, value: None };
        Self { stager, packed: Packed::with_capacity(rows * 3), base, told: Told::new(stager.plan.steps.len()) }
    }

    pub(super) fn begin(&mut self, unit: u128, group: u32, value: Option<Decimal>) {
        self.base = Unpacked { unit, time: NO_TIME, class: 0, group, value };
    }

    pub(super) fn is_late(&self, time: Micros) -> bool {
        self.stager.plan.as_of.is_some_and(|as_of| time > as_of)
    }

    pub(super) fn add(&mut self, step: usize, time: Micros) {
        self.told.seen[step] = true;
        self.add_class(u32::try_from(step).unwrap_or(0), time);
    }

    pub(super) fn add_class(&mut self, class: u32, time: Micros) {
        self.told.latest = self.told.latest.max(time);
        // The wide form takes every fact.
        self.packed.push(&Unpacked { time, class, ..self.base });
    }

    /// A moment that may lie ahead, such as a planned close: it says nothing about when the data end.
    pub(super) fn add_moment(&mut self, class: u32, time: Micros) {
        self.packed.push(&Unpacked { time, class, ..self.base });
    }

    pub(super) fn finish(self) -> Part {
        Part { staged: Staged::new(&self.packed), told: self.told }
    }
}
