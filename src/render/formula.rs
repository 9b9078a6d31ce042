//! Text that a spreadsheet would run as a formula (CWE-1236), how it is made harmless in CSV, and how it is read back.
//!
//! Pure; imports nothing of the crate.

/// Tells whether text must be escaped: it begins with a trigger, also after blanks or in a later physical line.
///
/// Text that would itself read as escaped (`'=1`) counts as well, so that [`unescape`] undoes exactly one escape.
#[must_use]
pub fn needs_escape(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    is_trigger_line(text) || text.split(['\n', '\r']).skip(1).any(is_trigger_line)
}

/// Returns the text that was written: one `'` before text that needed an escape is taken off.
#[must_use]
pub fn unescape(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| needs_escape(rest)).unwrap_or(text)
}

fn is_trigger_line(line: &str) -> bool {
    if line.starts_with(['\t', '\r']) {
        return true;
    }
    let line = line.trim_start_matches(|character: char| character.is_whitespace() || is_invisible(character));
    line.starts_with(['=', '+', '-', '@', '\0', '＝', '＋', '－', '＠'])
}

const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::{needs_escape, unescape};
    use proptest::prelude::*;

    #[test]
    fn triggers_are_found() {
        let dangerous = [
            "=1+1",
            "+33612345678",
            "-5",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "\0",
            "  =1",
            "\u{a0}=1",
            "\u{feff}=1",
            "＝1",
            "＋1",
            "－1",
            "＠a",
            "a\n=1",
            "a\r\n  -1",
            "a\rb\n@",
            "'=1",
            "''=1",
        ];
        for text in dangerous {
            assert!(needs_escape(text), "{text:?}");
        }
        for text in ["", "a", "a=1", "1-2", "'a", "'", "(none)", "a\nb", " a", "12.50"] {
            assert!(!needs_escape(text), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn reading_back_undoes_the_escape(text in "[ '=+@\\-\\t\\r\\n\\x00a＝]{0,8}") {
            let escaped = if needs_escape(&text) { format!("'{text}") } else { text.clone() };
            prop_assert_eq!(unescape(&escaped), text);
        }
    }
}
