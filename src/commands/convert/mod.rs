//! `funnel convert`: any export that can be read, as clean text in one format. Nothing is computed: cells stay as they
//! were written, in the order of the records.

mod spool;

use super::rejects;
use crate::args::choices::CsvFormulas as Asked;
use crate::args::convert::{ConvertArgs, RowFormat};
use crate::cli::Cli;
use crate::config::settings::{LoadingSettings, Settings};
use crate::config::{self, Environment};
use crate::document::Note;
use crate::error::{Error, ErrorKind, Result};
use crate::input::cells::Exports;
use crate::input::source::Scan;
use crate::render::parquet::rows::ParquetRows;
use crate::render::rows::{CsvRows, FORMULA, NdjsonRows, RowWriter};
use crate::render::{CsvFormulas, Outcome, Output};
use crate::ui::{ColorChoice, ErrorFormat, Ui};
use spool::{Place, Spool};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Runs `funnel convert`.
///
/// # Errors
/// Options that do not go together (2); whatever reading and writing report; too many rejects (3).
pub fn run(cli: &Cli, args: &ConvertArgs) -> Result<Outcome> {
    let format = format(args)?;
    crate::signals::watch();
    let environment = Environment::from_process()?;
    let settings = config::resolve(&cli.command, &environment, None)?;
    refuse(args, &settings)?;
    let output = Output::open(args.output.as_deref())?;
    if output.is_directory() {
        return Err(Error::usage("convert writes one file").with_hint("-o FILE names it"));
    }
    let ui = Ui::new(args.quiet, ColorChoice::Auto, !args.no_progress, error_format(args));
    ui.notes(&settings.notes);
    let (mut exports, notes) = Exports::open(&settings.sources[0])?;
    ui.notes(&notes);
    refuse_repeated(&exports.names, format)?;
    let total = exports.bytes();
    let progress = if total > 0 { ui.progress("reading", total) } else { ui.spinner("reading") };
    exports.tell_progress(Arc::new(move |bytes| progress.advance(bytes)));
    let spool = Spool::new(exports.names.len())?;
    let scanned = exports.scan(&|batch| spool.add(batch))?;
    let places = scanned.staged.into_iter().collect::<Result<Vec<Place>>>()?;
    judge(&scanned.scan, &settings.loading, &ui)?;
    let formulas = match args.csv_formulas {
        None | Some(Asked::Keep) => CsvFormulas::Keep,
        Some(Asked::Escape) => CsvFormulas::Escape,
        Some(Asked::Refuse) => CsvFormulas::Refuse,
    };
    let written = output.write_with(|out| match format {
        RowFormat::Ndjson => write(&mut NdjsonRows::new(out), &exports.names, &spool, &places),
        RowFormat::Csv => write(&mut CsvRows::new(out, formulas), &exports.names, &spool, &places),
        RowFormat::Parquet => write(&mut ParquetRows::new(out), &exports.names, &spool, &places),
    });
    written.map_err(formula_hint)
}

/// Hands the parts to a writer, in their order.
fn write(writer: &mut dyn RowWriter, names: &[String], spool: &Spool, places: &[Place]) -> io::Result<()> {
    writer.header(names)?;
    places.iter().try_for_each(|place| writer.rows(&spool.part(*place)?))?;
    writer.finish()
}

/// The format that is asked for, else that of the extension, else CSV.
fn format(args: &ConvertArgs) -> Result<RowFormat> {
    let extension = args.output.as_deref().and_then(Path::extension).and_then(|extension| extension.to_str());
    let extension = extension.map(str::to_ascii_lowercase);
    let format = match (args.format, extension.as_deref()) {
        (Some(format), _) => format,
        (None, None | Some("csv")) => RowFormat::Csv,
        (None, Some("ndjson" | "jsonl")) => RowFormat::Ndjson,
        (None, Some("parquet")) => RowFormat::Parquet,
        (None, Some(other)) => {
            let error = Error::usage(format!("convert writes CSV, NDJSON and Parquet, not {other}"));
            return Err(error.with_hint("name the file .csv, .ndjson or .parquet, or say --format csv"));
        }
    };
    if args.csv_formulas.is_some() && format != RowFormat::Csv {
        return Err(Error::usage("--csv-formulas is for CSV").with_hint("leave it out, or say --format csv"));
    }
    Ok(format)
}

/// What cannot be asked of a conversion.
fn refuse(args: &ConvertArgs, settings: &Settings) -> Result<()> {
    if args.sources.config.is_some() {
        let error = Error::usage("convert takes files and reads no configuration");
        return Err(error.with_hint("--delimiter, --encoding and the like say how the files are read"));
    }
    if settings.sources.len() > 1 {
        let error = Error::usage("convert writes one table: give the files of one kind");
        return Err(error.with_hint("funnel convert FILE... puts files together by column name"));
    }
    if settings.loading.dedupe {
        return Err(Error::usage("--dedupe is for analyses: convert keeps every record").with_hint("leave it out"));
    }
    let writes_over = |path: &Path| same_file(path, args.output.as_deref());
    if settings.sources[0].files.iter().filter_map(|file| file.path()).any(writes_over) {
        return Err(Error::usage("the output is one of the files that are read").with_hint("-o names another file"));
    }
    Ok(())
}

fn same_file(path: &Path, output: Option<&Path>) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    output.and_then(real).is_some_and(|output| real(path) == Some(output))
}

/// Neither an object nor a Parquet file can have a name twice.
fn refuse_repeated(names: &[String], format: RowFormat) -> Result<()> {
    let repeated = names.iter().enumerate().find(|(position, name)| names[..*position].contains(name));
    match repeated.filter(|_| format != RowFormat::Csv) {
        Some((_, name)) => {
            let error = Error::data(format!("two columns are called `{name}`"));
            Err(error.with_hint("--format csv keeps both; --no-header COL,... with --skip-lines 1 names them"))
        }
        None => Ok(()),
    }
}

/// Says what reading found, writes the rejects, and ends the run where there are too many.
fn judge(scan: &Scan, loading: &LoadingSettings, ui: &Ui) -> Result<()> {
    ui.notes(&scan.notes);
    ui.notes(&rejects::note(scan).into_iter().collect::<Vec<_>>());
    if let Some(path) = &loading.rejects {
        rejects::write(path, std::slice::from_ref(scan))?;
    }
    rejects::judge(scan, loading.max_rejects)?;
    let count = |of: fn(&crate::document::FileAccount) -> u64| scan.account.files.iter().map(of).sum::<u64>();
    let (loaded, blank) = (count(|file| file.loaded), count(|file| file.blank));
    if loaded == 0 && loading.fail_if_empty {
        return Err(Error::new(ErrorKind::Data, "no records were loaded")
            .with_hint("without --fail-if-empty the header is written alone"));
    }
    let without = if blank > 0 { format!("; {blank} without any content were left out") } else { String::new() };
    ui.note(&Note::note("converted", format!("{loaded} records{without}")));
    Ok(())
}

fn formula_hint(error: Error) -> Error {
    if error.message.contains(FORMULA) {
        let error = Error { kind: ErrorKind::Data, ..error };
        return error.with_hint("--csv-formulas keep writes it as it is, escape puts a ' before it");
    }
    error
}

fn error_format(args: &ConvertArgs) -> ErrorFormat {
    args.error_format.map_or(ErrorFormat::Human, super::error_format)
}
