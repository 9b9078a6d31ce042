//! From the rows of a batch to facts about units: which columns are read, which steps and outcomes a row tells of.

use super::fact;
use super::facts::{Facts, Part};
use super::row::{Row, amount, code};
use crate::engine::groups::Groups;
use crate::engine::step_names;
use crate::input::batch::{Batch, Column, Field, Wanted};
use crate::input::dictionary::Dictionary;
use crate::input::source::{Request, Source};
use crate::model::kind::{Kind, Role};
use crate::model::names::fold;
use crate::model::outcome::Outcome;
use crate::model::time::{Micros, NO_TIME};
use crate::plan::{JourneyPlan, StepMatch};
use std::sync::Arc;

/// Where the columns of a source's batches stand.
pub(super) struct Shape {
    /// Time of the row: `created` of deals, the change of a history.
    pub(super) time: usize,
    pub(super) name: Option<usize>,
    pub(super) constant: u32,
    pub(super) status: Option<usize>,
    pub(super) closed: Option<usize>,
    /// Where each date of winning or losing stands; it says when a deal was closed where nothing else does.
    pub(super) ended: Vec<(Outcome, usize)>,
    pub(super) amount: Option<usize>,
    /// Position of each stage-date column and the step it dates.
    pub(super) stage_dates: Vec<(usize, usize)>,
    pub(super) by: Vec<Option<usize>>,
    pub(super) moments: Vec<Option<usize>>,
}

pub(super) struct Stager<'a> {
    pub(super) plan: &'a JourneyPlan,
    /// All words of stages and states; the first codes are those of the steps.
    pub(super) dictionary: Arc<Dictionary>,
    pub(super) groups: Groups,
    pub(super) words: crate::model::outcome::OutcomeWords,
    pub(super) won_step: Option<usize>,
}

impl<'a> Stager<'a> {
    pub(super) fn new(plan: &'a JourneyPlan, sources: &[Source]) -> Self {
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

    pub(super) fn request(&self, source: &Source) -> (Request, Shape) {
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
    pub(super) fn dated_steps(&self, source: &Source) -> Vec<(String, usize)> {
        let steps_of = |stage: &String| self.steps_named(stage);
        let pairs = source.stage_dates.iter();
        pairs.flat_map(|(stage, column)| steps_of(stage).into_iter().map(|step| (column.clone(), step))).collect()
    }

    /// The steps that a stage stands for: by its exact name, else by the same letters and digits.
    pub(super) fn steps_named(&self, stage: &str) -> Vec<usize> {
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
    pub(super) fn predicates(&self) -> Vec<String> {
        let steps = self.plan.steps.iter().filter_map(|step| match &step.matches {
            StepMatch::Expression(expression) => Some(expression.clone()),
            StepMatch::Names(_) => None,
        });
        steps.chain(self.plan.entry_filter.clone()).chain(self.plan.unit_filters.clone()).collect()
    }

    pub(super) fn stage(&self, batch: &Batch, shape: &Shape, source: &Source) -> Part {
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
    pub(super) fn deal(&self, row: &Row<'_>, facts: &mut Facts<'_>) {
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

    pub(super) fn deal_outcome(&self, row: &Row<'_>, facts: &mut Facts<'_>, outcome: Outcome, closed: Micros) {
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
    pub(super) fn change(&self, row: &Row<'_>, facts: &mut Facts<'_>) {
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
    pub(super) fn expressions(&self, row: &Row<'_>, facts: &mut Facts<'_>, time: Micros) {
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

    pub(super) fn entry_met(&self, row: &Row<'_>) -> bool {
        let after = self.plan.unit_filters.len();
        let predicates = &row.batch.predicates;
        let entry = predicates.len().checked_sub(after + 1).map(|position| &predicates[position]);
        self.plan.entry_filter.is_none() || entry.is_none_or(|met| met[row.position])
    }

    /// Names of steps that no row carries.
    pub(super) fn unseen(&self, seen: &[bool]) -> Vec<String> {
        let steps = self.plan.steps.iter().zip(seen).filter(|(_, seen)| !**seen);
        let names = steps.filter_map(|(step, _)| match &step.matches {
            StepMatch::Names(names) => Some(names.clone()),
            StepMatch::Expression(_) => None,
        });
        names.flatten().collect()
    }
}
