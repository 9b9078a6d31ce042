//! `funnel init`: looks at exports and writes a `funnel.toml` that a report runs on as it is.
//!
//! Nothing is written that was not tried: the text is read back as a configuration and a report is made of it first.

mod milestones;
mod probe;
mod relative;
mod text;

use super::analysis::Context;
use super::{conversion, report};
use crate::args::init::InitArgs;
use crate::cli::{Cli, Command};
use crate::config::settings::{Analysis, InForce, Settings, SourceSettings};
use crate::config::{self, Environment};
use crate::document::Note;
use crate::engine::discover::{self, Discovery, Ground};
use crate::engine::names;
use crate::error::{Error, ErrorKind, Result};
use crate::input::columns::channel_columns;
use crate::input::open::{Opened, open_sources};
use crate::input::source::Source;
use crate::model::kind::Kind;
use crate::render::{Outcome, Output};
use crate::ui::{ColorChoice, ErrorFormat, Ui};
use probe::Probed;
use std::path::Path;
use std::sync::atomic::AtomicUsize;

const NAME: &str = "funnel.toml";

/// What a configuration is made of.
struct Findings {
    sources: Vec<Probed>,
    /// Nothing where no source has events, stages or deals.
    steps: Option<Discovery>,
    /// Names in the data that are no step.
    others: Vec<String>,
    by: Option<String>,
    /// Settings that flags and variables gave.
    told: Vec<InForce>,
    timezone: chrono_tz::Tz,
}

/// Runs `funnel init`.
///
/// # Errors
/// The file is there already (2); whatever reading the exports reports; exports of which no report can be made.
pub fn run(cli: &Cli, args: &InitArgs) -> Result<Outcome> {
    let target = args.output.as_deref().unwrap_or(Path::new(NAME));
    let prints = target == Path::new("-");
    refuse(args, target, prints)?;
    let environment = Environment::from_process()?;
    let settings = config::resolve(&cli.command, &environment, None)?;
    let ui = Ui::new(args.quiet, ColorChoice::Auto, true, error_format(args));
    let output = Output::open(Some(target))?;
    ui.notes(&settings.notes);
    let findings = find(settings, &ui)?;
    let path = if prints { Path::new(NAME) } else { target };
    let text = text::of(&findings, path)?;
    try_out(&text, path, &environment, &ui)?;
    let outcome = output.write(text.as_bytes())?;
    ui.notes(&notes(&findings, target, prints));
    Ok(outcome)
}

fn refuse(args: &InitArgs, target: &Path, prints: bool) -> Result<()> {
    if args.sources.config.is_some() {
        let error = Error::usage("init writes a configuration and reads none");
        return Err(error.with_hint("-o FILE says where it is written"));
    }
    if !prints && target.exists() && !args.force {
        let error = Error::usage("the file is there already").in_file(target.display());
        return Err(error.with_hint("--force writes over it, -o FILE writes another, -o - prints"));
    }
    Ok(())
}

const fn error_format(args: &InitArgs) -> ErrorFormat {
    match args.error_format {
        Some(choice) => super::error_format(choice),
        None => ErrorFormat::Human,
    }
}

/// Looks at the exports: each file by itself, then those that belong together.
fn find(mut settings: Settings, ui: &Ui) -> Result<Findings> {
    if settings.sources.iter().flat_map(|source| &source.files).any(|file| file.path().is_none()) {
        let error = Error::usage("a configuration cannot name standard input");
        return Err(error.with_hint("save the export in a file first"));
    }
    settings.sources = settings.sources.iter().flat_map(one_by_one).collect();
    let opened = match open_sources(&settings, ui) {
        Err(error) if error.kind == ErrorKind::Data => {
            settings.sources = milestones::of(&settings.sources)?.ok_or(error)?;
            open_sources(&settings, ui)?
        }
        opened => opened?,
    };
    settings.sources = probe::grouped(&settings.sources, &opened.sources);
    let opened = open_sources(&settings, ui)?;
    ui.notes(&opened.notes);
    let told = settings.in_force.iter().filter(|setting| setting.origin.layer() > 1).cloned().collect();
    let timezone = settings.common.timezone;
    let context = context(&settings, opened);
    let sources = settings.sources.iter().zip(&context.sources);
    let sources = sources.map(|(settings, source)| probe::probe(settings, source)).collect::<Result<_>>()?;
    let (mut steps, mut others, mut by) = (None, Vec::new(), None);
    if context.sources.iter().any(|source| matches!(source.kind, Kind::Events | Kind::History | Kind::Deals)) {
        let main = conversion::main_sources(&context)?;
        let found = discover::discover(&main, context.threads)?;
        others = names::present(&main)?.into_iter().filter(|name| !found.steps.contains(name)).collect();
        steps = Some(found);
        by = channel(&main);
    }
    Ok(Findings { sources, steps, others, by, told, timezone })
}

fn one_by_one(source: &SourceSettings) -> Vec<SourceSettings> {
    source.files.iter().map(|file| SourceSettings { files: vec![file.clone()], ..source.clone() }).collect()
}

fn context(settings: &Settings, opened: Opened) -> Context<'_> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    Context { settings, sources: opened.sources, lookups: opened.lookups, threads, passes: AtomicUsize::new(1) }
}

/// The best channel column that every file of its source has.
fn channel(sources: &[Source]) -> Option<String> {
    sources.iter().find_map(|source| {
        let columns = source.columns();
        let channels = channel_columns(&columns).into_iter().map(|column| columns[column].clone());
        let mut channels = channels.filter(|name| sources.iter().all(|source| source.demand(name).is_ok()));
        channels.next()
    })
}

/// Reads the text back and makes a report of it.
fn try_out(text: &str, path: &Path, environment: &Environment, ui: &Ui) -> Result<()> {
    let command = Command::Report(Box::default());
    let file = config::parse(path.to_path_buf(), text).map_err(|error| untrue(&error))?;
    let settings = config::resolve(&command, environment, Some(&file))?;
    let opened = open_sources(&settings, ui)?;
    let context = context(&settings, opened);
    let Analysis::Report(asked) = &settings.analysis else { return Err(Error::internal("a report was resolved")) };
    report::document(&context, asked).map(|_| ())
}

fn untrue(error: &Error) -> Error {
    Error::new(ErrorKind::Internal, format!("the configuration cannot be read back: {error}"))
}

/// What was done and what to do next.
fn notes(findings: &Findings, target: &Path, prints: bool) -> Vec<Note> {
    let mut notes = Vec::new();
    for source in &findings.sources {
        if source.rejected > 0 {
            let text = format!(
                "{}: {} of {} records cannot be read; `funnel check` says why",
                source.name, source.rejected, source.records
            );
            notes.push(Note::warning("rejects", text));
        }
    }
    if let Some(found) = &findings.steps {
        let text = format!("steps, {}: {}; check their order", ground(found.ground), found.steps.join(", "));
        notes.push(Note::note("steps_inferred", text));
    }
    if !prints {
        let text = format!(
            "{} was written: confirm the lines that say CHECK, then `funnel report{}`",
            target.display(),
            if target == Path::new(NAME) { String::new() } else { format!(" --config {}", target.display()) }
        );
        notes.push(Note::note("written", text));
    }
    notes
}

/// How the steps were found, in words.
pub(super) const fn ground(ground: Ground) -> &'static str {
    match ground {
        Ground::StageDates => "from the stage-date columns",
        Ground::FirstEntries => "by the median rank of their first entry",
        Ground::CurrentStages => "from the current stages",
    }
}
