//! The one definition of a record: where it begins and ends, and whether it is sound.
//!
//! A state machine reads byte by byte from the beginning of a physical line. The quick way (see `quick`) may accept
//! only what is sound here, and leaves to it whatever it is unsure of. A damaged record is rejected by its first
//! physical line and reading goes on at the next one: a stray quote costs one record and not the rest of the file.
//!
//! No byte is looked at more often than a small multiple of the number of columns, whatever the text: a quoted field
//! that does not end within the limit holds quotes in pairs only, and none of those can open another such field.

use super::cursor::{After, Cursor, Stop};
use super::dialect::Dialect;
use super::fields::{Decoder, Fields, Form, Layout, Made};
use super::index::narrow;
use super::reason;

/// Longest record in bytes; a longer one is rejected.
pub const RECORD_LIMIT: usize = 16 << 20;

/// Tells whether a line that stands inside a quoted field is in truth a record: whether its time parses, say.
pub type LooksLikeRow<'a> = dyn Fn(&Fields<'_>) -> bool + Sync + 'a;

/// Judges the records of one text.
pub(super) struct Judge<'a> {
    pub(super) layout: &'a Layout,
    pub(super) decoder: Option<Decoder>,
    pub(super) kinds: [Kind; 256],
    pub(super) width: usize,
    pub(super) limit: usize,
    /// Bytes that may begin a blank or comment line.
    pub(super) suspects: [bool; 256],
    looks_like_row: &'a LooksLikeRow<'a>,
}

/// What a byte may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Plain,
    /// The delimiter, or its first byte.
    Delimiter,
    Quote,
    Escape,
    CarriageReturn,
    LineFeed,
    Nul,
}

/// Scratch memory for one record at a time.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Where each field ends, as [`Fields`] wants it.
    pub(super) bounds: Vec<u32>,
    pub(super) made: Made,
    line_bounds: Vec<u32>,
}

/// What became of the text at a position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Judged {
    /// The text ends before it can be told.
    More,
    Record(Record),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Record {
    /// Where reading goes on; `None` at the end of a physical line that lies beyond the limit.
    pub(super) next: Option<usize>,
    /// Physical lines up to there.
    pub(super) lines: u64,
    pub(super) verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The ends of the fields are in `Parts`; `rewritten` says that the wanted cells are, too.
    Sound {
        quoted: bool,
        rewritten: bool,
    },
    Blank,
    Comment,
    Rejected(Damage),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) column: Option<usize>,
    pub(super) reason: &'static str,
}

impl<'a> Judge<'a> {
    pub(super) fn new(layout: &'a Layout, limit: usize, looks_like_row: &'a LooksLikeRow<'a>) -> Self {
        let decoder = Decoder::of(layout.dialect.encoding);
        let (kinds, suspects) = (kinds(&layout.dialect), suspects(&layout.dialect));
        Self { layout, decoder, kinds, width: layout.header.len(), limit, suspects, looks_like_row }
    }

    /// Judges the record that begins at `start`, the beginning of a physical line before the end of `text`.
    /// `complete` says that the file ends where `text` does.
    pub(super) fn judge(&self, text: &[u8], start: usize, complete: bool, parts: &mut Parts) -> Judged {
        if let Some(comment) = &self.layout.dialect.comment {
            let line = &text[start..];
            if line.starts_with(comment) {
                return self.finish_line(text, start, complete, Verdict::Comment);
            }
            if !complete && line.len() < comment.len() {
                return Judged::More;
            }
        }
        match self.is_blank(text, start, complete) {
            Some(true) => return self.finish_line(text, start, complete, Verdict::Blank),
            Some(false) => {}
            None => return Judged::More,
        }
        let mut cursor = Cursor::new(text, start, complete, self.limit);
        match self.fields(&mut cursor, parts) {
            Ok(next) => {
                let verdict = Verdict::Sound { quoted: cursor.quoted, rewritten: cursor.rewritten };
                Judged::Record(Record { next: Some(next), lines: cursor.inner_lines + 1, verdict })
            }
            Err((Stop::More, _)) => Judged::More,
            Err((Stop::Damage(reason), column)) => {
                let verdict = Verdict::Rejected;
                let damage = Damage { column, reason };
                if let Some(next) = cursor.second_line {
                    return Judged::Record(Record { next: Some(next), lines: 1, verdict: verdict(damage) });
                }
                match self.finish_line(text, start, complete, verdict(damage)) {
                    Judged::Record(record @ Record { next: Some(next), .. }) if next - start <= self.limit => {
                        let damage = self.several(damage, &text[cursor.at..next]);
                        Judged::Record(Record { verdict: verdict(damage), ..record })
                    }
                    judged => judged,
                }
            }
        }
    }

