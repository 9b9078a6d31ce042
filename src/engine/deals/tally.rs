//! Counts of lives, for one group and period: mergeable, so that threads and rare groups can be put together.

use super::life::{Life, Place};
use crate::engine::cells::Mergeable;
use crate::engine::stage_judge::{StageUnits, State};
use crate::model::decimal::Decimal;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::deals::{DealPlan, DealRow, EndCount, HandOver, Held, Point, StageLife};

/// What all lives are measured by.
pub struct Measure<'a> {
    pub plan: &'a DealPlan,
    pub units: &'a StageUnits,
    /// Until when open deals were seen.
    pub last_moment: Micros,
    /// From how long on a deal counts as stuck, by stage.
    pub limits: &'a [Option<Micros>],
    /// Whether any deal has a dated stage; without one the creation stands for the entry into the stage.
    pub has_moves: bool,
}

/// Durations by how they ended.
#[derive(Debug, Clone, Default)]
struct Ends {
    won: Vec<Micros>,
    lost: Vec<Micros>,
    open: Vec<Micros>,
}

#[derive(Debug, Clone, Default)]
pub struct DealTally {
    row: DealRow,
    durations: Ends,
    cycle: Ends,
    pub backward_stays: u64,
    /// A sum left the exact range.
    pub overflow: bool,
}

/// Adds a deal to those in one state.
fn hold(held: &mut Held, amount: Option<Decimal>) -> bool {
    held.deals += 1;
    let Some(amount) = amount else {
        held.without_amount += 1;
        return true;
    };
    match held.value.checked_add(amount) {
        Some(sum) => {
            held.value = sum;
            true
        }
        None => false,
    }
}

fn merge_held(mine: &mut Held, other: Held) -> bool {
    mine.deals += other.deals;
    mine.without_amount += other.without_amount;
    match mine.value.checked_add(other.value) {
        Some(sum) => {
            mine.value = sum;
            true
        }
        None => false,
    }
}

impl DealTally {
    #[must_use]
    pub fn new(stages: usize) -> Self {
        Self { row: DealRow { stages: vec![StageLife::default(); stages], ..DealRow::default() }, ..Self::default() }
    }

    /// Counts one deal.
    pub fn add(&mut self, life: &Life, amount: Option<Decimal>, measure: &Measure<'_>) {
        let row = &mut self.row;
        let held = match life.state {
            State::Won(_) => &mut row.won,
            State::Lost(_) => &mut row.lost,
            State::Open => &mut row.open,
        };
        self.overflow |= !hold(held, amount);
        if life.state == State::Open && life.created != NO_TIME {
            row.open_dated += 1;
            row.ages.push((measure.units.elapsed(life.created, measure.last_moment).max(0), amount));
        }
        self.time(life, measure);
        self.stays(life, amount, measure);
        self.hand_over(life, measure);
    }

    fn time(&mut self, life: &Life, measure: &Measure<'_>) {
        let plan = measure.plan;
        if let Some(ends) = measured(life, &Point::Created, &Point::Closed, measure).ok().flatten() {
            self.cycle.add(ends);
        }
        match measured(life, &plan.from, &plan.to, measure) {
            Ok(Some(ends)) => self.durations.add(ends),
            Ok(None) => self.row.untimed += 1,
            Err(Backward) => self.row.backward += 1,
        }
    }

    /// Counts every entry into a stage and how it ended.
    fn stays(&mut self, life: &Life, amount: Option<Decimal>, measure: &Measure<'_>) {
        let stages = self.row.stages.len();
        let mut sums: Vec<Option<(Option<Micros>, bool)>> = vec![None; stages];
        let mut was_lost = false;
        for (position, step) in life.moves.iter().enumerate() {
            let Place::Stage(stage) = step.to else {
                was_lost |= step.to == Place::Lost;
                continue;
            };
            let next = life.moves.get(position + 1);
            let end = next.map_or(measure.last_moment, |next| next.time);
            let known = step.time != NO_TIME && end != NO_TIME;
            let mut length = known.then(|| measure.units.elapsed(step.time, end));
            if next.is_none() {
                length = length.map(|length| length.max(0));
            }
            if length.is_some_and(|length| length < 0) {
                self.backward_stays += 1;
                length = None;
            }
            let counts = &mut self.row.stages[stage];
            counts.entered += 1;
            counts.recycled += u64::from(was_lost);
            match next.map(|next| next.to) {
                None => counts.running += 1,
                Some(Place::Lost) => counts.lost += 1,
                Some(Place::Stage(to)) if to < stage => counts.back += 1,
                Some(Place::Stage(_) | Place::Won) => {
                    counts.advanced += 1;
                    counts.advanced_after.extend(length);
                }
            }
            let sum = sums[stage].get_or_insert((Some(0), false));
            *sum = (sum.0.zip(length).map(|(sum, length)| sum + length), sum.1 || next.is_none());
        }
        for (counts, sum) in self.row.stages.iter_mut().zip(&sums) {
            let Some((sum, running)) = sum else { continue };
            counts.deals += 1;
            if *running { &mut counts.counting } else { &mut counts.finished }.extend(*sum);
        }
        self.reached(life, &sums);
        self.standing(life, amount, measure);
    }

