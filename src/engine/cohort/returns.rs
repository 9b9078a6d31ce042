//! What one unit's records say: what each row is, the unit's group, and the ages at which it returned.

use super::ages::Ages;
use super::cells::Tally;
use super::judge::Units;
use super::staging::{RETURN, START};
use crate::engine::record::Record;
use crate::plan::Attribution;
use crate::plan::cohort::{CohortPlan, Measure};

/// What is needed to read the records of a unit.
pub struct Reading<'a, R> {
    pub plan: &'a CohortPlan,
    pub units: &'a Units<R>,
    pub ages: &'a Ages,
}

impl<R: Record> Reading<'_, R> {
    #[inline]
    pub fn mask(&self, record: R) -> u64 {
        self.units.classes[record.class() as usize].mask
    }

    /// Counts the returns of a unit whose start is the first of these records.
    pub fn returns(&self, tally: &mut Tally, records: &[R], cohort: usize) {
        match self.plan.measure {
            Measure::Retention { min_occurrences, or_after } => {
                self.retained(tally, records, cohort, min_occurrences, or_after);
            }
            Measure::Conversion => self.converted(tally, records, cohort),
            Measure::Revenue => self.earned(tally, records, cohort),
        }
    }

    fn retained(&self, tally: &mut Tally, records: &[R], cohort: usize, least: u64, or_after: bool) {
        let mut walk = self.ages.of(records[0].time(), cohort);
        let (mut current, mut times, mut latest) = (0, 0, None);
        for record in records.iter().filter(|record| self.mask(**record) & RETURN != 0) {
            let age = walk.age(record.time());
            if age >= self.ages.limit && !or_after {
                break;
            }
            times = if age == current { times + 1 } else { 1 };
            current = age;
            if age > 0 && times == least {
                latest = Some(age);
                if !or_after {
                    tally.count(age);
                }
            }
        }
        if or_after && let Some(latest) = latest {
            tally.count(latest.min(self.ages.limit - 1));
        }
    }

    /// The first return other than the start itself.
    fn converted(&self, tally: &mut Tally, records: &[R], cohort: usize) {
        let start = records[0].time();
        let mut walk = self.ages.of(start, cohort);
        let tied = records.iter().take_while(|record| record.time() == start);
        let starts_only = tied.clone().any(|record| self.mask(*record) & (START | RETURN) == START);
        let spent = usize::from(!starts_only);
        let mut returns = records.iter().filter(|record| self.mask(**record) & RETURN != 0);
        if let Some(record) = returns.nth(spent) {
            let age = walk.age(record.time());
            if age < self.ages.limit {
                tally.count(age);
            }
        }
    }

    fn earned(&self, tally: &mut Tally, records: &[R], cohort: usize) {
        let mut walk = self.ages.of(records[0].time(), cohort);
        let mut last = None;
        for record in records.iter().filter(|record| self.mask(**record) & RETURN != 0) {
            let age = walk.age(record.time());
            if age >= self.ages.limit {
                break;
            }
            if let Some(value) = record.value() {
                tally.add_value(age, value);
            }
            if last.replace(age) != Some(age) {
                tally.count(age);
            }
        }
    }

    /// The breakdown value of a unit: the first or last that is not empty, ties by the smallest name.
    pub fn group(&self, records: &[R]) -> u32 {
        let matching = records.iter().filter(|record| self.mask(**record) & (START | RETURN) != 0);
        let valued = matching.map(|record| (record.time(), self.units.groups.rank(record.group())));
        let valued = valued.filter(|(_, rank)| *rank != 0);
        let found = match self.plan.attribution {
            Attribution::First | Attribution::Step(_) | Attribution::Same => valued.min(),
            Attribution::Last => valued.max_by_key(|(time, rank)| (*time, std::cmp::Reverse(*rank))),
        };
        found.map_or(0, |(_, rank)| rank)
    }
}