    /// A carriage return behind the last field, with as many fields after it in `rest` of the line, ends a record as old
    /// programs ended them: the reject stands for several.
    fn several(&self, damage: Damage, rest: &[u8]) -> Damage {
        let is_last = damage.column.is_some_and(|column| column + 1 == self.width);
        let delimiters = || memchr::memmem::find_iter(rest, &self.layout.dialect.delimiter).count();
        if damage.reason == reason::LONE_CARRIAGE_RETURN && is_last && self.width > 1 && delimiters() + 1 >= self.width
        {
            return Damage { column: None, reason: reason::CARRIAGE_RETURN_ENDS };
        }
        damage
    }

    /// Whether the line at `start`, known to end within `text`, is neither blank nor a comment.
    pub(super) fn is_ordinary(&self, text: &[u8], start: usize) -> bool {
        let comment = self.layout.dialect.comment.as_ref();
        self.is_blank(text, start, false) == Some(false)
            && !comment.is_some_and(|prefix| text[start..].starts_with(prefix))
    }

    /// Gives a verdict on the physical line that begins at `start`.
    fn finish_line(&self, text: &[u8], start: usize, complete: bool, verdict: Verdict) -> Judged {
        let next = match memchr::memchr(self.layout.dialect.terminator.byte(), &text[start..]) {
            Some(length) => Some(start + length + 1),
            None if complete => Some(text.len()),
            None if text.len() - start >= self.limit => None,
            None => return Judged::More,
        };
        Judged::Record(Record { next, lines: 1, verdict })
    }

    /// Reads all fields of a record and returns where the next one begins.
    fn fields(&self, cursor: &mut Cursor<'_>, parts: &mut Parts) -> Result<usize, (Stop, Option<usize>)> {
        parts.bounds.clear();
        parts.bounds.push(self.before(cursor.start));
        loop {
            let column = parts.bounds.len() - 1;
            let quoted = self.layout.dialect.quote.is_some() && cursor.byte(cursor.at) == self.layout.dialect.quote;
            let read = if quoted { self.quoted(cursor, parts) } else { self.unquoted(cursor) };
            let (end, after) = read.map_err(|stop| (stop, Some(column)))?;
            parts.bounds.push(narrow(end));
            match after {
                After::Delimiter if column + 1 == self.width => {
                    return Err((Stop::Damage(reason::TOO_MANY_FIELDS), None));
                }
                After::Delimiter => cursor.at = end + self.layout.dialect.delimiter.len(),
                After::LineEnd { next } => {
                    self.check_whole(cursor, end, parts)?;
                    return Ok(next);
                }
            }
        }
    }

