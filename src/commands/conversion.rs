//! `funnel conversion`: settings and sources to a plan, the engine's answer to a document.

use super::analysis::Context;
use super::{compare, drivers, frames, journey, memory, stages};
use crate::args::choices;
use crate::args::values::duration::Window;
use crate::config::settings::{ConversionSettings, StepMatch as Match, StepSetting};
use crate::document::{Document, Note, Section};
use crate::engine::{self, Resources, Run, discover};
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::kind::Kind;
use crate::model::names::{is_misspelling, nearest};
use crate::model::time::MICROS_PER_DAY;
use crate::plan::calendar::Every;
use crate::plan::rules::{EventRules, StepRule};
use crate::plan::{Attribution, Cut, Goal, JourneyPlan, Mode, Order, Reach, Step, StepMatch, Ties};
use crate::reports::conversion::{Conversion, notes};
use std::sync::atomic::Ordering;

/// The window of events where none is given.
const DEFAULT_WINDOW: i64 = 14 * MICROS_PER_DAY;

/// Answers `funnel conversion`.
///
/// # Errors
/// Usage errors of the steps and options; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &ConversionSettings) -> Result<Document> {
    let sources = main_sources(context)?;
    let (mut plan, mut found) = plan(context, asked, &sources)?;
    let every = asked.every.map(every);
    compare::check(asked.tables.compare, &plan, every)?;
    drivers::check(context, &asked.tables.drivers, &plan, &sources)?;
    plan.cuts = vec![Cut { grouped: !plan.by.is_empty(), every }];
    let run = answer_with(context, asked, &plan, &asked.tables.drivers, &sources)?;
    found.extend(run_notes(&run, &plan));
    let conversion = Conversion {
        plan: &plan,
        cut: &run.answer.cuts[0],
        grouped: plan.cuts[0].grouped,
        every,
        confidence: context.confidence(),
    };
    let mut document = context.document("conversion", "Conversion", &run.scans);
    document.as_of = run.answer.as_of;
    let mut tables = conversion.tables();
    if asked.tables.histogram {
        tables.push(conversion.histogram());
    }
    if let Some(wanted) = asked.tables.compare {
        tables.push(compare::table(context, asked, wanted, &conversion, &run, &sources)?);
    }
    if !asked.tables.drivers.is_empty() {
        let (table, told) = drivers::table(&asked.tables.drivers, &conversion, &run, &sources);
        tables.push(table);
        found.extend(told);
    }
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables });
    document.settings = settings(context, &plan);
    document.notes.extend(found);
    document.notes.extend(notes(&conversion, &run.answer.facts));
    Ok(document)
}

/// Runs a plan and judges the step names that the data do not have.
///
/// # Errors
/// Whatever the engine reports; too many rejects; a step name that is probably misspelt.
pub fn answer(
    context: &Context<'_>,
    asked: &ConversionSettings,
    plan: &JourneyPlan,
    sources: &[Source],
) -> Result<Run> {
    answer_with(context, asked, plan, &[], sources)
}

/// As [`answer`], and once more by the values of each driver.
///
/// # Errors
/// As [`answer`].
pub fn answer_with(
    context: &Context<'_>,
    asked: &ConversionSettings,
    plan: &JourneyPlan,
    drivers: &[String],
    sources: &[Source],
) -> Result<Run> {
    engine::events::check_order(plan)?;
    let memory = memory::for_events(asked.memory_limit);
    let run = engine::run_with(plan, drivers, sources, Resources { threads: context.threads, memory })?;
    context.passes.fetch_max(run.passes, Ordering::Relaxed);
    context.judge_scans(&run.scans)?;
    refuse_misspelt(&run.unknown, sources, asked.allow_unknown)?;
    Ok(run)
}

/// Refuses names that no record carries where one that is there was probably meant.
///
/// # Errors
/// A usage error with the nearest name; whatever reading reports.
pub fn refuse_misspelt(unknown: &[String], sources: &[Source], allow_unknown: bool) -> Result<()> {
    if unknown.is_empty() || allow_unknown {
        return Ok(());
    }
    let present = engine::names::present(sources)?;
    for name in unknown {
        let meant: Vec<&str> =
            present.iter().filter(|present| is_misspelling(name, present)).map(String::as_str).collect();
        if let Some(first) = meant.first() {
            let closest = nearest(name, meant.iter().copied()).unwrap_or(first);
            let error = Error::usage(format!("no event or stage is called `{name}`"));
            return Err(error.with_hint(format!("did you mean `{closest}`? --allow-unknown keeps the step as it is")));
        }
    }
    Ok(())
}

/// Notes of a run that no report sees: steps without records.
#[must_use]
pub fn run_notes(run: &Run, plan: &JourneyPlan) -> Vec<Note> {
    let deals = run.scans.iter().any(|scan| scan.account.kind == Kind::Deals.name());
    // The first step of deals is their creation, whatever it is called.
    let created =
        |name: &String| deals && matches!(&plan.steps[0].matches, StepMatch::Names(names) if names.contains(name));
    let unknown = run.unknown.iter().filter(|name| !created(name));
    let mut notes: Vec<Note> =
        unknown.map(|name| Note::warning("unknown_step", format!("no record is called `{name}`"))).collect();
    let events = run.scans.iter().all(|scan| scan.account.kind == Kind::Events.name());
    if events && run.scans.iter().any(|scan| scan.date_only) {
        let text = "times are dates without a clock: events of one day count in whichever order serves the funnel";
        notes.push(Note::warning("date_only", text));
    }
    notes
}

