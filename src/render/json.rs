//! One JSON document, schema `funnel/1`: keys and number formats are a promise to scripts.
//!
//! Rows, files and notes stand one a line, so that two results can be compared by `diff`.

use super::escape::push_json_string;
use super::machine::{Plain, TimeUnit, instant, number, plain};
use crate::document::{Cell, Column, ColumnType, Document, SourceAccount, Table};
use serde_json::Value;

/// The version of the shape; it changes only when a reader would break.
const SCHEMA: &str = "funnel/1";

/// Writes the document with the given tables of it.
#[must_use]
pub fn render(document: &Document, tables: &[&Table], unit: TimeUnit) -> Vec<u8> {
    let mut out = String::from("{\n");
    for (key, value) in [("schema", SCHEMA), ("version", env!("CARGO_PKG_VERSION")), ("command", &document.command)] {
        push_member(&mut out, 2, key);
        push_json_string(&mut out, value);
        out.push_str(",\n");
    }
    push_member(&mut out, 2, "as_of");
    push_optional_string(&mut out, document.as_of.and_then(instant).as_deref());
    out.push_str(",\n");
    push_member(&mut out, 2, "settings");
    push_lines(&mut out, 2, ('{', '}'), &document.settings, |out, (name, value)| {
        push_key(out, name);
        push_value(out, value);
    });
    out.push_str(",\n");
    push_member(&mut out, 2, "sources");
    push_lines(&mut out, 2, ('[', ']'), &document.sources, push_source);
    out.push_str(",\n");
    push_member(&mut out, 2, "tables");
    push_lines(&mut out, 2, ('[', ']'), tables, |out, table| push_table(out, table, unit));
    out.push_str(",\n");
    push_member(&mut out, 2, "notes");
    push_lines(&mut out, 2, ('[', ']'), &document.notes, |out, note| {
        let members = [("level", note.level.name()), ("code", &note.code), ("text", &note.text)];
        push_strings(out, &members);
    });
    out.push_str("\n}\n");
    out.into_bytes()
}

/// Appends a row as an object on one line: `{"step": 1, "name": "Lead"}`.
pub fn push_row(out: &mut String, columns: &[Column], row: &[Cell], unit: TimeUnit) {
    out.push('{');
    for (position, column) in columns.iter().enumerate() {
        if position > 0 {
            out.push_str(", ");
        }
        push_key(out, &column.name);
        match plain(row.get(position).unwrap_or(&Cell::Missing), unit) {
            Plain::Missing => out.push_str("null"),
            Plain::Number(number) => out.push_str(&number),
            Plain::Time(text) => push_json_string(out, &text),
            Plain::Text(text) => push_json_string(out, text),
            Plain::Flag(flag) => out.push_str(if flag { "true" } else { "false" }),
        }
    }
    out.push('}');
}

fn push_source(out: &mut String, source: &SourceAccount) {
    out.push_str("{\n");
    for (key, value) in [("name", &source.name), ("kind", &source.kind)] {
        push_member(out, 6, key);
        push_json_string(out, value);
        out.push_str(",\n");
    }
    if let Some(preset) = &source.preset {
        push_member(out, 6, "preset");
        push_json_string(out, preset);
        out.push_str(",\n");
    }
    push_member(out, 6, "columns");
    let columns: Vec<(&str, &str)> =
        source.columns.iter().map(|(role, column)| (role.as_str(), column.as_str())).collect();
    push_strings(out, &columns);
    out.push_str(",\n");
    push_member(out, 6, "files");
    push_lines(out, 6, ('[', ']'), &source.files, |out, file| {
        out.push('{');
        push_key(out, "path");
        push_json_string(out, &file.path);
        let counts = [
            ("records", file.records),
            ("loaded", file.loaded),
            ("rejected", file.rejected),
            ("blank", file.blank),
            ("skipped", file.skipped),
        ];
        for (key, count) in counts {
            out.push_str(", ");
            push_key(out, key);
            out.push_str(&count.to_string());
        }
        out.push('}');
    });
    out.push_str("\n    }");
}

