//! A strict parser of one record (RFC 8259) that tells a visitor about keys and cells, and judges everything else.

use super::keys::{NONE, ROOT};
use super::reason;
use super::strings::{measure, unescape};

/// Objects and arrays may stand in each other this deep; the record itself is the first level.
pub(super) const DEPTH_LIMIT: u32 = 128;
/// Objects with more keys than this are sorted to find duplicates.
const FEW: usize = 8;

/// Why a record is rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage {
    /// Position of the column in the header, where one is to blame.
    pub(super) column: Option<u32>,
    pub(super) reason: &'static str,
}

impl Damage {
    pub(super) const fn new(reason: &'static str) -> Self {
        Self { column: None, reason }
    }
}

impl From<&'static str> for Damage {
    fn from(reason: &'static str) -> Self {
        Self::new(reason)
    }
}

/// A value that is no object, by its place in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) kind: ValueKind,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    Null,
    /// A string without escapes, number, true, false or array, as it stands.
    Plain,
    /// A string with escapes, as it stands.
    Escaped,
}

/// A key that the visitor knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Met {
    pub(super) edge: u32,
    pub(super) node: u32,
}

/// Is told what a record holds, outside of arrays.
pub(super) trait Visitor {
    /// A key of the object `parent`, unescaped, and the edge met before it in this object ([`NONE`] at the first). The
    /// parser skips the value of a key that is not known.
    fn key(&mut self, parent: u32, previous: u32, key: &[u8]) -> Result<Option<Met>, Damage>;
    /// The value of the key is an object.
    fn object(&mut self, node: u32) -> Result<(), Damage>;
    /// The value of the key is anything else.
    fn value(&mut self, node: u32, text: &[u8], value: Value) -> Result<(), Damage>;
}

/// Memory of a parser, kept between records.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    key: Vec<u8>,
    /// Keys of the objects under way that no visitor looks at.
    seen: Vec<Key>,
    /// What escaped ones of these say.
    unescaped: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
struct Key {
    start: usize,
    end: usize,
    escaped: bool,
}

/// Parses one record.
pub(super) fn parse<V: Visitor>(text: &[u8], scratch: &mut Scratch, visitor: &mut V) -> Result<(), Damage> {
    scratch.seen.clear();
    scratch.unescaped.clear();
    let mut parser = Parser { text, at: 0, scratch };
    if parser.ink() != Some(b'{') {
        return Err(reason::NOT_AN_OBJECT.into());
    }
    parser.object(visitor, ROOT, 1)?;
    if parser.ink().is_some() { Err(reason::TEXT_AFTER_OBJECT.into()) } else { Ok(()) }
}

struct Parser<'t, 's> {
    text: &'t [u8],
    at: usize,
    scratch: &'s mut Scratch,
}