    /// Skipped stages, and what closed deals say about the chance of winning from a stage.
    fn reached<T>(&mut self, life: &Life, entered: &[Option<T>]) {
        if !life.has_dates {
            return;
        }
        let is_won = matches!(life.state, State::Won(_));
        let furthest = if is_won { Some(entered.len()) } else { entered.iter().rposition(Option::is_some) };
        let Some(furthest) = furthest else { return };
        for (position, counts) in self.row.stages.iter_mut().enumerate() {
            counts.skipped += u64::from(position < furthest && entered[position].is_none());
            if position <= furthest && life.state != State::Open {
                counts.closed += 1;
                counts.won += u64::from(is_won);
            }
        }
    }

    /// Where an open deal stands, and since when.
    fn standing(&mut self, life: &Life, amount: Option<Decimal>, measure: &Measure<'_>) {
        if life.state != State::Open {
            return;
        }
        let (stage, waited) = waiting(life, measure);
        self.row.stuck += u64::from(is_stuck(stage, waited, measure));
        let Some(counts) = stage.and_then(|stage| self.row.stages.get_mut(stage)) else { return };
        self.overflow |= !hold(&mut counts.open, amount);
        counts.waiting.extend(waited);
        counts.stuck += u64::from(is_stuck(stage, waited, measure));
    }

    /// From the one moment to the other, where both are stages or further columns.
    fn hand_over(&mut self, life: &Life, measure: &Measure<'_>) {
        let (from, to) = (moment(life, &measure.plan.from), moment(life, &measure.plan.to));
        let Some(from) = from else { return };
        let counts = &mut self.row.hand_over;
        counts.passed += 1;
        let accepted = to.filter(|to| *to >= from);
        let lost = life.moves.iter().position(|step| step.to == Place::Lost && step.time >= from);
        let again = |position: usize| life.moves[position..].iter().any(|step| matches!(step.to, Place::Stage(_)));
        counts.recycled += u64::from(lost.is_some_and(again));
        match (accepted, life.state) {
            (Some(accepted), _) => {
                counts.accepted += 1;
                let target = if let Point::Stage(stage) = measure.plan.to { stage } else { 0 };
                let returned = life
                    .moves
                    .iter()
                    .any(|step| step.time > accepted && matches!(step.to, Place::Stage(stage) if stage < target));
                counts.returned += u64::from(returned);
            }
            (None, State::Won(_)) => counts.won += 1,
            (None, State::Lost(_)) => counts.lost += 1,
            (None, State::Open) => counts.open += 1,
        }
    }

    /// Turns the counts into a row; the order in which they were added leaves no trace.
    #[must_use]
    pub fn into_row(mut self) -> DealRow {
        self.row.durations = self.durations.counted();
        self.row.cycle = self.cycle.counted();
        self.row.ages.sort_unstable();
        for stage in &mut self.row.stages {
            for times in [&mut stage.finished, &mut stage.counting, &mut stage.waiting, &mut stage.advanced_after] {
                times.sort_unstable();
            }
        }
        self.row
    }
}

impl Mergeable for DealTally {
    fn merge(&mut self, other: Self) {
        let (mine, theirs) = (&mut self.row, other.row);
        let mut sound = merge_held(&mut mine.won, theirs.won);
        sound &= merge_held(&mut mine.lost, theirs.lost);
        sound &= merge_held(&mut mine.open, theirs.open);
        mine.open_dated += theirs.open_dated;
        mine.untimed += theirs.untimed;
        mine.backward += theirs.backward;
        mine.stuck += theirs.stuck;
        mine.ages.extend(theirs.ages);
        for (mine, theirs) in mine.stages.iter_mut().zip(theirs.stages) {
            sound &= merge_stage(mine, theirs);
        }
        merge_hand_over(&mut mine.hand_over, &theirs.hand_over);
        self.durations.merge(other.durations);
        self.cycle.merge(other.cycle);
        self.backward_stays += other.backward_stays;
        self.overflow |= other.overflow || !sound;
    }
}

