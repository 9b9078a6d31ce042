//! Journeys along the stages of a pipeline: rows of deals and of stage changes become facts about a unit.

pub mod acquired;

use super::drivers::{Driven, Drivers};
use super::groups::{GroupNames, Groups};
use super::record::{Unpacked, Wide};
use super::stage_judge::{StageJudge, StageUnits};
use super::store::{Packed, Staged};
use super::{Run, step_names};
use crate::error::Result;
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Scan, Source};
use crate::model::decimal::Decimal;
use crate::model::kind::{Kind, Role};
use crate::model::names::fold;
use crate::model::outcome::Outcome;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::calendar::day_end;
use crate::plan::{JourneyPlan, Reach, StepMatch};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Classes of facts; below them stands a step, by its position.
pub mod fact {
    /// A deal exists and is open; carries its amount and group.
    pub const OPEN: u32 = 1_000;
    pub const WON: u32 = 1_001;
    pub const LOST: u32 = 1_002;
    /// The history says so, unless the deal's own row says otherwise.
    pub const HISTORY_WON: u32 = 1_004;
    pub const HISTORY_LOST: u32 = 1_005;
    /// A row of the unit meets the first unit filter; those of further filters follow.
    pub const UNIT_MET: u32 = 2_000;
    /// The first further moment of a deal; the others follow.
    pub const MOMENT: u32 = 3_000;
    /// A history row whose stage is no step: it ends an outcome that came before, as one of a step does.
    /// At one moment an outcome comes after it, so its number is lower.
    pub const HISTORY_OPEN: u32 = 1_003;
}

/// Answers a plan from deals and stage histories.
///
/// # Errors
/// Whatever reading reports; a sum of amounts beyond the exact range.
pub fn run(plan: &JourneyPlan, reach: Reach, drivers: &[String], sources: &[Source], threads: usize) -> Result<Run> {
    let drivers = Drivers::new(plan, drivers);
    let (Read { mut units, as_of, late, scans, unknown }, groups) = read_ungrouped(&drivers.reading(plan), sources)?;
    units.groups = drivers.groups(&groups);
    let mut answer = StageJudge { plan, reach, as_of, units: &units, counts_only: false }.answer(threads)?;
    answer.facts.after_as_of = late;
    let mut cuts = Vec::new();
    for Driven { plan, groups, .. } in drivers.questions(plan, &groups) {
        units.groups = groups;
        let answer = StageJudge { plan: &plan, reach, as_of, units: &units, counts_only: true }.answer(threads)?;
        cuts.extend(answer.cuts);
    }
    Ok(Run { answer, scans, unknown, passes: 1, drivers: cuts })
}

/// The facts of all units, and what reading them told.
pub struct Read {
    pub units: StageUnits,
    pub as_of: Option<Micros>,
    /// Records after the as-of time.
    pub late: u64,
    pub scans: Vec<Scan>,
    /// Names of steps that no row carries.
    pub unknown: Vec<String>,
}

/// Reads deals and stage histories into facts by unit.
///
/// # Errors
/// Whatever reading reports.
pub fn read(plan: &JourneyPlan, sources: &[Source]) -> Result<Read> {
    let (mut read, groups) = read_ungrouped(plan, sources)?;
    read.units.groups = groups.ranked();
    Ok(read)
}

/// As [`read`], with the groups still to be ranked.
fn read_ungrouped(plan: &JourneyPlan, sources: &[Source]) -> Result<(Read, Groups)> {
    let stager = Stager::new(plan, sources);
    let mut chunks = Vec::new();
    let mut told = Told::new(plan.steps.len());
    let mut scans: Vec<Scan> = Vec::new();
    let never = AtomicBool::new(false);
    for source in sources {
        let (request, shape) = stager.request(source);
        let scanned = source.scan(&request, &|batch| stager.stage(batch, &shape, source), &never)?;
        for part in scanned.staged {
            told.merge(&part.told);
            chunks.push(part.staged);
        }
        scans.push(scanned.scan);
    }
    let whole_days = !scans.is_empty() && scans.iter().all(|scan| scan.date_only);
    let last = if whole_days { day_end(told.latest, plan.zone) } else { told.latest };
    let as_of = plan.as_of.or_else(|| (told.latest != NO_TIME).then_some(last));
    let units = StageUnits { chunks, groups: GroupNames::default(), whole_days };
    let unknown = stager.unseen(&told.seen);
    Ok((Read { units, as_of, late: told.late, scans, unknown }, stager.groups))
}

