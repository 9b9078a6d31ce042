//! From tallies to the rows of an answer: which groups and cohorts are shown, and the cells of each.

use super::ages::Ages;
use super::cells::{Tallies, Tally};
use crate::engine::cells::GroupUnits;
use crate::engine::groups::GroupNames;
use crate::error::{Error, Result};
use crate::model::decimal::Decimal;
use crate::plan::cohort::{CohortCell, CohortPlan, CohortRow, Measure};
use crate::plan::{NONE, OTHER};
use std::collections::BTreeMap;
use std::ops::Range;

/// What turns tallies into rows.
pub struct Layout<'a> {
    pub plan: &'a CohortPlan,
    pub ages: &'a Ages,
    pub names: &'a GroupNames,
    pub units: &'a GroupUnits,
}

/// A group of the answer: its label and the ranks that it holds.
type Shown = (Vec<String>, Vec<u32>);

impl Layout<'_> {
    /// Orders, fills and labels the tallies.
    ///
    /// # Errors
    /// A sum of values beyond the exact range.
    pub fn rows(&self, tallies: &Tallies) -> Result<Vec<CohortRow>> {
        let span = self.span(tallies);
        let mut by_group: BTreeMap<u32, BTreeMap<u32, &Tally>> = BTreeMap::new();
        for ((group, cohort), tally) in tallies {
            by_group.entry(*group).or_default().insert(*cohort, tally);
        }
        let mut rows = Vec::new();
        for (label, ranks) in self.shown() {
            let mut cohorts: BTreeMap<u32, Tally> = BTreeMap::new();
            for (cohort, tally) in ranks.iter().filter_map(|rank| by_group.get(rank)).flatten() {
                cohorts.entry(*cohort).or_default().merge(tally);
            }
            for cohort in span.clone() {
                let tally = cohorts.remove(&u32::try_from(cohort).unwrap_or(u32::MAX)).unwrap_or_default();
                if tally.overflow {
                    return Err(Error::data("the sum of the values leaves the exact range"));
                }
                rows.push(CohortRow {
                    group: label.clone(),
                    cohort: self.ages.calendar.label(cohort),
                    size: tally.size,
                    cells: self.cells(cohort, &tally),
                });
            }
        }
        Ok(rows)
    }

    /// The cohorts to show: from the first with a unit, or `since`, to the last with one, or `until`.
    fn span(&self, tallies: &Tallies) -> Range<usize> {
        let calendar = &self.ages.calendar;
        let cohorts = || tallies.keys().map(|(_, cohort)| *cohort as usize);
        let first = self.plan.since.map(|since| calendar.index(since)).or_else(|| cohorts().min());
        // What lies behind the as-of time has not begun.
        let last = self.plan.until.map(|until| calendar.index(until.min(self.ages.as_of))).or_else(|| cohorts().max());
        let bounded = self.plan.since.is_some() && self.plan.until.is_some();
        match (first, last) {
            (Some(first), Some(last)) if bounded || !tallies.is_empty() => first..last.max(first) + 1,
            _ => 0..0,
        }
    }

    fn cells(&self, cohort: usize, tally: &Tally) -> Vec<CohortCell> {
        let stands = (0..self.ages.limit).map(|age| self.ages.stands(cohort, age, tally.starts));
        let stands: Vec<bool> = stands.take_while(|(begun, _)| *begun).map(|(_, complete)| complete).collect();
        let counts = self.counts(tally, stands.len());
        let value = |age: usize| Decimal(tally.values.get(age).copied().unwrap_or_default());
        let cell = |(age, (complete, active)): (usize, (bool, u64))| CohortCell {
            active,
            value: self.plan.with_value().then(|| value(age)),
            complete,
        };
        stands.into_iter().zip(counts).enumerate().map(cell).collect()
    }

    /// The active units by age, from what was counted.
    fn counts(&self, tally: &Tally, ages: usize) -> Vec<u64> {
        let mut counts = tally.counts.clone();
        counts.resize(ages.max(tally.counts.len()), 0);
        match self.plan.measure {
            // Counted at the age of the first return: whoever has returned stays so.
            Measure::Conversion => sum_up(counts.iter_mut()),
            // Counted at the age of the last return: it is the latest of all for which it counts.
            Measure::Retention { or_after: true, .. } => sum_up(counts.iter_mut().rev()),
            Measure::Retention { .. } | Measure::Revenue => {}
        }
        counts.truncate(ages);
        if self.plan.measure != Measure::Conversion
            && let Some(first) = counts.first_mut()
        {
            *first = tally.size;
        }
        counts
    }

    /// The groups with the most units, ties by name; then the rest as one group, then those without a value.
    fn shown(&self) -> Vec<Shown> {
        let width = self.plan.by.len();
        if width == 0 {
            return vec![(Vec::new(), vec![0])];
        }
        let named = self.units.iter().filter(|(rank, _)| **rank != 0);
        let mut named: Vec<(u32, u64)> = named.map(|(rank, units)| (*rank, *units)).collect();
        named.sort_by_key(|(rank, units)| (std::cmp::Reverse(*units), *rank));
        let rest = named.split_off(named.len().min(self.plan.top));
        let mut shown: Vec<Shown> = named.iter().map(|(rank, _)| (self.names.label(*rank), vec![*rank])).collect();
        if !rest.is_empty() {
            shown.push((vec![OTHER.to_owned(); width], rest.iter().map(|(rank, _)| *rank).collect()));
        }
        if self.units.contains_key(&0) {
            shown.push((vec![NONE.to_owned(); width], vec![0]));
        }
        shown
    }
}

/// Adds to each count those before it.
fn sum_up<'a>(counts: impl Iterator<Item = &'a mut u64>) {
    let mut sum = 0;
    for count in counts {
        sum += *count;
        *count = sum;
    }
}
