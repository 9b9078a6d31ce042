//! The straight line of every analysis: settings, sources, document, bytes, out.

use crate::args::choices;
use crate::config::settings::{Analysis, Settings, Target};
use crate::document::{Document, Note, Section, Setting, SourceAccount};
use crate::error::{Error, ErrorKind, Result};
use crate::input::expression::Condition;
use crate::input::lookup::Lookup;
use crate::input::open::open_sources;
use crate::input::source::{Scan, Source};
use crate::model::names::nearest;
use crate::render::{Outcome, Output};
use crate::reports::thin::Detail;
use crate::ui::Ui;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the parts of an analysis share.
pub struct Context<'a> {
    pub settings: &'a Settings,
    pub sources: Vec<Source>,
    pub lookups: Vec<Arc<Lookup>>,
    pub threads: usize,
    /// How often the main source was read to keep within the memory.
    pub passes: AtomicUsize,
}

/// Runs an analysis: opens the output, reads, computes, shows.
///
/// # Errors
/// Any failure; nothing is written then.
pub fn run(settings: &Settings, ui: &Ui) -> Result<Outcome> {
    settings.common.min_cell.map_or(Ok(()), |_| crate::reports::min_cell::check(settings.command))?;
    let open = |settings: &Settings| Output::open(super::output::target(&settings.output).as_deref());
    let begun = super::conclude::Begun::new(settings)?;
    // Before anything is read; but the file may be called after a period that only the data can tell.
    let early = if settings.awaits_as_of() { None } else { Some(open(settings)?) };
    let opened = open_sources(settings, ui)?;
    let settled = super::period::settled(settings, &opened.sources)?;
    let settings = settled.as_ref();
    let output = early.map_or_else(|| open(settings), Ok)?;
    let surface = ui.surface(output.is_stdout());
    super::output::check_terminal(&settings.output, &surface)?;
    let options = super::output::options(&settings.output, &surface);
    ui.notes(&settings.notes);
    ui.notes(&opened.notes);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let context =
        Context { settings, sources: opened.sources, lookups: opened.lookups, threads, passes: AtomicUsize::new(1) };
    let mut verdict = Ok(());
    let mut document = match &settings.analysis {
        Analysis::Conversion(asked) => super::conversion::document(&context, asked)?,
        Analysis::Cycle(asked) => super::cycle::document(&context, asked)?,
        Analysis::Pipeline(asked) => super::pipeline::document(&context, asked, ui)?,
        Analysis::Leads(asked) => super::leads::document(&context, asked)?,
        Analysis::Cost(asked) => super::cost::document(&context, asked)?,
        Analysis::Attribution(asked) => super::attribution::document(&context, asked)?,
        Analysis::Cohort(asked) => super::cohort::document(&context, asked)?,
        Analysis::Churn(asked) => super::churn::document(&context, asked)?,
        Analysis::Lifecycle(asked) => super::lifecycle::document(&context, asked)?,
        Analysis::Paths(asked) => super::paths::document(&context, asked)?,
        Analysis::Value(asked) => super::value::document(&context, asked)?,
        Analysis::Report(asked) => super::report::document(&context, asked)?,
        Analysis::Check => {
            let (document, judged) = super::check::document(&context)?;
            verdict = judged;
            document
        }
    };
    document.notes.extend(context.lookup_notes());
    document.notes.extend(context.by_notes());
    document.notes.extend(context.empty_note(&document)?);
    document.notes.splice(0..0, settings.notes.iter().chain(&opened.notes).cloned());
    settings.common.min_cell.map_or(Ok(()), |least| crate::reports::min_cell::hide(&mut document, least))?;
    ui.notes(&document.notes[settings.notes.len() + opened.notes.len()..]);
    // What depends on the machine is said, and stands in no output.
    if let passes @ 2.. = context.passes.load(Ordering::Relaxed) {
        let text = format!("the events do not fit in the memory allowed: they were read {passes} times");
        ui.note(&Note::note("passes", text));
    }
    super::conclude::conclude(settings, &begun, (output, &options), document, verdict, ui)
}