/// Where the columns of a source's batches stand.
struct Shape {
    /// Time of the row: `created` of deals, the change of a history.
    time: usize,
    name: Option<usize>,
    constant: u32,
    status: Option<usize>,
    closed: Option<usize>,
    /// Where each date of winning or losing stands; it says when a deal was closed where nothing else does.
    ended: Vec<(Outcome, usize)>,
    amount: Option<usize>,
    /// Position of each stage-date column and the step it dates.
    stage_dates: Vec<(usize, usize)>,
    by: Vec<Option<usize>>,
    moments: Vec<Option<usize>>,
}

struct Stager<'a> {
    plan: &'a JourneyPlan,
    /// All words of stages and states; the first codes are those of the steps.
    dictionary: Arc<Dictionary>,
    groups: Groups,
    words: crate::model::outcome::OutcomeWords,
    won_step: Option<usize>,
}

/// What a part of the input told besides its facts. It travels with the part, since a part may be read twice.
struct Told {
    /// Whether any row names the step, by position.
    seen: Vec<bool>,
    latest: Micros,
    /// Records after the as-of time.
    late: u64,
}

impl Told {
    fn new(steps: usize) -> Self {
        Self { seen: vec![false; steps], latest: NO_TIME, late: 0 }
    }

    fn merge(&mut self, other: &Self) {
        for (mine, theirs) in self.seen.iter_mut().zip(&other.seen) {
            *mine |= theirs;
        }
        self.latest = self.latest.max(other.latest);
        self.late += other.late;
    }
}

/// The packed facts of one part of the input.
struct Part {
    staged: Staged<Wide>,
    told: Told,
}

impl<'a> Stager<'a> {
    fn new(plan: &'a JourneyPlan, sources: &[Source]) -> Self {
        let names = step_names(plan);
        let words = sources.first().map(|source| source.outcomes.clone()).unwrap_or_default();
        let is_won = |name: &String| words.outcome(name) == Outcome::Won;
        let won_step = plan.steps.iter().position(|step| match &step.matches {
            StepMatch::Names(matched) => matched.iter().any(is_won),
            StepMatch::Expression(_) => is_won(&step.name),
        });
        Self {
            plan,
            dictionary: Arc::new(Dictionary::with_names(names.iter().map(String::as_str))),
            groups: Groups::new(plan.by.len()),
            words,
            won_step,
        }
    }

    fn request(&self, source: &Source) -> (Request, Shape) {
        let deals = source.kind == Kind::Deals;
        let mut fields = vec![Field { column: source.column(Role::Id), wanted: Wanted::Id }];
        let mut push = |column: String, wanted: Wanted| {
            fields.push(Field { column, wanted });
            fields.len() - 1
        };
        let role = |role: Role| source.roles.get(&role).cloned();
        let name = |required| Wanted::Name { dictionary: Arc::clone(&self.dictionary), required, only: None };
        let time_role = if deals { Role::Created } else { Role::Time };
        let time = push(source.column(time_role), Wanted::Time { required: !deals });
        let mut constant = 0;
        if let Some(stage) = &source.event_name {
            constant = self.dictionary.code(stage);
        }
        let stage = role(Role::Stage).filter(|_| source.event_name.is_none());
        let shape = Shape {
            time,
            name: stage.map(|column| push(column, name(!deals))),
            constant,
            status: role(Role::Status).filter(|_| deals).map(|column| push(column, name(false))),
            closed: role(Role::Closed).filter(|_| deals).map(|column| push(column, Wanted::Time { required: false })),
            ended: (source.stage_dates.iter())
                .map(|(stage, column)| (source.outcomes.outcome(stage), column))
                .filter(|(outcome, _)| *outcome != Outcome::Open)
                .map(|(outcome, column)| (outcome, push(column.clone(), Wanted::Time { required: false })))
                .collect(),
            amount: role(if deals { Role::Amount } else { Role::Value }).map(|column| push(column, Wanted::Amount)),
            stage_dates: self
                .dated_steps(source)
                .into_iter()
                .map(|(column, step)| (push(column, Wanted::Time { required: false }), step))
                .collect(),
            by: (self.plan.by.iter().enumerate())
                .map(|(position, column)| {
                    let column = source.attribute(column)?;
                    Some(push(column, Wanted::Text { dictionary: self.groups.dictionary(position) }))
                })
                .collect(),
            moments: Vec::new(),
        };
        let moments = self.plan.moments.iter().filter(|_| deals);
        let moments = moments.map(|column| {
            let column = source.attribute(column)?;
            Some(push(column, Wanted::Time { required: false }))
        });
        let shape = Shape { moments: moments.collect(), ..shape };
        let predicates = self.predicates();
        let request = Request { fields, predicates, filter: self.plan.row_filter.clone(), as_of: None };
        (request, shape)
    }

