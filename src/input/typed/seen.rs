//! What the records of a part of a file told besides their columns.

use crate::model::time::{Micros, NO_TIME};

/// What a part of a file told besides its batch.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// Latest time of a loaded record that is not after the as-of time, or [`NO_TIME`].
    pub latest: Micros,
    pub after_as_of: u64,
    /// Rows that are none of the data; the reader of the file counts them as loaded.
    pub left_out: u64,
    /// Times read, and how many of them were dates without a clock.
    pub times: u64,
    pub dates: u64,
    /// Dates that stand for no end.
    pub never: u64,
}

impl Default for Seen {
    fn default() -> Self {
        Self { latest: NO_TIME, after_as_of: 0, left_out: 0, times: 0, dates: 0, never: 0 }
    }
}

impl Seen {
    pub fn merge(&mut self, other: &Self) {
        self.latest = self.latest.max(other.latest);
        self.after_as_of += other.after_as_of;
        self.left_out += other.left_out;
        self.times += other.times;
        self.dates += other.dates;
        self.never += other.never;
    }
}
