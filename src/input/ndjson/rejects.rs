//! Which records were rejected: counted exactly by column and reason, listed up to a limit in the order of the file.

use super::sink::{Reject, RejectCount};
use std::collections::BTreeMap;

/// Collects rejects in the order of their lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Rejects {
    limit: usize,
    list: Vec<Reject>,
    /// Rows and first line.
    counts: BTreeMap<(Option<usize>, &'static str), (u64, u64)>,
}

impl Rejects {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    pub(super) fn add(&mut self, reject: Reject) {
        self.counts.entry((reject.column, reject.reason)).or_insert((0, reject.line)).0 += 1;
        if self.list.len() < self.limit {
            self.list.push(reject);
        }
    }

    /// Adds the rejects of the next chunk.
    pub(super) fn append(&mut self, next: Self) {
        for (key, (rows, first_line)) in next.counts {
            self.counts.entry(key).or_insert((0, first_line)).0 += rows;
        }
        let room = self.limit.saturating_sub(self.list.len());
        self.list.extend(next.list.into_iter().take(room));
    }

    /// Returns the list, and the counts by column and reason.
    pub(super) fn finish(self) -> (Vec<Reject>, Vec<RejectCount>) {
        let counts = self.counts.into_iter();
        let counts =
            counts.map(|((column, reason), (rows, first_line))| RejectCount { column, reason, rows, first_line });
        (self.list, counts.collect())
    }
}