    /// The stage-date columns of a source whose stage is a step.
    fn dated_steps(&self, source: &Source) -> Vec<(String, usize)> {
        let steps_of = |stage: &String| self.steps_named(stage);
        let pairs = source.stage_dates.iter();
        pairs.flat_map(|(stage, column)| steps_of(stage).into_iter().map(|step| (column.clone(), step))).collect()
    }

    /// The steps that a stage stands for: by its exact name, else by the same letters and digits.
    fn steps_named(&self, stage: &str) -> Vec<usize> {
        let matching = |same: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let steps = self.plan.steps.iter().enumerate();
            let named = steps.filter(|(_, step)| match &step.matches {
                StepMatch::Names(names) => names.iter().any(|name| same(name)),
                StepMatch::Expression(_) => false,
            });
            named.map(|(position, _)| position).collect()
        };
        let exact = matching(&|name| name == stage);
        if exact.is_empty() { matching(&|name| fold(name) == fold(stage)) } else { exact }
    }

    /// Expressions of steps, then the entry filter, then the unit filter.
    fn predicates(&self) -> Vec<String> {
        let steps = self.plan.steps.iter().filter_map(|step| match &step.matches {
            StepMatch::Expression(expression) => Some(expression.clone()),
            StepMatch::Names(_) => None,
        });
        steps.chain(self.plan.entry_filter.clone()).chain(self.plan.unit_filters.clone()).collect()
    }

    fn stage(&self, batch: &Batch, shape: &Shape, source: &Source) -> Part {
        let mut facts = Facts::new(self, batch.rows);
        let words = self.dictionary.names();
        let outcomes: Vec<Outcome> = words.iter().map(|word| self.words.outcome(word)).collect();
        let steps: Vec<Vec<usize>> = words.iter().map(|word| self.steps_named(word)).collect();
        let Some(Column::Ids(ids)) = batch.columns.first() else { return facts.finish() };
        let mut tuple = vec![0; shape.by.len()];
        for (row, unit) in ids.iter().enumerate() {
            for (slot, position) in tuple.iter_mut().zip(&shape.by) {
                *slot = position.map_or(0, |position| code(batch, position, row));
            }
            let group = if tuple.is_empty() { 0 } else { self.groups.code(&tuple) };
            let amount = shape.amount.and_then(|position| amount(batch, position, row));
            let reader = Row { batch, position: row, shape, outcomes: &outcomes, steps: &steps };
            facts.begin(*unit, group, amount);
            if source.kind == Kind::Deals {
                self.deal(&reader, &mut facts);
            } else {
                self.change(&reader, &mut facts);
            }
        }
        facts.finish()
    }

    /// Writes down what one row of deals says.
    fn deal(&self, row: &Row<'_>, facts: &mut Facts<'_>) {
        let created = row.time(row.shape.time);
        if !self.entry_met(row) || facts.is_late(created) {
            facts.told.late += u64::from(self.entry_met(row));
            return;
        }
        facts.add_class(0, created);
        let mut came_later = false;
        for (position, step) in &row.shape.stage_dates {
            let time = row.time(*position);
            if facts.is_late(time) {
                came_later = true;
            } else if time != NO_TIME {
                facts.add(*step, time);
            }
        }
        for (class, position) in (fact::MOMENT..).zip(&row.shape.moments) {
            let time = position.map_or(NO_TIME, |position| row.time(position));
            if time != NO_TIME {
                facts.add_moment(class, time);
            }
        }
        let closed = row.closed();
        if came_later || (facts.is_late(closed) && row.outcome() != Outcome::Open) {
            // At the as-of time the deal was open, and its present stage was still to come.
            facts.add_class(fact::OPEN, NO_TIME);
        } else {
            self.deal_outcome(row, facts, row.outcome(), closed);
        }
        self.expressions(row, facts, NO_TIME);
    }

    fn deal_outcome(&self, row: &Row<'_>, facts: &mut Facts<'_>, outcome: Outcome, closed: Micros) {
        match outcome {
            Outcome::Open => {
                facts.add_class(fact::OPEN, NO_TIME);
                for step in row.current_steps() {
                    facts.add(*step, NO_TIME);
                }
            }
            Outcome::Won => {
                facts.add_class(fact::WON, closed);
                for step in row.current_steps().iter().copied().chain(self.won_step) {
                    facts.add(step, if Some(step) == self.won_step { closed } else { NO_TIME });
                }
            }
            Outcome::Lost => {
                facts.add_class(fact::LOST, closed);
                for step in row.lost_steps() {
                    facts.add(*step, closed);
                }
            }
        }
    }

    /// Writes down what one stage change says.
    fn change(&self, row: &Row<'_>, facts: &mut Facts<'_>) {
        let time = row.time(row.shape.time);
        if facts.is_late(time) {
            facts.told.late += 1;
            return;
        }
        let code = row.shape.name.map_or(row.shape.constant, |position| code(row.batch, position, row.position));
        let entry_met = self.entry_met(row);
        let mut is_step = false;
        for step in row.steps.get(code as usize).into_iter().flatten() {
            if *step > 0 || entry_met {
                facts.add(*step, time);
                is_step = true;
            }
        }
        match row.outcomes.get(code as usize) {
            Some(Outcome::Won) => {
                self.won_step.into_iter().for_each(|step| facts.add(step, time));
                facts.add_class(fact::HISTORY_WON, time);
            }
            Some(Outcome::Lost) => facts.add_class(fact::HISTORY_LOST, time),
            // The step itself says that the unit is open, which spares a fact per row.
            _ if is_step => {}
            _ => facts.add_class(fact::HISTORY_OPEN, time),
        }
        self.expressions(row, facts, time);
    }

    /// Steps given by an expression, and the unit filter.
    fn expressions(&self, row: &Row<'_>, facts: &mut Facts<'_>, time: Micros) {
        let expressed = self.plan.steps.iter().enumerate();
        let expressed = expressed.filter(|(_, step)| matches!(step.matches, StepMatch::Expression(_)));
        for ((position, _), met) in expressed.zip(&row.batch.predicates) {
            if met[row.position] {
                facts.add(position, time);
            }
        }
        let predicates = &row.batch.predicates;
        let unit = predicates.iter().skip(predicates.len().saturating_sub(self.plan.unit_filters.len()));
        for (class, met) in (fact::UNIT_MET..).zip(unit) {
            if met[row.position] {
                facts.add_class(class, time);
            }
        }
    }

    fn entry_met(&self, row: &Row<'_>) -> bool {
        let after = self.plan.unit_filters.len();
        let predicates = &row.batch.predicates;
        let entry = predicates.len().checked_sub(after + 1).map(|position| &predicates[position]);
        self.plan.entry_filter.is_none() || entry.is_none_or(|met| met[row.position])
    }

    /// Names of steps that no row carries.
    fn unseen(&self, seen: &[bool]) -> Vec<String> {
        let steps = self.plan.steps.iter().zip(seen).filter(|(_, seen)| !**seen);
        let names = steps.filter_map(|(step, _)| match &step.matches {
            StepMatch::Names(names) => Some(names.clone()),
            StepMatch::Expression(_) => None,
        });
        names.flatten().collect()
    }
}

