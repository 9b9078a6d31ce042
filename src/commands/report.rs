//! `funnel report`: every section that the sources can answer, from a `funnel.toml` or from files alone.

use super::analysis::{Context, sources_section};
use super::conversion::{answer, main_sources, plan, run_notes, settings};
use crate::config::settings::ReportSettings;
use crate::document::{Document, Note, Section, SourceAccount};
use crate::error::{Error, ErrorKind, Result};
use crate::input::columns::channel_columns;
use crate::input::source::{Scan, Source};
use crate::model::time::Micros;
use crate::plan::calendar::{Every, local_time};
use crate::plan::{Cut, JourneyAnswer, JourneyPlan};
use crate::reports::conversion::{Conversion, notes};
use crate::reports::summary::conversion_sections;

/// Sections that this version can write, in their order.
pub const SECTIONS: [&str; 4] = ["sources", "conversion", "cost", "attribution"];

/// More weeks than this are shown as months.
const MOST_WEEKS: usize = 26;

/// Answers `funnel report`.
///
/// # Errors
/// Unknown section names; whatever the sections report.
pub fn document(context: &Context<'_>, asked: &ReportSettings) -> Result<Document> {
    let wanted = sections(asked)?;
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
    let more = further(context, asked, &wanted)?;
    document.sources.extend(more.accounts);
    document.notes.extend(unused(context, &document.sources));
    document.notes.extend(conversion_notes(&plan, &run.answer, context.confidence()));
    if wanted.contains(&"sources") {
        let mut section = sources_section(&document.sources);
        section.lines.extend(document.as_of.map(|as_of| as_of_line(as_of, plan.zone)));
        section.tables.iter_mut().for_each(|table| table.name = format!("report.{}", table.name));
        document.sections.push(section);
    }
    if wanted.contains(&"conversion") {
        document.sections.extend(conversion_parts(plan, run.answer, context.confidence()));
    }
    document.sections.extend(more.sections);
    document.notes.extend(more.notes);
    Ok(document)
}

/// Sections of other questions, with the accounts of the sources that only they read.
#[derive(Default)]
struct Further {
    sections: Vec<Section>,
    notes: Vec<Note>,
    accounts: Vec<SourceAccount>,
}

/// A section with its notes and the scans that only it made; `None` where the sources have nothing for it.
type Answer = Option<(Section, Vec<Note>, Vec<Scan>)>;

impl Further {
    /// Adds a section where it is wanted and can be answered.
    fn add(&mut self, answered: Answer) {
        let Some((section, notes, scans)) = answered else { return };
        self.sections.push(section);
        self.notes.extend(notes);
        self.accounts.extend(scans.into_iter().map(|scan| scan.account));
    }
}

fn further(context: &Context<'_>, asked: &ReportSettings, wanted: &[&str]) -> Result<Further> {
    let mut further = Further::default();
    let cost = || super::cost::section(context, &asked.cost);
    let attribution = || super::attribution::section(context, &asked.attribution);
    let sections: [(&str, &dyn Fn() -> Result<Answer>); 2] = [("cost", &cost), ("attribution", &attribution)];
    for (name, answer) in sections.into_iter().filter(|(name, _)| wanted.contains(name)) {
        match answer() {
            // Nobody asked for it: what it lacks is said, and the others are shown.
            Err(error) if error.kind == ErrorKind::Usage && asked.sections.is_none() => {
                let hint = error.hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
                let text = format!("section {name} is left out: {}{hint}", error.message);
                further.notes.push(Note::warning("section_left_out", text));
            }
            answer => further.add(answer?),
        }
    }
    Ok(further)
}

/// Sources that were given but that no section of this version shows.
fn unused(context: &Context<'_>, used: &[SourceAccount]) -> Vec<Note> {
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

fn as_of_line(as_of: Micros, zone: chrono_tz::Tz) -> String {
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
