//! From the facts about a deal to its place in the funnel, by the reach that was asked for.

mod acquired;

use super::cells::{Cells, GroupUnits, Layout};
use super::groups::GroupNames;
use super::judge::periods;
use super::record::{Record, Wide};
use super::stages::fact;
use super::store::{Gathered, Staged, gather, in_parallel};
use super::tally::{Ending, Outcome};
use crate::error::{Error, Result};
use crate::model::decimal::Decimal;
use crate::model::time::{MICROS_PER_DAY, Micros, NO_TIME};
use crate::plan::calendar::{Calendar, day_start, local_day};
use crate::plan::{Attribution, Facts, JourneyAnswer, JourneyPlan, Reach};
use chrono_tz::Tz;

/// Facts by unit.
pub struct StageUnits {
    pub chunks: Vec<Staged<Wide>>,
    pub groups: GroupNames,
    /// Times are dates: durations are whole days between them.
    pub whole_days: bool,
}

impl StageUnits {
    /// Until when an open deal was seen: the as-of time, as a date where the data hold dates.
    pub(super) fn last_moment(&self, as_of: Option<Micros>, zone: Tz) -> Micros {
        match as_of {
            Some(as_of) if self.whole_days => day_start(local_day(as_of, zone), zone),
            as_of => as_of.unwrap_or(NO_TIME),
        }
    }

    /// Time between two moments; whole days where the data hold dates (a day of 23 hours is a day).
    pub(super) fn elapsed(&self, from: Micros, to: Micros) -> Micros {
        if self.whole_days { whole_days(from, to) * MICROS_PER_DAY } else { to - from }
    }

    /// The rank of a unit's group.
    pub(super) fn group(&self, facts: &[Wide], attribution: Attribution) -> u32 {
        let valued =
            facts.iter().map(|record| (record.time(), self.groups.rank(record.group()))).filter(|(_, rank)| *rank != 0);
        // A fact without a time is about the deal as a whole: it stands behind every dated one.
        let first = |(time, rank): &(Micros, u32)| (if *time == NO_TIME { Micros::MAX } else { *time }, *rank);
        let found = match attribution {
            Attribution::Last => valued.max_by_key(|(time, rank)| (*time, std::cmp::Reverse(*rank))),
            _ => valued.min_by_key(first),
        };
        found.map_or(0, |(_, rank)| rank)
    }
}

pub struct StageJudge<'a> {
    pub plan: &'a JourneyPlan,
    pub reach: Reach,
    pub as_of: Option<Micros>,
    pub units: &'a StageUnits,
    /// Whether times are left out: they take memory for every unit.
    pub counts_only: bool,
}

/// How a deal stands, whatever the steps are; lost since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Open,
    /// Since when.
    Won(Micros),
    Lost(Micros),
}

/// A deal judged against the steps.
#[derive(Debug, Clone, Default)]
struct Standing {
    reached: Vec<bool>,
    times: Vec<Micros>,
    values: Vec<Option<Decimal>>,
    entry: Micros,
    last: usize,
    lost_at: Option<Micros>,
    lost_unknown: bool,
    won: bool,
    /// Rows of deals beyond the first.
    repeats: u64,
    group: u32,
}

