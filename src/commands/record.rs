//! `--run-record`: what a run read, did and found, so that it can be told from another and done again.
//!
//! It holds no clock and no host: the same inputs and settings give the same bytes.

use crate::config::settings::{Analysis, InputPath, Settings};
use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::render::{Format, RenderOptions, Written, instant, render};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The version of the shape; it changes only when a reader would break.
const SCHEMA: &str = "funnel-run/1";

/// A file that was read.
#[derive(Debug)]
struct Input {
    path: PathBuf,
    bytes: u64,
    sha256: String,
    modified: Option<SystemTime>,
}

/// The files of a run as they were before it read them.
#[derive(Debug, Default)]
pub struct Inputs {
    files: Vec<Input>,
    has_stdin: bool,
}

impl Inputs {
    /// Reads all files that a run with these settings reads, where a record is asked for.
    ///
    /// # Errors
    /// A file that cannot be read.
    pub fn of(settings: &Settings) -> Result<Self> {
        if settings.output.run.record.is_none() {
            return Ok(Self::default());
        }
        let sources = settings.sources.iter().flat_map(|source| &source.files);
        let has_stdin = sources.clone().any(|file| *file == InputPath::Stdin);
        let mut paths: Vec<&Path> = settings.config_path.iter().map(PathBuf::as_path).collect();
        paths.extend(sources.filter_map(InputPath::path));
        paths.extend(settings.lookups.iter().map(|lookup| lookup.file.as_path()));
        if let Analysis::Pipeline(asked) = &settings.analysis {
            paths.extend(asked.previous.iter().map(PathBuf::as_path));
        }
        let mut files: Vec<Input> = Vec::new();
        for path in paths {
            if files.iter().all(|file| file.path != path) {
                files.push(input(path).map_err(|error| Error::io(path.display(), &error))?);
            }
        }
        Ok(Self { files, has_stdin })
    }

    /// A file that is written to meanwhile would make the record a lie.
    fn verify(&self) -> Result<()> {
        for file in &self.files {
            let now = fs::metadata(&file.path);
            let same = now.is_ok_and(|now| now.len() == file.bytes && now.modified().ok() == file.modified);
            if !same && file.modified.is_some() {
                let error = Error::new(ErrorKind::Io, "file changed while it was read").in_file(file.path.display());
                return Err(error.with_hint("read a copy, or wait until the file is complete"));
            }
        }
        Ok(())
    }
}

fn input(path: &Path) -> std::io::Result<Input> {
    let mut file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        // A pipe can be read once, and that is not ours.
        return Ok(Input { path: path.to_owned(), bytes: 0, sha256: String::new(), modified: None });
    }
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut bytes = 0;
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                bytes += count as u64;
                hash.update(&buffer[..count]);
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Input { path: path.to_owned(), bytes, sha256: hex(hash), modified: metadata.modified().ok() })
}

fn hex(hash: Sha256) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn digest(bytes: &[u8]) -> String {
    let mut hash = Sha256::new();
    hash.update(bytes);
    hex(hash)
}

/// Makes the record.
///
/// # Errors
/// An input that changed meanwhile.
pub fn record(
    settings: &Settings,
    document: &Document,
    inputs: &Inputs,
    written: &[Written],
    verdict: &Result<()>,
    failed: &[String],
) -> Result<Vec<u8>> {
    inputs.verify()?;
    let exit = verdict.as_ref().map_or_else(|error| error.kind.exit_code(), |()| 0);
    let whole = render(document, &RenderOptions { format: Format::Json, ..RenderOptions::default() })?;
    let told: Value = serde_json::from_slice(&whole.bytes).map_err(|error| Error::internal(error.to_string()))?;
    let mut files: Vec<Value> = inputs.files.iter().map(shown).collect();
    if inputs.has_stdin {
        files.push(json!({"path": "-", "bytes": null, "sha256": null}));
    }
    let mut settings_shown: Map<String, Value> = document.settings.iter().cloned().collect();
    settings_shown.insert("format".to_owned(), json!(crate::args::choices::word(&settings.output.format)));
    settings_shown.insert("fail_if".to_owned(), texts(&settings.output.run.fail_if));
    settings_shown.insert("fail_on_goal".to_owned(), json!(settings.output.run.fail_on_goal));
    let outputs: Vec<Value> = written
        .iter()
        .map(|one| json!({"path": one.path, "bytes": one.bytes.len(), "sha256": digest(&one.bytes)}))
        .collect();
    let record = json!({
        "schema": SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "command": document.command,
        "exit_code": exit,
        "reason": verdict.as_ref().err().map(ToString::to_string),
        "checks_failed": failed,
        "period": settings.period_name(),
        "as_of": document.as_of.and_then(instant),
        "settings": settings_shown,
        "inputs": files,
        "sources": told["sources"],
        "outputs": outputs,
        "tables": told["tables"].as_array().map(|tables| tables.iter().map(counted).collect::<Vec<_>>()),
        "notes": told["notes"],
    });
    let mut bytes = serde_json::to_vec_pretty(&record).map_err(|error| Error::internal(error.to_string()))?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn shown(file: &Input) -> Value {
    let known = file.modified.is_some();
    let (bytes, sha256) = (known.then_some(file.bytes), known.then_some(&file.sha256));
    json!({"path": file.path.to_string_lossy(), "bytes": bytes, "sha256": sha256})
}

fn texts<T: ToString>(list: &[T]) -> Value {
    list.iter().map(ToString::to_string).collect::<Vec<_>>().into()
}

/// A table without its rows.
fn counted(table: &Value) -> Value {
    json!({"name": table["name"], "rows": table["rows"].as_array().map(Vec::len)})
}
