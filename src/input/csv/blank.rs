//! Tells lines that hold nothing from records.

use super::judge::{Judge, Kind};

impl Judge<'_> {
    /// Whether the physical line at `start` holds only empty fields and white space, however many fields there are.
    /// `None` where the text ends before it can be told.
    pub(super) fn is_blank(&self, text: &[u8], start: usize, complete: bool) -> Option<bool> {
        let beyond = text.len() - start >= self.limit;
        let visible = if beyond { &text[start..start + self.limit] } else { &text[start..] };
        let delimiter = self.layout.dialect.delimiter.as_slice();
        let mut rest = visible;
        let mut field_begins = true;
        while let Some(&byte) = rest.first() {
            if byte == self.layout.dialect.terminator.byte() {
                return Some(true);
            }
            let kind = self.kinds[usize::from(byte)];
            let quote = kind == Kind::Quote;
            let length = if kind == Kind::Delimiter && rest.starts_with(delimiter) {
                field_begins = true;
                delimiter.len()
            } else if quote && field_begins {
                field_begins = false;
                self.blank_quoted(rest)
            } else {
                field_begins = false;
                self.white_space(rest)
            };
            if length == 0 {
                let cut = rest.len() < delimiter.len() && delimiter.starts_with(rest);
                let undecided = (cut || may_go_on(rest, quote)) && !complete && !beyond;
                return if undecided { None } else { Some(false) };
            }
            rest = &rest[length..];
        }
        match (beyond, complete) {
            (true, _) => Some(false),
            (false, true) => Some(true),
            (false, false) => None,
        }
    }

    /// Length of a quoted field of white space at the beginning of `rest`; 0 where there is none.
    fn blank_quoted(&self, rest: &[u8]) -> usize {
        let mut length = 1;
        loop {
            let inner = &rest[length..];
            match inner.first() {
                Some(byte) if Some(*byte) == self.layout.dialect.quote => return length + 1,
                None => return 0,
                Some(_) => match self.white_space(inner) {
                    0 => return 0,
                    more => length += more,
                },
            }
        }
    }

    /// Length of one white space character at the beginning of `rest`; 0 where there is none. A CR counts: before the
    /// line end it belongs to it, and alone on a line it hides nothing.
    fn white_space(&self, rest: &[u8]) -> usize {
        match (rest, &self.decoder) {
            ([b' ' | b'\t' | b'\x0b' | b'\x0c' | b'\r', ..], _) => 1,
            ([0xc2, 0xa0, ..], None) => 2,
            ([byte, ..], Some(decoder)) if !byte.is_ascii() => usize::from(decoder.is_no_break_space(*byte)),
            _ => 0,
        }
    }
}

/// Whether what is left may be the beginning of a blank rest of the line.
fn may_go_on(rest: &[u8], quote: bool) -> bool {
    (quote && rest[1..].iter().all(|byte| b" \t\x0b\x0c".contains(byte) || !byte.is_ascii())) || rest == b"\xc2"
}
