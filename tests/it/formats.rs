//! The formats of one run say the same, and a spreadsheet is given no formula to run.

use crate::world::{Run, World};
use serde_json::Value;

const LOG: &str = "user_id,event,timestamp,channel
ann,visit,2026-01-01 10:00:00,\"social, paid\"
ann,signup,2026-01-01 10:05:00,
bob,visit,2026-01-02 10:00:00,\"caf\u{e9} \"\"Zola\"\"\"
bob,signup,2026-01-02 10:10:30.5,
cid,visit,2026-01-03 10:00:00,
dan,visit,2026-01-03 11:00:00,a|b
";

fn run(format: &str, more: &[&str]) -> Run {
    let mut arguments = vec![
        "conversion",
        "log.csv",
        "--steps",
        "visit,signup",
        "--window",
        "none",
        "--by",
        "channel",
        "--format",
        format,
    ];
    arguments.extend(more);
    let world = World::new();
    let run = world.file("log.csv", LOG).run(&arguments);
    run.expect(0);
    run
}

/// A JSON cell as CSV writes it.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[test]
fn csv_says_what_json_says() {
    let table = run("json", &[]).table("steps");
    let text = run("csv", &[]);
    let mut reader = csv::Reader::from_reader(text.stdout.as_slice());
    let header: Vec<String> = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    assert_eq!(header, table.columns);
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("a record")).collect();
    assert_eq!(records.len(), table.rows.len());
    for (record, row) in records.iter().zip(&table.rows) {
        let cells: Vec<String> = table.columns.iter().map(|column| plain(&row[column])).collect();
        assert_eq!(record.iter().collect::<Vec<_>>(), cells);
    }
    assert!(!text.text().contains('\r') && text.text().ends_with('\n') && !text.text().starts_with('\u{feff}'));
    assert!(text.stderr.contains("overall"), "a note lists the other tables\n{}", text.block());
}

#[test]
fn ndjson_is_a_line_per_row() {
    for (more, name) in [(&[][..], "steps"), (&["--table", "overall"], "overall")] {
        let table = run("json", &[]).table(name);
        let lines = run("ndjson", more);
        let rows: Vec<Value> =
            lines.text().lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
        assert_eq!(rows, table.rows, "{name}");
    }
}

#[test]
fn markdown_shows_every_row() {
    let table = run("json", &[]).table("steps");
    let markdown = run("markdown", &[]);
    let lines: Vec<&str> = markdown.text().lines().filter(|line| line.starts_with('|')).collect();
    assert!(lines.iter().any(|line| line.contains("---")), "{}", markdown.block());
    for row in &table.rows {
        let (name, entered) = (row["name"].as_str().expect("a name"), row["entered"].to_string());
        let channel = row["channel"].as_str().expect("a channel").replace('|', "\\|");
        let shown = lines.iter().any(|line| {
            let cells: Vec<&str> = line.split(" | ").map(|cell| cell.trim_matches(['|', ' '])).collect();
            cells.contains(&name) && cells.contains(&entered.as_str()) && line.contains(&channel)
        });
        assert!(shown, "no line for {row}\n{}", markdown.block());
    }
}

#[test]
fn the_table_for_people_shows_every_row() {
    let table = run("json", &[]).table("steps");
    let text = run("table", &[]);
    for row in &table.rows {
        let (name, entered) = (row["name"].as_str().expect("a name"), row["entered"].to_string());
        let shown =
            text.text().lines().any(|line| line.contains(name) && line.split_whitespace().any(|word| word == entered));
        assert!(shown, "no line for {row}\n{}", text.block());
    }
}

#[test]
fn numbers_have_no_trailing_zeros() {
    let text = run("json", &[]).text().to_owned();
    let tables = &text[text.find("\"tables\"").expect("tables")..];
    let digits = |word: &str| word.contains('.') && word.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let words = tables.split([' ', ',', ':', '[', ']', '{', '}', '\n']).filter(|word| digits(word));
    let bad: Vec<&str> = words.filter(|word| word.ends_with('0') || word.ends_with('.')).collect();
    assert!(bad.is_empty(), "{bad:?}");
}

/// Cells that a spreadsheet would run, each the channel of one unit.
const FORMULAS: [&str; 7] = ["=1+1", "+33612345678", "-5", "@SUM(A1)", "\u{ff1d}1+1", "'quoted", "harmless"];

fn formulas(format: &str, more: &[&str]) -> Run {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["user_id", "event", "timestamp", "channel"]).expect("a header");
    for (unit, cell) in FORMULAS.iter().enumerate() {
        writer.write_record([&format!("u{unit}"), "visit", "2026-01-01", cell]).expect("a record");
    }
    let mut arguments = vec!["conversion", "log.csv", "--steps", "visit", "--by", "channel", "--format", format];
    arguments.extend(more);
    let world = World::new();
    world.file("log.csv", writer.into_inner().expect("the text")).run(&arguments)
}

fn first_column(run: &Run) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(run.stdout.as_slice());
    let mut cells: Vec<String> = reader.records().map(|record| record.expect("a record")[0].to_owned()).collect();
    cells.sort();
    cells
}

#[test]
fn a_text_that_a_spreadsheet_would_run_is_escaped_in_csv_only() {
    let sorted = |cells: &[&str]| {
        let mut cells: Vec<String> = cells.iter().map(|cell| (*cell).to_owned()).collect();
        cells.sort();
        cells
    };
    let escaped = ["'=1+1", "'+33612345678", "'-5", "'@SUM(A1)", "'\u{ff1d}1+1", "'quoted", "harmless"];
    assert_eq!(first_column(&formulas("csv", &[])), sorted(&escaped));
    assert_eq!(first_column(&formulas("csv", &["--csv-formulas", "keep"])), sorted(&FORMULAS));
    formulas("csv", &["--csv-formulas", "refuse"]).expect_error(3, &[]);
    let mut kept = formulas("json", &[]).table("steps").texts("channel");
    kept.sort();
    assert_eq!(kept, sorted(&FORMULAS));
}
