//! `funnel convert`: exports in many dresses give the records that a naive reader finds in them, and a conversion of a
//! conversion is the same bytes.

use crate::world::{Run, World, repository, shared};
use proptest::prelude::*;
use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The records of a text, the header among them, by a plain reader; records without any content are left out.
fn naive(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).delimiter(delimiter).from_reader(text.as_bytes());
    let records = reader.records().map(|record| record.expect("a record"));
    let records = records.map(|record| record.iter().map(str::to_owned).collect::<Vec<_>>());
    records.filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty())).collect()
}

#[track_caller]
fn converted(world: &World, arguments: &[&str]) -> String {
    let run = world.run(&[&["convert"], arguments].concat());
    run.expect(0);
    run.text().to_owned()
}

/// What is special in cells: blanks, quotes, line ends, delimiters, formulas, leading zeros, other scripts.
const PLAIN: &str = "deal_id,created,amount,note
 d1 ,2024-01-02,\"1,5\",\"two
lines\"
007,,0.10,\"say \"\"hi\"\"\"
d3,not a time,many,=1+1
d4,2024-01-05,1e3,caf\u{e9}; \u{2013} |\ttab
";

#[test]
fn text_is_kept_as_it_was() {
    let world = World::new();
    world.file("deals.csv", PLAIN);
    // It is clean already.
    assert_eq!(converted(&world, &["deals.csv"]), PLAIN);
    let lines = converted(&world, &["deals.csv", "--format", "ndjson"]);
    let objects: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
    let records = naive(PLAIN, b',');
    assert_eq!(objects.len(), records.len() - 1);
    for (object, record) in objects.iter().zip(&records[1..]) {
        let cells: Vec<&str> = records[0].iter().map(|name| object[name].as_str().expect("a text")).collect();
        assert_eq!(cells, *record);
    }
    // Columns in their order.
    assert!(lines.starts_with("{\"deal_id\":\" d1 \",\"created\":"), "{lines}");
}