fn push_table(out: &mut String, table: &Table, unit: TimeUnit) {
    out.push_str("{\n");
    for (key, value) in [("name", &table.name), ("title", &table.title)] {
        push_member(out, 6, key);
        push_json_string(out, value);
        out.push_str(",\n");
    }
    push_member(out, 6, "columns");
    push_lines(out, 6, ('[', ']'), &table.columns, |out, column| {
        let mut members = vec![("name", column.name.as_str()), ("type", column.kind.name())];
        if column.kind == ColumnType::Elapsed {
            members.push(("unit", unit.name()));
        }
        push_strings(out, &members);
    });
    out.push_str(",\n");
    push_member(out, 6, "rows");
    push_lines(out, 6, ('[', ']'), &table.rows, |out, row| push_row(out, &table.columns, row, unit));
    out.push_str("\n    }");
}

/// Appends an indented key.
fn push_member(out: &mut String, indent: usize, key: &str) {
    push_indent(out, indent / 2);
    push_key(out, key);
}

fn push_key(out: &mut String, key: &str) {
    push_json_string(out, key);
    out.push_str(": ");
}

fn push_indent(out: &mut String, levels: usize) {
    for _ in 0..levels {
        out.push_str("  ");
    }
}

/// Appends an array or object with one element a line.
fn push_lines<T>(
    out: &mut String,
    indent: usize,
    (open, close): (char, char),
    items: &[T],
    push: impl Fn(&mut String, &T),
) {
    out.push(open);
    for (position, item) in items.iter().enumerate() {
        out.push_str(if position > 0 { ",\n" } else { "\n" });
        push_indent(out, indent / 2 + 1);
        push(out, item);
    }
    if !items.is_empty() {
        out.push('\n');
        push_indent(out, indent / 2);
    }
    out.push(close);
}

/// Appends an object of strings on one line.
fn push_strings(out: &mut String, members: &[(&str, &str)]) {
    out.push('{');
    for (position, (key, value)) in members.iter().enumerate() {
        if position > 0 {
            out.push_str(", ");
        }
        push_key(out, key);
        push_json_string(out, value);
    }
    out.push('}');
}

fn push_optional_string(out: &mut String, text: Option<&str>) {
    match text {
        Some(text) => push_json_string(out, text),
        None => out.push_str("null"),
    }
}

