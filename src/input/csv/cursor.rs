//! A place in a text while one record is read, and what the end of the visible text means there.

use super::reason;

/// Why reading a field stopped short.
pub(super) enum Stop {
    More,
    Damage(&'static str),
}

/// What follows a field.
pub(super) enum After {
    Delimiter,
    /// The record ends, and the next line begins at `next`.
    LineEnd {
        next: usize,
    },
}

/// A place in the text while one record is read.
pub(super) struct Cursor<'t> {
    pub(super) text: &'t [u8],
    pub(super) start: usize,
    pub(super) at: usize,
    /// End of what may be looked at.
    pub(super) end: usize,
    pub(super) ending: Ending,
    /// Line ends passed inside quotes.
    pub(super) inner_lines: u64,
    /// Where the second physical line begins, once known.
    pub(super) second_line: Option<usize>,
    /// Where the last physical line begins.
    pub(super) last_line: usize,
    pub(super) quoted: bool,
    pub(super) rewritten: bool,
}

/// What the end of the visible text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    More,
    File,
    Limit,
}

impl<'t> Cursor<'t> {
    /// Looks at the record that begins at `start`: to the end of `text`, but no further than `limit` bytes.
    pub(super) fn new(text: &'t [u8], start: usize, complete: bool, limit: usize) -> Self {
        let beyond = text.len() - start >= limit;
        let ending = match (beyond, complete) {
            (true, _) => Ending::Limit,
            (false, true) => Ending::File,
            (false, false) => Ending::More,
        };
        Self {
            text,
            start,
            at: start,
            end: if beyond { start + limit } else { text.len() },
            ending,
            inner_lines: 0,
            second_line: None,
            last_line: start,
            quoted: false,
            rewritten: false,
        }
    }

    pub(super) fn byte(&self, position: usize) -> Option<u8> {
        if position < self.end { self.text.get(position).copied() } else { None }
    }

    /// What to do where the visible text ends inside something that needs more of it.
    pub(super) fn stop(&self, at_file_end: &'static str) -> Stop {
        match self.ending {
            Ending::More => Stop::More,
            Ending::File => Stop::Damage(at_file_end),
            Ending::Limit => Stop::Damage(reason::TOO_LONG),
        }
    }
}
