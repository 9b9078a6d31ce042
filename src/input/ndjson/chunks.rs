//! Cuts a file into chunks, and chunks into records.
//!
//! No JSON text holds a raw line end inside a string, so that a chunk that begins after a line end begins with a record,
//! whatever stands before it. An array of objects is cut between its elements (see `array`).

use super::array;
use crate::error::Result;
use crate::input::bytes::ByteSource;
use crate::input::csv::RECORD_LIMIT;

const UTF_8_MARK: &[u8] = b"\xef\xbb\xbf";
/// How much is looked at to tell the line end and the form.
const HEAD: usize = 1 << 20;

/// How much is taken at once. Only tests take other values than the defaults.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Least number of bytes of a chunk, the last one apart.
    pub(super) chunk: usize,
    /// Longest record in bytes; a longer one is rejected.
    pub(super) record: usize,
    /// Bytes read at once while chunks are cut.
    pub(super) step: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { chunk: 4 << 20, record: RECORD_LIMIT, step: 64 << 10 }
    }
}

/// How records stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Lines,
    /// Elements of one array.
    Array,
}

/// A part of a file: whole lines, or elements of the array and what stands between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chunk {
    pub(super) start: u64,
    pub(super) end: u64,
}

/// Where the records of a file are.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) form: Form,
    /// The byte that ends a line: LF, or CR in a file without LF.
    pub(super) line_end: u8,
    pub(super) chunks: Vec<Chunk>,
    pub(super) sizes: Sizes,
    /// Physical line of each chunk's first byte, from 1. Known for an array; of lines the first reading counts them.
    pub(super) first_lines: Vec<u64>,
    /// Physical lines of the file.
    pub(super) lines: u64,
}

/// A part of a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Blank,
    /// Longer than the limit.
    TooLong,
    Record(&'t [u8]),
}

impl Plan {
    /// Finds the form of a file and cuts it.
    pub(super) fn of(source: &ByteSource, sizes: Sizes) -> Result<Self> {
        let mut head = vec![0; usize::try_from(source.len()).unwrap_or(HEAD).min(HEAD)];
        let count = source.read_at(0, &mut head)?;
        head.truncate(count);
        let mut start = 0;
        while head.get(start..).is_some_and(|rest| rest.starts_with(UTF_8_MARK)) && start < 2 * UTF_8_MARK.len() {
            start += UTF_8_MARK.len();
        }
        let head = head.get(start..).unwrap_or_default();
        let line_end = if head.contains(&b'\r') && !head.contains(&b'\n') { b'\r' } else { b'\n' };
        let first = head.iter().find(|byte| !is_space(**byte));
        let (chunks, first_lines) = (Vec::new(), Vec::new());
        let mut plan = Self { form: Form::Lines, line_end, chunks, sizes, first_lines, lines: 0 };
        if first == Some(&b'[') {
            plan.form = Form::Array;
            array::cut(&mut plan, source, start as u64)?;
        } else {
            plan.cut_lines(source, start as u64)?;
        }
        Ok(plan)
    }

    fn cut_lines(&mut self, source: &ByteSource, mut start: u64) -> Result<()> {
        let mut buffer = vec![0; self.sizes.step];
        while start < source.len() {
            let mut at = start + self.sizes.chunk as u64 - 1;
            let end = loop {
                let count = source.read_at(at, &mut buffer)?;
                if count == 0 {
                    break source.len();
                }
                let found = buffer.get(..count).and_then(|read| memchr::memchr(self.line_end, read));
                if let Some(found) = found {
                    break at + found as u64 + 1;
                }
                at += count as u64;
            };
            self.chunks.push(Chunk { start, end });
            start = end;
        }
        Ok(())
    }

    /// Takes the numbers of lines of the chunks.
    pub(super) fn number_lines(&mut self, lines: impl Iterator<Item = u64>) {
        self.lines = 0;
        for count in lines {
            self.first_lines.push(self.lines + 1);
            self.lines += count;
        }
    }

    /// Reads a chunk into `buffer`: all of it, or where its last record is longer than the limit so much that this shows.
    /// Returns whether something was left out.
    pub(super) fn load(&self, source: &ByteSource, chunk: Chunk, buffer: &mut Vec<u8>) -> Result<bool> {
        let length = usize::try_from(chunk.end - chunk.start).unwrap_or(usize::MAX);
        let limit = self.sizes.chunk.saturating_add(self.sizes.record).saturating_add(1);
        buffer.resize(length.min(limit), 0);
        let count = source.read_at(chunk.start, buffer)?;
        buffer.truncate(count);
        Ok(length > limit)
    }

    /// Calls `visit` with each piece of a chunk and its line, from 0, until it returns false.
    pub(super) fn pieces(&self, text: &[u8], cut: bool, visit: &mut dyn FnMut(u64, Piece<'_>) -> bool) {
        match self.form {
            Form::Lines => self.lines(text, visit),
            Form::Array => self.elements(text, cut, visit),
        }
    }

    /// A line that was cut is longer than the limit by what is left of it.
    fn lines(&self, text: &[u8], visit: &mut dyn FnMut(u64, Piece<'_>) -> bool) {
        let mut line = 0;
        let mut start = 0;
        let mut one = |line, bytes: &[u8]| {
            let piece = if bytes.len() > self.sizes.record {
                Piece::TooLong
            } else if bytes.iter().all(|byte| is_space(*byte)) {
                Piece::Blank
            } else {
                Piece::Record(bytes)
            };
            visit(line, piece)
        };
        for end in memchr::memchr_iter(self.line_end, text) {
            if !one(line, text.get(start..end).unwrap_or_default()) {
                return;
            }
            start = end + 1;
            line += 1;
        }
        if start < text.len() {
            one(line, text.get(start..).unwrap_or_default());
        }
    }

    fn elements(&self, text: &[u8], cut: bool, visit: &mut dyn FnMut(u64, Piece<'_>) -> bool) {
        let mut line = 0;
        let mut at = 0;
        loop {
            let rest = text.get(at..).unwrap_or_default();
            let Some(gap) = rest.iter().position(|byte| !is_space(*byte) && *byte != b',') else { return };
            line += self.line_ends(rest.get(..gap).unwrap_or_default());
            let rest = rest.get(gap..).unwrap_or_default();
            let (length, ended) = array::Element::length(rest);
            let record = rest.get(..length).unwrap_or_default();
            let too_long = (cut && !ended) || length > self.sizes.record;
            if !visit(line, if too_long { Piece::TooLong } else { Piece::Record(record) }) {
                return;
            }
            line += self.line_ends(record);
            at += gap + length;
        }
    }

    pub(super) fn line_ends(&self, text: &[u8]) -> u64 {
        memchr::memchr_iter(self.line_end, text).count() as u64
    }
}

/// White space of JSON, and what else hides nothing on a line of its own.
pub(super) const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0b' | b'\x0c')
}
