//! Delimited text as one of the file formats: the scanner's records become typed batches.

use super::batch::Batch;
use super::bytes::{ByteSource, TextEncoding};
use super::csv::{self, Detected, Fields, RecordSink, ScanOptions};
use super::evidence::Evidence;
use super::file::{FileScan, ScanTask};
use super::source::Shared;
use super::typed::{Builder, Cell, Layout, Reader, Row, Seen};
use super::values::clean;
use crate::document::Note;
use crate::error::Result;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// So much of a file is looked at before all of it is.
const SAMPLE: usize = 1 << 20;

/// A text file whose dialect is known.
pub struct DelimitedFile {
    detected: Detected,
    /// Lines at the end that are no records; the source ends before them.
    footer: Option<csv::Footer>,
}

impl DelimitedFile {
    #[must_use]
    pub const fn new(detected: Detected) -> Self {
        Self { detected, footer: None }
    }

    /// Cuts off the lines at the end that are no records.
    ///
    /// # Errors
    /// A failed read.
    pub fn cut_footer(&mut self, markers: &[&str]) -> Result<()> {
        self.footer = csv::footer(&self.detected.source, &self.detected.layout, markers)?;
        if let Some(footer) = &self.footer {
            self.detected.source.cut(footer.start);
        }
        Ok(())
    }

    #[must_use]
    pub fn path(&self) -> &str {
        self.detected.source.name()
    }

    #[must_use]
    pub fn headers(&self) -> &[String] {
        &self.detected.layout.header
    }

    /// Physical line of the header, from 1.
    #[must_use]
    pub const fn header_line(&self) -> Option<u64> {
        self.detected.layout.header_line
    }

    /// What separates the fields.
    #[must_use]
    pub fn delimiter(&self) -> String {
        String::from_utf8_lossy(&self.detected.layout.dialect.delimiter).into_owned()
    }

    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.detected.source.len()
    }

    fn layout(&self, needed: &[usize]) -> csv::Layout {
        csv::Layout { wanted: needed.to_vec(), ..self.detected.layout.clone() }
    }

    /// Looks at the head of the file, and at all of it where the head settles nothing.
    ///
    /// # Errors
    /// Whatever reading reports.
    pub fn gather(&self, needed: &[usize], evidence: &Evidence, shared: &Shared) -> Result<Evidence> {
        let head = self.head()?;
        if (head.len() as u64) < self.detected.source.len() {
            let name = self.path().to_owned();
            let sample = self.gather_from(&ByteSource::from_bytes(name, head), needed, evidence, shared)?;
            if sample.settled() {
                return Ok(sample);
            }
        }
        self.gather_from(&self.detected.source, needed, evidence, shared)
    }

    fn gather_from(
        &self,
        source: &ByteSource,
        needed: &[usize],
        blank: &Evidence,
        shared: &Shared,
    ) -> Result<Evidence> {
        let looks = |_: &Fields<'_>| false;
        let options = ScanOptions { threads: shared.threads, looks_like_row: &looks, ..ScanOptions::default() };
        let make = || Witness { evidence: blank.clone() };
        let scan = csv::scan(source, &self.layout(needed), &options, &make)?;
        let mut evidence = blank.clone();
        for chunk in &scan.chunks {
            evidence.merge(&chunk.sink.evidence, chunk.first_line);
        }
        Ok(evidence)
    }

    /// The first part of the file, cut at a line end.
    fn head(&self) -> Result<Vec<u8>> {
        let mut bytes = vec![0; SAMPLE];
        let count = self.detected.source.read_at(0, &mut bytes)?;
        bytes.truncate(count);
        let end = self.detected.layout.dialect.terminator.byte();
        if let Some(last) = memchr::memrchr(end, &bytes) {
            bytes.truncate(last + 1);
        }
        Ok(bytes)
    }

    /// Reads the file into batches.
    ///
    /// # Errors
    /// Whatever reading reports; a condition that cannot be evaluated.
    pub fn scan<S: Send>(
        &self,
        task: &ScanTask,
        shared: &Shared,
        stage: &(dyn Fn(&Batch) -> S + Sync),
        stop: &AtomicBool,
    ) -> Result<FileScan<S>> {
        let looks = |fields: &Fields<'_>| looks_like_row(&task.layout, fields);
        let done = AtomicU64::new(0);
        let progress = |now: u64| {
            let before = done.fetch_max(now, Ordering::Relaxed);
            (shared.progress)(now.saturating_sub(before));
        };
        let options = ScanOptions {
            threads: shared.threads,
            looks_like_row: &looks,
            progress: Some(&progress),
            ..ScanOptions::default()
        };
        let make =
            || Stager { builder: Some(Builder::new(&task.layout)), seen: Seen::default(), staged: None, stage, stop };
        let scan = csv::scan(&self.detected.source, &self.layout(&task.needed), &options, &make)?;
        let notes = self.notes(scan.encoding);
        let parts = scan.chunks.into_iter().map(|chunk| (chunk.sink.seen, chunk.sink.staged));
        let mut found = FileScan::of_parts(self.path(), &scan.account, parts)?;
        if let Some(footer) = &self.footer {
            found.account.records += footer.skipped + footer.blank;
            found.account.skipped += footer.skipped;
            found.account.blank += footer.blank;
        }
        Ok(FileScan { notes, ..found.with_rejects(scan.rejects, scan.reject_counts) })
    }

    /// What was guessed about the text.
    fn notes(&self, encoding: TextEncoding) -> Vec<Note> {
        let mut notes = Vec::new();
        let layout = &self.detected.layout;
        let is_guess = !self.detected.encoding_told && matches!(encoding, TextEncoding::SingleByte(_));
        if is_guess || encoding != layout.dialect.encoding {
            let text = format!("{}: read as Windows-1252; it is no UTF-8", self.path());
            notes.push(Note::note("encoding", text));
        }
        if layout.dialect.delimiter != b"," {
            let delimiter = String::from_utf8_lossy(&layout.dialect.delimiter).into_owned();
            notes.push(Note::note("delimiter", format!("{}: fields are separated by {delimiter:?}", self.path())));
        }
        if layout.skipped > 0 {
            let text = format!("{}: {} lines before the header were skipped", self.path(), layout.skipped);
            notes.push(Note::note("preamble", text));
        }
        if let Some(footer) = &self.footer {
            let text = format!("{}: {} lines behind the records were skipped", self.path(), footer.skipped);
            notes.push(Note::note("footer", text));
        }
        notes
    }
}