impl Context<'_> {
    #[must_use]
    pub const fn confidence(&self) -> f64 {
        self.settings.common.confidence
    }

    /// How curves are told: nobody reads them row by row, and a page draws them in few points.
    #[must_use]
    pub fn detail(&self) -> Detail {
        let output = &self.settings.output;
        let by_table = matches!(output.target, Target::Directory(_));
        match output.format {
            _ if output.table.is_some() => Detail::Full,
            choices::Format::Html => Detail::Drawn,
            choices::Format::Xlsx => Detail::Sheet,
            choices::Format::Table | choices::Format::Markdown if !by_table => Detail::None,
            _ => Detail::Full,
        }
    }

    /// Starts a document with the accounts of the scans.
    #[must_use]
    pub fn document(&self, command: &str, title: &str, scans: &[Scan]) -> Document {
        let title = match &self.settings.common.title {
            Some(name) => format!("{name}: {title}"),
            None => title.to_owned(),
        };
        let title = match &self.settings.common.span {
            Some(span) => format!("{title}, {span}"),
            None => title,
        };
        Document {
            command: command.to_owned(),
            title,
            settings: self.settings.shown(),
            sources: scans.iter().map(|scan| scan.account.clone()).collect(),
            notes: self.scan_notes(scans),
            ..Document::default()
        }
    }

    /// What reading found: formats that were chosen, and records that were rejected.
    #[must_use]
    pub fn scan_notes(&self, scans: &[Scan]) -> Vec<Note> {
        let mut notes: Vec<Note> = scans.iter().flat_map(|scan| scan.notes.clone()).collect();
        notes.extend(self.sources.iter().flat_map(|source| source.shared.formats.take_notes()));
        notes.extend(scans.iter().filter_map(super::rejects::note));
        notes
    }

    /// Writes the list of rejects where it is asked for, and ends the run where there are too many.
    ///
    /// # Errors
    /// A data error names the first reject of the source that is over the limit.
    pub fn judge_scans(&self, scans: &[Scan]) -> Result<()> {
        if let Some(path) = &self.settings.loading.rejects {
            super::rejects::write(path, scans)?;
        }
        scans.iter().try_for_each(|scan| super::rejects::judge(scan, self.settings.loading.max_rejects))
    }

    /// A breakdown column that no source has is an error; one that some lack is a note.
    ///
    /// # Errors
    /// A data error lists the columns.
    pub fn check_columns(&self, sources: &[Source], by: &[String]) -> Result<()> {
        let unknown = by.iter().find(|column| sources.iter().all(|source| source.attribute(column).is_none()));
        if let Some(column) = unknown {
            return Err(no_column(&format!("no column `{column}` to break down by"), column, sources));
        }
        by.iter().try_for_each(|column| sources.iter().try_for_each(|source| source.demand(column)))
    }

    /// A column that a flag names and that no source has is an error.
    ///
    /// # Errors
    /// A data error lists the columns.
    pub fn check_column(&self, flag: &str, column: &str, sources: &[Source]) -> Result<()> {
        if sources.iter().all(|source| source.attribute(column).is_none()) {
            return Err(no_column(&format!("{flag}: there is no column `{column}`"), column, sources));
        }
        sources.iter().try_for_each(|source| source.demand(column))
    }

    /// Parses a condition; with `strict`, columns that no source has are an error.
    ///
    /// # Errors
    /// A usage error that names the flag; a data error that lists the columns.
    pub fn check_condition(&self, flag: &str, text: &str, sources: &[Source], strict: bool) -> Result<()> {
        let condition =
            Condition::parse(text).map_err(|error| Error { message: format!("{flag}: {}", error.message), ..error })?;
        let lacks = |name: &&String| sources.iter().all(|source| !source.understands(name));
        if let Some(name) = condition.names().iter().find(lacks).filter(|_| strict) {
            return Err(no_column(&format!("{flag}: there is no column `{name}`"), name, sources));
        }
        condition.names().iter().try_for_each(|name| sources.iter().try_for_each(|source| source.demand(name)))
    }

    /// Sources that lack a breakdown column give no value for it.
    fn by_notes(&self) -> Vec<Note> {
        let by = self.settings.analysis.by();
        let pairs = by.iter().flat_map(|column| self.sources.iter().map(move |source| (column, source)));
        let lacking = pairs.filter(|(column, source)| source.attribute(column).is_none());
        lacking
            .map(|(column, source)| {
                Note::note("by_missing", format!("source {} has no column `{column}`: it gives no value", source.name))
            })
            .collect()
    }

    fn lookup_notes(&self) -> Vec<Note> {
        let mut unmatched: BTreeMap<&str, u64> = BTreeMap::new();
        for lookup in &self.lookups {
            let most = unmatched.entry(&lookup.name).or_default();
            *most = (*most).max(lookup.unmatched());
        }
        let unmatched = unmatched.into_iter().filter(|(_, rows)| *rows > 0);
        unmatched
            .map(|(name, rows)| {
                Note::warning("lookup_unmatched", format!("{rows} rows have a key that lookup `{name}` lacks"))
            })
            .collect()
    }

    /// No record at all is a warning; with `--fail-if-empty` an error.
    fn empty_note(&self, document: &Document) -> Result<Option<Note>> {
        let loaded: u64 = document.sources.iter().flat_map(|source| &source.files).map(|file| file.loaded).sum();
        if loaded > 0 {
            return Ok(None);
        }
        if self.settings.loading.fail_if_empty {
            return Err(Error::new(ErrorKind::Data, "no records were loaded")
                .with_hint("without --fail-if-empty this is a warning"));
        }
        Ok(Some(Note::warning("empty", "no records were loaded")))
    }
}

/// A data error with the nearest of the columns that there are.
fn no_column(message: &str, wanted: &str, sources: &[Source]) -> Error {
    let mut known: Vec<String> = sources.iter().flat_map(Source::columns).collect();
    known.sort();
    known.dedup();
    let hint = match nearest(wanted, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? Columns: {}", known.join(", ")),
        None => format!("columns: {}", known.join(", ")),
    };
    Error::data(message).with_hint(hint)
}

/// Writes what was decided for this run over a setting as it was given.
pub fn decide(settings: &mut Vec<Setting>, name: &str, value: serde_json::Value) {
    match settings.iter_mut().find(|(shown, _)| shown == name) {
        Some((_, shown)) => *shown = value,
        None => settings.push((name.to_owned(), value)),
    }
}

/// The notes for those who read the report and not the terminal it was made in.
#[must_use]
pub fn notes_section(notes: &[Note]) -> Option<Section> {
    let lines: Vec<String> = notes.iter().map(|note| format!("- {}", note.text)).collect();
    (!lines.is_empty()).then(|| Section { title: "Notes".to_owned(), lines, tables: Vec::new() })
}

/// The sources table for people and machines: what was loaded and what was not.
#[must_use]
pub fn sources_section(accounts: &[SourceAccount]) -> Section {
    let table = crate::reports::sources::table(accounts);
    Section { title: "Sources".to_owned(), lines: Vec::new(), tables: vec![table] }
}
