//! The sections `cycle` and `pipeline` of the report, from one look at the deals.

use super::{Part, channel};
use crate::commands::analysis::Context;
use crate::commands::deals::{plan, sources};
use crate::config::settings::{DealSettings, ReportSettings};
use crate::document::{Section, Table};
use crate::engine::deals::run_both;
use crate::error::Result;
use crate::input::source::Source;
use crate::model::kind::Kind;
use crate::plan::Cut;
use crate::plan::calendar::Every;
use crate::plan::deals::Anchor;
use crate::reports::cycle::{self, Cycle, notes};
use crate::reports::pipeline::{Pipeline, sentences};
use crate::reports::summary;

/// The sections that are wanted; `None` where no source has deals or a history.
///
/// # Errors
/// Whatever `funnel cycle` reports.
pub fn part(context: &Context<'_>, asked: &ReportSettings, cycle: bool, pipeline: bool) -> Result<Option<Part>> {
    if !context.sources.iter().any(|source| matches!(source.kind, Kind::Deals | Kind::History)) {
        return Ok(None);
    }
    let sources = sources(context)?;
    let (mut plan, mut told) = plan(context, &questions(asked, &sources), &sources)?;
    let month = asked.conversion.every.map_or(Every::Month, crate::commands::conversion::every);
    plan.journey.cuts = vec![Cut::default(), Cut { grouped: false, every: Some(month) }];
    if !plan.journey.by.is_empty() {
        plan.journey.cuts.push(Cut { grouped: true, every: None });
    }
    // The win rate of those that were closed in a period is final, whatever is still open.
    let mut closing = plan.clone();
    closing.anchor = Anchor::Closed;
    closing.journey.cuts = vec![Cut { grouped: false, every: Some(month) }];
    let (run, closed) = run_both(&plan, pipeline.then_some(&closing), &sources, context.threads)?;
    context.judge_scans(&run.scans)?;
    told.extend(notes(&plan, &run.answer));
    let cut = |position: usize| Cycle {
        plan: &plan,
        answer: &run.answer,
        cut: position,
        grouped: plan.journey.cuts[position].grouped,
        every: plan.journey.cuts[position].every,
        confidence: context.confidence(),
        horizon: None,
        detail: context.detail(),
    };
    let whole = |position: usize| Pipeline {
        plan: &plan,
        answer: &run.answer,
        cut: position,
        grouped: plan.journey.cuts[position].grouped,
        every: plan.journey.cuts[position].every,
        confidence: context.confidence(),
        target: None,
    };
    let (mut sections, mut statements) = (Vec::new(), Vec::new());
    if cycle {
        let mut tables = named("cycle", cut(0).tables());
        tables.extend(named("cycle", cut(1).trend().into_iter().collect()));
        sections.push(Section { title: "Sales cycle".to_owned(), lines: cycle::summary(&cut(0)), tables });
    }
    if pipeline {
        let mut tables = named("pipeline", whole(0).tables());
        if plan.journey.cuts.len() > 2 {
            let mut summary = whole(2).summary();
            summary.name = format!("pipeline.by_{}", plan.journey.by.join("_"));
            summary.title = format!("Pipeline by {}", plan.journey.by.join(", "));
            tables.push(summary);
        }
        statements = summary::deals::stuck(&whole(0));
        if let Some(answer) = &closed {
            let by_close = Pipeline { plan: &closing, answer, every: Some(month), ..whole(0) };
            let table = by_closing(&by_close, month);
            statements.extend(summary::deals::change(&by_close, &table.name));
            tables.extend((table.rows.len() > 1).then_some(table));
        }
        sections.push(Section { title: "Pipeline".to_owned(), lines: sentences(&whole(0)), tables });
    }
    Ok(Some(Part { sections, notes: told, scans: run.scans, as_of: run.answer.as_of, statements, ..Part::default() }))
}

/// The pipeline by period of closing.
fn by_closing(pipeline: &Pipeline<'_>, every: Every) -> Table {
    let mut table = pipeline.summary();
    table.name = format!("pipeline.by_close_{}", every.name());
    table.title = format!("Win rate by {} of closing", every.name());
    table
}

/// What the report asks about deals, from what it asks about the funnel.
fn questions(asked: &ReportSettings, sources: &[Source]) -> DealSettings {
    let conversion = &asked.conversion;
    let by = if conversion.by.is_empty() {
        sources.iter().find_map(channel).into_iter().collect()
    } else {
        conversion.by.clone()
    };
    DealSettings {
        steps: conversion.steps.clone(),
        anchor: crate::args::choices::Anchor::Created,
        by,
        top: conversion.top,
        attribution: conversion.attribution,
        every: conversion.every,
    }
}

/// Puts the command's name before the names of its tables.
fn named(command: &str, tables: Vec<Table>) -> Vec<Table> {
    tables.into_iter().map(|table| Table { name: format!("{command}.{}", table.name), ..table }).collect()
}
