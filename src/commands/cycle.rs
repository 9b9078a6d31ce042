//! `funnel cycle`: settings and sources to a plan, the engine's answer to a document.

use super::analysis::Context;
use super::deals;
use crate::config::settings::CycleSettings;
use crate::document::{Document, Section};
use crate::error::Result;
use crate::reports::cycle::{Cycle, notes};

/// Answers `funnel cycle`.
///
/// # Errors
/// Usage errors of stages and moments; whatever reading reports.
pub fn document(context: &Context<'_>, asked: &CycleSettings) -> Result<Document> {
    let sources = deals::sources(context)?;
    let (mut plan, found) = deals::plan(context, &asked.deals, &sources)?;
    if let Some(from) = &asked.from {
        plan.from = deals::point(&mut plan, &sources, "--from", from)?;
    }
    if let Some(to) = &asked.to {
        plan.to = deals::point(&mut plan, &sources, "--to", to)?;
    }
    let (run, mut document) = deals::answer(context, &plan, &sources, "cycle", "Cycle")?;
    let cycle = Cycle {
        plan: &plan,
        answer: &run.answer,
        cut: 0,
        grouped: plan.journey.cuts[0].grouped,
        every: plan.journey.cuts[0].every,
        confidence: context.confidence(),
        horizon: asked.horizon,
        detail: context.detail(),
    };
    document.sections.push(Section { title: String::new(), lines: Vec::new(), tables: cycle.tables() });
    document.notes.extend(found);
    document.notes.extend(notes(&plan, &run.answer));
    Ok(document)
}
