//! Parquet and Arrow IPC through polars: typed columns in batches, handed to worker threads.
//!
//! The streaming engine calls back from one thread, so the callback only passes batches on and the work on them is done
//! by workers. Statistics of the file filter nothing, and names are never taken for patterns. Parquet logs of texts and
//! times in many row groups go a shorter way ([`groups`]).

mod chunk;
mod groups;
mod view;

use self::chunk::Unpacker;
use self::groups::Groups;
use self::view::{View, ViewRow};
use super::batch::{Batch, Wanted};
use super::evidence::Evidence;
use super::file::{FileScan, Reason, ScanTask};
use super::source::Shared;
use super::typed::{Builder, Fault, Layout, Seen};
use crate::document::FileAccount;
use crate::error::{Error, Result};
use polars::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Which of the two formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnarKind {
    Parquet,
    Arrow,
}

/// An opened file with its columns.
#[derive(Clone)]
pub struct ColumnarFile {
    /// The path as shown.
    pub name: String,
    path: PathBuf,
    kind: ColumnarKind,
    pub headers: Vec<String>,
    schema: SchemaRef,
    /// The file as it was opened: what is read later need not parse its metadata again.
    frame: LazyFrame,
}

/// A reject of a columnar file: the row (from 1) and what is wrong with it, by slot.
type RowFault = (u64, Fault);

/// Rejects that are listed one by one; further ones are only counted.
const LISTED: usize = 10_000;

/// Rows that are looked at first when the format of a column is found out.
const FIRST_ROWS: IdxSize = 1 << 16;

impl ColumnarFile {
    /// Reads the schema of a file.
    ///
    /// # Errors
    /// A file that is damaged or not of this kind is a read error.
    pub fn open(path: &Path, kind: ColumnarKind) -> Result<Self> {
        let mut frame = lazy(path, kind)?;
        let schema = guarded(path, || frame.collect_schema())?;
        let headers = schema.iter_names().map(ToString::to_string).collect();
        Ok(Self { name: path.display().to_string(), path: path.to_owned(), kind, headers, schema, frame })
    }

    /// Shows the cells of the needed columns to the evidence.
    ///
    /// # Errors
    /// Whatever reading reports.
    pub fn gather(&self, needed: &[usize], mut evidence: Evidence, is_local: bool) -> Result<Evidence> {
        let slots = evidence.slots();
        if slots.iter().all(|slot| self.is_typed(needed[*slot], is_local)) {
            return Ok(evidence);
        }
        let all = self.select(needed, &slots, is_local)?;
        let mut first_row = 0;
        // The first rows nearly always settle it.
        for rows in [FIRST_ROWS, IdxSize::MAX] {
            let frame = all.clone().slice(i64::from(first_row), rows);
            let mut frame = guarded(&self.path, || frame.collect())?;
            frame.rechunk_mut();
            let view = View::of(&frame)?;
            for row in 0..frame.height() {
                evidence.observe(u64::from(first_row) + row as u64 + 1, &ViewRow { view: &view, row });
                if evidence.settled() {
                    return Ok(evidence);
                }
            }
            first_row += FIRST_ROWS;
        }
        Ok(evidence)
    }

    /// Whether a column holds times that need no zone, of their own type: their format need not be found out.
    fn is_typed(&self, column: usize, is_local: bool) -> bool {
        match self.schema.get_at_index(column) {
            Some((_, DataType::Datetime(_, Some(_)))) => true,
            Some((_, DataType::Datetime(_, None) | DataType::Date)) => !is_local,
            _ => false,
        }
    }

