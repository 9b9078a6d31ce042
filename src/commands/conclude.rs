//! The end of an analysis: checks, the result in its place, the log and the record of the run, the verdict.
//!
//! What cannot be done is found before anything is written; the result comes first, what tells of it after.

use super::analysis::notes_section;
use super::record::{Inputs, record};
use super::{append, checks};
use crate::config::settings::Settings;
use crate::document::{Document, Note};
use crate::error::Result;
use crate::render::lock::Lock;
use crate::render::{self, Outcome, Output, RenderOptions, Written};
use crate::ui::Ui;

/// What is taken before anything is read.
pub struct Begun {
    /// Held until the run has ended.
    _lock: Option<Lock>,
    inputs: Inputs,
}

impl Begun {
    /// Takes the lock, and notes down the files as they are where a record is asked for.
    ///
    /// # Errors
    /// Another run holds the lock; a file that cannot be read.
    pub fn new(settings: &Settings) -> Result<Self> {
        let holder = format!("funnel {}", settings.command);
        let lock = settings.output.run.lock.as_deref().map(|path| Lock::take(path, &holder)).transpose()?;
        Ok(Self { _lock: lock, inputs: Inputs::of(settings)? })
    }
}

/// Writes a result and all that goes with it.
///
/// # Errors
/// A failed write; a check that does not fit the result; a check that failed, once everything is written.
pub fn conclude(
    settings: &Settings,
    begun: &Begun,
    (output, options): (Output, &RenderOptions),
    mut document: Document,
    verdict: Result<()>,
    ui: &Ui,
) -> Result<Outcome> {
    let run = &settings.output.run;
    let checks = checks::judge(settings, &document)?;
    ui.notes(&checks.told);
    document.notes.extend(checks.notes());
    let row = run.append.as_deref().map(|path| {
        let row = append::row(settings, &document, checks.failed.len())?;
        append::check(path, &row).map(|()| (path, row))
    });
    let row = row.transpose()?;
    let told = run.record.as_deref().map(|path| Output::open(Some(path))).transpose()?;
    let machine = told.is_some().then(|| document.clone());
    if document.command == "report" && !options.format.shows_notes() {
        document.sections.extend(notes_section(&document.notes));
    }
    let (outcome, written) = put(output, options, &document, ui)?;
    if let Some((path, row)) = row
        && append::add(path, &row)?
    {
        let text = format!("{}: the row of this period was there and is replaced", path.display());
        ui.note(&Note::note("row_replaced", text));
    }
    let verdict = verdict.and_then(|()| checks.verdict(ui));
    if let (Some(told), Some(document)) = (told, machine) {
        let bytes = record(settings, &document, &begun.inputs, &written, &verdict, &checks.failed)?;
        told.write(&bytes)?;
    }
    verdict.map(|()| outcome)
}

/// Writes the result; returns what stands where.
fn put(output: Output, options: &RenderOptions, document: &Document, ui: &Ui) -> Result<(Outcome, Vec<Written>)> {
    let name = output.name();
    if !output.is_directory() {
        let rendered = render::render(document, options)?;
        ui.notes(&rendered.notes);
        let outcome = output.write(&rendered.bytes)?;
        return Ok((outcome, vec![Written { path: name, bytes: rendered.bytes }]));
    }
    let files = render::render_files(document, options)?;
    let outcome = output.write_files(&files)?;
    let path = |file: &str| name.as_ref().map(|folder| format!("{folder}{file}"));
    let written = files.into_iter().map(|file| Written { path: path(&file.name), bytes: file.bytes });
    Ok((outcome, written.collect()))
}
