//! Reads the life of every deal, and counts it by group and period.

use super::life::Life;
use super::list::{Found, finder};
use super::tally::{DealTally, Measure};
use crate::engine::cells::{Cells, GroupUnits, Layout};
use crate::engine::judge::periods;
use crate::engine::record::{Record, Wide};
use crate::engine::stage_judge::{StageUnits, State, amount, period, repeats};
use crate::engine::stages::fact;
use crate::engine::store::{Gathered, gather, in_parallel};
use crate::error::{Error, Result};
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::Calendar;
use crate::plan::deals::{Anchor, DealAnswer, DealFacts, DealPlan, DealRow, FEWEST_ADVANCED};
use crate::stats::quantile::quantile_sorted;

pub struct DealJudge<'a> {
    pub plan: &'a DealPlan,
    pub as_of: Option<Micros>,
    pub units: &'a StageUnits,
}

/// What a first look at all deals tells, before anything is counted.
#[derive(Debug, Default)]
struct Look {
    gathered: Gathered<Wide>,
    life: Life,
    facts: DealFacts,
    /// First and last time by which deals are put into periods.
    anchors: Option<(Micros, Micros)>,
    groups: GroupUnits,
    /// Lengths of the stays that ended by advancing, by stage; of the won cycles where no stage has a date.
    advanced: Vec<Vec<Micros>>,
    cycles: Vec<Micros>,
}

/// A thread's counts.
struct Worker {
    gathered: Gathered<Wide>,
    life: Life,
    cells: Vec<Cells<DealTally>>,
    found: Vec<Found>,
}

