//! From gathered events to the answer: every unit is judged once, and once more per period where a cut asks for it.

mod acquired;

use super::cells::{Cells, GroupUnits, Layout};
use super::classes::{Class, UNIT_BITS, unit_bit};
use super::detailed;
use super::groups::GroupNames;
use super::kernel::{DENIED, EntryRange, Event, Journey, Kernel, Rules};
use super::leads::Finder;
use super::record::Record;
use super::store::{Gathered, Staged, gather, in_parallel_over};
use super::tally::{Ending, Outcome};
use crate::error::{Error, Result};
use crate::input::batch::UnitKey;
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::{Calendar, Every};
use crate::plan::leads::LeadList;
use crate::plan::{Attribution, Facts, JourneyAnswer, JourneyPlan, Mode, Order, Ties};
use std::ops::Range;

/// Packed events with what is needed to read them.
pub struct Units<R> {
    pub chunks: Vec<Staged<R>>,
    /// The partitions that the chunks hold.
    pub partitions: Range<usize>,
    pub classes: Vec<Class>,
    pub groups: GroupNames,
    /// First and last time of an event that may begin an attempt.
    pub entries: Option<(Micros, Micros)>,
    /// Whether each event stands for exactly one step.
    pub distinct: bool,
    /// Whether the plan takes the general way.
    pub general: bool,
}

/// What one thread has counted.
#[derive(Debug, Default)]
pub struct Counted {
    /// One per cut.
    pub cells: Vec<Cells>,
    /// Units at step 1 by group.
    pub group_units: GroupUnits,
    pub facts: Facts,
    /// Picks units for a list, where one is asked for.
    pub finder: Option<Finder>,
}

/// Judges all units of a plan.
pub struct Judge<'a, R> {
    pub plan: &'a JourneyPlan,
    pub as_of: Option<Micros>,
    pub units: &'a Units<R>,
    /// Whether times are left out: they take memory for every unit.
    pub counts_only: bool,
    /// Units to list besides counting them.
    pub list: Option<LeadList>,
}

impl<R: Record> Judge<'_, R> {
    /// What picks units for the list, where one is asked for.
    #[must_use]
    pub fn finder(&self) -> Option<Finder> {
        self.list.map(|list| Finder::new(list, self.as_of))
    }

    /// Judges the units of the partitions at hand.
    ///
    /// # Errors
    /// A panic of a worker is an internal error.
    pub fn count(&self, threads: usize) -> Result<Vec<Counted>> {
        let periods = self.all_periods();
        if self.units.general {
            return detailed::count(self, &periods, threads);
        }
        let workers = in_parallel_over(
            &self.units.partitions,
            threads,
            || Worker::new(self, &periods),
            |worker, partition| {
                let mut gathered = std::mem::take(&mut worker.gathered);
                gather(&self.units.chunks, partition, &mut gathered);
                for unit in gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
                    worker.unit(unit);
                }
                worker.gathered = gathered;
            },
        )?;
        Ok(workers.into_iter().map(Worker::counted).collect())
    }

    /// Puts together what was counted over all partitions.
    ///
    /// # Errors
    /// A sum of values beyond the exact range is a data error.
    pub fn assemble(&self, workers: Vec<Counted>) -> Result<JourneyAnswer> {
        let periods = self.all_periods();
        let mut cells: Vec<Cells> = self.plan.cuts.iter().map(|_| Cells::default()).collect();
        let mut units = GroupUnits::new();
        let mut facts = Facts::default();
        for worker in workers {
            facts.duplicates += worker.facts.duplicates;
            facts.tainted += worker.facts.tainted;
            facts.lenient += worker.facts.lenient;
            for (mine, theirs) in cells.iter_mut().zip(worker.cells) {
                mine.merge(theirs);
            }
            for (group, count) in worker.group_units {
                *units.entry(group).or_default() += count;
            }
        }
        if cells.iter().any(Cells::overflow) {
            return Err(Error::data("the sum of the values leaves the exact range"));
        }
        facts.backward = cells.first().map_or(0, Cells::backward);
        let layout = Layout { plan: self.plan, names: &self.units.groups, units: &units };
        let pairs = self.plan.cuts.iter().zip(cells).zip(&periods);
        let cuts = pairs.map(|((cut, cells), periods)| layout.rows(*cut, cells, periods.as_ref()));
        Ok(JourneyAnswer { cuts: cuts.collect(), as_of: self.as_of, facts })
    }

    fn all_periods(&self) -> Vec<Option<Calendar>> {
        self.plan.cuts.iter().map(|cut| self.periods(cut.every)).collect()
    }

    /// The calendar of a cut: it covers every entry, and all of `--since` to `--until` where both are given.
    fn periods(&self, every: Option<Every>) -> Option<Calendar> {
        periods(self.plan, every?, self.units.entries, self.as_of)
    }

    /// Whether classes are single steps in their order, so that packed events are in the order of the kernel.
    fn is_plain(&self) -> bool {
        let plan = self.plan;
        let filtered = plan.entry_filter.is_some() || !plan.unit_filters.is_empty();
        self.units.distinct && !filtered && !plan.with_value && !plan.dedupe
    }

    fn rules(&self) -> Rules {
        let (order, ties, window) = match self.plan.mode {
            Mode::Events { order, ties, window } => (order, ties, window),
            Mode::Stages { .. } => (Order::Ordered, Ties::Any, None),
        };
        Rules { steps: self.plan.steps.len(), order, ties, window, distinct: self.units.distinct }
    }
}