/// Whether a line inside a quoted field is in truth a record: its first time parses. Without a time in the request, a
/// line with the header's number of fields, and more than two, is taken for one.
fn looks_like_row(layout: &Layout, fields: &Fields<'_>) -> bool {
    let time = layout.fields.iter().find_map(|field| match (&field.reader, field.column) {
        (Reader::Time(Some(column)), Some(slot)) => Some((column, slot)),
        _ => None,
    });
    match time {
        Some((column, slot)) => column.parse(clean(fields.get(slot))).is_ok(),
        None => fields.len() > 2,
    }
}

impl<'c> Row<'c> for Fields<'c> {
    #[expect(clippy::inline_always, reason = "runs three times per record; measured")]
    #[inline(always)]
    fn cell(&self, slot: usize) -> Cell<'c> {
        Cell::Text(self.get(slot))
    }
}

/// Shows the records of a chunk to an evidence.
struct Witness {
    evidence: Evidence,
}

impl RecordSink for Witness {
    fn record(&mut self, line: u64, fields: &Fields<'_>) -> std::result::Result<(), csv::Fault> {
        self.evidence.observe(line, fields);
        Ok(())
    }
}

/// Builds the batch of a chunk and stages it in the thread that read it.
struct Stager<'a, S> {
    builder: Option<Builder<'a>>,
    seen: Seen,
    staged: Option<Result<S>>,
    stage: &'a (dyn Fn(&Batch) -> S + Sync),
    stop: &'a AtomicBool,
}

impl<S> RecordSink for Stager<'_, S> {
    #[inline]
    fn record(&mut self, _line: u64, fields: &Fields<'_>) -> std::result::Result<(), csv::Fault> {
        match &mut self.builder {
            Some(builder) => {
                builder.push(fields).map_err(|fault| csv::Fault { slot: fault.column, reason: fault.reason })
            }
            None => Ok(()),
        }
    }

    fn finish(&mut self) {
        if let Some(builder) = self.builder.take() {
            self.seen = builder.seen;
            // What would be staged after a stop is thrown away by the caller.
            if !self.stop.load(Ordering::Relaxed) {
                self.staged = Some(builder.finish(self.stage));
            }
        }
    }
}
