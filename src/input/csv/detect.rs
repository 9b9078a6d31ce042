//! Finds out how a text is written: encoding, line ends, delimiter, and the line that holds the header.
//!
//! What the user said holds. The rest is decided by the header, never by counting in the rows: with a header `A;B` rows
//! like `1,1;2,2` would vote for the wrong delimiter. Which names make a header is for the caller to say.

use super::dialect::{Dialect, ReadingOptions, Terminator};
use super::fields::Layout;
use super::header::{MOST_COLUMNS, names};
use super::judge::RECORD_LIMIT;
use crate::error::{Error, Result};
use crate::input::bytes::{ByteSource, TextEncoding, decode};

/// Delimiters that are tried, in the order that decides ties.
const CANDIDATES: [&[u8]; 5] = [b",", b";", b"\t", b"|", b"\x1f"];
/// How many lines may stand before the header.
const LINES_TRIED: u64 = 20;
/// How much is read first.
const HEAD: usize = 1 << 20;

/// A text whose dialect is known.
#[derive(Debug)]
pub struct Detected {
    /// The same text, in UTF-8 where its own encoding does not extend ASCII.
    pub source: ByteSource,
    /// With no column wanted yet.
    pub layout: Layout,
    /// Whether the encoding was given, so that it is no guess.
    pub encoding_told: bool,
}

/// Finds the dialect and the header of a text. `accepts` says whether names hold the columns that the caller needs: the
/// first line that it accepts under some delimiter is the header, lines before it are skipped. Where it accepts none,
/// the first line that is not blank is the header, split by the delimiter that gives most fields.
///
/// # Errors
/// Kind `Data`: the text is empty, or the header is damaged. Kind `Usage`: options that contradict each other.
pub fn detect(source: ByteSource, options: &ReadingOptions, accepts: &dyn Fn(&[String]) -> bool) -> Result<Detected> {
    options.validate()?;
    let decoded = decode(source, options.encoding.as_deref())?;
    let mut head = Head { source: &decoded.source, start: decoded.start, bytes: Vec::new(), complete: false };
    head.grow()?;
    if head.bytes.is_empty() {
        return Err(no_header(&head, "the file is empty"));
    }
    let terminator = head.terminator(options.quote)?;
    let dialect = dialect_told(options, terminator, decoded.encoding);
    let mut place = Place { at: 0, line: 1 };
    for _ in 0..options.skip_lines {
        match head.line(place, terminator)? {
            Some(line) => place = line.next,
            None => break,
        }
    }
    let told = skip_directive(&mut head, &mut place, &dialect)?;
    let candidates = match (dialect.delimiter.is_empty(), told) {
        (false, _) => vec![dialect.delimiter.clone()],
        (true, Some(delimiter)) => vec![delimiter],
        (true, None) => {
            let taken = |byte: &u8| Some(*byte) == dialect.quote || Some(*byte) == dialect.escape;
            CANDIDATES.iter().filter(|candidate| !candidate.iter().any(taken)).map(|it| it.to_vec()).collect()
        }
    };
    let search = Search { dialect, candidates, accepts };
    let found = match &options.column_names {
        Some(names) => search.without_header(&mut head, place, names)?,
        None => search.header(&mut head, place)?,
    };
    let layout = Layout {
        dialect: found.dialect,
        header: found.names,
        wanted: Vec::new(),
        data_start: decoded.start + found.data.at as u64,
        header_line: found.header_line,
        first_line: found.data.line,
        skipped: found.header_line.unwrap_or(found.data.line) - 1,
        encoding_name: decoded.name,
    };
    Ok(Detected { source: decoded.source, layout, encoding_told: options.encoding.is_some() })
}

/// What the user said, without a delimiter where nothing was said about it.
fn dialect_told(options: &ReadingOptions, terminator: Terminator, encoding: TextEncoding) -> Dialect {
    let text = |option: &Option<String>| option.as_ref().map(|text| encoded(text, encoding));
    Dialect {
        delimiter: text(&options.delimiter).unwrap_or_default(),
        quote: options.quote,
        escape: options.escape.filter(|escape| Some(*escape) != options.quote),
        comment: text(&options.comment),
        terminator,
        encoding,
    }
}

