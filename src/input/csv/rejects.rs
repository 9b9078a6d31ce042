//! Which records were rejected: counted exactly by column and reason, listed up to a limit in the order of the file.

use std::collections::BTreeMap;

/// One rejected record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// First physical line of the record, from 1 in the file.
    pub line: u64,
    /// Position of the column in the header, where one is to blame.
    pub column: Option<usize>,
    pub reason: &'static str,
}

/// Rejected records of one column and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectCount {
    pub column: Option<usize>,
    pub reason: &'static str,
    pub rows: u64,
    pub first_line: u64,
}

/// Collects rejects in the order of their lines.
#[derive(Debug, Clone, Default)]
pub(super) struct Rejects {
    limit: usize,
    list: Vec<Reject>,
    counts: BTreeMap<(Option<usize>, &'static str), Count>,
}

#[derive(Debug, Clone, Copy)]
struct Count {
    rows: u64,
    first_line: u64,
}

impl Rejects {
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, ..Self::default() }
    }

    pub(super) fn add(&mut self, reject: Reject) {
        self.count((reject.column, reject.reason), Count { rows: 1, first_line: reject.line });
        if self.list.len() < self.limit {
            self.list.push(reject);
        }
    }

    /// Adds the rejects of the next chunk, whose line 0 is line `offset` here.
    pub(super) fn append(&mut self, next: Self, offset: u64) {
        for (key, count) in next.counts {
            self.count(key, Count { first_line: count.first_line + offset, ..count });
        }
        let room = self.limit - self.list.len();
        self.list
            .extend(next.list.into_iter().take(room).map(|reject| Reject { line: reject.line + offset, ..reject }));
    }

    fn count(&mut self, key: (Option<usize>, &'static str), more: Count) {
        let count = self.counts.entry(key).or_insert(Count { rows: 0, ..more });
        count.rows += more.rows;
    }

    /// Returns the list, and the counts by column and reason.
    pub(super) fn finish(self) -> (Vec<Reject>, Vec<RejectCount>) {
        let counts = self.counts.into_iter().map(|((column, reason), count)| {
            let Count { rows, first_line } = count;
            RejectCount { column, reason, rows, first_line }
        });
        (self.list, counts.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::{Reject, RejectCount, Rejects};

    #[test]
    fn counts_are_exact_where_the_list_is_cut() {
        let reject = |line, reason| Reject { line, column: None, reason };
        let mut all = Rejects::new(2);
        all.add(reject(3, "a"));
        let mut next = Rejects::new(2);
        next.add(reject(0, "b"));
        next.add(reject(4, "a"));
        all.append(next, 10);
        let (list, counts) = all.finish();
        assert_eq!(list, [reject(3, "a"), reject(10, "b")]);
        let expected = [("a", 2, 3), ("b", 1, 10)];
        let expected =
            expected.map(|(reason, rows, first_line)| RejectCount { column: None, reason, rows, first_line });
        assert_eq!(counts, expected);
    }
}
