//! The conversion sections of the report: the funnel, its breakdown by channel, its trend.

use super::{FEWEST_A_WEEK, MOST_WEEKS, Part, Shared, channel};
use crate::commands::analysis::Context;
use crate::commands::conversion::{answer_with, every, main_sources, plan, run_notes, settings};
use crate::commands::drivers;
use crate::config::settings::ReportSettings;
use crate::document::{Note, Section, Table};
use crate::engine::Run;
use crate::error::Result;
use crate::model::kind::Kind;
use crate::plan::calendar::Every;
use crate::plan::{Cut, CutRow, JourneyAnswer, JourneyPlan};
use crate::reports::conversion::{Conversion, notes};
use crate::reports::summary::{conversion_sections, conversion_table, funnel, statement::Statement};

/// The funnel as it was answered, with what a reader should know about choices made.
pub struct Journeys {
    pub plan: JourneyPlan,
    pub run: Run,
    /// What separates those who go on, where `[conversion]` names attributes to look at.
    pub separators: Option<Table>,
    pub notes: Vec<Note>,
}

/// Answers the funnel once; `None` where no source has events, deals or a history.
///
/// # Errors
/// Whatever `funnel conversion` reports.
pub fn journeys<'s>(
    context: &Context<'_>,
    asked: &ReportSettings,
    shared: &'s mut Shared,
) -> Result<Option<&'s Journeys>> {
    let kinds = [Kind::Events, Kind::History, Kind::Deals];
    if !context.sources.iter().any(|source| kinds.contains(&source.kind)) {
        return Ok(None);
    }
    if shared.journeys.is_none() {
        let sources = main_sources(context)?;
        let (mut plan, mut notes) = plan(context, &asked.conversion, &sources)?;
        if plan.by.is_empty() {
            plan.by = sources.iter().find_map(channel).into_iter().collect();
        }
        plan.cuts = cuts(&plan, asked);
        let attributes = &asked.conversion.tables.drivers;
        drivers::check(context, attributes, &plan, &sources)?;
        let run = answer_with(context, &asked.conversion, &plan, attributes, &sources)?;
        notes.extend(run_notes(&run, &plan));
        let separators = (!attributes.is_empty()).then(|| {
            let whole = whole(&plan, &run.answer, context.confidence());
            let (table, told) = drivers::table(attributes, &whole, &run, &sources);
            notes.extend(told);
            conversion_table(table)
        });
        shared.journeys = Some(Journeys { plan, run, separators, notes });
    }
    Ok(shared.journeys.as_ref())
}

/// The sections of the funnel.
///
/// # Errors
/// Whatever `funnel conversion` reports.
pub fn part(context: &Context<'_>, asked: &ReportSettings, shared: &mut Shared) -> Result<Option<Part>> {
    let Some(journeys) = journeys(context, asked, shared)? else { return Ok(None) };
    let confidence = context.confidence();
    let mut part = Part {
        notes: journeys.notes.clone(),
        scans: journeys.run.scans.clone(),
        as_of: journeys.run.answer.as_of,
        settings: settings(context, &journeys.plan),
        ..Part::default()
    };
    let currency = context.settings.common.currency.as_deref();
    (part.sections, part.statements) = parts(journeys.plan.clone(), journeys.run.answer.clone(), confidence, currency);
    if let (Some(funnel), Some(separators)) = (part.sections.first_mut(), &journeys.separators) {
        funnel.tables.push(separators.clone());
    }
    let answer = &journeys.run.answer;
    part.notes.extend(notes(&whole(&journeys.plan, answer, confidence), &answer.facts));
    Ok(Some(part))
}

/// The funnel as a whole, which is always the first cut.
fn whole<'a>(plan: &'a JourneyPlan, answer: &'a JourneyAnswer, confidence: f64) -> Conversion<'a> {
    Conversion { plan, cut: &answer.cuts[0], grouped: false, every: None, confidence }
}

/// The whole funnel, by group, and by week and month of entry; the trend that fits is shown.
fn cuts(plan: &JourneyPlan, asked: &ReportSettings) -> Vec<Cut> {
    let mut cuts = vec![Cut::default()];
    if !plan.by.is_empty() {
        cuts.push(Cut { grouped: true, every: None });
    }
    let trends = match asked.conversion.every {
        Some(chosen) => vec![every(chosen)],
        None => vec![Every::Week, Every::Month],
    };
    cuts.extend(trends.into_iter().map(|every| Cut { grouped: false, every: Some(every) }));
    cuts
}

fn parts(
    mut plan: JourneyPlan,
    mut answer: JourneyAnswer,
    confidence: f64,
    currency: Option<&str>,
) -> (Vec<Section>, Vec<Statement>) {
    let position = |plan: &JourneyPlan, every| plan.cuts.iter().position(|cut| cut.every == Some(every));
    if let (Some(week), Some(month)) = (position(&plan, Every::Week), position(&plan, Every::Month)) {
        let entered = |row: &CutRow| row.steps.first().map_or(0, |step| step.entered);
        let weeks = &answer.cuts[week].rows;
        let are_few = weeks.iter().map(entered).sum::<u64>() < FEWEST_A_WEEK * weeks.len() as u64;
        let unshown = if weeks.len() > MOST_WEEKS || are_few { week } else { month };
        plan.cuts.remove(unshown);
        answer.cuts.remove(unshown);
    }
    let statements = statements(&plan, &answer, confidence, currency);
    (conversion_sections(&plan, &answer, confidence), statements)
}

/// What the funnel says to the summary.
fn statements(plan: &JourneyPlan, answer: &JourneyAnswer, confidence: f64, currency: Option<&str>) -> Vec<Statement> {
    let mut statements = Vec::new();
    for (cut, rows) in plan.cuts.iter().zip(&answer.cuts).filter(|(cut, _)| !cut.grouped) {
        let conversion = Conversion { plan, cut: rows, grouped: false, every: cut.every, confidence };
        if let Some(every) = cut.every {
            statements.extend(funnel::change(&conversion, &format!("conversion.by_{}", every.name())));
        } else {
            statements.extend(funnel::leak(&conversion, &answer.facts, currency));
            statements.extend(funnel::goals(&conversion));
        }
    }
    statements
}
