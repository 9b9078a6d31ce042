//! `funnel paths`: settings and sources to a plan, the engine's answer to a document.

use super::analysis::Context;
use super::conversion::joined;
use super::report::Part;
use crate::args::values::duration::Window;
use crate::config::settings::{PathsSettings, StepMatch};
use crate::document::{Document, Note, Section};
use crate::engine::discover::discover;
use crate::engine::paths::{MOST_UNIT_FILTERS, run};
use crate::error::{Error, Result};
use crate::input::source::Source;
use crate::model::kind::Kind;
use crate::model::time::MICROS_PER_SECOND;
use crate::plan::Step;
use crate::plan::paths::PathsPlan;
use crate::reports::paths::Paths;

/// A pause that ends a journey of events where none is named.
pub const DEFAULT_GAP: i64 = 30 * 60 * MICROS_PER_SECOND;

/// Answers `funnel paths`.
///
/// # Errors
/// Usage errors of the options; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &PathsSettings) -> Result<Document> {
    let Some((kind, sources)) = main_sources(context) else {
        let kinds: Vec<&str> = context.sources.iter().map(|source| source.kind.name()).collect();
        let error = Error::usage(format!("paths needs events or a history; given: {}", kinds.join(", ")));
        return Err(error.with_hint("--kind events|history says what the rows are"));
    };
    check(context, asked, &sources)?;
    let (order, mut notes) = order(context, asked, kind, &sources);
    let plan = plan(context, asked, kind, order)?;
    let run = run(&plan, &sources, context.threads)?;
    context.judge_scans(&run.scans)?;
    let paths = Paths { plan: &plan, answer: &run.answer };
    let mut document = context.document("paths", "Paths", &run.scans);
    document.as_of = run.answer.as_of;
    let others = context.sources.iter().filter(|source| source.kind != kind);
    notes.extend(others.map(|source| {
        let text = format!("source {} ({}) is not used by paths", source.name, source.kind.name());
        Note::warning("unused_source", text)
    }));
    if run.scans.iter().any(|scan| scan.date_only) {
        let text =
            "times are dates without a clock: stops of one day come in the order of the steps, else of their names";
        notes.push(Note::warning("date_only", text));
    }
    notes.extend(paths.notes());
    document.notes.extend(notes);
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables: paths.tables() });
    Ok(document)
}

/// The section of the report, with the steps of its funnel; `None` where no source shows journeys.
///
/// # Errors
/// Whatever reading reports.
pub fn section(context: &Context<'_>, asked: &PathsSettings, steps: &[Step]) -> Result<Option<Part>> {
    let Some((kind, sources)) = main_sources(context) else { return Ok(None) };
    context.check_columns(&sources, &asked.by)?;
    let (order, mut notes) = if asked.steps.is_empty() && !steps.is_empty() {
        // What is no name is no stop: a funnel with such a step has no order of stops.
        let named = steps.iter().map(|step| match &step.matches {
            crate::plan::StepMatch::Names(names) => Some(names.clone()),
            crate::plan::StepMatch::Expression(_) => None,
        });
        (named.collect::<Option<Vec<_>>>().unwrap_or_default(), Vec::new())
    } else {
        order(context, asked, kind, &sources)
    };
    let plan = plan(context, asked, kind, order)?;
    // Conditions on entries and units are about the funnel, whose units are others.
    let plan = PathsPlan { entry_filter: None, unit_filters: Vec::new(), ..plan };
    let run = run(&plan, &sources, context.threads)?;
    context.judge_scans(&run.scans)?;
    let paths = Paths { plan: &plan, answer: &run.answer };
    notes.extend(paths.notes());
    let filters = &context.settings.common.filters;
    if !filters.entry.is_empty() || !filters.unit.is_empty() {
        let text = "--where-entry and --where-unit are about the funnel: the section on paths counts all";
        notes.push(Note::note("paths_unfiltered", text));
    }
    let sections = vec![paths.section()];
    Ok(Some(Part { sections, notes, as_of: run.answer.as_of, scans: run.scans, ..Part::default() }))
}

/// Events, else a history.
fn main_sources(context: &Context<'_>) -> Option<(Kind, Vec<Source>)> {
    [Kind::Events, Kind::History].into_iter().find_map(|kind| {
        let of_kind = context.sources.iter().filter(|source| source.kind == kind);
        let sources: Vec<Source> = of_kind.cloned().collect();
        (!sources.is_empty()).then_some((kind, sources))
    })
}

/// Refuses what cannot be asked of these sources.
fn check(context: &Context<'_>, asked: &PathsSettings, sources: &[Source]) -> Result<()> {
    let filters = &context.settings.common.filters;
    if filters.unit.len() > MOST_UNIT_FILTERS {
        return Err(Error::usage(format!("more than {MOST_UNIT_FILTERS} --where-unit conditions")));
    }
    context.check_columns(sources, &asked.by)?;
    if let Some(node) = &asked.node {
        context.check_column("--node", node, sources)?;
    }
    let flags = [("--where", &filters.rows), ("--where-entry", &filters.entry), ("--where-unit", &filters.unit)];
    for (flag, conditions) in flags {
        for condition in conditions {
            context.check_condition(flag, condition, sources, true)?;
        }
    }
    Ok(())
}

/// The order of the steps: as given, of a history as the data show it, else none.
fn order(
    context: &Context<'_>,
    asked: &PathsSettings,
    kind: Kind,
    sources: &[Source],
) -> (Vec<Vec<String>>, Vec<Note>) {
    let named = asked.steps.iter().map(|step| match &step.matches {
        StepMatch::Names(names) => Some(names.clone()),
        StepMatch::Expression(_) => None,
    });
    match named.collect::<Option<Vec<_>>>() {
        None => {
            let text = "steps given by a condition are no stops: skips and moves back are not told";
            (Vec::new(), vec![Note::warning("steps_by_condition", text)])
        }
        Some(order) if !order.is_empty() => (order, Vec::new()),
        Some(_) if kind == Kind::History && asked.node.is_none() => {
            // A history without a row has no order either; what cannot be read is told by the run.
            let Ok(found) = discover(sources, context.threads) else { return (Vec::new(), Vec::new()) };
            let list = found.steps.join(", ");
            let text = format!("the order of the stages is that of their first entries: {list}; --steps names another");
            let order = found.steps.into_iter().map(|name| vec![name]).collect();
            (order, vec![Note::note("steps_inferred", text)])
        }
        Some(_) => (Vec::new(), Vec::new()),
    }
}

fn plan(context: &Context<'_>, asked: &PathsSettings, kind: Kind, order: Vec<Vec<String>>) -> Result<PathsPlan> {
    let common = &context.settings.common;
    let number = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    Ok(PathsPlan {
        kind,
        node: asked.node.clone(),
        order,
        start: asked.start.clone(),
        end: asked.end.clone(),
        gap: match asked.session_gap {
            Window::ByKind => (kind == Kind::Events).then_some(DEFAULT_GAP),
            Window::Unlimited => None,
            Window::Span(gap) => Some(gap),
        },
        max_steps: number(asked.max_steps),
        nodes: number(asked.nodes),
        top: number(asked.top),
        by: asked.by.clone(),
        attribution: super::conversion::touch(asked.attribution)?,
        zone: common.timezone,
        since: common.since_micros(),
        until: common.until_micros(),
        as_of: common.as_of_micros(),
        row_filter: joined(&common.filters.rows),
        entry_filter: joined(&common.filters.entry),
        unit_filters: common.filters.unit.clone(),
    })
}
