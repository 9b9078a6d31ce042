//! Tallies by cut, group and period, and how they become the rows of an answer.

use super::groups::{GroupNames, UNREACHED};
use super::tally::{Outcome, Tally};
use crate::plan::calendar::Calendar;
use crate::plan::calendar::PeriodStart;
use crate::plan::{Cut, CutRow, CutRows, JourneyPlan, NONE, NOT_REACHED, OTHER};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// Group (a rank by name; 0 is none) and period (position in the calendar) of a tally.
pub type CellKey = (u32, u32);

/// Counts that can be put together, in whatever order.
pub trait Mergeable {
    fn merge(&mut self, other: Self);
}

impl Mergeable for Tally {
    fn merge(&mut self, other: Self) {
        Self::merge(self, other);
    }
}

/// The tallies of one cut.
#[derive(Debug)]
pub struct Cells<T = Tally> {
    tallies: HashMap<CellKey, T, foldhash::fast::FixedState>,
    pub overlapping: u64,
    pub in_groups: u64,
}

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Self { tallies: HashMap::default(), overlapping: 0, in_groups: 0 }
    }
}

/// A tally with its place in the answer.
#[derive(Debug)]
pub struct Placed<T> {
    pub label: Vec<String>,
    pub period: Option<PeriodStart>,
    pub tally: T,
}

impl Cells {
    pub fn add(&mut self, key: CellKey, steps: usize, outcome: &Outcome<'_>) {
        self.cell(key, || Tally::new(steps)).add(outcome);
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

impl<T: Mergeable> Cells<T> {
    /// The tally of a group and period, a new one where there is none.
    pub fn cell(&mut self, key: CellKey, make: impl FnOnce() -> T) -> &mut T {
        self.tallies.entry(key).or_insert_with(make)
    }

    /// All tallies, in no order.
    pub fn tallies(&self) -> impl Iterator<Item = &T> {
        self.tallies.values()
    }

    /// Adds the counts of another thread.
    pub fn merge(&mut self, other: Self) {
        self.overlapping += other.overlapping;
        self.in_groups += other.in_groups;
        for (key, tally) in other.tallies {
            match self.tallies.entry(key) {
                std::collections::hash_map::Entry::Occupied(mut mine) => mine.get_mut().merge(tally),
                std::collections::hash_map::Entry::Vacant(empty) => {
                    empty.insert(tally);
                }
            }
        }
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
        let (overlapping, in_groups) = (cells.overlapping, cells.in_groups);
        let steps = self.plan.steps.len();
        let placed = self.placed(cut, cells, calendar, &|| Tally::new(steps)).into_iter();
        let rows =
            placed.map(|placed| CutRow { group: placed.label, period: placed.period, ..placed.tally.into_row() });
        CutRows { rows: rows.collect(), overlapping, in_groups }
    }

    /// Puts the tallies of one cut in their order: groups by units (`(other)`, `(none)` last), periods ascending.
    #[must_use]
    pub fn placed<T: Mergeable>(
        &self,
        cut: Cut,
        cells: Cells<T>,
        calendar: Option<&Calendar>,
        make: &dyn Fn() -> T,
    ) -> Vec<Placed<T>> {
        let shown = calendar.map(|calendar| (calendar, self.span(calendar, &cells)));
        if cut.every.is_some() && shown.is_none() {
            // Nobody entered, and no span was asked for: there is no period to show.
            return Vec::new();
        }
        let mut by_group: BTreeMap<u32, BTreeMap<u32, T>> = BTreeMap::new();
        for ((group, period), tally) in cells.tallies {
            by_group.entry(group).or_default().insert(period, tally);
        }
        let groups = if cut.grouped { self.shown() } else { vec![Shown { label: Vec::new(), ranks: vec![0] }] };
        let mut rows = Vec::new();
        for group in groups {
            let mut periods: BTreeMap<u32, T> = BTreeMap::new();
            for rank in &group.ranks {
                for (period, tally) in by_group.remove(rank).unwrap_or_default() {
                    periods.entry(period).or_insert_with(make).merge(tally);
                }
            }
            place(&group.label, periods, shown.as_ref(), make, &mut rows);
        }
        rows
    }

    /// The periods to show: from the first with an entry, or `since`, to the last with one, or `until`.
    fn span<T>(&self, calendar: &Calendar, cells: &Cells<T>) -> Range<usize> {
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

    /// The groups with the most units, ties by name; then the rest as one group, then those without a value
    /// and those who never reached the step of the value.
    fn shown(&self) -> Vec<Shown> {
        let width = self.plan.by.len();
        let ranks = self.units.iter().filter(|(rank, _)| ![0, UNREACHED].contains(*rank));
        let mut named: Vec<(u32, u64)> = ranks.map(|(rank, units)| (*rank, *units)).collect();
        named.sort_by_key(|(rank, units)| (std::cmp::Reverse(*units), *rank));
        let rest = named.split_off(named.len().min(self.plan.top));
        let mut shown: Vec<Shown> =
            named.iter().map(|(rank, _)| Shown { label: self.names.label(*rank), ranks: vec![*rank] }).collect();
        let fixed = |word: &str| vec![word.to_owned(); width];
        if !rest.is_empty() {
            shown.push(Shown { label: fixed(OTHER), ranks: rest.iter().map(|(rank, _)| *rank).collect() });
        }
        for (rank, label) in [(0, NONE), (UNREACHED, NOT_REACHED)] {
            if self.units.contains_key(&rank) {
                shown.push(Shown { label: fixed(label), ranks: vec![rank] });
            }
        }
        shown
    }
}

/// Adds the rows of one group, those of periods without a unit among them.
fn place<T>(
    label: &[String],
    mut tallies: BTreeMap<u32, T>,
    shown: Option<&(&Calendar, Range<usize>)>,
    make: &dyn Fn() -> T,
    rows: &mut Vec<Placed<T>>,
) {
    let mut take = |place: usize, period: Option<PeriodStart>| {
        let key = u32::try_from(place).unwrap_or(u32::MAX);
        Placed { label: label.to_vec(), period, tally: tallies.remove(&key).unwrap_or_else(make) }
    };
    match shown {
        None => rows.push(take(0, None)),
        Some((calendar, range)) => rows.extend(range.clone().map(|at| take(at, Some(calendar.label(at))))),
    }
}