/// Lays out the periods of a cut: from the first entry, or `since`, to the last, or `until`.
#[must_use]
pub fn periods(
    plan: &JourneyPlan,
    every: Every,
    entries: Option<(Micros, Micros)>,
    as_of: Option<Micros>,
) -> Option<Calendar> {
    let (first, last) = match (entries, plan.since, plan.until) {
        (Some((first, last)), since, until) => {
            (since.unwrap_or(first), until.unwrap_or_else(|| last.max(since.unwrap_or(last))))
        }
        (None, Some(since), until) => (since, until.or(as_of).unwrap_or(since).max(since)),
        (None, None, _) => return None,
    };
    Some(Calendar::covering(first, last.max(first), every, plan.zone, plan.week_start))
}

/// The breakdown value of a unit so far: the first or last that is not empty, ties by the smallest name.
#[derive(Debug, Clone, Copy, Default)]
pub struct Seen {
    /// 0 is none yet.
    rank: u32,
    time: Micros,
}

impl Seen {
    /// Takes the next event's value; events come in the order of time.
    #[inline]
    pub fn see(&mut self, attribution: Attribution, time: Micros, rank: u32) {
        let later = attribution == Attribution::Last && time > self.time;
        if rank != 0 && (self.rank == 0 || later || (time == self.time && rank < self.rank)) {
            *self = Self { rank, time };
        }
    }

    /// The rank of the value; 0 is none.
    #[must_use]
    pub const fn rank(&self) -> u32 {
        self.rank
    }
}

/// One thread's working memory and counts.
struct Worker<'a, R> {
    judge: &'a Judge<'a, R>,
    periods: &'a [Option<Calendar>],
    kernel: Kernel,
    gathered: Gathered<R>,
    events: Vec<Event>,
    /// Values of the events, where they are asked for.
    kept: Vec<Option<Decimal>>,
    loaded: Vec<(Event, u32, Option<Decimal>)>,
    group: Seen,
    journey: Journey,
    reached: Vec<bool>,
    values: Vec<Option<Decimal>>,
    cells: Vec<Cells>,
    group_units: GroupUnits,
    duplicates: u64,
    /// The key of the unit at hand, for the list.
    key: Option<UnitKey>,
    finder: Option<Finder>,
}

impl<'a, R: Record> Worker<'a, R> {
    fn new(judge: &'a Judge<'a, R>, periods: &'a [Option<Calendar>]) -> Self {
        let steps = judge.plan.steps.len();
        Self {
            judge,
            periods,
            kernel: Kernel::new(judge.rules()),
            gathered: Gathered::default(),
            events: Vec::new(),
            kept: Vec::new(),
            loaded: Vec::new(),
            group: Seen::default(),
            journey: Journey::default(),
            reached: vec![false; steps],
            values: Vec::new(),
            cells: judge.plan.cuts.iter().map(|_| Cells::default()).collect(),
            group_units: GroupUnits::new(),
            duplicates: 0,
            key: None,
            finder: judge.finder(),
        }
    }

    fn counted(self) -> Counted {
        let facts = Facts { duplicates: self.duplicates, ..Facts::default() };
        Counted { cells: self.cells, group_units: self.group_units, facts, finder: self.finder }
    }

    /// Counts one unit in every cut.
    fn unit(&mut self, records: &[R]) {
        if !self.load(records) {
            return;
        }
        self.key = records.first().and_then(|record| record.key());
        let plan = self.judge.plan;
        let range = EntryRange {
            first: plan.since.unwrap_or(EntryRange::ALL.first),
            last: plan.until.unwrap_or(EntryRange::ALL.last),
        };
        self.kernel.judge(&self.events, range, &mut self.journey);
        if self.journey.depth == 0 {
            return;
        }
        let group = self.group.rank;
        if !plan.by.is_empty() {
            *self.group_units.entry(group).or_default() += 1;
        }
        for (position, cut) in plan.cuts.iter().enumerate() {
            if cut.every.is_none() {
                self.count(position, (if cut.grouped { group } else { 0 }, 0));
            }
        }
        for position in 0..plan.cuts.len() {
            if plan.cuts[position].every.is_some() {
                self.count_periods(position, if plan.cuts[position].grouped { group } else { 0 }, range);
            }
        }
    }

    /// Unpacks a unit's events; returns false where a unit filter leaves it out.
    fn load(&mut self, records: &[R]) -> bool {
        self.events.clear();
        self.kept.clear();
        self.group = Seen::default();
        if self.judge.is_plain() { self.load_plain(records) } else { self.load_any(records) }
    }

