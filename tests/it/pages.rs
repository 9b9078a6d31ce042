//! The formats for people who are not at the terminal: a page and a workbook, read back by other readers.

use crate::world::{BINARY, Run, World, close, repository, shared};
use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};
use chrono::{DateTime, NaiveDate};
use serde_json::Value;
use std::fs;
use std::io::Cursor;
use std::process::Command;

/// A workbook as a reader that is not ours sees it.
struct Workbook {
    book: Xlsx<Cursor<Vec<u8>>>,
}

impl Workbook {
    #[track_caller]
    fn of(bytes: Vec<u8>) -> Self {
        Self { book: open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook") }
    }

    /// The cells of a sheet, the header first.
    fn rows(&mut self, sheet: &str) -> Vec<Vec<Data>> {
        let range = self.book.worksheet_range(sheet).expect("a sheet");
        range.rows().map(<[Data]>::to_vec).collect()
    }

    /// The formulas of all sheets.
    fn formulas(&mut self) -> Vec<String> {
        let sheets = self.book.sheet_names();
        let formulas = |sheet: &String| self.book.worksheet_formula(sheet).expect("the formulas of a sheet");
        let all: Vec<_> = sheets.iter().map(formulas).collect();
        all.iter().flat_map(|range| range.cells().map(|(_, _, formula)| formula.clone())).collect()
    }
}

/// Days from the zero of spreadsheets, 1899-12-30.
fn serial(text: &str) -> f64 {
    let zero = NaiveDate::from_ymd_opt(1899, 12, 30).expect("a date");
    if let Ok(date) = text.parse::<NaiveDate>() {
        return f64::from(i32::try_from((date - zero).num_days()).expect("a date of our time"));
    }
    let time = DateTime::parse_from_rfc3339(text).expect("a time of the JSON document");
    let micros = (time.naive_utc() - zero.and_hms_opt(0, 0, 0).expect("midnight")).num_microseconds();
    #[expect(clippy::cast_precision_loss, reason = "compared up to a microsecond")]
    let days = micros.expect("a time of our time") as f64 / 86_400e6;
    days
}

/// Tells whether a cell of the workbook is the value of the JSON document, in the type that its column has.
fn is_same(cell: &Data, value: &Value, kind: &str) -> bool {
    match (cell, value) {
        (Data::Empty, Value::Null) => true,
        // A spreadsheet knows no zones: a time with an offset stays text.
        (Data::String(text), Value::String(expected)) => {
            (kind == "text" || (kind == "time" && !expected.ends_with('Z'))) && text == expected
        }
        (Data::Bool(flag), Value::Bool(expected)) => kind == "flag" && flag == expected,
        (Data::DateTime(time), Value::String(expected)) => {
            matches!(kind, "date" | "time") && close(time.as_f64(), serial(expected), 1e-11)
        }
        (Data::Float(number), Value::Number(expected)) => {
            let is_number = matches!(kind, "count" | "share" | "number" | "money" | "elapsed");
            is_number && expected.as_f64().is_some_and(|expected| close(*number, expected, 1e-12))
        }
        _ => false,
    }
}

/// Runs twice, as JSON and as a workbook, and compares every cell of every table.
#[track_caller]
fn assert_same(world: &World, arguments: &[&str]) -> usize {
    let run = |format: &str| -> Run {
        let mut all = arguments.to_vec();
        all.extend(["--time-unit", "d", "--format", format]);
        world.run(&all)
    };
    let json = run("json").json();
    let bytes = run("xlsx").expect(0).stdout.clone();
    assert_eq!(bytes, run("xlsx").stdout, "two runs give different bytes");
    let mut workbook = Workbook::of(bytes);
    let tables = json["tables"].as_array().expect("tables");
    let sheets = workbook.book.sheet_names();
    assert_eq!(sheets.first().map(String::as_str), Some("Summary"));
    assert_eq!(sheets.len(), tables.len() + 1);
    let mut compared = 0;
    for (table, sheet) in tables.iter().zip(&sheets[1..]) {
        let name = table["name"].as_str().expect("a name");
        assert!(sheet.len() <= 31 && name.starts_with(sheet.as_str()), "sheet {sheet} of table {name}");
        let columns = table["columns"].as_array().expect("columns");
        let rows = workbook.rows(sheet);
        let header = |column: &Value| {
            let name = column["name"].as_str().expect("a name");
            column["unit"].as_str().map_or_else(|| name.to_owned(), |unit| format!("{name} ({unit})"))
        };
        let expected: Vec<String> = columns.iter().map(header).collect();
        assert_eq!(rows[0].iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
        let values = table["rows"].as_array().expect("rows");
        assert_eq!(rows.len(), values.len() + 1, "{sheet}");
        for (row, value) in rows[1..].iter().zip(values) {
            for (position, column) in columns.iter().enumerate() {
                let (name, kind) = (column["name"].as_str().unwrap(), column["type"].as_str().unwrap());
                let cell = row.get(position).unwrap_or(&Data::Empty);
                assert!(is_same(cell, &value[name], kind), "{sheet}.{name} ({kind}): {cell:?}, not {}", value[name]);
                compared += 1;
            }
        }
    }
    assert_eq!(workbook.formulas(), Vec::<String>::new());
    compared
}

fn example(name: &str) -> World {
    let world = World::new();
    world.folder(&repository().join("examples").join(name));
    world
}

#[test]
fn a_workbook_holds_the_numbers_of_the_json_document() {
    assert!(assert_same(&example("saas"), &["report"]) > 500);
    assert!(assert_same(&example("crm"), &["report"]) > 500);
    assert_same(&example("saas"), &["conversion", "--by", "channel", "--every", "month"]);
    assert_same(&example("saas"), &["conversion", "--every", "hour"]);
    assert_same(&example("saas"), &["conversion", "--every", "hour", "--timezone", "UTC"]);
}

#[test]
fn a_workbook_of_the_published_deals_holds_their_numbers() {
    let Some(deals) = shared("data/maven_crm/sales_pipeline.csv") else { return };
    let deals = deals.to_string_lossy().into_owned();
    assert_same(&World::new(), &["report", &deals]);
    assert_same(&World::new(), &["conversion", &deals, "--by", "product"]);
}

/// Cells that a spreadsheet would run, and ids that it would shorten, each the channel of one unit.
const CELLS: [&str; 8] =
    ["=1+1", "+33612345678", "-5", "@SUM(A1)", "00123", "12345678901234567890", "2026-01-02", "=cmd|' /C calc'!A0"];

fn log() -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["user_id", "event", "timestamp", "channel"]).expect("a header");
    for (unit, cell) in CELLS.iter().enumerate() {
        writer.write_record([&format!("u{unit}"), "visit", "2026-01-01", cell]).expect("a record");
        writer.write_record([&format!("u{unit}"), "signup", "2026-01-02", cell]).expect("a record");
    }
    writer.into_inner().expect("the text")
}

