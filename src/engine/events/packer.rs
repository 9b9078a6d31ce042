//! Events of one part of the input, packed by unit, with what the part told besides them.

use super::stager::Stager;
use crate::engine::classes::{Class, ClassMemo};
use crate::engine::record::{Record, Unpacked};
use crate::engine::shelf::{Chunk, Shelf};
use crate::engine::store::Packed;
use crate::model::time::{Micros, NO_TIME};
use std::sync::{Mutex, PoisonError};

/// What a part of the input told besides its events. It travels with the part, since a part may be read twice.
pub(super) struct Told {
    /// Rows by code of the name.
    pub(super) seen: Vec<u64>,
    pub(super) first_entry: Micros,
    pub(super) last_entry: Micros,
    /// Rows without a value in a column that is held.
    pub(super) without_hold: u64,
}

impl Told {
    pub(super) fn new(names: usize) -> Self {
        Self { seen: vec![0; names + 1], first_entry: Micros::MAX, last_entry: NO_TIME, without_hold: 0 }
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.seen.iter_mut().zip(&other.seen) {
            *mine += theirs;
        }
        self.first_entry = self.first_entry.min(other.first_entry);
        self.last_entry = self.last_entry.max(other.last_entry);
        self.without_hold += other.without_hold;
    }
}

/// The packed events of one part of the input.
pub(super) struct Part<R> {
    pub(super) chunk: Chunk<R>,
    pub(super) told: Told,
}

/// Packs the events of one batch.
pub(super) struct Packer<'a, R> {
    pub(super) stager: &'a Stager<'a>,
    pub(super) memo: ClassMemo,
    /// Class by code of the name, where nothing but the name decides it.
    pub(super) class_of_name: Vec<u32>,
    /// Every event may begin an attempt, not only one of step 1.
    pub(super) any_order: bool,
    pub(super) packed: Packed<R>,
    pub(super) spare: &'a Spare<R>,
    pub(super) told: Told,
}

/// Packed events that were staged: their memory serves the next parts.
pub(super) type Spare<R> = Mutex<Vec<Packed<R>>>;

impl<'a, R: Record> Packer<'a, R> {
    pub(super) fn new(stager: &'a Stager<'a>, spare: &'a Spare<R>) -> Self {
        let packed = spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self {
            stager,
            memo: ClassMemo::default(),
            class_of_name: if stager.predicates.is_empty() && !stager.wants.general {
                stager.classes_of_names()
            } else {
                Vec::new()
            },
            any_order: stager.any_order(),
            packed: packed.unwrap_or_else(|| Packed::with_capacity(0)),
            spare,
            told: Told::new(stager.names.len()),
        }
    }

    #[inline]
    pub(super) fn class(&mut self, class: Class) -> u32 {
        if let Some(seen) = self.told.seen.get_mut(class.name as usize) {
            *seen += 1;
        }
        if let Some(class) = self.class_of_name.get(class.name as usize) {
            return *class;
        }
        let name = if self.stager.wants.names { class.name } else { 0 };
        self.memo.number(&self.stager.classes, Class { name, ..class })
    }

    #[inline]
    pub(super) fn push(&mut self, event: &Unpacked, mask: u64) -> bool {
        if mask & 1 == 1 || self.any_order {
            self.told.first_entry = self.told.first_entry.min(event.time);
            self.told.last_entry = self.told.last_entry.max(event.time);
        }
        self.packed.push(event)
    }

    pub(super) fn finish(mut self, room: &Shelf<R>) -> Part<R> {
        let chunk = room.add(&self.packed);
        self.packed.clear();
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(self.packed);
        Part { chunk, told: self.told }
    }
}
