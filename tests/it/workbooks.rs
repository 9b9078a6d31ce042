//! Workbooks as sources: a sheet gives what the same content in a CSV file gives, and keeps what its cells are.

use crate::world::{Run, World};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};
use serde_json::json;

/// A cell of a sheet and what a CSV file says for it.
pub enum Cell {
    Empty,
    Text(&'static str),
    Number(f64),
    Truth(bool),
    /// A date without a clock, in a format that shows none.
    Date(&'static str),
    /// A date with a clock.
    Time(&'static str),
    Error,
}

use Cell::{Date, Empty, Number, Text, Time, Truth};

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) {
    let moment = |text: &str| ExcelDateTime::parse_from_str(text).expect("a date");
    match cell {
        Empty => return,
        Text(text) => sheet.write_string(row, column, *text),
        Number(number) => sheet.write_number(row, column, *number),
        Truth(truth) => sheet.write_boolean(row, column, *truth),
        Date(text) => sheet.write_with_format(row, column, moment(text), &Format::new().set_num_format("dd/mm/yyyy")),
        Time(text) => {
            sheet.write_with_format(row, column, moment(text), &Format::new().set_num_format("d mmm yyyy hh:mm:ss"))
        }
        Cell::Error => sheet.write_formula(row, column, Formula::new("=NA()").set_result("#N/A")),
    }
    .expect("a cell");
}

/// Fills a sheet from a row on.
pub fn fill(sheet: &mut Worksheet, first: u32, header: &[&str], rows: &[Vec<Cell>]) {
    for (column, name) in (0..).zip(header) {
        sheet.write_string(first, column, *name).expect("a name");
    }
    for (row, cells) in (first + 1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            write(sheet, row, column, cell);
        }
    }
}

pub fn workbook(header: &[&str], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet(), 0, header, rows);
    book.save_to_buffer().expect("a workbook")
}

/// The same content as a CSV file: times as ISO 8601.
fn twin(header: &[&str], rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).expect("a header");
    for row in rows {
        let cells = row.iter().map(|cell| match cell {
            Empty => String::new(),
            Text(text) | Date(text) | Time(text) => (*text).to_owned(),
            Number(number) => number.to_string(),
            Truth(truth) => truth.to_string(),
            Cell::Error => "#N/A".to_owned(),
        });
        writer.write_record(cells).expect("a record");
    }
    writer.into_inner().expect("the text")
}

const LOG: [&str; 6] = ["user_id", "event", "timestamp", "amount", "channel", "vip"];

/// Ids that only text keeps, a long number as id, and amounts whose three decimals a CSV reader must be told about.
fn log() -> Vec<Vec<Cell>> {
    let rows = [
        (Text("007"), "visit", "2026-01-01T10:00:00", Empty, Text("social, paid"), Truth(true)),
        (Text("007"), "signup", "2026-01-01T10:05:30", Number(1.5), Empty, Truth(true)),
        (Text("7"), "visit", "2026-01-02T00:00:00", Empty, Text("1e5"), Truth(false)),
        (Number(1_234_567_890_123_456.0), "visit", "2026-01-02T23:59:59", Empty, Number(5.0), Empty),
        (Number(1_234_567_890_123_456.0), "signup", "2026-01-03T00:00:00.250", Number(-1.137), Empty, Empty),
        (Number(42.0), "visit", "2026-03-29T02:30:00", Number(0.0), Text("caf\u{e9}"), Empty),
        (Text(" 42 "), "signup", "2026-03-30T02:30:00", Number(1e-5), Empty, Empty),
    ];
    let rows = rows.into_iter();
    rows.map(|(id, event, time, amount, channel, vip)| vec![id, Text(event), Time(time), amount, channel, vip])
        .collect()
}

/// Tables of a run as text, without those that name files.
#[track_caller]
fn tables(run: &Run) -> String {
    let document = run.json();
    let tables = document["tables"].as_array().expect("tables").iter();
    let tables = tables.filter(|table| !table["name"].as_str().expect("a name").ends_with("sources"));
    tables.map(|table| format!("{table}\n")).collect()
}

fn both(world: &World, arguments: &[&str]) -> (Run, Run) {
    let run = |file: &str| {
        let arguments: Vec<&str> = arguments.iter().map(|word| if *word == "FILE" { file } else { word }).collect();
        world.run(&arguments)
    };
    (run("data.xlsx"), run("data.csv"))
}