/// One row of a batch.
struct Row<'a> {
    batch: &'a Batch,
    /// Position in the batch.
    position: usize,
    shape: &'a Shape,
    outcomes: &'a [Outcome],
    steps: &'a [Vec<usize>],
}

impl Row<'_> {
    fn time(&self, position: usize) -> Micros {
        match self.batch.columns.get(position) {
            Some(Column::Times(times)) => times[self.position],
            _ => NO_TIME,
        }
    }

    fn words(&self) -> [u32; 2] {
        [self.shape.status, self.shape.name]
            .map(|position| position.map_or(0, |at| code(self.batch, at, self.position)))
    }

    /// Won or lost where the status or else the stage says so.
    fn outcome(&self) -> Outcome {
        let words = self.words().map(|word| self.outcomes.get(word as usize).copied().unwrap_or(Outcome::Open));
        words.into_iter().find(|outcome| *outcome != Outcome::Open).unwrap_or(Outcome::Open)
    }

    /// When the deal was won or lost: its closing date, else the date of what became of it.
    fn closed(&self) -> Micros {
        let outcome = self.outcome();
        let own = self.shape.closed.into_iter();
        let ended = self.shape.ended.iter().filter(|(ending, _)| *ending == outcome).map(|(_, position)| *position);
        own.chain(ended).map(|position| self.time(position)).find(|time| *time != NO_TIME).unwrap_or(NO_TIME)
    }

    /// The steps of the current stage: of the stage column, else of the status.
    fn current_steps(&self) -> &[usize] {
        let [status, stage] = self.words();
        let word = if self.shape.name.is_some() { stage } else { status };
        self.steps.get(word as usize).map_or(&[], Vec::as_slice)
    }

    /// Steps that are named by the lost word itself.
    fn lost_steps(&self) -> &[usize] {
        let lost = |word: &u32| self.outcomes.get(*word as usize) == Some(&Outcome::Lost);
        let word = self.words().into_iter().find(lost).unwrap_or(0);
        self.steps.get(word as usize).map_or(&[], Vec::as_slice)
    }
}