    /// The needed columns: the times among them in microseconds where they are typed, everything else as text.
    fn select(&self, needed: &[usize], times: &[usize], is_local: bool) -> Result<LazyFrame> {
        let mut expressions = Vec::with_capacity(needed.len());
        for (slot, position) in needed.iter().enumerate() {
            let Some((name, kind)) = self.schema.get_at_index(*position) else { continue };
            let column = col(name.clone());
            let typed = times.contains(&slot) && self.is_typed(*position, is_local);
            expressions.push(match kind {
                DataType::String => column,
                DataType::Date if typed => column,
                DataType::Date => column.dt().to_string("%Y-%m-%d"),
                DataType::Datetime(..) if typed => column.cast(micros()),
                DataType::Datetime(_, None) => column.cast(micros()).dt().to_string(LOCAL),
                DataType::Datetime(_, Some(_)) => column.cast(micros()).dt().to_string(UNIVERSAL),
                DataType::Binary | DataType::List(_) | DataType::Struct(_) => {
                    let error = Error::data("the column holds no plain values").at(&self.name, None, Some(name));
                    return Err(error.with_hint("write the column as text"));
                }
                DataType::Float32 | DataType::Float64 => number_text(&column),
                _ => column.cast(DataType::String),
            });
        }
        Ok(self.frame.clone().select(expressions))
    }

    /// Reads the file into batches and hands each to `stage` in a worker thread.
    ///
    /// # Errors
    /// Whatever reading reports; the first failed batch ends the scan.
    pub fn scan<S: Send>(
        &self,
        task: &ScanTask,
        shared: &Shared,
        stage: &(dyn Fn(&Batch) -> S + Sync),
        stop: &AtomicBool,
    ) -> Result<FileScan<S>> {
        let times = task.layout.fields.iter().filter(|field| matches!(field.wanted, Wanted::Time { .. }));
        let times: Vec<usize> = times.filter_map(|field| field.column).collect();
        let frame = self.select(&task.needed, &times, shared.formats.is_local())?;
        let parts = match self.groups(task, &times, shared) {
            Some(groups) => self.scan_groups(&groups, &frame, task, shared, stage, stop)?,
            None => self.stream(frame, task, shared, stage, stop)?,
        };
        self.combine(parts.into_iter(), &task.needed)
    }

    /// The row groups, where the file is one that can be read by them.
    fn groups(&self, task: &ScanTask, times: &[usize], shared: &Shared) -> Option<Groups> {
        if self.kind != ColumnarKind::Parquet {
            return None;
        }
        let is_local = shared.formats.is_local();
        let needed = task.needed.iter().enumerate();
        let needed = needed.map(|(slot, column)| (*column, times.contains(&slot) && self.is_typed(*column, is_local)));
        let needed: Vec<_> = needed.collect();
        quietly(|| Groups::open(&self.path, &self.schema, &needed, shared.threads.max(1)))
    }

    /// Each worker takes one row group after the other, unpacks and stages it.
    fn scan_groups<S: Send>(
        &self,
        groups: &Groups,
        frame: &LazyFrame,
        task: &ScanTask,
        shared: &Shared,
        stage: &(dyn Fn(&Batch) -> S + Sync),
        stop: &AtomicBool,
    ) -> Result<Vec<Result<Part<S>>>> {
        let next = AtomicUsize::new(0);
        let parts: Mutex<Vec<_>> = Mutex::new((0..groups.len()).map(|_| None).collect());
        let work = || {
            let mut unpacker = Unpacker::new();
            loop {
                let group = next.fetch_add(1, Ordering::Relaxed);
                if group >= groups.len() || stop.load(Ordering::Relaxed) {
                    return;
                }
                let part = self.group(groups, group, &mut unpacker, frame, task, stage);
                parts.lock().unwrap_or_else(PoisonError::into_inner)[group] = Some(part);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..shared.threads.max(1).min(groups.len()) {
                scope.spawn(work);
            }
        });
        groups.verify_unchanged()?;
        Ok(parts.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().flatten().collect())
    }

