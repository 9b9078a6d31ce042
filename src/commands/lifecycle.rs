//! `funnel lifecycle`: settings and sources to a plan, the engine's answer to a document.

use super::analysis::Context;
use super::report::Part;
use crate::config::settings::LifecycleSettings;
use crate::document::{Document, Note, Section};
use crate::engine::lifecycle::{MOST_UNIT_FILTERS, run};
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::kind::Kind;
use crate::plan::calendar::Every;
use crate::plan::lifecycle::LifecyclePlan;
use crate::reports::lifecycle::Lifecycle;

/// Answers `funnel lifecycle`.
///
/// # Errors
/// Usage errors of the options; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &LifecycleSettings) -> Result<Document> {
    let Some((kind, sources)) = main_sources(context) else {
        let kinds: Vec<&str> = context.sources.iter().map(|source| source.kind.name()).collect();
        let error = Error::usage(format!("lifecycle needs events or orders; given: {}", kinds.join(", ")));
        return Err(error.with_hint("--kind events|orders says what the rows are"));
    };
    check(context, asked, kind, &sources)?;
    let plan = plan(context, asked, kind)?;
    let run = run(&plan, &sources, context.threads)?;
    context.judge_scans(&run.scans)?;
    let lifecycle = Lifecycle { plan: &plan, answer: &run.answer };
    let mut document = context.document("lifecycle", "Lifecycle", &run.scans);
    document.as_of = run.answer.as_of;
    if let Some((_, every)) = document.settings.iter_mut().find(|(name, _)| name == "every") {
        *every = plan.every.name().into();
    }
    let others = context.sources.iter().filter(|source| source.kind != kind);
    document.notes.extend(others.map(|source| {
        let text = format!("source {} ({}) is not used by lifecycle", source.name, source.kind.name());
        Note::warning("unused_source", text)
    }));
    document.notes.extend(lifecycle.notes());
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables: lifecycle.tables()? });
    Ok(document)
}

/// The section of the report; `None` where no source shows who was active when.
///
/// # Errors
/// Whatever reading reports.
pub fn section(context: &Context<'_>, asked: &LifecycleSettings) -> Result<Option<Part>> {
    let Some((kind, sources)) = main_sources(context) else { return Ok(None) };
    context.check_columns(&sources, &asked.by)?;
    check_first_seen(context, asked, &sources)?;
    // Conditions on entries and units are about the funnel, whose units are others.
    let plan = LifecyclePlan { unit_filters: Vec::new(), ..plan(context, asked, kind)? };
    let run = run(&plan, &sources, context.threads)?;
    context.judge_scans(&run.scans)?;
    let lifecycle = Lifecycle { plan: &plan, answer: &run.answer };
    let mut part = Part { sections: vec![lifecycle.section()?], notes: lifecycle.notes(), ..Part::default() };
    let filters = &context.settings.common.filters;
    if !filters.entry.is_empty() || !filters.unit.is_empty() {
        let text = "--where-entry and --where-unit are about the funnel: the section on the lifecycle counts all";
        part.notes.push(Note::note("lifecycle_unfiltered", text));
    }
    part.as_of = run.answer.as_of;
    part.scans = run.scans;
    Ok(Some(part))
}

/// Events, else orders.
fn main_sources(context: &Context<'_>) -> Option<(Kind, Vec<Source>)> {
    [Kind::Events, Kind::Orders].into_iter().find_map(|kind| {
        let of_kind = context.sources.iter().filter(|source| source.kind == kind);
        let sources: Vec<Source> = of_kind.cloned().collect();
        (!sources.is_empty()).then_some((kind, sources))
    })
}

fn check_first_seen(context: &Context<'_>, asked: &LifecycleSettings, sources: &[Source]) -> Result<()> {
    asked.first_seen.as_ref().map_or(Ok(()), |column| context.check_column("--first-seen", column, sources))
}

/// Refuses what cannot be asked of these sources.
fn check(context: &Context<'_>, asked: &LifecycleSettings, kind: Kind, sources: &[Source]) -> Result<()> {
    let common = &context.settings.common;
    if kind != Kind::Events && !asked.activity.is_empty() {
        let error = Error::usage("--activity names events; these rows are orders");
        return Err(error.with_hint("every order counts as activity; --where keeps some of them"));
    }
    if !common.filters.entry.is_empty() {
        let error = Error::usage("--where-entry is for funnels: a lifecycle has no entry");
        return Err(error.with_hint("--where keeps rows, --where-unit keeps users"));
    }
    if common.filters.unit.len() > MOST_UNIT_FILTERS {
        return Err(Error::usage(format!("more than {MOST_UNIT_FILTERS} --where-unit conditions")));
    }
    context.check_columns(sources, &asked.by)?;
    check_first_seen(context, asked, sources)?;
    for (flag, conditions) in [("--where", &common.filters.rows), ("--where-unit", &common.filters.unit)] {
        for condition in conditions {
            context.check_condition(flag, condition, sources, true)?;
        }
    }
    Ok(())
}

fn plan(context: &Context<'_>, asked: &LifecycleSettings, kind: Kind) -> Result<LifecyclePlan> {
    let common = &context.settings.common;
    let default = if kind == Kind::Orders { Every::Month } else { Every::Week };
    Ok(LifecyclePlan {
        kind,
        activity: asked.activity.clone(),
        first_seen: asked.first_seen.clone(),
        least: asked.min_occurrences,
        most: asked.max_occurrences,
        every: asked.every.map_or(default, super::conversion::every),
        by: asked.by.clone(),
        attribution: super::conversion::touch(asked.attribution)?,
        top: usize::try_from(asked.top).unwrap_or(usize::MAX),
        zone: common.timezone,
        week_start: super::conversion::weekday(common.week_start),
        since: common.since_micros(),
        until: common.until_micros(),
        as_of: common.as_of_micros(),
        row_filter: super::conversion::joined(&common.filters.rows),
        unit_filters: common.filters.unit.clone(),
    })
}