impl StageJudge<'_> {
    /// # Errors
    /// A sum of amounts beyond the exact range is a data error.
    pub fn answer(&self, threads: usize) -> Result<JourneyAnswer> {
        let workers = in_parallel(
            threads,
            || (Gathered::default(), Vec::new()),
            |(gathered, standings): &mut (Gathered<Wide>, Vec<Standing>), partition| {
                gather(&self.units.chunks, partition, gathered);
                let units = gathered.records.chunk_by(|left, right| left.same_unit(*right));
                standings.extend(units.filter_map(|unit| self.judge(unit)));
            },
        )?;
        let standings: Vec<Standing> = workers.into_iter().flat_map(|(_, standings)| standings).collect();
        self.count(&standings)
    }

    fn count(&self, standings: &[Standing]) -> Result<JourneyAnswer> {
        let known = standings.iter().map(|standing| standing.entry).filter(|entry| *entry != NO_TIME);
        let entries = known.clone().min().zip(known.max());
        let mut facts = Facts::default();
        let mut units = GroupUnits::new();
        for standing in standings {
            facts.without_entry += u64::from(standing.entry == NO_TIME);
            facts.repeated += standing.repeats;
            facts.lost_unknown += u64::from(standing.lost_unknown);
            facts.won_outside += u64::from(standing.won && standing.last + 1 < self.plan.steps.len());
            if standing.reached[0] {
                *units.entry(standing.group).or_default() += 1;
            }
        }
        let layout = Layout { plan: self.plan, names: &self.units.groups, units: &units };
        let mut cuts = Vec::new();
        for cut in &self.plan.cuts {
            let calendar = cut.every.and_then(|every| periods(self.plan, every, entries, self.as_of));
            let mut cells: Cells = Cells::default();
            for standing in standings {
                let group = if cut.grouped { standing.group } else { 0 };
                if let Some(period) = period(cut.every.is_some(), calendar.as_ref(), standing.entry) {
                    cells.add((group, period), self.plan.steps.len(), &self.outcome(standing));
                }
            }
            if cells.overflow() {
                return Err(Error::data("the sum of the amounts leaves the exact range"));
            }
            facts.backward = facts.backward.max(cells.backward());
            cuts.push(layout.rows(*cut, cells, calendar.as_ref()));
        }
        Ok(JourneyAnswer { cuts, as_of: self.as_of, facts })
    }

    fn outcome<'s>(&self, standing: &'s Standing) -> Outcome<'s> {
        let steps = self.plan.steps.len();
        let converted = standing.reached[steps - 1] && standing.last == steps - 1;
        let (ending, end) = match standing.lost_at {
            _ if converted => (Ending::Converted, standing.times[steps - 1]),
            Some(lost) => (Ending::Lost, lost),
            None => (Ending::Open, self.units.last_moment(self.as_of, self.plan.zone)),
        };
        let known = standing.entry != NO_TIME && end != NO_TIME;
        let observed = known.then(|| self.units.elapsed(standing.entry, end));
        Outcome {
            reached: &standing.reached,
            times: if self.counts_only { &[] } else { &standing.times },
            values: &standing.values,
            ending,
            last: standing.last,
            observed: observed.filter(|_| !self.counts_only),
            mature: None,
            optional: 0,
        }
    }

    /// Finds where a unit stands; `None` where a filter leaves it out.
    fn judge(&self, facts: &[Wide]) -> Option<Standing> {
        let mut filters = (fact::UNIT_MET..).zip(&self.plan.unit_filters);
        if !filters.all(|(class, _)| facts.iter().any(|record| record.class() == class)) {
            return None;
        }
        let mut standing = Standing { entry: Self::entry(facts), ..Standing::default() };
        let bounded = self.plan.since.is_some() || self.plan.until.is_some();
        let since = self.plan.since.unwrap_or(Micros::MIN);
        let inside = since <= standing.entry && self.plan.until.is_none_or(|until| standing.entry <= until);
        if bounded && (standing.entry == NO_TIME || !inside) {
            return None;
        }
        let state = state(facts);
        self.credit(facts, state, &mut standing)?;
        self.day_times(&mut standing);
        standing.lost_at = if let State::Lost(time) = state { Some(time) } else { None };
        standing.won = matches!(state, State::Won(_));
        standing.repeats = repeats(facts);
        standing.group = self.units.group(facts, self.plan.attribution);
        let amount = amount(facts);
        standing.values = standing.reached.iter().map(|reached| amount.filter(|_| *reached)).collect();
        Some(standing)
    }

    /// The time of entry: the first of step 1 (of a deal its creation).
    fn entry(facts: &[Wide]) -> Micros {
        known(facts.iter().filter(|record| record.class() == 0)).unwrap_or(NO_TIME)
    }

    fn credit(&self, facts: &[Wide], state: State, standing: &mut Standing) -> Option<()> {
        let steps = self.plan.steps.len();
        standing.times = vec![NO_TIME; steps];
        let mut known_steps = vec![false; steps];
        for record in facts.iter().filter(|record| (record.class() as usize) < steps) {
            let step = record.class() as usize;
            known_steps[step] = true;
            let time = &mut standing.times[step];
            if record.time() != NO_TIME && (*time == NO_TIME || record.time() < *time) {
                *time = record.time();
            }
        }
        let lost = matches!(state, State::Lost(_));
        let furthest = known_steps.iter().rposition(|known| *known);
        let furthest = furthest.or_else(|| (lost && self.reach == Reach::Beyond).then_some(0))?;
        standing.lost_unknown = lost && furthest == 0;
        match self.reach {
            Reach::Beyond => {
                standing.last = furthest;
                standing.reached = (0..steps).map(|step| step <= furthest).collect();
            }
            Reach::Any => {
                standing.last = furthest;
                standing.reached = known_steps;
            }
            Reach::Strict => {
                let depth = strict(facts, &mut standing.times);
                standing.last = depth.checked_sub(1)?;
                standing.reached = (0..steps).map(|step| step < depth).collect();
            }
        }
        Some(())
    }

    /// Where the data hold dates, puts all times a whole number of days after the entry.
    fn day_times(&self, standing: &mut Standing) {
        if self.units.whole_days && standing.entry != NO_TIME {
            let entry = standing.entry;
            for time in standing.times.iter_mut().filter(|time| **time != NO_TIME) {
                *time = entry + whole_days(entry, *time) * MICROS_PER_DAY;
            }
        }
    }
}

