//! An NDJSON file: opened by a first reading of all its records, then scanned as often as needed.

use super::cells::Cells;
use super::chunks::{Chunk, Form, Piece, Plan, Sizes};
use super::keys::KeyLimits;
use super::learn::Learner;
use super::parse::Damage;
use super::reader::{Reader, Selection};
use super::reason;
use super::rejects::Rejects;
use super::schema::Schema;
use super::sink::{Account, LineSink, Reject, RejectCount, ScannedChunk};
use super::team::share;
use crate::error::{Error, Result};
use crate::input::bytes::ByteSource;
use crate::input::csv::REJECTS_LISTED;
use std::sync::atomic::AtomicBool;

/// A file whose keys are known.
#[derive(Debug)]
pub struct NdjsonFile {
    source: ByteSource,
    plan: Plan,
    schema: Schema,
    /// Names of the columns in the order of their first appearance: keys of the records, and dotted names
    /// (`properties.plan`) of keys inside of objects.
    pub headers: Vec<String>,
}

/// What a scan gave.
#[derive(Debug)]
pub struct NdjsonScan<S> {
    /// In the order of the file.
    pub chunks: Vec<ScannedChunk<S>>,
    /// `records = loaded + rejected + blank`.
    pub account: Account,
    /// The first ones in the order of the file; lines from 1, columns by position in the header.
    pub rejects: Vec<Reject>,
    /// By column and reason, exact.
    pub reject_counts: Vec<RejectCount>,
}

/// One chunk, read.
struct Read<S> {
    sink: S,
    account: Account,
    rejects: Rejects,
}

impl NdjsonFile {
    /// Reads all records, on all cores, to learn the keys. UTF-8, with or without a byte order mark.
    ///
    /// # Errors
    /// Kind `Io`: a failed read, or a file that changed under way. Kind `Data`: an array whose frame is damaged, or more
    /// keys than a table can have.
    pub fn open(source: ByteSource) -> Result<Self> {
        Self::open_with(source, Sizes::default(), KeyLimits::default(), 0)
    }

    pub(super) fn open_with(source: ByteSource, sizes: Sizes, limits: KeyLimits, threads: usize) -> Result<Self> {
        let mut plan = Plan::of(&source, sizes)?;
        let too_many = || {
            Error::data("there are too many different keys for columns")
                .in_file(source.name())
                .with_hint("keys that are ids or dates must become values first")
        };
        let make = || (Learner::new(limits), Vec::new());
        let work = |(learner, buffer): &mut (Learner, Vec<u8>), chunk: usize| {
            let mut lines = 0;
            let mut fits = true;
            visit_chunk(&source, &plan, chunk, buffer, &mut |_, content| {
                lines += 1;
                if let Content::Record(record) = content {
                    fits = learner.learn(chunk, record).is_ok();
                }
                fits
            })?;
            if fits { Ok(lines) } else { Err(too_many()) }
        };
        let (learners, lines) = share(plan.chunks.len(), threads, &AtomicBool::new(false), &make, &work)?;
        source.verify_unchanged()?;
        let learners = learners.into_iter().map(|(learner, _)| learner).collect();
        let mut schema = Schema::of(learners, limits).map_err(|_| too_many())?;
        if plan.form == Form::Lines {
            plan.number_lines(lines.into_iter().flatten());
        }
        let headers = std::mem::take(&mut schema.headers);
        Ok(Self { source, plan, schema, headers })
    }

