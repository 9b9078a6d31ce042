//! Walks through one chunk of a text, record by record, and hands the sound ones to a sink.

use super::fields::{Fields, Form, Layout};
use super::index::{Index, Structural};
use super::judge::{Judge, Judged, LooksLikeRow, Parts, RECORD_LIMIT, Record, Verdict};
use super::rejects::{Reject, Rejects};
use super::sink::{Account, Fault, RecordSink};
use crate::error::Result;
use crate::input::bytes::{ByteSource, Evidence, TextEncoding};

/// How much is read and indexed at once. Only tests take other values than the defaults.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Bytes of one chunk, the unit of parallel work.
    pub chunk: u64,
    /// Bytes read at once.
    pub buffer: usize,
    /// Bytes indexed at once.
    pub window: usize,
    /// Longest record in bytes.
    pub record: usize,
}

impl Default for Sizes {
    /// Measured: chunks of 8-16 MiB and buffers of 256 KiB are best; the index of one window stays in the cache.
    fn default() -> Self {
        Self { chunk: 8 << 20, buffer: 256 << 10, window: 32 << 10, record: RECORD_LIMIT }
    }
}

/// Bytes indexed at once where the text is damaged.
const SMALL_WINDOW: usize = 1 << 10;

/// What all chunks of a scan have in common.
#[derive(Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) source: &'a ByteSource,
    pub(super) layout: &'a Layout,
    pub(super) looks_like_row: &'a LooksLikeRow<'a>,
    pub(super) sizes: Sizes,
    pub(super) reject_limit: usize,
    /// Called with the number of bytes of each read.
    pub(super) progress: &'a (dyn Fn(u64) + Sync),
}

/// What reading one chunk gave.
#[derive(Debug)]
pub(super) struct Walked {
    /// Where it began.
    pub(super) start: u64,
    /// Where the first record of the next chunk begins.
    pub(super) end: u64,
    pub(super) account: Account,
    pub(super) rejects: Rejects,
    pub(super) evidence: Evidence,
}

impl Walked {
    /// A chunk in which no record begins.
    pub(super) fn empty(at: u64) -> Self {
        let (account, rejects, evidence) = (Account::default(), Rejects::new(0), Evidence::default());
        Self { start: at, end: at, account, rejects, evidence }
    }
}

/// Reads chunks; one per thread, kept for its memory.
pub(super) struct Walker<'a> {
    pub(super) setting: Setting<'a>,
    pub(super) judge: Judge<'a>,
    pub(super) structural: Option<Structural>,
    pub(super) index: Index,
    pub(super) parts: Parts,
    pub(super) text: Text,
}

/// A stretch of the file in memory.
#[derive(Debug, Default)]
pub(super) struct Text {
    pub(super) bytes: Vec<u8>,
    /// Offset of the first byte in the file.
    pub(super) base: u64,
    pub(super) filled: usize,
    /// Whether the file ends where the stretch does.
    pub(super) complete: bool,
}

/// One chunk under way.
pub(super) struct Chunk<'s, S> {
    pub(super) sink: &'s mut S,
    pub(super) walked: Walked,
    /// Records that begin here or later belong to the next chunk.
    pub(super) bound: u64,
    /// Where the next record begins, within the text in memory.
    pub(super) at: usize,
}

impl Text {
    /// The first position at which no record of the chunk begins any more.
    pub(super) fn stop(&self, bound: u64) -> usize {
        usize::try_from(bound.saturating_sub(self.base)).unwrap_or(usize::MAX).min(self.filled)
    }

    pub(super) fn visible(&self) -> &[u8] {
        &self.bytes[..self.filled]
    }
}

impl<'a> Walker<'a> {
    pub(super) fn new(setting: Setting<'a>) -> Self {
        Self {
            setting,
            judge: Judge::new(setting.layout, setting.sizes.record, setting.looks_like_row),
            structural: Structural::of(&setting.layout.dialect),
            index: Index::default(),
            parts: Parts::default(),
            text: Text::default(),
        }
    }

    /// Reads the records that begin in `start..bound`; `start` is the beginning of a physical line.
    pub(super) fn walk<S: RecordSink>(&mut self, start: u64, bound: u64, sink: &mut S) -> Result<Walked> {
        let walked = Walked { rejects: Rejects::new(self.setting.reject_limit), ..Walked::empty(start) };
        let bound = bound.min(self.setting.source.len());
        let mut chunk = Chunk { sink, walked, bound, at: 0 };
        let largest = self.setting.sizes.window;
        let mut window = largest;
        self.text.base = start;
        self.text.filled = 0;
        self.text.complete = false;
        while self.text.base + (chunk.at as u64) < bound {
            if chunk.at == self.text.filled {
                self.refill(&mut chunk)?;
            }
            let before = chunk.at;
            let to = before.saturating_add(window).min(self.text.filled);
            let in_step = self.quickly(&mut chunk, to);
            let small = window <= SMALL_WINDOW.min(largest);
            if (small && !in_step) || (chunk.at == before && in_step) {
                self.slowly(&mut chunk, to)?;
            }
            window = if in_step { (2 * window).min(largest) } else { SMALL_WINDOW.min(largest) };
        }
        chunk.walked.end = self.text.base + chunk.at as u64;
        chunk.sink.finish();
        Ok(chunk.walked)
    }

