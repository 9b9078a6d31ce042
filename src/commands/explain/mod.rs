//! `funnel explain`: the definitions behind a command and the settings that a run of it would have.

mod terms;

use super::output;
use crate::args::explain::ExplainArgs;
use crate::args::generate::flag_help;
use crate::cli::{self, Command, Stop};
use crate::config::settings::{Area, InForce, Origin, Settings};
use crate::config::{self, Environment};
use crate::document::Document;
use crate::error::{Error, Result};
use crate::render::{self, Outcome, Output};
use crate::reports::explain::{self, SettingRow};
use serde_json::Value;
use std::ffi::OsString;
use std::path::Path;

/// Runs `funnel explain`.
///
/// # Errors
/// No such command, or wrong flags and settings for it.
pub fn run(args: &ExplainArgs) -> Result<Outcome> {
    let words = ["funnel", &args.command].map(OsString::from).into_iter().chain(args.flags.iter().cloned());
    let command = match cli::parse(words) {
        Ok(cli) => cli.command,
        Err(Stop::Show(text)) => return super::show(text.as_bytes()),
        Err(Stop::Usage(error)) => return Err(error),
    };
    let sources = command.sources().filter(|_| !matches!(command, Command::Convert(_)));
    let Some(sources) = sources else {
        let error = Error::usage(format!("{} computes nothing that has to be explained", command.name()));
        return Err(error.with_hint(format!("`funnel {} --help` says what it does", command.name())));
    };
    let environment = Environment::from_process()?;
    let file = config::load(sources.config(), &environment, Path::new(""))?;
    let settings = config::resolve_settings(&command, &environment, file.as_ref())?;
    let output = Output::open(output::target(&settings.output).as_deref())?;
    let ui = super::ui(&settings);
    ui.notes(&settings.notes);
    let document = document(&settings)?;
    let options = output::options(&settings.output, &ui.surface(output.is_stdout()));
    if output.is_directory() {
        return output.write_files(&render::render_files(&document, &options)?);
    }
    let rendered = render::render(&document, &options)?;
    ui.notes(&rendered.notes);
    output.write(&rendered.bytes)
}

fn document(settings: &Settings) -> Result<Document> {
    let shown = |setting: &&InForce| setting.area != Area::Output || setting.origin != Origin::Default;
    let rows: Vec<SettingRow> =
        settings.in_force.iter().filter(shown).filter_map(|setting| row(settings.command, setting)).collect();
    let parts = terms::parts(settings)?;
    Ok(Document {
        command: "explain".to_owned(),
        title: format!("funnel {}", settings.command),
        settings: settings.shown(),
        sections: [explain::definitions(&parts), vec![explain::settings(&rows)]].concat(),
        notes: settings.notes.clone(),
        ..Document::default()
    })
}

/// A row of the table; nothing for what is not set.
fn row(command: &str, setting: &InForce) -> Option<SettingRow> {
    let flag = setting.name.rsplit('.').next().unwrap_or(&setting.name).replace('_', "-");
    Some(SettingRow {
        name: setting.name.clone(),
        value: plain(&setting.value)?,
        origin: setting.origin.to_string(),
        meaning: flag_help(command, &flag),
    })
}

/// A value in words; nothing where there is none.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(values) if values.is_empty() => None,
        Value::Array(values) => Some(values.iter().filter_map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => fields.get("name").and_then(plain).or_else(|| Some(value.to_string())),
        other => Some(other.to_string()),
    }
}