    /// The path as the user gave it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// Size in bytes.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.source.len()
    }

    /// Reads all records; each chunk of about 4 MiB has a sink of its own.
    ///
    /// `needed` are positions in the header, in which [`Cells::get`] and the faults of the sinks count; `threads` 0 means
    /// as many as there are cores; `progress` is called with the bytes read since its last call, from any thread. After
    /// `stop` was set no further chunk is read, and the result holds those that were.
    ///
    /// # Errors
    /// Kind `Io`: a failed read, or a file that changed under way. Kind `Internal`: the account does not balance.
    pub fn scan<S: LineSink + Send>(
        &self,
        needed: &[usize],
        threads: usize,
        stop: &AtomicBool,
        progress: &(dyn Fn(u64) + Sync),
        make_sink: &(dyn Fn() -> S + Sync),
    ) -> Result<NdjsonScan<S>> {
        let selection = Selection::new(self.headers.len(), needed);
        let make = || (Reader::new(&self.schema, &selection), Vec::new());
        let work = |(reader, buffer): &mut (Reader<'_>, Vec<u8>), chunk: usize| {
            let read = self.read_chunk(chunk, needed, reader, buffer, make_sink())?;
            let Chunk { start, end } = self.plan.chunks.get(chunk).copied().unwrap_or(Chunk { start: 0, end: 0 });
            progress(end - start);
            Ok(read)
        };
        let (_, chunks) = share(self.plan.chunks.len(), threads, stop, &make, &work)?;
        self.source.verify_unchanged()?;
        self.assemble(chunks)
    }

    fn read_chunk<S: LineSink>(
        &self,
        chunk: usize,
        needed: &[usize],
        reader: &mut Reader<'_>,
        buffer: &mut Vec<u8>,
        mut sink: S,
    ) -> Result<Read<S>> {
        let first_line = self.first_line(chunk);
        let mut account = Account::default();
        let mut rejects = Rejects::new(REJECTS_LISTED);
        visit_chunk(&self.source, &self.plan, chunk, buffer, &mut |line, content| {
            account.records += 1;
            let fault = match content {
                Content::Blank => {
                    account.blank += 1;
                    return true;
                }
                Content::Damaged(reason) => Some((None, reason)),
                Content::Record(record) => match reader.read(record) {
                    Ok(cells) => {
                        sink.record(line, &cells).err().map(|fault| (needed.get(fault.slot).copied(), fault.reason))
                    }
                    Err(Damage { column, reason }) => Some((column.map(|column| column as usize), reason)),
                },
            };
            match fault {
                None => account.loaded += 1,
                Some((column, reason)) => {
                    account.rejected += 1;
                    rejects.add(Reject { line: first_line + line, column, reason });
                }
            }
            true
        })?;
        sink.finish();
        Ok(Read { sink, account, rejects })
    }

    fn first_line(&self, chunk: usize) -> u64 {
        self.plan.first_lines.get(chunk).copied().unwrap_or(1)
    }

    fn assemble<S>(&self, read: Vec<Option<Read<S>>>) -> Result<NdjsonScan<S>> {
        let mut account = Account { lines: self.plan.lines, ..Account::default() };
        let mut rejects = Rejects::new(REJECTS_LISTED);
        let mut chunks = Vec::with_capacity(read.len());
        for (chunk, read) in read.into_iter().enumerate() {
            let Some(read) = read else { continue };
            account.records += read.account.records;
            account.loaded += read.account.loaded;
            account.rejected += read.account.rejected;
            account.blank += read.account.blank;
            rejects.append(read.rejects);
            chunks.push(ScannedChunk { sink: read.sink, first_line: self.first_line(chunk) });
        }
        if account.records != account.loaded + account.rejected + account.blank {
            return Err(Error::internal("the records read do not add up to the file").in_file(self.name()));
        }
        let (rejects, reject_counts) = rejects.finish();
        Ok(NdjsonScan { chunks, account, rejects, reject_counts })
    }

    /// Shows the cells of the first sound records, `limit` at most, in the order of the file.
    ///
    /// # Errors
    /// Kind `Io`: a failed read.
    pub fn first_records(&self, needed: &[usize], limit: usize, visit: &mut dyn FnMut(&Cells<'_>)) -> Result<()> {
        let selection = Selection::new(self.headers.len(), needed);
        let mut reader = Reader::new(&self.schema, &selection);
        let mut buffer = Vec::new();
        let mut left = limit;
        for chunk in 0..self.plan.chunks.len() {
            if left == 0 {
                break;
            }
            visit_chunk(&self.source, &self.plan, chunk, &mut buffer, &mut |_, content| {
                if let Content::Record(record) = content
                    && let Ok(cells) = reader.read(record)
                {
                    visit(&cells);
                    left -= 1;
                }
                left > 0
            })?;
        }
        Ok(())
    }
}

/// A piece of a chunk, as far as it can be told without the schema.
enum Content<'t> {
    Blank,
    Damaged(&'static str),
    /// Valid UTF-8.
    Record(&'t [u8]),
}

/// Calls `visit` with each piece of a chunk and its line, from 0, until it returns false.
fn visit_chunk(
    source: &ByteSource,
    plan: &Plan,
    chunk: usize,
    buffer: &mut Vec<u8>,
    visit: &mut dyn FnMut(u64, Content<'_>) -> bool,
) -> Result<()> {
    let Some(chunk) = plan.chunks.get(chunk) else { return Ok(()) };
    let cut = plan.load(source, *chunk, buffer)?;
    // One look at all is faster than one at each, and mostly enough.
    let all_valid = std::str::from_utf8(buffer).is_ok();
    plan.pieces(buffer, cut, &mut |line, piece| {
        let content = match piece {
            Piece::Blank => Content::Blank,
            Piece::TooLong => Content::Damaged(reason::TOO_LONG),
            Piece::Record(record) if all_valid || std::str::from_utf8(record).is_ok() => Content::Record(record),
            Piece::Record(_) => Content::Damaged(reason::INVALID_TEXT),
        };
        visit(line, content)
    });
    Ok(())
}
