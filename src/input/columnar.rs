//! Parquet and Arrow IPC through polars: typed columns in batches, handed to worker threads.
//!
//! The streaming engine calls back from one thread, so the callback only passes batches on and the work on them is done
//! by workers. Statistics of the file filter nothing, and names are never taken for patterns.

use super::batch::{Batch, Wanted};
use super::evidence::Evidence;
use super::file::{FileScan, Reason, ScanTask};
use super::source::Shared;
use super::typed::{Builder, Cell, Fault, Layout, Row, Seen};
use crate::document::FileAccount;
use crate::error::{Error, Result};
use polars::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, Ordering};

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
    pub headers: Vec<String>,
    schema: SchemaRef,
    /// The file as it was opened: what is read later need not parse its metadata again.
    frame: LazyFrame,
}

/// A reject of a columnar file: the row (from 1) and what is wrong with it, by slot.
type RowFault = (u64, Fault);

/// Rejects that are listed one by one; further ones are only counted.
const LISTED: usize = 10_000;

impl ColumnarFile {
    /// Reads the schema of a file.
    ///
    /// # Errors
    /// A file that is damaged or not of this kind is a read error.
    pub fn open(path: &Path, kind: ColumnarKind) -> Result<Self> {
        let mut frame = lazy(path, kind)?;
        let schema = guarded(path, || frame.collect_schema())?;
        let headers = schema.iter_names().map(ToString::to_string).collect();
        Ok(Self { name: path.display().to_string(), path: path.to_owned(), headers, schema, frame })
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
        let frame = self.select(needed, &slots, is_local)?;
        let frame = guarded(&self.path, || frame.collect())?;
        let view = View::of(&frame)?;
        for row in 0..frame.height() {
            evidence.observe(row as u64 + 1, &ViewRow { view: &view, row });
            if evidence.settled() {
                break;
            }
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
        let times = task.layout.fields.iter().filter(|field| matches!(field.wanted, Wanted::Time { .. }));
        let times: Vec<usize> = times.filter_map(|field| field.column).collect();
        let frame = self.select(&task.needed, &times, shared.formats.is_local())?;
        let frame = frame.sink_batches(callback, true, None).map_err(|error| failure(&self.path, &error))?;
        let parts = Mutex::new(Vec::new());
        let work = || {
            for (index, first_row, frame) in &receiver {
                let part = if stop.load(Ordering::Relaxed) {
                    Ok(Part::default())
                } else {
                    part(&task.layout, &frame, first_row, stage)
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
        self.combine(parts.into_iter().map(|(_, part)| part), &task.needed)
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

fn part<S>(
    layout: &Layout,
    frame: &DataFrame,
    first_row: u64,
    stage: &(dyn Fn(&Batch) -> S + Sync),
) -> Result<Part<S>> {
    let mut frame = frame.clone();
    if frame.first_col_n_chunks() > 1 {
        frame.rechunk_mut();
    }
    let view = View::of(&frame)?;
    let mut builder = Builder::new(layout);
    let mut part = Part { records: frame.height() as u64, ..Part::default() };
    let mut judge = |row: usize, judged: std::result::Result<(), Fault>| match judged {
        Ok(()) => {}
        Err(_) if view.is_blank(row) => part.blank += 1,
        Err(fault) => part.rejects.push((first_row + row as u64 + 1, fault)),
    };
    match view.plain_events(&builder) {
        Some(events) => events.push(&mut builder, &view, &mut judge),
        None => {
            for row in 0..frame.height() {
                judge(row, builder.push(&ViewRow { view: &view, row }));
            }
        }
    }
    part.seen = builder.seen;
    part.staged = Some(builder.finish(stage)?);
    Ok(part)
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

fn failure(path: &Path, error: &PolarsError) -> Error {
    let reason = error.to_string();
    let reason = reason.lines().next().unwrap_or_default().to_owned();
    Error::new(crate::error::ErrorKind::Io, reason).in_file(path.display())
}

/// One row of a batch.
struct ViewRow<'v, 'a> {
    view: &'v View<'a>,
    row: usize,
}

impl<'a> Row<'a> for ViewRow<'_, 'a> {
    #[expect(clippy::inline_always, reason = "runs three times per record; measured")]
    #[inline(always)]
    fn cell(&self, slot: usize) -> Cell<'a> {
        self.view.cell(slot, self.row)
    }
}

/// The columns of a batch, by slot.
struct View<'a> {
    columns: Vec<ViewColumn<'a>>,
}

/// Texts as polars keeps them in one chunk.
type Texts = <StringType as PolarsDataType>::Array;

enum ViewColumn<'a> {
    /// One chunk without a null.
    FullText(&'a Texts),
    Text(&'a StringChunked),
    /// One chunk without a null.
    FullTimes(&'a [i64]),
    Times(&'a Int64Chunked),
    Days(&'a Int32Chunked),
}

impl<'a> View<'a> {
    fn of(frame: &'a DataFrame) -> Result<Self> {
        let internal = |error: PolarsError| Error::internal(error.to_string());
        let columns = frame.columns().iter().map(|column| {
            Ok(match column.dtype() {
                DataType::Datetime(..) => {
                    let times = column.datetime().map_err(internal)?.physical();
                    times.cont_slice().map_or(ViewColumn::Times(times), ViewColumn::FullTimes)
                }
                DataType::Date => ViewColumn::Days(column.date().map_err(internal)?.physical()),
                _ => {
                    let texts = column.str().map_err(internal)?;
                    let single = (texts.null_count() == 0 && texts.chunks().len() == 1)
                        .then(|| texts.downcast_iter().next())
                        .flatten();
                    single.map_or(ViewColumn::Text(texts), ViewColumn::FullText)
                }
            })
        });
        Ok(Self { columns: columns.collect::<Result<_>>()? })
    }

    #[expect(clippy::inline_always, reason = "runs three times per record; measured")]
    #[inline(always)]
    fn cell(&self, slot: usize, row: usize) -> Cell<'a> {
        match &self.columns[slot] {
            ViewColumn::FullText(texts) => Cell::Text(texts.value(row).as_bytes()),
            ViewColumn::FullTimes(times) => Cell::Time { at: times[row], date_only: false },
            ViewColumn::Text(texts) => texts.get(row).map_or(Cell::Null, |text| Cell::Text(text.as_bytes())),
            ViewColumn::Times(times) => times.get(row).map_or(Cell::Null, |at| Cell::Time { at, date_only: false }),
            ViewColumn::Days(days) => days.get(row).map_or(Cell::Null, |day| Cell::Time {
                at: i64::from(day) * crate::model::time::MICROS_PER_DAY,
                date_only: true,
            }),
        }
    }

    /// Id, time and name as whole columns, where the records are plain events and none of the three is ever missing.
    fn plain_events(&self, builder: &Builder<'_>) -> Option<PlainEvents<'a>> {
        let [id, time, name] = builder.event_slots()?.map(|slot| &self.columns[slot]);
        match (id, time, name) {
            (ViewColumn::FullText(ids), ViewColumn::FullTimes(times), ViewColumn::FullText(names)) => {
                Some(PlainEvents { ids, times, names })
            }
            _ => None,
        }
    }

    /// Whether all the needed cells of a row are null or empty.
    fn is_blank(&self, row: usize) -> bool {
        (0..self.columns.len()).all(|slot| match self.cell(slot, row) {
            Cell::Null => true,
            Cell::Text(text) => text.is_empty(),
            Cell::Time { .. } => false,
        })
    }
}

/// Plain events as whole columns of one length.
struct PlainEvents<'a> {
    ids: &'a Texts,
    times: &'a [i64],
    names: &'a Texts,
}

/// Places for names that were judged before; a log has a few dozen at most.
const PLACES: usize = 64;

impl PlainEvents<'_> {
    /// Judges all events; a name is judged once for each form in which the batch holds it.
    ///
    /// A short text is its view, and a long one of a dictionary has one view, so that most names are known by one
    /// comparison of 128 bits.
    fn push(
        &self,
        builder: &mut Builder<'_>,
        view: &View<'_>,
        judge: &mut impl FnMut(usize, std::result::Result<(), Fault>),
    ) {
        let mut known: [(u128, Option<u32>); PLACES] = [(u128::MAX, None); PLACES];
        let mut codes = Vec::with_capacity(self.times.len());
        for (row, name) in self.names.views().iter().enumerate() {
            let form = name.as_u128();
            let place = &mut known[place(form)];
            if place.0 != form {
                *place = (form, builder.event_code(self.names.value(row).as_bytes()));
            }
            codes.push(place.1);
        }
        let events = || self.ids.values_iter().zip(self.times).zip(&codes).enumerate();
        let cells = |row| ViewRow { view, row };
        if let Some(mut bare) = builder.bare_events().filter(|_| codes.iter().all(Option::is_some)) {
            bare.reserve(codes.len());
            for (row, ((id, at), code)) in events() {
                judge(row, bare.push(id.as_bytes(), *at, code.unwrap_or(0)));
            }
            return;
        }
        for (row, ((id, at), code)) in events() {
            judge(
                row,
                match code {
                    Some(code) => builder.push_coded(id.as_bytes(), *at, *code, &cells(row)),
                    None => builder.push(&cells(row)),
                },
            );
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "both halves count, and six bits are left")]
const fn place(form: u128) -> usize {
    let mixed = (form as u64 ^ (form >> 64) as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 58) as usize
}
