//! From the output settings to the renderer's options.

use crate::args::choices;
use crate::config::settings::{OutputSettings, Target};
use crate::error::{Error, Result};
use crate::render::{CsvDialect, CsvFormulas, Format, Locale, RenderOptions, TimeUnit};
use crate::ui::Surface;
use std::path::PathBuf;

/// The place to write to; `None` is standard output. A directory ends with a slash.
#[must_use]
pub fn target(output: &OutputSettings) -> Option<PathBuf> {
    match &output.target {
        Target::Stdout => None,
        Target::File(path) => Some(path.clone()),
        Target::Directory(path) => Some(path.join("")),
    }
}

/// Keeps bytes that are no text from a terminal.
///
/// # Errors
/// A usage error where bytes would be written to one.
pub fn check_terminal(output: &OutputSettings, surface: &Surface) -> Result<()> {
    let binary = match output.format {
        choices::Format::Xlsx => "xlsx",
        choices::Format::Parquet => "parquet",
        _ => return Ok(()),
    };
    if !surface.is_terminal {
        return Ok(());
    }
    let error = Error::usage(format!("{binary} is no text: it cannot be shown on a terminal"));
    Err(error.with_hint(format!("-o report.{binary} writes it to a file; a pipe takes it too")))
}

#[must_use]
pub fn options(output: &OutputSettings, surface: &Surface) -> RenderOptions {
    RenderOptions {
        format: match output.format {
            choices::Format::Table => Format::Table,
            choices::Format::Csv => Format::Csv,
            choices::Format::Json => Format::Json,
            choices::Format::Ndjson => Format::Ndjson,
            choices::Format::Markdown => Format::Markdown,
            choices::Format::Parquet => Format::Parquet,
            choices::Format::Html => Format::Html,
            choices::Format::Xlsx => Format::Xlsx,
        },
        width: Some(surface.width),
        color: surface.color,
        table: output.table.clone(),
        time_unit: output.time_unit.map(|unit| match unit {
            choices::TimeUnit::S => TimeUnit::Seconds,
            choices::TimeUnit::H => TimeUnit::Hours,
            choices::TimeUnit::D => TimeUnit::Days,
        }),
        csv_formulas: match output.csv_formulas {
            choices::CsvFormulas::Escape => CsvFormulas::Escape,
            choices::CsvFormulas::Keep => CsvFormulas::Keep,
            choices::CsvFormulas::Refuse => CsvFormulas::Refuse,
        },
        csv_dialect: match output.csv_dialect {
            choices::CsvDialect::Plain => CsvDialect::Plain,
            choices::CsvDialect::ExcelEu => CsvDialect::ExcelEu,
        },
        locale: match output.locale {
            choices::Locale::En => Locale::En,
            choices::Locale::Fr => Locale::Fr,
            choices::Locale::De => Locale::De,
            choices::Locale::Es => Locale::Es,
        },
    }
}