pub(super) fn period(periodic: bool, calendar: Option<&Calendar>, entry: Micros) -> Option<u32> {
    match calendar {
        Some(calendar) if entry != NO_TIME => u32::try_from(calendar.index(entry)).ok(),
        None if !periodic => Some(0),
        _ => None,
    }
}

fn whole_days(from: Micros, to: Micros) -> i64 {
    (to - from + MICROS_PER_DAY / 2).div_euclid(MICROS_PER_DAY)
}

/// Earliest known time.
fn known<'a>(facts: impl Iterator<Item = &'a Wide>) -> Option<Micros> {
    facts.map(|record| record.time()).filter(|time| *time != NO_TIME).min()
}

/// Whether a fact is that of a deal's own row; each row has one.
fn own(record: &Wide) -> bool {
    matches!(record.class(), fact::OPEN | fact::WON | fact::LOST)
}

/// The deal's own row decides; without one the last change of the history.
pub(super) fn state(facts: &[Wide]) -> State {
    let own = facts.iter().filter(|record| own(record));
    // Without a row of its own, every step of a unit is a row of its history.
    let change = |record: &&Wide| {
        let class = record.class();
        class < fact::OPEN || matches!(class, fact::HISTORY_OPEN | fact::HISTORY_WON | fact::HISTORY_LOST)
    };
    let last = own.max_by_key(|record| (record.class(), record.time()));
    let last = last.or_else(|| facts.iter().filter(change).max_by_key(|record| (record.time(), record.class())));
    match last.map(|record| (record.class(), record.time())) {
        Some((fact::WON | fact::HISTORY_WON, time)) => State::Won(time),
        Some((fact::LOST | fact::HISTORY_LOST, time)) => State::Lost(time),
        _ => State::Open,
    }
}

/// Rows of the deal itself beyond its first one.
pub(super) fn repeats(facts: &[Wide]) -> u64 {
    (facts.iter().filter(|fact| own(fact)).count() as u64).saturating_sub(1)
}

/// The amount of the deal's own row, else the latest one of its history.
pub(super) fn amount(facts: &[Wide]) -> Option<Decimal> {
    let valued = facts.iter().filter(|record| record.value().is_some());
    let last = valued.max_by_key(|record| (own(record), record.time(), record.value()));
    last.and_then(|record| record.value())
}

/// Goes through the steps in order without a skip: each by its first entry that is not earlier than the one before.
/// A current stage without a date comes after everything dated.
fn strict(facts: &[Wide], times: &mut [Micros]) -> usize {
    let mut reached = Micros::MIN;
    for (step, entered) in times.iter_mut().enumerate() {
        let of_step = facts.iter().filter(|record| record.class() as usize == step);
        let dated = of_step.clone().map(|record| record.time()).filter(|time| *time != NO_TIME && *time >= reached);
        let undated = of_step.clone().any(|record| record.time() == NO_TIME);
        let undated = undated.then_some(if step == 0 { Micros::MIN } else { Micros::MAX });
        let Some(next) = dated.min().or(undated) else { return step };
        *entered = if next == Micros::MAX || next == Micros::MIN { NO_TIME } else { next };
        reached = next;
    }
    times.len()
}
