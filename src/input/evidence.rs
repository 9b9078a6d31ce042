//! What the cells of a file say about the formats of its columns, before it is read in earnest.

use super::left_out::LaidTest;
use super::typed::{Cell, Row};
use super::values::{AmountEvidence, AmountFlags, DateOrder, NullWords, TimeEvidence, clean, without_size};
use std::collections::BTreeMap;

/// Evidence for the time and amount columns of one file, by slot of the needed columns.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub times: BTreeMap<usize, TimeEvidence>,
    pub amounts: BTreeMap<usize, AmountEvidence>,
    /// First line (or row) with content, by slot: where an undecided column is shown.
    pub first_lines: BTreeMap<usize, u64>,
    nulls: NullWords,
    order: Option<DateOrder>,
    flags: AmountFlags,
    shortened: bool,
    /// Rows that are none of the data say nothing.
    left_out: Vec<LaidTest>,
}

impl Evidence {
    #[must_use]
    pub fn new(times: &[usize], amounts: &[usize], nulls: NullWords) -> Self {
        Self {
            times: times.iter().map(|slot| (*slot, TimeEvidence::new())).collect(),
            amounts: amounts.iter().map(|slot| (*slot, AmountEvidence::new())).collect(),
            first_lines: BTreeMap::new(),
            nulls,
            order: None,
            flags: AmountFlags::default(),
            shortened: false,
            left_out: Vec::new(),
        }
    }

    /// Takes into account what flags decide already.
    #[must_use]
    pub fn told(mut self, order: Option<DateOrder>, flags: AmountFlags, shortened: bool) -> Self {
        self.order = order;
        self.flags = flags;
        self.shortened = shortened;
        self
    }

    /// Does not listen to rows that are none of the data.
    #[must_use]
    pub fn without(mut self, left_out: &[LaidTest]) -> Self {
        self.left_out = left_out.to_vec();
        self
    }

    /// The slots that are looked at.
    #[must_use]
    pub fn slots(&self) -> Vec<usize> {
        let mut slots: Vec<usize> = self.times.keys().chain(self.amounts.keys()).copied().collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    pub fn observe<'c>(&mut self, line: u64, row: &impl Row<'c>) {
        if self.left_out.iter().any(|test| test.holds(row)) {
            return;
        }
        for (slot, evidence) in &mut self.times {
            if let Some(text) = content(row.cell(*slot), &self.nulls) {
                self.first_lines.entry(*slot).or_insert(line);
                evidence.observe(text);
            }
        }
        for (slot, evidence) in &mut self.amounts {
            if let Some(text) = content(row.cell(*slot), &self.nulls) {
                self.first_lines.entry(*slot).or_insert(line);
                evidence.observe(if self.shortened { without_size(text).0 } else { text });
            }
        }
    }

    /// Whether no further record can change any decision.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.times.values().all(|evidence| evidence.settled_with(self.order))
            && self.amounts.values().all(|evidence| evidence.settled_with(self.flags))
    }

    /// Adds what a later part of the file shows, whose line 0 is line `offset` here.
    pub fn merge(&mut self, later: &Self, offset: u64) {
        for (slot, evidence) in &later.times {
            self.times.entry(*slot).or_default().merge(evidence);
        }
        for (slot, evidence) in &later.amounts {
            self.amounts.entry(*slot).or_default().merge(evidence);
        }
        for (slot, line) in &later.first_lines {
            self.first_lines.entry(*slot).or_insert(line + offset);
        }
    }
}

/// The trimmed text of a cell that is no null word.
fn content<'c>(cell: Cell<'c>, nulls: &NullWords) -> Option<&'c [u8]> {
    match cell {
        Cell::Text(text) => Some(clean(text)).filter(|text| !nulls.is_null(text)),
        Cell::Null | Cell::Time { .. } => None,
    }
}
