//! `funnel value`: settings and sources to a plan, the engine's answer to a document, and the section of the report.

use super::analysis::Context;
use super::churn::source_notes;
use super::conversion::joined;
use super::report::Part;
use crate::config::settings::ValueSettings;
use crate::document::{Document, Note, Section};
use crate::engine::value::{ValueRun, run};
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::kind::{Kind, Role};
use crate::plan::value::ValuePlan;
use crate::reports::value::{Answered, Value, notes};

/// Kinds that show purchases, the best first.
const KINDS: [Kind; 3] = [Kind::Orders, Kind::Subscriptions, Kind::Deals];

/// More unit filters than this do not fit a record.
const MOST_UNIT_FILTERS: usize = crate::engine::value::MOST_UNIT_FILTERS;

/// Answers `funnel value`.
///
/// # Errors
/// Usage errors of the options; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &ValueSettings) -> Result<Document> {
    let Some(kind) = kind(context) else {
        let kinds: Vec<&str> = context.sources.iter().map(|source| source.kind.name()).collect();
        let error = Error::usage(format!("value needs orders, subscriptions or deals; given: {}", kinds.join(", ")));
        return Err(error.with_hint("--kind orders|subscriptions|deals says what the rows are"));
    };
    let sources = of_kind(context, kind);
    let plan = plan(context, asked, kind, &sources)?;
    let run = run(&plan, &sources, &of_kind(context, Kind::Spend), context.threads)?;
    context.judge_scans(&run.scans)?;
    check_calibration(asked, &run)?;
    let answered = Answered::new(value(context, asked, &plan, &run));
    let mut document = context.document("value", "Value", &run.scans);
    document.as_of = run.answer.as_of;
    document.notes.extend(unused(context, &[kind, Kind::Spend]));
    document.notes.extend(source_notes(&sources));
    document.notes.extend(notes(&answered));
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables: answered.tables() });
    Ok(document)
}

/// The part of the report; `None` where no source shows customers and their purchases.
///
/// # Errors
/// Whatever reading reports.
pub fn section(context: &Context<'_>, asked: &ValueSettings) -> Result<Option<Part>> {
    let Some(kind) = kind(context) else { return Ok(None) };
    let sources = of_kind(context, kind);
    if kind == Kind::Deals && (asked.account.is_none() || !sources.iter().all(shows_sales)) {
        return Ok(None);
    }
    let plan = plan(context, asked, kind, &sources)?;
    let run = run(&plan, &sources, &of_kind(context, Kind::Spend), context.threads)?;
    context.judge_scans(&run.scans)?;
    let answered = Answered::new(value(context, asked, &plan, &run));
    let mut notes: Vec<Note> = source_notes(&sources).into_iter().chain(notes(&answered)).collect();
    let filters = &context.settings.common.filters;
    if !filters.entry.is_empty() || !filters.unit.is_empty() {
        let text = "--where-entry and --where-unit are about the funnel: the section on value counts all customers";
        notes.push(Note::note("value_unfiltered", text));
    }
    let sections = vec![answered.section()];
    Ok(Some(Part { sections, notes, as_of: run.answer.as_of, scans: run.scans, ..Part::default() }))
}

/// The kind of source that the answer is made from.
fn kind(context: &Context<'_>) -> Option<Kind> {
    KINDS.into_iter().find(|kind| context.sources.iter().any(|source| source.kind == *kind))
}

fn of_kind(context: &Context<'_>, kind: Kind) -> Vec<Source> {
    context.sources.iter().filter(|source| source.kind == kind).cloned().collect()
}

/// Whether deals say what was sold, when, and that it was.
fn shows_sales(source: &Source) -> bool {
    let has = |role: Role| source.roles.contains_key(&role);
    has(Role::Amount) && has(Role::Closed) && (has(Role::Status) || has(Role::Stage))
}