fn encoded(text: &str, encoding: TextEncoding) -> Vec<u8> {
    match encoding {
        TextEncoding::Utf8 { .. } => text.as_bytes().to_vec(),
        TextEncoding::SingleByte(encoding) => encoding.encode(text).0.into_owned(),
    }
}

fn no_header(head: &Head<'_>, message: &str) -> Error {
    Error::data(message).at(head.source.name(), Some(1), None).with_hint("a header line with column names is needed")
}

/// The beginning of a text, as much of it as was needed so far.
struct Head<'a> {
    source: &'a ByteSource,
    /// Where the text begins in the source.
    start: u64,
    bytes: Vec<u8>,
    complete: bool,
}

/// The beginning of a physical line.
#[derive(Debug, Clone, Copy)]
struct Place {
    at: usize,
    /// From 1.
    line: u64,
}

/// A physical line without its end.
struct Line {
    content: std::ops::Range<usize>,
    next: Place,
}

impl Head<'_> {
    fn grow(&mut self) -> Result<()> {
        let before = self.bytes.len();
        self.bytes.resize((2 * before).max(HEAD), 0);
        let count = self.source.read_at(self.start + before as u64, &mut self.bytes[before..])?;
        self.bytes.truncate(before + count);
        self.complete = self.start + self.bytes.len() as u64 >= self.source.len();
        Ok(())
    }

    /// Reads a line; `None` at the end of the text.
    fn line(&mut self, place: Place, terminator: Terminator) -> Result<Option<Line>> {
        let mut searched = place.at;
        let end = loop {
            if let Some(length) = memchr::memchr(terminator.byte(), &self.bytes[searched..]) {
                break Some(searched + length);
            }
            if self.complete {
                break None;
            }
            if self.bytes.len() - place.at > RECORD_LIMIT {
                let error = Error::data("a line before the data is longer than 16 MiB");
                return Err(error.at(self.source.name(), Some(place.line), None));
            }
            searched = self.bytes.len();
            self.grow()?;
        };
        if end.is_none() && place.at == self.bytes.len() {
            return Ok(None);
        }
        let to = end.unwrap_or(self.bytes.len());
        let line = &self.bytes[place.at..to];
        let returns = line.iter().rev().take_while(|byte| **byte == b'\r').count();
        let most = if terminator == Terminator::CrCrLf { 2 } else { 1 };
        let content = place.at..to - returns.min(most);
        let next = Place { at: end.map_or(to, |end| end + 1), line: place.line + 1 };
        Ok(Some(Line { content, next }))
    }

    /// Finds what ends lines: LF wherever there is one outside quotes, CR where there is none.
    fn terminator(&mut self, quote: Option<u8>) -> Result<Terminator> {
        while !self.complete
            && self.bytes.len() <= RECORD_LIMIT
            && !self.bytes.iter().any(|byte| b"\r\n".contains(byte))
        {
            self.grow()?;
        }
        Ok(terminator_of(&self.bytes, quote).or_else(|| terminator_of(&self.bytes, None)).unwrap_or(Terminator::Lf))
    }
}

fn terminator_of(text: &[u8], quote: Option<u8>) -> Option<Terminator> {
    let mut quoted = false;
    let mut carriage_return = false;
    for (at, &byte) in text.iter().enumerate() {
        if Some(byte) == quote {
            quoted = !quoted;
        } else if byte == b'\n' && !quoted {
            return Some(if text[..at].ends_with(b"\r\r") { Terminator::CrCrLf } else { Terminator::Lf });
        }
        carriage_return |= byte == b'\r' && !quoted;
    }
    carriage_return.then_some(Terminator::Cr)
}

/// Leaves out a first line such as `sep=;`, which Excel understands, and returns its delimiter.
fn skip_directive(head: &mut Head<'_>, place: &mut Place, dialect: &Dialect) -> Result<Option<Vec<u8>>> {
    let Some(line) = head.line(*place, dialect.terminator)? else { return Ok(None) };
    let text = &head.bytes[line.content];
    let text = text.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\"")).unwrap_or(text);
    let delimiter = match text.split_at_checked(4) {
        Some((word, [delimiter])) if word.eq_ignore_ascii_case(b"sep=") => vec![*delimiter],
        _ => return Ok(None),
    };
    *place = line.next;
    Ok(Some(delimiter))
}

