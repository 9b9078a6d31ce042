//! A file that is one JSON array: found by its brackets and strings, cut between elements, on one thread.
//!
//! Only the frame of the array is judged here, and damage to it is an error of the whole file: without line ends
//! between records there is no place to go on from. Elements are judged like lines, later.

use super::chunks::{Chunk, Plan};
use super::strings::plain_run;
use crate::error::{Error, Result};
use crate::input::bytes::ByteSource;

/// Finds the end of one element, fed with its bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Element {
    depth: u64,
    in_string: bool,
    after_backslash: bool,
    /// No bracket and no quote: a number or a word.
    bare: bool,
}

enum Found {
    More,
    /// The element ends before this byte.
    End(usize),
    /// A raw control character in a string: quotes are not where they should be.
    Broken(usize),
}

impl Element {
    /// Returns the length of the element at the beginning of `text`, and whether it ends there.
    pub(super) fn length(text: &[u8]) -> (usize, bool) {
        match Self::default().feed(text) {
            Found::End(length) => (length, true),
            Found::More | Found::Broken(_) => (text.len(), false),
        }
    }

    fn feed(&mut self, bytes: &[u8]) -> Found {
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.in_string {
                if self.after_backslash && *byte >= b' ' {
                    self.after_backslash = false;
                    at += 1;
                    continue;
                }
                at += plain_run(bytes.get(at..).unwrap_or_default());
                match bytes.get(at) {
                    Some(b'"') => self.in_string = false,
                    Some(b'\\') => self.after_backslash = true,
                    Some(_) => return Found::Broken(at),
                    None => break,
                }
            } else if self.bare {
                if matches!(byte, b',' | b']' | b' ' | b'\t' | b'\r' | b'\n') {
                    return Found::End(at);
                }
            } else {
                match byte {
                    b'"' => self.in_string = true,
                    b'{' | b'[' => self.depth += 1,
                    b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                    _ => self.bare = self.depth == 0,
                }
            }
            at += 1;
            if self.depth == 0 && !self.in_string && !self.bare {
                return Found::End(at);
            }
        }
        Found::More
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the opening bracket.
    Before,
    /// After it: an element or the closing bracket.
    First,
    /// After a comma.
    Next,
    Within,
    /// After an element.
    After,
    /// After the closing bracket.
    End,
}

struct Cutter<'a> {
    plan: &'a mut Plan,
    source: &'a ByteSource,
    state: State,
    element: Element,
    /// Where the chunk under way began, and its line.
    chunk: Option<(u64, u64)>,
    /// Offset of the bytes under way in the file.
    offset: u64,
    /// Line ends in the file up to `counted`, a position in the bytes under way.
    lines: u64,
    counted: usize,
}

/// Cuts an array that begins at `start`, after white space.
pub(super) fn cut(plan: &mut Plan, source: &ByteSource, start: u64) -> Result<()> {
    let mut buffer = vec![0; plan.sizes.step];
    let mut cutter = Cutter {
        plan,
        source,
        state: State::Before,
        element: Element::default(),
        chunk: None,
        offset: start,
        lines: 0,
        counted: 0,
    };
    loop {
        let count = source.read_at(cutter.offset, &mut buffer)?;
        if count == 0 {
            return cutter.finish();
        }
        cutter.feed(buffer.get(..count).unwrap_or_default())?;
        cutter.offset += count as u64;
    }
}

impl Cutter<'_> {
    fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        self.counted = 0;
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.state == State::Within {
                match self.element.feed(bytes.get(at..).unwrap_or_default()) {
                    Found::More => break,
                    Found::End(length) => {
                        at += length;
                        self.state = State::After;
                    }
                    Found::Broken(place) => {
                        return Err(self.error(
                            bytes,
                            at + place,
                            "the JSON array has a control character in a string",
                        ));
                    }
                }
                continue;
            }
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                self.step(bytes, at, *byte)?;
            }
            // The first byte of an element is read again as such.
            at += usize::from(self.state != State::Within);
        }
        self.count(bytes, bytes.len());
        Ok(())
    }

    fn step(&mut self, bytes: &[u8], at: usize, byte: u8) -> Result<()> {
        self.state = match (self.state, byte) {
            (State::Before, b'[') => State::First,
            (State::First | State::After, b']') => {
                let place = self.offset + at as u64;
                self.count(bytes, at);
                self.close_chunk(place);
                State::End
            }
            (State::After, b',') => State::Next,
            (State::First, _) | (State::Next, b'"' | b'{' | b'[' | b'a'..=b'z' | b'-' | b'0'..=b'9') => {
                self.begin_element(bytes, at);
                State::Within
            }
            (State::End, _) => return Err(self.error(bytes, at, "text after the end of the JSON array")),
            _ => return Err(self.error(bytes, at, "the JSON array is damaged between two elements")),
        };
        Ok(())
    }

    fn begin_element(&mut self, bytes: &[u8], at: usize) {
        self.element = Element::default();
        let place = self.offset + at as u64;
        match self.chunk {
            Some((start, _)) if place - start < self.plan.sizes.chunk as u64 => return,
            Some(_) => {
                self.count(bytes, at);
                self.close_chunk(place);
            }
            None => self.count(bytes, at),
        }
        self.chunk = Some((place, self.lines));
    }

    fn close_chunk(&mut self, end: u64) {
        if let Some((start, line)) = self.chunk.take() {
            self.plan.chunks.push(Chunk { start, end });
            self.plan.first_lines.push(line + 1);
        }
    }

    fn count(&mut self, bytes: &[u8], to: usize) {
        self.lines += self.plan.line_ends(bytes.get(self.counted..to).unwrap_or_default());
        self.counted = to;
    }

    fn error(&mut self, bytes: &[u8], at: usize, message: &str) -> Error {
        self.count(bytes, at);
        self.failure(message)
    }

    fn failure(&self, message: &str) -> Error {
        Error::data(message)
            .at(self.source.name(), Some(self.lines + 1), None)
            .with_hint("repair the array, or export one JSON object per line")
    }

    fn finish(self) -> Result<()> {
        if self.state != State::End {
            return Err(self.failure("the JSON array has no end"));
        }
        let mut last = [0];
        self.source.read_at(self.source.len().saturating_sub(1), &mut last)?;
        self.plan.lines = self.lines + u64::from(last != [self.plan.line_end]);
        Ok(())
    }
}
