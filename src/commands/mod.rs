//! The glue: from settings to a document and out. Only this room knows input, engine, reports and output at once.

pub mod analysis;
mod append;
pub mod attribution;
pub mod check;
mod checks;
pub mod churn;
pub mod cohort;
mod conclude;

mod compare;
pub mod conversion;
pub mod convert;
pub mod cost;
pub mod cycle;
pub mod deals;
mod drivers;
mod event_leads;
pub mod explain;
pub mod frames;
pub mod init;
mod journey;
pub mod leads;
pub mod lifecycle;
mod memory;
pub mod output;
pub mod paths;
mod period;
pub mod pipeline;
mod record;
pub mod rejects;
pub mod report;
pub mod stages;
pub mod value;

use crate::args::choices;
use crate::args::generate;
use crate::args::sources::SourceFlags;
use crate::cli::{self, Cli, Command, Stop};
use crate::config::settings::Settings;
use crate::config::{self, Environment};
use crate::error::Result;
use crate::panics;
use crate::render::{Outcome, Output};
use crate::ui::{ColorChoice, ErrorFormat, Ui};
use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

/// Runs the program; errors go to standard error, and their kind decides the exit code.
#[must_use]
pub fn main(argv: Vec<OsString>) -> ExitCode {
    crate::input::hush_readers();
    let format = cli::error_format(&argv);
    let early = Ui::new(false, ColorChoice::Auto, false, error_format(format.unwrap_or_default()));
    let finished = match cli::parse(argv) {
        Ok(cli) => panics::caught(|| run(&cli)),
        Err(Stop::Show(text)) => show(text.as_bytes()),
        Err(Stop::Usage(error)) => Err(error),
    };
    match finished {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            early.error(&error);
            ExitCode::from(error.kind.exit_code())
        }
    }
}

fn run(cli: &Cli) -> Result<Outcome> {
    match &cli.command {
        Command::Completions(asked) => show(&generate::completions(asked.shell)),
        Command::Man(asked) => show(&generate::man_page(asked.command.as_deref())?),
        Command::Init(asked) => init::run(cli, asked),
        Command::Convert(asked) => convert::run(cli, asked),
        Command::Explain(asked) => explain::run(asked),
        command => {
            crate::signals::watch();
            let environment = Environment::from_process()?;
            let file = config::load(command.sources().and_then(SourceFlags::config), &environment, Path::new(""))?;
            let settings = config::resolve(command, &environment, file.as_ref())?;
            analysis::run(&settings, &ui(&settings))
        }
    }
}

fn show(bytes: &[u8]) -> Result<Outcome> {
    Output::open(None)?.write(bytes)
}

fn ui(settings: &Settings) -> Ui {
    let output = &settings.output;
    let color = match output.color {
        choices::Color::Auto => ColorChoice::Auto,
        choices::Color::Always => ColorChoice::Always,
        choices::Color::Never => ColorChoice::Never,
    };
    Ui::new(output.quiet, color, !output.no_progress, error_format(output.error_format))
}

const fn error_format(choice: choices::ErrorFormat) -> ErrorFormat {
    match choice {
        choices::ErrorFormat::Text => ErrorFormat::Human,
        choices::ErrorFormat::Json => ErrorFormat::Json,
    }
}