#[test]
fn a_sheet_is_read_as_its_csv_twin() {
    let world = World::new();
    world.file("data.xlsx", workbook(&LOG, &log())).file("data.csv", twin(&LOG, &log()));
    let steps = ["--steps", "visit,signup", "--format", "json"];
    for more in [
        &["conversion", "FILE", "--value", "amount"][..],
        &["conversion", "FILE", "--by", "channel", "--window", "none"],
        &["conversion", "FILE", "--by", "vip", "--every", "day"],
        &["conversion", "FILE", "--where", "channel = '1e5'"],
        &["report", "FILE"],
    ] {
        let (book, text) = both(&world, &[more, &steps].concat());
        assert_eq!(tables(&book), tables(&text), "{}", book.block());
    }
}

#[test]
fn a_sheet_is_checked_as_its_csv_twin() {
    let world = World::new();
    world.file("data.xlsx", workbook(&LOG, &log())).file("data.csv", twin(&LOG, &log()));
    let (book, text) = both(&world, &["check", "FILE", "--value", "amount", "--format", "json"]);
    let mut sources = [book.table("sources").rows, text.table("sources").rows];
    assert_eq!(sources[0][0]["value_sum"], "0.36301");
    assert_eq!((&sources[0][0]["ids"], &sources[0][0]["records"]), (&json!(4), &json!(7)));
    for rows in &mut sources {
        rows[0]["file"] = json!("data");
    }
    assert_eq!(sources[0], sources[1]);
    assert!(tables(&book) == tables(&text), "{}\n{}", book.block(), text.block());
}

const DEALS: [&str; 6] = ["Deal ID", "Create Date", "Date entered \"Demo\"", "Close Date", "Deal Stage", "Amount"];

fn deals() -> Vec<Vec<Cell>> {
    let rows = [
        (1, "2026-03-02", Date("2026-04-03"), Date("2026-05-04"), "Closed Won", 1000.0),
        (2, "2026-03-05", Date("2026-03-06"), Date("2026-03-07"), "Closed Lost", 2.345),
        (3, "2026-03-12", Empty, Empty, "New", 0.5),
        (4, "2026-04-01", Date("2026-04-01"), Empty, "Demo", 12.0),
    ];
    let rows = rows.into_iter();
    rows.map(|(id, created, demo, closed, stage, amount)| {
        vec![Number(f64::from(id)), Date(created), demo, closed, Text(stage), Number(amount)]
    })
    .collect()
}

#[test]
fn dates_stay_dates_and_are_not_guessed() {
    let world = World::new();
    // Not one of these dates decides between day and month; a sheet has nothing to decide.
    world.file("data.xlsx", workbook(&DEALS, &deals())).file("data.csv", twin(&DEALS, &deals()));
    for zone in ["UTC", "America/New_York"] {
        let (book, text) = both(&world, &["report", "FILE", "--timezone", zone, "--format", "json"]);
        assert_eq!(tables(&book), tables(&text), "{}", book.block());
        assert_eq!(book.json()["as_of"], text.json()["as_of"]);
    }
    let by = ["conversion", "FILE", "--steps", "New,Demo,Closed Won", "--by", "Close Date", "--format", "json"];
    let (book, text) = both(&world, &by);
    assert_eq!(tables(&book), tables(&text));
    assert_eq!(book.table("steps").texts("Close Date")[0], "2026-03-07", "{}", book.block());
}

#[test]
fn a_title_blank_rows_and_other_sheets_are_told_apart_from_records() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Cover").expect("a name");
    let sheet = book.add_worksheet().set_name("Export").expect("a name");
    sheet.merge_range(0, 0, 0, 3, "Events of January", &Format::new().set_bold()).expect("a title");
    fill(sheet, 2, &LOG, &log());
    // Two blank rows, a comment, and one record; formatted cells behind it hold nothing.
    sheet.write_string(12, 0, "# exported").expect("a comment");
    for (column, cell) in (0..).zip([Text("9"), Text("visit"), Time("2026-02-01T00:00:00")]) {
        write(sheet, 13, column, &cell);
    }
    sheet.write_blank(20, 30, &Format::new().set_bold()).expect("a blank cell");
    sheet.write_string(21, 0, "  ").expect("white space");
    let hidden = book.add_worksheet().set_name("Lists").expect("a name").set_hidden(true);
    hidden.write_string(0, 0, "x").expect("a cell");
    let world = World::new();
    world.file("data.xlsx", book.save_to_buffer().expect("a workbook"));
    let arguments = ["conversion", "data.xlsx", "--steps", "visit,signup", "--comment", "#", "--format", "json"];
    let run = world.run(&arguments);
    // Rows 1 and 2 stand before the header, 11 and 12 are blank, 13 is the comment.
    let expected = json!([{"path": "data.xlsx", "records": 13, "loaded": 8, "rejected": 0, "blank": 2, "skipped": 3}]);
    assert_eq!(run.json()["sources"][0]["files"], expected, "{}", run.block());
    assert!(run.stderr.contains("sheet `Export` is read; others: Cover, Lists"), "{}", run.block());
    assert!(!run.stderr.contains("merged"), "a title may be merged\n{}", run.block());
}

