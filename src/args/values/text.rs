//! How text files are written: delimiters, quotes, encodings, number signs, time formats.

use super::{Invalid, Parsed};
use crate::args::nearest::nearest;
use chrono::format::{Item, StrftimeItems};

/// What encloses a cell that holds delimiters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    None,
    /// An ASCII character.
    Byte(u8),
}

/// How times are written in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeFormat {
    EpochSeconds,
    EpochMillis,
    EpochMicros,
    EpochNanos,
    /// Days since the end of 1899, as spreadsheets count them.
    Excel,
    /// As in strftime.
    Pattern(String),
}

/// Names of encodings that a hint may offer.
const ENCODINGS: [&str; 18] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "macintosh",
    "gb18030",
    "gbk",
    "big5",
    "shift_jis",
    "euc-jp",
    "euc-kr",
];

/// Parses a delimiter: a character, a string, `tab`, `\t`, `\xHH`, `\\`.
///
/// # Errors
/// Nothing, a line break, NUL, a letter or digit alone, or an unknown escape.
pub fn delimiter(text: &str) -> Parsed<String> {
    let delimiter = if text == "tab" { "\t".to_owned() } else { unescape(text)? };
    if delimiter.is_empty() {
        return Err(Invalid::new("a delimiter is not empty").with_hint("such as ';', '|' or tab"));
    }
    if delimiter.contains(['\n', '\r', '\0']) {
        return Err(Invalid::new("a delimiter holds no line break and no NUL"));
    }
    Ok(delimiter)
}

/// Parses a quote: one ASCII character that is no letter, digit, space or line break, or `none`.
///
/// # Errors
/// Anything else.
pub fn quote(text: &str) -> Parsed<Quote> {
    if text == "none" { Ok(Quote::None) } else { ascii_sign(text).map(Quote::Byte) }
}

/// Parses the character that escapes a quote.
///
/// # Errors
/// Anything but one ASCII sign.
pub fn escape(text: &str) -> Parsed<u8> {
    if text == "\\" { Ok(b'\\') } else { ascii_sign(text) }
}

/// Parses the label of an encoding to its canonical name in lower case.
///
/// # Errors
/// A label that the WHATWG encoding standard does not have.
pub fn encoding(text: &str) -> Parsed<String> {
    if let Some(encoding) = encoding_rs::Encoding::for_label(text.trim().as_bytes()) {
        return Ok(encoding.name().to_ascii_lowercase());
    }
    let hint = match nearest(text.trim(), ENCODINGS) {
        Some(name) => format!("did you mean {name}?"),
        None => "such as utf-8, windows-1252, iso-8859-15 or utf-16le".to_owned(),
    };
    Err(Invalid::new(format!("unknown encoding `{}`", text.trim())).with_hint(hint))
}

/// Parses the decimal sign.
///
/// # Errors
/// Neither a point nor a comma.
pub fn decimal_sign(text: &str) -> Parsed<char> {
    match text {
        "." => Ok('.'),
        "," => Ok(','),
        _ => Err(Invalid::new("the decimal sign is `.` or `,`")),
    }
}

/// Parses the sign between groups of three digits: one character, or `space`.
///
/// # Errors
/// A digit, a minus sign, or more than one character.
pub fn thousands_sign(text: &str) -> Parsed<char> {
    let text = if text == "space" { " " } else { text };
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(sign), None) if !sign.is_alphanumeric() && !matches!(sign, '-' | '+' | '\n' | '\r' | '\0') => Ok(sign),
        _ => Err(Invalid::new("one character is expected").with_hint("such as ',' or '.' or space")),
    }
}

/// Parses `epoch-s`, `epoch-ms`, `epoch-us`, `epoch-ns`, `excel` or a strftime pattern.
///
/// # Errors
/// An unknown word, or a pattern that strftime does not have.
pub fn time_format(text: &str) -> Parsed<TimeFormat> {
    const WORDS: [&str; 5] = ["epoch-s", "epoch-ms", "epoch-us", "epoch-ns", "excel"];
    let format = match text {
        "epoch-s" => TimeFormat::EpochSeconds,
        "epoch-ms" => TimeFormat::EpochMillis,
        "epoch-us" => TimeFormat::EpochMicros,
        "epoch-ns" => TimeFormat::EpochNanos,
        "excel" => TimeFormat::Excel,
        pattern if pattern.contains('%') => {
            if StrftimeItems::new(pattern).any(|item| item == Item::Error) {
                return Err(Invalid::new("the pattern has an unknown part").with_hint("such as '%d/%m/%Y %H:%M'"));
            }
            TimeFormat::Pattern(pattern.to_owned())
        }
        word => {
            let word = word.replace('_', "-");
            let hint = match nearest(&word, WORDS) {
                Some(name) => format!("did you mean {name}?"),
                None => format!("one of {}, or a pattern such as '%d/%m/%Y'", WORDS.join(", ")),
            };
            return Err(Invalid::new("unknown time format").with_hint(hint));
        }
    };
    Ok(format)
}