fn merge_stage(mine: &mut StageLife, theirs: StageLife) -> bool {
    mine.entered += theirs.entered;
    mine.running += theirs.running;
    mine.advanced += theirs.advanced;
    mine.lost += theirs.lost;
    mine.back += theirs.back;
    mine.skipped += theirs.skipped;
    mine.deals += theirs.deals;
    mine.recycled += theirs.recycled;
    mine.closed += theirs.closed;
    mine.won += theirs.won;
    mine.stuck += theirs.stuck;
    mine.finished.extend(theirs.finished);
    mine.counting.extend(theirs.counting);
    mine.waiting.extend(theirs.waiting);
    mine.advanced_after.extend(theirs.advanced_after);
    merge_held(&mut mine.open, theirs.open)
}

fn merge_hand_over(mine: &mut HandOver, theirs: &HandOver) {
    mine.passed += theirs.passed;
    mine.accepted += theirs.accepted;
    mine.returned += theirs.returned;
    mine.recycled += theirs.recycled;
    mine.lost += theirs.lost;
    mine.open += theirs.open;
    mine.won += theirs.won;
}

/// One duration and how it ended.
#[derive(Clone, Copy)]
enum End {
    Won(Micros),
    Lost(Micros),
    Open(Micros),
}

/// The second moment lies before the first.
struct Backward;

impl Ends {
    fn add(&mut self, end: End) {
        match end {
            End::Won(time) => self.won.push(time),
            End::Lost(time) => self.lost.push(time),
            End::Open(time) => self.open.push(time),
        }
    }

    fn merge(&mut self, other: Self) {
        self.won.extend(other.won);
        self.lost.extend(other.lost);
        self.open.extend(other.open);
    }

    fn counted(self) -> Vec<EndCount> {
        let mut all: Vec<(Micros, u8)> = Vec::with_capacity(self.won.len() + self.lost.len() + self.open.len());
        for (list, kind) in [(self.won, 0), (self.lost, 1), (self.open, 2)] {
            all.extend(list.into_iter().map(|duration| (duration, kind)));
        }
        all.sort_unstable();
        let runs = all.chunk_by(|left, right| left.0 == right.0);
        let count = |run: &[(Micros, u8)], kind| run.iter().filter(|one| one.1 == kind).count() as u64;
        runs.map(|run| EndCount { duration: run[0].0, won: count(run, 0), lost: count(run, 1), open: count(run, 2) })
            .collect()
    }
}

/// When a moment came in a deal's life.
fn moment(life: &Life, point: &Point) -> Option<Micros> {
    let time = match point {
        Point::Created => life.created,
        Point::Closed => life.closed(),
        Point::Stage(stage) => return life.first_entry(*stage),
        Point::Moment(position) => life.moments.get(*position).copied().unwrap_or(NO_TIME),
    };
    Some(time).filter(|time| *time != NO_TIME)
}

/// The time from one moment to another, or to the loss or the as-of time where the other did not come.
///
/// Where the second moment is not the close, reaching it counts as won.
fn measured(life: &Life, from: &Point, to: &Point, measure: &Measure<'_>) -> Result<Option<End>, Backward> {
    let Some(from) = moment(life, from) else { return Ok(None) };
    let reached = if *to == Point::Closed { None } else { moment(life, to) };
    let (end, make): (Micros, fn(Micros) -> End) = match (reached, life.state) {
        (Some(time), _) => (time, End::Won),
        // Won without the moment in between: it cannot come any more.
        (None, State::Won(time)) => (time, if *to == Point::Closed { End::Won } else { End::Lost }),
        (None, State::Lost(time)) => (time, End::Lost),
        (None, State::Open) => (measure.last_moment, End::Open),
    };
    if end == NO_TIME {
        return Ok(None);
    }
    let elapsed = measure.units.elapsed(from, end);
    match (elapsed < 0, life.state, reached) {
        // Entered on the last day of the data, whose dates have no clock.
        (true, State::Open, None) => Ok(Some(make(0))),
        (true, ..) => Err(Backward),
        (false, ..) => Ok(Some(make(elapsed))),
    }
}

/// The stage of an open deal and how long it has stood there.
pub fn waiting(life: &Life, measure: &Measure<'_>) -> (Option<usize>, Option<Micros>) {
    let stage = life.stage();
    let since = match stage {
        _ if !measure.has_moves => Some(life.created).filter(|time| *time != NO_TIME),
        Some((_, since)) => since,
        None => None,
    };
    let waited = since.map(|since| measure.units.elapsed(since, measure.last_moment).max(0));
    (stage.map(|(stage, _)| stage), waited)
}

/// Whether an open deal has stood in its stage for longer than the limit.
pub fn is_stuck(stage: Option<usize>, waited: Option<Micros>, measure: &Measure<'_>) -> bool {
    let position = if measure.has_moves { stage } else { Some(0) };
    let limit = position.and_then(|position| measure.limits.get(position).copied().flatten());
    waited.zip(limit).is_some_and(|(waited, limit)| waited > limit)
}
