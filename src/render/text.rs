//! Text in columns of a terminal: how wide it is, how it is shortened and how it is wrapped.
//!
//! Works on text that was escaped already. Pure; imports nothing of the crate.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const ELLIPSIS: char = '…';
/// More characters than this per column are marks piled on one another; they are cut like text that is too long.
const CHARACTERS_PER_COLUMN: usize = 8;

/// Columns that the text takes on a terminal.
#[must_use]
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

fn fits(text: &str, columns: usize) -> bool {
    // No character takes more columns than it has bytes, so that short text needs no measuring.
    text.len() <= columns || (text.chars().count() <= columns * CHARACTERS_PER_COLUMN && width(text) <= columns)
}

/// Returns the longest start of the text that takes at most `columns`; at least one character where there is one.
fn head(text: &str, columns: usize) -> &str {
    let mut end = 0;
    let mut taken = 0;
    for (count, (start, character)) in text.char_indices().enumerate() {
        taken += character.width().unwrap_or(0);
        if count > 0 && (taken > columns || count >= columns * CHARACTERS_PER_COLUMN) {
            break;
        }
        end = start + character.len_utf8();
    }
    let mut start_of_text = &text[..end];
    // The parts of an emoji may be wider together than one by one.
    while width(start_of_text) > columns && start_of_text.chars().count() > 1 {
        let last = start_of_text.chars().next_back().map_or(0, char::len_utf8);
        start_of_text = &start_of_text[..start_of_text.len() - last];
    }
    start_of_text
}

/// Cuts text that is too wide and says so with an ellipsis.
#[must_use]
pub fn shorten(text: &str, columns: usize) -> String {
    if fits(text, columns) {
        return text.to_owned();
    }
    match columns {
        0 => String::new(),
        1 => ELLIPSIS.to_string(),
        _ => {
            let start = head(text, columns - 1);
            let start = if width(start) < columns { start.trim_end() } else { "" };
            format!("{start}{ELLIPSIS}")
        }
    }
}

/// Breaks text into lines of at most `columns`, between words where it can; the indent of the first line is kept.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(2);
    let body = text.trim_start_matches(' ');
    let indent = " ".repeat((text.len() - body.len()).min(columns / 2));
    let room = columns - indent.len();
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut taken = 0;
    for word in body.split(' ').filter(|word| !word.is_empty()) {
        for piece in pieces(word, room) {
            let size = width(piece);
            if taken > 0 && taken + 1 + size > room {
                lines.push(format!("{indent}{line}"));
                line.clear();
                taken = 0;
            }
            if taken > 0 {
                line.push(' ');
                taken += 1;
            }
            line.push_str(piece);
            taken += size;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(if line.is_empty() { String::new() } else { format!("{indent}{line}") });
    }
    lines
}

/// Cuts a word that is wider than a line into pieces that are not.
fn pieces(word: &str, columns: usize) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = word;
    while !fits(rest, columns) {
        let piece = head(rest, columns);
        if piece.len() == rest.len() {
            break;
        }
        pieces.push(piece);
        rest = &rest[piece.len()..];
    }
    pieces.push(rest);
    pieces
}

#[cfg(test)]
mod tests {
    use super::{shorten, width, wrap};
    use proptest::prelude::*;

    #[test]
    fn shortens_by_columns() {
        assert_eq!(shorten("conversion", 10), "conversion");
        assert_eq!(shorten("conversion", 9), "conversi…");
        assert_eq!(shorten("two words", 5), "two…");
        assert_eq!(shorten("東京都庁", 8), "東京都庁");
        assert_eq!(shorten("東京都庁", 7), "東京都…");
        assert_eq!(shorten("東京都庁", 6), "東京…");
        assert_eq!(shorten("abc", 1), "…");
        assert_eq!(shorten("abc", 0), "");
    }

    #[test]
    fn wraps_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("  one two three", 9), ["  one two", "  three"]);
        assert_eq!(wrap("", 10), [""]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_asked(text in "\\PC{0,60}", columns in 2_usize..50) {
            prop_assert!(width(&shorten(&text, columns)) <= columns);
            for line in wrap(&text, columns) {
                prop_assert!(width(&line) <= columns, "{line:?}");
            }
        }

        #[test]
        fn wrapping_loses_no_word(text in "[a-z ]{0,80}", columns in 10_usize..30) {
            let joined: String = wrap(&text, columns).join(" ");
            prop_assert_eq!(joined.replace(' ', ""), text.replace(' ', ""));
        }
    }
}