fn value<'a>(context: &'a Context<'_>, asked: &ValueSettings, plan: &'a ValuePlan, run: &'a ValueRun) -> Value<'a> {
    Value {
        plan,
        answer: &run.answer,
        margin: asked.margin,
        change: asked.retention_change,
        confidence: context.confidence(),
        currency: context.settings.common.currency.as_deref(),
    }
}

/// Sources that were given and that this answer does not use.
fn unused(context: &Context<'_>, used: &[Kind]) -> Vec<Note> {
    let others = context.sources.iter().filter(|source| !used.contains(&source.kind));
    others
        .map(|source| {
            let text = format!("source {} ({}) is not used by value", source.name, source.kind.name());
            Note::warning("unused_source", text)
        })
        .collect()
}

fn check_calibration(asked: &ValueSettings, run: &ValueRun) -> Result<()> {
    let answer = &run.answer;
    match (asked.calibration_end, answer.calibration_day, answer.first_day.zip(answer.last_day)) {
        (Some(_), None, Some((first, last))) => {
            let message = format!("--calibration-end must lie between the first purchase ({first}) and {last}");
            Err(Error::usage(message)
                .with_hint("the models learn from what comes before it and are checked by the rest"))
        }
        _ => Ok(()),
    }
}

fn plan(context: &Context<'_>, asked: &ValueSettings, kind: Kind, sources: &[Source]) -> Result<ValuePlan> {
    let common = &context.settings.common;
    // In a report the conditions on units and entries are about the funnel, whose units are others.
    let own = context.settings.command == "value";
    context.check_columns(sources, &asked.by)?;
    if own {
        check_conditions(context, sources)?;
    }
    check_account(context, asked, kind, sources)?;
    if kind == Kind::Deals
        && let Some(source) = sources.iter().find(|source| !shows_sales(source))
    {
        let message = format!("{}: the value of deals needs columns for closing time, amount and status", source.name);
        return Err(Error::data(message).with_hint("--closed, --amount and --status (or --stage) name them"));
    }
    Ok(ValuePlan {
        kind,
        horizon: asked.horizon,
        calibration_end: asked.calibration_end.map(|moment| moment.last(common.timezone)),
        account: asked.account.clone(),
        by: asked.by.clone(),
        attribution: super::conversion::touch(asked.attribution)?,
        top: usize::try_from(asked.top).unwrap_or(usize::MAX),
        every: asked.every.map(super::conversion::every),
        zone: common.timezone,
        week_start: super::conversion::weekday(common.week_start),
        since: common.since_micros(),
        until: common.until_micros(),
        as_of: common.as_of_micros(),
        row_filter: joined(&common.filters.rows),
        entry_filter: joined(&common.filters.entry).filter(|_| own),
        unit_filters: if own { common.filters.unit.clone() } else { Vec::new() },
        dedupe: context.settings.loading.dedupe,
    })
}

fn check_conditions(context: &Context<'_>, sources: &[Source]) -> Result<()> {
    let filters = &context.settings.common.filters;
    if filters.unit.len() > MOST_UNIT_FILTERS {
        return Err(Error::usage(format!("more than {MOST_UNIT_FILTERS} --where-unit conditions")));
    }
    let flags = [("--where", &filters.rows), ("--where-entry", &filters.entry), ("--where-unit", &filters.unit)];
    for (flag, conditions) in flags {
        for condition in conditions {
            context.check_condition(flag, condition, sources, true)?;
        }
    }
    Ok(())
}

/// The column of `--account` must be there, and mean something.
fn check_account(context: &Context<'_>, asked: &ValueSettings, kind: Kind, sources: &[Source]) -> Result<()> {
    match &asked.account {
        Some(_) if kind != Kind::Deals && context.settings.command == "value" => {
            let error = Error::usage(format!("--account is for deals; these rows are {}", kind.name()));
            Err(error.with_hint("--customer names their customer"))
        }
        Some(column) if kind == Kind::Deals => context.check_column("--account", column, sources),
        _ => Ok(()),
    }
}