#[test]
fn the_sheet_can_be_named() {
    let mut book = Workbook::new();
    fill(book.add_worksheet().set_name("Deals").expect("a name"), 0, &DEALS, &deals());
    fill(book.add_worksheet().set_name("Events 2026").expect("a name"), 0, &LOG, &log());
    let bytes = book.save_to_buffer().expect("a workbook");
    let world = World::new();
    let config = "[sources.log]\nkind = \"events\"\nfiles = [\"data.xlsx\"]\nreading = { sheet = \"Events 2026\" }\n\
                  [[steps]]\nevent = \"visit\"\n[[steps]]\nevent = \"signup\"\n";
    world.file("data.xlsx", &bytes).file("funnel.toml", config).file("data.csv", twin(&LOG, &log()));
    let entered = |run: &Run| run.table("steps").counts("entered");
    assert_eq!(entered(&world.run(&["conversion", "--format", "json"])), [4, 3]);
    let steps = ["--steps", "visit,signup", "--format", "json"];
    let named = ["conversion", "data.xlsx", "--kind", "events", "--sheet", "Events 2026"];
    assert_eq!(entered(&world.run(&[&named[..], &steps].concat())), [4, 3]);
    let other = world.run(&["conversion", "data.xlsx", "--kind", "events", "--steps", "visit"]);
    other.expect_error(3, &["data.xlsx:1", "--sheet: Events 2026"]);
    let absent = world.run(&["conversion", "data.xlsx", "--sheet", "Event", "--steps", "visit"]);
    absent.expect_error(3, &["no such sheet", "Deals, Events 2026"]);
    let text = world.run(&[&["conversion", "data.csv", "--sheet", "x"], &steps[..]].concat());
    assert!(text.expect(0).stderr.contains("no workbook"), "{}", text.block());
}

#[test]
fn rejects_name_the_row_and_column_of_the_sheet() {
    let row = |id: Cell, time: Cell, amount: Cell| vec![id, Text("visit"), time, amount];
    let good = || row(Text("a"), Time("2026-01-05T10:00:00"), Number(1.0));
    let rows = vec![
        good(),
        row(Cell::Error, Time("2026-01-05T10:00:00"), Empty),
        row(Empty, Time("2026-01-05T10:00:00"), Empty),
        row(Text("b"), Cell::Error, Empty),
        row(Text("b"), Text("05/01/2026"), Empty),
        row(Text("b"), Number(46_027.0), Empty),
        row(Text("b"), Time("1950-01-05T10:00:00"), Empty),
        row(Text("b"), Time("2026-01-05T10:00:00"), Cell::Error),
        row(Text("b"), Time("2026-01-05T10:00:00"), Text("1,234.50 USD")),
        row(Number(98_765_432_109_876_543_210.0), Time("2026-01-05T10:00:00"), Empty),
        row(Text("c"), Time("2026-01-05T10:00:00"), Number(1e-19)),
        good(),
    ];
    let world = World::new();
    world.file("data.xlsx", workbook(&LOG[..4], &rows));
    let arguments = ["conversion", "data.xlsx", "--steps", "visit", "--value", "amount", "--max-rejects", "90%"];
    let run = world.run(&[&arguments[..], &["--rejects", "rejects.csv", "--format", "json"]].concat());
    run.expect(0);
    let written = world.read("rejects.csv");
    let places: Vec<String> =
        written.lines().skip(1).map(|line| line.split(',').skip(1).take(2).collect::<Vec<_>>().join(" ")).collect();
    let expected = [
        "3 user_id",
        "4 user_id",
        "5 timestamp",
        "6 timestamp",
        "7 timestamp",
        "8 timestamp",
        "9 amount",
        "11 user_id",
        "12 amount",
    ];
    assert_eq!(places, expected, "{written}");
    // Unit a is counted once with its 1, unit b with 1,234.50: the currency of the only text is that of the column.
    assert_eq!(run.table("steps").rows[0]["value"], json!(1235.5), "{}", run.block());
    assert!(run.note_codes().contains(&"long_numbers".to_owned()), "{}", run.block());
}

