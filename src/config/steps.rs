//! Resolves the steps of the funnel: `--steps`, `--step`, or `[[steps]]` of `funnel.toml`.

use super::file::{GoalTable, StepTable};
use super::journey::step_rule;
use super::raw::Form;
use super::resolver::{Found, Key, Resolver};
use super::settings::{Goal, Origin, StepMatch, StepSetting};
use crate::args::steps::{StepArgs, StepNames, step_names};
use crate::args::values::pair::{NamedExpression, alternatives, named_expression};
use crate::error::{Error, Result};
use crate::plan::rules::StepRule;
use toml::Spanned;

/// Resolves the steps; none at all is left to the analysis, which knows the kinds.
pub fn steps(resolver: &mut Resolver, args: &StepArgs) -> Result<Vec<StepSetting>> {
    let named = resolver.find_list(&Key { name: "steps", form: Form::List, parse: step_names }, &args.steps)?;
    let written = resolver.find_list(&Key::phrases("step", named_expression), &args.step)?;
    let named = named.map(|found| found_steps(found, from_names));
    let written = written.map(|found| found_steps(found, from_expression));
    let tabled = tabled_steps(resolver)?;
    let chosen = higher(higher(named, written)?, tabled)?;
    let steps = chosen.unwrap_or(Found { value: Vec::new(), origin: Origin::Default });
    resolver.note("steps", &steps.value, steps.origin);
    Ok(steps.value)
}

/// Chooses the one of the higher layer.
///
/// # Errors
/// Both stand in the same layer.
pub fn higher<T>(one: Option<Found<T>>, other: Option<Found<T>>) -> Result<Option<Found<T>>> {
    match (&one, &other) {
        (Some(first), Some(second)) if first.origin.layer() == second.origin.layer() => {
            let message = format!("the steps are given twice: {} and {}", first.origin, second.origin);
            Err(Error::usage(message).with_hint("one of steps, step and [[steps]] is enough"))
        }
        (Some(first), Some(second)) if second.origin.layer() > first.origin.layer() => Ok(other),
        (None, _) => Ok(other),
        _ => Ok(one),
    }
}

fn found_steps<T>(found: Found<Vec<T>>, step: fn(T) -> StepSetting) -> Found<Vec<StepSetting>> {
    Found { value: found.value.into_iter().map(step).collect(), origin: found.origin }
}

fn from_names(step: StepNames) -> StepSetting {
    StepSetting { name: step.text, matches: StepMatch::Names(step.names), goal: None, rule: StepRule::default() }
}

fn from_expression(step: NamedExpression) -> StepSetting {
    let matches = StepMatch::Expression(step.expression);
    StepSetting { name: step.name, matches, goal: None, rule: StepRule::default() }
}

fn tabled_steps(resolver: &Resolver) -> Result<Option<Found<Vec<StepSetting>>>> {
    let tables = resolver.file.map_or(&[][..], |file| &file.root.steps);
    let Some(first) = tables.first() else { return Ok(None) };
    let origin = resolver.file_origin(first.span().start);
    let steps = tables.iter().enumerate().map(|(position, table)| tabled_step(resolver, table, position == 0));
    Ok(Some(Found { value: steps.collect::<Result<_>>()?, origin }))
}

fn tabled_step(resolver: &Resolver, table: &Spanned<StepTable>, is_first: bool) -> Result<StepSetting> {
    let step = table.get_ref();
    let wrong = |message: &str| resolver.in_file(Error::usage(message), table.span().start);
    let rule = step_rule(resolver, step)?;
    let matches = match (&step.event, step.condition.as_deref().map(str::trim)) {
        (Some(event), None) => StepMatch::Names(event_names(resolver, event)?),
        (None, Some("")) => return Err(wrong("`where` is empty")),
        (None, Some(condition)) => StepMatch::Expression(condition.to_owned()),
        (Some(_), Some(_)) => {
            let error = wrong("a step has either `event` or `where`");
            return Err(error.with_hint("where = \"event = 'NAME' AND ...\" holds both"));
        }
        (None, None) => return Err(wrong("a step needs `event` or `where`")),
    };
    let name = match (step.name.as_deref().map(str::trim), &matches) {
        (Some(""), _) => return Err(wrong("`name` is empty")),
        (Some(name), _) => name.to_owned(),
        (None, StepMatch::Names(names)) => names.join("|"),
        (None, StepMatch::Expression(_)) => return Err(wrong("a step given by `where` needs a `name`")),
    };
    let goal = step.goal.as_ref().map(|goal| checked_goal(resolver, goal, is_first)).transpose()?;
    Ok(StepSetting { name, matches, goal, rule })
}

/// A text may hold alternatives, as in `--steps`; the texts of a list are taken whole.
pub fn event_names(resolver: &Resolver, event: &Spanned<toml::Value>) -> Result<Vec<String>> {
    let wrong = |message: &str| resolver.in_file(Error::usage(message), event.span().start);
    let Some(texts) = Form::Phrases.texts(event.get_ref()) else {
        return Err(wrong("`event` must be a text or a list of texts"));
    };
    if event.get_ref().is_str() {
        let text = texts.concat();
        return alternatives(&text).map_err(|_| wrong("`event` has an empty name"));
    }
    let names: Vec<String> = texts.iter().map(|name| name.trim().to_owned()).collect();
    if names.is_empty() || names.iter().any(String::is_empty) {
        return Err(wrong("`event` has an empty name"));
    }
    Ok(names)
}

fn checked_goal(resolver: &Resolver, table: &Spanned<GoalTable>, is_first: bool) -> Result<Goal> {
    let goal = table.get_ref();
    let rates = [goal.from_previous, goal.from_first];
    let message = if is_first {
        "the first step has no rate, so that it has no goal"
    } else if rates.iter().flatten().any(|rate| !(0.0..=1.0).contains(rate)) {
        "a goal is a fraction between 0 and 1"
    } else if rates == [None, None] {
        "a goal needs `from_previous` or `from_first`"
    } else {
        return Ok(Goal { from_previous: goal.from_previous, from_first: goal.from_first });
    };
    Err(resolver.in_file(Error::usage(message), table.span().start))
}
