//! Codes for repeated texts, shared by the threads of a scan. Code 0 is "no text".

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

#[derive(Debug, Default)]
struct Entries {
    codes: HashMap<String, u32, foldhash::fast::FixedState>,
    /// By code - 1.
    names: Vec<String>,
}

/// Texts and their codes, in the order in which they were first met.
#[derive(Debug, Default)]
pub struct Dictionary {
    entries: Mutex<Entries>,
}

impl Dictionary {
    /// Makes a dictionary whose first codes are those of `names`.
    #[must_use]
    pub fn with_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let dictionary = Self::default();
        for name in names {
            dictionary.code(name);
        }
        dictionary
    }

    /// Returns the code of a text, a new one where it was not met before.
    pub fn code(&self, text: &str) -> u32 {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(code) = entries.codes.get(text) {
            return *code;
        }
        entries.names.push(text.to_owned());
        let code = u32::try_from(entries.names.len()).unwrap_or(u32::MAX);
        entries.codes.insert(text.to_owned(), code);
        code
    }

    /// Returns all texts by code; the first (code 0) is empty.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(String::new()).chain(entries.names.iter().cloned()).collect()
    }
}

/// Length, first eight and last eight bytes of a text: all of it up to sixteen bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Shape {
    length: usize,
    first: u64,
    last: u64,
}

/// Texts up to this length are known by their shape.
pub const SHAPED: usize = 16;

impl Shape {
    #[inline]
    #[must_use]
    pub fn of(text: &[u8]) -> Self {
        let length = text.len();
        if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
            return Self { length, first: u64::from_le_bytes(*first), last: u64::from_le_bytes(*last) };
        }
        let first = text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
        Self { length, first, last: 0 }
    }

    /// A place in a table of [`PLACES`]; equal shapes have equal places.
    #[inline]
    fn place(self) -> usize {
        let mixed = (self.first ^ self.last.rotate_left(29) ^ self.length as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        usize::try_from(mixed >> 57).unwrap_or(0)
    }
}

const PLACES: usize = 128;

/// A thread's own memory of a dictionary: repeated texts cost no lock, and short ones no hash.
#[derive(Debug)]
pub struct Memo {
    codes: HashMap<Box<str>, u32, foldhash::fast::FixedState>,
    /// The last short text of each place, and its code; 0 is none.
    short: Vec<(Shape, u32)>,
}

impl Default for Memo {
    fn default() -> Self {
        Self { codes: HashMap::default(), short: vec![(Shape::default(), 0); PLACES] }
    }
}

/// More distinct texts than this are not remembered per thread.
const MEMO_LIMIT: usize = 65_536;

impl Memo {
    /// Returns the code of a text (valid UTF-8); 0 of an empty one.
    #[inline]
    pub fn code(&mut self, dictionary: &Dictionary, text: &[u8]) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if text.len() > SHAPED {
            return self.look_up(dictionary, text);
        }
        let shape = Shape::of(text);
        let place = shape.place();
        if let Some((known, code)) = self.short.get(place)
            && *known == shape
        {
            return *code;
        }
        let code = self.look_up(dictionary, text);
        if let Some(entry) = self.short.get_mut(place) {
            *entry = (shape, code);
        }
        code
    }

    fn look_up(&mut self, dictionary: &Dictionary, text: &[u8]) -> u32 {
        let text = std::str::from_utf8(text).unwrap_or_default();
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let code = dictionary.code(text);
        if self.codes.len() < MEMO_LIMIT {
            self.codes.insert(text.into(), code);
        }
        code
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memo_says_what_the_dictionary_says() {
        let dictionary = Dictionary::with_names(["a", "b"]);
        let mut memo = Memo::default();
        let words: Vec<String> =
            (0..3_000).map(|number| format!("{:0width$}", number % 700, width = 1 + number % 30)).collect();
        for word in &words {
            let code = memo.code(&dictionary, word.as_bytes());
            assert_eq!(dictionary.names()[code as usize], *word);
            assert_eq!(memo.code(&dictionary, word.as_bytes()), code);
        }
        assert_eq!(memo.code(&dictionary, b""), 0);
        assert_eq!(memo.code(&dictionary, b"b"), 2);
        // Short texts that differ only in leading zero bytes are told apart by their length.
        assert_ne!(memo.code(&dictionary, b"\0x"), memo.code(&dictionary, b"x"));
    }
}
