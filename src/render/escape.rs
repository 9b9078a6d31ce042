//! Makes text safe to show: control characters never reach a terminal, a log or a page as such.
//!
//! Pure; imports nothing of the crate.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Tells whether a character moves the cursor, hides, or reorders text: C0, C1, DEL, and the bidirectional and
/// zero-width controls (CWE-150, CVE-2021-42574).
#[must_use]
pub const fn is_hazard(character: char) -> bool {
    matches!(
        character,
        '\0'..='\x1f'
            | '\x7f'..='\u{9f}'
            | '\u{ad}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Shows control characters as `\n`, `\x1b` or `\u{202e}`; other text is borrowed as it is.
#[must_use]
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_hazard) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '\n' => escaped.push_str("\\n"),
            '\r' => escaped.push_str("\\r"),
            '\t' => escaped.push_str("\\t"),
            '\0'..='\u{9f}' if is_hazard(character) => {
                let _ = write!(escaped, "\\x{:02x}", u32::from(character));
            }
            _ if is_hazard(character) => {
                let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
            }
            _ => escaped.push(character),
        }
    }
    Cow::Owned(escaped)
}

/// Appends a JSON string (RFC 8259). Hazards are written as `\uXXXX`: the data stay equal, and a terminal stays safe.
pub fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_hazard(character) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::{escape, is_hazard, push_json_string};
    use proptest::prelude::*;

    #[test]
    fn shows_controls_as_text() {
        assert_eq!(escape("a\x1b[31mb"), "a\\x1b[31mb");
        assert_eq!(escape("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(escape("\u{9b}2J"), "\\x9b2J");
        assert_eq!(escape("one\ntwo\tthree\r"), "one\\ntwo\\tthree\\r");
        assert_eq!(escape("\0\x7f\u{200b}\u{feff}"), "\\x00\\x7f\\u{200b}\\u{feff}");
        assert_eq!(escape("Zürich – 東京 ✓ 'quoted' \\"), "Zürich – 東京 ✓ 'quoted' \\");
    }

    #[test]
    fn json_strings_are_escaped() {
        let mut out = String::new();
        push_json_string(&mut out, "a\"b\\c\n\x1b\u{e0001}é");
        assert_eq!(out, "\"a\\\"b\\\\c\\n\\u001b\\udb40\\udc01é\"");
    }

    proptest! {
        #[test]
        fn no_hazard_survives(text in any::<String>()) {
            prop_assert!(!escape(&text).contains(is_hazard));
        }

        #[test]
        fn json_reads_back_the_same(text in any::<String>()) {
            let mut out = String::new();
            push_json_string(&mut out, &text);
            prop_assert!(!out.contains(is_hazard));
            prop_assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
        }
    }
}
