//! Lines at the end of a text that are no records: who made the report, and whose it is.
//!
//! They are a block of blank lines and lines of one cell, one of which holds a marker. The block begins at its first
//! blank line, or at the first marker where it has none, so that a record of one filled cell above it stays a record.

use super::dialect::Dialect;
use super::fields::Layout;
use super::header::names;
use crate::error::Result;
use crate::input::bytes::{ByteSource, TextEncoding};

/// So much of the end is looked at.
const TAIL: u64 = 64 << 10;
/// A block has no more lines than this.
const LINES: usize = 40;

/// Where the lines begin that are no records, and how many they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footer {
    pub start: u64,
    pub skipped: u64,
    pub blank: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Blank,
    OneCell,
    Marker,
}

/// Finds the lines at the end that are no records: the markers are in small letters.
///
/// # Errors
/// A failed read.
pub fn footer(source: &ByteSource, layout: &Layout, markers: &[&str]) -> Result<Option<Footer>> {
    if layout.header.len() < 2 || markers.is_empty() {
        return Ok(None);
    }
    let from = source.len().saturating_sub(TAIL).max(layout.data_start);
    let mut tail = vec![0; usize::try_from(source.len().saturating_sub(from)).unwrap_or(0)];
    let count = source.read_at(from, &mut tail)?;
    tail.truncate(count);
    let terminator = layout.dialect.terminator.byte();
    // Where the tail begins within a record, its first line is none.
    let first = if from == layout.data_start { 0 } else { end_of_line(&tail, 0, terminator) };
    let mut starts = Vec::new();
    let mut at = first;
    while at < tail.len() {
        starts.push(at);
        at = end_of_line(&tail, at, terminator);
    }
    let mut block: Vec<(usize, Line)> = Vec::new();
    for start in starts.into_iter().rev().take(LINES) {
        let line = &tail[start..end_of_line(&tail, start, terminator)];
        let Some(line) = classify(line.trim_ascii_end(), &layout.dialect, markers) else { break };
        block.push((start, line));
    }
    block.reverse();
    let position = |wanted: Line| block.iter().position(|(_, line)| *line == wanted);
    let Some(marker) = position(Line::Marker) else { return Ok(None) };
    let begin = position(Line::Blank).filter(|blank| *blank < marker).unwrap_or(marker);
    let block = &block[begin..];
    let blank = block.iter().filter(|(_, line)| *line == Line::Blank).count() as u64;
    let start = from + block.first().map_or(tail.len(), |(start, _)| *start) as u64;
    Ok(Some(Footer { start, skipped: block.len() as u64 - blank, blank }))
}

/// Where the next line begins.
fn end_of_line(text: &[u8], start: usize, terminator: u8) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    memchr::memchr(terminator, rest).map_or(text.len(), |length| start + length + 1)
}

/// `None` for a line that may be a record.
fn classify(line: &[u8], dialect: &Dialect, markers: &[&str]) -> Option<Line> {
    let western = Dialect { encoding: TextEncoding::WINDOWS_1252, ..dialect.clone() };
    let cells = names(line, dialect).or_else(|_| names(line, &western)).ok()?;
    let (first, others) = cells.split_first()?;
    if others.iter().any(|cell| !cell.is_empty()) {
        return None;
    }
    let first = first.to_lowercase();
    Some(match first.as_str() {
        "" => Line::Blank,
        text if markers.iter().any(|marker| text.contains(marker)) => Line::Marker,
        _ => Line::OneCell,
    })
}

#[cfg(test)]
mod tests {
    use super::{Footer, footer};
    use crate::input::bytes::ByteSource;
    use crate::input::csv::{ReadingOptions, detect};

    fn found(text: &[u8]) -> Option<Footer> {
        let source = ByteSource::from_bytes("x", text.to_vec());
        let detected = detect(source, &ReadingOptions::default(), &|_| true).unwrap();
        footer(&detected.source, &detected.layout, &["salesforce.com"]).unwrap()
    }

    #[test]
    fn a_block_with_a_marker_is_no_data() {
        let text = b"a,b\n1,2\n\n\"Report\"\n\"Copyright (c) salesforce.com, inc.\"\n\"Acme\"\n";
        assert_eq!(found(text), Some(Footer { start: 8, skipped: 3, blank: 1 }));
        let text = b"a,b\r\n1,2\r\n,\r\nReport,\r\n\"Copyright salesforce.com, inc.\",\r\nG\xe9n\xe9r\xe9 par,";
        assert_eq!(found(text), Some(Footer { start: 10, skipped: 3, blank: 1 }));
        // Without a blank line the block begins at its marker: `3` alone may be a damaged record.
        let text = b"a,b\n1,2\n3\nsalesforce.com\n";
        assert_eq!(found(text), Some(Footer { start: 10, skipped: 1, blank: 0 }));
        assert_eq!(found(b"a,b\nsalesforce.com\n"), Some(Footer { start: 4, skipped: 1, blank: 0 }));
    }

    #[test]
    fn anything_else_may_be_data() {
        for text in [
            &b"a,b\n1,2\n\nReport\nAcme\n"[..],
            b"a,b\n1,salesforce.com\n",
            b"a,b\nsalesforce.com,2\n",
            b"a,b\n1,\"two\n\nsalesforce.com\nthree\"\n",
            b"a,b\n1,2\n",
            b"a,b\n",
            b"a\nsalesforce.com\n",
        ] {
            assert_eq!(found(text), None, "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_long_file_is_looked_at_from_its_end() {
        let mut text = b"a,b\n".to_vec();
        for row in 0..20_000 {
            text.extend_from_slice(format!("{row},2\n").as_bytes());
        }
        let end = text.len() as u64;
        text.extend_from_slice(b"\nsalesforce.com\n");
        assert_eq!(found(&text), Some(Footer { start: end, skipped: 1, blank: 1 }));
    }
}
