//! `funnel report`: every section that the sources can answer, from a `funnel.toml` or from files alone.

use super::analysis::{Context, sources_section};
use super::conversion::{answer, main_sources, plan, run_notes, settings};
use crate::config::settings::ReportSettings;
use crate::document::{Document, Note, Section};
use crate::error::{Error, Result};
use crate::input::columns::channel_columns;
use crate::input::source::Source;
use crate::model::time::Micros;
use crate::plan::calendar::{Every, local_time};
use crate::plan::{Cut, JourneyAnswer, JourneyPlan};
use crate::reports::conversion::{Conversion, notes};
use crate::reports::summary::conversion_sections;

/// Sections that this version can write, in their order.
pub const SECTIONS: [&str; 3] = ["sources", "conversion", "cohort"];

/// More weeks than this are shown as months.
pub const MOST_WEEKS: usize = 26;

/// Answers `funnel report`.
///
/// # Errors
/// Unknown section names; whatever the sections report.
pub fn document(context: &Context<'_>, asked: &ReportSettings) -> Result<Document> {
    let wanted = sections(asked)?;
    if let Some(document) = super::report_cohort::of_orders_alone(context, asked, &wanted)? {
        return Ok(document);
    }
    let sources = main_sources(context)?;
    let (mut plan, found) = plan(context, &asked.conversion, &sources)?;
    if plan.by.is_empty() {
        plan.by = sources.iter().find_map(channel).into_iter().collect();
    }
    plan.cuts = cuts(&plan, asked);
    let run = answer(context, &asked.conversion, &plan, &sources)?;
    let mut document = context.document("report", "Report", &run.scans);
    document.as_of = run.answer.as_of;
    document.settings = settings(context, &plan);
    document.notes.extend(found);
    document.notes.extend(run_notes(&run, &plan));
    let cohorts = super::report_cohort::parts(context, asked, Some((&plan, &run)), &wanted)?;
    document.notes.extend(unused(context, &[sources, cohorts.sources].concat()));
    document.notes.extend(conversion_notes(&plan, &run.answer, context.confidence()));
    document.sources.extend(cohorts.accounts);
    document.notes.extend(cohorts.notes);
    if wanted.contains(&"sources") {
        let mut section = sources_section(&document.sources);
        section.lines.extend(document.as_of.map(|as_of| as_of_line(as_of, plan.zone)));
        section.tables.iter_mut().for_each(|table| table.name = format!("report.{}", table.name));
        document.sections.push(section);
    }
    if wanted.contains(&"conversion") {
        document.sections.extend(conversion_parts(plan, run.answer, context.confidence()));
    }
    document.sections.extend(cohorts.sections);
    Ok(document)
}

/// Sources that were given but that no section of this version shows.
fn unused(context: &Context<'_>, used: &[Source]) -> Vec<Note> {
    let others = context.sources.iter().filter(|source| used.iter().all(|other| other.name != source.name));
    others
        .map(|source| {
            let text = format!("source {} ({}) is in no section of this report", source.name, source.kind.name());
            Note::warning("unused_source", text)
        })
        .collect()
}

/// The column that says best where units came from.
fn channel(source: &Source) -> Option<String> {
    let columns = source.columns();
    channel_columns(&columns).first().map(|position| columns[*position].clone())
}

/// Says as of when the data are looked at.
#[must_use]
pub fn as_of_line(as_of: Micros, zone: chrono_tz::Tz) -> String {
    format!("As of {} ({}).", local_time(as_of, zone).format("%Y-%m-%d %H:%M:%S"), zone.name())
}

fn sections(asked: &ReportSettings) -> Result<Vec<&'static str>> {
    let Some(names) = &asked.sections else { return Ok(SECTIONS.to_vec()) };
    let known = |name: &String| {
        SECTIONS.into_iter().find(|section| section == name).ok_or_else(|| {
            Error::usage(format!("there is no section `{name}`"))
                .with_hint(format!("sections of this version: {}", SECTIONS.join(", ")))
        })
    };
    names.iter().map(known).collect()
}

/// The whole funnel, by group, and by week and month of entry; the trend that fits is shown.
fn cuts(plan: &JourneyPlan, asked: &ReportSettings) -> Vec<Cut> {
    let mut cuts = vec![Cut::default()];
    if !plan.by.is_empty() {
        cuts.push(Cut { grouped: true, every: None });
    }
    let trends = match asked.conversion.every {
        Some(every) => vec![super::conversion::every(every)],
        None => vec![Every::Week, Every::Month],
    };
    cuts.extend(trends.into_iter().map(|every| Cut { grouped: false, every: Some(every) }));
    cuts
}

fn conversion_notes(plan: &JourneyPlan, answer: &JourneyAnswer, confidence: f64) -> Vec<Note> {
    let whole = Conversion { plan, cut: &answer.cuts[0], grouped: false, every: None, confidence };
    notes(&whole, &answer.facts)
}

fn conversion_parts(mut plan: JourneyPlan, mut answer: JourneyAnswer, confidence: f64) -> Vec<Section> {
    let position = |plan: &JourneyPlan, every| plan.cuts.iter().position(|cut| cut.every == Some(every));
    if let (Some(week), Some(month)) = (position(&plan, Every::Week), position(&plan, Every::Month)) {
        let unshown = if answer.cuts[week].rows.len() > MOST_WEEKS { week } else { month };
        plan.cuts.remove(unshown);
        answer.cuts.remove(unshown);
    }
    conversion_sections(&plan, &answer, confidence)
}
