//! Messages as text: what happened, where, and the way out. Pure; every text is escaped here.

use crate::document::{Note, NoteLevel};
use crate::error::Error;
use crate::render::{escape, push_json_string};
use std::fmt::Write as _;

const RED: &str = "1;31";
const YELLOW: &str = "1;33";
const CYAN: &str = "36";

/// Writes `error: file:line:column: message`, and `hint: ...` on the next line.
#[must_use]
pub fn error(error: &Error, color: bool) -> String {
    let mut text = labelled("error", &error.to_string(), RED, color);
    if let Some(hint) = &error.hint {
        text.push_str(&labelled("hint", hint, CYAN, color));
    }
    text
}

/// Writes `note: ...` or `warning: ...`.
#[must_use]
pub fn note(note: &Note, color: bool) -> String {
    let style = match note.level {
        NoteLevel::Note => CYAN,
        NoteLevel::Warning => YELLOW,
    };
    labelled(note.level.name(), &note.text, style, color)
}

fn labelled(label: &str, text: &str, style: &str, color: bool) -> String {
    let text = escape(text);
    if color { format!("\x1b[{style}m{label}:\x1b[0m {text}\n") } else { format!("{label}: {text}\n") }
}

/// Writes an error as one line of JSON; `code` is the exit code, and what is not known is null.
#[must_use]
pub fn error_json(error: &Error) -> String {
    let location = error.location.as_deref();
    let mut line = String::from("{\"level\": \"error\", \"kind\": ");
    push_json_string(&mut line, error.kind.name());
    let _ = write!(line, ", \"code\": {}", error.kind.exit_code());
    push_member(&mut line, "message", Some(&error.message));
    push_member(&mut line, "file", location.map(|location| location.file.as_str()));
    let number = location.and_then(|location| location.line).map_or_else(|| "null".to_owned(), |line| line.to_string());
    let _ = write!(line, ", \"line\": {number}");
    push_member(&mut line, "column", location.and_then(|location| location.column.as_deref()));
    push_member(&mut line, "hint", error.hint.as_deref());
    line.push_str("}\n");
    line
}

/// Writes a note as one line of JSON, with the keys that it has in a result.
#[must_use]
pub fn note_json(note: &Note) -> String {
    let mut line = String::from("{\"level\": ");
    push_json_string(&mut line, note.level.name());
    push_member(&mut line, "code", Some(&note.code));
    push_member(&mut line, "text", Some(&note.text));
    line.push_str("}\n");
    line
}

fn push_member(line: &mut String, key: &str, value: Option<&str>) {
    line.push_str(", ");
    push_json_string(line, key);
    line.push_str(": ");
    match value {
        Some(value) => push_json_string(line, value),
        None => line.push_str("null"),
    }
}

#[cfg(test)]
mod tests {
    use super::{error, error_json, note, note_json};
    use crate::document::Note;
    use crate::error::Error;
    use serde_json::{Value, json};

    fn failure() -> Error {
        Error::data("no column \"a\x1b[2J\"").at("leads.csv", Some(7), Some("time")).with_hint("--time COLUMN\u{202e}")
    }

    #[test]
    fn people_read_place_and_hint() {
        let expected = "error: leads.csv:7:time: no column \"a\\x1b[2J\"\nhint: --time COLUMN\\u{202e}\n";
        assert_eq!(error(&failure(), false), expected);
        assert_eq!(error(&Error::usage("bad"), false), "error: bad\n");
        assert_eq!(note(&Note::warning("immature", "wait\na day"), false), "warning: wait\\na day\n");
        assert_eq!(note(&Note::note("kind", "kind = events"), true), "\x1b[36mnote:\x1b[0m kind = events\n");
    }

    #[test]
    fn machines_read_one_object_a_line() {
        let line = error_json(&failure());
        assert_eq!(line.matches('\n').count(), 1);
        let value: Value = serde_json::from_str(&line).unwrap();
        let expected = json!({
            "level": "error", "kind": "data", "code": 3, "message": "no column \"a\x1b[2J\"", "file": "leads.csv",
            "line": 7, "column": "time", "hint": "--time COLUMN\u{202e}",
        });
        assert_eq!(value, expected);
        let value: Value = serde_json::from_str(&error_json(&Error::usage("bad"))).unwrap();
        assert_eq!((&value["file"], &value["line"], &value["hint"]), (&Value::Null, &Value::Null, &Value::Null));
        let value: Value = serde_json::from_str(&note_json(&Note::warning("immature", "wait"))).unwrap();
        assert_eq!(value, json!({"level": "warning", "code": "immature", "text": "wait"}));
    }
}
