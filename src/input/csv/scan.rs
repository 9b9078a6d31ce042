//! Scans a text on several threads, with the same result as one thread would have for every input, damaged or not.
//!
//! Chunk i is read until the record that crosses its end is complete. Where that record ends must be where chunk i + 1
//! was assumed to begin, else chunk i + 1 is read again from there and its first reading is dropped. By induction from
//! the first record this is the sequential reading, whatever the rules of recovery; the guesses decide only how often
//! something is read again.

use super::fields::Layout;
use super::guess::guess;
use super::judge::LooksLikeRow;
use super::rejects::{Reject, RejectCount, Rejects};
use super::sink::{Account, RecordSink};
use super::walk::{Setting, Sizes, Walked, Walker};
use crate::error::{Error, Result};
use crate::input::bytes::{ByteSource, Evidence, TextEncoding};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many rejects are listed unless more are asked for.
pub const REJECTS_LISTED: usize = 10_000;

/// How a scan is run; nothing here changes what is loaded, except what counts as a row inside quotes.
#[derive(Clone, Copy)]
pub struct ScanOptions<'a> {
    /// 0 means as many as there are cores.
    pub threads: usize,
    pub sizes: Sizes,
    /// How many rejects are listed; all are counted.
    pub rejects_listed: usize,
    /// Tells whether a line inside a quoted field is in truth a record (its time parses). Cells are given as they
    /// stand, without outer quotes.
    pub looks_like_row: &'a LooksLikeRow<'a>,
    /// Called with the number of bytes read so far, from any thread.
    pub progress: Option<&'a (dyn Fn(u64) + Sync)>,
}

impl Default for ScanOptions<'_> {
    fn default() -> Self {
        Self {
            threads: 0,
            sizes: Sizes::default(),
            rejects_listed: REJECTS_LISTED,
            looks_like_row: &|_| false,
            progress: None,
        }
    }
}

/// A part of the file with the sink that took its records.
#[derive(Debug)]
pub struct ScannedChunk<S> {
    pub sink: S,
    /// Physical line of the file, from 1, that is line 0 of the chunk.
    pub first_line: u64,
}

/// What a scan gave.
#[derive(Debug)]
pub struct Scan<S> {
    /// In the order of the file.
    pub chunks: Vec<ScannedChunk<S>>,
    pub account: Account,
    /// The first ones in the order of the file.
    pub rejects: Vec<Reject>,
    /// By column and reason, exact.
    pub reject_counts: Vec<RejectCount>,
    /// The encoding that was used: differs from the layout's where the text turned out to be Windows-1252.
    pub encoding: TextEncoding,
}

/// Reads all records of a text.
///
/// `make_sink` is called once per chunk, and again for a chunk that is read again.
///
/// # Errors
/// Kind `Io`: a failed read, or a file that changed under way. Kind `Internal`: the account does not balance.
pub fn scan<S, F>(source: &ByteSource, layout: &Layout, options: &ScanOptions<'_>, make_sink: &F) -> Result<Scan<S>>
where
    S: RecordSink + Send,
    F: Fn() -> S + Sync,
{
    let (scan, evidence) = scan_as(source, layout, options, make_sink)?;
    let provisional = layout.dialect.encoding == TextEncoding::Utf8 { certain: false };
    if provisional && evidence.invalid && !evidence.multi_byte {
        let mut layout = layout.clone();
        layout.dialect.encoding = TextEncoding::WINDOWS_1252;
        drop(scan);
        return Ok(scan_as(source, &layout, options, make_sink)?.0);
    }
    Ok(scan)
}

/// Reads all records, taking the encoding of the layout for granted.
fn scan_as<S, F>(
    source: &ByteSource,
    layout: &Layout,
    options: &ScanOptions<'_>,
    make_sink: &F,
) -> Result<(Scan<S>, Evidence)>
where
    S: RecordSink + Send,
    F: Fn() -> S + Sync,
{
    let done = AtomicU64::new(layout.data_start);
    let report = options.progress.unwrap_or(&|_| {});
    let progress = |count: u64| report((done.fetch_add(count, Ordering::Relaxed) + count).min(source.len()));
    let setting = Setting {
        source,
        layout,
        looks_like_row: options.looks_like_row,
        sizes: options.sizes,
        reject_limit: options.rejects_listed,
        progress: &progress,
    };
    let team = Team::new(setting, make_sink);
    let threads = thread_count(options.threads).min(team.count);
    if threads <= 1 {
        team.work();
    } else {
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| team.work());
            }
        });
    }
    source.verify_unchanged()?;
    team.assemble()
}

fn thread_count(asked: usize) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
        asked => asked,
    }
}

/// The threads that share the chunks of one text.
struct Team<'a, S, F> {
    setting: Setting<'a>,
    make_sink: &'a F,
    count: usize,
    next: AtomicUsize,
    failed: AtomicBool,
    board: Mutex<Board<S>>,
}

/// What was read so far, and up to where it is known to be right.
struct Board<S> {
    /// One slot per chunk.
    slots: Vec<Slot<S>>,
    /// Number of chunks at the beginning that are right.
    verified: usize,
    /// Where the next chunk truly begins.
    truth: u64,
    /// Whether a thread is reading the next chunk again.
    again: bool,
    error: Option<(usize, Error)>,
}

