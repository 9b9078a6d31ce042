//! Resolves where results go and how they look.

use super::reading::path;
use super::resolver::{Key, Resolver};
use super::run::run;
use super::settings::{Origin, OutputSettings, Target};
use crate::args::choices::{Color, CsvDialect, CsvFormulas, ErrorFormat, Format, Locale, choice};
use crate::args::output::OutputArgs;
use crate::args::values::text;
use crate::error::Result;
use std::path::{Path, PathBuf};

pub fn output(resolver: &mut Resolver, args: &OutputArgs) -> Result<OutputSettings> {
    let target = target(path(resolver, "output", args.output.clone())?);
    Ok(OutputSettings {
        format: format(resolver, args, &target)?,
        table: resolver.optional(&Key::text("table", text::name), args.table.clone())?,
        time_unit: resolver.optional(&Key::text("time-unit", choice), args.time_unit)?,
        locale: resolver.value(&Key::text("locale", choice), args.locale, Locale::En)?,
        csv_dialect: resolver.value(&Key::text("csv-dialect", choice), args.csv_dialect, CsvDialect::Plain)?,
        csv_formulas: resolver.value(&Key::text("csv-formulas", choice), args.csv_formulas, CsvFormulas::Escape)?,
        quiet: resolver.switch("quiet", args.quiet)?,
        no_progress: resolver.switch("no-progress", args.no_progress)?,
        color: color(resolver, args)?,
        run: run(resolver, &args.run)?,
        error_format: resolver.value(&Key::text("error-format", choice), args.error_format, ErrorFormat::default())?,
        target,
    })
}

fn target(path: Option<PathBuf>) -> Target {
    match path {
        None => Target::Stdout,
        Some(path) if path == Path::new("-") => Target::Stdout,
        Some(path) if ends_with_slash(&path) || path.is_dir() => Target::Directory(path),
        Some(path) => Target::File(path),
    }
}

fn ends_with_slash(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().last().is_some_and(|byte| std::path::is_separator(char::from(*byte)))
}

/// Without `--format` the extension decides; a directory of tables is CSV.
fn format(resolver: &mut Resolver, args: &OutputArgs, target: &Target) -> Result<Format> {
    let found = resolver.find(&Key::text("format", choice), args.format)?;
    let (format, origin) = match (found, target) {
        (Some(found), _) => (found.value, found.origin),
        (None, Target::File(path)) => (by_extension(path), Origin::Default),
        (None, Target::Directory(_)) => (Format::Csv, Origin::Default),
        (None, Target::Stdout) => (Format::Table, Origin::Default),
    };
    resolver.note("format", &format, origin);
    Ok(format)
}

fn by_extension(path: &Path) -> Format {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
    match extension.as_str() {
        "csv" => Format::Csv,
        "json" => Format::Json,
        "ndjson" | "jsonl" => Format::Ndjson,
        "md" | "markdown" => Format::Markdown,
        "html" | "htm" => Format::Html,
        "xlsx" => Format::Xlsx,
        "parquet" => Format::Parquet,
        _ => Format::Table,
    }
}

/// `NO_COLOR` decides where nothing says otherwise.
fn color(resolver: &mut Resolver, args: &OutputArgs) -> Result<Color> {
    let found = resolver.find(&Key::text("color", choice), args.color)?;
    let (color, origin) = match found {
        Some(found) => (found.value, found.origin),
        None if resolver.environment("NO_COLOR").is_some() => (Color::Never, Origin::Variable("NO_COLOR".to_owned())),
        None => (Color::Auto, Origin::Default),
    };
    resolver.note("color", &color, origin);
    Ok(color)
}
