//! Rejected records: their list on request, and the limit above which there is no result.

use crate::args::values::number::RejectLimit;
use crate::document::Note;
use crate::error::{Error, Result};
use crate::input::source::Scan;
use crate::render::Output;
use std::path::Path;

/// Writes file, line, column and reason of every listed reject; never the cells.
///
/// # Errors
/// A failed write.
pub fn write(path: &Path, scans: &[Scan]) -> Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let rows = scans.iter().flat_map(|scan| &scan.rejects);
    let failed = |error: csv::Error| Error::internal(error.to_string());
    writer.write_record(["file", "line", "column", "reason"]).map_err(failed)?;
    for reject in rows {
        let line = reject.line.to_string();
        let column = reject.column.as_deref().unwrap_or_default();
        writer.write_record([reject.file.as_str(), &line, column, reject.reason]).map_err(failed)?;
    }
    let bytes = writer.into_inner().map_err(|error| Error::internal(error.to_string()))?;
    Output::open(Some(path))?.write(&bytes).map(|_| ())
}

/// Ends the run where a source has more rejects than allowed.
///
/// # Errors
/// A data error at the first reject, with the reasons counted.
pub fn judge(scan: &Scan, limit: RejectLimit) -> Result<()> {
    let records: u64 = scan.account.files.iter().map(|file| file.records).sum();
    let rejected: u64 = scan.account.files.iter().map(|file| file.rejected).sum();
    if !limit.is_exceeded(rejected, records) {
        return Ok(());
    }
    let message = format!("{rejected} of {records} records cannot be read: {}", reasons(scan));
    let error = match scan.rejects.first() {
        Some(first) => Error::data(message).at(&first.file, Some(first.line), first.column.as_deref()),
        None => Error::data(message),
    };
    Err(error.with_hint("--rejects FILE lists them; --max-rejects N|P% raises the limit"))
}

/// The reasons in words, with how often and where first.
fn reasons(scan: &Scan) -> String {
    let reasons = scan.reasons.iter().map(|((column, reason), (count, line))| match column {
        Some(column) => format!("{count} x {reason} ({column}, first in line {line})"),
        None => format!("{count} x {reason} (first in line {line})"),
    });
    reasons.collect::<Vec<_>>().join(", ")
}

/// Says which records of a source were left out; `None` where none was.
#[must_use]
pub fn note(scan: &Scan) -> Option<Note> {
    let rejected: u64 = scan.account.files.iter().map(|file| file.rejected).sum();
    let records: u64 = scan.account.files.iter().map(|file| file.records).sum();
    let text = format!("{}: {rejected} of {records} records were rejected: {}", scan.account.name, reasons(scan));
    (rejected > 0).then(|| Note::warning("rejects", text))
}
