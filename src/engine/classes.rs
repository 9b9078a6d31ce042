//! Classes of events: all that a journey needs to know of an event besides its time is which steps it can stand for.

use std::sync::{Mutex, PoisonError};

/// First of the bits of a class whose event meets a unit filter, one per filter.
const FIRST_UNIT_BIT: usize = 59;

/// More unit filters than this do not fit a class.
pub const MOST_UNIT_FILTERS: usize = 64 - FIRST_UNIT_BIT;

/// Returns the bit of a unit filter.
#[must_use]
pub const fn unit_bit(filter: usize) -> u64 {
    1 << (FIRST_UNIT_BIT + filter)
}

/// More exclusions than this do not fit a class.
pub const MOST_EXCLUSIONS: usize = 32;

/// All bits of unit filters.
pub const UNIT_BITS: u64 = !0 << FIRST_UNIT_BIT;

/// What a class stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// Steps (bit k is step k + 1), whether it may begin an attempt, and the unit filters that it meets.
    pub mask: u64,
    /// Code of the event name where names must be told apart, else 0.
    pub name: u32,
    /// Exclusions (bit per exclusion) that it meets.
    pub excluded: u32,
}

/// Small numbers for the classes met so far. The single steps come first, in their order, so that events of one
/// moment sort by step.
#[derive(Debug)]
pub struct Classes {
    known: Mutex<Vec<Class>>,
}

impl Classes {
    #[must_use]
    pub fn new(steps: usize) -> Self {
        Self { known: Mutex::new((0..steps).map(|step| Class { mask: 1 << step, name: 0, excluded: 0 }).collect()) }
    }

    fn number(&self, class: Class) -> u32 {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let position = known.iter().position(|other| *other == class).unwrap_or_else(|| {
            known.push(class);
            known.len() - 1
        });
        u32::try_from(position).unwrap_or(u32::MAX)
    }

    /// Returns all classes by number.
    #[must_use]
    pub fn all(&self) -> Vec<Class> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A thread's memory of the classes.
#[derive(Debug, Default)]
pub struct ClassMemo {
    known: Vec<(Class, u32)>,
}

impl ClassMemo {
    #[inline]
    pub fn number(&mut self, classes: &Classes, class: Class) -> u32 {
        match self.known.iter().find(|(other, _)| *other == class) {
            Some((_, number)) => *number,
            None => self.learn(classes, class),
        }
    }

    #[cold]
    fn learn(&mut self, classes: &Classes, class: Class) -> u32 {
        let number = classes.number(class);
        self.known.push((class, number));
        number
    }
}