#[test]
fn what_formulas_gave_is_read() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 0, &LOG[..4], &[]);
    for (row, (id, time, amount)) in (1..).zip([("u1", "46027.5", "0.1"), ("u2", "46028", "0.2")]) {
        sheet.write_formula(row, 0, Formula::new("=A9").set_result(id)).expect("a formula");
        sheet.write_string(row, 1, "visit").expect("a cell");
        let format = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        sheet.write_formula_with_format(row, 2, Formula::new("=B9").set_result(time), &format).expect("a formula");
        sheet.write_formula(row, 3, Formula::new("=C9").set_result(amount)).expect("a formula");
    }
    let world = World::new();
    world.file("data.xlsx", book.save_to_buffer().expect("a workbook"));
    let arguments = ["conversion", "data.xlsx", "--steps", "visit", "--value", "amount", "--every", "day"];
    let table = world.run(&[&arguments[..], &["--format", "json"]].concat()).table("steps");
    // Day 46027 is 2026-01-05.
    assert_eq!(table.texts("period"), ["2026-01-05", "2026-01-06"]);
    assert_eq!(table.numbers("value"), [Some(0.1), Some(0.2)]);
}

#[test]
fn times_of_a_sheet_are_in_the_zone_of_the_source() {
    let rows = |times: [&'static str; 3]| {
        times.map(|time| vec![Text(time), Text("visit"), Time(time)]).into_iter().collect::<Vec<_>>()
    };
    let rows = rows(["2026-03-29T01:30:00", "2026-03-29T02:30:00", "2026-03-29T03:30:00"]);
    let world = World::new();
    world.file("data.xlsx", workbook(&LOG[..3], &rows));
    let arguments = ["conversion", "data.xlsx", "--steps", "visit", "--source-timezone", "Europe/Paris"];
    let run = world.run(&[&arguments[..], &["--max-rejects", "50%", "--format", "json"]].concat());
    // 02:30 was skipped that night; 03:30 in Paris is 01:30 UTC.
    assert_eq!(run.json()["sources"][0]["files"][0]["rejected"], json!(1), "{}", run.block());
    assert_eq!(run.json()["as_of"], json!("2026-03-29T01:30:00Z"));
}

#[test]
fn workbooks_and_text_make_one_source() {
    let world = World::new();
    let mut rows = log();
    let late = rows.split_off(3);
    world.file("one.xlsx", workbook(&LOG, &rows)).file("two.csv", twin(&LOG, &late)).file("all.csv", {
        let mut all = log();
        all.rotate_left(3);
        twin(&LOG, &all)
    });
    world.file("three.xlsx", workbook(&LOG, &late));
    let steps = ["--steps", "visit,signup", "--format", "json"];
    let run = |files: &[&str]| tables(&world.run(&[&["conversion"], files, &steps].concat()));
    let whole = run(&["all.csv"]);
    assert_eq!(run(&["one.xlsx", "two.csv"]), whole);
    assert_eq!(run(&["two.csv", "one.xlsx"]), whole);
    assert_eq!(run(&["*.xlsx"]), whole);
    let piped = [&["conversion", "-"], &steps[..]].concat();
    assert_eq!(tables(&world.run_with_input(&piped, &workbook(&LOG, &log()))), whole);
}

#[test]
fn a_sheet_serves_as_lookup() {
    let header = ["channel", "team"];
    let rows = vec![
        vec![Text("social, paid"), Text("north")],
        vec![Text("1e5"), Text("south")],
        vec![Number(5.0), Number(12.0)],
    ];
    let config = "[lookups.teams]\nfile = \"teams.xlsx\"\nkey = \"channel\"\n";
    let world = World::new();
    world.file("teams.xlsx", workbook(&header, &rows)).file("funnel.toml", config);
    world.file("data.xlsx", workbook(&LOG, &log()));
    let arguments = ["conversion", "data.xlsx", "--steps", "visit", "--by", "team", "--format", "json"];
    let table = world.run(&arguments).table("steps");
    assert_eq!(table.texts("team"), ["12", "north", "south", "(none)"]);
}

#[test]
fn columns_may_be_given_and_cells_beside_them_are_ignored() {
    let rows = log();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    fill(sheet, 2, &["x"; 6], &rows);
    sheet.write_string(5, 20, "a note beside the data").expect("a note");
    let world = World::new();
    world.file("data.xlsx", book.save_to_buffer().expect("a workbook")).file("data.csv", twin(&LOG, &log()));
    let steps = ["--steps", "visit,signup", "--format", "json"];
    let given = ["conversion", "data.xlsx", "--skip-lines", "3", "--no-header", &LOG.join(",")];
    let given = world.run(&[&given[..], &steps].concat());
    let text = world.run(&[&["conversion", "data.csv"], &steps[..]].concat());
    assert_eq!(tables(&given), tables(&text), "{}", given.block());
}