impl DealJudge<'_> {
    /// Counts all deals; also finds those to be listed.
    ///
    /// # Errors
    /// A sum of amounts beyond the exact range is a data error.
    pub fn answer(&self, threads: usize) -> Result<(DealAnswer, Vec<Found>)> {
        let look = self.look(threads)?;
        let limits = self.limits(&look);
        let calendars: Vec<Option<Calendar>> = self
            .plan
            .journey
            .cuts
            .iter()
            .map(|cut| cut.every.and_then(|every| periods(&self.plan.journey, every, look.anchors, self.as_of)))
            .collect();
        let measure = Measure {
            plan: self.plan,
            units: self.units,
            last_moment: self.units.last_moment(self.as_of, self.plan.journey.zone),
            limits: &limits,
            has_moves: look.facts.has_moves,
        };
        let workers = in_parallel(
            threads,
            || self.worker(),
            |worker, partition| self.count(worker, partition, &measure, &calendars),
        )?;
        let mut cells: Vec<Cells<DealTally>> = self.plan.journey.cuts.iter().map(|_| Cells::default()).collect();
        let mut found = Vec::new();
        for worker in workers {
            for (mine, theirs) in cells.iter_mut().zip(worker.cells) {
                mine.merge(theirs);
            }
            found.extend(worker.found);
        }
        let mut facts = look.facts;
        let tallies = || cells.iter().flat_map(Cells::tallies);
        if tallies().any(|tally| tally.overflow) {
            return Err(Error::data("the sum of the amounts leaves the exact range"));
        }
        facts.backward_stays = cells.first().map_or(0, |cells| cells.tallies().map(|tally| tally.backward_stays).sum());
        let (found, unlisted) = super::list::longest_first(found, self.plan.list);
        facts.unlisted = unlisted;
        let layout = Layout { plan: &self.plan.journey, names: &self.units.groups, units: &look.groups };
        let cuts = self.rows(&layout, cells, &calendars);
        let whole_days = self.units.whole_days;
        let answer = DealAnswer { cuts, as_of: self.as_of, whole_days, facts, limits, listed: Vec::new() };
        Ok((answer, found))
    }

    fn rows(
        &self,
        layout: &Layout<'_>,
        cells: Vec<Cells<DealTally>>,
        calendars: &[Option<Calendar>],
    ) -> Vec<Vec<DealRow>> {
        let stages = self.plan.stages().count();
        let cuts = self.plan.journey.cuts.iter().zip(cells).zip(calendars);
        cuts.map(|((cut, cells), calendar)| {
            let placed = layout.placed(*cut, cells, calendar.as_ref(), &|| DealTally::new(stages));
            let rows = placed.into_iter();
            rows.map(|placed| DealRow { group: placed.label, period: placed.period, ..placed.tally.into_row() })
                .collect()
        })
        .collect()
    }

    fn worker(&self) -> Worker {
        let cells = self.plan.journey.cuts.iter().map(|_| Cells::default()).collect();
        Worker { gathered: Gathered::default(), life: Life::default(), cells, found: Vec::new() }
    }

    /// Reads all lives once, for what their counting depends on.
    fn look(&self, threads: usize) -> Result<Look> {
        let looks = in_parallel(threads, Look::default, |look, partition| {
            let mut gathered = std::mem::take(&mut look.gathered);
            gather(&self.units.chunks, partition, &mut gathered);
            for unit in gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
                self.look_at(unit, look);
            }
            look.gathered = gathered;
        })?;
        Ok(looks.into_iter().fold(Look::default(), Look::merged))
    }

    fn look_at(&self, unit: &[Wide], look: &mut Look) {
        let mut life = std::mem::take(&mut look.life);
        if self.read(unit, &mut life) {
            look.take(self, unit, &life);
        } else {
            look.facts.left_out += 1;
        }
        look.life = life;
    }

    /// Reads a life; false where a filter or the bounds leave the deal out.
    fn read(&self, unit: &[Wide], life: &mut Life) -> bool {
        let journey = &self.plan.journey;
        let mut filters = (fact::UNIT_MET..).zip(&journey.unit_filters);
        if !filters.all(|(class, _)| unit.iter().any(|record| record.class() == class)) {
            return false;
        }
        if !unit.iter().any(|record| record.class() < fact::UNIT_MET) {
            return false;
        }
        life.read(unit, self.plan.stages().count(), journey.moments.len(), self.plan.created_is_first);
        let bounded = journey.since.is_some() || journey.until.is_some();
        let anchor = self.anchor(life);
        let inside =
            journey.since.is_none_or(|since| since <= anchor) && journey.until.is_none_or(|until| anchor <= until);
        !bounded || (anchor != NO_TIME && inside)
    }

    fn anchor(&self, life: &Life) -> Micros {
        match self.plan.anchor {
            Anchor::Created => life.created,
            Anchor::Closed => life.closed(),
        }
    }

    fn count(&self, worker: &mut Worker, partition: usize, measure: &Measure<'_>, calendars: &[Option<Calendar>]) {
        let stages = self.plan.stages().count();
        gather(&self.units.chunks, partition, &mut worker.gathered);
        for unit in worker.gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
            if !self.read(unit, &mut worker.life) {
                continue;
            }
            let life = &worker.life;
            let value: Option<Decimal> = amount(unit);
            let group = self.units.group(unit, self.plan.journey.attribution);
            let cuts = self.plan.journey.cuts.iter().zip(calendars).zip(&mut worker.cells);
            for ((cut, calendar), cells) in cuts {
                let group = if cut.grouped { group } else { 0 };
                if let Some(period) = period(cut.every.is_some(), calendar.as_ref(), self.anchor(life)) {
                    cells.cell((group, period), || DealTally::new(stages)).add(life, value, measure);
                }
            }
            if let Some(list) = self.plan.list {
                worker.found.extend(finder(list.what, unit, life, value, group, measure));
            }
        }
    }

    /// From how long on a deal counts as stuck, by stage.
    fn limits(&self, look: &Look) -> Vec<Option<Micros>> {
        let stages = self.plan.stages().count().max(1);
        if let Some(limit) = self.plan.stuck_after {
            return vec![Some(limit); stages];
        }
        let p90 = |times: &Vec<Micros>| {
            let mut times = times.clone();
            times.sort_unstable();
            let enough = times.len() >= FEWEST_ADVANCED;
            quantile_sorted(&times, 0.9).filter(|_| enough).map(whole_micros)
        };
        if look.facts.has_moves {
            (0..stages).map(|stage| look.advanced.get(stage).and_then(p90)).collect()
        } else {
            vec![p90(&look.cycles); stages]
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a quantile lies between times")]
fn whole_micros(time: f64) -> Micros {
    time.floor() as Micros
}

impl Look {
    fn take(&mut self, judge: &DealJudge<'_>, unit: &[Wide], life: &Life) {
        let facts = &mut self.facts;
        let is_open = life.state == State::Open;
        facts.deals += 1;
        facts.without_created += u64::from(life.created == NO_TIME);
        facts.without_closed += u64::from(!is_open && life.closed() == NO_TIME);
        facts.without_way += u64::from(!is_open && !life.has_dates);
        facts.repeated += repeats(unit);
        facts.has_moves |= life.has_dates;
        let anchor = judge.anchor(life);
        facts.unplaced += u64::from(anchor == NO_TIME);
        if anchor != NO_TIME {
            let (first, last) = self.anchors.unwrap_or((anchor, anchor));
            self.anchors = Some((first.min(anchor), last.max(anchor)));
        }
        *self.groups.entry(judge.units.group(unit, judge.plan.journey.attribution)).or_default() += 1;
        self.advance(judge, life);
    }

    /// Remembers how long the stays lasted that ended by advancing.
    fn advance(&mut self, judge: &DealJudge<'_>, life: &Life) {
        use super::life::Place;
        if let State::Won(closed) = life.state
            && closed != NO_TIME
            && life.created != NO_TIME
        {
            self.cycles.push(judge.units.elapsed(life.created, closed));
        }
        for pair in life.moves.windows(2) {
            let [from, to] = pair else { continue };
            let Place::Stage(stage) = from.to else { continue };
            let advanced = match to.to {
                Place::Won => true,
                Place::Stage(next) => next > stage,
                Place::Lost => false,
            };
            let known = from.time != NO_TIME && to.time != NO_TIME && to.time >= from.time;
            if advanced && known {
                if self.advanced.len() <= stage {
                    self.advanced.resize(stage + 1, Vec::new());
                }
                self.advanced[stage].push(judge.units.elapsed(from.time, to.time));
            }
        }
    }

    fn merged(mut self, other: Self) -> Self {
        let (mine, theirs) = (&mut self.facts, other.facts);
        mine.deals += theirs.deals;
        mine.without_created += theirs.without_created;
        mine.without_closed += theirs.without_closed;
        mine.without_way += theirs.without_way;
        mine.repeated += theirs.repeated;
        mine.has_moves |= theirs.has_moves;
        mine.left_out += theirs.left_out;
        mine.unplaced += theirs.unplaced;
        self.anchors = match (self.anchors, other.anchors) {
            (Some(mine), Some(theirs)) => Some((mine.0.min(theirs.0), mine.1.max(theirs.1))),
            (mine, theirs) => mine.or(theirs),
        };
        for (group, deals) in other.groups {
            *self.groups.entry(group).or_default() += deals;
        }
        if self.advanced.len() < other.advanced.len() {
            self.advanced.resize(other.advanced.len(), Vec::new());
        }
        for (mine, theirs) in self.advanced.iter_mut().zip(other.advanced) {
            mine.extend(theirs);
        }
        self.cycles.extend(other.cycles);
        self
    }
}