    /// Records whose order is that of time and step already, and of which nothing but that counts.
    fn load_plain(&mut self, records: &[R]) -> bool {
        let plan = self.judge.plan;
        let classes = &self.judge.units.classes;
        for record in records {
            let event = Event { time: record.time(), mask: classes[record.class() as usize].mask };
            self.duplicates += u64::from(self.events.last() == Some(&event));
            self.events.push(event);
            if !plan.by.is_empty() {
                let rank = self.judge.units.groups.rank(record.group());
                self.group.see(plan.attribution, event.time, rank);
            }
        }
        true
    }

    /// Records with filters, values or names: brought into an order that no order of the input can change.
    fn load_any(&mut self, records: &[R]) -> bool {
        let plan = self.judge.plan;
        let mut met = 0;
        let mut loaded = std::mem::take(&mut self.loaded);
        loaded.clear();
        for record in records {
            let class = self.judge.units.classes[record.class() as usize];
            met |= class.mask & UNIT_BITS;
            let event = Event { time: record.time(), mask: class.mask & !UNIT_BITS };
            if event.mask != 0 {
                let rank = self.judge.units.groups.rank(record.group());
                self.group.see(plan.attribution, event.time, rank);
                loaded.push((event, class.name, record.value()));
            }
        }
        loaded.sort_unstable();
        let mut previous = None;
        for (event, name, value) in &loaded {
            let repeats = previous == Some((*event, *name));
            previous = Some((*event, *name));
            self.duplicates += u64::from(repeats);
            if !(repeats && plan.dedupe) {
                self.events.push(*event);
                self.kept.push(*value);
            }
        }
        self.loaded = loaded;
        let wanted = (0..plan.unit_filters.len()).fold(0, |bits, filter| bits | unit_bit(filter));
        met & wanted == wanted
    }

    /// Counts the journey that was judged last.
    fn count(&mut self, cut: usize, key: (u32, u32)) {
        let plan = self.judge.plan;
        let steps = plan.steps.len();
        let depth = self.journey.depth;
        for (step, reached) in self.reached.iter_mut().enumerate() {
            *reached = step < depth;
        }
        self.values.clear();
        if plan.with_value {
            self.values.extend(self.journey.events.iter().map(|event| self.kept[*event]));
        }
        let (ending, observed, mature) = self.ending();
        let outcome = Outcome {
            reached: &self.reached,
            times: if self.judge.counts_only { &[] } else { &self.journey.times },
            values: &self.values,
            ending,
            last: depth - 1,
            observed: Some(observed).filter(|_| !self.judge.counts_only),
            mature,
            optional: 0,
        };
        if let (Some(finder), Some(unit)) = (&mut self.finder, self.key) {
            finder.see(unit, key.0, &outcome);
        }
        self.cells[cut].add(key, steps, &outcome);
    }

    /// How the unit stands at the as-of time, how long it was observed, and whether its window is over.
    fn ending(&self) -> (Ending, Micros, Option<bool>) {
        let Mode::Events { window, .. } = self.judge.plan.mode else { return (Ending::Open, 0, None) };
        let as_of = self.judge.as_of.unwrap_or(NO_TIME);
        let over = |entry: Micros| window.map(|window| entry.saturating_add(window) <= as_of);
        let journey = &self.journey;
        if journey.depth == self.judge.plan.steps.len() {
            let entry = journey.times[0];
            let elapsed = journey.times[journey.depth - 1] - entry;
            return (Ending::Converted, elapsed, over(entry));
        }
        match (window, over(journey.latest_entry)) {
            (Some(window), Some(true)) => (Ending::Expired, window, Some(true)),
            (_, mature) => (Ending::Open, (as_of - journey.latest_entry).max(0), mature),
        }
    }

    /// Judges the unit once for each period in which it entered.
    fn count_periods(&mut self, cut: usize, group: u32, range: EntryRange) {
        let Some(calendar) = self.periods[cut].as_ref() else { return };
        let any_order = matches!(self.judge.plan.mode, Mode::Events { order: Order::Any, .. });
        let (mut after, mut entered) = (range.first, 0);
        loop {
            let from = self.events.partition_point(|event| event.time < after);
            let mut rest = self.events[from..].iter();
            let next = rest
                .find(|event| if any_order { event.mask & DENIED == 0 } else { event.mask & 1 == 1 })
                .filter(|event| range.holds(event.time));
            let Some(entry) = next else { break };
            let period = calendar.index(entry.time);
            let end = calendar.end(period);
            let inside = EntryRange { first: entry.time, last: range.last.min(end - 1) };
            self.kernel.judge(&self.events[from..], inside, &mut self.journey);
            self.journey.events.iter_mut().for_each(|event| *event += from);
            self.count(cut, (group, u32::try_from(period).unwrap_or(u32::MAX)));
            entered += 1;
            after = end;
        }
        self.cells[cut].overlapping += u64::from(entered > 1);
    }
}