/// Appends a JSON value on one line, its numbers without trailing zeros.
fn push_value(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(value) => match value.as_f64().filter(|_| value.is_f64()) {
            Some(float) => out.push_str(&number(float).unwrap_or_else(|| "null".to_owned())),
            None => out.push_str(&value.to_string()),
        },
        Value::String(text) => push_json_string(out, text),
        Value::Array(items) => {
            out.push('[');
            for (position, item) in items.iter().enumerate() {
                if position > 0 {
                    out.push_str(", ");
                }
                push_value(out, item);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (position, (key, item)) in members.iter().enumerate() {
                if position > 0 {
                    out.push_str(", ");
                }
                push_key(out, key);
                push_value(out, item);
            }
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::document::{Cell, ColumnType, Document, FileAccount, Note, Section, SourceAccount, Table};
    use crate::model::decimal::Decimal;
    use crate::render::machine::TimeUnit;
    use serde_json::{Value, json};

    fn document() -> Document {
        let columns = [
            ("step", ColumnType::Count),
            ("name", ColumnType::Text),
            ("from_first", ColumnType::Share),
            ("time_mean", ColumnType::Elapsed),
            ("value", ColumnType::Money),
            ("goal_met", ColumnType::Flag),
        ];
        let mut table = Table::new("steps", "Steps", &columns);
        table.rows = vec![
            vec![Cell::Count(1), Cell::Text("Lead \"a\"".to_owned()), Cell::Missing, Cell::Missing],
            vec![
                Cell::Count(2),
                Cell::Text("Won\u{9b}".to_owned()),
                Cell::Share(0.125),
                Cell::Elapsed(129_600.0),
                Cell::Money(Decimal(10_i128.pow(18) * 1054 + 1)),
                Cell::Flag(true),
            ],
        ];
        let files =
            vec![FileAccount { path: "a.csv".to_owned(), records: 9, loaded: 6, rejected: 1, blank: 1, skipped: 1 }];
        Document {
            command: "conversion".to_owned(),
            title: "Conversion".to_owned(),
            as_of: Some(20_454 * 86_400_000_000),
            settings: vec![("window".to_owned(), json!("14d")), ("confidence".to_owned(), json!([0.95, 2.0]))],
            sources: vec![SourceAccount {
                name: "events".to_owned(),
                kind: "events".to_owned(),
                preset: None,
                columns: vec![("id".to_owned(), "user_id".to_owned()), ("time".to_owned(), "ts".to_owned())],
                files,
            }],
            sections: vec![Section { title: String::new(), lines: vec!["Said.".to_owned()], tables: vec![table] }],
            notes: vec![Note::warning("immature", "wait")],
        }
    }

    const EXPECTED: &str = r#"{
  "schema": "funnel/1",
  "version": "VERSION",
  "command": "conversion",
  "as_of": "2026-01-01T00:00:00Z",
  "settings": {
    "window": "14d",
    "confidence": [0.95, 2]
  },
  "sources": [
    {
      "name": "events",
      "kind": "events",
      "columns": {"id": "user_id", "time": "ts"},
      "files": [
        {"path": "a.csv", "records": 9, "loaded": 6, "rejected": 1, "blank": 1, "skipped": 1}
      ]
    }
  ],
  "tables": [
    {
      "name": "steps",
      "title": "Steps",
      "columns": [
        {"name": "step", "type": "count"},
        {"name": "name", "type": "text"},
        {"name": "from_first", "type": "share"},
        {"name": "time_mean", "type": "elapsed", "unit": "d"},
        {"name": "value", "type": "money"},
        {"name": "goal_met", "type": "flag"}
      ],
      "rows": [
        {"step": 1, "name": "Lead \"a\"", "from_first": null, "time_mean": null, "value": null, "goal_met": null},
        {"step": 2, "name": "Won\u009b", "from_first": 0.125, "time_mean": 1.5, "value": 1054.000000000000000001, "goal_met": true}
      ]
    }
  ],
  "notes": [
    {"level": "warning", "code": "immature", "text": "wait"}
  ]
}
"#;

    #[test]
    fn the_document_keeps_its_shape() {
        let document = document();
        let tables: Vec<&Table> = document.tables().collect();
        let text = String::from_utf8(render(&document, &tables, TimeUnit::Days)).unwrap();
        assert_eq!(text, EXPECTED.replace("VERSION", env!("CARGO_PKG_VERSION")));
    }

    #[test]
    fn it_reads_back_with_equal_values() {
        let document = document();
        let tables: Vec<&Table> = document.tables().collect();
        let value: Value = serde_json::from_slice(&render(&document, &tables, TimeUnit::Seconds)).unwrap();
        let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["schema", "version", "command", "as_of", "settings", "sources", "tables", "notes"]);
        let row = &value["tables"][0]["rows"][1];
        assert_eq!(row["name"], json!("Won\u{9b}"));
        assert_eq!(row["time_mean"], json!(129_600));
        assert_eq!(row["from_first"], json!(0.125));
        assert_eq!(value["tables"][0]["columns"][3]["unit"], json!("s"));
    }

    #[test]
    fn an_empty_document_is_valid() {
        let value: Value = serde_json::from_slice(&render(&Document::default(), &[], TimeUnit::Seconds)).unwrap();
        assert_eq!(value["as_of"], Value::Null);
        assert_eq!(value["settings"], json!({}));
        assert_eq!(value["tables"], json!([]));
    }
}
