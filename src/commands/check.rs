//! `funnel check`: all sources read in full, what was found shown, and the reject limit judged last.

use super::analysis::Context;
use super::rejects;
use crate::document::Document;
use crate::engine::inspect::inspect;
use crate::error::Result;
use crate::input::presets::Applied;
use crate::input::source::Scan;
use crate::reports::check::{Checked, RejectCount, section};

/// Answers `funnel check`. The second result is the verdict on the rejects, to be given after the tables are shown.
///
/// # Errors
/// Whatever reading reports; a list of rejects that cannot be written.
pub fn document(context: &Context<'_>) -> Result<(Document, Result<()>)> {
    let zone = context.settings.common.timezone;
    let (mut checked, mut scans, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for source in &context.sources {
        let (scan, facts) = inspect(source, zone, context.threads)?;
        let formats = source.shared.formats.take_notes();
        let decisions = scan.notes.iter().chain(&formats).map(|note| note.text.clone()).collect();
        notes.extend(formats);
        checked.push(Checked {
            account: scan.account.clone(),
            kind: source.kind,
            facts,
            rejects: reject_counts(&scan),
            preset: source.preset.as_ref().map(Applied::account),
            decisions,
        });
        scans.push(scan);
    }
    if let Some(path) = &context.settings.loading.rejects {
        rejects::write(path, &scans)?;
    }
    let limit = context.settings.loading.max_rejects;
    let verdict = scans.iter().try_for_each(|scan| rejects::judge(scan, limit));
    let mut document = context.document("check", "Check", &scans);
    document.notes.extend(notes);
    document.sections.push(section(&checked));
    Ok((document, verdict))
}

fn reject_counts(scan: &Scan) -> Vec<RejectCount> {
    let counts = scan.reasons.iter().map(|((column, reason), (rows, first_line))| RejectCount {
        reason: (*reason).to_owned(),
        column: column.clone(),
        rows: *rows,
        first_line: *first_line,
    });
    counts.collect()
}