/// The sources that the funnel is about: events where there are any, else deals and histories.
///
/// # Errors
/// A usage error where no source is of such a kind.
pub fn main_sources(context: &Context<'_>) -> Result<Vec<Source>> {
    let of = |kinds: &[Kind]| -> Vec<Source> {
        context.sources.iter().filter(|source| kinds.contains(&source.kind)).cloned().collect()
    };
    let events = of(&[Kind::Events]);
    if !events.is_empty() {
        return Ok(events);
    }
    let deals = of(&[Kind::Deals, Kind::History]);
    if deals.is_empty() {
        let kinds: Vec<&str> = context.sources.iter().map(|source| source.kind.name()).collect();
        let error = Error::usage(format!("a funnel needs events, history or deals; given: {}", kinds.join(", ")));
        return Err(error.with_hint("--kind events|history|deals says what the rows are"));
    }
    Ok(deals)
}

/// Builds the plan, without its cuts; also returns what a reader should know about choices made.
///
/// # Errors
/// Options that do not go together; columns that no source has; steps that cannot be found.
pub fn plan(context: &Context<'_>, asked: &ConversionSettings, sources: &[Source]) -> Result<(JourneyPlan, Vec<Note>)> {
    let by_events = sources.iter().all(|source| source.kind == Kind::Events);
    let mode = if by_events { events_mode(asked)? } else { stages_mode(asked)? };
    let (mut steps, notes) = steps(context, asked, sources, by_events)?;
    journey::mark_optional(&asked.journey, &mut steps)?;
    let rules = journey::rules(&asked.journey, &steps)?;
    context.check_columns(sources, &asked.by)?;
    context.check_columns(sources, &asked.journey.hold)?;
    check_conditions(context, &steps, &rules, sources)?;
    let with_value = sources.iter().any(Source::has_value);
    let plan = JourneyPlan { with_value, ..frames::frame(context.settings, asked, mode, steps, rules)? };
    journey::check(&plan)?;
    Ok((plan, notes))
}

/// The value that a unit has in a breakdown, where there are no steps whose events could have one.
///
/// # Errors
/// A usage error for a rule about the events of steps.
pub fn touch(asked: crate::args::journey::Attribution) -> Result<Attribution> {
    use crate::args::journey::Attribution as Asked;
    match asked {
        Asked::First => Ok(Attribution::First),
        Asked::Last => Ok(Attribution::Last),
        Asked::Step(_) | Asked::Same => {
            let error = Error::usage("--attribution step:N and same are for the steps of a funnel of events");
            Err(error.with_hint("--attribution first|last"))
        }
    }
}

/// One condition of several that must all hold.
#[must_use]
pub fn joined(conditions: &[String]) -> Option<String> {
    match conditions {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(several.iter().map(|condition| format!("({condition})")).collect::<Vec<_>>().join(" AND ")),
    }
}

/// The first day of the week of a choice.
#[must_use]
pub const fn weekday(choice: choices::WeekStart) -> chrono::Weekday {
    match choice {
        choices::WeekStart::Monday => chrono::Weekday::Mon,
        choices::WeekStart::Sunday => chrono::Weekday::Sun,
    }
}

/// Parses every condition before anything is read, and looks for the columns that they name.
fn check_conditions(context: &Context<'_>, steps: &[Step], rules: &EventRules, sources: &[Source]) -> Result<()> {
    let filters = &context.settings.common.filters;
    let flags = [("--where", &filters.rows), ("--where-entry", &filters.entry), ("--where-unit", &filters.unit)];
    for (flag, conditions) in flags {
        for condition in conditions {
            context.check_condition(flag, condition, sources, true)?;
        }
    }
    for step in steps {
        if let StepMatch::Expression(expression) = &step.matches {
            context.check_condition(&format!("step `{}`", step.name), expression, sources, false)?;
        }
    }
    for exclusion in &rules.exclusions {
        if let StepMatch::Expression(expression) = &exclusion.matches {
            context.check_condition("exclusion", expression, sources, false)?;
        }
    }
    Ok(())
}

/// How events are followed.
///
/// # Errors
/// Options that are not for events.
pub fn events_mode(asked: &ConversionSettings) -> Result<Mode> {
    if asked.reach.is_some() {
        let error = Error::usage("--reach is for deals and history; these rows are events");
        return Err(error.with_hint("--order ordered|strict|any says how events are followed"));
    }
    let window = match asked.window {
        Window::ByKind => Some(DEFAULT_WINDOW),
        Window::Unlimited => None,
        Window::Span(micros) => Some(micros),
    };
    let order = match asked.order {
        Some(choices::Order::Any) => Order::Any,
        Some(choices::Order::Strict) => Order::Strict,
        Some(choices::Order::Ordered) | None => Order::Ordered,
    };
    let ties = match asked.ties {
        choices::Ties::Any => Ties::Any,
        choices::Ties::Strict => Ties::Strict,
    };
    Ok(Mode::Events { order, ties, window })
}