const BY_CHANNEL: [&str; 6] = ["conversion", "log.csv", "--steps", "visit,signup", "--by", "channel"];

#[test]
fn text_stays_text_in_a_workbook() {
    let world = World::new();
    world.file("log.csv", log());
    assert_same(&world, &BY_CHANNEL);
    let bytes = world.run(&[&BY_CHANNEL[..], &["--format", "xlsx"]].concat()).expect(0).stdout.clone();
    let mut workbook = Workbook::of(bytes);
    let rows = workbook.rows("overall");
    for cell in CELLS {
        assert!(rows.iter().any(|row| row[0] == Data::String(cell.to_owned())), "no text cell {cell}: {rows:?}");
    }
}

#[test]
fn the_extension_decides_and_files_are_whole() {
    let world = example("saas");
    let page = &b"<!DOCTYPE html>"[..];
    for (name, start) in [("out.html", page), ("out.xlsx", b"PK"), ("out.parquet", b"PAR1"), ("out.HTM", page)] {
        world.run(&["report", "-o", name]).expect(0);
        let bytes = fs::read(world.path().join(name)).expect("a file");
        assert!(bytes.starts_with(start), "{name}");
    }
    world.run(&["conversion", "-o", "tables/", "--format", "html"]).expect(0);
    let names: Vec<String> = ["leaks", "overall", "steps"].map(|name| format!("{name}.html")).to_vec();
    for name in names {
        assert!(world.read(&format!("tables/{name}")).ends_with("</html>\n"));
    }
}

#[test]
fn a_page_says_what_the_json_document_says() {
    let world = example("crm");
    let json = world.run(&["report", "--format", "json"]);
    let page = world.run(&["report", "--format", "html"]);
    assert_eq!(page.expect(0).stdout, world.run(&["report", "--format", "html"]).stdout);
    let text = page.text();
    for row in &json.table("conversion.steps").rows {
        let (name, entered) = (row["name"].as_str().expect("a name"), &row["entered"]);
        let cells = format!("<td class=\"n\">{entered}</td>");
        assert!(text.contains(name) && text.contains(&cells), "no row for {row}");
    }
    // The funnel, rates by group and by month; survival, medians, incidence, time in stages; open by stage and age, what
    // became of deals, win rates by group and by closing. Each in both widths.
    assert_eq!(text.matches("<figure>").count(), 12);
    assert_eq!(text.matches("<svg ").count(), 24);
    // Every statement of the summary leads to the section of its table.
    for row in &json.table("report.summary").rows {
        let statement = row["statement"].as_str().expect("a text").replace('\'', "&#39;");
        assert!(text.contains(&format!("<p>{statement} <a class=\"basis\" href=\"#part-")), "no {statement}");
    }
    for note in json.json()["notes"].as_array().expect("notes") {
        let note = note["text"].as_str().expect("a text").replace('"', "&quot;").replace('\'', "&#39;");
        assert!(text.contains(&note), "the page lacks the note {note}");
    }
    for word in ["http:", "https:", "<script", "<link", "src=", "url("] {
        assert!(!text.contains(word), "the page holds {word}");
    }
}

#[test]
fn text_from_an_export_is_never_markup() {
    let world = World::new();
    let hostile = "<script>alert(1)</script>";
    let log = format!("user_id,event,timestamp,channel\na,visit,2026-01-01,{hostile}\na,signup,2026-01-02,{hostile}\n");
    world.file("log.csv", format!("{log}b,visit,2026-01-01,\"\"\" onmouseover=\"\"x\"\n"));
    let page = world.run(&[&BY_CHANNEL[..], &["--format", "html"]].concat());
    page.expect(0);
    assert!(!page.text().contains("<script") && !page.text().contains("\" onmouseover"));
    assert!(page.text().contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "the value is shown as it is");
}

/// Runs on a terminal, which `script` makes; `None` where there is no such program.
fn on_a_terminal(world: &World, arguments: &str) -> Option<std::process::Output> {
    let mut command: Command = world.command_of("/usr/bin/script");
    command.args(["-qec", &format!("{BINARY} {arguments}"), "/dev/null"]);
    command.output().ok().or_else(|| {
        eprintln!("SKIPPED: no program `script` to make a terminal");
        None
    })
}

#[test]
fn a_workbook_is_not_written_to_a_terminal() {
    let world = example("saas");
    let Some(output) = on_a_terminal(&world, "report --format xlsx") else { return };
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("cannot be shown on a terminal") && text.contains("-o report.xlsx"), "{text}");
    assert!(!text.contains("PK"));
}