enum Slot<S> {
    Waiting,
    Read(Walked, S),
    /// No record begins in it.
    Empty,
}

/// What a thread is to do about the first chunk that is not verified.
enum Step {
    Again { chunk: usize, start: u64 },
    Nothing,
}

impl<'a, S, F> Team<'a, S, F>
where
    S: RecordSink + Send,
    F: Fn() -> S + Sync,
{
    fn new(setting: Setting<'a>, make_sink: &'a F) -> Self {
        let start = setting.layout.data_start.min(setting.source.len());
        let length = setting.source.len() - start;
        let count = usize::try_from(length.div_ceil(setting.sizes.chunk)).unwrap_or(usize::MAX);
        let slots = (0..count).map(|_| Slot::Waiting).collect();
        let board = Board { slots, verified: 0, truth: start, again: false, error: None };
        let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
        Self { setting, make_sink, count, next, failed, board: Mutex::new(board) }
    }

    /// Where the records of a chunk begin at the latest.
    fn bound(&self, chunk: usize) -> u64 {
        self.setting.layout.data_start.saturating_add((chunk as u64 + 1).saturating_mul(self.setting.sizes.chunk))
    }

    fn board(&self) -> MutexGuard<'_, Board<S>> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads chunks until none is left.
    fn work(&self) {
        let mut walker = Walker::new(self.setting);
        loop {
            let chunk = self.next.fetch_add(1, Ordering::Relaxed);
            if chunk >= self.count || self.failed.load(Ordering::Relaxed) {
                return;
            }
            let result = self.read_guessed(&mut walker, chunk);
            if let Err(error) = result.and_then(|()| self.verify(&mut walker)) {
                self.failed.store(true, Ordering::Relaxed);
                let mut board = self.board();
                if board.error.as_ref().is_none_or(|(first, _)| chunk < *first) {
                    board.error = Some((chunk, error));
                }
                return;
            }
        }
    }

    fn read_guessed(&self, walker: &mut Walker<'_>, chunk: usize) -> Result<()> {
        let start = match chunk {
            0 => Some(self.setting.layout.data_start),
            _ => guess(self.setting.source, &walker.judge, self.bound(chunk - 1), &mut walker.parts)?,
        };
        // Without a guess the chunk waits until the one before it is done.
        self.read(walker, chunk, start.unwrap_or(u64::MAX))
    }

    fn read(&self, walker: &mut Walker<'_>, chunk: usize, start: u64) -> Result<()> {
        let mut sink = (self.make_sink)();
        let result = walker.walk(start, self.bound(chunk), &mut sink)?;
        if let Some(slot) = self.board().slots.get_mut(chunk) {
            *slot = Slot::Read(result, sink);
        }
        Ok(())
    }

    /// Verifies as many chunks as were read, and reads again those that began at the wrong place.
    fn verify(&self, walker: &mut Walker<'_>) -> Result<()> {
        loop {
            let step = self.board().verify(|chunk| self.bound(chunk));
            let Step::Again { chunk, start } = step else { return Ok(()) };
            let result = self.read(walker, chunk, start);
            self.board().again = false;
            result?;
        }
    }

    fn assemble(self) -> Result<(Scan<S>, Evidence)> {
        let Setting { source, layout, reject_limit, .. } = self.setting;
        let board = self.board.into_inner().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, error)) = board.error {
            return Err(error);
        }
        let mut account = Account { records: layout.skipped, skipped: layout.skipped, ..Account::default() };
        account.lines = layout.first_line - 1;
        let mut rejects = Rejects::new(reject_limit);
        let mut evidence = Evidence::default();
        let mut chunks = Vec::with_capacity(self.count);
        for slot in board.slots {
            if let Slot::Read(walked, sink) = slot {
                chunks.push(ScannedChunk { sink, first_line: account.lines + 1 });
                rejects.append(walked.rejects, account.lines + 1);
                account.add(&walked.account);
                evidence.merge(walked.evidence);
            }
        }
        let reached_end = board.verified == self.count && board.truth == source.len().max(layout.data_start);
        if !account.is_balanced() || !reached_end {
            return Err(Error::internal("the records read do not add up to the file").in_file(source.name()));
        }
        let (rejects, reject_counts) = rejects.finish();
        Ok((Scan { chunks, account, rejects, reject_counts, encoding: layout.dialect.encoding }, evidence))
    }
}

impl<S> Board<S> {
    fn verify(&mut self, bound: impl Fn(usize) -> u64) -> Step {
        while !self.again {
            let chunk = self.verified;
            let Some(slot) = self.slots.get_mut(chunk) else { break };
            match slot {
                Slot::Waiting => break,
                Slot::Read(walked, _) if walked.start == self.truth => self.truth = walked.end,
                _ if self.truth >= bound(chunk) => *slot = Slot::Empty,
                _ => {
                    self.again = true;
                    return Step::Again { chunk, start: self.truth };
                }
            }
            self.verified += 1;
        }
        Step::Nothing
    }
}
