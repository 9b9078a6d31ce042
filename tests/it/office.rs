//! Outputs opened in an office program: the numbers that come back are those of the JSON document, and no text runs.

use crate::world::World;
use std::fs;
use std::process::Command;

const LOG: &str = "id,event,time,channel,amount\n\
    1,visit,2026-01-01T00:00:00Z,=1+1,0.5\n2,visit,2026-01-01T06:00:00Z,\"a;b, \"\"c\"\"\",1234567.25\n\
    3,visit,2026-01-02T00:00:00Z,007,3\n1,order,2026-01-01T12:00:00Z,=1+1,0.5\n\
    2,order,2026-01-05T06:30:00Z,\"a;b, \"\"c\"\"\",1234567.25\n";
const ARGUMENTS: [&str; 11] = [
    "conversion",
    "log.csv",
    "--steps",
    "visit,order",
    "--by",
    "channel",
    "--value",
    "amount",
    "--window",
    "none",
    "--quiet",
];
/// Fields by comma, text in quotes, UTF-8, values as they are and not as they are shown.
const AS_CSV: &str = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,true,false,false,false,false";

/// Opens a file in `LibreOffice` and writes its first sheet as plain CSV; `None` where the program is not there.
fn reopened(world: &World, file: &str, filter: &str, sheet: &str) -> Option<Vec<Vec<String>>> {
    let folder = world.path().join("back");
    let mut command = Command::new("soffice");
    command.args([
        "--headless",
        "--norestore",
        &format!("-env:UserInstallation=file://{}", world.path().join("profile").display()),
    ]);
    if !filter.is_empty() {
        command.arg(format!("--infilter={filter}"));
    }
    command.args(["--convert-to", &format!("{AS_CSV}{sheet}"), "--outdir"]).arg(&folder).arg(world.path().join(file));
    let Ok(output) = command.output() else {
        eprintln!("SKIPPED: LibreOffice (soffice) is not there: what it reads of {file} is not looked at");
        return None;
    };
    let written = fs::read_dir(&folder).ok().and_then(|mut files| files.next()).and_then(Result::ok);
    let Some(written) = written else {
        eprintln!("SKIPPED: LibreOffice wrote nothing: {}", String::from_utf8_lossy(&output.stderr));
        return None;
    };
    let text = fs::read(written.path()).expect("a CSV file");
    fs::remove_dir_all(&folder).expect("the folder");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_slice());
    Some(reader.records().map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect())
}

/// Compares what came back with the JSON document.
fn assert_same(world: &World, rows: &[Vec<String>], escaped: &str) {
    let table = world.run(&[&ARGUMENTS[..], &["--format", "json"]].concat()).table("steps");
    assert_eq!(rows[0].len(), table.columns.len(), "{rows:?}");
    assert_eq!(rows.len(), table.rows.len() + 1, "{rows:?}");
    let mut numbers = 0;
    for (row, expected) in rows[1..].iter().zip(&table.rows) {
        for (field, name) in row.iter().zip(&table.columns) {
            let expected = &expected[name];
            if let Some(number) = expected.as_f64() {
                // A share comes back as the workbook shows it.
                let (digits, whole) = field.strip_suffix('%').map_or((field.as_str(), 1.0), |digits| (digits, 100.0));
                let read = digits.parse::<f64>().map(|read| read / whole);
                let read = read.unwrap_or_else(|_| panic!("{name}: {field:?} is no number: {rows:?}"));
                assert!((read - number).abs() <= 1e-12 * number.abs().max(1.0), "{name}: {read} is not {number}");
                numbers += 1;
            } else {
                let text = expected.as_str().unwrap_or_default();
                let text = if text.starts_with('=') { format!("{escaped}{text}") } else { text.to_owned() };
                assert_eq!(*field, text, "{name}");
            }
        }
    }
    assert!(numbers > 30, "{numbers} numbers only: {rows:?}");
}

#[test]
fn excel_eu_opens_with_the_same_numbers() {
    let world = World::new();
    world.file("log.csv", LOG);
    world.run(&[&ARGUMENTS[..], &["--csv-dialect", "excel-eu", "-o", "eu.csv"]].concat()).expect(0);
    let bytes = fs::read(world.path().join("eu.csv")).expect("a file");
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark")).expect("UTF-8");
    assert!(text.lines().count() > 5 && text.matches('\n').count() == text.matches("\r\n").count(), "{text:?}");
    assert!(text.contains("1234567,25") && !text.contains("1234567.25"), "{text:?}");
    // Semicolons, text in quotes, UTF-8, from the first line, in German.
    if let Some(rows) = reopened(&world, "eu.csv", "CSV:59,34,76,1,1/2,1031,false,true", "") {
        assert_same(&world, &rows, "'");
    }
}

#[test]
fn a_workbook_opens_with_the_same_numbers() {
    let world = World::new();
    world.file("log.csv", LOG);
    // Durations in seconds, as in JSON.
    for (locale, sheet) in [("en", ",2"), ("fr", ",2")] {
        let output = format!("{locale}.xlsx");
        world.run(&[&ARGUMENTS[..], &["--time-unit", "s", "--locale", locale, "-o", &output]].concat()).expect(0);
        if let Some(rows) = reopened(&world, &output, "", sheet) {
            assert_same(&world, &rows, "");
            assert_eq!(rows[0].contains(&"étape".to_owned()), locale == "fr", "{:?}", rows[0]);
        }
    }
}
