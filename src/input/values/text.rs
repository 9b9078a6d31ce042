//! Text as it is compared: trimmed, NFC-normalised, and the words that stand for no value.

use std::borrow::Cow;
use std::sync::Arc;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Words that mean "no value" in ids, names, times and amounts, compared without case.
pub const DEFAULT_NULL_WORDS: [&str; 9] = ["null", "none", "n/a", "na", "nan", "undefined", "-", "\\N", "(not set)"];

/// Removes white space (ASCII and Unicode, such as U+00A0) around a cell.
#[must_use]
#[inline]
pub fn clean(cell: &[u8]) -> &[u8] {
    match cell {
        [] => cell,
        [first, .., last] if is_dense(*first) && is_dense(*last) => cell,
        [only] if is_dense(*only) => cell,
        _ => clean_slowly(cell),
    }
}

/// Whether the byte is ASCII and neither white space nor a control character.
#[inline]
const fn is_dense(byte: u8) -> bool {
    byte > b' ' && byte < 0x80
}

fn clean_slowly(cell: &[u8]) -> &[u8] {
    match std::str::from_utf8(cell) {
        Ok(text) => text.trim().as_bytes(),
        Err(_) => cell.trim_ascii(),
    }
}

/// Composes the text (Unicode NFC); text that is composed already, which ASCII always is, stays borrowed.
#[must_use]
pub fn nfc(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}

/// Trims and composes a cell: the form in which ids and names are compared.
#[must_use]
#[inline]
pub fn normalized(cell: &[u8]) -> Cow<'_, [u8]> {
    let cleaned = clean(cell);
    if cleaned.is_ascii() {
        return Cow::Borrowed(cleaned);
    }
    compose(cleaned)
}

fn compose(cleaned: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(cleaned).map(nfc) {
        Ok(Cow::Owned(text)) => Cow::Owned(text.into_bytes()),
        Ok(Cow::Borrowed(_)) | Err(_) => Cow::Borrowed(cleaned),
    }
}

/// The words that stand for no value: the default ones and those of `--null`. Cheap to clone.
#[derive(Debug, Clone)]
pub struct NullWords {
    tables: Arc<Tables>,
}

#[derive(Debug)]
struct Tables {
    /// One bit per length of an ASCII word; bit 63 stands for 63 bytes and more.
    lengths: u64,
    /// First bytes of the ASCII words, in both cases.
    first: [bool; 256],
    ascii: Vec<Vec<u8>>,
    /// Words beyond ASCII, in lower case.
    foreign: Vec<String>,
    /// Whether `--null` names `nan`, which is no amount otherwise.
    names_nan: bool,
}

impl Default for NullWords {
    fn default() -> Self {
        Self::new::<&str>(&[])
    }
}

impl NullWords {
    /// Adds the words of `--null` to the default ones.
    #[must_use]
    pub fn new<W: AsRef<str>>(further: &[W]) -> Self {
        let mut tables =
            Tables { lengths: 0, first: [false; 256], ascii: Vec::new(), foreign: Vec::new(), names_nan: false };
        for word in DEFAULT_NULL_WORDS {
            tables.add(word);
        }
        for word in further {
            let word = nfc(word.as_ref().trim());
            tables.names_nan |= word.eq_ignore_ascii_case("nan");
            tables.add(&word);
        }
        Self { tables: Arc::new(tables) }
    }

    /// Whether a trimmed cell has no value: it is empty or one of the words.
    #[must_use]
    #[inline]
    pub fn is_null(&self, cleaned: &[u8]) -> bool {
        let Some(first) = cleaned.first() else { return true };
        let tables = &*self.tables;
        let length = cleaned.len().min(63);
        if tables.lengths >> length & 1 == 1 && tables.first[usize::from(*first)] {
            return tables.ascii.iter().any(|word| word.eq_ignore_ascii_case(cleaned));
        }
        !tables.foreign.is_empty() && tables.is_foreign(cleaned)
    }

    /// Whether a trimmed cell is the word `nan` without having been named by `--null`: a fault where it should be an
    /// amount, since it is what a failed computation leaves.
    #[must_use]
    pub fn is_failed_number(&self, cleaned: &[u8]) -> bool {
        !self.tables.names_nan && cleaned.eq_ignore_ascii_case(b"nan")
    }
}

impl Tables {
    fn add(&mut self, word: &str) {
        let Some(&first) = word.as_bytes().first() else { return };
        if !word.is_ascii() {
            self.foreign.push(word.to_lowercase());
            return;
        }
        self.lengths |= 1 << word.len().min(63);
        self.first[usize::from(first.to_ascii_lowercase())] = true;
        self.first[usize::from(first.to_ascii_uppercase())] = true;
        self.ascii.push(word.as_bytes().to_vec());
    }

    fn is_foreign(&self, cleaned: &[u8]) -> bool {
        if cleaned.is_ascii() {
            return false;
        }
        let Ok(text) = std::str::from_utf8(cleaned) else { return false };
        self.foreign.iter().any(|word| text.chars().flat_map(char::to_lowercase).eq(word.chars()))
    }
}

#[cfg(test)]
mod tests {
    use super::{NullWords, clean, nfc, normalized};
    use std::borrow::Cow;

    #[test]
    fn white_space_around_a_cell_goes() {
        for (cell, expected) in [
            ("u1", "u1"),
            ("x", "x"),
            ("", ""),
            (" ", ""),
            ("\u{a0}\u{a0}", ""),
            (" \t\r\nu1\u{a0}", "u1"),
            ("\u{2003}u 1\u{202f}", "u 1"),
            ("\u{3000}é\u{3000}", "é"),
            ("é", "é"),
        ] {
            assert_eq!(clean(cell.as_bytes()), expected.as_bytes(), "{cell:?}");
        }
        assert_eq!(clean(b" \xff "), b"\xff");
    }

    #[test]
    fn text_is_composed() {
        assert_eq!(nfc("cafe\u{301}"), "café");
        assert!(matches!(nfc("café"), Cow::Borrowed(_)));
        assert!(matches!(nfc("cafe"), Cow::Borrowed(_)));
        assert_eq!(&*normalized(" cafe\u{301}\u{a0}".as_bytes()), "café".as_bytes());
        assert_eq!(&*normalized(b" 007 "), b"007");
    }

    #[test]
    fn null_words_are_compared_without_case() {
        let words = NullWords::default();
        for word in ["", "NULL", "null", "None", "N/A", "n/a", "NA", "NaN", "Undefined", "-", "\\N", "(NOT set)"] {
            assert!(words.is_null(word.as_bytes()), "{word:?}");
        }
        for word in ["0", "nul", "nulls", "--", "n", "not set", "u1", "Ünull", "unknown", "no", "nil"] {
            assert!(!words.is_null(word.as_bytes()), "{word:?}");
        }
    }

    #[test]
    fn further_words_are_added() {
        let long = "x".repeat(80);
        let words = NullWords::new(&["--", " Keine ", "INCONNU É", "", long.as_str()]);
        for word in ["--", "keine", "KEINE", "inconnu é", "Inconnu É", "null", long.as_str()] {
            assert!(words.is_null(word.as_bytes()), "{word:?}");
        }
        assert!(!words.is_null("x".repeat(81).as_bytes()));
        assert!(!words.is_null("inconnu".as_bytes()));
    }

    #[test]
    fn nan_is_a_failed_number_unless_named() {
        assert!(NullWords::default().is_failed_number(b"NaN"));
        assert!(!NullWords::default().is_failed_number(b"null"));
        assert!(!NullWords::new(&["nan"]).is_failed_number(b"NaN"));
    }
}
