//! `funnel cohort`: settings and sources to a plan, the engine's answer to a document.

use super::analysis::Context;
use super::conversion::{every, refuse_misspelt, touch};
use crate::args::choices::{self, word};
use crate::args::cohort as asked;
use crate::args::cohort::Matcher;
use crate::config::cohort::CohortSettings;
use crate::config::settings::{ConversionSettings, Settings, StepMatch as Match, StepSetting};
use crate::document::{Document, Note, Section, Setting};
use crate::engine::cohort::{CohortRun, run};
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::kind::{Kind, Role};
use crate::plan::cohort::{CohortPlan, First, Measure, Subject};
use crate::plan::{Attribution, StepMatch};
use crate::reports::cohort::{Cohort, notes};
use serde_json::Value;

/// Answers `funnel cohort`.
///
/// # Errors
/// Options that do not go together; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &CohortSettings) -> Result<Document> {
    let (subject, sources) = main_sources(context)?;
    let plan = plan(context, asked, subject, &sources)?;
    let run = answer(context, &plan, &sources, asked.allow_unknown)?;
    let cohort = Cohort {
        plan: &plan,
        answer: &run.answer,
        confidence: context.confidence(),
        cells: asked.cells,
        wide: asked.wide,
    };
    let mut document = context.document("cohort", "Cohorts", &run.scans);
    document.as_of = run.answer.as_of;
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables: cohort.tables() });
    decide(&mut document.settings, &plan);
    document.notes.extend(run_notes(&run));
    document.notes.extend(notes(&cohort));
    Ok(document)
}

/// Runs a plan and judges the names that the data do not have.
///
/// # Errors
/// Whatever the engine reports; too many rejects; a name that is probably misspelt.
pub fn answer(context: &Context<'_>, plan: &CohortPlan, sources: &[Source], allow_unknown: bool) -> Result<CohortRun> {
    let run = run(plan, sources, context.threads)?;
    context.judge_scans(&run.scans)?;
    refuse_misspelt(&run.unknown, sources, allow_unknown)?;
    Ok(run)
}

/// Notes of a run that no report sees.
fn run_notes(run: &CohortRun) -> Vec<Note> {
    let unknown = run.unknown.iter();
    unknown.map(|name| Note::warning("unknown_step", format!("no record is called `{name}`"))).collect()
}

/// The sources that cohorts are made of: events where there are any, else orders, else deals.
///
/// # Errors
/// A usage error where no source is of such a kind.
pub fn main_sources(context: &Context<'_>) -> Result<(Subject, Vec<Source>)> {
    let subjects = [(Subject::Events, Kind::Events), (Subject::Orders, Kind::Orders), (Subject::Deals, Kind::Deals)];
    for (subject, kind) in subjects {
        let sources: Vec<Source> = context.sources.iter().filter(|source| source.kind == kind).cloned().collect();
        if !sources.is_empty() {
            return Ok((subject, sources));
        }
    }
    let kinds: Vec<&str> = context.sources.iter().map(|source| source.kind.name()).collect();
    let error = Error::usage(format!("cohorts need events, orders or deals; given: {}", kinds.join(", ")));
    Err(error.with_hint("--kind events|orders|deals says what the rows are"))
}

fn plan(context: &Context<'_>, asked: &CohortSettings, subject: Subject, sources: &[Source]) -> Result<CohortPlan> {
    let plan = frame(context.settings, asked, subject)?;
    check_value(&plan, sources)?;
    check(context, &plan, sources)?;
    Ok(plan)
}