    /// One row group: from its pages, or by polars where they hold what only polars reads.
    fn group<S>(
        &self,
        groups: &Groups,
        group: usize,
        unpacker: &mut Unpacker,
        frame: &LazyFrame,
        task: &ScanTask,
        stage: &(dyn Fn(&Batch) -> S + Sync),
    ) -> Result<Part<S>> {
        let (first_row, rows) = groups.rows(group);
        let chunks = quietly(|| groups.chunks(group, unpacker));
        if let Some(cells) = chunks.as_ref().and_then(|chunks| groups.cells(group, chunks)) {
            let part = part(&task.layout, &View::of_cells(&cells), rows, first_row, stage);
            drop(cells);
            chunks.into_iter().flatten().for_each(|chunk| unpacker.recycle(chunk));
            return part;
        }
        let offset = i64::try_from(first_row).unwrap_or(i64::MAX);
        let height = IdxSize::try_from(rows).unwrap_or(IdxSize::MAX);
        let mut frame = guarded(&self.path, || frame.clone().slice(offset, height).collect())?;
        frame.rechunk_mut();
        part(&task.layout, &View::of(&frame)?, rows, first_row, stage)
    }

    /// Reads the file by the streaming engine of polars.
    fn stream<S: Send>(
        &self,
        frame: LazyFrame,
        task: &ScanTask,
        shared: &Shared,
        stage: &(dyn Fn(&Batch) -> S + Sync),
        stop: &AtomicBool,
    ) -> Result<Vec<Result<Part<S>>>> {
        let threads = shared.threads.max(1);
        let (sender, receiver) = crossbeam_channel::bounded::<(usize, u64, DataFrame)>(threads * 2);
        let progress = Mutex::new((0_usize, 0_u64));
        let callback = PlanCallback::new(move |frame: DataFrame| {
            let mut at = progress.lock().unwrap_or_else(PoisonError::into_inner);
            let (index, first_row) = *at;
            *at = (index + 1, first_row + frame.height() as u64);
            // A receiver that is gone has failed: the scan may end.
            Ok(sender.send((index, first_row, frame)).is_err())
        });
        let frame = frame.sink_batches(callback, true, None).map_err(|error| failure(&self.path, &error))?;
        let parts = Mutex::new(Vec::new());
        let work = || {
            for (index, first_row, frame) in &receiver {
                let part = if stop.load(Ordering::Relaxed) {
                    Ok(Part::default())
                } else {
                    frame_part(&task.layout, frame, first_row, stage)
                };
                parts.lock().unwrap_or_else(PoisonError::into_inner).push((index, part));
            }
        };
        let read = std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
            guarded(&self.path, move || frame.collect_with_engine(Engine::Streaming))
        });
        read?;
        let mut parts = parts.into_inner().unwrap_or_else(PoisonError::into_inner);
        parts.sort_by_key(|(index, _)| *index);
        Ok(parts.into_iter().map(|(_, part)| part).collect())
    }

    fn combine<S>(&self, parts: impl Iterator<Item = Result<Part<S>>>, needed: &[usize]) -> Result<FileScan<S>> {
        let mut account = FileAccount { path: self.name.clone(), ..FileAccount::default() };
        let mut reasons: BTreeMap<(usize, &'static str), (u64, u64)> = BTreeMap::new();
        let (mut staged, mut rejects, mut seen) = (Vec::new(), Vec::new(), Seen::default());
        for part in parts {
            let part = part?;
            account.records += part.records;
            account.blank += part.blank;
            account.rejected += part.rejects.len() as u64;
            seen.merge(&part.seen);
            for (row, fault) in part.rejects {
                let column = needed[fault.column];
                reasons.entry((column, fault.reason)).or_insert((0, row)).0 += 1;
                if rejects.len() < LISTED {
                    rejects.push((row, Some(column), fault.reason));
                }
            }
            staged.extend(part.staged);
        }
        account.loaded = account.records - account.blank - account.rejected;
        let reasons = reasons.into_iter().map(|((column, reason), (rows, first_line))| Reason {
            column: Some(column),
            reason,
            rows,
            first_line,
        });
        let reasons = reasons.collect();
        Ok(FileScan { staged, account, rejects, reasons, seen, notes: Vec::new() })
    }
}

