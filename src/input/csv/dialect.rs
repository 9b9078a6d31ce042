//! How a delimited text is written: what the user may say about it, and what is in force once it was looked at.

use crate::error::{Error, Result};
use crate::input::bytes::TextEncoding;

/// What the user says about a text; what is left out is found out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingOptions {
    /// One or more characters; see [`parse_delimiter`].
    pub delimiter: Option<String>,
    /// `None` means that no character quotes.
    pub quote: Option<u8>,
    pub escape: Option<u8>,
    /// A label of the WHATWG encoding standard.
    pub encoding: Option<String>,
    /// Physical lines to leave out before the header.
    pub skip_lines: u64,
    /// Lines that begin with this are left out.
    pub comment: Option<String>,
    /// Names of the columns where the text has no header.
    pub column_names: Option<Vec<String>>,
}

impl Default for ReadingOptions {
    fn default() -> Self {
        Self {
            delimiter: None,
            quote: Some(b'"'),
            escape: None,
            encoding: None,
            skip_lines: 0,
            comment: None,
            column_names: None,
        }
    }
}

/// What ends a physical line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Terminator {
    /// LF or CR LF, also mixed.
    Lf,
    /// CR CR LF (a file written in text mode twice), or one of the above.
    CrCrLf,
    /// CR alone.
    Cr,
}

impl Terminator {
    /// The byte that ends every physical line.
    #[must_use]
    pub const fn byte(self) -> u8 {
        match self {
            Self::Lf | Self::CrCrLf => b'\n',
            Self::Cr => b'\r',
        }
    }
}

/// How one text is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dialect {
    /// As it stands in the file; never empty.
    pub delimiter: Vec<u8>,
    pub quote: Option<u8>,
    pub escape: Option<u8>,
    pub comment: Option<Vec<u8>>,
    pub terminator: Terminator,
    pub encoding: TextEncoding,
}

/// Longest delimiter in bytes; the scan looks this far ahead.
const LONGEST_DELIMITER: usize = 16;

impl ReadingOptions {
    /// Refuses what can be read in two ways.
    ///
    /// # Errors
    /// Kind `Usage`: characters that are no ASCII, line ends, or used for two purposes.
    pub fn validate(&self) -> Result<()> {
        for (flag, byte) in [("--quote", self.quote), ("--escape", self.escape)] {
            if byte.is_some_and(|byte| !byte.is_ascii() || b"\n\r\0".contains(&byte)) {
                return Err(Error::usage(format!("{flag} takes one ASCII character that is no line end")));
            }
        }
        if let Some(delimiter) = &self.delimiter {
            self.validate_delimiter(delimiter)?;
        }
        if self.comment.as_ref().is_some_and(|prefix| prefix.is_empty() || prefix.contains(['\n', '\r', '\0'])) {
            return Err(Error::usage("--comment takes the characters that begin a comment line"));
        }
        Ok(())
    }

    fn validate_delimiter(&self, delimiter: &str) -> Result<()> {
        let bytes = delimiter.as_bytes();
        if bytes.is_empty() || bytes.len() > LONGEST_DELIMITER || delimiter.contains(['\n', '\r', '\0']) {
            return Err(Error::usage("--delimiter takes one to 16 characters that are no line ends"));
        }
        if self.quote.is_some_and(|quote| bytes.contains(&quote)) {
            return Err(Error::usage("the delimiter holds the quote character")
                .with_hint("give --quote none if no character quotes"));
        }
        if self.escape.is_some_and(|escape| bytes.contains(&escape)) {
            return Err(Error::usage("the delimiter holds the escape character"));
        }
        Ok(())
    }
}

/// Reads a delimiter as it is given on a command line: `tab`, `\t`, `\x1f`, or the characters themselves.
///
/// # Errors
/// Kind `Usage` for an unfinished or unknown escape.
pub fn parse_delimiter(text: &str) -> Result<String> {
    if text.eq_ignore_ascii_case("tab") {
        return Ok("\t".to_owned());
    }
    let mut delimiter = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            delimiter.push(character);
            continue;
        }
        match rest.next() {
            Some('t') => delimiter.push('\t'),
            Some('\\') => delimiter.push('\\'),
            Some('x') => delimiter.push(hexadecimal(&mut rest).ok_or_else(|| unknown_escape(text))?),
            _ => return Err(unknown_escape(text)),
        }
    }
    if delimiter.is_empty() { Err(Error::usage("the delimiter is empty")) } else { Ok(delimiter) }
}

fn hexadecimal(digits: &mut std::str::Chars<'_>) -> Option<char> {
    let high = digits.next()?.to_digit(16)?;
    let low = digits.next()?.to_digit(16)?;
    char::from_u32(high * 16 + low).filter(char::is_ascii)
}

fn unknown_escape(text: &str) -> Error {
    Error::usage(format!("`{}` is no delimiter", text.escape_default()))
        .with_hint("write tab, \\t, \\x1f, \\\\, or the characters themselves")
}

#[cfg(test)]
mod tests {
    use super::{ReadingOptions, parse_delimiter};

    #[test]
    fn delimiters_are_written_in_several_ways() {
        for (text, expected) in
            [("tab", "\t"), ("\\t", "\t"), ("\\x1f", "\x1f"), (";", ";"), ("||", "||"), ("\\\\", "\\")]
        {
            assert_eq!(parse_delimiter(text).as_deref(), Ok(expected));
        }
        for text in ["", "\\", "\\x1", "\\xff", "\\n"] {
            assert!(parse_delimiter(text).is_err(), "{text}");
        }
    }

    #[test]
    fn options_that_contradict_each_other_are_refused() {
        let with = |delimiter: &str, quote| ReadingOptions {
            delimiter: Some(delimiter.to_owned()),
            quote,
            ..ReadingOptions::default()
        };
        assert!(with(";", Some(b'"')).validate().is_ok());
        assert!(with("\"", None).validate().is_ok());
        assert!(with("\"", Some(b'"')).validate().is_err());
        assert!(with("\n", Some(b'"')).validate().is_err());
        assert!(with("", None).validate().is_err());
        assert!(ReadingOptions { quote: Some(b'\n'), ..ReadingOptions::default() }.validate().is_err());
        assert!(ReadingOptions { comment: Some(String::new()), ..ReadingOptions::default() }.validate().is_err());
    }
}