/// The plans that the settings allow, one for each kind of rows, before any source is looked at.
///
/// # Errors
/// Options that do not go together for any kind.
pub fn frames(settings: &Settings, asked: &CohortSettings) -> Result<Vec<CohortPlan>> {
    let plans = [Subject::Events, Subject::Orders, Subject::Deals].map(|subject| frame(settings, asked, subject));
    let mut refused = None;
    let mut frames = Vec::new();
    for plan in plans {
        match plan {
            Ok(plan) => frames.push(plan),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    match refused {
        Some(error) if frames.is_empty() => Err(error),
        _ => Ok(frames),
    }
}

/// The plans of the report: events from the first step to the last, and orders.
#[must_use]
pub fn report_frames(settings: &Settings, asked: &ConversionSettings) -> Vec<CohortPlan> {
    let every = asked.every.map_or(crate::plan::calendar::Every::Month, every);
    let named = |step: Option<&StepSetting>| {
        step.map(|step| match &step.matches {
            Match::Names(names) => StepMatch::Names(names.clone()),
            Match::Expression(expression) => StepMatch::Expression(expression.clone()),
        })
    };
    let events = CohortPlan {
        start: named(asked.steps.first()),
        returning: named(asked.steps.last()),
        measure: Measure::Conversion,
        every,
        ..shared(settings, Subject::Events)
    };
    vec![events, CohortPlan { measure: Measure::Revenue, every, ..shared(settings, Subject::Orders) }]
}

/// The plan as far as the settings decide it.
fn frame(settings: &Settings, asked: &CohortSettings, subject: Subject) -> Result<CohortPlan> {
    let measure = measure(asked, subject)?;
    let start = matcher("--start", asked.start.as_ref(), subject)?;
    let returning = matcher("--return", asked.returning.as_ref(), subject)?;
    if subject == Subject::Deals && asked.first != asked::First::Match {
        let error = Error::usage(format!("--first {} is not for deals", word(&asked.first)));
        return Err(error.with_hint("a deal is created once"));
    }
    if asked.cells == Some(asked::Cells::Value) && measure != Measure::Revenue {
        return Err(Error::usage("--cells value needs --measure revenue").with_hint("--cells rate or active"));
    }
    Ok(CohortPlan {
        start,
        returning,
        measure,
        first: match asked.first {
            asked::First::Match => First::Match,
            asked::First::Ever => First::Ever,
            asked::First::Recurring => First::Recurring,
        },
        every: every(asked.every),
        rolling: asked.rolling,
        periods: asked.periods.map(|periods| usize::try_from(periods).unwrap_or(usize::MAX)),
        by: asked.by.clone(),
        top: usize::try_from(asked.top).unwrap_or(usize::MAX),
        attribution: touch(asked.attribution)?,
        ..shared(settings, subject)
    })
}

/// A plan with all that analyses share; the rest is the default.
#[must_use]
pub fn shared(settings: &Settings, subject: Subject) -> CohortPlan {
    let common = &settings.common;
    let join = |conditions: &[String]| match conditions {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(several.iter().map(|condition| format!("({condition})")).collect::<Vec<_>>().join(" AND ")),
    };
    CohortPlan {
        subject,
        start: None,
        returning: None,
        measure: Measure::Retention { min_occurrences: 1, or_after: false },
        first: First::Match,
        every: crate::plan::calendar::Every::Month,
        rolling: false,
        periods: None,
        by: Vec::new(),
        attribution: Attribution::First,
        top: usize::MAX,
        zone: common.timezone,
        week_start: match common.week_start {
            choices::WeekStart::Monday => chrono::Weekday::Mon,
            choices::WeekStart::Sunday => chrono::Weekday::Sun,
        },
        since: common.since_micros(),
        until: common.until_micros(),
        as_of: common.as_of_micros(),
        row_filter: join(&common.filters.rows),
        entry_filter: join(&common.filters.entry),
        unit_filters: common.filters.unit.clone(),
        dedupe: settings.loading.dedupe,
    }
}

fn measure(asked: &CohortSettings, subject: Subject) -> Result<Measure> {
    let measure = match (asked.measure, subject) {
        (None, Subject::Deals) => asked::Measure::Conversion,
        (None, _) => asked::Measure::Retention,
        (Some(asked::Measure::Retention), Subject::Deals) => {
            let error = Error::usage("--measure retention is not for deals: a deal is won once and does not return");
            return Err(error.with_hint("--measure conversion or revenue; retention needs events or orders"));
        }
        (Some(measure), _) => measure,
    };
    if measure != asked::Measure::Retention {
        for (flag, given) in [("--mode", asked.mode.is_some()), ("--min-occurrences", asked.min_occurrences.is_some())]
        {
            if given {
                let error = Error::usage(format!("{flag} is for retention; what is measured is {}", word(&measure)));
                return Err(error.with_hint(format!("leave {flag} out, or say --measure retention")));
            }
        }
    }
    Ok(match measure {
        asked::Measure::Retention => Measure::Retention {
            min_occurrences: asked.min_occurrences.unwrap_or(1),
            or_after: asked.mode == Some(asked::Presence::OnOrAfter),
        },
        asked::Measure::Conversion => Measure::Conversion,
        asked::Measure::Revenue => Measure::Revenue,
    })
}

/// Revenue needs a value.
fn check_value(plan: &CohortPlan, sources: &[Source]) -> Result<()> {
    let has_value = |source: &Source| [Role::Value, Role::Amount].iter().any(|role| source.roles.contains_key(role));
    if plan.measure != Measure::Revenue || sources.iter().any(has_value) {
        return Ok(());
    }
    let flag = if plan.subject == Subject::Events { "--value" } else { "--amount" };
    Err(Error::usage("--measure revenue needs a column with the value").with_hint(format!("{flag} COLUMN names it")))
}

fn matcher(flag: &str, given: Option<&Matcher>, subject: Subject) -> Result<Option<StepMatch>> {
    match (given, subject) {
        (None, _) => Ok(None),
        (Some(_), Subject::Deals) => {
            let error = Error::usage(format!("{flag} is not for deals: they start when created and return when won"));
            Err(error.with_hint("--where keeps some deals; as = \"events\" in funnel.toml reads them as events"))
        }
        (Some(Matcher::Name(name)), Subject::Orders) => {
            let error = Error::usage(format!("{flag}: orders have no names, so that none is `{name}`"));
            Err(error.with_hint("give a condition, such as \"amount > 100\""))
        }
        (Some(Matcher::Name(name)), Subject::Events) => Ok(Some(StepMatch::Names(vec![name.clone()]))),
        (Some(Matcher::Expression(expression)), _) => Ok(Some(StepMatch::Expression(expression.clone()))),
    }
}

/// Looks for the columns of the breakdown and of every condition before anything is read.
fn check(context: &Context<'_>, plan: &CohortPlan, sources: &[Source]) -> Result<()> {
    context.check_columns(sources, &plan.by)?;
    let filters = &context.settings.common.filters;
    let flags = [("--where", &filters.rows), ("--where-entry", &filters.entry), ("--where-unit", &filters.unit)];
    for (flag, conditions) in flags {
        for condition in conditions {
            context.check_condition(flag, condition, sources, true)?;
        }
    }
    for (flag, matcher) in [("--start", &plan.start), ("--return", &plan.returning)] {
        if let Some(StepMatch::Expression(expression)) = matcher {
            let checked = context.check_condition(flag, expression, sources, true);
            checked.map_err(|error| match error.hint {
                // What looks like a condition may be a name.
                None => error.with_hint(format!("an event of that name is {flag} 'event:{expression}'")),
                Some(_) => error,
            })?;
        }
    }
    Ok(())
}

/// Puts what was decided for this run in the place of what was left open.
fn decide(settings: &mut [Setting], plan: &CohortPlan) {
    let (measure, mode, least) = match plan.measure {
        Measure::Retention { min_occurrences, or_after } => {
            ("retention", Some(if or_after { "on-or-after" } else { "on" }), Some(min_occurrences))
        }
        Measure::Conversion => ("conversion", None, None),
        Measure::Revenue => ("revenue", None, None),
    };
    let decided: [(&str, Value); 3] =
        [("measure", measure.into()), ("mode", mode.into()), ("min_occurrences", least.into())];
    for (name, value) in decided {
        if let Some((_, shown)) = settings.iter_mut().find(|(shown, _)| shown == name) {
            *shown = value;
        }
    }
}