impl<'t> Parser<'t, '_> {
    /// Skips white space; returns the byte that stands there.
    #[inline]
    fn ink(&mut self) -> Option<u8> {
        loop {
            match self.text.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                byte => return byte.copied(),
            }
        }
    }

    /// The error at a byte that does not belong here.
    fn misfit(&self) -> Damage {
        if self.at >= self.text.len() { reason::CUT.into() } else { reason::INVALID_JSON.into() }
    }

    fn slice(&self, start: usize, end: usize) -> &'t [u8] {
        self.text.get(start..end).unwrap_or_default()
    }

    /// Reads an object, from its brace on.
    fn object<V: Visitor>(&mut self, visitor: &mut V, node: u32, depth: u32) -> Result<(), Damage> {
        if self.opens_empty(b'}', depth)? {
            return Ok(());
        }
        let (keys, bytes) = (self.scratch.seen.len(), self.scratch.unescaped.len());
        let mut previous = NONE;
        loop {
            let key = self.key()?;
            let met = if key.escaped {
                self.scratch.key.clear();
                unescape(self.slice(key.start, key.end), &mut self.scratch.key);
                visitor.key(node, previous, &self.scratch.key)?
            } else {
                visitor.key(node, previous, self.slice(key.start, key.end))?
            };
            if let Some(Met { edge, node }) = met {
                previous = edge;
                self.member(visitor, node, depth)?;
            } else {
                self.remember(key);
                self.skip(depth)?;
            }
            if self.ends(b'}')? {
                return self.forget(keys, bytes);
            }
        }
    }

    #[inline]
    fn member<V: Visitor>(&mut self, visitor: &mut V, node: u32, depth: u32) -> Result<(), Damage> {
        if self.ink() == Some(b'{') {
            visitor.object(node)?;
            return self.object(visitor, node, depth + 1);
        }
        let value = self.skip(depth)?;
        visitor.value(node, self.text, value)
    }

    /// Passes an opening bracket; returns whether the closing one follows, which is passed too.
    fn opens_empty(&mut self, closing: u8, depth: u32) -> Result<bool, Damage> {
        if depth > DEPTH_LIMIT {
            return Err(reason::TOO_DEEP.into());
        }
        self.at += 1;
        let empty = self.ink() == Some(closing);
        self.at += usize::from(empty);
        Ok(empty)
    }

    /// Passes what follows a member or element: a comma (false) or the closing bracket (true).
    #[inline]
    fn ends(&mut self, closing: u8) -> Result<bool, Damage> {
        match self.ink() {
            Some(byte) if byte == b',' || byte == closing => {
                self.at += 1;
                Ok(byte == closing)
            }
            _ => Err(self.misfit()),
        }
    }

    /// Reads a key and its colon.
    #[inline]
    fn key(&mut self) -> Result<Key, Damage> {
        if self.ink() != Some(b'"') {
            return Err(self.misfit());
        }
        let key = self.string()?;
        if self.ink() != Some(b':') {
            return Err(self.misfit());
        }
        self.at += 1;
        Ok(key)
    }

    /// Reads a string, from its quote on.
    #[inline]
    fn string(&mut self) -> Result<Key, Damage> {
        let start = self.at + 1;
        let measured = measure(self.text.get(start..).unwrap_or_default())?;
        let end = start + measured.length;
        self.at = end + 1;
        Ok(Key { start, end, escaped: measured.escaped })
    }

    /// Reads any value, judging all of it.
    fn skip(&mut self, depth: u32) -> Result<Value, Damage> {
        let first = self.ink();
        let start = self.at;
        let mut kind = ValueKind::Plain;
        match first {
            Some(b'"') => {
                let Key { start, end, escaped } = self.string()?;
                return Ok(Value { kind: if escaped { ValueKind::Escaped } else { kind }, start, end });
            }
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'n') => {
                self.word(b"null")?;
                kind = ValueKind::Null;
            }
            Some(b't') => self.word(b"true")?,
            Some(b'f') => self.word(b"false")?,
            Some(b'[') => self.skip_array(depth + 1)?,
            Some(b'{') => self.skip_object(depth + 1)?,
            _ => return Err(self.misfit()),
        }
        Ok(Value { kind, start, end: self.at })
    }

    fn skip_array(&mut self, depth: u32) -> Result<(), Damage> {
        let mut ended = self.opens_empty(b']', depth)?;
        while !ended {
            self.skip(depth)?;
            ended = self.ends(b']')?;
        }
        Ok(())
    }

    fn skip_object(&mut self, depth: u32) -> Result<(), Damage> {
        let (keys, bytes) = (self.scratch.seen.len(), self.scratch.unescaped.len());
        let mut ended = self.opens_empty(b'}', depth)?;
        while !ended {
            let key = self.key()?;
            self.remember(key);
            self.skip(depth)?;
            ended = self.ends(b'}')?;
        }
        self.forget(keys, bytes)
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Damage> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        Err(if word.starts_with(rest) { reason::CUT.into() } else { reason::INVALID_JSON.into() })
    }

    #[inline]
    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.text.get(self.at), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    #[inline]
    fn number(&mut self) -> Result<(), Damage> {
        self.at += usize::from(self.text.get(self.at) == Some(&b'-'));
        let leading_zero = self.text.get(self.at) == Some(&b'0');
        let digits = self.digits();
        if digits == 0 || (leading_zero && digits > 1) {
            return Err(self.misfit());
        }
        if self.text.get(self.at) == Some(&b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.misfit());
            }
        }
        if matches!(self.text.get(self.at), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.text.get(self.at), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return Err(self.misfit());
            }
        }
        Ok(())
    }

    fn remember(&mut self, key: Key) {
        let unescaped = &mut self.scratch.unescaped;
        let start = unescaped.len();
        if key.escaped {
            unescape(self.text.get(key.start..key.end).unwrap_or_default(), unescaped);
            self.scratch.seen.push(Key { start, end: self.scratch.unescaped.len(), escaped: true });
        } else {
            self.scratch.seen.push(key);
        }
    }

    /// Ends an object whose keys begin at `keys`: none of them may stand there twice.
    #[inline]
    fn forget(&mut self, keys: usize, bytes: usize) -> Result<(), Damage> {
        if self.scratch.seen.len() > keys {
            let twice = self.holds_duplicate(keys);
            self.scratch.seen.truncate(keys);
            self.scratch.unescaped.truncate(bytes);
            if twice {
                return Err(reason::DUPLICATE_KEY.into());
            }
        }
        Ok(())
    }

    fn holds_duplicate(&mut self, keys: usize) -> bool {
        let Scratch { seen, unescaped, .. } = &mut *self.scratch;
        let (text, unescaped) = (self.text, unescaped.as_slice());
        let said = |key: &Key| {
            let from = if key.escaped { unescaped } else { text };
            from.get(key.start..key.end).unwrap_or_default()
        };
        let own = seen.get_mut(keys..).unwrap_or_default();
        if own.len() <= FEW {
            let pairs = own.iter().enumerate();
            return pairs.into_iter().any(|(index, key)| own.iter().take(index).any(|other| said(other) == said(key)));
        }
        own.sort_unstable_by(|left, right| said(left).cmp(said(right)));
        own.windows(2).any(|pair| matches!(pair, [left, right] if said(left) == said(right)))
    }
}
