//! `funnel pipeline`: settings and sources to a plan, the engine's answer to a document.

use super::analysis::Context;
use super::deals;
use crate::config::settings::{InputPath, PipelineSettings, Settings};
use crate::document::{Document, Section, Table};
use crate::engine::deals::compare::compare;
use crate::error::{Error, Result};
use crate::input::open::open_sources;
use crate::input::source::Source;
use crate::model::kind::{Kind, Role};
use crate::plan::deals::DealPlan;
use crate::reports::pipeline::{Pipeline, notes, waterfall};
use crate::ui::Ui;
use std::path::PathBuf;

/// Answers `funnel pipeline`.
///
/// # Errors
/// Usage errors of stages; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &PipelineSettings, ui: &Ui) -> Result<Document> {
    let sources = deals::sources(context)?;
    let (mut plan, found) = deals::plan(context, &asked.deals, &sources)?;
    plan.stuck_after = asked.stuck_after;
    let (run, mut document) = deals::answer(context, &plan, &sources, "pipeline", "Pipeline")?;
    let pipeline = Pipeline {
        plan: &plan,
        answer: &run.answer,
        cut: 0,
        grouped: plan.journey.cuts[0].grouped,
        every: plan.journey.cuts[0].every,
        confidence: context.confidence(),
        target: asked.target,
    };
    let mut tables = pipeline.tables();
    if !asked.previous.is_empty() {
        tables.push(changes(context, &asked.previous, &plan, &sources, &mut document, ui)?);
    }
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables });
    document.notes.extend(found);
    document.notes.extend(notes(&pipeline));
    Ok(document)
}

/// The waterfall from an earlier export of the same deals to this one.
fn changes(
    context: &Context<'_>,
    previous: &[PathBuf],
    plan: &DealPlan,
    sources: &[Source],
    document: &mut Document,
    ui: &Ui,
) -> Result<Table> {
    let first = context.settings.sources.iter().zip(&context.sources).find(|(_, source)| source.kind == Kind::Deals);
    let Some((told, _)) = first else {
        return Err(Error::usage("--previous needs deals, whose earlier export it is"));
    };
    let files = previous.iter().cloned().map(InputPath::Path).collect();
    let earlier = crate::config::settings::SourceSettings {
        name: Some("previous".to_owned()),
        kind: Some(Kind::Deals),
        files,
        ..told.clone()
    };
    let settings = Settings { sources: vec![earlier], ..context.settings.clone() };
    let opened = open_sources(&settings, ui)?;
    let deals: Vec<Source> = sources.iter().filter(|source| source.kind == Kind::Deals).cloned().collect();
    let mut plan = plan.clone();
    // Both exports are taken as they are: an as-of time cannot undo what the first did not know yet.
    plan.journey.as_of = None;
    plan.journey.moments = deals.iter().filter_map(|source| source.roles.get(&Role::Closed)).take(1).cloned().collect();
    let comparison = compare(&plan, &opened.sources, &deals, context.threads)?;
    context.judge_scans(&comparison.scans)?;
    document.sources.extend(comparison.scans.iter().map(|scan| scan.account.clone()));
    Ok(waterfall(&comparison.flows))
}
