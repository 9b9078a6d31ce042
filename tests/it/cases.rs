//! Golden cases: folders under `testdata/cases` with a command line, small data and the rows that must come out.
//!
//! `case.toml` gives the reasoning in comments, `args`, `exit` (0) and optionally `stderr` (words that must stand
//! there), `notes` (codes that must be among the notes) and `unordered` (tables whose row order is not promised).
//! `expected.json` maps a table to its rows; only the columns that stand there are compared.

use crate::world::{Run, Table, World, close, repository};
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;

struct Case {
    arguments: Vec<String>,
    exit: i32,
    stderr: Vec<String>,
    notes: Vec<String>,
    unordered: Vec<String>,
    expected: Map<String, Value>,
}

fn words(table: &toml::Table, key: &str) -> Vec<String> {
    let items = table.get(key).and_then(toml::Value::as_array);
    items.into_iter().flatten().map(|item| item.as_str().expect("text").to_owned()).collect()
}

impl Case {
    fn read(folder: &Path) -> Self {
        let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let table: toml::Table = read("case.toml").parse().expect("case.toml");
        for key in table.keys() {
            assert!(["args", "exit", "stderr", "notes", "unordered"].contains(&key.as_str()), "unknown key {key:?}");
        }
        let exit = table.get("exit").and_then(toml::Value::as_integer).unwrap_or(0);
        let expected =
            if exit == 0 { serde_json::from_str(&read("expected.json")).expect("expected.json") } else { Map::new() };
        Self {
            arguments: words(&table, "args"),
            exit: i32::try_from(exit).expect("an exit code"),
            stderr: words(&table, "stderr"),
            notes: words(&table, "notes"),
            unordered: words(&table, "unordered"),
            expected,
        }
    }

    fn problems(&self, run: &Run) -> Vec<String> {
        let mut problems = Vec::new();
        if run.code != Some(self.exit) {
            problems.push(format!("exit code {:?}, expected {}", run.code, self.exit));
            return problems;
        }
        problems.extend(
            self.stderr
                .iter()
                .filter(|word| !run.stderr.contains(word.as_str()))
                .map(|word| format!("stderr lacks {word:?}")),
        );
        if self.exit != 0 {
            return problems;
        }
        let document = run.json();
        let codes = run.note_codes();
        problems.extend(
            self.notes.iter().filter(|code| !codes.contains(code)).map(|code| format!("no note {code:?} in {codes:?}")),
        );
        for (name, rows) in &self.expected {
            let rows = rows.as_array().expect("rows");
            match Table::from_document(&document, name) {
                None => problems.push(format!("no table {name:?}")),
                Some(table) if self.unordered.contains(name) => {
                    problems.extend(unordered_differences(name, &table, rows));
                }
                Some(table) => problems.extend(differences(name, &table, rows)),
            }
        }
        problems
    }
}

/// Compares one cell; `{"text": "0.3"}` asks for a number written exactly so.
fn same_cell(actual: &Value, expected: &Value) -> bool {
    if let Some(text) = expected.get("text").and_then(Value::as_str) {
        let written = actual.to_string();
        return actual.is_number() && written == text;
    }
    match (actual.as_f64(), expected.as_f64()) {
        (Some(actual), Some(expected)) => close(actual, expected, 1e-9),
        _ => actual == expected,
    }
}

fn misfits(actual: &Value, expected: &Value) -> Vec<String> {
    let cells = expected.as_object().expect("a row");
    let differs = cells.iter().filter(|(column, cell)| actual.get(column).is_none_or(|found| !same_cell(found, cell)));
    differs
        .map(|(column, cell)| match actual.get(column) {
            Some(found) => format!("{column} is {found}, expected {cell}"),
            None => format!("{column} is absent, expected {cell}"),
        })
        .collect()
}

fn differences(name: &str, table: &Table, rows: &[Value]) -> Vec<String> {
    let mut problems = Vec::new();
    if table.rows.len() != rows.len() {
        problems.push(format!("{name} has {} rows, expected {}", table.rows.len(), rows.len()));
    }
    for (number, (actual, expected)) in table.rows.iter().zip(rows).enumerate() {
        problems.extend(
            misfits(actual, expected).into_iter().map(|problem| format!("{name} row {}: {problem}", number + 1)),
        );
    }
    problems
}

fn unordered_differences(name: &str, table: &Table, rows: &[Value]) -> Vec<String> {
    let mut left = table.rows.clone();
    let mut problems = Vec::new();
    for expected in rows {
        match left.iter().position(|actual| misfits(actual, expected).is_empty()) {
            Some(position) => drop(left.remove(position)),
            None => problems.push(format!("{name} has no row {expected}")),
        }
    }
    problems.extend(left.iter().map(|row| format!("{name} has one row too many: {row}")));
    problems
}

#[test]
fn golden_cases() {
    let folder = repository().join("testdata/cases");
    let mut names: Vec<_> =
        fs::read_dir(&folder).expect("testdata/cases").map(|entry| entry.expect("an entry").file_name()).collect();
    names.sort();
    assert!(names.len() >= 12, "only {} cases in {}", names.len(), folder.display());
    let mut report = String::new();
    for name in &names {
        let path = folder.join(name);
        let case = Case::read(&path);
        let world = World::new();
        let run = world.folder(&path).run(&case.arguments);
        let problems = case.problems(&run);
        if !problems.is_empty() {
            let list: String = problems.iter().map(|problem| format!("  {problem}\n")).collect();
            report.push_str(&format!("== {}\n{list}{}\n", name.display(), run.block()));
        }
    }
    assert!(report.is_empty(), "golden cases differ:\n{report}");
}

#[test]
fn a_wrong_row_is_noticed() {
    let row = |text: &str| serde_json::from_str::<Value>(text).expect("a row");
    let table = Table { columns: vec!["step".into(), "time".into()], rows: vec![row(r#"{"step": 1, "time": null}"#)] };
    assert!(differences("steps", &table, &[row(r#"{"step": 1}"#)]).is_empty());
    assert_eq!(differences("steps", &table, &[row(r#"{"step": 2}"#)]).len(), 1);
    assert_eq!(differences("steps", &table, &[row(r#"{"other": null}"#)]).len(), 1);
    assert_eq!(differences("steps", &table, &[]).len(), 1);
    assert_eq!(unordered_differences("steps", &table, &[row(r#"{"step": 2}"#)]).len(), 2);
    assert!(!same_cell(&row("0.30000000000000004"), &row(r#"{"text": "0.3"}"#)));
    assert!(same_cell(&row("0.3"), &row(r#"{"text": "0.3"}"#)));
}
