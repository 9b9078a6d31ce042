//! Tallies by cut, group and period, and how they become the rows of an answer.

use super::groups::GroupNames;
use super::tally::{Outcome, Tally};
use crate::plan::calendar::Calendar;
use crate::plan::{Cut, CutRow, CutRows, JourneyPlan, NONE, OTHER};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// Group (a rank by name; 0 is none) and period (position in the calendar) of a tally.
pub type CellKey = (u32, u32);

/// The tallies of one cut.
#[derive(Debug, Default)]
pub struct Cells {
    tallies: HashMap<CellKey, Tally, foldhash::fast::FixedState>,
    pub overlapping: u64,
}

impl Cells {
    pub fn add(&mut self, key: CellKey, steps: usize, outcome: &Outcome<'_>) {
        self.tallies.entry(key).or_insert_with(|| Tally::new(steps)).add(outcome);
    }

    /// Adds the counts of another thread.
    pub fn merge(&mut self, other: Self) {
        self.overlapping += other.overlapping;
        for (key, tally) in other.tallies {
            match self.tallies.entry(key) {
                std::collections::hash_map::Entry::Occupied(mut mine) => mine.get_mut().merge(tally),
                std::collections::hash_map::Entry::Vacant(empty) => {
                    empty.insert(tally);
                }
            }
        }
    }

    #[must_use]
    pub fn backward(&self) -> u64 {
        self.tallies.values().map(|tally| tally.backward).sum()
    }

    #[must_use]
    pub fn overflow(&self) -> bool {
        self.tallies.values().any(|tally| tally.overflow)
    }
}

/// Units at step 1 per group (rank), over all periods: decides which groups are shown.
pub type GroupUnits = BTreeMap<u32, u64>;

/// What turns tallies into rows.
pub struct Layout<'a> {
    pub plan: &'a JourneyPlan,
    pub names: &'a GroupNames,
    pub units: &'a GroupUnits,
}

/// A group of the answer: its label and the ranks that it holds.
struct Shown {
    label: Vec<String>,
    ranks: Vec<u32>,
}

impl Layout<'_> {
    /// Orders, fills and labels the tallies of one cut.
    #[must_use]
    pub fn rows(&self, cut: Cut, cells: Cells, calendar: Option<&Calendar>) -> CutRows {
        let overlapping = cells.overlapping;
        let shown = calendar.map(|calendar| (calendar, self.span(calendar, &cells)));
        if cut.every.is_some() && shown.is_none() {
            // Nobody entered, and no span was asked for: there is no period to show.
            return CutRows { rows: Vec::new(), overlapping };
        }
        let mut by_group: BTreeMap<u32, BTreeMap<u32, Tally>> = BTreeMap::new();
        for ((group, period), tally) in cells.tallies {
            by_group.entry(group).or_default().insert(period, tally);
        }
        let groups = if cut.grouped { self.shown() } else { vec![Shown { label: Vec::new(), ranks: vec![0] }] };
        let mut rows = Vec::new();
        for group in groups {
            let mut periods: BTreeMap<u32, Tally> = BTreeMap::new();
            for rank in &group.ranks {
                for (period, tally) in by_group.remove(rank).unwrap_or_default() {
                    periods.entry(period).or_insert_with(|| Tally::new(self.plan.steps.len())).merge(tally);
                }
            }
            self.periods(&group.label, periods, shown.as_ref(), &mut rows);
        }
        CutRows { rows, overlapping }
    }

    /// The periods to show: from the first with an entry, or `since`, to the last with one, or `until`.
    fn span(&self, calendar: &Calendar, cells: &Cells) -> Range<usize> {
        let periods = || cells.tallies.keys().map(|(_, period)| *period as usize);
        let first = self.plan.since.map(|since| calendar.index(since)).or_else(|| periods().min());
        let last = self.plan.until.map(|until| calendar.index(until)).or_else(|| periods().max());
        match (first, last, periods().next()) {
            (Some(first), Some(last), Some(_)) => first..last.max(first) + 1,
            (Some(first), Some(last), None) if self.plan.since.is_some() && self.plan.until.is_some() => {
                first..last.max(first) + 1
            }
            _ => 0..0,
        }
    }

    fn periods(
        &self,
        label: &[String],
        mut tallies: BTreeMap<u32, Tally>,
        shown: Option<&(&Calendar, Range<usize>)>,
        rows: &mut Vec<CutRow>,
    ) {
        let mut take = |period: usize| {
            let key = u32::try_from(period).unwrap_or(u32::MAX);
            let tally = tallies.remove(&key).unwrap_or_else(|| Tally::new(self.plan.steps.len()));
            CutRow { group: label.to_vec(), ..tally.into_row() }
        };
        match shown {
            None => rows.push(take(0)),
            Some((calendar, range)) => {
                for period in range.clone() {
                    let row = take(period);
                    rows.push(CutRow { period: Some(calendar.label(period)), ..row });
                }
            }
        }
    }

    /// The groups with the most units, ties by name; then the rest as one group, then those without a value.
    fn shown(&self) -> Vec<Shown> {
        let width = self.plan.by.len();
        let mut named: Vec<(u32, u64)> =
            self.units.iter().filter(|(rank, _)| **rank != 0).map(|(rank, units)| (*rank, *units)).collect();
        named.sort_by_key(|(rank, units)| (std::cmp::Reverse(*units), *rank));
        let rest = named.split_off(named.len().min(self.plan.top));
        let mut shown: Vec<Shown> =
            named.iter().map(|(rank, _)| Shown { label: self.names.label(*rank), ranks: vec![*rank] }).collect();
        let fixed = |word: &str| vec![word.to_owned(); width];
        if !rest.is_empty() {
            shown.push(Shown { label: fixed(OTHER), ranks: rest.iter().map(|(rank, _)| *rank).collect() });
        }
        if self.units.contains_key(&0) {
            shown.push(Shown { label: fixed(NONE), ranks: vec![0] });
        }
        shown
    }
}
