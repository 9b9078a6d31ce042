//! Reads a cell from left to right; the parsers of times are written with it.

use super::time::TimeFault;

/// The part of a cell that has not been read yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scanner<'a> {
    rest: &'a [u8],
}

impl<'a> Scanner<'a> {
    pub(super) const fn new(cell: &'a [u8]) -> Self {
        Self { rest: cell }
    }

    pub(super) const fn is_done(self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn peek(self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Steps over the byte if it comes next.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        self.eat_all(&[byte])
    }

    pub(super) fn eat_all(&mut self, bytes: &[u8]) -> bool {
        match self.rest.strip_prefix(bytes) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Steps over spaces (also U+00A0 and U+202F) and returns whether there were any.
    pub(super) fn eat_spaces(&mut self) -> bool {
        let before = self.rest.len();
        while self.eat(b' ') || self.eat_all("\u{a0}".as_bytes()) || self.eat_all("\u{202f}".as_bytes()) {}
        self.rest.len() < before
    }

    /// Reads all ASCII digits that come next, if they are `least` to `most` (at most 9), with their number.
    pub(super) fn digits(&mut self, least: usize, most: usize) -> Option<(u32, usize)> {
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length < least || length > most.min(9) {
            return None;
        }
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some((digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')), length))
    }

    /// Reads exactly so many digits, whatever comes after them.
    pub(super) fn exactly(&mut self, length: usize) -> Option<u32> {
        let (digits, rest) = self.rest.split_at_checked(length)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        self.rest = rest;
        Some(digits.iter().fold(0, |value, digit| value * 10 + u32::from(digit - b'0')))
    }

    /// Reads a fraction's digits (at least one) as microseconds; digits after the sixth are dropped.
    pub(super) fn micros(&mut self) -> Option<i64> {
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if length == 0 {
            return None;
        }
        let (digits, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some((0..6).fold(0, |value, place| value * 10 + digits.get(place).map_or(0, |digit| i64::from(digit - b'0'))))
    }

    /// Reads the ASCII letters that come next.
    pub(super) fn word(&mut self) -> &'a [u8] {
        let length = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, rest) = self.rest.split_at(length);
        self.rest = rest;
        word
    }

    /// Steps over `(anything)` at the end.
    pub(super) fn eat_comment(&mut self) {
        if let [b'(', .., b')'] = self.rest {
            self.rest = &[];
        }
    }

    /// Makes sure that the whole cell was read.
    pub(super) const fn finish(self) -> Result<(), TimeFault> {
        if self.is_done() { Ok(()) } else { Err(TimeFault::Unreadable) }
    }
}
