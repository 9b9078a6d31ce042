//! From the records of a unit to its cohorts, and to the ages at which it returned.

use super::ages::Ages;
use super::cells::{Tallies, merge};
use super::returns::Reading;
use super::rows::Layout;
use super::staging::START;
use crate::engine::cells::GroupUnits;
use crate::engine::classes::{Class, UNIT_BITS, unit_bit};
use crate::engine::groups::GroupNames;
use crate::engine::record::Record;
use crate::engine::store::{Gathered, Staged, gather, in_parallel};
use crate::error::{Error, Result};
use crate::model::time::Micros;
use crate::plan::cohort::{CohortAnswer, CohortFacts, CohortPlan, First};

/// Packed records with what is needed to read them.
pub struct Units<R> {
    pub chunks: Vec<Staged<R>>,
    pub classes: Vec<Class>,
    /// By class, whether it carries a name of the start.
    pub origins: Vec<bool>,
    pub groups: GroupNames,
    /// All times are dates without a clock.
    pub whole_days: bool,
    /// First and last time of a start.
    pub starts: Option<(Micros, Micros)>,
}

/// Puts all units of a plan into cohorts.
pub struct Judge<'a, R> {
    pub plan: &'a CohortPlan,
    pub as_of: Option<Micros>,
    pub units: &'a Units<R>,
}

impl<R: Record> Judge<'_, R> {
    /// # Errors
    /// Too many cells; a sum of values beyond the exact range.
    pub fn answer(&self, threads: usize, mut facts: CohortFacts) -> Result<CohortAnswer> {
        let first = self.plan.since.or(self.units.starts.map(|(first, _)| first));
        let (Some(first), Some(as_of)) = (first, self.as_of) else {
            return Ok(CohortAnswer { rows: Vec::new(), as_of: self.as_of, facts });
        };
        if first > as_of {
            return Ok(CohortAnswer { rows: Vec::new(), as_of: self.as_of, facts });
        }
        let ages = Ages::new(self.plan, first, as_of, self.units.whole_days)?;
        let workers = in_parallel(
            threads,
            || Worker::new(self, &ages),
            |worker, partition| {
                let mut gathered = std::mem::take(&mut worker.gathered);
                gather(&self.units.chunks, partition, &mut gathered);
                for unit in gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
                    worker.unit(unit);
                }
                worker.gathered = gathered;
            },
        )?;
        let (mut tallies, mut groups) = (Tallies::default(), GroupUnits::new());
        for worker in workers {
            merge(&mut tallies, worker.tallies);
            for (group, units) in worker.group_units {
                *groups.entry(group).or_default() += units;
            }
            facts.units += worker.facts.units;
            facts.overlapping += worker.facts.overlapping;
            facts.not_first_ever += worker.facts.not_first_ever;
            facts.duplicates += worker.facts.duplicates;
        }
        if tallies.values().any(|tally| tally.overflow) {
            return Err(Error::data("the sum of the values leaves the exact range"));
        }
        let layout = Layout { plan: self.plan, ages: &ages, names: &self.units.groups, units: &groups };
        Ok(CohortAnswer { rows: layout.rows(&tallies)?, as_of: self.as_of, facts })
    }
}

/// One thread's working memory and counts.
struct Worker<'a, R> {
    reading: Reading<'a, R>,
    gathered: Gathered<R>,
    /// The records of a unit without repeated ones.
    kept: Vec<R>,
    /// Bits of unit filters that must be met.
    wanted: u64,
    tallies: Tallies,
    group_units: GroupUnits,
    facts: CohortFacts,
}

impl<'a, R: Record> Worker<'a, R> {
    fn new(judge: &Judge<'a, R>, ages: &'a Ages) -> Self {
        Self {
            reading: Reading { plan: judge.plan, units: judge.units, ages },
            gathered: Gathered::default(),
            kept: Vec::new(),
            wanted: (0..judge.plan.unit_filters.len()).fold(0, |bits, filter| bits | unit_bit(filter)),
            tallies: Tallies::default(),
            group_units: GroupUnits::new(),
            facts: CohortFacts::default(),
        }
    }

    fn unit(&mut self, records: &[R]) {
        if self.wanted != 0 {
            let met = records.iter().fold(0, |met, record| met | self.reading.mask(*record) & UNIT_BITS);
            if met & self.wanted != self.wanted {
                return;
            }
        }
        if !self.reading.plan.dedupe {
            return self.enter(records);
        }
        let mut kept = std::mem::take(&mut self.kept);
        kept.clear();
        for record in records {
            let differs = |last: &R| last.time() != record.time() || last.class() != record.class();
            if kept.last().is_none_or(differs) {
                kept.push(*record);
            }
        }
        self.facts.duplicates += (records.len() - kept.len()) as u64;
        self.enter(&kept);
        self.kept = kept;
    }

    /// Puts a unit into its cohorts.
    fn enter(&mut self, records: &[R]) {
        let entered = match self.reading.plan.first {
            First::Match => {
                let start = records.iter().position(|record| self.reading.mask(*record) & START != 0);
                u64::from(start.is_some_and(|at| self.start(records, at, None).is_some()))
            }
            First::Ever => {
                let start = self.first_ever(records);
                u64::from(start.is_some_and(|at| self.start(records, at, None).is_some()))
            }
            First::Recurring => self.recur(records),
        };
        self.facts.units += u64::from(entered > 0);
        self.facts.overlapping += u64::from(entered > 1);
        if entered > 0 && !self.reading.plan.by.is_empty() {
            *self.group_units.entry(self.reading.group(records)).or_default() += 1;
        }
    }

    /// The first record that carries a name of the start, if it or one of the same moment matches.
    fn first_ever(&mut self, records: &[R]) -> Option<usize> {
        let first = records.iter().position(|record| self.reading.units.origins[record.class() as usize])?;
        let time = records[first].time();
        let tied = records[first..].iter().take_while(|record| record.time() == time);
        let found = tied.clone().position(|record| self.reading.mask(*record) & START != 0).map(|at| first + at);
        let later = found.is_none() && records[first..].iter().any(|record| self.reading.mask(*record) & START != 0);
        self.facts.not_first_ever += u64::from(later);
        found
    }

    /// Puts a unit into every cohort in whose period it starts; returns how many these are.
    fn recur(&mut self, records: &[R]) -> u64 {
        let (mut entered, mut last) = (0, None);
        for (at, record) in records.iter().enumerate() {
            if self.reading.mask(*record) & START != 0
                && let Some(cohort) = self.start(records, at, last)
            {
                entered += 1;
                last = Some(cohort);
            }
        }
        entered
    }

    /// Counts a unit that starts with the record `at`, unless the start is out of range or in the cohort `counted`.
    fn start(&mut self, records: &[R], at: usize, counted: Option<usize>) -> Option<usize> {
        let time = records[at].time();
        let plan = self.reading.plan;
        if plan.since.is_some_and(|since| time < since) || plan.until.is_some_and(|until| time > until) {
            return None;
        }
        let cohort = self.reading.ages.calendar.index(time);
        if counted == Some(cohort) {
            return None;
        }
        let group = if self.reading.plan.by.is_empty() { 0 } else { self.reading.group(records) };
        // What happened at the same moment may follow.
        let from = records[..at].iter().rposition(|record| record.time() < time).map_or(0, |before| before + 1);
        let tally = self.tallies.entry((group, u32::try_from(cohort).unwrap_or(u32::MAX))).or_default();
        tally.enter(time);
        self.reading.returns(tally, &records[from..], cohort);
        Some(cohort)
    }
}