/// Parses text that must not be empty.
///
/// # Errors
/// Nothing but spaces.
pub fn filled(text: &str) -> Parsed<String> {
    if text.trim().is_empty() { Err(Invalid::new("a value is expected")) } else { Ok(text.to_owned()) }
}

/// Parses a name (of a column, of an event): not empty, without spaces around it.
///
/// # Errors
/// Nothing but spaces.
pub fn name(text: &str) -> Parsed<String> {
    filled(text).map(|text| text.trim().to_owned())
}

fn ascii_sign(text: &str) -> Parsed<u8> {
    match unescape(text)?.as_bytes() {
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() && !matches!(byte, b'\n' | b'\r' | 0) => Ok(*byte),
        _ => Err(Invalid::new("one ASCII character is expected that is no letter and no digit")),
    }
}

/// Replaces `\t`, `\\` and `\xHH`.
fn unescape(text: &str) -> Parsed<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('\\') {
        plain.push_str(&rest[..position]);
        let escape = &rest[position + 1..];
        let (letter, used) = match escape.as_bytes() {
            [b't', ..] => ('\t', 1),
            [b'\\', ..] => ('\\', 1),
            [b'x', high, low, ..] => (hexadecimal(*high, *low).ok_or_else(unknown_escape)?, 3),
            _ => return Err(unknown_escape()),
        };
        plain.push(letter);
        rest = &escape[used..];
    }
    plain.push_str(rest);
    Ok(plain)
}

fn unknown_escape() -> Invalid {
    Invalid::new("unknown escape").with_hint("\\t, \\\\ and \\x01 to \\x7f are known")
}

fn hexadecimal(high: u8, low: u8) -> Option<char> {
    let code = char::from(high).to_digit(16)? * 16 + char::from(low).to_digit(16)?;
    char::from_u32(code).filter(char::is_ascii)
}

#[cfg(test)]
mod tests {
    use super::{
        Quote, TimeFormat, decimal_sign, delimiter, encoding, escape, filled, quote, thousands_sign, time_format,
    };
    use proptest::prelude::*;

    #[test]
    fn delimiters() {
        for (text, expected) in [
            (";", ";"),
            ("\\t", "\t"),
            ("tab", "\t"),
            ("\\x1f", "\u{1f}"),
            ("||", "||"),
            ("\\\\", "\\"),
            ("a\\x7cb", "a|b"),
            ("¦", "¦"),
        ] {
            assert_eq!(delimiter(text).as_deref(), Ok(expected), "{text}");
        }
        for text in ["", "\n", "\\n", "\\x", "\\xzz", "\\xff", "\\x00", "\\", "\\x1é"] {
            assert!(delimiter(text).is_err(), "{text}");
        }
    }

    #[test]
    fn quotes_and_escapes() {
        assert_eq!(quote("none"), Ok(Quote::None));
        assert_eq!(quote("'"), Ok(Quote::Byte(b'\'')));
        assert_eq!(escape("\\"), Ok(b'\\'));
        for text in ["", "ab", "a", "«", "\n"] {
            assert!(quote(text).is_err(), "{text}");
        }
    }

    #[test]
    fn encodings() {
        assert_eq!(encoding("latin1").as_deref(), Ok("windows-1252"));
        assert_eq!(encoding("UTF-8").as_deref(), Ok("utf-8"));
        assert_eq!(encoding("windows-1225").unwrap_err().hint.as_deref(), Some("did you mean windows-1252?"));
        assert!(encoding("ebcdic").is_err());
    }

    #[test]
    fn number_signs() {
        assert_eq!(decimal_sign(","), Ok(','));
        assert!(decimal_sign(";").is_err());
        assert_eq!(thousands_sign("\u{202f}"), Ok('\u{202f}'));
        assert_eq!(thousands_sign("space"), Ok(' '));
        assert!(thousands_sign("1").is_err());
        assert!(thousands_sign("").is_err());
    }

    #[test]
    fn time_formats() {
        assert_eq!(time_format("epoch-ms"), Ok(TimeFormat::EpochMillis));
        assert_eq!(time_format("%d/%m/%Y"), Ok(TimeFormat::Pattern("%d/%m/%Y".to_owned())));
        assert!(time_format("%Q").is_err());
        assert_eq!(time_format("epoch_ns").unwrap_err().hint.as_deref(), Some("did you mean epoch-ns?"));
        assert!(time_format("dd/mm/yyyy").is_err());
    }

    #[test]
    fn names_are_not_empty() {
        assert!(filled("  ").is_err());
        assert_eq!(filled(" a ").as_deref(), Ok(" a "));
    }

    proptest! {
        #[test]
        fn never_panics(text in "(\\\\|x|[0-9a-f]|\\PC)*") {
            let _ = (delimiter(&text), quote(&text), escape(&text), encoding(&text), time_format(&text));
        }
    }
}