/// How deals and histories are followed.
///
/// # Errors
/// Options that are not for them.
pub fn stages_mode(asked: &ConversionSettings) -> Result<Mode> {
    journey::check_stages(asked)?;
    if asked.ties == choices::Ties::Strict {
        let error = Error::usage("--ties is for events; these rows are deals or stage changes");
        return Err(error.with_hint("--reach strict follows the stages in their order"));
    }
    let mut names = std::collections::BTreeSet::new();
    if let Some(twice) = asked.steps.iter().find(|step| !names.insert(&step.name)) {
        let error = Error::usage(format!("two steps are called `{}`", twice.name));
        return Err(error.with_hint("a deal enters each stage of the funnel once"));
    }
    if asked.order.is_some() {
        let error = Error::usage("--order is for events; these rows are deals or stage changes");
        return Err(error.with_hint("--reach beyond|any|strict says which stages a deal counts at"));
    }
    if matches!(asked.window, Window::Span(_)) {
        let error = Error::usage("--window is for events; deals stay in the funnel until they are closed");
        return Err(error.with_hint("leave --window out, or say --window none"));
    }
    let reach = match asked.reach {
        None | Some(choices::Reach::Beyond) => Reach::Beyond,
        Some(choices::Reach::Any) => Reach::Any,
        Some(choices::Reach::Strict) => Reach::Strict,
    };
    Ok(Mode::Stages { reach })
}

fn steps(
    context: &Context<'_>,
    asked: &ConversionSettings,
    sources: &[Source],
    by_events: bool,
) -> Result<(Vec<Step>, Vec<Note>)> {
    if !asked.steps.is_empty() {
        return Ok((asked.steps.iter().map(step).collect(), Vec::new()));
    }
    if by_events && ["conversion", "leads"].contains(&context.settings.command) {
        return Err(stages::steps_missing(sources));
    }
    let found = discover::discover(sources, context.threads)?;
    let how = match found.ground {
        discover::Ground::StageDates => "from the stage-date columns",
        discover::Ground::FirstEntries => "by the median rank of their first entry",
        discover::Ground::CurrentStages => "from the current stages",
    };
    let list = found.steps.join(", ");
    let text = format!("steps were taken {how}: {list}; check their order, or name them with --steps");
    let steps = found.steps.into_iter().map(|name| Step {
        matches: StepMatch::Names(vec![name.clone()]),
        name,
        goal: None,
        rule: StepRule::default(),
    });
    Ok((steps.collect(), vec![Note::note("steps_inferred", text)]))
}

/// A step as it was given.
#[must_use]
pub fn step(setting: &StepSetting) -> Step {
    Step {
        name: setting.name.clone(),
        matches: match &setting.matches {
            Match::Names(names) => StepMatch::Names(names.clone()),
            Match::Expression(expression) => StepMatch::Expression(expression.clone()),
        },
        goal: setting.goal.map(|goal| Goal { from_previous: goal.from_previous, from_first: goal.from_first }),
        rule: setting.rule,
    }
}

/// The period length of a choice.
#[must_use]
pub const fn every(choice: choices::Every) -> Every {
    match choice {
        choices::Every::Hour => Every::Hour,
        choices::Every::Day => Every::Day,
        choices::Every::Week => Every::Week,
        choices::Every::Month => Every::Month,
        choices::Every::Quarter => Every::Quarter,
        choices::Every::Year => Every::Year,
    }
}

/// A step with the keys of its rule.
fn rule_of(step: &Step, mut shown: serde_json::Value) -> serde_json::Value {
    for (key, value) in crate::config::shown::rule_shown(&step.rule) {
        shown[key] = value;
    }
    shown
}

/// The settings in force, with what was decided for this run.
#[must_use]
pub fn settings(context: &Context<'_>, plan: &JourneyPlan) -> Vec<crate::document::Setting> {
    let steps = plan.steps.iter().map(|step| match &step.matches {
        StepMatch::Names(names) => rule_of(step, serde_json::json!({"name": step.name, "event": names})),
        StepMatch::Expression(expression) => rule_of(step, serde_json::json!({"name": step.name, "where": expression})),
    });
    let mut decided = vec![("steps", steps.collect::<serde_json::Value>()), ("by", plan.by.clone().into())];
    match plan.mode {
        Mode::Events { order, ties, window } => {
            let window = window.map_or_else(|| "none".to_owned(), crate::reports::labels::span);
            decided.extend([("order", order.name().into()), ("ties", ties.name().into()), ("window", window.into())]);
            decided.extend(journey::shown(&plan.rules));
        }
        Mode::Stages { reach } => decided.push(("reach", reach.name().into())),
    }
    let mut settings = context.settings.shown();
    for (name, value) in decided {
        match settings.iter_mut().find(|(shown, _)| shown == name) {
            Some((_, shown)) => *shown = value,
            None => settings.push((name.to_owned(), value)),
        }
    }
    settings
}