    /// Checks what can only be told of a whole record, and rewrites cells where that is needed.
    fn check_whole(&self, cursor: &mut Cursor<'_>, end: usize, parts: &mut Parts) -> Result<(), (Stop, Option<usize>)> {
        if parts.bounds.len() <= self.width {
            return Err((Stop::Damage(reason::TOO_FEW_FIELDS), None));
        }
        if let Some(second) = cursor.second_line {
            // Two stray quotes, each in a row of its own: both lines are whole rows.
            let rows = self.is_row(cursor.text, cursor.start, second - 1, parts)
                && self.is_row(cursor.text, cursor.last_line, end, parts);
            if rows {
                return Err((Stop::Damage(reason::SWALLOWED_ROWS), None));
            }
        }
        let record = &cursor.text[cursor.start..end];
        if let Some(offset) = self.first_invalid(record) {
            let position = narrow(cursor.start + offset);
            let column = parts.bounds[1..].iter().position(|end| position < *end);
            return Err((Stop::Damage(reason::INVALID_TEXT), column));
        }
        cursor.rewritten |= self.decoder.is_some() && !record.is_ascii();
        if cursor.rewritten {
            let raw = Fields::new(cursor.text, &parts.bounds, self.layout, Form::Plain);
            parts.made.rewrite(&raw, &self.layout.dialect, self.decoder.as_ref());
        }
        Ok(())
    }

    fn first_invalid(&self, record: &[u8]) -> Option<usize> {
        match &self.decoder {
            Some(decoder) => decoder.first_invalid(record),
            None => std::str::from_utf8(record).err().map(|error| error.valid_up_to()),
        }
    }

    /// Whether `text[from..to]`, split at every delimiter whatever the quotes, has the header's width and looks like a
    /// row to the caller.
    pub(super) fn is_row(&self, text: &[u8], from: usize, to: usize, parts: &mut Parts) -> bool {
        let line = text.get(from..to).unwrap_or_default();
        let trimmed = line.len() - line.iter().rev().take_while(|byte| b"\r\n".contains(byte)).count();
        let delimiter = self.layout.dialect.delimiter.as_slice();
        let bounds = &mut parts.line_bounds;
        bounds.clear();
        bounds.push(self.before(from));
        let mut at = from;
        let to = from + trimmed;
        while let Some(length) = find(delimiter, &text[at..to]) {
            if bounds.len() >= self.width {
                return false;
            }
            bounds.push(narrow(at + length));
            at += length + delimiter.len();
        }
        bounds.push(narrow(to));
        let form = self.layout.dialect.quote.map_or(Form::Plain, Form::Quoted);
        bounds.len() > self.width && (self.looks_like_row)(&Fields::new(text, bounds, self.layout, form))
    }

    /// One delimiter's length before a record, so that all fields begin that far behind a bound.
    fn before(&self, start: usize) -> u32 {
        narrow(start).wrapping_sub(narrow(self.layout.dialect.delimiter.len()))
    }
}

fn find(delimiter: &[u8], text: &[u8]) -> Option<usize> {
    match delimiter {
        [byte] => memchr::memchr(*byte, text),
        longer => memchr::memmem::find(text, longer),
    }
}

fn kinds(dialect: &Dialect) -> [Kind; 256] {
    let mut kinds = [Kind::Plain; 256];
    let mut set = |byte: Option<u8>, kind| {
        if let Some(byte) = byte {
            kinds[usize::from(byte)] = kind;
        }
    };
    set(Some(0), Kind::Nul);
    set(Some(b'\r'), Kind::CarriageReturn);
    set(Some(b'\n'), Kind::LineFeed);
    set(dialect.delimiter.first().copied(), Kind::Delimiter);
    set(dialect.escape, Kind::Escape);
    set(dialect.quote, Kind::Quote);
    kinds
}

fn suspects(dialect: &Dialect) -> [bool; 256] {
    let mut suspects = [false; 256];
    let comment = dialect.comment.as_ref().and_then(|prefix| prefix.first()).copied();
    let bytes = [dialect.delimiter.first().copied(), dialect.quote, comment];
    let white = b" \t\x0b\x0c\r\n\xc2\xa0".iter().copied();
    for byte in bytes.into_iter().flatten().chain(white) {
        suspects[usize::from(byte)] = true;
    }
    suspects
}