fn frame_part<S>(
    layout: &Layout,
    mut frame: DataFrame,
    first_row: u64,
    stage: &(dyn Fn(&Batch) -> S + Sync),
) -> Result<Part<S>> {
    if frame.first_col_n_chunks() > 1 {
        frame.rechunk_mut();
    }
    part(layout, &View::of(&frame)?, frame.height(), first_row, stage)
}

/// Judges the records of a batch and stages those that are kept.
fn part<S>(
    layout: &Layout,
    view: &View<'_>,
    rows: usize,
    first_row: u64,
    stage: &(dyn Fn(&Batch) -> S + Sync),
) -> Result<Part<S>> {
    let mut builder = Builder::new(layout);
    let mut part = Part { records: rows as u64, ..Part::default() };
    view.push(rows, &mut builder, &mut |row, judged| match judged {
        Ok(()) => {}
        Err(_) if view.is_blank(row) => part.blank += 1,
        Err(fault) => part.rejects.push((first_row + row as u64 + 1, fault)),
    });
    part.seen = builder.seen;
    part.staged = Some(builder.finish(stage)?);
    Ok(part)
}

/// Numbers as texts, the whole ones without a fraction: a column of whole numbers with gaps is often one of fractions.
fn number_text(column: &Expr) -> Expr {
    let whole = column.clone().cast(DataType::Int64);
    let is_whole = whole.clone().cast(DataType::Float64).eq(column.clone().cast(DataType::Float64));
    when(is_whole).then(whole.cast(DataType::String)).otherwise(column.clone().cast(DataType::String))
}

const LOCAL: &str = "%Y-%m-%dT%H:%M:%S%.6f";
const UNIVERSAL: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";

const fn micros() -> DataType {
    DataType::Datetime(TimeUnit::Microseconds, None)
}

/// What one batch gave.
struct Part<S> {
    staged: Option<S>,
    records: u64,
    rejects: Vec<RowFault>,
    blank: u64,
    seen: Seen,
}

impl<S> Default for Part<S> {
    fn default() -> Self {
        Self { staged: None, records: 0, rejects: Vec::new(), blank: 0, seen: Seen::default() }
    }
}

fn lazy(path: &Path, kind: ColumnarKind) -> Result<LazyFrame> {
    let place = PlRefPath::try_from_path(path).map_err(|error| failure(path, &error))?;
    let frame = match kind {
        ColumnarKind::Parquet => {
            let args = ScanArgsParquet { glob: false, use_statistics: false, ..ScanArgsParquet::default() };
            LazyFrame::scan_parquet(place, args)
        }
        ColumnarKind::Arrow => {
            let args = UnifiedScanArgs { glob: false, ..UnifiedScanArgs::default() };
            LazyFrame::scan_ipc(place, IpcScanOptions::default(), args)
        }
    };
    frame.map_err(|error| failure(path, &error))
}

/// Damaged files can make the readers panic: that is a read error, not a crash.
fn guarded<T>(path: &Path, read: impl FnOnce() -> PolarsResult<T>) -> Result<T> {
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)) {
        Ok(result) => result.map_err(|error| failure(path, &error)),
        Err(_) => Err(Error::new(crate::error::ErrorKind::Io, "the file is damaged").in_file(path.display())),
    }
}

/// Where a damaged file makes a reader panic, there is no answer: polars is asked instead and says what is wrong.
fn quietly<T>(read: impl FnOnce() -> Option<T>) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).unwrap_or_default()
}

fn failure(path: &Path, error: &PolarsError) -> Error {
    let reason = error.to_string();
    let reason = reason.lines().next().unwrap_or_default().to_owned();
    Error::new(crate::error::ErrorKind::Io, reason).in_file(path.display())
}
