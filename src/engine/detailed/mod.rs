//! The general way from gathered events to counts: plans with rules that the plain funnel does not have.
//!
//! It takes the same packed events as the fast way and fills the same tallies; what it adds is told in
//! [`crate::plan::rules`]. Memory grows with the largest unit only.

mod count;
mod load;
mod unit;

use super::cells::{Cells, GroupUnits};
use super::judge::{Counted, Judge};
use super::kernel::attempt::{Attempt, AttemptRules, Attempts, Between, StepLimits, Unit};
use super::kernel::unordered::{Unordered, UnorderedRules};
use super::kernel::{EntryRange, Event};
use super::record::Record;
use super::store::{Gathered, gather, in_parallel_over};
use crate::error::Result;
use crate::input::batch::UnitKey;
use crate::model::time::Micros;
use crate::plan::calendar::Calendar;
use crate::plan::rules::ExclusionEffect;
use crate::plan::{Facts, JourneyPlan, Mode, Order, Ties};
use load::Loaded;

/// Judges and counts all units.
///
/// # Errors
/// A panic of a worker is an internal error.
pub fn count<R: Record>(judge: &Judge<'_, R>, periods: &[Option<Calendar>], threads: usize) -> Result<Vec<Counted>> {
    let workers = in_parallel_over(
        &judge.units.partitions,
        threads,
        || Worker::new(judge, periods),
        |worker, partition| {
            let mut gathered = std::mem::take(&mut worker.gathered);
            gather(&judge.units.chunks, partition, &mut gathered);
            for unit in gathered.records.chunk_by(|left, right| left.same_unit(*right)) {
                worker.unit(unit);
            }
            worker.gathered = gathered;
        },
    )?;
    Ok(workers.into_iter().map(|worker| worker.counted).collect())
}

/// The kernel that judges in the plan's order.
#[derive(Debug)]
enum Kernel {
    Ordered(Box<Attempts>),
    Unordered(Unordered),
}

impl Kernel {
    fn new(plan: &JourneyPlan) -> Self {
        let (order, ties, window) = match plan.mode {
            Mode::Events { order, ties, window } => (order, ties, window),
            Mode::Stages { .. } => (Order::Ordered, Ties::Any, None),
        };
        let drop_tainted = plan.rules.effect == ExclusionEffect::DropUser;
        if order == Order::Any {
            return Self::Unordered(Unordered::new(UnorderedRules { steps: plan.steps.len(), window, drop_tainted }));
        }
        let limits = |(position, step): (usize, &crate::plan::Step)| StepLimits {
            optional: step.rule.optional,
            within: step.rule.within,
            directly: position > 0 && (order == Order::Strict || step.rule.directly),
        };
        let between = plan.rules.exclusions.iter().map(|exclusion| Between { from: exclusion.from, to: exclusion.to });
        Self::Ordered(Box::new(Attempts::new(AttemptRules {
            steps: plan.steps.iter().enumerate().map(limits).collect(),
            ties,
            window,
            grace: plan.rules.grace,
            exclusions: between.collect(),
            drop_tainted,
        })))
    }

    /// Steps to convert.
    fn depth(&self, steps: usize) -> usize {
        match self {
            Self::Ordered(attempts) => attempts.depth(),
            Self::Unordered(_) => steps,
        }
    }

    fn load(&mut self, unit: Unit<'_>) {
        if let Self::Ordered(attempts) = self {
            attempts.load(unit);
        }
    }

    fn judge(&mut self, unit: Unit<'_>, entries: EntryRange, attempt: &mut Attempt) {
        match self {
            Self::Ordered(attempts) => attempts.judge(unit, entries, attempt),
            Self::Unordered(unordered) => unordered.judge(unit, entries, attempt),
        }
    }
}

/// One thread's working memory and counts.
struct Worker<'a, R> {
    judge: &'a Judge<'a, R>,
    periods: &'a [Option<Calendar>],
    kernel: Kernel,
    gathered: Gathered<R>,
    /// The unit's events with all that is known of them, in the order of time.
    loaded: Vec<Loaded>,
    /// What the kernel sees of a part of them, and for each event its position in `loaded`.
    events: Vec<Event>,
    origins: Vec<(Event, usize)>,
    excluded: Vec<Vec<Micros>>,
    attempt: Attempt,
    reached: Vec<bool>,
    values: Vec<Option<crate::model::decimal::Decimal>>,
    counted: Counted,
    /// The key of the unit at hand, for the list.
    key: Option<UnitKey>,
}

impl<'a, R: Record> Worker<'a, R> {
    fn new(judge: &'a Judge<'a, R>, periods: &'a [Option<Calendar>]) -> Self {
        let plan = judge.plan;
        Self {
            judge,
            periods,
            kernel: Kernel::new(plan),
            gathered: Gathered::default(),
            loaded: Vec::new(),
            events: Vec::new(),
            origins: Vec::new(),
            excluded: vec![Vec::new(); plan.rules.exclusions.len()],
            attempt: Attempt::default(),
            reached: vec![false; plan.steps.len()],
            values: Vec::new(),
            counted: Counted {
                cells: plan.cuts.iter().map(|_| Cells::default()).collect(),
                group_units: GroupUnits::new(),
                facts: Facts::default(),
                finder: judge.finder(),
            },
            key: None,
        }
    }
}
