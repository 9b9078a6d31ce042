//! NDJSON as one of the file formats: the reader's records become typed batches.

use super::batch::Batch;
use super::csv::Fault;
use super::evidence::Evidence;
use super::file::{FileScan, ScanTask};
use super::ndjson::{Cells, LineSink, NdjsonFile};
use super::source::Shared;
use super::typed::{Builder, Cell, Row, Seen};
use crate::error::Result;
use std::sync::atomic::AtomicBool;

/// The cells of one object.
struct Object<'a>(&'a Cells<'a>);

impl<'a> Row<'a> for Object<'a> {
    fn cell(&self, slot: usize) -> Cell<'a> {
        self.0.value(slot).map_or(Cell::Null, Cell::Text)
    }

    fn is_list(&self, slot: usize) -> bool {
        self.0.is_list(slot)
    }
}

/// Shows the cells of the needed columns to the evidence: those of the first records, of all where they settle nothing.
///
/// # Errors
/// Whatever reading reports.
pub fn gather(file: &NdjsonFile, needed: &[usize], evidence: &Evidence, shared: &Shared) -> Result<Evidence> {
    const SAMPLE: usize = 2_000;
    let mut sample = evidence.clone();
    let mut line = 0;
    file.first_records(needed, SAMPLE, &mut |cells| {
        line += 1;
        sample.observe(line, &Object(cells));
    })?;
    if sample.settled() {
        return Ok(sample);
    }
    let make = || Witness { evidence: evidence.clone() };
    let scan = file.scan(needed, shared.threads, &AtomicBool::new(false), &|_| {}, &make)?;
    let mut all = evidence.clone();
    for chunk in &scan.chunks {
        all.merge(&chunk.sink.evidence, chunk.first_line);
    }
    Ok(all)
}

/// Reads the file into batches.
///
/// # Errors
/// Whatever reading reports; a condition that cannot be evaluated.
pub fn scan<S: Send>(
    file: &NdjsonFile,
    task: &ScanTask,
    shared: &Shared,
    stage: &(dyn Fn(&Batch) -> S + Sync),
    stop: &AtomicBool,
) -> Result<FileScan<S>> {
    let make = || Stager { builder: Some(Builder::new(&task.layout)), seen: Seen::default(), staged: None, stage };
    let scan = file.scan(&task.needed, shared.threads, stop, &*shared.progress, &make)?;
    let parts = scan.chunks.into_iter().map(|chunk| (chunk.sink.seen, chunk.sink.staged));
    let found = FileScan::of_parts(file.name(), &scan.account, parts)?;
    Ok(found.with_rejects(scan.rejects, scan.reject_counts))
}

/// Shows the records of a chunk to an evidence.
struct Witness {
    evidence: Evidence,
}

impl LineSink for Witness {
    fn record(&mut self, line: u64, cells: &Cells<'_>) -> std::result::Result<(), Fault> {
        self.evidence.observe(line, &Object(cells));
        Ok(())
    }
}

/// Builds the batch of a chunk and stages it in the thread that read it.
struct Stager<'a, S> {
    builder: Option<Builder<'a>>,
    seen: Seen,
    staged: Option<Result<S>>,
    stage: &'a (dyn Fn(&Batch) -> S + Sync),
}

impl<S> LineSink for Stager<'_, S> {
    fn record(&mut self, _line: u64, cells: &Cells<'_>) -> std::result::Result<(), Fault> {
        let Some(builder) = &mut self.builder else { return Ok(()) };
        let pushed = builder.push(&Object(cells));
        pushed.map_err(|fault| Fault { slot: fault.column, reason: fault.reason })
    }

    fn finish(&mut self) {
        if let Some(builder) = self.builder.take() {
            self.seen = builder.seen;
            self.staged = Some(builder.finish(self.stage));
        }
    }
}
