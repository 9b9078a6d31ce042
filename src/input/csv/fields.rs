//! What a reader of records sees of one record: the cells it asked for, without quotes and escapes.

use super::dialect::Dialect;
use super::index::narrow;
use crate::input::bytes::TextEncoding;

/// What a text consists of: its columns, which of them are wanted, and where the records begin.
#[derive(Debug, Clone)]
pub struct Layout {
    pub dialect: Dialect,
    /// Column names, trimmed; an empty one is a column without a name. Their number is the width of every record.
    pub header: Vec<String>,
    /// Columns to hand out, by position; [`Fields::get`] counts in this list.
    pub wanted: Vec<usize>,
    /// Byte offset of the first record.
    pub data_start: u64,
    /// Physical line of the header, from 1; `None` where the names were given.
    pub header_line: Option<u64>,
    /// Physical line of the first record, from 1.
    pub first_line: u64,
    /// Lines before the header that are no records: preamble, `sep=`, comments.
    pub skipped: u64,
    /// The encoding of the file as it was found, for a note.
    pub encoding_name: &'static str,
}

/// The cells of one record.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'a> {
    text: &'a [u8],
    /// Where each field ends in `text`, after a first entry: one delimiter's length before the record.
    bounds: &'a [u32],
    delimiter: u32,
    wanted: &'a [usize],
    form: Form<'a>,
}

/// How cells are found in the text of a record.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form<'a> {
    /// As they stand.
    Plain,
    /// Some between quotes.
    Quoted(u8),
    /// Rewritten: quotes were doubled, characters escaped or decoded.
    Made(&'a Made),
}

/// Rewritten cells, back to back; kept between records for its memory.
#[derive(Debug, Default)]
pub(super) struct Made {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl<'a> Fields<'a> {
    #[inline]
    pub(super) const fn new(text: &'a [u8], bounds: &'a [u32], layout: &'a Layout, form: Form<'a>) -> Self {
        let delimiter = narrow(layout.dialect.delimiter.len());
        Self { text, bounds, delimiter, wanted: layout.wanted.as_slice(), form }
    }

    /// The cell of the column `layout.wanted[slot]`, as UTF-8 without outer quotes; not trimmed. Empty beyond the list.
    #[expect(clippy::inline_always, reason = "runs three times per record; measured")]
    #[inline(always)]
    #[must_use]
    pub fn get(&self, slot: usize) -> &'a [u8] {
        match self.form {
            Form::Plain => self.raw(slot),
            Form::Quoted(quote) => without_quotes(self.raw(slot), quote),
            Form::Made(made) => made.get(slot),
        }
    }

    /// Number of wanted columns.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.wanted.len()
    }

    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    #[inline]
    fn raw(&self, slot: usize) -> &'a [u8] {
        let Some(&column) = self.wanted.get(slot) else { return &[] };
        let Some([before, end]) = self.bounds.get(column..column + 2) else { return &[] };
        // Wraps from the place before the beginning of the text.
        let start = before.wrapping_add(self.delimiter) as usize;
        self.text.get(start..*end as usize).unwrap_or_default()
    }
}

#[inline]
fn without_quotes(cell: &[u8], quote: u8) -> &[u8] {
    match cell.strip_prefix(&[quote]) {
        Some(inner) => inner.strip_suffix(&[quote]).unwrap_or(inner),
        None => cell,
    }
}

impl Made {
    fn get(&self, slot: usize) -> &[u8] {
        let start = match slot.checked_sub(1) {
            None => 0,
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
        };
        let end = self.ends.get(slot).copied().unwrap_or_default();
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Rewrites the wanted cells of a sound record.
    pub(super) fn rewrite(&mut self, raw: &Fields<'_>, dialect: &Dialect, decoder: Option<&Decoder>) {
        self.bytes.clear();
        self.ends.clear();
        for slot in 0..raw.wanted.len() {
            let cell = raw.raw(slot);
            let quote = dialect.quote.filter(|quote| cell.first() == Some(quote));
            let inner = quote.map_or(cell, |quote| without_quotes(cell, quote));
            self.rewrite_cell(inner, quote, dialect, decoder);
            self.ends.push(self.bytes.len());
        }
    }

    fn rewrite_cell(&mut self, cell: &[u8], quoted: Option<u8>, dialect: &Dialect, decoder: Option<&Decoder>) {
        let meant = |byte: &u8| {
            Some(*byte) == quoted || Some(*byte) == dialect.escape || (decoder.is_some() && !byte.is_ascii())
        };
        let mut rest = cell;
        while let Some(plain) = rest.iter().position(meant) {
            self.bytes.extend_from_slice(&rest[..plain]);
            let (first, tail) = (rest[plain], &rest[plain + 1..]);
            let doubled = quoted == Some(first) && tail.first() == Some(&first);
            let escaped = dialect.escape == Some(first) && escapes(tail, quoted.is_some(), dialect);
            let kept = if doubled || escaped { tail.first().copied().unwrap_or(first) } else { first };
            rest = if doubled || escaped { tail.get(1..).unwrap_or_default() } else { tail };
            match decoder {
                Some(decoder) if !kept.is_ascii() => decoder.write(kept, &mut self.bytes),
                _ => self.bytes.push(kept),
            }
        }
        self.bytes.extend_from_slice(rest);
    }
}

/// Whether an escape character before `rest` means anything there; elsewhere it stands for itself.
#[inline]
pub(super) fn escapes(rest: &[u8], quoted: bool, dialect: &Dialect) -> bool {
    let Some(&next) = rest.first() else { return false };
    let special = Some(next) == dialect.quote || Some(next) == dialect.escape;
    special || (!quoted && rest.starts_with(&dialect.delimiter))
}

/// Characters of a single-byte encoding.
#[derive(Debug)]
pub(super) struct Decoder {
    /// UTF-8 of each byte; `None` where it means nothing.
    characters: Vec<Option<String>>,
    complete: bool,
}

impl Decoder {
    /// `None` for UTF-8, which needs no decoding.
    pub(super) fn of(encoding: TextEncoding) -> Option<Self> {
        let TextEncoding::SingleByte(_) = encoding else { return None };
        let characters: Vec<_> = (0..=u8::MAX).map(|byte| encoding.decode(&[byte])).collect();
        let complete = characters.iter().all(Option::is_some);
        Some(Self { characters, complete })
    }

    /// Position of the first byte that means nothing.
    pub(super) fn first_invalid(&self, bytes: &[u8]) -> Option<usize> {
        if self.complete { None } else { bytes.iter().position(|byte| self.character(*byte).is_none()) }
    }

    pub(super) fn is_no_break_space(&self, byte: u8) -> bool {
        self.character(byte) == Some("\u{a0}")
    }

    fn character(&self, byte: u8) -> Option<&str> {
        self.characters.get(usize::from(byte)).and_then(Option::as_deref)
    }

    fn write(&self, byte: u8, output: &mut Vec<u8>) {
        output.extend_from_slice(self.character(byte).unwrap_or_default().as_bytes());
    }
}
