//! What one cohort of one group counts while units come in.

use crate::model::decimal::Decimal;
use crate::model::time::Micros;
use std::collections::HashMap;

/// Counts of one cohort by age; what they mean is up to the measure.
#[derive(Debug, Default)]
pub struct Tally {
    pub size: u64,
    /// First and last start of a unit.
    pub starts: Option<(Micros, Micros)>,
    pub counts: Vec<u64>,
    /// Empty unless values are summed.
    pub values: Vec<i128>,
    /// A sum has left the exact range.
    pub overflow: bool,
}

impl Tally {
    /// A unit of the cohort.
    #[inline]
    pub fn enter(&mut self, start: Micros) {
        self.size += 1;
        let (first, last) = self.starts.unwrap_or((start, start));
        self.starts = Some((first.min(start), last.max(start)));
    }

    #[inline]
    pub fn count(&mut self, age: usize) {
        if self.counts.len() <= age {
            self.counts.resize(age + 1, 0);
        }
        self.counts[age] += 1;
    }

    #[inline]
    pub fn add_value(&mut self, age: usize, value: Decimal) {
        if self.values.len() <= age {
            self.values.resize(age + 1, 0);
        }
        let sum = self.values[age].checked_add(value.0);
        self.overflow |= sum.is_none();
        self.values[age] = sum.unwrap_or_default();
    }

    /// Adds the counts of another thread or group.
    pub fn merge(&mut self, other: &Self) {
        self.size += other.size;
        self.starts = match (self.starts, other.starts) {
            (Some(mine), Some(theirs)) => Some((mine.0.min(theirs.0), mine.1.max(theirs.1))),
            (mine, theirs) => mine.or(theirs),
        };
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        for (age, value) in other.values.iter().enumerate() {
            self.add_value(age, Decimal(*value));
        }
        self.overflow |= other.overflow;
    }
}

/// Tallies by group (a rank by name; 0 is none) and cohort (position in the calendar).
pub type Tallies = HashMap<(u32, u32), Tally, foldhash::fast::FixedState>;

/// Adds the tallies of another thread.
pub fn merge(all: &mut Tallies, more: Tallies) {
    for (key, tally) in more {
        all.entry(key).or_default().merge(&tally);
    }
}
