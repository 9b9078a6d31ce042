//! The cohort section of the report: conversion by cohort of events with steps, retention and revenue of orders.

use super::conversion::journeys;
use super::{MOST_WEEKS, Part, Shared};
use crate::commands::analysis::Context;
use crate::commands::cohort::shared;
use crate::commands::conversion::every;
use crate::config::settings::ReportSettings;
use crate::document::Note;
use crate::engine::{self, Run};
use crate::error::Result;
use crate::input::source::Source;
use crate::model::kind::{Kind, Role};
use crate::plan::calendar::Every;
use crate::plan::cohort::{CohortPlan, Measure, Subject};
use crate::plan::{JourneyPlan, Mode};
use crate::reports::cohort::{Cohort, notes, section};

/// Makes the section where the sources can answer it.
///
/// # Errors
/// Whatever reading reports.
pub fn part(context: &Context<'_>, asked: &ReportSettings, shared: &mut Shared) -> Result<Option<Part>> {
    let mut part = Part::default();
    // A funnel that cannot be answered has been told already.
    if let Ok(Some(journeys)) = journeys(context, asked, shared)
        && matches!(journeys.plan.mode, Mode::Events { .. })
        && journeys.plan.steps.len() > 1
    {
        of_events(context, &journeys.plan, &journeys.run, &mut part)?;
    }
    of_orders(context, asked, &mut part)?;
    let is_asked = asked.sections.as_ref().is_some_and(|names| names.iter().any(|name| name == "cohort"));
    if part.sections.is_empty() && is_asked {
        let text = "section cohort is empty: it needs events with two steps or more, or orders";
        part.notes.push(Note::warning("empty_section", text));
    }
    Ok(Some(part))
}

/// From the first step to the last, by cohort and age; the periods are those of the trend of the funnel.
fn of_events(context: &Context<'_>, journeys: &JourneyPlan, told: &Run, part: &mut Part) -> Result<()> {
    let sources: Vec<Source> = context.sources.iter().filter(|source| source.kind == Kind::Events).cloned().collect();
    let rows =
        |every| journeys.cuts.iter().position(|cut| cut.every == Some(every)).map(|at| told.answer.cuts[at].rows.len());
    let every = match (rows(Every::Week), rows(Every::Month)) {
        (Some(weeks), Some(_)) => {
            if weeks > MOST_WEEKS {
                Every::Month
            } else {
                Every::Week
            }
        }
        _ => journeys.cuts.iter().find_map(|cut| cut.every).unwrap_or(Every::Month),
    };
    let steps = &journeys.steps;
    let plan = CohortPlan {
        start: Some(steps[0].matches.clone()),
        returning: Some(steps[steps.len() - 1].matches.clone()),
        measure: Measure::Conversion,
        every,
        ..shared(context.settings, Subject::Events)
    };
    // The funnel has judged the scans of these sources, and their names.
    let run = engine::cohort::run(&plan, &sources, context.threads)?;
    let cohort =
        Cohort { plan: &plan, answer: &run.answer, confidence: context.confidence(), cells: None, wide: false };
    let title = format!("From {} to {} by cohort", steps[0].name, steps[steps.len() - 1].name);
    part.sections.push(section(&cohort, &title, ""));
    // The other notes were said of the funnel.
    part.notes.extend(notes(&cohort).into_iter().filter(|note| note.code == "left_truncation"));
    Ok(())
}

fn of_orders(context: &Context<'_>, asked: &ReportSettings, part: &mut Part) -> Result<()> {
    let sources: Vec<Source> = context.sources.iter().filter(|source| source.kind == Kind::Orders).cloned().collect();
    if sources.is_empty() {
        return Ok(());
    }
    let has_amount = sources.iter().any(|source| source.roles.contains_key(&Role::Amount));
    let retention = Measure::Retention { min_occurrences: 1, or_after: false };
    let mut plan = CohortPlan {
        measure: if has_amount { Measure::Revenue } else { retention },
        every: asked.conversion.every.map_or(Every::Month, every),
        ..shared(context.settings, Subject::Orders)
    };
    part.notes.extend(drop_foreign_filters(context, &mut plan, &sources));
    let run = engine::cohort::run(&plan, &sources, context.threads)?;
    context.judge_scans(&run.scans)?;
    let cohort =
        Cohort { plan: &plan, answer: &run.answer, confidence: context.confidence(), cells: None, wide: false };
    let prefix = if part.sections.is_empty() { "" } else { "orders_" };
    part.sections.push(section(&cohort, "Customers by cohort", prefix));
    part.notes.extend(notes(&cohort));
    part.as_of = run.answer.as_of;
    part.scans.extend(run.scans);
    Ok(())
}

/// Orders that lack the column of a condition are not filtered by it, with a warning.
fn drop_foreign_filters(context: &Context<'_>, plan: &mut CohortPlan, sources: &[Source]) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut keep = |flag: &str, condition: &String| {
        let is_known = context.check_condition(flag, condition, sources, true).is_ok();
        if !is_known {
            let text = format!("orders lack a column of {flag} `{condition}`: their cohorts are not filtered by it");
            notes.push(Note::warning("unfiltered", text));
        }
        is_known
    };
    plan.entry_filter = plan.entry_filter.take().filter(|condition| keep("--where-entry", condition));
    plan.unit_filters.retain(|condition| keep("--where-unit", condition));
    notes
}
