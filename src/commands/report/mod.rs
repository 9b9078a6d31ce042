//! `funnel report`: every section that the sources can answer, from a `funnel.toml` or from files alone.
//!
//! A section is one function from the context to a [`Part`]; [`answer`] lists them.

mod cohort;
mod conversion;
mod deals;

use super::analysis::{Context, sources_section};
use crate::args::report::SECTIONS;
use crate::config::settings::ReportSettings;
use crate::document::{Document, Note, Section, Setting, SourceAccount};
use crate::error::{Error, ErrorKind, Result};
use crate::input::columns::channel_columns;
use crate::input::source::{Scan, Source};
use crate::model::time::Micros;
use crate::plan::calendar::local_time;
use crate::reports::summary::statement::{self, Statement};
use conversion::Journeys;

/// Sections that say something of the others, or of what was read.
const FRAME: [&str; 2] = ["summary", "sources"];

/// More weeks than this are shown as months.
const MOST_WEEKS: usize = 26;

/// With fewer units than these in a week on average, weeks would show noise only: months are shown.
const FEWEST_A_WEEK: u64 = 20;

/// What one section adds to the report.
#[derive(Default)]
pub struct Part {
    pub sections: Vec<Section>,
    pub notes: Vec<Note>,
    /// Of the sources that it has read.
    pub scans: Vec<Scan>,
    pub as_of: Option<Micros>,
    pub settings: Vec<Setting>,
    /// What it says to the summary.
    pub statements: Vec<Statement>,
}

/// A section with its notes and scans; `None` where the sources have nothing for it.
pub type Answer = Option<(Section, Vec<Note>, Vec<Scan>)>;

/// The sections that others build on, answered once.
struct Shared {
    journeys: Option<Journeys>,
}

/// Answers `funnel report`.
///
/// # Errors
/// Unknown section names; whatever the sections report.
pub fn document(context: &Context<'_>, asked: &ReportSettings) -> Result<Document> {
    let wanted = sections(asked)?;
    // The summary alone is that of the whole report.
    let is_summary = wanted.contains(&"summary") && wanted.iter().all(|name| FRAME.contains(name));
    let analyses = if is_summary { SECTIONS.to_vec() } else { wanted.clone() };
    let is_all = asked.sections.is_none() || is_summary;
    let mut shared = Shared { journeys: None };
    let mut parts: Vec<Part> = Vec::new();
    let mut refused: Option<Error> = None;
    for name in analyses.iter().filter(|name| !FRAME.contains(name)) {
        match answer(context, asked, name, &analyses, &mut shared) {
            Ok(part) => parts.extend(part),
            // Nobody asked for it: what it lacks is said, and the others are shown.
            Err(error) if can_be_left_out(&error) && is_all => {
                let hint = error.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
                let text = format!("section {name} is left out: {}{hint}", error.message);
                let note = Note::warning("section_left_out", text);
                parts.push(Part { notes: vec![note], ..Part::default() });
                refused = refused.or(Some(error));
            }
            Err(error) => return Err(error),
        }
    }
    if parts.iter().all(|part| part.sections.is_empty())
        && let Some(error) = refused
    {
        return Err(error);
    }
    let mut document = assemble(context, parts, &wanted)?;
    if is_summary {
        let is_frame = |section: &Section| section.tables.iter().any(|table| table.name.starts_with("report."));
        document.sections.retain(is_frame);
    }
    Ok(document)
}

/// One section by its name; `None` where the sources have nothing for it.
fn answer(
    context: &Context<'_>,
    asked: &ReportSettings,
    name: &str,
    wanted: &[&str],
    shared: &mut Shared,
) -> Result<Option<Part>> {
    match name {
        "conversion" => conversion::part(context, asked, shared),
        // Both come from one look at the deals.
        "cycle" => deals::part(context, asked, true, wanted.contains(&"pipeline")),
        "pipeline" if !wanted.contains(&"cycle") => deals::part(context, asked, false, true),
        "cost" => super::cost::section(context, &asked.cost),
        "churn" => super::churn::section(context, &asked.churn),
        "lifecycle" => super::lifecycle::section(context, &asked.lifecycle),
        "paths" => paths(context, asked, shared),
        "value" => super::value::section(context, &asked.value),
        "attribution" => super::attribution::section(context, &asked.attribution).map(|found| found.map(Part::of)),
        "cohort" => cohort::part(context, asked, shared),
        _ => Ok(None),
    }
}

/// The journeys, with the steps of the funnel where it could be answered.
fn paths(context: &Context<'_>, asked: &ReportSettings, shared: &mut Shared) -> Result<Option<Part>> {
    // A funnel that cannot be answered has been told already.
    let steps = match conversion::journeys(context, asked, shared) {
        Ok(Some(journeys)) => journeys.plan.steps.clone(),
        _ => Vec::new(),
    };
    super::paths::section(context, &asked.paths, &steps)
}

impl Part {
    /// A part of one section.
    fn of((section, notes, scans): (Section, Vec<Note>, Vec<Scan>)) -> Self {
        Self { sections: vec![section], notes, scans, ..Self::default() }
    }
}

fn can_be_left_out(error: &Error) -> bool {
    error.kind == ErrorKind::Usage || error.message == crate::engine::discover::NO_STEPS
}

/// Puts the parts together: the accounts of all sources first, then the sections in their order.
fn assemble(context: &Context<'_>, parts: Vec<Part>, wanted: &[&str]) -> Result<Document> {
    let scans = each_source_once(&parts);
    context.judge_scans(&scans)?;
    let mut document = context.document("report", "Report", &scans);
    document.as_of = parts.iter().filter_map(|part| part.as_of).max();
    document.settings = parts
        .iter()
        .map(|part| &part.settings)
        .find(|settings| !settings.is_empty())
        .cloned()
        .unwrap_or(document.settings);
    let (mut sections, mut statements) = (Vec::new(), Vec::new());
    for part in parts {
        sections.extend(part.sections);
        statements.extend(part.statements);
        for note in part.notes {
            if !document.notes.contains(&note) {
                document.notes.push(note);
            }
        }
    }
    document.notes.extend(unused(context, &document.sources));
    if wanted.contains(&"summary") {
        let tables = |name: &str| {
            sections
                .iter()
                .flat_map(|section: &Section| &section.tables)
                .find(|table| table.name == name)
                .map(|table| table.title.clone())
        };
        document.sections.push(statement::section(statements, tables));
    }
    if wanted.contains(&"sources") {
        let mut section = sources_section(&document.sources);
        section.lines.extend(document.as_of.map(|as_of| as_of_line(as_of, context.settings.common.timezone)));
        section.tables.iter_mut().for_each(|table| table.name = format!("report.{}", table.name));
        document.sections.push(section);
    }
    document.sections.extend(sections);
    Ok(document)
}

/// Sections may read different columns of one source: the scan that judged most of its records speaks for it.
fn each_source_once(parts: &[Part]) -> Vec<Scan> {
    let rejected = |scan: &Scan| scan.account.files.iter().map(|file| file.rejected).sum::<u64>();
    let mut scans: Vec<Scan> = Vec::new();
    for scan in parts.iter().flat_map(|part| &part.scans) {
        match scans.iter_mut().find(|known| known.account.name == scan.account.name) {
            Some(known) if rejected(scan) > rejected(known) => *known = scan.clone(),
            Some(_) => {}
            None => scans.push(scan.clone()),
        }
    }
    scans
}

/// Sources that were given but that no section has read.
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