fn code(batch: &Batch, position: usize, row: usize) -> u32 {
    match batch.columns.get(position) {
        Some(Column::Codes(codes)) => codes[row],
        _ => 0,
    }
}

fn amount(batch: &Batch, position: usize, row: usize) -> Option<Decimal> {
    match batch.columns.get(position) {
        Some(Column::Amounts(amounts)) => amounts[row],
        _ => None,
    }
}

/// Packs the facts of one batch.
struct Facts<'a> {
    stager: &'a Stager<'a>,
    packed: Packed<Wide>,
    base: Unpacked,
    told: Told,
}

impl<'a> Facts<'a> {
    fn new(stager: &'a Stager<'a>, rows: usize) -> Self {
        let base = Unpacked { unit: 0, time: NO_TIME, class: 0, group: 0, value: None };
        Self { stager, packed: Packed::with_capacity(rows * 3), base, told: Told::new(stager.plan.steps.len()) }
    }

    fn begin(&mut self, unit: u128, group: u32, value: Option<Decimal>) {
        self.base = Unpacked { unit, time: NO_TIME, class: 0, group, value };
    }

    fn is_late(&self, time: Micros) -> bool {
        self.stager.plan.as_of.is_some_and(|as_of| time > as_of)
    }

    fn add(&mut self, step: usize, time: Micros) {
        self.told.seen[step] = true;
        self.add_class(u32::try_from(step).unwrap_or(0), time);
    }

    fn add_class(&mut self, class: u32, time: Micros) {
        self.told.latest = self.told.latest.max(time);
        // The wide form takes every fact.
        self.packed.push(&Unpacked { time, class, ..self.base });
    }

    /// A moment that may lie ahead, such as a planned close: it says nothing about when the data end.
    fn add_moment(&mut self, class: u32, time: Micros) {
        self.packed.push(&Unpacked { time, class, ..self.base });
    }

    fn finish(self) -> Part {
        Part { staged: Staged::new(&self.packed), told: self.told }
    }
}
