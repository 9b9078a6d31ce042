//! The journey kernel: one unit's events in, its best attempt out. Pure, without allocation per unit.
//!
//! An attempt begins with an event of step 1 and takes, for each later step, an event that is not earlier; all lie in
//! the window from step 1 (inclusive), and each event is used once. The best attempt is the deepest; among equally deep
//! ones that which completes first, and among those the latest entry.

pub mod any;
pub mod attempt;
pub mod distinct;
pub mod general;
mod matching;
pub mod unordered;

use crate::model::time::{Micros, NO_TIME};
use crate::plan::{Order, Ties};

/// Steps beyond this many do not fit a mask.
pub const MAX_STEPS: usize = 58;

/// Bit of an event that may not begin an attempt in any order, whatever step it stands for.
pub const DENIED: u64 = 1 << 58;

/// One event of a unit: its time and the steps it can stand for (bit k is step k + 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    pub time: Micros,
    pub mask: u64,
}

/// The attempt that counts for a unit.
#[derive(Debug, Clone, Default)]
pub struct Journey {
    /// How many steps were reached; 0 is no entry.
    pub depth: usize,
    /// Time of each reached step; in any order, of the k-th step done.
    pub times: Vec<Micros>,
    /// Position of the event that was taken for each reached step.
    pub events: Vec<usize>,
    /// The latest entry of the unit, whatever attempt was chosen.
    pub latest_entry: Micros,
}

impl Journey {
    fn clear(&mut self) {
        self.depth = 0;
        self.times.clear();
        self.events.clear();
        self.latest_entry = NO_TIME;
    }
}

/// What every unit is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub steps: usize,
    pub order: Order,
    pub ties: Ties,
    pub window: Option<Micros>,
    /// Whether each event stands for exactly one step (plain, disjoint names).
    pub distinct: bool,
}

/// Times between which an attempt may begin (both included).
#[derive(Debug, Clone, Copy)]
pub struct EntryRange {
    pub first: Micros,
    pub last: Micros,
}

impl EntryRange {
    pub const ALL: Self = Self { first: Micros::MIN, last: Micros::MAX };

    #[must_use]
    pub const fn holds(self, time: Micros) -> bool {
        self.first <= time && time <= self.last
    }
}

/// Judges units one after another, with working memory of its own.
#[derive(Debug)]
pub struct Kernel {
    rules: Rules,
    scratch: general::Scratch,
}

impl Kernel {
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        Self { rules, scratch: general::Scratch::new(rules.steps) }
    }

    /// Finds the best attempt among `events`, which are sorted by time and, inside a tie, by step.
    pub fn judge(&mut self, events: &[Event], entries: EntryRange, journey: &mut Journey) {
        journey.clear();
        match self.rules.order {
            Order::Any => any::judge(&self.rules, events, entries, journey),
            Order::Ordered if self.rules.distinct && self.rules.ties == Ties::Any => {
                distinct::judge(&self.rules, events, entries, &mut self.scratch.latest, journey);
            }
            Order::Ordered | Order::Strict => general::judge(&self.rules, events, entries, &mut self.scratch, journey),
        }
    }
}

/// Whether `time` is still inside the window of an attempt that began at `entry`.
#[inline]
fn in_window(entry: Micros, time: Micros, window: Option<Micros>) -> bool {
    window.is_none_or(|window| time - entry <= window)
}

/// Whether an attempt may begin at this event.
#[inline]
fn is_entry(event: Event, entries: EntryRange) -> bool {
    event.mask & 1 == 1 && entries.holds(event.time)
}

/// Returns the latest event that may begin an attempt.
fn latest_entry(events: &[Event], entries: EntryRange) -> Micros {
    events.iter().rev().find(|event| is_entry(**event, entries)).map_or(NO_TIME, |event| event.time)
}