    /// Judges the records that begin before `to`, at least one, unless more text is needed, which is read then.
    fn slowly<S: RecordSink>(&mut self, chunk: &mut Chunk<'_, S>, to: usize) -> Result<()> {
        let to = to.max(chunk.at + 1).min(self.text.stop(chunk.bound));
        while chunk.at < to {
            let judged = self.judge.judge(self.text.visible(), chunk.at, self.text.complete, &mut self.parts);
            match judged {
                Judged::More => return self.refill(chunk),
                Judged::Record(Record { next: Some(next), lines, verdict }) => {
                    chunk.take(&self.setting, self.text.visible(), &self.parts, verdict, lines);
                    chunk.move_to(&self.setting, self.text.visible(), next);
                }
                Judged::Record(Record { next: None, lines, verdict }) => {
                    chunk.take(&self.setting, self.text.visible(), &self.parts, verdict, lines);
                    return self.skip_line(chunk);
                }
            }
        }
        Ok(())
    }

    /// Drops what was read, keeps what was not, and reads on.
    fn refill<S>(&mut self, chunk: &mut Chunk<'_, S>) -> Result<()> {
        const AHEAD: usize = 4 << 10;
        let text = &mut self.text;
        text.bytes.copy_within(chunk.at..text.filled, 0);
        text.base += chunk.at as u64;
        text.filled -= chunk.at;
        chunk.at = 0;
        // A record that does not fit doubles what is read; near the bound little more than the last record is read.
        let to_bound = usize::try_from(chunk.bound.saturating_sub(text.base)).unwrap_or(usize::MAX);
        let most = self.setting.sizes.buffer.min(to_bound.saturating_add(AHEAD));
        let target = most.max(2 * text.filled).max(text.filled + 1);
        if text.bytes.len() < target || text.bytes.len() > 4 * target.max(self.setting.sizes.buffer) {
            text.bytes.resize(target, 0);
            text.bytes.shrink_to(target);
        }
        let from = text.base + text.filled as u64;
        let count = self.setting.source.read_at(from, &mut text.bytes[text.filled..target])?;
        text.filled += count;
        text.complete = from + count as u64 >= self.setting.source.len();
        (self.setting.progress)(count as u64);
        Ok(())
    }

    /// Goes on behind a physical line of which only the beginning is in memory.
    fn skip_line<S>(&mut self, chunk: &mut Chunk<'_, S>) -> Result<()> {
        let text = &mut self.text;
        let terminator = self.setting.layout.dialect.terminator.byte();
        text.base += text.filled as u64;
        chunk.at = 0;
        loop {
            text.filled = self.setting.source.read_at(text.base, &mut text.bytes)?;
            text.complete = text.base + text.filled as u64 >= self.setting.source.len();
            (self.setting.progress)(text.filled as u64);
            if let Some(length) = memchr::memchr(terminator, text.visible()) {
                chunk.at = length + 1;
                return Ok(());
            }
            if text.complete {
                chunk.at = text.filled;
                return Ok(());
            }
            text.base += text.filled as u64;
        }
    }
}

impl<S: RecordSink> Chunk<'_, S> {
    /// Moves on behind a judged record.
    pub(super) fn move_to(&mut self, setting: &Setting<'_>, text: &[u8], next: usize) {
        let stretch = &text[self.at..next];
        if setting.layout.dialect.encoding == (TextEncoding::Utf8 { certain: false }) && !stretch.is_ascii() {
            self.walked.evidence.add(stretch);
        }
        self.at = next;
    }

    /// Accounts for a judged record; a sound one goes to the sink.
    pub(super) fn take(&mut self, setting: &Setting<'_>, text: &[u8], parts: &Parts, verdict: Verdict, lines: u64) {
        let account = &mut self.walked.account;
        let line = account.lines;
        account.records += 1;
        account.lines += lines;
        match verdict {
            Verdict::Blank => account.blank += 1,
            Verdict::Comment => account.skipped += 1,
            Verdict::Rejected(damage) => {
                account.rejected += 1;
                self.walked.rejects.add(Reject { line, column: damage.column, reason: damage.reason });
            }
            Verdict::Sound { quoted, rewritten } => {
                let form = match (rewritten, quoted, setting.layout.dialect.quote) {
                    (true, _, _) => Form::Made(&parts.made),
                    (false, true, Some(quote)) => Form::Quoted(quote),
                    _ => Form::Plain,
                };
                let fields = Fields::new(text, &parts.bounds, setting.layout, form);
                self.hand_over(line, &fields, setting.layout);
            }
        }
    }

    /// Hands a sound record to the sink, which may still reject it for a cell.
    #[inline]
    pub(super) fn hand_over(&mut self, line: u64, fields: &Fields<'_>, layout: &Layout) {
        match self.sink.record(line, fields) {
            Ok(()) => self.walked.account.loaded += 1,
            Err(Fault { slot, reason }) => {
                self.walked.account.rejected += 1;
                self.walked.rejects.add(Reject { line, column: layout.wanted.get(slot).copied(), reason });
            }
        }
    }
}