/// What is tried.
struct Search<'a> {
    /// Without its delimiter.
    dialect: Dialect,
    candidates: Vec<Vec<u8>>,
    accepts: &'a dyn Fn(&[String]) -> bool,
}

struct Found {
    dialect: Dialect,
    names: Vec<String>,
    header_line: Option<u64>,
    /// Where the records begin.
    data: Place,
}

impl Search<'_> {
    fn with(&self, delimiter: &[u8]) -> Dialect {
        Dialect { delimiter: delimiter.to_vec(), ..self.dialect.clone() }
    }

    /// The candidates under which a line is a sound header, those with most names first.
    fn split(&self, line: &[u8]) -> std::result::Result<Vec<(Dialect, Vec<String>)>, &'static str> {
        let mut sound = Vec::new();
        let mut damage = None;
        for delimiter in &self.candidates {
            let dialect = self.with(delimiter);
            match names(line, &dialect) {
                Ok(names) => sound.push((dialect, names)),
                Err(reason) => damage = damage.or(Some(reason)),
            }
        }
        sound.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
        match damage {
            Some(reason) if sound.is_empty() => Err(reason),
            _ => Ok(sound),
        }
    }

    fn header(&self, head: &mut Head<'_>, start: Place) -> Result<Found> {
        let mut place = start;
        let mut fallback = None;
        while place.line < start.line + LINES_TRIED {
            let Some(line) = head.line(place, self.dialect.terminator)? else { break };
            let (number, text) = (place.line, &head.bytes[line.content]);
            place = line.next;
            let comment = self.dialect.comment.as_ref().is_some_and(|prefix| text.starts_with(prefix));
            if comment || self.is_blank(text) {
                continue;
            }
            let found = |dialect, names| Found { dialect, names, header_line: Some(number), data: place };
            let split = self.split(text);
            if let Ok(sound) = &split
                && let Some((dialect, names)) = sound.iter().find(|(_, names)| (self.accepts)(names))
            {
                return Ok(found(dialect.clone(), names.clone()));
            }
            fallback.get_or_insert_with(|| match split {
                Ok(sound) => sound.into_iter().next().map(|(dialect, names)| found(dialect, names)).ok_or((number, "")),
                Err(reason) => Err((number, reason)),
            });
        }
        match fallback {
            Some(Ok(found)) => Ok(found),
            Some(Err((line, reason))) => Err(Error::data(format!("the header is damaged: {reason}"))
                .at(head.source.name(), Some(line), None)
                .with_hint("repair the header line, or give --delimiter, --quote, --encoding or --skip-lines")),
            None => Err(no_header(head, "the file holds no header")),
        }
    }

    fn is_blank(&self, line: &[u8]) -> bool {
        let delimiters = self.candidates.iter().filter(|candidate| candidate.len() == 1).flatten();
        let empty: Vec<u8> = delimiters.copied().chain(*b" \t\r\x0b\x0c").collect();
        line.iter().all(|byte| empty.contains(byte))
    }

    /// Takes the given names; the delimiter is the one that gives most of the first lines as many fields.
    fn without_header(&self, head: &mut Head<'_>, start: Place, given: &[String]) -> Result<Found> {
        if given.is_empty() || given.len() > MOST_COLUMNS {
            return Err(Error::usage("--no-header takes the names of the columns"));
        }
        let mut votes = vec![0_usize; self.candidates.len()];
        let mut place = start;
        while self.candidates.len() > 1 && place.line < start.line + LINES_TRIED {
            let Some(line) = head.line(place, self.dialect.terminator)? else { break };
            for (delimiter, votes) in self.candidates.iter().zip(&mut votes) {
                let names = names(&head.bytes[line.content.clone()], &self.with(delimiter));
                *votes += usize::from(names.is_ok_and(|names| names.len() == given.len()));
            }
            place = line.next;
        }
        // The first of those with most votes.
        let ranked = self.candidates.iter().zip(&votes).rev().max_by_key(|(_, votes)| **votes);
        let dialect = self.with(ranked.map_or(&b","[..], |(delimiter, _)| delimiter));
        let names = given.iter().map(|name| name.trim().to_owned()).collect();
        Ok(Found { dialect, names, header_line: None, data: start })
    }
}