#[test]
fn dresses_come_off() {
    let semicolons =
        "deal_id;created;note\r\nd1;2024-01-02;\"a;b\"\r\nd2;2024-01-03;caf\u{e9} \u{2013} 5 \u{20ac}\r\n;;\r\n";
    let clean = "deal_id,created,note\nd1,2024-01-02,a;b\nd2,2024-01-03,caf\u{e9} \u{2013} 5 \u{20ac}\n";
    let world = World::new();
    let western: Vec<u8> = semicolons
        .chars()
        .map(|character| match character {
            '\u{2013}' => 0x96,
            '\u{20ac}' => 0x80,
            other => u8::try_from(u32::from(other)).expect("a character of Windows-1252"),
        })
        .collect();
    let utf16: Vec<u8> = format!("\u{feff}{semicolons}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(semicolons.as_bytes()).expect("packing");
    world.file("plain.csv", semicolons).file("mark.csv", format!("\u{feff}{semicolons}")).file("utf16.csv", utf16);
    world.file("western.csv", western).file("packed.csv.gz", gzip.finish().expect("packing"));
    world.file("tabs.txt", semicolons.replace("a;b", "a\u{1}b").replace(';', "\t").replace("a\u{1}b", "a;b"));
    for name in ["plain.csv", "mark.csv", "utf16.csv", "western.csv", "packed.csv.gz", "tabs.txt"] {
        assert_eq!(converted(&world, &[name]), clean, "{name}");
    }
    assert_eq!(naive(clean, b','), naive(semicolons, b';'));
    world.file("again.csv", clean);
    assert_eq!(converted(&world, &["again.csv"]), clean);
}

#[test]
fn files_are_put_together_by_column_name() {
    let world = World::new();
    world.file("a.csv", "deal_id,created,owner\nd1,2024-01-01,ann\n");
    world.file("b.csv", "created;deal_id;stage\n2024-01-02;d2;Demo\n");
    let run = world.run(&["convert", "a.csv", "b.csv"]);
    run.expect(0);
    assert_eq!(run.text(), "deal_id,created,owner,stage\nd1,2024-01-01,ann,\nd2,2024-01-02,,Demo\n");
    assert!(run.stderr.contains("b.csv lacks columns") && run.stderr.contains("2 records"), "{}", run.block());
    // A column that a file does not have is no text, unlike an empty cell.
    let lines = converted(&world, &["a.csv", "b.csv", "--format", "ndjson"]);
    assert!(lines.contains("\"owner\":\"ann\",\"stage\":null}"), "{lines}");
}

#[test]
fn headers_that_no_command_knows_and_names_that_repeat() {
    let world = World::new();
    world.file("odd.csv", "x|x|y\n1|2|3\n");
    assert_eq!(converted(&world, &["odd.csv"]), "x,x,y\n1,2,3\n");
    world.run(&["convert", "odd.csv", "--format", "ndjson"]).expect_error(3, &["two columns are called `x`"]);
}

#[test]
fn objects_keep_their_digits() {
    let world = World::new();
    let text =
        "{\"deal_id\": 1, \"amount\": 10.50, \"note\": null}\n{\"deal_id\": \"2\", \"amount\": 1e3, \"won\": true}\n";
    world.file("deals.ndjson", text);
    let first = converted(&world, &["deals.ndjson"]);
    assert_eq!(first, "deal_id,amount,note,won\n1,10.50,,\n2,1e3,,true\n");
    let lines = converted(&world, &["deals.ndjson", "--format", "ndjson"]);
    assert!(lines.starts_with("{\"deal_id\":\"1\",\"amount\":\"10.50\",\"note\":null,\"won\":null}\n"), "{lines}");
    world.file("again.ndjson", &lines);
    assert_eq!(converted(&world, &["again.ndjson", "--format", "ndjson"]), lines);
}

/// Out of Parquet come the same records as went in, and the same bytes each time.
#[test]
fn parquet_keeps_text_and_what_is_missing() {
    let world = World::new();
    world.file("deals.csv", PLAIN);
    world.file("more.csv", "deal_id,created,owner\nd9,2024-01-09,ann\n");
    for name in ["once.parquet", "twice.parquet"] {
        world.run(&["convert", "deals.csv", "more.csv", "-o", name]).expect(0);
    }
    let bytes = |name: &str| fs::read(world.path().join(name)).expect("the file");
    assert_eq!(bytes("once.parquet"), bytes("twice.parquet"));
    let straight = converted(&world, &["deals.csv", "more.csv", "--format", "ndjson"]);
    assert_eq!(converted(&world, &["once.parquet", "--format", "ndjson"]), straight);
    world.file("odd.csv", "x,x,y\n1,2,3\n");
    world.run(&["convert", "odd.csv", "-o", "odd.parquet"]).expect_error(3, &["two columns are called `x`"]);
    world.file("empty.csv", "deal_id,created\n");
    world.run(&["convert", "empty.csv", "-o", "empty.parquet"]).expect(0);
    assert_eq!(converted(&world, &["empty.parquet"]), "deal_id,created\n");
}

#[test]
fn damaged_records_are_rejects_as_everywhere() {
    let world = World::new();
    let rows: String = (0..20).map(|row| format!("d{row},2024-01-01,x\n")).collect();
    world.file("deals.csv", format!("deal_id,created,note\n{rows}d20,2024-01-01\n"));
    let run = world.run(&["convert", "deals.csv", "--rejects", "rejects.csv", "-o", "out.csv"]);
    run.expect(0);
    assert_eq!(world.read("out.csv").lines().count(), 21);
    assert!(world.read("rejects.csv").lines().nth(1).is_some_and(|line| line.starts_with("deals.csv,22,")));
    assert!(run.stderr.contains("1 of 21 records were rejected"), "{}", run.block());
    let strict = world.run(&["convert", "deals.csv", "--strict", "-o", "other.csv"]);
    strict.expect_error(3, &["deals.csv"]);
    assert!(!world.names().contains(&"other.csv".to_owned()));
}

#[test]
fn formulas_are_kept_unless_it_is_said() {
    let world = World::new();
    world.file("deals.csv", "deal_id,note\nd1,=1+1\nd2,plain\n");
    assert_eq!(converted(&world, &["deals.csv"]), "deal_id,note\nd1,=1+1\nd2,plain\n");
    let escaped = converted(&world, &["deals.csv", "--csv-formulas", "escape"]);
    assert_eq!(escaped, "deal_id,note\nd1,'=1+1\nd2,plain\n");
    let refused = world.run(&["convert", "deals.csv", "--csv-formulas", "refuse", "-o", "out.csv"]);
    refused.expect_error(3, &["formula", "--csv-formulas keep"]);
    assert!(!world.names().contains(&"out.csv".to_owned()));
}

#[test]
fn what_convert_does_not_write() {
    let world = World::new();
    world.file("deals.csv", PLAIN);
    world.run(&["convert", "deals.csv", "-o", "deals.json"]).expect_error(2, &["json", "--format csv"]);
    world.run(&["convert", "deals.csv", "--format", "json"]).expect_error(2, &["ndjson"]);
    world.run(&["convert", "deals.csv", "-o", "deals.csv"]).expect_error(2, &["one of the files"]);
    world.run(&["convert", "deals.csv", "--dedupe"]).expect_error(2, &["--dedupe"]);
    world.run(&["convert"]).expect_error(2, &["nothing to read"]);
    assert_eq!(world.read("deals.csv"), PLAIN);
}

/// Every delimited file of a folder and of those in it.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            files(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "csv") {
            found.push(entry);
        }
    }
}

fn convert(world: &World, path: &Path) -> Run {
    world.run(&["convert", path.to_str().expect("a path"), "--max-rejects", "100%", "--quiet"])
}

/// Files of which every record is sound: what comes out is what a plain reader finds.
#[test]
fn the_files_of_the_cases_are_the_same_records() {
    let mut found = Vec::new();
    files(&repository().join("testdata/cases"), &mut found);
    let world = World::new();
    let mut compared = 0;
    for path in found {
        let text = fs::read_to_string(&path).expect("a text");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let is_plain = reader.records().all(|record| record.is_ok_and(|record| record.len() > 1));
        if text.trim().is_empty() || !is_plain {
            continue;
        }
        let run = convert(&world, &path);
        run.expect(0);
        assert_eq!(naive(run.text(), b','), naive(&text, b','), "{}", path.display());
        world.file("again.csv", run.text());
        assert_eq!(convert(&world, &world.path().join("again.csv")).text(), run.text(), "{}", path.display());
        compared += 1;
    }
    assert!(compared > 80, "{compared} files");
}

/// The French export of the reference data: semicolons, Windows-1252, CRLF.
#[test]
fn a_real_export_in_another_encoding() {
    let Some(path) = shared("data/maven_crm/sales_pipeline_fr_excel_cp1252.csv") else { return };
    let bytes = fs::read(&path).expect("the export");
    // Windows-1252 is Latin-1 but for 0x80 to 0x9f, of which the export has the euro sign alone.
    assert!(!bytes.iter().any(|byte| (0x81..0xa0).contains(byte)));
    let character = |byte: u8| if byte == 0x80 { '\u{20ac}' } else { char::from(byte) };
    let text: String = bytes.iter().copied().map(character).collect();
    let run = convert(&World::new(), &path);
    run.expect(0);
    assert_eq!(naive(run.text(), b','), naive(&text, b';'));
}

fn csv_of(rows: &[Vec<String>], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row).expect("a record");
    }
    writer.into_inner().expect("the text")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// Any text survives: as CSV from any delimiter, and as CSV again out of NDJSON.
    #[test]
    fn any_text_survives(
        cells in prop::collection::vec(prop::collection::vec("[a-z0-9 ,;|\"'=\\-\\t\u{e9}\u{20ac}]{1,6}", 2), 1..12),
        delimiter in prop::sample::select(vec![b',', b';', b'\t', b'|']),
    ) {
        let mut rows = vec![vec!["deal_id".to_owned(), "created".to_owned(), "note".to_owned()]];
        rows.extend(cells.into_iter().enumerate().map(|(row, mut cells)| {
            cells.insert(0, format!("d{row}"));
            cells
        }));
        let world = World::new();
        world.file("in.csv", csv_of(&rows, delimiter));
        let first = converted(&world, &["in.csv"]);
        prop_assert_eq!(naive(&first, b','), rows);
        world.file("first.csv", &first);
        prop_assert_eq!(&converted(&world, &["first.csv"]), &first);
        world.run(&["convert", "in.csv", "-o", "lines.ndjson"]).expect(0);
        prop_assert_eq!(&converted(&world, &["lines.ndjson"]), &first);
    }
}
